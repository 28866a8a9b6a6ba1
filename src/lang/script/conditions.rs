//! Conditions: the edges on which they hold and those on which they do not; truth values.

use super::flow::Branches;
use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering, Stop};
use crate::ir::{Const, Op, Value};
use ruff_python_ast::{BoolOp, CmpOp, Expr, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

impl<'s> Lowering<'_, 's> {
    /// Lowers a condition to the edges on which it holds and those on which it does not. On each edge, the
    /// types of variables are narrowed accordingly.
    pub fn condition(&mut self, e: &'s Expr) -> Done<Branches> {
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => {
                let Branches { yes, no } = self.condition(&u.operand)?;
                Ok(Branches { yes: no, no: yes })
            }
            Expr::BoolOp(b) => {
                let mut all = Branches::default();
                let last = b.values.len() - 1;
                for (i, e) in b.values.iter().enumerate() {
                    let Branches { yes, no } = match self.condition(e) {
                        // This operand never completes, but an earlier one may have decided.
                        Err(Stop::Dead) if !all.is_empty() => break,
                        ways => ways?,
                    };
                    let (on, out) = if b.op == BoolOp::And { (yes, no) } else { (no, yes) };
                    let (ends, outs) = match b.op {
                        BoolOp::And => (&mut all.yes, &mut all.no),
                        BoolOp::Or => (&mut all.no, &mut all.yes),
                    };
                    outs.extend(out);
                    if i == last {
                        ends.extend(on);
                    } else if on.is_empty() {
                        break;
                    } else {
                        self.resume(on)?;
                    }
                }
                Ok(all)
            }
            Expr::Compare(c) if c.ops.len() > 1 => {
                let mut all = Branches::default();
                let mut left = self.value(&c.left)?;
                for (i, (op, e)) in c.ops.iter().zip(&c.comparators).enumerate() {
                    let right = match self.value(e) {
                        Err(Stop::Dead) if !all.is_empty() => break,
                        right => right?,
                    };
                    // The operand between two comparisons is evaluated once: it is kept as a variable.
                    self.push(e.start(), "compared", right.clone());
                    let holds = self.compare(left, *op, right, c.range)?;
                    let Branches { yes, no } = self.split(holds.one());
                    let size = self.env.len() - 1;
                    all.no.extend(no.into_iter().map(|mut edge| {
                        edge.env.truncate(size);
                        edge
                    }));
                    if yes.is_empty() {
                        self.env.truncate(size);
                        return Ok(all);
                    }
                    self.resume(yes)?;
                    left = self.env.pop().expect("it was pushed");
                    if i + 1 == c.ops.len() {
                        all.yes.push(self.edge(None));
                    }
                }
                Ok(all)
            }
            Expr::Compare(c)
                if matches!(&*c.ops, [CmpOp::Is | CmpOp::IsNot])
                    && c.comparators[0].is_none_literal_expr() =>
            {
                let value = self.value(&c.left)?;
                let ways = match &value.ty {
                    Ty::Optional(_) => {
                        let there = self.is_there(&value);
                        let mut ways = self.split(there);
                        self.narrow(&c.left, &value, &mut ways)?;
                        ways
                    }
                    ty => {
                        let there = self.b.constant(Const::Bool(*ty != Ty::None));
                        self.split(there)
                    }
                };
                match c.ops[0] {
                    CmpOp::Is => Ok(Branches { yes: ways.no, no: ways.yes }),
                    _ => Ok(ways),
                }
            }
            Expr::Call(call) => match self.isinstance(call)? {
                Some(ways) => Ok(ways),
                None => self.truth_ways(e),
            },
            e => self.truth_ways(e),
        }
    }

    fn truth_ways(&mut self, e: &'s Expr) -> Done<Branches> {
        let value = self.value(e)?;
        if let Ty::Optional(of) = &value.ty {
            let of = (**of).clone();
            let there = self.is_there(&value);
            let mut ways = self.split(there);
            self.narrow(e, &value, &mut ways)?;
            if ways.yes.is_empty() {
                return Ok(ways);
            }
            self.resume(ways.yes)?;
            let inner = self.inner(&value, &of);
            let holds = self.truth(&inner, e.range())?;
            let more = self.split(holds);
            ways.no.extend(more.no);
            return Ok(Branches { yes: more.yes, no: ways.no });
        }
        let holds = self.truth(&value, e.range())?;
        Ok(self.split(holds))
    }

    /// Narrows the variable that an optional is read from: present on the `yes` edges, `None` on the `no`
    /// edges.
    fn narrow(&mut self, e: &'s Expr, value: &Typed, ways: &mut Branches) -> Done<()> {
        let Expr::Name(name) = e else { return Ok(()) };
        let (Some(at), Ty::Optional(of)) = (self.frame().names.get(name.id.as_str()).copied(), &value.ty)
        else {
            return Ok(());
        };
        let of = (**of).clone();
        for edge in &mut ways.no {
            edge.env[at] = Typed::none();
        }
        if !ways.yes.is_empty() {
            let env = self.env.clone();
            self.resume(std::mem::take(&mut ways.yes))?;
            self.env[at] = self.inner(value, &of);
            ways.yes = vec![self.edge(None)];
            self.env = env;
        }
        Ok(())
    }

    /// Whether a value counts as true.
    pub fn truth(&mut self, value: &Typed, at: TextRange) -> Done<Value> {
        Ok(match &value.ty {
            Ty::Bool => value.one(),
            Ty::Int(Whole::Unsigned) => {
                let zero = self.b.constant(Const::U64(0));
                self.b.op(Op::Ne, &[value.one(), zero])
            }
            Ty::Int(_) | Ty::Enum(_) => {
                let zero = self.b.i64(0);
                if let Some(i) = self.b.as_const(value.one()) {
                    return Ok(self.b.constant(Const::Bool(i != Const::I64(0))));
                }
                self.b.op(Op::Ne, &[value.one(), zero])
            }
            Ty::Wide => self.wide_truth(value),
            Ty::Float => {
                let zero = self.b.f64(0.0);
                self.b.op(Op::Ne, &[value.one(), zero])
            }
            Ty::Number => {
                let zero = self.b.f64(0.0);
                self.b.op(Op::Ne, &[value.parts[2], zero])
            }
            Ty::Str | Ty::Bytes => {
                let zero = self.b.i64(0);
                let len = self.b.op(Op::Len, &value.parts);
                self.b.op(Op::Ne, &[len, zero])
            }
            Ty::None => self.b.constant(Const::Bool(false)),
            Ty::Tuple(items) => self.b.constant(Const::Bool(!items.is_empty())),
            Ty::Optional(of) => {
                let (of, there) = ((**of).clone(), self.is_there(value));
                let value = value.clone();
                let both = self.either(
                    there,
                    |s| {
                        let inner = s.inner(&value, &of);
                        s.truth(&inner, at).map(Typed::bool)
                    },
                    |s| Ok(s.constant_bool(false)),
                )?;
                both.one()
            }
            Ty::List(..) | Ty::Range => {
                let len = self.length(value.clone(), at)?;
                let zero = self.b.i64(0);
                self.b.op(Op::Ne, &[len, zero])
            }
            Ty::Known(_) | Ty::Object(_) | Ty::Generator(_) | Ty::Waiting(..) | Ty::Record(_) | Ty::File => {
                self.b.constant(Const::Bool(true))
            }
            Ty::Wrong | Ty::Low | Ty::Unset | Ty::Maybe(_) | Ty::Mixed(_) | Ty::Never | Ty::Stopped => {
                return Err(Stop::Reported);
            }
            Ty::Records(_) => {
                return self.wrong(at, "whether there are records is not known before they are read");
            }
        })
    }

    /// `and`, `or`: the first operand that decides.
    pub fn bool_op(&mut self, op: BoolOp, values: &'s [Expr]) -> Done<Typed> {
        let mut edges = vec![];
        let last = values.len() - 1;
        for (i, e) in values.iter().enumerate() {
            let result = self.value(e);
            if i == last {
                edges.extend(self.arm(result)?);
                break;
            }
            let value = match result {
                Err(Stop::Dead) => break,
                other => other?,
            };
            // The operand is kept as a variable; on the edges on which it decides, its type is narrowed.
            self.push(e.start(), "operand", value.clone());
            let decided = self.truth(&value, e.range())?;
            let Branches { yes, no } = self.split(decided);
            let (on, out) = if op == BoolOp::And { (yes, no) } else { (no, yes) };
            if !out.is_empty() {
                self.resume(out)?;
                let value = self.env.pop().expect("it was pushed");
                let value = match (&value.ty, op) {
                    (Ty::Optional(of), BoolOp::Or) => {
                        let of = (**of).clone();
                        self.inner(&value, &of)
                    }
                    (Ty::Bool, _) => self.constant_bool(op == BoolOp::Or),
                    _ => value,
                };
                edges.push(self.edge(Some(value)));
            }
            if on.is_empty() {
                break;
            }
            let size = on[0].env.len() - 1;
            self.join_to(on, size)?;
        }
        let value = self.join(edges)?.expect("each way has a value");
        let range = TextRange::new(values[0].start(), values[last].end());
        self.settled(value, range)
    }
}
