//! Recovers from the loss of a mapped page: zero pages and a mark instead of a dead process.
//!
//! If a file is truncated while it is mapped, the next access to a lost page raises `SIGBUS`. The handler
//! here, installed with the first mapping, looks the address up in a table of our mappings. If it is in one
//! of them, the handler replaces everything from there to the mapping's end by zero pages and marks the
//! mapping with the offset, and the load is retried. If not, it calls the handler that was installed before.
//!
//! The table is read inside a signal handler, so it takes no locks: it consists of blocks of slots that are
//! never freed, each slot under a sequence number. A thread that faults in a mapping holds it, so that slot
//! is stable; any slot that is changing belongs to somebody else and is skipped.
//!
//! `SIGSEGV` is handled besides, for memory that is filled on access ([`super::filled`]): a range of such
//! memory is in the same table.
//!
//! Memory errors of the hardware (`BUS_MCEERR_AR`) are not handled, and mappings that others made are not
//! guarded.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence};

use super::filled::Blocks;

/// One mapping, or none (`base` 0).
///
/// # Invariant
///
/// `version` is even while `base` and `len` belong together; the thread that makes it odd owns both until it
/// is even again.
struct Slot {
    version: AtomicUsize,
    base: AtomicUsize,
    len: AtomicUsize,
    /// The lowest offset known to be lost, or `u64::MAX`.
    cut: AtomicU64,
    /// The blocks to fill, unless it is a mapping of a file.
    filler: AtomicPtr<Blocks<'static>>,
}

struct Block {
    slots: [Slot; 32],
    next: AtomicPtr<Block>,
}

impl Block {
    const fn new() -> Block {
        let slots = [const {
            Slot {
                version: AtomicUsize::new(0),
                base: AtomicUsize::new(0),
                len: AtomicUsize::new(0),
                cut: AtomicU64::new(u64::MAX),
                filler: AtomicPtr::new(ptr::null_mut()),
            }
        }; 32];
        Block { slots, next: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The block after this one, if it was ever needed.
    fn next(&self) -> Option<&'static Block> {
        // SAFETY: null, or a leaked `Block` published by `claim` with release ordering.
        unsafe { self.next.load(Ordering::Acquire).as_ref() }
    }
}

static TABLE: Block = Block::new();

/// A slot of the table that is ours until [`Guard::release`].
pub struct Guard(&'static Slot);

impl Guard {
    /// The lowest offset known to be lost.
    pub fn cut(&self) -> Option<u64> {
        Some(self.0.cut.load(Ordering::Acquire)).filter(|at| *at != u64::MAX)
    }

    /// Marks the bytes from `at` on as lost.
    pub fn mark(&self, at: u64) {
        self.0.cut.fetch_min(at, Ordering::AcqRel);
    }

    /// Ends the protection. Afterwards the slot may be reused: to be called once, before unmapping.
    pub fn release(&mut self) {
        let version = self.0.version.load(Ordering::Relaxed);
        self.0.version.store(version + 1, Ordering::Relaxed);
        fence(Ordering::Release);
        self.0.base.store(0, Ordering::Relaxed);
        self.0.version.store(version + 2, Ordering::Release);
    }
}

/// Protects `len` bytes from address `base`: whole pages of a file, mapped readable.
pub fn protect(base: usize, len: usize) -> Guard {
    install(libc::SIGBUS);
    Guard(claim(&TABLE, base, len, ptr::null_mut()))
}

/// Has `blocks` fill the `len` bytes from address `base`, which they own, on access, until the guard is
/// released.
pub fn fill(base: usize, len: usize, blocks: &Blocks) -> Guard {
    install(libc::SIGSEGV);
    // The guard is released before the lifetime ends: `Filled` owns both.
    Guard(claim(&TABLE, base, len, ptr::from_ref(blocks).cast_mut().cast()))
}

/// The size of a page, in bytes.
pub fn page_size() -> usize {
    // SAFETY: a query of a constant of the system.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

fn claim(mut block: &'static Block, base: usize, len: usize, filler: *mut Blocks<'static>) -> &'static Slot {
    loop {
        for slot in &block.slots {
            let version = slot.version.load(Ordering::Acquire);
            let free = version.is_multiple_of(2) && slot.base.load(Ordering::Relaxed) == 0;
            // If the version is still the same, nobody took the slot since `base` was seen to be 0.
            let odd = version + 1;
            if free
                && slot.version.compare_exchange(version, odd, Ordering::AcqRel, Ordering::Relaxed).is_ok()
            {
                fence(Ordering::Release);
                slot.cut.store(u64::MAX, Ordering::Relaxed);
                slot.filler.store(filler, Ordering::Relaxed);
                slot.len.store(len, Ordering::Relaxed);
                slot.base.store(base, Ordering::Relaxed);
                slot.version.store(version + 2, Ordering::Release);
                return slot;
            }
        }
        block = match block.next() {
            Some(next) => next,
            None => {
                let fresh = Box::into_raw(Box::new(Block::new()));
                let null = ptr::null_mut();
                match block.next.compare_exchange(null, fresh, Ordering::AcqRel, Ordering::Acquire) {
                    // SAFETY: just leaked, never freed.
                    Ok(_) => unsafe { &*fresh },
                    Err(other) => {
                        // SAFETY: `fresh` was not published: it is still only ours. `other` was, by another
                        // thread, and is never freed.
                        unsafe {
                            drop(Box::from_raw(fresh));
                            &*other
                        }
                    }
                }
            }
        };
    }
}

/// The blocks that fill the memory at an address.
pub(super) fn filler(address: usize) -> Option<*const Blocks<'static>> {
    let (slot, ..) = find(address)?;
    // The slot is stable as long as somebody reads at that address.
    Some(slot.filler.load(Ordering::Relaxed).cast_const()).filter(|filler| !filler.is_null())
}

/// The slot whose mapping contains `address`, with that mapping's base and length.
fn find(address: usize) -> Option<(&'static Slot, usize, usize)> {
    let mut block: Option<&'static Block> = Some(&TABLE);
    while let Some(b) = block {
        for slot in &b.slots {
            let version = slot.version.load(Ordering::Acquire);
            let (base, len) = (slot.base.load(Ordering::Relaxed), slot.len.load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            let rest = version.is_multiple_of(2) && slot.version.load(Ordering::Relaxed) == version;
            if rest && base != 0 && address.wrapping_sub(base) < len {
                return Some((slot, base, len));
            }
        }
        block = b.next();
    }
    None
}

/// The action that was there before ours.
struct Previous(UnsafeCell<MaybeUninit<libc::sigaction>>);

// SAFETY: written once, before the handler that reads it is installed.
unsafe impl Sync for Previous {}

static PREVIOUS: [Previous; 2] = [const { Previous(UnsafeCell::new(MaybeUninit::uninit())) }; 2];

/// The index in [`PREVIOUS`] of the action for a signal.
fn place(signal: libc::c_int) -> usize {
    usize::from(signal == libc::SIGSEGV)
}

fn install(signal: libc::c_int) {
    static ONCE: [Once; 2] = [const { Once::new() }; 2];
    // SAFETY: the structures are ours and initialized; zero is a valid initial value of `sigaction`.
    // `PREVIOUS` is written before the new action can run, and only here, once for each signal. The handlers
    // have the type that SA_SIGINFO requires.
    ONCE[place(signal)].call_once(|| unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        libc::sigemptyset(&mut action.sa_mask);
        // Filling a block takes more stack than a thread's alternative one may have; the reading thread's own
        // has it.
        action.sa_flags = libc::SA_SIGINFO | if signal == libc::SIGBUS { libc::SA_ONSTACK } else { 0 };
        let handler: Handler = if signal == libc::SIGBUS { on_sigbus } else { on_sigsegv };
        action.sa_sigaction = handler as usize;
        let previous: *mut libc::sigaction = PREVIOUS[place(signal)].0.get().cast();
        // On failure the previous action stays: then a lost page ends the process, as without this module.
        if libc::sigaction(signal, ptr::null(), previous) == 0 {
            libc::sigaction(signal, &action, ptr::null_mut());
        }
    });
}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// The handler of `SIGSEGV`: has a block filled if the address is in one of our ranges.
extern "C" fn on_sigsegv(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes a valid `siginfo_t`, and `si_addr` has a meaning for a fault (the two codes
    // that are tested).
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    /// The page is not mapped, or may not be read.
    const CODES: [libc::c_int; 2] = [1, 2];
    if CODES.contains(&code)
        && let Some(filler) = filler(address)
    {
        // SAFETY: the code that reads at that address borrows the `Filled` that owns these blocks, so the
        // guard is not released. `errno` is this thread's and is restored.
        unsafe {
            let errno = libc::__errno_location();
            let before = *errno;
            (*filler).miss(address);
            *errno = before;
        }
        return;
    }
    pass_on(signal, info, context);
}

/// The handler of `SIGBUS`: only loads, one system call and atomics, and it preserves `errno`.
extern "C" fn on_sigbus(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes a valid `siginfo_t`, and `si_addr` has a meaning for SIGBUS that a fault
    // raised (positive codes); others are passed on.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    if code == libc::BUS_ADRERR
        && let Some((slot, base, len)) = find(address)
        && slot.filler.load(Ordering::Relaxed).is_null()
    {
        let page = address & !(page_size() - 1);
        // SAFETY: `page` to `base + len` is a part of a mapping that the faulting thread holds, so it is not
        // unmapped meanwhile; readable file pages become readable zero pages, and every reader of mapped
        // files is prepared for changing bytes. `errno` is this thread's and is restored.
        let done = unsafe {
            let errno = libc::__errno_location();
            let before = *errno;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
            let got = libc::mmap(page as *mut libc::c_void, base + len - page, libc::PROT_READ, flags, -1, 0);
            *errno = before;
            got != libc::MAP_FAILED
        };
        if done {
            slot.cut.fetch_min((page - base) as u64, Ordering::AcqRel);
            return;
        }
    }
    pass_on(signal, info, context);
}

/// Does what would have happened without our handler.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: `PREVIOUS` was written before this handler was installed. Its function is called as its own
    // flags say. `sigaction` restores the default action, and the signal, raised again, takes effect on
    // return.
    unsafe {
        let previous = (*PREVIOUS[place(signal)].0.get()).assume_init_ref();
        match previous.sa_sigaction {
            libc::SIG_DFL | libc::SIG_IGN => {
                let mut default: libc::sigaction = MaybeUninit::zeroed().assume_init();
                default.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &default, ptr::null_mut());
                libc::raise(signal);
            }
            f if previous.sa_flags & libc::SA_SIGINFO != 0 => {
                let f: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) =
                    std::mem::transmute(f);
                f(signal, info, context);
            }
            f => {
                let f: extern "C" fn(libc::c_int) = std::mem::transmute(f);
                f(signal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses outside of every mapping: the table only compares numbers. They are above user space, so
    /// that mappings of other tests in this process never contain them.
    const FAR: usize = 1 << 60;

    #[test]
    fn a_slot_is_found_while_it_is_held_and_more_than_a_block_fits() {
        let mut guards: Vec<Guard> =
            (0..100).map(|i| Guard(claim(&TABLE, FAR + i * 8192, 4096, ptr::null_mut()))).collect();
        for i in 0..100 {
            let base = FAR + i * 8192;
            assert_eq!(find(base + 4095).map(|(_, b, l)| (b, l)), Some((base, 4096)));
            assert!(find(base + 4096).is_none() && find(base - 1).is_none());
        }
        guards[3].mark(7);
        guards[3].mark(9);
        assert_eq!((guards[3].cut(), guards[4].cut()), (Some(7), None));
        guards.iter_mut().for_each(Guard::release);
        assert!((0..100).all(|i| find(FAR + i * 8192).is_none()));
        // A slot that was marked is clean for its next owner.
        let mut again: Vec<Guard> =
            (0..100).map(|i| Guard(claim(&TABLE, FAR + i * 8192, 4096, ptr::null_mut()))).collect();
        assert!(again.iter().all(|g| g.cut().is_none()));
        again.iter_mut().for_each(Guard::release);
    }

    #[test]
    fn threads_that_come_and_go_never_see_a_base_with_a_foreign_length() {
        let threads: Vec<_> = (1..4usize)
            .map(|t| {
                std::thread::spawn(move || {
                    let base = FAR + (t << 40);
                    for i in 1..5_000 {
                        let mut guard = Guard(claim(&TABLE, base, i * 4096, ptr::null_mut()));
                        let (_, b, len) = find(base + 1).expect("held");
                        assert_eq!((b, len), (base, i * 4096));
                        guard.release();
                        assert!(find(base + 1).is_none());
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|t| t.join().expect("no assertion failed"));
    }
}
