//! The library's own contenders: totals of expressions over triangles, as native code and interpreted.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::thread::LocalKey;

use wirelens::{
    Endian, Field, Jit, Language, Limits, Program, Records, Scalar, Schema, Session, Struct, Type,
};

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
    Program::totals(&schema(), Records { name, each, limits }, &EXPRESSIONS).expect("the schema has all that")
}

/// `schemas/poly.capnp`.
fn schema() -> Schema {
    let field = |name: &str, offset, ty| Field { name: name.into(), offset, ty, ..Field::default() };
    let double = Type::Scalar(Scalar::F64, Endian::Little);
    let point = Struct {
        name: "Point".into(),
        size: 16,
        fields: vec![field("x", 0, double.clone()), field("y", 8, double)],
        ..Struct::default()
    };
    let triangle = Struct {
        name: "Triangle".into(),
        pointers: 3,
        fields: vec![field("a", 0, Type::Ref(0)), field("b", 8, Type::Ref(0)), field("c", 16, Type::Ref(0))],
        ..Struct::default()
    };
    let polygons = Struct {
        name: "Polygons".into(),
        pointers: 1,
        fields: vec![field("triangles", 0, Type::List(Box::new(Type::Ref(1))))],
        ..Struct::default()
    };
    Schema { language: Language::CapnProto, structs: vec![point, triangle, polygons], ..Schema::default() }
}
