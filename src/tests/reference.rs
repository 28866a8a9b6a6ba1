//! A reference implementation in plain Rust: reads the bytes of a schema, evaluates an expression over them,
//! and computes the totals.
//!
//! It does not use the IR. Integers are computed with 128 bits and then checked; floats are added in the
//! order that `lang::aggregates` documents. An error is the text that a user reads, without the name of the
//! input.

use crate::query::{Number, Value};
use crate::schema::{Endian, Scalar, Schema, Type};

/// An expression over a record.
#[derive(Clone, Debug)]
pub enum Expr {
    /// Fields and elements, from the record inwards.
    Path(Vec<Step>),
    Int(i128),
    Float(f64),
    Neg(Box<Expr>),
    /// One of `+ - * / // %`.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `sum`, `min`, `max`, `len` of an array of numbers, or `count` of those that are positive.
    Reduce(&'static str, Vec<Step>),
}

#[derive(Clone, Debug)]
pub enum Step {
    Field(String),
    Element(Box<Expr>),
}

impl Expr {
    /// The expression's source text.
    pub fn text(&self) -> String {
        match self {
            Expr::Path(steps) => path_text(steps),
            Expr::Reduce("count", steps) => format!("sum(1 for c in {} if c > 0)", path_text(steps)),
            Expr::Reduce(name, steps) => format!("{name}({})", path_text(steps)),
            Expr::Int(i) if *i < 0 => format!("({i})"),
            Expr::Int(i) => i.to_string(),
            Expr::Float(x) => format!("{x:?}"),
            Expr::Neg(e) => format!("(-{})", e.text()),
            Expr::Binary(op, a, b) => format!("({} {op} {})", a.text(), b.text()),
        }
    }
}

fn path_text(steps: &[Step]) -> String {
    let step = |s: &Step| match s {
        Step::Field(name) => format!(".{name}"),
        Step::Element(index) => format!("[{}]", index.text()),
    };
    format!("t{}", steps.iter().map(step).collect::<String>())
}

/// The type in which a number is computed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum NumberKind {
    Int,
    /// As `Int`, but known not to be negative.
    Natural,
    Uint,
    Float,
}

/// A number, or the error that is reported.
type Found = Result<Num, String>;

#[derive(Clone, Copy, Debug)]
pub enum Num {
    Int(i128),
    Uint(i128),
    Float(f64),
}

const OVERFLOW: &str = "the result of integer arithmetic does not fit 64 bits; if it is to wrap, mask it in the same expression: (…) & \
    0xFFFFFFFFFFFFFFFF";
const ZERO: &str = "division by zero";

fn to(kind: NumberKind, n: Num) -> Found {
    let fits = |v: i128| match kind {
        NumberKind::Uint if u64::try_from(v).is_ok() => Ok(Num::Uint(v)),
        NumberKind::Int | NumberKind::Natural if i64::try_from(v).is_ok() => Ok(Num::Int(v)),
        _ => Err(OVERFLOW.to_string()),
    };
    match (kind, n) {
        (NumberKind::Float, Num::Int(v)) => Ok(Num::Float(v as i64 as f64)),
        (NumberKind::Float, Num::Uint(v)) => Ok(Num::Float(v as u64 as f64)),
        (NumberKind::Float, n) => Ok(n),
        (_, Num::Int(v) | Num::Uint(v)) => fits(v),
        (_, Num::Float(_)) => unreachable!("no integer is asked of a float here"),
    }
}

/// The integer value of a constant expression.
fn constant(e: &Expr) -> Option<i128> {
    let fits = |v: &i128| i64::try_from(*v).is_ok();
    match e {
        Expr::Int(i) => Some(*i).filter(fits),
        // The smallest number has no other literal.
        Expr::Neg(inner) => match **inner {
            Expr::Int(i) if i == 1 << 63 => Some(-i),
            _ => constant(inner).map(|v| -v).filter(fits),
        },
        Expr::Binary(op, a, b) => {
            let (a, b) = (constant(a)?, constant(b)?);
            let folded = match *op {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                _ => return None,
            };
            Some(folded).filter(fits)
        }
        _ => None,
    }
}

/// One record of a schema.
pub struct Record<'a> {
    pub schema: &'a Schema,
    pub root: usize,
    pub bytes: &'a [u8],
    /// The record's offset in the input.
    pub start: u64,
}

impl Record<'_> {
    /// The kind of an expression's value.
    pub fn kind(&self, e: &Expr) -> NumberKind {
        if let Some(c) = constant(e) {
            return if c < 0 { NumberKind::Int } else { NumberKind::Natural };
        }
        match e {
            Expr::Path(steps) => kind_of(&self.type_of(steps)),
            Expr::Reduce("len" | "count", _) => NumberKind::Natural,
            Expr::Reduce(_, steps) => match self.type_of(steps) {
                Type::Array(element, _) => kind_of(&element),
                other => unreachable!("{other:?} is no array"),
            },
            Expr::Int(_) => NumberKind::Uint,
            Expr::Float(_) => NumberKind::Float,
            Expr::Neg(e) => match self.kind(e) {
                NumberKind::Float => NumberKind::Float,
                _ => NumberKind::Int,
            },
            Expr::Binary("/", ..) => NumberKind::Float,
            Expr::Binary(op, a, b) => match (self.common(a, b), *op) {
                (NumberKind::Int, "%") if self.kind(b) == NumberKind::Natural => NumberKind::Natural,
                (NumberKind::Natural | NumberKind::Uint, "-") => NumberKind::Int,
                (kind, _) => kind,
            },
        }
    }

    /// The type of a path's value.
    fn type_of(&self, steps: &[Step]) -> Type {
        steps.iter().fold(Type::Struct(self.root), |ty, step| match (step, ty) {
            (Step::Field(name), Type::Struct(id)) => {
                self.schema.structs[id].field(name).expect("it was made from the schema").ty.clone()
            }
            (_, Type::Array(element, _)) => *element,
            (step, ty) => unreachable!("{step:?} of {ty:?}"),
        })
    }

    /// The common type of two operands: unsigned only if neither can be negative.
    fn common(&self, a: &Expr, b: &Expr) -> NumberKind {
        match (self.kind(a), self.kind(b)) {
            (NumberKind::Float, _) | (_, NumberKind::Float) => NumberKind::Float,
            (NumberKind::Int, _) | (_, NumberKind::Int) => NumberKind::Int,
            (NumberKind::Uint, _) | (_, NumberKind::Uint) => NumberKind::Uint,
            _ => NumberKind::Natural,
        }
    }

    /// `a / b`: rounded once, also for integers.
    fn divide(&self, a: &Expr, b: &Expr, l: Num, r: Num) -> Found {
        let (Num::Int(x) | Num::Uint(x), Num::Int(y) | Num::Uint(y)) = (l, r) else {
            let (Num::Float(x), Num::Float(y)) = (to(NumberKind::Float, l)?, to(NumberKind::Float, r)?)
            else {
                unreachable!("both were made floats")
            };
            return if y == 0.0 { Err(ZERO.to_string()) } else { Ok(Num::Float(x / y)) };
        };
        if y == 0 {
            return Err(ZERO.to_string());
        }
        let exact = |v: i128| v.unsigned_abs() <= 1 << 53;
        if exact(x) && exact(y) {
            return Ok(Num::Float(x as f64 / y as f64));
        }
        let kind = if self.common(a, b) == NumberKind::Uint { NumberKind::Uint } else { NumberKind::Int };
        to(kind, l)?;
        to(kind, r)?;
        // The quotient has so many digits that its last bit only needs to record whether the rest is zero.
        let shift = x.unsigned_abs().leading_zeros().min(127);
        let (high, low) = (x.unsigned_abs() << shift, y.unsigned_abs());
        let quotient = (high / low) | u128::from(high % low != 0);
        let size = quotient as f64 * (-f64::from(shift)).exp2();
        Ok(Num::Float(if (x < 0) != (y < 0) { -size } else { size }))
    }

    pub fn eval(&self, e: &Expr) -> Found {
        match e {
            Expr::Path(steps) => self.path(steps),
            Expr::Reduce(name, steps) => self.reduce(name, steps),
            Expr::Int(i) => Ok(if self.kind(e) == NumberKind::Uint { Num::Uint(*i) } else { Num::Int(*i) }),
            Expr::Float(x) => Ok(Num::Float(*x)),
            Expr::Neg(inner) => match (self.eval(inner)?, &**inner) {
                (Num::Float(x), _) => Ok(Num::Float(-x)),
                (n, Expr::Int(_)) => match n {
                    Num::Int(v) | Num::Uint(v) => to(NumberKind::Int, Num::Int(-v)),
                    Num::Float(_) => unreachable!("it is an integer"),
                },
                (n, _) => match to(NumberKind::Int, n)? {
                    Num::Int(v) => to(NumberKind::Int, Num::Int(-v)),
                    _ => unreachable!("it was converted"),
                },
            },
            Expr::Binary(op, a, b) => {
                let (l, r) = (self.eval(a)?, self.eval(b)?);
                if *op == "/" {
                    return self.divide(a, b, l, r);
                }
                let kind = self.common(a, b);
                match (to(kind, l)?, to(kind, r)?) {
                    (Num::Float(x), Num::Float(y)) => Ok(Num::Float(match *op {
                        "+" => x + y,
                        "-" => x - y,
                        _ => x * y,
                    })),
                    (Num::Int(x) | Num::Uint(x), Num::Int(y) | Num::Uint(y)) => {
                        let result = match *op {
                            "+" => x + y,
                            "-" => x - y,
                            "*" => x.checked_mul(y).ok_or(OVERFLOW)?,
                            _ if y == 0 => return Err(ZERO.to_string()),
                            // Division rounds down, and a remainder has the sign of the divisor.
                            "//" => {
                                let rest = x.rem_euclid(y.abs());
                                (x - if rest != 0 && y < 0 { rest + y } else { rest }) / y
                            }
                            _ => {
                                // The smallest number divided by -1 does not fit, and its remainder is an
                                // error, too.
                                if kind != NumberKind::Uint && x == i128::from(i64::MIN) && y == -1 {
                                    return Err(OVERFLOW.to_string());
                                }
                                let rest = x.rem_euclid(y.abs());
                                if rest != 0 && y < 0 { rest + y } else { rest }
                            }
                        };
                        let kind = if *op == "-" { NumberKind::Int } else { kind };
                        to(kind, if kind == NumberKind::Uint { Num::Uint(result) } else { Num::Int(result) })
                    }
                    other => unreachable!("{other:?} are of two kinds"),
                }
            }
        }
    }

    fn reduce(&self, name: &str, steps: &[Step]) -> Found {
        let Type::Array(_, n) = self.type_of(steps) else { unreachable!("it was made for an array") };
        let mut all = vec![];
        for i in 0..n {
            let element = Step::Element(Box::new(Expr::Int(i.into())));
            all.push(self.path(&[steps, &[element]].concat())?);
        }
        let less = |a: Num, b: Num| match (a, b) {
            (Num::Float(a), Num::Float(b)) => a < b,
            (Num::Int(a) | Num::Uint(a), Num::Int(b) | Num::Uint(b)) => a < b,
            other => unreachable!("{other:?} are of two kinds"),
        };
        let best = |wins: &dyn Fn(Num, Num) -> bool| {
            all.iter().copied().reduce(|best, x| if wins(x, best) { x } else { best }).expect("none is empty")
        };
        match name {
            "len" => Ok(Num::Int(n.into())),
            "count" => {
                let positive = |x: &&Num| match x {
                    Num::Float(x) => *x > 0.0,
                    Num::Int(v) | Num::Uint(v) => *v > 0,
                };
                Ok(Num::Int(all.iter().filter(positive).count() as i128))
            }
            "min" => Ok(best(&less)),
            "max" => Ok(best(&|a, b| less(b, a))),
            _ => {
                let (mut float, mut lost, mut int) = (0.0, 0.0, 0i128);
                let kind = self.kind(&Expr::Reduce("sum", steps.to_vec()));
                for x in all {
                    match x {
                        // Neumaier's sum, as CPython 3.12 has it.
                        Num::Float(x) => {
                            let sum: f64 = float + x;
                            lost +=
                                if float.abs() >= x.abs() { (float - sum) + x } else { (x - sum) + float };
                            float = sum;
                        }
                        Num::Int(v) | Num::Uint(v) => {
                            int += v;
                            to(kind, Num::Int(int))?;
                        }
                    }
                }
                Ok(match kind {
                    NumberKind::Float => {
                        Num::Float(if lost != 0.0 && lost.is_finite() { float + lost } else { float })
                    }
                    NumberKind::Uint => Num::Uint(int),
                    _ => Num::Int(int),
                })
            }
        }
    }

    fn path(&self, steps: &[Step]) -> Found {
        let mut ty = Type::Struct(self.root);
        // The bytes of the value.
        let (mut from, mut size) = (0u64, self.bytes.len() as u64);
        for step in steps {
            match (step, ty) {
                (Step::Field(name), Type::Struct(id)) => {
                    let field = self.schema.structs[id].field(name).expect("it was made from the schema");
                    from += field.offset;
                    ty = field.ty.clone();
                    size = self.schema.size_of(&ty);
                }
                (Step::Element(index), Type::Array(element, n)) => {
                    let Num::Int(i) = to(NumberKind::Int, self.eval(index)?)? else {
                        unreachable!("an integer")
                    };
                    let stride = self.schema.size_of(&element) as i128;
                    let i = if i < 0 { i + i128::from(n) } else { i };
                    if !(0..i128::from(n)).contains(&i) {
                        return Err("index out of range".to_string());
                    }
                    let offset = i * stride;
                    from += offset as u64;
                    ty = *element;
                    size = stride as u64;
                }
                (step, ty) => unreachable!("{step:?} of {ty:?}"),
            }
        }
        let (Type::Scalar(scalar, endian) | Type::Enum(_, scalar, endian)) = ty else {
            unreachable!("{ty:?} is no number")
        };
        let mut raw = self.bytes[from as usize..(from + size) as usize].to_vec();
        if endian == Endian::Big {
            raw.reverse();
        }
        Ok(match scalar {
            Scalar::Bool => Num::Int(i128::from(raw[0] != 0)),
            Scalar::U8 => Num::Int(raw[0].into()),
            Scalar::I8 => Num::Int((raw[0] as i8).into()),
            Scalar::U16 => Num::Int(u16::from_le_bytes(raw.try_into().unwrap()).into()),
            Scalar::I16 => Num::Int(i16::from_le_bytes(raw.try_into().unwrap()).into()),
            Scalar::U32 => Num::Int(u32::from_le_bytes(raw.try_into().unwrap()).into()),
            Scalar::I32 => Num::Int(i32::from_le_bytes(raw.try_into().unwrap()).into()),
            Scalar::I64 => Num::Int(i64::from_le_bytes(raw.try_into().unwrap()).into()),
            Scalar::U64 => Num::Uint(u64::from_le_bytes(raw.try_into().unwrap()).into()),
            Scalar::F32 => Num::Float(f32::from_le_bytes(raw.try_into().unwrap()).into()),
            Scalar::F64 => Num::Float(f64::from_le_bytes(raw.try_into().unwrap())),
        })
    }
}

/// The kind of a field's value.
fn kind_of(ty: &Type) -> NumberKind {
    match ty {
        Type::Scalar(Scalar::F32 | Scalar::F64, _) => NumberKind::Float,
        Type::Scalar(Scalar::U64, _) => NumberKind::Uint,
        Type::Scalar(Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::Bool, _) => NumberKind::Natural,
        _ => NumberKind::Int,
    }
}

/// A sum of floats, in the documented order.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    lanes: [f64; 8],
    count: u64,
    hi: f64,
    lo: f64,
}

impl Sum {
    pub fn new() -> Sum {
        Sum { lanes: [0.0; 8], count: 0, hi: 0.0, lo: 0.0 }
    }

    pub fn add(&mut self, x: f64) {
        self.lanes[0] += x;
        self.lanes.rotate_left(1);
        self.count += 1;
        if self.count == 128 {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        if self.count > 0 {
            let [a, b, c, d, e, f, g, h] = self.lanes;
            self.keep(((a + b) + (c + d)) + ((e + f) + (g + h)));
            (self.lanes, self.count) = ([0.0; 8], 0);
        }
    }

    /// Knuth's TwoSum.
    fn keep(&mut self, x: f64) {
        let sum = self.hi + x;
        let x_part = sum - self.hi;
        let hi_part = sum - x_part;
        self.lo += (self.hi - hi_part) + (x - x_part);
        self.hi = sum;
    }

    /// Adds the sum of the next chunk.
    pub fn merge(mut self, mut right: Sum) -> Sum {
        self.end_block();
        right.end_block();
        self.keep(right.hi);
        self.lo += right.lo;
        self
    }

    pub fn finish(mut self) -> f64 {
        self.end_block();
        if self.lo.is_nan() { self.hi } else { self.hi + self.lo }
    }
}

/// The totals of expressions over all whole records of an input that is one chunk.
pub fn totals(schema: &Schema, root: usize, sources: &[Expr], input: &[u8]) -> Result<Vec<Number>, String> {
    let size = schema.structs[root].size;
    let record = |i: u64| {
        let start = schema.header + i * size;
        Record { schema, root, bytes: &input[start as usize..(start + size) as usize], start }
    };
    let count = (input.len() as u64).saturating_sub(schema.header) / size;
    let empty = Record { schema, root, bytes: &[], start: 0 };
    let kinds: Vec<NumberKind> = sources.iter().map(|e| empty.kind(e)).collect();
    let mut sums = vec![Sum::new(); sources.len()];
    let mut ints = vec![0i128; sources.len()];
    for i in 0..count {
        let record = record(i);
        let message = |e: String| format!("record {i} (at byte {}): {e}", record.start);
        for (k, source) in sources.iter().enumerate() {
            match record.eval(source).map_err(message)? {
                Num::Float(x) => sums[k].add(x),
                Num::Int(v) | Num::Uint(v) => ints[k] += v,
            }
        }
    }
    let total = |k: usize| match kinds[k] {
        NumberKind::Float => Number::Float(sums[k].finish()),
        NumberKind::Uint => u64::try_from(ints[k]).map_or(Number::Wide(ints[k]), Number::Uint),
        NumberKind::Int | NumberKind::Natural => {
            i64::try_from(ints[k]).map_or(Number::Wide(ints[k]), Number::Int)
        }
    };
    Ok((0..sources.len()).map(total).collect())
}

/// A quotient, rounded once.
fn ratio(sum: i128, count: u64) -> f64 {
    let shift = sum.unsigned_abs().leading_zeros().min(127);
    let scaled = sum.unsigned_abs() << shift;
    // Of 63 bits at least. The last one also stands for what follows it.
    let count = u128::from(count);
    let quotient = (scaled / count) | u128::from(!scaled.is_multiple_of(count));
    quotient as f64 * 0.5f64.powi(shift as i32) * if sum < 0 { -1.0 } else { 1.0 }
}

/// The results of `sum(e for t in records if c)`, and of `min`, `max`, `any`, `all`, `count`, `first`, `last`
/// and `mean` of the same, over all whole records of an input that is one chunk. All records are visited,
/// while Python's `any` and `all` may stop early.
pub fn answers(schema: &Schema, root: usize, e: &Expr, c: &Expr, input: &[u8]) -> Result<Vec<Value>, String> {
    let size = schema.structs[root].size;
    let count = (input.len() as u64).saturating_sub(schema.header) / size;
    let empty = Record { schema, root, bytes: &[], start: 0 };
    // An expression under a condition that is always false has no type; the sum of nothing is an integer.
    let kind = if constant(c) == Some(0) { NumberKind::Natural } else { empty.kind(e) };
    let (mut sum, mut int) = (Sum::new(), 0);
    let mut best: [Option<Num>; 2] = [None, None];
    let (mut any, mut all) = (false, true);
    let (mut number_of, mut ends) = (0u64, None);
    let float = |n: Num| match n {
        Num::Float(x) => x,
        Num::Int(v) | Num::Uint(v) => v as f64,
    };
    let less = |a: Num, b: Num| match (a, b) {
        (Num::Int(a) | Num::Uint(a), Num::Int(b) | Num::Uint(b)) => a < b,
        (a, b) => float(a) < float(b),
    };
    for i in 0..count {
        let start = schema.header + i * size;
        let bytes = &input[start as usize..(start + size) as usize];
        let record = Record { schema, root, bytes, start };
        let message = |e: String| format!("record {i} (at byte {start}): {e}");
        if float(record.eval(c).map_err(message)?) == 0.0 {
            // Adds zero instead, as every record has its place in the order.
            sum.add(0.0);
            continue;
        }
        let value = record.eval(e).map_err(message)?;
        match value {
            Num::Float(x) => sum.add(x),
            Num::Int(v) | Num::Uint(v) => int += v,
        }
        best[0] = Some(best[0].filter(|best| !less(value, *best)).unwrap_or(value));
        best[1] = Some(best[1].filter(|best| !less(*best, value)).unwrap_or(value));
        number_of += 1;
        ends = Some((ends.map_or(value, |(first, _)| first), value));
        any |= float(value) != 0.0;
        all &= float(value) != 0.0;
    }
    let number = |n: Num| {
        Value::Number(match (kind, n) {
            (_, Num::Float(x)) => Number::Float(x),
            (NumberKind::Uint, Num::Int(v) | Num::Uint(v)) => Number::Uint(v as u64),
            (_, Num::Int(v) | Num::Uint(v)) => Number::Int(v as i64),
        })
    };
    let total = match kind {
        NumberKind::Float => number(Num::Float(sum.finish())),
        _ => Value::Number(Number::Wide(int)),
    };
    let mean = ends.map(|_| match kind {
        NumberKind::Float => sum.finish() / number_of as f64,
        _ => ratio(int, number_of),
    });
    let count = Value::Number(Number::Int(number_of as i64));
    let [least, most, first, last] = [best[0], best[1], ends.map(|ends| ends.0), ends.map(|ends| ends.1)]
        .map(|n| n.map_or(Value::None, number));
    let mean = mean.map_or(Value::None, |mean| Value::Number(Number::Float(mean)));
    Ok(vec![total, least, most, Value::Bool(any), Value::Bool(all), count, first, last, mean])
}
