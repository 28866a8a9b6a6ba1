//! What the native code of a program has in common: where each function's code is now, what classes are made
//! of, and the functions of the host.
//!
//! Native code calls a function through its entry here, which may change at any time: another thread may have
//! made a better region while this one runs the old one. So code that was ever in the table stays alive as
//! long as the table. (How much is made is for the engine to bound.)

use super::context::Layout;
use super::native::{CALLEE_STACK, CALLEE_WORDS, Native};
use crate::ir::flatten::Flatten;
use crate::ir::{BlockId, FuncId, Host, HostId, Program, Type};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// See the module.
#[derive(Debug)]
pub struct Table {
    /// What tells it from all other tables.
    pub(super) number: u64,
    /// By function: where its code is; null if it has none.
    entries: Box<[AtomicPtr<()>]>,
    /// By function: the types of its parameters, flattened.
    params: Vec<Vec<Type>>,
    /// By class: what its fields are.
    classes: Vec<Layout>,
    /// Native code has the addresses of their code and data.
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
            classes: program.classes.iter().map(|class| Layout::new(&class.fields)).collect(),
            hosts: program.hosts.clone(),
            kept: Mutex::default(),
        }
    }

    /// Makes `native` what a function's calls enter from now on; gives whether it may be that. It must be the
    /// code of a whole function, and need no more words and stack than a callee may have.
    pub fn set(&self, native: &Arc<Native>) -> bool {
        let func = native.root.func.index();
        let fits = native.words_needed <= CALLEE_WORDS && native.frame <= CALLEE_STACK;
        if native.root.block != BlockId(0) || self.params[func] != native.takes || !fits {
            return false;
        }
        assert_eq!(native.table, self.number, "the code is for another table");
        self.kept.lock().unwrap_or_else(|e| e.into_inner()).push(native.clone());
        // Whoever finds the pointer finds the code.
        self.entries[func].store(native.code.entry as *mut (), Ordering::Release);
        true
    }

    /// The entries as native code reads them, by function.
    pub(super) fn entries(&self) -> *const AtomicPtr<()> {
        self.entries.as_ptr()
    }

    /// The types of each class's fields.
    pub(super) fn classes(&self) -> impl ExactSizeIterator<Item = &[Type]> {
        self.classes.iter().map(|layout| &layout.types[..])
    }

    /// By class: what its fields are.
    pub(super) fn layouts(&self) -> &[Layout] {
        &self.classes
    }

    /// A function of the host.
    pub(super) fn host(&self, host: HostId) -> &Host {
        &self.hosts[host.index()]
    }

    /// The types of a function's parameters, flattened.
    pub(super) fn params(&self, func: FuncId) -> &[Type] {
        &self.params[func.index()]
    }
}
