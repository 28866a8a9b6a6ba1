//! The modules that a script can import: `math`, and the supported parts of others.

use super::items::Imported;
use super::numbers::as_int;
use super::ty::{Ty, Typed};
use super::{Done, Lowering, Stop};
use crate::error::nearest;
use crate::ir::{Base, Op, Raise, Value};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

/// The functions of `math` that are a single host call: the name, the number of arguments, which are floats,
/// and whether the function always has a result.
const MATH: [(&str, usize, bool); 23] = [
    ("exp", 1, false),
    ("expm1", 1, false),
    ("log", 1, false),
    ("log2", 1, false),
    ("log10", 1, false),
    ("log1p", 1, false),
    ("sin", 1, false),
    ("cos", 1, false),
    ("tan", 1, false),
    ("asin", 1, false),
    ("acos", 1, false),
    ("sinh", 1, false),
    ("cosh", 1, false),
    ("atan", 1, true),
    ("tanh", 1, true),
    ("cbrt", 1, true),
    ("degrees", 1, true),
    ("radians", 1, true),
    ("atan2", 2, true),
    ("copysign", 2, true),
    ("hypot", 2, true),
    ("fmod", 2, false),
    ("pow", 2, false),
];

impl<'s> Lowering<'_, 's> {
    /// The value of a member of a module.
    pub fn imported_value(&mut self, imported: Imported<'s>, at: TextRange) -> Done<Typed> {
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
                let wanted = written.rsplit('.').next().unwrap_or("");
                let members = self.unit.items.members(module);
                return self.no_member(at, module, wanted, &members);
            }
            ("sys", "stdout" | "stderr") => {
                return self.wrong(at, "a stream is an argument of print only: print(…, file=sys.stderr)");
            }
            (module, name) => {
                return self
                    .wrong(at, format!("'{module}.{name}' is a function, and functions are no values here"));
            }
        })
    }

    fn no_member<T>(&self, at: TextRange, module: &str, wanted: &str, members: &[&str]) -> Done<T> {
        let message = format!("module '{module}' has no attribute '{wanted}' here");
        let help = match nearest(wanted, members.iter().copied()) {
            _ if (module, wanted) == ("struct", "unpack") => {
                "struct.unpack_from(format, data) takes the values at the start of data".to_string()
            }
            Some(near) => format!("did you mean '{module}.{near}'?"),
            None => format!("it has {}", members.join(", ")),
        };
        self.wrong_help(at, message, help)
    }

    /// `sys.exit(code)`, `raise SystemExit(code)`: a string is printed, and the exit code is 1.
    pub fn exit(&mut self, code: Option<&'s Expr>) -> Done<()> {
        let code = match code {
            None | Some(Expr::NoneLiteral(_)) => self.b.i64(0),
            Some(text @ (Expr::FString(_) | Expr::StringLiteral(_))) => {
                self.host_effect("print.to_errors", &[]);
                self.write_line(text)?;
                self.b.i64(1)
            }
            Some(code) => self.int_argument(code)?.one(),
        };
        self.host_effect("exit", &[code]);
        self.raised(Raise::Exit)
    }

    pub fn call_imported(&mut self, imported: Imported<'s>, call: &'s ExprCall) -> Done<Typed> {
        let Imported { module, name } = imported;
        let name = name.expect("a module is not called");
        if let Some(k) = call.arguments.keywords.first()
            && !matches!(module, "struct" | "wirelens")
        {
            return self.wrong(k, format!("'{module}.{name}' takes no named arguments here"));
        }
        match (module, name) {
            _ if self.unit.items.is_lent(module) && !name.is_empty() => self.call_lent(module, name, call),
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
            ("sys", "exit") => {
                self.exit(call.arguments.args.first())?;
                Err(Stop::Dead)
            }
            _ => {
                let value = self.imported_value(imported, call.func.range())?;
                let found = self.describe(&value.ty);
                self.wrong(call, format!("this is {found} and cannot be called"))
            }
        }
    }

    fn math(&mut self, name: &'s str, call: &'s ExprCall) -> Done<Typed> {
        let mut args = vec![];
        for e in &call.arguments.args {
            if e.is_starred_expr() {
                return self.wrong(e, "'*' is not supported here");
            }
            args.push(self.numeric(e)?);
        }
        self.mark(call);
        let ints = args.iter().all(|a| matches!(a.ty, Ty::Int(_) | Ty::Wide));
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
            ("ldexp", [x, e]) if matches!(e.ty, Ty::Int(_) | Ty::Wide) => {
                let (x, e) = (self.float(x), self.signed(e.clone()));
                let result = self.host("math.ldexp", &[x, e]);
                Ok(Typed::float(self.fits(result, Raise::Domain)?))
            }
            _ => {
                let Some((host, takes, total)) = MATH.iter().find(|(n, ..)| *n == name) else {
                    let written = self.unit.source.written(call.func.range());
                    let members = self.unit.items.members("math");
                    if name.is_empty() || !members.contains(&name) {
                        let wanted = written.rsplit('.').next().unwrap_or("");
                        return self.no_member(call.func.range(), "math", wanted, &members);
                    }
                    return self.wrong(call, format!("'{written}' is not called with {count} arguments"));
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

    /// Truncates a float to an integer.
    pub fn truncated(&mut self, x: Value) -> Done<Typed> {
        let (size, infinity) = (self.b.op(Op::Abs, &[x]), self.b.f64(f64::INFINITY));
        let finite = self.b.op(Op::Lt, &[size, infinity]);
        self.require(finite, Raise::NotFinite)?;
        Ok(Typed::int(self.b.op(Op::Convert(Base::I64), &[x])))
    }
}
