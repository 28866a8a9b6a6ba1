//! Our compiler of Cap'n Proto's language against the reference's, node by node.
//!
//! `testdata/capnp` has the reference's answers: requests for the schemas there, and digests for schemas that
//! are generated from seeds. If the tool is available, it is run instead; then any number of generated
//! schemas can be compared, and differences are shown:
//!
//!     WIRELENS_CAPNP=capnp WIRELENS_CASES=10 cargo test --test capnp_schema
//!
//! `BLESS=1` with the tool writes its answers to `testdata/capnp`.

#[path = "../../src/tests/rng.rs"]
#[allow(dead_code)]
mod rng;

mod canonical;
mod compare;
mod generate;
mod made;
mod mutants;
mod read_back;
mod reference;
mod schemas;
mod verdicts;
