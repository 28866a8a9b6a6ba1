//! Check elimination: a check that an earlier branch, guard or check implies is removed.
//!
//! ```text
//! b1(v1: i64): loop                     b1(v1: i64): loop
//!   v2 = fits v0, v1, 48                  v2 = fits v0, v1, 48
//!   branch v2, b2, b3                     branch v2, b2, b3
//! b2:                             →     b2:
//!   v3 = slice v0, v1, 48 !e0             v3 = slice v0, v1, 48
//!   v4 = add v1, 48 !e1                   v4 = add v1, 48
//! ```
//!
//! It walks the dominator tree and keeps the facts that hold at each block:
//!
//! * conditions that hold or do not hold (a branch's in each of its arms, a guard's after it);
//! * spans, `[base + from, base + to)` within a view, from a `fits` that holds and from each slice or load
//!   executed; also spans of variable length that end at `base + more + to`;
//! * ranges of integers ([`ranges`]), from their definitions and from spans (the offset of a span is at least
//!   0); and integers that are not 0;
//! * facts about a view, and about slices of the same length, from comparisons with the length of the view.
//!
//! A slice at `i * step` of `count * step` bytes of a view is within it if `0 <= i < count`: elements of a
//! list have no checks of their own ([`spans`]).
//!
//! The facts replace conditions by constants, drop the exits of slices, loads, integer arithmetic, shifts and
//! `unwrap`, drop masks that clear no bits, and decide `fits` and comparisons.
//!
//! Not done: comparisons of integers are not chained, except for lower bounds of the length of a span.

mod ranges;
mod scoped;
mod spans;

use super::rewrite::{Defs, Forward, Step, copy, dominator_walk};
use crate::ir::cfg::Cfg;
use crate::ir::{Base, BlockId, Body, Const, ExitId, Inst, Op, Program, Region, Term, Type, Value};
use ranges::{ALL, within};
use rustc_hash::FxHashMap as HashMap;
use scoped::Scoped;
use spans::{Elements, Long, Span};

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    walk(region, |_, _, _, _, _| {});
}

/// The result of a read without an exit that nothing proves to be within its view and that is not proven
/// unreachable. The proof is redone from the region alone.
pub(super) fn unproven(region: &Region) -> Option<Value> {
    let (mut region, originals) = with_exits(region);
    let mut found = vec![];
    walk(&mut region, |known, region, defs, block, moment| {
        let Point::Inst(inst) = moment else { return };
        let read = matches!(inst.op, Op::Slice | Op::Load(..) | Op::LoadPair) && inst.exit.is_none();
        // A constant view is within the pool.
        if read && region.body.as_const(inst.args[0]).is_none() && !known.would_hold(region, defs, inst) {
            found.push((block, inst.result.expect("a read has a result")));
        }
    });
    let reached = reached(&region.body);
    let (_, v) = found.into_iter().find(|(block, _)| reached[block.index()])?;
    Some(originals.get(&v).copied().unwrap_or(v))
}

/// The region with the slices of its exits copied to before the places where the exits are taken: these
/// slices are read later. Also returns the original of each copied value.
fn with_exits(region: &Region) -> (Region, HashMap<Value, Value>) {
    let (mut whole, mut originals) = (region.clone(), HashMap::default());
    let slices = |exit: ExitId| {
        let insts = &region.exits[exit.index()].insts;
        if insts.iter().any(|inst| inst.op == Op::Slice) { &insts[..] } else { &[] }
    };
    for (id, block) in region.body.ids().zip(&region.body.blocks) {
        let mut insts = vec![];
        let mut add = |insts: &mut Vec<Inst>, exit| {
            let mut names = HashMap::default();
            insts.extend(slices(exit).iter().map(|inst| copy(&mut whole, inst, &mut names)));
            originals.extend(names.into_iter().map(|(original, copy)| (copy, original)));
        };
        for inst in &block.insts {
            inst.exit.into_iter().for_each(|exit| add(&mut insts, exit));
            insts.push(inst.clone());
        }
        if let Term::Exit(exit) = block.term {
            add(&mut insts, exit);
        }
        whole.body[id].insts = insts;
    }
    (whole, originals)
}

/// The reachable blocks, given the constant conditions.
fn reached(body: &Body) -> Vec<bool> {
    let (mut reached, mut work) = (vec![false; body.blocks.len()], vec![BlockId(0)]);
    while let Some(block) = work.pop() {
        if std::mem::replace(&mut reached[block.index()], true) {
            continue;
        }
        match &body[block].term {
            Term::Branch(condition, yes, no) => match body.as_const(*condition) {
                Some(Const::Bool(holds)) => work.push(if holds { yes.block } else { no.block }),
                _ => work.extend([yes.block, no.block]),
            },
            term => work.extend(term.targets().iter().map(|target| target.block)),
        }
    }
    reached
}

/// A point of the walk within a block.
enum Point<'a> {
    /// At its start, if it has one predecessor, before anything is learned from the branch there.
    Entry,
    /// At an instruction, before anything is learned from it.
    Inst(&'a Inst),
}

/// The instructions, by their results, that would not fail at the end of the preceding block either, for
/// blocks with one predecessor: their proofs do not depend on the branch there. Returns the block of each.
pub(super) fn early(region: &Region) -> HashMap<Value, BlockId> {
    let mut early = HashMap::default();
    walk(&mut region.clone(), |known, region, defs, block, moment| {
        let Point::Entry = moment else { return };
        for inst in region.body[block].insts.iter().filter(|i| i.exit.is_none()) {
            if let Some(result) = inst.result.filter(|_| known.would_hold(region, defs, inst)) {
                early.insert(result, block);
            }
        }
    });
    early
}

/// Walks over the region, and calls `look` at each [`Point`] of each block with the facts there.
fn walk(region: &mut Region, mut look: impl FnMut(&Walk, &Region, &Defs, BlockId, Point)) {
    let cfg = Cfg::new(&region.body);
    let mut walk = Walk::default();
    walk.ranges.resize(region.body.values.len(), ALL);
    let mut visited = vec![false; region.body.blocks.len()];
    let mut scopes = vec![];
    // Definitions do not move here.
    let defs = Defs::new(&region.body, &cfg);
    for step in dominator_walk(&cfg) {
        match step {
            Step::Enter(block) => {
                scopes.push(walk.known_so_far());
                walk.params(region, &defs, &cfg, block, &visited);
                visited[block.index()] = true;
                if cfg.predecessors(block).len() == 1 {
                    look(&walk, region, &defs, block, Point::Entry);
                }
                walk.arrive(region, &defs, &cfg, block);
                walk.block(region, &defs, block, &mut look);
            }
            Step::Leave(_) => {
                walk.forget(scopes.pop().expect("a block is left after it was entered"));
            }
        }
    }
    walk.same.apply(region);
}

/// Whether an instruction cannot fail wherever it is, considering only its arguments' definitions.
pub(super) fn never_fails(region: &Region, defs: &Defs, inst: &Inst) -> bool {
    let numbers = matches!(inst.op, Op::Add | Op::Sub | Op::Mul | Op::Shl | Op::Shr);
    numbers && Walk::default().would_hold(region, defs, inst)
}

/// The `i64` of which an unsigned number is the bit pattern, if it is defined so.
fn signed(region: &Region, defs: &Defs, v: Value) -> Option<Value> {
    match defs.inst(&region.body, v) {
        Some(Inst { op: Op::Bits(Base::U64), args, .. }) if region.body.ty(args[0]) == Type::I64 => {
            Some(args[0])
        }
        _ => None,
    }
}

/// A comparison (or the `has` of an optional, which is both arguments), and whether it compares the bits of
/// its arguments as unsigned numbers.
type Comparison = (Op, [Value; 2], bool);

#[derive(Default)]
struct Walk {
    /// Conditions that hold or do not hold.
    holds: Scoped<Value, bool>,
    /// The comparisons that hold.
    asked: Scoped<Comparison, ()>,
    /// By view and base.
    spans: Scoped<(Value, Option<Value>), Span>,
    long: Scoped<(Value, Option<Value>), Long>,
    /// Spans of all views of that length.
    limits: Scoped<Value, (Option<Value>, Span)>,
    /// Slices, by length.
    slices: Scoped<Value, Value>,
    /// By view.
    elements: Scoped<Value, Elements>,
    /// Lower and upper bounds of values.
    least: Scoped<Value, (i128, i128)>,
    /// By integer: other integers known to be less than or equal to it.
    below: Scoped<Value, Value>,
    /// Integers known not to be 0.
    not_zero: Scoped<Value, ()>,
    /// By value: the range of an `i64` known at its definition. It holds wherever the value is available.
    ranges: Vec<(i128, i128)>,
    /// Replacements of masks that clear no bits.
    same: Forward,
}

impl Walk {
    /// The number of facts of each kind.
    fn known_so_far(&self) -> [usize; 10] {
        let Walk { holds, asked, spans, long, limits, slices, elements, least, below, not_zero, .. } = self;
        let [holds, asked, spans, long] = [holds.len(), asked.len(), spans.len(), long.len()];
        let [limits, slices, elements, least] = [limits.len(), slices.len(), elements.len(), least.len()];
        [holds, asked, spans, long, limits, slices, elements, least, below.len(), not_zero.len()]
    }

    /// Removes all facts added since `known` was taken.
    fn forget(&mut self, known: [usize; 10]) {
        let [holds, asked, spans, long, limits, slices, elements, least, below, not_zero] = known;
        self.holds.forget(holds);
        self.asked.forget(asked);
        self.spans.forget(spans);
        self.long.forget(long);
        self.limits.forget(limits);
        self.slices.forget(slices);
        self.elements.forget(elements);
        self.least.forget(least);
        self.below.forget(below);
        self.not_zero.forget(not_zero);
    }

    /// Adds the fact that a condition holds, or does not.
    fn hold(&mut self, region: &Region, defs: &Defs, condition: Value, holds: bool) {
        self.holds.push(condition, holds);
        let inst = defs.inst(&region.body, condition).filter(|_| holds);
        match inst.map(|i| (i.op, &i.args[..])) {
            Some((op @ (Op::Lt | Op::Le), &[a, b])) => {
                self.asked.push((op, [a, b], false), ());
                if let (Some(a), Some(b)) = (signed(region, defs, a), signed(region, defs, b)) {
                    self.asked.push((op, [a, b], true), ());
                }
            }
            Some((Op::Has, &[v])) => self.asked.push((Op::Has, [v, v], false), ()),
            _ => {}
        }
    }

    /// Learns from the branch through which a block is entered, if that is its only incoming edge except for
    /// back edges.
    fn arrive(&mut self, region: &Region, defs: &Defs, cfg: &Cfg, block: BlockId) {
        let mut entries = cfg.predecessors(block).iter().filter(|from| !cfg.dominates(block, **from));
        let (Some(from), None) = (entries.next(), entries.next()) else { return };
        let Term::Branch(condition, a, b) = &region.body[*from].term else { return };
        if a.block == b.block {
            return;
        }
        self.learn(region, defs, *condition, a.block == block);
    }

    fn learn(&mut self, region: &Region, defs: &Defs, condition: Value, holds: bool) {
        self.hold(region, defs, condition, holds);
        let Some(inst) = defs.inst(&region.body, condition) else { return };
        match (inst.op, holds) {
            (Op::Fits, true) => self.inside(region, defs, inst),
            (Op::Not, _) => self.learn(region, defs, inst.args[0], !holds),
            (Op::And, true) | (Op::Or, false) => {
                self.learn(region, defs, inst.args[0], holds);
                self.learn(region, defs, inst.args[1], holds);
            }
            (Op::Eq, true) | (Op::Ne, false) => {
                // Some of its bits are not 0.
                if let (Some(c), Some(Inst { op: Op::And, args, .. })) =
                    (region.body.as_i64(inst.args[1]), defs.inst(&region.body, inst.args[0]))
                    && c != 0
                {
                    self.not_zero.push(args[0], ());
                }
            }
            (Op::Lt, true) if region.body.ty(inst.args[0]) == Type::U64 => {
                // Two bounds in one comparison: as an unsigned number, a negative number is large.
                let signed = |v| signed(region, defs, v);
                if let (Some(low), Some(high)) = (signed(inst.args[0]), signed(inst.args[1]))
                    && let most = self.range(region, defs, high, 0)
                    && most.0 >= 0
                {
                    self.least.push(low, (0, most.1 - 1));
                    let limit = match defs.inst(&region.body, high) {
                        Some(Inst { op: Op::Max, args, .. }) if region.body.as_i64(args[0]) == Some(0) => {
                            args[1]
                        }
                        _ => high,
                    };
                    self.limit(region, defs, low, limit, true);
                }
            }
            (Op::Lt | Op::Le, _) if region.body.ty(inst.args[0]) == Type::I64 => {
                // a < b, or the converse b <= a.
                let (low, high) =
                    if holds { (inst.args[0], inst.args[1]) } else { (inst.args[1], inst.args[0]) };
                let strict = i128::from((inst.op == Op::Lt) == holds);
                let (low_range, high_range) =
                    (self.range(region, defs, low, 0), self.range(region, defs, high, 0));
                self.least.push(low, (low_range.0, high_range.1 - strict));
                self.least.push(high, (low_range.0 + strict, high_range.1));
                self.below.push(high, low);
                self.limit(region, defs, low, high, strict == 1);
            }
            _ => {}
        }
    }

    /// The result of a comparison of integers, if their ranges determine it.
    fn decided(&self, region: &Region, defs: &Defs, inst: &Inst) -> Option<bool> {
        if region.body.ty(inst.args[0]) != Type::I64 {
            return None;
        }
        let (a, b) = (self.range(region, defs, inst.args[0], 0), self.range(region, defs, inst.args[1], 0));
        let (below, not_above) = (a.1 < b.0, a.1 <= b.0);
        let (above, not_below) = (b.1 < a.0, b.1 <= a.0);
        match inst.op {
            Op::Lt if below || not_below => Some(below),
            Op::Le if not_above || above => Some(not_above),
            Op::Eq if below || above => Some(false),
            Op::Ne if below || above => Some(true),
            _ => None,
        }
    }

    /// Whether an unsigned comparison holds because the signed one is known to.
    fn below(&self, region: &Region, defs: &Defs, inst: &Inst) -> bool {
        let (Some(low), Some(high)) =
            (signed(region, defs, inst.args[0]), signed(region, defs, inst.args[1]))
        else {
            return false;
        };
        self.compared(region, defs, Op::Lt, [low, high]) && self.range(region, defs, low, 0).0 >= 0
    }

    /// Whether that comparison is known to hold, as a signed or an unsigned one. If the unsigned one holds
    /// and the larger number is non-negative, so is the smaller one.
    fn compared(&self, region: &Region, defs: &Defs, op: Op, args: [Value; 2]) -> bool {
        let [(_, most), (least, _)] = args.map(|v| self.range(region, defs, v, 0));
        let known = |bits| !self.asked.of((op, args, bits)).is_empty();
        known(false) || least >= 0 && known(true) || most < least + i128::from(op == Op::Le)
    }

    fn block(
        &mut self,
        region: &mut Region,
        defs: &Defs,
        block: BlockId,
        look: &mut impl FnMut(&Walk, &Region, &Defs, BlockId, Point),
    ) {
        for i in 0..region.body[block].insts.len() {
            let mut inst = region.body[block].insts[i].clone();
            inst.args.iter_mut().for_each(|v| *v = self.known(region, *v));
            region.body[block].insts[i].args.clone_from(&inst.args);
            look(self, region, defs, block, Point::Inst(&inst));
            if self.certain(region, defs, &inst) {
                if inst.op == Op::Fits {
                    let holds = inst.result.expect("fits has a result");
                    self.hold(region, defs, holds, true);
                } else {
                    region.body[block].insts[i].exit = None;
                }
            }
            // Arithmetic that does not wrap gets the plain opcode, which other passes recognize.
            if let Some(plain) = self.unwrapped(region, defs, &inst) {
                (inst.op, region.body[block].insts[i].op) = (plain, plain);
            }
            if let Some(result) = inst.result.filter(|v| region.body.ty(*v) == Type::I64) {
                self.ranges[result.index()] = self.range(region, defs, result, 0);
            }
            match inst.op {
                Op::Lt | Op::Le | Op::Eq | Op::Ne if let Some(holds) = self.decided(region, defs, &inst) => {
                    self.hold(region, defs, inst.result.expect("a comparison has a result"), holds);
                }
                Op::Lt if self.below(region, defs, &inst) => {
                    self.hold(region, defs, inst.result.expect("a comparison has a result"), true);
                }
                Op::Eq | Op::Ne
                    if region.body.as_i64(inst.args[1]) == Some(0)
                        && !self.not_zero.of(inst.args[0]).is_empty() =>
                {
                    let result = inst.result.expect("a comparison has a result");
                    self.hold(region, defs, result, inst.op == Op::Ne);
                }
                Op::And if region.body.ty(inst.args[0]) == Type::I64 => {
                    // A mask that clears no bit that may be set.
                    if let Some(mask) = region.body.as_i64(inst.args[1])
                        && (mask as u64).wrapping_add(1).is_power_of_two()
                        && let (low, high) = self.range(region, defs, inst.args[0], 0)
                        && low >= 0
                        && high <= mask.into()
                    {
                        self.same.set(inst.result.expect("a mask has a result"), inst.args[0]);
                    }
                }
                Op::Guard => self.learn(region, defs, inst.args[0], true),
                Op::Slice => self.sliced(region, defs, &inst),
                Op::Load(scalar, _) => {
                    self.span(region, defs, inst.args[0], inst.args[1], scalar.size() as i64)
                }
                Op::LoadPair => self.span(region, defs, inst.args[0], inst.args[1], 16),
                _ => {}
            }
        }
        let mut term = std::mem::replace(&mut region.body[block].term, Term::Return(vec![]));
        term.map_uses(|v| self.known(region, v));
        region.body[block].term = term;
    }

    /// The opcode without wrapping, if the result is known to fit.
    fn unwrapped(&self, region: &Region, defs: &Defs, inst: &Inst) -> Option<Op> {
        let plain = match inst.op {
            Op::WrapAdd => Op::Add,
            Op::WrapSub => Op::Sub,
            Op::WrapMul => Op::Mul,
            _ => return None,
        };
        let fits =
            region.body.ty(inst.args[0]) == Type::I64 && within(self.arithmetic(region, defs, inst, 0));
        fits.then_some(plain)
    }

    /// The constant value of a condition, if it is known.
    fn known(&self, region: &mut Region, v: Value) -> Value {
        match self.holds.of(v).first() {
            Some(holds) => region.body.constant(Const::Bool(*holds)),
            None => v,
        }
    }

    /// Whether an instruction without an exit could not fail if it had one.
    fn would_hold(&self, region: &Region, defs: &Defs, inst: &Inst) -> bool {
        self.certain(region, defs, &Inst { exit: Some(ExitId(0)), ..inst.clone() })
    }

    /// Whether an instruction cannot fail (for `fits`: whether it holds).
    fn certain(&self, region: &Region, defs: &Defs, inst: &Inst) -> bool {
        let body = &region.body;
        match (inst.op, &inst.args[..]) {
            (Op::Fits, [view, offset, need]) => {
                body.as_i64(*need).is_some_and(|need| self.fits(region, defs, *view, *offset, need))
            }
            _ if inst.exit.is_none() => false,
            (Op::Slice, [view, offset, need]) => match body.as_i64(*need) {
                Some(need) => self.read(region, defs, *view, *offset, need),
                None => {
                    self.fits_long(region, defs, *view, *offset, *need)
                        || self.part(region, defs, *view, *offset, *need)
                }
            },
            (Op::Load(scalar, _), [view, offset]) => {
                self.read(region, defs, *view, *offset, scalar.size() as i64)
            }
            (Op::LoadPair, [view, offset]) => self.read(region, defs, *view, *offset, 16),
            (Op::Add | Op::Sub | Op::Mul, [a, _]) if body.ty(*a) == Type::I64 => {
                within(self.arithmetic(region, defs, inst, 0))
            }
            (Op::Div | Op::Rem, [a, b]) if body.ty(*a) == Type::I64 => {
                // The smallest number divided by -1 overflows.
                let (low, high) = self.range(region, defs, *b, 0);
                low > 0 || high < -1
            }
            (Op::Unwrap, [v]) => !self.asked.of((Op::Has, [*v, *v], false)).is_empty(),
            (Op::Shl | Op::Shr, [_, count]) => {
                let (low, high) = self.range(region, defs, *count, 0);
                low >= 0 && high < 64
            }
            _ => false,
        }
    }
}
