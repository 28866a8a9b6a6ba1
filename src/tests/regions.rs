//! Runs regions, by the interpreter and as native code, and tells what came of it as text that can be compared.
//!
//! What is compared is what the interpreter would go on with: where the exit leads, the values of its slots, objects by
//! structure (by identity too, where the program changes objects of the class), and the objects that the region was given.
//! Exits are not compared by number, since passes split and copy them. All NaN are one.

use super::rng::Rng;
use crate::codegen::{self, Native, Want};
use crate::interp::{Heap, Memory, Val, region, width};
use crate::ir::{Base, ClassId, Const, Exit, ExitId, Op, Program, Region, Slot, Type, Value};
use std::collections::{HashMap, HashSet};

/// Blocks that a region may enter before a run is given up.
pub const FUEL: u32 = 4000;

/// What a region is run on.
#[derive(Debug)]
pub struct Inputs {
    pub bytes: Vec<u8>,
    pub vals: Vec<Val>,
    pub heap: Heap,
}

impl Inputs {
    /// Made from a seed: the same seed gives the same inputs, down to the numbers of objects.
    pub fn new(program: &Program, region: &Region, seed: u64) -> Inputs {
        let mut rng = Rng::new(seed);
        let length = rng.index(400);
        let bytes = rng.bytes(length);
        let mut heap = Heap::new(program.cells.len());
        heap.cells.iter_mut().for_each(|cell| *cell = rng.i64());
        let types: Vec<Type> = region.body.blocks[0].params.iter().map(|v| region.body.ty(*v)).collect();
        let vals =
            types.iter().map(|ty| value(program, *ty, &mut rng, &mut heap, length as u64, 4)).collect();
        Inputs { bytes, vals, heap }
    }
}

/// A value of a type; objects are allocated.
pub fn value(program: &Program, ty: Type, rng: &mut Rng, heap: &mut Heap, length: u64, depth: u32) -> Val {
    if ty.optional && (depth == 0 || rng.one_in(3)) {
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
            let types: Vec<Type> = program.classes[class.index()].fields.iter().map(|(_, ty)| *ty).collect();
            let fields: Vec<Val> =
                types.iter().map(|ty| value(program, *ty, rng, heap, length, depth - 1)).collect();
            Val::Ref(heap.alloc(class, &fields))
        }
    }
}

/// What the interpreter makes of a region; none if it runs for too long.
pub fn interpreted(program: &Program, region: &Region, seed: u64, fuel: u32) -> Option<String> {
    let Inputs { bytes, vals, mut heap } = Inputs::new(program, region, seed);
    let (exit, all) = region::run(region, &vals, memory(program, &bytes), &mut heap, fuel)?;
    Some(told(program, region, exit, &mut heap, &vals, |v| all[v.index()]))
}

/// What a program can read.
pub fn memory<'a>(program: &'a Program, bytes: &'a [u8]) -> Memory<'a> {
    Memory { input: bytes, pool: &program.pool }
}

/// What native code makes of a region. It must be known to end.
pub fn native(program: &Program, region: &Region, code: &Native, seed: u64) -> String {
    let Inputs { bytes, vals, mut heap } = Inputs::new(program, region, seed);
    let mut words = vec![0xDEAD; code.words_needed];
    let memory = memory(program, &bytes);
    let exit = enter(region, code, &vals, memory, &mut words, &mut heap);
    told(program, region, exit, &mut heap, &vals, |v| left(region, code, exit, &words, v, memory))
}

/// Compiles.
pub fn compile(program: &Program, region: &Region) -> Native {
    codegen::compile(program, region, Want::default()).expect("a verified region compiles")
}

/// Writes the inputs and runs the code.
pub fn enter(
    region: &Region,
    code: &Native,
    vals: &[Val],
    memory: Memory,
    words: &mut [u64],
    heap: &mut Heap,
) -> ExitId {
    let mut at = 0;
    for (param, val) in region.body.blocks[0].params.iter().zip(vals) {
        let ty = region.body.ty(*param);
        memory.out(*val).write(ty, &mut words[at..at + width(ty)]);
        at += width(ty);
    }
    code.run(memory, words, heap)
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

/// The classes of which a program changes objects.
pub fn changed(program: &Program) -> HashSet<ClassId> {
    let insts = program.funcs.iter().flat_map(|f| &f.body.blocks).flat_map(|b| &b.insts);
    insts.filter_map(|i| if let Op::Set(class, _) = i.op { Some(class) } else { None }).collect()
}

fn told(
    program: &Program,
    region: &Region,
    exit: ExitId,
    heap: &mut Heap,
    inputs: &[Val],
    value: impl Fn(Value) -> Val,
) -> String {
    let exit = &region.exits[exit.index()];
    let changed = changed(program);
    let insts = region.body.blocks.iter().flat_map(|b| &b.insts);
    let changed = insts
        .filter_map(|i| if let Op::Set(class, _) = i.op { Some(class) } else { None })
        .chain(changed.iter().copied())
        .collect();
    let mut teller = Teller { program, exit, heap, value: &value, changed, seen: HashMap::new() };
    let mut text = String::new();
    for frame in &exit.frames {
        text += &format!("frame {:?} {:?}:{}", frame.func, frame.block, frame.inst);
        let mut slots = frame.slots.clone();
        slots.sort_by_key(|(v, _)| *v);
        for (v, slot) in slots {
            text += &format!(" {}={}", v.0, teller.slot(slot));
        }
        text.push('\n');
    }
    if let Some(slots) = &exit.returns {
        let slots: Vec<String> = slots.iter().map(|s| teller.slot(*s)).collect();
        text += &format!("return {}\n", slots.join(" "));
    }
    text += &format!("arm {:?}\n", exit.arm);
    text += &format!("cells {:?}\n", teller.heap.cells);
    for input in inputs {
        if let Val::Ref(_) = input {
            text += &format!("given {}\n", teller.val(*input));
        }
    }
    text
}

/// Tells values of one exit.
struct Teller<'a, F> {
    program: &'a Program,
    exit: &'a Exit,
    heap: &'a mut Heap,
    value: &'a F,
    changed: HashSet<ClassId>,
    seen: HashMap<(bool, u32), usize>,
}

impl<F: Fn(Value) -> Val> Teller<'_, F> {
    fn slot(&mut self, slot: Slot) -> String {
        match slot {
            Slot::Value(v) => self.val((self.value)(v)),
            Slot::Object(n) => {
                let (class, fields) = self.exit.objects[n as usize].clone();
                self.object((true, n), class, |this, i| fields.get(i).map(|f| this.slot(*f)))
            }
        }
    }

    fn val(&mut self, val: Val) -> String {
        match val {
            Val::F64(x) => number(x),
            Val::F64x2(x, y) => format!("<{} {}>", number(x), number(y)),
            Val::Ref(r) => {
                let class = self.heap.class(r);
                let count = self.program.classes[class.index()].fields.len();
                self.object((false, r), class, |this, i| {
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
        key: (bool, u32),
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
        while let Some(told) = field(self, i) {
            text += &told;
            text.push(',');
            i += 1;
        }
        text + "}"
    }
}

fn number(x: f64) -> String {
    if x.is_nan() { "NaN".to_string() } else { format!("{x:?}") }
}

/// Whether two regions of a program do the same, by the interpreter and as native code; panics where they do not.
/// Gives how many of the runs ended.
pub fn same(
    program: &Program,
    before: &Region,
    after: &Region,
    seeds: std::ops::Range<u64>,
    what: &str,
) -> usize {
    let (old, new) = (compile(program, before), compile(program, after));
    let mut ended = 0;
    for seed in seeds {
        let Some(expected) = interpreted(program, before, seed, FUEL) else { continue };
        ended += 1;
        // The interpreter first: it panics where a proof was wrong, and native code would do what it likes.
        let ways = [
            ("interpreted, after", interpreted(program, after, seed, 4 * FUEL)),
            ("native, before", Some(native(program, before, &old, seed))),
            ("native, after", Some(native(program, after, &new, seed))),
        ];
        for (way, found) in ways {
            let text = || crate::ir::print::print_region(program, after);
            assert_eq!(found.as_ref(), Some(&expected), "{what}: {way}, seed {seed}\n{}", text());
        }
    }
    ended
}
