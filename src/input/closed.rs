//! Whether the process began with its standard input or output closed.
//!
//! Rust's run-time opens `/dev/null` in place of a closed standard stream before `main`: then output is lost
//! without an error, and there is no input. The same happens to an output that is open for reading only,
//! since Rust ignores that error. The new descriptor looks like one that the user has redirected to
//! `/dev/null` on purpose, so the check must run earlier: in a function that the C library calls before it
//! calls Rust's run-time. On systems without such a list of functions the answer is "not closed".

use std::sync::atomic::{AtomicBool, Ordering};

static OUTPUT: AtomicBool = AtomicBool::new(false);
static INPUT: AtomicBool = AtomicBool::new(false);

extern "C" fn ask() {
    // SAFETY: `fcntl` with `F_GETFL` takes no pointer and changes nothing; it reports a bad descriptor by its
    // result.
    let flags = |stream| unsafe { libc::fcntl(stream, libc::F_GETFL) };
    let (input, output) = (flags(libc::STDIN_FILENO), flags(libc::STDOUT_FILENO));
    INPUT.store(input == -1, Ordering::Relaxed);
    OUTPUT.store(output == -1 || output & libc::O_ACCMODE == libc::O_RDONLY, Ordering::Relaxed);
}

// SAFETY: the section is a list of addresses of functions that return nothing and may ignore their arguments;
// `ask` uses neither Rust's run-time nor anything else that is set up later.
#[used]
#[cfg_attr(any(target_os = "linux", target_os = "android"), unsafe(link_section = ".init_array"))]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
static ASK: extern "C" fn() = ask;

/// Whether standard output was closed, or not writable, when the process began: output would be lost without
/// an error.
///
/// ```
/// assert!(!wirelens::standard_output_was_closed());
/// ```
pub fn standard_output_was_closed() -> bool {
    OUTPUT.load(Ordering::Relaxed)
}

/// Whether standard input was closed when the process began.
pub(super) fn standard_input_was_closed() -> bool {
    INPUT.load(Ordering::Relaxed)
}
