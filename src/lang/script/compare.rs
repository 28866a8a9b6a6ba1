//! Comparisons: exact between integers of both representations and floats, item by item for tuples, byte by
//! byte for strings.

use super::numbers::as_int;
use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering, Stop};
use crate::error::nearest;
use crate::ir::{Base, Const, Op, Value};
use ruff_python_ast::{CmpOp, Expr, Operator};
use ruff_text_size::TextRange;

/// The advice where an integer meets a text: most are fields of the type `char`.
const A_CHAR: &str = "a field of the type char is a number: compare it with ord(\"…\")";

impl<'s> Lowering<'_, 's> {
    /// `l op e`, a bool. If `e` is a `range` that is only tested with `in`, its bounds may exceed an `i64`.
    pub fn compare_with(&mut self, l: Typed, op: CmpOp, e: &'s Expr, at: TextRange) -> Done<Typed> {
        if let (CmpOp::In | CmpOp::NotIn, Expr::Call(call)) = (op, e)
            && l.ty.is_int()
            && self.is_builtin(call, "range")
            && let Some(range) = self.range_parts(call)?
        {
            self.mark(at);
            let item = self.number(l);
            let found = self.in_range(range, item, at)?;
            return Ok(if op == CmpOp::In { found } else { self.not(found) });
        }
        let r = self.value(e)?;
        self.compare(l, op, r, at)
    }

    /// `l op r`, a bool.
    pub fn compare(&mut self, l: Typed, op: CmpOp, r: Typed, at: TextRange) -> Done<Typed> {
        self.mark(at);
        match op {
            CmpOp::Is | CmpOp::IsNot => self.is(l, op, r, at),
            CmpOp::In => self.contains(r, l, at),
            CmpOp::NotIn => {
                let found = self.contains(r, l, at)?;
                Ok(self.not(found))
            }
            CmpOp::Eq | CmpOp::NotEq => self.equal(l, r, op == CmpOp::NotEq, at),
            CmpOp::Lt => self.ordered(l, r, Op::Lt, at),
            CmpOp::LtE => self.ordered(l, r, Op::Le, at),
            CmpOp::Gt => self.ordered(r, l, Op::Lt, at),
            CmpOp::GtE => self.ordered(r, l, Op::Le, at),
        }
    }

    pub fn not(&mut self, v: Typed) -> Typed {
        match self.b.as_const(v.one()) {
            Some(Const::Bool(b)) => self.constant_bool(!b),
            _ => Typed::bool(self.b.op(Op::Not, &v.parts)),
        }
    }

    fn is(&mut self, l: Typed, op: CmpOp, r: Typed, at: TextRange) -> Done<Typed> {
        let same = match (&l.ty, &r.ty) {
            (Ty::Optional(_), Ty::None) => {
                let there = self.is_there(&l);
                self.not(Typed::bool(there))
            }
            (Ty::None, Ty::Optional(_)) => {
                let there = self.is_there(&r);
                self.not(Typed::bool(there))
            }
            (Ty::None, ty) | (ty, Ty::None) => self.constant_bool(*ty == Ty::None),
            (Ty::Bool, Ty::Bool) => Typed::bool(self.b.op(Op::Eq, &[l.one(), r.one()])),
            (Ty::Wrong, _) | (_, Ty::Wrong) => return Err(Stop::Reported),
            _ => {
                return self.wrong_help(
                    at,
                    format!("'{}' is supported with None only", op.as_str()),
                    "compare values with '=='",
                );
            }
        };
        Ok(if op == CmpOp::Is { same } else { self.not(same) })
    }

    fn cannot<T>(&self, l: &Ty, r: &Ty, at: TextRange) -> Done<T> {
        if matches!(l, Ty::Wrong) || matches!(r, Ty::Wrong) {
            return Err(Stop::Reported);
        }
        let message = format!("{} and {} cannot be compared", self.describe(l), self.describe(r));
        let text = |ty: &Ty| matches!(ty, Ty::Str | Ty::Bytes);
        match text(l) && r.is_int() || l.is_int() && text(r) {
            true => self.wrong_help(at, message, A_CHAR),
            false => self.wrong(at, message),
        }
    }

    /// `l == r`, or `l != r` if `not` is set.
    pub fn equal(&mut self, l: Typed, r: Typed, not: bool, at: TextRange) -> Done<Typed> {
        let op = if not { Op::Ne } else { Op::Eq };
        Ok(match (&l.ty, &r.ty) {
            (Ty::Optional(_), _) | (_, Ty::Optional(_)) => {
                let equal = self.equal_optionals(l, r, at)?;
                return Ok(if not { self.not(equal) } else { equal });
            }
            (Ty::None, ty) | (ty, Ty::None) => self.constant_bool((*ty == Ty::None) != not),
            (Ty::Enum(names), Ty::Str) => {
                let number = self.named(*names, &r, at)?;
                Typed::bool(self.b.op(op, &[l.one(), number]))
            }
            (Ty::Str, Ty::Enum(names)) => {
                let number = self.named(*names, &l, at)?;
                Typed::bool(self.b.op(op, &[r.one(), number]))
            }
            (Ty::Str, Ty::Str) | (Ty::Bytes, Ty::Bytes) => {
                let equal = self.equal_bytes(l.one(), r.one())?;
                if not { self.not(equal) } else { equal }
            }
            (Ty::Tuple(a), Ty::Tuple(b)) => {
                if a.len() != b.len() {
                    return Ok(self.constant_bool(not));
                }
                let (x, y) = (self.items_of(&l, &a.clone()), self.items_of(&r, &b.clone()));
                let equal = self.equal_items(x, y, at)?;
                if not { self.not(equal) } else { equal }
            }
            (Ty::Bool, Ty::Bool) => Typed::bool(self.b.op(op, &[l.one(), r.one()])),
            (a, b) if a.is_number() && b.is_number() => return self.compare_numbers(l, r, op),
            (a, b) => match self.compare_known(&l, &r, op) {
                Some(result) => result,
                None => return self.cannot(a, b, at),
            },
        })
    }

    /// A comparison with an integer wider than 64 bits. A known one is larger or smaller than all that fit 64
    /// bits.
    fn compare_known(&mut self, l: &Typed, r: &Typed, op: Op) -> Option<Typed> {
        let order = match (&l.ty, &r.ty) {
            (Ty::Wide, _) | (_, Ty::Wide) => return self.wide_compare(l, r, op),
            (Ty::Known(a), Ty::Known(b)) => a.cmp(b),
            (Ty::Known(a), b) if b.is_int() => a.cmp(&0),
            (a, Ty::Known(b)) if a.is_int() => 0.cmp(b),
            _ => return None,
        };
        Some(self.constant_bool(match op {
            Op::Eq => order.is_eq(),
            Op::Ne => order.is_ne(),
            Op::Lt => order.is_lt(),
            _ => order.is_le(),
        }))
    }

    fn equal_items(&mut self, x: Vec<Typed>, y: Vec<Typed>, at: TextRange) -> Done<Typed> {
        let mut all = vec![];
        for (x, y) in x.into_iter().zip(y) {
            let equal = self.equal(x, y, false, at)?;
            all.push(equal.one());
        }
        Ok(Typed::bool(self.all(all)))
    }

    fn equal_optionals(&mut self, l: Typed, r: Typed, at: TextRange) -> Done<Typed> {
        let (l, r) = if matches!(l.ty, Ty::Optional(_)) { (l, r) } else { (r, l) };
        let Ty::Optional(of) = l.ty.clone() else { unreachable!("one is an optional") };
        let there = self.is_there(&l);
        let other = r.clone();
        self.either(
            there,
            |s| {
                let inner = s.inner(&l, &of);
                s.equal(inner, r, false, at)
            },
            |s| match &other.ty {
                Ty::Optional(_) => {
                    let there = s.is_there(&other);
                    Ok(s.not(Typed::bool(there)))
                }
                ty => Ok(s.constant_bool(*ty == Ty::None)),
            },
        )
    }

    /// The number of a constant name in an enum.
    fn named(&mut self, names: usize, text: &Typed, at: TextRange) -> Done<Value> {
        let Some(text) = self.constant_text(text) else {
            return self.wrong(at, "an enum is compared with a constant name only");
        };
        let names = &self.unit.names[names];
        match names.values.iter().find(|(name, _)| *name == text) {
            Some((_, number)) => {
                let number = *number;
                Ok(self.b.i64(number))
            }
            None => {
                let known: Vec<String> = names.values.iter().map(|(name, _)| format!("'{name}'")).collect();
                let message = format!("{} has no '{text}'; it has {}", names.name, known.join(", "));
                match nearest(&text, names.values.iter().map(|(name, _)| name.as_str())) {
                    Some(near) => self.wrong_help(at, message, format!("did you mean '{near}'?")),
                    None => self.wrong(at, message),
                }
            }
        }
    }

    /// Whether two views have the same bytes.
    pub fn equal_bytes(&mut self, l: Value, r: Value) -> Done<Typed> {
        if let (Some(l), Some(r)) = (self.constant_bytes(l), self.constant_bytes(r)) {
            return Ok(self.constant_bool(l == r));
        }
        let (a, b) = (self.b.op(Op::Len, &[l]), self.b.op(Op::Len, &[r]));
        let same = self.b.op(Op::Eq, &[a, b]);
        self.either(
            same,
            |s| {
                let zero = s.b.i64(0);
                let at = s.b.op(Op::Find, &[l, r]);
                Ok(Typed::bool(s.b.op(Op::Eq, &[at, zero])))
            },
            |s| Ok(s.constant_bool(false)),
        )
    }

    /// `l < r` or `l <= r`.
    fn ordered(&mut self, l: Typed, r: Typed, op: Op, at: TextRange) -> Done<Typed> {
        let (l, r) = (self.given(l), self.given(r));
        Ok(match (&l.ty, &r.ty) {
            (Ty::Str, Ty::Str) | (Ty::Bytes, Ty::Bytes) => {
                let order = self.host("text.compare", &[l.one(), r.one()]);
                let zero = self.b.i64(0);
                Typed::bool(self.b.op(op, &[order, zero]))
            }
            (Ty::Tuple(a), Ty::Tuple(b)) => {
                let shorter = a.len() < b.len() || (a.len() == b.len() && op == Op::Le);
                let (x, y) = (self.items_of(&l, &a.clone()), self.items_of(&r, &b.clone()));
                return self.ordered_items(x, y, op, shorter, at);
            }
            (a, b) if a.is_number() && b.is_number() => return self.compare_numbers(l, r, op),
            (a, b) => match self.compare_known(&l, &r, op) {
                Some(result) => result,
                None => return self.cannot(a, b, at),
            },
        })
    }

    /// Tuples are ordered by their first items that differ; if there are none, the shorter tuple comes first.
    fn ordered_items(
        &mut self,
        x: Vec<Typed>,
        y: Vec<Typed>,
        op: Op,
        shorter: bool,
        at: TextRange,
    ) -> Done<Typed> {
        let mut pairs = x.into_iter().zip(y);
        let Some((x, y)) = pairs.next() else { return Ok(self.constant_bool(shorter)) };
        let (rest_x, rest_y) = pairs.unzip();
        let equal = self.equal(x.clone(), y.clone(), false, at)?;
        self.either(
            equal.one(),
            |s| s.ordered_items(rest_x, rest_y, op, shorter, at),
            |s| s.ordered(x, y, op, at),
        )
    }

    /// Compares two numbers; `op` is `==`, `!=`, `<` or `<=`.
    pub fn compare_numbers(&mut self, l: Typed, r: Typed, op: Op) -> Done<Typed> {
        let (l, r) = (self.number(l), self.number(r));
        if let Some(result) = self.wide_compare(&l, &r, op) {
            return Ok(result);
        }
        match (&l.ty, &r.ty) {
            (Ty::Number, _) => {
                let (float, int) = (Typed::float(l.parts[2]), as_int(l.clone()));
                let r2 = r.clone();
                self.either(
                    l.parts[0],
                    |s| s.compare_numbers(float, r, op),
                    |s| s.compare_numbers(int, r2, op),
                )
            }
            (_, Ty::Number) => {
                let (float, int) = (Typed::float(r.parts[2]), as_int(r.clone()));
                let l2 = l.clone();
                self.either(
                    r.parts[0],
                    |s| s.compare_numbers(l, float, op),
                    |s| s.compare_numbers(l2, int, op),
                )
            }
            (Ty::Float, Ty::Float) => Ok(Typed::bool(self.b.op(op, &[l.one(), r.one()]))),
            (Ty::Int(_), Ty::Float) => self.compare_mixed(l, r.one(), op, false),
            (Ty::Float, Ty::Int(_)) => self.compare_mixed(r, l.one(), op, true),
            _ => Ok(self.compare_ints(l, r, op)),
        }
    }

    fn compare_ints(&mut self, l: Typed, r: Typed, op: Op) -> Typed {
        let (Ty::Int(a), Ty::Int(b)) = (&l.ty, &r.ty) else { unreachable!("{:?} {:?}", l.ty, r.ty) };
        let (l1, r1) = (l.one(), r.one());
        let result = match (a, b) {
            (Whole::Unsigned, Whole::Unsigned) => self.b.op(op, &[l1, r1]),
            (Whole::Unsigned, Whole::Natural) => {
                let r1 = self.unsigned(r1);
                self.b.op(op, &[l1, r1])
            }
            (Whole::Natural, Whole::Unsigned) => {
                let l1 = self.unsigned(l1);
                self.b.op(op, &[l1, r1])
            }
            // A negative integer is less than any unsigned one.
            (Whole::Signed, Whole::Unsigned) => {
                let zero = self.b.i64(0);
                let negative = self.b.op(Op::Lt, &[l1, zero]);
                let bits = self.b.op(Op::Bits(Base::U64), &[l1]);
                let compared = self.b.op(op, &[bits, r1]);
                self.with_sign(negative, compared, op != Op::Eq)
            }
            (Whole::Unsigned, Whole::Signed) => {
                let zero = self.b.i64(0);
                let negative = self.b.op(Op::Lt, &[r1, zero]);
                let bits = self.b.op(Op::Bits(Base::U64), &[r1]);
                let compared = self.b.op(op, &[l1, bits]);
                self.with_sign(negative, compared, op == Op::Ne)
            }
            _ => match (self.b.as_const(l1), self.b.as_const(r1)) {
                (Some(Const::I64(a)), Some(Const::I64(b))) => {
                    return self.constant_bool(match op {
                        Op::Eq => a == b,
                        Op::Ne => a != b,
                        Op::Lt => a < b,
                        _ => a <= b,
                    });
                }
                _ => self.b.op(op, &[l1, r1]),
            },
        };
        Typed::bool(result)
    }

    /// `holds` if the integer is negative, else `compared`.
    fn with_sign(&mut self, negative: Value, compared: Value, holds: bool) -> Value {
        if holds {
            return self.b.op(Op::Or, &[negative, compared]);
        }
        let natural = self.b.op(Op::Not, &[negative]);
        self.b.op(Op::And, &[natural, compared])
    }

    /// Compares an integer and a float; `turned` if the float is on the left.
    fn compare_mixed(&mut self, int: Typed, float: Value, op: Op, turned: bool) -> Done<Typed> {
        let exact = self.exact(&int);
        let fast = self.all(exact);
        let int2 = int.clone();
        self.either(
            fast,
            |s| {
                let int = s.as_f64(int.one());
                let args = if turned { [float, int] } else { [int, float] };
                Ok(Typed::bool(s.b.op(op, &args)))
            },
            |s| {
                let name = if int2.ty == Ty::UINT { "number.compare_uint" } else { "number.compare_int" };
                let order = s.host(name, &[int2.one(), float]);
                // The order is -1, 0, 1, or 2 for NaN.
                let is = |s: &mut Self, i: i64| {
                    let i = s.b.i64(i);
                    s.b.op(Op::Eq, &[order, i])
                };
                let less = if turned { 1 } else { -1 };
                Ok(Typed::bool(match op {
                    Op::Eq => is(s, 0),
                    Op::Ne => {
                        let equal = is(s, 0);
                        s.b.op(Op::Not, &[equal])
                    }
                    Op::Lt => is(s, less),
                    _ => {
                        let (a, b) = (is(s, less), is(s, 0));
                        s.b.op(Op::Or, &[a, b])
                    }
                }))
            },
        )
    }

    /// `item in container`.
    fn contains(&mut self, container: Typed, mut item: Typed, at: TextRange) -> Done<Typed> {
        let container = self.given(container);
        if item.ty == Ty::Wide && matches!(container.ty, Ty::Range | Ty::Bytes) {
            item = Typed::int(self.narrowed(&item));
        }
        match (&container.ty, &item.ty) {
            (Ty::Str, Ty::Str) | (Ty::Bytes, Ty::Bytes) => {
                let found = self.b.op(Op::Find, &[container.one(), item.one()]);
                let zero = self.b.i64(0);
                Ok(Typed::bool(self.b.op(Op::Le, &[zero, found])))
            }
            (Ty::Bytes, Ty::Int(_)) => {
                let value = self.signed(item);
                Ok(Typed::bool(self.host("text.has_byte", &[container.one(), value])))
            }
            (Ty::Tuple(items), _) => {
                let items = self.items_of(&container, &items.clone());
                let mut any = None;
                for other in items {
                    let equal = self.equal(item.clone(), other, false, at)?.one();
                    any = Some(match any {
                        None => equal,
                        Some(any) => self.b.op(Op::Or, &[any, equal]),
                    });
                }
                Ok(match any {
                    Some(any) => Typed::bool(any),
                    None => self.constant_bool(false),
                })
            }
            (Ty::Range, ty) if ty.is_int() => {
                let item = self.number(item);
                let bounds = container.parts.iter().map(|part| Typed::int(*part)).collect();
                self.in_range(bounds, item, at)
            }
            (Ty::Wrong, _) | (_, Ty::Wrong) => Err(Stop::Reported),
            (Ty::Str, ty) if ty.is_int() => {
                let found = self.describe(ty);
                self.wrong_help(at, format!("{found} is not in a str"), "a char is a number: it is in b\"…\"")
            }
            (Ty::Str | Ty::Bytes, ty) => {
                let (found, text) = (self.describe(ty), self.describe(&container.ty));
                self.wrong(at, format!("'in' looks for the same in {text}, not for {found}"))
            }
            (ty, _) => {
                let found = self.describe(ty);
                self.wrong_help(
                    at,
                    format!("'in' is not supported for {found}"),
                    "it is for str, bytes, tuples and ranges; any(x == y for x in …) is for the rest",
                )
            }
        }
    }

    /// Whether an integer is in a range, given as start, stop and step; the step is not 0.
    fn in_range(&mut self, range: Vec<Typed>, item: Typed, at: TextRange) -> Done<Typed> {
        let Ok([start, stop, step]) = <[Typed; 3]>::try_from(range) else { unreachable!("these are three") };
        let zero = self.int_constant(0);
        let up = self.compare_ints(zero, step.clone(), Op::Lt);
        let (item2, start2, stop2) = (item.clone(), start.clone(), stop.clone());
        let within = self.either(
            up.one(),
            |s| {
                let (a, b) = (
                    s.compare_ints(start2.clone(), item2.clone(), Op::Le),
                    s.compare_ints(item2, stop2, Op::Lt),
                );
                Ok(Typed::bool(s.all([a.one(), b.one()])))
            },
            |s| {
                let (a, b) = (
                    s.compare_ints(item.clone(), start.clone(), Op::Le),
                    s.compare_ints(stop, item.clone(), Op::Lt),
                );
                Ok(Typed::bool(s.all([a.one(), b.one()])))
            },
        )?;
        self.either(
            within.one(),
            |s| {
                // Both remainders are zero or have the sign of the divisor.
                let unsigned = item.ty == Ty::UINT || start.ty == Ty::UINT;
                let step = if unsigned { s.absolute(step)? } else { step };
                let a = s.binary(item, Operator::Mod, step.clone(), at)?;
                let b = s.binary(start, Operator::Mod, step, at)?;
                Ok(s.compare_ints(a, b, Op::Eq))
            },
            |s| Ok(s.constant_bool(false)),
        )
    }
}
