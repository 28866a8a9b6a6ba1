//! Default values as JSON: the values that accessors return for an empty struct.

use crate::engine::{Engine, Jit, policy::Policy};
use crate::formats::{Framing, Limits, RecordLayout, accessors, class_name, framing, reader};
use crate::ir::{FuncId, Program};
use crate::query::json::shapes::{Shapes, ValueAccessor};
use crate::query::json::walk::Walk;
use crate::runtime::Val;
use crate::schema::{Schema, StructId, Type};
use std::collections::HashMap;
use std::io::{Error, Result, Write};

/// A message of one segment with a single word: the root, a null pointer.
const EMPTY: [u8; 16] = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// The maximum length of a default value in bytes. A small schema can have an exponentially long one, for
/// example if each struct has two members of another struct.
const LONGEST: usize = 64 << 10;

/// Text with a maximum length.
#[derive(Default)]
struct Short(Vec<u8>);

impl Write for Short {
    fn write(&mut self, part: &[u8]) -> Result<usize> {
        if self.0.len() + part.len() > LONGEST {
            return Err(Error::other("too long"));
        }
        self.0.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The default values of all fields that have one, by struct and index of the field. A truncated one ends
/// with `…`.
pub fn defaults(schema: &Schema) -> HashMap<(StructId, usize), String> {
    let fields = || {
        let structs = schema.structs.iter().enumerate();
        structs.flat_map(|(id, s)| s.fields.iter().enumerate().map(move |(i, f)| (id, i, f)))
    };
    let mut found = HashMap::new();
    if fields().all(|(_, _, f)| f.default.is_none()) {
        return found;
    }
    let program = accessors(schema, &Limits::default());
    let shapes = Shapes::new(schema, &program);
    let engine = Engine::new(program, Policy::default());
    let mut walk = Walk::new(&shapes, engine.worker(Jit::Off));
    let named = shapes.structs.iter().enumerate();
    let named = named.flat_map(|(id, s)| s.fields.iter().map(move |f| ((id, f.name.as_str()), f.value)));
    let sources: HashMap<(StructId, &str), ValueAccessor> = named.collect();
    let source = |id: StructId, name: &str| sources.get(&(id, name)).copied();
    let funcs = engine.program.funcs.iter().enumerate();
    let funcs = funcs.map(|(i, f)| (f.name.as_str(), FuncId(i as u32))).collect();
    // For each group, the struct around it and the accessor that returns the group.
    let mut around = vec![None; schema.structs.len()];
    for (id, _, field) in fields() {
        if let Type::Group(group) = field.ty {
            around[group] = source(id, &field.name).and_then(|s| s.get).map(|get| (id, get));
        }
    }
    // The fields of a struct are adjacent, so only the last path is cached.
    let mut last_path = None;
    for (id, i, field) in fields().filter(|(_, _, f)| f.default.is_some()) {
        if last_path.as_ref().is_none_or(|(of, _)| *of != id) {
            last_path = Some((id, path(schema, &engine.program, &funcs, &around, id)));
        }
        let path = last_path.as_ref().and_then(|(_, path)| path.as_ref());
        let (Some(path), Some(last)) = (path, source(id, &field.name)) else { continue };
        let (args, mut text) = ([Val::View(0, EMPTY.len() as u64), Val::I64(0)], Short::default());
        let whole = walk.print(path, last, &args, &EMPTY, &mut text).is_ok();
        let text = String::from_utf8_lossy(&text.0);
        found.insert((id, i), if whole { text.into_owned() } else { format!("{text}…") });
    }
    found
}

/// The accessors that lead from a message to the struct `id`, through the groups around it.
fn path(
    schema: &Schema,
    program: &Program,
    funcs: &HashMap<&str, FuncId>,
    around: &[Option<(StructId, FuncId)>],
    id: StructId,
) -> Option<Vec<FuncId>> {
    let (mut outer, mut path) = (id, vec![]);
    while let Some((id, get)) = around[outer] {
        path.push(get);
        outer = id;
    }
    let class = class_name(&schema.structs[outer].name);
    funcs.get(reader(&class).as_str())?;
    let layout = RecordLayout::new(schema, &schema.structs[outer], &Limits::default());
    path.extend(match framing(program, &class, &layout) {
        Framing::Strided { read, .. } => vec![read],
        Framing::Chained(chain) => vec![chain.open, chain.step],
    });
    path.reverse();
    Some(path)
}
