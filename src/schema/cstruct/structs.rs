//! The bodies of structs: from members to a [`Struct`] with its layout.
//!
//! The layout is computed at the end of the body, since attributes after the `}` apply to it, too.

use super::attributes::Attributes;
use super::declarator::{Ctype, with_order};
use super::layout::{Placed, StructBuilder};
use super::lexer::TokenKind;
use super::parser::{Named, Parser};
use super::specifiers::{Base, Specifiers, is_keyword};
use super::{Parse, Stop};
use crate::schema::{Field, Struct, Type};
use std::collections::HashMap;

/// The content of a struct's body.
#[derive(Default)]
struct Body {
    members: Vec<Member>,
    /// The names of the fields, and their positions.
    names: HashMap<String, usize>,
    /// A member was invalid, so fields may be missing.
    failed: bool,
    /// The nesting depth of the structs in it.
    depth: usize,
}

/// One member: a field, or the fields of an anonymous struct at offsets within it.
struct Member {
    at: usize,
    fields: Vec<Field>,
    placed: Placed,
    /// The byte order of the struct applies to it.
    ordered: bool,
}

impl<'a> Parser<'a, '_, '_> {
    /// What may follow `struct` or `enum`: attributes, and a tag, with its position (where it would be if
    /// there is none).
    pub fn attributes_and_tag(&mut self) -> Parse<(Attributes, Option<&'a str>, usize)> {
        let mut attributes = Attributes::default();
        self.attributes(&mut attributes)?;
        let at = self.here();
        match self.kind() {
            TokenKind::Word(word) if !is_keyword(word) => {
                self.bump();
                Ok((attributes, Some(word), at))
            }
            _ => Ok((attributes, None, at)),
        }
    }

    /// `struct …`: a definition, a declaration or a use.
    pub fn struct_specifier(&mut self, s: &mut Specifiers<'a>) -> Parse<()> {
        let at = self.here();
        if self.kind() == TokenKind::Word("class") {
            if let TokenKind::Word(tag) = self.kind_after(1) {
                self.names.entry(tag).or_insert(Named::Wrong);
            }
            return Err(self.error(at, "classes are not read", "write a struct with the same fields"));
        }
        self.bump();
        let (mut attributes, tag, tag_at) = self.attributes_and_tag()?;
        match (self.kind(), self.kind_after(1)) {
            (TokenKind::Punct("{"), _) => {}
            (TokenKind::Punct(":"), TokenKind::Word(_)) => {
                let help = "make the base the first field, or write out its fields";
                return Err(self.error(self.here(), "a struct with a base is not read", help));
            }
            (TokenKind::Punct("<"), _) => {
                let help = "write out the struct for the types that it is used with";
                return Err(self.error(self.here(), "templates are not read", help));
            }
            _ => {
                let Some(tag) = tag else { return Err(self.expected("a name or '{'")) };
                s.attributes.add(attributes);
                return self.struct_use(s, tag, tag_at);
            }
        }
        if self.depth > 0 {
            return Err(self.error(
                at,
                "a type cannot be defined here",
                "define it before, and name it here",
            ));
        }
        self.not_too_deep(self.nesting(), at)?;
        // A byte order before `struct` applies to the struct; GCC ignores `packed` there.
        if let (Some(order), None) = (s.attributes.order, s.attributes.storage_order) {
            attributes.order = attributes.order.or(Some(order));
            s.attributes.order = None;
            if s.attributes.packed.is_none() && s.attributes.aligned.is_none() {
                s.attributes.at = None;
            }
        }
        if let Some(tag) = tag {
            self.names.entry(tag).or_insert(Named::Forward);
        }
        let body = self.body(tag, at)?;
        self.attributes(&mut attributes)?;
        if body.members.is_empty() && !body.failed {
            let help = "give it a field, or delete it; C++ gives an empty struct one byte, GNU C none";
            return Err(self.error(tag_at, "this struct has no fields", help));
        }
        let ctype = self.laid_out(tag, at, body, &attributes)?;
        if let Some(tag) = tag {
            let named = Named::Type(ctype.clone(), at);
            if let Some(Named::Type(..) | Named::Alias(_)) = self.names.get(tag) {
                // Two definitions are two types, even if they are identical.
                self.not_taken(tag, tag_at, &Named::Wrong)?;
            }
            self.names.insert(tag, named);
        }
        s.base = Base::Type(ctype);
        (s.declares, s.nameless) = (true, tag.is_none());
        Ok(())
    }

    /// `struct P`, without a body.
    fn struct_use(&mut self, s: &mut Specifiers<'a>, tag: &'a str, at: usize) -> Parse<()> {
        let forward = self.kind() == TokenKind::Punct(";");
        let declared = self.names.contains_key(tag);
        let named = self.names.entry(tag).or_insert(Named::Forward);
        s.base = match named {
            Named::Type(ctype, _) if matches!(ctype.ty, Type::Struct(_)) => Base::Type(ctype.clone()),
            Named::Type(..) => {
                return Err(self.error(
                    at,
                    format!("'{tag}' is no struct"),
                    "delete the word 'struct', or rename one of the two",
                ));
            }
            Named::Wrong => return Err(Stop::Within),
            Named::Forward => Base::Incomplete(tag),
            Named::Alias(of) => Base::Incomplete(of),
        };
        if matches!(s.base, Base::Incomplete(_)) && !forward && !s.typedef && !self.open.contains(&Some(tag))
        {
            return Err(if declared { self.incomplete(&s.base, at) } else { self.undefined(tag, at) });
        }
        s.declares = forward;
        Ok(())
    }

    /// The error for the use of a tag without a definition.
    fn undefined(&mut self, tag: &'a str, at: usize) -> Stop {
        if self.quiet {
            return Stop::Within;
        }
        let defined =
            self.names.iter().filter(|(_, n)| matches!(n, Named::Type(Ctype { ty: Type::Struct(_), .. }, _)));
        let help = match crate::error::nearest(tag, defined.map(|(name, _)| *name)) {
            Some(near) => format!("did you mean '{near}'?"),
            None => {
                "define it before its use; an #include is not read, so put its declaration here".to_string()
            }
        };
        self.error(at, format!("struct '{tag}' is not defined"), help)
    }

    /// From `{` to `}`.
    fn body(&mut self, tag: Option<&'a str>, at: usize) -> Parse<Body> {
        self.bump();
        self.open.push(tag);
        let mut body = Body::default();
        loop {
            match self.kind() {
                TokenKind::Punct("}") => break,
                TokenKind::Punct(";") => self.bump(),
                TokenKind::Pragma => self.pragma(),
                TokenKind::End => {
                    self.open.pop();
                    // An unterminated comment or quote has swallowed the '}'.
                    if matches!(self.tokens[self.at.saturating_sub(1)].kind, TokenKind::Bad(..)) {
                        return Err(Stop::Within);
                    }
                    return Err(self.error(at, "this struct is not closed", "add '};'"));
                }
                _ => {
                    if let Err(stop) = self.member(&mut body) {
                        body.failed = true;
                        self.recover(stop);
                    }
                }
            }
        }
        self.open.pop();
        self.bump();
        Ok(body)
    }

    fn member(&mut self, body: &mut Body) -> Parse<()> {
        let at = self.here();
        match self.kind() {
            TokenKind::Word("static_assert" | "_Static_assert") => return self.static_assert(),
            TokenKind::Word(word @ ("public" | "private" | "protected"))
                if self.kind_after(1) == TokenKind::Punct(":") =>
            {
                self.error(at, format!("'{word}:' is not read"), "delete it");
                self.bump();
                self.bump();
                return Ok(());
            }
            TokenKind::Word("virtual" | "operator" | "explicit") | TokenKind::Punct("~") => {
                return Err(self.method(at));
            }
            TokenKind::Word(word @ ("friend" | "using" | "template")) => {
                return Err(self.error(at, format!("'{word}' is not read here"), "delete it"));
            }
            _ => {}
        }
        let specifiers = self.specifiers()?;
        if self.kind() == TokenKind::Punct(";") {
            self.bump();
            return self.without_name(body, specifiers, at);
        }
        loop {
            // A constructor, or an operator. A `(*` begins a pointer, for which there is another error.
            let pointer = self.kind_after(1) == TokenKind::Punct("*");
            if (self.kind() == TokenKind::Punct("(") && !pointer)
                || self.kind() == TokenKind::Word("operator")
            {
                return Err(self.method(at));
            }
            let declarator = self.declarator()?;
            let (name, at) = (declarator.name, declarator.at);
            match self.kind() {
                TokenKind::Punct(":") => return Err(self.bit_field(at)),
                TokenKind::Punct("(") => return Err(self.method(at)),
                TokenKind::Punct("=" | "{") => {
                    return Err(self.error(self.here(), "a field has no initial value", "delete the value"));
                }
                _ => {}
            }
            let mut attributes = specifiers.attributes.clone();
            attributes.add(declarator.attributes);
            let mut ctype = match &specifiers.base {
                Base::Type(ctype) => ctype.clone(),
                base => return Err(self.incomplete(base, specifiers.base_at)),
            };
            self.order_of(&mut ctype, &attributes)?;
            let ctype = self.array_of(ctype, &declarator.dims)?;
            self.field(body, name, at, ctype, &attributes)?;
            if !self.eat(",") {
                return self.semicolon();
            }
        }
    }

    /// The error for a function in a struct.
    fn method(&mut self, at: usize) -> Stop {
        let message = "a function does not lie in the bytes of a struct";
        self.error(at, message, "delete it; a schema has only fields");
        self.skip_function()
    }

    fn field(
        &mut self,
        body: &mut Body,
        name: &str,
        at: usize,
        ctype: Ctype,
        attributes: &Attributes,
    ) -> Parse<()> {
        self.new_name(body, name, at)?;
        let mut inner = &ctype.ty;
        while let Type::Array(next, _) = inner {
            inner = next;
        }
        if let Type::Struct(id) = inner {
            body.depth = body.depth.max(self.depths[*id]);
        }
        let placed = Placed {
            size: self.schema.size_of(&ctype.ty),
            align: ctype.align,
            aligned: attributes.aligned,
            packed: attributes.packed.is_some(),
        };
        let ordered = !ctype.fixed;
        let field = Field { name: name.to_string(), ty: ctype.ty, ..Field::default() };
        body.members.push(Member { at, fields: vec![field], placed, ordered });
        Ok(())
    }

    fn new_name(&mut self, body: &mut Body, name: &str, at: usize) -> Parse<()> {
        if let Some(first) = body.names.get(name) {
            let help = format!("the first is on line {}; rename or delete one of the two", self.line(*first));
            return Err(self.error(at, format!("the field '{name}' is declared twice"), help));
        }
        body.names.insert(name.to_string(), at);
        Ok(())
    }

    /// A declaration in a struct without a declarator: a type, or an anonymous struct whose fields become
    /// those of the outer one.
    fn without_name(&mut self, body: &mut Body, specifiers: Specifiers<'a>, at: usize) -> Parse<()> {
        if !specifiers.declares {
            return Err(self.error(at, "this field has no name", "name it"));
        }
        self.no_attributes(&specifiers.attributes)?;
        if !specifiers.nameless {
            return Ok(());
        }
        let (Some(inner), Some(depth)) = (self.schema.structs.pop(), self.depths.pop()) else {
            return Ok(());
        };
        // Its own fields become the outer struct's, so only structs nested in them count.
        body.depth = body.depth.max(depth - 1);
        for field in &inner.fields {
            self.new_name(body, &field.name, at)?;
        }
        let placed = Placed { size: inner.size, align: inner.align, aligned: None, packed: false };
        body.members.push(Member { at, fields: inner.fields, placed, ordered: false });
        Ok(())
    }

    /// Attributes that GCC would ignore are errors: their author expects an effect.
    pub fn no_attributes(&mut self, attributes: &Attributes) -> Parse<()> {
        let Some(at) = attributes.at else { return Ok(()) };
        let help = "write it directly after the word 'struct', or after the '}'";
        Err(self.error(at, "this attribute has no effect here", help))
    }

    /// Computes the offsets of the members, and adds the struct to the schema.
    fn laid_out(
        &mut self,
        tag: Option<&str>,
        at: usize,
        body: Body,
        attributes: &Attributes,
    ) -> Parse<Ctype> {
        self.not_too_deep(body.depth, at)?;
        let order = attributes.order.unwrap_or(self.order);
        let aligned = self.one_alignment(attributes)?;
        let mut layout = StructBuilder::new(attributes.packed.is_some(), self.pack, aligned);
        let mut fields = Vec::with_capacity(body.members.len());
        let too_large = "this struct is larger than a file can be";
        for member in body.members {
            let Some(offset) = layout.place(member.placed) else {
                return Err(self.error(member.at, too_large, "give smaller lengths"));
            };
            for field in member.fields {
                let ty = if member.ordered { with_order(field.ty, order) } else { field.ty };
                fields.push(Field { offset: offset + field.offset, ty, ..field });
            }
        }
        let Some((size, align)) = layout.finish() else {
            return Err(self.error(at, too_large, "give smaller lengths"));
        };
        let id = self.schema.structs.len();
        let name = tag.unwrap_or_default().to_string();
        self.schema.structs.push(Struct { name, size, align, fields, ..Struct::default() });
        self.depths.push(body.depth + 1);
        Ok(Ctype { ty: Type::Struct(id), align, fixed: false, text: false })
    }
}
