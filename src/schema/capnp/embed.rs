//! Decodes a message that a schema embeds as a value.
//!
//! Pointers alone define the value; no type is needed. The message is untrusted: each offset is checked, and
//! nesting and the number of words read are limited. Capabilities have no value and are null.

use super::MAX_DEPTH;
use super::nodes::{List, Object, Value};

type Read<T> = Result<T, &'static str>;

const OUTSIDE: &str = "a pointer leads out of its segment";

/// The root of a stream-framed message.
pub fn message(bytes: &[u8]) -> Read<Value> {
    let half = |i: usize| bytes.get(i * 4..i * 4 + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let count = half(0).ok_or("it is empty")? as usize + 1;
    if count > 512 {
        return Err("it has more than 512 segments");
    }
    let mut at = (count / 2 + 1) * 8;
    let mut segments = Vec::new();
    for i in 0..count {
        let length = half(1 + i).ok_or("its table of segments is cut")? as usize * 8;
        segments.push(bytes.get(at..at.saturating_add(length)).ok_or("it is cut")?);
        at += length;
    }
    // An object that is read twice is copied twice, and elements may have size 0: so a value may take no more
    // words than the message has bytes.
    let mut reader = Reader { segments, left: bytes.len() };
    reader.value(WordAt { segment: 0, word: 0 }, 0)
}

struct Reader<'a> {
    segments: Vec<&'a [u8]>,
    /// Words that may still be read.
    left: usize,
}

/// A word of a segment.
#[derive(Clone, Copy)]
struct WordAt {
    segment: usize,
    word: usize,
}

impl<'a> Reader<'a> {
    fn word(&self, at: WordAt) -> Read<u64> {
        let word = self.bytes(at, 1)?;
        Ok(u64::from_le_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]))
    }

    fn bytes(&self, at: WordAt, words: usize) -> Read<&'a [u8]> {
        let segment =
            self.segments.get(at.segment).ok_or("a pointer leads to a segment that is not there")?;
        let start = at.word.checked_mul(8).ok_or(OUTSIDE)?;
        let end = words.checked_mul(8).and_then(|length| start.checked_add(length)).ok_or(OUTSIDE)?;
        segment.get(start..end).ok_or(OUTSIDE)
    }

    /// The bytes of an object, counted against the limit.
    fn object(&mut self, at: WordAt, words: usize) -> Read<&'a [u8]> {
        self.left = self.left.checked_sub(words).ok_or("it has more in it than its size allows")?;
        self.bytes(at, words)
    }

    /// The target of the near pointer `pointer` at position `at`.
    fn target(at: WordAt, pointer: u64) -> Read<WordAt> {
        let offset = i64::from(pointer as u32 as i32 >> 2);
        let word = usize::try_from(at.word as i64 + 1 + offset).map_err(|_| OUTSIDE)?;
        Ok(WordAt { word, ..at })
    }

    fn value(&mut self, at: WordAt, depth: usize) -> Read<Value> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply");
        }
        let mut pointer = self.word(at)?;
        let mut target = Reader::target(at, pointer)?;
        if pointer & 3 == 2 {
            let pad = WordAt { segment: (pointer >> 32) as usize, word: (pointer as u32 >> 3) as usize };
            let double = pointer & 4 != 0;
            pointer = self.word(pad)?;
            target = Reader::target(pad, pointer)?;
            if double {
                if pointer & 7 != 2 {
                    return Err("a far pointer leads to no far pointer");
                }
                target = WordAt { segment: (pointer >> 32) as usize, word: (pointer as u32 >> 3) as usize };
                pointer = self.word(WordAt { word: pad.word + 1, ..pad })?;
            }
        }
        match pointer & 3 {
            _ if pointer == 0 => Ok(Value::Null),
            0 => {
                let (data, pointers) = sections(pointer);
                self.object(target, data + pointers)?;
                Ok(Value::Struct(self.sections(target, data, pointers, depth)?))
            }
            1 => Ok(Value::List(self.list(target, pointer, depth)?)),
            3 => Ok(Value::Null),
            _ => Err("a far pointer leads to a far pointer"),
        }
    }

    fn sections(&mut self, at: WordAt, data: usize, pointers: usize, depth: usize) -> Read<Object> {
        let bytes = self.bytes(at, data)?.to_vec();
        let mut values = Vec::with_capacity(pointers);
        for i in 0..pointers {
            values.push(self.value(WordAt { word: at.word + data + i, ..at }, depth + 1)?);
        }
        Ok(Object { data: bytes, pointers: values })
    }

    fn list(&mut self, at: WordAt, pointer: u64, depth: usize) -> Read<List> {
        let count = (pointer >> 35) as usize;
        Ok(match pointer >> 32 & 7 {
            0 => List::Void(count),
            1 => {
                let bytes = self.object(at, count.div_ceil(64))?;
                List::Bits((0..count).map(|i| bytes[i / 8] >> (i % 8) & 1 == 1).collect())
            }
            code @ 2..=5 => {
                let size = 1 << (code - 2);
                let bytes = self.object(at, (count * size).div_ceil(8))?;
                List::Numbers(size, bytes[..count * size].to_vec())
            }
            6 => {
                self.object(at, count)?;
                let mut values = Vec::with_capacity(count);
                for i in 0..count {
                    values.push(self.value(WordAt { word: at.word + i, ..at }, depth + 1)?);
                }
                List::Pointers(values)
            }
            _ => {
                let tag = self.word(at)?;
                let (data, pointers) = sections(tag);
                let elements = (tag as u32 >> 2) as usize;
                if tag & 3 != 0 || elements.checked_mul(data + pointers) != Some(count) {
                    return Err("a list of structs has a wrong tag");
                }
                self.object(at, count + 1)?;
                if data + pointers == 0 {
                    // Elements of size 0 are counted too, since there could be many.
                    self.left =
                        self.left.checked_sub(elements).ok_or("it has more in it than its size allows")?;
                }
                let mut list = Vec::with_capacity(elements);
                for i in 0..elements {
                    let place = WordAt { word: at.word + 1 + i * (data + pointers), ..at };
                    list.push(self.sections(place, data, pointers, depth)?);
                }
                List::Objects(data, pointers, list)
            }
        })
    }
}

/// Words of the two sections of a struct, from a pointer or a tag.
fn sections(pointer: u64) -> (usize, usize) {
    ((pointer >> 32) as u16 as usize, (pointer >> 48) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[u64]) -> Read<Value> {
        let table = (words.len() as u64) << 32;
        let bytes: Vec<u8> = [&[table], words].concat().iter().flat_map(|word| word.to_le_bytes()).collect();
        message(&bytes)
    }

    /// A pointer to a list of structs in the next `words` words, and its tag.
    fn list(words: u64, elements: u64, data: u64) -> [u64; 2] {
        [1 | 7 << 32 | words << 35, elements << 2 | data << 32]
    }

    #[test]
    fn a_list_of_small_structs_takes_no_more_than_it_has() {
        let words = [&list(500, 500, 1)[..], &[7; 500]].concat();
        let Ok(Value::List(List::Objects(1, 0, objects))) = of(&words) else { panic!("it is a list") };
        assert!(objects.len() == 500 && objects.iter().all(|o| o.data == 7u64.to_le_bytes()));
    }

    #[test]
    fn what_is_larger_than_the_message_is_an_error() {
        let error = Err("it has more in it than its size allows");
        assert_eq!(of(&list(0, 1 << 29, 0)), error);
        // 100 pointers, all to the same list of 90 words.
        let pointers = (0..100).map(|i| 1 | (99 - i) << 2 | 5 << 32 | 90 << 35);
        let words: Vec<u64> =
            std::iter::once(1 | 6 << 32 | 100 << 35).chain(pointers).chain([0; 90]).collect();
        assert_eq!(of(&words), error);
    }
}
