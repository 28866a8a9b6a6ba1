//! Information for people who read the code: which part of the region each machine instruction comes from,
//! and how often each edge of the region is taken.
//!
//! The former is passed through Cranelift as source locations, which it ignores. To find them in the text
//! that Cranelift prints, each instruction is tagged with its location, since Cranelift prints tags. Tags are
//! allowed on calls only, but only the verifier checks that, and it runs before the tagging. The latter is
//! emitted code: each edge increments a counter of its own. It is only present if requested, and counts one
//! thread; several threads may lose each other's updates.
//!
//! Not here: emitting the counting code ([`super::instrument`]).

use crate::ir::{BlockId, Body, ExitId};
use cranelift_codegen::ir::{self as clif, Block, BlockArg, DebugTag};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A part of a region from which machine code comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spot {
    /// An instruction of a block, by its number; the terminator has the number after the last instruction.
    Inst(BlockId, u32),
    /// The code that leaves in one of [`Region::states`](crate::ir::Region::states).
    Exit(ExitId),
}

/// The machine code as text.
#[derive(Clone, Debug, Default)]
pub struct Asm {
    /// The lines, and their origins.
    pub lines: Vec<(Option<Spot>, String)>,
}

impl fmt::Display for Asm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|(_, line)| writeln!(f, "{line}"))
    }
}

/// The prefix of a tag in the text.
const TAG: &str = "  ; ^-- debug @";

impl Asm {
    /// Parses Cranelift's text of a tagged function.
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
        // Moves between registers belong to the instruction that follows.
        let mut next = None;
        for (spot, line) in lines.iter_mut().rev() {
            match spot {
                _ if !line.starts_with(' ') => next = None,
                Some(known) => next = Some(*known),
                None => *spot = next,
            }
        }
        // Instructions at the end of a block belong to the one before them.
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

/// How often each edge was taken.
#[derive(Debug)]
pub struct Counts {
    /// The counter of the entry, then those of the arms of each block.
    pub(super) words: Box<[AtomicU64]>,
    /// The index of the counter of each block's first arm.
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

/// A counted edge: the block that counts it, the index of its counter, and its target with arguments.
type CountedEdge = (Block, usize, Block, Vec<BlockArg>);

/// The state of counting while a region is lowered.
pub(super) struct Counting {
    pub counts: Counts,
    pub ways: Vec<CountedEdge>,
}

impl Counting {
    pub fn new(body: &Body) -> Counting {
        Counting { counts: Counts::new(body), ways: vec![] }
    }
}
