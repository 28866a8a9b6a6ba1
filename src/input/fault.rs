//! What happens when a mapped page is gone: zeros and a mark instead of a dead process.
//!
//! A file that is cut short while it is mapped raises `SIGBUS` at the next touch of a lost page. The handler
//! here, installed with the first mapping, looks the address up in a table of our mappings. If it is one of
//! ours, zero pages take the place of everything from there to the mapping's end, the mapping is marked with
//! the offset, and the load is tried again. If not, the handler that was there before has its turn.
//!
//! The table is read inside a signal handler, so it takes no locks: blocks of slots that are never freed,
//! each slot under a sequence number. A thread that faults in a mapping holds it, so that slot is at rest;
//! any slot seen changing belongs to somebody else and is passed over.
//!
//! `SIGSEGV` is asked for besides where memory is filled when it is read ([`super::filled`]): a range of such
//! memory is in the same table.
//!
//! It does not answer memory errors of the hardware (`BUS_MCEERR_AR`), and does not guard mappings that
//! others made.

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
/// `version` is even while `base` and `len` belong together; who makes it odd owns both until it is even
/// again.
struct Slot {
    version: AtomicUsize,
    base: AtomicUsize,
    len: AtomicUsize,
    /// The lowest offset known to be lost, or `u64::MAX`.
    cut: AtomicU64,
    /// What fills it, if it is no mapping of a file.
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

    /// Ends the protection. The slot is another's from then on: to be called once, before unmapping.
    pub fn release(&mut self) {
        let version = self.0.version.load(Ordering::Relaxed);
        self.0.version.store(version + 1, Ordering::Relaxed);
        fence(Ordering::Release);
        self.0.base.store(0, Ordering::Relaxed);
        self.0.version.store(version + 2, Ordering::Release);
    }
}

/// Puts `len` bytes from address `base` under protection: whole pages of a file, mapped readable.
pub fn protect(base: usize, len: usize) -> Guard {
    install(libc::SIGBUS);
    Guard(claim(&TABLE, base, len, ptr::null_mut()))
}

/// Has `blocks` fill what is read of the `len` bytes from address `base`, which are theirs, until the guard
/// is released.
pub fn fill(base: usize, len: usize, blocks: &Blocks) -> Guard {
    install(libc::SIGSEGV);
    // The lifetime ends behind the guard's release: `Filled` owns both.
    Guard(claim(&TABLE, base, len, ptr::from_ref(blocks).cast_mut().cast()))
}

/// The size of a page, in bytes.
pub fn page_size() -> usize {
    // SAFETY: a plain question about a constant of the system.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

fn claim(mut block: &'static Block, base: usize, len: usize, filler: *mut Blocks<'static>) -> &'static Slot {
    loop {
        for slot in &block.slots {
            let version = slot.version.load(Ordering::Acquire);
            let free = version.is_multiple_of(2) && slot.base.load(Ordering::Relaxed) == 0;
            // The version has not moved since `base` was seen to be 0: nobody took the slot in between.
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

/// What fills the memory at an address.
pub(super) fn filler(address: usize) -> Option<*const Blocks<'static>> {
    let (slot, ..) = find(address)?;
    // The slot is at rest as long as somebody reads at that address.
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

/// Where in [`PREVIOUS`] the action for a signal is kept.
fn place(signal: libc::c_int) -> usize {
    usize::from(signal == libc::SIGSEGV)
}

fn install(signal: libc::c_int) {
    static ONCE: [Once; 2] = [const { Once::new() }; 2];
    // SAFETY: the structures are ours and filled in; zero is a valid start for `sigaction`. `PREVIOUS` is
    // written before the new action can run, and only here, once for each signal. The handlers have the type
    // that SA_SIGINFO asks for.
    ONCE[place(signal)].call_once(|| unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        libc::sigemptyset(&mut action.sa_mask);
        // To fill a block takes more stack than a thread's alternative one may have, and the one that reads
        // has it.
        action.sa_flags = libc::SA_SIGINFO | if signal == libc::SIGBUS { libc::SA_ONSTACK } else { 0 };
        let handler: Handler = if signal == libc::SIGBUS { on_fault } else { on_miss };
        action.sa_sigaction = handler as usize;
        let previous: *mut libc::sigaction = PREVIOUS[place(signal)].0.get().cast();
        // On failure the previous action stays: then a lost page ends the process, as it would have.
        if libc::sigaction(signal, ptr::null(), previous) == 0 {
            libc::sigaction(signal, &action, ptr::null_mut());
        }
    });
}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// The handler of `SIGSEGV`: has a block filled, if it is one of ours that is read.
extern "C" fn on_miss(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes a valid `siginfo_t`, and `si_addr` has a meaning for a fault (the two codes
    // that are asked for).
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    /// The page is not mapped, or may not be read.
    const CODES: [libc::c_int; 2] = [1, 2];
    if CODES.contains(&code)
        && let Some(filler) = filler(address)
    {
        // SAFETY: who reads at that address borrows the `Filled` that owns these blocks and has released
        // nothing. `errno` is this thread's and is put back.
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

/// The signal handler: only loads, one system call and atomics, and `errno` as it was.
extern "C" fn on_fault(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes a valid `siginfo_t`, and `si_addr` has a meaning for SIGBUS that a fault
    // raised (positive codes); others are passed on.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    if code == libc::BUS_ADRERR
        && let Some((slot, base, len)) = find(address)
        && slot.filler.load(Ordering::Relaxed).is_null()
    {
        let page = address & !(page_size() - 1);
        // SAFETY: `page` to `base + len` is a part of a mapping that the faulting thread holds, so it is
        // not unmapped meanwhile; readable file pages become readable zero pages, and every reader of
        // mapped files is prepared for changing bytes. `errno` is this thread's and is put back.
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

/// Does what would have been done without our handler.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: `PREVIOUS` was filled in before this handler was installed. Its function is called as its
    // own flags say. The default action comes back by `sigaction`, and the signal, raised again, takes effect
    // on return.
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

    /// Addresses that no mapping has: the table only compares numbers. Above user space, so that mappings of
    /// other tests in this process never contain them.
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
