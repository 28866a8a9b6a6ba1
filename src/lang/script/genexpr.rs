//! Generator expressions that are kept: each is rewritten to a generator function before the script is
//! lowered.
//!
//! ```text
//! (x * k for x in xs if x)     →     def genexpr(.0, k):
//!                                        for x in .0:
//!                                            if x:
//!                                                yield x * k
//! ```
//!
//! As in Python, the first iterable is evaluated where the expression is, and the rest when a value is
//! requested. Python reads the variables around the expression only then, too; here they are captured by
//! value, so a variable that may change until then is refused. An expression that is consumed at once
//! ([`super::generators`]) needs none of this.

use super::items::Assigned;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{
    AtomicNodeIndex, Expr, ExprContext, ExprGenerator, ExprName, ExprYield, Identifier, ModModule, Parameter,
    ParameterWithDefault, Parameters, Stmt, StmtExpr, StmtFor, StmtFunctionDef, StmtIf,
};
use ruff_text_size::{TextRange, TextSize};
use std::collections::HashSet;

/// The name of the parameter for the first iterable.
pub const FIRST: &str = ".0";

/// The functions for all generator expressions of a script. Each has the range of its expression, by which it
/// is found.
pub fn written(module: &ModModule) -> Vec<StmtFunctionDef> {
    let mut all = All(vec![]);
    all.visit_body(&module.body);
    all.0
}

struct All(Vec<StmtFunctionDef>);

impl<'s> Visitor<'s> for All {
    fn visit_expr(&mut self, e: &'s Expr) {
        if let Expr::Generator(g) = e {
            self.0.push(function(g));
        }
        super::source::walk_expr(self, e);
    }
}

/// Whether the first iterable is no value by itself: then it is evaluated when the first value is requested.
pub fn is_lazy(g: &ExprGenerator) -> bool {
    match &g.generators[0].iter {
        Expr::Generator(_) => true,
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Name(n) if matches!(n.id.as_str(), "enumerate" | "zip" | "reversed"))
        }
        _ => false,
    }
}

/// The names that an expression uses but does not assign, without duplicates, in order.
pub fn free(g: &ExprGenerator) -> Vec<&str> {
    struct Names<'s>(Vec<&'s str>);
    impl<'s> Visitor<'s> for Names<'s> {
        fn visit_expr(&mut self, e: &'s Expr) {
            if let Expr::Name(name) = e
                && !self.0.contains(&name.id.as_str())
            {
                self.0.push(&name.id);
            }
            super::source::walk_expr(self, e);
        }
    }
    let mut names = Names(vec![]);
    let mut own = Assigned::default();
    for (i, clause) in g.generators.iter().enumerate() {
        if i > 0 || is_lazy(g) {
            names.visit_expr(&clause.iter);
        }
        clause.ifs.iter().for_each(|e| names.visit_expr(e));
        own.target(&clause.target);
    }
    names.visit_expr(&g.elt);
    let own: HashSet<&str> = own.names.iter().map(|(name, _)| *name).collect();
    names.0.retain(|name| !own.contains(name));
    names.0
}

fn function(g: &ExprGenerator) -> StmtFunctionDef {
    let range = g.range;
    let value = Expr::Yield(ExprYield {
        node_index: AtomicNodeIndex::NONE,
        range: ruff_text_size::Ranged::range(&*g.elt),
        value: Some(g.elt.clone()),
    });
    let mut body =
        vec![Stmt::Expr(StmtExpr { node_index: AtomicNodeIndex::NONE, range, value: Box::new(value) })];
    for (i, clause) in g.generators.iter().enumerate().rev() {
        for test in clause.ifs.iter().rev() {
            body = vec![Stmt::If(StmtIf {
                node_index: AtomicNodeIndex::NONE,
                range: clause.range,
                test: Box::new(test.clone()),
                body: body.into(),
                elif_else_clauses: vec![],
            })];
        }
        let iter = match i {
            0 if !is_lazy(g) => Expr::Name(ExprName {
                node_index: AtomicNodeIndex::NONE,
                range: ruff_text_size::Ranged::range(&clause.iter),
                id: Name::new_static(FIRST),
                ctx: ExprContext::Load,
            }),
            _ => clause.iter.clone(),
        };
        body = vec![Stmt::For(StmtFor {
            node_index: AtomicNodeIndex::NONE,
            // The range of each loop contains the loops after it, and all of them contain the element.
            range: TextRange::new(range.start(), range.end() - TextSize::new(i as u32)),
            is_async: false,
            target: Box::new(clause.target.clone()),
            iter: Box::new(iter),
            body: body.into(),
            orelse: Default::default(),
        })];
    }
    let first = (!is_lazy(g)).then_some(FIRST);
    let parameter = |name: &str| ParameterWithDefault {
        range,
        node_index: AtomicNodeIndex::NONE,
        parameter: Parameter {
            range,
            node_index: AtomicNodeIndex::NONE,
            name: Identifier::new(Name::new(name), range),
            annotation: None,
        },
        default: None,
    };
    let parameters = Parameters {
        range,
        args: first.into_iter().chain(free(g)).map(parameter).collect(),
        ..Parameters::default()
    };
    StmtFunctionDef {
        node_index: AtomicNodeIndex::NONE,
        range,
        is_async: false,
        decorator_list: Default::default(),
        name: Identifier::new(Name::new_static("genexpr"), range),
        type_params: None,
        parameters: Box::new(parameters),
        returns: None,
        body: body.into(),
    }
}
