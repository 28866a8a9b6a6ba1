//! Scheduling for short live ranges: an instruction with a single use moves to just before that use.
//!
//! ```text
//! v2 = load.f64 v0, v1                  v3 = load.f64 v0, v4
//! v3 = load.f64 v0, v4            →     v5 = mul v3, v3
//! v5 = mul v3, v3                       v2 = load.f64 v0, v1
//! v6 = add v5, v2                       v6 = add v5, v2
//! ```
//!
//! A function of many parameters loads all of them before the first use: as many values as it has parameters
//! would be live at once, and most of them would be spilled and reloaded. A pure instruction without an exit,
//! whose result has a single use (counting other blocks and exits), moves down to it, together with the
//! instructions that only it uses. Loads may move too, since input does not change; each is still executed
//! once, below the check that proves it.
//!
//! Precondition: dead code is gone, since its uses count. Not done: moving into another block, and values
//! with two uses; if the registers suffice, the order does not matter.

use crate::ir::{Inst, Op, Program, Region, Value};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// A shorter block needs no more registers than there are.
const LONG: usize = 48;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let long = |insts: &[Inst]| insts.len() >= LONG;
    if !region.body.blocks.iter().any(|block| long(&block.insts)) {
        return;
    }
    let mut uses = vec![0u32; region.body.values.len()];
    for block in &region.body.blocks {
        block.insts.iter().flat_map(|i| &i.args).for_each(|v| uses[v.index()] += 1);
        block.term.each_use(|v| uses[v.index()] += 1);
    }
    region.exits.iter().for_each(|exit| exit.each_use(|v| uses[v.index()] += 1));
    for block in region.body.blocks.iter_mut().filter(|block| long(&block.insts)) {
        block.insts = ordered(std::mem::take(&mut block.insts), &uses);
    }
}

/// The instructions of a block, with each delayed instruction just before its use.
fn ordered(insts: Vec<Inst>, uses: &[u32]) -> Vec<Inst> {
    let used_here: HashSet<Value> = insts.iter().flat_map(|i| &i.args).copied().collect();
    let waits = |inst: &Inst| {
        let once = inst.result.is_some_and(|v| uses[v.index()] == 1 && used_here.contains(&v));
        once && inst.exit.is_none() && inst.op.pure() && !matches!(inst.op, Op::Host(..))
    };
    // Delayed instructions, by their results.
    let mut waiting: HashMap<Value, Inst> = HashMap::default();
    let mut ordered = Vec::with_capacity(insts.len());
    for inst in insts {
        match inst.result.filter(|_| waits(&inst)) {
            Some(result) => {
                waiting.insert(result, inst);
            }
            None => {
                place(&inst, &mut waiting, &mut ordered);
                ordered.push(inst);
            }
        }
    }
    assert!(waiting.is_empty(), "a user stands behind what it uses");
    ordered
}

/// Emits the delayed instructions that an instruction uses, directly or through others, before it.
fn place(inst: &Inst, waiting: &mut HashMap<Value, Inst>, ordered: &mut Vec<Inst>) {
    // Without recursion: a sum may have a hundred thousand terms. The list is built backwards.
    let first = ordered.len();
    let mut todo: Vec<Value> = inst.args.to_vec();
    while let Some(v) = todo.pop() {
        if let Some(made) = waiting.remove(&v) {
            todo.extend(&made.args);
            ordered.push(made);
        }
    }
    ordered[first..].reverse();
}
