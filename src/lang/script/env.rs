//! The environment: the list of all variables visible to the code that is being lowered.
//!
//! The index of a variable in the list is its *position*; code refers to positions during one walk. Facts
//! that are kept from one walk to the next ([`Known`](super::Known)) are keyed by [`Slot`] instead: a
//! constant needs no variable, and the hidden variables of an iteration depend on types, so positions differ
//! between walks.
//!
//! A slot is an interned [`Role`]. Two variables of one environment never have the same slot.

use super::ty::Typed;
use std::collections::HashMap;
use std::ops::{Index, IndexMut};

/// Identifies a variable in all walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(u32);

/// The description of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Role {
    /// The depth of the frame that it was made in.
    frame: usize,
    /// The source position of the construct that it belongs to.
    place: u32,
    /// Its name; for a hidden variable, its part in the construct.
    name: String,
    /// How many variables of the same description precede it in the environment.
    before: u32,
}

/// All roles met so far.
#[derive(Debug, Default)]
pub struct Slots(HashMap<Role, Slot>);

/// The variables, in the order of their positions.
#[derive(Clone, Debug, Default)]
pub struct Env(Vec<(Slot, Typed)>);

impl Slots {
    fn intern(&mut self, role: &Role) -> Slot {
        let next = Slot(self.0.len() as u32);
        match self.0.get(role) {
            Some(slot) => *slot,
            None => *self.0.entry(role.clone()).or_insert(next),
        }
    }

    /// The slot of a variable that occurs once in its frame. The frame is at this depth and belongs to the
    /// construct at `place`.
    pub fn named(&mut self, frame: usize, place: u32, name: &str) -> Slot {
        self.intern(&Role { frame, place, name: name.to_string(), before: 0 })
    }

    /// The slot of a variable that may occur in `env` several times, since its construct may be lowered
    /// within itself.
    pub fn hidden(&mut self, env: &Env, frame: usize, place: u32, part: &str) -> Slot {
        let mut role = Role { frame, place, name: format!("${part}"), before: 0 };
        loop {
            let slot = self.intern(&role);
            if !env.has(slot) {
                return slot;
            }
            role.before += 1;
        }
    }
}

impl Env {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a variable; returns its position.
    pub fn push(&mut self, slot: Slot, value: Typed) -> usize {
        debug_assert!(!self.has(slot), "{slot:?} is in use");
        self.0.push((slot, value));
        self.0.len() - 1
    }

    pub fn pop(&mut self) -> Option<Typed> {
        self.0.pop().map(|(_, value)| value)
    }

    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.0.iter().map(|(slot, _)| *slot)
    }

    pub fn values(&self) -> impl Iterator<Item = &Typed> {
        self.0.iter().map(|(_, value)| value)
    }

    pub fn into_values(self) -> impl Iterator<Item = Typed> {
        self.0.into_iter().map(|(_, value)| value)
    }

    /// The first `len` variables.
    pub fn prefix(&self, len: usize) -> Env {
        Env(self.0[..len.min(self.0.len())].to_vec())
    }

    /// The same variables with other values, one for each.
    pub fn with(&self, values: Vec<Typed>) -> Env {
        assert_eq!(self.len(), values.len(), "each variable has a value");
        Env(self.slots().zip(values).collect())
    }

    fn has(&self, slot: Slot) -> bool {
        self.slots().any(|other| other == slot)
    }
}

impl Index<usize> for Env {
    type Output = Typed;
    fn index(&self, at: usize) -> &Typed {
        &self.0[at].1
    }
}

impl IndexMut<usize> for Env {
    fn index_mut(&mut self, at: usize) -> &mut Typed {
        &mut self.0[at].1
    }
}
