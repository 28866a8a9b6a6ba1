//! A thread's part of a run for values: a worker, and the merging of totals.

use super::report::Options;
use super::run::{self, Job, ThreadState};
use super::totals::Totals;
use super::value::{Number, Value};
use super::values::{Outcome, Values};
use crate::engine::{Jit, Stats, Worker};
use crate::error::Error;
use crate::formats::{Cut, Format, RecordInput};
use crate::input::Input;
use crate::interp::Fault;
use crate::ir::FuncId;
use crate::runtime::{Memory, Val};
use std::sync::{Mutex, PoisonError};

/// A program prepared to run repeatedly on one thread. If functions are recursive, it needs a thread with 2
/// MiB of stack, the default of Rust's threads.
#[derive(Debug)]
pub struct Session<'p> {
    pub program: &'p Values,
    pub hands: ThreadState<'p>,
    /// The encoding of inputs; `None` to guess it.
    pub format: Option<Format>,
    /// The number of records to skip in each run.
    pub skip: u64,
}

impl Values {
    /// A session, which runs over many small inputs without repeated setup.
    pub fn session(&self, jit: Jit) -> Session<'_> {
        Session { program: self, hands: ThreadState::new(&self.engine, jit), format: None, skip: 0 }
    }
}

impl Session<'_> {
    /// Computes the values over the records in `bytes`, on this thread.
    pub fn run(&mut self, bytes: &[u8]) -> Result<Outcome, Error> {
        let mut total = None;
        self.hands.skip = self.skip;
        let options = Options { format: self.format, ..Options::default() };
        let cut = self.add(&Input::from_bytes(bytes), &options, &mut total)?;
        self.outcome(total, cut)
    }

    /// Adds the partial totals of an input to those before it. Returns the incomplete last record, if the
    /// input is truncated.
    pub fn add(
        &mut self,
        input: &Input,
        options: &Options,
        total: &mut Option<Partial>,
    ) -> Result<Option<Cut>, Error> {
        let program = self.program;
        let source = RecordInput::new(options.format, &program.layout, input)?;
        // If records have a fixed size and nothing of them is read, they are counted by the length of the
        // input.
        if let Some(records) = source.records().filter(|_| program.totals.items.is_empty()) {
            let mut chunks = source.chunks();
            let skipped = chunks.skip(self.hands.skip);
            self.hands.skip -= skipped;
            let cut = source.rest(&chunks)?;
            let part = Partial { records: records - skipped, total: vec![], results: Some(vec![]) };
            return self.merge(total, part).map(|()| cut);
        }
        let job = Totaling { program, source: &source, parts: Mutex::default() };
        let chunks = run::run(&source, options, &mut self.hands, &job)?;
        let mut parts = job.parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.sort_by_key(|(index, _)| *index);
        for (_, part) in parts {
            self.merge(total, part?)?;
        }
        source.rest(&chunks)
    }

    /// Merges the totals of a part of the records into those of the preceding parts. The order matters, since
    /// sums of floats are not associative.
    fn merge(&mut self, total: &mut Option<Partial>, next: Partial) -> Result<(), Error> {
        *total = Some(match total.take() {
            None => next,
            Some(Partial { records, total, .. }) => Partial {
                records: records + next.records,
                total: self.over_totals(self.program.totals.merge, &[total, next.total].concat())?,
                results: None,
            },
        });
        Ok(())
    }

    /// Calls a function that reads no records.
    fn over_totals(&mut self, func: FuncId, args: &[Val]) -> Result<Vec<Val>, Error> {
        let worker = &mut self.hands.worker;
        worker
            .call(func, args, &[])
            .map_err(|fault| Error::data(format!("the totals: {}", fault.what(worker.console()))))
    }

    /// Computes the results of the totals of all chunks, and the answers from them.
    pub fn outcome(&mut self, total: Option<Partial>, cut: Option<Cut>) -> Result<Outcome, Error> {
        // Without records, the totals are those of an empty chunk.
        let total = match total {
            Some(total) => total,
            None => {
                let none = partial(self.program, &mut self.hands.worker, &[]);
                none.map_err(|(_, why)| Error::data(format!("the totals: {why}")))?.1
            }
        };
        let Totals { items, answers, .. } = &self.program.totals;
        let Partial { records, total, results } = total;
        let results = match results {
            Some(results) => results,
            None => self.over_totals(self.program.totals.results, &total)?,
        };
        let mut outcome = Outcome { records, totals: vec![], values: vec![], cut };
        if answers.is_empty() {
            let mut results = &results[..];
            outcome.totals = items.iter().map(|item| Number::of(item.base, &mut results)).collect();
            return Ok(outcome);
        }
        let args = [vec![Val::I64(records as i64)], results].concat();
        let engine = &self.program.engine;
        let memory = Memory { input: &[], pool: &engine.program.pool };
        for answer in answers {
            let parts = self.hands.worker.call(answer.func, &args, &[]);
            let parts = parts.map_err(|f| self.program.failed(&f, f.what(self.hands.worker.console())))?;
            let value = Value::of(&answer.shape, &mut parts.into_iter(), &memory);
            outcome.values.push(value);
        }
        Ok(outcome)
    }

    pub fn counted(&self) -> Stats {
        self.hands.counted()
    }
}

/// The result of a part of the records: their number, the totals of the items, and the results of these, if
/// they are known.
#[derive(Debug)]
pub struct Partial {
    pub records: u64,
    total: Vec<Val>,
    results: Option<Vec<Val>>,
}

/// Processes a chunk: the end of its records, and their result; or a fault with its message.
fn partial(program: &Values, worker: &mut Worker, bytes: &[u8]) -> Result<(u64, Partial), (Fault, String)> {
    let args = [Val::View(0, bytes.len() as u64)];
    let result = worker.call(program.totals.chunk, &args, bytes);
    let mut total = result.map_err(|fault| (fault, fault.what(worker.console())))?;
    let [Val::I64(end), Val::I64(records)] = total[..2] else { unreachable!("{total:?} is of no chunk") };
    let results = total.split_off(2 + program.totals.width);
    total.drain(..2);
    Ok((end as u64, Partial { records: records as u64, total, results: Some(results) }))
}

/// Collects the totals of an input's chunks, with the numbers of the chunks.
struct Totaling<'a> {
    program: &'a Values,
    source: &'a RecordInput<'a>,
    parts: Mutex<Vec<(u64, Result<Partial, Error>)>>,
}

impl Totaling<'_> {
    fn put(&self, chunk: u64, part: Result<Partial, Error>) {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((chunk, part));
    }
}

impl Job for Totaling<'_> {
    fn chunk(&self, worker: &mut Worker, chunk: u64, bytes: &[u8], start: u64) -> Result<Option<u64>, Error> {
        let part = partial(self.program, worker, bytes);
        let (end, part) = part.map_err(|fault| self.program.fault_error(self.source, fault, start))?;
        self.put(chunk, Ok(part));
        Ok(Some(end))
    }

    fn end(&self, chunk: u64, done: Result<(), Error>) {
        if let Err(error) = done {
            self.put(chunk, Err(error));
        }
    }
}
