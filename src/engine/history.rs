//! What is kept of an engine that is watched, for who wants to know what became of a program: each time a
//! region was to be made, why, and what came of it; the regions as they were recorded; where their values
//! come from; how often each way in them was taken, and how long they ran.
//!
//! An engine that is not watched keeps and counts nothing of that.

use super::{Compiled, Engine};
use crate::ir::{BlockId, ExitId, Root};
use crate::record::{Plan, TraceAbort};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Why a region was to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its root was arrived at so often.
    Hot(u32),
    /// Another region calls the function natively.
    Called,
    /// An exit of the region with that number was taken so often.
    Exit(u32, ExitId, u32),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The region of that number.
    Region(u32),
    /// None, and why.
    Refused(TraceAbort),
    /// None, because of the policy's caps.
    Capped,
}

/// One time that a region was to be made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Where it starts.
    pub root: Root,
    /// Why.
    pub cause: Cause,
    /// When: since the engine was being watched.
    pub at: Duration,
    /// How long it took.
    pub took: Duration,
    /// What came of it.
    pub outcome: Outcome,
}

impl Engine {
    /// From now on keeps what is to be known; to be called before anything runs.
    pub fn watch(&mut self) {
        self.watched = Some(Instant::now());
        self.plan.origins = true;
    }

    /// What is known of the program's functions.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Each time that a region was to be made, in order; empty if the engine is not watched.
    pub fn history(&self) -> Vec<Made> {
        self.growth.lock().unwrap_or_else(|e| e.into_inner()).history.clone()
    }

    /// All regions that were ever made, by their numbers.
    pub fn made(&self) -> Vec<Arc<Compiled>> {
        self.regions.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// The roots that were arrived at in the interpreter, and how often; functions that cannot come to call
    /// themselves are not counted.
    pub fn arrived(&self) -> Vec<(Root, u32)> {
        let roots = self.program.funcs.iter().zip(0..).flat_map(|(func, f)| {
            func.body.ids().map(move |block: BlockId| Root { func: crate::ir::FuncId(f), block })
        });
        let count = |root: &Root| self.arrivals[self.plan.number(*root)].load(Ordering::Relaxed);
        roots.map(|root| (root, count(&root))).filter(|(_, count)| *count > 0).collect()
    }
}

impl Compiled {
    /// How often the code was left in each state.
    pub fn taken(&self) -> Vec<u32> {
        self.taken.iter().map(|taken| taken.load(Ordering::Relaxed)).collect()
    }

    /// How long the code ran, with what it calls.
    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }

    pub(super) fn ran(&self, since: Instant) {
        self.spent.fetch_add(since.elapsed().as_nanos() as u64, Ordering::Relaxed);
    }
}
