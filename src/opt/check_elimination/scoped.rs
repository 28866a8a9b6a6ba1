//! A scoped map: entries hold for a block and all that it dominates, and the last ones are removed when the
//! walk leaves the block.

use rustc_hash::FxHashMap as HashMap;
use std::hash::Hash;

/// For each key, its facts, oldest first.
#[derive(Debug)]
pub(super) struct Scoped<K, V> {
    known: HashMap<K, Vec<V>>,
    /// The keys of all entries, in their order.
    trail: Vec<K>,
}

impl<K, V> Default for Scoped<K, V> {
    fn default() -> Scoped<K, V> {
        Scoped { known: HashMap::default(), trail: vec![] }
    }
}

impl<K: Copy + Eq + Hash, V> Scoped<K, V> {
    pub fn push(&mut self, key: K, value: V) {
        self.known.entry(key).or_default().push(value);
        self.trail.push(key);
    }

    /// All facts about a key.
    pub fn of(&self, key: K) -> &[V] {
        // Most maps are empty in most regions: then nothing is hashed.
        if self.trail.is_empty() { &[] } else { self.known.get(&key).map_or(&[], |v| v) }
    }

    /// The number of entries, for [`Scoped::forget`].
    pub fn len(&self) -> usize {
        self.trail.len()
    }

    /// Removes all but the first `len` entries.
    pub fn forget(&mut self, len: usize) {
        for key in self.trail.drain(len..) {
            self.known.get_mut(&key).expect("it is known").pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_last_is_forgotten_first() {
        let mut known = Scoped::default();
        known.push('a', 1);
        known.push('b', 2);
        let before = known.len();
        known.push('a', 3);
        assert_eq!((known.of('a'), known.of('b'), known.of('c')), (&[1, 3][..], &[2][..], &[][..]));
        known.forget(before);
        assert_eq!((known.of('a'), known.of('b')), (&[1][..], &[2][..]));
        known.forget(0);
        assert_eq!((known.of('a'), known.len()), (&[][..], 0));
    }
}
