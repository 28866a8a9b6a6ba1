//! A typed subset of Python 3: from its text to functions of the IR.
//!
//! What is accepted means what it means in Python; what is not, is refused by name. Types are inferred: each
//! function is lowered once for each list of argument types that it is called with (an *instance*), so
//! nothing needs to be annotated, and annotations are checked. The one walk over the syntax tree
//! ([`Lowering`]) finds types and writes code at once. What it can know only at the end (what a loop makes of
//! a variable, what a recursive function gives, what a field holds) it assumes from the walk before; if that
//! was too narrow, the script is lowered again ([`Known`]).
//!
//! | file | what it lowers |
//! |---|---|
//! | [`refusals`] | what the language does not have |
//! | [`statements`] | statements |
//! | [`expressions`], [`conditions`], [`numbers`], [`masks`], [`constants`], [`wide`], [`compare`] | operators, names, conditions |
//! | [`attributes`], [`annotations`] | `x.y`, `x[i]`, slices; types that are announced |
//! | [`calls`], [`classes`] | functions, methods, objects |
//! | [`flow`], [`env`] | control flow, variables |
//! | [`iterate`], [`pulls`], [`generators`], [`genexpr`], [`fused_generators`] | loops over anything, `yield` |
//! | [`builtins`], [`consumers`], [`modules`], [`methods`], [`struct_module`], [`printing`], [`records`] | what Python, `math`, `struct` and this project bring along |
//! | [`extern_fns`] | functions of whoever uses the library |
//! | [`over`], [`aggregates`], [`contributions`], [`early`] | expressions that stand alone: over one record, over all of them |
//! | [`columns`] | the columns of a table |
//!
//! Integers have 64 bits, and what leaves them is an error; `sum` of floats is that of CPython 3.12 and
//! later, which loses less than the one before; items of tuples are compared by their values only, so a NaN
//! in one is not equal to itself. Nothing below this module knows of the language, and nothing here reads or
//! writes a file.

mod aggregates;
mod annotations;
mod attributes;
mod builtins;
mod calls;
mod classes;
mod columns;
mod compare;
mod conditions;
mod constants;
mod consumers;
mod contributions;
mod early;
mod entry;
mod env;
mod expressions;
mod extern_fns;
mod flow;
mod fused_generators;
mod generators;
mod genexpr;
mod habits;
mod items;
mod iterate;
mod known;
mod masks;
mod methods;
mod modules;
mod numbers;
mod over;
mod printing;
mod pulls;
mod records;
mod refusals;
mod source;
mod ssa_cleanup;
mod statements;
mod struct_module;
mod ty;
mod wide;

use crate::error::Diagnostic;
use crate::host;
use crate::ir::build::Builder;
use crate::ir::{Class, ClassId, FuncId, Op, Program, Raise, Type, Value};
use crate::schema::Schema;
pub use aggregates::{Answer, Shape, eval};
pub use columns::{Column, Row, row, struct_of};
pub use entry::{Asked, Script, lend, script};
use env::{Env, Slot, Slots};
use flow::Edge;
use items::Items;
pub use over::{Part, number, part};
use ruff_python_ast::StmtFunctionDef;
use ruff_text_size::{Ranged, TextRange};
pub use source::Source;
use std::collections::HashMap;
use std::rc::Rc;
pub use ty::{Ty, Typed};

/// Nested deeper, nothing is accepted: the stack is not without end.
const DEEPEST: usize = 200;
/// So many errors are reported at once.
const MOST_ERRORS: usize = 20;

/// Why lowering does not go on here.
#[derive(Debug)]
pub enum Stop {
    /// Something is wrong.
    Wrong(Box<Diagnostic>),
    /// Something is wrong, and that has been reported.
    Told,
    /// The code does not go on: it has returned, raised, or left the loop.
    Dead,
    /// What was known was too narrow.
    Widened,
    /// A schema is needed, which is named at that place.
    Schema(Opened, u32),
}

pub type Done<T> = Result<T, Stop>;

/// What is known of a script from having lowered it before.
#[derive(Debug, Default)]
pub struct Known {
    /// Of the variables at the header of a loop: by instance, and by the places of the constructs around it.
    loops: HashMap<(usize, Vec<u32>), HashMap<Slot, Ty>>,
    /// What variables there are.
    slots: Slots,
    /// What an instance gives.
    returns: HashMap<usize, Ty>,
    /// What the fields of a class, or the variables of a generator, hold.
    fields: HashMap<Holder, Vec<(String, Ty)>>,
    /// The numbers of instances.
    instances: HashMap<Key, usize>,
    /// Whether something that is no generator became known since generators were forgotten.
    news: bool,
    /// The schema that is opened, as it is opened.
    schema: Option<(Opened, Schema)>,
}

/// How records are opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// The path of the schema.
    schema: String,
    /// Bytes in front of the first record, if the schema does not say it.
    skip: Option<u64>,
    big_endian: bool,
}

/// What has fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Class(usize),
    Generator(usize),
}

/// An instance: a function (by the place of its name), and the types of what it is called with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    function: u32,
    params: Vec<Ty>,
}

/// An instance that has been lowered, or is being lowered.
#[derive(Clone, Debug)]
pub struct Instance {
    func: FuncId,
    gives: Option<Ty>,
    /// It was called while it was being lowered.
    recursive: bool,
}

/// The names of numbers: an enum of the schema, or the members of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    name: String,
    values: Vec<(String, i64)>,
}

/// One walk over a script.
#[derive(Debug)]
pub struct Unit<'s> {
    source: &'s Source,
    items: &'s Items<'s>,
    /// The statements of the script.
    body: &'s [ruff_python_ast::Stmt],
    known: Known,
    instances: HashMap<usize, Instance>,
    /// The classes of the IR of the script's classes and generators.
    classes: HashMap<Holder, ClassId>,
    file_class: Option<ClassId>,
    /// Classes that hold several values where the IR takes one.
    packs: HashMap<Vec<Type>, ClassId>,
    /// The bytes of the script that are in the pool.
    literals: HashMap<Vec<u8>, crate::ir::Const>,
    names: Vec<Names>,
    /// The path of the file that the script reads.
    input: Option<(String, TextRange)>,
    /// The struct that a record of it is.
    record: Option<String>,
    errors: Vec<Diagnostic>,
    /// Whether something was too narrow: then this code will never run, and what is found wrong behind it is
    /// not told.
    again: bool,
    /// How many functions are being lowered, each within the one before.
    nested: usize,
    /// Of an expression over totals: the calls that have been computed, and what they gave.
    computed: HashMap<TextRange, Typed>,
    /// Where names are used: in a function, by the place of its name, or in the script itself.
    uses: HashMap<Option<u32>, fused_generators::Uses<'s>>,
    /// The arguments of the script.
    argv: &'s [String],
    /// Whether it is a query: there sums of integers have 128 bits.
    query: bool,
    /// The columns that can be named: those of a row, in its condition.
    aliases: &'s [Column],
}

impl Unit<'_> {
    /// The class of the IR of an object, a generator or a file.
    fn class_of(&self, ty: &Ty) -> ClassId {
        let found = match ty {
            Ty::Object(class) => self.classes.get(&Holder::Class(*class)).copied(),
            Ty::Generator(instance) => self.classes.get(&Holder::Generator(*instance)).copied(),
            _ => self.file_class,
        };
        found.expect("it was declared before a value of it was made")
    }
}

/// A function of the script that is being walked: the one that is lowered, or one that is written in its
/// place.
#[derive(Default)]
pub struct Frame<'s> {
    /// Its variables, by their places in the environment.
    names: HashMap<&'s str, usize>,
    /// The function's own name and that of its class, for messages; none for the module.
    function: Option<&'s StmtFunctionDef>,
    /// Where it returns.
    returns: Vec<Edge>,
    loops: Vec<Loop>,
    yields: Yields<'s>,
    /// Within `__init__`: the object that does not exist yet.
    building: Option<classes::Building<'s>>,
    /// It is `__next__`: `StopIteration` is the end.
    next: bool,
    /// The class whose constants can be named alone.
    class: Option<usize>,
    /// What a record is called that is no variable of the script, and its place in the environment.
    called: Option<(String, usize)>,
    /// The record whose fields can be named alone, by its place in the environment.
    bare: Option<usize>,
}

impl Frame<'_> {
    /// Whether a name is a variable that is kept in a generator's object.
    fn held(&self, name: &str) -> bool {
        matches!(&self.yields, Yields::Suspend(suspend) if suspend.holds(name))
    }
}

/// What takes the values of a loop or generator, one after the other.
pub type Consumer<'s> = Rc<dyn for<'a, 'b> Fn(&'b mut Lowering<'a, 's>, Typed) -> Done<()> + 's>;

/// What `yield` does.
#[derive(Default, Clone)]
pub enum Yields<'s> {
    /// There is none.
    #[default]
    No,
    /// Hands the value to the consumer that the generator is written into, which belongs to that frame.
    Inline(Consumer<'s>, usize),
    /// Returns from the function that gives the next value.
    Suspend(Rc<generators::Suspend<'s>>),
}

/// A loop around the code, and the edges out of it.
#[derive(Debug, Default)]
pub struct Loop {
    breaks: Vec<Edge>,
    continues: Vec<Edge>,
}

/// One function of the IR being written.
pub struct Lowering<'a, 's> {
    pub b: Builder<'a>,
    unit: &'a mut Unit<'s>,
    instance: usize,
    env: Env,
    frames: Vec<Frame<'s>>,
    /// Which frame the code at hand belongs to.
    frame: usize,
    /// The places of the constructs around, as far as they are walked several times.
    path: Vec<u32>,
    /// How deep expressions are nested.
    depth: usize,
    /// The input as a whole, if there is one.
    input: Option<Value>,
    /// Where a member of a union that is not set is no error: the edges on which one is not.
    absent: Option<Vec<Edge>>,
}

impl<'a, 's> Lowering<'a, 's> {
    fn frame(&mut self) -> &mut Frame<'s> {
        let at = self.frame;
        &mut self.frames[at]
    }

    fn told(&self, at: impl Ranged, message: impl Into<String>) -> Diagnostic {
        self.unit.source.told(at.start(), message)
    }

    /// An error at a place.
    fn wrong<T>(&self, at: impl Ranged, message: impl Into<String>) -> Done<T> {
        Err(Stop::Wrong(Box::new(self.told(at, message))))
    }

    /// An error at a place, and what to do.
    pub fn wrong_help<T>(
        &self,
        at: impl Ranged,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Done<T> {
        Err(Stop::Wrong(Box::new(self.told(at, message).help(help))))
    }

    /// Says from where in the script the instructions that follow come.
    fn mark(&mut self, at: impl Ranged) {
        self.b.place(self.unit.source.place(at.start()));
    }

    /// A call of a host function that gives something.
    fn host(&mut self, name: &str, args: &[Value]) -> Value {
        let op = self.host_op(name);
        self.b.op(op, args)
    }

    /// One that gives nothing.
    fn host_effect(&mut self, name: &str, args: &[Value]) {
        let op = self.host_op(name);
        self.b.effect(op, args);
    }

    fn host_op(&mut self, name: &str) -> Op {
        host::op(self.b.program_mut(), name)
    }

    /// A text or bytes of the script, as a view.
    fn literal(&mut self, bytes: &[u8]) -> Value {
        let constant = match self.unit.literals.get(bytes) {
            Some(constant) => *constant,
            None => {
                let constant = self.b.program_mut().constant(bytes);
                self.unit.literals.insert(bytes.to_vec(), constant);
                constant
            }
        };
        self.b.constant(constant)
    }

    /// The bytes of a constant view.
    fn constant_bytes(&self, view: Value) -> Option<Vec<u8>> {
        match self.b.as_const(view)? {
            crate::ir::Const::View(start, len) => {
                Some(self.b.program().pool[start as usize..][..len as usize].to_vec())
            }
            _ => None,
        }
    }

    /// The text of a constant.
    fn constant_text(&self, value: &Typed) -> Option<String> {
        match value.ty {
            Ty::Str => String::from_utf8(self.constant_bytes(value.one())?).ok(),
            _ => None,
        }
    }

    /// A class of the IR that holds values of these types.
    pub fn pack_class(&mut self, types: &[Type]) -> ClassId {
        if let Some(class) = self.unit.packs.get(types) {
            return *class;
        }
        let fields = types.iter().enumerate().map(|(i, ty)| (format!("f{i}"), *ty)).collect();
        let name = format!("tuple${}", self.b.program().classes.len());
        let class = add_class(self.b.program_mut(), name, fields);
        self.unit.packs.insert(types.to_vec(), class);
        class
    }

    /// The type of the IR of a value where only one can stand: what a function gives.
    fn packed_type(&mut self, ty: &Ty) -> Type {
        match self.layout(ty)[..] {
            [] => Type::BOOL,
            [one] => one,
            ref several => {
                let several = several.to_vec();
                Type::object(self.pack_class(&several))
            }
        }
    }

    fn pack(&mut self, value: &Typed) -> Value {
        match value.parts[..] {
            [] => self.b.constant(crate::ir::Const::Bool(false)),
            [one] => one,
            _ => {
                let types = self.layout(&value.ty);
                let class = self.pack_class(&types);
                self.b.op(Op::New(class), &value.parts)
            }
        }
    }

    fn unpack(&mut self, value: Value, ty: &Ty) -> Typed {
        let types = self.layout(ty);
        let parts = match types.len() {
            0 => vec![],
            1 => vec![value],
            n => {
                let class = self.pack_class(&types);
                (0..n as u32).map(|i| self.b.op(Op::Get(class, i), &[value])).collect()
            }
        };
        Typed::new(ty.clone(), parts)
    }

    /// The end of the code with an error that the script raises.
    fn raised<T>(&mut self, raise: Raise) -> Done<T> {
        self.b.raise(raise);
        Err(Stop::Dead)
    }
}

fn add_class(program: &mut Program, name: String, fields: Vec<(String, Type)>) -> ClassId {
    program.classes.push(Class { name, fields });
    ClassId(program.classes.len() as u32 - 1)
}
