//! The programs of `testdata/python/programs` and those of `examples` print what CPython prints, in every
//! mode.
//!
//! A program `NAME.py` has one file beside it. `NAME.out`: exit code 0, and this text on standard output.
//! `NAME.refused`: exit code 3, nothing on standard output, and a message with these words, the file and the
//! place. `NAME.error`: exit code 5; first the line of the error, then words of the message, then the output
//! before it. Words are compared without regard to case, and only with the message, not with the file's name
//! or the source line that is shown.
//!
//! `testdata/python/expect.py` writes the expectations. All failures are reported together.
//! `WIRELENS_PROGRAMS=int-,gen-` runs only the programs and examples whose names begin with one of these.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const MODES: [&str; 4] = ["on", "off", "eager", "deopt-stress"];
/// A program that takes longer is considered endless.
const PATIENCE: Duration = Duration::from_secs(60);
const THREADS: usize = 2;

/// The expected outcome of a run.
enum Expected {
    Printed(Vec<u8>),
    Refused(String),
    Fails { line: usize, words: String, printed: Vec<u8> },
}

struct Ran {
    /// None: a signal killed it, or it did not end.
    code: Option<i32>,
    out: Vec<u8>,
    err: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn programs() -> Vec<PathBuf> {
    let wanted = std::env::var("WIRELENS_PROGRAMS").unwrap_or_default();
    let entries = fs::read_dir(root().join("testdata/python/programs")).expect("the programs are there");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("the folder can be listed").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "py"));
    paths.retain(|p| wanted.split(',').any(|start| name(p).starts_with(start)));
    paths.sort();
    paths
}

/// The examples, and their arguments.
fn examples() -> Vec<(String, Vec<String>)> {
    let wanted = std::env::var("WIRELENS_PROGRAMS").unwrap_or_default();
    let cases =
        fs::read_to_string(root().join("testdata/python/examples/cases.txt")).expect("the cases are there");
    let words = cases.lines().map(|line| line.split(' ').map(str::to_string).collect::<Vec<_>>());
    let cases = words.map(|words| (words[0].clone(), words[1..].to_vec()));
    cases.filter(|(name, _)| wanted.split(',').any(|start| name.starts_with(start))).collect()
}

fn name(path: &Path) -> &str {
    path.file_stem().and_then(|s| s.to_str()).expect("names of programs are UTF-8")
}

fn expected(program: &Path) -> Result<Expected, String> {
    let read = |extension| fs::read(program.with_extension(extension)).ok();
    let text = |bytes| String::from_utf8(bytes).map_err(|_| "what is expected is not UTF-8".to_string());
    match (read("out"), read("refused"), read("error")) {
        (Some(printed), None, None) => Ok(Expected::Printed(printed)),
        (None, Some(words), None) => Ok(Expected::Refused(text(words)?.trim_end().to_string())),
        (None, None, Some(error)) => {
            let error = text(error)?;
            let mut parts = error.splitn(3, '\n');
            let mut part = || parts.next().ok_or("the .error file has less than two lines");
            let line = part()?.parse().map_err(|_| "the .error file does not begin with a line's number")?;
            Ok(Expected::Fails { line, words: part()?.to_string(), printed: part()?.into() })
        }
        _ => Err("one of .out, .refused and .error must be beside it".to_string()),
    }
}

fn run(mut command: Command) -> Ran {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    fn all(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
        thread::spawn(move || {
            let mut bytes = vec![];
            let _ = from.read_to_end(&mut bytes);
            bytes
        })
    }
    let out = all(child.stdout.take().expect("it is piped"));
    let err = all(child.stderr.take().expect("it is piped"));
    let (start, mut pause) = (Instant::now(), Duration::from_micros(200));
    let status = loop {
        if let Some(status) = child.try_wait().expect("it is our child") {
            break Some(status);
        }
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let (out, err) = (out.join().expect("it only reads"), err.join().expect("it only reads"));
    let err = String::from_utf8_lossy(&err).into_owned();
    Ran { code: status.and_then(|s| s.code()), out, err }
}

fn wirelens(mode: &str, directory: &Path, program: &str, args: &[String]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.args(["run", &format!("--jit={mode}"), program]).args(args).current_dir(directory);
    run(command)
}

/// Checks a run; the error text states what is wrong.
fn judge(ran: &Ran, file: &str, expected: &Expected) -> Result<(), String> {
    let (code, printed): (i32, &[u8]) = match expected {
        Expected::Printed(printed) => (0, printed),
        Expected::Refused(_) => (3, b""),
        Expected::Fails { printed, .. } => (5, printed),
    };
    if ran.code != Some(code) {
        let found = ran.code.map_or("ended by a signal, or after a minute".to_string(), |c| format!("{c}"));
        return Err(format!("exit code {code} expected, found {found}\n{}", indented(&ran.err)));
    }
    if ran.out != printed {
        return Err(difference(printed, &ran.out));
    }
    let (place, words) = match expected {
        Expected::Printed(_) if ran.err.is_empty() => return Ok(()),
        Expected::Printed(_) => return Err(format!("something on standard error\n{}", indented(&ran.err))),
        Expected::Refused(words) => (has_place(&ran.err, file), words),
        Expected::Fails { line, words, .. } => (ran.err.contains(&format!("{file}:{line}:")), words),
    };
    let place_is = match expected {
        Expected::Fails { line, .. } => format!("{file}:{line}:"),
        _ => format!("{file}:LINE:COLUMN"),
    };
    if !place {
        return Err(format!("no `{place_is}` in the message\n{}", indented(&ran.err)));
    }
    if !message(&ran.err, file).to_lowercase().contains(&words.to_lowercase()) {
        return Err(format!("no `{words}` in the message\n{}", indented(&ran.err)));
    }
    Ok(())
}

/// Whether the text contains `file:LINE:COLUMN`.
fn has_place(text: &str, file: &str) -> bool {
    text.match_indices(file).any(|(at, _)| {
        let mut rest = text[at + file.len()..].split(|c: char| !c.is_ascii_digit() && c != ':');
        let mut numbers = rest.next().unwrap_or("").split(':');
        numbers.next() == Some("") && numbers.by_ref().take(2).filter(|n| !n.is_empty()).count() == 2
    })
}

/// The text without the file's name and without lines of source (`3 | x = 1`, `  | ^`).
fn message(text: &str, file: &str) -> String {
    let is_source =
        |line: &&str| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).starts_with('|');
    let lines: Vec<&str> = text.lines().filter(|line| !is_source(line)).collect();
    lines.join("\n").replace(file, "")
}

fn indented(text: &str) -> String {
    text.lines().take(12).map(|line| format!("        {line}\n")).collect::<String>().trim_end().to_string()
}

/// The first line that differs, and the number of lines that differ.
fn difference(expected: &[u8], found: &[u8]) -> String {
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let (expected, found): (Vec<&str>, Vec<&str>) =
        (expected.split('\n').collect(), found.split('\n').collect());
    let lines = expected.len().max(found.len());
    let differ = (0..lines).filter(|&i| expected.get(i) != found.get(i));
    let shown = differ.clone().take(3).map(|i| {
        let line = |of: &[&str]| of.get(i).map_or("(no such line)".to_string(), |l| format!("{l:?}"));
        format!(
            "        line {}: expected {}\n        {:>w$} found    {}\n",
            i + 1,
            line(&expected),
            "",
            line(&found),
            w = format!("line {}:", i + 1).len()
        )
    });
    let shown: String = shown.collect();
    format!("{} lines of the output differ\n{}", differ.count(), shown.trim_end())
}

/// Calls `what` for each of `cases` on a few threads, and reports all failures in order.
fn report<T: Sync>(cases: &[T], what: impl Fn(&T) -> Vec<String> + Sync) {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(vec![]));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(i) else { return };
                    let texts = what(case);
                    if !texts.is_empty() {
                        wrong.lock().expect("nothing panics while it is held").push((i, texts));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().expect("nothing panics while it is held");
    wrong.sort_by_key(|(i, _)| *i);
    let texts: Vec<String> = wrong.iter().flat_map(|(_, texts)| texts.clone()).collect();
    let (bad, all) = (wrong.len(), cases.len());
    assert!(bad == 0, "\n{}\n\n{bad} of {all} are wrong", texts.join("\n"));
}

/// Runs in all modes; a failure that is the same in several modes is reported once.
fn in_all_modes(name: &str, run: impl Fn(&str) -> Result<(), String>) -> Vec<String> {
    let mut message: Vec<(String, Vec<&str>)> = vec![];
    for mode in MODES {
        if let Err(text) = run(mode) {
            match message.iter_mut().find(|(same, _)| *same == text) {
                Some((_, modes)) => modes.push(mode),
                None => message.push((text, vec![mode])),
            }
        }
    }
    message.into_iter().map(|(text, modes)| format!("{name} (--jit={}): {text}", modes.join(", "))).collect()
}

#[test]
fn programs_print_what_cpython_prints() {
    report(&programs(), |program| {
        let file = format!("{}.py", name(program));
        let directory = program.parent().expect("it lies in a folder");
        match expected(program) {
            Ok(expected) => in_all_modes(name(program), |mode| {
                judge(&wirelens(mode, directory, &file, &[]), &file, &expected)
            }),
            Err(text) => vec![format!("{}: {text}", name(program))],
        }
    });
}

#[test]
fn examples_print_what_is_expected() {
    report(&examples(), |(name, args)| {
        let expected = root().join(format!("testdata/python/examples/{name}.out"));
        let expected = match fs::read(&expected) {
            Ok(printed) => Expected::Printed(printed),
            Err(e) => return vec![format!("{name}: {} cannot be read: {e}", expected.display())],
        };
        let file = format!("examples/{name}.py");
        in_all_modes(name, |mode| judge(&wirelens(mode, &root(), &file, args), &file, &expected))
    });
}

#[test]
fn each_example_has_its_case() {
    let entries = fs::read_dir(root().join("examples")).expect("the examples are there");
    let paths = entries.map(|e| e.expect("the folder can be listed").path());
    let mut files: Vec<String> =
        paths.filter(|p| p.extension().is_some_and(|e| e == "py")).map(|p| name(&p).to_string()).collect();
    files.sort();
    let cases =
        fs::read_to_string(root().join("testdata/python/examples/cases.txt")).expect("the cases are there");
    let mut cases: Vec<&str> = cases.lines().filter_map(|line| line.split(' ').next()).collect();
    cases.sort_unstable();
    assert_eq!(files, cases);
}

/// The `python3` of this machine, if it has the version of the expectations.
fn cpython() -> Option<&'static str> {
    let version = "import sys; print(sys.implementation.name, *sys.version_info[:2])";
    let done = Command::new("python3").args(["-c", version]).stderr(Stdio::null()).output().ok()?;
    (done.stdout == b"cpython 3 11\n").then_some("python3")
}

#[test]
fn cpython_prints_the_same() {
    let Some(python) = cpython() else {
        eprintln!("skipped: there is no python3 that is CPython 3.11");
        return;
    };
    let python = |directory: &Path, file: &str, args: &[String]| {
        let mut command = Command::new(python);
        command.arg(file).args(args).current_dir(directory).env("PYTHONIOENCODING", "utf-8");
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONPATH", root().join("testdata/python/stand-in"));
        run(command)
    };
    report(&programs(), |program| {
        let file = format!("{}.py", name(program));
        let Ok(Expected::Printed(printed)) = expected(program) else { return vec![] };
        let ran = python(program.parent().expect("it lies in a folder"), &file, &[]);
        let wrong = judge(&ran, &file, &Expected::Printed(printed)).err();
        wrong.map(|text| format!("{}: {text}", name(program))).into_iter().collect()
    });
    report(&examples(), |(name, args)| {
        let printed =
            fs::read(root().join(format!("testdata/python/examples/{name}.out"))).unwrap_or_default();
        let ran = python(&root(), &format!("examples/{name}.py"), args);
        let wrong = judge(&ran, name, &Expected::Printed(printed)).err();
        wrong.map(|text| format!("{name}: {text}")).into_iter().collect()
    });
}

/// Queries over random records: seeds that once found a bug. `queries.py` describes the comparison.
#[test]
fn queries_give_what_cpython_gives() {
    let Some(python) = cpython() else {
        eprintln!("skipped: there is no python3 that is CPython 3.11");
        return;
    };
    let mut command = Command::new(python);
    command.arg("testdata/python/queries.py").args([env!("CARGO_BIN_EXE_wirelens"), "--seeds"]);
    let ran = command.current_dir(root()).output().expect("the command starts");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}\n{err}");
    // Most queries must be accepted.
    let accepted = out.lines().last().and_then(|l| l.strip_prefix("accepted: ")?.strip_suffix(" %"));
    assert!(accepted.and_then(|n| n.parse().ok()) > Some(90.0), "{out}");
}

#[test]
fn places_and_messages_are_distinguished_from_names() {
    assert!(has_place("error: no\n --> a/not-del.py:3:14\n", "not-del.py"));
    assert!(has_place("not-del.py:3:14: no", "not-del.py"));
    assert!(!has_place("not-del.py:3: no", "not-del.py"));
    assert!(!has_place("not-del.py: no", "not-del.py"));
    assert!(!has_place("error: no", "not-del.py"));
    let text =
        "error: there is no such thing\n --> not-del.py:3:1\n  |\n3 | del x\n  | ^\n  |\n  = help: leave it";
    assert!(!message(text, "not-del.py").contains("del"));
    assert!(message(text, "not-del.py").contains("help: leave it"));
}

#[test]
fn a_run_is_judged_by_all_that_is_expected() {
    let ran = |code, out: &str, err: &str| Ran { code: Some(code), out: out.into(), err: err.to_string() };
    let good = |ran: Ran, expected: &Expected| judge(&ran, "f.py", expected).is_ok();

    let printed = Expected::Printed("1\n".into());
    assert!(good(ran(0, "1\n", ""), &printed));
    assert!(!good(ran(0, "1", ""), &printed) && !good(ran(0, "1\n", "note"), &printed));
    assert!(!good(ran(5, "1\n", ""), &printed));
    assert!(!good(Ran { code: None, ..ran(0, "1\n", "") }, &printed));

    let refused = Expected::Refused("lambda".to_string());
    assert!(good(ran(3, "", "error: no `lambda` here\n --> a/f.py:1:9\n"), &refused));
    assert!(!good(ran(3, "", "error: no `lambda` here\n"), &refused));
    assert!(!good(ran(3, "", "error: no\n --> f.py:1:9\n  |\n1 | lambda: 1\n"), &refused));
    assert!(!good(ran(3, "1", "error: no `lambda` here\n --> f.py:1:9\n"), &refused));

    let fails = Expected::Fails { line: 3, words: "by zero".to_string(), printed: "1\n".into() };
    assert!(good(ran(5, "1\n", "error: f.py:3:5: Division by zero"), &fails));
    assert!(!good(ran(5, "1\n", "error: f.py:13:5: Division by zero"), &fails));
    assert!(!good(ran(5, "", "error: f.py:3:5: Division by zero"), &fails));
    assert!(!good(ran(5, "1\n", "error: f.py:3:5: overflow"), &fails));
    assert!(!good(ran(1, "1\n", "error: f.py:3:5: Division by zero"), &fails));
}
