//! JSON objects, one per line. No value contains a line end.

use super::{Cell, RowText};
use crate::host::json;

#[derive(Debug)]
pub struct Json;

impl RowText for Json {
    fn header(&self, _: &[&str]) -> Vec<u8> {
        vec![]
    }

    fn around(&self, names: &[&str]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let mut texts: Vec<Vec<u8>> = vec![];
        for (i, name) in names.iter().enumerate() {
            let mut key = vec![if i == 0 { b'{' } else { b',' }];
            json::string(&mut key, name.as_bytes()).expect("memory takes everything");
            key.push(b':');
            texts.push(key);
        }
        texts.push(b"}\n".to_vec());
        let first = texts.remove(0);
        (first, texts)
    }

    fn cell(&self, cell: Cell, _: bool) -> &'static str {
        match cell {
            Cell::Bool => "cell.json_bool",
            Cell::Int { signed: true, small: true } => "cell.int",
            Cell::Int { signed: false, small: true } => "cell.uint",
            Cell::Int { signed: true, small: false } => "cell.json_int",
            Cell::Int { signed: false, small: false } => "cell.json_uint",
            Cell::Wide => "cell.json_wide",
            Cell::Float => "cell.json_float",
            Cell::Text => "cell.json_text",
            Cell::Bytes => "cell.json_bytes",
            Cell::Name => "cell.json_name",
        }
    }

    fn absent(&self, _: bool) -> &'static [u8] {
        b"null"
    }

    fn quotes_lines(&self) -> bool {
        false
    }
}
