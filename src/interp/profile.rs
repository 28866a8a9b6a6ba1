//! What the interpreter counts for the recorder: the arms of branches, and promoted values.
//!
//! Counters saturate; only their ratios matter.

use crate::ir::{Arm, BlockId, FuncId, Program};
use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

/// The counters of one interpreter.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// How often each arm was taken, in the order of functions, blocks and arms.
    pub counters: Vec<u32>,
    /// By function and block, the index of the counter of the first arm; one more block ends the last one.
    first: Arc<Vec<Vec<u32>>>,
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
        let mut count = 0;
        let mut first = vec![];
        for func in &program.funcs {
            let mut blocks = vec![count];
            for block in &func.body.blocks {
                block.term.each_target(|_| count += 1);
                blocks.push(count);
            }
            first.push(blocks);
        }
        Profile { counters: vec![0; count as usize], first: Arc::new(first), ..Profile::default() }
    }

    /// The index of an arm's counter.
    pub fn counter(&self, arm: Arm) -> u32 {
        self.first[arm.func.index()][arm.block.index()] + arm.index
    }

    /// Moves the counters to a new profile; here they are reset.
    pub fn take_all(&mut self) -> Profile {
        let zeros = vec![0; self.counters.len()];
        Profile {
            counters: std::mem::replace(&mut self.counters, zeros),
            first: self.first.clone(),
            promoted: std::mem::take(&mut self.promoted),
            records: 0,
        }
    }

    /// Counts an arm that is taken.
    pub fn take(&mut self, arm: Arm) {
        let at = self.counter(arm) as usize;
        self.counters[at] = self.counters[at].saturating_add(1);
    }

    /// How often each arm of the block's terminator was taken.
    pub fn arms(&self, func: FuncId, block: BlockId) -> &[u32] {
        let first = &self.first[func.index()][block.index()..];
        &self.counters[first[0] as usize..first[1] as usize]
    }

    /// Notes the value of a `promote`.
    pub fn promote(&mut self, at: (FuncId, BlockId, u32), value: i64) {
        let seen = self.promoted.entry(at).or_insert(Promoted { last: value, run: 0 });
        let run = if seen.last == value { seen.run.saturating_add(1) } else { 1 };
        *seen = Promoted { last: value, run };
    }

    /// Adds the counters of another profile, which are reset.
    pub fn absorb(&mut self, other: &mut Profile) {
        for (mine, other) in self.counters.iter_mut().zip(&mut other.counters) {
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
