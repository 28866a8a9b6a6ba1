//! Limits on the resources that reading a message may take. Formats whose schema bounds the size of a record
//! ignore them.

/// Limits on what reading a message may take.
///
/// ```
/// use wirelens::Limits;
/// let limits = Limits { traversal: 1 << 30, ..Limits::default() };
/// assert_eq!((limits.nesting, limits.segments), (64, 512));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Words of eight bytes that may be read of a message; also the largest size of a message.
    pub traversal: u64,
    /// The nesting depth of pointers.
    pub nesting: u32,
    /// The number of segments of a message.
    pub segments: u32,
}

impl Default for Limits {
    /// Those of the reference implementation: 8 Mi words, 64 pointers, 512 segments.
    fn default() -> Limits {
        Limits { traversal: 8 << 20, nesting: 64, segments: 512 }
    }
}
