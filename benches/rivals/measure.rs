//! Rounds, medians and tables.
//!
//! Contenders that have an engine are warmed up first ([`warm`](super::warm)), so all that is measured is
//! steady. Then contenders take turns, round by round, so that whatever slows the machine slows all of them;
//! each round begins with another one, so that nobody always comes first after `before`. What is printed is
//! the median and the least of the rounds, each also as a ratio to the first contender's. Nothing is thrown
//! away, and nothing is compared between two runs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::warm::{Rounds, WarmUps, testing};
use super::{Answer, agree};
use wirelens::Stats;

/// A contender in a round runs again and again until this is over, more or less.
const ROUND: Duration = Duration::from_millis(8);

/// One line of a table in the making.
pub struct Line<'a> {
    name: &'a str,
    /// Runs the contender so many times, and says what it found.
    run: Box<dyn FnMut(usize) -> Answer + 'a>,
    /// What the contender's engine has counted, if it has one.
    stats: Option<Box<dyn Fn() -> Stats + 'a>>,
    /// How many times it runs in a round.
    passes: usize,
    times: Vec<f64>,
}

impl<'a> Line<'a> {
    /// `run` runs the contender once, and says what it found.
    pub fn new(name: &'a str, mut run: impl FnMut() -> Answer + 'a) -> Line<'a> {
        Line::many(name, move |passes| {
            let mut answer = black_box(run());
            (1..passes).for_each(|_| answer = black_box(run()));
            answer
        })
    }

    /// The same where `run` is given how many times it is to run the contender.
    pub fn many(name: &'a str, run: impl FnMut(usize) -> Answer + 'a) -> Line<'a> {
        Line { name, run: Box::new(run), stats: None, passes: 1, times: vec![] }
    }

    /// The same with an engine.
    pub fn warmed(self, stats: impl Fn() -> Stats + 'a) -> Line<'a> {
        Line { stats: Some(Box::new(stats)), ..self }
    }

    /// Nanoseconds of so many passes, for each; and what was found.
    fn time(&mut self, passes: usize) -> (f64, Answer) {
        let start = Instant::now();
        let answer = (self.run)(passes);
        (start.elapsed().as_secs_f64() * 1e9 / passes as f64, answer)
    }
}

/// Warms up, runs some rounds after one that does not count, checks that all agree, with `expected` too if
/// that is known, and prints the table. `before` comes before each round, and is not timed. What stands in
/// front of the title's colon names the warm-up.
pub fn table(
    warm: &mut WarmUps,
    title: &str,
    kind: Rounds,
    records: f64,
    mut expected: Option<Answer>,
    lines: &mut [Line],
    mut before: impl FnMut(),
) {
    let name = title.split(':').next().unwrap_or(title);
    for line in lines.iter_mut() {
        if let Some(stats) = &line.stats {
            warm.until_steady(name, records, kind, || _ = (line.run)(1), stats);
        }
        if !testing() && kind == Rounds::Short {
            // Doubled, since threads have to be started for any number; and believed when it is enough again
            // and again, since anything may come between.
            let mut enough = 0;
            while enough < 3 {
                match line.time(line.passes).0 * line.passes as f64 >= ROUND.as_nanos() as f64 / 2.0 {
                    true => enough += 1,
                    false => (line.passes, enough) = (line.passes * 2, 0),
                }
            }
        }
    }
    if warm.alone() {
        return;
    }
    let rounds = match kind {
        _ if testing() => 1,
        Rounds::Short => 15,
        Rounds::Long => 9,
    };
    for round in 0..=rounds {
        before();
        for turn in 0..lines.len() {
            let turn = (round + turn) % lines.len();
            let line = &mut lines[turn];
            let (time, answer) = line.time(line.passes);
            let expected = *expected.get_or_insert(answer);
            assert!(agree(expected, answer), "{} finds {answer:?}, not {expected:?}", line.name);
            if round > 0 {
                line.times.push(time / records);
            }
        }
    }
    println!("\n{title}");
    println!("{:<34} {:>12} {:>12} {:>8} {:>8}", "", "ns/record", "least", "ratio", "least");
    let (mut base, mut base_least) = (0.0, 0.0);
    for (i, line) in lines.iter_mut().enumerate() {
        line.times.sort_by(f64::total_cmp);
        let (median, least) = (line.times[rounds / 2], line.times[0]);
        if i == 0 {
            (base, base_least) = (median, least);
        }
        println!(
            "{:<34} {median:>12.3} {least:>12.3} {:>8.2} {:>8.2}",
            line.name,
            median / base,
            least / base_least
        );
    }
}
