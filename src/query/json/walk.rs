//! From an object to its JSON: calls one accessor after the other and writes what it gives.
//!
//! The way through nested values is a list of places, not calls within calls, so no schema and no input is
//! too deep for it. Objects on that way are held in the worker's heap; all others are garbage once they are
//! printed.
//!
//! What is printed of a struct: all fields but null pointers, and of a union the member that is set, even if
//! it is null; then it is what its default says. Where a default would be printed within itself, and so on
//! without end, it is `null`.

use super::shapes::{FieldShape, ListShape, Shapes, Source, StructShape, ValueKind};
use crate::engine::Worker;
use crate::host::json;
use crate::interp::Fault;
use crate::ir::FuncId;
use crate::runtime::Val;
use crate::schema::StructId;
use std::fmt::Write as _;
use std::io::{self, Write};

/// What prints values of one input.
pub struct Walk<'a> {
    shapes: &'a Shapes,
    worker: Worker<'a>,
    /// From the record inwards.
    places: Vec<OpenValue<'a>>,
}

/// What stops it.
#[derive(Debug)]
pub enum Stop {
    /// An accessor fails.
    Fault(Fault),
    /// Something of that kind has no JSON.
    NoJson(&'static str),
    /// It cannot be written.
    Write(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Write(error)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

/// A value that is being printed.
struct OpenValue<'a> {
    object: Val,
    /// Where it is a default: what gave it.
    default: Option<FuncId>,
    /// How many of its parts have been looked at.
    next: usize,
    parts: Parts<'a>,
}

enum Parts<'a> {
    /// Of a struct: whether a field has been printed, and what the union says.
    Fields { shape: &'a StructShape, begun: bool, which: Option<i64> },
    /// Of a list: its length.
    Elements { shape: &'a ListShape, len: usize },
}

/// What is to be printed next.
enum Step<'a> {
    Field(Val, &'a FieldShape),
    Element(Val, usize, Source),
    End(&'static [u8]),
}

impl<'a> Walk<'a> {
    pub fn new(shapes: &'a Shapes, worker: Worker<'a>) -> Walk<'a> {
        Walk { shapes, worker, places: vec![] }
    }

    /// Prints a value: what `last` gives. Each function takes what the one before has given, the first one
    /// `args`.
    pub fn print(
        &mut self,
        before: &[FuncId],
        last: Source,
        args: &[Val],
        input: &[u8],
        out: &mut impl Write,
    ) -> Result<(), Stop> {
        self.places.clear();
        self.worker.let_go_of_all();
        let mut given = args.to_vec();
        for func in before {
            given = vec![self.call(*func, &given, input)?];
        }
        self.value(last, &given, None, input, out)?;
        while let Some(step) = self.step() {
            match step {
                Step::End(bracket) => {
                    self.worker.let_go();
                    out.write_all(bracket)?;
                }
                Step::Element(list, at, source) => {
                    if at > 0 {
                        out.write_all(b",")?;
                    }
                    self.value(source, &[list, Val::I64(at as i64)], None, input, out)?;
                }
                Step::Field(object, field) => self.field(object, field, input, out)?,
            }
        }
        Ok(())
    }

    /// Where it is: `triangles[3].a`; nothing if it is at the record itself.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for OpenValue { next, parts, .. } in self.places.iter().filter(|p| p.next > 0) {
            match parts {
                Parts::Fields { shape, .. } => {
                    path += if path.is_empty() { "" } else { "." };
                    path += &shape.fields[next - 1].name;
                }
                Parts::Elements { .. } => write!(path, "[{}]", next - 1).expect("memory takes everything"),
            }
        }
        path
    }

    /// What comes next at the innermost place; nothing at the end of all.
    fn step(&mut self) -> Option<Step<'a>> {
        let OpenValue { object, next, parts, .. } = self.places.last_mut()?;
        let end: &[u8] = match parts {
            Parts::Fields { shape, which, .. } => {
                let set = |f: &FieldShape| f.variant.is_none_or(|v| *which == Some(v.into()));
                let fields = &shape.fields;
                if let Some(found) = fields[*next..].iter().position(set) {
                    *next += found + 1;
                    return Some(Step::Field(*object, &fields[*next - 1]));
                }
                b"}"
            }
            Parts::Elements { shape, len } if *next < *len => {
                *next += 1;
                return Some(Step::Element(*object, *next - 1, shape.element));
            }
            Parts::Elements { .. } => b"]",
        };
        self.places.pop();
        Some(Step::End(end))
    }

    fn field(
        &mut self,
        object: Val,
        field: &FieldShape,
        input: &[u8],
        out: &mut impl Write,
    ) -> Result<(), Stop> {
        let null = match field.has {
            Some(has) => self.call(has, &[object], input)? == Val::Bool(false),
            None => false,
        };
        if null && field.variant.is_none() {
            return Ok(());
        }
        if let Some(OpenValue { parts: Parts::Fields { begun, .. }, .. }) = self.places.last_mut()
            && std::mem::replace(begun, true)
        {
            out.write_all(b",")?;
        }
        out.write_all(&field.key)?;
        let default = field.value.get.filter(|_| null);
        if default.is_some() && self.places.iter().any(|p| p.default == default) {
            return Ok(out.write_all(b"null")?);
        }
        self.value(field.value, &[object], default, input, out)
    }

    /// Prints what a call gives; `default` if that is a default.
    fn value(
        &mut self,
        source: Source,
        args: &[Val],
        default: Option<FuncId>,
        input: &[u8],
        out: &mut impl Write,
    ) -> Result<(), Stop> {
        let val = match source.get {
            Some(get) => self.call(get, args, input)?,
            None => Val::None,
        };
        match (source.kind, val) {
            (ValueKind::Void, _) => out.write_all(b"null")?,
            (ValueKind::Plain, Val::Bool(b)) => write!(out, "{b}")?,
            (ValueKind::Plain, Val::F64(x)) => json::float(out, x)?,
            (ValueKind::Plain, Val::I64(i)) => write!(out, "{i}")?,
            (ValueKind::Plain, Val::U64(u)) => write!(out, "{u}")?,
            (ValueKind::Long, Val::I64(i)) => json::int(out, i)?,
            (ValueKind::Long, Val::U64(u)) => json::uint(out, u)?,
            (ValueKind::Enum(id), Val::I64(i)) => match self.shapes.enums[id].get(&i) {
                Some(name) => out.write_all(name)?,
                None => write!(out, "{i}")?,
            },
            (ValueKind::Text, view) => json::string(out, self.worker.bytes(view, input))?,
            (ValueKind::Data, view) => json::data(out, self.worker.bytes(view, input))?,
            (ValueKind::Struct(id), object) => self.enter(object, id, default, input, out)?,
            (ValueKind::List(number), list) => {
                let shape = &self.shapes.lists[number];
                let Val::I64(len) = self.call(shape.len, &[list], input)? else {
                    unreachable!("a length is an i64")
                };
                let parts = Parts::Elements { shape, len: len as usize };
                self.worker.hold(list);
                self.places.push(OpenValue { object: list, default, next: 0, parts });
                out.write_all(b"[")?;
            }
            (ValueKind::Any, object) => {
                let kind = self.shapes.any.expect("there are such pointers");
                let what = match self.call(kind, &[object], input)? {
                    Val::I64(0) => return Ok(out.write_all(b"null")?),
                    Val::I64(1) => "a pointer to a struct of no type",
                    Val::I64(2) => "a pointer to a list of no type",
                    Val::I64(3) => "a capability",
                    _ => "a pointer of no known kind",
                };
                return Err(Stop::NoJson(what));
            }
            (kind, val) => unreachable!("{val:?} is no {kind:?}"),
        }
        Ok(())
    }

    /// Goes into an object of the struct `id`.
    fn enter(
        &mut self,
        object: Val,
        id: StructId,
        default: Option<FuncId>,
        input: &[u8],
        out: &mut impl Write,
    ) -> Result<(), Stop> {
        let shape = &self.shapes.structs[id];
        self.worker.hold(object);
        let which = match shape.which {
            Some(which) => match self.call(which, &[object], input)? {
                Val::I64(i) => Some(i),
                other => unreachable!("{other:?} is no number of a union's member"),
            },
            None => None,
        };
        let parts = Parts::Fields { shape, begun: false, which };
        self.places.push(OpenValue { object, default, next: 0, parts });
        Ok(out.write_all(b"{")?)
    }

    fn call(&mut self, func: FuncId, args: &[Val], input: &[u8]) -> Result<Val, Fault> {
        let values = self.worker.call(func, args, input)?;
        Ok(values.first().copied().expect("an accessor gives a value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Jit, policy::Policy};
    use crate::formats::packed;
    use crate::schema::Schema;

    /// Prints `times` records of the struct `S`; gives the last one and how many objects there was room for
    /// in the end.
    fn printed(declared: &str, bytes: &[u8], times: usize) -> (String, usize) {
        let schema = Schema::from_c("<schema>", declared).unwrap();
        let (id, _) = schema.find("S").unwrap();
        let program = packed::accessors(&schema);
        let last = Source { get: program.func("S.read$"), kind: ValueKind::Struct(id) };
        let shapes = Shapes::new(&schema, &program);
        let engine = Engine::new(program, Policy::default());
        let mut walk = Walk::new(&shapes, engine.worker(Jit::Off));
        let mut out = vec![];
        for _ in 0..times {
            out.clear();
            let args = [Val::View(0, bytes.len() as u64), Val::I64(0)];
            walk.print(&[], last, &args, bytes, &mut out).unwrap();
        }
        (String::from_utf8(out).unwrap(), walk.worker.room())
    }

    const DECLARED: &str =
        "struct P { char id[2]; unsigned char n; }; struct S { struct { P p[COUNT]; } list; };";

    #[test]
    fn objects_that_are_printed_make_room_for_others() {
        for (count, times) in [(1, 30_000), (60_000, 1)] {
            let declared = DECLARED.replace("COUNT", &count.to_string());
            let bytes = b"ab\x07".repeat(count);
            let (text, room) = printed(&declared, &bytes, times);
            let elements = vec!["{\"id\":\"ab\",\"n\":7}"; count].join(",");
            assert!(text == format!("{{\"list\":{{\"p\":[{elements}]}}}}"), "{count}: {:.200}", text);
            assert!(room < 10_000, "{count}: room for {room} objects");
        }
    }
}
