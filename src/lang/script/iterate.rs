//! Loops over any iterable.
//!
//! An iterable is either *pushed*, a generator that is inlined in the loop's place and passes its values to
//! the loop's body, or *pulled*: a [`Pull`] is a state in variables, and [`Lowering::advance`] moves it on by
//! one step. Neither allocates an object.

use super::calls::yields;
use super::items::Item;
use super::pulls::Pull;
use super::ty::{Ty, Typed};
use super::{Consumer, Done, Lowering, Stop, Yields};
use ruff_python_ast::{Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use std::cell::RefCell;
use std::rc::Rc;

/// A tuple of more items is not iterated.
const WIDEST: usize = 64;
/// A generator with more `yield`s is not inlined: the loop's body would be duplicated for each.
pub const YIELDS: usize = 4;
/// The limit on copies of the innermost loop's body when inlined generators are nested.
const BODIES: usize = 16;

/// An iterable, evaluated as far as it must be before another argument of the same call.
pub enum PartlyEvaluated<'s> {
    /// Nothing has been evaluated.
    All(&'s Expr),
    /// The arguments of a generator that will be inlined.
    Generator(&'s StmtFunctionDef, Vec<Typed>, TextRange),
    /// The initial state of a pulled iterable.
    Pull(Pull, TextRange),
    /// The value of the iterable.
    Value(Typed, TextRange),
}

/// The iterable and the start of an `enumerate`, if the call has that form.
pub fn enumerated(call: &ExprCall) -> Option<(&Expr, Option<&Expr>)> {
    match (&call.arguments.args[..], &call.arguments.keywords[..]) {
        ([inner], []) => Some((inner, None)),
        ([inner, start], []) => Some((inner, Some(start))),
        ([inner], [k]) if k.arg.as_ref().is_some_and(|a| a.id == "start") => Some((inner, Some(&k.value))),
        _ => None,
    }
}

impl<'s> Lowering<'_, 's> {
    /// Runs `consumer` for each value of an iterable, and continues after the last one.
    pub fn iterate(&mut self, e: &'s Expr, consumer: Consumer<'s>) -> Done<()> {
        self.mark(e);
        let suspended = matches!(self.frame().yields, Yields::Suspend(_));
        match e {
            Expr::Generator(g) => return self.inline_expression(g, consumer),
            Expr::Call(_) | Expr::Name(_) if !suspended => {
                if let Some((def, args)) = self.generator_of(e)? {
                    return self.inline_generator(def, args, e.range(), consumer);
                }
            }
            _ => {}
        }
        match e {
            Expr::Call(call) if !suspended => {
                if self.is_builtin(call, "zip")
                    && let [first, rest @ ..] = &call.arguments.args[..]
                    && call.arguments.keywords.is_empty()
                    && let Some((def, args)) = self.generator_of(first)?
                {
                    return self.iterate_beside(def, args, first.range(), rest, consumer);
                }
                if self.is_builtin(call, "enumerate")
                    && let Some((inner, start)) = enumerated(call)
                    && matches!(inner, Expr::Call(_) | Expr::Generator(_) | Expr::Name(_))
                {
                    let size = self.env.len();
                    let (over, start) = self.iterable_beside(inner, start, Self::int_argument)?;
                    let (counter, start) = self.counter(start, call.range())?;
                    let consumer: Consumer<'s> = Rc::new(move |s, item| {
                        let count = s.count_on(&counter, &start)?;
                        let mut pair = Typed::new(Ty::Tuple(vec![]), vec![]);
                        super::expressions::push_item(&mut pair, count);
                        super::expressions::push_item(&mut pair, item);
                        consumer(s, pair)
                    });
                    let result = self.iterate_over(over, consumer);
                    self.env.truncate(size);
                    return result;
                }
            }
            _ => {}
        }
        let size = self.env.len();
        let result = self.iterate_pulled(e, consumer);
        self.env.truncate(size);
        result
    }

    /// An iterable, and the value of another argument, which is evaluated after the iterable's own arguments
    /// and before its first value.
    pub fn iterable_beside(
        &mut self,
        items: &'s Expr,
        beside: Option<&'s Expr>,
        value: impl FnOnce(&mut Self, &'s Expr) -> Done<Typed>,
    ) -> Done<(PartlyEvaluated<'s>, Option<Typed>)> {
        let Some(beside) = beside else { return Ok((PartlyEvaluated::All(items), None)) };
        let over = self.ready(items, beside)?;
        Ok((over, Some(value(self, beside)?)))
    }

    /// Evaluates an iterable as far as it must be before another argument.
    fn ready(&mut self, items: &'s Expr, beside: &'s Expr) -> Done<PartlyEvaluated<'s>> {
        let suspended = matches!(self.frame().yields, Yields::Suspend(_));
        if !suspended && let Some((def, args)) = self.generator_of(items)? {
            return Ok(PartlyEvaluated::Generator(def, args, items.range()));
        }
        let plain = match beside {
            Expr::UnaryOp(u) => &u.operand,
            e => e,
        };
        // The iterables of a generator expression contain no assignments, so the name keeps its value.
        if plain.is_literal_expr() || plain.is_name_expr() && items.is_generator_expr() {
            return Ok(PartlyEvaluated::All(items));
        }
        if let Expr::Call(call) = items
            && let Some(pull) = self.pull_call(call)?
        {
            return Ok(PartlyEvaluated::Pull(pull, items.range()));
        }
        Ok(PartlyEvaluated::Value(self.value(items)?, items.range()))
    }

    /// Runs `consumer` for each value.
    pub fn iterate_over(&mut self, over: PartlyEvaluated<'s>, consumer: Consumer<'s>) -> Done<()> {
        match over {
            PartlyEvaluated::All(e) => self.iterate(e, consumer),
            PartlyEvaluated::Generator(def, args, at) => self.inline_generator(def, args, at, consumer),
            PartlyEvaluated::Pull(pull, at) => self.pull_loop(pull, at, consumer),
            PartlyEvaluated::Value(value, at) => self.iterate_value(value, at, consumer),
        }
    }

    /// `zip` of a generator that is inlined and of other iterables, each of which is pulled.
    fn iterate_beside(
        &mut self,
        def: &'s StmtFunctionDef,
        args: Vec<Typed>,
        at: TextRange,
        rest: &'s [Expr],
        consumer: Consumer<'s>,
    ) -> Done<()> {
        let size = self.env.len();
        let pulls: Vec<Pull> = rest.iter().map(|e| self.pull(e)).collect::<Done<_>>()?;
        let ends = Rc::new(RefCell::new(vec![]));
        let ended = ends.clone();
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let mut tuple = Typed::new(Ty::Tuple(vec![]), vec![]);
            super::expressions::push_item(&mut tuple, item);
            for pull in &pulls {
                // As in `advance`: the tuple is a variable while the next iterable advances.
                s.push(at.start(), "tuple", tuple);
                let (done, item) = s.advance(pull)?;
                ended.borrow_mut().extend(done);
                if item.ty == Ty::Never {
                    return Err(Stop::Dead);
                }
                tuple = s.env.pop().expect("it was pushed");
                super::expressions::push_item(&mut tuple, item);
            }
            consumer(s, tuple)
        });
        let result = self.inline_generator(def, args, at, each);
        let mut edges = self.fell(result)?.into_iter().collect::<Vec<_>>();
        edges.append(&mut ends.borrow_mut());
        self.join_to(edges, size).map(|_| ())
    }

    fn iterate_pulled(&mut self, e: &'s Expr, consumer: Consumer<'s>) -> Done<()> {
        if let Expr::Call(call) = e
            && let Some(pull) = self.pull_call(call)?
        {
            return self.pull_loop(pull, e.range(), consumer);
        }
        let value = self.value(e)?;
        self.iterate_value(value, e.range(), consumer)
    }

    /// Runs `consumer` for each value of an evaluated iterable.
    pub fn iterate_value(&mut self, value: Typed, at: TextRange, consumer: Consumer<'s>) -> Done<()> {
        let value = self.given(value);
        let suspended = matches!(self.frame().yields, Yields::Suspend(_));
        match &value.ty {
            // Item by item, since their types may differ.
            Ty::Tuple(items) if !suspended => {
                if items.len() > WIDEST {
                    return self.wrong(at, format!("a tuple of more than {WIDEST} items is not iterated"));
                }
                for (i, item) in self.items_of(&value, &items.clone()).into_iter().enumerate() {
                    self.path.push(at.start().to_u32() + i as u32);
                    let result = consumer(self, item);
                    self.path.pop();
                    result?;
                }
                Ok(())
            }
            Ty::Object(class) if !suspended => {
                let item = &self.unit.items.classes[*class];
                match item.methods.get("__iter__").copied() {
                    Some(method) if yields(method) > 0 && self.can_inline(method) => {
                        self.inline_generator(method, vec![value], at, consumer)
                    }
                    _ => {
                        let pull = self.pull_value(value, at)?;
                        self.pull_loop(pull, at, consumer)
                    }
                }
            }
            _ => {
                let pull = self.pull_value(value, at)?;
                self.pull_loop(pull, at, consumer)
            }
        }
    }

    fn pull_loop(&mut self, pull: Pull, at: TextRange, consumer: Consumer<'s>) -> Done<()> {
        let head = self.enter_loop(at.start().to_u32())?;
        self.mark(at);
        let (mut done, item) = match self.advance(&pull) {
            Ok(advanced) => advanced,
            // There is never a value, only an end or an error.
            Err(Stop::Dead) => (vec![], Typed::new(Ty::Never, vec![])),
            Err(stop) => return Err(stop),
        };
        if item.ty != Ty::Never {
            let result = consumer(self, item);
            let again = self.fell(result)?;
            if let Some(edge) = self.back(&head, again.into_iter().collect())? {
                done = vec![edge];
            }
        }
        self.resume(done)
    }

    /// The function and the arguments of an expression, if it is a generator that can be inlined.
    fn generator_of(&mut self, e: &'s Expr) -> Done<Option<(&'s StmtFunctionDef, Vec<Typed>)>> {
        match e {
            Expr::Call(call) => self.generator_call(call),
            Expr::Name(name) => self.waited_for(name),
            _ => Ok(None),
        }
    }

    /// The function and the arguments of a call, if it is one of a generator that can be inlined.
    fn generator_call(&mut self, call: &'s ExprCall) -> Done<Option<(&'s StmtFunctionDef, Vec<Typed>)>> {
        match &*call.func {
            Expr::Name(name) if self.variable(name).is_none() || self.frame().function.is_none() => {
                let Some(Item::Function(def)) = self.unit.items.names.get(name.id.as_str()).copied() else {
                    return Ok(None);
                };
                if yields(def) == 0 || !self.can_inline(def) {
                    return Ok(None);
                }
                let given = self.arguments_with(&call.arguments, Self::argument)?;
                let args = self.bind(def, given, call.range(), 0)?;
                Ok(Some((def, args)))
            }
            Expr::Attribute(a) => {
                // Only a method that is known without evaluating anything: the object must be a variable.
                let Expr::Name(name) = &*a.value else { return Ok(None) };
                let Some(at) = self.frame().names.get(name.id.as_str()).copied() else { return Ok(None) };
                let object = self.env[at].clone();
                let Ty::Object(class) = object.ty else { return Ok(None) };
                let Some(def) = self.unit.items.classes[class].methods.get(a.attr.id.as_str()).copied()
                else {
                    return Ok(None);
                };
                if yields(def) == 0 || !self.can_inline(def) {
                    return Ok(None);
                }
                let given = self.arguments(&call.arguments)?;
                let args = self.bind(def, given, call.range(), 1)?;
                Ok(Some((def, [object].into_iter().chain(args).collect())))
            }
            _ => Ok(None),
        }
    }

    /// Whether a generator may be inlined: not within itself, and not with too many copies of the body.
    pub fn can_inline(&self, def: &StmtFunctionDef) -> bool {
        let within =
            |f: &super::FunctionScope| f.function.is_some_and(|other| other.name.range == def.name.range);
        yields(def) <= YIELDS && self.has_room_for(def) && !self.frames.iter().any(within)
    }

    /// Whether a generator may be inlined into those that are inlined here already.
    pub fn has_room_for(&self, def: &StmtFunctionDef) -> bool {
        let written = self.frames.iter().filter(|f| matches!(f.yields, Yields::Inline(..)));
        let bodies = written.filter_map(|f| f.function).map(yields).product::<usize>();
        bodies * yields(def) <= BODIES && self.frames.len() < 12
    }
}
