//! The command line: what may be said, and the help.
//!
//! Every option that means the same in all commands is in [`Common`], [`RecordArgs`] or both, once. Nothing
//! is opened or looked up here; only what is wrong with an argument by itself is an error of this file.
//!
//! What the structs of arguments say of a command replaces what its variant of [`Command`] says, since they
//! are built later. So these structs, also the shared ones, have no documentation comments.

mod examples;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, CommandFactory, Parser, Subcommand, ValueEnum};
use examples::*;
use std::cell::LazyCell;
use std::ffi::{OsStr, OsString};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use wirelens::{Format, Limits};

/// More threads than this are an error.
const MOST_THREADS: usize = 1024;

/// A lens onto binary files: programs over records, run as native code.
#[derive(Debug, Parser)]
#[command(name = "wirelens", version = env!("WIRELENS_VERSION"), arg_required_else_help = true)]
#[command(max_term_width = 80, after_help = MORE, after_long_help = format!("{ALL_EXAMPLES}\n{EXIT_CODES}"))]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Colour in messages: where standard error is a terminal and NO_COLOR is not set, always, or never
    #[arg(hide_short_help = true, global = true, long, value_name = "WHEN", default_value_t)]
    pub color: ColorChoice,
}

/// Only the arguments of the command that was chosen are built: those of all take longer than a query of a
/// small file. What the list of commands does not show is an attribute of the arguments, for the same reason.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Print the mean of all points of all records
    ///
    /// With n records of k points each, x is the sum of all points' x divided by n * k, and y likewise.
    Barycenter(BarycenterArgs),
    /// Compute expressions over all records
    ///
    /// EXPRS is one expression, or several with commas between them; 'NAME=EXPR' names one. The syntax is
    /// Python's. A generator over `records` is an argument of sum, mean, var, std, min, max, count, any, all,
    /// first or last; around it may be any arithmetic of Python and its `math`. Everything is computed in one
    /// pass over the files.
    Eval(EvalArgs),
    /// Print records as JSON, one a line
    ///
    /// Fields have the order of the schema. 64-bit integers, NaN and the infinities are strings. Enum values
    /// are names, or numbers if they have no name. Arrays of char are strings.
    Cat(CatArgs),
    /// Print a row of each record: expressions, as CSV or JSON
    ///
    /// COLUMNS are expressions over the fields of a record, in Python's syntax, with commas between them;
    /// 'EXPR as NAME' names a column. '*' stands for all fields that are numbers, booleans, enums or texts,
    /// and for those of nested structs ('a.x'). A member that a union or a null pointer does not have is
    /// None. The record itself is 't', unless a field has this name.
    ///
    /// CSV has values as Python prints them, nothing for None, and lines that end with a line feed alone.
    /// In JSON, integers that may not fit a double, NaN and the infinities are strings. Rows are printed as
    /// they are found: those before an error are complete.
    Select(SelectArgs),
    /// Run a script: a typed subset of Python, over records or without
    ///
    /// The subset means what it means in Python. Anything else is refused by name, before the script runs.
    Run(RunArgs),
    /// Show a schema: structs, fields, types, offsets, sizes
    Schema(SchemaArgs),
    /// Print a stage of compilation, from an expression to machine code
    ///
    /// An EXPR is a number computed from the record `t`, in Python's syntax; the program computes the sum
    /// of each EXPR over all records. `--stats` counts a run over no records.
    Dump(DumpArgs),
    /// Report where the time and the machine code of a run went, and why
    ///
    /// Runs a script or another command with its options, and prints a report instead of the result: the
    /// regions that were compiled, with their lines of source, how often each branch was taken, why native
    /// code was left, which loops were refused, which objects were allocated. Standard output of the run is
    /// discarded; standard error is not. It runs on one thread, with counters in native code.
    Explain(ExplainArgs),
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{BARYCENTER_EXAMPLES}\n{EXIT_CODES}"))]
pub struct BarycenterArgs {
    /// Records, one after the other; `-` is standard input
    pub file: PathBuf,
    #[command(flatten)]
    pub layout: RecordArgs,
    /// A record's points, such as `a,corner[2],box.low` [default: fields that are structs with x, y and
    /// optionally z, or arrays of them; if there are none, arrays of 2 or 3 floats]
    #[arg(long, value_name = "POINTS", value_delimiter = ',', value_parser = point)]
    pub points: Option<Vec<String>>,
    /// For messages: the path of a list, such as `scene.triangles`; each of its elements is a record
    #[arg(long, value_name = "PATH", value_parser = point)]
    pub each: Option<String>,
    /// Give no result if the last record is cut short
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub encoding: Encoding,
    /// Print one JSON object: {"count":…,"x":…,"y":…}, with "z" if all points have one
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{EVAL_EXAMPLES}\n{EXIT_CODES}"))]
pub struct EvalArgs {
    /// Expressions over `records`, such as `sum(t.x for t in records) / len(records)`
    #[arg(value_name = "EXPRS", allow_hyphen_values = true)]
    pub expressions: String,
    /// Records, one after the other; `-` is standard input. Several files count as one
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Only records for which this holds, such as 'a.x > 0 and b.x > 0'
    #[arg(long = "where", value_name = "CONDITION", allow_hyphen_values = true)]
    pub condition: Option<String>,
    #[command(flatten)]
    pub layout: RecordArgs,
    /// For messages: the path of a list, such as `scene.triangles`; each of its elements is a record
    #[arg(long, value_name = "PATH", value_parser = point)]
    pub each: Option<String>,
    /// Give no result if the last record of a file is cut short
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub encoding: Encoding,
    /// Print one JSON object: {"name":value,…}
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{CAT_EXAMPLES}\n{EXIT_CODES}"))]
pub struct CatArgs {
    /// Records, one after the other; `-` is standard input
    pub file: PathBuf,
    #[command(flatten)]
    pub layout: RecordArgs,
    /// How many records to print [default: all]
    #[arg(long, value_name = "N", value_parser = count, allow_hyphen_values = true)]
    pub limit: Option<u64>,
    /// How many records to leave out before the first
    #[arg(long, value_name = "N", value_parser = count, allow_hyphen_values = true, default_value_t = 0)]
    pub offset: u64,
    /// Print JSON (default)
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub encoding: Encoding,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{SELECT_EXAMPLES}\n{EXIT_CODES}"))]
pub struct SelectArgs {
    /// Expressions over the fields of a record, such as 'a.x, b.x - a.x as dx'
    #[arg(allow_hyphen_values = true)]
    pub columns: String,
    /// Records, one after the other; `-` is standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Only rows of records for which this holds, such as 'a.x > 0 and b.x > 0'. It may use names of
    /// columns, but a field of the same name comes first
    #[arg(long = "where", value_name = "CONDITION", allow_hyphen_values = true)]
    pub condition: Option<String>,
    #[command(flatten)]
    pub layout: RecordArgs,
    /// For messages: the path of a list, such as `scene.triangles`; each of its elements is a record
    #[arg(long, value_name = "PATH", value_parser = point)]
    pub each: Option<String>,
    /// Print comma-separated values (default)
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print an object of JSON a line
    #[arg(long)]
    pub json: bool,
    /// Do not print the names of the columns above the rows
    #[arg(long)]
    pub no_header: bool,
    /// How many rows to print [default: all]
    #[arg(long, value_name = "N", value_parser = count, allow_hyphen_values = true)]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub encoding: Encoding,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{RUN_EXAMPLES}\n{EXIT_CODES}"))]
pub struct RunArgs {
    /// When to compile to native code
    #[arg(hide_short_help = true, long, value_name = "WHEN", value_enum, default_value_t = JitArg::On)]
    pub jit: JitArg,
    /// Print statistics of the run to standard error, after the result
    #[arg(long)]
    pub stats: bool,
    /// Write /tmp/perf-PID.map: `perf report` then names native code by its lines of source
    #[arg(hide_short_help = true, long)]
    pub perf_map: bool,
    /// Print a stage of the regions of this run, on standard error
    #[arg(long, value_name = "STAGE", value_enum)]
    pub dump: Option<StageArg>,
    #[command(flatten)]
    pub encoding: Encoding,
    #[command(flatten)]
    pub imports: Imports,
    /// The script, and its arguments (sys.argv)
    #[arg(required = true, trailing_var_arg = true, value_names = ["SCRIPT", "ARGUMENTS"], num_args = 1..)]
    pub command: Vec<OsString>,
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{EXPLAIN_EXAMPLES}\n{EXIT_CODES}"))]
pub struct ExplainArgs {
    /// Write a page with source, regions, IR and machine code side by side to this file, and print nothing
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// A script, or 'barycenter', 'eval', 'select' or 'run'; with their arguments
    #[arg(required = true, trailing_var_arg = true, value_names = ["PROGRAM", "ARGUMENTS"], num_args = 1..)]
    pub program: Vec<OsString>,
}

/// The commands that can be explained.
pub const EXPLAINED: [&str; 4] = ["barycenter", "eval", "select", "run"];

impl RunArgs {
    /// The first argument of the script that looks like an option of `run` itself.
    pub fn misplaced(&self) -> Option<&str> {
        // Built for the first option only: most scripts have none.
        let run = LazyCell::new(|| RunArgs::augment_args(clap::Command::new("run")));
        let known = |word: &&str| {
            let name = word.strip_prefix("--").map(|word| word.split('=').next().unwrap_or(word));
            name.is_some_and(|name| run.get_arguments().any(|arg| arg.get_long() == Some(name)))
        };
        self.command[1..].iter().filter_map(|word| word.to_str()).find(known)
    }
}

impl Cli {
    /// Whether there is a command of that name.
    pub fn has_command(name: &str) -> bool {
        Cli::command().find_subcommand(name).is_some()
    }
}

impl ExplainArgs {
    /// The command that is to be explained: one of [`EXPLAINED`].
    pub fn command(&self) -> Command {
        let word = self.program.first().and_then(|word| word.to_str());
        let named = word.is_some_and(|word| EXPLAINED.contains(&word));
        let before: &[&str] = if named { &["wirelens"] } else { &["wirelens", "run", "--"] };
        let words = before.iter().map(OsStr::new).chain(self.program.iter().map(OsString::as_os_str));
        Cli::parse_from(words).command
    }
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{SCHEMA_EXAMPLES}\n{EXIT_CODES}"))]
pub struct SchemaArgs {
    /// C declarations, or Cap'n Proto's if it is called *.capnp; `-` is standard input, for C
    pub file: PathBuf,
    #[command(flatten)]
    pub imports: Imports,
    /// Show only this struct, and the types that it uses
    #[arg(long, value_name = "NAME")]
    pub record: Option<String>,
    /// Show nothing: the exit code is 0 if the schema is right
    #[arg(long, conflicts_with = "json")]
    pub check: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = MORE, after_long_help = format!("{DUMP_EXAMPLES}\n{EXIT_CODES}"))]
pub struct DumpArgs {
    /// Expressions over a record, such as `t.a.x + t.b.x`; after `--` if one begins with a minus [default:
    /// the barycenter's sums]
    #[arg(value_name = "EXPR")]
    pub expressions: Vec<String>,
    #[command(flatten)]
    pub layout: RecordArgs,
    /// What to print
    #[arg(long, value_enum, default_value_t = StageArg::Opt)]
    pub stage: StageArg,
    /// Instead of EXPR: expressions over all records, as for `wirelens eval`
    #[arg(long, value_name = "EXPRS", conflicts_with = "expressions", allow_hyphen_values = true)]
    pub eval: Option<String>,
    /// Run over this file first, and print the regions of that run
    #[arg(long, value_name = "FILE")]
    pub over: Option<PathBuf>,
    /// For messages: the path of a list, such as `scene.triangles`; each of its elements is a record
    #[arg(long, value_name = "PATH", value_parser = point)]
    pub each: Option<String>,
    #[command(flatten)]
    pub encoding: Encoding,
    #[command(flatten)]
    pub common: Common,
}

// What the bytes mean.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// C declarations, or Cap'n Proto's if it is called *.capnp [default: STEM.h or STEM.capnp beside FILE;
    /// if there is none, barycenter and dump assume triangles of doubles]
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    #[command(flatten)]
    pub imports: Imports,
    /// The struct that a record is [default: the one that no other contains]
    #[arg(long, value_name = "NAME")]
    pub record: Option<String>,
    /// Bytes before the first record (also 0x40); overrides the schema
    #[arg(long, value_name = "N", value_parser = bytes, allow_hyphen_values = true)]
    pub skip: Option<u64>,
    /// Read all numbers as big-endian; overrides the schema
    #[arg(hide_short_help = true, long)]
    pub big_endian: bool,
}

// The encoding of records, and the limits of Cap'n Proto messages.
#[derive(Debug, Args)]
pub struct Encoding {
    /// The encoding of the data [default: by the language of the schema and the first bytes]
    #[arg(hide_short_help = true, long, value_name = "FORMAT", value_parser = format())]
    pub format: Option<Format>,
    /// Words of 8 bytes that may be read from one message, and its largest size
    #[arg(hide_short_help = true, long, value_name = "WORDS", value_parser = count)]
    #[arg(allow_hyphen_values = true, default_value_t = Limits::default().traversal)]
    pub traversal_limit: u64,
    /// How deep pointers of a message may nest
    #[arg(hide_short_help = true, long, value_name = "N")]
    #[arg(allow_hyphen_values = true, default_value_t = Limits::default().nesting)]
    pub nesting_limit: u32,
    /// How many segments a message may have
    #[arg(hide_short_help = true, long, value_name = "N")]
    #[arg(allow_hyphen_values = true, default_value_t = Limits::default().segments)]
    pub segment_limit: u32,
}

impl Encoding {
    /// The limits of messages.
    pub fn limits(&self) -> Limits {
        Limits { traversal: self.traversal_limit, nesting: self.nesting_limit, segments: self.segment_limit }
    }
}

// Where a schema imports from.
#[derive(Debug, Args)]
pub struct Imports {
    /// A folder for imports of .capnp files that begin with `/`; may be repeated
    #[arg(short = 'I', value_name = "DIR")]
    pub imports: Vec<PathBuf>,
}

// How it is run.
#[derive(Debug, Args)]
pub struct Common {
    /// When to compile to native code
    #[arg(hide_short_help = true, long, value_name = "WHEN", value_enum, default_value_t = JitArg::On)]
    pub jit: JitArg,
    /// Print statistics of the run to standard error, after the result
    #[arg(long)]
    pub stats: bool,
    /// Write /tmp/perf-PID.map: `perf report` then names native code by its lines of source
    #[arg(hide_short_help = true, long)]
    pub perf_map: bool,
    /// How many threads work; the result is the same [default: one a processor]
    #[arg(long, value_name = "N", value_parser = threads, allow_hyphen_values = true)]
    pub threads: Option<NonZeroUsize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum JitArg {
    /// For hot loops and functions
    On,
    /// Never: interpret
    Off,
    /// At once
    Eager,
    /// To test it: at once, and left at each check in turn, whether it holds or not
    #[value(alias = "exits")]
    DeoptStress,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum StageArg {
    /// The program: accessors, expressions, loops
    Program,
    /// The region of the loop over the records, as it was recorded
    Trace,
    /// The region after all passes
    Opt,
    /// Cranelift's form of it
    Clif,
    /// Machine code
    Asm,
}

/// One of the formats, by name.
fn format() -> impl TypedValueParser<Value = Format> {
    let names = Format::all().map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(names).map(|name| Format::named(&name).expect("it is one of them"))
}

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let help = format!("give a number from 1 to {MOST_THREADS}");
    match text.parse().map(NonZeroUsize::new) {
        Ok(None) => Err(format!("nobody would do the work; {help}")),
        Ok(Some(n)) if n.get() <= MOST_THREADS => Ok(n),
        _ => Err(help),
    }
}

fn count(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "give a number of records, such as 10".to_string())
}

fn bytes(text: &str) -> Result<u64, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| "give a number of bytes, such as 64 or 0x40".to_string())
}

/// A point becomes a part of an expression; anything but a path would be reported as an error in a text that
/// the user has not written.
fn point(text: &str) -> Result<String, String> {
    let name = |s: &str| {
        s.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && s.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    // `corner[2][0]` is a name and what is in its brackets.
    let step = |s: &str| {
        let (head, indices) = s.split_at(s.find('[').unwrap_or(s.len()));
        let closed = indices.is_empty() || indices.ends_with(']');
        name(head) && closed && indices.split_terminator(']').all(|i| i.strip_prefix('[').is_some_and(digits))
    };
    match text.trim() {
        path if path.split('.').all(step) => Ok(path.to_string()),
        _ => Err("a point is a field's name, or a path such as `corner[2]` or `box.low`".to_string()),
    }
}
