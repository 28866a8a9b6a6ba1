//! The context of native code, through which it finds the code of other functions, the heap, and the
//! functions it calls.
//!
//! Not here: making a context, and the functions that use it ([`super::enter`]).

use crate::ir::{Base, Type};
use crate::runtime::{Console, Heap, Memory, width};
use std::sync::atomic::AtomicPtr;

/// The native function. Its arguments are the input's address, the words, the context, and the number of
/// frames that still fit the stack. It returns a code.
pub(super) type Entry = extern "C" fn(*const u8, *mut u64, *mut Ctx<'_>, u64) -> u64;

/// The context: native code reads the first five fields itself, and passes the context to the functions it
/// calls.
#[repr(C)]
pub(super) struct Ctx<'a> {
    pub entries: *const AtomicPtr<()>,
    pub cells: *mut i64,
    /// [`Heap::bases`].
    pub bases: *const u64,
    /// Whether the heap wants a collection.
    pub full: bool,
    /// The heap's console.
    pub console: *mut Console,
    /// Borrowed for as long as the code runs.
    pub heap: *mut Heap,
    /// By class: its fields.
    pub layouts: &'a [ClassLayout],
    pub memory: Memory<'a>,
}

/// Offsets of the fields of [`Ctx`] that native code reads.
pub(super) const CELLS: i32 = std::mem::offset_of!(Ctx, cells) as i32;
pub(super) const BASES: i32 = std::mem::offset_of!(Ctx, bases) as i32;
pub(super) const FULL: i32 = std::mem::offset_of!(Ctx, full) as i32;
pub(super) const CONSOLE: i32 = std::mem::offset_of!(Ctx, console) as i32;

/// The fields of a class.
#[derive(Debug)]
pub(super) struct ClassLayout {
    pub types: Vec<Type>,
    /// The number of words, and the offsets of the views in them.
    pub size: usize,
    pub views: Vec<usize>,
}

impl ClassLayout {
    pub fn new(fields: &[(String, Type)]) -> ClassLayout {
        let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
        let size = types.iter().map(|ty| width(*ty)).sum();
        ClassLayout { size, views: views(types.iter().copied()), types }
    }
}

/// The offsets of the views among consecutive values of these types.
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
