//! The optimizer: a list of passes over a region, in the order in which they run.
//!
//! Each pass is a file that says what it does, with a before and after, what it needs, and what it leaves
//! alone. A pass keeps what the region computes, bit for bit, and what each exit restores; it may move a
//! computation, never a check in front of which it did not stand. `testdata/opt/` holds their tests as text.
//!
//! Nothing here knows of machine code, of a schema or of a wire format.

mod bounds;
mod cells;
mod dead;
mod fold;
mod hoist;
mod implied;
mod late;
mod number;
mod pack;
mod peel;
mod polls;
mod rewrite;
mod select;
mod shape;
mod split;
mod step;
mod thread;
mod unroll;
mod virtuals;

use crate::ir::{Program, Region};

/// One pass.
pub struct Pass {
    /// Its name, also that of its file and of its tests' folder.
    pub name: &'static str,
    /// What it does to a region.
    pub run: fn(&Program, &mut Region),
}

const CELLS: Pass = Pass { name: "cells", run: cells::run };
const VIRTUALS: Pass = Pass { name: "virtuals", run: virtuals::run };
const POLLS: Pass = Pass { name: "polls", run: polls::run };
const SHAPE: Pass = Pass { name: "shape", run: shape::run };
const THREAD: Pass = Pass { name: "thread", run: thread::run };
const SPLIT: Pass = Pass { name: "split", run: split::run };
const FOLD: Pass = Pass { name: "fold", run: fold::run };
const NUMBER: Pass = Pass { name: "number", run: number::run };
const IMPLIED: Pass = Pass { name: "implied", run: implied::run };
const SELECT: Pass = Pass { name: "select", run: select::run };
const HOIST: Pass = Pass { name: "hoist", run: hoist::run };
const UNROLL: Pass = Pass { name: "unroll", run: unroll::run };
const PEEL: Pass = Pass { name: "peel", run: peel::run };
const STEP: Pass = Pass { name: "step", run: step::run };
const PACK: Pass = Pass { name: "pack", run: pack::run };
const BOUNDS: Pass = Pass { name: "bounds", run: bounds::run };
const LATE: Pass = Pass { name: "late", run: late::run };
const DEAD: Pass = Pass { name: "dead", run: dead::run };

/// All passes, in their order. Some run again where an earlier one makes work for them.
pub const PASSES: &[Pass] = &[
    CELLS,    // cells become values
    VIRTUALS, // objects become their fields
    POLLS,    // what allocates nothing needs not stop for the collector
    THREAD,   // what a call tells its caller by a special value
    SHAPE,    // straight lines become single blocks
    SPLIT,    // optionals become two values
    THREAD,   // whether there was one
    SHAPE,    // straight lines again
    PEEL,     // what all rounds but the first know
    FOLD,     // constants, views of views
    NUMBER,   // what is computed twice
    IMPLIED,  // checks that earlier ones cover
    FOLD,     // sums whose parts are proven not to overflow
    SHAPE,    // arms whose branches are decided
    SELECT,   // short arms become selects
    SHAPE,    // what the arms leave
    DEAD,     // so that a loop's body is what it does
    POLLS,    // objects that nobody needed
    UNROLL,   // values that rotate through a loop
    FOLD,     // the same for the rounds
    IMPLIED,  // one check for all of them
    FOLD,     // their offsets become base and constant
    NUMBER,   // offsets that rounds share
    PACK,     // neighbours side by side
    SHAPE,    // the blocks between loops
    FOLD,     // lanes that are packed again
    NUMBER,   // equal pairs
    BOUNDS,   // a bounds check is one comparison
    NUMBER,   // the limits that checks share
    STEP,     // what follows another value through a loop
    HOIST,    // what does not vary in a loop
    DEAD,     // what nobody needs, and what only an exit needs
    LATE,     // what is used once, where it is used
];

/// Runs all passes but those called `without`.
pub fn optimize(program: &Program, region: &mut Region, without: &[&str]) {
    for pass in PASSES.iter().filter(|pass| !without.contains(&pass.name)) {
        (pass.run)(program, region);
        if cfg!(debug_assertions)
            && let Err(error) = crate::ir::verify::verify_region(program, region)
        {
            panic!("after '{}': {error}\n{}", pass.name, crate::ir::print::print_region(program, region));
        }
    }
}
