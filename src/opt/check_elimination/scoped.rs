//! What is known on the way to a block, and forgotten where the walk leaves it: a map whose last entries can
//! be taken back.

use rustc_hash::FxHashMap as HashMap;
use std::hash::Hash;

/// For each key, what is known of it, oldest first.
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

    /// All that is known of a key.
    pub fn of(&self, key: K) -> &[V] {
        // Most regions know nothing of most things: then nothing is hashed.
        if self.trail.is_empty() { &[] } else { self.known.get(&key).map_or(&[], |v| v) }
    }

    /// How much is known, for [`Scoped::forget`].
    pub fn len(&self) -> usize {
        self.trail.len()
    }

    /// Forgets all but the first `len` entries.
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
