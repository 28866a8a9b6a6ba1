//! The intermediate representation: one form for programs and regions.
//!
//! A [`Program`] is classes and functions; a function is a [`Body`]: basic blocks with parameters, in SSA
//! form, typed. A [`Region`] is what the recorder makes of a hot part of a program: a [`Body`] too, with
//! calls inlined, and with exits: an instruction that may fail says through which [`Exit`] native code
//! leaves.
//!
//! Four rules hold everything else up:
//!
//! * **A checked instruction either has its effect or leaves nothing behind.** In a program it raises; in a
//!   region it takes its exit, and the interpreter does the instruction again, from the exit's snapshot, and
//!   raises. In a region a checked instruction *without* an exit has been proven not to fail.
//! * **Input bytes never change**, so `load`, `slice`, `fits` and `len` are pure: the same arguments give the
//!   same result.
//! * **The world outside is behind [`host`] functions**: each says what it does to it, and those that do
//!   something keep their order.
//! * **A constant is a value, not an instruction**: it is defined everywhere and belongs to no block.
//!
//! Nothing here runs anything; see `interp` for what the instructions mean.

pub mod build;
pub mod calls;
pub mod cfg;
pub mod exit;
pub mod flatten;
pub mod host;
pub mod op;
pub mod origin;
pub mod parse;
pub mod print;
pub mod typing;
pub mod verify;

pub use exit::{Arm, Exit, Frame, Put, Slot};
pub use host::{Effects, Host};
pub use op::{Op, Raise};
pub use origin::{At, Origin, Origins};

use rustc_hash::FxHashMap as HashMap;
use smallvec::{SmallVec, smallvec};

/// Declares an index type.
macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub u32);
        impl $name {
            /// As a position in a vector.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
index!(/** A value of a body: a block parameter, an instruction's result, or a constant. */ Value);
index!(/** A basic block of a body. */ BlockId);
index!(/** A function of a program. */ FuncId);
index!(/** A class of a program. */ ClassId);
index!(/** A cell of a program. */ CellId);
index!(/** A function of the host that a program calls. */ HostId);
index!(/** An exit of a region. */ ExitId);

/// What a value is, without "or nothing".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Base {
    /// A truth value.
    Bool,
    /// A signed integer.
    I64,
    /// An unsigned integer.
    U64,
    /// A double-precision number.
    F64,
    /// Offset and length of a part of the input, or of the program's pool.
    View,
    /// An object.
    Ref(ClassId),
    /// Two numbers in one machine register; in regions only.
    F64x2,
}

/// What a value is: a base type, or that or nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Type {
    /// The type of the value if there is one.
    pub base: Base,
    /// Whether there may be none.
    pub optional: bool,
}

#[allow(missing_docs)]
impl Type {
    pub const BOOL: Type = Type::of(Base::Bool);
    pub const I64: Type = Type::of(Base::I64);
    pub const U64: Type = Type::of(Base::U64);
    pub const F64: Type = Type::of(Base::F64);
    pub const VIEW: Type = Type::of(Base::View);
    pub const F64X2: Type = Type::of(Base::F64x2);

    pub const fn of(base: Base) -> Type {
        Type { base, optional: false }
    }
    pub const fn optional(base: Base) -> Type {
        Type { base, optional: true }
    }
    pub fn object(class: ClassId) -> Type {
        Type::of(Base::Ref(class))
    }
    /// The class, if it is an object that is there.
    pub fn class(self) -> Option<ClassId> {
        match self {
            Type { base: Base::Ref(class), optional: false } => Some(class),
            _ => None,
        }
    }
}

/// A constant. Floats are kept as bits, so that constants can be compared and NaN has one identity per
/// pattern.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Const {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(u64),
    /// Offset and length of a part of the program's pool.
    View(u32, u32),
    /// No value of the given base type.
    None(Base),
}

impl Const {
    /// A float constant.
    pub fn f64(x: f64) -> Const {
        Const::F64(x.to_bits())
    }
    /// The constant's type.
    pub fn ty(self) -> Type {
        match self {
            Const::Bool(_) => Type::BOOL,
            Const::I64(_) => Type::I64,
            Const::U64(_) => Type::U64,
            Const::F64(_) => Type::F64,
            Const::View(..) => Type::VIEW,
            Const::None(base) => Type::optional(base),
        }
    }
}

/// A class: named fields. All its methods are functions of the program, called `Class.method`.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Names and types of the fields.
    pub fields: Vec<(String, Type)>,
}

/// Classes, functions, and what they share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The classes, by [`ClassId`].
    pub classes: Vec<Class>,
    /// The functions, by [`FuncId`].
    pub funcs: Vec<Func>,
    /// The names of the cells, by [`CellId`]: each holds an `i64` that all functions read and write; 0 at
    /// first.
    pub cells: Vec<String>,
    /// The functions of the host that it may call, by [`HostId`].
    pub hosts: Vec<Host>,
    /// Bytes that are not of the input: texts and default values. A constant view is a part of it.
    pub pool: Vec<u8>,
}

impl Program {
    /// The class of that name.
    pub fn class(&self, name: &str) -> Option<ClassId> {
        self.classes.iter().position(|c| c.name == name).map(|i| ClassId(i as u32))
    }
    /// Puts bytes into the pool, at an offset that is a multiple of eight; gives the view of them.
    pub fn constant(&mut self, bytes: &[u8]) -> Const {
        self.pool.resize(self.pool.len().next_multiple_of(8), 0);
        let start = self.pool.len();
        self.pool.extend(bytes);
        Const::View(start as u32, bytes.len() as u32)
    }
    /// A function of the host: the one of that name, or a new one.
    ///
    /// # Panics
    ///
    /// If there is one of that name with another signature.
    pub fn host(&mut self, host: &Host) -> HostId {
        let known = self.hosts.iter().position(|h| h.name() == host.name());
        let at = known.unwrap_or_else(|| {
            self.hosts.push(host.clone());
            self.hosts.len() - 1
        });
        assert_eq!(self.hosts[at], *host, "a name means one function of the host");
        HostId(at as u32)
    }
    /// A function of which only the signature is known yet: it can be called already.
    pub fn declare(&mut self, name: &str, params: &[Type], returns: &[Type]) -> FuncId {
        let mut body = Body::default();
        let entry = body.block();
        for ty in params {
            body.param(entry, *ty);
        }
        let name = name.to_string();
        self.funcs.push(Func { name, returns: returns.to_vec(), body, records: vec![], places: vec![] });
        FuncId(self.funcs.len() as u32 - 1)
    }
    /// The function of that name.
    pub fn func(&self, name: &str) -> Option<FuncId> {
        self.funcs.iter().position(|f| f.name == name).map(|i| FuncId(i as u32))
    }
}

/// A function. Its parameters are those of block 0, its entry, to which nothing jumps.
#[derive(Clone, Debug, PartialEq)]
pub struct Func {
    /// Its name; a method's is `Class.method`.
    pub name: String,
    /// Types of what it returns. A function that is called returns one value; the ones that the engine enters
    /// may return more.
    pub returns: Vec<Type>,
    /// Its code.
    pub body: Body,
    /// The views that are records of which an error in this function (or in one that it calls) speaks: of
    /// those that are
    /// defined where it happens, the one defined last. They count as live wherever they are defined.
    pub records: Vec<Value>,
    /// Where in a source text its instructions come from: block, number of the instruction, and place, in the
    /// order in which they were written. What stands for all up to the next. It is no part of the text form.
    pub places: Vec<(BlockId, u32, u32)>,
}

impl Func {
    /// The place in the source text of an instruction, or of what ends a block.
    pub fn place(&self, block: BlockId, inst: u32) -> Option<u32> {
        let here = self.places.iter().filter(|(b, i, _)| *b == block && *i <= inst);
        here.max_by_key(|(_, i, _)| *i).map(|(.., place)| *place)
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Def {
    /// The parameter at that position of a block.
    Param,
    /// The result of an instruction.
    Inst,
    /// A constant.
    Const(Const),
}

/// Blocks in SSA form. Block 0 is the entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The blocks, by [`BlockId`]. One without a way to it is allowed and is not printed.
    pub blocks: Vec<Block>,
    /// Type and origin of each value, by [`Value`].
    pub values: Vec<(Type, Def)>,
    /// Where its values come from, of a region that keeps that.
    pub origins: Origins,
    consts: HashMap<Const, Value>,
}

/// Instructions in a row, and where they lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its parameters: what the ways to it pass.
    pub params: Vec<Value>,
    /// The instructions.
    pub insts: Vec<Inst>,
    /// How it ends.
    pub term: Term,
    /// Whether it is the header of a loop: the target of a back edge.
    pub header: bool,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq)]
pub struct Inst {
    /// What it does.
    pub op: Op,
    /// To which values.
    pub args: Vec<Value>,
    /// What it defines.
    pub result: Option<Value>,
    /// Region only: where native code leaves if a checked instruction fails.
    pub exit: Option<ExitId>,
}

/// A list that is mostly of two at most: of a block's targets, of the ways to it. It needs no memory of its
/// own then.
pub type Few<T> = SmallVec<[T; 2]>;

/// A block and what is passed to its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Where to.
    pub block: BlockId,
    /// The arguments.
    pub args: Vec<Value>,
}

/// How a block ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// To one place.
    Jump(Target),
    /// To the first target if the condition holds, else to the second.
    Branch(Value, Target, Target),
    /// To the target of the equal constant, else to the last.
    Switch(Value, Vec<(i64, Target)>, Target),
    /// Back to the caller. Programs only.
    Return(Vec<Value>),
    /// An error. Programs only.
    Raise(Raise),
    /// Out of native code. Regions only.
    Exit(ExitId),
}

impl Term {
    /// The targets in order.
    pub fn targets(&self) -> Few<&Target> {
        match self {
            Term::Jump(t) => smallvec![t],
            Term::Branch(_, a, b) => smallvec![a, b],
            Term::Switch(_, cases, default) => cases.iter().map(|(_, t)| t).chain([default]).collect(),
            Term::Return(_) | Term::Raise(_) | Term::Exit(_) => smallvec![],
        }
    }
    /// The target of that number.
    pub fn target(&self, index: u32) -> &Target {
        match (self, index) {
            (Term::Jump(t), 0) | (Term::Branch(_, t, _), 0) | (Term::Branch(_, _, t), 1) => t,
            (Term::Switch(_, cases, default), i) => cases.get(i as usize).map_or(default, |(_, t)| t),
            _ => panic!("{self:?} has no target {index}"),
        }
    }
    /// The same, to change them.
    pub fn targets_mut(&mut self) -> Few<&mut Target> {
        match self {
            Term::Jump(t) => smallvec![t],
            Term::Branch(_, a, b) => smallvec![a, b],
            Term::Switch(_, cases, default) => cases.iter_mut().map(|(_, t)| t).chain([default]).collect(),
            Term::Return(_) | Term::Raise(_) | Term::Exit(_) => smallvec![],
        }
    }
    /// Calls `f` with each target in order.
    pub fn each_target<'t>(&'t self, mut f: impl FnMut(&'t Target)) {
        match self {
            Term::Jump(t) => f(t),
            Term::Branch(_, a, b) => [a, b].into_iter().for_each(f),
            Term::Switch(_, cases, default) => cases.iter().map(|(_, t)| t).chain([default]).for_each(f),
            Term::Return(_) | Term::Raise(_) | Term::Exit(_) => {}
        }
    }
    /// Calls `f` with each value that it uses, arguments of targets included.
    pub fn each_use(&self, mut f: impl FnMut(Value)) {
        match self {
            Term::Branch(v, ..) | Term::Switch(v, ..) => f(*v),
            Term::Return(values) => values.iter().copied().for_each(&mut f),
            Term::Jump(_) | Term::Raise(_) | Term::Exit(_) => {}
        }
        self.each_target(|t| t.args.iter().copied().for_each(&mut f));
    }
    /// Replaces each value that it uses.
    pub fn map_uses(&mut self, mut f: impl FnMut(Value) -> Value) {
        match self {
            Term::Branch(v, ..) | Term::Switch(v, ..) => *v = f(*v),
            Term::Return(values) => values.iter_mut().for_each(|v| *v = f(*v)),
            Term::Jump(_) | Term::Raise(_) | Term::Exit(_) => {}
        }
        self.targets_mut().into_iter().flat_map(|t| &mut t.args).for_each(|v| *v = f(*v));
    }
}

impl Body {
    /// A new block, empty, ending in a placeholder that the caller replaces.
    pub fn block(&mut self) -> BlockId {
        let term = Term::Raise(Raise::Unreachable);
        self.blocks.push(Block { params: vec![], insts: vec![], term, header: false });
        BlockId(self.blocks.len() as u32 - 1)
    }
    /// A new parameter of a block.
    pub fn param(&mut self, block: BlockId, ty: Type) -> Value {
        let value = self.value(ty, Def::Param);
        self[block].params.push(value);
        value
    }
    /// A new value, which the caller puts where it is defined.
    pub fn value(&mut self, ty: Type, def: Def) -> Value {
        self.values.push((ty, def));
        Value(self.values.len() as u32 - 1)
    }
    /// The value of a constant.
    pub fn constant(&mut self, c: Const) -> Value {
        if let Some(value) = self.consts.get(&c) {
            return *value;
        }
        let value = self.value(c.ty(), Def::Const(c));
        self.consts.insert(c, value);
        value
    }
    /// The instruction that defines a value, if one does. It is searched for: who asks often makes a map.
    pub fn inst(&self, v: Value) -> Option<&Inst> {
        self.blocks.iter().rev().flat_map(|b| b.insts.iter().rev()).find(|i| i.result == Some(v))
    }
    /// The constant that a value is, if it is one.
    pub fn as_const(&self, v: Value) -> Option<Const> {
        match self.values[v.index()].1 {
            Def::Const(c) => Some(c),
            _ => None,
        }
    }
    /// The integer that a value is, if it is an `i64` constant.
    pub fn as_i64(&self, v: Value) -> Option<i64> {
        match self.as_const(v) {
            Some(Const::I64(i)) => Some(i),
            _ => None,
        }
    }
    /// A value's type.
    pub fn ty(&self, v: Value) -> Type {
        self.values[v.index()].0
    }
    /// Appends an instruction to a block; gives its result, where it has one.
    pub fn push(&mut self, block: BlockId, op: Op, args: &[Value], ty: Option<Type>) -> Option<Value> {
        let result = ty.map(|ty| self.value(ty, Def::Inst));
        self[block].insts.push(Inst { op, args: args.to_vec(), result, exit: None });
        result
    }
    /// All block ids.
    pub fn ids(&self) -> impl Iterator<Item = BlockId> + use<> {
        (0..self.blocks.len() as u32).map(BlockId)
    }
}

impl std::ops::Index<BlockId> for Body {
    type Output = Block;
    fn index(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }
}
impl std::ops::IndexMut<BlockId> for Body {
    fn index_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }
}

/// Where a region starts: a block of a function (its entry, or a loop header).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Root {
    /// The function.
    pub func: FuncId,
    /// The block.
    pub block: BlockId,
}

/// A recorded part of a program, as one body.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Where it starts.
    pub root: Root,
    /// For each parameter of the entry block: what it takes at entry.
    pub inputs: Vec<Input>,
    /// The code.
    pub body: Body,
    /// The ways out, by [`ExitId`].
    pub exits: Vec<Exit>,
}

/// What a region takes: a value of the root's function, or a part of it (see [`flatten`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// The value.
    pub value: Value,
    /// The fields on the way to the part, from the value inwards; none if it is the value itself.
    pub path: Vec<u32>,
}

/// A region has so many frames at most, its root's and those of the calls inlined in it.
pub const REGION_FRAMES: usize = 41;
