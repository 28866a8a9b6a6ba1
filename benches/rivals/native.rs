//! The hand-written loops compiled with `-C target-cpu=native`.
//!
//! The flag applies to a whole build, and `#[target_feature]` is not equivalent (it does not select the
//! tuning). So the bench runs the compiler to make a small shared library of `kernels.rs` and loads it. A
//! call through it costs some nanoseconds in each pass; loading it costs a process about 0.2 ms, which is
//! included in its time for the large file.

use std::ffi::{CString, c_void};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Answer;
use super::hand::Triangle;

type Raw = unsafe extern "C" fn(*const Triangle, usize, *mut f64);

/// Compiles the library to `to`; if there is no compiler, prints a note, and these contenders are left out.
pub fn build(to: &Path) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/rivals/native_root.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let flags = ["--edition=2024", "--crate-type=cdylib", "-Copt-level=3", "-Ctarget-cpu=native", "-o"];
    match Command::new(rustc).args(flags).arg(to).arg(root).status() {
        Ok(status) if status.success() => Some(to.to_path_buf()),
        other => {
            eprintln!("without the contenders for `-C target-cpu=native`: the compiler said {other:?}");
            None
        }
    }
}

/// The loaded library, which is never unloaded.
pub struct Library {
    kernels: Vec<(&'static str, Raw)>,
}

impl Library {
    pub fn load(path: &Path) -> Library {
        let name = CString::new(path.as_os_str().as_encoded_bytes()).expect("paths have no zeros");
        // SAFETY: this is our own library, which runs no code when it is loaded.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) };
        assert!(!handle.is_null(), "{} cannot be loaded", path.display());
        let symbol = |name: &std::ffi::CStr| -> Raw {
            // SAFETY: the handle is live, and `native_root.rs` gives these names to functions of this type.
            unsafe {
                let address = libc::dlsym(handle, name.as_ptr());
                assert!(!address.is_null());
                std::mem::transmute::<*mut c_void, Raw>(address)
            }
        };
        Library {
            kernels: vec![
                ("hand, native", symbol(c"one")),
                ("hand, native, 4 accumulators", symbol(c"four")),
                ("hand, native, 8 accumulators", symbol(c"eight")),
            ],
        }
    }

    /// The contenders' names and loops.
    pub fn kernels(&self) -> Vec<(&'static str, Kernel)> {
        self.kernels.iter().map(|(name, raw)| (*name, wrap(*raw))).collect()
    }
}

pub type Kernel = Box<dyn Fn(&[Triangle]) -> Answer + Send + Sync>;

fn wrap(raw: Raw) -> Kernel {
    Box::new(move |records| {
        let mut sums = [0.0; 2];
        // SAFETY: the arguments are a slice of `Triangle` (the same `repr(C)` on both sides) and two doubles.
        unsafe { raw(records.as_ptr(), records.len(), sums.as_mut_ptr()) };
        (sums[0], sums[1])
    })
}
