//! Memory that is filled block by block on first access, with few blocks resident at once.
//!
//! A range of addresses is reserved with no page readable. A read raises `SIGSEGV`; the handler
//! ([`super::fault`]) has the block filled in separate memory and moves it, in one step, to its address; then
//! the read is retried. With [`RESIDENT`] blocks present, the oldest one is freed. So a reader sees all bytes
//! at all times, in any order and any number of times, and memory is bounded.
//!
//! A block is filled within a signal handler: the function that fills it allocates nothing, takes no lock and
//! does not panic.
//!
//! The content of the bytes is not this module's concern. They must not be passed to a system call, which
//! fails on pages that are not present.

use std::cell::UnsafeCell;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::fault::{self, Guard};

/// The largest number of resident blocks.
const RESIDENT: usize = 32;

/// Fills a block, given its number, in zeroed memory. Returns false if that is impossible: then the bytes are
/// invalid.
pub type Fill<'f> = Box<dyn Fn(u64, &mut [u8]) -> bool + Send + Sync + 'f>;

/// Why bytes were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The system had no memory for a block.
    Memory,
    /// A block could not be filled.
    Content,
}

/// Bytes that are filled on access.
pub struct Filled<'f> {
    /// Boxed: the handler knows its address.
    blocks: Box<Blocks<'f>>,
    len: usize,
    guard: Guard,
}

/// The state that the handler uses.
///
/// # Invariants
///
/// 1. `base` to `base + size` is exactly what one `mmap` returned, whole blocks, until the value is dropped;
///    its pages are either inaccessible or readable, those of a readable block have the bytes that `fill`
///    wrote, and nothing refers to the range but [`Filled::bytes`] and the table of `fault`.
/// 2. `ring` is accessed only by the thread that has set `busy`.
pub(super) struct Blocks<'f> {
    base: NonNull<u8>,
    size: usize,
    block: usize,
    fill: Fill<'f>,
    busy: AtomicBool,
    ring: UnsafeCell<Ring>,
    /// 0, or why bytes were lost.
    lost: AtomicU8,
}

/// The resident blocks, and the index of the next one to evict.
struct Ring {
    there: [Option<usize>; RESIDENT],
    next: usize,
}

// SAFETY: the memory belongs to no thread and is only read through `bytes`; only the holder of `busy` changes
// it (invariant 2), and `fill` is `Send` and `Sync`.
unsafe impl Send for Blocks<'_> {}
// SAFETY: as above.
unsafe impl Sync for Blocks<'_> {}

impl<'f> Filled<'f> {
    /// `len` bytes, in blocks of a size that is a multiple of the page's. `None` if the system cannot reserve
    /// that many addresses.
    pub fn new(len: u64, block: usize, fill: Fill<'f>) -> Option<Filled<'f>> {
        debug_assert!(block > 0 && block.is_multiple_of(fault::page_size()));
        let len = usize::try_from(len).ok()?;
        // One block more than needed, so that a readable page follows the last byte.
        let size = (len / block + 1).checked_mul(block).filter(|size| isize::try_from(*size).is_ok())?;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        let base = map(ptr::null_mut(), size, libc::PROT_NONE, flags)?;
        let ring = UnsafeCell::new(Ring { there: [None; RESIDENT], next: 0 });
        let (busy, lost) = (AtomicBool::new(false), AtomicU8::new(0));
        let blocks = Box::new(Blocks { base, size, block, fill, busy, ring, lost });
        let guard = fault::fill(base.as_ptr().addr(), size, &blocks);
        Some(Filled { blocks, len, guard })
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `len` < `size`, which fits `isize`. Each load finds a readable page with its bytes, or
        // traps into the handler, which puts one there before the load is retried (invariant 1). To the
        // program it is as if the page had been there always, since a block has the same bytes each time; a
        // `fill` that writes others reports failure, and nothing relies on what was read.
        unsafe { std::slice::from_raw_parts(self.blocks.base.as_ptr(), self.len) }
    }

    /// Whether bytes were lost: to be checked before a result computed from them is used.
    pub fn lost(&self) -> Option<Lost> {
        match self.blocks.lost.load(Ordering::Acquire) {
            0 => None,
            1 => Some(Lost::Memory),
            _ => Some(Lost::Content),
        }
    }
}

impl Drop for Filled<'_> {
    fn drop(&mut self) {
        // The handler must release the range before anybody else can get it.
        self.guard.release();
        unmap(self.blocks.base, self.blocks.size);
    }
}

impl Blocks<'_> {
    /// Makes the block that contains `address` present. Called in a signal handler.
    pub(super) fn miss(&self, address: usize) {
        let number = (address - self.base.as_ptr().addr()) / self.block;
        while self.busy.swap(true, Ordering::Acquire) {
            // SAFETY: it only lets others run.
            unsafe { libc::sched_yield() };
        }
        // SAFETY: `busy` was not set and is now: no other thread is here (invariant 2).
        let ring = unsafe { &mut *self.ring.get() };
        if !ring.there.contains(&Some(number)) {
            self.bring(ring, number);
        }
        self.busy.store(false, Ordering::Release);
    }

    /// Fills a block and moves it to its address.
    fn bring(&self, ring: &mut Ring, number: usize) {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let fresh = || map(ptr::null_mut(), self.block, libc::PROT_READ | libc::PROT_WRITE, flags);
        let memory = fresh().or_else(|| {
            // Evicted blocks are filled again when they are read.
            for gone in ring.there.iter_mut().filter_map(Option::take) {
                self.give_back(gone);
            }
            fresh()
        });
        let place = self.place(number);
        let moved = memory.is_some_and(|memory| {
            // SAFETY: fresh memory of `block` bytes, zeroed, writable and referenced by nobody else.
            let bytes = unsafe { std::slice::from_raw_parts_mut(memory.as_ptr(), self.block) };
            if !(self.fill)(number as u64, bytes) {
                self.lost.store(2, Ordering::Release);
            }
            // SAFETY: the whole of a mapping of our own, to which `bytes` is the only reference and is not
            // used again. It moves to a block of the range that is inaccessible, so no load succeeds there
            // meanwhile; the kernel unmaps and moves in one step.
            let done = unsafe {
                libc::mprotect(memory.as_ptr().cast(), self.block, libc::PROT_READ) == 0
                    && libc::mremap(
                        memory.as_ptr().cast(),
                        self.block,
                        self.block,
                        libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED,
                        place.as_ptr(),
                    ) != libc::MAP_FAILED
            };
            if !done {
                unmap(memory, self.block);
            }
            done
        });
        if !moved {
            // Zero pages, which take no memory, and a mark: the result computed from them is discarded.
            self.lost.store(1, Ordering::Release);
            // SAFETY: a block of the range (invariant 1), in which no page was accessible.
            unsafe { libc::mprotect(place.as_ptr().cast(), self.block, libc::PROT_READ) };
        }
        if let Some(gone) = ring.there[ring.next].replace(number) {
            self.give_back(gone);
        }
        ring.next = (ring.next + 1) % RESIDENT;
    }

    /// Frees the memory of a block.
    fn give_back(&self, number: usize) {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED;
        // If that fails, the block stays resident and keeps its memory.
        let _ = map(self.place(number).as_ptr(), self.block, libc::PROT_NONE, flags);
    }

    fn place(&self, number: usize) -> NonNull<u8> {
        // SAFETY: `number` is that of an address in the range, which has whole blocks (invariant 1).
        unsafe { self.base.add(number * self.block) }
    }
}

/// Anonymous `mmap`, with `None` on failure.
fn map(at: *mut u8, len: usize, access: libc::c_int, flags: libc::c_int) -> Option<NonNull<u8>> {
    // SAFETY: without MAP_FIXED, `mmap` touches no existing mapping; with it, `give_back` passes a block of
    // its own range, whose reads trap from then on and find the same bytes again.
    let got = unsafe { libc::mmap(at.cast(), len, access, flags, -1, 0) };
    if got == libc::MAP_FAILED { None } else { NonNull::new(got.cast()) }
}

fn unmap(at: NonNull<u8>, len: usize) {
    // SAFETY: a whole mapping that this module made, unmapped by its only owner.
    let failed = unsafe { libc::munmap(at.as_ptr().cast(), len) };
    debug_assert_eq!(failed, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    const BLOCK: usize = 64 << 10;

    /// Byte `i` of the test data: no two blocks are alike.
    fn byte(i: usize) -> u8 {
        (i ^ i >> 8 ^ i >> 16) as u8
    }

    fn fill(number: u64, out: &mut [u8]) -> bool {
        out.iter_mut().zip(number as usize * BLOCK..).for_each(|(to, i)| *to = byte(i));
        true
    }

    #[test]
    fn all_bytes_are_there_in_any_order_and_few_blocks_at_once() {
        let fills = AtomicUsize::new(0);
        let counted = |number, out: &mut [u8]| {
            fills.fetch_add(1, Ordering::Relaxed);
            fill(number, out)
        };
        let blocks = 4 * RESIDENT;
        let filled = Filled::new((blocks * BLOCK - 5) as u64, BLOCK, Box::new(counted)).unwrap();
        let bytes = filled.bytes();
        assert_eq!(bytes.len(), blocks * BLOCK - 5);
        for _ in 0..2 {
            assert!(bytes.iter().enumerate().all(|(i, b)| *b == byte(i)));
        }
        assert_eq!(fills.swap(0, Ordering::Relaxed), 2 * blocks, "each once a pass");
        let far = bytes.len() - 1;
        for _ in 0..100 {
            assert_eq!((bytes[0], bytes[far]), (byte(0), byte(far)));
        }
        assert!(fills.load(Ordering::Relaxed) <= 2, "filled memory stays");
        let base = bytes.as_ptr().addr();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let within = |line: &&str| {
            let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let at = |text| usize::from_str_radix(text, 16).unwrap();
            at(from) >= base && at(to) <= base + (blocks + 1) * BLOCK && line.contains(" r--p ")
        };
        let there = maps.lines().filter(within).map(|line| {
            let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let at = |text| usize::from_str_radix(text, 16).unwrap();
            at(to) - at(from)
        });
        assert_eq!(there.sum::<usize>(), RESIDENT * BLOCK);
        assert_eq!(filled.lost(), None);
    }

    #[test]
    fn several_threads_read_the_same_bytes() {
        let blocks = 3 * RESIDENT;
        let filled = Filled::new((blocks * BLOCK) as u64, BLOCK, Box::new(fill)).unwrap();
        let bytes = filled.bytes();
        std::thread::scope(|scope| {
            for thread in 0..3usize {
                scope.spawn(move || {
                    for i in 0..3_000usize {
                        let at = (i * 7_919 + thread * 1_013) * 4_093 % bytes.len();
                        assert_eq!(bytes[at], byte(at));
                    }
                });
            }
        });
    }

    #[test]
    fn what_cannot_be_filled_or_reserved_is_reported() {
        let filled = Filled::new(10, BLOCK, Box::new(|_, _| false)).unwrap();
        assert_eq!((filled.lost(), filled.bytes()[3], filled.lost()), (None, 0, Some(Lost::Content)));
        assert!(Filled::new(1 << 62, BLOCK, Box::new(fill)).is_none());
        assert!(Filled::new(u64::MAX, BLOCK, Box::new(fill)).is_none());
        assert!(Filled::new(0, BLOCK, Box::new(fill)).unwrap().bytes().is_empty());
    }

    /// A fault at an address outside of our ranges goes to the previous handler.
    #[test]
    fn addresses_of_others_are_left_to_others() {
        let filled = Filled::new(10, BLOCK, Box::new(fill)).unwrap();
        assert_eq!(filled.bytes()[9], byte(9));
        let at = filled.bytes().as_ptr().addr();
        assert!(fault::filler(at + BLOCK - 1).is_some() && fault::filler(at + BLOCK).is_none());
        drop(filled);
        assert!(fault::filler(at).is_none());
    }
}
