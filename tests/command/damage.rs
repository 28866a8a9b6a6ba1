//! Damaged or truncated streams: the output of each command before the damage, the error, and the exit code.
//! `src/tests/capnp/damaged.rs` generates thousands of them for the library.

use super::{Ran, file, run};

/// A message with two floats and an integer: a root with three words of data.
fn message(x: f64, y: f64, n: u64) -> Vec<u8> {
    let words = [5 << 32, 3 << 32, x.to_bits(), y.to_bits(), n];
    let words = [&words[..], &[0]].concat();
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// The packed form: tags, and the nonzero bytes. `n` has one byte; `x` and `y` are 0.
fn packed(n: u8) -> Vec<u8> {
    vec![0x10, 5, 0x10, 3, 0, 1, 0x01, n, 0, 0]
}

const SCHEMA: &str = "@0xf3b84c3a2d1e0f57; struct P { x @0 :Float64; y @1 :Float64; n @2 :UInt64; }";
const SCRIPT: &str = "import sys\nimport wirelens\nrecords = wirelens.open(sys.argv[1], schema=\"p.capnp\", record=\"P\")\n\
                      for t in records:\n    print(t.n)\nprint(\"after\", len(records))\n";

/// Runs each command over a file; the results have the commands' names.
fn all(data: &str, schema: &str, script: &str) -> Vec<(&'static str, Ran)> {
    let mut all = vec![];
    for threads in ["--threads=1", "--threads=2"] {
        for (name, args) in [
            ("eval", vec!["eval", "sum(t.n for t in records)", data, "--schema", schema, threads]),
            ("select", vec!["select", "n", data, "--schema", schema, "--no-header", threads]),
            ("barycenter", vec!["barycenter", data, "--schema", schema, threads]),
        ] {
            all.push((name, run(&args)));
        }
    }
    all.push(("cat", run(&["cat", data, "--schema", schema])));
    for jit in ["--jit=on", "--jit=off", "--jit=deopt-stress"] {
        all.push(("run", run(&["run", jit, script, data])));
    }
    all
}

#[test]
fn damage_ends_every_command_at_its_place() {
    let schema = file("damage", "p.capnp", SCHEMA);
    let script = file("damage", "p.py", SCRIPT);
    let good: Vec<u8> = [7, 8, 9].iter().flat_map(|n| message(1.0, 2.0, *n)).collect();
    let after = message(3.0, 4.0, 10);
    let plain = |garbage: &[u32]| {
        let garbage = garbage.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>();
        [&good[..], &garbage, &after].concat()
    };
    let good: Vec<u8> = [7, 8, 9].iter().flat_map(|n| packed(*n)).collect();
    // A table of 2^32 segments, and a run of zeros that begins in a message and ends beyond it.
    let table = [&good[..], &[0x0F, 0xFF, 0xFF, 0xFF, 0xFF], &packed(10)].concat();
    let overrun = [&good[..], &[0, 9], &packed(10)].concat();
    for (name, bytes, message) in [
        ("segments", plain(&[u32::MAX, 0]), "message 3 (at byte 144): a message with 4294967296 segments"),
        ("words", plain(&[0, u32::MAX]), "message 3 (at byte 144): a message of 4294967295 words"),
        ("more-words", plain(&[1, u32::MAX, 1, 0]), "message 3 (at byte 144): a message of 4294967296 words"),
        ("packed", table, "message 3 (at byte 30): a message with 4294967296 segments"),
        (
            "overrun",
            overrun,
            "message 3 (at byte 30): a run of packed words goes beyond a part of its message",
        ),
    ] {
        let data = file("damage", name, bytes);
        for (command, ran) in all(&data, &schema, &script) {
            let what = format!("{command} {name}: {}{}", ran.out, ran.err);
            assert_eq!(ran.code, 5, "{what}");
            assert!(ran.err.starts_with(&format!("error: {data}: {message}")), "{what}");
            assert_eq!(ran.err.lines().count(), if command == "run" { 5 } else { 1 }, "{what}");
            assert_eq!(command == "run", ran.err.contains("p.py:4:10\n"), "{what}");
            let seen = match command {
                "eval" | "barycenter" => 0,
                "cat" => ran.out.matches("\"n\":\"").count(),
                _ => usize::from(ran.out == "7\n8\n9\n") * 3,
            };
            assert!(seen == 3 || seen == 0 && ran.out.is_empty(), "{what}");
        }
    }
}

#[test]
fn a_cut_end_is_reported_by_every_command() {
    let schema = file("cut-stream", "p.capnp", SCHEMA);
    let script = file("cut-stream", "p.py", SCRIPT);
    let plain: Vec<u8> = [7, 8, 9].iter().flat_map(|n| message(1.0, 2.0, *n)).collect();
    let pack: Vec<u8> = [7, 8, 9].iter().flat_map(|n| packed(*n)).collect();
    for (name, bytes, at) in [
        ("body", &plain[..plain.len() - 1], 96),
        ("table", &plain[..96 + 7], 96),
        ("packed", &pack[..pack.len() - 1], 20),
    ] {
        let data = file("cut-stream", name, bytes);
        for (command, ran) in all(&data, &schema, &script) {
            let what = format!("{command} {name}: {}{}", ran.out, ran.err);
            assert_eq!(ran.code, 5, "{what}");
            assert!(ran.err.contains("cut short") && ran.err.contains(&format!("at byte {at}")), "{what}");
            assert_eq!(ran.err.lines().count(), 1, "{what}");
            let out = match command {
                "eval" => "15\n",
                "barycenter" if name == "packed" => "count 2\nx     0.0\ny     0.0\n",
                "barycenter" => "count 2\nx     1.0\ny     2.0\n",
                "select" => "7\n8\n",
                "run" => "7\n8\nafter 2\n",
                _ if name == "packed" => "{\"x\":0,\"y\":0,\"n\":\"7\"}\n{\"x\":0,\"y\":0,\"n\":\"8\"}\n",
                _ => "{\"x\":1,\"y\":2,\"n\":\"7\"}\n{\"x\":1,\"y\":2,\"n\":\"8\"}\n",
            };
            assert_eq!(ran.out, out, "{what}");
        }
    }
}
