//! Damaged streams, packed and not: all readers must see as many messages before the damage, and report the
//! same message, byte and kind of end.
//!
//! A random stream is truncated, is filled with garbage between its messages or within them, or gets
//! impossible segment tables, absurd sizes and trailing bytes. The crate `capnp` reads it first
//! ([`expected`]); then `eval`, `select`, `cat` and the barycenter, with one thread and with three, and
//! scripts with every kind of loop over records that the language has.
//!
//! `WIRELENS_CASES=n` tests n times as many streams. `--nocapture` prints the number of streams for each kind
//! of end.

use super::super::cases;
use super::super::rng::Rng;
use super::messages::{Message, far, struct_word};
use super::reference::{Pointer, Reference};
use super::{Outcome, hex_words};
use crate::error::{Error, ErrorKind};
use crate::formats::Limits;
use crate::host::Hosts;
use crate::lang::rows::RowFormat;
use crate::query::columns::Request;
use crate::query::order::Shared;
use crate::query::rows::Rows;
use crate::query::text::Text;
use crate::query::values::Values;
use crate::query::{Records, json};
use crate::{Barycenter, Cut, Format, Input, Jit, Options, Schema, Script};
use capnp::message::{Reader, ReaderOptions, ReaderSegments};
use capnp::serialize::OwnedSegments;
use std::collections::BTreeMap;

/// The number of streams, and of damaged variants of each.
const STREAMS: u64 = 12;
const MUTANTS: u64 = 12;

const SCHEMA: &str = "@0xf3b84c3a2d1e0f57; struct P { x @0 :Float64; y @1 :Float64; n @2 :UInt32; }";

/// How a stream ends, with the number of the last message and the byte where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Proper,
    Cut(u64, u64),
    /// No readable message begins there.
    Damaged(u64, u64),
    /// The message is complete and breaks a rule.
    Broken(u64, u64),
}

/// What a reader sees of a stream: the field `n` of each message, or the number of messages, as far as they
/// are known, and the end.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    values: Option<Vec<u32>>,
    count: Option<u64>,
    end: End,
}

impl Seen {
    /// From printed text with a number in each line.
    fn printed(text: &[u8], end: End) -> Seen {
        let text = String::from_utf8_lossy(text);
        let values =
            text.lines().map(|line| line.parse().unwrap_or_else(|_| panic!("'{line}' is no number")));
        let values: Vec<u32> = values.collect();
        Seen { count: Some(values.len() as u64), values: Some(values), end }
    }
}

/// The end that an error or a truncated record reports.
fn end(found: Result<Option<Cut>, Error>) -> End {
    let error = match found {
        Ok(None) => return End::Proper,
        Ok(Some(cut)) => return End::Cut(cut.number, cut.offset),
        Err(error) if error.kind() == ErrorKind::Data => error,
        Err(other) => panic!("{other:?} is not about the data"),
    };
    let text = error.to_string();
    let number = |text: &str| -> Option<u64> {
        text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())].parse().ok()
    };
    let place = text.match_indices(" (at byte ").next().and_then(|(at, words)| {
        let message = text[..at].rsplit_once("message ")?.1.parse().ok()?;
        Some((message, number(&text[at + words.len()..])?))
    });
    let Some((message, at)) = place else { panic!("no place is reported: {text}") };
    // The error has the same facts as its text. A script's text does not state the byte within the message.
    let within = text.rsplit_once(", at byte ").and_then(|(_, byte)| number(byte));
    assert_eq!(error.record(), Some(message), "{text}");
    assert!(text.contains("-->") || error.offset() == within.or(Some(at)), "{text}: {:?}", error.offset());
    let framing = ["segments, where at most", "words, where the traversal limit", "a run of packed words"];
    match text.contains("is cut short") {
        true => End::Cut(message, at),
        false if framing.iter().any(|words| text.contains(words)) => End::Damaged(message, at),
        false => End::Broken(message, at),
    }
}

/// What the crate sees. It takes any fewer than eight bytes at the end for a truncated message. Here, four of
/// them can suffice to see that no message begins there: `short` is true if that is possible.
fn expected(bytes: &[u8], packed: bool, limits: &Limits, reference: &Reference) -> (Seen, bool) {
    let options = ReaderOptions {
        traversal_limit_in_words: Some(limits.traversal as usize),
        nesting_limit: limits.nesting as i32,
    };
    let (mut rest, mut values, mut start) = (bytes, vec![], 0);
    let end = loop {
        let at = (bytes.len() - rest.len()) as u64;
        let number = values.len() as u64;
        let found = match packed {
            true => capnp::serialize_packed::try_read_message(&mut rest, options),
            false => capnp::serialize::try_read_message(&mut rest, options),
        };
        let message = match found {
            Ok(None) => break End::Proper,
            Ok(Some(message)) => message,
            Err(error) => {
                break match error.kind {
                    capnp::ErrorKind::InvalidNumberOfSegments(_)
                    | capnp::ErrorKind::MessageTooLarge(_)
                    | capnp::ErrorKind::PackedInputDidNotEndCleanlyOnASegmentBoundary => {
                        End::Damaged(number, at)
                    }
                    _ => End::Cut(number, at),
                };
            }
        };
        let flat = flat(&message);
        match reference.message(&flat, 0, limits, false) {
            Outcome::Value(..) => {}
            Outcome::Broken(_) => break End::Broken(number, start),
            other => panic!("{other:?}: the crate has read it"),
        }
        let root = message.get_root::<Pointer>().and_then(|p| p.0.get_struct(None));
        values.push(root.unwrap_or_else(|e| panic!("it was read before: {e}")).get_data_field::<u32>(4));
        start += flat.len() as u64;
    };
    let short = matches!(end, End::Cut(_, at) if !packed && (4..8).contains(&(bytes.len() as u64 - at)));
    (Seen { count: Some(values.len() as u64), values: Some(values), end }, short)
}

/// The bytes of a message that the crate has read.
fn flat(message: &Reader<OwnedSegments>) -> Vec<u8> {
    let segments = (0..).map_while(|i| message.get_segments().get_segment(i));
    let segments: Vec<&[u8]> = segments.collect();
    let mut table = vec![segments.len() as u32 - 1];
    table.extend(segments.iter().map(|s| s.len() as u32 / 8));
    table.resize(table.len().next_multiple_of(2), 0);
    table.iter().flat_map(|n| n.to_le_bytes()).chain(segments.concat()).collect()
}

/// A script, and what it prints besides "after", which it prints after its last loop.
struct LoopScript {
    text: &'static str,
    prints: Prints,
}

#[derive(Clone, Copy, PartialEq)]
enum Prints {
    Values,
    Count,
    Nothing,
}

/// All kinds of loops over records in a script. `all` is a generator over records.
const LOOP_SCRIPTS: [LoopScript; 14] = [
    LoopScript { text: "for t in records: print(t.n)", prints: Prints::Values },
    LoopScript { text: "for i, t in enumerate(records): print(t.n)", prints: Prints::Values },
    LoopScript { text: "for t, i in zip(records, range(1 << 40)): print(t.n)", prints: Prints::Values },
    LoopScript { text: "for i, t in zip(range(1 << 40), records): print(t.n)", prints: Prints::Values },
    LoopScript {
        text: "for i, (n, m) in enumerate(zip(all(records), all(records))): print(m)",
        prints: Prints::Values,
    },
    LoopScript { text: "for n in all(records): print(n)", prints: Prints::Values },
    LoopScript { text: "for n in (t.n for t in records): print(n)", prints: Prints::Values },
    LoopScript {
        text: "g = all(records)\nn = next(g, None)\nwhile n is not None:\n    print(n)\n    n = next(g, None)",
        prints: Prints::Values,
    },
    LoopScript {
        text: "for i in range(2):\n    for t in records:\n        if i == 1: print(t.n)",
        prints: Prints::Nothing,
    },
    LoopScript {
        text: "for t in records:\n    for u in records:\n        print(u.n)\n    break",
        prints: Prints::Values,
    },
    LoopScript { text: "print(len(records))", prints: Prints::Count },
    LoopScript { text: "print(sum(1 for t in records))", prints: Prints::Count },
    LoopScript { text: "x = any(t.n == 1 << 40 for t in records)", prints: Prints::Nothing },
    LoopScript { text: "x = max((t.n for t in records), default=0)", prints: Prints::Nothing },
];

impl LoopScript {
    fn compile(&self, schema: &Schema, limits: &Limits) -> Script {
        let text = format!(
            "import wirelens\nrecords = wirelens.open('-', schema='p', record='P')\n\
             def all(records):\n    for t in records:\n        yield t.n\n{}\nprint('after')\n",
            self.text
        );
        let script = Script::compile("<script>", &text, &[], limits, |_| Ok(schema.clone()));
        script.unwrap_or_else(|e| panic!("{e}\n{text}"))
    }

    fn run(&self, script: &Script, input: &Input, options: &Options) -> Seen {
        let text = Shared::new(vec![]);
        let ended = script.run(Some(input), options, text.clone(), std::io::sink());
        let text = std::mem::take(&mut *text.lock());
        let end = end(ended.map(|ended| ended.cut));
        let before = text.strip_suffix(b"after\n");
        let goes_on = matches!(end, End::Proper | End::Cut(..));
        assert_eq!(before.is_some(), goes_on, "{}: {}", self.text, String::from_utf8_lossy(&text));
        let before = before.unwrap_or(&text);
        match self.prints {
            Prints::Values => Seen::printed(before, end),
            Prints::Count if goes_on => {
                let printed = Seen::printed(before, end);
                let [count] = printed.values.as_deref().expect("it is printed") else {
                    panic!("{}: {printed:?}", self.text)
                };
                Seen { values: None, count: Some((*count).into()), end }
            }
            _ => {
                assert!(goes_on || before.is_empty(), "{}: {}", self.text, String::from_utf8_lossy(&text));
                Seen { values: None, count: None, end }
            }
        }
    }
}

/// All readers of streams, compiled once.
struct All {
    program: Values,
    barycenter: Values,
    rows: Text,
    documents: Text,
    scripts: Vec<Script>,
}

impl All {
    fn new(schema: &Schema, limits: &Limits) -> All {
        let records = Records { limits: *limits, ..Records::from("P") };
        let ok = "they are right";
        let sums = Barycenter::new(schema, "P", None, None).expect(ok).sums;
        let sums: Vec<&str> = sums.iter().map(String::as_str).collect();
        let request = Request { columns: "n", condition: None, format: RowFormat::Csv.text() };
        All {
            program: Values::compile(schema, records, "len(records), sum(t.n for t in records)").expect(ok),
            barycenter: Values::totals(schema, records, &sums).expect(ok),
            rows: Rows::compile(&Hosts::new(), schema, records, request, None).expect(ok).text(),
            documents: json::records(schema, "P", limits).expect(ok),
            scripts: LOOP_SCRIPTS.iter().map(|way| way.compile(schema, limits)).collect(),
        }
    }

    /// What each reader sees, with the reader's name.
    fn see(&self, input: &Input, options: &Options) -> Vec<(String, Seen)> {
        let mut all = vec![];
        for threads in [1, 3] {
            let options = Options { threads, ..options.clone() };
            for (name, program) in [("eval", &self.program), ("barycenter", &self.barycenter)] {
                let (count, found) = match program.run(input, &options) {
                    Ok(outcome) => (Some(outcome.records), Ok(outcome.cut)),
                    Err(error) => (None, Err(error)),
                };
                all.push((format!("{name} {threads}"), Seen { values: None, count, end: end(found) }));
            }
            let (text, found) = self.rows.written(input, &options);
            let found = found.map(|seen| seen.cut);
            all.push((format!("select {threads}"), Seen::printed(&text, end(found))));
            let (text, found) = self.documents.written(input, &options);
            let values = String::from_utf8(text).expect("JSON is text");
            let values = values.lines().map(|line| {
                let record: serde_json::Value =
                    serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
                record["n"].as_u64().unwrap_or(0) as u32
            });
            let values: Vec<u32> = values.collect();
            let (count, end) = (Some(values.len() as u64), end(found.map(|seen| seen.cut)));
            all.push((format!("cat {threads}"), Seen { values: Some(values), count, end }));
        }
        for (way, script) in LOOP_SCRIPTS.iter().zip(&self.scripts) {
            all.push((way.text.to_string(), way.run(script, input, options)));
        }
        all
    }
}

/// A message with a random `n`, in one segment or behind a far pointer to another one, with words that no
/// pointer leads to.
fn message(rng: &mut Rng, large: bool) -> Message {
    let unused = if large { 200_000 } else { rng.index(12) };
    let mut object =
        vec![(rng.below(9) as f64).to_bits(), (rng.below(9) as f64).to_bits(), rng.below(1 << 32)];
    // Random words do not compress, zeros become a run.
    object.extend((0..unused).map(|_| if rng.one_in(2) { 0 } else { rng.next() }));
    let root = struct_word(3, 0);
    let mut segments = match rng.below(3) {
        0 => vec![vec![far(1, 0, false)], [&[root][..], &object].concat()],
        _ => vec![[&[root][..], &object].concat()],
    };
    segments.resize(segments.len() + *rng.pick(&[0, 0, 0, 1, 2, 9]), vec![]);
    Message { segments, pointers: vec![] }
}

/// The packed form of a message: its first word, the rest of its table and its body, each packed by itself.
fn packed(bytes: &[u8], body: usize, rng: &mut Rng) -> Vec<u8> {
    let mut all = vec![];
    for part in [&bytes[..8], &bytes[8..body], &bytes[body..]] {
        let mut words = part.chunks_exact(8).peekable();
        while let Some(word) = words.next() {
            let tag = word.iter().enumerate().fold(0, |tag, (i, byte)| tag | u8::from(*byte != 0) << i);
            // Any word may be packed with all its bytes.
            let tag = if rng.one_in(20) { 0xFF } else { tag };
            all.push(tag);
            all.extend(word.iter().enumerate().filter(|(i, _)| tag >> i & 1 == 1).map(|(_, byte)| byte));
            if tag == 0 || tag == 0xFF {
                let run_at = all.len();
                all.push(0);
                while all[run_at] < 255
                    && let Some(next) = words.next_if(|next| tag != 0 || next.iter().all(|byte| *byte == 0))
                {
                    all[run_at] += 1;
                    all.extend(if tag == 0 { &[][..] } else { next });
                    if tag == 0xFF && rng.one_in(3) {
                        break;
                    }
                }
            }
        }
    }
    all
}

/// Bytes that begin no message, bytes that begin a truncated one, or random bytes.
fn garbage(rng: &mut Rng, packed: bool) -> Vec<u8> {
    let table = |words: &[u32]| words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>();
    match rng.below(6) {
        0 => table(&[u32::MAX, 0]),
        1 => table(&[600, 0]),
        2 => table(&[0, u32::MAX]),
        3 => table(&[1, u32::MAX, u32::MAX, 0]),
        4 if packed => vec![0xFF, 1, 0, 0, 0, 0, 0, 0, 0, 200],
        _ => {
            let count = 1 + rng.index(40);
            (0..count).map(|_| rng.next() as u8).collect()
        }
    }
}

/// Damages a stream whose messages begin at `starts`.
fn damage(rng: &mut Rng, mut bytes: Vec<u8>, starts: &[usize], packed: bool) -> Vec<u8> {
    let start = *rng.pick(starts);
    match rng.below(9) {
        0 => {}
        1 | 2 => bytes.truncate(rng.index(bytes.len() + 1)),
        3 => drop(bytes.splice(start..start, garbage(rng, packed))),
        4 => bytes.extend(garbage(rng, packed)),
        5 if bytes.len() >= start + 8 => {
            // 511 is left out: the crate refuses 512 segments.
            let entry = start + 4 * rng.index(2);
            let size = *rng.pick(&[0, 1, 2, 510, 600, 1 << 20, 1 << 24, 1 << 29, u32::MAX - 1, u32::MAX]);
            bytes[entry..entry + 4].copy_from_slice(&size.to_le_bytes());
        }
        // Usually the root pointer of a message.
        6 if bytes.len() >= start + 16 => {
            let kind = *rng.pick(&[1u64, 2, 3, 5, 6, 0x40]);
            bytes[start + 8..start + 16].copy_from_slice(&(kind | rng.below(9) << 32).to_le_bytes());
        }
        _ if !bytes.is_empty() => {
            let at = rng.index(bytes.len());
            let end = bytes.len().min(at + 1 + rng.index(16));
            bytes[at..end].iter_mut().for_each(|byte| *byte = rng.next() as u8);
        }
        _ => {}
    }
    bytes
}

/// A stream, packed or not, and the offsets where its messages begin, with the end of the stream as the last.
fn stream(rng: &mut Rng, pack: bool) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut starts) = (vec![], vec![0]);
    // If large, it has enough bytes for several threads.
    let large = rng.one_in(4);
    for _ in 0..rng.index(9) {
        let huge = large && rng.one_in(3);
        let message = message(rng, huge);
        let flat = message.bytes();
        let body = flat.len() - message.segments.iter().map(|s| 8 * s.len()).sum::<usize>();
        bytes.extend(if pack { packed(&flat, body, rng) } else { flat });
        starts.push(bytes.len());
    }
    (bytes, starts)
}

#[test]
fn damage_is_the_same_to_all_and_never_taken_for_the_end() {
    let schema = Schema::from_capnp_text("p.capnp", SCHEMA).unwrap_or_else(|e| panic!("{e}"));
    let reference = Reference::new(&schema);
    let limits = Limits::default();
    let all = All::new(&schema, &limits);
    let mut counts = BTreeMap::<String, u64>::new();
    for seed in 0..cases(STREAMS) {
        let mut rng = Rng::new(seed ^ 0xDA3A6ED);
        let packed = seed.is_multiple_of(2);
        let (whole, starts) = stream(&mut rng, packed);
        for mutant in 0..MUTANTS {
            let bytes = match mutant {
                0 => whole.clone(),
                _ => damage(&mut rng, whole.clone(), &starts, packed),
            };
            let format = Format::named(if packed { "capnp-packed" } else { "capnp" });
            let jit = *rng.pick(&[Jit::On, Jit::On, Jit::Off, Jit::DeoptStress]);
            let options = Options { format, jit, ..Options::default() };
            let (expected, short) = expected(&bytes, packed, &limits, &reference);
            let what = || {
                format!(
                    "seed {seed}, mutant {mutant}, {options:?}\n{}",
                    hex_words(&bytes[..bytes.len().min(400)])
                )
            };
            if mutant == 0 {
                assert_eq!(expected.end, End::Proper, "{}", what());
            }
            let seen = all.see(&Input::from_bytes(&bytes), &options);
            for (name, seen) in &seen {
                let same = seen.end == expected.end || short && matches!(seen.end, End::Damaged(..));
                let count = seen.count.is_none_or(|count| Some(count) == expected.count);
                let values = seen.values.is_none() || seen.values == expected.values;
                assert!(
                    same && count && values,
                    "{name}: {:?}, {:?}\nexpected: {:?}, {:?}\n{}",
                    seen.end,
                    seen.count,
                    expected.end,
                    expected.count,
                    what()
                );
            }
            assert!(seen.iter().all(|(_, other)| other.end == seen[0].1.end), "{seen:?}\n{}", what());
            let kind = format!("{:?}", expected.end);
            let kind = kind.split('(').next().unwrap_or_default();
            *counts.entry(format!("{kind}{}", if packed { ", packed" } else { "" })).or_default() += 1;
        }
    }
    println!("{counts:?}");
    for kind in ["Proper", "Cut", "Damaged", "Broken"] {
        for packed in ["", ", packed"] {
            assert!(
                counts.get(&format!("{kind}{packed}")).is_some_and(|n| *n >= 2),
                "{kind}{packed}: {counts:?}"
            );
        }
    }
}

/// Nested and consecutive loops: an error names the record of the loop that it occurs in, not the record that
/// was read last.
#[test]
fn an_error_names_the_record_of_the_loop_that_it_is_in() {
    let schema = Schema::from_capnp_text("p.capnp", SCHEMA).unwrap_or_else(|e| panic!("{e}"));
    // Messages with `n` from 0 to 5; the first has five words, each other one word more than the one before.
    let (mut bytes, mut starts) = (vec![], vec![]);
    for n in 0..6u64 {
        let segment = [&[struct_word(3, 0), 0, 0, n][..], &vec![0; n as usize]].concat();
        starts.push(bytes.len());
        bytes.extend(Message { segments: vec![segment], pointers: vec![] }.bytes());
    }
    for (text, number) in [
        ("for t in records:\n    for u in records: pass\n    x = 1 // (t.n - 3)", Some(3)),
        ("for t in records:\n    for u in records: x = 1 // (t.n + u.n - 9)", Some(5)),
        ("for t in records:\n    x = 1 // (t.n - 2)\nfor t in records: pass", Some(2)),
        ("for t in records: pass\nfor t in records:\n    x = 1 // (t.n - 4)", Some(4)),
        ("for n, m in zip(all(records), all(records)): x = 1 // (n - 1)", Some(1)),
        ("for t in records: n = t.n\nx = 1 // (n - 5)", None),
    ] {
        let way = LoopScript { text, prints: Prints::Nothing };
        let script = way.compile(&schema, &Limits::default());
        for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
            let options = Options { jit, format: Format::named("capnp"), ..Options::default() };
            let error = script.output(Some(&Input::from_bytes(&bytes)), &options).unwrap_err().to_string();
            let hex_words =
                number.map(|number: usize| format!(", in message {number} (at byte {})", starts[number]));
            let (first, _) = error.split_once('\n').expect("its place is behind it");
            let expected = match hex_words {
                Some(hex_words) => format!("division by zero{hex_words} of <bytes>"),
                None => "division by zero".to_string(),
            };
            assert_eq!(first, expected, "{jit:?}: {text}");
        }
    }
}
