//! Finds the boundaries of messages in a stream, and the reason why `Message$.next` finds no message.
//!
//! It reads segment tables only ([`super::messages`] has their layout), in plain Rust: to split a stream into
//! chunks, to determine how many bytes to read or unpack, and to report why there is no message. It reads no
//! pointer.

use crate::error::Error;
use crate::formats::limits::Limits;
use crate::formats::split::Ending;
use crate::input::Input;

/// What is at the start of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageFrame {
    /// There are no bytes.
    End,
    /// A complete message of that many bytes.
    Whole(u64),
    /// The start of a message, which has at least that many bytes.
    Cut(u64),
    /// Bytes that cannot be a message within the limits, and why.
    Wrong(String),
    /// For packed messages only: the start of one of at least that many bytes, for which the system has no
    /// memory.
    NoMemory(u64),
}

/// The size of the segment table at the start of `bytes`, which must have a word at least.
pub fn table_size(bytes: &[u8]) -> u64 {
    let count = bytes.first_chunk().map_or(0, |word| u64::from(u32::from_le_bytes(*word))) + 1;
    (count / 2 + 1) * 8
}

/// What the bytes begin with.
pub fn frame(bytes: &[u8], limits: &Limits) -> MessageFrame {
    let word =
        |at: usize| bytes.get(at..at + 4).map(|w| u32::from_le_bytes(w.try_into().expect("four bytes")));
    if bytes.is_empty() {
        return MessageFrame::End;
    }
    let Some(last) = word(0) else { return MessageFrame::Cut(8) };
    let count = u64::from(last) + 1;
    if count > u64::from(limits.segments) {
        return MessageFrame::Wrong(format!(
            "a message with {count} segments, where at most {} are allowed: this is no Cap'n Proto, or \
             it is packed (--format=capnp-packed), or --segment-limit has to be raised",
            limits.segments
        ));
    }
    let table = table_size(bytes);
    if (bytes.len() as u64) < table {
        return MessageFrame::Cut(table);
    }
    let words: u64 = (1..=count as usize).map(|i| u64::from(word(4 * i).expect("within the table"))).sum();
    if words > limits.traversal {
        return MessageFrame::Wrong(format!(
            "a message of {words} words, where the traversal limit allows {}: raise it with --traversal-limit",
            limits.traversal
        ));
    }
    let size = table + words * 8;
    if (bytes.len() as u64) < size { MessageFrame::Cut(size) } else { MessageFrame::Whole(size) }
}

impl Input<'static> {
    /// A Cap'n Proto message given as segments, such as those of a `capnp::message::Reader` or `Builder`: an
    /// input of one message. The segments are copied, since an input is contiguous.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if there is no segment, or one is not made of whole
    /// words of eight bytes.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_capnp_text("<schema>", "@0xd6b2a5a29f3c41e7; struct S { n @0 :Int64; }")?;
    /// let segment = [[0, 0, 0, 0, 1, 0, 0, 0], 7i64.to_le_bytes()].concat();
    /// let input = Input::from_segments([&segment[..]])?;
    /// let report = Query::builder(&schema).select("n").build()?.run(&input)?;
    /// assert_eq!(report.text, b"7\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn from_segments<'s>(segments: impl IntoIterator<Item = &'s [u8]>) -> Result<Input<'static>, Error> {
        let segments: Vec<&[u8]> = segments.into_iter().collect();
        let Some(last) = segments.len().checked_sub(1) else {
            return Err(Error::system("a message has one segment at least; there is none"));
        };
        let mut bytes = (last as u32).to_le_bytes().to_vec();
        for (number, segment) in segments.iter().enumerate() {
            if segment.len() % 8 != 0 {
                let length = segment.len();
                let message =
                    format!("segment {number} has {length} bytes; segments are whole words of 8 bytes");
                return Err(Error::system(message));
            }
            bytes.extend((segment.len() as u32 / 8).to_le_bytes());
        }
        // The table has whole words, too.
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend(segments.concat());
        Ok(Input::from_vec(bytes))
    }
}

/// The ending at an offset of the input at which no whole message begins.
pub fn ending(found: MessageFrame, at: u64) -> Ending {
    match found {
        MessageFrame::End | MessageFrame::Whole(_) => Ending::End,
        MessageFrame::Cut(expected) => Ending::Truncated { at, expected },
        MessageFrame::Wrong(why) => Ending::Damaged { at, why },
        MessageFrame::NoMemory(bytes) => Ending::NoMemory { at, bytes },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_le_bytes()).collect()
    }

    #[test]
    fn a_table_has_a_whole_number_of_words() {
        let limits = Limits::default();
        // One segment of 1 word; two of 1 and 0, with padding; three of 0.
        for (words, size) in [(&[0, 1, 7, 7][..], 16), (&[1, 1, 0, 9, 7, 7], 24), (&[2, 0, 0, 0], 16)] {
            assert_eq!(frame(&table(words), &limits), MessageFrame::Whole(size), "{words:?}");
        }
    }

    #[test]
    fn a_cut_message_tells_how_long_it_is() {
        let limits = Limits::default();
        let all = table(&[1, 1, 2, 0, 5, 5, 5, 5, 5, 5]);
        assert_eq!(frame(&all, &limits), MessageFrame::Whole(40));
        assert_eq!(frame(&all[..39], &limits), MessageFrame::Cut(40));
        assert_eq!(frame(&all[..15], &limits), MessageFrame::Cut(16));
        assert_eq!(frame(&all[..3], &limits), MessageFrame::Cut(8));
        assert_eq!(frame(&[], &limits), MessageFrame::End);
    }

    #[test]
    fn too_many_segments_and_too_many_words_are_wrong() {
        let limits = Limits { traversal: 10, segments: 3, ..Limits::default() };
        for (table, says) in
            [(table(&[3, 0, 0, 0, 0, 0]), "4 segments"), (table(&[u32::MAX, 0]), "4294967296 segments")]
        {
            assert!(matches!(frame(&table, &limits), MessageFrame::Wrong(why) if why.contains(says)));
        }
        assert!(
            matches!(frame(&table(&[0, 11]), &limits), MessageFrame::Wrong(why) if why.contains("11 words"))
        );
        assert_eq!(frame(&table(&[0, 10]), &limits), MessageFrame::Cut(88));
    }
}
