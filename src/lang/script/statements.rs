//! Statements.
//!
//! An error in a statement is reported, and lowering continues after it: the variables that it assigns are
//! [`Ty::Wrong`] from there on, about which nothing more is reported.

use super::items::Assigned;
use super::ty::{Ty, Typed};
use super::{Done, Loop, Lowering, MOST_ERRORS, Stop, Yields};
use crate::ir::{Const, Raise};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, Operator, Stmt, StmtFor, StmtIf, StmtWhile};
use ruff_text_size::TextRange;
use std::rc::Rc;

impl<'s> Lowering<'_, 's> {
    /// Lowers statements in order. Those after one that never completes are not lowered.
    pub fn block(&mut self, body: &'s [Stmt]) -> Done<()> {
        let mut unmasked = 0..0;
        for (at, stmt) in body.iter().enumerate() {
            if !unmasked.contains(&at) {
                unmasked = at..at + self.unmasked(&body[at..]);
            }
            self.mark(stmt);
            let result = self.restoring(|s| match unmasked.contains(&at) {
                true => s.low_statement(&body[unmasked.start], stmt),
                false => s.statement(stmt),
            });
            match result {
                Err(Stop::Wrong(diagnostic)) => {
                    self.unit.errors.push(*diagnostic);
                    if self.unit.errors.len() >= MOST_ERRORS {
                        return Err(Stop::Reported);
                    }
                    self.give_up(stmt);
                }
                Err(Stop::Reported) if self.unit.errors.len() < MOST_ERRORS => self.give_up(stmt),
                other => other?,
            }
        }
        Ok(())
    }

    /// The variables that a statement assigns become wrong.
    fn give_up(&mut self, stmt: &'s Stmt) {
        let mut assigned = Assigned::default();
        assigned.visit_stmt(stmt);
        for (name, _) in assigned.names {
            if let Some(at) = self.frame().names.get(name).copied() {
                self.env[at] = Typed::new(Ty::Wrong, vec![]);
            }
        }
    }

    pub fn statement(&mut self, stmt: &'s Stmt) -> Done<()> {
        match stmt {
            Stmt::Expr(s) => self.expression_statement(&s.value),
            Stmt::Assign(s) => {
                let value = self.assigned_value(&s.targets, &s.value)?;
                s.targets.iter().try_for_each(|target| self.assign(target, value.clone()))
            }
            Stmt::AnnAssign(s) => {
                let Some(value) = &s.value else { return Ok(()) };
                let value = self.value(value)?;
                self.check_annotation(&s.annotation, &value.ty, s.range)?;
                self.assign(&s.target, value)
            }
            Stmt::AugAssign(s) => self.augment(&s.target, s.op, &s.value, s.range),
            Stmt::If(s) => self.if_statement(s),
            Stmt::While(s) => self.while_statement(s),
            Stmt::For(s) => self.for_statement(s),
            Stmt::Return(s) => self.return_statement(s.value.as_deref(), s.range),
            Stmt::Break(_) => match self.frame().loops.is_empty() {
                true => Err(Stop::Reported),
                false => {
                    let edge = self.edge(None);
                    self.frame().loops.last_mut().expect("there is one").breaks.push(edge);
                    Err(Stop::Dead)
                }
            },
            Stmt::Continue(_) => match self.frame().loops.is_empty() {
                true => Err(Stop::Reported),
                false => {
                    let edge = self.edge(None);
                    self.frame().loops.last_mut().expect("there is one").continues.push(edge);
                    Err(Stop::Dead)
                }
            },
            Stmt::Pass(_) => Ok(()),
            Stmt::Assert(s) => {
                let ways = self.condition(&s.test)?;
                if !ways.no.is_empty() {
                    self.resume(ways.no)?;
                    let result = self.write_error_message("AssertionError", s.msg.as_deref());
                    if self.fell(result)?.is_some() {
                        self.b.raise(Raise::Raised);
                    }
                }
                self.resume(ways.yes)
            }
            Stmt::Raise(s) => self.raise_statement(s.exc.as_deref(), s.range),
            Stmt::With(s) => {
                for item in &s.items {
                    let file = self.value(&item.context_expr)?;
                    if file.ty != Ty::File {
                        return self.wrong(&item.context_expr, "'with' is supported for files only");
                    }
                    if let Some(target) = &item.optional_vars {
                        self.assign(target, file)?;
                    }
                }
                self.block(&s.body)
            }
            // These are handled with the declarations of the module.
            Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::FunctionDef(_) | Stmt::ClassDef(_)
                if self.frame().function.is_none() =>
            {
                Ok(())
            }
            // These have been refused, wherever they occur.
            Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::Import(_)
            | Stmt::ImportFrom(_)
            | Stmt::Try(_)
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Delete(_)
            | Stmt::Match(_)
            | Stmt::TypeAlias(_)
            | Stmt::IpyEscapeCommand(_) => Err(Stop::Reported),
        }
    }

    fn expression_statement(&mut self, e: &'s Expr) -> Done<()> {
        match e {
            // A lone string is a comment.
            Expr::StringLiteral(_) | Expr::EllipsisLiteral(_) => Ok(()),
            Expr::Yield(y) => {
                let value = match &y.value {
                    Some(value) => self.value(value)?,
                    None => Typed::none(),
                };
                self.yield_value(value, y.range)
            }
            Expr::YieldFrom(y) => self.yield_from(&y.value, y.range),
            Expr::Call(call) => match self.print_call(call)? {
                true => Ok(()),
                false => self.value(e).map(|_| ()),
            },
            e => self.value(e).map(|_| ()),
        }
    }

    /// Assigns a value to a target.
    pub fn assign(&mut self, target: &'s Expr, value: Typed) -> Done<()> {
        match target {
            Expr::Name(name) => self.set_name(&name.id, value),
            Expr::Tuple(tuple) => self.unpack_into(&tuple.elts, value, tuple.range),
            Expr::List(list) => self.unpack_into(&list.elts, value, list.range),
            Expr::Attribute(attribute) => self.set_attribute(attribute, value),
            Expr::Subscript(s) => {
                self.wrong(s, "elements cannot be assigned: all that is indexed is read-only")
            }
            other => self.wrong(other, "this cannot be assigned"),
        }
    }

    fn unpack_into(&mut self, targets: &'s [Expr], value: Typed, at: TextRange) -> Done<()> {
        if let Some(star) = targets.iter().find(|t| t.is_starred_expr()) {
            return self.wrong(star, "'*' in a target is not supported");
        }
        let value = self.given(value);
        let items = match &value.ty {
            Ty::Tuple(items) => self.items_of(&value, &items.clone()),
            Ty::Wrong => return Err(Stop::Reported),
            other => {
                let found = self.describe(other);
                return self.wrong(at, format!("{found} cannot be unpacked: a tuple is needed here"));
            }
        };
        if items.len() != targets.len() {
            let (have, want) = (items.len(), targets.len());
            return self.wrong(at, format!("a tuple of {have} cannot be unpacked into {want}"));
        }
        targets.iter().zip(items).try_for_each(|(target, item)| self.assign(target, item))
    }

    /// Assigns a variable of the current frame.
    pub fn set_name(&mut self, name: &'s str, value: Typed) -> Done<()> {
        match self.frame().names.get(name).copied() {
            Some(at) => {
                self.env[at] = value;
                Ok(())
            }
            None => match self.frame().yields.clone() {
                Yields::Suspend(suspend) => self.set_held(&suspend, name, value),
                _ => unreachable!("each assigned name is a variable"),
            },
        }
    }

    fn augment(&mut self, target: &'s Expr, op: Operator, value: &'s Expr, at: TextRange) -> Done<()> {
        // The object of an attribute is evaluated once.
        if let Expr::Attribute(attribute) = target {
            if let Some(old) = self.building_field(attribute)? {
                let right = self.value(value)?;
                let new = self.binary(old, op, right, at)?;
                return self.set_attribute(attribute, new);
            }
            let object = self.value(&attribute.value)?;
            let old = self.attribute_of(object.clone(), attribute)?;
            let right = self.value(value)?;
            let new = self.binary(old, op, right, at)?;
            return self.set_attribute_of(object, attribute, new);
        }
        let old = self.value(target)?;
        let right = self.value(value)?;
        let new = self.binary(old, op, right, at)?;
        self.assign(target, new)
    }

    fn if_statement(&mut self, s: &'s StmtIf) -> Done<()> {
        let mut ends = vec![];
        let mut clauses = vec![(Some(&*s.test), &s.body[..])];
        clauses.extend(s.elif_else_clauses.iter().map(|c| (c.test.as_ref(), &c.body[..])));
        let mut open = true;
        for (test, body) in clauses {
            let Some(test) = test else {
                let result = self.block(body);
                ends.extend(self.fell(result)?);
                open = false;
                break;
            };
            if !is_main(test) {
                self.mark(test);
                let ways = self.condition(test)?;
                if !ways.yes.is_empty() {
                    self.resume(ways.yes)?;
                    let result = self.block(body);
                    ends.extend(self.fell(result)?);
                }
                if ways.no.is_empty() {
                    open = false;
                    break;
                }
                self.resume(ways.no)?;
            } else {
                let result = self.block(body);
                ends.extend(self.fell(result)?);
                open = false;
                break;
            }
        }
        if open {
            ends.push(self.edge(None));
        }
        self.resume(ends)
    }

    fn while_statement(&mut self, s: &'s StmtWhile) -> Done<()> {
        let head = self.enter_loop(s.range.start().to_u32())?;
        self.mark(&*s.test);
        let ways = self.condition(&s.test)?;
        self.frame().loops.push(Loop::default());
        let mut again = vec![];
        if !ways.yes.is_empty() {
            self.resume(ways.yes)?;
            let result = self.block(&s.body);
            let fell = self.fell(result);
            again.extend(fell?);
        }
        let Loop { breaks, continues } = self.frame().loops.pop().expect("it was pushed");
        again.extend(continues);
        let done = match self.back(&head, again)? {
            Some(edge) => vec![edge],
            None => ways.no,
        };
        self.else_clause(done, &s.orelse, breaks)
    }

    /// Lowers the `else` clause of a loop, and joins its end with the edges of `break`.
    fn else_clause(
        &mut self,
        done: Vec<super::Edge>,
        orelse: &'s [Stmt],
        breaks: Vec<super::Edge>,
    ) -> Done<()> {
        let mut ends = breaks;
        if !done.is_empty() {
            self.resume(done)?;
            let result = self.block(orelse);
            ends.extend(self.fell(result)?);
        }
        self.resume(ends)
    }

    fn for_statement(&mut self, s: &'s StmtFor) -> Done<()> {
        let size = self.env.len();
        let home = self.frame;
        self.frame().loops.push(Loop::default());
        let consumer: super::Consumer<'s> = Rc::new(move |lowering, item| {
            let size = lowering.env.len();
            lowering.mark(&*s.target);
            lowering.assign(&s.target, item)?;
            let result = lowering.block(&s.body);
            let mut ends: Vec<super::Edge> = lowering.fell(result)?.into_iter().collect();
            let own = lowering.frames[home].loops.last_mut().expect("the loop is around");
            ends.extend(std::mem::take(&mut own.continues));
            lowering.join_to(ends, size).map(|_| ())
        });
        let result = self.iterate(&s.iter, consumer);
        let done = self.fell(result);
        let Loop { breaks, .. } = self.frame().loops.pop().expect("it was pushed");
        let done: Vec<super::Edge> = done?.into_iter().collect();
        if done.is_empty() && breaks.is_empty() {
            return Err(Stop::Dead);
        }
        let mut ends = breaks;
        if !done.is_empty() {
            self.join_to(done, size)?;
            let result = self.block(&s.orelse);
            ends.extend(self.fell(result)?);
        }
        self.join_to(ends, size).map(|_| ())
    }

    fn return_statement(&mut self, value: Option<&'s Expr>, at: TextRange) -> Done<()> {
        if self.frame().function.is_none() {
            return self.wrong(at, "'return' outside of a function");
        }
        let value = match value {
            Some(value) => self.value(value)?,
            None => Typed::none(),
        };
        if !matches!(self.frame().yields, Yields::No) && value.ty != Ty::None {
            return self.wrong(at, "a generator returns nothing: 'yield' gives values");
        }
        let edge = self.edge(Some(value));
        self.frame().returns.push(edge);
        Err(Stop::Dead)
    }

    fn raise_statement(&mut self, raised: Option<&'s Expr>, at: TextRange) -> Done<()> {
        let (name, message) = match raised {
            Some(Expr::Name(name)) => (name.id.as_str(), None),
            Some(Expr::Call(call)) => match (&*call.func, &call.arguments.args[..]) {
                (Expr::Name(name), []) => (name.id.as_str(), None),
                (Expr::Name(name), [message]) => (name.id.as_str(), Some(message)),
                _ => return self.wrong(at, "this is not supported: 'raise Name(\"message\")' is"),
            },
            _ => return self.wrong(at, "this is not supported: 'raise Name(\"message\")' is"),
        };
        if !(name.ends_with("Error")
            || name.ends_with("Exception")
            || name == "StopIteration"
            || name == "SystemExit")
        {
            return self.wrong(at, format!("'{name}' is no exception that is known here"));
        }
        if name == "SystemExit" {
            return self.exit(message);
        }
        if name == "StopIteration" && self.in_next() {
            return self.stop_iteration();
        }
        self.write_error_message(name, message)?;
        self.raised(Raise::Raised)
    }

    /// A constant bool.
    pub fn constant_bool(&mut self, holds: bool) -> Typed {
        Typed::bool(self.b.constant(Const::Bool(holds)))
    }
}

/// `__name__ == "__main__"`, which always holds: a script is never imported.
fn is_main(test: &Expr) -> bool {
    match test {
        Expr::Compare(c) => {
            matches!(&*c.left, Expr::Name(n) if n.id == "__name__")
                && matches!(&*c.ops, [ruff_python_ast::CmpOp::Eq])
                && matches!(&*c.comparators, [Expr::StringLiteral(s)] if s.value.to_str() == "__main__")
        }
        _ => false,
    }
}
