//! What native code is given besides its words: the context, through which it finds the code of others, the
//! heap, and the functions that it calls.
//!
//! Not here: making one, and what the functions do with it ([`super::enter`]).

use crate::ir::{Base, Type};
use crate::runtime::{Console, Heap, Memory, width};
use std::sync::atomic::AtomicPtr;

/// The native function: the input's first byte, its words, the context, and how many frames there is room
/// for. Gives a code.
pub(super) type Entry = extern "C" fn(*const u8, *mut u64, *mut Ctx<'_>, u64) -> u64;

/// What native code needs besides: it reads the first five fields itself, and passes all on to the functions
/// that it calls.
#[repr(C)]
pub(super) struct Ctx<'a> {
    pub entries: *const AtomicPtr<()>,
    pub cells: *mut i64,
    /// [`Heap::bases`].
    pub bases: *const u64,
    /// Whether the heap wants a collection.
    pub full: bool,
    /// That of the heap.
    pub console: *mut Console,
    /// Borrowed for as long as the code runs.
    pub heap: *mut Heap,
    /// By class: what its fields are.
    pub layouts: &'a [Layout],
    pub memory: Memory<'a>,
}

/// Where [`Ctx`] has what native code reads.
pub(super) const CELLS: i32 = std::mem::offset_of!(Ctx, cells) as i32;
pub(super) const BASES: i32 = std::mem::offset_of!(Ctx, bases) as i32;
pub(super) const FULL: i32 = std::mem::offset_of!(Ctx, full) as i32;
pub(super) const CONSOLE: i32 = std::mem::offset_of!(Ctx, console) as i32;

/// The fields of a class.
#[derive(Debug)]
pub(super) struct Layout {
    pub types: Vec<Type>,
    /// How many words they are, and where in them the views begin.
    pub size: usize,
    pub views: Vec<usize>,
}

impl Layout {
    pub fn new(fields: &[(String, Type)]) -> Layout {
        let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
        let size = types.iter().map(|ty| width(*ty)).sum();
        Layout { size, views: views(types.iter().copied()), types }
    }
}

/// The places of the views among values of these types that lie one after the other.
pub(super) fn views(types: impl Iterator<Item = Type>) -> Vec<usize> {
    let mut at = 0;
    let mut found = vec![];
    for ty in types {
        if ty.base == Base::View {
            found.push(at + usize::from(ty.optional));
        }
        at += width(ty);
    }
    found
}
