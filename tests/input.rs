//! Reading of input: every kind of file, and files that change while they are mapped.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wirelens::{Error, ErrorKind, Input, Scratch};

const MIB: u64 = 1 << 20;

/// A file in the temporary directory that is removed when the value is dropped.
struct Temp(PathBuf);

impl Temp {
    fn new(name: &str) -> Temp {
        Temp(std::env::temp_dir().join(format!("wirelens-input-{}-{name}", std::process::id())))
    }

    fn with(name: &str, bytes: &[u8]) -> Temp {
        let temp = Temp::new(name);
        fs::write(&temp.0, bytes).expect("the temporary directory takes a file");
        temp
    }

    fn open(&self) -> Input<'static> {
        Input::open(&self.0).expect("a regular file")
    }

    fn cut(&self, len: u64) {
        let file = OpenOptions::new().write(true).open(&self.0).expect("our own file");
        file.set_len(len).expect("our own file");
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0).or_else(|_| fs::remove_dir(&self.0));
    }
}

/// Bytes that differ between pages.
fn pattern(len: u64) -> Vec<u8> {
    (0..len).map(|i| (i / 7 % 251 + i / 4096 % 5) as u8).collect()
}

/// Reads the input in chunks of `step` bytes and compares them with `all`.
fn same(input: &Input, all: &[u8], step: u64, scratch: &mut Scratch) {
    let mut at = 0;
    while at < input.len() {
        let end = input.len().min(at + step);
        assert!(input.chunk(at..end, scratch).expect("all is there") == &all[at as usize..end as usize]);
        at = end;
    }
}

/// The text of an error of this kind.
fn error_text<T>(kind: ErrorKind, result: Result<T, Error>) -> String {
    match result {
        Err(error) if error.kind() == kind => error.to_string(),
        Err(other) => panic!("another kind of error: {other:?}"),
        Ok(_) => panic!("no error"),
    }
}

fn system(result: Result<Input, Error>) -> String {
    error_text(ErrorKind::System, result)
}

fn data<T>(result: Result<T, Error>) -> String {
    error_text(ErrorKind::Data, result)
}

#[test]
fn every_length_around_a_page_is_mapped_whole() {
    for len in [1, 47, 4095, 4096, 4097, 8192, 2 * MIB - 1, 2 * MIB, 2 * MIB + 1] {
        let all = pattern(len);
        let temp = Temp::with(&format!("len{len}"), &all);
        let input = temp.open();
        assert_eq!((input.len(), input.is_empty(), input.is_padded()), (len, false, true));
        assert!(input.bytes() == all);
        assert_eq!(input.name(), temp.0.display().to_string());
        // The page behind the data is readable; its content is unspecified.
        let behind = input.bytes().as_ptr_range().end;
        for i in 0..4096 {
            // SAFETY: this read is the guarantee under test.
            std::hint::black_box(unsafe { behind.add(i).read_volatile() });
        }
        input.check().expect("nothing happened to it");
    }
}

#[test]
fn a_long_pass_gives_the_same_bytes_whichever_way_they_come() {
    let all = pattern(64 * MIB + 5);
    let temp = Temp::with("long", &all);
    let input = temp.open();
    let mut scratch = Scratch::new();
    // 256 KiB is the smallest chunk that is measured, so both mapping and reading are used here.
    for step in [256 << 10, (256 << 10) + 13, Input::CHUNK, Input::CHUNK / 48 * 48, 16 * MIB, 100_003] {
        same(&input, &all, step, &mut scratch);
    }
    assert_eq!(input.chunk(7..7, &mut scratch).expect("nothing is asked for"), b"");
    input.check().expect("nothing happened to it");
}

#[test]
fn threads_share_an_input() {
    let all = pattern(16 * MIB);
    let temp = Temp::with("threads", &all);
    let input = temp.open();
    std::thread::scope(|scope| {
        for t in 0..4u64 {
            let (input, all) = (&input, &all);
            scope.spawn(move || same(input, all, (256 << 10) + t, &mut Scratch::new()));
        }
    });
}

#[test]
fn many_are_open_at_once_and_others_opened_meanwhile() {
    let temps: Vec<Temp> = (0..70u8).map(|i| Temp::with(&format!("many{i}"), &[i; 5000])).collect();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let inputs: Vec<Input> = temps.iter().map(Temp::open).collect();
                assert!(inputs.iter().enumerate().all(|(i, input)| input.bytes() == [i as u8; 5000]));
            });
        }
    });
}

#[test]
fn a_range_behind_the_end_is_refused() {
    let input = Input::from_bytes(b"0123456789");
    let mut scratch = Scratch::new();
    let message = data(input.chunk(4..11, &mut scratch));
    assert_eq!(message, "<bytes>: bytes 4 to 11 are asked for, but there are only 10");
    #[expect(clippy::reversed_empty_ranges, reason = "it is the case under test")]
    let reversed = 5..4;
    assert!(input.chunk(reversed, &mut scratch).is_err());
    assert!(input.chunk(u64::MAX - 1..u64::MAX, &mut scratch).is_err());
    assert_eq!(input.chunk(10..10, &mut scratch).expect("nothing is asked for"), b"");
}

#[test]
fn an_empty_file_has_no_bytes() {
    let temp = Temp::with("empty", b"");
    let input = temp.open();
    assert_eq!((input.len(), input.is_empty(), input.bytes()), (0, true, &b""[..]));
    input.check().expect("it is as it was");
}

#[test]
fn missing_directory_forbidden() {
    let temp = Temp::new("missing");
    assert_eq!(system(Input::open(&temp.0)), format!("{}: there is no such file", temp.0.display()));
    let dir = Temp::new("dir");
    fs::create_dir(&dir.0).expect("the temporary directory takes a directory");
    let message = system(Input::open(&dir.0));
    assert_eq!(message, format!("{} is a directory: give a file in it", dir.0.display()));
    let closed = Temp::with("closed", b"x");
    fs::set_permissions(&closed.0, std::os::unix::fs::PermissionsExt::from_mode(0o000))
        .expect("our own file");
    // The superuser may read everything: then there is nothing to test.
    if File::open(&closed.0).is_err() {
        let message = system(Input::open(&closed.0));
        assert_eq!(message, format!("{}: you are not allowed to read it", closed.0.display()));
    }
}

#[test]
fn a_file_of_proc_is_read_whole() {
    let input = Input::open(Path::new("/proc/self/status")).expect("every process has it");
    assert!(input.bytes().starts_with(b"Name:") && input.is_padded());
    input.check().expect("it is in memory");
}

#[test]
fn a_fifo_is_read_to_its_end() {
    let fifo = Temp::new("fifo");
    assert!(Command::new("mkfifo").arg(&fifo.0).status().expect("mkfifo is everywhere").success());
    let all = pattern(300_000);
    std::thread::scope(|scope| {
        scope.spawn(|| OpenOptions::new().write(true).open(&fifo.0).expect("a fifo").write_all(&all));
        let input = Input::open(&fifo.0).expect("a fifo");
        assert!(input.bytes() == all && input.len() == 300_000);
        same(&input, &all, 4096, &mut Scratch::new());
    });
}

#[test]
fn what_grows_is_seen_as_long_as_it_was() {
    let all = pattern(10_000);
    let temp = Temp::with("grows", &all);
    let input = temp.open();
    let mut file = OpenOptions::new().append(true).open(&temp.0).expect("our own file");
    file.write_all(&[255; 100_000]).expect("our own file");
    assert!(input.len() == 10_000 && input.bytes() == all);
    input.check().expect("growing is no loss");
}

#[test]
fn what_changes_in_place_is_no_error() {
    let temp = Temp::with("changes", &[1; 9000]);
    let input = temp.open();
    let file = OpenOptions::new().write(true).open(&temp.0).expect("our own file");
    file.write_all_at(&[2; 10], 5000).expect("our own file");
    assert_eq!(input.bytes()[4999..5011], [1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
    input.check().expect("it is as long as it was");
}

#[test]
fn a_file_cut_between_pages_reads_as_zeros_and_is_reported() {
    let all = pattern(3 * MIB + 77);
    let temp = Temp::with("cut", &all);
    let input = temp.open();
    assert_eq!(input.bytes()[5 << 10], all[5 << 10]);
    temp.cut(8192);
    // Backwards and from four threads at once: several overlapping faults.
    std::thread::scope(|scope| {
        for t in 0..4 {
            let bytes = input.bytes();
            scope.spawn(move || {
                for i in (8192 + t..bytes.len()).rev().step_by(1021) {
                    assert_eq!(bytes[i], 0);
                }
            });
        }
    });
    assert!(input.bytes()[..8192] == all[..8192]);
    let message = data(input.check());
    assert!(message.contains(&format!("{}: the file was cut short", temp.0.display())), "{message}");
    assert!(message.contains("the bytes from 8192 on are gone (it had 3145805 at the start)"), "{message}");
    // The page behind is still readable, and another mapping of the file is not affected.
    assert_eq!(temp.open().bytes(), &all[..8192]);
    // If the file grows again, the loss is still reported.
    temp.cut(4 * MIB);
    assert!(data(input.check()).contains("the bytes from 8192 on could not be read"));
}

#[test]
fn a_file_cut_inside_a_page_is_reported_too() {
    let temp = Temp::with("cut-inside", &[7; 10_000]);
    let input = temp.open();
    temp.cut(9_000);
    assert_eq!((input.bytes()[8_999], input.bytes()[9_500]), (7, 0), "the system zeroes the rest of a page");
    assert!(data(input.check()).contains("the bytes from 9000 on are gone"));
}

#[test]
fn a_file_cut_to_nothing_is_reported() {
    let temp = Temp::with("cut-all", &[7; 10_000]);
    let input = temp.open();
    temp.cut(0);
    assert_eq!(input.bytes().iter().map(|b| u64::from(*b)).sum::<u64>(), 0);
    assert!(data(input.check()).contains("the bytes from 0 on are gone"));
}

#[test]
fn a_pass_over_a_file_that_is_cut_ends_in_an_error_whichever_way_it_reads() {
    let temp = Temp::with("cut-pass", &[7; 40 << 20]);
    let (input, mut scratch, step) = (temp.open(), Scratch::new(), 256u64 << 10);
    let mut error_text = None;
    for at in (0..input.len()).step_by(step as usize) {
        if at == 20 * MIB {
            temp.cut(21 * MIB + 100);
        }
        match input.chunk(at..at + step, &mut scratch) {
            Ok(bytes) => assert!(bytes.iter().all(|b| *b == 7) || at + step > 21 * MIB),
            Err(e) => error_text = error_text.or(Some(e)),
        }
    }
    let message = data(input.check());
    assert!(message.contains(&format!("the bytes from {} on are gone", 21 * MIB + 100)), "{message}");
    if let Some(e) = error_text {
        assert_eq!(e.kind(), ErrorKind::Data, "{e}");
    }
}

/// Runs one test of this file, alone, in a new process with `WIRELENS_CHILD` set.
fn child(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a test is a file"));
    command.args(["--exact", test, "--nocapture"]).env("WIRELENS_CHILD", test);
    command
}

fn is_child() -> bool {
    std::env::var_os("WIRELENS_CHILD").is_some()
}

/// Our handler handles faults in our mappings only: elsewhere a lost page still kills the process.
#[test]
fn a_fault_in_a_foreign_mapping_is_not_ours() {
    if !is_child() {
        let status = child("a_fault_in_a_foreign_mapping_is_not_ours").stdout(Stdio::null()).status();
        assert_eq!(status.expect("it runs").signal(), Some(libc::SIGBUS));
        return;
    }
    let temp = Temp::with("foreign", &[7; 10_000]);
    let ours = temp.open();
    // SAFETY: the file is truncated below, and the fault is meant to kill this process.
    let theirs = unsafe { memmap2::Mmap::map(&File::open(&temp.0).expect("our own file")) }.expect("maps");
    let limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a plain call; it prevents a core file.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &limit) };
    temp.cut(0);
    assert_eq!(ours.bytes()[5_000], 0);
    drop(temp);
    std::hint::black_box(theirs[5_000]);
}

#[test]
fn standard_input_is_read_as_a_pipe_and_mapped_as_a_file() {
    let all = pattern(100_000);
    if is_child() {
        let input = Input::open(Path::new("-")).expect("it is open");
        assert!(input.bytes() == all && input.name() == "<stdin>");
        return;
    }
    let name = "standard_input_is_read_as_a_pipe_and_mapped_as_a_file";
    let temp = Temp::with("stdin", &all);
    let file = File::open(&temp.0).expect("our own file");
    assert!(child(name).stdin(file).stdout(Stdio::null()).status().expect("it runs").success());
    let mut piped = child(name).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
    piped.stdin.take().expect("piped").write_all(&all).expect("it reads all");
    assert!(piped.wait().expect("it runs").success());
}

/// Another process may change the bytes of a mapped file at any moment. Text is checked in a copy, so the
/// printed text is one of the two states, and nothing is read past the end. (Reading a `str` over the mapping
/// could continue past a lead byte at its end.)
#[test]
fn text_that_changes_while_it_is_printed_is_one_of_its_states() {
    use std::sync::atomic::{AtomicBool, Ordering};
    use wirelens::{Limits, Options, Query, RowFormat, Schema, Script};
    const LONG: usize = 16 << 10;
    let temp = Temp::with("toggled", &[b'x'; LONG]);
    let schema = Schema::from_c("<schema>", &format!("struct R {{ char name[{LONG}]; }};")).unwrap();
    let text = "import sys\nimport wirelens\nfor t in wirelens.open('f', schema='s'):\n    print(f'{t.name!r}')\n    \
                print(t.name)\n    print(len(t.name), ord(t.name[-1]))\n";
    let script =
        Script::compile("<script>", text, &["f"], &Limits::default(), |_| Ok(schema.clone())).unwrap();
    let rows = Query::builder(&schema).select("name").build().unwrap();
    let json = Query::builder(&schema).select("name").rows(RowFormat::Json).build().unwrap();
    let states = |before: &str, x: &str, lead: &str, after: &str| {
        let same = "x".repeat(LONG - 1);
        [x, lead].map(|last| format!("{before}{same}{last}{after}"))
    };
    let repr = states("'", "x", "\\udcf0", "'");
    let plain = states("", "x", "\u{fffd}", "");
    let quoted = states("{\"name\":\"", "x", "\u{fffd}", "\"}\n");
    let done = AtomicBool::new(false);
    let mut printed = vec![];
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let file = OpenOptions::new().write(true).open(&temp.0).unwrap();
            while !done.load(Ordering::Relaxed) {
                for byte in [0xf0, b'x'] {
                    file.write_all_at(&[byte], LONG as u64 - 1).unwrap();
                }
            }
        });
        for _ in 0..200 {
            let input = temp.open();
            let out = script.output(Some(&input), &Options::default());
            let rows = [&rows, &json].map(|rows| rows.run(&input));
            printed.push((out, rows));
        }
        // This comes before any assertion: the other thread runs until then.
        done.store(true, Ordering::Relaxed);
    });
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is printed is UTF-8");
    for (out, [csv, json]) in printed {
        let (out, csv, json) = (text(out.unwrap().text), text(csv.unwrap().text), text(json.unwrap().text));
        let lines: Vec<&str> = out.lines().collect();
        let [a, b, c] = lines[..] else { panic!("{} lines", lines.len()) };
        assert!(repr.iter().any(|state| a == state), "{}", &a[a.len() - 40..]);
        assert!(plain.iter().any(|state| b == state), "{}", &b[b.len() - 40..]);
        assert!([format!("{LONG} 120"), format!("{LONG} 65533")].iter().any(|state| c == state), "{c}");
        assert!(plain.iter().any(|state| csv.trim_end() == state), "{}", &csv[csv.len() - 40..]);
        assert!(quoted.contains(&json), "{}", &json[json.len() - 40..]);
    }
}
