//! `wirelens select`. `testdata/select` has records, and the output of CPython's `csv` and `json` for them.

use super::{DATA, doubles, file, run, run_with, start, with_a_closed_pipe};
use serde_json::Value;
use std::process::Stdio;

const ROWS: &str = "testdata/select/rows.bin";
const POLY: &str = "testdata/poly.bin";
const UNIONS: [&str; 5] = [
    "testdata/capnp/messages/stream-shapes.bin",
    "--schema",
    "testdata/capnp/messages/unions.capnp",
    "--record",
    "Shape",
];

fn golden(name: &str) -> String {
    std::fs::read_to_string(format!("{}/testdata/select/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn columns() -> String {
    golden("columns.txt").trim_end().to_string()
}

/// Numbers as floats: JSON does not distinguish 1 from 1.0.
fn plain(mut object: Value) -> Value {
    for value in object.as_object_mut().unwrap().values_mut() {
        if let Some(x) = value.as_f64() {
            *value = x.into();
        }
    }
    object
}

#[test]
fn rows_are_what_cpython_writes() {
    assert_eq!(run(&["select", &columns(), ROWS]).ok(), golden("rows.csv"));
    let out = run(&["select", &columns(), ROWS, "--json"]).ok();
    let values = |text: &str| -> Vec<Value> {
        text.lines().map(|line| plain(serde_json::from_str(line).unwrap())).collect()
    };
    let (found, expected) = (values(&out), values(&golden("rows.json")));
    assert_eq!(found.len(), expected.len());
    for (i, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert_eq!(found, expected, "record {i}");
        assert!(found.as_object().unwrap().keys().eq(expected.as_object().unwrap().keys()), "record {i}");
    }
}

#[test]
fn every_mode_and_number_of_threads_gives_the_same_bytes() {
    const TIMES: usize = 400;
    let schema = ["--schema", "testdata/select/rows.h"];
    // More than three chunks of 2 MiB.
    let big = file("select", "big.bin", std::fs::read(ROWS).unwrap().repeat(TIMES));
    let columns = "name, x, side, u, n if n > 0 else x as mixed";
    for format in ["--csv", "--json"] {
        for condition in ["True", "n > 0 and on"] {
            let args = ["select", columns, "--where", condition, format, "--no-header"];
            let once = run(&[&args[..], &[ROWS]].concat()).ok();
            for (jit, threads) in
                [("on", "1"), ("on", "2"), ("eager", "3"), ("deopt-stress", "2"), ("on", "5")]
            {
                let jit = format!("--jit={jit}");
                let more = [&big, "--threads", threads, &jit];
                let found = run(&[&args[..], &schema, &more].concat()).ok();
                assert!(found == once.repeat(TIMES), "{format} {condition} {jit} --threads {threads}");
            }
            let off = run(&[&args[..], &[ROWS, "--jit=off"]].concat()).ok();
            assert_eq!(off, once);
        }
    }
    let few = file("select", "few.bin", std::fs::read(ROWS).unwrap().repeat(130));
    let args = [&["select", "n", &few, "--jit=off"][..], &schema].concat();
    let off = run(&[&args[..], &["--threads=1"]].concat()).ok();
    assert_eq!(off.lines().count(), 1 + 130 * 300);
    assert!(run(&[&args[..], &["--threads=3"]].concat()).ok() == off);
}

#[test]
fn a_difference_is_computed_before_it_is_written() {
    let out = run(&["select", "a.x, b.x - a.x as dx", POLY]).ok();
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("a.x,dx"));
    let mut count = 0;
    for (line, record) in lines.zip(DATA.chunks(48)) {
        let double = |at: usize| f64::from_le_bytes(record[at..at + 8].try_into().unwrap());
        let found: Vec<f64> = line.split(',').map(|x| x.parse().unwrap()).collect();
        assert_eq!(found, [double(0), double(16) - double(0)]);
        count += 1;
    }
    assert_eq!(count, 1000);
}

#[test]
fn a_star_is_all_fields_that_a_cell_can_hold() {
    let header = |args: &[&str]| run(&[&["select"], args].concat()).ok().lines().next().unwrap().to_string();
    assert_eq!(header(&["*", POLY]), "a.x,a.y,b.x,b.y,c.x,c.y");
    assert_eq!(header(&["*", ROWS]), "name,side,x,f,n,i,u,s,on,from");
    assert_eq!(header(&["n - 1 as before, *", ROWS]), "before,name,side,x,f,n,i,u,s,on,from");
    let out = run(&["select", "*", ROWS, "--limit", "1", "--no-header"]).ok();
    let expected = golden("rows.csv").lines().nth(1).unwrap().to_string();
    let (name, from) = (expected.split(',').next().unwrap(), expected.rsplit(',').next().unwrap());
    assert!(out.starts_with(&format!("{name},")) && out.ends_with(&format!(",{from}\n")), "{out}");
    // A record with a field that has the record's name.
    let data = file("select", "named.bin", [7, 8]);
    file("select", "named.h", "struct S { unsigned char t; signed char from; };");
    assert_eq!(run(&["select", "*, t * 2 as twice", &data]).ok(), "t,from,twice\n7,8,14\n");
}

#[test]
fn of_a_union_what_is_set_has_a_value() {
    let out =
        run(&[&["select", "name, which(), circle if t.which() == 'circle' else None as r"], &UNIONS[..]]
            .concat());
    // `which` is a method of the record, so it needs one.
    assert!(out.err.contains("which"), "{}", out.err);
    let columns = "name, t.which() as kind, circle if t.which() == 'circle' else None as r, border.width";
    let out = run(&[&["select", columns], &UNIONS[..]].concat()).ok();
    assert_eq!(
        out,
        "name,kind,r,border.width\ndisc,circle,1.5,1\n,circle,0.0,1\n,rectangle,,1\n,label,,1\n,polygon,,0\n"
    );
    let out = run(&[&["select", "*", "--json"], &UNIONS[..]].concat()).ok();
    let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["name"], &first["circle"], &first["square"]),
        (&"disc".into(), &1.5.into(), &Value::Null)
    );
    let second: Value = serde_json::from_str(out.lines().nth(1).unwrap()).unwrap();
    assert_eq!(second["name"], Value::Null);
    for jit in ["--jit=off", "--jit=eager", "--jit=exits"] {
        let select = |args: &[&str]| run(&[&["select"], args, &[jit], &UNIONS[..]].concat());
        // A member that is not set is None, and so are its parts.
        let out = select(&["circle, t.circle as r, square, name"]).ok();
        let starts: Vec<&str> = out.lines().map(|l| l.split(',').next().unwrap()).collect();
        assert_eq!(starts, ["circle", "1.5", "0.0", "", "", ""]);
        assert!(out.lines().skip(1).all(|l| l.split(',').next() == l.split(',').nth(1)), "{out}");
        // A computation with it is an error in the middle, after the rows before it are printed.
        for args in [&["circle * 2 as d"][..], &["1 as d", "--where", "circle >= 0"]] {
            let ran = select(args);
            let (rows, about) = match args.len() {
                1 => ("d\n3.0\n0.0\n", "column 'd'"),
                _ => ("d\n1\n1\n", "the condition"),
            };
            assert_eq!((ran.code, ran.out.as_str()), (5, rows), "{}", ran.err);
            let what = "the member 'circle' of Shape's union is not set: 'rectangle' is; test which() == 'circle' first";
            let ends = format!("), {about}: {what}\n");
            assert!(ran.err.contains("message 2 (at byte ") && ran.err.ends_with(&ends), "{}", ran.err);
        }
    }
}

/// The condition can use the columns by name; a field takes precedence, and a variable of a generator over
/// both.
#[test]
fn a_condition_can_name_columns() {
    let schema = file("select", "aliases.h", "struct S { int a[3]; int n; };");
    let rows: [[i32; 4]; 3] = [[1, 2, 3, 10], [4, -5, 6, 20], [7, 8, 9, 30]];
    let bytes: Vec<u8> = rows.iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
    let data = file("select", "aliases.bin", bytes);
    let select = |columns: &str, condition: &str| {
        run(&["select", columns, &data, "--schema", &schema, "--no-header", "--where", condition])
    };
    assert_eq!(select("-sum(a) as q, n", "q < -5 and n > 10").ok(), "-24,30\n");
    assert_eq!(select("sum(a) as n", "n > 10").ok(), "5\n24\n");
    assert_eq!(select("n + a[0] as x", "any(x > 20 for x in a) or x > 20").ok(), "24\n37\n");
    assert_eq!(
        select("max(x for x in a) as m, n as k", "all(m > x - 1 for x in a) and k // 10 == 2").ok(),
        "6,20\n"
    );
    // A column cannot refer to another one.
    let err = select("n as k, k + 1 as j", "j > 1").fails(3);
    assert!(err.starts_with("error: unknown name 'k'"), "{err}");
    let err = select("n as total", "totl > 1").fails(3);
    assert!(err.contains("did you mean 'total'?"), "{err}");
    let err = select("1 // (n - 20) as d", "d == 0").fails(5);
    assert!(err.contains("record 1 (at byte 16), column 'd': division by zero"), "{err}");
}

#[test]
fn a_stream_of_messages_is_the_same_packed_or_not_and_for_any_number_of_threads() {
    const TIMES: usize = 15_000;
    let columns = "name, border.width, circle if t.which() == 'circle' else None as r";
    let once = run(&[&["select", columns, "--no-header"], &UNIONS[..]].concat()).ok();
    for ending in ["bin", "packed"] {
        // At least two chunks if unpacked.
        let stream = std::fs::read(UNIONS[0].replace("bin", ending)).unwrap().repeat(TIMES);
        let stream = file("select", &format!("stream.{ending}"), stream);
        for threads in ["1", "2", "3"] {
            let args = ["select", columns, "--no-header", "--threads", threads, &stream];
            let found = run(&[&args[..], &UNIONS[1..]].concat()).ok();
            assert!(found == once.repeat(TIMES), "{ending}, {threads} threads");
        }
        let args = ["select", "name", "--no-header", "--limit=60000", &stream];
        assert_eq!(run(&[&args[..], &UNIONS[1..]].concat()).ok().lines().count(), 60_000);
    }
}

#[test]
fn elements_of_lists_can_be_records() {
    let lists = "testdata/capnp/messages/lists-all";
    let more = ["--schema", "testdata/capnp/messages/lists.capnp", "--record", "Lists", "--each", "pair"];
    for data in ["bin", "packed"].map(|e| format!("{lists}.{e}")) {
        let golden: Value =
            serde_json::from_str(&std::fs::read_to_string(format!("{lists}.json")).unwrap()).unwrap();
        let pairs = golden["pair"].as_array().unwrap();
        let out =
            run(&[&["select", "a, b if t.has_b() else None as b", "--json", &data], &more[..]].concat()).ok();
        let found: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(found.len() == pairs.len() && !pairs.is_empty(), "{out}");
        for (found, pair) in found.iter().zip(pairs) {
            assert_eq!((&found["a"], &found["b"]), (&pair["a"], pair.get("b").unwrap_or(&Value::Null)));
        }
        let limited = run(&[&["select", "a", "--limit=1", &data], &more[..]].concat()).ok();
        assert_eq!(limited, format!("a\n{}\n", pairs[0]["a"]));
    }
}

#[test]
fn an_error_in_the_middle_leaves_the_rows_before_it() {
    // There are several chunks; the division fails in the third.
    let numbers: Vec<u8> = (0..600_000i64).flat_map(|i| (i - 550_000).to_le_bytes()).collect();
    let data = file("select", "numbers.bin", &numbers);
    file("select", "numbers.h", "struct S { long n; };");
    let expected: String = (0..550_000)
        .map(|i| {
            format!(
                "{},{}\n",
                i - 550_000,
                if i == 549_999 {
                    -7
                } else {
                    (7i64).div_euclid(i - 550_000) - i64::from(7 % (i - 550_000) != 0)
                }
            )
        })
        .collect();
    for more in [
        &["--threads=1"][..],
        &["--threads=2"],
        &["--threads=3", "--jit=eager"],
        &["--threads=2", "--jit=exits"],
    ] {
        let ran = run(&[&["select", "n, 7 // n as q", "--no-header", &data], more].concat());
        assert_eq!(ran.code, 5);
        assert!(ran.out == expected, "{more:?}: {} bytes", ran.out.len());
        let place = "numbers.bin: record 550000 (at byte 4400000), column 'q': division by zero\n";
        assert!(ran.err.ends_with(place), "{}", ran.err);
    }
    let ran = run(&["select", "n", "--where", "7 // n > 0", "--no-header", &data]);
    assert_eq!((ran.code, ran.out.as_str()), (5, ""));
    assert!(
        ran.err.contains("record 550000 (at byte 4400000), the condition: division by zero"),
        "{}",
        ran.err
    );
    // With a limit of as many rows as come before it, there is no error.
    let ran = run(&["select", "7 // n as q", "--limit=550000", &data]).ok();
    assert_eq!(ran.lines().count(), 550_001);
}

#[test]
fn what_is_wrong_is_reported_with_its_place() {
    let refused = |columns: &str| run(&["select", columns, POLY]).fails(3);
    for (columns, place, message) in [
        ("a.x, a.z", "<columns>:1:8", "Point has no field 'z'"),
        ("a.x, aa.x", "<columns>:1:6", "did you mean 'a'?"),
        ("a.x,\n b", "<columns>:2:2", "take a field: 'b.x'"),
        ("(a.x, a.y)", "<columns>:1:1", "a tuple of 2 is no value for a column"),
        ("a.x, a.x", "<columns>:1:6", "two columns are called 'a.x'"),
        ("(y := a.x) + y", "<columns>:1:2", "an expression has no variables"),
        ("a.x as b c", "<columns>:1:8", "this is no name for a column"),
        ("a.x,, a.y", "<columns>:1:5", "there is no expression here"),
        (",", "<columns>:1:1", "there is no expression here"),
        ("", "<columns>:1:1", "there is no expression here"),
        ("a.x +", "<columns>:1:6", "xpected an expression"),
        ("(a.x", "<columns>:1:", "error: "),
    ] {
        let err = refused(columns);
        assert!(err.contains(&format!("--> {place}")) && err.contains(message), "{columns}: {err}");
    }
    let err = refused("a.q, b.q");
    assert!(err.matches("error: ").count() == 2 && err.contains("1:3") && err.contains("1:8"), "{err}");
    let err = run(&["select", "a.x", POLY, "--where", "a.x > 0 and\tc.w > 0"]).fails(3);
    assert!(err.contains("--> <condition>:1:15") && err.contains("no field 'w'"), "{err}");
    let err = run(&["select", "p", ROWS]).fails(3);
    assert!(err.contains("take a field: 'p.q'"), "{err}");
    let err = run(&["select", "p.q", ROWS]).fails(3);
    assert!(err.contains("take an element: 'p.q[0]'"), "{err}");
    let err = run(&["select", "x", ROWS, "--each", "p"]).fails(2);
    assert!(err.contains("'points[0].x'"), "{err}");
}

#[test]
fn what_is_not_there() {
    let err = run(&["select", "a.x", "testdata/none.bin", "--schema", "testdata/poly.h"]).fails(2);
    assert!(err.contains("testdata/none.bin"), "{err}");
    assert!(run(&["select", "a.x"]).fails(2).contains("<FILES>"));
    let schema = ["-", "--schema", "testdata/poly.h"];
    let ran = run_with(&[&["select", "a.x"], &schema[..]].concat(), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "a.x\n"));
    assert!(ran.err.contains("is empty: it has no records"), "{}", ran.err);
    let ran = run_with(&[&["select", "a.x", "--json"], &schema[..]].concat(), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let bytes = doubles(&[0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let ran = run_with(&[&["select", "a.x"], &schema[..]].concat(), &bytes);
    assert_eq!((ran.code, ran.out.as_str()), (5, "a.x\n0.5\n"));
    assert!(ran.err.contains("the last record is cut short: 8 of 48 bytes at byte 48"), "{}", ran.err);
    // If the limit is reached before it, it is not reported.
    let ran = run_with(&[&["select", "a.x", "--limit=1"], &schema[..]].concat(), &bytes);
    assert_eq!(ran.ok(), "a.x\n0.5\n");
}

#[test]
fn limits_and_several_files() {
    let select = |more: &[&str]| run(&[&["select", "a.x"][..], more].concat()).ok();
    assert_eq!(select(&[POLY, "--limit", "0"]), "a.x\n");
    assert_eq!(select(&[POLY, "--limit", "0", "--no-header"]), "");
    let all = select(&[POLY]);
    assert_eq!(select(&[POLY, "--limit", "1000"]), all);
    let first: String = all.lines().take(8).flat_map(|line| [line, "\n"]).collect();
    for jit in ["on", "off", "eager", "deopt-stress"] {
        assert_eq!(select(&[POLY, "--limit=7", "--threads=4", "--jit", jit]), first);
    }
    let twice = select(&[POLY, POLY]);
    let rows = all.strip_prefix("a.x\n").unwrap();
    assert_eq!(twice, format!("{all}{rows}"));
    assert_eq!(select(&[POLY, POLY, "--limit=1001"]).lines().count(), 1002);
    let some = select(&[POLY, "--where", "a.x > 500", "--limit=3", "--no-header"]);
    let expected: Vec<&str> = rows.lines().filter(|x| x.parse::<f64>().unwrap() > 500.0).take(3).collect();
    assert_eq!(some.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let big = file("select", "pipe.bin", DATA.repeat(100));
    with_a_closed_pipe(&["select", "*", &big, "--schema", "testdata/poly.h"]);
    with_a_closed_pipe(&["select", "*", &big, "--schema", "testdata/poly.h", "--threads=3"]);
    let Ok(full) = std::fs::File::create("/dev/full") else { return };
    let done = start(&["select", "*", POLY]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(done.stderr.starts_with(b"error: the result cannot be written: "));
}

#[test]
fn texts_and_bytes_alone_in_a_row() {
    let out = run(&["select", "name", ROWS]).ok();
    assert!(
        out.contains("\n\"\"\n") && out.contains("\n\"say \"\"hi\"\"\"\n"),
        "an empty line is no row: {out}"
    );
    assert!(run(&["select", "None as n", ROWS, "--limit=1"]).ok() == "n\n\"\"\n");
    let blobs = ["--schema", "testdata/capnp/messages/blobs.capnp", "--record", "Blobs"];
    let data = "testdata/capnp/messages/blobs-short.bin";
    let golden = std::fs::read_to_string("testdata/capnp/messages/blobs-short.json").unwrap();
    let golden: Value = serde_json::from_str(&golden).unwrap();
    let out = run(&[&["select", "data, text", data, "--json"], &blobs[..]].concat()).ok();
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&found["data"], &found["text"]), (&golden["data"], &golden["text"]));
    let out = run(&[&["select", "data", data, "--no-header"], &blobs[..]].concat()).ok();
    assert!(out.starts_with("b'") || out.starts_with("b\"") || out.starts_with("\"b'"), "{out}");
}

/// Each column and condition is a separate source text: equal offsets in two of them are different loops.
#[test]
fn several_reductions_stand_in_one_row() {
    let schema = file("select", "reduced.h", "struct S { int a[3]; short b[2]; float f[2]; };");
    let row = |a: [i32; 3], b: [i16; 2], f: [f32; 2]| -> Vec<u8> {
        let ints = a.into_iter().flat_map(i32::to_le_bytes);
        let shorts = b.into_iter().flat_map(i16::to_le_bytes);
        ints.chain(shorts).chain(f.into_iter().flat_map(f32::to_le_bytes)).collect()
    };
    let rows = [row([1, -2, 4], [7, 8], [0.5, 0.25]), row([-1, -2, 0], [-7, 9], [-1.0, 2.0])];
    let data = file("select", "reduced.bin", rows.concat());
    let select = |columns: &str, condition: &str, jit: &str| {
        let args = ["select", columns, &data, "--schema", &schema, "--no-header", "--where", condition, jit];
        run(&args).ok()
    };
    for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=exits"] {
        assert_eq!(select("sum(a), max(b)", "True", jit), "3,8\n-3,9\n");
        assert_eq!(select("sum(f), max(f)", "True", jit), "0.75,0.5\n1.0,2.0\n");
        assert_eq!(select("sum(a)", "max(a) > 0", jit), "3\n");
        assert_eq!(select("sum(b), sum(a), min(f), min(a)", "max(f) > sum(a)", jit), "2,-3,-1.0,-2\n");
        let any = "any(x < 0 for x in b), all(x < 0 for x in a), sum(x * y for x in a for y in f)";
        assert_eq!(select(any, "len(a) == 3", jit), "False,False,2.25\nTrue,False,-3.0\n");
    }
}

/// Four chunks of records of 64 bytes; record `i` begins with the number `i`, and record 70,000 divides by
/// zero.
#[test]
fn a_limit_is_the_same_for_any_number_of_threads() {
    let mut numbers = vec![0; 64 * 100_000];
    for (i, record) in (0u32..).zip(numbers.chunks_exact_mut(64)) {
        record[..4].copy_from_slice(&i.to_le_bytes());
    }
    let data = file("select", "limits.bin", numbers);
    let schema = file("select", "limits.h", "struct N { unsigned n; char rest[60]; };");
    let every = "n % 30000 == 29999 or n == 70000";
    // The second column is from Python.
    let rows = ["29999,49", "59999,199", "89999,-101"];
    for threads in ["--threads=1", "--threads=2", "--threads=5"] {
        for jit in ["--jit=on", "--jit=eager"] {
            let select = |columns: &str, condition: &str, limit: usize| {
                let limit = format!("--limit={limit}");
                let args =
                    ["select", columns, &data, "--schema", &schema, "--where", condition, threads, jit];
                run(&[&args[..], &[&limit, "--no-header"]].concat())
            };
            let column = "n, 2000000 // (70000 - n)";
            for limit in 0..=3 {
                let ran = select(column, "n % 30000 == 29999", limit);
                let expected: String = rows[..limit].iter().map(|row| format!("{row}\n")).collect();
                assert_eq!(ran.ok(), expected, "{limit} {threads} {jit}");
            }
            assert_eq!(select(column, every, 2).ok(), "29999,49\n59999,199\n");
            let ran = select(column, every, 3);
            assert_eq!((ran.code, ran.out.as_str()), (5, "29999,49\n59999,199\n"));
            assert!(ran.err.contains("record 70000 (at byte 4480000)"), "{}", ran.err);
            // Each chunk has more rows than the limit.
            let all: String = (0..1000).map(|i| format!("{i}\n")).collect();
            assert_eq!(select("n", "True", 1000).ok(), all);
            let lines: String = (0..50_000).map(|i| format!("{i}\n")).collect();
            assert!(select("n", "True", 50_000).ok() == lines, "{threads} {jit}");
        }
    }
}

/// The sum of a record's integers may exceed 64 bits, and may be an operand.
#[test]
fn sums_in_a_row_are_exact() {
    let schema = file("select", "wide.h", "struct S { int64_t i[3]; uint64_t u[2]; int32_t n[4]; };");
    let row = |i: i64, u: u64, n: i32| -> Vec<u8> {
        [i.to_le_bytes().repeat(3), u.to_le_bytes().repeat(2), n.to_le_bytes().repeat(4)].concat()
    };
    let rows = [(i64::MAX, u64::MAX, i32::MAX), (i64::MIN, 0, i32::MIN), (-1, 1, 2)];
    let data = file("select", "wide.bin", rows.map(|(i, u, n)| row(i, u, n)).concat());
    let of = |f: &dyn Fn(i128, i128, i128) -> String| {
        rows.map(|(i, u, n)| f(3 * i128::from(i), 2 * i128::from(u), 4 * i128::from(n)) + "\n").concat()
    };
    let cases: [(&str, &str, String); 8] = [
        ("sum(i), sum(u), sum(n)", "True", of(&|i, u, n| format!("{i},{u},{n}"))),
        (
            "sum(v for v in u), -sum(i), sum(i) + sum(u)",
            "True",
            of(&|i, u, _| format!("{u},{},{}", -i, i + u)),
        ),
        ("sum(i) % 1000, sum(u) // 7", "True", of(&|i, u, _| format!("{},{}", i.rem_euclid(1000), u / 7))),
        (
            "sum(i) if sum(i) < sum(u) else None",
            "True",
            of(&|i, u, _| if i < u { i.to_string() } else { "\"\"".into() }),
        ),
        ("sum(n, 2**63 - 1)", "True", of(&|_, _, n| (n + i128::from(i64::MAX)).to_string())),
        ("abs(sum(i)), max(sum(u), 5)", "True", of(&|i, u, _| format!("{},{}", i.abs(), u.max(5)))),
        ("sum(i)", "sum(i) == 27670116110564327421", "27670116110564327421\n".into()),
        ("sum(u)", "sum(u) >= 2**64 or sum(i) < -2**64", "36893488147419103230\n0\n".into()),
    ];
    for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=exits"] {
        for (columns, condition, rows) in &cases {
            let args =
                ["select", columns, &data, "--schema", &schema, "--no-header", "--where", condition, jit];
            assert_eq!(&run(&args).ok(), rows, "{columns} {jit}");
        }
        let json =
            run(&["select", "sum(u) as n", &data, "--schema", &schema, "--json", "--limit=1", jit]).ok();
        assert_eq!(json, "{\"n\":\"36893488147419103230\"}\n");
        let ran = run(&["select", "i[sum(u)]", &data, "--schema", &schema, jit]);
        assert_eq!(ran.code, 5);
        assert!(ran.err.contains("a sum of more than 64 bits stands where"), "{}", ran.err);
    }
}
