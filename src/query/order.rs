//! Prints the output of several threads in the order of the chunks.
//!
//! The thread whose chunk is next prints immediately. The others buffer their text, up to [`MAX_KEPT`] bytes
//! each, and then wait. No thread begins a chunk that is too far ahead. So memory is bounded by the number of
//! threads, and the thread whose chunk is next never waits for anything but the sink. The first error, in
//! file order, ends the output: nothing after it is printed. The last row of a limit does, too. Rows are
//! counted in the text, by line ends, since a chunk does not know how many rows precede it.

use crate::error::Error;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Result, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The maximum number of bytes buffered for a chunk until it is next.
const MAX_KEPT: usize = 8 << 20;

/// Writes text to a sink in the order of chunks.
pub struct InOrder {
    state: Mutex<State>,
    out: Mutex<Out>,
    turned: Condvar,
    /// The maximum number of chunks that are begun and not printed.
    ahead: u64,
    /// Whether a row may contain line ends, in quotes.
    quotes_lines: bool,
    /// Whether writing to the sink has failed.
    unwritable: AtomicBool,
}

/// The sink, and the maximum number of rows for it.
struct Out {
    to: Box<dyn Write + Send>,
    limit: Option<u64>,
    left: Option<u64>,
    /// Whether the text so far ends within quotes.
    quoted: bool,
}

impl Out {
    /// How much of a text is within the limit, and whether that reaches the limit. If rows may contain line
    /// ends, values with quotes are quoted and their quotes doubled; otherwise quotes do not matter.
    fn within(&mut self, text: &[u8], quotes_lines: bool) -> (usize, bool) {
        let Some(left) = &mut self.left else { return (text.len(), false) };
        if *left == 0 {
            return (0, true);
        }
        for (i, byte) in text.iter().enumerate() {
            match byte {
                b'"' if quotes_lines => self.quoted = !self.quoted,
                b'\n' if !self.quoted => {
                    *left -= 1;
                    if *left == 0 {
                        return (i + 1, true);
                    }
                }
                _ => {}
            }
        }
        (text.len(), false)
    }
}

#[derive(Default)]
struct State {
    /// The next chunk to print.
    next: u64,
    parts: BTreeMap<u64, ChunkText>,
    /// Whether printing has ended.
    stopped: bool,
    error: Option<Error>,
}

/// The buffered output of a chunk.
#[derive(Default)]
struct ChunkText {
    text: Vec<u8>,
    /// Its result, once the chunk has ended.
    end: Option<std::result::Result<(), Error>>,
}

impl InOrder {
    /// Prints at most `limit` rows from that many threads.
    pub fn new(to: Box<dyn Write + Send>, threads: usize, limit: Option<u64>, quotes_lines: bool) -> InOrder {
        InOrder {
            state: Mutex::new(State { stopped: limit == Some(0), ..State::default() }),
            out: Mutex::new(Out { to, limit, left: limit, quoted: false }),
            turned: Condvar::new(),
            ahead: 2 * threads as u64,
            quotes_lines,
            unwritable: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.turned.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes to the sink; only for the thread whose chunk is next. Stops everything after the last row of a
    /// limit.
    fn print(&self, text: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let (within, enough) = out.within(text, self.quotes_lines);
        let written = match within {
            0 => Ok(()),
            _ => out.to.write_all(&text[..within]).and_then(|()| out.to.flush()),
        };
        drop(out);
        if let Err(error) = written {
            let error = Error::io(format!("the result cannot be written: {error}"), error);
            self.unwritable.store(true, Ordering::Relaxed);
            self.state().error.get_or_insert(error);
            self.stop();
        } else if enough {
            self.stop();
        }
    }

    /// Whether printing has ended.
    #[cfg(test)]
    pub fn stopped(&self) -> bool {
        self.state().stopped
    }

    /// The number of rows printed before a chunk, as far as it is known: exact if the chunk is next,
    /// otherwise 0.
    pub fn rows(&self, index: u64) -> i64 {
        let has_turn = self.state().next == index;
        let out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.limit.zip(out.left).filter(|_| has_turn).map_or(0, |(limit, left)| (limit - left) as i64)
    }

    /// Waits until a chunk may be begun. Returns false if it is no longer needed.
    pub fn begin(&self, index: u64) -> bool {
        let mut state = self.state();
        while !state.stopped && index >= state.next + self.ahead {
            state = self.wait(state);
        }
        !state.stopped
    }

    /// Outputs text of a chunk that is in progress. Returns an error if the sink has failed.
    pub fn put(&self, index: u64, text: &[u8]) -> Result<()> {
        let mut state = self.state();
        while !state.stopped {
            if state.next == index {
                let kept = state.parts.remove(&index).unwrap_or_default().text;
                drop(state);
                self.print(&kept);
                self.print(text);
                break;
            }
            let kept = &mut state.parts.entry(index).or_default().text;
            // Without memory for buffering it waits, too; the thread whose chunk is next needs no buffer.
            if kept.len() + text.len() <= MAX_KEPT && kept.try_reserve(text.len()).is_ok() {
                kept.extend_from_slice(text);
                return Ok(());
            }
            state = self.wait(state);
        }
        match self.unwritable.load(Ordering::Relaxed) {
            true => Err(ErrorKind::WriteZero.into()),
            false => Ok(()),
        }
    }

    /// Ends a chunk, with its result; all its text must have been put.
    pub fn end(&self, index: u64, result: std::result::Result<(), Error>) {
        let mut state = self.state();
        state.parts.entry(index).or_default().end = Some(result);
        // Only the thread that ends the next chunk enters the loop. It prints all chunks that have ended, as
        // long as they are next.
        while !state.stopped {
            let next = state.next;
            if state.parts.get(&next).is_none_or(|part| part.end.is_none()) {
                break;
            }
            let Some(ChunkText { text, end: Some(end) }) = state.parts.remove(&next) else { break };
            drop(state);
            self.print(&text);
            state = self.state();
            match end {
                _ if state.stopped => break,
                Ok(()) => state.next += 1,
                Err(error) => (state.error, state.stopped) = (Some(error), true),
            }
            self.turned.notify_all();
        }
    }

    /// Ends printing and wakes all threads that wait.
    pub fn stop(&self) {
        self.state().stopped = true;
        self.turned.notify_all();
    }

    /// The first error, if there was one.
    pub fn error(&self) -> Option<Error> {
        self.state().error.take()
    }
}

/// A writer that threads share, over several inputs.
pub struct Shared<W>(Arc<Mutex<W>>);

impl<W> Shared<W> {
    pub fn new(to: W) -> Shared<W> {
        Shared(Arc::new(Mutex::new(to)))
    }

    pub fn lock(&self) -> MutexGuard<'_, W> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W> Clone for Shared<W> {
    fn clone(&self) -> Shared<W> {
        Shared(self.0.clone())
    }
}

impl<W: Write> Write for Shared<W> {
    fn write(&mut self, part: &[u8]) -> Result<usize> {
        self.lock().write(part)
    }

    fn flush(&mut self) -> Result<()> {
        self.lock().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathering(threads: usize) -> (InOrder, Shared<Vec<u8>>) {
        let text = Shared::new(vec![]);
        (InOrder::new(Box::new(text.clone()), threads, None, true), text)
    }

    #[test]
    fn text_comes_out_in_the_order_of_chunks() {
        let (order, text) = gathering(2);
        let _ = order.put(1, b"c");
        let _ = order.put(0, b"a");
        let _ = order.put(1, b"d");
        order.end(1, Ok(()));
        assert_eq!(*text.lock(), b"a");
        let _ = order.put(0, b"b");
        order.end(0, Ok(()));
        let _ = order.put(2, b"e");
        assert_eq!(*text.lock(), b"abcde");
        assert!(order.begin(5));
    }

    #[test]
    fn the_first_error_ends_it_and_what_is_before_it_is_printed() {
        let (order, text) = gathering(2);
        let wrong = |what: &str| Err(Error::data(what));
        let _ = order.put(2, b"never");
        order.end(2, wrong("second"));
        let _ = order.put(1, b"b");
        order.end(1, wrong("first"));
        let _ = order.put(0, b"a");
        order.end(0, Ok(()));
        let _ = order.put(3, b"never");
        let error = order.error().map(|error| error.to_string());
        assert_eq!((&text.lock()[..], error.as_deref()), (&b"ab"[..], Some("first")));
        assert!(!order.begin(1_000_000));
    }

    /// The second chunk fails after its second row; the line end in quotes does not end a row.
    #[test]
    fn the_last_row_of_a_limit_ends_it() {
        let wrong = || Err(Error::data("wrong"));
        for (limit, text, fails) in [
            (1, "a\n", false),
            (2, "a\n\"b\n\"\"\"\n", false),
            (3, "a\n\"b\n\"\"\"\nc\n", false),
            (4, "a\n\"b\n\"\"\"\nc\n", true),
        ] {
            let printed = Shared::new(vec![]);
            let order = InOrder::new(Box::new(printed.clone()), 2, Some(limit), true);
            for part in ["\"b", "\n\"\"", "\"\nc\n"] {
                let _ = order.put(1, part.as_bytes());
            }
            order.end(1, wrong());
            let _ = order.put(0, b"a\n");
            order.end(0, Ok(()));
            assert_eq!(str::from_utf8(&printed.lock()), Ok(text));
            assert!(order.stopped() && !order.begin(2));
            assert_eq!(order.error().is_some(), fails, "{limit} rows");
        }
    }

    /// A writer that accepts a number of bytes and then fails.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, part: &[u8]) -> Result<usize> {
            let taken = part.len().min(self.0);
            self.0 -= taken;
            if taken == 0 { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_cannot_be_written_ends_it_with_an_error() {
        let order = InOrder::new(Box::new(Full(3)), 2, None, true);
        let _ = order.put(1, b"cd");
        order.end(1, Ok(()));
        let _ = order.put(0, b"ab");
        assert!(!order.stopped());
        order.end(0, Err(Error::data("behind it".to_string())));
        let error = order.error().expect("it is full").to_string();
        assert!(order.stopped() && error == "behind it", "{error}");
        let order = InOrder::new(Box::new(Full(3)), 2, None, true);
        assert!(order.put(0, b"abcd").is_err() && order.put(1, b"e").is_err());
        order.end(0, Err(Error::data("behind it".to_string())));
        let error = order.error().expect("it is full").to_string();
        assert!(order.stopped() && error.starts_with("the result cannot be written: "), "{error}");
    }

    #[test]
    fn who_has_kept_too_much_waits_for_the_turn() {
        let (order, text) = gathering(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (0..5).for_each(|_| order.put(1, &[b'b'; MAX_KEPT / 2]).unwrap());
                order.end(1, Ok(()));
            });
            let _ = order.put(0, b"a");
            order.end(0, Ok(()));
        });
        let text = text.lock();
        assert!(
            text.len() == 1 + 5 * (MAX_KEPT / 2) && text[0] == b'a' && text[1..].iter().all(|b| *b == b'b')
        );
    }
}
