//! Python's strings: bytes that should be UTF-8, counted and indexed by code points.
//!
//! Any bytes are accepted. A byte that is not part of a valid code point counts as one, so all functions
//! agree on where code points begin. Functions that write ([`lossy`], [`csv`]) always write UTF-8, with
//! U+FFFD for each invalid sequence, delimited as by `bytes.decode(errors="replace")`.
//!
//! ASCII is processed eight bytes or more at a time. In other text, a search for single code points goes one
//! by one.

use super::decode::Copied;
pub use super::decode::lossy;
use super::unicode::width;
use std::cmp::Ordering;

/// The number of code points.
pub fn count(text: &[u8]) -> i64 {
    if text.is_ascii() {
        return text.len() as i64;
    }
    let text = Copied::of(text);
    let count: usize = match text.text() {
        Some(text) => text.chars().count(),
        None => text.chunks().map(|c| c.valid().chars().count() + c.invalid().len()).sum(),
    };
    count as i64
}

/// The byte offset of the code point with that index: 0 for a negative index, the end if the index is too
/// large.
pub fn offset(text: &[u8], index: i64) -> i64 {
    let mut left = usize::try_from(index).unwrap_or(0);
    let mut at = 0;
    while left > 0 && at < text.len() {
        match text[at..].first_chunk() {
            Some(eight) if left >= 8 && is_ascii(*eight) => (at, left) = (at + 8, left - 8),
            _ => (at, left) = (at + width(&text[at..]), left - 1),
        }
    }
    at as i64
}

fn is_ascii(eight: [u8; 8]) -> bool {
    u64::from_ne_bytes(eight) & 0x8080_8080_8080_8080 == 0
}

/// The number of code points before a byte offset. If that is within a code point, each byte of the code
/// point before it counts as one.
pub fn index_of(text: &[u8], byte_offset: i64) -> i64 {
    let end = usize::try_from(byte_offset).unwrap_or(0).min(text.len());
    count(&text[..end])
}

/// Compares two texts: -1, 0 or 1. The order of UTF-8 bytes is the order of the code points.
pub fn compare(a: &[u8], b: &[u8]) -> i64 {
    match a.cmp(b) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// The only code point of a text; U+FFFD for a single invalid byte. `None` if there is not exactly one.
pub fn ord(text: &[u8]) -> Option<i64> {
    if text.len() > 4 {
        return None;
    }
    let text = Copied::of(text);
    if text.bytes().is_empty() || width(text.bytes()) != text.bytes().len() {
        return None;
    }
    let c = text.text().and_then(|text| text.chars().next());
    Some(i64::from(u32::from(c.unwrap_or(char::REPLACEMENT_CHARACTER))))
}

/// Writes text as a CSV field (RFC 4180): in quotes if it contains a comma, a quote or a line break.
pub fn csv(out: &mut Vec<u8>, text: &[u8]) {
    let start = out.len();
    lossy(out, text);
    // Examines the copy that was written, since the view itself may change.
    if !out[start..].iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        return;
    }
    let text = out.split_off(start);
    out.push(b'"');
    for (i, part) in text.split(|b| *b == b'"').enumerate() {
        out.extend_from_slice(if i == 0 { b"" } else { b"\"\"" });
        out.extend_from_slice(part);
    }
    out.push(b'"');
}
