//! The optimizer: a list of passes over a region, in the order in which they run.
//!
//! Each pass is a file that says what it does, with a before and after, what it needs, and what it leaves
//! alone. A pass keeps what the region computes, bit for bit, and what each exit restores; it may move a
//! computation, never a check in front of which it did not stand. `testdata/opt/` holds their tests as text.
//!
//! Nothing here knows of machine code, of a schema or of a wire format.

mod bounds;
mod check_elimination;
mod dead;
mod delay_uses;
mod fold;
mod gvn;
mod if_conversion;
mod induction;
mod jump_threading;
mod licm;
mod peel;
mod registerize_globals;
mod rewrite;
mod safepoints;
mod scalarize_optionals;
mod simplify_cfg;
mod slp;
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

const REGISTERIZE_GLOBALS: Pass = Pass::new("registerize_globals", registerize_globals::run);
const VIRTUALS: Pass = Pass::new("virtuals", virtuals::run);
const SAFEPOINTS: Pass = Pass::new("safepoints", safepoints::run);
const SIMPLIFY_CFG: Pass = Pass::new("simplify_cfg", simplify_cfg::run);
const JUMP_THREADING: Pass = Pass::new("jump_threading", jump_threading::run);
const SCALARIZE_OPTIONALS: Pass = Pass::new("scalarize_optionals", scalarize_optionals::run);
const FOLD: Pass = Pass::new("fold", fold::run);
const GVN: Pass = Pass::new("gvn", gvn::run);
const CHECK_ELIMINATION: Pass = Pass::new("check_elimination", check_elimination::run);
const IF_CONVERSION: Pass = Pass::new("if_conversion", if_conversion::run);
const LICM: Pass = Pass::new("licm", licm::run);
const UNROLL: Pass = Pass::new("unroll", unroll::run);
const PEEL: Pass = Pass::new("peel", peel::run);
const INDUCTION: Pass = Pass::new("induction", induction::run);
const SLP: Pass = Pass::new("slp", slp::run);
const BOUNDS: Pass = Pass::new("bounds", bounds::run);
const DELAY_USES: Pass = Pass::new("delay_uses", delay_uses::run);
const DEAD: Pass = Pass::new("dead", dead::run);

/// What follows where branches have been decided.
const DECIDED: &[Pass] = &[
    FOLD,              // what is known behind them
    GVN,               // what their arms had in common
    CHECK_ELIMINATION, // checks that no arm undoes any more
    FOLD,              // what these have proven
    SIMPLIFY_CFG,      // and decided
];

/// All passes, in their order. Some run again where another one makes work for them.
pub const PASSES: &[Pass] = &[
    REGISTERIZE_GLOBALS, // cells become values
    VIRTUALS,            // objects become their fields
    SAFEPOINTS,          // what allocates nothing needs not stop for the collector
    JUMP_THREADING,      // what a call tells its caller by a special value
    SIMPLIFY_CFG,        // straight lines become single blocks
    SCALARIZE_OPTIONALS, // optionals become two values
    JUMP_THREADING,      // whether there was one
    SIMPLIFY_CFG,        // straight lines again
    // What all rounds but the first know.
    PEEL.then(&[
        SIMPLIFY_CFG,        // what only the first was given
        SCALARIZE_OPTIONALS, // is not optional any more,
        JUMP_THREADING,      // which decides branches
        SIMPLIFY_CFG,        // and removes them
    ]),
    FOLD,              // constants, views of views
    GVN,               // what is computed twice
    CHECK_ELIMINATION, // checks that earlier ones cover
    FOLD,              // sums whose parts are proven not to overflow
    // Arms whose branches are decided.
    SIMPLIFY_CFG.then(DECIDED),
    // Short arms become selects.
    IF_CONVERSION.then(&[
        SIMPLIFY_CFG,      // what the arms leave
        FOLD,              // selects of what is known
        CHECK_ELIMINATION, // one check for both
        FOLD,              // what that has proven
        GVN,               // what both arms did
    ]),
    DEAD, // so that a loop's body is what it does
    // What of blocks that leaves.
    SIMPLIFY_CFG.then(DECIDED),
    FOLD,       // what parameters have become
    SAFEPOINTS, // objects that nobody needed
    // Values that rotate through a loop.
    UNROLL.then(&[
        FOLD,              // the same for the rounds
        CHECK_ELIMINATION, // one check for all of them
        FOLD,              // their offsets become base and constant
        GVN,               // offsets that rounds share
    ]),
    // Neighbours side by side.
    SLP.then(&[
        SIMPLIFY_CFG, // the blocks between loops
        FOLD,         // lanes that are packed again
        GVN,          // equal pairs
    ]),
    // A bounds check is one comparison.
    BOUNDS.then(&[
        GVN, // the limits that checks share
    ]),
    INDUCTION,  // what follows another value through a loop
    LICM,       // what does not vary in a loop
    DEAD,       // what nobody needs, and what only an exit needs
    DELAY_USES, // what is used once, where it is used
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
/// [`check_elimination`] proves it, but of the region as it is now: a pass may have moved the read or removed
/// its proof.
pub fn verify(program: &Program, region: &Region) -> Result<(), String> {
    verify_region(program, region)?;
    match check_elimination::unproven(region) {
        Some(v) => Err(format!("nothing proves this read: {}", print_inst(program, region, v))),
        None => Ok(()),
    }
}
