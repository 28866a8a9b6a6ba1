//! Rows of a table: a condition, then the values of all columns, written in order.
//!
//! All values of a record whose condition holds are computed before the first is written: either the whole
//! row is written, or an error is raised and nothing is. The text between values (commas, keys, the line end)
//! is constant, and is written by the same host call as the value before it.
//!
//! JSON shows an integer as a number if its type guarantees that a double represents it exactly. The range of
//! values is derived from the types of fields through `+`, `-`, `*` and conditional expressions; all other
//! integers are 64-bit, and are written as strings.

use super::entry::{RecordScope, expression};
use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering, Source, Stop};
use crate::error::Error;
use crate::formats;
use crate::ir::{Const, FuncId, Program, Value};
use crate::lang::rows::{Cell, RowText};
use crate::schema::{Scalar, Schema, Struct, Type};
use ruff_python_ast::{Expr, ModExpression, Number, Operator, UnaryOp};
use ruff_python_parser::Parsed;

/// An expression and the name of its column.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    source: Source,
    parsed: Parsed<ModExpression>,
}

impl Column {
    pub fn new(name: String, source: Source) -> Result<Column, Error> {
        let parsed = source.expression()?;
        Ok(Column { name, source, parsed })
    }
}

/// A row: the columns of a record, their condition, and the format.
#[derive(Debug)]
pub struct Row<'a> {
    pub columns: Vec<Column>,
    pub condition: Option<Column>,
    pub format: &'static dyn RowText,
    pub schema: &'a Schema,
    /// The struct of a record.
    pub record: &'a Struct,
}

/// Adds the function `row(record) -> bool`, which writes a record's row if its condition holds, and returns
/// whether it does.
pub fn row(program: &mut Program, asked: RecordScope, row: &Row) -> Result<FuncId, Error> {
    let source = &row.columns[0].source;
    expression(program, asked, "row", source, row, |lowering, row| Ok((lowering.row(row)?, ()))).map(|r| r.0)
}

impl Row<'_> {
    /// The names of the columns.
    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// The line above all rows.
    pub fn header(&self) -> Vec<u8> {
        self.format.header(&self.names())
    }

    /// The range of a column's integer values, as far as types determine it.
    fn range(&self, source: &Source, e: &Expr) -> Option<(i128, i128)> {
        // A long sum is a tree that is deep on the left, so this loops over its links instead of recursing.
        let (mut links, mut first) = (vec![], e);
        while let Expr::BinOp(link) = first {
            links.push(link);
            first = &link.left;
        }
        let mut range = match first {
            Expr::NumberLiteral(n) => match &n.value {
                Number::Int(i) => i.as_i64().map(|i| (i.into(), i.into())),
                _ => Some(NO_INTEGER),
            },
            Expr::StringLiteral(_) | Expr::NoneLiteral(_) => Some(NO_INTEGER),
            Expr::UnaryOp(u) if u.op == UnaryOp::USub => {
                self.range(source, &u.operand).map(|(low, high)| (-high, -low))
            }
            Expr::If(i) => {
                let (a, b) = (self.range(source, &i.body)?, self.range(source, &i.orelse)?);
                Some((a.0.min(b.0), a.1.max(b.1)))
            }
            e => self.field(source, e).and_then(of_field),
        }?;
        for link in links.into_iter().rev() {
            let (a, b) = (range, self.range(source, &link.right)?);
            let corners = match link.op {
                Operator::Add => vec![a.0 + b.0, a.1 + b.1],
                Operator::Sub => vec![a.0 - b.1, a.1 - b.0],
                Operator::Mult => vec![a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1],
                _ => return None,
            };
            range = (*corners.iter().min()?, *corners.iter().max()?);
            // A larger range is given up at once, so nothing here overflows 128 bits.
            if range.0 < -EXACT || range.1 > EXACT {
                return None;
            }
        }
        Some(range)
    }

    /// The type of the field that a path leads to.
    fn field(&self, source: &Source, e: &Expr) -> Option<&Type> {
        match e {
            Expr::Name(name) => Some(&self.record.field(&name.id)?.ty),
            Expr::Attribute(a) => {
                let holder = match (&*a.value, self.field(source, &a.value)) {
                    (_, Some(Type::Struct(id) | Type::Ref(id) | Type::Group(id))) => {
                        &self.schema.structs[*id]
                    }
                    // The record itself, by any name.
                    (Expr::Name(_), None) => self.record,
                    _ => return None,
                };
                // The name as written: for a field named like a keyword, the parser received another name.
                Some(&holder.field(source.written(a.attr.range))?.ty)
            }
            Expr::Subscript(s) => match self.field(source, &s.value)? {
                Type::Array(element, _) | Type::List(element) => Some(element),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A double represents every integer up to this one.
const EXACT: i128 = 1 << 53;

/// The range of a value that is not an integer; a bool among them counts as 0 or 1.
const NO_INTEGER: (i128, i128) = (0, 1);

/// The range of a field's values.
fn of_field(ty: &Type) -> Option<(i128, i128)> {
    let (Type::Scalar(scalar, _) | Type::Enum(_, scalar, _)) = ty else { return Some(NO_INTEGER) };
    let bits = 8 * scalar.size();
    match scalar {
        Scalar::Bool | Scalar::F32 | Scalar::F64 => Some(NO_INTEGER),
        Scalar::U8 | Scalar::U16 | Scalar::U32 => Some((0, (1 << bits) - 1)),
        Scalar::I8 | Scalar::I16 | Scalar::I32 => Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1)),
        _ => None,
    }
}

/// How the values of a column are written.
#[derive(Clone, Copy)]
struct Writing {
    format: &'static dyn RowText,
    /// Whether the row has no other column.
    alone: bool,
    /// Whether a double represents its integers exactly.
    small: bool,
}

impl<'s> Lowering<'_, 's> {
    fn row(&mut self, row: &'s Row) -> Done<Typed> {
        let mut left_out = vec![];
        if let Some(condition) = &row.condition {
            self.unit.source = &condition.source;
            self.unit.aliases = &row.columns;
            self.one_condition(condition.parsed.expr())?;
            self.mark(condition.parsed.expr());
            let ways = self.condition(condition.parsed.expr())?;
            self.unit.aliases = &[];
            left_out = ways.no;
            if ways.yes.is_empty() {
                self.resume(left_out)?;
                return Ok(Typed::bool(self.b.constant(Const::Bool(false))));
            }
            self.resume(ways.yes)?;
        }
        let mut values = vec![];
        for (i, column) in row.columns.iter().enumerate() {
            self.unit.source = &column.source;
            match self.restoring(|s| s.column(column, i)) {
                Ok(value) => values.push(value),
                // The errors of all columns are reported.
                Err(Stop::Wrong(wrong)) => self.unit.errors.push(*wrong),
                Err(stop) => return Err(stop),
            }
        }
        if !self.unit.errors.is_empty() {
            return Err(Stop::Reported);
        }
        let format = row.format;
        let (first, behind) = format.around(&row.names());
        self.write_behind(&first);
        for ((column, value), behind) in row.columns.iter().zip(values).zip(behind) {
            let small = row
                .range(&column.source, column.parsed.expr())
                .is_some_and(|(low, high)| low >= -EXACT && high <= EXACT);
            let how = Writing { format, alone: row.columns.len() == 1, small };
            self.write_cell(value, how, &behind)?;
        }
        let written = self.b.constant(Const::Bool(true));
        let mut ends = vec![self.edge(Some(Typed::bool(written)))];
        if !left_out.is_empty() {
            self.resume(left_out)?;
            let none = self.b.constant(Const::Bool(false));
            ends.push(self.edge(Some(Typed::bool(none))));
        }
        Ok(self.join(ends)?.expect("each way has a value"))
    }

    /// Refuses a tuple as a condition: it would always hold.
    pub fn one_condition(&self, e: &Expr) -> Done<()> {
        match e {
            Expr::Tuple(_) => self.wrong_help(
                e,
                "a condition is one expression, not several with commas",
                "write 'and' between them",
            ),
            _ => Ok(()),
        }
    }

    /// The value of a column that the condition names.
    pub fn alias(&mut self, number: usize) -> Done<Typed> {
        let (source, aliases) = (self.unit.source, std::mem::take(&mut self.unit.aliases));
        let column = &aliases[number];
        self.unit.source = &column.source;
        // The column is evaluated in the row's scope, without the variables of a generator around its name.
        let frame = std::mem::replace(&mut self.frame, 0);
        let value = self.restoring(|s| s.column(column, number));
        self.frame = frame;
        (self.unit.source, self.unit.aliases) = (source, aliases);
        value
    }

    /// The value of the column with this number; an error if a cell cannot hold its type.
    fn column(&mut self, column: &'s Column, number: usize) -> Done<Typed> {
        let e = column.parsed.expr();
        // Run-time errors from here on are located at this column.
        self.mark(e);
        // Each column is a text of its own, so positions alone do not distinguish its loops from those of
        // other columns.
        self.path.push(1 + number as u32);
        let value = if is_path(e) { self.value_or_absent(e)? } else { self.value(e)? };
        self.path.pop();
        let mut ty = &value.ty;
        while let Ty::Optional(of) = ty {
            ty = of;
        }
        let written = column.source.written(ruff_text_size::Ranged::range(e)).trim();
        let advice = match ty {
            Ty::None | Ty::Bool | Ty::Float | Ty::Number | Ty::Str | Ty::Bytes => return Ok(value),
            Ty::Int(_) | Ty::Wide | Ty::Enum(_) => return Ok(value),
            Ty::Wrong => return Err(Stop::Reported),
            Ty::Record(class) => self.first_field(*class).map(|f| format!("take a field: '{written}.{f}'")),
            Ty::List(..) => Some(format!("take an element: '{written}[0]', or its length: 'len({written})'")),
            Ty::Tuple(_) => Some("make each of its parts a column".to_string()),
            _ => None,
        };
        let message = format!("{} is no value for a column", self.describe(ty));
        match advice {
            Some(advice) => self.wrong_help(e, message, advice),
            None => self.wrong(e, message),
        }
    }

    /// The value of a path; None if it leads through a union member that is not set.
    pub fn value_or_absent(&mut self, e: &'s Expr) -> Done<Typed> {
        self.absent = Some(vec![]);
        let value = self.value(e);
        let absent = self.absent.take().unwrap_or_default();
        let mut edges: Vec<_> = self.arm(value)?.into_iter().collect();
        if !absent.is_empty() {
            self.resume(absent)?;
            edges.push(self.edge(Some(Typed::none())));
        }
        Ok(self.join(edges)?.expect("each edge has a value"))
    }

    /// Writes constant text.
    fn write_behind(&mut self, text: &[u8]) {
        if !text.is_empty() {
            let view = self.literal(text);
            self.host_effect("cell.none", &[view]);
        }
    }

    fn write_cell(&mut self, value: Typed, how: Writing, behind: &[u8]) -> Done<()> {
        let cell = match &value.ty {
            Ty::None => {
                self.write_behind(&[how.format.absent(how.alone), behind].concat());
                return Ok(());
            }
            Ty::Bool => Cell::Bool,
            Ty::Int(whole) => Cell::Int { signed: *whole != Whole::Unsigned, small: how.small },
            Ty::Wide => Cell::Wide,
            Ty::Float => Cell::Float,
            Ty::Number => {
                let [flag, int, float] = value.parts[..] else { unreachable!("it has three parts") };
                return self.write_one(flag, Typed::float(float), Typed::int(int), how, behind);
            }
            Ty::Str => Cell::Text,
            Ty::Bytes => Cell::Bytes,
            Ty::Enum(_) => Cell::Name,
            Ty::Optional(of) => {
                let there = self.is_there(&value);
                let ways = self.split(there);
                let mut ends = vec![];
                if !ways.yes.is_empty() {
                    self.resume(ways.yes)?;
                    let inner = self.inner(&value, of);
                    self.write_cell(inner, how, behind)?;
                    ends.push(self.edge(None));
                }
                if !ways.no.is_empty() {
                    self.resume(ways.no)?;
                    self.write_cell(Typed::none(), how, behind)?;
                    ends.push(self.edge(None));
                }
                return self.resume(ends);
            }
            other => unreachable!("{other:?} is in no cell"),
        };
        let mut args = value.parts.to_vec();
        if let Ty::Enum(names) = value.ty {
            args.insert(0, self.name_table(names));
        }
        args.push(self.literal(behind));
        self.host_effect(how.format.cell(cell, how.alone), &args);
        Ok(())
    }

    /// Writes one of two values, selected by a flag.
    fn write_one(&mut self, flag: Value, yes: Typed, no: Typed, how: Writing, behind: &[u8]) -> Done<()> {
        let ways = self.split(flag);
        let mut ends = vec![];
        for (ways, value) in [(ways.yes, yes), (ways.no, no)] {
            if !ways.is_empty() {
                self.resume(ways)?;
                self.write_cell(value, how, behind)?;
                ends.push(self.edge(None));
            }
        }
        self.resume(ends)
    }
}

/// Whether an expression is a path from the record: a field, or a part of one.
fn is_path(e: &Expr) -> bool {
    match e {
        Expr::Name(_) => true,
        Expr::Attribute(a) => is_path(&a.value),
        Expr::Subscript(s) => s.slice.is_number_literal_expr() && is_path(&s.value),
        _ => false,
    }
}

/// The struct of a record's class.
pub fn struct_of<'a>(schema: &'a Schema, class: &str) -> &'a Struct {
    let found = schema.structs.iter().find(|s| formats::class_name(&s.name) == class);
    found.expect("a record is of a class that a struct has")
}
