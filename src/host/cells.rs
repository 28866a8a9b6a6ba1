//! The cells of a table: a value, and the text behind it (a comma, the end of a line, the key of the next
//! value), in one call.
//!
//! In CSV a value is written as Python's `str` has it, which is what its module `csv` writes; text is put in
//! quotes where RFC 4180 wants it. In JSON the rules are those of [`json`].
//!
//! Nothing here knows columns or rows.

use super::library::name_of;
use super::wide::join;
use super::{json, repr, text};
use crate::ir::{Effects, Host};
use crate::runtime::{Console, Take};
use std::io;

/// Bytes of text that are enough for the moment.
const FULL: usize = 256 << 10;

pub fn all() -> Vec<Host> {
    let mut all = csv();
    all.extend(in_json());
    all.push(Host::new("cell.none", Effects::Writes, |console: &mut Console, behind: &[u8]| {
        console.write(behind);
    }));
    all.push(Host::new("cell.full", Effects::Reads, |console: &mut Console| console.text.len() >= FULL));
    all.push(wide("cell.wide", repr::wide));
    all.push(wide("cell.json_wide", |out, x| done(json::wide(out, x))));
    all.push(cell("cell.int", repr::int));
    all.push(cell("cell.uint", repr::uint));
    all
}

/// A function that writes a value of one word.
fn cell<T>(name: &str, write: impl Fn(&mut Vec<u8>, T) + Send + Sync + 'static) -> Host
where
    T: for<'a> Take<During<'a> = T> + 'static,
{
    Host::new(name, Effects::Writes, move |console: &mut Console, value: T, behind: &[u8]| {
        console.with(|out| {
            write(out, value);
            out.extend_from_slice(behind);
        });
    })
}

/// A function that writes an integer of 128 bits.
fn wide(name: &str, write: impl Fn(&mut Vec<u8>, i128) + Send + Sync + 'static) -> Host {
    Host::new(name, Effects::Writes, move |console: &mut Console, low: u64, high: i64, behind: &[u8]| {
        console.with(|out| {
            write(out, join(low, high));
            out.extend_from_slice(behind);
        });
    })
}

/// A function that writes a view.
fn view(name: &str, write: impl Fn(&mut Vec<u8>, &[u8]) + Send + Sync + 'static) -> Host {
    Host::new(name, Effects::Writes, move |console: &mut Console, value: &[u8], behind: &[u8]| {
        console.with(|out| {
            write(out, value);
            out.extend_from_slice(behind);
        });
    })
}

/// A function that writes the name of a number, or the number where it has none.
fn named(name: &str, write: impl Fn(&mut Vec<u8>, &[u8]) + Send + Sync + 'static) -> Host {
    let code = move |console: &mut Console, table: &[u8], number: i64, behind: &[u8]| {
        console.with(|out| {
            match name_of(table, number) {
                Some(name) => write(out, name),
                None => repr::int(out, number),
            }
            out.extend_from_slice(behind);
        });
    };
    Host::new(name, Effects::Writes, code)
}

fn csv() -> Vec<Host> {
    vec![
        cell("cell.float", repr::float),
        cell("cell.bool", |out, b: bool| out.extend_from_slice(if b { b"True" } else { b"False" })),
        view("cell.text", text::csv),
        // A line with nothing in it would be none.
        view("cell.only_text", |out, s| if s.is_empty() { out.extend(b"\"\"") } else { text::csv(out, s) }),
        view("cell.bytes", |out, bytes| {
            let start = out.len();
            repr::bytes(out, bytes);
            if out[start..].iter().any(|b| matches!(b, b',' | b'"')) {
                let shown = out.split_off(start);
                text::csv(out, &shown);
            }
        }),
        named("cell.name", text::csv),
    ]
}

fn in_json() -> Vec<Host> {
    vec![
        cell("cell.json_float", |out, x: f64| done(json::float(out, x))),
        cell("cell.json_int", |out, x: i64| done(json::int(out, x))),
        cell("cell.json_uint", |out, x: u64| done(json::uint(out, x))),
        cell("cell.json_bool", |out, b: bool| out.extend_from_slice(if b { b"true" } else { b"false" })),
        view("cell.json_text", |out, s| done(json::string(out, s))),
        view("cell.json_bytes", |out, bytes| done(json::data(out, bytes))),
        named("cell.json_name", |out, name| done(json::string(out, name))),
    ]
}

fn done(written: io::Result<()>) {
    written.expect("memory takes everything");
}
