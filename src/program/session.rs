//! One thread's part of a run: a worker, and how partial totals become one.

use super::cuts::Place;
use super::{Cut, Number, Options, Outcome, Program};
use crate::engine::{Stats, Worker};
use crate::error::Error;
use crate::input::{Input, Scratch};
use crate::interp::{Fault, Memory, Val, eval};
use crate::ir::{Base, Op};

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
        let packed = program.packed(input, &Options::default())?;
        let mut cuts = program.layout.cuts(input.len(), packed);
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut total = None;
        while let Some(stretch) = cuts.take(input, true, &mut buffer) {
            let start = stretch.start();
            let part = match stretch.at {
                // The stretches lie in the input, whose length is a `usize`.
                Place::Input(range) => self.stretch(&bytes[range.start as usize..range.end as usize]),
                Place::Buffer(_) => self.stretch(&buffer),
            };
            let part = part.map_err(|f| program.told(input, packed, &f, start))?;
            cuts.came(start, stretch.whole, end(&part));
            total = Some(match total.take() {
                None => part,
                Some(before) => self.merge(input.name(), before, part)?,
            });
        }
        self.buffer = buffer;
        let cut = program.layout.rest(input, &cuts)?;
        self.outcome(total.unwrap_or_default(), cut).map_err(|f| program.told(input, packed, &f, 0))
    }

    pub(super) fn stretch(&mut self, bytes: &[u8]) -> Result<Vec<Val>, Fault> {
        self.worker.call(self.program.totals.stretch, &[Val::View(0, bytes.len() as u64)], bytes)
    }

    /// The partial totals of two neighbouring stretches as one. Not associative: from the first stretch on.
    pub(super) fn merge(&self, name: &str, left: Vec<Val>, right: Vec<Val>) -> Result<Vec<Val>, Error> {
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
    pub(super) fn outcome(&mut self, total: Vec<Val>, cut: Option<Cut>) -> Result<Outcome, Fault> {
        // No records: the totals of an empty stretch.
        let total = if total.is_empty() { self.stretch(&[])? } else { total };
        let mut parts = total.into_iter().skip(1);
        let mut next = || parts.next().expect("each total has its partial total");
        let Val::I64(records) = next() else { unreachable!("records are counted") };
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
        Ok(Outcome { records: records as u64, totals, cut })
    }

    pub(crate) fn counted(&self) -> Stats {
        let mut stats = self.worker.stats.clone();
        stats.records_interpreted = self.worker.records();
        stats.objects_allocated = self.worker.allocated();
        stats.add(&self.others);
        stats
    }
}

/// Where a stretch ends, from its result.
pub(super) fn end(part: &[Val]) -> u64 {
    match part.first() {
        Some(Val::I64(end)) => *end as u64,
        other => unreachable!("{other:?} is no end of a stretch"),
    }
}

/// Partial totals, by stretch.
pub(super) type Parts = Vec<(u64, Result<Vec<Val>, Error>)>;

/// Knuth's TwoSum: a sum, and what it rounded off.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}
