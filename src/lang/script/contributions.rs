//! The contribution of a record to an item of a pass over all records: the rest of the item's generator,
//! folded.
//!
//! [`Lowering::item`] lowers the generator for one record, with the state of the fold in hidden variables. If
//! there is at most one value, it is the contribution; several values are folded, as the [`Aggregate`]
//! defines. The type of the values is known from the previous walk ([`ValueType`]).
//!
//! How contributions of many records are combined is not known here: see [`crate::lang::aggregates`].

use super::ty::{Ty, Typed, Whole, join};
use super::{Consumer, Done, Lowering, Stop};
use crate::ir::{Base, ClassId, FuncId, Op, Raise, Type, Value};
use crate::lang::aggregates::{Aggregate, Fold};
use ruff_python_ast::ExprGenerator;
use ruff_text_size::Ranged;
use std::cell::RefCell;
use std::rc::Rc;

/// The type of the generator's values, as found by the previous walk.
pub type ValueType = Rc<RefCell<Option<Ty>>>;

impl<'s> Lowering<'_, 's> {
    /// The contribution of a record to an item: its value, the type of the folded values, and the class of
    /// the contribution's parts, if there are several. `filter` is a function `(record) -> bool`; a record
    /// for which it is false contributes no value.
    pub fn item(
        &mut self,
        g: &'s ExprGenerator,
        of: &'static dyn Aggregate,
        filter: Option<FuncId>,
        settled: &ValueType,
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
        // With a single loop there is at most one value, which is the contribution; otherwise values are
        // folded.
        let fold = Fold { base, once: g.generators.len() == 1 && known != Ty::Wide };
        let start = of.before(self, fold);
        self.read_early(g, &record)?;
        let mut slots = vec![];
        for value in start {
            // The name includes the type, so that a wrong guess does not widen the variable in the next walk.
            slots.push(self.hide(value, g.range, &format!("{base:?}"))?);
        }
        let (note, assumed) = (settled.clone(), known.clone());
        let (into, range) = (slots.clone(), g.elt.range());
        let each: Consumer<'s> = Rc::new(move |s, value| {
            let value = of.taken(s, value, range)?;
            let before = note.borrow().clone();
            let now = before.map_or(value.ty.clone(), |before| join(&before, &value.ty));
            *note.borrow_mut() = Some(now.clone());
            // If the assumption was wrong, this walk only goes on to find the types in enclosing loops.
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
        // A generator without any value has the type of integers: its sum is the integer 0.
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

    /// Requires that an integer fits 96 bits, so that the sum over all records fits 128 bits.
    pub fn contributes(&mut self, value: &Typed) -> Done<()> {
        let (most, last) = (self.b.i64(31), self.b.i64(63));
        let [above, sign] = [most, last].map(|count| self.b.op(Op::Shr, &[value.parts[1], count]));
        let fits = self.b.op(Op::Eq, &[above, sign]);
        self.require(fits, Raise::Wide)
    }
}
