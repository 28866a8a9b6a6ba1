//! How native code is left: the code that it gives, and what lies in its words then.
//!
//! Not here: who writes that ([`super::region`]), and what the engine makes of it.

use crate::ir::{ExitId, Type, Value};

/// A code that says where nothing was left: a function of the host has panicked, and the run is over.
pub(super) const PANICKED: u64 = 0;

/// Set in a code if the region's function has returned, and what it returned is in the first words.
pub(super) const RETURNED: u64 = 1 << 63;

/// What native code leaves in the words when it leaves.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Leaves {
    /// Each distinct region value in the exit's slots, in the order of [`crate::ir::Exit::each_slot`], with
    /// its type and its first word. Constants are not among them.
    pub layout: Vec<(Value, Type, usize)>,
    /// Inside a native call: the word that says where the callee was left, to be read with [`Left::read`].
    /// The callee's own words begin behind this region's.
    pub callee: Option<usize>,
}

/// Where native code was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// The number that the region was compiled with.
    pub number: u32,
    /// In which of [`crate::ir::Region::states`].
    pub exit: ExitId,
}

impl Left {
    /// The code that says so: the exit in the lower half, the number in the upper.
    pub(super) fn code(self) -> u64 {
        assert!(self.number < 1 << 31, "numbers of regions are few");
        u64::from(self.number) << 32 | u64::from(self.exit.0)
    }

    /// What a code says; the one of a native call that was left is in the word that [`Leaves::callee`] names.
    pub fn read(code: u64) -> Left {
        Left { number: ((code & !RETURNED) >> 32) as u32, exit: ExitId(code as u32) }
    }
}
