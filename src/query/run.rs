//! The driver of a run over an input, for any kind of query: any number of threads process the input's
//! chunks.
//!
//! A [`Job`] determines what is done with a chunk. After a failure no more chunks are taken. The chunks
//! before it are finished or in progress, so the first error of the file is always found.

use super::report::Options;
use crate::codegen;
use crate::engine::{Engine, Jit, Stats, Worker};
use crate::error::Error;
use crate::formats::{Chunks, Place, RecordInput};
use crate::input::{self, Scratch};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Another thread is started only if there is so much address space, in bytes.
const RESERVE: usize = 64 << 20;

/// The processing of chunks.
pub trait Job: Sync {
    /// Waits until a chunk may be begun. Returns false if it is no longer needed.
    fn begin(&self, _: u64) -> bool {
        true
    }
    /// Processes a chunk, which begins at offset `start` of the stream. Returns the end of its whole records,
    /// or `None` if the job stopped before that.
    fn chunk(&self, worker: &mut Worker, chunk: u64, bytes: &[u8], start: u64) -> Result<Option<u64>, Error>;
    /// Ends a chunk, with its result.
    fn end(&self, chunk: u64, done: Result<(), Error>);
    /// Called when a thread has panicked: no other thread may wait for it.
    fn stop(&self) {}
}

/// The state of a thread, which is kept from one input to the next.
#[derive(Debug)]
pub struct ThreadState<'p> {
    engine: &'p Engine,
    jit: Jit,
    pub worker: Worker<'p>,
    /// The number of records still to be skipped.
    pub skip: u64,
    scratch: Scratch,
    /// Buffer for unpacked records.
    buffer: Vec<u8>,
    /// The counters of other threads.
    others: Stats,
}

impl<'p> ThreadState<'p> {
    pub fn new(engine: &'p Engine, jit: Jit) -> ThreadState<'p> {
        let (worker, scratch) = (engine.worker(jit), Scratch::new());
        ThreadState { engine, jit, worker, skip: 0, scratch, buffer: vec![], others: Stats::default() }
    }

    /// The same, but skips that many records first.
    pub fn behind(skip: u64, engine: &'p Engine, jit: Jit) -> ThreadState<'p> {
        ThreadState { skip, ..ThreadState::new(engine, jit) }
    }

    /// The engine in use.
    pub fn engine(&self) -> &'p Engine {
        self.engine
    }

    /// Switches to an engine; the counters are kept.
    pub fn switch_engine(&mut self, engine: &'p Engine) {
        if !std::ptr::eq(self.engine, engine) {
            let (others, skip) = (self.counted(), self.skip);
            *self = ThreadState { others, skip, ..ThreadState::new(engine, self.jit) };
        }
    }

    /// Counts records that were interpreted by another worker.
    pub fn interpreted_apart(&mut self, records: u64) {
        self.others.records_interpreted += records;
    }

    /// The counters so far.
    pub fn counted(&self) -> Stats {
        let mut stats = self.worker.stats.clone();
        stats.records_interpreted = self.worker.records();
        stats.objects_allocated = self.worker.allocated();
        stats.add(&self.others);
        stats
    }
}

/// Processes the chunks of an input, on this thread and as many others as are useful. Returns the remaining
/// chunks, from which the caller can tell what follows the last whole record.
pub fn run<'i>(
    source: &RecordInput<'i>,
    options: &Options,
    hands: &mut ThreadState,
    job: &impl Job,
) -> Result<Chunks<'i>, Error> {
    let (bytes, mut chunks, engine, jit) = (source.input, source.chunks(), hands.engine, hands.jit);
    let skipped = if hands.skip > 0 { chunks.skip(hands.skip) } else { 0 };
    hands.skip -= skipped;
    let threads = if chunks.several() { options.threads.max(1) } else { 1 };
    let records = source.records().and_then(|records| engine.expects(records - skipped));
    let expected = records.map(|records| records / threads as u64);
    hands.worker.expected = expected;
    let several = chunks.several();
    let shared = Shared { source, job, alone: threads == 1, chunks: Mutex::new(chunks) };
    if several {
        let shared = &shared;
        std::thread::scope(|scope| {
            let work = || {
                let mut hands = ThreadState::new(engine, jit);
                hands.worker.expected = expected;
                shared.work(&mut hands);
                hands.counted()
            };
            // If the system refuses some threads, the others do the work. If address space is limited, stacks
            // would take all of it, and nothing would be left for the work, or for the start of a thread.
            let spawn = |_| {
                let room = input::has_room(RESERVE);
                room.then(|| std::thread::Builder::new().spawn_scoped(scope, work).ok()).flatten()
            };
            let handles: Vec<_> = (1..threads).map_while(spawn).collect();
            if source.stream().is_empty() && bytes.worth_touching() {
                let idle = threads < cores();
                // Without a spare core, pages are touched only while there is no native code yet, when at
                // most one of the threads is busy.
                let read = move || {
                    let (chunks, bytes) = shared.chunks().taken();
                    if idle || chunks <= threads as u64 { bytes } else { u64::MAX }
                };
                let ahead = move || {
                    if jit != Jit::Off {
                        codegen::warm_up();
                    }
                    bytes.touch_ahead(read);
                };
                // Touching pages ahead is optional, so a refused thread is no error.
                if std::thread::Builder::new().spawn_scoped(scope, ahead).is_ok() && idle {
                    hands.scratch = Scratch::touched();
                }
            }
            shared.work(hands);
            for handle in handles {
                match handle.join() {
                    Ok(counted) => hands.others.add(&counted),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
    } else {
        shared.work(hands);
    }
    // Before a result is returned, checks that all bytes could really be read.
    bytes.check()?;
    Ok(shared.chunks.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The number of threads that the machine can run at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The state that threads share during a run.
struct Shared<'a, 'i, J> {
    source: &'a RecordInput<'i>,
    job: &'a J,
    /// Whether there is only one thread.
    alone: bool,
    chunks: Mutex<Chunks<'i>>,
}

impl<'i, J: Job> Shared<'_, 'i, J> {
    fn chunks(&self) -> MutexGuard<'_, Chunks<'i>> {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Processes one chunk after the other.
    fn work(&self, hands: &mut ThreadState) {
        let _guard = StopOnPanic(self.job);
        let ThreadState { worker, scratch, buffer, .. } = hands;
        loop {
            let Some(chunk) = self.chunks().take(self.alone, buffer) else { break };
            if !self.job.begin(chunk.index) {
                break;
            }
            let start = chunk.start();
            let bytes = match chunk.place {
                Place::Input(range) => self.source.input.chunk(range, scratch),
                Place::Buffer(_) => Ok(&buffer[..]),
            };
            let done = bytes.and_then(|bytes| self.job.chunk(worker, chunk.index, bytes, start));
            let done = done.map(|end| match end {
                Some(end) => self.chunks().came(start, chunk.whole, end),
                None => self.chunks().stop(),
            });
            if done.is_err() {
                self.chunks().stop();
            }
            self.job.end(chunk.index, done);
        }
    }
}

/// Stops the job if a thread panics, so that the others do not wait for it.
struct StopOnPanic<'j, J: Job>(&'j J);

impl<J: Job> Drop for StopOnPanic<'_, J> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}
