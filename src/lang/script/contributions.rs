//! What a record contributes to an item of a pass over all records: the rest of its generator, folded up.
//!
//! The generator is written once for a record ([`Lowering::item`]); what has been found so far is in hidden
//! variables. If there is one value at
//! most, it is what the record contributes. Else several are folded: floats with what each addition rounds
//! off, integers in 128 bits,
//! a smallest or largest with whether there is one. The type is that of the values, which the walk before has
//! found ([`Settled`]).
//!
//! How contributions of many records are added is not known here: see [`crate::lang::totals`].

use super::pulls::Hidden;
use super::ty::{Ty, Typed, Whole, join};
use super::{Consumer, Done, Lowering, Stop};
use crate::ir::{Base, ClassId, Const, Op, Raise, Type};
use crate::lang::totals::{Kind, two_sum};
use ruff_python_ast::{ExprGenerator, Operator};
use ruff_text_size::{Ranged, TextRange};
use std::cell::RefCell;
use std::rc::Rc;

/// The type of what is given for a record, as it is known from the walk before.
pub type Settled = Rc<RefCell<Option<Ty>>>;

impl<'s> Lowering<'_, 's> {
    /// What a record gives for an item: a number or truth value; of a smallest or largest that may not be
    /// there, an object of that class.
    pub fn item(
        &mut self,
        g: &'s ExprGenerator,
        kind: Kind,
        settled: &Settled,
    ) -> Done<(Typed, (Base, Option<ClassId>))> {
        let record = self.env[0].clone();
        // Most are floats, or truth values: if it is so, one walk is enough.
        let guess = if matches!(kind, Kind::Any | Kind::All) { Ty::Bool } else { Ty::Float };
        let known = settled.borrow().clone().unwrap_or(guess);
        let base = match known {
            Ty::Float | Ty::Number => Base::F64,
            Ty::Bool => Base::Bool,
            Ty::Int(Whole::Unsigned) => Base::U64,
            _ => Base::I64,
        };
        // Where there is one value at most it is what the record contributes; else several are folded.
        let once = g.generators.len() == 1 && known != Ty::Wide;
        let start = self.before(kind, base, once);
        self.read_early(g, &record)?;
        let mut slots = vec![];
        for value in start {
            // Of another type, it is another variable: a wrong guess must not widen what comes after it.
            slots.push(self.hide(value, g.range, &format!("{base:?}"))?);
        }
        let (note, assumed) = (settled.clone(), known.clone());
        let (into, range) = (slots.clone(), g.elt.range());
        let each: Consumer<'s> = Rc::new(move |s, value| {
            let value = s.taken(value, kind, range)?;
            let before = note.borrow().clone();
            let now = before.map_or(value.ty.clone(), |before| join(&before, &value.ty));
            *note.borrow_mut() = Some(now.clone());
            // Else it is walked on for what the loops around find out, and then again.
            if now != assumed {
                return Ok(());
            }
            s.take(value, kind, base, once, &into, range)
        });
        self.inline_expression_of(g, Some(record), each)?;
        // What no record gives adds up to the integer 0.
        let none = if base == Base::Bool { Ty::Bool } else { Ty::INT };
        let found = settled.borrow_mut().get_or_insert(none).clone();
        if found != known {
            return Err(Stop::Widened);
        }
        let mut parts = vec![];
        for slot in &slots {
            parts.push(self.get_hidden(slot)?);
        }
        match kind {
            Kind::Sum if base == Base::F64 && !once => {
                let (sum, lost) = (parts[0].one(), parts[1].one());
                let (size, infinity) = (self.b.op(Op::Abs, &[lost]), self.b.f64(f64::INFINITY));
                let finite = self.b.op(Op::Lt, &[size, infinity]);
                let both = self.b.op(Op::Add, &[sum, lost]);
                Ok((Typed::float(self.b.op(Op::Select, &[finite, both, sum])), (base, None)))
            }
            Kind::Sum if parts[0].ty == Ty::Wide => {
                let types = self.layout(&Ty::Wide);
                Ok((parts.swap_remove(0), (base, Some(self.pack_class(&types)))))
            }
            Kind::Sum | Kind::Any | Kind::All => Ok((parts.swap_remove(0), (base, None))),
            Kind::Min | Kind::Max => {
                if self.b.as_const(parts[0].one()) == Some(Const::Bool(true)) && once {
                    return Ok((parts.swap_remove(1), (base, None)));
                }
                // Of one that is alone, the first is the best.
                parts.truncate(if once { 2 } else { 3 });
                let types: Vec<Type> = parts.iter().map(|part| self.b.ty(part.one())).collect();
                let class = self.pack_class(&types);
                let tuple = Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                let all = Typed::new(tuple, parts.iter().map(Typed::one).collect());
                Ok((all, (base, Some(class))))
            }
        }
    }

    /// What there is before the first value of a record, which is the only one if there is one at most.
    fn before(&mut self, kind: Kind, base: Base, once: bool) -> Vec<Typed> {
        let number = |s: &mut Self, c: Const| {
            let value = s.b.constant(c);
            let ty = s.b.ty(value);
            Typed::of(
                if ty == Type::F64 {
                    Ty::Float
                } else if ty == Type::U64 {
                    Ty::UINT
                } else {
                    Ty::INT
                },
                value,
            )
        };
        match (kind, base) {
            (Kind::Sum, Base::F64) => vec![number(self, Const::f64(0.0)); 2],
            (Kind::Sum, _) if !once => {
                let zero = self.int_constant(0);
                vec![self.widened(zero)]
            }
            (Kind::Sum, Base::U64) => vec![number(self, Const::U64(0))],
            (Kind::Sum, _) => vec![number(self, Const::I64(0))],
            (Kind::Any | Kind::All, _) => vec![self.constant_bool(kind == Kind::All)],
            (Kind::Min | Kind::Max, base) => {
                let worst = number(self, kind.worst(base));
                vec![self.constant_bool(false), worst.clone(), worst]
            }
        }
    }

    /// A value of the generator as the item takes it.
    fn taken(&mut self, value: Typed, kind: Kind, at: TextRange) -> Done<Typed> {
        match (kind, &value.ty) {
            (Kind::Any | Kind::All, _) => {
                let value = self.settled(value, at)?;
                Ok(Typed::bool(self.truth(&value, at)?))
            }
            (Kind::Min | Kind::Max, Ty::Number) => self.wrong_help(
                at,
                "this is an int or a float: the smallest or largest is one of both",
                "make them floats: float(…)",
            ),
            (Kind::Min | Kind::Max, Ty::Bool) => {
                self.wrong_help(at, "this is a bool; a number is needed here", "use any(…) or all(…)")
            }
            _ => self.number_of(value, at),
        }
    }

    /// Requires that an integer is small enough for the sum of those of all records to fit 128 bits: it
    /// has 96.
    pub fn contributes(&mut self, value: &Typed) -> Done<()> {
        let (most, last) = (self.b.i64(31), self.b.i64(63));
        let [above, sign] = [most, last].map(|count| self.b.op(Op::Shr, &[value.parts[1], count]));
        let fits = self.b.op(Op::Eq, &[above, sign]);
        self.require(fits, Raise::Wide)
    }

    /// Adds a value to what a record gives; the only one, if there is one at most.
    fn take(
        &mut self,
        value: Typed,
        kind: Kind,
        base: Base,
        once: bool,
        into: &[Hidden],
        at: TextRange,
    ) -> Done<()> {
        if kind == Kind::Sum && value.ty == Ty::Wide && base != Base::F64 {
            self.contributes(&value)?;
            let sum = self.get_hidden(&into[0])?;
            let sum = self.wide_binary(&sum, Operator::Add, &value, at)?.expect("these are integers");
            return self.put_hidden(&into[0], sum);
        }
        let value = match (&value.ty, base) {
            (Ty::Bool, _) => value,
            (_, Base::F64) => Typed::float(self.float(&value)),
            (_, Base::U64) => self.convert(value, &Ty::UINT),
            _ => Typed::int(self.signed(value)),
        };
        if kind == Kind::Sum && base != Base::F64 && !once {
            let sum = self.get_hidden(&into[0])?;
            let sum = self.add_to_wide(sum, value);
            return self.put_hidden(&into[0], sum);
        }
        let mut old = vec![];
        for slot in into {
            old.push(self.get_hidden(slot)?.one());
        }
        let (ty, x) = (value.ty.clone(), value.one());
        let new = match kind {
            Kind::Sum | Kind::Any | Kind::All if once => vec![x],
            Kind::Sum if base == Base::F64 => two_sum(&mut self.b, old[0], old[1], x).to_vec(),
            Kind::Sum => unreachable!("integers are added in 128 bits"),
            Kind::Any | Kind::All => vec![self.b.op(kind.op(), &[old[0], x])],
            Kind::Min | Kind::Max => {
                let there = self.b.constant(Const::Bool(true));
                let best = if once { x } else { self.b.op(kind.op(), &[old[1], x]) };
                let first = if once { x } else { self.b.op(Op::Select, &[old[0], old[2], x]) };
                self.put_hidden(&into[0], Typed::bool(there))?;
                self.put_hidden(&into[1], Typed::of(ty.clone(), best))?;
                return self.put_hidden(&into[2], Typed::of(ty, first));
            }
        };
        for (slot, value) in into.iter().zip(new) {
            self.put_hidden(slot, Typed::of(ty.clone(), value))?;
        }
        Ok(())
    }
}
