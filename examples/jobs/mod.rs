//! The jobs of `worker.rs`: a kind of message each, and what is computed from it.
//!
//! [`Sessions`] has a compiled query for each kind. [`Generated`] computes the same with the readers that
//! `capnpc` generates; it is what the answers and latencies are compared with. The floats of these jobs are
//! sums of multiples of 1/128 and products with powers of two, all exact: so answers are compared bit by bit.

use capnp::message::{Reader, ReaderOptions};
use capnp::serialize::{BufferSegments, read_message_from_flat_slice};
use capnp::traits::FromPointerReader;
use readers::expression_capnp::{Operation, expression};
use readers::mixed_capnp::{place, sample};
use readers::parking_capnp::{Fuel, Paint, car, lot};
use readers::poly_capnp::{point, polygons, triangle};
use readers::search_capnp::results;
use wirelens::{Error, Jit, Number, Query, Schema, Session, Value};

/// The name of a kind, its schema, the record, and the expression over it.
type Job = (&'static str, &'static str, &'static str, &'static str);

/// All kinds but the trees, whose number is the last one.
const JOBS: [Job; TREES] = [
    (
        "samples",
        include_str!("../../schemas/mixed.capnp"),
        "Sample",
        "sum(s.id + 3 * s.kind + s.weight + s.place.x - s.place.y + 2 * s.place.height \
             - (s.origin.x - s.origin.y + 2 * s.origin.height) + sum(s.levels) for s in records)",
    ),
    (
        "parking",
        include_str!("../../schemas/parking.capnp"),
        "Lot",
        "sum(180 * c.seats + 320 * c.doors + 20 * c.cupHolders + (c.length * c.width * c.height >> 6) \
             - (c.weight >> 2) + (450 if c.navigation else 0) \
             + (120 if c.paint == 'black' or c.paint == 'white' else 0) \
             + sum(w.diameter * w.diameter + (90 if w.winter else 0) for w in c.wheels) \
             + 45 * c.engine.power + (800 if c.engine.turbo else 0) \
             + (5000 if c.engine.fuel == 'electric' else 0) for lot in records for c in lot.cars)",
    ),
    (
        "search",
        include_str!("../../schemas/search.capnp"),
        "Results",
        "max((i.score * (1024.0 if ' lens ' in i.snippet else 1.0) \
              * (0.0009765625 if ' advert ' in i.snippet else 1.0) \
              for page in records for i in page.items), default=0.0)",
    ),
    (
        "polygons",
        include_str!("../../schemas/poly.capnp"),
        "Polygons",
        "sum(abs((t.b.x - t.a.x) * (t.c.y - t.a.y) - (t.c.x - t.a.x) * (t.b.y - t.a.y)) / 2 \
             for p in records for t in p.triangles)",
    ),
];

/// The number of the kind whose messages are trees. An expression has no recursion, so this job is a function
/// in the text form of the IR.
const TREES: usize = 4;
const TREE: &str = include_str!("../../benches/capnp/programs/expression.ir");

/// The number of kinds.
pub const KINDS: usize = TREES + 1;

pub fn name(kind: usize) -> &'static str {
    JOBS.get(kind).map_or("trees", |job| job.0)
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

/// Compiles the query of each kind. That is done once; any number of threads can have sessions of it.
pub fn queries() -> Result<Vec<Query>, Error> {
    let mut queries = vec![];
    for (name, schema, record, expression) in JOBS {
        let schema = Schema::from_capnp_text(name, schema)?;
        queries.push(Query::builder(&schema).record(record).aggregate(expression).build()?);
    }
    let schema = Schema::from_capnp_text("trees", include_str!("../../schemas/expression.capnp"))?;
    queries.push(Query::builder(&schema).record("Expression").written(TREE, &["value"]).build()?);
    Ok(queries)
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
        TREES => value(root(&message)?).map(Answer::Whole),
        _ => Err(capnp::Error::failed(format!("there is no kind {kind}"))),
    }
}

fn root<'a, T: FromPointerReader<'a>>(message: &'a Reader<BufferSegments<&[u8]>>) -> capnp::Result<T> {
    message.get_root()
}

fn sampled(s: sample::Reader) -> capnp::Result<i64> {
    let far = |p: place::Reader| i64::from(p.get_x()) - i64::from(p.get_y()) + 2 * i64::from(p.get_height());
    let own = i64::from(s.get_id()) + 3 * i64::from(s.get_kind()) + i64::from(s.get_weight());
    let levels: i64 = s.get_levels()?.iter().map(i64::from).sum();
    Ok(own + far(s.get_place()?) - far(s.get_origin()?) + levels)
}

fn parked(lot: lot::Reader) -> capnp::Result<i64> {
    lot.get_cars()?.iter().try_fold(0, |sum, car| Ok(sum + worth(car)?))
}

fn worth(c: car::Reader) -> capnp::Result<i64> {
    let some = |condition: bool, value: i64| if condition { value } else { 0 };
    let size = i64::from(c.get_length()) * i64::from(c.get_width()) * i64::from(c.get_height());
    let mut worth = 180 * i64::from(c.get_seats()) + 320 * i64::from(c.get_doors());
    worth += 20 * i64::from(c.get_cup_holders()) + (size >> 6) - i64::from(c.get_weight() >> 2);
    worth += some(c.get_navigation(), 450);
    worth += some(matches!(c.get_paint()?, Paint::Black | Paint::White), 120);
    for wheel in c.get_wheels()? {
        worth += i64::from(wheel.get_diameter()).pow(2) + some(wheel.get_winter(), 90);
    }
    let engine = c.get_engine()?;
    worth += 45 * i64::from(engine.get_power()) + some(engine.get_turbo(), 800);
    Ok(worth + some(engine.get_fuel()? == Fuel::Electric, 5000))
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

fn value(tree: expression::Reader) -> capnp::Result<i64> {
    use readers::expression_capnp::expression::{left, right};
    let left = match tree.get_left().which()? {
        left::Value(value) => value,
        left::Expression(tree) => value(tree?)?,
    };
    let right = match tree.get_right().which()? {
        right::Value(value) => value,
        right::Expression(tree) => value(tree?)?,
    };
    Ok(match tree.get_operation()? {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Least => left.min(right),
        Operation::Greatest => left.max(right),
    })
}
