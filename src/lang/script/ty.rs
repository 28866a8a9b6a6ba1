//! The types of the language, the layout of their values in the IR, and the join of types.
//!
//! A value of the language consists of IR values ([`Typed`]): a tuple of those of its items, `None` of none
//! at all, so neither is ever allocated. Integers have 64 bits in one of two representations; [`Whole`] is
//! the representation, and what is known of the sign.
//!
//! A variable has one type at each point of the code. Where edges meet, it has the [`join`] of their types:
//! `int` and `float` become a [`Ty::Number`], which records which of them it is (an accumulator that starts
//! with `0` prints as `0` if nothing was added); a value and `None` become an optional. Types without a join
//! become [`Ty::Mixed`], which is an error only where it is used.

use crate::ir::{Base, ClassId, Type, Value};

/// The representation of an integer, and what is known of its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Whole {
    /// An `i64` that is not negative.
    Natural,
    /// An `i64`.
    Signed,
    /// A `u64`.
    Unsigned,
}

/// A type of the language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// `None`.
    None,
    /// A bool.
    Bool,
    /// An integer.
    Int(Whole),
    /// An integer of 128 bits (see [`super::wide`]).
    Wide,
    /// A known integer that does not fit 64 bits (see [`super::constants`]).
    Known(i128),
    /// The lower 64 bits of an integer, as an `i64` (see [`super::masks`]).
    Low,
    /// A float.
    Float,
    /// An integer or a float: a flag (is it a float?), the value as an integer if it is one, and the value as
    /// a float.
    Number,
    /// Text, in UTF-8.
    Str,
    /// Bytes.
    Bytes,
    /// A number with names: those of the list with this index (see `Names`).
    Enum(usize),
    /// A value, or `None`.
    Optional(Box<Ty>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// A `range`: start, stop, step.
    Range,
    /// An object of a class of the script.
    Object(usize),
    /// An object of a generator, by the number of the instance of its function.
    Generator(usize),
    /// A generator that is created at its only use: the position of its function, and the types of its
    /// arguments (see [`super::fused_generators`]).
    Waiting(u32, Vec<Ty>),
    /// A struct of the schema.
    Record(ClassId),
    /// A list or array of the schema, and the type of its elements.
    List(ClassId, Box<Ty>),
    /// All records of the input.
    Records(ClassId),
    /// A file that is read: the input, and a position in it.
    File,
    /// A variable that may not have been assigned.
    Maybe(Box<Ty>),
    /// A variable that has not been assigned.
    Unset,
    /// A variable whose type differs between paths.
    Mixed(Box<(Ty, Ty)>),
    /// The result of a function that never returns.
    Never,
    /// The result of `__next__` when it raises `StopIteration`.
    Stopped,
    /// A value in which an error has been reported.
    Wrong,
}

/// A value: its type, and the IR values that it consists of.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub ty: Ty,
    pub parts: Vec<Value>,
}

impl Typed {
    pub fn new(ty: Ty, parts: Vec<Value>) -> Typed {
        Typed { ty, parts }
    }
    /// A value that is a single IR value.
    pub fn of(ty: Ty, part: Value) -> Typed {
        Typed { ty, parts: vec![part] }
    }
    pub fn none() -> Typed {
        Typed { ty: Ty::None, parts: vec![] }
    }
    pub fn bool(part: Value) -> Typed {
        Typed::of(Ty::Bool, part)
    }
    pub fn int(part: Value) -> Typed {
        Typed::of(Ty::INT, part)
    }
    pub fn natural(part: Value) -> Typed {
        Typed::of(Ty::NATURAL, part)
    }
    pub fn float(part: Value) -> Typed {
        Typed::of(Ty::Float, part)
    }
    /// Its only IR value.
    pub fn one(&self) -> Value {
        match self.parts[..] {
            [part] => part,
            _ => unreachable!("{:?} is not one value", self.ty),
        }
    }
}

impl Ty {
    pub const INT: Ty = Ty::Int(Whole::Signed);
    pub const NATURAL: Ty = Ty::Int(Whole::Natural);
    pub const UINT: Ty = Ty::Int(Whole::Unsigned);

    /// Whether arithmetic accepts it as an integer.
    pub fn is_int(&self) -> bool {
        matches!(self, Ty::Int(_) | Ty::Bool | Ty::Enum(_))
    }

    /// Whether arithmetic accepts it.
    pub fn is_number(&self) -> bool {
        self.is_int() || matches!(self, Ty::Float | Ty::Number | Ty::Wide)
    }

    pub fn optional(self) -> Ty {
        match self {
            Ty::Optional(_) | Ty::None => self,
            other => Ty::Optional(Box::new(other)),
        }
    }

    /// The type as it is known across calls and in fields: without the sign of integers.
    pub fn plain(&self) -> Ty {
        match self {
            Ty::Int(Whole::Natural) => Ty::INT,
            Ty::Optional(of) => Ty::Optional(Box::new(of.plain())),
            Ty::Tuple(items) => Ty::Tuple(items.iter().map(Ty::plain).collect()),
            other => other.clone(),
        }
    }

    /// The types of the IR values of this type; `object` returns the class of an object, generator or file.
    pub fn layout(&self, object: &impl Fn(&Ty) -> ClassId) -> Vec<Type> {
        match self {
            Ty::None | Ty::Known(_) | Ty::Unset | Ty::Mixed(_) | Ty::Never | Ty::Stopped | Ty::Wrong => {
                vec![]
            }
            Ty::Bool => vec![Type::BOOL],
            Ty::Int(Whole::Unsigned) => vec![Type::U64],
            Ty::Int(_) | Ty::Enum(_) | Ty::Low => vec![Type::I64],
            Ty::Wide => vec![Type::U64, Type::I64],
            Ty::Float => vec![Type::F64],
            Ty::Number => vec![Type::BOOL, Type::I64, Type::F64],
            Ty::Str | Ty::Bytes | Ty::Records(_) => vec![Type::VIEW],
            Ty::Optional(of) | Ty::Maybe(of) => perhaps(&of.layout(object)),
            Ty::Tuple(items) | Ty::Waiting(_, items) => {
                items.iter().flat_map(|ty| ty.layout(object)).collect()
            }
            Ty::Range => vec![Type::I64; 3],
            Ty::Record(class) | Ty::List(class, _) => vec![Type::object(*class)],
            Ty::Object(_) | Ty::Generator(_) | Ty::File => vec![Type::object(object(self))],
        }
    }
}

/// The layout of a value of this layout that may be absent: an optional if it is a single value; otherwise a
/// flag and then the parts, of which views and objects become optionals.
pub fn perhaps(parts: &[Type]) -> Vec<Type> {
    match parts {
        [one] if !one.optional => vec![Type::optional(one.base)],
        _ => [Type::BOOL].into_iter().chain(parts.iter().map(|ty| replaceable(*ty))).collect(),
    }
}

fn replaceable(ty: Type) -> Type {
    match ty.base {
        Base::View | Base::Ref(_) => Type::optional(ty.base),
        _ => ty,
    }
}

/// The join of two types.
pub fn join(a: &Ty, b: &Ty) -> Ty {
    let or_none = |ty: &Ty| ty.clone().optional();
    match (a, b) {
        (a, b) if a == b => a.clone(),
        (Ty::Wrong, _) | (_, Ty::Wrong) => Ty::Wrong,
        (Ty::Never, ty) | (ty, Ty::Never) => ty.clone(),
        (Ty::Mixed(_), _) => a.clone(),
        (_, Ty::Mixed(_)) => b.clone(),
        (Ty::Unset, Ty::Maybe(_)) => b.clone(),
        (Ty::Maybe(_), Ty::Unset) => a.clone(),
        (Ty::Unset, ty) | (ty, Ty::Unset) => Ty::Maybe(Box::new(ty.clone())),
        (Ty::Maybe(a), Ty::Maybe(b)) => maybe(join(a, b)),
        (Ty::Maybe(a), b) => maybe(join(a, b)),
        (a, Ty::Maybe(b)) => maybe(join(a, b)),
        (Ty::Int(a), Ty::Int(b)) => match (a.min(b), a.max(b)) {
            (Whole::Natural, b) => Ty::Int(*b),
            _ => Ty::INT,
        },
        (Ty::Wide, Ty::Int(_) | Ty::Enum(_)) | (Ty::Int(_) | Ty::Enum(_), Ty::Wide) => Ty::Wide,
        (Ty::Int(_) | Ty::Wide | Ty::Float | Ty::Number, Ty::Int(_) | Ty::Wide | Ty::Float | Ty::Number) => {
            Ty::Number
        }
        (Ty::Enum(_), Ty::Int(_)) | (Ty::Int(_), Ty::Enum(_)) => Ty::INT,
        (Ty::None, ty) | (ty, Ty::None) => or_none(ty),
        (Ty::Optional(a), Ty::Optional(b)) => joined_optional(join(a, b)),
        (Ty::Optional(a), b) => joined_optional(join(a, b)),
        (a, Ty::Optional(b)) => joined_optional(join(a, b)),
        (Ty::Tuple(x), Ty::Tuple(y)) if x.len() == y.len() => join_all(x, y, Ty::Tuple),
        (Ty::Waiting(f, x), Ty::Waiting(g, y)) if f == g => join_all(x, y, |args| Ty::Waiting(*f, args)),
        (a, b) => Ty::Mixed(Box::new((a.clone(), b.clone()))),
    }
}

/// The join of two types that consist of equally many parts of one kind.
fn join_all(x: &[Ty], y: &[Ty], of: impl FnOnce(Vec<Ty>) -> Ty) -> Ty {
    let items: Vec<Ty> = x.iter().zip(y).map(|(x, y)| join(x, y)).collect();
    match items.iter().find(|ty| matches!(ty, Ty::Mixed(_))) {
        Some(mixed) => mixed.clone(),
        None => of(items),
    }
}

fn maybe(ty: Ty) -> Ty {
    match ty {
        Ty::Mixed(_) | Ty::Wrong => ty,
        ty => Ty::Maybe(Box::new(ty)),
    }
}

fn joined_optional(ty: Ty) -> Ty {
    match ty {
        Ty::Mixed(_) | Ty::Wrong => ty,
        ty => ty.optional(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_types_have_in_common() {
        let text = || Ty::Optional(Box::new(Ty::Str));
        let rows = [
            (Ty::NATURAL, Ty::INT, Ty::INT),
            (Ty::NATURAL, Ty::UINT, Ty::UINT),
            (Ty::INT, Ty::UINT, Ty::INT),
            (Ty::NATURAL, Ty::Float, Ty::Number),
            (Ty::Number, Ty::UINT, Ty::Number),
            (Ty::Wide, Ty::UINT, Ty::Wide),
            (Ty::Wide, Ty::Float, Ty::Number),
            (Ty::None, Ty::Str, text()),
            (text(), Ty::Str, text()),
            (Ty::Unset, Ty::None, Ty::Maybe(Box::new(Ty::None))),
            (Ty::Maybe(Box::new(Ty::Str)), Ty::None, Ty::Maybe(Box::new(text()))),
            (
                Ty::Tuple(vec![Ty::INT, Ty::None]),
                Ty::Tuple(vec![Ty::Float, Ty::Str]),
                Ty::Tuple(vec![Ty::Number, text()]),
            ),
            (
                Ty::Waiting(7, vec![Ty::INT, text()]),
                Ty::Waiting(7, vec![Ty::Float, Ty::None]),
                Ty::Waiting(7, vec![Ty::Number, text()]),
            ),
            (Ty::Bool, Ty::INT, Ty::Mixed(Box::new((Ty::Bool, Ty::INT)))),
        ];
        for (a, b, both) in rows {
            assert_eq!(join(&a, &b), both, "{a:?} and {b:?}");
            if !matches!(both, Ty::Mixed(_)) {
                assert_eq!(join(&b, &a), both, "{b:?} and {a:?}");
                assert_eq!(join(&a, &both), both, "{a:?} and {both:?}");
            }
        }
    }
}
