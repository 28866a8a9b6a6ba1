//! One pass over an input: where its records are, and what is told of one that cannot be printed.

use super::lines::Lines;
use super::records::Printed;
use super::shapes::Source;
use super::walk::{Stop, Walk};
use crate::error::Error;
use crate::formats::Format;
use crate::formats::capnp::Limits;
use crate::formats::capnp::frame::{Frame, frame};
use crate::formats::capnp::packing::Unpacker;
use crate::input::{Input, Scratch};
use crate::interp::Val;
use crate::ir::FuncId;
use std::io::{ErrorKind, Write};
use std::ops::Range;

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
    pub input: &'a Input<'a>,
    /// From bytes and an offset in them to what a record is read from, if it is not those; and the record.
    pub before: &'a [FuncId],
    pub record: Source,
    pub format: Format,
    pub printed: Printed,
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
    pub fn packed(
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
    pub fn messages(
        &mut self,
        limits: &Limits,
        which: Range<u64>,
        lines: &mut Lines<impl Write>,
    ) -> Result<(), End> {
        let all = self.input.bytes();
        let packed = self.format == Format::CapnProtoPacked;
        let (mut unpacker, mut buffer) = (Unpacker::default(), vec![]);
        let (mut number, mut start) = (0, 0);
        while number < which.end {
            // Where it begins in the input, packed or not, and what it says there.
            let (at, found) = if packed {
                buffer.clear();
                (unpacker.packed, unpacker.next(all, limits, &mut buffer))
            } else {
                (start as usize, frame(&all[start as usize..], limits))
            };
            let size = match found {
                Frame::End => break,
                Frame::Whole(size) => size,
                Frame::Cut(size) => {
                    let there = all.len() - at;
                    let what = match packed {
                        true => format!("{there} packed bytes of {size} unpacked ones"),
                        false => format!("{there} of {size} bytes"),
                    };
                    return Err(self.cut(number, at as u64, &what));
                }
                Frame::Wrong(why) => return Err(self.told(number, &format!("at byte {at}"), &why)),
                Frame::NoMemory(size) => {
                    let what = format!("message {number} (at byte {at})");
                    return Err(End::Error(Error::no_memory(self.input.name(), &what, size)));
                }
            };
            if number < which.start {
                self.printed.skipped += 1;
            } else {
                let bytes = if packed { &buffer } else { &all[at..at + size as usize] };
                self.record(&Place { number, bytes, start, at: 0 }, lines)?;
            }
            number += 1;
            start += size;
        }
        Ok(())
    }

    /// Prints a record.
    fn record(&mut self, place: &Place, lines: &mut Lines<impl Write>) -> Result<(), End> {
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
                let at =
                    at.map_or(String::new(), |at| format!(", at byte {}{}", place.start + at, self.stream()));
                return Err(self.stopped(place, &format!("{}{at}", fault.raise)));
            }
            Err(Stop::NoJson(what)) => {
                lines.take_back();
                let why = format!("{what} has no JSON; give the field a type in the schema that has");
                return Err(self.stopped(place, &why));
            }
        }
        self.printed.printed += 1;
        if lines.full() { self.send(lines) } else { Ok(()) }
    }

    /// Sends what is printed.
    pub fn send(&self, lines: &mut Lines<impl Write>) -> Result<(), End> {
        // Before it is given away: were all bytes really there?
        self.input.check()?;
        lines.send().map_err(written)
    }

    /// What a record is called.
    fn noun(&self) -> &'static str {
        match self.format {
            Format::PackedStruct => "record",
            Format::CapnProto | Format::CapnProtoPacked => "message",
        }
    }

    /// Where offsets count, unless that is the input.
    fn stream(&self) -> &'static str {
        if self.format == Format::CapnProtoPacked { " of the unpacked stream" } else { "" }
    }

    /// A record that cannot be printed, and where in it that is.
    fn stopped(&self, place: &Place, why: &str) -> End {
        let path = self.walk.path();
        let colon = if path.is_empty() { "" } else { ": " };
        let at = format!("at byte {}{}", place.start + place.at, self.stream());
        self.told(place.number, &at, &format!("{path}{colon}{why}"))
    }

    fn told(&self, number: u64, at: &str, why: &str) -> End {
        let (name, noun) = (self.input.name(), self.noun());
        End::Error(Error::Data(format!("{name}: {noun} {number} ({at}): {why}")))
    }

    /// A last record that is not whole.
    fn cut(&self, number: u64, at: u64, what: &str) -> End {
        let (name, noun) = (self.input.name(), self.noun());
        End::Error(Error::Data(format!(
            "{name}: {noun} {number} (at byte {at}) is cut short: {what}; all {noun}s before it are printed"
        )))
    }
}

fn written(error: std::io::Error) -> End {
    match error.kind() {
        ErrorKind::BrokenPipe => End::Closed,
        _ => End::Error(Error::System(format!("the result cannot be written: {error}"))),
    }
}
