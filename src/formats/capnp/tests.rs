//! Decoding of messages written word by word, by a schema built here.

use super::Limits;
use crate::query::values::Values;
use crate::query::{Number, Records};
use crate::schema::{Endian, Field, Language, Scalar, Schema, Struct, Type};
use crate::{ErrorKind, Jit, View};

fn field(name: &str, offset: u64, ty: Type) -> Field {
    Field { name: name.to_string(), offset, ty, ..Field::default() }
}

/// `Point { x, y :Float64 }`, `Triangle { a, b, c :Point }`, `Scene { triangles :List(Triangle) }`.
fn schema() -> Schema {
    let f64 = || Type::Scalar(Scalar::F64, Endian::Little);
    let named = |name: &str, size, pointers, fields| Struct {
        name: name.to_string(),
        size,
        align: 8,
        pointers,
        fields,
        ..Struct::default()
    };
    let point = named("Point", 16, 0, vec![field("x", 0, f64()), field("y", 8, f64())]);
    let corners = ["a", "b", "c"].iter().zip(0..).map(|(name, i)| field(name, i * 8, Type::Ref(0)));
    let triangle = named("Triangle", 0, 3, corners.collect());
    let list = Type::List(Box::new(Type::Ref(1)));
    let scene = named("Scene", 0, 1, vec![field("triangles", 0, list)]);
    Schema { language: Language::CapnProto, structs: vec![point, triangle, scene], ..Schema::default() }
}

fn bytes(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// A struct pointer: offset in words from its end, data words, pointers.
fn pointer(offset: u64, data: u64, pointers: u64) -> u64 {
    offset << 2 & 0xFFFF_FFFF | data << 32 | pointers << 48
}

/// A message of one triangle: table, root, three pointers, three points.
fn triangle(xs: [f64; 6]) -> Vec<u8> {
    let head = [10 << 32, pointer(0, 0, 3), pointer(2, 2, 0), pointer(3, 2, 0), pointer(4, 2, 0)];
    let numbers = xs.map(f64::to_bits);
    bytes(&[&head[..], &numbers].concat())
}

#[test]
fn a_stream_of_messages_is_totalled_in_every_way() {
    let mut stream = vec![];
    let mut sums = [0.0, 0.0];
    for i in 0..5000 {
        let xs = [0, 1, 2, 3, 4, 5].map(|k| f64::from(i * 7 + k));
        stream.extend(triangle(xs));
        sums[0] += xs[0] + xs[2] + xs[4];
        sums[1] += xs[1] + xs[3] + xs[5];
    }
    let expressions = ["t.a.x + t.b.x + t.c.x", "t.a.y + t.b.y + t.c.y"];
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let program = Values::totals(&schema(), "Triangle", &expressions).unwrap();
        let outcome = program.session(jit).run(&stream).cloned().unwrap();
        assert_eq!((outcome.records, outcome.totals()), (5000, sums.map(Number::Float).to_vec()), "{jit:?}");
    }
}

#[test]
fn the_elements_of_a_list_are_totalled_in_every_way() {
    let n: u64 = 3000;
    // The root, the list's tag, three pointers an element, and after all of them the points.
    let mut words = vec![0, pointer(0, 0, 1), 1 | (3 * n) << 35 | 7 << 32, n << 2 | 3 << 48];
    let mut points = vec![];
    let mut sum = 0.0;
    for i in 0..3 * n {
        words.push(pointer(3 * n - i - 1 + 2 * i, 2, 0));
        points.extend([(i as f64).to_bits(), 0]);
        sum += i as f64;
    }
    words.extend(points);
    words[0] = (words.len() as u64 - 1) << 32;
    let twice = [bytes(&words), bytes(&words)].concat();
    let records = Records { each: Some("triangles"), ..Records::from("Scene") };
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let program = Values::totals(&schema(), records, &["t.a.x + t.b.x + t.c.x"]).unwrap();
        let outcome = program.session(jit).run(&twice).cloned().unwrap();
        assert_eq!((outcome.records, outcome.totals()), (2 * n, vec![Number::Float(2.0 * sum)]), "{jit:?}");
    }
    // Nine words an element and three more: the root pointer, the root, the tag. A point that is followed
    // twice counts twice.
    for (expression, words) in
        [("t.a.x + t.b.x + t.c.x", 9 * n + 3), ("t.a.x + t.a.y + t.b.x + t.c.x", 11 * n + 3)]
    {
        for (traversal, enough) in [(words, true), (words - 1, false)] {
            let limits = Limits { traversal, ..Limits::default() };
            let program = Values::totals(&schema(), Records { limits, ..records }, &[expression]).unwrap();
            for jit in [Jit::Off, Jit::On, Jit::DeoptStress] {
                match program.session(jit).run(&twice) {
                    Ok(outcome) => assert!(enough && outcome.records == 2 * n),
                    Err(error) => {
                        let text = error.to_string();
                        let why = match words == 9 * n + 3 {
                            true => "a message of 27003 words",
                            false => "more words are read",
                        };
                        let message = text.contains(&format!("message 0 (at byte 0): {why}"));
                        assert!(!enough && error.kind() == ErrorKind::Data && message, "{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_loop_over_messages_makes_no_objects() {
    let schema = schema();
    let query = crate::Query::builder(&schema).record("Triangle").totals(&["t.a.x + t.b.x + t.c.x"]);
    let text = query.build().unwrap().dump(View::Opt).unwrap();
    assert!(!text.contains(" new "), "{text}");
}
