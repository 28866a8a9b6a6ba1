//! `any` and `all`. Both look at all records, even after the result is decided: so an error in a later record
//! is always reported, no matter which thread reads which part of the input.

use super::{Aggregate, Fold, Item};
use crate::ir::build::Builder;
use crate::ir::{Const, Op, Type, Value};
use crate::lang::aggregates::Lanes;
use crate::lang::script::{Done, Lowering, Ty, Typed};
use ruff_text_size::TextRange;

pub static ANY: Truth = Truth { name: "any", op: Op::Or };
pub static ALL: Truth = Truth { name: "all", op: Op::And };

#[derive(Debug)]
pub struct Truth {
    name: &'static str,
    /// The operation that combines two values.
    op: Op,
}

impl Truth {
    /// The result for no records.
    fn none(&self) -> bool {
        self.op == Op::And
    }
}

impl Aggregate for Truth {
    fn name(&self) -> &'static str {
        self.name
    }

    fn guess(&self) -> Ty {
        Ty::Bool
    }

    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        let value = s.settled(value, at)?;
        Ok(Typed::bool(s.truth(&value, at)?))
    }

    fn before(&self, s: &mut Lowering, _: Fold) -> Vec<Typed> {
        vec![s.constant_bool(self.none())]
    }

    fn take(
        &self,
        s: &mut Lowering,
        fold: Fold,
        old: &[Typed],
        value: Typed,
        _: TextRange,
    ) -> Done<Vec<Typed>> {
        if fold.once {
            return Ok(vec![value]);
        }
        Ok(vec![Typed::bool(s.b.op(self.op, &[old[0].one(), value.one()]))])
    }

    fn total(&self, _: &Item) -> Vec<Type> {
        vec![Type::BOOL]
    }

    fn start(&self, _: &Item, b: &mut Builder) -> Vec<Value> {
        vec![b.constant(Const::Bool(self.none()))]
    }

    fn add(&self, _: &Item, b: &mut Builder, _: Option<&Lanes>, state: &[Value], x: &[Value]) -> Vec<Value> {
        vec![b.op(self.op, &[state[0], x[0]])]
    }

    fn merge(&self, _: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        vec![b.op(self.op, &[left[0], right[0]])]
    }

    fn ty(&self, _: &Item) -> Ty {
        Ty::Bool
    }
}
