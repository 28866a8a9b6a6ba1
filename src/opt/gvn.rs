//! Global value numbering: a computation that a dominating instruction has already made is replaced by its
//! result.
//!
//! ```text
//! v1 = load.u32 v0, 8 !e0               v1 = load.u32 v0, 8 !e0
//! v2 = add v1, 1                →       v2 = add v1, 1
//! v3 = load.u32 v0, 8 !e1               v4 = mul v1, v2 !e2
//! v4 = mul v3, v2 !e2
//! ```
//!
//! It walks the dominator tree with a table of the computations above (Briggs, Cooper, Simpson, "Value
//! numbering", 1997). Loads count as computations, since input bytes never change. If a checked instruction
//! dominates an equal one, it has not failed, so the second one is removed with its exit.
//!
//! Parameters of a block that receive equal arguments on all edges are merged, too.
//!
//! Not done: fields of real objects are not numbered; a computation made on both paths to a join is not
//! shared after it.

use super::rewrite::{Forward, Step, dominator_walk};
use crate::ir::cfg::Cfg;
use crate::ir::{Args, BlockId, Body, Inst, Op, Program, Region, Type, Value};
use rustc_hash::FxHashMap as HashMap;
use std::collections::hash_map::Entry;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let mut forward = Forward::default();
    // The last computation of each kind, and its block. Once the walk has left the blocks that one dominates,
    // it is of no use: a later one replaces it.
    let insts = region.body.blocks.iter().map(|block| block.insts.len()).sum();
    let mut table: HashMap<Key, (Value, BlockId)> =
        HashMap::with_capacity_and_hasher(insts, Default::default());
    for step in dominator_walk(&cfg) {
        let Step::Enter(block) = step else { continue };
        let mut insts = std::mem::take(&mut region.body[block].insts);
        insts.retain_mut(|inst| {
            forward.args(inst);
            let Some(result) = inst.result.filter(|_| inst.op.pure()) else { return true };
            match table.entry(key(&region.body, inst)) {
                Entry::Occupied(known) if cfg.dominates(known.get().1, block) => {
                    forward.set(result, known.get().0);
                    false
                }
                known => {
                    known.insert_entry((result, block));
                    true
                }
            }
        });
        region.body[block].insts = insts;
    }
    forward.apply(region);
    same_params(region, &cfg);
}

/// Merges parameters of a block that receive equal arguments on every edge.
fn same_params(region: &mut Region, cfg: &Cfg) {
    let body = &mut region.body;
    // By block: for each parameter, the first one with equal arguments so far.
    let mut firsts: Vec<Option<Vec<usize>>> = vec![None; body.blocks.len()];
    for target in cfg.order().iter().flat_map(|b| body[*b].term.targets()).filter(|t| t.args.len() > 1) {
        let args = &target.args;
        match &mut firsts[target.block.index()] {
            None => {
                let first = |v: &Value| args.iter().position(|other| other == v).expect("it is there itself");
                firsts[target.block.index()] = Some(args.iter().map(first).collect());
            }
            Some(first) => {
                first.iter_mut().enumerate().filter(|(k, j)| args[**j] != args[*k]).for_each(|(k, j)| *j = k)
            }
        }
    }
    let twice = |first: &[usize]| first.iter().enumerate().any(|(k, j)| k != *j);
    let found: HashMap<BlockId, Vec<usize>> = (0u32..)
        .zip(firsts)
        .filter_map(|(b, first)| Some((BlockId(b), first?)))
        .filter(|(b, first)| b.0 != 0 && twice(first))
        .collect();
    if found.is_empty() {
        return;
    }
    let mut forward = Forward::default();
    for (block, first) in &found {
        let params = body[*block].params.clone();
        first
            .iter()
            .zip(&params)
            .filter(|(j, v)| params[**j] != **v)
            .for_each(|(j, v)| forward.set(*v, params[*j]));
        let mut kept = first.iter().enumerate().map(|(k, j)| k == *j);
        body[*block].params.retain(|_| kept.next().expect("one for each"));
    }
    for block in cfg.order() {
        for target in body[*block].term.targets_mut() {
            if let Some(first) = found.get(&target.block) {
                let mut kept = first.iter().enumerate().map(|(k, j)| k == *j);
                target.args.retain(|_| kept.next().expect("one for each"));
            }
        }
    }
    forward.apply(region);
}

/// The identity of a computation.
type Key = (Op, Args);

fn key(body: &Body, inst: &Inst) -> Key {
    let mut args = inst.args.clone();
    if args.len() == 2 && args[0] > args[1] && commutes(inst.op, body.ty(args[0])) {
        args.swap(0, 1);
    }
    (inst.op, args)
}

/// Whether the order of the arguments does not matter. For floats it does: the result for two NaN is the
/// first one.
fn commutes(op: Op, ty: Type) -> bool {
    matches!(op, Op::Add | Op::Mul | Op::And | Op::Or | Op::Xor) && ty != Type::F64 && ty != Type::F64X2
        || matches!(op, Op::WrapAdd | Op::WrapMul | Op::Eq | Op::Ne)
}
