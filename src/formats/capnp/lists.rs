//! Lists: following a pointer to a list, and reading elements.
//!
//! A list pointer has in bits 32 to 34 the kind of its elements: nothing, a bit, 1, 2, 4 or 8 bytes, a
//! pointer, or (7) structs; in bits 35 to 63 their number or, for structs, the number of words they take. A
//! list of structs begins with a tag word in the form of a struct pointer, whose offset is the number of
//! elements and whose sizes are those of each.
//!
//! Schemas change: a list of numbers may become one of structs whose first field is the number, and the
//! reverse. So each kind of element that a schema can request ([`Element`]) is compatible with several kinds
//! in the data. Following the list resolves this; an element is then at `step` times its index, the first
//! `data` bytes are its data, the rest its pointers.
//!
//! Class `List$ { message, segment, bytes, count, step, data, at, depth }`: the elements' bytes, the number
//! of elements, the bytes of each and of its data, the offset of the first in the segment, and how many more
//! pointers may be followed. The class of lists of `T` is `List<T> { list }`, with `len` and `at`.

use super::pointers::{Common, ENDLESS, Pointer, SHAPE, WORD, field, sections};
use super::rules;
use crate::ir::build::Builder;
use crate::ir::{Base, Class, ClassId, FuncId, Op, Program, Raise, Type, Value};
use crate::schema::{Endian, Scalar};

/// Fields of `List$`.
const MESSAGE: u32 = 0;
const SEGMENT: u32 = 1;
const BYTES: u32 = 2;
const COUNT: u32 = 3;
const STEP: u32 = 4;
const DATA: u32 = 5;
const AT: u32 = 6;
const DEPTH: u32 = 7;

/// The kind of element that a schema requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// Nothing.
    Void,
    /// Booleans.
    Bit,
    /// Numbers of that many bytes.
    Bytes(u64),
    /// Text, data, lists, and other objects that a pointer can point to.
    Pointer,
    /// Structs.
    Struct,
}

impl Element {
    /// All of them, in the order of their codes.
    pub const ALL: [Element; 8] = [
        Element::Void,
        Element::Bit,
        Element::Bytes(1),
        Element::Bytes(2),
        Element::Bytes(4),
        Element::Bytes(8),
        Element::Pointer,
        Element::Struct,
    ];

    /// Its code in a list pointer.
    fn code(self) -> i64 {
        Element::ALL.iter().position(|e| *e == self).expect("all are listed") as i64
    }

    /// The name of the function that follows a pointer to a list of such elements, whose class is called
    /// `list`. Lists of structs have one for each class, since the promoted shapes of their elements differ.
    pub fn follow(self, list: &str) -> String {
        match self {
            Element::Struct => format!("{list}.follow$"),
            _ => format!("List$.follow{}", self.code()),
        }
    }
}

/// Adds the class `List$`.
pub fn declare(program: &mut Program, message: Type) -> ClassId {
    let class = ClassId(program.classes.len() as u32);
    let i64s = ["count", "step", "data", "at", "depth"];
    let views = [("message", message), ("segment", Type::VIEW), ("bytes", Type::VIEW)];
    let fields = views.into_iter().chain(i64s.map(|name| (name, Type::I64)));
    let fields = fields.map(|(name, ty)| (name.to_string(), ty)).collect();
    program.classes.push(Class { name: "List$".to_string(), fields });
    class
}

/// An empty list.
pub fn empty(b: &mut Builder, common: &Common, message: Value, segment: Value) -> Value {
    let (zero, depth) = (b.i64(0), b.i64(ENDLESS));
    let nothing = b.op(Op::Slice, &[segment, zero, zero]);
    b.op(Op::New(common.lists), &[message, segment, nothing, zero, zero, zero, zero, depth])
}

/// `List$.followN(pointer…) -> List$`, for elements of kind N, or `List<T>.follow$`.
pub fn follow(program: &mut Program, common: &Common, element: Element, list: &str) -> FuncId {
    let types = Pointer::types(&common.messages);
    let (mut b, params) = Builder::new(program, &element.follow(list), &types);
    let pointer = Pointer::from(&params);
    let (zero, one, seven) = (b.i64(0), b.i64(1), b.i64(7));
    let allowed = b.op(Op::Lt, &[zero, pointer.depth]);
    b.require(allowed, rules::NESTING);
    let [segment, start, key, word] = common.pointers.place(&mut b, &pointer, 1, rules::LIST);
    let depth = b.op(Op::Sub, &[pointer.depth, one]);
    let code = field(&mut b, key, 32, 7);
    let count = field(&mut b, word, 35, 0x1FFF_FFFF);
    let composite = b.op(Op::Eq, &[code, seven]);
    let (structs, _) = b.block(&[]);
    let (plain, _) = b.block(&[]);
    b.branch(composite, structs, plain);
    let found = Found { pointer, segment, start, depth, count };
    b.at(structs);
    found.structs(&mut b, common, element);
    b.at(plain);
    found.plain(&mut b, common, element, code);
    b.finish()
}

/// A list whose pointer has been followed, but not its elements.
struct Found {
    pointer: Pointer,
    segment: Value,
    start: Value,
    depth: Value,
    /// The number of elements or, for structs, of words.
    count: Value,
}

impl Found {
    /// Structs, preceded by a tag.
    fn structs(&self, b: &mut Builder, common: &Common, element: Element) {
        let (zero, one, eight, three) = (b.i64(0), b.i64(1), b.i64(8), b.i64(3));
        let room = b.op(Op::Shl, &[self.count, three]);
        let total = b.op(Op::Add, &[room, eight]);
        let inside = b.op(Op::Fits, &[self.segment, self.start, total]);
        b.require(inside, rules::BOUNDS);
        let words = b.op(Op::Add, &[self.count, one]);
        common.pointers.charge_object(b, &self.pointer, words);
        let tag = b.op(WORD, &[self.segment, self.start]);
        let key = super::pointers::key(b, tag, SHAPE);
        let kind = field(b, key, 0, 3);
        let right = b.op(Op::Eq, &[kind, zero]);
        b.require(right, rules::TAG);
        let count = field(b, tag, 2, 0x3FFF_FFFF);
        let most = b.i64(0x1FFF_FFFF);
        let possible = b.op(Op::Le, &[count, most]);
        b.require(possible, rules::TAG_COUNT);
        let (data, pointers) = sections(b, key);
        let step = b.op(Op::Add, &[data, pointers]);
        let size = b.op(Op::Mul, &[count, step]);
        let enough = b.op(Op::Le, &[size, room]);
        b.require(enough, rules::OVERRUN);
        // Elements of size 0 cost a word each; otherwise any number of them would be free.
        let (free, _) = b.block(&[]);
        let (charged, _) = b.block(&[]);
        let nothing = b.op(Op::Eq, &[step, zero]);
        b.branch(nothing, free, charged);
        b.at(free);
        common.pointers.charge_object(b, &self.pointer, count);
        b.jump(charged, &[]);
        b.at(charged);
        match element {
            Element::Bit => b.raise(Raise::Data(rules::BITS_OF_STRUCTS)),
            Element::Bytes(_) => {
                let some = b.op(Op::Lt, &[zero, data]);
                b.require(some, rules::NO_DATA);
            }
            Element::Pointer => {
                let some = b.op(Op::Lt, &[zero, pointers]);
                b.require(some, rules::NO_POINTERS);
            }
            Element::Void | Element::Struct => {}
        }
        if element != Element::Bit {
            let first = b.op(Op::Add, &[self.start, eight]);
            self.give(b, common, [first, size, count, step, data]);
        }
    }

    /// Elements without a tag.
    fn plain(&self, b: &mut Builder, common: &Common, element: Element, code: Value) {
        let (zero, one, two, three) = (b.i64(0), b.i64(1), b.i64(2), b.i64(3));
        // The bytes of an element by kind, four bits each.
        let (sizes, fifteen) = (b.i64(0x0884_2100), b.i64(15));
        let bits = b.op(Op::Shl, &[code, two]);
        let step = b.op(Op::Shr, &[sizes, bits]);
        let step = b.op(Op::And, &[step, fifteen]);
        let full = b.op(Op::Mul, &[self.count, step]);
        let is_bit = b.op(Op::Eq, &[code, one]);
        let seven = b.i64(7);
        let up = b.op(Op::Add, &[self.count, seven]);
        let of_bits = b.op(Op::Shr, &[up, three]);
        let size = b.op(Op::Select, &[is_bit, of_bits, full]);
        let up = b.op(Op::Add, &[size, seven]);
        let room = field(b, up, 0, -8);
        let inside = b.op(Op::Fits, &[self.segment, self.start, room]);
        b.require(inside, rules::BOUNDS);
        let words = b.op(Op::Shr, &[up, three]);
        common.pointers.charge_object(b, &self.pointer, words);
        let (free, _) = b.block(&[]);
        let (charged, _) = b.block(&[]);
        let nothing = b.op(Op::Eq, &[code, zero]);
        b.branch(nothing, free, charged);
        b.at(free);
        common.pointers.charge_object(b, &self.pointer, self.count);
        b.jump(charged, &[]);
        b.at(charged);
        if element != Element::Bit {
            let other = b.op(Op::Ne, &[code, one]);
            b.require(other, rules::BITS);
        }
        let wanted = b.i64(element.code());
        let six = b.i64(6);
        match element {
            Element::Bit | Element::Pointer => {
                let same = b.op(Op::Eq, &[code, wanted]);
                b.require(same, rules::ELEMENTS);
            }
            Element::Bytes(_) => {
                let enough = b.op(Op::Le, &[wanted, code]);
                b.require(enough, rules::ELEMENTS);
                let number = b.op(Op::Lt, &[code, six]);
                b.require(number, rules::ELEMENTS);
            }
            Element::Void | Element::Struct => {}
        }
        let pointer = b.op(Op::Eq, &[code, six]);
        let data = b.op(Op::Select, &[pointer, zero, step]);
        self.give(b, common, [self.start, size, self.count, step, data]);
    }

    /// Returns the list, given its first byte, bytes, elements, bytes of an element and bytes of its data.
    fn give(&self, b: &mut Builder, common: &Common, [first, size, count, step, data]: [Value; 5]) {
        let bytes = b.op(Op::Slice, &[self.segment, first, size]);
        let parts = [self.pointer.message, self.segment, bytes, count, step, data, first, self.depth];
        let list = b.op(Op::New(common.lists), &parts);
        b.give(&[list]);
    }
}

/// `List<T>.len(self) -> i64`.
pub fn len(program: &mut Program, common: &Common, class: ClassId) {
    let name = format!("{}.len", program.classes[class.index()].name);
    let (mut b, params) = Builder::new(program, &name, &[Type::object(class)]);
    let list = b.op(Op::Get(class, 0), &[params[0]]);
    let count = b.op(Op::Get(common.lists, COUNT), &[list]);
    b.give(&[count]);
    b.finish();
}

/// The offset of the element `i` from the first one; raises an error if there is no such element.
pub fn locate(b: &mut Builder, common: &Common, list: Value, i: Value, step: bool) -> Value {
    let count = b.op(Op::Get(common.lists, COUNT), &[list]);
    let count = super::pointers::natural(b, count);
    let (inside, _) = b.block(&[]);
    let (outside, _) = b.block(&[]);
    // As an unsigned number, a negative index is above all counts.
    let unsigned = [i, count].map(|v| b.op(Op::Bits(Base::U64), &[v]));
    let below = b.op(Op::Lt, &unsigned);
    b.branch(below, inside, outside);
    b.at(outside);
    b.raise(Raise::OutOfBounds);
    b.at(inside);
    if !step {
        return i;
    }
    let step = shape(b, common, list, STEP);
    b.op(Op::Mul, &[i, step])
}

/// A field of a list that is the same for all lists of a shape, promoted: a list that is a live-in of a
/// region carries none of the constants that were known when it was followed.
fn shape(b: &mut Builder, common: &Common, list: Value, field: u32) -> Value {
    let value = b.op(Op::Get(common.lists, field), &[list]);
    b.op(Op::Promote, &[value])
}

/// The boolean at index `i` of a list, which must have it.
pub fn bit(b: &mut Builder, common: &Common, list: Value, i: Value) -> Value {
    let (zero, one, three, seven) = (b.i64(0), b.i64(1), b.i64(3), b.i64(7));
    let bytes = b.op(Op::Get(common.lists, BYTES), &[list]);
    let at = b.op(Op::Shr, &[i, three]);
    let byte = b.op(Op::Load(Scalar::U8, Endian::Little), &[bytes, at]);
    let place = b.op(Op::And, &[i, seven]);
    let bit = b.op(Op::Shr, &[byte, place]);
    let bit = b.op(Op::And, &[bit, one]);
    b.op(Op::Ne, &[bit, zero])
}

/// The number at the offset `at` of a list's elements.
pub fn number(b: &mut Builder, common: &Common, list: Value, at: Value, scalar: Scalar) -> Value {
    let bytes = b.op(Op::Get(common.lists, BYTES), &[list]);
    b.op(Op::Load(scalar, Endian::Little), &[bytes, at])
}

/// The struct at the offset `at` of a list's elements.
pub fn structure(b: &mut Builder, common: &Common, list: Value, at: Value) -> Value {
    let one = b.i64(1);
    let get = |b: &mut Builder, field| b.op(Op::Get(common.lists, field), &[list]);
    let (message, segment, bytes) = (get(b, MESSAGE), get(b, SEGMENT), get(b, BYTES));
    let first = get(b, AT);
    let [step, data, depth] = [STEP, DATA, DEPTH].map(|field| shape(b, common, list, field));
    let whole = b.op(Op::Slice, &[bytes, at, step]);
    let zero = b.i64(0);
    let rest = b.op(Op::Sub, &[step, data]);
    let sections = [b.op(Op::Slice, &[whole, zero, data]), b.op(Op::Slice, &[whole, data, rest])];
    let first = super::pointers::natural(b, first);
    let start = b.op(Op::Add, &[first, at]);
    let pointers = b.op(Op::Add, &[start, data]);
    let depth = b.op(Op::Sub, &[depth, one]);
    b.op(Op::New(common.structs), &[message, segment, sections[0], sections[1], pointers, depth])
}

/// The pointer at the offset `at` of a list's elements, without its key.
pub fn pointer(b: &mut Builder, common: &Common, list: Value, at: Value) -> Pointer {
    let eight = b.i64(8);
    let get = |b: &mut Builder, field| b.op(Op::Get(common.lists, field), &[list]);
    let (message, segment, bytes) = (get(b, MESSAGE), get(b, SEGMENT), get(b, BYTES));
    let first = get(b, AT);
    let [data, depth] = [DATA, DEPTH].map(|field| shape(b, common, list, field));
    let at = b.op(Op::Add, &[at, data]);
    let word = b.op(WORD, &[bytes, at]);
    let first = super::pointers::natural(b, first);
    let start = b.op(Op::Add, &[first, at]);
    let at = b.op(Op::Add, &[start, eight]);
    Pointer { message, segment, at, depth, word, key: word }
}
