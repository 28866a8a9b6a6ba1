//! Conversion of a view's bytes to text.
//!
//! A view may lie in a mapped file, which another process can change at any moment. A Rust `str` must not
//! change: code that walks over it trusts the earlier validation, and would run past its end. So bytes are
//! copied first, and the copy is validated. This is the only module of `host` that makes text from bytes (a
//! test checks it).

use smallvec::SmallVec;
use std::borrow::Cow;
use std::str::Utf8Chunks;

/// A copy of a view's bytes; short ones need no allocation.
pub struct Copied(SmallVec<[u8; 128]>);

impl Copied {
    pub fn of(view: &[u8]) -> Copied {
        Copied(SmallVec::from_slice(view))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, if it is UTF-8.
    pub fn text(&self) -> Option<&str> {
        str::from_utf8(&self.0).ok()
    }

    /// The parts that are valid UTF-8, and the invalid bytes between them.
    pub fn chunks(&self) -> Utf8Chunks<'_> {
        self.0.utf8_chunks()
    }

    /// The text, with U+FFFD for each sequence that is not UTF-8.
    pub fn lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

/// Appends a view, with U+FFFD for each sequence that is not UTF-8.
pub fn lossy(out: &mut Vec<u8>, view: &[u8]) {
    let start = out.len();
    out.extend_from_slice(view);
    // Validating the whole is much faster than searching for the valid parts.
    if str::from_utf8(&out[start..]).is_ok() {
        return;
    }
    let copy = out.split_off(start);
    for chunk in copy.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

/// Whether the bytes, at most four, are exactly one code point.
#[inline]
pub fn is_one(view: &[u8]) -> bool {
    let mut copy = [0; 4];
    let Some(copy) = copy.get_mut(..view.len()) else { return false };
    copy.copy_from_slice(view);
    str::from_utf8(copy).is_ok()
}
