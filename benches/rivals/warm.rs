//! Warm-up: a contender with an engine runs until it is steady before it is measured, and what that takes is
//! a table of its own.
//!
//! A round is a run of the same program over the same input, so what happens in a round happens in each. An
//! engine is **steady** after a round if since the last compilation (done, refused, or put off) there were as
//! many rounds as up to it, and at least as many as [`Rounds`] says:
//!
//! * an exit is looked at when it was taken 64 times, and again each time it was taken twice as often. One
//!   that is taken at all is taken in each round: the first look is at most 64 rounds after its code was
//!   made, and one that was put off is looked at again after as many rounds as there were;
//! * a loop or a function that is interpreted and was put off is looked at again after as many arrivals
//!   again, so after as many rounds at most;
//! * one that is arrived at once a round is compiled after 30,450 arrivals at most. Where a round is long
//!   nobody waits for that: then what happens once a round takes no time that shows.
//!
//! What is put off has to wait for its share of the time passed; since it is looked at again and again, that
//! comes to an end. If it does not come within so many rounds, the bench fails.
//!
//! Instructions are counted by `valgrind`, where there is one, of two processes more: one with the rounds of
//! the warm-up, and one with none. Time passes otherwise there, and what is put off depends on it. So the
//! count has a star if in the two processes not as many compilations were done and put off.

#![allow(dead_code, reason = "not every bench uses all of it")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wirelens::{Stage, Stats};

/// How the bench tells its own binary to do a warm-up only: then come the rounds, and its name.
const CHILD: &str = "--warm-up=";
/// More rounds than any warm-up needs.
const MOST: usize = 1 << 20;

/// Whether `cargo test --benches` runs this, which passes no `--bench`: then it is only shown that all agree.
/// A warm-up in a process of its own has the same small inputs.
pub fn testing() -> bool {
    !std::env::args().any(|a| a == "--bench")
}

/// What rounds are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounds {
    /// A round takes microseconds, so what happens once a round counts.
    Short,
    /// A round takes milliseconds.
    Long,
}

impl Rounds {
    /// How many rounds without a compilation are needed at least.
    fn quiet(self) -> usize {
        match self {
            // `Policy::hot_after` of the smallest loop there is.
            Rounds::Short => 30_450,
            // `Policy::exit`.
            Rounds::Long => 64,
        }
    }
}

/// What a warm-up took until the last compilation.
struct WarmUp {
    name: String,
    kind: Rounds,
    rounds: usize,
    records: f64,
    time: Duration,
    /// The first round, and one behind the last compilation.
    first: Duration,
    steady: Duration,
    before: Stats,
    after: Stats,
}

/// All warm-ups of a bench.
pub struct WarmUps {
    /// In a process of its own: how many rounds are to be done, and of which one.
    child: Option<(usize, String)>,
    done: Vec<WarmUp>,
}

impl WarmUps {
    /// None yet. Reads the process's arguments.
    pub fn new() -> WarmUps {
        let child = std::env::args().find_map(|arg| {
            let (rounds, name) = arg.strip_prefix(CHILD)?.split_once('=')?;
            Some((rounds.parse().expect("a number"), name.to_string()))
        });
        WarmUps { child, done: vec![] }
    }

    /// Whether this process only does a warm-up: nothing is to be measured then.
    pub fn alone(&self) -> bool {
        self.child.is_some()
    }

    /// Runs `round` until the engine that `stats` are of is steady; `records` are those of a round.
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

    /// Prints them as a table, and forgets them.
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

    /// What is in the column of instructions, in millions.
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

/// How many compilations were done or refused.
fn compilations(stats: &Stats) -> u64 {
    stats.recorded + stats.refused.values().sum::<u64>()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

/// How many instructions a command takes, and what it prints; nothing if there is no `valgrind` to count
/// them.
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
