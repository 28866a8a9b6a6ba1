//! Speculation: which arms are recorded, and which values are treated as constants.

use crate::interp::Profile;
use crate::ir::cfg::Cfg;
use crate::ir::{Arm, BlockId, Body, Effects, FuncId, Inst, Op, Term};
use std::collections::HashSet;
use std::fmt;

/// An arm taken in fewer than one of so many cases is not recorded: taking the exit costs about as much as so
/// many iterations of a short loop, and recording the arm costs some bytes of code.
const RARE: u64 = 1000;
/// An arm with at most so many instructions is short.
const SHORT: usize = 4;
/// A promoted value is treated as a constant once it was the same so many times in a row.
const STEADY: u32 = 32;

/// What native code has shown since: exits that were taken too often.
#[derive(Clone, Debug, Default)]
pub struct Speculation {
    /// Arms to record, whatever the counters are.
    pub arms: HashSet<Arm>,
    /// The `promote`s whose values are not constant.
    pub varying: HashSet<(FuncId, BlockId, u32)>,
}

/// Why a region could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceAbort {
    /// It would be too large.
    Size,
    /// The code generator rejects it.
    Code(String),
}

impl fmt::Display for TraceAbort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TraceAbort::Size => f.write_str("too many instructions"),
            TraceAbort::Code(why) => write!(f, "code generation: {why}"),
        }
    }
}

impl Speculation {
    /// For each arm of a block's terminator, whether it is recorded.
    ///
    /// An arm that leaves the loop whose header is `extent` (in the root's function only) is not recorded:
    /// the region ends there. An arm that leaves an inner loop is recorded if it was ever taken, so that
    /// inner loops do not leave the region. Any other arm is recorded if it is not rare, or so short that an
    /// exit would need more code than the arm. If nothing was counted yet, all are recorded.
    pub(super) fn kept(
        &self,
        cfg: &Cfg,
        body: &Body,
        profile: &Profile,
        extent: Option<BlockId>,
        (func, block): (FuncId, BlockId),
        targets: &[BlockId],
    ) -> Vec<bool> {
        let counts = profile.arms(func, block);
        let total: u64 = counts.iter().map(|c| u64::from(*c)).sum();
        let most = counts.iter().max().copied().unwrap_or(0);
        let root = extent.and_then(|header| cfg.loop_of(header));
        let leaves = |the_loop: Option<usize>, target| the_loop.is_some_and(|l| !cfg.contains(l, target));
        let keep = |(index, target): (usize, &BlockId)| {
            if leaves(root, *target) {
                return false;
            }
            let count = counts[index];
            self.arms.contains(&Arm { func, block, index: index as u32 })
                || total == 0
                || count == most
                || (count > 0 && leaves(cfg.innermost(block), *target))
                || u64::from(count) * RARE > total
                || short(cfg, body, block, *target)
        };
        targets.iter().enumerate().map(keep).collect()
    }

    /// The constant to use for a `promote`, if there is one.
    pub(super) fn promoted(&self, profile: &Profile, at: (FuncId, BlockId, u32)) -> Option<i64> {
        let seen = profile.promoted(at)?;
        (seen.run >= STEADY && !self.varying.contains(&at)).then_some(seen.last)
    }
}

/// Whether an arm from `block` is short and neither fails nor has side effects: an empty one, which only
/// passes values to a join, or one of a few instructions that ends in a join. It becomes a select.
fn short(cfg: &Cfg, body: &Body, block: BlockId, target: BlockId) -> bool {
    let joins = |to: BlockId| cfg.predecessors(to).len() > 1 && cfg.position(to) > cfg.position(block);
    let harmless = |inst: &Inst| {
        let checked = inst.args.first().is_some_and(|a| inst.op.checked(body.ty(*a)));
        inst.op.pure() && !checked && !matches!(inst.op, Op::Host(_, Effects::Pure) | Op::Find)
    };
    let Term::Jump(on) = &body[target].term else { return joins(target) };
    joins(target)
        || joins(on.block) && body[target].insts.len() <= SHORT && body[target].insts.iter().all(harmless)
}
