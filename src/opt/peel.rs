//! Loop peeling: the first iteration is copied in front of the loop, where only it does not know what all
//! others do.
//!
//! ```text
//! b0:                                   b0:
//!   jump b1(v0)                           v3 = eq v0, 1
//! b1(v1: i64): loop                       branch v3, b4, b3
//!   v2 = eq v1, 1               →       b4:
//!   branch v2, b2, b3                     …
//! b2:                                     jump b1
//!   …                                   b1: loop
//!   jump b1(1)                            v2 = eq 1, 1
//!                                         branch v2, b2, b3
//! ```
//!
//! A generator that a loop was given is in a state that is not known where the region begins, but always the
//! same when it comes around: it has given a value. So is an optional that there is one of in each later
//! round. With a copy of the loop's blocks in front of it, the way into the loop knows what the way back
//! does, and the questions in it are gone; also those about what never changes, since the copy has asked
//! them.
//!
//! A loop is copied if one of its header's parameters is on all ways back the same constant, or an optional
//! that `some` makes, but not on the way into it, and if the loop asks for it. What is defined in the loop
//! and used behind it becomes a parameter of each block there that needs it: it comes from the copy or from
//! the loop. A block that does nothing but exit is copied, too.
//!
//! What it needs: nothing. Not done: loops that are long, and more than a few loops in a region.

use super::rewrite::{Defs, behind, copy, copy_exit};
use super::simplify_cfg::mark_headers;
use crate::ir::cfg::Cfg;
use crate::ir::{Base, BlockId, Body, Op, Program, Region, Target, Term, Value};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// A loop with more instructions is left alone.
const SIZE: usize = 256;
/// At most so many loops of a region.
const LOOPS: usize = 4;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    if !region.body.ids().any(|b| region.body[b].header) {
        return;
    }
    let mut peeled: HashSet<BlockId> = HashSet::default();
    for _ in 0..LOOPS {
        let cfg = Cfg::new(&region.body);
        let defs = Defs::new(&region.body, &cfg);
        let fits =
            |l: &usize| !peeled.contains(&cfg.loops()[*l].header) && asks(&region.body, &cfg, &defs, *l);
        let Some(the_loop) = (0..cfg.loops().len()).rev().find(fits) else { break };
        peeled.insert(cfg.loops()[the_loop].header);
        peeled.extend(peel(region, &cfg, the_loop));
    }
    if !peeled.is_empty() {
        let cfg = Cfg::new(&region.body);
        mark_headers(&mut region.body, &cfg);
    }
}

/// Whether a loop asks for a parameter of its header that is known on all ways back alone.
fn asks(body: &Body, cfg: &Cfg, defs: &Defs, the_loop: usize) -> bool {
    let found = &cfg.loops()[the_loop];
    let insts = || found.blocks.iter().flat_map(|b| &body[*b].insts);
    if insts().count() > SIZE {
        return false;
    }
    let ways = |from: &BlockId| -> Vec<&Target> {
        body[*from].term.targets().into_iter().filter(|t| t.block == found.header).collect()
    };
    let back: Vec<&Target> = found.latches.iter().flat_map(ways).collect();
    let entries = cfg.predecessors(found.header).iter().filter(|p| !cfg.contains(the_loop, **p));
    let entries: Vec<&Target> = entries.flat_map(ways).collect();
    let decides = |v: Value| {
        let ends = found.blocks.iter().any(|b| match &body[*b].term {
            Term::Branch(on, ..) | Term::Switch(on, ..) => *on == v,
            _ => false,
        });
        let compares =
            |op| matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Has | Op::Guard | Op::Unwrap);
        ends || insts().any(|i| {
            compares(i.op)
                && i.args.contains(&v)
                && i.args.iter().all(|a| *a == v || body.as_const(*a).is_some())
        })
    };
    body[found.header].params.iter().enumerate().any(|(k, param)| {
        let ty = body.ty(*param);
        let number = !ty.optional && matches!(ty.base, Base::Bool | Base::I64 | Base::U64);
        let constant = |t: &Target| body.as_const(t.args[k]);
        let some = |t: &&Target| defs.inst(body, t.args[k]).is_some_and(|i| i.op == Op::Some);
        let known = match number {
            true => {
                let first = constant(back[0]);
                first.is_some()
                    && back.iter().all(|t| constant(t) == first)
                    && entries.iter().any(|t| constant(t) != first)
            }
            false => ty.optional && back.iter().all(some) && !entries.iter().all(some),
        };
        known && decides(*param)
    })
}

/// Puts a copy of a loop in front of it. Gives the headers in the copy.
fn peel(region: &mut Region, cfg: &Cfg, the_loop: usize) -> Vec<BlockId> {
    let found = &cfg.loops()[the_loop];
    let blocks = with_ends(&region.body, cfg, &found.blocks);
    behind(region, cfg, &blocks);
    let to: HashMap<BlockId, BlockId> = blocks.iter().map(|b| (*b, region.body.block())).collect();
    let mut names: HashMap<Value, Value> = HashMap::default();
    // Every block comes behind those that define what it uses.
    for block in &blocks {
        let old = region.body[*block].clone();
        for param in old.params {
            let new = region.body.param(to[block], region.body.ty(param));
            region.body.origins.copy(param, new);
            names.insert(param, new);
        }
        for inst in &old.insts {
            let new = copy(region, inst, &mut names);
            region.body[to[block]].insts.push(new);
        }
        let mut term = old.term;
        if let Term::Exit(exit) = &mut term {
            *exit = copy_exit(region, *exit, &names);
        }
        term.map_uses(|v| *names.get(&v).unwrap_or(&v));
        for target in term.targets_mut() {
            // The way back leads into the loop as it was.
            if target.block != found.header {
                target.block = *to.get(&target.block).unwrap_or(&target.block);
            }
        }
        region.body[to[block]].term = term;
    }
    for entry in cfg.predecessors(found.header).iter().filter(|p| !cfg.contains(the_loop, **p)) {
        for target in region.body[*entry].term.targets_mut() {
            if target.block == found.header {
                target.block = to[&found.header];
            }
        }
    }
    found.blocks.iter().filter(|b| region.body[**b].header).map(|b| to[b]).collect()
}

/// The blocks of a loop, and those behind it that do nothing but exit, and to which it alone leads: what an
/// exit needs from the loop would be a parameter of it otherwise, made in each round.
fn with_ends(body: &Body, cfg: &Cfg, blocks: &[BlockId]) -> Vec<BlockId> {
    let mut all = blocks.to_vec();
    let mut inside: HashSet<BlockId> = blocks.iter().copied().collect();
    let ends = |block: BlockId| {
        let mut at = block;
        loop {
            match &body[at].term {
                Term::Exit(_) if body[at].insts.is_empty() => return true,
                Term::Jump(on) if body[at].insts.is_empty() && !body[at].header => at = on.block,
                _ => return false,
            }
        }
    };
    for block in cfg.order() {
        let only = || cfg.predecessors(*block).iter().all(|p| inside.contains(p));
        if block.0 != 0 && !inside.contains(block) && only() && ends(*block) {
            all.push(*block);
            inside.insert(*block);
        }
    }
    all
}
