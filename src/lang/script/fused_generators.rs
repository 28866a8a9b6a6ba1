//! Generators that are fused with their only consumer.
//!
//! ```text
//! numbers = read(path)               for number in read(path):
//! for number in scaled(numbers):  →      print(2 * number)     (`scaled` is in the loop, too)
//!     print(number)
//! ```
//!
//! A variable (or parameter) that is assigned once, and used once per assignment, need not hold an object: it
//! holds the generator function and the arguments of the call ([`Ty::Waiting`]; the generator *waits*). None
//! of a generator's code runs before its first value is requested, so it can be created where the variable is
//! used: inlined there, if the use is a loop; passed on, if the use is an argument for a parameter of this
//! kind; otherwise allocated there as an object.
//!
//! Not fused, but allocated at once: generators that are assigned inside a generator that is an object
//! itself, methods, and generator expressions.

use super::calls::{parameter_names, yields};
use super::items::Item;
use super::iterate::YIELDS;
use super::ty::{Ty, Typed};
use super::{Done, Lowering, Yields};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Comprehension, Expr, ExprCall, ExprName, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::collections::HashMap;

impl<'s> Lowering<'_, 's> {
    /// The value of the right-hand side of an assignment; a call of a generator may wait.
    pub fn assigned_value(&mut self, targets: &'s [Expr], e: &'s Expr) -> Done<Typed> {
        let frame = self.frame();
        let suspended = matches!(frame.yields, Yields::Suspend(_));
        if let ([Expr::Name(name)], Expr::Call(call)) = (targets, e)
            && !suspended
            && frame.names.contains_key(name.id.as_str())
        {
            let function = frame.function;
            if self.used_once(function, &name.id)
                && let Some(waiting) = self.waiting_call(call)?
            {
                return Ok(waiting);
            }
        }
        self.value(e)
    }

    /// The value of an argument of a script function; a generator may wait.
    pub fn argument(&mut self, e: &'s Expr) -> Done<Typed> {
        let waiting = match e {
            Expr::Call(call) => self.waiting_call(call)?,
            Expr::Name(name) => self.waiting_name(name)?,
            _ => None,
        };
        match waiting {
            Some(waiting) => Ok(waiting),
            None => self.value(e),
        }
    }

    /// A call of a generator function, as a waiting generator.
    fn waiting_call(&mut self, call: &'s ExprCall) -> Done<Option<Typed>> {
        let Expr::Name(name) = &*call.func else { return Ok(None) };
        let Some(Item::Function(def)) = self.unit.items.names.get(name.id.as_str()).copied() else {
            return Ok(None);
        };
        if !(1..=YIELDS).contains(&yields(def)) {
            return Ok(None);
        }
        self.mark(call);
        let given = self.arguments_with(&call.arguments, Self::argument)?;
        let args = self.bind(def, given, call.range(), 0)?;
        self.mark(call);
        let ty = Ty::Waiting(place(def), args.iter().map(|arg| arg.ty.plain()).collect());
        Ok(Some(Typed::new(ty, args.into_iter().flat_map(|arg| arg.parts).collect())))
    }

    /// The value of a variable, if it is a waiting generator.
    fn waiting_name(&mut self, name: &'s ExprName) -> Done<Option<Typed>> {
        let Some(at) = self.frame().names.get(name.id.as_str()).copied() else { return Ok(None) };
        let waits = match &self.env[at].ty {
            Ty::Maybe(of) => matches!(**of, Ty::Waiting(..)),
            ty => matches!(ty, Ty::Waiting(..)),
        };
        match waits {
            true => self.assigned(self.env[at].clone(), &name.id, name.range).map(Some),
            false => Ok(None),
        }
    }

    /// The function and the arguments of the waiting generator in a variable, if it can be inlined where the
    /// variable is used.
    pub fn waited_for(&mut self, name: &'s ExprName) -> Done<Option<(&'s StmtFunctionDef, Vec<Typed>)>> {
        let Some(waiting) = self.waiting_name(name)? else { return Ok(None) };
        let (def, args) = self.call_of(waiting);
        Ok(self.has_room_for(def).then_some((def, args)))
    }

    /// Allocates the object of a waiting generator; other values are returned unchanged.
    pub fn awake(&mut self, value: Typed, at: TextRange) -> Done<Typed> {
        if !matches!(value.ty, Ty::Waiting(..)) {
            return Ok(value);
        }
        let (def, args) = self.call_of(value);
        self.call_function(def, None, args, at)
    }

    /// Like [`awake`](Self::awake) for an argument, but a generator goes on waiting if the parameter allows
    /// it.
    pub fn awake_for(
        &mut self,
        def: &'s StmtFunctionDef,
        name: &str,
        value: Typed,
        at: TextRange,
    ) -> Done<Typed> {
        match value.ty {
            Ty::Waiting(..) if self.used_once(Some(def), name) => Ok(value),
            _ => self.awake(value, at),
        }
    }

    /// Whether a name is assigned once and used once in a function, or in the script itself. The body is
    /// analyzed at the first lookup.
    fn used_once(&mut self, function: Option<&'s StmtFunctionDef>, name: &str) -> bool {
        let body = function.map_or(self.unit.body, |def| &def.body);
        let uses = self.unit.uses.entry(function.map(place)).or_insert_with(|| {
            let parameters = function.map(parameter_names).unwrap_or_default();
            Uses::of(body, &parameters)
        });
        uses.once(name)
    }

    fn call_of(&self, waiting: Typed) -> (&'s StmtFunctionDef, Vec<Typed>) {
        let Ty::Waiting(function, types) = waiting.ty else { unreachable!("{:?} does not wait", waiting.ty) };
        let of = |item: &Item<'s>| match item {
            Item::Function(def) if place(def) == function => Some(*def),
            _ => None,
        };
        let def = self.unit.items.names.values().find_map(of).expect("it is a function of the script");
        let mut parts = waiting.parts.into_iter();
        let mut arg = |ty: Ty| {
            let count = self.layout(&ty).len();
            Typed::new(ty, parts.by_ref().take(count).collect())
        };
        (def, types.into_iter().map(&mut arg).collect())
    }
}

fn place(def: &StmtFunctionDef) -> u32 {
    def.name.range.start().to_u32()
}

/// An assignment or a use of a name.
#[derive(Debug)]
struct Place {
    at: TextSize,
    /// The innermost loop around it.
    within: Option<TextSize>,
    /// The innermost conditional block around it.
    branch: Option<TextRange>,
}

/// The assignments and uses of all names in a body.
#[derive(Debug, Default)]
pub struct Uses<'s> {
    names: HashMap<&'s str, Places>,
    /// The loops and the innermost conditional block around the current node.
    loops: Vec<TextSize>,
    branch: Option<TextRange>,
}

#[derive(Debug, Default)]
struct Places {
    assigned: Vec<Place>,
    used: Vec<Place>,
}

impl<'s> Uses<'s> {
    /// Analyzes a body. Its parameters are assigned before it.
    fn of(body: &'s [Stmt], parameters: &[&'s str]) -> Uses<'s> {
        let mut uses = Uses::default();
        for name in parameters {
            let place = Place { at: TextSize::new(0), within: None, branch: None };
            uses.names.entry(*name).or_default().assigned.push(place);
        }
        uses.visit_body(body);
        uses
    }

    /// Whether a name is assigned once, and used once after that in the same loop.
    fn once(&self, name: &str) -> bool {
        let Some(Places { assigned, used }) = self.names.get(name) else { return false };
        let ([assigned], [used]) = (&assigned[..], &used[..]) else { return false };
        // An iteration that does not assign the variable would use the value of an earlier one.
        let always = |branch: TextRange| assigned.within.is_none() || branch.contains(used.at);
        assigned.at < used.at && assigned.within == used.within && assigned.branch.is_none_or(always)
    }

    fn inside(&mut self, range: TextRange, f: impl FnOnce(&mut Self)) {
        self.loops.push(range.start());
        f(self);
        self.loops.pop();
    }

    /// Visits statements that run conditionally.
    fn branch(&mut self, body: &'s [Stmt]) {
        let ([first, .., last] | [first @ last]) = body else { return };
        let around = self.branch.replace(TextRange::new(first.start(), last.end()));
        self.visit_body(body);
        self.branch = around;
    }

    /// Visits what a comprehension evaluates for each value; its first iterable is evaluated once.
    fn comprehension(&mut self, range: TextRange, clauses: &'s [Comprehension], items: &[&'s Expr]) {
        if let Some(first) = clauses.first() {
            self.visit_expr(&first.iter);
        }
        self.inside(range, |s| {
            for (i, clause) in clauses.iter().enumerate() {
                s.visit_expr(&clause.target);
                if i > 0 {
                    s.visit_expr(&clause.iter);
                }
                clause.ifs.iter().for_each(|e| s.visit_expr(e));
            }
            items.iter().for_each(|e| s.visit_expr(e));
        });
    }
}

impl<'s> Visitor<'s> for Uses<'s> {
    fn visit_stmt(&mut self, stmt: &'s Stmt) {
        match stmt {
            Stmt::While(s) => {
                self.inside(s.range, |uses| {
                    uses.visit_expr(&s.test);
                    uses.branch(&s.body);
                });
                self.branch(&s.orelse);
            }
            Stmt::For(s) => {
                self.visit_expr(&s.iter);
                self.inside(s.range, |uses| {
                    uses.visit_expr(&s.target);
                    uses.branch(&s.body);
                });
                self.branch(&s.orelse);
            }
            Stmt::If(s) => {
                self.visit_expr(&s.test);
                self.branch(&s.body);
                for clause in &s.elif_else_clauses {
                    clause.test.iter().for_each(|test| self.visit_expr(test));
                    self.branch(&clause.body);
                }
            }
            // The function may be called many times.
            Stmt::FunctionDef(def) => self.inside(def.range, |uses| visitor::walk_stmt(uses, stmt)),
            Stmt::ClassDef(class) => self.inside(class.range, |uses| visitor::walk_stmt(uses, stmt)),
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, e: &'s Expr) {
        match e {
            Expr::Name(name) => {
                let within = self.loops.last().copied();
                let place = Place { at: name.range.start(), within, branch: self.branch };
                let places = self.names.entry(&name.id).or_default();
                if name.ctx.is_load() { places.used.push(place) } else { places.assigned.push(place) }
            }
            Expr::Generator(g) => self.comprehension(g.range, &g.generators, &[&g.elt]),
            Expr::Lambda(lambda) => self.inside(lambda.range, |uses| visitor::walk_expr(uses, e)),
            _ => super::source::walk_expr(self, e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_python_parser::parse_module;

    #[test]
    fn a_name_is_used_once() {
        let rows = [
            ("g = f()\nfor i in g: print(i)", true),
            ("g = f()\nprint(sum(x * 2 for x in g))", true),
            ("g = f()\nif c: print(sum(g))", true),
            ("for k in r:\n g = f(k)\n h(g)", true),
            ("g = f()\nwhile c:\n pass\nelse: h(g)", true),
            ("g = f()", false),
            ("h(g)\ng = f()", false),
            ("g = f()\nfor i in g: print(i, next(g))", false),
            ("g = f()\nfor k in r:\n for i in g: print(i)", false),
            ("g = f()\nwhile next(g): pass", false),
            ("g = f()\nh(x for x in r for y in g)", false),
            ("g = f()\nh(y for x in r if next(g))", false),
            ("g = f()\ng = h(g)", false),
            ("for k in r:\n if k: h(g)\n g = f()", false),
            ("g = f()\ndef h(): return next(g)", false),
            ("g = f()\nh(g, g)", false),
            ("g = f()\nprint(f'{sum(g)} {sum(g)}')", false),
            ("for g in r: h(g)", true),
            ("if c: g = f()\nelse: g = k()\nh(g)", false),
            ("if c: g = f()\nh(g)", true),
            ("for k in r:\n if k: g = f(k)\n h(g)", false),
            ("for k in r:\n if k:\n  g = f(k)\n  if c: h(g)", true),
            ("for k in r:\n if k: pass\n elif c: g = f(k)\n h(g)", false),
            ("for k in r:\n if k: g = f(k)\n else: h(g)", false),
            ("for k in r:\n for l in k: pass\n else: g = f(k)\n h(g)", false),
            ("for k in r:\n if k: continue\n g = f(k)\n h(g)", true),
        ];
        for (text, once) in rows {
            let module = parse_module(text).expect("it is Python").into_syntax();
            assert_eq!(Uses::of(&module.body, &[]).once("g"), once, "{text}");
        }
        let module = parse_module("for i in g: print(i)").expect("it is Python").into_syntax();
        let uses = Uses::of(&module.body, &["g", "h"]);
        assert!(uses.once("g") && !uses.once("h"));
    }
}
