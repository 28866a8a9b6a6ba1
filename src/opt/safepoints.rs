//! Safepoints: a `poll` for the collector is removed from a loop that allocates no object.
//!
//! ```text
//! b1(v1: i64): loop                     b1(v1: i64): loop
//!   poll !e0                              v2 = lt v1, v0
//!   v2 = lt v1, v0                →       branch v2, b2, b3
//!   branch v2, b2, b3
//! ```
//!
//! Objects that are dead are freed in front of native code, not in it; so native code has to be left for that
//! now and then, at the latest when as many have been made as a way without a loop can make. The recorder
//! begins each loop with a `poll`, and what the region begins with. One is needed for each `new` that is
//! left: that of the innermost loop around it, or, if there is none, that at the entry, since native code may
//! call the region in a loop of its own (or it may call itself).
//!
//! What it needs: `virtuals`, or every `new` is there still. It runs at once behind it, so that what only the
//! snapshots of polls need does not get in anybody's way, and again behind the first `dead`. Not done: a loop
//! that makes one object in a thousand rounds polls in each; so does one with known few rounds.

use crate::ir::cfg::Cfg;
use crate::ir::{Op, Program, Region};

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let mut insts = region.body.blocks.iter().flat_map(|b| &b.insts);
    if !insts.any(|i| i.op == Op::Poll) {
        return;
    }
    let cfg = Cfg::new(&region.body);
    // By loop, and at the end for what is in none.
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
