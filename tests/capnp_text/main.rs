//! Cap'n Proto's schema language as a schema and in errors. (`capnp_schema` compares requests with those of
//! the reference compiler.)

#[path = "../../src/tests/rng.rs"]
#[allow(dead_code)]
mod rng;

mod accepts;
mod files;
mod fuzz;
mod hostile;
mod rejects;

/// The text, preceded by an id.
fn with_id(text: &str) -> String {
    format!("@0xd6b2a5a29f3c41e7;\n{text}")
}
