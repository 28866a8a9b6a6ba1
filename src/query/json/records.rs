//! Whole records as lines of JSON.
//!
//! Native code writes the records of longer inputs ([`documents`](super::documents)). Records that it cannot
//! write, and all records of a short input, are printed one by one with interpreted accessors
//! ([`walk`](super::walk)). Nothing is printed of a record that cannot be read, unless its line is longer
//! than 1 MiB: then its beginning has already been output. So memory is bounded for any input.

use super::documents::{Documents, Written};
use super::shapes::{Shapes, ValueAccessor, ValueKind};
use super::walk::{Stop, Walk};
use crate::engine::{Engine, Jit, Worker, policy::Policy};
use crate::error::Error;
use crate::formats::{self, Framing, Limits, RecordLayout, accessors, class_name};
use crate::input::Input;
use crate::ir::FuncId;
use crate::query::text::{Chunk, Done, OrderedOutput, Text, Writes};
use crate::runtime::Val;
use crate::schema::{Schema, StructId};
use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Instant;

/// The records of an input are printed one by one up to this number of bytes, plus `FIELD` bytes for each
/// field of the schema. For so few records, generating the functions would take longer than printing.
const FEW: u64 = 16 << 10;
const FIELD: u64 = 256;

/// Output is sent in batches of about this many bytes.
const BATCH: usize = 64 << 10;
/// Longer lines are sent in parts.
const LONGEST: usize = 1 << 20;

/// A compiled query for whole records.
#[derive(Debug)]
struct Records {
    /// The engine for accessors that are called one by one.
    engine: Engine,
    shapes: Shapes,
    /// The functions that lead from the bytes and an offset to the argument of the record's accessor, if it
    /// does not take these itself.
    before: Vec<FuncId>,
    record: ValueAccessor,
    layout: RecordLayout,
    schema: Schema,
    id: StructId,
    /// Made for the first input with many records.
    documents: OnceLock<Documents>,
}

/// Compiles the query for whole records of the struct `record`; `limits` apply to messages.
pub fn records(schema: &Schema, record: &str, limits: &Limits) -> Result<Text, Error> {
    let start = Instant::now();
    let (id, found) = schema.record(record)?;
    let program = accessors(schema, limits);
    let layout = RecordLayout::new(schema, found, limits);
    let (before, read) = match formats::framing(&program, &class_name(&found.name), &layout) {
        Framing::Strided { read, .. } => (vec![], read),
        Framing::Chained(chain) => (vec![chain.step], chain.open),
    };
    let of = Box::new(Records {
        before,
        record: ValueAccessor { get: Some(read), kind: ValueKind::Struct(id) },
        shapes: Shapes::new(schema, &program),
        engine: Engine::new(program, Policy::default()),
        layout,
        schema: schema.clone(),
        id,
        documents: OnceLock::new(),
    });
    Ok(Text { names: vec![], header: vec![], quotes_lines: false, layout, prepare: start.elapsed(), of })
}

impl Writes for Records {
    fn engine(&self, input: &Input) -> &Engine {
        self.many(input).map_or(&self.engine, |documents| &documents.engine)
    }

    fn parts(&self) -> (&Engine, FuncId, (&'static str, &str)) {
        let Documents { engine, chunk } = self.documents();
        (engine, *chunk, ("<records>", ""))
    }

    fn engine_mut(&mut self) -> &mut Engine {
        self.documents();
        &mut self.documents.get_mut().expect("it was made").engine
    }

    fn chunk(
        &self,
        worker: &mut Worker,
        chunk: &Chunk,
        turn: &OrderedOutput,
        most: i64,
    ) -> Result<Done, Error> {
        let mut lines = Lines { chunk, turn, text: vec![], line: 0 };
        let done = self.lines(worker, &mut lines, most);
        // Lines before an error are sent before it is reported.
        lines.send().and(done)
    }
}

impl Records {
    fn documents(&self) -> &Documents {
        self.documents.get_or_init(|| Documents::new(&self.schema, self.id, &self.layout))
    }

    /// The program for an input with many records, if it is one.
    fn many(&self, input: &Input) -> Option<&Documents> {
        let fields: u64 = self.schema.structs.iter().map(|s| s.fields.len() as u64).sum();
        (input.len() > FEW + FIELD * fields).then(|| self.documents())
    }

    /// Prints at most `most` records of a chunk.
    fn lines(&self, worker: &mut Worker, lines: &mut Lines, most: i64) -> Result<Done, Error> {
        let Chunk { bytes, start, source } = *lines.chunk;
        let documents = self.many(source.input);
        let mut done = Done::default();
        let mut walk = None;
        while (done.records as i64) < most {
            if let Some(documents) = documents {
                let rest = &bytes[done.end as usize..];
                let Written { text, records, end } =
                    documents.write(worker, rest, most - done.records as i64);
                worker.console().text = lines.add(text);
                lines.send_if_full()?;
                done.records += records;
                if let Some(end) = end {
                    done.end += end;
                    continue;
                }
                for _ in 0..records {
                    done.end += source.size(&bytes[done.end as usize..], start + done.end)?;
                }
            }
            // Prints the next record by itself, if there is one.
            let Some(size) = source.whole(&bytes[done.end as usize..]) else { break };
            let walk = walk.get_or_insert_with(|| Walk::new(&self.shapes, self.engine.worker(Jit::Off)));
            self.print(walk, lines, done.end)?;
            lines.send_if_full()?;
            done.end += size;
            done.records += 1;
            done.apart += 1;
        }
        Ok(Done { rows: done.records, ..done })
    }

    /// Prints the single record at a byte of the chunk.
    fn print(&self, walk: &mut Walk, lines: &mut Lines, at: u64) -> Result<(), Error> {
        let Chunk { bytes, start, source } = *lines.chunk;
        lines.line = lines.text.len();
        let args = [Val::View(0, bytes.len() as u64), Val::I64(at as i64)];
        let done = walk.print(&self.before, self.record, &args, bytes, lines);
        let (within, why) = match done.and_then(|()| Ok(lines.write_all(b"\n")?)) {
            Ok(()) => return Ok(()),
            Err(Stop::Write(error)) => return Err(unwritable(error)),
            Err(Stop::Fault(fault)) => {
                // A fault within a default value has no place in the input.
                let within = fault.offset.filter(|at| *at <= bytes.len() as u64).map(|at| start + at);
                let place = |at| format!(", at byte {at}{}", source.stream());
                (within, format!("{}{}", fault.raise, within.map_or(String::new(), place)))
            }
            Err(Stop::NoJson(what)) => {
                (None, format!("{what} has no JSON; give the field a type in the schema that has"))
            }
        };
        lines.text.truncate(lines.line);
        let path = walk.path();
        let colon = if path.is_empty() { "" } else { ": " };
        let record = source.place(start + at);
        let error = Error::data(format!("{}: {record}: {path}{colon}{why}", source.input.name()));
        Err(source.located(error, Some(record), within))
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::io(format!("the result cannot be written: {error}"), error)
}

/// Collects lines and sends them in batches.
struct Lines<'c> {
    chunk: &'c Chunk<'c>,
    turn: &'c OrderedOutput,
    text: Vec<u8>,
    /// The start in `text` of the line being written, or of its unsent part.
    line: usize,
}

impl Lines<'_> {
    /// Adds lines. Returns an empty buffer for reuse.
    fn add(&mut self, mut lines: Vec<u8>) -> Vec<u8> {
        match self.text.is_empty() {
            true => std::mem::swap(&mut self.text, &mut lines),
            false => self.text.extend_from_slice(&lines),
        }
        lines.clear();
        lines
    }

    /// Sends the lines if a batch is full.
    fn send_if_full(&mut self) -> Result<(), Error> {
        if self.text.len() >= BATCH { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), Error> {
        // Before text is output, checks that all bytes could really be read.
        self.chunk.source.input.check()?;
        self.put().map_err(unwritable)
    }

    fn put(&mut self) -> io::Result<()> {
        self.turn.put(&self.text)?;
        self.text.clear();
        self.line = 0;
        Ok(())
    }
}

impl Write for Lines<'_> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(part);
        if self.text.len() > LONGEST {
            self.put()?;
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
