//! Everything that can go wrong, as a person reads it.
//!
//! An [`Error`] belongs to one of four kinds (the exit codes of the command), and its text says where,
//! what was found, what was expected and what to do. A [`Diagnostic`] is the kind that points into a text (a
//! schema, a program); it prints in the manner of rustc.
//!
//! Nothing here decides what to do about an error: the command prints it and leaves.

use std::fmt;

/// Of a longer line only so many characters are printed.
const WIDEST: usize = 120;

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

    /// The line as it is printed, and what comes before the caret below it. Of a long line it is the part
    /// around the column; and what would move a terminal's cursor, or do worse, is not sent to one.
    fn shown(&self) -> (String, String) {
        let length = self.source.chars().count();
        let start = if length <= WIDEST { 0 } else { (self.column - 1).saturating_sub(WIDEST / 2) };
        let part = self.source.chars().skip(start).take(WIDEST);
        let part = part.map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c });
        let (before, after) =
            (if start > 0 { "…" } else { "" }, if start + WIDEST < length { "…" } else { "" });
        let source = format!("{before}{}{after}", part.collect::<String>());
        let pad = source.chars().take(self.column - 1 - start + before.chars().count());
        let pad = pad.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        (source, pad)
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
        let (source, pad) = self.shown();
        writeln!(f, "{}", self.message)?;
        writeln!(f, "{:gutter$}--> {}:{}:{}", "", self.file, self.line, self.column)?;
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{} | {source}", self.line)?;
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
    /// The system has no memory for something, which takes so many bytes at least.
    pub(crate) fn no_memory(name: &str, what: &str, bytes: u64) -> Error {
        Error::System(format!(
            "{name}: {what} takes {bytes} bytes of memory, and the system does not give so many: \
             free some, or raise the limit (ulimit -v)"
        ))
    }

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
    // And nothing is near to no name at all.
    if length > 64 || length == 0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, offset: usize) -> Vec<String> {
        Diagnostic::at("f", text, offset, "wrong").to_string().lines().map(str::to_string).collect()
    }

    #[test]
    fn the_caret_stands_below_the_column() {
        assert_eq!(lines("a\n\tb c", 5)[3..], ["2 | \tb c", "  | \t  ^"]);
        assert_eq!(lines("", 0)[3..], ["1 | ", "  | ^"]);
    }

    #[test]
    fn of_a_long_line_the_part_around_the_column_is_shown() {
        let text: String = ('a'..='z').cycle().take(1000).collect();
        for at in [0, 1, 59, 60, 61, 500, 940, 998, 999] {
            let shown = lines(&text, at);
            let caret = shown[4].chars().position(|c| c == '^').unwrap();
            assert_eq!(shown[3].chars().nth(caret), text.chars().nth(at), "{at}");
            assert!(shown[3].chars().count() <= "1 | ".len() + WIDEST + 2, "{at}");
            assert!(shown[2] == "  |" && shown[1].ends_with(&format!("1:{}", at + 1)));
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(lines("x\u{1b}[2J\u{7}y", 6)[3], "1 | x\u{fffd}[2J\u{fffd}y");
    }

    #[test]
    fn nothing_is_near_to_no_name() {
        assert_eq!(nearest("", ["x"]), None);
        assert_eq!(nearest("pint", ["x", "point"]), Some("point"));
    }
}
