//! Comma-separated values. A value that contains a comma, a quote or a line end is quoted, with its quotes
//! doubled.

use super::{Cell, RowText};
use crate::host::text;

#[derive(Debug)]
pub struct Csv;

impl RowText for Csv {
    fn header(&self, names: &[&str]) -> Vec<u8> {
        let mut line = vec![];
        for (i, name) in names.iter().enumerate() {
            line.extend((i > 0).then_some(b','));
            text::csv(&mut line, name.as_bytes());
        }
        line.push(b'\n');
        line
    }

    fn around(&self, names: &[&str]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let mut behind = vec![b",".to_vec(); names.len() - 1];
        behind.push(b"\n".to_vec());
        (vec![], behind)
    }

    fn cell(&self, cell: Cell, alone: bool) -> &'static str {
        match cell {
            Cell::Bool => "cell.bool",
            Cell::Int { signed: true, .. } => "cell.int",
            Cell::Int { signed: false, .. } => "cell.uint",
            Cell::Wide => "cell.wide",
            Cell::Float => "cell.float",
            Cell::Text if alone => "cell.only_text",
            Cell::Text => "cell.text",
            Cell::Bytes => "cell.bytes",
            Cell::Name => "cell.name",
        }
    }

    /// An empty line would not be a row.
    fn absent(&self, alone: bool) -> &'static [u8] {
        if alone { b"\"\"" } else { b"" }
    }

    fn quotes_lines(&self) -> bool {
        true
    }
}
