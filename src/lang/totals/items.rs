//! What is computed of the records: items of a few kinds, and what of each is carried from record to record.
//!
//! | kind | of a record is asked | carried |
//! |---|---|---|
//! | sum of integers | the number; 0 if there is none | the sum, in 128 bits; within a block two sums, of the lower and upper 32 bits |
//! | sum of floats | the same | within a block the sum or its lanes; from block to block the sum, and what it rounded off |
//! | smallest, largest | the number, or an object that says whether there is one | whether there is one, of floats the first, the best |
//! | any, all | a truth value | a truth value |
//!
//! The smallest is that of Python, `best = x if x < best else best`, from the first on. A NaN is less than
//! nothing and nothing is less than it: it is passed over, unless it is the first, and then nothing replaces
//! it. So that partial results can be merged, the best is looked for from the worst that there is, which
//! passes over every NaN, and the first is kept besides: if that is a NaN, it is the result.

use super::{LANES, Lanes};
use crate::ir::build::Builder;
use crate::ir::{Base, ClassId, Const, FuncId, Op, Type, Value};

/// What is made of what the records give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sum,
    Min,
    Max,
    /// Whether it is so of one record.
    Any,
    /// Whether it is so of all.
    All,
}

/// One of the results.
#[derive(Clone, Debug)]
pub struct Item {
    pub kind: Kind,
    /// The type of the result.
    pub base: Base,
    /// What a record gives.
    pub func: FuncId,
    /// The class of what a record gives, where that is several values. Of the smallest and largest, if a
    /// record may give
    /// nothing: whether it gives something, the best and, where that may be another, the first. Of a sum of
    /// integers to which
    /// a record may add several: the two words of what it adds.
    pub split: Option<ClassId>,
}

impl Kind {
    /// The instruction that makes one of two.
    pub fn op(self) -> Op {
        match self {
            Kind::Sum => Op::Add,
            Kind::Min => Op::Min,
            Kind::Max => Op::Max,
            Kind::Any => Op::Or,
            Kind::All => Op::And,
        }
    }

    /// What every number is at least as good as.
    pub fn worst(self, base: Base) -> Const {
        match (base, self == Kind::Min) {
            (Base::F64, true) => Const::f64(f64::INFINITY),
            (Base::F64, false) => Const::f64(f64::NEG_INFINITY),
            (Base::U64, true) => Const::U64(u64::MAX),
            (Base::U64, false) => Const::U64(0),
            (_, true) => Const::I64(i64::MAX),
            (_, false) => Const::I64(i64::MIN),
        }
    }
}

/// An integer of 128 bits: its lower half, and its upper half with the sign.
const WORDS: [Type; 2] = [Type::U64, Type::I64];

impl Item {
    fn ty(&self) -> Type {
        Type::of(self.base)
    }

    /// The types of the result's parts: of a smallest or largest, an optional; of a sum of integers, its two
    /// words.
    pub fn gives(&self) -> Vec<Type> {
        match self.kind {
            Kind::Min | Kind::Max => vec![Type::optional(self.base)],
            Kind::Sum if !self.adds_floats() => WORDS.to_vec(),
            _ => vec![self.ty()],
        }
    }

    /// Whether integers are added.
    pub fn adds_integers(&self) -> bool {
        self.kind == Kind::Sum && self.base != Base::F64
    }

    /// Whether a block has a sum of its own of integers of 64 bits, by their halves.
    fn adds_halves(&self) -> bool {
        self.adds_integers() && self.split.is_none()
    }

    /// Whether floats are added.
    pub fn adds_floats(&self) -> bool {
        self.kind == Kind::Sum && self.base == Base::F64
    }

    /// What is carried from block to block.
    pub fn partial(&self) -> Vec<Type> {
        match self.kind {
            Kind::Sum if self.base == Base::F64 => vec![self.ty(); 2],
            Kind::Sum => WORDS.to_vec(),
            Kind::Min | Kind::Max if self.base == Base::F64 => vec![Type::BOOL, self.ty(), self.ty()],
            Kind::Min | Kind::Max => vec![Type::BOOL, self.ty()],
            _ => vec![self.ty()],
        }
    }

    /// How many values that are.
    pub fn width(&self) -> usize {
        match (self.kind, self.base) {
            (Kind::Min | Kind::Max, Base::F64) => 3,
            (Kind::Min | Kind::Max | Kind::Sum, _) => 2,
            _ => 1,
        }
    }

    /// That before the first record.
    pub fn start(&self, b: &mut Builder) -> Vec<Value> {
        match (self.kind, self.base) {
            (Kind::Sum, Base::F64) => vec![b.f64(0.0); 2],
            (Kind::Sum, _) => vec![b.constant(Const::U64(0)), b.i64(0)],
            (Kind::Any | Kind::All, _) => vec![b.constant(Const::Bool(self.kind == Kind::All))],
            (Kind::Min | Kind::Max, base) => {
                let mut start = vec![b.constant(Const::Bool(false))];
                if base == Base::F64 {
                    start.push(b.f64(0.0));
                }
                start.push(b.constant(self.kind.worst(base)));
                start
            }
        }
    }

    /// What is carried within a block: of float sums a sum of its own, in lanes if there are some.
    pub(super) fn within(&self, lanes: Option<&Lanes>) -> Vec<Type> {
        match (self.adds_floats(), lanes) {
            (false, _) if self.adds_halves() => vec![Type::I64; 2],
            (false, _) => self.partial(),
            (true, None) => vec![Type::F64],
            (true, Some(lanes)) => vec![Type::object(lanes.class)],
        }
    }

    /// That before the block's first record; `partial` is what there was before the block.
    pub(super) fn block_start(
        &self,
        b: &mut Builder,
        partial: &[Value],
        lanes: Option<&Lanes>,
    ) -> Vec<Value> {
        let nothing = b.f64(0.0);
        match (self.adds_floats(), lanes) {
            (false, _) if self.adds_halves() => vec![b.i64(0); 2],
            (false, _) => partial.to_vec(),
            (true, None) => vec![nothing],
            (true, Some(lanes)) => vec![b.op(Op::New(lanes.class), &[nothing; LANES])],
        }
    }

    /// That behind one more record.
    pub(super) fn add(
        &self,
        b: &mut Builder,
        object: Value,
        old: &[Value],
        lanes: Option<&Lanes>,
    ) -> Vec<Value> {
        let x = b.op(Op::Call(self.func), &[object]);
        match (self.kind, lanes) {
            (Kind::Sum, Some(lanes)) if self.adds_floats() => {
                vec![b.op(Op::Call(lanes.add), &[old[0], x])]
            }
            (Kind::Sum, None) if self.adds_floats() => vec![b.op(Op::Add, &[old[0], x])],
            (Kind::Sum, _) => match self.split {
                None => add_halves(b, old, x),
                Some(class) => {
                    let [low, high] = [0, 1].map(|word| b.op(Op::Get(class, word), &[x]));
                    add_words(b, [old[0], old[1]], [low, high]).to_vec()
                }
            },
            (Kind::Any | Kind::All, _) => vec![b.op(self.kind.op(), &[old[0], x])],
            (Kind::Min | Kind::Max, _) => {
                let (there, best, first) = match self.split {
                    None => (b.constant(Const::Bool(true)), x, x),
                    Some(class) => {
                        let best = b.op(Op::Get(class, 1), &[x]);
                        let fields = b.program().classes[class.index()].fields.len();
                        let first = if fields > 2 { b.op(Op::Get(class, 2), &[x]) } else { best };
                        (b.op(Op::Get(class, 0), &[x]), best, first)
                    }
                };
                let mut new = vec![if self.split.is_none() { there } else { b.op(Op::Or, &[old[0], there]) }];
                if self.base == Base::F64 {
                    new.push(b.op(Op::Select, &[old[0], old[1], first]));
                }
                new.push(b.op(self.kind.op(), &[old[old.len() - 1], best]));
                new
            }
        }
    }

    /// What is carried on behind a block.
    pub(super) fn block_end(
        &self,
        b: &mut Builder,
        partial: &[Value],
        within: &[Value],
        lanes: Option<&Lanes>,
    ) -> Vec<Value> {
        if self.adds_halves() {
            return add_block(b, partial, within);
        }
        if !self.adds_floats() {
            return within.to_vec();
        }
        let x = match lanes {
            Some(lanes) => b.op(Op::Call(lanes.sum), within),
            None => within[0],
        };
        two_sum(b, partial[0], partial[1], x).to_vec()
    }
}

/// A block's two sums with one more number: those of its lower 32 bits and of what is above them. Neither
/// leaves 64 bits within a block, which
/// has few records; so nothing is checked, and no sum waits for a carry.
fn add_halves(b: &mut Builder, sums: &[Value], x: Value) -> Vec<Value> {
    let (count, mask) = (b.i64(32), b.i64(0xFFFF_FFFF));
    let mut above = b.op(Op::Shr, &[x, count]);
    let mut x = x;
    if b.ty(x) == Type::U64 {
        (x, above) = (b.op(Op::Bits(Base::I64), &[x]), b.op(Op::Bits(Base::I64), &[above]));
    }
    let below = b.op(Op::And, &[x, mask]);
    vec![b.op(Op::WrapAdd, &[sums[0], below]), b.op(Op::WrapAdd, &[sums[1], above])]
}

/// A sum of 128 bits with those two of a block. There are not so many records that it could leave 128 bits.
fn add_block(b: &mut Builder, total: &[Value], sums: &[Value]) -> Vec<Value> {
    let (count, zero) = (b.i64(32), b.i64(0));
    let shifted = b.op(Op::Shl, &[sums[1], count]);
    let above = b.op(Op::Shr, &[sums[1], count]);
    let mut total = [total[0], total[1]];
    // That of the lower bits is not negative.
    for (low, high) in [(sums[0], zero), (shifted, above)] {
        let low = b.op(Op::Bits(Base::U64), &[low]);
        total = add_words(b, total, [low, high]);
    }
    total.to_vec()
}

/// The sum of two integers of 128 bits, each its lower word and its upper word with the sign; modulo 2^128.
pub fn add_words(b: &mut Builder, x: [Value; 2], y: [Value; 2]) -> [Value; 2] {
    let low = b.op(Op::WrapAdd, &[x[0], y[0]]);
    let carried = b.op(Op::Lt, &[low, y[0]]);
    let carry = b.op(Op::Convert(Base::I64), &[carried]);
    let high = b.op(Op::WrapAdd, &[x[1], y[1]]);
    [low, b.op(Op::WrapAdd, &[high, carry])]
}

/// The first so many values, which are no longer there then.
pub fn first<'v>(values: &mut &'v [Value], count: usize) -> &'v [Value] {
    let (first, rest) = values.split_at(count);
    *values = rest;
    first
}

/// Knuth's TwoSum: `(hi, lo) + x`, what is rounded off going to `lo`.
pub fn two_sum(b: &mut Builder, hi: Value, lo: Value, x: Value) -> [Value; 2] {
    let sum = b.op(Op::Add, &[hi, x]);
    let x_part = b.op(Op::Sub, &[sum, hi]);
    let hi_part = b.op(Op::Sub, &[sum, x_part]);
    let hi_error = b.op(Op::Sub, &[hi, hi_part]);
    let x_error = b.op(Op::Sub, &[x, x_part]);
    let error = b.op(Op::Add, &[hi_error, x_error]);
    [sum, b.op(Op::Add, &[lo, error])]
}
