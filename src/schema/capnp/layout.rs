//! The offsets of the fields of a struct: the layout that the wire format defines.
//!
//! Fields are placed in the order of their ordinals, so that a new field never moves an old one. Sizes are
//! powers of two of bits, represented by their logarithms (0 is a bit, 6 a word), and offsets are in units of
//! the size. A field is placed in the smallest hole that is large enough, else in a new word. The members of
//! a union share *locations*: a member first uses those that other members have allocated, then tries to
//! widen one into a hole after it, then allocates a new one. The tag is placed just before the second member
//! that has a field.
//!
//! Versions of the reference before 0.6 had a bug in widening a location of a union within a union. Later
//! ones compute the same layout as this module, but reject schemas that are affected by the bug unless told
//! not to (`CAPNP_IGNORE_ISSUE_344`).

/// The logarithm of a word's bits.
const WORD: u32 = 6;
/// The logarithm of the bits of a union's tag.
const TAG: u32 = 4;

/// A part of a struct to which fields can be added.
#[derive(Clone, Copy)]
pub enum Area {
    /// The struct itself, with its groups that are in no union.
    Top,
    /// One member of a union.
    Member(usize),
}

/// The layout of the fields placed so far.
#[derive(Default)]
pub struct StructLayout {
    pub words: u32,
    pub pointers: u32,
    holes: Holes,
    unions: Vec<Union>,
    members: Vec<Member>,
}

/// Unused space, at most one hole of each size below a word: the offset of each, or 0. (Offset 0 is never
/// free.)
#[derive(Clone, Copy, Default)]
struct Holes([u32; WORD as usize]);

struct Union {
    outer: Area,
    /// The number of members with a field.
    members: u32,
    tag: Option<u32>,
    data: Vec<Location>,
    pointers: Vec<u32>,
}

/// Space of a union that all members share.
#[derive(Clone, Copy)]
struct Location {
    size: u32,
    offset: u32,
}

struct Member {
    union: usize,
    /// Its use of each of its union's locations, as far as it has considered them.
    usage: Vec<Usage>,
    /// The number of the union's pointers that it uses.
    pointers: usize,
    has_fields: bool,
}

/// A member's use of a location: the first `used` (a size) of it except the holes, whose offsets are relative
/// to its start.
#[derive(Clone, Copy, Default)]
struct Usage {
    used: Option<u32>,
    holes: Holes,
}

impl Holes {
    /// Allocates space of that size from the smallest hole that is large enough.
    fn take(&mut self, size: u32) -> Option<u32> {
        let found = self.smallest(size)?;
        let mut offset = std::mem::take(&mut self.0[found as usize]);
        for rest in (size..found).rev() {
            offset *= 2;
            self.0[rest as usize] = offset + 1;
        }
        Some(offset)
    }

    /// The size of the smallest hole of at least that size.
    fn smallest(&self, size: u32) -> Option<u32> {
        (size..WORD).find(|s| self.0[*s as usize] != 0)
    }

    /// Adds the space from `offset` (in units of `size`) up to the end of a space of the size `end`.
    fn add_behind(&mut self, size: u32, offset: u32, end: u32) {
        let mut offset = offset;
        for size in size..end {
            self.0[size as usize] = offset;
            offset = offset.div_ceil(2);
        }
    }

    /// Whether the value at `offset` can become 2^`factor` times as large by using the holes after it; if so,
    /// they are allocated.
    fn widen(&mut self, size: u32, offset: u32, factor: u32) -> bool {
        let free = |step: u32| size + step < WORD && self.0[(size + step) as usize] == (offset >> step) + 1;
        let all = (0..factor).all(free);
        if all {
            self.0[size as usize..(size + factor) as usize].fill(0);
        }
        all
    }
}

impl StructLayout {
    /// A new union among the fields of `outer`.
    pub fn union(&mut self, outer: Area) -> usize {
        self.unions.push(Union { outer, members: 0, tag: None, data: Vec::new(), pointers: Vec::new() });
        self.unions.len() - 1
    }

    /// A new member of a union.
    pub fn member(&mut self, union: usize) -> Area {
        self.members.push(Member { union, usage: Vec::new(), pointers: 0, has_fields: false });
        Area::Member(self.members.len() - 1)
    }

    /// Places the tag of a union, unless it has one.
    pub fn place_tag(&mut self, union: usize) -> bool {
        let missing = self.unions[union].tag.is_none();
        if missing {
            let offset = self.data(self.unions[union].outer, TAG);
            self.unions[union].tag = Some(offset);
        }
        missing
    }

    /// The offset of a union's tag, in units of two bytes.
    pub fn tag(&self, union: usize) -> Option<u32> {
        self.unions[union].tag
    }

    /// Records a field that needs no space: it can be the second one of a union, which then needs its tag.
    pub fn void(&mut self, area: Area) {
        if let Area::Member(member) = area {
            self.has_field(member);
            self.void(self.unions[self.members[member].union].outer);
        }
    }

    /// Places a pointer; returns its index.
    pub fn pointer(&mut self, area: Area) -> u32 {
        let Area::Member(member) = area else {
            self.pointers += 1;
            return self.pointers - 1;
        };
        self.has_field(member);
        let Member { union, pointers: used, .. } = self.members[member];
        self.members[member].pointers += 1;
        if let Some(index) = self.unions[union].pointers.get(used) {
            return *index;
        }
        let index = self.pointer(self.unions[union].outer);
        self.unions[union].pointers.push(index);
        index
    }

    /// Places a value of 2^`size` bits; returns its offset.
    pub fn data(&mut self, area: Area, size: u32) -> u32 {
        let Area::Member(member) = area else {
            return self.holes.take(size).unwrap_or_else(|| {
                let offset = self.words << (WORD - size);
                self.words += 1;
                self.holes.add_behind(size, offset + 1, WORD);
                offset
            });
        };
        self.has_field(member);
        let union = self.members[member].union;
        let count = self.unions[union].data.len();
        self.members[member].usage.resize(count, Usage::default());
        let holes = (0..count).filter_map(|i| {
            let hole = self.members[member].usage[i].hole(self.unions[union].data[i], size)?;
            Some((hole, i))
        });
        if let Some((_, i)) = holes.min() {
            return self.members[member].usage[i].take(self.unions[union].data[i], size);
        }
        for i in 0..count {
            if let Some(offset) = self.widen_and_take(member, i, size) {
                return offset;
            }
        }
        let offset = self.data(self.unions[union].outer, size);
        self.unions[union].data.push(Location { size, offset });
        self.members[member].usage.push(Usage { used: Some(size), holes: Holes::default() });
        offset
    }

    fn has_field(&mut self, member: usize) {
        if std::mem::replace(&mut self.members[member].has_fields, true) {
            return;
        }
        let union = self.members[member].union;
        self.unions[union].members += 1;
        if self.unions[union].members == 2 {
            self.place_tag(union);
        }
    }

    /// Places a value in the location `i` of the member's union after widening it.
    fn widen_and_take(&mut self, member: usize, i: usize, size: u32) -> Option<u32> {
        let union = self.members[member].union;
        match self.members[member].usage[i].used {
            None => {
                if !self.widen_location(union, i, size) {
                    return None;
                }
                self.members[member].usage[i].used = Some(size);
                let location = self.unions[union].data[i];
                Some(location.offset << (location.size - size))
            }
            Some(used) => {
                let wanted = used.max(size) + 1;
                if !self.widen_usage(member, i, wanted) {
                    return None;
                }
                let usage = &mut self.members[member].usage[i];
                usage.holes.add_behind(used, 1, wanted);
                let offset = usage.holes.take(size)?;
                let location = self.unions[union].data[i];
                Some((location.offset << (location.size - size)) + offset)
            }
        }
    }

    /// Makes the location at least as large as `size`.
    fn widen_location(&mut self, union: usize, i: usize, size: u32) -> bool {
        let location = self.unions[union].data[i];
        if size <= location.size {
            return true;
        }
        let factor = size - location.size;
        let done = self.widen(self.unions[union].outer, location.size, location.offset, factor);
        if done {
            self.unions[union].data[i] = Location { size, offset: location.offset >> factor };
        }
        done
    }

    /// Widens the member's use of the location to `wanted`.
    fn widen_usage(&mut self, member: usize, i: usize, wanted: u32) -> bool {
        let union = self.members[member].union;
        let done = self.widen_location(union, i, wanted);
        if done {
            self.members[member].usage[i].used = Some(wanted);
        }
        done
    }

    /// Makes the value in `area` 2^`factor` times as large, if the space after it is free.
    fn widen(&mut self, area: Area, size: u32, offset: u32, factor: u32) -> bool {
        let Area::Member(member) = area else { return self.holes.widen(size, offset, factor) };
        // It would be larger than a word, or not aligned.
        if size + factor > WORD || offset & ((1 << factor) - 1) != 0 {
            return false;
        }
        let union = self.members[member].union;
        let part_of = |l: &Location| l.size >= size && offset >> (l.size - size) == l.offset;
        let count = self.members[member].usage.len();
        let Some(i) = self.unions[union].data[..count].iter().position(part_of) else { return false };
        let location = self.unions[union].data[i];
        let inside = offset - (location.offset << (location.size - size));
        let used = self.members[member].usage[i].used;
        if inside == 0 && used == Some(size) {
            return self.widen_usage(member, i, size + factor);
        }
        self.members[member].usage[i].holes.widen(size, inside, factor)
    }
}

impl Usage {
    /// The size of the space from which [`take`](Usage::take) would allocate a value of that size.
    fn hole(&self, location: Location, size: u32) -> Option<u32> {
        match self.used {
            None => (size <= location.size).then_some(location.size),
            // It would be placed after the used part.
            Some(used) if size >= used => (size < location.size).then_some(size),
            Some(used) => self.holes.smallest(size).or((used < location.size).then_some(used)),
        }
    }

    /// Places a value in the space that [`hole`](Usage::hole) has found; returns its offset in the struct.
    fn take(&mut self, location: Location, size: u32) -> u32 {
        let inside = match self.used {
            None => {
                self.used = Some(size);
                0
            }
            Some(used) if size >= used => {
                self.holes.add_behind(used, 1, size);
                self.used = Some(size + 1);
                1
            }
            Some(used) => self.holes.take(size).unwrap_or_else(|| {
                let offset = 1 << (used - size);
                self.holes.add_behind(size, offset + 1, used);
                self.used = Some(used + 1);
                offset
            }),
        };
        (location.offset << (location.size - size)) + inside
    }
}
