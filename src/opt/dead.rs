//! Dead code elimination: an instruction without uses is removed; one that only exits use is sunk into them.
//!
//! ```text
//! v2 = add v0, 48                       exit e0
//! v3 = mul v0, v0               →       e0: … v1=v4 | v4 = add v0, 48
//! exit e0 (v1 = v2)
//! ```
//!
//! It marks backwards from the roots: branches, exits, checks, writes to objects, and host calls that write.
//! A pure instruction that only exits use moves into each of them. A block parameter that only its own loop
//! uses is removed as well.
//!
//! Not done: a check stays even if its result is unused, since its error must be reported; a load is never
//! sunk (it is executed once, where its check is).

use super::rewrite::ValueSet;
use crate::ir::cfg::Cfg;
use crate::ir::{Def, Effects, Inst, Op, Program, Region, Slot, Term, Value};
use rustc_hash::FxHashMap as HashMap;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    drop_unused_exits(region, &cfg);
    let needed = mark(region, &cfg);
    sink(region, &cfg, &needed);
    let needed = close(region, &cfg, with_exits(region, &needed));
    let params: Vec<Vec<Value>> = region.body.blocks.iter().map(|b| b.params.clone()).collect();
    // An unreachable block may pass arguments for removed parameters; it is not updated.
    for block in cfg.order().iter().copied() {
        let code = &mut region.body[block];
        if block.0 != 0 {
            code.params.retain(|param| needed.contains(*param));
        }
        for target in code.term.targets_mut() {
            let mut params = params[target.block.index()].iter();
            target.args.retain(|_| needed.contains(*params.next().expect("one for each")));
        }
        code.insts.retain(|i| has_effect(i) || i.result.is_some_and(|v| needed.contains(v)));
    }
}

/// Empties exits that nothing refers to (their checks were removed), so that they keep no values alive.
fn drop_unused_exits(region: &mut Region, cfg: &Cfg) {
    let mut used = vec![false; region.exits.len()];
    for block in cfg.order() {
        let code = &region.body[*block];
        let end = if let Term::Exit(exit) = code.term { Some(exit) } else { None };
        code.insts.iter().filter_map(|i| i.exit).chain(end).for_each(|exit| used[exit.index()] = true);
    }
    for (exit, used) in region.exits.iter_mut().zip(used) {
        if !used {
            *exit = Default::default();
        }
    }
}

fn has_effect(inst: &Inst) -> bool {
    inst.exit.is_some()
        || matches!(inst.op, Op::Set(..) | Op::Write(_) | Op::Host(_, Effects::Writes) | Op::Guard)
}

/// The values with uses outside of exits.
fn mark(region: &Region, cfg: &Cfg) -> ValueSet {
    let mut needed = ValueSet::new(&region.body);
    for block in cfg.order() {
        for inst in region.body[*block].insts.iter().filter(|i| has_effect(i)) {
            for v in inst.args.iter().copied().chain(inst.result) {
                needed.insert(v);
            }
        }
        if let Term::Branch(v, ..) | Term::Switch(v, ..) = region.body[*block].term {
            needed.insert(v);
        }
    }
    close(region, cfg, needed)
}

/// `needed`, plus the values that exits use.
fn with_exits(region: &Region, needed: &ValueSet) -> ValueSet {
    let mut needed = needed.clone();
    for exit in &region.exits {
        exit.each_use(|v| {
            needed.insert(v);
        });
    }
    needed
}

/// `needed`, plus all values that it depends on.
fn close(region: &Region, cfg: &Cfg, mut needed: ValueSet) -> ValueSet {
    // Blocks from the last to the first: most definitions precede their uses. Loops need another iteration.
    let mut changed = true;
    while changed {
        changed = false;
        for block in cfg.order().iter().rev() {
            for target in region.body[*block].term.targets() {
                for (param, arg) in region.body[target.block].params.iter().zip(&target.args) {
                    if needed.contains(*param) {
                        changed |= needed.insert(*arg);
                    }
                }
            }
            for inst in region.body[*block].insts.iter().rev() {
                if inst.result.is_some_and(|v| needed.contains(v)) {
                    for arg in &inst.args {
                        changed |= needed.insert(*arg);
                    }
                }
            }
        }
    }
    needed
}

/// Moves instructions that only exits need into these exits.
fn sink(region: &mut Region, cfg: &Cfg, needed: &ValueSet) {
    let mut makers: HashMap<Value, Inst> = HashMap::default();
    // Arguments of live parameters must stay where they are.
    let alive = close(region, cfg, with_exits(region, needed));
    let mut passed = ValueSet::new(&region.body);
    for block in cfg.order() {
        for target in region.body[*block].term.targets() {
            let params = &region.body[target.block].params;
            for (arg, _) in target.args.iter().zip(params).filter(|(_, param)| alive.contains(**param)) {
                passed.insert(*arg);
            }
        }
    }
    let held = close(region, cfg, passed);
    for block in cfg.order() {
        for inst in &region.body[*block].insts {
            let sinks =
                inst.op.pure() && !has_effect(inst) && !matches!(inst.op, Op::Load(..) | Op::LoadPair);
            if let Some(v) = inst.result.filter(|v| sinks && !needed.contains(*v) && !held.contains(*v)) {
                makers.insert(v, inst.clone());
            }
        }
    }
    if makers.is_empty() {
        return;
    }
    for i in 0..region.exits.len() {
        let mut copies = HashMap::default();
        let mut exit = std::mem::take(&mut region.exits[i]);
        let mut insts = vec![];
        exit.each_slot_mut(|slot| {
            if let Slot::Value(v) = slot {
                *v = copy(region, *v, &makers, &mut copies, &mut insts);
            }
        });
        for inst in &mut exit.insts {
            for v in &mut inst.args {
                *v = copy(region, *v, &makers, &mut copies, &mut insts);
            }
        }
        insts.append(&mut exit.insts);
        exit.insts = insts;
        region.exits[i] = exit;
    }
}

/// A copy of `v` and of all that it depends on among `makers`, in an exit.
fn copy(
    region: &mut Region,
    v: Value,
    makers: &HashMap<Value, Inst>,
    copies: &mut HashMap<Value, Value>,
    insts: &mut Vec<Inst>,
) -> Value {
    if let Some(known) = copies.get(&v) {
        return *known;
    }
    let Some(inst) = makers.get(&v) else { return v };
    let args = inst.args.iter().map(|a| copy(region, *a, makers, copies, insts)).collect();
    let result = region.body.value(region.body.ty(v), Def::Inst);
    insts.push(Inst { args, result: Some(result), ..inst.clone() });
    copies.insert(v, result);
    result
}
