//! Loop peeling: the first iteration is copied to before the loop if only that iteration does not know a fact
//! that holds in all others.
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
//! The state of a generator that is a live-in of a loop is unknown at the loop's entry, but always the same
//! on the back edges: it has returned a value. Likewise, an optional may have a value in each later
//! iteration. With a copy of the loop's blocks before the loop, the entry edge has the facts of the back
//! edges, and the tests in the loop are removed; so are tests of invariants, since the copy has made them.
//!
//! A loop is peeled if one of its header's parameters is the same constant, or the result of `some`, on all
//! back edges but not on the entry edges, and if the loop tests it. Values defined in the loop and used
//! behind it become parameters of each block that needs them: they come from the copy or from the loop. A
//! block that only exits is copied, too.
//!
//! Preconditions: none. Not done: large loops, and more than a few loops of a region.

use super::rewrite::{Defs, behind, copy, copy_exit};
use super::simplify_cfg::mark_headers;
use crate::ir::cfg::Cfg;
use crate::ir::{Base, BlockId, Body, Op, Program, Region, Target, Term, Value};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// A loop with more instructions is not peeled.
const SIZE: usize = 256;
/// The maximum number of peeled loops of a region.
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

/// Whether a loop tests a parameter of its header that is known on all back edges but not on the entry edges.
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

/// Puts a copy of a loop before it. Returns the headers in the copy.
fn peel(region: &mut Region, cfg: &Cfg, the_loop: usize) -> Vec<BlockId> {
    let found = &cfg.loops()[the_loop];
    let blocks = with_ends(&region.body, cfg, &found.blocks);
    behind(region, cfg, &blocks);
    let to: HashMap<BlockId, BlockId> = blocks.iter().map(|b| (*b, region.body.block())).collect();
    let mut names: HashMap<Value, Value> = HashMap::default();
    // Definitions precede their uses in this order.
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
            // The back edge leads to the original loop.
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

/// The blocks of a loop, and the blocks behind it that only exit and are reachable only from it: otherwise
/// the values that an exit needs from the loop would be parameters, computed in each iteration.
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
