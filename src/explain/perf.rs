//! Perf maps: the files from which Linux's `perf` reads the names of generated code
//! (`tools/perf/Documentation/jit-interface.txt`). Each piece of code has one line with its address and size
//! in hexadecimal, and its name.

use super::region::title;
use super::source::SourceText;
use crate::engine::Engine;
use crate::ir::FuncId;
use crate::query::{Query, Script};
use std::fmt::Write;

/// The map of all regions that were ever made; their code stays in place as long as the engine lives.
fn map(engine: &Engine, over: Option<FuncId>, (name, text): (&str, &str)) -> String {
    let program = &engine.program;
    let source = SourceText::new(name, text, program);
    let mut out = String::new();
    for compiled in engine.made() {
        let root = compiled.region.root;
        let place = source.piece(program, &[(root.func, root.block, 0)]);
        let place = place.map_or(String::new(), |piece| format!("{name}:{} ", source.number(piece)));
        let (address, bytes) = (compiled.native.address(), compiled.native.code_bytes);
        let what = title(program, &source, over, root);
        let _ = writeln!(out, "{address:x} {bytes:x} {place}{what} (region {})", compiled.number);
    }
    out
}

impl Script {
    /// A map of the code that the runs so far have made, to be written to `/tmp/perf-PID.map` for Linux's
    /// `perf`: one line per region, with address, size and the line of the script.
    ///
    /// ```
    /// use wirelens::{Limits, Options, Script};
    /// let text = "total = 0\nfor i in range(100_000):\n    total += i * i\nprint(total)";
    /// let script = Script::compile("squares.py", text, &[], &Limits::default(), |_| unreachable!())?;
    /// script.output(None, &Options::default())?;
    /// assert!(script.perf_map().contains(" squares.py:2 the loop at line 2 (region 0)\n"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn perf_map(&self) -> String {
        map(self.parts().0, None, self.source())
    }
}

impl Query {
    /// A map of the code that the runs so far have made, in the format of [`Script::perf_map`].
    pub fn perf_map(&self) -> String {
        let (engine, chunk, source) = self.parts();
        map(engine, Some(chunk), source)
    }
}
