//! A reusable buffer to read into, on huge pages if the system has them.
//!
//! A fresh block of 2 MiB costs 512 page faults, here about a millisecond: more than reading (instead of
//! mapping) saves over many chunks. On a huge page it costs one fault, and a tenth of the time.

use std::ptr::{self, NonNull};

/// The size of a huge page, and the alignment of a block's front.
const HUGE: usize = 2 << 20;

/// Zeroed memory that grows on demand, never shrinks, and is freed when the value is dropped.
///
/// # Invariant
///
/// `front` to `front + capacity` is readable, writable, initialized (zero at first), and owned by this value
/// alone; `whole` and `size` are exactly what one `mmap` returned, and contain that range. Or all are empty.
#[derive(Debug)]
pub struct Block {
    front: NonNull<u8>,
    capacity: usize,
    whole: NonNull<u8>,
    size: usize,
}

// SAFETY: the value is the only owner of its memory, and lends it by the usual rules of `&` and `&mut`.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Block {
    /// An empty block, without memory.
    pub const fn new() -> Block {
        Block { front: NonNull::dangling(), capacity: 0, whole: NonNull::dangling(), size: 0 }
    }

    /// Makes room for `len` bytes; a reallocation discards the content. Returns whether it reallocated, or
    /// `None` if the system has no memory left.
    pub fn grow(&mut self, len: usize) -> Option<bool> {
        if len <= self.capacity {
            return Some(false);
        }
        *self = Block::with_capacity(len)?;
        // Touch every page now, so that page faults are not counted in the time of a read.
        self.front(len).iter_mut().step_by(4096).for_each(|b| *b = std::hint::black_box(0));
        Some(true)
    }

    /// The first `len` bytes, which must be within the capacity.
    pub fn front(&mut self, len: usize) -> &mut [u8] {
        assert!(len <= self.capacity);
        // SAFETY: `len` <= `capacity`, initialized and ours (the invariant), borrowed for as long as `self`.
        unsafe { std::slice::from_raw_parts_mut(self.front.as_ptr(), len) }
    }

    /// A block that is not touched: it takes address space, and no memory.
    pub fn with_capacity(capacity: usize) -> Option<Block> {
        let size = capacity.checked_add(HUGE)?;
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: without MAP_FIXED, `mmap` touches no existing mapping.
        let whole = unsafe { libc::mmap(ptr::null_mut(), size, access, flags, -1, 0) };
        if whole == libc::MAP_FAILED {
            return None;
        }
        let whole = NonNull::new(whole.cast::<u8>())?;
        let skip = whole.addr().get().next_multiple_of(HUGE) - whole.addr().get();
        // SAFETY: `skip` < HUGE, and `skip + capacity` <= `size`: within the new mapping.
        let front = unsafe { whole.add(skip) };
        // Only a hint: without huge pages the block is on small ones. Linux has had the hint since 2.6.38.
        #[cfg(target_os = "linux")]
        // SAFETY: the advice applies to our own fresh memory, and changes nothing in it.
        unsafe {
            libc::madvise(front.as_ptr().cast(), capacity, libc::MADV_HUGEPAGE);
        }
        Some(Block { front, capacity, whole, size })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.size > 0 {
            // SAFETY: one whole `mmap` (the invariant), unmapped by its only owner.
            let failed = unsafe { libc::munmap(self.whole.as_ptr().cast(), self.size) };
            debug_assert_eq!(failed, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_zero_at_first_grows_and_keeps_its_place() {
        let mut block = Block::new();
        assert_eq!((block.front(0).len(), block.grow(150)), (0, Some(true)));
        assert_eq!(block.front(150), [0; 150]);
        block.front(150).fill(7);
        let at = block.front(0).as_ptr();
        assert_eq!(at.addr() % HUGE, 0);
        assert_eq!(block.grow(150), Some(false));
        assert_eq!((block.front(10).as_ptr(), &block.front(10)[..]), (at, &[7; 10][..]));
        assert_eq!(block.grow(5 << 20), Some(true));
        assert!(block.front(5 << 20).iter().all(|b| *b == 0));
        assert!(block.grow(usize::MAX).is_none() && block.grow(usize::MAX / 2).is_none());
        assert_eq!(block.grow(5 << 20), Some(false));
    }
}
