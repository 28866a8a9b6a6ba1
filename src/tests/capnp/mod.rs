//! Cap'n Proto: our accessors against the crate `capnp`, on random messages and on broken ones.
//!
//! A schema is generated ([`schema`]), with messages of it ([`messages`]), each of which is broken in many
//! ways ([`mutate`]). The accessors ([`digest`]), interpreted, native, and forced out of native code, and the
//! crate ([`reference`]) read all fields in one order. Both must read the same values and as many words, or
//! report the same broken rule ([`broken`]). [`rules`] has a test for each rule of the encoding, [`hostile`]
//! has messages that are expensive to read, and [`damaged`] has truncated streams and streams with garbage,
//! for all readers.

mod broken;
mod damaged;
mod digest;
mod hostile;
mod messages;
mod mutate;
mod reading;
mod reference;
mod rules;
mod schema;

use super::rng::Rng;
use crate::engine::Worker;
use crate::formats::Limits;
use crate::formats::capnp::DAMAGED;
use crate::formats::capnp::frame::{MessageFrame, frame};
use crate::interp::Fault;
use crate::ir::{FuncId, Raise};
use crate::runtime::Val;
use crate::schema::Schema;

/// The outcome of reading a message.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    /// There are no bytes.
    End,
    /// The message is truncated.
    Cut,
    /// It has too many segments or words to be read.
    Wrong,
    /// Its size in bytes, the digest of all its values, and how many words were read.
    Value(i64, i64, i64),
    /// The rule that is broken.
    Broken(&'static str),
    /// An error that no message should cause.
    Other(String),
}

/// The outcome for the first message, by our framing and, through `call`, our accessors.
fn outcome(bytes: &[u8], limits: &Limits, call: impl FnOnce(&[Val]) -> Result<Vec<Val>, Fault>) -> Outcome {
    let found = call(&[Val::View(0, bytes.len() as u64)]);
    match (frame(bytes, limits), found) {
        (MessageFrame::Whole(all), Ok(values)) => match values[..] {
            [Val::I64(size), Val::I64(digest), Val::I64(left)] if size as u64 == all => {
                Outcome::Value(size, digest, limits.traversal as i64 - left)
            }
            _ => Outcome::Other(format!("{values:?}")),
        },
        (MessageFrame::Whole(_), Err(Fault { raise: Raise::Data(rule), .. })) => Outcome::Broken(rule),
        (MessageFrame::End, Ok(nothing)) if nothing == [Val::I64(0); 3] => Outcome::End,
        (MessageFrame::Cut(_), Ok(nothing)) if nothing == [Val::I64(0); 3] => Outcome::Cut,
        (MessageFrame::Wrong(_), Ok(nothing)) if nothing == [DAMAGED, 0, 0].map(Val::I64) => Outcome::Wrong,
        (framed, found) => Outcome::Other(format!("{framed:?}, but {found:?}")),
    }
}

/// The same with an engine.
fn run(worker: &mut Worker, message: FuncId, limits: &Limits, bytes: &[u8]) -> Outcome {
    outcome(bytes, limits, |args| worker.call(message, args, bytes))
}

/// The bytes as words in hexadecimal, for failure messages.
fn hex_words(bytes: &[u8]) -> String {
    let word = |(i, w): (usize, &[u8])| {
        let hex: String = w.iter().rev().map(|b| format!("{b:02x}")).collect();
        format!("{i:3}: {hex}\n")
    };
    bytes.chunks(8).enumerate().map(word).collect()
}

/// A random schema, the struct at the root of messages, and `count` messages.
pub fn random_schema(rng: &mut Rng, count: usize) -> (Schema, &'static str, Vec<Vec<u8>>) {
    let narrow = rng.one_in(2);
    let text = schema::text(rng, narrow);
    let schema = Schema::from_capnp_text("made-up.capnp", &text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let (root, _) = schema.find(schema::ROOT).expect("it is there");
    let messages = (0..count).map(|_| messages::message(rng, &schema, root).bytes()).collect();
    (schema, schema::ROOT, messages)
}
