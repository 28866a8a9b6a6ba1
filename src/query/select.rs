//! Rows: expressions over each record, printed as they are found, in the order of the records.
//!
//! The input is cut into chunks as for totals. One native loop goes over a chunk and prints its rows;
//! threads take chunks by turns, and [`order`](super::order) brings what they print into the order of the
//! file. So what is printed is the same for any number of threads, and so is where it ends, if something is
//! wrong or if there are enough rows.

use super::columns::Request;
use super::order::InOrder;
use super::report::{Options, Records};
use super::rows;
use super::run::{self, Hands, Job};
use super::values::{Over, offset, over};
use crate::engine::{Engine, Worker, policy::Policy};
use crate::error::Error;
use crate::formats::{Cut, Layout, Source};
use crate::host::Hosts;
use crate::input::Input;
use crate::interp::Fault;
use crate::ir::FuncId;
use crate::lang::script::RowFormat;
use crate::runtime::Val;
use crate::schema::Schema;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Rows of a table: expressions over the fields of each record.
#[derive(Debug)]
pub struct Rows {
    pub engine: Engine,
    rows: rows::Rows,
    layout: Layout,
    format: RowFormat,
    pub prepare: Duration,
}

/// What there was in an input whose rows were printed.
#[derive(Clone, Copy, Debug)]
pub struct Selected {
    /// How many whole records were looked at.
    pub records: u64,
    /// How many rows were printed.
    pub rows: u64,
    /// What was left over, if all records were looked at and the last one was cut short.
    pub cut: Option<Cut>,
}

impl Rows {
    /// Compiles rows of some columns, of the records for which a condition holds.
    pub fn compile(
        hosts: &Hosts,
        schema: &Schema,
        records: Records,
        columns: &str,
        condition: Option<&str>,
        format: RowFormat,
    ) -> Result<Rows, Error> {
        let start = Instant::now();
        let example = "in a column: 'points[0].x'";
        let Over { mut program, layout, record } = over(schema, &records, hosts, example)?;
        let request = Request { columns, condition, format };
        let rows = rows::rows(&mut program, schema, &record, &layout, records.each, request)?;
        debug_assert_eq!(crate::ir::verify::verify_program(&program), Ok(()));
        Ok(Rows {
            engine: Engine::new(program, Policy::default()),
            rows,
            layout,
            format,
            prepare: start.elapsed(),
        })
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.rows.names
    }

    /// The line above all rows: in CSV the names of the columns, in JSON nothing.
    pub fn header(&self) -> &[u8] {
        &self.rows.header
    }

    /// Writes the rows of all records of `input`, or the first `limit` of them, to `out`: piece by piece, in
    /// the order of the records. With the last row of a limit all threads stop.
    pub fn write(
        &self,
        hands: &mut Hands,
        input: &Input,
        options: &Options,
        limit: Option<u64>,
        out: Box<dyn Write + Send>,
    ) -> Result<Selected, Error> {
        let source = Source::new(options.format, &self.layout, input)?;
        let threads = options.threads.max(1);
        let most = limit.map_or(i64::MAX, |n| i64::try_from(n).unwrap_or(i64::MAX));
        let job = Writing {
            rows: self,
            source: &source,
            most,
            order: Arc::new(InOrder::new(out, threads, limit, self.format == RowFormat::Json)),
            total: Mutex::default(),
        };
        let chunks = run::run(&self.engine, &source, options, hands, &job)?;
        if let Some(error) = job.order.error() {
            return Err(error);
        }
        let Total { records, rows } = *lock(&job.total);
        let rows = rows.min(limit.unwrap_or(u64::MAX));
        let enough = limit.is_some_and(|limit| rows >= limit);
        let cut = if enough { None } else { source.rest(&chunks)? };
        Ok(Selected { records, rows, cut })
    }

    pub fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// The engine; the function over a chunk; and the text of all expressions.
    pub fn parts(&self) -> (&Engine, FuncId, (&'static str, &str)) {
        (&self.engine, self.rows.chunk, ("<columns>", &self.rows.text))
    }

    /// A fault as it is reported: `why` it failed; `start` is where the chunk begins.
    fn told(&self, source: &Source, (fault, why): (&Fault, String), start: u64) -> Error {
        let mut what = source.input.name().to_string();
        let record = fault.record.map(|(at, _)| source.place(start + at));
        if let Some(record) = record {
            what += &format!(": {record}");
        }
        if let Some(place) = fault.place {
            what += &format!(", {}", self.rows.about(place));
        }
        let at = fault.offset.map(|at| start + at);
        let behind = at.map_or(String::new(), |at| offset(source, at));
        source.located(Error::data(format!("{what}: {why}{behind}")), record, at)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What all threads have seen and printed.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    records: u64,
    rows: u64,
}

/// Rows of an input's chunks, in their order.
struct Writing<'a> {
    rows: &'a Rows,
    source: &'a Source<'a>,
    /// No more rows are needed.
    most: i64,
    order: Arc<InOrder>,
    total: Mutex<Total>,
}

impl Job for Writing<'_> {
    fn begin(&self, chunk: u64) -> bool {
        self.order.begin(chunk)
    }

    /// With a limit, a chunk that follows all others is left behind the last row that is needed. Others do
    /// not know the rows in front of theirs, and [`InOrder`] ends all of them.
    fn chunk(&self, worker: &mut Worker, chunk: u64, bytes: &[u8], start: u64) -> Result<Option<u64>, Error> {
        let left = self.most - self.order.rows(chunk);
        let order = self.order.clone();
        worker.console().sink = Some(Box::new(move |_, text| order.put(chunk, text)));
        worker.console().failed = None;
        let args = [Val::View(0, bytes.len() as u64), Val::I64(left)];
        let result = worker.call(self.rows.rows.chunk, &args, bytes);
        worker.console().flush();
        let told = |fault: Fault| {
            let why = fault.what(worker.console());
            self.rows.told(self.source, (&fault, why), start)
        };
        match result.map_err(told)?[..] {
            [Val::I64(end), Val::I64(records), Val::I64(rows)] => {
                let mut total = lock(&self.total);
                total.records += records as u64;
                total.rows += rows as u64;
                // Who has enough rows need not have come to the end of the chunk.
                Ok((rows < left).then_some(end as u64))
            }
            ref other => unreachable!("{other:?} is no result of a chunk"),
        }
    }

    fn end(&self, chunk: u64, done: Result<(), Error>) {
        self.order.end(chunk, done);
    }

    fn stop(&self) {
        self.order.stop();
    }
}
