//! The compilation states of a program's roots. All threads read them, without a lock; the thread that
//! compiles changes them.

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

/// By [`Plan::number`](crate::record::Plan::number): the state, as 0, 1, 2, or 3 and the number of the
/// region.
#[derive(Debug)]
pub(super) struct Roots(Box<[AtomicU32]>);

impl Roots {
    pub fn new(roots: usize) -> Roots {
        Roots((0..roots).map(|_| AtomicU32::new(0)).collect())
    }

    /// The state of a root. If it has a region, the region is visible to the calling thread.
    pub fn get(&self, root: usize) -> RootState {
        match self.0[root].load(Ordering::Acquire) {
            0 => RootState::New,
            1 => RootState::Requested,
            2 => RootState::Refused,
            number => RootState::Native(number - 3),
        }
    }

    /// Sets the state of a root.
    pub fn set(&self, root: usize, state: RootState) {
        self.0[root].store(word(state), Ordering::Release);
    }

    /// Sets the state of a root if it is still `from`; returns whether it was.
    pub fn change(&self, root: usize, from: RootState, to: RootState) -> bool {
        self.0[root].compare_exchange(word(from), word(to), Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Waits until nothing is requested any more.
    #[cfg(test)]
    pub fn settle(&self) {
        while (0..self.0.len()).any(|root| self.get(root) == RootState::Requested) {
            std::thread::yield_now();
        }
    }

    /// The numbers of the regions in use.
    pub fn regions(&self) -> impl Iterator<Item = u32> {
        (0..self.0.len()).filter_map(|root| match self.get(root) {
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
