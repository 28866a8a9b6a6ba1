//! Prints damaged messages: the output is JSON or an error, whatever the messages contain.

use std::collections::HashMap;
use wirelens::{Error, ErrorKind, Format, Input, Limits, Query, Schema, Seen};

const GOLDEN: &str = "testdata/capnp/messages";
/// A small traversal limit, so that a long list of empty elements takes little time to print.
const LIMITS: Limits = Limits { traversal: 4096, nesting: 16, segments: 16 };

/// A linear congruential generator (Knuth's constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A message with some changes: bits, bytes, words, its end.
fn mutant(message: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = message.to_vec();
    for _ in 0..=dice.below(3) {
        let len = bytes.len() as u64;
        if len < 16 {
            break;
        }
        let word = (dice.below(len / 8) * 8) as usize;
        match dice.below(6) {
            0 | 1 => bytes[word + dice.below(8) as usize] ^= 1 << dice.below(8),
            2 => bytes[dice.below(len) as usize] = dice.below(256) as u8,
            3 => {
                let from = (dice.below(len / 8) * 8) as usize;
                bytes.copy_within(from..from + 8, word);
            }
            4 => {
                bytes[word..word + 8].copy_from_slice(&(dice.below(64) << (dice.below(8) * 8)).to_le_bytes())
            }
            _ => bytes.truncate(dice.below(len) as usize),
        }
    }
    bytes
}

/// Prints an input up to its end or an error.
fn print(query: &Query, bytes: &[u8]) -> (Vec<u8>, Result<Seen, Error>) {
    let mut pass = query.pass();
    let done = pass.add(&Input::from_bytes(bytes));
    (pass.finish().expect("nothing is computed").text, done)
}

/// Whole messages of the struct `root`, as documents.
fn documents(schema: &Schema, root: &str, format: &str) -> Query {
    let query = Query::builder(schema).record(root).documents().limits(LIMITS).format(Format::named(format));
    query.build().expect("it is right")
}

/// After enough whole messages that native code writes them, the output for other messages is the same, up to
/// the same end.
fn behind_many(query: &Query, whole: &[u8], others: &[u8], printed: &[u8], good: bool) {
    let (each, Ok(_)) = print(query, whole) else { return };
    let times = 1 + 60_000 / whole.len();
    let all = [whole.repeat(times), others.to_vec()].concat();
    let (out, done) = print(query, &all);
    assert!(out == [each.repeat(times), printed.to_vec()].concat(), "{}", String::from_utf8_lossy(printed));
    assert_eq!(done.is_ok(), good, "{done:?}");
}

#[test]
fn whatever_a_message_holds_what_is_printed_is_json() {
    let cases: usize = std::env::var("WIRELENS_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let listed = std::fs::read_to_string(format!("{GOLDEN}/cases.txt")).unwrap();
    let mut queries: HashMap<(&str, &str), [Query; 2]> = HashMap::new();
    let (mut dice, mut printed, mut refused) = (Dice(7), 0, 0);
    for case in listed.lines() {
        let [_, message, schema, root, _] = case.split(' ').collect::<Vec<_>>()[..] else { panic!("{case}") };
        let message = std::fs::read(format!("{GOLDEN}/{message}.bin")).unwrap();
        let queries = queries.entry((schema, root)).or_insert_with(|| {
            let schema = Schema::from_capnp(format!("{GOLDEN}/{schema}.capnp"), &[]).unwrap();
            ["capnp", "capnp-packed"].map(|format| documents(&schema, root, format))
        });
        for i in 0..30 * cases {
            let bytes = mutant(&message, &mut dice);
            let (out, done) = print(&queries[usize::from(i % 8 == 0)], &bytes);
            if i % 8 == 1 {
                behind_many(&queries[0], &message, &bytes, &out, done.is_ok());
            }
            match done {
                Ok(seen) => {
                    printed += seen.records;
                    refused += u64::from(seen.cut.is_some());
                }
                Err(error) => {
                    refused += 1;
                    let message = error.to_string();
                    assert_eq!(error.kind(), ErrorKind::Data, "{case}: {message}");
                    assert!(message.starts_with("<bytes>: message "), "{case}: {message}");
                }
            }
            for line in out.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
                serde_json::from_slice::<serde_json::Value>(line).unwrap_or_else(|e| panic!("{case}: {e}"));
            }
        }
    }
    assert!(printed > 500 && refused > 500, "{printed} printed, {refused} refused");
}
