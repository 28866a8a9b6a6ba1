//! Cap'n Proto: messages with pointers (the encoding's specification: "Encoding Spec" of the project's site).
//!
//! A struct has a data section, with numbers at fixed offsets, and a pointer section. Both may be shorter or
//! longer than in the schema, since writers have older or newer schemas: a missing value is 0 or null, and
//! means the default. Numbers are stored xored with their default. The class of a struct `S` is `S { parts
//! }`, of a `Struct$` ([`pointers`]); a group is another class over the same parts.
//!
//! | function | returns |
//! |---|---|
//! | `S.f` | the field: a number, a boolean, a view (text, data), an object (struct, group, list, `Any$`) |
//! | `S.has$f` | whether the pointer `f` is there |
//! | `S.which$` | the number of the union's field that is set |
//! | `S.read$` | of a message: its root |
//! | `List<T>.len`, `List<T>.at` | the number of elements, an element |
//! | `Any$.kind` | of a pointer to anything: 0 null, 1 struct, 2 list, 3 capability, 4 something else |
//! | `Message$.next` | the message at an offset of a view ([`messages`]) |
//!
//! The limits are those of the reference implementations: words read of a message (every object that a
//! pointer leads to, each time it is followed), nesting, segments. Default values have none. Bytes that break
//! a rule ([`rules`]) raise an error.
//!
//! Not supported: writing, and capabilities (they have no meaning in a file). [`frame`] reports why there is
//! no message at an offset.

pub mod frame;
mod lists;
mod messages;
pub mod packing;
mod pointers;
pub mod rules;
pub mod stream;
pub mod unpacked;

use super::limits::Limits;
use super::names::{class_name, reader, type_name};
use crate::ir::build::Builder;
use crate::ir::{Base, CellId, Class, ClassId, Const, FuncId, Op, Program, Type, Value};
use crate::schema::{self, DefaultValue, Endian, Field, Scalar, Schema};
use lists::Element;
#[cfg(test)]
pub use messages::DAMAGED;
use pointers::{Common, ENDLESS, Pointer, Pointers, WORD};

/// The accessors of all structs of a schema, as a program.
pub fn accessors(schema: &Schema, limits: &Limits) -> Program {
    let mut program = Program { cells: vec!["left".to_string()], ..Program::default() };
    let left = CellId(0);
    let messages = messages::declare(&mut program, limits);
    let pointers = Pointers::declare(&mut program, &messages, left);
    let structs = pointers::declare_struct(&mut program, &messages);
    let lists = lists::declare(&mut program, Type::object(messages.class));
    let any = single(&mut program, "Any$", "kind$", Type::I64);
    let none = FuncId(0);
    let mut common =
        Common { messages, pointers, structs, lists, any, left, follow: none, text: none, data: none };
    common.follow = pointers::follow(&mut program, &common);
    common.text = pointers::follow_bytes(&mut program, &common, true);
    common.data = pointers::follow_bytes(&mut program, &common, false);
    for element in Element::ALL.into_iter().filter(|e| *e != Element::Struct) {
        lists::follow(&mut program, &common, element, "");
    }
    let (mut b, params) = Builder::new(&mut program, "Any$.kind", &[Type::object(any)]);
    let kind = b.op(Op::Get(any, 0), &[params[0]]);
    b.give(&[kind]);
    b.finish();
    let first = program.classes.len() as u32;
    for s in &schema.structs {
        single(&mut program, &class_name(&s.name), "parts", Type::object(structs));
    }
    let classes = Classes { schema, common, first };
    for (id, s) in schema.structs.iter().enumerate() {
        let class = classes.of(id);
        for field in &s.fields {
            classes.accessor(&mut program, class, field);
        }
        if let Some(tag) = s.tag {
            classes.which(&mut program, class, tag);
        }
        if !s.group {
            classes.read(&mut program, class, limits);
        }
    }
    program
}

/// A class with one field.
fn single(program: &mut Program, name: &str, field: &str, ty: Type) -> ClassId {
    program.classes.push(Class { name: name.to_string(), fields: vec![(field.to_string(), ty)] });
    ClassId(program.classes.len() as u32 - 1)
}

/// The schema, and the classes of its structs.
struct Classes<'s> {
    schema: &'s Schema,
    common: Common,
    first: u32,
}

impl Classes<'_> {
    fn of(&self, id: schema::StructId) -> ClassId {
        ClassId(self.first + id as u32)
    }

    /// The type that a field's accessor returns, if it has one. The class of a list is made on first use.
    fn given(&self, program: &mut Program, ty: &schema::Type) -> Option<Type> {
        use schema::Type as S;
        Some(match ty {
            S::Void => return None,
            S::Bit(_) => Type::BOOL,
            S::Scalar(Scalar::U64, _) => Type::U64,
            S::Scalar(Scalar::F32 | Scalar::F64, _) => Type::F64,
            S::Scalar(..) | S::Enum(..) => Type::I64,
            S::Group(id) | S::Ref(id) => Type::object(self.of(*id)),
            S::Text | S::Data => Type::VIEW,
            S::Any | S::Capability => Type::object(self.common.any),
            S::List(element) => Type::object(self.list(program, ty, element)),
            S::Struct(_) | S::Chars(_) | S::Array(..) => unreachable!("{ty:?} is no type of Cap'n Proto"),
        })
    }

    /// `S.f`, and `S.has$f` if it is a pointer.
    fn accessor(&self, program: &mut Program, class: ClassId, field: &Field) {
        let Some(ty) = self.given(program, &field.ty) else { return };
        let default = match &field.default {
            Some(DefaultValue::Message(bytes)) => Some(program.constant(bytes)),
            _ => None,
        };
        let name = &program.classes[class.index()].name;
        let (name, has) = (format!("{name}.{}", field.name), format!("{name}.has${}", field.name));
        let offset = field.offset as i64;
        let (mut b, params) = Builder::new(program, &name, &[Type::object(class)]);
        let parts = b.op(Op::Get(class, 0), &[params[0]]);
        let value = match &field.ty {
            schema::Type::Group(id) => b.op(Op::New(self.of(*id)), &[parts]),
            pointer if pointer.is_pointer() => {
                let (word, parts) = self.pointer_field(&mut b, parts, offset);
                self.pointed(&mut b, pointer, ty, Pointer { word, ..parts }, default)
            }
            number => {
                let bits = match field.default {
                    Some(DefaultValue::Bits(bits)) => bits,
                    _ => 0,
                };
                self.stored(&mut b, parts, number, offset, bits)
            }
        };
        b.give(&[value]);
        b.finish();
        if field.ty.is_pointer() {
            let (mut b, params) = Builder::new(program, &has, &[Type::object(class)]);
            let parts = b.op(Op::Get(class, 0), &[params[0]]);
            let (word, _) = self.pointer_field(&mut b, parts, offset);
            let zero = b.i64(0);
            let there = b.op(Op::Ne, &[word, zero]);
            b.give(&[there]);
            b.finish();
        }
    }

    /// `S.which$(self) -> i64`.
    fn which(&self, program: &mut Program, class: ClassId, tag: u64) {
        let name = format!("{}.which$", program.classes[class.index()].name);
        let (mut b, params) = Builder::new(program, &name, &[Type::object(class)]);
        let parts = b.op(Op::Get(class, 0), &[params[0]]);
        let number = schema::Type::Scalar(Scalar::U16, Endian::Little);
        let which = self.stored(&mut b, parts, &number, tag as i64, 0);
        b.give(&[which]);
        b.finish();
    }

    /// The value at an offset of the data section: a number or boolean, xored with `mask`; `mask` itself if
    /// the section is too short.
    fn stored(&self, b: &mut Builder, parts: Value, ty: &schema::Type, offset: i64, mask: u64) -> Value {
        let (scalar, bit) = match ty {
            schema::Type::Bit(bit) => (Scalar::U8, Some(i64::from(*bit))),
            schema::Type::Scalar(scalar, _) | schema::Type::Enum(_, scalar, _) => (*scalar, None),
            other => unreachable!("{other:?} is not in the data section"),
        };
        // Floats are xored as integers.
        let raw = match scalar {
            Scalar::F64 if mask != 0 => Scalar::I64,
            Scalar::F32 if mask != 0 => Scalar::U32,
            scalar => scalar,
        };
        let mask = match raw {
            Scalar::I8 => Const::I64((mask as i8).into()),
            Scalar::I16 => Const::I64((mask as i16).into()),
            Scalar::I32 => Const::I64((mask as i32).into()),
            Scalar::U64 => Const::U64(mask),
            Scalar::F32 | Scalar::F64 => Const::f64(0.0),
            _ => Const::I64(mask as i64),
        };
        let data = b.op(Op::Get(self.common.structs, pointers::DATA), &[parts]);
        let (offset, size) = (b.i64(offset), b.i64(raw.size() as i64));
        let (there, _) = b.block(&[]);
        let (absent, _) = b.block(&[]);
        let (done, found) = b.block(&[mask.ty()]);
        let mask = b.constant(mask);
        let long_enough = b.op(Op::Fits, &[data, offset, size]);
        b.branch(long_enough, there, absent);
        b.at(there);
        let mut value = b.op(Op::Load(raw, Endian::Little), &[data, offset]);
        if let Some(bit) = bit {
            value = pointers::field(b, value, bit, 1);
        }
        if raw != Scalar::F32
            && raw != Scalar::F64
            && !matches!(b.as_const(mask), Some(Const::I64(0) | Const::U64(0)))
        {
            value = b.op(Op::Xor, &[value, mask]);
        }
        b.jump(done, &[value]);
        b.at(absent);
        b.jump(done, &[mask]);
        b.at(done);
        let found = found[0];
        match (bit, scalar, raw) {
            (Some(_), ..) => {
                let zero = b.i64(0);
                b.op(Op::Ne, &[found, zero])
            }
            (_, Scalar::F64, Scalar::I64) => b.op(Op::Bits(Base::F64), &[found]),
            (_, Scalar::F32, Scalar::U32) => b.op(Op::Single, &[found]),
            _ => found,
        }
    }

    /// The pointer at an offset of the pointer section: its word (0 if the section is too short), and the
    /// other parts except the key.
    fn pointer_field(&self, b: &mut Builder, parts: Value, offset: i64) -> (Value, Pointer) {
        let get = |b: &mut Builder, field| b.op(Op::Get(self.common.structs, field), &[parts]);
        let (message, segment) = (get(b, pointers::MESSAGE), get(b, pointers::SEGMENT));
        let (section, at, depth) =
            (get(b, pointers::POINTERS), get(b, pointers::AT), get(b, pointers::DEPTH));
        let (there, _) = b.block(&[]);
        let (absent, _) = b.block(&[]);
        let (done, word) = b.block(&[Type::I64]);
        let (zero, eight, behind) = (b.i64(0), b.i64(8), b.i64(offset + 8));
        let offset = b.i64(offset);
        let long_enough = b.op(Op::Fits, &[section, offset, eight]);
        b.branch(long_enough, there, absent);
        b.at(there);
        let loaded = b.op(WORD, &[section, offset]);
        b.jump(done, &[loaded]);
        b.at(absent);
        b.jump(done, &[zero]);
        b.at(done);
        let at = pointers::natural(b, at);
        let at = b.op(Op::Add, &[at, behind]);
        (word[0], Pointer { message, segment, at, depth, word: word[0], key: word[0] })
    }

    /// The object that a pointer points to, with `ty` the accessor's return type. A null pointer gives the
    /// default value, or else an empty object.
    fn pointed(
        &self,
        b: &mut Builder,
        of: &schema::Type,
        ty: Type,
        pointer: Pointer,
        default: Option<Const>,
    ) -> Value {
        if matches!(of, schema::Type::Any | schema::Type::Capability) {
            return self.any(b, &pointer);
        }
        let common = &self.common;
        // Structs and lists are wrapped in their class at the end.
        let plain = match of {
            schema::Type::Ref(_) => Type::object(common.structs),
            schema::Type::List(_) => Type::object(common.lists),
            _ => Type::VIEW,
        };
        let follow = match of {
            schema::Type::Ref(_) => common.follow,
            schema::Type::Text => common.text,
            schema::Type::Data => common.data,
            schema::Type::List(element) => {
                let name = Classes::element(element).follow(&type_name(self.schema, of));
                b.program().func(&name).expect("all are written")
            }
            other => unreachable!("{other:?} is no pointer"),
        };
        let (some, _) = b.block(&[]);
        let (null, _) = b.block(&[]);
        let (done, found) = b.block(&[plain]);
        let word = b.op(Op::Promote, &[pointer.word]);
        let zero = b.i64(0);
        // The key is promoted first: if it is a nonzero constant, the null check below folds.
        let shape = if plain == Type::object(common.structs) { pointers::SHAPE } else { pointers::ELEMENTS };
        let key = pointers::key(b, word, shape);
        let there = b.op(Op::Ne, &[word, zero]);
        b.branch(there, some, null);
        b.at(some);
        let value = b.op(Op::Call(follow), &Pointer { word, key, ..pointer }.parts());
        b.jump(done, &[value]);
        b.at(null);
        let value = match default.and_then(|bytes| self.default_pointer(b, &pointer, bytes)) {
            Some(pointer) => b.op(Op::Call(follow), &pointer.parts()),
            None if plain == Type::VIEW => b.op(Op::Slice, &[pointer.segment, zero, zero]),
            None if plain.class() == Some(common.lists) => {
                lists::empty(b, common, pointer.message, pointer.segment)
            }
            None => self.empty_struct(b, pointer.message, pointer.segment),
        };
        b.jump(done, &[value]);
        b.at(done);
        match ty.class() {
            Some(class) => b.op(Op::New(class), &[found[0]]),
            None => found[0],
        }
    }

    /// The pointer of a default value, which is a segment in the pool, unless it is null.
    fn default_pointer(&self, b: &mut Builder, pointer: &Pointer, segment: Const) -> Option<Pointer> {
        let Const::View(start, _) = segment else { unreachable!("a part of the pool") };
        let bytes = b.program().pool.get(start as usize..)?.first_chunk()?;
        let word = i64::from_le_bytes(*bytes);
        let segment = b.constant(segment);
        let (at, depth) = (b.i64(8), b.i64(ENDLESS));
        let word = (word != 0).then(|| b.i64(word))?;
        Some(Pointer { message: pointer.message, segment, at, depth, word, key: word })
    }

    /// A struct with empty sections.
    fn empty_struct(&self, b: &mut Builder, message: Value, segment: Value) -> Value {
        let (zero, depth) = (b.i64(0), b.i64(ENDLESS));
        let nothing = b.op(Op::Slice, &[segment, zero, zero]);
        b.op(Op::New(self.common.structs), &[message, segment, nothing, nothing, zero, depth])
    }

    /// The kind of a pointer to anything, which is not followed.
    fn any(&self, b: &mut Builder, pointer: &Pointer) -> Value {
        let (zero, three, four) = (b.i64(0), b.i64(3), b.i64(4));
        let (done, kind) = b.block(&[Type::I64]);
        let (some, _) = b.block(&[]);
        let (null, _) = b.block(&[]);
        let there = b.op(Op::Ne, &[pointer.word, zero]);
        b.branch(there, some, null);
        b.at(null);
        b.jump(done, &[zero]);
        b.at(some);
        let word = self.common.pointers.kind(b, pointer);
        let low = pointers::field(b, word, 0, 0xFFFF_FFFF);
        let capability = b.op(Op::Eq, &[low, three]);
        let low = pointers::field(b, word, 0, 3);
        // A word has 0 for a struct and 1 for a list.
        let (one, two) = (b.i64(1), b.i64(2));
        let next = b.op(Op::Add, &[low, one]);
        let known = b.op(Op::Lt, &[low, two]);
        let other = b.op(Op::Select, &[capability, three, four]);
        let which = b.op(Op::Select, &[known, next, other]);
        b.jump(done, &[which]);
        b.at(done);
        b.op(Op::New(self.common.any), &[kind[0]])
    }

    /// The kind of element that a list of that type requests.
    fn element(ty: &schema::Type) -> Element {
        match ty {
            schema::Type::Void => Element::Void,
            schema::Type::Bit(_) => Element::Bit,
            schema::Type::Scalar(scalar, _) | schema::Type::Enum(_, scalar, _) => {
                Element::Bytes(scalar.size())
            }
            schema::Type::Ref(_) => Element::Struct,
            _ => Element::Pointer,
        }
    }

    /// The class `List<T>`, with its methods.
    fn list(&self, program: &mut Program, ty: &schema::Type, element: &schema::Type) -> ClassId {
        let name = type_name(self.schema, ty);
        if let Some(known) = program.class(&name) {
            return known;
        }
        let class = single(program, &name, "list", Type::object(self.common.lists));
        lists::len(program, &self.common, class);
        if Classes::element(element) == Element::Struct {
            lists::follow(program, &self.common, Element::Struct, &name);
        }
        let Some(given) = self.given(program, element) else { return class };
        let (mut b, params) = Builder::new(program, &format!("{name}.at"), &[Type::object(class), Type::I64]);
        let common = &self.common;
        let list = b.op(Op::Get(class, 0), &[params[0]]);
        let kind = Classes::element(element);
        let at = lists::locate(&mut b, common, list, params[1], kind != Element::Bit);
        let value = match element {
            schema::Type::Bit(_) => lists::bit(&mut b, common, list, at),
            schema::Type::Scalar(scalar, _) | schema::Type::Enum(_, scalar, _) => {
                lists::number(&mut b, common, list, at, *scalar)
            }
            schema::Type::Ref(_) => {
                let parts = lists::structure(&mut b, common, list, at);
                b.op(Op::New(given.class().expect("a struct is an object")), &[parts])
            }
            pointer => {
                let parts = lists::pointer(&mut b, common, list, at);
                self.pointed(&mut b, pointer, given, parts, None)
            }
        };
        b.give(&[value]);
        b.finish();
        class
    }

    /// `S.read$(message) -> S`: the message's root.
    fn read(&self, program: &mut Program, class: ClassId, limits: &Limits) {
        let common = &self.common;
        let name = reader(&program.classes[class.index()].name);
        let (mut b, params) = Builder::new(program, &name, &[Type::object(common.messages.class)]);
        let message = params[0];
        let segment = messages::first_segment(&mut b, common.messages.class, message);
        let (zero, one, at) = (b.i64(0), b.i64(1), b.i64(8));
        let all = b.i64(limits.traversal.min(i64::MAX as u64) as i64);
        b.effect(Op::Write(common.left), &[all]);
        let inside = b.op(Op::Fits, &[segment, zero, at]);
        b.require(inside, rules::BOUNDS);
        common.pointers.charge(&mut b, one);
        let word = b.op(WORD, &[segment, zero]);
        let depth = b.i64(limits.nesting.into());
        let pointer = Pointer { message, segment, at, depth, word, key: word };
        let root = schema::Type::Ref((class.0 - self.first) as usize);
        let object = self.pointed(&mut b, &root, Type::object(class), pointer, None);
        b.give(&[object]);
        b.finish();
    }
}

#[cfg(test)]
mod tests;
