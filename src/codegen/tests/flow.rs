//! Blocks, exits, optionals, objects, threads, memory.

use super::*;
use crate::codegen::native::CALLEE_STACK;
use crate::schema::{Endian, Scalar};

const ENTRY: BlockId = BlockId(0);

fn some(base: Base, val: Val) -> [(Type, Val); 2] {
    [(Type::optional(base), val), (Type::optional(base), Val::None)]
}

#[test]
fn every_type_goes_in_through_blocks_and_selects_and_out() {
    let bases = [
        (Base::Bool, Val::Bool(true)),
        (Base::I64, Val::I64(-7)),
        (Base::U64, Val::U64(u64::MAX)),
        (Base::F64, Val::F64(-0.5)),
        (Base::View, Val::View(3, 9)),
        (Base::Ref(ClassId(0)), Val::Ref(4)),
        (Base::F64x2, Val::F64x2(1.0, -2.0)),
    ];
    let plain = bases.iter().map(|(base, val)| (Type::of(*base), *val));
    for (ty, val) in plain.chain(bases.iter().flat_map(|(base, val)| some(*base, *val))) {
        let (mut build, p) = Build::new(&[B, ty, I, ty]);
        let (next, q) = build.block(&[I, ty, B]);
        let v = build.op(ENTRY, Op::Select, &[p[0], p[1], p[3]], ty);
        build.jump(ENTRY, next, &[p[2], v, p[0]]);
        build.leave(next, &[q[2], q[1], q[0], p[1]]);
        let native = build.compile();
        for other in [val, if ty.optional { Val::None } else { val }] {
            for cond in [true, false] {
                let args = [Val::Bool(cond), val, Val::I64(5), other];
                let (_, left) = build.run(&native, &[0; 16], &args);
                let chosen = if cond { val } else { other };
                assert_eq!(left, [Val::Bool(cond), chosen, Val::I64(5), val], "{ty:?}");
            }
        }
    }
}

#[test]
fn optionals_are_made_asked_and_unwrapped() {
    for base in [Base::Bool, Base::I64, Base::F64, Base::View, Base::F64x2, Base::Ref(ClassId(0))] {
        let ty = Type::of(base);
        let val = match base {
            Base::Bool => Val::Bool(true),
            Base::F64 => Val::F64(2.5),
            Base::View => Val::View(1, 2),
            Base::F64x2 => Val::F64x2(1.0, 2.0),
            Base::Ref(_) => Val::Ref(3),
            _ => Val::I64(-1),
        };
        let (mut build, p) = Build::new(&[B, ty]);
        let none = build.c(Const::None(base));
        let fails = build.exit(&[]);
        let made = build.op(ENTRY, Op::Some, &[p[1]], Type::optional(base));
        let maybe = build.op(ENTRY, Op::Select, &[p[0], made, none], Type::optional(base));
        let has = build.op(ENTRY, Op::Has, &[maybe], B);
        let there = build.exit(&[has, maybe]);
        let (test, q) = build.block(&[Type::optional(base)]);
        let (out, _) = build.block(&[]);
        build.jump(ENTRY, test, &[maybe]);
        let unwrapped = build.checked(test, Op::Unwrap, &[q[0]], ty, fails);
        let proven = build.op(test, Op::Unwrap, &[q[0]], ty);
        build.jump(test, out, &[]);
        let done = build.leave(out, &[unwrapped, proven, has, none]);
        let native = build.compile();
        let (exit, left) = build.run(&native, &[0; 8], &[Val::Bool(true), val]);
        assert_eq!((exit, left), (done, vec![val, val, Val::Bool(true)]));
        let (exit, _) = build.run(&native, &[0; 8], &[Val::Bool(false), val]);
        assert_eq!(exit, fails);
        assert_eq!(native.exits[there.index()].layout.len(), 2);
    }
}

/// The sum of the integers at each of `n` places, 8 bytes apart; leaves at the first that overflows or is out
/// of bounds.
fn sum_loop() -> (Build, [ExitId; 3]) {
    let (mut build, p) = Build::new(&[V, I]);
    let (head, h) = build.block(&[I, I]);
    let (work, _) = build.block(&[]);
    let (end, _) = build.block(&[]);
    let (zero, one, eight) = (build.i(0), build.i(1), build.i(8));
    let bounds = build.exit(&[h[0], h[1]]);
    let overflow = build.exit(&[h[1], h[0]]);
    build.jump(ENTRY, head, &[zero, zero]);
    build.region.body[head].header = true;
    let more = build.op(head, Op::Lt, &[h[0], p[1]], B);
    build.end(head, Term::Branch(more, target(work, &[]), target(end, &[])));
    let off = build.op(work, Op::Mul, &[h[0], eight], I);
    let x = build.checked(work, Op::Load(Scalar::I64, Endian::Little), &[p[0], off], I, bounds);
    let sum = build.checked(work, Op::Add, &[h[1], x], I, overflow);
    let next = build.op(work, Op::Add, &[h[0], one], I);
    build.jump(work, head, &[next, sum]);
    let done = build.leave(end, &[h[1]]);
    (build, [bounds, overflow, done])
}

#[test]
fn loops_end_and_leave_with_what_was_carried() {
    let (build, [bounds, overflow, done]) = sum_loop();
    let native = build.compile();
    let input: Vec<u8> = [1, 2, i64::MAX - 3, 5].iter().flat_map(|i: &i64| i.to_le_bytes()).collect();
    let run = |len, n| build.run(&native, &input, &[Val::View(0, len), Val::I64(n)]);
    assert_eq!(run(32, 0), (done, vec![Val::I64(0)]));
    assert_eq!(run(32, 3), (done, vec![Val::I64(i64::MAX)]));
    assert_eq!(run(32, 4), (overflow, vec![Val::I64(i64::MAX), Val::I64(3)]));
    assert_eq!(run(23, 3), (bounds, vec![Val::I64(2), Val::I64(3)]));
    assert_eq!(run(0, 1), (bounds, vec![Val::I64(0), Val::I64(0)]));
}

#[test]
fn a_constant_is_there_in_every_block_that_uses_it() {
    let (mut build, p) = Build::new(&[B, I]);
    let seven = build.i(7);
    let mut ends = vec![];
    let arms = [build.block(&[]).0, build.block(&[]).0];
    build.end(ENTRY, Term::Branch(p[0], target(arms[0], &[]), target(arms[1], &[])));
    for (arm, op) in arms.into_iter().zip([Op::Or, Op::Xor]) {
        let v = build.op(arm, op, &[p[1], seven], I);
        ends.push(build.leave(arm, &[v]));
    }
    let native = build.compile();
    let run = |b| build.run(&native, &[], &[Val::Bool(b), Val::I64(2)]);
    assert_eq!((run(true), run(false)), ((ends[0], vec![Val::I64(7)]), (ends[1], vec![Val::I64(5)])));
}

/// More live values than fit a page of stack.
#[test]
fn large_frames() {
    let (mut build, p) = Build::new(&[I]);
    let mut vals = vec![];
    for i in 0..2000 {
        let c = build.i(i);
        vals.push(build.op(ENTRY, Op::Mul, &[p[0], c], I));
    }
    let any = build.i(5);
    let small = build.op(ENTRY, Op::Lt, &[p[0], any], B);
    let exit = build.exit(&vals);
    build.effect(ENTRY, Op::Guard, &[small]).exit = Some(exit);
    build.leave(ENTRY, &[]);
    let (exit, left) = build.run(&build.compile(), &[], &[Val::I64(9)]);
    assert_eq!(exit, ExitId(0));
    assert!((0..).zip(left).all(|(i, val)| val == Val::I64(9 * i)));
}

#[test]
fn switches_go_to_the_equal_case_with_their_arguments() {
    let keys = [3, -1, i64::MIN, 4, 5, i64::MAX, 0, 3];
    let (mut build, p) = Build::new(&[I]);
    let (out, q) = build.block(&[I]);
    let cases: Vec<_> = (0..).zip(keys).map(|(i, key)| (key, target(out, &[build.i(i)]))).collect();
    let none = build.i(-1);
    build.end(ENTRY, Term::Switch(p[0], cases, target(out, &[none])));
    build.leave(out, &[q[0]]);
    let native = build.compile();
    for on in keys.into_iter().chain([1, 2, 6, -2, i64::MIN + 1]) {
        let want = keys.iter().position(|k| *k == on).map_or(-1, |i| i as i64);
        assert_eq!(build.run(&native, &[], &[Val::I64(on)]).1, [Val::I64(want)]);
    }
}

#[test]
fn exits_are_shared_and_do_their_own_instructions() {
    let (mut build, p) = Build::new(&[I, I]);
    let (square, hundred) = (build.region.body.value(I, Def::Inst), build.i(100));
    let exit = build.exit(&[square, p[1], square, hundred]);
    let args = vec![p[0], p[0]];
    build.region.exits[0].insts =
        vec![Inst { op: Op::Mul, args: args.into(), result: Some(square), exit: None }];
    for v in [p[0], p[1]] {
        let small = build.op(ENTRY, Op::Lt, &[v, hundred], B);
        build.effect(ENTRY, Op::Guard, &[small]).exit = Some(exit);
    }
    let done = build.leave(ENTRY, &[]);
    let native = build.compile();
    assert_eq!(native.exits[0].layout, [(square, I, 0), (p[1], I, 1)], "each value once, no constants");
    assert_eq!(native.guards, 2);
    let run = |a, b| build.run(&native, &[], &[Val::I64(a), Val::I64(b)]);
    assert_eq!(run(300, 2), (exit, vec![Val::I64(90_000), Val::I64(2)]));
    assert_eq!(run(2, 300), (exit, vec![Val::I64(4), Val::I64(300)]));
    assert_eq!(run(2, 3), (done, vec![]));
}

#[test]
fn what_is_no_region_is_refused() {
    let refused = |build: &Build| build.compiled(Want::default()).is_err();
    let (mut build, p) = Build::new(&[I]);
    build.end(ENTRY, Term::Return(vec![p[0]]));
    assert!(refused(&build));
    build.jump(ENTRY, ENTRY, &[p[0]]);
    assert!(refused(&build));
    build.op(ENTRY, Op::Promote, &[p[0]], I);
    build.leave(ENTRY, &[]);
    assert!(refused(&build));
    // The next region is not disturbed by the state of these.
    let (mut build, p) = Build::new(&[I]);
    build.leave(ENTRY, &[p[0]]);
    assert_eq!(build.run(&build.compile(), &[], &[Val::I64(3)]).1, [Val::I64(3)]);
}

#[test]
fn objects_are_real_ones() {
    let class = ClassId(0);
    let object = Type::object(class);
    let types = [B, Type::optional(Base::View), F, Type::optional(Base::Ref(class))];
    let vals = [Val::Bool(true), Val::View(1, 2), Val::F64(0.5), Val::None];
    let (mut build, p) = Build::new(&types);
    let fields = types.iter().enumerate().map(|(i, ty)| (format!("f{i}"), *ty)).collect();
    build.program.classes.push(Class { name: "C".to_string(), fields });
    let first = build.op(ENTRY, Op::New(class), &p, object);
    let link = build.op(ENTRY, Op::Some, &[first], types[3]);
    build.effect(ENTRY, Op::Set(class, 3), &[first, link]);
    let none = build.c(Const::None(Base::View));
    let second = build.op(ENTRY, Op::New(class), &[p[0], none, p[2], link], object);
    let mut left = vec![first, second];
    for object in [first, second] {
        for (i, ty) in types.iter().enumerate() {
            left.push(build.op(ENTRY, Op::Get(class, i as u32), &[object], *ty));
        }
    }
    let exit = build.leave(ENTRY, &left);
    let sunk = build.region.body.value(object, Def::Inst);
    let args = vec![p[0], p[1], p[2], link];
    build.region.exits[exit.index()].insts =
        vec![Inst { op: Op::New(class), args: args.into(), result: Some(sunk), exit: None }];
    build.region.exits[exit.index()].returns.as_mut().unwrap().push(Slot::Value(sunk));
    let native = build.compile();
    let mut heap = Heap::new(&build.program);
    heap.alloc(class, &vals);
    let (_, left) = build.run_with(&native, &[0; 8], &vals, &mut heap);
    assert_eq!(left[..2], [Val::Ref(1), Val::Ref(2)]);
    assert_eq!(left[2..6], [vals[0], vals[1], vals[2], Val::Ref(1)]);
    assert_eq!(left[6..], [vals[0], Val::None, vals[2], Val::Ref(1), Val::Ref(3)]);
    assert_eq!((heap.class(2), heap.get(2, 2), heap.allocated()), (class, Val::F64(0.5), 4));
    assert_eq!(heap.get(3, 1), Val::View(1, 2));
}

/// However much stack the code takes itself, together with its callees it stays within the limit.
#[test]
fn the_stack_that_is_taken_is_bounded() {
    let (mut build, params) = Build::new(&[I]);
    let entry = BlockId(0);
    let native_with = |build: &mut Build, values: i64| {
        // All values are live at once.
        let values: Vec<Value> = (0..values)
            .map(|n| {
                let n = build.i(n);
                build.op(entry, Op::Xor, &[params[0], n], I)
            })
            .collect();
        build.leave(entry, &[&values[..], &values[..]].concat());
        build.compile()
    };
    let small = native_with(&mut build, 10);
    assert_eq!(small.room(NATIVE_FRAMES), NATIVE_FRAMES);
    let mut build = Build::new(&[I]).0;
    let large = native_with(&mut build, 20_000);
    assert!(large.frame > 100_000, "{} bytes", large.frame);
    for frames in [NATIVE_FRAMES, 10_000] {
        assert!(large.frame + large.room(frames) * CALLEE_STACK <= stack(frames));
    }
    assert_eq!(large.room(1), 0);
}

#[test]
fn threads_share_code() {
    let (build, [_, _, done]) = sum_loop();
    let native = build.compile();
    let input: Vec<u8> = (0..1000i64).flat_map(|i| i.to_le_bytes()).collect();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let (exit, left) = build.run(&native, &input, &[Val::View(0, 8000), Val::I64(1000)]);
                    assert_eq!((exit, left), (done, vec![Val::I64(499_500)]));
                }
            });
        }
    });
}

/// Bytes of the process's memory that hold code and are not mapped from a file.
#[cfg(target_os = "linux")]
fn mapped_code() -> u64 {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let size = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (start, end) = fields[0].split_once('-').unwrap();
        let of = |hex| u64::from_str_radix(hex, 16).unwrap();
        assert!(!fields[1].starts_with("rwx"), "writable or executable, never both");
        if fields.len() == 5 && fields[1].starts_with("r-x") { of(end) - of(start) } else { 0 }
    };
    maps.lines().map(size).sum()
}

#[cfg(target_os = "linux")]
#[test]
fn code_is_freed_with_its_owner() {
    let (build, _) = sum_loop();
    let alive = build.compile();
    let before = mapped_code();
    assert!(before > 0);
    (0..3000).for_each(|_| drop(build.compile()));
    // Other tests run at the same time. If nothing were freed, it would be 3000 pages.
    assert!(mapped_code() < before + 1000 * 4096);
    drop(alive);
}

#[test]
fn code_can_be_read() {
    let (build, _) = sum_loop();
    let native = build.compiled(Want { clif: true, asm: true, ..Want::default() }).unwrap();
    assert!(native.clif.is_some_and(|text| text.starts_with("function u0:0(i64, i64, i64, i64) -> i64")));
    assert!(native.asm.is_some_and(|asm| asm.to_string().contains("ret")));
    assert!(native.code_bytes > 40 && native.guards == 2);
}

/// In code that leaves in turn, each check leaves at least once, with the state before it.
#[test]
fn each_check_leaves_in_turn() {
    let (build, [bounds, overflow, done]) = sum_loop();
    let (numbers, n) = (0..40i64, 40);
    let input: Vec<u8> = numbers.clone().flat_map(i64::to_le_bytes).collect();
    let sum = |rounds: i64| numbers.clone().take(rounds as usize).sum::<i64>();
    for number in 0..8 {
        let want = Want { stress: true, ..Want::default() };
        let native =
            compile(&build.program, build.table(), &build.region, number, want).expect("it compiles");
        let mut early = 0;
        loop {
            let (exit, left) = build.run(&native, &input, &[Val::View(0, input.len() as u64), Val::I64(n)]);
            let left: Vec<i64> =
                left.iter().map(|v| if let Val::I64(i) = v { *i } else { panic!("{v:?}") }).collect();
            if exit == done {
                assert_eq!(left, [sum(n)]);
                break;
            }
            assert!(exit == bounds || exit == overflow);
            let (round, total) = if exit == bounds { (left[0], left[1]) } else { (left[1], left[0]) };
            assert!(round < n && total == sum(round), "{exit:?} with {left:?}");
            early += 1;
        }
        let stress = native.stress.as_ref().expect("it was wanted");
        assert_eq!(stress.counts(), [2, 2, 2]);
        // Each of the two checks leaves at one of its 40 executions, and then after 2, 4, 8 … more.
        assert!((2..20).contains(&early), "left {early} times without need");
    }
    assert!(build.compile().stress.is_none());
}
