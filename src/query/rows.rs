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
use super::scan::{self, Next, Sink};
use crate::error::Error;
use crate::formats::{self, Framing, Layout};
use crate::host;
use crate::ir::build::Builder;
use crate::ir::{FuncId, Op, Program, Type, Value};
use crate::lang::script::{Asked, Part, Row, part, row, struct_of};
use crate::schema::Schema;
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
    let chunk = chunk(program, framing, list, row, None);
    Ok(Rows { chunk, header, names, text, places })
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
