//! What Cargo.toml cannot say: the commit that `wirelens --version` prints, and that the command is linked to
//! a fixed address.
//!
//! It records the commit for `wirelens --version`, if the sources are a clone of the repository or a package
//! made from one; a plain archive has no commit, and a failing `git` is not an error.
//!
//! Only optimized builds have it: cargo compiles the whole package again when this script has to run again,
//! and a commit must not cost a rebuild between two runs of the tests.
//!
//! A position-independent program of this size has 14,000 addresses in its tables (vtables, texts, those of
//! Cranelift and of the parser of Python). The loader adds the base to each before `main`: a third of the
//! instructions of `wirelens --version`, and a copy of each of the 60 pages that they lie in. At a fixed
//! address the linker writes them. The code itself is compiled as before, so this is a matter of the command
//! alone: libraries, also dynamic ones, are not touched. The price is that the addresses of the command's own
//! code are not random, as those of the stack, the heap, mappings, native code and the C library are.
//! `RUSTFLAGS='-C relocation-model=pie'` has the command as it would be otherwise.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let optimized = std::env::var("PROFILE").is_ok_and(|p| p == "release");
    let commit = optimized.then(|| commit(Path::new("."))).flatten();
    let version = env!("CARGO_PKG_VERSION");
    let version = commit.map_or_else(|| version.to_string(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=WIRELENS_VERSION={version}");
    if at_a_fixed_address() {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// Whether the command is to be linked to a fixed address: where it was tested, and only if nobody has asked
/// for another way. Where the C library is linked statically, the compiler chooses start-up code that is
/// position-independent, and an option of the linker would not fit it.
fn at_a_fixed_address() -> bool {
    let is = |name: &str, wanted: &str| std::env::var(name).is_ok_and(|value| value == wanted);
    let says = |name: &str, word: &str| std::env::var(name).is_ok_and(|value| value.contains(word));
    is("CARGO_CFG_TARGET_ARCH", "x86_64")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && !says("CARGO_CFG_TARGET_FEATURE", "crt-static")
        && !says("CARGO_ENCODED_RUSTFLAGS", "relocation-model")
}

/// The commit of the sources in `root`, in 12 digits. `+` follows it if the compiled sources differ from the
/// commit.
fn commit(root: &Path) -> Option<String> {
    // An archive may have been unpacked inside another repository: only a `.git` in the folder itself counts.
    if !root.join(".git").exists() {
        return packaged(root);
    }
    // The log of HEAD grows with each commit and checkout, also if refs are packed.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(root, &["rev-parse", "--git-path", name])?;
        if root.join(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    let compiled = ["src", "Cargo.toml", "Cargo.lock"];
    for path in compiled {
        println!("cargo::rerun-if-changed={path}");
    }
    let head = git(root, &["rev-parse", "--verify", "HEAD"])?;
    let status = [&["status", "--porcelain", "--"][..], &compiled].concat();
    let differs = !git(root, &status)?.is_empty();
    Some(format!("{}{}", head.get(..12)?, if differs { "+" } else { "" }))
}

/// The commit that `cargo package` has recorded.
fn packaged(root: &Path) -> Option<String> {
    let text = std::fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    Some(format!("{}{}", rest.get(..12)?, if text.contains("\"dirty\": true") { "+" } else { "" }))
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).current_dir(root).output().ok()?;
    output.status.success().then_some(())?;
    Some(String::from_utf8(output.stdout).ok()?.trim_end().to_string())
}
