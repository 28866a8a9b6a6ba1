//! Cleanup of lowered functions: removes block parameters that always have the same value or are unused, and
//! unused instructions without side effects.
//!
//! All variables are parameters of each loop's header until it is known which of them the loop changes; that
//! is known here. (Braun et al., section 3.2, on the functions as a whole.) There is no optimization here:
//! the interpreter should run the code as written.

use crate::ir::{BlockId, Func, Value};
use std::collections::HashSet;

/// Cleans up a function; see the module.
pub fn clean_up(func: &mut Func) {
    let reachable = reachable(func);
    same(func, &reachable);
    unused(func, &reachable);
}

fn reachable(func: &Func) -> Vec<BlockId> {
    let (mut found, mut work) = (vec![BlockId(0)], vec![BlockId(0)]);
    let mut seen = HashSet::from([BlockId(0)]);
    while let Some(block) = work.pop() {
        for target in func.body[block].term.targets() {
            if seen.insert(target.block) {
                found.push(target.block);
                work.push(target.block);
            }
        }
    }
    found
}

/// Replaces parameters whose arguments are, on all edges, one value or the parameter itself.
fn same(func: &mut Func, reachable: &[BlockId]) {
    let mut forward: Vec<Value> = (0..func.body.values.len() as u32).map(Value).collect();
    // A variable that many loops in turn leave unchanged gives a long chain; lookups halve it as they follow
    // it.
    fn find(forward: &mut [Value], mut v: Value) -> Value {
        while forward[v.index()] != v {
            forward[v.index()] = forward[forward[v.index()].index()];
            v = forward[v.index()];
        }
        v
    }
    loop {
        let mut changed = false;
        // The arguments of each parameter: a single value, or several.
        let mut passed: Vec<Option<Result<Value, ()>>> = vec![None; forward.len()];
        for target in reachable.iter().flat_map(|b| func.body[*b].term.targets()) {
            for (param, arg) in func.body[target.block].params.iter().zip(&target.args) {
                let (param, arg) = (find(&mut forward, *param), find(&mut forward, *arg));
                if param == arg {
                    continue;
                }
                let slot = &mut passed[param.index()];
                *slot = match *slot {
                    None => Some(Ok(arg)),
                    Some(Ok(other)) if other == arg => Some(Ok(arg)),
                    _ => Some(Err(())),
                };
            }
        }
        for block in reachable.iter().filter(|b| b.0 != 0) {
            for param in &func.body[*block].params {
                if find(&mut forward, *param) == *param
                    && let Some(Ok(value)) = passed[param.index()]
                    // A replacement in this iteration may have made them equal.
                    && find(&mut forward, value) != *param
                {
                    forward[param.index()] = value;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    keep(func, |v| forward[v.index()] == v);
    for block in &mut func.body.blocks {
        for inst in &mut block.insts {
            inst.args.iter_mut().for_each(|v| *v = find(&mut forward, *v));
        }
        block.term.map_uses(|v| find(&mut forward, v));
    }
    func.records.iter_mut().for_each(|v| *v = find(&mut forward, *v));
}

/// Drops the parameters for which `kept` does not hold, and their arguments.
fn keep(func: &mut Func, kept: impl Fn(Value) -> bool) {
    let params: Vec<Vec<bool>> =
        func.body.blocks.iter().map(|b| b.params.iter().map(|p| kept(*p)).collect()).collect();
    for (block, params_kept) in func.body.blocks.iter_mut().zip(&params).skip(1) {
        let mut kept = params_kept.iter();
        block.params.retain(|_| *kept.next().expect("as many as there are"));
    }
    for block in &mut func.body.blocks {
        for target in block.term.targets_mut().into_iter().filter(|t| t.block.0 != 0) {
            let mut kept = params[target.block.index()].iter();
            target.args.retain(|_| *kept.next().expect("as many as there are parameters"));
        }
    }
}

/// Drops unused parameters, and unused instructions without side effects.
fn unused(func: &mut Func, reachable: &[BlockId]) {
    let count = func.body.values.len();
    let (mut used, mut work) = (vec![false; count], vec![]);
    // By value: the operands of its definition.
    let mut needs: Vec<Vec<Value>> = vec![vec![]; count];
    let mut mark = |v: Value, work: &mut Vec<Value>| {
        if !std::mem::replace(&mut used[v.index()], true) {
            work.push(v);
        }
    };
    let removable = |func: &Func, inst: &crate::ir::Inst| {
        let checked = inst.args.first().is_some_and(|v| inst.op.checked(func.body.ty(*v)));
        inst.op.pure() && !checked && inst.result.is_some()
    };
    for id in reachable {
        let block = &func.body[*id];
        for inst in &block.insts {
            if removable(func, inst) {
                needs[inst.result.expect("it has one").index()].extend(&inst.args);
            } else {
                inst.args.iter().for_each(|v| mark(*v, &mut work));
            }
        }
        for target in block.term.targets() {
            for (param, arg) in func.body[target.block].params.iter().zip(&target.args) {
                needs[param.index()].push(*arg);
            }
        }
        match &block.term {
            crate::ir::Term::Branch(v, ..) | crate::ir::Term::Switch(v, ..) => mark(*v, &mut work),
            crate::ir::Term::Return(values) => values.iter().for_each(|v| mark(*v, &mut work)),
            _ => {}
        }
    }
    func.records.iter().for_each(|v| mark(*v, &mut work));
    func.body.blocks[0].params.iter().for_each(|v| mark(*v, &mut work));
    while let Some(v) = work.pop() {
        for need in std::mem::take(&mut needs[v.index()]) {
            mark(need, &mut work);
        }
    }
    keep(func, |v| used[v.index()]);
    for id in reachable {
        let dropped: Vec<bool> = func.body[*id]
            .insts
            .iter()
            .map(|inst| removable(func, inst) && inst.result.is_some_and(|v| !used[v.index()]))
            .collect();
        if !dropped.contains(&true) {
            continue;
        }
        let mut gone = dropped.iter();
        func.body[*id].insts.retain(|_| !*gone.next().expect("as many as there are"));
        for (block, inst, _) in func.places.iter_mut().filter(|(b, ..)| b == id) {
            let _ = block;
            *inst -= dropped[..*inst as usize].iter().filter(|d| **d).count() as u32;
        }
    }
}
