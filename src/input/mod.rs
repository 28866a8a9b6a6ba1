//! How bytes come in: mapped, read in chunks, or read whole.
//!
//! An [`Input`] is a sequence of bytes that stays as long as it was when it was opened. It is made from
//! bytes in memory ([`Input::from_bytes`]) or from a path ([`Input::open`]): a regular file is mapped,
//! anything else (a pipe, `-`, a file of `/proc`) is read whole into memory. It is `Sync`: any number of
//! threads read one `Input`, each with a [`Scratch`] of its own.
//!
//! There are two ways to the bytes, for the two ways to use them:
//!
//! * **[`Input::bytes`]**, all of it as one slice, for random access (one big message, an index).
//! * **[`Input::chunk`]**, a range after the other, for streams of records.
//!
//! # Why a chunk is sometimes mapped and sometimes read
//!
//! One pass over 576 MB in warm page cache, six `f64` a record summed with two-lane vectors, so that memory
//! is the limit; whole process, one thread, 2-core Zen 4 virtual machine, Linux 6.18, ext4; medians of 7 to
//! 15 interleaved rounds, as ratios to the plain mapping of the same file. The columns differ in how the file
//! came into the page cache: the size of the writes that made it decides the size of the kernel's folios, and
//! that decides what a page fault costs.
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
//! On two threads, to the mapping on two threads: reads into 2 MiB 0.72, 0.79, 0.94, 1.18 (4 kB to 1 MiB
//! writes). The plain mapping of the file of 8 kB writes takes 2.3 times as long as that of 1 MiB writes.
//!
//! No fixed choice is right: the mapping loses by up to 1.4 where folios are small, the reads by 1.5 where
//! they are large, and no cheap question tells the two apart (the cost of a sampled fault does not: cold
//! caches dominate it). So a [`Scratch`] **measures**: it begins with the mapping, now and then takes a few
//! chunks the other way, and keeps to what was faster from one call to the next, the caller's work
//! included. Against a mapping by `memmap2`, with the same loop in the same bench, that is 0.99 to 1.05 where
//! folios are large and 0.79 to 1.02 where they are small: less than the table promises, since on a busy
//! machine the two come close, and then it stays with the mapping. Populating ahead loses wherever it
//! matters; a second thread that populates takes a core that the caller may want, and still loses where the
//! mapping is good. Two or four places read in turn, and software prefetch 0.5 to 16 KiB ahead, gained
//! nothing on top.
//!
//! Random access is always mapped: only the pages that are used are paid for.
//!
//! # What may happen to a mapped file
//!
//! * **It is cut short.** The access would raise `SIGBUS` and end the process. A handler puts zero pages
//!   there instead and marks the mapping ([`mapping`]); [`Input::check`] then says from where on the bytes
//!   were lost. A caller checks before it gives a result away.
//! * **It grows.** What is behind the length at opening time is not seen.
//! * **Its bytes change.** Bounds stay right, values are whatever was there. The decoder loads every word
//!   once and uses what it checked; nothing in the library keeps a `&str` or an enum in mapped bytes.
//!
//! Behind every mapping, every block and everything read whole lies at least one readable page, since a code
//! generator may widen a load. Behind borrowed bytes lies what the caller's memory has there
//! ([`Input::is_padded`]).
//!
//! What this does not do: it never writes, never locks files, never limits how much a pipe may give, and
//! does not see that a file was cut and grew again in between unless the missing part was touched.

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

pub use chunk::Scratch;
pub use closed::standard_output_was_closed;
pub(crate) use filled::{Filled, Lost};
pub(crate) use handed::Handed;
use mapping::Mapping;

/// How many zero bytes lie behind bytes that were read: the page of the module's promise.
const PAGE: usize = 4096;

/// What standard input is called.
const STDIN: &str = "<stdin>";

/// Bytes to decode: borrowed, mapped or read whole.
///
/// ```
/// let input = wirelens::Input::from_bytes(&[1, 2, 3]);
/// assert_eq!((input.len(), input.bytes()[2]), (3, 3));
/// ```
pub struct Input<'a> {
    /// Borrowed where nobody may ever ask for it: a session over many small inputs makes no string for each.
    name: Cow<'static, str>,
    bytes: Bytes<'a>,
}

/// Where the bytes are.
enum Bytes<'a> {
    Borrowed(&'a [u8]),
    Mapped(Mapping),
    /// Read whole, with [`PAGE`] zeros behind.
    Owned(Vec<u8>),
}

impl Input<'static> {
    /// How many bytes to ask of [`chunk`](Input::chunk) at a time, about: rounded to whole records.
    ///
    /// 2 MiB: a block that is read stays in the second and third level caches, and one huge page maps it.
    ///
    /// ```
    /// let records_at_a_time = (wirelens::Input::CHUNK / 48).max(1);
    /// assert_eq!(records_at_a_time, 43690);
    /// ```
    pub const CHUNK: u64 = 2 << 20;
    /// A shorter input is not worth a thread that touches it ahead.
    const AHEAD: u64 = 32 << 20;

    /// Opens the file at `path`, or standard input where `path` is `-`.
    ///
    /// A regular file is mapped as long as it is now; anything else is read to its end first.
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
        // The files of /proc are regular ones of length 0: only reading tells what is in them. Standard
        // input that was already read from goes on where it stands.
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

    /// Bytes of its own. Its name is `<bytes>`.
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
    /// The bytes of a slice; nothing is copied. Its name is `<bytes>`.
    ///
    /// ```
    /// assert_eq!(wirelens::Input::from_bytes(b"abc").name(), "<bytes>");
    /// ```
    pub fn from_bytes(bytes: &'a [u8]) -> Input<'a> {
        Input { name: "<bytes>".into(), bytes: Bytes::Borrowed(bytes) }
    }

    /// How many bytes there are; for a mapped file, how many there were when it was opened.
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

    /// The path as it was given, `<stdin>`, or `<bytes>`: for messages.
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
    /// In a mapped file that another process changes, a byte may differ from one look to the next: load
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

    /// Whether a load that begins inside may reach up to 4096 bytes past the end without a fault. Only for
    /// borrowed bytes it may not.
    ///
    /// ```
    /// assert!(wirelens::Input::open("testdata/poly.bin")?.is_padded());
    /// assert!(!wirelens::Input::from_bytes(b"abc").is_padded());
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn is_padded(&self) -> bool {
        !matches!(self.bytes, Bytes::Borrowed(_))
    }

    /// The bytes of `range` (offsets in bytes), straight from where they are or read into `scratch`,
    /// whichever `scratch` has measured to be faster.
    ///
    /// Meant for passes over neighbouring ranges of about [`Input::CHUNK`] bytes, one `scratch` a thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if the range ends behind the input, or the file was cut
    /// short in front of its end (which is not always noticed here: see [`check`](Input::check));
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
        // Both ends are at most `len`, which came from a slice: they fit.
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

    /// Whether it is mapped and so long that a thread of its own for [`Input::touch_ahead`] pays off.
    ///
    /// ```
    /// assert!(!wirelens::Input::from_bytes(&[0; 100]).worth_touching());
    /// ```
    pub fn worth_touching(&self) -> bool {
        matches!(self.bytes, Bytes::Mapped(_)) && self.len() >= Input::AHEAD
    }

    /// Touches a mapped input ahead of who reads it, so that the page faults are another thread's. `read`
    /// says up to which byte it has been read (`u64::MAX` ends this). For an input that is not mapped nothing
    /// is done.
    ///
    /// ```
    /// let input = wirelens::Input::open("testdata/poly.bin")?;
    /// assert!(!input.worth_touching());
    /// input.touch_ahead(|| 0);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn touch_ahead(&self, read: impl Fn() -> u64) {
        /// What one fault maps where the kernel maps pages around it (`fault_around_bytes`).
        const AROUND: usize = 64 << 10;
        /// How much is touched between two looks at the reader.
        const LOOK: usize = 1 << 20;
        /// How far in front of the reader to begin, and to begin again.
        const LEAD: u64 = 8 << 20;
        let Bytes::Mapped(mapping) = &self.bytes else { return };
        let (bytes, mut at) = (mapping.bytes(), 0);
        while at < bytes.len() {
            let read = read();
            if (at as u64) < read {
                // Overtaken: both would fault for the same pages.
                at = usize::try_from(read.saturating_add(LEAD)).unwrap_or(usize::MAX).min(bytes.len());
            }
            let part = &bytes[at..bytes.len().min(at + LOOK)];
            part.iter().step_by(AROUND).for_each(|byte| {
                std::hint::black_box(*byte);
            });
            at += part.len();
        }
    }

    /// Whether all bytes were really there: to be asked after a pass, before its result is believed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) with the name and the offset from which on a mapped file
    /// was lost while it was open.
    ///
    /// ```
    /// assert!(wirelens::Input::from_bytes(b"abc").check().is_ok());
    /// ```
    pub fn check(&self) -> Result<(), Error> {
        let Bytes::Mapped(mapping) = &self.bytes else { return Ok(()) };
        let now = mapping.file_len().map_err(|e| refused(&self.name, e))?;
        match mapping.cut() {
            // A cut inside a page raises no fault: the page's rest reads as zero.
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

/// What the system said, as a sentence about the file.
fn refused(name: &str, error: std::io::Error) -> Error {
    let message = match error.kind() {
        ErrorKind::NotFound => format!("{name}: there is no such file"),
        ErrorKind::PermissionDenied => format!("{name}: you are not allowed to read it"),
        _ => format!("{name} cannot be read: {error}"),
    };
    Error::io(message, error).about(name)
}
