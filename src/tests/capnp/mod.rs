//! Cap'n Proto: our accessors against the crate `capnp`, on made-up messages and on broken ones.
//!
//! A schema ([`schema`]), messages of it ([`messages`]), each broken in many ways ([`mutate`]); all their fields are read in one order by
//! the accessors ([`digest`]), interpreted and native, and by the crate ([`reference`]): the same values, or the same rule is said to be
//! broken. Where the two reference libraries disagree ours has a rule of its own: [`allowed`] has all of these.
//!
//! `WIRELENS_CASES=n` breaks n times as many messages, `WIRELENS_SEED=n` looks at one schema alone.

mod digest;
mod messages;
mod mutate;
mod reference;
mod schema;

use super::cases;
use super::rng::Rng;
use crate::engine::policy::Policy;
use crate::engine::{Engine, Jit, Worker};
use crate::formats::capnp::frame::{Frame, frame};
use crate::formats::capnp::{Limits, rules};
use crate::interp::{Fault, Val};
use crate::ir::{FuncId, Raise};
use crate::schema::{Schema, StructId};
use reference::{Outcome, Reference};
use std::collections::BTreeMap;

/// What is ours where the two reference libraries disagree: what is allowed to differ, with the rule's name. Of a zero-sized object out
/// of bounds and of 2^32 segments the crate says what we say.
fn allowed(case: &Case, bytes: &[u8], ours: &Outcome, crates: &Outcome) -> Option<&'static str> {
    let some = |is: fn(u64) -> bool| {
        bytes.chunks_exact(8).any(|w| is(u64::from_le_bytes(w.try_into().expect("eight"))))
    };
    match ours {
        Outcome::Broken(rules::PAD) if some(|w| w & 7 == 6) => {
            Some("a double-far pad whose first word is not a far pointer")
        }
        Outcome::Broken(rules::TAG_COUNT) if some(|w| w >> 31 & 1 == 1) => {
            Some("a composite tag count with bit 29")
        }
        Outcome::Broken(rules::ELEMENTS) => {
            let limits = Limits { traversal: 1 << 40, ..case.limits };
            let strict = case.reference.message(bytes, case.root, &limits, true);
            (strict == *ours).then_some("List(Bool) over wider elements")
        }
        _ if *crates == Outcome::Wrong && bytes.starts_with(&511u32.to_le_bytes()) => {
            Some("a message of exactly 512 segments")
        }
        _ => None,
    }
}

/// What is compared.
struct Case<'s> {
    schema: &'s Schema,
    reference: Reference<'s>,
    root: StructId,
    limits: Limits,
}

/// What our own frames and accessors come to.
fn ours(worker: &mut Worker, message: FuncId, limits: &Limits, bytes: &[u8]) -> Outcome {
    let found = worker.call(message, &[Val::View(0, bytes.len() as u64)], bytes);
    let framed = frame(bytes, limits);
    match (framed, found) {
        (Frame::Whole(_), found) => outcome(found),
        (other, Ok(nothing)) if nothing == [Val::I64(0); 2] => match other {
            Frame::End => Outcome::End,
            Frame::Cut(_) => Outcome::Cut,
            _ => Outcome::Wrong,
        },
        (framed, found) => Outcome::Other(format!("{framed:?}, but {found:?}")),
    }
}

fn outcome(found: Result<Vec<Val>, Fault>) -> Outcome {
    match found {
        Ok(values) => match values[..] {
            [Val::I64(size), Val::I64(digest)] => Outcome::Value(size, digest),
            _ => Outcome::Other(format!("{values:?}")),
        },
        Err(Fault { raise: Raise::Data(rule), .. }) => Outcome::Broken(rule),
        Err(fault) => Outcome::Other(format!("{fault:?}")),
    }
}

/// Limits, of which small ones are met often.
fn limits(rng: &mut Rng) -> Limits {
    let traversal = *rng.pick(&[8 << 20, 8 << 20, 200, 60]);
    let nesting = *rng.pick(&[64, 4, 8, 12]);
    Limits { traversal, nesting, ..Limits::default() }
}

/// Messages of a schema, and how many are made of each by breaking it.
const MESSAGES: u64 = 90;
const MUTANTS: u64 = 90;

/// How often there was which outcome.
type Counts = BTreeMap<String, u64>;

fn check(seed: u64, counts: &mut Counts) {
    let mut rng = Rng::new(seed ^ 0xCA9);
    let text = schema::text(&mut rng);
    let schema =
        Schema::from_capnp_text("made-up.capnp", &text).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    let (root, _) = schema.find(schema::ROOT).expect("it is there");
    let limits = limits(&mut rng);
    let case = Case { schema: &schema, reference: Reference::new(&schema), root, limits };
    let (program, digest) = digest::program(&schema, root, &limits);
    let engine = Engine::new(program, Policy::default());
    let (mut plain, mut eager) = (engine.worker(Jit::Off), engine.worker(Jit::Eager));
    for number in 0..MESSAGES {
        let whole = messages::message(&mut rng, case.schema, root);
        for mutant in 0..=cases(MUTANTS) {
            let bytes = if mutant == 0 { whole.bytes() } else { mutate::mutant(&mut rng, &whole) };
            let expected = case.reference.message(&bytes, root, &limits, false);
            let found = ours(&mut plain, digest.message, &limits, &bytes);
            let what = || {
                format!(
                    "seed {seed}, message {number}, mutant {mutant}, {limits:?}\n{text}\n{}",
                    told(&bytes)
                )
            };
            let allowed = if found == expected { None } else { allowed(&case, &bytes, &found, &expected) };
            assert!(
                found == expected || allowed.is_some(),
                "ours: {found:?}\nthe crate's: {expected:?}\n{}",
                what()
            );
            assert!(!matches!(found, Outcome::Other(_)), "{found:?}\n{}", what());
            if mutant == 0 {
                let limited = [rules::TRAVERSAL, rules::NESTING].map(Outcome::Broken).contains(&found);
                assert!(
                    matches!(found, Outcome::Value(..)) || limited,
                    "not broken, but {found:?}\n{}",
                    what()
                );
            }
            let native = ours(&mut eager, digest.message, &limits, &bytes);
            assert_eq!(native, found, "native\n{}", what());
            let name = match (&found, allowed) {
                (_, Some(rule)) => format!("allowed: {rule}"),
                (Outcome::Value(..), _) => "value".to_string(),
                (other, _) => format!("{other:?}"),
            };
            *counts.entry(name).or_default() += 1;
        }
    }
}

/// Bytes as words, to be read by people.
fn told(bytes: &[u8]) -> String {
    let word = |(i, w): (usize, &[u8])| {
        let hex: String = w.iter().rev().map(|b| format!("{b:02x}")).collect();
        format!("{i:3}: {hex}\n")
    };
    bytes.chunks(8).enumerate().map(word).collect()
}

#[test]
fn broken_messages_are_read_as_the_crate_reads_them() {
    let one = std::env::var("WIRELENS_SEED").ok().and_then(|s| s.parse().ok());
    let seeds = one.map_or(0..12, |seed| seed..seed + 1);
    let mut counts = Counts::new();
    for seed in seeds {
        check(seed, &mut counts);
    }
    for (name, count) in &counts {
        println!("{count:8} {name}");
    }
}
