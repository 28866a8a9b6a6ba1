//! Runs a region as it stands, to compare what a pass made of it with what it was.

use super::{Event, Machine, eval};
use crate::ir::flatten::Flatten;
use crate::ir::{BlockId, Def, ExitId, FuncId, Inst, Op, Program, Region, Slot, Term, Value};
use crate::runtime::host::call;
use crate::runtime::{Heap, Memory, Val};

/// What is run, and on what.
pub struct Run<'a> {
    /// The program of the region.
    pub program: &'a Program,
    /// The region.
    pub region: &'a Region,
    /// What it can read.
    pub memory: Memory<'a>,
    /// Whether native calls have a callee to call: it is interpreted. Else each one takes its exit.
    pub calls: bool,
}

impl Run<'_> {
    /// Runs the region, its parameters being `inputs`. Gives the state that it left in, one of
    /// [`Region::states`], and all values computed so far, by number, the exit's own instructions included. A
    /// callee that raises leaves the region inside the call. `fuel` is how many blocks it may enter: [`None`]
    /// once it is used up.
    pub fn run(&self, inputs: &[Val], heap: &mut Heap, mut fuel: u32) -> Option<(ExitId, Vec<Val>)> {
        let body = &self.region.body;
        let mut vals: Vec<Val> = body
            .values
            .iter()
            .map(|(_, def)| if let Def::Const(c) = def { (*c).into() } else { Val::None })
            .collect();
        set(&mut vals, &body.blocks[0].params, inputs);
        let mut at = BlockId(0);
        let (exit, state) = 'run: loop {
            fuel = fuel.checked_sub(1)?;
            for inst in &body[at].insts {
                if let Some(left) = self.step(inst, &mut vals, heap) {
                    break 'run left;
                }
            }
            let index = match &body[at].term {
                Term::Jump(_) => 0,
                Term::Branch(v, ..) => usize::from(vals[v.index()] != Val::Bool(true)),
                Term::Switch(v, cases, _) => {
                    cases.iter().position(|(k, _)| vals[v.index()] == Val::I64(*k)).unwrap_or(cases.len())
                }
                Term::Exit(exit) => break (*exit, *exit),
                Term::Return(_) | Term::Raise(_) => unreachable!("a region has neither"),
            };
            let target = body[at].term.targets()[index];
            let args: Vec<Val> = target.args.iter().map(|v| vals[v.index()]).collect();
            set(&mut vals, &body[target.block].params, &args);
            at = target.block;
        };
        for inst in &self.region.exits[exit.index()].insts {
            self.step(inst, &mut vals, heap);
        }
        for (cell, slot) in &self.region.states()[state.index()].cells {
            let Slot::Value(v) = slot else { unreachable!("a cell holds no object") };
            let Val::I64(i) = vals[v.index()] else { unreachable!("a cell holds an i64") };
            heap.cells[cell.index()] = i;
        }
        Some((state, vals))
    }

    /// Runs an instruction; the exit that it takes if it fails, and the state in which that is.
    fn step(&self, inst: &Inst, vals: &mut [Val], heap: &mut Heap) -> Option<(ExitId, ExitId)> {
        let args: Vec<Val> = inst.args.iter().map(|v| vals[v.index()]).collect();
        let object =
            || if let Val::Ref(r) = args[0] { r } else { unreachable!("{:?} is no object", args[0]) };
        let leave = inst.exit.map(|e| (e, e));
        let result = match inst.op {
            Op::New(class) => Ok(Val::Ref(heap.alloc(class, &args))),
            Op::Get(_, field) => Ok(heap.get(object(), field)),
            Op::Set(_, field) => {
                heap.set(object(), field, args[1]);
                return None;
            }
            Op::Guard if args[0] == Val::Bool(true) => return None,
            Op::Guard => return leave,
            Op::Poll if !heap.wants_collection() => return None,
            Op::Poll => return leave,
            Op::Native(_) if !self.calls => return leave,
            Op::Native(callee) => match self.call(callee, args, heap) {
                Some(val) => Ok(val),
                None => {
                    let (exit, _) = leave.expect("verified: a native call has an exit");
                    let calls = self.region.native_calls();
                    let nth = calls.iter().position(|e| *e == exit).expect("it is one of them");
                    return Some((exit, ExitId((self.region.exits.len() + nth) as u32)));
                }
            },
            Op::Host(host, _) => {
                let host = &self.program.hosts[host.index()];
                let val = call(host, &args, self.memory, &mut heap.console);
                inst.result?;
                Ok(val)
            }
            Op::Read(cell) => Ok(Val::I64(heap.cells[cell.index()])),
            Op::Write(cell) => {
                let Val::I64(i) = args[0] else { unreachable!("a cell holds an i64") };
                heap.cells[cell.index()] = i;
                return None;
            }
            op => eval(op, &args, self.memory),
        };
        match (result, inst.exit) {
            (Ok(val), _) => vals[inst.result.expect("all others have a result").index()] = val,
            (Err(_), Some(_)) => return leave,
            (Err(raise), None) => panic!("{:?} was proven not to fail and fails: {raise}", inst.op),
        }
        None
    }

    /// What a function gives for the parts of its arguments; nothing if it raises.
    fn call(&self, callee: FuncId, parts: Vec<Val>, heap: &mut Heap) -> Option<Val> {
        let flatten = Flatten::new(self.program);
        let body = &self.program.funcs[callee.index()].body;
        let mut parts = parts.into_iter();
        let mut make = |class, fields: Vec<Val>| Val::Ref(heap.alloc(class, &fields));
        let mut arg = |v: &Value| flatten.put_together(body.ty(*v), &mut parts, &mut make, self.program);
        let args: Vec<Val> = body.blocks[0].params.iter().map(&mut arg).collect();
        let mut machine = Machine::new(self.program);
        machine.heap = std::mem::take(heap);
        machine.start(callee, &Val::words(body.params(), &args));
        let result = loop {
            match machine.resume(self.memory.input) {
                Ok(Event::Returned) => {
                    let returns = &self.program.funcs[callee.index()].returns;
                    break Val::values(returns, &machine.results).next();
                }
                Ok(Event::Root(_)) => {}
                Err(_) => break None,
            }
        };
        *heap = machine.heap;
        result
    }
}

fn set(vals: &mut [Val], params: &[Value], args: &[Val]) {
    for (param, arg) in params.iter().zip(args) {
        vals[param.index()] = *arg;
    }
}
