//! The decimal digits of a float: the shortest sequence that reads back as the same float, or a given number
//! of digits, correctly rounded.
//!
//! Rust's own formatting finds the digits, exactly and with ties to even. This module parses its output and
//! reassembles the digits as Python does, which takes some hundred nanoseconds. [`scaled`] is the fast path
//! for the common case: numbers of ordinary size with few decimal places.
//!
//! The sign is ignored here; the caller writes it.

use std::fmt::{self, Write};

/// No double has more than 767 significant digits.
const MAX_DIGITS: usize = 768;
/// Nor a nonzero digit after this decimal place.
const PLACES: usize = 1075;

/// The number 0.d₁d₂d₃… × 10^point, where d₁ is not 0. There are no trailing zeros; zero has no digits, and
/// its point is 1.
pub struct Digits {
    digits: [u8; MAX_DIGITS],
    len: usize,
    point: i32,
    /// State of the parser in `write_str`.
    part: Part,
    exponent: i32,
    negative: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Whole,
    Fraction,
    Exponent,
}

impl Digits {
    /// Parses a number as Rust formats it: `-12.5`, `1.25e-7`.
    pub fn of(text: fmt::Arguments) -> Digits {
        let mut to = Digits {
            digits: [0; MAX_DIGITS],
            len: 0,
            point: 0,
            part: Part::Whole,
            exponent: 0,
            negative: false,
        };
        // `write_str` never fails, so there is nothing to report.
        let _ = to.write_fmt(text);
        to.point += if to.negative { -to.exponent } else { to.exponent };
        while to.len > 0 && to.digits[to.len - 1] == b'0' {
            to.len -= 1;
        }
        if to.len == 0 {
            to.point = 1;
        }
        to
    }

    /// The shortest digits that read back as the same float.
    pub fn shortest(x: f64) -> Digits {
        Digits::of(format_args!("{x:e}"))
    }

    /// The first `count` significant digits, at least one.
    pub fn significant(x: f64, count: usize) -> Digits {
        Digits::of(format_args!("{x:.*e}", count.clamp(1, MAX_DIGITS) - 1))
    }

    /// The digits up to `places` decimal places.
    pub fn fixed(x: f64, places: usize) -> Digits {
        Digits::of(format_args!("{x:.*}", places.min(PLACES)))
    }

    pub fn digits(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    /// The number of digits before the decimal point; if negative, the number of zeros between the point and
    /// the first digit.
    pub fn point(&self) -> i32 {
        self.point
    }

    /// Writes plain notation with `places` decimal places. There is a point if there are places, or if `dot`.
    pub fn plain(&self, out: &mut Vec<u8>, places: usize, dot: bool) {
        let whole = self.point.max(0) as usize;
        let (before, behind) = self.digits().split_at(whole.min(self.len));
        match whole {
            0 => out.push(b'0'),
            _ => padded(out, 0, before, whole),
        }
        point(out, places, dot);
        let zeros = self.point.min(0).unsigned_abs() as usize;
        padded(out, zeros.min(places), behind, places);
    }

    /// Writes scientific notation: one digit, `places` decimal places, and the exponent with its sign and at
    /// least two digits.
    pub fn scientific(&self, out: &mut Vec<u8>, places: usize, dot: bool) {
        let (before, behind) = self.digits().split_at(self.len.min(1));
        padded(out, 0, before, 1);
        point(out, places, dot);
        padded(out, 0, behind, places);
        exponent(out, self.point - 1);
    }
}

impl Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            match (byte, self.part) {
                (b'.', _) => self.part = Part::Fraction,
                (b'e', _) => self.part = Part::Exponent,
                (b'-', Part::Exponent) => self.negative = true,
                (b'0'..=b'9', Part::Exponent) => self.exponent = 10 * self.exponent + i32::from(byte - b'0'),
                (b'0', Part::Whole) if self.len == 0 => {}
                (b'0', Part::Fraction) if self.len == 0 => self.point -= 1,
                (b'0'..=b'9', part) => {
                    if self.len < MAX_DIGITS {
                        self.digits[self.len] = byte;
                        self.len += 1;
                    }
                    self.point += i32::from(part == Part::Whole);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Writes an exponent: `e+07`.
pub fn exponent(out: &mut Vec<u8>, exponent: i32) {
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    out.extend_from_slice(itoa::Buffer::new().format(exponent.unsigned_abs()).as_bytes());
}

fn point(out: &mut Vec<u8>, places: usize, dot: bool) {
    if places > 0 || dot {
        out.push(b'.');
    }
}

/// Writes `zeros` zeros, the digits, and zeros up to the length `len`.
fn padded(out: &mut Vec<u8>, zeros: usize, digits: &[u8], len: usize) {
    let end = out.len() + len;
    out.resize(out.len() + zeros, b'0');
    out.extend_from_slice(&digits[..digits.len().min(len - zeros)]);
    out.resize(end, b'0');
}

const TENS: [u128; 23] = {
    let mut tens = [1; 23];
    let mut i = 1;
    while i < 23 {
        tens[i] = tens[i - 1] * 10;
        i += 1;
    }
    tens
};

/// |x| × 10^places as the nearest whole number, ties to even. The result is exact, since the product is.
/// `None` if it does not fit, or for more than 22 places.
pub fn scaled(x: f64, places: usize) -> Option<u64> {
    let ten = TENS.get(places)?;
    if !x.is_finite() {
        return None;
    }
    let (mantissa, exponent) = parts(x);
    // Below 2^127: a factor of 53 bits times one of 74 bits.
    let product = u128::from(mantissa) * ten;
    let shift = exponent.unsigned_abs();
    let whole = match exponent {
        ..0 => half_even(product, shift),
        _ if shift <= product.leading_zeros() => product << shift,
        _ => return None,
    };
    whole.try_into().ok()
}

/// A finite float's magnitude as an integer of at most 53 bits and the power of two to multiply it by.
pub fn parts(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    match exponent {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent - 1075),
    }
}

/// x / 2^shift as the nearest whole number, ties to even. Requires x < 2^127 and shift > 0.
pub fn half_even(x: u128, shift: u32) -> u128 {
    if shift >= 128 {
        return 0;
    }
    let (whole, rest, half) = (x >> shift, x & ((1 << shift) - 1), 1 << (shift - 1));
    whole + u128::from(rest > half || rest == half && whole & 1 == 1)
}

/// Writes a result of `scaled` with its decimal point put back.
pub fn unscaled(out: &mut Vec<u8>, whole: u64, places: usize, dot: bool) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(whole).as_bytes();
    let before = digits.len().saturating_sub(places);
    match before {
        0 => out.push(b'0'),
        _ => out.extend_from_slice(&digits[..before]),
    }
    point(out, places, dot);
    padded(out, places - (digits.len() - before), &digits[before..], places);
}
