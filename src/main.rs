//! The command: arguments in, a result on standard output, everything else on standard error.
//!
//! [`args`] says what may be asked; each command is a function here that finds the schema and the record, hands the
//! work to the library, and prints. Exit codes are those of [`Error::exit_code`]. A result whose data ends with
//! a cut record is printed all the same, with a warning and exit code 5.
//!
//! Nothing is decoded here, and no error is made up that the library can tell of.

#![forbid(unsafe_code)]

mod args;

use args::{
    BarycenterArgs, CatArgs, Cli, Command, DumpArgs, EvalArgs, FormatArg, JitArg, Layout, RunArgs,
    SchemaArgs, SelectArgs, StageArg,
};
use clap::Parser;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wirelens::{
    Barycenter, Cut, Diagnostic, Endian, Error, Format, Input, Jit, Language, Options, Printer, Program,
    Records, RowFormat, Rows, Schema, Script, Seen, Stream, Value, View,
};

/// What is assumed of a file where no schema says otherwise: the layout of `testdata/poly.h`.
const DEFAULT_SCHEMA: &str =
    "struct Point { double x; double y; };\nstruct Triangle { Point a; Point b; Point c; };\n";

/// Nobody writes a text of more bytes by hand; it is a dump, given in the wrong place.
const LONGEST_TEXT: u64 = 16 << 20;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Barycenter(args) => barycenter(&args),
        Command::Eval(args) => eval(&args),
        Command::Cat(args) => cat(&args),
        Command::Select(args) => select(&args),
        Command::Run(args) => run(&args),
        Command::Schema(args) => show(&args),
        Command::Dump(args) => dump(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            tell(format_args!("error: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}

fn barycenter(args: &BarycenterArgs) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, Some(&args.file))?;
    let record = record(&schema, &args.layout)?;
    let points: Option<Vec<&str>> = args.points.as_ref().map(|p| p.iter().map(String::as_str).collect());
    let records = Records { name: record, each: args.each.as_deref(), limits: args.encoding.limits() };
    let barycenter = Barycenter::new(&schema, records, points.as_deref())?;
    let input = Input::open(&args.file)?;
    let options = Options {
        jit: args.common.jit.into(),
        threads: threads(args.common.threads, &input),
        format: args.encoding.format.map(Format::from),
    };
    let (outcome, stats) = barycenter.program.run_counted(&input, &options)?;
    if let (Some(cut), true) = (outcome.cut, args.strict) {
        return Err(Error::Data(format!("{}: {}", input.name(), short(&schema, &cut))));
    }

    let mean = barycenter.of(&outcome);
    print(&if args.json { as_json(outcome.records, mean) } else { as_text(outcome.records, mean) })?;
    if args.common.stats {
        tell(format_args!("{stats}"));
    }
    let seen = Seen { records: outcome.records, cut: outcome.cut };
    Ok(ExitCode::from(end(&input, &seen, &schema)))
}

fn eval(args: &EvalArgs) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, args.files.first().map(PathBuf::as_path))?;
    let record = record(&schema, &args.layout)?;
    let records = Records { name: record, each: args.each.as_deref(), limits: args.encoding.limits() };
    let program = Program::compile(&schema, records, &args.expressions)?;
    let mut inputs = vec![];
    for path in &args.files {
        inputs.push(Input::open(path)?);
    }
    let options = Options {
        jit: args.common.jit.into(),
        threads: inputs.iter().map(|input| threads(args.common.threads, input)).max().unwrap_or(1),
        format: args.encoding.format.map(Format::from),
    };
    let mut pass = program.pass(&options);
    let mut seen = vec![];
    for input in &inputs {
        let part = pass.add(input)?;
        if let (Some(cut), true) = (part.cut, args.strict) {
            return Err(Error::Data(format!("{}: {}", input.name(), short(&schema, &cut))));
        }
        seen.push(part);
    }
    let (outcome, stats) = match pass.finish() {
        Ok(done) => done,
        Err(error) => {
            // That there was nothing to compute with may be why.
            inputs.iter().zip(&seen).for_each(|(input, seen)| _ = end(input, seen, &schema));
            return Err(error);
        }
    };
    print(&match &outcome.values[..] {
        values if args.json => {
            let member = |(name, value): &(String, Value)| {
                format!("{}:{}", Value::Text(name.clone()).to_json(), value.to_json())
            };
            format!("{{{}}}\n", values.iter().map(member).collect::<Vec<_>>().join(","))
        }
        [(name, value)] if *name == args.expressions.trim() => format!("{value}\n"),
        values => {
            // A name may be an expression of several lines.
            let names: Vec<String> = values
                .iter()
                .map(|(name, _)| name.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
            let line = |(name, (_, value)): (&String, &(String, Value))| format!("{name:width$} {value}\n");
            names.iter().zip(values).map(line).collect()
        }
    })?;
    if args.common.stats {
        tell(format_args!("{stats}"));
    }
    let codes = inputs.iter().zip(&seen).map(|(input, seen)| end(input, seen, &schema));
    Ok(ExitCode::from(codes.max().unwrap_or(0)))
}

fn cat(args: &CatArgs) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, Some(&args.file))?;
    let printer = Printer::new(&schema, record(&schema, &args.layout)?, &args.encoding.limits())?;
    let input = Input::open(&args.file)?;
    let which = args.offset..args.offset.saturating_add(args.limit.unwrap_or(u64::MAX));
    let done = printer.print(
        &input,
        which,
        args.encoding.format.map(Format::from),
        &mut std::io::stdout().lock(),
    )?;
    match (input.name(), done.skipped) {
        _ if done.printed > 0 || args.limit == Some(0) => {}
        (name, _) if input.is_empty() => tell(format_args!("note: {name} is empty: it has no records")),
        (name, 0) => tell(format_args!("note: {name} has no records")),
        (name, n) => {
            tell(format_args!("note: {name} has {n} records, so there is none at --offset {}", args.offset))
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The rows of one file after the other, under one header.
fn select(args: &SelectArgs) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, args.files.first().map(PathBuf::as_path))?;
    let record = record(&schema, &args.layout)?;
    let records = Records { name: record, each: args.each.as_deref(), limits: args.encoding.limits() };
    let format = if args.json { RowFormat::Json } else { RowFormat::Csv };
    let rows = Rows::compile(&schema, records, &args.columns, args.condition.as_deref(), format)?;
    let mut left = args.limit;
    let mut code = 0;
    for (i, file) in args.files.iter().enumerate() {
        let input = Input::open(file)?;
        let options = Options {
            jit: args.common.jit.into(),
            threads: threads(args.common.threads, &input),
            format: args.encoding.format.map(Format::from),
        };
        if i == 0 && !args.no_header {
            write(Stream::Output, rows.header());
        }
        let selected = rows.run(&input, &options, left, Box::new(write))?;
        if args.common.stats {
            tell(format_args!("{}", selected.stats));
        }
        left = left.map(|n| n.saturating_sub(selected.rows));
        if left == Some(0) {
            break;
        }
        let seen = Seen { records: selected.records, cut: selected.cut };
        code = code.max(end(&input, &seen, &schema));
    }
    Ok(ExitCode::from(code))
}

fn run(args: &RunArgs) -> Result<ExitCode, Error> {
    let path = Path::new(&args.command[0]);
    let text = read_text(path, "script")?;
    let beside = path.parent().unwrap_or(Path::new(""));
    let argv: Vec<&str> = args.command.iter().map(String::as_str).collect();
    let name = argv[0];
    let load = |path: &str| read_schema(&beside.join(path), &args.imports.imports);
    let script = Script::compile(name, &text, &argv, &args.encoding.limits(), load)?;
    let input = script.input().map(|path| Input::open(Path::new(path))).transpose()?;
    let options = Options {
        jit: args.jit.into(),
        format: args.encoding.format.map(Format::from),
        ..Options::default()
    };
    let ended = script.run(input.as_ref(), &options, Box::new(write))?;
    if args.stats {
        tell(format_args!("{}", ended.stats));
    }
    if let Some(stage) = args.dump {
        tell(format_args!("{}", script.dump(stage.into())?.trim_end()));
    }
    let (Some(cut), Some(input)) = (ended.cut, &input) else { return Ok(ExitCode::from(ended.code as u8)) };
    let name = input.name();
    let message = format!(
        "the last record is cut short: {} of {} bytes at byte {}",
        cut.bytes, cut.expected, cut.offset
    );
    tell(format_args!("warning: {name}: {message}; the script has seen the {} before it", cut.number));
    Ok(ExitCode::from(5))
}

/// Where a script's output goes. Whoever reads it may have seen enough: then nothing more needs to be computed.
fn write(stream: Stream, text: &[u8]) {
    let done = match stream {
        Stream::Output => std::io::stdout().lock().write_all(text),
        Stream::Errors => std::io::stderr().lock().write_all(text),
    };
    match done {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => {
            tell(format_args!("error: the result cannot be written: {e}"));
            std::process::exit(2)
        }
        Ok(()) => {}
    }
}

fn show(args: &SchemaArgs) -> Result<ExitCode, Error> {
    let schema = read_schema(&args.file, &args.imports.imports)?;
    let record = args.record.as_deref();
    let text = if args.json { schema.describe(record)? } else { schema.table(record)? };
    if !args.check {
        print(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn dump(args: &DumpArgs) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, None)?;
    let record = record(&schema, &args.layout)?;
    let records = Records { name: record, each: args.each.as_deref(), limits: args.encoding.limits() };
    let program = if let Some(expressions) = &args.eval {
        Program::compile(&schema, records, expressions)?
    } else if args.expressions.is_empty() {
        Barycenter::new(&schema, records, None)?.program
    } else {
        let expressions: Vec<&str> = args.expressions.iter().map(String::as_str).collect();
        Program::totals(&schema, records, &expressions)?
    };
    let options = Options {
        jit: args.common.jit.into(),
        format: args.encoding.format.map(Format::from),
        ..Options::default()
    };
    let run = |input: &Input| program.run_counted(input, &options).map(|(_, stats)| stats);
    let mut stats = args.over.as_ref().map(|path| run(&Input::open(path)?)).transpose()?;
    let text = program.dump(args.stage.into())?;
    print(&format!("{}\n", text.trim_end()))?;
    if args.common.stats {
        // Without a file, what there is to count is what no records cost: with `--jit=eager`, a compilation.
        let stats = match stats.take() {
            Some(stats) => stats,
            None => run(&Input::from_bytes(&[]))?,
        };
        tell(format_args!("{stats}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// The schema that was named, or lies beside `data`, or is assumed.
fn schema(layout: &Layout, data: Option<&Path>) -> Result<Schema, Error> {
    let standard_input = Path::new("-");
    // A file is not its own schema.
    let beside = data.filter(|f| *f != standard_input).map(|f| ["h", "capnp"].map(|e| f.with_extension(e)));
    let beside = beside.into_iter().flatten().filter(|s| Some(s.as_path()) != data);
    let beside: Vec<PathBuf> = beside.collect();
    let imports = &layout.imports.imports;
    let mut schema = match (&layout.schema, beside.iter().find(|s| s.is_file())) {
        (Some(path), _) if path == standard_input && data == Some(standard_input) => {
            return Err(Error::System("FILE and --schema cannot both be standard input".to_string()));
        }
        (Some(path), _) => read_schema(path, imports)?,
        (None, Some(path)) => read_schema(path, imports).inspect_err(|_| {
            tell(format_args!(
                "note: {} is taken as the schema because it lies beside the data; --schema names another",
                path.display()
            ));
        })?,
        (None, None) => {
            // Of a file that is not there, nothing needs to be assumed: this is where its error comes from.
            if let Some(file) = data.filter(|f| *f != standard_input && (!f.exists() || f.is_dir())) {
                Input::open(file)?;
            }
            let missing = beside.first().filter(|path| path.extension().is_some_and(|e| e == "h"));
            let missing =
                missing.map_or(String::new(), |path| format!(", and there is no {}", path.display()));
            let assumed = DEFAULT_SCHEMA.trim_end().replace('\n', "\n      ");
            let order = if layout.big_endian { "big" } else { "little" };
            tell(format_args!(
                "note: no --schema is given{missing}; assumed, with {order}-endian numbers:\n      {assumed}"
            ));
            Schema::from_c("<default schema>", DEFAULT_SCHEMA)?
        }
    };
    if schema.language == Language::CapnProto {
        let given = [("--skip", layout.skip.is_some()), ("--big-endian", layout.big_endian)];
        if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
            return Err(Error::System(format!(
                "{option} is for C structs: Cap'n Proto messages begin with the first byte and are little-endian"
            )));
        }
    }
    if layout.big_endian {
        schema = schema.with_endian(Endian::Big);
    }
    if let Some(skip) = layout.skip {
        schema.header = skip;
    }
    Ok(schema)
}

/// C declarations, or Cap'n Proto's: the file's name tells, or its id.
fn read_schema(path: &Path, imports: &[PathBuf]) -> Result<Schema, Error> {
    if path.extension().is_some_and(|e| e == "capnp") {
        return Schema::from_capnp(path, imports);
    }
    let text = read_text(path, "schema")?;
    let name = path.display().to_string();
    // Every file of Cap'n Proto's has an id; no C declaration begins so.
    match text.lines().any(|line| line.trim_start().starts_with("@0x")) {
        true => Schema::from_capnp_text(&name, &text),
        false => Schema::from_c(&name, &text),
    }
}

/// The text of a file, which is to be a schema or a script.
fn read_text(path: &Path, what: &str) -> Result<String, Error> {
    let input = Input::open(path)?;
    let name = input.name();
    if input.len() > LONGEST_TEXT {
        let size = input.len();
        return Err(Error::System(format!(
            "{name} has {size} bytes: too many for a {what}; is it the data?"
        )));
    }
    // A copy, for nobody can change its bytes under a `str`.
    let bytes = input.bytes().to_vec();
    input.check()?;
    String::from_utf8(bytes).map_err(|wrong| {
        let at = wrong.utf8_error().valid_up_to();
        let bytes = wrong.as_bytes();
        let message = format!("byte {at} (0x{:02x}) is not UTF-8, so this is no {what}'s text", bytes[at]);
        let text = String::from_utf8_lossy(bytes);
        let other = if what == "schema" { ", or name another with --schema" } else { "" };
        Error::Schema(vec![
            Diagnostic::at(name, &text, at, message).help(format!("save the file as UTF-8{other}")),
        ])
    })
}

/// The record that was named, or the only one it can be.
fn record<'a>(schema: &'a Schema, layout: &'a Layout) -> Result<&'a str, Error> {
    if let Some(name) = &layout.record {
        return Ok(name);
    }
    match schema.outermost()[..] {
        [only] => Ok(&only.name),
        [] => Err(Error::System("the schema has no struct, so no record can be read".to_string())),
        ref several => {
            let names: Vec<&str> = several.iter().map(|s| s.name.as_str()).collect();
            Err(Error::System(format!(
                "the schema has several structs that no other contains; say which one a record is: --record {}",
                names.join(" or --record ")
            )))
        }
    }
}

/// How many threads: asking the system takes longer than reading a small file.
fn threads(asked: Option<std::num::NonZeroUsize>, input: &Input) -> usize {
    match asked {
        Some(n) => n.get(),
        None if input.len() <= Input::STRETCH => 1,
        None => std::thread::available_parallelism().map_or(1, |n| n.get()),
    }
}

fn as_text(count: u64, mean: Option<(f64, f64)>) -> String {
    let number = |of: fn((f64, f64)) -> f64| mean.map_or("none".to_string(), |m| format!("{:?}", of(m)));
    format!("count {count}\nx     {}\ny     {}\n", number(|m| m.0), number(|m| m.1))
}

/// JSON has no infinity and no NaN: they are strings.
fn as_json(count: u64, mean: Option<(f64, f64)>) -> String {
    let number = |of: fn((f64, f64)) -> f64| match mean.map(of) {
        None => "null".to_string(),
        Some(x) if x.is_nan() => "\"NaN\"".to_string(),
        Some(x) if x.is_infinite() => format!("\"{}Infinity\"", if x < 0.0 { "-" } else { "" }),
        Some(x) => format!("{x:?}"),
    };
    format!("{{\"count\":{count},\"x\":{},\"y\":{}}}\n", number(|m| m.0), number(|m| m.1))
}

/// What is to be said about the end of the data, and the exit code.
fn end(input: &Input, outcome: &Seen, schema: &Schema) -> u8 {
    let (name, header) = (input.name(), schema.header);
    match outcome.cut {
        None if input.is_empty() => tell(format_args!("note: {name} is empty: it has no records")),
        // A stream that is not empty has a message.
        None if outcome.records == 0 && schema.language == Language::CapnProto => {
            tell(format_args!("note: {name}: the lists of its messages have no elements: it has no records"));
        }
        None if outcome.records == 0 => {
            tell(format_args!("note: {name} ends with its header of {header} bytes: it has no records"));
        }
        None => {}
        Some(Cut { bytes, .. }) if bytes == input.len() && bytes < header => {
            tell(format_args!(
                "warning: {name}: the header before the first record is cut short: {bytes} of {header} bytes; \
                 there are no records"
            ));
            return 5;
        }
        Some(cut) => {
            let over = match outcome.records {
                0 => "there is no whole record".to_string(),
                1 => "the result is over the one record before it".to_string(),
                n => format!("the result is over the {n} records before it"),
            };
            tell(format_args!("warning: {name}: {}; {over}", short(schema, &cut)));
            return 5;
        }
    }
    0
}

/// What is said of a record that is cut short.
fn short(schema: &Schema, cut: &Cut) -> String {
    let Cut { offset, bytes, expected, number } = cut;
    match schema.language {
        Language::C => format!("the last record is cut short: {bytes} of {expected} bytes at byte {offset}"),
        Language::CapnProto => {
            format!("message {number} is cut short: {bytes} of at least {expected} bytes at byte {offset}")
        }
    }
}

/// To standard output. Whoever reads it may have seen enough: that is no error.
fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            Err(Error::System(format!("the result cannot be written: {e}")))
        }
        _ => Ok(()),
    }
}

/// To standard error; there is nobody to tell if that fails.
fn tell(text: std::fmt::Arguments) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Format {
        match arg {
            FormatArg::PackedStruct => Format::PackedStruct,
            FormatArg::Capnp => Format::CapnProto,
            FormatArg::CapnpPacked => Format::CapnProtoPacked,
        }
    }
}

impl From<JitArg> for Jit {
    fn from(arg: JitArg) -> Jit {
        match arg {
            JitArg::On => Jit::On,
            JitArg::Off => Jit::Off,
            JitArg::Eager => Jit::Eager,
        }
    }
}

impl From<StageArg> for View {
    fn from(arg: StageArg) -> View {
        match arg {
            StageArg::Program => View::Program,
            StageArg::Trace => View::Trace,
            StageArg::Opt => View::Opt,
            StageArg::Clif => View::Clif,
            StageArg::Asm => View::Asm,
        }
    }
}
