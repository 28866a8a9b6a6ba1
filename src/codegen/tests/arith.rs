//! Arithmetic, compares, conversions: all pairs of corner values, each operand as an input and as a constant.

use super::*;

const INTS: [i64; 16] =
    [i64::MIN, i64::MIN + 1, -(1 << 32), -64, -7, -2, -1, 0, 1, 2, 3, 8, 63, 64, i64::MAX - 1, i64::MAX];
const UINTS: [u64; 9] = [0, 1, 2, 7, 63, 64, 1 << 63, u64::MAX - 1, u64::MAX];
const FLOATS: [f64; 20] = [
    f64::NAN,
    f64::NEG_INFINITY,
    f64::INFINITY,
    0.0,
    -0.0,
    1.0,
    -1.0,
    -0.5,
    0.5,
    -1.5,
    2.5,
    f64::MIN,
    f64::MAX,
    f64::MIN_POSITIVE,
    5e-324,
    -9223372036854775808.0,
    -9223372036854777856.0,
    9223372036854775808.0,
    9223372036854774784.0,
    18446744073709551616.0,
];

fn corners(ty: Type) -> Vec<Val> {
    match ty.base {
        Base::I64 => INTS.map(Val::I64).to_vec(),
        Base::U64 => UINTS.map(Val::U64).to_vec(),
        Base::F64 => FLOATS.map(Val::F64).to_vec(),
        _ => vec![Val::Bool(false), Val::Bool(true)],
    }
}

/// The result of an instruction, or `None` if it fails.
pub fn expected(op: Op, args: &[Val]) -> Option<Val> {
    use Val::{Bool, F64, I64, U64};
    Some(match (op, args) {
        (Op::Add, [I64(a), I64(b)]) => I64(a.checked_add(*b)?),
        (Op::Sub, [I64(a), I64(b)]) => I64(a.checked_sub(*b)?),
        (Op::Mul, [I64(a), I64(b)]) => I64(a.checked_mul(*b)?),
        (Op::Div, [I64(a), I64(b)]) => I64(floor_div(*a, *b)?),
        (Op::Rem, [I64(a), I64(b)]) => {
            I64((i128::from(*a) - i128::from(floor_div(*a, *b)?) * i128::from(*b)) as i64)
        }
        (Op::Add, [U64(a), U64(b)]) => U64(a.checked_add(*b)?),
        (Op::Sub, [U64(a), U64(b)]) => U64(a.checked_sub(*b)?),
        (Op::Mul, [U64(a), U64(b)]) => U64(a.checked_mul(*b)?),
        (Op::Div, [U64(a), U64(b)]) => U64(a.checked_div(*b)?),
        (Op::Rem, [U64(a), U64(b)]) => U64(a.checked_rem(*b)?),
        // Modulo 2^64, by 128-bit arithmetic.
        (Op::WrapAdd, [I64(a), I64(b)]) => I64((i128::from(*a) + i128::from(*b)) as i64),
        (Op::WrapSub, [I64(a), I64(b)]) => I64((i128::from(*a) - i128::from(*b)) as i64),
        (Op::WrapMul, [I64(a), I64(b)]) => I64((i128::from(*a) * i128::from(*b)) as i64),
        (Op::WrapAdd, [U64(a), U64(b)]) => U64((u128::from(*a) + u128::from(*b)) as u64),
        (Op::WrapSub, [U64(a), U64(b)]) => U64((i128::from(*a) - i128::from(*b)) as u64),
        (Op::WrapMul, [U64(a), U64(b)]) => U64((u128::from(*a) * u128::from(*b)) as u64),
        (Op::Add, [F64(a), F64(b)]) => F64(a + b),
        (Op::Sub, [F64(a), F64(b)]) => F64(a - b),
        (Op::Mul, [F64(a), F64(b)]) => F64(a * b),
        (Op::Div, [F64(a), F64(b)]) => F64(a / b),
        (Op::Min, [I64(a), I64(b)]) => I64(*a.min(b)),
        (Op::Max, [I64(a), I64(b)]) => I64(*a.max(b)),
        (Op::Min, [U64(a), U64(b)]) => U64(*a.min(b)),
        (Op::Max, [U64(a), U64(b)]) => U64(*a.max(b)),
        (Op::Min, [F64(a), F64(b)]) => F64(if b < a { *b } else { *a }),
        (Op::Max, [F64(a), F64(b)]) => F64(if a < b { *b } else { *a }),
        (Op::And, [I64(a), I64(b)]) => I64(a & b),
        (Op::Or, [I64(a), I64(b)]) => I64(a | b),
        (Op::Xor, [I64(a), I64(b)]) => I64(a ^ b),
        (Op::And, [U64(a), U64(b)]) => U64(a & b),
        (Op::Or, [U64(a), U64(b)]) => U64(a | b),
        (Op::Xor, [U64(a), U64(b)]) => U64(a ^ b),
        (Op::And, [Bool(a), Bool(b)]) => Bool(a & b),
        (Op::Or, [Bool(a), Bool(b)]) => Bool(a | b),
        (Op::Xor, [Bool(a), Bool(b)]) => Bool(a ^ b),
        (Op::Shl, [I64(a), I64(b)]) => I64(a << count(*b)?),
        (Op::Shr, [I64(a), I64(b)]) => I64(a >> count(*b)?),
        (Op::Shl, [U64(a), I64(b)]) => U64(a << count(*b)?),
        (Op::Shr, [U64(a), I64(b)]) => U64(a >> count(*b)?),
        (Op::Neg, [I64(a)]) => I64(a.checked_neg()?),
        (Op::Abs, [I64(a)]) => I64(a.checked_abs()?),
        (Op::Neg, [F64(a)]) => F64(-a),
        (Op::Abs, [F64(a)]) => F64(a.abs()),
        (Op::Not, [I64(a)]) => I64(!a),
        (Op::Not, [U64(a)]) => U64(!a),
        (Op::Not, [Bool(a)]) => Bool(!a),
        (Op::Sqrt, [F64(a)]) => F64(a.sqrt()),
        (Op::Floor, [F64(a)]) => F64(a.floor()),
        (Op::Ceil, [F64(a)]) => F64(a.ceil()),
        (Op::Eq | Op::Ne | Op::Lt | Op::Le, [a, b]) => {
            let order = match (a, b) {
                (I64(a), I64(b)) => Some(a.cmp(b)),
                (U64(a), U64(b)) => Some(a.cmp(b)),
                (Bool(a), Bool(b)) => Some(a.cmp(b)),
                (F64(a), F64(b)) => a.partial_cmp(b),
                _ => unreachable!(),
            };
            Bool(match op {
                Op::Eq => order.is_some_and(|o| o.is_eq()),
                Op::Ne => !order.is_some_and(|o| o.is_eq()),
                Op::Lt => order.is_some_and(|o| o.is_lt()),
                _ => order.is_some_and(|o| o.is_le()),
            })
        }
        (Op::Convert(Base::I64), [Bool(a)]) => I64(i64::from(*a)),
        (Op::Convert(Base::U64), [Bool(a)]) => U64(u64::from(*a)),
        (Op::Convert(Base::F64), [Bool(a)]) => F64(f64::from(u8::from(*a))),
        (Op::Convert(Base::F64), [I64(a)]) => F64(*a as f64),
        (Op::Convert(Base::F64), [U64(a)]) => F64(*a as f64),
        (Op::Convert(Base::U64), [I64(a)]) => U64((*a).try_into().ok()?),
        (Op::Convert(Base::I64), [U64(a)]) => I64((*a).try_into().ok()?),
        (Op::Convert(Base::I64), [F64(a)]) => I64(whole(*a)?.try_into().ok()?),
        (Op::Convert(Base::U64), [F64(a)]) => U64(whole(*a)?.try_into().ok()?),
        (Op::Bits(Base::F64), [I64(a)]) => F64(f64::from_bits(*a as u64)),
        (Op::Bits(Base::F64), [U64(a)]) => F64(f64::from_bits(*a)),
        (Op::Bits(Base::I64), [F64(a)]) => I64(a.to_bits() as i64),
        (Op::Bits(Base::U64), [F64(a)]) => U64(a.to_bits()),
        (Op::Bits(Base::I64), [U64(a)]) => I64(*a as i64),
        (Op::Bits(Base::U64), [I64(a)]) => U64(*a as u64),
        other => unreachable!("{other:?}"),
    })
}

fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}
fn count(b: i64) -> Option<u32> {
    u32::try_from(b).ok().filter(|b| *b < 64)
}
fn whole(a: f64) -> Option<i128> {
    (a.abs() < 1e30).then_some(a as i128)
}

fn constant(val: Val) -> Const {
    match val {
        Val::Bool(b) => Const::Bool(b),
        Val::I64(i) => Const::I64(i),
        Val::U64(u) => Const::U64(u),
        Val::F64(f) => Const::f64(f),
        _ => unreachable!(),
    }
}

/// A region of one instruction, some of whose operands are constants. Exit 0: it failed; exit 1: its result.
fn single(op: Op, types: &[Type], fixed: &[Option<Val>], result: Type, exit: bool) -> (Build, Native) {
    let (mut build, params) = Build::new(types);
    let args: Vec<Value> =
        params.iter().zip(fixed).map(|(p, f)| f.map_or(*p, |val| build.c(constant(val)))).collect();
    let fails = build.exit(&[]);
    let v = build.op(BlockId(0), op, &args, result);
    build.last(BlockId(0)).exit = exit.then_some(fails);
    build.leave(BlockId(0), &[v]);
    let native = build.compile();
    (build, native)
}

/// Compares the instruction with [`expected`] on all corner values.
fn check(op: Op, types: &[Type], result: Type) {
    let checked = op.checked(types[0]);
    let tuples: Vec<Vec<Val>> = match types {
        [a] => corners(*a).into_iter().map(|a| vec![a]).collect(),
        [a, b] => {
            corners(*a).iter().flat_map(|a| corners(*b).into_iter().map(move |b| vec![*a, b])).collect()
        }
        _ => unreachable!(),
    };
    let try_all = |fixed: &[Option<Val>], checked: bool| {
        let (build, native) = single(op, types, fixed, result, checked);
        for args in &tuples {
            if args.iter().zip(fixed).any(|(arg, fixed)| fixed.is_some_and(|f| bits(f) != bits(*arg))) {
                continue;
            }
            let (exit, left) = match expected(op, args) {
                // An instruction proven not to fail is run only with operands for which it does not.
                None if !checked => continue,
                _ => build.run(&native, &[], args),
            };
            let found = (exit == ExitId(1)).then(|| bits(left[0]));
            assert_eq!(found, expected(op, args).map(bits), "{op:?} {args:?} {fixed:?} checked: {checked}");
        }
    };
    let free = vec![None; types.len()];
    for checked in [false, checked] {
        try_all(&free, checked);
        for i in 0..types.len() {
            for val in corners(types[i]) {
                let mut fixed = free.clone();
                fixed[i] = Some(val);
                let fails = |args: &Vec<Val>| bits(args[i]) == bits(val) && expected(op, args).is_some();
                if checked || tuples.iter().any(fails) {
                    try_all(&fixed, checked);
                }
            }
        }
    }
    assert_eq!(single(op, types, &free, result, false).1.guards, 0);
    assert_eq!(single(op, types, &free, result, checked).1.guards > 0, checked, "{op:?} {types:?}");
}

#[test]
fn integers() {
    for ty in [I, U] {
        for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Rem, Op::Min, Op::Max, Op::And, Op::Or, Op::Xor] {
            check(op, &[ty, ty], ty);
        }
        for op in [Op::WrapAdd, Op::WrapSub, Op::WrapMul] {
            check(op, &[ty, ty], ty);
        }
        for op in [Op::Shl, Op::Shr] {
            check(op, &[ty, I], ty);
        }
        check(Op::Not, &[ty], ty);
    }
    check(Op::Neg, &[I], I);
    check(Op::Abs, &[I], I);
}

#[test]
fn floats() {
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Min, Op::Max] {
        check(op, &[F, F], F);
    }
    for op in [Op::Neg, Op::Abs, Op::Sqrt, Op::Floor, Op::Ceil] {
        check(op, &[F], F);
    }
}

#[test]
fn truth_values_and_compares() {
    for op in [Op::And, Op::Or, Op::Xor] {
        check(op, &[B, B], B);
    }
    check(Op::Not, &[B], B);
    for op in [Op::Eq, Op::Ne] {
        check(op, &[B, B], B);
    }
    for ty in [I, U, F] {
        for op in [Op::Eq, Op::Ne, Op::Lt, Op::Le] {
            check(op, &[ty, ty], B);
        }
    }
}

#[test]
fn conversions() {
    for (from, to) in [(B, I), (B, U), (B, F), (I, U), (I, F), (U, I), (U, F), (F, I), (F, U)] {
        check(Op::Convert(to.base), &[from], to);
    }
    for (from, to) in [(I, U), (I, F), (U, I), (U, F), (F, I), (F, U)] {
        check(Op::Bits(to.base), &[from], to);
    }
}

#[test]
fn pairs_of_floats() {
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Min, Op::Max] {
        let (mut build, params) = Build::new(&[X, X]);
        let v = build.op(BlockId(0), op, &params, X);
        let low = build.op(BlockId(0), Op::Lane(0), &[v], F);
        let high = build.op(BlockId(0), Op::Lane(1), &[v], F);
        let packed = build.op(BlockId(0), Op::Pack, &[high, low], X);
        build.leave(BlockId(0), &[low, high, packed]);
        let native = build.compile();
        let not_nan = FLOATS.iter().copied().filter(|f| !f.is_nan());
        for (a, b) in not_nan.clone().flat_map(|a| not_nan.clone().map(move |b| (a, b))) {
            let want = |a, b| expected(op, &[Val::F64(a), Val::F64(b)]).map(bits).unwrap();
            let (_, left) = build.run(&native, &[], &[Val::F64x2(a, b), Val::F64x2(b, a)]);
            assert_eq!((bits(left[0]), bits(left[1])), (want(a, b), want(b, a)), "{op:?} {a} {b}");
            let Val::F64x2(high, low) = left[2] else { unreachable!() };
            assert_eq!((bits(Val::F64(high)), bits(Val::F64(low))), (want(b, a), want(a, b)));
        }
    }
}
