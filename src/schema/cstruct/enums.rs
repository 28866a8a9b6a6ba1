//! Enums: their constants, and the integer type that GCC stores them as.

use super::Parse;
use super::attributes::Attributes;
use super::declarator::Ctype;
use super::lexer::TokenKind;
use super::parser::{Named, Parser};
use super::specifiers::{Base, Specifiers, is_keyword};
use super::value::Value;
use crate::schema::{Endian, Enum, Scalar, Type};

impl<'a> Parser<'a, '_, '_> {
    /// `enum …`: a definition or a use.
    pub fn enum_specifier(&mut self, s: &mut Specifiers<'a>) -> Parse<()> {
        let at = self.here();
        self.bump();
        let scoped = matches!(self.kind(), TokenKind::Word("class" | "struct"));
        if scoped {
            self.bump();
        }
        let (mut attributes, tag, tag_at) = self.attributes_and_tag()?;
        let mut underlying = scoped.then_some(Ctype::scalar(Scalar::I32));
        if self.kind() == TokenKind::Punct(":")
            && matches!(self.kind_after(1), TokenKind::Word(_) | TokenKind::Punct("::"))
        {
            self.bump();
            let type_at = self.here();
            let ctype = self.type_name()?;
            if ctype.integer().is_none() {
                return Err(self.error(type_at, "an enum is stored as an integer", "write an integer type"));
            }
            underlying = Some(ctype);
        }
        if self.kind() != TokenKind::Punct("{") {
            let Some(tag) = tag else { return Err(self.expected("a name or '{'")) };
            return self.enum_use(s, tag, tag_at);
        }
        if self.depth > 0 {
            return Err(self.error(
                at,
                "a type cannot be defined here",
                "define it before, and name it here",
            ));
        }
        self.bump();
        let values = self.enumerators(tag.filter(|_| scoped))?;
        self.attributes(&mut attributes)?;
        if values.is_empty() {
            return Err(self.error(tag_at, "this enum has no constants", "give it one, or delete it"));
        }
        let ctype = self.stored(underlying, &values, &attributes)?;
        let (Type::Scalar(scalar, order), fixed) = (&ctype.ty, ctype.fixed) else {
            return Err(self.expected("'{'"));
        };
        let mut ctype = Ctype { ty: Type::Enum(self.schema.enums.len(), *scalar, *order), ..ctype };
        ctype.fixed = fixed;
        if let Some(tag) = tag {
            if let Some(Named::Type(..) | Named::Alias(_)) = self.names.get(tag) {
                self.not_taken(tag, tag_at, &Named::Wrong)?;
            }
            self.names.insert(tag, Named::Type(ctype.clone(), at));
        }
        // A nameless enum of which nothing is declared is only a set of constants.
        if tag.is_some() || s.typedef || self.kind() != TokenKind::Punct(";") {
            let values = values.into_iter().map(|(name, value, _)| (name, value)).collect();
            self.schema.enums.push(Enum { name: tag.unwrap_or_default().to_string(), values });
        }
        s.base = Base::Type(ctype);
        s.declares = true;
        Ok(())
    }

    /// `enum E`, without a body.
    fn enum_use(&mut self, s: &mut Specifiers<'a>, tag: &'a str, at: usize) -> Parse<()> {
        s.declares = self.kind() == TokenKind::Punct(";");
        s.base = match self.names.get(tag) {
            Some(Named::Type(ctype, _)) if matches!(ctype.ty, Type::Enum(..)) => Base::Type(ctype.clone()),
            Some(Named::Wrong) => return Err(super::Stop::Within),
            None if s.declares => Base::Incomplete(tag),
            Some(Named::Forward) | None => {
                return Err(self.error(
                    at,
                    format!("enum '{tag}' is not defined"),
                    "define it before its use",
                ));
            }
            Some(_) => {
                let help = "delete the word 'enum', or rename one of the two";
                return Err(self.error(at, format!("'{tag}' is no enum"), help));
            }
        };
        Ok(())
    }

    /// From after `{` up to and including `}`. `scope` is the tag of an `enum class`, which qualifies its
    /// constants.
    fn enumerators(&mut self, scope: Option<&str>) -> Parse<Vec<(String, i64, usize)>> {
        let mut values: Vec<(String, i64, usize)> = Vec::new();
        while !self.eat("}") {
            let at = self.here();
            let name = match self.kind() {
                TokenKind::Word(name) if !is_keyword(name) => name,
                _ => return Err(self.enum_broken("the name of a constant")),
            };
            self.bump();
            self.attributes(&mut Attributes::default())?;
            let value = if self.eat("=") {
                self.constant()?.number
            } else {
                values.last().map_or(0, |(_, last, _)| i128::from(*last) + 1)
            };
            let Ok(value) = i64::try_from(value) else {
                let help = "constants go up to 9223372036854775807";
                return Err(self.error(at, format!("'{name}' = {value} does not fit"), help));
            };
            let key = scope.map_or(name.to_string(), |tag| format!("{tag}::{name}"));
            self.define_constant(key, at, Value::int(value.into()))?;
            values.push((name.to_string(), value, at));
            if self.kind() != TokenKind::Punct("}") && !self.eat(",") {
                return Err(self.enum_broken("',' or '}'"));
            }
        }
        Ok(values)
    }

    fn enum_broken(&mut self, what: &str) -> super::Stop {
        let stop = self.expected(what);
        // Skip to the end of the body, so that its rest is not parsed as declarations.
        while !matches!(self.kind(), TokenKind::Punct("}" | ";" | "{") | TokenKind::End) {
            self.bump();
        }
        self.eat("}");
        stop
    }

    /// The integer type that holds all values: the underlying type, or GCC's choice.
    fn stored(
        &mut self,
        underlying: Option<Ctype>,
        values: &[(String, i64, usize)],
        attributes: &Attributes,
    ) -> Parse<Ctype> {
        let holds = |scalar: Scalar, value: i64| {
            let value = i128::from(value);
            let bits = scalar.size() * 8;
            let signed = matches!(scalar, Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64);
            let (low, high) =
                if signed { (-(1i128 << (bits - 1)), 1i128 << (bits - 1)) } else { (0, 1i128 << bits) };
            low <= value && value < high
        };
        if let Some(at) = attributes.storage_order.or(attributes.order.and(attributes.at)) {
            return Err(self.error(at, "a byte order belongs to a field or a struct", "write it there"));
        }
        if let (Some(_), Some(at)) = (attributes.aligned, attributes.at) {
            return Err(self.error(at, "GCC ignores the alignment of an enum", "write it at the field"));
        }
        if let Some(ctype) = underlying {
            let (Type::Scalar(scalar, _) | Type::Enum(_, scalar, _)) = ctype.ty else { return Ok(ctype) };
            let order = if let Type::Scalar(_, order) = ctype.ty { order } else { Endian::Little };
            if let Some((name, value, at)) = values.iter().find(|(_, value, _)| !holds(scalar, *value)) {
                let message = format!("'{name}' = {value} does not fit into the enum's {scalar}");
                return Err(self.error(*at, message, "write a larger type, or a smaller value"));
            }
            return Ok(Ctype { ty: Type::Scalar(scalar, order), text: false, ..ctype });
        }
        let negative = values.iter().any(|(_, value, _)| *value < 0);
        let mut choices = match negative {
            true => [Scalar::I8, Scalar::I16, Scalar::I32, Scalar::I64].as_slice(),
            false => [Scalar::U8, Scalar::U16, Scalar::U32, Scalar::U64].as_slice(),
        };
        if attributes.packed.is_none() {
            choices = &choices[2..];
        }
        let fits = |scalar: &&Scalar| values.iter().all(|(_, value, _)| holds(**scalar, *value));
        let scalar = choices.iter().find(fits).copied().unwrap_or(Scalar::I64);
        Ok(Ctype::scalar(scalar))
    }
}
