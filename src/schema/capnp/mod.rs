//! The compiler of Cap'n Proto's schema language: from `.capnp` text to a [`Schema`] or a list of all errors.
//!
//! The steps, one or a few files each: the [`lexer`] splits text into tokens; the [`parser`] (with
//! [`phrases`]) makes the tree of [`syntax`]; [`files`] does both for all imported files; [`scopes`] gives
//! every declaration its id and members; [`generics`] resolves names and applies type arguments; [`compiler`]
//! turns declarations into [`nodes`], with [`structs`] and [`layout`] for structs; [`values`] and [`objects`]
//! evaluate defaults, constants and annotations; finally [`lower`] makes the schema from the nodes, or
//! [`mod@request`] makes the message for a code generator, which [`decode`] reads back.
//!
//! Ids, offsets, sizes and discriminants are those of the reference compiler. Interfaces are compiled for the
//! request only; a schema does not have them. Not supported on purpose: evolution checks against an older
//! version, and source positions in the request.
//!
//! Hostile text is an error: nesting, the size of a type and of a value, and the number of reported errors
//! are limited, and everything that can refer to itself is checked for cycles.

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

/// The largest number of reported errors; parsing then stops. Each error costs a pass over the text.
const MAX_ERRORS: usize = 20;

/// The largest nesting depth of blocks, expressions, types and values, and length of a chain of names.
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

/// The schema in a CodeGeneratorRequest.
pub(super) fn from_request(request: &[u8]) -> Result<Schema, Error> {
    decode::schema(request).map_err(|why| Error::data(format!("the CodeGeneratorRequest: {why}")))
}

/// The CodeGeneratorRequest for `paths`, which are named relative to `prefix`.
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
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => format!("{path}: there is no such file"),
        _ => format!("{path}: the schema cannot be read: {error}"),
    };
    Error::io(message, error).about(path)
}

/// A text and its name.
struct SourceFile {
    /// Its index among the files.
    index: usize,
    name: String,
    text: String,
}

/// The errors found so far.
#[derive(Default)]
struct Errors {
    /// Each with the file's index and the offset, to sort by.
    list: Vec<(usize, usize, Diagnostic)>,
}

/// The result of a failed step: its error is already recorded, and the caller recovers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stop;

/// The result of a step that records its own errors.
type Parse<T> = Result<T, Stop>;

impl Errors {
    /// Records an error about the byte `at`; `help` may be empty.
    fn add(
        &mut self,
        source: &SourceFile,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Stop {
        let (message, help) = (message.into(), help.into());
        // An invalid type is found again at each use.
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

    /// Whether no more errors will be recorded.
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
