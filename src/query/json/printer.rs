//! The records of an input as lines of JSON.
//!
//! Many records are written by native code ([`documents`](super::documents)). A few, and those that this
//! cannot write, are printed one by one ([`walk`](super::walk)): each accessor is called from here, and
//! interpreted. Lines are collected and go out together; of a record that cannot be read, nothing is printed,
//! unless its line is longer than 1 MiB: then its beginning is out already. So memory stays bounded, whatever
//! the input holds.

use super::documents::Documents;
use super::lines::Lines;
use super::run::{End, Printed, Run};
use super::shapes::{Kind, Shapes, Source};
use super::walk::Walk;
use crate::engine::{Engine, Jit, policy::Policy};
use crate::error::Error;
use crate::formats::{self, Format, Framing, Layout, Limits, accessors, class_name};
use crate::input::Input;
use crate::ir::FuncId;
use crate::schema::{Schema, StructId};
use std::io::Write;
use std::ops::Range;
use std::sync::OnceLock;

/// Prints records as JSON: one object a record, one record a line.
///
/// Fields come in the schema's order. Integers of 64 bits are strings, as are NaN and the infinities; enums
/// are their names, or numbers where they have none; text is a string, with U+FFFD for what is not UTF-8.
///
/// ```
/// use wirelens::{Input, Limits, Printer, Schema};
/// let schema = Schema::from_c("<schema>", "enum Side { BUY, SELL }; struct S { char id[4]; enum Side side; float x[2]; };")?;
/// let mut bytes = b"ab\0\0".to_vec();
/// bytes.extend([1u32.to_le_bytes(), 0.5f32.to_le_bytes(), f32::NAN.to_le_bytes()].concat());
/// let mut out = vec![];
/// Printer::new(&schema, "S", &Limits::default())?.print(&Input::from_bytes(&bytes), 0..u64::MAX, None, &mut out)?;
/// assert_eq!(out, b"{\"id\":\"ab\",\"side\":\"SELL\",\"x\":[0.5,\"NaN\"]}\n");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Printer {
    engine: Engine,
    shapes: Shapes,
    /// From bytes and an offset in them to what the record is read from, if it is not those.
    before: Vec<FuncId>,
    record: Source,
    layout: Layout,
    schema: Schema,
    id: StructId,
    /// Made with the first input that has many records.
    documents: OnceLock<Documents>,
}

/// Bytes of an input of which records are printed one by one, and how many more for each field of the schema:
/// of a few records, more time would be spent on writing functions than on writing records.
const FEW: u64 = 16 << 10;
const FIELD: u64 = 256;

impl Printer {
    /// For records of the struct `record`; of messages, `limits` says what they may ask.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if the schema has no such struct, or it is a group.
    ///
    /// ```
    /// use wirelens::{Limits, Printer, Schema};
    /// let schema = Schema::from_c("<schema>", "struct Point { double x; };")?;
    /// let error = Printer::new(&schema, "Pont", &Limits::default()).unwrap_err();
    /// assert!(error.to_string().contains("did you mean 'Point'?"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn new(schema: &Schema, record: &str, limits: &Limits) -> Result<Printer, Error> {
        let (id, found) = schema.record(record)?;
        let program = accessors(schema, limits);
        let class = class_name(&found.name);
        let layout = Layout::new(schema, found, limits);
        let (before, read) = match formats::framing(&program, &class, &layout) {
            Framing::Strided { read, .. } => (vec![], read),
            Framing::Chained(chain) => (vec![chain.step], chain.open),
        };
        Ok(Printer {
            before,
            record: Source { get: Some(read), kind: Kind::Struct(id) },
            shapes: Shapes::new(schema, &program),
            engine: Engine::new(program, Policy::default()),
            layout,
            schema: schema.clone(),
            id,
            documents: OnceLock::new(),
        })
    }

    /// Prints the records `which` of `input`, counted from 0, to `out`. If nobody reads `out` any more, it
    /// ends there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) with the number and the offset of a record that cannot be
    /// read or is cut short, or if the file was cut short while it was read: all records in front of it are
    /// printed. [`ErrorKind::System`](crate::ErrorKind::System) if reading or writing fails.
    ///
    /// ```
    /// use wirelens::{Input, Limits, Printer, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let mut out = vec![];
    /// let error = Printer::new(&schema, "S", &Limits::default())?.print(&Input::from_bytes(&[1, 0, 2]), 0..9, None, &mut out).unwrap_err();
    /// assert_eq!(out, b"{\"n\":1}\n");
    /// assert_eq!(error.to_string(), "<bytes>: record 1 (at byte 2) is cut short: 1 of 2 bytes; all records before it are printed");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn print(
        &self,
        input: &Input,
        which: Range<u64>,
        format: Option<Format>,
        out: &mut impl Write,
    ) -> Result<Printed, Error> {
        let source = formats::Source::new(format, &self.layout, input)?;
        let mut lines = Lines::new(out);
        let fields: u64 = self.schema.structs.iter().map(|s| s.fields.len() as u64).sum();
        let many = input.len() > FEW + FIELD * fields;
        let documents = || Documents::new(&self.schema, self.id, &self.layout);
        let writing = many.then(|| self.documents.get_or_init(documents).writing());
        let walk = Walk::new(&self.shapes, self.engine.worker(Jit::Off));
        let mut run = Run {
            walk,
            writing,
            source,
            before: &self.before,
            record: self.record,
            printed: Printed::default(),
        };
        let ended = match run.all(which, &mut lines) {
            Err(End::Closed) => Err(End::Closed),
            // What was printed in front of an error goes out before it is reported.
            ended => run.send(&mut lines).and(ended),
        };
        match ended {
            Err(End::Error(error)) => Err(error),
            Ok(()) | Err(End::Closed) => Ok(run.printed),
        }
    }
}
