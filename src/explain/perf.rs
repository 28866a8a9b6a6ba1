//! Perf maps: what Linux's `perf` reads to name code that was made at run time
//! (`tools/perf/Documentation/jit-interface.txt`): a line for each piece of code, with its address and its
//! size in hexadecimal, and its name.

use super::region::title;
use super::source::Source;
use crate::engine::Engine;
use crate::ir::FuncId;
use crate::query::{Query, Script};
use std::fmt::Write;

/// The map of all regions that were ever made; their code is where it was for as long as the engine lives.
fn map(engine: &Engine, over: Option<FuncId>, (name, text): (&str, &str)) -> String {
    let program = &engine.program;
    let source = Source::new(name, text, program);
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
    /// The code that the runs so far have made, as Linux's `perf` reads it from `/tmp/perf-PID.map`: a line a
    /// region, with address, size and the line of the script.
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
    /// The code that the runs so far have made, as [`Script::perf_map`] gives it.
    pub fn perf_map(&self) -> String {
        let (engine, chunk, source) = self.parts();
        map(engine, Some(chunk), source)
    }
}
