//! Origins of the values of a region: which instruction, on which inline call stack.
//!
//! They are kept only for reports ([`Plan::origins`](crate::record::Plan)), and by value: passes move and
//! replace instructions, but mostly keep the values. They do not affect what a body means: they are neither
//! printed nor compared, and no decision depends on them.

use super::{Arm, BlockId, Exit, FuncId, Inst, Op, Program, Value};

/// A recorded instruction: its inline call stack, and its place in its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The index of the call in [`Origins`]; 0 is the root's function.
    pub call: u32,
    /// The block.
    pub block: BlockId,
    /// The number of the instruction.
    pub inst: u32,
}

/// A frame of the program: function, block, instruction.
pub type At = (FuncId, BlockId, u32);

/// The origins of a body's values; empty if they are not kept.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// The inlined functions, and their call sites.
    calls: Vec<(FuncId, Option<Origin>)>,
    of: Vec<Option<Origin>>,
    /// Instructions without a result, as they were recorded.
    effects: Vec<(Op, Vec<Value>, Origin)>,
}

/// Origins do not count when bodies are compared.
impl PartialEq for Origins {
    fn eq(&self, _: &Origins) -> bool {
        true
    }
}

impl Origins {
    /// Adds a call; calls are numbered in this order.
    pub fn call(&mut self, func: FuncId, from: Option<Origin>) {
        self.calls.push((func, from));
    }

    /// Sets the origin of a value.
    pub fn set(&mut self, value: Value, origin: Origin) {
        if self.of.len() <= value.index() {
            self.of.resize(value.index() + 1, None);
        }
        self.of[value.index()] = Some(origin);
    }

    /// Sets the origin of an instruction without a result.
    pub fn effect(&mut self, op: Op, args: &[Value], origin: Origin) {
        self.effects.push((op, args.to_vec(), origin));
    }

    /// Copies the origin of one value to another.
    pub fn copy(&mut self, from: Value, to: Value) {
        if let Some(Some(origin)) = self.of.get(from.index()) {
            self.set(to, *origin);
        }
    }

    /// The frames in which a value is computed, from the innermost outwards; empty if its origin is not
    /// known.
    pub fn frames(&self, value: Value) -> Vec<At> {
        self.stack(self.of.get(value.index()).copied().flatten())
    }

    /// The frames of an instruction. One without a result is identified by its operation and its arguments:
    /// among several candidates, the one with the most arguments in common.
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
    /// The frames in which the interpreter continues, from the innermost outwards; for an arm that was not
    /// recorded, the branch is the innermost.
    pub fn at(&self, program: &Program) -> Vec<At> {
        let mut frames: Vec<At> = self.frames.iter().rev().map(|f| (f.func, f.block, f.inst)).collect();
        if let (Some(Arm { func, block, .. }), Some(innermost)) = (self.arm, frames.first_mut()) {
            *innermost = (func, block, program.funcs[func.index()].body[block].insts.len() as u32);
        }
        frames
    }
}

impl Program {
    /// The source position of the innermost frame that has one.
    pub fn place(&self, frames: &[At]) -> Option<u32> {
        frames.iter().find_map(|(func, block, inst)| self.funcs[func.index()].place(*block, *inst))
    }
}
