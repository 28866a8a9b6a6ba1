//! Value numbering: what was computed already is not computed again.
//!
//! ```text
//! v1 = load.u32 v0, 8 !e0               v1 = load.u32 v0, 8 !e0
//! v2 = add v1, 1                →       v2 = add v1, 1
//! v3 = load.u32 v0, 8 !e1               v4 = mul v1, v2 !e2
//! v4 = mul v3, v2 !e2
//! ```
//!
//! A walk over the dominator tree with a table of all that is computed above (Briggs, Cooper, Simpson, "Value numbering", 1997). Loads count
//! as computations, since input bytes never change. A checked instruction that was done above has not failed, so the
//! second one goes with its exit.
//!
//! Not done: fields of real objects are not numbered; something computed on both ways to a join is not shared after it.

use super::rewrite::{Forward, Step, dominator_walk};
use crate::ir::cfg::Cfg;
use crate::ir::host::MOST;
use crate::ir::{Body, Inst, Op, Program, Region, Type, Value};
use rustc_hash::FxHashMap as HashMap;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let mut forward = Forward::default();
    let mut table: HashMap<Key, Value> = HashMap::default();
    let mut scopes: Vec<Vec<Key>> = vec![];
    for step in dominator_walk(&cfg) {
        let Step::Enter(block) = step else {
            for key in scopes.pop().expect("a block is left after it was entered") {
                table.remove(&key);
            }
            continue;
        };
        let mut scope = vec![];
        let mut insts = std::mem::take(&mut region.body[block].insts);
        insts.retain_mut(|inst| {
            forward.args(inst);
            let Some(result) = inst.result.filter(|_| inst.op.pure()) else { return true };
            let key = key(&region.body, inst);
            match table.get(&key) {
                Some(known) => {
                    forward.set(result, *known);
                    false
                }
                None => {
                    table.insert(key, result);
                    scope.push(key);
                    true
                }
            }
        });
        region.body[block].insts = insts;
        scopes.push(scope);
    }
    forward.apply(region);
}

/// What makes two instructions the same. No pure instruction has more arguments than a function of the host may have.
type Key = (Op, [Value; MOST]);

fn key(body: &Body, inst: &Inst) -> Key {
    // No value has the number that stands where there is no argument.
    let mut args = [Value(u32::MAX); MOST];
    args[..inst.args.len()].copy_from_slice(&inst.args);
    if inst.args.len() == 2 && commutes(inst.op, body.ty(inst.args[0])) {
        args[..2].sort();
    }
    (inst.op, args)
}

/// Whether the order of the arguments does not matter. That of floats does: of two NaN, the first is the result.
fn commutes(op: Op, ty: Type) -> bool {
    matches!(op, Op::Add | Op::Mul | Op::And | Op::Or | Op::Xor) && ty != Type::F64 && ty != Type::F64X2
        || matches!(op, Op::Eq | Op::Ne)
}
