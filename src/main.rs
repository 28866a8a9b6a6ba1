//! The command; see `wirelens --help`.
fn main() {
    let schema =
        wirelens::Schema::from_c("x", &std::fs::read_to_string(std::env::args().nth(2).unwrap()).unwrap())
            .unwrap();
    let b = wirelens::Barycenter::new(&schema, "Triangle", None).unwrap();
    if std::env::args().nth(3).as_deref() == Some("dump") {
        let v = match std::env::args().nth(4).as_deref() {
            Some("program") => wirelens::View::Program,
            Some("trace") => wirelens::View::Trace,
            Some("opt") => wirelens::View::Opt,
            Some("clif") => wirelens::View::Clif,
            _ => wirelens::View::Asm,
        };
        print!("{}", b.program.dump(v).unwrap());
        return;
    }
    let input = wirelens::Input::open(std::env::args().nth(1).unwrap().as_ref()).unwrap();
    let jit = match std::env::args().nth(3).as_deref() {
        Some("off") => wirelens::Jit::Off,
        Some("eager") => wirelens::Jit::Eager,
        _ => wirelens::Jit::On,
    };
    let (o, s) = b.program.run_counted(&input, &wirelens::Options { jit, threads: 1 }).unwrap();
    println!("{o:?} {:?}\n{s}", b.of(&o));
}
