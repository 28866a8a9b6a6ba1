//! Whether regions stay small where branches depend on the data: how code and the time to compile it grow
//! with the number of tests, and what a row costs beside the interpreter and beside Rust with the same
//! branches.
//!
//! All scripts and files are made up here (`programs`). Answers of all contenders are compared. Times are the
//! least of some rounds in which all take turns. Those of a row (`ns/row`, `on/off`, `on/Rust`) are in steady
//! state. What is made, and how long that takes, is of a fresh script that runs once, `ms` being the least of
//! what `--stats` counts; and so is `first 10,000`: a fresh script's run over so many rows, warm-up included,
//! to the interpreter's.

mod programs;
#[path = "../rivals/warm.rs"]
mod warm;

use programs::{Case, hand};
use std::time::{Duration, Instant};
use warm::{Rounds, WarmUps, testing};
use wirelens::{Input, Jit, Limits, Options, Schema, Script, Stage, Stats};

const ROUNDS: usize = 5;
/// After this no other round begins: the interpreter's runs are long.
const LONG: Duration = Duration::from_secs(5);
/// Rows with which native code must have paid off already.
const FIRST: usize = 10_000;

fn main() {
    // Of so many times as many rows: what a test is to show shows in a few.
    let less = if testing() { 100 } else { 1 };
    let rows = 200_000 / less;
    let mut warm = WarmUps::new();
    println!(
        "optional fields: K tests a row, each present with that probability ('turns': 0.99, from the middle on 0.01)"
    );
    head("on/Rust");
    let mut linear: Vec<(String, [f64; 2], [f64; 2])> = vec![];
    for (name, present) in
        [("0.5", [0.5; 2]), ("0.9", [0.9; 2]), ("0.99", [0.99; 2]), ("turns", [0.99, 0.01])]
    {
        let mut cost = |tests: usize| {
            let case = programs::optional(tests, (8_000_000 / (tests + 1)).min(1_000_000) / less, present);
            let rust = || format!("{:?}", hand::optional(tests, &case.bytes));
            line(&mut warm, &format!("K={tests} {name}"), &case, tests + 8, Some(&rust))
        };
        let all: Vec<[f64; 2]> = [1, 2, 4, 8, 9, 16, 32, 64].into_iter().map(&mut cost).collect();
        linear.push((name.to_string(), all[3], all[7]));
    }
    println!("\nK=64 to K=8 (at most 10 is asked)");
    for (name, small, large) in linear {
        println!(
            "{name:<24} code bytes {:>5.1}   compile time {:>5.1}",
            large[0] / small[0],
            large[1] / small[1]
        );
    }

    println!("\nwhich member of a union is set (Cap'n Proto), and a chain of ifs over a number (packed)");
    head("");
    for members in [3, 8, 40] {
        line(&mut warm, &format!("union of {members}"), &programs::union(members, rows), members + 8, None);
        line(&mut warm, &format!("enum of {members}"), &programs::chain(members, rows), members + 8, None);
    }

    println!("\ntests scattered over a body of 2,000 operations, calls inlined");
    head("");
    for tests in [10, 50, 250] {
        line(
            &mut warm,
            &format!("{tests} tests"),
            &programs::scattered(tests, 2_000, rows / 20),
            tests + 8,
            None,
        );
    }

    println!("\nguards that never fail");
    head("");
    for guards in [10, 100, 1_000, 10_000, 100_000] {
        let case = programs::guards(guards, (20_000_000 / guards / less).clamp(2, rows));
        line(&mut warm, &format!("{guards} guards"), &case, 8, None);
    }
    warm.print();
}

fn head(rust: &str) {
    println!(
        "{:<24} {:>9} {:>8} {:>10} {:>11} {:>8} {:>8} {:>13} {rust:>8}",
        "", "regions", "made", "code bytes", "compile ms", "ns/row", "on/off", "first 10,000",
    );
}

/// Runs a case with native code and without, whole and its beginning only. Gives the code's bytes and the
/// milliseconds that making it took.
fn line(
    warm: &mut WarmUps,
    name: &str,
    case: &Case,
    made: usize,
    rust: Option<&dyn Fn() -> String>,
) -> [f64; 2] {
    let (mut on, mut off, mut first_on, mut first_off) = ([Duration::MAX; 4]).into();
    let (mut by_hand, mut compile, mut last) = (Duration::MAX, f64::MAX, Stats::default());
    let first = case.first(FIRST);
    let steady = script(case);
    warm.until_steady(
        name,
        case.rows as f64,
        Rounds::Long,
        || _ = run(&steady, case, Jit::On),
        || steady.stats(),
    );
    let start = Instant::now();
    for round in 0..if testing() { 1 } else { ROUNDS } {
        if round > 0 && start.elapsed() > LONG {
            break;
        }
        let (time, answer, _) = run(&steady, case, Jit::On);
        on = on.min(time);
        let (_, fresh, stats) = run(&script(case), case, Jit::On);
        assert_eq!(answer, fresh, "{name}: the first run finds something else");
        compile = compile.min(milliseconds(&stats));
        last = stats;
        let (time, other, _) = run(&script(case), case, Jit::Off);
        assert_eq!(answer, other, "{name}: the interpreter finds something else");
        off = off.min(time);
        first_on = first_on.min(run(&script(&first), &first, Jit::On).0);
        first_off = first_off.min(run(&script(&first), &first, Jit::Off).0);
        if let Some(rust) = rust {
            let start = Instant::now();
            let other = rust();
            by_hand = by_hand.min(start.elapsed());
            assert_eq!(answer.trim(), other, "{name}: Rust finds something else");
        }
    }
    let seconds = |time: Duration| time.as_secs_f64();
    println!(
        "{name:<24} {:>9} {:>8} {:>10} {compile:>11.2} {:>8.1} {:>8.2} {:>13.2} {:>8}",
        last.regions,
        last.recorded,
        last.code_bytes,
        seconds(on) * 1e9 / case.rows as f64,
        seconds(on) / seconds(off),
        seconds(first_on) / seconds(first_off),
        rust.map_or(String::new(), |_| format!("{:.2}", seconds(on) / seconds(by_hand))),
    );
    assert!(last.recorded <= made as u64, "{name}: {} recordings, {made} are allowed", last.recorded);
    [last.code_bytes as f64, compile]
}

fn milliseconds(stats: &Stats) -> f64 {
    let stages = [Stage::Record, Stage::Optimize, Stage::Compile];
    stages.iter().filter_map(|stage| stats.times.get(stage)).sum::<Duration>().as_secs_f64() * 1e3
}

/// A fresh script.
fn script(case: &Case) -> Script {
    let load = |_: &str| match case.schema.starts_with('@') {
        true => Schema::from_capnp_text("rows.capnp", &case.schema),
        false => Schema::from_c("rows.h", &case.schema),
    };
    let argv = ["bench.py", "rows.bin"];
    let script = Script::compile("bench.py", &case.script, &argv, &Limits::default(), load);
    script.unwrap_or_else(|e| panic!("{e}\n{}", case.script))
}

/// One run of a script: how long it takes, what it prints, and what it did.
fn run(script: &Script, case: &Case, jit: Jit) -> (Duration, String, Stats) {
    let input = Input::from_bytes(&case.bytes);
    let input = script.input().is_some().then_some(&input);
    let start = Instant::now();
    let ended = script.output(input, &Options { jit, ..Options::default() });
    let (time, ended) = (start.elapsed(), ended.unwrap_or_else(|e| panic!("{e}")));
    (time, String::from_utf8(ended.text).expect("it prints text"), ended.stats)
}
