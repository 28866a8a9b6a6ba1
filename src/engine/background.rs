//! Making regions on other threads, so that no call waits for the compiler.
//!
//! A request moves the worker's counters to a new thread, which makes the region as the worker would;
//! requests are rare enough for a thread each. The root is marked as requested until then, and the program
//! goes on as before. If a thread cannot be started, the next request comes after as many arrivals again.

use super::roots::RootState;
use super::{Cause, Jit, Worker};
use crate::ir::Root;
use crate::record::Speculation;
use std::thread;

impl Worker<'_> {
    /// Has a region made, in the background if the worker says so, or returns `false` if it has to wait.
    /// `more` is what is to be speculated on in addition.
    pub(super) fn request(&mut self, root: Root, cause: Cause, more: Speculation) -> bool {
        if self.jit == Jit::On && self.engine.waits(root, cause) {
            self.stats.waited += 1;
            return false;
        }
        let Some(engine) = self.background.clone() else {
            self.engine.make(root, cause, &mut self.machine.profile, self.jit, more);
            return true;
        };
        let number = engine.roots.number(root);
        // A root that has a region keeps it until there is a better one.
        if let Cause::Hot(_) = cause
            && !engine.roots.change(number, RootState::New, RootState::Requested)
        {
            return true;
        }
        let (mut profile, jit) = (self.machine.profile.take_all(), self.jit);
        let work = move || {
            engine.make(root, cause, &mut profile, jit, more);
        };
        if thread::Builder::new().spawn(work).is_err() {
            self.engine.roots.change(number, RootState::Requested, RootState::New);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::engine::policy::Policy;
    use crate::engine::policy::tests::{SUM, engine_of};
    use crate::interp::Profile;
    use crate::ir::{BlockId, ExitId, FuncId};
    use crate::runtime::Val;
    use std::sync::Arc;
    use std::time::Duration;

    const LOOP: Root = Root { func: FuncId(0), block: BlockId(1) };

    fn engine(policy: Policy) -> Arc<Engine> {
        Arc::new(engine_of(SUM, policy).0)
    }

    /// Both arms of the loop's branch: how many iterations there were, and how often it ended.
    fn arms(profile: &Profile) -> Vec<u32> {
        profile.arms(LOOP.func, LOOP.block).to_vec()
    }

    /// Interprets ten iterations and requests the loop's region in the background.
    fn request(worker: &mut Worker, cause: Cause) -> bool {
        assert_eq!(worker.call(LOOP.func, &[Val::I64(10)], &[]), Ok(vec![Val::I64(45)]));
        worker.request(LOOP, cause, Speculation::default())
    }

    /// The state of the loop once nothing is requested any more.
    fn state(engine: &Engine) -> RootState {
        engine.roots.settle();
        engine.roots.get(engine.roots.number(LOOP))
    }

    #[test]
    fn a_request_that_has_to_wait_leaves_the_counters_to_the_worker() {
        let engine = engine(Policy { free: Duration::ZERO, share: u32::MAX, ..Policy::default() });
        let mut worker = engine.worker(Jit::On);
        worker.background = Some(engine.clone());
        for times in 1..=3 {
            assert!(!request(&mut worker, Cause::Hot(1)));
            assert_eq!((state(&engine), worker.stats.waited), (RootState::New, times.into()));
            assert_eq!(arms(&worker.machine.profile), [10 * times, times]);
        }
    }

    /// It comes from an exit of a region that has been replaced. Its counters are kept all the same.
    #[test]
    fn a_late_request_makes_nothing_and_keeps_its_counters() {
        let engine = engine(Policy::default());
        let mut worker = engine.worker(Jit::On);
        worker.background = Some(engine.clone());
        let late = Cause::Exit(7, ExitId(0), 64);
        assert!(request(&mut worker, late));
        while arms(&engine.known().1) != [10, 1] {
            thread::yield_now();
        }
        assert_eq!((state(&engine), arms(&worker.machine.profile)), (RootState::New, vec![0, 0]));
    }

    #[test]
    fn a_region_made_in_the_background_is_entered() {
        let engine = engine(Policy::default());
        let mut worker = engine.worker(Jit::On);
        worker.background = Some(engine.clone());
        assert!(request(&mut worker, Cause::Hot(1)));
        assert_eq!(state(&engine), RootState::Native(0));
        assert_eq!(worker.call(LOOP.func, &[Val::I64(1_000)], &[]), Ok(vec![Val::I64(499_500)]));
        assert_eq!((worker.stats.exits_taken, arms(&engine.known().1)), (1, vec![10, 1]));
    }
}
