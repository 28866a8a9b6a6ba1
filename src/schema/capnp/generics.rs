//! Resolution of names, and type arguments.
//!
//! A name denotes a scope, a built-in type or a type parameter. A scope comes with the bindings of its
//! parameters and of those of the enclosing scopes: a chain of [`Level`]s, from the inside outwards. Within
//! the scopes themselves their parameters are *inherited*: they depend on the use of the outer type. An alias
//! is resolved once, in its own scope; each use replaces its inherited parameters by the bindings at that
//! place.
//!
//! Levels are shared, so that a type takes memory only for what is new in it. Written out it can be
//! exponentially large, so its size is stored and limited.

use std::rc::Rc;

use super::super::{Scalar, unknown};
use super::compiler::Compiler;
use super::nodes::{AnyKind, Binding, Brand, Type};
use super::scopes::{Member, ScopeId};
use super::syntax::{Argument, DeclarationKind, Expression, ExpressionKind, Name};
use super::{MAX_DEPTH, Parse, Stop};
use crate::error::nearest;

/// The largest number of types in one type, written out.
const MAX_SIZE: usize = 256;

/// The entity that a name expression denotes.
#[derive(Clone)]
pub enum Meaning {
    Named(Named),
    /// A type parameter of the scope with that id.
    Parameter(u64, u16),
    /// A type parameter of a method.
    Implicit(u16),
}

/// A scope or built-in type, with its bindings.
#[derive(Clone)]
pub struct Named {
    pub target: Target,
    level: Rc<Level>,
}

/// A named entity.
#[derive(Clone)]
pub enum Target {
    Scope(ScopeId),
    Builtin(Type),
    /// `List`, which is not a type until it is applied.
    List,
}

/// The bindings of the parameters of one scope and, through `outer`, of its enclosing scopes.
struct Level {
    /// Id of the scope.
    id: u64,
    /// The number of its parameters.
    count: usize,
    bound: Bound,
    outer: Option<Rc<Level>>,
    /// The number of types it consists of, including the outer levels.
    size: usize,
}

#[derive(Clone)]
enum Bound {
    /// Each is bound to anything.
    Open,
    Inherited,
    To(Vec<Meaning>),
}

/// The type parameters of a method.
#[derive(Clone, Copy, Default)]
pub struct Implicit<'a> {
    pub names: &'a [Name],
    /// Within the struct made of its parameters, the id of that struct.
    pub id: Option<u64>,
}

/// The state of an alias.
#[derive(Clone)]
pub enum Resolved {
    Not,
    /// It is being resolved.
    Now,
    To(Parse<Meaning>),
}

/// The result of looking up a name.
enum Found {
    Scope(ScopeId),
    Alias(usize),
    Parameter(u64, u16),
    Builtin(Target),
}

impl Meaning {
    fn size(&self) -> usize {
        match self {
            Meaning::Named(named) => named.level.size,
            _ => 1,
        }
    }
}

impl Level {
    fn new(id: u64, count: usize, bound: Bound, outer: Option<Rc<Level>>) -> Rc<Level> {
        let own: usize = match &bound {
            Bound::To(list) => list.iter().map(Meaning::size).sum(),
            _ => 0,
        };
        let size = 1 + own + outer.as_ref().map_or(0, |o| o.size);
        Rc::new(Level { id, count, bound, outer, size })
    }

    /// The level of the scope `id` among this one and the outer ones.
    fn find(self: &Rc<Level>, id: u64) -> Option<&Rc<Level>> {
        let mut level = self;
        while level.id != id {
            level = level.outer.as_ref()?;
        }
        Some(level)
    }

    /// The level of the scope `id`, as the outer level for declarations in it.
    fn around(self: &Rc<Level>, id: u64) -> Rc<Level> {
        self.find(id).cloned().unwrap_or_else(|| Level::new(id, 0, Bound::Open, None))
    }

    /// The binding of a parameter here; `None` if it depends on the use of the outer type.
    fn parameter(self: &Rc<Level>, id: u64, index: u16) -> Option<Meaning> {
        match &self.find(id)?.bound {
            Bound::To(list) => list.get(usize::from(index)).cloned(),
            Bound::Inherited => None,
            Bound::Open => Some(any_pointer()),
        }
    }
}

fn builtin(target: Target) -> Meaning {
    let count = usize::from(matches!(target, Target::List));
    Meaning::Named(Named { target, level: Level::new(0, count, Bound::Open, None) })
}

fn any_pointer() -> Meaning {
    builtin(Target::Builtin(Type::Any(AnyKind::Pointer)))
}

/// The built-in types.
const BUILTINS: [(&str, Type); 18] = [
    ("Void", Type::Void),
    ("Bool", Type::Scalar(Scalar::Bool)),
    ("Int8", Type::Scalar(Scalar::I8)),
    ("Int16", Type::Scalar(Scalar::I16)),
    ("Int32", Type::Scalar(Scalar::I32)),
    ("Int64", Type::Scalar(Scalar::I64)),
    ("UInt8", Type::Scalar(Scalar::U8)),
    ("UInt16", Type::Scalar(Scalar::U16)),
    ("UInt32", Type::Scalar(Scalar::U32)),
    ("UInt64", Type::Scalar(Scalar::U64)),
    ("Float32", Type::Scalar(Scalar::F32)),
    ("Float64", Type::Scalar(Scalar::F64)),
    ("Text", Type::Text),
    ("Data", Type::Data),
    ("AnyPointer", Type::Any(AnyKind::Pointer)),
    ("AnyStruct", Type::Any(AnyKind::Struct)),
    ("AnyList", Type::Any(AnyKind::List)),
    ("Capability", Type::Any(AnyKind::Capability)),
];

impl<'a> Compiler<'a, '_> {
    /// The type that `expression` names in `scope`.
    pub fn ty(&mut self, scope: ScopeId, expression: &'a Expression, implicit: Implicit<'a>) -> Parse<Type> {
        let meaning = self.meaning(scope, expression, implicit)?;
        self.as_type(scope, expression, &meaning)
    }

    /// The entity that `expression` denotes in `scope`.
    pub fn meaning(
        &mut self,
        scope: ScopeId,
        expression: &'a Expression,
        implicit: Implicit<'a>,
    ) -> Parse<Meaning> {
        let at = expression.at;
        let meaning = match &expression.form {
            ExpressionKind::Name(name) => {
                if let Some(index) = implicit.names.iter().position(|n| n.text == *name) {
                    let index = index as u16;
                    return Ok(implicit
                        .id
                        .map_or(Meaning::Implicit(index), |id| Meaning::Parameter(id, index)));
                }
                let Some(found) = self.look_up(scope, name) else {
                    return Err(self.not_defined(scope, at, name));
                };
                let level = self.own_level(scope);
                self.interpret(found, &level)?
            }
            ExpressionKind::Absolute(name) => {
                let root = self.scopes.root(scope);
                let Some(found) = self.member(root, &name.text) else {
                    let help = unknown(&name.text, self.member_names(root).into_iter());
                    let message = format!("this file declares no '{}'", name.text);
                    return Err(self.error(scope, name.at, message, help));
                };
                let level = self.own_level(scope);
                self.interpret(found, &level)?
            }
            ExpressionKind::Import(path) => {
                let file = &self.files[self.scopes.list[scope].file];
                match file.imports.get(path) {
                    Some(Ok(index)) => {
                        let root = self.scopes.roots[*index];
                        Meaning::Named(Named { target: Target::Scope(root), level: self.own_level(root) })
                    }
                    Some(Err(why)) => {
                        let message = format!("cannot import \"{path}\": {why}");
                        let help =
                            "a path begins in this file's folder or, with '/', in an import folder (-I)";
                        return Err(self.error(scope, at, message, help));
                    }
                    None => return Err(Stop),
                }
            }
            ExpressionKind::Member(parent, name) => {
                let meaning = self.meaning(scope, parent, implicit)?;
                self.member_of(scope, parent, meaning, name)?
            }
            ExpressionKind::Apply(function, arguments) => {
                let meaning = self.meaning(scope, function, implicit)?;
                self.apply(scope, at, meaning, arguments, implicit)?
            }
            _ => return Err(self.error(scope, at, "found a value, expected a name", "")),
        };
        if meaning.size() > MAX_SIZE {
            let help = format!("written out, it may consist of {MAX_SIZE} types");
            return Err(self.error(scope, at, "this type is too large", help));
        }
        Ok(meaning)
    }

    /// The meaning of the alias in its own scope.
    pub fn alias(&mut self, alias: usize) -> Parse<Meaning> {
        let (scope, name, target) = {
            let alias = &self.scopes.aliases[alias];
            (alias.scope, alias.name, alias.target)
        };
        match self.resolved[alias].clone() {
            Resolved::To(result) => return result,
            Resolved::Now => {
                let message = format!("the alias '{}' refers to itself", name.text);
                return Err(self.error(scope, name.at, message, "name what it stands for"));
            }
            Resolved::Not => {}
        }
        if self.chain == MAX_DEPTH {
            let help = format!("let at most {MAX_DEPTH} follow one another");
            return Err(self.error(scope, name.at, "this chain of aliases is too long", help));
        }
        self.resolved[alias] = Resolved::Now;
        self.chain += 1;
        let result = self.meaning(scope, target, Implicit::default());
        self.chain -= 1;
        self.resolved[alias] = Resolved::To(result.clone());
        result
    }

    /// The level of `scope` within itself, where all parameters are inherited.
    fn own_level(&self, scope: ScopeId) -> Rc<Level> {
        let scope = &self.scopes.list[scope];
        let outer = scope.parent.map(|parent| self.own_level(parent));
        Level::new(scope.id, scope.syntax.parameters.len(), Bound::Inherited, outer)
    }

    /// The brand of a type made within `scope`: all parameters are inherited.
    pub fn own_brand(&mut self, scope: ScopeId) -> Parse<Brand> {
        let level = self.own_level(scope);
        self.brand(scope, 0, &level)
    }

    fn member(&self, scope: ScopeId, name: &str) -> Option<Found> {
        self.scopes.list[scope].members.get(name).map(|member| match member {
            Member::Scope(scope) => Found::Scope(*scope),
            Member::Alias(alias) => Found::Alias(*alias),
        })
    }

    fn look_up(&self, scope: ScopeId, name: &str) -> Option<Found> {
        // `using Text = Text;` refers to the outer one. If there is none, it refers to itself.
        let mut itself = None;
        let mut next = Some(scope);
        while let Some(this) = next {
            match self.member(this, name) {
                Some(Found::Alias(alias)) if matches!(self.resolved[alias], Resolved::Now) => {
                    itself = itself.or(Some(Found::Alias(alias)));
                }
                None => {}
                found => return found,
            }
            let scope = &self.scopes.list[this];
            if let Some(index) = scope.syntax.parameters.iter().position(|p| p.text == name) {
                return Some(Found::Parameter(scope.id, index as u16));
            }
            next = scope.parent;
        }
        if name == "List" {
            return Some(Found::Builtin(Target::List));
        }
        let builtin = BUILTINS.iter().find(|(builtin, _)| *builtin == name);
        builtin.map(|(_, ty)| Found::Builtin(Target::Builtin(ty.clone()))).or(itself)
    }

    /// The names declared in a scope, sorted, since the hash map has no order.
    fn member_names(&self, scope: ScopeId) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.scopes.list[scope].members.keys().copied().collect();
        names.sort_unstable();
        names
    }

    fn not_defined(&mut self, scope: ScopeId, at: usize, name: &str) -> Stop {
        let mut known = vec!["List"];
        known.extend(BUILTINS.iter().map(|(builtin, _)| *builtin));
        let mut next = Some(scope);
        while let Some(scope) = next.map(|s| &self.scopes.list[s]) {
            known.extend(scope.members.keys());
            known.extend(scope.syntax.parameters.iter().map(|p| p.text.as_str()));
            next = scope.parent;
        }
        // Sorted, since hash maps have no order.
        known.sort_unstable();
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean '{near}'?"),
            None => "declare it, or import the file that does".to_string(),
        };
        self.error(scope, at, format!("'{name}' is not defined"), help)
    }

    /// The meaning of a found name, with the bindings of `within`.
    fn interpret(&mut self, found: Found, within: &Rc<Level>) -> Parse<Meaning> {
        Ok(match found {
            Found::Builtin(target) => builtin(target),
            Found::Parameter(id, index) => {
                within.parameter(id, index).unwrap_or(Meaning::Parameter(id, index))
            }
            Found::Scope(scope) => {
                let Scope { id, count, parent } = self.outline(scope);
                let outer = parent.map(|parent| within.around(parent));
                let level = Level::new(id, count, Bound::Open, outer);
                Meaning::Named(Named { target: Target::Scope(scope), level })
            }
            Found::Alias(alias) => {
                let meaning = self.alias(alias)?;
                let scope = self.scopes.aliases[alias].scope;
                rebase(&meaning, &within.around(self.scopes.list[scope].id))
            }
        })
    }

    fn outline(&self, scope: ScopeId) -> Scope {
        let found = &self.scopes.list[scope];
        let parent = found.parent.map(|parent| self.scopes.list[parent].id);
        Scope { id: found.id, count: found.syntax.parameters.len(), parent }
    }

    fn member_of(
        &mut self,
        scope: ScopeId,
        parent: &'a Expression,
        meaning: Meaning,
        name: &Name,
    ) -> Parse<Meaning> {
        if let Meaning::Named(Named { target: Target::Scope(target), level }) = &meaning {
            if let Some(found) = self.member(*target, &name.text) {
                return self.interpret(found, level);
            }
            let help = unknown(&name.text, self.member_names(*target).into_iter());
            let message = format!("'{parent}' has no member '{}'", name.text);
            return Err(self.error(scope, name.at, message, help));
        }
        let message = format!("'{parent}' has no members, so no '{}'", name.text);
        Err(self.error(scope, name.at, message, ""))
    }

    fn apply(
        &mut self,
        scope: ScopeId,
        at: usize,
        meaning: Meaning,
        arguments: &'a [Argument],
        implicit: Implicit<'a>,
    ) -> Parse<Meaning> {
        let mut list = Vec::new();
        for argument in arguments {
            if let Some(name) = &argument.name {
                let help = "types are given in the order of the parameters";
                return Err(self.error(scope, name.at, "a type argument has no name", help));
            }
            list.push(self.meaning(scope, &argument.value, implicit)?);
        }
        let Meaning::Named(named) = meaning else {
            return Err(self.error(scope, at, "a type parameter takes no arguments", "delete them"));
        };
        if matches!(named.level.bound, Bound::To(_)) {
            return Err(self.error(scope, at, "this type has its arguments already", "delete these"));
        }
        let (found, wanted) = (list.len(), named.level.count);
        if found != wanted {
            let message = match wanted {
                0 => "this takes no type arguments".to_string(),
                _ => format!("found {found} type arguments, expected {wanted}"),
            };
            return Err(self.error(scope, at, message, ""));
        }
        if !matches!(named.target, Target::List) {
            for (argument, meaning) in arguments.iter().zip(&list) {
                if !self.may_bind(meaning) {
                    let help = "put a number or an enum into a struct or a list";
                    let message = format!("'{}' is no pointer, so it cannot be an argument", argument.value);
                    return Err(self.error(scope, argument.value.at, message, help));
                }
            }
        }
        let level = &named.level;
        let level = Level::new(level.id, level.count, Bound::To(list), level.outer.clone());
        Ok(Meaning::Named(Named { level, ..named }))
    }

    /// Whether a type parameter may be bound to it.
    fn may_bind(&self, meaning: &Meaning) -> bool {
        let Meaning::Named(named) = meaning else { return true };
        match &named.target {
            Target::List => true,
            Target::Builtin(ty) => matches!(ty, Type::Text | Type::Data | Type::Any(AnyKind::Pointer)),
            Target::Scope(scope) => {
                matches!(
                    self.scopes.list[*scope].syntax.what,
                    DeclarationKind::Struct | DeclarationKind::Interface { .. }
                )
            }
        }
    }

    fn as_type(&mut self, scope: ScopeId, expression: &Expression, meaning: &Meaning) -> Parse<Type> {
        let at = expression.at;
        let named = match meaning {
            Meaning::Named(named) => named,
            Meaning::Parameter(id, index) => return Ok(Type::Parameter(*id, *index)),
            Meaning::Implicit(index) => return Ok(Type::Implicit(*index)),
        };
        let target = match &named.target {
            Target::Builtin(ty) => return Ok(ty.clone()),
            Target::List => {
                let Bound::To(list) = &named.level.bound else {
                    return Err(self.error(
                        scope,
                        at,
                        "'List' needs the type of its elements",
                        "write 'List(Type)'",
                    ));
                };
                let mut element = Type::Void;
                for meaning in list {
                    element = self.as_type(scope, expression, meaning)?;
                }
                let refused = match element {
                    Type::Any(AnyKind::Pointer) => "AnyPointer",
                    Type::Any(AnyKind::Struct) => "AnyStruct",
                    // A parameter could be bound to anything.
                    Type::Parameter(..) | Type::Implicit(_) => "AnyPointer, as a type parameter is",
                    _ => return Ok(Type::List(Box::new(element))),
                };
                let help = "use a list of structs that have such a field";
                return Err(self.error(scope, at, format!("a list cannot have elements of {refused}"), help));
            }
            Target::Scope(target) => *target,
        };
        let make = match self.scopes.list[target].syntax.what {
            DeclarationKind::Struct => Type::Struct,
            DeclarationKind::Enum => Type::Enum,
            DeclarationKind::Interface { .. } => Type::Interface,
            _ => {
                let kind = self.scopes.list[target].syntax.kind();
                let help = match kind {
                    "file" => "it is a file; write '.' and the name of a type behind it".to_string(),
                    _ => format!("it is declared with '{kind}'"),
                };
                return Err(self.error(scope, at, format!("'{expression}' is no type"), help));
            }
        };
        Ok(make(target, self.brand(scope, at, &named.level)?))
    }

    /// The bindings of `named`, in the form that nodes have.
    pub fn brand_of(&mut self, scope: ScopeId, at: usize, named: &Named) -> Parse<Brand> {
        self.brand(scope, at, &named.level)
    }

    fn brand(&mut self, scope: ScopeId, at: usize, level: &Rc<Level>) -> Parse<Brand> {
        let mut brand = Brand::new();
        let mut next = Some(level);
        while let Some(level) = next {
            match &level.bound {
                Bound::To(list) if !list.is_empty() => {
                    let expression = Expression { at, form: ExpressionKind::Name("an argument".to_string()) };
                    let mut types = Vec::with_capacity(list.len());
                    for meaning in list {
                        types.push(self.as_type(scope, &expression, meaning)?);
                    }
                    brand.push(Binding { scope: level.id, types: Some(types) });
                }
                Bound::Inherited if level.count > 0 => {
                    brand.push(Binding { scope: level.id, types: None });
                }
                _ => {}
            }
            next = level.outer.as_ref();
        }
        Ok(brand)
    }
}

/// The properties of a scope from which its level is made.
struct Scope {
    id: u64,
    count: usize,
    parent: Option<u64>,
}

/// `meaning`, resolved in a scope with inherited parameters, with these bound as in `within`.
fn rebase(meaning: &Meaning, within: &Rc<Level>) -> Meaning {
    match meaning {
        Meaning::Implicit(index) => Meaning::Implicit(*index),
        Meaning::Parameter(id, index) => {
            within.parameter(*id, *index).unwrap_or(Meaning::Parameter(*id, *index))
        }
        Meaning::Named(named) => {
            let level = rebase_level(&named.level, within);
            Meaning::Named(Named { target: named.target.clone(), level })
        }
    }
}

fn rebase_level(level: &Rc<Level>, within: &Rc<Level>) -> Rc<Level> {
    let bound = match &level.bound {
        Bound::Open => Bound::Open,
        Bound::To(list) => Bound::To(list.iter().map(|m| rebase(m, within)).collect()),
        Bound::Inherited => within.find(level.id).map_or(Bound::Inherited, |l| l.bound.clone()),
    };
    let outer = level.outer.as_ref().map(|outer| rebase_level(outer, within));
    Level::new(level.id, level.count, bound, outer)
}
