//! The built-in host functions, registered under the names by which programs call them.

use super::decode::Copied;
use super::format::{FormatKind, Spec};
use super::{crc32, math, number, repr, text, wide};
use crate::ir::{Effects, Host, Op, Program};
use crate::runtime::{Console, Stream};
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Instant;

/// The host function of that name.
fn find(name: &str) -> Option<&'static Host> {
    static ALL: OnceLock<HashMap<String, Host>> = OnceLock::new();
    ALL.get_or_init(|| all().into_iter().map(|host| (host.name().to_string(), host)).collect()).get(name)
}

/// The format specification `text`, or the console's specification if `text` is empty. Both were checked
/// before: `text` when the program was compiled, the console's when it was set.
fn spec(console: &Console, text: &[u8]) -> Spec {
    let text = if text.is_empty() { &console.spec } else { text };
    parsed(text).unwrap_or_else(|_| Spec::parse("").expect("nothing is a specification"))
}

fn parsed(text: &[u8]) -> Result<Spec, String> {
    Spec::parse(&Copied::of(text).lossy())
}

fn is_char(code: i64) -> bool {
    u32::try_from(code).is_ok_and(|c| char::from_u32(c).is_some())
}

/// The instruction that calls the function `name`. Panics if there is no such function.
pub fn op(program: &mut Program, name: &str) -> Op {
    let host = find(name).unwrap_or_else(|| panic!("there is no host function '{name}'"));
    let effects = host.effects();
    Op::Host(program.host(host), effects)
}

/// The name of a number in a table of names. An entry is number, length, name; the first two are 8 bytes
/// each, little-endian.
pub fn name_of(mut table: &[u8], number: i64) -> Option<&[u8]> {
    while let Some((head, rest)) = table.split_at_checked(16) {
        let (value, length) = head.split_at(8);
        let length = u64::from_le_bytes(length.try_into().expect("eight bytes")) as usize;
        let (name, others) = rest.split_at_checked(length)?;
        if i64::from_le_bytes(value.try_into().expect("eight bytes")) == number {
            return Some(name);
        }
        table = others;
    }
    None
}

/// Makes a table of names for [`name_of`].
pub fn names<'n>(values: impl Iterator<Item = (&'n str, i64)>) -> Vec<u8> {
    let mut table = vec![];
    for (name, number) in values {
        table.extend(number.to_le_bytes());
        table.extend((name.len() as u64).to_le_bytes());
        table.extend(name.as_bytes());
    }
    table
}

/// The reference point of the clock, which is arbitrary but the same for all calls in a process.
fn start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now)
}

pub(super) fn all() -> Vec<Host> {
    let mut all = vec![];
    all.extend(arithmetic());
    all.extend(wide_arithmetic());
    all.extend(mathematics());
    all.extend(texts());
    all.extend(output());
    all.extend(super::cells::all());
    all
}

fn arithmetic() -> Vec<Host> {
    use Effects::Pure;
    vec![
        Host::new("number.floor_div", Pure, |_: &mut Console, a: f64, b: f64| number::floor_div(a, b)),
        Host::new("number.modulo", Pure, |_: &mut Console, a: f64, b: f64| number::modulo(a, b)),
        Host::new("number.power", Pure, |_: &mut Console, a: f64, b: f64| number::power(a, b)),
        Host::new("number.int_power", Pure, |_: &mut Console, a: i64, b: i64| number::int_power(a, b)),
        Host::new("number.round_even", Pure, |_: &mut Console, x: f64| number::round_even(x)),
        Host::new("number.round_digits", Pure, |_: &mut Console, x: f64, n: i64| number::round_digits(x, n)),
        Host::new("number.round_int", Pure, |_: &mut Console, x: i64, n: i64| number::round_int(x, n)),
        Host::new("number.compare_int", Pure, |_: &mut Console, a: i64, b: f64| number::compare_int(a, b)),
        Host::new("number.compare_uint", Pure, |_: &mut Console, a: u64, b: f64| number::compare_uint(a, b)),
        Host::new("number.true_div", Pure, |_: &mut Console, a: i64, b: i64| number::true_div(a, b)),
        Host::new("number.true_div_uint", Pure, |_: &mut Console, a: u64, b: u64| {
            number::true_div_uint(a, b)
        }),
        Host::new("number.int_from_text", Pure, |_: &mut Console, text: &[u8], base: i64| {
            number::int_from_text(text, base)
        }),
        Host::new("number.float_from_text", Pure, |_: &mut Console, text: &[u8]| {
            number::float_from_text(text)
        }),
        Host::new("number.isqrt", Pure, |_: &mut Console, x: i64| number::isqrt(x)),
        Host::new("number.gcd", Pure, |_: &mut Console, a: i64, b: i64| number::gcd(a, b)),
        Host::new("number.lcm", Pure, |_: &mut Console, a: i64, b: i64| number::lcm(a, b)),
        Host::new("number.factorial", Pure, |_: &mut Console, n: i64| number::factorial(n)),
        Host::new("number.half", Pure, |_: &mut Console, bits: i64| number::half(bits as u16)),
        Host::new("number.is_char", Pure, |_: &mut Console, code: i64| is_char(code)),
        Host::new("crc32", Pure, |_: &mut Console, data: &[u8], value: i64| crc32(data, value)),
    ]
}

/// Operations on integers of 128 bits, each passed in two parts.
fn wide_arithmetic() -> Vec<Host> {
    use Effects::Pure;
    use wide::{apply, join, split};
    vec![
        Host::new("wide.low", Pure, |_: &mut Console, code: i64, a: u64, b: i64, c: u64, d: i64| {
            apply(code, join(a, b), join(c, d)).map(|i| split(i).0)
        }),
        Host::new("wide.high", Pure, |_: &mut Console, code: i64, a: u64, b: i64, c: u64, d: i64| {
            apply(code, join(a, b), join(c, d)).map(|i| split(i).1)
        }),
        Host::new("wide.true_div", Pure, |_: &mut Console, a: u64, b: i64, c: u64, d: i64| {
            wide::true_div(join(a, b), join(c, d))
        }),
        Host::new("wide.float", Pure, |_: &mut Console, a: u64, b: i64| join(a, b) as f64),
        Host::new("wide.compare_float", Pure, |_: &mut Console, a: u64, b: i64, x: f64| {
            wide::compare_float(join(a, b), x)
        }),
    ]
}

/// Functions that have a result for all arguments, and functions that do not.
type Total = fn(f64) -> f64;
type TotalOfTwo = fn(f64, f64) -> f64;
type Partial = fn(f64) -> Option<f64>;
type PartialOfTwo = fn(f64, f64) -> Option<f64>;

fn mathematics() -> Vec<Host> {
    let mut all =
        vec![Host::new("math.ldexp", Effects::Pure, |_: &mut Console, x: f64, e: i64| math::ldexp(x, e))];
    let partial: [(&str, Partial); 13] = [
        ("exp", math::exp),
        ("expm1", math::expm1),
        ("log", math::log),
        ("log2", math::log2),
        ("log10", math::log10),
        ("log1p", math::log1p),
        ("sin", math::sin),
        ("cos", math::cos),
        ("tan", math::tan),
        ("asin", math::asin),
        ("acos", math::acos),
        ("sinh", math::sinh),
        ("cosh", math::cosh),
    ];
    for (name, f) in partial {
        all.push(Host::new(&format!("math.{name}"), Effects::Pure, move |_: &mut Console, x: f64| f(x)));
    }
    let total: [(&str, Total); 5] = [
        ("atan", math::atan),
        ("tanh", math::tanh),
        ("cbrt", math::cbrt),
        ("degrees", math::degrees),
        ("radians", math::radians),
    ];
    for (name, f) in total {
        all.push(Host::new(&format!("math.{name}"), Effects::Pure, move |_: &mut Console, x: f64| f(x)));
    }
    let of_two: [(&str, TotalOfTwo); 3] =
        [("atan2", math::atan2), ("copysign", math::copysign), ("hypot", math::hypot)];
    for (name, f) in of_two {
        all.push(Host::new(
            &format!("math.{name}"),
            Effects::Pure,
            move |_: &mut Console, a: f64, b: f64| f(a, b),
        ));
    }
    let partial_of_two: [(&str, PartialOfTwo); 2] = [("fmod", math::fmod), ("pow", math::pow)];
    for (name, f) in partial_of_two {
        all.push(Host::new(
            &format!("math.{name}"),
            Effects::Pure,
            move |_: &mut Console, a: f64, b: f64| f(a, b),
        ));
    }
    all
}

fn texts() -> Vec<Host> {
    use Effects::Pure;
    vec![
        Host::new("text.count", Pure, |_: &mut Console, text: &[u8]| text::count(text)),
        Host::new("text.offset", Pure, |_: &mut Console, text: &[u8], index: i64| text::offset(text, index)),
        Host::new("text.index_of", Pure, |_: &mut Console, text: &[u8], at: i64| text::index_of(text, at)),
        Host::new("text.compare", Pure, |_: &mut Console, a: &[u8], b: &[u8]| text::compare(a, b)),
        Host::new("text.ord", Pure, |_: &mut Console, text: &[u8]| text::ord(text)),
        Host::new("text.has_byte", Pure, |_: &mut Console, bytes: &[u8], byte: i64| {
            u8::try_from(byte).is_ok_and(|byte| memchr::memchr(byte, bytes).is_some())
        }),
    ]
}

fn output() -> Vec<Host> {
    use Effects::{Reads, Writes};
    vec![
        Host::new("time.seconds", Reads, |_: &mut Console| start().elapsed().as_secs_f64()),
        Host::new("time.nanoseconds", Reads, |_: &mut Console| start().elapsed().as_nanos() as i64),
        Host::new("records.end", Writes, |console: &mut Console, at: i64| {
            console.records_end = console.records_end.max(Some(at as u64));
        }),
        Host::new("exit", Writes, |console: &mut Console, code: i64| console.exit = Some(code)),
        Host::new("print.to_output", Writes, |console: &mut Console| console.switch(Stream::Output)),
        Host::new("print.to_errors", Writes, |console: &mut Console| console.switch(Stream::Errors)),
        Host::new("print.to_message", Writes, |console: &mut Console| console.tell()),
        Host::new("print.text", Writes, |console: &mut Console, s: &[u8]| {
            console.with(|out| text::lossy(out, s))
        }),
        Host::new("print.repr", Writes, |console: &mut Console, s: &[u8]| {
            console.with(|out| repr::text(out, s))
        }),
        Host::new("print.bytes", Writes, |console: &mut Console, s: &[u8]| {
            console.with(|out| repr::bytes(out, s))
        }),
        Host::new("print.int", Writes, |console: &mut Console, i: i64| console.with(|out| repr::int(out, i))),
        Host::new("print.uint", Writes, |console: &mut Console, u: u64| {
            console.with(|out| repr::uint(out, u))
        }),
        Host::new("print.float", Writes, |console: &mut Console, x: f64| {
            console.with(|out| repr::float(out, x))
        }),
        Host::new("print.bool", Writes, |console: &mut Console, b: bool| {
            console.with(|out| out.extend_from_slice(if b { b"True" } else { b"False" }));
        }),
        Host::new("print.name", Writes, |console: &mut Console, table: &[u8], number: i64| {
            console.with(|out| match name_of(table, number) {
                Some(name) => out.extend_from_slice(name),
                None => repr::int(out, number),
            });
        }),
        Host::new("print.repr_name", Writes, |console: &mut Console, table: &[u8], number: i64| {
            console.with(|out| match name_of(table, number) {
                Some(name) => repr::text(out, name),
                None => repr::int(out, number),
            });
        }),
        Host::new("format.begin", Writes, |console: &mut Console| console.mark()),
        Host::new("format.end", Writes, |console: &mut Console, s: &[u8]| {
            let (text, spec) = (console.take_back(), spec(console, s));
            console.with(|out| spec.text(out, &text));
        }),
        Host::new("format.spec", Writes, |console: &mut Console, kind: i64| {
            console.spec = console.take_back();
            let kind = FormatKind::ALL.into_iter().find(|k| *k as i64 == kind);
            kind.is_some_and(|kind| parsed(&console.spec).and_then(|spec| spec.check(kind)).is_ok())
        }),
        Host::new("format.fits", Reads, |console: &mut Console, code: i64| {
            is_char(code) || !spec(console, b"").wants_char()
        }),
        Host::new("format.int", Writes, |console: &mut Console, s: &[u8], i: i64| {
            let spec = spec(console, s);
            console.with(|out| spec.int(out, i));
        }),
        Host::new("format.uint", Writes, |console: &mut Console, s: &[u8], u: u64| {
            let spec = spec(console, s);
            console.with(|out| spec.uint(out, u));
        }),
        Host::new("format.float", Writes, |console: &mut Console, s: &[u8], x: f64| {
            let spec = spec(console, s);
            console.with(|out| spec.float(out, x));
        }),
        Host::new("format.bool", Writes, |console: &mut Console, s: &[u8], b: bool| {
            let spec = spec(console, s);
            console.with(|out| spec.bool(out, b));
        }),
        Host::new("format.text", Writes, |console: &mut Console, s: &[u8], t: &[u8]| {
            let spec = spec(console, s);
            console.with(|out| spec.text(out, t));
        }),
        Host::new("format.name", Writes, |console: &mut Console, s: &[u8], table: &[u8], number: i64| {
            let spec = spec(console, s);
            console.with(|out| match name_of(table, number) {
                Some(name) => spec.text(out, name),
                None => spec.text(out, number.to_string().as_bytes()),
            });
        }),
    ]
}
