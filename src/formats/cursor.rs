//! How records follow one another, for programs that go over them.
//!
//! A [`Cursor`] stands between a loop and a format: at a position it says whether there is a record, gives
//! that record, and the position of the next one. The loop is somebody else's
//! ([`scan`](crate::query::scan), `for` in scripts), and so is what becomes of the record.

use crate::ir::build::Builder;
use crate::ir::{ClassId, FuncId, Op, Value};

/// How records follow one another in a view.
#[derive(Clone, Copy, Debug)]
pub enum Framing {
    /// Without gaps, so many bytes each; `read` makes the record at an offset of a view.
    Strided { size: u64, read: FuncId },
    /// One after the other, each as long as it says.
    Chained(Chain),
}

/// Records that are not all of one size.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    /// `(view, offset) -> step`: what is at an offset.
    pub step: FuncId,
    /// Of a step: its bytes, and how many these are: 0 if there is none, less if there can be none.
    pub class: ClassId,
    pub bytes: u32,
    pub size: u32,
    /// From a step to the record.
    pub open: FuncId,
    /// What is raised where there can be none.
    pub damaged: &'static str,
}

impl Chain {
    /// What is at an offset of a view, and its size in bytes: 0 if there is nothing, less if there can be no
    /// record.
    pub fn next(&self, b: &mut Builder, all: Value, at: Value) -> (Value, Value) {
        let step = b.op(Op::Call(self.step), &[all, at]);
        (step, b.op(Op::Get(self.class, self.size), &[step]))
    }

    /// The record, which is from now on the one of which errors speak.
    pub fn open(&self, b: &mut Builder, step: Value) -> Value {
        let bytes = b.op(Op::Get(self.class, self.bytes), &[step]);
        b.record(bytes);
        b.op(Op::Call(self.open), &[step])
    }
}

impl Framing {
    /// Over the records of a view, from offset to offset.
    pub fn cursor(&self, all: Value) -> Cursor {
        match *self {
            Framing::Strided { size, read } => Cursor::Strided { all, size, read },
            Framing::Chained(chain) => Cursor::Chained { all, chain },
        }
    }
}

/// What a loop over records, or over elements of a list, goes by. A position is an `i64`; the first one is 0,
/// or where a header ends.
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
    /// The elements of a list up to that index; `element` takes the list and an index.
    Listed {
        list: Value,
        element: FuncId,
        end: Value,
    },
}

/// What is at a position.
#[derive(Clone, Copy, Debug)]
pub struct Ahead {
    /// Whether a record is.
    pub there: Value,
    /// Of records that say how long they are: the step to it, and its size in bytes: 0 if there is none, less
    /// if there can be none.
    step: Option<(Value, Value)>,
}

impl Cursor {
    /// Looks at a position.
    pub fn look(&self, b: &mut Builder, at: Value) -> Ahead {
        match *self {
            Cursor::Strided { all, size, .. } => {
                let size = b.i64(size as i64);
                Ahead { there: b.op(Op::Fits, &[all, at, size]), step: None }
            }
            Cursor::Chained { all, chain } => {
                let (step, size) = chain.next(b, all, at);
                let zero = b.i64(0);
                Ahead { there: b.op(Op::Lt, &[zero, size]), step: Some((step, size)) }
            }
            Cursor::Listed { end, .. } => Ahead { there: b.op(Op::Lt, &[at, end]), step: None },
        }
    }

    /// The record that is there, and how far it is to the next position. Errors speak of this record from now
    /// on, unless it is an element.
    pub fn take(&self, b: &mut Builder, ahead: Ahead, at: Value) -> (Value, Value) {
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

    /// Where there is no record: whether that is the end, and what is raised if it is damage. Nothing if it
    /// cannot be.
    pub fn ended(&self, b: &mut Builder, ahead: Ahead) -> Option<(Value, &'static str)> {
        let (Cursor::Chained { chain, .. }, Some((_, size))) = (self, ahead.step) else { return None };
        let zero = b.i64(0);
        Some((b.op(Op::Eq, &[zero, size]), chain.damaged))
    }
}
