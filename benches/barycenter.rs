//! The barycenter of packed triangles: the speed of several implementations. `cargo bench --bench barycenter`
//!
//! Tables: in cache (64 kB, repeatedly, in steady state; the warm-up is shown at the end) and out of cache (a
//! file of 576 MB in the temporary directory, warm page cache, the whole process from start to exit), on one
//! thread and on two. The file is written twice, by large and by small writes, because that determines the
//! cost of its pages (see the documentation of the library's input). Ratios refer to `hand`: a loop over
//! `zerocopy` structs on a mapping, one accumulator for each sum in source order, a plain release build. The
//! bench fails unless all contenders agree.
//!
//! `WIRELENS_BENCH_BYTES` changes the size of the file; results with less than 500,000,000 are not
//! meaningful, since the file may fit in the cache.

use std::cell::RefCell;
use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::thread::LocalKey;

mod rivals;

use rivals::measure::{Line, table};
use rivals::warm::{Rounds, WarmUps, testing};
use rivals::{Answer, Contender, barycenter, hand, in_memory, naive, native};
use wirelens::{Barycenter, Input, Jit, Query, Schema, Scratch, Session};

const RECORD: usize = 48;
/// Points in a record.
const POINTS: u64 = 3;
/// 64 kB in whole records.
const IN_CACHE: usize = 65_536 / RECORD * RECORD;
const DEFAULT_BYTES: usize = 576_000_000;
/// The option with which the bench runs its own binary as a contender; then come the name, the threads and
/// the file.
const CHILD: &str = "--contender";
/// The environment variable with the path of the library of native loops.
const NATIVE: &str = "WIRELENS_BENCH_NATIVE";

/// The name of the contender that compiles at run time.
const JIT: &str = "jit";

/// The library's own contenders over bytes in memory: a session for each thread, ready to run.
fn ours() -> Vec<Contender> {
    fn run(sessions: &'static LocalKey<RefCell<Session<'static>>>, bytes: &[u8]) -> Answer {
        sessions.with_borrow_mut(|session| {
            let outcome = session.run(bytes).expect("whole records");
            let sum = |axis: usize| outcome.values[axis].as_f64().expect("it is a number");
            let mean = |axis: usize| sum(axis) / (outcome.records * POINTS) as f64;
            (mean(0), mean(1))
        })
    }
    fn session(jit: Jit) -> RefCell<Session<'static>> {
        RefCell::new(ours_compiled().session(jit).expect("it has values"))
    }
    thread_local! {
        static INTERP: RefCell<Session<'static>> = session(Jit::Off);
        static SESSION: RefCell<Session<'static>> = session(Jit::On);
    }
    vec![
        Contender::new("interp", |bytes| run(&INTERP, bytes)),
        Contender::new(JIT, |bytes| run(&SESSION, bytes)),
    ]
}

/// Compiled once, run by all threads.
fn ours_compiled() -> &'static Query {
    static COMPILED: OnceLock<Query> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let text = include_str!("../testdata/poly.h");
        let schema = Schema::from_c("poly.h", text).expect("the schema is right");
        let barycenter = Barycenter::new(&schema, "Triangle", None, None).expect("a triangle has points");
        barycenter.query(Query::builder(&schema).record("Triangle")).expect("points are numbers")
    })
}

/// The contenders that run the command over a file, including the process. (`interp` is left out: its time
/// for a record does not depend on the place of the bytes, and it would take minutes.)
fn commands() -> Vec<Process> {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/poly.h");
    vec![Process::command("jit", &["barycenter", "--json", "--schema", schema])]
}

/// A contender that is a process: its arguments before `--threads N FILE`.
struct Process {
    name: &'static str,
    program: PathBuf,
    args: Vec<&'static str>,
}

impl Process {
    fn command(name: &'static str, args: &[&'static str]) -> Process {
        Process { name, program: env!("CARGO_BIN_EXE_wirelens").into(), args: args.to_vec() }
    }

    fn rival(name: &'static str) -> Process {
        let program = std::env::current_exe().expect("a bench is a file");
        Process { name, program, args: vec![CHILD, name] }
    }

    fn run(&self, file: &Path, threads: usize, natives: Option<&Path>) -> Answer {
        let mut command = Command::new(&self.program);
        command.args(&self.args).arg("--threads").arg(threads.to_string()).arg(file);
        if let Some(path) = natives {
            command.env(NATIVE, path);
        }
        let output = command.output().expect("it can be started");
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("numbers are text");
        answer(&text).unwrap_or_else(|| panic!("{} printed `{text}`", self.name))
    }
}

fn answer(text: &str) -> Option<Answer> {
    if text.trim_start().starts_with('{') {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        return Some((json["x"].as_f64()?, json["y"].as_f64()?));
    }
    let (x, y) = text.trim().split_once(' ')?;
    Some((x.parse().ok()?, y.parse().ok()?))
}

/// Runs a contender over a file in a child process.
fn child(name: &str, threads: usize, path: &Path) -> Answer {
    let file = || File::open(path).expect("the bench made it");
    match name {
        "naive, values" => return naive::values(file()).expect("it can be read"),
        "naive, boxed" => return naive::boxed(file()).expect("it can be read"),
        "input" => return through_input(path, threads, hand::kernels::one),
        "input, 4 accumulators" => return through_input(path, threads, hand::kernels::four),
        _ => {}
    }
    // SAFETY: nobody writes to the file while the bench runs.
    let map = unsafe { memmap2::Mmap::map(&file()) }.expect("it can be mapped");
    let structs = hand::zerocopy(&map);
    match name {
        "hand" => hand::over_threads(structs, threads, hand::kernels::one),
        "hand, bytemuck" => hand::over_threads(hand::bytemuck(&map), threads, hand::kernels::one),
        "hand, 4 accumulators" => hand::over_threads(structs, threads, hand::kernels::four),
        "hand, 8 accumulators" => hand::over_threads(structs, threads, hand::kernels::eight),
        other => {
            let library = native::Library::load(Path::new(&std::env::var_os(NATIVE).expect("set")));
            let mut kernels = library.kernels().into_iter();
            let (_, kernel) = kernels.find(|(name, _)| *name == other).expect("one of its names");
            hand::over_threads(structs, threads, &*kernel)
        }
    }
}

/// A hand-written loop over the library's input: the difference to `hand` is the cost of the input.
fn through_input(path: &Path, threads: usize, kernel: fn(&[hand::Triangle]) -> Answer) -> Answer {
    let input = Input::open(path).expect("the bench made it");
    let records = input.len() / RECORD as u64;
    let part = |t: u64| {
        let (mut at, end) = (records * t / threads as u64, records * (t + 1) / threads as u64);
        let (mut scratch, mut sums) = (Scratch::new(), (0.0, 0.0));
        while at < end {
            let next = end.min(at + Input::CHUNK / RECORD as u64);
            let range = at * RECORD as u64..next * RECORD as u64;
            let bytes = input.chunk(range, &mut scratch).expect("it is all there");
            let (x, y) = kernel(hand::bytemuck(bytes));
            (sums, at) = ((sums.0 + x, sums.1 + y), next);
        }
        sums
    };
    let sums = if threads == 1 {
        part(0)
    } else {
        // The first thread only waits, as in `hand`: if it worked too, the scheduler would sometimes leave a
        // new thread on its processor for a while, which cost 4% in the median.
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads as u64).map(|t| scope.spawn(move || part(t))).collect();
            let sums = workers.into_iter().map(|w| w.join().expect("no panic"));
            sums.fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1))
        })
    };
    input.check().expect("nobody writes to it");
    barycenter(sums, records as usize)
}

/// `len` bytes of records, the same each time, at an aligned address.
fn records(len: usize) -> Vec<f64> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 * 1000.0
    };
    (0..len / 8).map(|_| next()).collect()
}

fn in_cache(warm: &mut WarmUps, natives: Option<&native::Library>) {
    let doubles = records(IN_CACHE);
    let bytes: &[u8] = bytemuck::cast_slice(&doubles);
    let mut contenders = in_memory(natives);
    contenders.extend(ours());
    for threads in [1, 2] {
        let lines = contenders.iter().map(|c| {
            let line = Line::many(c.name, move |passes| passes_on_threads(c, bytes, passes, threads));
            if c.name == JIT { line.warmed(|| ours_compiled().stats()) } else { line }
        });
        let mut lines: Vec<Line> = lines.collect();
        let title = format!("in cache, {threads} thread(s): {IN_CACHE} bytes");
        table(warm, &title, Rounds::Short, (IN_CACHE / RECORD) as f64, None, &mut lines, || {});
    }
}

/// Makes `passes` over `bytes`, shared among `threads`, including the start of the threads.
fn passes_on_threads(c: &Contender, bytes: &[u8], passes: usize, threads: usize) -> Answer {
    let some = |n: usize| (0..n).fold((0.0, 0.0), |_, _| black_box((c.run)(black_box(bytes))));
    if threads == 1 {
        return some(passes);
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(|| some(passes / 2));
        let answer = some(passes - passes / 2);
        other.join().expect("no panic");
        answer
    })
}

fn out_of_cache(warm: &mut WarmUps, natives: Option<&Path>, dir: &Path, len: usize) {
    let doubles = records(len);
    for (how, block) in [("3 MiB", 3 << 20), ("8 kB", 8 << 10)] {
        let path = dir.join("poly.bin");
        let mut file = File::create(&path).expect("the temporary directory takes a file");
        for part in bytemuck::cast_slice(&doubles).chunks(block) {
            file.write_all(part).expect("the temporary directory has room: see WIRELENS_BENCH_BYTES");
        }
        // Otherwise writing to the disk would continue during the measurements.
        file.sync_all().expect("it can be written");
        for threads in [1, 2] {
            let mut processes =
                vec!["hand", "hand, bytemuck", "hand, 4 accumulators", "hand, 8 accumulators"];
            if natives.is_some() {
                processes.extend([
                    "hand, native",
                    "hand, native, 4 accumulators",
                    "hand, native, 8 accumulators",
                ]);
            }
            processes.extend(["input", "input, 4 accumulators"]);
            if threads == 1 {
                processes.extend(["naive, values", "naive, boxed"]);
            }
            let mut processes: Vec<Process> = processes.into_iter().map(Process::rival).collect();
            processes.extend(commands());
            let mut lines: Vec<Line> =
                processes.iter().map(|p| Line::new(p.name, || p.run(&path, threads, natives))).collect();
            let title = format!(
                "out of cache: {len} bytes in writes of {how}, whole process with warm-up, {threads} thread(s)"
            );
            table(warm, &title, Rounds::Long, (len / RECORD) as f64, None, &mut lines, || touch(&path));
        }
        std::fs::remove_file(&path).expect("our own file");
    }
}

/// Reads the file once: a system that is short of memory may have evicted parts of it.
fn touch(path: &Path) {
    let mut file = File::open(path).expect("our own file");
    let mut block = vec![0; 1 << 20];
    while file.read(&mut block).expect("it can be read") > 0 {}
}

/// A directory that is removed when the value is dropped, also on panic.
struct TempDir(PathBuf);

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name, _, threads, file] = &args[..]
        && flag == CHILD
    {
        let (x, y) = child(name, threads.parse().expect("a number"), Path::new(file));
        println!("{x} {y}");
        return ExitCode::SUCCESS;
    }
    let wanted = std::env::var("WIRELENS_BENCH_BYTES").ok();
    let len = match wanted.as_deref().map(|text| text.replace('_', "").parse::<usize>()) {
        None if testing() => IN_CACHE,
        None => DEFAULT_BYTES,
        Some(Ok(len)) if len >= RECORD => len,
        Some(_) => {
            eprintln!("error: WIRELENS_BENCH_BYTES must be a number of bytes, at least {RECORD}");
            return ExitCode::from(2);
        }
    };
    let dir = TempDir(std::env::temp_dir().join(format!("wirelens-bench-{}", std::process::id())));
    std::fs::create_dir(&dir.0).expect("the temporary directory takes a directory");
    let natives = native::build(&dir.0.join("libnative.so"));
    let mut warm = WarmUps::new();
    in_cache(&mut warm, natives.as_deref().map(native::Library::load).as_ref());
    out_of_cache(&mut warm, natives.as_deref(), &dir.0, len / RECORD * RECORD);
    warm.print();
    ExitCode::SUCCESS
}
