//! Making regions on other threads, so that no call waits for the compiler.
//!
//! A request moves the worker's counters to a new thread, which makes the region as the worker would;
//! requests are rare enough for a thread each. The root is marked as requested until then, and the program
//! goes on as before. A thread that cannot be started makes nothing: the next request comes after as many
//! arrivals again.

use super::roots::RootState;
use super::{Cause, Worker};
use crate::ir::Root;
use crate::record::Speculation;
use std::thread;

impl Worker<'_> {
    /// Has a region made, in the background if the worker says so. `more` is what is to be speculated on in
    /// addition.
    pub(super) fn request(&mut self, root: Root, cause: Cause, more: Speculation) {
        let Some(engine) = self.background.clone() else {
            return self.engine.make(root, cause, &mut self.machine.profile, self.jit, more);
        };
        let number = engine.plan.number(root);
        // A root that has a region keeps it until there is a better one.
        if let Cause::Hot(_) = cause
            && !engine.roots.change(number, RootState::New, RootState::Requested)
        {
            return;
        }
        let (mut profile, jit) = (self.machine.profile.take_all(), self.jit);
        let work = move || {
            engine.make(root, cause, &mut profile, jit, more);
            // It has to wait.
            engine.roots.change(number, RootState::Requested, RootState::New);
        };
        if thread::Builder::new().spawn(work).is_err() {
            self.engine.roots.change(number, RootState::Requested, RootState::New);
        }
    }
}
