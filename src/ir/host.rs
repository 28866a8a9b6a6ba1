//! Functions of the host: Rust that a program may call and that no recorder can enter.
//!
//! A [`Host`] is made of an ordinary function or closure; its name and its signature are what the IR knows of it:
//!
//! ```text
//! let sin = Host::new("math.sin", Effects::Pure, |_: &mut Console, x: f64| x.sin());
//! let say = Host::new("print.bytes", Effects::Writes, |out: &mut Console, text: &[u8]| out.write(text));
//! ```
//!
//! It takes up to six arguments, each a `bool`, an `i64`, a `u64`, an `f64` or a view (`&[u8]`), and gives nothing, or one of the first four, or
//! that or nothing (`Option`). Views are not given: they would have to lie in the input or in the pool. It neither fails
//! nor panics: what can fail gives an `Option`, and the program looks at that. So an instruction that calls it has no exit.
//!
//! What it writes goes to the [`Console`], which belongs to whoever runs the program, and is flushed by them at the end. Bytes of a view are good for
//! the call alone; those of a mapped file may change while they are looked at. Arguments cross as words ([`Args`]); which
//! bytes the words of a view mean is told by the caller, so nothing here has to trust an address.

use super::{Base, Type};
use std::fmt;
use std::sync::Arc;

/// What a call does besides giving its result.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effects {
    /// Nothing: the same arguments give the same result. It is called as often as is convenient: once for several calls, not at all if nobody
    /// needs the result, or in front of a loop that would not have come to it. So it must end soon.
    Pure,
    /// Nothing, but the result depends on what may change: a clock, say. Calls that read or write stay in their order, and none is
    /// done twice or without need.
    Reads,
    /// Something outside of the program changes. Such a call is never left out either.
    Writes,
}

/// The most arguments that a host function takes.
pub const MOST: usize = 6;
/// The most words that they take: two for a view.
pub const WORDS: usize = 2 * MOST;

/// Arguments on their way: words, one after the other.
pub struct Args<'a> {
    /// A number as its bits, a truth value as 0 or another number; a view as two words.
    pub words: &'a [u64; WORDS],
    /// The bytes that the two words of a view mean.
    pub bytes: &'a dyn Fn(u64, u64) -> &'a [u8],
}

type Code = dyn Fn(&mut Console, &Args) -> (bool, u64) + Send + Sync;

/// A function of the host. Two of the same name and signature are equal.
#[derive(Clone)]
pub struct Host {
    name: String,
    params: Vec<Type>,
    result: Option<Type>,
    effects: Effects,
    code: Arc<Code>,
}

impl Host {
    /// A function under a name, which may have dots in it. (`M` is its signature; it is inferred.)
    pub fn new<M, F: Function<M>>(name: &str, effects: Effects, function: F) -> Host {
        let (params, result) = F::signature();
        let code = Arc::new(move |console: &mut Console, args: &Args| function.call(console, args));
        Host { name: name.to_string(), params, result, effects, code }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The types of what it takes.
    pub fn params(&self) -> &[Type] {
        &self.params
    }
    /// The type of what it gives, if it gives something.
    pub fn result(&self) -> Option<Type> {
        self.result
    }
    /// What it does besides.
    pub fn effects(&self) -> Effects {
        self.effects
    }
    /// Calls it. Gives whether there is a result (always, unless that is optional), and the result's word.
    pub fn call(&self, console: &mut Console, args: &Args) -> (bool, u64) {
        (self.code)(console, args)
    }
}

impl PartialEq for Host {
    fn eq(&self, other: &Host) -> bool {
        let signature = |host: &Host| (host.params.clone(), host.result, host.effects);
        self.name == other.name && signature(self) == signature(other)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} -> {:?}, {:?}", self.name, self.params, self.result, self.effects)
    }
}

/// What [`Host::new`] takes: all functions of a signature `M` that the IR has types for. Implemented here alone: native code relies on it that
/// `call` reads just what `signature` says.
pub trait Function<M>: Send + Sync + 'static {
    /// The types of what it takes and gives.
    fn signature() -> (Vec<Type>, Option<Type>);
    /// Calls it, as [`Host::call`].
    fn call(&self, console: &mut Console, args: &Args) -> (bool, u64);
}

/// What is one word.
pub trait Word {
    /// Its type.
    const BASE: Base;
    /// From a word.
    fn of(word: u64) -> Self;
    /// To a word.
    fn word(self) -> u64;
}

impl Word for bool {
    const BASE: Base = Base::Bool;
    fn of(word: u64) -> bool {
        word != 0
    }
    fn word(self) -> u64 {
        u64::from(self)
    }
}
impl Word for i64 {
    const BASE: Base = Base::I64;
    fn of(word: u64) -> i64 {
        word as i64
    }
    fn word(self) -> u64 {
        self as u64
    }
}
impl Word for u64 {
    const BASE: Base = Base::U64;
    fn of(word: u64) -> u64 {
        word
    }
    fn word(self) -> u64 {
        self
    }
}
impl Word for f64 {
    const BASE: Base = Base::F64;
    fn of(word: u64) -> f64 {
        f64::from_bits(word)
    }
    fn word(self) -> u64 {
        self.to_bits()
    }
}

/// What a host function takes.
pub trait Take {
    /// The same, for as long as a call lasts.
    type During<'a>;
    /// Its type.
    const TYPE: Type;
    /// Reads the argument at the word `at`, and goes on to the next.
    fn take<'a>(args: &Args<'a>, at: &mut usize) -> Self::During<'a>;
}

impl<T: Word> Take for T {
    type During<'a> = T;
    const TYPE: Type = Type::of(T::BASE);
    fn take(args: &Args, at: &mut usize) -> T {
        *at += 1;
        T::of(args.words[*at - 1])
    }
}
impl Take for &[u8] {
    type During<'a> = &'a [u8];
    const TYPE: Type = Type::VIEW;
    fn take<'a>(args: &Args<'a>, at: &mut usize) -> &'a [u8] {
        *at += 2;
        (args.bytes)(args.words[*at - 2], args.words[*at - 1])
    }
}

/// What a host function gives.
pub trait Give {
    /// Its type, if it is something.
    const TYPE: Option<Type>;
    /// As [`Host::call`] gives it.
    fn give(self) -> (bool, u64);
}

impl Give for () {
    const TYPE: Option<Type> = None;
    fn give(self) -> (bool, u64) {
        (true, 0)
    }
}
impl<T: Word> Give for T {
    const TYPE: Option<Type> = Some(Type::of(T::BASE));
    fn give(self) -> (bool, u64) {
        (true, self.word())
    }
}
impl<T: Word> Give for Option<T> {
    const TYPE: Option<Type> = Some(Type::optional(T::BASE));
    fn give(self) -> (bool, u64) {
        self.map_or((false, 0), |value| (true, value.word()))
    }
}

/// Functions of so many parameters. The first bound is where their types are inferred from, the second says that a view may be of any life.
macro_rules! function {
    ($($P:ident)*) => {
        impl<F, R: Give, $($P: Take),*> Function<fn($($P),*) -> R> for F
        where
            F: Fn(&mut Console, $($P),*) -> R + for<'a> Fn(&mut Console, $($P::During<'a>),*) -> R,
            F: Send + Sync + 'static,
        {
            fn signature() -> (Vec<Type>, Option<Type>) {
                (vec![$($P::TYPE),*], R::TYPE)
            }
            #[allow(non_snake_case, unused_mut, unused_variables, clippy::too_many_arguments)]
            fn call(&self, console: &mut Console, args: &Args) -> (bool, u64) {
                // Told the types of one call alone, the compiler does not have to choose between the two bounds.
                fn with<R, $($P),*>(f: impl Fn(&mut Console, $($P),*) -> R, console: &mut Console, $($P: $P),*) -> R {
                    f(console, $($P),*)
                }
                let mut at = 0;
                $(let $P = $P::take(args, &mut at);)*
                with(self, console, $($P),*).give()
            }
        }
    };
}
function!();
function!(A);
function!(A B);
function!(A B C);
function!(A B C D);
function!(A B C D E);
function!(A B C D E G);

/// Takes what a console has gathered for one of its streams.
pub type Sink = Box<dyn FnMut(Stream, &[u8]) + Send>;

/// Where text is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Stream {
    /// What the program was run for.
    #[default]
    Output,
    /// What people are told besides.
    Errors,
}

/// What host functions write to.
#[derive(Default)]
pub struct Console {
    /// What was written, and has not gone to the sink.
    pub text: Vec<u8>,
    /// The message of the error that the program is about to raise.
    pub message: Vec<u8>,
    /// Where it goes when it has become much, or is flushed. Without one, all of it stays.
    pub sink: Option<Sink>,
    /// The code with which the program has ended, if it says one.
    pub exit: Option<i64>,
    /// Up to which byte of the input whole records were found.
    pub came_to: Option<u64>,
    /// The format specification that was written last.
    pub spec: Vec<u8>,
    /// What the text is for.
    stream: Stream,
    /// What is written is a message.
    telling: bool,
    /// From where on what is written is to be taken back, and written in another form.
    marks: Vec<usize>,
}

/// With more text than this, it goes to the sink.
const MUCH: usize = 1 << 16;

impl Console {
    /// One whose text goes to `sink`.
    pub fn to(sink: Sink) -> Console {
        Console { sink: Some(sink), ..Console::default() }
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        self.with(|text| text.extend_from_slice(bytes));
    }

    /// Lets `f` append bytes.
    pub fn with(&mut self, f: impl FnOnce(&mut Vec<u8>)) {
        if self.telling {
            return f(&mut self.message);
        }
        f(&mut self.text);
        if self.text.len() > MUCH && self.marks.is_empty() {
            self.flush();
        }
    }

    /// What is written from here on is for that stream.
    pub fn switch(&mut self, stream: Stream) {
        // Both streams may end at one terminal: what comes first is to be seen first.
        self.flush();
        self.stream = stream;
    }

    fn target(&mut self) -> &mut Vec<u8> {
        if self.telling { &mut self.message } else { &mut self.text }
    }

    /// What is written from here on can be taken back.
    pub fn mark(&mut self) {
        let length = self.target().len();
        self.marks.push(length);
    }

    /// Takes back what was written since the last mark.
    pub fn take_back(&mut self) -> Vec<u8> {
        let from = self.marks.pop().unwrap_or(0);
        let target = self.target();
        target.split_off(from.min(target.len()))
    }

    /// What is written from here on is the message of an error.
    pub fn tell(&mut self) {
        self.telling = true;
    }

    /// Hands all that is there to the sink, if there is one.
    pub fn flush(&mut self) {
        if let Some(sink) = &mut self.sink
            && !self.text.is_empty()
        {
            sink(self.stream, &self.text);
            self.text.clear();
        }
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Console({:?})", String::from_utf8_lossy(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn sum(_: &mut Console, a: i64, b: i64) -> Option<i64> {
        a.checked_add(b)
    }

    #[test]
    fn a_signature_is_read_off_the_function() {
        let host = Host::new("sum", Effects::Pure, sum);
        assert_eq!((host.name(), host.effects()), ("sum", Effects::Pure));
        assert_eq!((host.params(), host.result()), (&[Type::I64; 2][..], Some(Type::optional(Base::I64))));
        let all = |_: &mut Console, _: bool, _: i64, _: u64, _: f64, _: &[u8], _: &[u8]| {};
        let host = Host::new("all", Effects::Writes, all);
        let types = [Type::BOOL, Type::I64, Type::U64, Type::F64, Type::VIEW, Type::VIEW];
        assert_eq!((host.params(), host.result()), (&types[..], None));
        assert_eq!(Host::new("now", Effects::Reads, |_: &mut Console| 1.5).result(), Some(Type::F64));
    }

    #[test]
    fn a_call_takes_words_and_gives_one() {
        let host = Host::new("sum", Effects::Pure, sum);
        let mut words = [0; WORDS];
        (words[0], words[1]) = (7, -9i64 as u64);
        let call = |words: &[u64; WORDS]| {
            let args = Args { words, bytes: &|_, _| unreachable!("there is no view") };
            host.call(&mut Console::default(), &args)
        };
        assert_eq!(call(&words), (true, -2i64 as u64));
        words[0] = i64::MIN as u64;
        assert_eq!(call(&words), (false, 0));
    }

    #[test]
    fn hosts_are_equal_by_name_and_signature() {
        let host = Host::new("sum", Effects::Pure, sum);
        assert_eq!(host, Host::new("sum", Effects::Pure, |_: &mut Console, a: i64, _: i64| Some(a)));
        assert_ne!(host, Host::new("add", Effects::Pure, sum));
        assert_ne!(host, Host::new("sum", Effects::Reads, sum));
        assert_ne!(host, Host::new("sum", Effects::Pure, |_: &mut Console, a: i64| Some(a)));
    }

    #[test]
    fn much_text_goes_to_the_sink_and_the_rest_when_it_is_flushed() {
        let seen = Arc::new(Mutex::new(vec![]));
        let mut console = Console::default();
        (0..3).for_each(|_| console.write(&[b'x'; MUCH]));
        assert_eq!(console.text.len(), 3 * MUCH, "it stays where there is no sink");
        console.text.clear();
        let to = seen.clone();
        console.sink = Some(Box::new(move |_, bytes| to.lock().unwrap().push(bytes.len())));
        console.write(&[b'x'; MUCH]);
        assert_eq!(seen.lock().unwrap().len(), 0);
        console.write(b"y");
        console.flush();
        console.write(b"z");
        console.flush();
        assert_eq!((&seen.lock().unwrap()[..], console.text.len()), (&[MUCH + 1, 1][..], 0));
    }
}
