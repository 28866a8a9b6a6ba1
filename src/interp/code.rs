//! Register code: a function of a program, translated for the machine.
//!
//! A frame is a slice of 64-bit words. Each value of the function has its words at a fixed index: first the
//! parameters, then all other values; constants are there from the start ([`Code::fresh`]). Types are known
//! at translation, so an instruction has no tags to look at: it is a variant for what it does with words, and
//! the indices of these.
//!
//! Calls of small functions without loops, such as accessors, are inlined: the callee's values get words of
//! the caller's frame, its parameters are the words of the arguments. A frame can still wait at such a call,
//! since native code may be left inside of the callee: for that, the call itself follows out of line, behind
//! the code ([`Code::find`]). Each instruction knows its place in the program ([`Place`]).
//!
//! A block's edges move words to the parameters of their targets. If a parameter is also a source, the words
//! are moved through a staging area at the end of the frame, since a loop may swap two values.

use super::eval::{Meaning, meaning};
use crate::ir::{
    Arm, Base, BlockId, Body, CellId, ClassId, Def, Func, FuncId, HostId, Op, Program, Target, Term, Type,
    Value,
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
    /// The number of registers or cases.
    pub len: u32,
}

/// An instruction. `to` is the first word of the result, other names those of operands.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Inst {
    Unary {
        f: fn(u64) -> u64,
        to: Reg,
        a: Reg,
    },
    Binary {
        f: fn(u64, u64) -> u64,
        to: Reg,
        a: Reg,
        b: Reg,
    },
    CheckedUnary {
        f: fn(u64) -> Option<u64>,
        to: Reg,
        a: Reg,
    },
    CheckedBinary {
        f: fn(u64, u64) -> Option<u64>,
        to: Reg,
        a: Reg,
        b: Reg,
    },
    /// An operation whose result is the condition of the branch behind it: both at once.
    Test {
        f: fn(u64, u64) -> u64,
        to: Reg,
        a: Reg,
        b: Reg,
        edge: u32,
    },
    /// Copies that many words.
    Copy {
        to: Reg,
        from: Reg,
        words: u32,
    },
    Select {
        to: Reg,
        condition: Reg,
        a: Reg,
        b: Reg,
        words: u32,
    },
    /// An optional that holds a value of that many words.
    Some {
        to: Reg,
        from: Reg,
        words: u32,
    },
    Unwrap {
        to: Reg,
        from: Reg,
        words: u32,
    },
    Read {
        to: Reg,
        cell: CellId,
    },
    Write {
        cell: CellId,
        from: Reg,
    },
    Find {
        to: Reg,
        a: Reg,
        b: Reg,
    },
    Fits {
        to: Reg,
        view: Reg,
        offset: Reg,
        need: Reg,
    },
    Slice {
        to: Reg,
        view: Reg,
        offset: Reg,
        need: Reg,
    },
    Load {
        to: Reg,
        view: Reg,
        offset: Reg,
        scalar: Scalar,
        endian: Endian,
    },
    New {
        to: Reg,
        class: ClassId,
        fields: List,
    },
    /// `words` words of an object of `size` words, from the word `at` on.
    Get {
        to: Reg,
        object: Reg,
        size: u32,
        at: u32,
        words: u32,
    },
    Set {
        object: Reg,
        from: Reg,
        size: u32,
        at: u32,
        words: u32,
    },
    Call {
        to: Reg,
        func: FuncId,
        args: List,
    },
    /// `args` has the first word of each argument.
    Host {
        to: Reg,
        host: HostId,
        args: List,
    },
    Promote {
        to: Reg,
        from: Reg,
    },
    /// Counts a record.
    Count,
    /// Continues at that index.
    Goto {
        target: u32,
    },
    Jump {
        edge: u32,
    },
    /// To the first of two edges if the condition holds, else to the second.
    Branch {
        condition: Reg,
        edge: u32,
    },
    /// To the edge of the equal case, else to the one after all cases.
    Switch {
        value: Reg,
        cases: List,
        edge: u32,
    },
    Return {
        values: List,
    },
    /// Its error is that of the function's terminator.
    Raise,
}

/// An edge between blocks.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The target, and the index of its first instruction.
    pub block: BlockId,
    pub target: u32,
    /// Pairs of registers: to, from.
    pub moves: List,
    /// Whether the moves go through the staging area.
    pub staged: bool,
    /// Whether the target is the header of a loop.
    pub header: bool,
    /// The edge's counter in the profile.
    pub counter: u32,
    /// The scope of its blocks.
    scope: u32,
}

/// The place of an instruction in the program.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The index of its function among [`Code::scopes`].
    pub scope: u32,
    /// The block.
    pub block: BlockId,
    /// The number of the instruction in the block; a terminator comes after all instructions.
    pub inst: u32,
}

/// A function whose instructions are in a code.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The function.
    pub func: FuncId,
    /// The call that it is inlined in place of.
    pub call: Option<Place>,
}

/// The code of a function.
#[derive(Debug, Default)]
pub struct Code {
    /// The instructions.
    pub insts: Vec<Inst>,
    /// For each instruction its place.
    pub places: Vec<Place>,
    /// The function, and those that are inlined.
    pub scopes: Vec<Scope>,
    /// The edges.
    pub edges: Vec<Edge>,
    /// The words of a new frame: constants, and zeros.
    pub fresh: Vec<u64>,
    /// The index of the staging area.
    pub staging: usize,
    /// The first word of each object in a frame; of optional ones the first of two.
    pub objects: Vec<(Reg, bool)>,
    regs: Vec<Reg>,
    cases: Vec<i64>,
    /// For each value of the function its first word.
    at: Vec<Reg>,
    /// For each block of the function, for each instruction its index.
    starts: Vec<Vec<u32>>,
}

impl Code {
    /// Translates a function. `recursive` has the recursive functions; `counter` gives
    /// the index of an arm's counter.
    pub fn new(program: &Program, recursive: &[bool], func: FuncId, counter: impl Fn(Arm) -> u32) -> Code {
        let mut translator =
            Translator { program, recursive, counter, code: Code::default(), calls: vec![], moves: 0 };
        let entry = translator.scope(func, None, &[]);
        translator.code.starts = program.funcs[func.index()].body.blocks.iter().map(|_| vec![]).collect();
        translator.code.at.clone_from(&entry.at);
        translator.body(&entry, None);
        let Translator { mut code, calls, moves, .. } = translator;
        // The calls that were inlined.
        for (call, place, back) in calls {
            code.starts[place.block.index()][place.inst as usize] = code.insts.len() as u32;
            code.push(call, place);
            code.push(Inst::Goto { target: back }, place);
        }
        code.staging = code.fresh.len();
        code.fresh.resize(code.staging + moves, 0);
        code
    }

    fn push(&mut self, inst: Inst, place: Place) {
        self.insts.push(inst);
        self.places.push(place);
    }

    /// The first word of a value of the function.
    pub fn reg(&self, v: Value) -> Reg {
        self.at[v.index()]
    }

    /// The index of the instruction with that number of a block of the function. If it is a call, then that
    /// of the call itself.
    pub fn find(&self, block: BlockId, number: u32) -> u32 {
        self.starts[block.index()][number as usize]
    }

    /// A list of registers.
    pub fn list(&self, list: List) -> &[Reg] {
        &self.regs[list.start as usize..][..list.len as usize]
    }

    /// The cases of a switch.
    pub fn cases(&self, list: List) -> &[i64] {
        &self.cases[list.start as usize..][..list.len as usize]
    }
}

/// A function that is being translated.
struct Function {
    func: FuncId,
    scope: u32,
    /// For each value its first word.
    at: Vec<Reg>,
}

/// Functions of more instructions are not inlined, nor is more than that inlined into one function.
const MAX_INLINED: (usize, usize) = (48, 1 << 14);

struct Translator<'p, C> {
    program: &'p Program,
    recursive: &'p [bool],
    counter: C,
    code: Code,
    /// The calls of the function that were inlined, with their places, and where to continue.
    calls: Vec<(Inst, Place, u32)>,
    /// The most words that an edge moves through the staging area.
    moves: usize,
}

impl<C: Fn(Arm) -> u32> Translator<'_, C> {
    fn body_of(&self, func: FuncId) -> &Body {
        &self.program.funcs[func.index()].body
    }

    /// Assigns words to the values of a function. `shared` values have words of the caller.
    fn scope(&mut self, func: FuncId, call: Option<Place>, shared: &[(Value, Reg)]) -> Function {
        let body = &self.program.funcs[func.index()].body;
        let mut at = vec![Reg::MAX; body.values.len()];
        for (v, reg) in shared {
            at[v.index()] = *reg;
        }
        let params = &body.blocks[0].params;
        let others = (0..body.values.len() as u32).map(Value);
        for v in params.iter().copied().chain(others) {
            let (ty, def) = body.values[v.index()];
            if at[v.index()] != Reg::MAX {
                continue;
            }
            let first = self.code.fresh.len();
            at[v.index()] = first as Reg;
            self.code.fresh.resize(first + width(ty), 0);
            match (def, ty.base) {
                (Def::Const(c), _) => Val::from(c).write(ty, &mut self.code.fresh[first..]),
                (_, Base::Ref(_)) => {
                    self.code.objects.push((first as Reg, ty.optional));
                    if !ty.optional {
                        self.code.fresh[first] = ABSENT;
                    }
                }
                _ => {}
            }
        }
        let scope = self.code.scopes.len() as u32;
        self.code.scopes.push(Scope { func, call });
        Function { func, scope, at }
    }

    /// Translates the blocks of a function. An inlined one writes its result to the word `to`, and continues
    /// behind its code.
    fn body(&mut self, function: &Function, to: Option<Reg>) {
        let Function { func, scope, at } = function;
        let (first_edge, last) = (self.code.edges.len(), self.body_of(*func).blocks.len() - 1);
        let (mut starts, mut ends) = (vec![], vec![]);
        for block in self.body_of(*func).ids() {
            starts.push(self.code.insts.len() as u32);
            for i in 0..self.body_of(*func)[block].insts.len() as u32 {
                let place = Place { scope: *scope, block, inst: i };
                if *scope == 0 {
                    self.code.starts[block.index()].push(self.code.insts.len() as u32);
                }
                self.inst(function, place);
            }
            let term = &self.program.funcs[func.index()].body[block].term;
            let inst = self.program.funcs[func.index()].body[block].insts.len() as u32;
            let place = Place { scope: *scope, block, inst };
            if *scope == 0 {
                self.code.starts[block.index()].push(self.code.insts.len() as u32);
            }
            let edge = self.code.edges.len() as u32;
            for (index, target) in term.targets().into_iter().enumerate() {
                self.edge(function, target, Arm { func: *func, block, index: index as u32 });
            }
            let term = match (term, to) {
                (Term::Jump(_), _) => Inst::Jump { edge },
                (Term::Branch(condition, ..), _) => {
                    let condition = at[condition.index()];
                    if let Some(last) = self.code.insts.last_mut().filter(|_| inst > 0)
                        && let Inst::Binary { f, to, a, b } = *last
                        && to == condition
                    {
                        *last = Inst::Test { f, to, a, b, edge };
                    }
                    // Also after that, since native code may be left here, where the operands are gone.
                    Inst::Branch { condition, edge }
                }
                (Term::Switch(value, cases, _), _) => {
                    let list = List { start: self.code.cases.len() as u32, len: cases.len() as u32 };
                    self.code.cases.extend(cases.iter().map(|(case, _)| *case));
                    Inst::Switch { value: at[value.index()], cases: list, edge }
                }
                (Term::Return(values), None) => Inst::Return { values: self.words(function, values) },
                (Term::Return(values), Some(to)) => {
                    let words = width(self.body_of(*func).ty(values[0])) as u32;
                    if at[values[0].index()] != to {
                        self.code.push(Inst::Copy { to, from: at[values[0].index()], words }, place);
                    }
                    if block.index() == last {
                        continue;
                    }
                    ends.push(self.code.insts.len());
                    Inst::Goto { target: 0 }
                }
                (Term::Raise(_), _) => Inst::Raise,
                (Term::Exit(_), _) => unreachable!("a program has no exits"),
            };
            self.code.push(term, place);
        }
        for edge in &mut self.code.edges[first_edge..] {
            if edge.scope == *scope {
                edge.target = starts[edge.block.index()];
            }
        }
        let end = self.code.insts.len() as u32;
        for at in ends {
            self.code.insts[at] = Inst::Goto { target: end };
        }
    }

    /// All words of these values, as a list.
    fn words(&mut self, function: &Function, values: &[Value]) -> List {
        let start = self.code.regs.len() as u32;
        for v in values {
            let at = function.at[v.index()];
            let words = width(self.body_of(function.func).ty(*v)) as u32;
            self.code.regs.extend(at..at + words);
        }
        List { start, len: self.code.regs.len() as u32 - start }
    }

    fn edge(&mut self, function: &Function, target: &Target, arm: Arm) {
        let body = &self.program.funcs[function.func.index()].body;
        let start = self.code.regs.len();
        for (param, arg) in body[target.block].params.iter().zip(&target.args) {
            for i in 0..width(body.ty(*param)) as u32 {
                let (to, from) = (function.at[param.index()] + i, function.at[arg.index()] + i);
                if to != from {
                    self.code.regs.extend([to, from]);
                }
            }
        }
        let pairs = &self.code.regs[start..];
        let moves = pairs.len() / 2;
        // A word is overwritten before it is read.
        let clash = |n: usize| pairs[2 * n + 2..].iter().skip(1).step_by(2).any(|from| *from == pairs[2 * n]);
        let staged = (0..moves).any(clash);
        if staged {
            self.moves = self.moves.max(moves);
        }
        let moves = List { start: start as u32, len: pairs.len() as u32 };
        let (block, header) = (target.block, body[target.block].header);
        let counter = (self.counter)(arm);
        self.code.edges.push(Edge {
            block,
            target: 0,
            moves,
            staged,
            header,
            counter,
            scope: function.scope,
        });
    }

    fn inst(&mut self, function: &Function, place: Place) {
        let program = self.program;
        let Function { func, at, .. } = function;
        let body = &program.funcs[func.index()].body;
        let inst = &body[place.block].insts[place.inst as usize];
        let reg = |i: usize| at[inst.args[i].index()];
        let to = inst.result.map_or(0, |v| at[v.index()]);
        let words = inst.result.map_or(0, |v| width(body.ty(v)) as u32);
        let translated = match inst.op {
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
            Op::New(class) => Inst::New { to, class, fields: self.words(function, &inst.args) },
            Op::Get(class, field) => {
                let (size, at, words) = field_words(program, class, field);
                Inst::Get { to, object: reg(0), size, at, words }
            }
            Op::Set(class, field) => {
                let (size, at, words) = field_words(program, class, field);
                Inst::Set { object: reg(0), from: reg(1), size, at, words }
            }
            Op::Call(callee) => {
                let call = Inst::Call { to, func: callee, args: self.words(function, &inst.args) };
                if !self.inlines(callee) {
                    self.code.push(call, place);
                    return;
                }
                let params = program.funcs[callee.index()].body.blocks[0].params.iter();
                let mut shared: Vec<_> =
                    params.copied().zip(inst.args.iter().map(|v| at[v.index()])).collect();
                shared.extend(self.only_result(callee).map(|v| (v, to)));
                let inlined = self.scope(callee, Some(place), &shared);
                self.body(&inlined, Some(to));
                if place.scope == 0 {
                    self.calls.push((call, place, self.code.insts.len() as u32));
                }
                return;
            }
            Op::Host(host, _) => {
                let args = List { start: self.code.regs.len() as u32, len: inst.args.len() as u32 };
                self.code.regs.extend(inst.args.iter().map(|v| at[v.index()]));
                Inst::Host { to, host, args }
            }
            Op::Promote => Inst::Promote { to, from: reg(0) },
            op => match meaning(op, body.ty(inst.args[0]).base) {
                Some(Meaning::Unary(f)) => Inst::Unary { f, to, a: reg(0) },
                Some(Meaning::CheckedUnary(f)) => Inst::CheckedUnary { f, to, a: reg(0) },
                Some(Meaning::Binary(f)) => Inst::Binary { f, to, a: reg(0), b: reg(1) },
                Some(Meaning::CheckedBinary(f)) => Inst::CheckedBinary { f, to, a: reg(0), b: reg(1) },
                None => unreachable!("{op:?} is for regions only"),
            },
        };
        self.code.push(translated, place);
        if inst.result.is_some_and(|v| program.funcs[func.index()].records.contains(&v)) {
            self.code.push(Inst::Count, place);
        }
    }

    /// The value that a function returns, if it has one `return` of a value that an instruction computes.
    fn only_result(&self, func: FuncId) -> Option<Value> {
        let body = self.body_of(func);
        let mut returns = body.blocks.iter().filter_map(|block| match &block.term {
            Term::Return(values) => Some(values[0]),
            _ => None,
        });
        let only = returns.next().filter(|_| returns.next().is_none())?;
        let is_param = |block: &crate::ir::Block| block.params.contains(&only);
        (body.values[only.index()].1 == Def::Inst && !body.blocks.iter().any(is_param)).then_some(only)
    }

    /// Whether calls of a function are inlined. Functions with loops or records need a frame of their own:
    /// the machine may stop there, or errors refer to it.
    fn inlines(&self, func: FuncId) -> bool {
        let Func { body, records, .. } = &self.program.funcs[func.index()];
        !self.recursive[func.index()]
            && records.is_empty()
            && self.code.insts.len() < MAX_INLINED.1
            && body.blocks.iter().map(|block| block.insts.len() + 1).sum::<usize>() <= MAX_INLINED.0
            && !body.blocks.iter().any(|block| block.header)
    }
}

/// The words of an object of a class, the first word of a field, and the words of the field.
fn field_words(program: &Program, class: ClassId, field: u32) -> (u32, u32, u32) {
    let words = |fields: &[(String, Type)]| fields.iter().map(|(_, ty)| width(*ty) as u32).sum();
    let fields = &program.classes[class.index()].fields;
    (words(fields), words(&fields[..field as usize]), width(fields[field as usize].1) as u32)
}
