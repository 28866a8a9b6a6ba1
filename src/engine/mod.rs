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
//! A region is made by the worker that requests it, or on a thread of its own while the worker goes on
//! ([`background`]); then any worker enters it as soon as it is there.
//!
//! The stages themselves are not implemented here.

mod arrivals;
mod background;
mod exits;
mod history;
pub mod policy;
mod roots;
pub mod stats;
mod worker;

pub use history::{Cause, Made, Outcome};
pub use policy::Jit;
pub use stats::{Stage, Stats};
pub use worker::Worker;

use crate::codegen::{self, Native, Table, Want};
use crate::interp::Profile;
use crate::ir::{BlockId, Exit, ExitId, Func, Op, Program, Raise, Region, Root, Term};
use crate::opt;
use crate::record::{self, Plan, Speculation, TraceAbort};
use exits::Restore;
use policy::Policy;
use roots::{RootState, Roots};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
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
    /// Whether a request for a better region has had to wait.
    waits: AtomicBool,
    /// Nanoseconds that the code ran, if the engine is watched.
    spent: AtomicU64,
}

/// A program's regions, and the data for making more.
#[derive(Debug)]
pub struct Engine {
    /// The program.
    pub program: Program,
    /// Computed when the first root is hot: a small input does not need it.
    plan: OnceLock<Plan>,
    roots: Roots,
    /// Arrivals at each root before it had code, indexed by [`Roots::number`]. All workers share the counts,
    /// so many short runs count as much as a long one.
    arrivals: Vec<AtomicU32>,
    /// Those before the counts were restarted.
    earlier: Vec<AtomicU32>,
    /// All regions that were ever made, indexed by the numbers of their code: any of them may still be
    /// running, or be referred to by a state inside a call. The policy's caps bound their size.
    regions: boxcar::Vec<Compiled>,
    /// The table through which native code calls native code.
    table: Table,
    growth: Mutex<Growth>,
    /// The total cost of compilation so far, as estimated by the policy.
    spent: AtomicU64,
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
    stats: Stats,
    history: Vec<Made>,
}

impl Engine {
    /// An engine with no regions.
    pub fn new(program: Program, policy: Policy) -> Engine {
        let roots = Roots::new(&program);
        let growth = Growth { profile: Profile::new(&program), ..Growth::default() };
        Engine {
            plan: OnceLock::new(),
            arrivals: (0..roots.len()).map(|_| AtomicU32::new(0)).collect(),
            earlier: (0..roots.len()).map(|_| AtomicU32::new(0)).collect(),
            roots,
            regions: boxcar::Vec::new(),
            table: Table::new(&program),
            growth: Mutex::new(growth),
            spent: AtomicU64::new(0),
            policy,
            watched: None,
            ran: AtomicBool::new(false),
            since: Instant::now(),
            program,
        }
    }

    /// The static facts about the program's functions.
    pub fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::new(&self.program))
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

    /// Whether a region for `root` has to wait. Only the cost of the root is checked: without its callees'
    /// regions, its region would be left at each call.
    fn waits(&self, root: Root, cause: Cause) -> bool {
        // Since each arrival, or after each exit, at most an iteration was interpreted.
        let times = match cause {
            Cause::Hot(times) | Cause::Exit(.., times) => times,
            Cause::Called => 0,
        };
        let lost = u64::from(times).saturating_mul(self.plan().work(root));
        let spent = self.spent.load(Ordering::Relaxed);
        self.policy.waits(spent, self.plan().size(root), self.since.elapsed(), lost)
    }

    /// Records, optimizes and compiles a region for `root`, if the caps allow, and regions for the functions
    /// that it calls natively and that have none yet. `more` adds to the speculation.
    fn make(&self, root: Root, cause: Cause, profile: &mut Profile, jit: Jit, more: Speculation) {
        let mut growth = self.growth.lock().unwrap_or_else(|e| e.into_inner());
        growth.speculation.arms.extend(more.arms);
        growth.speculation.varying.extend(more.varying);
        // Even if nothing is made now: in the background, the counters would be lost.
        growth.profile.absorb(profile);
        // Another thread may have made the region while this one waited for the lock.
        let before = if let Cause::Exit(number, ..) = cause { Some(number) } else { None };
        let now = match self.roots.get(self.roots.number(root)) {
            RootState::Native(number) => Some(number),
            RootState::Refused => return,
            RootState::New | RootState::Requested => None,
        };
        if now != before {
            return;
        }
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
            self.spent.fetch_add(self.policy.cost(self.plan().size(root)), Ordering::Relaxed);
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
        let number = self.roots.number(root);
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
                        let state = self.roots.get(self.roots.number(callee.0));
                        if state == RootState::New && !callees.contains(&callee) {
                            callees.push(callee);
                        }
                    }
                }
            }
            // An existing region stays valid.
            Err(_) if matches!(self.roots.get(number), RootState::Native(_)) => {}
            Err(_) => self.roots.set(number, RootState::Refused),
        }
    }

    fn compile(&self, root: Root, jit: Jit, growth: &mut Growth) -> Result<Compiled, TraceAbort> {
        let Growth { speculation, stats, profile, .. } = growth;
        let recorded = stats
            .time(Stage::Record, || record::record(&self.program, self.plan(), profile, speculation, root));
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
            waits: AtomicBool::new(false),
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
