//! Writes a message of one segment.
//!
//! Objects are appended as they are made; a pointer is written when its target is made. Sizes and offsets are
//! in words unless stated otherwise. Nothing is read back.

use super::nodes::{List, Object, Value};

/// The words of a segment; the first is the root pointer.
pub struct Message {
    words: Vec<u64>,
}

/// A struct in a message.
#[derive(Clone, Copy)]
pub struct Struct {
    data: usize,
    pointers: usize,
}

/// The structs of a list.
#[derive(Clone, Copy)]
pub struct Structs {
    first: usize,
    data: usize,
    pointers: usize,
}

impl Structs {
    /// Element `i`.
    pub fn get(self, i: usize) -> Struct {
        let data = self.first + i * (self.data + self.pointers);
        Struct { data, pointers: data + self.data }
    }
}

impl Struct {
    /// The position of its pointer number `index`.
    pub fn pointer(self, index: usize) -> usize {
        self.pointers + index
    }
}

impl Message {
    pub fn new() -> Message {
        Message { words: vec![0] }
    }

    /// The segment's bytes.
    pub fn segment(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// The message's bytes in stream framing: preceded by the segment table.
    pub fn framed(&self) -> Vec<u8> {
        let table = (self.words.len() as u64) << 32;
        [table.to_le_bytes().to_vec(), self.segment()].concat()
    }

    fn add(&mut self, words: usize) -> usize {
        let at = self.words.len();
        self.words.resize(at + words, 0);
        at
    }

    /// The offset field of a pointer at `from` to `to`.
    fn offset(from: usize, to: usize) -> u64 {
        u64::from((to as i64 - from as i64 - 1) as u32) << 2 & 0xffff_ffff
    }

    /// Makes a struct that the pointer `at` points to.
    pub fn structure(&mut self, at: usize, data: usize, pointers: usize) -> Struct {
        let size = (data as u64) << 32 | (pointers as u64) << 48;
        if data + pointers == 0 {
            // It takes no space, but a pointer to itself distinguishes it from null.
            self.words[at] = 0xffff_fffc;
            return Struct { data: at, pointers: at };
        }
        let to = self.add(data + pointers);
        self.words[at] = Message::offset(at, to) | size;
        Struct { data: to, pointers: to + data }
    }

    /// Makes a list of structs that the pointer `at` points to.
    pub fn structures(&mut self, at: usize, count: usize, data: usize, pointers: usize) -> Structs {
        let words = count * (data + pointers);
        let tag = self.add(1 + words);
        self.words[tag] = (count as u64) << 2 | (data as u64) << 32 | (pointers as u64) << 48;
        self.words[at] = Message::offset(at, tag) | 1 | 7 << 32 | (words as u64) << 35;
        Structs { first: tag + 1, data, pointers }
    }

    /// Makes a list of `count` elements, with the size code `code`, that the pointer `at` points to.
    fn elements(&mut self, at: usize, code: u64, count: usize, words: usize) -> usize {
        let to = self.add(words);
        self.words[at] = Message::offset(at, to) | 1 | code << 32 | (count as u64) << 35;
        to
    }

    /// Makes a list from bytes, with the element size given by `code`.
    fn bytes(&mut self, at: usize, code: u64, count: usize, bytes: &[u8]) {
        let to = self.elements(at, code, count, bytes.len().div_ceil(8));
        for (word, chunk) in self.words[to..].iter_mut().zip(bytes.chunks(8)) {
            let mut whole = [0; 8];
            whole[..chunk.len()].copy_from_slice(chunk);
            *word = u64::from_le_bytes(whole);
        }
    }

    /// Text, with a zero byte after it.
    pub fn text(&mut self, at: usize, text: &[u8]) {
        self.bytes(at, 2, text.len() + 1, &[text, b"\0"].concat());
    }

    /// Stores the number `value`, of `bits` bits, at an offset in units of its size.
    pub fn set(&mut self, to: Struct, offset: usize, bits: usize, value: u64) {
        let bit = offset * bits;
        let mask = u64::MAX >> (64 - bits);
        let word = &mut self.words[to.data + bit / 64];
        *word = *word & !(mask << (bit % 64)) | (value & mask) << (bit % 64);
    }

    /// Writes a value of a pointer type.
    pub fn value(&mut self, at: usize, value: &Value) {
        match value {
            Value::Null | Value::Bits(_) => {}
            Value::Text(text) => self.text(at, text),
            Value::Data(data) => self.bytes(at, 2, data.len(), data),
            Value::Struct(object) => {
                let to = self.structure(at, object.data.len() / 8, object.pointers.len());
                self.object(to, object);
            }
            Value::List(List::Void(count)) => {
                self.elements(at, 0, *count, 0);
            }
            Value::List(List::Bits(bits)) => {
                let byte =
                    |chunk: &[bool]| (0..).zip(chunk).fold(0, |byte, (i, bit)| byte | u8::from(*bit) << i);
                let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
                self.bytes(at, 1, bits.len(), &bytes);
            }
            Value::List(List::Numbers(size, bytes)) => {
                let code = 2 + u64::from(size.trailing_zeros());
                self.bytes(at, code, bytes.len() / size, bytes);
            }
            Value::List(List::Pointers(list)) => {
                let to = self.elements(at, 6, list.len(), list.len());
                for (i, value) in list.iter().enumerate() {
                    self.value(to + i, value);
                }
            }
            Value::List(List::Objects(data, pointers, list)) => {
                let structs = self.structures(at, list.len(), *data, *pointers);
                for (i, object) in list.iter().enumerate() {
                    self.object(structs.get(i), object);
                }
            }
        }
    }

    fn object(&mut self, to: Struct, object: &Object) {
        for (i, chunk) in object.data.chunks_exact(8).enumerate() {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.words[to.data + i] = u64::from_le_bytes(word);
        }
        for (i, value) in object.pointers.iter().enumerate() {
            self.value(to.pointer(i), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_those_of_the_encodings_specification() {
        let mut message = Message::new();
        let root = message.structure(0, 1, 2);
        message.set(root, 3, 16, 0x1234);
        message.text(root.pointer(0), b"hi");
        message.value(root.pointer(1), &Value::List(List::Bits(vec![true, false, true])));
        // Struct: offset 0, sections 1 and 2. Text: offset 1 word, 3 bytes. Bits: offset 1 word, 3 elements.
        let words = [
            0x0002_0001_0000_0000u64,
            0x1234_0000_0000_0000,
            0x0000_001a_0000_0005,
            0x0000_0019_0000_0005,
            0x0000_0000_0000_6968,
            0x0000_0000_0000_0005,
        ];
        assert_eq!(message.segment(), words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>());
        assert_eq!(message.framed()[..8], [0, 0, 0, 0, 6, 0, 0, 0]);
    }

    #[test]
    fn an_empty_struct_is_not_null() {
        let mut message = Message::new();
        message.value(0, &Value::Struct(Object::default()));
        assert_eq!(message.segment(), [0xfc, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    }

    #[test]
    fn a_list_of_structs_begins_with_its_tag() {
        let mut message = Message::new();
        let object = |n| Object { data: vec![n, 0, 0, 0, 0, 0, 0, 0], pointers: vec![] };
        message.value(0, &Value::List(List::Objects(1, 0, vec![object(1), object(2)])));
        let words: [u64; 4] = [0x0000_0017_0000_0001, 0x0000_0001_0000_0008, 1, 2];
        assert_eq!(message.segment(), words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>());
    }
}
