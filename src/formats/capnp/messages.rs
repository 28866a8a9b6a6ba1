//! Messages of a stream, and their segments.
//!
//! Byte layout of a message (all numbers little-endian): a table with the number of segments less one as a
//! `u32` and the length of each segment in words of eight bytes as a `u32`, padded to a whole word; then the
//! segments. Messages follow one another without gaps.
//!
//! `Message$.next(view, offset)` returns the message at an offset: class `Message$ { bytes, count, body,
//! first, size }` with all its bytes, the number of its segments, the offset and size in bytes of the first
//! one, and its size in bytes. The size is 0 if the bytes end, perhaps within a message, and [`DAMAGED`] if
//! the bytes cannot begin a message; [`super::frame`] makes the same decision in Rust and reports the reason.
//! `Message$.segment(message, id)` returns the bytes of a segment.
//!
//! The first word is promoted: it is the same in messages of one shape.

use super::rules;
use crate::formats::cursor::Chain;
use crate::formats::limits::Limits;
use crate::formats::names::reader;
use crate::ir::build::Builder;
use crate::ir::{Class, ClassId, FuncId, Op, Program, Type, Value};

/// The class of messages and its functions.
#[derive(Clone, Copy, Debug)]
pub struct Messages {
    pub class: ClassId,
    pub segment: FuncId,
}

/// Fields of `Message$`.
pub const BYTES: u32 = 0;
const COUNT: u32 = 1;
const BODY: u32 = 2;
const FIRST: u32 = 3;
pub const SIZE: u32 = 4;

/// The size of an invalid message: its table has more segments or words than the limits allow.
pub const DAMAGED: i64 = -1;

/// Adds the class and its functions.
pub fn declare(program: &mut Program, limits: &Limits) -> Messages {
    let class = ClassId(program.classes.len() as u32);
    let i64s = ["count", "body", "first", "size"];
    let fields = [("bytes".to_string(), Type::VIEW)].into_iter();
    let fields = fields.chain(i64s.map(|name| (name.to_string(), Type::I64))).collect();
    program.classes.push(Class { name: "Message$".to_string(), fields });
    next(program, class, limits);
    let segment = segment(program, class);
    Messages { class, segment }
}

/// The lower 32 bits, as an unsigned number.
fn low(b: &mut Builder, word: Value) -> Value {
    let mask = b.i64(0xFFFF_FFFF);
    b.op(Op::And, &[word, mask])
}

/// The upper 32 bits, as an unsigned number.
fn high(b: &mut Builder, word: Value) -> Value {
    let bits = b.i64(32);
    let upper = b.op(Op::Shr, &[word, bits]);
    low(b, upper)
}

fn times_eight(b: &mut Builder, words: Value) -> Value {
    let bits = b.i64(3);
    b.op(Op::Shl, &[words, bits])
}

fn next(program: &mut Program, class: ClassId, limits: &Limits) -> FuncId {
    let (mut b, params) = Builder::new(program, "Message$.next", &[Type::VIEW, Type::I64]);
    let (all, at) = (params[0], params[1]);
    let (zero, one, eight) = (b.i64(0), b.i64(1), b.i64(8));
    let most = b.i64(limits.traversal.min(i64::MAX as u64 / 16) as i64);
    let (none, _) = b.block(&[]);
    let (damaged, _) = b.block(&[]);
    let (short, _) = b.block(&[]);
    let (head, _) = b.block(&[]);
    let (single, _) = b.block(&[]);
    let (several, _) = b.block(&[]);
    // The number of segments, the offset of the first, its bytes, and those of the whole message.
    let (whole, w) = b.block(&[Type::I64; 4]);
    let (there, _) = b.block(&[]);

    let enough = b.op(Op::Fits, &[all, at, eight]);
    b.branch(enough, head, short);

    b.at(head);
    let word = b.op(Op::Load(crate::schema::Scalar::I64, crate::schema::Endian::Little), &[all, at]);
    let word = b.op(Op::Promote, &[word]);
    let more = low(&mut b, word);
    let words = high(&mut b, word);
    let first = times_eight(&mut b, words);
    let alone = b.op(Op::Eq, &[more, zero]);
    b.branch(alone, single, several);

    b.at(single);
    let (sized, _) = b.block(&[]);
    let allowed = b.op(Op::Le, &[words, most]);
    b.branch(allowed, sized, damaged);
    b.at(sized);
    let size = b.op(Op::Add, &[first, eight]);
    b.jump(whole, &[one, eight, first, size]);

    // Several segments: the table has `count / 2 + 1` words.
    b.at(several);
    let count = b.op(Op::Add, &[more, one]);
    let half = b.op(Op::Shr, &[count, one]);
    let table = b.op(Op::Add, &[half, one]);
    let table = times_eight(&mut b, table);
    let (known, _) = b.block(&[]);
    let (sums, _) = b.block(&[]);
    let segments = b.i64(limits.segments.into());
    let allowed = b.op(Op::Le, &[count, segments]);
    b.branch(allowed, known, damaged);
    b.at(known);
    let enough = b.op(Op::Fits, &[all, at, table]);
    b.branch(enough, sums, none);
    b.at(sums);
    let entries = b.op(Op::Slice, &[all, at, table]);
    let total = sum(&mut b, entries, count);
    let (sized, _) = b.block(&[]);
    let allowed = b.op(Op::Le, &[total, most]);
    b.branch(allowed, sized, damaged);
    b.at(sized);
    let bytes = times_eight(&mut b, total);
    let size = b.op(Op::Add, &[bytes, table]);
    b.jump(whole, &[count, table, first, size]);

    b.at(whole);
    let enough = b.op(Op::Fits, &[all, at, w[3]]);
    b.branch(enough, there, none);
    b.at(there);
    let bytes = b.op(Op::Slice, &[all, at, w[3]]);
    let message = b.op(Op::New(class), &[bytes, w[0], w[1], w[2], w[3]]);
    b.give(&[message]);

    // Less than a word: the number of segments may be there, and be invalid.
    b.at(short);
    let (number, _) = b.block(&[]);
    let four = b.i64(4);
    let enough = b.op(Op::Fits, &[all, at, four]);
    b.branch(enough, number, none);
    b.at(number);
    let more = b.op(Op::Load(crate::schema::Scalar::U32, crate::schema::Endian::Little), &[all, at]);
    let allowed = b.op(Op::Lt, &[more, segments]);
    b.branch(allowed, none, damaged);

    for (block, size) in [(none, 0), (damaged, DAMAGED)] {
        b.at(block);
        let size = b.i64(size);
        let nothing = b.op(Op::Slice, &[all, zero, zero]);
        let message = b.op(Op::New(class), &[nothing, zero, zero, zero, size]);
        b.give(&[message]);
    }
    b.finish()
}

/// The sum of the first `count` segments' lengths, in words, from a table that has them.
fn sum(b: &mut Builder, table: Value, count: Value) -> Value {
    let (zero, one) = (b.i64(0), b.i64(1));
    let (header, carried) = b.block(&[Type::I64, Type::I64]);
    let (body, _) = b.block(&[]);
    let (done, _) = b.block(&[]);
    b.jump(header, &[zero, zero]);
    b.at(header);
    let (i, total) = (carried[0], carried[1]);
    let more = b.op(Op::Lt, &[i, count]);
    b.branch(more, body, done);
    b.at(body);
    let words = length(b, table, i);
    let total_after = b.op(Op::Add, &[total, words]);
    let i = b.op(Op::Add, &[i, one]);
    b.jump(header, &[i, total_after]);
    b.at(done);
    total
}

/// The length of a segment, in words, from the table.
fn length(b: &mut Builder, table: Value, id: Value) -> Value {
    let (two, four) = (b.i64(2), b.i64(4));
    let at = b.op(Op::Shl, &[id, two]);
    let at = b.op(Op::Add, &[at, four]);
    b.op(Op::Load(crate::schema::Scalar::U32, crate::schema::Endian::Little), &[table, at])
}

/// `Message$.segment(message, id) -> view`.
fn segment(program: &mut Program, class: ClassId) -> FuncId {
    let (mut b, params) = Builder::new(program, "Message$.segment", &[Type::object(class), Type::I64]);
    let (message, id) = (params[0], params[1]);
    let bytes = b.op(Op::Get(class, BYTES), &[message]);
    let count = b.op(Op::Get(class, COUNT), &[message]);
    let body = b.op(Op::Get(class, BODY), &[message]);
    let exists = b.op(Op::Lt, &[id, count]);
    b.require(exists, rules::SEGMENT);
    let before = sum(&mut b, bytes, id);
    let before = times_eight(&mut b, before);
    let start = b.op(Op::Add, &[body, before]);
    let words = length(&mut b, bytes, id);
    let size = times_eight(&mut b, words);
    let segment = b.op(Op::Slice, &[bytes, start, size]);
    b.give(&[segment]);
    b.finish()
}

/// The first segment of a message.
pub fn first_segment(b: &mut Builder, class: ClassId, message: Value) -> Value {
    let bytes = b.op(Op::Get(class, BYTES), &[message]);
    let body = b.op(Op::Get(class, BODY), &[message]);
    let first = b.op(Op::Get(class, FIRST), &[message]);
    b.op(Op::Slice, &[bytes, body, first])
}

/// The chain of a stream's messages, whose roots are of that class.
pub fn chain(program: &Program, class: &str) -> Chain {
    let func = |name: &str| program.func(name).expect("the format has declared it");
    Chain {
        step: func("Message$.next"),
        class: program.class("Message$").expect("the format has declared it"),
        bytes: BYTES,
        size: SIZE,
        open: func(&reader(class)),
        damaged: rules::FRAME,
    }
}
