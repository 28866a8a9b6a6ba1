//! Iteration over records, for programs.
//!
//! A [`Cursor`] is the interface between a loop and a format: at a position it tells whether there is a
//! record, and returns that record and the distance to the next one. The loop ([`scan`](crate::query::scan),
//! `for` in scripts) and the use of the record are elsewhere.

use crate::ir::build::Builder;
use crate::ir::{ClassId, FuncId, Op, Value};

/// How records follow one another in a view.
#[derive(Clone, Copy, Debug)]
pub enum Framing {
    /// Records of `size` bytes without gaps; `read` makes the record at an offset of a view.
    Strided { size: u64, read: FuncId },
    /// One after another, each with a size of its own.
    Chained(Chain),
}

/// Records of varying size.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    /// `(view, offset) -> step`: reads what is at an offset.
    pub step: FuncId,
    /// The class of steps, and its fields: the bytes, and their number (0 if there is no record, negative if
    /// the bytes cannot be one).
    pub class: ClassId,
    pub bytes: u32,
    pub size: u32,
    /// Makes the record of a step.
    pub open: FuncId,
    /// The error that is raised for bytes that cannot be a record.
    pub damaged: &'static str,
}

impl Chain {
    /// The step at an offset of a view, and its size in bytes: 0 if there is no record, negative if the bytes
    /// cannot be one.
    pub fn next(&self, b: &mut Builder, all: Value, at: Value) -> (Value, Value) {
        let step = b.op(Op::Call(self.step), &[all, at]);
        (step, b.op(Op::Get(self.class, self.size), &[step]))
    }

    /// The record of a step, to which errors refer from now on.
    pub fn open(&self, b: &mut Builder, step: Value) -> Value {
        let bytes = b.op(Op::Get(self.class, self.bytes), &[step]);
        b.record(bytes);
        b.op(Op::Call(self.open), &[step])
    }
}

impl Framing {
    /// A cursor over the records of a view, whose positions are offsets.
    pub fn cursor(&self, all: Value) -> Cursor {
        match *self {
            Framing::Strided { size, read } => Cursor::Strided { all, size, read },
            Framing::Chained(chain) => Cursor::Chained { all, chain },
        }
    }
}

/// Iterates over records, or over elements of a list. A position is an `i64`; the first one is 0, or the end
/// of the header.
#[derive(Clone, Copy, Debug)]
pub enum Cursor {
    Strided {
        all: Value,
        size: u64,
        read: FuncId,
    },
    Chained {
        all: Value,
        chain: Chain,
    },
    /// The elements of a list up to the index `end`; `element` takes the list and an index.
    Listed {
        list: Value,
        element: FuncId,
        end: Value,
    },
}

/// What is at a position.
#[derive(Clone, Copy, Debug)]
pub struct Lookahead {
    /// Whether there is a record.
    pub there: Value,
    /// For records of varying size: the step, and its size in bytes (0 if there is no record, negative if the
    /// bytes cannot be one).
    step: Option<(Value, Value)>,
}

impl Cursor {
    /// Checks what is at a position.
    pub fn look(&self, b: &mut Builder, at: Value) -> Lookahead {
        match *self {
            Cursor::Strided { all, size, .. } => {
                let size = b.i64(size as i64);
                Lookahead { there: b.op(Op::Fits, &[all, at, size]), step: None }
            }
            Cursor::Chained { all, chain } => {
                let (step, size) = chain.next(b, all, at);
                let zero = b.i64(0);
                Lookahead { there: b.op(Op::Lt, &[zero, size]), step: Some((step, size)) }
            }
            Cursor::Listed { end, .. } => Lookahead { there: b.op(Op::Lt, &[at, end]), step: None },
        }
    }

    /// The record at a position, and the distance to the next one. Errors refer to this record from now on,
    /// unless it is an element.
    pub fn take(&self, b: &mut Builder, ahead: Lookahead, at: Value) -> (Value, Value) {
        match (*self, ahead.step) {
            (Cursor::Strided { all, size, read }, _) => {
                let record = b.op(Op::Call(read), &[all, at]);
                let class = b.ty(record).class().expect("a record is an object");
                let bytes = b.op(Op::Get(class, 0), &[record]);
                b.record(bytes);
                (record, b.i64(size as i64))
            }
            (Cursor::Chained { chain, .. }, Some((step, size))) => (chain.open(b, step), size),
            (Cursor::Listed { list, element, .. }, _) => (b.op(Op::Call(element), &[list, at]), b.i64(1)),
            (Cursor::Chained { .. }, None) => unreachable!("a chain is gone over by steps"),
        }
    }

    /// Where there is no record: whether that is the regular end, and the error that is raised otherwise.
    /// `None` if the end is always regular.
    pub fn ended(&self, b: &mut Builder, ahead: Lookahead) -> Option<(Value, &'static str)> {
        let (Cursor::Chained { chain, .. }, Some((_, size))) = (self, ahead.step) else { return None };
        let zero = b.i64(0);
        Some((b.op(Op::Eq, &[zero, size]), chain.damaged))
    }
}
