//! Expressions over all records: `sum(t.x for t in records) / len(records)`.
//!
//! Each `sum`, `min`, `count` … of a generator whose first `for` iterates over `records` becomes an *item* of
//! one pass over them, or several, if it is a statistic: a function that folds the rest of the generator (its
//! conditions and nested loops) for one record, and an [`Aggregate`] that combines these contributions. The
//! expression around such calls becomes an [`Answer`], a function of the items' results, which runs once at
//! the end. For `len(records)`, the pass counts records in any case. Equal calls share one item.
//!
//! Differences from Python: a sum that may be a float is always a float, even of no values; `any` and `all`
//! look at all records, even once they are decided, so an error in a later record is reported. Any other use
//! of `records` is rejected.

use super::entry::{RecordScope, expression, function};
use super::habits;
use super::ty::{Ty, Typed, Whole};
use super::{Done, FunctionScope, Lowering, Source, Stop};
use crate::error::{Diagnostic, Error, nearest};
use crate::ir::build::Builder;
use crate::ir::{Base, ClassId, FuncId, Op, Program, Raise, Type, Value};
use crate::lang::aggregates::{self, Item, Named, Statistic};
use crate::schema::Schema;
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, ExprCall, ExprGenerator, Operator};
use ruff_text_size::{Ranged, TextRange};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// The name that stands for all records.
const RECORDS: &str = "records";

/// An expression over all records: a function of the number of records and the items' results.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The name that the user wrote, or the text of the expression.
    pub name: String,
    /// Returns the parts of the value.
    pub func: FuncId,
    /// How to read these parts.
    pub shape: Shape,
}

/// How the parts of a value are read.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// No parts.
    None,
    Bool,
    Int,
    Uint,
    /// An integer of 128 bits, in two halves.
    Wide,
    Float,
    /// A flag (is it a float?), the value as an integer if it is one, and the value as a float.
    Number,
    Text,
    Bytes,
    /// One part of an optional type; or, if the flag is set, a bool followed by the parts.
    Optional(Box<Shape>, bool),
    Tuple(Vec<Shape>),
}

/// The resolution of a call over all records.
#[derive(Clone, Debug)]
enum Call {
    Count,
    /// These items; the statistic is computed from their results.
    Items(Vec<usize>, Option<&'static Statistic>),
}

/// Lowers the comma-separated expressions of a text, each optionally named (`name=EXPR`): returns their
/// items, and the functions of the items' results. With a filter, `records` are those for which it holds;
/// positions in the filter follow those of the expressions, as if it were their last line.
pub fn eval(
    program: &mut Program,
    schema: &Schema,
    record: ClassId,
    text: &str,
    filter: Option<&str>,
) -> Result<(Vec<Item>, Vec<Answer>), Error> {
    let behind = text.len() + 1;
    let filter = filter.map(|filter| keep(program, schema, record, filter, behind)).transpose()?;
    let whole = Source::new("<expression>", text);
    let mut parts = vec![];
    let mut errors = vec![];
    let mut called: Vec<String> = vec![];
    for (name, range) in split(text) {
        let key = name.clone().unwrap_or_else(|| text[range.clone()].trim().to_string());
        if !key.is_empty() && called.contains(&key) {
            let d = Diagnostic::at(&whole.file, text, range.start, format!("two values are called '{key}'"));
            errors.push(d.help("give one another name: 'NAME=…'"));
        }
        called.push(key);
        let source = whole.part(range.clone());
        match source.expression() {
            Ok(parsed) => parts.push((name, text[range].trim(), source, parsed)),
            Err(error) => collect(&mut errors, error)?,
        }
    }
    let mut items = vec![];
    if let Some(keep) = filter {
        items.push(Item {
            of: aggregates::SUM,
            base: Base::I64,
            func: count(program, record, keep),
            split: None,
        });
    }
    // For each item, the name of its aggregate and the text of its generator.
    let mut seen: Vec<(&str, String)> = items.iter().map(|_| ("len", String::new())).collect();
    let mut all = vec![];
    for (name, text, source, parsed) in &parts {
        let mut found = Found { source, calls: vec![], errors: vec![] };
        found.visit_expr(parsed.expr());
        errors.append(&mut found.errors);
        let mut calls = vec![];
        for (e, range, of) in found.calls {
            let Some(of) = of else {
                calls.push((range, Call::Count));
                continue;
            };
            // Whitespace is normalized, unless there may be a string literal, in which it is significant.
            let written = source.written(generator(e).range);
            let key = match written.contains(['"', '\'']) {
                true => written.to_string(),
                false => written.split_whitespace().collect::<Vec<_>>().join(" "),
            };
            let statistic = if let Named::Statistic(statistic) = of { Some(statistic) } else { None };
            let mut numbers = vec![];
            for of in of.of() {
                if let Some(i) = seen.iter().position(|(name, text)| *name == of.name() && *text == key) {
                    numbers.push(i);
                    continue;
                }
                let known = Rc::new(RefCell::new(None));
                let asked = RecordScope { schema, record, bare: false, called: None };
                let func = format!("item{}", items.len());
                let lowered = expression(program, asked, &func, source, e, |s, e| {
                    s.item(generator(e), of, filter, &known)
                });
                match lowered {
                    Ok((func, (base, split))) => {
                        numbers.push(items.len());
                        items.push(Item { of, base, func, split });
                        seen.push((of.name(), key.clone()));
                    }
                    // The others would report the same.
                    Err(error) => {
                        collect(&mut errors, error)?;
                        break;
                    }
                }
            }
            calls.push((range, Call::Items(numbers, statistic)));
        }
        all.push((name, *text, source, parsed, calls));
    }
    if !errors.is_empty() {
        return Err(Error::program(errors));
    }
    let params: Vec<Type> = [Type::I64].into_iter().chain(items.iter().flat_map(Item::gives)).collect();
    let mut answers = vec![];
    for (name, text, source, parsed, calls) in all {
        let lower = |s: &mut Lowering<'_, '_>, params: &[Value]| -> Done<()> {
            s.frames.push(FunctionScope::default());
            let result = |i: usize| {
                let at = 1 + items[..i].iter().map(|item| item.gives().len()).sum::<usize>();
                let parts = params[at..][..items[i].gives().len()].to_vec();
                Typed::new(items[i].of.ty(&items[i]), parts)
            };
            for (range, call) in &calls {
                let value = match call {
                    // With a filter, the first item counts the records.
                    Call::Count if filter.is_some() => Typed::new(Ty::Wide, params[1..3].to_vec()),
                    Call::Count => Typed::natural(params[0]),
                    Call::Items(items, None) => result(items[0]),
                    Call::Items(items, Some(statistic)) => {
                        let results: Vec<Typed> = items.iter().map(|i| result(*i)).collect();
                        (statistic.value)(s, &results, *range)?
                    }
                };
                s.unit.computed.insert(*range, value);
            }
            Ok(())
        };
        let func = format!("answer{}", answers.len());
        let lowered = function(program, schema, &func, source, parsed.expr(), &params, |s, params, e| {
            lower(s, params)?;
            let value = s.value(e)?;
            let mut value = s.settled(value, e.range())?;
            if let Ty::Known(_) = value.ty {
                value = s.widened(value);
            }
            let shape = s.shape(&value.ty, e.range())?;
            Ok((value.parts, shape))
        });
        match lowered {
            Ok((func, shape)) => {
                let name = name.clone().unwrap_or_else(|| text.to_string());
                answers.push(Answer { name, func, shape });
            }
            Err(error) => collect(&mut errors, error)?,
        }
    }
    let fields = super::records::struct_of(program, schema, record);
    let advise = |d: Diagnostic| {
        let Some(name) = d.message.strip_prefix("unknown name '").and_then(|rest| rest.strip_suffix('\''))
        else {
            return d;
        };
        let field = fields.is_some_and(|s| s.field(name).is_some());
        let help = match habits::over_records(name) {
            _ if aggregates::named(name).is_some() => {
                format!("'{name}' is a function over all records: {name}(t.x for t in {RECORDS})")
            }
            _ if field || d.help.is_none() => {
                let name = if field { name } else { "x" };
                format!("a field is named in a generator over all records: sum(t.{name} for t in {RECORDS})")
            }
            Some(help) => help.to_string(),
            None => return d,
        };
        d.help(help)
    };
    match errors.is_empty() {
        true => Ok((items, answers)),
        false => Err(Error::program(errors.into_iter().map(advise).collect())),
    }
}

/// Adds the function `keep(record) -> bool`, which evaluates a filter. The filter names fields directly or as
/// attributes of `t`. Positions in its code are shifted by `behind` bytes.
fn keep(
    program: &mut Program,
    schema: &Schema,
    record: ClassId,
    text: &str,
    behind: usize,
) -> Result<FuncId, Error> {
    let source = Source::new("<filter>", text).behind(behind);
    let parsed = source.expression()?;
    let asked = RecordScope { schema, record, bare: true, called: Some("t") };
    let keep = expression(program, asked, "keep", &source, parsed.expr(), |s, e| {
        s.one_condition(e)?;
        let value = s.value(e)?;
        let value = s.settled(value, e.range())?;
        Ok((Typed::bool(s.truth(&value, e.range())?), ()))
    });
    keep.map(|(func, ())| func)
}

/// Adds the function `kept(record) -> i64`: 1 if a filter holds, else 0.
fn count(program: &mut Program, record: ClassId, keep: FuncId) -> FuncId {
    let (mut b, params) = Builder::new(program, "kept", &[Type::object(record)]);
    let keep = b.op(Op::Call(keep), &params);
    let count = b.op(Op::Convert(Base::I64), &[keep]);
    b.give(&[count]);
    b.finish()
}

/// Collects the diagnostics of an error in the program; any other error is returned.
fn collect(errors: &mut Vec<Diagnostic>, error: Error) -> Result<(), Error> {
    errors.extend(error.of_program()?);
    Ok(())
}

/// Splits a text at the commas outside of brackets, strings and comments, and splits off the optional names
/// of the expressions.
fn split(text: &str) -> Vec<(Option<String>, Range<usize>)> {
    let bytes = text.as_bytes();
    let (mut parts, mut from, mut depth, mut at) = (vec![], 0, 0usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'#' => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(from..text.len());
    parts.into_iter().map(|range| named(text, range)).collect()
}

/// Splits `name = expression` into both; an expression without a name stays whole.
fn named(text: &str, range: Range<usize>) -> (Option<String>, Range<usize>) {
    let part = &text[range.clone()];
    if let Some(equals) = part.find('=') {
        let name = part[..equals].trim();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(word);
        if is_name && !part[equals + 1..].starts_with('=') {
            return (Some(name.to_string()), range.start + equals + 1..range.end);
        }
    }
    (None, range)
}

/// The calls over all records in an expression.
struct Found<'s, 'e> {
    source: &'s Source,
    /// The calls with their functions; `len` has none.
    calls: Vec<(&'e Expr, TextRange, Option<Named>)>,
    errors: Vec<Diagnostic>,
}

impl Found<'_, '_> {
    fn wrong(&mut self, at: impl Ranged, message: impl Into<String>, help: &str) {
        self.errors.push(self.source.diagnostic(at.start(), message).help(help));
    }
}

impl<'e> Visitor<'e> for Found<'_, 'e> {
    fn visit_expr(&mut self, e: &'e Expr) {
        if let Expr::Name(name) = e
            && name.id == RECORDS
        {
            self.wrong(
                name,
                format!("'{RECORDS}' stands for all records, which are gone through once, and is no value"),
                &format!(
                    "a generator over records is an argument of {}: sum(t.x for t in {RECORDS})",
                    aggregates::names().join(", ")
                ),
            );
        }
        let Expr::Call(call) = e else { return super::source::walk_expr(self, e) };
        let Expr::Name(name) = &*call.func else { return super::source::walk_expr(self, e) };
        let arguments = &call.arguments.args[..];
        if let ("len", [Expr::Name(of)]) = (name.id.as_str(), arguments)
            && of.id == RECORDS
            && call.arguments.keywords.is_empty()
        {
            return self.calls.push((e, call.range(), None));
        }
        let over = arguments.first().is_some_and(|first| match first {
            Expr::Generator(g) => is_records(&g.generators[0].iter),
            first => is_records(first),
        });
        if over && aggregates::named(&name.id).is_none() {
            let names = [&aggregates::names()[..], &["len"]].concat();
            let help = match (habits::over_records(&name.id), nearest(&name.id, names.iter().copied())) {
                (Some(help), _) => help.to_string(),
                (None, Some(near)) => format!("did you mean '{near}'?"),
                (None, None) => format!("there are {}", names.join(", ")),
            };
            let message = format!("'{}' is no function of all records", name.id);
            return self.wrong(name, message, &help);
        }
        if arguments.first().is_some_and(is_records) {
            let help = match habits::over_records(&name.id) {
                Some(help) => help.to_string(),
                None => format!("{}(t.x for t in {RECORDS})", name.id),
            };
            return self.wrong(name, format!("'{}' takes a generator over the records", name.id), &help);
        }
        let argument = aggregates::named(&name.id).map(|of| (of, of.argument()));
        let (of, argument) = match (argument, arguments) {
            (Some((of, argument)), [Expr::Generator(_)]) => (of, argument),
            (Some((of, Some(argument))), [Expr::Generator(_), ..]) if argument.bare => (of, Some(argument)),
            (Some((_, Some(argument))), [Expr::Generator(_), second, ..]) if over => {
                let message = format!("'{}' takes one argument without a name, the generator", name.id);
                return self.wrong(second, message, &format!("write {}=…", argument.name));
            }
            _ => return super::source::walk_expr(self, e),
        };
        let g = generator(e);
        if !is_records(&g.generators[0].iter) {
            return super::source::walk_expr(self, e);
        }
        let mut inner = Inner(vec![]);
        inner.visit_expr(&g.elt);
        for (i, clause) in g.generators.iter().enumerate() {
            clause.ifs.iter().for_each(|e| inner.visit_expr(e));
            if i > 0 {
                inner.visit_expr(&clause.iter);
            }
        }
        let alone = inner.0.is_empty();
        for at in inner.0 {
            self.wrong(
                at,
                format!("'{RECORDS}' within a generator over them: they are gone through once"),
                "compute what is over all records outside of the generator",
            );
        }
        let more = &call.arguments.args[1..];
        let allowed = argument.map_or("", |argument| argument.name);
        let is_allowed = |k: &ruff_python_ast::Keyword| k.arg.as_ref().is_some_and(|a| a.id == allowed);
        if let Some(k) = call.arguments.keywords.iter().find(|k| !is_allowed(k)) {
            let argument = k.arg.as_ref().map_or("**", |a| a.id.as_str());
            let message = format!("the argument '{argument}' of '{}' is not supported", name.id);
            self.errors.push(self.source.diagnostic(k.start(), message));
        } else if more.len() + call.arguments.keywords.len() > 1 {
            let message = format!("'{}' is not called with so many arguments", name.id);
            self.errors.push(self.source.diagnostic(call.start(), message));
        }
        more.iter().for_each(|e| self.visit_expr(e));
        call.arguments.keywords.iter().for_each(|k| self.visit_expr(&k.value));
        if alone {
            self.calls.push((e, call.range(), Some(of)));
        }
    }
}

/// The positions at which `records` is named.
struct Inner(Vec<TextRange>);

impl<'e> Visitor<'e> for Inner {
    fn visit_expr(&mut self, e: &'e Expr) {
        if is_records(e) {
            self.0.push(e.range());
        }
        super::source::walk_expr(self, e);
    }
}

fn is_records(e: &Expr) -> bool {
    matches!(e, Expr::Name(name) if name.id == RECORDS)
}

/// The generator argument of such a call.
fn generator(e: &Expr) -> &ExprGenerator {
    match e {
        Expr::Call(ExprCall { arguments, .. }) => match &arguments.args[0] {
            Expr::Generator(g) => g,
            other => unreachable!("{other:?} is no generator"),
        },
        other => unreachable!("{other:?} is no call"),
    }
}

impl<'s> Lowering<'_, 's> {
    /// The value of a call over all records; `value` is the result of its item.
    pub fn aggregate(&mut self, call: &'s ExprCall, value: Typed) -> Done<Typed> {
        let named = call.arguments.keywords.first().map(|k| &k.value);
        let more = match call.arguments.args.get(1).or(named) {
            Some(e) => Some(self.value(e)?),
            None => None,
        };
        self.mark(call);
        match (&value.ty, more) {
            (Ty::Optional(of), default) => {
                let (of, there) = ((**of).clone(), self.is_there(&value));
                match default {
                    Some(default) => {
                        let found = self.either(there, |s| Ok(s.inner(&value, &of)), |_| Ok(default))?;
                        self.settled(found, call.range())
                    }
                    None => {
                        self.require(there, Raise::Empty)?;
                        Ok(self.inner(&value, &of))
                    }
                }
            }
            (_, Some(start)) => self.binary(start, Operator::Add, value, call.range()),
            (_, None) => Ok(value),
        }
    }

    /// The shape of a result of this type.
    fn shape(&self, ty: &Ty, at: TextRange) -> Done<Shape> {
        Ok(match ty {
            Ty::None => Shape::None,
            Ty::Bool => Shape::Bool,
            Ty::Int(Whole::Unsigned) => Shape::Uint,
            Ty::Int(_) | Ty::Enum(_) => Shape::Int,
            Ty::Wide => Shape::Wide,
            Ty::Float => Shape::Float,
            Ty::Number => Shape::Number,
            Ty::Str => Shape::Text,
            Ty::Bytes => Shape::Bytes,
            Ty::Tuple(items) => {
                let shapes: Done<Vec<Shape>> = items.iter().map(|ty| self.shape(ty, at)).collect();
                Shape::Tuple(shapes?)
            }
            Ty::Optional(of) => {
                let flagged = !matches!(self.layout(of)[..], [one] if !one.optional);
                Shape::Optional(Box::new(self.shape(of, at)?), flagged)
            }
            Ty::Wrong => return Err(Stop::Reported),
            other => {
                let found = self.describe(other);
                return self.wrong(at, format!("{found} is no result: numbers, texts, tuples and None are"));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_at_its_own_commas() {
        let parts = |text: &str| -> Vec<(Option<String>, String)> {
            split(text).into_iter().map(|(name, range)| (name, text[range].to_string())).collect()
        };
        let own = |name: &str, text: &str| (Some(name.to_string()), text.to_string());
        let bare = |text: &str| (None, text.to_string());
        assert_eq!(parts("f(a, b), [c, d]"), [bare("f(a, b)"), bare(" [c, d]")]);
        assert_eq!(parts("x=1, y = a == b,z== 2"), [own("x", "1"), own("y", " a == b"), bare("z== 2")]);
        assert_eq!(parts(r"'a,\',' , f(k=',')"), [bare(r"'a,\',' "), bare(" f(k=',')")]);
        assert_eq!(parts("1 # a, b\n, 2"), [bare("1 # a, b\n"), bare(" 2")]);
        assert_eq!(parts("a<=b, 1=2"), [bare("a<=b"), bare(" 1=2")]);
        assert_eq!(parts(""), [bare("")]);
        assert_eq!(parts("'\\"), [bare("'\\")]);
    }
}
