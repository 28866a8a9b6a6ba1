//! Rounds, medians and tables.
//!
//! Contenders that have an engine are warmed up first ([`warm`](super::warm)), so all measurements are in
//! steady state. Then contenders take turns, round by round, so that anything that slows the machine slows
//! all of them; each round begins with another contender, so that none is always the first after `before`.
//! The table has the median and the minimum of the rounds, each also as a ratio to the first contender's. No
//! measurement is discarded, and none is compared across runs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::warm::{Rounds, WarmUps, testing};
use super::{Answer, agree};
use wirelens::Stats;

/// In a round, a contender runs repeatedly for about this time.
const ROUND: Duration = Duration::from_millis(8);

/// A line of a table that is being measured.
pub struct Line<'a> {
    name: &'a str,
    /// Runs the contender so many times, and returns its answer.
    run: Box<dyn FnMut(usize) -> Answer + 'a>,
    /// The statistics of the contender's engine, if it has one.
    stats: Option<Box<dyn Fn() -> Stats + 'a>>,
    /// How many times it runs in a round.
    passes: usize,
    times: Vec<f64>,
}

impl<'a> Line<'a> {
    /// `run` runs the contender once, and returns its answer.
    pub fn new(name: &'a str, mut run: impl FnMut() -> Answer + 'a) -> Line<'a> {
        Line::many(name, move |passes| {
            let mut answer = black_box(run());
            (1..passes).for_each(|_| answer = black_box(run()));
            answer
        })
    }

    /// The same, but `run` receives the number of times to run the contender.
    pub fn many(name: &'a str, run: impl FnMut(usize) -> Answer + 'a) -> Line<'a> {
        Line { name, run: Box::new(run), stats: None, passes: 1, times: vec![] }
    }

    /// The same with an engine.
    pub fn warmed(self, stats: impl Fn() -> Stats + 'a) -> Line<'a> {
        Line { stats: Some(Box::new(stats)), ..self }
    }

    /// The nanoseconds for one of so many passes, and the answer.
    fn time(&mut self, passes: usize) -> (f64, Answer) {
        let start = Instant::now();
        let answer = (self.run)(passes);
        (start.elapsed().as_secs_f64() * 1e9 / passes as f64, answer)
    }
}

/// Warms up, runs some rounds after one that does not count, checks that all answers agree, with `expected`
/// too if it is known, and prints the table. `before` runs before each round, and is not timed. The part of
/// the title before the colon names the warm-up.
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
            // The number is doubled, not computed, since starting threads takes a constant time. It must
            // suffice three times in a row, because measurements vary.
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
