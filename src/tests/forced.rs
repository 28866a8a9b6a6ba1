//! An engine made to leave native code as often as it can: regions are recorded under made-up counters, so arms that the
//! data takes are missing; passes are left out at random; and each root's region is thrown away now and then.
//!
//! It decides nothing by heat: every loop header and the entry of the function are entered natively if their recording is not
//! refused. What it does with an exit is what the engine does, told a second time.

use super::regions::{enter, left, memory};
use super::rng::Rng;
use crate::codegen::Native;
use crate::interp::{Event, Fault, Heap, Machine, Memory, Profile, Val};
use crate::ir::print::print_region;
use crate::ir::verify::verify_region;
use crate::ir::{Arm, BlockId, ExitId, FuncId, Program, Region, Root, Slot};
use crate::opt::{PASSES, optimize};
use crate::record::{Facts, Plan, record};
use std::collections::HashMap;

/// A root's region is used so often, then it is made anew from other counters.
const USES: u32 = 6;

pub struct Forced<'p> {
    program: &'p Program,
    plan: Plan,
    rng: Rng,
    made: HashMap<Root, (Option<(Region, Native)>, u32)>,
    /// How often native code was left.
    pub exits: u64,
}

impl<'p> Forced<'p> {
    pub fn new(program: &'p Program, seed: u64) -> Forced<'p> {
        Forced { program, plan: Plan::new(program), rng: Rng::new(seed), made: HashMap::new(), exits: 0 }
    }

    pub fn call(&mut self, func: FuncId, args: &[Val], input: &[u8]) -> Result<Vec<Val>, Fault> {
        let mut machine = Machine::new(self.program);
        machine.start(func, args);
        let mut event = self.arrive(&mut machine, Root { func, block: BlockId(0) }, input);
        loop {
            let next = match event {
                Some(event) => event,
                None => machine.resume(input)?,
            };
            event = match next {
                Event::Returned(values) => return Ok(values),
                Event::Header(root) => self.arrive(&mut machine, root, input),
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
        let (region, code) = made.as_ref()?;
        let frame = machine.frames.last().expect("it has arrived in a frame");
        let inputs: Vec<Val> = region.inputs.iter().map(|v| frame.slots[v.index()]).collect();
        let mut words = vec![0xDEAD; code.words_needed];
        let memory = memory(self.program, input);
        let exit = enter(region, code, &inputs, memory, &mut words, &mut machine.heap);
        self.exits += 1;
        restore(machine, region, code, exit, &words, memory)
    }

    fn make(&mut self, root: Root) -> Option<(Region, Native)> {
        let mut profile = Profile::new(self.program);
        for (f, func) in self.program.funcs.iter().enumerate() {
            for block in func.body.ids() {
                for index in 0..func.body[block].term.targets().len() {
                    // Nothing, a little, or a lot: an arm that is a fiftieth of another is left out.
                    let count = *self.rng.pick(&[0, 0, 1, 60]);
                    for _ in 0..count {
                        profile.take(Arm { func: FuncId(f as u32), block, index: index as u32 });
                    }
                }
                for (i, inst) in func.body[block].insts.iter().enumerate() {
                    if inst.op == crate::ir::Op::Promote && self.rng.one_in(2) {
                        let value = self.rng.i64();
                        for _ in 0..40 {
                            profile.promote((FuncId(f as u32), block, i as u32), value);
                        }
                    }
                }
            }
        }
        let mut region = record(self.program, &self.plan, &profile, &Facts::default(), root).ok()?;
        if let Err(e) = verify_region(self.program, &region) {
            panic!("recorded: {e}\n{}", print_region(self.program, &region));
        }
        let without: Vec<&str> = match self.rng.below(3) {
            0 => vec![],
            1 => PASSES.iter().map(|p| p.name).collect(),
            _ => PASSES.iter().map(|p| p.name).filter(|_| self.rng.one_in(4)).collect(),
        };
        optimize(self.program, &mut region, &without);
        let code = super::regions::compile(self.program, &region);
        Some((region, code))
    }
}

/// Puts the machine where the exit says.
fn restore(
    machine: &mut Machine,
    region: &Region,
    code: &Native,
    id: ExitId,
    words: &[u64],
    memory: Memory,
) -> Option<Event> {
    let exit = &region.exits[id.index()];
    let made: Vec<u32> =
        exit.objects.iter().map(|(class, fields)| empty(&mut machine.heap, *class, fields.len())).collect();
    let slot = |slot: &Slot| match slot {
        Slot::Value(v) => left(region, code, id, words, *v, memory),
        Slot::Object(n) => Val::Ref(made[*n as usize]),
    };
    for ((_, fields), object) in exit.objects.iter().zip(&made) {
        for (i, field) in fields.iter().enumerate() {
            machine.heap.set(*object, i as u32, slot(field));
        }
    }
    machine.drop_frame();
    if let Some(values) = &exit.returns {
        return machine.give_back(values.iter().map(slot).collect());
    }
    for frame in &exit.frames {
        let values: Vec<(usize, Val)> = frame.slots.iter().map(|(v, s)| (v.index(), slot(s))).collect();
        let new = machine.enter(frame.func, frame.block);
        new.inst = frame.inst;
        for (at, val) in values {
            new.slots[at] = val;
        }
    }
    None
}

fn empty(heap: &mut Heap, class: crate::ir::ClassId, fields: usize) -> u32 {
    heap.alloc(class, &vec![Val::None; fields])
}
