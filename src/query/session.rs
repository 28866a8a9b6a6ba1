//! A thread's part of a run for values: a worker, and the merging of totals.
//!
//! [`Session::run`] processes a small input in a single call of the program, without allocating.

use super::report::Options;
use super::run::{self, Job, ThreadState};
use super::totals::Totals;
use super::value::{Number, Value};
use super::values::{Outcome, Values};
use crate::engine::{Jit, Stats, Worker};
use crate::error::Error;
use crate::formats::{self, Cut, Format, RecordInput};
use crate::input::Input;
use crate::interp::Fault;
use crate::ir::FuncId;
use crate::runtime::{Memory, Val};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// A query prepared to run repeatedly on one thread; [`Query::session`](super::Query::session) makes it. If
/// functions are recursive, it needs a thread with 2 MiB of stack, the default of Rust's threads.
#[derive(Debug)]
pub struct Session<'p> {
    pub(super) program: &'p Values,
    pub(super) hands: ThreadState<'p>,
    /// The encoding of inputs; `None` to guess it.
    pub(super) format: Option<Format>,
    /// The number of records to skip in each run.
    pub(super) skip: u64,
    /// The words of the arguments of the answers: the number of records, and the results of the items.
    pub(super) args: Vec<u64>,
    pub(super) outcome: Outcome,
}

impl Values {
    /// A session, which runs over many small inputs without repeated setup.
    pub fn session(&self, jit: Jit) -> Session<'_> {
        let hands = ThreadState::new(&self.engine, jit);
        let (args, outcome) = (vec![], Outcome::default());
        Session { program: self, hands, format: None, skip: 0, args, outcome }
    }
}

impl Session<'_> {
    /// Runs over the records in `bytes`. Once the query is compiled, a run over few records allocates
    /// nothing, unless a value is a text or a tuple.
    ///
    /// # Errors
    ///
    /// Those of [`Query::run`](super::Query::run).
    ///
    /// ```
    /// use wirelens::{Jit, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let query = Query::builder(&schema).totals(&["t.n"]).build()?;
    /// let mut session = query.session(Jit::Off).expect("it has values");
    /// assert_eq!(session.run(&[1, 2, 255])?.values[0].to_string(), "258");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn run(&mut self, bytes: &[u8]) -> Result<&Outcome, Error> {
        if self.skip == 0
            && !self.program.totals.items.is_empty()
            && let Some(records) = formats::single_chunk(self.format, &self.program.layout, bytes)
        {
            return self.run_chunk(bytes, records);
        }
        let mut total = None;
        self.hands.skip = self.skip;
        let options = Options { format: self.format, ..Options::default() };
        let cut = self.add(&Input::from_bytes(bytes), &options, &mut total)?;
        self.finish(total, cut)
    }

    /// Has native code compiled on other threads, so that no run waits for the compiler. Until it is there,
    /// runs are interpreted. All results are the same.
    ///
    /// ```
    /// use wirelens::{Jit, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let query = Query::builder(&schema).totals(&["t.n"]).build()?;
    /// let mut session = query.session(Jit::On).expect("it has values").in_background();
    /// assert_eq!(session.run(&[1, 2, 255])?.values[0].to_string(), "258");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    #[must_use]
    pub fn in_background(mut self) -> Self {
        let engine = self.program.engine.clone();
        // Now, rather than in the run in which the first loop is hot.
        engine.plan();
        self.hands.worker.background = Some(engine);
        self
    }

    /// The same for an input that is a single chunk.
    fn run_chunk(&mut self, bytes: &[u8], records: Range<usize>) -> Result<&Outcome, Error> {
        let Session { program, hands, args, .. } = self;
        let (start, length) = (records.start as u64, bytes.len() as u64);
        hands.worker.expected = None;
        let found = match partial(program, &mut hands.worker, &bytes[records]) {
            Ok(found) => found,
            Err(fault) => return Err(self.failed(bytes, fault, start)),
        };
        let end = start + found.end;
        args.clear();
        args.push(found.records);
        args.extend_from_slice(found.results);
        let cut = if end == length { None } else { self.rest_behind(bytes, end)? };
        self.answer(cut)
    }

    #[cold]
    fn failed(&self, bytes: &[u8], fault: (Fault, String), start: u64) -> Error {
        let input = Input::from_bytes(bytes);
        match RecordInput::new(self.format, &self.program.layout, &input) {
            Ok(source) => self.program.fault_error(&source, fault, start),
            Err(error) => error,
        }
    }

    #[cold]
    fn rest_behind(&self, bytes: &[u8], end: u64) -> Result<Option<Cut>, Error> {
        let input = Input::from_bytes(bytes);
        RecordInput::new(self.format, &self.program.layout, &input)?.rest_behind(end)
    }

    /// Adds the partial totals of an input to those before it. Returns the incomplete last record, if the
    /// input is truncated.
    pub(super) fn add(
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

    /// Calls a function that reads no records, with words and for words.
    fn over_totals(&mut self, func: FuncId, args: &[u64]) -> Result<Vec<u64>, Error> {
        let worker = &mut self.hands.worker;
        let results = worker.call_words(func, args, &[]).map(<[u64]>::to_vec);
        results.map_err(|fault| Error::data(format!("the totals: {}", fault.what(worker.console()))))
    }

    /// Computes the results of the totals of all chunks, and the answers from them.
    pub(super) fn finish(&mut self, total: Option<Partial>, cut: Option<Cut>) -> Result<&Outcome, Error> {
        // Without records, the totals are those of an empty chunk.
        let Partial { records, total, results } = match total {
            Some(total) => total,
            None => {
                let none = partial(self.program, &mut self.hands.worker, &[]);
                none.map_err(|(_, why)| Error::data(format!("the totals: {why}")))?.to_partial()
            }
        };
        let results = match results {
            Some(results) => results,
            None => self.over_totals(self.program.totals.results, &total)?,
        };
        self.args = [vec![records], results].concat();
        self.answer(cut)
    }

    /// Computes the answers from `args`.
    fn answer(&mut self, cut: Option<Cut>) -> Result<&Outcome, Error> {
        let Session { program, hands, args, outcome, .. } = self;
        (outcome.records, outcome.cut) = (args[0], cut);
        let Totals { items, answers, .. } = &program.totals;
        let count = if answers.is_empty() { items.len() } else { answers.len() };
        if outcome.values.len() != count {
            outcome.values.resize(count, Value::None);
        }
        let mut values = outcome.values.iter_mut();
        if answers.is_empty() {
            let mut results = &args[1..];
            values
                .by_ref()
                .zip(items)
                .for_each(|(value, item)| value.set_number(Number::of(item.base, &mut results)));
        }
        let all = &program.engine.program;
        let memory = Memory { input: &[], pool: &all.pool };
        for (value, answer) in values.zip(answers) {
            let worker = &mut hands.worker;
            let words = match worker.call_words(answer.func, args, &[]) {
                Ok(words) => words,
                Err(fault) => return Err(program.failed(&fault, fault.what(worker.console()))),
            };
            let mut parts = Val::values(&all.funcs[answer.func.index()].returns, words);
            *value = Value::of(&answer.shape, &mut parts, &memory);
        }
        Ok(outcome)
    }

    pub(crate) fn counted(&self) -> Stats {
        self.hands.counted()
    }
}

/// The result of a part of the records: their number, the words of the items' totals, and those of the
/// results, if they are known.
#[derive(Debug)]
pub struct Partial {
    pub records: u64,
    total: Vec<u64>,
    results: Option<Vec<u64>>,
}

/// The result of a chunk, in the words that the program returned.
struct Found<'w> {
    /// The end of its whole records.
    end: u64,
    records: u64,
    total: &'w [u64],
    results: &'w [u64],
}

impl Found<'_> {
    fn to_partial(&self) -> Partial {
        Partial { records: self.records, total: self.total.to_vec(), results: Some(self.results.to_vec()) }
    }
}

/// Processes a chunk. A fault has its message.
fn partial<'w>(program: &Values, worker: &'w mut Worker, bytes: &[u8]) -> Result<Found<'w>, (Fault, String)> {
    if let Err(fault) = worker.call_words(program.totals.chunk, &[0, bytes.len() as u64], bytes) {
        return Err((fault, fault.what(worker.console())));
    }
    let [end, records, values @ ..] = worker.results() else { unreachable!("a chunk has both") };
    let (total, results) = values.split_at(program.totals.words);
    Ok(Found { end: *end, records: *records, total, results })
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
        let found = partial(self.program, worker, bytes);
        let found = found.map_err(|fault| self.program.fault_error(self.source, fault, start))?;
        self.put(chunk, Ok(found.to_partial()));
        Ok(Some(found.end))
    }

    fn end(&self, chunk: u64, done: Result<(), Error>) {
        if let Err(error) = done {
            self.put(chunk, Err(error));
        }
    }
}
