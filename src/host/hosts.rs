//! Functions that whoever uses the library lends to programs: modules of them, by name.

use crate::error::Error;
use crate::ir::{Effects, Host, Program};
use crate::runtime::{HostFunction, USER};

/// Functions of yours that scripts and expressions may call: modules, and functions in them.
///
/// A function is a Rust function or closure of up to six parameters, each a `bool`, an `i64`, a `u64`, an
/// `f64` or `&[u8]`. It gives nothing, or one of the first four, or an `Option` of these. It may hold what it
/// likes, if that can be shared between threads: runs of one program may call it from several at once.
///
/// | in Rust | in a program |
/// |---|---|
/// | `bool` | `bool` |
/// | `i64`, `u64` | `int`; one that does not fit is an error where the call is |
/// | `f64` | `float`; given an `int`, the function gets it as a float |
/// | `&[u8]` | `bytes`, or `str` as its UTF-8 (of a text in the input, whatever bytes there are); as parameter only. It is good for the call alone, and bytes of a mapped file change if somebody writes to that |
/// | `Option` | the value or `None`; as result only |
/// | `()` | `None` |
///
/// A script imports the module (`import geo`, `from geo import distance`); in an expression it is simply
/// there: `geo.distance(t.x, t.y)`. Arguments are checked when the program is compiled. What the function
/// does besides giving its result is declared by [`Effects`], and native code relies on it.
///
/// A function cannot raise an error; one that may have no result gives an `Option`. If it panics, the run
/// ends with an [`ErrorKind::Data`](crate::ErrorKind::Data) that names it and has the panic's message, unless
/// the whole crate is built with `panic = "abort"`.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicI64, Ordering};
/// use wirelens::{Effects, Hosts, Limits, Options, Script};
///
/// let seen = Arc::new(AtomicI64::new(0));
/// let counter = seen.clone();
/// let hosts = Hosts::new()
///     .with("geo", "distance", Effects::Pure, |x: f64, y: f64| x.hypot(y))
///     .with("geo", "code", Effects::Pure, |name: &[u8]| (name == b"home").then_some(7i64))
///     .with("count", "seen", Effects::Writes, move |by: i64| {
///         counter.fetch_add(by, Ordering::Relaxed);
///     });
///
/// let text = "\
/// import count
/// from geo import code, distance
/// for i in range(1000):
///     count.seen(i)
/// print(distance(3, 4.0), code('home'), code('away'))
/// ";
/// let script = Script::compile_with(&hosts, "<script>", text, &[], &Limits::default(), |_| unreachable!())?;
/// assert_eq!(script.output(None, &Options::default())?.text, b"5.0 7 None\n");
/// assert_eq!(seen.load(Ordering::Relaxed), 499_500);
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    functions: Vec<Function>,
}

#[derive(Clone, Debug)]
struct Function {
    module: String,
    name: String,
    host: Host,
}

impl Hosts {
    /// No functions.
    ///
    /// ```
    /// use wirelens::{Hosts, Limits, Script};
    /// let (hosts, limits) = (Hosts::new(), Limits::default());
    /// let compile = |text| Script::compile_with(&hosts, "<script>", text, &[], &limits, |_| unreachable!());
    /// assert!(compile("import geo").unwrap_err().to_string().starts_with("import: there is no module 'geo' here"));
    /// ```
    pub fn new() -> Hosts {
        Hosts::default()
    }

    /// These functions and one more, in a module. (`M` is its signature; it is inferred.)
    ///
    /// Module and name must be names as Python has them, no keywords; no module may be one of those that are
    /// always there (`math`, `struct` …), and no two functions of a module may have the same name: else what
    /// is compiled with it is refused with [`ErrorKind::System`](crate::ErrorKind::System).
    ///
    /// ```
    /// use wirelens::{Effects, Hosts, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { double x; };")?;
    /// let hosts = Hosts::new().with("math", "half", Effects::Pure, |x: f64| x / 2.0);
    /// let query = Query::builder(&schema).hosts(&hosts).aggregate("sum(math.half(t.x) for t in records)");
    /// let error = query.build().unwrap_err();
    /// assert_eq!(error.to_string(), "host function 'math.half': there is a module 'math' already; take another name");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn with<M, F: HostFunction<M>>(
        mut self,
        module: &str,
        name: &str,
        effects: Effects,
        function: F,
    ) -> Hosts {
        let host = function.host(&in_ir(module, name), effects);
        self.functions.push(Function { module: module.to_string(), name: name.to_string(), host });
        self
    }

    /// Puts all of them into a program that has none yet. `taken` are the modules that there are besides.
    pub(crate) fn add_to(&self, program: &mut Program, taken: &[&str]) -> Result<(), Error> {
        for (i, Function { module, name, host }) in self.functions.iter().enumerate() {
            let wrong = |why: String| Err(Error::system(format!("host function '{module}.{name}': {why}")));
            if let Some(bad) = [module, name].into_iter().find(|word| !is_name(word)) {
                return wrong(format!("'{bad}' is no name; take letters, digits and '_', and no keyword"));
            }
            if taken.contains(&module.as_str()) {
                return wrong(format!("there is a module '{module}' already; take another name"));
            }
            if self.functions[..i].iter().any(|f| f.module == *module && f.name == *name) {
                return wrong("there are two of that name; take another name".to_string());
            }
            program.host(host);
        }
        Ok(())
    }
}

/// What a program's functions of that kind are called: module and name.
pub fn lent(program: &Program) -> Vec<(String, String)> {
    let names = program.hosts.iter().filter_map(|host| host.name().strip_prefix(USER)?.split_once('.'));
    names.map(|(module, name)| (module.to_string(), name.to_string())).collect()
}

/// The name of such a function in the IR.
pub fn in_ir(module: &str, name: &str) -> String {
    format!("{USER}{module}.{name}")
}

/// Whether a program can write it as a name: the parser says so, which knows all keywords.
fn is_name(word: &str) -> bool {
    let parsed = ruff_python_parser::parse_expression(word);
    parsed.is_ok_and(|parsed| parsed.expr().as_name_expr().is_some_and(|name| name.id == word))
}
