//! From tokens to the syntax tree: declarations. (Their parts are in [`phrases`](super::phrases).)
//!
//! One statement is one declaration. After an error the parser continues after the statement, so that one run
//! reports several errors; nesting deeper than [`MAX_DEPTH`] is an error.

use super::lexer::{self, Token, TokenKind};
use super::syntax::{
    Declaration, DeclarationKind, ExpressionKind, Name, Number, Parameter, Signature, Targets, Variable,
};
use super::{Errors, MAX_DEPTH, Parse, SourceFile, Stop};

/// Parses a file's text. Errors are added to `errors`; the result has the declarations without errors.
pub fn parse(source: &SourceFile, errors: &mut Errors) -> Declaration {
    let mut parser = Parser { source, errors, tokens: lexer::lex(&source.text), next: 0, depth: 0 };
    parser.file()
}

/// The context of a statement, which determines the declarations that it may be.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    File,
    Enum,
    /// Within a struct, a union or a group.
    Struct,
    Interface,
}

pub(super) struct Parser<'a, 'e> {
    pub source: &'a SourceFile,
    pub errors: &'e mut Errors,
    tokens: Vec<Token<'a>>,
    next: usize,
    /// The number of open blocks and expressions.
    depth: usize,
}

impl<'a> Parser<'a, '_> {
    // Tokens.

    pub fn kind(&self) -> &TokenKind<'a> {
        &self.tokens[self.next].kind
    }

    /// The token after the next one.
    pub fn second(&self) -> &TokenKind<'a> {
        &self.tokens[(self.next + 1).min(self.tokens.len() - 1)].kind
    }

    /// The position of the next token.
    pub fn here(&self) -> usize {
        self.tokens[self.next].start
    }

    /// Moves past the next token; the last one stays.
    pub fn skip(&mut self) {
        self.next = (self.next + 1).min(self.tokens.len() - 1);
    }

    pub fn eat(&mut self, kind: &TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.skip();
        }
        found
    }

    pub fn eat_operator(&mut self, operator: &str) -> bool {
        self.eat(&TokenKind::Operator(operator))
    }

    pub fn error(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) -> Stop {
        self.errors.add(self.source, at, message, help)
    }

    /// The error that the next token is not `expected`.
    pub fn unexpected(&mut self, expected: &str) -> Stop {
        let at = self.here();
        let found = match self.kind() {
            TokenKind::Bad(message, help) => return self.error(at, *message, *help),
            TokenKind::End => "the file ends here".to_string(),
            TokenKind::Word(word) => format!("found '{word}'"),
            TokenKind::Operator(operator) => format!("found '{operator}'"),
            TokenKind::Mark(mark) => format!("found '{mark}'"),
            TokenKind::Integer(_) | TokenKind::Float(_) => "found a number".to_string(),
            TokenKind::Text(_) | TokenKind::Data(_) => "found a string".to_string(),
        };
        let help = match self.kind() {
            TokenKind::Operator(operator) if operator.len() > 1 && *operator != "->" => {
                let (first, last) = operator.split_at(1);
                format!("what stands together is one operator: write '{first} {last}'")
            }
            _ => String::new(),
        };
        self.error(at, format!("{found}, expected {expected}"), help)
    }

    pub fn expect(&mut self, kind: &TokenKind, expected: &str) -> Parse<()> {
        if self.eat(kind) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub fn word(&mut self, expected: &str) -> Parse<Name> {
        let at = self.here();
        match *self.kind() {
            TokenKind::Word(word) => {
                self.skip();
                Ok(Name { text: word.to_string(), at })
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Enters one level of nesting, until the end of the enclosing [`nested`](Parser::nested).
    pub fn deeper(&mut self) -> Parse<()> {
        if self.depth == MAX_DEPTH {
            let help = format!("nest at most {MAX_DEPTH} deep");
            return Err(self.error(self.here(), "this is nested too deeply", help));
        }
        self.depth += 1;
        Ok(())
    }

    /// Runs `inner` one level deeper.
    pub fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let depth = self.depth;
        self.deeper()?;
        let result = inner(self);
        self.depth = depth;
        result
    }

    // Statements.

    fn file(&mut self) -> Declaration {
        let mut file = Declaration::new(Name::default(), DeclarationKind::File);
        loop {
            self.statements(Level::File, &mut file);
            if *self.kind() == TokenKind::End {
                return file;
            }
            self.unexpected("a declaration");
            self.skip();
        }
    }

    /// Statements up to a `}` or the end, added to `parent`.
    fn statements(&mut self, level: Level, parent: &mut Declaration) {
        while !matches!(self.kind(), TokenKind::Mark('}') | TokenKind::End) && !self.errors.full() {
            let before = self.next;
            match self.statement(level, parent) {
                Ok(Some(member)) => parent.members.push(member),
                Ok(None) => {}
                Err(Stop) => self.recover(),
            }
            // A token that neither begins nor ends a statement.
            if self.next == before {
                self.skip();
            }
        }
        if self.errors.full() {
            self.next = self.tokens.len() - 1;
        }
    }

    /// Skips the statement, or up to the `}` that ends the enclosing block.
    fn recover(&mut self) {
        let mut open = 0;
        loop {
            match self.kind() {
                TokenKind::End => return,
                TokenKind::Mark('}') if open == 0 => return,
                TokenKind::Mark('}') if open == 1 => {
                    self.skip();
                    return;
                }
                TokenKind::Mark('}') => open -= 1,
                TokenKind::Mark('{') => open += 1,
                TokenKind::Mark(';') if open == 0 => {
                    self.skip();
                    return;
                }
                _ => {}
            }
            self.skip();
        }
    }

    /// One statement; `None` if it applies to `parent` itself.
    fn statement(&mut self, level: Level, parent: &mut Declaration) -> Parse<Option<Declaration>> {
        let member = matches!(self.second(), TokenKind::Operator("@" | ":"));
        match *self.kind() {
            TokenKind::Operator("@") if level == Level::File => {
                let at = self.here();
                let id = self.id()?;
                if parent.number.is_some() {
                    return Err(self.error(at, "this file has an id already", "delete one of the two"));
                }
                parent.number = Some(id);
                parent.doc = self.semicolon()?;
                Ok(None)
            }
            TokenKind::Operator("$") if level == Level::File => {
                let annotation = self.annotation()?;
                parent.annotations.push(annotation);
                self.semicolon()?;
                Ok(None)
            }
            TokenKind::Word(_) if member && level == Level::Struct => self.struct_member().map(Some),
            TokenKind::Word(_) if member && level == Level::Interface => self.method().map(Some),
            TokenKind::Word(_) if level == Level::Enum => self.enumerant().map(Some),
            TokenKind::Word("union") if level == Level::Struct => {
                let name = Name { text: String::new(), at: self.here() };
                self.skip();
                self.block(Declaration::new(name, DeclarationKind::Union), Level::Struct).map(Some)
            }
            TokenKind::Word(word) => self.general(level, word).map(Some),
            _ => Err(self.unexpected(expected(level))),
        }
    }

    /// A declaration that is allowed in files, structs and interfaces.
    fn general(&mut self, level: Level, word: &str) -> Parse<Declaration> {
        const WORDS: [&str; 6] = ["using", "const", "enum", "struct", "interface", "annotation"];
        if !WORDS.contains(&word) {
            let at = self.here();
            let help = match crate::error::nearest(word, WORDS) {
                Some(near) => format!("did you mean '{near}'?"),
                None if level == Level::Struct => format!("a field is written as '{word} @0 :Type;'"),
                None => String::new(),
            };
            return Err(self.error(at, format!("found '{word}', expected {}", expected(level)), help));
        }
        self.skip();
        match word {
            "using" => self.using(),
            "const" => self.constant(),
            "enum" => {
                let mut enumeration = self.head(DeclarationKind::Enum)?;
                enumeration.annotations = self.annotations()?;
                self.block(enumeration, Level::Enum)
            }
            "struct" => {
                let mut structure = self.head(DeclarationKind::Struct)?;
                structure.parameters = self.type_parameters('(', ')')?;
                structure.annotations = self.annotations()?;
                self.block(structure, Level::Struct)
            }
            "interface" => self.interface(),
            _ => self.annotation_declaration(),
        }
    }

    /// The name of a declaration, and its id if it has one.
    fn head(&mut self, what: DeclarationKind) -> Parse<Declaration> {
        let name = self.word("a name")?;
        let number = if *self.kind() == TokenKind::Operator("@") { Some(self.id()?) } else { None };
        Ok(Declaration { number, ..Declaration::new(name, what) })
    }

    /// The `{…}` that ends a declaration.
    fn block(&mut self, mut declaration: Declaration, level: Level) -> Parse<Declaration> {
        self.nested(|parser| {
            parser.expect(&TokenKind::Mark('{'), "'{'")?;
            declaration.doc = parser.doc();
            parser.statements(level, &mut declaration);
            parser.expect(&TokenKind::Mark('}'), "'}'")?;
            declaration.doc = declaration.doc.take().or_else(|| parser.doc());
            Ok(declaration)
        })
    }

    /// The `;` that ends a declaration, and the comment on it.
    fn semicolon(&mut self) -> Parse<Option<String>> {
        self.expect(&TokenKind::Mark(';'), "';'")?;
        Ok(self.doc())
    }

    /// The comment after the last consumed token.
    fn doc(&self) -> Option<String> {
        lexer::doc(&self.source.text, self.tokens[self.next - 1].end)
    }

    fn line(&mut self, mut declaration: Declaration) -> Parse<Declaration> {
        declaration.doc = self.semicolon()?;
        Ok(declaration)
    }

    fn using(&mut self) -> Parse<Declaration> {
        let name = match (self.kind(), self.second()) {
            (TokenKind::Word(_), TokenKind::Operator("=")) => {
                let name = self.word("a name")?;
                self.skip();
                Some(name)
            }
            _ => None,
        };
        let target = self.expression()?;
        let name = match (name, &target.form) {
            (Some(name), _) => name,
            (None, ExpressionKind::Member(_, name)) => name.clone(),
            (None, _) => {
                let help = format!("write 'using Name = {target};'");
                return Err(self.error(target.at, "this alias has no name", help));
            }
        };
        self.line(Declaration::new(name, DeclarationKind::Using(target)))
    }

    fn constant(&mut self) -> Parse<Declaration> {
        let Declaration { name, number, .. } = self.head(DeclarationKind::File)?;
        self.expect(&TokenKind::Operator(":"), "':' and the type")?;
        let ty = self.expression()?;
        self.expect(&TokenKind::Operator("="), "'=' and the value")?;
        let value = self.expression()?;
        let annotations = self.annotations()?;
        self.line(Declaration {
            number,
            annotations,
            ..Declaration::new(name, DeclarationKind::Const { ty, value })
        })
    }

    fn interface(&mut self) -> Parse<Declaration> {
        let mut interface = self.head(DeclarationKind::File)?;
        interface.parameters = self.type_parameters('(', ')')?;
        let mut superclasses = Vec::new();
        if self.eat(&TokenKind::Word("extends")) {
            superclasses = self.list('(', ')', "'(' and interfaces", |p| p.expression())?;
        }
        interface.what = DeclarationKind::Interface { superclasses };
        interface.annotations = self.annotations()?;
        self.block(interface, Level::Interface)
    }

    fn annotation_declaration(&mut self) -> Parse<Declaration> {
        let Declaration { name, number, .. } = self.head(DeclarationKind::File)?;
        let mut targets = Targets::default();
        self.list('(', ')', "'(' and what it can be applied to", |parser| {
            let at = parser.here();
            let target = if parser.eat_operator("*") {
                Targets::ALL
            } else {
                let word = parser.word("what it can be applied to, or '*'")?;
                match Targets::of(&word.text) {
                    Some(target) => target,
                    None => {
                        let help = super::super::unknown(&word.text, Targets::WORDS.into_iter());
                        let message = format!("'{}' is no kind of declaration", word.text);
                        return Err(parser.error(at, message, help));
                    }
                }
            };
            if targets.meets(target) {
                return Err(parser.error(at, "this is said twice", "delete it"));
            }
            targets.0 |= target.0;
            Ok(())
        })?;
        self.expect(&TokenKind::Operator(":"), "':' and the type")?;
        let ty = self.expression()?;
        let annotations = self.annotations()?;
        self.line(Declaration {
            number,
            annotations,
            ..Declaration::new(name, DeclarationKind::Annotation { ty, targets })
        })
    }

    // Members.

    fn enumerant(&mut self) -> Parse<Declaration> {
        let name = self.word("a name")?;
        let number = Some(self.ordinal()?);
        let annotations = self.annotations()?;
        self.line(Declaration { number, annotations, ..Declaration::new(name, DeclarationKind::Enumerant) })
    }

    /// A field, a group or a named union.
    fn struct_member(&mut self) -> Parse<Declaration> {
        let name = self.word("a name")?;
        let number = if *self.kind() == TokenKind::Operator("@") { Some(self.ordinal()?) } else { None };
        let exclamation = self.eat_operator("!");
        let at = self.here();
        self.expect(&TokenKind::Operator(":"), "':' and the type")?;
        let union = matches!(self.kind(), TokenKind::Word("union")) && self.ends_head();
        let group = number.is_none() && matches!(self.kind(), TokenKind::Word("group")) && self.ends_head();
        if union || group {
            self.skip();
            if let Some(number) = number
                && !exclamation
            {
                let help = "delete the number; where old messages need it, write '!' behind it";
                return Err(self.error(number.at, "a union has no number", help));
            }
            let annotations = self.annotations()?;
            let what = if union { DeclarationKind::Union } else { DeclarationKind::Group };
            return self
                .block(Declaration { number, annotations, ..Declaration::new(name, what) }, Level::Struct);
        }
        if exclamation {
            return Err(self.error(at, "only the number of a union has a '!' behind it", "delete it"));
        }
        if number.is_none() {
            let help = format!("write '{} @n :…', with the next number that is free", name.text);
            return Err(self.error(name.at, "this field has no number", help));
        }
        let variable = self.variable()?;
        let annotations = self.annotations()?;
        self.line(Declaration {
            number,
            annotations,
            ..Declaration::new(name, DeclarationKind::Field(variable))
        })
    }

    /// Whether the current word ends the head of a union or group: annotations or the block follow.
    fn ends_head(&self) -> bool {
        matches!(self.second(), TokenKind::Mark('{') | TokenKind::Operator("$"))
    }

    /// A type and an optional default value.
    pub fn variable(&mut self) -> Parse<Variable> {
        let ty = self.expression()?;
        let default = if self.eat_operator("=") { Some(self.expression()?) } else { None };
        Ok(Variable { ty, default })
    }

    fn method(&mut self) -> Parse<Declaration> {
        let name = self.word("a name")?;
        let number = Some(self.ordinal()?);
        let implicit = self.type_parameters('[', ']')?;
        let parameters = self.signature()?;
        let results = if self.eat_operator("->") { Some(self.signature()?) } else { None };
        let annotations = self.annotations()?;
        let what = DeclarationKind::Method { parameters, results };
        self.line(Declaration { number, annotations, parameters: implicit, ..Declaration::new(name, what) })
    }

    fn signature(&mut self) -> Parse<Signature> {
        let at = self.here();
        match self.kind() {
            TokenKind::Mark('(') => Ok(Signature::List(self.list('(', ')', "", |parser| {
                let name = parser.word("the name of a parameter")?;
                parser.expect(&TokenKind::Operator(":"), "':' and the type")?;
                let variable = parser.variable()?;
                let annotations = parser.annotations()?;
                Ok(Parameter { name, variable, annotations })
            })?)),
            TokenKind::Word("stream") => {
                self.skip();
                Ok(Signature::Stream { at })
            }
            _ => Ok(Signature::Type(self.expression()?)),
        }
    }

    // Numbers.

    /// `@0x…`, an id.
    fn id(&mut self) -> Parse<Number> {
        let number = self.at_number("an id")?;
        if number.value >> 63 == 0 {
            let help = "ids are 64 bits long, and their highest bit is set: 0x8000000000000000 or more";
            return Err(self.error(number.at, "this id is too small", help));
        }
        Ok(number)
    }

    fn ordinal(&mut self) -> Parse<Number> {
        let number = self.at_number("a number")?;
        if number.value > u64::from(u16::MAX) {
            return Err(self.error(
                number.at,
                "this number is greater than 65535",
                "take the next one that is free",
            ));
        }
        Ok(number)
    }

    fn at_number(&mut self, expected: &str) -> Parse<Number> {
        let at = self.here();
        self.expect(&TokenKind::Operator("@"), &format!("'@' and {expected}"))?;
        match *self.kind() {
            TokenKind::Integer(value) => {
                self.skip();
                Ok(Number { value, at })
            }
            _ => Err(self.unexpected(expected)),
        }
    }
}

fn expected(level: Level) -> &'static str {
    match level {
        Level::File => {
            "'struct', 'enum', 'interface', 'const', 'annotation', 'using' or '@' and the file's id"
        }
        Level::Enum => "the name of an enumerant",
        Level::Struct => "a field, a union, a group or a declaration",
        Level::Interface => "a method or a declaration",
    }
}
