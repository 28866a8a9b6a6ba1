//! How much a message may ask of whoever reads it. Formats whose records are bounded by their schema do not
//! look at these.

/// What a message may ask of its reader.
///
/// ```
/// use wirelens::Limits;
/// let limits = Limits { traversal: 1 << 30, ..Limits::default() };
/// assert_eq!((limits.nesting, limits.segments), (64, 512));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Words of eight bytes that may be read of a message; it may not have more either.
    pub traversal: u64,
    /// How deep pointers may nest.
    pub nesting: u32,
    /// Segments of a message.
    pub segments: u32,
}

impl Default for Limits {
    /// Those of the reference implementation: 8 Mi words, 64 pointers, 512 segments.
    fn default() -> Limits {
        Limits { traversal: 8 << 20, nesting: 64, segments: 512 }
    }
}
