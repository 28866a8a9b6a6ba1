//! One mapped file, with a readable page after it and without `SIGBUS`.
//!
//! The address range is reserved first (anonymous, readable, never written, so it costs nothing), then the
//! file is mapped over its front: the remainder is the readable page. Mappings of 2 MiB and more begin at a
//! multiple of 2 MiB, so that the kernel can map a large folio by one entry.
//!
//! No advice is given to the kernel and no pages are populated: see the measurements in the parent module.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::ptr::{self, NonNull};

use super::fault::{self, Guard};

/// The size that one entry of the second level page table maps.
const HUGE: usize = 2 << 20;

/// A read-only mapping of the first `len` bytes of a file.
///
/// # Invariants
///
/// 1. `base` to `base + len`, and a page more, is readable memory until this is dropped: nothing but the
///    fault handler changes the mappings there, and it only replaces readable pages by readable pages.
/// 2. `reserved` and `size` are exactly what one `mmap` returned, and contain that range.
pub struct Mapping {
    base: NonNull<u8>,
    len: usize,
    reserved: NonNull<u8>,
    size: usize,
    file: File,
    guard: Guard,
}

// SAFETY: the memory is only read, belongs to no thread, and lives until the value is dropped (invariant 1);
// `File` and `Guard` are `Send` and `Sync` themselves.
unsafe impl Send for Mapping {}
// SAFETY: as above: every method takes `&self` and only reads.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps the first `len` bytes of a regular file, `len` > 0. Returns the file if the system cannot map it.
    pub fn new(file: File, len: u64) -> Result<Mapping, File> {
        let page = fault::page_size();
        let align = if len >= HUGE as u64 { HUGE } else { page };
        // The file's pages, the page after them, and room to align the front to `align`.
        let Some(size) = usize::try_from(len)
            .ok()
            .and_then(|len| len.checked_next_multiple_of(page))
            .and_then(|len| len.checked_add(page + align))
            .filter(|size| isize::try_from(*size).is_ok())
        else {
            return Err(file);
        };
        let len = len as usize;
        let Some(reserved) = map(ptr::null_mut(), size, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1) else {
            return Err(file);
        };
        let skip = reserved.as_ptr().addr().next_multiple_of(align) - reserved.as_ptr().addr();
        // SAFETY: `skip` < `align` <= `size`: still inside the reservation.
        let base = unsafe { reserved.add(skip) };
        let flags = libc::MAP_SHARED | libc::MAP_FIXED;
        // The kernel rounds `len` up to its pages, and those fit: `skip + len + page` <= `size`.
        if map(base.as_ptr(), len, flags, file.as_raw_fd()).is_none() {
            unmap(reserved, size);
            return Err(file);
        }
        let guard = fault::protect(base.as_ptr().addr(), len.next_multiple_of(page));
        Ok(Mapping { base, len, reserved, size, file, guard })
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: readable for `len` bytes until `self` is dropped (invariant 1), `len` fits `isize`, and any
        // bytes are valid `u8`. Another process may write to the file: no mapping of a file excludes that
        // race; readers of the slice do not rely on a byte keeping its value.
        unsafe { std::slice::from_raw_parts(self.base.as_ptr(), self.len) }
    }

    /// Reads from the file at an offset, bypassing the mapping.
    pub fn read(&self, into: &mut [u8], at: u64) -> io::Result<usize> {
        self.file.read_at(into, at)
    }

    /// The current length of the file.
    pub fn file_len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// The first offset known to be lost.
    pub fn cut(&self) -> Option<u64> {
        self.guard.cut()
    }

    /// Records that the file now ends at `at`.
    pub fn mark_cut(&self, at: u64) {
        self.guard.mark(at);
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // The handler must release the range before anybody else can get it.
        self.guard.release();
        unmap(self.reserved, self.size);
    }
}

/// `mmap` for reading, with `None` on failure.
fn map(at: *mut u8, len: usize, flags: libc::c_int, fd: libc::c_int) -> Option<NonNull<u8>> {
    // SAFETY: without MAP_FIXED, `mmap` touches no existing mapping; with it, `Mapping::new` passes a range
    // within its own fresh reservation, which nothing refers to yet.
    let got = unsafe { libc::mmap(at.cast(), len, libc::PROT_READ, flags | libc::MAP_NORESERVE, fd, 0) };
    if got == libc::MAP_FAILED { None } else { NonNull::new(got.cast()) }
}

fn unmap(at: NonNull<u8>, len: usize) {
    // SAFETY: a whole reservation that this module made (invariant 2), unmapped by its only owner.
    let failed = unsafe { libc::munmap(at.as_ptr().cast(), len) };
    debug_assert_eq!(failed, 0);
}
