//! Simplification of the control flow graph: as few blocks, edges and block parameters as possible.
//!
//! ```text
//! b0:                         b0:
//!   jump b1(7)          →       v1 = add v0, 7 !e0
//! b1(v1: i64):
//!   v2 = add v0, v1 !e0
//! ```
//!
//! * a branch or switch on a constant becomes a jump, and unreachable blocks are removed;
//! * a block whose only predecessor jumps to it is appended to that predecessor;
//! * an empty block that only jumps is bypassed;
//! * a parameter whose argument is always the same value (or itself) is replaced by that value;
//! * the remaining blocks are renumbered.
//!
//! Not done: a branch whose condition is known on only one of the incoming edges is not copied there.

use super::rewrite::Forward;
use crate::ir::cfg::Cfg;
use crate::ir::{Block, BlockId, Body, Const, Program, Raise, Region, Target, Term, Value};

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = loop {
        let mut changed = constant_branches(&mut region.body);
        changed |= pass_by(&mut region.body);
        let cfg = Cfg::new(&region.body);
        drop_unreachable(&mut region.body, &cfg);
        changed |= append(&mut region.body, &cfg);
        changed |= same_argument(region);
        if !changed {
            break cfg;
        }
    };
    mark_headers(&mut region.body, &cfg);
    compact(&mut region.body, &cfg);
}

/// Removes unreachable blocks: most of what was recorded, if many facts about the data are known.
fn compact(body: &mut Body, cfg: &Cfg) {
    let order = cfg.order();
    let mut to = vec![BlockId(0); body.blocks.len()];
    let mut blocks = Vec::with_capacity(order.len());
    for block in order {
        to[block.index()] = BlockId(blocks.len() as u32);
        blocks.push(std::mem::replace(&mut body[*block], dead()));
    }
    body.blocks = blocks;
    for block in &mut body.blocks {
        block.term.targets_mut().into_iter().for_each(|t| t.block = to[t.block.index()]);
    }
}

/// Sets the header flags according to the graph.
pub fn mark_headers(body: &mut Body, cfg: &Cfg) {
    for block in body.ids() {
        body[block].header = cfg.reachable(block) && cfg.loop_of(block).is_some();
    }
}

fn constant_branches(body: &mut Body) -> bool {
    let mut changed = false;
    for block in body.ids() {
        let target = match &body[block].term {
            Term::Branch(v, a, b) if a == b => a.clone(),
            Term::Branch(v, a, b) => match body.as_const(*v) {
                Some(Const::Bool(true)) => a.clone(),
                Some(Const::Bool(false)) => b.clone(),
                _ => continue,
            },
            Term::Switch(v, cases, default) => match body.as_i64(*v) {
                Some(i) => cases.iter().find(|(k, _)| *k == i).map_or(default, |(_, t)| t).clone(),
                None => continue,
            },
            _ => continue,
        };
        body[block].term = Term::Jump(target);
        changed = true;
    }
    changed
}

/// Bypasses blocks without parameters and instructions that end in a jump.
fn pass_by(body: &mut Body) -> bool {
    let on = |block: BlockId| match &body[block] {
        Block { params, insts, term: Term::Jump(on), header: false }
            if params.is_empty() && insts.is_empty() =>
        {
            (on.block != block).then(|| on.clone())
        }
        _ => None,
    };
    let mut changed = false;
    let over: Vec<Option<Target>> = body.ids().map(on).collect();
    if over.iter().any(Option::is_some) {
        for target in body.blocks.iter_mut().flat_map(|block| block.term.targets_mut()) {
            if let Some(on) = &over[target.block.index()] {
                *target = on.clone();
                changed = true;
            }
        }
    }
    changed
}

/// A placeholder for an unreachable block.
fn dead() -> Block {
    Block { params: vec![], insts: vec![], term: Term::Raise(Raise::Unreachable), header: false }
}

fn drop_unreachable(body: &mut Body, cfg: &Cfg) {
    for block in body.ids() {
        if !cfg.reachable(block) {
            body[block] = dead();
        }
    }
}

fn append(body: &mut Body, cfg: &Cfg) -> bool {
    let mut changed = false;
    for block in cfg.order() {
        while let Term::Jump(Target { block: next, args }) = &body[*block].term {
            let (next, ways) = (*next, cfg.predecessors(*next).len());
            // A block with parameters waits until `same_argument` has replaced them.
            if ways != 1 || next == *block || !args.is_empty() || next.0 == 0 {
                break;
            }
            let tail = std::mem::replace(&mut body[next], dead());
            body[*block].insts.extend(tail.insts);
            body[*block].term = tail.term;
            changed = true;
        }
    }
    changed
}

fn same_argument(region: &mut Region) -> bool {
    let body = &mut region.body;
    let mut forward = Forward::default();
    // By block, the arguments of each parameter: none yet, always the same, or different ones.
    let mut incoming: Vec<Vec<Incoming>> =
        body.blocks.iter().map(|b| vec![Incoming::Nothing; b.params.len()]).collect();
    for block in body.ids() {
        for target in body[block].term.targets() {
            for ((known, arg), param) in
                incoming[target.block.index()].iter_mut().zip(&target.args).zip(&body[target.block].params)
            {
                known.add(*arg, *param);
            }
        }
    }
    // A parameter that receives another such parameter waits for the next iteration.
    let mut dropped: Vec<Vec<bool>> = incoming.iter().map(|g| vec![false; g.len()]).collect();
    let mut any = false;
    for block in body.ids() {
        for (i, param) in body[block].params.iter().enumerate() {
            if let Incoming::Same(v) = incoming[block.index()][i]
                && block.0 != 0
                && forward.get(v) != *param
            {
                forward.set(*param, v);
                dropped[block.index()][i] = true;
                any = true;
            }
        }
    }
    if !any {
        return false;
    }
    for block in body.ids() {
        let mut gone = dropped[block.index()].iter();
        body[block].params.retain(|_| !gone.next().expect("one for each"));
        for target in body[block].term.targets_mut() {
            let mut gone = dropped[target.block.index()].iter();
            target.args.retain(|_| !gone.next().expect("one for each"));
        }
    }
    forward.apply(region);
    true
}

#[derive(Clone, Copy, PartialEq)]
enum Incoming {
    Nothing,
    Same(Value),
    Different,
}

impl Incoming {
    fn add(&mut self, arg: Value, param: Value) {
        *self = match *self {
            known if arg == param => known,
            Incoming::Nothing => Incoming::Same(arg),
            Incoming::Same(v) if v == arg => *self,
            _ => Incoming::Different,
        };
    }
}
