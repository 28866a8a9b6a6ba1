//! Rows as values equal those that are written as JSON: of random schemas in [`super::schemas`], and here of
//! random messages, valid and broken.

use super::capnp::random_schema;
use super::cases;
use super::rng::Rng;
use crate::Jit;
use crate::input::Input;
use crate::lang::rows::RowFormat;
use crate::query::{Builder, Number, Query, Value};

/// Compares the rows of `query` as JSON and as values, up to the end or the same error; returns the number of
/// rows.
pub fn same<'q>(query: &dyn Fn() -> Builder<'q>, bytes: &[u8], what: &str) -> u64 {
    let input = Input::from_bytes(bytes);
    let written = query().rows(RowFormat::Json).build().expect("it is right");
    let mut pass = written.pass();
    let end = pass.add(&input).map(|seen| seen.cut).map_err(|e| e.to_string());
    let text = String::from_utf8(pass.finish().expect("nothing is computed").text).expect("JSON is text");
    let mut lines = text.lines().map(|line| serde_json::from_str(line).expect("it is JSON"));
    let reader = query().reader().expect("it is right");
    let mut rows = reader.rows(&input).expect("it is one of the formats");
    let (mut failed, mut count) = (None, 0);
    for row in rows.by_ref() {
        match row {
            Ok(row) => {
                count += 1;
                let line: serde_json::Map<String, serde_json::Value> = lines.next().expect(what);
                let same = line.values().zip(row.values()).all(|(json, value)| is_json(json, &value));
                assert!(same && line.len() == row.columns().len(), "{what}: {line:?}\n{row:?}");
            }
            Err(error) => failed = Some(error.to_string()),
        }
    }
    assert!(lines.next().is_none(), "{what}: rows are missing");
    assert_eq!(failed.map_or(Ok(rows.cut()), Err), end, "{what}");
    count
}

/// Whether the JSON value is the value as written.
fn is_json(json: &serde_json::Value, value: &Value) -> bool {
    match (json, value) {
        (serde_json::Value::Null, Value::None) => true,
        (serde_json::Value::Bool(a), Value::Bool(b)) => a == b,
        (serde_json::Value::String(a), Value::Text(b)) => a == b,
        (serde_json::Value::String(a), Value::Number(Number::Float(x))) => match a.as_str() {
            "NaN" => x.is_nan(),
            "Infinity" => *x == f64::INFINITY,
            _ => a == "-Infinity" && *x == f64::NEG_INFINITY,
        },
        // The text `-0` is read as an integer.
        (serde_json::Value::Number(a), Value::Number(Number::Float(x))) => {
            a.as_f64().map(f64::to_bits) == Some(x.to_bits()) || *x == 0.0 && a.as_f64() == Some(0.0)
        }
        (serde_json::Value::Number(a), Value::Number(b)) => a.to_string() == b.to_string(),
        (serde_json::Value::String(a), Value::Number(b)) => *a == b.to_string(),
        _ => false,
    }
}

#[test]
fn rows_of_made_up_messages_are_those_of_json() {
    let (mut rows, mut columns) = (0, 0);
    for seed in 0..cases(16) {
        let mut rng = Rng::new(seed ^ 0x40F5);
        let (schema, root, messages) = random_schema(&mut rng, 12);
        let jit = [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress][seed as usize % 4];
        let query = || Query::builder(&schema).record(root).select("*").jit(jit);
        // A struct may have no field that a column can show.
        let Ok(query_of_all) = query().build() else { continue };
        columns += query_of_all.columns().len();
        let mut bytes = messages.concat();
        rows += same(&query, &bytes.repeat(10), &format!("seed {seed}"));
        let at = rng.index(bytes.len());
        bytes[at] ^= 1 << rng.below(8);
        rows += same(&query, &bytes, &format!("seed {seed}, byte {at} is changed"));
    }
    assert!(rows > 500 && columns > 80, "{rows} rows, {columns} columns");
}
