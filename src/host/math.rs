//! The functions of Python's module `math`.
//!
//! A function that raises `ValueError` or `OverflowError` in CPython for some argument returns `None` for it;
//! the others return plain results. CPython takes its results from the C library, and so does Rust's standard
//! library for nearly all functions used here (`exp`, `sin`, `powf` … call libm's `exp`, `sin`, `pow` …): on
//! one machine the results are bit-identical to CPython's. On another machine either may differ in the last
//! place. The exceptions:
//!
//! * `cbrt` comes with Rust and is always correctly rounded; a C library's may be off by a unit or two in the
//!   last place.
//! * `hypot` follows CPython's own algorithm.
//! * The remainder comes with Rust too, but it is exact, so implementations cannot differ.
//! * A compiler may fold a call with constant arguments using another library.
//!
//! Missing are `asinh`, `acosh` and `atanh`: Rust computes them itself, CPython calls the C library.

use super::decimal;

/// `None` where CPython raises an error: for NaN from arguments that are not NaN, and for infinity from
/// finite arguments.
fn checked(result: f64, arguments: &[f64]) -> Option<f64> {
    let wrong = result.is_nan() && !arguments.iter().any(|x| x.is_nan())
        || result.is_infinite() && arguments.iter().all(|x| x.is_finite());
    (!wrong).then_some(result)
}

pub fn exp(x: f64) -> Option<f64> {
    checked(x.exp(), &[x])
}

pub fn expm1(x: f64) -> Option<f64> {
    checked(x.exp_m1(), &[x])
}

pub fn log(x: f64) -> Option<f64> {
    checked(x.ln(), &[x])
}

pub fn log2(x: f64) -> Option<f64> {
    checked(x.log2(), &[x])
}

pub fn log10(x: f64) -> Option<f64> {
    checked(x.log10(), &[x])
}

pub fn log1p(x: f64) -> Option<f64> {
    checked(x.ln_1p(), &[x])
}

pub fn sin(x: f64) -> Option<f64> {
    checked(x.sin(), &[x])
}

pub fn cos(x: f64) -> Option<f64> {
    checked(x.cos(), &[x])
}

pub fn tan(x: f64) -> Option<f64> {
    checked(x.tan(), &[x])
}

pub fn asin(x: f64) -> Option<f64> {
    checked(x.asin(), &[x])
}

pub fn acos(x: f64) -> Option<f64> {
    checked(x.acos(), &[x])
}

pub fn atan(x: f64) -> f64 {
    x.atan()
}

pub fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

pub fn sinh(x: f64) -> Option<f64> {
    checked(x.sinh(), &[x])
}

pub fn cosh(x: f64) -> Option<f64> {
    checked(x.cosh(), &[x])
}

pub fn tanh(x: f64) -> f64 {
    x.tanh()
}

pub fn cbrt(x: f64) -> f64 {
    x.cbrt()
}

pub fn fmod(x: f64, y: f64) -> Option<f64> {
    checked(x % y, &[x, y])
}

pub fn pow(x: f64, y: f64) -> Option<f64> {
    checked(x.powf(y), &[x, y])
}

pub fn copysign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

pub fn degrees(x: f64) -> f64 {
    x * (180.0 / std::f64::consts::PI)
}

pub fn radians(x: f64) -> f64 {
    x * (std::f64::consts::PI / 180.0)
}

/// x × 2^exponent, rounded once.
pub fn ldexp(x: f64, exponent: i64) -> Option<f64> {
    if x == 0.0 || !x.is_finite() {
        return Some(x);
    }
    let (mantissa, own) = decimal::parts(x);
    // Doubles span 2098 powers of two, so larger shifts all give the same result.
    let exponent = own + exponent.clamp(-5000, 5000) as i32;
    let size = match u32::try_from(LEAST - exponent) {
        // A subnormal: its bits count units of the least double.
        Ok(shift @ 1..) => f64::from_bits(decimal::half_even(mantissa.into(), shift) as u64),
        // In two steps: neither is inexact, and only the second can overflow.
        _ => mantissa as f64 * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2),
    };
    checked(size.copysign(x), &[x])
}

/// The exponent of the least double above 0.
const LEAST: i32 = -1074;

/// The length of a vector of two. It may be infinite, which is not an error.
///
/// This is CPython's `vector_norm`: the vector is scaled to about 1, squares are summed with compensation for
/// rounding, and the root is corrected by the difference between its square and the sum.
pub fn hypot(x: f64, y: f64) -> f64 {
    let vector = [x.abs(), y.abs()];
    let most = vector[0].max(vector[1]);
    if most.is_infinite() {
        return most;
    }
    // `max` ignores a NaN, so NaN is checked first.
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if most == 0.0 {
        return most;
    }
    let (mantissa, exponent) = decimal::parts(most);
    let exponent = i64::from(exponent) + 64 - i64::from(mantissa.leading_zeros());
    // The sum starts at 1, so every addend is smaller and the rounding error can be computed exactly.
    let mut sum = Sum { sum: 1.0, lost: [0.0; 3] };
    let Some(scale) = ldexp(1.0, -exponent) else {
        // The vector is too small to be scaled by a power of two.
        for x in vector {
            let x = x / most;
            sum.add(0, x * x);
        }
        return most * (sum.sum - 1.0 + sum.lost[0]).sqrt();
    };
    for x in vector {
        let (high, low) = halves(x * scale);
        sum.add(0, high * high);
        sum.add(1, 2.0 * high * low);
        sum.lost[2] += low * low;
    }
    let root = sum.total().sqrt();
    let (high, low) = halves(root);
    sum.add(0, -high * high);
    sum.add(1, -2.0 * high * low);
    sum.add(2, -low * low);
    (root + sum.total() / (2.0 * root)) / scale
}

/// A sum and its rounding errors, for terms of three magnitudes.
struct Sum {
    sum: f64,
    lost: [f64; 3],
}

impl Sum {
    fn add(&mut self, size: usize, x: f64) {
        let before = self.sum;
        self.sum += x;
        self.lost[size] += (before - self.sum) + x;
    }

    fn total(&self) -> f64 {
        self.sum - 1.0 + (self.lost[0] + self.lost[1] + self.lost[2])
    }
}

/// A number as the sum of two halves whose products are exact (Veltkamp).
fn halves(x: f64) -> (f64, f64) {
    let t = x * 134_217_729.0;
    let high = t - (t - x);
    (high, x - high)
}
