//! Inputs, one after the other, as if they were one.

use super::session::Partial;
use super::session::Session;
use super::{Options, Outcome, Program};
use crate::engine::{Jit, Stats};
use crate::error::Error;
use crate::formats::Cut;
use crate::input::Input;
use std::time::Instant;

impl Program {
    /// What the program computes, over all records of `input`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if a computation fails (integers that do not fit, division
    /// by zero), with the record's number, counted from 0, and its offset, or if the file was cut short while
    /// it was read; [`ErrorKind::System`](crate::ErrorKind::System) if reading fails. A last record that is
    /// cut short is no error: see [`Outcome::cut`].
    ///
    /// ```
    /// use wirelens::{Input, Options, Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let program = Program::totals(&schema, "S", &["1 // t.n"])?;
    /// let error = program.run(&Input::from_bytes(&[0; 8]), &Options::default()).unwrap_err();
    /// assert!(error.to_string().contains("record 0 (at byte 0): division by zero"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn run(&self, input: &Input, options: &Options) -> Result<Outcome, Error> {
        self.run_counted(input, options).map(|(outcome, _)| outcome)
    }

    /// The same, and what was counted meanwhile.
    ///
    /// ```
    /// use wirelens::{Input, Options, Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let program = Program::totals(&schema, "S", &["t.n"])?;
    /// let (_, stats) = program.run_counted(&Input::from_bytes(&[0; 80_000]), &Options::default())?;
    /// assert_eq!(stats.records_interpreted + stats.records_native, 10_000);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn run_counted(&self, input: &Input, options: &Options) -> Result<(Outcome, Stats), Error> {
        let mut pass = self.pass(options);
        pass.add(input)?;
        pass.finish()
    }

    /// Begins a run over several inputs, as if they were one.
    ///
    /// ```
    /// use wirelens::{Input, Number, Options, Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let program = Program::totals(&schema, "S", &["t.n"])?;
    /// let mut pass = program.pass(&Options::default());
    /// for n in 1..=10i64 {
    ///     assert_eq!(pass.add(&Input::from_bytes(&n.to_le_bytes()))?.records, 1);
    /// }
    /// let (outcome, _) = pass.finish()?;
    /// assert_eq!((outcome.records, outcome.totals), (10, vec![Number::Int(55)]));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn pass(&self, options: &Options) -> Pass<'_> {
        Pass {
            program: self,
            options: options.clone(),
            session: self.session(options.jit),
            total: None,
            cut: None,
            start: Instant::now(),
        }
    }
}

/// A run over inputs that are given one after the other; [`Program::pass`] begins it.
#[derive(Debug)]
pub struct Pass<'p> {
    program: &'p Program,
    options: Options,
    session: Session<'p>,
    /// That of all inputs so far.
    total: Option<Partial>,
    cut: Option<Cut>,
    start: Instant,
}

/// What an input of a [`Pass`] had in it.
///
/// ```
/// use wirelens::{Input, Options, Program, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
/// let program = Program::totals(&schema, "S", &["t.n"])?;
/// let seen = program.pass(&Options::default()).add(&Input::from_bytes(&[0; 18]))?;
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

impl Pass<'_> {
    /// Goes over an input.
    ///
    /// # Errors
    ///
    /// Those of [`Program::run`].
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

    /// What the program computes over all inputs, and what was counted meanwhile; [`Outcome::cut`] is that of
    /// the last one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if a computation over the totals fails.
    pub fn finish(self) -> Result<(Outcome, Stats), Error> {
        let Pass { program, options, mut session, total, cut, start } = self;
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
