//! The data kept by a watched engine, from which its run can be explained: each attempt to make a region,
//! with cause and outcome; the regions as recorded; the origins of their values; how often each edge was
//! taken, and how long the regions ran.
//!
//! An engine that is not watched keeps and counts none of that.

use super::{Compiled, Engine};
use crate::ir::{BlockId, ExitId, Root};
use crate::record::TraceAbort;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Why a region was requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its root was reached that many times.
    Hot(u32),
    /// Another region calls the function natively.
    Called,
    /// The exit of the region with that number was taken that many times.
    Exit(u32, ExitId, u32),
}

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The region with that number was made.
    Region(u32),
    /// The attempt failed, for that reason.
    Refused(TraceAbort),
    /// Nothing was compiled, because of the policy's caps.
    Capped,
}

/// An attempt to make a region.
#[derive(Clone, Debug)]
pub struct Made {
    /// The root of the region.
    pub root: Root,
    /// Why the region was requested.
    pub cause: Cause,
    /// When it started, counted from [`Engine::watch`].
    pub at: Duration,
    /// How long it took.
    pub took: Duration,
    /// The outcome.
    pub outcome: Outcome,
}

impl Engine {
    /// Starts to keep this data. Must be called before anything runs.
    pub fn watch(&mut self) {
        self.watched = Some(Instant::now());
        self.plan();
        self.plan.get_mut().expect("it has just been computed").origins = true;
    }

    /// All attempts to make a region, in order; empty if the engine is not watched.
    pub fn history(&self) -> Vec<Made> {
        self.growth.lock().unwrap_or_else(|e| e.into_inner()).history.clone()
    }

    /// All regions that were ever made, indexed by their numbers.
    pub fn made(&self) -> Vec<&Compiled> {
        self.regions.iter().map(|(_, compiled)| compiled).collect()
    }

    /// The roots that were reached in the interpreter, with the number of arrivals. Calls of functions that
    /// are not recursive are not counted.
    pub fn arrived(&self) -> Vec<(Root, u32)> {
        let roots = self.program.funcs.iter().zip(0..).flat_map(|(func, f)| {
            func.body.ids().map(move |block: BlockId| Root { func: crate::ir::FuncId(f), block })
        });
        let count = |root: &Root| {
            let number = self.roots.number(*root);
            let [now, earlier] =
                [&self.arrivals, &self.earlier].map(|all| all[number].load(Ordering::Relaxed));
            now.saturating_add(earlier)
        };
        roots.map(|root| (root, count(&root))).filter(|(_, count)| *count > 0).collect()
    }
}

impl Compiled {
    /// How often the code was left in each state.
    pub fn taken(&self) -> Vec<u32> {
        self.taken.iter().map(|taken| taken.load(Ordering::Relaxed)).collect()
    }

    /// How long the code ran, including its callees.
    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }

    pub(super) fn ran(&self, since: Instant) {
        self.spent.fetch_add(since.elapsed().as_nanos() as u64, Ordering::Relaxed);
    }
}
