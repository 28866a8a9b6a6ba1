//! `min` and `max`.
//!
//! | | parts |
//! |---|---|
//! | contribution | the number; or a flag (is there one?), the best, and the first if there may be several |
//! | state | a flag (was there a number?), the first (floats only), the best |
//!
//! The minimum is Python's: `best = x if x < best else best`, starting at the first value. Comparisons with
//! NaN are false, so a NaN is skipped, unless it is the first value: then nothing replaces it. To make
//! partial results mergeable, the best starts at the worst possible value, which skips every NaN, and the
//! first value is kept separately: if it is a NaN, it is the result.

use super::{Aggregate, Argument, Fold, Item, Lanes, constant, number, one_number};
use crate::ir::build::Builder;
use crate::ir::{Base, Const, Op, Type, Value};
use crate::lang::script::{Done, Lowering, Ty, Typed};
use ruff_text_size::TextRange;

pub static MIN: Extreme = Extreme { name: "min", op: Op::Min };
pub static MAX: Extreme = Extreme { name: "max", op: Op::Max };

#[derive(Debug)]
pub struct Extreme {
    name: &'static str,
    /// The operation that combines two values.
    op: Op,
}

impl Extreme {
    /// The identity of the operation: every number is at least as good.
    fn worst(&self, base: Base) -> Const {
        match (base, self.op == Op::Min) {
            (Base::F64, true) => Const::f64(f64::INFINITY),
            (Base::F64, false) => Const::f64(f64::NEG_INFINITY),
            (Base::U64, true) => Const::U64(u64::MAX),
            (Base::U64, false) => Const::U64(0),
            (_, true) => Const::I64(i64::MAX),
            (_, false) => Const::I64(i64::MIN),
        }
    }
}

impl Aggregate for Extreme {
    fn name(&self) -> &'static str {
        self.name
    }

    fn argument(&self) -> Option<Argument> {
        Some(Argument { name: "default", bare: false })
    }

    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        match value.ty {
            Ty::Bool => s.wrong_help(at, "this is a bool; a number is needed here", "use any(…) or all(…)"),
            _ => one_number(s, value, at),
        }
    }

    /// A flag (is there a value?), the best, the first.
    fn before(&self, s: &mut Lowering, fold: Fold) -> Vec<Typed> {
        let worst = constant(s, self.worst(fold.base));
        vec![s.constant_bool(false), worst.clone(), worst]
    }

    fn take(
        &self,
        s: &mut Lowering,
        fold: Fold,
        old: &[Typed],
        value: Typed,
        _: TextRange,
    ) -> Done<Vec<Typed>> {
        let there = s.constant_bool(true);
        if fold.once {
            return Ok(vec![there, value.clone(), value]);
        }
        let x = value.one();
        let best = s.b.op(self.op, &[old[1].one(), x]);
        let first = s.b.op(Op::Select, &[old[0].one(), old[2].one(), x]);
        Ok(vec![there, Typed::of(value.ty.clone(), best), Typed::of(value.ty, first)])
    }

    fn contribution(&self, s: &mut Lowering, fold: Fold, mut folded: Vec<Typed>) -> Done<Vec<Typed>> {
        if s.b.as_const(folded[0].one()) == Some(Const::Bool(true)) && fold.once {
            return Ok(vec![folded.swap_remove(1)]);
        }
        // With at most one value, the first is the best.
        folded.truncate(if fold.once { 2 } else { 3 });
        Ok(folded)
    }

    fn total(&self, item: &Item) -> Vec<Type> {
        match item.base {
            Base::F64 => vec![Type::BOOL, Type::F64, Type::F64],
            base => vec![Type::BOOL, Type::of(base)],
        }
    }

    fn start(&self, item: &Item, b: &mut Builder) -> Vec<Value> {
        let mut start = vec![b.constant(Const::Bool(false))];
        if item.base == Base::F64 {
            start.push(b.f64(0.0));
        }
        start.push(b.constant(self.worst(item.base)));
        start
    }

    fn add(
        &self,
        item: &Item,
        b: &mut Builder,
        _: Option<&Lanes>,
        state: &[Value],
        x: &[Value],
    ) -> Vec<Value> {
        let (best, first) = match x {
            [x] => (*x, *x),
            [_, best] => (*best, *best),
            [_, best, first] => (*best, *first),
            _ => unreachable!("{x:?} is no contribution"),
        };
        let mut new = vec![match x {
            [_] => b.constant(Const::Bool(true)),
            _ => b.op(Op::Or, &[state[0], x[0]]),
        }];
        if item.base == Base::F64 {
            new.push(b.op(Op::Select, &[state[0], state[1], first]));
        }
        new.push(b.op(self.op, &[state[state.len() - 1], best]));
        new
    }

    fn merge(&self, _: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        let last = left.len() - 1;
        let mut merged = vec![b.op(Op::Or, &[left[0], right[0]])];
        for i in 1..last {
            merged.push(b.op(Op::Select, &[left[0], left[i], right[i]]));
        }
        merged.push(b.op(self.op, &[left[last], right[last]]));
        merged
    }

    fn result(&self, item: &Item, b: &mut Builder, total: &[Value]) -> Vec<Value> {
        let mut best = total[total.len() - 1];
        if item.base == Base::F64 {
            // Nothing replaces a NaN that comes first.
            let is_number = b.op(Op::Eq, &[total[1], total[1]]);
            best = b.op(Op::Select, &[is_number, best, total[1]]);
        }
        let (some, none) = (b.op(Op::Some, &[best]), b.constant(Const::None(item.base)));
        vec![b.op(Op::Select, &[total[0], some, none])]
    }

    fn ty(&self, item: &Item) -> Ty {
        Ty::Optional(Box::new(number(item.base)))
    }
}
