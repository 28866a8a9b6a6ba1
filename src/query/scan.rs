//! Generates the loop over records, for all sinks and framings.
//!
//! ```text
//! for each record of the chunk, or each element of a list of each record:
//!     state = update(record, state)
//! ```
//!
//! A [`Sink`] determines the processing of records. A sink that adds floats processes them in blocks, so that
//! no sum is long:
//!
//! ```text
//! for each block of records:
//!     state = open(total)
//!     for each record of it: state = update(record, state)
//!     total = close(total, state)
//! ```
//!
//! If records have a fixed size, a block is a slice of the chunk with [`BLOCK`] records, otherwise it is
//! [`SERIAL`] records. A message takes far more work than an addition, so lanes would gain nothing there but
//! use up registers. Blocks of messages are short instead, which keeps the rounding error as small.
//!
//! The loops over records of a fixed size have no counter: the number of records follows from the end
//! position. One more branch in these loops would prevent unrolling.

use crate::formats::{BLOCK, Cursor, Framing};
use crate::ir::build::Builder;
use crate::ir::{BlockId, FuncId, Op, Program, Type, Value};
use crate::lang::script::Part;

/// Records of a block, if they have no fixed size.
const SERIAL: i64 = 16;

/// Continues with the next record; the values are the state after this one.
pub type Next<'n> = &'n mut dyn FnMut(&mut Builder, &[Value]);

/// The processing of records.
pub trait Sink {
    /// The types of the function's parameters after the chunk.
    fn params(&self) -> Vec<Type> {
        vec![]
    }
    /// The state before the first record.
    fn start(&self, b: &mut Builder) -> Vec<Value>;
    /// Whether records are processed in blocks.
    fn in_blocks(&self) -> bool {
        false
    }
    /// The state at the start of a block.
    fn open(&self, _: &mut Builder, total: &[Value]) -> Vec<Value> {
        total.to_vec()
    }
    /// Conditions under which the next record is needed; `params` are those of the function.
    fn needs(&self, _: &mut Builder, _params: &[Value], _state: &[Value]) -> Vec<Value> {
        vec![]
    }
    /// Processes a record. Each path must end with `next`.
    fn update(&self, b: &mut Builder, record: Value, state: &[Value], next: Next);
    /// The results of the function, from the final state.
    fn give(&self, _: &mut Builder, state: &[Value]) -> Vec<Value> {
        state.to_vec()
    }
    /// The state after a block.
    fn close(&self, _: &mut Builder, _total: &[Value], state: &[Value]) -> Vec<Value> {
        state.to_vec()
    }
}

/// Adds the function `chunk(view, params…) -> (end, records, given…)`. It iterates over the whole records at
/// the start of a view, or over the elements of a list in each record, up to the last one that is needed.
/// `end` is where they end, `records` their number.
pub fn chunk(program: &mut Program, framing: Framing, each: Option<Part>, sink: &dyn Sink) -> FuncId {
    let types = [vec![Type::VIEW], sink.params()].concat();
    let (mut b, params) = Builder::new(program, "chunk", &types);
    let zero = b.i64(0);
    let start = sink.start(&mut b);
    let cursor = framing.cursor(params[0]);
    let mut scan = Scan { b, sink, params: &params[1..], zero };
    let reached = match each {
        None => scan.records(cursor, &start),
        Some(list) => scan.elements(cursor, list, &start),
    };
    let count = scan.count(cursor, &reached);
    let LoopEnd { at, state, .. } = reached;
    let given = sink.give(&mut scan.b, &state);
    scan.b.give(&[&[at, count][..], &given].concat());
    scan.b.finish()
}

/// The function under construction.
struct Scan<'s, 'p> {
    b: Builder<'p>,
    sink: &'s dyn Sink,
    params: &'s [Value],
    zero: Value,
}

/// The state at the end of a loop.
struct LoopEnd {
    /// The position.
    at: Value,
    /// The number of records, if it does not follow from the position.
    count: Option<Value>,
    state: Vec<Value>,
}

impl Scan<'_, '_> {
    /// Begins a loop with these initial values. Returns its header and the loop-carried values.
    fn enter(&mut self, start: &[Value]) -> (BlockId, Vec<Value>) {
        let types: Vec<Type> = start.iter().map(|v| self.b.ty(*v)).collect();
        let (header, carried) = self.b.block(&types);
        self.b.jump(header, start);
        self.b.at(header);
        (header, carried)
    }

    /// Continues in a new block if the condition holds, else jumps to `other`.
    fn go_on_if(&mut self, condition: Value, other: BlockId) {
        let (next, _) = self.b.block(&[]);
        self.b.branch(condition, next, other);
        self.b.at(next);
    }

    /// Iterates over all records of a cursor.
    fn records(&mut self, cursor: Cursor, start: &[Value]) -> LoopEnd {
        match self.sink.in_blocks() {
            true => self.blocks(cursor, start),
            false => self.each(cursor, self.zero, None, start),
        }
    }

    /// The number of records.
    fn count(&mut self, cursor: Cursor, reached: &LoopEnd) -> Value {
        match (reached.count, cursor) {
            (Some(count), _) => count,
            (None, Cursor::Strided { size, .. }) => {
                let size = self.b.i64(size as i64);
                self.b.op(Op::Div, &[reached.at, size])
            }
            (None, _) => reached.at,
        }
    }

    /// Iterates over records one by one, at most `most`.
    fn each(&mut self, cursor: Cursor, from: Value, most: Option<Value>, start: &[Value]) -> LoopEnd {
        let counted = matches!(cursor, Cursor::Chained { .. });
        let first = if counted { vec![from, self.zero] } else { vec![from] };
        let (header, carried) = self.enter(&[&first, start].concat());
        let (at, state) = (carried[0], &carried[first.len()..]);
        let count = counted.then(|| carried[1]);
        let (done, _) = self.b.block(&[]);
        if let (Some(count), Some(most)) = (count, most) {
            let room = self.b.op(Op::Lt, &[count, most]);
            self.go_on_if(room, done);
        }
        for needed in self.sink.needs(&mut self.b, self.params, state) {
            self.go_on_if(needed, done);
        }
        let ahead = cursor.look(&mut self.b, at);
        self.go_on_if(ahead.there, done);
        let (record, size) = cursor.take(&mut self.b, ahead, at);
        self.sink.update(&mut self.b, record, state, &mut |b, after| {
            let mut next = vec![b.op(Op::Add, &[at, size])];
            if let Some(count) = count {
                let one = b.i64(1);
                next.push(b.op(Op::Add, &[count, one]));
            }
            b.jump(header, &[&next, after].concat());
        });
        self.b.at(done);
        LoopEnd { at, count, state: state.to_vec() }
    }

    /// Processes one block of records; the result has the state after it.
    fn block(&mut self, cursor: Cursor, from: Value, most: Option<Value>, total: &[Value]) -> LoopEnd {
        let start = self.sink.open(&mut self.b, total);
        let reached = self.each(cursor, from, most, &start);
        LoopEnd { state: self.sink.close(&mut self.b, total, &reached.state), ..reached }
    }

    /// Iterates over all records, block by block.
    fn blocks(&mut self, cursor: Cursor, start: &[Value]) -> LoopEnd {
        let most = self.b.i64(SERIAL);
        let zero = self.zero;
        match cursor {
            Cursor::Strided { all, size, read } => {
                let (header, carried) = self.enter(&[&[zero], start].concat());
                let (at, total) = (carried[0], &carried[1..]);
                let (done, _) = self.b.block(&[]);
                let ahead = cursor.look(&mut self.b, at);
                self.go_on_if(ahead.there, done);
                let full = self.b.i64(BLOCK.saturating_mul(size).min(i64::MAX as u64) as i64);
                let length = self.b.op(Op::Len, &[all]);
                let rest = self.b.op(Op::Sub, &[length, at]);
                let length = self.b.op(Op::Min, &[rest, full]);
                let slice = self.b.op(Op::Slice, &[all, at, length]);
                let within = Cursor::Strided { all: slice, size, read };
                let LoopEnd { state, .. } = self.block(within, zero, None, total);
                let at_next = self.b.op(Op::Add, &[at, length]);
                self.b.jump(header, &[&[at_next][..], &state].concat());
                self.b.at(done);
                LoopEnd { at, count: None, state: total.to_vec() }
            }
            Cursor::Chained { .. } => {
                let (header, carried) = self.enter(&[&[zero, zero], start].concat());
                let (at, count, total) = (carried[0], carried[1], &carried[2..]);
                let block = self.block(cursor, at, Some(most), total);
                let in_block = block.count.expect("messages are counted");
                let count = self.b.op(Op::Add, &[count, in_block]);
                let full = self.b.op(Op::Eq, &[in_block, most]);
                let (again, _) = self.b.block(&[]);
                let (done, _) = self.b.block(&[]);
                self.b.branch(full, again, done);
                self.b.at(again);
                self.b.jump(header, &[&[block.at, count][..], &block.state].concat());
                self.b.at(done);
                LoopEnd { count: Some(count), ..block }
            }
            Cursor::Listed { list, element, end } => {
                let (header, carried) = self.enter(&[&[zero], start].concat());
                let (at, total) = (carried[0], &carried[1..]);
                let (done, _) = self.b.block(&[]);
                let more = self.b.op(Op::Lt, &[at, end]);
                self.go_on_if(more, done);
                let rest = self.b.op(Op::Sub, &[end, at]);
                let length = self.b.op(Op::Min, &[rest, most]);
                let to = self.b.op(Op::Add, &[at, length]);
                let LoopEnd { state, .. } =
                    self.block(Cursor::Listed { list, element, end: to }, at, None, total);
                self.b.jump(header, &[&[to][..], &state].concat());
                self.b.at(done);
                LoopEnd { at, count: None, state: total.to_vec() }
            }
        }
    }

    /// Iterates over all elements of a list in each record.
    fn elements(&mut self, cursor: Cursor, part: Part, start: &[Value]) -> LoopEnd {
        let (header, carried) = self.enter(&[&[self.zero, self.zero], start].concat());
        let (at, count, state) = (carried[0], carried[1], &carried[2..]);
        let (done, _) = self.b.block(&[]);
        for needed in self.sink.needs(&mut self.b, self.params, state) {
            self.go_on_if(needed, done);
        }
        let ahead = cursor.look(&mut self.b, at);
        self.go_on_if(ahead.there, done);
        let (record, size) = cursor.take(&mut self.b, ahead, at);
        let mut list = self.b.op(Op::Call(part.func), &[record]);
        if self.b.ty(list).optional {
            // A member of a union that is not set has no elements.
            let set = self.b.op(Op::Has, &[list]);
            let (none, _) = self.b.block(&[]);
            self.go_on_if(set, none);
            let some = self.b.here();
            self.b.at(none);
            let behind = self.b.op(Op::Add, &[at, size]);
            self.b.jump(header, &[&[behind, count][..], state].concat());
            self.b.at(some);
            list = self.b.op(Op::Unwrap, &[list]);
        }
        let end = self.b.op(Op::Call(part.len), &[list]);
        let within = Cursor::Listed { list, element: part.at, end };
        let elements = self.records(within, state);
        let more = self.count(within, &elements);
        let behind = self.b.op(Op::Add, &[at, size]);
        let count_now = self.b.op(Op::Add, &[count, more]);
        self.b.jump(header, &[&[behind, count_now][..], &elements.state].concat());
        self.b.at(done);
        LoopEnd { at, count: Some(count), state: state.to_vec() }
    }
}
