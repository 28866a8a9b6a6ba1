//! Entry points of lowering: a whole script, or an expression over a record.

use super::items::{Items, MODULES};
use super::refusals::refusals;
use super::ty::{Ty, Typed};
use super::{
    Done, FunctionScope, Holder, Known, Lowering, MOST_ERRORS, Opened, Source, Stop, Unit, genexpr,
    ssa_cleanup,
};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::formats::{self, Limits};
use crate::host::{Hosts, lent};
use crate::ir::build::Builder;
use crate::ir::{ClassId, FuncId, Program, Type, Value};
use crate::schema::{Endian, Schema};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, ModModule};
use std::collections::HashMap;

/// The instance number of code outside of functions: the script itself, or an expression.
const TOP: usize = usize::MAX;
/// How often a script is lowered at most; each time, more is known of the types of its variables.
const ROUNDS: usize = 5_000;

/// A lowered script.
#[derive(Debug)]
pub struct Script {
    pub program: Program,
    /// `() -> ()`, or `(view) -> ()` if there is an input: the view is all of it.
    pub main: FuncId,
    /// The path of the file that it reads, and the position of the path in the script.
    pub input: Option<(String, u32)>,
    /// The schema of its records.
    pub schema: Option<Schema>,
    /// The struct that a record is.
    pub record: Option<String>,
    /// How often it was lowered until all types were known.
    #[cfg(test)]
    rounds: usize,
}

/// Loads the schema at a path, on the caller's side.
pub type Load<'l> = &'l mut dyn FnMut(&str) -> Result<Schema, Error>;

/// Adds host functions to a program that has none yet, so that code lowered into it can call them.
pub fn lend(program: &mut Program, hosts: &Hosts) -> Result<(), Error> {
    hosts.add_to(program, &MODULES.map(|(module, _)| module))
}

/// Lowers a script. `argv` are its arguments, the first being its own name; `hosts` are functions lent to it.
pub fn script(
    source: &Source,
    argv: &[String],
    limits: &Limits,
    hosts: &Hosts,
    load: Load,
) -> Result<Script, Error> {
    let mut empty = Program::default();
    lend(&mut empty, hosts)?;
    let lent = lent(&empty);
    let parsed = source.module()?;
    let module = parsed.syntax();
    let kept = genexpr::written(module);
    let (items, mut errors) = Items::new(source, module, &kept, &lent);
    errors.extend(refusals(source, &items, module));
    let reads = reads(module);
    let mut known = Known::default();
    for _round in 1..=ROUNDS {
        let mut program = match &known.schema {
            Some((_, schema)) => formats::accessors(schema, limits),
            None => Program::default(),
        };
        program.hosts.clone_from(&empty.hosts);
        let mut unit = Unit::new(source, &items, argv, std::mem::take(&mut known));
        unit.body = &module.body;
        unit.errors = errors.clone();
        let own = program.funcs.len();
        let result = unit.main(&mut program, module, reads);
        let Unit { errors, input, record, known: now, again, .. } = unit;
        known = now;
        match result {
            Err(Stop::Widened) => continue,
            _ if again => continue,
            Err(Stop::Schema(opened, at)) => {
                let mut schema = load(&opened.schema).map_err(|error| about(source, at, error))?;
                if opened.big_endian {
                    schema = schema.with_endian(Endian::Big);
                }
                schema.header = opened.skip.unwrap_or(schema.header);
                known.schema = Some((opened, schema));
                continue;
            }
            Ok(main) if errors.is_empty() => {
                program.funcs[own..].iter_mut().for_each(ssa_cleanup::clean_up);
                let input = input.map(|(path, at)| (path, source.original(at.start())));
                let schema = known.schema.map(|(_, s)| s);
                return Ok(Script {
                    program,
                    main,
                    input,
                    schema,
                    record,
                    #[cfg(test)]
                    rounds: _round,
                });
            }
            _ => return Err(Error::program(sorted_errors(errors, None))),
        }
    }
    Err(Error::program(vec![source.diagnostic(0.into(), "the types of this script do not settle")]))
}

/// An error from loading a schema; a system error is located where the script names the schema.
fn about(source: &Source, at: u32, error: Error) -> Error {
    match error.kind() {
        ErrorKind::System => {
            let place = Diagnostic::at(&source.file, &source.text, at as usize, error.to_string());
            error.in_program(place)
        }
        _ => error,
    }
}

/// The errors without duplicates, in the order of the text, up to a limit.
fn sorted_errors(mut errors: Vec<Diagnostic>, last: Option<Diagnostic>) -> Vec<Diagnostic> {
    errors.extend(last);
    errors.sort_by_key(|d| (d.line, d.column));
    errors.dedup();
    errors.truncate(MOST_ERRORS);
    errors
}

/// The scope of an expression: what its names stand for.
#[derive(Clone, Copy, Debug)]
pub struct RecordScope<'a> {
    pub schema: &'a Schema,
    /// The class of the record.
    pub record: ClassId,
    /// Whether the record's fields can be named directly.
    pub bare: bool,
    /// The name of the record, if it has one.
    pub called: Option<&'a str>,
}

/// Adds the function `name(record) -> …`, whose value `lower` computes from `e`, one or several expressions;
/// returns the function, and the second result of `lower`.
pub fn expression<T, E: ?Sized>(
    program: &mut Program,
    asked: RecordScope,
    name: &str,
    source: &Source,
    e: &E,
    mut lower: impl for<'s> FnMut(&mut Lowering<'_, 's>, &'s E) -> Done<(Typed, T)>,
) -> Result<(FuncId, T), Error> {
    function(program, asked.schema, name, source, e, &[Type::object(asked.record)], |lowering, params, e| {
        let mut frame = FunctionScope { bare: asked.bare.then_some(0), ..FunctionScope::default() };
        // A field that can be named directly hides the record's name.
        let called = asked.called.filter(|name| !asked.bare || !lowering.has_field(asked.record, name));
        frame.called = called.map(|name| (name.to_string(), 0));
        let record = Typed::of(Ty::Record(asked.record), params[0]);
        lowering.variable_at(0.into(), "record", record);
        lowering.frames.push(frame);
        let (value, sorted_errors) = lower(lowering, e)?;
        Ok((vec![lowering.pack(&value)], sorted_errors))
    })
}

/// Adds the function `name(params) -> …`, whose values `lower` computes from `e` and the parameters; `lower`
/// pushes the frame.
pub fn function<T, E: ?Sized>(
    program: &mut Program,
    schema: &Schema,
    name: &str,
    source: &Source,
    e: &E,
    params: &[Type],
    mut lower: impl for<'s> FnMut(&mut Lowering<'_, 's>, &[Value], &'s E) -> Done<(Vec<Value>, T)>,
) -> Result<(FuncId, T), Error> {
    let lent = lent(program);
    let items = Items::prelude(&lent);
    let mut known = Known { schema: Some((Opened::default(), schema.clone())), ..Known::default() };
    let (funcs, classes, pool, hosts) =
        (program.funcs.len(), program.classes.len(), program.pool.len(), program.hosts.len());
    for _ in 0..ROUNDS {
        program.funcs.truncate(funcs);
        program.classes.truncate(classes);
        program.pool.truncate(pool);
        program.hosts.truncate(hosts);
        let mut unit = Unit { query: true, ..Unit::new(source, &items, &[], std::mem::take(&mut known)) };
        let (b, values) = Builder::new(program, name, params);
        let mut lowering = Lowering::new(b, &mut unit);
        let result = lower(&mut lowering, &values, e).map(|(given, sorted_errors)| {
            lowering.b.give(&given);
            sorted_errors
        });
        let func = lowering.b.finish();
        let Unit { errors, known: now, again, .. } = unit;
        known = now;
        match result {
            _ if again => continue,
            Err(Stop::Widened) => continue,
            Ok(sorted_errors) if errors.is_empty() => {
                program.funcs[funcs..].iter_mut().for_each(ssa_cleanup::clean_up);
                return Ok((func, sorted_errors));
            }
            Err(Stop::Wrong(diagnostic)) => {
                return Err(Error::program(self::sorted_errors(errors, Some(*diagnostic))));
            }
            Err(Stop::Dead) => {
                return Err(Error::program(vec![source.diagnostic(0.into(), "this never has a value")]));
            }
            _ => return Err(Error::program(self::sorted_errors(errors, None))),
        }
    }
    Err(Error::program(vec![source.diagnostic(0.into(), "the types of this expression do not settle")]))
}

impl<'s> Unit<'s> {
    fn new(source: &'s Source, items: &'s Items<'s>, argv: &'s [String], known: Known) -> Unit<'s> {
        Unit {
            source,
            items,
            body: &[],
            known,
            instances: HashMap::new(),
            classes: HashMap::new(),
            file_class: None,
            packs: HashMap::new(),
            literals: HashMap::new(),
            names: vec![],
            input: None,
            record: None,
            errors: vec![],
            again: false,
            nested: 0,
            computed: HashMap::new(),
            uses: HashMap::new(),
            argv,
            query: false,
            aliases: &[],
        }
    }

    /// Lowers the script itself, as a function, and everything that it calls.
    fn main(&mut self, program: &mut Program, module: &'s ModModule, reads: bool) -> Done<FuncId> {
        self.declare_classes(program, reads);
        let types: Vec<Type> = reads.then_some(Type::VIEW).into_iter().collect();
        let (b, params) = Builder::new(program, "py$main", &types);
        let mut lowering = Lowering::new(b, self);
        lowering.input = params.first().copied();
        let mut frame = FunctionScope::default();
        for name in super::calls::local_names(&module.body) {
            frame.names.insert(name, lowering.unset_at(0.into(), name));
        }
        lowering.frames.push(frame);
        match lowering.block(&module.body) {
            Ok(()) => lowering.b.give(&[]),
            Err(Stop::Dead) => lowering.b.gives(&[]),
            Err(stop) => return Err(stop),
        }
        Ok(lowering.b.finish())
    }

    /// Declares the classes of the script, of generators and of files, with the fields known so far.
    fn declare_classes(&mut self, program: &mut Program, reads: bool) {
        if reads {
            let fields = vec![("bytes".to_string(), Type::VIEW), ("at".to_string(), Type::I64)];
            self.file_class = Some(super::add_class(program, "py$file".to_string(), fields));
        }
        // All classes are declared before their fields, which may refer to other classes.
        let classes =
            self.items.classes.iter().enumerate().map(|(i, c)| (Holder::Class(i), format!("py${}", c.name)));
        let generators =
            (0..self.known.instances.len()).map(|i| (Holder::Generator(i), format!("py$generator{i}")));
        let generators = generators.filter(|(holder, _)| self.known.fields.contains_key(holder));
        for (holder, name) in classes.chain(generators) {
            self.classes.insert(holder, super::add_class(program, name, vec![]));
        }
        for holder in self.known.fields.keys() {
            self.declare_fields(program, *holder);
        }
    }

    /// Declares the known fields of a class or generator.
    pub fn declare_fields(&self, program: &mut Program, holder: Holder) {
        let mut layout = vec![];
        for (field, ty) in &self.known.fields[&holder] {
            for (i, part) in ty.layout(&|ty| self.class_of(ty)).into_iter().enumerate() {
                layout.push((format!("{}${i}", field.trim_start_matches('$').replace('.', "$")), part));
            }
        }
        program.classes[self.classes[&holder].index()].fields = layout;
    }
}

impl<'a, 's> Lowering<'a, 's> {
    fn new(b: Builder<'a>, unit: &'a mut Unit<'s>) -> Lowering<'a, 's> {
        Lowering {
            b,
            unit,
            instance: TOP,
            env: Default::default(),
            frames: vec![],
            frame: 0,
            path: vec![],
            depth: 0,
            input: None,
            absent: None,
        }
    }
}

/// Whether a script opens a file.
fn reads(module: &ModModule) -> bool {
    #[derive(Default)]
    struct Opens(bool);
    impl<'s> Visitor<'s> for Opens {
        fn visit_expr(&mut self, e: &'s Expr) {
            if let Expr::Call(call) = e {
                self.0 |= match &*call.func {
                    Expr::Name(name) => name.id == "open",
                    Expr::Attribute(a) => a.attr.id == "open",
                    _ => false,
                };
            }
            super::source::walk_expr(self, e);
        }
    }
    let mut opens = Opens::default();
    opens.visit_body(&module.body);
    opens.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One walk finds all types that are too narrow, in any number of loops and classes.
    #[test]
    fn a_script_is_lowered_a_few_times_however_many_loops_and_classes_it_has() {
        let many = |one: &dyn Fn(usize) -> String| (0..60).map(one).collect::<String>();
        let class =
            |i| format!("class C{i}:\n    def __init__(self, a):\n        self.a = a\nz{i} = C{i}({i}).a\n");
        for text in [
            many(&|i| format!("a{i} = 0\nfor k in range(3):\n    a{i} += 0.5\n")),
            many(&|i| format!("b{i} = sum(k * {i} for k in range(10))\n")),
            many(&|i| format!("c{i} = None\nwhile c{i} is None:\n    c{i} = {i}\n")),
            many(&class),
        ] {
            let source = Source::new("<script>", &text);
            let load: Load = &mut |_| unreachable!("no file is opened");
            let lowered = script(&source, &[], &Limits::default(), &Hosts::default(), load).expect(&text);
            assert!(lowered.rounds <= 4, "{} rounds\n{text}", lowered.rounds);
        }
    }
}
