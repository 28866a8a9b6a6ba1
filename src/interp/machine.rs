//! The machine: frames, calls, objects, and the places where it can be stopped and set going.
//!
//! It runs until something happens that its owner must know of ([`Event`]): a root is reached (a loop header,
//! or the entry of a function that can come to call itself), or the outermost function returns. So the engine
//! is not called from here; it calls. Frames can be taken out and put in ([`Machine::frames`]), which is how
//! native code takes over and gives back. At roots the heap can be tidied ([`Machine::collect`]): all objects
//! that are needed are those of frames then.

use super::Profile;
use super::eval::eval;
use crate::ir::calls::recursive;
use crate::ir::cfg::Cfg;
use crate::ir::{
    Arm, Block, BlockId, Def, Func, FuncId, Inst, Op, Program, Raise, Root, Target, Term, Value,
};
use crate::runtime::host::call;
use crate::runtime::{Console, Heap, Memory, POOL, Val};

/// Calls nest at most so deep; one more raises [`Raise::Depth`].
pub const DEEPEST: usize = 10_000;

/// What made the machine stop.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// The innermost frame is at the start of this loop header, or of this function, which can come to call
    /// itself.
    Root(Root),
    /// The outermost function has returned these.
    Returned(Vec<Val>),
}

/// An error at run time, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What went wrong.
    pub raise: Raise,
    /// The function.
    pub func: FuncId,
    /// Where in the program's source text the innermost code is that has come from there.
    pub place: Option<u32>,
    /// The record that was being read, if there was one: its start and length in the input.
    pub record: Option<(u64, u64)>,
    /// For a read past the end of the input: the byte where it begins.
    pub offset: Option<u64>,
}

impl Fault {
    /// A function of the host has panicked. Where, native code does not know, so nobody tells; the console
    /// has a message that names it.
    pub fn panicked(func: FuncId) -> Fault {
        Fault { raise: Raise::Raised, func, place: None, record: None, offset: None }
    }

    /// What went wrong, in words; those that the program has written itself are taken from the console.
    pub fn what(&self, console: &mut Console) -> String {
        match (self.raise, std::mem::take(&mut console.message)) {
            (Raise::Raised, message) if !message.is_empty() => String::from_utf8_lossy(&message).into_owned(),
            (raise, _) => raise.to_string(),
        }
    }
}

/// An activation of a function, before the instruction at `inst` of `block`.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The function.
    pub func: FuncId,
    /// The block.
    pub block: BlockId,
    /// The number of the next instruction; a frame that waits for a call is at that call.
    pub inst: u32,
    /// Its values, by number; constants included. What has not been computed yet is [`Val::None`].
    pub slots: Vec<Val>,
}

/// An interpreter of one program.
#[derive(Debug)]
pub struct Machine<'p> {
    program: &'p Program,
    /// By function: its slots when it starts.
    fresh: Vec<Vec<Val>>,
    /// By function: whether it can come to call itself.
    recursive: Vec<bool>,
    /// The activations, outermost first.
    pub frames: Vec<Frame>,
    /// Slots of frames that have ended, to be used again.
    spare: Vec<Vec<Val>>,
    /// Room for arguments on their way.
    args: Vec<Val>,
    /// The objects.
    pub heap: Heap,
    /// The counters.
    pub profile: Profile,
}

impl<'p> Machine<'p> {
    /// A machine with nothing to do yet.
    pub fn new(program: &'p Program) -> Machine<'p> {
        let slot = |def: &Def| match def {
            Def::Const(c) => (*c).into(),
            _ => Val::None,
        };
        let fresh = program.funcs.iter().map(|f| f.body.values.iter().map(|(_, d)| slot(d)).collect());
        Machine {
            program,
            fresh: fresh.collect(),
            recursive: recursive(program),
            frames: vec![],
            spare: vec![],
            args: vec![],
            heap: Heap::new(program),
            profile: Profile::new(program),
        }
    }

    /// Puts a new frame of `func` on top, at `block`, with its constants set.
    pub fn enter(&mut self, func: FuncId, block: BlockId) -> &mut Frame {
        let mut slots = self.spare.pop().unwrap_or_default();
        slots.clone_from(&self.fresh[func.index()]);
        self.frames.push(Frame { func, block, inst: 0, slots });
        self.frames.last_mut().expect("just pushed")
    }

    /// Starts a call of `func` (nothing else may be running).
    pub fn start(&mut self, func: FuncId, args: &[Val]) {
        self.leave_all();
        self.args.clear();
        self.args.extend_from_slice(args);
        self.call(func);
    }

    /// Drops all frames.
    pub fn leave_all(&mut self) {
        while !self.frames.is_empty() {
            self.drop_frame();
        }
    }

    /// Drops the innermost frame.
    pub fn drop_frame(&mut self) {
        self.spare.extend(self.frames.pop().map(|f| f.slots));
    }

    /// Enters a function; its arguments are in `args`.
    fn call(&mut self, func: FuncId) {
        self.enter(func, BlockId(0));
        self.pass(&self.program.funcs[func.index()].body.blocks[0].params);
    }

    /// Gives the innermost frame's `params` the values in `args`.
    fn pass(&mut self, params: &[crate::ir::Value]) {
        let frame = self.frames.last_mut().expect("a frame takes arguments");
        for (param, arg) in params.iter().zip(&self.args) {
            frame.slots[param.index()] = *arg;
        }
    }

    /// Runs until the next event. After a [`Fault`] the frames are still there, and of no use but to be
    /// looked at.
    pub fn resume(&mut self, input: &[u8]) -> Result<Event, Fault> {
        let program = self.program;
        let memory = Memory { input, pool: &program.pool };
        loop {
            let frame = self.frames.last_mut().expect("a function has been started");
            let body = &program.funcs[frame.func.index()].body;
            let block = &body[frame.block];
            match block.insts.get(frame.inst as usize) {
                Some(inst) => {
                    self.step(inst, memory).map_err(|raise| self.fault(raise, Some(inst)))?;
                    if let Op::Call(callee) = inst.op
                        && self.recursive[callee.index()]
                    {
                        return Ok(Event::Root(Root { func: callee, block: BlockId(0) }));
                    }
                }
                None => {
                    if let Some(event) = self.end(block).map_err(|raise| self.fault(raise, None))? {
                        return Ok(event);
                    }
                }
            }
        }
    }

    fn step(&mut self, inst: &'p Inst, memory: Memory) -> Result<(), Raise> {
        let deep = self.frames.len();
        let frame = self.frames.last_mut().expect("a frame steps");
        let slot = |i: usize| frame.slots[inst.args[i].index()];
        let result = match inst.op {
            Op::Call(_) if deep >= DEEPEST => return Err(Raise::Depth),
            Op::Call(callee) => {
                self.args.clear();
                self.args.extend((0..inst.args.len()).map(slot));
                self.call(callee);
                return Ok(());
            }
            Op::New(class) => {
                self.args.clear();
                self.args.extend((0..inst.args.len()).map(slot));
                Val::Ref(self.heap.alloc(class, &self.args))
            }
            Op::Get(_, field) => self.heap.get(reference(slot(0)), field),
            Op::Set(_, field) => {
                self.heap.set(reference(slot(0)), field, slot(1));
                Val::None
            }
            Op::Promote => {
                let Val::I64(i) = slot(0) else { unreachable!("promote takes an i64") };
                self.profile.promote((frame.func, frame.block, frame.inst), i);
                slot(0)
            }
            Op::Host(host, _) => {
                self.args.clear();
                self.args.extend((0..inst.args.len()).map(slot));
                let result =
                    call(&self.program.hosts[host.index()], &self.args, memory, &mut self.heap.console);
                if self.heap.console.has_panicked() {
                    return Err(Raise::Raised);
                }
                result
            }
            Op::Read(cell) => Val::I64(self.heap.cells[cell.index()]),
            Op::Write(cell) => {
                let Val::I64(i) = slot(0) else { unreachable!("a cell holds an i64") };
                self.heap.cells[cell.index()] = i;
                Val::None
            }
            op => match inst.args.len() {
                1 => eval(op, &[slot(0)], memory)?,
                2 => eval(op, &[slot(0), slot(1)], memory)?,
                _ => eval(op, &[slot(0), slot(1), slot(2)], memory)?,
            },
        };
        if let Some(value) = inst.result {
            frame.slots[value.index()] = result;
            if self.program.funcs[frame.func.index()].records.contains(&value) {
                self.profile.records += 1;
            }
        }
        frame.inst += 1;
        Ok(())
    }

    /// Does what the end of a block says.
    fn end(&mut self, block: &'p Block) -> Result<Option<Event>, Raise> {
        let frame = self.frames.last().expect("a frame ends a block");
        let at = |v: crate::ir::Value| frame.slots[v.index()];
        let index = match &block.term {
            Term::Jump(_) => 0,
            Term::Branch(condition, ..) => match at(*condition) {
                Val::Bool(holds) => u32::from(!holds),
                other => unreachable!("{other:?} is no condition"),
            },
            Term::Switch(value, cases, _) => match at(*value) {
                Val::I64(i) => cases.iter().position(|(k, _)| *k == i).unwrap_or(cases.len()) as u32,
                other => unreachable!("{other:?} is no case"),
            },
            Term::Return(values) if self.frames.len() > 1 => {
                let value = values.first().map(|v| at(*v));
                self.drop_frame();
                self.hand_over(value);
                return Ok(None);
            }
            Term::Return(values) => {
                let values: Vec<Val> = values.iter().map(|v| at(*v)).collect();
                self.drop_frame();
                return Ok(Some(Event::Returned(values)));
            }
            Term::Raise(raise) => return Err(*raise),
            Term::Exit(_) => unreachable!("a program has no exits"),
        };
        self.profile.take(Arm { func: frame.func, block: frame.block, index });
        Ok(self.go(block.term.target(index)))
    }

    /// Follows an arm; an event if it leads to a loop header.
    fn go(&mut self, target: &Target) -> Option<Event> {
        let frame = self.frames.last_mut().expect("a frame jumps");
        let block = &self.program.funcs[frame.func.index()].body[target.block];
        // All arguments are read before any parameter is written: a loop may swap two.
        self.args.clear();
        self.args.extend(target.args.iter().map(|v| frame.slots[v.index()]));
        frame.block = target.block;
        frame.inst = 0;
        let root = Root { func: frame.func, block: target.block };
        self.pass(&block.params);
        block.header.then_some(Event::Root(root))
    }

    /// Frees the objects that nothing leads to any more, if it is time. To be called at each root, or memory
    /// grows without end. It is a [`Fault`] if what is left is too much.
    pub fn collect(&mut self) -> Result<(), Fault> {
        if self.heap.wants_collection()
            && !self.heap.collect(self.frames.iter().flat_map(|f| &f.slots).copied())
        {
            return Err(self.fault(Raise::Memory, None));
        }
        Ok(())
    }

    /// Hands what a function has returned, whose frame is gone, to its caller; an event if there is none.
    pub fn give_back(&mut self, values: Vec<Val>) -> Option<Event> {
        if self.frames.is_empty() {
            return Some(Event::Returned(values));
        }
        self.hand_over(values.first().copied());
        None
    }

    /// The innermost frame's call has returned.
    fn hand_over(&mut self, value: Option<Val>) {
        let caller = self.frames.last_mut().expect("somebody has called");
        let inst = &self.program.funcs[caller.func.index()].body[caller.block].insts[caller.inst as usize];
        if let (Some(result), Some(value)) = (inst.result, value) {
            caller.slots[result.index()] = value;
        }
        caller.inst += 1;
    }

    fn fault(&self, raise: Raise, inst: Option<&Inst>) -> Fault {
        let frame = self.frames.last().expect("a frame fails");
        if let Some(Inst { op: Op::Host(..), .. }) = inst {
            return Fault::panicked(frame.func);
        }
        let mut fault = Fault { raise, func: frame.func, place: None, record: None, offset: None };
        fault.place = self
            .frames
            .iter()
            .rev()
            .find_map(|frame| self.program.funcs[frame.func.index()].place(frame.block, frame.inst));
        fault.record = self.frames.iter().rev().find_map(|frame| self.record(frame));
        if let Some(Inst { op: Op::Slice | Op::Load(..), args, .. }) = inst
            && let (Val::View(start, _), Val::I64(offset)) =
                (frame.slots[args[0].index()], frame.slots[args[1].index()])
        {
            // In front of the bytes that are read there is nothing to point at, nor in those of the program.
            fault.offset = start.checked_add_signed(offset).filter(|_| start < POOL);
        }
        fault
    }

    /// The record that a frame is about: of those that are defined where it is, the one that is defined last.
    /// A slot alone
    /// does not say that: it may be left from the round before, or from a loop that is over.
    fn record(&self, frame: &Frame) -> Option<(u64, u64)> {
        let Func { records, body, .. } = &self.program.funcs[frame.func.index()];
        if records.is_empty() {
            return None;
        }
        let cfg = Cfg::new(body);
        let home = |v: Value| {
            body.blocks.iter().enumerate().find_map(|(i, block)| {
                let at = block.insts.iter().position(|inst| inst.result == Some(v)).map(|at| at as u32 + 1);
                let at = at.or_else(|| block.params.contains(&v).then_some(0))?;
                Some((BlockId(i as u32), at))
            })
        };
        let homes = records.iter().filter_map(|v| Some((home(*v)?, *v)));
        let there = homes.filter(|((block, at), _)| match *block == frame.block {
            true => *at <= frame.inst,
            false => cfg.dominates(*block, frame.block),
        });
        let last = there.max_by_key(|((block, at), _)| (cfg.position(*block), *at));
        match last.map(|(_, v)| frame.slots[v.index()]) {
            Some(Val::View(start, len)) => Some((start, len)),
            _ => None,
        }
    }
}

/// The object that a value names.
fn reference(val: Val) -> u32 {
    match val {
        Val::Ref(r) => r,
        other => unreachable!("{other:?} is no object"),
    }
}
