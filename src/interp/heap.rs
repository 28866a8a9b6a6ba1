//! The objects of a running program: a table with a mark-and-sweep collector.
//!
//! Objects are named by their index in the table, so native code can hold one in a register; nothing counts
//! references. The collector runs only when it is told to ([`Heap::collect`]), which is done at loop
//! headers and calls of recursive functions, once more has been allocated than was alive after the last time: memory stays within a
//! small factor of what is alive.

use super::value::Val;
use crate::ir::ClassId;
use crate::ir::host::Console;

/// The collector is not worth calling for fewer objects.
const SMALL: usize = 4096;

/// All objects of one interpreter, its cells, and its console: what a program can change.
#[derive(Debug)]
pub struct Heap {
    objects: Vec<Option<Object>>,
    free: Vec<u32>,
    allocated: u64,
    /// How many were allocated since the last collection, and how many it may be.
    since: usize,
    limit: usize,
    /// See [`SMALL`].
    small: usize,
    /// What each cell of the program holds.
    pub cells: Vec<i64>,
    /// What functions of the host write to.
    pub console: Console,
    /// Objects that stay though no frame has them: those that whoever calls one function after the other goes on with.
    pub held: Vec<Val>,
}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new(0)
    }
}

#[derive(Debug)]
struct Object {
    #[cfg_attr(not(test), expect(dead_code, reason = "for people and tests to look at"))]
    class: ClassId,
    fields: Box<[Val]>,
    marked: bool,
}

impl Heap {
    /// No objects yet, and so many cells.
    pub fn new(cells: usize) -> Heap {
        Heap {
            objects: vec![],
            free: vec![],
            allocated: 0,
            since: 0,
            limit: SMALL,
            small: SMALL,
            cells: vec![0; cells],
            console: Console::default(),
            held: vec![],
        }
    }

    /// Wants a collection after so many objects, if fewer were alive after the last one; after none, always.
    #[cfg(test)]
    pub fn collect_after(&mut self, objects: usize) {
        (self.small, self.limit) = (objects, objects);
    }

    /// Allocates an object.
    pub fn alloc(&mut self, class: ClassId, fields: &[Val]) -> u32 {
        self.allocated += 1;
        self.since += 1;
        let object = Some(Object { class, fields: fields.into(), marked: false });
        match self.free.pop() {
            Some(slot) => {
                self.objects[slot as usize] = object;
                slot
            }
            None => {
                self.objects.push(object);
                self.objects.len() as u32 - 1
            }
        }
    }

    fn object(&mut self, r: u32) -> &mut Object {
        self.objects[r as usize].as_mut().expect("an object in use is never swept")
    }

    /// The object's class.
    #[cfg(test)]
    pub fn class(&mut self, r: u32) -> ClassId {
        self.object(r).class
    }

    /// A field of an object.
    pub fn get(&mut self, r: u32, field: u32) -> Val {
        self.object(r).fields[field as usize]
    }

    /// Changes a field of an object.
    pub fn set(&mut self, r: u32, field: u32, val: Val) {
        self.object(r).fields[field as usize] = val;
    }

    /// How many objects were ever allocated.
    pub fn allocated(&self) -> u64 {
        self.allocated
    }

    /// How many there is room for: what memory they take grows with this alone.
    #[cfg(test)]
    pub fn capacity(&self) -> usize {
        self.objects.len()
    }

    /// Whether enough was allocated that [`Heap::collect`] is worth its time.
    pub fn wants_collection(&self) -> bool {
        self.since >= self.limit
    }

    /// Frees all objects that cannot be reached from `roots` or from those that are held.
    pub fn collect(&mut self, roots: impl Iterator<Item = Val>) {
        let mut work: Vec<Val> = roots.chain(self.held.iter().copied()).collect();
        let mut alive = 0;
        while let Some(val) = work.pop() {
            let Val::Ref(r) = val else { continue };
            let object = self.object(r);
            if !object.marked {
                object.marked = true;
                alive += 1;
                work.extend_from_slice(&object.fields);
            }
        }
        self.free.clear();
        for (i, slot) in self.objects.iter_mut().enumerate().rev() {
            match slot {
                Some(object) if object.marked => object.marked = false,
                _ => {
                    *slot = None;
                    self.free.push(i as u32);
                }
            }
        }
        self.since = 0;
        // A table that was full once is gone through each time.
        self.limit = alive.max(self.objects.len() / 4).max(self.small);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: ClassId = ClassId(0);

    #[test]
    fn what_is_reached_stays_and_the_rest_is_used_again() {
        let mut heap = Heap::default();
        let inner = heap.alloc(CLASS, &[Val::I64(7)]);
        let outer = heap.alloc(CLASS, &[Val::Ref(inner)]);
        for _ in 0..100_000 {
            let a = heap.alloc(CLASS, &[Val::None]);
            let b = heap.alloc(CLASS, &[Val::Ref(a)]);
            heap.set(a, 0, Val::Ref(b));
            if heap.wants_collection() {
                heap.collect([Val::Ref(outer)].into_iter());
            }
        }
        assert!(heap.capacity() <= SMALL + 4, "cycles are freed too");
        assert_eq!(heap.get(inner, 0), Val::I64(7));
        assert_eq!(heap.allocated(), 200_002);
    }

    #[test]
    fn what_is_held_stays_until_it_is_let_go() {
        let mut heap = Heap::default();
        let object = heap.alloc(CLASS, &[Val::I64(7)]);
        heap.held.push(Val::Ref(object));
        heap.collect([].into_iter());
        assert_eq!(heap.get(object, 0), Val::I64(7));
        heap.held.pop();
        heap.collect([].into_iter());
        assert_eq!(heap.alloc(CLASS, &[Val::None]), object, "its place is used again");
    }
}
