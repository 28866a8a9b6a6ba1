//! Made-up schemas: digests of the reference's answers, by seed.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::canonical::Files;
use crate::{compare, generate, reference};

/// One digest a line: that of seed 0 first.
const DIGESTS: &str = "testdata/capnp/made.txt";

const CASES: u64 = 2000;

/// So many files make one request.
const BATCH: u64 = 50;

/// How many differences are shown.
const SHOWN: usize = 5;

/// An empty folder for schemas, with what they import.
fn folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_dir_all(&root).ok();
    for part in ["include/capnp", "schemas"] {
        std::fs::create_dir_all(root.join(part)).expect("cargo's folder can be written to");
    }
    let stream = include_str!("../../testdata/capnp/include/capnp/stream.capnp");
    std::fs::write(root.join("include/capnp/stream.capnp"), stream).expect("as above");
    root
}

/// Ours for all files, or for each alone where one of them is refused.
fn ours(root: &Path, names: &[String]) -> Vec<Result<Files, String>> {
    let Ok(all) = compare::ours(root, names) else {
        return names
            .iter()
            .map(|n| compare::ours(root, std::slice::from_ref(n)).map(|f| only(&f, n)))
            .collect();
    };
    names.iter().map(|n| Ok(only(&all, n))).collect()
}

/// The part of one file.
fn only(files: &Files, name: &str) -> Files {
    let blocks = files.get(name).unwrap_or_else(|| panic!("a request without {name}"));
    Files::from([(name.to_string(), blocks.clone())])
}

fn digest(files: &Files) -> u64 {
    compare::digest(&files.values().flatten().cloned().collect::<Vec<_>>())
}

#[test]
fn made_up_schemas_are_compiled_as_the_reference_does() {
    let factor = std::env::var("WIRELENS_CASES").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let tool = reference::tool();
    let kept = std::fs::read_to_string(DIGESTS).unwrap_or_default();
    let kept: Vec<&str> = kept.lines().collect();
    let count = if tool.is_some() { factor * CASES } else { CASES };
    let root = folder("made");
    let (mut wrong, mut differ, mut digests) = (String::new(), 0, String::new());
    for start in (0..count).step_by(BATCH as usize) {
        let seeds: Vec<u64> = (start..start + BATCH).collect();
        let names: Vec<String> = seeds.iter().map(|&s| generate::name(s)).collect();
        for (&seed, name) in seeds.iter().zip(&names) {
            std::fs::write(root.join("schemas").join(name), generate::schema(seed)).expect("as above");
        }
        let reference = tool.as_ref().map(|t| compare::files(&reference::request(t, &root, &names)));
        for ((seed, name), ours) in seeds.iter().zip(&names).zip(ours(&root, &names)) {
            let reference = reference.as_ref().map(|r| only(r, name));
            let difference = match (&reference, &ours) {
                (_, Err(e)) => Some(format!("the reference accepts it\n{e}")),
                (Some(reference), Ok(ours)) => compare::difference(ours, reference),
                (None, Ok(ours)) => {
                    let ours = format!("{:016x}", digest(ours));
                    let reference = kept.get(*seed as usize).copied().unwrap_or("missing");
                    (ours != reference).then(|| format!("digest {ours}, the reference's is {reference}\n"))
                }
            };
            if let Some(reference) = reference {
                writeln!(digests, "{:016x}", digest(&reference)).unwrap();
            }
            if let Some(difference) = difference {
                differ += 1;
                if differ <= SHOWN {
                    let path = root.join("schemas").join(name);
                    writeln!(wrong, "seed {seed} ({}): {difference}", path.display()).unwrap();
                }
            }
        }
    }
    if reference::bless() {
        std::fs::write(
            DIGESTS,
            digests.lines().take(CASES as usize).fold(String::new(), |all, l| all + l + "\n"),
        )
        .expect("it can be written");
    }
    assert!(differ == 0, "{differ} of {count} differ; WIRELENS_CAPNP=capnp shows in what\n{wrong}");
}

/// Were the generator changed without the digests, all would differ: this says so first.
#[test]
fn a_seed_gives_the_text_that_its_digest_belongs_to() {
    let texts: Vec<String> = (0..CASES).map(generate::schema).collect();
    let kept = std::fs::read_to_string(DIGESTS).unwrap_or_default();
    assert_eq!(kept.lines().count() as u64, CASES);
    assert_eq!(
        format!("{:016x}", compare::digest(&texts)),
        TEXTS,
        "made anew? Then ask the reference: BLESS=1"
    );
}

/// The digest of all the texts.
const TEXTS: &str = "64e515527fd98547";
