//! Ranges of integers.
//!
//! The range of a value is computed from its operands: a few steps back with all current facts, and beyond
//! from the ranges known at the definitions. A parameter's range is the join of its arguments' ranges; in a
//! loop, of those from the entry and from the back edge, or of the entry's plus the increments of as many
//! iterations as the loop can have: a sum over the elements of a list has a range, since the length of a list
//! has one.
//!
//! Not here: ranges of unsigned numbers.

use super::Walk;
use crate::ir::cfg::Cfg;
use crate::ir::{Base, BlockId, Inst, Op, Region, Term, Type, Value};
use crate::opt::rewrite::Defs;
use crate::schema::Scalar;

/// The maximum length of a view, and the maximum offset of its start.
pub(super) const LONGEST_VIEW: i128 = 1 << 62;

/// The maximum number of terms that an iteration adds to a sum: an unrolled loop has as many.
const TERMS: usize = super::super::unroll::ROUNDS;

/// The range of any integer.
pub(super) const ALL: (i128, i128) = (i64::MIN as i128, i64::MAX as i128);

/// Whether all numbers of a range are 64-bit integers.
pub(super) fn within((low, high): (i128, i128)) -> bool {
    low >= ALL.0 && high <= ALL.1
}

/// The range of `a & b`.
fn meet(a: (i128, i128), b: (i128, i128)) -> (i128, i128) {
    match (a.0 >= 0, b.0 >= 0) {
        (true, true) => (0, a.1.min(b.1)),
        (true, false) => (0, a.1),
        (false, true) => (0, b.1),
        // A negative constant -2^k clears the lower k bits.
        (false, false) if b.0 == b.1 && (-b.0).count_ones() == 1 => (a.0 + b.0 + 1, a.1),
        _ => ALL,
    }
}

/// The range of `a ^ b`: it has no set (or cleared, if negative) bit above the highest one of either operand.
fn mix(a: (i128, i128), b: (i128, i128)) -> (i128, i128) {
    let above = [a.0, a.1, b.0, b.1].map(|x| if x < 0 { !x } else { x }).into_iter().max().expect("four");
    let most = (above as u128 + 1).next_power_of_two() as i128;
    (if a.0 >= 0 && b.0 >= 0 { 0 } else { -most }, most - 1)
}

/// Applies `f` to both ends of a range.
fn both(of: (i128, i128), f: impl Fn(i128) -> i128) -> (i128, i128) {
    (f(of.0), f(of.1))
}

/// Combines the ends of two ranges.
fn pairs(
    a: (i128, i128),
    b: (i128, i128),
    low: fn(i128, i128) -> i128,
    high: fn(i128, i128) -> i128,
) -> (i128, i128) {
    (low(a.0, b.0), high(a.1, b.1))
}

impl Walk {
    /// Computes the ranges of a block's parameters from their arguments. Predecessors not in `visited` are
    /// sources of back edges.
    pub(super) fn params(
        &mut self,
        region: &Region,
        defs: &Defs,
        cfg: &Cfg,
        block: BlockId,
        visited: &[bool],
    ) {
        let body = &region.body;
        // The reasoning about trip counts and increments holds for loops with one entry: each back edge's
        // source has been reached through the header.
        assert!(
            cfg.predecessors(block).iter().all(|from| visited[from.index()] || cfg.dominates(block, *from)),
            "each latch is dominated by the header"
        );
        let given = |around: bool, i: usize| {
            let from = cfg.predecessors(block).iter().filter(move |from| visited[from.index()] != around);
            let targets = from.flat_map(|from| body[*from].term.targets());
            targets.filter(|t| t.block == block).map(move |t| t.args[i])
        };
        let params = &body[block].params;
        let numbers = || (0..params.len()).filter(|i| body.ty(params[*i]) == Type::I64);
        let both = |a: (i128, i128), b: (i128, i128)| (a.0.min(b.0), a.1.max(b.1));
        let firsts: Vec<_> = numbers()
            .map(|i| {
                let first = given(false, i).map(|v| self.range(region, defs, v, 0));
                (i, params[i], first.reduce(both).unwrap_or(ALL))
            })
            .collect();
        // The arguments on back edges, and the increments, may be or depend on parameters, of which nothing
        // is known in later iterations.
        for (_, param, _) in &firsts {
            self.ranges[param.index()] = ALL;
        }
        let around: Vec<_> = firsts
            .iter()
            .map(|(i, ..)| {
                given(true, *i).map(|v| self.range(region, defs, v, 0)).reduce(both).unwrap_or(ALL)
            })
            .collect();
        // Two iterations, so that the ranges of the first are used once: a sum of a bounded counter is
        // bounded, too.
        for _ in 0..2 {
            // Checked sums do not wrap.
            let steps: Vec<_> = firsts
                .iter()
                .map(|(i, param, _)| {
                    let rounds = given(true, *i).map(|v| self.step(region, defs, *param, v));
                    rounds.reduce(both).unwrap_or((0, 0))
                })
                .collect();
            let grows = firsts.iter().zip(&steps).filter(|(_, step)| step.0 > 0);
            let counters: Vec<_> = grows.map(|((_, param, first), _)| (*param, first.0)).collect();
            let rounds = self.rounds(region, defs, cfg, block, &counters);
            for (((_, param, first), (least, most)), around) in firsts.iter().zip(steps).zip(&around) {
                let (falls, rises) = (least.min(0), most.max(0));
                let any = both(*first, *around);
                self.ranges[param.index()] = (
                    any.0.max(first.0.saturating_add(falls.saturating_mul(rounds))),
                    any.1.min(first.1.saturating_add(rises.saturating_mul(rounds))),
                );
            }
        }
    }

    /// By how much a loop's parameter grows in an iteration, at least and at most; `given` is its argument on
    /// a back edge.
    fn step(&self, region: &Region, defs: &Defs, param: Value, given: Value) -> (i128, i128) {
        let (mut at, mut step) = (given, (0, 0));
        for _ in 0..=TERMS {
            if at == param {
                return step;
            }
            let Some(Inst { op: Op::Add, args, .. }) = defs.inst(&region.body, at) else { break };
            let term = self.range(region, defs, args[1], 0);
            (at, step) = (args[0], (step.0 + term.0, step.1 + term.1));
        }
        // Unknown: any change.
        (ALL.0 - ALL.1, ALL.1 - ALL.0)
    }

    /// The maximum trip count of a loop: its header leaves it unless one of `counters`, parameters that grow
    /// from their first values, is below a bound.
    fn rounds(
        &self,
        region: &Region,
        defs: &Defs,
        cfg: &Cfg,
        header: BlockId,
        counters: &[(Value, i128)],
    ) -> i128 {
        let endless = ALL.1 - ALL.0;
        let Term::Branch(condition, _, out) = &region.body[header].term else { return endless };
        if cfg.loop_of(header).is_none_or(|l| cfg.contains(l, out.block)) {
            return endless;
        }
        match defs.inst(&region.body, *condition) {
            Some(Inst { op: Op::Lt, args, .. }) => match counters.iter().find(|(param, _)| *param == args[0])
            {
                Some((_, first)) => (self.range(region, defs, args[1], 0).1 - first).clamp(0, endless),
                None => endless,
            },
            _ => endless,
        }
    }

    /// The range of an integer.
    pub(super) fn range(&self, region: &Region, defs: &Defs, v: Value, depth: u32) -> (i128, i128) {
        /// The number of definitions that are followed.
        const DEPTH: u32 = 6;
        if let Some(c) = region.body.as_i64(v) {
            return (c.into(), c.into());
        }
        let (mut low, mut high) = match defs.inst(&region.body, v).filter(|_| depth < DEPTH) {
            Some(inst) => {
                // Each argument is evaluated at most once per instruction.
                let arg = |i: usize| self.range(region, defs, inst.args[i], depth + 1);
                match inst.op {
                    Op::Len => (0, LONGEST_VIEW),
                    Op::Find => (-1, LONGEST_VIEW),
                    Op::Load(Scalar::U8, _) => (0, u8::MAX.into()),
                    Op::Load(Scalar::U16, _) => (0, u16::MAX.into()),
                    Op::Load(Scalar::U32, _) => (0, u32::MAX.into()),
                    Op::Load(Scalar::I8, _) => (i8::MIN.into(), i8::MAX.into()),
                    Op::Load(Scalar::I16, _) => (i16::MIN.into(), i16::MAX.into()),
                    Op::Load(Scalar::I32, _) => (i32::MIN.into(), i32::MAX.into()),
                    Op::Convert(Base::I64) if region.body.ty(inst.args[0]) == Type::BOOL => (0, 1),
                    Op::And => meet(arg(0), arg(1)),
                    Op::Xor if region.body.ty(v) == Type::I64 => mix(arg(0), arg(1)),
                    Op::Shr if region.body.ty(v) == Type::I64 => match region.body.as_i64(inst.args[1]) {
                        Some(count @ 0..64) => both(arg(0), |x| x >> count),
                        _ => ALL,
                    },
                    Op::Shl if region.body.ty(v) == Type::I64 => match region.body.as_i64(inst.args[1]) {
                        Some(count @ 0..63) => {
                            let (low, high) = both(arg(0), |x| x << count);
                            // If no bits are lost.
                            if low >= ALL.0 && high <= ALL.1 { (low, high) } else { ALL }
                        }
                        _ => ALL,
                    },
                    // The remainder has the sign of the divisor, and is smaller in magnitude.
                    Op::Rem if region.body.ty(v) == Type::I64 => {
                        let by = arg(1);
                        (by.0.min(0) + i128::from(by.0 < 0), by.1.max(0) - i128::from(by.1 > 0))
                    }
                    Op::Div if region.body.ty(v) == Type::I64 => match region.body.as_i64(inst.args[1]) {
                        Some(by @ 1..) => {
                            let by = i128::from(by);
                            both(arg(0), |x| x.div_euclid(by))
                        }
                        _ => ALL,
                    },
                    Op::Min => pairs(arg(0), arg(1), i128::min, i128::min),
                    Op::Max => pairs(arg(0), arg(1), i128::max, i128::max),
                    Op::Select => pairs(arg(1), arg(2), i128::min, i128::max),
                    Op::Add | Op::Sub | Op::Mul => {
                        let (low, high) = self.arithmetic(region, defs, inst, depth);
                        // The instruction has been executed, so it has not overflowed.
                        (low.max(ALL.0), high.min(ALL.1))
                    }
                    // Arithmetic that cannot have wrapped is exact.
                    Op::WrapAdd | Op::WrapSub | Op::WrapMul if region.body.ty(v) == Type::I64 => {
                        match self.arithmetic(region, defs, inst, depth) {
                            exact if within(exact) => exact,
                            _ => ALL,
                        }
                    }
                    _ => ALL,
                }
            }
            None => ALL,
        };
        let defined = self.ranges.get(v.index()).copied().unwrap_or(ALL);
        (low, high) = (low.max(defined.0), high.min(defined.1));
        for (least, most) in self.least.of(v) {
            (low, high) = (low.max(*least), high.min(*most));
        }
        (low, high)
    }

    pub(super) fn arithmetic(&self, region: &Region, defs: &Defs, inst: &Inst, depth: u32) -> (i128, i128) {
        let (a, b) = (
            self.range(region, defs, inst.args[0], depth + 1),
            self.range(region, defs, inst.args[1], depth + 1),
        );
        match inst.op {
            Op::Add | Op::WrapAdd => (a.0 + b.0, a.1 + b.1),
            Op::Sub | Op::WrapSub => (a.0 - b.1, a.1 - b.0),
            _ => {
                let corners = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
                (*corners.iter().min().expect("four"), *corners.iter().max().expect("four"))
            }
        }
    }
}
