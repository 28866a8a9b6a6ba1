//! Runs the reference's tool, if there is one.

use std::path::Path;
use std::process::Command;

/// The command, from the environment variable `WIRELENS_CAPNP`.
pub fn tool() -> Option<String> {
    std::env::var("WIRELENS_CAPNP").ok()
}

/// Whether the tool's answers are to be stored.
pub fn bless() -> bool {
    let bless = std::env::var_os("BLESS").is_some();
    assert!(!bless || tool().is_some(), "BLESS=1 needs the reference: WIRELENS_CAPNP names the command");
    bless
}

/// The request for files in `root/schemas`, with imports from `root/include`, or the tool's error output.
pub fn request(tool: &str, root: &Path, files: &[String]) -> Result<Vec<u8>, String> {
    let mut command = Command::new(tool);
    // Without the variable the tool refuses layouts that its versions before 0.6 computed wrongly.
    command.current_dir(root).env("CAPNP_IGNORE_ISSUE_344", "1");
    command.args(["compile", "-Iinclude", "--src-prefix=schemas", "-o-"]);
    command.args(files.iter().map(|f| format!("schemas/{f}")));
    let output = command.output().unwrap_or_else(|e| panic!("{tool}: {e}"));
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}
