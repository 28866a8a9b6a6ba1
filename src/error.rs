//! Everything that can go wrong, as a person is told it.
//!
//! An [`Error`] belongs to one of four kinds (the exit codes of the command), and its text says where,
//! what was found, what was expected and what to do. A [`Diagnostic`] is the kind that points into a text (a
//! schema, a program); it prints in the manner of rustc.
//!
//! Nothing here decides what to do about an error: the command prints it and leaves.

use std::fmt;

/// A message about a place in a text: a schema or a program.
///
/// ```
/// use wirelens::Diagnostic;
/// let d = Diagnostic::at("poly.h", "struct P {\n  double *x;\n};", 20, "a pointer has no meaning in a file")
///     .help("give the value itself, or an offset as `uint64_t`");
/// assert_eq!((d.line, d.column), (2, 10));
/// assert!(d.to_string().contains("poly.h:2:10"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name as the user gave it, or a name such as `<schema>`.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The line itself, without its end.
    pub source: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it, if that is known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A message about the byte `offset` of `text` (past the end counts as the end).
    pub fn at(file: &str, text: &str, offset: usize, message: impl Into<String>) -> Diagnostic {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let end = text[offset..].find('\n').map_or(text.len(), |i| offset + i);
        Diagnostic {
            file: file.to_string(),
            line: before.matches('\n').count() + 1,
            column: text[start..offset].chars().count() + 1,
            source: text[start..end].trim_end_matches('\r').to_string(),
            message: message.into(),
            help: None,
        }
    }

    /// The same message with advice.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = self.line.to_string().len();
        let pad: String =
            self.source.chars().take(self.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        writeln!(f, "{}", self.message)?;
        writeln!(f, "{:gutter$}--> {}:{}:{}", "", self.file, self.line, self.column)?;
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{} | {}", self.line, self.source)?;
        write!(f, "{:gutter$} | {pad}^", "")?;
        if let Some(help) = &self.help {
            write!(f, "\n{:gutter$} = help: {help}", "")?;
        }
        Ok(())
    }
}

/// Whatever stops a run.
///
/// ```
/// let error = wirelens::Schema::from_c("<schema>", "struct P { int *p; };").unwrap_err();
/// assert_eq!(error.exit_code(), 3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The call is wrong, or the system refused something.
    System(String),
    /// The schema's text is wrong: every place found in one go.
    Schema(Vec<Diagnostic>),
    /// The program (a query, an accessor chain) is wrong.
    Program(Vec<Diagnostic>),
    /// The bytes are wrong, or a computation over them failed.
    Data(String),
}

impl Error {
    /// The exit code of the command: 2 usage or system, 3 schema or program wrong, 5 data wrong.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::System(_) => 2,
            Error::Schema(_) | Error::Program(_) => 3,
            Error::Data(_) => 5,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::System(message) | Error::Data(message) => f.write_str(message),
            Error::Schema(list) | Error::Program(list) => {
                for (i, d) in list.iter().enumerate() {
                    write!(f, "{}{d}", if i > 0 { "\n\nerror: " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Error {}

/// The candidate nearest to `name` in spelling, if it is near enough to be meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    // Nobody misspells a name so long; comparing it with every other would cost more than it helps.
    if length > 64 {
        return None;
    }
    let limit = length.div_ceil(3).max(1);
    let candidates = candidates.into_iter().filter(|c| c.len() <= 4 * (length + limit));
    candidates.map(|c| (distance(name, c), c)).filter(|(d, _)| *d <= limit).min().map(|(_, c)| c)
}

/// Levenshtein's distance, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
