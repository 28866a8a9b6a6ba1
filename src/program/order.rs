//! What several threads print, in the order of the stretches that it is about.
//!
//! Whoever works on the stretch whose turn it is prints at once; the others keep their text, up to [`MOST`] bytes each, and then wait. Nobody begins a
//! stretch that is too far ahead. So memory is bounded by the number of threads, and whoever has the turn never waits for anything
//! but the sink. The first error, in that order, ends it: nothing behind it is printed.

use crate::error::Error;
use crate::ir::host::{Sink, Stream};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many bytes of a stretch are kept until it is its turn.
const MOST: usize = 8 << 20;

/// The order in which text goes to a sink.
pub(super) struct InOrder {
    state: Mutex<State>,
    sink: Mutex<Sink>,
    turned: Condvar,
    /// So many stretches may be worked on, or waiting, at once.
    ahead: u64,
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

/// What is kept of a stretch.
#[derive(Default)]
struct Part {
    text: Vec<u8>,
    /// How it has ended, if it has.
    end: Option<Result<(), Error>>,
}

impl InOrder {
    pub fn new(sink: Sink, threads: usize) -> InOrder {
        InOrder {
            state: Mutex::default(),
            sink: Mutex::new(sink),
            turned: Condvar::new(),
            ahead: 2 * threads as u64,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.turned.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// To the sink; only for whoever has the turn.
    fn print(&self, text: &[u8]) {
        if !text.is_empty() {
            self.sink.lock().unwrap_or_else(PoisonError::into_inner)(Stream::Output, text);
        }
    }

    /// Waits until a stretch may be begun. False if there is no need to any more.
    pub fn begin(&self, index: u64) -> bool {
        let mut state = self.state();
        while !state.stopped && index >= state.next + self.ahead {
            state = self.wait(state);
        }
        !state.stopped
    }

    /// Text of a stretch that is worked on.
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
            if kept.len() + text.len() <= MOST {
                return kept.extend_from_slice(text);
            }
            state = self.wait(state);
        }
    }

    /// A stretch is done, or has failed: all its text was put.
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

/// A thread that ends by a panic does not leave the others waiting.
pub(super) struct StopOnPanic<'o>(pub &'o InOrder);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn gathering(threads: usize) -> (InOrder, Arc<Mutex<Vec<u8>>>) {
        let text = Arc::new(Mutex::new(vec![]));
        let to = text.clone();
        (InOrder::new(Box::new(move |_, part| to.lock().unwrap().extend_from_slice(part)), threads), text)
    }

    #[test]
    fn text_comes_out_in_the_order_of_stretches() {
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
        let wrong = |what: &str| Err(Error::Data(what.to_string()));
        order.put(2, b"never");
        order.end(2, wrong("second"));
        order.put(1, b"b");
        order.end(1, wrong("first"));
        order.put(0, b"a");
        order.end(0, Ok(()));
        order.put(3, b"never");
        assert_eq!((&text.lock().unwrap()[..], order.error()), (&b"ab"[..], wrong("first").err()));
        assert!(!order.begin(1_000_000));
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
