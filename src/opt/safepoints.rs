//! Safepoints: a `poll` for the collector is removed from a loop that allocates no object.
//!
//! ```text
//! b1(v1: i64): loop                     b1(v1: i64): loop
//!   poll !e0                              v2 = lt v1, v0
//!   v2 = lt v1, v0                →       branch v2, b2, b3
//!   branch v2, b2, b3
//! ```
//!
//! Dead objects are freed outside of native code, so native code has to be left for that now and then, at the
//! latest after as many allocations as a path without a loop can make. The recorder starts each loop, and the
//! region, with a `poll`. Each remaining `new` needs one: that of its innermost loop or, outside of loops,
//! that at the entry, since native code may call the region in a loop of its own (or the region may call
//! itself).
//!
//! Precondition: `virtuals`, which removes most `new`. It runs directly after that pass, so that values that
//! only the snapshots of polls need do not obstruct other passes, and again after the first `dead`. Not done:
//! a loop that allocates in one of a thousand iterations polls in each; so does one with a small trip count.

use crate::ir::cfg::Cfg;
use crate::ir::{Op, Program, Region};

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let mut insts = region.body.blocks.iter().flat_map(|b| &b.insts);
    if !insts.any(|i| i.op == Op::Poll) {
        return;
    }
    let cfg = Cfg::new(&region.body);
    // By loop; the last element is for code outside of loops.
    let mut allocates = vec![false; cfg.loops().len() + 1];
    let place = |block| cfg.innermost(block).unwrap_or(cfg.loops().len());
    for block in cfg.order() {
        allocates[place(*block)] |= region.body[*block].insts.iter().any(|i| matches!(i.op, Op::New(_)));
    }
    for block in cfg.order() {
        if !allocates[place(*block)] {
            region.body[*block].insts.retain(|i| i.op != Op::Poll);
        }
    }
}
