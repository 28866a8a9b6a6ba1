//! Runs regions, by the interpreter and as native code, and formats the outcome as text that can be compared.
//!
//! The outcome is the state in which the interpreter would continue: the target of the exit, the values of
//! its slots, objects by structure (by identity too, if the program changes objects of the class), the
//! objects that are live-ins of the region, cells, and the text on the console. Exits are not compared by
//! number, since passes split and copy them. All NaN are equal.

use super::rng::Rng;
use crate::codegen::{self, NATIVE_FRAMES, Native, Table, Want};
use crate::interp::Profile;
use crate::interp::region::Run;
use crate::ir::{
    Base, BlockId, ClassId, Const, ExitId, FuncId, Op, Program, Region, Root, Slot, Type, Value,
};
use crate::record::{Plan, Speculation, record};
use crate::runtime::{Heap, Memory, Val, width};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How many blocks a run may enter before it is abandoned.
pub const FUEL: u32 = 4000;

/// The inputs of a region's run.
#[derive(Debug)]
pub struct Inputs {
    pub bytes: Vec<u8>,
    pub vals: Vec<Val>,
    pub heap: Heap,
}

impl Inputs {
    /// Random inputs: the same seed gives the same inputs, down to the numbers of objects.
    pub fn new(program: &Program, region: &Region, seed: u64) -> Inputs {
        let mut rng = Rng::new(seed);
        let length = rng.index(400);
        let bytes = rng.bytes(length);
        let mut heap = Heap::new(program);
        heap.cells.iter_mut().for_each(|cell| *cell = rng.i64());
        let types: Vec<Type> = region.body.params().collect();
        let vals =
            types.iter().map(|ty| value(program, *ty, &mut rng, &mut heap, length as u64, 4)).collect();
        Inputs { bytes, vals, heap }
    }
}

/// A random value of a type; objects are allocated.
pub fn value(program: &Program, ty: Type, rng: &mut Rng, heap: &mut Heap, length: u64, depth: u32) -> Val {
    // An optional field may be of a class whose objects have fields that are not optional.
    if ty.optional && (depth < 2 || rng.one_in(3)) {
        return Val::None;
    }
    match ty.base {
        Base::Bool => Val::Bool(rng.one_in(2)),
        Base::I64 => Val::I64(rng.i64()),
        Base::U64 => Val::U64(rng.i64() as u64),
        Base::F64 => Val::F64(rng.f64()),
        Base::F64x2 => Val::F64x2(rng.f64(), rng.f64()),
        Base::View => {
            let start = if rng.one_in(2) { 0 } else { rng.below(length + 1) };
            let room = (length - start).min(200);
            Val::View(start, if rng.one_in(2) { room } else { rng.below(room + 1) })
        }
        Base::Ref(class) => {
            assert!(depth > 0, "a class that needs an object of itself has no objects");
            // Two values may be the same object.
            let known = heap.objects(class);
            if !known.is_empty() && rng.one_in(3) {
                return Val::Ref(*rng.pick(&known));
            }
            let types: Vec<Type> = program.classes[class.index()].fields.iter().map(|(_, ty)| *ty).collect();
            let fields: Vec<Val> =
                types.iter().map(|ty| value(program, *ty, rng, heap, length, depth - 1)).collect();
            Val::Ref(heap.alloc(class, &fields))
        }
    }
}

/// The settings that the compared runs share.
#[derive(Clone, Copy)]
struct World {
    seed: u64,
    /// Whether native calls have callees.
    calls: bool,
    /// Whether the heap always wants a collection, or never.
    full: bool,
}

impl World {
    fn inputs(self, program: &Program, region: &Region) -> Inputs {
        let mut inputs = Inputs::new(program, region, self.seed);
        inputs.heap.collect_after(if self.full { 0 } else { usize::MAX });
        inputs
    }
}

/// The outcome in the interpreter; none if the run is too long.
fn interpreted(program: &Program, region: &Region, world: World, fuel: u32) -> Option<String> {
    let Inputs { bytes, vals, mut heap } = world.inputs(program, region);
    let run = Run { program, region, memory: memory(program, &bytes), calls: world.calls };
    let (exit, all) = run.run(&vals, &mut heap, fuel)?;
    Some(format_outcome(program, region, exit, &mut heap, &vals, |v| all[v.index()]))
}

/// The memory that a program can read.
pub fn memory<'a>(program: &'a Program, bytes: &'a [u8]) -> Memory<'a> {
    Memory { input: bytes, pool: &program.pool }
}

/// The outcome in native code. The region must be known to end.
fn native(program: &Program, region: &Region, code: &Code, world: World) -> String {
    let Inputs { bytes, vals, mut heap } = world.inputs(program, region);
    let mut words = code.words();
    let memory = memory(program, &bytes);
    let exit = code.enter(region, &vals, memory, &mut words, &mut heap);
    let code = &code.native;
    format_outcome(program, region, exit, &mut heap, &vals, |v| left(region, code, exit, &words, v, memory))
}

/// The code of a region and of its callees.
pub struct Code {
    pub native: Native,
    table: Table,
    /// Whether every callee has native code.
    callable: bool,
}

impl Code {
    /// Compiles a region, and if `calls` is true, the functions that it calls natively, transitively. Their
    /// regions contain all arms, so they exit early only where they raise.
    pub fn new(program: &Program, region: &Region, calls: bool) -> Code {
        let table = Table::new(program);
        let compile = |region: &Region| {
            let native = codegen::compile(program, &table, region, 0, Want::default());
            native.expect("a verified region compiles")
        };
        let mut known: HashSet<FuncId> = HashSet::new();
        let mut callable = true;
        let mut work = if calls { callees(region) } else { vec![] };
        while let Some(func) = work.pop() {
            if !known.insert(func) {
                continue;
            }
            let root = Root { func, block: BlockId(0) };
            let profile = Profile::new(program);
            let plan = Plan::new(program);
            let callee =
                record(program, &plan, &profile, &Speculation::default(), root).expect("it is small");
            callable &= table.set(&Arc::new(compile(&callee)));
            work.extend(callees(&callee));
        }
        Code { native: compile(region), table, callable }
    }

    /// Words to run the code with.
    pub fn words(&self) -> Vec<u64> {
        vec![
            0xDEAD;
            self.native.words_needed + if self.native.calls { codegen::callees(NATIVE_FRAMES) } else { 0 }
        ]
    }

    /// Writes the inputs and runs the code.
    pub fn enter(
        &self,
        region: &Region,
        vals: &[Val],
        memory: Memory,
        words: &mut [u64],
        heap: &mut Heap,
    ) -> ExitId {
        write(region, vals, memory, words);
        self.native.run(&self.table, memory, words, NATIVE_FRAMES, heap).expect("nothing panics")
    }
}

/// The functions that a region calls natively.
fn callees(region: &Region) -> Vec<FuncId> {
    let insts = region.body.blocks.iter().flat_map(|b| &b.insts);
    insts.filter_map(|i| if let Op::Native(f) = i.op { Some(f) } else { None }).collect()
}

/// Writes a region's inputs.
pub fn write(region: &Region, vals: &[Val], memory: Memory, words: &mut [u64]) {
    let mut at = 0;
    for (param, val) in region.body.blocks[0].params.iter().zip(vals) {
        let ty = region.body.ty(*param);
        memory.out(*val).write(ty, &mut words[at..at + width(ty)]);
        at += width(ty);
    }
}

/// A region's value as native code left it at an exit.
pub fn left(region: &Region, code: &Native, exit: ExitId, words: &[u64], v: Value, memory: Memory) -> Val {
    if let Some(c) = region.body.as_const(v) {
        return Const::into(c);
    }
    let mut layout = code.exits[exit.index()].layout.iter();
    let (_, ty, at) = layout.find(|(known, ..)| *known == v).expect("an exit leaves its values");
    memory.back(Val::read(*ty, &words[*at..at + width(*ty)]))
}

/// The classes whose objects a program changes.
pub fn changed(program: &Program) -> HashSet<ClassId> {
    let insts = program.funcs.iter().flat_map(|f| &f.body.blocks).flat_map(|b| &b.insts);
    insts.filter_map(|i| if let Op::Set(class, _) = i.op { Some(class) } else { None }).collect()
}

fn format_outcome(
    program: &Program,
    region: &Region,
    exit: ExitId,
    heap: &mut Heap,
    inputs: &[Val],
    value: impl Fn(Value) -> Val,
) -> String {
    let states = region.states();
    let inside = exit.index() >= region.exits.len();
    let exit = &states[exit.index()];
    let changed = changed(program);
    let insts = region.body.blocks.iter().flat_map(|b| &b.insts);
    let changed = insts
        .filter_map(|i| if let Op::Set(class, _) = i.op { Some(class) } else { None })
        .chain(changed.iter().copied())
        .collect();
    let made: Vec<u32> = exit.objects.iter().map(|(class, _)| heap.make(*class)).collect();
    let restored = |slot: Slot| match slot {
        Slot::Value(v) => value(v),
        Slot::Object(n) => Val::Ref(made[n as usize]),
    };
    for ((_, fields), object) in exit.objects.iter().zip(&made) {
        fields.iter().enumerate().for_each(|(i, field)| heap.set(*object, i as u32, restored(*field)));
    }
    for put in &exit.fields {
        let Val::Ref(object) = restored(put.object) else { panic!("{:?} has no fields", put.object) };
        heap.set(object, put.field, restored(put.value));
    }
    let mut teller = Teller { program, heap, changed, seen: HashMap::new() };
    let mut text = String::from(if inside { "inside a call\n" } else { "" });
    for frame in &exit.frames {
        text += &format!("frame {:?} {:?}:{}", frame.func, frame.block, frame.inst);
        let mut slots = frame.slots.clone();
        slots.sort_by_key(|(v, _)| *v);
        for (v, slot) in slots {
            text += &format!(" {}={}", v.0, teller.val(restored(slot)));
        }
        text.push('\n');
    }
    if let Some(slots) = &exit.returns {
        let slots: Vec<String> = slots.iter().map(|s| teller.val(restored(*s))).collect();
        text += &format!("return {}\n", slots.join(" "));
    }
    text += &format!("arm {:?}\n", exit.arm);
    text += &format!("cells {:?}\n", teller.heap.cells);
    text += &format!("{:?}\n", teller.heap.console);
    for input in inputs {
        if let Val::Ref(_) = input {
            text += &format!("given {}\n", teller.val(*input));
        }
    }
    text
}

/// Formats values.
struct Teller<'a> {
    program: &'a Program,
    heap: &'a mut Heap,
    changed: HashSet<ClassId>,
    seen: HashMap<u32, usize>,
}

impl Teller<'_> {
    fn val(&mut self, val: Val) -> String {
        match val {
            Val::F64(x) => number(x),
            Val::F64x2(x, y) => format!("<{} {}>", number(x), number(y)),
            Val::Ref(r) => {
                let class = self.heap.class(r);
                let count = self.program.classes[class.index()].fields.len();
                self.object(r, class, |this, i| {
                    (i < count).then(|| {
                        let field = this.heap.get(r, i as u32);
                        this.val(field)
                    })
                })
            }
            other => format!("{other:?}"),
        }
    }

    fn object(
        &mut self,
        key: u32,
        class: ClassId,
        field: impl Fn(&mut Self, usize) -> Option<String>,
    ) -> String {
        let mut text = format!("class{}", class.0);
        // Only an object that can change has an identity.
        if self.changed.contains(&class) {
            let next = self.seen.len();
            if let Some(number) = self.seen.get(&key) {
                return format!("{text}#{number}");
            }
            self.seen.insert(key, next);
            text += &format!("#{next}");
        }
        text.push('{');
        let mut i = 0;
        while let Some(format_outcome) = field(self, i) {
            text += &format_outcome;
            text.push(',');
            i += 1;
        }
        text + "}"
    }
}

fn number(x: f64) -> String {
    if x.is_nan() { "NaN".to_string() } else { format!("{x:?}") }
}

/// The number of instructions with this op in a region.
fn count(region: &Region, op: Op) -> usize {
    region.body.blocks.iter().flat_map(|b| &b.insts).filter(|i| i.op == op).count()
}

/// Checks that two regions of a program do the same, by the interpreter and as native code; panics if they
/// differ. Returns how many runs ended.
pub fn same(
    program: &Program,
    before: &Region,
    after: &Region,
    seeds: std::ops::Range<u64>,
    what: &str,
) -> usize {
    let mut ended = 0;
    let callees = !callees(before).is_empty() || !callees(after).is_empty();
    // A removed poll does not exit, so both regions must have the same polls.
    let polls = count(before, Op::Poll);
    let full = polls > 0 && polls == count(after, Op::Poll);
    for (calls, full) in [(false, false)]
        .into_iter()
        .chain(callees.then_some((true, false)))
        .chain(full.then_some((false, true)))
    {
        let (old, new) = (Code::new(program, before, calls), Code::new(program, after, calls));
        // Code exits at a call of a callee that is too large; the interpreter does not do that.
        if !(old.callable && new.callable) {
            continue;
        }
        for seed in seeds.clone() {
            let world = World { seed, calls, full };
            let Some(expected) = interpreted(program, before, world, FUEL) else { continue };
            ended += 1;
            // The interpreter comes first: it panics if a proof is wrong, where native code has undefined
            // behavior.
            let ways = [
                ("interpreted, after", interpreted(program, after, world, 4 * FUEL)),
                ("native, before", Some(native(program, before, &old, world))),
                ("native, after", Some(native(program, after, &new, world))),
            ];
            for (way, found) in ways {
                let text = || crate::ir::print::print_region(program, after);
                assert_eq!(found.as_ref(), Some(&expected), "{what}: {way}, seed {seed}\n{}", text());
            }
        }
    }
    ended
}
