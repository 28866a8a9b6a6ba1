//! Variables and control flow: SSA construction during the walk over the syntax tree.
//!
//! All visible variables are in one list, the environment; an [`Edge`] is an open end of the code: a block
//! and the environment at its end. At a join ([`Lowering::join`]), the type of each variable is the join of
//! its types, and variables whose values differ become block parameters. (Braun et al., "Simple and efficient
//! construction of static single assignment form", 2013, for structured code.)
//!
//! The types of variables at a loop header depend on the loop's body. They are assumed to be those *known*
//! from earlier walks. If the body gives a variable a wider type, that is recorded ([`Known`](super::Known));
//! the walk continues to its end, to find other types that are too narrow, and then the whole script is
//! lowered again. Errors found after that point are dropped. Types only widen, in few steps, so this
//! terminates.

use super::env::{Env, Slot};
use super::ty::{Ty, Typed, Whole, join, perhaps};
use super::{Done, Lowering, Stop};
use crate::ir::{Base, BlockId, Const, Op, Raise, Type, Value};
use ruff_text_size::TextSize;

/// An open end of the code: the block to continue from, and the variables there.
#[derive(Clone, Debug)]
pub struct Edge {
    pub block: BlockId,
    pub env: Env,
    /// The value of an expression on this edge.
    pub value: Option<Typed>,
}

/// The edges on which a condition holds, and those on which it does not.
#[derive(Debug, Default)]
pub struct Branches {
    pub yes: Vec<Edge>,
    pub no: Vec<Edge>,
}

impl Branches {
    /// Whether there are no edges.
    pub fn is_empty(&self) -> bool {
        self.yes.is_empty() && self.no.is_empty()
    }
}

/// The header of a loop that is being lowered.
#[derive(Debug)]
pub struct Head {
    pub block: BlockId,
    key: (usize, Vec<u32>),
    slots: Vec<Slot>,
    types: Vec<Ty>,
}

impl Lowering<'_, '_> {
    /// Adds a variable of the frame that the construct at `place` opens; its name is unique in the frame.
    /// Returns its position.
    pub fn variable_at(&mut self, place: TextSize, name: &str, value: Typed) -> usize {
        let slot = self.unit.known.slots.named(self.frames.len(), place.to_u32(), name);
        self.env.push(slot, value)
    }

    /// Like [`variable_at`](Self::variable_at), for a variable without a value.
    pub fn unset_at(&mut self, place: TextSize, name: &str) -> usize {
        self.variable_at(place, name, Typed::new(Ty::Unset, vec![]))
    }

    /// Adds a hidden variable: a part of the construct at `place`.
    pub fn push(&mut self, place: TextSize, part: &str, value: Typed) -> usize {
        let slot = self.unit.known.slots.hidden(&self.env, self.frames.len(), place.to_u32(), part);
        self.env.push(slot, value)
    }

    /// Lowers something. If that fails, the environment, the frames and the path are restored.
    pub fn restoring<T>(&mut self, lower: impl FnOnce(&mut Self) -> Done<T>) -> Done<T> {
        let (size, frames, frame, path) = (self.env.len(), self.frames.len(), self.frame, self.path.len());
        let result = lower(self);
        if result.is_err() {
            self.env.truncate(size);
            self.frames.truncate(frames);
            self.path.truncate(path);
            self.frame = frame;
        }
        result
    }

    /// The edge from the current end of the code.
    pub fn edge(&self, value: Option<Typed>) -> Edge {
        Edge { block: self.b.here(), env: self.env.clone(), value }
    }

    /// The edge from the end of an expression, with its value; none if the code does not continue.
    pub fn arm(&mut self, result: Done<Typed>) -> Done<Option<Edge>> {
        match result {
            Ok(value) => Ok(Some(self.edge(Some(value)))),
            Err(Stop::Dead) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// Like [`arm`](Self::arm), for statements.
    pub fn fell(&mut self, result: Done<()>) -> Done<Option<Edge>> {
        match result {
            Ok(()) => Ok(Some(self.edge(None))),
            Err(Stop::Dead) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// Continues at the join of all edges, and returns the joined value. The environment is truncated to
    /// `size` variables.
    pub fn join_to(&mut self, mut edges: Vec<Edge>, size: usize) -> Done<Option<Typed>> {
        if edges.is_empty() {
            return Err(Stop::Dead);
        }
        if edges.len() == 1 {
            let Edge { block, mut env, value } = edges.remove(0);
            env.truncate(size);
            self.b.at(block);
            self.env = env;
            return Ok(value);
        }
        // The value is joined like one more variable.
        let env = edges[0].env.prefix(size);
        let mut ends: Vec<(BlockId, Vec<Typed>)> = vec![];
        for Edge { block, env: other, value } in edges {
            debug_assert!(env.slots().eq(other.slots().take(size)), "edges meet in one environment");
            ends.push((block, other.into_values().take(size).chain(value).collect()));
        }
        let first = &ends[0].1;
        let types: Vec<Ty> = (0..first.len())
            .map(|i| ends[1..].iter().fold(first[i].ty.clone(), |ty, (_, end)| join(&ty, &end[i].ty)))
            .collect();
        let same: Vec<bool> = (0..first.len()).map(|i| ends.iter().all(|(_, e)| e[i] == first[i])).collect();
        let (block, _) = self.b.block(&[]);
        let mut values = vec![];
        for (i, ty) in types.iter().enumerate() {
            values.push(match same[i] {
                true => first[i].clone(),
                false => self.params_of(block, ty),
            });
        }
        for (from, end) in ends {
            self.b.at(from);
            let mut args = vec![];
            for (i, value) in end.into_iter().enumerate().filter(|(i, _)| !same[*i]) {
                args.extend(self.convert(value, &types[i]).parts);
            }
            self.b.jump(block, &args);
        }
        self.b.at(block);
        let value = if values.len() > env.len() { values.pop() } else { None };
        self.env = env.with(values);
        Ok(value)
    }

    /// A value of that type, as new parameters of a block.
    fn params_of(&mut self, block: BlockId, ty: &Ty) -> Typed {
        let layout = self.layout(ty);
        Typed::new(ty.clone(), layout.into_iter().map(|ty| self.b.param(block, ty)).collect())
    }

    /// Like [`join_to`](Self::join_to), with as many variables as all edges have.
    pub fn join(&mut self, edges: Vec<Edge>) -> Done<Option<Typed>> {
        let size = edges.iter().map(|e| e.env.len()).min().unwrap_or(0);
        self.join_to(edges, size)
    }

    /// Continues at the join of edges that have no value.
    pub fn resume(&mut self, edges: Vec<Edge>) -> Done<()> {
        self.join(edges).map(|_| ())
    }

    /// Starts a loop; `at` identifies it in the script.
    pub fn enter_loop(&mut self, at: u32) -> Done<Head> {
        let mut ways = self.waiting_for(at);
        if !ways.is_empty() {
            ways.push(self.edge(None));
            self.resume(ways)?;
        }
        let key = (self.instance, [&self.path[..], &[at]].concat());
        let mut types: Vec<Ty> = self.env.values().map(|v| v.ty.clone()).collect();
        if let Some(known) = self.unit.known.loops.get(&key) {
            for (ty, slot) in types.iter_mut().zip(self.env.slots()) {
                if let Some(known) = known.get(&slot) {
                    *ty = join(ty, known);
                }
            }
        }
        if self.unit.known.outdated(types.iter()) {
            return Err(Stop::Widened);
        }
        let (block, _) = self.b.block(&[]);
        let (mut args, mut values) = (vec![], vec![]);
        let env = std::mem::take(&mut self.env);
        for (value, ty) in env.values().cloned().zip(&types) {
            args.extend(self.convert(value, ty).parts);
            values.push(self.params_of(block, ty));
        }
        self.b.jump(block, &args);
        self.b.at(block);
        self.env = env.with(values);
        self.go_on_in_loop(at)?;
        Ok(Head { block, key, slots: self.env.slots().collect(), types })
    }

    /// Adds the edges back to the loop's header. If a variable has a wider type than was assumed, returns an
    /// edge with the wider types instead, which stands for leaving the loop at its header.
    pub fn back(&mut self, head: &Head, edges: Vec<Edge>) -> Done<Option<Edge>> {
        if !self.unit.errors.is_empty() {
            // Types from code with errors must not be known in the next walk; this code will never run.
            return Ok(None);
        }
        let mut types = head.types.clone();
        for edge in &edges {
            debug_assert!(
                head.slots.iter().copied().eq(edge.env.slots().take(types.len())),
                "a loop goes round in one environment"
            );
            for (ty, value) in types.iter_mut().zip(edge.env.values()) {
                *ty = join(ty, &value.ty);
            }
        }
        if types != head.types {
            if self.unit.known.outdated(types.iter()) {
                return Err(Stop::Widened);
            }
            let wider = types.iter().zip(&head.types).filter(|(a, b)| a != b);
            wider.for_each(|(ty, _)| self.unit.known.learns(ty));
            debug_assert!(!types.contains(&Ty::Wrong), "what is wrong is not taken for known");
            // The walk continues, to find other types that are too narrow; otherwise a script would be
            // lowered once for each of its loops.
            self.unit.again = true;
            let (block, _) = self.b.block(&[]);
            let values = types.iter().map(|ty| self.params_of(block, ty)).collect();
            let env = edges[0].env.prefix(types.len()).with(values);
            let found = head.slots.iter().copied().zip(types);
            self.unit.known.loops.entry(head.key.clone()).or_default().extend(found);
            return Ok(Some(Edge { block, env, value: None }));
        }
        for edge in edges {
            self.b.at(edge.block);
            let mut args = vec![];
            for (value, ty) in edge.env.into_values().zip(&types) {
                args.extend(self.convert(value, ty).parts);
            }
            self.b.jump(head.block, &args);
        }
        Ok(None)
    }

    /// Branches on a bool; a constant one leads to one edge only.
    pub fn split(&mut self, condition: Value) -> Branches {
        if let Some(Const::Bool(holds)) = self.b.as_const(condition) {
            let here = vec![self.edge(None)];
            return if holds {
                Branches { yes: here, no: vec![] }
            } else {
                Branches { yes: vec![], no: here }
            };
        }
        let (yes, _) = self.b.block(&[]);
        let (no, _) = self.b.block(&[]);
        self.b.branch(condition, yes, no);
        let edge = |block| Edge { block, env: self.env.clone(), value: None };
        Branches { yes: vec![edge(yes)], no: vec![edge(no)] }
    }

    /// Continues if the condition holds; otherwise raises an error.
    pub fn require(&mut self, condition: Value, raise: Raise) -> Done<()> {
        let ways = self.split(condition);
        if !ways.no.is_empty() {
            self.resume(ways.no)?;
            self.b.raise(raise);
        }
        self.resume(ways.yes)
    }

    /// The bool of a condition that was lowered to edges.
    pub fn as_value(&mut self, ways: Branches) -> Done<Typed> {
        let mut edges = vec![];
        for (ways, holds) in [(ways.yes, true), (ways.no, false)] {
            if !ways.is_empty() {
                self.resume(ways)?;
                let value = self.b.constant(Const::Bool(holds));
                edges.push(self.edge(Some(Typed::bool(value))));
            }
        }
        Ok(self.join(edges)?.expect("each way has a value"))
    }

    /// One of two values, selected by a bool; each is computed in an arm of its own.
    pub fn either(
        &mut self,
        condition: Value,
        yes: impl FnOnce(&mut Self) -> Done<Typed>,
        no: impl FnOnce(&mut Self) -> Done<Typed>,
    ) -> Done<Typed> {
        let ways = self.split(condition);
        let mut edges = vec![];
        if !ways.yes.is_empty() {
            self.resume(ways.yes)?;
            let result = yes(self);
            edges.extend(self.arm(result)?);
        }
        if !ways.no.is_empty() {
            self.resume(ways.no)?;
            let result = no(self);
            edges.extend(self.arm(result)?);
        }
        Ok(self.join(edges)?.expect("each arm has a value"))
    }

    /// The IR types of the parts of a type.
    pub fn layout(&self, ty: &Ty) -> Vec<Type> {
        ty.layout(&|ty| self.unit.class_of(ty))
    }

    /// Converts a value to a type that is the [`join`] of its type and others.
    pub fn convert(&mut self, value: Typed, to: &Ty) -> Typed {
        if value.ty == *to {
            return value;
        }
        let parts = match (&value.ty, to) {
            // An error has been reported, so this code never runs.
            (_, Ty::Mixed(_) | Ty::Wrong) | (Ty::Wrong | Ty::Never, _) => vec![],
            (Ty::Unset, Ty::Maybe(of)) | (Ty::None, Ty::Optional(of)) => self.nothing(of),
            (Ty::Maybe(from), Ty::Maybe(of)) | (Ty::Optional(from), Ty::Optional(of)) => {
                return self.convert_perhaps(&value, &from.clone(), of, to);
            }
            (_, Ty::Maybe(of) | Ty::Optional(of)) => {
                let inner = self.convert(value, of);
                self.something(inner)
            }
            (Ty::Int(from), Ty::Int(whole)) => match (from, whole) {
                (Whole::Unsigned, _) => vec![self.b.op(Op::Convert(Base::I64), &value.parts)],
                (_, Whole::Unsigned) => vec![self.unsigned(value.one())],
                _ => value.parts,
            },
            (Ty::Enum(_), Ty::Int(_)) => value.parts,
            (Ty::Int(_) | Ty::Enum(_), Ty::Wide) => self.widened(value).parts,
            (Ty::Wide, Ty::Number) => {
                let float = self.float(&value);
                let int = self.narrowed(&value);
                vec![self.b.constant(Const::Bool(false)), int, float]
            }
            (Ty::Int(whole), Ty::Number) => {
                let mut int = value.one();
                if *whole == Whole::Unsigned {
                    int = self.b.op(Op::Convert(Base::I64), &[int]);
                }
                let float = self.as_f64(int);
                vec![self.b.constant(Const::Bool(false)), int, float]
            }
            (Ty::Float, Ty::Number) => {
                vec![self.b.constant(Const::Bool(true)), self.b.i64(0), value.one()]
            }
            (Ty::Tuple(from), Ty::Tuple(items)) | (Ty::Waiting(_, from), Ty::Waiting(_, items)) => {
                let mut rest = &value.parts[..];
                let mut parts = vec![];
                for (from, to) in from.iter().zip(items) {
                    let (first, others) = rest.split_at(self.layout(from).len());
                    rest = others;
                    parts.extend(self.convert(Typed::new(from.clone(), first.to_vec()), to).parts);
                }
                parts
            }
            (from, to) => unreachable!("{from:?} is no {to:?}"),
        };
        Typed::new(to.clone(), parts)
    }

    /// Converts an optional to an optional of another type.
    fn convert_perhaps(&mut self, value: &Typed, from: &Ty, of: &Ty, to: &Ty) -> Typed {
        let there = self.is_there(value);
        let ways = self.split(there);
        let size = self.env.len();
        let mut edges = vec![];
        for (ways, there) in [(ways.yes, true), (ways.no, false)] {
            if ways.is_empty() {
                continue;
            }
            let _ = self.join_to(ways, size);
            let parts = if there {
                let inner = self.inner(value, from);
                let inner = self.convert(inner, of);
                self.something(inner)
            } else {
                self.nothing(of)
            };
            edges.push(self.edge(Some(Typed::new(to.clone(), parts))));
        }
        match self.join_to(edges, size) {
            Ok(Some(value)) => value,
            _ => unreachable!("both ways have a value"),
        }
    }

    /// The parts of an absent optional of type `of`.
    pub fn nothing(&mut self, of: &Ty) -> Vec<Value> {
        let layout = perhaps(&self.layout(of));
        layout.into_iter().map(|ty| self.blank(ty)).collect()
    }

    /// An arbitrary value of a type.
    pub fn blank(&mut self, ty: Type) -> Value {
        let constant = match ty.base {
            base if ty.optional => Const::None(base),
            Base::Bool => Const::Bool(false),
            Base::I64 => Const::I64(0),
            Base::U64 => Const::U64(0),
            Base::F64 => Const::f64(0.0),
            Base::View => Const::View(0, 0),
            Base::Ref(_) | Base::F64x2 => unreachable!("there is no blank object"),
        };
        self.b.constant(constant)
    }

    /// The parts of an optional that holds this value.
    pub fn something(&mut self, value: Typed) -> Vec<Value> {
        let layout = self.layout(&value.ty);
        match layout[..] {
            [one] if !one.optional => vec![self.b.op(Op::Some, &value.parts)],
            _ => {
                let mut parts = vec![self.b.constant(Const::Bool(true))];
                for (part, (have, want)) in value.parts.iter().zip(layout.iter().zip(&perhaps(&layout)[1..]))
                {
                    parts.push(if have == want { *part } else { self.b.op(Op::Some, &[*part]) });
                }
                parts
            }
        }
    }

    /// Whether an optional (or a variable that may be unset) has a value.
    pub fn is_there(&mut self, value: &Typed) -> Value {
        let (Ty::Optional(of) | Ty::Maybe(of)) = &value.ty else { unreachable!("{:?}", value.ty) };
        match self.layout(of)[..] {
            [one] if !one.optional => match self.b.as_const(value.parts[0]) {
                Some(Const::None(_)) => self.b.constant(Const::Bool(false)),
                _ => self.b.op(Op::Has, &value.parts),
            },
            _ => value.parts[0],
        }
    }

    /// The value in an optional. Unwrapping it raises an error if it is absent, unless its presence has been
    /// tested.
    pub fn inner(&mut self, value: &Typed, of: &Ty) -> Typed {
        let layout = self.layout(of);
        let parts = match layout[..] {
            [one] if !one.optional => vec![self.b.op(Op::Unwrap, &value.parts)],
            _ => {
                let mut parts = vec![];
                for (part, (want, have)) in
                    value.parts[1..].iter().zip(layout.iter().zip(&perhaps(&layout)[1..]))
                {
                    parts.push(if have == want { *part } else { self.b.op(Op::Unwrap, &[*part]) });
                }
                parts
            }
        };
        Typed::new(of.clone(), parts)
    }
}
