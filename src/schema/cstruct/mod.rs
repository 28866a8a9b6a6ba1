//! The compiler of C declarations: text in, a [`Schema`] or every error found out.
//!
//! Four steps, each a file: the [`lexer`] cuts the text into tokens; [`preprocess`] follows the directives
//! and expands macros; the [`parser`] (with [`cursor`], [`specifiers`], [`declarator`], [`structs`],
//! [`enums`], [`attributes`], [`pragmas`], [`constants`]) reads declarations and builds the schema as it
//! goes, as C demands that a type be declared before it is used; [`layout`] places the fields as the System V
//! x86-64 ABI and GCC's attributes do. There is no syntax tree: a declaration is used up as it is read.
//!
//! What cannot lie in a file as plain bytes (pointers), or has no single meaning (bit-fields,
//! unions), is an error, and so is every condition (`#ifdef`) whose answer is not in the text: a guess would
//! give wrong numbers. Deliberately not done: reading `#include`d files, expanding function-like
//! macros, C++ beyond plain structs.
//!
//! Hostile text costs time linear in its length: nesting, macro expansion and the number of reported
//! errors are limited.

use super::Schema;
use crate::error::Diagnostic;

mod attributes;
mod constants;
mod cursor;
mod declarator;
mod enums;
mod layout;
mod lexer;
mod parser;
mod pragmas;
mod preprocess;
mod specifiers;
mod structs;
mod value;

/// How many errors are reported before the rest of the text is left unread. Each costs a walk over the text.
const MAX_ERRORS: usize = 20;

/// How deep structs and expressions may nest.
const MAX_DEPTH: usize = 64;

/// Reads `text`; `file` names it in errors.
pub(super) fn parse(file: &str, text: &str) -> Result<Schema, Vec<Diagnostic>> {
    let mut errors = Errors { file, text, list: Vec::new() };
    let raw = lexer::lex(text);
    let tokens = preprocess::run(&raw, &mut errors);
    let schema = parser::Parser::new(tokens, &mut errors).file();
    if errors.list.is_empty() {
        return Ok(schema);
    }
    errors.list.sort_by_key(|d| (d.line, d.column));
    Err(errors.list)
}

/// The errors found so far.
struct Errors<'a> {
    file: &'a str,
    text: &'a str,
    list: Vec<Diagnostic>,
}

/// What a failed step returns: its error is recorded already, and the caller looks for a place to go on.
#[derive(Debug)]
enum Stop {
    /// The parser stands within the declaration that failed.
    InIt,
    /// It stands behind it.
    BehindIt,
}

/// The result of a step that records its own errors.
type Parse<T> = Result<T, Stop>;

impl Errors<'_> {
    /// Records an error about the byte `at`; `help` may be empty.
    fn add(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) -> Stop {
        if !self.full() {
            let diagnostic = Diagnostic::at(self.file, self.text, at, message);
            let help = help.into();
            self.list.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
        }
        Stop::InIt
    }

    /// Whether nothing more will be reported.
    fn full(&self) -> bool {
        self.list.len() >= MAX_ERRORS
    }

    /// The line that the byte `at` lies in, from 1.
    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}
