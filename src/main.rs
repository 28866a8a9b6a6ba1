//! The command: prints a result to standard output and everything else to standard error.
//!
//! [`args`] declares the arguments. Each command is a function here that finds the schema and the record,
//! calls the library, and prints. Exit codes are those of [`Error::exit_code`]. If the data ends with a
//! truncated record, the result is printed with a warning and exit code 5.
//!
//! Nothing is decoded here, and errors that the library can detect are not duplicated.

#![forbid(unsafe_code)]

mod args;
mod files;
mod messages;

use args::{
    BarycenterArgs, CatArgs, Cli, Command, Common, DumpArgs, EXPLAINED, Encoding, EvalArgs, ExplainArgs,
    JitArg, RecordArgs, RunArgs, SchemaArgs, SelectArgs, StageArg,
};
use clap::Parser;
use files::{read_schema, read_text, record, schema, schema_or_triangles};
use messages::{note, warning};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wirelens::{
    Barycenter, Builder, Cut, Error, ErrorKind, Explanation, Format, Input, Jit, Options, Query, Report,
    RowFormat, Schema, Script, Seen, Value, View, standard_output_was_closed,
};

fn main() -> ExitCode {
    let done = parse().and_then(|cli| match cli.command {
        Command::Barycenter(args) => barycenter(&args, None),
        Command::Eval(args) => eval(&args, None),
        Command::Cat(args) => cat(&args),
        Command::Select(args) => select(&args, None),
        Command::Run(args) => run(&args, None),
        Command::Schema(args) => show(&args),
        Command::Dump(args) => dump(&args),
        Command::Explain(args) => explain(&args),
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            messages::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Parses the command line. The parser prints help and version. These, like every command that prints a
/// result, need an open output.
fn parse() -> Result<Cli, Error> {
    let cli = match Cli::try_parse() {
        Err(error) if !error.use_stderr() => {
            is_open()?;
            written(error.print().and_then(|()| std::io::stdout().flush()))?;
            std::process::exit(0)
        }
        Err(error) => error.exit(),
        Ok(cli) => cli,
    };
    messages::set_color(cli.color);
    // A script may print nothing, and its output is checked when it is written.
    if !matches!(cli.command, Command::Run(_) | Command::Schema(SchemaArgs { check: true, .. })) {
        is_open()?;
    }
    Ok(cli)
}

/// An error if standard output is closed, since the result would be lost.
fn is_open() -> Result<(), Error> {
    match standard_output_was_closed() {
        true => Err(Error::system(
            "standard output is closed, or not open for writing: the result would be lost; where it is not wanted, \
             use > /dev/null",
        )),
        false => Ok(()),
    }
}

/// A builder for a query over the records that the options describe.
fn records<'a>(
    schema: &'a Schema,
    layout: &'a RecordArgs,
    each: &'a Option<String>,
    encoding: &Encoding,
    common: &Common,
) -> Result<Builder<'a>, Error> {
    let query = Query::builder(schema).record(record(schema, layout)?).each(each.as_deref());
    Ok(query.limits(encoding.limits()).format(encoding.format).jit(common.jit.into()))
}

fn barycenter(args: &BarycenterArgs, page: Option<Page<'_>>) -> Result<ExitCode, Error> {
    let schema = schema_or_triangles(&args.layout, args.encoding.format, Some(&args.file))?;
    let points: Option<Vec<&str>> = args.points.as_ref().map(|p| p.iter().map(String::as_str).collect());
    let record = record(&schema, &args.layout)?;
    let barycenter = Barycenter::new(&schema, record, args.each.as_deref(), points.as_deref())?;
    let query =
        barycenter.query(records(&schema, &args.layout, &args.each, &args.encoding, &args.common)?)?;
    let files = std::slice::from_ref(&args.file);
    values(query, files, &schema, args.strict, &args.common, page, |_, report| {
        let means = barycenter.means(report);
        match args.json {
            true => as_json(report.records, barycenter.axes(), &means),
            false => as_text(report.records, barycenter.axes(), &means),
        }
    })
}

fn eval(args: &EvalArgs, page: Option<Page<'_>>) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, args.encoding.format, &args.files[0])?;
    let query = records(&schema, &args.layout, &args.each, &args.encoding, &args.common)?;
    let query = query.filter(args.condition.as_deref()).aggregate(&args.expressions).build()?;
    values(query, &args.files, &schema, args.strict, &args.common, page, |query, report| {
        match (query.columns(), &report.values[..]) {
            (names, values) if args.json => {
                let member = |(name, value): (&String, &Value)| {
                    format!("{}:{}", Value::Text(name.clone()).to_json(), value.to_json())
                };
                format!("{{{}}}\n", names.iter().zip(values).map(member).collect::<Vec<_>>().join(","))
            }
            ([name], [value]) if *name == args.expressions.trim() => format!("{value}\n"),
            (names, values) => {
                // The name may be an expression of several lines.
                let names = names.iter().map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
                let names: Vec<String> = names.collect();
                let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
                let line = |(name, value): (&String, &Value)| format!("{name:width$} {value}\n");
                names.iter().zip(values).map(line).collect()
            }
        }
    })
}

/// Runs an aggregating query over files, as if they were one, and prints the `text` of its report.
fn values(
    mut query: Query,
    files: &[PathBuf],
    schema: &Schema,
    strict: bool,
    common: &Common,
    page: Option<Page<'_>>,
    text: impl FnOnce(&Query, &Report) -> String,
) -> Result<ExitCode, Error> {
    if page.is_some() {
        query.watch();
    }
    let inputs: Vec<Input> = files.iter().map(|path| Input::open(path)).collect::<Result<_, _>>()?;
    let mut most = 1;
    for input in &inputs {
        most = most.max(threads(common, page, input)?);
    }
    query.set_threads(most);
    let mut pass = query.pass();
    let mut seen = vec![];
    let mut add = |input: &Input| {
        let part = pass.add(input)?;
        if let (Some(cut), true) = (part.cut, strict) {
            return Err(Error::data(format!("{}: {}", input.name(), Format::of(schema).truncated(&cut))));
        }
        seen.push(part);
        Ok(())
    };
    let added = inputs.iter().try_for_each(&mut add);
    let finished = added.map(|()| pass.finish());
    write_map(common.perf_map, || query.perf_map())?;
    let ends = || inputs.iter().zip(&seen).map(|(input, seen)| end(input, seen, schema)).max().unwrap_or(0);
    let report = match finished? {
        Ok(report) => report,
        Err(error) => {
            // This reports empty or truncated input, which may be the cause of the error.
            ends();
            return Err(error);
        }
    };
    match page {
        None => print(&text(&query, &report))?,
        Some(page) => give(&query.explain(&report.stats), page)?,
    }
    if common.stats {
        messages::print(&report.stats);
    }
    Ok(ExitCode::from(ends()))
}

fn cat(args: &CatArgs) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, args.encoding.format, &args.file)?;
    let query = records(&schema, &args.layout, &None, &args.encoding, &args.common)?.documents();
    let query = query.skip(args.offset).limit(args.limit).build()?;
    let input = Input::open(&args.file)?;
    let mut pass = query.pass_to(Standard::Output);
    pass.set_threads(threads(&args.common, None, &input)?);
    let seen = pass.add(&input);
    write_map(args.common.perf_map, || query.perf_map())?;
    let seen = seen?;
    if seen.skipped > 0 && seen.records == 0 && seen.cut.is_none() && pass.wants_more() {
        let (name, n) = (input.name(), seen.skipped);
        let records = if n == 1 { "record" } else { "records" };
        note(format!("{name} has {n} {records}, so there is none at --offset {}", args.offset));
        return Ok(ExitCode::SUCCESS);
    }
    let code = if pass.wants_more() { end(&input, &seen, &schema) } else { 0 };
    if args.common.stats {
        messages::print(pass.finish()?.stats);
    }
    Ok(ExitCode::from(code))
}

/// Prints the rows of all files, one after the other, under one header.
fn select(args: &SelectArgs, page: Option<Page<'_>>) -> Result<ExitCode, Error> {
    let schema = schema(&args.layout, args.encoding.format, &args.files[0])?;
    let query = records(&schema, &args.layout, &args.each, &args.encoding, &args.common)?;
    let format = if args.json { RowFormat::Json } else { RowFormat::Csv };
    let query = query.select(&args.columns).filter(args.condition.as_deref()).rows(format).limit(args.limit);
    let mut query = query.build()?;
    if page.is_some() {
        query.watch();
    }
    let mut pass = query.pass_to(output(page));
    let mut code = 0;
    for (i, file) in args.files.iter().enumerate() {
        let input = Input::open(file)?;
        pass.set_threads(threads(&args.common, page, &input)?);
        if i == 0 && !args.no_header && page.is_none() {
            written(Standard::Output.write_all(query.header()))?;
        }
        let seen = pass.add(&input);
        write_map(args.common.perf_map, || query.perf_map())?;
        let seen = seen?;
        if !pass.wants_more() {
            break;
        }
        code = code.max(end(&input, &seen, &schema));
    }
    let report = pass.finish()?;
    if args.common.stats {
        messages::print(&report.stats);
    }
    if let Some(page) = page {
        give(&query.explain(&report.stats), page)?;
    }
    Ok(ExitCode::from(code))
}

fn run(args: &RunArgs, page: Option<Page<'_>>) -> Result<ExitCode, Error> {
    let path = Path::new(&args.command[0]);
    let text = read_text(path, "script")?;
    let beside = path.parent().unwrap_or(Path::new(""));
    // Paths need not be UTF-8. The script receives lossy text; files are opened by the original path.
    let argv: Vec<_> = args.command.iter().map(|word| word.to_string_lossy()).collect();
    let argv: Vec<&str> = argv.iter().map(|word| &**word).collect();
    let name = argv[0];
    if let Some(option) = args.misplaced().filter(|_| !text.contains("argv")) {
        note(format!(
            "'{option}' is an argument of the script here; options of 'run' come first: \
             wirelens run {option} {name}"
        ));
    }
    let load = |path: &str| {
        let schema = read_schema(&beside.join(path), &args.imports.imports)?;
        match args.encoding.format {
            Some(format) => schema.with_format(format),
            None => Ok(schema),
        }
    };
    let mut script = Script::compile(name, &text, &argv, &args.encoding.limits(), load)?;
    if page.is_some() {
        script.watch();
    }
    let path_of = |text: &str| match argv.iter().position(|word| *word == text) {
        Some(argument) => Path::new(&args.command[argument]).to_path_buf(),
        None => Path::new(text).to_path_buf(),
    };
    let input = script.input().map(|path| Input::open(path_of(path))).transpose()?;
    let options = Options { jit: args.jit.into(), format: args.encoding.format, ..Options::default() };
    let ended = script.run(input.as_ref(), &options, output(page), Standard::Errors);
    write_map(args.perf_map, || script.perf_map())?;
    let ended = ended?;
    if let Some(page) = page {
        give(&script.explain(&ended.stats), page)?;
    }
    if args.stats {
        messages::print(ended.stats);
    }
    if let Some(stage) = args.dump {
        messages::print(script.dump(stage.into())?.trim_end());
    }
    let (Some(cut), Some(input)) = (ended.cut, &input) else { return Ok(ExitCode::from(ended.code as u8)) };
    let name = input.name();
    let message = format!(
        "the last record is cut short: {} of {} bytes at byte {}",
        cut.bytes, cut.expected, cut.offset
    );
    warning(format!("{name}: {message}; the script has seen the {} before it", cut.number));
    Ok(ExitCode::from(5))
}

/// Runs a program and prints its explanation instead of its result.
fn explain(args: &ExplainArgs) -> Result<ExitCode, Error> {
    let page = Some(args.html.as_deref().map_or(Page::Text, Page::Html));
    match args.command() {
        Command::Barycenter(args) => barycenter(&args, page),
        Command::Eval(args) => eval(&args, page),
        Command::Select(args) => select(&args, page),
        Command::Run(args) => run(&args, page).map_err(|e| match e.kind() {
            // The name of a command that is misspelled or cannot be explained was parsed as a script.
            ErrorKind::System if !Path::new(&args.command[0]).exists() => {
                let e = match args.command[0].to_str() {
                    Some(name) if Cli::has_command(name) => {
                        Error::system(format!("explain does not support '{name}'"))
                    }
                    _ => e,
                };
                e.help(format!("explain takes a script, or {} with their arguments", EXPLAINED.join(", ")))
            }
            _ => e,
        }),
        other => unreachable!("{other:?} is no command that is explained"),
    }
}

/// The form of an explanation.
#[derive(Clone, Copy)]
enum Page<'a> {
    Text,
    Html(&'a Path),
}

/// Prints or writes an explanation.
fn give(explanation: &Explanation, page: Page<'_>) -> Result<(), Error> {
    let Page::Html(path) = page else { return print(&explanation.to_string()) };
    std::fs::write(path, explanation.html())
        .map_err(|e| Error::io(format!("{} cannot be written: {e}", path.display()), e))
}

/// Writes the perf map, if `wanted`, to the path that `perf` reads.
fn write_map(wanted: bool, map: impl FnOnce() -> String) -> Result<(), Error> {
    if !wanted {
        return Ok(());
    }
    let path = format!("/tmp/perf-{}.map", std::process::id());
    std::fs::write(&path, map()).map_err(|e| Error::io(format!("{path} cannot be written: {e}"), e))
}

/// The destination of rows and of a script's output. If its reader has closed the pipe, the process ends,
/// since nothing more needs to be computed.
enum Standard {
    Output,
    Errors,
}

impl Write for Standard {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        match self {
            Standard::Output if standard_output_was_closed() => {
                Err(io::Error::other("it is closed, or not open for writing"))
            }
            Standard::Output => while_read(io::stdout().lock().write(part)),
            Standard::Errors => while_read(io::stderr().lock().write(part)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Standard::Output => while_read(io::stdout().lock().flush()),
            Standard::Errors => Ok(()),
        }
    }
}

/// The result of writing; ends the process if the reader has closed the pipe.
fn while_read<T>(done: io::Result<T>) -> io::Result<T> {
    match done {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        done => done,
    }
}

/// The output of a program that is explained is discarded.
fn output(page: Option<Page<'_>>) -> Box<dyn Write + Send> {
    if page.is_some() { Box::new(io::sink()) } else { Box::new(Standard::Output) }
}

fn show(args: &SchemaArgs) -> Result<ExitCode, Error> {
    let schema = read_schema(&args.file, &args.imports.imports)?;
    let record = args.record.as_deref();
    let text = if args.json { schema.describe(record)? } else { schema.table(record)? };
    if text.is_empty() {
        note(format!("{} declares nothing", args.file.display()));
    }
    if !args.check {
        print(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn dump(args: &DumpArgs) -> Result<ExitCode, Error> {
    let schema = schema_or_triangles(&args.layout, args.encoding.format, None)?;
    let query = records(&schema, &args.layout, &args.each, &args.encoding, &args.common)?;
    let (sums, expressions): (Vec<String>, Vec<&str>);
    let query = if let Some(expressions) = &args.eval {
        query.aggregate(expressions)
    } else {
        let record = record(&schema, &args.layout)?;
        sums = match args.expressions.is_empty() {
            true => Barycenter::new(&schema, record, args.each.as_deref(), None)?.sums,
            false => args.expressions.clone(),
        };
        expressions = sums.iter().map(String::as_str).collect();
        query.totals(&expressions)
    };
    let query = query.build()?;
    let run = |input: &Input| query.run(input).map(|report| report.stats);
    let mut stats = args.over.as_ref().map(|path| run(&Input::open(path)?)).transpose()?;
    let text = query.dump(args.stage.into())?;
    print(&format!("{}\n", text.trim_end()))?;
    if args.common.stats {
        // Without a file, the stats are those of a run over no records; with `--jit=eager` they include a
        // compilation.
        let stats = match stats.take() {
            Some(stats) => stats,
            None => run(&Input::from_bytes(&[]))?,
        };
        messages::print(stats);
    }
    Ok(ExitCode::SUCCESS)
}

/// The number of threads. For a small file this is 1: to query the number of processors would take longer
/// than to read the file.
fn threads(common: &Common, page: Option<Page<'_>>, input: &Input) -> Result<usize, Error> {
    match common.threads.map(|n| n.get()) {
        Some(n) if n > 1 && page.is_some() => Err(Error::system(format!(
            "explain counts what one thread does, so --threads cannot be {n}; leave it away"
        ))),
        Some(n) => Ok(n),
        None if page.is_some() || input.len() <= Input::CHUNK => Ok(1),
        None => Ok(std::thread::available_parallelism().map_or(1, |n| n.get())),
    }
}

fn as_text(count: u64, axes: &[&str], means: &[Option<f64>]) -> String {
    let mean = |i: usize| means[i].map_or("none".to_string(), |mean| format!("{mean:?}"));
    let lines = axes.iter().enumerate().map(|(i, axis)| format!("{axis}     {}\n", mean(i)));
    format!("count {count}\n{}", lines.collect::<String>())
}

/// JSON has no infinities and no NaN: they become strings.
fn as_json(count: u64, axes: &[&str], means: &[Option<f64>]) -> String {
    let mean = |i: usize| match means[i] {
        None => "null".to_string(),
        Some(x) if x.is_nan() => "\"NaN\"".to_string(),
        Some(x) if x.is_infinite() => format!("\"{}Infinity\"", if x < 0.0 { "-" } else { "" }),
        Some(x) => format!("{x:?}"),
    };
    let fields = axes.iter().enumerate().map(|(i, axis)| format!(",\"{axis}\":{}", mean(i)));
    format!("{{\"count\":{count}{}}}\n", fields.collect::<String>())
}

/// Reports the state of the end of the data, and returns the exit code.
fn end(input: &Input, outcome: &Seen, schema: &Schema) -> u8 {
    let (name, header, format) = (input.name(), schema.header, Format::of(schema));
    match outcome.cut {
        None if input.is_empty() => note(format!("{name} is empty: it has no records")),
        None if outcome.records == 0 => note(format.nothing(name, header)),
        None => {}
        Some(Cut { bytes, .. }) if bytes == input.len() && bytes < header => {
            warning(format!(
                "{name}: the header before the first record is cut short: {bytes} of {header} bytes; \
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
            warning(format!("{name}: {}; {over}", format.truncated(&cut)));
            return 5;
        }
    }
    0
}

/// Prints text to standard output.
fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// The result of writing. A reader that has closed the pipe is no error.
fn written(done: std::io::Result<()>) -> Result<(), Error> {
    match done {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io(format!("the result cannot be written: {e}"), e))
        }
        _ => Ok(()),
    }
}

impl From<JitArg> for Jit {
    fn from(arg: JitArg) -> Jit {
        match arg {
            JitArg::On => Jit::On,
            JitArg::Off => Jit::Off,
            JitArg::Eager => Jit::Eager,
            JitArg::DeoptStress => Jit::DeoptStress,
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
