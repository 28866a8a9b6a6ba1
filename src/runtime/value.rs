//! Values of a running program, and their encoding as 64-bit words, in which native code receives and returns
//! them.
//!
//! A `bool`, number or object takes one word; a view takes two (start, length), and so does a pair of floats.
//! An optional takes one more word at the front: 1 if there is a value; otherwise all words are 0.

use super::memory::POOL;
use crate::ir::{Base, Const, Type};

/// A value. Its type is known from the program; the tag serves to check it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Val {
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A float.
    F64(f64),
    /// A part of the input: its start, and its length in bytes. Views of the pool start at
    /// [`POOL`](super::memory::POOL) or above.
    View(u64, u64),
    /// An object of the heap.
    Ref(u32),
    /// Two floats.
    F64x2(f64, f64),
    /// An optional without a value. An optional with a value is just that value.
    None,
}

/// The number of words that a value of the type takes.
pub fn width(ty: Type) -> usize {
    let base = match ty.base {
        Base::View | Base::F64x2 => 2,
        _ => 1,
    };
    base + usize::from(ty.optional)
}

impl From<Const> for Val {
    fn from(c: Const) -> Val {
        match c {
            Const::Bool(b) => Val::Bool(b),
            Const::I64(i) => Val::I64(i),
            Const::U64(u) => Val::U64(u),
            Const::F64(bits) => Val::F64(f64::from_bits(bits)),
            Const::View(start, len) => Val::View(POOL + u64::from(start), len.into()),
            Const::None(_) => Val::None,
        }
    }
}

impl Val {
    /// Writes the value as words; `words` must have the [`width`] of its type.
    pub fn write(self, ty: Type, words: &mut [u64]) {
        let words = match (ty.optional, self) {
            (true, Val::None) => return words.fill(0),
            (true, _) => {
                words[0] = 1;
                &mut words[1..]
            }
            (false, _) => words,
        };
        match self {
            Val::Bool(b) => words[0] = u64::from(b),
            Val::I64(i) => words[0] = i as u64,
            Val::U64(u) => words[0] = u,
            Val::F64(f) => words[0] = f.to_bits(),
            Val::View(start, len) => words.copy_from_slice(&[start, len]),
            Val::Ref(r) => words[0] = u64::from(r),
            Val::F64x2(a, b) => words.copy_from_slice(&[a.to_bits(), b.to_bits()]),
            Val::None => unreachable!("a value that is not optional is there"),
        }
    }

    /// Appends the value's words.
    pub fn push(self, ty: Type, words: &mut Vec<u64>) {
        let at = words.len();
        words.resize(at + width(ty), 0);
        self.write(ty, &mut words[at..]);
    }

    /// The words of several values.
    pub fn words(types: impl Iterator<Item = Type>, vals: &[Val]) -> Vec<u64> {
        let mut words = vec![];
        types.zip(vals).for_each(|(ty, val)| val.push(ty, &mut words));
        words
    }

    /// The values that have these words.
    pub fn values<'w>(types: &'w [Type], mut words: &'w [u64]) -> impl Iterator<Item = Val> + 'w {
        types.iter().map(move |ty| Val::take(*ty, &mut words))
    }

    /// Reads a value at the front of `words`, and removes it from there.
    pub fn take(ty: Type, words: &mut &[u64]) -> Val {
        let (own, rest) = words.split_at(width(ty));
        *words = rest;
        Val::read(ty, own)
    }

    /// Reads what [`Val::write`] wrote.
    pub fn read(ty: Type, words: &[u64]) -> Val {
        let words = match (ty.optional, words[0]) {
            (true, 0) => return Val::None,
            (true, _) => &words[1..],
            (false, _) => words,
        };
        match ty.base {
            Base::Bool => Val::Bool(words[0] != 0),
            Base::I64 => Val::I64(words[0] as i64),
            Base::U64 => Val::U64(words[0]),
            Base::F64 => Val::F64(f64::from_bits(words[0])),
            Base::View => Val::View(words[0], words[1]),
            Base::Ref(_) => Val::Ref(words[0] as u32),
            Base::F64x2 => Val::F64x2(f64::from_bits(words[0]), f64::from_bits(words[1])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_survives_the_way_through_words() {
        for (base, val) in [
            (Base::Bool, Val::Bool(true)),
            (Base::I64, Val::I64(-7)),
            (Base::U64, Val::U64(u64::MAX)),
            (Base::F64, Val::F64(-0.5)),
            (Base::View, Val::View(3, 9)),
            (Base::Ref(crate::ir::ClassId(0)), Val::Ref(4)),
            (Base::F64x2, Val::F64x2(1.0, 2.0)),
        ] {
            for ty in [Type::of(base), Type::optional(base)] {
                let mut words = vec![9; width(ty)];
                val.write(ty, &mut words);
                assert_eq!(Val::read(ty, &words), val);
            }
            let ty = Type::optional(base);
            let mut words = vec![9; width(ty)];
            Val::None.write(ty, &mut words);
            assert_eq!(Val::read(ty, &words), Val::None);
            assert!(words.iter().all(|w| *w == 0));
        }
    }
}
