//! From tokens to the syntax tree: expressions, annotations and lists.

use super::Parse;
use super::lexer::TokenKind;
use super::parser::Parser;
use super::syntax::{Application, Argument, Expression, ExpressionKind, Name};

impl Parser<'_, '_> {
    /// Items separated by commas; a comma after the last is allowed. `expected` describes `open` in the error
    /// that it is missing.
    pub fn list<T>(
        &mut self,
        open: char,
        close: char,
        expected: &str,
        mut item: impl FnMut(&mut Self) -> Parse<T>,
    ) -> Parse<Vec<T>> {
        self.expect(&TokenKind::Mark(open), expected)?;
        let mut items = Vec::new();
        while !self.eat(&TokenKind::Mark(close)) {
            items.push(item(self)?);
            if !self.eat(&TokenKind::Mark(',')) {
                self.expect(&TokenKind::Mark(close), &format!("',' or '{close}'"))?;
                break;
            }
        }
        Ok(items)
    }

    /// The names of type parameters between `open` and `close`, if there are any.
    pub fn type_parameters(&mut self, open: char, close: char) -> Parse<Vec<Name>> {
        if *self.kind() != TokenKind::Mark(open) {
            return Ok(Vec::new());
        }
        let at = self.here();
        let names = self.list(open, close, "", |p| p.word("the name of a type parameter"))?;
        if names.len() > usize::from(u16::MAX) {
            return Err(self.error(at, "these are too many type parameters", "there can be 65535"));
        }
        Ok(names)
    }

    /// All annotations that follow.
    pub fn annotations(&mut self) -> Parse<Vec<Application>> {
        let mut annotations = Vec::new();
        while *self.kind() == TokenKind::Operator("$") {
            annotations.push(self.annotation()?);
        }
        Ok(annotations)
    }

    /// `$name` or `$name(value)`.
    pub fn annotation(&mut self) -> Parse<Application> {
        self.expect(&TokenKind::Operator("$"), "'$' and an annotation")?;
        let Expression { at, form } = self.expression()?;
        let ExpressionKind::Apply(name, arguments) = form else {
            return Ok(Application { name: Expression { at, form }, value: None });
        };
        let at = name.at;
        Ok(Application { name: *name, value: Some(tuple(at, arguments)) })
    }

    /// A value, or the name of a type with its arguments.
    pub fn expression(&mut self) -> Parse<Expression> {
        self.nested(|parser| {
            let at = parser.here();
            let mut expression = Expression { at, form: parser.base()? };
            loop {
                let form = match parser.kind() {
                    TokenKind::Operator(".") => {
                        parser.skip();
                        let name = parser.word("the name of a member")?;
                        ExpressionKind::Member(Box::new(expression), name)
                    }
                    TokenKind::Mark('(') => ExpressionKind::Apply(Box::new(expression), parser.arguments()?),
                    _ => return Ok(expression),
                };
                // Each suffix is a level of the tree.
                parser.deeper()?;
                expression = Expression { at, form };
            }
        })
    }

    fn base(&mut self) -> Parse<ExpressionKind> {
        let at = self.here();
        let form = match self.kind().clone() {
            TokenKind::Integer(number) => ExpressionKind::Integer(number),
            TokenKind::Float(number) => ExpressionKind::Float(number),
            TokenKind::Data(bytes) => ExpressionKind::Data(bytes),
            TokenKind::Text(_) => {
                let mut text = Vec::new();
                while let TokenKind::Text(part) = self.kind() {
                    text.extend(part);
                    self.skip();
                }
                return Ok(ExpressionKind::Text(text));
            }
            TokenKind::Operator("-") => {
                self.skip();
                match *self.kind() {
                    TokenKind::Integer(number) => ExpressionKind::Negative(number),
                    TokenKind::Float(number) => ExpressionKind::Float(-number),
                    TokenKind::Word("inf") => ExpressionKind::Float(f64::NEG_INFINITY),
                    _ => return Err(self.unexpected("a number")),
                }
            }
            TokenKind::Operator(".") => {
                self.skip();
                return Ok(ExpressionKind::Absolute(self.word("a name")?));
            }
            TokenKind::Mark('[') => {
                return Ok(ExpressionKind::List(self.list('[', ']', "", |p| p.expression())?));
            }
            TokenKind::Mark('(') => return Ok(tuple(at, self.arguments()?).form),
            TokenKind::Word(word @ ("import" | "embed")) if matches!(self.second(), TokenKind::Text(_)) => {
                self.skip();
                let TokenKind::Text(path) = self.kind().clone() else {
                    return Err(self.unexpected("a path"));
                };
                let Ok(path) = String::from_utf8(path) else {
                    return Err(self.error(at, "this path is not UTF-8", "rename the file"));
                };
                if word == "import" { ExpressionKind::Import(path) } else { ExpressionKind::Embed(path) }
            }
            TokenKind::Word(word) => ExpressionKind::Name(word.to_string()),
            _ => return Err(self.unexpected("a name or a value")),
        };
        self.skip();
        Ok(form)
    }

    fn arguments(&mut self) -> Parse<Vec<Argument>> {
        self.list('(', ')', "", |parser| {
            let name = match (parser.kind(), parser.second()) {
                (TokenKind::Word(_), TokenKind::Operator("=")) => {
                    let name = parser.word("a name")?;
                    parser.skip();
                    Some(name)
                }
                _ => None,
            };
            Ok(Argument { name, value: parser.expression()? })
        })
    }
}

/// A tuple; a single value without a name is not a tuple but that value.
fn tuple(at: usize, mut arguments: Vec<Argument>) -> Expression {
    match &arguments[..] {
        [Argument { name: None, .. }] => arguments.remove(0).value,
        _ => Expression { at, form: ExpressionKind::Tuple(arguments) },
    }
}
