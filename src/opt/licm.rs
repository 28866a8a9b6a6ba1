//! Loop-invariant code motion: a computation with the same result in each iteration moves to before the loop.
//!
//! ```text
//! b0:                                   b0:
//!   jump b1(0)                            v3 = sub v0, 48
//! b1(v1: i64): loop                       jump b1(0)
//!   v3 = sub v0, 48               →     b1(v1: i64): loop
//!   v4 = le v1, v3                        v4 = le v1, v3
//! ```
//!
//! A pure instruction without an exit whose operands are defined outside of the loop moves to the end of the
//! preheader; inner loops first, so that it can move further outwards.
//!
//! Not done: checked instructions stay, with their exits or, if they were proven not to fail, below the proof
//! (which may be a branch inside the loop): loads, slices, divisions, and sums that were checked once. A
//! length minus a non-negative constant is the exception: it cannot overflow anywhere.

use super::rewrite::Defs;
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Inst, Op, Program, Region, Term, Value};

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    // Outer loops precede inner ones.
    for the_loop in (0..cfg.loops().len()).rev() {
        if let Some(before) = entry(&region.body, &cfg, the_loop) {
            hoist(&mut region.body, &cfg, the_loop, before);
        }
    }
}

/// The preheader: the only block that enters the loop, if it leads nowhere else.
fn entry(body: &Body, cfg: &Cfg, the_loop: usize) -> Option<BlockId> {
    let header = cfg.loops()[the_loop].header;
    let mut outside = cfg.predecessors(header).iter().filter(|p| !cfg.contains(the_loop, **p));
    let (only, none) = (outside.next()?, outside.next());
    (none.is_none() && matches!(body[*only].term, Term::Jump(_))).then_some(*only)
}

fn hoist(body: &mut Body, cfg: &Cfg, the_loop: usize, before: BlockId) {
    let mut moved = vec![];
    let mut inside: Vec<bool> = vec![false; body.values.len()];
    let blocks: Vec<BlockId> = cfg.order().iter().copied().filter(|b| cfg.contains(the_loop, *b)).collect();
    let define = |inside: &mut Vec<bool>, v: Value| inside[v.index()] = true;
    for block in &blocks {
        body[*block].params.iter().for_each(|p| define(&mut inside, *p));
        body[*block].insts.iter().filter_map(|i| i.result).for_each(|v| define(&mut inside, v));
    }
    let defs = Defs::new(body, cfg);
    let may: Vec<Vec<bool>> =
        blocks.iter().map(|b| body[*b].insts.iter().map(|i| anywhere(body, &defs, i)).collect()).collect();
    for (block, may) in blocks.iter().zip(may) {
        let insts = std::mem::take(&mut body[*block].insts);
        let mut kept = vec![];
        for (inst, may) in insts.into_iter().zip(may) {
            match inst.result.filter(|_| may && inst.args.iter().all(|v| !inside[v.index()])) {
                Some(v) => {
                    inside[v.index()] = false;
                    moved.push(inst);
                }
                None => kept.push(inst),
            }
        }
        body[*block].insts = kept;
    }
    body[before].insts.extend(moved);
}

/// Whether an instruction cannot fail and has no side effects wherever it is.
fn anywhere(body: &Body, defs: &Defs, inst: &Inst) -> bool {
    let is_length = |v: Value| defs.inst(body, v).is_some_and(|i| i.op == Op::Len);
    let small_sub =
        inst.op == Op::Sub && is_length(inst.args[0]) && body.as_i64(inst.args[1]).is_some_and(|c| c >= 0);
    // A host function may have no arguments.
    let checked = inst.args.first().is_some_and(|first| inst.op.checked(body.ty(*first)));
    inst.exit.is_none() && (small_sub || inst.op.pure() && !checked)
}
