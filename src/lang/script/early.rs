//! Early reads: fields of a record are read before it is known whether they are needed.
//!
//! ```text
//! sum(t.price for t in records if t.count > 100)
//! ```
//!
//! A field that is read behind a condition keeps a data-dependent branch in the loop; if the data is random,
//! each misprediction costs as much as a dozen records. If the field is read before the condition, the
//! optimizer replaces the branch by a select, and it reads a field that is used twice only once. Reading a
//! field of a packed record cannot fail, and all fields of a short one are equally near.
//!
//! Early reads are not done for messages, whose pointers may be invalid; for elements of arrays, whose index
//! may be out of range; for long records.

use super::ty::{Ty, Typed};
use super::{Done, Lowering};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, ExprAttribute, ExprGenerator};

impl<'s> Lowering<'_, 's> {
    /// Reads the fields that a generator's element expression uses, if the generator has a condition.
    pub fn read_early(&mut self, g: &'s ExprGenerator, record: &Typed) -> Done<()> {
        let ([clause], Ty::Record(class)) = (&g.generators[..], &record.ty) else { return Ok(()) };
        let Expr::Name(target) = &clause.target else { return Ok(()) };
        if clause.ifs.is_empty() || !self.is_short(*class) {
            return Ok(());
        }
        let mut paths = Paths { target: &target.id, found: vec![] };
        paths.visit_expr(&g.elt);
        for path in paths.found {
            let mut value = record.clone();
            for step in path {
                let Ty::Record(class) = value.ty else { break };
                let name = self.unit.source.written(step.attr.range);
                value = self.record_field(class, value.one(), name, step.attr.range)?;
            }
        }
        Ok(())
    }
}

/// The attribute paths `t.a.b` in an expression, from the name on.
struct Paths<'s> {
    target: &'s str,
    found: Vec<Vec<&'s ExprAttribute>>,
}

impl<'s> Visitor<'s> for Paths<'s> {
    fn visit_expr(&mut self, e: &'s Expr) {
        let (mut path, mut inner) = (vec![], e);
        while let Expr::Attribute(a) = inner {
            path.push(a);
            inner = &a.value;
        }
        match inner {
            Expr::Name(name) if name.id == self.target && !path.is_empty() => {
                path.reverse();
                self.found.push(path);
            }
            _ => super::source::walk_expr(self, e),
        }
    }
}
