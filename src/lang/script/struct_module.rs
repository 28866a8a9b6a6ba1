//! `struct`: formats that are known when the script is lowered.
//!
//! A format is one of Python's: a byte order (`<`, `>`, `!`, `=`, `@`), then letters with optional counts. In
//! native order (`@`, or none) values are aligned, and `l`, `L`, `n`, `N` and `P` have 8 bytes; otherwise
//! nothing is aligned and there are no `n`, `N`, `P`. The layout is that of x86-64.

use super::ty::{Ty, Typed};
use super::{Done, Lowering};
use crate::ir::{Const, Op, Value};
use crate::schema::{Endian, Scalar};
use ruff_python_ast::ExprCall;
use ruff_text_size::{Ranged, TextRange};

/// The kind of a value in a format.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Code {
    Number(Scalar),
    /// One byte, as bytes.
    Char,
    /// This many bytes.
    Text(i64),
    /// A length byte, and as many bytes as it states, in a field of this size.
    Pascal(i64),
    /// Half precision.
    Half,
}

/// A parsed format: the values with their offsets, the byte order, and the total size.
#[derive(Debug, PartialEq)]
struct Format {
    codes: Vec<(i64, Code)>,
    endian: Endian,
    size: i64,
}

/// The limit on the number of values in a format.
const MAX_VALUES: i64 = 1024;

fn format(text: &str) -> Result<Format, String> {
    let (native, endian, codes) = match text.as_bytes().first() {
        Some(b'<') => (false, Endian::Little, &text[1..]),
        Some(b'>' | b'!') => (false, Endian::Big, &text[1..]),
        Some(b'=') => (false, Endian::Little, &text[1..]),
        Some(b'@') => (true, Endian::Little, &text[1..]),
        _ => (true, Endian::Little, text),
    };
    let mut format = Format { codes: vec![], endian, size: 0 };
    let mut count: Option<i64> = None;
    for c in codes.chars() {
        if let Some(digit) = c.to_digit(10) {
            let more = count.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(digit.into()));
            count = Some(more.filter(|n| *n < 1 << 40).ok_or("a count in the format is too large")?);
            continue;
        }
        if c.is_ascii_whitespace() && count.is_none() {
            continue;
        }
        let times = count.take();
        let scalar = match c {
            'x' => {
                format.size += times.unwrap_or(1);
                continue;
            }
            's' | 'p' => {
                let length = times.unwrap_or(1);
                let code = if c == 's' { Code::Text(length) } else { Code::Pascal(length) };
                format.codes.push((format.size, code));
                format.size += length;
                continue;
            }
            'c' => Code::Char,
            '?' => Code::Number(Scalar::Bool),
            'b' => Code::Number(Scalar::I8),
            'B' => Code::Number(Scalar::U8),
            'h' => Code::Number(Scalar::I16),
            'H' => Code::Number(Scalar::U16),
            'i' => Code::Number(Scalar::I32),
            'I' => Code::Number(Scalar::U32),
            'l' => Code::Number(if native { Scalar::I64 } else { Scalar::I32 }),
            'L' => Code::Number(if native { Scalar::U64 } else { Scalar::U32 }),
            'q' => Code::Number(Scalar::I64),
            'Q' => Code::Number(Scalar::U64),
            'n' if native => Code::Number(Scalar::I64),
            'N' | 'P' if native => Code::Number(Scalar::U64),
            'e' => Code::Half,
            'f' => Code::Number(Scalar::F32),
            'd' => Code::Number(Scalar::F64),
            other => return Err(format!("'{other}' is no letter of a struct format here")),
        };
        let size = match scalar {
            Code::Number(scalar) => scalar.size() as i64,
            Code::Half => 2,
            _ => 1,
        };
        if native {
            format.size = (format.size + size - 1) / size * size;
        }
        for _ in 0..times.unwrap_or(1).min(MAX_VALUES + 1) {
            format.codes.push((format.size, scalar));
            format.size += size;
        }
        if format.codes.len() as i64 > MAX_VALUES {
            return Err(format!("a format of more than {MAX_VALUES} values is not supported"));
        }
    }
    match count {
        Some(_) => Err("the format ends with a count".to_string()),
        None => Ok(format),
    }
}

impl<'s> Lowering<'_, 's> {
    fn struct_format(&mut self, value: &Typed, at: TextRange) -> Done<Format> {
        let text = match value.ty {
            Ty::Bytes => self.constant_bytes(value.one()).and_then(|b| String::from_utf8(b).ok()),
            _ => self.constant_text(value),
        };
        let Some(text) = text else {
            return self.wrong(at, "the format must be a constant text");
        };
        match format(&text) {
            Ok(format) => Ok(format),
            Err(message) => self.wrong(at, message),
        }
    }

    /// `struct.calcsize(format)`.
    pub fn calcsize(&mut self, call: &'s ExprCall) -> Done<Typed> {
        let [e] = &call.arguments.args[..] else { return self.wrong(call, "'calcsize' takes a format") };
        let value = self.value(e)?;
        let format = self.struct_format(&value, e.range())?;
        Ok(self.int_constant(format.size))
    }

    /// `struct.unpack_from(format, buffer, offset=0)`: a tuple. A single bounds check covers all values.
    pub fn unpack_from(&mut self, call: &'s ExprCall) -> Done<Typed> {
        let given = self.arguments(&call.arguments)?;
        let mut args = [None, None, None];
        for (i, (value, at)) in given.positional.into_iter().enumerate() {
            match args.get_mut(i) {
                Some(slot) => *slot = Some((value, at)),
                None => return self.wrong(at, "'unpack_from' takes a format, a buffer and an offset"),
            }
        }
        for (name, value, at) in given.named {
            match ["format", "buffer", "offset"].iter().position(|n| *n == name) {
                Some(i) if i > 0 && args[i].is_none() => args[i] = Some((value, at)),
                _ => return self.wrong(at, format!("'unpack_from' does not take '{name}' here")),
            }
        }
        let [Some((text, text_at)), Some((buffer, buffer_at)), offset] = args else {
            return self.wrong(call, "'unpack_from' takes a format, a buffer and an offset");
        };
        let format = self.struct_format(&text, text_at)?;
        let buffer = self.given(buffer);
        if buffer.ty != Ty::Bytes {
            let found = self.describe(&buffer.ty);
            return self.wrong(buffer_at, format!("a buffer is bytes; this is {found}"));
        }
        let offset = match offset {
            None => self.b.i64(0),
            Some((offset, _)) if offset.ty.is_int() => {
                let offset = self.number(offset);
                if offset.ty == Ty::NATURAL {
                    offset.one()
                } else {
                    // A negative offset counts from the end.
                    let i = self.signed(offset);
                    let zero = self.b.i64(0);
                    let negative = self.b.op(Op::Lt, &[i, zero]);
                    let buffer = buffer.clone();
                    let turned = self.either(
                        negative,
                        |s| {
                            let len = s.b.op(Op::Len, &buffer.parts);
                            Ok(Typed::int(s.b.op(Op::Add, &[len, i])))
                        },
                        |_| Ok(Typed::int(i)),
                    )?;
                    turned.one()
                }
            }
            Some((_, at)) => return self.wrong(at, "an offset is an integer"),
        };
        let size = self.b.i64(format.size);
        self.mark(call);
        let bytes = self.b.op(Op::Slice, &[buffer.one(), offset, size]);
        let mut tuple = Typed::new(Ty::Tuple(vec![]), vec![]);
        for (at, code) in format.codes {
            let item = self.unpacked(bytes, at, code, format.endian)?;
            super::expressions::push_item(&mut tuple, item);
        }
        Ok(tuple)
    }

    fn unpacked(&mut self, bytes: Value, at: i64, code: Code, endian: Endian) -> Done<Typed> {
        let offset = self.b.i64(at);
        Ok(match code {
            Code::Number(scalar) => {
                let value = self.b.op(Op::Load(scalar, endian), &[bytes, offset]);
                let ty = match scalar {
                    Scalar::Bool => Ty::Bool,
                    Scalar::U64 => Ty::UINT,
                    Scalar::F32 | Scalar::F64 => Ty::Float,
                    Scalar::U8 | Scalar::U16 | Scalar::U32 => Ty::NATURAL,
                    _ => Ty::INT,
                };
                Typed::of(ty, value)
            }
            Code::Char | Code::Text(_) => {
                let length = if let Code::Text(length) = code { length } else { 1 };
                let length = self.b.i64(length);
                Typed::of(Ty::Bytes, self.b.op(Op::Slice, &[bytes, offset, length]))
            }
            Code::Pascal(0) => Typed::of(Ty::Bytes, self.b.constant(Const::View(0, 0))),
            Code::Pascal(length) => {
                let (one, most) = (self.b.i64(at + 1), self.b.i64(length - 1));
                let said = self.byte_at(bytes, offset);
                let length = self.b.op(Op::Min, &[said, most]);
                Typed::of(Ty::Bytes, self.b.op(Op::Slice, &[bytes, one, length]))
            }
            Code::Half => {
                let bits = self.b.op(Op::Load(Scalar::U16, endian), &[bytes, offset]);
                Typed::float(self.host("number.half", &[bits]))
            }
        })
    }

    /// `zlib.crc32(data, value=0)`.
    pub fn crc32(&mut self, call: &'s ExprCall) -> Done<Typed> {
        let (data, start) = match &call.arguments.args[..] {
            [data] => (data, None),
            [data, start] => (data, Some(start)),
            _ => return self.wrong(call, "'crc32' takes bytes, and a value to go on from"),
        };
        let data_value = self.value(data)?;
        if data_value.ty != Ty::Bytes {
            let found = self.describe(&data_value.ty);
            return self.wrong(data, format!("'crc32' is of bytes; this is {found}"));
        }
        let start = match start {
            Some(e) => self.int_argument(e)?.one(),
            None => self.b.i64(0),
        };
        Ok(Typed::natural(self.host("crc32", &[data_value.one(), start])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes are those that CPython's `struct.calcsize` returns on x86-64.
    #[test]
    fn sizes_are_those_of_python() {
        for (text, size) in [
            ("", 0),
            ("<6d", 48),
            ("<bhi", 7),
            ("@bhi", 8),
            ("bxq", 16),
            ("=lL", 8),
            ("lL", 16),
            (">3s2x?e", 8),
            ("b0q", 8),
            ("10sh", 12),
            ("nNP", 24),
            ("< i  2h", 8),
            ("c5p", 6),
        ] {
            assert_eq!(format(text).map(|f| f.size), Ok(size), "{text}");
        }
        for wrong in ["z", "<n", "3", "<i 3", "99999999999999d", "2000d"] {
            assert!(format(wrong).is_err(), "{wrong}");
        }
    }
}
