//! A worker: calls functions, enters and leaves native code, and has regions grow at hot exits.
//!
//! Not here: the decision at a root ([`super::arrivals`]), and restoring frames ([`super::exits`]).

use super::exits::ResultWord;
use super::roots::RootState;
use super::{Cause, Compiled, Engine, Jit, Stats};
use crate::codegen::{ExitCode, NATIVE_FRAMES, callees};
use crate::interp::{DEEPEST, Event, Fault, Machine};
use crate::ir::{Arm, BlockId, Exit, ExitId, Func, FuncId, Op, REGION_FRAMES, Root, Type};
use crate::record::Speculation;
use crate::runtime::{Console, Memory, Val, width};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// The state of a thread: its interpreter, and the words through which it exchanges values with native code.
#[derive(Debug)]
pub struct Worker<'e> {
    pub(super) engine: &'e Engine,
    pub(super) machine: Machine<'e>,
    words: Vec<u64>,
    /// The worker's own counters.
    pub stats: Stats,
    /// Whether native code may be made and entered.
    pub jit: Jit,
    /// The worker's share of the records in the run, if it is known and the engine will see no others.
    pub expected: Option<u64>,
    /// The engine, if regions are made on other threads.
    pub background: Option<Arc<Engine>>,
    /// The maximum depth of frames in native code: more than the default only on a thread with a sufficient
    /// stack ([`codegen::stack`]).
    pub frames: usize,
}

impl Engine {
    /// A worker for a thread.
    pub fn worker(&self, jit: Jit) -> Worker<'_> {
        Worker {
            engine: self,
            machine: Machine::new(&self.program),
            words: vec![],
            stats: Stats::default(),
            jit,
            expected: None,
            background: None,
            frames: NATIVE_FRAMES,
        }
    }
}

impl<'e> Worker<'e> {
    /// Calls a function over `input`. Objects returned by earlier calls survive only if they are among the
    /// arguments or are held ([`Worker::hold`]).
    pub fn call(&mut self, func: FuncId, args: &[Val], input: &[u8]) -> Result<Vec<Val>, Fault> {
        let Func { body, returns, .. } = &self.engine.program.funcs[func.index()];
        let words = Val::words(body.params(), args);
        Ok(Val::values(returns, self.call_words(func, &words, input)?).collect())
    }

    /// The same with the words of the arguments and of the results; it allocates nothing by itself.
    pub fn call_words(&mut self, func: FuncId, args: &[u64], input: &[u8]) -> Result<&[u64], Fault> {
        if self.machine.heap.wants_collection() {
            let params: Vec<Type> = self.engine.program.funcs[func.index()].body.params().collect();
            self.machine.heap.collect(Val::values(&params, args));
        }
        self.machine.stops = self.jit != Jit::Off;
        let root = Root { func, block: BlockId(0) };
        let mut event = match self.native(root) {
            // The live-ins of a region that starts at a function's entry are the arguments, so no frame is
            // needed.
            Some(compiled) if compiled.takes_args => {
                self.machine.leave_all();
                let memory = self.memory(input);
                self.make_room(compiled);
                self.words[..args.len()].copy_from_slice(args);
                for view in &compiled.native.views {
                    self.words[*view] = memory.out_start(self.words[*view]);
                }
                let exit = self.run(compiled, memory)?;
                if let Some(results) = &compiled.restores[exit.index()].returned {
                    compiled.count(exit);
                    self.machine.results.clear();
                    self.machine.results.extend(results.iter().map(|word| match word {
                        ResultWord::Known(word) => *word,
                        ResultWord::Left(at) => self.words[*at],
                    }));
                    return Ok(&self.machine.results);
                }
                self.leave(compiled, exit, memory)
            }
            _ => {
                self.machine.start(func, args);
                self.arrive(root, input)?
            }
        };
        loop {
            let next = match event {
                Some(event) => event,
                None => self.machine.resume(input)?,
            };
            event = match next {
                Event::Returned => return Ok(&self.machine.results),
                Event::Root(root) => {
                    self.machine.collect()?;
                    self.arrive(root, input)?
                }
            };
        }
    }

    /// The words that the last call returned.
    pub fn results(&self) -> &[u64] {
        &self.machine.results
    }

    /// Keeps an object alive across calls, until [`Worker::let_go`].
    pub fn hold(&mut self, object: Val) {
        self.machine.heap.held.push(object);
    }

    /// Releases the object that was held last.
    pub fn let_go(&mut self) {
        self.machine.heap.held.pop();
    }

    /// Releases all held objects.
    pub fn let_go_of_all(&mut self) {
        self.machine.heap.held.clear();
    }

    /// The number of objects that the heap has room for.
    #[cfg(test)]
    pub fn room(&self) -> usize {
        self.machine.heap.capacity()
    }

    /// Waits until all regions that were requested first have been made.
    #[cfg(test)]
    pub fn settle(&self) {
        self.engine.roots.settle();
    }

    /// Requests a collection after that many allocations, or as many as were alive after the last collection
    /// if that is more.
    #[cfg(test)]
    pub fn collect_after(&mut self, objects: usize) {
        self.machine.heap.collect_after(objects);
    }

    /// Limits the heap to that many bytes.
    #[cfg(test)]
    pub fn limit_bytes(&mut self, most: usize) {
        self.machine.heap.limit_bytes(most);
    }

    /// The bytes of a view that a call has returned.
    pub fn bytes<'a>(&'a self, view: Val, input: &'a [u8]) -> &'a [u8] {
        let Val::View(start, len) = view else { unreachable!("{view:?} is no view") };
        Memory { input, pool: &self.engine.program.pool }.bytes(start, len)
    }

    /// The region of a root, if there is one; always `None` with [`Jit::Off`].
    fn native(&self, root: Root) -> Option<&'e Compiled> {
        match self.engine.roots.get(self.engine.roots.number(root)) {
            RootState::Native(number) if self.jit != Jit::Off => Some(self.engine.region(number)),
            _ => None,
        }
    }

    /// The console to which host functions write.
    pub fn console(&mut self) -> &mut Console {
        &mut self.machine.heap.console
    }

    /// The number of records interpreted so far.
    pub fn records(&self) -> u64 {
        self.machine.profile.records
    }

    /// The number of objects allocated so far.
    pub fn allocated(&self) -> u64 {
        self.machine.heap.allocated()
    }

    fn memory<'i>(&self, input: &'i [u8]) -> Memory<'i>
    where
        'e: 'i,
    {
        Memory { input, pool: &self.engine.program.pool }
    }

    /// Runs native code in place of the innermost frame, if the frames that are inlined in it do not exceed
    /// the maximum depth. On return all frames are restored, unless a host function has panicked.
    pub(super) fn enter(&mut self, compiled: &'e Compiled, input: &[u8]) -> Result<Option<Event>, Fault> {
        if DEEPEST + 1 - self.machine.depth() < REGION_FRAMES {
            return Ok(None);
        }
        let memory = self.memory(input);
        self.make_room(compiled);
        let (Worker { machine, words, .. }, region) = (&mut *self, &compiled.region);
        let mut at = 0;
        for (input, param) in region.inputs.iter().zip(&region.body.blocks[0].params) {
            let mut val = machine.get(input.value);
            for field in &input.path {
                let Val::Ref(object) = val else { unreachable!("{val:?} has no fields") };
                val = machine.heap.get(object, *field);
            }
            let ty = region.body.ty(*param);
            memory.out(val).write(ty, &mut words[at..at + width(ty)]);
            at += width(ty);
        }
        machine.drop_frame();
        let exit = self.run(compiled, memory)?;
        Ok(self.leave(compiled, exit, memory))
    }

    /// Makes sure that there are as many words as native code needs.
    fn make_room(&mut self, compiled: &Compiled) {
        let callees = if compiled.native.calls { callees(self.frames) } else { 0 };
        let needed = compiled.native.words_needed + callees;
        if self.words.len() < needed {
            self.words = vec![0; needed];
        }
    }

    /// Runs native code, whose live-ins are in the words. Returns the exit.
    fn run(&mut self, compiled: &Compiled, memory: Memory) -> Result<ExitId, Fault> {
        let Worker { engine, machine, words, frames, .. } = self;
        let Compiled { native, region, .. } = compiled;
        let room = (DEEPEST - machine.depth()).min(*frames);
        machine.heap.let_make(compiled.news);
        let start = engine.watched.map(|_| Instant::now());
        let exit = native.run(&engine.table, memory, words, room, &mut machine.heap);
        start.into_iter().for_each(|start| compiled.ran(start));
        self.stats.exits_taken += 1;
        exit.ok_or(Fault::panicked(region.root.func))
    }

    /// Restores the frames, outermost first, where the code was left: in state `exit` of `level` and, if that
    /// is inside a native call, in a state of the callee's code, and so on inwards.
    fn leave(&mut self, mut level: &'e Compiled, mut exit: ExitId, memory: Memory) -> Option<Event> {
        let mut words = &self.words[..];
        loop {
            let Compiled { native, region, states, restores, .. } = level;
            let (state, restore) = (&states[exit.index()], &restores[exit.index()]);
            let results = &self.engine.program.funcs[region.root.func.index()].returns;
            let Worker { machine, stats, .. } = self;
            let event = restore.restore(machine, stats, state, results, words, memory);
            let Some(callee) = native.exits[exit.index()].callee else {
                return self.count(level, exit).or(event);
            };
            let left = ExitCode::read(words[callee]);
            words = &words[native.words_needed..];
            (level, exit) = (self.engine.region(left.number), left.exit);
        }
    }

    /// Counts that code was left in a state, and lets the region grow if that is due. Returns an event if the
    /// state is at a root: either a native call could not enter its callee, or objects must be freed first.
    /// Such exits do not make the region grow.
    fn count(&mut self, compiled: &Compiled, exit: ExitId) -> Option<Event> {
        let taken = compiled.count(exit);
        if compiled.to_roots.contains(&exit) {
            let (func, block, _) = self.machine.place();
            return Some(Event::Root(Root { func, block }));
        }
        if self.engine.policy.grows(self.jit, taken, compiled.waits.load(Ordering::Relaxed)) {
            self.grow(compiled, exit, taken);
        }
        None
    }

    /// Has a region recorded again, with the continuation of a hot exit if it is known. Exits that are nearly
    /// as hot would be next; including them keeps the number of recompilations low.
    fn grow(&mut self, compiled: &Compiled, exit: ExitId, taken: u32) {
        let root = compiled.region.root;
        let own = self.continuation(root, &compiled.states[exit.index()]);
        if own.arms.is_empty() && own.varying.is_empty() {
            return;
        }
        let hot = compiled.states.iter().zip(&compiled.taken);
        let hot = hot.filter(|(_, times)| times.load(Ordering::Relaxed) > taken / 8);
        let more = hot.map(|(state, _)| self.continuation(root, state)).fold(own, |mut all, more| {
            all.arms.extend(more.arms);
            all.varying.extend(more.varying);
            all
        });
        let waits = !self.request(root, Cause::Exit(compiled.number, exit, taken), more);
        compiled.waits.store(waits, Ordering::Relaxed);
    }

    /// What the region of `root` would have to speculate on for the program to go on at an exit.
    fn continuation(&self, root: Root, at: &Exit) -> Speculation {
        let mut more = Speculation::default();
        if let Some(arm) = at.arm {
            more.arms.extend(Some(arm).filter(|arm| self.grows_into(root, *arm)));
        } else if let Some(frame) = at.frames.last() {
            let block = &self.engine.program.funcs[frame.func.index()].body[frame.block];
            if block.insts.get(frame.inst as usize).is_some_and(|inst| inst.op == Op::Promote) {
                more.varying.insert((frame.func, frame.block, frame.inst));
            }
        }
        more
    }

    /// Whether a region can include an arm. An arm that leaves the root's loop cannot be included.
    fn grows_into(&self, root: Root, arm: Arm) -> bool {
        let cfg = self.engine.plan().cfg(root.func);
        let code = &self.engine.program.funcs[arm.func.index()].body[arm.block];
        let target = code.term.target(arm.index).block;
        arm.func != root.func
            || root.block == BlockId(0)
            || cfg.loop_of(root.block).is_none_or(|l| cfg.contains(l, target))
    }
}
