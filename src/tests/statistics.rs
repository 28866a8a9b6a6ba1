//! Functions over all records besides sums: `count`, `mean`, `var`, `std`, `first`, `last`. The values are
//! computed in integers and rounded once; each mode and number of threads must give the same bits.

use crate::engine::Jit;
use crate::input::Input;
use crate::query::Options;
use crate::query::values::Values;
use crate::schema::Schema;

const C: &str = "struct S { double x; int n; short w[2]; };";

/// Records whose numbers are whole, so that their sums and squares are exact in 128 bits.
fn records(numbers: &[(i64, i32, [i16; 2])]) -> Vec<u8> {
    let record = |(x, n, w): &(i64, i32, [i16; 2])| {
        let w = w.map(i16::to_le_bytes).concat();
        [&(*x as f64).to_le_bytes()[..], &n.to_le_bytes(), &w].concat()
    };
    numbers.iter().flat_map(record).collect()
}

/// The values of an expression, as printed; the same in each mode, with one thread and with three.
fn values(text: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
    let schema = Schema::from_c("<schema>", C).expect("it is right");
    let mut found: Option<Result<Vec<String>, String>> = None;
    for threads in [1, 3] {
        for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
            let program = Values::compile(&schema, "S", text).unwrap_or_else(|e| panic!("{e}"));
            let options = Options { jit, threads, ..Options::default() };
            let values = program.run_counted(&Input::from_bytes(bytes), &options);
            let values = values.map(|(found, _)| found.values.iter().map(ToString::to_string).collect());
            let values = values.map_err(|e| e.to_string());
            let found = found.get_or_insert_with(|| values.clone());
            assert_eq!(*found, values, "{text}, {threads} {jit:?}");
        }
    }
    found.expect("there are modes")
}

/// The sum of squared distances from the mean, times n: exact.
fn squares(numbers: &[i64]) -> i128 {
    let sum: i128 = numbers.iter().map(|x| i128::from(*x)).sum();
    let squares: i128 = numbers.iter().map(|x| i128::from(*x).pow(2)).sum();
    numbers.len() as i128 * squares - sum * sum
}

fn close(found: &str, expected: f64) {
    let found: f64 = found.parse().expect("it is a number");
    assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} instead of {expected}");
}

/// Several chunks of numbers: around zero, far from zero, with an outlier as the first number, and with one
/// as the last.
#[test]
fn variances_are_those_of_integer_arithmetic() {
    let noise = |i: i64| (i * 7_919 + i * i % 1_013) % 2_001 - 1_000;
    let count = 300_000;
    let shapes: [(&str, &dyn Fn(i64) -> i64); 5] = [
        ("around zero", &noise),
        ("far from zero", &|i| 1_000_000_000 + noise(i)),
        ("an outlier first", &|i| if i == 0 { 1 << 50 } else { noise(i) }),
        ("an outlier last", &|i| if i == count - 1 { -(1 << 50) } else { noise(i) }),
        ("outliers at the start of blocks", &|i| if i % 1_024 == 0 { 1 << 30 } else { noise(i) }),
    ];
    let text = "var(t.x for t in records), std(t.x for t in records), var_pop(t.x for t in records), \
                std_pop(t.x for t in records), var(t.x for t in records if t.n % 3 == 1), \
                var(w for t in records for w in t.w if w != 7), mean(t.x for t in records), \
                mean(w for t in records for w in t.w if w != 7)";
    for (name, shape) in shapes {
        let all: Vec<(i64, i32, [i16; 2])> =
            (0..count).map(|i| (shape(i), i as i32, [noise(i) as i16, noise(i + 5) as i16])).collect();
        let found = values(text, &records(&all)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let x: Vec<i64> = all.iter().map(|(x, ..)| *x).collect();
        let third: Vec<i64> = all.iter().filter(|(_, n, _)| n % 3 == 1).map(|(x, ..)| *x).collect();
        let w: Vec<i64> = all.iter().flat_map(|(.., w)| *w).filter(|w| *w != 7).map(i64::from).collect();
        let sample = |x: &[i64]| squares(x) as f64 / x.len() as f64 / (x.len() - 1) as f64;
        let whole = |x: &[i64]| squares(x) as f64 / x.len() as f64 / x.len() as f64;
        let mean = |x: &[i64]| x.iter().map(|x| i128::from(*x)).sum::<i128>() as f64 / x.len() as f64;
        let expected = [
            sample(&x),
            sample(&x).sqrt(),
            whole(&x),
            whole(&x).sqrt(),
            sample(&third),
            sample(&w),
            mean(&x),
            mean(&w),
        ];
        found.iter().zip(expected).for_each(|(found, expected)| close(found, expected));
        // Sums of whole numbers are exact, and a mean is rounded once.
        assert_eq!(found[7], format!("{:?}", mean(&w)), "{name}");
    }
}

#[test]
fn what_is_counted_first_and_last() {
    let all: Vec<_> = (0..100_000).map(|i| (i, i as i32 - 50, [1, (i % 5) as i16])).collect();
    let text = "count(t.x for t in records), count(t.x for t in records if t.n > 0), \
                count(None for t in records), count((t.n if t.n % 2 == 0 else None) for t in records), \
                count(w for t in records for w in t.w if w == 1), \
                count(w > 1 for t in records for w in t.w), \
                first(t.n for t in records), last(t.x for t in records), \
                first(t.x for t in records if t.n > 70_000), last(t.n for t in records if t.n < 1_000), \
                first(w for t in records for w in t.w if w > 2), last(w for t in records for w in t.w), \
                first((t.n for t in records if t.n > 1_000_000), default=None), \
                last((t.n for t in records if t.n > 1_000_000), default=7), last(t.n < 0 for t in records)";
    let expected = [
        "100000", "99949", "0", "50000", "120000", "200000", "-50", "99999.0", "70051.0", "999", "3", "4",
        "None", "7", "0",
    ];
    assert_eq!(values(text, &records(&all)).expect("there are values"), expected);
}

#[test]
fn too_few_values_are_an_error_or_the_default() {
    let one = records(&[(5, 1, [0, 0])]);
    let text = "var((t.x for t in records), default=None), std((t.x for t in records), default=-1), \
                var_pop(t.x for t in records), mean(t.x for t in records), count(t.x for t in records)";
    assert_eq!(values(text, &one).expect("there are values"), ["None", "-1", "0.0", "5.0", "1"]);
    let none = "mean((t.x for t in records), default=None), var_pop((t.n for t in records), default=None), \
                mean((t.n for t in records), default=None), count(t.x for t in records)";
    assert_eq!(values(none, &[]).expect("there are values"), ["None", "None", "None", "0"]);
    for text in ["var(t.x for t in records)", "std(t.x for t in records if t.n > 1)"] {
        let error = values(text, &one).expect_err("one value has no variance");
        assert!(error.contains("has too few values: var and std need two"), "{error}");
    }
}

/// NaN and the infinities are no numbers with a variance.
#[test]
fn what_is_not_finite_has_no_variance() {
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for at in [0, 1, 5_000] {
            let mut bytes = records(&(0..10_000).map(|i| (i, 0, [0, 0])).collect::<Vec<_>>());
            bytes[at * 16..at * 16 + 8].copy_from_slice(&wrong.to_le_bytes());
            assert_eq!(values("var(t.x for t in records)", &bytes).expect("it is a float"), ["nan"]);
        }
    }
}

#[test]
fn equal_generators_share_their_aggregates() {
    let schema = Schema::from_c("<schema>", C).expect("it is right");
    let text = "sum(t.x for t in records), mean(t.x for t in records), count(t.x for t in records), \
                var(t.x for t in records), std(t.x  for t in records), std_pop(t.x for t in records)";
    let program = Values::compile(&schema, "S", text).expect("it is right");
    assert_eq!(program.totals.items.len(), 3, "a sum, a count, and the moments");
    let error = Values::compile(&schema, "S", "std(t.y for t in records)").expect_err("there is no y");
    assert_eq!(error.to_string().matches("error").count(), 0, "{error}");
    assert_eq!(error.to_string().matches("'y'").count(), 1, "the cause is reported once: {error}");
}
