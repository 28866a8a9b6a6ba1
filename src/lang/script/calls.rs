//! Functions and calls. Arguments are bound to parameters during lowering, and a function is lowered once for
//! each list of argument types.

use super::items::{Assigned, Imported, Item};
use super::ty::{Ty, Typed, join};
use super::{Done, FunctionScope, Instance, Key, Lowering, Stop};
use crate::ir::build::Builder;
use crate::ir::{FuncId, Op, Raise, Type, Value};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Arguments, Expr, ExprCall, ExprName, Parameter, Parameters, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

/// The limit on functions that are lowered within one another: arguments whose types grow with each call
/// would never end.
const NESTED: usize = 500;

/// The arguments of a call, in source order.
#[derive(Debug, Default)]
pub struct BoundArguments<'s> {
    pub positional: Vec<(Typed, TextRange)>,
    pub named: Vec<(&'s str, Typed, TextRange)>,
}

/// The number of `yield`s in a function.
pub fn yields(def: &StmtFunctionDef) -> usize {
    let mut assigned = Assigned::default();
    assigned.visit_body(&def.body);
    assigned.yields
}

/// All parameters of a function, with their defaults.
fn parameters(all: &Parameters) -> Vec<(&Parameter, Option<&Expr>)> {
    all.iter_non_variadic_params().map(|p| (&p.parameter, p.default.as_deref())).collect()
}

impl<'s> Lowering<'_, 's> {
    /// The value of a call.
    pub fn call(&mut self, call: &'s ExprCall) -> Done<Typed> {
        if let Some(computed) = self.unit.computed.get(&call.range()).cloned() {
            return self.aggregate(call, computed);
        }
        if let Some(imported) = self.imported(&call.func) {
            return match imported.name {
                Some(_) => self.call_imported(imported, call),
                None => self.wrong(&*call.func, format!("'{}' is a module", imported.module)),
            };
        }
        match &*call.func {
            Expr::Name(name) => self.call_name(name, call),
            Expr::Attribute(a) => {
                if let Expr::Name(base) = &*a.value
                    && self.variable(base).is_none()
                    && let Some(Item::Class(_)) = self.unit.items.names.get(base.id.as_str())
                {
                    return self.wrong(a, "a method is called on an object here");
                }
                let object = self.value(&a.value)?;
                self.method(object, a, call)
            }
            other => self.wrong(other, "this cannot be called"),
        }
    }

    /// Whether a name is a variable here.
    pub fn variable(&self, name: &ExprName) -> Option<()> {
        let frame = &self.frames[self.frame];
        let id = name.id.as_str();
        let called = frame.called.as_ref().is_some_and(|(name, _)| name == id);
        (called || frame.names.contains_key(id) || frame.held(id)).then_some(())
    }

    fn call_name(&mut self, name: &'s ExprName, call: &'s ExprCall) -> Done<Typed> {
        let id = name.id.as_str();
        let own = match self.unit.items.names.get(id).copied() {
            item @ Some(Item::Function(_) | Item::Class(_)) => item,
            _ => None,
        };
        if own.is_none() && self.variable(name).is_some() {
            return self.wrong(name, format!("'{id}' is a value and cannot be called"));
        }
        match own {
            Some(Item::Function(def)) => {
                let given = self.arguments_with(&call.arguments, Self::argument)?;
                let args = self.bind(def, given, call.range(), 0)?;
                self.mark(call);
                self.call_function(def, None, args, call.range())
            }
            Some(Item::Class(class)) => {
                let given = self.arguments(&call.arguments)?;
                self.mark(call);
                self.construct(class, given, call.range())
            }
            _ => self.call_builtin(name, call),
        }
    }

    /// The arguments, evaluated in order; a starred tuple adds each of its items.
    pub fn arguments(&mut self, arguments: &'s Arguments) -> Done<BoundArguments<'s>> {
        self.arguments_with(arguments, Self::value)
    }

    /// Like [`arguments`](Self::arguments), with `value` to evaluate each one.
    pub fn arguments_with(
        &mut self,
        arguments: &'s Arguments,
        mut value: impl FnMut(&mut Self, &'s Expr) -> Done<Typed>,
    ) -> Done<BoundArguments<'s>> {
        let mut given = BoundArguments::default();
        for e in &arguments.args {
            if let Expr::Starred(starred) = e {
                let value = self.value(&starred.value)?;
                let Ty::Tuple(items) = &value.ty else {
                    return self
                        .wrong(e, "'*' is supported for tuples only: how many there are must be known");
                };
                for item in self.items_of(&value, &items.clone()) {
                    given.positional.push((item, e.range()));
                }
                continue;
            }
            let value = value(self, e)?;
            given.positional.push((value, e.range()));
        }
        for keyword in &arguments.keywords {
            let Some(name) = &keyword.arg else {
                return self.wrong(keyword, "'**' is not supported: name the arguments");
            };
            let value = value(self, &keyword.value)?;
            given.named.push((&name.id, value, keyword.range));
        }
        Ok(given)
    }

    /// Binds arguments: one value for each parameter of a function after the first `skip`.
    pub fn bind(
        &mut self,
        def: &'s StmtFunctionDef,
        given: BoundArguments<'s>,
        at: TextRange,
        skip: usize,
    ) -> Done<Vec<Typed>> {
        let name = def.name.id.as_str();
        if let Some(all) = &def.parameters.kwarg {
            return self.wrong(all.range, "'**' parameters are not supported");
        }
        let list = parameters(&def.parameters);
        let positional = def.parameters.posonlyargs.len() + def.parameters.args.len();
        let only = def.parameters.posonlyargs.len();
        let mut values: Vec<Option<Typed>> = vec![None; list.len()];
        let mut rest = Typed::new(Ty::Tuple(vec![]), vec![]);
        for (i, (value, range)) in given.positional.into_iter().enumerate() {
            let i = i + skip;
            if i < positional {
                values[i] = Some(value);
            } else if def.parameters.vararg.is_some() {
                let value = self.awake(value, range)?;
                super::expressions::push_item(&mut rest, value);
            } else {
                let most = positional - skip;
                return self.wrong(range, format!("'{name}' takes {most} arguments; this is one more"));
            }
        }
        for (key, value, range) in given.named {
            match list.iter().position(|(p, _)| p.name.id == key) {
                Some(i) if i >= only && i >= skip => {
                    if values[i].replace(value).is_some() {
                        return self.wrong(range, format!("'{name}' receives '{key}' twice"));
                    }
                }
                _ => {
                    return self.wrong(
                        range,
                        format!("unexpected argument '{key}': '{name}' has no such parameter"),
                    );
                }
            }
        }
        let mut bound = vec![];
        for (i, (parameter, default)) in list.iter().enumerate().skip(skip) {
            let value = match (values[i].take(), default) {
                (Some(value), _) => self.awake_for(def, &parameter.name.id, value, at)?,
                (None, Some(default)) if self.unit.items.is_constant(default) => {
                    self.in_module(|s| s.value(default))?
                }
                (None, Some(default)) => {
                    return self.wrong_help(
                        default,
                        "a default is computed once, in Python, and must be a constant here",
                        "use None, and 'if … is None:' in the function",
                    );
                }
                (None, None) => {
                    return self.wrong(at, format!("'{name}' needs an argument for '{}'", parameter.name.id));
                }
            };
            if matches!(value.ty, Ty::Wrong) {
                return Err(Stop::Reported);
            }
            if let Some(annotation) = &parameter.annotation {
                self.check_annotation(annotation, &value.ty, at)?;
            }
            bound.push(value);
        }
        if def.parameters.vararg.is_some() {
            // The tuple's position among the parameters: after the positional ones.
            bound.insert(positional - skip, rest);
        }
        Ok(bound)
    }

    /// Lowers something as if it were at the top level of the script.
    pub fn in_module<T>(&mut self, f: impl FnOnce(&mut Self) -> Done<T>) -> Done<T> {
        let saved = self.frame;
        self.frames.push(FunctionScope::default());
        self.frame = self.frames.len() - 1;
        let result = f(self);
        self.frames.truncate(self.frame);
        self.frame = saved;
        result
    }

    /// A call of a function with one value for each parameter.
    pub fn call_function(
        &mut self,
        def: &'s StmtFunctionDef,
        class: Option<usize>,
        args: Vec<Typed>,
        at: TextRange,
    ) -> Done<Typed> {
        let generator = yields(def) > 0;
        let args = match generator {
            // The variables of a generator are fields of its object.
            true => args.into_iter().map(|arg| self.awake(arg, at)).collect::<Done<_>>()?,
            false => args,
        };
        let key = Key {
            function: def.name.range.start().to_u32(),
            params: args.iter().map(|a| a.ty.plain()).collect(),
        };
        if generator {
            return self.generator_object(def, parameter_names(def), key, args);
        }
        let (func, gives) = self.instance_of(def, class, key, at, Body::Function)?;
        let result = self.call_instance(func, &args);
        if gives == Ty::Never {
            return self.raised(Raise::Unreachable);
        }
        Ok(self.unpack(result, &gives))
    }

    /// Emits the call of an instance.
    pub fn call_instance(&mut self, func: FuncId, args: &[Typed]) -> Value {
        let parts = args.iter().flat_map(|a| &a.parts).copied();
        let all: Vec<Value> = self.input.into_iter().chain(parts).collect();
        self.b.op(Op::Call(func), &all)
    }

    /// The instance of a function for these types, and its return type; it is lowered on first use.
    pub fn instance_of(
        &mut self,
        def: &'s StmtFunctionDef,
        class: Option<usize>,
        key: Key,
        at: TextRange,
        body: Body,
    ) -> Done<(FuncId, Ty)> {
        let next = self.unit.known.instances.len();
        let params = key.params.clone();
        let id = *self.unit.known.instances.entry(key).or_insert(next);
        if let Some(instance) = self.unit.instances.get_mut(&id) {
            let func = instance.func;
            return match &instance.gives {
                Some(Ty::Wrong) => Err(Stop::Reported),
                Some(ty) => Ok((func, ty.clone())),
                None => {
                    instance.recursive = true;
                    match self.unit.known.returns.get(&id) {
                        Some(ty) => Ok((func, ty.clone())),
                        // The return type is not known yet: this path is lowered once it is.
                        None => Err(Stop::Dead),
                    }
                }
            };
        }
        if self.unit.nested >= NESTED {
            return self.wrong(
                at,
                format!("functions call one another more than {NESTED} deep here, or with ever new types of arguments"),
            );
        }
        let mut name = format!("py${}", def.name.id);
        if let Some(class) = class {
            name = format!("py${}.{}", self.unit.items.classes[class].name, def.name.id);
        }
        let name = format!("{name}${id}");
        let mut types: Vec<Type> = self.input.iter().map(|_| Type::VIEW).collect();
        types.extend(params.iter().flat_map(|ty| self.layout(ty)));
        let assumed = self.unit.known.returns.get(&id).cloned().unwrap_or(Ty::None);
        let assumed = self.packed_type(&assumed);
        let func = self.b.program_mut().declare(&name, &types, &[assumed]);
        self.unit.instances.insert(id, Instance { func, gives: None, recursive: false });
        self.unit.nested += 1;
        let result = self
            .nested(func, &name, &types, id, |inner, values| inner.body(def, class, &params, values, body));
        self.unit.nested -= 1;
        let gives = match result {
            Ok(ty) => ty,
            Err(Stop::Wrong(diagnostic)) => {
                self.unit.errors.push(*diagnostic);
                Ty::Wrong
            }
            Err(Stop::Reported) => Ty::Wrong,
            Err(Stop::Dead) => unreachable!("a function's body ends where it returns"),
            Err(stop) => return Err(stop),
        };
        let instance = self.unit.instances.get_mut(&id).expect("it was put there");
        instance.gives = Some(gives.clone());
        if instance.recursive && gives != Ty::Wrong {
            let known = self.unit.known.returns.get(&id);
            let both = known.map_or(gives.clone(), |known| join(known, &gives));
            if known != Some(&both) {
                if self.unit.known.outdated([&both].into_iter()) {
                    return Err(Stop::Widened);
                }
                self.unit.known.learns(&both);
                self.unit.known.returns.insert(id, both);
                return Err(Stop::Widened);
            }
        }
        if gives == Ty::Wrong { Err(Stop::Reported) } else { Ok((func, gives)) }
    }

    /// Lowers another function while this one is being lowered.
    pub fn nested<T>(
        &mut self,
        func: FuncId,
        name: &str,
        types: &[Type],
        instance: usize,
        f: impl FnOnce(&mut Lowering<'_, 's>, Vec<Value>) -> Done<T>,
    ) -> Done<T> {
        let reads = self.input.is_some();
        let (b, mut values) = Builder::new(self.b.program_mut(), name, types);
        let mut inner = Lowering {
            b,
            unit: &mut *self.unit,
            instance,
            env: Default::default(),
            frames: vec![],
            frame: 0,
            path: vec![],
            depth: 0,
            input: None,
            absent: None,
        };
        if reads {
            inner.input = Some(values.remove(0));
        }
        let result = f(&mut inner, values);
        inner.b.finish_as(func);
        result
    }

    /// Lowers the body of a function; returns its return type.
    fn body(
        &mut self,
        def: &'s StmtFunctionDef,
        class: Option<usize>,
        params: &[Ty],
        values: Vec<Value>,
        body: Body,
    ) -> Done<Ty> {
        let mut values = values.into_iter();
        let mut args = vec![];
        for ty in params {
            let count = self.layout(ty).len();
            args.push(Typed::new(ty.clone(), values.by_ref().take(count).collect()));
        }
        if body == Body::Init {
            return self.init_body(def, class.expect("it is of a class"), args);
        }
        let frame = self.open_frame(def, args);
        self.frames.push(frame);
        self.frame = self.frames.len() - 1;
        self.frame().next = class.is_some() && def.name.id == "__next__";
        let result = self.block(&def.body);
        if let Some(edge) = self.fell(result)? {
            if self.frame().next {
                return self.wrong(def.name.range, "'__next__' must give a value or raise StopIteration");
            }
            let edge = super::Edge { value: Some(Typed::none()), ..edge };
            self.frame().returns.push(edge);
        }
        let next = self.frame().next;
        let returns = std::mem::take(&mut self.frame().returns);
        let wrap = |edge: super::Edge| match edge.value {
            // A value that `__next__` returns is wrapped, to distinguish `None` from the end.
            Some(value) if next && value.ty != Ty::Stopped => {
                let value = Typed::new(Ty::Tuple(vec![value.ty]), value.parts);
                super::Edge { value: Some(value), ..edge }
            }
            Some(value) if next => super::Edge { value: Some(Typed::new(Ty::None, value.parts)), ..edge },
            value => super::Edge { value, ..edge },
        };
        let returns: Vec<super::Edge> = returns.into_iter().map(wrap).collect();
        self.finish_with(returns, def)
    }

    /// Ends a function: joins its returning edges.
    pub fn finish_with(&mut self, returns: Vec<super::Edge>, def: &'s StmtFunctionDef) -> Done<Ty> {
        if returns.is_empty() {
            let value = self.b.constant(crate::ir::Const::Bool(false));
            self.b.gives(&[value]);
            return Ok(Ty::Never);
        }
        let value = self.join_to(returns, 0)?.unwrap_or_else(Typed::none);
        let value = self.settled(value, def.name.range)?;
        if let Some(annotation) = &def.returns
            && yields(def) == 0
            && !self.frame().next
        {
            self.check_annotation(annotation, &value.ty, annotation.range())?;
        }
        let plain = value.ty.plain();
        let value = Typed::new(plain.clone(), value.parts);
        let packed = self.pack(&value);
        self.b.give(&[packed]);
        Ok(plain)
    }

    /// A frame with a function's parameters and variables, which are added to the environment.
    pub fn open_frame(&mut self, def: &'s StmtFunctionDef, args: Vec<Typed>) -> FunctionScope<'s> {
        let mut frame = FunctionScope { function: Some(def), ..FunctionScope::default() };
        for (name, value) in parameter_names(def).into_iter().zip(args) {
            frame.names.insert(name, self.variable_at(def.name.start(), name, value));
        }
        for name in local_names(&def.body) {
            if !frame.names.contains_key(name) {
                frame.names.insert(name, self.unset_at(def.name.start(), name));
            }
        }
        frame
    }

    /// The module that an expression names, or the member of one.
    pub fn imported(&self, e: &Expr) -> Option<Imported<'s>> {
        match e {
            Expr::Name(name) if self.variable(name).is_none() => {
                match self.unit.items.names.get(name.id.as_str()) {
                    Some(Item::Imported(imported)) => Some(*imported),
                    _ => None,
                }
            }
            // Modules contain no modules, so deeper attributes need no look.
            Expr::Attribute(a) if a.value.is_name_expr() => match self.imported(&a.value)? {
                Imported { module, name: None } => {
                    let members = self.unit.items.members(module);
                    // A name that the module does not have is reported where it is used.
                    let name = members.into_iter().find(|m| *m == a.attr.id.as_str()).unwrap_or("");
                    Some(Imported { module, name: Some(name) })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// The kind of body that an instance has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// The body of the function.
    Function,
    /// A constructor: it runs `__init__` and returns the object.
    Init,
}

/// The names of a function's parameters, in the order of their values.
pub fn parameter_names(def: &StmtFunctionDef) -> Vec<&str> {
    let all = &def.parameters;
    let placed = all.posonlyargs.iter().chain(&all.args).map(|p| p.parameter.name.id.as_str());
    let rest = all.vararg.iter().map(|p| p.name.id.as_str());
    placed.chain(rest).chain(all.kwonlyargs.iter().map(|p| p.parameter.name.id.as_str())).collect()
}

/// The names that a body assigns.
pub fn local_names(body: &[Stmt]) -> Vec<&str> {
    let mut assigned = Assigned::default();
    assigned.visit_body(body);
    assigned.names.into_iter().map(|(name, _)| name).collect()
}
