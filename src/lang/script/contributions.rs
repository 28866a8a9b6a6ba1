//! What a record contributes to an item of a pass over all records: the rest of its generator, folded up.
//!
//! The generator is written once for a record ([`Lowering::item`]); what has been found so far is in hidden
//! variables. If there is one value at most, it is what the record contributes; else several are folded. How,
//! the [`Aggregate`] says. The type is that of the values, which the walk before has found ([`Settled`]).
//!
//! How contributions of many records are added is not known here: see [`crate::lang::aggregates`].

use super::ty::{Ty, Typed, Whole, join};
use super::{Consumer, Done, Lowering, Stop};
use crate::ir::{Base, ClassId, FuncId, Op, Raise, Type, Value};
use crate::lang::aggregates::{Aggregate, Fold};
use ruff_python_ast::ExprGenerator;
use ruff_text_size::Ranged;
use std::cell::RefCell;
use std::rc::Rc;

/// The type of what is given for a record, as it is known from the walk before.
pub type Settled = Rc<RefCell<Option<Ty>>>;

impl<'s> Lowering<'_, 's> {
    /// What a record gives for an item: its parts; the type of the values; and the class of the parts, if
    /// there are several. One for which the filter does not hold, `(record) -> bool`, gives no value.
    pub fn item(
        &mut self,
        g: &'s ExprGenerator,
        of: &'static dyn Aggregate,
        filter: Option<FuncId>,
        settled: &Settled,
    ) -> Done<(Typed, (Base, Option<ClassId>))> {
        let record = self.env[0].clone();
        // If the guess is right, one walk is enough.
        let known = settled.borrow().clone().unwrap_or(of.guess());
        let base = match known {
            Ty::Float | Ty::Number => Base::F64,
            Ty::Bool => Base::Bool,
            Ty::Int(Whole::Unsigned) => Base::U64,
            _ => Base::I64,
        };
        // Where there is one value at most it is what the record contributes; else several are folded.
        let fold = Fold { base, once: g.generators.len() == 1 && known != Ty::Wide };
        let start = of.before(self, fold);
        self.read_early(g, &record)?;
        let mut slots = vec![];
        for value in start {
            // Of another type, it is another variable: a wrong guess must not widen what comes after it.
            slots.push(self.hide(value, g.range, &format!("{base:?}"))?);
        }
        let (note, assumed) = (settled.clone(), known.clone());
        let (into, range) = (slots.clone(), g.elt.range());
        let each: Consumer<'s> = Rc::new(move |s, value| {
            let value = of.taken(s, value, range)?;
            let before = note.borrow().clone();
            let now = before.map_or(value.ty.clone(), |before| join(&before, &value.ty));
            *note.borrow_mut() = Some(now.clone());
            // Else it is walked on for what the loops around find out, and then again.
            if now != assumed {
                return Ok(());
            }
            let value = match (&value.ty, base) {
                (Ty::Bool, _) => value,
                (_, Base::F64) => Typed::float(s.float(&value)),
                (Ty::Wide, _) => value,
                (_, Base::U64) => s.convert(value, &Ty::UINT),
                _ => Typed::int(s.signed(value)),
            };
            let mut old = vec![];
            for slot in &into {
                old.push(s.get_hidden(slot)?);
            }
            for (slot, value) in into.iter().zip(of.take(s, fold, &old, value, range)?) {
                s.put_hidden(slot, value)?;
            }
            Ok(())
        });
        match filter {
            None => self.inline_expression_of(g, Some(record), each)?,
            Some(keep) => {
                let kept = self.b.op(Op::Call(keep), &[record.one()]);
                let nothing = Typed::new(Ty::None, vec![]);
                let none = nothing.clone();
                self.either(
                    kept,
                    |s| s.inline_expression_of(g, Some(record), each).map(|()| nothing),
                    |_| Ok(none),
                )?;
            }
        }
        // What no record gives adds up to the integer 0.
        let none = if base == Base::Bool { Ty::Bool } else { Ty::INT };
        let found = settled.borrow_mut().get_or_insert(none).clone();
        if found != known {
            return Err(Stop::Widened);
        }
        let mut folded = vec![];
        for slot in &slots {
            folded.push(self.get_hidden(slot)?);
        }
        let mut given = of.contribution(self, fold, folded)?;
        let parts: Vec<Value> = given.iter().flat_map(|part| part.parts.clone()).collect();
        let types: Vec<Type> = parts.iter().map(|part| self.b.ty(*part)).collect();
        let split = (types.len() > 1).then(|| self.pack_class(&types));
        let all = match given.len() {
            1 => given.swap_remove(0),
            _ => Typed::new(Ty::Tuple(given.into_iter().map(|part| part.ty).collect()), parts),
        };
        Ok((all, (base, split)))
    }

    /// Requires that an integer is small enough for the sum of those of all records to fit 128 bits: it
    /// has 96.
    pub fn contributes(&mut self, value: &Typed) -> Done<()> {
        let (most, last) = (self.b.i64(31), self.b.i64(63));
        let [above, sign] = [most, last].map(|count| self.b.op(Op::Shr, &[value.parts[1], count]));
        let fits = self.b.op(Op::Eq, &[above, sign]);
        self.require(fits, Raise::Wide)
    }
}
