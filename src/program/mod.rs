//! The library's front: a program compiled once, run over any number of inputs by any number of threads.
//!
//! A [`Program`] is made from a schema and expressions; [`Program::run`] totals them over the records of an [`Input`]. The input is cut
//! into stretches of whole records, always the same ones, whoever works on them; each stretch gives partial
//! totals, and these are merged in the order of the file. So the result has the same bits for any number of
//! threads, and with native code or without.

use crate::codegen;
use crate::engine::{Engine, Jit, Stage, Stats, policy::Policy};
use crate::error::Error;
use crate::formats::{self, Format, capnp::Limits};
use crate::input::{Input, Scratch};
use crate::interp::Fault;
use crate::ir::parse;
use crate::lang::totals::{self, Order, Source, Totals};
use crate::schema::{Language, Schema};
use cuts::{Cuts, Layout, Place};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

mod cuts;
mod order;
mod script;
mod select;
mod session;

pub use script::{Ended, Script};
pub use select::{Rows, Selected};
pub use session::Session;
use session::{Parts, end};

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
    layout: Layout,
    language: Language,
    limits: Limits,
    prepare: Duration,
}

/// How a program is run.
///
/// ```
/// use wirelens::{Jit, Options};
/// let options = Options { threads: 2, ..Options::default() };
/// assert_eq!((options.jit, options.format), (Jit::On, None));
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether native code is used.
    pub jit: Jit,
    /// How many threads work at most; at least 1. A short input gets fewer.
    pub threads: usize,
    /// How the input is encoded, of those encodings that the schema's language has; by default that is guessed ([`Format::guess`]).
    pub format: Option<Format>,
}

impl Default for Options {
    fn default() -> Options {
        Options { jit: Jit::On, threads: 1, format: None }
    }
}

/// Which records a program is over.
///
/// ```
/// use wirelens::Records;
/// let records = Records { each: Some("triangles"), ..Records::from("Scene") };
/// assert_eq!(records.limits.nesting, 64);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// The struct: a record is one, or the root of a message is.
    pub name: &'a str,
    /// Of messages: the path from the root to a list whose elements are the records.
    pub each: Option<&'a str>,
    /// What a message may ask of its reader.
    pub limits: Limits,
}

impl<'a> From<&'a str> for Records<'a> {
    fn from(name: &'a str) -> Records<'a> {
        Records { name, each: None, limits: Limits::default() }
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
/// assert_eq!((cut.offset, cut.bytes, cut.expected, cut.number), (16, 3, 8, 2));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where it begins: bytes from the start of the input.
    pub offset: u64,
    /// How many bytes there are.
    pub bytes: u64,
    /// How many a whole record (or the file's header, if even that is cut) has; of a message, at least.
    pub expected: u64,
    /// The number of the record or message, counted from 0.
    pub number: u64,
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
    /// Totals of `expressions` over records of a struct. An expression is arithmetic over the fields of
    /// `t`, the record (`t.a.x + t.b.x`), in Python's syntax.
    ///
    /// # Errors
    ///
    /// [`Error::System`] if the schema has no such struct; [`Error::Program`] if an expression, or the path to a list, is wrong.
    ///
    /// ```
    /// use wirelens::{Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct Point { double x; double y; };")?;
    /// let error = Program::totals(&schema, "Point", &["t.x + t.z"]).unwrap_err();
    /// assert!(error.to_string().starts_with("Point has no field 'z'; it has 'x', 'y'"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn totals<'a>(
        schema: &Schema,
        records: impl Into<Records<'a>>,
        expressions: &[&str],
    ) -> Result<Program, Error> {
        Program::with_policy(schema, records, expressions, Policy::default())
    }

    /// Totals of functions that are written in the text form of the IR: classes and functions behind the accessors of the schema, which they may
    /// use (`wirelens dump --stage program` shows them). Each of `functions` takes a record and gives a number. For what expressions
    /// cannot say: branches, loops over lists, recursion.
    ///
    /// # Errors
    ///
    /// Those of [`Program::totals`]; [`Error::Program`] if the text is wrong.
    ///
    /// ```
    /// use wirelens::{Jit, Number, Program, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let text = "fn half(v0: S) -> i64 {\nb0:\n  v1 = call S.n v0\n  v2 = div v1, 2\n  return v2\n}\n";
    /// let program = Program::totals_of(&schema, "S", text, &["half"])?;
    /// assert_eq!(program.session(Jit::On).run(&9i64.to_le_bytes())?.totals, [Number::Int(4)]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn totals_of<'a>(
        schema: &Schema,
        records: impl Into<Records<'a>>,
        text: &str,
        functions: &[&str],
    ) -> Result<Program, Error> {
        Program::make(schema, records.into(), Source::Text(text), functions, Policy::default())
    }

    /// Totals of expressions, with other numbers for the engine's decisions.
    pub(crate) fn with_policy<'a>(
        schema: &Schema,
        records: impl Into<Records<'a>>,
        expressions: &[&str],
        policy: Policy,
    ) -> Result<Program, Error> {
        Program::make(schema, records.into(), Source::Expressions, expressions, policy)
    }

    fn make(
        schema: &Schema,
        records: Records,
        source: Source,
        items: &[&str],
        policy: Policy,
    ) -> Result<Program, Error> {
        let start = Instant::now();
        let Records { name, each, limits } = records;
        let (_, found) = schema.find(name)?;
        let mut program = formats::accessors(schema, &limits);
        let (layout, order) = match schema.language {
            Language::C if each.is_some() => {
                return Err(Error::System(
                    "elements of lists can be taken one by one of Cap'n Proto messages only; name an \
                     element in the expression: 't.points[0].x'"
                        .to_string(),
                ));
            }
            Language::C => {
                (Layout::Strided { header: schema.header, stride: found.size }, Order::Strided(found.size))
            }
            Language::CapnProto => (Layout::Messages(limits), Order::Messages(each)),
        };
        if let Source::Text(text) = source {
            (program, _) = parse::extend(program, text).map_err(|d| Error::Program(vec![d]))?;
        }
        let totals = totals::totals(&mut program, &found.name, order, source, items)?;
        debug_assert_eq!(crate::ir::verify::verify_program(&program), Ok(()));
        Ok(Program {
            engine: Engine::new(program, policy),
            totals,
            layout,
            language: schema.language,
            limits,
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
        let packed = self.packed(input, options)?;
        let cuts = self.layout.cuts(input.len(), packed);
        let several = cuts.several(input.len());
        let threads = if several { options.threads.max(1) } else { 1 };
        let shared = Shared {
            program: self,
            input,
            packed,
            alone: threads == 1,
            cuts: Mutex::new(cuts),
            parts: Mutex::default(),
        };
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
            if several && !packed && input.worth_touching() {
                let idle = threads < cores();
                // With no core to spare, only while there is no native code yet: then at most one of the threads is busy.
                let read = move || {
                    let (stretches, bytes) = shared.cuts().taken();
                    if idle || stretches <= threads as u64 { bytes } else { u64::MAX }
                };
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
        let cut = self.layout.rest(input, &shared.cuts())?;
        let outcome =
            session.outcome(total.unwrap_or_default(), cut).map_err(|f| self.told(input, packed, &f, 0))?;
        let mut stats = self.engine.stats();
        stats.add(&session.counted());
        if options.jit == Jit::Off {
            // What was counted are messages, where records are elements of their lists.
            stats.records_interpreted = outcome.records;
        }
        stats.records_native = outcome.records.saturating_sub(stats.records_interpreted);
        stats.times.insert(Stage::Prepare, self.prepare);
        stats.times.insert(Stage::Run, start.elapsed());
        Ok((outcome, stats))
    }

    /// Whether the input's messages are packed; an error if the schema's language has no such encoding.
    fn packed(&self, input: &Input, options: &Options) -> Result<bool, Error> {
        let format = Format::choose(options.format, self.language, input.bytes(), &self.limits)?;
        Ok(format == Format::CapnProtoPacked)
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
            buffer: vec![],
            others: Stats::default(),
        }
    }

    /// The struct that a record is.
    pub(crate) fn record<'s>(&self, schema: &'s Schema) -> &'s crate::schema::Struct {
        let name = &self.engine.program.classes[self.totals.record.index()].name;
        let found = schema.structs.iter().find(|s| formats::class_name(&s.name) == *name);
        found.expect("a record is of a class that a struct has")
    }

    pub(crate) fn parts(&self) -> (&Engine, &Totals) {
        (&self.engine, &self.totals)
    }

    /// A fault as a person is told it; `start` is where the stretch begins.
    fn told(&self, input: &Input, packed: bool, fault: &Fault, start: u64) -> Error {
        let stream = if packed { " of the unpacked stream" } else { "" };
        let place = match fault.record {
            Some((at, _)) => {
                let at = start + at;
                let number = self.layout.number(input, packed, at);
                format!("{} {number} (at byte {at}{stream})", self.layout.noun())
            }
            None => "the totals".to_string(),
        };
        let offset = match fault.offset {
            Some(at) => format!(", at byte {}{stream}", start + at),
            None => String::new(),
        };
        Error::Data(format!("{}: {place}: {}{offset}", input.name(), fault.raise))
    }
}

/// How many threads the machine can run at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What threads share during a run.
struct Shared<'a> {
    program: &'a Program,
    input: &'a Input<'a>,
    packed: bool,
    /// Whether one thread does all.
    alone: bool,
    cuts: Mutex<Cuts>,
    parts: Mutex<Parts>,
}

impl Shared<'_> {
    fn cuts(&self) -> std::sync::MutexGuard<'_, Cuts> {
        self.cuts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one stretch after the other. After a failure no more are taken; those before it are done or under way, so the first error
    /// of the file is always found.
    fn work(&self, session: &mut Session) {
        let mut scratch = std::mem::take(&mut session.scratch);
        let mut buffer = std::mem::take(&mut session.buffer);
        loop {
            let Some(stretch) = self.cuts().take(self.input, self.alone, &mut buffer) else { break };
            let start = stretch.start();
            let bytes = match stretch.at {
                Place::Input(range) => self.input.stretch(range, &mut scratch),
                Place::Buffer(_) => Ok(&buffer[..]),
            };
            let part = bytes.and_then(|bytes| {
                session.stretch(bytes).map_err(|f| self.program.told(self.input, self.packed, &f, start))
            });
            match &part {
                Ok(part) => self.cuts().came(start, stretch.whole, end(part)),
                Err(_) => self.cuts().stop(),
            }
            self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((stretch.index, part));
        }
        session.scratch = scratch;
        session.buffer = buffer;
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
