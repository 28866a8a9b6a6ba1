//! Programs that [`super::generate`] generates, run in all modes: by the interpreter alone, and by the engine
//! with native code at once, with low thresholds, without passes, and forced out of native code.
//!
//! Results must be the same values (all NaN are equal), and errors the same faults: kind, function, record,
//! offset. Consoles must hold the same text, also after an error.

use super::forced::Forced;
use super::generate::{PARAMS, program};
use super::regions::value;
use super::rng::Rng;
use super::{cases, hosts};
use crate::engine::policy::Policy;
use crate::engine::{Engine, Jit, Worker};
use crate::interp::Fault;
use crate::ir::parse::extend;
use crate::ir::{FuncId, Program, Type};
use crate::opt::PASSES;
use crate::runtime::{Console, Heap, Val};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// The result as text, with all NaN equal, and the text on the console, which is cleared.
fn format_result(result: &Result<Vec<Val>, Fault>, console: &mut Console) -> String {
    let text = match result {
        Ok(values) => values
            .iter()
            .map(|v| match v {
                Val::F64(x) if x.is_nan() => "NaN ".to_string(),
                v => format!("{v:?} "),
            })
            .collect(),
        Err(fault) => format!("{fault:?}"),
    };
    format!("{text}\n{}", String::from_utf8_lossy(&std::mem::take(&mut console.text)))
}

/// The result of a worker's call, as text.
fn called(worker: &mut Worker, func: FuncId, args: &[Val], input: &[u8]) -> String {
    let result = worker.call(func, args, input);
    format_result(&result, worker.console())
}

/// The arguments of a program's calls, in order.
fn calls(seed: u64, count: u64) -> Vec<(Vec<u8>, Vec<Val>)> {
    let mut rng = Rng::new(seed ^ 0xCA11);
    let program = Program::default();
    let types = PARAMS.map(|name| match name {
        "view" => Type::VIEW,
        "i64" => Type::I64,
        "f64" => Type::F64,
        _ => Type::BOOL,
    });
    let call = |_| {
        let length = 40 + rng.index(200);
        let bytes = rng.bytes(length);
        let args = types.map(|ty| value(&program, ty, &mut rng, &mut Heap::default(), length as u64, 1));
        (bytes, args.to_vec())
    };
    (0..count).map(call).collect()
}

/// Low thresholds: a few arrivals are hot, a few exits are many.
fn low(without: Vec<&'static str>) -> Policy {
    Policy { start: 0, each: 5, free: Duration::MAX, exit: 2, times: 40, without, ..Policy::default() }
}

/// Counters over several programs.
#[derive(Debug, Default)]
struct Counts {
    /// How many programs returned at least once.
    good: u64,
    /// How often native code was forced to exit, and how often that was inside a native call.
    exits: u64,
    inside: u64,
    /// How many regions were made in the background.
    background: u64,
    /// How many checks there were, how many were reached, and how many left native code in turn.
    stress: [u64; 3],
}

/// A random program, its text, its calls, and the interpreter's results.
struct Case {
    program: Program,
    text: String,
    main: FuncId,
    calls: Vec<(Vec<u8>, Vec<Val>)>,
    expected: Vec<String>,
}

impl Case {
    fn new(seed: u64) -> Case {
        let text = program(seed);
        let (program, _) =
            extend(hosts::program(), &text).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{text}"));
        let main = program.func("main").expect("it has a main");
        let calls = calls(seed, 10);
        let off = Engine::new(program.clone(), Policy::default());
        let mut plain = off.worker(Jit::Off);
        let expected = calls.iter().map(|(bytes, args)| called(&mut plain, main, args, bytes)).collect();
        Case { program, text, main, calls, expected }
    }
}

const BACKGROUND: &str = "warm, in the background";

fn check(seed: u64, counts: &mut Counts) {
    let Case { program, text, main, calls, expected } = Case::new(seed);
    let one = PASSES[seed as usize % PASSES.len()].name;
    let all: Vec<&'static str> = PASSES.iter().map(|p| p.name).collect();
    let modes = [
        ("eager", Jit::Eager, low(vec![])),
        ("warm", Jit::On, low(vec![])),
        (BACKGROUND, Jit::On, low(vec![])),
        ("eager, unoptimized", Jit::Eager, low(all)),
        ("eager, without a pass", Jit::Eager, low(vec![one])),
        ("warm, and soon at the cap", Jit::On, Policy { compilations: 2, times: 1, ..low(vec![]) }),
        ("exits", Jit::DeoptStress, low(vec![])),
        ("exits, without a pass", Jit::DeoptStress, low(vec![one])),
    ];
    for (number, (mode, jit, policy)) in modes.into_iter().enumerate() {
        let engine = Arc::new(Engine::new(program.clone(), policy));
        let mut worker = engine.worker(jit);
        worker.background = (mode == BACKGROUND).then(|| engine.clone());
        // Collections occur sometimes, always, or rarely.
        worker.collect_after([20, 1, 4000][(seed as usize + number) % 3]);
        // Each call of a function leaves its code at one check only.
        let times = if jit == Jit::DeoptStress { 4 } else { 1 };
        for (i, (bytes, args)) in (0..times).flat_map(|_| calls.iter().enumerate()) {
            let found = called(&mut worker, main, args, bytes);
            assert_eq!(found, expected[i], "seed {seed}, {mode} ({one}), call {i}\n{text}");
            // Some calls run while regions are made, others when they are there.
            if i % 3 == 2 {
                worker.settle();
            }
        }
        counts.background += if mode == BACKGROUND { engine.stats().recorded } else { 0 };
        for (all, more) in counts.stress.iter_mut().zip(engine.stats().stress) {
            *all += more;
        }
    }
    let mut forced = Forced::new(&program, seed);
    for (i, (bytes, args)) in calls.iter().enumerate() {
        let found = format_result(&forced.call(main, args, bytes), &mut forced.console);
        assert_eq!(found, expected[i], "seed {seed}, forced, call {i}\n{text}");
    }
    counts.good += u64::from(expected.iter().any(|e| !e.starts_with("Fault")));
    counts.exits += forced.exits;
    counts.inside += forced.inside;
}

#[test]
fn random_programs_give_the_same_in_every_mode() {
    let count = cases(150);
    let mut counts = Counts::default();
    let mut wrong = vec![];
    for seed in 0..count {
        // All seeds that fail are reported, not only the first.
        if catch_unwind(AssertUnwindSafe(|| check(seed, &mut counts))).is_err() {
            wrong.push(seed);
        }
    }
    let Counts { good, exits, inside, background, stress: [checks, _, taken] } = counts;
    assert!(wrong.is_empty(), "seeds {wrong:?}");
    assert!(good > count / 4, "of {count} programs only {good} ever returned");
    assert!(exits > 20 * count, "native code was left only {exits} times");
    assert!(inside > count / 4, "native calls were left only {inside} times");
    assert!(background > count, "only {background} regions were made in the background");
    // The other checks were not reached, or are in a region that was entered only a few times.
    assert!(taken * 3 > checks, "of {checks} checks only {taken} left in turn");
}

/// Each check that is reached also exits: programs are run until that is the case, since each run of a region
/// exits at one check.
#[test]
fn each_reached_check_exits() {
    let mut counts = [0; 3];
    for seed in 0..cases(150) {
        let Case { program, text, main, calls, expected } = Case::new(seed);
        let engine = Engine::new(program, low(vec![]));
        let mut worker = engine.worker(Jit::DeoptStress);
        let mut rounds = 0;
        loop {
            for ((bytes, args), expected) in calls.iter().zip(&expected) {
                assert_eq!(
                    &called(&mut worker, main, args, bytes),
                    expected,
                    "seed {seed}, round {rounds}\n{text}"
                );
            }
            let stress = engine.stats().stress;
            rounds += 1;
            if stress[1] == stress[2] && rounds >= 20 || rounds == 2000 {
                counts.iter_mut().zip(stress).for_each(|(all, more)| *all += more);
                break;
            }
        }
    }
    let [checks, reached, taken] = counts;
    // A check that is not reached comes after one that always fails, or after an error. A check that is
    // reached and never exits is in a loop whose region is entered only after an exit of the function around
    // it, which gets rarer and rarer.
    assert!(
        2 * reached > checks && 100 * taken > 99 * reached,
        "of {checks} checks {reached} were come to, and {taken} of those left at"
    );
}

/// Runs one seed: `WIRELENS_SEED=7 cargo test one_seed`.
#[test]
fn one_seed() {
    if let Some(seed) = std::env::var("WIRELENS_SEED").ok().and_then(|s| s.parse().ok()) {
        check(seed, &mut Counts::default());
    }
}
