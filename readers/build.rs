//! Generates typed readers of `schemas/*.capnp`: our own compiler reads the schemas, `capnpc` writes the
//! code.
//!
//! The compiler is included as source, so a build needs no tool, and does not wait for the library.

use std::path::Path;

#[allow(dead_code)]
#[path = "../src/error.rs"]
mod error;
#[allow(dead_code)]
#[path = "../src/scalar.rs"]
mod scalar;
#[allow(dead_code, unused_imports)]
#[path = "../src/schema/mod.rs"]
mod schema;

const SCHEMAS: &str = "../schemas";

fn main() {
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    for input in ["build.rs", SCHEMAS, "../src/error.rs", "../src/scalar.rs", "../src/schema"] {
        println!("cargo::rerun-if-changed={input}");
    }
    for entry in std::fs::read_dir(SCHEMAS).expect("schemas/ is a part of the package") {
        let path = entry.expect("schemas/ can be listed").path();
        if path.extension().is_some_and(|e| e == "capnp") {
            generate(&path, Path::new(&out));
        }
    }
}

fn generate(path: &Path, out: &Path) {
    let request = schema::capnp_request(&[path.to_path_buf()], Path::new(SCHEMAS), &[]);
    let request = request.unwrap_or_else(|e| panic!("{e}"));
    if let Err(e) = capnpc::codegen::CodeGenerationCommand::new().output_directory(out).run(&request[..]) {
        panic!("{}: capnpc does not take the compiled schema: {e}", path.display());
    }
}
