//! A bounds check whose offset is known to be 0 or more becomes a single comparison.
//!
//! ```text
//! b1(v1: i64): loop                     b1(v1: i64): loop
//!   v2 = fits v0, v1, 48                  v3 = len v0
//!   branch v2, b2, b3             →       v4 = sub v3, 48
//!                                         v5 = le v1, v4
//!                                         branch v5, b2, b3
//! ```
//!
//! `fits v, i, n` is `0 <= i`, `0 <= n` and `i + n <= len v`, without wrapping. For a constant `n >= 0` and an `i` that
//! cannot be negative that is `i <= len v - n`, whose right side does not overflow and mostly does not vary in a loop, so that it
//! can be hoisted. Of a constant `i` it is `i + n <= len v`.
//!
//! An offset cannot be negative if it is a constant that is not, a length, a sum of such, or a parameter of a block that is only
//! ever given such values, itself and sums with itself included (sums that were checked, or proven not to overflow).
//!
//! It runs after the passes that learn from `fits`, since they do not look through comparisons. Not done: a need that
//! varies.

use super::rewrite::Defs;
use crate::ir::cfg::Cfg;
use crate::ir::{Body, Const, Def, Inst, Op, Program, Region, Type, Value};
use rustc_hash::FxHashMap as HashMap;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let defs = Defs::new(&region.body, &cfg);
    let natural = Natural::new(&region.body, &cfg, &defs);
    let body = &mut region.body;
    for block in cfg.order() {
        let insts = std::mem::take(&mut body[*block].insts);
        let mut new = vec![];
        for mut inst in insts {
            if let (Op::Fits, [view, offset, need]) = (inst.op, &inst.args[..])
                && let Some(n) = body.as_i64(*need).filter(|n| *n >= 0)
                && natural.holds(body, *offset)
            {
                let length = body.value(Type::I64, Def::Inst);
                new.push(Inst { op: Op::Len, args: vec![*view], result: Some(length), exit: None });
                let args = match body.as_i64(*offset).map(|offset| offset.checked_add(n)) {
                    Some(Some(end)) => vec![body.constant(Const::I64(end)), length],
                    _ => {
                        let limit = body.value(Type::I64, Def::Inst);
                        let n = body.constant(Const::I64(n));
                        new.push(Inst {
                            op: Op::Sub,
                            args: vec![length, n],
                            result: Some(limit),
                            exit: None,
                        });
                        vec![*offset, limit]
                    }
                };
                inst = Inst { op: Op::Le, args, ..inst };
            }
            new.push(inst);
        }
        body[*block].insts = new;
    }
}

/// Which values cannot be negative.
struct Natural {
    known: HashMap<Value, bool>,
}

impl Natural {
    /// Assumes it of all values that might be, and drops those for which the assumption does not hold up.
    fn new(body: &Body, cfg: &Cfg, defs: &Defs) -> Natural {
        let mut natural = Natural { known: HashMap::default() };
        let mut given: HashMap<Value, Vec<Value>> = HashMap::default();
        for block in cfg.order() {
            for target in body[*block].term.targets() {
                for (param, arg) in body[target.block].params.iter().zip(&target.args) {
                    given.entry(*param).or_default().push(*arg);
                }
            }
            for inst in &body[*block].insts {
                if let Some(v) = inst.result.filter(|v| body.ty(*v) == Type::I64) {
                    natural.known.insert(v, matches!(inst.op, Op::Len | Op::Add | Op::Min | Op::Max));
                }
            }
        }
        let params: Vec<Value> = given.keys().copied().filter(|v| body.ty(*v) == Type::I64).collect();
        natural.known.extend(params.into_iter().map(|v| (v, true)));
        loop {
            let wrong: Vec<Value> = natural
                .known
                .iter()
                .filter(|(_, assumed)| **assumed)
                .map(|(v, _)| *v)
                .filter(|v| match defs.inst(body, *v) {
                    Some(inst) => match inst.op {
                        Op::Max => !inst.args.iter().any(|a| natural.holds(body, *a)),
                        Op::Len => false,
                        _ => !inst.args.iter().all(|a| natural.holds(body, *a)),
                    },
                    None => !given[v].iter().all(|a| natural.holds(body, *a)),
                })
                .collect();
            if wrong.is_empty() {
                return natural;
            }
            for v in wrong {
                natural.known.insert(v, false);
            }
        }
    }

    fn holds(&self, body: &Body, v: Value) -> bool {
        match body.as_i64(v) {
            Some(i) => i >= 0,
            None => self.known.get(&v).copied().unwrap_or(false),
        }
    }
}
