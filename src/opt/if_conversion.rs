//! If-conversion: short arms without side effects become selects. Both are computed, and one result is
//! selected.
//!
//! ```text
//!   branch v1, b1, b2                     v3 = add v2, 1.0
//! b1:                                     v5 = select v1, v3, v2
//!   v3 = add v2, 1.0              →       …
//!   jump b3(v3)
//! b2:
//!   jump b3(v2)
//! b3(v4: f64): …
//! ```
//!
//! A branch on unpredictable data costs a misprediction every other time; a select costs the other arm. So an
//! arm is converted if it has few instructions and none that can fail, access an object or call the host
//! (which may take any time). A load is allowed if the facts above the branch prove it: mostly it reads
//! another field of the same record.
//!
//! Preconditions: each arm is empty or a single block whose only predecessor is the branch, and both arms
//! jump to the same block. Not done: arms that branch are converted only after their inner branch has become
//! a select (branches are visited innermost first); other loads stay behind their branch.

use super::check_elimination::{early, never_fails};
use super::rewrite::Defs;
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Inst, Op, Program, Region, Target, Term, Value};
use rustc_hash::FxHashMap as HashMap;

/// The maximum number of instructions of both arms together.
const SHORT: usize = 8;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let branches = |block: &BlockId| match &region.body[*block].term {
        Term::Branch(_, a, b) => meet(&region.body, &cfg, a, b).is_some(),
        _ => false,
    };
    // A conversion may let the arms of an outer branch meet, but there has to be a first one.
    if !cfg.order().iter().any(branches) {
        return;
    }
    // Arms are appended to existing code, so the definitions found here stay valid.
    let defs = Defs::new(&region.body, &cfg);
    let loads = |inst: &Inst| matches!(inst.op, Op::Load(..)) && inst.exit.is_none();
    let any = region.body.blocks.iter().flat_map(|b| &b.insts).any(loads);
    let early = if any { early(region) } else { HashMap::default() };
    for block in cfg.order().iter().rev() {
        convert(region, &cfg, &defs, &early, *block);
    }
}

/// An arm: its block, if it has one, and the arguments it passes to the join.
struct Arm {
    block: Option<BlockId>,
    to: Target,
}

fn convert(
    region: &mut Region,
    cfg: &Cfg,
    defs: &Defs,
    early: &HashMap<Value, BlockId>,
    block: BlockId,
) -> Option<()> {
    let body = &region.body;
    let Term::Branch(condition, a, b) = &body[block].term else { return None };
    let (condition, (a, b)) = (*condition, meet(body, cfg, a, b)?);
    let arms: Vec<BlockId> = [&a, &b].iter().filter_map(|arm| arm.block).collect();
    // Loads that an inner branch has moved into an arm are proven above the inner branch only, not above this
    // one.
    let harmless = |arm: BlockId, i: &Inst| harmless(region, defs, i, |v| early.get(&v) == Some(&arm));
    let all = arms.iter().flat_map(|arm| body[*arm].insts.iter().map(|i| (*arm, i)));
    if all.clone().count() > SHORT || !all.clone().all(|(arm, i)| harmless(arm, i)) {
        return None;
    }
    let insts: Vec<Inst> = all.map(|(_, i)| i.clone()).collect();
    let body = &mut region.body;
    body[block].insts.extend(insts);
    let mut args: Vec<Value> = vec![];
    for (x, y) in a.to.args.iter().zip(&b.to.args) {
        args.push(if x == y {
            *x
        } else {
            let ty = body.ty(*x);
            body.push(block, Op::Select, &[condition, *x, *y], Some(ty)).expect("typed")
        });
    }
    body[block].term = Term::Jump(Target { block: a.to.block, args: args.into() });
    Some(())
}

/// The two arms, if each is empty or a block of its own, and both lead to the same block.
fn meet(body: &Body, cfg: &Cfg, a: &Target, b: &Target) -> Option<(Arm, Arm)> {
    let through = |target: &Target| match &body[target.block].term {
        Term::Jump(to) if cfg.predecessors(target.block).len() == 1 && target.args.is_empty() => {
            Some(Arm { block: Some(target.block), to: to.clone() })
        }
        _ => None,
    };
    let direct = |target: &Target| Arm { block: None, to: target.clone() };
    let (x, y) = match (through(a), through(b)) {
        (Some(x), Some(y)) if a.block != b.block && x.to.block == y.to.block => (x, y),
        (Some(x), _) if x.to.block == b.block => (x, direct(b)),
        (_, Some(y)) if y.to.block == a.block => (direct(a), y),
        _ if a.block == b.block => (direct(a), direct(b)),
        _ => return None,
    };
    // Back edges stay branches: a loop header is not a join of two arms.
    (!body[x.to.block].header).then_some((x, y))
}

/// Whether an instruction may be executed although its arm is not taken; `early` tells whether it is proven
/// above the branch.
fn harmless(region: &Region, defs: &Defs, inst: &Inst, early: impl Fn(Value) -> bool) -> bool {
    // The proof that it cannot fail may depend on the branch.
    let certain = |a: &Value| {
        !inst.op.checked(region.body.ty(*a))
            || inst.exit.is_none() && (never_fails(region, defs, inst) || inst.result.is_some_and(&early))
    };
    inst.op.pure() && !matches!(inst.op, Op::Host(..)) && inst.args.first().is_some_and(certain)
}
