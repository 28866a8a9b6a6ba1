//! Pointers: from a word to the bytes that it points to.
//!
//! A pointer word has its kind in bits 0 and 1. A struct (0) or a list (1) has in bits 2 to 31 a signed
//! offset in words, from the end of the word itself to the object; for a struct, bits 32 to 47 are the words
//! of its data and 48 to 63 those of its pointers. A far pointer (2) names another segment in bits 32 to 63
//! and in bits 3 to 31 a word in it, its landing pad: a pointer of the other kinds, relative to the pad, or
//! (if bit 2 is set) a far pointer to the object, followed by a word with kind and sizes.
//!
//! The word is loaded once, and everything is computed from that value. The *key* is the part of it that is
//! the same for all objects of one shape: kind and sizes for a struct, kind and element kind for a list. Both
//! are promoted, so that for data of one shape the sizes are constants, and for data of one layout the
//! offsets as well.
//!
//! Class `Struct$ { message, segment, data, pointers, at, depth }`: the two sections, the offset of the
//! pointer section in the segment (in bytes), and how many more pointers may be followed from here. The cell
//! `left` holds how many words of the message may still be read.

use super::messages::Messages;
use super::rules;
use crate::ir::build::Builder;
use crate::ir::{CellId, Class, ClassId, FuncId, Op, Program, Raise, Type, Value};
use crate::schema::{Endian, Scalar};

/// Fields of `Struct$`.
pub const MESSAGE: u32 = 0;
pub const SEGMENT: u32 = 1;
pub const DATA: u32 = 2;
pub const POINTERS: u32 = 3;
pub const AT: u32 = 4;
pub const DEPTH: u32 = 5;

/// The bits for kind and sizes of a struct pointer.
pub const SHAPE: i64 = 0xFFFF_FFFF_0000_0003_u64 as i64;
/// The bits for kind and element kind of a list pointer, without the count.
pub const ELEMENTS: i64 = 0x0000_0007_0000_0003;

/// A load of a word.
pub const WORD: Op = Op::Load(Scalar::I64, Endian::Little);

/// The depth of default values: never exhausted, and greater than any message's limit, which distinguishes
/// the two.
pub const ENDLESS: i64 = 1 << 40;

/// The target of far pointers: `Place$ { segment, at, word }`, with kind and sizes in `word`.
#[derive(Clone, Copy, Debug)]
pub struct Pointers {
    place: ClassId,
    far: FuncId,
    left: CellId,
}

/// A pointer that has been loaded, and its context.
#[derive(Clone, Copy, Debug)]
pub struct Pointer {
    pub message: Value,
    pub segment: Value,
    /// The byte of the segment after the pointer word.
    pub at: Value,
    pub depth: Value,
    pub word: Value,
    pub key: Value,
}

impl Pointer {
    /// The types of its parts.
    pub fn types(messages: &Messages) -> [Type; 6] {
        let i64 = Type::I64;
        [Type::object(messages.class), Type::VIEW, i64, i64, i64, i64]
    }
    /// Makes one from its parts.
    pub fn from(parts: &[Value]) -> Pointer {
        let &[message, segment, at, depth, word, key] = parts else { unreachable!("six, as in `types`") };
        Pointer { message, segment, at, depth, word, key }
    }
    /// Its parts.
    pub fn parts(&self) -> [Value; 6] {
        [self.message, self.segment, self.at, self.depth, self.word, self.key]
    }
}

/// What all accessors share.
#[derive(Clone, Copy, Debug)]
pub struct Common {
    pub messages: Messages,
    pub pointers: Pointers,
    pub structs: ClassId,
    pub lists: ClassId,
    pub any: ClassId,
    pub left: CellId,
    pub follow: FuncId,
    pub text: FuncId,
    pub data: FuncId,
}

/// A number that is the offset of an existing object, which the optimizer cannot prove: the mask states that
/// it is nonnegative and far from overflow.
pub fn natural(b: &mut Builder, offset: Value) -> Value {
    let mask = b.i64((1 << 62) - 1);
    b.op(Op::And, &[offset, mask])
}

/// The part of a pointer word that is the same for all objects of a shape, promoted.
pub fn key(b: &mut Builder, word: Value, mask: i64) -> Value {
    let mask = b.i64(mask);
    let key = b.op(Op::And, &[word, mask]);
    b.op(Op::Promote, &[key])
}

/// Bytes from the end of a struct's or list's pointer to the object.
fn offset(b: &mut Builder, word: Value) -> Value {
    let (up, down, whole) = (b.i64(32), b.i64(31), b.i64(-8));
    let word = b.op(Op::Shl, &[word, up]);
    let word = b.op(Op::Shr, &[word, down]);
    b.op(Op::And, &[word, whole])
}

/// `(word >> bits) & mask`.
pub fn field(b: &mut Builder, word: Value, bits: i64, mask: i64) -> Value {
    let (bits, mask) = (b.i64(bits), b.i64(mask));
    let word = b.op(Op::Shr, &[word, bits]);
    b.op(Op::And, &[word, mask])
}

/// Whether a key has that kind: its two lowest bits.
fn kind_is(b: &mut Builder, key: Value, kind: i64) -> Value {
    let (three, kind) = (b.i64(3), b.i64(kind));
    let found = b.op(Op::And, &[key, three]);
    b.op(Op::Eq, &[found, kind])
}

/// Bytes of the two sections of a struct, from a key.
pub fn sections(b: &mut Builder, key: Value) -> (Value, Value) {
    (field(b, key, 29, 0xFFFF << 3), field(b, key, 45, 0xFFFF << 3))
}

impl Pointers {
    /// Adds the class and the function for far pointers.
    pub fn declare(program: &mut Program, messages: &Messages, left: CellId) -> Pointers {
        let place = ClassId(program.classes.len() as u32);
        let fields = vec![
            ("segment".to_string(), Type::VIEW),
            ("at".to_string(), Type::I64),
            ("word".to_string(), Type::I64),
        ];
        program.classes.push(Class { name: "Place$".to_string(), fields });
        let mut pointers = Pointers { place, far: FuncId(0), left };
        pointers.far = pointers.far(program, messages);
        pointers
    }

    /// Counts `words` words as read; raises an error if that exceeds the limit.
    pub fn charge(&self, b: &mut Builder, words: Value) {
        let left = b.op(Op::Read(self.left), &[]);
        let allowed = b.op(Op::Le, &[words, left]);
        b.require(allowed, rules::TRAVERSAL);
        let left = b.op(Op::Sub, &[left, words]);
        b.effect(Op::Write(self.left), &[left]);
    }

    /// `Place$.far(message, word) -> Place$`: the target of a far pointer.
    fn far(&self, program: &mut Program, messages: &Messages) -> FuncId {
        let params = [Type::object(messages.class), Type::I64];
        let (mut b, params) = Builder::new(program, "Place$.far", &params);
        let (message, word) = (params[0], params[1]);
        let (one, two, eight, sixteen) = (b.i64(1), b.i64(2), b.i64(8), b.i64(16));
        let id = field(&mut b, word, 32, 0xFFFF_FFFF);
        let segment = b.op(Op::Call(messages.segment), &[message, id]);
        let at = field(&mut b, word, 0, 0xFFFF_FFF8);
        let double = field(&mut b, word, 2, 1);
        let double = b.op(Op::Eq, &[double, one]);
        let (pad_of_two, _) = b.block(&[]);
        let (pad_of_one, _) = b.block(&[]);
        b.branch(double, pad_of_two, pad_of_one);

        b.at(pad_of_one);
        let inside = b.op(Op::Fits, &[segment, at, eight]);
        b.require(inside, rules::BOUNDS);
        self.charge(&mut b, one);
        let pad = b.op(WORD, &[segment, at]);
        let behind = b.op(Op::Add, &[at, eight]);
        let offset = offset(&mut b, pad);
        let start = b.op(Op::Add, &[behind, offset]);
        let place = b.op(Op::New(self.place), &[segment, start, pad]);
        b.give(&[place]);

        b.at(pad_of_two);
        let inside = b.op(Op::Fits, &[segment, at, sixteen]);
        b.require(inside, rules::BOUNDS);
        self.charge(&mut b, two);
        let pad = b.op(WORD, &[segment, at]);
        let is_far = kind_is(&mut b, pad, 2);
        b.require(is_far, rules::PAD);
        let behind = b.op(Op::Add, &[at, eight]);
        let tag = b.op(WORD, &[segment, behind]);
        let id = field(&mut b, pad, 32, 0xFFFF_FFFF);
        let segment = b.op(Op::Call(messages.segment), &[message, id]);
        let start = field(&mut b, pad, 0, 0xFFFF_FFF8);
        let place = b.op(Op::New(self.place), &[segment, start, tag]);
        b.give(&[place]);
        b.finish()
    }

    /// Counts the words of an object as read. Default values cost nothing: they are not part of the message.
    pub fn charge_object(&self, b: &mut Builder, pointer: &Pointer, words: Value) {
        let (zero, message) = (b.i64(0), b.i64(u32::MAX.into()));
        let outside = b.op(Op::Lt, &[message, pointer.depth]);
        let words = b.op(Op::Select, &[outside, zero, words]);
        self.charge(b, words);
    }

    /// The target of a pointer of any kind: segment, byte in it, key, and the word with all sizes. Nothing is
    /// checked yet.
    fn lead(&self, b: &mut Builder, pointer: &Pointer) -> [Value; 4] {
        let (far, _) = b.block(&[]);
        let (near, _) = b.block(&[]);
        let (found, place) = b.block(&[Type::VIEW, Type::I64, Type::I64, Type::I64]);
        let is_far = kind_is(b, pointer.key, 2);
        b.branch(is_far, far, near);
        b.at(far);
        let other = b.op(Op::Call(self.far), &[pointer.message, pointer.word]);
        let parts: Vec<Value> = (0..3).map(|i| b.op(Op::Get(self.place, i), &[other])).collect();
        b.jump(found, &[parts[0], parts[1], parts[2], parts[2]]);
        b.at(near);
        let offset = offset(b, pointer.word);
        let start = b.op(Op::Add, &[pointer.at, offset]);
        b.jump(found, &[pointer.segment, start, pointer.key, pointer.word]);
        b.at(found);
        [place[0], place[1], place[2], place[3]]
    }

    /// The kind of a pointer's target, which is not followed: the word that has it.
    pub fn kind(&self, b: &mut Builder, pointer: &Pointer) -> Value {
        let [segment, start, key, _] = self.lead(b, pointer);
        inside(b, pointer, segment, start);
        key
    }

    /// The target of a pointer, if it has that kind: segment, byte in it, key, and the word with all sizes.
    /// The object's own bounds are not checked yet.
    pub fn place(&self, b: &mut Builder, pointer: &Pointer, kind: i64, rule: &'static str) -> [Value; 4] {
        let place = self.lead(b, pointer);
        let right = kind_is(b, place[2], kind);
        require(b, right, pointer, place, rule);
        place
    }
}

/// Checks that a pointer's target begins in the segment, or at its end. A double-far pointer may lead
/// anywhere: only an object is checked for its bounds.
fn inside(b: &mut Builder, pointer: &Pointer, segment: Value, start: Value) {
    let (zero, six) = (b.i64(0), b.i64(6));
    let low = field(b, pointer.word, 0, 7);
    let double = b.op(Op::Eq, &[low, six]);
    let inside = b.op(Op::Fits, &[segment, start, zero]);
    let possible = b.op(Op::Or, &[double, inside]);
    b.require(possible, rules::BOUNDS);
}

/// Continues if `right` holds for a pointer's target. Otherwise it reports `rule`, unless the pointer leads
/// out of its segment: that is reported first.
fn require(b: &mut Builder, right: Value, pointer: &Pointer, place: [Value; 4], rule: &'static str) {
    let (go_on, _) = b.block(&[]);
    let (wrong, _) = b.block(&[]);
    b.branch(right, go_on, wrong);
    b.at(wrong);
    inside(b, pointer, place[0], place[1]);
    b.raise(Raise::Data(rule));
    b.at(go_on);
}

/// The class `Struct$`.
pub fn declare_struct(program: &mut Program, messages: &Messages) -> ClassId {
    let class = ClassId(program.classes.len() as u32);
    let fields = [
        ("message", Type::object(messages.class)),
        ("segment", Type::VIEW),
        ("data", Type::VIEW),
        ("pointers", Type::VIEW),
        ("at", Type::I64),
        ("depth", Type::I64),
    ];
    let fields = fields.map(|(name, ty)| (name.to_string(), ty)).to_vec();
    program.classes.push(Class { name: "Struct$".to_string(), fields });
    class
}

/// `Struct$.follow(pointer…) -> Struct$`.
pub fn follow(program: &mut Program, common: &Common) -> FuncId {
    let (mut b, params) = Builder::new(program, "Struct$.follow", &Pointer::types(&common.messages));
    let pointer = Pointer::from(&params);
    let (zero, one) = (b.i64(0), b.i64(1));
    let allowed = b.op(Op::Lt, &[zero, pointer.depth]);
    b.require(allowed, rules::NESTING);
    let [segment, start, key, _] = common.pointers.place(&mut b, &pointer, 0, rules::STRUCT);
    let (data, pointers) = sections(&mut b, key);
    let size = b.op(Op::Add, &[data, pointers]);
    let inside = b.op(Op::Fits, &[segment, start, size]);
    b.require(inside, rules::BOUNDS);
    let words = field(&mut b, size, 3, -1);
    common.pointers.charge_object(&mut b, &pointer, words);
    let depth = b.op(Op::Sub, &[pointer.depth, one]);
    let whole = b.op(Op::Slice, &[segment, start, size]);
    let sections = [b.op(Op::Slice, &[whole, zero, data]), b.op(Op::Slice, &[whole, data, pointers])];
    let at = b.op(Op::Add, &[start, data]);
    let parts = [pointer.message, segment, sections[0], sections[1], at, depth];
    let object = b.op(Op::New(common.structs), &parts);
    b.give(&[object]);
    b.finish()
}

/// `Text$.follow(pointer…) -> view` and `Data$.follow`: the bytes, for text those before the zero byte.
pub fn follow_bytes(program: &mut Program, common: &Common, text: bool) -> FuncId {
    let name = if text { "Text$.follow" } else { "Data$.follow" };
    let (mut b, params) = Builder::new(program, name, &Pointer::types(&common.messages));
    let pointer = Pointer::from(&params);
    let rule = if text { rules::TEXT } else { rules::DATA };
    let place = common.pointers.place(&mut b, &pointer, 1, rule);
    let [segment, start, key, word] = place;
    let (one, two) = (b.i64(1), b.i64(2));
    let code = field(&mut b, key, 32, 7);
    let bytes = b.op(Op::Eq, &[code, two]);
    let elements = if text { rules::TEXT_ELEMENTS } else { rules::DATA_ELEMENTS };
    require(&mut b, bytes, &pointer, place, elements);
    let count = field(&mut b, word, 35, 0x1FFF_FFFF);
    let seven = b.i64(7);
    let up = b.op(Op::Add, &[count, seven]);
    let whole = field(&mut b, up, 0, -8);
    let inside = b.op(Op::Fits, &[segment, start, whole]);
    b.require(inside, rules::BOUNDS);
    let words = field(&mut b, up, 3, -1);
    common.pointers.charge_object(&mut b, &pointer, words);
    let mut size = count;
    if text {
        let zero = b.i64(0);
        let some = b.op(Op::Lt, &[zero, count]);
        b.require(some, rules::TEXT_END);
        size = b.op(Op::Sub, &[count, one]);
        let last = b.op(Op::Add, &[start, size]);
        let last = b.op(Op::Load(Scalar::U8, Endian::Little), &[segment, last]);
        let ended = b.op(Op::Eq, &[last, zero]);
        b.require(ended, rules::TEXT_END);
    }
    let view = b.op(Op::Slice, &[segment, start, size]);
    b.give(&[view]);
    b.finish()
}
