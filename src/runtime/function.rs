//! Typed functions, and the two entries through which they are called without knowing their types.
//!
//! [`Function`] is implemented by a macro for all functions of up to six parameters; the macro generates both
//! entries. Native code enters a function of `(f64, bool, &[u8])` as
//!
//! ```text
//! extern "C" fn(&Named<F>, &mut Console, f64, u64, &Handed) -> Given
//! ```
//!
//! with each argument in one register: a float in a float register, any other number as 64 bits, a view as
//! the address of its two words.

use super::console::{Console, Unwritable};
use crate::input::RawSlice;
use crate::ir::{Base, Effects, Host, Type};
use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The result of a call, in two registers.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HostResult {
    /// [`HostResult::NOTHING`], [`HostResult::THERE`] or [`HostResult::PANICKED`].
    pub status: u64,
    /// The result's bits, if there is a result; `bool` is 0 or 1.
    pub word: u64,
}

impl HostResult {
    /// The status for an optional without a value.
    pub const NOTHING: u64 = 0;
    /// The status if there is a value, or if the function returns nothing.
    pub const THERE: u64 = 1;
    /// The status if the function panicked and the run is over.
    pub const PANICKED: u64 = 2;

    fn there(word: u64) -> HostResult {
        HostResult { status: HostResult::THERE, word }
    }
}

/// How native code calls a function: `code(data, console, argument…) -> HostResult`, in the machine's C
/// convention. Both addresses are valid as long as the [`Host`] or a clone of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Direct {
    /// The address of the function.
    pub code: usize,
    /// The address of its first argument.
    pub data: usize,
}

/// An argument passed by the interpreter.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A number as its bits; a `bool` is false if it is 0.
    Word(u64),
    /// The bytes of a view.
    View(&'a [u8]),
}

impl<'a> Arg<'a> {
    fn word(self) -> u64 {
        match self {
            Arg::Word(word) => word,
            Arg::View(_) => unreachable!("verified: a number is given"),
        }
    }
    fn bytes(self) -> &'a [u8] {
        match self {
            Arg::View(bytes) => bytes,
            Arg::Word(_) => unreachable!("verified: a view is given"),
        }
    }
}

/// A function with its name and its signature.
pub struct Named<F, M> {
    name: Arc<str>,
    function: F,
    signature: PhantomData<fn() -> M>,
}

impl<F, M> Named<F, M> {
    pub fn new(name: Arc<str>, function: F) -> Named<F, M> {
        Named { name, function, signature: PhantomData }
    }
}

/// A function with its types erased.
pub(super) trait Callable: Send + Sync {
    fn call(&self, console: &mut Console, args: &[Arg]) -> HostResult;
}

impl<M, F: Function<M>> Callable for Named<F, M> {
    fn call(&self, console: &mut Console, args: &[Arg]) -> HostResult {
        guarded(&self.name, console, |console| self.function.apply(console, F::Params::take(args)).give())
    }
}

/// Calls `f`. If that panics, or if the sink fails, the console gets the message.
fn guarded(name: &str, console: &mut Console, f: impl FnOnce(&mut Console) -> HostResult) -> HostResult {
    match catch_unwind(AssertUnwindSafe(|| f(console))) {
        Ok(given) => given,
        Err(payload) => panicked(name, console, &*payload),
    }
}

#[cold]
#[inline(never)]
fn panicked(name: &str, console: &mut Console, payload: &(dyn Any + Send)) -> HostResult {
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let why = message.map_or(String::new(), |message| format!(": {message}"));
    console.panic(match payload.is::<Unwritable>() {
        true => "the result cannot be written".to_string(),
        false => format!("the host function '{}' panicked{why}", shown(name)),
    });
    HostResult { status: HostResult::PANICKED, word: 0 }
}

/// The prefix of the names of users' functions, which separates them from the library's.
pub const USER: &str = "user.";

/// The name as a program calls it.
fn shown(name: &str) -> &str {
    name.strip_prefix(USER).unwrap_or(name)
}

/// The argument of [`Host::new`]: a function of a signature `M` that the IR has types for.
pub trait Function<M>: Send + Sync + Sized + 'static {
    /// The parameters.
    type Params: Params;
    /// The result.
    type Gives: IntoResult;
    /// Calls the function.
    fn apply<'a>(&self, console: &mut Console, args: <Self::Params as Params>::During<'a>) -> Self::Gives;
}

/// A function's parameters, as a tuple. Implemented in this module only: native code relies on the function
/// at `direct` taking exactly the types that `types` lists.
pub trait Params {
    /// The arguments during a call.
    type During<'a>;
    /// Their types.
    fn types() -> Vec<Type>;
    /// Converts arguments from the interpreter.
    fn take<'a>(args: &[Arg<'a>]) -> Self::During<'a>;
    /// The value of [`Direct::code`] for a function.
    fn direct<M, F: Function<M, Params = Self>>() -> usize;
}

/// A type of one word.
pub trait Word: Sized {
    /// Its type in the IR.
    const BASE: Base;
    /// Its representation in a register of native code.
    type Register;
    /// Converts from a word.
    fn of(word: u64) -> Self;
    /// Converts to a word.
    fn word(self) -> u64;
    /// Converts from a register.
    fn of_register(register: Self::Register) -> Self;
}

impl Word for bool {
    const BASE: Base = Base::Bool;
    type Register = u64;
    fn of(word: u64) -> bool {
        word != 0
    }
    fn word(self) -> u64 {
        u64::from(self)
    }
    fn of_register(register: u64) -> bool {
        register != 0
    }
}
impl Word for i64 {
    const BASE: Base = Base::I64;
    type Register = i64;
    fn of(word: u64) -> i64 {
        word as i64
    }
    fn word(self) -> u64 {
        self as u64
    }
    fn of_register(register: i64) -> i64 {
        register
    }
}
impl Word for u64 {
    const BASE: Base = Base::U64;
    type Register = u64;
    fn of(word: u64) -> u64 {
        word
    }
    fn word(self) -> u64 {
        self
    }
    fn of_register(register: u64) -> u64 {
        register
    }
}
impl Word for f64 {
    const BASE: Base = Base::F64;
    type Register = f64;
    fn of(word: u64) -> f64 {
        f64::from_bits(word)
    }
    fn word(self) -> u64 {
        self.to_bits()
    }
    fn of_register(register: f64) -> f64 {
        register
    }
}

/// A parameter of a host function.
pub trait Param {
    /// The argument during a call.
    type During<'a>;
    /// Its representation when native code passes it.
    type Register<'a>;
    /// Its type in the IR.
    const TYPE: Type;
    /// Converts from the interpreter.
    fn take(arg: Arg<'_>) -> Self::During<'_>;
    /// Converts from native code.
    fn of_register<'a>(register: Self::Register<'a>) -> Self::During<'a>;
}

impl<T: Word> Param for T {
    type During<'a> = T;
    type Register<'a> = T::Register;
    const TYPE: Type = Type::of(T::BASE);
    fn take(arg: Arg) -> T {
        T::of(arg.word())
    }
    fn of_register<'a>(register: Self::Register<'a>) -> Self::During<'a> {
        T::of_register(register)
    }
}
impl Param for &[u8] {
    type During<'a> = &'a [u8];
    type Register<'a> = &'a RawSlice<'a>;
    const TYPE: Type = Type::VIEW;
    fn take(arg: Arg<'_>) -> &[u8] {
        arg.bytes()
    }
    fn of_register<'a>(register: Self::Register<'a>) -> Self::During<'a> {
        register.bytes()
    }
}

/// The result of a host function.
pub trait IntoResult {
    /// Its type in the IR, if there is a result.
    const TYPE: Option<Type>;
    /// Converts the result for the caller.
    fn give(self) -> HostResult;
}

impl IntoResult for () {
    const TYPE: Option<Type> = None;
    fn give(self) -> HostResult {
        HostResult::there(0)
    }
}
impl<T: Word> IntoResult for T {
    const TYPE: Option<Type> = Some(Type::of(T::BASE));
    fn give(self) -> HostResult {
        HostResult::there(self.word())
    }
}
impl<T: Word> IntoResult for Option<T> {
    const TYPE: Option<Type> = Some(Type::optional(T::BASE));
    fn give(self) -> HostResult {
        self.map_or(HostResult { status: HostResult::NOTHING, word: 0 }, |value| {
            HostResult::there(value.word())
        })
    }
}

/// A function that does not use the console.
pub struct Plain<F>(F);

/// A function that can be registered: a Rust function or closure of up to six parameters, each a `bool`, an
/// `i64`, a `u64`, an `f64` or `&[u8]` (a text in UTF-8, or bytes). It returns nothing, one of the first four
/// types, or an `Option` of one of them. Several threads may call it at once.
///
/// The trait is implemented for all such functions. `M` is the signature, which is inferred.
#[diagnostic::on_unimplemented(
    message = "this is no function that a program can call",
    note = "it takes up to six of bool, i64, u64, f64 and &[u8] (parameters of closures must say which), gives (), bool, i64, u64, f64 or an Option of \
            one of these, and is Send, Sync and 'static"
)]
pub trait HostFunction<M>: Sized {
    /// Makes a host function with that name in the IR.
    #[doc(hidden)]
    fn host(self, name: &str, effects: Effects) -> Host;
}

/// Implements the traits for functions of a given number of parameters. Of the two bounds, types are inferred
/// from the first; the second allows a view of any lifetime.
macro_rules! function {
    ($($P:ident)*) => {
        impl<F, R: IntoResult, $($P: Param),*> Function<fn($($P),*) -> R> for F
        where
            F: Fn(&mut Console, $($P),*) -> R + for<'a> Fn(&mut Console, $($P::During<'a>),*) -> R,
            F: Send + Sync + 'static,
        {
            type Params = ($($P,)*);
            type Gives = R;
            #[allow(non_snake_case)]
            fn apply<'a>(&self, console: &mut Console, ($($P,)*): ($($P::During<'a>,)*)) -> R {
                // This wrapper fixes the types for one call; otherwise the compiler would have to choose
                // between the two bounds.
                #[allow(clippy::too_many_arguments)]
                fn with<R, $($P),*>(
                    f: impl Fn(&mut Console, $($P),*) -> R,
                    console: &mut Console,
                    $($P: $P),*
                ) -> R {
                    f(console, $($P),*)
                }
                with(self, console, $($P),*)
            }
        }

        impl<F, R: IntoResult, $($P: Param),*> Function<Plain<fn($($P),*) -> R>> for Plain<F>
        where
            F: Fn($($P),*) -> R + for<'a> Fn($($P::During<'a>),*) -> R,
            F: Send + Sync + 'static,
        {
            type Params = ($($P,)*);
            type Gives = R;
            #[allow(non_snake_case)]
            fn apply<'a>(&self, _: &mut Console, ($($P,)*): ($($P::During<'a>,)*)) -> R {
                fn with<R, $($P),*>(f: impl Fn($($P),*) -> R, $($P: $P),*) -> R {
                    f($($P),*)
                }
                with(&self.0, $($P),*)
            }
        }

        impl<F, R: IntoResult + 'static, $($P: Param + 'static),*> HostFunction<fn($($P),*) -> R> for F
        where
            F: Fn($($P),*) -> R + for<'a> Fn($($P::During<'a>),*) -> R,
            F: Send + Sync + 'static,
        {
            fn host(self, name: &str, effects: Effects) -> Host {
                Host::new::<Plain<fn($($P),*) -> R>, Plain<F>>(name, effects, Plain(self))
            }
        }

        impl<$($P: Param),*> Params for ($($P,)*) {
            type During<'a> = ($($P::During<'a>,)*);
            fn types() -> Vec<Type> {
                vec![$($P::TYPE),*]
            }
            #[allow(non_snake_case, clippy::unused_unit)]
            fn take<'a>(args: &[Arg<'a>]) -> Self::During<'a> {
                let &[$($P),*] = args else { unreachable!("verified: as many as it takes") };
                ($($P::take($P),)*)
            }
            fn direct<M, F: Function<M, Params = Self>>() -> usize {
                // Without parameters the lifetime is unused.
                #[allow(non_snake_case, clippy::extra_unused_lifetimes)]
                extern "C" fn enter<'a, M, F: Function<M, Params = ($($P,)*)>, $($P: Param),*>(
                    named: &Named<F, M>,
                    console: &mut Console,
                    $($P: $P::Register<'a>),*
                ) -> HostResult {
                    let f = &named.function;
                    guarded(&named.name, console, |console| {
                        f.apply(console, ($($P::of_register($P),)*)).give()
                    })
                }
                enter::<M, F, $($P),*> as *const () as usize
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
