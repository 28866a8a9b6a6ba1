//! Induction variables: if two loop parameters differ by a constant, only one is carried through the loop,
//! and the other is computed from it.
//!
//! ```text
//! b1(v1: i64, v2: i64): loop            b1(v1: i64): loop
//!   …                             →       v2 = add v1, -1
//!   v3 = add v1, 1                        …
//!   jump b1(v3, v1)                       v3 = add v1, 1
//!                                         jump b1(v3)
//! ```
//!
//! A generator keeps both its last value and its next one. If these differ by the same constant on every edge
//! to the loop's header, they always do: one addition, mostly needed by exits alone and then sunk into them,
//! replaces a move per iteration.
//!
//! Preconditions: none. The addition cannot overflow, since both values exist. Not done: unsigned numbers,
//! blocks other than headers, and two counters that are incremented independently.

use super::rewrite::Defs;
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Const, Def, Inst, Op, Program, Region, Target, Type, Value};
use smallvec::smallvec;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let body = &mut region.body;
    let steps = |b: &BlockId| {
        let numbers = body[*b].params.iter().filter(|v| body.ty(**v) == Type::I64);
        body[*b].header && b.0 != 0 && numbers.count() > 1
    };
    let headers: Vec<BlockId> = body.ids().filter(steps).collect();
    if headers.is_empty() {
        return;
    }
    let cfg = Cfg::new(body);
    let defs = Defs::new(body, &cfg);
    for header in headers.into_iter().filter(|b| cfg.reachable(*b)) {
        while let Some((gone, kept, by)) = in_step(body, &cfg, &defs, header) {
            let params = &mut body[header].params;
            let (param, from) = (params.remove(gone), params[kept - usize::from(gone < kept)]);
            for block in cfg.predecessors(header) {
                for target in body[*block].term.targets_mut().into_iter().filter(|t| t.block == header) {
                    target.args.remove(gone);
                }
            }
            let by = body.constant(Const::I64(by));
            body.values[param.index()].1 = Def::Inst;
            let inst = Inst { op: Op::Add, args: smallvec![from, by], result: Some(param), exit: None };
            body[header].insts.insert(0, inst);
        }
    }
}

/// Two parameters of a header, the first of which is always the second plus a constant.
fn in_step(body: &Body, cfg: &Cfg, defs: &Defs, header: BlockId) -> Option<(usize, usize, i64)> {
    let params = &body[header].params;
    let to = |t: &&Target| t.block == header;
    let edges: Vec<&Target> =
        cfg.predecessors(header).iter().flat_map(|b| body[*b].term.targets()).filter(to).collect();
    let number = |k: &usize| body.ty(params[*k]) == Type::I64;
    // Only a parameter that copies another one is a candidate, not a counter with an increment of its own.
    let follows = |k: &usize| edges.iter().any(|t| params.contains(&t.args[*k]) && t.args[*k] != params[*k]);
    (0..params.len()).filter(number).filter(follows).find_map(|gone| {
        let others = (0..params.len()).filter(number).filter(|k| *k != gone);
        others.into_iter().find_map(|kept| {
            let mut differences = edges.iter().map(|t| difference(body, defs, t.args[gone], t.args[kept]));
            let first = differences.next()??;
            differences.all(|d| d == Some(first)).then_some((gone, kept, first))
        })
    })
}

/// The difference of two values, if it is constant.
fn difference(body: &Body, defs: &Defs, a: Value, b: Value) -> Option<i64> {
    let ((base, more), (other, less)) = (sum(body, defs, a), sum(body, defs, b));
    if base == other { more.checked_sub(less) } else { None }
}

/// A value as the sum of another one and a constant. It does not matter whether the addition is checked: it
/// has not failed if its result exists.
fn sum(body: &Body, defs: &Defs, v: Value) -> (Option<Value>, i64) {
    if let Some(c) = body.as_i64(v) {
        return (None, c);
    }
    let add = defs.inst(body, v).filter(|i| i.op == Op::Add);
    match add.and_then(|i| Some((i.args[0], body.as_i64(i.args[1])?))) {
        Some((base, by)) if body.as_i64(base).is_none() => (Some(base), by),
        _ => (Some(v), 0),
    }
}
