//! Native code that calls native code.
//!
//! The callee's entry is read from the [`Table`](super::table::Table); if there is none, or too many frames
//! would nest, the caller leaves to the callee's entry, and the interpreter executes the call. Otherwise the
//! arguments are written to the callee's words, which follow the region's own, and the return value is read
//! from there. If the callee has left in its middle, its words hold its state: then the caller leaves too,
//! with its own state in its own words, and so on outwards.

use super::left::RETURNED;
use super::lower::{Lower, signature};
use super::words::{OWN, Parts};
use crate::ir::{FuncId, Inst, REGION_FRAMES, Type};
use crate::runtime::width;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, types};

impl Lower<'_, '_> {
    /// Calls a function's native code; returns its return value.
    pub fn native_call(&mut self, inst: &Inst, callee: FuncId) -> Result<Parts, String> {
        let (Some(exit), Some(result)) = (inst.exit, inst.result) else {
            return Err("a native call has an exit and a result".into());
        };
        let args: Vec<Type> = inst.args.iter().map(|v| self.body.ty(*v)).collect();
        if args != self.table.params(callee) {
            return Err("a native call takes the parts of the parameters".into());
        }
        // All frames except the callee's belong to this region; the callee may inline calls of its own.
        let frames = self.region.exits[exit.index()].frames.len() as i64 - 1;
        let room = self.b.ins().iadd_imm_s(self.room, -frames);
        let full = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, room, REGION_FRAMES as i64);
        self.exit_if(full, exit);
        // The first field of the context is the table's entries.
        let entries = self.b.ins().load(types::I64, OWN, self.ctx, 0);
        let entry = self.b.ins().load(types::I64, OWN, entries, callee.0 as i32 * 8);
        self.exit_unless(entry, exit);
        let mut at = self.words_needed;
        for (&arg, ty) in inst.args.iter().zip(args) {
            let parts = self.parts(arg);
            self.write(ty, parts, self.words, at);
            at += width(ty);
        }
        let words = self.b.ins().iadd_imm_s(self.words, self.words_needed as i64 * 8);
        let signature = self.b.import_signature(signature(self.isa));
        let call = self.b.ins().call_indirect(signature, entry, &[self.base, words, self.ctx, room]);
        let code = self.b.inst_results(call)[0];
        // The flag is the sign bit.
        const { assert!(RETURNED == 1 << 63) };
        let returned = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, code, 0);
        let (next, inside) = (self.b.create_block(), self.inside_block(exit));
        self.b.ins().brif(returned, next, &[], inside, &[BlockArg::Value(code)]);
        self.b.switch_to_block(next);
        self.guards += 1;
        let at = self.words_needed;
        Ok(self.read(self.body.ty(result), self.words, at))
    }
}
