//! Functions of all records, as `sum(… for t in records)`: the table, and what one of them says of itself.
//!
//! Each is a file, a line in [`AGGREGATES`], and [`Aggregate`] for it. It says how it is called; what a
//! record contributes, which may be several values of a generator folded up; what is carried from record to
//! record, from block to block, and how that of two neighbouring parts of an input becomes one; and what the
//! result is made of it. All of that is IR: so it runs as native code, and on any number of threads it gives
//! the same.
//!
//! Not known here: how records are gone over ([`scan`](crate::query::scan)), and what is written around a
//! call ([`script::eval`](super::script::eval)).

use super::script::{Done, Lowering, Ty, Typed};
use crate::ir::build::Builder;
use crate::ir::{Base, Class, ClassId, Const, FuncId, Op, Program, Type, Value};
use ruff_text_size::TextRange;
use std::fmt;

mod extreme;
mod sum;
mod truth;

pub use sum::{SUM, add_words};

/// All of them.
pub static AGGREGATES: &[&dyn Aggregate] = &[
    SUM,
    &extreme::MIN,
    &extreme::MAX,
    &truth::ANY,
    &truth::ALL,
    #[cfg(test)]
    &crate::tests::aggregate::Product,
];

/// The one of that name.
pub fn named(name: &str) -> Option<&'static dyn Aggregate> {
    AGGREGATES.iter().copied().find(|aggregate| aggregate.name() == name)
}

/// What a call may say besides its generator.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    pub name: &'static str,
    /// Whether it may stand without its name.
    pub bare: bool,
}

/// What a record contributes, while the rest of its generator is folded up.
#[derive(Clone, Copy, Debug)]
pub struct Fold {
    /// The type of the values.
    pub base: Base,
    /// Whether there is one value at most.
    pub once: bool,
}

/// One of the results of a pass over records.
#[derive(Clone, Debug)]
pub struct Item {
    pub of: &'static dyn Aggregate,
    /// The type of the values that it is of.
    pub base: Base,
    /// From a record to what it contributes.
    pub func: FuncId,
    /// The class of that, where it is several values.
    pub split: Option<ClassId>,
}

/// A function of all records.
pub trait Aggregate: fmt::Debug + Sync {
    /// What it is called.
    fn name(&self) -> &'static str;
    /// What a call may say besides its generator: to what a sum is added, or what stands for no value.
    fn argument(&self) -> Option<Argument> {
        None
    }

    /// The type of values of which none is known yet: if it is right, the generator is walked once.
    fn guess(&self) -> Ty {
        Ty::Float
    }
    /// A value of the generator, as it is taken.
    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        s.number_of(value, at)
    }
    /// What is folded before the first value.
    fn before(&self, s: &mut Lowering, fold: Fold) -> Vec<Typed>;
    /// What is folded behind one more value.
    fn take(
        &self,
        s: &mut Lowering,
        fold: Fold,
        old: &[Typed],
        value: Typed,
        at: TextRange,
    ) -> Done<Vec<Typed>>;
    /// What the record contributes.
    fn contribution(&self, _: &mut Lowering, _: Fold, folded: Vec<Typed>) -> Done<Vec<Typed>> {
        Ok(folded)
    }

    /// The types of what is carried from block to block: of a total.
    fn total(&self, item: &Item) -> Vec<Type>;
    /// The total before the first record.
    fn start(&self, item: &Item, b: &mut Builder) -> Vec<Value>;
    /// How many values are carried within a block.
    fn width(&self, item: &Item, _: Option<&Lanes>) -> usize {
        self.total(item).len()
    }
    /// What is carried within a block before its first record: here, the total itself.
    fn open(&self, _: &Item, _: &mut Builder, _: Option<&Lanes>, total: &[Value]) -> Vec<Value> {
        total.to_vec()
    }
    /// The same behind a record that contributes `x`.
    fn add(
        &self,
        item: &Item,
        b: &mut Builder,
        lanes: Option<&Lanes>,
        state: &[Value],
        x: &[Value],
    ) -> Vec<Value>;
    /// The total behind a block.
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
    /// The totals of two neighbouring parts of the records as one.
    fn merge(&self, item: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value>;
    /// What a total amounts to.
    fn result(&self, _: &Item, _: &mut Builder, total: &[Value]) -> Vec<Value> {
        total.to_vec()
    }
    /// The type of that in the language; where it is optional, it needs a record with a value.
    fn ty(&self, item: &Item) -> Ty;
}

impl Item {
    /// The types of the result's parts.
    pub fn gives(&self) -> Vec<Type> {
        self.of.ty(self).layout(&|ty| unreachable!("{ty:?} is no number"))
    }

    /// What a record contributes.
    pub fn contribution(&self, b: &mut Builder, record: Value) -> Vec<Value> {
        let x = b.op(Op::Call(self.func), &[record]);
        let Some(class) = self.split else { return vec![x] };
        let fields = b.program().classes[class.index()].fields.len() as u32;
        (0..fields).map(|field| b.op(Op::Get(class, field), &[x])).collect()
    }
}

/// A number in the language.
pub fn number(base: Base) -> Ty {
    match base {
        Base::F64 => Ty::Float,
        Base::U64 => Ty::UINT,
        _ => Ty::INT,
    }
}

/// A constant in the language.
fn constant(s: &mut Lowering, c: Const) -> Typed {
    let value = s.b.constant(c);
    let base = s.b.ty(value).base;
    Typed::of(number(base), value)
}

/// Lanes of a block.
pub const LANES: usize = 8;

/// Sums that records are added to by turns: [`LANES`] floats, which rotate by one with each record. Nothing
/// else is needed for native code to hold them in registers: unrolled `LANES` times the rotation is the
/// identity, and neighbouring lanes or neighbouring totals are neighbours in vector registers.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    class: ClassId,
    add: FuncId,
    sum: FuncId,
}

impl Lanes {
    /// Adds their class and its methods to a program.
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

    /// Lanes of zeros.
    fn zeros(&self, b: &mut Builder) -> Value {
        let zero = b.f64(0.0);
        b.op(Op::New(self.class), &[zero; LANES])
    }
}
