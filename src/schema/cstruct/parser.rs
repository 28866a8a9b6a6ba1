//! The declarations of a file: typedefs, structs, enums, constants, and those that may be skipped.
//!
//! A declaration that fails records its error and the parser continues after the next `;`, so that one run
//! reports every error. Prototypes and `extern` variables are skipped, as they do not affect layouts;
//! definitions of functions and variables are errors, since a struct with a missing `typedef` looks like one.

use super::attributes::Attributes;
use super::declarator::Ctype;
use super::lexer::{Token, TokenKind};
use super::specifiers::{Base, Specifiers};
use super::value::Value;
use super::{Errors, Parse};
use crate::schema::{Endian, Schema, Type};
use std::collections::HashMap;

/// Reads tokens and builds a schema.
///
/// `'a`: the text; `'e` and `'f`: the list of errors.
pub struct Parser<'a, 'e, 'f> {
    pub tokens: Vec<Token<'a>>,
    pub at: usize,
    pub errors: &'e mut Errors<'f>,
    pub schema: Schema,
    /// Tags and typedefs: as in C++, they share one namespace.
    pub names: HashMap<&'a str, Named<'a>>,
    /// Typedefs of structs that were not defined yet, with the tags.
    late: Vec<(&'a str, &'a str)>,
    pub constants: HashMap<String, Value>,
    /// The nesting depth within each struct, by its index.
    pub depths: Vec<usize>,
    /// The tags of the structs whose bodies are being read, outermost first.
    pub open: Vec<Option<&'a str>>,
    /// The nesting depth of the current expression.
    pub depth: usize,
    /// Set in operands that are not evaluated, such as the right side of `0 && x`; errors in them are
    /// ignored.
    pub dead: bool,
    /// Errors are not recorded: each costs a pass over the text.
    pub quiet: bool,
    pub pack: Option<u64>,
    pub packs: Vec<Option<u64>>,
    /// `#pragma scalar_storage_order`.
    pub order: Endian,
    pub has_header: bool,
}

/// The meaning of a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Named<'a> {
    /// A type, and the position of its declaration.
    Type(Ctype, usize),
    /// A tag without a definition so far.
    Forward,
    /// A typedef of a tag without a definition.
    Alias(&'a str),
    /// Its declaration was invalid: uses of it are not reported again.
    Wrong,
}

impl<'a, 'e, 'f> Parser<'a, 'e, 'f> {
    /// `tokens` ends with `End`.
    pub fn new(tokens: Vec<Token<'a>>, errors: &'e mut Errors<'f>) -> Self {
        Parser {
            tokens,
            at: 0,
            errors,
            schema: Schema::default(),
            names: HashMap::new(),
            late: Vec::new(),
            constants: HashMap::new(),
            depths: Vec::new(),
            open: Vec::new(),
            depth: 0,
            dead: false,
            quiet: false,
            pack: None,
            packs: Vec::new(),
            order: Endian::Little,
            has_header: false,
        }
    }

    /// The whole file.
    pub fn file(mut self) -> Schema {
        let mut blocks: Vec<usize> = Vec::new();
        while self.kind() != TokenKind::End {
            match self.kind() {
                TokenKind::Punct(";") => self.bump(),
                TokenKind::Pragma => self.pragma(),
                TokenKind::Punct("}") if blocks.pop().is_some() => self.bump(),
                TokenKind::Punct("}") => {
                    self.error(self.here(), "this '}' closes nothing", "delete it");
                    self.bump();
                }
                TokenKind::Word("extern") if matches!(self.kind_after(1), TokenKind::Text(_)) => {
                    let at = self.here();
                    self.bump();
                    self.bump();
                    if self.kind() == TokenKind::Punct("{") {
                        self.bump();
                        blocks.push(at);
                    }
                }
                first => {
                    if let Err(stop) = self.declaration() {
                        let name = self.recover(stop);
                        if let (TokenKind::Word("typedef"), Some(name)) = (first, name) {
                            self.names.entry(name).or_insert(Named::Wrong);
                        }
                        if self.kind() == TokenKind::Punct("}") && blocks.is_empty() {
                            self.bump();
                        }
                    }
                }
            }
        }
        if let Some(at) = blocks.last() {
            self.error(*at, "this 'extern \"C\"' block is not closed", "add '}'");
        }
        self.name_the_nameless();
        self.schema
    }

    /// The condition of an `#if`.
    pub fn condition(&mut self) -> Parse<bool> {
        let value = self.constant()?;
        match self.kind() {
            TokenKind::End => Ok(value.number != 0),
            _ => Err(self.expected("the end of the line")),
        }
    }

    fn declaration(&mut self) -> Parse<()> {
        let at = self.here();
        if let TokenKind::Word(word) = self.kind() {
            let help = match word {
                "static_assert" | "_Static_assert" => return self.static_assert(),
                "namespace" => "take the structs out of the namespace",
                "using" => "write a typedef",
                "template" => "write out the struct for the types that it is used with",
                "_Pragma" => "write '#pragma'",
                _ => "",
            };
            if word == "namespace" {
                self.error(at, format!("'{word}' is not read here"), help);
                return Err(self.skip_function());
            }
            if !help.is_empty() {
                return Err(self.error(at, format!("'{word}' is not read here"), help));
            }
            if let Some(length) = self.skippable() {
                self.at += length;
                return Ok(());
            }
        }
        let specifiers = self.specifiers()?;
        if self.kind() == TokenKind::Punct(";") {
            // A struct without any name could never be referred to.
            if !specifiers.declares || specifiers.nameless {
                return Err(self.error(at, "this declares nothing", "give it a name, or delete it"));
            }
            self.no_attributes(&specifiers.attributes)?;
            self.bump();
            return Ok(());
        }
        if specifiers.declares && !specifiers.typedef && self.misses_semicolon() {
            return Ok(());
        }
        loop {
            self.declared(&specifiers)?;
            if !self.eat(",") {
                return self.semicolon();
            }
        }
    }

    /// One declarator outside of any struct.
    fn declared(&mut self, specifiers: &Specifiers<'a>) -> Parse<()> {
        let declarator = self.declarator()?;
        let (name, at) = (declarator.name, declarator.at);
        if self.kind() == TokenKind::Punct("(") {
            self.error(at, format!("'{name}' is a function"), "delete it; a schema has only types");
            return Err(self.skip_function());
        }
        if specifiers.typedef {
            let mut attributes = specifiers.attributes.clone();
            attributes.add(declarator.attributes);
            return self.define_typedef(name, at, specifiers, attributes, &declarator.dims);
        }
        let integer = match &specifiers.base {
            Base::Type(ctype) => ctype.integer(),
            _ => None,
        };
        if let (true, true, Some((bits, unsigned)), TokenKind::Punct("=")) =
            (specifiers.constant, declarator.dims.is_empty(), integer, self.kind())
        {
            self.bump();
            let value = self.constant()?.cast(bits, unsigned);
            return self.define_constant(name.to_string(), at, value);
        }
        let help = "delete it, or write 'typedef' before it if it names a type";
        Err(self.error(at, format!("'{name}' is a variable; a schema has only types"), help))
    }

    fn define_typedef(
        &mut self,
        name: &'a str,
        at: usize,
        specifiers: &Specifiers<'a>,
        attributes: Attributes,
        dims: &[(u64, usize)],
    ) -> Parse<()> {
        if let Some(at) = attributes.packed {
            let message = "'packed' has no effect on a typedef: GCC ignores it";
            return Err(self.error(at, message, "write it directly after the '}' of the struct"));
        }
        let mut ctype = match &specifiers.base {
            Base::Type(ctype) => ctype.clone(),
            Base::Incomplete(tag) if dims.is_empty() && attributes.at.is_none() => {
                if name != *tag {
                    self.not_taken(name, at, &Named::Alias(tag))?;
                    self.names.insert(name, Named::Alias(tag));
                    self.late.push((name, tag));
                }
                return Ok(());
            }
            base => return Err(self.incomplete(base, specifiers.base_at)),
        };
        self.order_of(&mut ctype, &attributes)?;
        if let (Type::Struct(id), true) = (&ctype.ty, specifiers.declares) {
            let of = &mut self.schema.structs[*id].name;
            if of.is_empty() {
                *of = if dims.is_empty() { name.to_string() } else { format!("{name}[]") };
            }
        }
        if let (Type::Enum(id, ..), true) = (&ctype.ty, specifiers.declares) {
            let of = &mut self.schema.enums[*id].name;
            if of.is_empty() {
                *of = name.to_string();
            }
        }
        // Unlike for a field, this may lower the alignment, and it does not change the size.
        let mut ctype = self.array_of(ctype, dims)?;
        ctype.align = self.one_alignment(&attributes)?.unwrap_or(ctype.align);
        let named = Named::Type(ctype, at);
        self.not_taken(name, at, &named)?;
        if let Named::Type(Ctype { ty: Type::Struct(id), .. }, _) = named
            && self.schema.structs[id].name != name
            && !self.names.contains_key(name)
        {
            self.schema.typedefs.push((name.to_string(), id));
        }
        self.names.insert(name, named);
        Ok(())
    }

    /// An error if `name` already has another meaning. As in C, a declaration may be repeated.
    pub fn not_taken(&mut self, name: &str, at: usize, new: &Named<'a>) -> Parse<()> {
        let Some(old) = self.names.get(name) else { return Ok(()) };
        let same = match (old, new) {
            (Named::Wrong, _) => true,
            (Named::Type(old, _), Named::Type(new, _)) => old == new,
            (Named::Type(old, _), Named::Alias(tag)) => {
                matches!(self.names.get(tag), Some(Named::Type(new, _)) if new == old)
            }
            _ => old == new,
        };
        let first = if let Named::Type(_, at) = old { Some(*at) } else { None };
        if same {
            return Ok(());
        }
        let where_ =
            first.map_or(String::new(), |at| format!("the first is on line {}; ", self.errors.line(at)));
        Err(self.error(
            at,
            format!("'{name}' is declared twice"),
            format!("{where_}rename or delete one of the two"),
        ))
    }

    /// Names inline structs and enums after their field, as `Outer.field`.
    fn name_the_nameless(&mut self) {
        for (name, tag) in std::mem::take(&mut self.late) {
            if let Some(Named::Type(Ctype { ty: Type::Struct(id), .. }, _)) = self.names.get(tag) {
                self.schema.typedefs.push((name.to_string(), *id));
            }
        }
        // In reverse, so that the outer one has its name before the inner one needs it.
        for outer in (0..self.schema.structs.len()).rev() {
            let (inner, rest) = self.schema.structs.split_at_mut(outer);
            for field in &rest[0].fields {
                let mut ty = &field.ty;
                while let Type::Array(element, _) = ty {
                    ty = element;
                }
                let name = match ty {
                    Type::Struct(id) => &mut inner[*id].name,
                    Type::Enum(id, ..) => &mut self.schema.enums[*id].name,
                    _ => continue,
                };
                if name.is_empty() {
                    *name = format!("{}.{}", rest[0].name, field.name);
                }
            }
        }
    }

    /// The length of a prototype or an `extern` variable that begins here.
    fn skippable(&self) -> Option<usize> {
        let kinds = || self.tokens[self.at..].iter().map(|t| t.kind);
        if self.kind() == TokenKind::Word("extern") {
            let stop = |k: &TokenKind| {
                matches!(k, TokenKind::Punct(";" | "{" | "}" | "=") | TokenKind::Pragma | TokenKind::End)
            };
            let length = kinds().take_while(|k| !stop(k)).count();
            return (self.kind_after(length) == TokenKind::Punct(";")).then_some(length + 1);
        }
        let (mut length, mut words) = (0, 0);
        loop {
            match self.kind_after(length) {
                TokenKind::Word(
                    "typedef" | "__attribute__" | "__attribute" | "alignas" | "_Alignas" | "__declspec",
                ) => return None,
                TokenKind::Word(_) => words += 1,
                TokenKind::Punct("*" | "&" | "::") => {}
                TokenKind::Punct("(") if words >= 2 => break,
                _ => return None,
            }
            length += 1;
        }
        let mut depth = 0;
        loop {
            match self.kind_after(length) {
                TokenKind::Punct("(") => depth += 1,
                TokenKind::Punct(")") if depth == 0 => return None,
                TokenKind::Punct(")") => depth -= 1,
                TokenKind::Punct(";") if depth == 0 => return Some(length + 1),
                TokenKind::Punct(";" | "{" | "}") | TokenKind::Pragma | TokenKind::End => return None,
                // Only attributes may follow the parameters.
                TokenKind::Word("__attribute__" | "__attribute" | "__asm__" | "asm" | "noexcept") => {}
                _ if depth == 0 => return None,
                _ => {}
            }
            length += 1;
        }
    }
}
