//! What is made beside the code for people who look at it: which part of the region each machine instruction
//! comes from, and how often each way through the region is taken.
//!
//! The first is carried through Cranelift by source locations, which it ignores; to find them again in the
//! text that it prints, each instruction is tagged with its own, since Cranelift prints tags. It allows them
//! on calls only, but that is said by its verifier, which has looked before. The second is code: each way
//! adds one to a word of its own. It is only there if it was wanted, and counts what one thread does; several
//! may lose each other's counts.
//!
//! Not here: the code that counts ([`super::instrument`]).

use crate::ir::{BlockId, Body, ExitId};
use cranelift_codegen::ir::{self as clif, Block, BlockArg, DebugTag};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A part of a region from which machine code comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spot {
    /// An instruction of a block, by its number; what ends the block has the number behind the last.
    Inst(BlockId, u32),
    /// What leaves in one of [`Region::states`](crate::ir::Region::states).
    Exit(ExitId),
}

/// The machine code as text.
#[derive(Clone, Debug, Default)]
pub struct Asm {
    /// The lines, and where they come from.
    pub lines: Vec<(Option<Spot>, String)>,
}

impl fmt::Display for Asm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|(_, line)| writeln!(f, "{line}"))
    }
}

/// Before a tag, in the text.
const TAG: &str = "  ; ^-- debug @";

impl Asm {
    /// From Cranelift's text of a function that was tagged.
    pub(super) fn read(text: &str, spots: &[Spot]) -> Asm {
        let mut lines: Vec<(Option<Spot>, String)> = vec![];
        for line in text.lines() {
            let Some(tag) = line.strip_prefix(TAG) else {
                lines.push((None, line.to_string()));
                continue;
            };
            let number =
                tag.split_once("User(").and_then(|(_, n)| n.split_once(')')?.0.parse::<usize>().ok());
            if let (Some((spot, _)), Some(number)) = (lines.last_mut(), number) {
                *spot = spots.get(number).copied();
            }
        }
        // What moves values about does so for what comes next.
        let mut next = None;
        for (spot, line) in lines.iter_mut().rev() {
            match spot {
                _ if !line.starts_with(' ') => next = None,
                Some(known) => next = Some(*known),
                None => *spot = next,
            }
        }
        // And what ends a block belongs to what stands before it.
        let mut last = None;
        for (spot, line) in &mut lines {
            last = if line.starts_with(' ') { spot.or(last) } else { None };
            *spot = last;
        }
        Asm { lines }
    }
}

/// Tags each instruction with its source location.
pub(super) fn tag(func: &mut clif::Function) {
    let blocks = func.layout.blocks();
    let insts: Vec<clif::Inst> = blocks.flat_map(|block| func.layout.block_insts(block)).collect();
    for inst in insts {
        let at = func.srcloc(inst);
        if !at.is_default() {
            func.debug_tags.set(inst, [DebugTag::User(at.bits())]);
        }
    }
}

/// How often each way was taken.
#[derive(Debug)]
pub struct Counts {
    /// The entry, then the arms of each block.
    pub(super) words: Box<[AtomicU64]>,
    /// The word of each block's first arm.
    pub(super) first: Vec<usize>,
}

impl Counts {
    fn new(body: &Body) -> Counts {
        let mut first = vec![1];
        first.extend(body.blocks.iter().map(|block| block.term.targets().len()));
        for block in 1..first.len() {
            first[block] += first[block - 1];
        }
        let words = (0..first[first.len() - 1]).map(|_| AtomicU64::new(0)).collect();
        Counts { words, first }
    }

    /// How often the code was entered.
    pub fn entered(&self) -> u64 {
        self.words[0].load(Ordering::Relaxed)
    }

    /// How often an arm of a block was taken.
    pub fn taken(&self, block: BlockId, arm: usize) -> u64 {
        self.words[self.first[block.index()] + arm].load(Ordering::Relaxed)
    }
}

/// A way that is to be counted: the block that does so, which word, and where it leads.
type Way = (Block, usize, Block, Vec<BlockArg>);

/// The state of counting while a region is lowered.
pub(super) struct Counting {
    pub counts: Counts,
    pub ways: Vec<Way>,
}

impl Counting {
    pub fn new(body: &Body) -> Counting {
        Counting { counts: Counts::new(body), ways: vec![] }
    }
}
