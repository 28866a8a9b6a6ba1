//! Totals over messages: each one a record, or each element of a list in it.
//!
//! ```text
//! for each block of SERIAL records:          for each message:
//!     for each message of it:                    for each block of SERIAL elements of its list:
//!         add to the block's sums                    add to the block's sums
//!     add these to the totals                    add these to the totals
//! ```
//!
//! Messages have no fixed length, and each needs far more work than an addition: lanes would gain nothing,
//! and take the registers. Blocks are short instead, so that the error is no larger.

use super::{Item, first};
use crate::formats::Chain;
use crate::ir::build::Builder;
use crate::ir::{BlockId, FuncId, Op, Program, Type, Value};

/// Records of a block.
const SERIAL: i64 = 16;

/// The list of a record whose elements are what is totalled.
#[derive(Clone, Copy, Debug)]
pub struct Each {
    /// From the message's root to the list.
    pub list: FuncId,
    /// Of the list.
    pub len: FuncId,
    /// Of the list.
    pub at: FuncId,
}

/// A loop under construction: where it goes on, and what it carries.
struct Loop {
    header: BlockId,
    carried: Vec<Value>,
}

impl Loop {
    /// Enters a loop whose header takes these.
    fn enter(b: &mut Builder, start: &[Value]) -> Loop {
        let types: Vec<Type> = start.iter().map(|v| b.ty(*v)).collect();
        let (header, carried) = b.block(&types);
        b.jump(header, start);
        b.at(header);
        Loop { header, carried }
    }
}

/// The function `chunk(view) -> (end, records, partial…)`: the totals over the whole messages at the start
/// of a view, and where they end.
pub(super) fn chunk(program: &mut Program, chain: Chain, items: &[Item], each: Option<Each>) -> FuncId {
    let (mut b, params) = Builder::new(program, "chunk", &[Type::VIEW]);
    let zero = b.i64(0);
    let mut start = vec![zero, zero];
    for item in items {
        start.extend(item.start(&mut b));
    }
    let totals = Totaling { items, all: params[0], chain };
    match each {
        None => totals.messages(&mut b, &start),
        Some(each) => totals.elements(&mut b, &start, each),
    }
    b.finish()
}

/// What the loops need to know.
struct Totaling<'a> {
    items: &'a [Item],
    all: Value,
    chain: Chain,
}

impl Totaling<'_> {
    /// The sums of a block that begins.
    fn block_start(&self, b: &mut Builder, mut totals: &[Value]) -> Vec<Value> {
        let mut sums = vec![];
        for item in self.items {
            let partial = first(&mut totals, item.width());
            sums.extend(item.block_start(b, partial, None));
        }
        sums
    }

    /// Adds a record to a block's sums.
    fn add(&self, b: &mut Builder, object: Value, mut sums: &[Value]) -> Vec<Value> {
        let mut added = vec![];
        for item in self.items {
            let old = first(&mut sums, item.within(None).len());
            added.extend(item.add(b, object, old, None));
        }
        added
    }

    /// Adds a block's sums to the totals.
    fn block_end(&self, b: &mut Builder, mut totals: &[Value], mut sums: &[Value]) -> Vec<Value> {
        let mut next = vec![];
        for item in self.items {
            let partial = first(&mut totals, item.width());
            let within = first(&mut sums, item.within(None).len());
            next.extend(item.block_end(b, partial, within, None));
        }
        next
    }

    /// Each message is a record.
    fn messages(&self, b: &mut Builder, start: &[Value]) {
        let (zero, one, most) = (b.i64(0), b.i64(1), b.i64(SERIAL));
        let outer = Loop::enter(b, start);
        let (position, records, totals) = (outer.carried[0], outer.carried[1], &outer.carried[2..]);
        let inner_start = [&[position, zero][..], &self.block_start(b, totals)].concat();
        let inner = Loop::enter(b, &inner_start);
        let (at, i, sums) = (inner.carried[0], inner.carried[1], &inner.carried[2..]);
        let (look, _) = b.block(&[]);
        let (take, _) = b.block(&[]);
        let (end, _) = b.block(&[]);
        let (done, _) = b.block(&[]);
        let room = b.op(Op::Lt, &[i, most]);
        b.branch(room, look, end);
        b.at(look);
        let (message, size) = self.chain.next(b, self.all, at);
        let there = b.op(Op::Lt, &[zero, size]);
        b.branch(there, take, end);
        b.at(take);
        let object = self.chain.open(b, message);
        let sums_after = self.add(b, object, sums);
        let next = [b.op(Op::Add, &[at, size]), b.op(Op::Add, &[i, one])];
        b.jump(inner.header, &[&next[..], &sums_after].concat());

        b.at(end);
        let totals_after = self.block_end(b, totals, sums);
        let records = b.op(Op::Add, &[records, i]);
        let after = [&[at, records][..], &totals_after].concat();
        let full = b.op(Op::Eq, &[i, most]);
        let (again, _) = b.block(&[]);
        b.branch(full, again, done);
        b.at(again);
        b.jump(outer.header, &after);
        b.at(done);
        b.give(&after);
    }

    /// Each element of a list of each message is a record.
    fn elements(&self, b: &mut Builder, start: &[Value], each: Each) {
        let (zero, one, most) = (b.i64(0), b.i64(1), b.i64(SERIAL));
        let outer = Loop::enter(b, start);
        let (position, records, totals) = (outer.carried[0], outer.carried[1], &outer.carried[2..]);
        let (take, _) = b.block(&[]);
        let (done, _) = b.block(&[]);
        let (message, size) = self.chain.next(b, self.all, position);
        let there = b.op(Op::Lt, &[zero, size]);
        b.branch(there, take, done);

        b.at(take);
        let root = self.chain.open(b, message);
        let mut list = b.op(Op::Call(each.list), &[root]);
        if b.ty(list).optional {
            // A member of a union that is not set has no elements.
            let (some, _) = b.block(&[]);
            let (none, _) = b.block(&[]);
            let set = b.op(Op::Has, &[list]);
            b.branch(set, some, none);
            b.at(none);
            let next = b.op(Op::Add, &[position, size]);
            b.jump(outer.header, &[&[next, records][..], totals].concat());
            b.at(some);
            list = b.op(Op::Unwrap, &[list]);
        }
        let count = b.op(Op::Call(each.len), &[list]);
        let blocks = Loop::enter(b, &[&[zero][..], totals].concat());
        let (from, totals_of) = (blocks.carried[0], &blocks.carried[1..]);
        let (block, _) = b.block(&[]);
        let (through, _) = b.block(&[]);
        let more = b.op(Op::Lt, &[from, count]);
        b.branch(more, block, through);
        b.at(block);
        let rest = b.op(Op::Sub, &[count, from]);
        let length = b.op(Op::Min, &[rest, most]);
        let to = b.op(Op::Add, &[from, length]);
        let inner_start = [&[from][..], &self.block_start(b, totals_of)].concat();
        let inner = Loop::enter(b, &inner_start);
        let (i, sums) = (inner.carried[0], &inner.carried[1..]);
        let (element, _) = b.block(&[]);
        let (end, _) = b.block(&[]);
        let more = b.op(Op::Lt, &[i, to]);
        b.branch(more, element, end);
        b.at(element);
        let object = b.op(Op::Call(each.at), &[list, i]);
        let sums_after = self.add(b, object, sums);
        let next = b.op(Op::Add, &[i, one]);
        b.jump(inner.header, &[&[next][..], &sums_after].concat());
        b.at(end);
        let totals_after = self.block_end(b, totals_of, sums);
        b.jump(blocks.header, &[&[to][..], &totals_after].concat());

        b.at(through);
        let position = b.op(Op::Add, &[position, size]);
        let records_after = b.op(Op::Add, &[records, count]);
        b.jump(outer.header, &[&[position, records_after][..], totals_of].concat());
        b.at(done);
        b.give(&outer.carried);
    }
}
