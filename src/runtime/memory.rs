//! The memory that a program can read: the input, and the pool of its own constants.
//!
//! The start of a view is one number: an offset in the input, or [`POOL`] plus an offset in the pool. Native
//! code has addresses instead, which are passed as wrapping distances from the input's first byte. So views
//! of the pool are translated when they are passed to native code and back ([`Memory::out`],
//! [`Memory::back`]).

use super::Val;

/// The start of a view at the pool's first byte. No input is that long.
pub const POOL: u64 = 1 << 62;

/// The input and the pool.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    /// The bytes of the input.
    pub input: &'a [u8],
    /// The bytes of the program's constants.
    pub pool: &'a [u8],
}

impl<'a> Memory<'a> {
    /// No bytes at all.
    pub const NONE: Memory<'static> = Memory { input: &[], pool: &[] };

    /// `len` bytes from `start`.
    ///
    /// # Panics
    ///
    /// If the bytes are out of bounds; the caller has checked that they are not.
    pub fn bytes(&self, start: u64, len: u64) -> &'a [u8] {
        let (bytes, from) = if start < POOL { (self.input, start) } else { (self.pool, start - POOL) };
        &bytes[from as usize..][..len as usize]
    }

    /// Whether all these bytes are in bounds.
    pub fn has(&self, start: u64, len: u64) -> bool {
        let (bytes, from) = if start < POOL { (self.input, start) } else { (self.pool, start - POOL) };
        from.checked_add(len).is_some_and(|end| end <= bytes.len() as u64)
    }

    /// The distance from the input's first byte to the pool's, wrapping.
    fn distance(&self) -> u64 {
        (self.pool.as_ptr() as u64).wrapping_sub(self.input.as_ptr() as u64)
    }

    /// Translates the start of a view for native code.
    pub fn out_start(&self, start: u64) -> u64 {
        if start < POOL { start } else { (start - POOL).wrapping_add(self.distance()) }
    }

    /// Translates a value for native code.
    pub fn out(&self, val: Val) -> Val {
        match val {
            Val::View(start, len) => Val::View(self.out_start(start), len),
            val => val,
        }
    }

    /// Translates a value that native code has left.
    pub fn back(&self, val: Val) -> Val {
        match val {
            // The pool may begin where the input ends; a nonempty view at that address belongs to the pool.
            Val::View(start, len) if start.saturating_add(len.min(1)) > self.input.len() as u64 => {
                Val::View(start.wrapping_sub(self.distance()).wrapping_add(POOL), len)
            }
            val => val,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_come_back_from_native_code_as_they_went_wherever_the_pool_lies() {
        let bytes = [0; 24];
        let (low, rest) = bytes.split_at(8);
        let (middle, high) = rest.split_at(8);
        for (input, pool) in [(low, middle), (low, high), (middle, low), (high, low), (&[][..], low)] {
            let memory = Memory { input, pool };
            for (start, len) in [(0, 0), (0, 8), (8, 0), (3, 5), (POOL, 8), (POOL + 7, 1), (POOL + 2, 3)] {
                let view = Val::View(start, len);
                if memory.has(start, len) {
                    assert_eq!(memory.back(memory.out(view)), view, "{input:p} {pool:p}");
                }
            }
        }
    }
}
