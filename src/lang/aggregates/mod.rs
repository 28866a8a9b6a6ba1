//! Aggregates, functions over all records such as `sum(… for t in records)`: the table, and the trait.
//!
//! Each aggregate is a file, a line in [`AGGREGATES`], and an implementation of [`Aggregate`]. What is
//! computed from the results of others, such as `mean`, is a row in [`STATISTICS`]. The trait defines its
//! name and argument; the contribution of a record, possibly folded from several values of a generator; the
//! state carried from record to record and from block to block; the merge of two neighbouring partial totals;
//! and the result. All of that is IR, so it runs as native code and gives the same result with any number of
//! threads.
//!
//! This module does not know how records are iterated ([`scan`](crate::query::scan)), nor the expression
//! around a call ([`script::eval`](super::script::eval)).

use super::script::{Done, Lowering, Ty, Typed};
use crate::ir::build::Builder;
use crate::ir::{Base, Class, ClassId, Const, FuncId, Op, Program, Type, Value};
use ruff_text_size::TextRange;
use std::fmt;

mod count;
mod ends;
mod extreme;
mod moments;
mod statistics;
mod sum;
mod truth;

pub use statistics::{STATISTICS, Statistic};
pub use sum::{SUM, add_words};

/// All aggregates that have a name in the language.
pub static AGGREGATES: &[&dyn Aggregate] = &[
    count::COUNT,
    SUM,
    &extreme::MIN,
    &extreme::MAX,
    &truth::ANY,
    &truth::ALL,
    &ends::FIRST,
    &ends::LAST,
    #[cfg(test)]
    &crate::tests::aggregate::Product,
];

/// A function over all records, by its name.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    Aggregate(&'static dyn Aggregate),
    Statistic(&'static Statistic),
}

impl Named {
    /// The aggregates that it is computed from.
    pub fn of(self) -> Vec<&'static dyn Aggregate> {
        match self {
            Named::Aggregate(one) => vec![one],
            Named::Statistic(statistic) => statistic.of.to_vec(),
        }
    }

    /// See [`Aggregate::argument`].
    pub fn argument(self) -> Option<Argument> {
        match self {
            Named::Aggregate(one) => one.argument(),
            Named::Statistic(_) => Some(Argument { name: "default", bare: false }),
        }
    }
}

/// The function over all records with that name.
pub fn named(name: &str) -> Option<Named> {
    let aggregate = AGGREGATES.iter().find(|aggregate| aggregate.name() == name);
    let statistic = || STATISTICS.iter().find(|statistic| statistic.name == name).map(Named::Statistic);
    aggregate.map(|one| Named::Aggregate(*one)).or_else(statistic)
}

/// The names of all functions over all records.
pub fn names() -> Vec<&'static str> {
    let aggregates = AGGREGATES.iter().map(|aggregate| aggregate.name());
    aggregates.chain(STATISTICS.iter().map(|statistic| statistic.name)).collect()
}

/// An argument that a call may have besides its generator.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    pub name: &'static str,
    /// Whether it may be passed by position.
    pub bare: bool,
}

/// How the values of one record's generator are folded into its contribution.
#[derive(Clone, Copy, Debug)]
pub struct Fold {
    /// The type of the values.
    pub base: Base,
    /// Whether there is at most one value.
    pub once: bool,
}

/// An aggregate of a pass over the records, with the function that computes contributions.
#[derive(Clone, Debug)]
pub struct Item {
    pub of: &'static dyn Aggregate,
    /// The type of the aggregated values.
    pub base: Base,
    /// Computes the contribution of a record.
    pub func: FuncId,
    /// The class of the contribution, if it consists of several values.
    pub split: Option<ClassId>,
}

/// An aggregate.
pub trait Aggregate: fmt::Debug + Sync {
    /// Its name in the language.
    fn name(&self) -> &'static str;
    /// The argument besides the generator: the start of a sum, or the default if there is no value.
    fn argument(&self) -> Option<Argument> {
        None
    }

    /// The initially assumed type of the values. If it is right, the generator is lowered only once.
    fn guess(&self) -> Ty {
        Ty::Float
    }
    /// Checks and converts a value of the generator.
    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        s.number_of(value, at)
    }
    /// The fold's state before the first value.
    fn before(&self, s: &mut Lowering, fold: Fold) -> Vec<Typed>;
    /// The fold's state after one more value.
    fn take(
        &self,
        s: &mut Lowering,
        fold: Fold,
        old: &[Typed],
        value: Typed,
        at: TextRange,
    ) -> Done<Vec<Typed>>;
    /// The record's contribution, from the final state of the fold.
    fn contribution(&self, _: &mut Lowering, _: Fold, folded: Vec<Typed>) -> Done<Vec<Typed>> {
        Ok(folded)
    }

    /// The types of a total, which is carried from block to block.
    fn total(&self, item: &Item) -> Vec<Type>;
    /// The total before the first record.
    fn start(&self, item: &Item, b: &mut Builder) -> Vec<Value>;
    /// The number of values carried within a block.
    fn width(&self, item: &Item, _: Option<&Lanes>) -> usize {
        self.total(item).len()
    }
    /// The state at the start of a block; by default, the total itself.
    fn open(&self, _: &Item, _: &mut Builder, _: Option<&Lanes>, total: &[Value]) -> Vec<Value> {
        total.to_vec()
    }
    /// The state after a record that contributes `x`.
    fn add(
        &self,
        item: &Item,
        b: &mut Builder,
        lanes: Option<&Lanes>,
        state: &[Value],
        x: &[Value],
    ) -> Vec<Value>;
    /// The total after a block.
    fn close(
        &self,
        _: &Item,
        _: &mut Builder,
        _: Option<&Lanes>,
        _total: &[Value],
        state: &[Value],
    ) -> Vec<Value> {
        state.to_vec()
    }
    /// Merges the totals of two neighbouring parts of the records.
    fn merge(&self, item: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value>;
    /// The result, computed from the final total.
    fn result(&self, _: &Item, _: &mut Builder, total: &[Value]) -> Vec<Value> {
        total.to_vec()
    }
    /// The type of the result in the language; optional if it needs at least one value.
    fn ty(&self, item: &Item) -> Ty;
}

impl Item {
    /// The IR types of the result's parts.
    pub fn gives(&self) -> Vec<Type> {
        self.of.ty(self).layout(&|ty| unreachable!("{ty:?} is no number"))
    }

    /// Emits the contribution of a record.
    pub fn contribution(&self, b: &mut Builder, record: Value) -> Vec<Value> {
        let x = b.op(Op::Call(self.func), &[record]);
        let Some(class) = self.split else { return vec![x] };
        let fields = b.program().classes[class.index()].fields.len() as u32;
        (0..fields).map(|field| b.op(Op::Get(class, field), &[x])).collect()
    }
}

/// A value of the generator as a number of 64 bits.
fn one_number(s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
    if value.ty == Ty::Number {
        let message = "this is an int or a float, and the result would be either";
        return s.wrong_help(at, message, "make them floats: float(…)");
    }
    let value = s.number_of(value, at)?;
    Ok(if value.ty == Ty::Wide { Typed::int(s.signed(value)) } else { value })
}

/// The type of a number in the language.
pub fn number(base: Base) -> Ty {
    match base {
        Base::F64 => Ty::Float,
        Base::U64 => Ty::UINT,
        _ => Ty::INT,
    }
}

/// A constant as a value of the language.
fn constant(s: &mut Lowering, c: Const) -> Typed {
    let value = s.b.constant(c);
    let base = s.b.ty(value).base;
    Typed::of(number(base), value)
}

/// The number of lanes of a block.
pub const LANES: usize = 8;

/// [`LANES`] partial sums of floats, which take records in turn: the lanes rotate by one with each record.
/// This alone lets native code keep them in registers: if the loop is unrolled `LANES` times, the rotation is
/// the identity, and neighbouring lanes or neighbouring totals share vector registers.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    class: ClassId,
    add: FuncId,
    sum: FuncId,
}

impl Lanes {
    /// Adds the class and its methods to a program.
    pub fn new(program: &mut Program) -> Lanes {
        let class = ClassId(program.classes.len() as u32);
        let fields = (0..LANES).map(|i| (format!("l{i}"), Type::F64)).collect();
        program.classes.push(Class { name: "Lanes$".to_string(), fields });
        let object = Type::object(class);

        let (mut b, params) = Builder::new(program, "Lanes$.add", &[object, Type::F64]);
        let mut lanes: Vec<Value> =
            (0..LANES as u32).map(|i| b.op(Op::Get(class, i), &[params[0]])).collect();
        let changed = b.op(Op::Add, &[lanes[0], params[1]]);
        lanes.remove(0);
        lanes.push(changed);
        let new = b.op(Op::New(class), &lanes);
        b.give(&[new]);
        let add = b.finish();

        let (mut b, params) = Builder::new(program, "Lanes$.sum", &[object]);
        let mut sums: Vec<Value> = (0..LANES as u32).map(|i| b.op(Op::Get(class, i), &[params[0]])).collect();
        while sums.len() > 1 {
            sums = sums.chunks(2).map(|pair| b.op(Op::Add, pair)).collect();
        }
        b.give(&sums);
        let sum = b.finish();
        Lanes { class, add, sum }
    }

    /// Lanes that are all zero.
    fn zeros(&self, b: &mut Builder) -> Value {
        let zero = b.f64(0.0);
        b.op(Op::New(self.class), &[zero; LANES])
    }
}
