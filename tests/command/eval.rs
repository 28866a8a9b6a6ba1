//! `wirelens eval`: values as Python prints them, over one file and over several, and errors in expressions
//! and data.

use super::{DATA, EXACT, file, run, run_with};

const POLY: &str = "testdata/poly.bin";

fn eval(expressions: &str, more: &[&str]) -> super::Ran {
    run(&[&["eval", expressions, POLY][..], more].concat())
}

/// The values are from CPython 3.12 over the same records, read with `struct.iter_unpack("<6d", …)`.
#[test]
fn values_are_those_of_python() {
    for (expression, value) in [
        ("len(records)", "1000"),
        ("min(t.a.x for t in records)", "3.1435688689858132"),
        ("max(t.a.x for t in records if t.a.x < 200)", "198.57560917145912"),
        ("sum(1 for t in records if t.a.x > 500)", "490"),
        ("any(t.a.x > 999.5 for t in records)", "True"),
        ("all(t.a.x > 4 for t in records)", "False"),
        ("min(x for t in records for x in (t.a.x, t.b.x, t.c.x) if x > 500)", "500.0702658343042"),
        ("max((t.a.x for t in records if t.a.x > 2000), default=None)", "None"),
        ("(len(records) * 2 ** 40, 'a', 1 / 3)", "(1099511627776000, 'a', 0.3333333333333333)"),
        ("math.sqrt(len(records)) // 1", "31.0"),
        ("sum(t.a.x > t.b.x > t.c.x for t in records)", "184"),
        ("sum((1 for t in records), -1000) == 0 and len(records) > 5", "True"),
        ("sum(x * x for x in range(4)) + len(records)", "1014"),
    ] {
        for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
            assert_eq!(eval(expression, &[jit]).ok(), format!("{value}\n"), "{expression} {jit}");
        }
    }
}

#[test]
fn the_barycenter_is_an_expression() {
    let text = "x=sum(t.a.x + t.b.x + t.c.x for t in records) / (3 * len(records)), \
                y = sum(t.a.y + t.b.y + t.c.y for t in records) / (3 * len(records))";
    let expected = run(&["barycenter", POLY]).ok();
    let (_, xy) = expected.split_once('\n').expect("the count is first");
    let found = eval(text, &[]).ok();
    assert_eq!(found.replace("x ", "x     ").replace("y ", "y     "), xy);
    let x: f64 = found.lines().next().and_then(|l| l[2..].parse().ok()).expect("a number");
    assert!((x - EXACT.0).abs() < 1e-9);
}

/// The values are from CPython 3.12, as above.
#[test]
fn a_condition_applies_to_all_generators() {
    let found = eval("len(records), max(t.a.x for t in records)", &["--where", "a.x > 500 and t.a.x < 900"]);
    assert_eq!(
        found.ok(),
        "len(records)                388\nmax(t.a.x for t in records) 899.8622945329796\n"
    );
    let err = eval("len(records)", &["--where", "a.x > 500, b.x > 500"]).fails(3);
    assert!(err.contains("--> <filter>:1:1") && err.contains("write 'and' between them"), "{err}");
}

#[test]
fn several_are_lines_or_an_object() {
    let text = "n=len(records), any(t.a.x > 1000 for t in records), (1, None),";
    let text = text.trim_end_matches(',');
    assert_eq!(
        eval(text, &[]).ok(),
        "n                                  1000\n\
         any(t.a.x > 1000 for t in records) False\n\
         (1, None)                          (1, None)\n"
    );
    assert_eq!(
        eval(text, &["--json"]).ok(),
        "{\"n\":1000,\"any(t.a.x > 1000 for t in records)\":false,\"(1, None)\":[1,null]}\n"
    );
    assert_eq!(eval(" n = len(records)", &[]).ok(), "n 1000\n");
    assert_eq!(eval("'a, b'\n", &["--json"]).ok(), "{\"'a, b'\":\"a, b\"}\n");
}

#[test]
fn several_files_are_as_one() {
    // Both halves have a header.
    let header = "#pragma wirelens header(5)\n";
    let schema = file("eval", "poly.h", header.to_string() + include_str!("../../testdata/poly.h"));
    let half = |name: &str, records: &[u8]| file("eval", name, [b"12345", records].concat());
    let (first, second) = (half("a.bin", &DATA[..499 * 48]), half("b.bin", &DATA[499 * 48..]));
    let empty = file("eval", "none.bin", b"12345");
    let text = "len(records), sum(1 for t in records if t.a.x < t.b.y), min(t.a.x for t in records), \
                max(t.c.y for t in records if t.a.x > 5)";
    let expected = eval(text, &[]).ok();
    for threads in ["--threads=1", "--threads=3"] {
        let ran = run(&["eval", text, &first, &empty, &second, "--schema", &schema, threads]);
        assert_eq!((ran.code, ran.out), (0, expected.clone()));
        assert!(
            ran.err.contains("none.bin ends with its header of 5 bytes: it has no records"),
            "{}",
            ran.err
        );
    }
    // Errors name the file, and the number of the record in it.
    let text = "sum(1 // (t.a.x - t.a.x) for t in records)";
    let err = run(&["eval", text, &empty, &second, "--schema", &schema]).fails(5);
    assert!(err.contains("b.bin: record 0 (at byte 5): division by zero\n --> <expression>:1:5\n"), "{err}");
}

#[test]
fn a_cut_record_is_reported() {
    let cut = file("eval-cut", "cut.bin", &DATA[..48 * 3 + 7]);
    let whole = file("eval-cut", "whole.bin", &DATA[..48]);
    let args = ["eval", "len(records)", &cut, &whole, "--schema", "testdata/poly.h"];
    let ran = run(&args);
    assert_eq!((ran.code, ran.out.as_str()), (5, "4\n"));
    let message = "cut.bin: the last record is cut short: 7 of 48 bytes at byte 144; \
                the result is over the 3 records before it\n";
    assert!(ran.err.ends_with(message), "{}", ran.err);
    let err = run(&[&args[..], &["--strict"]].concat()).fails(5);
    assert!(err.starts_with("error: ") && err.contains("7 of 48 bytes at byte 144"), "{err}");
}

#[test]
fn of_no_records_there_is_what_python_has() {
    let nothing = |text: &str| run_with(&["eval", text, "-", "--schema", "testdata/poly.h"], b"");
    for (text, value) in [
        ("len(records)", "0"),
        ("sum(1 for t in records)", "0"),
        ("any(t.a.x for t in records), all(t.a.x for t in records)", ""),
        ("min((t.a.x for t in records), default=-1)", "-1"),
        ("max((t.a.x for t in records), default=None)", "None"),
        ("sum(t.a.x for t in records) / len(records) if len(records) else None", "None"),
    ] {
        let ran = nothing(text);
        assert_eq!(ran.code, 0, "{}", ran.err);
        match value {
            "" => {
                assert!(ran.out.contains("records) False\n") && ran.out.ends_with(" True\n"), "{}", ran.out)
            }
            value => assert_eq!(ran.out, format!("{value}\n"), "{text}"),
        }
        assert!(ran.err.contains("is empty: it has no records"), "{}", ran.err);
    }
    for (text, message) in [
        (
            "min(t.a.x for t in records)",
            "error: it is empty, or has too few values: var and std need two, min, max and the others one\n \
             --> <expression>:1:1\n",
        ),
        ("2 + 1 / len(records)", "error: division by zero\n --> <expression>:1:5\n"),
    ] {
        let err = nothing(text).fails(5);
        assert!(err.contains(message) && err.contains("is empty: it has no records"), "{text}: {err}");
    }
}

#[test]
fn wrong_expressions_are_reported() {
    let once = "'records' stands for all records, which are gone through once, and is no value";
    for (text, place, message) in [
        ("t.a.x", "1:1", "unknown name 't'"),
        ("sum(records)", "1:1", "'sum' takes a generator over the records"),
        ("records", "1:1", once),
        ("len(records) + max(records)", "1:16", "'max' takes a generator over the records"),
        ("sum(t.a.x for t in enumerate(records))", "1:20", "'enumerate' is no function of all records"),
        ("sum([t.a.x for t in records])", "1:5", "a list comprehension is not supported"),
        ("sum(x for x in (1, 2) for t in records)", "1:32", once),
        ("sum(len(records) for t in records)", "1:9", "'records' within a generator over them"),
        ("sum(1 for t in records for u in records)", "1:33", "'records' within a generator over them"),
        ("sum(t.a for t in records)", "1:5", "this is a Point; a number is needed here"),
        ("sum(t.a.z for t in records)", "1:9", "Point has no field 'z'"),
        ("max('a' for t in records)", "1:5", "this is a str; a number is needed here"),
        ("max(t.a.x > 1 for t in records)", "1:5", "this is a bool; a number is needed here"),
        ("max(t.a.x if t.a.y else 0 for t in records)", "1:5", "this is an int or a float"),
        ("min((t.a.x for t in records), key=1)", "1:31", "the argument 'key' of 'min' is not supported"),
        ("1, sum(t.a.x for t in records) +", "1:33", "Expected an expression"),
        ("x=, 1", "1:3", "there is no expression here"),
        ("", "1:1", "there is no expression here"),
        ("1,\n 2 + 'a'", "2:2", "there is no '+' of an int and a str"),
        ("sum(t.a.x for t in records", "1:27", "unexpected EOF while parsing"),
    ] {
        let err = eval(text, &[]).fails(3);
        assert!(err.starts_with(&format!("error: {message}")), "{text}: {err}");
        assert!(err.contains(&format!("--> <expression>:{place}\n")), "{text}: {err}");
    }
    // All errors are reported together, before the data is read.
    let err = eval("sum(t.q for t in records), min(u for t in records)", &[]).fails(3);
    assert_eq!(err.matches("error: ").count(), 2, "{err}");
    assert!(eval("t.a.x", &[]).fails(3).contains("sum(t.x for t in records)"));
}

#[test]
fn wrong_usage_is_reported() {
    for (args, message) in [
        (&["eval"][..], "<EXPRS> <FILES>..."),
        (&["eval", "1"], "<FILES>..."),
        (&["eval", "1", "nowhere.bin", "--schema", "testdata/poly.h"], "nowhere.bin: there is no such file"),
        (&["eval", "1", POLY, "--each=a"], "records of one size have no lists"),
        (&["dump", "--schema", "testdata/poly.h", "--eval", "1", "t.a.x"], "cannot be used with"),
    ] {
        let err = run(args).fails(2);
        assert!(err.contains(message), "{args:?}: {err}");
    }
    assert_eq!(eval("-len(records)", &[]).ok(), "-1000\n");
    let asm = run(&[
        "dump",
        "--schema",
        "testdata/poly.h",
        "--stage",
        "asm",
        "--eval",
        "max(t.a.x for t in records)",
    ]);
    assert!(asm.ok().contains("maxsd"));
}

/// Generators within generators, over arrays of integers and floats. Row `i` has `a = [i, -i, 2i]`, `b = [i,
/// i+1, i+2, i+3]`, `f = [i/2, -i]`; the values are arithmetic over `i` from 0 to 4.
#[test]
fn generators_nest_over_arrays_of_every_kind() {
    let schema = file("eval", "nested.h", "struct S { int a[3]; short b[4]; float f[2]; };");
    let row = |i: i32| -> Vec<u8> {
        let ints = [i, -i, 2 * i].into_iter().flat_map(i32::to_le_bytes);
        let shorts = (0..4).flat_map(|k| (i as i16 + k).to_le_bytes());
        let floats = [i as f32 / 2.0, -i as f32].into_iter().flat_map(f32::to_le_bytes);
        ints.chain(shorts).chain(floats).collect()
    };
    let data = file("eval", "nested.bin", (0..5).flat_map(row).collect::<Vec<u8>>());
    for (expression, value) in [
        ("sum(1 for t in records for c in t.a)", "15"),
        ("sum(c for t in records for c in t.a)", "20"),
        ("max(c for t in records for c in t.a)", "8"),
        ("min(c for t in records for c in t.a if c > 0)", "1"),
        ("sum(sum(t.a) for t in records)", "20"),
        ("sum(1 for t in records if max(t.a) > 0)", "4"),
        ("any(c > 7 for t in records for c in t.a)", "True"),
        ("all(c > -4 for t in records for c in t.a)", "False"),
        ("sum(i for t in records for i in range(3))", "15"),
        ("sum(c * i for t in records for c in t.b for i in range(3))", "210"),
        ("sum(c for t in records for c in t.f)", "-5.0"),
        ("sum(sum(t.f) for t in records)", "-5.0"),
        ("min(float(sum(t.f)) for t in records), max(max(t.b) for t in records)", "-2.0 7"),
        // An array is never empty, so a sum of its floats is a float.
        ("min(sum(t.f) for t in records), max(sum(t.f, 1) for t in records)", "-2.0 1.0"),
        ("sum(len(t.a) + max(t.b) - min(t.a) for t in records if any(c == 2 for c in t.b))", "24"),
        ("sum(x * y for t in records for x in t.a for y in t.f)", "-30.0"),
    ] {
        for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
            let found = run(&["eval", expression, &data, "--schema", &schema, jit]).ok();
            let values: Vec<&str> = found.lines().filter_map(|l| l.split_whitespace().last()).collect();
            assert_eq!(values.join(" "), value, "{expression} {jit}");
        }
    }
}

/// The same over lists of messages; the values are those of `lists.capnp`.
#[test]
fn generators_nest_over_lists_of_every_kind() {
    let folder = "testdata/capnp/messages";
    let (schema, data) = (format!("{folder}/lists.capnp"), format!("{folder}/lists-all.bin"));
    for (expression, value) in [
        ("sum(c for t in records for c in t.int16)", "-1"),
        ("sum(sum(t.uint8) for t in records)", "384"),
        ("max(c for t in records for c in t.uint64)", "18446744073709551615"),
        ("min(c for t in records for c in t.int64)", "-9223372036854775808"),
        ("sum(c for t in records for c in t.float64 if -1e3 < c < 1e3)", "1.4"),
        ("max(c for t in records for c in t.float32)", "inf"),
        ("sum(1 for t in records for c in t.bool if c)", "6"),
        ("any(c == 'red' for t in records for c in t.colour)", "True"),
        ("sum(1 for t in records for c in t.colour)", "4"),
        ("sum(p.a for t in records for p in t.pair)", "4"),
        ("max(len(s) for t in records for s in t.text)", "22"),
        (
            "sum(1 for t in records for n in t.nothing for v in t.void if v is None and t.void[2] is None)",
            "15",
        ),
    ] {
        for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
            let args = ["eval", expression, &data, "--schema", &schema, "--record", "Lists", jit];
            assert_eq!(run(&args).ok(), format!("{value}\n"), "{expression} {jit}");
        }
    }
    // A list may be empty, and the sum of nothing is the integer 0.
    let args = ["eval", "min(sum(t.float64) for t in records)", &data, "--schema", &schema];
    let err = run(&[&args[..], &["--record", "Lists"]].concat()).fails(3);
    assert!(err.starts_with("error: this is an int or a float"), "{err}");
}

/// A sparse file of 1 TiB: reading all its records would take hours.
#[test]
fn the_number_of_records_of_one_size_is_that_of_the_files_length() {
    let path = file("eval", "sparse.bin", b"");
    let length: u64 = 1 << 40;
    let schema = ["--schema", "testdata/poly.h", "--stats"];
    for threads in ["--threads=1", "--threads=3"] {
        for jit in ["--jit=on", "--jit=off", "--jit=eager"] {
            std::fs::File::options().write(true).open(&path).unwrap().set_len(length / 48 * 48).unwrap();
            let eval = |text: &str| run(&[&["eval", text, &path, threads, jit], &schema[..]].concat());
            let ran = eval("len(records)");
            assert_eq!((ran.code, ran.out), (0, format!("{}\n", length / 48)));
            for counter in ["records interpreted", "records native"] {
                let line = ran.err.lines().find_map(|l| l.strip_prefix(counter)).expect("it is counted");
                assert_eq!(line.trim(), "0", "{counter}");
            }
            let ran = eval("n=len(records) * 2, c=7 // 2");
            assert_eq!((ran.code, ran.out), (0, format!("n {}\nc 3\n", length / 48 * 2)));
            // 2^40 is 16 more than a multiple of 48.
            std::fs::File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
            let ran = eval("len(records)");
            assert_eq!((ran.code, ran.out), (5, format!("{}\n", length / 48)));
            assert!(ran.err.contains(&format!("16 of 48 bytes at byte {}", length / 48 * 48)), "{}", ran.err);
        }
    }
    std::fs::remove_file(&path).unwrap();
    let twice = run(&["eval", "len(records), 1", "testdata/poly.bin", "testdata/poly.bin"]).ok();
    assert_eq!(twice, "len(records) 2000\n1            1\n");
    let piped = run_with(&["eval", "len(records)", "-", "--schema", "testdata/poly.h"], &DATA[..100]);
    assert_eq!((piped.code, piped.out.as_str()), (5, "2\n"), "{}", piped.err);
}

/// The sum within one record may exceed 64 bits, too: three times the largest value, three times the
/// smallest, and both.
#[test]
fn sums_within_a_record_are_exact() {
    let schema = file("eval", "wide.h", "struct S { int64_t i[3]; uint64_t u[2]; };");
    let row = |i: i64, u: u64| -> Vec<u8> { [i.to_le_bytes().repeat(3), u.to_le_bytes().repeat(2)].concat() };
    let rows = [row(i64::MAX, u64::MAX), row(i64::MIN, 0), row(-1, 1), row(i64::MAX, u64::MAX)];
    let data = file("eval", "wide.bin", rows.concat());
    let signed: i128 = 3 * (2 * i128::from(i64::MAX) + i128::from(i64::MIN) - 1);
    let unsigned: i128 = 2 * (2 * i128::from(u64::MAX) + 1);
    for (expression, value) in [
        ("sum(v for t in records for v in t.i)", signed),
        ("sum(v for t in records for v in t.u)", unsigned),
        ("sum(v for t in records for v in t.i if v < 0)", 3 * (i128::from(i64::MIN) - 1)),
        ("sum(v for t in records for v in t.u for k in range(5))", 5 * unsigned),
        ("sum(v for t in records for v in t.u) - sum(v for t in records for v in t.i)", unsigned - signed),
        ("sum(v > 0 for t in records for v in t.i)", 6),
        ("sum((v for t in records for v in t.i), 1000)", signed + 1000),
        ("sum(sum(t.i) for t in records)", signed),
        ("sum(sum(t.u) // 2 for t in records if sum(t.u) > 2**64)", 2 * i128::from(u64::MAX)),
        ("sum(sum(t.u) for t in records for k in range(5))", 5 * unsigned),
        // One record may add at most 2^95.
        ("sum(sum(t.u) * 2**30 for t in records)", unsigned << 30),
    ] {
        for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
            let found = run(&["eval", expression, &data, "--schema", &schema, jit]).ok();
            assert_eq!(found, format!("{value}\n"), "{expression} {jit}");
        }
    }
    let ran = run(&["eval", "sum(sum(t.u) * 2**31 for t in records)", &data, "--schema", &schema]);
    assert_eq!((ran.code, ran.out.as_str()), (5, ""));
    assert!(ran.err.contains("record 0") && ran.err.contains("does not fit 128 bits"), "{}", ran.err);
}
