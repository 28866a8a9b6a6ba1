//! A run: inputs, one after the other, cut into stretches that any number of threads work on.

use super::partial::{self, Partial};
use super::session::{Parts, Session};
use super::{Options, Outcome, Program};
use crate::codegen;
use crate::engine::{Jit, Stats};
use crate::error::Error;
use crate::formats::{Chunks, Cut, Place, Source};
use crate::input::{Input, Scratch};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

impl Program {
    /// What the program computes, over all records of `input`.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if a computation fails (integers that do not fit, division by zero), with the record's
    /// number, counted from 0, and its offset, or if the file was cut short while it was read;
    /// [`Error::System`] if reading fails. A last record that is cut short is no error: see [`Outcome::cut`].
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
        let Pass { program, options, session, .. } = self;
        let program = *program;
        let source = Source::new(options.format, &program.layout, input)?;
        let chunks = source.chunks();
        if let Some(part) = program.counted(&source) {
            self.cut = source.rest(&chunks)?;
            let records = partial::records(&part);
            return self.merge(input, part).map(|()| Seen { records, cut: self.cut });
        }
        let several = chunks.several();
        let threads = if several { options.threads.max(1) } else { 1 };
        let records = source.records().filter(|_| threads == 1);
        session.worker.expected = records.and_then(|records| program.engine.expects(records));
        let shared = Shared {
            program,
            source,
            alone: threads == 1,
            chunks: Mutex::new(chunks),
            parts: Mutex::default(),
        };
        let (shared, jit) = (&shared, options.jit);
        std::thread::scope(|scope| {
            let work = || {
                let mut session = program.session(jit);
                shared.work(&mut session);
                session.counted()
            };
            // Where the system gives fewer threads, these do the work.
            let spawn = |_| std::thread::Builder::new().spawn_scoped(scope, work).ok();
            let handles: Vec<_> = (1..threads).map_while(spawn).collect();
            if several && source.stream().is_empty() && input.worth_touching() {
                let idle = threads < cores();
                // With no core to spare, only while there is no native code yet: then at most one of the
                // threads is busy.
                let read = move || {
                    let (chunks, bytes) = shared.chunks().taken();
                    if idle || chunks <= threads as u64 { bytes } else { u64::MAX }
                };
                let ahead = move || {
                    if jit != Jit::Off {
                        codegen::warm_up();
                    }
                    input.touch_ahead(read);
                };
                // Where no thread is to be had, it is done without.
                if std::thread::Builder::new().spawn_scoped(scope, ahead).is_ok() && idle {
                    session.scratch = Scratch::touched();
                }
            }
            shared.work(session);
            for handle in handles {
                match handle.join() {
                    Ok(counted) => session.others.add(&counted),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        let mut parts = std::mem::take(&mut *shared.parts.lock().unwrap_or_else(PoisonError::into_inner));
        parts.sort_by_key(|(index, _)| *index);
        let before = self.total.as_deref().map_or(0, partial::records);
        for (_, part) in parts {
            self.merge(input, part?)?;
        }
        // Before a result is given away: were all bytes really there?
        input.check()?;
        self.cut = source.rest(&shared.chunks())?;
        let records = self.total.as_deref().map_or(0, partial::records) - before;
        Ok(Seen { records, cut: self.cut })
    }

    /// Adds the partial totals of the next part of an input.
    fn merge(&mut self, input: &Input, part: Partial) -> Result<(), Error> {
        self.total = Some(match &self.total {
            None => part,
            Some(total) => partial::merge(&self.program.totals.items, input.name(), total, &part)?,
        });
        Ok(())
    }

    /// What the program computes over all inputs, and what was counted meanwhile; [`Outcome::cut`] is that of
    /// the last one.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if a computation over the totals fails.
    pub fn finish(self) -> Result<(Outcome, Stats), Error> {
        let Pass { program, options, mut session, total, cut, start } = self;
        let outcome = session.outcome(total, cut)?;
        let mut stats = program.engine.stats();
        stats.add(&session.counted());
        let counts = program.layout.language.is_flat() && program.totals.items.is_empty();
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

/// How many threads the machine can run at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What threads share during a run.
struct Shared<'a> {
    program: &'a Program,
    source: Source<'a>,
    /// Whether one thread does all.
    alone: bool,
    chunks: Mutex<Chunks<'a>>,
    parts: Mutex<Parts>,
}

impl<'a> Shared<'a> {
    fn chunks(&self) -> std::sync::MutexGuard<'_, Chunks<'a>> {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one stretch after the other. After a failure no more are taken; those before it are done or
    /// under way, so the first error of the file is always found.
    fn work(&self, session: &mut Session) {
        let mut scratch = std::mem::take(&mut session.scratch);
        let mut buffer = std::mem::take(&mut session.buffer);
        loop {
            let Some(chunk) = self.chunks().take(self.alone, &mut buffer) else { break };
            let start = chunk.start();
            let bytes = match chunk.place {
                Place::Input(range) => self.source.input.stretch(range, &mut scratch),
                Place::Buffer(_) => Ok(&buffer[..]),
            };
            let part = bytes.and_then(|bytes| {
                session.stretch(bytes).map_err(|f| self.program.told(&self.source, f, start))
            });
            match &part {
                Ok(part) => self.chunks().came(start, chunk.whole, partial::end(part)),
                Err(_) => self.chunks().stop(),
            }
            self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((chunk.index, part));
        }
        session.scratch = scratch;
        session.buffer = buffer;
    }
}
