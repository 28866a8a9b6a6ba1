//! The packed encoding of a stream of messages, undone message by message.
//!
//! A word of eight bytes is a tag byte, each bit of which says whether that byte of the word is not zero, and those bytes. Behind the tag 0x00
//! stands a byte with the number of further zero words; behind 0xFF and its eight bytes, one with the number of words that follow as they are.
//! A run may not go beyond what it began in: the first word of a message, the rest of its table, its body (the reference implementations read these
//! one after the other, and refuse a run that is longer).
//!
//! Not here: packing, and looking at what is unpacked, but for segment tables ([`super::frame`]).

use super::Limits;
use super::frame::{Frame, frame};

/// How far a packed stream has been unpacked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpacker {
    /// Bytes of the packed stream that are behind it.
    pub packed: usize,
    /// Bytes of the unpacked stream that are behind it.
    pub unpacked: u64,
}

/// What unpacking a part has come to.
enum Part {
    Done,
    /// The packed stream ends in it.
    Cut,
    /// A run is too long.
    Overrun,
}

impl Unpacker {
    /// Unpacks the next message, behind what is in `out` already. What it gives is what was there: a whole message, or why there is none
    /// ([`Frame::Cut`] says how many bytes it would have); `out` is then as it was.
    pub fn next(&mut self, packed: &[u8], limits: &Limits, out: &mut Vec<u8>) -> Frame {
        let start = out.len();
        let before = *self;
        if self.packed == packed.len() {
            return Frame::End;
        }
        let mut need = 8;
        let found = loop {
            match self.part(packed, start + need as usize - out.len(), out) {
                Part::Done => {}
                Part::Cut => break Frame::Cut(need),
                Part::Overrun => {
                    break Frame::Wrong(
                        "a run of packed words goes beyond a part of its message".to_string(),
                    );
                }
            }
            match frame(&out[start..], limits) {
                Frame::Cut(more) => need = more,
                other => break other,
            }
        };
        match found {
            Frame::Whole(size) => self.unpacked += size,
            _ => {
                out.truncate(start);
                *self = before;
            }
        }
        found
    }

    /// Unpacks so many bytes, a multiple of eight.
    fn part(&mut self, packed: &[u8], bytes: usize, out: &mut Vec<u8>) -> Part {
        let end = out.len() + bytes;
        while out.len() < end {
            let Some((&tag, rest)) = packed.get(self.packed..).and_then(<[u8]>::split_first) else {
                return Part::Cut;
            };
            let count = tag.count_ones() as usize;
            let Some(stored) = rest.get(..count) else { return Part::Cut };
            let mut word = [0; 8];
            if count == 8 {
                word.copy_from_slice(stored);
            } else {
                let mut next = stored.iter();
                for (i, byte) in word.iter_mut().enumerate() {
                    if tag >> i & 1 == 1 {
                        *byte = *next.next().expect("as many as bits are set");
                    }
                }
            }
            out.extend(word);
            self.packed += 1 + count;
            if tag != 0 && tag != 0xFF {
                continue;
            }
            let Some(&run) = rest.get(count) else { return Part::Cut };
            let run = usize::from(run) * 8;
            if out.len() + run > end {
                return Part::Overrun;
            }
            self.packed += 1;
            if tag == 0 {
                out.resize(out.len() + run, 0);
            } else {
                let Some(words) = packed.get(self.packed..self.packed + run) else { return Part::Cut };
                out.extend(words);
                self.packed += run;
            }
        }
        Part::Done
    }
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
}
