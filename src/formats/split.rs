//! What a format knows of cutting an input: [`Split`], and what it says of places.
//!
//! Not here: the order in which chunks are taken, and what an ending means to whoever reads a message.

use std::fmt;
use std::ops::Range;

/// Records of a block: chunks of records of one size are whole blocks.
pub const BLOCK: u64 = 128;

/// What is behind the last whole record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing.
    End,
    /// The start of a record, at that byte of the input, which has at least so many.
    Truncated { at: u64, expected: u64 },
    /// Bytes with which no record can begin, and why.
    Damaged { at: u64, why: String },
    /// The start of one of at least so many bytes, and the system has no memory for them.
    NoMemory { at: u64, bytes: u64 },
}

/// What a format knows of cutting an input.
pub trait Split: Send + fmt::Debug {
    /// The chunk that begins at a byte of the stream; none if there is no whole record. Who is `alone` may
    /// get one that ends within a record.
    fn next(&mut self, from: u64, alone: bool, buffer: &mut Vec<u8>) -> Option<Piece>;
    /// Passes by so many records from a byte on; how many there were, and where the next one begins.
    fn skip(&mut self, from: u64, records: u64) -> (u64, u64);
    /// Whether there is more than one chunk, as far as one can tell without looking.
    fn several(&self) -> bool;
    /// What is at that byte of the stream, where there is no record.
    fn ending(&self, at: u64) -> Ending;
}

/// What [`Split::next`] gives.
#[derive(Debug)]
pub struct Piece {
    pub place: Place,
    /// Where the next chunk begins, as far as that is known.
    pub next: u64,
    /// How many bytes of whole records it has, if that is known.
    pub whole: Option<u64>,
}

/// Where the bytes of a chunk are.
#[derive(Clone, Debug)]
pub enum Place {
    /// In the input.
    Input(Range<u64>),
    /// In the buffer that was passed; in the stream they begin there.
    Buffer(u64),
}
