//! Compares random schemas, many in each request.

use std::path::{Path, PathBuf};

use crate::canonical::Files;
use crate::verdicts::{Answer, Verdicts};
use crate::{compare, generate, reference};

const CASES: u64 = 2000;

const KEPT: &str = "testdata/capnp/made.txt";

/// The number of files in a request.
const BATCH: u64 = 50;

/// A new folder for schemas, with the files that they import.
pub fn folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_dir_all(&root).ok();
    for part in ["include/capnp", "schemas"] {
        std::fs::create_dir_all(root.join(part)).expect("cargo's folder can be written to");
    }
    let stream = include_str!("../../testdata/capnp/include/capnp/stream.capnp");
    std::fs::write(root.join("include/capnp/stream.capnp"), stream).expect("as above");
    root
}

/// The blocks of one file.
fn only(files: &Files, name: &str) -> Files {
    let blocks = files.get(name).unwrap_or_else(|| panic!("a request without {name}"));
    Files::from([(name.to_string(), blocks.clone())])
}

/// Our answers for all files together, or for each alone if one of them is refused.
fn ours(root: &Path, names: &[String]) -> Vec<Answer> {
    let Ok(all) = compare::ours(root, names) else {
        return names
            .iter()
            .map(|n| compare::ours(root, std::slice::from_ref(n)).map(|f| only(&f, n)))
            .collect();
    };
    names.iter().map(|n| Ok(only(&all, n))).collect()
}

#[test]
fn made_up_schemas_are_compiled_as_the_reference_does() {
    let mut verdicts = Verdicts::new(KEPT, CASES);
    let root = folder("made");
    for start in (0..verdicts.count()).step_by(BATCH as usize) {
        let names: Vec<String> = (start..start + BATCH).map(generate::name).collect();
        for (seed, name) in (start..).zip(&names) {
            std::fs::write(root.join("schemas").join(name), generate::schema(seed)).expect("as above");
        }
        let reference = reference::tool().map(|tool| {
            let request = reference::request(&tool, &root, &names);
            compare::files(&request.unwrap_or_else(|e| panic!("the generator is wrong: {e}")))
        });
        for (name, ours) in names.iter().zip(ours(&root, &names)) {
            let reference = reference.as_ref().map(|files| Ok(only(files, name)));
            verdicts.next(&root.join("schemas").join(name), &ours, reference.as_ref());
        }
    }
    verdicts.finish();
}

/// If the generator changes and the stored digests do not, all cases differ; this test reports the cause.
#[test]
fn a_seed_gives_the_text_that_its_digest_belongs_to() {
    let texts: Vec<String> = (0..CASES).map(generate::schema).collect();
    let digest = format!("{:016x}", compare::digest(texts.iter()));
    assert_eq!(digest, TEXTS, "made anew? Then ask the reference: BLESS=1");
}

/// The digest of all the texts.
const TEXTS: &str = "64e515527fd98547";
