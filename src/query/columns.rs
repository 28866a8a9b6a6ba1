//! Splits the text of the columns: `a.x, b.x - a.x as dx, *`.
//!
//! Commas outside brackets and quotes separate the columns. ` as NAME` at the end of a column is its name;
//! the default name is its text. `*` stands for all fields of the record that are numbers, truth values,
//! enums or texts, and for those of the structs in it (`a.x`). Their value is `None` for a member of a union
//! that is not set, and for fields behind a null pointer. Lists and bytes are left out, and recursive structs
//! are not expanded again.
//!
//! All expressions are parts of one text: the columns, then the condition, then the expansions of the stars.
//! So a position determines the expression that it is in.

use crate::error::{Diagnostic, Error};
use crate::lang::rows::RowText;
use crate::lang::script::{Column, Source};
use crate::schema::{Field, Schema, Struct, Type};
use std::ops::Range;

/// The columns and the condition as text.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub columns: &'a str,
    pub condition: Option<&'a str>,
    pub format: &'static dyn RowText,
}

/// The names of the texts in errors.
const COLUMNS: &str = "<columns>";
const CONDITION: &str = "<condition>";
/// A star expands to at most this many columns.
const MAX_COLUMNS: usize = 1000;

/// The parsed columns and condition.
#[derive(Debug)]
pub struct ParsedColumns {
    pub columns: Vec<Column>,
    pub condition: Option<Column>,
    /// The text that source positions refer to: all expressions.
    pub text: String,
    /// The range of each column in it.
    pub places: Vec<Range<usize>>,
    /// A name for the record that is not the name of a field.
    pub called: String,
}

impl ParsedColumns {
    pub fn read(schema: &Schema, record: &Struct, request: Request) -> Result<ParsedColumns, Error> {
        let text = request.columns;
        let wrong = |at: usize, message: String| Diagnostic::at(COLUMNS, text, at, message);
        let mut called = "t".to_string();
        while record.field(&called).is_some() {
            called.push('_');
        }
        let mut all = format!("{text}\n");
        let condition = all.len()..all.len() + request.condition.map_or(0, str::len);
        all += request.condition.unwrap_or("");
        all.push('\n');
        // For each column: its name, the name of its text and the range of its expression, and where it was
        // requested.
        let mut found: Vec<(String, &str, Range<usize>, usize)> = vec![];
        for part in split(text) {
            let column = trimmed(text, part.whole.clone());
            if &text[column.clone()] == "*" {
                let mut star = Star { schema, called: &called, found: vec![], path: vec![] };
                star.fields(record, "", &[]);
                if star.found.is_empty() || star.found.len() > MAX_COLUMNS {
                    let message = match star.found.len() {
                        0 => format!("{} has no field that is a number, an enum or a text", record.name),
                        _ => format!("'*' stands for more than {MAX_COLUMNS} columns"),
                    };
                    return Err(Error::program(vec![
                        wrong(column.start, message).help("name the columns: 'a.x, a.y'"),
                    ]));
                }
                for (name, expression) in star.found {
                    let start = all.len();
                    all += &expression;
                    found.push((name, "<*>", start..all.len(), column.start));
                    all.push('\n');
                }
                continue;
            }
            let Some(word) = part.name else {
                found.push((text[column.clone()].to_string(), COLUMNS, column.clone(), column.start));
                continue;
            };
            let name = trimmed(text, word.end..part.whole.end);
            match name_of(&text[name.clone()]) {
                Some(name) => {
                    let place = trimmed(text, part.whole.start..word.start);
                    found.push((name.to_string(), COLUMNS, place.clone(), place.start));
                }
                None => {
                    let d = wrong(name.start, "this is no name for a column".to_string());
                    return Err(Error::program(vec![
                        d.help("a name is letters, digits, '_', '.' and '-', or anything in quotes"),
                    ]));
                }
            }
        }
        for (i, (name, _, _, at)) in found.iter().enumerate() {
            // For an empty column there is a better error than a duplicate name.
            if !name.is_empty() && found[..i].iter().any(|(other, ..)| other == name) {
                let d = wrong(*at, format!("two columns are called '{name}'"));
                return Err(Error::program(vec![d.help("give one another name: '… as NAME'")]));
            }
        }
        let places = found.iter().map(|(_, _, place, _)| place.clone()).collect();
        let (mut columns, mut errors) = (vec![], vec![]);
        for (name, file, place, _) in found {
            match Column::new(name, Source::new(file, &all).part(place)) {
                Ok(column) => columns.push(column),
                Err(error) => errors.extend(error.of_program()?),
            }
        }
        let condition = request.condition.map(|_| {
            Column::new(String::new(), Source::new(CONDITION, &all).part(condition))
                .map_err(|error| renumber_condition(error, text))
        });
        match condition {
            Some(Err(error)) => errors.extend(error.of_program()?),
            Some(Ok(condition)) if errors.is_empty() => {
                return Ok(ParsedColumns { columns, condition: Some(condition), text: all, places, called });
            }
            None if errors.is_empty() => {
                return Ok(ParsedColumns { columns, condition: None, text: all, places, called });
            }
            _ => {}
        }
        Err(Error::program(errors))
    }
}

/// In an error, counts the lines of the condition from its own first line, since it follows the columns in
/// the text.
pub fn renumber_condition(error: Error, columns: &str) -> Error {
    let mut list = match error.of_program() {
        Ok(list) => list,
        Err(other) => return other,
    };
    for d in list.iter_mut().filter(|d| d.file == CONDITION) {
        d.line = d.line.saturating_sub(columns.matches('\n').count() + 1).max(1);
    }
    Error::program(list)
}

/// The text of a column.
struct ColumnText {
    whole: Range<usize>,
    /// The word `as`.
    name: Option<Range<usize>>,
}

/// Splits a text into columns.
fn split(text: &str) -> Vec<ColumnText> {
    let bytes = text.as_bytes();
    let (mut parts, mut start, mut name) = (vec![], 0, None);
    let (mut open, mut at) = (0usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\'' | b'"' => at = behind_quotes(bytes, at) - 1,
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b',' if open == 0 => {
                parts.push(ColumnText { whole: start..at, name: name.take() });
                start = at + 1;
            }
            b'a' if open == 0 && is_as(bytes, at) => name = Some(at..at + 2),
            _ => {}
        }
        at += 1;
    }
    parts.push(ColumnText { whole: start..text.len(), name });
    parts
}

/// Whether there is the word `as`, between white space.
fn is_as(bytes: &[u8], at: usize) -> bool {
    let space = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_whitespace);
    bytes[at..].starts_with(b"as") && space(at.checked_sub(1)) && space(Some(at + 2))
}

/// The end of the string literal whose quote is at `at`.
fn behind_quotes(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let length = if bytes[at..].starts_with(&[quote; 3]) { 3 } else { 1 };
    let mut end = at + length;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 1,
            _ if bytes[end..].starts_with(&[quote; 3][..length]) => return end + length,
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

/// The column name in the text after `as`.
fn name_of(text: &str) -> Option<&str> {
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            return (!inner.contains([quote, '\\'])).then_some(inner);
        }
    }
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    (!text.is_empty() && text.chars().all(word)).then_some(text)
}

/// The expansion of `*`.
struct Star<'a> {
    schema: &'a Schema,
    called: &'a str,
    /// Names and expressions.
    found: Vec<(String, String)>,
    /// The structs around the current one.
    path: Vec<&'a str>,
}

impl<'a> Star<'a> {
    /// Expands the fields of a struct at a path (which ends with a point), provided that `conditions` hold.
    fn fields(&mut self, found: &'a Struct, path: &str, conditions: &[String]) {
        if self.path.contains(&found.name.as_str()) || self.found.len() > MAX_COLUMNS {
            return;
        }
        self.path.push(&found.name);
        for field in &found.fields {
            let mut conditions = conditions.to_vec();
            // As in the records that `cat` prints: members of a union only if set, and no null pointers
            // otherwise.
            match (found.tag, field.variant) {
                (Some(_), Some(_)) => {
                    conditions.push(format!("{}.{path}which() == '{}'", self.called, field.name));
                }
                _ if matches!(field.ty, Type::Text | Type::Ref(_)) => {
                    conditions.push(format!("{}.{path}has_{}()", self.called, field.name));
                }
                _ => {}
            }
            self.field(field, path, &conditions);
        }
        self.path.pop();
    }

    fn field(&mut self, field: &'a Field, path: &str, conditions: &[String]) {
        match &field.ty {
            Type::Scalar(..) | Type::Bit(_) | Type::Enum(..) | Type::Chars(_) | Type::Text => {
                let name = format!("{path}{}", field.name);
                let value = format!("{}.{name}", self.called);
                let value = match conditions {
                    [] => value,
                    all => format!("{value} if {} else None", all.join(" and ")),
                };
                self.found.push((name, value));
            }
            Type::Struct(id) | Type::Group(id) | Type::Ref(id) => {
                self.fields(&self.schema.structs[*id], &format!("{path}{}.", field.name), conditions);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_columns_but_for_those_in_brackets_and_quotes() {
        let columns = |text| -> Vec<(&str, Option<&str>)> {
            let found = split(text).into_iter();
            let part = |p: ColumnText| match p.name {
                Some(word) => (
                    &text[trimmed(text, p.whole.start..word.start)],
                    Some(&text[trimmed(text, word.end..p.whole.end)]),
                ),
                None => (&text[trimmed(text, p.whole)], None),
            };
            found.map(part).collect()
        };
        assert_eq!(
            columns("a.x, max(a, b)[1,2] as m , *"),
            [("a.x", None), ("max(a, b)[1,2]", Some("m")), ("*", None)]
        );
        let quoted = r#"n == ', as x' as "a, b", '\',', '''it's, ''' as y"#;
        assert_eq!(
            columns(quoted),
            [("n == ', as x'", Some("\"a, b\"")), (r"'\','", None), ("'''it's, '''", Some("y"))]
        );
        assert_eq!(
            columns("t.as, t.as as was, (a as b)"),
            [("t.as", None), ("t.as", Some("was")), ("(a as b)", None)]
        );
        assert_eq!(columns("'a, b"), [("'a, b", None)]);
        assert_eq!(columns(""), [("", None)]);
        assert_eq!(columns("'\\"), [("'\\", None)]);
    }
}
