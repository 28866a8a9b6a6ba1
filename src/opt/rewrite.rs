//! Utilities of passes: replacing values, copying instructions, and walking the dominator tree.

use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Def, Exit, ExitId, Inst, Region, Slot, Term, Value};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::{BTreeMap, BTreeSet};

/// A set of the values of a body.
#[derive(Clone, Debug)]
pub struct ValueSet(Vec<bool>);

impl ValueSet {
    /// An empty set, with room for the present values.
    pub fn new(body: &Body) -> ValueSet {
        ValueSet(vec![false; body.values.len()])
    }

    /// Adds a value; returns whether it is new.
    pub fn insert(&mut self, v: Value) -> bool {
        if self.0.len() <= v.index() {
            self.0.resize(v.index() + 1, false);
        }
        !std::mem::replace(&mut self.0[v.index()], true)
    }

    /// Whether a value is in the set.
    pub fn contains(&self, v: Value) -> bool {
        self.0.get(v.index()).is_some_and(|there| *there)
    }
}

/// The replacements of values: the whole state of a forward pass.
#[derive(Debug, Default)]
pub struct Forward {
    to: Vec<Option<Value>>,
}

impl Forward {
    /// Replaces `from` by `to` from now on.
    pub fn set(&mut self, from: Value, to: Value) {
        if self.to.len() <= from.index() {
            self.to.resize(from.index() + 1, None);
        }
        assert_ne!(from, self.get(to), "a value does not stand for itself");
        self.to[from.index()] = Some(to);
    }

    /// The replacement of `v`, or `v` itself.
    pub fn get(&self, mut v: Value) -> Value {
        while let Some(Some(next)) = self.to.get(v.index()) {
            v = *next;
        }
        v
    }

    /// Replaces an instruction's arguments.
    pub fn args(&self, inst: &mut Inst) {
        inst.args.iter_mut().for_each(|v| *v = self.get(*v));
    }

    /// Whether nothing is replaced.
    pub fn is_empty(&self) -> bool {
        self.to.is_empty()
    }

    /// Replaces all uses in a region.
    pub fn apply(&self, region: &mut Region) {
        if self.is_empty() {
            return;
        }
        for block in &mut region.body.blocks {
            block.insts.iter_mut().for_each(|inst| self.args(inst));
            block.term.map_uses(|v| self.get(v));
        }
        for exit in &mut region.exits {
            exit.map_uses(|v| self.get(v));
        }
    }
}

/// Renames values in some blocks. An exit that other blocks share is copied.
pub fn rename(region: &mut Region, blocks: &[BlockId], to: &HashMap<Value, Value>) {
    let get = |v: Value| to.get(&v).copied().unwrap_or(v);
    let mut renamed: HashMap<ExitId, ExitId> = HashMap::default();
    let mut other = |region: &mut Region, exit: ExitId| {
        *renamed.entry(exit).or_insert_with(|| {
            let mut used = false;
            region.exits[exit.index()].each_use(|v| used |= to.contains_key(&v));
            if used { copy_exit(region, exit, to) } else { exit }
        })
    };
    for at in blocks {
        region.body[*at].term.map_uses(get);
        if let Term::Exit(exit) = region.body[*at].term {
            region.body[*at].term = Term::Exit(other(region, exit));
        }
        for i in 0..region.body[*at].insts.len() {
            region.body[*at].insts[i].args.iter_mut().for_each(|v| *v = get(*v));
            if let Some(exit) = region.body[*at].insts[i].exit {
                region.body[*at].insts[i].exit = Some(other(region, exit));
            }
        }
    }
}

/// A copy of an instruction, including its exit, with renamed values.
pub fn copy(region: &mut Region, inst: &Inst, names: &mut HashMap<Value, Value>) -> Inst {
    let args = inst.args.iter().map(|v| *names.get(v).unwrap_or(v)).collect();
    let exit = inst.exit.map(|e| copy_exit(region, e, names));
    let result = inst.result.map(|v| {
        let new = region.body.value(region.body.ty(v), Def::Inst);
        region.body.origins.copy(v, new);
        names.insert(v, new);
        new
    });
    Inst { op: inst.op, args, result, exit }
}

/// A copy of an exit, with renamed values.
pub fn copy_exit(region: &mut Region, exit: ExitId, names: &HashMap<Value, Value>) -> ExitId {
    let mut exit = region.exits[exit.index()].clone();
    on_its_own(region, &mut exit, names);
    region.exits.push(exit);
    ExitId(region.exits.len() as u32 - 1)
}

/// Makes a copied exit independent of the original: its instructions get new results, and its uses are
/// renamed.
pub fn on_its_own(region: &mut Region, exit: &mut Exit, names: &HashMap<Value, Value>) {
    let mut inner = names.clone();
    let insts = std::mem::take(&mut exit.insts);
    exit.insts = insts.iter().map(|i| copy(region, i, &mut inner)).collect();
    exit.each_slot_mut(|slot| {
        if let Slot::Value(v) = slot {
            *v = *inner.get(v).unwrap_or(v);
        }
    });
}

/// Values defined in some blocks (those of a loop) become parameters of the blocks behind them that need
/// them.
pub fn behind(region: &mut Region, cfg: &Cfg, blocks: &[BlockId]) {
    let inside: HashSet<BlockId> = blocks.iter().copied().collect();
    let mut own: HashSet<Value> = HashSet::default();
    for block in blocks {
        own.extend(&region.body[*block].params);
        own.extend(region.body[*block].insts.iter().filter_map(|i| i.result));
    }
    let mut needs: BTreeMap<BlockId, BTreeSet<Value>> = BTreeMap::new();
    for block in cfg.order().iter().filter(|b| !inside.contains(b)) {
        let mut used = vec![];
        each_use(region, *block, |v| used.push(v));
        for v in used.into_iter().filter(|v| own.contains(v)) {
            let mut work = vec![*block];
            while let Some(at) = work.pop() {
                if needs.entry(at).or_default().insert(v) {
                    work.extend(cfg.predecessors(at).iter().filter(|p| !inside.contains(p)));
                }
            }
        }
    }
    let mut renamed: HashMap<BlockId, HashMap<Value, Value>> = HashMap::default();
    for (block, values) in &needs {
        let mut names = HashMap::default();
        for v in values {
            let new = region.body.param(*block, region.body.ty(*v));
            region.body.origins.copy(*v, new);
            names.insert(*v, new);
        }
        rename(region, &[*block], &names);
        renamed.insert(*block, names);
    }
    for block in cfg.order() {
        let mut term = std::mem::replace(&mut region.body[*block].term, Term::Return(vec![]));
        for target in term.targets_mut() {
            for v in needs.get(&target.block).into_iter().flatten() {
                target.args.push(renamed.get(block).and_then(|names| names.get(v)).copied().unwrap_or(*v));
            }
        }
        region.body[*block].term = term;
    }
}

/// Calls `f` with each value that a block uses, its exits included.
fn each_use(region: &Region, block: BlockId, mut f: impl FnMut(Value)) {
    let code = &region.body[block];
    let end = if let Term::Exit(exit) = code.term { Some(exit) } else { None };
    code.insts.iter().flat_map(|i| &i.args).copied().for_each(&mut f);
    code.term.each_use(&mut f);
    for exit in code.insts.iter().filter_map(|i| i.exit).chain(end) {
        region.exits[exit.index()].each_use(&mut f);
    }
}

/// A step of a walk over the dominator tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// To a block, after all blocks that dominate it.
    Enter(BlockId),
    /// Out of a block, after all blocks that it dominates.
    Leave(BlockId),
}

/// A preorder walk over the dominator tree, children in reverse post-order.
pub fn dominator_walk(cfg: &Cfg) -> Vec<Step> {
    let mut children: Vec<Vec<BlockId>> = vec![];
    for block in cfg.order() {
        if let Some(above) = cfg.immediate_dominator(*block) {
            if children.len() <= above.index() {
                children.resize(above.index() + 1, vec![]);
            }
            children[above.index()].push(*block);
        }
    }
    let mut steps = vec![];
    let mut work = vec![Step::Enter(cfg.order()[0])];
    while let Some(step) = work.pop() {
        steps.push(step);
        if let Step::Enter(block) = step {
            work.push(Step::Leave(block));
            let below = children.get(block.index()).map_or(&[][..], |c| c);
            work.extend(below.iter().rev().map(|b| Step::Enter(*b)));
        }
    }
    steps
}

/// A value as `base + offset`, for an `i64`: looks through additions of constants that are proven not to
/// overflow.
pub fn base_offset(body: &Body, defs: &Defs, v: Value) -> (Option<Value>, i64) {
    let (mut at, mut offset) = (v, 0i64);
    loop {
        if let Some(c) = body.as_i64(at) {
            return match offset.checked_add(c) {
                Some(sum) => (None, sum),
                None => (Some(at), offset),
            };
        }
        let Some(Inst { op: crate::ir::Op::Add, args, exit: None, .. }) = defs.inst(body, at) else {
            return (Some(at), offset);
        };
        let Some(sum) = body.as_i64(args[1]).and_then(|c| offset.checked_add(c)) else {
            return (Some(at), offset);
        };
        (at, offset) = (args[0], sum);
    }
}

/// The place of each value's definition.
#[derive(Debug)]
pub struct Defs {
    at: Vec<Option<(BlockId, u32)>>,
}

impl Defs {
    /// The definitions of all reachable blocks.
    pub fn new(body: &Body, cfg: &Cfg) -> Defs {
        let mut at = vec![None; body.values.len()];
        for block in cfg.order() {
            for (i, inst) in body[*block].insts.iter().enumerate() {
                if let Some(v) = inst.result {
                    at[v.index()] = Some((*block, i as u32));
                }
            }
        }
        Defs { at }
    }

    /// The instruction that defines a value, if one does.
    pub fn inst<'b>(&self, body: &'b Body, v: Value) -> Option<&'b Inst> {
        let (block, i) = (*self.at.get(v.index())?)?;
        body[block].insts.get(i as usize)
    }

    /// The block whose instruction defines a value.
    pub fn block(&self, v: Value) -> Option<BlockId> {
        self.at.get(v.index()).copied().flatten().map(|(block, _)| block)
    }
}
