//! Explains what happened to a program: where time was spent and what code was made.
//!
//! A watched program ([`Script::watch`], [`Query::watch`]) keeps data that an ordinary run does not: each
//! attempt to make a region and its outcome, the origin of each value of a region, and how often each edge
//! was taken. After the run an [`Explanation`] is made from these: `region` describes one region, `objects`
//! finds why objects in it are still allocated, `source` maps everything to the program's text, `words`
//! prints the explanation as text, `html` as a page. `perf` names native code for Linux's `perf`.
//!
//! Counts are exact if there is one thread. Counting costs native code an addition in memory for each edge
//! between blocks, so times are a little longer than in an ordinary run; the machine code that is shown, and
//! its size, are those without counters.

mod html;
mod objects;
mod perf;
mod region;
mod source;
mod words;

use crate::engine::{Cause, Engine, Made, Outcome, Stats};
use crate::ir::{FuncId, Root};
use crate::query::{Query, Script};
use region::{Shown, title};
pub(crate) use source::{Pieces, SourceText};
use std::time::Duration;

/// The explanation of a watched program. `Display` prints it as text for a person; for an example see
/// [`Script::explain`].
#[derive(Clone, Debug)]
pub struct Explanation {
    source: SourceText,
    stats: Stats,
    /// How long native code ran, including regions that have been replaced since.
    native: Duration,
    /// The current regions.
    regions: Vec<Shown>,
    /// Each attempt to make a region.
    attempts: Vec<Attempt>,
    /// Roots that were reached in the interpreter but have no region: title, piece of the source, number of
    /// arrivals.
    cold: Vec<(String, Option<usize>, u32)>,
}

/// An attempt to make a region.
#[derive(Clone, Debug)]
struct Attempt {
    root: Root,
    /// The description of its root.
    title: String,
    /// The cause, in words.
    why: String,
    at: Duration,
    took: Duration,
    /// The size of the code in bytes, counters included; or why there is none.
    outcome: Result<usize, String>,
    /// The number of the region that was made.
    region: Option<u32>,
}

impl Explanation {
    fn new(engine: &Engine, over: Option<FuncId>, (name, text): (&str, &str), stats: &Stats) -> Explanation {
        let program = &engine.program;
        let source = SourceText::new(name, text, program);
        let made = engine.made();
        let shown = made.iter().map(|compiled| region::shown(engine, &source, over, compiled));
        let all: Vec<Shown> = shown.collect();
        let (roots, ..) = engine.known();
        let last = |root: &Root| made.iter().rev().find(|c| c.region.root == *root).map(|c| c.number);
        let mut current: Vec<u32> = roots.iter().filter_map(last).collect();
        current.sort();
        let attempt = |made_it: &Made| Attempt {
            root: made_it.root,
            title: title(program, &source, over, made_it.root),
            why: why(made_it.cause, &all, &source),
            at: made_it.at,
            took: made_it.took,
            outcome: match &made_it.outcome {
                Outcome::Region(number) => Ok(made[*number as usize].native.code_bytes),
                Outcome::Refused(abort) => Err(abort.to_string()),
                Outcome::Capped => Err("enough was compiled: a cap was met".to_string()),
            },
            region: match made_it.outcome {
                Outcome::Region(number) => Some(number),
                _ => None,
            },
        };
        let attempts: Vec<Attempt> = engine.history().iter().map(attempt).collect();
        let arrived = engine.arrived().into_iter().filter(|(root, _)| !roots.contains(root));
        let mut cold: Vec<_> = arrived
            .map(|(root, count)| {
                let piece = source.piece(program, &[(root.func, root.block, 0)]);
                (title(program, &source, over, root), piece, count)
            })
            .collect();
        cold.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
        let native = made.iter().map(|compiled| compiled.spent()).sum();
        let regions = current.iter().map(|number| all[*number as usize].clone()).collect();
        Explanation { source, stats: stats.clone(), native, regions, attempts, cold }
    }
}

/// The cause of an attempt, in words.
fn why(cause: Cause, regions: &[Shown], source: &SourceText) -> String {
    match cause {
        Cause::Hot(1) => "it was arrived at".to_string(),
        Cause::Hot(arrivals) => format!("a loop or function in it was arrived at {arrivals} times"),
        Cause::Called => "another region calls it natively".to_string(),
        Cause::Exit(number, exit, taken) => {
            let region = &regions[number as usize];
            let leave = region.by_exit(exit).map(|at| &region.exits[at]);
            let place =
                leave.and_then(|l| l.piece).map_or(String::new(), |p| format!(" at {}", source.at(p)));
            let what = leave.map_or(String::new(), |l| format!(" ({})", l.why));
            format!("an exit{place} was taken {taken} times{what}")
        }
    }
}

impl Script {
    /// Watches the following runs, so that they can be explained; this slows them down a little. Must be
    /// called before the first run.
    ///
    /// An example is at [`Script::explain`].
    pub fn watch(&mut self) {
        self.engine_mut().watch();
    }

    /// Explains the run that `stats` come from.
    ///
    /// ```
    /// use wirelens::{Limits, Options, Script};
    /// let text = "total = 0\nfor i in range(100_000):\n    total += i * i\nprint(total)";
    /// let mut script = Script::compile("squares.py", text, &[], &Limits::default(), |_| unreachable!())?;
    /// script.watch();
    /// let ended = script.run(None, &Options::default(), std::io::sink(), std::io::sink())?;
    /// let text = script.explain(&ended.stats).to_string();
    /// assert!(text.contains("the loop at line 2: for i in range(100_000):"), "{text}");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn explain(&self, stats: &Stats) -> Explanation {
        Explanation::new(self.parts().0, None, self.source(), stats)
    }
}

impl Query {
    /// Watches the following runs, so that they can be explained; this slows them down a little. Must be
    /// called before the first run.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
    /// let mut query = Query::builder(&schema).filter("n > 0").select("n, n + 1").build()?;
    /// query.watch();
    /// let report = query.run(&Input::from_bytes(&[1; 80_000]))?;
    /// assert!(query.explain(&report.stats).to_string().contains("the loop b1 over the records"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn watch(&mut self) {
        self.engine_mut().watch();
    }

    /// Explains the run that `stats` come from; for an example see [`Query::watch`].
    pub fn explain(&self, stats: &Stats) -> Explanation {
        let (engine, chunk, source) = self.parts();
        Explanation::new(engine, Some(chunk), source, stats)
    }
}
