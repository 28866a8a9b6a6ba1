//! How native code is left: the code it returns, and the contents of its words then.
//!
//! Not here: who writes these ([`super::region`]), and how the engine uses them.

use crate::ir::{ExitId, Type, Value};

/// The code if there is no state: a host function has panicked, and the run is over.
pub(super) const PANICKED: u64 = 0;

/// Set in a code if the region's function has returned; the return value is in the first words.
pub(super) const RETURNED: u64 = 1 << 63;

/// The state that native code stores in the words when it leaves.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExitLayout {
    /// Each distinct region value in the exit's slots, in the order of [`crate::ir::Exit::each_slot`], with
    /// its type and its first word. Constants are omitted.
    pub layout: Vec<(Value, Type, usize)>,
    /// Inside a native call: the word with the code of the callee, to be decoded with [`ExitCode::read`]. The
    /// callee's own words follow this region's.
    pub callee: Option<usize>,
}

/// Where native code was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExitCode {
    /// The number that the region was compiled with.
    pub number: u32,
    /// The index into [`crate::ir::Region::states`].
    pub exit: ExitId,
}

impl ExitCode {
    /// Encodes it: the exit in the lower half, the number in the upper.
    pub(super) fn code(self) -> u64 {
        assert!(self.number < 1 << 31, "numbers of regions are few");
        u64::from(self.number) << 32 | u64::from(self.exit.0)
    }

    /// Decodes a code; that of a native call's callee is in the word [`ExitLayout::callee`].
    pub fn read(code: u64) -> ExitCode {
        ExitCode { number: ((code & !RETURNED) >> 32) as u32, exit: ExitId(code as u32) }
    }
}
