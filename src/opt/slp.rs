//! Superword-level parallelism: pairs of totals that are computed alike from adjacent fields share a vector
//! register.
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
//! Superword-level parallelism (Larsen, Amarasinghe, 2000), seeded with the loop's float parameters: two of
//! them form a pair if their back-edge arguments are computed by the same instructions over pairs, down to
//! parameters that form pairs themselves, to loads of adjacent little-endian `f64`, and to values defined
//! outside of the loop. In each lane the same operations are done in the same order, so the results are
//! bit-identical.
//!
//! A pair may also start from the lanes of an inner loop's pair.
//!
//! Precondition: a loop with a single latch, which its header may leave; other exits are allowed. Not done:
//! packing that needs a shuffle; integers; pairs that are not loop-carried.

use super::rewrite::{Defs, base_offset};
use crate::ir::cfg::Cfg;
use crate::ir::{BlockId, Body, Inst, Op, Program, Region, Target, Term, Type, Value};
use crate::schema::{Endian, Scalar};
use rustc_hash::FxHashMap as HashMap;
use smallvec::smallvec;

/// A loop that carries more floats is left alone: they would not fit the registers, paired or not, and the
/// search is quadratic.
const MAX_CARRIED: usize = 64;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    // Inner loops first: the lanes of their results are pairs for the outer loops.
    let headers: Vec<BlockId> = Cfg::new(&region.body).loops().iter().rev().map(|l| l.header).collect();
    for header in headers {
        let cfg = Cfg::new(&region.body);
        if let Some(shape) = Shape::of(&region.body, &cfg, header) {
            pack(region, &shape);
        }
    }
}

/// A loop that can be packed.
struct Shape {
    header: BlockId,
    /// Its blocks, the header among them.
    blocks: Vec<BlockId>,
    /// The source of the back edge.
    latch: BlockId,
    /// The predecessors of the header outside of the loop.
    entries: Vec<BlockId>,
    /// The index of the header's arm that leaves the loop.
    out: usize,
}

impl Shape {
    fn of(code: &Body, cfg: &Cfg, header: BlockId) -> Option<Shape> {
        let the_loop = cfg.loop_of(header)?;
        let Term::Branch(_, a, b) = &code[header].term else { return None };
        let out = [a, b].iter().position(|t| !cfg.contains(the_loop, t.block))?;
        let (latches, entries): (Vec<BlockId>, Vec<BlockId>) =
            cfg.predecessors(header).iter().partition(|p| cfg.contains(the_loop, **p));
        let [latch] = latches[..] else { return None };
        matches!(code[latch].term, Term::Jump(_)).then_some(())?;
        let blocks = cfg.order().iter().copied().filter(|b| cfg.contains(the_loop, *b)).collect();
        Some(Shape { header, blocks, latch, entries, out })
    }

    /// The back-edge argument of each parameter of the header.
    fn next(&self, code: &Body) -> HashMap<Value, Value> {
        let Term::Jump(around) = &code[self.latch].term else { unreachable!("a latch jumps") };
        code[self.header].params.iter().copied().zip(around.args.iter().copied()).collect()
    }
}

/// How a pair is computed.
enum Pair {
    /// The parameters being paired.
    Param,
    /// An instruction over pairs of its arguments.
    Op(Op, Vec<(Value, Value)>),
    /// A load of both values.
    Load(Value, Value),
    /// The two lanes of an existing pair.
    Lanes(Value),
    /// Two values defined outside of the loop.
    Outside,
}

fn pack(region: &mut Region, shape: &Shape) {
    let cfg = Cfg::new(&region.body);
    let defs = Defs::new(&region.body, &cfg);
    let code = &region.body;
    let params: Vec<Value> =
        code[shape.header].params.iter().copied().filter(|v| code.ty(*v) == Type::F64).collect();
    if params.len() > MAX_CARRIED {
        return;
    }
    let next = shape.next(code);
    let mut found: Vec<Pairing> = vec![];
    for a in &params {
        for b in &params {
            let taken = |v: &Value| found.iter().any(|p| p.partner(*v).is_some());
            if a == b || taken(a) || taken(b) {
                continue;
            }
            let plan = Plan { code, defs: &defs, shape, next: &next };
            if !plan.alike(next[a], next[b], &mut 256) {
                continue;
            }
            let mut pairing = Pairing { params: vec![(*a, *b)], pairs: vec![], leaves: 0 };
            if plan.all(&mut pairing) && pairing.leaves > 0 && pairing.agrees(&found) {
                // Pairings found earlier that this one needs have been found again.
                found.retain(|earlier| !pairing.params.contains(&earlier.params[0]));
                found.push(pairing);
            }
        }
    }
    // What several pairings need is computed once.
    let all = found.into_iter().reduce(|mut all, more| {
        all.params.extend(more.params.into_iter().filter(|p| !all.params.contains(p)).collect::<Vec<_>>());
        for (pair, how) in more.pairs {
            if !all.has(pair) {
                all.pairs.push((pair, how));
            }
        }
        all
    });
    if let Some(pairing) = all {
        rewrite(region, &defs, shape, &next, pairing);
    }
}

/// Parameters that are carried in pairs, and the pairs needed to compute them, operands first.
struct Pairing {
    params: Vec<(Value, Value)>,
    pairs: Vec<((Value, Value), Pair)>,
    /// The number of loads of both values, and of existing pairs: without any, packing is not profitable.
    leaves: usize,
}

impl Pairing {
    /// Whether it contradicts no earlier pairing of the same parameters.
    fn agrees(&self, earlier: &[Pairing]) -> bool {
        let same = |v: Value, pair| earlier.iter().filter_map(|p| p.partner(v)).all(|p| p == pair);
        self.params.iter().all(|(a, b)| same(*a, (*a, *b)) && same(*b, (*a, *b)))
    }

    /// Whether a pair is computed.
    fn has(&self, pair: (Value, Value)) -> bool {
        self.pairs.iter().any(|(known, _)| *known == pair)
    }

    /// The pair of parameters that contains a value.
    fn partner(&self, v: Value) -> Option<(Value, Value)> {
        self.params.iter().copied().find(|(a, b)| *a == v || *b == v)
    }
}

/// The context of the search.
struct Plan<'a> {
    code: &'a Body,
    defs: &'a Defs,
    shape: &'a Shape,
    next: &'a HashMap<Value, Value>,
}

impl Plan<'_> {
    /// Whether the back-edge arguments of each pair of parameters are a pair too. Parameters found on the way
    /// become pairs.
    fn all(&self, pairing: &mut Pairing) -> bool {
        let mut i = 0;
        while let Some((a, b)) = pairing.params.get(i).copied() {
            if !self.pair(self.next[&a], self.next[&b], pairing) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// A cheaper test before [`Plan::pair`]: whether the same operations lead to adjacent loads. Most
    /// candidates fail here. After `fuel` instructions it gives up and returns true.
    fn alike(&self, a: Value, b: Value, fuel: &mut u32) -> bool {
        let Some(left) = fuel.checked_sub(1) else { return true };
        *fuel = left;
        match (self.defs.inst(self.code, a), self.defs.inst(self.code, b)) {
            (Some(Inst { op: Op::Load(..), .. }), Some(Inst { op: Op::Load(..), .. })) => {
                self.neighbours(a, b).is_some()
            }
            (Some(x), Some(y)) => {
                std::mem::discriminant(&x.op) == std::mem::discriminant(&y.op)
                    && x.args.iter().zip(&y.args).all(|(a, b)| self.alike(*a, *b, fuel))
            }
            (x, y) => x.is_none() && y.is_none(),
        }
    }

    /// View and offset of the first of two loads, if a single load can replace them.
    fn neighbours(&self, a: Value, b: Value) -> Option<(Value, Value)> {
        let (x, y) = (self.defs.inst(self.code, a)?, self.defs.inst(self.code, b)?);
        let (Op::Load(Scalar::F64, Endian::Little), op) = (x.op, y.op) else { return None };
        if op != x.op || x.args[0] != y.args[0] {
            return None;
        }
        let (base, first) = base_offset(self.code, self.defs, x.args[1]);
        let (other, second) = base_offset(self.code, self.defs, y.args[1]);
        (base == other && first.checked_add(8) == Some(second)).then_some((x.args[0], x.args[1]))
    }

    fn pair(&self, a: Value, b: Value, pairing: &mut Pairing) -> bool {
        if pairing.has((a, b)) {
            return true;
        }
        if self.next.contains_key(&a) && self.next.contains_key(&b) {
            if !pairing.params.contains(&(a, b)) {
                if a == b
                    || self.code.ty(a) != Type::F64
                    || pairing.partner(a).or(pairing.partner(b)).is_some()
                {
                    return false;
                }
                pairing.params.push((a, b));
            }
            pairing.pairs.push(((a, b), Pair::Param));
            return true;
        }
        let inside = |v: Value| {
            self.next.contains_key(&v) || self.defs.block(v).is_some_and(|b| self.shape.blocks.contains(&b))
        };
        if !inside(a) && !inside(b) {
            pairing.pairs.push(((a, b), Pair::Outside));
            return true;
        }
        let (Some(x), Some(y)) = (self.defs.inst(self.code, a), self.defs.inst(self.code, b)) else {
            return false;
        };
        // Both must be in one block; the pair is computed at its end.
        if x.exit.is_some() || y.exit.is_some() || self.defs.block(a) != self.defs.block(b) {
            return false;
        }
        match (x.op, y.op) {
            (Op::Lane(0), Op::Lane(1)) if x.args == y.args => {
                pairing.leaves += 1;
                pairing.pairs.push(((a, b), Pair::Lanes(x.args[0])));
                true
            }
            (Op::Add | Op::Sub | Op::Mul | Op::Div, op) if op == x.op => {
                let args: Vec<(Value, Value)> = x.args.iter().copied().zip(y.args.iter().copied()).collect();
                if !args.iter().all(|(a, b)| self.pair(*a, *b, pairing)) {
                    return false;
                }
                pairing.pairs.push(((a, b), Pair::Op(op, args)));
                true
            }
            (Op::Load(..), _) => match self.neighbours(a, b) {
                Some((view, offset)) => {
                    pairing.leaves += 1;
                    pairing.pairs.push(((a, b), Pair::Load(view, offset)));
                    true
                }
                None => false,
            },
            _ => false,
        }
    }
}

/// Carries each pair of parameters as one.
fn rewrite(region: &mut Region, defs: &Defs, shape: &Shape, next: &HashMap<Value, Value>, pairing: Pairing) {
    let body = &mut region.body;
    let old = body[shape.header].params.clone();
    let both: HashMap<(Value, Value), Value> =
        pairing.params.iter().map(|pair| (*pair, body.param(shape.header, Type::F64X2))).collect();
    let mut packed: HashMap<(Value, Value), Value> = HashMap::default();
    for (pair, how) in pairing.pairs {
        // A pair is computed in the block of its second value; a pair of values from outside in the header,
        // where both are available and which dominates all uses. (`licm` hoists it.)
        let block = match how {
            Pair::Outside => shape.header,
            _ => defs.block(pair.1).unwrap_or(shape.header),
        };
        let value = match how {
            Pair::Param => both[&pair],
            Pair::Lanes(v) => v,
            Pair::Op(op, args) => {
                let args: Vec<Value> = args.iter().map(|pair| packed[pair]).collect();
                body.push(block, op, &args, Some(Type::F64X2)).expect("typed")
            }
            Pair::Load(view, offset) => {
                body.push(block, Op::LoadPair, &[view, offset], Some(Type::F64X2)).expect("typed")
            }
            Pair::Outside => body.push(block, Op::Pack, &[pair.0, pair.1], Some(Type::F64X2)).expect("typed"),
        };
        body.origins.copy(pair.0, value);
        packed.insert(pair, value);
    }
    // The entry edges pack their arguments; the back edge passes the pairs.
    let place = |v: Value| old.iter().position(|p| *p == v).expect("a parameter");
    for from in shape.entries.iter().copied() {
        let mut term = body[from].term.clone();
        for target in term.targets_mut().into_iter().filter(|t| t.block == shape.header) {
            for (a, b) in &pairing.params {
                let args = [target.args[place(*a)], target.args[place(*b)]];
                target.args.push(body.push(from, Op::Pack, &args, Some(Type::F64X2)).expect("typed"));
            }
        }
        body[from].term = term;
    }
    let mut term = body[shape.latch].term.clone();
    for target in term.targets_mut() {
        target.args.extend(pairing.params.iter().map(|(a, b)| packed[&(next[a], next[b])]));
    }
    body[shape.latch].term = term;
    // All other uses get lanes: inside of the loop, extracted in the header (if only exits need them, they
    // are sunk there); outside, extracted on the header's exit edge, or in each block that other exit edges
    // reach, so that no iteration extracts them.
    let lanes = |body: &mut Body, block: BlockId| -> HashMap<Value, Value> {
        let mut names = HashMap::default();
        for pair in &pairing.params {
            for (k, v) in [(0, pair.0), (1, pair.1)] {
                names
                    .insert(v, body.push(block, Op::Lane(k), &[both[pair]], Some(Type::F64)).expect("typed"));
            }
        }
        names
    };
    let first = body[shape.header].insts.len();
    let within = lanes(body, shape.header);
    body[shape.header].insts.rotate_left(first);
    let edge = body.block();
    let outside = lanes(body, edge);
    rename(region, &shape.blocks, &within);
    let mut to = Target { block: edge, args: smallvec![] };
    std::mem::swap(region.body[shape.header].term.targets_mut()[shape.out], &mut to);
    let back: HashMap<Value, Value> = within.iter().map(|(v, lane)| (*lane, outside[v])).collect();
    to.args.iter_mut().for_each(|v| *v = *back.get(v).unwrap_or(v));
    region.body[edge].term = Term::Jump(to);
    let cfg = Cfg::new(&region.body);
    let below = cfg.order().iter().copied().filter(|x| *x != edge && cfg.dominates(shape.header, *x));
    for block in below.filter(|x| !shape.blocks.contains(x)) {
        if cfg.dominates(edge, block) {
            rename(region, &[block], &outside);
        } else {
            let own = region.body[block].insts.len();
            let here = lanes(&mut region.body, block);
            region.body[block].insts.rotate_left(own);
            rename(region, &[block], &here);
        }
    }
}

/// Renames values in some blocks, and in the exits that they refer to.
fn rename(region: &mut Region, blocks: &[BlockId], names: &HashMap<Value, Value>) {
    let name = |v: Value| *names.get(&v).unwrap_or(&v);
    let mut exits = vec![];
    for block in blocks {
        for inst in &mut region.body[*block].insts {
            inst.args.iter_mut().for_each(|v| *v = name(*v));
            exits.extend(inst.exit);
        }
        region.body[*block].term.map_uses(name);
        if let Term::Exit(exit) = region.body[*block].term {
            exits.push(exit);
        }
    }
    for exit in exits {
        region.exits[exit.index()].map_uses(name);
    }
}
