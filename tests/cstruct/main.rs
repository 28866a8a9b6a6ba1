//! Tests of the compiler of C declarations through the public API.

mod accepts;
mod fuzz;
mod layouts;
mod rejects;
