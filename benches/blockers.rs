//! Loops with a call that the recorder cannot enter, a Rust closure, compared with the same loops without the
//! call: the cost of a *trace blocker*.
//!
//! For each loop and each kind of effect, the table has the ratio of the time with the call to the time
//! without (best of several runs in turn, all in steady state); the required limit is in the column `asked`.
//! The results are the same with the call and without. The two loops that only add are also measured in Rust,
//! with a call through an unknown pointer and without. For PyPy and CPython the slowdown by such a call is
//! measured with the loop of integers, calling `time.perf_counter_ns` without using the result, or not
//! calling it.
//!
//! The number of rounds: `WIRELENS_BENCH_ROUNDS` (7 by default).

#[path = "rivals/warm.rs"]
mod warm;

use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use warm::{Rounds, WarmUps, testing};
use wirelens::{Effects, Hosts, Input, Limits, Options, Schema, Script};

/// A loop, its expression without the call and with the call, and the allowed ratio.
struct Case {
    name: &'static str,
    text: &'static str,
    clean: &'static str,
    call: &'static str,
    asked: Option<f64>,
    /// The number of iterations.
    rounds: usize,
    /// Whether it reads records.
    input: bool,
}

const CASES: [Case; 6] = [
    Case {
        name: "integers, a division each",
        text: "
def go(n):
    total = 0
    for i in range(n):
        total += i * i // (EXPR)
    return total
print(go(20000000))",
        clean: "i + 1",
        call: "add(i)",
        asked: Some(3.0),
        rounds: 20_000_000,
        input: false,
    },
    Case {
        name: "Leibniz' series",
        text: "
def leibniz(bound):
    total = 0.0
    sign = 1.0
    n = 1
    while 1.0 / n >= bound:
        total += EXPR
        sign = -sign
        n += 2
    return 4.0 * total
print(leibniz(3e-8))",
        clean: "sign / n",
        call: "over(sign, n)",
        asked: Some(3.0),
        rounds: 16_666_667,
        input: false,
    },
    Case {
        name: "records, six loads each",
        text: "
import wirelens
total = 0.0
for t in wirelens.open('points.bin', schema='t.h', record='T'):
    total += EXPR + t.c * t.d + t.e * t.f
print(total)",
        clean: "(t.a + t.b)",
        call: "plus(t.a, t.b)",
        asked: Some(3.0),
        rounds: RECORDS,
        input: true,
    },
    Case {
        name: "six objects across it",
        text: "
class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y
def go(n):
    a = P(0, 1)
    b = P(1, 2)
    c = P(2, 3)
    d = P(3, 4)
    e = P(4, 5)
    g = P(5, 6)
    for i in range(n):
        t = (EXPR) % 1000
        a, b, c, d, e, g = P(b.x, t), P(c.x, a.y), P(d.x, b.y), P(e.x, c.y), P(g.x, d.y), P(a.x, e.y)
    return a.x + a.y + b.x + b.y + c.x + c.y + d.x + d.y + e.x + e.y + g.x + g.y
print(go(20000000))",
        clean: "i + 1",
        call: "add(i)",
        asked: Some(3.0),
        rounds: 20_000_000,
        input: false,
    },
    // A loop-carried float passes through memory at a call: no register for floats is preserved across one.
    Case {
        name: "a sum of floats, no more",
        text: "
def go(n):
    total = 0.0
    for i in range(n):
        total += EXPR
    return total
print(go(20000000))",
        clean: "i * 2.0 + 1.0",
        call: "plus(i * 2.0, 1.0)",
        asked: None,
        rounds: 20_000_000,
        input: false,
    },
    Case {
        name: "a sum of integers, no more",
        text: "
def go(n):
    total = 0
    for i in range(n):
        total += EXPR
    return total
print(go(20000000))",
        clean: "i + 1",
        call: "add(i)",
        asked: None,
        rounds: 20_000_000,
        input: false,
    },
];

const KINDS: [(&str, Effects); 3] =
    [("pure", Effects::Pure), ("reads", Effects::Reads), ("writes", Effects::Writes)];
const RECORDS: usize = 6_000_000;

fn main() {
    let rounds = std::env::var("WIRELENS_BENCH_ROUNDS").ok().and_then(|n| n.parse().ok());
    let rounds = rounds.unwrap_or(if testing() { 1 } else { 7 });
    let floats = (0..RECORDS * 6).map(|i| (i * 7919 % 1_000_003) as f64 / 1024.0);
    let bytes: Vec<u8> = floats.flat_map(f64::to_le_bytes).collect();
    let input = Input::from_bytes(&bytes);
    let mut warm = WarmUps::new();
    println!(
        "{:<28} {:>9} {:>7} {:>7} {:>7} {:>7}",
        "with a call / without", "clean ms", "pure", "reads", "writes", "asked"
    );
    for case in &CASES {
        let clean = ("clean", compile(case, case.clean, Effects::Pure));
        let calls = KINDS.map(|(kind, effects)| (kind, compile(case, case.call, effects)));
        let scripts: Vec<(&str, Script)> = [clean].into_iter().chain(calls).collect();
        let run = |script: &Script| {
            let start = Instant::now();
            let printed = script.output(case.input.then_some(&input), &Options::default());
            (start.elapsed(), printed.expect("it runs").text)
        };
        for (kind, script) in &scripts {
            let name = format!("{}, {kind}", case.name);
            warm.until_steady(&name, case.rounds as f64, Rounds::Long, || _ = run(script), || script.stats());
        }
        let (mut best, mut expected) = ([Duration::MAX; 4], None);
        for _ in 0..rounds {
            for ((_, script), best) in scripts.iter().zip(&mut best) {
                let (time, printed) = run(script);
                let expected = expected.get_or_insert_with(|| printed.clone());
                assert_eq!(printed, *expected, "{}: the call gives something else", case.name);
                *best = (*best).min(time);
            }
        }
        let ratio = |time: Duration| time.as_secs_f64() / best[0].as_secs_f64();
        let [_, pure, reads, writes] = best.map(ratio);
        let asked = case.asked.map_or("-".to_string(), |asked| asked.to_string());
        let clean = best[0].as_secs_f64() * 1e3;
        println!("{:<28} {clean:>9.1} {pure:>7.2} {reads:>7.2} {writes:>7.2} {asked:>7}", case.name);
    }
    warm.print();
    println!();
    for (name, ratio) in [("floats", rust_floats(rounds)), ("integers", rust_integers(rounds))] {
        println!("a sum of {name} in Rust: {ratio:.2} times as long with a call");
    }
    for python in ["pypy3", "python3"] {
        match slowdown(python) {
            Some(ratio) => println!("{python}: {ratio:.2} times as long with a call"),
            None => println!("note: there is no {python} to compare with"),
        }
    }
}

fn compile(case: &Case, expression: &str, effects: Effects) -> Script {
    let text = format!("from my import add, over, plus\n{}", case.text.replace("EXPR", expression));
    let plus = |x: f64, y: f64| x + y;
    let hosts = Hosts::new()
        .with("my", "add", effects, |i: i64| i + 1)
        .with("my", "plus", effects, plus)
        .with("my", "over", effects, |x: f64, y: f64| x / y);
    let load = |_: &str| Schema::from_c("t.h", "struct T { double a, b, c, d, e, f; };");
    Script::compile_with(&hosts, "<script>", &text, &[], &Limits::default(), load).expect("it compiles")
}

const N: i64 = 20_000_000;

fn rust_integers(rounds: usize) -> f64 {
    let add = black_box((|i| i + 1) as fn(i64) -> i64);
    // The addend goes through a black box: otherwise the compiler folds the sum.
    let clean =
        || (0..black_box(N)).fold(0i64, |total, i| total.checked_add(black_box(i + 1)).expect("it fits"));
    let calls = || (0..black_box(N)).fold(0i64, |total, i| total.checked_add(add(i)).expect("it fits"));
    compare(rounds, clean, calls)
}

fn rust_floats(rounds: usize) -> f64 {
    let plus = black_box((|x, y| x + y) as fn(f64, f64) -> f64);
    let clean = || (0..black_box(N)).fold(0.0, |total, i| total + (i as f64 * 2.0 + 1.0));
    let calls = || (0..black_box(N)).fold(0.0, |total, i| total + plus(i as f64 * 2.0, 1.0));
    compare(rounds, clean, calls)
}

/// The ratio of the second one's time to the first one's.
fn compare<T: PartialEq + std::fmt::Debug>(
    rounds: usize,
    clean: impl Fn() -> T,
    calls: impl Fn() -> T,
) -> f64 {
    let mut best = [Duration::MAX; 2];
    for _ in 0..rounds {
        let start = Instant::now();
        let expected = clean();
        let middle = Instant::now();
        assert_eq!(calls(), expected);
        best = [best[0].min(middle - start), best[1].min(middle.elapsed())];
    }
    best[1].as_secs_f64() / best[0].as_secs_f64()
}

const PYTHON: &str = "
import sys, time
now = time.perf_counter_ns
def clean(n):
    total = 0
    for i in range(n):
        total += i * i // (i + 1)
    return total
def opaque(n):
    total = 0
    for i in range(n):
        now()
        total += i * i // (i + 1)
    return total
n = int(sys.argv[1])
best = [float('inf')] * 2
for _ in range(3):
    for k, f in enumerate((clean, opaque)):
        start = now()
        f(n)
        best[k] = min(best[k], now() - start)
print(best[1] / best[0])
";

/// The slowdown of the loop of integers by a call, if this Python exists.
fn slowdown(python: &str) -> Option<f64> {
    let n = if python == "pypy3" { "20000000" } else { "2000000" };
    let output = Command::new(python).args(["-c", PYTHON, n]).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
