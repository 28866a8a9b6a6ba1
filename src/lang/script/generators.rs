//! Generators: `yield`, and generator expressions.
//!
//! A generator that a loop consumes where it is called is inlined in the loop's place: its variables become
//! variables of the calling function, and each `yield` becomes the loop's body. The same holds for generator
//! expressions. Only the generator's own code remains.
//!
//! A generator that is kept (passed to a function, used by `next`, zipped) is an object: its class has all
//! variables as fields, and a function `next` that resumes after the `yield` at which it stopped. A loop must
//! have a single entry, so the path back to a `yield` within loops leads through their headers: each branches
//! to the `yield`s in its loop.

use super::calls::local_names;
use super::flow::Edge;
use super::items::Assigned;
use super::ty::{Ty, Typed};
use super::{Consumer, Done, FunctionScope, Holder, Instance, Key, Lowering, Stop, Yields, genexpr};
use crate::ir::{BlockId, Op, Raise, Type, Value};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprGenerator, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The field with the state of a generator: 0 at its start, the number of the `yield` at which it stopped,
/// [`RUNNING`] or [`ENDED`].
const STATE: &str = "$state";
const RUNNING: i64 = -1;
const ENDED: i64 = -2;

/// The function `next` of a generator, while it is lowered.
pub struct Suspend<'s> {
    object: Value,
    holder: Holder,
    names: Vec<&'s str>,
    /// For each `yield`, by its source position: its number, and the block after it.
    resumes: HashMap<u32, (i64, BlockId)>,
    /// The edges to `yield`s within a loop that has not been entered yet, by the loop's position.
    waiting: RefCell<HashMap<u32, Vec<Edge>>>,
    /// The loops that contain `yield`s: their range, and the position that identifies them in `enter_loop`.
    loops: Vec<(TextRange, u32)>,
}

impl Suspend<'_> {
    /// Whether a name is a variable of the generator.
    pub fn holds(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// The outermost loop around a position, of those within `around`.
    fn outermost(&self, place: u32, around: Option<TextRange>) -> Option<(TextRange, u32)> {
        let inside = |(range, _): &&(TextRange, u32)| {
            range.contains(place.into())
                && around.is_none_or(|around| around != *range && around.contains_range(*range))
        };
        self.loops.iter().filter(inside).max_by_key(|(range, _)| range.len()).copied()
    }
}

impl<'s> Lowering<'_, 's> {
    /// Inlines a generator here; each `yield` passes its value to `consumer`.
    pub fn inline_generator(
        &mut self,
        def: &'s StmtFunctionDef,
        args: Vec<Typed>,
        at: TextRange,
        consumer: Consumer<'s>,
    ) -> Done<()> {
        let (size, home, depth) = (self.env.len(), self.frame, self.frames.len());
        let mut frame = self.open_frame(def, args);
        frame.yields = Yields::Inline(consumer, home);
        self.frames.push(frame);
        self.frame = depth;
        self.path.push(at.start().to_u32());
        let result = self.block(&def.body);
        let fell = self.fell(result);
        self.path.pop();
        let mut ends = std::mem::take(&mut self.frames[depth].returns);
        self.frame = home;
        self.frames.truncate(depth);
        ends.extend(fell?);
        let ends = ends.into_iter().map(|edge| Edge { value: None, ..edge }).collect();
        self.join_to(ends, size).map(|_| ())
    }

    /// Inlines a generator expression here.
    pub fn inline_expression(&mut self, g: &'s ExprGenerator, consumer: Consumer<'s>) -> Done<()> {
        self.inline_expression_of(g, None, consumer)
    }

    /// Like [`inline_expression`](Self::inline_expression); `first` is the only value of the first `for`, if
    /// it is known.
    pub fn inline_expression_of(
        &mut self,
        g: &'s ExprGenerator,
        first: Option<Typed>,
        consumer: Consumer<'s>,
    ) -> Done<()> {
        let (size, home, depth) = (self.env.len(), self.frame, self.frames.len());
        let mut frame = FunctionScope {
            names: self.frame().names.clone(),
            function: self.frame().function,
            yields: self.frame().yields.clone(),
            class: self.frame().class,
            bare: self.frame().bare,
            called: self.frame().called.clone(),
            ..FunctionScope::default()
        };
        let mut own = Assigned::default();
        for clause in &g.generators {
            own.target(&clause.target);
        }
        for (name, _) in own.names {
            frame.names.insert(name, self.unset_at(g.range.start(), name));
        }
        self.frames.push(frame);
        self.path.push(g.range.start().to_u32());
        let result = match first {
            Some(first) => self.clause_body(g, 0, home, depth, consumer)(self, first),
            None => self.clause(g, 0, home, depth, consumer),
        };
        self.path.pop();
        self.frame = home;
        self.frames.truncate(depth);
        self.env.truncate(size);
        result
    }

    /// Lowers one `for … in … if …` of a generator expression, and those nested in it.
    fn clause(
        &mut self,
        g: &'s ExprGenerator,
        number: usize,
        home: usize,
        own: usize,
        consumer: Consumer<'s>,
    ) -> Done<()> {
        let each = self.clause_body(g, number, home, own, consumer);
        // The first iterable is evaluated in the consumer's scope.
        self.frame = if number == 0 { home } else { own };
        self.iterate(&g.generators[number].iter, each)
    }

    /// The consumer of the values of one `for`: the conditions, and then the next `for` or the element.
    fn clause_body(
        &self,
        g: &'s ExprGenerator,
        number: usize,
        home: usize,
        own: usize,
        consumer: Consumer<'s>,
    ) -> Consumer<'s> {
        let clause = &g.generators[number];
        Rc::new(move |s, item| {
            let saved = std::mem::replace(&mut s.frame, own);
            let size = s.env.len();
            s.assign(&clause.target, item)?;
            let mut skipped = vec![];
            for test in &clause.ifs {
                let ways = s.condition(test)?;
                skipped.extend(ways.no);
                match s.resume(ways.yes) {
                    Err(Stop::Dead) => {
                        s.frame = saved;
                        return s.join_to(skipped, size).map(|_| ());
                    }
                    other => other?,
                }
            }
            let result = if number + 1 < g.generators.len() {
                s.clause(g, number + 1, home, own, consumer.clone())
            } else {
                match s.value(&g.elt) {
                    Ok(value) => {
                        s.frame = home;
                        consumer(s, value)
                    }
                    Err(stop) => Err(stop),
                }
            };
            s.frame = saved;
            skipped.extend(s.fell(result)?);
            s.join_to(skipped, size).map(|_| ())
        })
    }

    /// The object of a generator expression that is kept.
    pub fn generator_value(&mut self, g: &'s ExprGenerator) -> Done<Typed> {
        let Some(def) = self.unit.items.kept.get(&g.range.start().to_u32()).copied() else {
            return self
                .wrong(g, "a generator expression is supported here only where it is consumed at once");
        };
        let (mut names, mut args) = (vec![], vec![]);
        if !genexpr::is_lazy(g) {
            let first = self.value(&g.generators[0].iter)?;
            names.push(genexpr::FIRST);
            args.push(self.settled(first, g.generators[0].iter.range())?);
        }
        let mut changing = Assigned::default();
        if let Some(function) = self.frame().function {
            changing.visit_body(&function.body);
        } else {
            changing.visit_body(self.unit.body);
        }
        for name in genexpr::free(g) {
            let own = self.frame().names.get(name).copied();
            let value = match own {
                Some(at) => self.env[at].clone(),
                None => match self.frame().yields.clone() {
                    Yields::Suspend(suspend) if suspend.holds(name) => self.held(&suspend, name, g.range)?,
                    // Constants and functions do not change.
                    _ => continue,
                },
            };
            if changing.changing.contains(name) {
                return self.wrong_help(
                    g,
                    format!("a generator expression that is kept sees '{name}' as it is later, and '{name}' changes"),
                    "consume it at once, or write a function with 'yield'",
                );
            }
            names.push(name);
            let value = self.assigned(value, name, g.range)?;
            args.push(self.awake(value, g.range)?);
        }
        let key =
            Key { function: g.range.start().to_u32(), params: args.iter().map(|a| a.ty.plain()).collect() };
        self.generator_object(def, names, key, args)
    }

    /// `yield value`.
    pub fn yield_value(&mut self, value: Typed, at: TextRange) -> Done<()> {
        match self.frame().yields.clone() {
            Yields::No => self.wrong(at, "'yield' outside of a function"),
            Yields::Inline(consumer, home) => {
                let own = std::mem::replace(&mut self.frame, home);
                self.path.push(at.start().to_u32());
                let result = consumer(self, value);
                self.path.pop();
                self.frame = own;
                result
            }
            Yields::Suspend(suspend) => {
                let (number, behind) = suspend.resumes[&at.start().to_u32()];
                let state = Typed::int(self.b.i64(number));
                self.put_state(&suspend, state);
                let item = Typed::new(Ty::Tuple(vec![value.ty]), value.parts);
                let edge = self.edge(Some(item));
                self.frame().returns.push(edge);
                self.b.at(behind);
                let running = Typed::int(self.b.i64(RUNNING));
                self.put_state(&suspend, running);
                Ok(())
            }
        }
    }

    /// `yield from iterable`.
    pub fn yield_from(&mut self, e: &'s Expr, at: TextRange) -> Done<()> {
        let home = self.frame;
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let own = std::mem::replace(&mut s.frame, home);
            let result = s.yield_value(item, at);
            s.frame = own;
            result
        });
        self.iterate(e, each)
    }

    // ---- generators as objects

    /// The object of a generator that is not consumed where it is called.
    pub fn generator_object(
        &mut self,
        def: &'s StmtFunctionDef,
        names: Vec<&'s str>,
        key: Key,
        args: Vec<Typed>,
    ) -> Done<Typed> {
        let next = self.unit.known.instances.len();
        let id = *self.unit.known.instances.entry(key).or_insert(next);
        let holder = Holder::Generator(id);
        let start: Vec<(String, Ty)> = [(STATE.to_string(), Ty::INT)]
            .into_iter()
            .chain(names.iter().zip(&args).map(|(name, arg)| (name.to_string(), held_type(&arg.ty.plain()))))
            .collect();
        if self.unit.known.fields.get(&holder).is_none_or(|f| f.is_empty()) {
            self.unit.known.fields.insert(holder, start);
            self.unit.known.news = true;
            return Err(Stop::Widened);
        }
        let zero = self.b.i64(0);
        let mut given: HashMap<&str, Typed> = names.iter().copied().zip(args).collect();
        let mut parts = vec![zero];
        for (name, ty) in self.fields_of(holder).to_vec().into_iter().skip(1) {
            let value = match given.remove(name.as_str()) {
                Some(value) => Typed::new(value.ty.plain(), value.parts),
                None => Typed::new(Ty::Unset, vec![]),
            };
            parts.extend(self.convert(value, &ty).parts);
        }
        let object = self.b.op(Op::New(self.unit.classes[&holder]), &parts);
        let generator = Typed::of(Ty::Generator(id), object);
        self.next_instance(def, names, id)?;
        Ok(generator)
    }

    /// Lowers the function that returns a generator's next value, unless it has been lowered.
    fn next_instance(&mut self, def: &'s StmtFunctionDef, names: Vec<&'s str>, id: usize) -> Done<()> {
        if self.unit.instances.contains_key(&id) {
            return Ok(());
        }
        let name = format!("py${}$next{id}", def.name.id);
        let ty = Ty::Generator(id);
        let mut types: Vec<Type> = self.input.iter().map(|_| Type::VIEW).collect();
        types.extend(self.layout(&ty));
        let assumed = self.unit.known.returns.get(&id).cloned().unwrap_or(Ty::None);
        let assumed = self.packed_type(&assumed);
        let func = self.b.program_mut().declare(&name, &types, &[assumed]);
        self.unit.instances.insert(id, Instance { func, gives: None, recursive: false });
        let gives =
            self.nested(func, &name, &types, id, |inner, values| inner.next_body(def, names, id, values[0]));
        let gives = match gives {
            Err(Stop::Wrong(diagnostic)) => {
                self.unit.errors.push(*diagnostic);
                Ty::Wrong
            }
            Err(Stop::Reported) => Ty::Wrong,
            other => other?,
        };
        let instance = self.unit.instances.get_mut(&id).expect("it was put there");
        instance.gives = Some(gives.clone());
        if instance.recursive && self.unit.known.returns.get(&id) != Some(&gives) {
            self.unit.known.learns(&gives);
            self.unit.known.returns.insert(id, gives);
            return Err(Stop::Widened);
        }
        if gives == Ty::Wrong { Err(Stop::Reported) } else { Ok(()) }
    }

    fn next_body(
        &mut self,
        def: &'s StmtFunctionDef,
        names: Vec<&'s str>,
        id: usize,
        object: Value,
    ) -> Done<Ty> {
        let mut places = Places::default();
        places.visit_body(&def.body);
        let mut resumes = HashMap::new();
        for (i, at) in places.yields.iter().enumerate() {
            let (block, _) = self.b.block(&[]);
            resumes.insert(at.start().to_u32(), (i as i64 + 1, block));
        }
        let has = |range: &TextRange| places.yields.iter().any(|y| range.contains_range(*y));
        let loops = places.loops.into_iter().filter(|(range, _)| has(range)).collect();
        let names = names.into_iter().chain(local_names(&def.body)).collect();
        let suspend = Rc::new(Suspend {
            object,
            holder: Holder::Generator(id),
            names,
            resumes,
            waiting: RefCell::default(),
            loops,
        });
        self.frames.push(FunctionScope {
            function: Some(def),
            yields: Yields::Suspend(suspend.clone()),
            ..FunctionScope::default()
        });
        self.frame = self.frames.len() - 1;
        self.go_on(&suspend, None)?;
        // Every state other than the start and the `yield`s leads to the end.
        let state = self.state(&suspend);
        let zero = self.b.i64(0);
        let start = self.b.op(Op::Eq, &[state, zero]);
        let ways = self.split(start);
        let mut ends = ways.no;
        self.resume(ways.yes)?;
        let running = Typed::int(self.b.i64(RUNNING));
        self.put_state(&suspend, running);
        let result = self.block(&def.body);
        if let Some(edge) = self.fell(result)? {
            ends.push(edge);
        }
        let returns = std::mem::take(&mut self.frame().returns);
        let (items, stops): (Vec<Edge>, Vec<Edge>) =
            returns.into_iter().partition(|e| e.value.as_ref().is_some_and(|v| matches!(v.ty, Ty::Tuple(_))));
        ends.extend(stops.into_iter().map(|edge| Edge { value: None, ..edge }));
        self.join_to(ends, 0)?;
        let ended = Typed::int(self.b.i64(ENDED));
        self.put_state(&suspend, ended);
        let end = self.edge(Some(Typed::none()));
        self.finish_with(items.into_iter().chain([end]).collect(), def)
    }

    fn state(&mut self, suspend: &Suspend) -> Value {
        let class = self.unit.classes[&suspend.holder];
        self.b.op(Op::Get(class, 0), &[suspend.object])
    }

    fn put_state(&mut self, suspend: &Suspend, state: Typed) {
        let class = self.unit.classes[&suspend.holder];
        self.b.effect(Op::Set(class, 0), &[suspend.object, state.one()]);
    }

    /// Branches to the `yield` at which the generator stopped, if it is ahead: within the loop `around`, or
    /// anywhere if there is none.
    fn go_on(&mut self, suspend: &Suspend, around: Option<TextRange>) -> Done<()> {
        let mut all: Vec<(u32, i64, BlockId)> = suspend
            .resumes
            .iter()
            .filter(|(at, _)| around.is_none_or(|a| a.contains((**at).into())))
            .map(|(at, (number, block))| (*at, *number, *block))
            .collect();
        all.sort_unstable();
        for (at, number, block) in all {
            let state = self.state(suspend);
            let number = self.b.i64(number);
            let here = self.b.op(Op::Eq, &[state, number]);
            let ways = self.split(here);
            let [way] = &ways.yes[..] else { unreachable!("the state is not known") };
            match suspend.outermost(at, around) {
                // The path leads through the header of the loop around the `yield`.
                Some((_, place)) => {
                    suspend.waiting.borrow_mut().entry(place).or_default().push(way.clone());
                }
                None => {
                    self.b.at(way.block);
                    self.b.jump(block, &[]);
                }
            }
            self.resume(ways.no)?;
        }
        Ok(())
    }

    /// The edges to `yield`s in a loop that is being entered.
    pub fn waiting_for(&mut self, place: u32) -> Vec<Edge> {
        match &self.frame().yields {
            Yields::Suspend(suspend) => suspend.waiting.borrow_mut().remove(&place).unwrap_or_default(),
            _ => vec![],
        }
    }

    /// At the header of a loop that contains `yield`s: branches to where the generator stopped.
    pub fn go_on_in_loop(&mut self, place: u32) -> Done<()> {
        let Yields::Suspend(suspend) = self.frame().yields.clone() else { return Ok(()) };
        match suspend.loops.iter().find(|(_, p)| *p == place) {
            Some((range, _)) => self.go_on(&suspend, Some(*range)),
            None => Ok(()),
        }
    }

    /// The value of a variable of a generator object.
    pub fn held(&mut self, suspend: &Suspend, name: &str, at: TextRange) -> Done<Typed> {
        let Some(field) = self.find_field(suspend.holder, name) else {
            return self.wrong(at, format!("'{name}' is used before it is assigned"));
        };
        let value = self.get_field(suspend.holder, suspend.object, field);
        let Ty::Maybe(of) = &value.ty else { return self.settled(value, at) };
        let of = (**of).clone();
        let there = self.is_there(&value);
        self.require(there, Raise::Unassigned)?;
        let value = self.inner(&value, &of);
        self.settled(value, at)
    }

    /// Like [`held`](Self::held), for a variable that may be unset.
    pub fn held_raw(&mut self, suspend: &Suspend, name: &str) -> Typed {
        match self.find_field(suspend.holder, name) {
            Some(field) => self.get_field(suspend.holder, suspend.object, field),
            None => Typed::new(Ty::Unset, vec![]),
        }
    }

    /// Like [`held`](Self::held), for a hidden variable, which is set.
    pub fn held_inner(&mut self, suspend: &Suspend, name: &str) -> Done<Typed> {
        self.held(suspend, name, TextRange::default())
    }

    pub fn set_held(&mut self, suspend: &Suspend, name: &str, value: Typed) -> Done<()> {
        let plain = Typed::new(value.ty.plain(), value.parts);
        let ty = held_type(&plain.ty);
        if self.find_field(suspend.holder, name).is_none() {
            self.unit.known.learns(&ty);
            let known = self.unit.known.fields.entry(suspend.holder).or_default();
            known.push((name.to_string(), ty));
            return Err(Stop::Widened);
        }
        let value = self.convert(plain, &ty);
        self.put_field(suspend.holder, suspend.object, name, value)
    }

    /// The next value of a generator, and the edges on which it has ended.
    pub fn next_of_generator(&mut self, generator: Typed) -> Done<(Vec<Edge>, Typed)> {
        let Ty::Generator(id) = generator.ty else { unreachable!("{:?} is no generator", generator.ty) };
        let instance = self.unit.instances.get_mut(&id).expect("it is lowered where a generator is made");
        let func = instance.func;
        let gives = match &instance.gives {
            Some(ty) => ty.clone(),
            None => {
                instance.recursive = true;
                match self.unit.known.returns.get(&id) {
                    Some(ty) => ty.clone(),
                    None => return Err(Stop::Dead),
                }
            }
        };
        if gives == Ty::Wrong {
            return Err(Stop::Reported);
        }
        let result = self.call_instance(func, &[generator]);
        self.next_item(result, gives)
    }
}

/// The type of a field that holds a variable, which may be unset.
fn held_type(ty: &Ty) -> Ty {
    match ty {
        Ty::Maybe(_) | Ty::Unset | Ty::Wrong | Ty::Mixed(_) => ty.clone(),
        ty => Ty::Maybe(Box::new(ty.clone())),
    }
}

/// The positions of the `yield`s and the loops of a function.
#[derive(Default)]
struct Places {
    yields: Vec<TextRange>,
    /// A loop's range, and the position that identifies it.
    loops: Vec<(TextRange, u32)>,
}

impl<'s> Visitor<'s> for Places {
    fn visit_stmt(&mut self, stmt: &'s Stmt) {
        match stmt {
            Stmt::While(s) => self.loops.push((s.range, s.range.start().to_u32())),
            Stmt::For(s) => self.loops.push((s.range, s.iter.range().start().to_u32())),
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, e: &'s Expr) {
        match e {
            Expr::Yield(y) => self.yields.push(y.range),
            Expr::YieldFrom(y) => {
                self.yields.push(y.range);
                // A `yield from` is a loop itself.
                self.loops.push((y.range, y.value.range().start().to_u32()));
            }
            _ => {}
        }
        super::source::walk_expr(self, e);
    }
}
