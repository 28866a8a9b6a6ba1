//! The accessors for the parts of a value: for each type of a schema, the functions to call and the format of
//! their results.
//!
//! They are looked up once, by the names that the formats define; printing follows the shapes. The fields of
//! a struct outside its union come first, then the members of the union, at most one of which is printed.

use crate::formats::{class_name, type_name};
use crate::host::json;
use crate::ir::{FuncId, Program};
use crate::schema::{Scalar, Schema, Struct, StructId, Type};
use std::collections::HashMap;

/// A struct: its fields, and the accessor for its union's tag.
#[derive(Debug)]
pub struct StructShape {
    pub fields: Vec<FieldShape>,
    /// `S.which$`, if it has a union.
    pub which: Option<FuncId>,
}

/// A field: its key, and the source of its value.
#[derive(Debug)]
pub struct FieldShape {
    pub name: String,
    /// The name as it is printed: `"name":`.
    pub key: Vec<u8>,
    pub value: ValueAccessor,
    /// `S.has$f`, if it may be null.
    pub has: Option<FuncId>,
    /// The tag value for which it is set, if it is a member of the union.
    pub variant: Option<u16>,
}

/// A list or an array.
#[derive(Debug)]
pub struct ListShape {
    pub len: FuncId,
    pub element: ValueAccessor,
}

/// The accessor of a value (`None` if there is no value), and the kind of its result.
#[derive(Clone, Copy, Debug)]
pub struct ValueAccessor {
    pub get: Option<FuncId>,
    pub kind: ValueKind,
}

/// The format of a value.
#[derive(Clone, Copy, Debug)]
pub enum ValueKind {
    /// `null`.
    Void,
    /// Written plainly: a truth value, a float, an integer of at most 32 bits.
    Plain,
    /// An integer of 64 bits, in quotes.
    Long,
    /// An enum, given by its number in the schema: written as a name, if the value has one.
    Enum(usize),
    /// A view, written as text.
    Text,
    /// A view, written as a list of numbers.
    Data,
    /// An object with fields.
    Struct(StructId),
    /// An object with elements, given by its index in [`Shapes::lists`].
    List(usize),
    /// A pointer of unknown type.
    Any,
}

/// The shapes of all types of a schema.
#[derive(Debug, Default)]
pub struct Shapes {
    /// Indexed by [`StructId`].
    pub structs: Vec<StructShape>,
    pub lists: Vec<ListShape>,
    /// For each enum, its quoted names by value.
    pub enums: Vec<HashMap<i64, Vec<u8>>>,
    /// `Any$.kind`, if there are pointers of unknown type.
    pub any: Option<FuncId>,
}

/// Looks up the shapes.
struct Finder<'a> {
    schema: &'a Schema,
    funcs: HashMap<&'a str, FuncId>,
    lists: HashMap<(String, Option<usize>), usize>,
    shapes: Shapes,
}

impl Shapes {
    /// The shapes of `schema`, whose accessors are in `program`.
    pub fn new(schema: &Schema, program: &Program) -> Shapes {
        let funcs = program.funcs.iter().zip(0..).map(|(f, i)| (f.name.as_str(), FuncId(i))).collect();
        let mut finder = Finder { schema, funcs, lists: HashMap::new(), shapes: Shapes::default() };
        finder.shapes.any = finder.funcs.get("Any$.kind").copied();
        for e in &schema.enums {
            // Of several names for one value the first is used.
            let names = e.values.iter().rev().map(|(name, value)| (*value, quoted(name)));
            finder.shapes.enums.push(names.collect());
        }
        for s in &schema.structs {
            let shape = finder.of_struct(s);
            finder.shapes.structs.push(shape);
        }
        finder.shapes
    }
}

impl Finder<'_> {
    fn func(&self, class: &str, name: &str) -> FuncId {
        let name = format!("{class}.{name}");
        *self.funcs.get(name.as_str()).unwrap_or_else(|| panic!("the format has written no '{name}'"))
    }

    fn of_struct(&mut self, s: &Struct) -> StructShape {
        let class = class_name(&s.name);
        let (members, others): (Vec<_>, Vec<_>) = s.fields.iter().partition(|f| f.variant.is_some());
        let mut fields = Vec::with_capacity(s.fields.len());
        for field in others.into_iter().chain(members) {
            let pointer = field.ty.is_pointer();
            fields.push(FieldShape {
                name: field.name.clone(),
                key: [&quoted(&field.name)[..], b":"].concat(),
                value: self.source(&class, &field.name, &field.ty),
                has: pointer.then(|| self.func(&class, &format!("has${}", field.name))),
                variant: field.variant,
            });
        }
        StructShape { fields, which: s.tag.map(|_| self.func(&class, "which$")) }
    }

    fn source(&mut self, class: &str, name: &str, ty: &Type) -> ValueAccessor {
        let kind = match ty {
            Type::Void => return ValueAccessor { get: None, kind: ValueKind::Void },
            Type::Scalar(Scalar::I64 | Scalar::U64, _) => ValueKind::Long,
            Type::Scalar(..) | Type::Bit(_) => ValueKind::Plain,
            Type::Enum(id, ..) => ValueKind::Enum(*id),
            Type::Struct(id) | Type::Group(id) | Type::Ref(id) => ValueKind::Struct(*id),
            Type::Chars(_) | Type::Text => ValueKind::Text,
            Type::Data => ValueKind::Data,
            Type::Array(element, _) | Type::List(element) => ValueKind::List(self.list(ty, element)),
            Type::Any | Type::Capability => ValueKind::Any,
        };
        ValueAccessor { get: Some(self.func(class, name)), kind }
    }

    fn list(&mut self, ty: &Type, element: &Type) -> usize {
        let class = type_name(self.schema, ty);
        // To a format, enums are numbers, so lists of different enums have the same class.
        let mut innermost = element;
        while let Type::Array(element, _) | Type::List(element) = innermost {
            innermost = element;
        }
        let names = if let Type::Enum(id, ..) = innermost { Some(*id) } else { None };
        let key = (class.clone(), names);
        if let Some(known) = self.lists.get(&key) {
            return *known;
        }
        let element = self.source(&class, "at", element);
        let shape = ListShape { len: self.func(&class, "len"), element };
        self.shapes.lists.push(shape);
        let number = self.shapes.lists.len() - 1;
        self.lists.insert(key, number);
        number
    }
}

/// A name in quotes.
fn quoted(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 2);
    json::string(&mut out, name.as_bytes()).expect("memory takes everything");
    out
}
