//! Strings, which are bytes that should be UTF-8, as Python has them: counted and indexed by code points.
//!
//! Nothing is refused. A byte that is no part of a code point counts as one. So all functions agree on where
//! a code point begins, whatever the bytes are. What writes ([`lossy`], [`csv`]) always writes UTF-8: U+FFFD
//! stands for each sequence that is none, as `bytes.decode(errors="replace")` divides them.
//!
//! ASCII is gone through eight bytes and more at a time; other text, where single code points are sought, one
//! by one.

use super::decode::Copied;
pub use super::decode::lossy;
use super::unicode::width;
use std::cmp::Ordering;

/// How many code points there are.
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

/// Where the code point of that index begins: 0 for a negative index, the end for one that is too large.
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

/// How many code points stand before a byte. Where it is within one, each byte before it counts.
pub fn index_of(text: &[u8], byte_offset: i64) -> i64 {
    let end = usize::try_from(byte_offset).unwrap_or(0).min(text.len());
    count(&text[..end])
}

/// -1, 0 or 1. UTF-8 orders text as its code points do.
pub fn compare(a: &[u8], b: &[u8]) -> i64 {
    match a.cmp(b) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// The only code point of a text; U+FFFD for a byte that is none.
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

/// The text as a field of CSV (RFC 4180): in quotes if it has a comma, a quote, or the end of a line in it.
pub fn csv(out: &mut Vec<u8>, text: &[u8]) {
    let start = out.len();
    lossy(out, text);
    // What is looked at is what was written: the view itself may change.
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
