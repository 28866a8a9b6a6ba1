//! Host functions that a user of the library lends to programs: modules of functions, by name.

use crate::error::Error;
use crate::ir::{Effects, Host, Program};
use crate::runtime::{HostFunction, USER};

/// Functions of the library's user that scripts and expressions may call, grouped into modules.
///
/// A function is a Rust function or closure of up to six parameters, each a `bool`, an `i64`, a `u64`, an
/// `f64` or `&[u8]`. It returns nothing, or one of the first four types, or an `Option` of these. It may
/// capture anything that can be shared between threads: runs of one program may call it from several threads
/// at once.
///
/// | in Rust | in a program |
/// |---|---|
/// | `bool` | `bool` |
/// | `i64`, `u64` | `int`; an `int` that does not fit is an error at the call |
/// | `f64` | `float`; an `int` is converted |
/// | `&[u8]` | `bytes`, or `str` as its UTF-8; as parameter only |
/// | `Option` | the value or `None`; as result only |
/// | `()` | `None` |
///
/// A `&[u8]` is valid during the call only. A text in the input is passed as its bytes, whether or not they
/// are UTF-8; bytes of a mapped file change if another process writes to it.
///
/// A script imports the module (`import geo`, `from geo import distance`); in an expression it is always in
/// scope: `geo.distance(t.x, t.y)`. Arguments are checked when the program is compiled. [`Effects`] declares
/// the side effects of the function, and native code relies on the declaration.
///
/// A function cannot raise an error; if it may have no result, it returns an `Option`. If it panics, the run
/// ends with an [`ErrorKind::Data`](crate::ErrorKind::Data) that contains its name and the panic's message,
/// unless the whole crate is built with `panic = "abort"`.
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

    /// Adds a function to a module. (`M` is its signature; it is inferred.)
    ///
    /// Module and name must be Python identifiers and no keywords; the module must not be one of the built-in
    /// ones (`math`, `struct` …), and no two functions of a module may have the same name. Otherwise
    /// compiling with these functions fails with [`ErrorKind::System`](crate::ErrorKind::System).
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

    /// Adds all functions to a program that has no host functions yet. `taken` lists the built-in modules.
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

/// The lent functions of a program: module and name.
pub fn lent(program: &Program) -> Vec<(String, String)> {
    let names = program.hosts.iter().filter_map(|host| host.name().strip_prefix(USER)?.split_once('.'));
    names.map(|(module, name)| (module.to_string(), name.to_string())).collect()
}

/// The name of a lent function in the IR.
pub fn in_ir(module: &str, name: &str) -> String {
    format!("{USER}{module}.{name}")
}

/// Whether a word is an identifier. The parser decides, since it knows all keywords.
fn is_name(word: &str) -> bool {
    let parsed = ruff_python_parser::parse_expression(word);
    parsed.is_ok_and(|parsed| parsed.expr().as_name_expr().is_some_and(|name| name.id == word))
}
