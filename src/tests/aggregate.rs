//! Adds an aggregate, in this file and one line of the table: the product of numbers, as floats. Expressions
//! over all records can use it, with threads, chunks and native code.

use crate::engine::Jit;
use crate::input::Input;
use crate::ir::build::Builder;
use crate::ir::{Op, Type, Value};
use crate::lang::aggregates::{Aggregate, Fold, Item, Lanes};
use crate::lang::script::{Done, Lowering, Ty, Typed};
use crate::query::Options;
use crate::query::values::Values;
use crate::schema::Schema;
use ruff_text_size::TextRange;

#[derive(Debug)]
pub struct Product;

impl Aggregate for Product {
    fn name(&self) -> &'static str {
        "product"
    }

    fn taken(&self, s: &mut Lowering, value: Typed, at: TextRange) -> Done<Typed> {
        let value = s.number_of(value, at)?;
        Ok(Typed::float(s.float(&value)))
    }

    fn before(&self, s: &mut Lowering, _: Fold) -> Vec<Typed> {
        vec![Typed::float(s.b.f64(1.0))]
    }

    fn take(&self, s: &mut Lowering, _: Fold, old: &[Typed], x: Typed, _: TextRange) -> Done<Vec<Typed>> {
        Ok(vec![Typed::float(s.b.op(Op::Mul, &[old[0].one(), x.one()]))])
    }

    fn total(&self, _: &Item) -> Vec<Type> {
        vec![Type::F64]
    }

    fn start(&self, _: &Item, b: &mut Builder) -> Vec<Value> {
        vec![b.f64(1.0)]
    }

    fn add(&self, _: &Item, b: &mut Builder, _: Option<&Lanes>, state: &[Value], x: &[Value]) -> Vec<Value> {
        vec![b.op(Op::Mul, &[state[0], x[0]])]
    }

    fn merge(&self, _: &Item, b: &mut Builder, left: &[Value], right: &[Value]) -> Vec<Value> {
        vec![b.op(Op::Mul, &[left[0], right[0]])]
    }

    fn ty(&self, _: &Item) -> Ty {
        Ty::Float
    }
}

/// 600,000 records, most of which are 1; the others are powers of 2 and the number 3, so each product is
/// exact.
#[test]
fn an_aggregate_is_a_file_and_a_line() {
    let schema = Schema::from_c("<schema>", "struct S { float x; int n; float w[2]; };").unwrap();
    let count = 600_000;
    let x = |i: u32| match i % 50_000 {
        7 => 2.0f32,
        31_000 => -0.5,
        40_000 => 4.0,
        _ => 1.0,
    };
    let record = |i: u32| {
        let n = if i % 100_000 == 9 { 3i32 } else { 1 };
        [x(i).to_le_bytes(), n.to_le_bytes(), 1f32.to_le_bytes(), x(i).to_le_bytes()].concat()
    };
    let bytes: Vec<u8> = (0..count).flat_map(record).collect();
    let input = Input::from_bytes(&bytes);
    let text = "product(t.x for t in records), product(t.n for t in records if t.n < 5) + sum(t.n for t in records), \
                product(w for t in records for w in t.w), product(t.x for t in records if t.n > 9)";
    let product = 4f64.powi(12);
    let sum = f64::from(count) + 6.0 * 2.0;
    let expected = [product, 3f64.powi(6) + sum, product, 1.0].map(|x| format!("{x:?}"));
    for threads in [1, 3] {
        for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
            let program = Values::compile(&schema, "S", text).unwrap();
            let options = Options { jit, threads, ..Options::default() };
            let (outcome, stats) = program.run_counted(&input, &options).unwrap();
            let values: Vec<String> = outcome.values.iter().map(ToString::to_string).collect();
            assert_eq!(values, expected, "{threads} {jit:?}");
            let native = matches!(jit, Jit::On | Jit::Eager);
            assert!(!native || 10 * stats.records_native > 9 * u64::from(count), "{stats:?}");
        }
    }
    let error = Values::compile(&schema, "S", "product((t.x for t in records), start=1)").unwrap_err();
    let expected = "the argument 'start' of 'product' is not supported";
    assert!(error.to_string().starts_with(expected), "{error}");
}
