//! Packed records: C structs, one after another.
//!
//! Byte layout: a file header of [`Schema::header`] bytes, then records of `sizeof(S)` bytes each without
//! gaps; each record has its fields at their offsets, in their byte order, at any alignment.
//!
//! An accessor object holds its bytes: class `S { bytes: view }`. The accessor of a struct or array field
//! makes another such object from a slice; that of a scalar is a load. `S.read` makes a record at an offset
//! of a view, and its slice is the only check that can fail: all others are within a slice of known length.
//!
//! Array classes are named after their elements, `f64[3]`, and have `at(i)`, which raises past the end, and
//! `len()`. `char name[n]` is a view that ends before its first zero byte.

use super::cursor::Framing;
use super::limits::Limits;
use super::names::{class_name, reader, type_name};
use super::split::{BLOCK, Ending, Piece, Place, Split};
use super::wire::{CERTAIN, Cut, RecordLayout, Spec, Wire};
use crate::input::Input;
use crate::ir::build::Builder;
use crate::ir::{Class, ClassId, Const, FuncId, Op, Program, Type, Value};
use crate::schema::{self, Endian, Language, Scalar, Schema};
use std::ops::Range;

/// The accessors of all structs of a schema, as a program.
pub fn accessors(schema: &Schema) -> Program {
    let mut program = Program::default();
    for s in &schema.structs {
        declare(&mut program, &class_name(&s.name));
    }
    for s in &schema.structs {
        let class = program.class(&class_name(&s.name)).expect("all structs are declared");
        for field in &s.fields {
            method(&mut program, schema, class, &field.name, &field.ty, field.offset);
        }
        read(&mut program, class, s.size);
    }
    program
}

/// C structs, one after another.
#[derive(Debug)]
pub struct PackedStruct;

impl Wire for PackedStruct {
    fn spec(&self) -> &'static Spec {
        &Spec {
            name: "packed-struct",
            about: "C structs, one after the other",
            language: Language::C,
            family: "packed-struct",
            what: "packed structs",
            noun: "record",
            stream: "",
        }
    }

    fn sniff(&self, _: &[u8], _: &Limits) -> u8 {
        CERTAIN
    }

    fn accessors(&self, schema: &Schema, _: &Limits) -> Program {
        accessors(schema)
    }

    fn framing(&self, program: &Program, class: &str, layout: &RecordLayout) -> Framing {
        let read = program.func(&reader(class)).expect("a record has a reader");
        Framing::Strided { size: layout.size, read }
    }

    fn records(&self, layout: &RecordLayout, length: u64) -> Option<u64> {
        Some(length.saturating_sub(layout.header) / layout.size)
    }

    fn split<'i>(&self, layout: &RecordLayout, input: &'i Input<'i>) -> Box<dyn Split + 'i> {
        Box::new(Strides { header: layout.header, stride: layout.size, length: input.len() })
    }

    fn single_chunk(&self, layout: &RecordLayout, bytes: &[u8]) -> Option<Range<usize>> {
        let strides = Strides { header: layout.header, stride: layout.size, length: bytes.len() as u64 };
        let end = strides.end();
        let records = end - strides.header;
        // The first comparison saves a division.
        let single = records <= BLOCK.saturating_mul(strides.stride) || records <= strides.chunk();
        (records > 0 && single).then_some(strides.header as usize..end as usize)
    }

    fn number(&self, layout: &RecordLayout, _: &Input, at: u64) -> u64 {
        at.saturating_sub(layout.header) / layout.size
    }

    fn size(&self, layout: &RecordLayout, bytes: &[u8]) -> Option<u64> {
        (bytes.len() as u64 >= layout.size).then_some(layout.size)
    }

    fn truncated(&self, cut: &Cut) -> String {
        let Cut { offset, bytes, expected, .. } = cut;
        format!("the last record is cut short: {bytes} of {expected} bytes at byte {offset}")
    }

    fn nothing(&self, name: &str, header: u64) -> String {
        format!("{name} ends with its header of {header} bytes: it has no records")
    }
}

/// Records of `stride` bytes after a header, in an input of `length` bytes.
#[derive(Debug)]
struct Strides {
    header: u64,
    stride: u64,
    length: u64,
}

impl Strides {
    /// The end of the last whole record.
    fn end(&self) -> u64 {
        let records = self.length.saturating_sub(self.header) / self.stride;
        self.header.saturating_add(records * self.stride)
    }

    /// The bytes of a chunk: as many whole blocks as fit, and at least one.
    fn chunk(&self) -> u64 {
        let block = BLOCK.saturating_mul(self.stride);
        (Input::CHUNK / block).max(1).saturating_mul(block)
    }
}

impl Split for Strides {
    fn next(&mut self, from: u64, _: bool, _: &mut Vec<u8>) -> Option<Piece> {
        if from >= self.end() {
            return None;
        }
        let next = from.saturating_add(self.chunk()).min(self.end());
        Some(Piece { place: Place::Input(from..next), next, whole: Some(next - from) })
    }

    fn skip(&mut self, from: u64, records: u64) -> (u64, u64) {
        let skipped = records.min(self.end().saturating_sub(from) / self.stride);
        (skipped, from + skipped * self.stride)
    }

    fn several(&self) -> bool {
        self.end().saturating_sub(self.header) > self.chunk()
    }

    fn ending(&self, _: u64) -> Ending {
        match self.end() {
            _ if self.length == 0 || self.length == self.end() => Ending::End,
            _ if self.length < self.header => Ending::Truncated { at: 0, expected: self.header },
            end => Ending::Truncated { at: end, expected: self.stride },
        }
    }
}

fn declare(program: &mut Program, name: &str) -> ClassId {
    program.classes.push(Class { name: name.to_string(), fields: vec![("bytes".to_string(), Type::VIEW)] });
    ClassId(program.classes.len() as u32 - 1)
}

fn read(program: &mut Program, class: ClassId, size: u64) -> FuncId {
    let name = reader(&program.classes[class.index()].name);
    let (mut b, params) = Builder::new(program, &name, &[Type::VIEW, Type::I64]);
    let size = b.i64(size as i64);
    let bytes = b.op(Op::Slice, &[params[0], params[1], size]);
    let object = b.op(Op::New(class), &[bytes]);
    b.give(&[object]);
    b.finish()
}

/// `class.name(self)`: the value at `offset` of the object's bytes.
fn method(
    program: &mut Program,
    schema: &Schema,
    class: ClassId,
    name: &str,
    ty: &schema::Type,
    offset: u64,
) -> FuncId {
    let kind = Decoding::of(program, schema, ty);
    let name = format!("{}.{name}", program.classes[class.index()].name);
    let (mut b, params) = Builder::new(program, &name, &[Type::object(class)]);
    let bytes = b.op(Op::Get(class, 0), &[params[0]]);
    let offset = b.i64(offset as i64);
    let value = kind.value(&mut b, bytes, offset);
    b.give(&[value]);
    b.finish()
}

/// How to make a value from bytes at an offset.
enum Decoding {
    Scalar(Scalar, Endian),
    Object(ClassId, u64),
    Chars(u64),
}

impl Decoding {
    /// The kind of a type; the class of an array is made on first use.
    fn of(program: &mut Program, schema: &Schema, ty: &schema::Type) -> Decoding {
        match ty {
            schema::Type::Scalar(scalar, endian) | schema::Type::Enum(_, scalar, endian) => {
                Decoding::Scalar(*scalar, *endian)
            }
            schema::Type::Chars(n) => Decoding::Chars(*n),
            schema::Type::Struct(id) => {
                let s = &schema.structs[*id];
                Decoding::Object(
                    program.class(&class_name(&s.name)).expect("all structs are declared"),
                    s.size,
                )
            }
            schema::Type::Array(element, count) => {
                let name = type_name(schema, ty);
                let class =
                    program.class(&name).unwrap_or_else(|| array(program, schema, &name, element, *count));
                Decoding::Object(class, schema.size_of(ty))
            }
            other => unreachable!("{other:?} is no type of C"),
        }
    }

    fn value(&self, b: &mut Builder, bytes: Value, offset: Value) -> Value {
        match self {
            Decoding::Scalar(scalar, endian) => b.op(Op::Load(*scalar, *endian), &[bytes, offset]),
            Decoding::Object(class, size) => {
                let size = b.i64(*size as i64);
                let part = b.op(Op::Slice, &[bytes, offset, size]);
                b.op(Op::New(*class), &[part])
            }
            Decoding::Chars(size) => {
                let size = b.i64(*size as i64);
                let whole = b.op(Op::Slice, &[bytes, offset, size]);
                until_zero(b, whole, size)
            }
        }
    }
}

/// The part of `whole` before its first zero byte.
fn until_zero(b: &mut Builder, whole: Value, size: Value) -> Value {
    let (header, at) = b.block(&[Type::I64]);
    let (look, _) = b.block(&[]);
    let (on, _) = b.block(&[]);
    let (done, _) = b.block(&[]);
    let zero = b.i64(0);
    b.jump(header, &[zero]);
    b.at(header);
    let more = b.op(Op::Lt, &[at[0], size]);
    b.branch(more, look, done);
    b.at(look);
    let byte = b.op(Op::Load(Scalar::U8, Endian::Little), &[whole, at[0]]);
    let end = b.op(Op::Eq, &[byte, zero]);
    b.branch(end, done, on);
    b.at(on);
    let one = b.i64(1);
    let next = b.op(Op::Add, &[at[0], one]);
    b.jump(header, &[next]);
    b.at(done);
    b.op(Op::Slice, &[whole, zero, at[0]])
}

/// The class of an array and its methods.
fn array(program: &mut Program, schema: &Schema, name: &str, element: &schema::Type, count: u64) -> ClassId {
    let class = declare(program, name);
    let kind = Decoding::of(program, schema, element);
    let (mut b, params) = Builder::new(program, &format!("{name}.at"), &[Type::object(class), Type::I64]);
    let bytes = b.op(Op::Get(class, 0), &[params[0]]);
    let stride = b.i64(schema.size_of(element) as i64);
    let offset = b.op(Op::Mul, &[params[1], stride]);
    let value = kind.value(&mut b, bytes, offset);
    b.give(&[value]);
    b.finish();
    let (mut b, _) = Builder::new(program, &format!("{name}.len"), &[Type::object(class)]);
    let count = b.constant(Const::I64(count as i64));
    b.give(&[count]);
    b.finish();
    class
}
