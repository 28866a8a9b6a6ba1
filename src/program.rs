//! The library's front: a program compiled once, run over any number of inputs by any number of threads.
//!
//! A [`Program`] is made from a schema and expressions; [`Program::run`] totals them over the records of an [`Input`]. The input is cut
//! into stretches of whole records, always the same ones, whoever works on them; each stretch gives partial
//! totals, and these are merged in the order of the file. So the result has the same bits for any number of
//! threads, and with native code or without.

use crate::codegen;
use crate::engine::{Engine, Jit, Stage, Stats, Worker, policy::Policy};
use crate::error::Error;
use crate::formats::{self, capnp::Limits};
use crate::input::{Input, Scratch};
use crate::interp::{Fault, Memory, Val, eval};
use crate::ir::{Base, Op};
use crate::lang::totals::{self, BLOCK, Totals};
use crate::schema::Schema;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Totals of expressions over the records of a stream.
///
/// ```
/// use wirelens::{Input, Number, Options, Program, Schema};
/// let schema = Schema::from_c("<schema>", "struct Trade { double price; uint32_t count; };")?;
/// let program = Program::totals(&schema, "Trade", &["t.price * t.count", "t.count"])?;
///
/// let mut bytes = vec![];
/// for (price, count) in [(2.5f64, 10u32), (4.0, 100)] {
///     bytes.extend(price.to_le_bytes());
///     bytes.extend(count.to_le_bytes());
///     bytes.extend([0; 4]);
/// }
/// let outcome = program.run(&Input::from_bytes(&bytes), &Options::default())?;
/// assert_eq!((outcome.records, outcome.totals), (2, vec![Number::Float(425.0), Number::Int(110)]));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Program {
    engine: Engine,
    totals: Totals,
    stride: u64,
    header: u64,
    prepare: Duration,
}

/// How a program is run.
///
/// ```
/// use wirelens::{Jit, Options};
/// let options = Options { threads: 2, ..Options::default() };
/// assert_eq!(options.jit, Jit::On);
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether native code is used.
    pub jit: Jit,
    /// How many threads work at most; at least 1. A short input gets fewer.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { jit: Jit::On, threads: 1 }
    }
}

/// A total.
///
/// ```
/// use wirelens::Number;
/// assert_eq!((Number::Int(3).to_f64(), Number::Float(0.5).to_string()), (3.0, "0.5".to_string()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Of signed integers, exact.
    Int(i64),
    /// Of unsigned 64-bit integers, exact.
    Uint(u64),
    /// Of floats; with an error no larger than that of pairwise summation.
    Float(f64),
}

impl Number {
    /// As a float: the nearest one.
    ///
    /// ```
    /// assert_eq!(wirelens::Number::Uint(7).to_f64(), 7.0);
    /// ```
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Uint(u) => u as f64,
            Number::Float(x) => x,
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Number::Int(i) => write!(f, "{i}"),
            Number::Uint(u) => write!(f, "{u}"),
            Number::Float(x) => write!(f, "{x:?}"),
        }
    }
}

/// What is left over at the end of an input that is no whole record.
///
/// ```
/// use wirelens::{Input, Options, Program, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
/// let program = Program::totals(&schema, "S", &["t.n"])?;
/// let cut = program.run(&Input::from_bytes(&[0; 19]), &Options::default())?.cut.unwrap();
/// assert_eq!((cut.offset, cut.bytes, cut.expected), (16, 3, 8));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where it begins: bytes from the start of the input.
    pub offset: u64,
    /// How many bytes there are.
    pub bytes: u64,
    /// How many a whole record (or the file's header, if even that is cut) has.
    pub expected: u64,
}

/// What a run gives.
///
/// ```
/// use wirelens::{Input, Options, Program, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
/// let program = Program::totals(&schema, "S", &["t.n"])?;
/// let outcome = program.run(&Input::from_bytes(&[]), &Options::default())?;
/// assert_eq!((outcome.records, outcome.cut), (0, None));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// How many whole records there were.
    pub records: u64,
    /// One total for each expression.
    pub totals: Vec<Number>,
    /// What was left over, if the last record was cut short.
    pub cut: Option<Cut>,
}

impl Program {
    /// Totals of `expressions` over records of the struct `record`. An expression is arithmetic over the fields of
    /// `t`, the record (`t.a.x + t.b.x`), in Python's syntax.
    ///
    /// # Errors
    ///
    /// [`Error::System`] if the schema has no such struct; [`Error::Program`] if an expression is wrong.
    ///
    /// ```
    /// use wirelens::{Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct Point { double x; double y; };")?;
    /// let error = Program::totals(&schema, "Point", &["t.x + t.z"]).unwrap_err();
    /// assert!(error.to_string().starts_with("Point has no field 'z'; it has 'x', 'y'"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn totals(schema: &Schema, record: &str, expressions: &[&str]) -> Result<Program, Error> {
        Program::with_policy(schema, record, expressions, Policy::default())
    }

    /// The same with other numbers for the engine's decisions.
    pub(crate) fn with_policy(
        schema: &Schema,
        record: &str,
        expressions: &[&str],
        policy: Policy,
    ) -> Result<Program, Error> {
        let start = Instant::now();
        let (_, found) = schema.find(record)?;
        let mut program = formats::accessors(schema, &Limits::default());
        let totals = totals::totals(&mut program, &found.name, found.size, expressions)?;
        debug_assert_eq!(crate::ir::verify::verify_program(&program), Ok(()));
        Ok(Program {
            engine: Engine::new(program, policy),
            totals,
            stride: found.size,
            header: schema.header,
            prepare: start.elapsed(),
        })
    }

    /// Totals over all records of `input`.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] if a computation fails (integers that do not fit, division by zero), with the record's number,
    /// counted from 0, and its offset, or if the file was cut short while it was read; [`Error::System`] if reading fails. A last record that is cut short is no error: see
    /// [`Outcome::cut`].
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
        let start = Instant::now();
        let plan = Stretches::of(self, input.len());
        let threads = options.threads.max(1).min(plan.count.try_into().unwrap_or(usize::MAX)).max(1);
        let shared = Shared { program: self, input, plan, next: AtomicU64::new(0), parts: Mutex::default() };
        let shared = &shared;
        let mut session = self.session(options.jit);
        std::thread::scope(|scope| {
            let handles: Vec<_> = (1..threads)
                .map(|_| {
                    scope.spawn(|| {
                        let mut session = self.session(options.jit);
                        shared.work(&mut session);
                        session.counted()
                    })
                })
                .collect();
            if plan.count > 1 && input.worth_touching() {
                let idle = threads < cores();
                // With no core to spare, only while there is no native code yet: then at most one of the threads is busy.
                let read = move || if idle || shared.beginning(threads) { shared.taken() } else { u64::MAX };
                let ahead = move || {
                    if options.jit != Jit::Off {
                        codegen::warm_up();
                    }
                    input.touch_ahead(read);
                };
                // Where no thread is to be had, it is done without.
                if std::thread::Builder::new().spawn_scoped(scope, ahead).is_ok() && idle {
                    session.scratch = Scratch::touched();
                }
            }
            shared.work(&mut session);
            for handle in handles {
                match handle.join() {
                    Ok(counted) => session.others.add(&counted),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        let mut parts = std::mem::take(&mut *shared.parts.lock().unwrap_or_else(PoisonError::into_inner));
        parts.sort_by_key(|(index, _)| *index);
        let mut total = None;
        for (_, part) in parts {
            let part = part?;
            total = Some(match total {
                None => part,
                Some(before) => session.merge(input.name(), before, part)?,
            });
        }
        // Before a result is given away: were all bytes really there?
        input.check()?;
        let outcome =
            session.outcome(plan, total.unwrap_or_default()).map_err(|f| self.told(input, &f, 0))?;
        let mut stats = self.engine.stats();
        stats.add(&session.counted());
        stats.records_native = outcome.records.saturating_sub(stats.records_interpreted);
        stats.times.insert(Stage::Prepare, self.prepare);
        stats.times.insert(Stage::Run, start.elapsed());
        Ok((outcome, stats))
    }

    /// A session: for running over many small inputs, one after the other, without setting up anything anew.
    ///
    /// ```
    /// use wirelens::{Jit, Number, Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let program = Program::totals(&schema, "S", &["t.n"])?;
    /// let mut session = program.session(Jit::On);
    /// for n in 1..100i64 {
    ///     assert_eq!(session.run(&n.to_le_bytes())?.totals, [Number::Int(n)]);
    /// }
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn session(&self, jit: Jit) -> Session<'_> {
        Session {
            program: self,
            worker: self.engine.worker(jit),
            scratch: Scratch::new(),
            others: Stats::default(),
        }
    }

    pub(crate) fn parts(&self) -> (&Engine, &Totals) {
        (&self.engine, &self.totals)
    }

    /// A fault as a person is told it; `start` is where the stretch begins in the input.
    fn told(&self, input: &Input, fault: &Fault, start: u64) -> Error {
        let place = match fault.record {
            Some((at, _)) => {
                let at = start + at;
                format!("record {} (at byte {at})", (at - self.header) / self.stride)
            }
            None => "the totals".to_string(),
        };
        let offset = match fault.offset {
            Some(at) => format!(", at byte {}", start + at),
            None => String::new(),
        };
        Error::Data(format!("{}: {place}: {}{offset}", input.name(), fault.raise))
    }
}

/// A program, ready to run again and again on one thread.
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
    program: &'p Program,
    worker: Worker<'p>,
    scratch: Scratch,
    /// What other threads counted for it.
    others: Stats,
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
        let plan = Stretches::of(self.program, bytes.len() as u64);
        let mut total = None;
        for index in 0..plan.count {
            let range = plan.at(index);
            // The plan's stretches lie in the input, whose length is a `usize`.
            let part = self.stretch(&bytes[range.start as usize..range.end as usize]);
            let part = part.map_err(|f| self.program.told(&Input::from_bytes(bytes), &f, range.start))?;
            total = Some(match total.take() {
                None => part,
                Some(before) => self.merge(Input::from_bytes(bytes).name(), before, part)?,
            });
        }
        self.outcome(plan, total.unwrap_or_default())
            .map_err(|f| self.program.told(&Input::from_bytes(bytes), &f, 0))
    }

    fn stretch(&mut self, bytes: &[u8]) -> Result<Vec<Val>, Fault> {
        self.worker.call(self.program.totals.stretch, &[Val::View(0, bytes.len() as u64)], bytes)
    }

    /// The partial totals of two neighbouring stretches as one. Not associative: from the first stretch on.
    fn merge(&self, name: &str, left: Vec<Val>, right: Vec<Val>) -> Result<Vec<Val>, Error> {
        let mut merged = Vec::with_capacity(left.len());
        let mut pairs = left.into_iter().zip(right);
        while let Some(pair) = pairs.next() {
            match (pair, pairs.len()) {
                ((Val::F64(hi), Val::F64(x)), 1..) => {
                    let Some((Val::F64(lo), Val::F64(rest))) = pairs.next() else {
                        unreachable!("a float total has two parts")
                    };
                    let (sum, error) = two_sum(hi, x);
                    merged.extend([Val::F64(sum), Val::F64(lo + error + rest)]);
                }
                ((a, b), _) => merged.push(
                    eval(Op::Add, &[a, b], Memory::NONE)
                        .map_err(|raise| Error::Data(format!("{name}: the totals: {raise}")))?,
                ),
            }
        }
        Ok(merged)
    }

    /// What the totals of all stretches amount to.
    fn outcome(&mut self, plan: Stretches, total: Vec<Val>) -> Result<Outcome, Fault> {
        // No records: the totals of an empty stretch.
        let total = if total.is_empty() { self.stretch(&[])? } else { total };
        let mut parts = total.into_iter();
        let mut next = || parts.next().expect("each total has its partial total");
        let number = |base: &Base| match (base, next()) {
            // Once a total is infinite, what it rounded off is NaN and means nothing.
            (Base::F64, Val::F64(hi)) => match next() {
                Val::F64(lo) if !lo.is_nan() => Number::Float(hi + lo),
                _ => Number::Float(hi),
            },
            (_, Val::I64(i)) => Number::Int(i),
            (_, Val::U64(u)) => Number::Uint(u),
            (_, other) => unreachable!("{other:?} is no total"),
        };
        let totals = self.program.totals.types.iter().map(number).collect();
        Ok(Outcome { records: plan.records, totals, cut: plan.cut })
    }

    fn counted(&self) -> Stats {
        let mut stats = self.worker.stats.clone();
        stats.records_interpreted = self.worker.records();
        stats.objects_allocated = self.worker.allocated();
        stats.add(&self.others);
        stats
    }
}

/// How an input is cut: the same way for any number of threads.
#[derive(Clone, Copy, Debug)]
struct Stretches {
    header: u64,
    /// Bytes of each stretch but the last.
    size: u64,
    /// How many stretches.
    count: u64,
    records: u64,
    /// Where the last whole record ends.
    end: u64,
    cut: Option<Cut>,
}

impl Stretches {
    fn of(program: &Program, length: u64) -> Stretches {
        let Program { header, stride, .. } = *program;
        let bytes = length.saturating_sub(header);
        let records = bytes / stride;
        let end = header.saturating_add(records * stride);
        let cut = if length == 0 {
            None
        } else if length < header {
            Some(Cut { offset: 0, bytes: length, expected: header })
        } else {
            (end < length).then_some(Cut { offset: end, bytes: length - end, expected: stride })
        };
        // Whole blocks, as many as fit; one, where not even that fits.
        let block = BLOCK.saturating_mul(stride);
        let size = (Input::STRETCH / block).max(1).saturating_mul(block);
        Stretches { header, size, count: (records * stride).div_ceil(size), records, end, cut }
    }

    fn at(&self, index: u64) -> std::ops::Range<u64> {
        let start = self.header + index * self.size;
        start..start.saturating_add(self.size).min(self.end)
    }
}

/// Partial totals, by stretch.
type Parts = Vec<(u64, Result<Vec<Val>, Error>)>;

/// Knuth's TwoSum: a sum, and what it rounded off.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}

/// How many threads the machine can run at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What threads share during a run.
struct Shared<'a> {
    program: &'a Program,
    input: &'a Input<'a>,
    plan: Stretches,
    next: AtomicU64,
    parts: Mutex<Parts>,
}

impl Shared<'_> {
    /// Whether each thread is still at its first stretch.
    fn beginning(&self, threads: usize) -> bool {
        self.next.load(Ordering::Relaxed) <= threads as u64
    }

    /// Up to which byte stretches have been taken.
    fn taken(&self) -> u64 {
        let stretches = self.next.load(Ordering::Relaxed).min(self.plan.count);
        self.plan.header.saturating_add(stretches.saturating_mul(self.plan.size))
    }

    /// Takes one stretch after the other. After a failure no more are taken; those before it are done or under way, so the first error
    /// of the file is always found.
    fn work(&self, session: &mut Session) {
        let mut scratch = std::mem::take(&mut session.scratch);
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.plan.count {
                break;
            }
            let range = self.plan.at(index);
            let part = self.input.stretch(range.clone(), &mut scratch).and_then(|bytes| {
                session.stretch(bytes).map_err(|f| self.program.told(self.input, &f, range.start))
            });
            if part.is_err() {
                self.next.store(self.plan.count, Ordering::Relaxed);
            }
            self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((index, part));
        }
        session.scratch = scratch;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Totals without native code; with native code from the first record, they must be the same.
    fn both(schema: &str, expressions: &[&str], bytes: &[u8]) -> Vec<Number> {
        let schema = Schema::from_c("<schema>", schema).unwrap();
        let run = |jit| {
            let program = Program::totals(&schema, "S", expressions).unwrap();
            program.session(jit).run(bytes).unwrap().totals
        };
        let totals = run(Jit::Off);
        assert_eq!(run(Jit::Eager), totals);
        totals
    }

    #[test]
    fn a_pair_of_constants_is_there_in_front_of_a_division() {
        let bytes: Vec<u8> = (1..=3_000).flat_map(|i| f64::from(i).to_le_bytes()).collect();
        let expressions = ["t.a * 2.0", "t.b * 2.0", "0.0 / t.c"];
        let totals = both("struct S { double a, b, c; };", &expressions, &bytes);
        assert_eq!(totals, [2_999_000.0, 3_001_000.0, 0.0].map(Number::Float));
    }
}
