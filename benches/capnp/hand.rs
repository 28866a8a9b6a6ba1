//! The hand-written decoder: code by an expert in the encoding, with all of its checks.
//!
//! A message is a slice of words; a struct is the two slices of its sections, so that one check covers both
//! fields that an older writer did not have and the bounds of the input. Each pointer word is loaded once.
//! Bounds, kinds, nesting and traversal are checked as in the format's reference, in safe Rust: slicing is
//! the proof.
//!
//! It deliberately does not convert lists of one kind of elements to another (that is an error here; no data
//! of these benches needs it), does not support a struct with a default, and assumes a little-endian machine.

use std::cell::Cell;

/// The errors in a message.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The input ends within a message.
    Cut,
    /// More than 512 segments, or a pointer into a missing one.
    Segments,
    /// The message has more words than may be traversed.
    TooLarge,
    /// A pointer leads out of its segment.
    OutOfBounds,
    /// A pointer to another kind of object than requested.
    Kind,
    /// Structs are nested too deep.
    Nesting,
    /// More words are read than may be traversed.
    Traversal,
    /// A text without the zero at its end.
    Text,
}

/// The most levels of structs and lists.
const NESTING: u32 = 64;
const SEGMENTS: u64 = 512;

/// Calls `read` with each message in `bytes`.
#[inline(always)]
pub fn each(bytes: &[u8], mut read: impl FnMut(&Message) -> Result<(), Fault>) {
    let mut words: &[u64] = bytemuck::cast_slice(bytes);
    while !words.is_empty() {
        let message = Message::take(&mut words, super::LIMIT as u64);
        message.and_then(|message| read(&message)).expect("the bench made it");
    }
}

/// A message, and how many of its words may still be traversed.
///
/// The counter is only passed to inlined functions, so that it stays in a register.
pub struct Message<'a> {
    segments: Segments<'a>,
    /// The segment of the root.
    pub first: &'a [u64],
    left: Cell<u64>,
}

impl<'a> Message<'a> {
    /// Removes a message from the start of `words`.
    #[inline(always)]
    pub fn take(words: &mut &'a [u64], limit: u64) -> Result<Message<'a>, Fault> {
        let segments = Segments::of(words, limit)?;
        let taken = segments.table.len() + segments.body.len();
        let first = if segments.table[0] as u32 == 0 { segments.body } else { segments.get(0)? };
        *words = &words[taken..];
        Ok(Message { segments, first, left: Cell::new(limit) })
    }

    #[inline(always)]
    pub fn root(&self) -> Result<Pointer<'_>, Fault> {
        let word = *self.first.first().ok_or(Fault::OutOfBounds)?;
        self.charge(1)?;
        Ok(Pointer { message: self, segment: self.first, at: 0, word, nesting: NESTING })
    }

    /// Counts words that will be traversed.
    #[inline(always)]
    pub fn charge(&self, words: usize) -> Result<(), Fault> {
        self.left.set(self.left.get().checked_sub(words as u64).ok_or(Fault::Traversal)?);
        Ok(())
    }
}

/// The segment table and all segments after it.
#[derive(Clone, Copy)]
struct Segments<'a> {
    table: &'a [u64],
    body: &'a [u64],
}

impl<'a> Segments<'a> {
    /// The segments at the start of `words`.
    #[inline(always)]
    fn of(words: &'a [u64], limit: u64) -> Result<Segments<'a>, Fault> {
        let first = *words.first().ok_or(Fault::Cut)?;
        if first as u32 != 0 {
            return Segments::many(words, limit);
        }
        Segments::cut(words, 1, first >> 32, limit)
    }

    /// The same for more than one segment.
    #[inline(never)]
    fn many(words: &'a [u64], limit: u64) -> Result<Segments<'a>, Fault> {
        let count = u64::from(words[0] as u32) + 1;
        if count > SEGMENTS {
            return Err(Fault::Segments);
        }
        let table = words.get(..count as usize / 2 + 1).ok_or(Fault::Cut)?;
        let size: u64 = (0..count as usize).map(|i| segment_size(table, i) as u64).sum();
        Segments::cut(words, table.len(), size, limit)
    }

    #[inline(always)]
    fn cut(words: &'a [u64], table: usize, size: u64, limit: u64) -> Result<Segments<'a>, Fault> {
        if size > limit {
            return Err(Fault::TooLarge);
        }
        let (table, rest) = words.split_at(table);
        Ok(Segments { table, body: rest.get(..size as usize).ok_or(Fault::Cut)? })
    }

    fn get(self, id: u32) -> Result<&'a [u64], Fault> {
        if id > self.table[0] as u32 {
            return Err(Fault::Segments);
        }
        let start: usize = (0..id as usize).map(|i| segment_size(self.table, i)).sum();
        Ok(&self.body[start..][..segment_size(self.table, id as usize)])
    }

    /// The object of a pointer that is not a near pointer of the requested kind: follows far pointers, or
    /// fails.
    #[inline(never)]
    fn object(self, far: u64, kind: u64) -> Result<Object<'a>, Fault> {
        if far & 3 != 2 {
            return Err(Fault::Kind);
        }
        let position = |word: u64| (word as u32 >> 3) as usize;
        let segment = self.get((far >> 32) as u32)?;
        let at = position(far);
        let object = if far & 4 == 0 {
            let word = within(segment, at, 1)?[0];
            Object { segment, start: target(at, word), word, pad: 1 }
        } else {
            let pad = within(segment, at, 2)?;
            if pad[0] & 7 != 2 {
                return Err(Fault::Kind);
            }
            let segment = self.get((pad[0] >> 32) as u32)?;
            Object { segment, start: position(pad[0]), word: pad[1], pad: 2 }
        };
        if object.word & 3 == kind { Ok(object) } else { Err(Fault::Kind) }
    }
}

fn segment_size(table: &[u64], id: usize) -> usize {
    (table[id.div_ceil(2)] >> (32 * (1 - id % 2))) as u32 as usize
}

/// `size` words at `start`, either of which may be out of bounds.
#[inline(always)]
fn within(segment: &[u64], start: usize, size: usize) -> Result<&[u64], Fault> {
    segment.get(start..).and_then(|from| from.get(..size)).ok_or(Fault::OutOfBounds)
}

/// The index where the object of the pointer `word` at `at` begins. If that is before the segment, the index
/// is too large for any segment.
#[inline(always)]
pub fn target(at: usize, word: u64) -> usize {
    at.wrapping_add(1).wrapping_add_signed((word as i32 >> 2) as isize)
}

/// The target of a pointer: its segment and start, the word with kind and sizes, and the words of the landing
/// pad.
struct Object<'m> {
    segment: &'m [u64],
    start: usize,
    word: u64,
    pad: usize,
}

/// A pointer that has not been followed. A missing field is a null pointer.
#[derive(Clone, Copy)]
pub struct Pointer<'m> {
    message: &'m Message<'m>,
    segment: &'m [u64],
    at: usize,
    word: u64,
    nesting: u32,
}

impl<'m> Pointer<'m> {
    /// A struct. A null pointer leads to zero words directly after itself, so it needs no special case.
    #[inline(always)]
    pub fn structure(self) -> Result<Struct<'m>, Fault> {
        let Pointer { message, nesting, .. } = self;
        if nesting == 0 && self.word != 0 {
            return Err(Fault::Nesting);
        }
        let Object { segment, start, word, pad } = self.object(0)?;
        let (data, pointers) = sections(word);
        let (data, pointers) = within(segment, start, data + pointers)?.split_at(data);
        message.charge(pad + data.len() + pointers.len())?;
        let nesting = nesting.saturating_sub(1);
        Ok(Struct { message, segment, data, pointers, at: start + data.len(), nesting })
    }

    /// A list of structs.
    #[inline(always)]
    pub fn structures(self) -> Result<Structs<'m>, Fault> {
        let Pointer { message, nesting, .. } = self;
        if self.word == 0 {
            let empty =
                Structs { message, segment: &[], words: &[], at: 0, len: 0, data: 0, step: 0, nesting };
            return Ok(empty);
        }
        let nesting = nesting.checked_sub(1).ok_or(Fault::Nesting)?;
        let Object { segment, start, word, pad } = self.object(1)?;
        if (word >> 32) & 7 != 7 {
            return Err(Fault::Kind);
        }
        let claimed = (word >> 35) as usize;
        let (tag, words) = within(segment, start, claimed + 1)?.split_at(1);
        message.charge(pad + claimed + 1)?;
        // Bit 29 of the count would make it negative.
        if tag[0] & 0x8000_0003 != 0 {
            return Err(Fault::Kind);
        }
        let len = (tag[0] as u32 >> 2) as usize;
        let (data, pointers) = sections(tag[0]);
        let step = data + pointers;
        if len * step > claimed {
            return Err(Fault::OutOfBounds);
        }
        if step == 0 {
            message.charge(len)?;
        }
        Ok(Structs { message, segment, words, at: start + 1, len, data, step, nesting })
    }

    /// A list of `Int16`.
    #[inline(always)]
    pub fn shorts(self) -> Result<&'m [i16], Fault> {
        if self.word == 0 {
            return Ok(&[]);
        }
        if self.nesting == 0 {
            return Err(Fault::Nesting);
        }
        let (words, len) = self.plain(3, 2)?;
        Ok(&bytemuck::cast_slice(words)[..len])
    }

    #[inline(always)]
    pub fn text(self) -> Result<&'m [u8], Fault> {
        if self.word == 0 {
            return Ok(&[]);
        }
        let (words, len) = self.plain(2, 1)?;
        match &bytemuck::cast_slice(words)[..len] {
            [text @ .., 0] => Ok(text),
            _ => Err(Fault::Text),
        }
    }

    /// A list whose elements have the size code `code` and this number of bytes: its words and its length.
    #[inline(always)]
    fn plain(self, code: u64, bytes: usize) -> Result<(&'m [u64], usize), Fault> {
        let Object { segment, start, word, pad } = self.object(1)?;
        if (word >> 32) & 7 != code {
            return Err(Fault::Kind);
        }
        let len = (word >> 35) as usize;
        let words = within(segment, start, (len * bytes).div_ceil(8))?;
        self.message.charge(pad + words.len())?;
        Ok((words, len))
    }

    /// The object, which must be of the requested kind.
    #[inline(always)]
    fn object(self, kind: u64) -> Result<Object<'m>, Fault> {
        if self.word & 3 != kind {
            return self.message.segments.object(self.word, kind);
        }
        Ok(Object { segment: self.segment, start: target(self.at, self.word), word: self.word, pad: 0 })
    }
}

/// The words of data and pointers, from a struct pointer or a list's tag.
#[inline(always)]
fn sections(word: u64) -> (usize, usize) {
    ((word >> 32) as u16 as usize, (word >> 48) as usize)
}

/// `count` bits of a data word as a number.
#[inline(always)]
pub fn bits(word: u64, from: u32, count: u32) -> i64 {
    (word >> from & !(!0 << count)) as i64
}

#[derive(Clone, Copy)]
pub struct Struct<'m> {
    message: &'m Message<'m>,
    segment: &'m [u64],
    data: &'m [u64],
    pointers: &'m [u64],
    /// Index in the segment of the first pointer.
    at: usize,
    nesting: u32,
}

impl<'m> Struct<'m> {
    /// The first `N` words of data; 0 for those that the writer did not have.
    #[inline(always)]
    pub fn words<const N: usize>(&self) -> [u64; N] {
        match self.data.first_chunk() {
            Some(words) => *words,
            None => filled(self.data),
        }
    }

    /// The first `N` pointers; null for those that the writer did not have.
    #[inline(always)]
    pub fn pointers<const N: usize>(&self) -> [Pointer<'m>; N] {
        let Struct { message, segment, nesting, pointers, at, .. } = *self;
        let pointer = |at, word| Pointer { message, segment, at, word, nesting };
        if let Some(words) = pointers.first_chunk::<N>() {
            return std::array::from_fn(|i| pointer(at + i, words[i]));
        }
        let words: [u64; N] = filled(pointers);
        std::array::from_fn(|i| {
            // The end of the section is directly after a missing pointer, which is still within the segment.
            pointer(if i < pointers.len() { at + i } else { at.wrapping_sub(1) }, words[i])
        })
    }
}

#[inline(always)]
fn filled<const N: usize>(words: &[u64]) -> [u64; N] {
    std::array::from_fn(|i| words.get(i).copied().unwrap_or(0))
}

/// A list of structs, checked as a whole.
#[derive(Clone, Copy)]
pub struct Structs<'m> {
    pub message: &'m Message<'m>,
    pub segment: &'m [u64],
    /// Index in the segment of the first element.
    pub at: usize,
    words: &'m [u64],
    len: usize,
    data: usize,
    step: usize,
    nesting: u32,
}

impl<'m> Structs<'m> {
    #[inline(always)]
    pub fn iter(self) -> impl Iterator<Item = Struct<'m>> {
        let Structs { message, segment, mut at, words: mut rest, data, step, .. } = self;
        // An element is another level of nesting. The remaining levels are checked when a pointer is
        // followed.
        let nesting = self.nesting.saturating_sub(1);
        (0..self.len).map(move |_| {
            let (element, behind) = rest.split_at(step);
            let (data, pointers) = element.split_at(data);
            let element = Struct { message, segment, data, pointers, at: at + data.len(), nesting };
            (rest, at) = (behind, at + step);
            element
        })
    }

    /// The elements, if they are `N` pointers and no data; they may be read without a check of their nesting.
    pub fn pointers<const N: usize>(&self) -> Option<&'m [[u64; N]]> {
        let shaped = self.data == 0 && self.step == N && self.nesting > 1;
        shaped.then(|| &self.words.as_chunks().0[..self.len])
    }
}
