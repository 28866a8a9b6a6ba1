//! Rows: what is asked for as text becomes one function that goes over a chunk of records and writes a row
//! of each.
//!
//! ```text
//! for each record of the chunk (or of each message's list), as long as there are fewer rows than asked for:
//!     if row(record): count it
//! ```
//!
//! `row` asks the condition and writes the columns ([`script::row`]); what is written goes to the console.
//! [`columns`] takes the text apart, and the loop is the [`scan`]'s. Records are gone over one by one, in
//! their order; whose turn it is to be printed is the business of whoever runs this.

use super::columns::{self, Asking, Request};
use super::report::Records;
use super::scan::{self, Next, Sink};
use super::text::{Chunk, Done, Text, Turn, Writes};
use super::values::{Over, offset, over};
use crate::engine::{Engine, Worker, policy::Policy};
use crate::error::Error;
use crate::formats::{self, Framing, Layout};
use crate::host::{self, Hosts};
use crate::input::Input;
use crate::interp::Fault;
use crate::ir::build::Builder;
use crate::ir::{FuncId, Op, Program, Type, Value};
use crate::lang::rows::RowText;
use crate::lang::script::{Asked, Part, Row, part, row, struct_of};
use crate::runtime::Val;
use crate::schema::Schema;
use std::ops::Range;
use std::time::{Duration, Instant};

/// Rows of columns, compiled.
#[derive(Debug)]
pub struct Rows {
    pub engine: Engine,
    /// `(view, most) -> (end, records, rows)`: writes at most so many rows of the whole records at the start
    /// of a view; where these end, how many they are, and how many rows were written.
    chunk: FuncId,
    pub names: Vec<String>,
    header: Vec<u8>,
    /// The text that faults point into: all expressions.
    text: String,
    /// Where in it each column is.
    places: Vec<Range<usize>>,
    format: &'static dyn RowText,
    pub layout: Layout,
    prepare: Duration,
}

impl Rows {
    /// Compiles rows of some columns, of the records for which a condition holds. They go to the end of a
    /// chunk, or to where the function `full` of the host says that there are enough.
    pub fn compile(
        hosts: &Hosts,
        schema: &Schema,
        records: Records,
        request: Request,
        full: Option<&str>,
    ) -> Result<Rows, Error> {
        let start = Instant::now();
        let example = "in a column: 'points[0].x'";
        let Over { mut program, layout, record: root } = over(schema, &records, hosts, example)?;
        let mut class = program.class(&root).expect("the record's accessors are in the program");
        let mut list = None;
        if let Some(path) = records.each {
            let found = part(&mut program, schema, class, "each", path)?;
            class = found.element;
            list = Some(found);
        }
        let record = struct_of(schema, &program.classes[class.index()].name);
        let Asking { columns, condition, text, places, called } = Asking::read(schema, record, request)?;
        let names = columns.iter().map(|c| c.name.clone()).collect();
        let asked = Row { columns, condition, format: request.format, schema, record };
        let header = asked.header();
        let over = Asked { schema, record: class, bare: true, called: Some(&called) };
        let row = row(&mut program, over, &asked).map_err(|error| columns::told(error, request.columns))?;
        let framing = formats::framing(&program, &root, &layout);
        let chunk = chunk(&mut program, framing, list, row, full);
        debug_assert_eq!(crate::ir::verify::verify_program(&program), Ok(()));
        let (engine, format) = (Engine::new(program, Policy::default()), request.format);
        let prepare = start.elapsed();
        Ok(Rows { engine, chunk, names, header, text, places, format, layout, prepare })
    }

    /// As a query whose rows leave as text.
    pub fn text(self) -> Text {
        Text {
            names: self.names.clone(),
            header: self.header.clone(),
            quotes_lines: self.format.quotes_lines(),
            layout: self.layout,
            prepare: self.prepare,
            of: Box::new(self),
        }
    }

    /// Writes rows of a chunk, at most so many, to the console.
    pub fn write(&self, worker: &mut Worker, chunk: &Chunk, most: i64) -> Result<Done, Error> {
        let args = [Val::View(0, chunk.bytes.len() as u64), Val::I64(most)];
        let result = worker.call(self.chunk, &args, chunk.bytes);
        worker.console().flush();
        match result.map_err(|fault| self.told(chunk, &fault, fault.what(worker.console())))?[..] {
            [Val::I64(end), Val::I64(records), Val::I64(rows)] => {
                Ok(Done { end: end as u64, records: records as u64, rows: rows as u64, apart: 0 })
            }
            ref other => unreachable!("{other:?} is no result of a chunk"),
        }
    }
}

impl Writes for Rows {
    fn engine(&self, _: &Input) -> &Engine {
        &self.engine
    }

    fn parts(&self) -> (&Engine, FuncId, (&'static str, &str)) {
        (&self.engine, self.chunk, ("<columns>", &self.text))
    }

    fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    fn chunk(&self, worker: &mut Worker, chunk: &Chunk, turn: &Turn, most: i64) -> Result<Done, Error> {
        let turn = turn.clone();
        worker.console().sink = Some(Box::new(move |_, text| turn.put(text)));
        worker.console().failed = None;
        self.write(worker, chunk, most)
    }
}

impl Rows {
    /// A fault as it is reported: `why` it failed.
    fn told(&self, Chunk { start, source, .. }: &Chunk, fault: &Fault, why: String) -> Error {
        let mut what = source.input.name().to_string();
        let record = fault.record.map(|(at, _)| source.place(start + at));
        if let Some(record) = record {
            what += &format!(": {record}");
        }
        if let Some(place) = fault.place {
            match self.places.iter().position(|range| range.contains(&(place as usize))) {
                Some(column) => what += &format!(", column '{}'", self.names[column]),
                None => what += ", the condition",
            }
        }
        let at = fault.offset.map(|at| start + at);
        let behind = at.map_or(String::new(), |at| offset(source, at));
        source.located(Error::data(format!("{what}: {why}{behind}")), record, at)
    }
}

/// Adds the function `(view, most) -> (end, records, rows)`: it calls `row` for each record, or each element
/// of a list, which gives whether it has written a row; to the end of the chunk, to so many rows, or to where
/// the function `full` of the host says that there are enough.
pub fn chunk(
    program: &mut Program,
    framing: Framing,
    each: Option<Part>,
    row: FuncId,
    full: Option<&str>,
) -> FuncId {
    let full = full.map(|name| host::op(program, name));
    scan::chunk(program, framing, each, &Written { row, full })
}

/// Rows, as what becomes of records: what is carried is how many there are.
struct Written {
    row: FuncId,
    full: Option<Op>,
}

impl Sink for Written {
    fn params(&self) -> Vec<Type> {
        vec![Type::I64]
    }

    fn start(&self, b: &mut Builder) -> Vec<Value> {
        vec![b.i64(0)]
    }

    fn needs(&self, b: &mut Builder, params: &[Value], state: &[Value]) -> Vec<Value> {
        let mut needs = vec![b.op(Op::Lt, &[state[0], params[0]])];
        if let Some(full) = self.full {
            let full = b.op(full, &[]);
            needs.push(b.op(Op::Not, &[full]));
        }
        needs
    }

    fn update(&self, b: &mut Builder, record: Value, state: &[Value], next: Next) {
        let (one, written) = (b.i64(1), b.op(Op::Call(self.row), &[record]));
        let (yes, _) = b.block(&[]);
        let (no, _) = b.block(&[]);
        b.branch(written, yes, no);
        b.at(yes);
        let more = b.op(Op::Add, &[state[0], one]);
        next(b, &[more]);
        b.at(no);
        next(b, state);
    }
}
