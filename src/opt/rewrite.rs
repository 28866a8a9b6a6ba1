//! What passes share: replacing values, and walking the dominator tree.

use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Inst, Region, Value};

/// Which value stands for which: the whole state of a forward pass.
#[derive(Debug, Default)]
pub struct Forward {
    to: Vec<Option<Value>>,
}

impl Forward {
    /// From now on `to` stands for `from`.
    pub fn set(&mut self, from: Value, to: Value) {
        if self.to.len() <= from.index() {
            self.to.resize(from.index() + 1, None);
        }
        assert_ne!(from, self.get(to), "a value does not stand for itself");
        self.to[from.index()] = Some(to);
    }

    /// What stands for `v`.
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

/// A step of a walk over the dominator tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// To a block, after all that dominate it.
    Enter(BlockId),
    /// Out of it, after all that it dominates.
    Leave(BlockId),
}

/// The walk over the dominator tree, children in reverse post-order.
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

/// `base + offset` for an `i64`: looks through additions of constants that are proven not to overflow.
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

/// Where each value is defined.
#[derive(Debug)]
pub struct Defs {
    at: Vec<Option<(BlockId, u32)>>,
}

impl Defs {
    /// Of all reachable blocks.
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
