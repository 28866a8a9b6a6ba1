//! `wirelens cat` over packed records.

use super::{DATA, doubles, file, run, run_with, start, with_a_closed_pipe};
use std::process::Stdio;

const TRADES: &str = "
enum Side { BUY = 1, SELL, SHORT = -1 };
typedef struct { uint8_t r, g, b; } Colour;
struct Trade {
    char name[6];
    bool open;
    int8_t tiny;
    enum Side side[3];
    int64_t big;
    uint64_t bigger;
    float ratio;
    [[wirelens::big_endian]] uint16_t port;
    Colour colours[2];
    short grid[2][2];
    char words[2][3];
    double price;
};";

/// The bytes of one trade in the struct layout of the System V ABI: 96 bytes.
fn trade() -> Vec<u8> {
    let mut bytes = b"a\"b\0zz".to_vec();
    bytes.extend([1, 0x80]);
    for side in [2i32, -1, 7] {
        bytes.extend(side.to_le_bytes());
    }
    bytes.extend([0xee; 4]); // padding to a multiple of 8
    bytes.extend(i64::MIN.to_le_bytes());
    bytes.extend(u64::MAX.to_le_bytes());
    bytes.extend(0.1f32.to_le_bytes());
    bytes.extend([0x1f, 0x90]);
    bytes.extend([1, 2, 3, 250, 251, 252]);
    for cell in [1i16, -2, 3, -4] {
        bytes.extend(cell.to_le_bytes());
    }
    bytes.extend(b"ab\0\xff\x1bz");
    bytes.extend([0xee; 6]);
    bytes.extend(1e-6f64.to_le_bytes());
    bytes
}

/// The trade as JSON according to the documented rules.
const LINE: &str = concat!(
    r#"{"name":"a\"b","open":true,"tiny":-128,"side":["SELL","SHORT",7],"#,
    r#""big":"-9223372036854775808","bigger":"18446744073709551615","ratio":0.10000000149011612,"#,
    r#""port":8080,"#,
    r#""colours":[{"r":1,"g":2,"b":3},{"r":250,"g":251,"b":252}],"grid":[[1,-2],[3,-4]],"#,
    "\"words\":[\"ab\",\"\u{fffd}\\u001bz\"],\"price\":1e-06}\n"
);

#[test]
fn a_record_is_a_line_of_json() {
    let schema = file("cat", "trades.h", TRADES);
    let two = file("cat", "two.bin", trade().repeat(2));
    let out = run(&["cat", &two, "--schema", &schema, "--record", "Trade"]).ok();
    assert_eq!(out, LINE.repeat(2));
    assert_eq!(run(&["cat", &two, "--schema", &schema, "--record", "Trade", "--json"]).ok(), out);
    // The schema is found beside the data, and the record is the struct that no other contains.
    file("cat", "two.h", TRADES);
    assert_eq!(run(&["cat", &two]).ok(), out);
    let with =
        |args: &[&str], bytes: &[u8]| run_with(&[&["cat", "-", "--schema", &schema], args].concat(), bytes);
    assert_eq!(with(&[], &trade()).ok(), LINE);
    assert_eq!(with(&["--skip", "3"], &[b"abc", &trade()[..]].concat()).ok(), LINE);
}

#[test]
fn every_number_of_a_long_file_reads_back_as_it_is_stored() {
    // More than fits in one write.
    let name = file("cat", "long.bin", DATA.repeat(20));
    let out = run(&["cat", &name, "--schema", "testdata/poly.h"]).ok();
    assert_eq!(out.lines().count(), 20_000);
    let stored = DATA.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).cycle();
    let numbers =
        out.split([':', ',', '}', '\n']).filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let printed: Vec<f64> = numbers.map(|text| text.parse().unwrap()).collect();
    assert_eq!(printed.len(), 20_000 * 6);
    for (i, (printed, stored)) in printed.iter().zip(stored).enumerate() {
        assert_eq!(printed.to_bits(), stored.to_bits(), "number {i}");
    }
}

#[test]
fn limit_and_offset_choose_records() {
    let schema = file("choice", "n.h", "struct N { uint32_t n; };");
    let data: Vec<u8> = (0..100u32).flat_map(|n| n.to_le_bytes()).collect();
    let data = file("choice", "n.bin", data);
    let cat = |args: &[&str]| run(&[&["cat", &data, "--schema", &schema], args].concat());
    let lines = |range: std::ops::Range<u32>| range.map(|n| format!("{{\"n\":{n}}}\n")).collect::<String>();
    for (args, expected) in [
        (&[][..], 0..100),
        (&["--limit", "3"], 0..3),
        (&["--limit", "1000"], 0..100),
        (&["--offset", "97"], 97..100),
        (&["--offset", "50", "--limit", "2"], 50..52),
        (&["--offset", "99", "--limit", "18446744073709551615"], 99..100),
        (&["--limit", "0"], 0..0),
        (&["--offset", "5000", "--limit", "0"], 0..0),
    ] {
        assert_eq!(cat(args).ok(), lines(expected), "{args:?}");
    }
    for offset in ["100", "18446744073709551615"] {
        let ran = cat(&["--offset", offset]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""));
        assert_eq!(ran.err, format!("note: {data} has 100 records, so there is none at --offset {offset}\n"));
    }
    for wrong in ["-1", "x", "1.5", "99999999999999999999"] {
        for option in ["--limit", "--offset"] {
            let err = cat(&[option, wrong]).fails(2);
            assert!(err.contains("give a number of records, such as 10"), "{err}");
        }
    }
}

#[test]
fn of_a_cut_file_all_whole_records_are_printed() {
    let cut = file("cut-cat", "cut.bin", &DATA[..100]);
    let whole = run(&["cat", "testdata/poly.bin", "--limit", "2", "--schema", "testdata/poly.h"]).ok();
    let ran = run(&["cat", &cut, "--schema", "testdata/poly.h"]);
    assert_eq!((ran.code, &ran.out), (5, &whole));
    let message =
        "the last record is cut short: 4 of 48 bytes at byte 96; the result is over the 2 records before it";
    assert_eq!(ran.err, format!("warning: {cut}: {message}\n"));
    // With a limit before it, the truncated record is not read.
    assert_eq!(run(&["cat", &cut, "--schema", "testdata/poly.h", "--limit", "2"]).ok(), whole);
    let ran = run(&["cat", &cut, "--schema", "testdata/poly.h", "--skip", "200"]);
    let err = ran.err;
    assert_eq!((ran.code, &*ran.out), (5, ""));
    assert!(err.contains("the header before the first record is cut short: 100 of 200 bytes"), "{err}");
}

#[test]
fn a_file_without_records_is_noted() {
    let empty = file("cat", "empty.bin", "");
    let ran = run(&["cat", &empty, "--schema", "testdata/poly.h"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert_eq!(ran.err, format!("note: {empty} is empty: it has no records\n"));
    let ran = run(&["cat", "testdata/poly.bin", "--skip", "48000"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert_eq!(ran.err, "note: testdata/poly.bin ends with its header of 48000 bytes: it has no records\n");
}

#[test]
fn wrong_usage_of_cat_is_reported() {
    let poly = |args: &[&str]| run(&[&["cat", "testdata/poly.bin"], args].concat());
    assert_eq!(
        poly(&["--record", "Trinagle"]).fails(2),
        "error: the schema has no struct 'Trinagle'; did you mean 'Triangle'?\n"
    );
    assert_eq!(
        run(&["cat", "nowhere.bin", "--schema", "testdata/poly.h"]).fails(2),
        "error: nowhere.bin: there is no such file\n"
    );
    assert_eq!(poly(&["--schema", "nowhere.h"]).fails(2), "error: nowhere.h: there is no such file\n");
    let err = poly(&["--schema", "testdata/poly.bin"]).fails(3);
    assert!(err.starts_with("error: byte 0 (0x89) is not UTF-8, so this is no schema's text\n"), "{err}");
    let err = poly(&["--schema", "README.md"]).fails(3);
    assert!(err.contains("--> README.md:1:"), "{err}");
    assert!(poly(&["--jsn"]).fails(2).contains("'--json'"));
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_without_an_error() {
    // More than a pipe holds, so writing has to fail.
    let long = file("closed", "long.bin", DATA.repeat(20));
    with_a_closed_pipe(&["cat", &long, "--schema", "testdata/poly.h"]);
    let Ok(full) = std::fs::File::create("/dev/full") else { return };
    let done = start(&["cat", "testdata/poly.bin"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(done.stderr.starts_with(b"error: the result cannot be written: "));
}

#[test]
fn numbers_that_json_has_not_are_strings_in_records_too() {
    let data = file("cat-nan", "nan.bin", doubles(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]));
    let schema = file("cat-nan", "nan.h", "struct S { double x[4]; };");
    let out = run(&["cat", &data, "--schema", &schema]).ok();
    assert_eq!(out, "{\"x\":[\"NaN\",\"Infinity\",\"-Infinity\",-0]}\n");
}
