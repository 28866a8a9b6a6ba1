//! An explanation as text.

use super::region::{Block, ExitInfo, Shown};
use super::source::SourceText;
use super::{Attempt, Explanation};
use crate::engine::Stage;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result};
use std::time::Duration;

/// At most this many roots without a region are listed, the most frequently reached ones.
const COLD: usize = 10;
/// At most this many lines of a block are listed.
const PIECES: usize = 6;
/// The maximum indentation, in levels.
const DEEPEST: usize = 16;

/// A number with commas between thousands.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 time`, `2 times`.
pub fn count(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(n), if n == 1 { "" } else { "s" })
}

/// Milliseconds.
pub fn ms(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.times(f)?;
        self.totals(f)?;
        for shown in &self.regions {
            writeln!(f)?;
            self.region(f, shown)?;
        }
        let failed: Vec<&Attempt> = self.attempts.iter().filter(|a| a.outcome.is_err()).collect();
        if !failed.is_empty() {
            writeln!(f, "\nnot compiled")?;
        }
        for Attempt { title, why, at, outcome, .. } in failed {
            let Err(reason) = outcome else { continue };
            writeln!(f, "  {title}: {reason} (asked for at {}, since {why})", ms(*at))?;
        }
        if !self.cold.is_empty() {
            writeln!(f, "\nonly interpreted, since not hot")?;
        }
        for (title, piece, times) in self.cold.iter().take(COLD) {
            writeln!(f, "  {:>13}  {}", number(u64::from(*times)), titled(&self.source, title, *piece))?;
        }
        match self.cold.len().checked_sub(COLD) {
            None | Some(0) => Ok(()),
            Some(more) => writeln!(f, "  and {more} more"),
        }
    }
}

/// A title and its piece of the source.
fn titled(source: &SourceText, title: &str, piece: Option<usize>) -> String {
    match piece {
        Some(piece) => format!("{title}: {}", source.short(piece)),
        None => title.to_string(),
    }
}

/// The place of an exit or an object, printed before its description.
fn placed(source: &SourceText, piece: Option<usize>) -> String {
    piece.map_or(String::new(), |piece| source.at(piece))
}

impl Explanation {
    /// The distribution of time.
    fn times(&self, f: &mut Formatter<'_>) -> Result {
        let of = |stage| self.stats.times.get(&stage).copied().unwrap_or_default();
        let (prepare, run) = (of(Stage::Prepare), of(Stage::Run));
        let stages = [Stage::Record, Stage::Optimize, Stage::Compile].map(of);
        let making: Duration = stages.iter().sum();
        let rest = run.saturating_sub(making).saturating_sub(self.native);
        let part = |time: Duration| match run.is_zero() {
            true => 0.0,
            false => time.as_secs_f64() / run.as_secs_f64() * 100.0,
        };
        writeln!(f, "The run took {}, after {} of preparing the program.", ms(run), ms(prepare))?;
        let line = |time| format!("{:>13} {:>5.1}%", ms(time), part(time));
        writeln!(f, "{}  in native code", line(self.native))?;
        let [record, optimize, compile] = stages.map(ms);
        let how = format!("{record} recording, {optimize} optimizing, {compile} compiling");
        writeln!(f, "{}  making it: {how}", line(making))?;
        writeln!(f, "{}  in the interpreter, and all else", line(rest))?;
        match self.stats.until_native {
            Some(time) => {
                writeln!(f, "There was native code {} after the program was handed over.", ms(time))?;
                writeln!(f, "(It counted how often each way was taken; in an ordinary run it does not.)")
            }
            None => writeln!(f, "There was no native code."),
        }
    }

    /// The totals of everything.
    fn totals(&self, f: &mut Formatter<'_>) -> Result {
        let stats = &self.stats;
        let bytes: u64 = self.regions.iter().map(|r| r.bytes as u64).sum();
        writeln!(f)?;
        let mut line = |n: u64, what: &str| writeln!(f, "{:>13}  {what}", number(n));
        line(stats.regions, "regions")?;
        line(stats.recorded, "times one was made")?;
        line(stats.grown, "of them anew, since an exit was taken often")?;
        line(stats.refused.values().sum(), "refused")?;
        line(stats.capped, "not made, because of a cap")?;
        line(bytes, "bytes of machine code")?;
        line(stats.exits_taken, "times native code was left, ends of loops and functions included")?;
        if stats.records_interpreted + stats.records_native > 0 {
            line(stats.records_interpreted, "records interpreted")?;
            line(stats.records_native, "records seen by native code alone")?;
        }
        line(stats.objects_allocated, "objects allocated")?;
        line(stats.objects_materialized, "of them because native code was left")
    }

    fn region(&self, f: &mut Formatter<'_>, shown: &Shown) -> Result {
        writeln!(f, "{}", titled(&self.source, &shown.title, shown.piece))?;
        let spent = ms(shown.spent);
        let (bytes, blocks) = (count(shown.bytes as u64, "byte"), count(shown.blocks.len() as u64, "block"));
        writeln!(f, "  entered {}, {spent} in it; {bytes} of code, {blocks}", count(shown.entered, "time"))?;
        let root = self.attempts.iter().find(|a| a.region == Some(shown.number)).map(|a| a.root);
        for attempt in self.attempts.iter().filter(|a| Some(a.root) == root) {
            let Attempt { why, at, took, outcome, .. } = attempt;
            let what = match outcome {
                Ok(bytes) => format!("{} with counters, made in {}", count(*bytes as u64, "byte"), ms(*took)),
                Err(reason) => format!("not made again ({reason})"),
            };
            writeln!(f, "  at {}: {what}, since {why}", ms(*at))?;
        }
        let noun = self.source.noun();
        writeln!(f, "\n  {:>13}  {:<20} {noun}s", "times", "block")?;
        for (n, block) in shown.blocks.iter().enumerate() {
            self.block(f, shown, n, block)?;
        }
        self.exits(f, shown)?;
        self.objects(f, shown)
    }

    /// A block: its count, number, source lines and the targets of its arms.
    fn block(&self, f: &mut Formatter<'_>, shown: &Shown, n: usize, block: &Block) -> Result {
        let indent = "  ".repeat(block.depth.min(DEEPEST));
        let mut what = format!("{indent}b{n}");
        if block.header {
            what += " loop";
        }
        let (mut numbers, mut text) = (String::new(), String::new());
        if let Some(exit) = block.exit {
            what += &format!(" exit e{exit}");
        } else if let Some(piece) = block.piece {
            let first = block.pieces.iter().take(PIECES).map(|p| self.source.number(*p).to_string());
            numbers = first.collect::<Vec<_>>().join(", ");
            numbers += if block.pieces.len() > PIECES { ", …" } else { "" };
            text = self.source.short(piece);
        }
        if let [_, _, ..] = block.arms[..] {
            let arm = |(to, times): &(usize, u64)| {
                let part = if block.count == 0 { 0.0 } else { *times as f64 / block.count as f64 * 100.0 };
                let exit = shown.blocks[*to].exit.map_or(format!("b{to}"), |exit| format!("e{exit}"));
                format!("{exit} {part:.1}%")
            };
            let arms: Vec<String> = block.arms.iter().map(arm).collect();
            text = format!("{text}{}─► {}", if text.is_empty() { "" } else { "  " }, arms.join(", "));
        }
        let line = format!("  {:>13}  {what:<20} {numbers:<14} {text}", number(block.count));
        writeln!(f, "{}", line.trim_end())
    }

    /// The exits that were taken, and the number of those that were not.
    fn exits(&self, f: &mut Formatter<'_>, shown: &Shown) -> Result {
        let mut taken: Vec<(usize, &ExitInfo)> =
            shown.exits.iter().enumerate().filter(|(_, exit)| exit.taken > 0).collect();
        taken.sort_by_key(|(_, exit)| std::cmp::Reverse(exit.taken));
        let never = shown.exits.len() - taken.len();
        writeln!(f, "\n  exits")?;
        for (n, exit) in taken {
            let place = placed(&self.source, exit.piece);
            let objects = match exit.objects.len() {
                0 => String::new(),
                n => format!("; makes {}: {}", count(n as u64, "object"), exit.objects.join(", ")),
            };
            let times = number(u64::from(exit.taken));
            writeln!(f, "  {times:>13}  e{n:<3} {place:<9}  {}{objects}", exit.why)?;
        }
        match never {
            0 => Ok(()),
            n => writeln!(f, "  {:>13}  {} never taken", "", count(n as u64, "exit")),
        }
    }

    /// The objects that are allocated, and those that are not.
    fn objects(&self, f: &mut Formatter<'_>, shown: &Shown) -> Result {
        if shown.objects.is_empty() && shown.removed.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n  objects")?;
        for object in &shown.objects {
            let why = match object.why.is_empty() {
                true => "nothing that is known keeps it".to_string(),
                false => object.why.join("; "),
            };
            let place = placed(&self.source, object.piece);
            writeln!(f, "  {:>13}  {} {place}: {why}", number(object.count), object.class)?;
        }
        let mut removed: BTreeMap<&str, (u64, Vec<usize>)> = BTreeMap::new();
        for (class, piece) in &shown.removed {
            let (count, numbers) = removed.entry(class).or_default();
            *count += 1;
            numbers.extend(piece.map(|piece| self.source.number(piece)));
        }
        for (class, (sites, mut numbers)) in removed {
            numbers.sort();
            numbers.dedup();
            let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
            let places = match numbers.len() {
                0 => String::new(),
                n => format!(
                    ": {}{} {}",
                    self.source.noun(),
                    if n == 1 { "" } else { "s" },
                    numbers.join(", ")
                ),
            };
            writeln!(f, "  {:>13}  {class}, never made at {}{places}", "", count(sites, "place"))?;
        }
        Ok(())
    }
}
