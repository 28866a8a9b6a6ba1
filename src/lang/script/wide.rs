//! Integers of 128 bits: sums of integers in a query, and what is computed from them.
//!
//! Such an integer is two IR values: the lower 64 bits, unsigned, and the upper 64 bits, signed. Sums are IR
//! instructions (see [`crate::lang::aggregates`]); everything else happens once per run, so host functions do
//! it. A result that does not fit 128 bits is an error, and so is a number that does not fit 64 bits where
//! only such a number is allowed.
//!
//! Scripts do not have these integers; theirs have 64 bits.

use super::ty::{Ty, Typed};
use super::{Done, Lowering};
use crate::host::wide;
use crate::ir::{Base, Const, Inst, Op, Raise, Term, Type, Value};
use crate::lang::aggregates::add_words;
use ruff_python_ast::{Operator, UnaryOp};
use ruff_text_size::TextRange;

impl Lowering<'_, '_> {
    /// Converts an integer to 128 bits.
    pub fn widened(&mut self, v: Typed) -> Typed {
        let v = self.number(v);
        let parts = match (&v.ty, self.int_of(&v)) {
            (Ty::Wide, _) => return v,
            (_, Some(i)) => {
                let (low, high) = wide::split(i);
                vec![self.b.constant(Const::U64(low)), self.b.i64(high)]
            }
            (&Ty::UINT, _) => vec![v.one(), self.b.i64(0)],
            _ => {
                let last = self.b.i64(63);
                let low = self.b.op(Op::Bits(Base::U64), &v.parts);
                vec![low, self.b.op(Op::Shr, &[v.one(), last])]
            }
        };
        Typed::new(Ty::Wide, parts)
    }

    /// An integer of 128 bits as an `i64`; raises an error at run time if it does not fit.
    pub fn narrowed(&mut self, v: &Typed) -> Value {
        let low = self.b.op(Op::Bits(Base::I64), &v.parts[..1]);
        let last = self.b.i64(63);
        let sign = self.b.op(Op::Shr, &[low, last]);
        let fits = self.b.op(Op::Eq, &[sign, v.parts[1]]);
        // The two parts are known at run time only, so the code continues after the check.
        let _ = self.require(fits, Raise::Narrow);
        low
    }

    /// Whether an integer may have more than 32 bits, as far as its defining instruction shows. It has not if
    /// it is a constant of 32 bits, a bool, a narrow load, or a call of an accessor with such a load.
    pub fn is_large(&self, value: &Typed) -> bool {
        value.ty.is_int() && !self.is_small(value.one())
    }

    fn is_small(&self, v: Value) -> bool {
        let narrow = |inst: Option<&Inst>| {
            inst.is_some_and(|inst| matches!(inst.op, Op::Load(scalar, _) if scalar.size() <= 4))
        };
        match (self.b.as_const(v), self.b.inst(v)) {
            (Some(constant), _) => matches!(constant, Const::I64(i) if i32::try_from(i).is_ok()),
            (_, Some(Inst { op: Op::Convert(_), args, .. })) => self.b.ty(args[0]) == Type::BOOL,
            (_, Some(Inst { op: Op::Call(callee), .. })) => {
                let body = &self.b.program().funcs[callee.index()].body;
                let zero = |v| body.as_const(v) == Some(Const::I64(0));
                body.blocks.iter().all(|block| match &block.term {
                    Term::Return(values) => values.iter().all(|v| zero(*v) || narrow(body.inst(*v))),
                    _ => true,
                })
            }
            (_, inst) => narrow(inst),
        }
    }

    /// Adds an integer of 64 bits to a sum. Adding enough of them to overflow 128 bits would take far too
    /// long.
    pub fn add_to_wide(&mut self, sum: Typed, x: Typed) -> Typed {
        let [sum, x] = [sum, x].map(|v| self.widened(v)).map(|v| [v.parts[0], v.parts[1]]);
        Typed::new(Ty::Wide, add_words(&mut self.b, sum, x).to_vec())
    }

    /// `l op r`, if one operand is an integer of 128 bits and the other one is an integer, too.
    pub fn wide_binary(&mut self, l: &Typed, op: Operator, r: &Typed, at: TextRange) -> Done<Option<Typed>> {
        let integer = |ty: &Ty| ty.is_int() || matches!(ty, Ty::Wide | Ty::Known(_));
        if l.ty != Ty::Wide && r.ty != Ty::Wide || !integer(&l.ty) || !integer(&r.ty) {
            return Ok(None);
        }
        self.mark(at);
        let (l, r) = (self.widened(l.clone()), self.widened(r.clone()));
        if matches!(op, Operator::Div | Operator::FloorDiv | Operator::Mod) {
            let fine = self.wide_truth(&r);
            self.require(fine, Raise::DivisionByZero)?;
        }
        let args = [&l.parts[..], &r.parts].concat();
        if op == Operator::Div {
            return Ok(Some(Typed::float(self.host("wide.true_div", &args))));
        }
        let negative = match op {
            Operator::LShift | Operator::RShift => Some(Raise::Shift),
            Operator::Pow => Some(Raise::Exponent),
            _ => None,
        };
        if let Some(raise) = negative {
            let zero = self.b.i64(0);
            let natural = self.b.op(Op::Le, &[zero, r.parts[1]]);
            self.require(natural, raise)?;
        }
        let Some(code) = wide::Operation::of(op.as_str()) else { return Ok(None) };
        self.apply(code, &args).map(Some)
    }

    /// The result of one of the host's operations; raises an error at run time if it does not fit.
    fn apply(&mut self, code: wide::Operation, args: &[Value]) -> Done<Typed> {
        let code = self.b.i64(code as i64);
        let args = [&[code], args].concat();
        let mut parts = vec![];
        for name in ["wide.low", "wide.high"] {
            let part = self.host(name, &args);
            parts.push(self.fits(part, Raise::Wide)?);
        }
        Ok(Typed::new(Ty::Wide, parts))
    }

    /// `round(v, digits)`.
    pub fn wide_round(&mut self, v: &Typed, digits: Typed) -> Done<Typed> {
        let digits = self.widened(digits);
        self.apply(wide::Operation::Round, &[&v.parts[..], &digits.parts].concat())
    }

    pub fn wide_unary(&mut self, op: UnaryOp, v: Typed, at: TextRange) -> Done<Typed> {
        let from = match op {
            UnaryOp::UAdd | UnaryOp::Not => return Ok(v),
            UnaryOp::USub => self.int_constant(0),
            // ~v is -1 - v.
            UnaryOp::Invert => self.int_constant(-1),
        };
        Ok(self.wide_binary(&from, Operator::Sub, &v, at)?.expect("these are integers"))
    }

    /// Compares two integers: by the upper halves, or by the lower ones if the upper ones are equal.
    fn compare_words(&mut self, l: Typed, r: Typed, op: Op) -> Typed {
        let (l, r) = (self.widened(l), self.widened(r));
        let ([a, b], [c, d]) = ([l.parts[0], l.parts[1]], [r.parts[0], r.parts[1]]);
        let (low, same) = (self.b.op(op, &[a, c]), self.b.op(Op::Eq, &[b, d]));
        Typed::bool(match op {
            Op::Eq => self.b.op(Op::And, &[same, low]),
            Op::Ne => {
                let other = self.b.op(Op::Not, &[same]);
                self.b.op(Op::Or, &[other, low])
            }
            _ => {
                let high = self.b.op(Op::Lt, &[b, d]);
                self.b.op(Op::Select, &[same, low, high])
            }
        })
    }

    pub fn wide_truth(&mut self, v: &Typed) -> Value {
        let (none, zero) = (self.b.constant(Const::U64(0)), self.b.i64(0));
        let (low, high) = (self.b.op(Op::Ne, &[v.parts[0], none]), self.b.op(Op::Ne, &[v.parts[1], zero]));
        self.b.op(Op::Or, &[low, high])
    }

    /// `l op r`, where `op` is `==`, `!=`, `<` or `<=`, if one operand is an integer of 128 bits and the
    /// other one is an integer or a float.
    pub fn wide_compare(&mut self, l: &Typed, r: &Typed, op: Op) -> Option<Typed> {
        if l.ty != Ty::Wide && r.ty != Ty::Wide || l.ty == Ty::Number || r.ty == Ty::Number {
            return None;
        }
        let order = match (&l.ty, &r.ty) {
            (_, Ty::Float) => self.host("wide.compare_float", &[l.parts[0], l.parts[1], r.one()]),
            (Ty::Float, _) => {
                let order = self.host("wide.compare_float", &[r.parts[0], r.parts[1], l.one()]);
                // With the operands swapped, the order is negated; 2 stands for NaN.
                let (zero, two) = (self.b.i64(0), self.b.i64(2));
                let turned = self.b.op(Op::Sub, &[zero, order]);
                let nan = self.b.op(Op::Eq, &[order, two]);
                self.b.op(Op::Select, &[nan, two, turned])
            }
            _ => return Some(self.compare_words(l.clone(), r.clone(), op)),
        };
        let zero = self.b.i64(0);
        Some(Typed::bool(self.b.op(op, &[order, zero])))
    }
}
