//! The heap of a running program: chunks of objects of one class each, with a mark-and-sweep collector.
//!
//! An object consists of the words of its fields in order, in the format of `runtime::value`; the start of a
//! view is the interpreter's, not native code's. A chunk holds [`CHUNK`] objects of one class, with a bit for
//! each that is in use. A reference is the number of the chunk and the index in it, so native code can hold
//! it in a register, and it determines the object's class. There are no reference counts. Native code reads
//! and writes fields directly ([`Heap::bases`]). Free places are found by their bits, so a collection writes
//! nothing but bits; an empty chunk is freed.
//!
//! The collector runs only on request ([`Heap::collect`]). The engine requests it at loop headers and entries
//! of recursive functions, once as much has been allocated as was alive after the last collection. So memory
//! stays within a small factor of the live objects, and a program that keeps everything has each object
//! marked only a few times.

use super::{Console, Val, width};
use crate::ir::{Base, ClassId, Program, Type};
use std::alloc::{Layout, handle_alloc_error};
use std::collections::TryReserveError;

/// Reserves memory for something.
type Room<'r> = &'r mut dyn FnMut() -> Result<(), TryReserveError>;

/// The minimum number of allocations between collections.
const SMALL: usize = 4096;
/// The number of objects in a chunk; a power of two.
pub const CHUNK: usize = 512;
/// Once objects take the first number of bytes, the second number is reserved, untouched. The reserve is
/// freed when the system refuses memory: it must suffice for the allocations until the next collection, and
/// for the collection itself.
const ASIDE: (usize, usize) = (1 << 20, 8 << 20);
/// The maximum size of all objects in bytes. If the live objects take nearly as much, that is
/// [`Raise::Memory`](crate::ir::Raise::Memory), whose message contains the figure.
const MAX_BYTES: usize = 4 << 30;

/// All mutable state of one interpreter: its objects, its cells, and its console.
#[derive(Debug)]
pub struct Heap {
    kinds: Vec<ClassData>,
    chunks: Vec<Chunk>,
    /// See [`Heap::bases`].
    bases: Vec<u64>,
    /// See [`Heap::has_classes`].
    compared: u64,
    /// Numbers of chunks that were freed.
    vacant: Vec<u32>,
    /// The size of all chunks in bytes, and its limit, which is lowered once the system has refused memory.
    bytes: usize,
    most: usize,
    /// See [`ASIDE`].
    aside: Vec<u64>,
    allocated: u64,
    /// The number of allocations since the last collection, and its limit.
    since: usize,
    limit: usize,
    /// See [`SMALL`].
    small: usize,
    /// The values of the program's cells.
    pub cells: Vec<i64>,
    /// The console that host functions write to.
    pub console: Console,
    /// Objects that stay alive without being in a frame: a caller of several functions, one after the other,
    /// keeps them for later calls.
    pub held: Vec<Val>,
}

/// The data shared by all objects of a class.
#[derive(Debug)]
struct ClassData {
    /// The type of each field, and its first word.
    fields: Vec<(Type, usize)>,
    /// The size of an object in words.
    size: usize,
    /// Its chunks; those before index `at` are full, and so are the words of bits before `word` of that one.
    chunks: Vec<u32>,
    at: usize,
    word: usize,
}

/// One bit for each object of a chunk.
type Bits = [u64; CHUNK / 64];

#[derive(Debug)]
struct Chunk {
    class: ClassId,
    words: Vec<u64>,
    used: Bits,
    marked: Bits,
}

/// The number of an object's chunk, and the index in it.
fn place(r: u32) -> (usize, usize) {
    (r as usize / CHUNK, r as usize % CHUNK)
}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new(&Program::default())
    }
}

impl Heap {
    /// A heap for the classes and cells of a program, without objects.
    pub fn new(program: &Program) -> Heap {
        let kind = |fields: &[(String, Type)]| {
            let mut size = 0;
            let mut next = |ty: Type| {
                size += width(ty);
                (ty, size - width(ty))
            };
            ClassData {
                fields: fields.iter().map(|(_, ty)| next(*ty)).collect(),
                size,
                chunks: vec![],
                at: 0,
                word: 0,
            }
        };
        Heap {
            kinds: program.classes.iter().map(|class| kind(&class.fields)).collect(),
            chunks: vec![],
            bases: vec![],
            compared: 0,
            vacant: vec![],
            bytes: 0,
            most: MAX_BYTES,
            aside: vec![],
            allocated: 0,
            since: 0,
            limit: SMALL,
            small: SMALL,
            cells: vec![0; program.cells.len()],
            console: Console::default(),
            held: vec![],
        }
    }

    /// Requests a collection after that many allocations, or as many as were alive after the last collection
    /// if that is more; 0 means always.
    #[cfg(test)]
    pub fn collect_after(&mut self, objects: usize) {
        (self.small, self.limit) = (objects, objects);
    }

    /// Sets a limit in bytes instead of [`MAX_BYTES`].
    #[cfg(test)]
    pub fn limit_bytes(&mut self, most: usize) {
        self.most = most;
    }

    /// Allocates an object. Its words are unspecified until the caller sets them.
    pub fn make(&mut self, class: ClassId) -> u32 {
        self.allocated += 1;
        self.since += 1;
        let kind = &mut self.kinds[class.index()];
        while let Some(number) = kind.chunks.get(kind.at) {
            let used = &mut self.chunks[*number as usize].used;
            while let Some(bits) = used.get_mut(kind.word) {
                if *bits != u64::MAX {
                    let bit = bits.trailing_ones();
                    *bits |= 1 << bit;
                    return number * CHUNK as u32 + kind.word as u32 * 64 + bit;
                }
                kind.word += 1;
            }
            (kind.at, kind.word) = (kind.at + 1, 0);
        }
        kind.word = 0;
        let mut chunk = Chunk { class, words: vec![], used: [0; CHUNK / 64], marked: [0; CHUNK / 64] };
        let words = CHUNK * kind.size;
        let rooms: [Room; 4] = [
            &mut || chunk.words.try_reserve_exact(words),
            &mut || self.chunks.try_reserve(1).or_else(|_| self.chunks.try_reserve_exact(1)),
            &mut || self.bases.try_reserve(1).or_else(|_| self.bases.try_reserve_exact(1)),
            &mut || kind.chunks.try_reserve(1),
        ];
        for room in rooms {
            if room().is_err() {
                // Frees the reserve and lowers the limit to the current size, so that a collection is wanted
                // at once.
                self.aside = vec![];
                self.most = self.most.min(self.bytes);
                if room().is_err() {
                    handle_alloc_error(Layout::new::<Chunk>());
                }
            }
        }
        chunk.words.resize(words, 0);
        if self.bytes > ASIDE.0 && self.aside.capacity() == 0 && self.most == MAX_BYTES {
            // If this fails, so will the next chunk's reservations, which handle the failure.
            let _ = self.aside.try_reserve_exact(ASIDE.1 / 8);
        }
        chunk.used[0] = 1;
        self.bytes += chunk.bytes();
        let number = self.vacant.pop().unwrap_or(self.chunks.len() as u32);
        let before = u64::from(number) * (CHUNK * kind.size * 8) as u64;
        let base = (chunk.words.as_ptr() as u64).wrapping_sub(before);
        match self.chunks.get_mut(number as usize) {
            Some(vacant) => (*vacant, self.bases[number as usize]) = (chunk, base),
            None => {
                self.chunks.push(chunk);
                self.bases.push(base);
            }
        }
        kind.chunks.push(number);
        number * CHUNK as u32
    }

    /// Allocates an object with these fields.
    #[cfg(test)]
    pub fn alloc(&mut self, class: ClassId, fields: &[Val]) -> u32 {
        let r = self.make(class);
        let (chunk, i) = place(r);
        let kind = &self.kinds[class.index()];
        let words = &mut self.chunks[chunk].words[i * kind.size..][..kind.size];
        for ((ty, first), field) in kind.fields.iter().zip(fields) {
            field.write(*ty, &mut words[*first..first + width(*ty)]);
        }
        r
    }

    /// The position of an object's words: chunk, class, and index of the first word.
    fn at(&self, r: u32) -> (usize, &ClassData, usize) {
        let (chunk, i) = place(r);
        debug_assert!(
            self.chunks[chunk].used[i / 64] >> (i % 64) & 1 == 1,
            "an object in use is never swept"
        );
        let kind = &self.kinds[self.chunks[chunk].class.index()];
        (chunk, kind, i * kind.size)
    }

    /// The words of an object.
    pub fn words(&mut self, r: u32) -> &mut [u64] {
        let (chunk, kind, at) = self.at(r);
        let end = at + kind.size;
        &mut self.chunks[chunk].words[at..end]
    }

    /// `words` words of an object, from the word `at` on, if its class has objects of `size` words.
    pub fn part(&mut self, r: u32, size: u32, at: u32, words: u32) -> &mut [u64] {
        let (chunk, i) = place(r);
        &mut self.chunks[chunk].words[i * size as usize + at as usize..][..words as usize]
    }

    /// The words of a field of an object, and its type.
    pub fn field(&mut self, r: u32, field: u32) -> (Type, &mut [u64]) {
        let (chunk, kind, at) = self.at(r);
        let (ty, first) = kind.fields[field as usize];
        (ty, &mut self.chunks[chunk].words[at + first..][..width(ty)])
    }

    /// For each chunk (a reference divided by [`CHUNK`]), the address that object 0 would have if it were in
    /// this chunk. The address of object r is r object sizes further, modulo 2^64. The table moves when
    /// objects are allocated; the objects do not.
    pub fn bases(&self) -> *const u64 {
        self.bases.as_ptr()
    }

    /// Whether the classes have fields of these types. A positive result is cached for `number`, which is not
    /// 0: the types are not compared again.
    pub fn has_classes<'t>(
        &mut self,
        number: u64,
        mut classes: impl ExactSizeIterator<Item = &'t [Type]>,
    ) -> bool {
        if self.compared != number {
            let same = |(kind, types): (&ClassData, &[Type])| kind.fields.iter().map(|(ty, _)| ty).eq(types);
            if classes.len() != self.kinds.len() || !self.kinds.iter().zip(&mut classes).all(same) {
                return false;
            }
            self.compared = number;
        }
        true
    }

    /// The object's class.
    #[cfg(test)]
    pub fn class(&self, r: u32) -> ClassId {
        self.chunks[place(r).0].class
    }

    /// All objects of a class.
    #[cfg(test)]
    pub fn objects(&self, class: ClassId) -> Vec<u32> {
        let places = self.kinds[class.index()].chunks.iter();
        let places = places.flat_map(|chunk| (0..CHUNK as u32).map(move |i| chunk * CHUNK as u32 + i));
        let used = |r: &u32| {
            let (chunk, i) = place(*r);
            self.chunks[chunk].used[i / 64] >> (i % 64) & 1 == 1
        };
        places.filter(used).collect()
    }

    /// A field of an object.
    pub fn get(&self, r: u32, field: u32) -> Val {
        let (chunk, kind, at) = self.at(r);
        let (ty, first) = kind.fields[field as usize];
        Val::read(ty, &self.chunks[chunk].words[at + first..])
    }

    /// Changes a field of an object.
    pub fn set(&mut self, r: u32, field: u32, val: Val) {
        let (ty, words) = self.field(r, field);
        val.write(ty, words);
    }

    /// The number of objects ever allocated.
    pub fn allocated(&self) -> u64 {
        self.allocated
    }

    /// The number of objects that the current chunks have room for; it determines the memory that they take.
    #[cfg(test)]
    pub fn capacity(&self) -> usize {
        (self.chunks.len() - self.vacant.len()) * CHUNK
    }

    /// Whether enough was allocated for [`Heap::collect`] to be worthwhile.
    pub fn wants_collection(&self) -> bool {
        self.since >= self.limit || self.bytes > self.most
    }

    /// Right after a collection, raises the limit so that `objects` can be allocated before the next one is
    /// wanted. Otherwise code that allocates that many before its first poll would never get past it.
    pub fn let_make(&mut self, objects: usize) {
        if self.since == 0 {
            self.limit = self.limit.max(objects + 1);
        }
    }

    /// Frees all objects that are not reachable from `roots` or from held objects. Returns whether at least
    /// an eighth of the limit is free, so that going on makes sense.
    pub fn collect(&mut self, roots: impl Iterator<Item = Val>) -> bool {
        let names = roots.chain(self.held.iter().copied());
        let mut work: Vec<u32> =
            names.filter_map(|v| if let Val::Ref(r) = v { Some(r) } else { None }).collect();
        let mut alive = 0;
        while let Some(r) = work.pop() {
            let (chunk, kind, at) = self.at(r);
            let (i, class) = (place(r).1, self.chunks[chunk].class);
            let size = kind.size;
            let marked = &mut self.chunks[chunk].marked[i / 64];
            if *marked >> (i % 64) & 1 == 1 {
                continue;
            }
            *marked |= 1 << (i % 64);
            alive += 1;
            if work.try_reserve(self.kinds[class.index()].fields.len()).is_err() {
                self.aside = vec![];
                if work.try_reserve_exact(self.kinds[class.index()].fields.len()).is_err() {
                    // There is not even memory for marking: all objects stay.
                    self.chunks.iter_mut().for_each(|chunk| chunk.marked = [0; CHUNK / 64]);
                    return false;
                }
            }
            let words = &self.chunks[chunk].words[at..at + size];
            for (ty, first) in &self.kinds[class.index()].fields {
                if matches!(ty.base, Base::Ref(_))
                    && let Val::Ref(r) = Val::read(*ty, &words[*first..])
                {
                    work.push(r);
                }
            }
        }
        for kind in &mut self.kinds {
            let (chunks, vacant, bytes) = (&mut self.chunks, &mut self.vacant, &mut self.bytes);
            (kind.at, kind.word) = (0, 0);
            kind.chunks.retain(|number| {
                let chunk = &mut chunks[*number as usize];
                chunk.used = std::mem::take(&mut chunk.marked);
                let needed = chunk.used.iter().any(|bits| *bits != 0);
                if !needed {
                    *bytes -= chunk.bytes();
                    chunk.words = vec![];
                    vacant.push(*number);
                }
                needed
            });
        }
        self.since = 0;
        self.limit = alive.max(self.small);
        self.bytes <= self.most - self.most / 8
    }
}

impl Chunk {
    fn bytes(&self) -> usize {
        size_of::<Chunk>() + size_of_val(&self.words[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::parse::parse;

    const NODE: ClassId = ClassId(0);
    const WIDE: ClassId = ClassId(1);

    fn heap() -> Heap {
        let text = "class Node { at: i64, next: Node? }\nclass Wide { at: view, next: Node, last: view? }\nclass Empty {}\n";
        Heap::new(&parse(text).unwrap_or_else(|d| panic!("{d}")).0)
    }

    #[test]
    fn what_is_reached_stays_and_the_rest_is_used_again() {
        let mut heap = heap();
        let inner = heap.alloc(NODE, &[Val::I64(7), Val::None]);
        let outer = heap.alloc(WIDE, &[Val::View(3, 9), Val::Ref(inner), Val::None]);
        for _ in 0..100_000 {
            let a = heap.alloc(NODE, &[Val::I64(1), Val::None]);
            let b = heap.alloc(NODE, &[Val::I64(2), Val::Ref(a)]);
            heap.set(a, 1, Val::Ref(b));
            if heap.wants_collection() {
                assert!(heap.collect([Val::Ref(outer)].into_iter()));
            }
        }
        assert!(heap.capacity() <= SMALL + 2 * CHUNK, "cycles are freed too");
        assert_eq!((heap.get(inner, 0), heap.get(inner, 1)), (Val::I64(7), Val::None));
        assert_eq!((heap.get(outer, 0), heap.get(outer, 2)), (Val::View(3, 9), Val::None));
        assert_eq!(heap.allocated(), 200_002);
    }

    #[test]
    fn what_is_held_stays_until_it_is_let_go() {
        let mut heap = heap();
        let object = heap.alloc(NODE, &[Val::I64(7), Val::None]);
        heap.held.push(Val::Ref(object));
        heap.collect([].into_iter());
        assert_eq!(heap.get(object, 0), Val::I64(7));
        heap.held.pop();
        heap.collect([].into_iter());
        assert_eq!(heap.alloc(NODE, &[Val::I64(1), Val::None]), object, "its place is used again");
    }

    #[test]
    fn classes_are_those_of_one_program() {
        let (one, two) = ([Type::I64], [Type::I64, Type::VIEW]);
        let text = "class One { a: i64 }\nclass Two { a: i64, b: view }\n";
        let mut heap = Heap::new(&parse(text).unwrap_or_else(|d| panic!("{d}")).0);
        let asked: [&[&[Type]]; 4] = [&[&one, &one], &[&two, &one], &[&one], &[&one, &two, &two]];
        for (other, number) in asked.into_iter().zip(1..) {
            assert!(!heap.has_classes(number, other.iter().copied()));
        }
        assert!(heap.has_classes(9, [&one[..], &two].into_iter()));
        assert!(!heap.has_classes(1, [&one[..], &one].into_iter()));
    }

    /// Every third object of a list survives; the places between them are reused before new memory is taken.
    #[test]
    fn holes_are_filled_and_chunks_without_objects_are_for_any_class() {
        let mut heap = heap();
        let node = |heap: &mut Heap, i: usize| Val::Ref(heap.alloc(NODE, &[Val::I64(i as i64), Val::None]));
        let all: Vec<Val> = (0..6 * CHUNK).map(|i| node(&mut heap, i)).collect();
        let kept: Vec<Val> = all.iter().copied().step_by(3).collect();
        heap.collect(kept.iter().copied());
        assert_eq!(heap.capacity(), 6 * CHUNK);
        let more: Vec<Val> = (0..4 * CHUNK).map(|i| node(&mut heap, i)).collect();
        assert_eq!(heap.capacity(), 6 * CHUNK);
        assert!(more.iter().all(|v| !kept.contains(v)), "a place is given twice");
        for (i, val) in kept.iter().enumerate() {
            let Val::Ref(r) = val else { unreachable!("an object") };
            assert_eq!(heap.get(*r, 0), Val::I64(3 * i as i64));
        }
        heap.collect([kept[0]].into_iter());
        assert_eq!(heap.capacity(), CHUNK);
        let bytes = heap.bytes;
        for _ in 0..5 * CHUNK {
            heap.alloc(ClassId(2), &[]);
        }
        assert_eq!((heap.capacity(), heap.chunks.len()), (6 * CHUNK, 6), "numbers are used again");
        for _ in 0..CHUNK {
            heap.alloc(WIDE, &[Val::View(0, 0), kept[0], Val::None]);
        }
        for class in [NODE, WIDE] {
            for r in heap.objects(class) {
                let base = heap.bases[r as usize / CHUNK];
                let words = heap.words(r);
                assert_eq!(
                    words.as_ptr() as u64,
                    base.wrapping_add(u64::from(r) * size_of_val(words) as u64)
                );
            }
        }
        heap.collect([kept[0]].into_iter());
        assert_eq!(heap.bytes, bytes, "what was given back is not counted");
    }
}
