//! The library's own contenders: totals of expressions over triangles, as native code and interpreted.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::thread::LocalKey;

use wirelens::{Jit, Limits, Program, Records, Schema, Session};

use super::{Answer, Contender, LIMIT};

const EXPRESSIONS: [&str; 2] = ["t.a.x + t.b.x + t.c.x", "t.a.y + t.b.y + t.c.y"];

/// Compiled once.
static STREAM: OnceLock<Program> = OnceLock::new();
static LIST: OnceLock<Program> = OnceLock::new();

thread_local! {
    static STREAM_NATIVE: RefCell<Session<'static>> = RefCell::new(stream_program().session(Jit::On));
    static STREAM_INTERPRETED: RefCell<Session<'static>> = RefCell::new(stream_program().session(Jit::Off));
    static LIST_NATIVE: RefCell<Session<'static>> = RefCell::new(list_program().session(Jit::On));
    static LIST_INTERPRETED: RefCell<Session<'static>> = RefCell::new(list_program().session(Jit::Off));
}

/// Over messages of one triangle.
pub fn stream() -> [Contender; 2] {
    [
        Contender::new("wirelens", |bytes| run(&STREAM_NATIVE, bytes)),
        Contender::slow("interp", |bytes| run(&STREAM_INTERPRETED, bytes)),
    ]
}

/// Over the elements of lists.
pub fn list() -> [Contender; 2] {
    [
        Contender::new("wirelens", |bytes| run(&LIST_NATIVE, bytes)),
        Contender::slow("interp", |bytes| run(&LIST_INTERPRETED, bytes)),
    ]
}

fn run(session: &'static LocalKey<RefCell<Session<'static>>>, bytes: &[u8]) -> Answer {
    let outcome = session.with_borrow_mut(|session| session.run(bytes)).expect("the bench made it");
    Answer::Floats(outcome.totals[0].to_f64(), outcome.totals[1].to_f64())
}

fn stream_program() -> &'static Program {
    STREAM.get_or_init(|| program("Triangle", None))
}

fn list_program() -> &'static Program {
    LIST.get_or_init(|| program("Polygons", Some("triangles")))
}

fn program(name: &str, each: Option<&str>) -> Program {
    let limits = Limits { traversal: LIMIT as u64, ..Limits::default() };
    let text = include_str!("../../schemas/poly.capnp");
    let schema = Schema::from_capnp_text("poly.capnp", text).expect("the schema is right");
    Program::totals(&schema, Records { name, each, limits }, &EXPRESSIONS).expect("the schema has all that")
}
