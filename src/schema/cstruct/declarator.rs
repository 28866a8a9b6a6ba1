//! Declarators: a name and its array lengths, and the type that they derive from a base type.

use super::attributes::Attributes;
use super::layout::MAX_SIZE;
use super::lexer::TokenKind;
use super::parser::Parser;
use super::specifiers::{Base, is_keyword};
use super::{Parse, Stop};
use crate::schema::{Endian, Scalar, Type};

/// A type, with properties that C needs and a schema does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct Ctype {
    pub ty: Type,
    pub align: u64,
    /// The byte order is part of the type (`__be16`): that of the struct does not apply.
    pub fixed: bool,
    /// Plain `char`: an array of it is text.
    pub text: bool,
}

/// The largest number of dimensions of an array, including those of its typedefs.
const MAX_DIMS: usize = 32;

impl Ctype {
    pub fn scalar(scalar: Scalar) -> Ctype {
        Ctype { ty: Type::Scalar(scalar, Endian::Little), align: scalar.size(), fixed: false, text: false }
    }

    /// Width in bits, and whether it is unsigned, if it is an integer.
    pub fn integer(&self) -> Option<(u32, bool)> {
        let (Type::Scalar(scalar, _) | Type::Enum(_, scalar, _)) = self.ty else { return None };
        let unsigned = matches!(scalar, Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64);
        let signed = matches!(scalar, Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64);
        (unsigned || signed).then_some((scalar.size() as u32 * 8, unsigned))
    }
}

/// The type with its scalars in the given order; structs within keep theirs.
pub fn with_order(ty: Type, order: Endian) -> Type {
    match ty {
        Type::Scalar(scalar, _) => Type::Scalar(scalar, order),
        Type::Enum(id, scalar, _) => Type::Enum(id, scalar, order),
        Type::Array(element, n) => Type::Array(Box::new(with_order(*element, order)), n),
        other => other,
    }
}

/// A name with array lengths.
pub struct Declarator<'a> {
    pub name: &'a str,
    pub at: usize,
    /// Lengths, outermost first, each with its position.
    pub dims: Vec<(u64, usize)>,
    pub attributes: Attributes,
}

impl<'a> Parser<'a, '_, '_> {
    pub fn declarator(&mut self) -> Parse<Declarator<'a>> {
        let mut attributes = Attributes::default();
        self.attributes(&mut attributes)?;
        self.no_pointer()?;
        let at = self.here();
        let name = match self.kind() {
            TokenKind::Word(name) if !is_keyword(name) => name,
            TokenKind::Punct(":") => return Err(self.bit_field(at)),
            TokenKind::Punct("(") => {
                return Err(self.error(
                    at,
                    "expected a name, found '('",
                    "write the name without parentheses",
                ));
            }
            _ => return Err(self.expected("a name")),
        };
        self.bump();
        let dims = self.dims()?;
        self.attributes(&mut attributes)?;
        Ok(Declarator { name, at, dims, attributes })
    }

    /// A type name, as in `sizeof(int[3])`. It may not define a type.
    pub fn type_name(&mut self) -> Parse<Ctype> {
        let (at, depth) = (self.here(), self.depth);
        self.not_too_deep(depth, at)?;
        self.depth += 1;
        let ctype = self.type_within();
        self.depth = depth;
        ctype
    }

    fn type_within(&mut self) -> Parse<Ctype> {
        let specifiers = self.specifiers()?;
        self.no_pointer()?;
        let dims = self.dims()?;
        match specifiers.base {
            Base::Type(ctype) => self.array_of(ctype, &dims),
            base => Err(self.incomplete(&base, specifiers.base_at)),
        }
    }

    fn no_pointer(&mut self) -> Parse<()> {
        let (at, mut kind) = (self.here(), self.kind());
        if kind == TokenKind::Punct("(") && self.kind_after(1) == TokenKind::Punct("*") {
            kind = self.kind_after(1);
        }
        let what = match kind {
            TokenKind::Punct("*") => "a pointer",
            TokenKind::Punct("&" | "&&") => "a reference",
            _ => return Ok(()),
        };
        let help = "give the value itself, or write 'uint64_t' for the eight bytes of an address";
        Err(self.error(at, format!("{what} has no meaning in a file"), help))
    }

    pub fn bit_field(&mut self, at: usize) -> Stop {
        let help = "declare the whole integer as one field, and take the bits out with '>>' and '&'";
        self.error(at, "bit-fields are not read", help)
    }

    fn dims(&mut self) -> Parse<Vec<(u64, usize)>> {
        let mut dims = Vec::new();
        while self.kind() == TokenKind::Punct("[") && self.kind_after(1) != TokenKind::Punct("[") {
            let at = self.here();
            self.bump();
            if self.kind() == TokenKind::Punct("]") {
                let help =
                    "give the length; where the rest of the file is the array, make its element the record";
                return Err(self.error(at, "an array without a length has no fixed size", help));
            }
            let value = self.constant()?.number;
            self.expect("]")?;
            let length = match u64::try_from(value) {
                Ok(0) => {
                    return Err(self.error(
                        at,
                        "an array of length 0 has no bytes",
                        "delete it, or give its length",
                    ));
                }
                Ok(length) => length,
                Err(_) => {
                    return Err(self.error(
                        at,
                        format!("an array cannot have {value} elements"),
                        "give 1 or more",
                    ));
                }
            };
            dims.push((length, at));
        }
        Ok(dims)
    }

    /// The array of `element` with these lengths.
    pub fn array_of(&mut self, element: Ctype, dims: &[(u64, usize)]) -> Parse<Ctype> {
        let Some((_, first)) = dims.first() else { return Ok(element) };
        let mut depth = dims.len();
        let mut inner = &element.ty;
        while let Type::Array(next, _) = inner {
            (inner, depth) = (next, depth + 1);
        }
        if depth > MAX_DIMS {
            let message = format!("an array of more than {MAX_DIMS} dimensions is not read");
            return Err(self.error(*first, message, "put the inner ones into a struct"));
        }
        let Ctype { mut ty, align, fixed, mut text } = element;
        if !self.schema.size_of(&ty).is_multiple_of(align) {
            let help = "lower the alignment, or fill up the element";
            let message = format!(
                "its elements have {} bytes, but are to be aligned to {align}",
                self.schema.size_of(&ty)
            );
            return Err(self.error(*first, message, help));
        }
        for (length, at) in dims.iter().rev() {
            if self.schema.size_of(&ty).checked_mul(*length).is_none_or(|size| size > MAX_SIZE) {
                return Err(self.error(
                    *at,
                    "this array is larger than a file can be",
                    "give a smaller length",
                ));
            }
            ty = if text { Type::Chars(*length) } else { Type::Array(Box::new(ty), *length) };
            text = false;
        }
        Ok(Ctype { ty, align, fixed, text })
    }

    /// Applies a byte order that is specified where the type is used.
    pub fn order_of(&mut self, ctype: &mut Ctype, attributes: &Attributes) -> Parse<()> {
        let help = "write [[wirelens::big_endian]] for one field";
        if let Some(at) = attributes.storage_order {
            return Err(self.error(at, "'scalar_storage_order' belongs to a struct", help));
        }
        let (Some(order), Some(at)) = (attributes.order, attributes.at) else { return Ok(()) };
        let mut inner = &ctype.ty;
        while let Type::Array(next, _) = inner {
            inner = next;
        }
        match inner {
            Type::Struct(_) => {
                let help = "write it at that struct, or at its fields";
                return Err(self.error(
                    at,
                    "the byte order of a struct belongs to its own declaration",
                    help,
                ));
            }
            Type::Scalar(_, old) | Type::Enum(_, _, old) if ctype.fixed && *old != order => {
                return Err(self.error(
                    at,
                    "this type has the other byte order already",
                    "delete one of the two",
                ));
            }
            _ => {}
        }
        let ty = std::mem::replace(&mut ctype.ty, Type::Chars(1));
        *ctype = Ctype { ty: with_order(ty, order), fixed: true, ..*ctype };
        Ok(())
    }
}
