//! The standard files that schemas import without having them: for annotations mostly, and for `stream`.
//!
//! Only declarations, with the ids that code generators know them by. An installed file, found in an import
//! folder, takes the place of the one here.

/// What a method that returns `stream` needs.
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
