//! Statistics: functions of one or two aggregates of the same generator, a row each in [`STATISTICS`].
//!
//! Their aggregates are items like any others: `mean(t.x …)` and `sum(t.x …)` share the sum.

use super::count::COUNT;
use super::moments::MOMENTS;
use super::{Aggregate, SUM};
use crate::ir::{Base, Const, Op, Value};
use crate::lang::script::{Done, Lowering, Ty, Typed};
use ruff_python_ast::Operator;
use ruff_text_size::TextRange;
use std::fmt;

/// A statistic of the values of a generator. Its argument besides the generator is the default, if there are
/// too few values.
pub struct Statistic {
    /// Its name in the language.
    pub name: &'static str,
    /// The aggregates that it is computed from.
    pub of: &'static [&'static dyn Aggregate],
    /// Computes it from their results: an optional float.
    pub value: fn(&mut Lowering, &[Typed], TextRange) -> Done<Typed>,
}

impl fmt::Debug for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// All statistics.
pub static STATISTICS: &[Statistic] = &[
    Statistic { name: "mean", of: &[SUM, COUNT], value: mean },
    Statistic { name: "var", of: &[MOMENTS], value: |s, of, _| Ok(variance(s, of, 1.0, false)) },
    Statistic { name: "std", of: &[MOMENTS], value: |s, of, _| Ok(variance(s, of, 1.0, true)) },
    Statistic { name: "var_pop", of: &[MOMENTS], value: |s, of, _| Ok(variance(s, of, 0.0, false)) },
    Statistic { name: "std_pop", of: &[MOMENTS], value: |s, of, _| Ok(variance(s, of, 0.0, true)) },
];

/// The sum divided by the number of values, as in Python: a sum of integers is exact, and rounded once.
fn mean(s: &mut Lowering, of: &[Typed], at: TextRange) -> Done<Typed> {
    let (zero, one) = (s.b.i64(0), s.b.i64(1));
    let there = s.b.op(Op::Lt, &[zero, of[1].one()]);
    let divisor = Typed::int(s.b.op(Op::Max, &[of[1].one(), one]));
    let mean = s.binary(of[0].clone(), Operator::Div, divisor, at)?;
    Ok(if_there(s, there, mean.one()))
}

/// The sum of squares divided by the number of values, less `taken`.
fn variance(s: &mut Lowering, of: &[Typed], taken: f64, root: bool) -> Typed {
    let (count, squares) = (of[0].parts[0], of[0].parts[1]);
    let (taken, least) = (s.b.f64(taken), s.b.f64(taken + 1.0));
    let there = s.b.op(Op::Le, &[least, count]);
    let divisor = s.b.op(Op::Sub, &[count, taken]);
    let mut value = s.b.op(Op::Div, &[squares, divisor]);
    if root {
        value = s.b.op(Op::Sqrt, &[value]);
    }
    if_there(s, there, value)
}

/// An optional float.
fn if_there(s: &mut Lowering, there: Value, float: Value) -> Typed {
    let (some, none) = (s.b.op(Op::Some, &[float]), s.b.constant(Const::None(Base::F64)));
    Typed::of(Ty::Optional(Box::new(Ty::Float)), s.b.op(Op::Select, &[there, some, none]))
}
