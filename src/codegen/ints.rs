//! Integers and bools: arithmetic, with the cheapest overflow checks.
//!
//! A check that is a compare becomes one compare-and-branch; Cranelift provides the overflow flag of the
//! machine only as a number, which costs two more instructions. So the flag is used only if no compare
//! suffices: for two variable `i64`, and for products.

use super::lower::Lower;
use crate::ir::{Base, Const, ExitId, Inst, Op, Value};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self as clif, InstBuilder, types};

impl Lower<'_, '_> {
    /// An instruction on integers, bools or (compares only) objects.
    pub fn int(&mut self, op: Op, base: Base, inst: &Inst) -> Result<clif::Value, String> {
        let signed = base == Base::I64;
        let number = matches!(base, Base::I64 | Base::U64);
        let (va, vb) = (inst.args[0], inst.args.get(1).copied().unwrap_or(inst.args[0]));
        let (a, b) = (self.one(va), self.one(vb));
        let exit = inst.exit;
        Ok(match op {
            Op::Eq => self.b.ins().icmp(IntCC::Equal, a, b),
            Op::Ne => self.b.ins().icmp(IntCC::NotEqual, a, b),
            Op::And => self.b.ins().band(a, b),
            Op::Or => self.b.ins().bor(a, b),
            Op::Xor => self.b.ins().bxor(a, b),
            Op::Not if base == Base::Bool => self.b.ins().bxor_imm_u(a, 1),
            Op::Lt => self.b.ins().icmp(less(signed), a, b),
            Op::Le => self.b.ins().icmp(less_or_equal(signed), a, b),
            Op::Not if number => self.b.ins().bnot(a),
            Op::Min if number => {
                let less = self.b.ins().icmp(less(signed), b, a);
                self.b.ins().select(less, b, a)
            }
            Op::Max if number => {
                let less = self.b.ins().icmp(less(signed), a, b);
                self.b.ins().select(less, b, a)
            }
            Op::WrapAdd if number => self.b.ins().iadd(a, b),
            Op::WrapSub if number => self.b.ins().isub(a, b),
            Op::WrapMul if number => self.mul(signed, (va, vb), (a, b), None),
            Op::Add if number => self.add(signed, (va, vb), (a, b), exit),
            Op::Sub if number => self.sub(signed, vb, (a, b), exit),
            Op::Mul if number => self.mul(signed, (va, vb), (a, b), exit),
            Op::Div | Op::Rem if number => self.div(op, signed, vb, (a, b), exit)?,
            Op::Shl | Op::Shr if number => {
                if let Some(exit) = exit {
                    // As an unsigned number, a negative count is a large one.
                    let fits = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, b, 64);
                    self.exit_unless(fits, exit);
                }
                match (op, signed) {
                    (Op::Shl, _) => self.b.ins().ishl(a, b),
                    (_, true) => self.b.ins().sshr(a, b),
                    (_, false) => self.b.ins().ushr(a, b),
                }
            }
            Op::Neg | Op::Abs if signed => {
                if let Some(exit) = exit {
                    let lost = self.b.ins().icmp_imm_s(IntCC::Equal, a, i64::MIN);
                    self.exit_if(lost, exit);
                }
                if op == Op::Neg { self.b.ins().ineg(a) } else { self.b.ins().iabs(a) }
            }
            _ => return Err(format!("{op:?} of {base:?}")),
        })
    }

    fn add(
        &mut self,
        signed: bool,
        (va, vb): (Value, Value),
        (a, b): (clif::Value, clif::Value),
        exit: Option<ExitId>,
    ) -> clif::Value {
        let Some(exit) = exit else { return self.b.ins().iadd(a, b) };
        if !signed {
            // A sum that wrapped is smaller than both operands.
            let sum = self.b.ins().iadd(a, b);
            let lost = self.b.ins().icmp(IntCC::UnsignedLessThan, sum, a);
            self.exit_if(lost, exit);
            return sum;
        }
        let (constant, a, b) = match (self.body.as_i64(va), self.body.as_i64(vb)) {
            (Some(c), None) => (Some(c), b, a),
            (_, c) => (c, a, b),
        };
        match constant {
            Some(c) => {
                let sum = self.b.ins().iadd(a, b);
                self.exit_unless_moved(c >= 0, a, sum, exit);
                sum
            }
            None => {
                let (sum, lost) = self.b.ins().sadd_overflow(a, b);
                self.exit_if(lost, exit);
                sum
            }
        }
    }

    fn sub(
        &mut self,
        signed: bool,
        vb: Value,
        (a, b): (clif::Value, clif::Value),
        exit: Option<ExitId>,
    ) -> clif::Value {
        let Some(exit) = exit else { return self.b.ins().isub(a, b) };
        if !signed {
            let lost = self.b.ins().icmp(IntCC::UnsignedLessThan, a, b);
            self.exit_if(lost, exit);
            return self.b.ins().isub(a, b);
        }
        match self.body.as_i64(vb) {
            Some(c) => {
                let difference = self.b.ins().isub(a, b);
                self.exit_unless_moved(c <= 0, a, difference, exit);
                difference
            }
            None => {
                let (difference, lost) = self.b.ins().ssub_overflow(a, b);
                self.exit_if(lost, exit);
                difference
            }
        }
    }

    /// Leaves if `to`, which is `from` plus a constant (non-negative if `up`, else non-positive), has
    /// wrapped. Since the constant is less than 2^64 in magnitude, a wrapped result is on the other side of
    /// `from`, so one compare suffices.
    fn exit_unless_moved(&mut self, up: bool, from: clif::Value, to: clif::Value, exit: ExitId) {
        let wrong_side = if up { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
        let lost = self.b.ins().icmp(wrong_side, to, from);
        self.exit_if(lost, exit);
    }

    fn mul(
        &mut self,
        signed: bool,
        (va, vb): (Value, Value),
        (a, b): (clif::Value, clif::Value),
        exit: Option<ExitId>,
    ) -> clif::Value {
        let Some(exit) = exit else {
            // Addressing modes include shifts by 3 or less.
            let shift =
                |c: Option<i128>| c.filter(|c| c.count_ones() == 1).map(|c| i64::from(c.trailing_zeros()));
            return match (shift(self.int_const(va)), shift(self.int_const(vb))) {
                (_, Some(n)) if n < 63 => self.b.ins().ishl_imm_u(a, n),
                (Some(n), None) if n < 63 => self.b.ins().ishl_imm_u(b, n),
                _ => self.b.ins().imul(a, b),
            };
        };
        let (product, lost) =
            if signed { self.b.ins().smul_overflow(a, b) } else { self.b.ins().umul_overflow(a, b) };
        self.exit_if(lost, exit);
        product
    }

    /// The integer constant that a value is, if it is one.
    fn int_const(&self, v: Value) -> Option<i128> {
        match self.body.as_const(v)? {
            Const::I64(c) => Some(i128::from(c)),
            Const::U64(c) => Some(i128::from(c)),
            _ => None,
        }
    }

    /// The quotient rounded towards minus infinity, or the remainder, which has the sign of the divisor.
    fn div(
        &mut self,
        op: Op,
        signed: bool,
        vb: Value,
        (a, b): (clif::Value, clif::Value),
        exit: Option<ExitId>,
    ) -> Result<clif::Value, String> {
        let divisor = self.int_const(vb);
        if let Some(exit) = exit {
            if divisor.is_none_or(|c| c == 0) {
                let zero = self.b.ins().icmp_imm_s(IntCC::Equal, b, 0);
                self.exit_if(zero, exit);
            }
            if signed && divisor.is_none_or(|c| c == -1) {
                // Both are zero only for the smallest number and -1, whose quotient overflows.
                let a = self.b.ins().bxor_imm_s(a, i64::MIN);
                let b = self.b.ins().bnot(b);
                let either = self.b.ins().bor(a, b);
                let lost = self.b.ins().icmp_imm_s(IntCC::Equal, either, 0);
                self.exit_if(lost, exit);
            }
        }
        // Division by a power of two is a shift, which rounds down.
        if let Some(c) = divisor.and_then(|c| u64::try_from(c).ok())
            && c.is_power_of_two()
        {
            let shift = i64::from(c.trailing_zeros());
            return Ok(match (op, signed) {
                (Op::Rem, _) => self.b.ins().band_imm_s(a, (c - 1) as i64),
                (_, true) => self.b.ins().sshr_imm_u(a, shift),
                (_, false) => self.b.ins().ushr_imm_u(a, shift),
            });
        }
        if !signed {
            return Ok(if op == Op::Rem { self.b.ins().urem(a, b) } else { self.b.ins().udiv(a, b) });
        }
        // The machine rounds towards zero. That is one too high if the remainder is not zero and its sign
        // differs from the divisor's.
        let (quotient, rest) = if op == Op::Rem {
            (None, self.b.ins().srem(a, b))
        } else {
            let quotient = self.b.ins().sdiv(a, b);
            let back = self.b.ins().imul(quotient, b);
            (Some(quotient), self.b.ins().isub(a, back))
        };
        let signs = self.b.ins().bxor(rest, b);
        let differ = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let left = self.b.ins().icmp_imm_s(IntCC::NotEqual, rest, 0);
        let off = self.b.ins().band(differ, left);
        Ok(match quotient {
            Some(quotient) => {
                let off = self.b.ins().uextend(types::I64, off);
                self.b.ins().isub(quotient, off)
            }
            None => {
                let moved = self.b.ins().iadd(rest, b);
                self.b.ins().select(off, moved, rest)
            }
        })
    }
}

fn less(signed: bool) -> IntCC {
    if signed { IntCC::SignedLessThan } else { IntCC::UnsignedLessThan }
}
fn less_or_equal(signed: bool) -> IntCC {
    if signed { IntCC::SignedLessThanOrEqual } else { IntCC::UnsignedLessThanOrEqual }
}
