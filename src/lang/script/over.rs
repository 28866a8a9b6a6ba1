//! Lone expressions over one record, which is called `t`: a number, or the path to a list.

use super::entry::{RecordScope, expression};
use super::ty::{Ty, Typed};
use super::{Done, Lowering, Source, Stop};
use crate::error::Error;
use crate::formats;
use crate::ir::{Base, ClassId, FuncId, Program};
use crate::schema::Schema;
use ruff_python_ast::ExprName;
use ruff_text_size::{Ranged, TextRange};

/// The name of the record.
const RECORD: &str = "t";

/// A list inside a record.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Maps a record to the list; the list is optional if the path to it leads through a union member.
    pub func: FuncId,
    /// `(list) -> i64`.
    pub len: FuncId,
    /// `(list, i64) -> element`.
    pub at: FuncId,
    /// The class of its elements.
    pub element: ClassId,
}

/// Adds the function `name(t: record)` that computes the number `text`. Returns it with the type of the
/// number, and with the class of the result if that is an integer of 128 bits.
pub fn number(
    program: &mut Program,
    schema: &Schema,
    record: ClassId,
    name: &str,
    text: &str,
) -> Result<(FuncId, (Base, Option<ClassId>)), Error> {
    let source = Source::new("<expression>", text);
    let parsed = source.expression()?;
    let asked = RecordScope { schema, record, bare: false, called: Some(RECORD) };
    expression(program, asked, name, &source, parsed.expr(), |lowering, e| {
        let value = lowering.value(e)?;
        let value = lowering.number_of(value, e.range())?;
        if value.ty == Ty::Wide {
            let types = lowering.layout(&Ty::Wide);
            lowering.contributes(&value)?;
            return Ok((value, (Base::I64, Some(lowering.pack_class(&types)))));
        }
        let base = lowering.b.ty(value.one()).base;
        Ok((value, (base, None)))
    })
}

/// Adds the function `name(t: record)` that returns the list of structs at a path from the record
/// (`triangles`, `scene.shapes`), or none if the path leads through a union member that is not set.
pub fn part(
    program: &mut Program,
    schema: &Schema,
    record: ClassId,
    name: &str,
    path: &str,
) -> Result<Part, Error> {
    let source = Source::new("<expression>", &format!("{RECORD}.{path}"));
    let parsed = source.expression()?;
    let asked = RecordScope { schema, record, bare: false, called: Some(RECORD) };
    let (func, (len, at, element)) =
        expression(program, asked, name, &source, parsed.expr(), |lowering, e| {
            let value = lowering.value_or_absent(e)?;
            match lowering.list_of(&value) {
                Some(found) => Ok((value, found)),
                None => lowering.wrong_help(
                    e,
                    "this is not a list of structs",
                    "name a field of the record that is a list, such as `shapes`",
                ),
            }
        })?;
    Ok(Part { func, len, at, element })
}

impl<'s> Lowering<'_, 's> {
    /// Converts a value to a number of a single type: one that may be an integer or a float becomes a float,
    /// and a bool 0 or 1.
    pub fn number_of(&mut self, value: Typed, at: TextRange) -> Done<Typed> {
        let value = self.given(value);
        if value.ty == Ty::Wrong {
            return Err(Stop::Reported);
        }
        if value.ty.is_number() {
            let value = self.number(value);
            return Ok(match value.ty {
                Ty::Number => Typed::float(value.parts[2]),
                _ => value,
            });
        }
        let message = format!("this is {}; a number is needed here", self.describe(&value.ty));
        match &value.ty {
            Ty::Record(class) => match self.first_field(*class) {
                Some(field) => self.wrong_help(at, message, format!("take a field: `….{field}`")),
                None => self.wrong(at, message),
            },
            Ty::List(..) => self.wrong_help(at, message, "take an element: `…[0]`, or sum over all of them"),
            _ => self.wrong(at, message),
        }
    }

    /// The functions for the length and the elements of a list of structs, which may be optional, and the
    /// class of its elements.
    fn list_of(&self, value: &Typed) -> Option<(FuncId, FuncId, ClassId)> {
        let ty = if let Ty::Optional(of) = &value.ty { of } else { &value.ty };
        let Ty::List(class, element) = ty else { return None };
        let Ty::Record(element) = **element else { return None };
        let program = self.b.program();
        // Elements that are groups or lists are not records.
        program.func(&formats::reader(&program.classes[element.index()].name))?;
        Some((self.accessor(*class, "len")?, self.accessor(*class, "at")?, element))
    }

    /// The error for an unknown name, if the record is called `t`.
    pub fn unknown_beside_record(&self, at: &ExprName, id: &str) -> Option<Stop> {
        let frame = &self.frames[self.frame];
        if frame.bare.is_some() {
            return None;
        }
        let called = frame.called.as_ref().filter(|(name, _)| name == RECORD).map(|(_, at)| *at);
        let record = called.or_else(|| frame.names.get(RECORD).copied())?;
        let Ty::Record(class) = self.env[record].ty else { return None };
        if super::builtins::NAMES.contains(&id) {
            return None;
        }
        let diagnostic = self.diagnostic(at, format!("unknown name '{id}'; the record is '{RECORD}'"));
        Some(Stop::Wrong(Box::new(match self.has_field(class, id) {
            true => diagnostic.help(format!("did you mean '{RECORD}.{id}'?")),
            false => diagnostic,
        })))
    }
}

#[cfg(test)]
mod tests {
    use crate::query::values::Values;
    use crate::{Jit, Number, Schema};

    /// Shifts and masks that replace bit-fields; the values are CPython's.
    #[test]
    fn bits_are_taken_out_as_in_python() {
        let schema = Schema::from_c("<schema>", "struct S { uint64_t u; int64_t i; };").unwrap();
        let mut bytes = (u64::MAX - 0xFF).to_le_bytes().to_vec();
        bytes.extend((-1000i64).to_le_bytes());
        for (source, value) in [
            ("t.u >> 60", Number::Uint(15)),
            ("(t.u >> 8) & 0xFFF", Number::Uint(4095)),
            ("t.u ^ 1", Number::Uint(18446744073709551361)),
            ("t.u >> 64", Number::Uint(0)),
            ("t.i >> 3", Number::Int(-125)),
            ("t.i >> 64", Number::Int(-1)),
            ("t.i & 0xFF", Number::Int(24)),
            ("t.i | 7", Number::Int(-993)),
            ("t.i >> 3 & 15 ^ 1 | 32", Number::Int(34)),
            ("t.i if t.u > 5 else 0", Number::Int(-1000)),
            ("0.5 if t.i > 0 else t.i", Number::Float(-1000.0)),
            ("-5 < t.i < 7 or t.i == -1000", Number::Int(1)),
        ] {
            let program = Values::totals(&schema, "S", &[source]).unwrap();
            for jit in [Jit::Off, Jit::Eager] {
                assert_eq!(program.session(jit).run(&bytes).unwrap().totals(), [value], "{source}");
            }
        }
        let program = Values::totals(&schema, "S", &["1 >> t.i"]).unwrap();
        let error = program.session(Jit::Off).run(&bytes).unwrap_err().to_string();
        assert!(error.contains("record 0 (at byte 0): a negative shift count"), "{error}");
        let error = Values::totals(&schema, "S", &["t.i & 1.0"]).unwrap_err().to_string();
        assert!(error.starts_with("there is no '&' of a float and a float"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_reported_with_advice() {
        let schema = "struct P { double x, y; }; struct S { struct P a; int n[3]; };";
        let schema = Schema::from_c("<schema>", schema).unwrap();
        for (source, diagnostic, help) in [
            ("t.a", "this is a P; a number is needed here", "take a field: `….x`"),
            ("t.n", "this is a list (i32[3]); a number is needed here", "take an element: `…[0]`"),
            ("t.n[3]", "index 3 is not in an array of 3", "indices are 0 to 2"),
            ("t.n[-4]", "index -4 is not in an array of 3", "indices are 0 to 2"),
            ("a.x", "unknown name 'a'; the record is 't'", "did you mean 't.a'?"),
            ("t.b", "S has no field 'b'\n", "it has 'a', 'n'"),
            ("t.a.xx", "P has no field 'xx'", "did you mean 'x'?"),
        ] {
            let error = Values::totals(&schema, "S", &[source]).unwrap_err().to_string();
            assert!(error.starts_with(diagnostic) && error.contains(help), "{source}: {error}");
        }
        let program = Values::totals(&schema, "S", &["t.n[-1]"]).unwrap();
        let bytes: Vec<u8> =
            [0.0f64.to_le_bytes(), 0.0f64.to_le_bytes(), [1, 0, 0, 0, 2, 0, 0, 0], [3, 0, 0, 0, 0, 0, 0, 0]]
                .concat();
        assert_eq!(program.session(Jit::Eager).run(&bytes).unwrap().totals(), [Number::Int(3)]);
    }

    #[test]
    fn a_field_may_be_called_like_a_keyword_of_python() {
        let schema = "struct P { double in, x; }; struct S { P from, to; double not; };";
        let schema = Schema::from_c("<schema>", schema).unwrap();
        let program = |source: &str| Values::totals(&schema, "S", &[source]);
        program("t.from.x + t . from . in - t.not").unwrap();
        program("1 if t.from.in else 2").unwrap();
        let error = program("t.to.in + t.from.is").unwrap_err().to_string();
        assert!(error.starts_with("P has no field 'is'\n --> <expression>:1:18\n"), "{error}");
        for wrong in ["from", "t.from.x not 1", "t.from.x.", "t. .from"] {
            program(wrong).unwrap_err();
        }
    }

    #[test]
    fn no_expression_is_too_deep_for_the_stack() {
        let schema = Schema::from_c("<schema>", "struct S { int64_t x; };").unwrap();
        let around = |open: &str, inner: &str, close: &str, n| open.repeat(n) + inner + &close.repeat(n);
        let program = |source: &str| Values::totals(&schema, "S", &[source]);
        // A long chain is not deep.
        let totals = program(&around("t.x+", "t.x", "", 1000)).unwrap();
        let outcome = totals.session(Jit::Eager).run(&3i64.to_le_bytes()).cloned().unwrap();
        assert_eq!(outcome.totals(), [Number::Int(3003)]);
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
            around("1 if t.x else ", "1", "", 340),
        ] {
            program(&deep).unwrap_err();
        }
    }

    #[test]
    fn a_struct_may_be_called_like_a_number_or_a_function_of_ours() {
        let bytes = [[0; 8], [1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 2, 0, 3, 0, 4, 0]].concat();
        for name in ["f64", "u8", "i64", "bool", "view", "f64x2", "chunk", "merge", "item0", "t", "at"] {
            let rest = format!("struct S {{ double d[1]; uint8_t g[8]; struct {name} e[4]; }};");
            let schema = format!("struct {name} {{ uint16_t len; }}; {rest}");
            let schema = Schema::from_c("<schema>", &schema).unwrap();
            let program = Values::totals(&schema, "S", &["t.e[2].len", "t.g[1]"]).unwrap();
            let totals = program.session(Jit::Eager).run(&bytes).unwrap().totals();
            assert_eq!(totals, [3, 2].map(Number::Int), "{name}");
            Values::totals(&schema, name, &["t.len"]).unwrap();
        }
    }
}
