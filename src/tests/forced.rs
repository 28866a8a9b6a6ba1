//! An engine that leaves native code as often as possible: it records regions with random counters, so arms
//! that the data takes are missing; it omits passes at random; half of the code leaves at each of its checks
//! in turn; and it discards each root's region from time to time.
//!
//! It does not measure hotness: it enters every loop header, the entry of the function and the entries of
//! recursive functions natively, unless recording is refused. It restores exits as the engine does, with code
//! of its own.

use super::regions::{left, memory, write};
use super::rng::Rng;
use crate::codegen::{ExitCode, NATIVE_FRAMES, Native, Table, Want, callees, compile};
use crate::interp::{Event, Fault, Machine, Profile};
use crate::ir::print::print_region;
use crate::ir::{
    Arm, BlockId, ExitId, Func, FuncId, Input, Program, REGION_FRAMES, Region, Root, Slot, Type,
};
use crate::opt::{PASSES, optimize, verify};
use crate::record::{Bounds, Plan, Speculation, record};
use crate::runtime::{Console, Memory, Val};
use std::collections::HashMap;
use std::sync::Arc;

/// A root's region is used so many times, then recorded again with other counters.
const USES: u32 = 6;

pub struct Forced<'p> {
    program: &'p Program,
    plan: Plan,
    rng: Rng,
    /// By root: the index of its region in `regions`, if any, and how often it was entered.
    made: HashMap<Root, (Option<usize>, u32)>,
    regions: Vec<(Region, Arc<Native>)>,
    table: Table,
    /// The console that host functions write to.
    pub console: Console,
    /// How often native code was left.
    pub exits: u64,
    /// How often it was left inside a native call.
    pub inside: u64,
}

impl<'p> Forced<'p> {
    pub fn new(program: &'p Program, seed: u64) -> Forced<'p> {
        let mut rng = Rng::new(seed);
        // Sometimes, bounds that programs of this size reach.
        let low = Bounds { region: 40 + rng.below(100), function: 5 + rng.below(20) };
        let bounds = if rng.one_in(3) { low } else { Bounds::default() };
        Forced {
            program,
            plan: Plan::within(program, bounds),
            rng,
            made: HashMap::new(),
            regions: vec![],
            table: Table::new(program),
            console: Console::default(),
            exits: 0,
            inside: 0,
        }
    }

    pub fn call(&mut self, func: FuncId, args: &[Val], input: &[u8]) -> Result<Vec<Val>, Fault> {
        let mut machine = Machine::new(self.program);
        machine.heap.collect_after(*self.rng.pick(&[1, 3, 20, 4000]));
        machine.heap.console = std::mem::take(&mut self.console);
        let Func { body, returns, .. } = &self.program.funcs[func.index()];
        machine.start(func, &Val::words(body.params(), args));
        let result = self.run(&mut machine, Root { func, block: BlockId(0) }, input);
        self.console = machine.heap.console;
        result.map(|()| Val::values(returns, &machine.results).collect())
    }

    fn run(&mut self, machine: &mut Machine, root: Root, input: &[u8]) -> Result<(), Fault> {
        let mut event = self.arrive(machine, root, input);
        loop {
            let next = match event {
                Some(event) => event,
                None => machine.resume(input)?,
            };
            event = match next {
                Event::Returned => return Ok(()),
                Event::Root(root) => {
                    machine.collect()?;
                    self.arrive(machine, root, input)
                }
            };
        }
    }

    /// Runs the root's region in place of the innermost frame.
    fn arrive(&mut self, machine: &mut Machine, root: Root, input: &[u8]) -> Option<Event> {
        let used = self.made.get(&root).is_some_and(|(_, uses)| *uses < USES);
        if !used {
            let made = self.make(root);
            self.made.insert(root, (made, 0));
        }
        let (made, uses) = self.made.get_mut(&root).expect("it was just made");
        *uses += 1;
        let mut number = (*made)?;
        let (region, code) = &self.regions[number];
        let heap = &machine.heap;
        let get = |val: Val, field: u32| if let Val::Ref(r) = val { heap.get(r, field) } else { Val::None };
        let part =
            |input: &Input| input.path.iter().fold(machine.get(input.value), |val, field| get(val, *field));
        let inputs: Vec<Val> = region.inputs.iter().map(part).collect();
        let mut words = vec![0xDEAD; code.words_needed + callees(NATIVE_FRAMES)];
        let memory = memory(self.program, input);
        write(region, &inputs, memory, &mut words);
        machine.drop_frame();
        // Sometimes little room for frames, so that native code has to exit for that.
        let room = *self.rng.pick(&[REGION_FRAMES, REGION_FRAMES + 3, 500]);
        let exit = code.run(&self.table, memory, &mut words, room, &mut machine.heap);
        let mut exit = exit.expect("nothing panics");
        self.exits += 1;
        let mut words = &words[..];
        loop {
            let (region, code) = &self.regions[number];
            let returns = &self.program.funcs[region.root.func.index()].returns;
            let event = restore(machine, region, code, exit, words, memory, returns);
            if region.to_roots().contains(&exit) {
                let (func, block, _) = machine.place();
                return Some(Event::Root(Root { func, block }));
            }
            let Some(callee) = code.exits[exit.index()].callee else { return event };
            self.inside += 1;
            let left = ExitCode::read(words[callee]);
            words = &words[code.words_needed..];
            (number, exit) = (left.number as usize, left.exit);
        }
    }

    fn make(&mut self, root: Root) -> Option<usize> {
        let profile = counters(self.program, &mut self.rng);
        let mut region = record(self.program, &self.plan, &profile, &Speculation::default(), root).ok()?;
        if let Err(e) = verify(self.program, &region) {
            panic!("recorded: {e}\n{}", print_region(self.program, &region));
        }
        let without: Vec<&str> = match self.rng.below(3) {
            0 => vec![],
            1 => PASSES.iter().map(|p| p.name).collect(),
            _ => PASSES.iter().map(|p| p.name).filter(|_| self.rng.one_in(4)).collect(),
        };
        optimize(self.program, &mut region, &without, true);
        let number = self.regions.len();
        let (stress, counts) = (self.rng.one_in(2), self.rng.one_in(2));
        let want = Want { stress, counts, ..Want::default() };
        let code = compile(self.program, &self.table, &region, number as u32, want);
        let code = Arc::new(code.expect("a verified region compiles"));
        self.table.set(&code);
        self.regions.push((region, code));
        Some(number)
    }
}

/// Random counters.
pub fn counters(program: &Program, rng: &mut Rng) -> Profile {
    let mut profile = Profile::new(program);
    for (f, func) in program.funcs.iter().enumerate() {
        for block in func.body.ids() {
            for index in 0..func.body[block].term.targets().len() {
                // Never, once, or often: only an arm that was never taken is left out.
                let count = *rng.pick(&[0, 0, 1, 60]);
                for _ in 0..count {
                    profile.take(Arm { func: FuncId(f as u32), block, index: index as u32 });
                }
            }
            for (i, inst) in func.body[block].insts.iter().enumerate() {
                if inst.op == crate::ir::Op::Promote && rng.one_in(2) {
                    let value = rng.i64();
                    for _ in 0..40 {
                        profile.promote((FuncId(f as u32), block, i as u32), value);
                    }
                }
            }
        }
    }
    profile
}

/// Restores the machine's state from the exit's snapshot.
fn restore(
    machine: &mut Machine,
    region: &Region,
    code: &Native,
    id: ExitId,
    words: &[u64],
    memory: Memory,
    returns: &[Type],
) -> Option<Event> {
    let exit = &region.states()[id.index()];
    let made: Vec<u32> = exit.objects.iter().map(|(class, _)| machine.heap.make(*class)).collect();
    let slot = |slot: &Slot| match slot {
        Slot::Value(v) => left(region, code, id, words, *v, memory),
        Slot::Object(n) => Val::Ref(made[*n as usize]),
    };
    for ((_, fields), object) in exit.objects.iter().zip(&made) {
        for (i, field) in fields.iter().enumerate() {
            machine.heap.set(*object, i as u32, slot(field));
        }
    }
    for put in &exit.fields {
        let Val::Ref(object) = slot(&put.object) else { panic!("{:?} has no fields", put.object) };
        machine.heap.set(object, put.field, slot(&put.value));
    }
    if let Some(values) = &exit.returns {
        let values: Vec<Val> = values.iter().map(slot).collect();
        machine.results = Val::words(returns.iter().copied(), &values);
        return machine.give_back();
    }
    for frame in &exit.frames {
        machine.enter(frame.func, frame.block, frame.inst);
        for (v, source) in &frame.slots {
            machine.set(*v, slot(source));
        }
    }
    None
}
