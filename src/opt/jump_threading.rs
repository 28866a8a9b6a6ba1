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
//! Without it, a callee that returns "nothing" as a special value and its caller that tests for it would meet
//! in one block, where all facts about the other value are lost. (Mueller, Whalley, "Avoiding conditional
//! branches by code replication", 1995; here nothing is replicated.)
//!
//! Precondition: the block only computes its condition, without checks; its definitions are used in the block
//! itself and in blocks reachable only through its other arm. If the outcome is known on all incoming edges,
//! its parameters may be used in both arms: they become parameters of the arms, and the block becomes
//! unreachable.
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
//! The header of a loop is bypassed only on edges from within the loop, and only if its branch leaves the
//! loop there: the loop must not get a second entry. In this case, an empty block that only joins edges is
//! bypassed too. Values defined in the loop become parameters of the blocks behind it.
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
//! A sweep redirects many edges with one graph, computed before the first of them. That is sound: redirecting
//! an edge of a block B from B to B's successor T can only break uses of B's definitions that B no longer
//! dominates. All such uses are in B and in blocks dominated by B's other successor O, whose only predecessor
//! was B (`Users::only_in`). Edges that the sweep adds lead to blocks in `touched`; if O dominates one of
//! these, the edge is left to the next sweep. So O still dominates what it did, and B is still the only
//! predecessor of O. `leave` recomputes the graph after each loop that it has changed.
//!
//! Not done: switches.

use super::rewrite::{behind, rename};
use crate::interp::eval;
use crate::ir::cfg::Cfg;
use crate::ir::{Args, BlockId, Body, Def, Op, Program, Region, Target, Term, Type, Value};
use crate::runtime::{Memory, Val};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cell::OnceCell;

/// A block with more instructions is not bypassed.
const LONGEST: usize = 4;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    hand_on(region);
    // Each redirected edge may make the outcome known on another edge.
    let mut changed = false;
    while sweep(region) || leave(region) {
        changed = true;
    }
    if changed {
        let cfg = Cfg::new(&region.body);
        super::simplify_cfg::mark_headers(&mut region.body, &cfg);
    }
}

/// Redirects all edges that it can with a single graph; returns whether there were any.
fn sweep(region: &mut Region) -> bool {
    let cfg = Cfg::new(&region.body);
    // Computed before the first change, if there is one.
    let users = OnceCell::new();
    // The new targets of edges: there, the graph is out of date.
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

/// Lets the edges of one loop on which its header's branch is known to leave the loop leave it directly;
/// returns whether there were any.
fn leave(region: &mut Region) -> bool {
    let mut cfg = None;
    for header in region.body.ids() {
        let Some((condition, yes, no)) = asks(&region.body, header, true) else { continue };
        let cfg = cfg.get_or_insert_with(|| Cfg::new(&region.body));
        let edges = around(&region.body, cfg, header);
        let decided = |(from, index, given): Edge| {
            let holds = known(&region.body, header, condition, &given)?;
            Some((from, index, holds, given))
        };
        let known: Vec<_> = edges.into_iter().filter_map(decided).collect();
        // Loops are computed only if they are needed.
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

/// An edge to a block: its source, the index of the target, and the arguments by parameter.
type Edge = (BlockId, usize, HashMap<Value, Value>);

/// The edges to a block that pass it a constant, including those through an empty block that only joins
/// edges.
fn around(body: &Body, cfg: &Cfg, block: BlockId) -> Vec<Edge> {
    let edges = |to: BlockId| {
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
    let mut all: Vec<Edge> = vec![];
    for (at, i, target) in edges(block) {
        if constant(&target.args) {
            all.push((at, i, given(block, &target.args)));
        }
        let passes_on = body[at].insts.is_empty() && matches!(body[at].term, Term::Jump(_));
        if at == block || at.0 == 0 || body[at].header || !passes_on {
            continue;
        }
        for (before, i, way) in edges(at) {
            let names: HashMap<Value, Value> = given(at, &way.args);
            let args: Vec<Value> = target.args.iter().map(|v| *names.get(v).unwrap_or(v)).collect();
            if constant(&args) {
                all.push((before, i, given(block, &args)));
            }
        }
    }
    all
}

/// The condition and the arms of a block that only decides where to go. It must be the header of a loop if
/// `header`, and must not be one otherwise.
fn asks(body: &Body, block: BlockId, header: bool) -> Option<(Value, Target, Target)> {
    let code = &body[block];
    let Term::Branch(condition, yes, no) = &code.term else { return None };
    let simple = code.insts.iter().all(|i| i.exit.is_none() && i.op.pure());
    let looked_through = code.header == header && block.0 != 0 && code.insts.len() <= LONGEST && simple;
    (looked_through && yes.block != no.block).then(|| (*condition, yes.clone(), no.clone()))
}

/// If the outcome is known on all edges to a block, its parameters become parameters of the arms that use
/// them.
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

/// The value of the block's condition for the given arguments, if it is constant.
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

/// The arguments of an arm, for an edge that bypasses the block.
fn passed(body: &Body, block: BlockId, arm: &Target, given: &HashMap<Value, Value>) -> Option<Args> {
    let own: HashSet<Value> = body[block].insts.iter().filter_map(|i| i.result).collect();
    if arm.args.iter().any(|v| own.contains(v)) {
        return None;
    }
    Some(arm.args.iter().map(|v| given.get(v).copied().unwrap_or(*v)).collect())
}

/// The blocks that use a value, by themselves or in their exits.
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

    /// Whether all definitions of the block are used in it, or in blocks reachable only through its arm to
    /// `other`.
    fn only_in(&self, body: &Body, cfg: &Cfg, block: BlockId, other: BlockId) -> bool {
        let through = cfg.predecessors(other) == [block];
        let inside = |at: &BlockId| *at == block || through && cfg.dominates(other, *at);
        let own = body[block].params.iter().copied().chain(body[block].insts.iter().filter_map(|i| i.result));
        own.filter_map(|v| self.of.get(&v)).flatten().all(inside)
    }
}
