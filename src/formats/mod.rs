//! The wire formats: one file each, which writes a schema's accessors as IR.
//!
//! A format gives, for each struct `S` of the schema, a class `S` and a method `S.f` for each field `f`; an
//! array or other container is a class too, with `at` and `len`. To the rest a format is nothing but those
//! classes and functions: the recorder sees through them as through any other code, so a new format gets
//! native code for free.
//!
//! | format | file |
//! |---|---|
//! | packed records (C structs) | [`packed`] |
//! | Cap'n Proto messages | [`capnp`] |

pub mod capnp;
pub mod packed;

use crate::error::Error;
use crate::ir::Program;
use crate::schema::{self, Endian, Language, Scalar, Schema};

/// An encoding of records.
///
/// ```
/// use wirelens::{Format, Limits};
/// let message = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// assert_eq!(Format::guess(wirelens::Language::CapnProto, &message, &Limits::default()), Format::CapnProto);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// C structs, one after the other.
    PackedStruct,
    /// A stream of Cap'n Proto messages.
    CapnProto,
    /// The same, packed.
    CapnProtoPacked,
}

impl Format {
    /// The encoding of bytes whose schema is in that language. Messages that are not packed seldom look as if
    /// they were, and packed ones hardly ever begin with the table of a message that is there: what can be
    /// read as it is, is.
    ///
    /// ```
    /// use wirelens::{Format, Language, Limits};
    /// let packed = [0x10, 1, 0x51, 8, 3, 2];
    /// assert_eq!(Format::guess(Language::CapnProto, &packed, &Limits::default()), Format::CapnProtoPacked);
    /// ```
    pub fn guess(language: Language, bytes: &[u8], limits: &capnp::Limits) -> Format {
        use capnp::frame::{Frame, frame};
        if language == Language::C {
            return Format::PackedStruct;
        }
        let plain = frame(bytes, limits);
        if let Frame::Whole(_) | Frame::End = plain {
            return Format::CapnProto;
        }
        match (plain, capnp::packing::Unpacker::default().skip(bytes, limits)) {
            // Zeros are packed messages of no words: that says nothing.
            (_, Frame::Whole(9..)) | (Frame::Wrong(_), Frame::Cut(_)) => Format::CapnProtoPacked,
            _ => Format::CapnProto,
        }
    }

    /// The encoding that was `named`, or a guess. Error: the schema's language has no such encoding.
    pub(crate) fn choose(
        named: Option<Format>,
        language: Language,
        bytes: &[u8],
        limits: &capnp::Limits,
    ) -> Result<Format, Error> {
        let format = named.unwrap_or_else(|| Format::guess(language, bytes, limits));
        match (language, format) {
            (Language::C, Format::PackedStruct)
            | (Language::CapnProto, Format::CapnProto | Format::CapnProtoPacked) => Ok(format),
            (Language::C, _) => Err(Error::System(
                "C declarations describe packed structs, not Cap'n Proto: give a .capnp file as the schema".to_string(),
            )),
            (Language::CapnProto, _) => Err(Error::System(
                "a Cap'n Proto schema describes messages, not packed structs: give C declarations as the schema"
                    .to_string(),
            )),
        }
    }
}

/// The accessors of all structs of a schema, as a program. `limits` are those of Cap'n Proto.
pub fn accessors(schema: &Schema, limits: &capnp::Limits) -> Program {
    match schema.language {
        Language::C => packed::accessors(schema),
        Language::CapnProto => capnp::accessors(schema, limits),
    }
}

/// The name of a struct's class: the struct's, but for what names in the IR cannot have (`Map(Text, Person)`
/// becomes `Map<Text$Person>`), and for a struct that is called like a number (`struct u8`), whose arrays
/// would be taken for arrays of numbers, or like a type of the IR. No name in a schema has a `$`.
pub fn class_name(name: &str) -> String {
    let number = Scalar::ALL.iter().any(|s| s.to_string() == name);
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

/// The name of a type: `f64[3]`, `u16.be[2][4]` (four of two), `Point[8]`, `List<i32>`. It is that of the
/// class, where the type has one.
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
