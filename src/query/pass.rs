//! A run of a query over several inputs.

use super::order::Shared;
use super::report::{Options, Report, Seen};
use super::run::ThreadState;
use super::session::{Partial, Session};
use super::text::Text;
use super::values::{Outcome, Values};
use crate::engine::{Jit, Stats};
use crate::error::Error;
use crate::formats::Cut;
use crate::input::Input;
use std::fmt;
use std::io::Write;
use std::time::Instant;

/// A compiled query of either kind.
#[derive(Debug)]
pub(super) enum Compiled {
    Values(Box<Values>),
    Text(Box<Text>),
}

/// A run over several inputs, one after the other; [`Query::pass`](super::Query::pass) begins it.
#[derive(Debug)]
pub struct Pass<'q>(Of<'q>);

#[derive(Debug)]
enum Of<'q> {
    Values(Box<OverValues<'q>>),
    Text(Box<OverText<'q>>),
}

impl<'q> Pass<'q> {
    pub(super) fn new(
        query: &'q Compiled,
        options: &Options,
        skip: u64,
        limit: Option<u64>,
        out: Option<Box<dyn Write + Send>>,
    ) -> Pass<'q> {
        Pass(match query {
            Compiled::Values(program) => {
                let mut pass = program.pass(options);
                pass.session.hands.skip = skip;
                Of::Values(Box::new(pass))
            }
            Compiled::Text(text) => {
                Of::Text(Box::new(OverText::new(text, options.clone(), skip, limit, out)))
            }
        })
    }

    /// Processes an input.
    ///
    /// # Errors
    ///
    /// Those of [`Query::write`](super::Query::write).
    pub fn add(&mut self, input: &Input) -> Result<Seen, Error> {
        match &mut self.0 {
            Of::Values(pass) => pass.add(input),
            Of::Text(pass) => pass.add(input),
        }
    }

    /// Sets the maximum number of threads for later inputs.
    pub fn set_threads(&mut self, threads: usize) {
        match &mut self.0 {
            Of::Values(pass) => pass.options.threads = threads,
            Of::Text(pass) => pass.options.threads = threads,
        }
    }

    /// Whether more inputs would make a difference; not so if a limit of rows is reached.
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
            Of::Text(pass) => pass.left != Some(0),
        }
    }

    /// The result over all inputs; [`Report::cut`] is that of the last one.
    ///
    /// # Errors
    ///
    /// If a computation over the totals fails.
    pub fn finish(self) -> Result<Report, Error> {
        match self.0 {
            Of::Values(pass) => pass.finish().map(|(outcome, stats)| outcome.report(stats)),
            Of::Text(pass) => Ok(pass.finish()),
        }
    }
}

/// A run for values over all records.
#[derive(Debug)]
pub(crate) struct OverValues<'p> {
    program: &'p Values,
    options: Options,
    session: Session<'p>,
    /// The totals of all inputs so far.
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
        let (before, skip) = (self.records(), self.session.hands.skip);
        self.cut = self.session.add(input, &self.options, &mut self.total)?;
        let (records, skipped) = (self.records() - before, skip - self.session.hands.skip);
        Ok(Seen { records, skipped, rows: 0, cut: self.cut })
    }

    /// The number of whole records so far.
    fn records(&self) -> u64 {
        self.total.as_ref().map_or(0, |total| total.records)
    }

    pub fn finish(self) -> Result<(Outcome, Stats), Error> {
        let OverValues { program, options, mut session, total, cut, start } = self;
        let outcome = session.finish(total, cut)?.clone();
        let mut stats = program.engine.stats();
        stats.add(&session.counted());
        let counts = program.layout.strided() && program.totals.items.is_empty();
        let read = if counts { 0 } else { outcome.records };
        if options.jit == Jit::Off {
            // If records are elements of lists, the interpreter counts messages instead.
            stats.records_interpreted = read;
        }
        stats.records_native = read.saturating_sub(stats.records_interpreted);
        stats.end(program.prepare, start);
        Ok((outcome, stats))
    }
}

/// A run for text.
struct OverText<'q> {
    query: &'q Text,
    options: Options,
    hands: Option<ThreadState<'q>>,
    /// The number of records to skip, used when the first input is added.
    skip: u64,
    left: Option<u64>,
    out: Shared<Box<dyn Write + Send>>,
    /// The buffer that `out` writes to if the text goes to the report.
    text: Shared<Vec<u8>>,
    report: Report,
    start: Instant,
}

impl fmt::Debug for OverText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverText")
            .field("left", &self.left)
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

impl<'q> OverText<'q> {
    fn new(
        query: &'q Text,
        options: Options,
        skip: u64,
        left: Option<u64>,
        out: Option<Box<dyn Write + Send>>,
    ) -> OverText<'q> {
        let text = Shared::new(vec![]);
        let gathered = text.clone();
        let out = Shared::new(out.unwrap_or_else(|| Box::new(gathered)));
        let (report, start) = (Report::default(), Instant::now());
        OverText { query, options, hands: None, skip, left, out, text, report, start }
    }

    fn add(&mut self, input: &Input) -> Result<Seen, Error> {
        let engine = self.query.of.engine(input);
        let (jit, skip) = (self.options.jit, self.skip);
        let hands = self.hands.get_or_insert_with(|| ThreadState::behind(skip, engine, jit));
        hands.switch_engine(engine);
        let out = Box::new(self.out.clone());
        let seen = self.query.write(hands, input, &self.options, self.left, out)?;
        self.left = self.left.map(|left| left.saturating_sub(seen.rows));
        self.report.records += seen.records;
        self.report.rows += seen.rows;
        self.report.cut = seen.cut;
        Ok(seen)
    }

    fn finish(self) -> Report {
        let OverText { query, hands, text, mut report, start, .. } = self;
        report.text = std::mem::take(&mut *text.lock());
        if let Some(hands) = hands {
            report.stats = hands.engine().stats();
            report.stats.add(&hands.counted());
        }
        report.stats.records_native = report.records.saturating_sub(report.stats.records_interpreted);
        report.stats.end(query.prepare, start);
        report
    }
}
