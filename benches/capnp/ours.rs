//! The library's own contenders, as native code and interpreted: totals of expressions, and of functions in
//! the text form of the IR (`programs/`) where expressions cannot say what a case asks for.

use std::cell::RefCell;

use wirelens::{Jit, Limits, Number, Program, Records, Schema};

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
    contenders(total_of(schema, records("Lot", Some("cars")), include_str!("programs/parking.ir"), "worth"))
}

/// Over pages of results.
pub fn search() -> [Contender; 2] {
    let schema = include_str!("../../schemas/search.capnp");
    contenders(total_of(schema, records("Results", None), include_str!("programs/search.ir"), "best"))
}

/// Over trees.
pub fn expression() -> [Contender; 2] {
    let schema = include_str!("../../schemas/expression.capnp");
    contenders(total_of(schema, records("Expression", None), include_str!("programs/expression.ir"), "value"))
}

/// Over samples.
pub fn mixed() -> [Contender; 2] {
    let schema = include_str!("../../schemas/mixed.capnp");
    contenders(total_of(schema, records("Sample", None), include_str!("programs/mixed.ir"), "value"))
}

fn records<'a>(name: &'a str, each: Option<&'a str>) -> Records<'a> {
    Records { name, each, limits: Limits { traversal: LIMIT as u64, ..Limits::default() } }
}

fn schema(text: &str) -> Schema {
    Schema::from_capnp_text("<schema>", text).expect("the schema is right")
}

fn totals(name: &str, each: Option<&str>) -> Program {
    Program::totals(&schema(POLY), records(name, each), &EXPRESSIONS).expect("the schema has all that")
}

fn total_of(text: &str, records: Records, program: &str, function: &str) -> Program {
    Program::totals_of(&schema(text), records, program, &[function]).expect("the program is right")
}

/// Both run one program, which lives as long as the bench.
fn contenders(program: Program) -> [Contender; 2] {
    let program: &Program = Box::leak(Box::new(program));
    let run = |jit| {
        let session = RefCell::new(program.session(jit));
        move |bytes: &[u8]| {
            let outcome = session.borrow_mut().run(bytes).expect("the bench made it");
            match outcome.totals[..] {
                [Number::Int(sum)] => Answer::Whole(sum),
                [sum] => Answer::Floats(sum.to_f64(), 0.0),
                [x, y] => Answer::Floats(x.to_f64(), y.to_f64()),
                _ => unreachable!("one total, or two"),
            }
        }
    };
    [
        Contender::warmed("wirelens", run(Jit::On), || program.stats()),
        Contender::slow("interp", run(Jit::Off)),
    ]
}
