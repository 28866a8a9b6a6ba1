//! What the bytes mean: structs, their fields, and where each lies.
//!
//! A [`Schema`] is made by one front end per schema language ([`Schema::from_c`] reads C declarations) and
//! read by the formats, which turn it into accessors. It knows sizes and offsets, all in bytes; it
//! knows no input and no program.

use crate::error::{Error, nearest};

mod cstruct;
pub mod scalar;
pub use scalar::{Endian, Scalar};

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
    /// The structs. A field refers to one by its index, always a smaller one than its own struct's.
    pub structs: Vec<Struct>,
    /// The enums.
    pub enums: Vec<Enum>,
    /// Other names of structs: `typedef struct Tag {…} Name;` makes `Name` one of `Tag`.
    pub typedefs: Vec<(String, StructId)>,
    /// How many bytes lie before the first record (`#pragma wirelens header(N)`).
    pub header: u64,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// The tag, or the typedef's name where there is no tag.
    pub name: String,
    /// Bytes from one element of an array of it to the next: C's `sizeof`.
    pub size: u64,
    /// C's `_Alignof`, in bytes. Inputs need not be aligned; it only shapes layouts.
    pub align: u64,
    /// The fields in their order.
    pub fields: Vec<Field>,
}

/// One named member of a [`Struct`].
///
/// ```
/// let schema = wirelens::Schema::from_c("<schema>", "struct S { char tag; int n; };")?;
/// assert_eq!(schema.structs[0].fields[1].offset, 4);
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// C's `offsetof`, in bytes.
    pub offset: u64,
    /// What lies there.
    pub ty: Type,
}

/// What a field, or an element of an array, is.
///
/// ```
/// use wirelens::{Schema, Type};
/// let schema = Schema::from_c("<schema>", "struct S { char name[16]; };")?;
/// assert_eq!(schema.structs[0].fields[0].ty, Type::Chars(16));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A number or a truth value.
    Scalar(Scalar, Endian),
    /// An enum, stored as the given integer.
    Enum(EnumId, Scalar, Endian),
    /// A struct that lies within this one.
    Struct(StructId),
    /// Text of at most so many bytes (`char name[16]`); it ends before the first zero byte, if there is one.
    Chars(u64),
    /// So many elements, one after the other.
    Array(Box<Type>, u64),
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
    /// Reads C declarations (see [`Schema`] for an example); `file` names the text in errors.
    ///
    /// Layouts are those of the System V x86-64 ABI: natural alignment and padding, `#pragma pack`,
    /// `__attribute__((packed, aligned(n)))`. Byte order is little-endian unless the declaration says
    /// otherwise: a type such as `__be32`, GCC's `scalar_storage_order` (as an attribute or a pragma), or
    /// `[[wirelens::big_endian]]` before a field or a struct. `#pragma wirelens header(N)` skips N
    /// bytes before the first record. Errors: [`Error::Schema`], every place that was found wrong.
    ///
    /// ```
    /// let packed = "#pragma pack(1)\nstruct S { char tag; int n; };";
    /// assert_eq!(wirelens::Schema::from_c("s.h", packed)?.structs[0].size, 5);
    /// let network = "typedef struct { [[wirelens::big_endian]] float f; __be16 port; } S;";
    /// assert_eq!(wirelens::Schema::from_c("s.h", network)?.structs[0].size, 8);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn from_c(file: &str, text: &str) -> Result<Schema, Error> {
        cstruct::parse(file, text).map_err(Error::Schema)
    }

    /// The struct of that name, or of that typedef. Error: no such struct; the text lists those there are.
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
                Err(Error::System(format!("the schema has no struct '{name}'; {help}")))
            }
        }
    }

    /// The structs that no other one contains, in their order: what a record of a file can be, most likely.
    ///
    /// ```
    /// let schema = wirelens::Schema::from_c("<schema>", "struct P { float x; }; struct S { struct P p[2]; };")?;
    /// assert_eq!(schema.outermost().iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["S"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn outermost(&self) -> Vec<&Struct> {
        let mut contained = vec![false; self.structs.len()];
        for field in self.structs.iter().flat_map(|s| &s.fields) {
            let mut ty = &field.ty;
            while let Type::Array(element, _) = ty {
                ty = element;
            }
            if let Type::Struct(id) = ty {
                contained[*id] = true;
            }
        }
        self.structs.iter().zip(contained).filter(|(_, inside)| !inside).map(|(s, _)| s).collect()
    }

    /// The same structs with all numbers in the byte order `endian`, whatever was declared.
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

    /// Bytes that a value of this type takes.
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
        }
    }
}

impl Struct {
    /// The field of that name.
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

/// `did you mean 'x'?` where one name is near, else the list of all.
pub fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => {
            let quoted: Vec<String> = known.iter().map(|n| format!("'{n}'")).collect();
            format!("it has {}", if quoted.is_empty() { "none".to_string() } else { quoted.join(", ") })
        }
    }
}
