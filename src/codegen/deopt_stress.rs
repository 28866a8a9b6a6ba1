//! Code that leaves at each of its checks in turn, whether the check holds or not, to test exits.
//!
//! The exit of an instruction leads to the state before it, and the interpreter executes it again, so the
//! exit may be taken at any time without changing the result. (This does not hold for exits that end blocks:
//! these replace an arm or an error.) In this code, each instruction with an exit decrements a word of its
//! own, and leaves when the word reaches zero; the next time after twice as many executions. So a loop leaves
//! at every check, in early and later iterations, and the run still terminates.
//!
//! Such code also repeats the checks that were removed as proven: that slices and loads are within their
//! views. If one is not, the process ends with a message: a pass has wrongly removed the check.
//!
//! Code that is entered once leaves at one check only. So in every other region the checks do not all leave
//! at the first execution: the number of executions before it differs between checks and regions.
//!
//! Not here: emitting such code ([`super::instrument`], [`super::bytes`]).

use crate::ir::Region;
use std::sync::atomic::{AtomicU64, Ordering};

/// The latest first execution at which a region's checks leave, by the region's number modulo 4.
const LATEST: [u64; 4] = [8, 1, 32, 1];
/// The number of executions after which a check leaves for the second time.
const AGAIN: u64 = 2;

/// The counters of the checks of one region.
#[derive(Debug)]
pub struct DeoptStress {
    /// By check: the number of executions left until it leaves, and the initial value of that counter for the
    /// time after.
    pub(super) words: Box<[[AtomicU64; 2]]>,
    latest: u64,
}

impl DeoptStress {
    /// Counters for a region of that number.
    pub(super) fn new(region: &Region, number: u32) -> DeoptStress {
        let insts = region.body.blocks.iter().flat_map(|block| &block.insts);
        let checks = insts.filter(|inst| inst.exit.is_some()).count() as u64;
        let latest = LATEST[number as usize % LATEST.len()];
        let word = |check| [AtomicU64::new(first(check, latest)), AtomicU64::new(AGAIN)];
        DeoptStress { words: (0..checks).map(word).collect(), latest }
    }

    /// The number of checks, of checks that were executed, and of checks that have left in turn.
    pub fn counts(&self) -> [u64; 3] {
        let mut counts = [self.words.len() as u64, 0, 0];
        for (check, [left, after]) in self.words.iter().enumerate() {
            let taken = after.load(Ordering::Relaxed) != AGAIN;
            let untouched = left.load(Ordering::Relaxed) == first(check as u64, self.latest);
            counts[1] += u64::from(taken || !untouched);
            counts[2] += u64::from(taken);
        }
        counts
    }
}

/// The execution at which a check first leaves: from 1 to `latest`.
fn first(check: u64, latest: u64) -> u64 {
    1 + (check.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) % latest
}
