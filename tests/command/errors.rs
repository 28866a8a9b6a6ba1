//! What is wrong with files, schemas, points, expressions and usage, and how it is told.

use super::{file, run};

#[test]
fn files_that_cannot_be_read_are_told_of() {
    let nowhere = "testdata/nowhere.bin";
    for args in [&["barycenter", nowhere][..], &["barycenter", nowhere, "--schema", "testdata/poly.h"]] {
        assert_eq!(run(args).fails(2), "error: testdata/nowhere.bin: there is no such file\n");
    }
    for args in
        [&["barycenter", "testdata"][..], &["barycenter", "testdata/poly.bin", "--schema", "testdata"]]
    {
        assert_eq!(run(args).fails(2), "error: testdata is a directory: give a file in it\n");
    }
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", "nowhere.h"]).fails(2);
    assert_eq!(err, "error: nowhere.h: there is no such file\n");
}

#[test]
fn every_error_of_a_schema_is_told_with_its_place() {
    let text = "struct P { double *x; };\nstruct Q { int a : 3; };\nstruct R { Pint a; };\n";
    let schema = file("errors", "bad.h", text);
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", &schema]).fails(3);
    assert_eq!(err.matches("error: ").count(), 3, "{err}");
    for place in ["bad.h:1:19", "bad.h:2:16", "bad.h:3:12"] {
        assert!(err.contains(place), "{place}: {err}");
    }
}

#[test]
fn a_schema_that_is_no_text_is_told_of() {
    let latin = file("latin", "latin.h", b"/* caf\xe9 */ struct P { double x, y; };");
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", &latin]).fails(3);
    assert!(err.starts_with("error: byte 6 (0xe9) is not UTF-8"), "{err}");
    assert!(err.contains("latin.h:1:7\n"), "{err}");
    // The data in its place: nothing of it gets to the terminal but text, and that in part.
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", "testdata/poly.bin"]).fails(3);
    assert!(err.starts_with("error: byte 0 (0x89) is not UTF-8"), "{err}");
    assert!(err.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()) && err.len() < 1000, "{err}");
    let large = file("latin", "large.h", vec![b' '; (16 << 20) + 1]);
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", &large]).fails(2);
    assert!(err.ends_with("large.h has 16777217 bytes: too many for a schema; is it the data?\n"), "{err}");
}

#[test]
fn wrong_usage_is_told_of() {
    let long = "9".repeat(60);
    for (args, told) in [
        (&["barycenter"][..], "<FILE>"),
        (&["barycentre", "x"], "a similar subcommand exists: 'barycenter'"),
        (&["barycenter", "a", "b"], "unexpected argument 'b'"),
        (&["barycenter", "a", "--jit=maybe"], "[possible values: on, off, eager, exits]"),
        (&["barycenter", "a", "--threads", "0"], "nobody would do the work; give a number from 1 to 1024"),
        (&["barycenter", "a", "--threads", &long], "give a number from 1 to 1024"),
        (&["barycenter", "a", "--threads", "-1"], "give a number from 1 to 1024"),
        (&["barycenter", "a", "--skip", &long], "give a number of bytes, such as 64 or 0x40"),
        (&["barycenter", "a", "--skip", "-1"], "give a number of bytes, such as 64 or 0x40"),
        (&["barycenter", "a", "--jsn"], "'--json'"),
        (&["dump", "--stage", "ast"], "[possible values: program, trace, opt, clif, asm]"),
        (&[], "Usage: wirelens <COMMAND>"),
    ] {
        let err = run(args).fails(2);
        assert!(err.contains(told), "{args:?}: {err}");
    }
}

#[test]
fn wrong_points_are_told_of() {
    let err = run(&["barycenter", "testdata/poly.bin", "--points", "a,q"]).fails(3);
    assert!(err.starts_with("error: Triangle has no field 'q'; it has 'a', 'b', 'c'\n"), "{err}");
    assert!(err.contains("1 | t.a.x + t.q.x\n  |           ^\n"), "{err}");
    for points in ["a+b", "", "a,", "a[", "a]0[", "a[x]", "a.", "1", "a[0", "a[]"] {
        let err = run(&["barycenter", "testdata/poly.bin", "--points", points]).fails(2);
        assert!(err.contains("'--points <POINTS>': a point is a field's name, or a path"), "{points}: {err}");
    }
    let data = file("points", "none.bin", vec![0; 16]);
    file("points", "none.h", "struct N { double x; int z; };");
    let err = run(&["barycenter", &data]).fails(2);
    assert!(err.starts_with("error: N has no field that is a struct with 'x' and 'y'"), "{err}");
    assert!(err.ends_with("; it has 'x', 'z'\n"), "{err}");
}

#[test]
fn wrong_expressions_are_told_of() {
    for (expression, told) in [
        ("t.a.x + ", "error: Expected an expression\n --> <expression>:1:9\n"),
        ("t.a", "error: this is a Point; a number is needed here\n"),
        ("u.a", "error: unknown name 'u'; the record is 't'\n"),
        ("t.a.z", "error: Point has no field 'z'; it has 'x', 'y'\n"),
        ("", "error: "),
    ] {
        let err = run(&["dump", "--schema", "testdata/poly.h", expression]).fails(3);
        assert!(err.starts_with(told), "{expression}: {err}");
    }
    // A minus in front: clap takes it for an option and says what to do.
    let err = run(&["dump", "--schema", "testdata/poly.h", "-t.a.x"]).fails(2);
    assert!(err.contains("use '-- -t'"), "{err}");
    assert!(run(&["dump", "--schema", "testdata/poly.h", "--", "-t.a.x"]).ok().contains("neg"));
}
