//! Messages that are made to be expensive: the cost of reading them is counted, in words and in objects.
//!
//! The traversal limit bounds the cost of any message, since each object costs words or is visited once for a
//! word of its pointer. The walks are those of [`super::digest`], and loops over all elements.

use super::super::rng::Rng;
use super::messages::{Message, far, list_word, near, struct_word};
use super::{Outcome, digest, mutate, run};
use crate::Jit;
use crate::engine::Engine;
use crate::engine::policy::Policy;
use crate::formats::Limits;
use crate::formats::capnp::rules;
use crate::query::values::Values;
use crate::query::{Number, Records};
use crate::schema::Schema;

const NODE: &str = "@0xd6b2a5a29f3c41e7;
struct Node { next @0 :Node; all @1 :List(Node); n @2 :UInt8 = 1; text @3 :Text; any @4 :AnyPointer; none @5 :List(Void); }";

fn schema() -> Schema {
    Schema::from_capnp_text("node.capnp", NODE).unwrap_or_else(|e| panic!("{e}"))
}

fn message(segments: Vec<Vec<u64>>) -> Vec<u8> {
    Message { segments, pointers: vec![] }.bytes()
}

/// The words of a `Node` with five pointers and no data; the second pointer is `all`.
fn root(all: u64, behind: &[u64]) -> Vec<u64> {
    [&[near(struct_word(0, 5), 0), 0, near(all, 3), 0, 0, 0], behind].concat()
}

/// The total over the elements of all lists, or the broken rule, and the number of objects that the
/// interpreter made.
fn total(bytes: &[u8], expression: &str, jit: Jit) -> (Result<Vec<Number>, String>, u64) {
    let records = Records { each: Some("all"), ..Records::from("Node") };
    let program = Values::totals(&schema(), records, &[expression]).unwrap_or_else(|e| panic!("{e}"));
    let mut session = program.session(jit);
    let found = session.run(bytes).map(|outcome| outcome.totals()).map_err(|e| e.to_string());
    (found, session.counted().objects_allocated)
}

#[test]
fn a_list_of_2_to_the_29_elements_of_no_size_is_refused_at_once() {
    for behind in [near(0, (1 << 29) - 1), near(0, 1 << 29)] {
        let bytes = message(vec![root(list_word(7, 0), &[behind])]);
        for jit in [Jit::Off, Jit::Eager, Jit::DeoptStress] {
            let (found, objects) = total(&bytes, "t.n", jit);
            let text = found.unwrap_err();
            assert!(text.contains(rules::TRAVERSAL) || text.contains(rules::TAG_COUNT), "{text}");
            assert!(objects < 50, "{objects} objects");
        }
    }
}

/// Each element of a long list points to the list, so each reads as many words, until the limit is reached.
#[test]
fn many_pointers_to_one_long_list_end_at_the_traversal_limit() {
    let count = 8000;
    let mut behind = vec![near(struct_word(0, 1), count)];
    // Elements are structs of one pointer; all lead to the first element's own `next`, as a struct of 8,000
    // pointers.
    behind.extend((0..count).map(|i| near(struct_word(0, count as usize), -i - 1)));
    let bytes = message(vec![root(list_word(7, count as usize), &behind)]);
    assert!(bytes.len() <= 64 << 10);
    for jit in [Jit::Off, Jit::On, Jit::DeoptStress] {
        let (found, objects) = total(&bytes, "t.next.n", jit);
        assert!(found.unwrap_err().contains(rules::TRAVERSAL));
        // 8 Mi words are 1,048 times 8,000.
        assert!(objects < 20 * 1100, "{objects} objects");
    }
}

#[test]
fn what_is_nested_without_end_ends_at_the_nesting_limit() {
    let limits = Limits::default();
    let schema = schema();
    let (node, _) = schema.find("Node").unwrap_or_else(|e| panic!("{e}"));
    let (program, digest) = digest::program(&schema, node, &limits);
    let engine = Engine::new(program, Policy::default());
    // A struct that is its own `next`, one behind a far pointer, and one in the largest number of segments.
    let chain = (0..512).map(|i| vec![far((i + 1) % 512, 1, false), near(struct_word(0, 1), -2)]).collect();
    let own = vec![vec![near(struct_word(0, 1), -1)]];
    let behind = vec![vec![far(0, 1, false), near(struct_word(0, 1), -2)]];
    let double = vec![vec![far(0, 1, true), far(0, 0, false), struct_word(0, 1)]];
    for segments in [own, behind, double, chain] {
        let bytes = message(segments);
        for jit in [Jit::Off, Jit::Eager] {
            let mut worker = engine.worker(jit);
            // The walk's budget of objects is below the nesting limit.
            assert!(matches!(run(&mut worker, digest.message, &limits, &bytes), Outcome::Value(..)));
            let deep = super::reading::Reading::new(&schema, "Node", &limits);
            assert_eq!(deep.read(&bytes, &["next"; 64].join(".")), Err(rules::NESTING));
            assert!(worker.allocated() < 2000, "{} objects", worker.allocated());
        }
    }
}

/// Random pointers of every kind and size, in up to 64 KiB: no more objects than the walk's budget, and no
/// panic.
#[test]
fn noise_is_read_or_refused_with_few_objects() {
    let mut rng = Rng::new(7);
    let schema = schema();
    let (node, _) = schema.find("Node").unwrap_or_else(|e| panic!("{e}"));
    let limits = Limits::default();
    let (program, digest) = digest::program(&schema, node, &limits);
    let engine = Engine::new(program, Policy::default());
    let (mut plain, mut native) = (engine.worker(Jit::Off), engine.worker(Jit::Eager));
    let mut read = 0;
    for _ in 0..super::super::cases(600) {
        let count = 1 + rng.index(3);
        let length = *rng.pick(&[10, 100, 8000 / count]);
        let word = |rng: &mut Rng| match rng.below(30) {
            0 => rng.next(),
            1 => far(rng.index(count), rng.index(length), rng.one_in(3)),
            2 | 3 => {
                near(list_word(rng.below(8), rng.index(length)), rng.index(length) as i64 - length as i64 / 2)
            }
            4 | 5 => {
                near(struct_word(rng.index(3), rng.index(6)), rng.index(length) as i64 - length as i64 / 2)
            }
            _ => 0,
        };
        let segments = (0..count).map(|_| (0..length).map(|_| word(&mut rng)).collect()).collect();
        let mut noise = Message { segments, pointers: vec![] };
        noise.segments[0][0] = near(struct_word(0, 5), rng.index(4) as i64);
        let bytes = if rng.one_in(4) { mutate::mutant(&mut rng, &noise) } else { noise.bytes() };
        let before = plain.allocated();
        let found = run(&mut plain, digest.message, &limits, &bytes);
        let made = plain.allocated() - before;
        assert!(made < 60 * digest::BUDGET as u64, "{made} objects");
        assert!(!matches!(found, Outcome::Other(_)), "{found:?}");
        assert_eq!(run(&mut native, digest.message, &limits, &bytes), found);
        read += u64::from(matches!(found, Outcome::Value(..)));
    }
    assert!(read > 60, "only {read} were read to the end");
}
