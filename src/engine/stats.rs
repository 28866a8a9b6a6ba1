//! What a run has done, counted.

use crate::record::Refusal;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A stage whose time is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reading the schema and lowering the program.
    Prepare,
    /// Recording regions.
    Record,
    /// Optimizing them.
    Optimize,
    /// Generating code.
    Compile,
    /// The run, all stages but [`Stage::Prepare`] included.
    Run,
}

impl Stage {
    /// All of them.
    pub const ALL: [Stage; 5] = [Stage::Prepare, Stage::Record, Stage::Optimize, Stage::Compile, Stage::Run];

    /// The name in `--stats`.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Prepare => "prepare",
            Stage::Record => "record",
            Stage::Optimize => "optimize",
            Stage::Compile => "compile",
            Stage::Run => "run",
        }
    }
}

/// Counters of a run; `--stats` prints them.
///
/// ```
/// let stats = wirelens::Stats::default();
/// assert_eq!((stats.regions, stats.records_native), (0, 0));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Records that the interpreter visited.
    pub records_interpreted: u64,
    /// Records that only native code visited.
    pub records_native: u64,
    /// Regions there are.
    pub regions: u64,
    /// Regions made, those included that were made anew with more in them.
    pub recorded: u64,
    /// Blocks of the regions there are.
    pub blocks: u64,
    /// Checks in their code.
    pub guards: u64,
    /// Times native code was left, ends of loops and functions included: as often as it was entered.
    pub exits_taken: u64,
    /// Objects that were allocated.
    pub objects_allocated: u64,
    /// Of them, those that were built because native code was left.
    pub objects_materialized: u64,
    /// Allocations in recorded regions that the optimizer removed (places in the code, not objects).
    pub objects_removed: u64,
    /// Bytes of machine code there are.
    pub code_bytes: u64,
    /// Bytes of machine code ever made.
    pub bytes_made: u64,
    /// Times a region was not made because of a cap.
    pub capped: u64,
    /// Recordings that were refused, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Time by stage; over all threads where several work.
    pub times: BTreeMap<Stage, Duration>,
}

impl Stats {
    /// Does something and adds the time it takes to a stage.
    pub fn time<T>(&mut self, stage: Stage, f: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = f();
        *self.times.entry(stage).or_default() += start.elapsed();
        result
    }

    /// Adds what another thread counted.
    pub(crate) fn add(&mut self, other: &Stats) {
        self.records_interpreted += other.records_interpreted;
        self.exits_taken += other.exits_taken;
        self.objects_allocated += other.objects_allocated;
        self.objects_materialized += other.objects_materialized;
    }

    /// Counts a refusal.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        *self.refused.entry(refusal.to_string()).or_default() += 1;
    }

    /// The counters as lines, names first.
    ///
    /// ```
    /// let text = wirelens::Stats::default().to_string();
    /// assert!(text.contains("records native"));
    /// ```
    fn rows(&self) -> Vec<(String, String)> {
        let counts = [
            ("records interpreted", self.records_interpreted),
            ("records native", self.records_native),
            ("regions", self.regions),
            ("regions recorded", self.recorded),
            ("blocks", self.blocks),
            ("guards", self.guards),
            ("side exits taken", self.exits_taken),
            ("objects allocated", self.objects_allocated),
            ("objects materialized", self.objects_materialized),
            ("objects removed (sites)", self.objects_removed),
            ("code bytes", self.code_bytes),
            ("compilations capped", self.capped),
        ];
        let mut rows: Vec<(String, String)> =
            counts.iter().map(|(name, n)| (name.to_string(), n.to_string())).collect();
        rows.extend(self.refused.iter().map(|(why, n)| (format!("refused: {why}"), n.to_string())));
        for stage in Stage::ALL {
            let time = self.times.get(&stage).copied().unwrap_or_default();
            rows.push((format!("ms {}", stage.name()), format!("{:.3}", time.as_secs_f64() * 1e3)));
        }
        rows
    }
}

impl std::fmt::Display for Stats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (name, value)) in self.rows().iter().enumerate() {
            write!(f, "{}{name:<26}{value:>14}", if i > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}
