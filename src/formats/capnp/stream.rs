//! The formats for streams of messages, plain and packed.
//!
//! This module reads segment tables only ([`super::frame`]): they tell where a message ends, and why there is
//! none.

use super::frame::{MessageFrame, ending, frame};
use super::packing::Unpacker;
use super::unpacked::Unpacked;
use super::{accessors, messages};
use crate::error::Error;
use crate::formats::cursor::Framing;
use crate::formats::limits::Limits;
use crate::formats::split::{Ending, Piece, Place, Split};
use crate::formats::wire::{CERTAIN, Cut, RecordLayout, Spec, Wire};
use crate::input::Input;
use crate::ir::Program;
use crate::schema::{Language, Schema};
use std::ops::Range;

/// Messages, one after another.
#[derive(Debug)]
pub struct Plain;

/// The same, packed.
#[derive(Debug)]
pub struct Packed;

impl Wire for Plain {
    fn spec(&self) -> &'static Spec {
        &Spec {
            name: "capnp",
            about: "Cap'n Proto messages, one after the other",
            language: Language::CapnProto,
            family: "capnp",
            what: "Cap'n Proto",
            noun: "message",
            stream: "",
        }
    }

    fn sniff(&self, bytes: &[u8], limits: &Limits) -> u8 {
        match frame(bytes, limits) {
            MessageFrame::Whole(_) | MessageFrame::End => CERTAIN,
            _ => 1,
        }
    }

    fn accessors(&self, schema: &Schema, limits: &Limits) -> Program {
        accessors(schema, limits)
    }

    fn framing(&self, program: &Program, class: &str, _: &RecordLayout) -> Framing {
        Framing::Chained(messages::chain(program, class))
    }

    fn records(&self, _: &RecordLayout, _: u64) -> Option<u64> {
        None
    }

    fn split<'i>(&self, layout: &RecordLayout, input: &'i Input<'i>) -> Box<dyn Split + 'i> {
        Box::new(Messages { bytes: input.bytes(), limits: layout.limits })
    }

    fn single_chunk(&self, layout: &RecordLayout, bytes: &[u8]) -> Option<Range<usize>> {
        let messages = Messages { bytes, limits: layout.limits };
        (!messages.several() && matches!(messages.frame(0), MessageFrame::Whole(_))).then_some(0..bytes.len())
    }

    fn number(&self, layout: &RecordLayout, input: &Input, at: u64) -> u64 {
        let messages = Messages { bytes: input.bytes(), limits: layout.limits };
        messages.pass(0, |_, position| position < at).0
    }

    fn size(&self, layout: &RecordLayout, bytes: &[u8]) -> Option<u64> {
        if let MessageFrame::Whole(size) = frame(bytes, &layout.limits) { Some(size) } else { None }
    }

    fn truncated(&self, cut: &Cut) -> String {
        let Cut { offset, bytes, expected, number } = cut;
        format!("message {number} is cut short: {bytes} of at least {expected} bytes at byte {offset}")
    }

    fn nothing(&self, name: &str, _: u64) -> String {
        // A stream that is not empty has a message.
        format!("{name}: the lists of its messages have no elements: it has no records")
    }
}

impl Wire for Packed {
    fn spec(&self) -> &'static Spec {
        &Spec {
            name: "capnp-packed",
            about: "The same, packed",
            language: Language::CapnProto,
            family: "capnp",
            what: "Cap'n Proto",
            noun: "message",
            stream: " of the unpacked stream",
        }
    }

    /// Unpacked messages rarely look packed, and packed ones hardly ever begin with the table of a complete
    /// message: bytes that can be read as plain messages are.
    fn sniff(&self, bytes: &[u8], limits: &Limits) -> u8 {
        match (frame(bytes, limits), Unpacker::default().skip(bytes, limits)) {
            // Zeros are packed messages of no words: they are no evidence.
            (_, MessageFrame::Whole(9..)) | (MessageFrame::Wrong(_), MessageFrame::Cut(_)) => 2,
            _ => 0,
        }
    }

    fn accessors(&self, schema: &Schema, limits: &Limits) -> Program {
        Plain.accessors(schema, limits)
    }

    fn framing(&self, program: &Program, class: &str, layout: &RecordLayout) -> Framing {
        Plain.framing(program, class, layout)
    }

    fn records(&self, _: &RecordLayout, _: u64) -> Option<u64> {
        None
    }

    fn split<'i>(&self, layout: &RecordLayout, input: &'i Input<'i>) -> Box<dyn Split + 'i> {
        let unpacker = Unpacker::default();
        Box::new(Unpacking { bytes: input.bytes(), limits: layout.limits, unpacker, no_memory: None })
    }

    fn number(&self, layout: &RecordLayout, input: &Input, at: u64) -> u64 {
        let (mut number, mut unpacker) = (0, Unpacker::default());
        while unpacker.unpacked < at
            && let MessageFrame::Whole(_) = unpacker.skip(input.bytes(), &layout.limits)
        {
            number += 1;
        }
        number
    }

    fn size(&self, layout: &RecordLayout, bytes: &[u8]) -> Option<u64> {
        Plain.size(layout, bytes)
    }

    fn truncated(&self, cut: &Cut) -> String {
        Plain.truncated(cut)
    }

    fn nothing(&self, name: &str, header: u64) -> String {
        Plain.nothing(name, header)
    }

    fn unpacked<'i>(&self, input: &'i Input<'i>, limits: &Limits) -> Result<Option<Unpacked<'i>>, Error> {
        Unpacked::new(input, limits).map(Some)
    }
}

#[derive(Debug)]
struct Messages<'i> {
    bytes: &'i [u8],
    limits: Limits,
}

impl Messages<'_> {
    fn frame(&self, at: u64) -> MessageFrame {
        frame(&self.bytes[at as usize..], &self.limits)
    }

    /// Skips messages from an offset, while `on(count, offset)` holds; returns the count and the offset.
    fn pass(&self, from: u64, on: impl Fn(u64, u64) -> bool) -> (u64, u64) {
        let (mut count, mut position) = (0, from);
        while on(count, position)
            && let MessageFrame::Whole(size) = self.frame(position)
        {
            (count, position) = (count + 1, position + size);
        }
        (count, position)
    }
}

impl Split for Messages<'_> {
    fn next(&mut self, from: u64, alone: bool, _: &mut Vec<u8>) -> Option<Piece> {
        let MessageFrame::Whole(mut size) = self.frame(from) else { return None };
        let room = Input::CHUNK.min(self.bytes.len() as u64 - from);
        if alone && size < room {
            return Some(Piece { place: Place::Input(from..from + room), next: from, whole: None });
        }
        while let MessageFrame::Whole(more) = self.frame(from + size)
            && size + more <= room
        {
            size += more;
        }
        let end = from + size;
        Some(Piece { place: Place::Input(from..end), next: end, whole: Some(size) })
    }

    fn skip(&mut self, from: u64, records: u64) -> (u64, u64) {
        self.pass(from, |count, _| count < records)
    }

    fn several(&self) -> bool {
        self.bytes.len() as u64 > Input::CHUNK
    }

    fn ending(&self, at: u64) -> Ending {
        ending(self.frame(at), at)
    }
}

#[derive(Debug)]
struct Unpacking<'i> {
    bytes: &'i [u8],
    limits: Limits,
    unpacker: Unpacker,
    /// The minimum size of the next message, if there was no memory to unpack it.
    no_memory: Option<u64>,
}

impl Split for Unpacking<'_> {
    fn next(&mut self, from: u64, _: bool, buffer: &mut Vec<u8>) -> Option<Piece> {
        buffer.clear();
        let mut found = MessageFrame::Whole(0);
        while matches!(found, MessageFrame::Whole(_)) && (buffer.len() as u64) < Input::CHUNK {
            found = self.unpacker.next(self.bytes, &self.limits, buffer);
        }
        // A message that finds no memory after others is retried in an empty buffer.
        if buffer.is_empty() {
            self.no_memory = if let MessageFrame::NoMemory(bytes) = found { Some(bytes) } else { None };
            return None;
        }
        let whole = Some(buffer.len() as u64);
        Some(Piece { place: Place::Buffer(from), next: self.unpacker.unpacked, whole })
    }

    fn skip(&mut self, _: u64, records: u64) -> (u64, u64) {
        let mut count = 0;
        while count < records
            && let MessageFrame::Whole(_) = self.unpacker.skip(self.bytes, &self.limits)
        {
            count += 1;
        }
        (count, self.unpacker.unpacked)
    }

    fn several(&self) -> bool {
        self.bytes.len() as u64 > Input::CHUNK
    }

    fn ending(&self, _: u64) -> Ending {
        let found = match self.no_memory {
            Some(bytes) => MessageFrame::NoMemory(bytes),
            None => self.unpacker.clone().skip(self.bytes, &self.limits),
        };
        ending(found, self.unpacker.packed as u64)
    }
}
