//! Runs a region as it stands, to compare what a pass made of it with what it was.

use super::{Heap, Memory, Val, eval};
use crate::ir::{BlockId, Def, ExitId, Inst, Op, Region, Slot, Term, Value};

/// Runs the region over `memory`, its parameters being `inputs`. Gives the exit that it left through, and all values computed so
/// far, by number, the exit's own instructions included. `fuel` is how many blocks it may enter: [`None`] once it is
/// used up.
pub fn run(
    region: &Region,
    inputs: &[Val],
    memory: Memory,
    heap: &mut Heap,
    mut fuel: u32,
) -> Option<(ExitId, Vec<Val>)> {
    let body = &region.body;
    let mut vals: Vec<Val> = body
        .values
        .iter()
        .map(|(_, def)| if let Def::Const(c) = def { (*c).into() } else { Val::None })
        .collect();
    set(&mut vals, &body.blocks[0].params, inputs);
    let mut at = BlockId(0);
    let exit = 'run: loop {
        fuel = fuel.checked_sub(1)?;
        for inst in &body[at].insts {
            if let Some(exit) = step(inst, &mut vals, memory, heap) {
                break 'run exit;
            }
        }
        let index = match &body[at].term {
            Term::Jump(_) => 0,
            Term::Branch(v, ..) => usize::from(vals[v.index()] != Val::Bool(true)),
            Term::Switch(v, cases, _) => {
                cases.iter().position(|(k, _)| vals[v.index()] == Val::I64(*k)).unwrap_or(cases.len())
            }
            Term::Exit(exit) => break *exit,
            Term::Return(_) | Term::Raise(_) => unreachable!("a region has neither"),
        };
        let target = body[at].term.targets()[index];
        let args: Vec<Val> = target.args.iter().map(|v| vals[v.index()]).collect();
        set(&mut vals, &body[target.block].params, &args);
        at = target.block;
    };
    for inst in &region.exits[exit.index()].insts {
        step(inst, &mut vals, memory, heap);
    }
    for (cell, slot) in &region.exits[exit.index()].cells {
        let Slot::Value(v) = slot else { unreachable!("a cell holds no object") };
        let Val::I64(i) = vals[v.index()] else { unreachable!("a cell holds an i64") };
        heap.cells[cell.index()] = i;
    }
    Some((exit, vals))
}

fn set(vals: &mut [Val], params: &[Value], args: &[Val]) {
    for (param, arg) in params.iter().zip(args) {
        vals[param.index()] = *arg;
    }
}

/// Runs an instruction; the exit that it takes if it fails.
fn step(inst: &Inst, vals: &mut [Val], memory: Memory, heap: &mut Heap) -> Option<ExitId> {
    let args: Vec<Val> = inst.args.iter().map(|v| vals[v.index()]).collect();
    let object = || if let Val::Ref(r) = args[0] { r } else { unreachable!("{:?} is no object", args[0]) };
    let result = match inst.op {
        Op::New(class) => Ok(Val::Ref(heap.alloc(class, &args))),
        Op::Get(_, field) => Ok(heap.get(object(), field)),
        Op::Set(_, field) => {
            heap.set(object(), field, args[1]);
            return None;
        }
        Op::Guard if args[0] == Val::Bool(true) => return None,
        Op::Guard => return inst.exit,
        Op::Read(cell) => Ok(Val::I64(heap.cells[cell.index()])),
        Op::Write(cell) => {
            let Val::I64(i) = args[0] else { unreachable!("a cell holds an i64") };
            heap.cells[cell.index()] = i;
            return None;
        }
        op => eval(op, &args, memory),
    };
    match (result, inst.exit) {
        (Ok(val), _) => vals[inst.result.expect("all others have a result").index()] = val,
        (Err(_), Some(exit)) => return Some(exit),
        (Err(raise), None) => panic!("{:?} was proven not to fail and fails: {raise}", inst.op),
    }
    None
}
