//! Globals in registers: between entry and exit, cells are SSA values, without reads and writes of memory.
//!
//! ```text
//! b1:                                   b0:
//!   v1 = read left                        v0 = read left
//!   v2 = sub v1, 3 !e0            →       …
//!   write left v2                      b1:
//!   v3 = load.i64 v9, 0 !e1               v2 = sub v0, 3 !e0
//!                                         v3 = load.i64 v9, 0 !e1
//! exits:  e1: main b1:3 …                 e1: main b1:3 … | left = v2
//! ```
//!
//! A cell is read once, where the region begins. From there on its value is known on each path (SSA
//! construction with a parameter at every join; `simplify_cfg` removes redundant ones), and each exit's
//! snapshot has the value of the cell. For a cell that the region only reads, neither is needed. The cell is
//! written before each native call and read again after it, since the callee accesses cells too.
//!
//! Preconditions: none; it runs first, so that all other passes see the values of cells. Not done: a cell
//! whose value returns to the original one is still written; in a region with native calls, a cell that is
//! only read stays in memory.

use super::rewrite::copy_exit;
use crate::ir::cfg::Cfg;
use crate::ir::{CellId, Def, ExitId, Inst, Op, Program, Region, Slot, Term, Type, Value};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use smallvec::smallvec;

/// See the module.
pub fn run(program: &Program, region: &mut Region) {
    for cell in (0..program.cells.len() as u32).map(CellId) {
        let ops: Vec<Op> = region.body.blocks.iter().flat_map(|b| &b.insts).map(|i| i.op).collect();
        let written = ops.contains(&Op::Write(cell));
        let calls = ops.iter().any(|op| matches!(op, Op::Native(_)));
        if written || !calls && ops.contains(&Op::Read(cell)) {
            promote(region, cell, written);
        }
    }
}

fn promote(region: &mut Region, cell: CellId, written: bool) {
    let cfg = Cfg::new(&region.body);
    let first = region.body.value(Type::I64, Def::Inst);
    // The value of the cell at the end of each block.
    let mut ends: Vec<Option<Value>> = vec![None; region.body.blocks.len()];
    let mut exits = Exits { cell, recorded: HashSet::default() };
    let mut replaced = super::rewrite::Forward::default();
    for block in cfg.order() {
        let mut held = match cfg.predecessors(*block) {
            _ if block.0 == 0 || !written => first,
            [from] => ends[from.index()].expect("a block's only predecessor comes before it"),
            _ => region.body.param(*block, Type::I64),
        };
        let mut insts = vec![];
        for mut inst in std::mem::take(&mut region.body[*block].insts) {
            match inst.op {
                Op::Read(c) if c == cell => {
                    replaced.set(inst.result.expect("a read has a result"), held);
                    continue;
                }
                Op::Write(c) if c == cell => {
                    held = replaced.get(inst.args[0]);
                    continue;
                }
                Op::Native(_) => {
                    // The exit of a native call does not record the cell.
                    insts.push(Inst { op: Op::Write(cell), args: smallvec![held], result: None, exit: None });
                    held = region.body.value(Type::I64, Def::Inst);
                    insts.push(inst);
                    insts.push(Inst {
                        op: Op::Read(cell),
                        args: smallvec![],
                        result: Some(held),
                        exit: None,
                    });
                    continue;
                }
                _ => {}
            }
            if let Some(exit) = &mut inst.exit
                && written
            {
                exits.record_global(region, exit, held);
            }
            insts.push(inst);
        }
        region.body[*block].insts = insts;
        ends[block.index()] = Some(held);
        if let Term::Exit(mut exit) = region.body[*block].term
            && written
        {
            exits.record_global(region, &mut exit, held);
            region.body[*block].term = Term::Exit(exit);
        }
    }
    pass(region, &cfg, &ends, written);
    region.body.blocks[0]
        .insts
        .insert(0, Inst { op: Op::Read(cell), args: smallvec![], result: Some(first), exit: None });
    replaced.apply(region);
}

/// Passes the value of the cell to the parameters at joins.
fn pass(region: &mut Region, cfg: &Cfg, ends: &[Option<Value>], written: bool) {
    let joins: Vec<bool> =
        region.body.ids().map(|b| written && b.0 != 0 && cfg.predecessors(b).len() != 1).collect();
    for block in cfg.order() {
        let held = ends[block.index()].expect("each reachable block has been looked at");
        for target in region.body[*block].term.targets_mut() {
            if joins[target.block.index()] {
                target.args.push(held);
            }
        }
    }
}

/// The exits that record the value of the cell.
struct Exits {
    cell: CellId,
    recorded: HashSet<ExitId>,
}

impl Exits {
    /// Records the value in an exit. An exit that is taken from several places is copied for each.
    fn record_global(&mut self, region: &mut Region, exit: &mut ExitId, held: Value) {
        if !self.recorded.insert(*exit) {
            *exit = copy_exit(region, *exit, &HashMap::default());
            region.exits[exit.index()].cells.retain(|(cell, _)| *cell != self.cell);
            self.recorded.insert(*exit);
        }
        region.exits[exit.index()].cells.push((self.cell, Slot::Value(held)));
    }
}
