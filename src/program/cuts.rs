//! How an input is cut in stretches of whole records: the same way for any number of threads.
//!
//! Records without gaps are cut by arithmetic. Of messages only reading tells where one ends, so stretches
//! are taken one after the other; who is alone need not even look, since the program tells how far it came. A
//! stretch has as many whole records as fit into [`Input::STRETCH`], and one at least.

use super::Cut;
use crate::error::Error;
use crate::formats::capnp::Limits;
use crate::formats::capnp::frame::{Frame, frame};
use crate::formats::capnp::packing::Unpacker;
use crate::input::Input;
use crate::lang::totals::BLOCK;
use std::ops::Range;

/// What is known of the records before an input is there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    /// Behind a header of so many bytes, records of so many bytes.
    Strided { header: u64, stride: u64 },
    /// Messages of Cap'n Proto.
    Messages(Limits),
}

/// The stretches of an input that have not been taken yet.
#[derive(Debug)]
pub(super) struct Cuts {
    kind: Kind,
    /// The number of the next stretch.
    index: u64,
    /// Where it came to light that the file's bytes are not what they were when it was cut.
    changed: Option<u64>,
    /// Where it begins (of packed messages, in the unpacked stream).
    position: u64,
    /// Nothing more is to be taken.
    stopped: bool,
    /// So many bytes the next message has at least, and there is no memory to unpack it.
    no_memory: Option<u64>,
}

#[derive(Debug)]
enum Kind {
    /// Stretches of so many bytes, up to there.
    Strided {
        size: u64,
        end: u64,
    },
    Messages(Limits),
    Packed(Limits, Unpacker),
}

/// A stretch.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub index: u64,
    pub at: Place,
    /// How many bytes of whole records it has, if that is known.
    pub whole: Option<u64>,
}

/// Where its bytes are.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In the input.
    Input(Range<u64>),
    /// In the buffer that was given; in the unpacked stream they begin there.
    Buffer(u64),
}

impl Stretch {
    /// Where it begins.
    pub fn start(&self) -> u64 {
        match &self.at {
            Place::Input(range) => range.start,
            Place::Buffer(start) => *start,
        }
    }
}

impl Layout {
    /// The stretches of an input of that many bytes. `packed` tells how messages are encoded.
    pub fn cuts(&self, length: u64, packed: bool) -> Cuts {
        let (kind, position) = match *self {
            Layout::Strided { header, stride } => {
                let records = length.saturating_sub(header) / stride;
                let end = header.saturating_add(records * stride);
                // Whole blocks, as many as fit; one, where not even that fits.
                let block = BLOCK.saturating_mul(stride);
                let size = (Input::STRETCH / block).max(1).saturating_mul(block);
                (Kind::Strided { size, end }, header)
            }
            Layout::Messages(limits) if packed => (Kind::Packed(limits, Unpacker::default()), 0),
            Layout::Messages(limits) => (Kind::Messages(limits), 0),
        };
        Cuts { kind, index: 0, changed: None, position, stopped: false, no_memory: None }
    }

    /// How many whole records an input of that many bytes has, if that follows from its length.
    pub fn records(&self, length: u64) -> Option<u64> {
        match *self {
            Layout::Strided { header, stride } => Some(length.saturating_sub(header) / stride),
            Layout::Messages(_) => None,
        }
    }

    /// What is left over of an input behind all its stretches, which have been taken; an error if that is no
    /// start of a record.
    pub fn rest(&self, input: &Input, cuts: &Cuts) -> Result<Option<Cut>, Error> {
        let (length, came) = (input.len(), cuts.position);
        if let Some(at) = cuts.changed {
            return Err(Error::Data(format!(
                "{}: the bytes from {at} on were changed while they were read: run again when the file is complete",
                input.name()
            )));
        }
        match *self {
            Layout::Strided { header, stride } => {
                let end = header.saturating_add(length.saturating_sub(header) / stride * stride);
                Ok(match length {
                    0 => None,
                    _ if length < header => {
                        Some(Cut { offset: 0, bytes: length, expected: header, number: 0 })
                    }
                    _ if end == length => None,
                    _ => {
                        let number = (end - header) / stride;
                        Some(Cut { offset: end, bytes: length - end, expected: stride, number })
                    }
                })
            }
            Layout::Messages(ref limits) => {
                let (packed, found, at) = match &cuts.kind {
                    Kind::Packed(_, unpacker) => {
                        let found = match cuts.no_memory {
                            Some(bytes) => Frame::NoMemory(bytes),
                            None => unpacker.clone().skip(input.bytes(), limits),
                        };
                        (true, found, unpacker.packed as u64)
                    }
                    _ => (false, frame(&input.bytes()[came as usize..], limits), came),
                };
                let number = || self.number(input, packed, came);
                match found {
                    Frame::End | Frame::Whole(_) => Ok(None),
                    Frame::NoMemory(bytes) => {
                        let what = format!("message {} (at byte {at})", number());
                        Err(Error::no_memory(input.name(), &what, bytes))
                    }
                    Frame::Cut(expected) => {
                        Ok(Some(Cut { offset: at, bytes: length - at, expected, number: number() }))
                    }
                    Frame::Wrong(why) => Err(Error::Data(format!(
                        "{}: message {} (at byte {at}): {why}",
                        input.name(),
                        number()
                    ))),
                }
            }
        }
    }

    /// What is left over of an input whose records were read up to that byte.
    pub fn rest_behind(&self, input: &Input, at: u64) -> Result<Option<Cut>, Error> {
        let mut cuts = self.cuts(input.len(), false);
        cuts.position = at;
        self.rest(input, &cuts)
    }

    /// The number of the record at a byte (of packed messages, of the unpacked stream).
    pub fn number(&self, input: &Input, packed: bool, at: u64) -> u64 {
        match *self {
            Layout::Strided { header, stride } => (at - header) / stride,
            Layout::Messages(ref limits) => {
                let (mut number, mut position) = (0, 0u64);
                let mut unpacker = Unpacker::default();
                while position < at {
                    let found = if packed {
                        unpacker.skip(input.bytes(), limits)
                    } else {
                        frame(&input.bytes()[position as usize..], limits)
                    };
                    let Frame::Whole(size) = found else { break };
                    (number, position) = (number + 1, position + size);
                }
                number
            }
        }
    }

    /// What a record is called where errors speak of one.
    pub fn noun(&self) -> &'static str {
        match self {
            Layout::Strided { .. } => "record",
            Layout::Messages(_) => "message",
        }
    }
}

impl Cuts {
    /// The next stretch. Who is `alone` gets one that may end within a record, and says with [`Cuts::came`]
    /// how far that was.
    pub fn take(&mut self, input: &Input, alone: bool, buffer: &mut Vec<u8>) -> Option<Stretch> {
        if self.stopped {
            return None;
        }
        let start = self.position;
        let at = match &mut self.kind {
            Kind::Strided { size, end } => {
                if start >= *end {
                    return None;
                }
                self.position = start.saturating_add(*size).min(*end);
                Place::Input(start..self.position)
            }
            Kind::Messages(limits) => {
                let rest = &input.bytes()[start as usize..];
                let Frame::Whole(mut size) = frame(rest, limits) else { return None };
                let room = Input::STRETCH.min(rest.len() as u64);
                if alone && size < room {
                    return self.next(Place::Input(start..start + room), None);
                }
                while let Frame::Whole(more) = frame(&rest[size as usize..], limits)
                    && size + more <= room
                {
                    size += more;
                }
                self.position = start + size;
                Place::Input(start..self.position)
            }
            Kind::Packed(limits, unpacker) => {
                buffer.clear();
                let mut found = Frame::Whole(0);
                while matches!(found, Frame::Whole(_)) && (buffer.len() as u64) < Input::STRETCH {
                    found = unpacker.next(input.bytes(), limits, buffer);
                }
                self.position = unpacker.unpacked;
                // Behind others, a message that finds no memory is tried again with the buffer for itself.
                if buffer.is_empty() {
                    self.no_memory = if let Frame::NoMemory(bytes) = found { Some(bytes) } else { None };
                    self.stop();
                    return None;
                }
                Place::Buffer(start)
            }
        };
        let whole = match &at {
            Place::Input(range) => range.end - range.start,
            Place::Buffer(_) => buffer.len() as u64,
        };
        self.next(at, Some(whole))
    }

    fn next(&mut self, at: Place, whole: Option<u64>) -> Option<Stretch> {
        self.index += 1;
        Some(Stretch { index: self.index - 1, at, whole })
    }

    /// So many bytes of a stretch that begins at `start` were worked through. If these are not as many as
    /// there were when it was cut, or none, another process has changed them meanwhile: no more is taken, and
    /// [`Layout::rest`] tells.
    pub fn came(&mut self, start: u64, whole: Option<u64>, bytes: u64) {
        self.position = self.position.max(start + bytes);
        if bytes == 0 || whole.is_some_and(|whole| whole != bytes) {
            self.changed = Some(self.changed.map_or(start, |at| at.min(start)));
            self.stop();
        }
    }

    /// No more is to be taken.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// How many stretches were taken, and up to which byte.
    pub fn taken(&self) -> (u64, u64) {
        (self.index, self.position)
    }

    /// Whether there is more than one stretch, as far as one can tell without looking.
    pub fn several(&self, length: u64) -> bool {
        match self.kind {
            Kind::Strided { size, end } => end.saturating_sub(self.position) > size,
            _ => length > Input::STRETCH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second message of two is cut while the first stretch of both is worked on.
    #[test]
    fn bytes_that_change_while_they_are_read_are_told_of() {
        let message = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let bytes = message.repeat(2);
        let input = Input::from_bytes(&bytes);
        let layout = Layout::Messages(Limits::default());
        for (alone, came, told) in
            [(false, 32, false), (false, 16, true), (true, 32, false), (true, 16, false), (true, 0, true)]
        {
            let mut cuts = layout.cuts(32, false);
            let stretch = cuts.take(&input, alone, &mut vec![]).expect("there are messages");
            cuts.came(stretch.start(), stretch.whole, came);
            assert_eq!(layout.rest(&input, &cuts).is_err(), told, "alone: {alone}, {came} bytes");
            assert!(!told || cuts.take(&input, alone, &mut vec![]).is_none());
        }
    }
}
