//! One pass over an input: where its records are, and what is reported of one that cannot be printed.

use super::documents::{Writer, Written};
use super::lines::Lines;
use super::shapes::Source;
use super::walk::{Stop, Walk};
use crate::error::Error;
use crate::formats::{Chunk, Cut, Place, Source as Records};
use crate::input::Scratch;
use crate::ir::FuncId;
use crate::runtime::Val;
use std::io::{ErrorKind, Write};
use std::ops::Range;

/// How many records there were.
///
/// ```
/// use wirelens::{Input, Limits, Printed, Printer, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
/// let printed = Printer::new(&schema, "S", &Limits::default())?.print(&Input::from_bytes(&[0; 20]), 7..9, None, &mut vec![])?;
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

/// Why printing ends before all is printed.
#[derive(Debug)]
pub enum End {
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
pub struct Run<'a> {
    pub walk: Walk<'a>,
    /// What writes many records at once.
    pub writing: Option<Writer<'a>>,
    pub source: Records<'a>,
    /// From bytes and an offset in them to what a record is read from, if it is not those; and the record.
    pub before: &'a [FuncId],
    pub record: Source,
    pub printed: Printed,
}

/// A record.
struct Record<'b> {
    number: u64,
    /// The bytes that it is read from, and where they begin in the stream.
    bytes: &'b [u8],
    start: u64,
    /// Where it begins in `bytes`.
    at: u64,
}

impl Run<'_> {
    /// Prints the records `which`, counted from 0.
    pub fn all(&mut self, which: Range<u64>, lines: &mut Lines<impl Write>) -> Result<(), End> {
        let (source, mut chunks) = (self.source, self.source.chunks());
        let (mut scratch, mut buffer) = (Scratch::new(), vec![]);
        let mut number = chunks.skip(which.start);
        self.printed.skipped = number;
        while number < which.end
            && let Some(Chunk { place, whole, .. }) = chunks.take(false, &mut buffer)
        {
            let (bytes, start) = match place {
                Place::Input(range) => (source.input.chunk(range.clone(), &mut scratch)?, range.start),
                Place::Buffer(start) => (&buffer[..], start),
            };
            let (mut at, end) = (0, whole.expect("who is not alone gets whole records"));
            while at < end && number < which.end {
                if let Some(writing) = &mut self.writing {
                    let rest = &bytes[at as usize..end as usize];
                    let Written { text, records, end } = writing.write(rest, which.end - number);
                    writing.reuse(lines.add(text));
                    number += records;
                    self.printed.printed += records;
                    if lines.full() {
                        self.send(lines)?;
                    }
                    if let Some(end) = end {
                        at += end;
                        continue;
                    }
                    for _ in 0..records {
                        at += source.size(&bytes[at as usize..], start + at)?;
                    }
                }
                // This one alone.
                self.record(&Record { number, bytes, start, at }, lines)?;
                at += source.size(&bytes[at as usize..], start + at)?;
                number += 1;
            }
        }
        if number == which.end {
            return Ok(());
        }
        // Where the number of records follows from the length, one that nobody asked for does not matter.
        let matters = |cut: &Cut| source.records().is_none() || which.contains(&cut.number);
        source.rest(&chunks)?.filter(matters).map_or(Ok(()), |cut| Err(self.truncated(&cut)))
    }

    /// Prints a record.
    fn record(&mut self, place: &Record, lines: &mut Lines<impl Write>) -> Result<(), End> {
        lines.begin();
        let args = [Val::View(0, place.bytes.len() as u64), Val::I64(place.at as i64)];
        let done = self.walk.print(self.before, self.record, &args, place.bytes, lines);
        match done.and_then(|()| Ok(lines.write_all(b"\n")?)) {
            Ok(()) => {}
            Err(Stop::Write(error)) => return Err(written(error)),
            Err(Stop::Fault(fault)) => {
                lines.take_back();
                // What fails in a default value is nowhere in the input.
                let at = fault.offset.filter(|at| *at <= place.bytes.len() as u64);
                let at = at.map(|at| place.start + at);
                let behind = at.map_or(String::new(), |at| format!(", at byte {at}{}", self.source.stream()));
                return Err(self.stopped(place, at, &format!("{}{behind}", fault.raise)));
            }
            Err(Stop::NoJson(what)) => {
                lines.take_back();
                let why = format!("{what} has no JSON; give the field a type in the schema that has");
                return Err(self.stopped(place, None, &why));
            }
        }
        self.printed.printed += 1;
        if lines.full() { self.send(lines) } else { Ok(()) }
    }

    /// Sends what is printed.
    pub fn send(&self, lines: &mut Lines<impl Write>) -> Result<(), End> {
        // Before it is given away: were all bytes really there?
        self.source.input.check()?;
        lines.send().map_err(written)
    }

    /// A record that cannot be printed, and where in it that is: the field, and the byte if it is known.
    fn stopped(&self, place: &Record, at: Option<u64>, why: &str) -> End {
        let path = self.walk.path();
        let colon = if path.is_empty() { "" } else { ": " };
        let name = self.source.input.name();
        let record = self.source.record(place.number, place.start + place.at, self.source.stream());
        let error = Error::data(format!("{name}: {record}: {path}{colon}{why}"));
        End::Error(self.source.located(error, Some(record), at))
    }

    /// A last record, or the header in front of the first one, that is not whole.
    fn truncated(&self, cut: &Cut) -> End {
        let (name, noun, part) = (self.source.input.name(), self.source.noun(), self.source.part(cut));
        if self.source.in_header(cut) {
            let message = format!(
                "{name}: the header before the first record is cut short: {part}; there are no records"
            );
            return End::Error(self.source.located(Error::data(message), None, Some(cut.offset)));
        }
        let record = self.source.record(cut.number, cut.offset, "");
        let message = format!("{name}: {record} is cut short: {part}; all {noun}s before it are printed");
        End::Error(self.source.located(Error::data(message), Some(record), None))
    }
}

fn written(error: std::io::Error) -> End {
    match error.kind() {
        ErrorKind::BrokenPipe => End::Closed,
        _ => End::Error(Error::io(format!("the result cannot be written: {error}"), error)),
    }
}
