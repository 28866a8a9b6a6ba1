//! Python's classification of code points: digits, white space, printable characters.
//!
//! Digits and white space are those of Unicode 14, which CPython 3.11 uses. Unassigned code points count as
//! printable, since they change with every version of Unicode.

use super::decode::is_one;

/// The zeros of the scripts with decimal digits (general category Nd); the other nine digits follow each.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950,
    0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Assigned code points above ASCII that Python's `repr` escapes: control, format and private use characters
/// (categories Cc, Cf, Co), and all separators (Zs, Zl, Zp).
const HIDDEN: [(u32, u32); 28] = [
    (0x80, 0xa0),
    (0xad, 0xad),
    (0x600, 0x605),
    (0x61c, 0x61c),
    (0x6dd, 0x6dd),
    (0x70f, 0x70f),
    (0x890, 0x891),
    (0x8e2, 0x8e2),
    (0x1680, 0x1680),
    (0x180e, 0x180e),
    (0x2000, 0x200f),
    (0x2028, 0x202f),
    (0x205f, 0x2064),
    (0x2066, 0x206f),
    (0x3000, 0x3000),
    (0xe000, 0xf8ff),
    (0xfeff, 0xfeff),
    (0xfff9, 0xfffb),
    (0x110bd, 0x110bd),
    (0x110cd, 0x110cd),
    (0x13430, 0x13438),
    (0x1bca0, 0x1bca3),
    (0x1d173, 0x1d17a),
    (0xe0001, 0xe0001),
    (0xe0020, 0xe007f),
    (0xf0000, 0xffffd),
    (0x100000, 0x10fffd),
    (0x10fffe, 0x10ffff),
];

/// The value of a decimal digit of any script.
pub fn digit(c: char) -> Option<u32> {
    let c = c as u32;
    let after = ZEROS.partition_point(|zero| *zero <= c);
    Some(c - ZEROS[after.checked_sub(1)?]).filter(|value| *value < 10)
}

/// White space that `int` and `float` strip around a number. `str.isspace` also accepts four control
/// characters.
pub fn space(c: char) -> bool {
    c.is_whitespace()
}

pub fn printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    let after = HIDDEN.partition_point(|(first, _)| *first <= c as u32);
    after == 0 || HIDDEN[after - 1].1 < c as u32
}

/// The length in bytes of the first code point: 1 if it is not UTF-8, 0 for an empty text.
#[inline]
pub fn width(text: &[u8]) -> usize {
    let width = match text.first() {
        None => return 0,
        Some(..0x80) => return 1,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        Some(_) => return 1,
    };
    match text.get(..width) {
        Some(one) if is_one(one) => width,
        _ => 1,
    }
}
