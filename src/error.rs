//! Errors, and diagnostics with a place in a text.
//!
//! An [`Error`] has an [`ErrorKind`], which determines the exit code of the command. Its text states where,
//! what was found, what was expected and what to do. It also carries the record, the byte offset, the file
//! and the operating system's error as separate values for programs; whoever constructs an error puts the
//! same values into the text and into the fields. A [`Diagnostic`] points into a text (a schema, a program)
//! and prints in the style of rustc.
//!
//! Nothing here decides how to handle an error: the command prints it and exits.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str};
use std::sync::Arc;
use std::{fmt, io};

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
#[non_exhaustive]
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

    /// Adds advice to the message.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

impl Diagnostic {
    /// The diagnostic under a title of `level`. The renderer cuts long lines around the column, and replaces
    /// control characters: no text reaches a terminal that would move its cursor.
    fn render(&self, level: Level, renderer: &Renderer) -> String {
        let start = self.source.char_indices().nth(self.column - 1).map_or(self.source.len(), |(at, _)| at);
        let end = self.source[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        let caret = AnnotationKind::Primary.span(start..end);
        let snippet = Snippet::source(&self.source).line_start(self.line).path(&self.file).annotation(caret);
        let title = level.primary_title(&self.message).element(snippet);
        let help = self.help.as_deref().map(|help| Level::HELP.message(normalize_untrusted_str(help)));
        renderer.render(&[title.elements(help)])
    }
}

/// The message, the place, the line with a caret below the column, and the advice.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Level::ERROR.no_name(), &Renderer::plain()))
    }
}

/// The kind of an [`Error`].
///
/// ```
/// use wirelens::{ErrorKind, Schema};
/// let error = Schema::from_c("<schema>", "struct P { int *p; };").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Schema);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Wrong usage, or the operating system refused something.
    System,
    /// The schema's text is wrong.
    Schema,
    /// The program (a query, a script, an accessor chain) is wrong.
    Program,
    /// The bytes are wrong, or a computation over them failed.
    Data,
}

/// An error that stops a run.
///
/// Its text is for a person. A program reads the [kind](Error::kind), the record, the byte offset, the file,
/// and the operating system's error ([`source`](std::error::Error::source)).
///
/// ```
/// use std::error::Error;
/// let Err(error) = wirelens::Input::open("nowhere.bin") else { panic!("it is there") };
/// assert_eq!(error.to_string(), "nowhere.bin: there is no such file");
/// assert_eq!((error.kind(), error.path()), (wirelens::ErrorKind::System, Some("nowhere.bin")));
/// let said = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
/// assert_eq!(said.map(|said| said.kind()), Some(std::io::ErrorKind::NotFound));
/// ```
#[derive(Clone, Debug)]
pub struct Error(Box<Facts>);

/// The contents of an error, boxed to keep `Result` small.
#[derive(Clone, Debug)]
struct Facts {
    kind: ErrorKind,
    /// The text, unless there are diagnostics.
    message: String,
    /// What to do about it. Diagnostics have their own.
    help: Option<String>,
    diagnostics: Vec<Diagnostic>,
    path: Option<String>,
    record: Option<u64>,
    offset: Option<u64>,
    /// The operating system's error.
    source: Option<Arc<io::Error>>,
}

/// Construction: the constructors set the kind, the other methods add the place.
impl Error {
    fn new(kind: ErrorKind, message: String, diagnostics: Vec<Diagnostic>) -> Error {
        let (path, record, offset, source) = (None, None, None, None);
        Error(Box::new(Facts { kind, message, help: None, diagnostics, path, record, offset, source }))
    }

    /// An error of usage, or an operation that is not possible here.
    ///
    /// ```
    /// use wirelens::{Error, Limits, Script};
    /// let load = |path: &str| Err(Error::system(format!("there is no schema {path}")));
    /// let text = "import wirelens\nfor t in wirelens.open('a.bin', schema='a.h'): pass";
    /// let error = Script::compile("<script>", text, &[], &Limits::default(), load).unwrap_err();
    /// assert!(error.to_string().starts_with("there is no schema a.h\n --> <script>:2:"));
    /// ```
    pub fn system(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::System, message.into(), vec![])
    }

    /// The system refused something. The message should include the system's reason.
    ///
    /// ```
    /// use std::error::Error;
    /// let read = |path: &str| {
    ///     let told = |e| wirelens::Error::io(format!("{path} cannot be read: {e}"), e).about(path);
    ///     std::fs::read_to_string(path).map_err(told)
    /// };
    /// let error = read("nowhere.h").unwrap_err();
    /// assert!(error.source().is_some_and(|source| error.to_string().ends_with(&source.to_string())));
    /// ```
    pub fn io(message: impl Into<String>, source: io::Error) -> Error {
        let mut error = Error::system(message);
        error.0.source = Some(Arc::new(source));
        error
    }

    /// The schema's text is wrong at these places.
    ///
    /// ```
    /// use wirelens::{Diagnostic, Error};
    /// let wrong = Diagnostic::at("a.h", "struct S {", 10, "'}' is missing");
    /// assert_eq!(Error::schema(vec![wrong.clone()]).diagnostics(), [wrong]);
    /// ```
    pub fn schema(diagnostics: Vec<Diagnostic>) -> Error {
        Error::new(ErrorKind::Schema, String::new(), diagnostics)
    }

    /// The program is wrong at these places.
    pub(crate) fn program(diagnostics: Vec<Diagnostic>) -> Error {
        Error::new(ErrorKind::Program, String::new(), diagnostics)
    }

    /// The bytes are wrong, or a computation over them failed.
    ///
    /// ```
    /// use wirelens::{Error, ErrorKind};
    /// let error = Error::data("a.bin: record 3 (at byte 24): no such day");
    /// let error = error.about("a.bin").at_record(3).at(24);
    /// assert_eq!((error.kind(), error.record(), error.offset()), (ErrorKind::Data, Some(3), Some(24)));
    /// ```
    pub fn data(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Data, message.into(), vec![])
    }

    /// The system cannot allocate memory for `what`, which takes at least `bytes`.
    pub(crate) fn no_memory(name: &str, what: &str, bytes: u64) -> Error {
        let message = format!(
            "{name}: {what} takes {bytes} bytes of memory, and the system does not give so many: \
             free some, or raise the limit (ulimit -v)"
        );
        Error::system(message).about(name)
    }

    /// Adds advice to an error without diagnostics. Diagnostics have their own.
    ///
    /// ```
    /// let error = wirelens::Error::system("a schema is needed").help("name one with --schema");
    /// assert_eq!(error.to_string(), "a schema is needed\n |\n = help: name one with --schema");
    /// ```
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.0.help = Some(help.into());
        self
    }

    /// Sets the input or file that the error is about: see [`Error::path`].
    ///
    /// ```
    /// assert_eq!(wirelens::Error::data("a.bin is empty").about("a.bin").path(), Some("a.bin"));
    /// ```
    pub fn about(mut self, path: impl Into<String>) -> Error {
        self.0.path = Some(path.into());
        self
    }

    /// Sets the number of the record that the error is about: see [`Error::record`].
    ///
    /// ```
    /// assert_eq!(wirelens::Error::data("record 3 is empty").at_record(3).record(), Some(3));
    /// ```
    pub fn at_record(mut self, number: u64) -> Error {
        self.0.record = Some(number);
        self
    }

    /// Sets the byte offset that the error is about: see [`Error::offset`].
    ///
    /// ```
    /// assert_eq!(wirelens::Error::data("byte 7 is no digit").at(7).offset(), Some(7));
    /// ```
    pub fn at(mut self, offset: u64) -> Error {
        self.0.offset = Some(offset);
        self
    }

    /// Turns the error into an error of the program, at the place that requested the failed operation.
    pub(crate) fn in_program(mut self, place: Diagnostic) -> Error {
        self.0.kind = ErrorKind::Program;
        self.shown_at(place)
    }

    /// Replaces the message.
    pub(crate) fn reworded(mut self, message: String) -> Error {
        self.0.message = message;
        self
    }

    /// Shows the error at the place in the program that failed; `place` has the message.
    pub(crate) fn shown_at(mut self, place: Diagnostic) -> Error {
        self.0.diagnostics = vec![place];
        self
    }
}

/// Accessors.
impl Error {
    /// The kind of the error.
    ///
    /// ```
    /// use wirelens::{ErrorKind, Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int n; };")?;
    /// let query = |record, columns| Query::builder(&schema).record(record).select(columns).build();
    /// assert_eq!(query("S", "m").unwrap_err().kind(), ErrorKind::Program);
    /// assert_eq!(query("T", "n").unwrap_err().kind(), ErrorKind::System);
    /// let done = query("S", "1 // n")?.run(&Input::from_bytes(&[0; 4]));
    /// assert_eq!(done.unwrap_err().kind(), ErrorKind::Data);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Every place in the schema or the program that is wrong; empty for another [kind](Error::kind).
    ///
    /// ```
    /// let text = "struct S { int *p; };\nstruct T { int &r; };";
    /// let error = wirelens::Schema::from_c("a.h", text).unwrap_err();
    /// let places: Vec<_> = error.diagnostics().iter().map(|d| (d.line, d.column)).collect();
    /// assert_eq!(places, [(1, 16), (2, 16)]);
    /// ```
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    /// The number of the record or message that the error is about, counted from 0.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let query = Query::builder(&schema).totals(&["1 // t.n"]).build()?;
    /// let error = query.run(&Input::from_bytes(&[1, 0, 2, 0, 0, 0])).unwrap_err();
    /// assert_eq!(error.to_string(), "<bytes>: record 2 (at byte 4): division by zero");
    /// assert_eq!((error.path(), error.record(), error.offset()), (Some("<bytes>"), Some(2), Some(4)));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn record(&self) -> Option<u64> {
        self.0.record
    }

    /// The offset of the byte that the error is about: the byte that could not be read or, if that is not
    /// known, the start of the record. It counts from the start of the input or, if the text states so, of
    /// the unpacked stream.
    ///
    /// ```
    /// use wirelens::{Input, Scratch};
    /// let input = Input::from_bytes(&[0; 8]);
    /// assert_eq!(input.chunk(4..12, &mut Scratch::new()).unwrap_err().offset(), Some(4));
    /// ```
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// The name of the input or file that the error is about, as in the text: a path as the user gave it, or
    /// a name such as `<bytes>`. If several files of a schema are wrong, it is the first of them.
    ///
    /// ```
    /// let error = wirelens::Schema::from_c("a.h", "struct S { int *p; };").unwrap_err();
    /// assert_eq!(error.path(), Some("a.h"));
    /// ```
    pub fn path(&self) -> Option<&str> {
        let Facts { path, diagnostics, .. } = &*self.0;
        path.as_deref().or_else(|| diagnostics.first().map(|d| d.file.as_str()))
    }

    /// The exit code of the command: 2 for usage or system, 3 for a wrong schema or program, 5 for wrong
    /// data.
    ///
    /// ```
    /// let error = wirelens::Schema::from_c("<schema>", "struct P { int *p; };").unwrap_err();
    /// assert_eq!(error.exit_code(), 3);
    /// ```
    pub fn exit_code(&self) -> u8 {
        match self.0.kind {
            ErrorKind::System => 2,
            ErrorKind::Schema | ErrorKind::Program => 3,
            ErrorKind::Data => 5,
        }
    }

    /// The text that the command prints: each diagnostic, or the message, after `error: `. `colour` is for a
    /// terminal (ANSI escape sequences).
    ///
    /// ```
    /// let error = wirelens::Schema::from_c("a.h", "struct S { int *p; };").unwrap_err();
    /// assert!(error.render(false).starts_with("error: a pointer"));
    /// ```
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let Facts { message, help, diagnostics, .. } = &*self.0;
        if diagnostics.is_empty() {
            let help = help.as_deref().map(|help| Level::HELP.message(normalize_untrusted_str(help)));
            return renderer.render(&[Group::with_title(Level::ERROR.primary_title(message)).elements(help)]);
        }
        let shown: Vec<String> = diagnostics.iter().map(|d| d.render(Level::ERROR, &renderer)).collect();
        shown.join("\n\n")
    }

    /// The diagnostics of an error of the program, to be reported together with others; any other error is
    /// returned unchanged.
    pub(crate) fn of_program(self) -> Result<Vec<Diagnostic>, Error> {
        match self.0.kind {
            ErrorKind::Program => Ok(self.0.diagnostics),
            _ => Err(self),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.diagnostics.is_empty() && self.0.help.is_none() {
            true => f.write_str(&self.0.message),
            false => f.write_str(self.render(false).trim_start_matches("error: ")),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&**self.0.source.as_ref()?)
    }
}

/// The candidate nearest to `name` in spelling, if it is near enough to be a likely misspelling.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    // A very long name is hardly a misspelling, and comparing it with every candidate is slow. Nothing
    // resembles an empty name.
    if length > 64 || length == 0 {
        return None;
    }
    let limit = length.div_ceil(3).max(1);
    let candidates = candidates.into_iter().filter(|c| c.len() <= 4 * (length + limit));
    candidates.map(|c| (distance(name, c), c)).filter(|(d, _)| *d <= limit).min().map(|(_, c)| c)
}

/// The Levenshtein distance, computed one row at a time.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, offset: usize) -> Vec<String> {
        Diagnostic::at("f", text, offset, "wrong").to_string().lines().map(str::to_string).collect()
    }

    #[test]
    fn the_caret_stands_below_the_column() {
        assert_eq!(lines("a\n\tb c", 5)[3..], ["2 |     b c", "  |       ^"]);
        assert_eq!(lines("", 0)[2..], ["  |", "1 |", "  | ^"]);
        assert_eq!(lines("x\n日本 = ü;", 9)[1..], [" --> f:2:4", "  |", "2 | 日本 = ü;", "  |      ^"]);
    }

    #[test]
    fn of_a_long_line_the_part_around_the_column_is_shown() {
        let text: String = ('a'..='z').cycle().take(1000).collect();
        for at in [0, 1, 59, 60, 61, 500, 940, 998, 999] {
            let shown = lines(&text, at);
            let caret = shown[4].chars().position(|c| c == '^').unwrap();
            assert_eq!(shown[3].chars().nth(caret), text.chars().nth(at), "{at}");
            assert!(shown[3].chars().count() <= 140, "{at}");
            assert!(shown[2] == "  |" && shown[1].ends_with(&format!("1:{}", at + 1)));
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(lines("x\u{1b}[2J\u{7}y", 6)[3], "1 | x\u{241b}[2J\u{2407}y");
    }

    #[test]
    fn an_error_gives_back_what_is_known_of_it() {
        let error = Error::data("a.bin: record 3 (at byte 24)").about("a.bin").at_record(3).at(24);
        assert_eq!(error.to_string(), "a.bin: record 3 (at byte 24)");
        assert_eq!((error.kind(), error.exit_code()), (ErrorKind::Data, 5));
        assert_eq!((error.path(), error.record(), error.offset()), (Some("a.bin"), Some(3), Some(24)));
        assert!(error.diagnostics().is_empty() && std::error::Error::source(&error).is_none());
        let place = Diagnostic::at("<expression>", "1 / 0", 2, error.to_string());
        let error = error.at(27).shown_at(place.clone());
        assert_eq!((error.to_string(), error.diagnostics()), (place.to_string(), &[place][..]));
        assert_eq!((error.path(), error.record(), error.offset()), (Some("a.bin"), Some(3), Some(27)));
    }

    #[test]
    fn what_the_system_said_stays_with_an_error_where_the_program_names_the_file() {
        let refused = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = Error::io("s.h: you are not allowed to read it", refused).about("s.h");
        assert_eq!((error.kind(), error.exit_code()), (ErrorKind::System, 2));
        let place = Diagnostic::at("a.py", "open('s.h')", 5, error.to_string());
        let error = error.in_program(place.clone());
        assert_eq!((error.kind(), error.exit_code()), (ErrorKind::Program, 3));
        assert_eq!((error.to_string(), error.path()), (place.to_string(), Some("s.h")));
        let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<io::Error>());
        assert_eq!(source.map(io::Error::kind), Some(io::ErrorKind::PermissionDenied));
        assert_eq!(error.of_program().expect("it is one"), [place]);
    }

    #[test]
    fn all_diagnostics_are_reported_and_the_first_names_the_file() {
        let places = ["a.h", "b.h"].map(|file| Diagnostic::at(file, "x", 0, "wrong"));
        let error = Error::schema(places.to_vec());
        assert_eq!(error.to_string(), format!("{}\n\nerror: {}", places[0], places[1]));
        assert_eq!((error.path(), error.diagnostics()), (Some("a.h"), &places[..]));
        assert_eq!(error.of_program().expect_err("it is the schema's").kind(), ErrorKind::Schema);
    }

    #[test]
    fn a_result_is_no_larger_for_an_error() {
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn nothing_is_near_to_no_name() {
        assert_eq!(nearest("", ["x"]), None);
        assert_eq!(nearest("pint", ["x", "point"]), Some("point"));
    }
}
