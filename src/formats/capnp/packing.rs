//! Decodes the packed encoding of a stream of messages, message by message.
//!
//! A word of eight bytes is encoded as a tag byte, each bit of which tells whether that byte of the word is
//! nonzero, and the nonzero bytes. The tag 0x00 is followed by a byte with the number of further zero words;
//! 0xFF and its eight bytes are followed by one with the number of words that follow uncompressed. A run may
//! not extend beyond the part it began in: the first word of a message, the rest of its table, or its body
//! (the reference implementations read these one after another, and reject a longer run).
//!
//! [`Unpacker::next`] returns one message after another. An [`Index`] passes over the whole stream once,
//! stores a position for each block of the unpacked stream, and can then unpack any of these blocks by
//! itself.
//!
//! Packing is not supported. Of the unpacked bytes, only segment tables are read ([`super::frame`]).

use super::frame::{MessageFrame, frame, table_size};
use crate::formats::limits::Limits;

/// The position up to which a packed stream has been unpacked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpacker {
    /// Bytes of the packed stream before it.
    pub packed: usize,
    /// Bytes of the unpacked stream before it.
    pub unpacked: u64,
}

/// Consumes the words of a message, with their positions in the packed stream. The functions return whether
/// there is memory for them.
trait Sink {
    /// A word whose tag is at `tag`.
    fn word(&mut self, tag: usize, word: [u8; 8]) -> bool;
    /// `words` zero words, the rest of a run that ends before `end`.
    fn zeros(&mut self, end: usize, words: usize) -> bool;
    /// Uncompressed words at `start`.
    fn plain(&mut self, start: usize, words: &[u8]) -> bool;
    /// The message's bytes, at least those of its table.
    fn head(&self) -> &[u8];
    /// The table is complete, the body follows.
    fn body(&mut self) {}
}

/// The result of unpacking a part.
enum Part {
    Done,
    /// The packed stream ends within the part.
    Cut,
    /// A run is too long.
    Overrun,
    NoMemory,
}

impl Part {
    /// The frame for a message of `size` bytes, given the result of its last part.
    fn failed(self, size: u64) -> MessageFrame {
        match self {
            Part::Done => MessageFrame::Whole(size),
            Part::Cut => MessageFrame::Cut(size),
            Part::Overrun => {
                MessageFrame::Wrong("a run of packed words goes beyond a part of its message".to_string())
            }
            Part::NoMemory => MessageFrame::NoMemory(size),
        }
    }
}

impl Unpacker {
    /// Unpacks the next message and appends it to `out`. Returns a whole message, or why there is none
    /// ([`MessageFrame::Cut`] has the size that it should have); `out` is then unchanged.
    pub fn next(&mut self, packed: &[u8], limits: &Limits, out: &mut Vec<u8>) -> MessageFrame {
        let start = out.len();
        let found = self.message(packed, limits, &mut Appended { out, start });
        if !matches!(found, MessageFrame::Whole(_)) {
            out.truncate(start);
        }
        if matches!(found, MessageFrame::NoMemory(_)) {
            // This buffer took all the memory there was, and threads that process earlier messages need some.
            out.shrink_to_fit();
        }
        found
    }

    /// Passes over the next message in the same way, without storing its bytes.
    pub fn skip(&mut self, packed: &[u8], limits: &Limits) -> MessageFrame {
        self.message(packed, limits, &mut Skipped::default())
    }

    fn message(&mut self, packed: &[u8], limits: &Limits, out: &mut impl Sink) -> MessageFrame {
        if self.packed == packed.len() {
            return MessageFrame::End;
        }
        let before = *self;
        let found = self.parts(packed, limits, out);
        match found {
            MessageFrame::Whole(size) => self.unpacked += size,
            _ => *self = before,
        }
        found
    }

    /// The first word, the rest of the table, the body.
    fn parts(&mut self, packed: &[u8], limits: &Limits, out: &mut impl Sink) -> MessageFrame {
        let (mut have, mut need) = (0, 8);
        while have < need {
            match self.part(packed, need - have, out) {
                Part::Done => {}
                other => return other.failed(need),
            }
            have = need;
            match frame(out.head(), limits) {
                MessageFrame::Cut(_) => need = table_size(out.head()),
                other => return other,
            }
        }
        let MessageFrame::Cut(size) = frame(out.head(), limits) else { unreachable!("it was asked before") };
        out.body();
        self.part(packed, size - have, out).failed(size)
    }

    /// Unpacks `bytes` bytes, a multiple of eight.
    fn part(&mut self, packed: &[u8], bytes: u64, out: &mut impl Sink) -> Part {
        let mut left = bytes / 8;
        while left > 0 {
            let Some((word, behind)) = word(packed, self.packed) else { return Part::Cut };
            if !out.word(self.packed, word) {
                return Part::NoMemory;
            }
            let tag = packed[self.packed];
            (self.packed, left) = (behind, left - 1);
            if tag != 0 && tag != 0xFF {
                continue;
            }
            let Some(&run) = packed.get(self.packed) else { return Part::Cut };
            let run = usize::from(run);
            if run as u64 > left {
                return Part::Overrun;
            }
            self.packed += 1;
            let room = if tag == 0 {
                out.zeros(self.packed, run)
            } else {
                let Some(words) = packed.get(self.packed..self.packed + 8 * run) else { return Part::Cut };
                self.packed += words.len();
                out.plain(self.packed - words.len(), words)
            };
            if !room {
                return Part::NoMemory;
            }
            left -= run as u64;
        }
        Part::Done
    }
}

/// The word whose tag is at `at`, and the offset after it; `None` if the stream ends before.
fn word(packed: &[u8], at: usize) -> Option<([u8; 8], usize)> {
    let (&tag, rest) = packed.get(at..)?.split_first()?;
    let count = tag.count_ones() as usize;
    let stored = rest.get(..count)?;
    let mut word = [0; 8];
    if count == 8 {
        word.copy_from_slice(stored);
    } else {
        let mut next = stored.iter();
        for (i, byte) in word.iter_mut().enumerate() {
            if tag >> i & 1 == 1 {
                *byte = *next.next()?;
            }
        }
    }
    Some((word, at + 1 + count))
}

/// Appends a message to others.
struct Appended<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

impl Appended<'_> {
    /// Reserves room for `bytes` more bytes, with spare capacity if possible. Returns whether there is
    /// memory.
    fn room(&mut self, bytes: usize) -> bool {
        self.out.try_reserve(bytes).or_else(|_| self.out.try_reserve_exact(bytes)).is_ok()
    }
}

impl Sink for Appended<'_> {
    fn word(&mut self, tag: usize, word: [u8; 8]) -> bool {
        self.plain(tag, &word)
    }

    fn zeros(&mut self, _: usize, words: usize) -> bool {
        let room = self.room(8 * words);
        if room {
            self.out.resize(self.out.len() + 8 * words, 0);
        }
        room
    }

    fn plain(&mut self, _: usize, words: &[u8]) -> bool {
        let room = self.room(words.len());
        if room {
            self.out.extend_from_slice(words);
        }
        room
    }

    fn head(&self) -> &[u8] {
        &self.out[self.start..]
    }
}

/// A message of which only the table and marks are stored.
#[derive(Default)]
struct Skipped {
    table: Vec<u8>,
    in_body: bool,
    marks: Marks,
}

impl Skipped {
    fn keep(&mut self, words: &[u8]) -> bool {
        self.in_body || Appended { out: &mut self.table, start: 0 }.plain(0, words)
    }
}

impl Sink for Skipped {
    fn word(&mut self, tag: usize, word: [u8; 8]) -> bool {
        self.marks.note(1, |_| Mark { packed: tag, zeros: 0, plain: 0 }) && self.keep(&word)
    }

    fn zeros(&mut self, end: usize, words: usize) -> bool {
        let noted = self.marks.note(words, |before| Mark { packed: end, zeros: words - before, plain: 0 });
        // A run has at most 255 words.
        noted && self.keep(&[0; 8 * 255][..8 * words])
    }

    fn plain(&mut self, start: usize, words: &[u8]) -> bool {
        let count = words.len() / 8;
        let mark = |before| Mark { packed: start + 8 * before, zeros: 0, plain: count - before };
        self.marks.note(count, mark) && self.keep(words)
    }

    fn head(&self) -> &[u8] {
        &self.table
    }

    fn body(&mut self) {
        self.in_body = true;
    }
}

/// A position between two words: the rest of the run that it is in, and where the packed stream continues
/// (after a run of zeros, within a run of uncompressed words).
#[derive(Clone, Copy, Debug)]
struct Mark {
    packed: usize,
    zeros: usize,
    plain: usize,
}

/// Marks, one for each block.
#[derive(Debug, Default)]
struct Marks {
    /// Words so far, and where the next mark is due. If `block` is 0, no mark is made.
    words: u64,
    due: u64,
    block: u64,
    all: Vec<Mark>,
}

impl Marks {
    /// Records that `words` words follow; `mark` makes the mark that has the given number of them before it.
    fn note(&mut self, words: usize, mark: impl Fn(usize) -> Mark) -> bool {
        let end = self.words + words as u64;
        while self.block > 0 && self.due < end {
            if self.all.try_reserve(1).is_err() {
                return false;
            }
            self.all.push(mark((self.due - self.words) as usize));
            self.due += self.block;
        }
        self.words = end;
        true
    }
}

/// The positions in a packed stream from which the blocks of the unpacked one can be unpacked.
#[derive(Debug)]
pub struct Index {
    marks: Vec<Mark>,
    /// Bytes of a block.
    block: u64,
    /// The end of the whole messages.
    pub end: Unpacker,
    /// The number of whole messages.
    pub messages: u64,
    /// What follows them: no whole message.
    pub behind: MessageFrame,
}

impl Index {
    /// Passes over all messages. Blocks have `block` bytes, a multiple of eight.
    pub fn new(packed: &[u8], limits: &Limits, block: u64) -> Index {
        let mut out = Skipped { marks: Marks { block: block / 8, ..Marks::default() }, ..Skipped::default() };
        let (mut end, mut messages) = (Unpacker::default(), 0);
        let behind = loop {
            out.table.clear();
            out.in_body = false;
            match end.message(packed, limits, &mut out) {
                MessageFrame::Whole(_) => messages += 1,
                other => break other,
            }
        };
        let mut marks = out.marks.all;
        // Remove the marks of the last message if it is not whole.
        marks.truncate(end.unpacked.div_ceil(block) as usize);
        Index { marks, block, end, messages, behind }
    }

    /// Unpacks a block, as far as it exists, into zeroed memory. Returns false if the stream has changed.
    pub fn unpack(&self, packed: &[u8], block: u64, out: &mut [u8]) -> bool {
        let left = self.end.unpacked.saturating_sub(block * self.block);
        let end = left.min(out.len() as u64) as usize;
        let out = &mut out[..end];
        let Some(mark) = self.marks.get(block as usize) else { return end == 0 };
        unpack_from(packed, *mark, out).is_some()
    }
}

/// Unpacks from a mark into zeroed memory. Zeros are not written.
fn unpack_from(packed: &[u8], Mark { packed: mut from, zeros, plain }: Mark, out: &mut [u8]) -> Option<()> {
    let copy = |from: usize, words: usize, out: &mut [u8], at: usize| {
        let bytes = (8 * words).min(out.len() - at);
        out[at..at + bytes].copy_from_slice(packed.get(from..from + bytes)?);
        Some(at + bytes)
    };
    let mut at = (8 * zeros).min(out.len());
    at = copy(from, plain, out, at)?;
    from += 8 * plain;
    while at < out.len() {
        let (word, behind) = word(packed, from)?;
        let tag = packed[from];
        if tag != 0 {
            out[at..at + 8].copy_from_slice(&word);
        }
        (at, from) = (at + 8, behind);
        if tag == 0 || tag == 0xFF {
            let run = usize::from(*packed.get(from)?);
            from += 1;
            if tag == 0 {
                at = (at + 8 * run).min(out.len());
            } else {
                at = copy(from, run, out, at)?;
                from += 8 * run;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(packed: &[u8]) -> (Vec<u8>, MessageFrame) {
        let (mut unpacker, mut out) = (Unpacker::default(), vec![]);
        loop {
            match unpacker.next(packed, &Limits::default(), &mut out) {
                MessageFrame::Whole(_) => {}
                other => return (out, other),
            }
        }
    }

    /// The examples of the encoding's specification, each as the body of a message.
    #[test]
    fn words_are_unpacked_as_the_specification_has_them() {
        for (packed, words) in [
            (&[0x51u8, 8, 3, 2][..], vec![8u8, 0, 0, 0, 3, 0, 2, 0]),
            (&[0x31, 0x19, 0xaa, 1], vec![0x19, 0, 0, 0, 0xaa, 1, 0, 0]),
            (&[0, 3], vec![0; 32]),
            (&[0xff, 1, 2, 3, 4, 5, 6, 7, 8, 0], vec![1, 2, 3, 4, 5, 6, 7, 8]),
            (
                &[0xff, 8, 7, 6, 5, 4, 3, 2, 1, 1, 9, 9, 9, 9, 9, 9, 9, 9],
                vec![8, 7, 6, 5, 4, 3, 2, 1, 9, 9, 9, 9, 9, 9, 9, 9],
            ),
        ] {
            let table = [0x10, (words.len() / 8) as u8];
            let message = [&[0, 0, 0, 0, (words.len() / 8) as u8, 0, 0, 0][..], &words].concat();
            let twice = [&table[..], packed, &table, packed].concat();
            assert_eq!(all(&twice), ([&message[..], &message].concat(), MessageFrame::End));
        }
    }

    #[test]
    fn a_cut_stream_gives_the_whole_messages_in_front() {
        let message = [0x10, 1, 0x51, 8, 3, 2];
        let two = [message, message].concat();
        for length in message.len() + 1..two.len() {
            let (out, end) = all(&two[..length]);
            assert_eq!((out.len(), matches!(end, MessageFrame::Cut(_))), (16, true), "{length}");
        }
    }

    #[test]
    fn a_run_beyond_its_part_is_wrong() {
        // The table is one word; here the run of zeros extends into the body.
        let (out, end) = all(&[0, 1, 0]);
        assert!(out.is_empty() && matches!(end, MessageFrame::Wrong(why) if why.contains("run")));
    }

    /// Blocks of every size that runs cross, with marks at every position in them.
    #[test]
    fn blocks_are_what_the_whole_stream_has_there() {
        let noise = |n: usize| (0..8 * n).map(|i| (i * 37 % 251) as u8 + 1).collect::<Vec<u8>>();
        // Bodies of 40 words: zeros, uncompressed words, and single ones, several messages of them.
        let body =
            [&[0, 9, 0xFF][..], &noise(1), &[19], &noise(19), &[0, 4, 0x81, 7, 8, 0x10, 1, 0, 2]].concat();
        let mut packed = [&[0x10, 40][..], &body].concat().repeat(5);
        let (whole, _) = all(&packed);
        assert_eq!(whole.len(), 5 * 328);
        for tail in [&[][..], &[0x10, 40, 0], &[0x0F, 255, 255, 255, 255], &[0x10, 40, 0, 200]] {
            let length = packed.len();
            packed.extend(tail);
            for block in [8, 16, 24, 88, 328, 336, 800, 1640, 1648, 4096] {
                let index = Index::new(&packed, &Limits::default(), block);
                assert_eq!((index.end.unpacked, index.end.packed, index.messages), (1640, length, 5));
                assert_eq!(index.behind, Unpacker::default().skipped_all(&packed));
                let mut blocks = vec![];
                for i in 0..1640u64.div_ceil(block) + 1 {
                    let mut out = vec![0; block as usize];
                    assert!(index.unpack(&packed, i, &mut out));
                    blocks.extend(out);
                }
                assert_eq!(blocks[..1640], whole, "blocks of {block}");
                assert!(blocks[1640..].iter().all(|b| *b == 0));
                // With fewer bytes than there were.
                assert!(!index.unpack(&packed[..length - 1], 1639 / block, &mut vec![0; block as usize]));
            }
            packed.truncate(length);
        }
    }

    impl Unpacker {
        /// What follows all messages.
        fn skipped_all(&mut self, packed: &[u8]) -> MessageFrame {
            loop {
                match self.skip(packed, &Limits::default()) {
                    MessageFrame::Whole(_) => {}
                    other => return other,
                }
            }
        }
    }
}
