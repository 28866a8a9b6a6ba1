//! What a process costs before it does its work, counted and not timed: page faults, and instructions where
//! `valgrind` is installed. A command that runs in a loop pays this for each file, so a dependency must cost
//! only those who use it.
//!
//! The counts depend on the C library and the loader, so they are compared with those of a C program that
//! does nothing. Both have no environment, since the loader reads it, and cargo's makes it look in more
//! folders. `cc` compiles the program; the Rust toolchain needs it too, to link. The bounds leave a fifth
//! above what was measured, which is enough for the page faults of another kernel, and less than the
//! relocation of the tables at start (60 page faults, 190,000 instructions) or the declaration of all
//! commands' arguments (35 and 380,000) takes. A change with a reason to cost more may raise them.
//!
//! `WIRELENS_STARTUP` names an optimized binary to be measured instead of that of the tests: `.ci/run` does
//! this. It does not say how fast the command is: see `benches`.

#![cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]

use super::{file, folder};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

/// The most of a count: so many times that of the C program.
struct Bound {
    args: &'static [&'static str],
    faults: f64,
    instructions: f64,
}

const QUERY: &[&str] = &["eval", "sum(t.price for t in records)", "one.bin"];

/// The optimized binary: 115 and 207 page faults, 399,000 and 1,149,000 instructions; C: 50 and 105,000.
const OPTIMIZED: [Bound; 2] = [
    Bound { args: &["--version"], faults: 2.75, instructions: 4.5 },
    Bound { args: QUERY, faults: 4.9, instructions: 12.5 },
];

/// That of the tests: 126 and 237 page faults, 436,000 and 1,584,000 instructions.
const TESTED: [Bound; 2] = [
    Bound { args: &["--version"], faults: 3.1, instructions: 5.0 },
    Bound { args: QUERY, faults: 5.7, instructions: 17.5 },
];

/// A C program that does nothing, compiled. None if there is no compiler.
fn nothing() -> Option<Command> {
    let source = file("startup", "nothing.c", "int main(void) { return 0; }\n");
    let program = folder("startup").join("nothing");
    let compiled = Command::new("cc").args(["-O2", "-o"]).arg(&program).arg(source).status().ok()?;
    assert!(compiled.success(), "cc does not compile a C program");
    Some(Command::new(program))
}

fn wirelens(args: &[&str]) -> Command {
    let binary = std::env::var_os("WIRELENS_STARTUP");
    let mut command = Command::new(binary.unwrap_or_else(|| env!("CARGO_BIN_EXE_wirelens").into()));
    command.args(args).current_dir(folder("startup"));
    command
}

/// The page faults of a process that need no reading from a disk: the fewest of some runs, since the pages
/// of a file that was just written come into memory in other pieces.
fn faults(command: &mut Command) -> f64 {
    let run = |_| {
        #[expect(clippy::zombie_processes, reason = "`wait4` waits for it")]
        let child = command.env_clear().stdout(Stdio::null()).spawn().unwrap();
        let mut status = 0;
        // SAFETY: zero is a valid value of the structure, the pointers are valid for the call, and nobody
        // else waits for this child.
        let usage = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            assert_eq!(libc::wait4(child.id() as i32, &mut status, 0, &mut usage), child.id() as i32);
            usage
        };
        assert!(ExitStatus::from_raw(status).success());
        usage.ru_minflt
    };
    (0..5).map(run).min().unwrap() as f64
}

/// The instructions of a process, also those of the loader. None if there is no `valgrind`.
fn instructions(command: &Command) -> Option<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(command.get_program()).args(command.get_args()).current_dir(folder("startup"));
    let done = valgrind.output().ok()?;
    let text = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{text}");
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    Some(collected.unwrap_or_else(|| panic!("{text}")).1.parse().unwrap())
}

#[test]
fn a_start_costs_little_more_than_that_of_a_c_program() {
    let Some(mut nothing) = nothing() else {
        println!("note: there is no cc, so nothing was compared");
        return;
    };
    // A record, and its schema beside it.
    file("startup", "one.bin", [&1u64.to_le_bytes()[..], &1f64.to_le_bytes(), b"ABC\0\0\0\0\0"].concat());
    file("startup", "one.h", "struct Tick { uint64_t time; double price; char symbol[8]; };");
    let optimized = std::env::var_os("WIRELENS_STARTUP").is_some() || !cfg!(debug_assertions);
    let (least, counted) = (faults(&mut nothing), instructions(&nothing));
    if counted.is_none() {
        println!("note: there is no valgrind, so page faults were counted, but no instructions");
    }
    let mut wrong = vec![];
    for Bound { args, faults: most_faults, instructions: most_instructions } in
        if optimized { OPTIMIZED } else { TESTED }
    {
        let mut command = wirelens(args);
        let mut check = |what, count: f64, least: f64, most: f64| {
            let ratio = count / least;
            let line = format!("{args:?}: {count} {what}, {ratio:.2} times C's {least}; at most {most}");
            println!("{line}");
            if count > most * least {
                wrong.push(line);
            }
        };
        check("page faults", faults(&mut command), least, most_faults);
        if let Some(least) = counted {
            check("instructions", instructions(&command).unwrap(), least, most_instructions);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A position-independent command relocates 14,000 addresses at each start.
#[test]
fn the_command_is_linked_to_a_fixed_address() {
    let binary = PathBuf::from(wirelens(&[]).get_program());
    let bytes = std::fs::read(&binary).unwrap();
    // The type in the header of an ELF file.
    assert_eq!(bytes[16], 2, "{} is not: see build.rs", binary.display());
}
