//! Records: fields, unions, lists, and iteration over an input.
//!
//! A struct of the schema is a class of accessors, which the wire format has emitted; only their names are
//! known here.

use super::flow::Edge;
use super::pulls::Hidden;
use super::ty::{Ty, Typed};
use super::{Done, Lowering, Names, Opened, Stop};
use crate::error::nearest;
use crate::formats::{self, Limits, RecordLayout};
use crate::ir::{ClassId, Const, Op, Program, Raise, Value};
use crate::schema::{self, Scalar, Schema, Struct, unknown};
use ruff_python_ast::{ExprCall, ExprName};
use ruff_text_size::TextRange;
use std::rc::Rc;

/// The size in bytes up to which a record is short: two cache lines.
const SHORT: u64 = 128;

/// The state of an iteration over records.
#[derive(Clone, Debug)]
pub struct Reading {
    class: ClassId,
    input: Hidden,
    at: Hidden,
}

/// The struct that a class has the accessors of.
pub fn struct_of<'a>(program: &Program, schema: &'a Schema, class: ClassId) -> Option<&'a Struct> {
    let name = &program.classes[class.index()].name;
    schema.structs.iter().find(|s| formats::class_name(&s.name) == *name)
}

impl<'s> Lowering<'_, 's> {
    fn schema(&self) -> &schema::Schema {
        &self.unit.known.schema.as_ref().expect("there are records").1
    }

    /// The struct of an accessor class.
    fn struct_of(&self, class: ClassId) -> Option<&Struct> {
        let (_, schema) = self.unit.known.schema.as_ref()?;
        struct_of(self.b.program(), schema, class)
    }

    /// The name of a class in the schema.
    pub fn class_called(&self, class: ClassId) -> String {
        let name = &self.b.program().classes[class.index()].name;
        match &name[..] {
            "Any$" => "AnyPointer".to_string(),
            name => name.replace('<', "(").replace('>', ")").replace('$', ""),
        }
    }

    /// Whether a record is packed and short: reading a field cannot fail, and all fields are near.
    pub fn is_short(&self, class: ClassId) -> bool {
        self.schema().language.is_flat() && self.struct_of(class).is_some_and(|s| s.size <= SHORT)
    }

    /// Whether a struct has a field of that name.
    pub fn has_field(&self, class: ClassId, name: &str) -> bool {
        self.struct_of(class).is_some_and(|s| s.field(name).is_some())
    }

    /// The names of all fields of a struct.
    pub fn field_names(&self, class: ClassId) -> Vec<&str> {
        self.struct_of(class).map_or(vec![], |s| s.fields.iter().map(|f| f.name.as_str()).collect())
    }

    /// The first field of a struct, to be suggested in its place.
    pub fn first_field(&self, class: ClassId) -> Option<String> {
        self.struct_of(class)?.fields.first().map(|f| f.name.clone())
    }

    /// The first field that is a list.
    pub fn first_list(&self, class: ClassId) -> Option<String> {
        let list = |f: &&schema::Field| matches!(f.ty, schema::Type::List(_) | schema::Type::Array(..));
        self.struct_of(class)?.fields.iter().find(list).map(|f| f.name.clone())
    }

    /// The type of a field or element.
    pub fn type_of(&mut self, ty: &schema::Type) -> Result<Ty, &'static str> {
        use schema::Type as S;
        let class = |s: &Self| {
            let name = formats::type_name(s.schema(), ty);
            s.b.program().class(&name).expect("its accessors are there")
        };
        Ok(match ty {
            S::Void => Ty::None,
            S::Bit(_) | S::Scalar(Scalar::Bool, _) => Ty::Bool,
            S::Scalar(Scalar::U64, _) => Ty::UINT,
            S::Scalar(Scalar::F32 | Scalar::F64, _) => Ty::Float,
            S::Scalar(Scalar::U8 | Scalar::U16 | Scalar::U32, _) => Ty::NATURAL,
            S::Scalar(..) => Ty::INT,
            S::Enum(id, ..) => {
                let found = &self.schema().enums[*id];
                let names = Names { name: found.name.clone(), values: found.values.clone() };
                Ty::Enum(self.names(names))
            }
            S::Chars(_) | S::Text => Ty::Str,
            S::Data => Ty::Bytes,
            S::Struct(_) | S::Ref(_) | S::Group(_) => Ty::Record(class(self)),
            S::Array(element, _) | S::List(element) => {
                let list = class(self);
                Ty::List(list, Box::new(self.type_of(element)?))
            }
            S::Any => return Err("a pointer to anything has no type, and is not supported"),
            S::Capability => return Err("a capability has no meaning in a file"),
        })
    }

    /// The name of a struct, and the members of its union as names for the values of its tag.
    fn members(&mut self, class: ClassId) -> (String, usize) {
        let found = self.struct_of(class).expect("a record has a struct");
        let holder = found.name.clone();
        let members = found.fields.iter().filter_map(|f| Some((f.name.clone(), f.variant?.into())));
        let names = Names { name: format!("union of {holder}"), values: members.collect() };
        (holder, self.names(names))
    }

    fn names(&mut self, names: Names) -> usize {
        match self.unit.names.iter().position(|n| *n == names) {
            Some(i) => i,
            None => {
                self.unit.names.push(names);
                self.unit.names.len() - 1
            }
        }
    }

    /// `record.name`.
    pub fn record_field(&mut self, class: ClassId, object: Value, name: &str, at: TextRange) -> Done<Typed> {
        let found = self.struct_of(class).expect("a record has a struct");
        let Some(field) = found.fields.iter().find(|f| f.name == name).cloned() else {
            return self.no_field(found, name, at);
        };
        let union = found.tag.is_some() && field.variant.is_some();
        let ty = match self.type_of(&field.ty) {
            Ok(ty) => ty,
            Err(message) => return self.wrong(at, message),
        };
        if let (true, Some(variant)) = (union, field.variant) {
            // A member that is not set has no meaning.
            let which = self.accessor(class, "which$").expect("a union says which");
            let which = self.b.op(Op::Call(which), &[object]);
            let number = self.b.i64(variant.into());
            let set = self.b.op(Op::Eq, &[which, number]);
            let ways = self.split(set);
            match &mut self.absent {
                Some(absent) => absent.extend(ways.no),
                None if ways.no.is_empty() => {}
                None => {
                    self.resume(ways.no)?;
                    let (holder, names) = self.members(class);
                    self.complain_of_member(&holder, name, names, which);
                    self.b.raise(Raise::Raised);
                }
            }
            self.resume(ways.yes)?;
        }
        if ty == Ty::None {
            return Ok(Typed::none());
        }
        let accessor = self.accessor(class, name).expect("a field has an accessor");
        let value = self.b.op(Op::Call(accessor), &[object]);
        Ok(Typed::of(ty, value))
    }

    /// The field with that name of the record at a position in the environment, if there is one.
    pub fn bare_field(&mut self, at: usize, name: &ExprName) -> Done<Option<Typed>> {
        let record = self.env[at].clone();
        let Ty::Record(class) = record.ty else { unreachable!("{:?} is no record", record.ty) };
        match self.struct_of(class).is_some_and(|s| s.field(&name.id).is_some()) {
            true => self.record_field(class, record.one(), &name.id, name.range).map(Some),
            false => Ok(None),
        }
    }

    fn no_field<T>(&self, found: &Struct, name: &str, at: TextRange) -> Done<T> {
        let known: Vec<&str> = found.fields.iter().map(|f| f.name.as_str()).collect();
        let message = format!("{} has no field '{name}'", found.name);
        self.wrong_help(at, message, unknown(name, known.into_iter()))
    }

    /// `record.which()`, `record.has_x()`.
    pub fn record_method(&mut self, class: ClassId, object: Value, name: &str, at: TextRange) -> Done<Typed> {
        let found = self.struct_of(class).expect("a record has a struct");
        if name == "which" {
            let Some(which) = self.accessor(class, "which$") else {
                return self.wrong(at, format!("{} has no union", found.name));
            };
            let (_, names) = self.members(class);
            return Ok(Typed::of(Ty::Enum(names), self.b.op(Op::Call(which), &[object])));
        }
        if let Some(field) = name.strip_prefix("has_") {
            return match self.accessor(class, &format!("has${field}")) {
                Some(has) => Ok(Typed::bool(self.b.op(Op::Call(has), &[object]))),
                None if found.field(field).is_some() => {
                    self.wrong(at, format!("'{field}' is no pointer: it is always there"))
                }
                None => self.no_field(found, field, at),
            };
        }
        if found.field(name).is_some() {
            return self.wrong(at, format!("'{name}' is a field and cannot be called"));
        }
        let mut methods: Vec<String> =
            found.fields.iter().filter(|f| f.ty.is_pointer()).map(|f| format!("has_{}", f.name)).collect();
        methods.extend(found.tag.map(|_| "which".to_string()));
        let message = format!("{} has no method '{name}'", found.name);
        match nearest(name, methods.iter().map(String::as_str)) {
            Some(near) => self.wrong_help(at, message, format!("did you mean '{near}'?")),
            None => self.wrong(at, message),
        }
    }

    /// `wirelens.open(path, schema=…, record=…)`, for C structs also with `skip` and `big_endian`.
    pub fn open_records(&mut self, call: &'s ExprCall) -> Done<Typed> {
        let given = self.arguments(&call.arguments)?;
        let mut texts = [None, None, None];
        let (mut opened, mut options_at) = (Opened::default(), None);
        let places = ["path", "schema", "record"].into_iter();
        let positional = given.positional.into_iter().enumerate();
        let positional = positional.map(|(i, (value, at))| (places.clone().nth(i).unwrap_or(""), value, at));
        let named = given.named.into_iter();
        for (name, value, at) in positional.chain(named).collect::<Vec<_>>() {
            if let Some(place) = places.clone().position(|p| p == name) {
                let Some(text) = self.constant_text(&value) else {
                    return self.wrong_help(
                        at,
                        "this must be a text that is known before the script runs",
                        "a literal, a constant of the module, or an element of sys.argv",
                    );
                };
                texts[place] = Some((text, at));
                continue;
            }
            options_at = Some(at);
            match (name, value.parts.first().and_then(|part| self.b.as_const(*part))) {
                ("skip", Some(Const::I64(bytes @ 0..))) => opened.skip = Some(bytes as u64),
                ("big_endian", Some(Const::Bool(big))) => opened.big_endian = big,
                ("skip", _) => return self.wrong(at, "'skip' is a constant number of bytes"),
                ("big_endian", _) => return self.wrong(at, "'big_endian' is True or False"),
                _ => {
                    return self.wrong(
                        at,
                        "'wirelens.open' takes a path, a schema and a record, and for C structs 'skip' and 'big_endian'",
                    );
                }
            }
        }
        let [Some((path, path_at)), Some((schema, schema_at)), record] = texts else {
            return self.wrong(
                call,
                "'wirelens.open' needs a path and a schema: wirelens.open(path, schema=…, record=…)",
            );
        };
        opened.schema = schema;
        match &self.unit.known.schema {
            None => return Err(Stop::Schema(opened, self.unit.source.original(schema_at.start()))),
            Some((known, _)) if *known != opened => {
                let known = &known.schema;
                return self.wrong(
                    schema_at,
                    format!("a script has one schema, always opened alike, and that is '{known}'"),
                );
            }
            Some((_, schema)) => {
                if let (Some(why), Some(at)) = (schema.language.fixed(), options_at) {
                    return self.wrong(at, why);
                }
            }
        }
        let name = match record {
            Some((record, at)) => match self.schema().record(&record) {
                Ok((_, found)) => found.name.clone(),
                Err(error) => return self.wrong(at, error.to_string()),
            },
            None => match self.schema().outermost()[..] {
                [only] => only.name.clone(),
                _ => {
                    return self.wrong(
                        call,
                        "the schema has several structs that a record can be: say which, record=…",
                    );
                }
            },
        };
        let class = self.b.program().class(&formats::class_name(&name)).expect("it has accessors");
        let input = self.take_input(path, path_at)?;
        self.unit.record = Some(name);
        Ok(Typed::of(Ty::Records(class), input))
    }

    /// `open(path, "rb")`.
    pub fn open_file(&mut self, call: &'s ExprCall) -> Done<Typed> {
        let given = self.arguments(&call.arguments)?;
        let mut texts = vec![];
        let named = given.named.into_iter().filter(|(name, ..)| *name == "mode").map(|(_, v, at)| (v, at));
        for (value, at) in given.positional.into_iter().chain(named) {
            match self.constant_text(&value) {
                Some(text) => texts.push((text, at)),
                None => {
                    return self.wrong_help(
                        at,
                        "this must be a text that is known before the script runs",
                        "a literal, a constant of the module, or an element of sys.argv",
                    );
                }
            }
        }
        let [(path, at), (mode, _)] = &texts[..] else {
            return self.wrong(call, "'open' is supported as open(path, \"rb\")");
        };
        if mode != "rb" {
            return self.wrong(call, "a file is opened for reading bytes only: open(path, \"rb\")");
        }
        let input = self.take_input(path.clone(), *at)?;
        let class = self.unit.file_class.expect("there is a class of files");
        let zero = self.b.i64(0);
        Ok(Typed::of(Ty::File, self.b.op(Op::New(class), &[input, zero])))
    }

    /// The input of the script: the file at that path.
    fn take_input(&mut self, path: String, at: TextRange) -> Done<Value> {
        match &self.unit.input {
            Some((known, _)) if *known != path => {
                return self.wrong(at, format!("a script reads one file, and that is '{known}'"));
            }
            _ => self.unit.input = Some((path, at)),
        }
        Ok(self.input.expect("a script that opens a file has an input"))
    }

    /// Starts an iteration over the records.
    pub fn read_records(&mut self, records: Typed, at: TextRange) -> Done<Reading> {
        let Ty::Records(class) = records.ty else { unreachable!("{:?} are no records", records.ty) };
        let header = self.schema().header as i64;
        let start = Typed::natural(self.b.i64(header));
        let input = self.hide(records, at, "input")?;
        Ok(Reading { class, input, at: self.hide(start, at, "at")? })
    }

    /// The next record, and the edges on which there is none. Bytes that cannot start a message are an error,
    /// not the end.
    pub fn next_record(&mut self, reading: &Reading) -> Done<(Vec<Edge>, Typed)> {
        let input = self.get_hidden(&reading.input)?.one();
        let at = self.get_hidden(&reading.at)?.one();
        let name = &self.b.program().classes[reading.class.index()].name;
        let record = self.struct_of(reading.class).expect("a record is of a struct");
        let layout = RecordLayout::new(self.schema(), record, &Limits::default());
        let cursor = formats::framing(self.b.program(), name, &layout).cursor(input);
        let ahead = cursor.look(&mut self.b, at);
        let ways = self.split(ahead.there);
        self.resume(ways.no)?;
        // The position of the end is noted, so that a truncated record is reported.
        self.host_effect("records.end", &[at]);
        if let Some((ended, damaged)) = cursor.ended(&mut self.b, ahead) {
            self.require(ended, Raise::Data(damaged))?;
        }
        let ended = self.edge(None);
        self.resume(ways.yes)?;
        let (object, size) = cursor.take(&mut self.b, ahead, at);
        let next = self.b.op(Op::Add, &[at, size]);
        self.put_hidden(&reading.at, Typed::natural(next))?;
        Ok((vec![ended], Typed::of(Ty::Record(reading.class), object)))
    }

    /// `len(records)`.
    pub fn count_records(&mut self, records: Typed, at: TextRange) -> Done<Value> {
        let size = self.env.len();
        let zero = Typed::natural(self.b.i64(0));
        let count = self.hide(zero, at, "count")?;
        let slot = count.clone();
        self.iterate_value(
            records,
            at,
            Rc::new(move |s, _| {
                let before = s.get_hidden(&slot)?;
                let after = s.one_more(&before);
                s.put_hidden(&slot, after)
            }),
        )?;
        let count = self.get_hidden(&count)?.one();
        self.env.truncate(size);
        Ok(count)
    }
}
