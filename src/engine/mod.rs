//! The engine: interprets, and where that gets hot, has a region recorded, optimized, compiled and entered.
//!
//! An [`Engine`] belongs to a program and is shared by any number of threads; it keeps the regions. A [`Worker`] belongs to a thread:
//! a machine (frames, heap, counters). All decisions are here:
//!
//! * **when to record** ([`policy`]): a loop header was reached, or a function entered, often enough to be worth a
//!   compilation. Of nested loops the outermost one that has come around is taken;
//! * **when to grow**: an exit is taken so often that its arm, or its promoted value, should have been in the region: the region is
//!   recorded anew, with that. Each time it takes twice as many exits;
//! * **when to stop**: past a number of regions, of bytes of code, or a share of the time, nothing is compiled any more and the
//!   program goes on as it is.
//!
//! Not here: what any of those stages do.

mod exits;
pub mod policy;
pub mod stats;

pub use policy::Jit;
pub use stats::{Stage, Stats};

use crate::codegen::{self, Native, Want};
use crate::interp::{Event, Fault, Machine, Memory, Profile, Val, width};
use crate::ir::{BlockId, ExitId, FuncId, Op, Program, Raise, Region, Root, Term};
use crate::opt;
use crate::record::{self, Facts, Plan, Refusal};
use exits::Source;
use policy::Policy;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, RwLock};

/// A region with its code.
#[derive(Debug)]
pub struct Compiled {
    /// The region as it was compiled.
    pub region: Region,
    /// Its code.
    pub native: Native,
    /// By exit: where its slots get their values from.
    sources: Vec<Vec<Source>>,
    /// How often each exit was taken since it was compiled.
    taken: Vec<AtomicU32>,
}

/// What a root has come to.
#[derive(Clone, Debug)]
enum Entry {
    Native(Arc<Compiled>),
    /// There is none, and will be none.
    Refused,
}

/// A program's regions, and what is known for making more.
#[derive(Debug)]
pub struct Engine {
    /// The program.
    pub program: Program,
    plan: Plan,
    /// By [`Plan::number`].
    roots: RwLock<Vec<Option<Entry>>>,
    /// How often each root was arrived at before it had code, by [`Plan::number`]; by all workers together, so that many short runs
    /// count as much as a long one.
    arrivals: Vec<AtomicU32>,
    /// Grows with each change of `roots`, so that workers know when to look again.
    version: AtomicU32,
    growth: Mutex<Growth>,
    policy: Policy,
}

/// What only one thread at a time changes: the one that compiles.
#[derive(Debug, Default)]
struct Growth {
    facts: Facts,
    /// What all workers have counted.
    profile: Profile,
    /// How often a root was compiled.
    times: HashMap<Root, u32>,
    stats: Stats,
}

/// A thread's part: its interpreter, and the words through which it talks to native code.
#[derive(Debug)]
pub struct Worker<'e> {
    engine: &'e Engine,
    machine: Machine<'e>,
    words: Vec<u64>,
    /// What it has seen of the engine's regions, and when.
    roots: Vec<Option<Entry>>,
    version: u32,
    /// What it has counted itself.
    pub stats: Stats,
    /// Whether native code may be entered and made.
    pub jit: Jit,
}

impl Engine {
    /// An engine with no regions.
    pub fn new(program: Program, policy: Policy) -> Engine {
        let plan = Plan::new(&program);
        let growth = Growth { profile: Profile::new(&program), ..Growth::default() };
        Engine {
            roots: RwLock::new(vec![None; plan.blocks()]),
            arrivals: (0..plan.blocks()).map(|_| AtomicU32::new(0)).collect(),
            plan,
            program,
            version: AtomicU32::new(0),
            growth: Mutex::new(growth),
            policy,
        }
    }

    /// A part for a thread.
    pub fn worker(&self, jit: Jit) -> Worker<'_> {
        Worker {
            engine: self,
            machine: Machine::new(&self.program),
            words: vec![],
            roots: vec![None; self.plan.blocks()],
            version: 0,
            stats: Stats::default(),
            jit,
        }
    }

    /// The regions that there are now.
    #[cfg(test)]
    pub fn regions(&self) -> Vec<Region> {
        let roots = self.roots.read().unwrap_or_else(|e| e.into_inner());
        let native = |entry: &Entry| match entry {
            Entry::Native(compiled) => Some(compiled.region.clone()),
            Entry::Refused => None,
        };
        roots.iter().flatten().filter_map(native).collect()
    }

    /// What was counted while regions were made.
    pub fn stats(&self) -> Stats {
        let growth = self.growth.lock().unwrap_or_else(|e| e.into_inner());
        let mut stats = growth.stats.clone();
        let roots = self.roots.read().unwrap_or_else(|e| e.into_inner());
        for entry in roots.iter().flatten() {
            if let Entry::Native(compiled) = entry {
                stats.regions += 1;
                stats.blocks += compiled
                    .region
                    .body
                    .blocks
                    .iter()
                    .filter(|b| b.term != Term::Raise(Raise::Unreachable))
                    .count() as u64;
                stats.guards += compiled.native.guards as u64;
                stats.code_bytes += compiled.native.code_bytes as u64;
            }
        }
        stats
    }

    /// Records, optimizes and compiles a region for `root`, with `more` known, if the caps allow.
    fn make(&self, root: Root, profile: &mut Profile, more: impl FnOnce(&mut Facts)) {
        let mut growth = self.growth.lock().unwrap_or_else(|e| e.into_inner());
        more(&mut growth.facts);
        growth.profile.absorb(profile);
        let times = growth.times.entry(root).or_default();
        *times += 1;
        let times = *times;
        let made = if self.policy.allows(&growth.stats, times) {
            self.compile(root, &mut growth)
        } else {
            growth.stats.capped += 1;
            None
        };
        let mut roots = self.roots.write().unwrap_or_else(|e| e.into_inner());
        let entry = &mut roots[self.plan.number(root)];
        match made {
            Some(compiled) => *entry = Some(Entry::Native(Arc::new(compiled))),
            // What there is stays good.
            None if entry.is_none() => *entry = Some(Entry::Refused),
            None => {}
        }
        self.version.fetch_add(1, Ordering::Release);
    }

    fn compile(&self, root: Root, growth: &mut Growth) -> Option<Compiled> {
        let Growth { facts, stats, profile, .. } = growth;
        let recorded =
            stats.time(Stage::Record, || record::record(&self.program, &self.plan, profile, facts, root));
        let mut region = match recorded {
            Ok(region) => region,
            Err(refusal) => {
                stats.refuse(refusal);
                return None;
            }
        };
        let news = |region: &Region| -> u64 {
            let insts = region.body.blocks.iter().flat_map(|b| &b.insts);
            insts.filter(|i| matches!(i.op, Op::New(_))).count() as u64
        };
        let before = news(&region);
        stats.time(Stage::Optimize, || opt::optimize(&self.program, &mut region, &self.policy.without));
        stats.objects_removed += before.saturating_sub(news(&region));
        let compiled =
            stats.time(Stage::Compile, || codegen::compile(&self.program, &region, Want::default()));
        let native = match compiled {
            Ok(native) => native,
            Err(why) => {
                stats.refuse(Refusal::Code(why));
                return None;
            }
        };
        stats.recorded += 1;
        stats.bytes_made += native.code_bytes as u64;
        let taken = region.exits.iter().map(|_| AtomicU32::new(0)).collect();
        let sources =
            (0..region.exits.len() as u32).map(|e| exits::sources(&region, &native, ExitId(e))).collect();
        Some(Compiled { region, native, sources, taken })
    }
}

impl Worker<'_> {
    /// Calls a function over `input`. Objects that earlier calls have given stay only if they are among the arguments
    /// or are held ([`Worker::hold`]).
    pub fn call(&mut self, func: FuncId, args: &[Val], input: &[u8]) -> Result<Vec<Val>, Fault> {
        if self.machine.heap.wants_collection() {
            self.machine.heap.collect(args.iter().copied());
        }
        let root = Root { func, block: BlockId(0) };
        let mut event = match self.known(root) {
            // A function's inputs are its arguments: no frame is needed.
            Some(Entry::Native(compiled)) => {
                self.machine.leave_all();
                self.run(&compiled, args, input)
            }
            _ => {
                self.machine.start(func, args);
                self.arrive(root, input)
            }
        };
        loop {
            let next = match event {
                Some(event) => event,
                None => self.machine.resume(input)?,
            };
            event = match next {
                Event::Returned(values) => return Ok(values),
                Event::Header(root) => self.arrive(root, input),
            };
        }
    }

    /// Keeps an object for the calls to come, until [`Worker::let_go`].
    pub fn hold(&mut self, object: Val) {
        self.machine.heap.held.push(object);
    }

    /// Lets go of the object that was held last.
    pub fn let_go(&mut self) {
        self.machine.heap.held.pop();
    }

    /// Lets go of all objects that are held.
    pub fn let_go_of_all(&mut self) {
        self.machine.heap.held.clear();
    }

    /// How many objects there is room for.
    #[cfg(test)]
    pub fn room(&self) -> usize {
        self.machine.heap.capacity()
    }

    /// The bytes of a view that a call has given.
    pub fn bytes<'a>(&'a self, view: Val, input: &'a [u8]) -> &'a [u8] {
        let Val::View(start, len) = view else { unreachable!("{view:?} is no view") };
        Memory { input, pool: &self.engine.program.pool }.bytes(start, len)
    }

    /// What a root has come to, if anything. Off means that nothing is looked for.
    fn known(&mut self, root: Root) -> Option<Entry> {
        if self.jit == Jit::Off {
            return None;
        }
        let version = self.engine.version.load(Ordering::Acquire);
        if self.version != version {
            self.roots.clone_from(&self.engine.roots.read().unwrap_or_else(|e| e.into_inner()));
            self.version = version;
        }
        self.roots[self.engine.plan.number(root)].clone()
    }

    /// How many records were interpreted so far.
    pub fn records(&self) -> u64 {
        self.machine.profile.records
    }

    /// How many objects were allocated so far.
    pub fn allocated(&self) -> u64 {
        self.machine.heap.allocated()
    }

    /// At a root: enters native code if there is some, has it made if it is time. Gives an event if native code
    /// brought one.
    fn arrive(&mut self, root: Root, input: &[u8]) -> Option<Event> {
        if self.jit == Jit::Off {
            return None;
        }
        match self.known(root) {
            Some(Entry::Native(compiled)) => self.enter(&compiled, input),
            Some(Entry::Refused) => None,
            None => {
                let engine = self.engine;
                let arrivals = |root| &engine.arrivals[engine.plan.number(root)];
                arrivals(root).fetch_add(1, Ordering::Relaxed);
                let cfg = engine.plan.cfg(root.func);
                let count = |root| arrivals(root).load(Ordering::Relaxed);
                let hot = engine.policy.hot(self.jit, root, cfg, count)?;
                if self.known(hot).is_none() {
                    self.engine.make(hot, &mut self.machine.profile, |_| {});
                }
                match self.known(hot) {
                    Some(Entry::Native(compiled)) if hot == root => self.enter(&compiled, input),
                    _ => None,
                }
            }
        }
    }

    /// Runs native code in place of the innermost frame.
    fn enter(&mut self, compiled: &Compiled, input: &[u8]) -> Option<Event> {
        let frame = self.machine.frames.last().expect("native code is entered from a frame");
        let inputs: Vec<Val> = compiled.region.inputs.iter().map(|v| frame.slots[v.index()]).collect();
        self.machine.drop_frame();
        self.run(compiled, &inputs, input)
    }

    /// Runs native code; the frame that it stands for is gone, and is back if an exit is taken.
    fn run(&mut self, compiled: &Compiled, inputs: &[Val], input: &[u8]) -> Option<Event> {
        if self.words.len() < compiled.native.words_needed {
            self.words.resize(compiled.native.words_needed, 0);
        }
        let program = &self.engine.program;
        let memory = Memory { input, pool: &program.pool };
        let body = &program.funcs[compiled.region.root.func.index()].body;
        let mut at = 0;
        for (value, val) in compiled.region.inputs.iter().zip(inputs) {
            let ty = body.ty(*value);
            memory.out(*val).write(ty, &mut self.words[at..at + width(ty)]);
            at += width(ty);
        }
        let exit = compiled.native.run(memory, &mut self.words, &mut self.machine.heap);
        self.stats.exits_taken += 1;
        // Threads may lose each other's counts: only the order of magnitude matters.
        let taken = compiled.taken[exit.index()].load(Ordering::Relaxed).saturating_add(1);
        compiled.taken[exit.index()].store(taken, Ordering::Relaxed);
        let event = exits::restore(
            &mut self.machine,
            &mut self.stats,
            &compiled.region.exits[exit.index()],
            &compiled.sources[exit.index()],
            &self.words,
            memory,
        );
        if self.engine.policy.grows(taken) {
            self.grow(compiled, exit);
        }
        event
    }

    /// Has a region recorded anew with what a hot exit leads to, if that is known.
    fn grow(&mut self, compiled: &Compiled, exit: ExitId) {
        let root = compiled.region.root;
        let at = &compiled.region.exits[exit.index()];
        if let Some(arm) = at.arm {
            // Out of the root's loop there is nothing to grow into.
            let cfg = self.engine.plan.cfg(root.func);
            let target = self.engine.program.funcs[arm.func.index()].body[arm.block].term.targets()
                [arm.index as usize]
                .block;
            let outside = arm.func == root.func
                && root.block != BlockId(0)
                && cfg.loop_of(root.block).is_some_and(|l| !cfg.contains(l, target));
            if !outside {
                self.engine.make(root, &mut self.machine.profile, |facts| {
                    facts.arms.insert(arm);
                });
            }
        } else if let Some(frame) = at.frames.last() {
            let inst = self.engine.program.funcs[frame.func.index()].body[frame.block]
                .insts
                .get(frame.inst as usize);
            if inst.is_some_and(|i| i.op == Op::Promote) {
                let place = (frame.func, frame.block, frame.inst);
                self.engine.make(root, &mut self.machine.profile, |facts| {
                    facts.varying.insert(place);
                });
            }
        }
    }
}
