//! Partial totals: those of neighbouring chunks as one, and what all of them amount to.

use super::Number;
use crate::error::Error;
use crate::host::wide;
use crate::interp::{Memory, Val, eval};
use crate::ir::{Base, Op};
use crate::lang::totals::{Item, Kind};

/// What a chunk gives: where it ends, how many records it has, and the items' partial results.
pub type Partial = Vec<Val>;

/// Where a chunk ends, from its result.
pub fn end(part: &[Val]) -> u64 {
    count(part, 0)
}

/// How many records there are.
pub fn records(part: &[Val]) -> u64 {
    count(part, 1)
}

fn count(part: &[Val], at: usize) -> u64 {
    match part.get(at) {
        Some(Val::I64(count)) => *count as u64,
        other => unreachable!("{other:?} is no count"),
    }
}

/// The partial totals of two neighbouring chunks as one. Sums of floats are not associative: from the
/// first chunk on.
pub fn merge(items: &[Item], name: &str, left: &[Val], right: &[Val]) -> Result<Partial, Error> {
    let one = |op: Op, a: Val, b: Val| {
        eval(op, &[a, b], Memory::NONE).map_err(|raise| Error::Data(format!("{name}: the totals: {raise}")))
    };
    let mut merged = Vec::with_capacity(left.len());
    merged.extend([one(Op::Add, left[0], right[0])?, one(Op::Add, left[1], right[1])?]);
    let (mut left, mut right) = (&left[2..], &right[2..]);
    for item in items {
        let count = item.width();
        let (a, b) = (&left[..count], &right[..count]);
        (left, right) = (&left[count..], &right[count..]);
        match (item.kind, a, b) {
            (Kind::Sum, [Val::F64(hi), Val::F64(lo)], [Val::F64(x), Val::F64(rest)]) => {
                let (sum, error) = two_sum(*hi, *x);
                merged.extend([Val::F64(sum), Val::F64(lo + error + rest)]);
            }
            (Kind::Sum, a, b) => {
                // Sums of fewer than 2^64 numbers of 64 bits: they fit.
                let (low, high) = wide::split(integer(a).wrapping_add(integer(b)));
                merged.extend([Val::U64(low), Val::I64(high)]);
            }
            (Kind::Min | Kind::Max, [there, firsts @ .., best], [also, others @ .., other]) => {
                merged.push(one(Op::Or, *there, *also)?);
                merged.extend(if *there == Val::Bool(true) { firsts } else { others });
                merged.push(one(item.kind.op(), *best, *other)?);
            }
            (kind, [a], [b]) => merged.push(one(kind.op(), *a, *b)?),
            _ => unreachable!("{a:?} and {b:?} are no partial results of {:?}", item.kind),
        }
    }
    Ok(merged)
}

/// The integer that a partial sum is.
fn integer(parts: &[Val]) -> i128 {
    match parts {
        [Val::U64(low), Val::I64(high)] => wide::join(*low, *high),
        other => unreachable!("{other:?} is no sum of integers"),
    }
}

/// What the items amount to: the parts of a number or truth value; of a smallest or largest of nothing, none.
pub fn results(items: &[Item], total: &[Val]) -> Vec<Vec<Val>> {
    let mut total = &total[2..];
    let mut result = |item: &Item| {
        let (parts, rest) = total.split_at(item.width());
        total = rest;
        if item.adds_integers() {
            return parts.to_vec();
        }
        vec![match (item.kind, parts) {
            // Once a total is infinite, what it rounded off is NaN and means nothing.
            (Kind::Sum, [Val::F64(hi), Val::F64(lo)]) => Val::F64(if lo.is_nan() { *hi } else { hi + lo }),
            (Kind::Min | Kind::Max, [Val::Bool(false), ..]) => Val::None,
            // Nothing replaces a NaN.
            (Kind::Min | Kind::Max, [_, first @ Val::F64(x), best]) => {
                if x.is_nan() {
                    *first
                } else {
                    *best
                }
            }
            (_, [.., result]) => *result,
            (_, []) => unreachable!("an item has a part"),
        }]
    };
    items.iter().map(&mut result).collect()
}

/// A sum as its users get it.
pub fn number(base: Base, parts: &[Val]) -> Number {
    match (base, parts) {
        (Base::F64, [Val::F64(x)]) => Number::Float(*x),
        (Base::U64, parts) => match integer(parts) {
            sum if u64::try_from(sum).is_ok() => Number::Uint(sum as u64),
            sum => Number::Wide(sum),
        },
        (_, parts) => match integer(parts) {
            sum if i64::try_from(sum).is_ok() => Number::Int(sum as i64),
            sum => Number::Wide(sum),
        },
    }
}

/// Knuth's TwoSum: a sum, and what it rounded off.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}
