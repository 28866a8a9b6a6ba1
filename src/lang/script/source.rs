//! The text of a script or an expression: checks before parsing, and source positions.
//!
//! The parser and the syntax tree are recursive, so text that is nested too deep, and statements that are too
//! long, are refused before parsing. Names of fields may be keywords of Python; the parser receives other
//! names of the same length, so that all positions stay the same.

use super::habits;
use super::items::Items;
use super::refusals::refusals_in;
use crate::error::{Diagnostic, Error};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ModExpression, ModModule};
use ruff_python_parser::{ParseError, ParseErrorType, Parsed};
use ruff_text_size::{Ranged, TextSize};

/// The limit on a statement, in bytes.
const LONGEST: usize = 1 << 14;
/// The limit on a script, in bytes.
const LARGEST: usize = 4 << 20;
/// The limit on the nesting of brackets and of operators before an operand.
const DEEPEST: usize = 200;

/// A text, its name, and its position in a larger text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name, or one such as `<expression>`.
    pub file: String,
    /// The text that the user wrote.
    pub text: String,
    /// The part of it that is parsed.
    part: std::ops::Range<usize>,
    /// The offset of the text, if positions in code count through several texts.
    begins: u32,
}

impl Source {
    /// A whole text.
    pub fn new(file: &str, text: &str) -> Source {
        Source { file: file.to_string(), text: text.to_string(), part: 0..text.len(), begins: 0 }
    }

    /// A part of this source.
    pub fn part(&self, part: std::ops::Range<usize>) -> Source {
        Source { part, ..self.clone() }
    }

    /// The same text after others with this many bytes; positions in code continue from there.
    pub fn behind(self, bytes: usize) -> Source {
        Source { begins: bytes as u32, ..self }
    }

    fn parsed(&self) -> &str {
        &self.text[self.part.clone()]
    }

    /// The text as it is written, at a range of the syntax tree.
    pub fn written(&self, range: ruff_text_size::TextRange) -> &str {
        &self.parsed()[range]
    }

    /// A position in the syntax tree as a position in the text.
    pub fn original(&self, at: TextSize) -> u32 {
        self.part.start as u32 + at.to_u32()
    }

    /// A position in the syntax tree as code stores it.
    pub fn place(&self, at: TextSize) -> u32 {
        self.begins + self.original(at)
    }

    /// A message at a position in the syntax tree.
    pub fn diagnostic(&self, at: TextSize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(&self.file, &self.text, self.original(at) as usize, message)
    }

    fn wrong(&self, at: usize, message: impl Into<String>) -> Error {
        Error::program(vec![self.diagnostic(TextSize::new(at as u32), message)])
    }

    fn not_python(&self, error: &ParseError, statement: bool) -> Error {
        let at = error.location.start().to_usize();
        // An operator of another language on that line is the cause, wherever the parser failed.
        let line = |text: &str| text.lines().next().unwrap_or("").len();
        let text = self.parsed();
        let start = text[..at.min(text.len())].rfind('\n').map_or(0, |i| i + 1);
        match habits::operator(&text[start..start + line(&text[start..])], statement) {
            Some((behind, message)) => self.wrong(start + behind, message),
            None => {
                let found = self.diagnostic(error.location.start(), error.error.to_string());
                let bare = error.error == ParseErrorType::UnparenthesizedGeneratorExpression;
                let help = "put the generator in brackets, if it is not the only argument";
                Error::program(vec![if bare { found.help(help) } else { found }])
            }
        }
    }

    /// The syntax tree of an expression.
    pub fn expression(&self) -> Result<Parsed<ModExpression>, Error> {
        let text = self.parsed();
        if text.trim().is_empty() {
            return Err(self.wrong(0, "there is no expression here"));
        }
        self.measure()?;
        let mut shown = shielded(text);
        // Leading whitespace would be an indentation.
        if text.starts_with(|c: char| c.is_ascii_whitespace()) {
            shown.replace_range(..1, "(");
            shown.push_str("\n)");
        }
        let parsed = ruff_python_parser::parse_expression(&shown).map_err(|e| self.not_python(&e, false))?;
        self.deep(|depth| depth.visit_expr(parsed.expr()))?;
        match refusals_in(self, &Items::prelude(&[]), parsed.expr()) {
            refused if refused.is_empty() => Ok(parsed),
            refused => Err(Error::program(refused)),
        }
    }

    /// The syntax tree of a script.
    pub fn module(&self) -> Result<Parsed<ModModule>, Error> {
        if self.text.len() > LARGEST {
            return Err(self.wrong(0, format!("the script has more than {LARGEST} bytes; is it the data?")));
        }
        self.measure()?;
        let parsed =
            ruff_python_parser::parse_module(self.parsed()).map_err(|e| self.not_python(&e, true))?;
        self.deep(|depth| depth.visit_body(&parsed.syntax().body))?;
        Ok(parsed)
    }

    /// Refuses a tree that is too deep, so that later walks over it need not check their depth.
    fn deep(&self, walk: impl FnOnce(&mut Depth)) -> Result<(), Error> {
        let mut depth = Depth { now: 0, found: None };
        walk(&mut depth);
        match depth.found {
            Some(at) => Err(self.wrong(at.to_usize(), format!("this is nested deeper than {DEEPEST}"))),
            None => Ok(()),
        }
    }

    /// Refuses text that is nested too deep, and statements that are too long. Brackets in a string count
    /// until it ends: in an f-string they may be code.
    fn measure(&self) -> Result<(), Error> {
        let text = self.parsed().as_bytes();
        let (mut open, mut run, mut branches, mut begin) = (0usize, 0usize, 0usize, 0usize);
        // The quote that ends the current string, its length, and the number of brackets open before the
        // string.
        let mut within: Option<(u8, usize, usize)> = None;
        // Whether the string may contain code.
        let mut code = false;
        let mut at = 0;
        while at < text.len() {
            let c = text[at];
            match c {
                b'\\' if within.is_some() => at += 1,
                b'"' | b'\'' => {
                    let three = text[at..].starts_with(&[c; 3]);
                    match within {
                        Some((quote, length, before)) if quote == c && (length == 1 || three) => {
                            (within, open, run) = (None, before, 0);
                            at += length - 1;
                        }
                        Some(_) => {}
                        None => {
                            let length = if three { 3 } else { 1 };
                            within = Some((c, length, open));
                            code = text[at.saturating_sub(2)..at]
                                .iter()
                                .any(|c| matches!(c, b'f' | b'F' | b't' | b'T'));
                            at += length - 1;
                        }
                    }
                }
                _ if within.is_some() && !code => {}
                b'#' if within.is_none() => {
                    while at + 1 < text.len() && text[at + 1] != b'\n' {
                        at += 1;
                    }
                }
                b'\n' if open == 0 && within.is_none() => (begin, run, branches) = (at + 1, 0, 0),
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                b'-' | b'+' | b'~' | b'*' => run += 1,
                b' ' | b'\t' | b'\x0c' | b'\\' | b'\n' | b'\r' => {}
                _ if c.is_ascii_alphanumeric() || c == b'_' => {
                    let rest = &text[at..];
                    let end = rest.iter().position(|c| !c.is_ascii_alphanumeric() && *c != b'_');
                    let word = &rest[..end.unwrap_or(rest.len())];
                    // Operators before an operand, and constructs that nest without brackets.
                    match word {
                        b"not" | b"lambda" => run += 1,
                        b"else" => (run, branches) = (0, branches + 1),
                        _ => run = 0,
                    }
                    at += word.len() - 1;
                }
                b':' => {}
                _ => run = 0,
            }
            if open + run + branches > DEEPEST {
                return Err(self.wrong(at, format!("this is nested deeper than {DEEPEST}")));
            }
            if at.saturating_sub(begin) > LONGEST {
                return Err(self.wrong(begin, format!("this statement has more than {LONGEST} bytes")));
            }
            at += 1;
        }
        Ok(())
    }
}

/// The depth of a tree, and the position at which it is too deep.
struct Depth {
    now: usize,
    found: Option<TextSize>,
}

impl<'s> Visitor<'s> for Depth {
    fn visit_expr(&mut self, e: &'s Expr) {
        if self.now >= DEEPEST {
            self.found.get_or_insert(e.start());
            return;
        }
        self.now += 1;
        walk_expr(self, e);
        self.now -= 1;
    }
}

/// Visits the parts of an expression. A long sum is a tree that is deep on the left, so this loops over its
/// links instead of recursing.
pub fn walk_expr<'s, V: Visitor<'s> + ?Sized>(visitor: &mut V, e: &'s Expr) {
    let (mut rights, mut first) = (vec![], e);
    while let Expr::BinOp(link) = first {
        rights.push(&*link.right);
        first = &link.left;
    }
    if rights.is_empty() {
        return visitor::walk_expr(visitor, e);
    }
    visitor.visit_expr(first);
    rights.into_iter().rev().for_each(|right| visitor.visit_expr(right));
}

/// Keywords of Python. C allows most of them as names: a segment may have the fields `from` and `to`.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The text with each keyword that is the name of a field (it follows a dot) replaced by a plain name of the
/// same length, so that all positions stay the same.
fn shielded(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    for (i, part) in source.split('.').enumerate() {
        let word = part.trim_start();
        let end = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
        if i > 0 {
            text.push('.');
        }
        if i > 0 && KEYWORDS.contains(&&word[..end]) {
            text.push_str(&part[..part.len() - word.len()]);
            text.push('_');
            text.push_str(&word[1..]);
        } else {
            text.push_str(part);
        }
    }
    text
}
