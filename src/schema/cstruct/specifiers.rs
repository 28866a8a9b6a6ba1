//! Declaration specifiers: `const unsigned long int`, `struct P {…}`, `uint8_t`.
//!
//! They may come in any order. A name is parsed as the type only if no type precedes it, so that fields may
//! be named like types (`uint8_t u8;`).

use super::attributes::Attributes;
use super::declarator::Ctype;
use super::lexer::TokenKind;
use super::parser::{Named, Parser};
use super::{Parse, Stop};
use crate::error::nearest;
use crate::schema::{Endian, Scalar};

/// The type that specifiers denote.
#[derive(Clone, Debug)]
pub enum Base<'a> {
    Type(Ctype),
    /// A tag that is not defined, or not yet.
    Incomplete(&'a str),
    Void,
}

/// The specifiers of one declaration.
#[derive(Debug)]
pub struct Specifiers<'a> {
    pub base: Base<'a>,
    pub base_at: usize,
    pub typedef: bool,
    pub constant: bool,
    /// A struct or enum is declared here, so a declarator is optional.
    pub declares: bool,
    /// A struct without a tag is defined here.
    pub nameless: bool,
    /// The attributes that apply to each declarator.
    pub attributes: Attributes,
}

/// The names of integers that headers define, in all their dialects.
const NAMES: [(&str, Scalar); 40] = [
    ("int8_t", Scalar::I8),
    ("int16_t", Scalar::I16),
    ("int32_t", Scalar::I32),
    ("int64_t", Scalar::I64),
    ("uint8_t", Scalar::U8),
    ("uint16_t", Scalar::U16),
    ("uint32_t", Scalar::U32),
    ("uint64_t", Scalar::U64),
    ("bool", Scalar::Bool),
    ("size_t", Scalar::U64),
    ("ssize_t", Scalar::I64),
    ("ptrdiff_t", Scalar::I64),
    ("intptr_t", Scalar::I64),
    ("uintptr_t", Scalar::U64),
    ("intmax_t", Scalar::I64),
    ("uintmax_t", Scalar::U64),
    ("off_t", Scalar::I64),
    ("time_t", Scalar::I64),
    ("u_int8_t", Scalar::U8),
    ("u_int16_t", Scalar::U16),
    ("u_int32_t", Scalar::U32),
    ("u_int64_t", Scalar::U64),
    ("u_char", Scalar::U8),
    ("u_short", Scalar::U16),
    ("u_int", Scalar::U32),
    ("u_long", Scalar::U64),
    ("ushort", Scalar::U16),
    ("uint", Scalar::U32),
    ("ulong", Scalar::U64),
    ("i8", Scalar::I8),
    ("i16", Scalar::I16),
    ("i32", Scalar::I32),
    ("i64", Scalar::I64),
    ("u8", Scalar::U8),
    ("u16", Scalar::U16),
    ("u32", Scalar::U32),
    ("u64", Scalar::U64),
    // The kernel's; `__u8` and `__s8` are these with the underscores removed.
    ("s8", Scalar::I8),
    ("s16", Scalar::I16),
    ("s32", Scalar::I32),
];

/// Words that are never names.
const KEYWORDS: [&str; 45] = [
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "_Bool",
    "struct",
    "union",
    "enum",
    "class",
    "typedef",
    "const",
    "volatile",
    "static",
    "extern",
    "register",
    "inline",
    "auto",
    "restrict",
    "constexpr",
    "mutable",
    "sizeof",
    "_Alignas",
    "alignas",
    "_Alignof",
    "_Static_assert",
    "static_assert",
    "__attribute__",
    "__attribute",
    "__declspec",
    "__extension__",
    "_Complex",
    "_Atomic",
    "__int128",
    "template",
    "namespace",
    "operator",
    "virtual",
    "friend",
    "using",
    "typename",
];

pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// A type whose name is predefined.
fn known(name: &str) -> Option<Ctype> {
    let scalar = |name: &str| NAMES.iter().find(|(n, _)| *n == name).map(|(_, s)| *s);
    if let Some(scalar) = scalar(name) {
        return Some(Ctype::scalar(scalar));
    }
    let bare = name.strip_prefix("__").unwrap_or(name);
    let width = bare.get(..2).and(bare.get(2..)).and_then(|w| scalar(&format!("u{w}")));
    let order = match (bare.get(..2), width) {
        (Some("be"), Some(_)) if bare != "be8" => Some(Endian::Big),
        (Some("le"), Some(_)) if bare != "le8" => Some(Endian::Little),
        _ => None,
    };
    if let (Some(order), Some(scalar)) = (order, width) {
        let ty = crate::schema::Type::Scalar(scalar, order);
        return Some(Ctype { ty, fixed: true, ..Ctype::scalar(scalar) });
    }
    match bare {
        "s64" => Some(Ctype::scalar(Scalar::I64)),
        _ if bare.len() < name.len() && matches!(bare.as_bytes(), [b'u' | b's', b'1'..=b'9', ..]) => {
            scalar(bare).map(Ctype::scalar)
        }
        _ => None,
    }
}

/// For a C type that is not supported: what to write instead.
fn refused(name: &str) -> Option<&'static str> {
    Some(match name {
        "__int128" | "__int128_t" | "__uint128_t" | "_BitInt" => {
            "write two fields of 'uint64_t', the low one first"
        }
        "_Complex" | "complex" => "write two fields: the real and the imaginary part",
        "wchar_t" => "write 'int32_t', which it is on Linux, or 'uint16_t', which it is on Windows",
        "char8_t" => "write 'char'",
        "char16_t" => "write 'uint16_t'",
        "char32_t" => "write 'uint32_t'",
        "_Atomic" | "atomic" => "write the type itself",
        "auto" | "decltype" | "typeof" | "__typeof__" => "write the type itself",
        "__float128" | "_Float128" | "_Float16" | "_Decimal32" | "_Decimal64" | "_Decimal128" => {
            "write its bytes as 'uint8_t' or 'uint64_t' fields"
        }
        _ => return None,
    })
}

impl<'a> Parser<'a, '_, '_> {
    /// Whether a type begins here.
    pub fn starts_type(&self) -> bool {
        match self.kind() {
            TokenKind::Word("struct" | "enum" | "union" | "const" | "volatile" | "std") => true,
            TokenKind::Word(word) => {
                BASIC.contains(&word)
                    || self.names.contains_key(word)
                    || known(word).is_some()
                    || refused(word).is_some()
            }
            _ => false,
        }
    }

    pub fn specifiers(&mut self) -> Parse<Specifiers<'a>> {
        let mut s = Specifiers {
            base: Base::Void,
            base_at: self.here(),
            typedef: false,
            constant: false,
            declares: false,
            nameless: false,
            attributes: Attributes::default(),
        };
        let mut words: Vec<&str> = Vec::new();
        let mut found = false;
        loop {
            self.attributes(&mut s.attributes)?;
            let at = self.here();
            let TokenKind::Word(word) = self.kind() else {
                if self.kind() == TokenKind::Punct("::") && !found {
                    self.bump();
                    continue;
                }
                break;
            };
            match word {
                "typedef" if self.nesting() > 0 => {
                    return Err(self.error(
                        at,
                        "a typedef within a struct is not read",
                        "move it before the struct",
                    ));
                }
                "static" if self.nesting() > 0 => {
                    return Err(self.error(at, "a static member does not lie in the struct", "delete it"));
                }
                "typedef" => s.typedef = true,
                "const" | "constexpr" => s.constant = true,
                "volatile" | "static" | "extern" | "register" | "inline" | "__inline" | "__inline__"
                | "restrict" | "__restrict" | "__extension__" | "mutable" | "__const" | "__volatile__"
                | "typename" => {}
                "struct" | "class" | "union" | "enum" if found || !words.is_empty() => break,
                "struct" | "class" => {
                    (found, s.base_at) = (true, at);
                    self.struct_specifier(&mut s)?;
                    continue;
                }
                "enum" => {
                    (found, s.base_at) = (true, at);
                    self.enum_specifier(&mut s)?;
                    continue;
                }
                "union" => {
                    if let TokenKind::Word(tag) = self.kind_after(1) {
                        self.names.entry(tag).or_insert(Named::Wrong);
                    }
                    let help =
                        "declare the member that your files hold, or bytes of its size ('uint8_t raw[8]')";
                    return Err(self.error(
                        at,
                        "unions are not read: the bytes do not say which member is meant",
                        help,
                    ));
                }
                _ if BASIC.contains(&word) && !found => {
                    if words.is_empty() {
                        s.base_at = at;
                    }
                    words.push(word);
                    if words.len() > 6 {
                        return Err(self.error(at, "these words make no type", "delete some of them"));
                    }
                }
                "_Complex" | "__int128" | "_Atomic" => return Err(self.refused(word, at)),
                _ if found || !words.is_empty() => break,
                "std" if self.kind_after(1) == TokenKind::Punct("::") => self.bump(),
                _ if is_keyword(word) && refused(word).is_none() => break,
                _ => {
                    (found, s.base_at) = (true, at);
                    s.base = self.named(word, at)?;
                }
            }
            self.bump();
        }
        if !words.is_empty() {
            s.base = match basic(&mut words) {
                Ok(base) => base,
                Err((message, help)) => return Err(self.error(s.base_at, message, help)),
            };
        } else if !found {
            return Err(self.expected("a type"));
        }
        Ok(s)
    }

    /// The type that a single name denotes.
    fn named(&mut self, name: &'a str, at: usize) -> Parse<Base<'a>> {
        match self.names.get(name) {
            Some(Named::Type(ctype, _)) => Ok(Base::Type(ctype.clone())),
            Some(Named::Forward) => Ok(Base::Incomplete(name)),
            Some(Named::Alias(tag)) => match self.names.get(tag) {
                Some(Named::Type(ctype, _)) => Ok(Base::Type(ctype.clone())),
                _ => Ok(Base::Incomplete(tag)),
            },
            Some(Named::Wrong) => Err(Stop::Within),
            None => match known(name) {
                Some(ctype) => Ok(Base::Type(ctype)),
                None => Err(self.refused(name, at)),
            },
        }
    }

    /// The error for a type that is unknown or not supported.
    pub fn refused(&mut self, name: &str, at: usize) -> Stop {
        if self.quiet {
            return Stop::Within;
        }
        if self.kind_after(1) == TokenKind::Punct("<") {
            let help = "write out the struct, or the array, that it stands for";
            return self.error(at, format!("'{name}<…>': templates are not read"), help);
        }
        if let Some(help) = refused(name) {
            return self.error(at, format!("'{name}' is not read"), help);
        }
        let candidates = self.names.keys().copied().chain(NAMES.iter().map(|(n, _)| *n)).chain(BASIC);
        let help = match nearest(name, candidates) {
            Some(near) => format!("did you mean '{near}'?"),
            None => {
                "declare it before its use; an #include is not read, so put its declaration here".to_string()
            }
        };
        self.error(at, format!("the type '{name}' is not known"), help)
    }

    /// The error for a type without a size.
    pub fn incomplete(&mut self, base: &Base<'a>, at: usize) -> Stop {
        let Base::Incomplete(tag) = base else {
            return self.error(at, "'void' has no bytes", "name the type that lies there");
        };
        if self.open.contains(&Some(tag)) {
            let help = "a file has no endless records; store an index instead";
            return self.error(at, format!("struct '{tag}' contains itself"), help);
        }
        let help = "define it before its use";
        self.error(at, format!("'{tag}' is declared, but not defined"), help)
    }
}

/// The words of C's basic types.
const BASIC: [&str; 12] = [
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "_Bool",
    "__signed",
    "__signed__",
];

/// The basic type that these words denote, in any order.
fn basic(words: &mut [&str]) -> Result<Base<'static>, (String, &'static str)> {
    for word in words.iter_mut().filter(|w| w.starts_with("__signed")) {
        *word = "signed";
    }
    words.sort_unstable();
    let scalar = match words.join(" ").as_str() {
        "void" => return Ok(Base::Void),
        "char" => {
            let char = Ctype { text: true, ..Ctype::scalar(Scalar::I8) };
            return Ok(Base::Type(char));
        }
        "char signed" => Scalar::I8,
        "char unsigned" => Scalar::U8,
        "short" | "int short" | "short signed" | "int short signed" => Scalar::I16,
        "short unsigned" | "int short unsigned" => Scalar::U16,
        "int" | "signed" | "int signed" => Scalar::I32,
        "unsigned" | "int unsigned" => Scalar::U32,
        "long"
        | "int long"
        | "long signed"
        | "int long signed"
        | "long long"
        | "int long long"
        | "long long signed"
        | "int long long signed" => Scalar::I64,
        "long unsigned" | "int long unsigned" | "long long unsigned" | "int long long unsigned" => {
            Scalar::U64
        }
        "float" => Scalar::F32,
        "double" => Scalar::F64,
        "_Bool" => Scalar::Bool,
        "double long" => {
            let help = "write its 16 bytes as 'uint8_t raw[16]', or store a 'double'";
            return Err(("'long double' is not read: its ten bytes fit no number here".to_string(), help));
        }
        other => return Err((format!("'{other}' is no type"), "write one of C's, such as 'unsigned int'")),
    };
    Ok(Base::Type(Ctype::scalar(scalar)))
}
