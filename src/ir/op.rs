//! The table of instructions.
//!
//! One enum, one row each; what a row means is stated here in a line and exactly by `interp::eval`. Types are
//! those of the arguments: `add` of two `i64` is another instruction than `add` of two `f64`, of the same
//! name.
//!
//! Integers are exact: an instruction whose result does not fit raises. That makes it *checked* (see
//! [`Op::checked`]). Those that wrap say so by name; they are for results of which only the lower bits are
//! needed.

use super::{Base, CellId, ClassId, Effects, FuncId, HostId, Type};
use crate::scalar::{Endian, Scalar};

/// What an instruction does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// `a + b`. Integers: checked.
    Add,
    /// `a - b`. Integers: checked.
    Sub,
    /// `a * b`. Integers: checked.
    Mul,
    /// `a + b` of integers modulo 2^64.
    WrapAdd,
    /// `a - b` of integers modulo 2^64.
    WrapSub,
    /// `a * b` of integers modulo 2^64.
    WrapMul,
    /// `a / b`: of floats as IEEE 754 has it, of integers rounded towards minus infinity and checked (zero,
    /// overflow).
    Div,
    /// `a - div(a, b) * b` of integers, exact even where `div` does not fit; checked (zero).
    Rem,
    /// The smaller one: `b` if `b < a`, else `a` (so a NaN in `b` is passed over).
    Min,
    /// The larger one: `b` if `a < b`, else `a`.
    Max,
    /// Bitwise, of integers or truth values.
    And,
    /// Bitwise, of integers or truth values.
    Or,
    /// Bitwise, of integers or truth values.
    Xor,
    /// `a` shifted left by `b`, bits lost at the top; checked: `b` is from 0 to 63.
    Shl,
    /// `a` shifted right by `b`, keeping the sign of an `i64`; checked like `shl`.
    Shr,
    /// `-a`. Integers (`i64`): checked.
    Neg,
    /// The absolute value. Integers (`i64`): checked.
    Abs,
    /// Bitwise complement, of integers or truth values.
    Not,
    /// The square root of a float.
    Sqrt,
    /// A float rounded down to a whole number.
    Floor,
    /// A float rounded up to a whole number.
    Ceil,
    /// Whether `a == b`. Floats as IEEE 754 has it.
    Eq,
    /// Whether `a != b`.
    Ne,
    /// Whether `a < b`.
    Lt,
    /// Whether `a <= b`.
    Le,
    /// `b` if `a` holds, else `c`. All are computed already.
    Select,
    /// To the base type: `bool` to numbers; integers to floats, rounded to nearest; integers to integers and
    /// floats to integers (towards zero), checked.
    Convert(Base),
    /// The same 64 bits as another type.
    Bits(Base),
    /// The float that the lower 32 bits of an `i64` are in single precision.
    Single,
    /// What is in a cell.
    Read(CellId),
    /// Puts the argument into a cell.
    Write(CellId),
    /// Bytes in a view.
    Len,
    /// Where the bytes of the view `b` first occur in the view `a`: the offset, or -1 if they do not.
    Find,
    /// Whether `b` bytes at offset `a` lie in the view: `0 <= a`, `0 <= b`, `a + b <= len`.
    Fits,
    /// `c` bytes at offset `b` of the view `a`, as a view; checked: they fit.
    Slice,
    /// The scalar at offset `b` of the view `a`; checked: it fits. Integers but `u64` give `i64`, floats
    /// `f64`.
    Load(Scalar, Endian),
    /// A new object; the arguments are its fields.
    New(ClassId),
    /// A field of an object.
    Get(ClassId, u32),
    /// Changes a field of the object `a` to `b`.
    Set(ClassId, u32),
    /// An optional that has the value.
    Some,
    /// Whether an optional has a value.
    Has,
    /// The value of an optional; checked: it has one.
    Unwrap,
    /// A call. Programs only.
    Call(FuncId),
    /// A call of a function's native code; the arguments are the parts of those of the call (see
    /// `ir::flatten`). Leaves if there is none, or no room: its exit leads to the callee's entry. Leaves with
    /// the callee too, where that leaves. Regions only.
    Native(FuncId),
    /// A call of a function of the host; a region has it too, since there is nothing to inline. Its effects
    /// are stated here, too, so that one can ask without the program.
    Host(HostId, Effects),
    /// The integer itself, which a region takes for the constant that it has been so far. Programs only: a
    /// region has a guard in its place.
    Promote,
    /// Leaves if the truth value `a` does not hold. Checked; regions only.
    Guard,
    /// Leaves if it is time to free objects, which is done outside; its exit leads to the start of a block
    /// where the machine stops. Regions only.
    Poll,
    /// Two floats in one register. Regions only.
    Pack,
    /// One of the two. Regions only.
    Lane(u8),
    /// Two adjacent little-endian `f64` at offset `b` of the view `a`; checked like `load`. Regions only.
    LoadPair,
}

/// Why a program stops with an error. What a person reads then is said by `runtime`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Raise {
    /// An integer does not fit its type.
    Overflow,
    /// An integer does not fit 128 bits.
    Wide,
    /// An integer of 128 bits does not fit 64 where it has to.
    Narrow,
    /// Division by zero.
    DivisionByZero,
    /// A read past the end of a record or of the input.
    OutOfBounds,
    /// The value of an optional that has none.
    Missing,
    /// A shift by less than 0 or more than 63.
    Shift,
    /// Calls nest too deep.
    Depth,
    /// Objects that are needed take too much memory.
    Memory,
    /// A place that is never reached.
    Unreachable,
    /// A variable that has not been assigned.
    Unassigned,
    /// An index where nothing is.
    Index,
    /// A function has no result for its argument, or one that is too large.
    Domain,
    /// A power of an integer to a negative one, which is no integer.
    Exponent,
    /// An iterator that has no more.
    Exhausted,
    /// The smallest of nothing.
    Empty,
    /// A range whose step is zero.
    Step,
    /// NaN or infinity where an integer is needed.
    NotFinite,
    /// A text that is no format specification for the value at hand.
    Format,
    /// A text that is no integer.
    NotAnInt,
    /// A text that is no float.
    NotAFloat,
    /// A text that is not one character.
    Char,
    /// The program raises an error of its own; its message has been written.
    Raised,
    /// The program ends, and that is no error.
    Exit,
    /// What the bytes say cannot be; which rule they break is reported by whoever knows the format, in
    /// letters, digits, spaces and hyphens.
    Data(&'static str),
}

impl Raise {
    /// All that have a name.
    pub const ALL: [Raise; 24] = [
        Raise::Overflow,
        Raise::Wide,
        Raise::Narrow,
        Raise::DivisionByZero,
        Raise::OutOfBounds,
        Raise::Missing,
        Raise::Shift,
        Raise::Depth,
        Raise::Memory,
        Raise::Unreachable,
        Raise::Unassigned,
        Raise::Index,
        Raise::Domain,
        Raise::Exponent,
        Raise::Exhausted,
        Raise::Empty,
        Raise::Step,
        Raise::NotFinite,
        Raise::Format,
        Raise::NotAnInt,
        Raise::NotAFloat,
        Raise::Char,
        Raise::Raised,
        Raise::Exit,
    ];

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Raise::Overflow => "overflow",
            Raise::Wide => "wide",
            Raise::Narrow => "narrow",
            Raise::DivisionByZero => "division_by_zero",
            Raise::OutOfBounds => "out_of_bounds",
            Raise::Missing => "missing",
            Raise::Shift => "shift",
            Raise::Depth => "depth",
            Raise::Memory => "memory",
            Raise::Unreachable => "unreachable",
            Raise::Unassigned => "unassigned",
            Raise::Index => "index",
            Raise::Domain => "domain",
            Raise::Exponent => "exponent",
            Raise::Exhausted => "exhausted",
            Raise::Empty => "empty",
            Raise::Step => "step",
            Raise::NotFinite => "not_finite",
            Raise::Format => "format",
            Raise::NotAnInt => "not_an_int",
            Raise::NotAFloat => "not_a_float",
            Raise::Char => "char",
            Raise::Raised => "raised",
            Raise::Exit => "exit",
            Raise::Data(_) => "data",
        }
    }
}

impl Op {
    /// Whether it can fail, with a first argument of type `ty`.
    pub fn checked(self, ty: Type) -> bool {
        let integer = matches!(ty.base, Base::I64 | Base::U64);
        match self {
            Op::Add | Op::Sub | Op::Mul | Op::Neg | Op::Abs | Op::Div => integer,
            Op::Rem | Op::Shl | Op::Shr => true,
            Op::Convert(Base::I64) => matches!(ty.base, Base::U64 | Base::F64),
            Op::Convert(Base::U64) => matches!(ty.base, Base::I64 | Base::F64),
            Op::Slice | Op::Load(..) | Op::LoadPair | Op::Unwrap | Op::Guard => true,
            _ => false,
        }
    }

    /// Whether two with the same arguments give the same result and nothing else happens.
    pub fn pure(self) -> bool {
        !matches!(
            self,
            Op::New(_)
                | Op::Get(..)
                | Op::Set(..)
                | Op::Read(_)
                | Op::Write(_)
                | Op::Call(_)
                | Op::Native(_)
                | Op::Host(_, Effects::Reads | Effects::Writes)
                | Op::Promote
                | Op::Guard
                | Op::Poll
        )
    }

    /// Whether only regions have it.
    pub fn region_only(self) -> bool {
        matches!(self, Op::Native(_) | Op::Guard | Op::Poll | Op::Pack | Op::Lane(_) | Op::LoadPair)
    }
}
