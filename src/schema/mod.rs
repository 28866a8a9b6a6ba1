//! The meaning of the bytes: structs, their fields, and the offset of each.
//!
//! One front end per schema language makes a [`Schema`] ([`Schema::from_c`] reads C declarations,
//! [`Schema::from_capnp`] Cap'n Proto's), and the formats turn it into accessors. It has sizes and offsets,
//! all in bytes; it refers to no input and no program.

use std::path::{Path, PathBuf};

use crate::error::{Error, nearest};

mod capnp;
mod cstruct;
mod language;
pub use crate::scalar::{Endian, Scalar};
pub use language::Language;

/// Sizes and byte order of scalars.
pub mod scalar {
    pub use crate::scalar::{Endian, Scalar};
}

/// All structs and enums of one schema text, in the order of their declaration.
///
/// ```
/// let schema = wirelens::Schema::from_c("<schema>", "struct Point { double x; double y; };")?;
/// let (_, point) = schema.find("Point")?;
/// assert_eq!((point.size, point.fields[1].offset), (16, 8));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The language it was written in, which determines the encoding of records.
    pub language: Language,
    /// The structs. A field refers to one by its index; a struct within another ([`Type::Struct`]) has a
    /// smaller index than that.
    pub structs: Vec<Struct>,
    /// The enums.
    pub enums: Vec<Enum>,
    /// Other names of structs: `typedef struct Tag {…} Name;` makes `Name` another name of `Tag`.
    pub typedefs: Vec<(String, StructId)>,
    /// The number of bytes before the first record (`#pragma wirelens header(N)`).
    pub header: u64,
    /// The name of the records' format, if it is not the first one of the language (see
    /// [`Schema::with_format`]).
    pub(crate) format: Option<&'static str>,
}

/// Index of a struct in its [`Schema`].
pub type StructId = usize;
/// Index of an enum in its [`Schema`].
pub type EnumId = usize;

/// A record or a part of one: fields at fixed offsets.
///
/// ```
/// let schema = wirelens::Schema::from_c("<schema>", "struct S { char tag; int n; };")?;
/// assert_eq!((schema.structs[0].size, schema.structs[0].align), (8, 4));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    /// C: the tag, or the typedef's name if there is no tag. Cap'n Proto: the name qualified by the enclosing
    /// scopes (`Outer.Inner`), with its type arguments (`Map(Text, Person)`); a group's is `Outer.group`.
    pub name: String,
    /// The id of the Cap'n Proto node, or 0.
    pub id: u64,
    /// The comment on its declaration, without the comment signs.
    pub doc: String,
    /// The stride of an array of it, in bytes: C's `sizeof`. Cap'n Proto: bytes of the data section.
    pub size: u64,
    /// C's `_Alignof`, in bytes. Inputs need not be aligned; it only determines layouts.
    pub align: u64,
    /// Cap'n Proto: words of the pointer section. A group has the sections of the enclosing struct.
    pub pointers: u64,
    /// Cap'n Proto: the offset of the two-byte number that tells which of the fields with a
    /// [`Field::variant`] is set, in bytes from the start of the data section.
    pub tag: Option<u64>,
    /// Whether it is a group of fields of another struct.
    pub group: bool,
    /// The fields in order of declaration.
    pub fields: Vec<Field>,
}

/// One named member of a [`Struct`].
///
/// ```
/// let schema = wirelens::Schema::from_c("<schema>", "struct S { char tag; int n; };")?;
/// assert_eq!(schema.structs[0].fields[1].offset, 4);
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The comment on its declaration, without the comment signs.
    pub doc: String,
    /// C's `offsetof`, in bytes. Cap'n Proto: bytes from the start of the data section or, for a pointer, of
    /// the pointer section.
    pub offset: u64,
    /// The type of its value.
    pub ty: Type,
    /// Cap'n Proto: the value of [`Struct::tag`] which means that this field is set.
    pub variant: Option<u16>,
    /// Cap'n Proto: the default value, unless that is zero or null.
    pub default: Option<DefaultValue>,
}

/// The value of a Cap'n Proto field that is not stored.
///
/// ```
/// use wirelens::DefaultValue;
/// // UInt16 with the default 7 is stored as 0 when it is 7, and as 7 when it is 0.
/// let DefaultValue::Bits(mask) = DefaultValue::Bits(7) else { unreachable!() };
/// assert_eq!((0 ^ mask, 7 ^ mask), (7, 0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue {
    /// For a number, boolean or enum: its bits, with which the stored bits are xored.
    Bits(u64),
    /// For a pointer: a segment whose first word is the pointer to the value.
    Message(Vec<u8>),
}

/// The type of a field, or of an element of an array.
///
/// ```
/// use wirelens::{Schema, Type};
/// let schema = Schema::from_c("<schema>", "struct S { char name[16]; };")?;
/// assert_eq!(schema.structs[0].fields[0].ty, Type::Chars(16));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Type {
    /// Nothing: no bytes.
    #[default]
    Void,
    /// A number or a boolean.
    Scalar(Scalar, Endian),
    /// A boolean: that bit of the byte at the offset, counted from the lowest. (0 for elements of a list.)
    Bit(u8),
    /// An enum, stored as an integer of that type.
    Enum(EnumId, Scalar, Endian),
    /// A struct stored inside this one.
    Struct(StructId),
    /// Text of at most that many bytes (`char name[16]`); it ends before the first zero byte, if there is
    /// one.
    Chars(u64),
    /// That many elements, one after another.
    Array(Box<Type>, u64),
    /// Fields of the enclosing struct, grouped under a name.
    Group(StructId),
    /// A pointer to a struct.
    Ref(StructId),
    /// A pointer to a list. Structs (`Ref`) are stored in the list itself; other pointer types are stored as
    /// pointers.
    List(Box<Type>),
    /// A pointer to text, in UTF-8, followed by a zero byte.
    Text,
    /// A pointer to bytes.
    Data,
    /// A pointer to anything.
    Any,
    /// A pointer to a capability, which has no meaning in a file.
    Capability,
}

/// Named integer constants.
///
/// ```
/// let schema = wirelens::Schema::from_c("<schema>", "enum Side { BUY = 1, SELL };")?;
/// assert_eq!(schema.enums[0].values[1], ("SELL".to_string(), 2));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The tag, or the typedef's name.
    pub name: String,
    /// Name and value, in order of declaration.
    pub values: Vec<(String, i64)>,
}

impl Schema {
    /// Parses C declarations (see [`Schema`] for an example); `file` names the text in errors.
    ///
    /// Layouts are those of the System V x86-64 ABI: natural alignment and padding, `#pragma pack`,
    /// `__attribute__((packed, aligned(n)))`. Byte order is little-endian unless declared otherwise: by a
    /// type such as `__be32`, GCC's `scalar_storage_order` (as an attribute or a pragma), or
    /// `[[wirelens::big_endian]]` before a field or a struct. `#pragma wirelens header(N)` skips N bytes
    /// before the first record. Errors: [`ErrorKind::Schema`](crate::ErrorKind::Schema), a list of all errors
    /// in the text.
    ///
    /// ```
    /// let packed = "#pragma pack(1)\nstruct S { char tag; int n; };";
    /// assert_eq!(wirelens::Schema::from_c("s.h", packed)?.structs[0].size, 5);
    /// let network = "typedef struct { [[wirelens::big_endian]] float f; __be16 port; } S;";
    /// assert_eq!(wirelens::Schema::from_c("s.h", network)?.structs[0].size, 8);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn from_c(file: &str, text: &str) -> Result<Schema, Error> {
        cstruct::parse(file, text).map_err(Error::schema)
    }

    /// Parses Cap'n Proto declarations from a file, and from those that it imports.
    ///
    /// An import path is relative to the folder of the importing file or, if it begins with `/`, to one of
    /// the folders `imports`; the standard files that are imported for annotations (`/capnp/c++.capnp` etc.)
    /// are built in. Layouts and ids are those of the reference compiler. Errors:
    /// [`ErrorKind::System`](crate::ErrorKind::System), the file cannot be read;
    /// [`ErrorKind::Schema`](crate::ErrorKind::Schema), a list of all errors in this file and others.
    ///
    /// ```
    /// let path = std::env::temp_dir().join(format!("wirelens-{}.capnp", std::process::id()));
    /// std::fs::write(&path, "@0xd6b2a5a29f3c41e7; struct Point { x @0 :Float64; y @1 :Float64; }")?;
    /// let schema = wirelens::Schema::from_capnp(&path, &[]);
    /// std::fs::remove_file(&path)?;
    /// assert_eq!(schema?.find("Point")?.1.size, 16);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_capnp(path: impl AsRef<Path>, imports: &[PathBuf]) -> Result<Schema, Error> {
        capnp::file(path.as_ref(), imports)
    }

    /// Parses Cap'n Proto declarations from a text, which can import the standard files only; `file` names it
    /// in errors. Errors: [`ErrorKind::Schema`](crate::ErrorKind::Schema), a list of all errors in the text.
    ///
    /// ```
    /// use wirelens::{Schema, Type};
    /// let text = "@0xd6b2a5a29f3c41e7; struct Node { value @0 :UInt8; next @1 :Node; set @2 :Bool = true; }";
    /// let schema = Schema::from_capnp_text("node.capnp", text)?;
    /// let (id, node) = schema.find("Node")?;
    /// assert_eq!((node.size, node.pointers), (8, 1));
    /// assert_eq!(node.fields[1].ty, Type::Ref(id));
    /// assert_eq!((node.fields[2].offset, &node.fields[2].ty), (1, &Type::Bit(0)));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn from_capnp_text(file: &str, text: &str) -> Result<Schema, Error> {
        capnp::text(file, text)
    }

    /// The schema in a CodeGeneratorRequest: the message, in stream framing, that Cap'n Proto compilers write
    /// for code generators (`capnp compile -o-`, or [`capnp_request`]). It has no aliases of types. Errors:
    /// [`ErrorKind::Data`](crate::ErrorKind::Data), it is damaged or inconsistent.
    ///
    /// ```
    /// use wirelens::schema::{Schema, capnp_request};
    /// let path = std::env::temp_dir().join(format!("wirelens-from-request-{}.capnp", std::process::id()));
    /// std::fs::write(&path, "@0xd6b2a5a29f3c41e7; struct Point { x @0 :Float64; y @1 :Float64 = 1.5; }")?;
    /// let request = capnp_request(&[path.clone()], &std::env::temp_dir(), &[]);
    /// let schema = Schema::from_capnp(&path, &[]);
    /// std::fs::remove_file(&path)?;
    /// assert_eq!(Schema::from_capnp_request(&request?)?, schema?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_capnp_request(request: &[u8]) -> Result<Schema, Error> {
        capnp::from_request(request)
    }

    /// The struct with that name or typedef. Error: there is none; the message lists the existing names.
    ///
    /// ```
    /// let schema = wirelens::Schema::from_c("<schema>", "struct Point { double x; };")?;
    /// assert!(schema.find("Pint").unwrap_err().to_string().contains("did you mean 'Point'?"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn find(&self, name: &str) -> Result<(StructId, &Struct), Error> {
        let other = || self.typedefs.iter().find(|(n, _)| n == name).map(|(_, id)| *id);
        match self.structs.iter().position(|s| s.name == name).or_else(other) {
            Some(id) => Ok((id, &self.structs[id])),
            None => {
                let names = self.structs.iter().map(|s| &s.name).chain(self.typedefs.iter().map(|(n, _)| n));
                let help = unknown(name, names.map(String::as_str));
                Err(Error::system(format!("the schema has no struct '{name}'; {help}")))
            }
        }
    }

    /// The struct with that name, as [`Schema::find`] returns it, if it can be a record. Error: it is a
    /// group, a part of another struct.
    ///
    /// ```
    /// let text = "@0xd6b2a5a29f3c41e7; struct S { g :group { n @0 :Int8; } }";
    /// let schema = wirelens::Schema::from_capnp_text("<schema>", text)?;
    /// assert!(schema.find("S.g").is_ok() && schema.record("S").is_ok());
    /// assert!(schema.record("S.g").unwrap_err().to_string().contains("'S.g' is a group"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn record(&self, name: &str) -> Result<(StructId, &Struct), Error> {
        match self.find(name)? {
            (_, found) if found.group => Err(Error::system(format!(
                "'{name}' is a group, a part of another struct; name the struct that a message is"
            ))),
            found => Ok(found),
        }
    }

    /// The structs that no other one contains or points to, in their order: the likely types of a file's
    /// records. If there are none, all structs. Groups do not count.
    ///
    /// ```
    /// let schema = wirelens::Schema::from_c("<schema>", "struct P { float x; }; struct S { struct P p[2]; };")?;
    /// assert_eq!(schema.outermost().iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["S"]);
    /// let tree = "@0xd6b2a5a29f3c41e7; struct Tree { leaf @0 :Leaf; parts @1 :List(Tree); } struct Leaf {}";
    /// let schema = wirelens::Schema::from_capnp_text("<schema>", tree)?;
    /// assert_eq!(schema.outermost().iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Tree"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn outermost(&self) -> Vec<&Struct> {
        let mut contained: Vec<bool> = self.structs.iter().map(|s| s.group).collect();
        for id in (0..self.structs.len()).filter(|id| !self.structs[*id].group) {
            self.mark_contained(id, id, &mut contained);
        }
        let all = self.structs.iter().zip(contained);
        let found: Vec<&Struct> = all.filter(|(_, inside)| !inside).map(|(s, _)| s).collect();
        if found.is_empty() { self.structs.iter().filter(|s| !s.group).collect() } else { found }
    }

    /// The struct that a record is, if only one is possible.
    pub(crate) fn only_record(&self) -> Result<&str, Error> {
        match self.outermost()[..] {
            [only] => Ok(&only.name),
            [] => Err(Error::system("the schema has no struct, so no record can be read".to_string())),
            ref several => {
                let names: Vec<&str> = several.iter().map(|s| s.name.as_str()).collect();
                Err(Error::system(format!(
                    "the schema has several structs that no other contains; say which one a record is: {}",
                    names.join(" or ")
                )))
            }
        }
    }

    /// Marks everything that `part` (`whole` or one of its groups) contains or points to, except `whole`
    /// itself.
    fn mark_contained(&self, part: StructId, whole: StructId, contained: &mut [bool]) {
        for field in &self.structs[part].fields {
            let mut ty = &field.ty;
            while let Type::Array(element, _) = ty {
                ty = element;
            }
            while let Type::List(element) = ty {
                ty = element;
            }
            match ty {
                Type::Group(id) => self.mark_contained(*id, whole, contained),
                Type::Struct(id) | Type::Ref(id) if *id != whole => contained[*id] = true,
                _ => {}
            }
        }
    }

    /// The same structs with all numbers in the byte order `endian`, regardless of their declarations.
    ///
    /// ```
    /// use wirelens::{Endian, Scalar, Schema, Type};
    /// let schema = Schema::from_c("<schema>", "struct S { int n[3]; };")?.with_endian(Endian::Big);
    /// let number = Type::Scalar(Scalar::I32, Endian::Big);
    /// assert_eq!(schema.structs[0].fields[0].ty, Type::Array(Box::new(number), 3));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn with_endian(mut self, endian: Endian) -> Schema {
        for field in self.structs.iter_mut().flat_map(|s| &mut s.fields) {
            let mut ty = &mut field.ty;
            while let Type::Array(element, _) = ty {
                ty = element;
            }
            if let Type::Scalar(_, order) | Type::Enum(_, _, order) = ty {
                *order = endian;
            }
        }
        self
    }

    /// Bytes that a value of this type takes in its struct. (For a bit, 1.)
    ///
    /// ```
    /// use wirelens::{Endian, Scalar, Schema, Type};
    /// let shorts = Type::Array(Box::new(Type::Scalar(Scalar::I16, Endian::Little)), 10);
    /// assert_eq!(Schema::default().size_of(&shorts), 20);
    /// ```
    pub fn size_of(&self, ty: &Type) -> u64 {
        match ty {
            Type::Scalar(s, _) | Type::Enum(_, s, _) => s.size(),
            Type::Struct(id) => self.structs[*id].size,
            Type::Chars(n) => *n,
            Type::Array(element, n) => self.size_of(element) * n,
            Type::Void | Type::Group(_) => 0,
            Type::Bit(_) => 1,
            Type::Ref(_) | Type::List(_) | Type::Text | Type::Data | Type::Any | Type::Capability => 8,
        }
    }
}

impl Type {
    /// Whether it is stored in the pointer section of a Cap'n Proto struct.
    ///
    /// ```
    /// assert!(wirelens::Type::Text.is_pointer());
    /// ```
    pub fn is_pointer(&self) -> bool {
        matches!(self, Type::Ref(_) | Type::List(_) | Type::Text | Type::Data | Type::Any | Type::Capability)
    }
}

impl Struct {
    /// The field with that name.
    ///
    /// ```
    /// let schema = wirelens::Schema::from_c("<schema>", "struct P { float x; float y; };")?;
    /// assert_eq!(schema.structs[0].field("y").unwrap().offset, 4);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// The message that a code generator for Cap'n Proto reads: a CodeGeneratorRequest for `files`, one segment
/// in stream framing (`capnp compile -o-` writes the same). `src_prefix` is a folder that is removed from the
/// names of files; `imports` and errors are those of [`Schema::from_capnp`].
///
/// ```
/// let path = std::env::temp_dir().join(format!("wirelens-request-{}.capnp", std::process::id()));
/// std::fs::write(&path, "@0xd6b2a5a29f3c41e7; struct Point { x @0 :Float64; y @1 :Float64; }")?;
/// let request = wirelens::schema::capnp_request(&[path.clone()], &std::env::temp_dir(), &[]);
/// std::fs::remove_file(&path)?;
/// // One segment; its length in words follows.
/// let request = request?;
/// assert_eq!(request[..4], [0; 4]);
/// assert_eq!(request[4..8], (request.len() as u32 / 8 - 1).to_le_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn capnp_request(files: &[PathBuf], src_prefix: &Path, imports: &[PathBuf]) -> Result<Vec<u8>, Error> {
    capnp::request(files, src_prefix, imports)
}

/// The advice for an unknown name: `did you mean 'x'?` if a known name is near, otherwise the list of all.
pub fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut seen = std::collections::HashSet::new();
    let known: Vec<&str> = known.filter(|name| seen.insert(*name)).collect();
    match nearest(name, known.iter().copied()) {
        Some(near) if name.len() > 2 || known.len() == 1 => format!("did you mean '{near}'?"),
        // Short names are near to many.
        Some(near) => format!("did you mean '{near}'? it has {}", quoted(&known)),
        None => format!("it has {}", quoted(&known)),
    }
}

/// A list of more names than these is cut.
const MANY: usize = 12;

/// Names in a message: `'x', 'y'`.
pub fn quoted(names: &[&str]) -> String {
    let mut quoted: Vec<String> = names.iter().take(MANY).map(|n| format!("'{n}'")).collect();
    match names.len().checked_sub(MANY) {
        None if names.is_empty() => quoted.push("none".to_string()),
        Some(more @ 1..) => quoted.push(format!("and {more} more")),
        _ => {}
    }
    quoted.join(", ")
}
