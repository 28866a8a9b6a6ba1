//! The engine: interprets the program and, where it is hot, has a region recorded, optimized, compiled and
//! entered.
//!
//! An [`Engine`] belongs to a program, keeps its regions, and is shared by any number of threads. A
//! [`Worker`] belongs to a thread and has a machine (frames, heap, counters). All decisions are made here:
//!
//! * **when to record** ([`policy`]): when a loop header or a function's entry has been reached often enough
//!   to be worth a compilation. In a nest of loops, the outermost loop that has iterated is chosen;
//! * **when to grow**: when an exit is taken so often that its arm, or its promoted value, should have been
//!   in the region. The region is then recorded again with it. The threshold doubles each time;
//! * **when to wait**: if compiling would exceed its share of the elapsed time, the request is postponed;
//! * **when to stop**: beyond a number of regions or of bytes of code nothing more is compiled, and the
//!   program runs on with the existing code.
//!
//! The stages themselves are not implemented here.

mod arrivals;
mod exits;
mod history;
pub mod policy;
mod roots;
pub mod stats;

pub use history::{Cause, Made, Outcome};
pub use policy::Jit;
pub use stats::{Stage, Stats};

use crate::codegen::{self, ExitCode, NATIVE_FRAMES, Native, Table, Want, callees};
use crate::interp::{DEEPEST, Event, Fault, Machine, Profile};
use crate::ir::{
    Arm, BlockId, Exit, ExitId, Func, FuncId, Op, Program, REGION_FRAMES, Raise, Region, Root, Term, Type,
};
use crate::opt;
use crate::record::{self, Plan, Speculation, TraceAbort};
use crate::runtime::{Console, Memory, Val, width};
use exits::Restore;
use policy::Policy;
use roots::{RootState, Roots};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A region and its code.
#[derive(Debug)]
pub struct Compiled {
    /// The region as it was compiled.
    pub region: Region,
    /// Its code.
    pub native: Arc<Native>,
    /// The number of the region.
    pub number: u32,
    /// The region as it was recorded, if the engine is watched.
    pub recorded: Option<Region>,
    /// The states in which the code can be left: [`Region::states`].
    pub states: Vec<Exit>,
    /// See [`Region::to_roots`].
    to_roots: Vec<ExitId>,
    /// For each state.
    restores: Vec<Restore>,
    /// Whether the inputs are the parameters of the root's function.
    takes_args: bool,
    /// The number of instructions that allocate. The code allocates at most that many objects before its
    /// first poll, since no loop precedes the poll.
    news: usize,
    /// How often the code was left in each state since it was compiled.
    taken: Vec<AtomicU32>,
    /// Nanoseconds that the code ran, if the engine is watched.
    spent: AtomicU64,
}

/// A program's regions, and the data for making more.
#[derive(Debug)]
pub struct Engine {
    /// The program.
    pub program: Program,
    plan: Plan,
    roots: Roots,
    /// Arrivals at each root before it had code, indexed by [`Plan::number`]. All workers share the counts,
    /// so many short runs count as much as a long one.
    arrivals: Vec<AtomicU32>,
    /// All regions that were ever made, indexed by the numbers of their code: any of them may still be
    /// running, or be referred to by a state inside a call. The policy's caps bound their size.
    regions: boxcar::Vec<Compiled>,
    /// The table through which native code calls native code.
    table: Table,
    growth: Mutex<Growth>,
    policy: Policy,
    /// Whether the first run has begun.
    ran: AtomicBool,
    /// When watching began, if the engine is watched.
    watched: Option<Instant>,
    /// When the engine was created.
    since: Instant,
}

/// State that is changed by one thread at a time, the one that compiles.
#[derive(Debug, Default)]
struct Growth {
    speculation: Speculation,
    /// The sum of all workers' counters.
    profile: Profile,
    /// How often each root was compiled.
    times: HashMap<Root, u32>,
    /// The total cost of compilation so far, as estimated by the policy.
    spent: u64,
    stats: Stats,
    history: Vec<Made>,
}

/// The state of a thread: its interpreter, and the words through which it exchanges values with native code.
#[derive(Debug)]
pub struct Worker<'e> {
    engine: &'e Engine,
    machine: Machine<'e>,
    words: Vec<u64>,
    /// The worker's own counters.
    pub stats: Stats,
    /// Whether native code may be made and entered.
    pub jit: Jit,
    /// The number of records in the run, if it is known and the engine will see no others.
    pub expected: Option<u64>,
    /// The maximum depth of frames in native code: more than the default only on a thread with a sufficient
    /// stack ([`codegen::stack`]).
    pub frames: usize,
}

impl Engine {
    /// An engine with no regions.
    pub fn new(program: Program, policy: Policy) -> Engine {
        let plan = Plan::new(&program);
        let growth = Growth { profile: Profile::new(&program), ..Growth::default() };
        Engine {
            roots: Roots::new(plan.blocks()),
            arrivals: (0..plan.blocks()).map(|_| AtomicU32::new(0)).collect(),
            plan,
            regions: boxcar::Vec::new(),
            table: Table::new(&program),
            growth: Mutex::new(growth),
            policy,
            watched: None,
            ran: AtomicBool::new(false),
            since: Instant::now(),
            program,
        }
    }

    /// A worker for a thread.
    pub fn worker(&self, jit: Jit) -> Worker<'_> {
        Worker {
            engine: self,
            machine: Machine::new(&self.program),
            words: vec![],
            stats: Stats::default(),
            jit,
            expected: None,
            frames: NATIVE_FRAMES,
        }
    }

    /// The number of records that a worker should expect: `records` in the engine's first run, `None` in
    /// later ones. An engine that is run again may be run any number of times, so a compilation that does not
    /// pay off in one run may do so in the next.
    pub fn expects(&self, records: u64) -> Option<u64> {
        (!self.ran.swap(true, Ordering::Relaxed)).then_some(records)
    }

    /// The roots of the regions, and the profile and speculation from which they can be made again.
    pub fn known(&self) -> (Vec<Root>, Profile, Speculation) {
        let growth = self.growth.lock().unwrap_or_else(|e| e.into_inner());
        let roots = self.roots.regions().map(|number| self.region(number).region.root);
        (roots.collect(), growth.profile.clone(), growth.speculation.clone())
    }

    /// The counters of the compiler stages.
    pub fn stats(&self) -> Stats {
        let growth = self.growth.lock().unwrap_or_else(|e| e.into_inner());
        let mut stats = growth.stats.clone();
        for number in self.roots.regions() {
            let Compiled { region, native, .. } = self.region(number);
            let unreachable = Term::Raise(Raise::Unreachable);
            stats.regions += 1;
            stats.blocks += region.body.blocks.iter().filter(|b| b.term != unreachable).count() as u64;
            stats.guards += native.guards as u64;
            stats.code_bytes += native.code_bytes as u64;
            let stress = native.stress.as_ref().map_or([0; 3], |stress| stress.counts());
            stats.stress.iter_mut().zip(stress).for_each(|(all, more)| *all += more);
        }
        stats
    }

    /// Records, optimizes and compiles a region for `root`, if the caps allow, and regions for the functions
    /// that it calls natively and that have none yet. `more` adds to the speculation, even if compilation has
    /// to wait.
    fn make(
        &self,
        root: Root,
        cause: Cause,
        profile: &mut Profile,
        jit: Jit,
        more: impl FnOnce(&mut Speculation),
    ) {
        let mut growth = self.growth.lock().unwrap_or_else(|e| e.into_inner());
        more(&mut growth.speculation);
        // Another thread may have made the region while this one waited for the lock.
        let before = if let Cause::Exit(number, ..) = cause { Some(number) } else { None };
        let now = match self.roots.get(self.plan.number(root)) {
            RootState::Native(number) => Some(number),
            RootState::Refused => return,
            RootState::New => None,
        };
        if now != before {
            return;
        }
        // Only the cost of the root is checked: without its callees' regions, its region would be left at
        // each call.
        if jit == Jit::On && self.policy.waits(growth.spent, self.plan.size(root), self.since.elapsed()) {
            growth.stats.waited += 1;
            return;
        }
        growth.profile.absorb(profile);
        let mut work = vec![(root, cause)];
        while let Some((root, cause)) = work.pop() {
            self.make_one(root, jit, cause, &mut growth, &mut work);
        }
    }

    /// Makes the region of one root, and adds to `callees` the natively called functions that still need one.
    fn make_one(
        &self,
        root: Root,
        jit: Jit,
        cause: Cause,
        growth: &mut Growth,
        callees: &mut Vec<(Root, Cause)>,
    ) {
        let start = self.watched.map(|watched| (watched, Instant::now()));
        let times = growth.times.entry(root).or_default();
        *times += 1;
        let times = *times;
        let made = if self.policy.allows(&growth.stats, times) {
            growth.spent += self.policy.cost(self.plan.size(root));
            self.compile(root, jit, growth).map_err(Outcome::Refused)
        } else {
            Err(Outcome::Capped)
        };
        match &made {
            Ok(_) => {
                growth.stats.grown += u64::from(times > 1);
                growth.stats.first.get_or_insert_with(Instant::now);
            }
            Err(Outcome::Refused(why)) => growth.stats.refuse(why),
            Err(_) => growth.stats.capped += 1,
        }
        if let Some((watched, start)) = start {
            let outcome = made.as_ref().map_or_else(Outcome::clone, |made| Outcome::Region(made.number));
            let (at, took) = (start.duration_since(watched), start.elapsed());
            growth.history.push(Made { root, cause, at, took, outcome });
        }
        let number = self.plan.number(root);
        match made {
            Ok(compiled) => {
                let region = self.regions.push(compiled);
                let compiled = &self.regions[region];
                // From here on any thread may enter the code.
                self.roots.set(number, RootState::Native(compiled.number));
                self.table.set(&compiled.native);
                for inst in compiled.region.body.blocks.iter().flat_map(|b| &b.insts) {
                    if let Op::Native(func) = inst.op {
                        let callee = (Root { func, block: BlockId(0) }, Cause::Called);
                        let state = self.roots.get(self.plan.number(callee.0));
                        if state == RootState::New && !callees.contains(&callee) {
                            callees.push(callee);
                        }
                    }
                }
            }
            // An existing region stays valid.
            Err(_) if self.roots.get(number) == RootState::New => self.roots.set(number, RootState::Refused),
            Err(_) => {}
        }
    }

    fn compile(&self, root: Root, jit: Jit, growth: &mut Growth) -> Result<Compiled, TraceAbort> {
        let Growth { speculation, stats, profile, .. } = growth;
        let recorded = stats
            .time(Stage::Record, || record::record(&self.program, &self.plan, profile, speculation, root));
        let mut region = recorded?;
        let recorded = self.watched.map(|_| region.clone());
        let news = |region: &Region| {
            let insts = region.body.blocks.iter().flat_map(|b| &b.insts);
            insts.filter(|i| matches!(i.op, Op::New(_))).count()
        };
        let before = news(&region);
        // This mode tests the compiler, so the verifier runs after each pass.
        let (without, verified) = (&self.policy.without, jit == Jit::DeoptStress);
        stats.time(Stage::Optimize, || opt::optimize(&self.program, &mut region, without, verified));
        stats.objects_removed += before.saturating_sub(news(&region)) as u64;
        // `growth` is locked, so the number stays free until the region is added.
        let number = self.regions.count() as u32;
        let compiled = stats.time(Stage::Compile, || {
            let (counts, stress) = (self.watched.is_some(), jit == Jit::DeoptStress);
            let want = Want { counts, stress, ..Want::default() };
            codegen::compile(&self.program, &self.table, &region, number, want)
        });
        let native = Arc::new(compiled.map_err(TraceAbort::Code)?);
        stats.recorded += 1;
        stats.bytes_made += native.code_bytes as u64;
        let (states, to_roots, news) = (region.states(), region.to_roots(), news(&region));
        let taken = states.iter().map(|_| AtomicU32::new(0)).collect();
        let Func { returns, body, .. } = &self.program.funcs[root.func.index()];
        let restores = states.iter().zip(&native.exits);
        let restores = restores.map(|(exit, leaves)| Restore::new(&region, exit, leaves, returns)).collect();
        let whole = region.inputs.iter().all(|input| input.path.is_empty());
        let takes_args = whole && region.inputs.iter().map(|input| &input.value).eq(&body.blocks[0].params);
        let spent = AtomicU64::new(0);
        Ok(Compiled {
            region,
            native,
            number,
            recorded,
            states,
            to_roots,
            restores,
            takes_args,
            news,
            taken,
            spent,
        })
    }

    /// The region whose code has that number.
    fn region(&self, number: u32) -> &Compiled {
        &self.regions[number as usize]
    }
}

impl Compiled {
    /// Counts that the code was left in a state; returns how often that has happened.
    fn count(&self, exit: ExitId) -> u32 {
        // Threads may lose each other's increments, but only the order of magnitude matters.
        let taken = self.taken[exit.index()].load(Ordering::Relaxed).saturating_add(1);
        self.taken[exit.index()].store(taken, Ordering::Relaxed);
        taken
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
                if let Some(results) = compiled.restores[exit.index()].returned {
                    compiled.count(exit);
                    self.machine.results.clear();
                    self.machine.results.extend_from_slice(&self.words[..results]);
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
        match self.engine.roots.get(self.engine.plan.number(root)) {
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
    fn enter(&mut self, compiled: &'e Compiled, input: &[u8]) -> Result<Option<Event>, Fault> {
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
        if self.engine.policy.grows(self.jit, taken) {
            self.grow(compiled, exit, taken);
        }
        None
    }

    /// Has a region recorded again with the continuation of a hot exit, if it is known.
    fn grow(&mut self, compiled: &Compiled, exit: ExitId, taken: u32) {
        let cause = Cause::Exit(compiled.number, exit, taken);
        let root = compiled.region.root;
        let at = &compiled.states[exit.index()];
        if let Some(arm) = at.arm {
            if self.grows_into(root, arm) {
                // Exits that are nearly as hot would be next; including them keeps the number of
                // recompilations low.
                let taken = |exit: usize| compiled.taken[exit].load(Ordering::Relaxed);
                let hot = taken(exit.index()) / 8;
                let arms = (0..compiled.states.len()).filter(|e| taken(*e) > hot);
                let arms =
                    arms.filter_map(|e| compiled.states[e].arm).filter(|arm| self.grows_into(root, *arm));
                let arms: Vec<Arm> = arms.collect();
                self.engine.make(root, cause, &mut self.machine.profile, self.jit, |speculation| {
                    speculation.arms.extend(arms)
                });
            }
        } else if let Some(frame) = at.frames.last() {
            let inst = self.engine.program.funcs[frame.func.index()].body[frame.block]
                .insts
                .get(frame.inst as usize);
            if inst.is_some_and(|i| i.op == Op::Promote) {
                let place = (frame.func, frame.block, frame.inst);
                self.engine.make(root, cause, &mut self.machine.profile, self.jit, |speculation| {
                    speculation.varying.insert(place);
                });
            }
        }
    }

    /// Whether a region can include an arm. An arm that leaves the root's loop cannot be included.
    fn grows_into(&self, root: Root, arm: Arm) -> bool {
        let cfg = self.engine.plan.cfg(root.func);
        let code = &self.engine.program.funcs[arm.func.index()].body[arm.block];
        let target = code.term.target(arm.index).block;
        arm.func != root.func
            || root.block == BlockId(0)
            || cfg.loop_of(root.block).is_none_or(|l| cfg.contains(l, target))
    }
}
