//! `wirelens cat` over messages of Cap'n Proto. `testdata/capnp/messages` has messages that the reference
//! encoded, and its output for them.

use super::{file, run, run_with, start};
use serde_json::Value;

const GOLDEN: &str = "testdata/capnp/messages";
/// Cases where another implementation differs, or where an error is expected at another place.
const OTHERWISE: [(&str, &str); 2] = [
    // Two implementations disagree; here it is an error.
    ("list-of-bits-as-bytes", "the elements of a list are smaller than needed or of another kind"),
    // An empty object is never out of bounds.
    ("double-far-into-an-empty-segment", ""),
];

/// The JSON values in a text, one after the other. Text that is not UTF-8 contains U+FFFD.
fn values(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text).into_owned();
    let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    values.map(|v| v.unwrap().to_string()).collect()
}

/// A message with one segment of these words.
fn message(words: &[u64]) -> Vec<u8> {
    let table = [0, words.len() as u32].into_iter().flat_map(u32::to_le_bytes);
    table.chain(words.iter().flat_map(|w| w.to_le_bytes())).collect()
}

fn cat(file: &str, schema: &str, root: &str, more: &[&str]) -> super::Ran {
    run(&[&["cat", file, "--schema", schema, "--record", root], more].concat())
}

#[test]
fn messages_are_printed_as_the_reference_prints_them() {
    let cases = std::fs::read_to_string(format!("{GOLDEN}/cases.txt")).unwrap();
    let (mut printed, mut refused) = (0, 0);
    for case in cases.lines() {
        let [name, message, schema, root, there] = case.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{case}")
        };
        let schema = format!("{GOLDEN}/{schema}.capnp");
        for file in ["bin", "packed"].map(|e| format!("{GOLDEN}/{message}.{e}")) {
            if !std::fs::exists(&file).unwrap() {
                continue;
            }
            let done = start(&["cat", &file, "--schema", &schema, "--record", root]).output().unwrap();
            let err = String::from_utf8(done.stderr).unwrap();
            let otherwise = OTHERWISE.iter().find(|(case, _)| *case == name).map(|(_, message)| *message);
            match (there, otherwise) {
                ("json", None) => {
                    let expected = std::fs::read(format!("{GOLDEN}/{name}.json")).unwrap();
                    assert_eq!(values(&done.stdout), values(&expected), "{file} as {root}: {err}");
                    assert_eq!((done.status.code(), err.as_str()), (Some(0), ""), "{file}");
                    assert_eq!(
                        values(&expected).len(),
                        done.stdout.iter().filter(|b| **b == b'\n').count(),
                        "{file}"
                    );
                    printed += 1;
                }
                (_, Some("")) => {}
                _ => {
                    assert_eq!(
                        (done.status.code(), done.stdout.len()),
                        (Some(5), 0),
                        "{file} as {root}: {err}"
                    );
                    assert!(err.contains("message 0 (at byte 0"), "{file}: {err}");
                    assert!(err.contains(otherwise.unwrap_or("")), "{file}: {err}");
                    refused += 1;
                }
            }
        }
    }
    assert!(printed >= 250 && refused >= 10, "{printed} printed, {refused} refused");
}

#[test]
fn limit_and_offset_count_messages() {
    let (stream, schema) = (format!("{GOLDEN}/stream-shapes.bin"), format!("{GOLDEN}/unions.capnp"));
    let all = cat(&stream, &schema, "Shape", &[]).ok();
    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(lines.len(), 5);
    let some = |args: &[&str]| cat(&stream, &schema, "Shape", args);
    assert_eq!(some(&["--limit", "2"]).ok(), lines[..2].join("\n") + "\n");
    assert_eq!(some(&["--offset", "3"]).ok(), lines[3..].join("\n") + "\n");
    assert_eq!(some(&["--offset", "1", "--limit", "1"]).ok(), lines[1].to_string() + "\n");
    let ran = some(&["--offset", "5"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert_eq!(ran.err, format!("note: {stream} has 5 records, so there is none at --offset 5\n"));
}

#[test]
fn of_a_cut_stream_all_whole_messages_are_printed() {
    let schema = file("messages", "n.capnp", "@0xf3b84c3a2d1e0f57; struct N { n @0 :UInt16; }");
    // A root with one word of data.
    let stream: Vec<u8> = [7, 8, 9].iter().flat_map(|n| message(&[1 << 32, *n])).collect();
    let over = "the result is over the 2 records before it";
    for (length, message) in [
        (71, "message 2 is cut short: 23 of at least 24 bytes at byte 48"),
        (51, "message 2 is cut short: 3 of at least 8 bytes at byte 48"),
    ] {
        let ran = run_with(&["cat", "-", "--schema", &schema, "--record", "N"], &stream[..length]);
        assert_eq!((ran.code, ran.out.as_str()), (5, "{\"n\":7}\n{\"n\":8}\n"));
        assert_eq!(ran.err, format!("warning: <stdin>: {message}; {over}\n"));
    }
    // Packed: two messages of 6 bytes, and a part of one.
    let packed = [0x10, 2, 0x10, 1, 0x01, 7].repeat(3);
    let ran = run_with(&["cat", "-", "--schema", &schema, "--record", "N"], &packed[..17]);
    assert_eq!((ran.code, ran.out.as_str()), (5, "{\"n\":7}\n{\"n\":7}\n"));
    let message = "message 2 is cut short: 5 of at least 24 bytes at byte 12";
    assert_eq!(ran.err, format!("warning: <stdin>: {message}; {over}\n"));
}

#[test]
fn of_a_stream_with_a_wrong_message_those_in_front_are_printed() {
    let declared =
        "@0xf3b84c3a2d1e0f57; struct L { list @0 :List(P); struct P { n @0 :UInt8; t @1 :Text; } }";
    let schema = file("messages", "l.capnp", declared);
    // A root with one pointer, to a list (kind 1) of structs (7) of two words in total: one struct with a
    // word and a pointer.
    let list = |pointer: u64| {
        message(&[1 << 48, 1 | 7 << 32 | 2 << 35, 1 << 2 | 1 << 32 | 1 << 48, 5, pointer, 0x61])
    };
    // Text of two bytes, the second of which is 0.
    let good = list(1 | 2 << 32 | 2 << 35);
    let far = list(1 | 9 << 2 | 2 << 32 | 2 << 35);
    let stream = [&good[..], &far, &good].concat();
    let ran = run_with(&["cat", "-", "--schema", &schema, "--record", "L"], &stream);
    assert_eq!((ran.code, ran.out.as_str()), (5, "{\"list\":[{\"n\":5,\"t\":\"a\"}]}\n"));
    assert_eq!(
        ran.err,
        "error: <stdin>: message 1 (at byte 56): list[0].t: a pointer leads out of its segment\n"
    );
    // Bytes that are not a message.
    let ran =
        run_with(&["cat", "-", "--schema", &schema, "--record", "L"], &[&good[..], &[0xff; 64]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (5, "{\"list\":[{\"n\":5,\"t\":\"a\"}]}\n"));
    assert!(ran.err.contains("message 1 (at byte 56): a message with 4294967296 segments"), "{}", ran.err);
}

/// The default of such a member would contain itself, without end.
#[test]
fn a_member_that_is_its_own_default_is_null_within_itself() {
    let declared =
        "@0xf3b84c3a2d1e0f57; struct U { union { u @0 :U; l @1 :List(U); none @2 :Void; } n @3 :UInt8; }";
    let schema = file("messages", "u.capnp", declared);
    let with =
        |words: &[u64]| run_with(&["cat", "-", "--schema", &schema, "--record", "U"], &message(words)).ok();
    assert_eq!(with(&[0]), "{\"n\":0,\"u\":{\"n\":0,\"u\":null}}\n");
    // The root has one word of data: the tag is 1, a list.
    assert_eq!(with(&[1 << 32, 1]), "{\"n\":0,\"l\":[]}\n");
}

/// Default values do not count towards a message's limits, so only the schema limits their depth.
#[test]
fn no_schema_is_too_deep() {
    let levels = 2_000;
    let declared =
        (0..levels).map(|i| format!("struct S{i} {{ union {{ s @0 :S{}; none @1 :Void; }} }}\n", i + 1));
    let last = format!("struct S{levels} {{ n @0 :UInt8 = 7; }}");
    let text = format!("@0xf3b84c3a2d1e0f57;\n{}{last}\n", declared.collect::<String>());
    let schema = file("messages", "levels.capnp", text);
    let out = run_with(&["cat", "-", "--schema", &schema, "--record", "S0"], &message(&[0])).ok();
    let expected = format!("{}{{\"n\":7{}\n", "{\"s\":".repeat(levels), "}".repeat(levels + 1));
    assert!(out == expected, "{:.300}", out);
}

#[test]
fn pointers_nested_without_end_are_an_error() {
    let schema = file("messages", "deep.capnp", "@0xf3b84c3a2d1e0f57; struct N { n @0 :N; }");
    // The only pointer of the root leads to the root.
    let endless = message(&[1 << 48, 1 << 48 | 0xffff_fff8]);
    let ran = run_with(&["cat", "-", "--schema", &schema, "--record", "N"], &endless);
    assert_eq!((ran.code, ran.out.as_str()), (5, ""));
    assert!(ran.err.ends_with("pointers are nested deeper than the nesting limit allows\n"), "{}", ran.err);
    let path = ran.err.split(": ").nth(3).unwrap();
    assert!(path.split('.').all(|name| name == "n") && path.len() > 60, "{}", ran.err);
}

#[test]
fn a_pointer_of_no_type_is_left_out_if_it_is_null() {
    let declared = "@0xf3b84c3a2d1e0f57; struct A { n @0 :UInt8; any @1 :AnyPointer; c @2 :Capability; }";
    let schema = file("messages", "any.capnp", declared);
    let with = |any: u64, c: u64| {
        let words = [1 << 32 | 2 << 48, 3, any, c];
        run_with(&["cat", "-", "--schema", &schema, "--record", "A"], &message(&words))
    };
    assert_eq!(with(0, 0).ok(), "{\"n\":3}\n");
    let no_json = "has no JSON; give the field a type in the schema that has\n";
    for (any, c, message) in [
        (0xffff_fffc, 0, "any: a pointer to a struct of no type"),
        (1 << 2 | 1, 0, "any: a pointer to a list of no type"),
        (3, 0, "any: a capability"),
        (0, 3, "c: a capability"),
    ] {
        let ran = with(any, c);
        assert_eq!((ran.code, ran.out.as_str()), (5, ""));
        assert_eq!(ran.err, format!("error: <stdin>: message 0 (at byte 0): {message} {no_json}"));
    }
}

#[test]
fn a_record_of_messages_is_no_group() {
    let schema = format!("{GOLDEN}/unions.capnp");
    let data = format!("{GOLDEN}/unions-circle.bin");
    let message = "'Shape.fill' is a group, a part of another struct; name the struct that a message is";
    for command in [
        &["cat", &data][..],
        &["eval", "len(records)", &data],
        &["select", "1", &data],
        &["barycenter", &data],
        &["dump", "1"],
    ] {
        let err = run(&[command, &["--schema", &schema, "--record", "Shape.fill"]].concat()).fails(2);
        assert_eq!(err, format!("error: {message}\n"), "{command:?}");
    }
    let script = format!(
        "import wirelens\nfor t in wirelens.open('{data}', schema='{}', record='Shape.fill'):\n    print(1)\n",
        std::path::absolute(&schema).unwrap().display()
    );
    let err = run(&["run", &file("group", "group.py", script)]).fails(3);
    assert!(err.contains(message) && err.contains("group.py:2:"), "{err}");
    let err = cat(&format!("{GOLDEN}/unions-circle.bin"), &schema, "Shapes", &[]).fails(2);
    assert_eq!(err, "error: the schema has no struct 'Shapes'; did you mean 'Shape'?\n");
}

/// Two imported files have a struct and an enum of the same name, and the main file has another of that name:
/// each is used correctly.
#[test]
fn structs_of_one_name_in_several_files_are_distinguished() {
    let a = "@0xf3b84c3a2d1e0f02; struct T { x @0 :UInt8; e @1 :E; } enum E { p @0; q @1; } struct U { n @0 :Int8; }";
    let b = "@0xf3b84c3a2d1e0f03; struct T { y @0 :Text; e @1 :E; } enum E { r @0; s @1; }";
    file("names", "a.capnp", a);
    file("names", "b.capnp", b);
    let main = "@0xf3b84c3a2d1e0f01; using A = import \"a.capnp\"; using B = import \"b.capnp\"; \
                struct Root { a @0 :A.T; b @1 :B.T; u @2 :A.U; v @3 :U; } struct U { m @0 :UInt16; }";
    let schema = file("names", "main.capnp", main);
    let text = u64::from_le_bytes(*b"hi\0\0\0\0\0\0");
    let data = message(&[
        4 << 48,
        3 << 2 | 1 << 32,           // a: word 5
        3 << 2 | 1 << 32 | 1 << 48, // b: words 6 and 7
        5 << 2 | 1 << 32,           // u: word 9
        5 << 2 | 1 << 32,           // v: word 10
        5 | 1 << 16,
        1,
        1 | 2 << 32 | 3 << 35,
        text,
        0xFE,
        700,
    ]);
    let data = file("names", "data.bin", data.repeat(600));
    let of = ["--schema", schema.as_str(), "--record", "Root"];
    let line =
        "{\"a\":{\"x\":5,\"e\":\"q\"},\"b\":{\"y\":\"hi\",\"e\":\"s\"},\"u\":{\"n\":-2},\"v\":{\"m\":700}}\n";
    assert_eq!(run(&[&["cat", &data], &of[..]].concat()).ok(), line.repeat(600));
    assert_eq!(run(&[&["cat", &data, "--limit", "1"], &of[..]].concat()).ok(), line);
    let columns = "a.x, b.y, a.e, b.e, u.n, v.m";
    let rows = run(&[&["select", columns, &data, "--no-header"], &of[..]].concat()).ok();
    assert_eq!(rows, "5,hi,q,s,-2,700\n".repeat(600));
    let sum = "sum(t.a.x + t.u.n + t.v.m for t in records)";
    assert_eq!(run(&[&["eval", sum, &data], &of[..]].concat()).ok(), format!("{}\n", 600 * (5 - 2 + 700)));
    let table = run(&["schema", &schema]).ok();
    assert!(
        table.contains("a.capnp:T") && table.contains("b.capnp:T") && table.contains("struct U  8"),
        "{table}"
    );
}
