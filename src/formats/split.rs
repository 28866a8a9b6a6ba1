//! The format-specific part of splitting an input: [`Split`], and its types for locations and endings.
//!
//! The order in which chunks are taken, and the meaning of an ending in messages, are in `chunks.rs`.

use std::fmt;
use std::ops::Range;

/// Records in a block: chunks of records of one size are whole blocks.
pub const BLOCK: u64 = 128;

/// What follows the last whole record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The end of the input.
    End,
    /// The start of a record at byte `at` of the input, which should have at least `expected` bytes.
    Truncated { at: u64, expected: u64 },
    /// Bytes that cannot begin a record, and why.
    Damaged { at: u64, why: String },
    /// The start of a record of at least `bytes` bytes, for which the system has no memory.
    NoMemory { at: u64, bytes: u64 },
}

/// The format-specific part of splitting an input.
pub trait Split: Send + fmt::Debug {
    /// The chunk at an offset in the stream; `None` if there is no whole record. If `alone`, the chunk may
    /// end within a record.
    fn next(&mut self, from: u64, alone: bool, buffer: &mut Vec<u8>) -> Option<Piece>;
    /// Skips `records` records from an offset on; returns how many there were, and the offset of the next
    /// one.
    fn skip(&mut self, from: u64, records: u64) -> (u64, u64);
    /// Whether there is more than one chunk, as far as can be determined without reading.
    fn several(&self) -> bool;
    /// What is at an offset in the stream where there is no record.
    fn ending(&self, at: u64) -> Ending;
}

/// The result of [`Split::next`].
#[derive(Debug)]
pub struct Piece {
    pub place: Place,
    /// The offset of the next chunk, as far as known.
    pub next: u64,
    /// The bytes of whole records it has, if known.
    pub whole: Option<u64>,
}

/// The location of a chunk's bytes.
#[derive(Clone, Debug)]
pub enum Place {
    /// In the input.
    Input(Range<u64>),
    /// In the buffer that was passed, which begins at that offset in the stream.
    Buffer(u64),
}
