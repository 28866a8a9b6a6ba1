//! The messages of runtime errors.
//!
//! The IR has only names for the kinds of errors; the messages use the terms of the language that programs
//! are written in. The caller of the program adds the place and chooses the exit code.

use crate::ir::Raise;
use std::fmt;

impl fmt::Display for Raise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Raise::Overflow => {
                "the result of integer arithmetic does not fit 64 bits; if it is to wrap, mask it in the same \
                 expression: (…) & 0xFFFFFFFFFFFFFFFF"
            }
            Raise::Wide => "the result of integer arithmetic does not fit 128 bits: reduce the sums first, (…) // 1000",
            Raise::Narrow => {
                "a sum of more than 64 bits stands where an integer of 64 is needed: reduce it, (…) // 1000, or \
                 make it a float"
            }
            Raise::DivisionByZero => "division by zero",
            Raise::OutOfBounds => "a read past the end",
            Raise::Missing => "there is None where a value is needed",
            Raise::Shift => "a negative shift count, or one of more than 63",
            Raise::Depth => "calls nest more than 10,000 deep: a recursion without end?",
            Raise::Memory => {
                "too many objects: those that are still needed take about 4 GiB, or all memory that the system \
                 gives"
            }
            Raise::Unreachable => "a place was reached that should not be",
            Raise::Unassigned => "a variable is used that has no value yet",
            Raise::Index => "index out of range",
            Raise::Domain => "math range or domain error: there is no such number",
            Raise::Exponent => "a power of an int with a negative exponent is no int: use a float",
            Raise::Exhausted => "StopIteration: there is no next value",
            Raise::Empty => {
                "it is empty, or has too few values: var and std need two, min, max and the others one"
            }
            Raise::Step => "the step of a range must not be zero",
            Raise::NotFinite => "NaN or infinity cannot be made an int",
            Raise::Format => "invalid format specification",
            Raise::NotAnInt => "invalid literal for int: this text is no number of 64 bits",
            Raise::NotAFloat => "could not convert a text to float",
            Raise::Char => "ord() is of a text of one character",
            Raise::Raised => "an error is raised",
            Raise::Exit => "the program ends",
            Raise::Data(rule) => rule,
        })
    }
}
