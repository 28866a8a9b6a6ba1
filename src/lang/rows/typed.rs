//! Values for programs, as bytes ([`cells::tag`]), with nothing between them.

use super::{Cell, RowText};
use crate::host::cells;

#[derive(Debug)]
pub struct Typed;

impl RowText for Typed {
    fn header(&self, _: &[&str]) -> Vec<u8> {
        vec![]
    }

    fn around(&self, names: &[&str]) -> (Vec<u8>, Vec<Vec<u8>>) {
        (vec![], vec![vec![]; names.len()])
    }

    fn cell(&self, cell: Cell, _: bool) -> &'static str {
        match cell {
            Cell::Bool => "cell.typed_bool",
            Cell::Int { signed: true, .. } => "cell.typed_int",
            Cell::Int { signed: false, .. } => "cell.typed_uint",
            Cell::Wide => "cell.typed_wide",
            Cell::Float => "cell.typed_float",
            Cell::Text => "cell.typed_text",
            Cell::Bytes => "cell.typed_bytes",
            Cell::Name => "cell.typed_name",
        }
    }

    fn absent(&self, _: bool) -> &'static [u8] {
        &[cells::tag::NONE]
    }

    /// There are no lines.
    fn quotes_lines(&self) -> bool {
        false
    }
}
