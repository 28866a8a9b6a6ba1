//! Prints any stage between a program and machine code.
//!
//! The program is printed as it is before it runs; the other stages are those of the program's regions,
//! recorded with everything known so far. If it has no regions (since it has not run long enough), the region
//! of its outermost loop is printed, with every arm recorded.

use crate::codegen::{self, Table, Want};
use crate::engine::Engine;
use crate::error::Error;
use crate::explain::{Pieces, SourceText};
use crate::interp::Profile;
use crate::ir::print::{print_program, print_region};
use crate::ir::{self, BlockId, FuncId, Root};
use crate::opt;
use crate::query::{Query, Script};
use crate::record::{self, Plan, Speculation};

/// A stage that can be printed.
///
/// ```
/// use wirelens::{Query, Schema, View};
/// let schema = Schema::from_c("<schema>", "struct S { double x; };")?;
/// let query = Query::builder(&schema).totals(&["t.x"]).build()?;
/// assert!(query.dump(View::Program)?.contains("fn S.x(v0: S) -> f64"));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum View {
    /// The program: accessors, expressions, loops.
    Program,
    /// The region as it was recorded.
    Trace,
    /// The region after all passes.
    Opt,
    /// The Cranelift IR of the region.
    Clif,
    /// Machine code, with the source between the instructions that come from it.
    Asm,
}

impl Query {
    /// The text of a stage; see [`View`] for an example.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if there is no region: the recorder or the code
    /// generator rejected it.
    ///
    /// ```
    /// use wirelens::{Query, Schema, View};
    /// let schema = Schema::from_c("<schema>", "struct S { double x; };")?;
    /// let query = Query::builder(&schema).totals(&["t.x"]).build()?;
    /// assert!(query.dump(View::Trace)?.contains("new S"), "the object is still there");
    /// assert!(!query.dump(View::Opt)?.contains("new S"), "and here it is gone");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn dump(&self, view: View) -> Result<String, Error> {
        let (engine, chunk, source) = self.parts();
        text(engine, chunk, source, view)
    }
}

impl Script {
    /// The text of a stage of the regions that the runs so far have made.
    ///
    /// # Errors
    ///
    /// The same as for [`Query::dump`].
    ///
    /// ```
    /// use wirelens::{Limits, Options, Script, View};
    /// let text = "total = 0\nfor i in range(1000): total += i * i\nprint(total)";
    /// let script = Script::compile("<script>", text, &[], &Limits::default(), |_| unreachable!())?;
    /// script.output(None, &Options::default())?;
    /// assert!(script.dump(View::Opt)?.contains("mul"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn dump(&self, view: View) -> Result<String, Error> {
        let (engine, main) = self.parts();
        text(engine, main, self.source(), view)
    }
}

/// The text of a stage of all regions; if there are none, of the region of the function's outermost loop.
fn text(engine: &Engine, func: FuncId, (name, text): (&str, &str), view: View) -> Result<String, Error> {
    let program = &engine.program;
    if view == View::Program {
        return Ok(print_program(program));
    }
    let mut plan = Plan::new(program);
    plan.origins = view == View::Asm;
    let source = SourceText::new(name, text, program);
    let (mut roots, profile, speculation) = engine.known();
    if roots.is_empty() {
        let block = plan.cfg(func).loops().first().map_or(BlockId(0), |l| l.header);
        roots.push(Root { func, block });
    }
    let texts: Result<Vec<String>, Error> = roots
        .into_iter()
        .map(|root| stage(program, &plan, &profile, &speculation, root, &source, view))
        .collect();
    Ok(texts?.join("\n"))
}

/// The text of a stage of one region.
fn stage(
    program: &ir::Program,
    plan: &Plan,
    profile: &Profile,
    speculation: &Speculation,
    root: Root,
    source: &SourceText,
    view: View,
) -> Result<String, Error> {
    let refused = |why: String| Error::system(format!("there is no region: {why}"));
    let mut region =
        record::record(program, plan, profile, speculation, root).map_err(|why| refused(why.to_string()))?;
    if view == View::Trace {
        return Ok(print_region(program, &region));
    }
    opt::optimize(program, &mut region, &[], false);
    if view == View::Opt {
        return Ok(print_region(program, &region));
    }
    let want = Want { clif: view == View::Clif, asm: view == View::Asm, ..Want::default() };
    let native = codegen::compile(program, &Table::new(program), &region, 0, want).map_err(refused)?;
    let Some(asm) = native.asm else { return Ok(native.clif.unwrap_or_default()) };
    let spots = Pieces { program, source, region: &region }.spots();
    let (mut out, mut last) = (String::new(), None);
    for (spot, line) in asm.lines {
        // The source is repeated at the start of a block.
        last = if spot.is_some() { last } else { None };
        let piece = spot.and_then(&spots);
        if let Some(piece) = piece.filter(|_| last != piece) {
            out += &format!("  ; {}: {}\n", source.at(piece), source.short(piece));
        }
        last = piece.or(last);
        out += &line;
        out.push('\n');
    }
    Ok(out)
}
