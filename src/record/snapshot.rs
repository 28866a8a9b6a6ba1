//! Snapshots: what the interpreter needs to go on where native code leaves.

use super::Recorder;
use crate::ir::{Arm, BlockId, Exit, ExitId, Frame, FuncId, Slot, Target, Term, Value};

impl Recorder<'_> {
    /// An exit to before the instruction `inst` of a block (or its end, if there is no such).
    pub(super) fn snapshot(&mut self, act: usize, block: BlockId, inst: u32) -> ExitId {
        let frame = self.frame(act, block, inst, None);
        let frames = self.stack(act, frame);
        self.exit(Exit { frames, ..Exit::default() })
    }

    /// An exit to the start of a block at which the machine stops, with all of the block's parameters: native code may begin there.
    pub(super) fn root_snapshot(&mut self, act: usize, block: BlockId) -> ExitId {
        let mut frame = self.frame(act, block, 0, None);
        for param in &self.program.funcs[frame.func.index()].body[block].params {
            if frame.slots.iter().all(|(v, _)| v != param) {
                frame.slots.push((*param, Slot::Value(self.value(act, *param))));
            }
        }
        let frames = self.stack(act, frame);
        self.exit(Exit { frames, ..Exit::default() })
    }

    /// A block that leaves the region for an arm that is not in it; `target`'s arguments are the region's already.
    pub(super) fn leave(&mut self, act: usize, arm: Arm, target: &Target) -> Target {
        let body = &self.program.funcs[arm.func.index()].body;
        let live = self.plan.before(self.program, arm.func, target.block, 0);
        let params = &body[target.block].params;
        let mut slots = vec![];
        for value in live {
            let slot = match params.iter().position(|p| *p == value) {
                Some(i) => target.args[i],
                None => self.value(act, value),
            };
            slots.push((value, Slot::Value(slot)));
        }
        let frame = Frame { func: arm.func, block: target.block, inst: 0, slots };
        let frames = self.stack(act, frame);
        let exit = self.exit(Exit { frames, arm: Some(arm), ..Exit::default() });
        let block = self.region.body.block();
        self.region.body[block].term = Term::Exit(exit);
        Target { block, args: vec![] }
    }

    /// An exit to the entry of the function that the instruction `inst` of a block calls.
    pub(super) fn callee(
        &mut self,
        act: usize,
        (block, inst): (BlockId, u32),
        callee: FuncId,
        args: &[Value],
    ) -> ExitId {
        let frame = self.waiting(act, block, inst);
        let mut frames = self.stack(act, frame);
        let params = &self.program.funcs[callee.index()].body.blocks[0].params;
        // All of them, needed or not: native code of the whole function takes them all.
        let slots = params.iter().zip(args).map(|(param, arg)| (*param, Slot::Value(*arg))).collect();
        frames.push(Frame { func: callee, block: BlockId(0), inst: 0, slots });
        self.exit(Exit { frames, ..Exit::default() })
    }

    /// A frame in the middle of the call at `inst`.
    fn waiting(&mut self, act: usize, block: BlockId, inst: u32) -> Frame {
        let func = self.acts[act].func;
        let result = self.program.funcs[func.index()].body[block].insts[inst as usize].result;
        let mut frame = self.frame(act, block, inst + 1, result);
        frame.inst = inst;
        frame
    }

    /// The frames of an activation's callers, and `innermost`.
    fn stack(&mut self, act: usize, innermost: Frame) -> Vec<Frame> {
        let mut frames = vec![innermost];
        let mut above = self.acts[act].caller;
        while let Some((act, block, inst)) = above {
            let frame = self.waiting(act, block, inst);
            frames.push(frame);
            above = self.acts[act].caller;
        }
        frames.reverse();
        frames
    }

    /// A frame with the values that are live before an instruction, but for one (the result of a call that has not returned).
    fn frame(&mut self, act: usize, block: BlockId, inst: u32, but: Option<Value>) -> Frame {
        let func = self.acts[act].func;
        let live = self.plan.before(self.program, func, block, inst);
        let mut slots = vec![];
        for value in live {
            if Some(value) != but {
                slots.push((value, Slot::Value(self.value(act, value))));
            }
        }
        Frame { func, block, inst, slots }
    }
}
