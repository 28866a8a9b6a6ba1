//! Rows: what is asked for as text becomes one function that goes over a chunk of records and writes a row
//! of each.
//!
//! ```text
//! for each record of the chunk (or of each message's list), as long as there are fewer rows than asked for:
//!     if row(record): count it
//! ```
//!
//! `row` asks the condition and writes the columns ([`script::row`]); what is written goes to the console.
//! [`columns`] takes the text apart. Records are gone through one by one, in their order; whose turn it is to
//! be printed is the business of whoever runs this.

mod columns;

use super::script::part;
use super::script::{Asked, Row, RowFormat, row, struct_of};
use crate::error::Error;
use crate::formats::{self, Chain, Framing, Layout};
use crate::host;
use crate::ir::build::Builder;
use crate::ir::{BlockId, FuncId, Op, Program, Type, Value};
use crate::schema::Schema;
use columns::Asking;
use std::ops::Range;

/// The function that writes rows.
#[derive(Clone, Debug)]
pub struct Rows {
    /// `(view, most) -> (end, records, rows)`: writes at most so many rows of the whole records at the start
    /// of a view; where these end, how many they are, and how many rows were written.
    pub chunk: FuncId,
    /// The line above all rows.
    pub header: Vec<u8>,
    /// The names of the columns.
    pub names: Vec<String>,
    /// The text that faults point into: all expressions.
    pub text: String,
    /// Where in it each column is.
    places: Vec<Range<usize>>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub columns: &'a str,
    pub condition: Option<&'a str>,
    pub format: RowFormat,
}

impl Rows {
    /// What a fault at that place was about.
    pub fn about(&self, place: u32) -> String {
        match self.places.iter().position(|range| range.contains(&(place as usize))) {
            Some(column) => format!("column '{}'", self.names[column]),
            None => "the condition".to_string(),
        }
    }
}

/// Adds to a program of accessors the functions that write rows of the records of class `root`, or of the
/// elements of a list that each of these has, at the path `each`.
pub fn rows(
    program: &mut Program,
    schema: &Schema,
    root: &str,
    layout: &Layout,
    each: Option<&str>,
    request: Request,
) -> Result<Rows, Error> {
    let mut class = program.class(root).expect("the record's accessors are in the program");
    let mut list = None;
    if let Some(path) = each {
        let found = part(program, schema, class, "each", path)?;
        class = found.element;
        list = Some(found);
    }
    let record = struct_of(schema, &program.classes[class.index()].name);
    let Asking { columns, condition, text, places, called } = Asking::read(schema, record, request)?;
    let names = columns.iter().map(|c| c.name.clone()).collect();
    let asked = Row { columns, condition, format: request.format, schema, record };
    let header = asked.header();
    let row = row(program, Asked { schema, record: class, bare: true, called: Some(&called) }, &asked)
        .map_err(|error| columns::told(error, request.columns))?;
    let framing = formats::framing(program, root, layout);
    let chunk = chunk(program, framing, list.map(|list| [list.func, list.len, list.at]), row, None);
    Ok(Rows { chunk, header, names, text, places })
}

/// The loop over a chunk's records, or over the elements of a list of each (from it to the list, from that to
/// its length and to an element): calls `row` for each, which gives whether it has written a row. It ends early
/// where the function `full` of the host says so.
pub fn chunk(
    program: &mut Program,
    framing: Framing,
    list: Option<[FuncId; 3]>,
    row: FuncId,
    full: Option<&str>,
) -> FuncId {
    let full = full.map(|name| host::op(program, name));
    let (b, params) = Builder::new(program, "chunk", &[Type::VIEW, Type::I64]);
    let mut loops = Loops { b, row, full, all: params[0], most: params[1] };
    match (framing, list) {
        (Framing::Strided { size, read }, _) => loops.strided(read, size),
        (Framing::Chained(chain), None) => loops.messages(&chain),
        (Framing::Chained(chain), Some(list)) => loops.elements(&chain, list),
    }
    loops.b.finish()
}

/// A function of loops under construction.
struct Loops<'p> {
    b: Builder<'p>,
    row: FuncId,
    full: Option<Op>,
    all: Value,
    most: Value,
}

/// A loop's header, and what it carries.
struct Loop {
    header: BlockId,
    carried: Vec<Value>,
}

impl Loops<'_> {
    fn enter(&mut self, start: &[Value]) -> Loop {
        let types: Vec<Type> = start.iter().map(|v| self.b.ty(*v)).collect();
        let (header, carried) = self.b.block(&types);
        self.b.jump(header, start);
        self.b.at(header);
        Loop { header, carried }
    }

    /// Goes on, in a new block, if there is room for a row; else at `done`.
    fn if_room(&mut self, rows: Value, done: BlockId) {
        let room = self.b.op(Op::Lt, &[rows, self.most]);
        self.if_so(room, done);
        if let Some(full) = self.full {
            let full = self.b.op(full, &[]);
            let not_full = self.b.op(Op::Not, &[full]);
            self.if_so(not_full, done);
        }
    }

    fn if_so(&mut self, condition: Value, done: BlockId) {
        let (next, _) = self.b.block(&[]);
        self.b.branch(condition, next, done);
        self.b.at(next);
    }

    /// Writes the row of a record, and jumps to the header with the row counted, or not.
    fn write(&mut self, object: Value, header: BlockId, next: &[Value], rows: Value) {
        let one = self.b.i64(1);
        let written = self.b.op(Op::Call(self.row), &[object]);
        let (yes, _) = self.b.block(&[]);
        let (no, _) = self.b.block(&[]);
        self.b.branch(written, yes, no);
        self.b.at(yes);
        let more = self.b.op(Op::Add, &[rows, one]);
        self.b.jump(header, &[next, &[more]].concat());
        self.b.at(no);
        self.b.jump(header, &[next, &[rows]].concat());
    }

    fn strided(&mut self, read: FuncId, stride: u64) {
        let (zero, stride) = (self.b.i64(0), self.b.i64(stride as i64));
        let around = self.enter(&[zero, zero]);
        let (position, rows) = (around.carried[0], around.carried[1]);
        let (done, _) = self.b.block(&[]);
        let more = self.b.op(Op::Fits, &[self.all, position, stride]);
        self.if_so(more, done);
        self.if_room(rows, done);
        let object = Framing::read(&mut self.b, read, self.all, position);
        let next = self.b.op(Op::Add, &[position, stride]);
        self.write(object, around.header, &[next], rows);
        self.b.at(done);
        let records = self.b.op(Op::Div, &[position, stride]);
        self.b.give(&[position, records, rows]);
    }

    /// The root of the message at a position, and its size; at `done` if there is none.
    fn message(&mut self, chain: &Chain, position: Value, done: BlockId) -> (Value, Value) {
        let (message, size) = chain.next(&mut self.b, self.all, position);
        let zero = self.b.i64(0);
        let there = self.b.op(Op::Lt, &[zero, size]);
        self.if_so(there, done);
        (chain.open(&mut self.b, message), size)
    }

    fn messages(&mut self, chain: &Chain) {
        let (zero, one) = (self.b.i64(0), self.b.i64(1));
        let around = self.enter(&[zero, zero, zero]);
        let (position, records, rows) = (around.carried[0], around.carried[1], around.carried[2]);
        let (done, _) = self.b.block(&[]);
        self.if_room(rows, done);
        let (object, size) = self.message(chain, position, done);
        let next = [self.b.op(Op::Add, &[position, size]), self.b.op(Op::Add, &[records, one])];
        self.write(object, around.header, &next, rows);
        self.b.at(done);
        self.b.give(&[position, records, rows]);
    }

    /// Each element of a list of each message; from the root to the list, from it to its length, to an
    /// element.
    fn elements(&mut self, chain: &Chain, [list, len, at]: [FuncId; 3]) {
        let (zero, one) = (self.b.i64(0), self.b.i64(1));
        let outer = self.enter(&[zero, zero, zero]);
        let (position, records, rows) = (outer.carried[0], outer.carried[1], outer.carried[2]);
        let (done, _) = self.b.block(&[]);
        self.if_room(rows, done);
        let (object, size) = self.message(chain, position, done);
        let mut list = self.b.op(Op::Call(list), &[object]);
        if self.b.ty(list).optional {
            // A member of a union that is not set has no elements.
            let (none, _) = self.b.block(&[]);
            let set = self.b.op(Op::Has, &[list]);
            self.if_so(set, none);
            let some = self.b.here();
            self.b.at(none);
            let next = self.b.op(Op::Add, &[position, size]);
            self.b.jump(outer.header, &[next, records, rows]);
            self.b.at(some);
            list = self.b.op(Op::Unwrap, &[list]);
        }
        let count = self.b.op(Op::Call(len), &[list]);
        let inner = self.enter(&[zero, rows]);
        let (i, rows_now) = (inner.carried[0], inner.carried[1]);
        let (through, _) = self.b.block(&[]);
        let more = self.b.op(Op::Lt, &[i, count]);
        self.if_so(more, through);
        self.if_room(rows_now, through);
        let element = self.b.op(Op::Call(at), &[list, i]);
        let next = self.b.op(Op::Add, &[i, one]);
        self.write(element, inner.header, &[next], rows_now);
        self.b.at(through);
        let position_after = self.b.op(Op::Add, &[position, size]);
        let records_after = self.b.op(Op::Add, &[records, i]);
        self.b.jump(outer.header, &[position_after, records_after, rows_now]);
        self.b.at(done);
        self.b.give(&[position, records, rows]);
    }
}
