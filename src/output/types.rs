//! Names of types in the language of the schema, and the structs and enums that a struct contains.

use crate::error::Error;
use crate::schema::{Endian, EnumId, Scalar, Schema, StructId, Type};

/// The name of a type: `float[2][5]`, `uint16_t, big-endian`; `List(Text)`, `UInt16`.
pub fn name(schema: &Schema, ty: &Type) -> String {
    match ty {
        Type::Void => "Void".to_string(),
        Type::Bit(_) => schema.language.scalar(Scalar::Bool).to_string(),
        Type::Scalar(s, endian) => format!("{}{}", schema.language.scalar(*s), order(*endian)),
        Type::Enum(id, _, endian) => format!("{}{}", schema.enums[*id].name, order(*endian)),
        Type::Struct(id) | Type::Ref(id) => schema.structs[*id].name.clone(),
        Type::Group(_) => "group".to_string(),
        Type::Chars(n) => format!("char[{n}]"),
        Type::Array(..) => array(schema, ty),
        Type::List(element) => format!("List({})", name(schema, element)),
        Type::Text => "Text".to_string(),
        Type::Data => "Data".to_string(),
        Type::Any => "AnyPointer".to_string(),
        Type::Capability => "Capability".to_string(),
    }
}

/// The name of an array in C: the element's name, then all lengths.
fn array(schema: &Schema, ty: &Type) -> String {
    let (mut element, mut lengths) = (ty, String::new());
    while let Type::Array(inner, n) = element {
        lengths += &format!("[{n}]");
        element = inner;
    }
    match (name(schema, element), element) {
        // `char[2][16]` is two texts of 16 bytes, not 16 texts of 2.
        (_, Type::Chars(n)) => format!("char{lengths}[{n}]"),
        (text, _) => match text.split_once(',') {
            Some((text, order)) => format!("{text}{lengths},{order}"),
            None => format!("{text}{lengths}"),
        },
    }
}

fn order(endian: Endian) -> &'static str {
    match endian {
        Endian::Little => "",
        Endian::Big => ", big-endian",
    }
}

/// The structs and enums to show: all, or the struct `record` and all that it contains.
pub fn shown(schema: &Schema, record: Option<&str>) -> Result<(Vec<StructId>, Vec<EnumId>), Error> {
    let Some(record) = record else {
        return Ok(((0..schema.structs.len()).collect(), (0..schema.enums.len()).collect()));
    };
    let (root, _) = schema.find(record)?;
    let (mut structs, mut enums) = (vec![false; schema.structs.len()], vec![false; schema.enums.len()]);
    structs[root] = true;
    let mut work = vec![root];
    while let Some(id) = work.pop() {
        for field in &schema.structs[id].fields {
            let mut ty = &field.ty;
            while let Type::Array(element, _) | Type::List(element) = ty {
                ty = element;
            }
            match ty {
                Type::Struct(id) | Type::Group(id) | Type::Ref(id)
                    if !std::mem::replace(&mut structs[*id], true) =>
                {
                    work.push(*id);
                }
                Type::Enum(id, ..) => enums[*id] = true,
                _ => {}
            }
        }
    }
    let marked = |marks: Vec<bool>| marks.iter().zip(0..).filter(|(m, _)| **m).map(|(_, id)| id).collect();
    Ok((marked(structs), marked(enums)))
}
