//! Records the commit for `wirelens --version`, if the sources are a clone of the repository or a package
//! made from one; a plain archive has no commit, and a failing `git` is not an error.
//!
//! Only optimized builds have it: cargo compiles the whole package again when this script has to run again,
//! and a commit must not cost a rebuild between two runs of the tests.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let optimized = std::env::var("PROFILE").is_ok_and(|p| p == "release");
    let commit = optimized.then(|| commit(Path::new("."))).flatten();
    let version = env!("CARGO_PKG_VERSION");
    let version = commit.map_or_else(|| version.to_string(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=WIRELENS_VERSION={version}");
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
