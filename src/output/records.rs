//! The records of an input as lines of JSON.
//!
//! One record is printed after the other, in the order of the input, each interpreted: printing costs more than decoding. Lines are
//! collected and go out together; of a record that cannot be read, nothing is printed, unless its line is longer than [`LONGEST`]: then
//! its beginning is out already. So memory stays bounded, whatever the input holds.

use super::shapes::{Kind, Shapes, Source};
use super::walk::{Stop, Walk};
use crate::engine::{Engine, Jit, policy::Policy};
use crate::error::Error;
use crate::formats::capnp::frame::{Frame, frame};
use crate::formats::capnp::{self, Limits};
use crate::formats::{accessors, class_name, packed};
use crate::input::{Input, Scratch};
use crate::interp::Val;
use crate::ir::FuncId;
use crate::schema::{Language, Schema};
use std::io::{ErrorKind, Write};
use std::ops::Range;

/// So many bytes go out at once.
const BATCH: usize = 64 << 10;
/// A line of more bytes goes out in parts.
const LONGEST: usize = 1 << 20;

/// Prints records as JSON: one object a record, one record a line.
///
/// Fields come in the schema's order. Integers of 64 bits are strings, as are NaN and the infinities; enums are their names, or
/// numbers where they have none; text is a string, with U+FFFD for what is not UTF-8.
///
/// ```
/// use wirelens::{Input, Limits, Printer, Schema};
/// let schema = Schema::from_c("<schema>", "enum Side { BUY, SELL }; struct S { char id[4]; enum Side side; float x[2]; };")?;
/// let mut bytes = b"ab\0\0".to_vec();
/// bytes.extend([1u32.to_le_bytes(), 0.5f32.to_le_bytes(), f32::NAN.to_le_bytes()].concat());
/// let mut out = vec![];
/// Printer::new(&schema, "S", &Limits::default())?.print(&Input::from_bytes(&bytes), 0..u64::MAX, &mut out)?;
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
}

/// Where records are.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// One after the other, all of the same size.
    Packed { header: u64, stride: u64 },
    /// Messages, one after the other.
    Messages(Limits),
}

/// How many records there were.
///
/// ```
/// use wirelens::{Input, Limits, Printed, Printer, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
/// let printed = Printer::new(&schema, "S", &Limits::default())?.print(&Input::from_bytes(&[0; 20]), 7..9, &mut vec![])?;
/// assert_eq!(printed, Printed { skipped: 7, printed: 2 });
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// In front of those that were asked for.
    pub skipped: u64,
    /// Of those.
    pub printed: u64,
}

impl Printer {
    /// For records of the struct `record`; of messages, `limits` says what they may ask.
    ///
    /// # Errors
    ///
    /// [`Error::System`] if the schema has no such struct, or it is a group.
    ///
    /// ```
    /// use wirelens::{Limits, Printer, Schema};
    /// let schema = Schema::from_c("<schema>", "struct Point { double x; };")?;
    /// let error = Printer::new(&schema, "Pont", &Limits::default()).unwrap_err();
    /// assert!(error.to_string().contains("did you mean 'Point'?"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn new(schema: &Schema, record: &str, limits: &Limits) -> Result<Printer, Error> {
        let (id, found) = schema.find(record)?;
        if found.group {
            return Err(Error::System(format!(
                "'{record}' is a group, a part of another struct; name the struct that a message is"
            )));
        }
        let program = accessors(schema, limits);
        let class = class_name(&found.name);
        let (before, read, layout) = match schema.language {
            Language::C => {
                let layout = Layout::Packed { header: schema.header, stride: found.size };
                (None, packed::reader(&class), layout)
            }
            Language::CapnProto => (Some("Message$.next"), capnp::reader(&class), Layout::Messages(*limits)),
        };
        let func = |name: &str| program.func(name).expect("the format has written it");
        Ok(Printer {
            before: before.into_iter().map(func).collect(),
            record: Source { get: Some(func(&read)), kind: Kind::Struct(id) },
            shapes: Shapes::new(schema, &program),
            engine: Engine::new(program, Policy::default()),
            layout,
        })
    }

    /// Prints the records `which` of `input`, counted from 0, to `out`. If nobody reads `out` any more, it ends there.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] with the number and the offset of a record that cannot be read or is cut short, or if the file was cut short
    /// while it was read: all records in front of it are printed. [`Error::System`] if reading or writing fails.
    ///
    /// ```
    /// use wirelens::{Input, Limits, Printer, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let mut out = vec![];
    /// let error = Printer::new(&schema, "S", &Limits::default())?.print(&Input::from_bytes(&[1, 0, 2]), 0..9, &mut out).unwrap_err();
    /// assert_eq!(out, b"{\"n\":1}\n");
    /// assert_eq!(error.to_string(), "<bytes>: record 1 (at byte 2) is cut short: 1 of 2 bytes; all records before it are printed");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn print(&self, input: &Input, which: Range<u64>, out: &mut impl Write) -> Result<Printed, Error> {
        let mut lines = Lines { out, text: Vec::with_capacity(2 * BATCH), line: 0 };
        let walk = Walk::new(&self.shapes, self.engine.worker(Jit::Off));
        let mut run = Run { printer: self, walk, input, printed: Printed::default() };
        let ended = match self.layout {
            Layout::Packed { header, stride } => run.packed(header, stride, which, &mut lines),
            Layout::Messages(limits) => run.messages(&limits, which, &mut lines),
        };
        let ended = ended.and_then(|()| run.written(lines.send()));
        let ended = match ended {
            // What was printed in front of an error goes out before it is told.
            Err(End::Error(error)) => run.written(lines.send()).and(Err(End::Error(error))),
            ended => ended,
        };
        match ended {
            Err(End::Error(error)) => Err(error),
            Ok(()) | Err(End::Closed) => Ok(run.printed),
        }
    }
}

/// Why printing ends before all is printed.
#[derive(Debug)]
enum End {
    Error(Error),
    /// Nobody reads any more.
    Closed,
}

impl From<Error> for End {
    fn from(error: Error) -> End {
        End::Error(error)
    }
}

/// One pass over an input.
struct Run<'a> {
    printer: &'a Printer,
    walk: Walk<'a>,
    input: &'a Input<'a>,
    printed: Printed,
}

/// Where a record is.
struct Place<'b> {
    number: u64,
    /// The bytes that it is read from, and where they begin in the input.
    bytes: &'b [u8],
    start: u64,
    /// Where it begins in `bytes`.
    at: u64,
}

impl Run<'_> {
    /// Packed records: their number and their places follow from the input's length.
    fn packed(
        &mut self,
        header: u64,
        stride: u64,
        which: Range<u64>,
        lines: &mut Lines<impl Write>,
    ) -> Result<(), End> {
        let input = self.input;
        if input.len() < header && !input.is_empty() && !which.is_empty() {
            return Err(End::Error(Error::Data(format!(
                "{}: the header before the first record is cut short: {} of {header} bytes; there are no records",
                input.name(),
                input.len()
            ))));
        }
        let bytes = input.len().saturating_sub(header);
        let whole = bytes / stride;
        let (mut next, end) = (which.start.min(whole), which.end.min(whole));
        self.printed.skipped = next;
        let at_once = (Input::STRETCH / stride).max(1);
        let mut scratch = Scratch::new();
        while next < end {
            let count = at_once.min(end - next);
            let start = header + next * stride;
            let bytes = input.stretch(start..start + count * stride, &mut scratch)?;
            for i in 0..count {
                self.record(&Place { number: next + i, bytes, start, at: i * stride }, lines)?;
            }
            next += count;
        }
        let over = bytes - whole * stride;
        if over > 0 && which.contains(&whole) {
            return Err(self.cut(whole, header + whole * stride, &format!("{over} of {stride} bytes")));
        }
        Ok(())
    }

    /// Messages: where one ends the next one begins.
    fn messages(
        &mut self,
        limits: &Limits,
        which: Range<u64>,
        lines: &mut Lines<impl Write>,
    ) -> Result<(), End> {
        let all = self.input.bytes();
        let (mut number, mut at) = (0, 0);
        while number < which.end {
            let rest = &all[at..];
            let size = match frame(rest, limits) {
                Frame::End => break,
                // It lies within a slice.
                Frame::Whole(size) => size as usize,
                Frame::Cut(size) => {
                    return Err(self.cut(number, at as u64, &format!("{} of {size} bytes", rest.len())));
                }
                Frame::Wrong(why) => {
                    let place = Place { number, bytes: rest, start: at as u64, at: 0 };
                    return Err(self.told(&place, &why));
                }
            };
            if number < which.start {
                self.printed.skipped += 1;
            } else {
                let place = Place { number, bytes: &rest[..size], start: at as u64, at: 0 };
                self.record(&place, lines)?;
            }
            number += 1;
            at += size;
        }
        Ok(())
    }

    /// Prints a record.
    fn record(&mut self, place: &Place, lines: &mut Lines<impl Write>) -> Result<(), End> {
        lines.begin();
        let args = [Val::View(0, place.bytes.len() as u64), Val::I64(place.at as i64)];
        let Printer { before, record, .. } = self.printer;
        let done = self.walk.print(before, *record, &args, place.bytes, lines);
        match done.and_then(|()| Ok(lines.write_all(b"\n")?)) {
            Ok(()) => {}
            Err(Stop::Write(error)) => return self.written(Err(error)),
            Err(Stop::Fault(fault)) => {
                lines.take_back();
                // What fails in a default value is nowhere in the input.
                let at = fault.offset.filter(|at| *at <= place.bytes.len() as u64);
                let at = at.map_or(String::new(), |at| format!(", at byte {}", place.start + at));
                return Err(self.told(place, &format!("{}{at}", fault.raise)));
            }
            Err(Stop::NoJson(what)) => {
                lines.take_back();
                let why = format!("{what} has no JSON; give the field a type in the schema that has");
                return Err(self.told(place, &why));
            }
        }
        self.printed.printed += 1;
        if lines.text.len() >= BATCH {
            // Before it is given away: were all bytes really there?
            self.input.check()?;
            self.written(lines.send())?;
        }
        Ok(())
    }

    fn written(&self, written: std::io::Result<()>) -> Result<(), End> {
        written.map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => End::Closed,
            _ => End::Error(Error::System(format!("the result cannot be written: {error}"))),
        })
    }

    /// What a record is called.
    fn noun(&self) -> &'static str {
        match self.printer.layout {
            Layout::Packed { .. } => "record",
            Layout::Messages(_) => "message",
        }
    }

    /// A record that cannot be printed.
    fn told(&self, place: &Place, why: &str) -> End {
        let path = self.walk.path();
        let path = if path.is_empty() { path } else { format!(", {path}") };
        let (name, noun) = (self.input.name(), self.noun());
        let (number, at) = (place.number, place.start + place.at);
        End::Error(Error::Data(format!("{name}: {noun} {number} (at byte {at}){path}: {why}")))
    }

    /// A last record that is not whole.
    fn cut(&self, number: u64, at: u64, what: &str) -> End {
        let (name, noun) = (self.input.name(), self.noun());
        End::Error(Error::Data(format!(
            "{name}: {noun} {number} (at byte {at}) is cut short: {what}; all {noun}s before it are printed"
        )))
    }
}

/// Lines on their way out.
struct Lines<'o, W> {
    out: &'o mut W,
    text: Vec<u8>,
    /// Where in `text` the line begins that is being written, or what is left of it.
    line: usize,
}

impl<W: Write> Lines<'_, W> {
    /// A new line.
    fn begin(&mut self) {
        self.line = self.text.len();
    }

    /// Drops the line that was begun.
    fn take_back(&mut self) {
        self.text.truncate(self.line);
    }

    fn send(&mut self) -> std::io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        self.line = 0;
        self.out.flush()
    }
}

impl<W: Write> Write for Lines<'_, W> {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        self.text.extend_from_slice(part);
        if self.text.len() > LONGEST {
            self.send()?;
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
