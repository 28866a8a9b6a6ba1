//! The text on standard output and standard error: help, statistics, and outputs that accept no text.

use super::{POLY, Ran, file, run, start, with_a_closed_pipe};
use std::path::{Path, PathBuf};
use std::process::Stdio;

const COMMANDS: [&str; 8] = ["barycenter", "eval", "cat", "select", "run", "schema", "dump", "explain"];

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
    }
}

/// The list of commands and the help of each are built from two declarations.
#[test]
fn help_says_what_the_list_of_commands_says() {
    let list = run(&["--help"]).ok();
    let list = list.split_whitespace().collect::<Vec<_>>().join(" ");
    for command in COMMANDS {
        for form in ["-h", "--help"] {
            let help = run(&[command, form]).ok();
            let first = help.lines().next().unwrap();
            assert!(list.contains(&format!(" {command} {first} ")), "{command} {form}: {help}\n{list}");
        }
    }
}

/// Help fits a terminal of 80 columns, and its short form fits one screen.
#[test]
fn help_fits_a_terminal() {
    for command in COMMANDS.map(Some).into_iter().chain([None]) {
        for (form, most) in [("-h", 40), ("--help", 160)] {
            let args: Vec<&str> = command.into_iter().chain([form]).collect();
            let help = run(&args).ok();
            let wide = help.lines().find(|line| line.chars().count() > 80);
            assert!(wide.is_none() && help.lines().count() <= most, "{args:?}: {wide:?}\n{help}");
        }
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
        // The policy decides whether a thousand records are compiled.
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
    // Without a line end, the loss of output is noticed only when it is flushed.
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

/// Each page with its text, with multi-line commands joined: the README, and all in `docs/`.
fn pages() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = found.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    paths.push(root.join("README.md"));
    paths.sort();
    let page = |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_string(), path);
    let text = |path: PathBuf| std::fs::read_to_string(path).unwrap().replace(" \\\n    ", " ");
    paths.into_iter().map(page).map(|(name, path)| (name, text(path))).collect()
}

/// The examples of a page: a command after `$ wirelens `, and its output, up to the next command or the end
/// of the block. A block with a line `…` shows only a part, and is skipped.
fn examples(page: &str) -> Vec<(&str, &str)> {
    // Fences alternate: text, block, text, block …
    let fence = |line: &&str| line.starts_with("```");
    assert_eq!(page.lines().filter(fence).count() % 2, 0, "a block has no end");
    let blocks = page.split("\n```").skip(1).step_by(2);
    let whole = blocks.filter(|block| !block.lines().any(|line| line.trim() == "…"));
    let parts = whole.flat_map(|block| block.split("\n$ wirelens ").skip(1));
    parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect()
}

/// Quoted text is one argument.
fn arguments(command: &str) -> Vec<&str> {
    let parts = command.split('\'').enumerate();
    parts
        .flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
        .collect()
}

/// After `; echo $?` a block shows what a terminal shows: the output, then errors and warnings, then the exit
/// code.
#[test]
fn what_the_readme_shows_is_what_is_printed() {
    let mut shown = std::collections::HashMap::new();
    for (name, text) in pages() {
        for (command, output) in examples(&text) {
            let printed = match command.strip_suffix("; echo $?") {
                Some(command) => {
                    let Ran { code, out, err } = run(&arguments(command));
                    format!("{out}{err}{code}")
                }
                None => run(&arguments(command)).ok(),
            };
            assert_eq!(printed.trim_end(), output.trim_end(), "{name}: {command}");
            *shown.entry(name.clone()).or_insert(0) += 1;
        }
    }
    for (name, least) in [("README.md", 2), ("cookbook.md", 20), ("queries.md", 4)] {
        assert!(shown.get(name).is_some_and(|n| *n >= least), "{name} shows too little: {shown:?}");
    }
}
