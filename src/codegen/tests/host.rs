//! Calls of host functions: all types of arguments and results.

use super::*;
use crate::runtime::{Console, Function};

const ENTRY: BlockId = BlockId(0);

/// The result of a host function with these arguments, called from native code, and what it wrote. The
/// arguments are inputs of the region.
fn native<M: 'static, F: Function<M>>(args: &[Val], input: &[u8], function: F) -> (Vec<Val>, String) {
    let host = Host::new("f", Effects::Writes, function);
    let (mut build, params) = Build::new(host.params());
    let op = Op::Host(build.program.host(&host), Effects::Writes);
    let result = build.region.body.push(ENTRY, op, &params, host.result());
    build.leave(ENTRY, &result.into_iter().collect::<Vec<_>>());
    let mut heap = Heap::default();
    let (_, left) = build.run_with(&build.compile(), input, args, &mut heap);
    let text = String::from_utf8(std::mem::take(&mut heap.console.text)).expect("it is text");
    let memory = Memory { input, pool: &build.program.pool };
    let val = crate::runtime::host::call(&host, args, memory, &mut heap.console);
    assert_eq!(val, left.first().copied().unwrap_or(Val::None), "the interpreter");
    assert_eq!(heap.console.text, text.as_bytes(), "the interpreter");
    (left, text)
}

#[test]
fn each_type_is_taken_and_given() {
    for a in [false, true] {
        assert_eq!(native(&[Val::Bool(a)], &[], |_: &mut Console, a: bool| !a).0, [Val::Bool(!a)]);
    }
    let double = |_: &mut Console, a: i64| a.wrapping_mul(2);
    assert_eq!(native(&[Val::I64(-7)], &[], double).0, [Val::I64(-14)]);
    let double = |_: &mut Console, a: u64| a.wrapping_mul(2);
    assert_eq!(native(&[Val::U64(u64::MAX)], &[], double).0, [Val::U64(u64::MAX - 1)]);
    assert_eq!(native(&[Val::F64(0.25)], &[], |_: &mut Console, a: f64| -a).0, [Val::F64(-0.25)]);
    let sum = |_: &mut Console, a: &[u8]| a.iter().map(|b| i64::from(*b)).sum::<i64>();
    assert_eq!(native(&[Val::View(1, 3)], &[1, 2, 3, 4, 5], sum).0, [Val::I64(9)]);
    assert_eq!(native(&[Val::View(5, 0)], &[1, 2, 3, 4, 5], sum).0, [Val::I64(0)]);
    assert_eq!(native(&[], &[], |_: &mut Console| 4i64).0, [Val::I64(4)]);
}

#[test]
fn each_optional_is_given_or_not() {
    for there in [false, true] {
        let or_none = |val| vec![if there { val } else { Val::None }];
        let flag = [Val::Bool(there)];
        let given = native(&flag, &[], |_: &mut Console, there: bool| there.then_some(-3i64)).0;
        assert_eq!(given, or_none(Val::I64(-3)));
        let given = native(&flag, &[], |_: &mut Console, there: bool| there.then_some(3u64)).0;
        assert_eq!(given, or_none(Val::U64(3)));
        let given = native(&flag, &[], |_: &mut Console, there: bool| there.then_some(0.5)).0;
        assert_eq!(given, or_none(Val::F64(0.5)));
        let given = native(&flag, &[], |_: &mut Console, there: bool| there.then_some(false)).0;
        assert_eq!(given, or_none(Val::Bool(false)));
    }
}

#[test]
fn six_arguments_stay_in_their_order() {
    let args = [Val::View(0, 2), Val::Bool(true), Val::View(2, 1), Val::I64(-1), Val::F64(0.5), Val::U64(9)];
    let say = |out: &mut Console, a: &[u8], b: bool, c: &[u8], d: i64, e: f64, f: u64| {
        out.write(format!("{a:?} {b} {c:?} {d} {e} {f}").as_bytes());
    };
    assert_eq!(native(&args, &[7, 8, 9], say), (vec![], "[7, 8] true [9] -1 0.5 9".to_string()));
    let views = [0, 1, 2, 3, 4, 5].map(|at| Val::View(at, 6 - at));
    let first = |_: &mut Console, a: &[u8], b: &[u8], c: &[u8], d: &[u8], e: &[u8], f: &[u8]| {
        [a, b, c, d, e, f].iter().fold(0, |sum, view| sum * 100 + view.len() as i64 * 10 + i64::from(view[0]))
    };
    assert_eq!(native(&views, &[1, 2, 3, 4, 5, 6], first).0, [Val::I64(615_243_342_516)]);
}

#[test]
fn views_of_the_pool_and_of_the_input_are_the_same_to_the_host() {
    let equal = Host::new("equal", Effects::Pure, |_: &mut Console, a: &[u8], b: &[u8]| a == b);
    let (mut build, params) = Build::new(&[V]);
    let op = Op::Host(build.program.host(&equal), Effects::Pure);
    let (text, empty) = (build.program.constant(b"text"), build.program.constant(b""));
    let (text, empty) = (build.c(text), build.c(empty));
    let pairs = [[params[0], text], [text, text], [text, empty], [empty, empty], [empty, params[0]]];
    let left: Vec<Value> = pairs.iter().map(|pair| build.op(ENTRY, op, pair, B)).collect();
    build.leave(ENTRY, &left);
    let native = build.compile();
    for (view, same) in [((2, 4), true), ((1, 4), false)] {
        let (_, left) = build.run(&native, b"a text", &[Val::View(view.0, view.1)]);
        assert_eq!(left, [same, true, false, true, false].map(Val::Bool));
    }
}

#[test]
fn a_call_that_only_an_exit_needs_is_made_there() {
    let half = Host::new("half", Effects::Pure, |_: &mut Console, x: i64| (x % 2 == 0).then_some(x / 2));
    let (mut build, params) = Build::new(&[I]);
    let op = Op::Host(build.program.host(&half), Effects::Pure);
    let exit = build.leave(ENTRY, &[]);
    let sunk = build.region.body.value(Type::optional(Base::I64), Def::Inst);
    build.region.exits[exit.index()].insts =
        vec![Inst { op, args: [params[0]][..].into(), result: Some(sunk), exit: None }];
    build.region.exits[exit.index()].returns = Some(vec![Slot::Value(sunk)]);
    let native = build.compile();
    assert_eq!(build.run(&native, &[], &[Val::I64(12)]).1, [Val::I64(6)]);
    assert_eq!(build.run(&native, &[], &[Val::I64(13)]).1, [Val::None]);
}
