//! What happens at a root: the worker enters native code, or has it compiled if it is time
//! ([`Policy::hot`](super::policy::Policy)), or goes on interpreting.

use super::roots::RootState;
use super::{Cause, Worker};
use crate::engine::Jit;
use crate::interp::{Event, Fault};
use crate::ir::Root;
use crate::record::Speculation;
use std::sync::atomic::Ordering;

impl Worker<'_> {
    /// At a root: enters native code if there is some, or has it compiled if it is time. Returns an event if
    /// native code produced one.
    pub(super) fn arrive(&mut self, root: Root, input: &[u8]) -> Result<Option<Event>, Fault> {
        if self.jit == Jit::Off {
            return Ok(None);
        }
        let engine = self.engine;
        let state = |root| engine.roots.get(engine.roots.number(root));
        match state(root) {
            RootState::Native(number) => return self.enter(engine.region(number), input),
            RootState::Refused => return Ok(None),
            // Arrivals at a requested loop are counted on, or it would seem not to iterate, and a loop within
            // it would be compiled instead.
            RootState::Requested | RootState::New => {}
        }
        let arrivals = |root| &engine.arrivals[engine.roots.number(root)];
        let earlier = |root| &engine.earlier[engine.roots.number(root)];
        arrivals(root).fetch_add(1, Ordering::Relaxed);
        let cfg = || engine.plan().cfg(root.func);
        let count = |root| arrivals(root).load(Ordering::Relaxed);
        let settled = |root| matches!(state(root), RootState::Native(_) | RootState::Refused);
        let work = |root| engine.plan().work(root);
        // Native code does not count records, so once some has run it is not known how many are left.
        let expected = self.expected.filter(|_| self.stats.exits_taken == 0);
        let known = expected.is_some();
        let Some(hot) = engine.policy.hot((self.jit, known), root, cfg, count, settled, work) else {
            return Ok(None);
        };
        let pays = self.jit != Jit::On
            || expected.is_none_or(|expected| {
                let seen = self.machine.profile.records;
                // The work done so far is estimated from `root`, which is reached most often. The loop to
                // compile is `hot`, which may be one around it.
                let done = u64::from(count(root)).saturating_mul(work(root));
                engine.policy.pays(engine.plan().size(hot), done, seen, expected.saturating_sub(seen))
            });
        if pays && state(hot) == RootState::New {
            let all = count(root).saturating_add(earlier(root).load(Ordering::Relaxed));
            self.request(hot, Cause::Hot(all), Speculation::default());
        }
        match state(hot) {
            RootState::Native(number) if hot == root => self.enter(engine.region(number), input),
            RootState::New | RootState::Requested if !known => {
                // Compilation has to wait, or is under way. The counts restart, so the next request comes
                // after as many arrivals again, at either root.
                for root in [hot, root] {
                    earlier(root).fetch_add(arrivals(root).swap(0, Ordering::Relaxed), Ordering::Relaxed);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }
}
