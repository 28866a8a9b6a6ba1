//! The compiler of Cap'n Proto's schema language: `.capnp` text in, a [`Schema`] or every error found out.
//!
//! The steps, each a file or a few: the [`lexer`] cuts text into tokens; the [`parser`] (with [`phrases`])
//! makes the tree of [`syntax`]; [`files`] does both for all that is imported; [`scopes`] gives every
//! declaration its id and finds what a name means, [`generics`] what it is applied to; [`compiler`] turns
//! declarations into [`nodes`], the structs among them by [`structs`] and [`layout`]; [`values`] and
//! [`objects`] work out defaults, constants and annotations; and then [`lower`] makes the schema of the
//! nodes, or [`mod@request`] the message for a code generator, which [`decode`] reads back.
//!
//! Ids, offsets, sizes and discriminants are those of the reference compiler. Interfaces are read and kept
//! for the request; a schema does not have them. Deliberately not done: evolution checks against an older
//! version, and source positions in the request.
//!
//! Hostile text is an error: nesting, the size of a type and of a value, and the number of reported errors
//! are limited, and whatever can refer to itself is watched.

use std::path::{Path, PathBuf};

use super::Schema;
use crate::error::{Diagnostic, Error};

mod compiler;
mod decode;
mod embed;
mod files;
mod generics;
mod ids;
mod interfaces;
mod layout;
mod lexer;
mod lower;
mod message;
mod nodes;
mod objects;
mod parser;
mod phrases;
mod request;
mod scopes;
mod standard;
mod structs;
mod syntax;
mod values;

/// How many errors are reported before the rest of the text is left unread. Each costs a walk over the text.
const MAX_ERRORS: usize = 20;

/// How deep blocks, expressions, types and values may nest, and how long a chain of names may be.
const MAX_DEPTH: usize = 64;

/// Compiles the file at `path`.
pub(super) fn file(path: &Path, imports: &[PathBuf]) -> Result<Schema, Error> {
    let mut errors = Errors::default();
    let mut loader = files::Loader::new(imports);
    let folder = path.parent().unwrap_or(Path::new(""));
    loader.add_file(path, folder, &mut errors).map_err(|e| unreadable(path, e))?;
    schema(loader, errors)
}

/// Compiles `text`; `file` names it in errors.
pub(super) fn text(file: &str, text: &str) -> Result<Schema, Error> {
    let mut errors = Errors::default();
    let mut loader = files::Loader::new(&[]);
    loader.add_text(file, text, &mut errors);
    schema(loader, errors)
}

/// The schema that a CodeGeneratorRequest has in it.
pub(super) fn from_request(request: &[u8]) -> Result<Schema, Error> {
    decode::schema(request).map_err(|why| Error::data(format!("the CodeGeneratorRequest: {why}")))
}

/// The CodeGeneratorRequest for `paths`, which are named by their paths in `prefix`.
pub(super) fn request(paths: &[PathBuf], prefix: &Path, imports: &[PathBuf]) -> Result<Vec<u8>, Error> {
    let mut errors = Errors::default();
    let mut loader = files::Loader::new(imports);
    for path in paths {
        loader.add_file(path, prefix, &mut errors).map_err(|e| unreadable(path, e))?;
    }
    let files = loader.finish(&mut errors);
    let compiled = compiler::compile(&files, paths.len(), &mut errors);
    errors.none()?;
    Ok(request::encode(&files[..paths.len()], &compiled))
}

fn schema(loader: files::Loader, mut errors: Errors) -> Result<Schema, Error> {
    let files = loader.finish(&mut errors);
    let compiled = compiler::compile(&files, 1, &mut errors);
    errors.none()?;
    Ok(lower::schema(&compiled, 1))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let path = path.display().to_string();
    Error::io(format!("cannot read the schema '{path}': {error}"), error).about(path)
}

/// A text, and what it is called.
struct Source {
    /// Its place among the files.
    index: usize,
    name: String,
    text: String,
}

/// The errors found so far.
#[derive(Default)]
struct Errors {
    /// With the file's index and the byte, for the order.
    list: Vec<(usize, usize, Diagnostic)>,
}

/// What a failed step returns: its error is recorded already, and the caller looks for a place to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stop;

/// The result of a step that records its own errors.
type Parse<T> = Result<T, Stop>;

impl Errors {
    /// Records an error about the byte `at`; `help` may be empty.
    fn add(
        &mut self,
        source: &Source,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Stop {
        let (message, help) = (message.into(), help.into());
        // A type that is wrong is met wherever it is used.
        let same = |(index, byte, d): &(usize, usize, Diagnostic)| {
            (*index, *byte, &d.message) == (source.index, at, &message)
        };
        if !self.full() && !self.list.iter().any(same) {
            let diagnostic = Diagnostic::at(&source.name, &source.text, at, message);
            let diagnostic = if help.is_empty() { diagnostic } else { diagnostic.help(help) };
            self.list.push((source.index, at, diagnostic));
        }
        Stop
    }

    fn count(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing more will be reported.
    fn full(&self) -> bool {
        self.list.len() >= MAX_ERRORS
    }

    /// All of them as one error, if there are any.
    fn none(mut self) -> Result<(), Error> {
        if self.list.is_empty() {
            return Ok(());
        }
        self.list.sort_by_key(|(index, at, _)| (*index, *at));
        Err(Error::schema(self.list.into_iter().map(|(_, _, diagnostic)| diagnostic).collect()))
    }
}
