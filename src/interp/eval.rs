//! The meaning of each pure operation: the one definition that native code is compared with.
//!
//! A number or boolean is one 64-bit word, and [`meaning`] is a table of functions over words: the machine
//! looks them up when it translates a function. [`eval`] applies an operation to values; the optimizer folds
//! constants with it. Both are total over well-typed arguments: the result is a value or a [`Raise`]. Calls,
//! objects and control flow are in [`super::machine`].

use super::find::find;
use crate::ir::{Base, Op, Raise, Type};
use crate::runtime::{Memory, Val};
use crate::scalar::{Endian, Scalar};

/// An operation on words. The functions of checked operations return `None` where the operation fails; then
/// [`failure`] has the error.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Meaning {
    Unary(fn(u64) -> u64),
    Binary(fn(u64, u64) -> u64),
    CheckedUnary(fn(u64) -> Option<u64>),
    CheckedBinary(fn(u64, u64) -> Option<u64>),
}

fn i(word: u64) -> i64 {
    word as i64
}

fn f(word: u64) -> f64 {
    f64::from_bits(word)
}

/// The meaning of an operation whose first argument has this type. `None` if the operation is not one on
/// numbers and booleans.
pub fn meaning(op: Op, base: Base) -> Option<Meaning> {
    use Base::{Bool, F64, I64, U64};
    use Meaning::{Binary, CheckedBinary, CheckedUnary, Unary};
    /// 2^63 and 2^64: the first floats above the integers.
    const TOP: f64 = 9_223_372_036_854_775_808.0;
    Some(match (op, base) {
        (Op::Add, I64) => CheckedBinary(|a, b| Some(i(a).checked_add(i(b))? as u64)),
        (Op::Sub, I64) => CheckedBinary(|a, b| Some(i(a).checked_sub(i(b))? as u64)),
        (Op::Mul, I64) => CheckedBinary(|a, b| Some(i(a).checked_mul(i(b))? as u64)),
        (Op::Add, U64) => CheckedBinary(u64::checked_add),
        (Op::Sub, U64) => CheckedBinary(u64::checked_sub),
        (Op::Mul, U64) => CheckedBinary(u64::checked_mul),
        (Op::Add, F64) => Binary(|a, b| (f(a) + f(b)).to_bits()),
        (Op::Sub, F64) => Binary(|a, b| (f(a) - f(b)).to_bits()),
        (Op::Mul, F64) => Binary(|a, b| (f(a) * f(b)).to_bits()),
        (Op::Div, F64) => Binary(|a, b| (f(a) / f(b)).to_bits()),
        (Op::WrapAdd, _) => Binary(u64::wrapping_add),
        (Op::WrapSub, _) => Binary(u64::wrapping_sub),
        (Op::WrapMul, _) => Binary(u64::wrapping_mul),
        (Op::Div, I64) => CheckedBinary(|a, b| {
            let (a, b) = (i(a), i(b));
            let quotient = a.checked_div(b)?;
            Some((quotient - i64::from(a % b != 0 && (a % b < 0) != (b < 0))) as u64)
        }),
        (Op::Rem, I64) => CheckedBinary(|a, b| {
            let (a, b) = (i(a), i(b));
            // The remainder of i64::MIN / -1 is 0, though the quotient does not fit.
            let rest = if b == 0 { None } else { Some(a.wrapping_rem(b)) }?;
            Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest } as u64)
        }),
        (Op::Div, U64) => CheckedBinary(u64::checked_div),
        (Op::Rem, U64) => CheckedBinary(u64::checked_rem),
        (Op::Min, I64) => Binary(|a, b| if i(b) < i(a) { b } else { a }),
        (Op::Min, U64) => Binary(|a, b| if b < a { b } else { a }),
        (Op::Min, F64) => Binary(|a, b| if f(b) < f(a) { b } else { a }),
        (Op::Max, I64) => Binary(|a, b| if i(a) < i(b) { b } else { a }),
        (Op::Max, U64) => Binary(|a, b| if a < b { b } else { a }),
        (Op::Max, F64) => Binary(|a, b| if f(a) < f(b) { b } else { a }),
        (Op::And, _) => Binary(|a, b| a & b),
        (Op::Or, _) => Binary(|a, b| a | b),
        (Op::Xor, _) => Binary(|a, b| a ^ b),
        (Op::Shl, _) => CheckedBinary(|a, b| (b < 64).then(|| a << b)),
        (Op::Shr, I64) => CheckedBinary(|a, b| (b < 64).then(|| (i(a) >> b) as u64)),
        (Op::Shr, _) => CheckedBinary(|a, b| (b < 64).then(|| a >> b)),
        (Op::Neg, I64) => CheckedUnary(|a| Some(i(a).checked_neg()? as u64)),
        (Op::Neg, F64) => Unary(|a| (-f(a)).to_bits()),
        (Op::Abs, I64) => CheckedUnary(|a| Some(i(a).checked_abs()? as u64)),
        (Op::Abs, F64) => Unary(|a| f(a).abs().to_bits()),
        (Op::Not, Bool) => Unary(|a| a ^ 1),
        (Op::Not, _) => Unary(|a| !a),
        (Op::Sqrt, F64) => Unary(|a| f(a).sqrt().to_bits()),
        (Op::Floor, F64) => Unary(|a| f(a).floor().to_bits()),
        (Op::Ceil, F64) => Unary(|a| f(a).ceil().to_bits()),
        (Op::Eq, F64) => Binary(|a, b| (f(a) == f(b)).into()),
        (Op::Eq, _) => Binary(|a, b| (a == b).into()),
        (Op::Ne, F64) => Binary(|a, b| (f(a) != f(b)).into()),
        (Op::Ne, _) => Binary(|a, b| (a != b).into()),
        (Op::Lt, I64) => Binary(|a, b| (i(a) < i(b)).into()),
        (Op::Lt, U64) => Binary(|a, b| (a < b).into()),
        (Op::Lt, F64) => Binary(|a, b| (f(a) < f(b)).into()),
        (Op::Le, I64) => Binary(|a, b| (i(a) <= i(b)).into()),
        (Op::Le, U64) => Binary(|a, b| (a <= b).into()),
        (Op::Le, F64) => Binary(|a, b| (f(a) <= f(b)).into()),
        (Op::Convert(I64 | U64), Bool) | (Op::Bits(_), _) => Unary(|a| a),
        (Op::Convert(F64), Bool | U64) => Unary(|a| (a as f64).to_bits()),
        (Op::Convert(F64), I64) => Unary(|a| (i(a) as f64).to_bits()),
        (Op::Convert(I64 | U64), I64 | U64) => CheckedUnary(|a| (i(a) >= 0).then_some(a)),
        (Op::Convert(I64), F64) => CheckedUnary(|a| (-TOP..TOP).contains(&f(a)).then(|| f(a) as i64 as u64)),
        (Op::Convert(U64), F64) => CheckedUnary(|a| (f(a) > -1.0 && f(a) < 2.0 * TOP).then(|| f(a) as u64)),
        (Op::Single, I64) => Unary(|a| f64::from(f32::from_bits(a as u32)).to_bits()),
        _ => return None,
    })
}

/// Why a checked operation on numbers fails, `b` being its second argument, if it has one.
pub fn failure(op: Op, b: Option<u64>) -> Raise {
    match (op, b) {
        (Op::Div | Op::Rem, Some(0)) => Raise::DivisionByZero,
        (Op::Shl | Op::Shr, _) => Raise::Shift,
        _ => Raise::Overflow,
    }
}

/// The result of `op` over `args`.
///
/// # Panics
///
/// If the arguments do not have the types that the verifier demands.
pub fn eval(op: Op, args: &[Val], memory: Memory) -> Result<Val, Raise> {
    use Val::{Bool, F64, F64x2, I64, View};
    Ok(match (op, args) {
        (Op::Add | Op::Sub | Op::Mul | Op::Div, [F64x2(a, b), F64x2(c, d)]) => {
            let lane = |x: &f64, y: &f64| match numbers(op, &[F64(*x), F64(*y)])? {
                F64(lane) => Ok(lane),
                other => unreachable!("{other:?} is no float"),
            };
            F64x2(lane(a, c)?, lane(b, d)?)
        }
        (Op::Select, [Bool(c), a, b]) => {
            if *c {
                *a
            } else {
                *b
            }
        }
        (Op::Len, [View(_, len)]) => I64(*len as i64),
        (Op::Find, [View(a, a_len), View(b, b_len)]) => {
            I64(find(memory.bytes(*a, *a_len), memory.bytes(*b, *b_len)))
        }
        (Op::Fits, [View(_, len), I64(offset), I64(need)]) => Bool(fits(*len, *offset, *need)),
        (Op::Slice, [View(start, len), I64(offset), I64(need)]) => {
            if !fits(*len, *offset, *need) {
                return Err(Raise::OutOfBounds);
            }
            View(start + *offset as u64, *need as u64)
        }
        (Op::Load(scalar, endian), [View(start, len), I64(offset)]) => {
            let word = load(scalar, endian, memory, (*start, *len), *offset).ok_or(Raise::OutOfBounds)?;
            Val::read(loaded(scalar), &[word])
        }
        (Op::LoadPair, [View(start, len), I64(offset)]) => {
            let pair = bytes(memory, (*start, *len), *offset, 16).ok_or(Raise::OutOfBounds)?;
            let lane = |i: usize| f(scalar(Scalar::F64, Endian::Little, &pair[i..i + 8]));
            F64x2(lane(0), lane(8))
        }
        (Op::Some, [a]) => *a,
        (Op::Has, [a]) => Bool(*a != Val::None),
        (Op::Unwrap, [Val::None]) => return Err(Raise::Missing),
        (Op::Unwrap, [a]) => *a,
        (Op::Pack, [F64(a), F64(b)]) => F64x2(*a, *b),
        (Op::Lane(0), [F64x2(a, _)]) => F64(*a),
        (Op::Lane(_), [F64x2(_, b)]) => F64(*b),
        _ => numbers(op, args)?,
    })
}

/// The result of an operation on numbers and booleans.
fn numbers(op: Op, args: &[Val]) -> Result<Val, Raise> {
    let word = |val: &Val| {
        let mut word = [0];
        val.write(Type::of(base(*val)), &mut word);
        word[0]
    };
    let from = base(args[0]);
    let result = match op {
        Op::Eq | Op::Ne | Op::Lt | Op::Le => Base::Bool,
        Op::Convert(to) | Op::Bits(to) => to,
        Op::Single => Base::F64,
        _ => from,
    };
    let b = args.get(1).map(word);
    let word = match (meaning(op, from), word(&args[0]), b) {
        (Some(Meaning::Unary(f)), a, None) => Some(f(a)),
        (Some(Meaning::CheckedUnary(f)), a, None) => f(a),
        (Some(Meaning::Binary(f)), a, Some(b)) => Some(f(a, b)),
        (Some(Meaning::CheckedBinary(f)), a, Some(b)) => f(a, b),
        _ => unreachable!("{op:?} of {args:?} does not pass the verifier"),
    };
    word.map(|word| Val::read(Type::of(result), &[word])).ok_or_else(|| failure(op, b))
}

fn base(val: Val) -> Base {
    match val {
        Val::Bool(_) => Base::Bool,
        Val::I64(_) => Base::I64,
        Val::U64(_) => Base::U64,
        Val::F64(_) => Base::F64,
        other => unreachable!("{other:?} is no number or boolean"),
    }
}

/// The type of a loaded scalar.
fn loaded(scalar: Scalar) -> Type {
    match scalar {
        Scalar::Bool => Type::BOOL,
        Scalar::U64 => Type::U64,
        Scalar::F32 | Scalar::F64 => Type::F64,
        _ => Type::I64,
    }
}

/// Whether `need` bytes at `offset` are within `len` bytes.
pub fn fits(len: u64, offset: i64, need: i64) -> bool {
    offset >= 0 && need >= 0 && (offset as u64).checked_add(need as u64).is_some_and(|end| end <= len)
}

/// The word of a scalar at an offset of a view; `None` if it is not within it.
pub fn load(scalar_: Scalar, endian: Endian, memory: Memory, view: (u64, u64), offset: i64) -> Option<u64> {
    Some(scalar(scalar_, endian, bytes(memory, view, offset, scalar_.size())?))
}

fn bytes(memory: Memory<'_>, (start, len): (u64, u64), offset: i64, need: u64) -> Option<&[u8]> {
    fits(len, offset, need as i64).then(|| memory.bytes(start + offset as u64, need))
}

/// The word of a scalar with these bytes.
fn scalar(scalar: Scalar, endian: Endian, bytes: &[u8]) -> u64 {
    let raw = match *bytes {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        _ => u64::from_le_bytes(bytes.try_into().expect("a scalar has 1, 2, 4 or 8 bytes")),
    };
    let raw = match endian {
        Endian::Little => raw,
        Endian::Big => raw.swap_bytes() >> (64 - 8 * bytes.len()),
    };
    match scalar {
        Scalar::Bool => u64::from(raw != 0),
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::I64 | Scalar::F64 => raw,
        Scalar::I8 => i64::from(raw as i8) as u64,
        Scalar::I16 => i64::from(raw as i16) as u64,
        Scalar::I32 => i64::from(raw as i32) as u64,
        Scalar::F32 => f64::from(f32::from_bits(raw as u32)).to_bits(),
    }
}
