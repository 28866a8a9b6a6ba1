//! Reads and parses the files of a schema: the requested ones and all that they import.
//!
//! Everything is read before anything is resolved. A missing file is an error only where it is needed, so the
//! result for each path that a file imports or embeds is stored. A path is relative to the file's own folder
//! or, if it begins with `/`, to the import folders and then to the built-in [`standard`] files.
//!
//! No other part of the schema compiler reads files. Only regular files can be imported or embedded, so that
//! no text can make the compiler wait for a device.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::syntax::{Declaration, DeclarationKind, Expression, ExpressionKind, Name};
use super::{Errors, SourceFile, ids, parser, standard};

/// The largest size of a file, in bytes.
const MAX_SIZE: u64 = 64 << 20;

/// A parsed file.
pub struct File {
    pub source: SourceFile,
    /// Its name, with which derived names begin: the path without the folder it was found in.
    pub name: String,
    pub root: Declaration,
    pub id: u64,
    /// For each imported path the index of the file, or the reason why there is none.
    pub imports: HashMap<String, Result<usize, String>>,
    /// For each embedded path the bytes, or the reason why there are none.
    pub embeds: HashMap<String, Result<Vec<u8>, String>>,
}

/// The origin of a file.
#[derive(Clone, PartialEq, Eq, Hash)]
enum FileAt {
    /// The folder that was searched, and the path in it.
    Disk(PathBuf, PathBuf),
    /// Built in.
    Standard(String),
    /// A text without a file; the name is for messages.
    Text(String),
}

/// Reads files.
pub struct Loader<'a> {
    import_folders: &'a [PathBuf],
    files: Vec<File>,
    places: Vec<FileAt>,
    /// Files by their identity, which is equal for two paths to the same file.
    known: HashMap<FileAt, usize>,
}

impl<'a> Loader<'a> {
    pub fn new(import_folders: &'a [PathBuf]) -> Loader<'a> {
        Loader { import_folders, files: Vec::new(), places: Vec::new(), known: HashMap::new() }
    }

    /// Reads the file at `path`, which is named by its path in `folder` if it is there. Error: it cannot be
    /// read.
    pub fn add_file(&mut self, path: &Path, folder: &Path, errors: &mut Errors) -> io::Result<()> {
        let (folder, name) = match path.strip_prefix(folder) {
            Ok(name) => (folder.to_path_buf(), name.to_path_buf()),
            Err(_) => (PathBuf::new(), path.to_path_buf()),
        };
        let bytes = read(path)?;
        let place = FileAt::Disk(folder, tidy(&name));
        self.known.insert(identity(&place), self.files.len());
        self.add(place, bytes, errors);
        Ok(())
    }

    /// Adds `text` as a file of that name.
    pub fn add_text(&mut self, name: &str, text: &str, errors: &mut Errors) {
        self.add(FileAt::Text(name.to_string()), text.as_bytes().to_vec(), errors);
    }

    /// Reads all imports, transitively.
    pub fn finish(mut self, errors: &mut Errors) -> Vec<File> {
        let mut next = 0;
        while next < self.files.len() {
            let mut paths = (Vec::new(), Vec::new());
            self.files[next].root.expressions(&mut |expression: &Expression| match &expression.form {
                ExpressionKind::Import(path) => paths.0.push(path.clone()),
                ExpressionKind::Embed(path) => paths.1.push(path.clone()),
                _ => {}
            });
            if self.files[next].root.streams() {
                paths.0.push(standard::STREAM.to_string());
            }
            for path in paths.0 {
                let found = self.import(next, &path, errors);
                self.files[next].imports.insert(path, found);
            }
            for path in paths.1 {
                let found = self.embed(next, &path);
                self.files[next].embeds.insert(path, found);
            }
            next += 1;
        }
        self.files
    }

    fn add(&mut self, place: FileAt, bytes: Vec<u8>, errors: &mut Errors) -> usize {
        let (shown, name) = match &place {
            FileAt::Disk(folder, path) => {
                (folder.join(path).display().to_string(), path.display().to_string())
            }
            FileAt::Standard(name) | FileAt::Text(name) => (name.clone(), name.clone()),
        };
        let index = self.files.len();
        let (text, wrong) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
            }
        };
        let source = SourceFile { index, name: shown, text };
        let before = errors.count();
        let root = match wrong {
            None => parser::parse(&source, errors),
            Some(at) => {
                errors.add(&source, at, "this byte is not UTF-8", "save the file as UTF-8");
                Declaration::new(Name::default(), DeclarationKind::File)
            }
        };
        let proposal = ids::proposal(&source.text);
        if root.number.is_none() && errors.count() == before {
            let help = format!("add this line, whose id is made up: @{proposal:#018x};");
            errors.add(&source, 0, "this file has no id", help);
        }
        let id = root.number.map_or(proposal, |n| n.value);
        self.files.push(File { source, name, root, id, imports: HashMap::new(), embeds: HashMap::new() });
        self.places.push(place);
        index
    }

    fn import(&mut self, from: usize, path: &str, errors: &mut Errors) -> Result<usize, String> {
        let place = self.find(from, path)?;
        let identity = identity(&place);
        if let Some(index) = self.known.get(&identity) {
            return Ok(*index);
        }
        let bytes = match &place {
            FileAt::Disk(folder, name) => read(&folder.join(name)).map_err(|e| e.to_string())?,
            FileAt::Standard(name) | FileAt::Text(name) => {
                standard::text(name).unwrap_or("").as_bytes().to_vec()
            }
        };
        let index = self.add(place, bytes, errors);
        self.known.insert(identity, index);
        Ok(index)
    }

    fn embed(&self, from: usize, path: &str) -> Result<Vec<u8>, String> {
        match self.find(from, path)? {
            FileAt::Disk(folder, name) => read(&folder.join(name)).map_err(|e| e.to_string()),
            FileAt::Standard(_) | FileAt::Text(_) => Err("only a file can be embedded".to_string()),
        }
    }

    /// The file that `path` refers to in the file `from`.
    fn find(&self, from: usize, path: &str) -> Result<FileAt, String> {
        if let Some(name) = path.strip_prefix('/') {
            let name = tidy(Path::new(name));
            let folder = self.import_folders.iter().find(|folder| folder.join(&name).is_file());
            return match folder {
                Some(folder) => Ok(FileAt::Disk(folder.clone(), name)),
                None => {
                    let name = name.display().to_string();
                    let none = "no import folder has this file";
                    standard::text(&name).map(|_| FileAt::Standard(name)).ok_or_else(|| none.to_string())
                }
            };
        }
        match &self.places[from] {
            FileAt::Disk(folder, file) => {
                let name = tidy(&file.parent().unwrap_or(Path::new("")).join(path));
                match folder.join(&name).metadata() {
                    Ok(found) if found.is_file() => Ok(FileAt::Disk(folder.clone(), name)),
                    Ok(_) => Err("it is no regular file".to_string()),
                    Err(error) => Err(error.to_string()),
                }
            }
            FileAt::Standard(_) | FileAt::Text(_) => {
                Err("this text lies in no folder that the path could begin in".to_string())
            }
        }
    }
}

/// The content of a file, unless it is too large.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(io::Error::other(format!("it is larger than {} MiB", MAX_SIZE >> 20)));
    }
    Ok(bytes)
}

/// The path without `.` and without `x/..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

/// A key that is equal for two paths to the same file.
fn identity(place: &FileAt) -> FileAt {
    match place {
        FileAt::Disk(folder, path) => {
            let whole = folder.join(path);
            FileAt::Disk(PathBuf::new(), fs::canonicalize(&whole).unwrap_or(whole))
        }
        other => other.clone(),
    }
}
