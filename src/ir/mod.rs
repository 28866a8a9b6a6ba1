//! The intermediate representation: one form for programs and regions.
//!
//! A [`Program`] is classes and functions; a function is a [`Body`]: basic blocks with parameters, in SSA
//! form, typed. A [`Region`] is a hot part of a program as the recorder returns it: also a [`Body`], with
//! calls inlined, and with exits: each instruction that may fail names the [`Exit`] through which native code
//! leaves.
//!
//! Everything else relies on four rules:
//!
//! * **A checked instruction either completes or has no effect.** In a program it raises; in a region it
//!   takes its exit, and the interpreter executes the instruction again, from the exit's snapshot, and
//!   raises. In a region a checked instruction *without* an exit has been proven not to fail.
//! * **Input bytes never change**, so `load`, `slice`, `fits` and `len` are pure: the same arguments give the
//!   same result.
//! * **Only [`host`] functions interact with the outside world**: each declares its effects, and calls with
//!   effects keep their order.
//! * **A constant is a value, not an instruction**: it is defined everywhere and belongs to no block.
//!
//! Nothing here executes code; `interp` defines what the instructions mean.

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
            /// The index as `usize`.
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
index!(/** A host function that a program calls. */ HostId);
index!(/** An exit of a region. */ ExitId);

/// The type of a value, without its optionality.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Base {
    /// A boolean.
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
    /// Two floats in one machine register; in regions only.
    F64x2,
}

/// The type of a value: a base type, optional or not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Type {
    /// The type of the value, if there is one.
    pub base: Base,
    /// Whether the value may be absent.
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
    /// The class, if the type is a non-optional object.
    pub fn class(self) -> Option<ClassId> {
        match self {
            Type { base: Base::Ref(class), optional: false } => Some(class),
            _ => None,
        }
    }
}

/// A constant. Floats are stored as bits, so that constants are comparable and each NaN pattern is a constant
/// of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Const {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(u64),
    /// Offset and length of a part of the program's pool.
    View(u32, u32),
    /// An absent value of an optional of that base type.
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

/// Classes, functions, and the cells, host functions and constants that these share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The classes, by [`ClassId`].
    pub classes: Vec<Class>,
    /// The functions, by [`FuncId`].
    pub funcs: Vec<Func>,
    /// The names of the cells, by [`CellId`]: each holds an `i64` that all functions read and write,
    /// initially 0.
    pub cells: Vec<String>,
    /// The host functions that the program may call, by [`HostId`].
    pub hosts: Vec<Host>,
    /// Bytes that are not part of the input: texts and default values. A constant view is a part of the pool.
    pub pool: Vec<u8>,
}

impl Program {
    /// The class of that name.
    pub fn class(&self, name: &str) -> Option<ClassId> {
        self.classes.iter().position(|c| c.name == name).map(|i| ClassId(i as u32))
    }
    /// Appends bytes to the pool, aligned to eight bytes; returns the view of them.
    pub fn constant(&mut self, bytes: &[u8]) -> Const {
        self.pool.resize(self.pool.len().next_multiple_of(8), 0);
        let start = self.pool.len();
        self.pool.extend(bytes);
        Const::View(start as u32, bytes.len() as u32)
    }
    /// The id of the host function of that name; adds it if there is none.
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
    /// Declares a function by its signature, so that it can be called before its code exists.
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

/// A function. Its parameters are those of block 0, its entry, which has no predecessors.
#[derive(Clone, Debug, PartialEq)]
pub struct Func {
    /// Its name; a method's is `Class.method`.
    pub name: String,
    /// Types of the values it returns. A function that is called returns one value; functions that the engine
    /// enters may return more.
    pub returns: Vec<Type>,
    /// Its code.
    pub body: Body,
    /// The views that are records, which errors in this function (or in a callee) refer to: of those defined
    /// where the error occurs, the one defined last. They count as live wherever they are defined.
    pub records: Vec<Value>,
    /// Source positions: block, number of the instruction, and position, in the order of emission. An entry
    /// applies to all instructions up to the next entry. It is not part of the text form.
    pub places: Vec<(BlockId, u32, u32)>,
}

impl Func {
    /// The source position of an instruction, or of a block's terminator.
    pub fn place(&self, block: BlockId, inst: u32) -> Option<u32> {
        let here = self.places.iter().filter(|(b, i, _)| *b == block && *i <= inst);
        here.max_by_key(|(_, i, _)| *i).map(|(.., place)| *place)
    }
}

/// How a value is defined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Def {
    /// A block parameter.
    Param,
    /// The result of an instruction.
    Inst,
    /// A constant.
    Const(Const),
}

/// Blocks in SSA form. Block 0 is the entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The blocks, by [`BlockId`]. Unreachable blocks are allowed and are not printed.
    pub blocks: Vec<Block>,
    /// Type and definition of each value, by [`Value`].
    pub values: Vec<(Type, Def)>,
    /// The origins of the values, if the region was recorded with them.
    pub origins: Origins,
    consts: HashMap<Const, Value>,
}

/// A basic block: instructions and a terminator.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its parameters, whose values its incoming edges pass.
    pub params: Vec<Value>,
    /// The instructions.
    pub insts: Vec<Inst>,
    /// Its terminator.
    pub term: Term,
    /// Whether it is the header of a loop: the target of a back edge.
    pub header: bool,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq)]
pub struct Inst {
    /// The operation.
    pub op: Op,
    /// Its operands.
    pub args: Args,
    /// The value it defines, if any.
    pub result: Option<Value>,
    /// Region only: where native code leaves if a checked instruction fails.
    pub exit: Option<ExitId>,
}

/// Operands or arguments. Four need no allocation.
pub type Args = SmallVec<[Value; 4]>;

/// A list of mostly at most two elements, such as a block's targets or predecessors. Two elements need no
/// allocation.
pub type Few<T> = SmallVec<[T; 2]>;

/// A block, and the arguments for its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The block.
    pub block: BlockId,
    /// The arguments.
    pub args: Args,
}

/// A terminator.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// An unconditional jump.
    Jump(Target),
    /// To the first target if the condition holds, else to the second.
    Branch(Value, Target, Target),
    /// To the target of the equal constant, else to the last target.
    Switch(Value, Vec<(i64, Target)>, Target),
    /// Returns to the caller. Programs only.
    Return(Vec<Value>),
    /// Raises an error. Programs only.
    Raise(Raise),
    /// Leaves native code. Regions only.
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
    /// The target of that index.
    pub fn target(&self, index: u32) -> &Target {
        match (self, index) {
            (Term::Jump(t), 0) | (Term::Branch(_, t, _), 0) | (Term::Branch(_, _, t), 1) => t,
            (Term::Switch(_, cases, default), i) => cases.get(i as usize).map_or(default, |(_, t)| t),
            _ => panic!("{self:?} has no target {index}"),
        }
    }
    /// The targets in order, mutable.
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
    /// A new, empty block, with a placeholder as terminator that the caller replaces.
    pub fn block(&mut self) -> BlockId {
        let term = Term::Raise(Raise::Unreachable);
        self.blocks.push(Block { params: vec![], insts: vec![], term, header: false });
        BlockId(self.blocks.len() as u32 - 1)
    }
    /// The types of the parameters of the entry block.
    pub fn params(&self) -> impl Iterator<Item = Type> + '_ {
        self.blocks[0].params.iter().map(|v| self.ty(*v))
    }
    /// A new parameter of a block.
    pub fn param(&mut self, block: BlockId, ty: Type) -> Value {
        let value = self.value(ty, Def::Param);
        self[block].params.push(value);
        value
    }
    /// A new value; the caller adds its definition.
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
    /// The instruction that defines a value, if one does. A linear search: callers with many queries should
    /// build a map.
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
    /// Appends an instruction to a block; returns its result, if it has one.
    pub fn push(&mut self, block: BlockId, op: Op, args: &[Value], ty: Option<Type>) -> Option<Value> {
        let result = ty.map(|ty| self.value(ty, Def::Inst));
        self[block].insts.push(Inst { op, args: args.into(), result, exit: None });
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
    /// For each parameter of the entry block, its live-in.
    pub inputs: Vec<Input>,
    /// The code.
    pub body: Body,
    /// The exits, by [`ExitId`].
    pub exits: Vec<Exit>,
}

/// A live-in of a region: a value of the root's function, or a part of one (see [`flatten`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// The value.
    pub value: Value,
    /// The path of fields from the value to the part, outermost first; empty if it is the value itself.
    pub path: Vec<u32>,
}

/// The maximum number of frames of a region: its root's and those of the calls inlined in it.
pub const REGION_FRAMES: usize = 41;
