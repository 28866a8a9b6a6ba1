//! The packed encoding of a stream of messages, undone message by message.
//!
//! A word of eight bytes is a tag byte, each bit of which says whether that byte of the word is not zero, and
//! those bytes. Behind the tag 0x00 stands a byte with the number of further zero words; behind 0xFF and its
//! eight bytes, one with the number of words that follow as they are. A run may not go beyond what it began
//! in: the first word of a message, the rest of its table, its body (the reference implementations read these
//! one after the other, and refuse a run that is longer).
//!
//! [`Unpacker::next`] gives one message after the other. An [`Index`] goes over the whole stream once, keeps
//! a place in it for each block of what it unpacks to, and can then unpack any of these blocks by itself.
//!
//! Not here: packing, and looking at what is unpacked, but for segment tables ([`super::frame`]).

use super::frame::{Frame, frame, table_size};
use crate::formats::limits::Limits;

/// How far a packed stream has been unpacked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpacker {
    /// Bytes of the packed stream that are behind it.
    pub packed: usize,
    /// Bytes of the unpacked stream that are behind it.
    pub unpacked: u64,
}

/// What takes the words of a message. It also gets to know where they are in the packed stream. Each function
/// gives whether there is memory for them.
trait Sink {
    /// A word whose tag is at `tag`.
    fn word(&mut self, tag: usize, word: [u8; 8]) -> bool;
    /// So many zero words, the rest of a run that ends in front of `end`.
    fn zeros(&mut self, end: usize, words: usize) -> bool;
    /// Words as they are at `start`.
    fn plain(&mut self, start: usize, words: &[u8]) -> bool;
    /// The message's bytes, those of its table at least.
    fn head(&self) -> &[u8];
    /// What follows is the body.
    fn body(&mut self) {}
}

/// What unpacking a part has come to.
enum Part {
    Done,
    /// The packed stream ends in it.
    Cut,
    /// A run is too long.
    Overrun,
    NoMemory,
}

impl Part {
    /// Why there is no message of so many bytes.
    fn failed(self, size: u64) -> Frame {
        match self {
            Part::Done => Frame::Whole(size),
            Part::Cut => Frame::Cut(size),
            Part::Overrun => {
                Frame::Wrong("a run of packed words goes beyond a part of its message".to_string())
            }
            Part::NoMemory => Frame::NoMemory(size),
        }
    }
}

impl Unpacker {
    /// Unpacks the next message, behind what is in `out` already. What it gives is what was there: a whole
    /// message, or why there is none ([`Frame::Cut`] says how many bytes it would have); `out` is then as it
    /// was.
    pub fn next(&mut self, packed: &[u8], limits: &Limits, out: &mut Vec<u8>) -> Frame {
        let start = out.len();
        let found = self.message(packed, limits, &mut Appended { out, start });
        if !matches!(found, Frame::Whole(_)) {
            out.truncate(start);
        }
        if matches!(found, Frame::NoMemory(_)) {
            // It took all that there was, and others need some: those that work on the messages before it.
            out.shrink_to_fit();
        }
        found
    }

    /// Goes over the next message in the same way, and keeps none of its bytes.
    pub fn skip(&mut self, packed: &[u8], limits: &Limits) -> Frame {
        self.message(packed, limits, &mut Skipped::default())
    }

    fn message(&mut self, packed: &[u8], limits: &Limits, out: &mut impl Sink) -> Frame {
        if self.packed == packed.len() {
            return Frame::End;
        }
        let before = *self;
        let found = self.parts(packed, limits, out);
        match found {
            Frame::Whole(size) => self.unpacked += size,
            _ => *self = before,
        }
        found
    }

    /// The first word, the rest of the table, the body.
    fn parts(&mut self, packed: &[u8], limits: &Limits, out: &mut impl Sink) -> Frame {
        let (mut have, mut need) = (0, 8);
        while have < need {
            match self.part(packed, need - have, out) {
                Part::Done => {}
                other => return other.failed(need),
            }
            have = need;
            match frame(out.head(), limits) {
                Frame::Cut(_) => need = table_size(out.head()),
                other => return other,
            }
        }
        let Frame::Cut(size) = frame(out.head(), limits) else { unreachable!("it was asked before") };
        out.body();
        self.part(packed, size - have, out).failed(size)
    }

    /// Unpacks so many bytes, a multiple of eight.
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

/// The word whose tag is there, and where what follows it begins; nothing if the stream ends before.
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

/// A message that is put behind others.
struct Appended<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

impl Appended<'_> {
    /// Whether there is room for so many bytes more: for many, as long as there are.
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

/// A message of which only the table is kept, and marks.
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
        // A run has 255 words at most.
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

/// A place between two words: what is left of the run that it is in, and where the packed stream goes on
/// (behind a run of zeros, within a run of words as they are).
#[derive(Clone, Copy, Debug)]
struct Mark {
    packed: usize,
    zeros: usize,
    plain: usize,
}

/// Marks at distances of a block.
#[derive(Debug, Default)]
struct Marks {
    /// Words so far, and where the next mark is due; none is if blocks have no size.
    words: u64,
    due: u64,
    block: u64,
    all: Vec<Mark>,
}

impl Marks {
    /// So many words follow; `mark` gives the place that has so many of them in front.
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

/// The places in a packed stream from which blocks of the unpacked one can be unpacked.
#[derive(Debug)]
pub struct Index {
    marks: Vec<Mark>,
    /// Bytes of a block.
    block: u64,
    /// How far there are whole messages.
    pub end: Unpacker,
    /// How many there are.
    pub messages: u64,
    /// What is behind them: no whole message.
    pub behind: Frame,
}

impl Index {
    /// Goes over all messages. Blocks have so many bytes, a multiple of eight.
    pub fn new(packed: &[u8], limits: &Limits, block: u64) -> Index {
        let mut out = Skipped { marks: Marks { block: block / 8, ..Marks::default() }, ..Skipped::default() };
        let (mut end, mut messages) = (Unpacker::default(), 0);
        let behind = loop {
            out.table.clear();
            out.in_body = false;
            match end.message(packed, limits, &mut out) {
                Frame::Whole(_) => messages += 1,
                other => break other,
            }
        };
        let mut marks = out.marks.all;
        // What was noted of the last message, which is not whole, is not there.
        marks.truncate(end.unpacked.div_ceil(block) as usize);
        Index { marks, block, end, messages, behind }
    }

    /// Unpacks a block, or what there is of it, into zeroed memory. False if the stream is not what it was.
    pub fn unpack(&self, packed: &[u8], block: u64, out: &mut [u8]) -> bool {
        let left = self.end.unpacked.saturating_sub(block * self.block);
        let end = left.min(out.len() as u64) as usize;
        let out = &mut out[..end];
        let Some(mark) = self.marks.get(block as usize) else { return end == 0 };
        unpack_from(packed, *mark, out).is_some()
    }
}

/// Unpacks from a place on, into zeroed memory. Of zeros nothing is written.
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

    fn all(packed: &[u8]) -> (Vec<u8>, Frame) {
        let (mut unpacker, mut out) = (Unpacker::default(), vec![]);
        loop {
            match unpacker.next(packed, &Limits::default(), &mut out) {
                Frame::Whole(_) => {}
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
            assert_eq!(all(&twice), ([&message[..], &message].concat(), Frame::End));
        }
    }

    #[test]
    fn a_cut_stream_gives_the_whole_messages_in_front() {
        let message = [0x10, 1, 0x51, 8, 3, 2];
        let two = [message, message].concat();
        for length in message.len() + 1..two.len() {
            let (out, end) = all(&two[..length]);
            assert_eq!((out.len(), matches!(end, Frame::Cut(_))), (16, true), "{length}");
        }
    }

    #[test]
    fn a_run_beyond_its_part_is_wrong() {
        // The table is one word; here the run of zeros goes on into the body.
        let (out, end) = all(&[0, 1, 0]);
        assert!(out.is_empty() && matches!(end, Frame::Wrong(why) if why.contains("run")));
    }

    /// Blocks of every size that runs go across, at every place in them.
    #[test]
    fn blocks_are_what_the_whole_stream_has_there() {
        let noise = |n: usize| (0..8 * n).map(|i| (i * 37 % 251) as u8 + 1).collect::<Vec<u8>>();
        // Bodies of 40 words: zeros, words as they are, and single ones, several messages of them.
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
                // Less of it than there was.
                assert!(!index.unpack(&packed[..length - 1], 1639 / block, &mut vec![0; block as usize]));
            }
            packed.truncate(length);
        }
    }

    impl Unpacker {
        /// What is behind all messages.
        fn skipped_all(&mut self, packed: &[u8]) -> Frame {
            loop {
                match self.skip(packed, &Limits::default()) {
                    Frame::Whole(_) => {}
                    other => return other,
                }
            }
        }
    }
}
