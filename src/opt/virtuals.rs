//! Escape analysis and scalar replacement: the fields of an object that does not escape become values.
//!
//! ```text
//! v3 = new Point v2                     v4 = load.f64 v2, 8 !e0
//! v4 = get Point.bytes v3         →
//! v5 = load.f64 v4, 8 !e0
//! ```
//!
//! One forward walk in reverse post-order. A virtual object is represented by its fields' values; a read of a
//! field is forwarded, a write updates the state. At joins:
//!
//! * a block parameter whose arguments are all virtual objects becomes one parameter per field (in loop
//!   headers too: back-edge arguments are assumed to be virtual, and if one turns out not to be, the walk
//!   restarts without that assumption);
//! * a field of an older object with different values on the incoming edges becomes a parameter of its own;
//! * a virtual object that is joined with a real one is materialized on its edge.
//!
//! An object that only exits need is described in their snapshots and never built in the region.
//!
//! A live-in object of a mutable class is treated likewise: its fields are read where the region begins and
//! live in registers, and each exit records those that may have changed. So an iterator made before a loop
//! costs the loop nothing.
//!
//! ```text
//! b1:                                   b0:
//!   v3 = get Pairs.a v0                   v1 = get Pairs.a v0
//!   v4 = add v3, 1 !e0            →       jump b1(v1)
//!   set Pairs.a v0, v4                  b1(v2: i64): loop
//!   …                                     v4 = add v2, 1 !e0
//!   jump b1
//! exits:  e0: f b1:1 v0=v0                e0: f b1:1 v0=v0 | v0.a = v2
//! ```
//!
//! No other access to the object may be possible meanwhile. The walk follows the object's own value (and
//! parameters that are always that value). Objects of its class made in the region are different objects; if
//! the region reads or writes fields of any other object of the class, the object is left alone. It is also
//! left alone in a region with native calls, since the callee may know the object, and in a region that is
//! called natively, since a return that has to store fields would make the caller leave.
//!
//! Preconditions: none. Much depends on whether a class is *immutable*, that is, whether the program has no
//! `set` for it: objects of an immutable class have no identity, so they may be materialized anywhere, even
//! repeatedly, and an object made before a loop can be carried through it as its fields. An object of a
//! mutable class stays virtual only if it never escapes and is never joined with another one; otherwise its
//! `new` stays (and a live-in object is read and written in the heap).
//!
//! Not done: a `select` between two objects materializes both. Two live-in objects of one class whose fields
//! are both accessed could be aliases.

mod exits;

use crate::ir::calls::recursive;
use crate::ir::cfg::Cfg;
use crate::ir::flatten::Flatten;
use crate::ir::{
    Block, BlockId, Body, ClassId, Def, Exit, ExitId, Inst, Op, Program, Region, Target, Term, Type, Value,
};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use smallvec::smallvec;
use std::collections::BTreeMap;

/// See the module.
pub fn run(program: &Program, region: &mut Region) {
    let mutable: HashSet<ClassId> = program
        .funcs
        .iter()
        .flat_map(|f| &f.body.blocks)
        .chain(&region.body.blocks)
        .flat_map(|b| &b.insts)
        .filter_map(|i| if let Op::Set(class, _) = i.op { Some(class) } else { None })
        .collect();
    let given = if may_be_kept(program, region) { given(region, &mutable) } else { vec![] };
    let makes = |block: &Block| block.insts.iter().any(|i| matches!(i.op, Op::New(_)));
    if given.is_empty() && !region.body.blocks.iter().any(makes) {
        return;
    }
    let (mut real, mut accesses) = (HashSet::default(), None);
    loop {
        let mut walk = Walk::new(program, region.clone(), &mutable, &real);
        walk.take(&given, accesses.as_ref());
        match walk.all() {
            // The fields that exits write are known after a complete walk.
            Ok(()) if given.is_empty() || accesses.as_ref() == Some(&walk.accesses) => {
                return *region = walk.region;
            }
            Ok(()) => accesses = Some(walk.accesses),
            Err(value) => assert!(real.insert(value), "a value is found to be real only once"),
        }
    }
}

/// Whether live-in objects of a region may be represented by their fields.
fn may_be_kept(program: &Program, region: &Region) -> bool {
    let native = region.body.blocks.iter().flat_map(|b| &b.insts).any(|i| matches!(i.op, Op::Native(_)));
    let called = region.root.block.0 == 0 && recursive(program)[region.root.func.index()];
    !native && !called && region.exits.iter().all(|e| e.fields.is_empty())
}

/// The live-in objects of mutable classes, among those whose fields the region accesses.
fn given(region: &Region, mutable: &HashSet<ClassId>) -> Vec<(ClassId, Value)> {
    let insts = region.body.blocks.iter().flat_map(|b| &b.insts);
    let used: HashSet<ClassId> = insts
        .filter_map(|i| if let Op::Get(class, _) | Op::Set(class, _) = i.op { Some(class) } else { None })
        .collect();
    let params = region.body.blocks[0].params.iter();
    let classes = params.filter_map(|v| region.body.ty(*v).class().map(|class| (class, *v)));
    classes.filter(|(class, _)| mutable.contains(class) && used.contains(class)).collect()
}

/// The accesses of a region to live-in objects that are represented by their fields.
#[derive(Default, PartialEq)]
struct Accesses {
    /// The objects whose fields it accesses.
    into: HashSet<Value>,
    /// The fields that it sets.
    written: HashSet<(Value, u32)>,
}

/// The values of an object's fields, by number.
type Fields = Vec<Value>;

/// How to compute the argument for a new parameter at the end of an edge.
#[derive(Clone, Debug)]
enum Feed {
    /// The argument of that index.
    Arg(usize),
    /// A field of another feed's value.
    Field(Box<Feed>, u32),
    /// A field of a virtual object that is already known.
    Object(Value, u32),
}

/// A block parameter after the pass.
#[derive(Clone, Debug)]
struct Param {
    value: Value,
    feed: Feed,
    /// Whether it is a virtual object, so that its fields are parameters instead.
    split: bool,
}

struct Walk<'a> {
    program: &'a Program,
    mutable: &'a HashSet<ClassId>,
    /// Objects (by the value of their `new`, or the parameter) that must be real.
    real: &'a HashSet<Value>,
    region: Region,
    /// Replacements of values.
    forward: HashMap<Value, Value>,
    /// Fields of virtual objects of immutable classes.
    fixed: HashMap<Value, Fields>,
    /// Fields of virtual objects of mutable classes, at the current point of the walk.
    now: BTreeMap<Value, Fields>,
    /// The same, at the end of each block.
    after: HashMap<BlockId, BTreeMap<Value, Fields>>,
    params: HashMap<BlockId, Vec<Param>>,
    /// By class: the live-in object that is represented by its fields.
    given: HashMap<ClassId, Value>,
    /// The fields of these objects where the region begins, and the instructions that read them.
    first: BTreeMap<Value, Fields>,
    reads: Vec<Inst>,
    /// The accesses seen by this walk, and the fields to assume as written.
    accesses: Accesses,
    written: HashSet<(Value, u32)>,
    /// The objects that the region makes, virtual or not.
    made: HashSet<Value>,
    /// The original exits.
    exits: Vec<Exit>,
    used_exits: HashSet<ExitId>,
}

impl<'a> Walk<'a> {
    fn new(
        program: &'a Program,
        region: Region,
        mutable: &'a HashSet<ClassId>,
        real: &'a HashSet<Value>,
    ) -> Walk<'a> {
        let insts = || region.body.blocks.iter().flat_map(|b| &b.insts);
        Walk {
            program,
            mutable,
            real,
            given: HashMap::default(),
            first: BTreeMap::new(),
            reads: vec![],
            accesses: Accesses::default(),
            written: HashSet::default(),
            made: insts().filter(|i| matches!(i.op, Op::New(_))).filter_map(|i| i.result).collect(),
            exits: region.exits.clone(),
            region,
            forward: HashMap::default(),
            fixed: HashMap::default(),
            now: BTreeMap::new(),
            after: HashMap::default(),
            params: HashMap::default(),
            used_exits: HashSet::default(),
        }
    }

    /// Reads the fields of live-in objects: of each class, the first object that may be virtual and (if
    /// accesses are known) is accessed.
    fn take(&mut self, given: &[(ClassId, Value)], accesses: Option<&Accesses>) {
        let looked = |object| accesses.is_none_or(|l| l.into.contains(object));
        let mut flatten = None;
        for (class, object) in given.iter().filter(|(_, v)| !self.real.contains(v) && looked(v)) {
            if !self.given.contains_key(class) {
                self.given.insert(*class, *object);
                let flatten = flatten.get_or_insert_with(|| Flatten::new(self.program));
                let fields = self.read(flatten, *class, *object);
                self.first.insert(*object, fields);
            }
        }
        self.written = accesses.map_or_else(HashSet::default, |l| l.written.clone());
    }

    /// Reads the fields of an object, and those of immutable objects in it.
    fn read(&mut self, flatten: &Flatten, class: ClassId, object: Value) -> Fields {
        let mut fields = vec![];
        for (k, (_, ty)) in self.program.classes[class.index()].fields.iter().enumerate() {
            let value = self.body().value(*ty, Def::Inst);
            let op = Op::Get(class, k as u32);
            self.reads.push(Inst { op, args: smallvec![object], result: Some(value), exit: None });
            if let Some(inner) = ty.class().filter(|c| !self.mutable.contains(c))
                && flatten.parts(*ty).first().is_none_or(|part| !part.path.is_empty())
            {
                let inner = self.read(flatten, inner, value);
                self.fixed.insert(value, inner);
            }
            fields.push(value);
        }
        fields
    }

    fn body(&mut self) -> &mut Body {
        &mut self.region.body
    }

    /// Walks over all blocks. An error is an object that turns out not to be virtual.
    fn all(&mut self) -> Result<(), Value> {
        let cfg = Cfg::new(&self.region.body);
        let mut edges: HashMap<BlockId, Vec<(BlockId, usize)>> = HashMap::default();
        for from in cfg.order() {
            for (arm, target) in self.region.body[*from].term.targets().iter().enumerate() {
                edges.entry(target.block).or_default().push((*from, arm));
            }
        }
        for block in cfg.order() {
            let ways = edges.remove(block).unwrap_or_default();
            let (done, around): (Vec<_>, Vec<_>) =
                ways.into_iter().partition(|(from, _)| self.after.contains_key(from));
            self.enter(*block, &done, !around.is_empty());
            for (from, arm) in done {
                let state = self.after[&from].clone();
                self.pass(from, arm, *block, &state)?;
            }
            if block.0 == 0 {
                self.now = self.first.clone();
            }
            self.insts(*block)?;
            if block.0 == 0 {
                let reads = std::mem::take(&mut self.reads);
                self.body()[*block].insts.splice(0..0, reads);
            }
            self.after.insert(*block, self.now.clone());
            let arms = self.region.body[*block].term.targets().len();
            for arm in 0..arms {
                let target = self.region.body[*block].term.targets()[arm].block;
                if self.params.contains_key(&target) {
                    let state = self.now.clone();
                    self.pass(*block, arm, target, &state)?;
                }
            }
        }
        Ok(())
    }

    fn resolve(&self, v: Value) -> Value {
        *self.forward.get(&v).unwrap_or(&v)
    }

    fn class(&self, v: Value) -> Option<ClassId> {
        self.region.body.ty(v).class()
    }

    /// The fields of a value that is a virtual object in `state`.
    fn fields(&self, v: Value, state: &BTreeMap<Value, Fields>) -> Option<Fields> {
        let v = self.resolve(v);
        self.fixed.get(&v).or_else(|| state.get(&v)).cloned()
    }

    /// Decides the parameters of a block and the state at its start; `done` are its incoming edges that have
    /// been walked.
    fn enter(&mut self, block: BlockId, done: &[(BlockId, usize)], header: bool) {
        let old: Vec<Value> = self.body()[block].params.clone();
        let mut params: Vec<Param> = old
            .iter()
            .enumerate()
            .map(|(i, value)| Param { value: *value, feed: Feed::Arg(i), split: false })
            .collect();
        // Older objects: kept if all edges know them.
        self.now = match done {
            [] => BTreeMap::new(),
            [(first, _), rest @ ..] => {
                let mut state = self.after[first].clone();
                state.retain(|o, _| rest.iter().all(|(from, _)| self.after[from].contains_key(o)));
                state
            }
        };
        let objects: Vec<Value> = self.now.keys().copied().collect();
        for object in objects {
            for field in 0..self.now[&object].len() {
                let known = self.now[&object][field];
                let same = done.iter().all(|(from, _)| self.after[from][&object][field] == known);
                // The loop may write any field.
                if !same || header {
                    let ty = self.region.body.ty(known);
                    let value = self.body().value(ty, Def::Param);
                    self.now.get_mut(&object).expect("it is known")[field] = value;
                    params.push(Param { value, feed: Feed::Object(object, field as u32), split: false });
                }
            }
        }
        // Parameters that are objects; their fields may be objects too.
        let mut i = 0;
        while i < params.len() {
            let Param { value, feed, .. } = params[i].clone();
            i += 1;
            let Some(class) = self.class(value) else { continue };
            if self.real.contains(&value) || done.is_empty() {
                continue;
            }
            let arrivals: Vec<(Value, Option<Fields>)> = done
                .iter()
                .map(|(from, arm)| {
                    let v = self.peek(&feed, *from, *arm);
                    (v.unwrap_or(value), v.and_then(|v| self.fields(v, &self.after[from])))
                })
                .collect();
            if self.mutable.contains(&class) {
                let same = arrivals.iter().all(|(v, fields)| *v == arrivals[0].0 && fields.is_some());
                if same {
                    self.forward.insert(value, arrivals[0].0);
                    params[i - 1].split = true;
                }
            } else if arrivals.iter().all(|(_, fields)| fields.is_some()) || header {
                params[i - 1].split = true;
                let types: Vec<Type> =
                    self.program.classes[class.index()].fields.iter().map(|(_, ty)| *ty).collect();
                let mut fields = vec![];
                for (k, ty) in types.into_iter().enumerate() {
                    let value = self.body().value(ty, Def::Param);
                    fields.push(value);
                    let feed = Feed::Field(Box::new(feed.clone()), k as u32);
                    params.push(Param { value, feed, split: false });
                }
                self.fixed.insert(value, fields);
            }
        }
        self.body()[block].params = params.iter().filter(|p| !p.split).map(|p| p.value).collect();
        self.params.insert(block, params);
    }

    /// The value of a feed at the end of an edge, if it needs no new instructions.
    fn peek(&self, feed: &Feed, from: BlockId, arm: usize) -> Option<Value> {
        let state = &self.after[&from];
        Some(self.resolve(match feed {
            Feed::Arg(i) => self.region.body[from].term.targets()[arm].args[*i],
            Feed::Field(of, k) => self.fields(self.peek(of, from, arm)?, state)?[*k as usize],
            Feed::Object(object, k) => state.get(object)?[*k as usize],
        }))
    }

    /// Passes the arguments for the target's new parameters on one edge.
    fn pass(
        &mut self,
        from: BlockId,
        arm: usize,
        to: BlockId,
        state: &BTreeMap<Value, Fields>,
    ) -> Result<(), Value> {
        let old = self.body()[from].term.targets()[arm].args.clone();
        let old: Vec<Value> = old.into_iter().map(|v| self.resolve(v)).collect();
        let mut extra = vec![];
        let mut args = vec![];
        for param in self.params[&to].clone() {
            let v = self.feed(&param.feed, &old, state, &mut extra);
            if !param.split {
                args.push(self.build(v, state, &mut extra)?);
            } else if self.forward.contains_key(&param.value) {
                if v != self.resolve(param.value) {
                    return Err(param.value);
                }
            } else if self.fields(v, state).is_none() && self.order_back(from, to) {
                // A real object carried field by field would be read in each iteration for nothing.
                return Err(param.value);
            }
        }
        let mut target = Target { block: to, args: args.into() };
        if !extra.is_empty() && self.body()[from].term.targets().len() > 1 {
            let edge = self.body().block();
            self.body()[edge].insts = extra;
            self.body()[edge].term = Term::Jump(target);
            target = Target { block: edge, args: smallvec![] };
        } else {
            self.body()[from].insts.extend(extra);
        }
        *self.body()[from].term.targets_mut()[arm] = target;
        Ok(())
    }

    /// Whether the edge is a back edge.
    fn order_back(&self, from: BlockId, to: BlockId) -> bool {
        from == to || self.after.contains_key(&to)
    }

    fn feed(
        &mut self,
        feed: &Feed,
        args: &[Value],
        state: &BTreeMap<Value, Fields>,
        extra: &mut Vec<Inst>,
    ) -> Value {
        let value = match feed {
            Feed::Arg(i) => args[*i],
            Feed::Object(object, k) => state[object][*k as usize],
            Feed::Field(of, k) => {
                let of = self.feed(of, args, state, extra);
                match self.fields(of, state) {
                    Some(fields) => fields[*k as usize],
                    None => {
                        let class = self.class(of).expect("a feed's field is one of an object");
                        let ty = self.program.classes[class.index()].fields[*k as usize].1;
                        let value = self.body().value(ty, Def::Inst);
                        let op = Op::Get(class, *k);
                        extra.push(Inst { op, args: smallvec![of], result: Some(value), exit: None });
                        value
                    }
                }
            }
        };
        self.resolve(value)
    }

    /// The real value of a value: materializes a virtual object.
    fn build(
        &mut self,
        v: Value,
        state: &BTreeMap<Value, Fields>,
        extra: &mut Vec<Inst>,
    ) -> Result<Value, Value> {
        let v = self.resolve(v);
        let Some(fields) = self.fields(v, state) else { return Ok(v) };
        let class = self.class(v).expect("only objects are virtual");
        if self.mutable.contains(&class) {
            return Err(v);
        }
        let mut args = vec![];
        for field in fields {
            args.push(self.build(field, state, extra)?);
        }
        let result = self.body().value(Type::object(class), Def::Inst);
        self.body().origins.copy(v, result);
        extra.push(Inst { op: Op::New(class), args: args.into(), result: Some(result), exit: None });
        Ok(result)
    }

    /// Walks over the instructions of a block and its terminator.
    fn insts(&mut self, block: BlockId) -> Result<(), Value> {
        let old = std::mem::take(&mut self.body()[block].insts);
        let mut new = vec![];
        for mut inst in old {
            inst.args.iter_mut().for_each(|v| *v = self.resolve(*v));
            let on = inst.args.first().and_then(|v| self.fields(*v, &self.now));
            let of_given = inst.args.first().is_some_and(|v| self.first.contains_key(v));
            if let (Op::Get(..) | Op::Set(..), true) = (inst.op, of_given) {
                self.accesses.into.insert(inst.args[0]);
            }
            match (inst.op, on) {
                (Op::New(class), _) if !self.real.contains(&inst.result.expect("new has a result")) => {
                    let object = inst.result.expect("new has a result");
                    if self.mutable.contains(&class) {
                        self.now.insert(object, inst.args.into_vec());
                    } else {
                        self.fixed.insert(object, inst.args.into_vec());
                    }
                    continue;
                }
                (Op::Get(_, field), Some(fields)) => {
                    let value = self.resolve(fields[field as usize]);
                    self.forward.insert(inst.result.expect("get has a result"), value);
                    continue;
                }
                (Op::Set(_, field), Some(_)) => {
                    self.now.get_mut(&inst.args[0]).expect("a virtual object that is set is mutable")
                        [field as usize] = inst.args[1];
                    if of_given {
                        self.accesses.written.insert((inst.args[0], field));
                    }
                    continue;
                }
                (Op::Get(class, _) | Op::Set(class, _), None) if !self.made.contains(&inst.args[0]) => {
                    // It may be an alias of the live-in object.
                    if let Some(given) = self.given.get(&class) {
                        return Err(*given);
                    }
                }
                _ => {}
            }
            let state = self.now.clone();
            for i in 0..inst.args.len() {
                inst.args[i] = self.build(inst.args[i], &state, &mut new)?;
            }
            inst.exit = inst.exit.map(|e| self.exit(e));
            new.push(inst);
        }
        self.body()[block].insts = new;
        match self.body()[block].term.clone() {
            Term::Exit(exit) => self.body()[block].term = Term::Exit(self.exit(exit)),
            Term::Branch(v, a, b) => {
                let v = self.resolve(v);
                self.body()[block].term = Term::Branch(v, a, b);
            }
            Term::Switch(v, cases, default) => {
                let v = self.resolve(v);
                self.body()[block].term = Term::Switch(v, cases, default);
            }
            Term::Jump(_) | Term::Return(_) | Term::Raise(_) => {}
        }
        Ok(())
    }
}
