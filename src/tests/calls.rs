//! Recursion in native code: what it gives, what it leaves behind, and where it ends.

use crate::engine::policy::Policy;
use crate::engine::{Engine, Jit};
use crate::interp::Val;
use crate::ir::parse::parse;

/// The nth Fibonacci number, of a number in an object.
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

/// A tree in the input: a node is where its two children are (from its own start, nothing is 0), and a number.
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

fn tree(bytes: &mut Vec<u8>, depth: u32, seed: &mut u64) {
    *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    let at = bytes.len();
    bytes.extend([0; 24]);
    if depth == 0 || (*seed >> 40) % 8 == 0 {
        bytes[at + 16..at + 24].copy_from_slice(&((*seed >> 50) as f64 / 1e4).to_le_bytes());
        return;
    }
    let op = (*seed >> 33) % 3;
    bytes[at + 16] = op as u8;
    for k in 0..2 {
        let off = (bytes.len() - at) as u32;
        bytes[at + 8 * k..at + 8 * k + 4].copy_from_slice(&off.to_le_bytes());
        tree(bytes, depth - 1, seed);
    }
}

#[inline(never)]
fn hand(bytes: &[u8], at: usize) -> Option<(f64, u64)> {
    let node = bytes.get(at..at + 24)?;
    let u = |i: usize| u32::from_le_bytes(node[i..i + 4].try_into().unwrap()) as usize;
    if u(0) == 0 {
        return Some((f64::from_le_bytes(node[16..24].try_into().unwrap()), 1));
    }
    let (a, n) = hand(bytes, at + u(0))?;
    let (b, m) = hand(bytes, at + u(8))?;
    Some((
        match node[16] {
            0 => a + b,
            1 => a - b,
            _ => a * b,
        },
        n + m + 1,
    ))
}
#[inline(never)]
fn hand2(bytes: &[u8], at: usize) -> Option<f64> {
    let node = bytes.get(at..at.checked_add(24)?)?;
    let u = |i: usize| u32::from_le_bytes(node[i..i + 4].try_into().unwrap()) as usize;
    if u(0) == 0 {
        return Some(f64::from_le_bytes(node[16..24].try_into().unwrap()));
    }
    let a = hand2(bytes, at + u(0))?;
    let b = hand2(bytes, at + u(8))?;
    Some(match node[16] {
        0 => a + b,
        1 => a - b,
        _ => a * b,
    })
}

#[inline(never)]
fn fib(n: i64) -> i64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

#[test]
fn timing() {
    use std::time::Instant;
    let best = |f: &mut dyn FnMut()| {
        (0..9)
            .map(|_| {
                let t = Instant::now();
                f();
                t.elapsed().as_nanos() as f64
            })
            .fold(1e18, f64::min)
    };
    let (program, _) = parse(FIB).unwrap();
    let engine = Engine::new(program.clone(), Policy::default());
    let mut worker = engine.worker(Jit::On);
    let main = program.func("main").unwrap();
    let n = std::hint::black_box(27i64);
    for _ in 0..2000 {
        worker.call(main, &[Val::I64(12)], &[]).unwrap();
    }
    let before = worker.allocated();
    let calls = (2 * fib(n + 1) - 1) as f64;
    let ours = best(&mut || {
        assert_eq!(worker.call(main, &[Val::I64(n)], &[]), Ok(vec![Val::I64(196418)]));
    });
    let theirs = best(&mut || {
        std::hint::black_box(fib(std::hint::black_box(n)));
    });
    println!(
        "fib: ours {:.2} ns/call, rust {:.2}, allocated {}",
        ours / calls,
        theirs / calls,
        worker.allocated() - before
    );
    println!("{}\n{}", engine.stats(), worker.stats);

    let (program, _) = parse(TREE).unwrap();
    let engine = Engine::new(program.clone(), Policy::default());
    let mut worker = engine.worker(Jit::On);
    let main = program.func("main").unwrap();
    for seed in 0..3000u64 {
        let mut bytes = vec![];
        tree(&mut bytes, 5, &mut { seed });
        worker.call(main, &[Val::View(0, bytes.len() as u64)], &bytes).unwrap();
    }
    for depth in [8, 16] {
        let mut bytes = vec![];
        let mut seed = 3;
        while bytes.len() < 1000 {
            bytes.clear();
            seed += 2;
            tree(&mut bytes, depth, &mut { seed });
        }
        let (value, calls) = hand(&bytes, 0).unwrap();
        let before = worker.allocated();
        let ours = best(&mut || {
            let found = worker.call(main, &[Val::View(0, bytes.len() as u64)], &bytes).unwrap();
            assert!(found == vec![Val::F64(value)] || value.is_nan());
        });
        let theirs = best(&mut || {
            std::hint::black_box(hand2(std::hint::black_box(&bytes), 0));
        });
        let calls = calls as f64;
        println!(
            "tree of {calls}: ours {:.2} ns/call, rust {:.2}, allocated {}",
            ours / calls,
            theirs / calls,
            worker.allocated() - before
        );
    }
    println!("{}\n{}", engine.stats(), worker.stats);
}
#[test]
fn dump_asm() {
    use crate::codegen::{Table, Want, compile};
    use crate::record::{Facts, Plan, record};
    for (text, name) in [(FIB, "fib"), (TREE, "sum")] {
        let (program, _) = parse(text).unwrap();
        let plan = Plan::new(&program);
        let root = crate::ir::Root { func: program.func(name).unwrap(), block: crate::ir::BlockId(0) };
        let mut region =
            record(&program, &plan, &crate::interp::Profile::new(&program), &Facts::default(), root).unwrap();
        crate::opt::optimize(&program, &mut region, &[]);
        println!("{}", crate::ir::print::print_region(&program, &region));
        let table = Table::new(&program);
        let native = compile(&program, &table, &region, 0, Want { clif: false, asm: true }).unwrap();
        println!("words {} {}", native.words_needed, native.asm.unwrap());
    }
}
