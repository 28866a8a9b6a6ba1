//! Rounds, medians and tables.
//!
//! Contenders take turns, round by round, so that whatever slows the machine slows all of them; each round begins
//! with another one, so that nobody always comes first after `before`. What is printed
//! is the median and the least of the rounds, each also as a ratio to the first contender's. Nothing is
//! thrown away, and nothing is compared between two runs.

use std::time::Duration;

use super::{Answer, agree};

/// One line of a table in the making.
pub struct Line<'a> {
    name: &'a str,
    take: Box<dyn FnMut() -> (Duration, Answer) + 'a>,
    times: Vec<f64>,
}

impl<'a> Line<'a> {
    /// `take` runs the contender once and says how long it took and what it found.
    pub fn new(name: &'a str, take: impl FnMut() -> (Duration, Answer) + 'a) -> Line<'a> {
        Line { name, take: Box::new(take), times: Vec::new() }
    }
}

/// Runs `rounds` rounds after one that does not count, checks that all agree, and prints the table.
/// `before` comes before each round, and is not timed.
pub fn table(title: &str, records: f64, rounds: usize, lines: &mut [Line], mut before: impl FnMut()) {
    let mut expected: Option<Answer> = None;
    for round in 0..=rounds {
        before();
        for turn in 0..lines.len() {
            let turn = (round + turn) % lines.len();
            let line = &mut lines[turn];
            let (time, answer) = (line.take)();
            let first = *expected.get_or_insert(answer);
            assert!(agree(first, answer), "{} finds {answer:?}, others {first:?}", line.name);
            if round > 0 {
                line.times.push(time.as_secs_f64() * 1e9 / records);
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
