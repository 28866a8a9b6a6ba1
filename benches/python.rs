//! The example scripts, as whole processes, including start, warm-up and end, compared with the other
//! implementations of Python on the machine.
//!
//! The table has ratios of the best of several runs in turn, so that all have the same conditions: the time
//! of PyPy (and CPython, once) divided by ours. The outputs must be equal. Without a `pypy3` only the times
//! of this project are shown.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// An example, its arguments, the example that PyPy runs in comparison (`triangles_schema` runs in Wirelens
/// only), and the required ratio.
struct Case {
    script: &'static str,
    rival: &'static str,
    input: Option<&'static str>,
    asked: f64,
}

const CASES: [Case; 9] = [
    Case { script: "leibniz", rival: "leibniz", input: None, asked: 1.0 },
    Case { script: "leibniz_opaque", rival: "leibniz_opaque", input: None, asked: 10.0 },
    Case { script: "optional_params", rival: "optional_params", input: None, asked: 20.0 },
    Case { script: "triples_loops", rival: "triples_loops", input: None, asked: 1.0 },
    Case { script: "triples_generator", rival: "triples_generator", input: None, asked: 1.15 },
    Case { script: "triples_iterator", rival: "triples_iterator", input: None, asked: 1.15 },
    Case { script: "triangles_bare", rival: "triangles_bare", input: Some("poly"), asked: 3.0 },
    Case { script: "triangles_accessors", rival: "triangles_accessors", input: Some("poly"), asked: 3.0 },
    Case { script: "triangles_schema", rival: "triangles_accessors", input: Some("poly"), asked: 3.0 },
];

const ROUNDS: usize = 7;
/// Triangles in the input file.
const TRIANGLES: usize = 2_000_000;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let poly = std::env::temp_dir().join(format!("wirelens-bench-{}.bin", std::process::id()));
    write_triangles(&poly);
    let pypy = found("pypy3");
    let cpython = found("python3");
    println!(
        "{:<22} {:>12} {:>9} {:>9} {:>7}",
        "process, with warm-up", "wirelens ms", "PyPy", "CPython", "asked"
    );
    for case in &CASES {
        let script = |name: &str| root.join("examples").join(format!("{name}.py"));
        let input: Vec<PathBuf> = case.input.map(|_| poly.clone()).into_iter().collect();
        let ours = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
            command.arg("run").arg(script(case.script)).args(&input);
            command
        };
        let theirs = |python: &str| {
            let mut command = Command::new(python);
            command.arg(script(case.rival)).args(&input);
            command
        };
        let (mut best, mut best_pypy) = (Duration::MAX, Duration::MAX);
        let (mut printed, mut printed_pypy) = (vec![], vec![]);
        for _ in 0..ROUNDS {
            let (time, text) = run(ours());
            (best, printed) = (best.min(time), text);
            if pypy {
                let (time, text) = run(theirs("pypy3"));
                (best_pypy, printed_pypy) = (best_pypy.min(time), text);
            }
        }
        let ratio = |there: bool, time: Duration| match there {
            true => format!("{:.1}", time.as_secs_f64() / best.as_secs_f64()),
            false => "-".to_string(),
        };
        if pypy {
            assert_eq!(text(&printed), text(&printed_pypy), "{}: PyPy prints something else", case.script);
        }
        let mut time_cpython = Duration::ZERO;
        if cpython {
            let (time, printed_cpython) = run(theirs("python3"));
            assert_eq!(
                text(&printed),
                text(&printed_cpython),
                "{}: CPython prints something else",
                case.script
            );
            time_cpython = time;
        }
        println!(
            "{:<22} {:>12.1} {:>9} {:>9} {:>7}",
            case.script,
            best.as_secs_f64() * 1e3,
            ratio(pypy, best_pypy),
            ratio(cpython, time_cpython),
            case.asked,
        );
    }
    if let Err(error) = std::fs::remove_file(&poly) {
        eprintln!("note: {} stays: {error}", poly.display());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a command is installed.
fn found(command: &str) -> bool {
    let there = Command::new(command).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = there.is_ok_and(|status| status.success());
    if !there {
        println!("note: there is no {command} to compare with");
    }
    there
}

/// The time of a process, and its output.
fn run(mut command: Command) -> (Duration, Vec<u8>) {
    let start = Instant::now();
    let output = command.stderr(Stdio::inherit()).output().expect("it can be started");
    let time = start.elapsed();
    assert!(output.status.success(), "{command:?} fails");
    (time, output.stdout)
}

/// Triangles with uniform corners in 0 to 1000, from a linear congruential generator.
fn write_triangles(path: &Path) {
    let mut state = 1u64;
    let mut bytes = Vec::with_capacity(TRIANGLES * 48);
    for _ in 0..TRIANGLES * 6 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend(((state >> 11) as f64 / (1u64 << 53) as f64 * 1000.0).to_le_bytes());
    }
    std::fs::write(path, bytes).expect("the folder for temporary files can be written to");
}
