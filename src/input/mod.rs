//! Input bytes: mapped, read in chunks, or read whole.
//!
//! An [`Input`] is a sequence of bytes whose length is fixed when it is opened. It is made from bytes in
//! memory ([`Input::from_bytes`]) or from a path ([`Input::open`]): a regular file is mapped, anything else
//! (a pipe, `-`, a file of `/proc`) is read whole into memory. It is `Sync`: any number of threads read one
//! `Input`, each with its own [`Scratch`].
//!
//! There are two methods of access, for two uses:
//!
//! * **[`Input::bytes`]**, all of it as one slice, for random access (one big message, an index).
//! * **[`Input::chunk`]**, one range after another, for streams of records.
//!
//! # Why a chunk is sometimes mapped and sometimes read
//!
//! One pass over 576 MB in warm page cache, six `f64` a record summed with two-lane vectors, so that memory
//! is the limit; whole process, one thread, 2-core Zen 4 virtual machine, Linux 6.18, ext4; medians of 7 to
//! 15 interleaved runs, as ratios to the plain mapping of the same file. The columns differ in how the file
//! got into the page cache: the size of the writes that made it determines the size of the kernel's folios,
//! and that determines the cost of a page fault.
//!
//! | one thread                          | 4 kB writes | 8 kB | 64 kB | 1 MiB | read ahead, by `cat` |
//! |-------------------------------------|------|------|------|------|------|
//! | plain mapping                       | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |
//! | `MADV_SEQUENTIAL`                   |      | 1.05 |      | 0.99 | 0.99 |
//! | `MADV_HUGEPAGE`                     |      | 1.03 |      | 1.03 | 1.00 |
//! | `MAP_POPULATE`                      |      | 1.10 | 1.12 | 1.73 | 1.00 |
//! | `MADV_POPULATE_READ`, 8 MiB ahead   |      | 1.10 |      | 1.72 | 0.99 |
//! | the same, 2 MiB, by a second thread |      | 0.83 | 0.83 | 1.21 | 1.12 |
//! | `MADV_DONTNEED` behind, 2 MiB       |      | 1.01 |      | 1.03 | 1.06 |
//! | reads into a block of 64 KiB        |      | 1.08 |      | 2.34 | 2.57 |
//! | reads into a block of 512 KiB       |      | 1.08 |      | 1.97 | 1.92 |
//! | reads into a block of 1 MiB         |      | 0.89 |      | 1.59 | 1.53 |
//! | **reads into a block of 2 MiB**     | 0.71 to 1.00 | 0.76 to 0.94 | 0.93 | 1.53 | 1.47 |
//! | reads into a block of 4 MiB         |      | 0.85 |      | 1.53 | 1.46 |
//!
//! On two threads, relative to the mapping on two threads: reads into 2 MiB 0.72, 0.79, 0.94, 1.18 (4 kB to 1
//! MiB writes). The plain mapping of the file of 8 kB writes takes 2.3 times as long as that of 1 MiB writes.
//!
//! No fixed choice is right: the mapping is up to 1.4 times slower if folios are small, reads 1.5 times
//! slower if they are large, and no cheap test tells the two apart (sampling the cost of a fault does not:
//! cold caches dominate it). So a [`Scratch`] **measures**: it begins with the mapping, tries reading for a
//! few chunks now and then, and keeps the method that was faster from one call to the next, the caller's work
//! included. Against a mapping by `memmap2`, with the same loop in the same benchmark, that is 0.99 to 1.05
//! with large folios and 0.79 to 1.02 with small ones: less than the table promises, since on a busy machine
//! the two are close, and then it stays with the mapping. Populating ahead is slower wherever it makes a
//! difference; a second thread that populates takes a core that the caller may want, and is still slower
//! where the mapping is fast. Reading from two or four places in turn, and software prefetch 0.5 to 16 KiB
//! ahead, gained nothing more.
//!
//! Random access always uses the mapping: only the pages that are accessed cost anything.
//!
//! # What may happen to a mapped file
//!
//! * **It is truncated.** The access would raise `SIGBUS` and end the process. A handler maps zero pages
//!   there instead and marks the mapping ([`mapping`]); [`Input::check`] then reports from which offset on
//!   the bytes were lost. A caller checks before it returns a result.
//! * **It grows.** Bytes beyond the length at opening time are not seen.
//! * **Its bytes change.** Bounds stay right, values are whatever was read. The decoder loads every word once
//!   and uses what it checked; nothing in the library keeps a `&str` or an enum in mapped bytes.
//!
//! At least one readable page follows every mapping, every block and everything read whole, since a code
//! generator may widen a load. Borrowed bytes have no such page ([`Input::is_padded`]).
//!
//! The module never writes, never locks files, never limits the size of a pipe's content, and does not detect
//! that a file was truncated and grew again in between unless the missing part was accessed.

use std::borrow::Cow;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek};
use std::ops::Range;
use std::os::fd::AsFd;
use std::path::Path;

use crate::error::Error;

mod block;
mod chunk;
mod closed;
mod fault;
mod filled;
mod handed;
mod mapping;

use block::Block;
pub use chunk::Scratch;
pub use closed::standard_output_was_closed;
pub(crate) use filled::{Filled, Lost};
pub(crate) use handed::RawSlice;
use mapping::Mapping;

/// Whether there are so many bytes of address space, as far as this process may use it.
pub(crate) fn has_room(bytes: usize) -> bool {
    Block::with_capacity(bytes).is_some()
}

/// The number of zero bytes after bytes that were read: the readable page of the module's head.
const PAGE: usize = 4096;

/// The name of standard input.
const STDIN: &str = "<stdin>";

/// Bytes to decode: borrowed, mapped or read whole.
///
/// ```
/// let input = wirelens::Input::from_bytes(&[1, 2, 3]);
/// assert_eq!((input.len(), input.bytes()[2]), (3, 3));
/// ```
pub struct Input<'a> {
    /// Borrowed if constant: a session over many small inputs allocates no string for each.
    name: Cow<'static, str>,
    bytes: Bytes<'a>,
}

/// Where the bytes are.
enum Bytes<'a> {
    Borrowed(&'a [u8]),
    Mapped(Mapping),
    /// Read whole, with [`PAGE`] zeros after it.
    Owned(Vec<u8>),
}

impl Input<'static> {
    /// The approximate number of bytes to request from [`chunk`](Input::chunk) at a time, before rounding to
    /// whole records.
    ///
    /// 2 MiB: a block of that size stays in the second and third level caches, and one huge page maps it.
    ///
    /// ```
    /// let records_at_a_time = (wirelens::Input::CHUNK / 48).max(1);
    /// assert_eq!(records_at_a_time, 43690);
    /// ```
    pub const CHUNK: u64 = 2 << 20;
    /// A shorter input does not justify a thread that touches it ahead.
    const AHEAD: u64 = 32 << 20;

    /// Opens the file at `path`, or standard input if `path` is `-`.
    ///
    /// A regular file is mapped at its current length; anything else is read to its end first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if there is no such file, it is a directory, or the
    /// system refuses to read it.
    ///
    /// ```
    /// let input = wirelens::Input::open("testdata/poly.bin")?;
    /// assert_eq!(input.len(), 48_000);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Input<'static>, Error> {
        let path = path.as_ref();
        if path.as_os_str() == "-" {
            if closed::standard_input_was_closed() {
                let message = "standard input is closed: there is nothing to read";
                return Err(Error::system(message).about(STDIN));
            }
            let file = std::io::stdin().as_fd().try_clone_to_owned().map_err(|e| refused(STDIN, e))?;
            return Input::from_file(STDIN.to_string(), file.into());
        }
        let name = path.display().to_string();
        let file = File::open(path).map_err(|e| refused(&name, e))?;
        Input::from_file(name, file)
    }

    fn from_file(name: String, mut file: File) -> Result<Input<'static>, Error> {
        let meta = file.metadata().map_err(|e| refused(&name, e))?;
        if meta.is_dir() {
            return Err(Error::system(format!("{name} is a directory: give a file in it")).about(name));
        }
        // The files of /proc are regular ones of length 0: only reading shows their content. Standard input
        // that was partly read continues at its position.
        if meta.is_file() && meta.len() > 0 && file.stream_position().is_ok_and(|at| at == 0) {
            match Mapping::new(file, meta.len()) {
                Ok(mapping) => return Ok(Input { name: name.into(), bytes: Bytes::Mapped(mapping) }),
                Err(back) => file = back, // a file system that cannot map: read it
            }
        }
        let mut bytes = Vec::new();
        let read = file.read_to_end(&mut bytes).and_then(|_| Ok(bytes.try_reserve_exact(PAGE)?));
        read.map_err(|e| match e.kind() {
            ErrorKind::OutOfMemory => {
                let behind = bytes.len();
                let message = format!(
                    "{name}: what is no regular file, or cannot be mapped, is read into memory, and behind \
                     {behind} bytes the system gives no more: write it to a file first, or raise the limit \
                     (ulimit -v)"
                );
                Error::io(message, e).about(&*name)
            }
            _ => refused(&name, e),
        })?;
        Ok(Input { name: name.into(), ..Input::from_vec(bytes) })
    }

    /// Owned bytes. The name is `<bytes>`.
    ///
    /// ```
    /// assert_eq!(wirelens::Input::from_vec(vec![1, 2, 3]).bytes(), [1, 2, 3]);
    /// ```
    pub fn from_vec(mut bytes: Vec<u8>) -> Input<'static> {
        bytes.resize(bytes.len() + PAGE, 0);
        Input { name: "<bytes>".into(), bytes: Bytes::Owned(bytes) }
    }
}

impl<'a> Input<'a> {
    /// The bytes of a slice, without a copy. The name is `<bytes>`.
    ///
    /// ```
    /// assert_eq!(wirelens::Input::from_bytes(b"abc").name(), "<bytes>");
    /// ```
    pub fn from_bytes(bytes: &'a [u8]) -> Input<'a> {
        Input { name: "<bytes>".into(), bytes: Bytes::Borrowed(bytes) }
    }

    /// The number of bytes; for a mapped file, its length when it was opened.
    ///
    /// ```
    /// assert_eq!(wirelens::Input::from_bytes(b"abc").len(), 3);
    /// ```
    pub fn len(&self) -> u64 {
        self.bytes().len() as u64
    }

    /// Whether there are no bytes.
    ///
    /// ```
    /// assert!(wirelens::Input::from_bytes(b"").is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// The path as passed to `open`, `<stdin>`, or `<bytes>`: for messages.
    ///
    /// ```
    /// let input = wirelens::Input::open("testdata/poly.bin")?;
    /// assert_eq!(input.name(), "testdata/poly.bin");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All bytes, for random access. For a pass from front to back, [`chunk`](Input::chunk) is faster.
    ///
    /// In a mapped file that another process changes, a byte may differ from one access to the next: load
    /// once, and use what was checked.
    ///
    /// ```
    /// assert_eq!(wirelens::Input::from_bytes(b"abc").bytes(), b"abc");
    /// ```
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Borrowed(bytes) => bytes,
            Bytes::Mapped(mapping) => mapping.bytes(),
            Bytes::Owned(bytes) => &bytes[..bytes.len() - PAGE],
        }
    }

    /// Whether a load that begins inside may extend up to 4096 bytes past the end without a fault. True of
    /// all but borrowed bytes.
    ///
    /// ```
    /// assert!(wirelens::Input::open("testdata/poly.bin")?.is_padded());
    /// assert!(!wirelens::Input::from_bytes(b"abc").is_padded());
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn is_padded(&self) -> bool {
        !matches!(self.bytes, Bytes::Borrowed(_))
    }

    /// The bytes of `range` (offsets in bytes), from the mapping or read into `scratch`, whichever `scratch`
    /// has measured to be faster.
    ///
    /// Meant for passes over neighbouring ranges of about [`Input::CHUNK`] bytes, with one `scratch` a
    /// thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if the range ends beyond the input, or the file was
    /// truncated before the range's end (which is not always detected here: see [`check`](Input::check));
    /// [`ErrorKind::System`](crate::ErrorKind::System) if reading fails.
    ///
    /// ```
    /// use wirelens::{Input, Scratch};
    /// let input = Input::open("testdata/poly.bin")?;
    /// let (mut at, mut scratch, mut sum) = (0, Scratch::new(), 0u64);
    /// while at < input.len() {
    ///     let end = input.len().min(at + Input::CHUNK);
    ///     sum += input.chunk(at..end, &mut scratch)?.iter().map(|b| u64::from(*b)).sum::<u64>();
    ///     at = end;
    /// }
    /// input.check()?;
    /// assert!(sum > 0);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn chunk<'s>(&'s self, range: Range<u64>, scratch: &'s mut Scratch) -> Result<&'s [u8], Error> {
        if range.start > range.end || range.end > self.len() {
            let (Range { start, end }, len) = (range, self.len());
            let message = format!("bytes {start} to {end} are asked for, but there are only {len}");
            return Err(self.damaged(start, &message));
        }
        // Both ends are at most `len`, the length of a slice: they fit.
        let within = range.start as usize..range.end as usize;
        let Bytes::Mapped(mapping) = &self.bytes else { return Ok(&self.bytes()[within]) };
        if !scratch.choose_read(within.len()) {
            return Ok(&mapping.bytes()[within]);
        }
        let Some(block) = scratch.block(within.len()) else { return Ok(&mapping.bytes()[within]) };
        let mut filled = 0;
        while filled < block.len() {
            match mapping.read(&mut block[filled..], range.start + filled as u64) {
                Ok(0) => {
                    mapping.mark_cut(range.start + filled as u64);
                    return Err(self.cut_short(range.start + filled as u64));
                }
                Ok(n) => filled += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(refused(&self.name, e)),
            }
        }
        Ok(block)
    }

    /// Whether it is mapped and so long that a separate thread for [`Input::touch_ahead`] is worth its cost.
    ///
    /// ```
    /// assert!(!wirelens::Input::from_bytes(&[0; 100]).worth_touching());
    /// ```
    pub fn worth_touching(&self) -> bool {
        matches!(self.bytes, Bytes::Mapped(_)) && self.len() >= Input::AHEAD
    }

    /// Touches the pages of a mapped input ahead of its reader, so that page faults happen in another thread.
    /// `read` returns up to which byte the input has been read (`u64::MAX` ends this). Does nothing for an
    /// input that is not mapped.
    ///
    /// ```
    /// let input = wirelens::Input::open("testdata/poly.bin")?;
    /// assert!(!input.worth_touching());
    /// input.touch_ahead(|| 0);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn touch_ahead(&self, read: impl Fn() -> u64) {
        /// The bytes that one fault maps if the kernel maps surrounding pages too (`fault_around_bytes`).
        const AROUND: usize = 64 << 10;
        /// The bytes that are touched between two checks of the reader's position.
        const LOOK: usize = 1 << 20;
        /// How far ahead of the reader to begin, and to continue after being overtaken.
        const LEAD: u64 = 8 << 20;
        let Bytes::Mapped(mapping) = &self.bytes else { return };
        let (bytes, mut at) = (mapping.bytes(), 0);
        while at < bytes.len() {
            let read = read();
            if (at as u64) < read {
                // Overtaken: both threads would fault for the same pages.
                at = usize::try_from(read.saturating_add(LEAD)).unwrap_or(usize::MAX).min(bytes.len());
            }
            let part = &bytes[at..bytes.len().min(at + LOOK)];
            part.iter().step_by(AROUND).for_each(|byte| {
                std::hint::black_box(*byte);
            });
            at += part.len();
        }
    }

    /// Whether all bytes were really there: to be checked after a pass, before its result is used.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) with the name and the first lost offset if a mapped file
    /// was truncated or unreadable while it was open.
    ///
    /// ```
    /// assert!(wirelens::Input::from_bytes(b"abc").check().is_ok());
    /// ```
    pub fn check(&self) -> Result<(), Error> {
        let Bytes::Mapped(mapping) = &self.bytes else { return Ok(()) };
        let now = mapping.file_len().map_err(|e| refused(&self.name, e))?;
        match mapping.cut() {
            // A truncation inside a page raises no fault: the page's rest reads as zero.
            None if now >= self.len() => Ok(()),
            None => Err(self.cut_short(now)),
            Some(at) if now < self.len() => Err(self.cut_short(at.min(now))),
            Some(at) => {
                let message = format!(
                    "the bytes from {at} on could not be read: the device failed, or the file was cut short \
                     and grew again meanwhile; run it again"
                );
                Err(self.damaged(at, &message))
            }
        }
    }

    fn cut_short(&self, at: u64) -> Error {
        let len = self.len();
        let message = format!(
            "the file was cut short while it was read: the bytes from {at} on are gone (it had {len} at the \
             start); run it again when nobody writes to it"
        );
        self.damaged(at, &message)
    }

    /// An error about a byte.
    fn damaged(&self, at: u64, what: &str) -> Error {
        Error::data(format!("{}: {what}", self.name)).about(&*self.name).at(at)
    }
}

/// The system's error, as a sentence about the file.
fn refused(name: &str, error: std::io::Error) -> Error {
    let message = match error.kind() {
        ErrorKind::NotFound => format!("{name}: there is no such file"),
        ErrorKind::PermissionDenied => format!("{name}: you are not allowed to read it"),
        _ => format!("{name} cannot be read: {error}"),
    };
    Error::io(message, error).about(name)
}
