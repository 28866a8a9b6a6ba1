//! What each pure instruction means: the one definition that native code is compared with.
//!
//! Total over well-typed arguments: it gives a value or a [`Raise`]. Calls, objects and control flow are the
//! machine's ([`super::machine`]).

use super::find::find;
use crate::ir::{Base, Op, Raise};
use crate::runtime::{Memory, Val};
use crate::schema::{Endian, Scalar};

/// The result of `op` over `args`. Panics if the arguments have not the types that the verifier demands.
pub fn eval(op: Op, args: &[Val], memory: Memory) -> Result<Val, Raise> {
    use Val::{Bool, F64, F64x2, I64, U64, View};
    Ok(match (op, args) {
        (Op::Add, [I64(a), I64(b)]) => I64(a.checked_add(*b).ok_or(Raise::Overflow)?),
        (Op::Sub, [I64(a), I64(b)]) => I64(a.checked_sub(*b).ok_or(Raise::Overflow)?),
        (Op::Mul, [I64(a), I64(b)]) => I64(a.checked_mul(*b).ok_or(Raise::Overflow)?),
        (Op::Add, [U64(a), U64(b)]) => U64(a.checked_add(*b).ok_or(Raise::Overflow)?),
        (Op::Sub, [U64(a), U64(b)]) => U64(a.checked_sub(*b).ok_or(Raise::Overflow)?),
        (Op::Mul, [U64(a), U64(b)]) => U64(a.checked_mul(*b).ok_or(Raise::Overflow)?),
        (Op::WrapAdd, [I64(a), I64(b)]) => I64(a.wrapping_add(*b)),
        (Op::WrapSub, [I64(a), I64(b)]) => I64(a.wrapping_sub(*b)),
        (Op::WrapMul, [I64(a), I64(b)]) => I64(a.wrapping_mul(*b)),
        (Op::WrapAdd, [U64(a), U64(b)]) => U64(a.wrapping_add(*b)),
        (Op::WrapSub, [U64(a), U64(b)]) => U64(a.wrapping_sub(*b)),
        (Op::WrapMul, [U64(a), U64(b)]) => U64(a.wrapping_mul(*b)),
        (Op::Add, [F64(a), F64(b)]) => F64(a + b),
        (Op::Sub, [F64(a), F64(b)]) => F64(a - b),
        (Op::Mul, [F64(a), F64(b)]) => F64(a * b),
        (Op::Div, [F64(a), F64(b)]) => F64(a / b),
        (Op::Add, [F64x2(a, b), F64x2(c, d)]) => F64x2(a + c, b + d),
        (Op::Sub, [F64x2(a, b), F64x2(c, d)]) => F64x2(a - c, b - d),
        (Op::Mul, [F64x2(a, b), F64x2(c, d)]) => F64x2(a * c, b * d),
        (Op::Div, [F64x2(a, b), F64x2(c, d)]) => F64x2(a / c, b / d),
        (Op::Div | Op::Rem, [_, I64(0) | U64(0)]) => return Err(Raise::DivisionByZero),
        (Op::Div, [I64(a), I64(b)]) => {
            let quotient = a.checked_div(*b).ok_or(Raise::Overflow)?;
            I64(quotient - i64::from(a % b != 0 && (a % b < 0) != (*b < 0)))
        }
        (Op::Rem, [I64(a), I64(b)]) => {
            // The rest of i64::MIN / -1 is 0, though the quotient does not fit.
            let rest = a.checked_rem(*b).unwrap_or(0);
            I64(if rest != 0 && (rest < 0) != (*b < 0) { rest + b } else { rest })
        }
        (Op::Div, [U64(a), U64(b)]) => U64(a / b),
        (Op::Rem, [U64(a), U64(b)]) => U64(a % b),
        (Op::Min, [a, b]) => {
            if less(b, a) {
                *b
            } else {
                *a
            }
        }
        (Op::Max, [a, b]) => {
            if less(a, b) {
                *b
            } else {
                *a
            }
        }
        (Op::And, [I64(a), I64(b)]) => I64(a & b),
        (Op::And, [U64(a), U64(b)]) => U64(a & b),
        (Op::And, [Bool(a), Bool(b)]) => Bool(a & b),
        (Op::Or, [I64(a), I64(b)]) => I64(a | b),
        (Op::Or, [U64(a), U64(b)]) => U64(a | b),
        (Op::Or, [Bool(a), Bool(b)]) => Bool(a | b),
        (Op::Xor, [I64(a), I64(b)]) => I64(a ^ b),
        (Op::Xor, [U64(a), U64(b)]) => U64(a ^ b),
        (Op::Xor, [Bool(a), Bool(b)]) => Bool(a ^ b),
        (Op::Shl | Op::Shr, [_, I64(b)]) if !(0..64).contains(b) => return Err(Raise::Shift),
        (Op::Shl, [I64(a), I64(b)]) => I64(a << b),
        (Op::Shl, [U64(a), I64(b)]) => U64(a << b),
        (Op::Shr, [I64(a), I64(b)]) => I64(a >> b),
        (Op::Shr, [U64(a), I64(b)]) => U64(a >> b),
        (Op::Neg, [I64(a)]) => I64(a.checked_neg().ok_or(Raise::Overflow)?),
        (Op::Neg, [F64(a)]) => F64(-a),
        (Op::Abs, [I64(a)]) => I64(a.checked_abs().ok_or(Raise::Overflow)?),
        (Op::Abs, [F64(a)]) => F64(a.abs()),
        (Op::Not, [I64(a)]) => I64(!a),
        (Op::Not, [U64(a)]) => U64(!a),
        (Op::Not, [Bool(a)]) => Bool(!a),
        (Op::Sqrt, [F64(a)]) => F64(a.sqrt()),
        (Op::Floor, [F64(a)]) => F64(a.floor()),
        (Op::Ceil, [F64(a)]) => F64(a.ceil()),
        (Op::Eq, [a, b]) => Bool(a == b),
        (Op::Ne, [a, b]) => Bool(a != b),
        (Op::Lt, [a, b]) => Bool(less(a, b)),
        (Op::Le, [F64(a), F64(b)]) => Bool(a <= b),
        (Op::Le, [a, b]) => Bool(!less(b, a)),
        (Op::Select, [Bool(c), a, b]) => {
            if *c {
                *a
            } else {
                *b
            }
        }
        (Op::Convert(to), [a]) => convert(*a, to)?,
        (Op::Bits(to), [a]) => {
            let mut word = [0];
            a.write(crate::ir::Type::of(to), &mut word);
            Val::read(crate::ir::Type::of(to), &word)
        }
        (Op::Single, [I64(a)]) => F64(f32::from_bits(*a as u32).into()),
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
        (Op::Load(scalar, endian), [view, I64(offset)]) => {
            load(scalar, endian, bytes(memory, *view, *offset, scalar.size())?)
        }
        (Op::LoadPair, [view, I64(offset)]) => {
            let pair = bytes(memory, *view, *offset, 16)?;
            F64x2(float(&pair[..8]), float(&pair[8..]))
        }
        (Op::Some, [a]) => *a,
        (Op::Has, [a]) => Bool(*a != Val::None),
        (Op::Unwrap, [Val::None]) => return Err(Raise::Missing),
        (Op::Unwrap, [a]) => *a,
        (Op::Pack, [F64(a), F64(b)]) => F64x2(*a, *b),
        (Op::Lane(0), [F64x2(a, _)]) => F64(*a),
        (Op::Lane(_), [F64x2(_, b)]) => F64(*b),
        _ => unreachable!("{op:?} of {args:?} does not pass the verifier"),
    })
}

fn less(a: &Val, b: &Val) -> bool {
    match (a, b) {
        (Val::I64(a), Val::I64(b)) => a < b,
        (Val::U64(a), Val::U64(b)) => a < b,
        (Val::F64(a), Val::F64(b)) => a < b,
        _ => unreachable!("{a:?} and {b:?} are not numbers of one type"),
    }
}

fn convert(a: Val, to: Base) -> Result<Val, Raise> {
    /// 2^63 and 2^64: the first floats above the integers.
    const TOP: f64 = 9_223_372_036_854_775_808.0;
    let overflow = Raise::Overflow;
    Ok(match (a, to) {
        (Val::I64(a), Base::I64) => Val::I64(a),
        (Val::U64(a), Base::U64) => Val::U64(a),
        (Val::F64(a), Base::F64) => Val::F64(a),
        (Val::Bool(a), Base::I64) => Val::I64(a.into()),
        (Val::Bool(a), Base::U64) => Val::U64(a.into()),
        (Val::Bool(a), Base::F64) => Val::F64(f64::from(u8::from(a))),
        (Val::I64(a), Base::U64) => Val::U64(a.try_into().map_err(|_| overflow)?),
        (Val::U64(a), Base::I64) => Val::I64(a.try_into().map_err(|_| overflow)?),
        (Val::I64(a), Base::F64) => Val::F64(a as f64),
        (Val::U64(a), Base::F64) => Val::F64(a as f64),
        (Val::F64(a), Base::I64) if (-TOP..TOP).contains(&a) => Val::I64(a as i64),
        (Val::F64(a), Base::U64) if a > -1.0 && a < 2.0 * TOP => Val::U64(a as u64),
        (Val::F64(_), Base::I64 | Base::U64) => return Err(overflow),
        _ => unreachable!("no conversion of {a:?} to {to:?}"),
    })
}

/// Whether `need` bytes at `offset` lie within `len`.
fn fits(len: u64, offset: i64, need: i64) -> bool {
    offset >= 0 && need >= 0 && (offset as u64).checked_add(need as u64).is_some_and(|end| end <= len)
}

fn bytes(memory: Memory<'_>, view: Val, offset: i64, need: u64) -> Result<&[u8], Raise> {
    let Val::View(start, len) = view else { unreachable!("{view:?} is not a view") };
    if !fits(len, offset, need as i64) {
        return Err(Raise::OutOfBounds);
    }
    Ok(memory.bytes(start + offset as u64, need))
}

fn float(bytes: &[u8]) -> f64 {
    f64::from_le_bytes(bytes.try_into().expect("eight bytes"))
}

fn load(scalar: Scalar, endian: Endian, bytes: &[u8]) -> Val {
    let mut word = [0; 8];
    let size = bytes.len();
    word[..size].copy_from_slice(bytes);
    if endian == Endian::Big {
        word[..size].reverse();
    }
    let raw = u64::from_le_bytes(word);
    match scalar {
        Scalar::Bool => Val::Bool(raw != 0),
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::I64 => Val::I64(raw as i64),
        Scalar::I8 => Val::I64((raw as i8).into()),
        Scalar::I16 => Val::I64((raw as i16).into()),
        Scalar::I32 => Val::I64((raw as i32).into()),
        Scalar::U64 => Val::U64(raw),
        Scalar::F32 => Val::F64(f32::from_bits(raw as u32).into()),
        Scalar::F64 => Val::F64(f64::from_bits(raw)),
    }
}
