//! The example `worker` over few messages: all answers agree, the tables have their form, and a damaged
//! message is answered with an error. Times are not checked.

#[path = "../examples/worker.rs"]
#[expect(dead_code, reason = "`main` is for the example")]
mod worker;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use wirelens::Query;
use worker::jobs::{self, Generated, Jobs, Sessions};
use worker::make::Args;

fn parsed(args: &[&str]) -> Result<worker::Wanted, String> {
    Args::parse(worker::OPTIONS, args.iter().map(|arg| arg.to_string())).and_then(|args| worker::parse(&args))
}

/// The columns of a row behind its name.
fn columns<'t>(line: &'t str, name: &str) -> Vec<&'t str> {
    line.strip_prefix(name).unwrap_or_else(|| panic!("{name}: {line}")).split_whitespace().collect()
}

#[test]
fn all_answers_agree_and_the_tables_are_whole() {
    const NAMES: [&str; 3] = ["generated readers ", "wirelens ", "wirelens, waiting for the compiler"];
    let mut out = vec![];
    worker::run(&parsed(&["6_000", "--seed", "3"]).unwrap(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let tables: Vec<Vec<&str>> = out.split("\n\n").map(|table| table.lines().collect()).collect();
    assert_eq!(tables.len(), 4, "{out}");
    for (table, numbers) in tables.iter().zip([5, 5, 10, 11]) {
        for (line, name) in table[1..].iter().zip(NAMES) {
            let columns: Vec<f64> = columns(line, name).iter().map(|n| n.parse().unwrap()).collect();
            assert!(columns.len() == numbers && columns.iter().all(|n| *n >= 0.0), "{out}");
        }
    }
    for (line, name) in tables[0][1..].iter().zip(NAMES) {
        let columns: Vec<f64> = columns(line, name).iter().map(|n| n.parse().unwrap()).collect();
        assert!(columns[..4].is_sorted() && 0.0 < columns[4] && columns[4] <= columns[3], "{out}");
    }
    let regions =
        |line: &str, name| columns(line, name).iter().map(|n| n.parse::<u64>().unwrap()).sum::<u64>();
    assert_eq!(regions(tables[2][1], NAMES[0]), 0, "{out}");
    assert!(regions(tables[2][3], NAMES[2]) > 0, "{out}");
}

/// What a worker answers to frames, and how it ended.
fn answers(frames: Vec<u8>, jobs: impl Jobs + Send) -> (Vec<u8>, Result<(), String>) {
    let (mut client, server) = UnixStream::pair().unwrap();
    thread::scope(|scope| {
        let worker = scope.spawn(|| worker::serve(server, jobs, &mut vec![]));
        client.write_all(&frames).unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answers = vec![];
        client.read_to_end(&mut answers).unwrap();
        (answers, worker.join().unwrap().map_err(|e| e.to_string()))
    })
}

fn frame(kind: u64, words: &[u64]) -> Vec<u8> {
    [&[kind | (words.len() as u64) << 32], words]
        .concat()
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect()
}

#[test]
fn a_damaged_message_is_answered_with_an_error_and_the_next_one_as_any_other() {
    let queries: Vec<Query> = jobs::queries().unwrap();
    // A sample of one word: the number 7. The damaged one has a root pointer behind its end.
    let (whole, damaged) = ([2 << 32, 1 << 32, 7], [1 << 32, 1 << 32 | 80]);
    let frames = [frame(0, &damaged), frame(9, &whole), frame(0, &whole)].concat();
    // The default of the weight is 100; those of the heights of both places cancel each other out.
    let last = [&[0u8][..], &107u64.to_le_bytes()].concat();
    let (ours, ended) = answers(frames.clone(), Sessions::new(&queries, true));
    assert!(ours[0] == 2 && ours.ends_with(&last) && ended.is_ok(), "{ours:?}");
    assert!(ours.windows(18).any(|text| text == b"there is no kind 9"), "{ours:?}");
    let (theirs, ended) = answers(frames, Generated);
    assert!(theirs[0] == 2 && theirs.ends_with(&last) && ended.is_ok(), "{theirs:?}");
    let (none, ended) = answers(frame(0, &whole)[..12].to_vec(), Generated);
    assert!(none.is_empty() && ended.is_err(), "the connection ends within a frame");
    let (none, ended) = answers((1u64 << 62).to_le_bytes().to_vec(), Generated);
    assert!(none.is_empty() && ended.unwrap_err().contains("is too long"));
}

#[test]
fn wrong_arguments_are_refused() {
    for (args, message) in [
        (&["x"][..], "N must be a number, but is `x`"),
        (&["1"], "N must be from 10 to 100000000, but is 1"),
        (&["10", "11"], "one argument is needed, N, but there are 2"),
        (&["--seed"], "--seed needs a value"),
        (&["--speed", "1"], "there is no option --speed"),
    ] {
        assert_eq!(parsed(args).err().as_deref(), Some(message));
    }
}
