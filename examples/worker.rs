//! A worker: messages of several kinds come through a socket, and the answer to each goes back.
//!
//!     cargo run --release --example worker -- [N] [--seed S]
//!
//! sends N messages (a million by default), whose shapes drift, and prints how long the worker takes for a
//! message, from its bytes to the answer. There are three passes over the same messages: with generated
//! readers of Cap'n Proto; with queries of Wirelens, whose native code is made in the background; and with
//! queries that wait for the compiler. The client has another answer to each message, from the generated
//! readers, and stops if they differ. It waits for the answers to each 64 messages, so memory is bounded.
//!
//! [`serve`] is the worker. What to copy is there and in `jobs/`: a query for each kind of message, a session
//! of each for the thread, `in_background`, and `run` for each message. `drift/` makes the messages.
//!
//! A frame is a word with the kind (lower half) and the number of words of the message, and these words. An
//! answer is a byte for its type, and eight bytes; after the byte for an error, these are the length of the
//! text that follows.
//!
//! The worker has one connection and one thread. A server has a thread for each connection, with sessions of
//! its own; the queries are shared.

use std::fs;
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use jobs::{Answer, Generated, JOBS, Jobs, KINDS, Sessions};
use make::{Args, number};
use wirelens::Query;

mod drift;
pub mod jobs;
pub mod make;

/// The options of the command line.
pub const OPTIONS: &[&str] = &["--seed"];

const USAGE: &str = "usage: worker [N] [--seed S]

  N       how many messages (default 1000000)
  --seed  S, a number (default 1)

example: cargo run --release --example worker -- 100000";

/// The client sends so many messages before it reads the answers. These fit the buffer of a socket, so the
/// worker need not wait until they are read.
const BATCH: usize = 64;
/// The most words of a message.
const MOST: usize = 1 << 17;
/// The latencies of so many messages are the warm-up.
const WARM_UP: usize = 1_000;

const WHOLE: u8 = 0;
const FLOAT: u8 = 1;
const FAILED: u8 = 2;

/// How the messages of a pass are read.
#[derive(Clone, Copy)]
enum Contender {
    Generated,
    Background,
    Waiting,
}

impl Contender {
    const ALL: [Contender; 3] = [Contender::Generated, Contender::Background, Contender::Waiting];

    fn name(self) -> &'static str {
        match self {
            Contender::Generated => "generated readers",
            Contender::Background => "wirelens",
            Contender::Waiting => "wirelens, waiting for the compiler",
        }
    }
}

/// The kind of a message, and the nanoseconds from its bytes to the answer.
#[derive(Clone, Copy)]
pub struct Latency {
    kind: u8,
    nanos: u32,
}

/// Answers messages until the client closes the connection. Notes the latency of each.
pub fn serve(stream: UnixStream, mut jobs: impl Jobs, latencies: &mut Vec<Latency>) -> io::Result<()> {
    let (mut from, mut to) = (BufReader::new(&stream), BufWriter::new(&stream));
    let mut words = vec![];
    loop {
        // Before the worker waits, the client must have all answers so far.
        if from.buffer().is_empty() {
            to.flush()?;
        }
        let mut head = [0; 8];
        match from.read_exact(&mut head) {
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        let head = u64::from_le_bytes(head);
        let (kind, length) = (head as u32 as usize, (head >> 32) as usize);
        if length > MOST {
            return Err(io::Error::other(format!("a message of {length} words is too long")));
        }
        // The generated readers need aligned messages.
        words.resize(length, 0u64);
        from.read_exact(bytemuck::cast_slice_mut(&mut words))?;

        let start = Instant::now();
        let answer = jobs.answer(kind, bytemuck::cast_slice(&words));
        let nanos = start.elapsed().as_nanos().try_into().unwrap_or(u32::MAX);

        latencies.push(Latency { kind: kind as u8, nanos });
        let (tag, word) = match &answer {
            Ok(Answer::Whole(whole)) => (WHOLE, *whole as u64),
            Ok(Answer::Float(float)) => (FLOAT, float.to_bits()),
            Err(text) => (FAILED, text.len() as u64),
        };
        to.write_all(&[tag])?;
        to.write_all(&word.to_le_bytes())?;
        to.write_all(answer.err().unwrap_or_default().as_bytes())?;
    }
}

/// The answer to a message, or the text of its error.
fn receive(from: &mut impl Read) -> io::Result<Result<Answer, String>> {
    let (mut tag, mut word) = ([0], [0; 8]);
    from.read_exact(&mut tag)?;
    from.read_exact(&mut word)?;
    let word = u64::from_le_bytes(word);
    Ok(match tag[0] {
        WHOLE => Ok(Answer::Whole(word as i64)),
        FLOAT => Ok(Answer::Float(f64::from_bits(word))),
        _ => {
            let mut text = String::new();
            from.take(word).read_to_string(&mut text)?;
            Err(text)
        }
    })
}

/// What the client has seen of the process during a pass.
#[derive(Default)]
struct Seen {
    /// The regions compiled until the end of each tenth of the messages.
    compiled: Vec<u64>,
    /// The resident memory before the first message, and after each tenth of the messages, in kB.
    resident: Vec<u64>,
}

/// Sends the messages, and compares the answers.
fn send(stream: UnixStream, wanted: &Wanted, queries: &[Query]) -> Result<Seen, String> {
    let failed = |e: io::Error| format!("the connection to the worker: {e}");
    let compiled = || queries.iter().map(|query| query.stats().recorded).sum();
    let mut from = BufReader::new(&stream);
    let (mut words, mut expected) = (vec![], vec![]);
    let mut seen = Seen { resident: vec![resident()], ..Seen::default() };
    for start in (0..wanted.messages).step_by(BATCH) {
        words.clear();
        expected.clear();
        for number in start..wanted.messages.min(start + BATCH as u64) {
            let head = words.len();
            words.push(0);
            let kind = drift::append(&mut words, number, wanted.messages, wanted.seed);
            let kind = kind.map_err(|e| format!("message {number} cannot be made: {e}"))?;
            let message = &words[head + 1..];
            expected.push((number, kind, Generated.answer(kind, bytemuck::cast_slice(message))));
            words[head] = (kind as u64 | (message.len() as u64) << 32).to_le();
        }
        (&stream).write_all(bytemuck::cast_slice(&words)).map_err(failed)?;
        for (number, kind, expected) in &expected {
            let answer = receive(&mut from).map_err(failed)?;
            if answer.is_err() || answer != *expected {
                let kind = JOBS[*kind].name;
                return Err(format!("message {number} ({kind}): {answer:?} instead of {expected:?}"));
            }
            if (number + 1) * 10 / wanted.messages > number * 10 / wanted.messages {
                seen.compiled.push(compiled());
                seen.resident.push(resident());
            }
        }
    }
    Ok(seen)
}

/// The resident memory of the process, in kB; 0 if the system does not say.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Has a worker answer all messages, with new queries.
fn pass(contender: Contender, wanted: &Wanted) -> Result<(Vec<Latency>, Seen), String> {
    let queries = jobs::queries().map_err(|e| e.to_string())?;
    let (client, server) = UnixStream::pair().map_err(|e| format!("no socket: {e}"))?;
    // All pages of it are touched now, not while messages are answered.
    let mut latencies = vec![Latency { kind: u8::MAX, nanos: u32::MAX }; wanted.messages as usize];
    latencies.clear();
    let (seen, served) = thread::scope(|scope| {
        let (queries, latencies) = (&queries, &mut latencies);
        let worker = scope.spawn(move || match contender {
            Contender::Generated => serve(server, Generated, latencies),
            Contender::Background => serve(server, Sessions::new(queries, true), latencies),
            Contender::Waiting => serve(server, Sessions::new(queries, false), latencies),
        });
        let seen = send(client, wanted, queries);
        (seen, worker.join())
    });
    match (seen, served) {
        (Ok(seen), Ok(Ok(()))) => Ok((latencies, seen)),
        (Err(e), Ok(Ok(()))) => Err(e),
        (Ok(_), Ok(Err(worker))) => Err(format!("the worker: {worker}")),
        (Err(e), Ok(Err(worker))) => Err(format!("{e}; the worker: {worker}")),
        (_, Err(_)) => Err("the worker has panicked".to_string()),
    }
}

/// The latency that this share of the messages does not exceed, in microseconds.
fn percentile(sorted: &[u32], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(index.saturating_sub(1)).map_or(0.0, |nanos| f64::from(*nanos) / 1e3)
}

/// The latencies of some messages, sorted.
fn sorted(latencies: &[Latency], of: impl Fn(&Latency) -> bool) -> Vec<u32> {
    let mut nanos: Vec<u32> = latencies.iter().filter(|l| of(l)).map(|l| l.nanos).collect();
    nanos.sort_unstable();
    nanos
}

/// Runs all passes, and prints the tables.
pub fn run(wanted: &Wanted, out: &mut impl Write) -> Result<(), String> {
    let mut passes = vec![];
    for contender in Contender::ALL {
        eprintln!("{}", contender.name());
        passes.push((contender, pass(contender, wanted)?));
    }
    report(wanted, &passes, out).map_err(|e| format!("standard output: {e}"))
}

type Passed = (Contender, (Vec<Latency>, Seen));

fn report(wanted: &Wanted, passes: &[Passed], out: &mut dyn Write) -> io::Result<()> {
    let row = |out: &mut dyn Write, cells: &[String], name: &str| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>11}")).collect();
        writeln!(out, "{name:34}{cells}")
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
    let micros = |micros: f64| format!("{micros:.2}");

    row(out, &texts(&["p50", "p99", "p99.9", "longest", "longest*"]), "microseconds for a message")?;
    for (contender, (latencies, _)) in passes {
        let all = sorted(latencies, |_| true);
        let warm = sorted(latencies.get(WARM_UP..).unwrap_or_default(), |_| true);
        let mut cells = [0.5, 0.99, 0.999, 1.0].map(|share| micros(percentile(&all, share))).to_vec();
        cells.push(micros(percentile(&warm, 1.0)));
        row(out, &cells, contender.name())?;
    }
    writeln!(out, "* after the first {WARM_UP} messages\n")?;

    let names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
    row(out, &texts(&names), "p50 of each kind")?;
    for (contender, (latencies, _)) in passes {
        let of = |kind: usize| percentile(&sorted(latencies, |l| usize::from(l.kind) == kind), 0.5);
        row(out, &(0..KINDS).map(|kind| micros(of(kind))).collect::<Vec<_>>(), contender.name())?;
    }

    writeln!(out, "\nregions compiled in each tenth of the {} messages", wanted.messages)?;
    for (contender, (_, seen)) in passes {
        let before = [0].iter().chain(&seen.compiled);
        let made: String =
            seen.compiled.iter().zip(before).map(|(now, before)| format!("{:>6}", now - before)).collect();
        writeln!(out, "{:40}{made}", contender.name())?;
    }
    writeln!(out, "\nresident memory in MB, at the start and after each tenth")?;
    for (contender, (_, seen)) in passes {
        let resident: String =
            seen.resident.iter().map(|kb| format!("{:>6.1}", *kb as f64 / 1024.0)).collect();
        writeln!(out, "{:34}{resident}", contender.name())?;
    }
    Ok(())
}

pub struct Wanted {
    messages: u64,
    seed: u64,
}

pub fn parse(args: &Args) -> Result<Wanted, String> {
    let messages = match &args.plain[..] {
        [] => 1_000_000,
        [n] => number("N", n)?,
        more => return Err(format!("one argument is needed, N, but there are {}", more.len())),
    };
    if !(10..=100_000_000).contains(&messages) {
        return Err(format!("N must be from 10 to 100000000, but is {messages}"));
    }
    Ok(Wanted { messages, seed: args.seed()? })
}

fn main() -> ExitCode {
    make::command(USAGE, OPTIONS, parse, |wanted| run(&wanted, &mut io::stdout().lock()))
}
