//! Compiled queries for values over all records: made by [`Builder::build`](super::Builder::build), run by a
//! [`Pass`](super::Pass) or a [`Session`](super::Session).
//!
//! An input is divided into chunks of whole records, independent of the number of threads. Each chunk returns
//! partial totals, which are merged in file order. So the result is bit-identical for any number of threads,
//! and with native code or without.

use super::report::{Records, Report};
use super::totals::{self, Totals, ValueRequest};
use super::value::Value;
use crate::engine::{Engine, Stats, policy::Policy};
use crate::error::{Diagnostic, Error};
use crate::formats::{self, Cut, RecordInput, RecordLayout};
use crate::host::Hosts;
use crate::interp::Fault;
use crate::ir::{FuncId, parse};
use crate::lang::script::lend;
use crate::schema::Schema;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A compiled query for values over all records.
#[derive(Debug)]
pub struct Values {
    pub engine: Arc<Engine>,
    pub totals: Totals,
    /// The text of the expressions over all records, followed by the filter on a line of its own.
    text: String,
    /// The offset of the filter in it.
    filter: usize,
    names: Vec<String>,
    pub layout: RecordLayout,
    pub prepare: Duration,
}

/// The result of a query for values over all records, from a [`Session`](super::Session).
///
/// ```
/// use wirelens::{Jit, Query, Schema, Value};
/// let schema = Schema::from_c("<schema>", "struct S { int16_t n; };")?;
/// let query = Query::builder(&schema).record("S").aggregate("max(t.n for t in records)").build()?;
/// let mut session = query.session(Jit::On).expect("it has values");
/// let outcome = session.run(&[1, 0, 3, 0, 2])?;
/// assert_eq!((outcome.records, outcome.values[0].as_i64()), (2, Some(3)));
/// assert_eq!(outcome.cut.map(|cut| (cut.bytes, cut.expected)), Some((1, 2)));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// The number of whole records.
    pub records: u64,
    /// The values, in the order of [`Query::columns`](super::Query::columns).
    pub values: Vec<Value>,
    /// The incomplete last record, if the input is truncated.
    pub cut: Option<Cut>,
}

impl Outcome {
    /// Converts the outcome to a report for users.
    pub(super) fn report(self, stats: Stats) -> Report {
        let Outcome { records, values, cut } = self;
        Report { records, values, cut, stats, ..Report::default() }
    }

    /// The values, which must be numbers.
    #[cfg(test)]
    pub(crate) fn totals(&self) -> Vec<super::Number> {
        self.values.iter().map(|value| value.number().expect("a total is a number")).collect()
    }
}

impl Values {
    /// Compiles the requested values over some records.
    pub fn make(
        schema: &Schema,
        records: Records,
        wanted: ValueRequest,
        hosts: &Hosts,
        policy: Policy,
    ) -> Result<Values, Error> {
        let start = Instant::now();
        let example = "in the expression: 't.points[0].x'";
        let RecordProgram { mut program, layout, record } = over(schema, &records, hosts, example)?;
        if let ValueRequest::Written(text, _) = wanted {
            (program, _) = parse::extend(program, text).map_err(|d| Error::program(vec![d]))?;
        }
        let totals = totals::totals(&mut program, schema, &record, &layout, records.each, wanted)?;
        let mut filter = usize::MAX;
        let (text, names) = match wanted {
            ValueRequest::Answers(text, condition) => {
                let names = totals.answers.iter().map(|answer| answer.name.clone()).collect();
                let mut text = text.to_string();
                if let Some(condition) = condition {
                    filter = text.len() + 1;
                    text += &format!("\n{condition}");
                }
                (text, names)
            }
            ValueRequest::Sums(names) | ValueRequest::Written(_, names) => {
                (String::new(), names.iter().map(|name| name.to_string()).collect())
            }
        };
        debug_assert_eq!(crate::ir::verify::verify_program(&program), Ok(()));
        let (engine, prepare) = (Arc::new(Engine::new(program, policy)), start.elapsed());
        Ok(Values { engine, totals, text, filter, names, layout, prepare })
    }

    /// The struct of a record.
    pub fn record<'s>(&self, schema: &'s Schema) -> &'s crate::schema::Struct {
        let name = &self.engine.program.classes[self.totals.record.index()].name;
        let found = schema.structs.iter().find(|s| formats::class_name(&s.name) == *name);
        found.expect("a record is of a class that a struct has")
    }

    /// The engine, before any session.
    pub fn engine_mut(&mut self) -> &mut Engine {
        Arc::get_mut(&mut self.engine).expect("no session has run yet")
    }

    /// The names of the values: the expressions over all records, or those over one record.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The engine, the function over a chunk, and the name and text of the expressions over all records; the
    /// text is empty if there are none.
    pub fn parts(&self) -> (&Engine, FuncId, (&'static str, &str)) {
        (&self.engine, self.totals.chunk, ("<expression>", &self.text))
    }

    /// Turns a fault into an error that shows the expression or the filter. Sums of separate expressions have
    /// no text to show.
    pub(super) fn failed(&self, fault: &Fault, what: String) -> Error {
        match fault.place.filter(|_| !self.text.is_empty()) {
            Some(at) => {
                let at = at as usize;
                let place = match at.checked_sub(self.filter) {
                    Some(at) => Diagnostic::at("<filter>", &self.text[self.filter..], at, what),
                    None => Diagnostic::at("<expression>", &self.text, at, what),
                };
                let file = place.file.clone();
                Error::data("").shown_at(place).about(file)
            }
            None => Error::data(what),
        }
    }

    /// Turns a fault into an error; `why` is its message and `start` the offset of the chunk.
    pub(super) fn fault_error(
        &self,
        source: &RecordInput,
        (fault, why): (Fault, String),
        start: u64,
    ) -> Error {
        let record = fault.record.map(|(at, _)| source.place(start + at));
        let place = record.map_or("the totals".to_string(), |record| record.to_string());
        let at = fault.offset.map(|at| start + at);
        let behind = at.map_or(String::new(), |at| offset(source, at));
        let what = format!("{}: {place}: {why}{behind}", source.input.name());
        source.located(self.failed(&fault, what), record, at)
    }
}

/// The program and layout that a query over records starts from.
pub struct RecordProgram {
    /// The accessors of the records, and the host functions.
    pub program: crate::ir::Program,
    pub layout: RecordLayout,
    /// The class of a record, or of the root of a message.
    pub record: String,
}

/// Makes the accessors of some records. If elements of lists are requested from records without lists, the
/// error proposes `example`.
pub fn over(
    schema: &Schema,
    records: &Records,
    hosts: &Hosts,
    example: &str,
) -> Result<RecordProgram, Error> {
    let (_, found) = schema.record(records.name)?;
    let layout = RecordLayout::new(schema, found, &records.limits);
    let mut program = formats::accessors(schema, &records.limits);
    lend(&mut program, hosts)?;
    let record = formats::class_name(&found.name);
    if layout.strided() && records.each.is_some() {
        return Err(Error::system(format!(
            "records of one size have no lists whose elements could be taken one by one; name an element \
             {example}"
        )));
    }
    Ok(RecordProgram { program, layout, record })
}

/// The place of a fault in a stream, to be appended to its message.
pub fn offset(source: &RecordInput, at: u64) -> String {
    format!(", at byte {at}{}", source.stream())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Jit;
    use crate::input::Input;
    use crate::query::{Number, Options};

    /// Computes totals without native code, and checks that native code from the first record on gives the
    /// same.
    fn both(schema: &str, expressions: &[&str], bytes: &[u8]) -> Vec<Number> {
        let schema = Schema::from_c("<schema>", schema).unwrap();
        let run = |jit| {
            let program = Values::totals(&schema, "S", expressions).unwrap();
            program.session(jit).run(bytes).unwrap().totals()
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

    /// The sums are those of Python's unlimited integers, for any threads and chunks.
    #[test]
    fn sums_of_integers_are_exact() {
        let schema =
            Schema::from_c("<schema>", "struct S { int64_t i; uint64_t u; int32_t n; int32_t m; };").unwrap();
        let count = 300_000i64;
        let mut bytes = vec![];
        let (mut i_sum, mut u_sum, mut n_sum) = (0i128, 0i128, 0i128);
        for k in 0..count {
            let i = if k % 3 == 0 { i64::MIN + k } else { i64::MAX - k * k };
            let (u, n) = (u64::MAX - k as u64, if k % 2 == 0 { i32::MIN } else { i32::MAX });
            bytes.extend([&i.to_le_bytes()[..], &u.to_le_bytes(), &n.to_le_bytes(), &[0; 4]].concat());
            (i_sum, u_sum, n_sum) = (i_sum + i128::from(i), u_sum + i128::from(u), n_sum + i128::from(n));
        }
        let totals =
            vec![Number::Wide(i_sum), Number::Wide(u_sum), Number::Int(n_sum as i64), Number::Int(0)];
        let program = Values::totals(&schema, "S", &["t.i", "t.u", "t.n", "t.m"]).unwrap();
        let text = "sum(t.i for t in records), sum(t.u for t in records if t.n < 0), sum(t.u for t in records) // len(records)";
        let answers = Values::compile(&schema, "S", text).unwrap();
        let below: i128 = (0..count).step_by(2).map(|k| i128::from(u64::MAX - k as u64)).sum();
        for jit in [Jit::Off, Jit::On, Jit::Eager] {
            for threads in [1, 3] {
                let options = Options { jit, threads, format: None };
                let found = program.run(&Input::from_bytes(&bytes), &options).unwrap();
                assert_eq!(found.totals(), totals, "{options:?}");
                let found = answers.run(&Input::from_bytes(&bytes), &options).unwrap();
                let values: Vec<String> = found.values.iter().map(Value::to_json).collect();
                let mean = u_sum / i128::from(count);
                assert_eq!(values, [i_sum.to_string(), below.to_string(), mean.to_string()], "{options:?}");
            }
        }
    }

    /// The values are CPython's.
    #[test]
    fn what_is_computed_of_sums_is_exact() {
        let schema = Schema::from_c("<schema>", "struct S { uint64_t u; int64_t i; };").unwrap();
        let mut bytes = vec![];
        for k in 0..1000i64 {
            bytes.extend((u64::MAX - k as u64).to_le_bytes());
            bytes.extend((-1_700_000_000_000_000_000 - 7 * k).to_le_bytes());
        }
        for (text, value) in [
            ("I / len(records)", "-1.7000000000000036e+18"),
            ("I / U", "-0.09215718466126807"),
            ("U + I - 1", "16746744073709547618999"),
            ("-U // 3, U % 1000, -U % 1000", "(-6148914691236517038500, 500, 500)"),
            ("divmod(I, 10**6)", "(-1700000000000004, 503500)"),
            (
                "round(U, -5), abs(I), ~I",
                "(18446744073709551100000, 1700000000000003496500, 1700000000000003496499)",
            ),
            (
                "U > 2**64, U == I, I < -1.5e300, U != 0.5, I <= len(records)",
                "(True, False, False, True, True)",
            ),
            ("min(U, 5), max(U, I), bool(U), not I", "(5, 18446744073709551115500, True, False)"),
            (
                "U & 0xFF, U >> 70, I << 3, (I | 1) ^ 1",
                "(236, 15, -13600000000000027972000, -1700000000000003496500)",
            ),
            ("float(U), int(U) - U, U + 0.5", "(1.8446744073709552e+22, 0, 1.8446744073709552e+22)"),
            ("U if len(records) > 3 else 0", "18446744073709551115500"),
            ("2**100, 7 % 2**64", "(1267650600228229401496703205376, 7)"),
            (
                "math.floor(U), round(1.25, U - U), (U - U) in range(3)",
                "(18446744073709551115500, 1.0, True)",
            ),
            ("math.gcd(U - U + 12, 18), (4, 5, 6)[U % 3]", "(6, 4)"),
        ] {
            let text =
                text.replace('U', "sum(t.u for t in records)").replace('I', "sum(t.i for t in records)");
            let program = Values::compile(&schema, "S", &text).unwrap();
            let found = program.session(Jit::Off).run(&bytes).cloned().unwrap();
            let values: Vec<String> = found.values.iter().map(Value::to_string).collect();
            let found =
                if values.len() == 1 { values[0].clone() } else { format!("({})", values.join(", ")) };
            assert_eq!(found, value, "{text}");
        }
        let program = Values::compile(&schema, "S", "math.isqrt(sum(t.u for t in records))").unwrap();
        let error = program.session(Jit::Off).run(&bytes).unwrap_err().to_string();
        assert!(
            error.contains("a sum of more than 64 bits stands where an integer of 64 is needed"),
            "{error}"
        );
    }
}
