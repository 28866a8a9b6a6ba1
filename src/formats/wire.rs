//! The interface that a wire format implements ([`Wire`]), the type through which it is used ([`Format`]),
//! the properties of records that are known without reading them ([`RecordLayout`]), and a truncated record
//! ([`Cut`]).
//!
//! The list of formats, and the detection of the format of some bytes, are in the parent module.

use super::capnp::unpacked::Unpacked;
use super::cursor::Framing;
use super::limits::Limits;
use super::split::Split;
use crate::error::Error;
use crate::input::Input;
use crate::ir::Program;
use crate::schema::{Language, Schema};
use std::fmt;
use std::ops::Range;

/// The names and descriptions of a format.
#[derive(Debug)]
pub struct Spec {
    /// The value of the option `--format`.
    pub name: &'static str,
    /// The line in a help text.
    pub about: &'static str,
    pub language: Language,
    /// The name of the first format of its family.
    pub family: &'static str,
    /// A noun for it, for errors about a schema of another format.
    pub what: &'static str,
    /// The word for a record in messages.
    pub noun: &'static str,
    /// What offsets are counted in, if not the input.
    pub stream: &'static str,
}

/// The properties of records that are known before there is an input.
#[derive(Clone, Copy, Debug)]
pub struct RecordLayout {
    pub format: Format,
    /// Bytes before the first record.
    pub header: u64,
    /// The bytes of a record, if all have the same size.
    pub size: u64,
    pub limits: Limits,
}

impl RecordLayout {
    /// Whether all records have one size.
    pub fn strided(&self) -> bool {
        self.format.0.records(self, 0).is_some()
    }
}

/// The likelihood of a format if no other one of its family can be more likely.
pub const CERTAIN: u8 = 3;

/// A wire format.
pub trait Wire: fmt::Debug + Sync {
    fn spec(&self) -> &'static Spec;
    /// How likely the bytes are in this format, compared with the others of its family: at most [`CERTAIN`].
    fn sniff(&self, bytes: &[u8], limits: &Limits) -> u8;
    /// The accessors of all structs of a schema, as a program.
    fn accessors(&self, schema: &Schema, limits: &Limits) -> Program;
    /// How records of a class follow one another in a chunk.
    fn framing(&self, program: &Program, class: &str, layout: &RecordLayout) -> Framing;
    /// The number of whole records in an input of `length` bytes, if it follows from the length.
    fn records(&self, layout: &RecordLayout, length: u64) -> Option<u64>;
    /// The object that splits an input into chunks.
    fn split<'i>(&self, layout: &RecordLayout, input: &'i Input<'i>) -> Box<dyn Split + 'i>;
    /// The range of the records, if these bytes of an input are a single chunk that begins with a whole
    /// record, and can be processed where they are. The chunk may end within a record.
    fn single_chunk(&self, _: &RecordLayout, _: &[u8]) -> Option<Range<usize>> {
        None
    }
    /// The number of the record at an offset in the stream.
    fn number(&self, layout: &RecordLayout, input: &Input, at: u64) -> u64;
    /// The size of the whole record at the start of `bytes`, if there is one.
    fn size(&self, layout: &RecordLayout, bytes: &[u8]) -> Option<u64>;
    /// The message about a truncated last record.
    fn truncated(&self, cut: &Cut) -> String;
    /// The message about the input `name`, which is not empty but has no records; `header` is the size of its
    /// header.
    fn nothing(&self, name: &str, header: u64) -> String;
    /// The stream as bytes that can be read at any offset, if the input's own bytes are not that.
    fn unpacked<'i>(&self, _: &'i Input<'i>, _: &Limits) -> Result<Option<Unpacked<'i>>, Error> {
        Ok(None)
    }
}

/// A truncated record at the end.
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
    /// Its offset, from the start of the input.
    pub offset: u64,
    /// The number of its bytes that are present.
    pub bytes: u64,
    /// The number of bytes it should have, or a lower bound of it.
    pub expected: u64,
    /// The number of the record, counted from 0.
    pub number: u64,
}

/// A wire format: an encoding of records.
///
/// ```
/// use wirelens::{Format, Limits, Schema};
/// let schema = Schema::from_capnp_text("<schema>", "@0xd6b2a5a29f3c41e7; struct S { n @0 :Int8; }")?;
/// let message = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// assert_eq!(Format::guess(&schema, &message, &Limits::default()).name(), "capnp");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Format(pub(super) &'static dyn Wire);

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
    /// Its name, as `--format` takes it.
    ///
    /// ```
    /// assert!(wirelens::Format::all().all(|f| wirelens::Format::named(f.name()) == Some(f)));
    /// ```
    pub fn name(self) -> &'static str {
        self.0.spec().name
    }

    /// A one-line description.
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

    /// The message about a truncated last record. It is the same for all formats of a language.
    ///
    /// ```
    /// let cut = wirelens::Cut { offset: 16, bytes: 3, expected: 8, number: 2 };
    /// let packed = wirelens::Format::named("packed-struct").expect("it is one of them");
    /// assert_eq!(packed.truncated(&cut), "the last record is cut short: 3 of 8 bytes at byte 16");
    /// ```
    pub fn truncated(self, cut: &Cut) -> String {
        self.0.truncated(cut)
    }

    /// The message about the input `name`, which is not empty but has no records; `header` is the size of its
    /// header.
    ///
    /// ```
    /// let packed = wirelens::Format::named("packed-struct").expect("it is one of them");
    /// assert_eq!(packed.nothing("a.bin", 5), "a.bin ends with its header of 5 bytes: it has no records");
    /// ```
    pub fn nothing(self, name: &str, header: u64) -> String {
        self.0.nothing(name, header)
    }

    /// The error that the schema describes another format.
    pub(super) fn not_described(self, described: &Spec) -> Error {
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
