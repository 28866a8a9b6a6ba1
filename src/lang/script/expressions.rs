//! Expressions: names, literals, and the dispatch on the kind of expression.

use super::items::{Imported, Item};
use super::ty::{Ty, Typed};
use super::{DEEPEST, Done, Lowering, Stop, Yields};
use crate::error::nearest;
use crate::ir::{Base, Const, Op, Raise, Value};
use crate::schema::quoted;
use ruff_python_ast::{Expr, ExprName, ExprSubscript, Number, UnaryOp};
use ruff_text_size::TextRange;

/// The limit on the number of IR values in a tuple, including those of nested tuples.
const WIDEST: usize = 256;

impl<'s> Lowering<'_, 's> {
    /// The value of an expression.
    pub fn value(&mut self, e: &'s Expr) -> Done<Typed> {
        self.deeper(e, |s| s.shallow(e))
    }

    /// Runs `value` one nesting level deeper; an error if the expression is nested too deep.
    pub fn deeper(&mut self, e: &Expr, value: impl FnOnce(&mut Self) -> Done<Typed>) -> Done<Typed> {
        self.depth += 1;
        if self.depth > DEEPEST {
            self.depth -= 1;
            return self.wrong(e, format!("this is nested deeper than {DEEPEST}"));
        }
        let value = value(self);
        self.depth -= 1;
        value
    }

    fn shallow(&mut self, e: &'s Expr) -> Done<Typed> {
        match e {
            Expr::Name(name) => self.name(name),
            Expr::NumberLiteral(n) => self.number_literal(&n.value, n.range),
            Expr::BooleanLiteral(b) => Ok(self.constant_bool(b.value)),
            Expr::NoneLiteral(_) => Ok(Typed::none()),
            Expr::StringLiteral(s) => Ok(Typed::of(Ty::Str, self.literal(s.value.to_str().as_bytes()))),
            Expr::BytesLiteral(s) => {
                let bytes: Vec<u8> = s.value.bytes().collect();
                Ok(Typed::of(Ty::Bytes, self.literal(&bytes)))
            }
            Expr::Tuple(tuple) => {
                let mut value = Typed::new(Ty::Tuple(vec![]), vec![]);
                for e in &tuple.elts {
                    if e.is_starred_expr() {
                        return self.wrong(e, "'*' in a tuple is not supported");
                    }
                    let item = self.value(e)?;
                    push_item(&mut value, item);
                }
                if value.parts.len() > WIDEST {
                    return self
                        .wrong(tuple, format!("a tuple of more than {WIDEST} values is not supported"));
                }
                Ok(value)
            }
            Expr::BinOp(_) => self.chain(e, false),
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => {
                let ways = self.condition(e)?;
                self.as_value(ways)
            }
            Expr::UnaryOp(u) => {
                if let Some(i) = self.constant_int(e) {
                    return Ok(self.known(i));
                }
                let value = self.value(&u.operand)?;
                self.unary(u.op, value, u.range)
            }
            Expr::BoolOp(b) => self.bool_op(b.op, &b.values),
            Expr::Compare(c) if c.ops.len() == 1 => {
                let left = self.value(&c.left)?;
                self.compare_with(left, c.ops[0], &c.comparators[0], c.range)
            }
            Expr::Compare(_) => {
                let ways = self.condition(e)?;
                self.as_value(ways)
            }
            Expr::If(i) => {
                let ways = self.condition(&i.test)?;
                let mut edges = vec![];
                for (ways, arm) in [(ways.yes, &i.body), (ways.no, &i.orelse)] {
                    if !ways.is_empty() {
                        self.resume(ways)?;
                        let result = self.value(arm);
                        edges.extend(self.arm(result)?);
                    }
                }
                let value = self.join(edges)?.expect("each arm has a value");
                self.settled(value, i.range)
            }
            Expr::Named(n) => {
                // A script declares its variables beforehand; a lone expression has none.
                if let Expr::Name(name) = &*n.target
                    && !self.frame().names.contains_key(name.id.as_str())
                    && !self.frame().held(&name.id)
                {
                    return self.wrong(n, "':=' is not supported here: an expression has no variables");
                }
                let value = self.value(&n.value)?;
                self.assign(&n.target, value.clone())?;
                Ok(value)
            }
            Expr::Call(call) => {
                self.mark(call);
                let value = self.call(call)?;
                self.mark(call);
                Ok(value)
            }
            Expr::Attribute(a) => {
                if let Some(field) = self.building_field(a)? {
                    return Ok(field);
                }
                if let Some(imported) = self.imported(e) {
                    return self.imported_value(imported, a.range);
                }
                if let Some(constant) = self.class_constant(a)? {
                    return Ok(constant);
                }
                let object = self.value(&a.value)?;
                self.mark(a.attr.range);
                self.attribute_of(object, a)
            }
            Expr::Subscript(s) => {
                self.check_argument(s)?;
                let object = self.value(&s.value)?;
                self.mark(s);
                self.subscript(object, &s.slice, s.range)
            }
            Expr::Generator(g) => self.generator_value(g),
            Expr::FString(s) => self.wrong_help(
                s,
                "an f-string is supported within print, assert and raise only",
                "no text is built: print its parts",
            ),
            // These are refused before lowering.
            Expr::Lambda(_)
            | Expr::List(_)
            | Expr::ListComp(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Dict(_)
            | Expr::DictComp(_)
            | Expr::Await(_)
            | Expr::TString(_)
            | Expr::IpyEscapeCommand(_) => Err(Stop::Reported),
            Expr::Yield(y) => self.wrong(y, "the value of a 'yield' is not supported: nothing is sent to it"),
            Expr::YieldFrom(y) => self.wrong(y, "the value of a 'yield from' is not supported"),
            Expr::Starred(e) => self.wrong(e, "'*' is not supported here"),
            Expr::Slice(e) => self.wrong(e, "a slice is not supported here"),
            Expr::EllipsisLiteral(e) => self.wrong(e, "'...' is not supported here"),
        }
    }

    fn number_literal(&mut self, n: &Number, at: TextRange) -> Done<Typed> {
        match n {
            Number::Float(x) => Ok(Typed::float(self.b.f64(*x))),
            Number::Int(i) => match super::constants::literal(i) {
                Some(i) => Ok(self.known(i)),
                None => self.wrong(at, "this integer does not fit 64 bits"),
            },
            Number::Complex { .. } => self.wrong(at, "complex numbers are not supported"),
        }
    }

    fn name(&mut self, name: &'s ExprName) -> Done<Typed> {
        let id = name.id.as_str();
        if let Some((called, at)) = &self.frames[self.frame].called
            && called == id
        {
            return Ok(self.env[*at].clone());
        }
        if let Some(at) = self.frame().names.get(id).copied() {
            let value = self.env[at].clone();
            let value = self.assigned(value, id, name.range)?;
            // From here on it is known to be assigned.
            self.env[at] = value.clone();
            if let Ty::Waiting(..) = value.ty {
                return self.awake(value, name.range);
            }
            // A loop may carry the variable, but a constant string is known nonetheless.
            if let (None, Some(Item::Constant(e @ Expr::StringLiteral(_)))) =
                (self.frame().function, self.unit.items.names.get(id).copied())
            {
                return self.module_constant(e);
            }
            return Ok(value);
        }
        if let Yields::Suspend(suspend) = self.frame().yields.clone()
            && suspend.holds(id)
        {
            return self.held(&suspend, id, name.range);
        }
        if id == "__name__" {
            return Ok(Typed::of(Ty::Str, self.literal(b"__main__")));
        }
        if let Some(class) = self.frame().class
            && let Some(constant) = self.unit.items.classes[class].constants.get(id).copied()
        {
            return self.class_constant_of(class, constant);
        }
        if let Some(bare) = self.frame().bare
            && let Some(value) = self.bare_field(bare, name)?
        {
            return Ok(value);
        }
        if let Some(column) = self.unit.aliases.iter().position(|column| column.name == id) {
            return self.alias(column);
        }
        match self.unit.items.names.get(id).copied() {
            Some(Item::Constant(e)) => self.module_constant(e),
            Some(Item::Imported(Imported { module, name: Some(member) })) => {
                self.imported_value(Imported { module, name: Some(member) }, name.range)
            }
            Some(Item::Imported(Imported { module, .. })) => {
                self.wrong(name, format!("'{module}' is a module: this needs what is in it"))
            }
            Some(Item::Function(_)) => self.wrong_help(
                name,
                format!("'{id}' is a function, and functions are no values here"),
                format!("call it: '{id}(…)'"),
            ),
            Some(Item::Class(_)) => {
                self.wrong(name, format!("'{id}' is a class, and classes are no values here"))
            }
            Some(Item::Wrong) => Err(Stop::Reported),
            Some(Item::Variable) => self.wrong_help(
                name,
                format!("'{id}' is a variable of the module: functions see only its constants"),
                "pass it to the function, or assign it once, to what is known beforehand",
            ),
            None => self.unknown_name(name, id),
        }
    }

    /// Reports an error if the script uses an argument that was not passed to it.
    fn check_argument(&self, s: &ExprSubscript) -> Done<()> {
        let argv = super::items::Imported { module: "sys", name: Some("argv") };
        let Expr::NumberLiteral(n) = &*s.slice else { return Ok(()) };
        let index = n.value.as_int().and_then(|i| i.as_usize()).unwrap_or(0);
        if self.imported(&s.value) != Some(argv) || index < self.unit.argv.len() {
            return Ok(());
        }
        let given = self.unit.argv.len().saturating_sub(1);
        let given = match given {
            0 => "none".to_string(),
            n => format!("only {n}"),
        };
        self.wrong_help(
            s,
            format!("the script needs argument {index}, and received {given}"),
            "arguments stand behind the script: wirelens run SCRIPT.py ARGUMENT…",
        )
    }

    fn unknown_name(&self, at: &ExprName, id: &str) -> Done<Typed> {
        if let Some(error) = self.unknown_beside_record(at, id) {
            return Err(error);
        }
        if super::builtins::NAMES.contains(&id) {
            return self.wrong(at, format!("'{id}' is a function, and functions are no values here"));
        }
        let message = format!("unknown name '{id}'");
        if let Some(help) = super::habits::name(id) {
            return self.wrong_help(at, message, help);
        }
        if self.unit.items.members("math").contains(&id) {
            return self.wrong_help(at, message, format!("did you mean 'math.{id}'?"));
        }
        let bare = self.frames[self.frame].bare.map(|at| &self.env[at].ty);
        let mut fields = match bare {
            Some(Ty::Record(class)) => self.field_names(*class),
            _ => vec![],
        };
        fields.extend(self.unit.aliases.iter().map(|column| column.name.as_str()));
        if bare.is_some() {
            if let Some(help) = super::habits::over_records(id) {
                return self.wrong_help(at, message, format!("over all records, with wirelens eval: {help}"));
            }
            if let Some(field) = fields.iter().find(|field| field.eq_ignore_ascii_case(id)) {
                return self.wrong_help(at, message, format!("did you mean '{field}'?"));
            }
        }
        let own = self.frames[self.frame].names.keys().copied();
        let names = own.chain(self.unit.items.names.keys().copied()).chain(super::builtins::NAMES);
        let mut names: Vec<&str> = names.filter(|n| !n.starts_with('$')).collect();
        names.sort_unstable();
        // An expression over a record names a field more often than a function.
        match nearest(id, fields.iter().copied()).or_else(|| nearest(id, names.iter().copied())) {
            Some(near)
                if bare.is_none() || near.chars().next() == id.chars().next() || fields.contains(&near) =>
            {
                self.wrong_help(at, message, format!("did you mean '{near}'?"))
            }
            _ if self.unit.items.module(id).is_some() => {
                self.wrong_help(at, message, format!("write 'import {id}' at the top"))
            }
            _ if bare.is_some() => {
                self.wrong_help(at, message, format!("the record has {}", quoted(&fields)))
            }
            _ => self.wrong(at, message),
        }
    }

    /// The value of a variable; an error if it is unassigned or of no single type.
    pub fn assigned(&mut self, value: Typed, name: &str, at: TextRange) -> Done<Typed> {
        match &value.ty {
            Ty::Unset => self.wrong(at, format!("'{name}' is used before it is assigned")),
            Ty::Maybe(of) => {
                let of = (**of).clone();
                self.mark(at);
                let there = self.is_there(&value);
                self.require(there, Raise::Unassigned)?;
                Ok(self.inner(&value, &of))
            }
            _ => self.settled(value, at),
        }
    }

    /// The value itself; an error if it is of no single type.
    pub fn settled(&self, value: Typed, at: TextRange) -> Done<Typed> {
        match &value.ty {
            Ty::Wrong => Err(Stop::Reported),
            Ty::Mixed(both) => {
                let (a, b) = (self.describe(&both.0), self.describe(&both.1));
                self.wrong_help(
                    at,
                    format!("this is {a} on one way and {b} on another: it must be of one type"),
                    "use two names",
                )
            }
            _ => Ok(value),
        }
    }

    /// The value of a module constant, which is computed where it is used.
    fn module_constant(&mut self, e: &'s Expr) -> Done<Typed> {
        if self.frames.len() > super::classes::CONSTANTS {
            return self.wrong(e, "this constant is made of itself");
        }
        self.in_module(|s| s.value(e))
    }

    /// The value of an optional; raises an error at run time if it is `None`.
    pub fn given(&mut self, value: Typed) -> Typed {
        match &value.ty {
            Ty::Optional(of) => {
                let of = (**of).clone();
                let there = self.is_there(&value);
                // It is always `None`, which the check reports at run time.
                if self.require(there, Raise::Missing).is_err() {
                    return Typed::new(Ty::Wrong, vec![]);
                }
                self.inner(&value, &of)
            }
            _ => value,
        }
    }

    /// The items of a tuple.
    pub fn items_of(&self, value: &Typed, items: &[Ty]) -> Vec<Typed> {
        let mut rest = &value.parts[..];
        let item = |ty: &Ty| {
            let (first, others) = rest.split_at(self.layout(ty).len());
            rest = others;
            Typed::new(ty.clone(), first.to_vec())
        };
        items.iter().map(item).collect()
    }

    pub fn as_f64(&mut self, int: Value) -> Value {
        match self.b.as_const(int) {
            Some(Const::I64(i)) => self.b.f64(i as f64),
            Some(Const::U64(u)) => self.b.f64(u as f64),
            _ => self.b.op(Op::Convert(Base::F64), &[int]),
        }
    }

    /// Converts a non-negative `i64` to a `u64`.
    pub fn unsigned(&mut self, int: Value) -> Value {
        match self.b.as_const(int) {
            Some(Const::I64(i)) if i >= 0 => self.b.constant(Const::U64(i as u64)),
            _ => self.b.op(Op::Convert(Base::U64), &[int]),
        }
    }

    /// The description of a type in messages.
    pub fn describe(&self, ty: &Ty) -> String {
        match ty {
            Ty::None => "None".to_string(),
            Ty::Bool => "a bool".to_string(),
            Ty::Int(_) | Ty::Wide | Ty::Low => "an int".to_string(),
            Ty::Known(i) => format!("the int {i}, of more than 64 bits,"),
            Ty::Float => "a float".to_string(),
            Ty::Number => "an int or a float".to_string(),
            Ty::Str => "a str".to_string(),
            Ty::Bytes => "bytes".to_string(),
            Ty::Enum(names) => format!("a {}", self.unit.names[*names].name),
            Ty::Optional(of) => format!("{} or None", self.describe(of)),
            Ty::Tuple(items) => format!("a tuple of {}", items.len()),
            Ty::Range => "a range".to_string(),
            Ty::Object(class) => format!("a {}", self.unit.items.classes[*class].name),
            Ty::Generator(_) | Ty::Waiting(..) => "a generator".to_string(),
            Ty::Record(class) => format!("a {}", self.class_called(*class)),
            Ty::List(class, _) => format!("a list ({})", self.class_called(*class)),
            Ty::Records(_) => "all records".to_string(),
            Ty::File => "a file".to_string(),
            Ty::Maybe(of) => self.describe(of),
            Ty::Unset | Ty::Wrong | Ty::Never | Ty::Stopped => "nothing".to_string(),
            Ty::Mixed(both) => format!("{} or {}", self.describe(&both.0), self.describe(&both.1)),
        }
    }
}

/// Appends an item to a tuple.
pub fn push_item(tuple: &mut Typed, item: Typed) {
    let Ty::Tuple(items) = &mut tuple.ty else { unreachable!("{:?} is no tuple", tuple.ty) };
    items.push(item.ty);
    tuple.parts.extend(item.parts);
}
