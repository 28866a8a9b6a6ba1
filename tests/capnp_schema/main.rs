//! Our compiler of Cap'n Proto's language against the reference's, node by node.
//!
//! What the reference says lies in `testdata/capnp`: requests for the schemas there, and digests for schemas
//! made up from seeds. With the tool at hand it is asked instead, any number of made-up schemas can be
//! compared, and a difference is shown:
//!
//!     WIRELENS_CAPNP=capnp WIRELENS_CASES=10 cargo test --test capnp_schema
//!
//! `BLESS=1` with the tool writes its answers to `testdata/capnp` anew.

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
