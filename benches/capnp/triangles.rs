//! Triangles of points: a stream with one in each message, and one message with a list of them.
//!
//! The answer is the sums of the x and of the y of all points, added in the order of the data.

use capnp::schema::Field;
use capnp::{dynamic_list, dynamic_struct, dynamic_value};

use super::data::{Made, Random, append, builder};
use super::hand::{self, Fault, Message, Pointer, Struct, Structs, target};
use super::{Answer, Case, Contender, fields, flat, ours};
use readers::poly_capnp::{point, polygons, triangle};

pub fn stream() -> Case {
    let [wirelens, interp] = ours::stream();
    Case {
        name: "stream".into(),
        record: "messages of one triangle",
        in_cache: 744,
        whole: 1_000_000,
        make: make_stream,
        contenders: vec![
            Contender::new("generated", |bytes| {
                sums(|s| flat::each(bytes, |message| generated(message.get_root()?, s)))
            }),
            Contender::new("hand", |bytes| {
                sums(|s| hand::each(bytes, |message| hand(message.root()?.structure()?, s)))
            }),
            Contender::new("hand-guarded", |bytes| {
                sums(|s| hand::each(bytes, |message| stream_guarded(message, s)))
            }),
            wirelens,
            interp,
            Contender::slow("reflection", |bytes| {
                let reflected = Reflected::new();
                sums(|s| {
                    flat::each(bytes, |message| {
                        reflected.add(message.get_root::<triangle::Reader>()?.into(), s)
                    })
                })
            }),
        ],
    }
}

pub fn list() -> Case {
    let [wirelens, interp] = ours::list();
    Case {
        name: "list".into(),
        record: "triangles in one message",
        in_cache: 900,
        whole: 1_000_000,
        make: make_list,
        contenders: vec![
            Contender::new("generated", |bytes| {
                sums(|s| {
                    flat::each(bytes, |message| {
                        let triangles = message.get_root::<polygons::Reader>()?.get_triangles()?;
                        triangles.iter().try_for_each(|t| generated(t, s))
                    })
                })
            }),
            Contender::new("hand", |bytes| {
                sums(|s| {
                    hand::each(bytes, |message| {
                        let triangles = message.root()?.structure()?.pointers::<1>()[0].structures()?;
                        triangles.iter().try_for_each(|t| hand(t, s))
                    })
                })
            }),
            Contender::new("hand-guarded", |bytes| {
                sums(|s| hand::each(bytes, |message| list_guarded(message.root()?, s)))
            }),
            Contender::new("hand-predicted", |bytes| {
                sums(|s| hand::each(bytes, |message| list_predicted(message.root()?, s)))
            }),
            wirelens,
            interp,
            Contender::slow("reflection", |bytes| {
                let (reflected, [triangles]) =
                    (Reflected::new(), fields::<polygons::Owned, 1>(["triangles"]));
                sums(|s| {
                    flat::each(bytes, |message| {
                        let root: dynamic_value::Reader = message.get_root::<polygons::Reader>()?.into();
                        let root: dynamic_struct::Reader = root.downcast();
                        let list: dynamic_list::Reader = root.get(triangles)?.downcast();
                        list.iter().try_for_each(|t| reflected.add(t?, s))
                    })
                })
            }),
        ],
    }
}

/// The sums that `add` computes.
fn sums(add: impl FnOnce(&mut (f64, f64))) -> Answer {
    let mut sums = (0.0, 0.0);
    add(&mut sums);
    Answer::Floats(sums.0, sums.1)
}

fn make_stream(messages: usize) -> Made {
    let (mut random, mut words, mut sums) = (Random::new(), vec![], (0.0, 0.0));
    for _ in 0..messages {
        let mut message = builder(16);
        fill(message.init_root(), &mut random, &mut sums);
        append(&mut words, &message);
    }
    Made { words, records: messages, answer: Answer::Floats(sums.0, sums.1) }
}

fn make_list(triangles: usize) -> Made {
    let (mut random, mut words, mut sums) = (Random::new(), vec![], (0.0, 0.0));
    let mut message = builder(triangles * 9 + 16);
    let mut list = message.init_root::<polygons::Builder>().init_triangles(triangles as u32);
    for i in 0..triangles {
        fill(list.reborrow().get(i as u32), &mut random, &mut sums);
    }
    append(&mut words, &message);
    Made { words, records: triangles, answer: Answer::Floats(sums.0, sums.1) }
}

fn fill(mut triangle: triangle::Builder, random: &mut Random, sums: &mut (f64, f64)) {
    let mut set = |mut point: point::Builder| {
        let (x, y) = (random.double(), random.double());
        point.set_x(x);
        point.set_y(y);
        (x, y)
    };
    let a = set(triangle.reborrow().init_a());
    let b = set(triangle.reborrow().init_b());
    let c = set(triangle.reborrow().init_c());
    sums.0 += a.0 + b.0 + c.0;
    sums.1 += a.1 + b.1 + c.1;
}

fn generated(t: triangle::Reader, sums: &mut (f64, f64)) -> capnp::Result<()> {
    let (a, b, c) = (t.get_a()?, t.get_b()?, t.get_c()?);
    sums.0 += a.get_x() + b.get_x() + c.get_x();
    sums.1 += a.get_y() + b.get_y() + c.get_y();
    Ok(())
}

#[inline(always)]
fn hand(t: Struct, sums: &mut (f64, f64)) -> Result<(), Fault> {
    let mut points = [(0.0, 0.0); 3];
    for (point, pointer) in points.iter_mut().zip(t.pointers::<3>()) {
        let [x, y] = pointer.structure()?.words();
        *point = (f64::from_bits(x), f64::from_bits(y));
    }
    add(points, sums);
    Ok(())
}

/// Kind and upper half of the pointer to a triangle with three points, and to a point with two coordinates.
const TRIANGLE: u64 = 3 << 48;
const POINT: u64 = 2 << 32;
const SHAPE: u64 = !0xffff_fffc;

/// Reads a message of the stream if its pointers have the most common shape. Otherwise, or if it has an
/// error, [`hand`] reads it and reports the error.
#[inline(always)]
fn stream_guarded(message: &Message, sums: &mut (f64, f64)) -> Result<(), Fault> {
    let guarded = || {
        let root = *message.first.first()?;
        let start = target(0, root);
        let pointers = message.first.get(start..)?.first_chunk()?;
        let points = points(message.first, start, pointers).filter(|_| root & SHAPE == TRIANGLE)?;
        message.charge(1 + 3 + 3 * 2).ok()?;
        Some(points)
    };
    match guarded() {
        Some(points) => add(points, sums),
        None => hand(message.root()?.structure()?, sums)?,
    }
    Ok(())
}

/// Reads the list, likewise: its elements are arrays of three pointers.
fn list_guarded(root: Pointer, sums: &mut (f64, f64)) -> Result<(), Fault> {
    let triangles = root.structure()?.pointers::<1>()[0].structures()?;
    let Some(pointers) = triangles.pointers() else {
        return triangles.iter().try_for_each(|t| hand(t, sums));
    };
    let Structs { message, segment, at, .. } = triangles;
    pointers.iter().zip(triangles.iter()).enumerate().try_for_each(|(i, (three, triangle))| {
        match points(segment, at + 3 * i, three).filter(|_| message.charge(3 * 2).is_ok()) {
            Some(points) => add(points, sums),
            None => hand(triangle, sums)?,
        }
        Ok(())
    })
}

/// Reads the list if the points of its triangles are consecutive, as a builder writes them: then each pointer
/// is predicted from the previous one, and only compared with the prediction. After a misprediction a new
/// sequence begins.
fn list_predicted(root: Pointer, sums: &mut (f64, f64)) -> Result<(), Fault> {
    let triangles = root.structure()?.pointers::<1>()[0].structures()?;
    let Some(pointers) = triangles.pointers::<3>() else {
        return triangles.iter().try_for_each(|t| hand(t, sums));
    };
    let Structs { message, segment, at, .. } = triangles;
    let mut done = 0;
    while let Some(&[first, ..]) = pointers.get(done) {
        let start = target(at + 3 * done, first);
        let (row, _) = segment.get(start..).unwrap_or(&[]).as_chunks::<6>();
        let (mut low, mut count, mut here) = (first as u32, 0, *sums);
        for (three, points) in pointers[done..].iter().zip(row) {
            let next = |step| POINT | u64::from(low.wrapping_add(step));
            if (three[0] ^ next(0)) | (three[1] ^ next(4)) | (three[2] ^ next(8)) != 0 {
                break;
            }
            let [ax, ay, bx, by, cx, cy] = points.map(f64::from_bits);
            add([(ax, ay), (bx, by), (cx, cy)], &mut here);
            (low, count) = (low.wrapping_add(12), count + 1);
        }
        *sums = here;
        message.charge(count * 3 * 2)?;
        if count == 0 {
            triangles.iter().skip(done).take(1).try_for_each(|t| hand(t, sums))?;
        }
        done += count.max(1);
    }
    Ok(())
}

/// The three points whose pointers are at `at`, if they have the most common shape.
#[inline(always)]
fn points(segment: &[u64], at: usize, pointers: &[u64; 3]) -> Option<[(f64, f64); 3]> {
    let point = |i: usize| {
        let word = pointers[i];
        let [x, y] = *segment.get(target(at + i, word)..)?.first_chunk()?;
        (word & SHAPE == POINT).then_some((f64::from_bits(x), f64::from_bits(y)))
    };
    Some([point(0)?, point(1)?, point(2)?])
}

#[inline(always)]
fn add([a, b, c]: [(f64, f64); 3], sums: &mut (f64, f64)) {
    sums.0 += a.0 + b.0 + c.0;
    sums.1 += a.1 + b.1 + c.1;
}

/// The fields of a triangle and of a point, looked up once.
struct Reflected {
    points: [Field; 3],
    coordinates: [Field; 2],
}

impl Reflected {
    fn new() -> Reflected {
        let points = fields::<triangle::Owned, 3>(["a", "b", "c"]);
        Reflected { points, coordinates: fields::<point::Owned, 2>(["x", "y"]) }
    }

    fn add(&self, t: dynamic_value::Reader, sums: &mut (f64, f64)) -> capnp::Result<()> {
        let t: dynamic_struct::Reader = t.downcast();
        let mut points = [(0.0, 0.0); 3];
        for (point, field) in points.iter_mut().zip(self.points) {
            let p: dynamic_struct::Reader = t.get(field)?.downcast();
            *point = (p.get(self.coordinates[0])?.downcast(), p.get(self.coordinates[1])?.downcast());
        }
        let [a, b, c] = points;
        sums.0 += a.0 + b.0 + c.0;
        sums.1 += a.1 + b.1 + c.1;
        Ok(())
    }
}
