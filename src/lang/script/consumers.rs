//! Consumers of iterables: `sum`, `min`, `max`, `any`, `all`, and `next`, which takes one value.
//!
//! All but `next` are lowered in place to a loop over the argument, with their state in hidden variables.

use super::flow::Branches;
use super::iterate::PartlyEvaluated;
use super::numbers::as_int;
use super::ty::{Ty, Typed, Whole};
use super::{Consumer, Done, Loop, Lowering, Stop};
use crate::ir::{ClassId, Op, Raise, Term, Value};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use std::rc::Rc;

impl<'s> Lowering<'_, 's> {
    /// `sum(items, start)`. The rounding errors of float additions are compensated (Neumaier, 1974), as in
    /// CPython since 3.12.
    ///
    /// In a query, integers that may be large are added in 128 bits. A sum of 32-bit integers fits 64 bits:
    /// there are not enough of them to overflow.
    pub fn sum(&mut self, items: &'s Expr, start: Option<&'s Expr>) -> Done<Typed> {
        let size = self.env.len();
        let (over, start) = self.iterable_beside(items, start, Self::numeric)?;
        let over = match over {
            PartlyEvaluated::All(Expr::Attribute(_) | Expr::Subscript(_)) => {
                PartlyEvaluated::Value(self.value(items)?, items.range())
            }
            over => over,
        };
        // The sum of a non-empty list of floats is a float.
        let float = match &over {
            PartlyEvaluated::Value(Typed { ty: Ty::List(class, of), .. }, _) => {
                **of == Ty::Float && self.has_elements(*class)
            }
            _ => false,
        };
        let start = match start {
            Some(start) => start,
            None => self.int_constant(0),
        };
        let start = if self.unit.query && self.is_large(&start) { self.widened(start) } else { start };
        let range = items.range();
        let total = self.hide(start, range, "sum")?;
        let zero = Typed::float(self.b.f64(0.0));
        let lost = self.hide(zero, range, "lost")?;
        let (to, off) = (total.clone(), lost.clone());
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let item = s.given(item);
            if item.ty == Ty::Wrong {
                return Err(Stop::Reported);
            }
            if !item.ty.is_number() {
                let found = s.describe(&item.ty);
                return s.wrong(range, format!("'sum' adds numbers; this is {found}"));
            }
            let item = s.number(item);
            let total = s.get_hidden(&to)?;
            let large = match total.ty {
                Ty::Wide => item.ty.is_int(),
                Ty::Int(_) => s.unit.query && s.is_large(&item),
                _ => false,
            };
            if large {
                let sum = s.add_to_wide(total, item);
                return s.put_hidden(&to, sum);
            }
            if item.ty != Ty::Float {
                let sum = s.binary(total, ruff_python_ast::Operator::Add, item, range)?;
                return s.put_hidden(&to, sum);
            }
            let (sum, x) = (s.float(&total), item.one());
            let next = s.b.op(Op::Add, &[sum, x]);
            let (a, b) = (s.b.op(Op::Abs, &[sum]), s.b.op(Op::Abs, &[x]));
            let larger = s.b.op(Op::Le, &[b, a]);
            let large = s.b.op(Op::Select, &[larger, sum, x]);
            let small = s.b.op(Op::Select, &[larger, x, sum]);
            let rest = s.b.op(Op::Sub, &[large, next]);
            let rest = s.b.op(Op::Add, &[rest, small]);
            let before = s.get_hidden(&off)?.one();
            let lost = s.b.op(Op::Add, &[before, rest]);
            s.put_hidden(&to, Typed::float(next))?;
            s.put_hidden(&off, Typed::float(lost))
        });
        self.iterate_over(over, each)?;
        let total_value = self.get_hidden(&total)?;
        let lost = self.get_hidden(&lost)?.one();
        self.env.truncate(size);
        match total_value.ty {
            Ty::Float => self.with_lost(total_value.one(), lost),
            Ty::Number if float => self.with_lost(total_value.parts[2], lost),
            Ty::Number => {
                let (float, int) = (total_value.parts[2], as_int(total_value.clone()));
                self.either(total_value.parts[0], |s| s.with_lost(float, lost), |_| Ok(int))
            }
            _ => Ok(total_value),
        }
    }

    /// Whether a list is known not to be empty: the length of an array is fixed.
    fn has_elements(&self, class: ClassId) -> bool {
        let Some(len) = self.accessor(class, "len") else { return false };
        let body = &self.b.program().funcs[len.index()].body;
        let returns = body.blocks.iter().filter_map(|block| match &block.term {
            Term::Return(values) => Some(body.as_i64(values[0])),
            _ => None,
        });
        returns.fold(None, |least: Option<i64>, len| {
            let len = len.unwrap_or(0);
            Some(least.map_or(len, |least| least.min(len)))
        }) > Some(0)
    }

    /// A sum plus its rounding error, unless the latter is NaN or infinite.
    pub fn with_lost(&mut self, sum: Value, lost: Value) -> Done<Typed> {
        let (size, infinity) = (self.b.op(Op::Abs, &[lost]), self.b.f64(f64::INFINITY));
        let finite = self.b.op(Op::Lt, &[size, infinity]);
        let both = self.b.op(Op::Add, &[sum, lost]);
        Ok(Typed::float(self.b.op(Op::Select, &[finite, both, sum])))
    }

    /// `min` or `max` of an iterable.
    pub fn extreme(
        &mut self,
        items: &'s Expr,
        default: Option<&'s Expr>,
        max: bool,
        at: TextRange,
    ) -> Done<Typed> {
        let size = self.env.len();
        let (over, default) = self.iterable_beside(items, default, Self::value)?;
        let best = self.hide(Typed::new(Ty::Unset, vec![]), items.range(), "best")?;
        let slot = best.clone();
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let item = s.given(item);
            let best = s.get_raw(&slot)?;
            let new = match &best.ty {
                Ty::Unset => item,
                Ty::Maybe(of) => {
                    let (of, there) = ((**of).clone(), s.is_there(&best));
                    let first = item.clone();
                    s.either(
                        there,
                        |s| {
                            let best = s.inner(&best, &of);
                            s.better(best, item, max, at)
                        },
                        |_| Ok(first),
                    )?
                }
                _ => s.better(best, item, max, at)?,
            };
            s.put_hidden(&slot, new)
        });
        self.iterate_over(over, each)?;
        let best = self.get_raw(&best)?;
        self.env.truncate(size);
        match (&best.ty, default) {
            (Ty::Unset, Some(default)) => Ok(default),
            (Ty::Unset, None) => self.raised(Raise::Empty),
            (Ty::Maybe(of), default) => {
                let (of, there) = ((**of).clone(), self.is_there(&best));
                match default {
                    Some(default) => {
                        let value = self.either(there, |s| Ok(s.inner(&best, &of)), |_| Ok(default))?;
                        self.settled(value, at)
                    }
                    None => {
                        self.require(there, Raise::Empty)?;
                        Ok(self.inner(&best, &of))
                    }
                }
            }
            _ => Ok(best),
        }
    }

    /// `min` or `max` of the arguments.
    pub fn extreme_of(&mut self, call: &'s ExprCall, max: bool) -> Done<Typed> {
        let given = self.arguments(&call.arguments)?;
        let mut values = given.positional.into_iter().map(|(value, _)| value);
        let Some(mut best) = values.next() else { return self.raised(Raise::Empty) };
        for value in values {
            let value = self.given(value);
            best = self.given(best);
            best = self.better(best, value, max, call.range())?;
        }
        Ok(best)
    }

    /// The smaller (or larger) of two values; the first, if the second is not smaller (or larger).
    fn better(&mut self, best: Typed, item: Typed, max: bool, at: TextRange) -> Done<Typed> {
        let same = match (&best.ty, &item.ty) {
            (Ty::Float, Ty::Float) => true,
            (Ty::Int(a), Ty::Int(b)) => (*a == Whole::Unsigned) == (*b == Whole::Unsigned),
            _ => false,
        };
        if same {
            let op = if max { Op::Max } else { Op::Min };
            let ty = super::ty::join(&best.ty, &item.ty);
            return Ok(Typed::of(ty, self.b.op(op, &[best.one(), item.one()])));
        }
        let op = if max { ruff_python_ast::CmpOp::Gt } else { ruff_python_ast::CmpOp::Lt };
        let wins = self.compare(item.clone(), op, best.clone(), at)?;
        let value = self.either(wins.one(), |_| Ok(item), |_| Ok(best))?;
        self.settled(value, at)
    }

    /// `any` or `all`; the loop ends at the value that decides.
    pub fn decide(&mut self, items: &'s Expr, any: bool) -> Done<Typed> {
        let (home, size) = (self.frame, self.env.len());
        self.frame().loops.push(Loop::default());
        let range = items.range();
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let size = s.env.len();
            let holds = s.truth(&item, range)?;
            let Branches { yes, no } = s.split(holds);
            let (out, on) = if any { (yes, no) } else { (no, yes) };
            s.frames[home].loops.last_mut().expect("it was pushed").breaks.extend(out);
            s.join_to(on, size).map(|_| ())
        });
        let result = self.iterate(items, each);
        let done = self.fell(result);
        let Loop { breaks, .. } = self.frame().loops.pop().expect("it was pushed");
        let mut edges = vec![];
        for (ways, holds) in [(breaks, any), (done?.into_iter().collect(), !any)] {
            if !ways.is_empty() {
                self.join_to(ways, size)?;
                let value = self.constant_bool(holds);
                edges.push(self.edge(Some(value)));
            }
        }
        Ok(self.join_to(edges, size)?.expect("each way has a value"))
    }

    pub fn next_value(&mut self, e: &'s Expr, default: Option<&'s Expr>, at: TextRange) -> Done<Typed> {
        let value = self.value(e)?;
        let default = match default {
            Some(e) => Some(self.value(e)?),
            None => None,
        };
        let pull = match &value.ty {
            Ty::Generator(_) => self.next_of_generator(value)?,
            Ty::Object(class) if self.unit.items.classes[*class].methods.contains_key("__next__") => {
                let class = *class;
                self.next_of_object(value, class)?
            }
            Ty::Wrong => return Err(Stop::Reported),
            other => {
                let found = self.describe(other);
                return self
                    .wrong(at, format!("'next' is asked of a generator or an iterator; this is {found}"));
            }
        };
        let (done, item) = pull;
        let mut edges = vec![];
        if item.ty != Ty::Never {
            edges.push(self.edge(Some(item)));
        }
        if !done.is_empty() {
            self.resume(done)?;
            match default {
                Some(default) => edges.push(self.edge(Some(default))),
                None if self.frame().next => {
                    let result: Done<Typed> = self.stop_iteration().map(|()| Typed::none());
                    edges.extend(self.arm(result)?);
                }
                None => self.b.raise(Raise::Exhausted),
            }
        }
        let value = self.join(edges)?.expect("each way has a value");
        self.settled(value, at)
    }

    /// Whether the current code is in `__next__`.
    pub fn in_next(&self) -> bool {
        self.frames[self.frame].next
    }

    /// `raise StopIteration` in `__next__`.
    pub fn stop_iteration(&mut self) -> Done<()> {
        let edge = self.edge(Some(Typed::new(Ty::Stopped, vec![])));
        self.frame().returns.push(edge);
        Err(Stop::Dead)
    }
}
