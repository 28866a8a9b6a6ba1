//! Queries with text for each record: rows of columns, or whole records, in the order of the records.
//!
//! The input is divided into the same chunks as for totals. Threads take chunks by turns, and
//! [`order`](super::order) outputs their text in the order of the file. So the output is the same for any
//! number of threads, and ends at the same place if there is an error or a limit. A [`Writes`] determines the
//! text of a chunk.

use super::order::InOrder;
use super::report::{Options, Seen};
use super::run::{self, Job, ThreadState};
use crate::engine::{Engine, Worker};
use crate::error::Error;
use crate::formats::{RecordInput, RecordLayout};
use crate::input::Input;
use crate::ir::FuncId;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A compiled query with text for each record.
#[derive(Debug)]
pub struct Text {
    /// The names of the columns; empty for whole records.
    pub names: Vec<String>,
    /// The line before all rows.
    pub header: Vec<u8>,
    /// Whether a row may contain line ends, in quotes.
    pub quotes_lines: bool,
    pub layout: RecordLayout,
    pub prepare: Duration,
    pub of: Box<dyn Writes>,
}

/// Writes the records of a chunk.
pub trait Writes: fmt::Debug + Send + Sync {
    /// The engine for the chunks of an input.
    fn engine(&self, input: &Input) -> &Engine;
    /// The engine for long inputs, the function over a chunk, and the name and text that its source positions
    /// refer to.
    fn parts(&self) -> (&Engine, FuncId, (&'static str, &str));
    fn engine_mut(&mut self) -> &mut Engine;
    /// Writes the records of a chunk, at most `most` rows.
    fn chunk(
        &self,
        worker: &mut Worker,
        chunk: &Chunk,
        turn: &OrderedOutput,
        most: i64,
    ) -> Result<Done, Error>;
}

/// A chunk.
#[derive(Clone, Copy)]
pub struct Chunk<'c> {
    pub bytes: &'c [u8],
    /// Its offset in the stream.
    pub start: u64,
    pub source: &'c RecordInput<'c>,
}

/// The destination for the text of a chunk: the output, in the order of chunks.
#[derive(Clone)]
pub struct OrderedOutput {
    order: Arc<InOrder>,
    chunk: u64,
}

impl OrderedOutput {
    /// Writes text. Returns an error if the sink has failed.
    pub fn put(&self, text: &[u8]) -> io::Result<()> {
        self.order.put(self.chunk, text)
    }
}

/// The progress in a chunk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// The end of the records that were processed.
    pub end: u64,
    pub records: u64,
    /// The number of rows written.
    pub rows: u64,
    /// The number of records that were interpreted by a worker other than that of the run.
    pub apart: u64,
}

impl Text {
    /// Writes the text of all records of `input`, or the first `limit` rows, to `out`, piece by piece, in the
    /// order of the records. All threads stop at the last row of a limit.
    pub fn write(
        &self,
        hands: &mut ThreadState,
        input: &Input,
        options: &Options,
        limit: Option<u64>,
        out: Box<dyn Write + Send>,
    ) -> Result<Seen, Error> {
        let source = RecordInput::new(options.format, &self.layout, input)?;
        let threads = options.threads.max(1);
        let most = limit.map_or(i64::MAX, |n| i64::try_from(n).unwrap_or(i64::MAX));
        let job = Writing {
            of: &*self.of,
            source: &source,
            most,
            order: Arc::new(InOrder::new(out, threads, limit, self.quotes_lines)),
            total: Mutex::default(),
        };
        let before = hands.skip;
        let chunks = run::run(&source, options, hands, &job)?;
        let Done { records, rows, apart, .. } = *lock(&job.total);
        hands.interpreted_apart(apart);
        if let Some(error) = job.order.error() {
            return Err(error);
        }
        let rows = rows.min(limit.unwrap_or(u64::MAX));
        let enough = limit.is_some_and(|limit| rows >= limit);
        let cut = if enough { None } else { source.rest(&chunks)? };
        Ok(Seen { records, skipped: before - hands.skip, rows, cut })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the text of an input's chunks, in their order.
struct Writing<'a> {
    of: &'a dyn Writes,
    source: &'a RecordInput<'a>,
    /// The maximum number of rows.
    most: i64,
    order: Arc<InOrder>,
    /// The sum over all threads.
    total: Mutex<Done>,
}

impl Job for Writing<'_> {
    fn begin(&self, chunk: u64) -> bool {
        self.order.begin(chunk)
    }

    /// With a limit, the chunk that is next in order ends at the last row that is needed. Other chunks do not
    /// know how many rows precede theirs; [`InOrder`] stops them.
    fn chunk(&self, worker: &mut Worker, chunk: u64, bytes: &[u8], start: u64) -> Result<Option<u64>, Error> {
        let left = self.most - self.order.rows(chunk);
        let turn = OrderedOutput { order: self.order.clone(), chunk };
        let done = self.of.chunk(worker, &Chunk { bytes, start, source: self.source }, &turn, left)?;
        let mut total = lock(&self.total);
        total.records += done.records;
        total.rows += done.rows;
        total.apart += done.apart;
        // If the limit was reached, the chunk may not have been processed to its end.
        Ok(((done.rows as i64) < left).then_some(done.end))
    }

    fn end(&self, chunk: u64, done: Result<(), Error>) {
        self.order.end(chunk, done);
    }

    fn stop(&self) {
        self.order.stop();
    }
}
