//! `first` and `last`: the first and the last value, in the order of the file.
//!
//! Contribution and state are a flag (is there one?) and the number; the contribution is the number alone if
//! there is always one. Texts and bytes are not supported, since a view is only valid within a chunk.

use super::{Aggregate, Argument, Fold, Item, Lanes, constant, number, one_number};
use crate::ir::build::Builder;
use crate::ir::{Base, Const, Op, Type, Value};
use crate::lang::script::{Done, Lowering, Ty, Typed};
use ruff_text_size::TextRange;

pub static FIRST: End = End { name: "first", first: true };
pub static LAST: End = End { name: "last", first: false };

#[derive(Debug)]
pub struct End {
    name: &'static str,
    first: bool,
}

impl End {
    /// The flag and the number of two neighbouring parts.
    fn choose(&self, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        let there = b.op(Op::Or, &[left[0], right[0]]);
        let number = match self.first {
            true => b.op(Op::Select, &[left[0], left[1], right[1]]),
            false => b.op(Op::Select, &[right[0], right[1], left[1]]),
        };
        vec![there, number]
    }
}

fn zero(base: Base) -> Const {
    match base {
        Base::F64 => Const::f64(0.0),
        Base::U64 => Const::U64(0),
        _ => Const::I64(0),
    }
}

impl Aggregate for End {
    fn name(&self) -> &'static str {
        self.name
    }

    fn argument(&self) -> Option<Argument> {
        Some(Argument { name: "default", bare: false })
    }

    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        one_number(s, value, at)
    }

    fn before(&self, s: &mut Lowering, fold: Fold) -> Vec<Typed> {
        vec![s.constant_bool(false), constant(s, zero(fold.base))]
    }

    fn take(&self, s: &mut Lowering, fold: Fold, old: &[Typed], x: Typed, _: TextRange) -> Done<Vec<Typed>> {
        let there = s.constant_bool(true);
        if fold.once || !self.first {
            return Ok(vec![there, x]);
        }
        let first = s.b.op(Op::Select, &[old[0].one(), old[1].one(), x.one()]);
        Ok(vec![there, Typed::of(x.ty, first)])
    }

    fn contribution(&self, s: &mut Lowering, _: Fold, mut folded: Vec<Typed>) -> Done<Vec<Typed>> {
        if s.b.as_const(folded[0].one()) == Some(Const::Bool(true)) {
            folded.remove(0);
        }
        Ok(folded)
    }

    fn total(&self, item: &Item) -> Vec<Type> {
        vec![Type::BOOL, Type::of(item.base)]
    }

    fn start(&self, item: &Item, b: &mut Builder) -> Vec<Value> {
        [Const::Bool(false), zero(item.base)].map(|c| b.constant(c)).to_vec()
    }

    fn add(&self, _: &Item, b: &mut Builder, _: Option<&Lanes>, state: &[Value], x: &[Value]) -> Vec<Value> {
        let there = b.constant(Const::Bool(true));
        match x {
            [x] => self.choose(b, state, &[there, *x]),
            x => self.choose(b, state, x),
        }
    }

    fn merge(&self, _: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        self.choose(b, left, right)
    }

    fn result(&self, item: &Item, b: &mut Builder, total: &[Value]) -> Vec<Value> {
        let (some, none) = (b.op(Op::Some, &[total[1]]), b.constant(Const::None(item.base)));
        vec![b.op(Op::Select, &[total[0], some, none])]
    }

    fn ty(&self, item: &Item) -> Ty {
        Ty::Optional(Box::new(number(item.base)))
    }
}
