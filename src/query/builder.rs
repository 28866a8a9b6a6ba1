//! The compiled query of the library's interface: a [`Query`], made by a [`Builder`].
//!
//! There are two kinds of queries: values over all records ([`Values`]), and text for each record
//! ([`Text`](super::text::Text): a row of columns, or the whole record). Both have the same interface.

use super::columns::Request;
use super::json;
use super::pass::{Compiled, Pass};
use super::reader::Reader;
use super::report::{Options, Records, Report};
use super::rows::Rows;
use super::session::Session;
use super::totals::ValueRequest;
use super::values::Values;
use crate::engine::{Engine, Jit, Stats, policy::Policy};
use crate::error::Error;
use crate::formats::{Format, Limits};
use crate::host::Hosts;
use crate::input::Input;
use crate::ir::FuncId;
use crate::lang::rows::{RowFormat, Typed};
use crate::schema::Schema;
use std::io::Write;

/// A compiled query over the records of inputs. It can run over any number of inputs, from any thread.
///
/// ```
/// use wirelens::{Input, Query, Schema};
/// let schema = Schema::from_c("<schema>", "struct Trade { double price; uint32_t count; };")?;
/// let trade = |price: f64, count: u64| [price.to_le_bytes(), count.to_le_bytes()].concat();
/// let bytes = [trade(2.5, 10), trade(4.0, 100)].concat();
/// let input = Input::from_bytes(&bytes);
///
/// let text = "volume=sum(t.price * t.count for t in records), high=max(t.price for t in records)";
/// let query = Query::builder(&schema).record("Trade").aggregate(text).build()?;
/// let report = query.run(&input)?;
/// assert_eq!(query.columns(), ["volume", "high"]);
/// assert_eq!(report.values[0].to_string(), "425.0");
/// assert_eq!((report.records, report.values[1].number().map(|n| n.to_f64())), (2, Some(4.0)));
///
/// let query = Query::builder(&schema).record("Trade").filter("count > 50").select("price, count").build()?;
/// assert_eq!(query.run(&input)?.text, b"4.0,100\n");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Query {
    compiled: Compiled,
    options: Options,
    skip: u64,
    limit: Option<u64>,
}

/// The description of a query; [`Query::builder`] makes one. A query has one output: each of `aggregate`,
/// `totals`, `written`, `select` and `documents` replaces the previous one.
#[must_use]
#[derive(Clone, Debug)]
pub struct Builder<'a> {
    schema: &'a Schema,
    record: Option<&'a str>,
    each: Option<&'a str>,
    filter: Option<&'a str>,
    wanted: Option<Output<'a>>,
    format: RowFormat,
    hosts: Hosts,
    limits: Limits,
    skip: u64,
    limit: Option<u64>,
    options: Options,
}

#[derive(Clone, Copy, Debug)]
enum Output<'a> {
    Values(&'a str),
    Totals(&'a [&'a str]),
    Written(&'a str, &'a [&'a str]),
    Rows(&'a str),
    Documents,
}

impl<'a> Builder<'a> {
    /// The struct of a record, or of the root of a message. By default, the only struct that no other
    /// contains.
    pub fn record(self, name: &'a str) -> Builder<'a> {
        Builder { record: Some(name), ..self }
    }

    /// For messages: the path from the root to a list of structs, whose elements are the records.
    ///
    /// ```
    /// use wirelens::{Query, Schema};
    /// let schema = "@0xd6b2a5a29f3c41e7; struct S { all @0 :List(P); } struct P { n @0 :Int8; }";
    /// let schema = Schema::from_capnp_text("<schema>", schema)?;
    /// let query = Query::builder(&schema).record("S").each("all");
    /// let query = query.aggregate("sum(t.n for t in records)").build()?;
    /// assert_eq!(query.columns(), ["sum(t.n for t in records)"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn each(self, path: impl Into<Option<&'a str>>) -> Builder<'a> {
        Builder { each: path.into(), ..self }
    }

    /// Only records for which a condition holds: an expression over the fields of a record, which are named
    /// alone or as those of `t`. Other records count as seen, but contribute nothing.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let text = "sum(t.n for t in records), len(records)";
    /// let query = Query::builder(&schema).record("S").filter("n > 1 and t.n < 4").aggregate(text).build()?;
    /// let report = query.run(&Input::from_bytes(&[1, 0, 2, 0, 3, 0, 4, 0]))?;
    /// let values: Vec<String> = report.values.iter().map(|value| value.to_string()).collect();
    /// assert_eq!((report.records, values.join(" ")), (4, "5 2".to_string()));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn filter(self, condition: impl Into<Option<&'a str>>) -> Builder<'a> {
        Builder { filter: condition.into(), ..self }
    }

    /// Expressions over all records, `EXPR[, EXPR…]`, each optionally with a name, `name=EXPR`. They are
    /// written in the typed subset of Python that scripts use, over `records`: a generator over these is an
    /// argument of `sum`, `mean`, `min`, `count` …, around which there may be any arithmetic of the
    /// language. Everything is computed in one pass.
    ///
    /// Differences from Python: integers have 64 bits, except sums, which are exact. A sum that can be a
    /// float is a float, even a sum of nothing, and floats are added as described at
    /// [`Number::Float`](super::value::Number::Float). `any` and `all` look at all records even if the result
    /// is already known.
    pub fn aggregate(self, expressions: &'a str) -> Builder<'a> {
        Builder { wanted: Some(Output::Values(expressions)), ..self }
    }

    /// The sums over all records of expressions over a record `t`. [`Builder::build`] rejects a filter.
    ///
    /// ```
    /// use wirelens::{Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct Point { double x; double y; };")?;
    /// let error = Query::builder(&schema).totals(&["t.x + t.z"]).build().unwrap_err();
    /// assert!(error.to_string().starts_with("Point has no field 'z'"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn totals(self, expressions: &'a [&'a str]) -> Builder<'a> {
        Builder { wanted: Some(Output::Totals(expressions)), ..self }
    }

    /// The sums of functions written in the text form of the IR. `ir` has classes and functions, which may
    /// use the accessors of the schema (`wirelens dump --stage program` shows them). Each of `functions`
    /// takes a record and returns a number. Unlike expressions, they can have branches, loops over lists, and
    /// recursion.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let text = "fn half(v0: S) -> i64 {\nb0:\n  v1 = call S.n v0\n  v2 = div v1, 2\n  return v2\n}\n";
    /// let query = Query::builder(&schema).written(text, &["half"]).build()?;
    /// assert_eq!(query.run(&Input::from_bytes(&9i64.to_le_bytes()))?.values[0].to_string(), "4");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn written(self, ir: &'a str, functions: &'a [&'a str]) -> Builder<'a> {
        Builder { wanted: Some(Output::Written(ir, functions)), ..self }
    }

    /// A row for each record: expressions over its fields, in Python's syntax, separated by commas. Fields
    /// are named alone or as those of `t`. ` as NAME` after an expression names its column; the column `*`
    /// stands for all fields that are numbers, truth values, enums or texts, including those of nested
    /// structs.
    ///
    /// ```
    /// use wirelens::{Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct P { double x; }; struct S { struct P from; };")?;
    /// assert_eq!(Query::builder(&schema).record("S").select("*").build()?.columns(), ["from.x"]);
    /// let error = Query::builder(&schema).record("S").select("t.from").build().unwrap_err();
    /// assert!(error.to_string().starts_with("a P is no value for a column\n --> <columns>:1:1\n"));
    /// assert!(error.to_string().ends_with("= help: take a field: 't.from.x'"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn select(self, columns: &'a str) -> Builder<'a> {
        Builder { wanted: Some(Output::Rows(columns)), ..self }
    }

    /// The format of rows: CSV (default) or lines of JSON.
    pub fn rows(self, format: RowFormat) -> Builder<'a> {
        Builder { format, ..self }
    }

    /// Each record as a whole: one JSON object per line. Fields keep the schema's order, null pointers are
    /// left out, and of a union only the member that is set is written. Integers of 64 bits are strings, as
    /// are NaN and the infinities; enums are their names, or numbers without a name; text is a string, with
    /// U+FFFD for invalid UTF-8.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = "enum Side { BUY, SELL }; struct S { char id[4]; enum Side side; float x[2]; };";
    /// let schema = Schema::from_c("<schema>", schema)?;
    /// let mut bytes = b"ab\0\0".to_vec();
    /// bytes.extend([1u32.to_le_bytes(), 0.5f32.to_le_bytes(), f32::NAN.to_le_bytes()].concat());
    /// let report = Query::builder(&schema).documents().build()?.run(&Input::from_bytes(&bytes))?;
    /// assert_eq!(report.text, b"{\"id\":\"ab\",\"side\":\"SELL\",\"x\":[0.5,\"NaN\"]}\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn documents(self) -> Builder<'a> {
        Builder { wanted: Some(Output::Documents), ..self }
    }

    /// Skips the first records of the inputs of a run. Elements of lists ([`Builder::each`]) cannot be
    /// skipped.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let query = Query::builder(&schema).aggregate("sum(t.n for t in records)").skip(2).build()?;
    /// let report = query.run(&Input::from_bytes(&[100, 50, 3, 4]))?;
    /// assert_eq!((report.records, report.values[0].to_string()), (2, "7".to_string()));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn skip(self, records: u64) -> Builder<'a> {
        Builder { skip: records, ..self }
    }

    /// The maximum number of rows or whole records. All threads stop at the last one; errors in later records
    /// are not reported.
    ///
    /// ```
    /// use wirelens::{Input, Query, RowFormat, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let query = Query::builder(&schema).select("n, n / 2 as half").rows(RowFormat::Json);
    /// let query = query.limit(2).build()?;
    /// let report = query.run(&Input::from_bytes(&[1, 2, 3]))?;
    /// assert_eq!(report.text, b"{\"n\":1,\"half\":0.5}\n{\"n\":2,\"half\":1}\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn limit(self, rows: impl Into<Option<u64>>) -> Builder<'a> {
        Builder { limit: rows.into(), ..self }
    }

    /// Host functions that expressions may call: functions of the library's user.
    ///
    /// ```
    /// use wirelens::{Effects, Hosts, Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct P { double x, y; };")?;
    /// let hosts = Hosts::new().with("geo", "distance", Effects::Pure, |x: f64, y: f64| x.hypot(y));
    /// let text = "max(geo.distance(t.x, t.y) for t in records)";
    /// let query = Query::builder(&schema).hosts(&hosts).aggregate(text).build()?;
    /// let bytes: Vec<u8> = [3.0f64, 4.0, 5.0, 12.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    /// assert_eq!(query.run(&Input::from_bytes(&bytes))?.values[0].to_string(), "13.0");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn hosts(self, hosts: &Hosts) -> Builder<'a> {
        Builder { hosts: hosts.clone(), ..self }
    }

    /// Limits for reading messages.
    pub fn limits(self, limits: Limits) -> Builder<'a> {
        Builder { limits, ..self }
    }

    /// The maximum number of threads; by default one. The result is bit-identical for any number.
    pub fn threads(self, threads: usize) -> Builder<'a> {
        Builder { options: Options { threads, ..self.options }, ..self }
    }

    /// Whether native code is used.
    pub fn jit(self, jit: Jit) -> Builder<'a> {
        Builder { options: Options { jit, ..self.options }, ..self }
    }

    /// The encoding of inputs; by default it is guessed ([`Format::guess`]).
    pub fn format(self, format: impl Into<Option<Format>>) -> Builder<'a> {
        Builder { options: Options { format: format.into(), ..self.options }, ..self }
    }

    /// Compiles the query.
    ///
    /// # Errors
    ///
    /// If the schema has no such struct, or if host functions are wrong; otherwise all errors in the
    /// expressions.
    ///
    /// ```
    /// use wirelens::{Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int n; }; struct T { int n; };")?;
    /// let error = Query::builder(&schema).aggregate("len(records)").build().unwrap_err();
    /// assert!(error.to_string().ends_with("say which one a record is: S or T"));
    /// let error = Query::builder(&schema).record("S").build().unwrap_err();
    /// assert!(error.to_string().starts_with("nothing is asked of the records: say aggregate, totals, select"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn build(self) -> Result<Query, Error> {
        let Builder { schema, each, filter, wanted, format, hosts, limits, skip, limit, options, .. } = self;
        let name = match self.record {
            Some(name) => name,
            None => schema.only_record()?,
        };
        let records = Records { name, each, limits };
        skippable(&records, skip)?;
        let unfiltered = || match filter {
            None => Ok(()),
            Some(_) => Err(Error::system(
                "these sums are over all records: take the filter away, or use aggregate".to_string(),
            )),
        };
        let values = |wanted| Values::make(schema, records, wanted, &hosts, Policy::default());
        let compiled = match wanted {
            Some(Output::Values(text)) => {
                Compiled::Values(values(ValueRequest::Answers(text, filter))?.into())
            }
            Some(Output::Totals(texts)) => {
                unfiltered()?;
                Compiled::Values(values(ValueRequest::Sums(texts))?.into())
            }
            Some(Output::Written(text, functions)) => {
                unfiltered()?;
                Compiled::Values(values(ValueRequest::Written(text, functions))?.into())
            }
            Some(Output::Rows(columns)) => {
                let request = Request { columns, condition: filter, format: format.text() };
                Compiled::Text(Rows::compile(&hosts, schema, records, request, None)?.text().into())
            }
            Some(Output::Documents) => {
                if filter.is_some() || records.each.is_some() {
                    let why =
                        "records are written whole, one by one: take filter and each away, or use select";
                    return Err(Error::system(why.to_string()));
                }
                Compiled::Text(json::records(schema, name, &limits)?.into())
            }
            None => {
                let why = "nothing is asked of the records: say aggregate, totals, select or documents";
                return Err(Error::system(why.to_string()));
            }
        };
        Ok(Query { compiled, options, skip, limit })
    }
}

impl Builder<'_> {
    /// Compiles rows of columns ([`Builder::select`]) that a program reads as values, on one thread.
    ///
    /// # Errors
    ///
    /// Those of [`Builder::build`], and if the output is not `select`.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let reader = Query::builder(&schema).select("n").filter("n % 2 == 1").skip(1).limit(2).reader()?;
    /// let input = Input::from_bytes(&[1, 2, 3, 4, 5, 6, 7]);
    /// let odd = reader.rows(&input)?.map(|row| Ok(row?.value(0).and_then(|n| n.as_i64())));
    /// assert_eq!(odd.collect::<Result<Vec<_>, wirelens::Error>>()?, [Some(3), Some(5)]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn reader(self) -> Result<Reader, Error> {
        let Builder { schema, each, filter, wanted, hosts, limits, skip, limit, options, .. } = self;
        let Some(Output::Rows(columns)) = wanted else {
            return Err(Error::system("a reader reads rows of columns: say select".to_string()));
        };
        let name = match self.record {
            Some(name) => name,
            None => schema.only_record()?,
        };
        let records = Records { name, each, limits };
        skippable(&records, skip)?;
        let request = Request { columns, condition: filter, format: &Typed };
        // A batch may end after any record. With `each` the rest of a list would be lost, so a batch runs to
        // the end of the chunk.
        let full = each.is_none().then_some("cell.full");
        let of = Box::new(Rows::compile(&hosts, schema, records, request, full)?);
        Ok(Reader { of, options, skip, limit })
    }
}

impl Query {
    /// A builder for a query over records of a schema.
    pub fn builder(schema: &Schema) -> Builder<'_> {
        Builder {
            schema,
            record: None,
            each: None,
            filter: None,
            wanted: None,
            format: RowFormat::Csv,
            hosts: Hosts::new(),
            limits: Limits::default(),
            skip: 0,
            limit: None,
            options: Options::default(),
        }
    }

    /// The names of the values or columns.
    ///
    /// ```
    /// use wirelens::{Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int a, b; };")?;
    /// let query = Query::builder(&schema).select("a, a + b as sum").build()?;
    /// assert_eq!(query.columns(), ["a", "sum"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn columns(&self) -> &[String] {
        match &self.compiled {
            Compiled::Values(program) => program.names(),
            Compiled::Text(text) => &text.names,
        }
    }

    /// The line before all rows: for CSV the names of the columns, else empty.
    ///
    /// ```
    /// use wirelens::{Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int a, b; };")?;
    /// assert_eq!(Query::builder(&schema).select("a, max(a, b)").build()?.header(), b"a,\"max(a, b)\"\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn header(&self) -> &[u8] {
        match &self.compiled {
            Compiled::Values(_) => &[],
            Compiled::Text(text) => &text.header,
        }
    }

    /// Sets the maximum number of threads for later runs; 0 means one.
    pub fn set_threads(&mut self, threads: usize) {
        self.options.threads = threads;
    }

    /// Runs over all records of an input. Rows are in [`Report::text`].
    ///
    /// # Errors
    ///
    /// If a computation fails (overflow, division by zero) or a message is malformed, with the number of the
    /// record, counted from 0, and its offset; if the file was truncated while it was read; or if reading
    /// fails. A truncated last record is no error: see [`Report::cut`].
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let query = Query::builder(&schema).aggregate("sum(1 // t.n for t in records)").build()?;
    /// let error = query.run(&Input::from_bytes(&[0; 8])).unwrap_err();
    /// assert!(error.to_string().contains("record 0 (at byte 0): division by zero"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn run(&self, input: &Input) -> Result<Report, Error> {
        let mut pass = self.pass();
        pass.add(input)?;
        pass.finish()
    }

    /// Runs over all records of an input, and writes rows to `out` piece by piece, in the order of the
    /// records. The line before them, [`Query::header`], is not included. A query for values writes nothing.
    ///
    /// # Errors
    ///
    /// Those of [`Query::run`], and if writing fails. The rows of all records before the error have been
    /// written.
    ///
    /// ```
    /// use std::{io::{Result, Write}, sync::{Arc, Mutex}};
    /// use wirelens::{Input, Query, Schema};
    /// #[derive(Clone, Default)]
    /// struct Shared(Arc<Mutex<Vec<u8>>>);
    /// impl Write for Shared {
    ///     fn write(&mut self, part: &[u8]) -> Result<usize> {
    ///         self.0.lock().unwrap().write(part)
    ///     }
    ///     fn flush(&mut self) -> Result<()> {
    ///         Ok(())
    ///     }
    /// }
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let query = Query::builder(&schema).select("6 // n as q").build()?;
    /// let out = Shared::default();
    /// let error = query.write(&Input::from_bytes(&[2, 0, 0, 0]), out.clone()).unwrap_err();
    /// assert_eq!(*out.0.lock().unwrap(), b"3\n");
    /// assert_eq!(error.to_string(), "<bytes>: record 1 (at byte 2), column 'q': division by zero");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn write(&self, input: &Input, out: impl Write + Send + 'static) -> Result<Report, Error> {
        let mut pass = self.pass_to(out);
        pass.add(input)?;
        pass.finish()
    }

    /// Begins a run over several inputs, as if they were one.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let query = Query::builder(&schema).aggregate("sum(t.n for t in records)").build()?;
    /// let mut pass = query.pass();
    /// for n in 1..=10i64 {
    ///     assert_eq!(pass.add(&Input::from_bytes(&n.to_le_bytes()))?.records, 1);
    /// }
    /// let report = pass.finish()?;
    /// assert_eq!((report.records, report.values[0].to_string()), (10, "55".to_string()));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn pass(&self) -> Pass<'_> {
        Pass::new(&self.compiled, &self.options, self.skip, self.limit, None)
    }

    /// Begins a run over several inputs, as if they were one. Rows are written to `out`.
    pub fn pass_to(&self, out: impl Write + Send + 'static) -> Pass<'_> {
        Pass::new(&self.compiled, &self.options, self.skip, self.limit, Some(Box::new(out)))
    }

    /// A session that runs over many small inputs on this thread without repeated setup. `None` for a query
    /// for rows.
    ///
    /// ```
    /// use wirelens::{Jit, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let query = Query::builder(&schema).totals(&["t.n"]).build()?;
    /// let mut session = query.session(Jit::On).expect("it has values");
    /// for n in 1..100i64 {
    ///     assert_eq!(session.run(&n.to_le_bytes())?.values[0].number().map(|n| n.to_f64()), Some(n as f64));
    /// }
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn session(&self, jit: Jit) -> Option<Session<'_>> {
        match &self.compiled {
            Compiled::Values(program) => {
                let (format, skip) = (self.options.format, self.skip);
                Some(Session { format, skip, ..program.session(jit) })
            }
            Compiled::Text(_) => None,
        }
    }

    /// The counters of the compiler, for all runs and sessions so far. As long as they grow from run to run,
    /// code is still being made.
    ///
    /// ```
    /// use wirelens::{Jit, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let query = Query::builder(&schema).totals(&["t.n"]).build()?;
    /// let mut session = query.session(Jit::On).expect("it has values");
    /// session.run(&[0; 8])?;
    /// assert_eq!(query.stats().recorded, 0);
    /// session.run(&[0; 800_000])?;
    /// assert!(query.stats().recorded > 0);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn stats(&self) -> Stats {
        self.parts().0.stats()
    }

    /// The engine, the function over a chunk, and the name and text that its source positions refer to.
    pub(crate) fn parts(&self) -> (&Engine, FuncId, (&'static str, &str)) {
        match &self.compiled {
            Compiled::Values(program) => program.parts(),
            Compiled::Text(text) => text.of.parts(),
        }
    }

    pub(crate) fn engine_mut(&mut self) -> &mut Engine {
        match &mut self.compiled {
            Compiled::Values(program) => program.engine_mut(),
            Compiled::Text(text) => text.of.engine_mut(),
        }
    }
}

/// An error if records are to be skipped that can only be found by reading the ones before them.
fn skippable(records: &Records, skip: u64) -> Result<(), Error> {
    if skip > 0 && records.each.is_some() {
        let why = "elements of lists cannot be skipped: take skip or each away";
        return Err(Error::system(why.to_string()));
    }
    Ok(())
}
