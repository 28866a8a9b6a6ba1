//! The cells of a table: a value and the text after it (a comma, the end of the line, the key of the next
//! value) in one call.
//!
//! In CSV a value is written as by Python's `str`, as Python's module `csv` does; text is quoted if RFC 4180
//! requires it. In JSON the rules are those of [`json`]. The typed form, for programs, is binary: a [`tag`],
//! then an integer or a float in little-endian order, or the length of a text and its bytes.
//!
//! Nothing here knows columns or rows.

use super::library::name_of;
use super::wide::join;
use super::{json, repr, text};
use crate::ir::{Effects, Host};
use crate::runtime::{Console, Param};
use std::io;

/// `cell.full` is true once this many bytes of text are buffered.
const FULL: usize = 256 << 10;

/// The first byte of a typed value.
pub mod tag {
    pub const NONE: u8 = 0;
    pub const FALSE: u8 = 1;
    pub const TRUE: u8 = 2;
    /// Eight bytes.
    pub const INT: u8 = 3;
    pub const UINT: u8 = 4;
    pub const FLOAT: u8 = 5;
    /// Sixteen bytes.
    pub const WIDE: u8 = 6;
    /// Eight bytes of length, then as many bytes of UTF-8.
    pub const TEXT: u8 = 7;
    /// Eight bytes of length, then as many bytes.
    pub const BYTES: u8 = 8;
}

pub fn all() -> Vec<Host> {
    let mut all = csv();
    all.extend(in_json());
    all.extend(typed());
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
    T: for<'a> Param<During<'a> = T> + 'static,
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

/// A function that writes the name of a number, or the number if it has no name.
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
        // In the only column of a table, an empty text would leave an empty line, which is no row.
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

fn typed() -> Vec<Host> {
    fn fixed<const N: usize>(out: &mut Vec<u8>, tag: u8, bytes: [u8; N]) {
        out.push(tag);
        out.extend_from_slice(&bytes);
    }
    fn long(out: &mut Vec<u8>, tag: u8, view: &[u8], write: impl Fn(&mut Vec<u8>, &[u8])) {
        fixed(out, tag, [0; 8]);
        let start = out.len();
        write(out, view);
        let len = (out.len() - start) as u64;
        out[start - 8..start].copy_from_slice(&len.to_le_bytes());
    }
    vec![
        cell("cell.typed_bool", |out, b: bool| out.push(if b { tag::TRUE } else { tag::FALSE })),
        cell("cell.typed_int", |out, x: i64| fixed(out, tag::INT, x.to_le_bytes())),
        cell("cell.typed_uint", |out, x: u64| fixed(out, tag::UINT, x.to_le_bytes())),
        cell("cell.typed_float", |out, x: f64| fixed(out, tag::FLOAT, x.to_le_bytes())),
        wide("cell.typed_wide", |out, x| fixed(out, tag::WIDE, x.to_le_bytes())),
        view("cell.typed_text", |out, s| long(out, tag::TEXT, s, text::lossy)),
        view("cell.typed_bytes", |out, s| long(out, tag::BYTES, s, |out, s| out.extend_from_slice(s))),
        Host::new(
            "cell.typed_name",
            Effects::Writes,
            |console: &mut Console, table: &[u8], number: i64, _: &[u8]| {
                console.with(|out| match name_of(table, number) {
                    Some(name) => long(out, tag::TEXT, name, text::lossy),
                    None => fixed(out, tag::INT, number.to_le_bytes()),
                });
            },
        ),
    ]
}

fn done(written: io::Result<()>) {
    written.expect("memory takes everything");
}
