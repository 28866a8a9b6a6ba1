//! The compiler of C declarations, seen from outside.

mod accepts;
mod fuzz;
mod layouts;
mod rejects;
