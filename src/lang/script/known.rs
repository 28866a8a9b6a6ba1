//! Invalidation of facts from earlier walks over a script.
//!
//! Types only widen, with one exception: the type of a generator depends on the argument types of its call,
//! so with wider arguments it is another type. The two types have no join, so the facts about the first are
//! dropped.

use super::ty::Ty;
use super::{Holder, Known};
use std::collections::HashMap;

impl Known {
    /// Records that something of this type has become known.
    pub fn learns(&mut self, ty: &Ty) {
        self.news |= !has_generator(ty);
    }

    /// Whether types joined with known ones have no common type because a known generator is out of date: its
    /// argument types have widened since. If so, all facts about generators are dropped, to be inferred
    /// again. The other facts stay, so the old generators do not occur again; and facts are dropped only if
    /// something new has become known, so this terminates.
    pub fn outdated<'t>(&mut self, mut joined: impl Iterator<Item = &'t Ty>) -> bool {
        if !self.news || !joined.any(|ty| matches!(ty, Ty::Mixed(_)) && has_generator(ty)) {
            return false;
        }
        self.news = false;
        for ty in self.loops.values_mut().flat_map(|of| of.values_mut()).filter(|ty| has_generator(ty)) {
            *ty = Ty::Never;
        }
        self.returns.retain(|_, ty| !has_generator(ty));
        let params: HashMap<usize, usize> =
            self.instances.iter().map(|(key, id)| (*id, key.params.len())).collect();
        for (holder, fields) in &mut self.fields {
            match holder {
                Holder::Class(_) => {
                    for (_, ty) in fields.iter_mut().filter(|(_, ty)| has_generator(ty)) {
                        *ty = Ty::Never;
                    }
                }
                // The state and the parameters of a generator are part of its type.
                Holder::Generator(id) => {
                    let (made, mut at) = (1 + params[id], 0);
                    fields.retain(|(_, ty)| {
                        at += 1;
                        at <= made || !has_generator(ty)
                    });
                }
            }
        }
        true
    }
}

fn has_generator(ty: &Ty) -> bool {
    match ty {
        Ty::Generator(_) => true,
        Ty::Optional(of) | Ty::Maybe(of) => has_generator(of),
        Ty::Tuple(items) | Ty::Waiting(_, items) => items.iter().any(has_generator),
        Ty::Mixed(both) => has_generator(&both.0) || has_generator(&both.1),
        _ => false,
    }
}
