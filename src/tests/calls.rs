//! Recursion in native code: its results, its exits and objects, and its depth limit.

use super::rng::Rng;
use crate::engine::policy::Policy;
use crate::engine::{Engine, Jit, Worker};
use crate::interp::{DEEPEST, Fault};
use crate::ir::parse::parse;
use crate::ir::{FuncId, Raise};
use crate::runtime::Val;
use std::fmt::Write;
use std::time::Duration;

/// Computes the nth Fibonacci number; n is passed in an object.
const FIB: &str = "class Box { n: i64 }
fn fib(v0: Box) -> i64 {
b0:
  v1 = get Box.n v0
  v2 = lt v1, 2
  branch v2, b1, b2
b1:
  return v1
b2:
  v3 = sub v1, 1
  v4 = new Box v3
  v5 = call fib v4
  v6 = sub v1, 2
  v7 = new Box v6
  v8 = call fib v7
  v9 = add v5, v8
  return v9
}
fn main(v0: i64) -> i64 {
b0:
  v1 = new Box v0
  v2 = call fib v1
  return v2
}
";

/// Evaluates a tree in the input, of nodes of 24 bytes. The distances from a node's start to its children are
/// at 0 and 8 (`u32`; 0 in a leaf). The operator for the children's values is at 16 (0 is plus, 1 is minus,
/// others are times), or the value, in a leaf.
const TREE: &str = "class Node { all: view, at: i64 }
fn sum(v0: Node) -> f64 {
b0:
  v1 = get Node.all v0
  v2 = get Node.at v0
  v3 = slice v1, v2, 24
  v4 = load.u32 v3, 0
  v5 = eq v4, 0
  branch v5, b1, b2
b1:
  v6 = load.f64 v3, 16
  return v6
b2:
  v7 = add v2, v4
  v8 = new Node v1, v7
  v9 = call sum v8
  v10 = load.u32 v3, 8
  v11 = add v2, v10
  v12 = new Node v1, v11
  v13 = call sum v12
  v14 = load.u8 v3, 16
  switch v14, 0: b3, 1: b4, else: b5
b3:
  v15 = add v9, v13
  return v15
b4:
  v16 = sub v9, v13
  return v16
b5:
  v17 = mul v9, v13
  return v17
}
fn main(v0: view) -> f64 {
b0:
  v1 = new Node v0, 0
  v2 = call sum v1
  return v2
}
";

/// The number of calls that make a function hot, and more than enough for all its callees.
const WARM: u32 = 2_000;

/// An engine for the program with this text.
fn engine(text: &str, policy: Policy) -> Engine {
    let (program, _) = parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    Engine::new(program, policy)
}

/// Each program here is a function that calls itself, and `main`.
const OWN: FuncId = FuncId(0);
const MAIN: FuncId = FuncId(1);

fn call(worker: &mut Worker, args: &[Val], input: &[u8]) -> Result<Vec<Val>, Fault> {
    worker.call(MAIN, args, input)
}

fn view(bytes: &[u8]) -> Val {
    Val::View(0, bytes.len() as u64)
}

/// The reference: the nth Fibonacci number, by addition.
fn fibonacci(n: i64) -> i64 {
    (0..n).fold((0, 1), |(a, b), _| (b, a + b)).0
}

/// Writes a tree of at most this depth whose nodes use the first `ops` operators; returns its value.
fn tree(bytes: &mut Vec<u8>, depth: u32, ops: u64, rng: &mut Rng) -> f64 {
    let at = bytes.len();
    bytes.extend([0; 24]);
    if depth == 0 || rng.one_in(8) {
        let value = rng.below(64) as f64 / 8.0 - 3.0;
        bytes[at + 16..at + 24].copy_from_slice(&value.to_le_bytes());
        return value;
    }
    let op = rng.below(ops);
    bytes[at + 16] = op as u8;
    let mut child = |k: usize| {
        let offset = (bytes.len() - at) as u32;
        bytes[at + k..at + k + 4].copy_from_slice(&offset.to_le_bytes());
        tree(bytes, depth - 1, ops, rng)
    };
    let (a, b) = (child(0), child(8));
    match op {
        0 => a + b,
        1 => a - b,
        _ => a * b,
    }
}

#[test]
fn recursion_over_objects_stays_in_native_code_and_allocates_nothing() {
    let engine = engine(FIB, Policy { start: 0, free: Duration::MAX, ..Policy::default() });
    let mut worker = engine.worker(Jit::On);
    for n in 0..WARM {
        let n = i64::from(n % 12);
        assert_eq!(call(&mut worker, &[Val::I64(n)], &[]), Ok(vec![Val::I64(fibonacci(n))]));
    }
    let (objects, exits) = (worker.allocated(), worker.stats.exits_taken);
    assert_eq!(call(&mut worker, &[Val::I64(20)], &[]), Ok(vec![Val::I64(fibonacci(20))]));
    assert_eq!(worker.allocated() - objects, 0, "objects");
    assert_eq!(worker.stats.exits_taken - exits, 1, "native code is entered once and left at its end");
}

#[test]
fn what_gets_common_inside_a_callee_becomes_a_part_of_its_code() {
    let engine = engine(TREE, Policy { start: 0, free: Duration::MAX, ..Policy::default() });
    let mut worker = engine.worker(Jit::On);
    let mut rng = Rng::new(1);
    // Multiplications occur only in the second pass.
    for ops in [2, 3] {
        for _ in 0..WARM {
            let mut bytes = vec![];
            let value = tree(&mut bytes, 7, ops, &mut rng);
            assert_eq!(call(&mut worker, &[view(&bytes)], &bytes), Ok(vec![Val::F64(value)]));
        }
        let (objects, exits) = (worker.allocated(), worker.stats.exits_taken);
        let mut bytes = vec![];
        let value = tree(&mut bytes, 9, ops, &mut rng);
        assert_eq!(call(&mut worker, &[view(&bytes)], &bytes), Ok(vec![Val::F64(value)]));
        let left = (worker.allocated() - objects, worker.stats.exits_taken - exits);
        assert_eq!(left, (0, 1), "objects, and times that native code was left, with {ops} kinds of nodes");
    }
}

/// Each call goes forward by the number in the first four of its eight bytes. At 0, it reads the byte whose
/// index in the eight bytes is in the last four.
const CHAIN: &str = "class Link { all: view, at: i64 }
fn follow(v0: Link) -> i64 record=v2 {
b0:
  v1 = get Link.all v0
  v3 = get Link.at v0
  v2 = slice v1, v3, 8
  v4 = load.u32 v2, 0
  v5 = eq v4, 0
  branch v5, b1, b2
b1:
  v6 = load.u32 v2, 4
  v7 = load.u8 v2, v6
  return v7
b2:
  v8 = add v3, v4
  v9 = new Link v1, v8
  v10 = call follow v9
  v11 = add v10, 1
  return v11
}
fn main(v0: view) -> i64 {
b0:
  v1 = new Link v0, 0
  v2 = call follow v1
  return v2
}
";

/// A chain of `links` links and the end.
fn chain(links: u64, end: u64) -> Vec<u8> {
    (0..links).map(|_| 8u64).chain([end << 32]).flat_map(u64::to_le_bytes).collect()
}

#[test]
fn an_error_fifty_levels_deep_is_that_of_the_interpreter() {
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let engine = engine(CHAIN, Policy::default());
        let mut worker = engine.worker(jit);
        for i in 0..WARM {
            let links = u64::from(i % 60);
            let bytes = chain(links, 5);
            // Byte 5 is 0; only byte 4 is not.
            assert_eq!(call(&mut worker, &[view(&bytes)], &bytes), Ok(vec![Val::I64(links as i64)]));
        }
        let bytes = chain(50, 200);
        let fault = call(&mut worker, &[view(&bytes)], &bytes).expect_err("byte 200 of eight");
        assert_eq!(fault.raise, Raise::OutOfBounds, "{jit:?}");
        assert_eq!(fault.func, OWN, "{jit:?}");
        assert_eq!((fault.record, fault.offset), (Some((400, 8)), Some(400 + 200)), "{jit:?}");
        let bytes = chain(50, 3);
        assert_eq!(call(&mut worker, &[view(&bytes)], &bytes), Ok(vec![Val::I64(50)]), "{jit:?}: it goes on");
    }
}

/// `main(n)` is n, computed by n calls of a function in which `live` floats are live across each call.
fn count(live: usize) -> String {
    let mut text = "fn down(v0: i64, v1: f64) -> f64 {\nb0:\n  v2 = lt v0, 1\n  branch v2, b1, b2\nb1:\n  \
        return 0.0\nb2:\n  v3 = sub v0, 1\n"
        .to_string();
    for i in 0..live {
        let _ = writeln!(text, "  v{} = add v1, {i}.0", i + 4);
    }
    let _ = writeln!(text, "  v1000 = call down v3, v1\n  v2000 = add v1000, 1.0");
    // Each float is added and subtracted again.
    for i in 0..live {
        let _ = writeln!(text, "  v{} = add v{}, v{}", 2001 + 2 * i, 2000 + 2 * i, i + 4);
        let _ = writeln!(text, "  v{} = sub v{}, v{}", 2002 + 2 * i, 2001 + 2 * i, i + 4);
    }
    let _ = writeln!(text, "  return v{}\n}}", 2000 + 2 * live);
    text + "fn main(v0: i64) -> f64 {\nb0:\n  v1 = convert.f64 v0\n  v2 = call down v0, v1\n  return v2\n}\n"
}

#[test]
fn calls_nest_as_deep_as_they_may_and_no_deeper_in_either_engine() {
    let text = count(0);
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let engine = engine(&text, Policy::default());
        let mut worker = engine.worker(jit);
        for n in 0..WARM {
            let n = i64::from(n % 50);
            assert_eq!(call(&mut worker, &[Val::I64(n)], &[]), Ok(vec![Val::F64(n as f64)]));
        }
        // `main`, and one call of `down` more than it counts.
        let most = DEEPEST as i64 - 2;
        for _ in 0..3 {
            let deep = call(&mut worker, &[Val::I64(most)], &[]);
            assert_eq!(deep, Ok(vec![Val::F64(most as f64)]), "{jit:?}");
            let fault = call(&mut worker, &[Val::I64(most + 1)], &[]).expect_err("one too many");
            assert_eq!((fault.raise, fault.func), (Raise::Depth, OWN), "{jit:?}");
            let fault = call(&mut worker, &[Val::I64(i64::MAX)], &[]).expect_err("far too many");
            assert_eq!((fault.raise, fault.func), (Raise::Depth, OWN), "{jit:?}");
        }
    }
}

/// A test's thread has a stack of 2 MiB.
#[test]
fn no_recursion_overflows_the_stack_of_a_thread() {
    for live in [10, 60, 120, 400] {
        let engine = engine(&count(live), Policy::default());
        let mut worker = engine.worker(Jit::On);
        for n in 0..WARM / 4 {
            let n = i64::from(n % 50);
            assert_eq!(call(&mut worker, &[Val::I64(n)], &[]), Ok(vec![Val::F64(n as f64)]), "{live}");
        }
        let n = DEEPEST as i64 - 2;
        assert_eq!(call(&mut worker, &[Val::I64(n)], &[]), Ok(vec![Val::F64(n as f64)]), "{live}");
    }
}

#[test]
fn threads_call_code_while_others_replace_it() {
    // Everything is hot immediately and compiled again and again.
    let policy = Policy { start: 0, each: 2, free: Duration::MAX, exit: 1, times: 1000, ..Policy::default() };
    let engine = engine(TREE, policy);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let engine = &engine;
            scope.spawn(move || {
                let mut worker = engine.worker(Jit::On);
                let mut rng = Rng::new(thread);
                for i in 0..300 {
                    let mut bytes = vec![];
                    let value = tree(&mut bytes, 9, 1 + i / 100, &mut rng);
                    let found = call(&mut worker, &[view(&bytes)], &bytes);
                    assert_eq!(found, Ok(vec![Val::F64(value)]), "thread {thread}, tree {i}");
                }
            });
        }
    });
}

/// Each call makes an object that the next one keeps: none is freed too early, and none is kept forever.
#[test]
fn objects_that_wait_for_a_call_are_not_collected() {
    let text = "class Cell { n: i64 }
fn down(v0: i64, v1: Cell) -> i64 {
b0:
  v2 = lt v0, 1
  branch v2, b1, b2
b1:
  v3 = get Cell.n v1
  return v3
b2:
  v4 = get Cell.n v1
  v5 = add v4, 1
  v6 = new Cell v5
  v7 = sub v0, 1
  v8 = call down v7, v6
  v9 = get Cell.n v6
  set Cell.n v6, 0
  v10 = sub v8, v9
  v11 = call down v7, v1
  v12 = sub v11, v4
  v13 = add v10, v12
  v14 = sub v13, v7
  v15 = add v14, v5
  return v15
}
fn main(v0: i64) -> i64 {
b0:
  v1 = new Cell 0
  v2 = call down v0, v1
  return v2
}
";
    // The same recursion in Rust.
    fn down(n: i64, cell: i64) -> i64 {
        if n < 1 {
            return cell;
        }
        down(n - 1, cell + 1) - (cell + 1) + (down(n - 1, cell) - cell) - (n - 1) + (cell + 1)
    }
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let engine = engine(text, Policy::default());
        let mut worker = engine.worker(jit);
        for n in [3, 9, 15, 14, 15] {
            let found = call(&mut worker, &[Val::I64(n)], &[]);
            assert_eq!(found, Ok(vec![Val::I64(down(n, 0))]), "{jit:?}, {n}");
        }
    }
}
