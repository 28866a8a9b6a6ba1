//! Aggregates of records: which functions of the IR compute them.
//!
//! All [`Item`]s are computed in one pass, as a [`Sink`] of the [`scan`](super::scan); what each of them is,
//! [`aggregates`](crate::lang::aggregates) says. A chunk gives totals; those of neighbouring chunks are
//! merged, in the order of the file, and at the end results are made of them. All of that is IR.

use super::scan::{self, Next, Sink};
use crate::error::{Diagnostic, Error};
use crate::formats::{self, Framing, Layout};
use crate::ir::build::Builder;
use crate::ir::{ClassId, FuncId, Program, Type, Value};
use crate::lang::aggregates::{Item, Lanes, SUM};
use crate::lang::script::{self, Answer};
use crate::schema::Schema;

/// The functions that compute totals.
#[derive(Clone, Debug)]
pub struct Totals {
    /// `(view) -> (end, records, total…, result…)`: the totals over the whole records at the start of a view
    /// and what they amount to, where the records end, and how many they are.
    pub chunk: FuncId,
    /// How many values the totals are.
    pub width: usize,
    /// `(total…, total…) -> (total…)`: those of two neighbouring parts of the records as one.
    pub merge: FuncId,
    /// `(total…) -> (result…)`: what those of several chunks amount to.
    pub results: FuncId,
    /// What a record is.
    pub record: ClassId,
    /// What is computed; totals and results are those of the items, one after the other.
    pub items: Vec<Item>,
    /// What these are for, if they are those of expressions over all records.
    pub answers: Vec<Answer>,
}

/// What is to be computed.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Sums of expressions over a record.
    Sums(&'a [&'a str]),
    /// Sums of functions that are in the program already, from that text, by name.
    Written(&'a str, &'a [&'a str]),
    /// Expressions over all records for which a condition holds.
    Answers(&'a str, Option<&'a str>),
}

/// Adds to a program of accessors the functions that compute what is wanted over the records of class
/// `record`, or over the elements of a list that each of these has, at the path `each`.
pub fn totals(
    program: &mut Program,
    schema: &Schema,
    record: &str,
    layout: &Layout,
    each: Option<&str>,
    wanted: Wanted,
) -> Result<Totals, Error> {
    let mut class = program.class(record).expect("the record's accessors are in the program");
    let mut list = None;
    if let Some(path) = each {
        let found = script::part(program, schema, class, "each", path)?;
        class = found.element;
        list = Some(found);
    }
    let sum = |(func, (base, split))| Item { of: SUM, base, func, split };
    let (mut items, mut answers) = (vec![], vec![]);
    match wanted {
        Wanted::Sums(expressions) => {
            for (i, text) in expressions.iter().enumerate() {
                items.push(sum(script::number(program, schema, class, &format!("item{i}"), text)?));
            }
        }
        Wanted::Written(text, names) => {
            for name in names {
                items.push(sum(written(program, class, text, name)?));
            }
        }
        Wanted::Answers(text, filter) => {
            (items, answers) = script::eval(program, schema, class, text, filter)?
        }
    }
    let framing = formats::framing(program, record, layout);
    let lanes = matches!(framing, Framing::Strided { .. }).then(|| Lanes::new(program));
    let sink = Aggregates { items: &items, lanes };
    let chunk = scan::chunk(program, framing, list, &sink);
    let (merge, results) = (sink.merge(program), sink.results(program));
    let width = sink.total().len();
    Ok(Totals { chunk, width, merge, results, record: class, items, answers })
}

/// A function of the program from a record of that class to a number; `text` is where it should be.
fn written(
    program: &Program,
    class: ClassId,
    text: &str,
    name: &str,
) -> Result<(FuncId, (crate::ir::Base, Option<ClassId>)), Error> {
    let wrong = |message: String| Error::program(vec![Diagnostic::at("<ir>", text, text.len(), message)]);
    let Some(id) = program.func(name) else {
        return Err(wrong(format!("there is no function '{name}'")));
    };
    let func = &program.funcs[id.index()];
    let params: Vec<Type> = func.body.blocks[0].params.iter().map(|v| func.body.ty(*v)).collect();
    match func.returns[..] {
        [ty @ (Type::I64 | Type::U64 | Type::F64)] if params == [Type::object(class)] => {
            Ok((id, (ty.base, None)))
        }
        _ => {
            let record = &program.classes[class.index()].name;
            Err(wrong(format!("'{name}' must take a {record} and give an i64, a u64 or an f64")))
        }
    }
}

/// The items, as what becomes of records.
struct Aggregates<'i> {
    items: &'i [Item],
    /// For records of one size.
    lanes: Option<Lanes>,
}

impl Aggregates<'_> {
    /// What is carried from block to block.
    fn total(&self) -> Vec<Type> {
        self.items.iter().flat_map(|item| item.of.total(item)).collect()
    }

    /// Of each item what comes of its part of totals, and of its part of what is carried within a block.
    fn each(
        &self,
        mut totals: &[Value],
        mut state: &[Value],
        mut f: impl FnMut(&Item, &[Value], &[Value]) -> Vec<Value>,
    ) -> Vec<Value> {
        let mut all = vec![];
        for item in self.items {
            let total = totals.split_off(..item.of.total(item).len().min(totals.len())).unwrap_or(&[]);
            let width = item.of.width(item, self.lanes.as_ref()).min(state.len());
            all.extend(f(item, total, state.split_off(..width).unwrap_or(&[])));
        }
        all
    }

    fn merge(&self, program: &mut Program) -> FuncId {
        let types = self.total();
        let (mut b, params) = Builder::new(program, "merge", &[&types[..], &types].concat());
        let (left, mut right) = params.split_at(types.len());
        let merged = self.each(left, &[], |item, left, _| {
            let right = right.split_off(..left.len()).expect("there are as many");
            item.of.merge(item, &mut b, left, right)
        });
        b.give(&merged);
        b.finish()
    }

    fn results(&self, program: &mut Program) -> FuncId {
        let (mut b, params) = Builder::new(program, "results", &self.total());
        let results = self.of_totals(&mut b, &params);
        b.give(&results);
        b.finish()
    }

    fn of_totals(&self, b: &mut Builder, total: &[Value]) -> Vec<Value> {
        self.each(total, &[], |item, total, _| item.of.result(item, b, total))
    }
}

impl Sink for Aggregates<'_> {
    fn start(&self, b: &mut Builder) -> Vec<Value> {
        self.items.iter().flat_map(|item| item.of.start(item, b)).collect()
    }

    fn in_blocks(&self) -> bool {
        true
    }

    fn give(&self, b: &mut Builder, total: &[Value]) -> Vec<Value> {
        let results = self.of_totals(b, total);
        [total, &results].concat()
    }

    fn open(&self, b: &mut Builder, total: &[Value]) -> Vec<Value> {
        self.each(total, &[], |item, total, _| item.of.open(item, b, self.lanes.as_ref(), total))
    }

    fn update(&self, b: &mut Builder, record: Value, state: &[Value], next: Next) {
        let state = self.each(&[], state, |item, _, state| {
            let x = item.contribution(b, record);
            item.of.add(item, b, self.lanes.as_ref(), state, &x)
        });
        next(b, &state);
    }

    fn close(&self, b: &mut Builder, total: &[Value], state: &[Value]) -> Vec<Value> {
        self.each(total, state, |item, total, state| {
            item.of.close(item, b, self.lanes.as_ref(), total, state)
        })
    }
}
