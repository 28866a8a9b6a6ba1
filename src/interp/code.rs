//! Register code: a function of a program, translated for the machine.
//!
//! A frame is a slice of 64-bit words. Each value of the function has its words at a fixed index: first the
//! parameters, then all other values; constants are there from the start ([`Code::fresh`]). Types are known at
//! translation, so an instruction has no tags to look at: it is a variant for what it does with words, and the
//! indices of these. Each instruction of the function becomes one of the code, except that [`Inst::Count`]
//! follows the definition of a record; so every place in the code is a place in the function
//! ([`Code::places`]), where a frame can be entered.
//!
//! A block's edges move words to the parameters of their targets. If a parameter is also a source, the words
//! are moved through a staging area at the end of the frame, since a loop may swap two values.

use super::eval::{Meaning, meaning};
use crate::ir::{
    Arm, Base, BlockId, Body, CellId, ClassId, Def, FuncId, HostId, Op, Program, Target, Term, Type, Value,
};
use crate::runtime::{Val, width};
use crate::scalar::{Endian, Scalar};

/// The index of a word in a frame.
type Reg = u32;

/// The word of an object that has not been computed. No object has this number.
pub const ABSENT: u64 = u64::MAX;

/// A part of [`Code::regs`].
#[derive(Clone, Copy, Debug)]
pub struct List {
    start: u32,
    len: u32,
}

/// An instruction. `to` is the first word of the result, other names those of operands.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Inst {
    Unary { f: fn(u64) -> u64, to: Reg, a: Reg },
    Binary { f: fn(u64, u64) -> u64, to: Reg, a: Reg, b: Reg },
    CheckedUnary { f: fn(u64) -> Option<u64>, to: Reg, a: Reg },
    CheckedBinary { f: fn(u64, u64) -> Option<u64>, to: Reg, a: Reg, b: Reg },
    /// Copies that many words.
    Copy { to: Reg, from: Reg, words: u32 },
    Select { to: Reg, condition: Reg, a: Reg, b: Reg, words: u32 },
    /// An optional that holds a value of that many words.
    Some { to: Reg, from: Reg, words: u32 },
    Unwrap { to: Reg, from: Reg, words: u32 },
    Read { to: Reg, cell: CellId },
    Write { cell: CellId, from: Reg },
    Find { to: Reg, a: Reg, b: Reg },
    Fits { to: Reg, view: Reg, offset: Reg, need: Reg },
    Slice { to: Reg, view: Reg, offset: Reg, need: Reg },
    Load { to: Reg, view: Reg, offset: Reg, scalar: Scalar, endian: Endian },
    New { to: Reg, class: ClassId, fields: List },
    /// `words` words of an object of `size` words, from the word `at` on.
    Get { to: Reg, object: Reg, size: u32, at: u32, words: u32 },
    Set { object: Reg, from: Reg, size: u32, at: u32, words: u32 },
    Call { to: Reg, func: FuncId, args: List },
    /// Its operands, with their types, are those of the function's instruction.
    Host { to: Reg, host: HostId },
    Promote { to: Reg, from: Reg },
    /// Counts a record.
    Count,
    Jump { edge: u32 },
    /// To the first of two edges if the condition holds, else to the second.
    Branch { condition: Reg, edge: u32 },
    /// To the edge of the equal case, else to the one after all cases.
    Switch { value: Reg, cases: List, edge: u32 },
    Return { values: List },
    /// Its error is that of the function's terminator.
    Raise,
}

/// An edge between blocks.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The index of the target's first instruction.
    pub target: u32,
    /// Pairs of registers: to, from.
    pub moves: List,
    /// Whether the moves go through the staging area.
    pub staged: bool,
    /// Whether the target is the header of a loop.
    pub header: bool,
    /// The edge's counter in the profile.
    pub counter: u32,
}

/// The code of a function.
#[derive(Debug, Default)]
pub struct Code {
    /// The instructions.
    pub insts: Vec<Inst>,
    /// For each instruction its block, and its number in it; a terminator comes after all instructions.
    pub places: Vec<(BlockId, u32)>,
    /// The edges.
    pub edges: Vec<Edge>,
    /// The lists of registers.
    pub regs: Vec<Reg>,
    /// The cases of switches.
    pub cases: Vec<i64>,
    /// The words of a new frame: constants, and zeros.
    pub fresh: Vec<u64>,
    /// The index of the staging area.
    pub staging: usize,
    /// The first word of each object in a frame; of optional ones the first of two.
    pub objects: Vec<(Reg, bool)>,
    /// For each value its first word.
    at: Vec<Reg>,
    /// For each block its first instruction.
    starts: Vec<u32>,
}

impl Code {
    /// Translates a function. `counter` gives the index of an arm's counter.
    pub fn new(program: &Program, func: FuncId, counter: impl Fn(Arm) -> u32) -> Code {
        let body = &program.funcs[func.index()].body;
        let mut code = Code { at: vec![0; body.values.len()], ..Code::default() };
        code.layout(body);
        for block in body.ids() {
            code.starts.push(code.insts.len() as u32);
            for (i, inst) in body[block].insts.iter().enumerate() {
                let translated = code.inst(program, body, inst);
                code.push(translated, block, i as u32);
                let record = inst.result.filter(|_| !matches!(inst.op, Op::Call(_)));
                if record.is_some_and(|v| program.funcs[func.index()].records.contains(&v)) {
                    code.push(Inst::Count, block, i as u32);
                }
            }
            let edge = code.edges.len() as u32;
            for (index, target) in body[block].term.targets().into_iter().enumerate() {
                let arm = Arm { func, block, index: index as u32 };
                code.edge(body, target, counter(arm));
            }
            let term = match &body[block].term {
                Term::Jump(_) => Inst::Jump { edge },
                Term::Branch(condition, ..) => Inst::Branch { condition: code.reg(*condition), edge },
                Term::Switch(value, cases, _) => {
                    let list = List { start: code.cases.len() as u32, len: cases.len() as u32 };
                    code.cases.extend(cases.iter().map(|(case, _)| *case));
                    Inst::Switch { value: code.reg(*value), cases: list, edge }
                }
                Term::Return(values) => Inst::Return { values: code.words(body, values) },
                Term::Raise(_) => Inst::Raise,
                Term::Exit(_) => unreachable!("a program has no exits"),
            };
            code.push(term, block, body[block].insts.len() as u32);
        }
        for edge in &mut code.edges {
            edge.target = code.starts[edge.target as usize];
        }
        code
    }

    /// Assigns words to all values.
    fn layout(&mut self, body: &Body) {
        let params = &body.blocks[0].params;
        let others = (0..body.values.len() as u32).map(Value).filter(|v| !params.contains(v));
        for v in params.iter().copied().chain(others) {
            let (ty, def) = body.values[v.index()];
            let at = self.fresh.len();
            self.at[v.index()] = at as Reg;
            self.fresh.resize(at + width(ty), 0);
            match (def, ty.base) {
                (Def::Const(c), _) => Val::from(c).write(ty, &mut self.fresh[at..]),
                (_, Base::Ref(_)) => {
                    self.objects.push((at as Reg, ty.optional));
                    if !ty.optional {
                        self.fresh[at] = ABSENT;
                    }
                }
                _ => {}
            }
        }
        self.staging = self.fresh.len();
    }

    fn push(&mut self, inst: Inst, block: BlockId, number: u32) {
        self.insts.push(inst);
        self.places.push((block, number));
    }

    /// The first word of a value.
    pub fn reg(&self, v: Value) -> Reg {
        self.at[v.index()]
    }

    /// The index of the instruction with that number of a block.
    pub fn find(&self, block: BlockId, number: u32) -> u32 {
        let start = self.starts[block.index()];
        let end = self.starts.get(block.index() + 1).map_or(self.places.len(), |end| *end as usize);
        start + self.places[start as usize..end].partition_point(|(_, i)| *i < number) as u32
    }

    /// A list of registers.
    pub fn list(&self, list: List) -> &[Reg] {
        &self.regs[list.start as usize..][..list.len as usize]
    }

    /// The cases of a switch.
    pub fn cases(&self, list: List) -> &[i64] {
        &self.cases[list.start as usize..][..list.len as usize]
    }

    /// All words of these values, as a list.
    fn words(&mut self, body: &Body, values: &[Value]) -> List {
        let start = self.regs.len() as u32;
        for v in values {
            let at = self.reg(*v);
            self.regs.extend(at..at + width(body.ty(*v)) as u32);
        }
        List { start, len: self.regs.len() as u32 - start }
    }

    fn edge(&mut self, body: &Body, target: &Target, counter: u32) {
        let params = &body[target.block].params;
        let start = self.regs.len();
        for (param, arg) in params.iter().zip(&target.args) {
            for i in 0..width(body.ty(*param)) as u32 {
                let (to, from) = (self.reg(*param) + i, self.reg(*arg) + i);
                if to != from {
                    self.regs.extend([to, from]);
                }
            }
        }
        let pairs = &self.regs[start..];
        let moves = pairs.len() / 2;
        // A word is overwritten before it is read.
        let clash = |n: usize| pairs[2 * n + 2..].iter().skip(1).step_by(2).any(|from| *from == pairs[2 * n]);
        let staged = (0..moves).any(clash);
        if staged {
            self.fresh.resize(self.fresh.len().max(self.staging + moves), 0);
        }
        let moves = List { start: start as u32, len: pairs.len() as u32 };
        let header = body[target.block].header;
        self.edges.push(Edge { target: target.block.0, moves, staged, header, counter });
    }

    fn inst(&mut self, program: &Program, body: &Body, inst: &crate::ir::Inst) -> Inst {
        let reg = |i: usize| self.at[inst.args[i].index()];
        let ty = |i: usize| body.ty(inst.args[i]);
        let to = inst.result.map_or(0, |v| self.reg(v));
        let words = inst.result.map_or(0, |v| width(body.ty(v)) as u32);
        match inst.op {
            Op::Select => Inst::Select { to, condition: reg(0), a: reg(1), b: reg(2), words },
            Op::Read(cell) => Inst::Read { to, cell },
            Op::Write(cell) => Inst::Write { cell, from: reg(0) },
            Op::Len => Inst::Copy { to, from: reg(0) + 1, words: 1 },
            Op::Find => Inst::Find { to, a: reg(0), b: reg(1) },
            Op::Fits => Inst::Fits { to, view: reg(0), offset: reg(1), need: reg(2) },
            Op::Slice => Inst::Slice { to, view: reg(0), offset: reg(1), need: reg(2) },
            Op::Load(scalar, endian) => Inst::Load { to, view: reg(0), offset: reg(1), scalar, endian },
            Op::Some => Inst::Some { to, from: reg(0), words: words - 1 },
            Op::Has => Inst::Copy { to, from: reg(0), words: 1 },
            Op::Unwrap => Inst::Unwrap { to, from: reg(0), words },
            Op::New(class) => Inst::New { to, class, fields: self.words(body, &inst.args) },
            Op::Get(class, field) => {
                let (size, at, words) = place(program, class, field);
                Inst::Get { to, object: reg(0), size, at, words }
            }
            Op::Set(class, field) => {
                let (size, at, words) = place(program, class, field);
                Inst::Set { object: reg(0), from: reg(1), size, at, words }
            }
            Op::Call(func) => Inst::Call { to, func, args: self.words(body, &inst.args) },
            Op::Host(host, _) => Inst::Host { to, host },
            Op::Promote => Inst::Promote { to, from: reg(0) },
            op => match meaning(op, ty(0).base) {
                Some(Meaning::Unary(f)) => Inst::Unary { f, to, a: reg(0) },
                Some(Meaning::CheckedUnary(f)) => Inst::CheckedUnary { f, to, a: reg(0) },
                Some(Meaning::Binary(f)) => Inst::Binary { f, to, a: reg(0), b: reg(1) },
                Some(Meaning::CheckedBinary(f)) => Inst::CheckedBinary { f, to, a: reg(0), b: reg(1) },
                None => unreachable!("{op:?} is for regions only"),
            },
        }
    }
}

/// The words of an object of a class, the first word of a field, and the words of the field.
fn place(program: &Program, class: ClassId, field: u32) -> (u32, u32, u32) {
    let words = |fields: &[(String, Type)]| fields.iter().map(|(_, ty)| width(*ty) as u32).sum();
    let fields = &program.classes[class.index()].fields;
    (words(fields), words(&fields[..field as usize]), width(fields[field as usize].1) as u32)
}
