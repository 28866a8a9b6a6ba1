//! If-conversion: short arms without effects become selects. Both are computed, and one result is chosen.
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
//! A branch that the data decides costs a mispredicted jump every other time; a select costs the other arm.
//! So an arm is taken along if it has few instructions and none that could fail, touch an object or call the
//! host (which may take any time). A load is taken along if what is known above the branch proves it: mostly
//! another field of the same record.
//!
//! What it needs: arms that are single blocks entered only from the branch, or nothing, and that meet at
//! once. Not done: arms that branch again are only taken once their inner branch has become a select (they
//! are visited innermost first); any other load stays behind its branch.

use super::check_elimination::{early, never_fails};
use super::rewrite::Defs;
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Inst, Op, Program, Region, Target, Term, Value};
use rustc_hash::FxHashMap as HashMap;

/// Both arms together have at most so many instructions.
const SHORT: usize = 8;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    // Arms are copied behind what is there, so it stays true.
    let defs = Defs::new(&region.body, &cfg);
    let loads = |inst: &Inst| matches!(inst.op, Op::Load(..)) && inst.exit.is_none();
    let any = region.body.blocks.iter().flat_map(|b| &b.insts).any(loads);
    let early = if any { early(region) } else { HashMap::default() };
    for block in cfg.order().iter().rev() {
        convert(region, &cfg, &defs, &early, *block);
    }
}

/// An arm: its instructions, and what it passes to the block where both meet.
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
    let Term::Branch(condition, a, b) = body[block].term.clone() else { return None };
    let (a, b) = meet(body, cfg, a, b)?;
    let arms: Vec<BlockId> = [&a, &b].iter().filter_map(|arm| arm.block).collect();
    // What an inner branch has handed on to an arm was proven above that one only.
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
    body[block].term = Term::Jump(Target { block: a.to.block, args });
    Some(())
}

/// The two arms, if each is a block of its own or nothing, and they meet.
fn meet(body: &Body, cfg: &Cfg, a: Target, b: Target) -> Option<(Arm, Arm)> {
    let through = |target: &Target| match &body[target.block].term {
        Term::Jump(to) if cfg.predecessors(target.block).len() == 1 && target.args.is_empty() => {
            Some(Arm { block: Some(target.block), to: to.clone() })
        }
        _ => None,
    };
    let direct = |target: &Target| Arm { block: None, to: target.clone() };
    let (x, y) = match (through(&a), through(&b)) {
        (Some(x), Some(y)) if a.block != b.block && x.to.block == y.to.block => (x, y),
        (Some(x), _) if x.to.block == b.block => (x, direct(&b)),
        (_, Some(y)) if y.to.block == a.block => (direct(&a), y),
        _ if a.block == b.block => (direct(&a), direct(&b)),
        _ => return None,
    };
    // A loop's back edge stays a branch: its header is not a join of two arms.
    (!body[x.to.block].header).then_some((x, y))
}

/// Whether an instruction may be done though its arm is not taken; `early` says whether that is proven of it
/// above the branch.
fn harmless(region: &Region, defs: &Defs, inst: &Inst, early: impl Fn(Value) -> bool) -> bool {
    // What was proven not to fail may have been so by the branch.
    let certain = |a: &Value| {
        !inst.op.checked(region.body.ty(*a))
            || inst.exit.is_none() && (never_fails(region, defs, inst) || inst.result.is_some_and(&early))
    };
    inst.op.pure() && !matches!(inst.op, Op::Host(..)) && inst.args.first().is_some_and(certain)
}
