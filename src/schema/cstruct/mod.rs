//! The compiler of C declarations: from a text to a [`Schema`] or a list of all errors.
//!
//! Four steps: the [`lexer`] splits the text into tokens; [`preprocess`] follows the directives and expands
//! macros; the [`parser`] (with [`cursor`], [`specifiers`], [`declarator`], [`structs`], [`enums`],
//! [`attributes`], [`pragmas`], [`constants`]) reads declarations and builds the schema in one pass, since C
//! requires that a type be declared before it is used; [`layout`] places the fields as the System V x86-64
//! ABI and GCC's attributes do. There is no syntax tree.
//!
//! Types that have no meaning as bytes of a file (pointers), or more than one (bit-fields, unions), are
//! errors, and so is every condition (`#ifdef`) that the text does not decide: a guess would give wrong
//! numbers. Not supported on purpose: reading `#include`d files, expanding function-like macros, C++ beyond
//! plain structs.
//!
//! Parsing hostile text takes time linear in its length: nesting, macro expansion and the number of reported
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

/// The largest number of reported errors; parsing then stops. Each error costs a pass over the text.
const MAX_ERRORS: usize = 20;

/// The largest nesting depth of structs and of expressions.
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

/// The result of a failed step: its error is already recorded, and the caller recovers.
#[derive(Debug)]
enum Stop {
    /// The current token is within the declaration that failed.
    Within,
    /// The current token is after it.
    After,
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
        Stop::Within
    }

    /// Whether no more errors will be recorded.
    fn full(&self) -> bool {
        self.list.len() >= MAX_ERRORS
    }

    /// The line that contains the byte `at`, from 1.
    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}
