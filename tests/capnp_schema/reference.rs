//! The reference's tool, where there is one.

use std::path::Path;
use std::process::Command;

/// The command, by the environment variable `WIRELENS_CAPNP`.
pub fn tool() -> Option<String> {
    std::env::var("WIRELENS_CAPNP").ok()
}

/// Whether its answers are to be kept.
pub fn bless() -> bool {
    let bless = std::env::var_os("BLESS").is_some();
    assert!(!bless || tool().is_some(), "BLESS=1 needs the reference: WIRELENS_CAPNP names the command");
    bless
}

/// The request for files in `root/schemas`, with imports from `root/include`; what it says if it refuses
/// them.
pub fn request(tool: &str, root: &Path, files: &[String]) -> Result<Vec<u8>, String> {
    let mut command = Command::new(tool);
    // Without the variable the tool refuses what its versions before 0.6 laid out wrongly.
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
