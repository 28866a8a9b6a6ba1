//! The wire formats: one file or folder each, which turns a schema into accessors in the IR.
//!
//! For each struct `S` of the schema, a format makes a class `S` and a method `S.f` for each field `f`; an
//! array or other container is a class too, with `at` and `len`. The other modules know only those classes
//! and functions: the recorder inlines them like any other code, so a new format gets native code for free.
//!
//! A format also defines how its records follow one another: to programs as [`Framing`], functions that a
//! loop over the records calls; to the driver that runs them as [`Chunks`], parts of the input with whole
//! records. [`Wire`] is the interface that a format implements.
//!
//! [`FORMATS`] is the list. This module has what needs all of it: which formats a schema describes, and which
//! one some bytes have. No module outside of this folder tests for a specific format.

use crate::error::Error;
use crate::input::Input;
use crate::ir::Program;
use crate::schema::{Schema, Struct};
use std::ops::Range;
use wire::{CERTAIN, Wire};

pub mod capnp;
mod chunks;
pub mod cursor;
mod limits;
mod names;
pub mod packed;
pub mod split;
pub mod wire;

pub use capnp::unpacked::Unpacked;
pub use chunks::{Chunk, Chunks, RecordInput};
pub use cursor::{Cursor, Framing};
pub use limits::Limits;
pub use names::{class_name, reader, type_name};
pub use split::{BLOCK, Place};
pub use wire::{Cut, Format, RecordLayout};

/// All formats. Those of one family have the same accessors and the same framing, and differ in how the bytes
/// of a chunk are obtained.
static FORMATS: &[&dyn Wire] = &[
    &packed::PackedStruct,
    &capnp::stream::Plain,
    &capnp::stream::Packed,
    #[cfg(test)]
    &crate::tests::format::LengthPrefixed,
];

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

    /// The format with that name.
    ///
    /// ```
    /// use wirelens::{Format, Language};
    /// assert_eq!(Format::named("capnp-packed").map(|f| f.language()), Some(Language::CapnProto));
    /// assert_eq!(Format::named("bson"), None);
    /// ```
    pub fn named(name: &str) -> Option<Format> {
        Format::all().find(|format| format.name() == name)
    }

    /// The likeliest format of these bytes among those that the schema describes.
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
        if self.0.sniff(bytes, limits) == CERTAIN {
            return self;
        }
        let family = self.0.spec().family;
        let of = Format::all().filter(|format| format.0.spec().family == family);
        // The first one if several are equally likely.
        of.rev().max_by_key(|format| format.0.sniff(bytes, limits)).unwrap_or(self)
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

    /// The format `named`, or else a guess. Error: the program is for another family of formats.
    fn choose(named: Option<Format>, layout: &RecordLayout, bytes: &[u8]) -> Result<Format, Error> {
        let described = layout.format.0.spec();
        match named {
            None => Ok(layout.format.likeliest(bytes, &layout.limits)),
            Some(format) if format.0.spec().family == described.family => Ok(format),
            Some(format) => Err(format.not_described(described)),
        }
    }
}

impl RecordLayout {
    /// The layout of records that are structs of this type.
    pub fn new(schema: &Schema, record: &Struct, limits: &Limits) -> RecordLayout {
        RecordLayout { format: Format::of(schema), header: schema.header, size: record.size, limits: *limits }
    }
}

impl<'i> RecordInput<'i> {
    /// A source in the format `named`, or else in the likeliest one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if the schema's language does not describe the format.
    pub fn new(
        named: Option<Format>,
        layout: &RecordLayout,
        input: &'i Input<'i>,
    ) -> Result<RecordInput<'i>, Error> {
        let format = Format::choose(named, layout, input.bytes())?;
        Ok(RecordInput { format, layout: *layout, input })
    }
}

/// The range of the records, if `bytes`, in the format `named` or else in the likeliest one, are a single
/// chunk that begins with a whole record, and can be processed where they are.
pub fn single_chunk(named: Option<Format>, layout: &RecordLayout, bytes: &[u8]) -> Option<Range<usize>> {
    Format::choose(named, layout, bytes).ok()?.0.single_chunk(layout, bytes)
}

impl Schema {
    /// The same schema for records in that format.
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
pub fn framing(program: &Program, class: &str, layout: &RecordLayout) -> Framing {
    layout.format.0.framing(program, class, layout)
}
