//! Memory in native code: whatever a program does, the heap has room for at most a small multiple of the live
//! objects, and native code is left no more often than that requires.
//!
//! Each program makes hundreds of thousands of objects that really exist (a list's nodes are loop-carried, so
//! no pass removes them). The interpreter's result, which the test knows from arithmetic, must come out of
//! every engine mode.

use crate::engine::policy::Policy;
use crate::engine::{Engine, Jit, Worker};
use crate::ir::parse::parse;
use crate::ir::{FuncId, Raise};
use crate::runtime::Val;

/// The number of new objects after which a collection is due.
const FEW: usize = 1000;

/// Runs `f` with `arg` in several modes; each time the result must be `expected`, and `check` receives how
/// many objects there is room for, and how often native code was left.
fn run(text: &str, arg: i64, expected: i64, check: impl Fn(usize, u64)) {
    let (program, _) = parse(text).unwrap_or_else(|d| panic!("{d}"));
    let f = program.func("f").expect("it is there");
    let ways = [
        (Jit::Off, vec![]),
        (Jit::On, vec![]),
        (Jit::Eager, vec![]),
        (Jit::Eager, vec!["virtuals"]),
        (Jit::Eager, vec!["safepoints"]),
    ];
    for (jit, without) in ways {
        let engine = Engine::new(program.clone(), Policy { without: without.clone(), ..Policy::default() });
        let mut worker = engine.worker(jit);
        worker.collect_after(FEW);
        assert_eq!(call(&mut worker, f, arg), expected, "{jit:?} {without:?}");
        // A poll that exits does not make a region grow.
        let made = engine.stats().recorded;
        assert!(made <= 4, "{jit:?} {without:?}: {made} recordings");
        assert!(jit == Jit::Off || made > 0, "{jit:?} {without:?}: nothing ran natively");
        println!("{jit:?} {without:?}: room {}, left {}", worker.room(), worker.stats.exits_taken);
        check(worker.room(), worker.stats.exits_taken);
    }
}

fn call(worker: &mut Worker, func: FuncId, arg: i64) -> i64 {
    match worker.call(func, &[Val::I64(arg)], &[]).as_deref() {
        Ok(&[Val::I64(i)]) => i,
        other => panic!("{other:?}"),
    }
}

/// Two nodes an iteration; the younger refers to the older, and all but the last two are garbage.
const LOOP: &str = "class Node { at: i64, next: Node? }
fn f(v0: i64) -> i64 {
b0:
  v1 = new Node 0, none.Node
  jump b1(0, v1)
b1(v2: i64, v3: Node): loop
  v4 = lt v2, v0
  branch v4, b2, b3
b2:
  v5 = new Node v2, none.Node
  v6 = some v5
  v7 = add v2, 1
  v8 = new Node v7, v6
  jump b1(v7, v8)
b3:
  v9 = get Node.next v3
  v10 = unwrap v9
  v11 = get Node.at v10
  return v11
}
";

#[test]
fn garbage_of_a_loop_is_freed_while_it_runs() {
    let rounds = 200_000;
    run(LOOP, rounds, rounds - 1, |room, left| {
        assert!(room < 4 * FEW, "room for {room} objects");
        assert!(left <= 2 * rounds as u64 / FEW as u64 + 10, "native code was left {left} times");
    });
}

/// Sums 0 to n - 1 through objects of an inner loop, ten times; the outer loop makes none itself.
const INNER: &str = "class Node { at: i64, next: Node? }
fn f(v0: i64) -> i64 {
b0:
  jump b1(0, 0)
b1(v1: i64, v2: i64): loop
  v3 = lt v1, 10
  branch v3, b2, b6
b2:
  jump b3(0, v2, none.Node)
b3(v4: i64, v5: i64, v6: Node?): loop
  v7 = lt v4, v0
  branch v7, b4, b5
b4:
  v8 = new Node v4, v6
  v9 = some v8
  v10 = new Node v4, v9
  v11 = get Node.at v10
  v12 = add v5, v11
  v13 = add v4, 1
  v14 = and v4, 7
  v15 = eq v14, 0
  v16 = select v15, none.Node, v9
  jump b3(v13, v12, v16)
b5:
  v17 = add v1, 1
  jump b1(v17, v5)
b6:
  return v2
}
";

#[test]
fn garbage_of_an_inner_loop_is_freed() {
    let n = 20_000;
    run(INNER, n, 10 * n * (n - 1) / 2, |room, left| {
        assert!(room < 4 * FEW, "room for {room} objects");
        assert!(left <= 10 * n as u64 / FEW as u64 + 600, "native code was left {left} times");
    });
}

/// Counts the leaves of a binary tree of calls; each call makes an object and reads it only after its own
/// calls.
const CALLS: &str = "class Box { at: i64, next: Box? }
fn g(v0: i64, v1: Box?) -> i64 {
b0:
  v2 = lt 0, v0
  branch v2, b1, b2
b1:
  v3 = new Box v0, v1
  v4 = some v3
  v5 = sub v0, 1
  v6 = call g v5, v4
  v7 = call g v5, v4
  v8 = get Box.at v3
  v9 = sub v8, v0
  v10 = add v6, v7
  v11 = add v10, v9
  return v11
b2:
  return 1
}
fn f(v0: i64) -> i64 {
b0:
  v1 = call g v0, none.Box
  return v1
}
";

#[test]
fn garbage_of_calls_is_freed_while_they_nest() {
    run(CALLS, 17, 1 << 17, |room, _| assert!(room < 4 * FEW, "room for {room} objects"));
}

/// Makes a list of all numbers, and adds them up at the end.
const KEEP: &str = "class Node { at: i64, next: Node? }
fn f(v0: i64) -> i64 {
b0:
  jump b1(0, none.Node)
b1(v1: i64, v2: Node?): loop
  v3 = lt v1, v0
  branch v3, b2, b3
b2:
  v4 = new Node v1, v2
  v5 = some v4
  v6 = add v1, 1
  jump b1(v6, v5)
b3:
  jump b4(0, v2)
b4(v7: i64, v8: Node?): loop
  v9 = has v8
  branch v9, b5, b6
b5:
  v10 = unwrap v8
  v11 = get Node.at v10
  v12 = add v7, v11
  v13 = get Node.next v10
  jump b4(v12, v13)
b6:
  return v7
}
";

#[test]
fn what_is_alive_stays_and_is_not_looked_at_too_often() {
    let n = 200_000;
    run(KEEP, n, n * (n - 1) / 2, |room, left| {
        assert!(room < 3 * n as usize, "room for {room} objects");
        // The heap doubles between collections: eight collections from a thousand to 200,000 objects.
        assert!(left < 30, "native code was left {left} times");
    });
}

/// The first instruction of the header is a `promote` of an invariant value: a poll exits to the same place
/// as its guard.
const PROMOTED: &str = "class Node { at: i64, next: Node? }
fn f(v0: i64) -> i64 {
b0:
  jump b1(0, none.Node)
b1(v1: i64, v2: Node?): loop
  v3 = promote v0
  v4 = lt v1, v3
  branch v4, b2, b3
b2:
  v5 = new Node v1, none.Node
  v6 = some v5
  v7 = add v1, 1
  jump b1(v7, v6)
b3:
  v8 = unwrap v2
  v9 = get Node.at v8
  return v9
}
";

#[test]
fn polls_say_nothing_about_promoted_values() {
    let n = 200_000;
    run(PROMOTED, n, n - 1, |room, _| assert!(room < 4 * FEW, "room for {room} objects"));
}

/// A region of the loop has the parts of a point as live-ins. It makes a point of them before the first poll;
/// no other object is alive.
const GIVEN: &str = "class Point { at: i64 }
fn f(v0: i64) -> i64 {
b0:
  v1 = new Point v0
  jump b1(0, v1)
b1(v2: i64, v3: Point): loop
  v4 = lt v2, v0
  branch v4, b2, b3
b2:
  v5 = new Point v2
  v6 = add v2, 1
  jump b1(v6, v5)
b3:
  v7 = get Point.at v3
  return v7
}
";

#[test]
fn what_makes_an_object_each_time_it_is_entered_gets_on() {
    let (program, _) = parse(GIVEN).unwrap_or_else(|d| panic!("{d}"));
    let f = program.func("f").expect("it is there");
    for jit in [Jit::Off, Jit::On, Jit::Eager] {
        let without = vec!["virtuals"];
        let engine = Engine::new(program.clone(), Policy { without, ..Policy::default() });
        let mut worker = engine.worker(jit);
        worker.collect_after(1);
        let n = 100_000;
        assert_eq!(call(&mut worker, f, n), n - 1, "{jit:?}");
        assert!(worker.room() < 4 * FEW, "{jit:?}: room for {} objects", worker.room());
        assert!(jit == Jit::Off || worker.stats.exits_taken > 0, "{jit:?}: nothing ran natively");
    }
}

/// The room of many dead objects is returned, and later collections do not visit it.
#[test]
fn memory_is_given_back() {
    let garbage = LOOP.split_once('\n').expect("a class").1.replace("fn f", "fn g");
    let (program, _) = parse(&format!("{KEEP}{garbage}")).unwrap_or_else(|d| panic!("{d}"));
    let (f, g) = (program.func("f").expect("it is there"), program.func("g").expect("it is there"));
    let engine = Engine::new(program, Policy::default());
    let mut worker = engine.worker(Jit::On);
    worker.collect_after(FEW);
    let n = 100_000;
    assert_eq!(call(&mut worker, f, n), n * (n - 1) / 2);
    assert!(worker.room() >= n as usize);
    assert_eq!(call(&mut worker, g, n), n - 1);
    assert!(worker.room() < 4 * FEW, "room for {} objects", worker.room());
}

#[test]
fn what_is_too_much_is_an_error() {
    let (program, _) = parse(KEEP).unwrap_or_else(|d| panic!("{d}"));
    let f = program.func("f").expect("it is there");
    for jit in [Jit::Off, Jit::On, Jit::Eager] {
        let engine = Engine::new(program.clone(), Policy::default());
        let mut worker = engine.worker(jit);
        // A node is three words, and a bit more, so about 40,000 fit.
        worker.limit_bytes(1 << 20);
        let n = 35_000;
        assert_eq!(call(&mut worker, f, n), n * (n - 1) / 2, "{jit:?}");
        let fault = worker.call(f, &[Val::I64(1 << 40)], &[]).expect_err("it keeps everything");
        assert_eq!((fault.raise, fault.func), (Raise::Memory, f), "{jit:?}");
        assert!(worker.room() < 50_000, "{jit:?}: room for {} objects", worker.room());
        assert_eq!(call(&mut worker, f, n), n * (n - 1) / 2, "{jit:?}: what is dead is no error later");
    }
}
