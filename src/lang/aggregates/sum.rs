//! `sum`.
//!
//! | | contribution | state |
//! |---|---|---|
//! | integers | the number or 0; a 128-bit sum, if there may be several numbers | a 128-bit sum |
//! | floats | the number, or the sum of several | the sum and its rounding error |
//!
//! Within a block, the state of floats is one sum or lanes; the state of integers whose contributions are
//! 64-bit numbers is two sums, of their lower and of their upper 32 bits.
//!
//! Integers are added exactly, in 128 bits, which no number of records overflows. Floats are added in an
//! order that depends only on the data's length, so every engine and any number of threads produce the same
//! bits:
//!
//! 1. Records are added in blocks. If all records have one size, record `i` is added to lane `i % LANES`. A
//!    lane is thus at most `BLOCK / LANES` additions deep; the lanes of a block are then added pairwise.
//!    (NumPy's pairwise sum does the same at its leaves; see Higham, "The accuracy of floating point
//!    summation", 1993.) Otherwise, a block is a plain sum of as few records as a lane has.
//! 2. The sums of the blocks are added with Knuth's TwoSum, which accumulates the rounding errors of the
//!    additions in a second float.
//!
//! The error is at most that of pairwise summation: (`BLOCK / LANES` + 3) roundings, where pairwise summation
//! of n numbers has one more for each doubling of n.
//!
//! If a partial sum of finite numbers overflows, the result is infinite or NaN, as with any order of
//! additions; which of them it is may differ from a plain loop.

use super::{Aggregate, Argument, Fold, Item, Lanes, constant};
use crate::ir::build::Builder;
use crate::ir::{Base, Const, Op, Type, Value};
use crate::lang::script::{Done, Lowering, Ty, Typed};
use ruff_python_ast::Operator;
use ruff_text_size::TextRange;

pub static SUM: &dyn Aggregate = &Sum;

#[derive(Debug)]
struct Sum;

/// An integer of 128 bits: its lower half, and its upper half with the sign.
const WORDS: [Type; 2] = [Type::U64, Type::I64];

/// The kind of numbers that are added.
enum Adds {
    Floats,
    /// Integers of 64 bits; within a block, their halves are added separately.
    Numbers,
    /// Integers of 128 bits.
    Wide,
}

impl Adds {
    fn of(item: &Item) -> Adds {
        match (item.base, item.split) {
            (Base::F64, _) => Adds::Floats,
            (_, None) => Adds::Numbers,
            (_, Some(_)) => Adds::Wide,
        }
    }
}

impl Aggregate for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn argument(&self) -> Option<Argument> {
        Some(Argument { name: "start", bare: true })
    }

    fn before(&self, s: &mut Lowering, fold: Fold) -> Vec<Typed> {
        match fold.base {
            Base::F64 => vec![constant(s, Const::f64(0.0)); 2],
            Base::U64 if fold.once => vec![constant(s, Const::U64(0))],
            _ if fold.once => vec![constant(s, Const::I64(0))],
            _ => {
                let zero = s.int_constant(0);
                vec![s.widened(zero)]
            }
        }
    }

    fn take(
        &self,
        s: &mut Lowering,
        fold: Fold,
        old: &[Typed],
        value: Typed,
        at: TextRange,
    ) -> Done<Vec<Typed>> {
        if value.ty == Ty::Wide {
            s.contributes(&value)?;
            let sum = s.wide_binary(&old[0], Operator::Add, &value, at)?.expect("these are integers");
            return Ok(vec![sum]);
        }
        if fold.base != Base::F64 {
            return Ok(vec![if fold.once { value } else { s.add_to_wide(old[0].clone(), value) }]);
        }
        if fold.once {
            return Ok(vec![value]);
        }
        let sums = two_sum(&mut s.b, old[0].one(), old[1].one(), value.one());
        Ok(sums.map(Typed::float).to_vec())
    }

    fn contribution(&self, s: &mut Lowering, fold: Fold, mut folded: Vec<Typed>) -> Done<Vec<Typed>> {
        if fold.base == Base::F64 && !fold.once {
            return Ok(vec![s.with_lost(folded[0].one(), folded[1].one())?]);
        }
        folded.truncate(1);
        Ok(folded)
    }

    fn total(&self, item: &Item) -> Vec<Type> {
        match item.base {
            Base::F64 => vec![Type::F64; 2],
            _ => WORDS.to_vec(),
        }
    }

    fn start(&self, item: &Item, b: &mut Builder) -> Vec<Value> {
        match item.base {
            Base::F64 => vec![b.f64(0.0); 2],
            _ => vec![b.constant(Const::U64(0)), b.i64(0)],
        }
    }

    fn width(&self, item: &Item, _: Option<&Lanes>) -> usize {
        if item.base == Base::F64 { 1 } else { 2 }
    }

    fn open(&self, item: &Item, b: &mut Builder, lanes: Option<&Lanes>, total: &[Value]) -> Vec<Value> {
        match (Adds::of(item), lanes) {
            (Adds::Floats, None) => vec![b.f64(0.0)],
            (Adds::Floats, Some(lanes)) => vec![lanes.zeros(b)],
            (Adds::Numbers, _) => vec![b.i64(0); 2],
            (Adds::Wide, _) => total.to_vec(),
        }
    }

    fn add(
        &self,
        item: &Item,
        b: &mut Builder,
        lanes: Option<&Lanes>,
        state: &[Value],
        x: &[Value],
    ) -> Vec<Value> {
        match (Adds::of(item), lanes) {
            (Adds::Floats, None) => vec![b.op(Op::Add, &[state[0], x[0]])],
            (Adds::Floats, Some(lanes)) => vec![b.op(Op::Call(lanes.add), &[state[0], x[0]])],
            (Adds::Numbers, _) => add_halves(b, state, x[0]),
            (Adds::Wide, _) => add_words(b, [state[0], state[1]], [x[0], x[1]]).to_vec(),
        }
    }

    fn close(
        &self,
        item: &Item,
        b: &mut Builder,
        lanes: Option<&Lanes>,
        total: &[Value],
        state: &[Value],
    ) -> Vec<Value> {
        match Adds::of(item) {
            Adds::Floats => {
                let sum = match lanes {
                    Some(lanes) => b.op(Op::Call(lanes.sum), state),
                    None => state[0],
                };
                two_sum(b, total[0], total[1], sum).to_vec()
            }
            Adds::Numbers => add_block(b, total, state),
            Adds::Wide => state.to_vec(),
        }
    }

    fn merge(&self, item: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        if item.base != Base::F64 {
            // Both are sums of fewer than 2^64 numbers of 64 bits, so the result fits.
            return add_words(b, [left[0], left[1]], [right[0], right[1]]).to_vec();
        }
        let [sum, lost] = two_sum(b, left[0], left[1], right[0]);
        vec![sum, b.op(Op::Add, &[lost, right[1]])]
    }

    fn result(&self, item: &Item, b: &mut Builder, total: &[Value]) -> Vec<Value> {
        if item.base != Base::F64 {
            return total.to_vec();
        }
        // If a total is infinite, its rounding error is NaN and means nothing.
        let (sum, both) = (total[0], b.op(Op::Add, total));
        let is_number = b.op(Op::Eq, &[total[1], total[1]]);
        vec![b.op(Op::Select, &[is_number, both, sum])]
    }

    fn ty(&self, item: &Item) -> Ty {
        if item.base == Base::F64 { Ty::Float } else { Ty::Wide }
    }
}

/// Adds a number to a block's two sums: those of the lower and of the upper 32 bits. A block has few records,
/// so neither sum overflows 64 bits; no check is needed, and no sum depends on a carry.
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

/// Adds a block's two sums to a sum of 128 bits. There are too few records for an overflow.
fn add_block(b: &mut Builder, total: &[Value], sums: &[Value]) -> Vec<Value> {
    let (count, zero) = (b.i64(32), b.i64(0));
    let shifted = b.op(Op::Shl, &[sums[1], count]);
    let above = b.op(Op::Shr, &[sums[1], count]);
    let mut total = [total[0], total[1]];
    // The sum of the lower bits is not negative.
    for (low, high) in [(sums[0], zero), (shifted, above)] {
        let low = b.op(Op::Bits(Base::U64), &[low]);
        total = add_words(b, total, [low, high]);
    }
    total.to_vec()
}

/// The sum of two integers of 128 bits, each a lower word and a signed upper word; modulo 2^128.
pub fn add_words(b: &mut Builder, x: [Value; 2], y: [Value; 2]) -> [Value; 2] {
    let low = b.op(Op::WrapAdd, &[x[0], y[0]]);
    let carried = b.op(Op::Lt, &[low, y[0]]);
    let carry = b.op(Op::Convert(Base::I64), &[carried]);
    let high = b.op(Op::WrapAdd, &[x[1], y[1]]);
    [low, b.op(Op::WrapAdd, &[high, carry])]
}

/// Knuth's TwoSum: `(hi, lo) + x`; the rounding error is added to `lo`.
pub fn two_sum(b: &mut Builder, hi: Value, lo: Value, x: Value) -> [Value; 2] {
    let sum = b.op(Op::Add, &[hi, x]);
    let x_part = b.op(Op::Sub, &[sum, hi]);
    let hi_part = b.op(Op::Sub, &[sum, x_part]);
    let hi_error = b.op(Op::Sub, &[hi, hi_part]);
    let x_error = b.op(Op::Sub, &[x, x_part]);
    let error = b.op(Op::Add, &[hi_error, x_error]);
    [sum, b.op(Op::Add, &[lo, error])]
}
