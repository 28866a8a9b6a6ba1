//! Counters of a run.

use crate::record::TraceAbort;
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
    /// All stages.
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
#[non_exhaustive]
pub struct Stats {
    /// Records that the interpreter visited.
    pub records_interpreted: u64,
    /// Records that only native code visited. For a script, it is known if a loop over all records of C
    /// structs has reached their end.
    pub records_native: u64,
    /// Current regions.
    pub regions: u64,
    /// Regions made, including those made again with more arms.
    pub recorded: u64,
    /// Regions made again because an exit was taken often.
    pub grown: u64,
    /// Blocks of the current regions.
    pub blocks: u64,
    /// Checks in their code.
    pub guards: u64,
    /// With [`super::Jit::DeoptStress`]: the number of checks in all regions, how many of them were ever
    /// reached, and how many of those were forced to exit.
    pub stress: [u64; 3],
    /// Times native code was left, including at the end of loops and functions: as often as it was entered.
    pub exits_taken: u64,
    /// Objects that were allocated.
    pub objects_allocated: u64,
    /// Objects that were materialized because native code was left.
    pub objects_materialized: u64,
    /// Allocations in recorded regions that the optimizer removed (sites, not objects).
    pub objects_removed: u64,
    /// Bytes of current machine code.
    pub code_bytes: u64,
    /// Bytes of machine code ever made.
    pub bytes_made: u64,
    /// Times a region was not made because of a cap.
    pub capped: u64,
    /// Times a compilation was postponed, because compiling had exceeded its share of the time.
    pub waited: u64,
    /// Recordings that were refused, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Time by stage, summed over all threads.
    pub times: BTreeMap<Stage, Duration>,
    /// The time from the start of preparation until there was native code, if there ever was.
    pub until_native: Option<Duration>,
    pub(super) first: Option<Instant>,
}

impl Stats {
    /// Runs `f` and adds the time that it takes to a stage.
    pub fn time<T>(&mut self, stage: Stage, f: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = f();
        *self.times.entry(stage).or_default() += start.elapsed();
        result
    }

    /// Adds the counters of another thread.
    pub(crate) fn add(&mut self, other: &Stats) {
        self.records_interpreted += other.records_interpreted;
        self.exits_taken += other.exits_taken;
        self.objects_allocated += other.objects_allocated;
        self.objects_materialized += other.objects_materialized;
        self.waited += other.waited;
    }

    /// Counts an abort.
    pub(super) fn refuse(&mut self, abort: &TraceAbort) {
        *self.refused.entry(abort.to_string()).or_default() += 1;
    }

    /// Ends a run that began at `start`, for a program that took `prepare` to compile.
    pub(crate) fn end(&mut self, prepare: Duration, start: Instant) {
        self.times.insert(Stage::Prepare, prepare);
        self.times.insert(Stage::Run, start.elapsed());
        self.until_native = self.first.map(|first| prepare + first.saturating_duration_since(start));
    }

    /// The share of the run that was spent making native code, from 0 to 1.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wirelens::{Stage, Stats};
    /// let mut stats = Stats::default();
    /// assert_eq!(stats.compiling(), 0.0);
    /// stats.times.insert(Stage::Compile, Duration::from_millis(5));
    /// stats.times.insert(Stage::Run, Duration::from_millis(20));
    /// assert_eq!(stats.compiling(), 0.25);
    /// ```
    pub fn compiling(&self) -> f64 {
        let seconds = |stage| self.times.get(&stage).map_or(0.0, Duration::as_secs_f64);
        let run = seconds(Stage::Run);
        let made = seconds(Stage::Record) + seconds(Stage::Optimize) + seconds(Stage::Compile);
        if run > 0.0 { made / run } else { 0.0 }
    }

    /// The counters as rows of name and value.
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
            ("regions recorded anew", self.grown),
            ("blocks", self.blocks),
            ("guards", self.guards),
            ("side exits taken", self.exits_taken),
            ("objects allocated", self.objects_allocated),
            ("objects materialized", self.objects_materialized),
            ("objects removed (sites)", self.objects_removed),
            ("code bytes", self.code_bytes),
            ("code bytes ever made", self.bytes_made),
            ("compilations capped", self.capped),
            ("compilations put off", self.waited),
        ];
        let mut rows: Vec<(String, String)> =
            counts.iter().map(|(name, n)| (name.to_string(), n.to_string())).collect();
        let [checks, reached, taken] = self.stress;
        if checks > 0 {
            rows.push(("checks".to_string(), checks.to_string()));
            rows.push(("checks come to".to_string(), reached.to_string()));
            rows.push(("checks left in turn".to_string(), taken.to_string()));
        }
        rows.extend(self.refused.iter().map(|(why, n)| (format!("refused: {why}"), n.to_string())));
        for stage in Stage::ALL {
            let time = self.times.get(&stage).copied().unwrap_or_default();
            rows.push((format!("ms {}", stage.name()), milliseconds(time)));
        }
        let native = self.until_native.map_or("never".to_string(), milliseconds);
        rows.push(("ms until native code".to_string(), native));
        rows.push(("% of the run compiling".to_string(), format!("{:.1}", self.compiling() * 100.0)));
        rows
    }
}

/// Formats a time in milliseconds.
fn milliseconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1e3)
}

impl std::fmt::Display for Stats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (name, value)) in self.rows().iter().enumerate() {
            write!(f, "{}{name:<26}{value:>14}", if i > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}
