//! Arithmetic over a record's fields: one expression becomes one function of the record.
//!
//! Understood are `t` (the record), attributes, indexing, numbers, `+ - * / // % & | ^ >>`, unary `-` and `+`. They mean what
//! they mean in Python, with one difference: an integer that does not fit 64 bits, or a shift by more than 63, is an error. Not here:
//! comparisons, conditions, calls, statements.

use crate::error::{Diagnostic, Error};
use crate::formats;
use crate::ir::build::Builder;
use crate::ir::{Base, ClassId, Const, FuncId, Op, Program, Raise, Type, Value};
use crate::schema::unknown;
use ruff_python_ast::{Expr, Number, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

/// Longer expressions are refused: the parser's stack is not without end.
const LONGEST: usize = 4096;
/// Deeper ones too.
const DEEPEST: usize = 200;

/// Adds the function `name(t: class)` that computes `source`, and gives it with its result's type (a number's).
pub fn expression(
    program: &mut Program,
    class: ClassId,
    name: &str,
    source: &str,
) -> Result<(FuncId, Base), Error> {
    let (func, base) = lower(program, class, name, source, |lowering, e| {
        let value = lowering.number(e)?;
        Ok((value, lowering.b.ty(value).base))
    })?;
    Ok((func, base))
}

/// A list that is a part of a record.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// From the record to it.
    pub func: FuncId,
    /// `(list) -> i64`.
    pub len: FuncId,
    /// `(list, i64) -> element`.
    pub at: FuncId,
    /// What its elements are.
    pub element: ClassId,
}

/// Adds the function `name(t: class)` that gives a list of objects at a path from the record (`triangles`, `scene.shapes`).
pub fn part(program: &mut Program, class: ClassId, name: &str, path: &str) -> Result<Part, Error> {
    let source = &format!("t.{path}");
    let (func, (list, e)) = lower(program, class, name, source, |lowering, e| {
        let value = lowering.value(e)?;
        Ok((value, (lowering.b.ty(value), e.range())))
    })?;
    let method = |method: &str| {
        let class = list.class()?;
        program.func(&format!("{}.{method}", program.classes[class.index()].name))
    };
    // A struct may have fields of these names; an element is asked for by its number.
    let found = method("len").zip(method("at")).and_then(|(len, at)| {
        let [_, _] = program.funcs[at.index()].body.blocks[0].params[..] else { return None };
        let element = program.funcs[at.index()].returns[0].class()?;
        // Elements that are lists again, or pointers to anything, have no fields.
        program.func(&formats::capnp::reader(&program.classes[element.index()].name))?;
        Some(Part { func, len, at, element })
    });
    found.ok_or_else(|| {
        let d = Diagnostic::at("<expression>", source, e.start().to_usize(), "this is not a list of structs");
        Error::Program(vec![d.help("name a field of the record that is a list, such as `shapes`")])
    })
}

/// Adds the function `name(t: class)` for an expression that `lower` makes a value of.
fn lower<T>(
    program: &mut Program,
    class: ClassId,
    name: &str,
    source: &str,
    lower: impl FnOnce(&mut Lowering, &Expr) -> Result<(Value, T), Diagnostic>,
) -> Result<(FuncId, T), Error> {
    let told = |at: usize, message: String| Diagnostic::at("<expression>", source, at, message);
    let wrong = |d: Diagnostic| Error::Program(vec![d]);
    if source.len() > LONGEST || nesting(source) > DEEPEST {
        return Err(wrong(told(
            0,
            format!("the expression is longer than {LONGEST} bytes, or nested deeper than {DEEPEST}"),
        )));
    }
    if let Some(at) = source.find(['"', '\'']) {
        return Err(wrong(told(at, "text is not understood here".to_string())));
    }
    let parsed = ruff_python_parser::parse_expression(&shielded(source))
        .map_err(|e| wrong(told(e.location.start().to_usize(), e.error.to_string())))?;
    let (mut builder, params) = Builder::new(program, name, &[Type::object(class)]);
    let mut lowering = Lowering { b: &mut builder, record: params[0], source, depth: 0 };
    let (value, told) = lower(&mut lowering, parsed.expr()).map_err(wrong)?;
    builder.give(&[value]);
    Ok((builder.finish(), told))
}

/// Words that Python keeps to itself. C does not: a segment may well have the fields `from` and `to`.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The same text with keywords that are names of fields (they stand behind a dot) made plain names of the same length, so that
/// all places stay what they are.
fn shielded(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    for (i, part) in source.split('.').enumerate() {
        let word = part.trim_start();
        let end = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
        if i > 0 {
            text.push('.');
        }
        if i > 0 && KEYWORDS.contains(&&word[..end]) {
            text.push_str(&part[..part.len() - word.len()]);
            text.push('_');
            text.push_str(&word[1..]);
        } else {
            text.push_str(part);
        }
    }
    text
}

/// How deep brackets and operators before an operand are nested at most. Text could hide brackets from it, or be
/// taken for some: there is none.
fn nesting(source: &str) -> usize {
    let (mut open, mut run, mut most) = (0usize, 0, 0);
    let mut comment = false;
    for c in source.bytes() {
        match c {
            b'\n' | b'\r' => comment = false,
            b'#' => comment = true,
            _ if comment => {}
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'-' | b'+' | b'~' | b'*' => run += 1,
            b' ' | b'\t' | b'\x0c' | b'\\' => {}
            _ => run = 0,
        }
        most = most.max(open + run);
    }
    most
}

/// A class as the schema calls it.
fn called(class: &str) -> String {
    match class {
        "Any$" => "AnyPointer".to_string(),
        _ => class.replace('<', "(").replace('>', ")").replace('$', ""),
    }
}

struct Lowering<'a, 'p> {
    b: &'a mut Builder<'p>,
    record: Value,
    source: &'a str,
    /// How deep the expression at hand is within others.
    depth: usize,
}

type Lowered = Result<Value, Diagnostic>;

impl Lowering<'_, '_> {
    fn told(&self, at: TextRange, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at("<expression>", self.source, at.start().to_usize(), message)
    }

    /// An expression that is to be a number; a truth value counts as 0 or 1, as in Python.
    fn number(&mut self, e: &Expr) -> Lowered {
        let value = self.value(e)?;
        match self.b.ty(value) {
            Type::I64 | Type::U64 | Type::F64 => Ok(value),
            Type::BOOL => Ok(self.b.op(Op::Convert(Base::I64), &[value])),
            other => {
                let (found, fields) = self.describe(other);
                let d = self.told(e.range(), format!("this is {found}; a number is needed here"));
                Err(if fields.is_empty() { d } else { d.help(fields) })
            }
        }
    }

    /// What a value of a type that is no number is, and how one gets to a number from it.
    fn describe(&self, ty: Type) -> (String, String) {
        let Some(class) = ty.class() else { return ("text".to_string(), String::new()) };
        let program = self.b.program();
        let name = &called(&program.classes[class.index()].name);
        if name.ends_with(']') {
            return (format!("an array ({name})"), "take an element: `…[0]`".to_string());
        }
        let first =
            formats::fields(program, class).next().map(|(field, _)| format!("take a field: `….{field}`"));
        (format!("a {name}"), first.unwrap_or_default())
    }

    fn value(&mut self, e: &Expr) -> Lowered {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.told(e.range(), format!("this is nested deeper than {DEEPEST}")));
        }
        let value = self.shallow(e);
        self.depth -= 1;
        value
    }

    fn shallow(&mut self, e: &Expr) -> Lowered {
        match e {
            Expr::Name(name) if name.id == "t" => Ok(self.record),
            Expr::Name(name) => Err(self.name(e, name.id.as_str())),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Float(x) => Ok(self.b.f64(*x)),
                Number::Int(i) => match (i.as_i64(), i.as_u64()) {
                    (Some(i), _) => Ok(self.b.i64(i)),
                    (_, Some(u)) => Ok(self.b.constant(Const::U64(u))),
                    _ => Err(self.told(e.range(), "this integer does not fit 64 bits")),
                },
                Number::Complex { .. } => Err(self.told(e.range(), "complex numbers are not understood")),
            },
            // The name as it is written: the parser saw another one where that is a keyword.
            Expr::Attribute(a) => self.attribute(&a.value, &self.source[a.attr.range()], a.attr.range()),
            Expr::Subscript(s) => self.subscript(&s.value, &s.slice),
            Expr::UnaryOp(u) => self.unary(u.op, &u.operand, e.range()),
            Expr::BinOp(_) => self.chain(e),
            _ => Err(self
                .told(e.range(), "this is not understood here")
                .help("use the fields of `t`, numbers, indexing, and + - * / // % & | ^ >>")),
        }
    }

    fn name(&self, e: &Expr, name: &str) -> Diagnostic {
        let d = self.told(e.range(), format!("unknown name '{name}'; the record is 't'"));
        let class = self.b.ty(self.record).class().expect("the record is an object");
        match formats::fields(self.b.program(), class).any(|(field, _)| field == name) {
            true => d.help(format!("did you mean 't.{name}'?")),
            false => d,
        }
    }

    fn attribute(&mut self, object: &Expr, name: &str, at: TextRange) -> Lowered {
        let object_value = self.value(object)?;
        let ty = self.b.ty(object_value);
        let Some(class) = ty.class() else {
            return Err(self.told(at, format!("a number or text has no field '{name}'")));
        };
        let program = self.b.program();
        let class_name = &program.classes[class.index()].name;
        let known: Vec<&str> = formats::fields(program, class).map(|(field, _)| field).collect();
        if known.contains(&name) && !class_name.ends_with(']') {
            let func = program.func(&format!("{class_name}.{name}")).expect("a field has a method");
            return Ok(self.b.op(Op::Call(func), &[object_value]));
        }
        let class_name = &called(class_name);
        if class_name.ends_with(']') {
            let message = format!("an array ({class_name}) has no field '{name}'");
            return Err(self.told(at, message).help("take an element first: `…[0]`"));
        }
        let help = unknown(name, known.iter().copied());
        let all = known.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
        let d = self.told(at, format!("{class_name} has no field '{name}'; it has {all}"));
        Err(if help.starts_with("did") { d.help(help) } else { d })
    }

    fn subscript(&mut self, object: &Expr, index: &Expr) -> Lowered {
        let object_value = self.value(object)?;
        let at = self.b.ty(object_value).class().and_then(|class| {
            let program = self.b.program();
            program.func(&format!("{}.at", program.classes[class.index()].name))
        });
        let array = at.filter(|f| self.b.program().funcs[f.index()].body.blocks[0].params.len() == 2);
        let Some(at) = array else {
            return Err(self.told(object.range(), "this is not an array and cannot be indexed"));
        };
        let index_value = self.value(index)?;
        let index_value = match self.b.ty(index_value) {
            Type::I64 => index_value,
            Type::U64 | Type::BOOL => self.b.op(Op::Convert(Base::I64), &[index_value]),
            _ => return Err(self.told(index.range(), "an index is an integer")),
        };
        let call = self.b.program();
        let class = self.b.ty(object_value).class().expect("an array is an object");
        let length =
            call.func(&format!("{}.len", call.classes[class.index()].name)).and_then(|f| {
                match &call.funcs[f.index()].body.blocks[0].term {
                    crate::ir::Term::Return(values) => call.funcs[f.index()].body.as_i64(values[0]),
                    _ => None,
                }
            });
        // That of a list is not known before it is read.
        if let (Some(Const::I64(i)), Some(length)) = (self.b.as_const(index_value), length)
            && !(0..length).contains(&i)
        {
            return Err(self
                .told(index.range(), format!("index {i} is not in an array of {length}"))
                .help(format!("indices are 0 to {}", length - 1)));
        }
        Ok(self.b.op(Op::Call(at), &[object_value, index_value]))
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr, at: TextRange) -> Lowered {
        if !matches!(op, UnaryOp::USub | UnaryOp::UAdd) {
            return Err(self.told(at, format!("the operator '{}' is not understood here", op.as_str())));
        }
        let value = self.number(operand)?;
        if op == UnaryOp::UAdd {
            return Ok(value);
        }
        // A negative literal is a constant, so that it can be seen to be one.
        let value = match self.b.as_const(value) {
            Some(Const::I64(i)) if i != i64::MIN => return Ok(self.b.i64(-i)),
            Some(Const::F64(bits)) => return Ok(self.b.f64(-f64::from_bits(bits))),
            Some(Const::U64(u)) if u == 1 << 63 => return Ok(self.b.i64(i64::MIN)),
            _ if self.b.ty(value) == Type::U64 => self.b.op(Op::Convert(Base::I64), &[value]),
            _ => value,
        };
        Ok(self.b.op(Op::Neg, &[value]))
    }

    /// A sum of many leans to the left, as deep as it is long: it is walked down, not entered.
    fn chain(&mut self, e: &Expr) -> Lowered {
        let (mut links, mut first) = (vec![], e);
        while let Expr::BinOp(link) = first {
            links.push(link);
            first = &link.left;
        }
        let mut value = self.number(first)?;
        for link in links.into_iter().rev() {
            let right = self.number(&link.right)?;
            value = self.binary(value, link.op, right, link.range())?;
        }
        Ok(value)
    }

    fn binary(&mut self, l: Value, op: Operator, r: Value, at: TextRange) -> Lowered {
        let integers = self.b.ty(l) != Type::F64 && self.b.ty(r) != Type::F64;
        let op = match op {
            Operator::Add => Op::Add,
            Operator::Sub => Op::Sub,
            Operator::Mult => Op::Mul,
            Operator::Div => {
                let (l, r) = (self.to(Base::F64, l), self.to(Base::F64, r));
                self.check_divisor(r);
                return Ok(self.b.op(Op::Div, &[l, r]));
            }
            Operator::FloorDiv if integers => Op::Div,
            Operator::Mod if integers => Op::Rem,
            Operator::BitAnd if integers => Op::And,
            Operator::BitOr if integers => Op::Or,
            Operator::BitXor if integers => Op::Xor,
            Operator::RShift if integers => {
                let count = self.to(Base::I64, r);
                return Ok(self.b.op(Op::Shr, &[l, count]));
            }
            other => {
                let of = if integers { "" } else { " of floats" };
                return Err(
                    self.told(at, format!("the operator '{}'{of} is not understood here", other.as_str()))
                );
            }
        };
        let common = self.common(l, r);
        let (l, r) = (self.to(common, l), self.to(common, r));
        Ok(self.b.op(op, &[l, r]))
    }

    /// The type in which two numbers are computed with: a float if one is; `u64` only if neither can be negative.
    fn common(&self, l: Value, r: Value) -> Base {
        let natural = |v: Value| {
            self.b.ty(v) == Type::U64 || matches!(self.b.as_const(v), Some(Const::I64(i)) if i >= 0)
        };
        match (self.b.ty(l).base, self.b.ty(r).base) {
            (Base::F64, _) | (_, Base::F64) => Base::F64,
            (Base::U64, _) | (_, Base::U64) if natural(l) && natural(r) => Base::U64,
            _ => Base::I64,
        }
    }

    fn to(&mut self, base: Base, v: Value) -> Value {
        match (self.b.as_const(v), base) {
            _ if self.b.ty(v).base == base => v,
            (Some(Const::I64(i)), Base::U64) if i >= 0 => self.b.constant(Const::U64(i as u64)),
            (Some(Const::I64(i)), Base::F64) => self.b.f64(i as f64),
            _ => self.b.op(Op::Convert(base), &[v]),
        }
    }

    /// Division by zero is an error, also of floats.
    fn check_divisor(&mut self, divisor: Value) {
        if matches!(self.b.as_const(divisor), Some(Const::F64(bits)) if f64::from_bits(bits) != 0.0) {
            return;
        }
        let zero = self.b.f64(0.0);
        let is_zero = self.b.op(Op::Eq, &[divisor, zero]);
        let (bad, _) = self.b.block(&[]);
        let (good, _) = self.b.block(&[]);
        self.b.branch(is_zero, bad, good);
        self.b.at(bad);
        self.b.raise(Raise::DivisionByZero);
        self.b.at(good);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Jit, Number, Program, Schema};

    /// What a bit-field's owner writes instead; the values are CPython's.
    #[test]
    fn bits_are_taken_out_as_in_python() {
        let schema = Schema::from_c("<schema>", "struct S { uint64_t u; int64_t i; };").unwrap();
        let mut bytes = (u64::MAX - 0xFF).to_le_bytes().to_vec();
        bytes.extend((-1000i64).to_le_bytes());
        for (source, value) in [
            ("t.u >> 60", Number::Uint(15)),
            ("(t.u >> 8) & 0xFFF", Number::Uint(4095)),
            ("t.u ^ 1", Number::Uint(18446744073709551361)),
            ("t.i >> 3", Number::Int(-125)),
            ("t.i & 0xFF", Number::Int(24)),
            ("t.i | 7", Number::Int(-993)),
            ("t.i >> 3 & 15 ^ 1 | 32", Number::Int(34)),
        ] {
            let program = Program::totals(&schema, "S", &[source]).unwrap();
            for jit in [Jit::Off, Jit::Eager] {
                assert_eq!(program.session(jit).run(&bytes).unwrap().totals, [value], "{source}");
            }
        }
        let program = Program::totals(&schema, "S", &["1 >> t.i"]).unwrap();
        let error = program.session(Jit::Off).run(&bytes).unwrap_err().to_string();
        assert!(error.contains("record 0 (at byte 0): a shift by less than 0"), "{error}");
        let error = Program::totals(&schema, "S", &["t.i & 1.0"]).unwrap_err().to_string();
        assert!(error.starts_with("the operator '&' of floats"), "{error}");
    }

    #[test]
    fn a_field_may_be_called_like_a_keyword_of_python() {
        let schema = "struct P { double in, x; }; struct S { P from, to; double not; };";
        let schema = Schema::from_c("<schema>", schema).unwrap();
        let program = |source: &str| Program::totals(&schema, "S", &[source]);
        program("t.from.x + t . from . in - t.not").unwrap();
        let error = program("t.to.in + t.from.is").unwrap_err().to_string();
        assert!(
            error.starts_with("P has no field 'is'; it has 'in', 'x'\n --> <expression>:1:18\n"),
            "{error}"
        );
        for wrong in ["from", "t.from.x not 1", "t.from.x.", "t. .from", "1 if t.x else 2"] {
            program(wrong).unwrap_err();
        }
    }

    #[test]
    fn no_expression_is_too_deep_for_the_stack() {
        let schema = Schema::from_c("<schema>", "struct S { int64_t x; };").unwrap();
        let around = |open: &str, inner: &str, close: &str, n| open.repeat(n) + inner + &close.repeat(n);
        let program = |source: &str| Program::totals(&schema, "S", &[source]);
        // Long is not deep.
        let totals = program(&around("t.x+", "t.x", "", 1000)).unwrap();
        let outcome = totals.session(crate::Jit::Eager).run(&3i64.to_le_bytes()).unwrap();
        assert_eq!(outcome.totals, [crate::Number::Int(3003)]);
        program(&around("(", "t.x", ")", 199)).unwrap();
        for deep in [
            around("", "t", ".x", 2000),
            around("", "t", "[0]", 1300),
            around("", "1", "**1", 1300),
            around("-\t", "1", "", 2000),
            around("-\\\n", "1", "", 1300),
            around("(#)\n", "1", ")", 800),
            around("(\")\"+", "1", ")", 500),
            around("not ", "1", "", 1000),
            around("-not ", "1", "", 800),
            around("lambda:", "1", "", 580),
            around("1 if 1 else ", "1", "", 340),
        ] {
            program(&deep).unwrap_err();
        }
    }

    #[test]
    fn a_struct_may_be_called_like_a_number_or_a_function_of_ours() {
        let bytes = [[0; 8], [1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 2, 0, 3, 0, 4, 0]].concat();
        for name in ["f64", "u8", "i64", "bool", "view", "f64x2", "stretch", "merge", "item0", "t", "at"] {
            let rest = format!("struct S {{ double d[1]; uint8_t g[8]; struct {name} e[4]; }};");
            let schema = format!("struct {name} {{ uint16_t len; }}; {rest}");
            let schema = Schema::from_c("<schema>", &schema).unwrap();
            let program = Program::totals(&schema, "S", &["t.e[2].len", "t.g[1]"]).unwrap();
            let totals = program.session(crate::Jit::Eager).run(&bytes).unwrap().totals;
            assert_eq!(totals, [3, 2].map(crate::Number::Int), "{name}");
            Program::totals(&schema, name, &["t.len"]).unwrap();
        }
    }
}
