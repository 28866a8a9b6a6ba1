//! The operations.
//!
//! One enum with one line of description each; `interp::eval` defines the exact semantics. Operations are
//! overloaded by the types of the arguments: `add` of two `i64` and `add` of two `f64` are different
//! instructions of the same name.
//!
//! Integer arithmetic is exact: an instruction whose result does not fit raises. That makes it *checked* (see
//! [`Op::checked`]). Wrapping operations have names of their own; they serve results of which only the lower
//! bits are needed.

use super::{Base, CellId, ClassId, Effects, FuncId, HostId, Type};
use crate::scalar::{Endian, Scalar};

/// An operation.
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
    /// `a / b`. Floats: as in IEEE 754. Integers: rounded towards minus infinity, and checked (zero,
    /// overflow).
    Div,
    /// `a - div(a, b) * b` of integers, exact even where `div` overflows; checked (zero).
    Rem,
    /// The smaller one: `b` if `b < a`, else `a` (so a NaN in `b` is ignored).
    Min,
    /// The larger one: `b` if `a < b`, else `a`.
    Max,
    /// Bitwise, of integers or bools.
    And,
    /// Bitwise, of integers or bools.
    Or,
    /// Bitwise, of integers or bools.
    Xor,
    /// `a` shifted left by `b`, discarding the top bits; checked: `b` is from 0 to 63.
    Shl,
    /// `a` shifted right by `b`, with sign extension for an `i64`; checked like `shl`.
    Shr,
    /// `-a`. Integers (`i64`): checked.
    Neg,
    /// The absolute value. Integers (`i64`): checked.
    Abs,
    /// Bitwise complement, of integers or bools.
    Not,
    /// The square root of a float.
    Sqrt,
    /// A float rounded down to a whole number.
    Floor,
    /// A float rounded up to a whole number.
    Ceil,
    /// Whether `a == b`. Floats: as in IEEE 754.
    Eq,
    /// Whether `a != b`.
    Ne,
    /// Whether `a < b`.
    Lt,
    /// Whether `a <= b`.
    Le,
    /// `b` if `a` holds, else `c`. Both are evaluated.
    Select,
    /// Conversion to the base type: `bool` to numbers; integers to floats, rounded to nearest; integers to
    /// integers and floats to integers (towards zero), checked.
    Convert(Base),
    /// The same 64 bits, reinterpreted as another type.
    Bits(Base),
    /// The lower 32 bits of an `i64`, reinterpreted as a single-precision float.
    Single,
    /// The value of a cell.
    Read(CellId),
    /// Stores the argument in a cell.
    Write(CellId),
    /// The length of a view in bytes.
    Len,
    /// The offset of the first occurrence of the bytes of the view `b` in the view `a`, or -1 if there is
    /// none.
    Find,
    /// Whether `b` bytes at offset `a` are within the view: `0 <= a`, `0 <= b`, `a + b <= len`.
    Fits,
    /// `c` bytes at offset `b` of the view `a`, as a view; checked: they are within it.
    Slice,
    /// The scalar at offset `b` of the view `a`; checked: it is within it. The result is an `i64` for
    /// integers other than `u64`, and an `f64` for floats.
    Load(Scalar, Endian),
    /// A new object; the arguments are its fields.
    New(ClassId),
    /// A field of an object.
    Get(ClassId, u32),
    /// Stores `b` in a field of the object `a`.
    Set(ClassId, u32),
    /// An optional that holds the value.
    Some,
    /// Whether an optional holds a value.
    Has,
    /// The value of an optional; checked: it holds one.
    Unwrap,
    /// A call. Programs only.
    Call(FuncId),
    /// A call of a function's native code; the arguments are the flattened arguments of the call (see
    /// `ir::flatten`). If there is no native code, or the stack has no room, its exit is taken, which leads
    /// to the callee's entry. If the callee leaves, the caller leaves too. Regions only.
    Native(FuncId),
    /// A call of a host function; regions have it too, since there is nothing to inline. The effects are
    /// repeated here, so that they are known without the program.
    Host(HostId, Effects),
    /// The integer itself. The recorder specializes the region for the constant seen so far, and records a
    /// guard instead. Programs only.
    Promote,
    /// Leaves if the bool `a` is false. Checked; regions only.
    Guard,
    /// Leaves if a garbage collection is due, which runs outside of native code; its exit leads to the start
    /// of a block where the machine may stop. Regions only.
    Poll,
    /// Two floats in one register. Regions only.
    Pack,
    /// One of the two floats of a pair. Regions only.
    Lane(u8),
    /// Two adjacent little-endian `f64` at offset `b` of the view `a`; checked like `load`. Regions only.
    LoadPair,
}

/// Why a program stops with an error. `runtime` has the messages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Raise {
    /// An integer does not fit its type.
    Overflow,
    /// An integer does not fit 128 bits.
    Wide,
    /// A 128-bit integer does not fit 64 bits where that is required.
    Narrow,
    /// Division by zero.
    DivisionByZero,
    /// A read past the end of a record or of the input.
    OutOfBounds,
    /// The value of an empty optional.
    Missing,
    /// A shift by less than 0 or more than 63.
    Shift,
    /// Calls nest too deeply.
    Depth,
    /// The live objects take too much memory.
    Memory,
    /// Unreachable code.
    Unreachable,
    /// A variable that has not been assigned.
    Unassigned,
    /// An index out of range.
    Index,
    /// The argument is outside of a function's domain, or the result is too large.
    Domain,
    /// An integer raised to a negative power, which is not an integer.
    Exponent,
    /// An iterator has no next value.
    Exhausted,
    /// The minimum or maximum of nothing.
    Empty,
    /// A range whose step is zero.
    Step,
    /// NaN or infinity where an integer is needed.
    NotFinite,
    /// A text that is not a valid format specification for the value.
    Format,
    /// A text that is not an integer.
    NotAnInt,
    /// A text that is not a float.
    NotAFloat,
    /// A text that is not a single character.
    Char,
    /// The program raises an error of its own; its message has been written.
    Raised,
    /// The program exits, which is not an error.
    Exit,
    /// The input violates a rule of its format. The string states the rule, in letters, digits, spaces and
    /// hyphens; `formats` chooses it.
    Data(&'static str),
}

impl Raise {
    /// All variants but `Data`.
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
    /// Whether it can fail if its first argument is of type `ty`.
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

    /// Whether equal arguments give equal results, without side effects.
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

    /// Whether it occurs in regions only.
    pub fn region_only(self) -> bool {
        matches!(self, Op::Native(_) | Op::Guard | Op::Poll | Op::Pack | Op::Lane(_) | Op::LoadPair)
    }
}
