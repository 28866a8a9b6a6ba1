//! Data for the cases: the same numbers each time, and messages in words.

use capnp::message::{Builder, HeapAllocator};

use super::Answer;

/// Marsaglia's xorshift, followed by a multiplication.
pub struct Random(u64);

impl Random {
    pub fn new() -> Random {
        Random(0x9e37_79b9_7f4a_7c15)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A number in `least..=most`.
    pub fn of(&mut self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1) as u64) as i64
    }

    /// A double of `0.0..1000.0`.
    pub fn double(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64 * 1000.0
    }

    pub fn coin(&mut self) -> bool {
        self.below(2) == 1
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

/// Messages, one after the other, and the expected answer.
pub struct Made {
    pub words: Vec<u64>,
    pub records: usize,
    pub answer: Answer,
}

/// A builder for a message, all in one segment if it has at most `words` words.
pub fn builder(words: usize) -> Builder<HeapAllocator> {
    Builder::new(HeapAllocator::new().first_segment_words(words as u32))
}

/// Appends the message to `words`, with its segment table.
pub fn append(words: &mut Vec<u64>, message: &Builder<HeapAllocator>) {
    let segments = message.get_segments_for_output();
    table(words, segments.iter().map(|s| s.len() / 8));
    for segment in segments.iter() {
        words.extend(segment.chunks_exact(8).map(|w| u64::from_le_bytes(w.try_into().expect("eight bytes"))));
    }
}

/// Appends a segment table: the number of segments less one, the words of each, and padding to a whole word.
pub fn table(words: &mut Vec<u64>, sizes: impl ExactSizeIterator<Item = usize>) {
    let mut halves = vec![sizes.len() as u64 - 1];
    halves.extend(sizes.map(|size| size as u64));
    words.extend(halves.chunks(2).map(|pair| pair[0] | pair.get(1).map_or(0, |high| high << 32)));
}
