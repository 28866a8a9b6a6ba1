//! Rows: expressions over each record, printed as they are found, in the order of the records.
//!
//! The input is cut into chunks as for totals. One native loop goes over a chunk and prints its rows;
//! threads take chunks by turns, and [`order`](super::order) brings what they print into the order of the
//! file. So what is printed is the same for any number of threads, and so is where it ends, if something is
//! wrong or if there are enough rows.

use super::order::InOrder;
use super::program::{Over, offset, over};
use super::rows::{self, Request};
use super::run::{self, Hands, Job};
use super::{Options, Records};
use crate::engine::{Engine, Stats, Worker, policy::Policy};
use crate::error::Error;
use crate::formats::{Cut, Layout, Source};
use crate::host::Hosts;
use crate::input::Input;
use crate::interp::Fault;
use crate::lang::script::RowFormat;
use crate::runtime::Sink;
use crate::runtime::Val;
use crate::schema::Schema;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Rows of a table: expressions over the fields of each record.
///
/// ```
/// use wirelens::{Input, Options, RowFormat, Rows, Schema};
/// let schema = Schema::from_c("<schema>", "enum Side { BUY, SELL }; struct S { double price; enum Side side; int n; };")?;
/// let rows = Rows::compile(&schema, "S", "side, price * n as total", Some("n > 1"), RowFormat::Csv)?;
///
/// let record = |price: f64, side: i32, n: i32| [&price.to_le_bytes()[..], &side.to_le_bytes(), &n.to_le_bytes()].concat();
/// let bytes = [record(2.5, 1, 10), record(4.0, 0, 1), record(0.1, 0, 3)].concat();
/// let (text, selected) = rows.text(&Input::from_bytes(&bytes), &Options::default(), None)?;
/// assert_eq!(rows.header(), b"side,total\n");
/// assert_eq!(text, b"SELL,25.0\nBUY,0.30000000000000004\n");
/// assert_eq!((selected.records, selected.rows), (3, 2));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Rows {
    engine: Engine,
    rows: rows::Rows,
    layout: Layout,
    format: RowFormat,
    prepare: Duration,
}

/// What there was in an input whose rows were printed.
///
/// ```
/// use wirelens::{Input, Options, RowFormat, Rows, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
/// let rows = Rows::compile(&schema, "S", "n", None, RowFormat::Json)?;
/// let (text, selected) = rows.text(&Input::from_bytes(&[1, 0, 2, 0, 3]), &Options::default(), None)?;
/// assert_eq!(text, b"{\"n\":1}\n{\"n\":2}\n");
/// assert_eq!((selected.rows, selected.cut.map(|cut| cut.offset)), (2, Some(4)));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    /// How many whole records were looked at.
    pub records: u64,
    /// How many rows were printed.
    pub rows: u64,
    /// What was left over, if all records were looked at and the last one was cut short.
    pub cut: Option<Cut>,
    /// What the run has done.
    pub stats: Stats,
}

impl Rows {
    /// Rows of `columns` (expressions over the fields of a record, in Python's syntax, with commas between
    /// them) for all records for which `condition` holds. Fields are named alone or as those of `t`. ` as
    /// NAME` behind an expression is the name of its column; the column `*` stands for all fields that are
    /// numbers, truth values, enums or texts, and for those of structs within.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if the schema has no such struct;
    /// [`ErrorKind::Program`](crate::ErrorKind::Program) with all that is wrong in columns and condition, or
    /// in the path to a list.
    ///
    /// ```
    /// use wirelens::{RowFormat, Rows, Schema};
    /// let schema = Schema::from_c("<schema>", "struct P { double x; }; struct S { struct P from; };")?;
    /// assert_eq!(Rows::compile(&schema, "S", "*", None, RowFormat::Csv)?.columns(), ["from.x"]);
    /// let error = Rows::compile(&schema, "S", "t.from", None, RowFormat::Csv).unwrap_err();
    /// assert!(error.to_string().starts_with("a P is no value for a column\n --> <columns>:1:1\n"));
    /// assert!(error.to_string().ends_with("= help: take a field: 't.from.x'"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn compile<'a>(
        schema: &Schema,
        records: impl Into<Records<'a>>,
        columns: &str,
        condition: Option<&str>,
        format: RowFormat,
    ) -> Result<Rows, Error> {
        Rows::compile_with(&Hosts::new(), schema, records, columns, condition, format)
    }

    /// The same for columns and a condition that may call functions of `hosts`.
    ///
    /// # Errors
    ///
    /// Those of [`Rows::compile`]; [`ErrorKind::System`](crate::ErrorKind::System) if something is wrong with
    /// `hosts`.
    ///
    /// ```
    /// use wirelens::{Effects, Hosts, Input, Options, RowFormat, Rows, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let hosts = Hosts::new().with("odd", "half", Effects::Pure, |n: i64| (n % 2 == 0).then_some(n / 2));
    /// let rows = Rows::compile_with(&hosts, &schema, "S", "odd.half(n) as half", None, RowFormat::Json)?;
    /// let (text, _) = rows.text(&Input::from_bytes(&[6, 0, 7, 0]), &Options::default(), None)?;
    /// assert_eq!(text, b"{\"half\":\"3\"}\n{\"half\":null}\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn compile_with<'a>(
        hosts: &Hosts,
        schema: &Schema,
        records: impl Into<Records<'a>>,
        columns: &str,
        condition: Option<&str>,
        format: RowFormat,
    ) -> Result<Rows, Error> {
        let start = Instant::now();
        let records = records.into();
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
    ///
    /// ```
    /// use wirelens::{RowFormat, Rows, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int a, b; };")?;
    /// let rows = Rows::compile(&schema, "S", "a, a + b as sum", None, RowFormat::Json)?;
    /// assert_eq!(rows.columns(), ["a", "sum"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn columns(&self) -> &[String] {
        &self.rows.names
    }

    /// The line above all rows: in CSV the names of the columns, in JSON nothing.
    ///
    /// ```
    /// use wirelens::{RowFormat, Rows, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int a, b; };")?;
    /// let rows = Rows::compile(&schema, "S", "a, max(a, b)", None, RowFormat::Csv)?;
    /// assert_eq!(rows.header(), b"a,\"max(a, b)\"\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn header(&self) -> &[u8] {
        &self.rows.header
    }

    /// Prints the rows of all records of `input`, or the first `limit` of them, to `sink`: piece by piece, in
    /// the order of the records. With the last row of a limit
    /// all threads stop; what is wrong in a record behind that is not reported.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if a computation fails, with the number of the record,
    /// counted from 0, its offset, and the column, or if the file was cut short while it was read;
    /// [`ErrorKind::System`](crate::ErrorKind::System) if reading fails. The rows of all records before it
    /// have gone to the sink then.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use wirelens::{Input, Options, RowFormat, Rows, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let rows = Rows::compile(&schema, "S", "6 // n as q", None, RowFormat::Csv)?;
    /// let text = Arc::new(Mutex::new(vec![]));
    /// let to = text.clone();
    /// let sink = Box::new(move |_, part: &[u8]| to.lock().unwrap().extend_from_slice(part));
    /// let error = rows.run(&Input::from_bytes(&[2, 0, 0, 0]), &Options::default(), None, sink).unwrap_err();
    /// assert_eq!(*text.lock().unwrap(), b"3\n");
    /// assert_eq!(error.to_string(), "<bytes>: record 1 (at byte 2), column 'q': division by zero");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn run(
        &self,
        input: &Input,
        options: &Options,
        limit: Option<u64>,
        sink: Sink,
    ) -> Result<Selected, Error> {
        let start = Instant::now();
        let source = Source::new(options.format, &self.layout, input)?;
        let threads = options.threads.max(1);
        let most = limit.map_or(i64::MAX, |n| i64::try_from(n).unwrap_or(i64::MAX));
        let job = Writing {
            rows: self,
            source: &source,
            most,
            order: Arc::new(InOrder::new(sink, threads, limit, self.format == RowFormat::Json)),
            total: Mutex::default(),
        };
        let mut hands = Hands::new(&self.engine, options.jit);
        let chunks = run::run(&self.engine, &source, options, &mut hands, &job)?;
        if let Some(error) = job.order.error() {
            return Err(error);
        }
        let Total { records, rows } = *lock(&job.total);
        let rows = rows.min(limit.unwrap_or(u64::MAX));
        let enough = limit.is_some_and(|limit| rows >= limit);
        let cut = if enough { None } else { source.rest(&chunks)? };
        let mut stats = self.engine.stats();
        stats.add(&hands.counted());
        stats.records_native = records.saturating_sub(stats.records_interpreted);
        stats.end(self.prepare, start);
        Ok(Selected { records, rows, cut, stats })
    }

    /// The same, giving the rows as bytes.
    ///
    /// # Errors
    ///
    /// Those of [`Rows::run`].
    ///
    /// ```
    /// use wirelens::{Input, Options, RowFormat, Rows, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let rows = Rows::compile(&schema, "S", "n, n / 2 as half", None, RowFormat::Csv)?;
    /// let (text, _) = rows.text(&Input::from_bytes(&[1, 2, 3]), &Options::default(), Some(2))?;
    /// assert_eq!(text, b"1,0.5\n2,1.0\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn text(
        &self,
        input: &Input,
        options: &Options,
        limit: Option<u64>,
    ) -> Result<(Vec<u8>, Selected), Error> {
        let text = Arc::new(Mutex::new(vec![]));
        let to = text.clone();
        let sink = Box::new(move |_, part: &[u8]| lock(&to).extend_from_slice(part));
        let selected = self.run(input, options, limit, sink)?;
        let text = std::mem::take(&mut *lock(&text));
        Ok((text, selected))
    }

    pub(crate) fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    pub(crate) fn parts(&self) -> (&Engine, &rows::Rows) {
        (&self.engine, &self.rows)
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
