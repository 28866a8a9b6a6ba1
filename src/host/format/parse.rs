//! Parsing of format specifications, and the check against the kind of value.
//!
//! Errors have CPython's wording and order, with one exception: an error that does not depend on the kind of
//! value is reported before the kind is known, so `Invalid format specifier 'ab'` lacks CPython's `for object
//! of type 'int'`.

use super::Spec;
use crate::host::unicode;

/// The maximum width and precision, so that output is on the order of a megabyte.
const MAX_WIDTH: usize = 1 << 20;

/// The kind of value that a specification is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatKind {
    Int,
    Float,
    Bool,
    Str,
}

impl FormatKind {
    /// All kinds.
    pub const ALL: [FormatKind; 4] = [FormatKind::Int, FormatKind::Float, FormatKind::Bool, FormatKind::Str];

    fn name(self) -> &'static str {
        match self {
            FormatKind::Int => "int",
            FormatKind::Float => "float",
            FormatKind::Bool => "bool",
            FormatKind::Str => "str",
        }
    }
}

/// The unparsed rest of a specification.
struct Rest<'a>(std::iter::Peekable<std::str::Chars<'a>>);

impl Rest<'_> {
    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.0.next_if(|c| wanted(*c))
    }

    fn has(&mut self, c: char) -> bool {
        self.take(|found| found == c).is_some()
    }

    /// Parses digits, if there are any.
    fn number(&mut self, what: &str) -> Result<Option<usize>, String> {
        let mut number: Option<usize> = None;
        while let Some(digit) = self.0.peek().and_then(|c| unicode::digit(*c)) {
            self.0.next();
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit as usize));
        }
        if number > Some(MAX_WIDTH) {
            return Err(format!("{what} too big: at most {MAX_WIDTH}"));
        }
        Ok(number)
    }
}

impl Spec {
    /// Parses `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
    pub fn parse(text: &str) -> Result<Spec, String> {
        let align = |c: char| matches!(c, '<' | '>' | '=' | '^');
        let mut spec = Spec { empty: text.is_empty(), ..Spec::default() };
        let mut rest = Rest(text.chars().peekable());
        let mut filled = false;
        if text.chars().nth(1).is_some_and(align) {
            spec.fill = rest.0.next().unwrap_or(' ');
            filled = true;
        }
        spec.align = rest.take(align);
        spec.sign = rest.take(|c| matches!(c, ' ' | '+' | '-'));
        spec.positive_zero = rest.has('z');
        spec.alternate = rest.has('#');
        if !filled && rest.has('0') {
            spec.fill = '0';
            spec.zeros = true;
        }
        spec.width = rest.number("width")?.unwrap_or(0);
        spec.grouping = rest.take(|c| c == ',');
        if rest.has('_') {
            if spec.grouping.is_some() {
                return Err("Cannot specify both ',' and '_'.".into());
            }
            spec.grouping = Some('_');
        }
        if spec.grouping == Some('_') && rest.has(',') {
            return Err("Cannot specify both ',' and '_'.".into());
        }
        if rest.has('.') {
            let precision = rest.number("precision")?;
            spec.precision = Some(precision.ok_or("Format specifier missing precision")?);
        }
        spec.code = rest.0.next();
        if rest.0.next().is_some() {
            return Err(format!("Invalid format specifier '{text}'"));
        }
        Ok(spec)
    }

    /// Checks that the specification is valid for values of that kind.
    pub fn check(&self, kind: FormatKind) -> Result<(), String> {
        if self.empty {
            return Ok(());
        }
        // The default type is 'd' for an int and 's' for a string; a float has a default format without a
        // letter.
        let code = match (self.code, kind) {
            (None, FormatKind::Float) => None,
            (None, FormatKind::Str) => Some('s'),
            (None, _) => Some('d'),
            (code, _) => code,
        };
        if let (Some(grouping), Some(code)) = (self.grouping, code) {
            let fits = match code {
                'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' => true,
                'b' | 'o' | 'x' | 'X' => grouping == '_',
                _ => false,
            };
            if !fits {
                return Err(format!("Cannot specify '{grouping}' with '{}'.", shown(code)));
            }
        }
        match (kind, code) {
            (FormatKind::Str, Some('s')) => self.check_text(),
            (FormatKind::Int | FormatKind::Bool, Some('b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n')) => {
                self.check_int()
            }
            (
                FormatKind::Int | FormatKind::Bool | FormatKind::Float,
                Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%'),
            )
            | (FormatKind::Float, Some('n') | None) => Ok(()),
            (_, code) => {
                let code = code.map(shown).unwrap_or_default();
                Err(format!("Unknown format code '{code}' for object of type '{}'", kind.name()))
            }
        }
    }

    fn check_text(&self) -> Result<(), String> {
        let wrong = match self.sign {
            Some(' ') => "Space not allowed in string format specifier",
            Some(_) => "Sign not allowed in string format specifier",
            None if self.positive_zero => "Negative zero coercion (z) not allowed in string format specifier",
            None if self.alternate => "Alternate form (#) not allowed in string format specifier",
            None if self.align == Some('=') => "'=' alignment not allowed in string format specifier",
            None => return Ok(()),
        };
        Err(wrong.into())
    }

    fn check_int(&self) -> Result<(), String> {
        let char = self.code == Some('c');
        let wrong = match self.sign {
            _ if self.precision.is_some() => "Precision not allowed in integer format specifier",
            _ if self.positive_zero => "Negative zero coercion (z) not allowed in integer format specifier",
            Some(_) if char => "Sign not allowed with integer format specifier 'c'",
            _ if char && self.alternate => "Alternate form (#) not allowed with integer format specifier 'c'",
            _ => return Ok(()),
        };
        Err(wrong.into())
    }
}

/// A type letter as an error shows it.
fn shown(code: char) -> String {
    match code {
        '!'..='\x7f' => code.to_string(),
        _ => format!("\\x{:x}", code as u32),
    }
}
