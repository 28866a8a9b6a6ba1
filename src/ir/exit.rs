//! Exits of a region, and the state from which the interpreter continues.
//!
//! A native call has one [`Exit`], which leads to the callee's entry: the interpreter continues there if
//! there is no native code to call. If there is, and the callee leaves in its middle, the frames below the
//! callee's are those of the same exit without its last frame: the state *inside* the call. It is not stored,
//! but computed ([`Region::states`]) after all passes.

use super::{BlockId, CellId, ClassId, ExitId, FuncId, Inst, Op, Region, Value};

impl Region {
    /// The exits that native calls take if the callee cannot be entered. Sorted, without duplicates.
    pub fn native_calls(&self) -> Vec<ExitId> {
        let insts = self.body.blocks.iter().flat_map(|b| &b.insts);
        let mut exits: Vec<ExitId> =
            insts.filter(|i| matches!(i.op, Op::Native(_))).filter_map(|i| i.exit).collect();
        exits.sort();
        exits.dedup();
        exits
    }

    /// The exits that lead to a root, where the machine may stop: those of native calls and of polls. Sorted,
    /// without duplicates.
    pub fn to_roots(&self) -> Vec<ExitId> {
        let insts = self.body.blocks.iter().flat_map(|b| &b.insts);
        let mut exits: Vec<ExitId> =
            insts.filter(|i| matches!(i.op, Op::Native(_) | Op::Poll)).filter_map(|i| i.exit).collect();
        exits.sort();
        exits.dedup();
        exits
    }

    /// All states in which its native code can be left: the exits, followed by the state inside the call for
    /// each of [`Region::native_calls`].
    pub fn states(&self) -> Vec<Exit> {
        let inside = self.native_calls().into_iter().map(|e| self.exits[e.index()].inside());
        self.exits.iter().cloned().chain(inside).collect()
    }
}

/// An exit of a region, with its snapshot: all that the interpreter needs to continue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exit {
    /// The frames from the root's frame inwards; none if the root's function has returned.
    pub frames: Vec<Frame>,
    /// The return values of the root's function, if it has returned.
    pub returns: Option<Vec<Slot>>,
    /// Objects that exist only if this exit is taken. An object's fields refer to earlier objects only,
    /// unless it is mutable.
    pub objects: Vec<(ClassId, Vec<Slot>)>,
    /// Values of cells that native code keeps in registers.
    pub cells: Vec<(CellId, Slot)>,
    /// Values of fields of older objects that native code keeps in registers.
    pub fields: Vec<Put>,
    /// Instructions that run only if this exit is taken (the optimizer sank them).
    pub insts: Vec<Inst>,
    /// The arm of a branch that was not recorded, if this exit replaces one.
    pub arm: Option<Arm>,
}

/// One frame of a snapshot: the interpreter continues before the instruction at `inst` of `block` (at the
/// terminator, if there is no instruction of that number). A frame other than the last is in the middle of
/// the call at `inst`.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The function.
    pub func: FuncId,
    /// The block.
    pub block: BlockId,
    /// The number of the instruction.
    pub inst: u32,
    /// The function's live values, and their values in the region.
    pub slots: Vec<(Value, Slot)>,
}

/// The source of a value of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// A value of the region.
    Value(Value),
    /// The exit's object of that index.
    Object(u32),
}

/// A field of an object that existed before the region was entered, and the value to store in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// The object; a value of the region.
    pub object: Slot,
    /// Its class.
    pub class: ClassId,
    /// The field.
    pub field: u32,
    /// The value.
    pub value: Slot,
}

/// One arm of a branch or switch of a program: the target's position in [`Term::targets`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Arm {
    /// The function.
    pub func: FuncId,
    /// The block that ends in the branch.
    pub block: BlockId,
    /// The index of the target.
    pub index: u32,
}

impl Exit {
    /// The state inside the call, for the exit of a native call, which leads to the callee's entry: the
    /// frames that wait for the call, and the objects they need.
    fn inside(&self) -> Exit {
        let mut exit = self.clone();
        exit.frames.pop();
        // The callee determines the cells, and fields are already stored in their objects.
        exit.cells.clear();
        exit.fields.clear();
        // Objects that only the callee's frame refers to are removed.
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

    /// Calls `f` with each slot (results of the exit's own instructions included).
    pub fn each_slot(&self, mut f: impl FnMut(&Slot)) {
        self.frames.iter().flat_map(|frame| &frame.slots).for_each(|(_, slot)| f(slot));
        self.returns.iter().flatten().for_each(&mut f);
        self.objects.iter().flat_map(|(_, fields)| fields).for_each(&mut f);
        self.fields.iter().flat_map(|put| [&put.object, &put.value]).for_each(&mut f);
        self.cells.iter().for_each(|(_, slot)| f(slot));
    }
    /// Calls `f` with each slot, mutable.
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
