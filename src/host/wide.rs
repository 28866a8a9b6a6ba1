//! Integers of 128 bits, passed in two parts: the lower 64 bits unsigned, the upper 64 bits signed.

use std::cmp::Ordering;

/// Operations whose result is an integer of 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Add,
    Sub,
    Mul,
    FloorDiv,
    Mod,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    Pow,
    /// `round(a, b)`.
    Round,
}

use Operation::{Add, And, FloorDiv, Mod, Mul, Or, Pow, Round, Shl, Shr, Sub, Xor};

const ALL: [(&str, Operation); 12] = [
    ("+", Add),
    ("-", Sub),
    ("*", Mul),
    ("//", FloorDiv),
    ("%", Mod),
    ("&", And),
    ("|", Or),
    ("^", Xor),
    ("<<", Shl),
    (">>", Shr),
    ("**", Pow),
    ("round", Round),
];

impl Operation {
    /// The operation of an operator of Python.
    pub fn of(operator: &str) -> Option<Operation> {
        ALL.iter().find(|(name, _)| *name == operator).map(|(_, operation)| *operation)
    }
}

/// Splits an integer into its lower and upper part.
pub fn split(i: i128) -> (u64, i64) {
    (i as u64, (i >> 64) as i64)
}

pub fn join(low: u64, high: i64) -> i128 {
    i128::from(high) << 64 | i128::from(low)
}

/// Applies the operation with that number; `None` on overflow, on division by zero, or if there is no such
/// operation.
pub fn apply(code: i64, a: i128, b: i128) -> Option<i128> {
    let (_, operation) = *ALL.iter().find(|(_, operation)| *operation as i64 == code)?;
    let count = u32::try_from(b);
    match operation {
        Add => a.checked_add(b),
        Sub => a.checked_sub(b),
        Mul => a.checked_mul(b),
        // Rounded down; the remainder has the sign of the divisor.
        FloorDiv => {
            let quotient = a.checked_div(b)?;
            Some(quotient - i128::from(a % b != 0 && (a < 0) != (b < 0)))
        }
        Mod => {
            let rest = if b == -1 { 0 } else { a.checked_rem(b)? };
            Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
        }
        And => Some(a & b),
        Or => Some(a | b),
        Xor => Some(a ^ b),
        Shl if a == 0 => Some(0),
        Shl => {
            let count = count.ok().filter(|count| *count < 128)?;
            Some(a << count).filter(|shifted| shifted >> count == a)
        }
        Shr => Some(a >> count.unwrap_or(127).min(127)),
        Pow => match a {
            0 | 1 if b > 0 => Some(a),
            -1 => Some(if b & 1 == 0 { 1 } else { -1 }),
            _ => a.checked_pow(count.ok()?),
        },
        Round => round(a, b),
    }
}

fn round(a: i128, digits: i128) -> Option<i128> {
    if digits >= 0 {
        return Some(a);
    }
    // No integer of 128 bits is as large as half of 10^39.
    let Some(unit) = u32::try_from(-digits).ok().and_then(|zeros| 10i128.checked_pow(zeros)) else {
        return if digits == -39 && a.unsigned_abs() > 5 * 10u128.pow(38) { None } else { Some(0) };
    };
    let (below, rest) = (a.div_euclid(unit), a.rem_euclid(unit));
    let up = match rest.cmp(&(unit - rest)) {
        Ordering::Less => 0,
        Ordering::Equal => below & 1,
        Ordering::Greater => 1,
    };
    (below + up).checked_mul(unit)
}

/// `a / b`: the float nearest to the quotient.
pub fn true_div(a: i128, b: i128) -> f64 {
    let (size, by) = (a.unsigned_abs(), b.unsigned_abs());
    if by == 0 {
        return f64::NAN;
    }
    // At least 64 bits of the quotient and a sticky bit, so that the conversion rounds once. The loop goes
    // bit by bit, since the dividend may need 256 bits.
    let (mut quotient, mut rest) = (size / by, size % by);
    let mut shift = 0;
    while quotient.leading_zeros() > 62 && rest != 0 {
        let carry = rest >> 127 == 1;
        rest = rest.wrapping_shl(1);
        quotient <<= 1;
        shift += 1;
        if carry || rest >= by {
            rest = rest.wrapping_sub(by);
            quotient |= 1;
        }
    }
    let size = (quotient | u128::from(rest != 0)) as f64 / 2f64.powi(shift);
    if (a < 0) != (b < 0) { -size } else { size }
}

/// Compares exactly: -1, 0 or 1 if the integer is less, equal or greater, 2 if the float is NaN.
pub fn compare_float(a: i128, b: f64) -> i64 {
    /// 2^127, the smallest float above all integers.
    const TOP: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    if b.is_nan() {
        return 2;
    }
    if b >= TOP {
        return -1;
    }
    // Below all integers. -2^127 itself is the least one, so it is compared below.
    if b < -TOP {
        return 1;
    }
    match a.cmp(&(b.trunc() as i128)).then(b.trunc().total_cmp(&b)) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results are CPython's.
    #[test]
    fn integers_of_128_bits() {
        let (min, max) = (i128::MIN, i128::MAX);
        for (name, a, b, result) in [
            ("+", max, 1, None),
            ("-", min, 1, None),
            ("*", 1 << 64, 1 << 62, Some(1 << 126)),
            ("*", 1 << 64, 1 << 63, None),
            ("//", -7, 2, Some(-4)),
            ("//", min, -1, None),
            ("//", 10i128.pow(30), -7, Some(-142857142857142857142857142858)),
            ("%", 10i128.pow(30), -7, Some(-6)),
            ("%", min, -1, Some(0)),
            ("<<", 1, 126, Some(1 << 126)),
            ("<<", 1, 127, None),
            ("<<", -1, 127, Some(min)),
            ("<<", 0, max, Some(0)),
            (">>", -5, max, Some(-1)),
            ("**", -1, max, Some(-1)),
            ("**", 10, 38, Some(10i128.pow(38))),
            ("**", 10, 39, None),
            ("&", -1, 1 << 100, Some(1 << 100)),
            ("round", 25, -1, Some(20)),
            ("round", 35, -1, Some(40)),
            ("round", -15, -1, Some(-20)),
            ("round", 123, 2, Some(123)),
            ("round", max, -40, Some(0)),
            // 2 * 10^38 is too large.
            ("round", max, -38, None),
        ] {
            let code = Operation::of(name).unwrap() as i64;
            assert_eq!(apply(code, a, b), result, "{a} {name} {b}");
        }
        for i in [0, -1, 1 << 63, 1 << 64, -(1 << 64), min, max] {
            let (low, high) = split(i);
            assert_eq!(join(low, high), i);
        }
    }

    /// The results are CPython's.
    #[test]
    fn quotients_are_rounded_once() {
        for (a, b, quotient) in [
            (1, 3, 1.0 / 3.0),
            (-7, 2, -3.5),
            (0, -5, -0.0),
            (15_000_000_000_000_000_045, 10, 1.5e18),
            (170141183460469231731687303715884105727, 1, 1.7014118346046923e38),
            (170141183460469231731687303715884105727, 3, 5.671372782015641e37),
            (3, 170141183460469231731687303715884105727, 1.7632415262334313e-38),
            (9007199254740993, 1, 9007199254740992.0),
            (9007199254740993 * 4 + 1, 4, 9007199254740994.0),
        ] {
            assert_eq!(true_div(a, b).to_bits(), f64::to_bits(quotient), "{a} / {b}");
        }
    }

    #[test]
    fn compared_with_floats() {
        let big = 1i128 << 100;
        for (a, b, order) in [
            (big, big as f64, 0),
            (big + 1, big as f64, 1),
            (-big - 1, -(big as f64), -1),
            (i128::MAX, f64::INFINITY, -1),
            (i128::MAX, 170141183460469231731687303715884105728.0, -1),
            (i128::MIN, f64::NEG_INFINITY, 1),
            (i128::MIN, -170141183460469231731687303715884105728.0, 0),
            (0, f64::NAN, 2),
            (2, 2.5, -1),
            (-2, -2.5, 1),
        ] {
            assert_eq!(compare_float(a, b), order, "{a} {b}");
        }
    }
}
