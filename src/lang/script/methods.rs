//! Methods: of objects of the script, and of built-in types.

use super::ty::{Ty, Typed};
use super::{Done, Lowering, Stop};
use crate::ir::{Const, Op, Value};
use ruff_python_ast::{Expr, ExprAttribute, ExprCall};
use ruff_text_size::Ranged;

impl<'s> Lowering<'_, 's> {
    /// `object.name(…)`.
    pub fn method(&mut self, object: Typed, a: &'s ExprAttribute, call: &'s ExprCall) -> Done<Typed> {
        let object = self.given(object);
        let name = a.attr.id.as_str();
        match &object.ty {
            Ty::Object(class) => {
                let class = *class;
                let item = &self.unit.items.classes[class];
                match item.methods.get(name).copied() {
                    Some(method) if !item.properties.contains(name) && !name.starts_with("__") => {
                        let given = self.arguments(&call.arguments)?;
                        let args = self.bind(method, given, call.range(), 1)?;
                        self.mark(call);
                        let args = [object].into_iter().chain(args).collect();
                        self.call_function(method, Some(class), args, call.range())
                    }
                    Some(_) if name.starts_with("__") => {
                        self.wrong(a.attr.range, format!("'{name}' is not called by its name here"))
                    }
                    _ => {
                        let value = self.object_attribute(class, object, a)?;
                        let found = self.describe(&value.ty);
                        self.wrong(a.attr.range, format!("'{name}' is {found}, and cannot be called"))
                    }
                }
            }
            Ty::Record(class) => {
                if let Some(argument) = call.arguments.args.first() {
                    return self.wrong(argument, format!("'{name}' takes no arguments"));
                }
                self.record_method(*class, object.one(), name, a.attr.range)
            }
            Ty::Str | Ty::Bytes => self.text_method(object, a, call),
            Ty::File => self.file_method(object, a, call),
            Ty::Wrong => Err(Stop::Reported),
            other => {
                let found = self.describe(other);
                self.wrong(a.attr.range, format!("{found} has no method '{name}'"))
            }
        }
    }

    fn text_method(&mut self, object: Typed, a: &'s ExprAttribute, call: &'s ExprCall) -> Done<Typed> {
        let name = a.attr.id.as_str();
        let args = &call.arguments.args;
        let view = object.one();
        if let Some(k) = call.arguments.keywords.first() {
            return self.wrong(k, format!("'{name}' takes no named arguments"));
        }
        match (name, &args[..]) {
            ("startswith" | "endswith", [e]) => {
                let wanted = self.value(e)?;
                let options = match &wanted.ty {
                    Ty::Tuple(items) => self.items_of(&wanted, &items.clone()),
                    _ => vec![wanted],
                };
                let mut any = None;
                for option in options {
                    if option.ty != object.ty {
                        let (a, b) = (self.describe(&object.ty), self.describe(&option.ty));
                        return self.wrong(e, format!("'{name}' of {a} takes the same, not {b}"));
                    }
                    let holds = self.at_edge(view, option.one(), name == "endswith")?.one();
                    any = Some(match any {
                        None => holds,
                        Some(any) => self.b.op(Op::Or, &[any, holds]),
                    });
                }
                Ok(match any {
                    Some(any) => Typed::bool(any),
                    None => self.constant_bool(false),
                })
            }
            ("find", [e, bounds @ ..]) if bounds.len() < 3 => {
                let wanted = self.value(e)?;
                if wanted.ty != object.ty {
                    let (a, b) = (self.describe(&object.ty), self.describe(&wanted.ty));
                    return self.wrong(e, format!("'find' in {a} looks for the same, not for {b}"));
                }
                if !bounds.is_empty() {
                    return self.find_within(object, wanted.one(), bounds);
                }
                let found = self.b.op(Op::Find, &[view, wanted.one()]);
                if object.ty == Ty::Bytes {
                    return Ok(Typed::int(found));
                }
                // The position in code points.
                let zero = self.b.i64(0);
                let there = self.b.op(Op::Lt, &[zero, found]);
                self.either(
                    there,
                    |s| Ok(Typed::int(s.host("text.index_of", &[view, found]))),
                    |_| Ok(Typed::int(found)),
                )
            }
            ("startswith" | "endswith" | "find", _) => {
                self.wrong(call, format!("'{name}' is not called with so many arguments here"))
            }
            _ => {
                let found = self.describe(&object.ty);
                self.wrong_help(
                    a.attr.range,
                    format!("{found} has no method '{name}' here"),
                    "there are startswith, endswith and find, and 'in', '==', len, indices and slices: no text is built",
                )
            }
        }
    }

    /// `find` with a start, or with a start and an end.
    fn find_within(&mut self, object: Typed, wanted: Value, bounds: &'s [Expr]) -> Done<Typed> {
        let view = object.one();
        let all = self.b.op(Op::Len, &[view]);
        let count = self.length(object.clone(), bounds[0].range())?;
        let mut places = vec![];
        let mut first = None;
        for e in bounds {
            let bound = self.bound_argument(e)?;
            first.get_or_insert(bound.one());
            places.push(match object.ty {
                Ty::Str => self.text_bound(view, bound)?,
                _ => self.bound(Some(bound), all, 0)?,
            });
        }
        let (from, to) = (places[0], places.get(1).copied().unwrap_or(all));
        // Past the end, or if the end precedes the start, not even an empty string is found.
        let first = first.expect("there is a bound");
        let (zero, none) = (self.b.i64(0), self.b.i64(-1));
        let inside = self.b.op(Op::Le, &[first, count]);
        let ordered = self.b.op(Op::Le, &[from, to]);
        let some = self.b.op(Op::And, &[inside, ordered]);
        self.either(
            some,
            |s| {
                let part = s.between(view, from, to);
                let at = s.b.op(Op::Find, &[part, wanted]);
                let there = s.b.op(Op::Le, &[zero, at]);
                s.either(
                    there,
                    |s| {
                        let at = s.b.op(Op::Add, &[from, at]);
                        let text = object.ty == Ty::Str;
                        Ok(Typed::int(if text { s.host("text.index_of", &[view, at]) } else { at }))
                    },
                    |_| Ok(Typed::int(none)),
                )
            },
            |_| Ok(Typed::int(none)),
        )
    }

    /// Whether bytes start, or end, with others.
    fn at_edge(&mut self, view: Value, wanted: Value, end: bool) -> Done<Typed> {
        let (all, part) = (self.b.op(Op::Len, &[view]), self.b.op(Op::Len, &[wanted]));
        let room = self.b.op(Op::Le, &[part, all]);
        self.either(
            room,
            |s| {
                let zero = s.b.i64(0);
                let from = if end { s.b.op(Op::Sub, &[all, part]) } else { zero };
                let piece = s.b.op(Op::Slice, &[view, from, part]);
                let at = s.b.op(Op::Find, &[piece, wanted]);
                Ok(Typed::bool(s.b.op(Op::Eq, &[at, zero])))
            },
            |s| Ok(s.constant_bool(false)),
        )
    }

    /// The field of a file that holds its position.
    const POSITION: u32 = 1;

    fn file_method(&mut self, file: Typed, a: &'s ExprAttribute, call: &'s ExprCall) -> Done<Typed> {
        let class = self.unit.file_class.expect("there is a file");
        let name = a.attr.id.as_str();
        let all = self.b.op(Op::Get(class, 0), &file.parts);
        let at = self.b.op(Op::Get(class, Self::POSITION), &file.parts);
        let args: &'s [Expr] = &call.arguments.args;
        match (name, args) {
            ("read", [] | [_]) => {
                let len = self.b.op(Op::Len, &[all]);
                let rest = self.b.op(Op::Sub, &[len, at]);
                let zero = self.b.i64(0);
                // Past the end there are no bytes.
                let rest = self.b.op(Op::Max, &[rest, zero]);
                let size = match args.first() {
                    None => rest,
                    Some(e) => {
                        let wanted = self.bound_argument(e)?;
                        match self.b.as_const(wanted.one()) {
                            Some(Const::I64(0..)) => self.b.op(Op::Min, &[wanted.one(), rest]),
                            _ => {
                                let natural = self.b.op(Op::Le, &[zero, wanted.one()]);
                                let some = self.b.op(Op::Min, &[wanted.one(), rest]);
                                self.b.op(Op::Select, &[natural, some, rest])
                            }
                        }
                    }
                };
                let from = self.b.op(Op::Min, &[at, len]);
                let bytes = self.b.op(Op::Slice, &[all, from, size]);
                let next = self.b.op(Op::Add, &[at, size]);
                self.b.effect(Op::Set(class, Self::POSITION), &[file.one(), next]);
                Ok(Typed::of(Ty::Bytes, bytes))
            }
            ("tell", []) => Ok(Typed::natural(at)),
            ("seek", [e]) => {
                let to = self.int_argument(e)?.one();
                let zero = self.b.i64(0);
                let natural = self.b.op(Op::Le, &[zero, to]);
                self.require(natural, crate::ir::Raise::Index)?;
                self.b.effect(Op::Set(class, Self::POSITION), &[file.one(), to]);
                Ok(Typed::natural(to))
            }
            ("close", []) => Ok(Typed::none()),
            _ => self.wrong_help(
                a.attr.range,
                format!("a file has no method '{name}' here, or not with these arguments"),
                "there are read(), read(n), seek(n), tell() and close()",
            ),
        }
    }
}
