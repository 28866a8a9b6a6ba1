//! The machine: frames, calls, objects, and the points where it can be stopped and resumed.
//!
//! It runs until the next [`Event`]: a root is reached (a loop header, or the entry of a recursive function),
//! or the outermost function returns. So it does not call the engine; the engine calls it. Native code
//! replaces the innermost frame ([`Machine::get`], [`Machine::drop_frame`]), and frames are restored where it
//! exits ([`Machine::enter`], [`Machine::set`]). At roots unreachable objects can be freed
//! ([`Machine::collect`]), since all objects in use are in frames then.

use super::Profile;
use super::code::{ABSENT, Code, Edge, Inst, Place};
use super::eval::{failure, fits, load};
use super::find::find;
use crate::ir::calls::recursive;
use crate::ir::cfg::Cfg;
use crate::ir::host::MAX_ARGS;
use crate::ir::{BlockId, Func, FuncId, Program, Raise, Root, Term, Value};
use crate::runtime::host::call;
use crate::runtime::{Console, Heap, Memory, POOL, Val, width};
use std::cell::OnceCell;

/// The maximum number of frames; one more raises [`Raise::Depth`].
pub const DEEPEST: usize = 10_000;

/// What made the machine stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The innermost frame is at the start of this loop header, or of this recursive function.
    Root(Root),
    /// The outermost function has returned [`Machine::results`].
    Returned,
}

/// A run-time error, and its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// The error.
    pub raise: Raise,
    /// The function.
    pub func: FuncId,
    /// The place in the program's source text, of the innermost frame that has one.
    pub place: Option<u32>,
    /// The record that was being read, if there was one: its start and length in the input.
    pub record: Option<(u64, u64)>,
    /// For a read past the end of the input: the byte where it begins.
    pub offset: Option<u64>,
}

impl Fault {
    /// A host function has panicked. Its place is not known, since native code may have called it; the
    /// console has a message that names the function.
    pub fn panicked(func: FuncId) -> Fault {
        Fault { raise: Raise::Raised, func, place: None, record: None, offset: None }
    }

    /// The message; one that the program itself has written is taken from the console.
    pub fn what(&self, console: &mut Console) -> String {
        match (self.raise, std::mem::take(&mut console.message)) {
            (Raise::Raised, message) if !message.is_empty() => String::from_utf8_lossy(&message).into_owned(),
            (raise, _) => raise.to_string(),
        }
    }
}

/// An activation of a function, before the instruction at `pc` of its code.
#[derive(Clone, Copy, Debug)]
struct Frame {
    func: FuncId,
    /// The next instruction; a frame that waits for a call is at that call.
    pc: u32,
    /// The index of its first word on the stack.
    base: usize,
}

/// An interpreter of one program.
#[derive(Debug)]
pub struct Machine<'p> {
    program: &'p Program,
    /// By function: its code, once it has been called.
    codes: Vec<OnceCell<Code>>,
    /// By function: whether it is recursive, directly or through others.
    recursive: Vec<bool>,
    /// The activations, outermost first.
    frames: Vec<Frame>,
    /// The words of all frames; those above the innermost frame are unspecified.
    stack: Vec<u64>,
    /// Whether to stop at each root. Otherwise the machine stops only at those where a collection is due.
    pub stops: bool,
    /// The objects.
    pub heap: Heap,
    /// The counters.
    pub profile: Profile,
    /// The words of the values that were returned last.
    pub results: Vec<u64>,
}

/// Why the machine cannot go on.
#[derive(Clone, Copy)]
enum Failure {
    /// An operation on numbers failed, with this second operand: [`failure`].
    Number(Option<u64>),
    /// A read from a view that starts there, at this offset, is not within it.
    OutOfBounds((u64, i64)),
    /// This error.
    Raise(Raise),
    /// A host function has panicked.
    Panicked,
}

impl<'p> Machine<'p> {
    /// A machine without frames.
    pub fn new(program: &'p Program) -> Machine<'p> {
        Machine {
            program,
            codes: program.funcs.iter().map(|_| OnceCell::new()).collect(),
            recursive: recursive(program),
            frames: vec![],
            stack: vec![],
            stops: true,
            heap: Heap::new(program),
            profile: Profile::new(program),
            results: vec![],
        }
    }

    /// The code of a function.
    fn code(&self, func: FuncId) -> &Code {
        code_of(&self.codes, self.program, &self.recursive, &self.profile, func)
    }

    /// Pushes a frame of `func`, before the instruction with that number of a block. Its constants are set.
    pub fn enter(&mut self, func: FuncId, block: BlockId, inst: u32) {
        let base = self.frames.last().map_or(0, |frame| frame.base + self.code(frame.func).fresh.len());
        let Machine { codes, program, recursive, profile, .. } = self;
        let code = code_of(codes, program, recursive, profile, func);
        let pc = code.find(block, inst);
        push(&mut self.stack, base, &code.fresh);
        self.frames.push(Frame { func, pc, base });
    }

    /// Starts a call of `func` with the words of its arguments (nothing else may be running).
    pub fn start(&mut self, func: FuncId, args: &[u64]) {
        self.leave_all();
        self.enter(func, BlockId(0), 0);
        self.stack[..args.len()].copy_from_slice(args);
    }

    /// The number of frames.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The function of the innermost frame, the block, and the number of the next instruction in it.
    pub fn place(&self) -> (FuncId, BlockId, u32) {
        self.place_of(self.frames.last().expect("a function has been started"))
    }

    /// The place in the frame's own function.
    fn place_of(&self, frame: &Frame) -> (FuncId, BlockId, u32) {
        let (_, Place { block, inst, .. }) = self.places(frame).last().expect("there is one");
        (frame.func, block, inst)
    }

    /// The functions that are active in a frame, innermost first, and the place in each.
    fn places(&self, frame: &Frame) -> impl Iterator<Item = (FuncId, Place)> + use<'_> {
        let code = self.code(frame.func);
        let outer = |place: &Place| code.scopes[place.scope as usize].call;
        let places = std::iter::successors(Some(code.places[frame.pc as usize]), outer);
        places.map(|place| (code.scopes[place.scope as usize].func, place))
    }

    /// A value of the innermost frame, which must have been computed.
    pub fn get(&self, v: Value) -> Val {
        self.value(self.frames.last().expect("a function has been started"), v)
    }

    fn value(&self, frame: &Frame, v: Value) -> Val {
        let at = frame.base + self.code(frame.func).reg(v) as usize;
        Val::read(self.program.funcs[frame.func.index()].body.ty(v), &self.stack[at..])
    }

    /// Sets a value of the innermost frame.
    pub fn set(&mut self, v: Value, val: Val) {
        let frame = self.frames.last().expect("a function has been started");
        let at = frame.base + self.code(frame.func).reg(v) as usize;
        let ty = self.program.funcs[frame.func.index()].body.ty(v);
        val.write(ty, &mut self.stack[at..at + width(ty)]);
    }

    /// Drops all frames.
    pub fn leave_all(&mut self) {
        self.frames.clear();
    }

    /// Drops the innermost frame.
    pub fn drop_frame(&mut self) {
        self.frames.pop();
    }

    /// Runs until the next event. After a [`Fault`] the frames are kept for inspection only.
    pub fn resume(&mut self, input: &[u8]) -> Result<Event, Fault> {
        let memory = Memory { input, pool: &self.program.pool };
        self.run(memory).map_err(|failure| self.fault(failure))
    }

    /// The loop over instructions. The frame's place is written back whenever the loop is left.
    fn run(&mut self, memory: Memory) -> Result<Event, Failure> {
        let Machine { program, codes, recursive, frames, stack, stops, heap, profile, results } = self;
        'frame: loop {
            let Frame { func, pc: start, base } = *frames.last().expect("a function has been started");
            let code = code_of(codes, program, recursive, profile, func);
            let frame = &mut stack[base..base + code.fresh.len()];
            let mut pc = start as usize;
            // Leaves the loop at this instruction.
            macro_rules! fail {
                ($failure:expr) => {{
                    frames.last_mut().expect("it is the innermost").pc = pc as u32;
                    return Err($failure);
                }};
            }
            macro_rules! word {
                ($reg:expr) => {
                    frame[$reg as usize]
                };
            }
            macro_rules! view {
                ($reg:expr) => {
                    (word!($reg), word!($reg + 1))
                };
            }
            loop {
                match code.insts[pc] {
                    Inst::Unary { f, to, a } => word!(to) = f(word!(a)),
                    Inst::Binary { f, to, a, b } => word!(to) = f(word!(a), word!(b)),
                    Inst::CheckedUnary { f, to, a } => match f(word!(a)) {
                        Some(result) => word!(to) = result,
                        None => fail!(Failure::Number(None)),
                    },
                    Inst::CheckedBinary { f, to, a, b } => match f(word!(a), word!(b)) {
                        Some(result) => word!(to) = result,
                        None => fail!(Failure::Number(Some(word!(b)))),
                    },
                    Inst::Copy { to, from, words } => copy(frame, to, from, words),
                    Inst::Select { to, condition, a, b, words } => {
                        copy(frame, to, if word!(condition) != 0 { a } else { b }, words);
                    }
                    Inst::Some { to, from, words } => {
                        copy(frame, to + 1, from, words);
                        word!(to) = 1;
                    }
                    Inst::Unwrap { to, from, words } => match word!(from) {
                        0 => fail!(Failure::Raise(Raise::Missing)),
                        _ => copy(frame, to, from + 1, words),
                    },
                    Inst::Read { to, cell } => word!(to) = heap.cells[cell.index()] as u64,
                    Inst::Write { cell, from } => heap.cells[cell.index()] = word!(from) as i64,
                    Inst::Find { to, a, b } => {
                        let ((a, a_len), (b, b_len)) = (view!(a), view!(b));
                        word!(to) = find(memory.bytes(a, a_len), memory.bytes(b, b_len)) as u64;
                    }
                    Inst::Fits { to, view, offset, need } => {
                        let fits = fits(word!(view + 1), word!(offset) as i64, word!(need) as i64);
                        word!(to) = u64::from(fits);
                    }
                    Inst::Slice { to, view, offset, need } => {
                        let ((start, len), offset, need) = (view!(view), word!(offset), word!(need));
                        if !fits(len, offset as i64, need as i64) {
                            fail!(Failure::OutOfBounds((start, offset as i64)));
                        }
                        (word!(to), word!(to + 1)) = (start + offset, need);
                    }
                    Inst::Load { to, view, offset, scalar, endian } => {
                        match load(scalar, endian, memory, view!(view), word!(offset) as i64) {
                            Some(loaded) => word!(to) = loaded,
                            None => fail!(Failure::OutOfBounds((word!(view), word!(offset) as i64))),
                        }
                    }
                    Inst::New { to, class, fields } => {
                        let object = heap.make(class);
                        for (word, from) in heap.words(object).iter_mut().zip(code.list(fields)) {
                            *word = word!(*from);
                        }
                        word!(to) = u64::from(object);
                    }
                    Inst::Get { to, object, size, at, words } => {
                        let object = heap.part(word!(object) as u32, size, at, words);
                        match *object {
                            [word] => word!(to) = word,
                            [a, b] => (word!(to), word!(to + 1)) = (a, b),
                            _ => frame[to as usize..][..object.len()].copy_from_slice(object),
                        }
                    }
                    Inst::Set { object, from, size, at, words } => {
                        let object = heap.part(word!(object) as u32, size, at, words);
                        object.copy_from_slice(&frame[from as usize..][..object.len()]);
                    }
                    Inst::Call { func, args, .. } => {
                        if frames.len() >= DEEPEST {
                            fail!(Failure::Raise(Raise::Depth));
                        }
                        frames.last_mut().expect("it is the innermost").pc = pc as u32;
                        let callee = code_of(codes, program, recursive, profile, func);
                        let next = base + code.fresh.len();
                        push(stack, next, &callee.fresh);
                        let (caller, callee) = stack[base..].split_at_mut(next - base);
                        for (param, from) in callee.iter_mut().zip(code.list(args)) {
                            *param = caller[*from as usize];
                        }
                        frames.push(Frame { func, pc: 0, base: next });
                        if recursive[func.index()] && (*stops || heap.wants_collection()) {
                            return Ok(Event::Root(Root { func, block: BlockId(0) }));
                        }
                        continue 'frame;
                    }
                    Inst::Host { to, host, args } => {
                        let host = &program.hosts[host.index()];
                        let mut vals = [Val::None; MAX_ARGS];
                        for ((val, ty), from) in vals.iter_mut().zip(host.params()).zip(code.list(args)) {
                            *val = Val::read(*ty, &frame[*from as usize..]);
                        }
                        let args = &vals[..host.params().len()];
                        let result = call(host, args, memory, &mut heap.console);
                        if heap.console.has_panicked() {
                            fail!(Failure::Panicked);
                        }
                        if let Some(ty) = host.result() {
                            result.write(ty, &mut frame[to as usize..][..width(ty)]);
                        }
                    }
                    Inst::Promote { to, from } => {
                        let Place { scope, block, inst } = code.places[pc];
                        let func = code.scopes[scope as usize].func;
                        profile.promote((func, block, inst), word!(from) as i64);
                        word!(to) = word!(from);
                    }
                    Inst::Count => profile.records += 1,
                    Inst::Goto { target } => {
                        pc = target as usize;
                        continue;
                    }
                    Inst::Jump { .. } | Inst::Branch { .. } | Inst::Switch { .. } | Inst::Test { .. } => {
                        let edge = match code.insts[pc] {
                            Inst::Test { f, to, a, b, edge } => {
                                word!(to) = f(word!(a), word!(b));
                                edge + u32::from(word!(to) == 0)
                            }
                            Inst::Jump { edge } => edge,
                            Inst::Branch { condition, edge } => edge + u32::from(word!(condition) == 0),
                            Inst::Switch { value, cases, edge } => {
                                let (value, cases) = (word!(value) as i64, code.cases(cases));
                                edge + cases.iter().position(|k| *k == value).unwrap_or(cases.len()) as u32
                            }
                            _ => unreachable!("it is one of these"),
                        };
                        let edge = &code.edges[edge as usize];
                        let counter = &mut profile.counters[edge.counter as usize];
                        *counter = counter.saturating_add(1);
                        if edge.moves.len > 0 {
                            pass(frame, code, edge);
                        }
                        pc = edge.target as usize;
                        if edge.header && (*stops || heap.wants_collection()) {
                            frames.last_mut().expect("it is the innermost").pc = edge.target;
                            return Ok(Event::Root(Root { func, block: edge.block }));
                        }
                        continue;
                    }
                    Inst::Return { values } if frames.len() > 1 => {
                        frames.pop();
                        let caller = frames.last_mut().expect("there are more");
                        let calling = code_of(codes, program, recursive, profile, caller.func);
                        let Inst::Call { to, .. } = calling.insts[caller.pc as usize] else {
                            unreachable!("a frame that waits is at a call")
                        };
                        caller.pc += 1;
                        let (below, frame) = stack.split_at_mut(base);
                        let result = &mut below[caller.base + to as usize..];
                        for (word, from) in result.iter_mut().zip(code.list(values)) {
                            *word = frame[*from as usize];
                        }
                        continue 'frame;
                    }
                    Inst::Return { values } => {
                        results.clear();
                        results.extend(code.list(values).iter().map(|from| frame[*from as usize]));
                        frames.pop();
                        return Ok(Event::Returned);
                    }
                    Inst::Raise => {
                        let Place { scope, block, .. } = code.places[pc];
                        let func = code.scopes[scope as usize].func;
                        let Term::Raise(raise) = program.funcs[func.index()].body[block].term else {
                            unreachable!("it is translated from one")
                        };
                        fail!(Failure::Raise(raise))
                    }
                }
                pc += 1;
            }
        }
    }

    /// Frees unreachable objects, if a collection is due. It must be called at each root, otherwise memory
    /// grows without bound. If the remaining objects take too much memory, that is a [`Fault`].
    pub fn collect(&mut self) -> Result<(), Fault> {
        if !self.heap.wants_collection() {
            return Ok(());
        }
        let mut roots = vec![];
        for frame in &self.frames {
            let words = &self.stack[frame.base..];
            for (at, optional) in &self.code(frame.func).objects {
                let at = *at as usize;
                match optional {
                    true if words[at] == 0 => {}
                    true => roots.push(Val::Ref(words[at + 1] as u32)),
                    false if words[at] == ABSENT => {}
                    false => roots.push(Val::Ref(words[at] as u32)),
                }
            }
        }
        match self.heap.collect(roots.into_iter()) {
            true => Ok(()),
            false => Err(self.fault(Failure::Raise(Raise::Memory))),
        }
    }

    /// Passes [`Machine::results`], of a function whose frame is gone, to its caller; an event if there is
    /// none.
    pub fn give_back(&mut self) -> Option<Event> {
        let Some(&Frame { func, pc, base }) = self.frames.last() else {
            return Some(Event::Returned);
        };
        let Inst::Call { to, .. } = self.code(func).insts[pc as usize] else {
            unreachable!("a frame that waits is at a call")
        };
        self.stack[base + to as usize..][..self.results.len()].copy_from_slice(&self.results);
        self.frames.last_mut().expect("there is one").pc += 1;
        None
    }

    fn fault(&self, failed: Failure) -> Fault {
        let frame = self.frames.last().expect("a frame fails");
        let (func, at) = self.places(frame).next().expect("there is one");
        let inst = self.program.funcs[func.index()].body[at.block].insts.get(at.inst as usize);
        let raise = match (failed, inst) {
            (Failure::Panicked, _) => return Fault::panicked(func),
            (Failure::OutOfBounds(_), _) => Raise::OutOfBounds,
            (Failure::Raise(raise), _) => raise,
            (Failure::Number(b), Some(inst)) => failure(inst.op, b),
            (Failure::Number(_), None) => unreachable!("a terminator does not compute"),
        };
        let mut fault = Fault { raise, func, place: None, record: None, offset: None };
        let mut places = self.frames.iter().rev().flat_map(|frame| self.places(frame));
        fault.place = places.find_map(|(f, at)| self.program.funcs[f.index()].place(at.block, at.inst));
        fault.record = self.frames.iter().rev().find_map(|frame| self.record(frame));
        if let Failure::OutOfBounds((start, offset)) = failed {
            // Bytes before the start of the input, and those of the pool, have no offset in the input.
            fault.offset = start.checked_add_signed(offset).filter(|_| start < POOL);
        }
        fault
    }

    /// The record that a frame refers to: of the records whose definitions dominate its place, the one
    /// defined last. The words alone do not tell: they may be left from an earlier iteration or loop.
    fn record(&self, frame: &Frame) -> Option<(u64, u64)> {
        let (func, at_block, at_inst) = self.place_of(frame);
        let Func { records, body, .. } = &self.program.funcs[func.index()];
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
        let there = homes.filter(|((block, at), _)| match *block == at_block {
            true => *at <= at_inst,
            false => cfg.dominates(*block, at_block),
        });
        let last = there.max_by_key(|((block, at), _)| (cfg.position(*block), *at));
        match last.map(|(_, v)| self.value(frame, v)) {
            Some(Val::View(start, len)) => Some((start, len)),
            _ => None,
        }
    }
}

/// The code of a function; it is translated when it is needed first.
fn code_of<'c>(
    codes: &'c [OnceCell<Code>],
    program: &Program,
    recursive: &[bool],
    profile: &Profile,
    func: FuncId,
) -> &'c Code {
    codes[func.index()].get_or_init(|| Code::new(program, recursive, func, |arm| profile.counter(arm)))
}

/// Writes a new frame on the stack.
fn push(stack: &mut Vec<u64>, base: usize, fresh: &[u64]) {
    let end = base + fresh.len();
    if stack.len() < end {
        stack.resize(end.max(2 * stack.len()), 0);
    }
    stack[base..end].copy_from_slice(fresh);
}

fn copy(frame: &mut [u64], to: u32, from: u32, words: u32) {
    match words {
        1 => frame[to as usize] = frame[from as usize],
        _ => frame.copy_within(from as usize..(from + words) as usize, to as usize),
    }
}

/// Moves the arguments of an edge to the parameters of its target.
fn pass(frame: &mut [u64], code: &Code, edge: &Edge) {
    let moves = code.list(edge.moves).chunks_exact(2);
    if !edge.staged {
        return moves.for_each(|pair| frame[pair[0] as usize] = frame[pair[1] as usize]);
    }
    for (i, pair) in moves.clone().enumerate() {
        frame[code.staging + i] = frame[pair[1] as usize];
    }
    for (i, pair) in moves.enumerate() {
        frame[pair[0] as usize] = frame[code.staging + i];
    }
}
