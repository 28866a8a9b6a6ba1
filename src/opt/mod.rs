//! The optimizer: a list of passes over a region, in the order in which they run.
//!
//! Each pass is a file whose header states what it does, with a before and after, its preconditions, and what
//! it does not do. A pass preserves what the region computes, bit for bit, and what each exit restores; it
//! may move a computation, but never above the check that proves it. `testdata/opt/` holds the tests as text.
//!
//! Nothing here depends on machine code, schemas or wire formats.

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

/// The function of a pass.
pub type Run = fn(&Program, &mut Region);

/// One pass.
#[derive(Clone, Copy)]
pub struct Pass {
    /// Its name, also that of its file and of its tests' folder.
    pub name: &'static str,
    /// What it does.
    pub run: Run,
    /// The passes to run after it if it has created work for them, which shows as a changed number of blocks
    /// or values.
    pub then: &'static [Pass],
}

impl Pass {
    /// A pass that needs no other passes after it.
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

/// The passes to run after branches have become constant.
const DECIDED: &[Pass] = &[
    FOLD,              // facts behind the branches
    GVN,               // computations that the arms had in common
    CHECK_ELIMINATION, // checks that no removed arm invalidates any more
    FOLD,              // facts that these have proven
    SIMPLIFY_CFG,      // and the branches that they decide
];

/// All passes, in their order. Some run again after another pass has created work for them.
pub const PASSES: &[Pass] = &[
    REGISTERIZE_GLOBALS, // cells become values
    VIRTUALS,            // objects become their fields
    SAFEPOINTS,          // polls of loops that allocate nothing
    JUMP_THREADING,      // special return values that a caller tests
    SIMPLIFY_CFG,        // straight-line code becomes single blocks
    SCALARIZE_OPTIONALS, // optionals become a flag and a value
    JUMP_THREADING,      // tests of these flags
    SIMPLIFY_CFG,        // straight-line code again
    // Facts that hold in all iterations but the first.
    PEEL.then(&[
        SIMPLIFY_CFG,        // parameters that only the first iteration needed
        SCALARIZE_OPTIONALS, // optionals that are always present now,
        JUMP_THREADING,      // which decides branches
        SIMPLIFY_CFG,        // and removes them
    ]),
    FOLD,              // constants, views of views
    GVN,               // redundant computations
    CHECK_ELIMINATION, // checks that earlier checks imply
    FOLD,              // sums whose terms are proven not to overflow
    // Arms of constant branches.
    SIMPLIFY_CFG.then(DECIDED),
    // Short arms become selects.
    IF_CONVERSION.then(&[
        SIMPLIFY_CFG,      // the remains of the arms
        FOLD,              // selects of constants
        CHECK_ELIMINATION, // one check for both arms
        FOLD,              // facts that it has proven
        GVN,               // computations of both arms
    ]),
    DEAD, // so that a loop's body has only the instructions that it needs
    // Blocks that are empty now.
    SIMPLIFY_CFG.then(DECIDED),
    FOLD,       // values of removed parameters
    SAFEPOINTS, // polls of loops that allocate nothing any more
    // Values that rotate through a loop.
    UNROLL.then(&[
        FOLD,              // computations common to the iterations
        CHECK_ELIMINATION, // one check for all iterations
        FOLD,              // their offsets become base and constant
        GVN,               // offsets that iterations share
    ]),
    // Adjacent totals in one register.
    SLP.then(&[
        SIMPLIFY_CFG, // the blocks between loops
        FOLD,         // lanes that are packed again
        GVN,          // equal pairs
    ]),
    // A bounds check is one comparison.
    BOUNDS.then(&[
        GVN, // the limits that checks share
    ]),
    INDUCTION,  // variables that follow another one through a loop
    LICM,       // loop invariants
    DEAD,       // dead code, and code that only exits need
    DELAY_USES, // values with one use, moved to it
];

/// Runs all passes except those named in `without`. With `verified`, and always in a debug build, the region
/// is [verified](verify) after each of them.
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

/// Checks that a region is well-formed, and that each read without a check is proven by the code that
/// dominates it, as [`check_elimination`] proves it. The proof uses the region as it is now: a pass may have
/// moved the read or removed its proof.
pub fn verify(program: &Program, region: &Region) -> Result<(), String> {
    verify_region(program, region)?;
    match check_elimination::unproven(region) {
        Some(v) => Err(format!("nothing proves this read: {}", print_inst(program, region, v))),
        None => Ok(()),
    }
}
