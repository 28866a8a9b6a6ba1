//! The ways out of a region, and what they say of the state that the interpreter goes on from.
//!
//! A native call has one [`Exit`], which leads to the callee's entry: that is where the interpreter goes on
//! if there is no native code to call. If there is, and it leaves in its middle, the frames below it are
//! those of the same exit without the callee's: the state *inside* the call. It is not written down, only
//! computed ([`Region::states`]), after all passes are through.

use super::{BlockId, CellId, ClassId, ExitId, FuncId, Inst, Op, Region, Value};

impl Region {
    /// The exits that native calls take if the callee cannot be entered, each once.
    pub fn native_calls(&self) -> Vec<ExitId> {
        let insts = self.body.blocks.iter().flat_map(|b| &b.insts);
        let mut exits: Vec<ExitId> =
            insts.filter(|i| matches!(i.op, Op::Native(_))).filter_map(|i| i.exit).collect();
        exits.sort();
        exits.dedup();
        exits
    }

    /// The exits that lead to a root, where the machine may stop: those of native calls, and of polls.
    /// Sorted, each once.
    pub fn to_roots(&self) -> Vec<ExitId> {
        let insts = self.body.blocks.iter().flat_map(|b| &b.insts);
        let mut exits: Vec<ExitId> =
            insts.filter(|i| matches!(i.op, Op::Native(_) | Op::Poll)).filter_map(|i| i.exit).collect();
        exits.sort();
        exits.dedup();
        exits
    }

    /// All states in which its native code can be left: the exits, and behind them, for each of
    /// [`Region::native_calls`], the state inside the call.
    pub fn states(&self) -> Vec<Exit> {
        let inside = self.native_calls().into_iter().map(|e| self.exits[e.index()].inside());
        self.exits.iter().cloned().chain(inside).collect()
    }
}

/// A way out of a region, with all that the interpreter needs to go on: the snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exit {
    /// The frames from the root's frame inwards; none if the root's function returned.
    pub frames: Vec<Frame>,
    /// What the root's function returned, if it did.
    pub returns: Option<Vec<Slot>>,
    /// Objects that exist only if this exit is taken. An object's fields refer to earlier ones only, unless
    /// it is mutable.
    pub objects: Vec<(ClassId, Vec<Slot>)>,
    /// What cells hold if this exit is taken, of those that native code keeps in registers.
    pub cells: Vec<(CellId, Slot)>,
    /// What fields of objects from before hold if this exit is taken, of those that native code keeps in
    /// registers.
    pub fields: Vec<Put>,
    /// Instructions that run only when this exit is taken (what the optimizer sank).
    pub insts: Vec<Inst>,
    /// The arm that native code did not have: set if this exit stands for an arm of a branch that was not
    /// recorded.
    pub arm: Option<Arm>,
}

/// One frame of a snapshot: the interpreter goes on before the instruction at `inst` of `block` (at its end,
/// if there is no instruction of that number); a frame that is not the last is in the middle of that call.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Whose frame.
    pub func: FuncId,
    /// Where in it.
    pub block: BlockId,
    /// Before which instruction.
    pub inst: u32,
    /// The function's live values and what they are.
    pub slots: Vec<(Value, Slot)>,
}

/// What a snapshot says of one value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// A value of the region.
    Value(Value),
    /// The exit's object of that number.
    Object(u32),
}

/// A field of an object that the region was given, and what it is to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// The object; a value of the region.
    pub object: Slot,
    /// Its class.
    pub class: ClassId,
    /// The field.
    pub field: u32,
    /// What it holds.
    pub value: Slot,
}

/// One arm of a branch or switch of a program: the target's position in [`Term::targets`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Arm {
    /// The function.
    pub func: FuncId,
    /// The block that ends in the branch.
    pub block: BlockId,
    /// Which target.
    pub index: u32,
}

impl Exit {
    /// For the exit of a native call, which leads to the callee's entry: the frames that wait for the call,
    /// and what they need.
    fn inside(&self) -> Exit {
        let mut exit = self.clone();
        exit.frames.pop();
        // What cells hold is up to the callee, and fields are in their objects.
        exit.cells.clear();
        exit.fields.clear();
        // Objects that only the callee was to get are left out.
        let mut needed = vec![false; self.objects.len()];
        let mut work: Vec<Slot> = exit.frames.iter().flat_map(|f| &f.slots).map(|(_, slot)| *slot).collect();
        while let Some(slot) = work.pop() {
            if let Slot::Object(n) = slot
                && !std::mem::replace(&mut needed[n as usize], true)
            {
                work.extend(&self.objects[n as usize].1);
            }
        }
        let kept = |n: u32| needed[..n as usize].iter().filter(|needed| **needed).count() as u32;
        let mut number = 0..;
        exit.objects.retain(|_| needed[number.next().expect("it does not end")]);
        exit.each_slot_mut(|slot| {
            if let Slot::Object(n) = slot {
                *n = kept(*n);
            }
        });
        exit
    }

    /// Calls `f` with each region value that it needs from outside (results of its own instructions
    /// included).
    pub fn each_slot(&self, mut f: impl FnMut(&Slot)) {
        self.frames.iter().flat_map(|frame| &frame.slots).for_each(|(_, slot)| f(slot));
        self.returns.iter().flatten().for_each(&mut f);
        self.objects.iter().flat_map(|(_, fields)| fields).for_each(&mut f);
        self.fields.iter().flat_map(|put| [&put.object, &put.value]).for_each(&mut f);
        self.cells.iter().for_each(|(_, slot)| f(slot));
    }
    /// The same, to change them.
    pub fn each_slot_mut(&mut self, mut f: impl FnMut(&mut Slot)) {
        self.frames.iter_mut().flat_map(|frame| &mut frame.slots).for_each(|(_, slot)| f(slot));
        self.returns.iter_mut().flatten().for_each(&mut f);
        self.objects.iter_mut().flat_map(|(_, fields)| fields).for_each(&mut f);
        self.fields.iter_mut().flat_map(|put| [&mut put.object, &mut put.value]).for_each(&mut f);
        self.cells.iter_mut().for_each(|(_, slot)| f(slot));
    }
    /// Calls `f` with each region value that its slots and its instructions use.
    pub fn each_use(&self, mut f: impl FnMut(Value)) {
        self.each_slot(|slot| {
            if let Slot::Value(v) = slot {
                f(*v)
            }
        });
        self.insts.iter().flat_map(|inst| &inst.args).copied().for_each(f);
    }
    /// Replaces each region value that its slots and its instructions use.
    pub fn map_uses(&mut self, mut f: impl FnMut(Value) -> Value) {
        self.each_slot_mut(|slot| {
            if let Slot::Value(v) = slot {
                *v = f(*v)
            }
        });
        self.insts.iter_mut().flat_map(|inst| &mut inst.args).for_each(|v| *v = f(*v));
    }
}
