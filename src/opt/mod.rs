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

use crate::ir::print::{print_inst, print_region};
use crate::ir::verify::verify_region;
use crate::ir::{Program, Region};

/// What a pass does to a region.
pub type Run = fn(&Program, &mut Region);

/// One pass.
#[derive(Clone, Copy)]
pub struct Pass {
    /// Its name, also that of its file and of its tests' folder.
    pub name: &'static str,
    /// What it does.
    pub run: Run,
    /// The passes that run behind it if it has made work for them, which shows in the number of blocks or
    /// values.
    pub then: &'static [Pass],
}

impl Pass {
    /// A pass that makes no work for others.
    pub const fn new(name: &'static str, run: Run) -> Pass {
        Pass { name, run, then: &[] }
    }
    const fn then(self, then: &'static [Pass]) -> Pass {
        Pass { then, ..self }
    }
}

const CELLS: Pass = Pass::new("cells", cells::run);
const VIRTUALS: Pass = Pass::new("virtuals", virtuals::run);
const POLLS: Pass = Pass::new("polls", polls::run);
const SHAPE: Pass = Pass::new("shape", shape::run);
const THREAD: Pass = Pass::new("thread", thread::run);
const SPLIT: Pass = Pass::new("split", split::run);
const FOLD: Pass = Pass::new("fold", fold::run);
const NUMBER: Pass = Pass::new("number", number::run);
const IMPLIED: Pass = Pass::new("implied", implied::run);
const SELECT: Pass = Pass::new("select", select::run);
const HOIST: Pass = Pass::new("hoist", hoist::run);
const UNROLL: Pass = Pass::new("unroll", unroll::run);
const PEEL: Pass = Pass::new("peel", peel::run);
const STEP: Pass = Pass::new("step", step::run);
const PACK: Pass = Pass::new("pack", pack::run);
const BOUNDS: Pass = Pass::new("bounds", bounds::run);
const LATE: Pass = Pass::new("late", late::run);
const DEAD: Pass = Pass::new("dead", dead::run);

/// What follows where branches have been decided.
const DECIDED: &[Pass] = &[
    FOLD,    // what is known behind them
    NUMBER,  // what their arms had in common
    IMPLIED, // checks that no arm undoes any more
    FOLD,    // what these have proven
    SHAPE,   // and decided
];

/// All passes, in their order. Some run again where another one makes work for them.
pub const PASSES: &[Pass] = &[
    CELLS,    // cells become values
    VIRTUALS, // objects become their fields
    POLLS,    // what allocates nothing needs not stop for the collector
    THREAD,   // what a call tells its caller by a special value
    SHAPE,    // straight lines become single blocks
    SPLIT,    // optionals become two values
    THREAD,   // whether there was one
    SHAPE,    // straight lines again
    // What all rounds but the first know.
    PEEL.then(&[
        SHAPE,  // what only the first was given
        SPLIT,  // is not optional any more,
        THREAD, // which decides branches
        SHAPE,  // and removes them
    ]),
    FOLD,    // constants, views of views
    NUMBER,  // what is computed twice
    IMPLIED, // checks that earlier ones cover
    FOLD,    // sums whose parts are proven not to overflow
    // Arms whose branches are decided.
    SHAPE.then(DECIDED),
    // Short arms become selects.
    SELECT.then(&[
        SHAPE,   // what the arms leave
        FOLD,    // selects of what is known
        IMPLIED, // one check for both
        FOLD,    // what that has proven
        NUMBER,  // what both arms did
    ]),
    DEAD, // so that a loop's body is what it does
    // What of blocks that leaves.
    SHAPE.then(DECIDED),
    FOLD,  // what parameters have become
    POLLS, // objects that nobody needed
    // Values that rotate through a loop.
    UNROLL.then(&[
        FOLD,    // the same for the rounds
        IMPLIED, // one check for all of them
        FOLD,    // their offsets become base and constant
        NUMBER,  // offsets that rounds share
    ]),
    // Neighbours side by side.
    PACK.then(&[
        SHAPE,  // the blocks between loops
        FOLD,   // lanes that are packed again
        NUMBER, // equal pairs
    ]),
    // A bounds check is one comparison.
    BOUNDS.then(&[
        NUMBER, // the limits that checks share
    ]),
    STEP,  // what follows another value through a loop
    HOIST, // what does not vary in a loop
    DEAD,  // what nobody needs, and what only an exit needs
    LATE,  // what is used once, where it is used
];

/// Runs all passes but those called `without`. With `verified`, and always in a debug build, the region is
/// [verified](verify) after each of them.
pub fn optimize(program: &Program, region: &mut Region, without: &[&str], verified: bool) {
    run_all(PASSES, program, region, without, verified || cfg!(debug_assertions));
}

fn run_all(passes: &[Pass], program: &Program, region: &mut Region, without: &[&str], verified: bool) {
    for pass in passes.iter().filter(|pass| !without.contains(&pass.name)) {
        let size = |region: &Region| (region.body.blocks.len(), region.body.values.len());
        let before = size(region);
        (pass.run)(program, region);
        if verified && let Err(error) = verify(program, region) {
            panic!("after '{}': {error}\n{}", pass.name, print_region(program, region));
        }
        if size(region) != before {
            run_all(pass.then, program, region, without, verified);
        }
    }
}

/// Whether a region is well-formed, and each read that is not checked is proven by what dominates it, as
/// [`implied`] proves it, but of the region as it is now: a pass may have moved the read or removed its
/// proof.
pub fn verify(program: &Program, region: &Region) -> Result<(), String> {
    verify_region(program, region)?;
    match implied::unproven(region) {
        Some(v) => Err(format!("nothing proves this read: {}", print_inst(program, region, v))),
        None => Ok(()),
    }
}
