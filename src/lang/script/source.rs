//! The text of a script or an expression: whether it may be given to the parser, and where in it things are.
//!
//! The parser and the tree that it makes are recursive, so what is nested without end, or one statement
//! without end, is refused before. Names of fields may be words that Python keeps for itself; the parser is
//! shown others of the same length, so that all places stay.

use super::habits;
use super::items::Items;
use super::refusals::refusals_in;
use crate::error::{Diagnostic, Error};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ModExpression, ModModule};
use ruff_python_parser::{ParseError, Parsed};
use ruff_text_size::{Ranged, TextSize};

/// A statement of more bytes is refused.
const LONGEST: usize = 1 << 14;
/// A script of more bytes is refused.
const LARGEST: usize = 4 << 20;
/// Brackets and operators before an operand nest at most so deep.
const DEEPEST: usize = 200;

/// A text, its name, and where in a larger text it is.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name, or one such as `<expression>`.
    pub file: String,
    /// The text that the user wrote.
    pub text: String,
    /// The part of it that is parsed.
    part: std::ops::Range<usize>,
    /// Where the text begins, where places in code count through several texts.
    begins: u32,
}

impl Source {
    /// A whole text.
    pub fn new(file: &str, text: &str) -> Source {
        Source { file: file.to_string(), text: text.to_string(), part: 0..text.len(), begins: 0 }
    }

    /// A part of this one.
    pub fn part(&self, part: std::ops::Range<usize>) -> Source {
        Source { part, ..self.clone() }
    }

    /// The same text behind others of so many bytes: places in code count on.
    pub fn behind(self, bytes: usize) -> Source {
        Source { begins: bytes as u32, ..self }
    }

    fn parsed(&self) -> &str {
        &self.text[self.part.clone()]
    }

    /// The text as it is written at a place of the tree.
    pub fn written(&self, range: ruff_text_size::TextRange) -> &str {
        &self.parsed()[range]
    }

    /// A place of the tree as a place in the text.
    pub fn original(&self, at: TextSize) -> u32 {
        self.part.start as u32 + at.to_u32()
    }

    /// A place of the tree as code has it.
    pub fn place(&self, at: TextSize) -> u32 {
        self.begins + self.original(at)
    }

    /// A message about a place of the tree.
    pub fn told(&self, at: TextSize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(&self.file, &self.text, self.original(at) as usize, message)
    }

    fn wrong(&self, at: usize, message: impl Into<String>) -> Error {
        Error::program(vec![self.told(TextSize::new(at as u32), message)])
    }

    fn not_python(&self, error: &ParseError, statement: bool) -> Error {
        let at = error.location.start().to_usize();
        // An operator of another language is the cause, in whatever the parser has stumbled over behind it.
        let line = |text: &str| text.lines().next().unwrap_or("").len();
        let text = self.parsed();
        let start = text[..at.min(text.len())].rfind('\n').map_or(0, |i| i + 1);
        match habits::operator(&text[start..start + line(&text[start..])], statement) {
            Some((behind, message)) => self.wrong(start + behind, message),
            None => self.wrong(at, error.error.to_string()),
        }
    }

    /// The tree of an expression.
    pub fn expression(&self) -> Result<Parsed<ModExpression>, Error> {
        let text = self.parsed();
        if text.trim().is_empty() {
            return Err(self.wrong(0, "there is no expression here"));
        }
        self.measure()?;
        let mut shown = shielded(text);
        // Space in front would be an indentation.
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

    /// The tree of a script.
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

    /// Refuses a tree that is too deep: all that walk over it from here on need not look how deep they are.
    fn deep(&self, walk: impl FnOnce(&mut Depth)) -> Result<(), Error> {
        let mut depth = Depth { now: 0, found: None };
        walk(&mut depth);
        match depth.found {
            Some(at) => Err(self.wrong(at.to_usize(), format!("this is nested deeper than {DEEPEST}"))),
            None => Ok(()),
        }
    }

    /// Refuses what is nested too deep, or a statement that is too long. Brackets in texts count as long as
    /// the text lasts: they may be code in an f-string.
    fn measure(&self) -> Result<(), Error> {
        let text = self.parsed().as_bytes();
        let (mut open, mut run, mut branches, mut begin) = (0usize, 0usize, 0usize, 0usize);
        // The quote that the text at hand ends with, and how many brackets were open in front of it.
        let mut within: Option<(u8, usize, usize)> = None;
        // Whether what stands in it is code.
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
                    // Operators in front of an operand, and what may stand in one without end.
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

/// How deep a tree is, and where it is too deep.
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

/// Visits what an expression is made of. A sum of many leans to the left, as deep as it is long: it is walked
/// down, not entered.
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

/// Words that Python keeps to itself. C does not: a segment may well have the fields `from` and `to`.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The same text with keywords that are names of fields (they stand behind a dot) made plain names of the
/// same length, so that all places stay what they are.
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
