//! From declarations to nodes: which declarations are compiled, in which order, and everything but the
//! members of structs ([`structs`](super::structs)), methods ([`interfaces`](super::interfaces)) and values
//! ([`values`](super::values)).
//!
//! The requested files are compiled completely, imported ones only as far as the others depend on them, with
//! the enclosing scopes; so an import may be missing if nothing needs it.

use super::files::File;
use super::generics::{Implicit, Meaning, Resolved, Target};
use super::nodes::{Annotation, Body, Compiled, Enumerant, Node, NodeId, Structure, Type, Value};
use super::scopes::{ScopeId, Scopes};
use super::syntax::{Application, Declaration, DeclarationKind, ExpressionKind, Targets};
use super::values::Constant;
use super::{Errors, Parse, Stop};

/// The state of the compiler.
pub struct Compiler<'a, 'e> {
    pub files: &'a [File],
    pub errors: &'e mut Errors,
    pub scopes: Scopes<'a>,
    pub nodes: Vec<Node<'a>>,
    node_of: Vec<Option<NodeId>>,
    /// Whether all declarations were parsed. If not, gaps in the numbers of members are no errors.
    pub complete: bool,
    /// The resolution of each alias.
    pub resolved: Vec<Resolved>,
    /// The evaluation of each scope that is a constant.
    pub constants: Vec<Constant>,
    /// The number of nested evaluations of aliases or values.
    pub chain: usize,
    /// How many more words all values may take.
    pub budget: usize,
}

/// Compiles the first `asked` of `files`, and their dependencies. The result is valid only if there are no
/// errors.
pub fn compile<'a>(files: &'a [File], asked: usize, errors: &mut Errors) -> Compiled<'a> {
    let scopes = Scopes::new(files, errors);
    let mut compiler = Compiler {
        node_of: vec![None; scopes.list.len()],
        resolved: vec![Resolved::Not; scopes.aliases.len()],
        constants: vec![Constant::Not; scopes.list.len()],
        files,
        complete: errors.count() == 0,
        errors,
        scopes,
        nodes: Vec::new(),
        chain: 0,
        budget: super::values::BUDGET,
    };
    let listed = compiler.listed(asked);
    for alias in 0..compiler.scopes.aliases.len() {
        if compiler.scopes.list[compiler.scopes.aliases[alias].scope].file < asked {
            // The error is already recorded.
            let _ = compiler.alias(alias);
        }
    }
    for node in &listed {
        compiler.settle(*node);
    }
    let aliases = compiler.struct_aliases();
    Compiled { nodes: compiler.nodes, scopes: compiler.scopes, node_of: compiler.node_of, listed, aliases }
}

impl<'a> Compiler<'a, '_> {
    /// Records an error about a byte of the file that contains `scope`.
    pub fn error(
        &mut self,
        scope: ScopeId,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Stop {
        let source = &self.files[self.scopes.list[scope].file].source;
        self.errors.add(source, at, message, help)
    }

    /// Compiles all nodes of the first `asked` files and all their dependencies; in that order.
    fn listed(&mut self, asked: usize) -> Vec<NodeId> {
        let mut seen = vec![false; self.scopes.list.len()];
        let mut queue = Vec::new();
        // Scopes are numbered in the order of declaration.
        for (scope, seen) in seen.iter_mut().enumerate() {
            if self.scopes.list[scope].file < asked {
                *seen = true;
                queue.push(scope);
            }
        }
        let mut listed = Vec::new();
        let mut next = 0;
        while let Some(scope) = queue.get(next).copied() {
            let node = self.node(scope);
            let mut found = Vec::new();
            let nodes = std::iter::once(node).chain(self.nodes[node].parts.iter().copied());
            for node in nodes {
                listed.push(node);
                self.nodes[node].dependencies(&mut |scope| found.push(scope));
            }
            for scope in found {
                let mut next = Some(scope);
                while let Some(scope) = next
                    && !seen[scope]
                {
                    seen[scope] = true;
                    queue.push(scope);
                    next = self.scopes.list[scope].parent;
                }
            }
            next += 1;
        }
        listed
    }

    /// The node of a scope, compiled on first use.
    pub fn node(&mut self, scope: ScopeId) -> NodeId {
        if let Some(node) = self.node_of[scope] {
            return node;
        }
        let node = self.nodes.len();
        self.node_of[scope] = Some(node);
        let this = &self.scopes.list[scope];
        let declaration = this.syntax;
        let nested = this.nested.iter().map(|child| {
            let child = &self.scopes.list[*child];
            (child.syntax.name.text.clone(), child.id)
        });
        self.nodes.push(Node {
            id: this.id,
            name: this.name.clone(),
            prefix: prefix(&this.name),
            parent: this.parent.map_or(0, |parent| self.scopes.list[parent].id),
            scope,
            parameters: declaration.parameters.iter().map(|p| p.text.clone()).collect(),
            generic: self.scopes.is_generic(scope),
            nested: nested.collect(),
            annotations: Vec::new(),
            doc: declaration.doc.clone(),
            body: Body::File,
            parts: Vec::new(),
        });
        match &declaration.what {
            DeclarationKind::Struct => {
                self.nodes[node].body = Body::Struct(Structure::default());
                self.structure(scope, node, declaration);
            }
            DeclarationKind::Enum => self.nodes[node].body = Body::Enum(self.enumerants(scope, declaration)),
            DeclarationKind::Interface { superclasses } => {
                self.interface(scope, node, superclasses, declaration)
            }
            DeclarationKind::Const { ty, .. } => {
                let ty = self.ty(scope, ty, Implicit::default());
                if ty.is_err() {
                    self.constants[scope] = Constant::To(Err(Stop));
                }
                self.nodes[node].body = Body::Const { ty: ty.unwrap_or(Type::Void), value: Value::Null };
            }
            DeclarationKind::Annotation { ty, targets } => {
                let ty = self.ty(scope, ty, Implicit::default()).unwrap_or(Type::Void);
                self.nodes[node].body = Body::Annotation { ty, targets: *targets };
            }
            _ => {}
        }
        let annotations = self.annotations(scope, &declaration.annotations, declaration.kind());
        self.nodes[node].annotations = annotations;
        node
    }

    fn enumerants(&mut self, scope: ScopeId, declaration: &'a Declaration) -> Vec<Enumerant<'a>> {
        let mut members: Vec<_> = declaration.members.iter().enumerate().collect();
        members.sort_by_key(|(_, member)| member.number.map(|n| n.value));
        self.check_ordinals(scope, members.iter().filter_map(|(_, member)| member.number));
        let mut enumerants = Vec::with_capacity(members.len());
        for (order, member) in members {
            enumerants.push(Enumerant {
                name: member.name.text.clone(),
                doc: member.doc.clone(),
                order: order as u16,
                annotations: self.annotations(scope, &member.annotations, member.kind()),
            });
        }
        enumerants
    }

    /// The applied annotations, without their values. `target` is the word for the kind of declaration.
    pub fn annotations(
        &mut self,
        scope: ScopeId,
        applications: &'a [Application],
        target: &str,
    ) -> Vec<Annotation<'a>> {
        // Errors are already recorded.
        applications.iter().filter_map(|a| self.annotation(scope, a, target).ok()).collect()
    }

    fn annotation(
        &mut self,
        scope: ScopeId,
        application: &'a Application,
        target: &str,
    ) -> Parse<Annotation<'a>> {
        let name = &application.name;
        let meaning = self.meaning(scope, name, Implicit::default())?;
        let found = match &meaning {
            Meaning::Named(named) => match named.target {
                Target::Scope(found) => Some((found, &self.scopes.list[found].syntax.what, named)),
                _ => None,
            },
            _ => None,
        };
        let Some((found, DeclarationKind::Annotation { ty, targets }, named)) = found else {
            return Err(self.error(scope, name.at, format!("'{name}' is no annotation"), ""));
        };
        if !Targets::of(target).is_some_and(|target| targets.meets(target)) {
            let words = (0..).zip(Targets::WORDS).filter(|(bit, _)| targets.0 >> bit & 1 == 1);
            let words: Vec<&str> = words.map(|(_, word)| word).collect();
            let help = format!("it is declared for: {}", words.join(", "));
            let article = if target.starts_with(['a', 'e', 'i']) { "an" } else { "a" };
            let message = format!("'{name}' cannot be applied to {article} {target}");
            return Err(self.error(scope, name.at, message, help));
        }
        // Not through its node: an annotation can have any number of annotations, even itself.
        let ty = self.ty(found, ty, Implicit::default())?;
        let brand = self.brand_of(scope, name.at, named)?;
        if application.value.is_none() && ty != Type::Void {
            let help = format!("write '${name}(…)'");
            return Err(self.error(scope, name.at, format!("'{name}' needs a value"), help));
        }
        let expression = application.value.as_ref();
        Ok(Annotation { scope: found, brand, ty, expression, value: Value::Bits(0) })
    }

    /// The first file's aliases of structs, as further names of them.
    fn struct_aliases(&mut self) -> Vec<(String, Type)> {
        let root = self.scopes.roots[0];
        let mut aliases = Vec::new();
        for alias in 0..self.scopes.aliases.len() {
            let (scope, name) = (self.scopes.aliases[alias].scope, self.scopes.aliases[alias].name);
            let Ok(Meaning::Named(named)) = self.alias(alias) else { continue };
            if let Target::Scope(target) = named.target
                && scope == root
                && matches!(self.scopes.list[target].syntax.what, DeclarationKind::Struct)
                && let Ok(brand) = self.brand_of(scope, name.at, &named)
            {
                aliases.push((name.text.clone(), Type::Struct(target, brand)));
            }
        }
        aliases
    }

    /// The scope of the constant that an expression names.
    pub fn constant_named(
        &mut self,
        scope: ScopeId,
        expression: &'a super::syntax::Expression,
    ) -> Parse<ScopeId> {
        let meaning = self.meaning(scope, expression, Implicit::default())?;
        let target = match meaning {
            Meaning::Named(named) => named.target,
            _ => Target::List,
        };
        let found = match target {
            Target::Scope(found)
                if matches!(self.scopes.list[found].syntax.what, DeclarationKind::Const { .. }) =>
            {
                found
            }
            _ => {
                let help = "a value is a literal, the name of an enumerant or that of a constant";
                return Err(self.error(scope, expression.at, format!("'{expression}' is no constant"), help));
            }
        };
        if let ExpressionKind::Name(name) = &expression.form {
            let around = self.scopes.list[found].parent;
            let around = around.filter(|s| self.scopes.list[*s].parent.is_some());
            let around = around.map_or("", |s| &self.scopes.list[s].syntax.name.text);
            let help = format!("write '{around}.{name}'");
            let message = format!("the constant '{name}' must be named with its scope");
            return Err(self.error(scope, expression.at, message, help));
        }
        Ok(found)
    }
}

/// How many bytes of a node's full name precede its own part. (A file's own part follows the last dot.)
fn prefix(name: &str) -> usize {
    name.rfind('.').max(name.rfind(':')).map_or(0, |i| i + 1)
}
