//! Runs of a session over small inputs against runs of its query, which share only the program: records of a
//! fixed size with a header and any incomplete rest, and streams of messages, truncated and damaged. Values,
//! numbers of records, truncated records and errors must be the same.

use capnp::message::Builder;
use capnp::serialize;
use readers::poly_capnp::polygons;
use wirelens::{Format, Input, Jit, Query, Schema};

const SUMS: [&str; 2] = ["t.a.x + t.b.y", "t.c.x"];

/// Runs over all inputs in each mode; with [`Jit::On`] also in the background. Returns how many inputs had
/// values.
fn compare(query: impl Fn() -> Query, inputs: &[Vec<u8>]) -> usize {
    let modes = [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress].map(|jit| (jit, false));
    let mut good = 0;
    for (jit, background) in modes.into_iter().chain([(Jit::On, true)]) {
        let (query, reference) = (query(), query());
        let session = query.session(jit).expect("it has values");
        let mut session = if background { session.in_background() } else { session };
        good = 0;
        for (number, bytes) in inputs.iter().enumerate() {
            let expected = reference.run(&Input::from_bytes(bytes));
            good += usize::from(expected.is_ok());
            let expected = expected.map(|report| (report.records, report.values, report.cut));
            let found = session.run(bytes).map(|found| (found.records, found.values.clone(), found.cut));
            assert_eq!(
                format!("{found:?}"),
                format!("{expected:?}"),
                "{jit:?}, background: {background}, input {number}"
            );
        }
    }
    good
}

/// Any number of whole records, and any rest, which is reported.
#[test]
fn packed_records_of_any_length() {
    let schema = "#pragma wirelens header(5)\nstruct Point { double x, y; };\n\
                  struct Triangle { struct Point a, b, c; };";
    let schema = Schema::from_c("<schema>", schema).expect("it is right");
    let query = || {
        let query = Query::builder(&schema).record("Triangle").totals(&SUMS).build();
        query.unwrap_or_else(|e| panic!("{e}"))
    };
    let mut bytes = vec![7; 5];
    for i in 0..60u32 {
        bytes.extend((f64::from(i) / 3.0).to_le_bytes());
    }
    let inputs: Vec<_> = (0..=bytes.len()).map(|length| bytes[..length].to_vec()).collect();
    assert_eq!(compare(query, &inputs), inputs.len(), "a record that is incomplete is no error");
}

fn message(first: u32, triangles: u32) -> Vec<u8> {
    let mut message = Builder::new_default();
    let mut list = message.init_root::<polygons::Builder>().init_triangles(triangles);
    for i in 0..triangles {
        let mut t = list.reborrow().get(i);
        t.reborrow().init_a().set_x(f64::from(first + i));
        t.reborrow().init_b().set_y(f64::from(i) / 3.0);
        if i % 2 == 0 {
            t.init_c().set_x(0.5);
        }
    }
    serialize::write_message_to_words(&message)
}

/// A stream, each of its prefixes, and streams with one byte changed.
fn streams() -> Vec<Vec<u8>> {
    let stream = [message(1, 3), message(2, 0), message(3, 2)].concat();
    let mut inputs: Vec<_> = (0..=stream.len()).map(|length| stream[..length].to_vec()).collect();
    for at in 0..stream.len() {
        let mut damaged = stream.clone();
        damaged[at] ^= 1 << (at % 7);
        inputs.push(damaged);
    }
    inputs
}

#[test]
fn streams_of_messages_truncated_and_damaged() {
    let schema = Schema::from_capnp("schemas/poly.capnp", &[]).expect("it is right");
    for format in [None, Format::named("capnp")] {
        let query = || {
            let query = Query::builder(&schema).record("Polygons").each("triangles").totals(&SUMS);
            query.format(format).build().unwrap_or_else(|e| panic!("{e}"))
        };
        let inputs = streams();
        let good = compare(query, &inputs);
        assert!(inputs.len() / 4 < good && good < inputs.len(), "{good} of {}", inputs.len());
    }
}
