//! A typed subset of Python 3: from its text to functions of the IR.
//!
//! Programs that are accepted mean what they mean in Python; everything else is refused by name. Types are
//! inferred: each function is lowered once for each list of argument types (an *instance*), so annotations
//! are optional; those present are checked. A single walk over the syntax tree ([`Lowering`]) infers types
//! and emits code. Facts that are known only at the end of the walk (the types of loop variables, of the
//! results of recursive functions, of fields) are assumed to be those of the previous walk; if one was too
//! narrow, the script is lowered again ([`Known`]).
//!
//! | file | what it lowers |
//! |---|---|
//! | [`refusals`] | what the language does not have |
//! | [`statements`] | statements |
//! | [`expressions`], [`conditions`], [`numbers`], [`masks`], [`constants`], [`wide`], [`compare`] | operators, names, conditions |
//! | [`attributes`], [`annotations`] | `x.y`, `x[i]`, slices; type annotations |
//! | [`calls`], [`classes`] | functions, methods, objects |
//! | [`flow`], [`env`] | control flow, variables |
//! | [`iterate`], [`pulls`], [`generators`], [`genexpr`], [`fused_generators`] | loops over anything, `yield` |
//! | [`builtins`], [`consumers`], [`methods`], [`printing`] | built-in functions, methods of built-in types |
//! | [`modules`], [`struct_module`], [`records`] | modules such as `math` and `struct`; records |
//! | [`extern_fns`] | host functions lent by the user of the library |
//! | [`over`], [`aggregates`], [`contributions`], [`early`] | lone expressions: over one record, over all |
//! | [`columns`] | the columns of a table |
//!
//! Integers have 64 bits, and an overflow is an error; `sum` of floats is that of CPython 3.12 and later,
//! which is more accurate than the one before; items of tuples are compared by value only, so a NaN in one is
//! not equal to itself. No module below this one knows the language, and nothing here reads or writes a file.

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
pub use entry::{RecordScope, Script, lend, script};
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

/// The limit on nesting in a script: the stack is finite.
const DEEPEST: usize = 200;
/// The limit on errors that are reported at once.
const MOST_ERRORS: usize = 20;

/// Why lowering stops.
#[derive(Debug)]
pub enum Stop {
    /// An error.
    Wrong(Box<Diagnostic>),
    /// An error that has been reported.
    Reported,
    /// The code does not continue: it has returned, raised, or left the loop.
    Dead,
    /// An assumed type was too narrow.
    Widened,
    /// A schema is needed, which the script names at that position.
    Schema(Opened, u32),
}

pub type Done<T> = Result<T, Stop>;

/// Facts about a script from earlier walks.
#[derive(Debug, Default)]
pub struct Known {
    /// The types at a loop's header, by instance and by the positions of the constructs around the loop.
    loops: HashMap<(usize, Vec<u32>), HashMap<Slot, Ty>>,
    /// The slots of all variables.
    slots: Slots,
    /// The return types of instances.
    returns: HashMap<usize, Ty>,
    /// The types of the fields of a class, or of the variables of a generator.
    fields: HashMap<Holder, Vec<(String, Ty)>>,
    /// The numbers of instances.
    instances: HashMap<Key, usize>,
    /// Whether a fact that involves no generator became known since facts about generators were dropped.
    news: bool,
    /// The schema of the records, and how they are opened.
    schema: Option<(Opened, Schema)>,
}

/// How records are opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// The path of the schema.
    schema: String,
    /// The number of bytes before the first record, if it is not the schema's.
    skip: Option<u64>,
    big_endian: bool,
}

/// The owner of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Class(usize),
    Generator(usize),
}

/// The key of an instance: a function (by the source position of its name), and its argument types.
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
    /// Whether it was called while it was being lowered.
    recursive: bool,
}

/// The names of numbers: an enum of the schema, or the members of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    name: String,
    values: Vec<(String, i64)>,
}

/// The state of one walk over a script.
#[derive(Debug)]
pub struct Unit<'s> {
    source: &'s Source,
    items: &'s Items<'s>,
    /// The statements of the script.
    body: &'s [ruff_python_ast::Stmt],
    known: Known,
    instances: HashMap<usize, Instance>,
    /// The IR classes of the script's classes and generators.
    classes: HashMap<Holder, ClassId>,
    file_class: Option<ClassId>,
    /// The classes that pack several values into a single one, by their types.
    packs: HashMap<Vec<Type>, ClassId>,
    /// The literals of the script that are in the pool.
    literals: HashMap<Vec<u8>, crate::ir::Const>,
    names: Vec<Names>,
    /// The path of the file that the script reads.
    input: Option<(String, TextRange)>,
    /// The struct of that file's records.
    record: Option<String>,
    errors: Vec<Diagnostic>,
    /// Whether an assumed type was too narrow: then this code will never run, and later errors are not
    /// reported.
    again: bool,
    /// How many functions are being lowered within one another.
    nested: usize,
    /// In an expression over totals: the values of the calls over all records.
    computed: HashMap<TextRange, Typed>,
    /// The uses of names in a function, by the position of its name, or in the script itself.
    uses: HashMap<Option<u32>, fused_generators::Uses<'s>>,
    /// The arguments of the script.
    argv: &'s [String],
    /// Whether it is a query, where sums of integers have 128 bits.
    query: bool,
    /// The columns that can be named: in the condition of a row, those of the row.
    aliases: &'s [Column],
}

impl Unit<'_> {
    /// The IR class of an object, a generator or a file.
    fn class_of(&self, ty: &Ty) -> ClassId {
        let found = match ty {
            Ty::Object(class) => self.classes.get(&Holder::Class(*class)).copied(),
            Ty::Generator(instance) => self.classes.get(&Holder::Generator(*instance)).copied(),
            _ => self.file_class,
        };
        found.expect("it was declared before a value of it was made")
    }
}

/// A function of the script that is being walked: the one that is lowered, or one inlined into it.
#[derive(Default)]
pub struct FunctionScope<'s> {
    /// Its variables, by their positions in the environment.
    names: HashMap<&'s str, usize>,
    /// The function; none for the module.
    function: Option<&'s StmtFunctionDef>,
    /// Its returning edges.
    returns: Vec<Edge>,
    loops: Vec<Loop>,
    yields: Yields<'s>,
    /// In `__init__`: the object that is not allocated yet.
    building: Option<classes::UnderConstruction<'s>>,
    /// Whether it is `__next__`, where `StopIteration` marks the end.
    next: bool,
    /// The class whose constants can be named directly.
    class: Option<usize>,
    /// The name of a record that is no variable of the script, and its position in the environment.
    called: Option<(String, usize)>,
    /// The record whose fields can be named directly, by its position in the environment.
    bare: Option<usize>,
}

impl FunctionScope<'_> {
    /// Whether a name is a variable in a generator's object.
    fn held(&self, name: &str) -> bool {
        matches!(&self.yields, Yields::Suspend(suspend) if suspend.holds(name))
    }
}

/// Receives the values of a loop or generator, one after the other.
pub type Consumer<'s> = Rc<dyn for<'a, 'b> Fn(&'b mut Lowering<'a, 's>, Typed) -> Done<()> + 's>;

/// The meaning of `yield`.
#[derive(Default, Clone)]
pub enum Yields<'s> {
    /// None: this is no generator.
    #[default]
    No,
    /// Passes the value to the consumer that the generator is inlined into, which belongs to that frame.
    Inline(Consumer<'s>, usize),
    /// Returns from the generator's function `next`.
    Suspend(Rc<generators::Suspend<'s>>),
}

/// A loop around the current code, and the edges to its end and to its next iteration.
#[derive(Debug, Default)]
pub struct Loop {
    breaks: Vec<Edge>,
    continues: Vec<Edge>,
}

/// The lowering of one IR function.
pub struct Lowering<'a, 's> {
    pub b: Builder<'a>,
    unit: &'a mut Unit<'s>,
    instance: usize,
    env: Env,
    frames: Vec<FunctionScope<'s>>,
    /// The frame that the current code belongs to.
    frame: usize,
    /// The positions of the enclosing constructs that may be lowered several times.
    path: Vec<u32>,
    /// How deep expressions are nested.
    depth: usize,
    /// The input as a whole, if there is one.
    input: Option<Value>,
    /// If set, reading a union member that is not set is no error: the edges on which that happens.
    absent: Option<Vec<Edge>>,
}

impl<'a, 's> Lowering<'a, 's> {
    fn frame(&mut self) -> &mut FunctionScope<'s> {
        let at = self.frame;
        &mut self.frames[at]
    }

    fn diagnostic(&self, at: impl Ranged, message: impl Into<String>) -> Diagnostic {
        self.unit.source.diagnostic(at.start(), message)
    }

    /// An error at a source position.
    fn wrong<T>(&self, at: impl Ranged, message: impl Into<String>) -> Done<T> {
        Err(Stop::Wrong(Box::new(self.diagnostic(at, message))))
    }

    /// An error at a source position, with a suggestion.
    pub fn wrong_help<T>(
        &self,
        at: impl Ranged,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Done<T> {
        Err(Stop::Wrong(Box::new(self.diagnostic(at, message).help(help))))
    }

    /// Sets the source position of the instructions that follow.
    fn mark(&mut self, at: impl Ranged) {
        self.b.place(self.unit.source.place(at.start()));
    }

    /// Calls a host function that returns a value.
    fn host(&mut self, name: &str, args: &[Value]) -> Value {
        let op = self.host_op(name);
        self.b.op(op, args)
    }

    /// Calls a host function that returns nothing.
    fn host_effect(&mut self, name: &str, args: &[Value]) {
        let op = self.host_op(name);
        self.b.effect(op, args);
    }

    fn host_op(&mut self, name: &str) -> Op {
        host::op(self.b.program_mut(), name)
    }

    /// Text or bytes of the script, as a view.
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

    /// The text of a constant string.
    fn constant_text(&self, value: &Typed) -> Option<String> {
        match value.ty {
            Ty::Str => String::from_utf8(self.constant_bytes(value.one())?).ok(),
            _ => None,
        }
    }

    /// The IR class that packs values of these types.
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

    /// The IR type of a value that must be a single one: a function's result.
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

    /// Ends the code with an error that the script raises.
    fn raised<T>(&mut self, raise: Raise) -> Done<T> {
        self.b.raise(raise);
        Err(Stop::Dead)
    }
}

fn add_class(program: &mut Program, name: String, fields: Vec<(String, Type)>) -> ClassId {
    program.classes.push(Class { name, fields });
    ClassId(program.classes.len() as u32 - 1)
}
