//! Random messages, valid and broken: the accessors in all execution modes, compared with the crate.
//!
//! `WIRELENS_CASES=n` breaks n times as many messages, `WIRELENS_SEED=n` tests one schema alone.
//! `--nocapture` prints the number of messages for each outcome.

use super::super::cases;
use super::super::forced::Forced;
use super::super::rng::Rng;
use super::reference::{RULES, Reference};
use super::{Outcome, digest, hex_words, messages, mutate, outcome, run, schema};
use crate::engine::policy::Policy;
use crate::engine::{Engine, Jit};
use crate::formats::Limits;
use crate::formats::capnp::rules;
use crate::runtime::Val;
use crate::schema::{Schema, StructId};
use std::collections::BTreeMap;
use std::time::Duration;

/// Schemas, messages of each schema, and broken variants of each message: 100,800 variants.
const SCHEMAS: u64 = 48;
const MESSAGES: u64 = 30;
const MUTANTS: u64 = 70;

/// How often each outcome occurred.
type Counts = BTreeMap<String, u64>;

/// What a schema's messages are compared with.
struct Case<'s> {
    reference: Reference<'s>,
    root: StructId,
    limits: Limits,
}

impl Case<'_> {
    /// The name of the rule, if the two reference libraries disagree on it and the outcomes may differ. On
    /// out-of-bounds objects without size and on 2^32 segments the crate agrees with us.
    fn allowed(&self, bytes: &[u8], ours: &Outcome, crates: &Outcome) -> Option<&'static str> {
        let words = bytes.chunks_exact(8).map(|w| u64::from_le_bytes(w.try_into().expect("eight bytes")));
        match ours {
            Outcome::Broken(rules::PAD) if words.clone().any(|w| w & 7 == 6) => {
                Some("a double-far pad whose first word is not a far pointer")
            }
            Outcome::Broken(rules::TAG_COUNT) if words.clone().any(|w| w >> 31 & 1 == 1) => {
                Some("a composite tag count with bit 29")
            }
            // Our reader was within the traversal limit. The strict walk counts more, so its limit is high.
            Outcome::Broken(rules::ELEMENTS) => {
                let limits = Limits { traversal: 1 << 40, ..self.limits };
                let strict = self.reference.message(bytes, self.root, &limits, true);
                (strict == *ours).then_some("List(Bool) over wider elements")
            }
            _ if *crates == Outcome::Wrong && bytes.starts_with(&511u32.to_le_bytes()) => {
                Some("a message of exactly 512 segments")
            }
            _ => None,
        }
    }
}

/// Limits; the small ones are often reached.
fn limits(rng: &mut Rng) -> Limits {
    let traversal = *rng.pick(&[8 << 20, 8 << 20, 200, 80]);
    let nesting = *rng.pick(&[64, 4, 8, 12]);
    Limits { traversal, nesting, ..Limits::default() }
}

fn check(seed: u64, counts: &mut Counts) {
    let mut rng = Rng::new(seed ^ 0xCA9);
    // Native code of all accessors takes long to compile: every other schema is only interpreted, and may be
    // wide.
    let narrow = seed.is_multiple_of(2);
    let text = schema::text(&mut rng, narrow);
    let schema = Schema::from_capnp_text("made-up.capnp", &text);
    let schema = schema.unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    let (root, _) = schema.find(schema::ROOT).expect("it is there");
    let limits = limits(&mut rng);
    let case = Case { reference: Reference::new(&schema), root, limits };
    let (program, digest) = digest::program(&schema, root, &limits);
    let warm =
        Policy { start: 0, each: 5, free: Duration::MAX, exit: 20, compilations: 6, ..Policy::default() };
    let (jit, policy) = match seed % 8 {
        0 => (Jit::Eager, Policy::default()),
        4 => (Jit::DeoptStress, Policy { times: 3, ..Policy::default() }),
        _ => (Jit::On, warm),
    };
    let engine = Engine::new(program.clone(), policy);
    let mut plain = engine.worker(Jit::Off);
    let mut native = engine.worker(if narrow { jit } else { Jit::Off });
    let mut forced = Forced::new(&program, seed);
    let (mut good, mut all) = (vec![], (0, 0));
    for number in 0..MESSAGES {
        let whole = messages::message(&mut rng, &schema, root);
        for mutant in 0..=cases(MUTANTS) {
            let bytes = if mutant == 0 { whole.bytes() } else { mutate::mutant(&mut rng, &whole) };
            let what = || {
                format!(
                    "seed {seed}, message {number}, mutant {mutant}, {limits:?}\n{text}\n{}",
                    hex_words(&bytes)
                )
            };
            let expected = case.reference.message(&bytes, root, &limits, false);
            let found = run(&mut plain, digest.message, &limits, &bytes);
            let mut allowed = None;
            if found != expected {
                allowed = case.allowed(&bytes, &found, &expected);
                let same = mutant > 0 && allowed.is_some();
                assert!(same, "ours: {found:?}\nthe crate's: {expected:?}\n{}", what());
            }
            assert!(!matches!(found, Outcome::Other(_)), "{found:?}\n{}", what());
            if mutant == 0 {
                let limits =
                    [Outcome::Wrong, Outcome::Broken(rules::TRAVERSAL), Outcome::Broken(rules::NESTING)];
                let read = matches!(found, Outcome::Value(..)) || limits.contains(&found);
                assert!(read, "not broken, but {found:?}\n{}", what());
            }
            if narrow {
                let compiled = run(&mut native, digest.message, &limits, &bytes);
                assert_eq!(compiled, found, "{jit:?}\n{}", what());
            }
            if seed.is_multiple_of(16) && mutant < 3 {
                let left = outcome(&bytes, &limits, |args| forced.call(digest.message, args, &bytes));
                assert_eq!(left, found, "forced\n{}", what());
            }
            let name = match (&found, allowed) {
                (_, Some(rule)) => format!("allowed: {rule}"),
                (Outcome::Value(..), _) => "value".to_string(),
                (other, _) => format!("{other:?}"),
            };
            *counts.entry(name).or_default() += 1;
            if let Outcome::Value(size, digest, _) = found {
                good.extend_from_slice(&bytes[..size as usize]);
                all = (all.0 + 1, digest::mix(all.1, digest));
            }
        }
    }
    let (count, total) = all;
    for worker in [&mut plain, &mut native] {
        let found = worker.call(digest.messages, &[Val::View(0, good.len() as u64)], &good);
        assert_eq!(
            found,
            Ok(vec![Val::I64(count), Val::I64(total)]),
            "seed {seed}, all that is good\n{text}"
        );
    }
    *counts.entry("(forced out of native code)".to_string()).or_default() += forced.exits;
}

#[test]
fn broken_messages_are_read_as_the_crate_reads_them() {
    let one: Option<u64> = std::env::var("WIRELENS_SEED").ok().and_then(|s| s.parse().ok());
    let mut counts = Counts::new();
    for seed in one.map_or(0..SCHEMAS, |seed| seed..seed + 1) {
        check(seed, &mut counts);
    }
    for (name, count) in &counts {
        println!("{count:8} {name}");
    }
    // Each rule was broken, each allowed difference occurred, and many messages were read to the end.
    if one.is_none() {
        for rule in RULES {
            let name = format!("{:?}", Outcome::Broken(rule));
            assert!(counts.contains_key(&name), "nothing broke the rule: {rule}");
        }
        assert_eq!(counts.keys().filter(|name| name.starts_with("allowed")).count(), 4, "{counts:?}");
        assert!(counts["value"] > SCHEMAS * MESSAGES * MUTANTS / 10, "{counts:?}");
    }
}
