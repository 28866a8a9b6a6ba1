//! Skipped records: results over the other records equal those over a file without the skipped ones.

use wirelens::{Builder, Cut, Format, Input, Jit, Query, RowFormat, Schema, Value};

const CAPNP: &str = "@0xf3b84c3a2d1e0f57; struct P { n @0 :UInt32; m @1 :UInt32; }";
const C: &str = "#pragma wirelens header(5)\nstruct P { uint32_t n, m; };";

/// Records of the struct `P`: after a header, as messages, and as packed messages. `n` is the record's
/// number.
struct Encoding {
    format: &'static str,
    header: usize,
    record: fn(u32) -> Vec<u8>,
}

const ENCODINGS: [Encoding; 3] = [
    Encoding {
        format: "packed-struct",
        header: 5,
        record: |n| [n.to_le_bytes(), (n ^ 1).to_le_bytes()].concat(),
    },
    Encoding {
        format: "capnp",
        header: 0,
        record: |n| message(n).iter().flat_map(|w| w.to_le_bytes()).collect(),
    },
    Encoding {
        format: "capnp-packed",
        header: 0,
        record: |n| message(n).iter().flat_map(|w| packed(*w)).collect(),
    },
];

/// The table of one segment, the root pointer, a word of data.
fn message(n: u32) -> [u64; 3] {
    [2 << 32, 1 << 32, u64::from(n) | u64::from(n ^ 1) << 32]
}

/// Packs a word that has neighbors of another kind, so that runs have no further words.
fn packed(word: u64) -> Vec<u8> {
    let bytes = word.to_le_bytes();
    let tag = (0..8).fold(0, |tag, i| tag | u8::from(bytes[i] != 0) << i);
    let mut all = vec![tag];
    all.extend(bytes.iter().filter(|b| **b != 0));
    // A tag of all zeros or all ones is followed by the number of further such words.
    all.extend([0].iter().filter(|_| tag == 0 || tag == 0xFF));
    all
}

impl Encoding {
    fn schema(&self) -> Schema {
        let c = self.format == "packed-struct";
        if c { Schema::from_c("p.h", C) } else { Schema::from_capnp_text("p.capnp", CAPNP) }
            .expect("it is right")
    }

    fn bytes(&self, numbers: std::ops::Range<u32>) -> Vec<u8> {
        let records = numbers.flat_map(self.record);
        vec![0xEE; self.header].into_iter().chain(records).collect()
    }

    fn query<'a>(&self, schema: &'a Schema) -> Builder<'a> {
        Query::builder(schema).format(Format::named(self.format))
    }
}

/// The results of all kinds of queries as text, with the truncated record.
fn asked(
    encoding: &Encoding,
    inputs: &[&[u8]],
    skip: u64,
    threads: usize,
    jit: Jit,
) -> Vec<(String, Option<Cut>)> {
    let schema = encoding.schema();
    let query = || encoding.query(&schema).skip(skip).threads(threads).jit(jit);
    let queries = [
        (query().aggregate("len(records)"), false),
        (
            query().aggregate(
                "len(records), sum(t.n for t in records), min((t.m for t in records), default=None)",
            ),
            false,
        ),
        (query().totals(&["t.n", "t.m * 0.5"]), false),
        (query().select("n, m * 2 as twice").filter("n % 3 != 0"), false),
        (query().select("*").rows(RowFormat::Json).limit(7), true),
        (query().documents(), false),
    ];
    let mut all = vec![];
    for (query, limited) in queries {
        let query = query.build().expect("it is right");
        let mut pass = query.pass();
        for bytes in inputs {
            pass.add(&Input::from_bytes(bytes)).expect("it can be read");
        }
        let report = pass.finish().expect("it is computed");
        let values: Vec<String> = report.values.iter().map(Value::to_string).collect();
        // With a limit, several threads may read records past the last row.
        let records = if limited { 0 } else { report.records };
        all.push((format!("{records} {values:?} {}", String::from_utf8_lossy(&report.text)), report.cut));
    }
    all
}

#[test]
fn what_is_skipped_is_as_if_it_were_not_there() {
    // More than a chunk of each.
    let count = 300_000;
    for encoding in &ENCODINGS {
        for (count, skips) in [(count, &[1, 262_143, 299_999][..]), (1_000, &[0, 999, 1_000])] {
            let all = encoding.bytes(0..count);
            for skip in skips {
                let rest = encoding.bytes(*skip..count);
                let expected = asked(encoding, &[&rest], 0, 1, Jit::On);
                // A thousand records are interpreted, too.
                let interpreted = if count > 1_000 { Jit::On } else { Jit::Off };
                for (threads, jit) in [(1, Jit::On), (3, interpreted)] {
                    let found = asked(encoding, &[&all], (*skip).into(), threads, jit);
                    for (i, ((found, _), (expected, _))) in found.iter().zip(&expected).enumerate() {
                        let at = found.bytes().zip(expected.bytes()).position(|(a, b)| a != b);
                        let start = at.unwrap_or(found.len().min(expected.len())).saturating_sub(40);
                        let part = |text: &str| text.chars().skip(start).take(80).collect::<String>();
                        assert!(
                            found == expected,
                            "query {i} of {} {skip} of {count}, {threads}, {jit:?}: {} {}, byte {start}: {:?} {:?}",
                            encoding.format,
                            found.len(),
                            expected.len(),
                            part(found),
                            part(expected),
                        );
                    }
                }
            }
        }
    }
}

/// A skip may cover the first input entirely, and part of the next.
#[test]
fn inputs_are_skipped_one_after_the_other() {
    for encoding in &ENCODINGS {
        let [a, b, c] = [0..100, 100..250, 250..300].map(|range| encoding.bytes(range));
        for skip in [30, 100, 101, 250, 299, 300] {
            let found = asked(encoding, &[&a, &b, &c], skip.into(), 2, Jit::On);
            let expected = asked(encoding, &[&encoding.bytes(skip..300)], 0, 1, Jit::Off);
            assert_eq!(found, expected, "{} {skip}", encoding.format);
        }
    }
}

#[test]
fn sessions_and_readers_skip_in_each_run() {
    for encoding in &ENCODINGS {
        let schema = encoding.schema();
        let query = encoding.query(&schema).aggregate("sum(t.n for t in records), len(records)").skip(3);
        let query = query.build().expect("it is right");
        let mut session = query.session(Jit::On).expect("it has values");
        let reader = encoding.query(&schema).select("n").skip(3).limit(4).reader().expect("it is right");
        for count in [2, 3, 5, 40] {
            let bytes = encoding.bytes(0..count);
            let report = session.run(&bytes).expect("it can be read");
            let numbers: Vec<i64> = (3..i64::from(count)).collect();
            let wanted = [numbers.iter().sum::<i64>(), numbers.len() as i64].map(|n| n.to_string());
            assert_eq!(report.values.iter().map(Value::to_string).collect::<Vec<_>>(), wanted);
            let input = Input::from_bytes(&bytes);
            let rows = reader.rows(&input).expect("it can be read");
            let read: Vec<i64> = rows.map(|row| row.unwrap().value(0).unwrap().as_i64().unwrap()).collect();
            assert_eq!(read, numbers[..numbers.len().min(4)]);
        }
    }
}

/// A truncated record is reported, unless its length already implies that it is skipped.
#[test]
fn what_is_cut_short_behind_what_is_skipped() {
    for encoding in &ENCODINGS {
        let whole = encoding.bytes(0..10);
        let mut bytes = encoding.bytes(0..11);
        bytes.pop();
        let cut = Some((10, whole.len() as u64));
        let packed = encoding.format == "packed-struct";
        for (skip, wanted) in [(0, cut), (9, cut), (10, cut), (11, cut.filter(|_| !packed))] {
            // If a limit of rows is reached, the bytes after it do not matter.
            for (i, (text, found)) in asked(encoding, &[&bytes], skip, 1, Jit::On).into_iter().enumerate() {
                let found = found.map(|cut| (cut.number, cut.offset));
                let limited = i == 4 && skip == 0;
                assert_eq!(found, wanted.filter(|_| !limited), "{} {skip} {i} {text}", encoding.format);
            }
            let (schema, input) = (encoding.schema(), Input::from_bytes(&bytes));
            let reader = encoding.query(&schema).select("n").skip(skip).reader().expect("it is right");
            let mut rows = reader.rows(&input).expect("it can be read");
            assert_eq!(rows.by_ref().count() as u64, 10 - skip.min(10));
            assert_eq!(rows.cut().map(|cut| (cut.number, cut.offset)), wanted, "{} {skip}", encoding.format);
        }
    }
}

#[test]
fn elements_of_lists_are_not_skipped() {
    let schema = "@0xf3b84c3a2d1e0f57; struct L { list @0 :List(P); struct P { n @0 :UInt32; } }";
    let schema = Schema::from_capnp_text("l.capnp", schema).expect("it is right");
    let query = || Query::builder(&schema).record("L").each("list").select("n").skip(1);
    let why = "elements of lists cannot be skipped: take skip or each away";
    assert_eq!(query().build().unwrap_err().to_string(), why);
    assert_eq!(query().reader().unwrap_err().to_string(), why);
    assert!(query().skip(0).build().is_ok());
}
