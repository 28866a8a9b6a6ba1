//! Compares the schemas in `testdata/capnp/schemas`, each alone and some together.

use std::path::Path;

use crate::{compare, reference};

const ROOT: &str = "testdata/capnp";

/// The names of the files with this ending in a folder of `testdata/capnp`, without the ending.
fn names(folder: &str, ending: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(Path::new(ROOT).join(folder)).expect("in the repository") {
        let name = entry.expect("it can be listed").file_name().into_string().expect("a name in ASCII");
        names.extend(name.strip_suffix(ending).map(str::to_string));
    }
    names.sort();
    names
}

/// The reference's request: from the tool if it is there, else the stored one.
fn expected(name: &str, files: &[String]) -> Vec<u8> {
    let kept = Path::new(ROOT).join("requests").join(format!("{name}.request"));
    let Some(tool) = reference::tool() else {
        return std::fs::read(&kept).unwrap_or_else(|e| panic!("{}: {e}", kept.display()));
    };
    let request = reference::request(&tool, Path::new(ROOT), files).unwrap_or_else(|e| panic!("{name}: {e}"));
    if reference::bless() {
        std::fs::write(&kept, &request).expect("it can be written");
    }
    request
}

/// The difference between the two requests for these files.
fn difference(name: &str, files: &[String]) -> Option<String> {
    let reference = compare::files(&expected(name, files));
    match compare::ours(Path::new(ROOT), files) {
        Ok(ours) => compare::difference(&ours, &reference).map(|d| format!("{name}: {d}")),
        Err(e) => Some(format!("{name}: the reference accepts it\n{e}")),
    }
}

#[test]
fn every_schema_is_compiled_as_the_reference_does() {
    let names = names("schemas", ".capnp");
    let wrong: Vec<String> = names.iter().filter_map(|n| difference(n, &[format!("{n}.capnp")])).collect();
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), names.len(), wrong.join("\n"));
    assert!(names.len() >= 40, "{} schemas", names.len());
}

#[test]
fn files_given_together_are_in_one_request() {
    let files = ["second.capnp", "first.capnp", "imports.capnp", "scopes.capnp"].map(str::to_string);
    assert_eq!(difference("together", &files), None);
}

#[test]
fn a_kept_request_has_its_schema() {
    let schemas = names("schemas", ".capnp");
    let requests = names("requests", ".request");
    let without: Vec<&String> =
        requests.iter().filter(|r| *r != "together" && !schemas.contains(r)).collect();
    assert!(without.is_empty(), "{without:?}");
}
