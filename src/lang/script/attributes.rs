//! Attributes, indices and slices.

use super::ty::{Ty, Typed};
use super::{Done, Lowering, Stop};
use crate::ir::{Base, ClassId, Const, FuncId, Op, Raise, Term, Value};
use crate::schema::{Endian, Scalar};
use ruff_python_ast::{Expr, ExprAttribute, ExprSlice};
use ruff_text_size::{Ranged, TextRange};

impl<'s> Lowering<'_, 's> {
    /// `object.name`.
    pub fn attribute_of(&mut self, object: Typed, a: &'s ExprAttribute) -> Done<Typed> {
        let object = self.given(object);
        match &object.ty {
            Ty::Object(class) => self.object_attribute(*class, object, a),
            // The name as written: for a field named like a keyword, the parser received another name.
            Ty::Record(class) => {
                let name = self.unit.source.written(a.attr.range);
                self.record_field(*class, object.one(), name, a.attr.range)
            }
            Ty::Wrong => Err(Stop::Reported),
            other => {
                let found = self.describe(other);
                let message = format!("{found} has no field '{}'", a.attr.id);
                match other {
                    Ty::List(..) => self.wrong_help(a.attr.range, message, "take an element first: '…[0]'"),
                    _ => self.wrong(a.attr.range, message),
                }
            }
        }
    }

    /// The function of a method of an accessor class.
    pub fn accessor(&self, class: ClassId, method: &str) -> Option<FuncId> {
        let program = self.b.program();
        program.func(&format!("{}.{method}", program.classes[class.index()].name))
    }

    /// The length of an array, if it is fixed.
    fn array_length(&self, class: ClassId) -> Option<i64> {
        let func = &self.b.program().funcs[self.accessor(class, "len")?.index()];
        match &func.body.blocks[0].term {
            Term::Return(values) => func.body.as_i64(values[0]),
            _ => None,
        }
    }

    /// `len(value)`.
    pub fn length(&mut self, value: Typed, at: TextRange) -> Done<Value> {
        match &value.ty {
            Ty::Str => match self.constant_text(&value) {
                Some(text) => Ok(self.b.i64(text.chars().count() as i64)),
                None => Ok(self.host("text.count", &value.parts)),
            },
            Ty::Bytes => Ok(self.b.op(Op::Len, &value.parts)),
            Ty::Tuple(items) => Ok(self.b.i64(items.len() as i64)),
            Ty::Range => {
                let [start, stop, step] = value.parts[..] else { unreachable!("a range has three parts") };
                self.range_length(start, stop, step)
            }
            Ty::List(class, _) => match self.array_length(*class) {
                Some(length) => Ok(self.b.i64(length)),
                None => {
                    let len = self.accessor(*class, "len").expect("a list has a length");
                    Ok(self.b.op(Op::Call(len), &value.parts))
                }
            },
            Ty::Records(_) => self.count_records(value, at),
            Ty::Wrong => Err(Stop::Reported),
            other => {
                let found = self.describe(other);
                self.wrong(at, format!("{found} has no length"))
            }
        }
    }

    pub fn range_length(&mut self, start: Value, stop: Value, step: Value) -> Done<Value> {
        let zero = self.b.i64(0);
        let up = self.b.op(Op::Lt, &[zero, step]);
        // If `step` is negative, its magnitude is `!step + 1`. As an unsigned number this exists even if
        // `-step` overflows.
        let count = self.either(
            up,
            |s| {
                let size = s.unsigned(step);
                s.steps(start, stop, size)
            },
            |s| {
                let below = s.b.op(Op::Not, &[step]);
                let (size, one) = (s.unsigned(below), s.b.constant(Const::U64(1)));
                let size = s.b.op(Op::Add, &[size, one]);
                s.steps(stop, start, size)
            },
        )?;
        Ok(count.one())
    }

    /// The number of steps of the unsigned size `size` from `low` up to `high`. Their distance may overflow
    /// an `i64`.
    fn steps(&mut self, low: Value, high: Value, size: Value) -> Done<Typed> {
        let some = self.b.op(Op::Lt, &[low, high]);
        self.either(
            some,
            |s| {
                // Add 2^63 to both, so that they can be compared as unsigned numbers.
                let least = s.b.i64(i64::MIN);
                let [low, high] = [low, high].map(|v| {
                    let moved = s.b.op(Op::Xor, &[v, least]);
                    s.b.op(Op::Bits(Base::U64), &[moved])
                });
                let one = s.b.constant(Const::U64(1));
                let width = s.b.op(Op::Sub, &[high, low]);
                let width = s.b.op(Op::Sub, &[width, one]);
                let count = s.b.op(Op::Div, &[width, size]);
                let count = s.b.op(Op::Add, &[count, one]);
                Ok(Typed::natural(s.b.op(Op::Convert(Base::I64), &[count])))
            },
            |s| Ok(Typed::natural(s.b.i64(0))),
        )
    }

    /// The element of a list at an index that is in bounds.
    pub fn element(&mut self, list: Value, class: ClassId, index: Value, ty: &Ty) -> Done<Typed> {
        let Ty::List(_, element) = ty else { unreachable!("{ty:?} is no list") };
        if **element == Ty::None {
            // Elements of type `Void` take no bytes, so nothing is read.
            return Ok(Typed::none());
        }
        let at = self.accessor(class, "at").expect("a list has elements");
        let value = self.b.op(Op::Call(at), &[list, index]);
        Ok(Typed::of((**element).clone(), value))
    }

    /// The number of a range at an index that is in bounds.
    pub fn number_in_range(&mut self, range: &Typed, index: Value) -> Value {
        let [start, _, step] = range.parts[..] else { unreachable!("a range has three parts") };
        // The distance from the start may overflow an `i64`, but the number itself fits.
        let far = self.b.op(Op::WrapMul, &[index, step]);
        self.b.op(Op::WrapAdd, &[start, far])
    }

    pub fn byte_at(&mut self, view: Value, index: Value) -> Value {
        self.b.op(Op::Load(Scalar::U8, Endian::Little), &[view, index])
    }

    /// Converts an index, possibly negative, to a position from the start; raises an error if it is out of
    /// range.
    pub fn position(&mut self, index: &Typed, len: Value) -> Done<Value> {
        let i = self.signed(index.clone());
        let zero = self.b.i64(0);
        let known = self.b.as_const(i);
        let i = match (known, index.ty == Ty::NATURAL) {
            (Some(Const::I64(0..)), _) | (_, true) => i,
            (Some(_), _) => self.b.op(Op::Add, &[len, i]),
            _ => {
                let negative = self.b.op(Op::Lt, &[i, zero]);
                let turned = self.either(
                    negative,
                    |s| Ok(Typed::int(s.b.op(Op::Add, &[len, i]))),
                    |_| Ok(Typed::int(i)),
                )?;
                turned.one()
            }
        };
        if !matches!((known, index.ty == Ty::NATURAL), (Some(Const::I64(0..)), _) | (_, true)) {
            let natural = self.b.op(Op::Le, &[zero, i]);
            self.require(natural, Raise::Index)?;
        }
        match (self.b.as_const(i), self.b.as_const(len)) {
            (Some(Const::I64(i)), Some(Const::I64(len))) if i < len => {}
            _ => {
                let inside = self.b.op(Op::Lt, &[i, len]);
                self.require(inside, Raise::Index)?;
            }
        }
        Ok(i)
    }

    /// `object[index]`.
    pub fn subscript(&mut self, object: Typed, index: &'s Expr, at: TextRange) -> Done<Typed> {
        let object = self.given(object);
        if object.ty == Ty::Wrong {
            return Err(Stop::Reported);
        }
        if let Expr::Slice(slice) = index {
            return self.slice(object, slice, at);
        }
        if !matches!(object.ty, Ty::Tuple(_) | Ty::Str | Ty::Bytes | Ty::List(..) | Ty::Range) {
            let found = self.describe(&object.ty);
            return self.wrong(at, format!("{found} is not an array and cannot be indexed"));
        }
        let number = self.value(index)?;
        let mut number = self.given(number);
        if number.ty == Ty::Wide {
            number = Typed::int(self.narrowed(&number));
        }
        if !number.ty.is_int() {
            return self.wrong(index, "an index is an integer");
        }
        let number = self.number(number);
        self.mark(at);
        match &object.ty {
            Ty::Tuple(types) => {
                let items = self.items_of(&object, &types.clone());
                let count = items.len() as i64;
                match self.b.as_const(number.one()) {
                    Some(Const::I64(i)) if (-count..count).contains(&i) => {
                        Ok(items[if i < 0 { i + count } else { i } as usize].clone())
                    }
                    Some(Const::I64(i)) => {
                        self.wrong(index, format!("index {i} is not in a tuple of {count}"))
                    }
                    _ => {
                        let len = self.b.i64(count);
                        let i = self.position(&number, len)?;
                        let item = self.item_at(items, i, 0)?;
                        self.settled(item, at)
                    }
                }
            }
            Ty::List(class, _) => {
                let class = *class;
                let length = self.array_length(class);
                if let (Some(Const::I64(i)), Some(length)) = (self.b.as_const(number.one()), length)
                    && !(-length..length).contains(&i)
                {
                    return self.wrong_help(
                        index,
                        format!("index {i} is not in an array of {length}"),
                        format!("indices are 0 to {}", length - 1),
                    );
                }
                let len = self.length(object.clone(), at)?;
                let i = self.position(&number, len)?;
                self.element(object.one(), class, i, &object.ty)
            }
            Ty::Bytes => {
                let len = self.b.op(Op::Len, &object.parts);
                let i = self.position(&number, len)?;
                Ok(Typed::natural(self.byte_at(object.one(), i)))
            }
            Ty::Range => {
                let len = self.length(object.clone(), at)?;
                let i = self.position(&number, len)?;
                Ok(Typed::int(self.number_in_range(&object, i)))
            }
            _ => {
                let view = object.one();
                let count = self.host("text.count", &[view]);
                let i = self.position(&number, count)?;
                let start = self.host("text.offset", &[view, i]);
                let all = self.b.op(Op::Len, &[view]);
                let rest = self.b.op(Op::Sub, &[all, start]);
                let rest = self.b.op(Op::Slice, &[view, start, rest]);
                let one = self.b.i64(1);
                let size = self.host("text.offset", &[rest, one]);
                Ok(Typed::of(Ty::Str, self.b.op(Op::Slice, &[view, start, size])))
            }
        }
    }

    /// `object[from:to]`.
    fn slice(&mut self, object: Typed, slice: &'s ExprSlice, at: TextRange) -> Done<Typed> {
        let is_one = |step: &Expr| match step {
            Expr::NumberLiteral(n) => n.value.as_int().and_then(|i| i.as_i64()) == Some(1),
            _ => false,
        };
        if let Some(step) = &slice.step
            && !is_one(step)
            && !step.is_none_literal_expr()
        {
            return self.wrong(&**step, "a slice with a step is not supported");
        }
        let mut bounds = vec![];
        for bound in [&slice.lower, &slice.upper] {
            bounds.push(match bound {
                Some(e) if !e.is_none_literal_expr() => Some(self.bound_argument(e)?),
                _ => None,
            });
        }
        let upper = bounds.pop().expect("there are two");
        let lower = bounds.pop().expect("there are two");
        match &object.ty {
            Ty::Tuple(types) => {
                let items = self.items_of(&object, &types.clone());
                let count = items.len() as i64;
                let known = |bound: Option<Typed>, default: i64| match bound {
                    None => Ok(default),
                    Some(v) => match self.b.as_const(v.one()) {
                        Some(Const::I64(i)) => Ok(if i < 0 { (i + count).max(0) } else { i.min(count) }),
                        _ => self.wrong(
                            at,
                            "a tuple is sliced with constants only: how many items there are must be known",
                        ),
                    },
                };
                let (from, to) = (known(lower, 0)?, known(upper, count)?);
                let mut part = Typed::new(Ty::Tuple(vec![]), vec![]);
                for item in items.into_iter().take(to.max(0) as usize).skip(from as usize) {
                    super::expressions::push_item(&mut part, item);
                }
                Ok(part)
            }
            Ty::Bytes => {
                let len = self.b.op(Op::Len, &object.parts);
                let from = self.bound(lower, len, 0)?;
                let to = match upper {
                    Some(_) => self.bound(upper, len, 0)?,
                    None => len,
                };
                let part = self.between(object.one(), from, to);
                Ok(Typed::of(Ty::Bytes, part))
            }
            Ty::Str => {
                let view = object.one();
                let len = self.b.op(Op::Len, &[view]);
                let from = match lower {
                    Some(lower) => self.text_bound(view, lower)?,
                    None => self.b.i64(0),
                };
                let to = match upper {
                    Some(upper) => self.text_bound(view, upper)?,
                    None => len,
                };
                let part = self.between(view, from, to);
                Ok(Typed::of(Ty::Str, part))
            }
            other => {
                let found = self.describe(other);
                self.wrong(at, format!("{found} cannot be sliced"))
            }
        }
    }

    /// Converts a bound of a slice to an offset between 0 and `len`.
    pub fn bound(&mut self, bound: Option<Typed>, len: Value, default: i64) -> Done<Value> {
        let Some(bound) = bound else { return Ok(self.b.i64(default)) };
        let i = self.signed(bound.clone());
        let zero = self.b.i64(0);
        let negative = match self.b.as_const(i) {
            Some(Const::I64(i)) => self.b.constant(Const::Bool(i < 0)),
            _ if bound.ty == Ty::NATURAL => self.b.constant(Const::Bool(false)),
            _ => self.b.op(Op::Lt, &[i, zero]),
        };
        let offset = self.either(
            negative,
            |s| {
                // `len` is not negative and `i` is, so the sum does not overflow.
                let from_end = s.b.op(Op::Add, &[len, i]);
                Ok(Typed::int(s.b.op(Op::Max, &[from_end, zero])))
            },
            |s| Ok(Typed::int(s.b.op(Op::Min, &[i, len]))),
        )?;
        Ok(offset.one())
    }

    /// Converts a bound of a slice of text, which counts code points, to an offset in bytes.
    pub fn text_bound(&mut self, view: Value, bound: Typed) -> Done<Value> {
        let i = self.signed(bound.clone());
        let natural = matches!(self.b.as_const(i), Some(Const::I64(0..))) || bound.ty == Ty::NATURAL;
        let i = if natural {
            i
        } else {
            let count = self.host("text.count", &[view]);
            self.bound(Some(bound), count, 0)?
        };
        Ok(self.host("text.offset", &[view, i]))
    }

    /// The bytes of a view from one offset to another; empty if the range is.
    pub fn between(&mut self, view: Value, from: Value, to: Value) -> Value {
        let zero = self.b.i64(0);
        let size = self.b.op(Op::Sub, &[to, from]);
        let size = self.b.op(Op::Max, &[size, zero]);
        self.b.op(Op::Slice, &[view, from, size])
    }

    /// The value of an expression that must be an integer.
    pub fn int(&mut self, e: &'s Expr) -> Done<Typed> {
        let value = self.value(e)?;
        let value = self.given(value);
        match &value.ty {
            Ty::Wrong => Err(Stop::Reported),
            Ty::Wide => Ok(Typed::int(self.narrowed(&value))),
            ty if ty.is_int() => Ok(self.number(value)),
            other => {
                let found = self.describe(other);
                self.wrong(e.range(), format!("an int is needed here; this is {found}"))
            }
        }
    }

    /// Like [`int`](Self::int), converted to an `i64`: raises an error at run time if it does not fit.
    pub fn int_argument(&mut self, e: &'s Expr) -> Done<Typed> {
        let value = self.int(e)?;
        match value.ty {
            Ty::UINT => Ok(Typed::int(self.signed(value))),
            _ => Ok(value),
        }
    }

    /// Like [`int`](Self::int), for a bound within bytes or text: no length reaches the largest `i64`, so
    /// larger bounds are clamped to it.
    pub fn bound_argument(&mut self, e: &'s Expr) -> Done<Typed> {
        let value = self.int(e)?;
        match (&value.ty, self.b.as_const(value.one())) {
            (&Ty::UINT, Some(Const::U64(u))) => Ok(self.int_constant(u.try_into().unwrap_or(i64::MAX))),
            (&Ty::UINT, _) => {
                let most = self.b.constant(Const::U64(i64::MAX as u64));
                let least = self.b.op(Op::Min, &[value.one(), most]);
                Ok(Typed::natural(self.b.op(Op::Bits(Base::I64), &[least])))
            }
            _ => Ok(value),
        }
    }
}
