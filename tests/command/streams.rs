//! What goes to which stream: help, statistics, and streams that take nothing.

use super::{POLY, file, run, start, with_a_closed_pipe};
use std::process::Stdio;

#[test]
fn help_has_examples_for_each_command() {
    assert_eq!(run(&["--version"]).ok(), format!("wirelens {}\n", env!("CARGO_PKG_VERSION")));
    for (args, line) in [
        (&["--help"][..], "A lens onto binary files"),
        (&["barycenter", "--help"], "  wirelens barycenter testdata/poly.bin\n"),
        (&["cat", "--help"], "  wirelens cat testdata/poly.bin --limit 3\n"),
        (&["select", "--help"], "  wirelens select 'a.x, a.y, b.x - a.x as dx' testdata/poly.bin\n"),
        (&["schema", "--help"], "  wirelens schema testdata/poly.h\n"),
        (&["dump", "--help"], "  wirelens dump --schema testdata/poly.h 't.a.x + t.b.x + t.c.x'\n"),
    ] {
        let help = run(args).ok();
        assert!(help.contains(line) && help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
        let wide = help.lines().find(|l| l.chars().count() > 110);
        assert_eq!(wide, None, "too wide for a terminal");
    }
}

#[test]
fn stats_go_to_standard_error_and_leave_the_result_alone() {
    let quiet = run(&POLY).ok();
    let value = |err: &str, name: &str| -> f64 {
        let line = err.lines().find(|l| l.starts_with(name)).unwrap_or_else(|| panic!("no '{name}': {err}"));
        line.split_whitespace().next_back().unwrap().parse().unwrap()
    };
    for jit in ["--jit=on", "--jit=off", "--jit=eager"] {
        let ran = run(&[&POLY[..], &[jit, "--stats"]].concat());
        assert_eq!((ran.code, &ran.out), (0, &quiet));
        let count = |name| value(&ran.err, name);
        // Whether a thousand records are worth it is the policy's business.
        let compiled = jit == "--jit=eager" || jit == "--jit=on" && count("regions") > 0.0;
        for name in ["regions", "blocks", "guards", "side exits taken", "objects removed", "code bytes"] {
            assert_eq!(count(name) > 0.0, compiled, "{jit}: {name}\n{}", ran.err);
        }
        assert_eq!(count("objects allocated") > 0.0, jit != "--jit=eager", "{jit}\n{}", ran.err);
        assert_eq!(count("records interpreted") + count("records native"), 1000.0);
        assert_eq!(count("records native") > 0.0, compiled);
        assert!(count("ms prepare") > 0.0 && count("ms run") > 0.0);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    with_a_closed_pipe(&["dump", "--schema", "testdata/poly.h", "--stage", "asm"]);
    // Without an end of a line, what is printed is noticed to be lost only when it is sent.
    for text in [
        "print('x', end='')",
        "for i in range(1000):\n    print(i, end=' ')",
        "for i in range(99999): print(i)",
    ] {
        let script = file("closed", "prints.py", text);
        with_a_closed_pipe(&["run", &script]);
    }
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let Ok(full) = std::fs::File::create("/dev/full") else { return };
    let done = start(&POLY).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(done.stderr.starts_with(b"error: the result cannot be written: "));
}

#[test]
fn what_the_readme_shows_is_what_is_printed() {
    let mut shown = 0;
    for part in include_str!("../../README.md").split("\n$ wirelens ").skip(1) {
        let part = part.split("```").next().unwrap();
        let (command, output) = part.split_once('\n').unwrap();
        // What stands in quotes is one argument.
        let parts = command.split('\'').enumerate();
        let args: Vec<&str> = parts
            .flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
            .collect();
        assert_eq!(run(&args).ok().trim_end(), output.trim_end(), "{command}");
        shown += 1;
    }
    assert!(shown >= 4, "{shown}");
}
