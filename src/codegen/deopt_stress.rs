//! Code that leaves at each of its checks in turn, whether it holds or not: a way to test exits.
//!
//! The exit of an instruction leads to the state before it, and the interpreter does it again: so the exit
//! may be taken at any time, and what comes of it is the same. (Not so the exits that blocks end in: these
//! stand for an arm, or for an error.) In code that is made for this, each instruction with an exit counts a
//! word of its own down, and leaves when that comes to zero; the next time it does so twice as late. So a
//! loop is left at every check, in its first round and in later ones, and the run still ends.
//!
//! Such code also asks what instructions without an exit were proven not to need asking: whether a slice or
//! load lies in its view. If it does not, the process ends with a message: a pass has removed a check that it
//! must not remove.
//!
//! Code that is entered once is left at one check only. So in every other region not all checks leave at
//! once: where in it that happens differs from region to region.
//!
//! Not here: such code itself ([`super::instrument`], [`super::bytes`]).

use crate::ir::Region;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much later than at once a region's checks may leave, by its number: in these, and so on.
const LATEST: [u64; 4] = [8, 1, 32, 1];
/// After how many passings a check leaves for the second time.
const AGAIN: u64 = 2;

/// The words of the checks of one region.
#[derive(Debug)]
pub struct DeoptStress {
    /// By check: how often it is still passed, the time included at which it leaves, and that number after
    /// the next time.
    pub(super) words: Box<[[AtomicU64; 2]]>,
    latest: u64,
}

impl DeoptStress {
    /// For a region, which has that number.
    pub(super) fn new(region: &Region, number: u32) -> DeoptStress {
        let insts = region.body.blocks.iter().flat_map(|block| &block.insts);
        let checks = insts.filter(|inst| inst.exit.is_some()).count() as u64;
        let latest = LATEST[number as usize % LATEST.len()];
        let word = |check| [AtomicU64::new(first(check, latest)), AtomicU64::new(AGAIN)];
        DeoptStress { words: (0..checks).map(word).collect(), latest }
    }

    /// How many checks there are, how many of them were ever come to, and how many have left in turn.
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

/// The passing at which a check first leaves: from 1 to `latest`.
fn first(check: u64, latest: u64) -> u64 {
    1 + (check.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) % latest
}
