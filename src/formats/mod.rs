//! The wire formats: one file each, which writes a schema's accessors as IR.
//!
//! A format gives, for each struct `S` of the schema, a class `S` and a method `S.f` for each field `f`; an
//! array or other container is a class too, with `at` and `len`. To the rest a format is nothing but those
//! classes and functions: the recorder sees through them as through any other code, so a new format gets
//! native code for free.
//!
//! A format also says how its records follow one another: to programs as [`Framing`], functions that a loop
//! over the records calls; to whoever runs them as [`Chunks`], parts of the input with whole records.
//! [`FORMATS`] is the list. Nobody outside of this folder asks which format it is.

use crate::error::Error;
use crate::input::Input;
use crate::ir::Program;
use crate::schema::{self, Endian, Language, Scalar, Schema, Struct};
use std::fmt;

pub mod capnp;
mod chunks;
mod cursor;
pub mod packed;

pub use capnp::Limits;
pub use capnp::unpacked::Unpacked;
pub use chunks::{Chunk, Chunks, Ending, Part, Place, Source, Split};
pub use cursor::{Chain, Cursor, Framing};

/// Records of a block: chunks of records of one size are whole blocks.
pub const BLOCK: u64 = 128;

/// All formats. Those of one family have the same accessors and the same framing, and differ in how a chunk's
/// bytes come about.
static FORMATS: &[&dyn Wire] = &[
    &packed::PackedStruct,
    &capnp::stream::Plain,
    &capnp::stream::Packed,
    #[cfg(test)]
    &crate::tests::format::LengthPrefixed,
];

/// What a format is called.
#[derive(Debug)]
pub struct Spec {
    /// As an option.
    pub name: &'static str,
    /// In a help text.
    pub about: &'static str,
    pub language: Language,
    /// The name of the first format of its family.
    pub family: &'static str,
    /// What it is, where a schema describes something else.
    pub what: &'static str,
    /// What a record is called where messages speak of one.
    pub noun: &'static str,
    /// Where offsets count, unless that is the input.
    pub stream: &'static str,
}

/// What is known of records before an input is there.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub format: Format,
    /// Bytes before the first record.
    pub header: u64,
    /// Bytes of a record, where all have so many.
    pub size: u64,
    pub limits: Limits,
}

impl Layout {
    /// Of records that are such structs.
    pub fn new(schema: &Schema, record: &Struct, limits: &Limits) -> Layout {
        Layout { format: Format::of(schema), header: schema.header, size: record.size, limits: *limits }
    }

    /// Whether all records have one size.
    pub fn strided(&self) -> bool {
        self.format.0.records(self, 0).is_some()
    }
}

/// A wire format.
pub trait Wire: fmt::Debug + Sync {
    fn spec(&self) -> &'static Spec;
    /// How likely it is that bytes are of this format, compared with the others of its family.
    fn sniff(&self, bytes: &[u8], limits: &Limits) -> u8;
    /// The accessors of all structs of a schema, as a program.
    fn accessors(&self, schema: &Schema, limits: &Limits) -> Program;
    /// How records of a class follow one another in a chunk.
    fn framing(&self, program: &Program, class: &str, layout: &Layout) -> Framing;
    /// How many whole records an input of that many bytes has, if that follows from its length.
    fn records(&self, layout: &Layout, length: u64) -> Option<u64>;
    /// What cuts an input in chunks.
    fn split<'i>(&self, layout: &Layout, input: &'i Input<'i>) -> Box<dyn Split + 'i>;
    /// The number of the record at a byte of the stream.
    fn number(&self, layout: &Layout, input: &Input, at: u64) -> u64;
    /// How many bytes the whole record has that is at the start of some, if there is one.
    fn size(&self, layout: &Layout, bytes: &[u8]) -> Option<u64>;
    /// How much of a record is there: `3 of 8 bytes`.
    fn part(&self, cut: &Cut) -> String;
    /// What is said of a last record that is cut short.
    fn truncated(&self, cut: &Cut) -> String;
    /// What is said of an input of that name that has bytes, a header of so many of them, and no records.
    fn nothing(&self, name: &str, header: u64) -> String;
    /// The stream as bytes that can be read at any place, where the input's are not that.
    fn unpacked<'i>(&self, _: &'i Input<'i>, _: &Limits) -> Result<Option<Unpacked<'i>>, Error> {
        Ok(None)
    }
}

/// The start of a record that is not all there.
///
/// ```
/// use wirelens::{Input, Query, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
/// let report = Query::builder(&schema).totals(&["t.n"]).build()?.run(&Input::from_bytes(&[0; 19]))?;
/// let cut = report.cut.expect("19 is not divisible by 8");
/// assert_eq!((cut.offset, cut.bytes, cut.expected, cut.number), (16, 3, 8, 2));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where it begins, from the start of the input.
    pub offset: u64,
    /// How many bytes of it there are.
    pub bytes: u64,
    /// How many it would have, or at least that many.
    pub expected: u64,
    /// The number of the record, counted from 0.
    pub number: u64,
}

/// An encoding of records.
///
/// ```
/// use wirelens::{Format, Limits, Schema};
/// let schema = Schema::from_capnp_text("<schema>", "@0xd6b2a5a29f3c41e7; struct S { n @0 :Int8; }")?;
/// let message = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// assert_eq!(Format::guess(&schema, &message, &Limits::default()).name(), "capnp");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Format(&'static dyn Wire);

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({})", self.name())
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Format) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Format {}

impl Format {
    /// All of them.
    ///
    /// ```
    /// let names: Vec<&str> = wirelens::Format::all().map(|f| f.name()).collect();
    /// assert_eq!(names, ["packed-struct", "capnp", "capnp-packed"]);
    /// ```
    pub fn all() -> impl DoubleEndedIterator<Item = Format> + Clone {
        FORMATS.iter().map(|wire| Format(*wire))
    }

    /// The one of that name.
    ///
    /// ```
    /// use wirelens::{Format, Language};
    /// assert_eq!(Format::named("capnp-packed").map(|f| f.language()), Some(Language::CapnProto));
    /// assert_eq!(Format::named("bson"), None);
    /// ```
    pub fn named(name: &str) -> Option<Format> {
        Format::all().find(|format| format.name() == name)
    }

    /// Its name, as `--format` takes it.
    ///
    /// ```
    /// assert!(wirelens::Format::all().all(|f| wirelens::Format::named(f.name()) == Some(f)));
    /// ```
    pub fn name(self) -> &'static str {
        self.0.spec().name
    }

    /// What it is, in a line.
    ///
    /// ```
    /// let packed = wirelens::Format::named("packed-struct").expect("it is one of them");
    /// assert_eq!(packed.about(), "C structs, one after the other");
    /// ```
    pub fn about(self) -> &'static str {
        self.0.spec().about
    }

    /// The language of schemas that describe it.
    ///
    /// ```
    /// use wirelens::{Format, Language};
    /// assert_eq!(Format::all().next().map(|f| f.language()), Some(Language::C));
    /// ```
    pub fn language(self) -> Language {
        self.0.spec().language
    }

    /// The format of bytes of which a schema says what is in them: of several the likeliest.
    ///
    /// ```
    /// use wirelens::{Format, Limits, Schema};
    /// let schema = Schema::from_capnp_text("<schema>", "@0xd6b2a5a29f3c41e7; struct S { n @0 :Int8; }")?;
    /// let format = Format::guess(&schema, &[0x10, 1, 0x51, 8, 3, 2], &Limits::default());
    /// assert_eq!(format.name(), "capnp-packed");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn guess(schema: &Schema, bytes: &[u8], limits: &Limits) -> Format {
        Format::of(schema).likeliest(bytes, limits)
    }

    fn likeliest(self, bytes: &[u8], limits: &Limits) -> Format {
        let family = self.0.spec().family;
        let of = Format::all().filter(|format| format.0.spec().family == family);
        // The first one if there are several.
        of.rev().max_by_key(|format| format.0.sniff(bytes, limits)).unwrap_or(self)
    }

    /// What is said of a last record that is cut short; of any format of a language.
    ///
    /// ```
    /// let cut = wirelens::Cut { offset: 16, bytes: 3, expected: 8, number: 2 };
    /// let packed = wirelens::Format::named("packed-struct").expect("it is one of them");
    /// assert_eq!(packed.truncated(&cut), "the last record is cut short: 3 of 8 bytes at byte 16");
    /// ```
    pub fn truncated(self, cut: &Cut) -> String {
        self.0.truncated(cut)
    }

    /// What is said of an input of that name that has bytes, a header of so many of them, and no records.
    ///
    /// ```
    /// let packed = wirelens::Format::named("packed-struct").expect("it is one of them");
    /// assert_eq!(packed.nothing("a.bin", 5), "a.bin ends with its header of 5 bytes: it has no records");
    /// ```
    pub fn nothing(self, name: &str, header: u64) -> String {
        self.0.nothing(name, header)
    }

    /// The format that a schema describes: the one that it names, or the first one of its language.
    ///
    /// ```
    /// use wirelens::{Format, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int n; };")?;
    /// assert_eq!(Format::of(&schema).name(), "packed-struct");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn of(schema: &Schema) -> Format {
        let mut of = Format::all().filter(|format| match schema.format {
            Some(name) => format.name() == name,
            None => format.language() == schema.language,
        });
        of.next().expect("a schema language has a format")
    }

    /// The format that was `named`, or a guess. Error: it is of another family than the program is for.
    fn choose(named: Option<Format>, layout: &Layout, bytes: &[u8]) -> Result<Format, Error> {
        let described = layout.format.0.spec();
        match named {
            None => Ok(layout.format.likeliest(bytes, &layout.limits)),
            Some(format) if format.0.spec().family == described.family => Ok(format),
            Some(format) => Err(format.not_described(described)),
        }
    }

    /// That it is another format which is described.
    fn not_described(self, described: &Spec) -> Error {
        let ((describes, source), what) = (described.language.describes(), self.0.spec().what);
        let (_, needed) = self.language().describes();
        Error::system(match needed == source {
            false => format!("{describes}, not {what}: give {needed} as the schema"),
            true => {
                format!("the schema is of {}, not of {what}: say so with Schema::with_format", described.what)
            }
        })
    }
}

impl Schema {
    /// The same for records of that format.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if schemas in this language do not describe the
    /// format.
    ///
    /// ```
    /// use wirelens::{Format, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { int n; };")?;
    /// let error = schema.with_format(Format::named("capnp").expect("it is one of them")).unwrap_err();
    /// assert!(error.to_string().ends_with("not Cap'n Proto: give a .capnp file as the schema"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn with_format(self, format: Format) -> Result<Schema, Error> {
        if format.language() != self.language {
            return Err(format.not_described(Format::of(&self).0.spec()));
        }
        Ok(Schema { format: Some(format.0.spec().family), ..self })
    }
}

/// The accessors of all structs of a schema, as a program.
pub fn accessors(schema: &Schema, limits: &Limits) -> Program {
    Format::of(schema).0.accessors(schema, limits)
}

/// How records of a class follow one another in a chunk.
pub fn framing(program: &Program, class: &str, layout: &Layout) -> Framing {
    layout.format.0.framing(program, class, layout)
}

/// The name of the function that makes a record of class `name`, if it can be one.
pub fn reader(name: &str) -> String {
    format!("{name}.read$")
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
