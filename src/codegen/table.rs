//! State shared by all native code of a program: the current code of each function, the layouts of classes,
//! and the host functions.
//!
//! Native code calls a function through its entry here, which may change at any time: another thread may have
//! compiled a better region while this one runs the old one. So all code that was ever in the table lives as
//! long as the table. (The engine bounds how much is compiled.)

use super::context::ClassLayout;
use super::native::{CALLEE_STACK, CALLEE_WORDS, Native};
use crate::ir::flatten::Flatten;
use crate::ir::{BlockId, FuncId, Host, HostId, Program, Type};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// See the module.
#[derive(Debug)]
pub struct Table {
    /// Identifies the table.
    pub(super) number: u64,
    /// By function: the address of its code, or null.
    entries: Box<[AtomicPtr<()>]>,
    /// By function: the types of its parameters, flattened.
    params: Vec<Vec<Type>>,
    /// By class: its fields.
    classes: Vec<ClassLayout>,
    /// The host functions. Native code contains the addresses of their code and data.
    hosts: Vec<Host>,
    /// All code that is or was in `entries`.
    kept: Mutex<Vec<Arc<Native>>>,
}

impl Table {
    /// A table without code.
    pub fn new(program: &Program) -> Table {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let flatten = Flatten::new(program);
        let funcs = 0..program.funcs.len() as u32;
        Table {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            entries: funcs.clone().map(|_| AtomicPtr::default()).collect(),
            params: funcs.map(|f| flatten.params(program, FuncId(f))).collect(),
            classes: program.classes.iter().map(|class| ClassLayout::new(&class.fields)).collect(),
            hosts: program.hosts.clone(),
            kept: Mutex::default(),
        }
    }

    /// Makes `native` the code that calls of its function enter from now on; returns whether it is suitable.
    /// It must be the code of a whole function, and need no more words and stack than a callee may have.
    pub fn set(&self, native: &Arc<Native>) -> bool {
        let func = native.root.func.index();
        let fits = native.words_needed <= CALLEE_WORDS && native.frame <= CALLEE_STACK;
        if native.root.block != BlockId(0) || self.params[func] != native.takes || !fits {
            return false;
        }
        assert_eq!(native.table, self.number, "the code is for another table");
        self.kept.lock().unwrap_or_else(|e| e.into_inner()).push(native.clone());
        // A thread that reads the pointer sees the code.
        self.entries[func].store(native.code.entry as *mut (), Ordering::Release);
        true
    }

    /// The entries, as native code reads them, by function.
    pub(super) fn entries(&self) -> *const AtomicPtr<()> {
        self.entries.as_ptr()
    }

    /// The types of each class's fields.
    pub(super) fn classes(&self) -> impl ExactSizeIterator<Item = &[Type]> {
        self.classes.iter().map(|layout| &layout.types[..])
    }

    /// By class: its fields.
    pub(super) fn layouts(&self) -> &[ClassLayout] {
        &self.classes
    }

    /// A host function.
    pub(super) fn host(&self, host: HostId) -> &Host {
        &self.hosts[host.index()]
    }

    /// The types of a function's parameters, flattened.
    pub(super) fn params(&self, func: FuncId) -> &[Type] {
        &self.params[func.index()]
    }
}
