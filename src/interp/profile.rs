//! What the interpreter counts, so that the recorder can choose: arms of branches, promoted values.
//!
//! Counters saturate; only their ratios matter.

use crate::ir::{Arm, BlockId, FuncId, Program};
use rustc_hash::FxHashMap as HashMap;

/// The counters of one interpreter.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// By function and block: how often each arm of its terminator was taken.
    arms: Vec<Vec<Vec<u32>>>,
    promoted: HashMap<(FuncId, BlockId, u32), Promoted>,
    /// How many records were visited.
    pub records: u64,
}

/// What a `promote` has seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promoted {
    /// The last value.
    pub last: i64,
    /// How many times in a row it was that value.
    pub run: u32,
}

impl Profile {
    /// All counters at zero.
    pub fn new(program: &Program) -> Profile {
        let per_block = |f: &dyn Fn(usize, usize) -> Vec<u32>| -> Vec<Vec<Vec<u32>>> {
            let blocks = |i: usize| (0..program.funcs[i].body.blocks.len()).map(|b| f(i, b)).collect();
            (0..program.funcs.len()).map(blocks).collect()
        };
        Profile {
            arms: per_block(&|f, b| vec![0; program.funcs[f].body.blocks[b].term.targets().len()]),
            promoted: HashMap::default(),
            records: 0,
        }
    }

    /// Counts an arm that is taken.
    pub fn take(&mut self, arm: Arm) {
        let count = &mut self.arms[arm.func.index()][arm.block.index()][arm.index as usize];
        *count = count.saturating_add(1);
    }

    /// How often each arm of the block's terminator was taken.
    pub fn arms(&self, func: FuncId, block: BlockId) -> &[u32] {
        &self.arms[func.index()][block.index()]
    }

    /// Notes the value of a `promote`.
    pub fn promote(&mut self, at: (FuncId, BlockId, u32), value: i64) {
        let seen = self.promoted.entry(at).or_insert(Promoted { last: value, run: 0 });
        let run = if seen.last == value { seen.run.saturating_add(1) } else { 1 };
        *seen = Promoted { last: value, run };
    }

    /// Takes over what another one has counted, which begins again.
    pub fn absorb(&mut self, other: &mut Profile) {
        let others = other.arms.iter_mut().flatten().flatten();
        for (mine, other) in self.arms.iter_mut().flatten().flatten().zip(others) {
            *mine = mine.saturating_add(std::mem::take(other));
        }
        for (at, seen) in other.promoted.drain() {
            let mine = self.promoted.entry(at).or_insert(Promoted { run: 0, ..seen });
            let before = if mine.last == seen.last { mine.run } else { 0 };
            *mine = Promoted { last: seen.last, run: before.saturating_add(seen.run) };
        }
    }

    /// What a `promote` has seen, if it ever ran.
    pub fn promoted(&self, at: (FuncId, BlockId, u32)) -> Option<Promoted> {
        self.promoted.get(&at).copied()
    }
}
