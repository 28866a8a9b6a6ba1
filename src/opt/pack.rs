//! Two floats side by side: pairs of totals that are computed alike from neighbouring fields share a vector register.
//!
//! ```text
//! b1(v1: i64, v2: f64, v3: f64): loop   b1(v1: i64, v2: f64x2): loop
//!   …                                     …
//!   v5 = load.f64 v0, v1                  v5 = load.pair v0, v1
//!   v6 = add v1, 8                  →     v6 = add v2, v5
//!   v7 = load.f64 v0, v6                  jump b1(…, v6)
//!   v8 = add v2, v5
//!   v9 = add v3, v7
//!   jump b1(…, v8, v9)
//! ```
//!
//! Superword-level parallelism (Larsen, Amarasinghe, 2000) with the loop's float parameters as seeds: two of them form a pair if
//! what comes around for them is the same instructions over pairs, down to the parameters themselves, to loads of
//! neighbouring little-endian `f64`, and to values from outside the loop. Lane by lane the same operations are done in the
//! same order, so the results are the same bits.
//!
//! What it needs: a loop of a header and one block, whose loads are proven, and whose header can only leave to one place. Not done: packing of anything
//! that needs a shuffle; integers; pairs that are not loop-carried.

use super::rewrite::{Defs, base_offset};
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Op, Program, Region, Target, Term, Type, Value};
use crate::schema::{Endian, Scalar};
use std::collections::HashMap;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    for header in cfg.order() {
        if let Some(shape) = Shape::of(&region.body, &cfg, *header) {
            pack(region, &shape);
        }
    }
}

/// A loop that can be packed.
struct Shape {
    header: BlockId,
    body: BlockId,
    outside: Target,
    entries: Vec<BlockId>,
}

impl Shape {
    fn of(code: &Body, cfg: &Cfg, header: BlockId) -> Option<Shape> {
        cfg.loop_of(header)?;
        let Term::Branch(_, inside, outside) = &code[header].term else { return None };
        let body = inside.block;
        let Term::Jump(around) = &code[body].term else { return None };
        let simple = inside.args.is_empty()
            && code[body].params.is_empty()
            && cfg.predecessors(body) == [header]
            && around.block == header
            && outside.block != header
            && code[header].insts.iter().chain(&code[body].insts).all(|i| i.exit.is_none())
            && code[header].insts.iter().all(|i| i.args.iter().all(|v| code.ty(*v) != Type::F64));
        let entries = cfg.predecessors(header).iter().copied().filter(|p| *p != body).collect();
        simple.then(|| Shape { header, body, outside: outside.clone(), entries })
    }
}

/// What becomes a pair.
enum Pair {
    /// The parameters being paired.
    Param,
    /// An instruction over pairs of its arguments.
    Op(Op, Vec<(Value, Value)>),
    /// A load of both.
    Load(Value, Value),
    /// Two values from outside.
    Outside,
}

fn pack(region: &mut Region, shape: &Shape) {
    let cfg = Cfg::new(&region.body);
    let defs = Defs::new(&region.body, &cfg);
    let code = &region.body;
    let params = code[shape.header].params.clone();
    let Term::Jump(around) = code[shape.body].term.clone() else { return };
    let next: HashMap<Value, Value> = params.iter().copied().zip(around.args).collect();
    let mut taken: Vec<Value> = vec![];
    let mut found: Vec<(Value, Value, Plan)> = vec![];
    for a in &params {
        for b in &params {
            if a == b
                || taken.contains(a)
                || taken.contains(b)
                || [a, b].iter().any(|v| code.ty(**v) != Type::F64)
            {
                continue;
            }
            let mut plan = Plan { code, defs: &defs, shape, seed: (*a, *b), pairs: vec![], loads: 0 };
            if plan.pair(next[a], next[b]) && plan.loads > 0 {
                let pairs = std::mem::take(&mut plan.pairs);
                taken.extend([*a, *b]);
                found.push((*a, *b, Plan { pairs, ..plan }));
            }
        }
    }
    let found: Vec<_> = found.into_iter().map(|(a, b, plan)| (a, b, plan.pairs)).collect();
    for (a, b, pairs) in found {
        rewrite(region, shape, a, b, next[&a], next[&b], pairs);
    }
}

/// The search for one pair of parameters.
struct Plan<'a> {
    code: &'a Body,
    defs: &'a Defs,
    shape: &'a Shape,
    seed: (Value, Value),
    /// Found so far, arguments first.
    pairs: Vec<((Value, Value), Pair)>,
    loads: usize,
}

impl Plan<'_> {
    fn pair(&mut self, a: Value, b: Value) -> bool {
        if self.pairs.iter().any(|(pair, _)| *pair == (a, b)) {
            return true;
        }
        if (a, b) == self.seed {
            self.pairs.push(((a, b), Pair::Param));
            return true;
        }
        let inside = |v: Value| {
            self.defs.block(v) == Some(self.shape.body) || self.code[self.shape.header].params.contains(&v)
        };
        if !inside(a) && !inside(b) {
            self.pairs.push(((a, b), Pair::Outside));
            return true;
        }
        let (Some(x), Some(y)) = (self.defs.inst(self.code, a), self.defs.inst(self.code, b)) else {
            return false;
        };
        match (x.op, y.op) {
            (Op::Add | Op::Sub | Op::Mul | Op::Div, op) if op == x.op => {
                let args: Vec<(Value, Value)> = x.args.iter().copied().zip(y.args.iter().copied()).collect();
                if !args.iter().all(|(a, b)| self.pair(*a, *b)) {
                    return false;
                }
                self.pairs.push(((a, b), Pair::Op(op, args)));
                true
            }
            (Op::Load(Scalar::F64, Endian::Little), op) if op == x.op && x.args[0] == y.args[0] => {
                let (base, first) = base_offset(self.code, self.defs, x.args[1]);
                let (other, second) = base_offset(self.code, self.defs, y.args[1]);
                if base != other || first.checked_add(8) != Some(second) {
                    return false;
                }
                self.loads += 1;
                self.pairs.push(((a, b), Pair::Load(x.args[0], x.args[1])));
                true
            }
            _ => false,
        }
    }
}

/// Carries `a` and `b` as one.
fn rewrite(
    region: &mut Region,
    shape: &Shape,
    a: Value,
    b: Value,
    next_a: Value,
    next_b: Value,
    pairs: Vec<((Value, Value), Pair)>,
) {
    let body = &mut region.body;
    let both = body.param(shape.header, Type::F64X2);
    let mut packed: HashMap<(Value, Value), Value> = HashMap::new();
    for (pair, how) in pairs {
        let value = match how {
            Pair::Param => both,
            Pair::Op(op, args) => {
                let args: Vec<Value> = args.iter().map(|pair| packed[pair]).collect();
                body.push(shape.body, op, &args, Some(Type::F64X2)).expect("typed")
            }
            Pair::Load(view, offset) => {
                body.push(shape.body, Op::LoadPair, &[view, offset], Some(Type::F64X2)).expect("typed")
            }
            Pair::Outside => {
                body.push(shape.body, Op::Pack, &[pair.0, pair.1], Some(Type::F64X2)).expect("typed")
            }
        };
        packed.insert(pair, value);
    }
    // The ways in pack what they pass; the way around passes the pair.
    let place = |params: &[Value], v: Value| params.iter().position(|p| *p == v).expect("a parameter");
    let params = body[shape.header].params.clone();
    let (i, j) = (place(&params, a), place(&params, b));
    for from in shape.entries.iter().copied() {
        let mut term = body[from].term.clone();
        for target in term.targets_mut().into_iter().filter(|t| t.block == shape.header) {
            let args = [target.args[i], target.args[j]];
            let value = body.push(from, Op::Pack, &args, Some(Type::F64X2)).expect("typed");
            target.args.push(value);
        }
        body[from].term = term;
    }
    let mut term = body[shape.body].term.clone();
    for target in term.targets_mut() {
        target.args.push(packed[&(next_a, next_b)]);
    }
    body[shape.body].term = term;
    // Outside of the loop each is a lane again, taken out on the way.
    let edge = body.block();
    let lanes = [0, 1].map(|k| body.push(edge, Op::Lane(k), &[both], Some(Type::F64)).expect("typed"));
    let rename = |v: Value| {
        if v == a {
            lanes[0]
        } else if v == b {
            lanes[1]
        } else {
            v
        }
    };
    let mut outside = Target { block: BlockId(0), args: vec![] };
    if let Term::Branch(_, _, target) = &mut body[shape.header].term {
        outside = std::mem::replace(target, Target { block: edge, args: vec![] });
    }
    outside.args.iter_mut().for_each(|v| *v = rename(*v));
    body[edge].term = Term::Jump(outside);
    let cfg = Cfg::new(body);
    let after: Vec<BlockId> =
        cfg.order().iter().copied().filter(|x| *x != edge && cfg.dominates(edge, *x)).collect();
    let mut exits = vec![];
    for block in after {
        for inst in &mut body[block].insts {
            inst.args.iter_mut().for_each(|v| *v = rename(*v));
            exits.extend(inst.exit);
        }
        body[block].term.map_uses(rename);
        if let Term::Exit(exit) = body[block].term {
            exits.push(exit);
        }
    }
    for exit in exits {
        region.exits[exit.index()].map_uses(rename);
    }
}
