//! Prints an object as JSON by calling one accessor after the other.
//!
//! The current position in nested values is an explicit stack, so any depth of nesting is possible. Objects
//! on the stack are held in the worker's heap; all others become garbage once they are printed.
//!
//! All fields of a struct are printed except null pointers. Of a union, the member that is set is printed
//! even if it is null, as its default. A default that would be printed within itself, without end, is `null`.

use super::shapes::{FieldShape, ListShape, Shapes, StructShape, ValueAccessor, ValueKind};
use crate::engine::Worker;
use crate::host::json;
use crate::interp::Fault;
use crate::ir::FuncId;
use crate::runtime::Val;
use crate::schema::StructId;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Prints values of one input.
pub struct Walk<'a> {
    shapes: &'a Shapes,
    worker: Worker<'a>,
    /// The stack of open values, from the record inwards.
    places: Vec<OpenValue<'a>>,
}

/// The reason why printing stopped.
#[derive(Debug)]
pub enum Stop {
    /// An accessor failed.
    Fault(Fault),
    /// A value of that kind has no JSON.
    NoJson(&'static str),
    /// Writing failed.
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
    /// If it is a default, the accessor that returned it.
    default: Option<FuncId>,
    /// The number of parts that have been visited.
    next: usize,
    parts: Parts<'a>,
}

enum Parts<'a> {
    /// Of a struct: whether a field has been printed, and the tag of the union.
    Fields { shape: &'a StructShape, begun: bool, which: Option<i64> },
    /// Of a list: its length.
    Elements { shape: &'a ListShape, len: usize },
}

/// The next action.
enum Step<'a> {
    Field(Val, &'a FieldShape),
    Element(Val, usize, ValueAccessor),
    End(&'static [u8]),
}

impl<'a> Walk<'a> {
    pub fn new(shapes: &'a Shapes, worker: Worker<'a>) -> Walk<'a> {
        Walk { shapes, worker, places: vec![] }
    }

    /// Prints the value that `last` returns. Each function takes the result of the previous one, the first
    /// one `args`.
    pub fn print(
        &mut self,
        before: &[FuncId],
        last: ValueAccessor,
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

    /// The path to the current position, such as `triangles[3].a`; empty at the record itself.
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

    /// The next action at the innermost open value; `None` at the end of everything.
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

    /// Prints the result of an accessor. If it is a default, `default` is the accessor.
    fn value(
        &mut self,
        source: ValueAccessor,
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

    /// Opens an object of the struct `id`.
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

    /// Prints `times` records of the struct `S`. Returns the last one, and the number of objects that the
    /// heap had room for in the end.
    fn printed(declared: &str, bytes: &[u8], times: usize) -> (String, usize) {
        let schema = Schema::from_c("<schema>", declared).unwrap();
        let (id, _) = schema.find("S").unwrap();
        let program = packed::accessors(&schema);
        let last = ValueAccessor { get: program.func("S.read$"), kind: ValueKind::Struct(id) };
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
