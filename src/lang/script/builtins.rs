//! What Python brings along: built-in functions, and those of its modules.

use super::flow::Ways;
use super::items::Imported;
use super::numbers::as_int;
use super::ty::{Ty, Typed, Whole};
use super::{Consumer, Done, Loop, Lowering, Stop};
use crate::ir::{Base, Const, Op, Raise, Value};
use ruff_python_ast::{Expr, ExprCall, ExprName};
use ruff_text_size::{Ranged, TextRange};
use std::rc::Rc;

/// The built-in functions.
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
    /// Whether a call is one of that built-in function.
    pub fn is_builtin(&self, call: &ExprCall, name: &str) -> bool {
        matches!(&*call.func, Expr::Name(n) if n.id == name
            && self.variable(n).is_none() && !self.unit.items.names.contains_key(name))
    }

    /// A call of a name that is neither a function of the script nor a class.
    pub fn call_builtin(&mut self, name: &'s ExprName, call: &'s ExprCall) -> Done<Typed> {
        let id = name.id.as_str();
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
            return self.wrong(star, format!("'*' in a call of '{id}' is not understood"));
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
            return self.wrong(k, format!("the argument '{name}' of '{id}' is not understood"));
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
                let digits = match keyword {
                    Some(k) => Some(self.value(&k.value)?),
                    None => None,
                };
                let value = self.numeric(e)?;
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
                self.to_int(value, base, e.range())
            }
            ("int", [e, base]) => {
                let value = self.value(e)?;
                let base = self.int_argument(base)?;
                self.to_int(value, Some(base), e.range())
            }
            ("float", []) => Ok(Typed::float(self.b.f64(0.0))),
            ("float", [e]) => {
                let value = self.value(e)?;
                self.to_float(value, e.range())
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
                let mut numbers = vec![];
                for e in args {
                    numbers.push(self.int_argument(e)?.one());
                }
                let (zero, one) = (self.b.i64(0), self.b.i64(1));
                let [start, stop, step] = match numbers[..] {
                    [stop] => [zero, stop, one],
                    [start, stop] => [start, stop, one],
                    [start, stop, step] => [start, stop, step],
                    _ => unreachable!("there are up to three"),
                };
                match self.b.as_const(step) {
                    Some(Const::I64(0)) => {
                        return self.wrong(&args[2], "the step of a range must not be zero");
                    }
                    Some(_) => {}
                    None => {
                        let fine = self.b.op(Op::Ne, &[step, zero]);
                        self.require(fine, Raise::Step)?;
                    }
                }
                Ok(Typed::new(Ty::Range, vec![start, stop, step]))
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
                            format!("'iter' of {found} is not understood"),
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
                format!("'{id}' is understood only where it is consumed at once"),
                "in 'for', sum, min, max, any, all",
            ),
            _ => self.wrong(call, format!("'{id}' is not called with {} arguments", args.len())),
        }
    }

    /// The value of an expression that must be a number.
    fn numeric(&mut self, e: &'s Expr) -> Done<Typed> {
        let value = self.value(e)?;
        let value = self.given(value);
        if value.ty == Ty::Wrong {
            return Err(Stop::Told);
        }
        if !value.ty.is_number() {
            let found = self.describe(&value.ty);
            return self.wrong(e, format!("a number is needed here; this is {found}"));
        }
        Ok(self.number(value))
    }

    fn absolute(&mut self, value: Typed) -> Done<Typed> {
        match value.ty {
            Ty::Float => Ok(Typed::float(self.b.op(Op::Abs, &value.parts))),
            Ty::Number => {
                let (float, int) = (Typed::float(value.parts[2]), as_int(value.clone()));
                self.either(value.parts[0], |s| s.absolute(float), |s| s.absolute(int))
            }
            Ty::Int(Whole::Signed) => Ok(Typed::natural(self.b.op(Op::Abs, &value.parts))),
            _ => Ok(value),
        }
    }

    fn round(&mut self, value: Typed, digits: Option<Typed>, at: TextRange) -> Done<Typed> {
        let digits = digits.filter(|d| d.ty != Ty::None);
        if let Some(d) = &digits
            && !d.ty.is_int()
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

    fn to_int(&mut self, value: Typed, base: Option<Typed>, at: TextRange) -> Done<Typed> {
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
            (_, Some(_)) => self.wrong(at, "a base is understood for texts only"),
            (Ty::Float, _) => self.truncated(value.one()),
            (Ty::Number, _) => {
                let (float, int) = (Typed::float(value.parts[2]), as_int(value.clone()));
                self.either(value.parts[0], |s| s.to_int(float, None, at), |_| Ok(int))
            }
            (ty, _) if ty.is_int() => Ok(self.number(value)),
            (Ty::Wrong, _) => Err(Stop::Told),
            (other, _) => {
                let found = self.describe(other);
                self.wrong(at, format!("{found} cannot be made an int"))
            }
        }
    }

    fn to_float(&mut self, value: Typed, at: TextRange) -> Done<Typed> {
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
            Ty::Wrong => Err(Stop::Told),
            other => {
                let found = self.describe(other);
                self.wrong(at, format!("{found} cannot be made a float"))
            }
        }
    }

    /// `sum(items, start)`: floats with what each addition rounds off (Neumaier, 1974), as CPython has it from 3.12 on.
    fn sum(&mut self, items: &'s Expr, start: Option<&'s Expr>) -> Done<Typed> {
        let size = self.env.len();
        let start = match start {
            Some(e) => self.numeric(e)?,
            None => self.int_constant(0),
        };
        let range = items.range();
        let total = self.hide(start, range, "sum")?;
        let zero = Typed::float(self.b.f64(0.0));
        let lost = self.hide(zero, range, "lost")?;
        let (to, off) = (total.clone(), lost.clone());
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let item = s.given(item);
            if item.ty == Ty::Wrong {
                return Err(Stop::Told);
            }
            if !item.ty.is_number() {
                let found = s.describe(&item.ty);
                return s.wrong(range, format!("'sum' adds numbers; this is {found}"));
            }
            let item = s.number(item);
            let total = s.get_hidden(&to)?;
            if item.ty != Ty::Float {
                let sum = s.binary(total, ruff_python_ast::Operator::Add, item, range)?;
                return s.put_hidden(&to, sum);
            }
            let (sum, x) = (s.float(&total), item.one());
            let next = s.b.op(Op::Add, &[sum, x]);
            let (a, b) = (s.b.op(Op::Abs, &[sum]), s.b.op(Op::Abs, &[x]));
            let larger = s.b.op(Op::Le, &[b, a]);
            let large = s.b.op(Op::Select, &[larger, sum, x]);
            let small = s.b.op(Op::Select, &[larger, x, sum]);
            let rest = s.b.op(Op::Sub, &[large, next]);
            let rest = s.b.op(Op::Add, &[rest, small]);
            let before = s.get_hidden(&off)?.one();
            let lost = s.b.op(Op::Add, &[before, rest]);
            s.put_hidden(&to, Typed::float(next))?;
            s.put_hidden(&off, Typed::float(lost))
        });
        self.iterate(items, each)?;
        let total_value = self.get_hidden(&total)?;
        let lost = self.get_hidden(&lost)?.one();
        self.env.truncate(size);
        match total_value.ty {
            Ty::Float => self.with_lost(total_value.one(), lost),
            Ty::Number => {
                let (float, int) = (total_value.parts[2], as_int(total_value.clone()));
                self.either(total_value.parts[0], |s| s.with_lost(float, lost), |_| Ok(int))
            }
            _ => Ok(total_value),
        }
    }

    /// A sum with what was rounded off, unless that is no number.
    fn with_lost(&mut self, sum: Value, lost: Value) -> Done<Typed> {
        let (size, infinity) = (self.b.op(Op::Abs, &[lost]), self.b.f64(f64::INFINITY));
        let finite = self.b.op(Op::Lt, &[size, infinity]);
        let both = self.b.op(Op::Add, &[sum, lost]);
        Ok(Typed::float(self.b.op(Op::Select, &[finite, both, sum])))
    }

    /// `min` or `max` of what is iterated.
    fn extreme(
        &mut self,
        items: &'s Expr,
        default: Option<&'s Expr>,
        max: bool,
        at: TextRange,
    ) -> Done<Typed> {
        let size = self.env.len();
        let best = self.hide(Typed::new(Ty::Unset, vec![]), items.range(), "best")?;
        let slot = best.clone();
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let item = s.given(item);
            let best = s.get_raw(&slot)?;
            let new = match &best.ty {
                Ty::Unset => item,
                Ty::Maybe(of) => {
                    let (of, there) = ((**of).clone(), s.is_there(&best));
                    let first = item.clone();
                    s.either(
                        there,
                        |s| {
                            let best = s.inner(&best, &of);
                            s.better(best, item, max, at)
                        },
                        |_| Ok(first),
                    )?
                }
                _ => s.better(best, item, max, at)?,
            };
            s.put_hidden(&slot, new)
        });
        self.iterate(items, each)?;
        let best = self.get_raw(&best)?;
        self.env.truncate(size);
        let default = match default {
            Some(e) => Some(self.value(e)?),
            None => None,
        };
        match (&best.ty, default) {
            (Ty::Unset, Some(default)) => Ok(default),
            (Ty::Unset, None) => self.raised(Raise::Empty),
            (Ty::Maybe(of), default) => {
                let (of, there) = ((**of).clone(), self.is_there(&best));
                match default {
                    Some(default) => {
                        let value = self.either(there, |s| Ok(s.inner(&best, &of)), |_| Ok(default))?;
                        self.settled(value, at)
                    }
                    None => {
                        self.require(there, Raise::Empty)?;
                        Ok(self.inner(&best, &of))
                    }
                }
            }
            _ => Ok(best),
        }
    }

    /// `min` or `max` of the arguments.
    fn extreme_of(&mut self, call: &'s ExprCall, max: bool) -> Done<Typed> {
        let given = self.arguments(&call.arguments)?;
        let mut values = given.positional.into_iter().map(|(value, _)| value);
        let Some(mut best) = values.next() else { return self.raised(Raise::Empty) };
        for value in values {
            let value = self.given(value);
            best = self.given(best);
            best = self.better(best, value, max, call.range())?;
        }
        Ok(best)
    }

    /// The one of two that is smaller (or larger); the first, if neither is.
    fn better(&mut self, best: Typed, item: Typed, max: bool, at: TextRange) -> Done<Typed> {
        let same = match (&best.ty, &item.ty) {
            (Ty::Float, Ty::Float) => true,
            (Ty::Int(a), Ty::Int(b)) => (*a == Whole::Unsigned) == (*b == Whole::Unsigned),
            _ => false,
        };
        if same {
            let op = if max { Op::Max } else { Op::Min };
            let ty = super::ty::join(&best.ty, &item.ty);
            return Ok(Typed::of(ty, self.b.op(op, &[best.one(), item.one()])));
        }
        let op = if max { ruff_python_ast::CmpOp::Gt } else { ruff_python_ast::CmpOp::Lt };
        let wins = self.compare(item.clone(), op, best.clone(), at)?;
        let value = self.either(wins.one(), |_| Ok(item), |_| Ok(best))?;
        self.settled(value, at)
    }

    /// `any` or `all`: as soon as it is decided, no more is looked at.
    fn decide(&mut self, items: &'s Expr, any: bool) -> Done<Typed> {
        let (home, size) = (self.frame, self.env.len());
        self.frame().loops.push(Loop::default());
        let range = items.range();
        let each: Consumer<'s> = Rc::new(move |s, item| {
            let size = s.env.len();
            let holds = s.truth(&item, range)?;
            let Ways { yes, no } = s.split(holds);
            let (out, on) = if any { (yes, no) } else { (no, yes) };
            s.frames[home].loops.last_mut().expect("it was pushed").breaks.extend(out);
            s.join_to(on, size).map(|_| ())
        });
        let result = self.iterate(items, each);
        let done = self.fell(result);
        let Loop { breaks, .. } = self.frame().loops.pop().expect("it was pushed");
        let mut edges = vec![];
        for (ways, holds) in [(breaks, any), (done?.into_iter().collect(), !any)] {
            if !ways.is_empty() {
                self.join_to(ways, size)?;
                let value = self.constant_bool(holds);
                edges.push(self.edge(Some(value)));
            }
        }
        Ok(self.join_to(edges, size)?.expect("each way has a value"))
    }

    /// `isinstance(x, T)`, with what is known of `x` on each way; none if the call is another.
    pub fn isinstance(&mut self, call: &'s ExprCall) -> Done<Option<Ways>> {
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

    /// Whether a type is one of those named; none if only its value tells.
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
                ("int", Ty::Int(_) | Ty::Bool | Ty::Enum(_)) | ("float", Ty::Float) | ("bool", Ty::Bool) => {
                    true
                }
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

    fn next_value(&mut self, e: &'s Expr, default: Option<&'s Expr>, at: TextRange) -> Done<Typed> {
        let value = self.value(e)?;
        let default = match default {
            Some(e) => Some(self.value(e)?),
            None => None,
        };
        let pull = match &value.ty {
            Ty::Generator(_) => self.next_of_generator(value)?,
            Ty::Object(class) if self.unit.items.classes[*class].methods.contains_key("__next__") => {
                let class = *class;
                self.next_of_object(value, class)?
            }
            Ty::Wrong => return Err(Stop::Told),
            other => {
                let found = self.describe(other);
                return self
                    .wrong(at, format!("'next' is asked of a generator or an iterator; this is {found}"));
            }
        };
        let (done, item) = pull;
        let mut edges = vec![];
        if item.ty != Ty::Never {
            edges.push(self.edge(Some(item)));
        }
        if !done.is_empty() {
            self.resume(done)?;
            match default {
                Some(default) => edges.push(self.edge(Some(default))),
                None if self.frame().next => {
                    let result: Done<Typed> = self.stop_iteration().map(|()| Typed::none());
                    edges.extend(self.arm(result)?);
                }
                None => self.b.raise(Raise::Exhausted),
            }
        }
        let value = self.join(edges)?.expect("each way has a value");
        self.settled(value, at)
    }

    /// Whether the code is that of `__next__`.
    pub fn in_next(&self) -> bool {
        self.frames[self.frame].next
    }

    /// `raise StopIteration` in `__next__`.
    pub fn stop_iteration(&mut self) -> Done<()> {
        let edge = self.edge(Some(Typed::new(Ty::Stopped, vec![])));
        self.frame().returns.push(edge);
        Err(Stop::Dead)
    }

    // ---- modules

    /// A name of a module as a value.
    pub fn imported_value(&mut self, imported: Imported, at: TextRange) -> Done<Typed> {
        let Imported { module, name } = imported;
        let name = name.expect("a module alone is no value");
        Ok(match (module, name) {
            ("math", "pi") => Typed::float(self.b.f64(std::f64::consts::PI)),
            ("math", "e") => Typed::float(self.b.f64(std::f64::consts::E)),
            ("math", "tau") => Typed::float(self.b.f64(std::f64::consts::TAU)),
            ("math", "inf") => Typed::float(self.b.f64(f64::INFINITY)),
            ("math", "nan") => Typed::float(self.b.f64(f64::NAN)),
            ("sys", "maxsize") => self.int_constant(i64::MAX),
            ("sys", "argv") => {
                let mut tuple = Typed::new(Ty::Tuple(vec![]), vec![]);
                for argument in self.unit.argv {
                    let text = self.literal(argument.as_bytes());
                    super::expressions::push_item(&mut tuple, Typed::of(Ty::Str, text));
                }
                tuple
            }
            (module, "") => {
                let written = self.unit.source.written(at).to_string();
                return self.wrong(at, format!("attribute: there is no '{written}' here (module {module})"));
            }
            (module, name) => {
                return self
                    .wrong(at, format!("'{module}.{name}' is a function, and functions are no values here"));
            }
        })
    }

    pub fn call_imported(&mut self, imported: Imported, call: &'s ExprCall) -> Done<Typed> {
        let Imported { module, name } = imported;
        let name = name.expect("a module is not called");
        if let Some(k) = call.arguments.keywords.first()
            && !matches!(module, "struct" | "wirelens")
        {
            return self.wrong(k, format!("'{module}.{name}' takes no named arguments here"));
        }
        match (module, name) {
            ("math", _) => self.math(name, call),
            ("struct", "calcsize") => self.calcsize(call),
            ("struct", "unpack_from") => self.unpack_from(call),
            ("zlib" | "binascii", "crc32") => self.crc32(call),
            ("time", "perf_counter" | "time") if call.arguments.is_empty() => {
                Ok(Typed::float(self.host("time.seconds", &[])))
            }
            ("time", "perf_counter_ns") if call.arguments.is_empty() => {
                Ok(Typed::natural(self.host("time.nanoseconds", &[])))
            }
            ("wirelens", "open") => self.open_records(call),
            _ => {
                let value = self.imported_value(imported, call.func.range())?;
                let found = self.describe(&value.ty);
                self.wrong(call, format!("this is {found} and cannot be called"))
            }
        }
    }

    fn math(&mut self, name: &'static str, call: &'s ExprCall) -> Done<Typed> {
        let mut args = vec![];
        for e in &call.arguments.args {
            if e.is_starred_expr() {
                return self.wrong(e, "'*' is not understood here");
            }
            args.push(self.numeric(e)?);
        }
        self.mark(call);
        let ints = args.iter().all(|a| matches!(a.ty, Ty::Int(_)));
        let count = args.len();
        match (name, &args[..]) {
            ("floor" | "ceil" | "trunc", [x]) => {
                if ints {
                    return Ok(x.clone());
                }
                if x.ty == Ty::Number {
                    let (float, int) = (Typed::float(x.parts[2]), as_int(x.clone()));
                    return self.either(x.parts[0], |s| s.whole(name, float), |_| Ok(int));
                }
                self.whole(name, x.clone())
            }
            ("sqrt", [x]) => {
                let x = self.float(x);
                let zero = self.b.f64(0.0);
                let negative = self.b.op(Op::Lt, &[x, zero]);
                let fine = self.b.op(Op::Not, &[negative]);
                self.require(fine, Raise::Domain)?;
                Ok(Typed::float(self.b.op(Op::Sqrt, &[x])))
            }
            ("fabs", [x]) => {
                let x = self.float(x);
                Ok(Typed::float(self.b.op(Op::Abs, &[x])))
            }
            ("isnan", [x]) => {
                let x = self.float(x);
                Ok(Typed::bool(self.b.op(Op::Ne, &[x, x])))
            }
            ("isinf" | "isfinite", [x]) => {
                let x = self.float(x);
                let (size, infinity) = (self.b.op(Op::Abs, &[x]), self.b.f64(f64::INFINITY));
                let op = if name == "isinf" { Op::Eq } else { Op::Lt };
                Ok(Typed::bool(self.b.op(op, &[size, infinity])))
            }
            ("isqrt", [x]) if ints => {
                let x = self.signed(x.clone());
                let zero = self.b.i64(0);
                let natural = self.b.op(Op::Le, &[zero, x]);
                self.require(natural, Raise::Domain)?;
                Ok(Typed::natural(self.host("number.isqrt", &[x])))
            }
            ("factorial", [x]) if ints => {
                let x = self.signed(x.clone());
                let zero = self.b.i64(0);
                let natural = self.b.op(Op::Le, &[zero, x]);
                self.require(natural, Raise::Domain)?;
                let product = self.host("number.factorial", &[x]);
                Ok(Typed::natural(self.fits(product, Raise::Overflow)?))
            }
            ("gcd" | "lcm", [first, rest @ ..]) if ints && !rest.is_empty() => {
                let mut value = self.signed(first.clone());
                for other in rest {
                    let other = self.signed(other.clone());
                    let both =
                        self.host(if name == "gcd" { "number.gcd" } else { "number.lcm" }, &[value, other]);
                    value = self.fits(both, Raise::Overflow)?;
                }
                Ok(Typed::natural(value))
            }
            ("isqrt" | "factorial" | "gcd" | "lcm", _) => {
                self.wrong(call, format!("'math.{name}' is not called with these arguments: it takes ints"))
            }
            ("log", [x, base]) => {
                let (x, base) = (self.float(x), self.float(base));
                let (x, base) = (self.host("math.log", &[x]), self.host("math.log", &[base]));
                let (x, base) = (self.fits(x, Raise::Domain)?, self.fits(base, Raise::Domain)?);
                let zero = self.b.f64(0.0);
                let fine = self.b.op(Op::Ne, &[base, zero]);
                self.require(fine, Raise::DivisionByZero)?;
                Ok(Typed::float(self.b.op(Op::Div, &[x, base])))
            }
            ("ldexp", [x, e]) if matches!(e.ty, Ty::Int(_)) => {
                let (x, e) = (self.float(x), self.signed(e.clone()));
                let result = self.host("math.ldexp", &[x, e]);
                Ok(Typed::float(self.fits(result, Raise::Domain)?))
            }
            _ => {
                let Some((host, takes, total)) = super::MATH.iter().find(|(n, ..)| *n == name) else {
                    return self.wrong(call, format!("'math.{name}' is not called with {count} arguments"));
                };
                if *takes != count {
                    return self.wrong(call, format!("'math.{name}' takes {takes} arguments, not {count}"));
                }
                let args: Vec<Value> = args.iter().map(|a| self.float(a)).collect();
                let result = self.host(&format!("math.{host}"), &args);
                let result = if *total { result } else { self.fits(result, Raise::Domain)? };
                Ok(Typed::float(result))
            }
        }
    }

    fn whole(&mut self, name: &str, x: Typed) -> Done<Typed> {
        let rounded = match name {
            "floor" => self.b.op(Op::Floor, &x.parts),
            "ceil" => self.b.op(Op::Ceil, &x.parts),
            _ => x.one(),
        };
        self.truncated(rounded)
    }

    /// A float as an integer, towards zero.
    fn truncated(&mut self, x: Value) -> Done<Typed> {
        let (size, infinity) = (self.b.op(Op::Abs, &[x]), self.b.f64(f64::INFINITY));
        let finite = self.b.op(Op::Lt, &[size, infinity]);
        self.require(finite, Raise::NotFinite)?;
        Ok(Typed::int(self.b.op(Op::Convert(Base::I64), &[x])))
    }
}
