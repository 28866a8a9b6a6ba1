//! Values formatted as by Python's `repr`: text that reads back as the same value.
//!
//! Large tables consist mostly of floats, so these take fast paths: whole numbers are formatted as integers,
//! others by the crate `zmij`, whose plain notation is Python's. Its notation with an exponent is parsed and
//! rewritten in Python's form, so it may have any form.
//!
//! Bytes that are not UTF-8 are shown as Python shows them after decoding with `surrogateescape`. Code points
//! that Unicode does not assign are not escaped; see [`unicode`].

use super::decimal::{self, Digits};
use super::decode::Copied;
use super::unicode;

/// Writes a float: the fewest digits that read back as the same float, always with a point or an exponent.
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
    // If there is an exponent, it is within the last five bytes.
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

/// Writes a string in single quotes, or in double quotes if that saves escapes.
pub fn text(out: &mut Vec<u8>, text: &[u8]) {
    let text = Copied::of(text);
    let quote = quote(text.bytes());
    out.push(quote);
    for chunk in text.chunks() {
        let valid = chunk.valid();
        // Runs of characters without escapes are copied at once.
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

/// Writes bytes: `b'...'`.
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

/// Writes a byte that needs an escape.
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
