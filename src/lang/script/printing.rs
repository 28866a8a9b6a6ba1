//! `print`, f-strings and error messages, which host functions write piece by piece.
//!
//! All values are computed before the first is written. No text is ever built.

use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering, Stop};
use crate::host::format::{FormatKind, Spec};
use crate::ir::{Const, Raise, Value};
use ruff_python_ast::{ConversionFlag, Expr, ExprCall, ExprFString, FStringPart, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange};

/// A piece of the output.
#[derive(Clone, Debug)]
enum Piece {
    Text(Vec<u8>),
    /// A value, written like `str` does, or like `repr` does if the flag is set.
    Value(Typed, bool, TextRange),
    /// A value with a format specification; if it is converted first, whether by `repr`.
    Formatted {
        value: Typed,
        converted: Option<bool>,
        spec: Vec<Piece>,
        at: TextRange,
    },
}

impl<'s> Lowering<'_, 's> {
    /// Lowers a call if it is one of `print`; returns whether it is.
    pub fn print_call(&mut self, call: &'s ExprCall) -> Done<bool> {
        if !self.is_builtin(call, "print") {
            return Ok(false);
        }
        let (mut between, mut end, mut errors) = (b" ".to_vec(), b"\n".to_vec(), false);
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_ref().map_or("**", |n| n.id.as_str());
            match name {
                "sep" | "end" => {
                    let value = self.value(&keyword.value)?;
                    let text = match (&value.ty, self.constant_text(&value)) {
                        (_, Some(text)) => text.into_bytes(),
                        (Ty::None, _) => continue,
                        _ => return self.wrong(keyword, format!("'{name}' must be a constant text")),
                    };
                    *(if name == "sep" { &mut between } else { &mut end }) = text;
                }
                "file" => match self.imported(&keyword.value).and_then(|i| i.name) {
                    Some("stderr") => errors = true,
                    Some("stdout") => {}
                    _ => return self.wrong(keyword, "'file' is sys.stdout or sys.stderr"),
                },
                "flush" => {}
                other => return self.wrong(keyword, format!("'print' has no parameter '{other}'")),
            }
        }
        let mut pieces = vec![];
        for (i, e) in call.arguments.args.iter().enumerate() {
            if i > 0 {
                pieces.push(Piece::Text(between.clone()));
            }
            match e {
                Expr::Starred(starred) => {
                    let value = self.value(&starred.value)?;
                    let Ty::Tuple(items) = &value.ty else {
                        return self
                            .wrong(e, "'*' is supported for tuples only: how many there are must be known");
                    };
                    for (i, item) in self.items_of(&value, &items.clone()).into_iter().enumerate() {
                        if i > 0 {
                            pieces.push(Piece::Text(between.clone()));
                        }
                        pieces.push(Piece::Value(item, false, e.range()));
                    }
                }
                e => self.pieces(e, &mut pieces)?,
            }
        }
        pieces.push(Piece::Text(end));
        self.mark(call);
        if errors {
            self.host_effect("print.to_errors", &[]);
        }
        self.write_all(pieces)?;
        if errors {
            self.host_effect("print.to_output", &[]);
        }
        Ok(true)
    }

    /// Writes the message of an error that is about to be raised.
    pub fn write_error_message(&mut self, name: &str, message: Option<&'s Expr>) -> Done<()> {
        let mut pieces = vec![Piece::Text(name.as_bytes().to_vec())];
        if let Some(message) = message {
            pieces.push(Piece::Text(b": ".to_vec()));
            self.pieces(message, &mut pieces)?;
        }
        self.host_effect("print.to_message", &[]);
        self.write_all(pieces)
    }

    /// Writes the message about a union member that is not set; `which` is the number of the one that is set.
    pub fn complain_of_member(&mut self, holder: &str, member: &str, names: usize, which: Value) {
        self.host_effect("print.to_message", &[]);
        let text = format!("the member '{member}' of {holder}'s union is not set: ");
        let text = self.literal(text.as_bytes());
        self.host_effect("print.text", &[text]);
        let table = self.name_table(names);
        self.host_effect("print.repr_name", &[table, which]);
        let text = self.literal(format!(" is; test which() == '{member}' first").as_bytes());
        self.host_effect("print.text", &[text]);
    }

    /// Writes an expression and ends the line.
    pub fn write_line(&mut self, e: &'s Expr) -> Done<()> {
        let mut pieces = vec![];
        self.pieces(e, &mut pieces)?;
        pieces.push(Piece::Text(b"\n".to_vec()));
        self.write_all(pieces)
    }

    /// Appends the pieces that an expression is written as.
    fn pieces(&mut self, e: &'s Expr, pieces: &mut Vec<Piece>) -> Done<()> {
        match e {
            Expr::FString(f) => self.f_string(f, pieces),
            Expr::If(i) if i.body.is_f_string_expr() || i.orelse.is_f_string_expr() => {
                self.wrong(e, "an f-string is supported as a whole argument only")
            }
            e if self.is_argv(e) => self.wrong_help(
                e,
                "'sys.argv' is a list, and lists are not printed",
                "print its elements: for a in sys.argv: print(a)",
            ),
            e => {
                let value = self.value(e)?;
                pieces.push(Piece::Value(value, false, e.range()));
                Ok(())
            }
        }
    }

    /// Whether an expression is `sys.argv` or a slice of it: a tuple here, but a list in Python.
    fn is_argv(&self, e: &Expr) -> bool {
        match e {
            Expr::Subscript(s) => s.slice.is_slice_expr() && self.is_argv(&s.value),
            e => self.imported(e).is_some_and(|i| (i.module, i.name) == ("sys", Some("argv"))),
        }
    }

    fn f_string(&mut self, f: &'s ExprFString, pieces: &mut Vec<Piece>) -> Done<()> {
        for part in f.value.iter() {
            match part {
                FStringPart::Literal(text) => pieces.push(Piece::Text(text.value.as_bytes().to_vec())),
                FStringPart::FString(f) => {
                    for element in &f.elements {
                        self.element_pieces(element, pieces)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn element_pieces(
        &mut self,
        element: &'s InterpolatedStringElement,
        pieces: &mut Vec<Piece>,
    ) -> Done<()> {
        let e = match element {
            InterpolatedStringElement::Literal(text) => {
                pieces.push(Piece::Text(text.value.as_bytes().to_vec()));
                return Ok(());
            }
            InterpolatedStringElement::Interpolation(e) => e,
        };
        if let Some(debug) = &e.debug_text {
            pieces.push(Piece::Text(debug.as_str().as_bytes().to_vec()));
        }
        if let (Expr::FString(inner), None) = (&*e.expression, &e.format_spec) {
            return self.f_string(inner, pieces);
        }
        let value = self.value(&e.expression)?;
        let mut spec = vec![];
        for element in e.format_spec.iter().flat_map(|s| &s.elements) {
            self.element_pieces(element, &mut spec)?;
        }
        // With `=`, a value is written like `repr` does.
        let repr = match e.conversion {
            ConversionFlag::Repr => true,
            ConversionFlag::None => e.debug_text.is_some() && spec.is_empty(),
            _ => false,
        };
        pieces.push(match spec.is_empty() {
            true => Piece::Value(value, repr, e.range),
            false => {
                let converted = (e.conversion != ConversionFlag::None).then_some(repr);
                Piece::Formatted { value, converted, spec, at: e.range }
            }
        });
        Ok(())
    }

    fn write_all(&mut self, pieces: Vec<Piece>) -> Done<()> {
        let mut text = vec![];
        for piece in pieces {
            match piece {
                Piece::Text(more) => text.extend(more),
                Piece::Value(value, repr, at) => {
                    self.write_text(&mut text);
                    self.write_value(value, repr, at)?;
                }
                Piece::Formatted { value, converted, spec, at } => {
                    self.write_text(&mut text);
                    self.write_piece(value, converted, spec, at)?;
                }
            }
        }
        self.write_text(&mut text);
        Ok(())
    }

    /// Writes a value with a format specification, which consists of pieces itself.
    fn write_piece(
        &mut self,
        value: Typed,
        converted: Option<bool>,
        spec: Vec<Piece>,
        at: TextRange,
    ) -> Done<()> {
        let known = self.known_spec(&spec);
        let value = match converted {
            Some(_) => value,
            None => self.given(value),
        };
        let kind = match (converted, &value.ty) {
            (Some(_), _) | (None, Ty::Str | Ty::Enum(_)) => FormatKind::Str,
            (_, Ty::Int(_)) => FormatKind::Int,
            (_, Ty::Float) => FormatKind::Float,
            (_, Ty::Bool) => FormatKind::Bool,
            (_, Ty::Number) => {
                let flag = value.parts[0];
                let (float, int) = (Typed::float(value.parts[2]), Typed::int(value.parts[1]));
                let ways = self.split(flag);
                let mut ends = vec![];
                for (ways, value) in [(ways.yes, float), (ways.no, int)] {
                    if !ways.is_empty() {
                        self.resume(ways)?;
                        self.write_piece(value, None, spec.clone(), at)?;
                        ends.push(self.edge(None));
                    }
                }
                return self.resume(ends);
            }
            (_, Ty::Wrong) => return Err(Stop::Reported),
            (_, other) => {
                let found = self.describe(other);
                return self.wrong(at, format!("{found} has no format specification"));
            }
        };
        // A specification that is not constant is written first; the empty string stands for it.
        let spec = match known {
            Some(spec) => {
                if let Err(message) = Spec::parse(&spec).and_then(|parsed| parsed.check(kind)) {
                    return self.wrong(at, message);
                }
                spec
            }
            None => {
                self.host_effect("format.begin", &[]);
                self.write_all(spec)?;
                let kind = self.b.i64(kind as i64);
                let fine = self.host("format.spec", &[kind]);
                self.require(fine, Raise::Format)?;
                String::new()
            }
        };
        if matches!(kind, FormatKind::Int | FormatKind::Bool) && (spec.is_empty() || spec.ends_with('c')) {
            // `c` needs a code point that is not a surrogate.
            let number = self.number(value.clone());
            let number = self.signed(number);
            let fine = self.host(if spec.is_empty() { "format.fits" } else { "number.is_char" }, &[number]);
            self.require(fine, Raise::Domain)?;
        }
        let spec = self.literal(spec.as_bytes());
        if let Some(repr) = converted {
            self.host_effect("format.begin", &[]);
            self.write_value(value, repr, at)?;
            self.host_effect("format.end", &[spec]);
            return Ok(());
        }
        let name = match &value.ty {
            Ty::Int(Whole::Unsigned) => "format.uint",
            Ty::Int(_) => "format.int",
            Ty::Float => "format.float",
            Ty::Bool => "format.bool",
            Ty::Enum(names) => {
                let table = self.name_table(*names);
                self.host_effect("format.name", &[spec, table, value.one()]);
                return Ok(());
            }
            _ => "format.text",
        };
        self.host_effect(name, &[spec, value.one()]);
        Ok(())
    }

    /// The text of a specification, if it is constant.
    fn known_spec(&self, spec: &[Piece]) -> Option<String> {
        let mut text = String::new();
        for piece in spec {
            match piece {
                Piece::Text(bytes) => text += str::from_utf8(bytes).ok()?,
                Piece::Value(value, false, _) => match (&value.ty, value.parts.first()) {
                    (Ty::Int(_), Some(part)) => match self.b.as_const(*part)? {
                        Const::I64(i) => text += &i.to_string(),
                        _ => return None,
                    },
                    _ => text += &self.constant_text(value)?,
                },
                _ => return None,
            }
        }
        Some(text)
    }

    fn write_text(&mut self, text: &mut Vec<u8>) {
        if !text.is_empty() {
            let view = self.literal(text);
            self.host_effect("print.text", &[view]);
            text.clear();
        }
    }

    /// Writes a value like `str` or `repr` does.
    fn write_value(&mut self, value: Typed, repr: bool, at: TextRange) -> Done<()> {
        let name = match &value.ty {
            Ty::None => {
                self.write_text(&mut b"None".to_vec());
                return Ok(());
            }
            Ty::Bool => "print.bool",
            Ty::Int(Whole::Unsigned) => "print.uint",
            Ty::Int(_) => "print.int",
            Ty::Float => "print.float",
            Ty::Number => {
                let (flag, float, int) =
                    (value.parts[0], Typed::float(value.parts[2]), Typed::int(value.parts[1]));
                return self.write_either(flag, float, int, repr, at);
            }
            Ty::Str if repr => "print.repr",
            Ty::Str => "print.text",
            Ty::Bytes => "print.bytes",
            Ty::Enum(names) => {
                let table = self.name_table(*names);
                let name = if repr { "print.repr_name" } else { "print.name" };
                self.host_effect(name, &[table, value.one()]);
                return Ok(());
            }
            Ty::Optional(of) => {
                let (of, there) = ((**of).clone(), self.is_there(&value));
                let ways = self.split(there);
                let mut ends = vec![];
                if !ways.yes.is_empty() {
                    self.resume(ways.yes)?;
                    let inner = self.inner(&value, &of);
                    self.write_value(inner, repr, at)?;
                    ends.push(self.edge(None));
                }
                if !ways.no.is_empty() {
                    self.resume(ways.no)?;
                    self.write_value(Typed::none(), repr, at)?;
                    ends.push(self.edge(None));
                }
                return self.resume(ends);
            }
            Ty::Tuple(types) => {
                let items = self.items_of(&value, &types.clone());
                let (mut text, count) = (b"(".to_vec(), items.len());
                for (i, item) in items.into_iter().enumerate() {
                    if i > 0 {
                        text.extend(b", ");
                    }
                    self.write_text(&mut text);
                    self.write_value(item, true, at)?;
                }
                text.extend(if count == 1 { &b",)"[..] } else { b")" });
                self.write_text(&mut text);
                return Ok(());
            }
            Ty::Range => {
                let mut text = b"range(".to_vec();
                self.write_text(&mut text);
                self.write_value(Typed::int(value.parts[0]), true, at)?;
                self.write_text(&mut b", ".to_vec());
                self.write_value(Typed::int(value.parts[1]), true, at)?;
                if self.b.as_const(value.parts[2]) != Some(Const::I64(1)) {
                    self.write_text(&mut b", ".to_vec());
                    self.write_value(Typed::int(value.parts[2]), true, at)?;
                }
                self.write_text(&mut b")".to_vec());
                return Ok(());
            }
            Ty::Wrong => return Err(Stop::Reported),
            Ty::Record(class) => {
                let message = format!("{} cannot be printed", self.describe(&value.ty));
                return match self.first_field(*class) {
                    Some(field) => self.wrong_help(at, message, format!("take a field: '….{field}'")),
                    None => self.wrong(at, message),
                };
            }
            other => {
                let found = self.describe(other);
                return self.wrong(at, format!("{found} cannot be printed"));
            }
        };
        self.host_effect(name, &value.parts);
        Ok(())
    }

    fn write_either(&mut self, flag: Value, yes: Typed, no: Typed, repr: bool, at: TextRange) -> Done<()> {
        let ways = self.split(flag);
        let mut ends = vec![];
        for (ways, value) in [(ways.yes, yes), (ways.no, no)] {
            if !ways.is_empty() {
                self.resume(ways)?;
                self.write_value(value, repr, at)?;
                ends.push(self.edge(None));
            }
        }
        self.resume(ends)
    }

    /// The names of an enum as constant bytes: number, length and name of each, one after the other.
    pub fn name_table(&mut self, names: usize) -> Value {
        let values = self.unit.names[names].values.iter();
        let table = crate::host::names(values.map(|(name, number)| (name.as_str(), *number)));
        self.literal(&table)
    }
}
