//! A filter of a query: values over the records that pass it are those of generators with the same condition,
//! and rows are those with the same condition.

use crate::engine::Jit;
use crate::input::Input;
use crate::query::Query;
use crate::schema::Schema;
use crate::tests::rng::Rng;

/// Generators, with a place for the condition.
const CALLS: [&str; 9] = [
    "sum(t.n for t in records{})",
    "sum(t.x for t in records{})",
    "min((t.x for t in records{}), default=None)",
    "max((t.n for t in records{}), default=None)",
    "any(t.x > 9.0 for t in records{})",
    "all(t.n < 90 for t in records{})",
    "sum(1 for t in records{})",
    "sum(a * 2 for t in records{} for a in t.a)",
    "max((sum(t.a) for t in records{} if t.n > 3), default=None)",
];

#[test]
fn a_filter_is_a_condition_of_each_generator() {
    let text = "struct S { double x; int64_t n; int32_t a[3]; uint8_t k; };";
    let schema = Schema::from_c("<schema>", text).unwrap();
    let mut rng = Rng::new(7);
    let mut bytes = vec![];
    for _ in 0..70_000 {
        bytes.extend((rng.below(2000) as f64 / 100.0 - 9.5).to_le_bytes());
        bytes.extend((rng.below(200) as i64 - 99).to_le_bytes());
        (0..3).for_each(|_| bytes.extend((rng.below(50) as i32 - 20).to_le_bytes()));
        bytes.extend([rng.below(5) as u8, 0, 0, 0]);
    }
    let input = Input::from_bytes(&bytes);
    // Conditions with bare names and with those of `t`, which no, some, or all records fulfil.
    for (filter, condition) in [
        ("k == 2 and t.x > 0", "t.k == 2 and t.x > 0"),
        ("max(a) > t.n", "max(t.a) > t.n"),
        ("k > 5", "t.k > 5"),
        ("k", "t.k != 0"),
        ("k < 5", "t.k < 5"),
    ] {
        let all = CALLS.map(|call| call.replace("{}", "")).join(", ") + ", len(records)";
        let each = CALLS.map(|call| call.replace("{}", &format!(" if {condition}"))).join(", ");
        let each = each + &format!(", count=sum(1 for t in records if {condition})");
        for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
            let values = |query: crate::Builder, threads| {
                let query = query.jit(jit).threads(threads).build().unwrap();
                let values = query.run(&input).unwrap().values;
                values.iter().map(|value| value.to_string()).collect::<Vec<_>>()
            };
            let expected = values(Query::builder(&schema).aggregate(&each), 1);
            for threads in [1, 3] {
                let found = values(Query::builder(&schema).filter(filter).aggregate(&all), threads);
                assert_eq!(found, expected, "{filter} {jit:?} {threads}");
            }
        }
    }
}

#[test]
fn a_filter_that_is_wrong_is_reported_in_its_own_text() {
    let schema = Schema::from_c("<schema>", "struct S { int n; };").unwrap();
    let query = Query::builder(&schema).filter("n > m").aggregate("len(records)");
    let error = query.build().unwrap_err().to_string();
    assert!(error.contains("\n --> <filter>:1:5\n"), "{error}");
    // An error inside the filter also points to its place.
    let query = Query::builder(&schema).filter("n > 5 or 7 // n > 1").aggregate("max(t.n for t in records)");
    let mut query = query.build().unwrap();
    query.watch();
    let input = [1i32, 2, 0].map(i32::to_le_bytes).concat();
    let error = query.run(&Input::from_bytes(&input)).unwrap_err();
    let expected = "<bytes>: record 2 (at byte 8): division by zero\n --> <filter>:1:10\n  |\n\
                    1 | n > 5 or 7 // n > 1\n  |          ^";
    assert_eq!((error.to_string().as_str(), error.record(), error.offset()), (expected, Some(2), Some(8)));
    let report = query.run(&Input::from_bytes(&[1; 400_000])).unwrap();
    let explained = query.explain(&report.stats).to_string();
    assert!(explained.contains("n > 5 or 7 // n > 1"), "{explained}");
    let error = Query::builder(&schema).filter("n > 0").totals(&["t.n"]).build().unwrap_err();
    assert_eq!(error.to_string(), "these sums are over all records: take the filter away, or use aggregate");
}
