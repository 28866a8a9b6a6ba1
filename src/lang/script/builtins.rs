//! The built-in functions, except those that loop.

use super::flow::Branches;
use super::numbers::as_int;
use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering, Stop};
use crate::ir::{Const, Op, Raise};
use ruff_python_ast::{Expr, ExprCall, ExprName};
use ruff_text_size::{Ranged, TextRange};

/// The names of the built-in functions.
pub const NAMES: [&str; 23] = [
    "abs",
    "all",
    "any",
    "bool",
    "divmod",
    "enumerate",
    "float",
    "int",
    "isinstance",
    "iter",
    "len",
    "max",
    "min",
    "next",
    "open",
    "ord",
    "pow",
    "print",
    "range",
    "reversed",
    "round",
    "sum",
    "zip",
];
impl<'s> Lowering<'_, 's> {
    /// Whether a call is a call of that built-in function.
    pub fn is_builtin(&self, call: &ExprCall, name: &str) -> bool {
        matches!(&*call.func, Expr::Name(n) if n.id == name
            && self.variable(n).is_none() && !self.unit.items.names.contains_key(name))
    }

    /// Lowers a call of a name that is neither a function nor a class of the script.
    pub fn call_builtin(&mut self, name: &'s ExprName, call: &'s ExprCall) -> Done<Typed> {
        let id = name.id.as_str();
        if super::refusals::REFUSED.contains(&id) && !self.unit.items.names.contains_key(id) {
            return Err(Stop::Reported);
        }
        if !NAMES.contains(&id) {
            return match self.value(&call.func) {
                Ok(value) => {
                    let found = self.describe(&value.ty);
                    self.wrong(name, format!("'{id}' is {found} and cannot be called"))
                }
                Err(stop) => Err(stop),
            };
        }
        let args: &'s [Expr] = &call.arguments.args;
        if let Some(star) = args.iter().find(|a| a.is_starred_expr())
            && !matches!(id, "min" | "max")
        {
            return self.wrong(star, format!("'*' in a call of '{id}' is not supported"));
        }
        let keyword = call.arguments.keywords.first();
        if let Some(k) = keyword
            && !matches!(
                (id, k.arg.as_ref().map(|a| a.id.as_str())),
                ("min" | "max", Some("default"))
                    | ("sum", Some("start"))
                    | ("int", Some("base"))
                    | ("round", Some("ndigits"))
                    | ("open", _)
            )
        {
            let name = k.arg.as_ref().map_or("**", |a| a.id.as_str());
            return self.wrong(k, format!("the argument '{name}' of '{id}' is not supported"));
        }
        match (id, args) {
            ("print", _) => self.wrong(call, "'print' gives no value: it stands alone"),
            ("sum", [items]) => self.sum(items, keyword.map(|k| &k.value)),
            ("sum", [items, start]) => self.sum(items, Some(start)),
            ("min" | "max", [items]) if !items.is_starred_expr() => {
                self.extreme(items, keyword.map(|k| &k.value), id == "max", call.range())
            }
            ("min" | "max", [_, ..]) => self.extreme_of(call, id == "max"),
            ("any" | "all", [items]) => self.decide(items, id == "any"),
            ("len", [e]) => {
                let value = self.value(e)?;
                let value = self.given(value);
                let value = self.settled(value, e.range())?;
                Ok(Typed::natural(self.length(value, call.range())?))
            }
            ("abs", [e]) => {
                let value = self.numeric(e)?;
                self.absolute(value)
            }
            ("round", [e]) => {
                let value = self.numeric(e)?;
                let digits = match keyword {
                    Some(k) => Some(self.value(&k.value)?),
                    None => None,
                };
                self.round(value, digits, call.range())
            }
            ("round", [e, digits]) => {
                let value = self.numeric(e)?;
                let digits = self.value(digits)?;
                self.round(value, Some(digits), call.range())
            }
            ("int", []) => Ok(self.int_constant(0)),
            ("int", [e]) => {
                let value = self.value(e)?;
                let base = match keyword {
                    Some(k) => Some(self.int_argument(&k.value)?),
                    None => None,
                };
                self.as_whole(value, base, e.range())
            }
            ("int", [e, base]) => {
                let value = self.value(e)?;
                let base = self.int_argument(base)?;
                self.as_whole(value, Some(base), e.range())
            }
            ("float", []) => Ok(Typed::float(self.b.f64(0.0))),
            ("float", [e]) => {
                let value = self.value(e)?;
                self.as_float(value, e.range())
            }
            ("bool", []) => Ok(self.constant_bool(false)),
            ("bool", [e]) => {
                let value = self.value(e)?;
                Ok(Typed::bool(self.truth(&value, e.range())?))
            }
            ("ord", [e]) => {
                let value = self.value(e)?;
                match value.ty {
                    Ty::Str => {
                        let code = self.host("text.ord", &value.parts);
                        Ok(Typed::natural(self.fits(code, Raise::Char)?))
                    }
                    Ty::Bytes => {
                        let (len, one, zero) =
                            (self.b.op(Op::Len, &value.parts), self.b.i64(1), self.b.i64(0));
                        let single = self.b.op(Op::Eq, &[len, one]);
                        self.require(single, Raise::Char)?;
                        Ok(Typed::natural(self.byte_at(value.one(), zero)))
                    }
                    _ => self.wrong(e, "'ord' is of a text of one character"),
                }
            }
            ("range", [_] | [_, _] | [_, _, _]) => {
                let parts = self.range_parts(call)?.expect("it has one to three arguments");
                let parts = parts.into_iter().map(|part| self.signed(part)).collect();
                Ok(Typed::new(Ty::Range, parts))
            }
            ("divmod", [a, b]) => {
                let (a, b) = (self.numeric(a)?, self.numeric(b)?);
                let at = call.range();
                let quotient = self.binary(a.clone(), ruff_python_ast::Operator::FloorDiv, b.clone(), at)?;
                let rest = self.binary(a, ruff_python_ast::Operator::Mod, b, at)?;
                let mut pair = Typed::new(Ty::Tuple(vec![]), vec![]);
                super::expressions::push_item(&mut pair, quotient);
                super::expressions::push_item(&mut pair, rest);
                Ok(pair)
            }
            ("pow", [a, b]) => {
                let (a, b) = (self.numeric(a)?, self.numeric(b)?);
                self.binary(a, ruff_python_ast::Operator::Pow, b, call.range())
            }
            ("isinstance", [_, _]) => {
                let ways = self.isinstance(call)?.expect("it is a call of 'isinstance'");
                self.as_value(ways)
            }
            ("iter", [e]) => {
                let value = self.value(e)?;
                match value.ty.clone() {
                    Ty::Generator(_) => Ok(value),
                    Ty::Object(class) => {
                        match self.unit.items.classes[class].methods.get("__iter__").copied() {
                            Some(method) => {
                                self.call_function(method, Some(class), vec![value], call.range())
                            }
                            None => {
                                let found = self.describe(&value.ty);
                                self.wrong(e, format!("{found} cannot be iterated: it has no '__iter__'"))
                            }
                        }
                    }
                    other => {
                        let found = self.describe(&other);
                        self.wrong_help(
                            e,
                            format!("'iter' of {found} is not supported"),
                            "use 'for', or enumerate and zip",
                        )
                    }
                }
            }
            ("next", [e]) => self.next_value(e, None, call.range()),
            ("next", [e, default]) => self.next_value(e, Some(default), call.range()),
            ("open", _) => self.open_file(call),
            ("enumerate" | "zip" | "reversed", _) => self.wrong_help(
                call,
                format!("'{id}' is supported only where it is consumed at once"),
                "in 'for', sum, min, max, any, all",
            ),
            _ => self.wrong(call, format!("'{id}' is not called with {} arguments", args.len())),
        }
    }

    /// The start, stop and step of a call of `range`; none if the number of arguments is wrong.
    pub fn range_parts(&mut self, call: &'s ExprCall) -> Done<Option<Vec<Typed>>> {
        let args: &'s [Expr] = &call.arguments.args;
        if !(1..=3).contains(&args.len()) || !call.arguments.keywords.is_empty() {
            return Ok(None);
        }
        let mut parts = vec![];
        for e in args {
            parts.push(self.int(e)?);
        }
        if parts.len() == 1 {
            parts.insert(0, self.int_constant(0));
        }
        if parts.len() == 2 {
            parts.push(self.int_constant(1));
        }
        let step = parts[2].one();
        match self.b.as_const(step) {
            Some(Const::I64(0)) => return self.wrong(&args[2], "the step of a range must not be zero"),
            Some(_) => {}
            None => {
                let zero = if parts[2].ty == Ty::UINT { Const::U64(0) } else { Const::I64(0) };
                let zero = self.b.constant(zero);
                let fine = self.b.op(Op::Ne, &[step, zero]);
                self.require(fine, Raise::Step)?;
            }
        }
        Ok(Some(parts))
    }

    /// The value of an expression that must be a number.
    pub fn numeric(&mut self, e: &'s Expr) -> Done<Typed> {
        let value = self.value(e)?;
        let value = self.given(value);
        if value.ty == Ty::Wrong {
            return Err(Stop::Reported);
        }
        if !value.ty.is_number() {
            let found = self.describe(&value.ty);
            return self.wrong(e, format!("a number is needed here; this is {found}"));
        }
        Ok(self.number(value))
    }

    pub fn absolute(&mut self, value: Typed) -> Done<Typed> {
        match value.ty {
            Ty::Float => Ok(Typed::float(self.b.op(Op::Abs, &value.parts))),
            Ty::Number => {
                let (float, int) = (Typed::float(value.parts[2]), as_int(value.clone()));
                self.either(value.parts[0], |s| s.absolute(float), |s| s.absolute(int))
            }
            Ty::Int(Whole::Signed) => Ok(Typed::natural(self.b.op(Op::Abs, &value.parts))),
            Ty::Wide => {
                let zero = self.b.i64(0);
                let negative = self.b.op(Op::Lt, &[value.parts[1], zero]);
                let (same, at) = (value.clone(), TextRange::default());
                self.either(
                    negative,
                    |s| s.wide_unary(ruff_python_ast::UnaryOp::USub, value, at),
                    |_| Ok(same),
                )
            }
            _ => Ok(value),
        }
    }

    fn round(&mut self, value: Typed, digits: Option<Typed>, at: TextRange) -> Done<Typed> {
        let digits = digits.filter(|d| d.ty != Ty::None);
        if let Some(d) = &digits
            && !d.ty.is_int()
            && d.ty != Ty::Wide
        {
            return self.wrong(at, "the number of digits is an int");
        }
        match (&value.ty, digits) {
            (Ty::Number, digits) => {
                let (float, int, other) =
                    (Typed::float(value.parts[2]), as_int(value.clone()), digits.clone());
                self.either(value.parts[0], |s| s.round(float, digits, at), |s| s.round(int, other, at))
            }
            (Ty::Float, None) => {
                let whole = self.host("number.round_even", &value.parts);
                self.truncated(whole)
            }
            (Ty::Float, Some(digits)) => {
                let digits = self.signed(digits);
                let rounded = self.host("number.round_digits", &[value.one(), digits]);
                Ok(Typed::float(self.fits(rounded, Raise::Domain)?))
            }
            (_, None) => Ok(value),
            (Ty::Wide, Some(digits)) => self.wide_round(&value, digits),
            (_, Some(digits)) => {
                let digits = self.signed(digits);
                if matches!(self.b.as_const(digits), Some(Const::I64(0..))) {
                    return Ok(value);
                }
                let value = self.signed(value);
                let rounded = self.host("number.round_int", &[value, digits]);
                Ok(Typed::int(self.fits(rounded, Raise::Overflow)?))
            }
        }
    }

    fn as_whole(&mut self, value: Typed, base: Option<Typed>, at: TextRange) -> Done<Typed> {
        let value = self.given(value);
        match (&value.ty, &base) {
            (Ty::Str, _) => {
                let base = match base {
                    Some(base) => base.one(),
                    None => self.b.i64(10),
                };
                if let (Some(text), Some(Const::I64(base))) =
                    (self.constant_text(&value), self.b.as_const(base))
                    && let Some(number) = crate::host::number::int_from_text(text.as_bytes(), base)
                {
                    return Ok(self.int_constant(number));
                }
                let number = self.host("number.int_from_text", &[value.one(), base]);
                Ok(Typed::int(self.fits(number, Raise::NotAnInt)?))
            }
            (_, Some(_)) => self.wrong(at, "a base is supported for texts only"),
            (Ty::Float, _) => self.truncated(value.one()),
            (Ty::Number, _) => {
                let (float, int) = (Typed::float(value.parts[2]), as_int(value.clone()));
                self.either(value.parts[0], |s| s.as_whole(float, None, at), |_| Ok(int))
            }
            (ty, _) if ty.is_int() || *ty == Ty::Wide => Ok(self.number(value)),
            (Ty::Wrong, _) => Err(Stop::Reported),
            (other, _) => {
                let found = self.describe(other);
                self.wrong(at, format!("{found} cannot be made an int"))
            }
        }
    }

    fn as_float(&mut self, value: Typed, at: TextRange) -> Done<Typed> {
        let value = self.given(value);
        match &value.ty {
            Ty::Str => {
                if let Some(text) = self.constant_text(&value)
                    && let Some(number) = crate::host::number::float_from_text(text.as_bytes())
                {
                    return Ok(Typed::float(self.b.f64(number)));
                }
                let number = self.host("number.float_from_text", &value.parts);
                Ok(Typed::float(self.fits(number, Raise::NotAFloat)?))
            }
            ty if ty.is_number() => Ok(Typed::float(self.float(&value))),
            Ty::Wrong => Err(Stop::Reported),
            other => {
                let found = self.describe(other);
                self.wrong(at, format!("{found} cannot be made a float"))
            }
        }
    }

    /// The edges of `isinstance(x, T)`, on which the type of `x` is narrowed; none if the call is another
    /// one.
    pub fn isinstance(&mut self, call: &'s ExprCall) -> Done<Option<Branches>> {
        if !self.is_builtin(call, "isinstance") {
            return Ok(None);
        }
        let [e, types] = &call.arguments.args[..] else {
            return self.wrong(call, "'isinstance' takes a value and a type");
        };
        let value = self.value(e)?;
        let value = self.settled(value, e.range())?;
        let types: Vec<&'s Expr> = match types {
            Expr::Tuple(tuple) => tuple.elts.iter().collect(),
            one => vec![one],
        };
        let slot = match e {
            Expr::Name(name) => self.frame().names.get(name.id.as_str()).copied(),
            _ => None,
        };
        if let Ty::Optional(of) = &value.ty {
            let (of, there) = ((**of).clone(), self.is_there(&value));
            let is = self.is_any(&of, &types)?;
            let condition =
                match is {
                    Some(true) => there,
                    Some(false) => self.b.constant(Const::Bool(false)),
                    None => return self.wrong(
                        call,
                        "whether this is an int or a float is asked of what is there: test 'is None' first",
                    ),
                };
            let mut ways = self.split(condition);
            if let Some(slot) = slot
                && is == Some(true)
                && !ways.yes.is_empty()
            {
                self.resume(ways.yes)?;
                self.env[slot] = self.inner(&value, &of);
                ways.yes = vec![self.edge(None)];
                for edge in &mut ways.no {
                    edge.env[slot] = Typed::none();
                }
            }
            return Ok(Some(ways));
        }
        let condition = match (self.is_any(&value.ty, &types)?, &value.ty) {
            (Some(is), _) => self.b.constant(Const::Bool(is)),
            (None, _) => {
                let float = self.is_any(&Ty::Float, &types)? == Some(true);
                let condition = if float { value.parts[0] } else { self.b.op(Op::Not, &[value.parts[0]]) };
                let mut ways = self.split(condition);
                if let Some(slot) = slot {
                    let (as_float, as_whole) = (Typed::float(value.parts[2]), as_int(value.clone()));
                    for (edges, is) in [(&mut ways.yes, float), (&mut ways.no, !float)] {
                        for edge in edges {
                            edge.env[slot] = if is { as_float.clone() } else { as_whole.clone() };
                        }
                    }
                }
                return Ok(Some(ways));
            }
        };
        Ok(Some(self.split(condition)))
    }

    /// Whether a type is one of those named; none if it depends on the value.
    fn is_any(&mut self, ty: &Ty, types: &[&'s Expr]) -> Done<Option<bool>> {
        let mut int_or_float = (false, false);
        for e in types {
            let Expr::Name(name) = e else { return self.wrong(*e, "a type is needed here") };
            let is = match (name.id.as_str(), ty) {
                ("int", Ty::Number) => {
                    int_or_float.0 = true;
                    false
                }
                ("float", Ty::Number) => {
                    int_or_float.1 = true;
                    false
                }
                ("int", Ty::Int(_) | Ty::Wide | Ty::Bool | Ty::Enum(_))
                | ("float", Ty::Float)
                | ("bool", Ty::Bool) => true,
                ("str", Ty::Str) | ("bytes", Ty::Bytes) | ("tuple", Ty::Tuple(_)) | ("range", Ty::Range) => {
                    true
                }
                ("int" | "float" | "bool" | "str" | "bytes" | "tuple" | "range", _) => false,
                (id, ty) => match self.unit.items.names.get(id) {
                    Some(super::items::Item::Class(class)) => *ty == Ty::Object(*class),
                    _ => return self.wrong(*e, format!("'{id}' is no type that is known here")),
                },
            };
            if is {
                return Ok(Some(true));
            }
        }
        Ok(match int_or_float {
            (true, true) => Some(true),
            (false, false) => Some(false),
            _ => None,
        })
    }
}
