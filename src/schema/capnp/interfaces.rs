//! From an interface's declaration to its node, and to those of the structs that its methods take and return.
//!
//! They are for code generators; a schema has no interfaces.

use super::compiler::Compiler;
use super::generics::{Implicit, Meaning, Target};
use super::nodes::{Body, Method, Node, NodeId, Side, Structure, Superclass};
use super::scopes::{Member, ScopeId};
use super::syntax::{Declaration, DeclarationKind, Expression, Name, Parameter, Signature};
use super::{Parse, ids, standard};

/// The parameters or the results of a method, before compilation.
struct UncompiledSide<'a> {
    method: &'a Declaration,
    signature: Option<&'a Signature>,
    results: bool,
}

impl<'a> Compiler<'a, '_> {
    /// Compiles an interface into `node`, which is already in the list of nodes.
    pub fn interface(
        &mut self,
        scope: ScopeId,
        node: NodeId,
        superclasses: &'a [Expression],
        declaration: &'a Declaration,
    ) {
        // Errors are already recorded.
        let superclasses = superclasses.iter().filter_map(|s| self.superclass(scope, s).ok()).collect();
        let members = declaration.members.iter().filter(|m| matches!(m.what, DeclarationKind::Method { .. }));
        let mut numbered: Vec<(usize, &Declaration)> = members.enumerate().collect();
        numbered.sort_by_key(|(_, member)| member.number.map(|n| n.value));
        self.check_ordinals(scope, numbered.iter().filter_map(|(_, member)| member.number));
        let mut methods = Vec::with_capacity(numbered.len());
        for (order, method) in numbered {
            let DeclarationKind::Method { parameters, results } = &method.what else { continue };
            let taken = UncompiledSide { method, signature: Some(parameters), results: false };
            let returned = UncompiledSide { method, signature: results.as_ref(), results: true };
            let (Ok(parameters), Ok(results)) =
                (self.side(scope, node, &taken), self.side(scope, node, &returned))
            else {
                continue;
            };
            methods.push(Method {
                name: method.name.text.clone(),
                doc: method.doc.clone(),
                order: order as u16,
                implicit: names(&method.parameters),
                parameters,
                results,
                annotations: self.annotations(scope, &method.annotations, method.kind()),
            });
        }
        self.nodes[node].body = Body::Interface { superclasses, methods };
    }

    fn superclass(&mut self, scope: ScopeId, expression: &'a Expression) -> Parse<Superclass> {
        let meaning = self.meaning(scope, expression, Implicit::default())?;
        if let Meaning::Named(named) = &meaning
            && let Target::Scope(target) = named.target
            && matches!(self.scopes.list[target].syntax.what, DeclarationKind::Interface { .. })
        {
            let brand = self.brand_of(scope, expression.at, named)?;
            return Ok(Superclass { scope: target, brand });
        }
        let help = "an interface extends interfaces only";
        Err(self.error(scope, expression.at, format!("'{expression}' is no interface"), help))
    }

    fn side(&mut self, scope: ScopeId, interface: NodeId, half: &UncompiledSide<'a>) -> Parse<Side> {
        let implicit = &half.method.parameters;
        match half.signature {
            None => self.made(scope, interface, half, &[]),
            Some(Signature::List(list)) => self.made(scope, interface, half, list),
            Some(Signature::Type(expression)) => {
                let meaning = self.meaning(scope, expression, Implicit { names: implicit, id: None })?;
                if let Meaning::Named(named) = &meaning
                    && let Target::Scope(target) = named.target
                    && matches!(self.scopes.list[target].syntax.what, DeclarationKind::Struct)
                {
                    let brand = self.brand_of(scope, expression.at, named)?;
                    return Ok(Side { id: self.scopes.list[target].id, scope: Some(target), brand });
                }
                let help = "a method takes and returns a struct, or a list of parameters in parentheses";
                Err(self.error(scope, expression.at, format!("'{expression}' is no struct"), help))
            }
            Some(Signature::Stream { at }) if !half.results => {
                let message = "only the results of a method can be a stream";
                Err(self.error(scope, *at, message, "write '-> stream'"))
            }
            Some(Signature::Stream { at }) => {
                let file = &self.files[self.scopes.list[scope].file];
                let root = match file.imports.get(standard::STREAM) {
                    Some(Ok(file)) => self.scopes.roots[*file],
                    _ => return Err(self.error(scope, *at, "the file of 'stream' cannot be read", "")),
                };
                match self.scopes.list[root].members.get("StreamResult") {
                    Some(Member::Scope(target)) => {
                        let id = self.scopes.list[*target].id;
                        Ok(Side { id, scope: Some(*target), brand: Vec::new() })
                    }
                    _ => {
                        let message = format!("\"{}\" does not declare 'StreamResult'", standard::STREAM);
                        Err(self.error(scope, *at, message, "use the standard file"))
                    }
                }
            }
        }
    }

    /// Makes a struct, which nothing else can name, from a list of parameters or results.
    fn made(
        &mut self,
        scope: ScopeId,
        interface: NodeId,
        half: &UncompiledSide<'a>,
        list: &'a [Parameter],
    ) -> Parse<Side> {
        let UncompiledSide { method, results, .. } = half;
        let implicit = &method.parameters;
        let outer = &self.nodes[interface];
        let ordinal = method.number.map_or(0, |n| n.value as u16);
        let id = ids::of_parameters(outer.id, ordinal, *results);
        let suffix = if *results { "Results" } else { "Params" };
        let made = self.nodes.len();
        self.nodes.push(Node {
            id,
            name: format!("{}.{}${suffix}", outer.name, method.name.text),
            prefix: outer.name.len() + 1,
            parent: 0,
            scope,
            parameters: names(implicit),
            generic: outer.generic || !implicit.is_empty(),
            nested: Vec::new(),
            annotations: Vec::new(),
            doc: None,
            body: Body::Struct(Structure::default()),
            parts: Vec::new(),
        });
        self.nodes[interface].parts.push(made);
        self.parameters(scope, made, list, Implicit { names: implicit, id: Some(id) });
        // The method's own parameters are left unbound, as in the reference.
        let brand = self.own_brand(scope)?;
        Ok(Side { id, scope: None, brand })
    }
}

fn names(list: &[Name]) -> Vec<String> {
    list.iter().map(|name| name.text.clone()).collect()
}
