//! When to compile, and when to stop compiling.
//!
//! Compiling costs what interpreting some hundreds of rounds of a loop costs, and much more than that of a
//! short one, since some of it is the same for all. A loop is compiled after it has run for about as long as
//! that will take: at worst the time doubles (the ski-rental argument), and a loop that ends before is not
//! compiled at all. It is counted in instructions of the program, not in time, so that one run is like the
//! other; so is what compiling is taken to cost, from the size of what was compiled. The clock is asked only
//! when that is more than is free: whether the run is long enough for it by now.

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
    /// Where it pays off.
    #[default]
    On,
    /// At once, before anything is known of the data.
    Eager,
    /// To test it: at once, or after some rounds, and left at each check in turn, whether it holds or not.
    DeoptStress,
}

/// Nanoseconds that the interpreter takes for an instruction, more or less.
const INTERPRETED: u64 = 10;

/// The numbers behind the decisions.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What compiling costs anyhow, in instructions that could be interpreted meanwhile.
    pub start: u64,
    /// What it costs more for each instruction of the region.
    pub each: u64,
    /// How often an exit is taken before its region first grows.
    pub exit: u32,
    /// Regions and regrowths, all together.
    pub compilations: u64,
    /// Bytes of machine code made, all together.
    pub bytes: u64,
    /// How often one region may be made.
    pub times: u32,
    /// How long compiling may take whatever the run takes, and of how many parts of the run one after that.
    pub free: Duration,
    pub share: u32,
    /// Passes of the optimizer that are left out (for tests).
    pub without: Vec<&'static str>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            start: 30_000,
            each: 450,
            exit: 64,
            compilations: 2_000,
            bytes: 16 << 20,
            times: 12,
            // A twentieth of a second and more, with room for what is taken for less than it is.
            free: Duration::from_millis(30),
            share: 32,
            without: vec![],
        }
    }
}

impl Policy {
    /// Whether one more region may be made, `times` being which time it is for its root.
    pub(super) fn allows(&self, stats: &Stats, times: u32) -> bool {
        stats.recorded < self.compilations && stats.bytes_made < self.bytes && times <= self.times
    }

    /// What a region of `size` instructions is taken to cost, in instructions that could be interpreted
    /// meanwhile.
    pub(super) fn cost(&self, size: u64) -> u64 {
        self.start + self.each * size
    }

    /// Whether a region of `size` instructions has to wait, `spent` being what those before it have cost,
    /// `ran` after the engine was made.
    pub(super) fn waits(&self, spent: u64, size: u64, ran: Duration) -> bool {
        let all = Duration::from_nanos(INTERPRETED * (spent + self.cost(size)));
        all > self.free.max(ran / self.share)
    }

    /// Whether a region of `size` instructions pays off: so many instructions were `done` for the records
    /// seen so far, and as many
    /// for each of those that are left take longer to interpret than the region takes to compile.
    pub(super) fn pays(&self, size: u64, done: u64, seen: u64, left: u64) -> bool {
        u128::from(left) * u128::from(done) >= u128::from(seen) * u128::from(self.cost(size))
    }

    /// Arrivals at a root, in whose rounds `size` instructions are done at most, that make it hot.
    fn hot_after(&self, size: u64) -> u32 {
        u32::try_from(self.start / size.max(1) + self.each).unwrap_or(u32::MAX)
    }

    /// Whether an exit was just taken often enough: at 64, 128, 256 … times, so that growing gets rarer.
    pub(super) fn grows(&self, jit: Jit, taken: u32) -> bool {
        let first = if jit == Jit::DeoptStress { 2 } else { self.exit };
        taken >= first && (taken / first).is_power_of_two() && taken.is_multiple_of(first)
    }

    /// The root to compile now that `root` has been arrived at, if any; `arrivals` says how often a root was,
    /// and `settled` whether it has been compiled, or refused; `size` how many instructions a round of it has
    /// at most.
    ///
    /// Of the loops around a hot one, the outermost that has come around is taken. If the hot one goes on
    /// arriving all the same, that one does not come around any more, and the next loop inwards is taken,
    /// each time after as many arrivals again.
    pub(super) fn hot(
        &self,
        jit: Jit,
        root: Root,
        cfg: &Cfg,
        arrivals: impl Fn(Root) -> u32,
        settled: impl Fn(Root) -> bool,
        size: impl Fn(Root) -> u64,
    ) -> Option<Root> {
        match jit {
            Jit::Eager => return Some(root),
            // Half of the loops are compiled when arms have been counted already, so that some are left out.
            Jit::DeoptStress => {
                let rounds = if root.block.index().is_multiple_of(2) { 1 } else { 4 };
                return (arrivals(root) >= rounds).then_some(root);
            }
            Jit::Off | Jit::On => {}
        }
        // However large it is: the size need not be found.
        if u64::from(arrivals(root)) < self.each {
            return None;
        }
        let enough = self.hot_after(size(root));
        if arrivals(root) < enough {
            return None;
        }
        if root.block == BlockId(0) {
            return Some(root);
        }
        let (mut best, mut tried) = (root, 0);
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
        (arrivals(root) >= enough.saturating_mul(tried + 1)).then_some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::ir::parse::parse;
    use crate::runtime::Val;

    /// Interpreting takes 10 ns an instruction, more or less: the numbers are those of the defaults, by hand.
    #[test]
    fn compiling_waits_for_its_share_of_the_run() {
        let (policy, second) = (Policy::default(), Duration::from_secs(1));
        let none = Duration::ZERO;
        assert_eq!(policy.cost(6_000), 30_000 + 450 * 6_000);
        // 27.3 ms are free, 54.3 ms are a 32nd of 1.738 s; and so are twice 27.3 ms of 1.747 s.
        assert!(!policy.waits(0, 6_000, none) && policy.waits(0, 12_000, none));
        assert!(policy.waits(0, 12_000, second) && !policy.waits(0, 12_000, 2 * second));
        let spent = policy.cost(6_000);
        assert!(policy.waits(spent, 6_000, second) && !policy.waits(spent, 6_000, 2 * second));
        // A loop of 94 instructions, 768 of whose 1,000 rounds are done: 232 * 94 = 21,808 instructions are
        // left, and
        // compiling takes as long as 30,000 + 450 * 94 = 72,300, which 769 rounds and a bit take.
        let done = 94 * 768;
        let pays = |done, left| policy.pays(94, done, 768, left);
        assert!(!pays(done, 232) && !pays(done, 769) && pays(done, 770));
        // An inner loop that comes around ten times a record.
        assert!(pays(10 * done, 77) && !pays(10 * done, 76));
        // Before the first record nothing is known.
        assert!(policy.pays(94, 0, 0, 1));
        // A loop of ten instructions comes around 3,450 times before it is worth it, one of 3,000 hardly more
        // often than it must.
        assert_eq!((policy.hot_after(10), policy.hot_after(3_000)), (3_450, 460));
    }

    /// A loop is compiled in the round in which it has cost as much as that, and not in the one before.
    #[test]
    fn what_ends_before_it_pays_off_is_never_compiled() {
        let text = "fn f(v0: i64) -> i64 {
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
        let regions = |rounds: i64| {
            let (program, _) = parse(text).unwrap_or_else(|e| panic!("{e}"));
            let func = program.func("f").expect("it is there");
            let engine = Engine::new(program, Policy::default());
            let mut worker = engine.worker(Jit::On);
            let sum = rounds * (rounds - 1) / 2;
            assert_eq!(worker.call(func, &[Val::I64(rounds)], &[]), Ok(vec![Val::I64(sum)]));
            engine.stats().regions
        };
        // A round is five instructions, ends of blocks included: 30,000 / 5 + 450; the header is arrived at
        // once more than it comes around.
        assert_eq!((regions(6_448), regions(6_449)), (0, 1));
    }

    /// A loop of so many rounds, each with an inner one: of so many rounds the first time, and of so many
    /// from then on.
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

    /// The sum of 0 to n - 1 for n = 500 and 1,000,000: in the second inner loop the outer one is found to be
    /// hot, and that must not be waited for.
    #[test]
    fn a_long_inner_loop_does_not_wait_for_the_one_around_it() {
        let (program, _) = parse(NESTED).unwrap_or_else(|e| panic!("{e}"));
        let func = program.func("f").expect("it is there");
        let engine = Engine::new(program, Policy::default());
        let mut worker = engine.worker(Jit::On);
        let sum = |n: i64| n * (n - 1) / 2;
        let args = [2, 500, 1_000_000].map(Val::I64);
        assert_eq!(worker.call(func, &args, &[]), Ok(vec![Val::I64(sum(500) + sum(1_000_000))]));
        let inner = Root { func, block: BlockId(3) };
        let interpreted =
            engine.arrivals[engine.plan.number(inner)].load(std::sync::atomic::Ordering::Relaxed);
        assert!(interpreted < 40_000, "{interpreted} rounds were interpreted");
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

    /// There is time for the loop only, and its code would be left in each round if what it calls had none.
    #[test]
    fn what_is_called_does_not_wait() {
        let (program, _) = parse(CALLING).unwrap_or_else(|e| panic!("{e}"));
        let func = program.func("f").expect("it is there");
        let policy = Policy { start: 0, each: 10, share: u32::MAX, ..Policy::default() };
        let probe = Engine::new(program.clone(), policy.clone());
        let root = Root { func, block: BlockId(1) };
        let free = Duration::from_nanos(INTERPRETED * policy.cost(probe.plan.size(root)));
        let engine = Engine::new(program, Policy { free, ..policy });
        // The loop of `f` is hot before `g` is: nobody interprets a call of it.
        let mut worker = engine.worker(Jit::On);
        engine.make(root, crate::engine::Cause::Hot(1), &mut worker.machine.profile, Jit::On, |_| {});
        let roots = engine.known().0;
        let callee = Root { func: engine.program.func("g").expect("it is there"), block: BlockId(0) };
        assert!(roots.contains(&root) && roots.contains(&callee), "{roots:?}");
    }

    /// Of two threads that wait for the same region, one makes it.
    #[test]
    fn what_another_thread_has_made_is_not_made_again() {
        let (program, _) = parse(CALLING).unwrap_or_else(|e| panic!("{e}"));
        let func = program.func("f").expect("it is there");
        let root = Root { func, block: BlockId(1) };
        let engine = Engine::new(program, Policy::default());
        let make = |cause| {
            let mut worker = engine.worker(Jit::Eager);
            engine.make(root, cause, &mut worker.machine.profile, Jit::Eager, |_| {});
            engine.stats().recorded
        };
        use crate::engine::Cause;
        let made = make(Cause::Hot(1));
        assert!(made > 0);
        assert_eq!(make(Cause::Hot(1)), made);
        let exit = crate::ir::ExitId(0);
        let number = engine.regions.read().expect("nobody panicked")[0].number;
        assert!(make(Cause::Exit(number, exit, 64)) > made, "it is made anew");
        let made = engine.stats().recorded;
        assert_eq!(make(Cause::Exit(number, exit, 64)), made, "the exit is that of one that is gone");
    }

    /// Compiling has to wait all the time: it is not asked for at each arrival.
    #[test]
    fn what_has_to_wait_is_asked_for_rarely() {
        let (program, _) = parse(NESTED).unwrap_or_else(|e| panic!("{e}"));
        let func = program.func("f").expect("it is there");
        let policy =
            Policy { start: 0, each: 50, free: Duration::ZERO, share: u32::MAX, ..Policy::default() };
        let engine = Engine::new(program, policy);
        let mut worker = engine.worker(Jit::On);
        assert_eq!(worker.call(func, &[1000, 3, 3].map(Val::I64), &[]), Ok(vec![Val::I64(3000)]));
        // 1,001 arrivals at the outer loop and 4,000 at the inner one, 50 of which are enough.
        let waited = engine.stats().waited;
        assert!((1..=5_001 / 50).contains(&waited), "asked {waited} times");
    }
}
