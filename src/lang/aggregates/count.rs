//! `count`: how many values there are that are not `None`. The contribution is a number, and so is the state.

use super::{Aggregate, Fold, Item, Lanes};
use crate::ir::build::Builder;
use crate::ir::{Base, Op, Type, Value};
use crate::lang::script::{Done, Lowering, Ty, Typed};
use ruff_text_size::TextRange;

pub static COUNT: &dyn Aggregate = &Count;

#[derive(Debug)]
struct Count;

impl Aggregate for Count {
    fn name(&self) -> &'static str {
        "count"
    }

    fn guess(&self) -> Ty {
        Ty::Bool
    }

    /// Whether it is a value.
    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        let value = s.settled(value, at)?;
        Ok(match value.ty {
            Ty::None => s.constant_bool(false),
            Ty::Optional(_) => Typed::bool(s.is_there(&value)),
            _ => s.constant_bool(true),
        })
    }

    fn before(&self, s: &mut Lowering, _: Fold) -> Vec<Typed> {
        vec![Typed::int(s.b.i64(0))]
    }

    fn take(&self, s: &mut Lowering, _: Fold, old: &[Typed], x: Typed, _: TextRange) -> Done<Vec<Typed>> {
        let one = s.b.op(Op::Convert(Base::I64), &[x.one()]);
        Ok(vec![Typed::int(s.b.op(Op::WrapAdd, &[old[0].one(), one]))])
    }

    fn total(&self, _: &Item) -> Vec<Type> {
        vec![Type::I64]
    }

    fn start(&self, _: &Item, b: &mut Builder) -> Vec<Value> {
        vec![b.i64(0)]
    }

    /// There is not enough input in the world for an overflow.
    fn add(&self, _: &Item, b: &mut Builder, _: Option<&Lanes>, state: &[Value], x: &[Value]) -> Vec<Value> {
        vec![b.op(Op::WrapAdd, &[state[0], x[0]])]
    }

    fn merge(&self, _: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        vec![b.op(Op::WrapAdd, &[left[0], right[0]])]
    }

    fn ty(&self, _: &Item) -> Ty {
        Ty::INT
    }
}
