//! Jump threading: a branch whose outcome is known on an incoming edge is bypassed.
//!
//! ```text
//! b1:                                   b1:
//!   jump b3(0)                            jump b5
//! b2:                                   b2:
//!   jump b3(v7)                   →       jump b3(v7)
//! b3(v1: i64):                          b3(v1: i64):
//!   v2 = lt 0, v1                         v2 = lt 0, v1
//!   branch v2, b4, b5                     branch v2, b4, b5
//! ```
//!
//! A function that gives "nothing" by a special value, and its caller that asks for it, would meet in one
//! block otherwise, and all that is known of the other value would be lost there. (Mueller, Whalley,
//! "Avoiding conditional branches by code replication", 1995; here nothing is replicated.)
//!
//! What it needs: a block that does nothing but compute its condition, without a check; what it defines is
//! used in it alone, and in blocks that are only reached through its other arm. If all ways to it are known,
//! what it takes may be used in both arms: it becomes parameters of theirs, and the block is reached no more.
//!
//! ```text
//! b1:                                   b1:
//!   jump b3(true, v7)                     jump b4(v7)
//! b2:                                   b2:
//!   jump b3(false, v8)            →       jump b5(v8)
//! b3(v1: bool, v2: i64):                b4(v3: i64):
//!   branch v1, b4, b5                     v5 = add v3, 1 !e0
//! b4:                                   …
//!   v5 = add v2, 1 !e0
//! ```
//!
//! The header of a loop is looked through from within the loop alone, and if what it says is to leave: the
//! loop must not get a second entry. There, a block that only brings ways together is looked through too.
//! What the loop gives becomes parameters of what stands behind it.
//!
//! ```text
//! b1(v1: bool): loop                    b1(v1: bool): loop
//!   branch v1, b2, b4                     branch v1, b2, b4
//! b2:                                   b2:
//!   branch v5, b3(false), b3(v6)  →       branch v5, b4, b3
//! b3(v2: bool):                         b3:
//!   jump b1(v2)                           jump b1(v6)
//! ```
//!
//! A sweep redirects many edges by one graph, that from before the first of them, and need not make it anew.
//! Redirecting an edge
//! of a block B from B to B's successor T can only break uses of what B defines that are not dominated by B
//! any more. All such
//! uses are in B and in what its other successor O dominates, and B was O's only predecessor
//! (`Users::only_in`). Edges that the
//! sweep adds lead to blocks that it has noted (`touched`), and where one of these lies in what O dominates,
//! the edge is left for
//! the next sweep: so whatever O dominated, it still does, and B is still the only predecessor of O. `leave`
//! looks at the graph anew
//! behind each loop that it has changed.
//!
//! Not done: switches.

use super::rewrite::{behind, rename};
use crate::interp::eval;
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Def, Op, Program, Region, Target, Term, Type, Value};
use crate::runtime::{Memory, Val};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cell::OnceCell;

/// A block with more instructions is not looked through.
const LONGEST: usize = 4;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    hand_on(region);
    // Each way that is redirected may make another one known.
    let mut changed = false;
    while sweep(region) || leave(region) {
        changed = true;
    }
    if changed {
        let cfg = Cfg::new(&region.body);
        super::simplify_cfg::mark_headers(&mut region.body, &cfg);
    }
}

/// Redirects all ways that it can without looking at the graph again; whether there were any.
fn sweep(region: &mut Region) -> bool {
    let cfg = Cfg::new(&region.body);
    // Looked up in front of the first change, if there is one.
    let users = OnceCell::new();
    // What ways were redirected to: there, the graph is not what it was.
    let mut touched: Vec<BlockId> = vec![];
    for block in cfg.order() {
        let Some((condition, yes, no)) = asks(&region.body, *block, false) else { continue };
        for from in cfg.predecessors(*block) {
            let arms = region.body[*from].term.targets().len() as u32;
            for index in 0..arms {
                let target = region.body[*from].term.target(index);
                if target.block != *block {
                    continue;
                }
                let params = &region.body[*block].params;
                let given = params.iter().copied().zip(target.args.iter().copied()).collect();
                let Some(holds) = known(&region.body, *block, condition, &given) else { continue };
                let users = users.get_or_init(|| Users::new(region, &cfg));
                let (taken, other) = if holds { (&yes, &no) } else { (&no, &yes) };
                if let Some(args) = passed(&region.body, *block, taken, &given)
                    && !touched.iter().any(|t| cfg.dominates(other.block, *t))
                    && users.only_in(&region.body, &cfg, *block, other.block)
                {
                    let to = Target { block: taken.block, args };
                    *region.body[*from].term.targets_mut()[index as usize] = to;
                    touched.push(taken.block);
                }
            }
        }
    }
    !touched.is_empty()
}

/// Lets the ways around one loop leave it at once that are known to leave at its header; whether there were
/// any.
fn leave(region: &mut Region) -> bool {
    let mut cfg = None;
    for header in region.body.ids() {
        let Some((condition, yes, no)) = asks(&region.body, header, true) else { continue };
        let cfg = cfg.get_or_insert_with(|| Cfg::new(&region.body));
        let ways = around(&region.body, cfg, header);
        let decided = |(from, index, given): Way| {
            let holds = known(&region.body, header, condition, &given)?;
            Some((from, index, holds, given))
        };
        let known: Vec<_> = ways.into_iter().filter_map(decided).collect();
        // Loops are looked for if there is a reason to.
        let Some(the_loop) = (!known.is_empty()).then(|| cfg.loop_of(header)).flatten() else { continue };
        let inside = |block| cfg.contains(the_loop, block);
        let leaves = |holds| !inside(if holds { yes.block } else { no.block });
        let known: Vec<_> =
            known.into_iter().filter(|(at, _, holds, _)| inside(*at) && leaves(*holds)).collect();
        if known.is_empty() {
            continue;
        }
        behind(region, cfg, &cfg.loops()[the_loop].blocks);
        let mut any = false;
        for (from, index, holds, given) in known {
            let taken = region.body[header].term.target(u32::from(!holds)).clone();
            if let Some(args) = passed(&region.body, header, &taken, &given) {
                *region.body[from].term.targets_mut()[index] = Target { block: taken.block, args };
                any = true;
            }
        }
        if any {
            return true;
        }
    }
    false
}

/// A way to a block: from where, which target there, and what the block's parameters are given.
type Way = (BlockId, usize, HashMap<Value, Value>);

/// The ways to a block that give it a constant, also those through a block that does nothing but bring ways
/// together.
fn around(body: &Body, cfg: &Cfg, block: BlockId) -> Vec<Way> {
    let ways = |to: BlockId| {
        let from = move |at: &BlockId| {
            let targets = body[*at].term.targets().into_iter().enumerate();
            let here = targets.filter(move |(_, t)| t.block == to).collect::<Vec<_>>();
            let at = *at;
            here.into_iter().map(move |(i, t)| (at, i, t))
        };
        cfg.predecessors(to).iter().flat_map(from)
    };
    let given =
        |to: BlockId, args: &[Value]| body[to].params.iter().copied().zip(args.iter().copied()).collect();
    let constant = |args: &[Value]| args.iter().any(|v| body.as_const(*v).is_some());
    let mut all: Vec<Way> = vec![];
    for (at, i, target) in ways(block) {
        if constant(&target.args) {
            all.push((at, i, given(block, &target.args)));
        }
        let passes_on = body[at].insts.is_empty() && matches!(body[at].term, Term::Jump(_));
        if at == block || at.0 == 0 || body[at].header || !passes_on {
            continue;
        }
        for (before, i, way) in ways(at) {
            let names: HashMap<Value, Value> = given(at, &way.args);
            let args: Vec<Value> = target.args.iter().map(|v| *names.get(v).unwrap_or(v)).collect();
            if constant(&args) {
                all.push((before, i, given(block, &args)));
            }
        }
    }
    all
}

/// The condition and the arms of a block that does nothing but ask where to go, and is the header of a loop
/// or not.
fn asks(body: &Body, block: BlockId, header: bool) -> Option<(Value, Target, Target)> {
    let code = &body[block];
    let Term::Branch(condition, yes, no) = &code.term else { return None };
    let simple = code.insts.iter().all(|i| i.exit.is_none() && i.op.pure());
    let looked_through = code.header == header && block.0 != 0 && code.insts.len() <= LONGEST && simple;
    (looked_through && yes.block != no.block).then(|| (*condition, yes.clone(), no.clone()))
}

/// Makes what blocks take, all ways to which are known, parameters of their arms where it is used there.
fn hand_on(region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let users = OnceCell::new();
    for block in cfg.order() {
        let Some((condition, yes, no)) = asks(&region.body, *block, false) else { continue };
        let arms = [yes.block, no.block];
        let params = region.body[*block].params.clone();
        let all_known = cfg.predecessors(*block).iter().all(|from| {
            region.body[*from].term.targets().iter().filter(|target| target.block == *block).all(|target| {
                let given = params.iter().copied().zip(target.args.iter().copied()).collect();
                known(&region.body, *block, condition, &given).is_some()
            })
        });
        if !all_known {
            continue;
        }
        let users = users.get_or_init(|| Users::new(region, &cfg));
        let own = region.body[*block].insts.iter().filter_map(|i| i.result);
        let kept = own.filter_map(|v| users.of.get(&v)).flatten().all(|at| at == block);
        let only = arms.iter().all(|arm| cfg.predecessors(*arm) == [*block]);
        let behind = |at: &BlockId| at != block;
        let in_arm = |at: &BlockId| arms.iter().any(|arm| cfg.dominates(*arm, *at));
        let used = |v: &Value| users.of.get(v).into_iter().flatten().filter(|at| behind(at));
        if !kept || !only || !params.iter().flat_map(used).all(in_arm) {
            continue;
        }
        for (k, arm) in arms.into_iter().enumerate() {
            let mut handed: HashMap<Value, Value> = HashMap::default();
            for param in params.iter().filter(|v| used(v).any(|at| cfg.dominates(arm, *at))) {
                let new = region.body.value(region.body.ty(*param), Def::Param);
                region.body[arm].params.push(new);
                region.body[*block].term.targets_mut()[k].args.push(*param);
                handed.insert(*param, new);
            }
            let inside: Vec<BlockId> =
                cfg.order().iter().copied().filter(|at| cfg.dominates(arm, *at)).collect();
            if !handed.is_empty() {
                rename(region, &inside, &handed);
            }
        }
    }
}

/// Whether the block's condition holds, its parameters being what is given.
fn known(body: &Body, block: BlockId, condition: Value, given: &HashMap<Value, Value>) -> Option<bool> {
    let mut found: HashMap<Value, Val> = HashMap::default();
    let constant = |found: &HashMap<Value, Val>, v: Value| {
        let v = given.get(&v).copied().unwrap_or(v);
        found.get(&v).copied().or_else(|| body.as_const(v).map(Val::from))
    };
    for inst in &body[block].insts {
        let args: Option<Vec<Val>> = inst.args.iter().map(|v| constant(&found, *v)).collect();
        let known = inst.args.iter().all(|v| body.ty(*v) != Type::VIEW) && !matches!(inst.op, Op::Host(..));
        if let (Some(args), Some(result), true) = (args, inst.result, known)
            && let Ok(val) = eval(inst.op, &args, Memory::NONE)
        {
            found.insert(result, val);
        }
    }
    match constant(&found, condition) {
        Some(Val::Bool(holds)) => Some(holds),
        _ => None,
    }
}

/// The arguments of an arm, for a way that does not pass through the block any more.
fn passed(body: &Body, block: BlockId, arm: &Target, given: &HashMap<Value, Value>) -> Option<Vec<Value>> {
    let own: HashSet<Value> = body[block].insts.iter().filter_map(|i| i.result).collect();
    if arm.args.iter().any(|v| own.contains(v)) {
        return None;
    }
    Some(arm.args.iter().map(|v| given.get(v).copied().unwrap_or(*v)).collect())
}

/// The blocks that use a value, their exits included.
struct Users {
    of: HashMap<Value, Vec<BlockId>>,
}

impl Users {
    fn new(region: &Region, cfg: &Cfg) -> Users {
        let mut of: HashMap<Value, Vec<BlockId>> = HashMap::default();
        for at in cfg.order() {
            let mut note = |v: Value| {
                let users = of.entry(v).or_default();
                if users.last() != Some(at) {
                    users.push(*at);
                }
            };
            for inst in &region.body[*at].insts {
                inst.args.iter().copied().for_each(&mut note);
                if let Some(exit) = inst.exit {
                    region.exits[exit.index()].each_use(&mut note);
                }
            }
            region.body[*at].term.each_use(&mut note);
            if let Term::Exit(exit) = region.body[*at].term {
                region.exits[exit.index()].each_use(&mut note);
            }
        }
        Users { of }
    }

    /// Whether all that the block defines is used in it, or where only its arm to `other` leads.
    fn only_in(&self, body: &Body, cfg: &Cfg, block: BlockId, other: BlockId) -> bool {
        let through = cfg.predecessors(other) == [block];
        let inside = |at: &BlockId| *at == block || through && cfg.dominates(other, *at);
        let own = body[block].params.iter().copied().chain(body[block].insts.iter().filter_map(|i| i.result));
        own.filter_map(|v| self.of.get(&v)).flatten().all(inside)
    }
}
