//! One thread's part of a run: a worker, and what it makes of totals.

use super::partial::{self, Partial};
use super::{Outcome, Program, Value};
use crate::engine::{Stats, Worker};
use crate::error::Error;
use crate::formats::{Cut, Place, Source};
use crate::input::{Input, Scratch};
use crate::interp::{Fault, Memory, Val};
use crate::lang::totals::Totals;

/// A program, ready to run again and again on one thread. Where functions call themselves, that needs a
/// thread with 2 MiB of stack, as Rust's threads have.
///
/// ```
/// use wirelens::{Jit, Program, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { float x; };")?;
/// let program = Program::totals(&schema, "S", &["t.x"])?;
/// let mut session = program.session(Jit::Eager);
/// assert_eq!(session.run(&1.5f32.to_le_bytes())?.totals[0].to_f64(), 1.5);
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Session<'p> {
    pub(super) program: &'p Program,
    pub(super) worker: Worker<'p>,
    pub(super) scratch: Scratch,
    /// Unpacked messages.
    pub(super) buffer: Vec<u8>,
    /// What other threads counted for it.
    pub(super) others: Stats,
}

impl Session<'_> {
    /// Totals over the records in `bytes`, as [`Program::run`] gives them, on this thread.
    ///
    /// # Errors
    ///
    /// Those of [`Program::run`].
    ///
    /// ```
    /// use wirelens::{Jit, Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let program = Program::totals(&schema, "S", &["t.n"])?;
    /// assert_eq!(program.session(Jit::Off).run(&[1, 2, 255])?.totals[0].to_f64(), 258.0);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn run(&mut self, bytes: &[u8]) -> Result<Outcome, Error> {
        let program = self.program;
        let input = &Input::from_bytes(bytes);
        let source = Source::new(None, &program.layout, input)?;
        let mut chunks = source.chunks();
        if let Some(part) = program.counted(&source) {
            return self.outcome(Some(part), source.rest(&chunks)?);
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut total: Option<Partial> = None;
        while let Some(chunk) = chunks.take(true, &mut buffer) {
            let start = chunk.start();
            let part = match chunk.place {
                // The chunks lie in the input, whose length is a `usize`.
                Place::Input(range) => self.stretch(&bytes[range.start as usize..range.end as usize]),
                Place::Buffer(_) => self.stretch(&buffer),
            };
            let part = part.map_err(|f| program.told(&source, f, start))?;
            chunks.came(start, chunk.whole, partial::end(&part));
            total = Some(match total.take() {
                None => part,
                Some(before) => partial::merge(&program.totals.items, input.name(), &before, &part)?,
            });
        }
        self.buffer = buffer;
        let cut = source.rest(&chunks)?;
        self.outcome(total, cut)
    }

    /// The partial totals of a stretch; else what is wrong, and why.
    pub(super) fn stretch(&mut self, bytes: &[u8]) -> Result<Vec<Val>, (Fault, String)> {
        let args = [Val::View(0, bytes.len() as u64)];
        let result = self.worker.call(self.program.totals.stretch, &args, bytes);
        result.map_err(|fault| (fault, fault.what(self.worker.console())))
    }

    /// What the totals of all stretches amount to, and what is made of them.
    pub(super) fn outcome(&mut self, total: Option<Partial>, cut: Option<Cut>) -> Result<Outcome, Error> {
        // No records: the totals of an empty stretch.
        let total = match total {
            Some(total) => total,
            None => self.stretch(&[]).map_err(|(_, why)| Error::Data(format!("the totals: {why}")))?,
        };
        let Totals { items, answers, .. } = &self.program.totals;
        let records = partial::records(&total);
        let results = partial::results(items, &total);
        let mut outcome = Outcome { records, totals: vec![], values: vec![], cut };
        if answers.is_empty() {
            outcome.totals =
                items.iter().zip(results).map(|(item, val)| partial::number(item.base, &val)).collect();
            return Ok(outcome);
        }
        let args: Vec<Val> =
            [Val::I64(records as i64)].into_iter().chain(results.into_iter().flatten()).collect();
        let (engine, _) = self.program.parts();
        let memory = Memory { input: &[], pool: &engine.program.pool };
        for answer in answers {
            let parts = self.worker.call(answer.func, &args, &[]);
            let parts = parts.map_err(|f| self.program.failed(&f, f.what(self.worker.console())))?;
            let value = Value::of(&answer.shape, &mut parts.into_iter(), &memory);
            outcome.values.push((answer.name.clone(), value));
        }
        Ok(outcome)
    }

    pub(crate) fn counted(&self) -> Stats {
        let mut stats = self.worker.stats.clone();
        stats.records_interpreted = self.worker.records();
        stats.objects_allocated = self.worker.allocated();
        stats.add(&self.others);
        stats
    }
}

/// Partial totals, by stretch.
pub(super) type Parts = Vec<(u64, Result<Partial, Error>)>;
