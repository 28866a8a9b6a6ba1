//! Random messages of a schema, written word by word, with every layout of the same values that a writer may
//! choose.
//!
//! Sections are shorter or longer than the schema's, lists have other element sizes than the schema's,
//! objects are in any segment, behind near, far and double-far pointers. All messages are valid;
//! [`super::mutate`] breaks them.

use super::super::rng::Rng;
use crate::schema::{Schema, StructId, Type};

/// A message that is being written.
#[derive(Clone, Debug, Default)]
pub struct Message {
    pub segments: Vec<Vec<u64>>,
    /// Segment and word of all pointers, tags and landing pads.
    pub pointers: Vec<(usize, usize)>,
}

/// The segment and index of a word.
pub type At = (usize, usize);

impl Message {
    /// The bytes: segment table and segments.
    pub fn bytes(&self) -> Vec<u8> {
        let mut table = vec![self.segments.len() as u32 - 1];
        table.extend(self.segments.iter().map(|s| s.len() as u32));
        table.resize(table.len().next_multiple_of(2), 0);
        let table = table.iter().flat_map(|n| n.to_le_bytes());
        table.chain(self.segments.iter().flatten().flat_map(|w| w.to_le_bytes())).collect()
    }

    fn allocate(&mut self, segment: usize, words: usize) -> At {
        let at = self.segments[segment].len();
        self.segments[segment].resize(at + words, 0);
        (segment, at)
    }

    fn set(&mut self, (segment, at): At, word: u64) {
        self.segments[segment][at] = word;
    }
}

/// A near pointer, from its word without the offset, and the words from its end to the object.
pub fn near(word: u64, offset: i64) -> u64 {
    word | ((offset << 2) as u32 & !3) as u64
}

pub fn far(segment: usize, at: usize, double: bool) -> u64 {
    2 | u64::from(double) << 2 | (at as u64) << 3 | (segment as u64) << 32
}

/// The word of a struct pointer without its offset.
pub fn struct_word(data: usize, pointers: usize) -> u64 {
    (data as u64) << 32 | (pointers as u64) << 48
}

/// The word of a list pointer without its offset.
pub fn list_word(code: u64, count: usize) -> u64 {
    1 | code << 32 | (count as u64) << 35
}

pub struct Author<'a> {
    pub rng: &'a mut Rng,
    pub schema: &'a Schema,
    pub message: Message,
    /// How many more objects may be written.
    left: u32,
}

/// A message with this struct as its root.
pub fn message(rng: &mut Rng, schema: &Schema, root: StructId) -> Message {
    let count = *rng.pick(&[1, 1, 1, 2, 3, 5]);
    let message = Message { segments: vec![vec![]; count], pointers: vec![] };
    let left = 4 + rng.below(20) as u32;
    let mut author = Author { rng, schema, message, left };
    let root_pointer = author.message.allocate(0, 1);
    author.pointer(root_pointer, &Type::Ref(root));
    author.message
}

impl Author<'_> {
    /// Allocates an object of so many words, in this segment or another, and writes a near, far or double-far
    /// pointer to it. Returns where it begins.
    fn object(&mut self, pointer: At, word: u64, words: usize) -> At {
        let other = self.rng.index(self.message.segments.len());
        let segment = if self.rng.one_in(3) { other } else { pointer.0 };
        self.message.pointers.push(pointer);
        if segment == pointer.0 && !self.rng.one_in(12) {
            let at = self.message.allocate(segment, words);
            let offset = at.1 as i64 - pointer.1 as i64 - 1;
            self.message.set(pointer, near(word, offset));
            return at;
        }
        if self.rng.one_in(3) {
            let at = self.message.allocate(segment, words);
            let third = self.rng.index(self.message.segments.len());
            let pad = self.message.allocate(third, 2);
            self.message.pointers.extend([pad, (pad.0, pad.1 + 1)]);
            self.message.set(pad, far(at.0, at.1, false));
            self.message.set((pad.0, pad.1 + 1), word);
            self.message.set(pointer, far(pad.0, pad.1, true));
            return at;
        }
        let pad = self.message.allocate(segment, 1);
        self.message.pointers.push(pad);
        self.message.set(pad, near(word, 0));
        self.message.set(pointer, far(pad.0, pad.1, false));
        self.message.allocate(segment, words)
    }

    /// Writes a pointer of this type to a random object, or leaves it null.
    fn pointer(&mut self, at: At, ty: &Type) {
        if self.left == 0 || self.rng.one_in(8) {
            return;
        }
        self.left -= 1;
        match ty {
            Type::Ref(id) => {
                let (data, pointers) = self.sections(*id);
                let start = self.object(at, struct_word(data, pointers), data + pointers);
                self.fill(start, *id, data, pointers);
            }
            Type::List(element) => self.list(at, element),
            Type::Text => {
                let count = self.rng.index(20);
                let start = self.object(at, list_word(2, count + 1), count / 8 + 1);
                for i in 0..count {
                    let byte = u64::from(b'a') + self.rng.below(26);
                    self.message.segments[start.0][start.1 + i / 8] |= byte << (i % 8 * 8);
                }
            }
            Type::Data => {
                let count = self.rng.index(20);
                let start = self.object(at, list_word(2, count), count.div_ceil(8));
                self.noise(start, count.div_ceil(8));
            }
            Type::Any | Type::Capability => match self.rng.below(3) {
                0 => {
                    let index = self.rng.below(9);
                    self.message.pointers.push(at);
                    self.message.set(at, 3 | index << 32);
                }
                1 => self.list(at, &Type::Text),
                _ => {
                    self.object(at, struct_word(1, 1), 2);
                }
            },
            other => unreachable!("{other:?} is no pointer"),
        }
    }

    /// The words of data and pointers: usually those of the schema.
    fn sections(&mut self, id: StructId) -> (usize, usize) {
        let s = &self.schema.structs[id];
        let mut other = |n: usize| match self.rng.below(6) {
            0 => n.saturating_sub(1),
            1 => n + 1,
            2 => self.rng.index(n + 1),
            _ => n,
        };
        (other(s.size.div_ceil(8) as usize), other(s.pointers as usize))
    }

    fn noise(&mut self, (segment, at): At, words: usize) {
        for i in at..at + words {
            let word = match self.rng.below(4) {
                0 => self.rng.next(),
                1 => self.rng.f64().to_bits(),
                2 => self.rng.below(100),
                _ => self.rng.next() & self.rng.next() & self.rng.next(),
            };
            self.message.segments[segment][i] = word;
        }
    }

    /// Writes the sections of a struct that begins at `at`.
    fn fill(&mut self, at: At, id: StructId, data: usize, pointers: usize) {
        self.noise(at, data);
        self.members(at, id, data, pointers);
    }

    /// Writes the fields that are set in a struct or a group.
    fn members(&mut self, at: At, id: StructId, data: usize, pointers: usize) {
        let schema = self.schema;
        let s = &schema.structs[id];
        let variants: Vec<u16> = s.fields.iter().filter_map(|f| f.variant).collect();
        let mut set = None;
        if let Some(tag) = s.tag {
            let which = if self.rng.one_in(20) { self.rng.next() as u16 } else { *self.rng.pick(&variants) };
            let (word, shift) = (tag as usize / 8, tag % 8 * 8);
            if word < data {
                let stored = &mut self.message.segments[at.0][at.1 + word];
                *stored = *stored & !(0xFFFF << shift) | u64::from(which) << shift;
                set = Some(which);
            } else {
                set = Some(0);
            }
        }
        for field in s.fields.iter().filter(|f| f.variant.is_none() || f.variant == set) {
            match &field.ty {
                Type::Group(group) => self.members(at, *group, data, pointers),
                ty if ty.is_pointer() && (field.offset as usize / 8) < pointers => {
                    self.pointer((at.0, at.1 + data + field.offset as usize / 8), ty);
                }
                _ => {}
            }
        }
    }

    /// Writes a list that a reader accepts for this element type.
    fn list(&mut self, at: At, element: &Type) {
        let count = if self.rng.one_in(30) { 3000 } else { self.rng.index(6) };
        let size = self.schema.size_of(element);
        let code = match element {
            Type::Void => 0,
            Type::Bit(_) => 1,
            Type::Ref(_) => 7,
            ty if ty.is_pointer() => 6,
            _ => 2 + u64::from(size.ilog2()),
        };
        let other = self.rng.one_in(4);
        let code = match code {
            // What earlier and later versions of a schema may have instead.
            0 if other => *self.rng.pick(&[2, 5, 6, 7]),
            2..=5 if other => *self.rng.pick(&[7, 7, code.max(4), 5]),
            6 if other => 7,
            7 if other => *self.rng.pick(&[0, 2, 3, 4, 5, 6]),
            code => code,
        };
        let count = if code > 1 { count.min(5) } else { count };
        match code {
            6 => {
                let start = self.object(at, list_word(6, count), count);
                for i in 0..count {
                    match element {
                        Type::Void => {}
                        Type::Ref(id) => self.first_pointer((start.0, start.1 + i), *id),
                        ty => self.pointer((start.0, start.1 + i), ty),
                    }
                }
            }
            7 => {
                let (data, pointers) = match element {
                    Type::Ref(id) => self.sections(*id),
                    ty if ty.is_pointer() => (self.rng.index(2), 1 + self.rng.index(2)),
                    Type::Void => (self.rng.index(2), self.rng.index(2)),
                    _ => (1 + self.rng.index(2), self.rng.index(2)),
                };
                let step = data + pointers;
                let spare = if self.rng.one_in(10) { 1 } else { 0 };
                let words = count * step + spare;
                let tag = self.object(at, list_word(7, words), words + 1);
                self.message.set(tag, near(struct_word(data, pointers), count as i64));
                self.message.pointers.push(tag);
                for i in 0..count {
                    let start = (tag.0, tag.1 + 1 + i * step);
                    match element {
                        Type::Ref(id) => self.fill(start, *id, data, pointers),
                        ty if ty.is_pointer() => self.pointer((start.0, start.1 + data), ty),
                        _ => self.noise(start, data),
                    }
                }
            }
            code => {
                let bits = [0, 1, 8, 16, 32, 64][code as usize];
                let words = (bits * count).div_ceil(64);
                let start = self.object(at, list_word(code, count), words);
                self.noise(start, words);
            }
        }
    }

    /// Writes the first pointer of a struct that has no other content.
    fn first_pointer(&mut self, at: At, id: StructId) {
        let first = self.schema.structs[id].fields.iter();
        let mut first = first.filter(|f| f.ty.is_pointer() && f.offset == 0 && f.variant.unwrap_or(0) == 0);
        if let Some(field) = first.next() {
            self.pointer(at, &field.ty);
        }
    }
}
