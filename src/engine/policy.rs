//! When to compile, and when to stop compiling.
//!
//! Compiling costs what interpreting some hundreds of records costs, so a loop is compiled after it has run for about
//! as long as the compilation will take: at worst the time doubles (the ski-rental argument).

use super::Stats;
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Root};

/// Whether native code is used.
///
/// ```
/// assert_eq!(wirelens::Jit::default(), wirelens::Jit::On);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jit {
    /// Never: everything is interpreted.
    Off,
    /// Where it pays off.
    #[default]
    On,
    /// At once, before anything is known of the data.
    Eager,
}

/// The numbers behind the decisions.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Arrivals at a loop header that make it hot.
    pub header: u32,
    /// Calls by the engine that make a function hot.
    pub call: u32,
    /// How often an exit is taken before its region first grows.
    pub exit: u32,
    /// Regions and regrowths, all together.
    pub compilations: u64,
    /// Bytes of machine code made, all together.
    pub bytes: u64,
    /// How often one region may be made.
    pub times: u32,
    /// Passes of the optimizer that are left out (for tests).
    pub without: Vec<&'static str>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            header: 200,
            call: 300,
            exit: 64,
            compilations: 2_000,
            bytes: 16 << 20,
            times: 12,
            without: vec![],
        }
    }
}

impl Policy {
    /// Whether one more region may be made, `times` being which time it is for its root.
    pub(super) fn allows(&self, stats: &Stats, times: u32) -> bool {
        stats.recorded < self.compilations && stats.bytes_made < self.bytes && times <= self.times
    }

    /// Whether an exit was just taken often enough: at 64, 128, 256 … times, so that growing gets rarer.
    pub(super) fn grows(&self, taken: u32) -> bool {
        taken >= self.exit && (taken / self.exit).is_power_of_two() && taken.is_multiple_of(self.exit)
    }

    /// The root to compile now that `root` has been arrived at, if any; `arrivals` says how often a root was.
    pub(super) fn hot(
        &self,
        jit: Jit,
        root: Root,
        cfg: &Cfg,
        arrivals: impl Fn(Root) -> u32,
    ) -> Option<Root> {
        if jit == Jit::Eager {
            return Some(root);
        }
        if root.block == BlockId(0) {
            return (arrivals(root) >= self.call).then_some(root);
        }
        if arrivals(root) < self.header {
            return None;
        }
        // The outermost loop around it that has come around once.
        let mut best = root;
        let mut inner = cfg.loop_of(root.block)?;
        while let Some(outer) = cfg.loops[inner].parent {
            inner = outer;
            let header = Root { func: root.func, block: cfg.loops[outer].header };
            if arrivals(header) >= 2 {
                best = header;
            }
        }
        Some(best)
    }
}
