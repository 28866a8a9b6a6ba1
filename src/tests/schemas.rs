//! Random schemas, expressions over them and bytes: all engines, native code without each pass, and
//! [`super::reference`] have the same totals and report the same errors.

use super::cases;
use super::reference::{Expr, NumberKind, Record, Step, answers, totals};
use super::rng::Rng;
use super::rows;
use crate::Jit;
use crate::engine::policy::Policy;
use crate::host::Hosts;
use crate::input::Input;
use crate::opt::PASSES;
use crate::query::totals::ValueRequest;
use crate::query::values::Values;
use crate::query::{Number, Options, Query, Value};
use crate::schema::{Endian, Scalar, Schema, Type};
use std::panic::catch_unwind;
use std::time::Duration;

/// A header file with the struct `Root`, which has at least one number.
fn header(rng: &mut Rng) -> String {
    const SCALARS: [&str; 16] = [
        "double",
        "double",
        "float",
        "int8_t",
        "uint8_t",
        "int16_t",
        "uint16_t",
        "int32_t",
        "uint32_t",
        "int64_t",
        "uint64_t",
        "bool",
        "signed char",
        "long",
        "unsigned short",
        "enum Side",
    ];
    let mut text = "enum Side { BUY = 1, SELL = 7 };\n".to_string();
    if rng.one_in(3) {
        text += &format!("#pragma wirelens header({})\n", rng.below(40));
    }
    let count = 1 + rng.below(3);
    for i in 0..=count {
        let name = if i == count { "Root".to_string() } else { format!("S{i}") };
        let packed = rng.one_in(3);
        text += if packed { "#pragma pack(push, 1)\n" } else { "" };
        text += &format!("struct {name} {{\n");
        for f in 0..1 + rng.below(6) {
            let big = if rng.one_in(4) { "[[wirelens::big_endian]] " } else { "" };
            let scalar = *rng.pick(&SCALARS);
            let inner = format!("struct S{}", rng.below(i.max(1)));
            let (n, m) = (1 + rng.below(5), 1 + rng.below(3));
            text += &match rng.below(12) {
                0..3 if i > 0 => format!("  {inner} f{f};\n"),
                3 if i > 0 => format!("  {inner} f{f}[{n}];\n"),
                4 => format!("  {big}{scalar} f{f}[{n}];\n"),
                5 => format!("  {big}{scalar} f{f}[{n}][{m}];\n"),
                6 => format!("  char f{f}[{n}];\n"),
                _ => format!("  {big}{scalar} f{f};\n"),
            };
        }
        let scalar = *rng.pick(&SCALARS);
        text += &format!("  {scalar} last;\n}};\n");
        text += if packed { "#pragma pack(pop)\n" } else { "" };
    }
    text
}

/// Generates expressions over a struct.
struct Author<'a> {
    rng: &'a mut Rng,
    schema: &'a Schema,
    root: usize,
}

impl Author<'_> {
    fn kind(&self, e: &Expr) -> NumberKind {
        Record { schema: self.schema, root: self.root, bytes: &[], start: 0 }.kind(e)
    }

    /// A path to a number of the record.
    fn path(&mut self, depth: u32) -> Expr {
        let mut ty = Type::Struct(self.root);
        let mut steps = vec![];
        loop {
            ty = match ty {
                Type::Struct(id) => {
                    let fields = &self.schema.structs[id].fields;
                    let field = self.rng.pick(fields);
                    // Text is not a number.
                    let field =
                        if matches!(field.ty, Type::Chars(_)) { fields.last().unwrap() } else { field };
                    steps.push(Step::Field(field.name.clone()));
                    field.ty.clone()
                }
                Type::Array(element, _)
                    if matches!(*element, Type::Scalar(scalar, _) if scalar != Scalar::Bool)
                        && self.rng.one_in(2) =>
                {
                    let name = *self.rng.pick(&["sum", "sum", "min", "max", "len", "count"]);
                    return Expr::Reduce(name, steps);
                }
                Type::Array(element, n) => {
                    steps.push(Step::Element(Box::new(self.index(n, depth))));
                    *element
                }
                _ => return Expr::Path(steps),
            };
        }
    }

    fn index(&mut self, n: u64, depth: u32) -> Expr {
        if depth == 0 || !self.rng.one_in(3) {
            return Expr::Int(self.rng.below(n).into());
        }
        let inner = self.integer(depth - 1);
        match self.rng.below(4) {
            0 => inner,
            _ => Expr::Binary("%", Box::new(inner), Box::new(Expr::Int(n.into()))),
        }
    }

    fn integer(&mut self, depth: u32) -> Expr {
        for _ in 0..8 {
            let e = self.path(depth);
            if self.kind(&e) != NumberKind::Float {
                return e;
            }
        }
        Expr::Int(self.rng.below(3).into())
    }

    fn expression(&mut self, depth: u32) -> Expr {
        if depth == 0 {
            return match self.rng.below(8) {
                0 => Expr::Int(self.rng.below(10).into()),
                1 => Expr::Int(self.rng.i64().saturating_abs().into()),
                2 => Expr::Float(self.rng.below(100) as f64 / 8.0),
                _ => self.path(2),
            };
        }
        let inner = |this: &mut Self| {
            let depth = if this.rng.one_in(2) { 0 } else { depth - 1 };
            Box::new(this.expression(depth))
        };
        if self.rng.one_in(8) {
            return Expr::Neg(inner(self));
        }
        let (a, b) = (inner(self), inner(self));
        let mut op = *self.rng.pick(&["+", "+", "-", "*", "/", "//", "%"]);
        if (op == "//" || op == "%")
            && (self.kind(&a) == NumberKind::Float || self.kind(&b) == NumberKind::Float)
        {
            op = "-";
        }
        Expr::Binary(op, a, b)
    }
}

/// Fills a value with numbers, most of which are small.
fn fill(rng: &mut Rng, schema: &Schema, ty: &Type, bytes: &mut [u8]) {
    match ty {
        Type::Struct(id) => {
            for field in &schema.structs[*id].fields {
                let (from, size) = (field.offset as usize, schema.size_of(&field.ty) as usize);
                fill(rng, schema, &field.ty, &mut bytes[from..from + size]);
            }
        }
        Type::Array(element, _) => {
            let size = schema.size_of(element) as usize;
            bytes.chunks_mut(size).for_each(|part| fill(rng, schema, element, part));
        }
        Type::Chars(_) => bytes.fill(b'x'),
        Type::Scalar(scalar, endian) | Type::Enum(_, scalar, endian) => {
            let wild = rng.one_in(200);
            let small = 1 + rng.below(9);
            let word = match scalar {
                Scalar::F64 if wild => rng.f64().to_bits(),
                Scalar::F64 => (rng.below(2000) as f64 / 7.0 - 100.0).to_bits(),
                Scalar::F32 if wild => u64::from((rng.f64() as f32).to_bits()),
                Scalar::F32 => u64::from((rng.below(2000) as f32 / 7.0 - 100.0).to_bits()),
                _ if wild => rng.i64() as u64,
                Scalar::U64 | Scalar::Bool => small,
                _ if rng.one_in(6) => (small as i64).wrapping_neg() as u64,
                _ => small,
            };
            let size = bytes.len();
            bytes.copy_from_slice(&word.to_le_bytes()[..size]);
            if *endian == Endian::Big {
                bytes.reverse();
            }
        }
        other => unreachable!("{other:?} is no type of C"),
    }
}

/// Totals as text: floats by their bits, all NaN equal.
fn totals_text(result: Result<Vec<Number>, String>) -> String {
    let number = |n: &Number| match n {
        Number::Float(x) if x.is_nan() => "NaN".to_string(),
        Number::Float(x) => format!("{x:?} ({:#x})", x.to_bits()),
        other => format!("{other:?}"),
    };
    match result {
        Ok(totals) => totals.iter().map(number).collect::<Vec<_>>().join(" "),
        Err(e) => e,
    }
}

/// Values as text, likewise.
fn values_text(result: Result<Vec<Value>, String>) -> String {
    let value = |v: &Value| match v {
        Value::Number(number @ Number::Float(_)) => totals_text(Ok(vec![*number])),
        other => other.to_string(),
    };
    match result {
        Ok(values) => values.iter().map(value).collect::<Vec<_>>().join(" "),
        Err(e) => e,
    }
}

fn check(seed: u64) -> bool {
    let mut rng = Rng::new(seed);
    let text = header(&mut rng);
    let schema = Schema::from_c("made-up.h", &text).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    let (root, found) = schema.find("Root").expect("it is there");
    let size = found.size as usize;
    let sources: Vec<Expr> = (0..1 + rng.below(3))
        .map(|_| {
            let depth = rng.below(4) as u32;
            Author { rng: &mut rng, schema: &schema, root }.expression(depth)
        })
        .collect();
    let texts: Vec<String> = sources.iter().map(Expr::text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let inputs: Vec<Vec<u8>> = (0..4)
        .map(|_| {
            let records = *rng.pick(&[0, 1, 7, 8, 9, 127, 128, 129, 300, 700]);
            let mut bytes = vec![0xEE; schema.header as usize];
            for _ in 0..records {
                let mut record = vec![0xAA; size];
                fill(&mut rng, &schema, &Type::Struct(root), &mut record);
                bytes.extend(record);
            }
            if rng.one_in(12) {
                bytes.truncate(rng.index(bytes.len() + 1));
            } else if rng.one_in(3) {
                bytes.extend(rng.bytes(size).iter().skip(1));
            }
            bytes
        })
        .collect();
    let low = |without: Vec<&'static str>| Policy {
        start: 0,
        each: 9,
        free: Duration::MAX,
        exit: 3,
        without,
        ..Policy::default()
    };
    let one = PASSES[seed as usize % PASSES.len()].name;
    let all: Vec<&'static str> = PASSES.iter().map(|p| p.name).collect();
    let ways = [
        ("interpreted", Jit::Off, low(vec![])),
        ("native", Jit::Eager, low(vec![])),
        ("warm", Jit::On, low(vec![])),
        ("unoptimized", Jit::Eager, low(all)),
        ("without a pass", Jit::Eager, low(vec![one])),
        ("exits", Jit::DeoptStress, low(vec![])),
    ];
    let columns: Vec<String> = texts.iter().enumerate().map(|(i, s)| format!("({s}) as c{i}")).collect();
    let columns = format!("*, {}", columns.join(", "));
    for (i, bytes) in inputs.iter().enumerate() {
        let jit = [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress][(seed as usize + i) % 4];
        let query = || Query::builder(&schema).record("Root").select(&columns).jit(jit);
        rows::same(&query, bytes, &format!("seed {seed}, rows of input {i}\n{text}{columns}"));
    }
    let mut good = false;
    // `min` and `max` do not accept a truth value.
    let value = Expr::Binary("+", Box::new(sources[0].clone()), Box::new(Expr::Int(0)));
    let condition = sources.last().expect("there is one");
    // For every other program, the condition is a filter.
    let (filter, within) = match seed % 2 {
        0 => (None, format!(" if {}", condition.text())),
        _ => (Some(condition.text()), String::new()),
    };
    let of = format!("(({}) for t in records{within})", value.text());
    let text_of_all = format!(
        "sum({of}), min({of}, default=None), max({of}, default=None), any({of}), all({of}), count({of}), \
         first({of}, default=None), last({of}, default=None), mean({of}, default=None)"
    );
    for (way, jit, policy) in ways {
        let wanted = ValueRequest::Answers(&text_of_all, filter.as_deref());
        let program = Values::make(&schema, "Root".into(), wanted, &Hosts::new(), policy.clone())
            .unwrap_or_else(|e| panic!("seed {seed}: {e}\n{text}"));
        for (i, bytes) in inputs.iter().enumerate() {
            let expected = values_text(answers(&schema, root, &value, condition, bytes));
            let input = Input::from_bytes(bytes);
            let result = program.run(&input, &Options { jit, ..Options::default() });
            let name = format!("{}: ", input.name());
            let result = result
                .map(|o| o.values)
                // The expression's source follows the message.
                .map_err(|e| {
                    e.to_string().lines().next().unwrap_or("").trim_start_matches(&name).to_string()
                });
            let what = format!("seed {seed}, {way} ({one}), input {i} of {} bytes", bytes.len());
            assert_eq!(values_text(result), expected, "{what}\n{text}{text_of_all}");
        }
        let program = Values::with_policy(&schema, "Root", &texts, policy)
            .unwrap_or_else(|e| panic!("seed {seed}: {e}\n{text}"));
        for (i, bytes) in inputs.iter().enumerate() {
            let expected = totals_text(totals(&schema, root, &sources, bytes));
            let input = Input::from_bytes(bytes);
            let threads = 1 + i % 3;
            let result = program.run(&input, &Options { jit, threads, ..Options::default() });
            good |= result.is_ok() && bytes.len() > size;
            let name = format!("{}: ", input.name());
            let result =
                result.map(|o| o.totals()).map_err(|e| e.to_string().trim_start_matches(&name).to_string());
            assert_eq!(
                totals_text(result),
                expected,
                "seed {seed}, {way} ({one}), input {i} of {} bytes\n{text}{texts:#?}",
                bytes.len()
            );
        }
    }
    good
}

#[test]
fn random_schemas_give_the_same_in_every_way() {
    let count = cases(100);
    let mut good = 0;
    let mut wrong = vec![];
    for seed in 0..count {
        match catch_unwind(|| check(seed)) {
            Ok(returned) => good += u64::from(returned),
            Err(_) => wrong.push(seed),
        }
    }
    assert!(wrong.is_empty(), "seeds {wrong:?}");
    assert!(good > count / 3, "of {count} programs only {good} ever gave totals");
}

/// Sizes near the largest integer: an error or a result, the same in every mode, and never a panic.
#[test]
fn layouts_at_the_end_of_the_numbers() {
    let layouts = [
        "struct S { double y; char x[9223372036854775800]; };",
        "struct S { char x[9223372036854775000]; double y; };",
        "struct S { double y; char x[4611686018427387904]; };",
        "struct S { char x[72057594037927936]; double y; };",
        "#pragma wirelens header(18446744073709551615)\nstruct S { double y; };",
        "#pragma wirelens header(9223372036854775807)\nstruct S { double y; };",
        "#pragma wirelens header(9223372036854775800)\nstruct S { char x[72057594037927936]; double y; };",
        "struct A { double d[1152921504606846]; }; struct S { struct A a[512]; double y; };",
        "struct S { };",
        "struct S { double y[1]; double z[0]; };",
        "struct A { int i[0]; }; struct S { struct A a; };",
        "struct S { double y; } __attribute__((aligned(268435456)));",
    ];
    for text in layouts {
        let Ok(schema) = Schema::from_c("<schema>", text) else { continue };
        for source in ["t.y", "t.y[0]", "t.a.i[0]", "1", "t.a[511].d[7]", "t.d[3]"] {
            let Ok(program) = Values::totals(&schema, "S", &[source]) else { continue };
            let bytes = vec![1; 5000];
            let mut totals_text = vec![];
            for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
                let options = Options { jit, threads: 2, ..Options::default() };
                let run = program.run(&Input::from_bytes(&bytes), &options);
                let ran = [run, program.session(jit).run(&bytes).cloned()];
                totals_text.extend(ran.map(|done| done.map_err(|error| error.to_string())));
            }
            assert!(totals_text.iter().all(|t| *t == totals_text[0]), "{text} {source}: {totals_text:?}");
        }
    }
}
