//! Makes typed readers of `schemas/*.capnp`, from the compiled request kept beside each.
//!
//! They are the statically compiled rival in tests and benches; the library itself does not use them. The
//! request is what the `capnp` tool would hand to a code generator: with it, a build needs no such tool.

use std::path::Path;

fn main() {
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=schemas");
    for entry in std::fs::read_dir("schemas").expect("schemas/ is a part of the package") {
        let path = entry.expect("schemas/ can be listed").path();
        if path.extension().is_some_and(|e| e == "request") {
            generate(&path, Path::new(&out));
        }
    }
}

fn generate(request: &Path, out: &Path) {
    let bytes = std::fs::read(request).expect("a listed file can be read");
    if let Err(e) = capnpc::codegen::CodeGenerationCommand::new().output_directory(out).run(&bytes[..]) {
        // `schemas/README.md` says how to make it anew.
        panic!("{} is not a request that capnpc understands: {e}", request.display());
    }
}
