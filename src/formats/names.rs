//! Names of a schema's accessors in the IR: classes, and the functions that make records.
//!
//! Each format uses these names in its program, and callers find accessors by them. The names of methods are
//! those of the schema's fields and not defined here.

use crate::schema::{self, Endian, Scalar, Schema};

/// The name of the function that makes a record of class `name`.
pub fn reader(name: &str) -> String {
    format!("{name}.read$")
}

/// The name of a struct's class: the struct's own, with the characters replaced that names in the IR cannot
/// have (`Map(Text, Person)` becomes `Map<Text$Person>`), and with a `$` appended if it is also the name of a
/// number type (`struct u8`), whose arrays would be taken for arrays of numbers, or of a type of the IR. No
/// name in a schema has a `$`.
pub fn class_name(name: &str) -> String {
    let number = Scalar::ALL.iter().any(|s| s.name() == name);
    if number || matches!(name, "view" | "f64x2") {
        return format!("{name}$");
    }
    let mut class = String::new();
    for c in name.chars() {
        match c {
            '(' => class.push('<'),
            ')' => class.push('>'),
            ',' => class.push('$'),
            ' ' => {}
            c if c.is_alphanumeric() || c == '_' || c == '.' => class.push(c),
            c => class += &format!("${:x}$", u32::from(c)),
        }
    }
    class
}

/// The name of a type: `f64[3]`, `u16.be[2][4]` (four of two), `Point[8]`, `List<i32>`. If the type has a
/// class, it is the name of that.
pub fn type_name(schema: &Schema, ty: &schema::Type) -> String {
    use schema::Type;
    match ty {
        Type::Scalar(s, e) | Type::Enum(_, s, e) => {
            format!("{s}{}", if *e == Endian::Big { ".be" } else { "" })
        }
        Type::Chars(n) => format!("char[{n}]"),
        Type::Struct(id) | Type::Ref(id) | Type::Group(id) => class_name(&schema.structs[*id].name),
        Type::Array(element, n) => format!("{}[{n}]", type_name(schema, element)),
        Type::List(element) => format!("List<{}>", type_name(schema, element)),
        Type::Void => "Void$".to_string(),
        Type::Bit(_) => "bool".to_string(),
        Type::Text => "Text$".to_string(),
        Type::Data => "Data$".to_string(),
        Type::Any | Type::Capability => "Any$".to_string(),
    }
}
