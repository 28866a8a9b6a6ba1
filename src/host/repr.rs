//! Values as Python's `repr` writes them: text that reads back as the same value.
//!
//! Floats are what large tables are made of, so they go the shortest way: whole numbers as integers; others
//! by the crate `zmij`, whose plain notation is Python's. Its notation with an exponent is taken apart and
//! written as Python has it, whatever its own form is.
//!
//! In text, what is not UTF-8 is shown as Python shows such bytes when it has decoded them with
//! `surrogateescape`. Code points that Unicode does not assign stand for themselves; see [`unicode`].

use super::decimal::{self, Digits};
use super::decode::Copied;
use super::unicode;

/// A float: the fewest digits that read back as it, always with a point or an exponent.
pub fn float(out: &mut Vec<u8>, x: f64) {
    let size = x.abs();
    if size < 1e15 && x as i64 as f64 == x {
        if x.is_sign_negative() {
            out.push(b'-');
        }
        out.extend_from_slice(itoa::Buffer::new().format(size as u64).as_bytes());
        out.extend_from_slice(b".0");
        return;
    }
    if !x.is_finite() {
        let text: &[u8] = if x.is_nan() {
            b"nan"
        } else if x < 0.0 {
            b"-inf"
        } else {
            b"inf"
        };
        return out.extend_from_slice(text);
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(x);
    if (1e-4..1e16).contains(&size) {
        return out.extend_from_slice(text.as_bytes());
    }
    // Within the last five bytes, if it is there.
    let Some(e) = text.bytes().rposition(|b| b == b'e') else {
        if x < 0.0 {
            out.push(b'-');
        }
        let digits = Digits::of(format_args!("{text}"));
        return digits.scientific(out, digits.digits().len() - 1, false);
    };
    let mantissa = &text[..e];
    match &text.as_bytes()[e + 1..] {
        [b'+' | b'-', _, _, ..] if !mantissa.ends_with(".0") => out.extend_from_slice(text.as_bytes()),
        _ => {
            out.extend_from_slice(mantissa.strip_suffix(".0").unwrap_or(mantissa).as_bytes());
            decimal::exponent(out, text[e + 1..].trim_start_matches('+').parse().unwrap_or(0));
        }
    }
}

pub fn int(out: &mut Vec<u8>, x: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(x).as_bytes());
}

pub fn uint(out: &mut Vec<u8>, x: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(x).as_bytes());
}

pub fn wide(out: &mut Vec<u8>, x: i128) {
    out.extend_from_slice(itoa::Buffer::new().format(x).as_bytes());
}

/// A string: in single quotes, or in double quotes where that saves escapes.
pub fn text(out: &mut Vec<u8>, text: &[u8]) {
    let text = Copied::of(text);
    let quote = quote(text.bytes());
    out.push(quote);
    for chunk in text.chunks() {
        let valid = chunk.valid();
        // What stands for itself is copied in one piece.
        let mut done = 0;
        for (at, c) in valid.char_indices() {
            if unicode::printable(c) && c != '\\' && c != quote as char {
                continue;
            }
            out.extend_from_slice(&valid.as_bytes()[done..at]);
            done = at + c.len_utf8();
            match c as u32 {
                ascii @ ..0x80 => escaped(out, ascii as u8),
                c @ ..0x100 => hex(out, b"\\x", c, 2),
                c @ ..0x10000 => hex(out, b"\\u", c, 4),
                c => hex(out, b"\\U", c, 8),
            }
        }
        out.extend_from_slice(&valid.as_bytes()[done..]);
        for byte in chunk.invalid() {
            hex(out, b"\\u", 0xdc00 + u32::from(*byte), 4);
        }
    }
    out.push(quote);
}

/// Bytes: `b'...'`.
pub fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let bytes = Copied::of(bytes);
    let quote = quote(bytes.bytes());
    out.extend_from_slice(&[b'b', quote]);
    for byte in bytes.bytes() {
        match byte {
            b'\\' => escaped(out, *byte),
            b' '..=b'~' if *byte != quote => out.push(*byte),
            _ => escaped(out, *byte),
        }
    }
    out.push(quote);
}

fn quote(text: &[u8]) -> u8 {
    let has = |quote| memchr::memchr(quote, text).is_some();
    if has(b'\'') && !has(b'"') { b'"' } else { b'\'' }
}

/// A byte that does not stand for itself.
fn escaped(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'\t' => out.extend_from_slice(b"\\t"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\\' | b'\'' | b'"' => out.extend_from_slice(&[b'\\', byte]),
        _ => hex(out, b"\\x", u32::from(byte), 2),
    }
}

fn hex(out: &mut Vec<u8>, prefix: &[u8], value: u32, digits: u32) {
    out.extend_from_slice(prefix);
    for i in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(value >> (4 * i) & 15) as usize]);
    }
}
