//! Aggregates over records: generates the functions that compute them.
//!
//! All [`Item`]s are computed in one pass, as a [`Sink`] of the [`scan`](super::scan);
//! [`aggregates`](crate::lang::aggregates) defines each of them. A chunk returns totals. Those of adjacent
//! chunks are merged, in file order, and the final results are computed from the merged totals. All of that
//! is IR.

use super::scan::{self, Next, Sink};
use crate::error::{Diagnostic, Error};
use crate::formats::{self, Framing, RecordLayout};
use crate::ir::build::Builder;
use crate::ir::{ClassId, FuncId, Program, Type, Value};
use crate::lang::aggregates::{Item, Lanes, SUM};
use crate::lang::script::{self, Answer};
use crate::runtime::width;
use crate::schema::Schema;

/// The functions that compute totals.
#[derive(Clone, Debug)]
pub struct Totals {
    /// `(view) -> (end, records, total…, result…)`: the totals over the whole records at the start of a view
    /// and their results, the end of these records, and their number.
    pub chunk: FuncId,
    /// The number of words in the totals.
    pub words: usize,
    /// `(total…, total…) -> (total…)`: merges the totals of two adjacent parts of the records.
    pub merge: FuncId,
    /// `(total…) -> (result…)`: computes the results from merged totals.
    pub results: FuncId,
    /// The class of a record.
    pub record: ClassId,
    /// The items; totals and results are those of the items, one after the other.
    pub items: Vec<Item>,
    /// The expressions over all records that use the items, if there are any.
    pub answers: Vec<Answer>,
}

/// A request for values.
#[derive(Clone, Copy, Debug)]
pub enum ValueRequest<'a> {
    /// Sums of expressions over a record.
    Sums(&'a [&'a str]),
    /// Sums of functions that are already in the program, by name; they come from that text.
    Written(&'a str, &'a [&'a str]),
    /// Expressions over all records for which a condition holds.
    Answers(&'a str, Option<&'a str>),
}

/// Adds to a program of accessors the functions that compute the requested values over records of class
/// `record`, or over the elements of a list in each record, at the path `each`.
pub fn totals(
    program: &mut Program,
    schema: &Schema,
    record: &str,
    layout: &RecordLayout,
    each: Option<&str>,
    wanted: ValueRequest,
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
        ValueRequest::Sums(expressions) => {
            for (i, text) in expressions.iter().enumerate() {
                items.push(sum(script::number(program, schema, class, &format!("item{i}"), text)?));
            }
        }
        ValueRequest::Written(text, names) => {
            for name in names {
                items.push(sum(written(program, class, text, name)?));
            }
        }
        ValueRequest::Answers(text, filter) => {
            (items, answers) = script::eval(program, schema, class, text, filter)?
        }
    }
    let framing = formats::framing(program, record, layout);
    let lanes = matches!(framing, Framing::Strided { .. }).then(|| Lanes::new(program));
    let sink = Aggregates { items: &items, lanes };
    let chunk = scan::chunk(program, framing, list, &sink);
    let (merge, results) = (sink.merge(program), sink.results(program));
    let words = sink.total().into_iter().map(width).sum();
    Ok(Totals { chunk, words, merge, results, record: class, items, answers })
}

/// Finds a function of the program from a record to a number. `text` is the text that should declare it.
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
    let params: Vec<Type> = func.body.params().collect();
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

/// The sink that computes the items.
struct Aggregates<'i> {
    items: &'i [Item],
    /// Only for records of a fixed size.
    lanes: Option<Lanes>,
}

impl Aggregates<'_> {
    /// The types of the totals, which are carried from block to block.
    fn total(&self) -> Vec<Type> {
        self.items.iter().flat_map(|item| item.of.total(item)).collect()
    }

    /// Calls `f` for each item, with its part of the totals and its part of the state within a block.
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
