//! Single values in JSON.
//!
//! The rules are those of Cap'n Proto's own JSON. Integers of 64 bits are strings ([`int`], [`uint`]), since
//! most readers take every number for a double; so are NaN and the infinities, which JSON does not have. A
//! float is written with the fewest digits that read back as the same double, in the style of C's `%g`:
//! `1e-06`, `1e300`, `-0`.
//!
//! The output is valid JSON whatever the bytes are: sequences that are not UTF-8 become U+FFFD. It goes to a
//! writer; writing to a vector never fails.

use super::decode::Copied;
use std::io::{Result, Write};

/// Writes text in quotes, with only those escapes that JSON requires.
pub fn string(out: &mut impl Write, text: &[u8]) -> Result<()> {
    out.write_all(b"\"")?;
    let text = Copied::of(text);
    // Validating the whole is much faster than searching for the valid parts.
    match text.text() {
        Some(text) => escaped(out, text.as_bytes())?,
        None => {
            for chunk in text.chunks() {
                escaped(out, chunk.valid().as_bytes())?;
                if !chunk.invalid().is_empty() {
                    out.write_all("\u{fffd}".as_bytes())?;
                }
            }
        }
    }
    out.write_all(b"\"")
}

fn escaped(out: &mut impl Write, text: &[u8]) -> Result<()> {
    let mut rest = text;
    while let Some(at) = special(rest) {
        out.write_all(&rest[..at])?;
        match rest[at] {
            b'\n' => out.write_all(b"\\n")?,
            b'\t' => out.write_all(b"\\t")?,
            b'\r' => out.write_all(b"\\r")?,
            0x08 => out.write_all(b"\\b")?,
            0x0c => out.write_all(b"\\f")?,
            sign @ (b'"' | b'\\') => out.write_all(&[b'\\', sign])?,
            control => {
                let digit = b"0123456789abcdef"[usize::from(control & 15)];
                out.write_all(&[b'\\', b'u', b'0', b'0', b'0' + (control >> 4), digit])?;
            }
        }
        rest = &rest[at + 1..];
    }
    out.write_all(rest)
}

/// The first byte that JSON requires to be escaped.
fn special(text: &[u8]) -> Option<usize> {
    let special = |b: &u8| *b < 0x20 || matches!(b, b'"' | b'\\');
    // Sixteen bytes are examined at once, without a branch for each byte.
    let (chunks, _) = text.as_chunks::<16>();
    let plain =
        chunks.iter().take_while(|chunk| !chunk.iter().fold(false, |any, b| any | special(b))).count();
    let start = 16 * plain;
    text[start..].iter().position(special).map(|at| start + at)
}

/// Writes an integer of 64 bits, in quotes.
pub fn int(out: &mut impl Write, x: i64) -> Result<()> {
    quoted(out, itoa::Buffer::new().format(x))
}

/// Writes an unsigned integer of 64 bits, in quotes.
pub fn uint(out: &mut impl Write, x: u64) -> Result<()> {
    quoted(out, itoa::Buffer::new().format(x))
}

/// Writes an integer of 128 bits, in quotes.
pub fn wide(out: &mut impl Write, x: i128) -> Result<()> {
    quoted(out, itoa::Buffer::new().format(x))
}

fn quoted(out: &mut impl Write, digits: &str) -> Result<()> {
    out.write_all(b"\"")?;
    out.write_all(digits.as_bytes())?;
    out.write_all(b"\"")
}

/// Writes bytes as a list of numbers.
pub fn data(out: &mut impl Write, bytes: &[u8]) -> Result<()> {
    out.write_all(b"[")?;
    let mut buffer = itoa::Buffer::new();
    for (i, byte) in bytes.iter().enumerate() {
        out.write_all(if i == 0 { b"" } else { b"," })?;
        out.write_all(buffer.format(*byte).as_bytes())?;
    }
    out.write_all(b"]")
}

/// Writes a float: a number, or a string for NaN and the infinities.
pub fn float(out: &mut impl Write, x: f64) -> Result<()> {
    let size = x.abs();
    if size < 1e15 && x as i64 as f64 == x {
        out.write_all(if x.is_sign_negative() { b"-" } else { b"" })?;
        return out.write_all(itoa::Buffer::new().format(size as u64).as_bytes());
    }
    // Most floats are neither huge nor tiny; they need digits and a point only.
    if (1e-4..1e15).contains(&size) {
        return out.write_all(zmij::Buffer::new().format_finite(x).as_bytes());
    }
    if x.is_nan() {
        return out.write_all(b"\"NaN\"");
    }
    if x.is_infinite() {
        return write!(out, "\"{}Infinity\"", if x < 0.0 { "-" } else { "" });
    }
    // `-d.ddde-xx`: the fewest digits.
    let mut text = [0; 32];
    let mut left = &mut text[..];
    write!(left, "{x:e}")?;
    let unused = left.len();
    let text = &text[..text.len() - unused];
    let (sign, text) = text.split_at(usize::from(text[0] == b'-'));
    let e = text.iter().position(|b| *b == b'e').expect("it has an exponent");
    let exponent: i32 = Copied::of(&text[e + 1..]).text().and_then(|e| e.parse().ok()).expect("a number");
    let mut digits = [0; 20];
    let mut count = 0;
    for digit in text[..e].iter().filter(|b| **b != b'.') {
        digits[count] = *digit;
        count += 1;
    }
    let digits = &digits[..count];
    // `%.15g` if that is exact, else `%.17g`.
    let precision = if count <= 15 { 15 } else { 17 };
    out.write_all(sign)?;
    if exponent < -4 || exponent >= precision {
        out.write_all(&digits[..1])?;
        if count > 1 {
            out.write_all(b".")?;
            out.write_all(&digits[1..])?;
        }
        let sign = if exponent < 0 { "-" } else { "" };
        return write!(out, "e{sign}{:02}", exponent.abs());
    }
    if exponent < 0 {
        zeros(out, b"0.", -exponent - 1)?;
        return out.write_all(digits);
    }
    let whole = exponent as usize + 1;
    if whole >= count {
        return zeros(out, digits, (whole - count) as i32);
    }
    out.write_all(&digits[..whole])?;
    out.write_all(b".")?;
    out.write_all(&digits[whole..])
}

/// Writes `before` and then `count` zeros.
fn zeros(out: &mut impl Write, before: &[u8], count: i32) -> Result<()> {
    out.write_all(before)?;
    (0..count).try_for_each(|_| out.write_all(b"0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> String {
        let mut out = vec![];
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn floats_are_written_as_g_writes_them() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.5, "1.5"),
            (-0.1, "-0.1"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e-6, "1e-06"),
            (1.25e-5, "1.25e-05"),
            (100.0, "100"),
            (16777216.0, "16777216"),
            (123456789012345.0, "123456789012345"),
            (1e14, "100000000000000"),
            (1e15, "1e15"),
            (9007199254740993.0, "9007199254740992"),
            (1234567890123456.0, "1234567890123456"),
            (12345678901234567.0, "12345678901234568"),
            (1.2345678901234568e17, "1.2345678901234568e17"),
            (1e300, "1e300"),
            (f64::from(0.1f32), "0.10000000149011612"),
            (f64::from(f32::MAX), "3.4028234663852886e38"),
            (f64::MAX, "1.7976931348623157e308"),
            (5e-324, "5e-324"),
            (f64::NAN, "\"NaN\""),
            (f64::INFINITY, "\"Infinity\""),
            (f64::NEG_INFINITY, "\"-Infinity\""),
        ] {
            assert_eq!(written(|out| float(out, x)), text);
        }
    }

    #[test]
    fn a_float_reads_back_as_itself() {
        let mut bits: u64 = 0x9e37_79b9_7f4a_7c15;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let x = f64::from_bits(bits);
            // Random bit patterns are mostly huge or tiny; the other two are of ordinary size.
            for x in [x, (bits >> 32) as f64 / 1000.0, (bits >> 11) as f64 * 1e-9] {
                if x.is_finite() {
                    let text = written(|out| float(out, x));
                    assert_eq!(text.parse::<f64>().unwrap().to_bits(), x.to_bits(), "{text}");
                }
            }
        }
    }

    #[test]
    fn text_is_escaped_as_json_demands_and_always_utf_8() {
        for (bytes, text) in [
            (&b"plain / ' \x7f"[..], "\"plain / ' \x7f\""),
            (b"\"\\\n\r\t\x08\x0c\x00\x1f", r#""\"\\\n\r\t\b\f\u0000\u001f""#),
            ("grüß 🦀".as_bytes(), "\"grüß 🦀\""),
            (b"caf\xe9!", "\"caf\u{fffd}!\""),
            (b"\xf0\x9f", "\"\u{fffd}\""),
            (b"", "\"\""),
        ] {
            let written = written(|out| string(out, bytes));
            assert_eq!(written, text);
            let read: String = serde_json::from_str(&written).unwrap();
            assert_eq!(read, String::from_utf8_lossy(bytes));
        }
    }
}
