//! Compiling with Cranelift, into memory that is freed with the code.
//!
//! Each region has a module of its own, because a module can only free all its memory. Memory is writable or
//! executable, never both: `finalize_definitions` switches it. What depends only on the machine is created
//! once.

use super::context::{Entry, views};
use super::lower::signature;
use super::native::{Code, Native, Want};
use super::region::{self, Lowered};
use super::table::Table;
use super::watch::{Asm, tag};
use crate::ir::{Program, Region};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{CodegenError, Context, verify_function};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, ModuleError, default_libcall_names};
use std::cell::RefCell;
use std::sync::OnceLock;

/// Buffers that Cranelift reuses between compilations.
struct Scratch {
    context: Context,
    builder: FunctionBuilderContext,
}

thread_local! {
    // In a box: each thread has a copy of what is here, used or not.
    static SCRATCH: RefCell<Option<Box<Scratch>>> = const { RefCell::new(None) };
}

/// The target machine and the compiler settings.
///
/// `tagged` code is verified before it is tagged.
fn isa(tagged: bool) -> Result<OwnedTargetIsa, String> {
    static ISA: [OnceLock<Result<OwnedTargetIsa, String>>; 2] = [OnceLock::new(), OnceLock::new()];
    ISA[usize::from(tagged)]
        .get_or_init(|| {
            let mut flags = settings::builder();
            let verify = if cfg!(debug_assertions) && !tagged { "true" } else { "false" };
            let chosen = [
                // Our own passes optimize; Cranelift's would copy values into every exit.
                ("opt_level", "none"),
                ("regalloc_algorithm", "backtracking"),
                ("enable_verifier", verify),
                // Free for a frame of less than a page; a larger one must not skip the guard page of the
                // stack.
                ("enable_probestack", "true"),
                ("probestack_strategy", "inline"),
                ("is_pic", "false"),
                ("use_colocated_libcalls", "false"),
                ("unwind_info", "false"),
            ];
            for (name, value) in chosen {
                flags.set(name, value).map_err(|e| format!("{name}: {e}"))?;
            }
            cranelift_native::builder()?.finish(settings::Flags::new(flags)).map_err(|e| e.to_string())
        })
        .clone()
}

// Functions that processors without SSE 4.1 need in place of one instruction.
extern "C" fn floor(x: f64) -> f64 {
    x.floor()
}
extern "C" fn ceil(x: f64) -> f64 {
    x.ceil()
}

/// Compiles a region of the program, for `table`. `number` identifies it among the regions that are called
/// through the table.
pub fn compile(
    program: &Program,
    table: &Table,
    region: &Region,
    number: u32,
    want: Want,
) -> Result<Native, String> {
    let isa = isa(want.asm)?;
    let mut builder = JITBuilder::with_isa(isa, default_libcall_names());
    builder.symbol("floor", floor as *const u8).symbol("ceil", ceil as *const u8);
    let mut module = JITModule::new(builder);
    let mut scratch = SCRATCH.take().unwrap_or_else(|| {
        Scratch { context: Context::new(), builder: FunctionBuilderContext::new() }.into()
    });
    let result = compile_with(&mut scratch, &mut module, (program, table, region, number), want);
    if result.is_ok() {
        scratch.context.clear();
        SCRATCH.set(Some(scratch));
    }
    let (lowered, id, Size { code: code_bytes, frame }, clif, asm) = match result {
        Ok(done) => done,
        Err(error) => {
            // SAFETY: no pointer was taken from the module.
            unsafe { module.free_memory() };
            return Err(error);
        }
    };
    let pointer = module.get_finalized_function(id);
    // SAFETY: the function was defined with the signature that `signature` makes, which is that of `Entry`,
    // and its code is final. The pointer is valid until the module's memory is freed, which `Code` does on
    // drop.
    let entry = unsafe { std::mem::transmute::<*const u8, Entry>(pointer) };
    Ok(Native {
        exits: lowered.exits,
        words_needed: lowered.words_needed,
        code_bytes,
        guards: lowered.guards,
        clif,
        asm,
        counts: lowered.counts,
        views: views(lowered.takes.iter().copied()),
        cells: program.cells.len(),
        calls: lowered.calls,
        stress: lowered.stress,
        table: table.number,
        root: region.root,
        takes: lowered.takes,
        frame,
        code: Code::new(entry, module),
    })
}

/// Bytes of code, and bytes of stack per call.
struct Size {
    code: usize,
    frame: usize,
}

type Done = (Lowered, cranelift_module::FuncId, Size, Option<String>, Option<Asm>);

fn compile_with(
    scratch: &mut Scratch,
    module: &mut JITModule,
    what: (&Program, &Table, &Region, u32),
    want: Want,
) -> Result<Done, String> {
    let Scratch { context, builder } = scratch;
    context.func.signature = signature(module.isa());
    let lowered = region::lower(what, want, module.isa(), &mut context.func, builder)?;
    let clif = want.clif.then(|| context.func.display().to_string());
    context.set_disasm(want.asm);
    if want.asm {
        verify_function(&context.func, module.isa()).map_err(|errors| errors.to_string())?;
        tag(&mut context.func);
    }
    let id = module.declare_anonymous_function(&context.func.signature).map_err(|e| e.to_string())?;
    module.define_function(id, context).map_err(describe)?;
    let code = context.compiled_code().expect("it has just been compiled");
    // Plus the return address and the caller's frame pointer.
    let frame = code.buffer.frame_layout().map_or(usize::MAX, |f| f.frame_to_fp_offset as usize + 16);
    let asm = code.vcode.as_ref().map(|text| Asm::read(text, &lowered.spots));
    let size = Size { code: code.code_buffer().len(), frame };
    module.finalize_definitions().map_err(describe)?;
    Ok((lowered, id, size, clif, asm))
}

/// The verifier's findings are only in the debug form.
fn describe(error: ModuleError) -> String {
    match error {
        ModuleError::Compilation(CodegenError::Verifier(errors)) => errors.to_string(),
        other => other.to_string(),
    }
}
