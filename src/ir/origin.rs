//! Where the values of a region come from: which instruction, on which inline call stack.
//!
//! It is kept only for people who want to see it ([`Plan::origins`](crate::record::Plan)), and by value:
//! passes move instructions and put others in their places, but what is still computed is mostly still the
//! same value. It is no part of what a body is: neither printed nor compared, and nothing is done otherwise
//! because of it.

use super::{Arm, BlockId, Exit, FuncId, Inst, Op, Program, Value};

/// An instruction of a function that was recorded: on which inline call stack, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The number of the call in [`Origins`]; 0 is the root's function.
    pub call: u32,
    /// The block.
    pub block: BlockId,
    /// The number of the instruction.
    pub inst: u32,
}

/// A frame of the program, by where it is: function, block, instruction.
pub type At = (FuncId, BlockId, u32);

/// The origins of a body's values; empty if they are not kept.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// The functions that were inlined, and where they were called from.
    calls: Vec<(FuncId, Option<Origin>)>,
    of: Vec<Option<Origin>>,
    /// Instructions that have no result, as they were recorded.
    effects: Vec<(Op, Vec<Value>, Origin)>,
}

/// Bodies are compared by what they do.
impl PartialEq for Origins {
    fn eq(&self, _: &Origins) -> bool {
        true
    }
}

impl Origins {
    /// Adds a call; they are numbered in this order.
    pub fn call(&mut self, func: FuncId, from: Option<Origin>) {
        self.calls.push((func, from));
    }

    /// Says where a value comes from.
    pub fn set(&mut self, value: Value, origin: Origin) {
        if self.of.len() <= value.index() {
            self.of.resize(value.index() + 1, None);
        }
        self.of[value.index()] = Some(origin);
    }

    /// Says where an instruction without a result comes from.
    pub fn effect(&mut self, op: Op, args: &[Value], origin: Origin) {
        self.effects.push((op, args.to_vec(), origin));
    }

    /// Says that a value comes from where another one does.
    pub fn copy(&mut self, from: Value, to: Value) {
        if let Some(Some(origin)) = self.of.get(from.index()) {
            self.set(to, *origin);
        }
    }

    /// The frames in which a value is computed, from the innermost outwards; none if that is not known.
    pub fn frames(&self, value: Value) -> Vec<At> {
        self.stack(self.of.get(value.index()).copied().flatten())
    }

    /// The frames of an instruction. One that has no result is found again by what it does, and to which
    /// values: of several that are alike, it is the one with most arguments in common.
    pub fn of(&self, inst: &Inst) -> Vec<At> {
        if let Some(result) = inst.result {
            return self.frames(result);
        }
        let alike = self.effects.iter().rev().filter(|(op, ..)| *op == inst.op);
        let common = |args: &[Value]| args.iter().zip(&inst.args).filter(|(a, b)| a == b).count();
        self.stack(alike.max_by_key(|(_, args, _)| common(args)).map(|(.., origin)| *origin))
    }

    fn stack(&self, mut next: Option<Origin>) -> Vec<At> {
        let mut frames = vec![];
        while let Some(Origin { call, block, inst }) = next {
            let (func, from) = self.calls[call as usize];
            frames.push((func, block, inst));
            next = from;
        }
        frames
    }
}

impl Exit {
    /// The frames in which the interpreter goes on, from the innermost outwards; of an arm that was not
    /// recorded, the branch is reported.
    pub fn at(&self, program: &Program) -> Vec<At> {
        let mut frames: Vec<At> = self.frames.iter().rev().map(|f| (f.func, f.block, f.inst)).collect();
        if let (Some(Arm { func, block, .. }), Some(innermost)) = (self.arm, frames.first_mut()) {
            *innermost = (func, block, program.funcs[func.index()].body[block].insts.len() as u32);
        }
        frames
    }
}

impl Program {
    /// The place in the source text of the innermost frame that has one.
    pub fn place(&self, frames: &[At]) -> Option<u32> {
        frames.iter().find_map(|(func, block, inst)| self.funcs[func.index()].place(*block, *inst))
    }
}
