//! Arithmetic under a mask: `(h * 0x100000001b3) & 0xFFFFFFFFFFFFFFFF`, `(a * x + c) % 2**64`.
//!
//! The lower bits of sums, differences, products, left shifts and bitwise operations depend only on the lower
//! bits of their operands. So if a non-negative mask keeps at most 64 bits of a result, the operators under
//! it are computed modulo 2^64, and the masked result is exact even if intermediate values do not fit. A
//! value that is known only modulo 2^64 has the type [`Ty::Low`]. Only these operators and masks accept it,
//! so it cannot be taken for the integer itself.
//!
//! The same holds across statements: in `h *= p`, `h ^= b`, `h &= m` the variable is masked before anything
//! else reads it. Such a sequence is found by looking a few statements ahead.
//!
//! Right shifts, quotients, powers, comparisons and calls need all bits, so they are not computed like this:
//! a value that does not fit is an error.

use super::constants::links;
use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering, Stop};
use crate::ir::{Base, Const, Op, Raise, Value};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, ExprBinOp, Operator, Stmt, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

/// How many statements, from one whose result may not fit, are searched for its mask.
const AHEAD: usize = 8;

/// Whether the lower bits of the result depend only on those of the operands (of a shift: of its left
/// operand).
fn is_modular(op: Operator) -> bool {
    use Operator::{Add, BitAnd, BitOr, BitXor, LShift, Mult, Sub};
    matches!(op, Add | Sub | Mult | LShift | BitAnd | BitOr | BitXor)
}

fn is_bitwise(op: Operator) -> bool {
    matches!(op, Operator::BitAnd | Operator::BitOr | Operator::BitXor)
}

impl<'s> Lowering<'_, 's> {
    /// A chain of binary operators; `low` if only the lower 64 bits are needed. A long sum is a tree that is
    /// deep on the left, so this loops over its links instead of recursing.
    pub fn chain(&mut self, e: &'s Expr, mut low: bool) -> Done<Typed> {
        let (operators, first) = links(e);
        let mut links: Vec<(&'s ExprBinOp, bool)> = vec![];
        for link in operators {
            links.push((link, low));
            low = match link.op {
                Operator::BitAnd => low || self.is_mask(&link.right),
                Operator::Mod => self.modulus(&link.right).is_some(),
                op => low && is_modular(op),
            };
        }
        let mut value = match self.known_links(first, &links) {
            Some((count, known)) => {
                links.truncate(links.len() - count);
                self.known(known)
            }
            None if low => self.low(first)?,
            None => self.value(first)?,
        };
        for (link, low) in links.into_iter().rev() {
            let masked = link.op == Operator::BitAnd && is_natural(&value.ty);
            let right = match masked || low && is_modular(link.op) && link.op != Operator::LShift {
                true => self.low(&link.right)?,
                false => self.value(&link.right)?,
            };
            value = match low && is_modular(link.op) {
                true => self.low_binary(value, link.op, right, link.range())?,
                false => self.binary(value, link.op, right, link.range())?,
            };
        }
        Ok(value)
    }

    /// The value of an expression of which only the lower 64 bits are needed: exact, or a [`Ty::Low`].
    pub fn low(&mut self, e: &'s Expr) -> Done<Typed> {
        self.deeper(e, |s| match e {
            Expr::BinOp(_) => s.chain(e, true),
            Expr::UnaryOp(u) if matches!(u.op, UnaryOp::USub | UnaryOp::Invert) => {
                if let Some(i) = s.constant_int(e) {
                    return Ok(s.known(i));
                }
                let value = s.low(&u.operand)?;
                let value = s.given(value);
                if !is_integral(&value.ty) {
                    return s.unary(u.op, value, u.range);
                }
                s.mark(u);
                let bits = s.bits(value);
                let zero = s.b.i64(0);
                Ok(Typed::of(
                    Ty::Low,
                    match u.op {
                        UnaryOp::Invert => s.b.op(Op::Not, &[bits]),
                        _ => s.b.op(Op::WrapSub, &[zero, bits]),
                    },
                ))
            }
            e => s.value(e),
        })
    }

    /// `l op r`, of which only the lower 64 bits are needed.
    fn low_binary(&mut self, l: Typed, op: Operator, r: Typed, at: TextRange) -> Done<Typed> {
        self.mark(at);
        let (l, r) = (self.given(l), self.given(r));
        if l.ty == Ty::Wrong || r.ty == Ty::Wrong {
            return Err(Stop::Reported);
        }
        // A result that fits in any case keeps its more precise type.
        let fits =
            is_bitwise(op) && l.ty != Ty::Low && r.ty != Ty::Low && (l.ty == Ty::UINT) == (r.ty == Ty::UINT);
        if fits || !is_integral(&l.ty) || !is_integral(&r.ty) {
            return self.binary(l, op, r, at);
        }
        let a = self.bits(l);
        if op == Operator::LShift {
            let count = self.signed(r);
            return Ok(Typed::of(Ty::Low, self.low_shift(a, count)?));
        }
        let b = self.bits(r);
        let code = match op {
            Operator::Add => Op::WrapAdd,
            Operator::Sub => Op::WrapSub,
            Operator::Mult => Op::WrapMul,
            Operator::BitAnd => Op::And,
            Operator::BitOr => Op::Or,
            _ => Op::Xor,
        };
        Ok(Typed::of(Ty::Low, self.b.op(code, &[a, b])))
    }

    fn low_shift(&mut self, bits: Value, count: Value) -> Done<Value> {
        let (zero, last) = (self.b.i64(0), self.b.i64(63));
        match self.b.as_const(count) {
            Some(Const::I64(0..=63)) => return Ok(self.b.op(Op::Shl, &[bits, count])),
            Some(Const::I64(64..)) => return Ok(zero),
            _ => {}
        }
        let natural = self.b.op(Op::Le, &[zero, count]);
        self.require(natural, Raise::Shift)?;
        let small = self.b.op(Op::Min, &[count, last]);
        let shifted = self.b.op(Op::Shl, &[bits, small]);
        let some = self.b.op(Op::Le, &[count, last]);
        Ok(self.b.op(Op::Select, &[some, shifted, zero]))
    }

    /// The lower 64 bits of an integer, as an `i64`.
    fn bits(&mut self, v: Typed) -> Value {
        let v = self.number(v);
        match (&v.ty, self.int_of(&v)) {
            (_, Some(i)) => self.b.i64(i as i64),
            (&Ty::UINT, _) => self.b.op(Op::Bits(Base::I64), &v.parts),
            _ => v.one(),
        }
    }

    /// `l & r` or `l % r`, if only the lower 64 bits of one operand matter; otherwise none.
    pub fn masked(&mut self, l: &Typed, op: Operator, r: &Typed, at: TextRange) -> Done<Option<Typed>> {
        let (value, mask) = match op {
            Operator::BitAnd if is_natural(&r.ty) && is_wide(&l.ty) => (l, r.clone()),
            Operator::BitAnd if is_natural(&l.ty) && is_wide(&r.ty) => (r, l.clone()),
            Operator::Mod if is_integral(&l.ty) => match self.int_of(r).and_then(modulus) {
                Some(most) if l.ty == Ty::Low || most > i64::MAX as u64 / 2 => (l, self.known(most.into())),
                _ => return self.all_bits(l, r, at),
            },
            _ => return self.all_bits(l, r, at),
        };
        let (value, bits) = (self.bits(value.clone()), self.bits(mask.clone()));
        let kept = match self.int_of(&mask) {
            Some(i) if i == u64::MAX.into() => value,
            _ => self.b.op(Op::And, &[value, bits]),
        };
        Ok(Some(match mask.ty {
            Ty::UINT => Typed::of(Ty::UINT, self.b.op(Op::Bits(Base::U64), &[kept])),
            _ => Typed::natural(kept),
        }))
    }

    /// Reports an error if only the lower bits of an operand are known.
    fn all_bits(&self, l: &Typed, r: &Typed, at: TextRange) -> Done<Option<Typed>> {
        match l.ty == Ty::Low || r.ty == Ty::Low {
            true => self.wrong_help(
                at,
                "only the lower 64 bits of this integer are known here",
                "mask it where it is computed: (…) & 0xFFFFFFFFFFFFFFFF",
            ),
            false => Ok(None),
        }
    }

    /// Whether an expression is known to be a non-negative integer of at most 64 bits.
    fn is_mask(&self, e: &Expr) -> bool {
        match (self.constant_int(e), e) {
            (Some(i), _) => u64::try_from(i).is_ok(),
            (None, Expr::Name(name)) => {
                let at = self.frames[self.frame].names.get(name.id.as_str());
                at.is_some_and(|at| is_natural(&self.env[*at].ty))
            }
            _ => false,
        }
    }

    /// The mask of the bits that `% e` keeps, if `e` is a power of two.
    fn modulus(&self, e: &Expr) -> Option<u64> {
        self.constant_int(e).and_then(modulus)
    }

    /// If the first of these statements updates a variable that a later one masks, the index of the later
    /// one; otherwise 0.
    pub fn unmasked(&self, body: &[Stmt]) -> usize {
        let Some((name, first)) = body.first().and_then(update) else { return 0 };
        let modular = match first {
            Update::Augment(op, _) => is_modular(op),
            Update::Assign(Expr::BinOp(e)) => is_modular(e.op),
            Update::Assign(_) => false,
        };
        if !modular || !self.frames[self.frame].names.contains_key(name) {
            return 0;
        }
        for (count, stmt) in body.iter().enumerate().take(AHEAD).skip(1) {
            if self.masks(stmt, name) {
                return count;
            }
            if !self.goes_on(stmt, name) {
                return 0;
            }
        }
        0
    }

    /// Whether a statement masks a variable: it uses only the lower bits, and the unmasked value is dead
    /// afterwards.
    fn masks(&self, stmt: &Stmt, name: &str) -> bool {
        match (stmt, update(stmt)) {
            (Stmt::Return(s), _) => s.value.as_deref().is_some_and(|e| self.is_masked(e, name)),
            (_, Some((target, Update::Assign(e)))) => target == name && self.is_masked(e, name),
            (_, Some((target, Update::Augment(op, e)))) if target == name && !mentions(e, name) => match op {
                Operator::BitAnd => self.is_mask(e),
                Operator::Mod => self.modulus(e).is_some(),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a statement needs only the lower bits of a variable, which it may update.
    fn goes_on(&self, stmt: &Stmt, name: &str) -> bool {
        match update(stmt) {
            Some((target, Update::Augment(Operator::LShift, e))) if target == name => !mentions(e, name),
            Some((target, Update::Augment(op, e))) if target == name => is_modular(op) && is_low(e, name),
            Some((target, Update::Assign(e))) if target == name => {
                matches!(e, Expr::BinOp(e) if is_modular(e.op)) && is_low(e, name)
            }
            Some((_, Update::Augment(_, e) | Update::Assign(e))) => !mentions(e, name),
            None => false,
        }
    }

    /// Whether an expression uses only the lower bits of a variable, because of masks around it.
    fn is_masked(&self, e: &Expr, name: &str) -> bool {
        if let Expr::Tuple(tuple) = e {
            return tuple.elts.iter().all(|e| self.is_masked(e, name));
        }
        let (links, first) = links(e);
        // In a chain, the outermost mask decides.
        for link in &links {
            let right = match link.op {
                Operator::BitAnd if self.is_mask(&link.right) => {
                    return !mentions(&link.right, name) && is_low(&link.left, name);
                }
                Operator::Mod if self.modulus(&link.right).is_some() => return is_low(&link.left, name),
                Operator::BitAnd if self.is_mask(&link.left) => is_low(&link.right, name),
                _ => !mentions(&link.right, name),
            };
            if !right {
                return false;
            }
        }
        !mentions(first, name)
    }

    /// Lowers one of these statements. If it updates another variable than the first statement, it is lowered
    /// as usual.
    pub fn low_statement(&mut self, first: &'s Stmt, stmt: &'s Stmt) -> Done<()> {
        let changed = |stmt| update(stmt).map(|(name, _)| name);
        let new = match stmt {
            _ if changed(first) != changed(stmt) => return self.statement(stmt),
            Stmt::Assign(s) => self.low(&s.value)?,
            Stmt::AugAssign(s) => {
                let old = self.value(&s.target)?;
                let right =
                    if s.op == Operator::LShift { self.value(&s.value)? } else { self.low(&s.value)? };
                self.low_binary(old, s.op, right, s.range)?
            }
            other => return self.statement(other),
        };
        self.set_name(changed(stmt).expect("it changes a variable"), new)
    }
}

/// Whether arithmetic accepts the type as an integer, or as the lower bits of one.
fn is_integral(ty: &Ty) -> bool {
    ty.is_int() || matches!(ty, Ty::Low | Ty::Known(_))
}

/// Whether it is the type of a non-negative integer.
fn is_natural(ty: &Ty) -> bool {
    matches!(ty, Ty::Int(Whole::Natural | Whole::Unsigned))
}

/// Whether a value of the type may have bits that a mask of 64 bits clears.
fn is_wide(ty: &Ty) -> bool {
    matches!(ty, Ty::Low | Ty::Known(_) | Ty::Int(Whole::Signed))
}

/// The largest remainder modulo a power of two of at most 2^64.
fn modulus(by: i128) -> Option<u64> {
    (by.count_ones() == 1).then_some(by - 1)?.try_into().ok()
}

/// How a statement updates a variable.
enum Update<'e> {
    Assign(&'e Expr),
    Augment(Operator, &'e Expr),
}

/// The only variable that a statement updates, and how.
fn update<'e>(stmt: &'e Stmt) -> Option<(&'e str, Update<'e>)> {
    match stmt {
        Stmt::Assign(s) => match &s.targets[..] {
            [Expr::Name(name)] => Some((&name.id, Update::Assign(&s.value))),
            _ => None,
        },
        Stmt::AugAssign(s) => match &*s.target {
            Expr::Name(name) => Some((&name.id, Update::Augment(s.op, &s.value))),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression needs only the lower bits of a variable.
fn is_low(e: &Expr, name: &str) -> bool {
    let (links, first) = links(e);
    for link in links {
        let right = match link.op {
            op if !is_modular(op) => return !mentions(&link.left, name) && !mentions(&link.right, name),
            Operator::LShift => !mentions(&link.right, name),
            _ => is_low(&link.right, name),
        };
        if !right {
            return false;
        }
    }
    match first {
        Expr::Name(_) => true,
        Expr::UnaryOp(u) if matches!(u.op, UnaryOp::USub | UnaryOp::Invert) => is_low(&u.operand, name),
        e => !mentions(e, name),
    }
}

/// Whether an expression names a variable, or may change it.
fn mentions(e: &Expr, name: &str) -> bool {
    struct Found<'n>(&'n str, bool);
    impl<'e> Visitor<'e> for Found<'_> {
        fn visit_expr(&mut self, e: &'e Expr) {
            self.1 |= match e {
                Expr::Name(found) => found.id == self.0,
                Expr::Named(_) | Expr::Yield(_) | Expr::YieldFrom(_) => true,
                _ => false,
            };
            super::source::walk_expr(self, e);
        }
    }
    let mut found = Found(name, false);
    found.visit_expr(e);
    found.1
}
