//! Whole records as lines of JSON.
//!
//! Many records are written by native code ([`documents`](super::documents)). Those that this cannot write,
//! and all of a short input, are printed one by one ([`walk`](super::walk)): each accessor is called from
//! here, and interpreted. Of a record that cannot be read nothing is printed, unless its line is longer than
//! 1 MiB: then its beginning is out already. So memory stays bounded, whatever the input holds.

use super::documents::{Documents, Written};
use super::shapes::{Shapes, Source, ValueKind};
use super::walk::{Stop, Walk};
use crate::engine::{Engine, Jit, Worker, policy::Policy};
use crate::error::Error;
use crate::formats::{self, Framing, Layout, Limits, accessors, class_name};
use crate::input::Input;
use crate::ir::FuncId;
use crate::query::text::{Chunk, Done, Text, Turn, Writes};
use crate::runtime::Val;
use crate::schema::{Schema, StructId};
use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Instant;

/// Bytes of an input of which records are printed one by one, and how many more for each field of the schema:
/// of a few records, more time would be spent on writing functions than on writing records.
const FEW: u64 = 16 << 10;
const FIELD: u64 = 256;

/// So many bytes go out at once.
const BATCH: usize = 64 << 10;
/// A line of more bytes goes out in parts.
const LONGEST: usize = 1 << 20;

/// Whole records, compiled.
#[derive(Debug)]
struct Records {
    /// Of the accessors that are called one by one.
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

/// Compiles what writes whole records of the struct `record`; of messages, `limits` says what they may ask.
pub fn records(schema: &Schema, record: &str, limits: &Limits) -> Result<Text, Error> {
    let start = Instant::now();
    let (id, found) = schema.record(record)?;
    let program = accessors(schema, limits);
    let layout = Layout::new(schema, found, limits);
    let (before, read) = match formats::framing(&program, &class_name(&found.name), &layout) {
        Framing::Strided { read, .. } => (vec![], read),
        Framing::Chained(chain) => (vec![chain.step], chain.open),
    };
    let of = Box::new(Records {
        before,
        record: Source { get: Some(read), kind: ValueKind::Struct(id) },
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

    fn chunk(&self, worker: &mut Worker, chunk: &Chunk, turn: &Turn, most: i64) -> Result<Done, Error> {
        let mut lines = Lines { chunk, turn, text: vec![], line: 0 };
        let done = self.lines(worker, &mut lines, most);
        // What was printed in front of an error goes out before it is reported.
        lines.send().and(done)
    }
}

impl Records {
    fn documents(&self) -> &Documents {
        self.documents.get_or_init(|| Documents::new(&self.schema, self.id, &self.layout))
    }

    /// What writes the records of an input, if these are many.
    fn many(&self, input: &Input) -> Option<&Documents> {
        let fields: u64 = self.schema.structs.iter().map(|s| s.fields.len() as u64).sum();
        (input.len() > FEW + FIELD * fields).then(|| self.documents())
    }

    /// Prints the records of a chunk, at most so many.
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
            // The next one alone, if there is one.
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

    /// Prints the record at a byte of the chunk, alone.
    fn print(&self, walk: &mut Walk, lines: &mut Lines, at: u64) -> Result<(), Error> {
        let Chunk { bytes, start, source } = *lines.chunk;
        lines.line = lines.text.len();
        let args = [Val::View(0, bytes.len() as u64), Val::I64(at as i64)];
        let done = walk.print(&self.before, self.record, &args, bytes, lines);
        let (within, why) = match done.and_then(|()| Ok(lines.write_all(b"\n")?)) {
            Ok(()) => return Ok(()),
            Err(Stop::Write(error)) => return Err(unwritable(error)),
            Err(Stop::Fault(fault)) => {
                // What fails in a default value is nowhere in the input.
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

/// Lines on their way out: collected, and sent together.
struct Lines<'c> {
    chunk: &'c Chunk<'c>,
    turn: &'c Turn,
    text: Vec<u8>,
    /// Where in `text` the line begins that is being written, or what is left of it.
    line: usize,
}

impl Lines<'_> {
    /// Adds lines; gives a buffer back, which is empty.
    fn add(&mut self, mut lines: Vec<u8>) -> Vec<u8> {
        match self.text.is_empty() {
            true => std::mem::swap(&mut self.text, &mut lines),
            false => self.text.extend_from_slice(&lines),
        }
        lines.clear();
        lines
    }

    /// Sends them if they are many.
    fn send_if_full(&mut self) -> Result<(), Error> {
        if self.text.len() >= BATCH { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), Error> {
        // Before it is given away: were all bytes really there?
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
