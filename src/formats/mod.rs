//! The wire formats: one file each, which writes a schema's accessors as IR.
//!
//! A format gives, for each struct `S` of the schema, a class `S` and a method `S.f` for each field `f`; an array or other
//! container is a class too, with `at` and `len`. To the rest a format is nothing but those classes and functions: the
//! recorder sees through them as through any other code, so a new format gets native code for free.
//!
//! | format | file |
//! |---|---|
//! | packed records (C structs) | [`packed`] |

pub mod packed;
