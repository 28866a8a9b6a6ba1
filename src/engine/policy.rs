//! When to compile, and when to stop compiling.
//!
//! Compiling a loop costs as much as interpreting some hundreds of its iterations, and much more for a short
//! loop, since part of the cost is fixed. A loop is compiled after it has run for about as long as compiling
//! it takes: at worst the time doubles (the ski-rental argument), and a loop that ends earlier is not
//! compiled at all. If the number of records is known, a loop over many is compiled at once, and one over few
//! is not. The time run is measured in instructions of the program, not by a clock, so that runs are
//! reproducible; the cost of compiling is estimated from the size of the region. The clock is used only once
//! compilation has cost more than a free allowance, to determine whether the run is long enough for more.

use super::Stats;
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Root};
use std::time::Duration;

/// Whether native code is used.
///
/// ```
/// assert_eq!(wirelens::Jit::default(), wirelens::Jit::On);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Jit {
    /// Never: everything is interpreted.
    Off,
    /// For code that is expected to pay off.
    #[default]
    On,
    /// Immediately, before anything is known about the data.
    Eager,
    /// For testing: immediately or after a few iterations; each check exits in turn, whether it holds or not.
    DeoptStress,
}

/// The approximate time to interpret an instruction, in nanoseconds.
const INTERPRETED: u64 = 2;

/// If the number of records is known, whether a loop pays off is first decided after so many iterations: arms
/// have been counted then. It is decided again whenever that number has doubled.
const EARLY: u32 = 256;

/// If what is interpreted for want of a region has cost so many times as much as compiling the region,
/// compiling may take a larger share of the time.
const PATIENCE: u64 = 4;

/// The parameters of the decisions.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The fixed cost of compiling, in interpreted instructions.
    pub start: u64,
    /// The additional cost for each instruction of the region.
    pub each: u64,
    /// How often an exit is taken before its region first grows.
    pub exit: u32,
    /// The maximum number of compilations, growing regions included.
    pub compilations: u64,
    /// The maximum number of bytes of machine code ever made.
    pub bytes: u64,
    /// The maximum number of compilations for one root.
    pub times: u32,
    /// The time that compiling may always take; beyond it, compiling may take 1/`share` of the elapsed time,
    /// or 1/`larger` for a region for want of which much is interpreted.
    pub free: Duration,
    pub share: u32,
    pub larger: u32,
    /// Optimizer passes to leave out (for tests).
    pub without: Vec<&'static str>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            start: 350_000,
            each: 1_125,
            exit: 64,
            compilations: 2_000,
            bytes: 16 << 20,
            times: 12,
            // Less than the tolerable twentieth of a second, since costs may be underestimated.
            free: Duration::from_millis(30),
            share: 32,
            larger: 4,
            without: vec![],
        }
    }
}

impl Policy {
    /// Whether one more region may be made; it would be compilation number `times` for its root.
    pub(super) fn allows(&self, stats: &Stats, times: u32) -> bool {
        stats.recorded < self.compilations && stats.bytes_made < self.bytes && times <= self.times
    }

    /// The estimated cost of a region of `size` instructions, in interpreted instructions.
    pub(super) fn cost(&self, size: u64) -> u64 {
        self.each.saturating_mul(size).saturating_add(self.start)
    }

    /// Whether a region of `size` instructions has to wait. `spent` is the cost of all regions so far, `ran`
    /// the time since the engine was created, and `lost` how many instructions were interpreted since there
    /// is no better region. If these have cost several times as much as compiling, the larger share counts:
    /// else code that gets hot late in a short run, or in a new phase of it, would be interpreted for long.
    /// It is a share all the same, since `lost` is estimated from above, as if all arms were taken.
    pub(super) fn waits(&self, spent: u64, size: u64, ran: Duration, lost: u64) -> bool {
        let cost = self.cost(size);
        let all = Duration::from_nanos(INTERPRETED.saturating_mul(spent.saturating_add(cost)));
        let share = if lost < PATIENCE.saturating_mul(cost) { self.share } else { self.larger };
        all > self.free.max(ran / share)
    }

    /// Whether a region of `size` instructions pays off. `done` instructions were executed for the `seen`
    /// records; at that rate, interpreting the `left` remaining records must take at least as long as
    /// compiling the region.
    pub(super) fn pays(&self, size: u64, done: u64, seen: u64, left: u64) -> bool {
        u128::from(left) * u128::from(done) >= u128::from(seen) * u128::from(self.cost(size))
    }

    /// The number of arrivals that makes a root hot, if its iterations execute at most `size` instructions.
    fn hot_after(&self, size: u64) -> u32 {
        u32::try_from(self.start / size.max(1) + self.each).unwrap_or(u32::MAX)
    }

    /// Whether an exit has reached a threshold: 64, 128, 256 … times, so that growing becomes rarer. If a
    /// request for a better region has had to wait, the next one comes after 64 times more.
    pub(super) fn grows(&self, jit: Jit, taken: u32, waits: bool) -> bool {
        let first = if jit == Jit::DeoptStress { 2 } else { self.exit };
        taken.is_multiple_of(first) && (waits || (taken / first).is_power_of_two())
    }

    /// The root to compile now that `root` has been reached, if any. `arrivals` counts the arrivals at a
    /// root, `settled` tells whether it has been compiled or refused, and `size` is the maximum number of
    /// instructions in an iteration.
    ///
    /// With `known`, the caller knows how much is left, and decides whether compiling pays off: a root is
    /// then proposed earlier.
    ///
    /// Of the loops around a hot one, the outermost that has iterated is chosen. If the hot loop is still
    /// reached afterwards, the chosen loop does not iterate again, and the next loop inwards is chosen, each
    /// after as many arrivals again.
    pub(super) fn hot<'c>(
        &self,
        (jit, known): (Jit, bool),
        root: Root,
        cfg: impl FnOnce() -> &'c Cfg,
        arrivals: impl Fn(Root) -> u32,
        settled: impl Fn(Root) -> bool,
        size: impl Fn(Root) -> u64,
    ) -> Option<Root> {
        match jit {
            Jit::Eager => return Some(root),
            // Half of the loops are compiled after arms have been counted, so that rare arms are left out.
            Jit::DeoptStress => {
                let rounds = if root.block.index().is_multiple_of(2) { 1 } else { 4 };
                return (arrivals(root) >= rounds).then_some(root);
            }
            Jit::Off | Jit::On => {}
        }
        let arrived = arrivals(root);
        let enough = match known {
            true if arrived.is_power_of_two() => EARLY,
            // The second is the minimum for any size, so the size need not be computed yet.
            false if u64::from(arrived) >= self.each => self.hot_after(size(root)),
            _ => return None,
        };
        if arrived < enough {
            return None;
        }
        if root.block == BlockId(0) {
            return Some(root);
        }
        let (cfg, mut best, mut tried) = (cfg(), root, 0);
        let mut inner = cfg.loop_of(root.block)?;
        while let Some(outer) = cfg.loops()[inner].parent {
            inner = outer;
            let header = Root { func: root.func, block: cfg.loops()[outer].header };
            if settled(header) {
                tried += 1;
            } else if arrivals(header) >= 2 {
                best = header;
            }
        }
        (arrived >= enough.saturating_mul(tried + 1)).then_some(best)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::engine::{Engine, roots::RootState};
    use crate::ir::FuncId;
    use crate::ir::parse::parse;
    use crate::record::Speculation;
    use crate::runtime::Val;

    /// The sum of 0 to v0 - 1.
    pub const SUM: &str = "fn f(v0: i64) -> i64 {
b0:
  jump b1(0, 0)
b1(v1: i64, v2: i64): loop
  v3 = lt v1, v0
  branch v3, b2, b3
b2:
  v4 = add v2, v1
  v5 = add v1, 1
  jump b1(v5, v4)
b3:
  return v2
}
";

    /// An engine of a program, and its function `f`.
    pub fn engine_of(text: &str, policy: Policy) -> (Engine, FuncId) {
        let (program, _) = parse(text).unwrap_or_else(|e| panic!("{e}"));
        let func = program.func("f").expect("it is there");
        (Engine::new(program, policy), func)
    }

    /// Checks the defaults by hand, at 2 ns per interpreted instruction.
    #[test]
    fn compiling_waits_for_its_share_of_the_run() {
        let (policy, second) = (Policy::default(), Duration::from_secs(1));
        let none = Duration::ZERO;
        assert_eq!(policy.cost(12_000), 350_000 + 1_125 * 12_000);
        // 27.7 ms are within the free allowance. 54.7 ms are a 32nd of 1.750 s, and twice 27.7 ms a 32nd of
        // 1.773 s.
        let waits = |spent, size, ran| policy.waits(spent, size, ran, 0);
        assert!(!waits(0, 12_000, none) && waits(0, 24_000, none));
        assert!(waits(0, 24_000, second) && !waits(0, 24_000, 2 * second));
        let spent = policy.cost(12_000);
        assert!(waits(spent, 12_000, second) && !waits(spent, 12_000, 2 * second));
        // What has been interpreted has cost four times as much as compiling: a quarter, of 222 ms.
        let waits = |ran, lost| policy.waits(spent, 12_000, ran, lost);
        assert!(waits(second, 4 * spent - 1) && !waits(second, 4 * spent));
        assert!(waits(second / 5, u64::MAX) && !waits(second / 4, u64::MAX));
        // Sizes saturate.
        assert!(policy.waits(u64::MAX, u64::MAX, second, u64::MAX));
        // A loop of 94 instructions, of which 64 iterations are done: compiling costs 350,000 + 1,125 * 94 =
        // 455,750 instructions, a bit less than 4,849 iterations.
        let done = 94 * 64;
        let pays = |done, left| policy.pays(94, done, 64, left);
        assert!(!pays(done, 936) && !pays(done, 4_848) && pays(done, 4_849));
        // An inner loop that iterates ten times per record.
        assert!(pays(10 * done, 485) && !pays(10 * done, 484));
        // Before the first record the rate is not known.
        assert!(policy.pays(94, 0, 0, 1));
        // A loop of ten instructions is worth compiling after 36,125 iterations; one of 5,000 instructions
        // needs hardly more than the minimum.
        assert_eq!((policy.hot_after(10), policy.hot_after(5_000)), (36_125, 1_195));
    }

    /// A request that had to wait comes again soon.
    #[test]
    fn exits_make_a_region_grow_more_and_more_rarely() {
        let policy = Policy::default();
        let due = |waits| (1..=512).filter(|taken| policy.grows(Jit::On, *taken, waits)).collect::<Vec<_>>();
        assert_eq!(due(false), [64, 128, 256, 512]);
        assert_eq!(due(true), [64, 128, 192, 256, 320, 384, 448, 512]);
    }

    /// A loop is compiled in the iteration in which its cost reaches that of compiling, and not in the one
    /// before.
    #[test]
    fn what_ends_before_it_pays_off_is_never_compiled() {
        let regions = |rounds: i64| {
            let (engine, func) = engine_of(SUM, Policy::default());
            let mut worker = engine.worker(Jit::On);
            let sum = rounds * (rounds - 1) / 2;
            assert_eq!(worker.call(func, &[Val::I64(rounds)], &[]), Ok(vec![Val::I64(sum)]));
            engine.stats().regions
        };
        // An iteration is five instructions, terminators included: 350,000 / 5 + 1,125. The header is reached
        // once more than the loop iterates.
        assert_eq!((regions(71_123), regions(71_124)), (0, 1));
    }

    /// A loop over v0 records.
    const RECORDS: &str = "fn f(v0: i64, v1: view) -> i64 record=v4 {
b0:
  jump b1(0)
b1(v2: i64): loop
  v3 = lt v2, v0
  branch v3, b2, b3
b2:
  v4 = slice v1, 0, 0
  v5 = add v2, 1
  jump b1(v5)
b3:
  return v2
}
";

    /// If the number of records is known, a loop is compiled after 256 arrivals, if the records left pay for
    /// it.
    #[test]
    fn if_the_records_are_known_it_is_decided_early() {
        let made = |records: i64| {
            let (engine, func) = engine_of(RECORDS, Policy::default());
            let mut worker = engine.worker(Jit::On);
            worker.expected = engine.expects(records as u64);
            let args = [Val::I64(records), Val::View(0, 0)];
            assert_eq!(worker.call(func, &args, &[]), Ok(vec![Val::I64(records)]));
            let root = Root { func, block: BlockId(1) };
            (worker.records(), engine.stats().regions, engine.plan().size(root), engine.plan().work(root))
        };
        let (_, _, size, work) = made(1);
        // 255 records took 256 times the work; so many more take as long as compiling.
        let enough = 255 + (255 * (350_000 + 1_125 * size)).div_ceil(256 * work) as i64;
        assert_eq!(made(enough - 1).1, 0);
        assert_eq!((made(enough).0, made(enough).1), (255, 1));
    }

    /// The entry of a function that is called for each chunk: its loop is native, so the records that were
    /// interpreted do not tell how many calls are left.
    #[test]
    fn once_native_code_runs_the_records_are_not_known() {
        let (engine, func) = engine_of(RECORDS, Policy::default());
        let mut worker = engine.worker(Jit::On);
        worker.expected = engine.expects(1 << 40);
        for _ in 0..1_200 {
            assert_eq!(worker.call(func, &[Val::I64(1000), Val::View(0, 0)], &[]), Ok(vec![Val::I64(1000)]));
        }
        assert_eq!(engine.known().0, [Root { func, block: BlockId(1) }]);
    }

    /// A loop of v0 iterations with an inner loop, which has v1 iterations the first time and v2 after that.
    const NESTED: &str = "fn f(v0: i64, v1: i64, v2: i64) -> i64 {
b0:
  jump b1(0, 0)
b1(v3: i64, v4: i64): loop
  v5 = lt v3, v0
  branch v5, b2, b6
b2:
  v6 = eq v3, 0
  v7 = select v6, v1, v2
  jump b3(0, v4)
b3(v8: i64, v9: i64): loop
  v10 = lt v8, v7
  branch v10, b4, b5
b4:
  v11 = add v9, v8
  v12 = add v8, 1
  jump b3(v12, v11)
b5:
  v13 = add v3, 1
  jump b1(v13, v9)
b6:
  return v4
}
";

    /// The sums of 0 to n - 1 for n = 500 and 1,000,000. The outer loop becomes hot during the second inner
    /// loop, which must not wait until the outer one iterates.
    #[test]
    fn a_long_inner_loop_does_not_wait_for_the_one_around_it() {
        let (engine, func) = engine_of(NESTED, Policy::default());
        let mut worker = engine.worker(Jit::On);
        let sum = |n: i64| n * (n - 1) / 2;
        let args = [2, 500, 1_000_000].map(Val::I64);
        assert_eq!(worker.call(func, &args, &[]), Ok(vec![Val::I64(sum(500) + sum(1_000_000))]));
        let inner = Root { func, block: BlockId(3) };
        let interpreted =
            engine.arrivals[engine.roots.number(inner)].load(std::sync::atomic::Ordering::Relaxed);
        assert!(interpreted < 160_000, "{interpreted} rounds were interpreted");
    }

    /// The outer loop's region is on its way. Meanwhile no inner loop is compiled in its place.
    #[test]
    fn a_loop_within_a_requested_one_waits_for_it() {
        let (engine, func) = engine_of(NESTED, Policy { start: 0, each: 50, ..Policy::default() });
        let outer = engine.roots.number(Root { func, block: BlockId(1) });
        engine.roots.set(outer, RootState::Requested);
        let mut worker = engine.worker(Jit::On);
        let args = [1_000, 10, 10].map(Val::I64);
        assert_eq!(worker.call(func, &args, &[]), Ok(vec![Val::I64(45_000)]));
        assert_eq!((engine.stats().regions, worker.stats.waited), (0, 0));
    }

    /// Both promoted values change at the same time: the region is made anew once, for both.
    #[test]
    fn exits_that_are_nearly_as_hot_come_along() {
        let text = "fn f(v0: i64, v1: i64) -> i64 {
b0:
  jump b1(0, 0)
b1(v3: i64, v4: i64): loop
  v5 = lt v3, v0
  branch v5, b2, b6
b2:
  v6 = div v3, v1
  v7 = rem v3, 2
  v8 = eq v7, 0
  branch v8, b3, b4
b3:
  v9 = promote v6
  jump b5(v9)
b4:
  v10 = promote v6
  jump b5(v10)
b5(v11: i64):
  v12 = add v4, v11
  v13 = add v3, 1
  jump b1(v13, v12)
b6:
  return v4
}
";
        let grown = |n: i64| {
            let (engine, func) = engine_of(text, Policy { start: 0, each: 2_000, ..Policy::default() });
            let mut worker = engine.worker(Jit::On);
            let args = [n, 5_000].map(Val::I64);
            assert_eq!(worker.call(func, &args, &[]), Ok(vec![Val::I64((n - 5_000).max(0))]));
            engine.stats().grown
        };
        assert_eq!((grown(5_000), grown(10_000)), (0, 1));
    }

    const CALLING: &str = "fn g(v0: i64) -> i64 {
b0:
  v1 = lt 0, v0
  branch v1, b1, b2
b1:
  v2 = sub v0, 1
  v3 = call g v2
  v4 = add v3, 1
  return v4
b2:
  return 0
}
fn f(v0: i64) -> i64 {
b0:
  jump b1(0, 0)
b1(v1: i64, v2: i64): loop
  v3 = lt v1, v0
  branch v3, b2, b3
b2:
  v4 = call g 40
  v5 = add v2, v4
  v6 = add v1, 1
  jump b1(v6, v5)
b3:
  return v2
}
";

    /// There is time for the loop only, but its code would be left in each iteration if its callee had none.
    #[test]
    fn what_is_called_does_not_wait() {
        let policy = Policy { start: 0, each: 10, share: u32::MAX, ..Policy::default() };
        let (probe, func) = engine_of(CALLING, policy.clone());
        let root = Root { func, block: BlockId(1) };
        let free = Duration::from_nanos(INTERPRETED * policy.cost(probe.plan().size(root)));
        let (engine, _) = engine_of(CALLING, Policy { free, ..policy });
        // The loop of `f` is hot before `g` is, since no call of `g` is interpreted.
        let mut worker = engine.worker(Jit::On);
        assert!(worker.request(root, crate::engine::Cause::Hot(1), Speculation::default()));
        let roots = engine.known().0;
        let callee = Root { func: engine.program.func("g").expect("it is there"), block: BlockId(0) };
        assert!(roots.contains(&root) && roots.contains(&callee), "{roots:?}");
    }

    /// Of two threads that wait for the same region, only one makes it.
    #[test]
    fn what_another_thread_has_made_is_not_made_again() {
        let (engine, func) = engine_of(CALLING, Policy::default());
        let root = Root { func, block: BlockId(1) };
        let make = |cause| {
            let mut worker = engine.worker(Jit::Eager);
            engine.make(root, cause, &mut worker.machine.profile, Jit::Eager, Speculation::default());
            engine.stats().recorded
        };
        use crate::engine::Cause;
        let made = make(Cause::Hot(1));
        assert!(made > 0);
        assert_eq!(make(Cause::Hot(1)), made);
        let exit = crate::ir::ExitId(0);
        let number = engine.regions[0].number;
        assert!(make(Cause::Exit(number, exit, 64)) > made, "it is made anew");
        let made = engine.stats().recorded;
        assert_eq!(make(Cause::Exit(number, exit, 64)), made, "the exit is that of one that is gone");
    }

    /// Compiling always has to wait, and must not be requested at each arrival.
    #[test]
    fn what_has_to_wait_is_asked_for_rarely() {
        let policy =
            Policy { start: 0, each: 50, free: Duration::ZERO, share: u32::MAX, ..Policy::default() };
        let (engine, func) = engine_of(NESTED, policy);
        let mut worker = engine.worker(Jit::On);
        assert_eq!(worker.call(func, &[1000, 3, 3].map(Val::I64), &[]), Ok(vec![Val::I64(3000)]));
        // 1,001 arrivals at the outer loop and 4,000 at the inner one; 50 are enough for a request.
        let waited = worker.stats.waited;
        assert!((1..=5_001 / 50).contains(&waited), "asked {waited} times");
    }
}
