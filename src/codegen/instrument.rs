//! What is written into the code of a region besides what the region says, if it is wanted: where an
//! instruction comes from, that a way is counted ([`super::watch`] for both), and that a check leaves in its
//! turn ([`super::deopt_stress`]).
//!
//! Not here: the words that such code counts in, and reading them.

use super::lower::Lower;
use super::watch::Spot;
use super::words::OWN;
use crate::ir::{BlockId, ExitId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, SourceLoc, types};

impl Lower<'_, '_> {
    /// In front of an instruction with an exit: takes the exit if it is its turn.
    pub fn turn(&mut self, exit: ExitId) {
        let Some(stress) = &self.stress else { return };
        let check = self.stress_written;
        // The words live as long as the code. Threads may lose each other's counts.
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

    /// What is written from now on comes from there.
    pub fn spot(&mut self, spot: Spot) {
        if let Some(spots) = &mut self.spots {
            self.b.set_srcloc(SourceLoc::new(spots.len() as u32));
            spots.push(spot);
        }
    }

    /// Counts that the code is entered.
    pub fn count_entry(&mut self) {
        if self.counting.is_some() {
            self.count(0);
        }
    }

    /// Where an arm of a block leads to, by way of a block that counts it, if that is wanted.
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

    /// Writes the blocks that count the arms of the block that has just been ended.
    pub fn count_ways(&mut self) {
        let Some(counting) = &mut self.counting else { return };
        for (block, word, to, args) in std::mem::take(&mut counting.ways) {
            self.b.switch_to_block(block);
            self.count(word);
            self.b.ins().jump(to, &args);
        }
    }

    /// Adds one to a word. The words live as long as the code, in its [`Native`](super::native::Native).
    fn count(&mut self, word: usize) {
        let counting = self.counting.as_ref().expect("it is wanted");
        let address = counting.counts.words[word].as_ptr() as i64;
        let address = self.b.ins().iconst(types::I64, address);
        let count = self.b.ins().load(types::I64, OWN, address, 0);
        let count = self.b.ins().iadd_imm_s(count, 1);
        self.b.ins().store(OWN, count, address, 0);
    }
}
