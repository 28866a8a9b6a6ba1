//! Unsupported features, which are refused wherever they occur in a script, even in functions that are never
//! called.
//!
//! Each is refused by its name, with an alternative. Errors that depend on types are reported during
//! lowering.

use super::Source;
use super::items::Items;
use crate::error::Diagnostic;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    ConversionFlag, Decorator, Expr, ExprContext, InterpolatedStringElement, ModModule, Stmt,
};
use ruff_text_size::{Ranged, TextRange};

/// Built-in functions whose results are not supported.
pub const REFUSED: [&str; 34] = [
    "list",
    "dict",
    "set",
    "tuple",
    "frozenset",
    "sorted",
    "map",
    "filter",
    "str",
    "repr",
    "format",
    "chr",
    "ascii",
    "input",
    "bytes",
    "bytearray",
    "memoryview",
    "hash",
    "id",
    "type",
    "getattr",
    "setattr",
    "hasattr",
    "super",
    "complex",
    "vars",
    "eval",
    "exec",
    "globals",
    "locals",
    "callable",
    "bin",
    "hex",
    "oct",
];

/// All unsupported features in a script.
pub fn refusals(source: &Source, items: &Items, module: &ModModule) -> Vec<Diagnostic> {
    let mut refusals = Refusals { source, items, around: Around::Module, loops: 0, found: vec![] };
    refusals.visit_body(&module.body);
    refusals.found
}

/// All unsupported features in an expression.
pub fn refusals_in(source: &Source, items: &Items, e: &Expr) -> Vec<Diagnostic> {
    let mut refusals = Refusals { source, items, around: Around::Module, loops: 0, found: vec![] };
    refusals.visit_expr(e);
    refusals.found
}

/// The construct around a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Module,
    Function,
    Class,
}

struct Refusals<'a> {
    source: &'a Source,
    items: &'a Items<'a>,
    around: Around,
    /// The number of loops around, within the function.
    loops: usize,
    found: Vec<Diagnostic>,
}

impl Refusals<'_> {
    fn refuse(&mut self, at: TextRange, what: &str, help: &str) {
        let diagnostic = self.source.diagnostic(at.start(), format!("{what} is not supported"));
        self.found.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }

    fn wrong(&mut self, at: TextRange, message: &str) {
        self.found.push(self.source.diagnostic(at.start(), message));
    }

    fn decorators(&mut self, list: &[Decorator], method: bool) {
        for decorator in list {
            if method && matches!(&decorator.expression, Expr::Name(n) if n.id == "property") {
                continue;
            }
            let name = self.source.written(decorator.expression.range()).to_string();
            let help = if method { "of decorators there is only 'property'" } else { "" };
            self.refuse(decorator.range, &format!("the decorator '{name}'"), help);
        }
    }

    fn container(&mut self, at: TextRange, what: &str) {
        self.refuse(
            at,
            &format!("a {what}"),
            "nothing that grows is kept: use a tuple, or a generator expression that is consumed at once",
        );
    }
}

impl<'s> Visitor<'s> for Refusals<'_> {
    fn visit_stmt(&mut self, stmt: &'s Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                if def.is_async {
                    self.refuse(def.range, "'async'", "");
                }
                if self.around == Around::Function {
                    self.refuse(
                        def.name.range,
                        "a nested function",
                        "define it at the top of the script, and pass what it needs",
                    );
                }
                self.decorators(&def.decorator_list, self.around == Around::Class);
                let before = (self.around, std::mem::take(&mut self.loops));
                self.around = Around::Function;
                visitor::walk_stmt(self, stmt);
                (self.around, self.loops) = before;
                return;
            }
            Stmt::ClassDef(def) => {
                if self.around != Around::Module {
                    self.refuse(def.name.range, "a nested class", "");
                }
                for keyword in def.arguments.iter().flat_map(|a| &a.keywords) {
                    let name = keyword.arg.as_ref().map_or("**", |n| n.id.as_str());
                    self.refuse(keyword.range, &format!("'{name}' of a class"), "");
                }
                self.decorators(&def.decorator_list, false);
                // Functions in a class are methods.
                let before = std::mem::replace(&mut self.around, Around::Class);
                visitor::walk_body(self, &def.body);
                self.around = before;
                return;
            }
            Stmt::Break(s) if self.loops == 0 => self.wrong(s.range, "'break' outside of a loop"),
            Stmt::Continue(s) if self.loops == 0 => self.wrong(s.range, "'continue' outside of a loop"),
            Stmt::For(_) | Stmt::While(_) => {
                let orelse = match stmt {
                    Stmt::For(s) => {
                        if s.is_async {
                            self.refuse(s.range, "'async'", "");
                        }
                        self.visit_expr(&s.target);
                        self.visit_expr(&s.iter);
                        &s.orelse
                    }
                    Stmt::While(s) => {
                        self.visit_expr(&s.test);
                        &s.orelse
                    }
                    _ => unreachable!("it is a loop"),
                };
                self.loops += 1;
                match stmt {
                    Stmt::For(s) => visitor::walk_body(self, &s.body),
                    Stmt::While(s) => visitor::walk_body(self, &s.body),
                    _ => unreachable!("it is a loop"),
                }
                self.loops -= 1;
                visitor::walk_body(self, orelse);
                return;
            }
            Stmt::Try(s) => self.refuse(
                s.range,
                "'try'",
                "an error ends the script: ask before whether it can be done ('if x != 0', 'next(it, None)')",
            ),
            Stmt::Global(s) => self.refuse(s.range, "'global'", "give the value to the function, and back"),
            Stmt::Nonlocal(s) => self.refuse(s.range, "'nonlocal'", ""),
            Stmt::Delete(s) => self.refuse(s.range, "'del'", ""),
            Stmt::Match(s) => self.refuse(s.range, "'match'", "use 'if' and 'elif'"),
            Stmt::TypeAlias(s) => self.refuse(s.range, "a type alias", ""),
            Stmt::With(s) if s.is_async => self.refuse(s.range, "'async'", ""),
            Stmt::Import(_) | Stmt::ImportFrom(_) if self.around != Around::Module => {
                self.refuse(stmt.range(), "'import' anywhere but at the top of the script", "");
            }
            // Annotations are checked where values are assigned.
            Stmt::AnnAssign(s) => {
                self.visit_expr(&s.target);
                s.value.iter().for_each(|e| self.visit_expr(e));
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_annotation(&mut self, _: &'s Expr) {}

    fn visit_expr(&mut self, e: &'s Expr) {
        match e {
            Expr::Lambda(e) => return self.refuse(e.range, "'lambda'", "define a function at the top"),
            Expr::List(e) if e.ctx == ExprContext::Load => self.container(e.range, "list"),
            Expr::ListComp(e) => self.container(e.range, "list comprehension"),
            Expr::Set(e) => self.container(e.range, "set"),
            Expr::SetComp(e) => self.container(e.range, "set comprehension"),
            Expr::Dict(e) => self.container(e.range, "dict"),
            Expr::DictComp(e) => self.container(e.range, "dict comprehension"),
            Expr::Await(e) => self.refuse(e.range, "'await'", ""),
            Expr::TString(e) => self.refuse(e.range, "a t-string", ""),
            Expr::EllipsisLiteral(_) => {}
            Expr::Subscript(s) if s.ctx == ExprContext::Store => {
                self.refuse(s.range, "an element that is assigned", "all that is indexed is read-only");
            }
            Expr::Call(call)
                if matches!(&*call.func, Expr::Name(n)
                    if REFUSED.contains(&n.id.as_str()) && !self.items.names.contains_key(n.id.as_str())) =>
            {
                let name = self.source.written(call.func.range());
                let help = match name {
                    "str" | "repr" | "format" | "chr" | "ascii" | "bin" | "hex" | "oct" => {
                        "no text is built: print the value, or an f-string"
                    }
                    "list" | "dict" | "set" | "tuple" | "frozenset" | "sorted" | "map" | "filter" => {
                        "nothing that grows is kept: go through what is there with 'for', sum, min, max, any, all"
                    }
                    _ => "",
                };
                self.refuse(call.func.range(), &format!("'{name}'"), help);
            }
            // The second argument names types.
            Expr::Call(call) if matches!(&*call.func, Expr::Name(n) if n.id == "isinstance") => {
                call.arguments.args.iter().take(1).for_each(|e| self.visit_expr(e));
                return;
            }
            _ => {}
        }
        super::source::walk_expr(self, e);
    }

    fn visit_interpolated_string_element(&mut self, element: &'s InterpolatedStringElement) {
        if let InterpolatedStringElement::Interpolation(e) = element
            && e.conversion == ConversionFlag::Ascii
        {
            self.refuse(e.range, "'!a'", "");
        }
        visitor::walk_interpolated_string_element(self, element);
    }
}
