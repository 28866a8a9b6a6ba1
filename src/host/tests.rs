//! Comparison with CPython's results, row by row: the tables of `testdata/python/`, written by `make.py`
//! there.

use super::format::{FormatKind, Spec};
use super::{crc32, json, library, math, number, repr, text};
use crate::ir::{Base, Effects, Type};
use crate::runtime::{Arg, Console};
use std::path::Path;

/// A column of a table.
#[derive(Clone, Debug)]
enum Value {
    None,
    Int(i128),
    Float(f64),
    Bytes(Vec<u8>),
}

impl Value {
    fn read(column: &str) -> Value {
        if column == "None" {
            return Value::None;
        }
        if let Some(bits) = column.strip_prefix("0x") {
            return Value::Float(f64::from_bits(u64::from_str_radix(bits, 16).expect("16 digits")));
        }
        if let Some(hex) = column.strip_prefix('b') {
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
            return Value::Bytes((0..hex.len()).step_by(2).map(byte).collect());
        }
        match column.starts_with('"') {
            true => Value::Bytes(string(column).into_bytes()),
            false => Value::Int(column.parse().expect("an int")),
        }
    }

    fn int(&self) -> i64 {
        match self {
            Value::Int(x) => i64::try_from(*x).expect("64 bits"),
            other => panic!("{other:?} is no int"),
        }
    }

    fn uint(&self) -> u64 {
        match self {
            Value::Int(x) => u64::try_from(*x).expect("64 bits"),
            other => panic!("{other:?} is no int"),
        }
    }

    fn float(&self) -> f64 {
        match self {
            Value::Float(x) => *x,
            other => panic!("{other:?} is no float"),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Value::Bytes(x) => x,
            other => panic!("{other:?} is no text"),
        }
    }

    /// Whether the values are equal; floats may differ by `apart` units in the last place.
    fn is(&self, other: &Value, apart: u64) -> bool {
        match (self, other) {
            (Value::None, Value::None) => true,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => {
                a.is_nan() && b.is_nan() || a.to_bits().abs_diff(b.to_bits()) <= apart
            }
            _ => false,
        }
    }
}

impl From<i64> for Value {
    fn from(x: i64) -> Value {
        Value::Int(x.into())
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::Float(x)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(x: Option<T>) -> Value {
        x.map_or(Value::None, T::into)
    }
}

fn string(column: &str) -> String {
    serde_json::from_str(column).expect("a string of JSON")
}

fn table(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/python").join(name);
    std::fs::read_to_string(path).expect("it is there")
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    // Existing contents must be left alone.
    let mut out = b"before".to_vec();
    write(&mut out);
    out.split_off(6)
}

fn computed(function: &str, args: &[Value]) -> Value {
    let int = |at: usize| args[at].int();
    let float = |at: usize| args[at].float();
    let bytes = |at: usize| args[at].bytes();
    let write = |f: fn(&mut Vec<u8>, &[u8])| Value::Bytes(written(|out| f(out, bytes(0))));
    match function {
        "floor_div" => number::floor_div(float(0), float(1)).into(),
        "modulo" => number::modulo(float(0), float(1)).into(),
        "power" => number::power(float(0), float(1)).into(),
        "int_power" => number::int_power(int(0), int(1)).into(),
        "round_even" => number::round_even(float(0)).into(),
        "round_digits" => number::round_digits(float(0), int(1)).into(),
        "round_int" => number::round_int(int(0), int(1)).into(),
        "compare_int" => number::compare_int(int(0), float(1)).into(),
        "compare_uint" => number::compare_uint(args[0].uint(), float(1)).into(),
        "true_div" => number::true_div(int(0), int(1)).into(),
        "true_div_uint" => number::true_div_uint(args[0].uint(), args[1].uint()).into(),
        "int_from_text" => number::int_from_text(bytes(0), int(1)).into(),
        "float_from_text" => number::float_from_text(bytes(0)).into(),
        "isqrt" => number::isqrt(int(0)).into(),
        "gcd" => number::gcd(int(0), int(1)).into(),
        "lcm" => number::lcm(int(0), int(1)).into(),
        "exp" => math::exp(float(0)).into(),
        "expm1" => math::expm1(float(0)).into(),
        "log" => math::log(float(0)).into(),
        "log2" => math::log2(float(0)).into(),
        "log10" => math::log10(float(0)).into(),
        "log1p" => math::log1p(float(0)).into(),
        "sin" => math::sin(float(0)).into(),
        "cos" => math::cos(float(0)).into(),
        "tan" => math::tan(float(0)).into(),
        "asin" => math::asin(float(0)).into(),
        "acos" => math::acos(float(0)).into(),
        "atan" => math::atan(float(0)).into(),
        "atan2" => math::atan2(float(0), float(1)).into(),
        "sinh" => math::sinh(float(0)).into(),
        "cosh" => math::cosh(float(0)).into(),
        "tanh" => math::tanh(float(0)).into(),
        "cbrt" => math::cbrt(float(0)).into(),
        "fmod" => math::fmod(float(0), float(1)).into(),
        "pow" => math::pow(float(0), float(1)).into(),
        "copysign" => math::copysign(float(0), float(1)).into(),
        "degrees" => math::degrees(float(0)).into(),
        "radians" => math::radians(float(0)).into(),
        "ldexp" => math::ldexp(float(0), int(1)).into(),
        "hypot" => math::hypot(float(0), float(1)).into(),
        "repr_float" => Value::Bytes(written(|out| repr::float(out, float(0)))),
        "repr_text" => write(repr::text),
        "repr_bytes" => write(repr::bytes),
        "count" => text::count(bytes(0)).into(),
        "offset" => text::offset(bytes(0), int(1)).into(),
        "compare" => text::compare(bytes(0), bytes(1)).into(),
        "ord" => text::ord(bytes(0)).into(),
        "lossy" => write(text::lossy),
        "json" => write(|out, text| json::string(out, text).expect("memory takes everything")),
        "csv" => write(text::csv),
        "crc32" => crc32(bytes(0), int(1)).into(),
        other => panic!("'{other}' is in the table, but not here"),
    }
}

/// Functions of the C library: another one may round the last digit differently than the one used for the
/// table.
const LIBRARY: [&str; 19] = [
    "power", "pow", "exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "hypot",
];

#[test]
fn numbers_and_texts_are_those_of_python() {
    let table = table("numbers.tsv");
    // Set `WIRELENS_EXACT=1` on the machine that made the table.
    let exact = std::env::var_os("WIRELENS_EXACT").is_some();
    let mut wrong = vec![];
    for row in table.lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        let [function, args @ .., expected] = &columns[..] else { panic!("'{row}' is no row") };
        let args: Vec<Value> = args.iter().map(|column| Value::read(column)).collect();
        let expected = Value::read(expected);
        let apart = match *function {
            // Rust's own implementation, see `math`.
            "cbrt" => 4,
            function if LIBRARY.contains(&function) && !exact => 4,
            _ => 0,
        };
        let found = computed(function, &args);
        if !found.is(&expected, apart) {
            wrong.push(format!("{row}\n    {args:?}: {found:?}, not {expected:?}"));
        }
    }
    assert!(table.lines().count() > 5000);
    assert!(wrong.is_empty(), "{} rows\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

/// The result of `format`, or its error.
fn formatted(kind: &str, value: &str, spec: &str) -> Result<String, String> {
    let spec = Spec::parse(spec)?;
    let (kind, value) = match kind {
        "int" | "uint" => (FormatKind::Int, Value::read(value)),
        "float" => (FormatKind::Float, Value::read(value)),
        "bool" => (FormatKind::Bool, Value::read(value)),
        _ => (FormatKind::Str, Value::read(value)),
    };
    spec.check(kind)?;
    let out = written(|out| match (&value, kind) {
        (Value::Float(x), _) => spec.float(out, *x),
        (Value::Bytes(x), _) => spec.text(out, x),
        (_, FormatKind::Bool) => spec.bool(out, value.int() != 0),
        (Value::Int(x), _) if *x > i128::from(i64::MAX) => spec.uint(out, value.uint()),
        _ => spec.int(out, value.int()),
    });
    Ok(String::from_utf8(out).expect("it is UTF-8"))
}

#[test]
fn format_writes_what_python_writes() {
    let table = table("format.tsv");
    let mut wrong = vec![];
    for row in table.lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        let [kind, value, spec, expected] = columns[..] else { panic!("'{row}' is no row") };
        let expected = match expected.strip_prefix('!') {
            None => Ok(string(expected)),
            Some(error) => {
                // Wirelens reports it before there is an object.
                let error = string(error);
                let known =
                    error.find(" for object").filter(|_| error.starts_with("Invalid format specifier"));
                Err(error[..known.unwrap_or(error.len())].to_string())
            }
        };
        let found = formatted(kind, value, &string(spec));
        if found != expected {
            wrong.push(format!("{row}\n    {found:?}, not {expected:?}"));
        }
    }
    assert!(table.lines().count() >= 3000);
    assert!(wrong.is_empty(), "{} rows\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

/// Pseudo-random numbers.
fn draws() -> impl Iterator<Item = u64> {
    let step = |state: &mut u64| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some(*state ^ (*state >> 29))
    };
    (0..).scan(7, move |state, _: u64| step(state))
}

const FLOATS: [f64; 12] = [
    0.0,
    -0.0,
    1.5,
    -2e-7,
    5e-324,
    f64::MIN_POSITIVE,
    f64::MAX,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    9_223_372_036_854_775_808.0,
];
const INTS: [i64; 10] = [0, 1, -1, 10, 65, 0xd800, 0x11_0000, 1 << 53, i64::MIN, i64::MAX];

#[test]
fn no_specification_makes_it_panic() {
    let signs: Vec<char> = "<>=^+- z#0,_.1239bcdeEfFgGnosxX%!\u{e9}\u{664}\u{1f980}".chars().collect();
    let mut draws = draws();
    let mut draw = |n: usize| draws.next().map_or(0, |x| (x >> 20) as usize % n);
    let mut read = 0;
    for _ in 0..50_000 {
        let text: String = (0..draw(9)).map(|_| signs[draw(signs.len())]).collect();
        let Ok(spec) = Spec::parse(&text) else { continue };
        read += 1;
        // Nothing may fail even if the specification does not fit the kind of value.
        let (float, int) = (FLOATS[draw(FLOATS.len())], INTS[draw(INTS.len())]);
        let mut out = vec![];
        spec.float(&mut out, float);
        spec.int(&mut out, int);
        spec.uint(&mut out, int as u64);
        spec.bool(&mut out, int > 0);
        spec.text(&mut out, text.as_bytes());
        assert!(str::from_utf8(&out).is_ok(), "{text}");
        spec.text(&mut out, b"caf\xe9 \xe2\x82");
    }
    assert!(read > 1000, "only {read} were specifications");
}

#[test]
fn nothing_panics_at_the_edges() {
    for a in FLOATS {
        for b in FLOATS {
            for f in [number::floor_div, number::modulo, math::atan2, math::copysign, math::hypot] {
                f(a, b);
            }
            for f in [number::power, math::pow, math::fmod] {
                f(a, b);
            }
        }
        for b in INTS {
            number::round_digits(a, b);
            math::ldexp(a, b);
            number::compare_int(b, a);
            number::compare_uint(b as u64, a);
        }
    }
    for a in INTS {
        for b in INTS {
            for f in [number::int_power, number::round_int, number::gcd, number::lcm] {
                f(a, b);
            }
            number::true_div(a, b);
            number::true_div_uint(a as u64, b as u64);
            number::int_from_text(a.to_string().as_bytes(), b);
            text::offset("gr\u{fc}n".as_bytes(), a);
            text::index_of("gr\u{fc}n".as_bytes(), a);
            crc32(&b.to_le_bytes(), a);
        }
        number::isqrt(a);
    }
}

/// A pure function may be hoisted above the checks of its arguments, so for any arguments it must terminate
/// without a panic and return the same result again. The test calls every function of the library, so it
/// covers new ones.
#[test]
fn pure_functions_take_extremes_of_all_arguments() {
    const WORDS: [u64; 12] = [
        0,
        1,
        2,
        63,
        64,
        1 << 31,
        (1 << 53) + 1,
        i64::MAX as u64,
        i64::MIN as u64,
        i64::MIN as u64 + 1,
        u64::MAX - 1,
        u64::MAX,
    ];
    let long = [b'9'; 4096];
    let views: [&[u8]; 9] = [
        b"",
        b"0",
        b"-_1",
        b"\xff\xf0",
        b" 0x7fffffffffffffff ",
        "\u{fc}\u{10ffff}".as_bytes(),
        b"nan",
        b"\xe2\x82",
        &long,
    ];
    let mut console = Console::default();
    let mut called = 0;
    for host in library::all().iter().filter(|host| host.effects() == Effects::Pure) {
        let extremes = |ty: &Type| -> Vec<Arg<'_>> {
            match ty.base {
                Base::Bool => [0, 1].map(Arg::Word).to_vec(),
                Base::F64 => FLOATS.map(|x| Arg::Word(x.to_bits())).to_vec(),
                Base::View => views.map(Arg::View).to_vec(),
                _ => WORDS.map(Arg::Word).to_vec(),
            }
        };
        let choices: Vec<Vec<Arg>> = host.params().iter().map(extremes).collect();
        let count: usize = choices.iter().map(Vec::len).product();
        // Of very many combinations, a sample in which every extreme of an argument meets all those of
        // another.
        let step = (count / 20_000).max(1) | 1;
        for number in (0..count).step_by(step) {
            let mut rest = number;
            let mut args = vec![];
            for choice in &choices {
                args.push(choice[rest % choice.len()]);
                rest /= choice.len();
            }
            let given = host.call(&mut console, &args);
            assert!(!console.has_panicked(), "{}: {args:?}", host.name());
            assert_eq!(host.call(&mut console, &args), given, "{}: {args:?}", host.name());
            called += 1;
        }
    }
    assert!(called > 10_000, "{called} calls");
}

#[test]
fn a_float_reads_back_as_itself() {
    for bits in draws().take(20_000) {
        // Random bit patterns are mostly huge or tiny; the other two are of ordinary size.
        for x in [f64::from_bits(bits), (bits >> 32) as f64 / 1000.0, (bits >> 11) as f64 * 1e-12] {
            let text = String::from_utf8(written(|out| repr::float(out, x))).expect("it is ASCII");
            let back: f64 = text.parse().expect("it is a number");
            assert!(back.to_bits() == x.to_bits() || x.is_nan() && back.is_nan(), "{text}");
        }
    }
}

#[test]
fn what_is_too_large_is_refused_when_it_is_read() {
    let error = |text| Spec::parse(text).expect_err("it is too large");
    assert_eq!(error("1048577"), "width too big: at most 1048576");
    assert_eq!(error("99999999999999999999999d"), "width too big: at most 1048576");
    assert_eq!(error(".1048577f"), "precision too big: at most 1048576");
    let widest = Spec::parse("\u{1f980}^1048576.1048576f").expect("it is as large as may be");
    // The digits, and "1.".
    assert_eq!(written(|out| widest.float(out, 1.0)).len(), (1 << 20) + 2);
    let widest = Spec::parse("01048576,").expect("it is as large as may be");
    assert_eq!(written(|out| widest.int(out, -1)).len(), 1 << 20);
}

#[test]
fn a_code_point_is_one_byte_where_it_is_not_utf_8() {
    let text = b"a\xe2\x82b\xe2\x82\xacc\xff";
    assert_eq!(text::count(text), 7);
    let offsets: Vec<i64> = (-1..9).map(|index| text::offset(text, index)).collect();
    assert_eq!(offsets, [0, 0, 1, 2, 3, 4, 7, 8, 9, 9]);
    let indices: Vec<i64> = [0, 1, 2, 3, 4, 7, 8, 9, 99].map(|at| text::index_of(text, at)).into();
    assert_eq!(indices, [0, 1, 2, 3, 4, 5, 6, 7, 7]);
    assert_eq!((text::ord(b"\xff"), text::ord(b"\xe2\x82"), text::ord(b"")), (Some(0xfffd), None, None));
    // print(repr(b"…".decode(errors="surrogateescape")))
    let shown = "'a\\udce2\\udc82b\u{20ac}c\\udcff'";
    assert_eq!(written(|out| repr::text(out, text)), shown.as_bytes());
}

/// Random bytes of a small alphabet, so that there is much invalid UTF-8: all functions agree on the count,
/// and the output is UTF-8.
#[test]
fn any_bytes_are_a_text() {
    const BYTES: &[u8] = b"aaaa\"',\n\\\x80\xa9\xc3\xe2\x82\xac\xf0\x9f\xa6\xed\xff";
    let mut draws = draws();
    let mut draw = |n: usize| draws.next().map_or(0, |x| (x >> 20) as usize % n);
    for _ in 0..5_000 {
        let text: Vec<u8> = (0..draw(40)).map(|_| BYTES[draw(BYTES.len())]).collect();
        let count = text::count(&text);
        assert_eq!(text::offset(&text, count), text.len() as i64);
        assert!(count == 0 || text::offset(&text, count - 1) < text.len() as i64);
        for index in 0..=count {
            assert_eq!(text::index_of(&text, text::offset(&text, index)), index, "{text:?}");
        }
        let json = |out: &mut Vec<u8>, text: &[u8]| json::string(out, text).expect("memory takes everything");
        for write in [text::lossy, json, text::csv, repr::text, repr::bytes] {
            assert!(String::from_utf8(written(|out| write(out, &text))).is_ok());
        }
        let read: String = serde_json::from_slice(&written(|out| json(out, &text))).expect("it is JSON");
        assert_eq!(read, String::from_utf8_lossy(&text));
    }
}

#[test]
fn chars_that_are_none_are_replaced() {
    let spec = Spec::parse("c").expect("it is one");
    assert!(spec.wants_char() && !Spec::parse("d").expect("it is one").wants_char());
    for x in [-1, 0xd800, 0x11_0000, i64::MAX] {
        assert_eq!(written(|out| spec.int(out, x)), "\u{fffd}".as_bytes());
    }
    // format(8364, "3c")
    assert_eq!(written(|out| Spec::parse("3c").expect("it is one").int(out, 8364)), "  \u{20ac}".as_bytes());
}
