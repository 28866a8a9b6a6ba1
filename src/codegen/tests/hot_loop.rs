//! The size of the code of a hot loop: counted, not timed.

use super::*;
use crate::schema::{Endian, Scalar};

const ENTRY: BlockId = BlockId(0);

/// The barycenter's loop: for each of `n` records of 48 bytes, one check and `loads` loads of floats, which
/// are summed.
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
    let native = build.compiled(Want { clif: true, asm: true, ..Want::default() }).unwrap();
    assert_eq!(native.guards, 1);
    println!("{}\n{}", native.clif.as_deref().unwrap(), native.asm.as_ref().unwrap());
    let input: Vec<u8> = (0..60).flat_map(|i| f64::from(i).to_le_bytes()).collect();
    let sum: f64 = (0..10).flat_map(|r| [0, 2, 4].map(|f| f64::from(r * 6 + f))).sum();
    let run = |n| build.run(&native, &input, &[Val::View(0, 480), Val::I64(n)]);
    assert_eq!(run(10), (done, vec![Val::F64(sum)]));
    assert_eq!(run(11), (ExitId(0), vec![Val::I64(10), Val::F64(sum)]));
}
