//! Rows as values, for programs: an iterator that processes records in batches.
//!
//! Native code writes the values of a batch of rows as bytes, and a [`Row`] is a position in these, so no row
//! is allocated. Reading happens on the thread that requests the next row.

use super::report::Options;
use super::row::{Row, skip_value};
use super::rows;
use super::text::Chunk;
use crate::engine::{Stats, Worker};
use crate::error::Error;
use crate::formats::{self, Chunks, Cut, Place, RecordInput};
use crate::input::{Input, Scratch};
use std::fmt;
use std::sync::Arc;

/// A query whose rows are read as values; [`Builder::reader`](super::Builder::reader) makes it.
///
/// ```
/// use wirelens::{Input, Query, Schema, Value};
/// let schema = Schema::from_c("<schema>", "struct Trade { char symbol[4]; uint32_t count; double price; };")?;
/// let trade = |symbol: &[u8; 4], count: u32, price: f64| {
///     [&symbol[..], &count.to_le_bytes(), &price.to_le_bytes()].concat()
/// };
/// let bytes = [trade(b"ABC\0", 10, 2.5), trade(b"X\0\0\0", 1, 4.0)].concat();
/// let reader = Query::builder(&schema).select("symbol, count * price as volume").reader()?;
/// let mut volume = 0.0;
/// for row in reader.rows(&Input::from_bytes(&bytes))? {
///     let row = row?;
///     assert_ne!(row.value(0), Some(Value::None));
///     volume += row.named("volume").and_then(|value| value.as_f64()).unwrap_or(0.0);
/// }
/// assert_eq!(volume, 29.0);
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader {
    pub(super) of: Box<rows::Rows>,
    pub(super) options: Options,
    pub(super) skip: u64,
    pub(super) limit: Option<u64>,
}

impl Reader {
    /// The names of the columns.
    ///
    /// ```
    /// use wirelens::{Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int a, b; };")?;
    /// assert_eq!(Query::builder(&schema).select("b, a + b as sum").reader()?.columns(), ["b", "sum"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn columns(&self) -> &[String] {
        &self.of.names
    }

    /// The rows of an input, in the order of its records.
    ///
    /// # Errors
    ///
    /// If the input does not have the encoding of the schema's records.
    pub fn rows<'r>(&'r self, input: &'r Input<'r>) -> Result<Rows<'r>, Error> {
        let source = RecordInput::new(self.options.format, &self.of.layout, input)?;
        let mut chunks = source.chunks();
        let skipped = if self.skip > 0 { chunks.skip(self.skip) } else { 0 };
        let mut worker = self.of.engine.worker(self.options.jit);
        let records = source.records().map(|records| records.saturating_sub(skipped));
        worker.expected = records.and_then(|records| self.of.engine.expects(records));
        Ok(Rows {
            of: &self.of,
            source,
            chunks,
            worker,
            scratch: Scratch::touched(),
            buffer: vec![],
            chunk: None,
            at: 0,
            left: self.limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX)),
            batch: Arc::default(),
            next: 0,
            ended: false,
            failed: None,
            cut: None,
        })
    }
}

/// The rows of an input. The iterator ends after the first error.
///
/// ```
/// use wirelens::{Input, Query, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int8_t n; };")?;
/// let reader = Query::builder(&schema).select("6 // n as q").reader()?;
/// let input = Input::from_bytes(&[3, 0, 1]);
/// let mut rows = reader.rows(&input)?;
/// assert_eq!(rows.next().unwrap()?.named("q").and_then(|q| q.as_i64()), Some(2));
/// let error = rows.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "<bytes>: record 1 (at byte 1), column 'q': division by zero");
/// assert!(rows.next().is_none());
/// # Ok::<(), wirelens::Error>(())
/// ```
pub struct Rows<'r> {
    of: &'r rows::Rows,
    source: RecordInput<'r>,
    chunks: Chunks<'r>,
    worker: Worker<'r>,
    scratch: Scratch,
    /// Buffer for unpacked records.
    buffer: Vec<u8>,
    /// The current chunk, and the offset in it of the next record.
    chunk: Option<formats::Chunk>,
    at: u64,
    /// The number of rows that may still be read from the input.
    left: i64,
    /// The current batch of rows, and the offset of the next one.
    batch: Arc<Vec<u8>>,
    next: usize,
    /// Whether the input has no more rows.
    ended: bool,
    /// An error after the rows of the batch.
    failed: Option<Error>,
    cut: Option<Cut>,
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("columns", &self.of.names)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl<'r> Rows<'r> {
    /// The incomplete last record, if the input is truncated; known once all rows have been read.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let reader = Query::builder(&schema).select("n").reader()?;
    /// let input = Input::from_bytes(&[1, 0, 2]);
    /// let mut rows = reader.rows(&input)?;
    /// assert_eq!(rows.by_ref().count(), 1);
    /// assert_eq!(rows.cut().map(|cut| (cut.offset, cut.bytes)), Some((2, 1)));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn cut(&self) -> Option<Cut> {
        self.cut
    }

    /// The counters so far.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let reader = Query::builder(&schema).select("n").reader()?;
    /// let input = Input::from_bytes(&[0; 200_000]);
    /// let mut rows = reader.rows(&input)?;
    /// assert_eq!(rows.by_ref().count(), 100_000);
    /// assert!(rows.stats().records_interpreted < 10_000);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn stats(&self) -> Stats {
        let mut stats = self.of.engine.stats();
        stats.add(&self.worker.stats);
        stats.records_interpreted = self.worker.records();
        stats
    }

    /// Reads a batch of rows; it is empty at the end of the input.
    fn fill(&mut self) -> Result<(), Error> {
        // Reuses the buffer if no row refers to it any more.
        let text = std::mem::take(Arc::get_mut(&mut self.batch).unwrap_or(&mut vec![]));
        self.worker.console().text = text;
        self.worker.console().text.clear();
        self.next = 0;
        while self.worker.console().text.is_empty() && !self.ended {
            let done = self.part();
            self.ended |= done.is_err() || self.left == 0;
            if let Err(error) = done {
                self.failed = Some(error);
            }
        }
        self.batch = Arc::new(std::mem::take(&mut self.worker.console().text));
        // Before the rows are returned, checks that all bytes could really be read.
        self.source.input.check()
    }

    /// Processes a part of a chunk.
    fn part(&mut self) -> Result<(), Error> {
        let Some(chunk) = &self.chunk else {
            (self.chunk, self.at) = (self.chunks.take(true, &mut self.buffer), 0);
            if self.chunk.is_none() {
                self.ended = true;
                self.cut = self.source.rest(&self.chunks)?;
            }
            return Ok(());
        };
        let start = chunk.start();
        let bytes = match &chunk.place {
            Place::Input(range) => {
                self.source.input.chunk(range.start + self.at..range.end, &mut self.scratch)?
            }
            Place::Buffer(_) => &self.buffer[self.at as usize..],
        };
        let part = Chunk { bytes, start: start + self.at, source: &self.source };
        let done = self.of.write(&mut self.worker, &part, self.left)?;
        self.left -= done.rows as i64;
        self.at += done.end;
        if done.records == 0 {
            self.chunks.came(start, chunk.whole, self.at);
            self.chunk = None;
        }
        Ok(())
    }
}

impl<'r> Iterator for Rows<'r> {
    type Item = Result<Row<'r>, Error>;

    fn next(&mut self) -> Option<Result<Row<'r>, Error>> {
        if self.next == self.batch.len() {
            if let Some(error) = self.failed.take() {
                return Some(Err(error));
            }
            if self.ended {
                return None;
            }
            if let Err(error) = self.fill() {
                (self.ended, self.next) = (true, self.batch.len());
                self.failed = None;
                return Some(Err(error));
            }
            if self.batch.is_empty() {
                return self.failed.take().map(Err);
            }
        }
        let start = self.next;
        let mut rest = &self.batch[start..];
        for _ in &self.of.names {
            skip_value(&mut rest);
        }
        self.next = self.batch.len() - rest.len();
        Some(Ok(Row::new(&self.of.names, self.batch.clone(), start)))
    }
}
