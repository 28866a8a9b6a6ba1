//! Splits an input into chunks of whole records, independently of the number of threads.
//!
//! A chunk has about [`Input::CHUNK`] bytes of whole records, and at least one record. For records of one
//! size the boundaries are computed, and chunks are whole blocks. For others only reading them shows where
//! one ends, so chunks are taken one after another; a single thread need not even look, since the program
//! reports how far it got. The format-specific part is its [`Split`]; the choice of the format is in the
//! parent module.

use super::capnp::unpacked::Unpacked;
use super::split::{Ending, Piece, Place, Split};
use super::wire::{Cut, Format, RecordLayout};
use crate::error::Error;
use crate::input::Input;
use std::fmt;

/// An input, and the format of its records.
#[derive(Clone, Copy)]
pub struct RecordInput<'i> {
    pub format: Format,
    pub layout: RecordLayout,
    pub input: &'i Input<'i>,
}

/// A record and its offset, as messages name it: `record 3 (at byte 24)`.
#[derive(Clone, Copy, Debug)]
pub struct RecordAt {
    noun: &'static str,
    number: u64,
    at: u64,
    /// What the offset is counted in, if not the input.
    stream: &'static str,
}

impl fmt::Display for RecordAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} (at byte {}{})", self.noun, self.number, self.at, self.stream)
    }
}

/// A range of whole records that one thread takes at a time.
#[derive(Clone, Debug)]
pub struct Chunk {
    pub index: u64,
    pub place: Place,
    /// The bytes of whole records it has, if known.
    pub whole: Option<u64>,
}

impl Chunk {
    /// Its offset in the stream.
    pub fn start(&self) -> u64 {
        match &self.place {
            Place::Input(range) => range.start,
            Place::Buffer(start) => *start,
        }
    }
}

/// The chunks of an input that have not been taken yet.
#[derive(Debug)]
pub struct Chunks<'i> {
    split: Box<dyn Split + 'i>,
    /// The number of the next chunk.
    index: u64,
    /// Its offset in the stream.
    position: u64,
    /// The offset at which the file's bytes turned out to have changed since the chunk was made.
    changed: Option<u64>,
    /// No more chunks are taken.
    stopped: bool,
    /// The number of records that should have been skipped but do not exist.
    missing: u64,
}

impl<'i> RecordInput<'i> {
    /// All chunks.
    pub fn chunks(&self) -> Chunks<'i> {
        let split = self.format.0.split(&self.layout, self.input);
        Chunks { split, index: 0, position: self.layout.header, changed: None, stopped: false, missing: 0 }
    }

    /// The number of whole records, if it follows from the input's length.
    pub fn records(&self) -> Option<u64> {
        self.format.0.records(&self.layout, self.input.len())
    }

    /// The truncated record after the last chunk, if there is one; an error if the bytes there cannot begin a
    /// record. All chunks must have been taken.
    pub fn rest(&self, chunks: &Chunks) -> Result<Option<Cut>, Error> {
        let RecordInput { format, layout, input } = self;
        if let Some(at) = chunks.changed {
            return Err(self.changed(at));
        }
        // If the number of records follows from the length, skipping more than there are is no error.
        if chunks.missing > 0 && self.records().is_some() {
            return Ok(None);
        }
        let number = |at: u64| match format.0.records(layout, input.len()) {
            Some(records) => records,
            None => format.0.number(layout, input, at),
        };
        self.ended(chunks.split.ending(chunks.position), || number(chunks.position))
    }

    /// The same after records that were read up to the byte `at`.
    pub fn rest_behind(&self, at: u64) -> Result<Option<Cut>, Error> {
        self.rest(&Chunks { position: at, ..self.chunks() })
    }

    /// The result for an ending after `records` records.
    pub fn ended(&self, ending: Ending, records: impl FnOnce() -> u64) -> Result<Option<Cut>, Error> {
        let name = self.input.name();
        match ending {
            Ending::End => Ok(None),
            Ending::Truncated { at, expected } => {
                Ok(Some(Cut { offset: at, bytes: self.input.len() - at, expected, number: records() }))
            }
            Ending::Damaged { at, why } => {
                let record = self.record(records(), at, "");
                Err(self.located(Error::data(format!("{name}: {record}: {why}")), Some(record), None))
            }
            Ending::NoMemory { at, bytes } => {
                let record = self.record(records(), at, "");
                let error = Error::no_memory(name, &record.to_string(), bytes);
                Err(self.located(error, Some(record), None))
            }
        }
    }

    /// The word for a record in messages.
    pub fn noun(&self) -> &'static str {
        self.format.0.spec().noun
    }

    /// What offsets are counted in, if not the input.
    pub fn stream(&self) -> &'static str {
        self.format.0.spec().stream
    }

    /// The record at an offset in the stream.
    pub fn place(&self, at: u64) -> RecordAt {
        self.record(self.format.0.number(&self.layout, self.input, at), at, self.stream())
    }

    /// The record with that number, at an offset in the `stream`, or in the input.
    fn record(&self, number: u64, at: u64, stream: &'static str) -> RecordAt {
        RecordAt { noun: self.noun(), number, at, stream }
    }

    /// An error about the input, with the known location: a record, and an offset in it.
    pub fn located(&self, error: Error, record: Option<RecordAt>, offset: Option<u64>) -> Error {
        let mut error = error.about(self.input.name());
        if let Some(RecordAt { number, at, .. }) = record {
            error = error.at_record(number).at(at);
        }
        match offset {
            Some(offset) => error.at(offset),
            None => error,
        }
    }

    /// The size of the whole record at the start of `bytes`, which begin at the offset `at` in the stream; an
    /// error if there is none any more.
    pub fn size(&self, bytes: &[u8], at: u64) -> Result<u64, Error> {
        self.whole(bytes).ok_or_else(|| self.changed(at))
    }

    /// The same, or `None` if there is no whole record.
    pub fn whole(&self, bytes: &[u8]) -> Option<u64> {
        self.format.0.size(&self.layout, bytes)
    }

    fn changed(&self, at: u64) -> Error {
        let message = format!(
            "{}: the bytes from {at} on were changed while they were read: run again when the file is complete",
            self.input.name()
        );
        self.located(Error::data(message), None, Some(at))
    }

    /// The stream as bytes that can be read at any offset, if the input's own bytes are not that.
    pub fn unpacked(&self) -> Result<Option<Unpacked<'i>>, Error> {
        self.format.0.unpacked(self.input, &self.layout.limits)
    }
}

impl Chunks<'_> {
    /// The next chunk. If `alone` (one thread), it may end within a record, and the caller reports with
    /// [`Chunks::came`] how far it got.
    pub fn take(&mut self, alone: bool, buffer: &mut Vec<u8>) -> Option<Chunk> {
        if self.stopped {
            return None;
        }
        let Piece { place, next, whole } = self.split.next(self.position, alone, buffer)?;
        self.position = next;
        self.index += 1;
        Some(Chunk { index: self.index - 1, place, whole })
    }

    /// Skips `records` records, before any chunk is taken; returns how many there were.
    pub fn skip(&mut self, records: u64) -> u64 {
        let (skipped, position) = self.split.skip(self.position, records);
        self.position = position;
        self.missing = records - skipped;
        skipped
    }

    /// Reports that `bytes` bytes of the chunk at `start` were processed. If that is not the number counted
    /// when the chunk was made, or 0, another process has changed the file meanwhile: no more chunks are
    /// taken, and [`RecordInput::rest`] returns an error.
    pub fn came(&mut self, start: u64, whole: Option<u64>, bytes: u64) {
        self.position = self.position.max(start + bytes);
        if bytes == 0 || whole.is_some_and(|whole| whole != bytes) {
            self.changed = Some(self.changed.map_or(start, |at| at.min(start)));
            self.stop();
        }
    }

    /// Takes no more chunks.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// How many chunks were taken, and up to which byte.
    pub fn taken(&self) -> (u64, u64) {
        (self.index, self.position)
    }

    /// Whether there is more than one chunk, as far as can be determined without reading.
    pub fn several(&self) -> bool {
        self.split.several()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Limits;

    /// The second of two messages is truncated while the chunk of both is processed.
    #[test]
    fn bytes_that_change_while_they_are_read_are_reported() {
        let message = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let bytes = message.repeat(2);
        let input = Input::from_bytes(&bytes);
        let layout = RecordLayout {
            format: Format::named("capnp").expect("it is one of them"),
            header: 0,
            size: 0,
            limits: Limits::default(),
        };
        let source = RecordInput::new(None, &layout, &input).expect("it is one of the language's");
        for (alone, came, message) in
            [(false, 32, false), (false, 16, true), (true, 32, false), (true, 16, false), (true, 0, true)]
        {
            let mut chunks = source.chunks();
            let chunk = chunks.take(alone, &mut vec![]).expect("there are messages");
            chunks.came(chunk.start(), chunk.whole, came);
            assert_eq!(source.rest(&chunks).is_err(), message, "alone: {alone}, {came} bytes");
            assert!(!message || chunks.take(alone, &mut vec![]).is_none());
        }
    }
}
