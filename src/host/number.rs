//! Arithmetic with Python's semantics: quotients rounded down, powers, rounding, comparisons of an int with a
//! float, and numbers parsed from text.
//!
//! Ints have 64 bits here. The result is `None` if Python's result does not fit, or if Python raises an
//! exception. The caller checks that divisors are not 0. (For 0 the functions return a meaningless value, but
//! do not fail.)
//!
//! Powers of floats come from the C library, through Rust's `powf`, as CPython's do.

use super::decimal::{Digits, scaled};
use super::decode::Copied;
use super::unicode;
use std::borrow::Cow;
use std::cmp::Ordering;

/// `a // b` of floats.
pub fn floor_div(a: f64, b: f64) -> f64 {
    divmod(a, b).0
}

/// `a % b` of floats. The result, even a zero, has the sign of the divisor.
pub fn modulo(a: f64, b: f64) -> f64 {
    divmod(a, b).1
}

/// Follows CPython's `float_divmod`.
fn divmod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    // A whole number, except for rounding.
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(a / b), rest);
    }
    let whole = quotient.floor();
    (if quotient - whole > 0.5 { whole + 1.0 } else { whole }, rest)
}

/// `a ** b` of floats. `None` for a negative power of zero, for a complex result, and for overflow.
pub fn power(a: f64, b: f64) -> Option<f64> {
    if !a.is_finite() || !b.is_finite() {
        // CPython follows C99 here; even a power of zero to minus infinity is no error.
        return Some(a.powf(b));
    }
    if a == 0.0 && b < 0.0 || a < 0.0 && b.floor() != b {
        return None;
    }
    // Like CPython, this calls the C library for positive bases only.
    let size = a.abs().powf(b);
    let odd = b.abs() % 2.0 == 1.0;
    size.is_finite().then_some(if a.is_sign_negative() && odd { -size } else { size })
}

/// `a ** b` of ints; `None` for a negative exponent.
pub fn int_power(a: i64, b: i64) -> Option<i64> {
    match (a, b) {
        (_, ..=-1) => None,
        (0 | 1, 1..) => Some(a),
        (-1, _) => Some(if b % 2 == 0 { 1 } else { -1 }),
        _ => a.checked_pow(u32::try_from(b).ok()?),
    }
}

/// `round(x)`, still as a float.
pub fn round_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// `round(x, digits)` of a float: the float nearest to the correctly rounded decimal. `None` on overflow.
pub fn round_digits(x: f64, digits: i64) -> Option<f64> {
    // No float has a nonzero digit beyond these places.
    if !x.is_finite() || digits > 323 {
        return Some(x);
    }
    if digits < -308 {
        return Some(0.0 * x);
    }
    let short = usize::try_from(digits).ok().and_then(|places| Some((places, scaled(x, places)?)));
    let size = match short {
        // Both are exact as floats, so the quotient is rounded only once.
        Some((places, whole)) if whole <= 1 << 53 => whole as f64 / 10f64.powi(places as i32),
        _ => match usize::try_from(digits) {
            Ok(places) => value(&Digits::fixed(x, places)),
            Err(_) => round_whole(x, digits as i32),
        },
    };
    size.is_finite().then(|| size.copysign(x))
}

/// |x| rounded to a multiple of 10^-digits, for negative `digits`.
fn round_whole(x: f64, digits: i32) -> f64 {
    // All digits, not rounded.
    let exact = Digits::significant(x, usize::MAX);
    match exact.point() + digits {
        count @ 1.. => value(&Digits::significant(x, count as usize)),
        // Rounds up if it is more than half; exactly half rounds to zero, which is even.
        0 if exact.digits() > &b"5"[..] => value(&Digits::of(format_args!("1e{}", -digits))),
        _ => 0.0,
    }
}

fn value(digits: &Digits) -> f64 {
    let text = Copied::of(digits.digits());
    let text = text.lossy();
    let exponent = digits.point() - text.len() as i32;
    format!("0{text}e{exponent}").parse().unwrap_or(0.0)
}

/// `round(x, digits)` of an int.
pub fn round_int(x: i64, digits: i64) -> Option<i64> {
    if digits >= 0 {
        return Some(x);
    }
    // Half of 10^20 exceeds every int.
    let Some(unit) = u32::try_from(-i128::from(digits)).ok().filter(|zeros| *zeros < 20) else {
        return Some(0);
    };
    let (x, unit) = (i128::from(x), 10i128.pow(unit));
    let (below, rest) = (x.div_euclid(unit), x.rem_euclid(unit));
    let up = match (2 * rest).cmp(&unit) {
        Ordering::Less => 0,
        Ordering::Equal => below & 1,
        Ordering::Greater => 1,
    };
    ((below + up) * unit).try_into().ok()
}

/// Compares an int with a float, exactly: -1, 0 or 1 if the int is less, equal or greater, 2 if the float is
/// NaN.
pub fn compare_int(a: i64, b: f64) -> i64 {
    // i128 holds integral floats of the ints' range exactly.
    compare(i128::from(a), b)
}

pub fn compare_uint(a: u64, b: f64) -> i64 {
    compare(i128::from(a), b)
}

fn compare(a: i128, b: f64) -> i64 {
    if b.is_nan() {
        return 2;
    }
    // Values out of range saturate to the extremes of i128.
    let whole = b.trunc() as i128;
    match a.cmp(&whole).then(b.trunc().total_cmp(&b)) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// `a / b` of ints: the float nearest to the quotient.
pub fn true_div(a: i64, b: i64) -> f64 {
    let size = true_div_uint(a.unsigned_abs(), b.unsigned_abs());
    if (a < 0) != (b < 0) { -size } else { size }
}

pub fn true_div_uint(a: u64, b: u64) -> f64 {
    // Both are exact as floats, so this rounds once; or one of them is 0.
    if a <= 1 << 53 && b <= 1 << 53 || a == 0 || b == 0 {
        return a as f64 / b as f64;
    }
    // At least 63 bits of the quotient and a sticky bit, so that the conversion rounds once.
    let shift = a.leading_zeros();
    let (a, b) = (u128::from(a << shift) << 64, u128::from(b));
    let quotient = (a / b) | u128::from(a % b != 0);
    quotient as f64 / 2f64.powi(64 + shift as i32)
}

/// The text of a number without surrounding white space, its digits converted to ASCII.
fn plain(text: &Copied) -> Option<Cow<'_, str>> {
    let text = text.text()?.trim_matches(unicode::space);
    if text.is_ascii() {
        return Some(text.into());
    }
    let plain = |c: char| unicode::digit(c).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c);
    Some(text.chars().map(plain).collect())
}

/// `int(text, base)`: the base is from 2 to 36, or 0 to infer it from the prefix.
pub fn int_from_text(text: &[u8], base: i64) -> Option<i64> {
    let base = u32::try_from(base).ok().filter(|base| *base == 0 || (2..=36).contains(base))?;
    let text = Copied::of(text);
    let text = plain(&text)?;
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let prefix = match digits {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let (base, digits) = match base {
        // An underscore may follow a prefix.
        _ if prefix != 0 && (base == 0 || base == prefix) => {
            (prefix, digits[2..].strip_prefix(b"_").unwrap_or(&digits[2..]))
        }
        // As in source code, only zero may begin with a zero.
        0 if digits.first() == Some(&b'0') && digits.iter().any(|b| !matches!(b, b'0' | b'_')) => {
            return None;
        }
        0 => (10, digits),
        _ => (base, digits),
    };
    let mut value: i64 = 0;
    // There must be a digit at both ends and on both sides of an underscore.
    let mut after_digit = false;
    for byte in digits {
        if *byte == b'_' && after_digit {
            after_digit = false;
            continue;
        }
        let digit = i64::from(char::from(*byte).to_digit(base)?);
        // Accumulates negatively, since the minimum has no positive counterpart.
        value = value.checked_mul(i64::from(base))?.checked_sub(digit)?;
        after_digit = true;
    }
    if !after_digit {
        return None;
    }
    if negative { Some(value) } else { value.checked_neg() }
}

/// `float(text)`.
pub fn float_from_text(text: &[u8]) -> Option<f64> {
    let text = Copied::of(text);
    let mut text = plain(&text)?;
    if text.contains('_') {
        let bytes = text.as_bytes();
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        let between = |at: usize| digit(at.checked_sub(1)) && digit(Some(at + 1));
        if bytes.iter().enumerate().any(|(at, b)| *b == b'_' && !between(at)) {
            return None;
        }
        text = text.replace('_', "").into();
    }
    // Apart from this, Rust's grammar is Python's.
    text.parse().ok()
}

/// `math.isqrt`; 0 for a negative argument.
pub fn isqrt(x: i64) -> i64 {
    x.max(0).isqrt()
}

/// `math.gcd`
pub fn gcd(a: i64, b: i64) -> Option<i64> {
    divisor(a, b).try_into().ok()
}

/// `math.lcm`
pub fn lcm(a: i64, b: i64) -> Option<i64> {
    if a == 0 || b == 0 {
        return Some(0);
    }
    let multiple = (a.unsigned_abs() / divisor(a, b)).checked_mul(b.unsigned_abs())?;
    multiple.try_into().ok()
}

fn divisor(a: i64, b: i64) -> u64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The value of 16 bits in half precision (IEEE 754).
pub fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

/// `math.factorial(n)`, for n that is not negative.
pub fn factorial(n: i64) -> Option<i64> {
    (1..=n.min(21)).try_fold(1i64, |product, i| product.checked_mul(i))
}
