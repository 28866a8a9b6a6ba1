//! Arithmetic with Python's semantics, for integers of 64 bits and floats.
//!
//! An integer that does not fit is an error. The representation of a result follows from the operand types:
//! `u64` if one operand is a `u64` and the other is not negative, else `i64`; a difference is always an
//! `i64`. Division of integers rounds once, even if the operands are not exact as floats.

use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering, Stop};
use crate::ir::{Base, Const, Op, Raise, Value};
use ruff_python_ast::{Operator, UnaryOp};
use ruff_text_size::TextRange;

/// Integers up to this magnitude are exact as floats.
const EXACT: i64 = 1 << 53;

impl<'s> Lowering<'_, 's> {
    /// `l op r`.
    pub fn binary(&mut self, l: Typed, op: Operator, r: Typed, at: TextRange) -> Done<Typed> {
        self.mark(at);
        let (l, r) = (self.given(l), self.given(r));
        if l.ty == Ty::Wrong || r.ty == Ty::Wrong {
            return Err(Stop::Reported);
        }
        if [&l.ty, &r.ty].iter().any(|ty| matches!(ty, Ty::Low | Ty::Known(_))) {
            if let Some(masked) = self.masked(&l, op, &r, at)? {
                return Ok(masked);
            }
            if let Some((l, r)) = self.beside_known(&l, op, &r) {
                return self.float_binary(l.one(), op, r.one(), at);
            }
        }
        if let Some(wide) = self.wide_binary(&l, op, &r, at)? {
            return Ok(wide);
        }
        if let (Ty::Bool, Ty::Bool) = (&l.ty, &r.ty) {
            let op = match op {
                Operator::BitAnd => Some(Op::And),
                Operator::BitOr => Some(Op::Or),
                Operator::BitXor => Some(Op::Xor),
                _ => None,
            };
            if let Some(op) = op {
                return Ok(Typed::bool(self.b.op(op, &[l.one(), r.one()])));
            }
        }
        if let (Ty::Tuple(a), Ty::Tuple(b), Operator::Add) = (&l.ty, &r.ty, op) {
            let items = a.iter().chain(b).cloned().collect();
            return Ok(Typed::new(Ty::Tuple(items), [l.parts, r.parts].concat()));
        }
        if !l.ty.is_number() || !r.ty.is_number() {
            return self.no_operator(&l.ty, op, &r.ty, at);
        }
        let (l, r) = (self.number(l), self.number(r));
        match (&l.ty, &r.ty) {
            (Ty::Int(_), Ty::Int(_)) => self.int_binary(l, op, r, at),
            (Ty::Float, _) | (_, Ty::Float) => {
                let (l, r) = (self.float(&l), self.float(&r));
                self.float_binary(l, op, r, at)
            }
            _ => {
                // If an operand may be a float, integers of 128 bits are narrowed to 64.
                let narrow = |s: &mut Self, v: Typed| match v.ty {
                    Ty::Wide => Typed::int(s.narrowed(&v)),
                    _ => v,
                };
                let (l, r) = (narrow(self, l), narrow(self, r));
                let flags: Vec<Value> =
                    [&l, &r].iter().filter(|v| v.ty == Ty::Number).map(|v| v.parts[0]).collect();
                let is_float = match flags[..] {
                    [one] => one,
                    _ => self.b.op(Op::Or, &flags),
                };
                let (l2, r2) = (l.clone(), r.clone());
                self.either(
                    is_float,
                    |s| {
                        let (l, r) = (s.float(&l2), s.float(&r2));
                        s.float_binary(l, op, r, at)
                    },
                    |s| s.int_binary(as_int(l), op, as_int(r), at),
                )
            }
        }
    }

    fn no_operator<T>(&self, l: &Ty, op: Operator, r: &Ty, at: TextRange) -> Done<T> {
        let (a, b) = (self.describe(l), self.describe(r));
        let message = format!("there is no '{}' of {a} and {b}", op.as_str());
        match (l, op) {
            (Ty::Str, Operator::Add | Operator::Mod | Operator::Mult) => {
                self.wrong_help(at, message + ": no text is built", "print the parts, or an f-string")
            }
            _ if matches!(l, Ty::Known(_)) || matches!(r, Ty::Known(_)) => self.wrong_help(
                at,
                message,
                "so large a constant stands behind '%', in comparisons and beside floats",
            ),
            _ if matches!(l, Ty::Record(_)) || matches!(r, Ty::Record(_)) => {
                match self.first_field(class_of(l, r)) {
                    Some(field) => self.wrong_help(at, message, format!("take a field: '….{field}'")),
                    None => self.wrong(at, message),
                }
            }
            _ => self.wrong(at, message),
        }
    }

    /// A number as an operand of arithmetic: a bool counts as 0 or 1, an enum as its number.
    pub fn number(&mut self, v: Typed) -> Typed {
        match v.ty {
            Ty::Bool => match self.b.as_const(v.one()) {
                Some(Const::Bool(b)) => Typed::natural(self.b.i64(b.into())),
                _ => Typed::natural(self.b.op(Op::Convert(Base::I64), &v.parts)),
            },
            Ty::Enum(_) => Typed::int(v.one()),
            _ => v,
        }
    }

    /// A number as a float.
    pub fn float(&mut self, v: &Typed) -> Value {
        match v.ty {
            Ty::Float => v.one(),
            Ty::Number => v.parts[2],
            Ty::Wide => self.host("wide.float", &v.parts),
            _ => {
                let int = self.number(v.clone());
                self.as_f64(int.one())
            }
        }
    }

    /// An integer as an `i64`; raises an error at run time if it does not fit.
    pub fn signed(&mut self, v: Typed) -> Value {
        let v = self.number(v);
        match v.ty {
            Ty::Wide => self.narrowed(&v),
            Ty::Int(Whole::Unsigned) => self.b.op(Op::Convert(Base::I64), &v.parts),
            _ => v.one(),
        }
    }

    fn int_binary(&mut self, l: Typed, op: Operator, r: Typed, at: TextRange) -> Done<Typed> {
        let (Ty::Int(a), Ty::Int(b)) = (&l.ty, &r.ty) else { unreachable!("{:?} {:?}", l.ty, r.ty) };
        let (a, b) = (*a, *b);
        if let Some(masked) = self.masked(&l, op, &r, at)? {
            return Ok(masked);
        }
        match op {
            Operator::Div => return self.true_division(l, r),
            Operator::Pow => return self.int_power(l, r),
            Operator::LShift | Operator::RShift => return self.shift(l, op, r),
            Operator::MatMult => return self.no_operator(&l.ty, op, &r.ty, at),
            _ => {}
        }
        let code = match op {
            Operator::Add => Op::Add,
            Operator::Sub => Op::Sub,
            Operator::Mult => Op::Mul,
            Operator::FloorDiv => Op::Div,
            Operator::Mod => Op::Rem,
            Operator::BitAnd => Op::And,
            Operator::BitOr => Op::Or,
            _ => Op::Xor,
        };
        if (a == Whole::Unsigned || b == Whole::Unsigned) && a != Whole::Signed && b != Whole::Signed {
            let (l, r) = (self.convert(l, &Ty::UINT).one(), self.convert(r, &Ty::UINT).one());
            if code == Op::Sub {
                return self.difference(l, r);
            }
            return Ok(Typed::of(Ty::UINT, self.b.op(code, &[l, r])));
        }
        let natural = match code {
            Op::Sub => false,
            Op::And => a == Whole::Natural || b == Whole::Natural,
            Op::Rem => b == Whole::Natural,
            _ => a == Whole::Natural && b == Whole::Natural,
        };
        let (l, r) = (self.signed(l), self.signed(r));
        let result = self.b.op(code, &[l, r]);
        Ok(if natural { Typed::natural(result) } else { Typed::int(result) })
    }

    /// `l - r` of unsigned operands; the result is signed.
    fn difference(&mut self, l: Value, r: Value) -> Done<Typed> {
        let natural = self.b.op(Op::Le, &[r, l]);
        self.either(
            natural,
            |s| {
                let size = s.b.op(Op::Sub, &[l, r]);
                Ok(Typed::int(s.b.op(Op::Convert(Base::I64), &[size])))
            },
            |s| {
                let size = s.b.op(Op::Sub, &[r, l]);
                let size = s.b.op(Op::Convert(Base::I64), &[size]);
                Ok(Typed::int(s.b.op(Op::Neg, &[size])))
            },
        )
    }

    /// A constant integer.
    pub fn int_constant(&mut self, i: i64) -> Typed {
        let value = self.b.i64(i);
        if i >= 0 { Typed::natural(value) } else { Typed::int(value) }
    }

    /// Whether an integer is exact as a float; none if it is known to be.
    pub fn exact(&mut self, v: &Typed) -> Option<Value> {
        let v1 = v.one();
        match self.b.as_const(v1) {
            Some(Const::I64(i)) if i.unsigned_abs() <= EXACT as u64 => return None,
            Some(Const::U64(u)) if u <= EXACT as u64 => return None,
            _ => {}
        }
        if v.ty == Ty::UINT {
            let most = self.b.constant(Const::U64(EXACT as u64));
            return Some(self.b.op(Op::Le, &[v1, most]));
        }
        let most = self.b.i64(EXACT);
        let below = self.b.op(Op::Le, &[v1, most]);
        if v.ty == Ty::NATURAL {
            return Some(below);
        }
        let least = self.b.i64(-EXACT);
        let above = self.b.op(Op::Le, &[least, v1]);
        Some(self.b.op(Op::And, &[below, above]))
    }

    pub fn all(&mut self, conditions: impl IntoIterator<Item = Value>) -> Value {
        let all = conditions.into_iter().reduce(|a, b| self.b.op(Op::And, &[a, b]));
        all.unwrap_or_else(|| self.b.constant(Const::Bool(true)))
    }

    fn true_division(&mut self, l: Typed, r: Typed) -> Done<Typed> {
        self.nonzero(&r)?;
        let exact: Vec<Value> = [&l, &r].into_iter().filter_map(|v| self.exact(v)).collect();
        let fast = self.all(exact);
        let (l2, r2) = (l.clone(), r.clone());
        self.either(
            fast,
            |s| {
                let (l, r) = (s.as_f64(l.one()), s.as_f64(r.one()));
                Ok(Typed::float(s.b.op(Op::Div, &[l, r])))
            },
            |s| {
                if l2.ty == Ty::UINT && r2.ty != Ty::INT || r2.ty == Ty::UINT && l2.ty != Ty::INT {
                    let (l, r) = (s.convert(l2, &Ty::UINT).one(), s.convert(r2, &Ty::UINT).one());
                    return Ok(Typed::float(s.host("number.true_div_uint", &[l, r])));
                }
                let (l, r) = (s.signed(l2), s.signed(r2));
                Ok(Typed::float(s.host("number.true_div", &[l, r])))
            },
        )
    }

    /// Raises an error if the divisor is zero, even if it is a float.
    fn nonzero(&mut self, divisor: &Typed) -> Done<()> {
        let zero = match self.b.as_const(divisor.one()) {
            Some(Const::F64(bits)) if f64::from_bits(bits) != 0.0 => return Ok(()),
            Some(Const::I64(i)) if i != 0 => return Ok(()),
            Some(Const::U64(u)) if u != 0 => return Ok(()),
            _ => match divisor.ty {
                Ty::Float => self.b.f64(0.0),
                Ty::Int(Whole::Unsigned) => self.b.constant(Const::U64(0)),
                _ => self.b.i64(0),
            },
        };
        let there = self.b.op(Op::Ne, &[divisor.one(), zero]);
        self.require(there, Raise::DivisionByZero)
    }

    fn int_power(&mut self, l: Typed, r: Typed) -> Done<Typed> {
        let natural = l.ty == Ty::NATURAL;
        let (base, exponent) = (self.signed(l), self.signed(r));
        let result = |v| if natural { Typed::natural(v) } else { Typed::int(v) };
        match (self.b.as_const(base), self.b.as_const(exponent)) {
            (_, Some(Const::I64(e))) if e < 0 => {
                // A negative power of an integer is a float.
                let (base, exponent) = (self.as_f64(base), self.b.f64(e as f64));
                return self.power(base, exponent);
            }
            (Some(Const::I64(b)), Some(Const::I64(e))) => {
                if let Some(power) = u32::try_from(e).ok().and_then(|e| b.checked_pow(e)) {
                    return Ok(self.int_constant(power));
                }
            }
            (_, Some(Const::I64(2))) => return Ok(Typed::natural(self.b.op(Op::Mul, &[base, base]))),
            (_, Some(Const::I64(_))) => {}
            _ => {
                let zero = self.b.i64(0);
                let natural = self.b.op(Op::Le, &[zero, exponent]);
                self.require(natural, Raise::Exponent)?;
            }
        }
        let power = self.host("number.int_power", &[base, exponent]);
        let power = self.fits(power, Raise::Overflow)?;
        Ok(result(power))
    }

    /// Unwraps the optional result of a host function; raises an error if there is none.
    pub fn fits(&mut self, optional: Value, raise: Raise) -> Done<Value> {
        let there = self.b.op(Op::Has, &[optional]);
        self.require(there, raise)?;
        Ok(self.b.op(Op::Unwrap, &[optional]))
    }

    fn power(&mut self, base: Value, exponent: Value) -> Done<Typed> {
        let power = self.host("number.power", &[base, exponent]);
        Ok(Typed::float(self.fits(power, Raise::Domain)?))
    }

    fn shift(&mut self, l: Typed, op: Operator, r: Typed) -> Done<Typed> {
        let count = self.signed(r);
        let ty = l.ty.clone();
        let zero = self.b.i64(0);
        if !matches!(self.b.as_const(count), Some(Const::I64(0..))) {
            let natural = self.b.op(Op::Le, &[zero, count]);
            self.require(natural, Raise::Shift)?;
        }
        let last = self.b.i64(63);
        let small = match self.b.as_const(count) {
            Some(Const::I64(0..=63)) => count,
            _ => self.b.op(Op::Min, &[count, last]),
        };
        if op == Operator::RShift {
            let shifted = self.b.op(Op::Shr, &[l.one(), small]);
            if ty != Ty::UINT || small == count {
                return Ok(Typed::of(ty, shifted));
            }
            let all = self.b.op(Op::Le, &[count, last]);
            let none = self.b.constant(Const::U64(0));
            return Ok(Typed::of(ty, self.b.op(Op::Select, &[all, shifted, none])));
        }
        // Shifting back must restore the value; only 0 can be shifted by more than 63 bits.
        let shifted = self.b.op(Op::Shl, &[l.one(), small]);
        let back = self.b.op(Op::Shr, &[shifted, small]);
        let mut exact = self.b.op(Op::Eq, &[back, l.one()]);
        if small != count {
            let within = self.b.op(Op::Le, &[count, last]);
            let nothing = if ty == Ty::UINT { self.b.constant(Const::U64(0)) } else { zero };
            let is_zero = self.b.op(Op::Eq, &[l.one(), nothing]);
            let within = self.b.op(Op::Or, &[within, is_zero]);
            exact = self.b.op(Op::And, &[exact, within]);
        }
        self.require(exact, Raise::Overflow)?;
        Ok(Typed::of(ty, shifted))
    }

    fn float_binary(&mut self, l: Value, op: Operator, r: Value, at: TextRange) -> Done<Typed> {
        let code = match op {
            Operator::Add => Op::Add,
            Operator::Sub => Op::Sub,
            Operator::Mult => Op::Mul,
            Operator::Div => {
                self.nonzero(&Typed::float(r))?;
                Op::Div
            }
            Operator::FloorDiv | Operator::Mod => {
                self.nonzero(&Typed::float(r))?;
                let name = if op == Operator::Mod { "number.modulo" } else { "number.floor_div" };
                return Ok(Typed::float(self.host(name, &[l, r])));
            }
            Operator::Pow => {
                let zero = self.b.f64(0.0);
                let base_is_zero = self.b.op(Op::Eq, &[l, zero]);
                let negative = self.b.op(Op::Lt, &[r, zero]);
                let both = self.b.op(Op::And, &[base_is_zero, negative]);
                let fine = self.b.op(Op::Not, &[both]);
                self.require(fine, Raise::DivisionByZero)?;
                return self.power(l, r);
            }
            _ => return self.no_operator(&Ty::Float, op, &Ty::Float, at),
        };
        Ok(Typed::float(self.b.op(code, &[l, r])))
    }

    /// `-v`, `+v`, `~v`.
    pub fn unary(&mut self, op: UnaryOp, v: Typed, at: TextRange) -> Done<Typed> {
        let v = self.given(v);
        if v.ty == Ty::Wrong {
            return Err(Stop::Reported);
        }
        if !v.ty.is_number() {
            let found = self.describe(&v.ty);
            return self.wrong(at, format!("there is no '{}' of {found}", op.as_str()));
        }
        let v = self.number(v);
        match (op, &v.ty) {
            (UnaryOp::UAdd, _) => Ok(v),
            (_, Ty::Wide) => self.wide_unary(op, v, at),
            (UnaryOp::USub, Ty::Float) => Ok(match self.b.as_const(v.one()) {
                Some(Const::F64(bits)) => Typed::float(self.b.f64(-f64::from_bits(bits))),
                _ => Typed::float(self.b.op(Op::Neg, &v.parts)),
            }),
            (UnaryOp::USub, Ty::Int(_)) => match self.b.as_const(v.one()) {
                Some(Const::I64(i)) if i != i64::MIN => Ok(self.int_constant(-i)),
                Some(Const::U64(u)) if u == 1 << 63 => Ok(Typed::int(self.b.i64(i64::MIN))),
                _ => {
                    let v = self.signed(v);
                    Ok(Typed::int(self.b.op(Op::Neg, &[v])))
                }
            },
            (UnaryOp::Invert, Ty::Int(_)) => {
                let v = self.signed(v);
                Ok(match self.b.as_const(v) {
                    Some(Const::I64(i)) => self.int_constant(!i),
                    _ => Typed::int(self.b.op(Op::Not, &[v])),
                })
            }
            (_, Ty::Number) => {
                let (float, int) = (Typed::float(v.parts[2]), as_int(v.clone()));
                self.either(v.parts[0], |s| s.unary(op, float, at), |s| s.unary(op, int, at))
            }
            (_, ty) => {
                let found = self.describe(ty);
                self.wrong(at, format!("there is no '{}' of {found}", op.as_str()))
            }
        }
    }
}

fn class_of(l: &Ty, r: &Ty) -> crate::ir::ClassId {
    match (l, r) {
        (Ty::Record(class), _) | (_, Ty::Record(class)) => *class,
        _ => unreachable!("one is a record"),
    }
}

/// Converts a number that is known to be an integer.
pub fn as_int(v: Typed) -> Typed {
    match v.ty {
        Ty::Number => Typed::int(v.parts[1]),
        _ => v,
    }
}
