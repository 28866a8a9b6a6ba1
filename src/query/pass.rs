//! A run of a query over inputs that are given one after the other.

use super::order::Shared;
use super::report::{Options, Report};
use super::run::Hands;
use super::select::{Rows, Selected};
use super::session::{Partial, Session};
use super::values::{Outcome, Values};
use crate::engine::{Jit, Stats};
use crate::error::Error;
use crate::formats::Cut;
use crate::input::Input;
use std::fmt;
use std::io::Write;
use std::time::Instant;

/// What an input of a [`Pass`] had in it.
///
/// ```
/// use wirelens::{Input, Query, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
/// let query = Query::builder(&schema).totals(&["t.n"]).build()?;
/// let seen = query.pass().add(&Input::from_bytes(&[0; 18]))?;
/// assert_eq!((seen.records, seen.cut.map(|cut| cut.bytes)), (2, Some(2)));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many whole records.
    pub records: u64,
    /// What was left over, if the last record was cut short.
    pub cut: Option<Cut>,
}

/// What is run: one of the two kinds of queries.
#[derive(Debug)]
pub(super) enum Compiled {
    Values(Box<Values>),
    Rows(Box<Rows>),
}

/// A run over inputs that are given one after the other; [`Query::pass`](super::Query::pass) begins it.
#[derive(Debug)]
pub struct Pass<'q>(Of<'q>);

#[derive(Debug)]
enum Of<'q> {
    Values(Box<OverValues<'q>>),
    Rows(Box<OverRows<'q>>),
}

impl<'q> Pass<'q> {
    pub(super) fn new(
        query: &'q Compiled,
        options: &Options,
        limit: Option<u64>,
        out: Option<Box<dyn Write + Send>>,
    ) -> Pass<'q> {
        Pass(match query {
            Compiled::Values(program) => Of::Values(Box::new(program.pass(options))),
            Compiled::Rows(rows) => Of::Rows(Box::new(OverRows::new(rows, options.clone(), limit, out))),
        })
    }

    /// Goes over an input.
    ///
    /// # Errors
    ///
    /// Those of [`Query::write`](super::Query::write).
    pub fn add(&mut self, input: &Input) -> Result<Seen, Error> {
        match &mut self.0 {
            Of::Values(pass) => pass.add(input),
            Of::Rows(pass) => pass.add(input),
        }
    }

    /// For the inputs to come: how many threads work at most.
    pub fn set_threads(&mut self, threads: usize) {
        match &mut self.0 {
            Of::Values(pass) => pass.options.threads = threads,
            Of::Rows(pass) => pass.options.threads = threads,
        }
    }

    /// Whether another input would make a difference: a limit of rows may be reached.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int8_t n; };")?;
    /// let query = Query::builder(&schema).select("n").limit(2).build()?;
    /// let mut pass = query.pass();
    /// pass.add(&Input::from_bytes(&[1]))?;
    /// assert!(pass.wants_more());
    /// pass.add(&Input::from_bytes(&[2, 3]))?;
    /// assert!(!pass.wants_more());
    /// assert_eq!(pass.finish()?.text, b"1\n2\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn wants_more(&self) -> bool {
        match &self.0 {
            Of::Values(_) => true,
            Of::Rows(pass) => pass.left != Some(0),
        }
    }

    /// What came of all inputs; [`Report::cut`] is that of the last one.
    ///
    /// # Errors
    ///
    /// That a computation over the totals fails.
    pub fn finish(self) -> Result<Report, Error> {
        match self.0 {
            Of::Values(pass) => pass.finish().map(|(outcome, stats)| outcome.report(stats)),
            Of::Rows(pass) => Ok(pass.finish()),
        }
    }
}

/// Values over all records, so far.
#[derive(Debug)]
pub(crate) struct OverValues<'p> {
    program: &'p Values,
    options: Options,
    session: Session<'p>,
    /// That of all inputs so far.
    total: Option<Partial>,
    cut: Option<Cut>,
    start: Instant,
}

impl Values {
    /// Begins a run over several inputs, as if they were one.
    pub fn pass(&self, options: &Options) -> OverValues<'_> {
        OverValues {
            program: self,
            options: options.clone(),
            session: self.session(options.jit),
            total: None,
            cut: None,
            start: Instant::now(),
        }
    }
}

impl OverValues<'_> {
    pub fn add(&mut self, input: &Input) -> Result<Seen, Error> {
        let before = self.records();
        self.cut = self.session.add(input, &self.options, &mut self.total)?;
        let records = self.records() - before;
        Ok(Seen { records, cut: self.cut })
    }

    /// How many whole records there were so far.
    fn records(&self) -> u64 {
        self.total.as_ref().map_or(0, |total| total.records)
    }

    pub fn finish(self) -> Result<(Outcome, Stats), Error> {
        let OverValues { program, options, mut session, total, cut, start } = self;
        let outcome = session.outcome(total, cut)?;
        let mut stats = program.engine.stats();
        stats.add(&session.counted());
        let counts = program.layout.strided() && program.totals.items.is_empty();
        let read = if counts { 0 } else { outcome.records };
        if options.jit == Jit::Off {
            // What was counted are messages, where records are elements of their lists.
            stats.records_interpreted = read;
        }
        stats.records_native = read.saturating_sub(stats.records_interpreted);
        stats.end(program.prepare, start);
        Ok((outcome, stats))
    }
}

/// Rows, so far.
struct OverRows<'q> {
    rows: &'q Rows,
    options: Options,
    hands: Hands<'q>,
    left: Option<u64>,
    out: Shared<Box<dyn Write + Send>>,
    /// What `out` writes to, if it is to be in the report.
    text: Shared<Vec<u8>>,
    report: Report,
    start: Instant,
}

impl fmt::Debug for OverRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverRows")
            .field("left", &self.left)
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

impl<'q> OverRows<'q> {
    fn new(
        rows: &'q Rows,
        options: Options,
        left: Option<u64>,
        out: Option<Box<dyn Write + Send>>,
    ) -> OverRows<'q> {
        let text = Shared::new(vec![]);
        let gathered = text.clone();
        let out = out.unwrap_or_else(|| Box::new(gathered));
        let hands = Hands::new(&rows.engine, options.jit);
        let (out, start) = (Shared::new(out), Instant::now());
        OverRows { rows, options, hands, left, out, text, report: Report::default(), start }
    }

    fn add(&mut self, input: &Input) -> Result<Seen, Error> {
        let out = Box::new(self.out.clone());
        let selected = self.rows.write(&mut self.hands, input, &self.options, self.left, out)?;
        let Selected { records, rows, cut } = selected;
        self.left = self.left.map(|left| left.saturating_sub(rows));
        self.report.records += records;
        self.report.rows += rows;
        self.report.cut = cut;
        Ok(Seen { records, cut })
    }

    fn finish(self) -> Report {
        let OverRows { rows, hands, text, mut report, start, .. } = self;
        report.text = std::mem::take(&mut *text.lock());
        report.stats = rows.engine.stats();
        report.stats.add(&hands.counted());
        report.stats.records_native = report.records.saturating_sub(report.stats.records_interpreted);
        report.stats.end(rows.prepare, start);
        report
    }
}
