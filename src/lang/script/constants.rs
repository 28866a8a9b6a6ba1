//! Integers known at compile time. They are exact and have up to 128 bits, since `2**64 - 1` fits 64 bits but
//! `2**64` does not.
//!
//! A known integer that fits 64 bits is a constant like any other. One that does not fit has its value in its
//! type ([`Ty::Known`]), so it may only be an operand if the result needs no more than 64 bits: as a modulus,
//! in comparisons, with floats.

use super::Lowering;
use super::items::Item;
use super::ty::{Ty, Typed};
use crate::ir::{Const, Value};
use ruff_python_ast::{Expr, ExprBinOp, Int, Number, Operator, UnaryOp};

/// How deep constants that refer to other constants are followed.
const DEEPEST: u32 = 16;

/// The links of a chain of binary operators, outermost first, and its first operand.
pub fn links(e: &Expr) -> (Vec<&ExprBinOp>, &Expr) {
    let (mut links, mut first) = (vec![], e);
    while let Expr::BinOp(link) = first {
        links.push(link);
        first = &link.left;
    }
    (links, first)
}

impl Lowering<'_, '_> {
    /// The value of an expression, if it is an integer known at compile time.
    pub fn constant_int(&self, e: &Expr) -> Option<i128> {
        self.known_int(e, false, DEEPEST)
    }

    /// Like [`constant_int`](Self::constant_int), for an expression in the current function, or at the top
    /// level of the script (`module`).
    fn known_int(&self, e: &Expr, module: bool, depth: u32) -> Option<i128> {
        let depth = depth.checked_sub(1)?;
        match e {
            Expr::NumberLiteral(n) => match &n.value {
                Number::Int(i) => literal(i),
                _ => None,
            },
            Expr::UnaryOp(u) => {
                let i = self.known_int(&u.operand, module, depth)?;
                match u.op {
                    UnaryOp::UAdd => Some(i),
                    UnaryOp::USub => i.checked_neg(),
                    UnaryOp::Invert => Some(!i),
                    UnaryOp::Not => None,
                }
            }
            Expr::BinOp(_) => {
                let (links, first) = links(e);
                let first = self.known_int(first, module, depth)?;
                links.into_iter().rev().try_fold(first, |left, link| {
                    applied(left, link.op, self.known_int(&link.right, module, depth)?)
                })
            }
            Expr::Name(name) => {
                let frame = &self.frames[self.frame];
                let id = name.id.as_str();
                let local = frame.names.get(id).filter(|_| !module).map(|at| &self.env[*at]);
                match local {
                    // A loop at the top level may carry the variable, but a constant of the module is known
                    // nonetheless.
                    Some(value) if value.ty.is_int() && frame.function.is_none() => {
                        self.int_of(value).or_else(|| self.module_int(id, depth))
                    }
                    Some(value) => self.int_of(value),
                    None if module || self.is_module_name(id) => self.module_int(id, depth),
                    None => None,
                }
            }
            _ => None,
        }
    }

    fn module_int(&self, id: &str, depth: u32) -> Option<i128> {
        match self.unit.items.names.get(id) {
            Some(Item::Constant(e)) => self.known_int(e, true, depth),
            _ => None,
        }
    }

    /// Whether the current function does not hide the name of a module constant.
    fn is_module_name(&self, id: &str) -> bool {
        let frame = &self.frames[self.frame];
        let called = frame.called.as_ref().is_some_and(|(name, _)| name == id);
        !called && !frame.held(id) && frame.class.is_none() && frame.bare.is_none()
    }

    /// The value of an integer, if it is known.
    pub fn int_of(&self, value: &Typed) -> Option<i128> {
        match (&value.ty, &value.parts[..]) {
            (Ty::Known(i), _) => Some(*i),
            (Ty::Int(_), [one]) => self.int_part(*one),
            _ => None,
        }
    }

    fn int_part(&self, value: Value) -> Option<i128> {
        match self.b.as_const(value)? {
            Const::I64(i) => Some(i.into()),
            Const::U64(u) => Some(u.into()),
            _ => None,
        }
    }

    /// A known integer as a value.
    pub fn known(&mut self, i: i128) -> Typed {
        match (i64::try_from(i), u64::try_from(i)) {
            (Ok(i), _) => self.int_constant(i),
            (_, Ok(u)) => Typed::of(Ty::UINT, self.b.constant(Const::U64(u))),
            _ => Typed::new(Ty::Known(i), vec![]),
        }
    }

    /// The known prefix of a chain: its number of links, and their result.
    pub fn known_links(&self, first: &Expr, links: &[(&ExprBinOp, bool)]) -> Option<(usize, i128)> {
        let mut known = self.constant_int(first)?;
        let mut count = 0;
        for (link, _) in links.iter().rev() {
            let Some(next) = self.constant_int(&link.right).and_then(|right| applied(known, link.op, right))
            else {
                break;
            };
            (known, count) = (next, count + 1);
        }
        Some((count, known))
    }

    /// Converts an operand that does not fit 64 bits to a float, if the operation has the same result with
    /// that.
    pub fn beside_known(&mut self, l: &Typed, op: Operator, r: &Typed) -> Option<(Typed, Typed)> {
        let float = |s: &mut Self, i: i128| Typed::float(s.b.f64(i as f64));
        match (&l.ty, &r.ty) {
            // The conversion cannot overflow: an `i128` is less than 2^1023.
            (Ty::Known(i), Ty::Float) => Some((float(self, *i), r.clone())),
            (Ty::Float, Ty::Known(i)) => Some((l.clone(), float(self, *i))),
            // Division by a power of two is exact.
            (ty, Ty::Known(i))
                if ty.is_int() && op == Operator::Div && i.unsigned_abs().is_power_of_two() =>
            {
                let (l, r) = (self.float(l), float(self, *i));
                Some((Typed::float(l), r))
            }
            _ => None,
        }
    }
}

/// The value of a literal, if it fits an `i128`.
pub fn literal(i: &Int) -> Option<i128> {
    if let Some(u) = i.as_u64() {
        return Some(u.into());
    }
    let text = i.to_string().replace('_', "").to_ascii_lowercase();
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    match bases.iter().find_map(|(prefix, base)| Some((text.strip_prefix(prefix)?, *base))) {
        Some((digits, base)) => i128::from_str_radix(digits, base).ok(),
        None => text.parse().ok(),
    }
}

/// `l op r`, if it fits an `i128`.
pub fn applied(l: i128, op: Operator, r: i128) -> Option<i128> {
    match op {
        Operator::Add => l.checked_add(r),
        Operator::Sub => l.checked_sub(r),
        Operator::Mult => l.checked_mul(r),
        // Rounded down; the remainder has the sign of the divisor.
        Operator::FloorDiv => {
            let quotient = l.checked_div(r)?;
            Some(quotient - i128::from(l % r != 0 && (l < 0) != (r < 0)))
        }
        Operator::Mod => {
            let rest = l.checked_rem(r)?;
            Some(if rest != 0 && (rest < 0) != (r < 0) { rest + r } else { rest })
        }
        Operator::Pow => l.checked_pow(u32::try_from(r).ok()?),
        Operator::LShift => match u32::try_from(r).ok()? {
            _ if l == 0 => Some(0),
            count @ 0..127 => l.checked_mul(1 << count),
            _ => None,
        },
        Operator::RShift => Some(l >> u32::try_from(r).ok()?.min(127)),
        Operator::BitAnd => Some(l & r),
        Operator::BitOr => Some(l | r),
        Operator::BitXor => Some(l ^ r),
        Operator::Div | Operator::MatMult => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results are CPython's.
    #[test]
    fn integers_that_are_known() {
        use Operator::{Add, BitXor, FloorDiv, LShift, Mod, Mult, Pow, RShift, Sub};
        let max = i128::MAX;
        for (l, op, r, result) in [
            (2, Pow, 64, Some(18446744073709551616)),
            (2, Pow, 127, None),
            (2, Pow, -1, None),
            (-2, Pow, 3, Some(-8)),
            (1, LShift, 126, Some(85070591730234615865843651857942052864)),
            (1, LShift, 127, None),
            (0, LShift, 500, Some(0)),
            (1, LShift, -1, None),
            (-5, RShift, 1, Some(-3)),
            (-5, RShift, 1000, Some(-1)),
            (-7, FloorDiv, 2, Some(-4)),
            (-7, Mod, 2, Some(1)),
            (7, FloorDiv, -2, Some(-4)),
            (7, Mod, -2, Some(-1)),
            (6, Mod, -2, Some(0)),
            (1, FloorDiv, 0, None),
            (1, Mod, 0, None),
            (i128::MIN, FloorDiv, -1, None),
            (max, Add, 1, None),
            (max, Mult, 2, None),
            (3, Sub, 5, Some(-2)),
            (-1, BitXor, 5, Some(-6)),
        ] {
            assert_eq!(applied(l, op, r), result, "{l} {op} {r}");
        }
    }
}
