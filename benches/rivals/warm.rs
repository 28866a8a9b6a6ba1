//! Warm-up: a contender with an engine runs until it is steady before it is measured, and the cost of that is
//! in a table of its own.
//!
//! A round is a run of the same program over the same input, so each round does the same. An engine is
//! **steady** after a round if the number of rounds since the last compilation (done, refused, or deferred)
//! is at least the number of rounds before it, and at least the number in [`Rounds`]:
//!
//! * An exit is considered when it was taken 64 times, and again each time the count doubles. An exit that is
//!   taken at all is taken in each round: it is first considered at most 64 rounds after its code was made,
//!   and an exit that was deferred is considered again when the number of rounds has doubled.
//! * A loop or a function that is interpreted and was deferred is considered again after as many arrivals
//!   again, so after as many rounds at most.
//! * A root that is reached once in each round is compiled after 351,125 arrivals at most. If a round is
//!   long, the warm-up does not wait for that: then the work that happens once in each round takes a
//!   negligible time.
//!
//! A deferred compilation waits until the elapsed time is long enough for it; since it is reconsidered
//! repeatedly, that ends. If it does not end within [`MOST`] rounds, the bench fails.
//!
//! `valgrind`, if there is one, counts the instructions of two more processes: one with the rounds of the
//! warm-up, and one with none. Time is different in them, and deferrals depend on time. So the count has a
//! star if the two processes did not do and defer as many compilations.

#![allow(dead_code, reason = "not every bench uses all of it")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wirelens::{Stage, Stats};

/// The option with which the bench runs its own binary for a warm-up only: then come the rounds, and the
/// name.
const CHILD: &str = "--warm-up=";
/// More rounds than any warm-up needs.
const MOST: usize = 1 << 20;

/// Whether `cargo test --benches` runs this, which does not pass `--bench`: then the test only shows that all
/// contenders agree. A process that only does a warm-up has the same small inputs.
pub fn testing() -> bool {
    !std::env::args().any(|a| a == "--bench")
}

/// The length of rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounds {
    /// A round takes microseconds, so work that happens once in each round counts.
    Short,
    /// A round takes milliseconds.
    Long,
}

impl Rounds {
    /// The least number of rounds without a compilation.
    fn quiet(self) -> usize {
        match self {
            // `Policy::hot_after` for a loop of the smallest size.
            Rounds::Short => 351_125,
            // `Policy::exit`.
            Rounds::Long => 64,
        }
    }
}

/// The cost of a warm-up until the last compilation.
struct WarmUp {
    name: String,
    kind: Rounds,
    rounds: usize,
    records: f64,
    time: Duration,
    /// The first round, and a round after the last compilation.
    first: Duration,
    steady: Duration,
    before: Stats,
    after: Stats,
}

/// All warm-ups of a bench.
pub struct WarmUps {
    /// In a child process: the number of rounds, and the name of the warm-up.
    child: Option<(usize, String)>,
    done: Vec<WarmUp>,
}

impl WarmUps {
    /// Reads the process's arguments.
    pub fn new() -> WarmUps {
        let child = std::env::args().find_map(|arg| {
            let (rounds, name) = arg.strip_prefix(CHILD)?.split_once('=')?;
            Some((rounds.parse().expect("a number"), name.to_string()))
        });
        WarmUps { child, done: vec![] }
    }

    /// Whether this process only does a warm-up, and nothing is to be measured.
    pub fn alone(&self) -> bool {
        self.child.is_some()
    }

    /// Runs `round` until the engine of `stats` is steady; `records` is the number of records in a round.
    pub fn until_steady(
        &mut self,
        name: &str,
        records: f64,
        kind: Rounds,
        mut round: impl FnMut(),
        stats: impl Fn() -> Stats,
    ) {
        if let Some((rounds, wanted)) = &self.child {
            if wanted == name {
                (0..*rounds).for_each(|_| round());
                println!("{} {}", compilations(&stats()), stats().waited);
                std::process::exit(0);
            }
            return;
        }
        if testing() {
            return;
        }
        let before = stats();
        let mut done = WarmUp {
            name: name.to_string(),
            kind,
            rounds: 0,
            records,
            time: Duration::ZERO,
            first: Duration::ZERO,
            steady: Duration::ZERO,
            after: before.clone(),
            before,
        };
        let (mut last, mut time) = (0, Duration::ZERO);
        for n in 1.. {
            let start = Instant::now();
            round();
            time += start.elapsed();
            if n == 1 {
                done.first = time;
            }
            let now = stats();
            if compilations(&now) != compilations(&done.after) {
                (done.rounds, done.time, last) = (n, time, n);
            } else if now.waited != done.after.waited {
                last = n;
            }
            done.after = now;
            if n - last >= last.max(kind.quiet()) {
                done.steady = (time - done.time) / (n - done.rounds) as u32;
                break;
            }
            assert!(
                n < MOST,
                "{name} does not become steady: it still compiled, or put that off, in round {last} of {n}"
            );
        }
        if done.rounds > 0 {
            self.done.push(done);
        }
    }

    /// Prints the warm-ups as a table, and removes them.
    pub fn print(&mut self) {
        if self.done.is_empty() {
            return;
        }
        println!(
            "\nwarm-up until steady: whole rounds up to the last compilation; ms, also of a round and of stages"
        );
        println!(
            "{:<36} {:>7} {:>9} {:>8} {:>8} {:>8} {:>12} {:>8} {:>7} {:>7} {:>8} {:>7}",
            "",
            "rounds",
            "records",
            "ms",
            "first",
            "steady",
            "instructions",
            "regions",
            "put off",
            "record",
            "optimize",
            "compile"
        );
        for done in self.done.drain(..) {
            let stage = |stage| {
                let time = |stats: &Stats| stats.times.get(&stage).copied().unwrap_or_default();
                milliseconds(time(&done.after).saturating_sub(time(&done.before)))
            };
            println!(
                "{:<36} {:>7} {:>9} {:>8} {:>8} {:>8} {:>12} {:>8} {:>7} {:>7} {:>8} {:>7}",
                done.name,
                done.rounds,
                done.rounds as f64 * done.records,
                milliseconds(done.time),
                milliseconds(done.first),
                format!("{:.3}", done.steady.as_secs_f64() * 1e3),
                done.instructions().unwrap_or_else(|| "-".to_string()),
                done.after.recorded - done.before.recorded,
                done.waited(),
                stage(Stage::Record),
                stage(Stage::Optimize),
                stage(Stage::Compile),
            );
        }
    }
}

impl WarmUp {
    fn waited(&self) -> u64 {
        self.after.waited - self.before.waited
    }

    /// The text in the column of instructions, in millions.
    fn instructions(&self) -> Option<String> {
        if self.kind == Rounds::Long {
            return None;
        }
        let run = |rounds: usize| {
            let mut command = Command::new(std::env::current_exe().ok()?);
            command.arg(format!("{CHILD}{rounds}={}", self.name));
            instructions(&command)
        };
        let ((count, printed), (nothing, _)) = (run(self.rounds)?, run(0)?);
        let ours = format!("{} {}", compilations(&self.after) - compilations(&self.before), self.waited());
        let star = if printed.trim() == ours { "" } else { "*" };
        Some(format!("{:.0} M{star}", (count - nothing) / 1e6))
    }
}

/// The number of compilations that were done or refused.
fn compilations(stats: &Stats) -> u64 {
    stats.recorded + stats.refused.values().sum::<u64>()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

/// The number of instructions of a command, and its output; none if there is no `valgrind`.
pub fn instructions(command: &Command) -> Option<(f64, String)> {
    let there =
        Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        return None;
    }
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(command.get_program())
        .args(command.get_args())
        .output()
        .expect("valgrind can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} fails: {said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.unwrap_or_else(|| panic!("valgrind does not say what it has counted: {said}"));
    let printed = String::from_utf8(output.stdout).expect("it prints text");
    Some((count.trim().parse().expect("it is a number"), printed))
}
