//! Integer constant expressions, and `static_assert`.

use super::Parse;
use super::lexer::TokenKind;
use super::parser::Parser;
use super::preprocess::{undecided, undecided_help};
use super::value::Value;
use crate::error::nearest;
use crate::schema::Type;

/// Binary operators by precedence, the lowest first.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<", ">", "<=", ">="],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl<'a> Parser<'a, '_, '_> {
    /// Evaluates the expression at the current token.
    pub fn constant(&mut self) -> Parse<Value> {
        let (depth, dead) = (self.depth, self.dead);
        let value = self.ternary();
        (self.depth, self.dead) = (depth, dead);
        value
    }

    /// Defines a named constant.
    pub fn define_constant(&mut self, name: String, at: usize, value: Value) -> Parse<()> {
        if self.constants.contains_key(&name) {
            let help = "rename or delete one of the two";
            return Err(self.error(at, format!("the constant '{name}' is declared twice"), help));
        }
        self.constants.insert(name, value);
        Ok(())
    }

    /// `static_assert(…);`. A condition that cannot be evaluated, such as on C++ traits, is ignored.
    pub fn static_assert(&mut self) -> Parse<()> {
        let at = self.here();
        self.bump();
        let start = self.error_count();
        let holds = self.attempt(|p| {
            p.expect("(")?;
            let value = p.constant()?;
            match p.kind() {
                TokenKind::Punct("," | ")") => Ok(value.number != 0),
                _ => Err(p.expected("')'")),
            }
        });
        match holds {
            // After an error the layouts are unreliable.
            Some(false) if start == 0 => {
                let text = if self.eat(",")
                    && let TokenKind::Text(text) = self.kind()
                {
                    format!(": {text}")
                } else {
                    String::new()
                };
                let help = "layouts are those of GCC for x86-64; packing and alignment attributes must be in this text";
                return Err(self.error(at, format!("this static_assert does not hold{text}"), help));
            }
            Some(_) => {
                if self.eat(",") {
                    while let TokenKind::Text(_) = self.kind() {
                        self.bump();
                    }
                }
                self.expect(")")?;
            }
            None => self.balanced()?,
        }
        self.semicolon()
    }

    fn ternary(&mut self) -> Parse<Value> {
        let at = self.here();
        self.not_too_deep(self.depth, at)?;
        self.depth += 1;
        let condition = self.level(0)?;
        let mut value = condition;
        if self.eat("?") {
            let dead = self.dead;
            self.dead = dead || condition.number == 0;
            let yes = self.ternary()?;
            self.expect(":")?;
            self.dead = dead || condition.number != 0;
            let no = self.ternary()?;
            self.dead = dead;
            let (chosen, other) = if condition.number != 0 { (yes, no) } else { (no, yes) };
            // Both branches are converted to one type: that of their sum.
            value = chosen.binary("+", Value { number: 0, ..other }).unwrap_or(chosen);
        }
        self.depth -= 1;
        Ok(value)
    }

    fn level(&mut self, level: usize) -> Parse<Value> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        loop {
            let TokenKind::Punct(operator) = self.kind() else { return Ok(left) };
            if !operators.contains(&operator) {
                return Ok(left);
            }
            let at = self.here();
            self.bump();
            let dead = self.dead;
            self.dead |= (operator == "&&" && left.number == 0) || (operator == "||" && left.number != 0);
            let right = self.level(level + 1)?;
            let short = self.dead && !dead;
            self.dead = dead;
            left = match left.binary(operator, right) {
                _ if short => Value::int((operator == "||").into()),
                Ok(value) => value,
                Err(_) if dead => left,
                Err(message) => return Err(self.error(at, message, "write the value itself")),
            };
        }
    }

    fn unary(&mut self) -> Parse<Value> {
        let at = self.here();
        if let TokenKind::Punct(operator @ ("-" | "+" | "~" | "!")) = self.kind() {
            self.bump();
            self.not_too_deep(self.depth, at)?;
            self.depth += 1;
            let value = self.unary()?;
            self.depth -= 1;
            return match value.unary(operator) {
                Some(value) => Ok(value),
                None if self.dead => Ok(value),
                None => Err(self.error(at, "this overflows its C type", "write the value itself")),
            };
        }
        self.primary()
    }

    fn primary(&mut self) -> Parse<Value> {
        let at = self.here();
        match self.kind() {
            TokenKind::Number(value) => {
                self.bump();
                Ok(value)
            }
            TokenKind::Punct("(") => {
                self.bump();
                if !self.starts_type() {
                    let value = self.ternary()?;
                    self.expect(")")?;
                    return Ok(value);
                }
                let Some((bits, unsigned)) = self.type_name()?.integer() else {
                    return Err(self.error(
                        at,
                        "a constant is cast to integers only",
                        "write an integer type",
                    ));
                };
                self.expect(")")?;
                self.not_too_deep(self.depth, at)?;
                self.depth += 1;
                let value = self.unary()?;
                self.depth -= 1;
                Ok(value.cast(bits, unsigned))
            }
            TokenKind::Word("defined") => {
                let TokenKind::Word(name) = self.kind_after(1) else { return Err(self.expected("a number")) };
                self.bump();
                self.bump();
                if self.dead {
                    Ok(Value::int(0))
                } else {
                    Err(self.error(at, undecided(name), undecided_help(name)))
                }
            }
            TokenKind::Word(
                word
                @ ("sizeof" | "_Alignof" | "alignof" | "__alignof__" | "offsetof" | "__builtin_offsetof"),
            ) => {
                self.bump();
                self.expect("(")?;
                if !self.starts_type() {
                    return Err(self.expected("a type"));
                }
                let ctype = self.type_name()?;
                let value = match word {
                    "sizeof" => self.schema.size_of(&ctype.ty),
                    "offsetof" | "__builtin_offsetof" => self.member_offset(ctype.ty)?,
                    _ => ctype.align,
                };
                self.expect(")")?;
                Ok(Value::size(value))
            }
            TokenKind::Word("true" | "false") => {
                let value = Value::int((self.kind() == TokenKind::Word("true")).into());
                self.bump();
                Ok(value)
            }
            TokenKind::Word(word) => self.named_constant(word, at),
            _ => Err(self.expected("a number")),
        }
    }

    fn named_constant(&mut self, first: &'a str, at: usize) -> Parse<Value> {
        self.bump();
        let mut name = first.to_string();
        while self.eat("::") {
            let TokenKind::Word(inner) = self.kind() else { return Err(self.expected("a name")) };
            name = format!("{name}::{inner}");
            self.bump();
        }
        if let Some(value) = self.constants.get(&name) {
            return Ok(*value);
        }
        if self.dead {
            // What follows the name, such as the arguments of a call, is not parsed here either.
            return Ok(Value::int(0));
        }
        if self.quiet {
            return Err(super::Stop::Within);
        }
        let help = match nearest(&name, self.constants.keys().map(String::as_str)) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("write '#define {name} …' above; an #include is not read"),
        };
        Err(self.error(at, format!("the constant '{name}' is not known"), help))
    }

    /// The rest of `offsetof(type` : `, a.b[2]`.
    fn member_offset(&mut self, mut ty: Type) -> Parse<u64> {
        self.expect(",")?;
        let mut offset = 0u64;
        loop {
            let TokenKind::Word(name) = self.kind() else { return Err(self.expected("the name of a field")) };
            let at = self.here();
            let found = match ty {
                Type::Struct(id) => self.schema.structs[id].field(name).cloned(),
                _ => None,
            };
            let Some(field) = found else {
                return Err(self.error(
                    at,
                    format!("there is no field '{name}'"),
                    "write one of the struct's",
                ));
            };
            self.bump();
            offset += field.offset;
            ty = field.ty;
            while self.eat("[") {
                let index = u64::try_from(self.ternary()?.number).unwrap_or(u64::MAX);
                self.expect("]")?;
                let (element, length) = match ty {
                    Type::Array(element, length) => (*element, length),
                    Type::Chars(length) => {
                        (super::declarator::Ctype::scalar(crate::schema::Scalar::I8).ty, length)
                    }
                    _ => (ty, 0),
                };
                if index >= length {
                    return Err(self.error(at, "this index is outside of the array", "write a smaller one"));
                }
                offset += self.schema.size_of(&element) * index;
                ty = element;
            }
            if !self.eat(".") {
                return Ok(offset);
            }
        }
    }
}
