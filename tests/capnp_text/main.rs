//! Cap'n Proto's schema language as a schema and in errors. (What the reference compiler makes of schemas is
//! compared in `capnp_schema`.)

#[path = "../../src/tests/rng.rs"]
#[allow(dead_code)]
mod rng;

mod accepts;
mod files;
mod fuzz;
mod hostile;
mod rejects;

/// The text with an id in front.
fn with_id(text: &str) -> String {
    format!("@0xd6b2a5a29f3c41e7;\n{text}")
}
