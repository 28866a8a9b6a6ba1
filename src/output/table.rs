//! A schema as a table for people.
//!
//! Structs and enums keep their order. Each is a block: a line for the whole, then one for each field, with
//! comments below the line that they belong to. Column widths are determined block by block. For C, offsets
//! are also shown in hexadecimal, as in a hex dump, and so are the holes between fields. For Cap'n Proto,
//! `ptr 2` is the third word of the pointer section, and a size of `1/8` is one bit of a byte.

use super::defaults::defaults;
use super::types::{name, shown};
use crate::error::Error;
use crate::schema::{Enum, Field, Schema, StructId, Type};
use std::collections::HashMap;
use std::fmt::Write;

/// Longer default values are abbreviated to this number of characters.
const WIDEST: usize = 40;

/// A line of a block: cells, or a comment.
enum Line {
    Row(Vec<String>),
    Comment(String),
}

impl Schema {
    /// The structs and enums as a table: names, types, offsets and sizes in bytes, default values, comments.
    /// With `record`, only that struct and the types that it contains.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if there is no such struct.
    ///
    /// ```
    /// let schema = wirelens::Schema::from_c("<schema>", "struct S { char tag; int n[3]; };")?;
    /// let table = "\
    /// struct S  16 bytes, aligned to 4
    ///   at       size  field  type
    ///    0  0x0     1  tag    int8_t
    ///    1  0x1     3         (hole)
    ///    4  0x4    12  n      int32_t[3]
    /// ";
    /// assert_eq!(schema.table(None)?, table);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn table(&self, record: Option<&str>) -> Result<String, Error> {
        let (structs, enums) = shown(self, record)?;
        let defaults = defaults(self);
        let mut blocks = vec![];
        if self.header > 0 {
            blocks.push(format!("{} bytes of header before the first record\n", self.header));
        }
        blocks.extend(structs.iter().map(|id| struct_block(self, *id, &defaults)));
        blocks.extend(enums.iter().map(|id| enum_block(&self.enums[*id])));
        Ok(blocks.join("\n"))
    }
}

fn struct_block(schema: &Schema, id: StructId, defaults: &HashMap<(StructId, usize), String>) -> String {
    let s = &schema.structs[id];
    let flat = schema.language.is_flat();
    let mut text = title(schema, id);
    for line in s.doc.lines() {
        text += &format!("  {}\n", comment(line));
    }
    if s.fields.is_empty() {
        return text;
    }
    let heads = ["at", "", "size", "tag", "field", "type", "default"];
    let mut used = [true, flat, true, s.tag.is_some(), true, true, false];
    let mut lines = vec![];
    let mut end = 0;
    for (i, field) in s.fields.iter().enumerate() {
        if flat && field.offset > end {
            lines.push(hole(end, field.offset));
        }
        end = field.offset + schema.size_of(&field.ty);
        let default = defaults.get(&(id, i)).map_or(String::new(), |d| shortened(d));
        used[6] |= !default.is_empty();
        lines.push(Line::Row(row(schema, field, default)));
        lines.extend(field.doc.lines().map(|line| Line::Comment(comment(line))));
    }
    if flat && s.size > end {
        lines.push(hole(end, s.size));
    }
    lines.insert(0, Line::Row(heads.into_iter().map(str::to_string).collect()));
    text + &aligned(lines, &used)
}

/// The first line of a struct's block.
fn title(schema: &Schema, id: StructId) -> String {
    let s = &schema.structs[id];
    let aliases: Vec<&str> = schema
        .typedefs
        .iter()
        .filter(|(name, of)| *of == id && *name != s.name)
        .map(|(n, _)| n.as_str())
        .collect();
    let also = if aliases.is_empty() { String::new() } else { format!(", also {}", aliases.join(", ")) };
    let what = if s.group { "group" } else { "struct" };
    let tag = s.tag.map_or(String::new(), |at| format!(", tag at {at}"));
    let layout = schema.language.layout(s);
    let id = if s.id == 0 { String::new() } else { format!(", @{:#018x}", s.id) };
    let rest = format!("{layout}{tag}{id}");
    format!("{what} {}{also}  {}\n", s.name, rest.trim_start_matches(", "))
}

fn row(schema: &Schema, field: &Field, default: String) -> Vec<String> {
    let size = schema.size_of(&field.ty);
    let (at, size) = match &field.ty {
        Type::Void | Type::Group(_) => (String::new(), String::new()),
        Type::Bit(bit) => (format!("{}.{bit}", field.offset), "1/8".to_string()),
        pointer if pointer.is_pointer() => (format!("ptr {}", field.offset / 8), size.to_string()),
        _ => (field.offset.to_string(), size.to_string()),
    };
    let variant = field.variant.map_or(String::new(), |v| v.to_string());
    vec![
        at,
        format!("{:#x}", field.offset),
        size,
        variant,
        field.name.clone(),
        name(schema, &field.ty),
        default,
    ]
}

/// A row for bytes that belong to no field.
fn hole(start: u64, end: u64) -> Line {
    let (at, hex, size) = (start.to_string(), format!("{start:#x}"), (end - start).to_string());
    Line::Row(vec![at, hex, size, String::new(), String::new(), "(hole)".to_string(), String::new()])
}

fn enum_block(e: &Enum) -> String {
    // If one value is large, they may be bit flags, so they are shown in hexadecimal, too.
    let hex = e.values.iter().any(|(_, value)| *value > 9);
    let row = |(name, value): &(String, i64)| {
        let hex = if *value < 0 { String::new() } else { format!("{value:#x}") };
        Line::Row(vec![value.to_string(), hex, String::new(), String::new(), name.clone()])
    };
    let name = if e.name.is_empty() { "enum without a name" } else { &format!("enum {}", e.name) };
    format!("{name}\n{}", aligned(e.values.iter().map(row).collect(), &[true, hex, false, false, true]))
}

/// Aligns the cells of the lines in columns; columns that are not used are left out.
fn aligned(lines: Vec<Line>, used: &[bool]) -> String {
    // The first four columns hold numbers and are right-aligned.
    let numbers = 4;
    let mut widths = vec![0; used.len()];
    for line in &lines {
        if let Line::Row(cells) = line {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = cell.chars().count().max(*width);
            }
        }
    }
    let before: usize =
        widths.iter().zip(used).take(numbers).filter(|(_, used)| **used).map(|(w, _)| w + 2).sum();
    let mut text = String::new();
    for line in lines {
        let mut out = String::from("  ");
        match line {
            Line::Comment(comment) => write!(out, "{:before$}{comment}", ""),
            Line::Row(cells) => {
                let cells = cells.iter().zip(&widths).zip(used).enumerate();
                cells.filter(|(_, (_, used))| **used).try_for_each(|(i, ((cell, width), _))| {
                    match i < numbers {
                        true => write!(out, "{cell:>width$}  "),
                        false => write!(out, "{cell:width$}  "),
                    }
                })
            }
        }
        .expect("memory takes everything");
        text += out.trim_end();
        text.push('\n');
    }
    text
}

/// A line of a comment. Control characters are replaced, since they could move the terminal's cursor or
/// worse.
fn comment(line: &str) -> String {
    let safe = line.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c });
    format!("# {}", safe.collect::<String>()).trim_end().to_string()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}
