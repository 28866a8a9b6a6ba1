//! Immutable objects enter and leave a region as their fields: they are *flattened*.
//!
//! ```text
//! class Point { at: view, tag: i64 }       never changed: a Point is a view and an i64
//! class Pair { a: Point, b: Point? }       a Pair is a view, an i64 and a Point?
//! ```
//!
//! An object is flattened if it is not optional and no function of the program changes a field of its class;
//! its fields are flattened in turn. So neither entering native code nor calling it needs the object to
//! exist. Other values are passed as they are: optional objects, which may be absent; mutable objects, which
//! have an identity; and objects with so many fields that passing a reference costs less.
//!
//! The rule depends on the program alone, so callers and compiled functions agree without coordination.
//! Return values are not flattened.

use super::{ClassId, FuncId, Op, Program, Type};

/// An object with more parts is not flattened.
const MAX_PARTS: usize = 12;

/// A part of a value: a field, at any depth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The path of fields from the value to the part, outermost first; empty if the value is not flattened.
    pub path: Vec<u32>,
    /// Its type.
    pub ty: Type,
}

/// How the objects of a program's classes are flattened.
#[derive(Debug)]
pub struct Flatten {
    /// By class: its parts, or `None` if its objects are not flattened.
    classes: Vec<Option<Vec<Part>>>,
}

/// The state of a class during the analysis.
#[derive(Clone)]
enum State {
    New,
    /// In progress: a class that contains itself is not flattened.
    Open,
    Done(Option<Vec<Part>>),
}

impl Flatten {
    /// Analyzes a program's classes.
    pub fn new(program: &Program) -> Flatten {
        let mut states = vec![State::New; program.classes.len()];
        for inst in program.funcs.iter().flat_map(|f| &f.body.blocks).flat_map(|b| &b.insts) {
            if let Op::Set(class, _) = inst.op {
                states[class.index()] = State::Done(None);
            }
        }
        for class in 0..states.len() as u32 {
            look_at(program, &mut states, ClassId(class));
        }
        let done = |state| if let State::Done(parts) = state { parts } else { None };
        Flatten { classes: states.into_iter().map(done).collect() }
    }

    /// The parts of a value of that type; the value itself if it is not flattened.
    pub fn parts(&self, ty: Type) -> Vec<Part> {
        let parts = ty.class().and_then(|class| self.classes[class.index()].clone());
        parts.unwrap_or_else(|| vec![Part { path: vec![], ty }])
    }

    /// The parts of `value`, which has that type; `get` reads a field of an object.
    pub fn take_apart<V: Copy>(
        &self,
        ty: Type,
        value: V,
        mut get: impl FnMut(ClassId, u32, V) -> V,
        program: &Program,
    ) -> Vec<V> {
        // The values on the path to the last part: the next path may share a prefix.
        let mut way: Vec<(u32, Type, V)> = vec![];
        let mut found = vec![];
        for part in self.parts(ty) {
            let same = way.iter().zip(&part.path).take_while(|((i, ..), field)| i == *field).count();
            way.truncate(same);
            for field in &part.path[same..] {
                let (ty, value) = way.last().map_or((ty, value), |(_, ty, value)| (*ty, *value));
                let class = ty.class().expect("what has fields is an object");
                let inner = program.classes[class.index()].fields[*field as usize].1;
                way.push((*field, inner, get(class, *field, value)));
            }
            found.push(way.last().map_or(value, |(.., value)| *value));
        }
        found
    }

    /// Rebuilds a value of that type from its parts, the next ones in `values`; `make` makes an object.
    pub fn put_together<V>(
        &self,
        ty: Type,
        values: &mut impl Iterator<Item = V>,
        make: &mut impl FnMut(ClassId, Vec<V>) -> V,
        program: &Program,
    ) -> V {
        together(&self.parts(ty), 0, ty, values, make, program)
    }

    /// The types of a function's parameters, flattened: the parameters of its native code.
    pub fn params(&self, program: &Program, func: FuncId) -> Vec<Type> {
        let body = &program.funcs[func.index()].body;
        let params = body.blocks.first().map_or(&[][..], |entry| &entry.params);
        params.iter().flat_map(|v| self.parts(body.ty(*v))).map(|part| part.ty).collect()
    }
}

/// Rebuilds the value that contains all of `parts`, whose paths share the first `depth` fields.
fn together<V>(
    parts: &[Part],
    depth: usize,
    ty: Type,
    values: &mut impl Iterator<Item = V>,
    make: &mut impl FnMut(ClassId, Vec<V>) -> V,
    program: &Program,
) -> V {
    // An object without fields has no parts.
    if parts.first().is_some_and(|part| part.path.len() == depth) {
        return values.next().expect("there is a value for each part");
    }
    let class = ty.class().expect("what has fields is an object");
    let mut fields = vec![];
    for (i, (_, ty)) in program.classes[class.index()].fields.iter().enumerate() {
        let at = |part: &&Part| part.path[depth] == i as u32;
        let from = parts.iter().take_while(|part| part.path[depth] < i as u32).count();
        let count = parts[from..].iter().take_while(at).count();
        fields.push(together(&parts[from..from + count], depth + 1, *ty, values, make, program));
    }
    make(class, fields)
}

fn look_at(program: &Program, states: &mut [State], class: ClassId) -> Option<Vec<Part>> {
    match &states[class.index()] {
        State::Done(parts) => return parts.clone(),
        State::Open => return None,
        State::New => states[class.index()] = State::Open,
    }
    let mut parts = vec![];
    for (i, (_, ty)) in program.classes[class.index()].fields.iter().enumerate() {
        let inner = ty.class().and_then(|class| look_at(program, states, class));
        for mut part in inner.unwrap_or_else(|| vec![Part { path: vec![], ty: *ty }]) {
            part.path.insert(0, i as u32);
            parts.push(part);
        }
    }
    let parts = (parts.len() <= MAX_PARTS).then_some(parts);
    states[class.index()] = State::Done(parts.clone());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::parse::parse;
    use crate::ir::typing::type_name;

    /// For each class of the text, in order, its parts as text.
    fn flatten(text: &str) -> Vec<String> {
        let (program, _) = parse(text).unwrap_or_else(|d| panic!("{d}"));
        let flatten = Flatten::new(&program);
        let part = |p: &Part| format!("{:?}: {}", p.path, type_name(&program, p.ty));
        let class = |i: usize| {
            let parts = flatten.parts(Type::object(ClassId(i as u32)));
            parts.iter().map(part).collect::<Vec<_>>().join(", ")
        };
        (0..program.classes.len()).map(class).collect()
    }

    #[test]
    fn objects_in_objects_are_flattened_and_optional_ones_are_not() {
        let found = flatten("class A { at: view, tag: i64? }\nclass B { n: f64, a: A, b: A? }");
        assert_eq!(found[0], "[0]: view, [1]: i64?");
        assert_eq!(found[1], "[0]: f64, [1, 0]: view, [1, 1]: i64?, [2]: A?");
    }

    #[test]
    fn an_object_that_is_changed_somewhere_is_not_flattened() {
        let text = "class A { n: i64 }\nclass B { a: A }\nfn f(v0: A) {\nb0:\n  set A.n v0, 1\n  return\n}";
        assert_eq!(flatten(text), ["[]: A", "[0]: A"]);
    }

    #[test]
    fn a_class_that_needs_itself_and_one_of_many_fields_are_not_flattened() {
        assert_eq!(flatten("class A { a: A, n: i64 }"), ["[0]: A, [1]: i64"]);
        let fields = |n: usize| (0..n).map(|i| format!("f{i}: i64")).collect::<Vec<_>>().join(", ");
        let found =
            flatten(&format!("class A {{ {} }}\nclass B {{ {} }}", fields(MAX_PARTS), fields(MAX_PARTS + 1)));
        assert_eq!((found[0].split(", ").count(), &*found[1]), (MAX_PARTS, "[]: B"));
    }

    #[test]
    fn what_is_taken_apart_can_be_put_together() {
        let text = "class E {}\nclass A { n: i64, e: E }\nclass B { a: A, x: i64, e: E, c: A }";
        let (program, _) = parse(text).unwrap_or_else(|d| panic!("{d}"));
        let (flatten, ty) = (Flatten::new(&program), Type::object(ClassId(2)));
        // A value is a number here: 10 times the object's number, plus the field's index.
        let parts = flatten.take_apart(ty, 1, |_, field, of| 10 * of + field as i32, &program);
        assert_eq!(parts, [100, 11, 130]);
        let mut values = parts.iter().map(|n| n.to_string());
        let mut make = |class: ClassId, fields: Vec<String>| {
            format!("{}({})", program.classes[class.index()].name, fields.join(" "))
        };
        let whole = flatten.put_together(ty, &mut values, &mut make, &program);
        assert_eq!(whole, "B(A(100 E()) 11 E() A(130 E()))");
    }

    #[test]
    fn a_function_takes_the_parts_of_its_parameters_in_order() {
        let text = "class A { at: view, n: i64 }\nfn f(v0: i64, v1: A, v2: A?) {\nb0:\n  return\n}";
        let (program, _) = parse(text).unwrap_or_else(|d| panic!("{d}"));
        let a = Type::optional(crate::ir::Base::Ref(ClassId(0)));
        let found = Flatten::new(&program).params(&program, FuncId(0));
        assert_eq!(found, [Type::I64, Type::VIEW, Type::I64, a]);
    }
}
