//! A digest of all that the accessors return: IR functions, one for each struct and kind of list, which call
//! one another.
//!
//! Fields are read in the schema's order: numbers by their bits (all NaN are equal); of text and data the
//! length and three bytes; of unions the discriminant and the field that is set; pointers depth first, until
//! a budget of objects is spent; of lists the length, the first two elements and the last. Each value is
//! mixed into the running digest, so a different value changes all later digests.
//!
//! [`super::reference`] walks in the same order with the getters of the crate `capnp`.

use crate::formats::capnp;
use crate::formats::cursor::Chain;
use crate::formats::{Framing, Limits, RecordLayout, class_name, framing, type_name};
use crate::ir::build::Builder;
use crate::ir::verify::verify_program;
use crate::ir::{Base, CellId, ClassId, FuncId, Op, Program, Type, Value};
use crate::schema::{self, Endian, Scalar, Schema, StructId};
use std::collections::HashMap;

/// The most objects of a message that the walk reads.
pub const BUDGET: i64 = 40;
/// The cell in which the format keeps how many words may still be read.
const LEFT: CellId = CellId(0);
/// The bits that the digest uses for every NaN.
pub const NAN: i64 = 0x7FF8_DEAD;

/// The digest after one more value. For one value, different digests stay different.
pub fn mix(digest: i64, value: i64) -> i64 {
    (digest << 13) ^ (digest >> 51) ^ value
}

/// The functions that tests call.
#[derive(Clone, Copy, Debug)]
pub struct Digest {
    /// `(view) -> i64, i64, i64`: the size of the first message, its digest, and how many words may still be
    /// read. If there is no message, 0 or [`capnp::DAMAGED`], and zeros.
    pub message: FuncId,
    /// `(view) -> i64, i64`: the number of messages, and the digest of all of them.
    pub messages: FuncId,
}

/// The accessors of a schema, and the walk.
pub fn program(schema: &Schema, root: StructId, limits: &Limits) -> (Program, Digest) {
    let mut program = capnp::accessors(schema, limits);
    program.cells.push("budget".to_string());
    let mut walk = Walk { schema, known: HashMap::new(), budget: CellId(1) };
    let found = &schema.structs[root];
    let layout = RecordLayout::new(schema, found, limits);
    let Framing::Chained(chain) = framing(&program, &class_name(&found.name), &layout) else {
        unreachable!("messages have no fixed size");
    };
    let root = Root { chain, walk: walk.structure(&mut program, root), budget: walk.budget };
    let digest = Digest { message: root.message(&mut program), messages: root.messages(&mut program) };
    verify_program(&program).unwrap_or_else(|e| panic!("{e}"));
    (program, digest)
}

/// What both functions use.
#[derive(Clone, Copy)]
struct Root {
    chain: Chain,
    walk: FuncId,
    budget: CellId,
}

impl Root {
    /// The digest of a message.
    fn digest(&self, b: &mut Builder, message: Value) -> Value {
        let (all, zero) = (b.i64(BUDGET), b.i64(0));
        b.effect(Op::Write(self.budget), &[all]);
        let object = b.op(Op::Call(self.chain.open), &[message]);
        b.op(Op::Call(self.walk), &[object, zero])
    }

    /// Writes the function for the first message.
    fn message(&self, program: &mut Program) -> FuncId {
        let (mut b, params) = Builder::new(program, "message", &[Type::VIEW]);
        let zero = b.i64(0);
        let (message, size) = self.chain.next(&mut b, params[0], zero);
        let (there, _) = b.block(&[]);
        let (none, _) = b.block(&[]);
        let found = b.op(Op::Lt, &[zero, size]);
        b.branch(found, there, none);
        b.at(none);
        b.give(&[size, zero, zero]);
        b.at(there);
        let digest = self.digest(&mut b, message);
        let left = b.op(Op::Read(LEFT), &[]);
        b.give(&[size, digest, left]);
        b.finish()
    }

    /// Writes the function for all messages.
    fn messages(&self, program: &mut Program) -> FuncId {
        let (mut b, params) = Builder::new(program, "messages", &[Type::VIEW]);
        let (zero, one) = (b.i64(0), b.i64(1));
        let (header, carried) = b.block(&[Type::I64; 3]);
        let (some, _) = b.block(&[]);
        let (done, _) = b.block(&[]);
        b.jump(header, &[zero, zero, zero]);
        b.at(header);
        let (at, count, before) = (carried[0], carried[1], carried[2]);
        let (message, size) = self.chain.next(&mut b, params[0], at);
        let more = b.op(Op::Lt, &[zero, size]);
        b.branch(more, some, done);
        b.at(some);
        let digest = self.digest(&mut b, message);
        let digest = mixed(&mut b, before, digest);
        let at = b.op(Op::Add, &[at, size]);
        let count_after = b.op(Op::Add, &[count, one]);
        b.jump(header, &[at, count_after, digest]);
        b.at(done);
        b.give(&[count, before]);
        b.finish()
    }
}

fn mixed(b: &mut Builder, digest: Value, value: Value) -> Value {
    let (up, down) = (b.i64(13), b.i64(51));
    let parts = [b.op(Op::Shl, &[digest, up]), b.op(Op::Shr, &[digest, down])];
    let turned = b.op(Op::Xor, &parts);
    b.op(Op::Xor, &[turned, value])
}

struct Walk<'s> {
    schema: &'s Schema,
    /// The walks, by class.
    known: HashMap<ClassId, FuncId>,
    budget: CellId,
}

impl Walk<'_> {
    /// Declares the walk of a class: `(object, i64) -> i64`. Returns whether it was declared before.
    fn declare(&mut self, program: &mut Program, class: ClassId) -> (FuncId, bool) {
        if let Some(func) = self.known.get(&class) {
            return (*func, true);
        }
        let name = format!("digest${}", program.classes[class.index()].name);
        let (mut b, params) = Builder::new(program, &name, &[Type::object(class), Type::I64]);
        b.give(&[params[1]]);
        let func = b.finish();
        self.known.insert(class, func);
        (func, false)
    }

    /// Replaces the declared function with the function that was written last.
    fn put(program: &mut Program, func: FuncId) {
        let last = program.funcs.pop().expect("it was just written");
        program.funcs[func.index()] = last;
    }

    /// Starts the function of a class; if the budget is spent, the function returns its digest argument.
    fn start<'p>(&self, program: &'p mut Program, func: FuncId) -> (Builder<'p>, Value, Value) {
        let body = &program.funcs[func.index()].body;
        let types = [0, 1].map(|i| body.ty(body.blocks[0].params[i]));
        let name = program.funcs[func.index()].name.clone();
        let (mut b, params) = Builder::new(program, &name, &types);
        let (zero, one) = (b.i64(0), b.i64(1));
        let (spent, _) = b.block(&[]);
        let (go_on, _) = b.block(&[]);
        let left = b.op(Op::Read(self.budget), &[]);
        let some = b.op(Op::Lt, &[zero, left]);
        b.branch(some, go_on, spent);
        b.at(spent);
        b.give(&[params[1]]);
        b.at(go_on);
        let left = b.op(Op::Sub, &[left, one]);
        b.effect(Op::Write(self.budget), &[left]);
        (b, params[0], params[1])
    }

    fn structure(&mut self, program: &mut Program, id: StructId) -> FuncId {
        let name = class_name(&self.schema.structs[id].name);
        let class = program.class(&name).expect("each struct has a class");
        let (func, known) = self.declare(program, class);
        if known {
            return func;
        }
        let s = &self.schema.structs[id];
        // The walks that this one calls are written first.
        for field in &s.fields {
            self.needed(program, &field.ty);
        }
        let funcs: Vec<[Option<FuncId>; 2]> = s
            .fields
            .iter()
            .map(|f| ["", "has$"].map(|has| program.func(&format!("{name}.{has}{}", f.name))))
            .collect();
        let which = program.func(&format!("{name}.which$"));
        let (mut b, object, mut digest) = self.start(program, func);
        let which = which.map(|which| b.op(Op::Call(which), &[object]));
        if let Some(which) = which {
            digest = mixed(&mut b, digest, which);
        }
        for (field, [get, has]) in s.fields.iter().zip(funcs) {
            let mut end = None;
            if let Some(variant) = field.variant {
                let (set, _) = b.block(&[]);
                let (other, _) = b.block(&[]);
                let (next, after) = b.block(&[Type::I64]);
                let variant = b.i64(variant.into());
                let is_set = b.op(Op::Eq, &[which.expect("a union has a number"), variant]);
                b.branch(is_set, set, other);
                b.at(other);
                b.jump(next, &[digest]);
                b.at(set);
                end = Some((next, after[0]));
            }
            if let Some(has) = has {
                let there = b.op(Op::Call(has), &[object]);
                let there = b.op(Op::Convert(Base::I64), &[there]);
                digest = mixed(&mut b, digest, there);
            }
            if let Some(get) = get {
                let value = b.op(Op::Call(get), &[object]);
                digest = self.value(&mut b, &field.ty, value, digest);
            }
            if let Some((next, after)) = end {
                b.jump(next, &[digest]);
                b.at(next);
                digest = after;
            }
        }
        b.give(&[digest]);
        b.finish();
        Walk::put(program, func);
        func
    }

    /// Writes the walk of the struct or list that a type refers to.
    fn needed(&mut self, program: &mut Program, ty: &schema::Type) {
        match ty {
            schema::Type::Group(id) | schema::Type::Ref(id) => {
                self.structure(program, *id);
            }
            schema::Type::List(element) => self.list(program, ty, element),
            _ => {}
        }
    }

    fn list(&mut self, program: &mut Program, ty: &schema::Type, element: &schema::Type) {
        let name = type_name(self.schema, ty);
        let class = program.class(&name).expect("lists of fields have a class");
        let (func, known) = self.declare(program, class);
        if known {
            return;
        }
        self.needed(program, element);
        let len = program.func(&format!("{name}.len")).expect("a list has a length");
        let at = program.func(&format!("{name}.at"));
        let (mut b, list, digest) = self.start(program, func);
        let len = b.op(Op::Call(len), &[list]);
        let digest = mixed(&mut b, digest, len);
        let Some(at) = at else {
            b.give(&[digest]);
            b.finish();
            return Walk::put(program, func);
        };
        let (zero, one, two, three) = (b.i64(0), b.i64(1), b.i64(2), b.i64(3));
        let most = b.op(Op::Min, &[len, three]);
        let last = b.op(Op::Sub, &[len, one]);
        let (header, carried) = b.block(&[Type::I64; 2]);
        let (body, _) = b.block(&[]);
        let (done, _) = b.block(&[]);
        b.jump(header, &[zero, digest]);
        b.at(header);
        let more = b.op(Op::Lt, &[carried[0], most]);
        b.branch(more, body, done);
        b.at(body);
        let third = b.op(Op::Eq, &[carried[0], two]);
        let i = b.op(Op::Select, &[third, last, carried[0]]);
        let value = b.op(Op::Call(at), &[list, i]);
        let digest = self.value(&mut b, element, value, carried[1]);
        let next = b.op(Op::Add, &[carried[0], one]);
        b.jump(header, &[next, digest]);
        b.at(done);
        b.give(&[carried[1]]);
        b.finish();
        Walk::put(program, func);
    }

    /// Mixes in a value that an accessor returned.
    fn value(&self, b: &mut Builder, ty: &schema::Type, value: Value, digest: Value) -> Value {
        use schema::Type as S;
        let bits = match ty {
            S::Bit(_) => b.op(Op::Convert(Base::I64), &[value]),
            S::Scalar(Scalar::U64, _) => b.op(Op::Bits(Base::I64), &[value]),
            S::Scalar(Scalar::F32 | Scalar::F64, _) => {
                let number = b.op(Op::Eq, &[value, value]);
                let bits = b.op(Op::Bits(Base::I64), &[value]);
                let nan = b.i64(NAN);
                b.op(Op::Select, &[number, bits, nan])
            }
            S::Scalar(..) | S::Enum(..) => value,
            S::Text | S::Data => return bytes(b, value, digest),
            S::Any | S::Capability => {
                let class = b.ty(value).class().expect("a pointer to anything is an object");
                b.op(Op::Get(class, 0), &[value])
            }
            _ => {
                let class = b.ty(value).class().expect("structs and lists are objects");
                return b.op(Op::Call(self.known[&class]), &[value, digest]);
            }
        };
        mixed(b, digest, bits)
    }
}

/// Mixes in the length of a view, and its first, middle and last byte.
fn bytes(b: &mut Builder, view: Value, digest: Value) -> Value {
    let (zero, one) = (b.i64(0), b.i64(1));
    let len = b.op(Op::Len, &[view]);
    let digest = mixed(b, digest, len);
    let (some, _) = b.block(&[]);
    let (empty, _) = b.block(&[]);
    let (done, end) = b.block(&[Type::I64]);
    let there = b.op(Op::Lt, &[zero, len]);
    b.branch(there, some, empty);
    b.at(empty);
    b.jump(done, &[digest]);
    b.at(some);
    let middle = b.op(Op::Shr, &[len, one]);
    let last = b.op(Op::Sub, &[len, one]);
    let mut digest = digest;
    for at in [zero, middle, last] {
        let byte = b.op(Op::Load(Scalar::U8, Endian::Little), &[view, at]);
        digest = mixed(b, digest, byte);
    }
    b.jump(done, &[digest]);
    b.at(done);
    end[0]
}
