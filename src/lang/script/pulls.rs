//! Iteration step by step: a [`Pull`] is the state of a loop, in hidden variables.
//!
//! The variables belong to the function that is lowered; in a generator that is an object, they are its
//! fields.

use super::flow::Edge;
use super::iterate::enumerated;
use super::ty::{Ty, Typed};
use super::{Done, Key, Lowering, Stop, Yields};
use crate::ir::{ClassId, Op, Value};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use std::rc::Rc;

/// A variable that the script does not name.
#[derive(Clone, Debug)]
pub enum Hidden {
    /// At a position in the environment.
    Variable(usize),
    /// In a field of the generator that is lowered.
    Held(Rc<str>),
    /// A constant.
    Known(Typed),
}

/// The state of a loop.
#[derive(Clone, Debug)]
pub enum Pull {
    /// The next number, the end, the step.
    Range {
        at: Hidden,
        stop: Hidden,
        step: Hidden,
        natural: bool,
    },
    /// The list, the next index, the length.
    List {
        list: Hidden,
        class: ClassId,
        at: Hidden,
        len: Hidden,
    },
    /// The text, the offset of the next byte.
    Text {
        text: Hidden,
        at: Hidden,
    },
    Bytes {
        bytes: Hidden,
        at: Hidden,
    },
    Records(super::records::Reading),
    /// An object with `__next__`.
    Next(Hidden, usize),
    /// A generator.
    Generator(Hidden),
    /// The iterable, the count so far, and the number of the first value.
    Enumerate {
        inner: Box<Pull>,
        counter: Hidden,
        start: Hidden,
    },
    Zip(Vec<Pull>),
    /// A tuple, the next index.
    Tuple(Hidden, Hidden),
    /// A list or a range, and the number of elements left.
    Reversed(Hidden, Hidden),
}

impl<'s> Lowering<'_, 's> {
    /// Adds a hidden variable. `at` and `role` identify it if it is kept in a generator's object.
    pub fn hide(&mut self, value: Typed, at: TextRange, role: &str) -> Done<Hidden> {
        if let Yields::Suspend(suspend) = self.frame().yields.clone() {
            let name = format!("${}.{role}", at.start().to_u32());
            self.set_held(&suspend, &name, value)?;
            return Ok(Hidden::Held(name.into()));
        }
        Ok(Hidden::Variable(self.push(at.start(), role, value)))
    }

    /// Like [`hide`](Self::hide), for a value that does not change: a constant needs no variable.
    pub fn hide_fixed(&mut self, value: Typed, at: TextRange, role: &str) -> Done<Hidden> {
        match value.parts.iter().all(|part| self.b.as_const(*part).is_some()) {
            true => Ok(Hidden::Known(value)),
            false => self.hide(value, at, role),
        }
    }

    pub fn get_hidden(&mut self, hidden: &Hidden) -> Done<Typed> {
        match hidden {
            Hidden::Known(value) => Ok(value.clone()),
            Hidden::Variable(at) => Ok(self.env[*at].clone()),
            Hidden::Held(name) => match self.frame().yields.clone() {
                Yields::Suspend(suspend) => self.held_inner(&suspend, name),
                _ => unreachable!("the generator that is lowered has it"),
            },
        }
    }

    /// Like [`get_hidden`](Self::get_hidden), for a variable that may be unset.
    pub fn get_raw(&mut self, hidden: &Hidden) -> Done<Typed> {
        match hidden {
            Hidden::Known(value) => Ok(value.clone()),
            Hidden::Variable(at) => Ok(self.env[*at].clone()),
            Hidden::Held(name) => match self.frame().yields.clone() {
                Yields::Suspend(suspend) => Ok(self.held_raw(&suspend, name)),
                _ => unreachable!("the generator that is lowered has it"),
            },
        }
    }

    pub fn put_hidden(&mut self, hidden: &Hidden, value: Typed) -> Done<()> {
        match hidden {
            Hidden::Known(_) => unreachable!("a constant does not change"),
            Hidden::Variable(at) => {
                self.env[*at] = value;
                Ok(())
            }
            Hidden::Held(name) => match self.frame().yields.clone() {
                Yields::Suspend(suspend) => self.set_held(&suspend, name, value),
                _ => unreachable!("the generator that is lowered has it"),
            },
        }
    }

    /// The state to iterate a call of `enumerate`, `zip` or `reversed`; none for another call.
    pub fn pull_call(&mut self, call: &'s ExprCall) -> Done<Option<Pull>> {
        let arguments = &call.arguments;
        if self.is_builtin(call, "enumerate") {
            let Some((inner, start)) = enumerated(call) else {
                return self.wrong(call, "'enumerate' takes what is to be counted, and a start");
            };
            let inner = self.pull(inner)?;
            let start = match start {
                Some(start) => Some(self.int_argument(start)?),
                None => None,
            };
            let (counter, start) = self.counter(start, call.range())?;
            return Ok(Some(Pull::Enumerate { inner: Box::new(inner), counter, start }));
        }
        if self.is_builtin(call, "zip") {
            if let Some(k) = arguments.keywords.first() {
                return self.wrong(k, "'zip' takes no named arguments here");
            }
            let mut pulls = vec![];
            for e in &arguments.args {
                pulls.push(self.pull(e)?);
            }
            return Ok(Some(Pull::Zip(pulls)));
        }
        if self.is_builtin(call, "reversed") {
            let [e] = &arguments.args[..] else { return self.wrong(call, "'reversed' takes one argument") };
            let value = self.value(e)?;
            return match &value.ty {
                Ty::Range | Ty::List(..) => {
                    let len = self.length(value.clone(), e.range())?;
                    let of = self.hide_fixed(value, e.range(), "list")?;
                    let left = self.hide(Typed::int(len), e.range(), "at")?;
                    Ok(Some(Pull::Reversed(of, left)))
                }
                other => {
                    let found = self.describe(other);
                    self.wrong(e, format!("'reversed' is supported for ranges and lists, not for {found}"))
                }
            };
        }
        Ok(None)
    }

    /// The state to iterate an expression step by step.
    pub fn pull(&mut self, e: &'s Expr) -> Done<Pull> {
        if let Expr::Call(call) = e
            && let Some(pull) = self.pull_call(call)?
        {
            return Ok(pull);
        }
        let value = self.value(e)?;
        self.pull_value(value, e.range())
    }

    /// The state to iterate a value step by step.
    pub fn pull_value(&mut self, value: Typed, at: TextRange) -> Done<Pull> {
        let value = self.given(value);
        let zero = Typed::natural(self.b.i64(0));
        match &value.ty {
            Ty::Range => {
                let [start, stop, step] = value.parts[..] else { unreachable!("a range has three parts") };
                let natural = |v| matches!(self.b.as_const(v), Some(crate::ir::Const::I64(0..)));
                let natural = natural(start) && natural(step);
                let at_var = self.hide(Typed::int(start), at, "at")?;
                let stop = self.hide_fixed(Typed::int(stop), at, "stop")?;
                let step = self.hide_fixed(Typed::int(step), at, "step")?;
                Ok(Pull::Range { at: at_var, stop, step, natural })
            }
            Ty::List(class, _) => {
                let class = *class;
                let len = self.length(value.clone(), at)?;
                let list = self.hide_fixed(value, at, "list")?;
                let len = self.hide_fixed(Typed::natural(len), at, "len")?;
                let at = self.hide(zero, at, "at")?;
                Ok(Pull::List { list, class, at, len })
            }
            Ty::Str => {
                let text = self.hide_fixed(value, at, "text")?;
                Ok(Pull::Text { text, at: self.hide(zero, at, "at")? })
            }
            Ty::Bytes => {
                let bytes = self.hide_fixed(value, at, "bytes")?;
                Ok(Pull::Bytes { bytes, at: self.hide(zero, at, "at")? })
            }
            Ty::Records(_) => Ok(Pull::Records(self.read_records(value, at)?)),
            Ty::Generator(_) => Ok(Pull::Generator(self.hide(value, at, "generator")?)),
            Ty::Tuple(_) => {
                let tuple = self.hide_fixed(value, at, "tuple")?;
                Ok(Pull::Tuple(tuple, self.hide(zero, at, "at")?))
            }
            Ty::Object(class) => {
                let class = *class;
                let item = &self.unit.items.classes[class];
                let iterator = match item.methods.get("__iter__").copied() {
                    Some(method) => self.call_function(method, Some(class), vec![value.clone()], at)?,
                    None => {
                        let found = self.describe(&value.ty);
                        return self.wrong(at, format!("{found} cannot be iterated: it has no '__iter__'"));
                    }
                };
                match iterator.ty.clone() {
                    Ty::Object(class) => {
                        if !self.unit.items.classes[class].methods.contains_key("__next__") {
                            let name = self.unit.items.classes[class].name;
                            return self
                                .wrong(at, format!("'__iter__' gives a {name}, which has no '__next__'"));
                        }
                        Ok(Pull::Next(self.hide(iterator, at, "iterator")?, class))
                    }
                    _ => self.pull_value(iterator, at),
                }
            }
            Ty::Record(class) => {
                let message = format!("a {} cannot be iterated", self.class_called(*class));
                match self.first_list(*class) {
                    Some(field) => self.wrong_help(at, message, format!("its list '{field}' can")),
                    None => self.wrong(at, message),
                }
            }
            Ty::Wrong => Err(Stop::Reported),
            other => {
                let message = format!("{} cannot be iterated", self.describe(other));
                match self.frames[self.frame].bare {
                    Some(_) => self.wrong_help(
                        at,
                        message,
                        "over all records, with wirelens eval: max(t.x for t in records)",
                    ),
                    None => self.wrong(at, message),
                }
            }
        }
    }

    /// Takes one step: returns the edges on which there is no further value, and the next value.
    pub fn advance(&mut self, pull: &Pull) -> Done<(Vec<Edge>, Typed)> {
        match pull {
            Pull::Range { at, stop, step, natural } => {
                let (now, end, by) =
                    (self.get_hidden(at)?.one(), self.get_hidden(stop)?.one(), self.get_hidden(step)?.one());
                let more = match self.b.as_const(by) {
                    Some(crate::ir::Const::I64(1..)) => self.b.op(Op::Lt, &[now, end]),
                    Some(_) => self.b.op(Op::Lt, &[end, now]),
                    None => {
                        let zero = self.b.i64(0);
                        let up = self.b.op(Op::Lt, &[zero, by]);
                        let (a, b) = (self.b.op(Op::Lt, &[now, end]), self.b.op(Op::Lt, &[end, now]));
                        self.b.op(Op::Select, &[up, a, b])
                    }
                };
                let ways = self.split(more);
                self.resume(ways.yes)?;
                let next = self.next_in_range(now, by)?;
                self.put_hidden(at, Typed::int(next))?;
                let item = if *natural { Typed::natural(now) } else { Typed::int(now) };
                Ok((ways.no, item))
            }
            Pull::List { list, class, at, len } => {
                let (index, end) = (self.get_hidden(at)?, self.get_hidden(len)?);
                let more = self.b.op(Op::Lt, &[index.one(), end.one()]);
                let ways = self.split(more);
                self.resume(ways.yes)?;
                let object = self.get_hidden(list)?;
                let next = self.one_more(&index);
                self.put_hidden(at, next)?;
                let item = self.element(object.one(), *class, index.one(), &object.ty)?;
                Ok((ways.no, item))
            }
            Pull::Reversed(of, left) => {
                let index = self.get_hidden(left)?.one();
                let (zero, one) = (self.b.i64(0), self.b.i64(1));
                let more = self.b.op(Op::Lt, &[zero, index]);
                let ways = self.split(more);
                self.resume(ways.yes)?;
                let object = self.get_hidden(of)?;
                let next = self.b.op(Op::Sub, &[index, one]);
                self.put_hidden(left, Typed::int(next))?;
                let item = match object.ty {
                    Ty::List(class, _) => self.element(object.one(), class, next, &object.ty)?,
                    _ => Typed::int(self.number_in_range(&object, next)),
                };
                Ok((ways.no, item))
            }
            Pull::Bytes { bytes, at } => {
                let view = self.get_hidden(bytes)?.one();
                let index = self.get_hidden(at)?;
                let len = self.b.op(Op::Len, &[view]);
                let more = self.b.op(Op::Lt, &[index.one(), len]);
                let ways = self.split(more);
                self.resume(ways.yes)?;
                let byte = self.byte_at(view, index.one());
                let next = self.one_more(&index);
                self.put_hidden(at, next)?;
                Ok((ways.no, Typed::natural(byte)))
            }
            Pull::Text { text, at } => {
                let view = self.get_hidden(text)?.one();
                let index = self.get_hidden(at)?.one();
                let len = self.b.op(Op::Len, &[view]);
                let more = self.b.op(Op::Lt, &[index, len]);
                let ways = self.split(more);
                self.resume(ways.yes)?;
                let rest = self.b.op(Op::Sub, &[len, index]);
                let rest = self.b.op(Op::Slice, &[view, index, rest]);
                let one = self.b.i64(1);
                let size = self.host("text.offset", &[rest, one]);
                let item = self.b.op(Op::Slice, &[view, index, size]);
                let next = self.b.op(Op::Add, &[index, size]);
                self.put_hidden(at, Typed::natural(next))?;
                Ok((ways.no, Typed::of(Ty::Str, item)))
            }
            Pull::Records(reading) => self.next_record(reading),
            Pull::Next(object, class) => {
                let object = self.get_hidden(object)?;
                self.next_of_object(object, *class)
            }
            Pull::Generator(generator) => {
                let generator = self.get_hidden(generator)?;
                self.next_of_generator(generator)
            }
            Pull::Enumerate { inner, counter, start } => {
                let (done, item) = self.advance(inner)?;
                if item.ty == Ty::Never {
                    return Ok((done, item));
                }
                let count = self.count_on(counter, start)?;
                let mut pair = Typed::new(Ty::Tuple(vec![]), vec![]);
                super::expressions::push_item(&mut pair, count);
                super::expressions::push_item(&mut pair, item);
                Ok((done, pair))
            }
            Pull::Zip(pulls) => {
                let mut all = vec![];
                let mut tuple = Typed::new(Ty::Tuple(vec![]), vec![]);
                if pulls.is_empty() {
                    return Ok((vec![self.edge(None)], Typed::new(Ty::Never, vec![])));
                }
                for pull in pulls {
                    // The items taken so far are kept in a variable while this iterable advances.
                    let size = self.env.len();
                    self.push(0.into(), "tuple", tuple);
                    let (done, item) = match self.advance(pull) {
                        // It never has a value, but an earlier iterable may end first.
                        Err(Stop::Dead) if !all.is_empty() => (vec![], Typed::new(Ty::Never, vec![])),
                        other => other?,
                    };
                    all.extend(done.into_iter().map(|mut edge| {
                        edge.env.truncate(size);
                        edge
                    }));
                    if item.ty == Ty::Never {
                        return Ok((all, item));
                    }
                    tuple = self.env.pop().expect("it was pushed");
                    super::expressions::push_item(&mut tuple, item);
                }
                Ok((all, tuple))
            }
            Pull::Tuple(tuple, at) => {
                let value = self.get_hidden(tuple)?;
                let index = self.get_hidden(at)?;
                let Ty::Tuple(items) = value.ty.clone() else { unreachable!("it is a tuple") };
                let len = self.b.i64(items.len() as i64);
                let more = self.b.op(Op::Lt, &[index.one(), len]);
                let ways = self.split(more);
                self.resume(ways.yes)?;
                let next = self.one_more(&index);
                self.put_hidden(at, next)?;
                let items = self.items_of(&value, &items);
                let item = self.item_at(items, index.one(), 0)?;
                Ok((ways.no, item))
            }
        }
    }

    /// The number after one of a range that has not ended; saturates if it does not fit 64 bits.
    fn next_in_range(&mut self, now: Value, step: Value) -> Done<Value> {
        let up = match self.b.as_const(step) {
            Some(crate::ir::Const::I64(1 | -1)) => return Ok(self.b.op(Op::Add, &[now, step])),
            Some(crate::ir::Const::I64(step)) => self.b.constant(crate::ir::Const::Bool(step > 0)),
            _ => {
                let zero = self.b.i64(0);
                self.b.op(Op::Lt, &[zero, step])
            }
        };
        let next = self.either(
            up,
            |s| {
                let end = s.b.i64(i64::MAX);
                let last = s.b.op(Op::Sub, &[end, step]);
                let now = s.b.op(Op::Min, &[now, last]);
                Ok(Typed::int(s.b.op(Op::Add, &[now, step])))
            },
            |s| {
                let end = s.b.i64(i64::MIN);
                let last = s.b.op(Op::Sub, &[end, step]);
                let now = s.b.op(Op::Max, &[now, last]);
                Ok(Typed::int(s.b.op(Op::Add, &[now, step])))
            },
        )?;
        Ok(next.one())
    }

    /// The item at an index, which is in bounds; `first` is the index of the first of `items`.
    pub fn item_at(&mut self, mut items: Vec<Typed>, index: Value, first: usize) -> Done<Typed> {
        if items.is_empty() {
            return Err(Stop::Dead);
        }
        let item = items.remove(0);
        if items.is_empty() {
            return Ok(item);
        }
        let number = self.b.i64(first as i64);
        let this = self.b.op(Op::Eq, &[index, number]);
        self.either(this, |_| Ok(item), |s| s.item_at(items, index, first + 1))
    }

    /// The hidden variables of an `enumerate`: the count so far, and the number of the first value. They are
    /// added only when there is another value, since the number after the last may not fit.
    pub fn counter(&mut self, start: Option<Typed>, at: TextRange) -> Done<(Hidden, Hidden)> {
        let zero = Typed::natural(self.b.i64(0));
        let start = self.hide_fixed(start.unwrap_or(zero.clone()), at, "start")?;
        Ok((self.hide(zero, at, "count")?, start))
    }

    /// The number of the next value; counts it.
    pub fn count_on(&mut self, counter: &Hidden, start: &Hidden) -> Done<Typed> {
        let (count, start) = (self.get_hidden(counter)?, self.get_hidden(start)?);
        let next = self.one_more(&count);
        self.put_hidden(counter, next)?;
        match self.b.as_const(start.one()) {
            Some(crate::ir::Const::I64(0)) => Ok(count),
            _ => Ok(Typed::new(start.ty.clone(), vec![self.b.op(Op::Add, &[start.one(), count.one()])])),
        }
    }

    /// A counter plus one.
    pub fn one_more(&mut self, count: &Typed) -> Typed {
        let one = self.b.i64(1);
        Typed::new(count.ty.clone(), vec![self.b.op(Op::Add, &[count.one(), one])])
    }

    /// Calls `__next__`: returns the edges on which it has ended, and the next value.
    pub fn next_of_object(&mut self, object: Typed, class: usize) -> Done<(Vec<Edge>, Typed)> {
        let method = self.unit.items.classes[class].methods["__next__"];
        let at = method.name.range;
        let key = Key { function: at.start().to_u32(), params: vec![object.ty.clone()] };
        let (func, gives) = self.instance_of(method, Some(class), key, at, super::calls::Body::Function)?;
        let result = self.call_instance(func, &[object]);
        self.next_item(result, gives)
    }

    /// Unpacks the result of a function that returns the next value: a tuple of one, or none at the end.
    pub fn next_item(&mut self, result: Value, gives: Ty) -> Done<(Vec<Edge>, Typed)> {
        let value = self.unpack(result, &gives);
        let one = |value: Typed| match value.ty {
            Ty::Tuple(mut items) => Typed::new(items.remove(0), value.parts),
            other => unreachable!("{other:?} is no tuple of one"),
        };
        match value.ty.clone() {
            Ty::Optional(of) => {
                let there = self.is_there(&value);
                let ways = self.split(there);
                self.resume(ways.yes)?;
                Ok((ways.no, one(self.inner(&value, &of))))
            }
            Ty::None => Ok((vec![self.edge(None)], Typed::new(Ty::Never, vec![]))),
            Ty::Never => self.raised(crate::ir::Raise::Unreachable),
            _ => Ok((vec![], one(value))),
        }
    }
}
