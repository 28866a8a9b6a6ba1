//! What several threads print, in the order of the chunks that it is about.
//!
//! Whoever works on the chunk whose turn it is prints at once; the others keep their text, up to [`MOST`]
//! bytes each, and then wait. Nobody begins a chunk that is too far ahead. So memory is bounded by the
//! number of threads, and whoever has the turn never waits for anything but the sink. The first error, in
//! that order, ends it: nothing behind it is printed. So does the last row of a limit. Rows are counted in
//! the text, by the ends of their lines: a chunk does not know how many rows those before it have.

use crate::error::Error;
use crate::runtime::{Sink, Stream};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many bytes of a chunk are kept until it is its turn.
const MOST: usize = 8 << 20;

/// The order in which text goes to a sink.
pub(super) struct InOrder {
    state: Mutex<State>,
    out: Mutex<Out>,
    turned: Condvar,
    /// So many chunks may be worked on, or waiting, at once.
    ahead: u64,
    /// Whether rows are lines of JSON.
    json: bool,
}

/// The sink, and how many rows it receives at most.
struct Out {
    sink: Sink,
    limit: Option<u64>,
    left: Option<u64>,
    /// Whether the text ends within quotes.
    quoted: bool,
}

impl Out {
    /// How much of a text is within the limit, and whether the limit is reached with it. In CSV each value
    /// with a
    /// quote in it is in quotes, where quotes are doubled; in JSON no line ends within a row, quotes or not.
    fn within(&mut self, text: &[u8], json: bool) -> (usize, bool) {
        let Some(left) = &mut self.left else { return (text.len(), false) };
        if *left == 0 {
            return (0, true);
        }
        for (i, byte) in text.iter().enumerate() {
            match byte {
                b'"' if !json => self.quoted = !self.quoted,
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
    /// Whose turn it is.
    next: u64,
    parts: BTreeMap<u64, Part>,
    /// Nothing more is printed.
    stopped: bool,
    error: Option<Error>,
}

/// What is kept of a chunk.
#[derive(Default)]
struct Part {
    text: Vec<u8>,
    /// How it has ended, if it has.
    end: Option<Result<(), Error>>,
}

impl InOrder {
    /// For the rows of so many threads, the first `limit` of them, in CSV or in JSON.
    pub fn new(sink: Sink, threads: usize, limit: Option<u64>, json: bool) -> InOrder {
        InOrder {
            state: Mutex::new(State { stopped: limit == Some(0), ..State::default() }),
            out: Mutex::new(Out { sink, limit, left: limit, quoted: false }),
            turned: Condvar::new(),
            ahead: 2 * threads as u64,
            json,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.turned.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// To the sink; only for whoever has the turn. With the last row all of it is stopped.
    fn print(&self, text: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let (within, enough) = out.within(text, self.json);
        if within > 0 {
            (out.sink)(Stream::Output, &text[..within]);
        }
        drop(out);
        if enough {
            self.stop();
        }
    }

    /// Whether nothing more is printed.
    #[cfg(test)]
    pub fn stopped(&self) -> bool {
        self.state().stopped
    }

    /// How many rows were printed of the chunks in front of one, as far as that is known: of all of them, if
    /// it has the turn; else none.
    pub fn rows(&self, index: u64) -> i64 {
        let has_turn = self.state().next == index;
        let out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.limit.zip(out.left).filter(|_| has_turn).map_or(0, |(limit, left)| (limit - left) as i64)
    }

    /// Waits until a chunk may be begun. False if there is no need to any more.
    pub fn begin(&self, index: u64) -> bool {
        let mut state = self.state();
        while !state.stopped && index >= state.next + self.ahead {
            state = self.wait(state);
        }
        !state.stopped
    }

    /// Text of a chunk that is worked on.
    pub fn put(&self, index: u64, text: &[u8]) {
        let mut state = self.state();
        while !state.stopped {
            if state.next == index {
                let kept = state.parts.remove(&index).unwrap_or_default().text;
                drop(state);
                self.print(&kept);
                return self.print(text);
            }
            let kept = &mut state.parts.entry(index).or_default().text;
            // Without memory to keep it, it waits too: whoever has the turn prints without.
            if kept.len() + text.len() <= MOST && kept.try_reserve(text.len()).is_ok() {
                return kept.extend_from_slice(text);
            }
            state = self.wait(state);
        }
    }

    /// A chunk is done, or has failed: all its text was put.
    pub fn end(&self, index: u64, result: Result<(), Error>) {
        let mut state = self.state();
        state.parts.entry(index).or_default().end = Some(result);
        // Nobody else has a turn that has ended, so this thread has the turn as long as it finds one.
        while !state.stopped {
            let next = state.next;
            if state.parts.get(&next).is_none_or(|part| part.end.is_none()) {
                break;
            }
            let Some(Part { text, end: Some(end) }) = state.parts.remove(&next) else { break };
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

    /// Nothing more is printed, and nobody waits any more.
    pub fn stop(&self) {
        self.state().stopped = true;
        self.turned.notify_all();
    }

    /// The first error, if there was one.
    pub fn error(&self) -> Option<Error> {
        self.state().error.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn gathering(threads: usize) -> (InOrder, Arc<Mutex<Vec<u8>>>) {
        let text = Arc::new(Mutex::new(vec![]));
        let to = text.clone();
        (
            InOrder::new(
                Box::new(move |_, part| to.lock().unwrap().extend_from_slice(part)),
                threads,
                None,
                false,
            ),
            text,
        )
    }

    #[test]
    fn text_comes_out_in_the_order_of_chunks() {
        let (order, text) = gathering(2);
        order.put(1, b"c");
        order.put(0, b"a");
        order.put(1, b"d");
        order.end(1, Ok(()));
        assert_eq!(*text.lock().unwrap(), b"a");
        order.put(0, b"b");
        order.end(0, Ok(()));
        order.put(2, b"e");
        assert_eq!(*text.lock().unwrap(), b"abcde");
        assert!(order.begin(5));
    }

    #[test]
    fn the_first_error_ends_it_and_what_is_before_it_is_printed() {
        let (order, text) = gathering(2);
        let wrong = |what: &str| Err(Error::data(what));
        order.put(2, b"never");
        order.end(2, wrong("second"));
        order.put(1, b"b");
        order.end(1, wrong("first"));
        order.put(0, b"a");
        order.end(0, Ok(()));
        order.put(3, b"never");
        let error = order.error().map(|error| error.to_string());
        assert_eq!((&text.lock().unwrap()[..], error.as_deref()), (&b"ab"[..], Some("first")));
        assert!(!order.begin(1_000_000));
    }

    /// The second chunk fails behind its second row; the line's end in quotes ends no row.
    #[test]
    fn the_last_row_of_a_limit_ends_it() {
        let wrong = || Err(Error::data("wrong"));
        for (limit, text, fails) in [
            (1, "a\n", false),
            (2, "a\n\"b\n\"\"\"\n", false),
            (3, "a\n\"b\n\"\"\"\nc\n", false),
            (4, "a\n\"b\n\"\"\"\nc\n", true),
        ] {
            let to = Arc::new(Mutex::new(vec![]));
            let printed = to.clone();
            let sink = Box::new(move |_, part: &[u8]| to.lock().unwrap().extend_from_slice(part));
            let order = InOrder::new(sink, 2, Some(limit), false);
            for part in ["\"b", "\n\"\"", "\"\nc\n"] {
                order.put(1, part.as_bytes());
            }
            order.end(1, wrong());
            order.put(0, b"a\n");
            order.end(0, Ok(()));
            assert_eq!(str::from_utf8(&printed.lock().unwrap()), Ok(text));
            assert!(order.stopped() && !order.begin(2));
            assert_eq!(order.error().is_some(), fails, "{limit} rows");
        }
    }

    #[test]
    fn who_has_kept_too_much_waits_for_the_turn() {
        let (order, text) = gathering(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (0..5).for_each(|_| order.put(1, &[b'b'; MOST / 2]));
                order.end(1, Ok(()));
            });
            order.put(0, b"a");
            order.end(0, Ok(()));
        });
        let text = text.lock().unwrap();
        assert!(text.len() == 1 + 5 * (MOST / 2) && text[0] == b'a' && text[1..].iter().all(|b| *b == b'b'));
    }
}
