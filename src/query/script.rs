//! Scripts: programs in the typed subset of Python, compiled once, and run over an input or without one.

use super::report::Options;
use crate::codegen::{self, NATIVE_FRAMES, stack};
use crate::engine::{Engine, Jit, Stats, policy::Policy};
use crate::error::{Diagnostic, Error};
use crate::formats::{self, Cut, Framing, Limits, RecordInput, RecordLayout, Unpacked};
use crate::host::Hosts;
use crate::input::Input;
use crate::interp::{DEEPEST, Fault};
use crate::ir::calls::recursive;
use crate::ir::{FuncId, Raise};
use crate::lang::script;
use crate::runtime::Val;
use crate::runtime::{Console, Stream};
use crate::schema::Schema;
use std::borrow::Cow;
use std::io::Write;
use std::time::{Duration, Instant};

/// A compiled script.
///
/// ```
/// use wirelens::{Limits, Options, Script};
/// let text = "print(sum(i * i for i in range(10)))";
/// let load = |path: &str| panic!("{path} is no schema");
/// let script = Script::compile("squares.py", text, &["squares.py"], &Limits::default(), load)?;
/// assert_eq!(script.output(None, &Options::default())?.text, b"285\n");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Script {
    engine: Engine,
    main: FuncId,
    source: script::Source,
    input: Option<(String, u32)>,
    /// The layout and framing of its records, if it has records.
    records: Option<(RecordLayout, Framing)>,
    prepare: Duration,
}

/// The result of a script's run.
///
/// ```
/// use wirelens::{Limits, Options, Script};
/// let script = Script::compile("<script>", "x = 1", &[], &Limits::default(), |_| unreachable!())?;
/// let ended = script.run(None, &Options::default(), std::io::sink(), std::io::sink())?;
/// assert_eq!(ended.cut, None);
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ended {
    /// The incomplete last record of the input, if all records were read and the input is truncated.
    pub cut: Option<Cut>,
    /// The exit code of the script: 0, unless it sets another one.
    pub code: i64,
    /// The printed text, if it was not written to a writer.
    pub text: Vec<u8>,
    /// The counters of the run.
    pub stats: Stats,
}

impl Script {
    /// Compiles a script. `file` is its name in errors, `argv` the contents of `sys.argv` (its own name
    /// first), `limits` are those for Cap'n Proto messages, and `load` returns the schema that the script
    /// names in `wirelens.open`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Program`](crate::ErrorKind::Program) with all errors in the script; and the errors of
    /// `load`.
    ///
    /// ```
    /// use wirelens::Limits;
    /// let text = "print(len(5))";
    /// let script = wirelens::Script::compile("<script>", text, &[], &Limits::default(), |_| unreachable!());
    /// let error = script.unwrap_err();
    /// assert!(error.to_string().starts_with("an int has no length\n --> <script>:1:7\n"), "{error}");
    /// ```
    pub fn compile(
        file: &str,
        text: &str,
        argv: &[&str],
        limits: &Limits,
        load: impl FnMut(&str) -> Result<Schema, Error> + Send,
    ) -> Result<Script, Error> {
        Script::compile_with(&Hosts::new(), file, text, argv, limits, load)
    }

    /// The same for a script that may import modules of `hosts` and call their functions.
    ///
    /// # Errors
    ///
    /// Those of [`Script::compile`]; [`ErrorKind::System`](crate::ErrorKind::System) if `hosts` are wrong.
    ///
    /// ```
    /// use wirelens::{Effects, Hosts, Limits, Options, Script};
    /// let hosts = Hosts::new().with("geo", "half", Effects::Pure, |x: i64| x / 2);
    /// let limits = Limits::default();
    /// let compile = |text| Script::compile_with(&hosts, "<script>", text, &[], &limits, |_| unreachable!());
    /// let script = compile("import geo\nprint(geo.half(7))")?;
    /// assert_eq!(script.output(None, &Options::default())?.text, b"3\n");
    /// let error = compile("import geo\nprint(geo.half(7.5))").unwrap_err();
    /// assert!(error.to_string().starts_with("an int is needed here; this is a float\n --> <script>:2:16\n"), "{error}");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn compile_with(
        hosts: &Hosts,
        file: &str,
        text: &str,
        argv: &[&str],
        limits: &Limits,
        mut load: impl FnMut(&str) -> Result<Schema, Error> + Send,
    ) -> Result<Script, Error> {
        let start = Instant::now();
        let source = script::Source::new(file, &with_line_feeds(text));
        let argv: Vec<String> = argv.iter().map(|a| a.to_string()).collect();
        let script::Script { program, main, input, schema, record, .. } =
            on_a_large_stack(|_| script::script(&source, &argv, limits, hosts, &mut load))?;
        let records = schema.as_ref().zip(record.as_ref()).and_then(|(schema, name)| {
            let layout = RecordLayout::new(schema, schema.record(name).ok()?.1, limits);
            Some((layout, formats::framing(&program, &formats::class_name(name), &layout)))
        });
        debug_assert_eq!(crate::ir::verify::verify_program(&program), Ok(()));
        let engine = Engine::new(program, Policy::default());
        Ok(Script { engine, main, source, input, records, prepare: start.elapsed() })
    }

    /// The path of the file that the script opens, if it opens one.
    ///
    /// ```
    /// use wirelens::{Limits, Script};
    /// let text = "f = open('a.bin', 'rb')";
    /// let script = Script::compile("<script>", text, &[], &Limits::default(), |_| unreachable!())?;
    /// assert_eq!(script.input(), Some("a.bin"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn input(&self) -> Option<&str> {
        self.input.as_ref().map(|(path, _)| path.as_str())
    }

    /// Runs the script over `input`, which must be given if [`Script::input`] returns a path. Output goes to
    /// `out` and output to `sys.stderr` to `errors`, piece by piece.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if the script fails, with the place in it (and the record,
    /// if it was reading one), or if the input was truncated while it was read; earlier output is written.
    /// [`ErrorKind::System`](crate::ErrorKind::System) if the output cannot be written, which ends the
    /// script.
    ///
    /// ```
    /// use wirelens::{Limits, Options, Script};
    /// let text = "n = 0\nprint(1 // n)";
    /// let script = Script::compile("<script>", text, &[], &Limits::default(), |_| unreachable!())?;
    /// let error = script.output(None, &Options::default()).unwrap_err();
    /// assert!(error.to_string().starts_with("division by zero\n --> <script>:2:7\n"), "{error}");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn run(
        &self,
        input: Option<&Input>,
        options: &Options,
        mut out: impl Write + Send + 'static,
        mut errors: impl Write + Send + 'static,
    ) -> Result<Ended, Error> {
        let mut console = Console::to(Box::new(move |stream, text| match stream {
            Stream::Output => out.write_all(text).and_then(|()| out.flush()),
            Stream::Errors => errors.write_all(text).and_then(|()| errors.flush()),
        }));
        let ended = self.run_with(input, options, &mut console);
        console.flush();
        match console.failed.take() {
            Some(error) => Err(Error::io(format!("the result cannot be written: {error}"), error)),
            None => ended,
        }
    }

    /// The same, but the script's output is returned in [`Ended::text`].
    ///
    /// # Errors
    ///
    /// Those of [`Script::run`].
    ///
    /// ```
    /// use wirelens::{Limits, Options, Script};
    /// let text = "for i in range(3): print(i, end=' ')";
    /// let script = Script::compile("<script>", text, &[], &Limits::default(), |_| unreachable!())?;
    /// assert_eq!(script.output(None, &Options::default())?.text, b"0 1 2 ");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn output(&self, input: Option<&Input>, options: &Options) -> Result<Ended, Error> {
        let mut console = Console::default();
        let ended = self.run_with(input, options, &mut console)?;
        Ok(Ended { text: console.text, ..ended })
    }

    fn run_with(
        &self,
        input: Option<&Input>,
        options: &Options,
        console: &mut Console,
    ) -> Result<Ended, Error> {
        let start = Instant::now();
        let nothing = Input::from_bytes(&[]);
        let input = input.unwrap_or(&nothing);
        let source = match &self.records {
            Some((layout, _)) => Some(RecordInput::new(options.format, layout, input)?),
            None => None,
        };
        let unpacked = source.map_or(Ok(None), |source| source.unpacked())?;
        let bytes = unpacked.as_ref().map_or(input.bytes(), Unpacked::bytes);
        if options.jit != Jit::Off {
            codegen::warm_up_aside();
        }
        let takes = !self.engine.program.funcs[self.main.index()].body.blocks[0].params.is_empty();
        let args = [Val::View(0, bytes.len() as u64)];
        let mut work = |frames| {
            let mut worker = self.engine.worker(options.jit);
            worker.frames = frames;
            std::mem::swap(worker.console(), console);
            let result = worker.call(self.main, if takes { &args } else { &[] }, bytes);
            std::mem::swap(worker.console(), console);
            (result, worker.stats.clone(), worker.records(), worker.allocated())
        };
        let (result, counted, records, allocated) = if recursive(&self.engine.program).contains(&true) {
            // The large stack has room for the maximum depth of frames in native code.
            const { assert!(stack(DEEPEST) < STACK / 2) };
            on_a_large_stack(|large| work(if large { DEEPEST } else { NATIVE_FRAMES }))
        } else {
            work(NATIVE_FRAMES)
        };
        input.check()?;
        if let Some(unpacked) = &unpacked {
            unpacked.check()?;
        }
        // What follows the last whole record; the program has reported how far it came.
        let rest = |records_end| match (&source, &unpacked) {
            (Some(source), Some(unpacked)) => source.ended(unpacked.behind.clone(), || unpacked.records),
            (Some(source), None) => source.rest_behind(records_end),
            (None, _) => Ok(None),
        };
        if let Err(fault) = result
            && fault.raise != Raise::Exit
        {
            let damaged = match &self.records {
                Some((_, Framing::Chained(chain))) => Some(Raise::Data(chain.damaged)),
                _ => None,
            };
            let what = match console.records_end {
                // The error is not in the last whole message, but in what follows it.
                Some(at) if Some(fault.raise) == damaged => match rest(at) {
                    Err(error) => {
                        let why = error.to_string();
                        self.placed(error, &fault, why)
                    }
                    Ok(_) => self.fault_error(None, &fault, fault.what(console)),
                },
                _ => self.fault_error(source.as_ref(), &fault, fault.what(console)),
            };
            return Err(what);
        }
        let records_end = console.records_end;
        let cut = records_end.map_or(Ok(None), rest)?;
        let mut stats = self.engine.stats();
        stats.add(&counted);
        stats.records_interpreted = records;
        stats.objects_allocated = allocated;
        // For messages this would need another pass over them.
        if let (Some(at), Some((layout, Framing::Strided { size, .. }))) = (records_end, &self.records) {
            let all = at.saturating_sub(layout.header) / size;
            stats.records_native = all.saturating_sub(stats.records_interpreted);
        }
        stats.end(self.prepare, start);
        Ok(Ended { cut, code: console.exit.unwrap_or(0), text: vec![], stats })
    }

    /// The counters of the compiler, for all runs so far. As long as they grow from run to run, code is still
    /// being made.
    ///
    /// ```
    /// use wirelens::{Limits, Options, Script};
    /// let text = "print(sum(i * i for i in range(100_000)))";
    /// let script = Script::compile("<script>", text, &[], &Limits::default(), |_| unreachable!())?;
    /// assert_eq!(script.stats().recorded, 0);
    /// script.output(None, &Options::default())?;
    /// assert!(script.stats().recorded > 0);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn stats(&self) -> Stats {
        self.engine.stats()
    }

    pub(crate) fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// The name of its file, and its text.
    pub(crate) fn source(&self) -> (&str, &str) {
        (&self.source.file, &self.source.text)
    }

    pub(crate) fn parts(&self) -> (&Engine, FuncId) {
        (&self.engine, self.main)
    }

    /// Turns a fault into an error; `what` is its message.
    fn fault_error(&self, source: Option<&RecordInput>, fault: &Fault, what: String) -> Error {
        if let (Some((at, _)), Some(source)) = (fault.record, source)
            && at >= source.layout.header
        {
            let record = source.place(at);
            let what = format!("{what}, in {record} of {}", source.input.name());
            let error = self.placed(Error::data(""), fault, what);
            return source.located(error, Some(record), fault.offset);
        }
        self.placed(Error::data(""), fault, what).about(&self.source.file)
    }

    /// The error with a message that is shown at the fault's place in the script.
    fn placed(&self, error: Error, fault: &Fault, what: String) -> Error {
        let script::Source { file, text, .. } = &self.source;
        match fault.place {
            Some(at) => error.shown_at(Diagnostic::at(file, text, at as usize, what)),
            None => error.reworded(format!("{file}: {what}")),
        }
    }
}

/// A stack of this size is sufficient for any nesting that a script may have.
const STACK: usize = 1 << 28;

/// Calls `f` on a thread with a large stack, since functions of a script may nest deeply, and so does their
/// lowering. If there is no such thread, calls it on this one. The argument tells whether the stack is the
/// large one.
fn on_a_large_stack<T: Send>(f: impl FnOnce(bool) -> T + Send) -> T {
    let mut f = Some(f);
    let take = &mut f;
    let done = std::thread::scope(|scope| {
        let run = move || take.take().map(|f| f(true));
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).ok()?;
        match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    match (done, f) {
        (Some(done), _) => done,
        (None, Some(f)) => f(false),
        (None, None) => unreachable!("it was done, and gave something"),
    }
}

/// A script's text with line ends as Python's parser sees them: a carriage return, with or without a line
/// feed, ends a line.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}
