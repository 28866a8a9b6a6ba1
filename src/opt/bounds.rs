//! Bounds checks: a check whose offset is known to be non-negative becomes a single comparison.
//!
//! ```text
//! b1(v1: i64): loop                     b1(v1: i64): loop
//!   v2 = fits v0, v1, 48                  v3 = len v0
//!   branch v2, b2, b3             →       v4 = sub v3, 48
//!                                         v5 = le v1, v4
//!                                         branch v5, b2, b3
//! ```
//!
//! `fits v, i, n` is `0 <= i`, `0 <= n` and `i + n <= len v`, without wrapping. For a constant `n >= 0` and a
//! non-negative `i` that is `i <= len v - n`, whose right side does not overflow and is mostly
//! loop-invariant. For a constant `i` it is `i + n <= len v`.
//!
//! An offset is non-negative if it is a non-negative constant, a length, a sum or minimum of such values, a
//! maximum with one of them, or a block parameter all of whose arguments are such values, including itself
//! and sums with itself (sums that were checked, or proven not to overflow).
//!
//! If a loop checks a loop-invariant view against an offset that may be negative, the comparison is the
//! unsigned `i < max(0, len v - n + 1)`: a negative `i` exceeds all lengths. Outside of loops that would cost
//! more than the check.
//!
//! It runs after the passes that learn from `fits`, since they do not recognize the comparisons. Not done: a
//! `fits` whose size is not constant.

use super::rewrite::Defs;
use crate::ir::cfg::Cfg;
use crate::ir::{Base, Body, Const, Def, Inst, Op, Program, Region, Type, Value};
use rustc_hash::FxHashMap as HashMap;
use smallvec::{SmallVec, smallvec};

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let defs = Defs::new(&region.body, &cfg);
    let non_negative = NonNegative::new(&region.body, &cfg, &defs);
    let body = &mut region.body;
    for block in cfg.order() {
        let insts = std::mem::take(&mut body[*block].insts);
        let mut new = vec![];
        for mut inst in insts {
            if let (Op::Fits, [view, offset, need]) = (inst.op, &inst.args[..])
                && let Some(n) = body.as_i64(*need).filter(|n| *n >= 0)
            {
                let non_negative = non_negative.holds(body, *offset);
                let steady = cfg
                    .innermost(*block)
                    .is_some_and(|l| defs.block(*view).is_some_and(|defined| !cfg.contains(l, defined)));
                if non_negative || steady {
                    let args = (*view, *offset);
                    inst = compared(body, &mut new, inst, args, n, non_negative);
                }
            }
            new.push(inst);
        }
        body[*block].insts = new;
    }
}

/// Replaces a `fits` with a constant size by a comparison; appends the instructions that this needs to `new`.
fn compared(
    body: &mut Body,
    new: &mut Vec<Inst>,
    fits: Inst,
    (view, offset): (Value, Value),
    need: i64,
    non_negative: bool,
) -> Inst {
    let mut push = |body: &mut Body, ty, op, args: &[Value]| {
        let result = body.value(ty, Def::Inst);
        new.push(Inst { op, args: args.into(), result: Some(result), exit: None });
        result
    };
    let length = push(body, Type::I64, Op::Len, &[view]);
    if let Some(Some(end)) =
        body.as_i64(offset).filter(|_| non_negative).map(|offset| offset.checked_add(need))
    {
        let end = body.constant(Const::I64(end));
        return Inst { op: Op::Le, args: smallvec![end, length], ..fits };
    }
    if non_negative {
        let need = body.constant(Const::I64(need));
        let limit = push(body, Type::I64, Op::Sub, &[length, need]);
        return Inst { op: Op::Le, args: smallvec![offset, limit], ..fits };
    }
    let (less, none) = (body.constant(Const::I64(1 - need)), body.constant(Const::I64(0)));
    let limit = push(body, Type::I64, Op::Add, &[length, less]);
    let limit = push(body, Type::I64, Op::Max, &[none, limit]);
    let args = [offset, limit].map(|v| push(body, Type::U64, Op::Bits(Base::U64), &[v]));
    Inst { op: Op::Lt, args: SmallVec::from_slice(&args), ..fits }
}

/// The non-negative values.
struct NonNegative {
    known: HashMap<Value, bool>,
}

impl NonNegative {
    /// Assumes that all candidates are non-negative, and removes those that contradict the assumption (a
    /// fixpoint).
    fn new(body: &Body, cfg: &Cfg, defs: &Defs) -> NonNegative {
        let mut non_negative = NonNegative { known: HashMap::default() };
        let mut given: HashMap<Value, Vec<Value>> = HashMap::default();
        for block in cfg.order() {
            for target in body[*block].term.targets() {
                for (param, arg) in body[target.block].params.iter().zip(&target.args) {
                    given.entry(*param).or_default().push(*arg);
                }
            }
            for inst in &body[*block].insts {
                if let Some(v) = inst.result.filter(|v| body.ty(*v) == Type::I64) {
                    non_negative.known.insert(v, matches!(inst.op, Op::Len | Op::Add | Op::Min | Op::Max));
                }
            }
        }
        let params: Vec<Value> = given.keys().copied().filter(|v| body.ty(*v) == Type::I64).collect();
        non_negative.known.extend(params.into_iter().map(|v| (v, true)));
        let made_of = |v: Value| match defs.inst(body, v) {
            Some(inst) if inst.op == Op::Len => &[],
            Some(inst) => &inst.args[..],
            None => &given[&v][..],
        };
        let mut work: Vec<Value> =
            non_negative.known.iter().filter(|(_, assumed)| **assumed).map(|(v, _)| *v).collect();
        let mut users: HashMap<Value, Vec<Value>> = HashMap::default();
        for v in &work {
            made_of(*v).iter().for_each(|of| users.entry(*of).or_default().push(*v));
        }
        while let Some(v) = work.pop() {
            let mut parts = made_of(v).iter();
            let one_is_enough = defs.inst(body, v).is_some_and(|i| i.op == Op::Max);
            let right = match one_is_enough {
                true => parts.any(|of| non_negative.holds(body, *of)),
                false => parts.all(|of| non_negative.holds(body, *of)),
            };
            if !right && non_negative.known.insert(v, false) == Some(true) {
                work.extend(users.get(&v).into_iter().flatten());
            }
        }
        non_negative
    }

    fn holds(&self, body: &Body, v: Value) -> bool {
        match body.as_i64(v) {
            Some(i) => i >= 0,
            None => self.known.get(&v).copied().unwrap_or(false),
        }
    }
}
