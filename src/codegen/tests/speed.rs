//! What the code of a hot loop looks like, and what compiling costs. The figures are printed by
//! `cargo test --release codegen::tests::speed -- --ignored --nocapture --test-threads 1`.

use super::*;
use crate::schema::{Endian, Scalar};
use std::time::Instant;

const ENTRY: BlockId = BlockId(0);

/// The barycenter's loop: for each of `n` records of 48 bytes one check and `loads` loads of floats, added up.
fn records(loads: i64) -> (Build, ExitId) {
    let (mut build, p) = Build::new(&[V, I]);
    let (head, h) = build.block(&[I, F]);
    let (end, _) = build.block(&[]);
    let (zero, one, size) = (build.i(0), build.i(1), build.i(48));
    let nothing = build.c(Const::f64(0.0));
    let fails = build.exit(&[h[0], h[1]]);
    build.jump(ENTRY, head, &[zero, nothing]);
    build.region.body[head].header = true;
    let off = build.op(head, Op::Mul, &[h[0], size], I);
    let fits = build.op(head, Op::Fits, &[p[0], off, size], B);
    build.effect(head, Op::Guard, &[fits]).exit = Some(fails);
    let mut sum = h[1];
    for i in 0..loads {
        let field = build.i(i * 16 % 48);
        let at = build.op(head, Op::Add, &[off, field], I);
        let x = build.op(head, Op::Load(Scalar::F64, Endian::Little), &[p[0], at], F);
        sum = build.op(head, Op::Add, &[sum, x], F);
    }
    let next = build.op(head, Op::Add, &[h[0], one], I);
    let more = build.op(head, Op::Lt, &[next, p[1]], B);
    build.end(head, Term::Branch(more, target(head, &[next, sum]), target(end, &[])));
    let done = build.leave(end, &[sum]);
    (build, done)
}

#[test]
fn a_record_costs_one_check_and_its_loads() {
    let (build, done) = records(3);
    let native = compile(&build.program, &build.region, Want { clif: true, asm: true }).unwrap();
    assert_eq!(native.guards, 1);
    println!("{}\n{}", native.clif.as_deref().unwrap(), native.asm.as_deref().unwrap());
    let input: Vec<u8> = (0..60).flat_map(|i| f64::from(i).to_le_bytes()).collect();
    let sum: f64 = (0..10).flat_map(|r| [0, 2, 4].map(|f| f64::from(r * 6 + f))).sum();
    let run = |n| build.run(&native, &input, &[Val::View(0, 480), Val::I64(n)]);
    assert_eq!(run(10), (done, vec![Val::F64(sum)]));
    assert_eq!(run(11), (ExitId(0), vec![Val::I64(10), Val::F64(sum)]));
}

#[test]
#[ignore = "prints figures"]
fn figures() {
    for loads in [3, 24] {
        let (build, _) = records(loads);
        let times: Vec<f64> = (0..200)
            .map(|_| {
                let start = Instant::now();
                let native = build.compile();
                let time = start.elapsed().as_secs_f64();
                drop(native);
                time * 1e6
            })
            .collect();
        let mut warm = times[1..].to_vec();
        warm.sort_by(f64::total_cmp);
        println!(
            "{loads} loads: first {:.0} us, second {:.0} us, median {:.0} us",
            times[0], times[1], warm[99]
        );

        let native = build.compile();
        let input = vec![0u8; 48 * 100_000];
        let mut best = f64::MAX;
        for _ in 0..50 {
            let start = Instant::now();
            build.run(&native, &input, &[Val::View(0, input.len() as u64), Val::I64(100_000)]);
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("{loads} loads: {:.2} ns a record, {} bytes", best * 1e4, native.code_bytes);
    }
    let (mut build, p) = Build::new(&[I]);
    build.leave(ENTRY, &[p[0]]);
    let native = build.compile();
    let (mut words, mut heap) = ([1], Heap::default());
    let start = Instant::now();
    for _ in 0..1_000_000 {
        std::hint::black_box(native.run(&[], &mut words, &mut heap));
    }
    println!("entering and leaving: {:.1} ns", start.elapsed().as_secs_f64() * 1e3);
}

/// Adds up `x if flag else 0.5` for random flags.
#[test]
#[ignore = "prints figures"]
fn figures_of_selects() {
    let (mut build, p) = Build::new(&[V, I]);
    let (head, h) = build.block(&[I, F]);
    let (end, _) = build.block(&[]);
    let (zero, one) = (build.i(0), build.i(1));
    let (nothing, half) = (build.c(Const::f64(0.0)), build.c(Const::f64(0.5)));
    build.jump(ENTRY, head, &[zero, nothing]);
    let flag = build.op(head, Op::Load(Scalar::Bool, Endian::Little), &[p[0], h[0]], B);
    let x = build.op(head, Op::Convert(Base::F64), &[h[0]], F);
    let x = build.op(head, Op::Select, &[flag, x, half], F);
    let sum = build.op(head, Op::Add, &[h[1], x], F);
    let next = build.op(head, Op::Add, &[h[0], one], I);
    let more = build.op(head, Op::Lt, &[next, p[1]], B);
    build.end(head, Term::Branch(more, target(head, &[next, sum]), target(end, &[])));
    build.leave(end, &[sum]);
    let native = build.compile();
    let mut state = 1u64;
    let random = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as u8 & 1
    };
    let input: Vec<u8> = (0..100_000).map(random).collect();
    let mut best = f64::MAX;
    for _ in 0..50 {
        let start = Instant::now();
        build.run(&native, &input, &[Val::View(0, 100_000), Val::I64(100_000)]);
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("select: {:.2} ns", best * 1e4);
}

/// Bytes added up, with a check of each load and each sum: what a guard costs to compile, by the number of them.
#[test]
#[ignore = "prints figures"]
fn figures_of_guards() {
    for n in [0, 100, 1000, 4000] {
        let (mut build, p) = Build::new(&[V, I]);
        let mut sum = p[1];
        for i in 0..n {
            let at = build.i(i);
            let exit = build.exit(&[sum, p[1]]);
            let x = build.checked(ENTRY, Op::Load(Scalar::U8, Endian::Little), &[p[0], at], I, exit);
            let exit = build.exit(&[sum, x]);
            sum = build.checked(ENTRY, Op::Add, &[sum, x], I, exit);
        }
        build.leave(ENTRY, &[sum]);
        let (mut best, mut bytes) = (f64::MAX, 0);
        for _ in 0..if n == 0 { 100 } else { 5 } {
            let start = Instant::now();
            bytes = build.compile().code_bytes;
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("{} guards: {:.0} us, {bytes} bytes", 2 * n, best * 1e6);
    }
}
