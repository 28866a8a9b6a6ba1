//! What is known of a script from having lowered it before, where that gets out of date.
//!
//! Types only widen, but which generator a variable holds depends on the types of what that was called with:
//! called with wider ones it is another. The two have nothing in common, so what was known of the first is
//! forgotten.

use super::ty::Ty;
use super::{Holder, Known};
use std::collections::HashMap;

impl Known {
    /// Notes that something of this type has become known.
    pub fn learns(&mut self, ty: &Ty) {
        self.news |= !has_generator(ty);
    }

    /// Whether types that were joined with what is known have nothing in common, because what is known of
    /// generators is out of date: one that is called with arguments whose types have widened since is another
    /// one. Then all of that is forgotten, to be found again. What is known besides stays, so the former are
    /// not met again; and nothing is forgotten twice for the same reason, so that ends.
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
                // The state and the parameters of a generator are what it was made of.
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
