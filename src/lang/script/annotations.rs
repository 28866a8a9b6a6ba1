//! Type annotations. They are optional; those present are checked.
//!
//! A value keeps its own type: an `int` passed where `float` is annotated stays an `int`, as in Python.

use super::items::Item;
use super::ty::Ty;
use super::{Done, Lowering};
use ruff_python_ast::{Expr, Operator};
use ruff_text_size::TextRange;

impl Lowering<'_, '_> {
    /// Reports an error if the annotation does not allow values of that type; `at` is the position of the
    /// value.
    pub fn check_annotation(&mut self, annotation: &Expr, ty: &Ty, at: TextRange) -> Done<()> {
        match self.allows(annotation, ty)? {
            true => Ok(()),
            false => {
                let (announced, found) = (self.unit.source.written(range_of(annotation)), self.describe(ty));
                self.wrong(at, format!("this is {found}, but '{announced}' is announced"))
            }
        }
    }

    fn allows(&self, annotation: &Expr, ty: &Ty) -> Done<bool> {
        if matches!(ty, Ty::Wrong | Ty::Never | Ty::Mixed(_) | Ty::Unset) {
            return Ok(true);
        }
        if let Ty::Maybe(of) = ty {
            return self.allows(annotation, of);
        }
        Ok(match annotation {
            Expr::NoneLiteral(_) => *ty == Ty::None,
            Expr::Name(name) => match name.id.as_str() {
                "int" => matches!(ty, Ty::Int(_) | Ty::Bool | Ty::Enum(_)),
                "float" => matches!(ty, Ty::Int(_) | Ty::Bool | Ty::Float | Ty::Number | Ty::Enum(_)),
                "bool" => *ty == Ty::Bool,
                "str" => matches!(ty, Ty::Str | Ty::Enum(_)),
                "bytes" => *ty == Ty::Bytes,
                "tuple" => matches!(ty, Ty::Tuple(_)),
                "range" => *ty == Ty::Range,
                "object" => true,
                id => match self.unit.items.names.get(id) {
                    Some(Item::Class(class)) => *ty == Ty::Object(*class),
                    Some(Item::Imported(_)) => true,
                    _ => match ty {
                        Ty::Record(class) => self.class_called(*class) == id,
                        _ => return self.wrong(annotation, format!("'{id}' is no type that is known here")),
                    },
                },
            },
            Expr::BinOp(either) if either.op == Operator::BitOr => match ty {
                Ty::Optional(of) => {
                    let none =
                        self.allows(&either.left, &Ty::None)? || self.allows(&either.right, &Ty::None)?;
                    none && (self.allows(&either.left, of)? || self.allows(&either.right, of)?)
                }
                Ty::Number => {
                    self.allows(&either.left, &Ty::Float)? || self.allows(&either.right, &Ty::Float)?
                }
                ty => self.allows(&either.left, ty)? || self.allows(&either.right, ty)?,
            },
            Expr::Subscript(of) => {
                let items = match &*of.slice {
                    Expr::Tuple(tuple) => tuple.elts.iter().collect(),
                    one => vec![one],
                };
                match (name_of(&of.value), ty, &items[..]) {
                    ("Optional", Ty::None, _) => true,
                    ("Optional", Ty::Optional(of), [item]) => self.allows(item, of)?,
                    ("Optional", ty, [item]) => self.allows(item, ty)?,
                    ("tuple" | "Tuple", Ty::Tuple(types), [item, Expr::EllipsisLiteral(_)]) => {
                        types.iter().try_fold(true, |all, ty| Ok(all && self.allows(item, ty)?))?
                    }
                    ("tuple" | "Tuple", Ty::Tuple(types), items) => {
                        let pairs = items.iter().zip(types);
                        items.len() == types.len()
                            && pairs
                                .clone()
                                .try_fold(true, |all, (item, ty)| Ok(all && self.allows(item, ty)?))?
                    }
                    ("tuple" | "Tuple", ..) => false,
                    ("Final", ty, [item]) => self.allows(item, ty)?,
                    ("Iterator" | "Iterable" | "Generator", ty, _) => {
                        matches!(
                            ty,
                            Ty::Generator(_)
                                | Ty::Waiting(..)
                                | Ty::Object(_)
                                | Ty::Range
                                | Ty::List(..)
                                | Ty::Records(_)
                        )
                    }
                    _ => return self.wrong(annotation, "this annotation is not supported"),
                }
            }
            // Types written as strings are not checked, nor are attributes, such as other names from
            // `typing`.
            Expr::StringLiteral(_) | Expr::Attribute(_) => true,
            _ => return self.wrong(annotation, "this annotation is not supported"),
        })
    }
}

fn range_of(e: &Expr) -> TextRange {
    ruff_text_size::Ranged::range(e)
}

fn name_of(e: &Expr) -> &str {
    match e {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(a) => a.attr.id.as_str(),
        _ => "",
    }
}
