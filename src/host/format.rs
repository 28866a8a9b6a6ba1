//! Python's format specifications: the text after the colon in `f"{x:>10.2f}"`, and the second argument of
//! `format`.
//!
//! A [`Spec`] is parsed once, when a program is compiled, and [checked](Spec::check) against the kind of
//! value that it will format; after that, formatting cannot fail. A value is first written bare at the end of
//! the output; then room is made in it for thousands separators and for padding.
//!
//! The locale is C, so `n` is `d` for an int and `g` for a float. Widths and the precision of strings count
//! code points. CPython reports at run time that `c` needs a code point; here the caller must check that
//! ([`Spec::wants_char`]), otherwise U+FFFD is written.

mod parse;

pub use parse::FormatKind;

use super::decimal::{Digits, scaled, unscaled};
use super::{repr, text};
use std::io::Write;

/// A format specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The specification is empty: a value is written as by `str`.
    empty: bool,
    fill: char,
    align: Option<char>,
    sign: Option<char>,
    /// `z`: a float that rounds to zero has no minus sign.
    positive_zero: bool,
    /// `#`
    alternate: bool,
    /// A zero before the width.
    zeros: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    code: Option<char>,
}

impl Default for Spec {
    fn default() -> Spec {
        Spec {
            empty: true,
            fill: ' ',
            align: None,
            sign: None,
            positive_zero: false,
            alternate: false,
            zeros: false,
            width: 0,
            grouping: None,
            precision: None,
            code: None,
        }
    }
}

/// A number written without grouping and padding.
struct Bare {
    /// Start and end of its sign and prefix.
    start: usize,
    head: usize,
    /// The number of digits after it that may be grouped, and the size of a group.
    digits: usize,
    group: usize,
    /// UTF-8 continuation bytes, which do not count as characters.
    surplus: usize,
}

impl Spec {
    /// Whether an int is written as a character (`c`). It must then be a code point, from 0 to 0x10ffff and
    /// not a surrogate.
    pub fn wants_char(&self) -> bool {
        self.code == Some('c')
    }

    pub fn int(&self, out: &mut Vec<u8>, x: i64) {
        self.whole(out, x < 0, x.unsigned_abs(), x as f64);
    }

    pub fn uint(&self, out: &mut Vec<u8>, x: u64) {
        self.whole(out, false, x, x as f64);
    }

    pub fn bool(&self, out: &mut Vec<u8>, x: bool) {
        match self.empty {
            true => out.extend_from_slice(if x { b"True" } else { b"False" }),
            false => self.int(out, x.into()),
        }
    }

    pub fn text(&self, out: &mut Vec<u8>, x: &[u8]) {
        let x = match self.precision {
            Some(most) => &x[..text::offset(x, most as i64) as usize],
            None => x,
        };
        let start = out.len();
        out.extend_from_slice(x);
        if self.width > 0 {
            self.pad(out, start, start, text::count(x) as usize, self.align.unwrap_or('<'));
        }
    }

    fn whole(&self, out: &mut Vec<u8>, negative: bool, size: u64, float: f64) {
        let start = out.len();
        let prefix = match self.code {
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return self.float(out, float),
            Some('c') => {
                let c =
                    Some(size).filter(|_| !negative).and_then(|size| char::from_u32(size.try_into().ok()?));
                let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                let surplus = c.len_utf8() - 1;
                return self.finish(out, Bare { start, head: start, digits: 0, group: 3, surplus });
            }
            Some('b') => "0b",
            Some('o') => "0o",
            Some('x') => "0x",
            Some('X') => "0X",
            _ => "",
        };
        self.signed(out, negative);
        if self.alternate {
            out.extend_from_slice(prefix.as_bytes());
        }
        let head = out.len();
        // Writing to a vector never fails.
        let _ = match self.code {
            Some('b') => write!(out, "{size:b}"),
            Some('o') => write!(out, "{size:o}"),
            Some('x') => write!(out, "{size:x}"),
            Some('X') => write!(out, "{size:X}"),
            _ => {
                repr::uint(out, size);
                Ok(())
            }
        };
        let group = if prefix.is_empty() { 3 } else { 4 };
        self.finish(out, Bare { start, head, digits: out.len() - head, group, surplus: 0 });
    }

    pub fn float(&self, out: &mut Vec<u8>, x: f64) {
        if self.empty {
            return repr::float(out, x);
        }
        let x = if self.code == Some('%') { x * 100.0 } else { x };
        let start = out.len();
        // Whether the result is written as zero is known only afterwards.
        let negative = x.is_sign_negative() && !x.is_nan();
        self.signed(out, negative);
        let mut head = out.len();
        self.body(out, x);
        if negative && self.positive_zero && x.is_finite() && is_zero(&out[head..]) {
            out.truncate(start);
            self.signed(out, false);
            head = out.len();
            self.body(out, 0.0);
        }
        if self.code == Some('%') {
            out.push(b'%');
        }
        if matches!(self.code, Some('E' | 'F' | 'G')) {
            out[head..].make_ascii_uppercase();
        }
        let digits = out[head..].iter().take_while(|b| b.is_ascii_digit()).count();
        self.finish(out, Bare { start, head, digits, group: 3, surplus: 0 });
    }

    /// The magnitude of a float: digits, point, exponent.
    fn body(&self, out: &mut Vec<u8>, x: f64) {
        if !x.is_finite() {
            return out.extend_from_slice(if x.is_nan() { b"nan" } else { b"inf" });
        }
        let precision = self.precision.unwrap_or(6);
        match (self.code, self.precision) {
            (Some('e' | 'E'), _) => {
                Digits::significant(x, precision + 1).scientific(out, precision, self.alternate);
            }
            (Some('f' | 'F' | '%'), _) => match scaled(x, precision) {
                Some(whole) => unscaled(out, whole, precision, self.alternate),
                None => Digits::fixed(x, precision).plain(out, precision, self.alternate),
            },
            (None, None) if !self.alternate => repr::float(out, x.abs()),
            // Without a type: as `repr` or, with a precision, as 'g', but plain notation always has a decimal
            // place.
            (None, None) => self.general(out, &Digits::shortest(x), 17, 0, 1),
            (None, Some(_)) => {
                let most = precision.max(1);
                self.general(out, &Digits::significant(x, most), most, most, 1);
            }
            _ => {
                let most = precision.max(1);
                self.general(out, &Digits::significant(x, most), most, most, 0);
            }
        }
    }

    /// Writes scientific notation if the exponent is less than -4 or at least `most - least`, else plain
    /// notation with at least `least` decimal places. Trailing zeros are dropped, but `#` keeps `all` digits.
    fn general(&self, out: &mut Vec<u8>, digits: &Digits, most: usize, all: usize, least: usize) {
        let count = digits.digits().len().max(if self.alternate { all } else { 0 });
        let point = i64::from(digits.point());
        if point <= -4 || point > (most - least) as i64 {
            return digits.scientific(out, count.max(1) - 1, self.alternate);
        }
        let places = (count as i64 - point).max(least as i64);
        digits.plain(out, places as usize, self.alternate);
    }

    fn signed(&self, out: &mut Vec<u8>, negative: bool) {
        match self.sign {
            _ if negative => out.push(b'-'),
            Some('+') => out.push(b'+'),
            Some(' ') => out.push(b' '),
            _ => {}
        }
    }

    /// Groups the digits of a number and pads it to the width.
    fn finish(&self, out: &mut Vec<u8>, bare: Bare) {
        if self.width == 0 && self.grouping.is_none() {
            return;
        }
        let Bare { start, head, digits, group, surplus } = bare;
        let align = self.align.unwrap_or(if self.zeros { '=' } else { '>' });
        let chars = out.len() - start - surplus;
        if digits > 0 {
            // Padding zeros are digits like the others and are grouped with them.
            let filled = self.fill == '0' && align == '=';
            let least = if filled { self.width.saturating_sub(chars - digits) } else { 0 };
            match self.grouping {
                Some(separator) => grouped(out, head, digits, least, separator as u8, group),
                None => gap(out, head, least.saturating_sub(digits), '0'),
            }
        }
        let chars = out.len() - start - surplus;
        self.pad(out, start, head, chars, align);
    }

    /// Pads the `chars` characters that begin at `start`. `head` is where the digits of a number begin.
    fn pad(&self, out: &mut Vec<u8>, start: usize, head: usize, chars: usize, align: char) {
        let missing = self.width.saturating_sub(chars);
        if missing == 0 {
            return;
        }
        let end = out.len();
        match align {
            '<' => gap(out, end, missing, self.fill),
            '^' => {
                gap(out, end, missing - missing / 2, self.fill);
                gap(out, start, missing / 2, self.fill);
            }
            '=' => gap(out, head, missing, self.fill),
            _ => gap(out, start, missing, self.fill),
        }
    }
}

/// Whether all digits of a number are zero, its exponent ignored.
fn is_zero(body: &[u8]) -> bool {
    body.iter().take_while(|b| **b != b'e').all(|b| matches!(b, b'0' | b'.'))
}

/// Inserts a character `count` times at an offset.
fn gap(out: &mut Vec<u8>, at: usize, count: usize, fill: char) {
    let end = out.len();
    let mut encoded = [0; 4];
    let fill = fill.encode_utf8(&mut encoded).as_bytes();
    let size = count * fill.len();
    out.resize(end + size, fill[0]);
    out.copy_within(at..end, at + size);
    for place in out[at..at + size].chunks_exact_mut(fill.len()) {
        place.copy_from_slice(fill);
    }
}

/// Separates the digits that begin at `head` into groups, with leading zeros up to a total length of `least`
/// characters.
fn grouped(out: &mut Vec<u8>, head: usize, digits: usize, least: usize, separator: u8, group: usize) {
    let len = |digits: usize| digits + (digits - 1) / group;
    let mut total = digits;
    if len(total) < least {
        total = least - least / (group + 1);
        // A number never begins with a separator; it becomes one character wider instead.
        total += usize::from(len(total) < least);
    }
    gap(out, head, len(total) - digits, '0');
    // The digits are now at the end of the enlarged range. They move to its start one by one; writes never
    // pass unread digits.
    let mut from = head + len(total) - total;
    let mut to = head;
    for left in (1..=total).rev() {
        out[to] = out[from];
        (to, from) = (to + 1, from + 1);
        if left > 1 && (left - 1) % group == 0 {
            out[to] = separator;
            to += 1;
        }
    }
}
