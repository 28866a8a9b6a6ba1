//! Rows read as values: the values of each record follow from its number, so the expected rows are known.

use serde::Deserialize;
use wirelens::{Builder, Error, Format, Input, Jit, Number, Query, Reader, Row, Schema, Value};

const C: &str = "enum Side { BUY, SELL };
struct S {
    uint64_t big; int64_t id; double x; float y; uint8_t flag; char name[4]; uint8_t raw[3]; enum Side side;
};";

/// The record with the number `n`.
fn record(n: u64) -> Vec<u8> {
    let mut bytes = vec![];
    bytes.extend((u64::MAX - n).to_le_bytes());
    bytes.extend((-(n as i64)).to_le_bytes());
    bytes.extend((n as f64 * 0.5).to_le_bytes());
    bytes.extend((n as f32 * 0.25).to_le_bytes());
    bytes.push((n % 3) as u8);
    bytes.extend(format!("{:04}", n % 10_000).as_bytes());
    bytes.extend([n as u8, 1, 0xFF]);
    bytes.extend(((n % 3) as u32).to_le_bytes());
    // Padded to a multiple of eight, as by a compiler.
    bytes.resize(40, 0);
    bytes
}

fn reader<'a>(builder: Builder<'a>) -> Reader {
    builder.reader().expect("it is right")
}

fn values(rows: impl Iterator<Item = Result<Row<'static>, Error>>) -> Vec<Vec<Value>> {
    rows.map(|row| row.expect("it can be read").values().collect()).collect()
}

#[derive(Deserialize, Debug, PartialEq)]
enum Side {
    #[serde(rename = "BUY")]
    Buy,
    #[serde(rename = "SELL")]
    Sell,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Typed<'r> {
    big: u64,
    id: i64,
    x: f64,
    y: f32,
    odd: bool,
    name: &'r str,
    first: u8,
    half: Option<f64>,
}

#[test]
fn values_of_all_types_are_those_of_the_records() {
    let schema = Schema::from_c("s.h", C).expect("it is right");
    let count = 100_000;
    let bytes: Vec<u8> = (0..count).flat_map(record).collect();
    assert_eq!(bytes.len() as u64, count * 40);
    let columns =
        "big, id, x, y, id % 2 == 1 as odd, name, raw[0] as first, x / 2 if flag == 1 else None as half";
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let reader = reader(Query::builder(&schema).record("S").select(columns).jit(jit));
        let input = Input::from_bytes(&bytes);
        let mut rows = reader.rows(&input).expect("it is packed");
        let mut n = 0;
        for row in rows.by_ref() {
            let row = row.expect("it can be read");
            let half = (n % 3 == 1).then_some(n as f64 * 0.25);
            let name = format!("{:04}", n % 10_000);
            let wanted = Typed {
                big: u64::MAX - n,
                id: -(n as i64),
                x: n as f64 * 0.5,
                y: n as f32 * 0.25,
                odd: n % 2 == 1,
                name: &name,
                first: n as u8,
                half,
            };
            assert_eq!(row.deserialize::<Typed>().expect("it fits"), wanted, "{jit:?}");
            assert_eq!(
                row.named("half"),
                Some(half.map_or(Value::None, |x| Value::Number(Number::Float(x))))
            );
            n += 1;
        }
        assert_eq!((n, rows.cut()), (count, None));
        let stats = rows.stats();
        assert!(jit == Jit::Off || stats.records_interpreted < count / 10, "{stats}");
    }
}

#[test]
fn enums_bytes_and_large_integers() {
    let schema = Schema::from_c("s.h", C).expect("it is right");
    let bytes: Vec<u8> = (0..5).flat_map(record).collect();
    let columns = "side, raw[2] as last, sum((big, big, big)) as wide, b'x' as fixed";
    let query = Query::builder(&schema).record("S").select(columns);
    let reader = reader(query);
    let input = Input::from_bytes(&bytes);
    for (n, row) in reader.rows(&input).expect("it is packed").enumerate() {
        let row = row.expect("it can be read");
        let side = ["BUY", "SELL"].get(n % 3).map(|name| Value::Text(name.to_string()));
        assert_eq!(row.value(0), Some(side.unwrap_or(Value::Number(Number::Int(2)))));
        let wide = 3 * (i128::from(u64::MAX) - n as i128);
        assert_eq!(row.named("wide"), Some(Value::Number(Number::Wide(wide))));
        assert_eq!(row.named("fixed"), Some(Value::Bytes(b"x".to_vec())));
        let typed = row.deserialize::<(Side, u8, i128, Vec<u8>)>();
        match n % 3 {
            0 => assert_eq!(typed.expect("it fits"), (Side::Buy, 0xFF, wide, b"x".to_vec())),
            1 => assert_eq!(typed.expect("it fits").0, Side::Sell),
            _ => assert!(
                typed.unwrap_err().to_string().starts_with("column 'side': invalid type: integer `2`")
            ),
        }
    }
}

/// Text that is not UTF-8, and errors of the caller.
#[test]
fn what_does_not_fit_is_an_error_with_its_column() {
    let schema = Schema::from_c("s.h", "struct S { char t[4]; uint16_t n; };").expect("it is right");
    let reader = reader(Query::builder(&schema).select("t, n"));
    let input = Input::from_bytes(b"a\xFFb\0\x00\x01");
    let row =
        reader.rows(&input).expect("it is packed").next().expect("there is one").expect("it can be read");
    assert_eq!(row.value(0), Some(Value::Text("a\u{fffd}b".to_string())));
    let said = |error: Error| error.to_string();
    assert_eq!(
        row.deserialize::<(String, u8)>().map_err(said),
        Err("column 'n': invalid value: integer `256`, expected u8".to_string())
    );
    assert_eq!(row.deserialize::<(String,)>().map_err(said), Err("a row has 2 columns, not 1".to_string()));
    #[derive(Deserialize, Debug, PartialEq)]
    struct Other {
        m: u16,
    }
    assert_eq!(row.deserialize::<Other>().map_err(said), Err("missing field `m`".to_string()));
}

#[test]
fn filters_limits_and_skipped_records() {
    let schema = Schema::from_c("n.h", "struct N { uint32_t n; };").expect("it is right");
    let bytes: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
    let input: &'static Input = Box::leak(Box::new(Input::from_vec(bytes)));
    let read = |skip: u64, limit: Option<u64>, filter: &str| -> Vec<i64> {
        let query = Query::builder(&schema).select("n").filter(filter).skip(skip).limit(limit);
        let reader: &'static Reader = Box::leak(Box::new(reader(query)));
        let rows = values(reader.rows(input).expect("it is packed"));
        rows.iter().map(|row| row[0].as_i64().expect("it is an integer")).collect()
    };
    let of = |range: std::ops::Range<i64>, by: i64| range.filter(|n| n % by == 0).collect::<Vec<_>>();
    assert_eq!(read(0, None, "n % 7 == 0"), of(0..200_000, 7));
    assert_eq!(read(100_001, Some(3), "n % 7 == 0"), [100_002, 100_009, 100_016]);
    assert_eq!(read(199_990, None, "n % 7 == 0"), of(199_990..200_000, 7));
    assert_eq!(read(0, Some(0), "n % 7 == 0"), Vec::<i64>::new());
    assert_eq!(read(300_000, None, "n % 7 == 0"), Vec::<i64>::new());
    // So few rows that many batches have none.
    assert_eq!(read(0, None, "n == 199999"), [199_999]);
}

/// A message whose root has one pointer, to a list of `n` structs of one word: 1000 n, 1000 n + 1, …
fn message(n: u64) -> Vec<u8> {
    let words = 3 + n;
    let mut all = vec![words << 32, 1 << 48, 1 | 7 << 32 | n << 35, n << 2 | 1 << 32];
    all.extend((0..n).map(|i| 1000 * n + i));
    all.iter().flat_map(|word| word.to_le_bytes()).collect()
}

#[test]
fn elements_of_lists_of_messages_and_their_end() {
    let schema = "@0xf3b84c3a2d1e0f57; struct L { list @0 :List(P); struct P { n @0 :UInt64; } }";
    let schema = Schema::from_capnp_text("l.capnp", schema).expect("it is right");
    let wanted: Vec<u64> = (0..300).flat_map(|n| (0..n % 50).map(move |i| 1000 * (n % 50) + i)).collect();
    let whole: Vec<u8> = (0..300).flat_map(|n| message(n % 50)).collect();
    for cut in [0, 1, 9] {
        let bytes = [whole.clone(), message(3)[..cut].to_vec()].concat();
        let input = Input::from_bytes(&bytes);
        let query = Query::builder(&schema).record("L").each("list").select("n");
        let reader = reader(query.format(Format::named("capnp")));
        let mut rows = reader.rows(&input).expect("it is a stream");
        let found: Vec<u64> = rows
            .by_ref()
            .map(|row| row.expect("it can be read").value(0).unwrap().as_u64().unwrap())
            .collect();
        assert_eq!(found, wanted);
        assert_eq!(rows.cut().map(|cut| (cut.number, cut.bytes)), (cut > 0).then_some((300, cut as u64)));
    }
}

/// The rows before the error come first; none come after it.
#[test]
fn an_error_ends_it_behind_the_rows_before_it() {
    let schema = Schema::from_c("n.h", "struct N { uint32_t n; };").expect("it is right");
    let bytes: Vec<u8> = (0..50_000u32).flat_map(u32::to_le_bytes).collect();
    let input = Input::from_bytes(&bytes);
    let reader = reader(Query::builder(&schema).select("1 // (n - 43210) as q, n"));
    let mut rows = reader.rows(&input).expect("it is packed");
    for n in 0..43_210 {
        assert_eq!(rows.next().unwrap().unwrap().value(1).unwrap().as_i64(), Some(n));
    }
    let error = rows.next().unwrap().unwrap_err();
    let text = "<bytes>: record 43210 (at byte 172840), column 'q': division by zero";
    assert_eq!((error.to_string().as_str(), error.record()), (text, Some(43_210)));
    assert!(rows.next().is_none() && rows.next().is_none());
}

/// A row is valid as long as somebody holds it, whatever is read later.
#[test]
fn rows_that_are_kept_stay_as_they_were() {
    let schema = Schema::from_c("n.h", "struct N { uint32_t n; };").expect("it is right");
    let bytes: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
    let input = Input::from_bytes(&bytes);
    let reader = reader(Query::builder(&schema).select("n"));
    let kept: Vec<Row> = reader.rows(&input).unwrap().step_by(9_973).map(|row| row.unwrap()).collect();
    let found: Vec<_> = kept.iter().map(|row| row.value(0).unwrap().as_i64().unwrap()).collect();
    assert_eq!(found, (0..100_000).step_by(9_973).collect::<Vec<i64>>());
}

#[test]
fn only_columns_are_read_as_values() {
    let schema = Schema::from_c("n.h", "struct N { uint32_t n; };").expect("it is right");
    for query in [Query::builder(&schema), Query::builder(&schema).aggregate("len(records)")] {
        assert_eq!(query.reader().unwrap_err().to_string(), "a reader reads rows of columns: say select");
    }
}
