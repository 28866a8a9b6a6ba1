//! Snapshots: the state from which the interpreter continues when native code is left.

use super::Recorder;
use crate::ir::{Arm, BlockId, Exit, ExitId, Frame, FuncId, Slot, Target, Term, Value};
use smallvec::smallvec;

impl Recorder<'_> {
    /// An exit to before the instruction `inst` of a block (or to its terminator, if there is no such
    /// instruction).
    pub(super) fn snapshot(&mut self, act: usize, block: BlockId, inst: u32) -> ExitId {
        let frame = self.frame(act, block, inst, None);
        let frames = self.stack(act, frame);
        self.exit(Exit { frames, ..Exit::default() })
    }

    /// An exit to the start of a block at which the machine may stop, with all of the block's parameters:
    /// native code may start there.
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

    /// A block that leaves the region for an arm that was not recorded; `target`'s arguments are values of
    /// the region.
    pub(super) fn leave(&mut self, act: usize, arm: Arm, target: &Target) -> Target {
        let body = &self.program.funcs[arm.func.index()].body;
        let live: Vec<Value> = self.plan.points(self.program, arm.func, target.block).before(0).collect();
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
        Target { block, args: smallvec![] }
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
        // All parameters, used or not: native code of the whole function takes them all.
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

    /// The frames of an activation's callers, followed by `innermost`.
    fn stack(&mut self, act: usize, innermost: Frame) -> Vec<Frame> {
        let mut frames = self.above(act);
        frames.push(innermost);
        frames
    }

    /// The frames of an activation's callers, which are the same for all of its exits.
    fn above(&mut self, act: usize) -> Vec<Frame> {
        if self.acts[act].above.is_none() {
            let mut frames = vec![];
            if let Some((caller, block, inst)) = self.acts[act].caller {
                frames = self.above(caller);
                frames.push(self.waiting(caller, block, inst));
            }
            self.acts[act].above = Some(frames);
        }
        self.acts[act].above.clone().expect("it was just made")
    }

    /// A frame with the values that are live before an instruction, except for `but` (the result of a call
    /// that has not returned).
    fn frame(&mut self, act: usize, block: BlockId, inst: u32, but: Option<Value>) -> Frame {
        let func = self.acts[act].func;
        let Recorder { program, plan, .. } = *self;
        let known = self.acts[act].points.take();
        let (at, mut points) = known
            .filter(|(at, points)| *at == block && points.at() <= inst as usize)
            .unwrap_or_else(|| (block, plan.points(program, func, block)));
        let live: Vec<Value> = points.before(inst as usize).collect();
        self.acts[act].points = Some((at, points));
        let mut slots = vec![];
        for value in live {
            if Some(value) != but {
                slots.push((value, Slot::Value(self.value(act, value))));
            }
        }
        Frame { func, block, inst, slots }
    }
}
