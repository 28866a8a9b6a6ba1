//! The command as users run it: exit codes, standard output and standard error of the real binary.

mod cat;
mod damage;
mod data;
mod dump;
mod errors;
mod eval;
mod explain;
mod memory;
mod messages;
mod records;
mod schema;
mod select;
mod startup;
mod streams;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const DATA: &[u8] = include_bytes!("../../testdata/poly.bin");
/// `testdata/README.md` describes how they are computed, without any code of this project.
const EXACT: (f64, f64) = (488.6596848792794, 491.50333173210055);

/// The result of a run of the command.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    /// Asserts exit code 0 and no text on standard error; returns standard output.
    fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// Asserts the exit code and no text on standard output; returns standard error.
    fn fails(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        self.err
    }
}

fn start(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn run(args: &[&str]) -> Ran {
    run_with(args, &[])
}

/// Runs the command with `input` on its standard input.
fn run_with(args: &[&str], input: &[u8]) -> Ran {
    let mut command = start(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The command may have exited before it read anything.
    let _ = child.stdin.take().unwrap().write_all(input);
    let done = child.wait_with_output().unwrap();
    Ran {
        code: done.status.code().expect("no signal ended it"),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

/// Runs the command with its output closed: it exits with 0 and prints no error.
fn with_a_closed_pipe(args: &[&str]) {
    let mut child = start(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!((done.status.code(), done.stderr.as_slice()), (Some(0), &b""[..]));
}

/// A directory for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command").join(test);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a file in the test's folder; returns its path as an argument.
fn file(test: &str, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder(test).join(name);
    std::fs::write(&path, bytes).unwrap();
    path.into_os_string().into_string().unwrap()
}

fn near(found: &str, exact: f64) {
    let found: f64 = found.parse().unwrap_or_else(|_| panic!("'{found}' is no number"));
    assert!(((found - exact) / exact).abs() <= 1e-12, "{found} is not {exact}");
}

/// `values` as the bytes of doubles.
fn doubles(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

const POLY: [&str; 4] = ["barycenter", "testdata/poly.bin", "--schema", "testdata/poly.h"];

#[test]
fn the_barycenter_of_the_test_data_is_right() {
    let out = run(&["barycenter", "testdata/poly.bin"]).ok();
    let lines: Vec<Vec<&str>> = out.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], ["count", "1000"]);
    assert_eq!((lines[1][0], lines[2][0]), ("x", "y"));
    near(lines[1][1], EXACT.0);
    near(lines[2][1], EXACT.1);
    let columns: Vec<usize> = out.lines().map(|l| l.rfind(' ').unwrap()).collect();
    assert!(columns.iter().all(|c| *c == columns[0]), "the values stand in one column:\n{out}");
}

#[test]
fn json_is_one_object() {
    let out = run(&["barycenter", "testdata/poly.bin", "--json"]).ok();
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["count", "x", "y"]);
    assert_eq!(json["count"], 1000);
    near(&json["x"].to_string(), EXACT.0);
    near(&json["y"].to_string(), EXACT.1);
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn every_mode_and_number_of_threads_gives_the_same_bytes() {
    // Three chunks of 2 MiB, the last one not full.
    let big = file("modes", "big.bin", DATA.repeat(90));
    for data in ["testdata/poly.bin", big.as_str()] {
        let run = |jit: &str, threads: &str| {
            let jit = format!("--jit={jit}");
            run(&["barycenter", data, "--schema", "testdata/poly.h", &jit, "--threads", threads]).ok()
        };
        let expected = run("off", "1");
        assert!(expected.starts_with(if data == big { "count 90000\n" } else { "count 1000\n" }));
        for jit in ["on", "off", "eager", "deopt-stress"] {
            for threads in ["1", "2", "3"] {
                assert_eq!(run(jit, threads), expected, "{data} --jit={jit} --threads {threads}");
            }
        }
    }
}

#[test]
fn an_option_and_its_value_may_be_two_arguments() {
    let expected = run(&POLY).ok();
    assert_eq!(run(&["barycenter", "testdata/poly.bin", "--jit", "off"]).ok(), expected);
    assert_eq!(run(&["barycenter", "--jit=eager", "--threads=2", "testdata/poly.bin"]).ok(), expected);
}

/// Three records of three points each are nine records of one: the same points.
#[test]
fn a_record_may_be_a_point_itself() {
    let as_points = run(&["barycenter", "testdata/poly.bin", "--record", "Point"]).ok();
    let as_triangles = run(&["barycenter", "testdata/poly.bin", "--record", "Triangle"]).ok();
    let number = |text: &str, line: usize| -> f64 {
        text.lines()
            .nth(line)
            .and_then(|l| l.split_whitespace().nth(1))
            .expect("a number")
            .parse()
            .expect("a number")
    };
    assert_eq!(number(&as_points, 0), 3.0 * number(&as_triangles, 0));
    for line in [1, 2] {
        assert!((number(&as_points, line) / number(&as_triangles, line) - 1.0).abs() < 1e-14);
    }
}

#[test]
fn points_are_a_choice_of_fields() {
    let data = file("points", "s.bin", doubles(&[1.0, 2.0, 30.0, 40.0, 500.0, 600.0]));
    file("points", "s.h", "struct P { double x, y; }; struct S { struct P p[2]; struct { P q; } box; };");
    let barycenter = |points: &str| run(&["barycenter", &data, "--points", points]).ok();
    assert_eq!(barycenter("p[1]"), "count 1\nx     30.0\ny     40.0\n");
    assert_eq!(barycenter("p[0],box.q"), "count 1\nx     250.5\ny     301.0\n");
    assert_eq!(barycenter(" p[0] , p[1]"), "count 1\nx     15.5\ny     21.0\n");
    assert_eq!(run(&["barycenter", &data]).ok(), barycenter("p[0],p[1]"), "box has no x and y");
    file("points", "from.h", "struct P { double x, y; }; struct S { P from, to, in; };");
    let data = file("points", "from.bin", doubles(&[1.0, 2.0, 30.0, 40.0, 500.0, 600.0]));
    assert_eq!(run(&["barycenter", &data, "--points", "from,to"]).ok(), "count 1\nx     15.5\ny     21.0\n");
}
