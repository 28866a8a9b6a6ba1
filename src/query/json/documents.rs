//! Records as JSON by native code: for each struct and each list a function of the IR that writes it, and a
//! loop over the records that calls these.
//!
//! ```text
//! document(record):  write {"a":         list(items):  write [
//!                    x = S.a(record)                   for each item: document(item), write , between them
//!                    write x ,"b":                     write ]
//!                    …
//! ```
//!
//! Text between two values is written together with the first of them. If a record cannot be written this
//! way, the function fails, and [`Walk`](super::walk::Walk) prints that record or reports its error. This
//! applies to malformed data, pointers to anything, values that nest deeper than calls may, and recursive
//! defaults, so this module need not handle them.

use super::shapes::{FieldShape, ListShape, Shapes, StructShape, ValueAccessor, ValueKind};
use crate::engine::{Engine, Worker, policy::Policy};
use crate::formats::{self, Limits, RecordLayout};
use crate::host;
use crate::host::names;
use crate::ir::build::Builder;
use crate::ir::{Base, FuncId, Op, Program, Raise, Type, Value};
use crate::query::rows;
use crate::runtime::Val;
use crate::schema::{Schema, StructId};

/// At most this many words of a message are read here, since its text is kept in memory. Larger messages are
/// left to [`Walk`](super::walk::Walk), which keeps nothing.
const WORDS: u64 = 1 << 20;
/// At most this many fields of structs behind pointers are inlined into the function of the enclosing struct.
const INLINED: usize = 32;

/// The program that writes records of an input.
#[derive(Debug)]
pub struct Documents {
    pub engine: Engine,
    /// `(view, most) -> (end, records, records)`: writes at most `most` of the records at the start of a
    /// view.
    pub chunk: FuncId,
}

/// The text of whole records, one line each.
#[derive(Debug)]
pub struct Written {
    pub text: Vec<u8>,
    pub records: u64,
    /// The start of the next record, unless writing it has failed.
    pub end: Option<u64>,
}

impl Documents {
    /// The program for records that are structs of that type.
    pub fn new(schema: &Schema, record: StructId, layout: &RecordLayout) -> Documents {
        let limits = Limits { traversal: layout.limits.traversal.min(WORDS), ..layout.limits };
        let mut program = formats::accessors(schema, &limits);
        let shapes = Shapes::new(schema, &program);
        let class = formats::class_name(&schema.structs[record].name);
        let mut writers = Writers { schema, shapes: &shapes, structs: vec![], lists: vec![] };
        writers.all(&mut program);
        let row = row(&mut program, writers.structs[record]);
        let framing = formats::framing(&program, &class, layout);
        let chunk = rows::chunk(&mut program, framing, None, row, Some("cell.full"));
        debug_assert_eq!(crate::ir::verify::verify_program(&program), Ok(()));
        Documents { engine: Engine::new(program, Policy::default()), chunk }
    }

    /// Writes at most `most` of the records at the start of `bytes` to the console of `worker`, which must
    /// belong to the program's engine, and takes the text from there.
    pub fn write(&self, worker: &mut Worker, bytes: &[u8], most: i64) -> Written {
        let args = [Val::View(0, bytes.len() as u64), Val::I64(most)];
        let done = worker.call(self.chunk, &args, bytes);
        let mut text = std::mem::take(&mut worker.console().text);
        // A partially written record has no line end; complete lines contain none except at their end.
        let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        text.truncate(whole);
        match done.as_deref() {
            Ok([Val::I64(end), Val::I64(records), _]) => {
                let (records, end) = (*records as u64, (*records > 0).then_some(*end as u64));
                Written { text, records, end }
            }
            Ok(other) => unreachable!("{other:?} is no result of a chunk"),
            Err(_) => {
                let records = text.iter().filter(|b| **b == b'\n').count() as u64;
                Written { text, records, end: None }
            }
        }
    }
}

/// `(record) -> true`: writes a line.
fn row(program: &mut Program, document: FuncId) -> FuncId {
    let param = program.funcs[document.index()].body.blocks[0].params[0];
    let ty = program.funcs[document.index()].body.ty(param);
    let (b, params) = Builder::new(program, "row", &[ty]);
    let mut out = Out::new(b);
    let done = out.b.op(Op::Call(document), &params);
    out.put(b"\n");
    out.flush();
    out.b.give(&[done]);
    out.b.finish()
}

/// The functions that write structs and lists, by number.
struct Writers<'a> {
    schema: &'a Schema,
    shapes: &'a Shapes,
    structs: Vec<FuncId>,
    lists: Vec<FuncId>,
}

impl Writers<'_> {
    /// Declares all functions first, since they may call each other, and then generates them.
    fn all(&mut self, program: &mut Program) {
        let declare = |program: &mut Program, name: String, ty: Type| {
            let (mut b, _) = Builder::new(program, &name, &[ty]);
            let done = b.constant(crate::ir::Const::Bool(true));
            b.give(&[done]);
            b.finish()
        };
        let mut types = vec![];
        for s in &self.schema.structs {
            let class = formats::class_name(&s.name);
            let ty = Type::object(program.class(&class).expect("all structs have a class"));
            self.structs.push(declare(program, format!("{class}.json$"), ty));
            types.push(ty);
        }
        for (number, list) in self.shapes.lists.iter().enumerate() {
            let body = &program.funcs[list.len.index()].body;
            let ty = body.ty(body.blocks[0].params[0]);
            self.lists.push(declare(program, format!("json${number}"), ty));
            types.push(ty);
        }
        let (structs, lists) = (self.structs.clone(), self.lists.clone());
        for (i, func) in structs.into_iter().chain(lists).enumerate() {
            let name = program.funcs[func.index()].name.clone();
            let (b, params) = Builder::new(program, &name, &[types[i]]);
            let mut out = Out::new(b);
            match self.shapes.structs.get(i) {
                Some(shape) => {
                    out.within.push(i);
                    self.structure(&mut out, shape, params[0]);
                }
                None => self.list(&mut out, &self.shapes.lists[i - self.shapes.structs.len()], params[0]),
            }
            out.flush();
            let done = out.b.constant(crate::ir::Const::Bool(true));
            out.b.give(&[done]);
            out.b.finish_as(func);
        }
    }

    fn structure(&self, out: &mut Out, shape: &StructShape, object: Value) {
        out.put(b"{");
        let mut begun = Begun::No;
        for field in shape.fields.iter().filter(|f| f.variant.is_none()) {
            let Some(has) = field.has else {
                self.field(out, field, object, &mut begun);
                continue;
            };
            // A null pointer is left out.
            let there = out.b.op(Op::Call(has), &[object]);
            begun = out.either(there, begun, |out, begun| self.field(out, field, object, begun));
        }
        if let Some(which) = shape.which {
            let which = out.b.op(Op::Call(which), &[object]);
            for field in &shape.fields {
                let Some(variant) = field.variant else { continue };
                let variant = out.b.i64(variant.into());
                let set = out.b.op(Op::Eq, &[which, variant]);
                begun = out.either(set, begun, |out, begun| self.field(out, field, object, begun));
            }
        }
        out.put(b"}");
    }

    fn field(&self, out: &mut Out, field: &FieldShape, object: Value, begun: &mut Begun) {
        out.comma(begun);
        out.put(&field.key);
        // A struct that is not behind a pointer is embedded, so it cannot be recursive and is inlined.
        match field.value {
            ValueAccessor { get: Some(get), kind: ValueKind::Struct(id) }
                if field.has.is_none() && field.variant.is_none() =>
            {
                let part = out.b.op(Op::Call(get), &[object]);
                self.structure(out, &self.shapes.structs[id], part);
            }
            source => self.value(out, source, &[object]),
        }
    }

    fn list(&self, out: &mut Out, shape: &ListShape, list: Value) {
        out.put(b"[");
        out.flush();
        let (zero, one) = (out.b.i64(0), out.b.i64(1));
        let count = out.b.op(Op::Call(shape.len), &[list]);
        let (header, at) = out.b.block(&[Type::I64]);
        let (body, _) = out.b.block(&[]);
        let (comma, _) = out.b.block(&[]);
        let (element, _) = out.b.block(&[]);
        let (done, _) = out.b.block(&[]);
        out.b.jump(header, &[zero]);
        out.b.at(header);
        let more = out.b.op(Op::Lt, &[at[0], count]);
        out.b.branch(more, body, done);
        out.b.at(body);
        let behind = out.b.op(Op::Lt, &[zero, at[0]]);
        out.b.branch(behind, comma, element);
        out.b.at(comma);
        out.put(b",");
        out.flush();
        out.b.jump(element, &[]);
        out.b.at(element);
        self.value(out, shape.element, &[list, at[0]]);
        out.flush();
        let next = out.b.op(Op::Add, &[at[0], one]);
        out.b.jump(header, &[next]);
        out.b.at(done);
        out.put(b"]");
    }

    fn value(&self, out: &mut Out, source: ValueAccessor, args: &[Value]) {
        let Some(get) = source.get else { return out.put(b"null") };
        let value = out.b.op(Op::Call(get), args);
        match source.kind {
            ValueKind::Void => out.put(b"null"),
            ValueKind::Plain | ValueKind::Long => {
                let long = matches!(source.kind, ValueKind::Long);
                let host = match out.b.ty(value).base {
                    Base::Bool => "cell.json_bool",
                    Base::F64 => "cell.json_float",
                    Base::I64 if long => "cell.json_int",
                    Base::U64 if long => "cell.json_uint",
                    Base::I64 => "cell.int",
                    Base::U64 => "cell.uint",
                    other => unreachable!("{other:?} is no number"),
                };
                out.value(host, &[value]);
            }
            ValueKind::Enum(id) => {
                let values = self.schema.enums[id].values.iter();
                let table = out.constant(&names(values.map(|(name, value)| (name.as_str(), *value))));
                out.value("cell.json_name", &[table, value]);
            }
            ValueKind::Text => out.value("cell.json_text", &[value]),
            ValueKind::Data => out.value("cell.json_bytes", &[value]),
            ValueKind::Struct(id) if out.inlines(id, self.shapes.structs[id].fields.len()) => {
                self.structure(out, &self.shapes.structs[id], value);
                out.within.pop();
            }
            ValueKind::Struct(id) => out.call(self.structs[id], value),
            ValueKind::List(number) => out.call(self.lists[number], value),
            ValueKind::Any => {
                let kind = self.shapes.any.expect("there are such pointers");
                let (kind, zero) = (out.b.op(Op::Call(kind), &[value]), out.b.i64(0));
                let (null, _) = out.b.block(&[]);
                let (other, _) = out.b.block(&[]);
                out.flush();
                let is_null = out.b.op(Op::Eq, &[kind, zero]);
                out.b.branch(is_null, null, other);
                out.b.at(other);
                out.b.raise(Raise::Data("a pointer to anything has no JSON"));
                out.b.at(null);
                out.put(b"null");
            }
        }
    }
}

/// Whether a field of a struct was written, so that a comma must precede the next one.
#[derive(Clone, Copy)]
enum Begun {
    No,
    Yes,
    /// Known at run time only: a truth value.
    If(Value),
}

/// A function under construction that writes JSON, and its pending output.
struct Out<'p> {
    b: Builder<'p>,
    /// A pending value: the host function that writes it, and its arguments.
    waiting: Option<(&'static str, Vec<Value>)>,
    /// The pending text after it.
    text: Vec<u8>,
    /// The condition for a comma before the text; then there is no pending value.
    comma: Option<Value>,
    /// The structs whose fields are inlined here, from the outermost one inwards; and the number of fields
    /// that may still be inlined.
    within: Vec<StructId>,
    room: usize,
}

impl<'p> Out<'p> {
    fn new(b: Builder<'p>) -> Out<'p> {
        Out { b, waiting: None, text: vec![], comma: None, within: vec![], room: INLINED }
    }

    /// Whether to inline a struct behind a pointer, so that the text around its fields is merged with them.
    /// Recursive structs are not inlined.
    fn inlines(&mut self, id: StructId, fields: usize) -> bool {
        if fields > self.room || self.within.contains(&id) {
            return false;
        }
        self.room -= fields;
        self.within.push(id);
        true
    }

    fn constant(&mut self, bytes: &[u8]) -> Value {
        let constant = self.b.program_mut().constant(bytes);
        self.b.constant(constant)
    }

    /// Appends text.
    fn put(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    /// Appends a value.
    fn value(&mut self, host: &'static str, args: &[Value]) {
        self.flush();
        self.waiting = Some((host, args.to_vec()));
    }

    /// Appends a call of a function that writes a value.
    fn call(&mut self, writer: FuncId, value: Value) {
        self.flush();
        self.b.op(Op::Call(writer), &[value]);
    }

    /// Emits the pending output.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some(comma) = self.comma.take() {
            let (yes, _) = self.b.block(&[]);
            let (no, _) = self.b.block(&[]);
            let (join, _) = self.b.block(&[]);
            self.b.branch(comma, yes, no);
            for (edge, text) in [(yes, [b",", &text[..]].concat()), (no, text)] {
                self.b.at(edge);
                self.text = text;
                self.flush();
                self.b.jump(join, &[]);
            }
            return self.b.at(join);
        }
        let (name, mut args) = match self.waiting.take() {
            Some(waiting) => waiting,
            None if text.is_empty() => return,
            None => ("cell.none", vec![]),
        };
        args.push(self.constant(&text));
        let op = host::op(self.b.program_mut(), name);
        self.b.effect(op, &args);
    }

    /// Appends a comma if a field was written before.
    fn comma(&mut self, begun: &mut Begun) {
        match std::mem::replace(begun, Begun::Yes) {
            Begun::No => {}
            Begun::Yes => self.put(b","),
            Begun::If(condition) => {
                self.flush();
                self.comma = Some(condition);
            }
        }
    }

    /// Emits `then` under a condition. Returns whether a field was written, now or before. Pending text is
    /// duplicated into both arms, where it is merged with the following text.
    fn either(&mut self, condition: Value, before: Begun, then: impl FnOnce(&mut Self, &mut Begun)) -> Begun {
        if self.waiting.is_some() || self.comma.is_some() {
            self.flush();
        }
        let lead = std::mem::take(&mut self.text);
        let (yes, _) = self.b.block(&[]);
        let (no, _) = self.b.block(&[]);
        let (join, begun) = self.b.block(&[Type::BOOL]);
        let known = |out: &mut Self, begun| match begun {
            Begun::No => out.b.constant(crate::ir::Const::Bool(false)),
            Begun::Yes => out.b.constant(crate::ir::Const::Bool(true)),
            Begun::If(value) => value,
        };
        self.b.branch(condition, yes, no);
        self.b.at(yes);
        self.text = lead.clone();
        let mut after = before;
        then(self, &mut after);
        self.flush();
        let value = known(self, after);
        self.b.jump(join, &[value]);
        self.b.at(no);
        self.text = lead;
        self.flush();
        let value = known(self, before);
        self.b.jump(join, &[value]);
        self.b.at(join);
        match (before, after) {
            (Begun::Yes, Begun::Yes) => Begun::Yes,
            (Begun::No, Begun::No) => Begun::No,
            _ => Begun::If(begun[0]),
        }
    }
}
