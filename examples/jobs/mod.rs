//! The jobs of `worker.rs`: a kind of message each, and what is computed from it.
//!
//! [`Sessions`] has a compiled query for each kind. Three are expressions. Two are functions in the text form
//! of the IR: an expression has no recursion, and its `sum` within a record has 128 bits, which costs calls.
//!
//! [`Generated`] computes the same with the readers that `capnpc` generates: answers and latencies are
//! compared with these. All floats are multiples of 1/8 times a power of two, and areas of such points:
//! neither their products nor their sums are rounded. So the order of additions does not matter, and answers
//! are equal.

use capnp::message::{Reader, ReaderOptions};
use capnp::serialize::{BufferSegments, read_message_from_flat_slice};
use capnp::traits::FromPointerReader;
use readers::mixed_capnp::{place, sample};
use readers::parking_capnp::{Fuel, Paint, car, lot};
use readers::poly_capnp::{point, polygons, triangle};
use readers::search_capnp::results;
use wirelens::{Builder, Error, Format, Jit, Number, Query, Schema, Session, Value};

/// A kind of message, and what is computed from it.
pub struct Job {
    pub name: &'static str,
    schema: &'static str,
    query: fn(&Schema) -> Builder<'_>,
}

/// The number of kinds. A message has the number of its kind.
pub const KINDS: usize = 5;

pub const JOBS: [Job; KINDS] = [
    Job {
        name: "samples",
        schema: include_str!("../../schemas/mixed.capnp"),
        query: |schema| {
            const VALUE: &str = "t.id + 3 * t.kind + t.weight + (t.place.x - t.place.y + 2 * t.place.height) \
                         - (t.origin.x - t.origin.y + 2 * t.origin.height) + len(t.levels)";
            Query::builder(schema).record("Sample").totals(&[VALUE])
        },
    },
    Job {
        name: "parking",
        schema: include_str!("../../schemas/parking.capnp"),
        query: |schema| {
            let worth = include_str!("../../benches/capnp/programs/parking.ir");
            Query::builder(schema).record("Lot").each("cars").written(worth, &["worth"])
        },
    },
    Job {
        name: "search",
        schema: include_str!("../../schemas/search.capnp"),
        query: |schema| {
            let best = "max((i.score * (1024.0 if ' lens ' in i.snippet else 1.0) \
                             * (0.0009765625 if ' advert ' in i.snippet else 1.0) \
                             for page in records for i in page.items), default=0.0)";
            Query::builder(schema).record("Results").aggregate(best)
        },
    },
    Job {
        name: "polygons",
        schema: include_str!("../../schemas/poly.capnp"),
        query: |schema| {
            const AREA: &str =
                "abs((t.b.x - t.a.x) * (t.c.y - t.a.y) - (t.c.x - t.a.x) * (t.b.y - t.a.y)) / 2";
            Query::builder(schema).record("Polygons").each("triangles").totals(&[AREA])
        },
    },
    Job {
        name: "trees",
        schema: include_str!("../../schemas/expression.capnp"),
        query: |schema| {
            let value = include_str!("../../benches/capnp/programs/expression.ir");
            Query::builder(schema).record("Expression").written(value, &["value"])
        },
    },
];

/// Compiles the query of each kind. That is done once; any number of threads can have sessions of it.
pub fn queries() -> Result<Vec<Query>, Error> {
    // If the encoding is named, it is not guessed for each message.
    let plain = Format::named("capnp");
    let query =
        |job: &Job| (job.query)(&Schema::from_capnp_text(job.name, job.schema)?).format(plain).build();
    JOBS.iter().map(query).collect()
}

/// What a job has computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    Whole(i64),
    Float(f64),
}

/// Computes the answer to a message of a kind.
pub trait Jobs {
    fn answer(&mut self, kind: usize, message: &[u8]) -> Result<Answer, String>;
}

/// Sessions of the queries, for one thread.
pub struct Sessions<'q>(Vec<Session<'q>>);

impl<'q> Sessions<'q> {
    /// With `background`, no message waits for the compiler.
    pub fn new(queries: &'q [Query], background: bool) -> Self {
        let sessions = queries.iter().filter_map(|query| query.session(Jit::On));
        Sessions(sessions.map(|s| if background { s.in_background() } else { s }).collect())
    }
}

impl Jobs for Sessions<'_> {
    fn answer(&mut self, kind: usize, message: &[u8]) -> Result<Answer, String> {
        let session = self.0.get_mut(kind).ok_or_else(|| format!("there is no kind {kind}"))?;
        match session.run(message).map_err(|e| e.to_string())?.values[..] {
            [Value::Number(Number::Int(whole))] => Ok(Answer::Whole(whole)),
            [Value::Number(Number::Float(float))] => Ok(Answer::Float(float)),
            ref others => Err(format!("the answer is {others:?}")),
        }
    }
}

/// The generated readers.
pub struct Generated;

impl Jobs for Generated {
    fn answer(&mut self, kind: usize, message: &[u8]) -> Result<Answer, String> {
        generated(kind, message).map_err(|e| e.to_string())
    }
}

fn generated(kind: usize, mut bytes: &[u8]) -> capnp::Result<Answer> {
    let message = read_message_from_flat_slice(&mut bytes, ReaderOptions::new())?;
    match kind {
        0 => sampled(root(&message)?).map(Answer::Whole),
        1 => parked(root(&message)?).map(Answer::Whole),
        2 => best(root(&message)?).map(Answer::Float),
        3 => area(root(&message)?).map(Answer::Float),
        4 => readers::value_of_tree(root(&message)?).map(Answer::Whole),
        _ => Err(capnp::Error::failed(format!("there is no kind {kind}"))),
    }
}

fn root<'a, T: FromPointerReader<'a>>(message: &'a Reader<BufferSegments<&[u8]>>) -> capnp::Result<T> {
    message.get_root()
}

fn sampled(s: sample::Reader) -> capnp::Result<i64> {
    let far = |p: place::Reader| i64::from(p.get_x()) - i64::from(p.get_y()) + 2 * i64::from(p.get_height());
    let own = i64::from(s.get_id()) + 3 * i64::from(s.get_kind()) + i64::from(s.get_weight());
    Ok(own + far(s.get_place()?) - far(s.get_origin()?) + i64::from(s.get_levels()?.len()))
}

fn parked(lot: lot::Reader) -> capnp::Result<i64> {
    lot.get_cars()?.iter().try_fold(0, |sum, car| Ok(sum + worth(car)?))
}

fn worth(c: car::Reader) -> capnp::Result<i64> {
    let some = |condition: bool, value: i64| if condition { value } else { 0 };
    let size = i64::from(c.get_length()) * i64::from(c.get_width()) * i64::from(c.get_height());
    let mut worth = 180 * i64::from(c.get_seats()) + 320 * i64::from(c.get_doors());
    worth += 20 * i64::from(c.get_cup_holders()) + (size >> 6) - i64::from(c.get_weight() >> 2);
    worth += some(c.get_power_windows(), 250) + some(c.get_power_steering(), 300);
    worth += some(c.get_cruise_control(), 150) + some(c.get_navigation(), 450);
    worth += some(matches!(c.get_paint()?, Paint::Black | Paint::White), 120);
    for wheel in c.get_wheels()? {
        worth += i64::from(wheel.get_diameter()).pow(2) + some(wheel.get_winter(), 90);
    }
    let engine = c.get_engine()?;
    worth += 45 * i64::from(engine.get_power()) + 150 * i64::from(engine.get_cylinders());
    worth += i64::from(engine.get_displacement() >> 3) + some(engine.get_turbo(), 800);
    Ok(worth
        + match engine.get_fuel()? {
            Fuel::Petrol => 0,
            Fuel::Diesel => 300,
            Fuel::Electric => 5000,
            Fuel::Hybrid => 2500,
        })
}

fn best(page: results::Reader) -> capnp::Result<f64> {
    let mut best = None;
    for item in page.get_items()? {
        let snippet = item.get_snippet()?.to_str()?;
        let good = if snippet.contains(" lens ") { 1024.0 } else { 1.0 };
        let bad = if snippet.contains(" advert ") { 1.0 / 1024.0 } else { 1.0 };
        let score = item.get_score() * good * bad;
        best = Some(best.map_or(score, |best| if score > best { score } else { best }));
    }
    Ok(best.unwrap_or(0.0))
}

fn area(polygons: polygons::Reader) -> capnp::Result<f64> {
    polygons.get_triangles()?.iter().try_fold(0.0, |sum, triangle| Ok(sum + area_of(triangle)?))
}

fn area_of(t: triangle::Reader) -> capnp::Result<f64> {
    let place = |p: point::Reader| (p.get_x(), p.get_y());
    let (a, b, c) = (place(t.get_a()?), place(t.get_b()?), place(t.get_c()?));
    Ok(((b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1)).abs() / 2.0)
}
