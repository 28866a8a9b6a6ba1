//! Messages of mixed shapes: one schema, several layouts, at random.
//!
//! Layouts are written word by word here, because builders do not produce most of them: see [`LAYOUTS`]. A
//! case uses the first few; the cases are to show that the time does not depend on their number.

use capnp::schema::Field;
use capnp::{dynamic_list, dynamic_struct, dynamic_value};

use super::data::{Made, Random, table};
use super::hand::{self, Fault, Message, Pointer, bits};
use super::{Answer, Case, Contender, fields, flat, ours, whole};
use readers::mixed_capnp::{place, sample};

pub fn cases() -> Vec<Case> {
    let case = |name: &str, make| Case {
        name: name.into(),
        record: "messages",
        in_cache: 500,
        whole: 500_000,
        make,
        contenders: contenders(),
    };
    vec![
        case("mixed", |messages| make(messages, 3)),
        case("mixed-1", |messages| make(messages, 1)),
        case("mixed-2", |messages| make(messages, 2)),
        case("mixed-6", |messages| make(messages, 6)),
    ]
}

fn contenders() -> Vec<Contender> {
    let [wirelens, interp] = ours::mixed();
    vec![
        Contender::new("generated", |bytes| {
            whole(|sum| {
                flat::each(bytes, |message| {
                    *sum += generated(message.get_root()?)?;
                    Ok(())
                })
            })
        }),
        Contender::new("hand", |bytes| {
            whole(|sum| {
                hand::each(bytes, |message| {
                    *sum += hand(message)?;
                    Ok(())
                })
            })
        }),
        wirelens,
        interp,
        Contender::slow("reflection", |bytes| {
            let reflected = Reflected::new();
            whole(|sum| {
                flat::each(bytes, |message| {
                    let root: dynamic_value::Reader = message.get_root::<sample::Reader>()?.into();
                    *sum += reflected.value(root.downcast())?;
                    Ok(())
                })
            })
        }),
    ]
}

/// The layout of the objects in a message.
struct Layout {
    /// Words of data and pointers of the sample; the schema has 2 and 3.
    sample: (usize, usize),
    /// Words of data of its places; the schema has 2. None: there are no places.
    place: Option<usize>,
    reach: Reach,
}

/// The indirections of the pointer to an object.
#[derive(Clone, Copy)]
enum Reach {
    /// None: all objects are in one segment.
    Near,
    /// A pad before the object, in another segment.
    Far,
    /// A pad in a third segment.
    DoubleFar,
}

const LAYOUTS: [Layout; 6] = [
    // As a writer of this schema writes it.
    Layout { sample: (2, 3), place: Some(2), reach: Reach::Near },
    // By a writer of an older schema, without the last fields.
    Layout { sample: (1, 2), place: Some(1), reach: Reach::Near },
    // By a writer whose first segment was full.
    Layout { sample: (2, 3), place: Some(2), reach: Reach::Far },
    // By a writer of a newer schema.
    Layout { sample: (3, 4), place: Some(3), reach: Reach::Near },
    // By a writer that sets no places.
    Layout { sample: (2, 3), place: None, reach: Reach::Near },
    // By a writer whose second segment was full, too.
    Layout { sample: (2, 3), place: Some(2), reach: Reach::DoubleFar },
];

fn make(messages: usize, layouts: usize) -> Made {
    let (mut random, mut words, mut sum) = (Random::new(), vec![], 0);
    for _ in 0..messages {
        sum += message(&mut words, &LAYOUTS[random.below(layouts as u64) as usize], &mut random);
    }
    Made { words, records: messages, answer: Answer::Whole(sum) }
}

/// Appends a message to `words`, and returns its value.
fn message(words: &mut Vec<u64>, layout: &Layout, random: &mut Random) -> i64 {
    let (data, pointers) = layout.sample;
    let (id, kind, weight) = (random.of(0, 1 << 30), random.of(0, 1 << 15), random.of(-500, 500));
    let mut sample = vec![0; data + pointers];
    sample[0] = id as u64 | (kind as u64) << 32;
    // Fields are XORed with their defaults; the bits after the schema's fields are not zero.
    let weight = if data > 1 { weight } else { 100 };
    let fields = [u64::from(weight as u32 ^ 100), 0xdead_beef];
    sample[1..data].copy_from_slice(&fields[..data - 1]);

    // Three segments, the later of which may stay empty.
    let mut segments = [vec![0], vec![], vec![]];
    put(&mut segments, 0, struct_size(data, pointers), &sample, Reach::Near);
    let first = 1 + data;

    let mut place = |segments: &mut [Vec<u64>; 3], i: usize| {
        let (x, y, height) = (random.of(-9_999, 9_999), random.of(-9_999, 9_999), random.of(-99, 99));
        let Some(data) = layout.place.filter(|_| i < pointers) else { return [0, 0, -1] };
        let words = [u64::from(x as u32) | (y as u64) << 32, u64::from(height as u16 ^ 0xffff), 0xdead_beef];
        put(segments, first + i, struct_size(data, 0), &words[..data], layout.reach);
        [x, y, if data > 1 { height } else { -1 }]
    };
    let (at, origin) = (place(&mut segments, 0), place(&mut segments, 2));
    let levels: Vec<i16> = (0..random.of(4, 12)).map(|_| random.of(-9_999, 9_999) as i16).collect();
    let word = |four: &[i16]| four.iter().rev().fold(0, |word, &level| word << 16 | u64::from(level as u16));
    let level_words: Vec<u64> = levels.chunks(4).map(word).collect();
    put(&mut segments, first + 1, 1 | (3 | (levels.len() as u64) << 3) << 32, &level_words, layout.reach);

    let used = match layout.reach {
        Reach::Near => 1,
        Reach::Far => 2,
        Reach::DoubleFar => 3,
    };
    table(words, segments[..used].iter().map(Vec::len));
    words.extend(segments.concat());
    value(id, kind, weight, at, origin, levels.iter().map(|&l| i64::from(l)).sum())
}

/// Kind and upper half of a pointer to a struct with this number of words of data and pointers.
fn struct_size(data: usize, pointers: usize) -> u64 {
    (data as u64) << 32 | (pointers as u64) << 48
}

/// Puts an object into the segments, and the pointer to it at `at` in the first one; `shape` is the pointer's
/// kind and upper half.
fn put(segments: &mut [Vec<u64>; 3], at: usize, shape: u64, object: &[u64], reach: Reach) {
    let far = |segment: u64, position: usize| 2 | (position as u64) << 3 | segment << 32;
    let [first, second, third] = segments;
    first[at] = match reach {
        Reach::Near => {
            let offset = first.len() - at - 1;
            first.extend(object);
            shape | (offset as u64) << 2
        }
        Reach::Far => {
            second.push(shape);
            second.extend(object);
            far(1, second.len() - object.len() - 1)
        }
        Reach::DoubleFar => {
            third.extend([far(1, second.len()), shape]);
            second.extend(object);
            far(2, third.len() - 2) | 4
        }
    };
}

/// The value of a sample, from its numbers, its two places and the sum of its levels.
fn value(id: i64, kind: i64, weight: i64, place: [i64; 3], origin: [i64; 3], levels: i64) -> i64 {
    let far = |[x, y, height]: [i64; 3]| x - y + 2 * height;
    id + 3 * kind + weight + far(place) - far(origin) + levels
}

fn generated(sample: sample::Reader) -> capnp::Result<i64> {
    let of = |place: place::Reader| [place.get_x().into(), place.get_y().into(), place.get_height().into()];
    let levels = sample.get_levels()?.iter().map(i64::from).sum();
    let (id, kind, weight) = (sample.get_id().into(), sample.get_kind().into(), sample.get_weight().into());
    Ok(value(id, kind, weight, of(sample.get_place()?), of(sample.get_origin()?), levels))
}

#[inline(always)]
fn hand(message: &Message) -> Result<i64, Fault> {
    let sample = message.root()?.structure()?;
    let of = |place: Pointer| {
        let [xy, height] = place.structure()?.words();
        Ok([(xy as i32).into(), ((xy >> 32) as i32).into(), (height as i16 ^ -1).into()])
    };
    let ([first, second], [place, levels, origin]) = (sample.words(), sample.pointers());
    let levels = levels.shorts()?.iter().map(|&l| i64::from(l)).sum();
    let (id, kind, weight) = (bits(first, 0, 32), bits(first, 32, 16), (second as i32 ^ 100).into());
    Ok(value(id, kind, weight, of(place)?, of(origin)?, levels))
}

/// The fields of a sample and of a place, looked up once.
struct Reflected {
    numbers: [Field; 3],
    places: [Field; 2],
    levels: [Field; 1],
    place: [Field; 3],
}

impl Reflected {
    fn new() -> Reflected {
        Reflected {
            numbers: fields::<sample::Owned, 3>(["id", "kind", "weight"]),
            places: fields::<sample::Owned, 2>(["place", "origin"]),
            levels: fields::<sample::Owned, 1>(["levels"]),
            place: fields::<place::Owned, 3>(["x", "y", "height"]),
        }
    }

    fn value(&self, sample: dynamic_struct::Reader) -> capnp::Result<i64> {
        let of = |field| -> capnp::Result<[i64; 3]> {
            let place: dynamic_struct::Reader = sample.get(field)?.downcast();
            let [x, y, height] = self.place;
            Ok([
                place.get(x)?.downcast::<i32>().into(),
                place.get(y)?.downcast::<i32>().into(),
                place.get(height)?.downcast::<i16>().into(),
            ])
        };
        let [id, kind, weight] = self.numbers;
        let list: dynamic_list::Reader = sample.get(self.levels[0])?.downcast();
        let mut levels = 0;
        for level in list {
            levels += i64::from(level?.downcast::<i16>());
        }
        Ok(value(
            sample.get(id)?.downcast::<u32>().into(),
            sample.get(kind)?.downcast::<u16>().into(),
            sample.get(weight)?.downcast::<i32>().into(),
            of(self.places[0])?,
            of(self.places[1])?,
            levels,
        ))
    }
}
