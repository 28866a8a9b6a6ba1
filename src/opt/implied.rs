//! Implied checks: what an earlier branch, guard or check has made certain is not checked again.
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
//! A walk over the dominator tree with what is known on the way to each block:
//!
//! * conditions that hold or do not hold (a branch's on each of its arms, a guard's after it);
//! * spans, `[base + from, base + to)` within a view, from a `fits` that holds and from any slice or load that was done;
//! * ranges of integers, from what made them and from spans (the offset of a span is at least 0); which are not 0.
//!
//! They are used to replace conditions by constants, to drop the exits of slices, loads, additions, subtractions, multiplications and
//! shifts, to drop masks that mask nothing, and to answer `fits`.
//!
//! Not done: a loop's parameter has no range of its own; comparisons of integers are not chained.

use super::rewrite::{Defs, Forward, Step, base_offset, dominator_walk};
use crate::ir::cfg::Cfg;
use crate::ir::{Base, BlockId, Const, Inst, Op, Program, Region, Term, Type, Value};
use crate::schema::Scalar;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let mut walk =
        Walk { holds: vec![], spans: vec![], least: vec![], not_zero: vec![], same: Forward::default() };
    let mut scopes = vec![];
    // Where things are defined does not change here.
    let defs = Defs::new(&region.body, &cfg);
    for step in dominator_walk(&cfg) {
        match step {
            Step::Enter(block) => {
                scopes.push((walk.holds.len(), walk.spans.len(), walk.least.len(), walk.not_zero.len()));
                walk.arrive(region, &defs, &cfg, block);
                walk.block(region, &defs, block);
            }
            Step::Leave(_) => {
                let (holds, spans, least, not_zero) =
                    scopes.pop().expect("a block is left after it was entered");
                walk.holds.truncate(holds);
                walk.spans.truncate(spans);
                walk.least.truncate(least);
                walk.not_zero.truncate(not_zero);
            }
        }
    }
    walk.same.apply(region);
}

/// A span of a view that lies within it: from `base + from` (just `from` if there is no base) to `base + to`.
#[derive(Clone, Copy, Debug)]
struct Span {
    view: Value,
    base: Option<Value>,
    from: i64,
    to: i64,
}

/// No view is longer, and none starts further behind.
const MOST: i128 = 1 << 62;

/// The range of `a & b`, from theirs.
fn meet(a: (i128, i128), b: (i128, i128)) -> (i128, i128) {
    match (a.0 >= 0, b.0 >= 0) {
        (true, true) => (0, a.1.min(b.1)),
        (true, false) => (0, a.1),
        (false, true) => (0, b.1),
        // A negative constant -2^k clears the lower k bits.
        (false, false) if b.0 == b.1 && (-b.0).count_ones() == 1 => (a.0 + b.0 + 1, a.1),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

struct Walk {
    holds: Vec<(Value, bool)>,
    spans: Vec<Span>,
    /// Values that are known to be at least so much, and at most so much.
    least: Vec<(Value, i128, i128)>,
    /// Integers that are known not to be 0.
    not_zero: Vec<Value>,
    /// What needless masks are replaced by.
    same: Forward,
}

impl Walk {
    /// Learns from the branch by which a block is entered, if that is the only way in.
    fn arrive(&mut self, region: &Region, defs: &Defs, cfg: &Cfg, block: BlockId) {
        let [from] = cfg.predecessors(block) else { return };
        let Term::Branch(condition, a, b) = &region.body[*from].term else { return };
        if a.block == b.block {
            return;
        }
        self.learn(region, defs, *condition, a.block == block);
    }

    fn learn(&mut self, region: &Region, defs: &Defs, condition: Value, holds: bool) {
        self.holds.push((condition, holds));
        let Some(inst) = defs.inst(&region.body, condition) else { return };
        match (inst.op, holds) {
            (Op::Fits, true) => {
                if let Some(need) = region.body.as_i64(inst.args[2]) {
                    self.span(region, defs, inst.args[0], inst.args[1], need);
                }
            }
            (Op::Not, _) => self.learn(region, defs, inst.args[0], !holds),
            (Op::And, true) | (Op::Or, false) => {
                self.learn(region, defs, inst.args[0], holds);
                self.learn(region, defs, inst.args[1], holds);
            }
            (Op::Eq, true) | (Op::Ne, false) => {
                // Bits of it are not all 0.
                if let (Some(c), Some(Inst { op: Op::And, args, .. })) =
                    (region.body.as_i64(inst.args[1]), defs.inst(&region.body, inst.args[0]))
                    && c != 0
                {
                    self.not_zero.push(args[0]);
                }
            }
            (Op::Lt, true) if region.body.ty(inst.args[0]) == Type::U64 => {
                // Two bounds in one: without sign, what is negative is large.
                let signed = |v: Value| match defs.inst(&region.body, v) {
                    Some(Inst { op: Op::Bits(Base::U64), args, .. })
                        if region.body.ty(args[0]) == Type::I64 =>
                    {
                        Some(args[0])
                    }
                    _ => None,
                };
                if let (Some(low), Some(high)) = (signed(inst.args[0]), signed(inst.args[1]))
                    && let most = self.range(region, defs, high, 0)
                    && most.0 >= 0
                {
                    self.least.push((low, 0, most.1 - 1));
                }
            }
            (Op::Lt | Op::Le, _) if region.body.ty(inst.args[0]) == Type::I64 => {
                // a < b, or b <= a turned round.
                let (low, high) =
                    if holds { (inst.args[0], inst.args[1]) } else { (inst.args[1], inst.args[0]) };
                let strict = i128::from((inst.op == Op::Lt) == holds);
                let (low_range, high_range) =
                    (self.range(region, defs, low, 0), self.range(region, defs, high, 0));
                self.least.push((low, low_range.0, high_range.1 - strict));
                self.least.push((high, low_range.0 + strict, high_range.1));
            }
            _ => {}
        }
    }

    /// Notes that `need` bytes at `offset` lie within `view`.
    fn span(&mut self, region: &Region, defs: &Defs, view: Value, offset: Value, need: i64) {
        let (base, from) = base_offset(&region.body, defs, offset);
        if let (Some(to), true) = (from.checked_add(need), need >= 0) {
            self.spans.push(Span { view, base, from, to });
        }
    }

    /// Whether `need` bytes at `offset` of `view` are known to lie within it.
    fn fits(&self, region: &Region, defs: &Defs, view: Value, offset: Value, need: i64) -> bool {
        let (base, from) = base_offset(&region.body, defs, offset);
        let Some(to) = from.checked_add(need).filter(|_| need >= 0) else { return false };
        let known = |s: &&Span| s.view == view && s.base == base;
        let below = self.spans.iter().filter(known).any(|s| s.from <= from && from <= s.to);
        let above = self.spans.iter().filter(known).any(|s| s.from <= to && to <= s.to);
        // Two spans of one view are enough, whatever lies between them: the view has no holes.
        below && above
    }

    fn block(&mut self, region: &mut Region, defs: &Defs, block: BlockId) {
        for i in 0..region.body[block].insts.len() {
            let inst = region.body[block].insts[i].clone();
            let args: Vec<Value> = inst.args.iter().map(|v| self.known(region, *v)).collect();
            region.body[block].insts[i].args.clone_from(&args);
            let inst = Inst { args, ..inst };
            if self.certain(region, defs, &inst) {
                if inst.op == Op::Fits {
                    let holds = inst.result.expect("fits has a result");
                    self.holds.push((holds, true));
                } else {
                    region.body[block].insts[i].exit = None;
                }
            }
            match inst.op {
                Op::Eq | Op::Ne
                    if region.body.as_i64(inst.args[1]) == Some(0)
                        && self.not_zero.contains(&inst.args[0]) =>
                {
                    self.holds.push((inst.result.expect("a comparison has a result"), inst.op == Op::Ne));
                }
                Op::And if region.body.ty(inst.args[0]) == Type::I64 => {
                    // A mask that clears no bit which is set.
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
                Op::Slice => {
                    if let Some(need) = region.body.as_i64(inst.args[2]) {
                        self.span(region, defs, inst.args[0], inst.args[1], need);
                    }
                }
                Op::Load(scalar, _) => {
                    self.span(region, defs, inst.args[0], inst.args[1], scalar.size() as i64)
                }
                _ => {}
            }
        }
        let mut term = std::mem::replace(&mut region.body[block].term, Term::Return(vec![]));
        term.map_uses(|v| self.known(region, v));
        region.body[block].term = term;
    }

    /// A condition that is known, as a constant.
    fn known(&self, region: &mut Region, v: Value) -> Value {
        match self.holds.iter().find(|(c, _)| *c == v) {
            Some((_, holds)) => region.body.constant(Const::Bool(*holds)),
            None => v,
        }
    }

    /// Whether an instruction cannot fail (of `fits`: whether it holds).
    fn certain(&self, region: &Region, defs: &Defs, inst: &Inst) -> bool {
        let body = &region.body;
        match (inst.op, &inst.args[..]) {
            (Op::Fits, [view, offset, need]) => {
                body.as_i64(*need).is_some_and(|need| self.fits(region, defs, *view, *offset, need))
            }
            _ if inst.exit.is_none() => false,
            (Op::Slice, [view, offset, need]) => {
                body.as_i64(*need).is_some_and(|need| self.fits(region, defs, *view, *offset, need))
            }
            (Op::Load(scalar, _), [view, offset]) => {
                self.fits(region, defs, *view, *offset, scalar.size() as i64)
            }
            (Op::Add | Op::Sub | Op::Mul, [a, _]) if body.ty(*a) == Type::I64 => {
                let (low, high) = self.arithmetic(region, defs, inst, 0);
                low >= i128::from(i64::MIN) && high <= i128::from(i64::MAX)
            }
            (Op::Shl | Op::Shr, [_, count]) => {
                let (low, high) = self.range(region, defs, *count, 0);
                low >= 0 && high < 64
            }
            _ => false,
        }
    }

    /// From where to where an integer can be.
    fn range(&self, region: &Region, defs: &Defs, v: Value, depth: u32) -> (i128, i128) {
        /// Ranges are looked up that many instructions back.
        const DEPTH: u32 = 6;
        let all = (i128::from(i64::MIN), i128::from(i64::MAX));
        if let Some(c) = region.body.as_i64(v) {
            return (c.into(), c.into());
        }
        let (mut low, mut high) = match defs.inst(&region.body, v).filter(|_| depth < DEPTH) {
            Some(inst) => {
                let arg = |i: usize| self.range(region, defs, inst.args[i], depth + 1);
                match inst.op {
                    Op::Len | Op::Start => (0, MOST),
                    Op::Find => (-1, MOST),
                    Op::Load(Scalar::U8, _) => (0, u8::MAX.into()),
                    Op::Load(Scalar::U16, _) => (0, u16::MAX.into()),
                    Op::Load(Scalar::U32, _) => (0, u32::MAX.into()),
                    Op::Load(Scalar::I8, _) => (i8::MIN.into(), i8::MAX.into()),
                    Op::Load(Scalar::I16, _) => (i16::MIN.into(), i16::MAX.into()),
                    Op::Load(Scalar::I32, _) => (i32::MIN.into(), i32::MAX.into()),
                    Op::Convert(Base::I64) if region.body.ty(inst.args[0]) == Type::BOOL => (0, 1),
                    Op::And => meet(arg(0), arg(1)),
                    Op::Shr if region.body.ty(v) == Type::I64 => match region.body.as_i64(inst.args[1]) {
                        Some(count @ 0..64) => (arg(0).0 >> count, arg(0).1 >> count),
                        _ => all,
                    },
                    Op::Shl if region.body.ty(v) == Type::I64 => match region.body.as_i64(inst.args[1]) {
                        // If no bit is lost.
                        Some(count @ 0..63) if arg(0).0 >= all.0 >> count && arg(0).1 <= all.1 >> count => {
                            (arg(0).0 << count, arg(0).1 << count)
                        }
                        _ => all,
                    },
                    Op::Min => (arg(0).0.min(arg(1).0), arg(0).1.min(arg(1).1)),
                    Op::Max => (arg(0).0.max(arg(1).0), arg(0).1.max(arg(1).1)),
                    Op::Select => (arg(1).0.min(arg(2).0), arg(1).1.max(arg(2).1)),
                    Op::Add | Op::Sub | Op::Mul => {
                        let (low, high) = self.arithmetic(region, defs, inst, depth);
                        // One that was done has not overflowed.
                        (low.max(all.0), high.min(all.1))
                    }
                    _ => all,
                }
            }
            None => all,
        };
        for (_, least, most) in self.least.iter().filter(|(known, ..)| *known == v) {
            (low, high) = (low.max(*least), high.min(*most));
        }
        // base + from and base + to lie between 0 and the largest length.
        for span in self.spans.iter().filter(|s| s.base == Some(v)) {
            (low, high) = (low.max(-i128::from(span.from)), high.min(MOST - i128::from(span.to)));
        }
        (low, high)
    }

    fn arithmetic(&self, region: &Region, defs: &Defs, inst: &Inst, depth: u32) -> (i128, i128) {
        let (a, b) = (
            self.range(region, defs, inst.args[0], depth + 1),
            self.range(region, defs, inst.args[1], depth + 1),
        );
        match inst.op {
            Op::Add => (a.0 + b.0, a.1 + b.1),
            Op::Sub => (a.0 - b.1, a.1 - b.0),
            _ => {
                let corners = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
                (*corners.iter().min().expect("four"), *corners.iter().max().expect("four"))
            }
        }
    }
}
