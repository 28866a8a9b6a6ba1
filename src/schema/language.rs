//! The schema languages and the differences between them; other code specific to a language is in
//! [`super::cstruct`] and [`super::capnp`]. The formats define the encoding.

use super::{Scalar, Schema, Struct, capnp};
use crate::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// The schema languages.
///
/// ```
/// use wirelens::{Language, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int n; };")?;
/// assert_eq!((schema.language, schema.language.to_string()), (Language::C, "C".to_string()));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// C declarations: records are structs without gaps between them.
    #[default]
    C,
    /// Cap'n Proto: records are messages.
    CapnProto,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Language::C => "C",
            Language::CapnProto => "Cap'n Proto",
        })
    }
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 2] = [Language::C, Language::CapnProto];

    /// The extension of files with declarations: `records.h`.
    ///
    /// ```
    /// assert_eq!(wirelens::Language::CapnProto.extension(), "capnp");
    /// ```
    pub fn extension(self) -> &'static str {
        match self {
            Language::C => "h",
            Language::CapnProto => "capnp",
        }
    }

    /// What declarations in this language describe, as messages word it, and what to pass as the schema.
    pub(crate) fn describes(self) -> (&'static str, &'static str) {
        match self {
            Language::C => ("C declarations describe packed structs", "C declarations"),
            Language::CapnProto => ("a Cap'n Proto schema describes messages", "a .capnp file"),
        }
    }

    /// Whether a struct is one contiguous range of bytes that contains all of its fields.
    pub(crate) fn is_flat(self) -> bool {
        self == Language::C
    }

    /// Whether a header and a byte order can be chosen; if not, the reason.
    ///
    /// ```
    /// assert!(wirelens::Language::C.fixed().is_none());
    /// ```
    pub fn fixed(self) -> Option<&'static str> {
        match self {
            Language::C => None,
            Language::CapnProto => {
                Some("Cap'n Proto messages begin with the first byte and are little-endian")
            }
        }
    }

    /// The name of a number's type.
    pub(crate) fn scalar(self, scalar: Scalar) -> &'static str {
        let (c, capnp) = match scalar {
            Scalar::Bool => ("bool", "Bool"),
            Scalar::I8 => ("int8_t", "Int8"),
            Scalar::I16 => ("int16_t", "Int16"),
            Scalar::I32 => ("int32_t", "Int32"),
            Scalar::I64 => ("int64_t", "Int64"),
            Scalar::U8 => ("uint8_t", "UInt8"),
            Scalar::U16 => ("uint16_t", "UInt16"),
            Scalar::U32 => ("uint32_t", "UInt32"),
            Scalar::U64 => ("uint64_t", "UInt64"),
            Scalar::F32 => ("float", "Float32"),
            Scalar::F64 => ("double", "Float64"),
        };
        match self {
            Language::C => c,
            Language::CapnProto => capnp,
        }
    }

    /// The property of a struct's layout besides its size, with its name, for other tools.
    pub(crate) fn detail(self, s: &Struct) -> (&'static str, u64) {
        match self {
            Language::C => ("align", s.align),
            Language::CapnProto => ("pointers", s.pointers),
        }
    }

    /// A struct's layout, in words.
    pub(crate) fn layout(self, s: &Struct) -> String {
        let count = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        match self {
            Language::C => format!("{}, aligned to {}", count(s.size, "byte"), s.align),
            Language::CapnProto if s.group => String::new(),
            Language::CapnProto => {
                format!("{} of data, {}", count(s.size, "byte"), count(s.pointers, "pointer"))
            }
        }
    }
}

impl Schema {
    /// Parses declarations of any language from a file: the file's extension tells the language, or else the
    /// text does. `read` returns the text; imports of a Cap'n Proto file are found as in
    /// [`Schema::from_capnp`].
    ///
    /// # Errors
    ///
    /// Those of [`Schema::from_c`], [`Schema::from_capnp`] and `read`.
    ///
    /// ```
    /// use wirelens::{Language, Schema};
    /// let text = |text: &'static str| move |_: &std::path::Path| Ok(text.to_string());
    /// let schema = Schema::from_file("p.h".as_ref(), &[], text("struct P { double x; };"))?;
    /// assert_eq!(schema.language, Language::C);
    /// let schema = Schema::from_file("p.txt".as_ref(), &[], text("@0xd6b2a5a29f3c41e7; struct P {}"))?;
    /// assert_eq!(schema.language, Language::CapnProto);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn from_file(
        path: &Path,
        imports: &[PathBuf],
        read: impl FnOnce(&Path) -> Result<String, Error>,
    ) -> Result<Schema, Error> {
        if path.extension().is_some_and(|e| e == Language::CapnProto.extension()) {
            return capnp::file(path, imports);
        }
        let text = read(path)?;
        let name = path.display().to_string();
        // Every Cap'n Proto file has an id; no C declaration begins like this.
        match text.lines().any(|line| line.trim_start().starts_with("@0x")) {
            true => Schema::from_capnp_text(&name, &text),
            false => Schema::from_c(&name, &text),
        }
    }
}
