//! Errors in files, schemas, points, expressions and usage, and how they are reported.

use super::{file, run};

#[test]
fn files_that_cannot_be_read_are_reported() {
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
fn every_error_of_a_schema_is_reported_with_its_place() {
    let text = "struct P { double *x; };\nstruct Q { int a : 3; };\nstruct R { Pint a; };\n";
    let schema = file("errors", "bad.h", text);
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", &schema]).fails(3);
    assert_eq!(err.matches("error: ").count(), 3, "{err}");
    for place in ["bad.h:1:19", "bad.h:2:16", "bad.h:3:12"] {
        assert!(err.contains(place), "{place}: {err}");
    }
}

#[test]
fn a_schema_that_is_no_text_is_reported() {
    let latin = file("latin", "latin.h", b"/* caf\xe9 */ struct P { double x, y; };");
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", &latin]).fails(3);
    assert!(err.starts_with("error: byte 6 (0xe9) is not UTF-8"), "{err}");
    assert!(err.contains("latin.h:1:7\n"), "{err}");
    // The data in place of the schema: the terminal gets only text of it, and only a part.
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", "testdata/poly.bin"]).fails(3);
    assert!(err.starts_with("error: byte 0 (0x89) is not UTF-8"), "{err}");
    assert!(err.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()) && err.len() < 1000, "{err}");
    let large = file("latin", "large.h", vec![b' '; (16 << 20) + 1]);
    let err = run(&["barycenter", "testdata/poly.bin", "--schema", &large]).fails(2);
    assert!(err.ends_with("large.h has 16777217 bytes: too many for a schema; is it the data?\n"), "{err}");
}

#[test]
fn wrong_usage_is_reported() {
    let long = "9".repeat(60);
    for (args, message) in [
        (&["barycenter"][..], "<FILE>"),
        (&["barycentre", "x"], "a similar subcommand exists: 'barycenter'"),
        (&["barycenter", "a", "b"], "unexpected argument 'b'"),
        (&["barycenter", "a", "--jit=maybe"], "[possible values: on, off, eager, deopt-stress]"),
        (&["barycenter", "a", "--threads", "0"], "nobody would do the work; give a number from 1 to 1024"),
        (&["barycenter", "a", "--threads", &long], "give a number from 1 to 1024"),
        (&["barycenter", "a", "--threads", "-1"], "give a number from 1 to 1024"),
        (&["barycenter", "a", "--skip", &long], "give a number of bytes, such as 64 or 0x40"),
        (&["barycenter", "a", "--skip", "-1"], "give a number of bytes, such as 64 or 0x40"),
        (&["barycenter", "a", "--jsn"], "'--json'"),
        (&["dump", "--stage", "ast"], "[possible values: program, trace, opt, clif, asm]"),
        (&[], "Usage: wirelens [OPTIONS] <COMMAND>"),
    ] {
        let err = run(args).fails(2);
        assert!(err.contains(message), "{args:?}: {err}");
    }
}

#[test]
fn wrong_points_are_reported() {
    let err = run(&["barycenter", "testdata/poly.bin", "--points", "a,q"]).fails(3);
    assert!(err.starts_with("error: Triangle has no field 'q'\n"), "{err}");
    assert!(err.contains("1 | t.a.x + t.q.x\n  |           ^\n"), "{err}");
    for points in ["a+b", "", "a,", "a[", "a]0[", "a[x]", "a.", "1", "a[0", "a[]"] {
        let err = run(&["barycenter", "testdata/poly.bin", "--points", points]).fails(2);
        assert!(err.contains("'--points <POINTS>': a point is a field's name, or a path"), "{points}: {err}");
    }
    let data = file("points", "none.bin", vec![0; 16]);
    file("points", "none.h", "struct N { double x; int z; };");
    let err = run(&["barycenter", &data]).fails(2);
    assert!(
        err.starts_with("error: N has no field that is a struct with 'x' and 'y', an array of 2 or 3 floats"),
        "{err}"
    );
    assert!(err.ends_with("; it has 'x', 'z'\n"), "{err}");
}

#[test]
fn wrong_expressions_are_reported() {
    for (expression, message) in [
        ("t.a.x + ", "error: Expected an expression\n --> <expression>:1:9\n"),
        ("t.a", "error: this is a Point; a number is needed here\n"),
        ("u.a", "error: unknown name 'u'; the record is 't'\n"),
        ("t.a.z", "error: Point has no field 'z'\n"),
        ("", "error: "),
    ] {
        let err = run(&["dump", "--schema", "testdata/poly.h", expression]).fails(3);
        assert!(err.starts_with(message), "{expression}: {err}");
    }
    // A leading minus: clap takes it for an option and suggests what to do.
    let err = run(&["dump", "--schema", "testdata/poly.h", "-t.a.x"]).fails(2);
    assert!(err.contains("use '-- -t'"), "{err}");
    assert!(run(&["dump", "--schema", "testdata/poly.h", "--", "-t.a.x"]).ok().contains("neg"));
}

/// What is a field, a module's name or another language's word is suggested where a name is unknown.
#[test]
fn unknown_names_have_suggestions() {
    let header = "struct Tick { char side; char sym[8]; int price; int Qty; int f[2]; };";
    let schema = file("names", "tick.h", header);
    let data = file("names", "tick.bin", [0; 28]);
    for (command, text, message, help) in [
        ("select", "SIDE", "unknown name 'SIDE'", "did you mean 'side'?"),
        ("select", "qty, pric", "unknown name 'qty'", "did you mean 'Qty'?"),
        ("select", "bogus", "unknown name 'bogus'", "the record has 'side', 'sym', 'price', 'Qty', 'f'"),
        ("select", "printe", "unknown name 'printe'", "did you mean 'price'?"),
        ("select", "sqrt(price)", "unknown name 'sqrt'", "did you mean 'math.sqrt'?"),
        ("select", "math.sqr(price)", "module 'math' has no attribute 'sqr'", "did you mean 'math.sqrt'?"),
        ("select", "price == null", "unknown name 'null'", "write None"),
        ("select", "sum(price)", "an int cannot be iterated", "with wirelens eval"),
        ("select", "len(records)", "unknown name 'records'", "with wirelens eval"),
        ("select", "side == 'B'", "an int and a str cannot be compared", "compare it with ord("),
        ("select", "side in 'BS'", "an int is not in a str", "it is in b"),
        ("select", "b'B' == side", "bytes and an int cannot be compared", "compare it with ord("),
        ("eval", "sum(Qty)", "unknown name 'Qty'", "sum(t.Qty for t in records)"),
        ("eval", "mean(price)", "unknown name 'mean'", "mean(t.x for t in records)"),
        ("eval", "sum(t.prize for t in records)", "Tick has no field 'prize'", "did you mean 'price'?"),
        ("eval", "np.mean(1)", "unknown name 'np'", "there is no such module"),
    ] {
        let err = run(&[command, text, &data, "--schema", &schema]).fails(3);
        assert!(err.starts_with(&format!("error: {message}")) && err.contains(help), "{text}: {err}");
    }
    let many: String = (0..20).map(|i| format!("int number{i};")).collect();
    let schema = file("names", "many.h", format!("struct S {{ {many} }};"));
    let err = |text| run(&["select", text, &data, "--schema", &schema]).fails(3);
    assert!(err("t.x").contains("'number11', and 8 more\n"), "{}", err("t.x"));
    assert!(err("t.nunber3").ends_with("did you mean 'number3'?\n"), "{}", err("t.nunber3"));
}

#[test]
fn colour_is_for_terminals() {
    let args = ["eval", "sum(t.q for t in records)", "testdata/poly.bin"];
    let plain = run(&args).fails(3);
    assert!(plain.starts_with("error: Point has") || plain.starts_with("error: Triangle has"), "{plain}");
    let coloured = run(&[&args[..], &["--color", "always"]].concat()).fails(3);
    let escapes = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    assert!(coloured.contains("\x1b[") && escapes.replace_all(&coloured, "") == plain, "{coloured:?}");
    assert_eq!(run(&[&args[..], &["--color=never"]].concat()).fails(3), plain);
    // A warning, too; the result on standard output is plain.
    let cut = run(&["eval", "len(records)", "testdata/poly.bin", "--skip=8", "--color=always"]);
    assert!(cut.err.starts_with("\x1b[") && cut.out == "999\n", "{}", cut.err);
}

/// Syntax of other languages is named, with Python's syntax for it.
#[test]
fn habits_of_other_languages_are_named() {
    for (expression, at, message, help) in [
        (
            "avg(t.a.x for t in records)",
            1,
            "'avg' is no function of all records",
            "write mean(t.x for t in records)",
        ),
        (
            "count(records)",
            1,
            "'count' takes a generator over the records",
            "how many there are is len(records)",
        ),
        ("mean(records)", 1, "'mean' takes a generator over the records", "mean(t.x for t in records)"),
        (
            "mean((t.a.x for t in records), 3)",
            32,
            "'mean' takes one argument without a name, the generator",
            "write default=…",
        ),
        (
            "mean(t.a.x for t in records, default=3)",
            6,
            "Unparenthesized generator expression cannot be used here",
            "put the generator in brackets",
        ),
        (
            "Counter(t.a.x for t in records)",
            1,
            "'Counter' is no function of all records",
            "select writes a row",
        ),
        ("summ(t.a.x for t in records)", 1, "'summ' is no function of all records", "did you mean 'sum'?"),
        (
            "len(t for t in records)",
            1,
            "'len' is no function of all records",
            "how many there are is len(records)",
        ),
        ("sum(t.a.x for t in records if t.a.x = 3)", 37, "'=' does not compare: write ==", ""),
        ("sum(1 for t in records if t.a.x > 1 && t.b.x > 2)", 37, "'&&' is no operator here: write and", ""),
        ("sum(1 for t in records if !(t.a.x > 1))", 27, "'!' is no operator here: write not", ""),
        ("sum(1 for t in records if t.a.x <> 1)", 33, "'<>' is no operator here: write !=", ""),
        ("sum(1 for t in records if t.a.x > 1 OR t.b.x > 2)", 37, "'OR' is no operator here: write or", ""),
    ] {
        let err = run(&["eval", expression, "testdata/poly.bin"]).fails(3);
        assert!(
            err.starts_with(&format!("error: {message}\n --> <expression>:1:{at}\n")),
            "{expression}: {err}"
        );
        assert!(err.contains(help), "{expression}: {err}");
    }
    let err = run(&["select", "avg(a.x)", "testdata/poly.bin"]).fails(3);
    assert!(
        err.starts_with("error: unknown name 'avg'\n") && err.contains("with wirelens eval: write mean(t.x"),
        "{err}"
    );
    let err = run(&["select", "a.x", "testdata/poly.bin", "--where", "a.x like 3"]).fails(3);
    assert!(err.starts_with("error: 'like' is no operator here: write '…' in name"), "{err}");
    // In a script a lone '=' assigns, whatever else is wrong with its line.
    let script = file("errors", "habits.py", "x = f(1 2)\n");
    assert!(!run(&["run", &script]).fails(3).contains("does not compare"));
}

/// Only the barycenter assumes a layout by default: the numbers of other commands would be arbitrary.
#[test]
fn without_a_schema_nothing_is_read() {
    let data = file("errors", "dump.bin", [0x41; 96]);
    for args in [
        &["eval", "len(records)", &data][..],
        &["select", "a.x", &data],
        &["cat", &data],
        &["explain", "eval", "len(records)", &data],
    ] {
        let err = run(args).fails(2);
        let schema = data.replace(".bin", ".h");
        assert!(
            err.starts_with(&format!("error: a schema is needed to read {data}: there is no {schema}")),
            "{err}"
        );
        assert!(err.contains("--schema FILE") && err.contains("struct Record {"), "{err}");
        // The suggested schema is valid.
        let advice = err.lines().find(|l| l.contains("struct Record")).unwrap();
        assert_eq!(wirelens::Schema::from_c("<advice>", advice).unwrap().structs[0].size, 24);
    }
    let ran = run(&["barycenter", &data]);
    assert!(
        ran.code == 0
            && ran.out.starts_with("count 2\n")
            && ran.err.starts_with("note: there is no --schema")
    );
}

#[test]
fn names_of_values_differ() {
    for json in [&[][..], &["--json"]] {
        let eval = |text: &str| run(&[&["eval", text, "testdata/poly.bin"], json].concat());
        let err = eval("x=1, x=2").fails(3);
        assert!(err.starts_with("error: two values are called 'x'\n --> <expression>:1:"), "{err}");
        assert!(eval("len(records), len(records)").fails(3).contains("give one another name"));
        assert_eq!(eval("x=1, y=1").code, 0);
    }
}

/// A result that cannot be written is an error.
#[cfg(target_os = "linux")]
#[test]
fn a_closed_or_full_output_is_an_error() {
    let script = file("errors", "prints.py", "print(1)\n");
    let silent = file("errors", "silent.py", "x = 1\n");
    let run_to = |args: &[&str], to: &str| {
        let line = format!("exec \"$0\" \"$@\" {to}");
        let mut shell = std::process::Command::new("sh");
        let done = shell.arg("-c").arg(line).arg(env!("CARGO_BIN_EXE_wirelens")).args(args).output().unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let poly = "testdata/poly.bin";
    for args in [
        &["eval", "len(records)", poly][..],
        &["select", "a.x", poly],
        &["select", "a.x", poly, "--limit", "1"],
        &["cat", poly],
        &["barycenter", poly],
        &["schema", "testdata/poly.h"],
        &["dump", "--schema", "testdata/poly.h"],
        &["explain", "eval", "len(records)", poly],
        &["run", &script],
    ] {
        for (to, why) in
            [(">&-", "closed"), ("1</dev/null", "closed, or"), (">/dev/full", "No space left on device")]
        {
            let (code, err) = run_to(args, to);
            assert_eq!(code, Some(2), "{args:?} {to}: {err}");
            assert!(err.starts_with("error: ") && err.contains(why), "{args:?} {to}: {err}");
        }
        assert_eq!(run_to(args, ">/dev/null"), (Some(0), String::new()), "{args:?}");
        assert_eq!(run_to(args, "1<>/dev/null"), (Some(0), String::new()), "{args:?}");
    }
    for to in [">&-", ">/dev/full"] {
        assert_eq!(run_to(&["--version"], to).0, Some(2));
        assert_eq!(run_to(&["eval", "--help"], to).0, Some(2));
    }
    let (code, err) = run_to(&["eval", "len(records)", "-", "--schema", "testdata/poly.h"], "<&-");
    assert_eq!(
        (code, err.as_str()),
        (Some(2), "error: standard input is closed: there is nothing to read\n")
    );
    assert_eq!(run_to(&["run", &silent], ">&-"), (Some(0), String::new()));
    assert_eq!(run_to(&["schema", "--check", "testdata/poly.h"], ">&-"), (Some(0), String::new()));
}

#[test]
fn options_behind_a_script_are_noticed() {
    let script = file("errors", "plain.py", "print(1)\n");
    let ran = run(&["run", &script, "--stats"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "1\n"));
    assert!(ran.err.starts_with("note: '--stats' is an argument of the script here"), "{}", ran.err);
    // A script that reads its arguments may use the option.
    let script = file("errors", "argv.py", "import sys\nprint(sys.argv[1])\n");
    let ran = run(&["run", &script, "--stats"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "--stats\n", ""));
    let ran = run(&["run", &file("errors", "other.py", "print(2)\n"), "--verbose"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

/// CPython accepts any line ending, within string literals too; the places of errors stay the same.
#[test]
fn a_script_may_have_any_line_ends() {
    for end in ["\n", "\r\n", "\r"] {
        let text =
            ["x = \"\"\"a", "b\"\"\"", "print(f\"{x!r}\", len(x))", "print(1 // (len(x) - 3))", ""].join(end);
        let ran = run(&["run", &file("errors", "ends.py", text)]);
        assert_eq!((ran.code, ran.out.as_str()), (5, "'a\\nb' 3\n"), "{}", ran.err);
        assert!(ran.err.contains("division by zero\n --> ") && ran.err.contains("ends.py:4:"), "{}", ran.err);
    }
}

/// Paths are bytes on Unix.
#[cfg(unix)]
#[test]
fn a_path_need_not_be_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let path = |name: &[u8], bytes: &[u8]| {
        let path = super::folder("errors").join(OsStr::from_bytes(name));
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let data = path(b"d\xff.bin", &7i64.to_le_bytes());
    let schema = path(b"d\xff.h", b"struct S { int64_t n; };");
    path(b"s.h", b"struct S { int64_t n; };");
    let text =
        "import sys\nimport wirelens\nfor t in wirelens.open(sys.argv[1], schema='s.h'):\n    print(t.n)\n";
    let script = path(b"p\xfe.py", text.as_bytes());
    let html = super::folder("errors").join(OsStr::from_bytes(b"w\xff.html"));
    let given = |args: &[&OsStr]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_wirelens")).args(args).output().unwrap();
        (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let word = OsStr::new;
    let (data, script) = (data.as_os_str(), script.as_os_str());
    assert_eq!(given(&[word("run"), script, data]), ("7\n".into(), "".into()));
    assert_eq!(given(&[word("eval"), word("sum(t.n for t in records)"), data]).0, "7\n");
    assert_eq!(given(&[word("select"), word("n"), data, word("--schema"), schema.as_os_str()]).0, "n\n7\n");
    assert_eq!(given(&[word("cat"), data]).0, "{\"n\":\"7\"}\n");
    assert!(!given(&[word("explain"), script, data]).0.is_empty());
    given(&[word("explain"), word("--html"), html.as_os_str(), script, data]);
    assert!(html.exists());
}
