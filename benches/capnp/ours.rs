//! This library's contenders, as native code and interpreted: totals of expressions, and of functions in the
//! text form of the IR (`programs/`) for cases that expressions cannot state.

use std::cell::RefCell;

use wirelens::{Builder, Jit, Limits, Number, Query, Schema, Value};

use super::{Answer, Contender, LIMIT};

const EXPRESSIONS: [&str; 2] = ["t.a.x + t.b.x + t.c.x", "t.a.y + t.b.y + t.c.y"];
const POLY: &str = include_str!("../../schemas/poly.capnp");

/// Over messages of one triangle.
pub fn stream() -> [Contender; 2] {
    contenders(totals("Triangle", None))
}

/// Over the elements of lists.
pub fn list() -> [Contender; 2] {
    contenders(totals("Polygons", Some("triangles")))
}

/// Over the cars of lots.
pub fn parking() -> [Contender; 2] {
    let schema = include_str!("../../schemas/parking.capnp");
    let schema = self::schema(schema);
    let lots = records(&schema, "Lot", Some("cars")).written(include_str!("programs/parking.ir"), &["worth"]);
    contenders(lots.build().expect("the program is right"))
}

/// Over pages of results.
pub fn search() -> [Contender; 2] {
    let schema = include_str!("../../schemas/search.capnp");
    contenders(total_of(schema, "Results", include_str!("programs/search.ir"), "best"))
}

/// Over trees.
pub fn expression() -> [Contender; 2] {
    let schema = include_str!("../../schemas/expression.capnp");
    contenders(total_of(schema, "Expression", include_str!("programs/expression.ir"), "value"))
}

/// Over samples.
pub fn mixed() -> [Contender; 2] {
    let schema = include_str!("../../schemas/mixed.capnp");
    contenders(total_of(schema, "Sample", include_str!("programs/mixed.ir"), "value"))
}

fn records<'a>(schema: &'a Schema, name: &'a str, each: Option<&'a str>) -> Builder<'a> {
    let limits = Limits { traversal: LIMIT as u64, ..Limits::default() };
    Query::builder(schema).record(name).each(each).limits(limits)
}

fn schema(text: &str) -> Schema {
    Schema::from_capnp_text("<schema>", text).expect("the schema is right")
}

fn totals(name: &str, each: Option<&str>) -> Query {
    records(&schema(POLY), name, each).totals(&EXPRESSIONS).build().expect("the schema has all that")
}

fn total_of(text: &str, record: &str, program: &str, function: &str) -> Query {
    records(&schema(text), record, None).written(program, &[function]).build().expect("the program is right")
}

/// Both run one program, which lives as long as the bench.
fn contenders(program: Query) -> [Contender; 2] {
    let program: &Query = Box::leak(Box::new(program));
    let run = |jit| {
        let session = RefCell::new(program.session(jit).expect("it has values"));
        move |bytes: &[u8]| {
            let mut session = session.borrow_mut();
            match session.run(bytes).expect("the bench made it").values[..] {
                [Value::Number(Number::Int(sum))] => Answer::Whole(sum),
                [Value::Number(sum)] => Answer::Floats(sum.to_f64(), 0.0),
                [Value::Number(x), Value::Number(y)] => Answer::Floats(x.to_f64(), y.to_f64()),
                _ => unreachable!("one total, or two"),
            }
        }
    };
    [
        Contender::warmed("wirelens", run(Jit::On), || program.stats()),
        Contender::slow("interp", run(Jit::Off)),
    ]
}
