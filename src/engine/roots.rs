//! The compilation states of a program's roots. All threads read them, without a lock; the thread that
//! compiles changes them.

use crate::ir::{Program, Root};
use std::sync::atomic::{AtomicU32, Ordering};

/// The compilation state of a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RootState {
    /// Nobody has requested a region.
    New,
    /// A region has been requested, and another thread makes it.
    Requested,
    /// There is no region, and there will be none.
    Refused,
    /// The region with that number.
    Native(u32),
}

/// The states of all roots. A root has a number, its index among all blocks of the program.
#[derive(Debug)]
pub(super) struct Roots {
    /// For each function, the number of blocks in the functions before it.
    first: Box<[usize]>,
    /// By the root's number: the state, as 0, 1, 2, or 3 and the number of the region.
    states: Box<[AtomicU32]>,
}

impl Roots {
    pub fn new(program: &Program) -> Roots {
        let mut blocks = 0;
        let first = program.funcs.iter().map(|func| {
            blocks += func.body.blocks.len();
            blocks - func.body.blocks.len()
        });
        let first = first.collect();
        Roots { first, states: (0..blocks).map(|_| AtomicU32::new(0)).collect() }
    }

    /// The number of a root.
    pub fn number(&self, root: Root) -> usize {
        self.first[root.func.index()] + root.block.index()
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// The state of a root. If it has a region, the region is visible to the calling thread.
    pub fn get(&self, root: usize) -> RootState {
        match self.states[root].load(Ordering::Acquire) {
            0 => RootState::New,
            1 => RootState::Requested,
            2 => RootState::Refused,
            number => RootState::Native(number - 3),
        }
    }

    /// Sets the state of a root.
    pub fn set(&self, root: usize, state: RootState) {
        self.states[root].store(word(state), Ordering::Release);
    }

    /// Sets the state of a root if it is still `from`; returns whether it was.
    pub fn change(&self, root: usize, from: RootState, to: RootState) -> bool {
        self.states[root].compare_exchange(word(from), word(to), Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Waits until nothing is requested any more.
    #[cfg(test)]
    pub fn settle(&self) {
        while (0..self.len()).any(|root| self.get(root) == RootState::Requested) {
            std::thread::yield_now();
        }
    }

    /// The numbers of the regions in use.
    pub fn regions(&self) -> impl Iterator<Item = u32> {
        (0..self.len()).filter_map(|root| match self.get(root) {
            RootState::Native(number) => Some(number),
            _ => None,
        })
    }
}

fn word(state: RootState) -> u32 {
    match state {
        RootState::New => 0,
        RootState::Requested => 1,
        RootState::Refused => 2,
        RootState::Native(number) => number + 3,
    }
}
