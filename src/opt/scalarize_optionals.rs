//! Scalar replacement of optionals: an optional that is only tested and unwrapped becomes a flag and a value.
//!
//! ```text
//! b1:                                   b1:
//!   v2 = some v1                          jump b3(true, v1)
//!   jump b3(v2)                         b2:
//! b2:                                     jump b3(false, 0.0)
//!   jump b3(none.f64)             →     b3(v3: bool, v4: f64):
//! b3(v3: f64?):                           branch v3, b4, b5(30.0)
//!   v4 = has v3                         b4:
//!   branch v4, b4, b5(30.0)               guard v3 !e0
//! b4:                                     jump b5(v4)
//!   v5 = unwrap v3 !e0
//!   jump b5(v5)
//! ```
//!
//! A callee makes an optional in one block, and its caller tests it in another, with a join in between. As
//! two values it is transparent: the branch implies the guard, and both may become selects.
//!
//! A parameter is split if each of its arguments is `none`, a result of `some`, or another split parameter,
//! and if its only uses are `has`, `unwrap`, such parameters and exits. Exits rebuild the optional in their
//! own instructions.
//!
//! A parameter that receives a result of `some` on every edge becomes a plain value, whatever its uses: a
//! `some` in its block rebuilds the optional.
//!
//! Preconditions: none. Not done: optional objects, since there is no placeholder object for an empty one;
//! optionals with other origins (live-ins of the region, fields, host functions).

use super::rewrite::{Defs, Forward};
use crate::ir::cfg::Cfg;
use crate::ir::{Base, Body, Const, Def, Inst, Op, Program, Region, Slot, Term, Type, Value};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use smallvec::smallvec;

/// See the module.
pub fn run(_: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let defs = Defs::new(&region.body, &cfg);
    let candidates = candidates(region, &cfg, &defs);
    if !candidates.is_empty() {
        split(region, &cfg, &defs, &candidates);
    }
    certain(&mut region.body, &cfg);
}

fn split(region: &mut Region, cfg: &Cfg, defs: &Defs, candidates: &HashSet<Value>) {
    let mut pairs: HashMap<Value, (Value, Value)> = HashMap::default();
    for block in cfg.order() {
        let mut params = vec![];
        for param in std::mem::take(&mut region.body[*block].params) {
            if !candidates.contains(&param) {
                params.push(param);
                continue;
            }
            let ty = Type::of(region.body.ty(param).base);
            let pair = (region.body.value(Type::BOOL, Def::Param), region.body.value(ty, Def::Param));
            params.extend([pair.0, pair.1]);
            pairs.insert(param, pair);
        }
        region.body[*block].params = params;
    }
    let params: HashMap<_, Vec<Value>> =
        cfg.order().iter().map(|b| (*b, region.body[*b].params.clone())).collect();
    let flags: HashSet<Value> = pairs.values().map(|(flag, _)| *flag).collect();
    let mut forward = Forward::default();
    for block in cfg.order() {
        let mut term = std::mem::replace(&mut region.body[*block].term, Term::Return(vec![]));
        for target in term.targets_mut() {
            let (mut args, mut at) = (vec![], 0);
            for arg in std::mem::take(&mut target.args) {
                let flag = params[&target.block][at];
                match flags.contains(&flag) {
                    true => args.extend(both(region, defs, &pairs, arg)),
                    false => args.push(arg),
                }
                at = args.len();
            }
            target.args = args.into();
        }
        region.body[*block].term = term;
        region.body[*block].insts.retain_mut(|inst| {
            let Some((flag, value)) = inst.args.first().and_then(|v| pairs.get(v)) else { return true };
            let result = inst.result.take().expect("both have a result");
            if inst.op == Op::Has {
                forward.set(result, *flag);
                return false;
            }
            forward.set(result, *value);
            (inst.op, inst.args[0]) = (Op::Guard, *flag);
            inst.exit.is_some()
        });
    }
    exits(region, &pairs);
    forward.apply(region);
}

/// Replaces parameters that receive a result of `some` on every edge by plain values.
fn certain(body: &mut Body, cfg: &Cfg) {
    let inside = cfg.order().iter().filter(|b| b.0 != 0);
    let params = inside.flat_map(|b| &body[*b].params);
    let mut found: HashSet<Value> = params.copied().filter(|v| splits(body, *v)).collect();
    if found.is_empty() {
        return;
    }
    let defs = Defs::new(body, cfg);
    let made = |v: Value| defs.inst(body, v).filter(|i| i.op == Op::Some).map(|i| i.args[0]);
    let mut changed = true;
    while changed {
        changed = false;
        for target in cfg.order().iter().flat_map(|b| body[*b].term.targets()) {
            for (param, arg) in body[target.block].params.iter().zip(&target.args) {
                changed |= !found.contains(arg) && made(*arg).is_none() && found.remove(param);
            }
        }
    }
    if found.is_empty() {
        return;
    }
    let mut values: HashMap<Value, Value> = HashMap::default();
    for target in cfg.order().iter().flat_map(|b| body[*b].term.targets()) {
        let given = body[target.block].params.iter().zip(&target.args);
        values.extend(
            given.filter(|(param, _)| found.contains(param)).filter_map(|(_, v)| Some((*v, made(*v)?))),
        );
    }
    for block in cfg.order() {
        let params = body[*block].params.clone();
        for (k, param) in params.into_iter().enumerate().filter(|(_, v)| found.contains(v)) {
            let value = body.value(Type::of(body.ty(param).base), Def::Param);
            body.origins.copy(param, value);
            body[*block].params[k] = value;
            body.values[param.index()].1 = Def::Inst;
            let some = Inst { op: Op::Some, args: smallvec![value], result: Some(param), exit: None };
            body[*block].insts.insert(0, some);
            values.insert(param, value);
        }
    }
    for block in cfg.order() {
        let mut term = std::mem::replace(&mut body[*block].term, Term::Return(vec![]));
        for target in term.targets_mut() {
            for (k, arg) in target.args.iter_mut().enumerate() {
                // The types show that its parameter has become a plain value above.
                if body.ty(*arg) != body.ty(body[target.block].params[k]) {
                    *arg = values[arg];
                }
            }
        }
        body[*block].term = term;
    }
}

/// Whether an optional of that type fits two registers.
fn splits(body: &Body, v: Value) -> bool {
    let Type { base, optional } = body.ty(v);
    optional && matches!(base, Base::Bool | Base::I64 | Base::U64 | Base::F64)
}

/// The parameters to split.
fn candidates(region: &Region, cfg: &Cfg, defs: &Defs) -> HashSet<Value> {
    let body = &region.body;
    let mut found: HashSet<Value> = HashSet::default();
    for block in cfg.order().iter().filter(|b| b.0 != 0) {
        found.extend(body[*block].params.iter().filter(|v| splits(body, **v)));
    }
    // Exclude parameters with other uses.
    for block in cfg.order() {
        let others = body[*block].insts.iter().filter(|i| !matches!(i.op, Op::Has | Op::Unwrap));
        for v in others.flat_map(|i| &i.args) {
            found.remove(v);
        }
    }
    for v in region.exits.iter().flat_map(|e| &e.insts).flat_map(|i| &i.args) {
        found.remove(v);
    }
    let mut changed = true;
    while changed && !found.is_empty() {
        changed = false;
        for target in cfg.order().iter().flat_map(|b| body[*b].term.targets()) {
            for (param, arg) in body[target.block].params.iter().zip(&target.args) {
                let known = found.contains(arg)
                    || body.as_const(*arg).is_some()
                    || defs.inst(body, *arg).is_some_and(|i| i.op == Op::Some);
                // A parameter and an argument that is a candidate are split both or not at all.
                changed |= !known && found.remove(param) || !found.contains(param) && found.remove(arg);
            }
        }
    }
    found
}

/// The flag and the value of an argument.
fn both(region: &mut Region, defs: &Defs, pairs: &HashMap<Value, (Value, Value)>, arg: Value) -> [Value; 2] {
    if let Some((flag, value)) = pairs.get(&arg) {
        return [*flag, *value];
    }
    let made = defs.inst(&region.body, arg).map(|i| i.args[0]);
    let body = &mut region.body;
    let value = made.unwrap_or_else(|| {
        let zero = match body.ty(arg).base {
            Base::Bool => Const::Bool(false),
            Base::U64 => Const::U64(0),
            Base::F64 => Const::f64(0.0),
            _ => Const::I64(0),
        };
        body.constant(zero)
    });
    [body.constant(Const::Bool(made.is_some())), value]
}

/// Rebuilds the optionals that exits refer to.
fn exits(region: &mut Region, pairs: &HashMap<Value, (Value, Value)>) {
    for i in 0..region.exits.len() {
        let mut exit = std::mem::take(&mut region.exits[i]);
        let mut insts = std::mem::take(&mut exit.insts);
        let mut made: HashMap<Value, Value> = HashMap::default();
        exit.each_slot_mut(|slot| {
            let Slot::Value(v) = slot else { return };
            let Some((flag, value)) = pairs.get(v) else { return };
            *v = *made.entry(*v).or_insert_with(|| {
                let body = &mut region.body;
                let ty = body.ty(*v);
                let none = body.constant(Const::None(ty.base));
                let (some, result) = (body.value(ty, Def::Inst), body.value(ty, Def::Inst));
                insts.push(Inst { op: Op::Some, args: smallvec![*value], result: Some(some), exit: None });
                let args = smallvec![*flag, some, none];
                insts.push(Inst { op: Op::Select, args, result: Some(result), exit: None });
                result
            });
        });
        exit.insts = insts;
        region.exits[i] = exit;
    }
}
