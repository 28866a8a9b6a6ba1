//! Values of queries, as seen by users of the library.

use crate::host::json;
use crate::host::repr;
use crate::host::wide;
use crate::ir::Base;
use crate::lang::script::Shape;
use crate::runtime::{Memory, Val};

/// A number: a total, or a value in a row.
///
/// ```
/// use wirelens::Number;
/// assert_eq!((Number::Int(3).to_f64(), Number::Float(0.5).to_string()), (3.0, "0.5".to_string()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Number {
    /// A signed integer, exact. A sum of signed integers that needs more than 64 bits is a [`Number::Wide`].
    Int(i64),
    /// An unsigned integer, exact. A sum of unsigned integers that needs more than 64 bits is a
    /// [`Number::Wide`].
    Uint(u64),
    /// An integer that does not fit into either, exact.
    Wide(i128),
    /// A float. The rounding error of a sum is no larger than that of pairwise summation.
    Float(f64),
}

impl Number {
    /// A sum of numbers of type `base`, from the words at the front of `words`.
    pub(super) fn of(base: Base, words: &mut &[u64]) -> Number {
        let mut word = || *words.split_off_first().expect("a sum has its words");
        match base {
            Base::F64 => Number::Float(f64::from_bits(word())),
            _ => {
                let low = word();
                Number::integer(base, wide::join(low, word() as i64))
            }
        }
    }

    /// A sum of integers, as the type `base` if it fits.
    fn integer(base: Base, sum: i128) -> Number {
        let narrow = match base {
            Base::U64 => u64::try_from(sum).ok().map(Number::Uint),
            _ => i64::try_from(sum).ok().map(Number::Int),
        };
        narrow.unwrap_or(Number::Wide(sum))
    }

    /// An integer as the first of the three integer variants that holds it.
    pub(super) fn exact(integer: i128) -> Number {
        match (i64::try_from(integer), u64::try_from(integer)) {
            (Ok(i), _) => Number::Int(i),
            (_, Ok(u)) => Number::Uint(u),
            _ => Number::Wide(integer),
        }
    }

    fn repr(self, out: &mut Vec<u8>) {
        match self {
            Number::Int(i) => repr::int(out, i),
            Number::Uint(u) => repr::uint(out, u),
            Number::Wide(x) => repr::wide(out, x),
            Number::Float(x) => repr::float(out, x),
        }
    }

    /// The number as the nearest float.
    ///
    /// ```
    /// assert_eq!(wirelens::Number::Uint(7).to_f64(), 7.0);
    /// ```
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Uint(u) => u as f64,
            Number::Wide(i) => i as f64,
            Number::Float(x) => x,
        }
    }
}

impl std::fmt::Display for Number {
    /// Formats as Python's `repr`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = vec![];
        self.repr(&mut out);
        f.write_str(&String::from_utf8_lossy(&out))
    }
}

/// The value of an expression over all records.
///
/// ```
/// use wirelens::{Number, Value};
/// let text = Value::Text("it's".to_string());
/// let value = Value::Tuple(vec![Value::Number(Number::Float(1.0)), text, Value::None]);
/// assert_eq!(value.to_string(), r#"(1.0, "it's", None)"#);
/// assert_eq!(value.to_json(), r#"[1,"it's",null]"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Python's `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer or a float.
    Number(Number),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A tuple.
    Tuple(Vec<Value>),
}

impl Value {
    /// The number, or `None` for any other value.
    ///
    /// ```
    /// use wirelens::{Number, Value};
    /// assert_eq!(Value::Number(Number::Int(7)).number(), Some(Number::Int(7)));
    /// assert_eq!(Value::Bool(true).number(), None);
    /// ```
    pub fn number(&self) -> Option<Number> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether it is `None`.
    ///
    /// ```
    /// assert!(wirelens::Value::None.is_none());
    /// ```
    pub fn is_none(&self) -> bool {
        *self == Value::None
    }

    /// The truth value, or `None` for any other value.
    ///
    /// ```
    /// assert_eq!(wirelens::Value::Bool(true).as_bool(), Some(true));
    /// ```
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(b) = self { Some(*b) } else { None }
    }

    /// The integer, if it is one and fits.
    ///
    /// ```
    /// use wirelens::{Number, Value};
    /// assert_eq!(Value::Number(Number::Uint(7)).as_i64(), Some(7));
    /// assert_eq!(Value::Number(Number::Uint(u64::MAX)).as_i64(), None);
    /// assert_eq!(Value::Number(Number::Float(7.0)).as_i64(), None);
    /// ```
    pub fn as_i64(&self) -> Option<i64> {
        self.integer().and_then(|integer| integer.try_into().ok())
    }

    /// The integer, if it is one and fits.
    ///
    /// ```
    /// use wirelens::{Number, Value};
    /// assert_eq!(Value::Number(Number::Uint(u64::MAX)).as_u64(), Some(u64::MAX));
    /// assert_eq!(Value::Number(Number::Int(-1)).as_u64(), None);
    /// ```
    pub fn as_u64(&self) -> Option<u64> {
        self.integer().and_then(|integer| integer.try_into().ok())
    }

    fn integer(&self) -> Option<i128> {
        match self.number()? {
            Number::Int(i) => Some(i.into()),
            Number::Uint(u) => Some(u.into()),
            Number::Wide(x) => Some(x),
            Number::Float(_) => None,
        }
    }

    /// The number as a float; an integer is rounded to the nearest one.
    ///
    /// ```
    /// use wirelens::{Number, Value};
    /// assert_eq!(Value::Number(Number::Int(7)).as_f64(), Some(7.0));
    /// ```
    pub fn as_f64(&self) -> Option<f64> {
        self.number().map(Number::to_f64)
    }

    /// The text, or `None` for any other value.
    ///
    /// ```
    /// assert_eq!(wirelens::Value::Text("a".to_string()).as_str(), Some("a"));
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// The bytes, or `None` for any other value.
    ///
    /// ```
    /// assert_eq!(wirelens::Value::Bytes(vec![1]).as_bytes(), Some(&[1][..]));
    /// ```
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Value::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The value as JSON: integers are numbers with all their digits; NaN and the infinities, which JSON does
    /// not have, are strings; bytes and tuples are arrays.
    ///
    /// ```
    /// use wirelens::{Number, Value};
    /// assert_eq!(Value::Number(Number::Uint(u64::MAX)).to_json(), "18446744073709551615");
    /// assert_eq!(Value::Number(Number::Float(f64::NAN)).to_json(), "\"NaN\"");
    /// ```
    pub fn to_json(&self) -> String {
        let mut out = vec![];
        self.json(&mut out);
        String::from_utf8(out).expect("JSON is text")
    }

    fn json(&self, out: &mut Vec<u8>) {
        // Writing to memory does not fail.
        match self {
            Value::None => out.extend(b"null"),
            Value::Bool(b) => out.extend(b.to_string().into_bytes()),
            Value::Number(Number::Float(x)) => json::float(out, *x).expect("memory takes it"),
            Value::Number(number) => out.extend(number.to_string().into_bytes()),
            Value::Text(text) => json::string(out, text.as_bytes()).expect("memory takes it"),
            Value::Bytes(bytes) => list(out, bytes.iter(), |out, b| repr::int(out, i64::from(*b))),
            Value::Tuple(items) => list(out, items.iter(), |out, item| item.json(out)),
        }
    }

    /// Formats as Python's `repr`.
    fn repr(&self, out: &mut Vec<u8>) {
        match self {
            Value::None => out.extend(b"None"),
            Value::Bool(b) => out.extend(if *b { &b"True"[..] } else { b"False" }),
            Value::Number(number) => number.repr(out),
            Value::Text(text) => repr::text(out, text.as_bytes()),
            Value::Bytes(bytes) => repr::bytes(out, bytes),
            Value::Tuple(items) => {
                out.push(b'(');
                for (i, item) in items.iter().enumerate() {
                    out.extend(if i > 0 { &b", "[..] } else { b"" });
                    item.repr(out);
                }
                out.extend(if items.len() == 1 { &b",)"[..] } else { b")" });
            }
        }
    }

    /// Replaces the value by a number.
    pub(super) fn set_number(&mut self, number: Number) {
        match self {
            // Nothing has to be dropped.
            Value::Number(old) => *old = number,
            _ => *self = Value::Number(number),
        }
    }

    /// Assembles a value from its parts, as many as the shape has.
    pub(super) fn of(shape: &Shape, parts: &mut impl Iterator<Item = Val>, memory: &Memory) -> Value {
        let bytes = |val: Val| match val {
            Val::View(start, len) => memory.bytes(start, len).to_vec(),
            // The value of an optional that is `None`.
            _ => vec![],
        };
        let mut next = || parts.next().expect("as many parts as the shape has");
        match shape {
            Shape::None => Value::None,
            Shape::Bool | Shape::Int | Shape::Uint | Shape::Float => single(next()),
            Shape::Wide => {
                let (low, high) = (next(), next());
                let (Val::U64(low), Val::I64(high)) = (low, high) else {
                    unreachable!("{low:?} and {high:?} are no integer")
                };
                Value::Number(Number::exact(wide::join(low, high)))
            }
            Shape::Number => {
                let (is_float, int, float) = (next(), next(), next());
                single(if is_float == Val::Bool(true) { float } else { int })
            }
            Shape::Text => Value::Text(String::from_utf8_lossy(&bytes(next())).into_owned()),
            Shape::Bytes => Value::Bytes(bytes(next())),
            Shape::Tuple(items) => {
                Value::Tuple(items.iter().map(|item| Value::of(item, parts, memory)).collect())
            }
            Shape::Optional(of, false) => match next() {
                Val::None => Value::None,
                val => Value::of(of, &mut std::iter::once(val), memory),
            },
            Shape::Optional(of, true) => {
                let there = next();
                let value = Value::of(of, parts, memory);
                if there == Val::Bool(true) { value } else { Value::None }
            }
        }
    }
}

fn list<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (i, item) in items.enumerate() {
        out.extend(if i > 0 { &b","[..] } else { b"" });
        write(out, item);
    }
    out.push(b']');
}

fn single(val: Val) -> Value {
    match val {
        Val::Bool(b) => Value::Bool(b),
        Val::I64(i) => Value::Number(Number::Int(i)),
        Val::U64(u) => Value::Number(Number::Uint(u)),
        Val::F64(x) => Value::Number(Number::Float(x)),
        other => unreachable!("{other:?} is no single value"),
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = vec![];
        self.repr(&mut out);
        f.write_str(&String::from_utf8_lossy(&out))
    }
}
