//! How data, schema and record are found, and truncated data.

use super::{DATA, POLY, doubles, file, run, run_with};

#[test]
fn a_cut_record_is_a_warning_with_the_result() {
    let cut = file("cut", "cut.bin", &DATA[..4803]);
    let whole = file("cut", "whole.bin", &DATA[..4800]);
    for json in [&[][..], &["--json"]] {
        let with = |file: &str| run(&[&["barycenter", file, "--schema", "testdata/poly.h"], json].concat());
        let ran = with(&cut);
        assert_eq!(ran.out, with(&whole).ok());
        assert_eq!(ran.code, 5);
        let message = "the last record is cut short: 3 of 48 bytes at byte 4800; \
                    the result is over the 100 records before it";
        assert_eq!(ran.err, format!("warning: {cut}: {message}\n"));
    }
    let five = file("cut", "five.bin", &DATA[..5]);
    let ran = run(&["barycenter", &five, "--schema", "testdata/poly.h"]);
    assert_eq!((ran.code, ran.out.as_str()), (5, "count 0\nx     none\ny     none\n"));
    assert!(ran.err.ends_with("5 of 48 bytes at byte 0; there is no whole record\n"), "{}", ran.err);
    let ran = run(&["barycenter", &five, "--schema", "testdata/poly.h", "--skip", "16"]);
    assert_eq!((ran.code, ran.out.as_str()), (5, "count 0\nx     none\ny     none\n"));
    assert!(
        ran.err.contains("the header before the first record is cut short: 5 of 16 bytes"),
        "{}",
        ran.err
    );
}

#[test]
fn no_records_are_no_nan() {
    let empty = file("empty", "empty.bin", "");
    let ran = run(&["barycenter", &empty, "--schema", "testdata/poly.h"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "count 0\nx     none\ny     none\n"));
    assert_eq!(ran.err, format!("note: {empty} is empty: it has no records\n"));
    let ran = run(&["barycenter", &empty, "--schema", "testdata/poly.h", "--json"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "{\"count\":0,\"x\":null,\"y\":null}\n"));
    let ran = run(&["barycenter", "testdata/poly.bin", "--skip", "48000"]);
    assert_eq!((ran.code, ran.out.lines().next()), (0, Some("count 0")));
    assert!(ran.err.contains("ends with its header of 48000 bytes: it has no records"), "{}", ran.err);
}

#[test]
fn numbers_that_json_has_not_are_strings() {
    let data = file("nan", "nan.bin", doubles(&[f64::NAN, f64::INFINITY]));
    let schema = file("nan", "nan.h", "struct P { double x, y; }; struct S { P p; };");
    let json = run(&["barycenter", &data, "--schema", &schema, "--json"]).ok();
    assert_eq!(json, "{\"count\":1,\"x\":\"NaN\",\"y\":\"Infinity\"}\n");
    let data = file("nan", "minus.bin", doubles(&[f64::NEG_INFINITY, 1e300]));
    let json = run(&["barycenter", &data, "--schema", &schema, "--json"]).ok();
    assert_eq!(json, "{\"count\":1,\"x\":\"-Infinity\",\"y\":1e300}\n");
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    assert_eq!(run(&["barycenter", &data, "--schema", &schema]).ok(), "count 1\nx     -inf\ny     1e300\n");
}

#[test]
fn skip_and_big_endian_overrule_the_schema() {
    let mut bytes = b"HEADER".to_vec();
    bytes.extend([1.5f64, -2.5].iter().flat_map(|v| v.to_be_bytes()));
    let data = file("order", "s.bin", bytes);
    let declared = "#pragma wirelens header(6)\n#pragma scalar_storage_order big-endian\n";
    let structs = "struct P { double x, y; };\nstruct S { P p; };";
    let whole = file("order", "whole.h", format!("{declared}{structs}"));
    let bare = file("order", "bare.h", structs);
    let wrong = file("order", "wrong.h", format!("#pragma wirelens header(1)\n{structs}"));
    let expected = "count 1\nx     1.5\ny     -2.5\n";
    assert_eq!(run(&["barycenter", &data, "--schema", &whole]).ok(), expected);
    for schema in [&bare, &wrong, &whole] {
        for skip in ["6", "0x6"] {
            let args = ["barycenter", &data, "--schema", schema, "--skip", skip, "--big-endian"];
            assert_eq!(run(&args).ok(), expected);
        }
    }
}

#[test]
fn the_schema_beside_the_file_is_taken_and_else_a_layout_is_assumed_and_said() {
    let lone = file("beside", "lone.bin", DATA);
    let ran = run(&["barycenter", &lone]);
    assert_eq!((ran.code, ran.out), (0, run(&POLY).ok()));
    assert!(ran.err.starts_with("note: there is no --schema, and there is no "), "{}", ran.err);
    assert!(ran.err.contains("struct Triangle { Point a; Point b; Point c; };"), "{}", ran.err);
    assert!(ran.err.contains("little-endian"), "{}", ran.err);

    let ran = run(&["barycenter", &lone, "--big-endian"]);
    assert!(ran.code == 0 && ran.err.contains("with big-endian numbers"), "{}", ran.err);
    let ran = run(&["barycenter", "testdata/poly.h"]);
    assert!(ran.code == 5 && ran.err.starts_with("note: there is no --schema; assumed"), "{}", ran.err);

    let other = file("beside", "other.bin", doubles(&[4.0, 5.0]));
    file("beside", "other.h", "struct P { double x, y; }; struct S { P p; };");
    assert_eq!(run(&["barycenter", &other]).ok(), "count 1\nx     4.0\ny     5.0\n");

    let broken = file("beside", "broken.bin", DATA);
    file("beside", "broken.h", "struct P { double *x; };");
    let err = run(&["barycenter", &broken]).fails(3);
    assert!(err.starts_with("note: ") && err.contains("lies beside the data"), "{err}");
    assert!(err.contains("\nerror: a pointer has no meaning in a file\n"), "{err}");
}

#[test]
fn standard_input_is_a_file_too() {
    assert_eq!(run_with(&["barycenter", "-", "--schema", "testdata/poly.h"], DATA).ok(), run(&POLY).ok());
    let ran = run_with(&["barycenter", "-", "--schema", "testdata/poly.h"], &DATA[..100]);
    assert_eq!(ran.code, 5);
    assert!(ran.err.starts_with("warning: <stdin>: "), "{}", ran.err);
    let schema = std::fs::read("testdata/poly.h").unwrap();
    assert_eq!(
        run_with(&["barycenter", "testdata/poly.bin", "--schema", "-"], &schema).ok(),
        run(&POLY).ok()
    );
    let err = run_with(&["barycenter", "-", "--schema", "-"], &schema).fails(2);
    assert!(err.contains("cannot both be standard input"), "{err}");
}

#[test]
fn a_record_may_be_named_by_its_typedef() {
    let text = "typedef struct P_ { double x, y; } P; typedef struct T_ { P a, b, c; } T;";
    let schema = file("typedef", "t.h", text);
    let named =
        |name: &str| run(&["barycenter", "testdata/poly.bin", "--schema", &schema, "--record", name]).ok();
    assert_eq!(named("T"), run(&POLY).ok());
    assert_eq!(named("T"), named("T_"));
}

#[test]
fn the_record_is_the_only_struct_that_no_other_contains() {
    let schema =
        file("record", "two.h", "struct P { double x, y; }; struct S { P p; }; struct T { P p, q; };");
    let with =
        |more: &[&str]| run(&[&["barycenter", "testdata/poly.bin", "--schema", &schema], more].concat());
    let err = with(&[]).fails(2);
    assert!(err.ends_with("say which one a record is: --record S or --record T\n"), "{err}");
    assert!(with(&["--record", "S"]).ok().starts_with("count 3000\n"));
    let err = run(&["barycenter", "testdata/poly.bin", "--record", "Trinagle"]).fails(2);
    assert_eq!(err, "error: the schema has no struct 'Trinagle'; did you mean 'Triangle'?\n");
    let none = file("record", "none.h", "enum E { A };");
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", &none]).fails(2);
    assert_eq!(err, "error: the schema has no struct, so no record can be read\n");
}

#[test]
fn the_schema_of_the_readme_is_read_as_it_says() {
    let page = include_str!("../../docs/c-schemas.md");
    let text = page.split("```c\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let schema = file("readme", "quote.h", text);
    // sizeof: 16 + 2 * 16 + 2, padded to 4 + 40, padded to 8; the file header is 64 bytes.
    let data = file("readme", "quote.bin", [0; 64 + 2 * 96]);
    let dump = |expression: &str| run(&["dump", "--schema", &schema, expression]).ok();
    dump("t.bid.fraction + t.depth[0][4] + t.venue + t.side");
    assert!(dump("t.venue").contains(".be"), "in network order");
    let err = run(&["barycenter", &data, "--schema", &schema]).fails(2);
    assert!(err.contains("Quote has no field that is a struct with 'x' and 'y'"), "{err}");
    let schema = wirelens::Schema::from_c("c-schemas.md", text).unwrap();
    let (_, quote) = schema.find("Quote").unwrap();
    assert_eq!((schema.header, quote.size, quote.field("depth").unwrap().offset), (64, 96, 56));
}

/// Points with `z`, as structs and as arrays; the means are arithmetic. The facets are those of binary STL: a
/// header of 84 bytes, and records of 50.
#[test]
fn points_may_have_three_axes_and_be_arrays() {
    let schema = "#pragma pack(1)\n#pragma wirelens header(84)\n\
                  struct Facet { float normal[3]; float v1[3], v2[3], v3[3]; unsigned short attributes; };";
    let schema = file("data", "stl.h", schema);
    let facet = |i: u8| {
        let numbers = (0..12u8).flat_map(|k| f32::from(i * 12 + k).to_le_bytes());
        numbers.chain([0, 0]).collect::<Vec<u8>>()
    };
    let data = file("data", "two.stl", [vec![0; 84], facet(0), facet(1)].concat());
    let barycenter = |more: &[&str]| run(&[&["barycenter", &data, "--schema", &schema], more].concat()).ok();
    // The mean of 3, 6, 9 and 15, 18, 21 is 12.
    let expected = "count 2\nx     12.0\ny     13.0\nz     14.0\n";
    assert_eq!(barycenter(&["--points", "v1,v2,v3"]), expected);
    assert_eq!(barycenter(&["--points", "v2", "--json"]), "{\"count\":2,\"x\":12.0,\"y\":13.0,\"z\":14.0}\n");
    // With the normal (default).
    assert_eq!(barycenter(&[]), "count 2\nx     10.5\ny     11.5\nz     12.5\n");

    let schema = "struct P { double x, y, z; }; struct Q { double x, y; }; \
                  struct S { struct P p[2]; struct Q q; float w[3]; };";
    let schema = file("data", "mixed.h", schema);
    let numbers = [1.0f64, 2.0, 3.0, 5.0, 6.0, 7.0, 9.0, 10.0].iter().flat_map(|x| x.to_le_bytes());
    let w = [0.5f32, 0.25, 8.0, 0.0].iter().flat_map(|x| x.to_le_bytes());
    let data = file("data", "mixed.bin", numbers.chain(w).collect::<Vec<u8>>());
    let of = |points: &[&str]| {
        let args = ["barycenter", &data, "--schema", &schema, "--record", "S"];
        run(&[&args[..], points].concat()).ok()
    };
    // Not all points have a `z`.
    assert_eq!(of(&[]), "count 1\nx     5.0\ny     6.0\n");
    assert_eq!(of(&["--points=p[0],p[1]"]), "count 1\nx     3.0\ny     4.0\nz     5.0\n");
    assert_eq!(of(&["--points=p[0],w"]), "count 1\nx     0.75\ny     1.125\nz     5.5\n");
    assert_eq!(of(&["--points=q,w"]), "count 1\nx     4.75\ny     5.125\n");
}
