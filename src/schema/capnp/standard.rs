//! Built-in copies of the standard files that schemas import, mostly for annotations, and for `stream`.
//!
//! They have declarations only, with the ids that code generators know. An installed file, found in an import
//! folder, takes precedence.

/// The file that a method with `stream` needs.
pub const STREAM: &str = "/capnp/stream.capnp";

const FILES: [(&str, &str); 6] = [
    ("capnp/c++.capnp", include_str!("standard/c++.capnp")),
    ("capnp/compat/json.capnp", include_str!("standard/json.capnp")),
    ("capnp/java.capnp", include_str!("standard/java.capnp")),
    ("capnp/persistent.capnp", include_str!("standard/persistent.capnp")),
    ("capnp/rust.capnp", include_str!("standard/rust.capnp")),
    ("capnp/stream.capnp", include_str!("standard/stream.capnp")),
];

/// The text of the file with that name.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}
