//! The choices of a recording: which arms it takes along, and which values it takes for constants.

use crate::interp::Profile;
use crate::ir::cfg::Cfg;
use crate::ir::{Arm, BlockId, FuncId, Root};
use std::collections::HashSet;
use std::fmt;

/// An arm taken in fewer than one of so many cases is left out.
const RARE: u64 = 50;
/// A promoted value is taken for a constant once it was the same so many times in a row.
const STEADY: u32 = 32;

/// What native code has found out since: exits that were taken too often.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Arms to take along, whatever the counters say.
    pub arms: HashSet<Arm>,
    /// Places of `promote`s that are not constant.
    pub varying: HashSet<(FuncId, BlockId, u32)>,
}

/// Why there is no region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A function calls itself, deeper than is inlined.
    Recursion,
    /// It would be too large.
    Size,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Recursion => "recursion deeper than is inlined",
            Refusal::Size => "too many instructions",
        })
    }
}

impl Facts {
    /// For each arm of a block's terminator, whether it is recorded.
    ///
    /// An arm out of the root's loop is not: the region ends there. An arm out of an inner loop is, if it was ever taken, so that
    /// inner loops do not leave the region. Any other arm is if it is not rare. Where nothing was counted yet, all
    /// are.
    pub(super) fn kept(
        &self,
        cfg: &Cfg,
        profile: &Profile,
        root: Root,
        func: FuncId,
        block: BlockId,
    ) -> Vec<bool> {
        let counts = profile.arms(func, block);
        let total: u64 = counts.iter().map(|c| u64::from(*c)).sum();
        let most = counts.iter().max().copied().unwrap_or(0);
        let targets = cfg.successors(block);
        let keep = |(index, target): (usize, &BlockId)| {
            if root.func == func && root.block != BlockId(0) && !cfg.in_loop(root.block, *target) {
                return false;
            }
            let count = counts[index];
            self.arms.contains(&Arm { func, block, index: index as u32 })
                || total == 0
                || count == most
                || (count > 0 && cfg.leaves_loop(block, *target))
                || u64::from(count) * RARE > total
        };
        targets.iter().enumerate().map(keep).collect()
    }

    /// The constant for which a `promote` may be taken, if there is one.
    pub(super) fn promoted(&self, profile: &Profile, at: (FuncId, BlockId, u32)) -> Option<i64> {
        let seen = profile.promoted(at)?;
        (seen.run >= STEADY && !self.varying.contains(&at)).then_some(seen.last)
    }
}
