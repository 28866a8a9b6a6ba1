//! Finds and reads the files that a command names: schemas and scripts. Also determines the struct of the
//! records.

use crate::args::RecordArgs;
use crate::messages::note;
use std::path::{Path, PathBuf};
use wirelens::{Diagnostic, Endian, Error, Format, Input, Language, Schema};

/// The schema that is assumed for a file without one: the layout of `testdata/poly.h`.
const DEFAULT_SCHEMA: &str =
    "struct Point { double x; double y; };\nstruct Triangle { Point a; Point b; Point c; };\n";

/// A longer file is hardly written by hand; probably it is a dump, passed in the wrong place.
const LONGEST_TEXT: u64 = 16 << 20;

/// The schema that was named, or the one beside `data`.
pub fn schema(layout: &RecordArgs, format: Option<Format>, data: &Path) -> Result<Schema, Error> {
    find_schema(layout, format, Some(data), |data, beside| {
        let (there, name) = match beside.first() {
            Some(path) if path.extension().is_some_and(|e| e == "h") => {
                let path = path.display();
                (format!(": there is no {path}, and no {path} with .capnp"), path.to_string())
            }
            _ => (String::new(), "records.h".to_string()),
        };
        let there = there.replace(".h with .capnp", ".capnp");
        let data = if data == Path::new("-") { "standard input".into() } else { data.display().to_string() };
        let missing = Error::system(format!("a schema is needed to read {data}{there}"));
        Err(missing.help(format!(
            "write the layout of a record as a C struct into {name}, such as\n\
             struct Record {{ uint64_t time; double price; char symbol[8]; }};\n\
             or name a file of C or Cap'n Proto declarations with --schema FILE"
        )))
    })
}

/// The same, but falls back to the schema of triangles.
pub fn schema_or_triangles(
    layout: &RecordArgs,
    format: Option<Format>,
    data: Option<&Path>,
) -> Result<Schema, Error> {
    find_schema(layout, format, data, |_, beside| {
        let missing = beside.first().filter(|path| path.extension().is_some_and(|e| e == "h"));
        let missing = missing.map_or(String::new(), |path| format!(", and there is no {}", path.display()));
        let assumed = DEFAULT_SCHEMA.trim_end();
        let order = if layout.big_endian { "big" } else { "little" };
        note(format!("there is no --schema{missing}; assumed, with {order}-endian numbers:\n{assumed}"));
        Schema::from_c("<default schema>", DEFAULT_SCHEMA)
    })
}

/// The schema that was named, or the one beside `data`, or else the result of `without`, which receives the
/// data and the paths that were tried.
fn find_schema(
    layout: &RecordArgs,
    format: Option<Format>,
    data: Option<&Path>,
    without: impl FnOnce(&Path, &[PathBuf]) -> Result<Schema, Error>,
) -> Result<Schema, Error> {
    let standard_input = Path::new("-");
    // A file must not be its own schema.
    let beside = data
        .filter(|f| *f != standard_input)
        .map(|f| Language::ALL.map(|language| f.with_extension(language.extension())));
    let beside = beside.into_iter().flatten().filter(|s| Some(s.as_path()) != data);
    let beside: Vec<PathBuf> = beside.collect();
    let imports = &layout.imports.imports;
    let mut schema = match (&layout.schema, beside.iter().find(|s| s.is_file())) {
        (Some(path), _) if path == standard_input && data == Some(standard_input) => {
            return Err(Error::system("FILE and --schema cannot both be standard input"));
        }
        (Some(path), _) => read_schema(path, imports)?,
        (None, Some(path)) => read_schema(path, imports).inspect_err(|_| {
            note(format!(
                "{} is taken as the schema because it lies beside the data; --schema names another",
                path.display()
            ));
        })?,
        (None, None) => {
            // If the data file does not exist, this reports its error instead of assuming a schema.
            if let Some(file) = data.filter(|f| *f != standard_input && (!f.exists() || f.is_dir())) {
                Input::open(file)?;
            }
            without(data.unwrap_or(standard_input), &beside)?
        }
    };
    let given = [("--skip", layout.skip.is_some()), ("--big-endian", layout.big_endian)];
    if let (Some(why), Some((option, _))) = (schema.language.fixed(), given.iter().find(|(_, given)| *given))
    {
        return Err(Error::system(format!("{option} is for C structs: {why}")));
    }
    if let Some(format) = format {
        schema = schema.with_format(format)?;
    }
    if layout.big_endian {
        schema = schema.with_endian(Endian::Big);
    }
    if let Some(skip) = layout.skip {
        schema.header = skip;
    }
    Ok(schema)
}

/// Reads a schema of C or Cap'n Proto declarations, distinguished by the file's name or by its id.
pub fn read_schema(path: &Path, imports: &[PathBuf]) -> Result<Schema, Error> {
    Schema::from_file(path, imports, |path| read_text(path, "schema"))
}

/// Reads the text of a file that should be a schema or a script.
pub fn read_text(path: &Path, what: &str) -> Result<String, Error> {
    let input = Input::open(path)?;
    let name = input.name();
    if input.len() > LONGEST_TEXT {
        let size = input.len();
        return Err(Error::system(format!(
            "{name} has {size} bytes: too many for a {what}; is it the data?"
        )));
    }
    // A copy: another process could change the bytes of the mapped file under a `str`.
    let mut bytes = vec![];
    if bytes.try_reserve_exact(input.bytes().len()).is_err() {
        let size = input.len();
        return Err(Error::system(format!(
            "{name}: the {what} takes {size} bytes of memory, and the system does not give so many"
        )));
    }
    bytes.extend_from_slice(input.bytes());
    input.check()?;
    String::from_utf8(bytes).map_err(|wrong| {
        let at = wrong.utf8_error().valid_up_to();
        let bytes = wrong.as_bytes();
        let message = format!("byte {at} (0x{:02x}) is not UTF-8, so this is no {what}'s text", bytes[at]);
        let text = String::from_utf8_lossy(bytes);
        let other = if what == "schema" { ", or name another with --schema" } else { "" };
        Error::schema(vec![
            Diagnostic::at(name, &text, at, message).help(format!("save the file as UTF-8{other}")),
        ])
    })
}

/// The struct that was named for records, or the only candidate.
pub fn record<'a>(schema: &'a Schema, layout: &'a RecordArgs) -> Result<&'a str, Error> {
    if let Some(name) = &layout.record {
        return Ok(name);
    }
    match schema.outermost()[..] {
        [only] => Ok(&only.name),
        [] => Err(Error::system("the schema has no struct, so no record can be read")),
        ref several => {
            let names: Vec<&str> = several.iter().map(|s| s.name.as_str()).collect();
            Err(Error::system(format!(
                "the schema has several structs that no other contains; say which one a record is: --record {}",
                names.join(" or --record ")
            )))
        }
    }
}
