//! The number of values, and the sum of the squares of their distances from the mean. It has no name in the
//! language; `var` and `std` are computed from it ([`super::statistics`]).
//!
//! | | parts, all floats |
//! |---|---|
//! | contribution | the number; or how many there are (0 or 1), and it; or the total of several |
//! | state in a block | how many, a pivot, the sum of distances from it, and the sum of their squares |
//! | total | how many, their mean, the sum of squared distances from the mean |
//!
//! The pivot is the first value of the block, so no mean is needed while values are added, and no division.
//! If a block has n values, the sum of squares around the pivot is at most n + 1 times as large as around the
//! mean, because the pivot is one of the values: a bounded loss of a few digits at worst, whatever the data.
//! Totals are merged with the formula of Chan, Golub and LeVeque ("Updating formulae and a pairwise algorithm
//! for computing sample variances", 1979).

use super::{Aggregate, Fold, Item, Lanes};
use crate::ir::build::Builder;
use crate::ir::{Const, Op, Type, Value};
use crate::lang::script::{Done, Lowering, Ty, Typed};
use ruff_text_size::TextRange;

pub static MOMENTS: &dyn Aggregate = &Moments;

#[derive(Debug)]
struct Moments;

impl Aggregate for Moments {
    fn name(&self) -> &'static str {
        "moments"
    }

    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        let value = s.number_of(value, at)?;
        Ok(Typed::float(s.float(&value)))
    }

    fn before(&self, s: &mut Lowering, fold: Fold) -> Vec<Typed> {
        let zero = Typed::float(s.b.f64(0.0));
        vec![zero; if fold.once { 2 } else { 4 }]
    }

    fn take(&self, s: &mut Lowering, fold: Fold, old: &[Typed], x: Typed, _: TextRange) -> Done<Vec<Typed>> {
        let one = s.b.f64(1.0);
        if fold.once {
            return Ok(vec![Typed::float(one), x]);
        }
        let state: Vec<Value> = old.iter().map(Typed::one).collect();
        let new = add_part(&mut s.b, &state, [one, x.one()], None);
        Ok(new.into_iter().map(Typed::float).collect())
    }

    fn contribution(&self, s: &mut Lowering, fold: Fold, mut folded: Vec<Typed>) -> Done<Vec<Typed>> {
        if !fold.once {
            let state: Vec<Value> = folded.iter().map(Typed::one).collect();
            return Ok(around_mean(&mut s.b, &state).map(Typed::float).to_vec());
        }
        if s.b.as_const(folded[0].one()) == Some(Const::f64(1.0)) {
            folded.remove(0);
        }
        Ok(folded)
    }

    fn total(&self, _: &Item) -> Vec<Type> {
        vec![Type::F64; 3]
    }

    fn start(&self, _: &Item, b: &mut Builder) -> Vec<Value> {
        vec![b.f64(0.0); 3]
    }

    fn width(&self, _: &Item, _: Option<&Lanes>) -> usize {
        4
    }

    fn open(&self, _: &Item, b: &mut Builder, _: Option<&Lanes>, _: &[Value]) -> Vec<Value> {
        vec![b.f64(0.0); 4]
    }

    fn add(&self, _: &Item, b: &mut Builder, _: Option<&Lanes>, state: &[Value], x: &[Value]) -> Vec<Value> {
        match *x {
            [x] => {
                let one = b.f64(1.0);
                add_part(b, state, [one, x], None)
            }
            [count, x] => add_part(b, state, [count, x], None),
            [count, mean, squares] => add_part(b, state, [count, mean], Some(squares)),
            _ => unreachable!("{x:?} is no contribution"),
        }
    }

    fn close(
        &self,
        _: &Item,
        b: &mut Builder,
        _: Option<&Lanes>,
        total: &[Value],
        state: &[Value],
    ) -> Vec<Value> {
        let block = around_mean(b, state);
        merged(b, total, &block)
    }

    fn merge(&self, _: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        merged(b, left, right)
    }

    /// How many there are, and the sum of squares.
    fn result(&self, _: &Item, _: &mut Builder, total: &[Value]) -> Vec<Value> {
        vec![total[0], total[2]]
    }

    fn ty(&self, _: &Item) -> Ty {
        Ty::Tuple(vec![Ty::Float; 2])
    }
}

/// Adds `count` values of this mean to a block's state. `squares` is the sum of their squared distances from
/// the mean, if it is not 0.
fn add_part(
    b: &mut Builder,
    state: &[Value],
    [count, mean]: [Value; 2],
    squares: Option<Value>,
) -> Vec<Value> {
    let zero = b.f64(0.0);
    let none = b.op(Op::Eq, &[state[0], zero]);
    let pivot = b.op(Op::Select, &[none, mean, state[1]]);
    let distance = b.op(Op::Sub, &[mean, pivot]);
    let distances = b.op(Op::Mul, &[distance, count]);
    let mut more = b.op(Op::Mul, &[distances, distance]);
    if let Some(squares) = squares {
        more = b.op(Op::Add, &[more, squares]);
    }
    let all = b.op(Op::Add, &[state[0], count]);
    vec![all, pivot, b.op(Op::Add, &[state[2], distances]), b.op(Op::Add, &[state[3], more])]
}

/// The total of a block: how many values, their mean, the sum of squared distances from it.
fn around_mean(b: &mut Builder, state: &[Value]) -> [Value; 3] {
    let (zero, one) = (b.f64(0.0), b.f64(1.0));
    let divisor = b.op(Op::Max, &[state[0], one]);
    let shift = b.op(Op::Div, &[state[2], divisor]);
    let mean = b.op(Op::Add, &[state[1], shift]);
    let above = b.op(Op::Mul, &[state[2], shift]);
    let squares = b.op(Op::Sub, &[state[3], above]);
    // Rounding may bring it below 0; NaN stays.
    [state[0], mean, b.op(Op::Max, &[squares, zero])]
}

fn merged(b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
    let one = b.f64(1.0);
    let all = b.op(Op::Add, &[left[0], right[0]]);
    let divisor = b.op(Op::Max, &[all, one]);
    let share = b.op(Op::Div, &[right[0], divisor]);
    let distance = b.op(Op::Sub, &[right[1], left[1]]);
    let shift = b.op(Op::Mul, &[distance, share]);
    let mean = b.op(Op::Add, &[left[1], shift]);
    let squares = b.op(Op::Add, &[left[2], right[2]]);
    let weight = b.op(Op::Mul, &[shift, left[0]]);
    let between = b.op(Op::Mul, &[weight, distance]);
    vec![all, mean, b.op(Op::Add, &[squares, between])]
}
