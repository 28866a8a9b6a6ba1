//! Access to the tokens, error reporting, and error recovery.

use super::lexer::TokenKind;
use super::parser::Parser;
use super::{MAX_DEPTH, Parse, Stop};

impl<'a> Parser<'a, '_, '_> {
    pub fn kind(&self) -> TokenKind<'a> {
        self.tokens[self.at].kind
    }

    /// The kind of the token `n` further on.
    pub fn kind_after(&self, n: usize) -> TokenKind<'a> {
        self.tokens.get(self.at + n).map_or(TokenKind::End, |t| t.kind)
    }

    /// The offset of the current token in the text.
    pub fn here(&self) -> usize {
        self.tokens[self.at].start
    }

    pub fn bump(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    pub fn eat(&mut self, punct: &'static str) -> bool {
        let found = self.kind() == TokenKind::Punct(punct);
        if found {
            self.bump();
        }
        found
    }

    pub fn expect(&mut self, punct: &'static str) -> Parse<()> {
        if self.eat(punct) { Ok(()) } else { Err(self.expected(&format!("'{punct}'"))) }
    }

    /// The nesting depth of structs at the current token.
    pub fn nesting(&self) -> usize {
        self.open.len()
    }

    pub fn error(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) -> Stop {
        if self.quiet {
            return Stop::Within;
        }
        let stop = self.errors.add(at, message, help);
        if self.errors.full() {
            self.at = self.tokens.len() - 1;
        }
        stop
    }

    /// The error that another token is here than `what`.
    pub fn expected(&mut self, what: &str) -> Stop {
        if self.quiet {
            return Stop::Within;
        }
        let found = match self.kind() {
            TokenKind::Word(word) => format!("'{word}'"),
            TokenKind::Punct(punct) => format!("'{punct}'"),
            TokenKind::Number(value) => format!("'{}'", value.number),
            TokenKind::Text(_) => "a string".to_string(),
            TokenKind::Pragma => "a pragma".to_string(),
            TokenKind::PragmaEnd => "the end of the pragma".to_string(),
            // Already reported when it was read.
            TokenKind::Bad(..) => return Stop::Within,
            TokenKind::End => "the end of the text".to_string(),
        };
        self.error(self.here(), format!("expected {what}, found {found}"), "")
    }

    /// The line of the byte `at`.
    pub fn line(&self, at: usize) -> usize {
        self.errors.line(at)
    }

    /// The number of errors so far.
    pub fn error_count(&self) -> usize {
        self.errors.list.len()
    }

    /// Runs `step`; if it fails, it records no error, and the position is restored.
    pub fn attempt<T>(&mut self, step: impl FnOnce(&mut Self) -> Parse<T>) -> Option<T> {
        let (at, quiet) = (self.at, std::mem::replace(&mut self.quiet, true));
        let result = step(self).ok();
        self.quiet = quiet;
        if result.is_none() {
            self.at = at;
        }
        result
    }

    /// The `;` at the end of a declaration. If a new declaration follows a `}`, only the `;` is reported as
    /// missing.
    pub fn semicolon(&mut self) -> Parse<()> {
        if self.eat(";") || self.misses_semicolon() { Ok(()) } else { Err(self.expected("';'")) }
    }

    pub fn misses_semicolon(&mut self) -> bool {
        let before = self.tokens[self.at.saturating_sub(1)];
        let next = matches!(
            self.kind(),
            TokenKind::Word("struct" | "typedef" | "enum" | "union" | "extern") | TokenKind::End
        );
        let missing = next && before.kind == TokenKind::Punct("}");
        if missing {
            self.error(
                before.end,
                "expected ';' after '}'",
                "a declaration ends with ';', also that of a struct",
            );
        }
        missing
    }

    /// Skips past the next `;`, or to the `}` that closes the enclosing construct. Returns the last word that
    /// it skips, which is the name that was to be declared.
    pub fn recover(&mut self, stop: Stop) -> Option<&'a str> {
        let (mut depth, mut name) = (0, None);
        if matches!(stop, Stop::After) {
            return None;
        }
        loop {
            match self.kind() {
                TokenKind::End => return name,
                TokenKind::Pragma if depth == 0 => {
                    self.pragma();
                    continue;
                }
                TokenKind::Punct("{") => depth += 1,
                TokenKind::Punct("}") if depth == 0 => return name,
                TokenKind::Punct("}") => depth -= 1,
                TokenKind::Punct(";") if depth == 0 => {
                    self.bump();
                    return name;
                }
                TokenKind::Word(word) if depth == 0 => name = Some(word),
                _ => {}
            }
            self.bump();
        }
    }

    /// Skips the parameters and the body of a function, after which there is no `;` to recover at.
    pub fn skip_function(&mut self) -> Stop {
        let mut depth = 0;
        loop {
            match self.kind() {
                TokenKind::End => break,
                TokenKind::Punct("}") if depth == 0 => break,
                TokenKind::Punct("{") => depth += 1,
                TokenKind::Punct("}") if depth == 1 => {
                    self.bump();
                    self.eat(";");
                    break;
                }
                TokenKind::Punct("}") => depth -= 1,
                TokenKind::Punct(";") if depth == 0 => {
                    self.bump();
                    break;
                }
                _ => {}
            }
            self.bump();
        }
        Stop::After
    }

    /// Skips `(…)` and its content.
    pub fn balanced(&mut self) -> Parse<()> {
        let mut depth = 0;
        loop {
            match self.kind() {
                TokenKind::Punct("(") => depth += 1,
                TokenKind::Punct(")") if depth == 1 => {
                    self.bump();
                    return Ok(());
                }
                TokenKind::Punct(")") => depth -= 1,
                TokenKind::End
                | TokenKind::Pragma
                | TokenKind::PragmaEnd
                | TokenKind::Punct("{" | "}" | ";") => {
                    return Err(self.expected("')'"));
                }
                _ => {}
            }
            self.bump();
        }
    }

    /// Checks the depth of a nested construct before it is entered.
    pub fn not_too_deep(&mut self, depth: usize, at: usize) -> Parse<()> {
        if depth < MAX_DEPTH {
            return Ok(());
        }
        Err(self.error(
            at,
            format!("this nests more than {MAX_DEPTH} deep"),
            "declare the inner parts on their own",
        ))
    }
}
