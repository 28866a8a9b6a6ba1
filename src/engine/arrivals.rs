//! What happens at a root: the worker enters native code, or has it compiled if it is time
//! ([`Policy::hot`](super::policy::Policy)), or goes on interpreting.

use super::{Cause, Entry, Worker};
use crate::engine::Jit;
use crate::interp::{Event, Fault};
use crate::ir::Root;
use std::sync::atomic::Ordering;

impl Worker<'_> {
    /// At a root: enters native code if there is some, or has it compiled if it is time. Returns an event if
    /// native code produced one.
    pub(super) fn arrive(&mut self, root: Root, input: &[u8]) -> Result<Option<Event>, Fault> {
        if self.jit == Jit::Off {
            return Ok(None);
        }
        match self.known(root) {
            Some(Entry::Native(compiled)) => self.enter(&compiled, input),
            Some(Entry::Refused) => Ok(None),
            None => {
                let engine = self.engine;
                let arrivals = |root| &engine.arrivals[engine.plan.number(root)];
                arrivals(root).fetch_add(1, Ordering::Relaxed);
                let cfg = engine.plan.cfg(root.func);
                let count = |root| arrivals(root).load(Ordering::Relaxed);
                let settled = |root| self.roots[engine.plan.number(root)].is_some();
                let size = |root| engine.plan.size(root);
                let work = |root| engine.plan.work(root);
                let known = self.expected.is_some();
                let Some(hot) = engine.policy.hot((self.jit, known), root, cfg, count, settled, work) else {
                    return Ok(None);
                };
                let pays = self.jit != Jit::On
                    || self.expected.is_none_or(|expected| {
                        let seen = self.machine.profile.records;
                        // The work done so far is estimated from `root`, which is reached most often. The
                        // loop to compile is `hot`, which may be one around it.
                        let done = u64::from(count(root)).saturating_mul(work(root));
                        engine.policy.pays(size(hot), done, seen, expected.saturating_sub(seen))
                    });
                if pays && self.known(hot).is_none() {
                    self.engine.make(
                        hot,
                        Cause::Hot(count(root)),
                        &mut self.machine.profile,
                        self.jit,
                        |_| {},
                    );
                }
                match self.known(hot) {
                    Some(Entry::Native(compiled)) if hot == root => self.enter(&compiled, input),
                    Some(_) => Ok(None),
                    None => {
                        // Compilation has to wait. The counts restart, so the next request comes after as
                        // many arrivals again, at either root.
                        [hot, root].iter().for_each(|root| arrivals(*root).store(0, Ordering::Relaxed));
                        Ok(None)
                    }
                }
            }
        }
    }
}
