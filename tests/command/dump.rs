//! `wirelens dump`.

use super::run;

const DUMP: [&str; 6] =
    ["dump", "--schema", "testdata/poly.h", "--record", "Triangle", "t.a.x + t.b.x + t.c.x"];

#[test]
fn every_stage_can_be_dumped() {
    let stage = |name: &str| run(&[&DUMP[..], &["--stage", name]].concat()).ok();
    assert!(stage("program").contains("fn Triangle.a("));
    assert!(stage("trace").contains("new Point"), "accessor objects are recorded");
    let opt = stage("opt");
    assert!(opt.starts_with("region ") && !opt.contains("new "), "no object is left:\n{opt}");
    assert!(stage("clif").starts_with("function "));
    assert!(!stage("asm").is_empty());
    assert_eq!(run(&DUMP).ok(), opt, "the default is opt");
    assert_eq!(run(&[&DUMP[..], &["--stage=opt"]].concat()).ok(), opt);
}

#[test]
fn a_dump_without_an_expression_is_of_the_barycenter() {
    let dump =
        |expressions: &[&str]| run(&[&["dump", "--schema", "testdata/poly.h"], expressions].concat()).ok();
    assert_eq!(dump(&[]), dump(&["t.a.x + t.b.x + t.c.x", "t.a.y + t.b.y + t.c.y"]));
    let ran = run(&["dump"]);
    assert!(ran.code == 0 && ran.out == dump(&[]) && ran.err.starts_with("note: there is no --schema; "));
    let ran = run(&["dump", "--schema", "testdata/poly.h", "--jit=eager", "--stats"]);
    assert!(ran.out == dump(&[]) && ran.err.contains("code bytes"), "{}", ran.err);
}
