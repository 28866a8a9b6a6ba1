//! Optional instrumentation of a region's code: source locations and edge counters ([`super::watch`] for
//! both), and checks that leave in turn ([`super::deopt_stress`]).
//!
//! Not here: the counters themselves, and reading them.

use super::lower::Lower;
use super::watch::Spot;
use super::words::OWN;
use crate::ir::{BlockId, ExitId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, SourceLoc, types};

impl Lower<'_, '_> {
    /// Before an instruction with an exit: takes the exit if the check's counter has reached zero.
    pub fn turn(&mut self, exit: ExitId) {
        let Some(stress) = &self.stress else { return };
        let check = self.stress_written;
        // The counters live as long as the code. Concurrent threads may lose each other's updates.
        let address = stress.words[check].as_ptr() as i64;
        self.stress_written += 1;
        let words = self.b.ins().iconst(types::I64, address);
        let left = self.b.ins().load(types::I64, OWN, words, 0);
        let left = self.b.ins().iadd_imm_s(left, -1);
        self.b.ins().store(OWN, left, words, 0);
        let due = self.b.ins().icmp_imm_s(IntCC::Equal, left, 0);
        let (leave, next) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(leave);
        self.b.ins().brif(due, leave, &[], next, &[]);
        self.b.switch_to_block(leave);
        let later = self.b.ins().load(types::I64, OWN, words, 8);
        self.b.ins().store(OWN, later, words, 0);
        let twice = self.b.ins().iadd(later, later);
        self.b.ins().store(OWN, twice, words, 8);
        let out = self.exit_block(exit);
        self.b.ins().jump(out, &[]);
        self.b.switch_to_block(next);
    }

    /// Sets the source location of the code that follows.
    pub fn spot(&mut self, spot: Spot) {
        if let Some(spots) = &mut self.spots {
            self.b.set_srcloc(SourceLoc::new(spots.len() as u32));
            spots.push(spot);
        }
    }

    /// Counts an entry of the code.
    pub fn count_entry(&mut self) {
        if self.counting.is_some() {
            self.count(0);
        }
    }

    /// The target of an edge: a block that counts the edge and then jumps to `to`, if edges are counted.
    pub fn way(
        &mut self,
        from: BlockId,
        arm: usize,
        to: Block,
        args: Vec<BlockArg>,
    ) -> (Block, Vec<BlockArg>) {
        let Some(counting) = &mut self.counting else { return (to, args) };
        let block = self.b.create_block();
        counting.ways.push((block, counting.counts.first[from.index()] + arm, to, args));
        (block, vec![])
    }

    /// Emits the blocks that count the edges of the block that has just been ended.
    pub fn emit_edge_counters(&mut self) {
        let Some(counting) = &mut self.counting else { return };
        for (block, word, to, args) in std::mem::take(&mut counting.ways) {
            self.b.switch_to_block(block);
            self.count(word);
            self.b.ins().jump(to, &args);
        }
    }

    /// Increments a counter. It lives as long as the code, in its [`Native`](super::native::Native).
    fn count(&mut self, word: usize) {
        let counting = self.counting.as_ref().expect("it is wanted");
        let address = counting.counts.words[word].as_ptr() as i64;
        let address = self.b.ins().iconst(types::I64, address);
        let count = self.b.ins().load(types::I64, OWN, address, 0);
        let count = self.b.ins().iadd_imm_s(count, 1);
        self.b.ins().store(OWN, count, address, 0);
    }
}
