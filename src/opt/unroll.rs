//! Unrolling: a loop through which values rotate is unrolled until each value is back in its place.
//!
//! ```text
//! b1(v1: i64, v2: f64, v3: f64): loop        b1(v1: i64, v2: f64, v3: f64): loop
//!   v4 = fits v0, v1, 8                        v4 = fits v0, v1, 16
//!   branch v4, b2, b3                          branch v4, b2, b4(v1, v2, v3)
//! b2:                                        b2:
//!   v5 = load.f64 v0, v1                       v5 = load.f64 v0, v1
//!   v6 = add v2, v5                     →      v6 = add v2, v5
//!   v7 = add v1, 8                             v7 = add v1, 8
//!   jump b1(v7, v3, v6)                        v8 = load.f64 v0, v7
//!                                              v9 = add v3, v8
//!                                              v10 = add v7, 8
//!                                              jump b1(v10, v6, v9)
//!                                            b4(…): loop          ; the loop as it was, for the rest
//! ```
//!
//! The header's parameters are a shift register (`jump b1(…, v3, …)` where `v3` is a parameter): after as
//! many iterations as it has places, each value is back in its place, so it can stay in one machine register.
//!
//! One check serves all copies of the body: `fits v, i, n` holds in each of `u` iterations whose `i` grows by
//! a constant `s ≥ 0` if and only if `fits v, i, (u - 1) s + n` holds in the first.
//!
//! Precondition: a loop of a header that contains only that check, and one other block. Not done: other
//! loops; loops without rotation (the processor overlaps their iterations by itself).

use super::rewrite::copy;
use super::simplify_cfg::mark_headers;
use crate::ir::cfg::Cfg;
use crate::ir::{Block, BlockId, Body, Const, Inst, Op, Program, Region, Target, Term, Type, Value};
use rustc_hash::FxHashMap as HashMap;

/// The maximum unroll factor.
pub(super) const ROUNDS: usize = 16;
/// The maximum number of instructions of an unrolled body.
const SIZE: usize = 1024;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let found: Vec<Candidate> =
        cfg.order().iter().filter_map(|header| candidate(&region.body, &cfg, *header)).collect();
    for candidate in &found {
        unroll(region, candidate);
    }
    if !found.is_empty() {
        let cfg = Cfg::new(&region.body);
        mark_headers(&mut region.body, &cfg);
    }
}

struct Candidate {
    header: BlockId,
    body: BlockId,
    /// The check: the view, the offset (a parameter of the header), the bytes.
    view: Value,
    offset: Value,
    need: i64,
    /// The increment of the offset per iteration.
    step: i64,
    rounds: usize,
    entries: Vec<BlockId>,
}

fn candidate(code: &Body, cfg: &Cfg, header: BlockId) -> Option<Candidate> {
    cfg.loop_of(header)?;
    let block = &code[header];
    let Term::Branch(condition, inside, outside) = &block.term else { return None };
    let [Inst { op: Op::Fits, args, result, .. }] = &block.insts[..] else { return None };
    let body = inside.block;
    let Term::Jump(around) = &code[body].term else { return None };
    let simple = *result == Some(*condition)
        && inside.args.is_empty()
        && code[body].params.is_empty()
        && cfg.predecessors(body) == [header]
        && around.block == header
        && outside.block != header
        && outside.block != body;
    let (view, offset, need) = (args[0], args[1], code.as_i64(args[2])?);
    let place = block.params.iter().position(|p| *p == offset)?;
    if !simple || block.params.contains(&view) {
        return None;
    }
    let next = around.args[place];
    let step =
        code[body].insts.iter().find(|i| i.result == Some(next)).and_then(|i| match (i.op, i.exit) {
            (Op::Add, None) if i.args[0] == offset => code.as_i64(i.args[1]),
            _ => None,
        })?;
    let rounds = rotation(&block.params, &around.args);
    let all = (rounds as i64 - 1).checked_mul(step)?.checked_add(need)?;
    let good = rounds > 1 && step >= 0 && need >= 0 && all >= 0 && code[body].insts.len() * rounds <= SIZE;
    let entries = cfg.predecessors(header).iter().copied().filter(|p| *p != body).collect();
    good.then_some(Candidate { header, body, view, offset, need, step, rounds, entries })
}

/// The number of iterations after which no parameter is just another parameter's value of the iteration
/// before: one more than the longest chain of moves.
fn rotation(params: &[Value], args: &[Value]) -> usize {
    let from: HashMap<Value, Value> = params
        .iter()
        .copied()
        .zip(args.iter().copied())
        .filter(|(p, a)| p != a && params.contains(a))
        .collect();
    let mut longest = 0;
    for param in params {
        let (mut at, mut length) = (*param, 0);
        while let Some(next) = from.get(&at) {
            at = *next;
            length += 1;
            if at == *param || length >= ROUNDS {
                // A cycle of moves: it returns after as many iterations as it has places.
                break;
            }
        }
        longest = longest.max(if at == *param && length > 0 { length - 1 } else { length });
    }
    if longest >= ROUNDS { 1 } else { longest + 1 }
}

fn unroll(region: &mut Region, c: &Candidate) {
    let need = region.body.constant(Const::I64((c.rounds as i64 - 1) * c.step + c.need));
    let (header, body) = (region.body.block(), region.body.block());
    let old = region.body[c.header].params.clone();
    let params: Vec<Value> = old.iter().map(|p| region.body.param(header, region.body.ty(*p))).collect();
    for entry in &c.entries {
        for target in region.body[*entry].term.targets_mut() {
            if target.block == c.header {
                target.block = header;
            }
        }
    }
    let at = |v: Value| old.iter().position(|p| *p == v).map(|i| params[i]);
    let offset = at(c.offset).expect("the offset is a parameter");
    let all = region.body.push(header, Op::Fits, &[c.view, offset, need], Some(Type::BOOL)).expect("typed");
    let to = |block, args: Vec<Value>| Target { block, args: args.into() };
    region.body[header].term = Term::Branch(all, to(body, vec![]), to(c.header, params.clone()));

    let holds = region.body.constant(Const::Bool(true));
    let check = region.body[c.header].insts[0].result.expect("fits has a result");
    let Block { insts, term, .. } = region.body[c.body].clone();
    let Term::Jump(around) = term else { unreachable!("the body ends in a jump") };
    let mut carried = params;
    for _ in 0..c.rounds {
        let mut names: HashMap<Value, Value> = old.iter().copied().zip(carried).collect();
        names.insert(check, holds);
        for inst in &insts {
            let copy = copy(region, inst, &mut names);
            region.body[body].insts.push(copy);
        }
        carried = around.args.iter().map(|v| *names.get(v).unwrap_or(v)).collect();
    }
    region.body[body].term = Term::Jump(to(header, carried));
}
