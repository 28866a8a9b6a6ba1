//! The recorder: from a hot root to a region.
//!
//! A region is the hot part of the program, according to the counters, as one body: calls are inlined (except
//! recursive ones, which become native calls), arms that are almost never taken are replaced by exits, and
//! inner loops and joins are kept. The recorder walks the program's blocks from the root in reverse
//! post-order. Since the program is in SSA form and statically typed, definitions still dominate their uses
//! after arms have been removed, so a block is recorded by renaming its values, and an arm can be recorded
//! without having run. The information that only execution provides is in the [`Profile`]: how often arms
//! were taken, and the values that each `promote` has seen.
//!
//! A block is identified by its inline call stack (an [`Activation`]) and its place, so a region has at most
//! as many blocks as the program has on each stack: it grows with the number of blocks, not with the number
//! of paths.
//!
//! Nothing is optimized here: every object is still allocated, every check is still made.

mod snapshot;
mod speculation;

pub use speculation::{Speculation, TraceAbort};

use crate::interp::Profile;
use crate::ir::calls::recursive;
use crate::ir::cfg::{Cfg, Liveness, Points};
use crate::ir::flatten::{Flatten, Part};
use crate::ir::{
    Arm, BlockId, Body, ClassId, Const, Def, Exit, ExitId, Frame, FuncId, Input, Inst, Op, Origin, Program,
    REGION_FRAMES, Region, Root, Slot, Target, Term, Type, Value,
};
use smallvec::smallvec;
use std::collections::{BTreeSet, HashMap};

/// The maximum number of times that a function may be on the inline call stack, if the region stays small;
/// otherwise fewer. A native call costs 2 ns and a word for each part of its arguments. For a recursive
/// function of 20 instructions with two calls, inlining twice halves the cost; for one of 200 instructions,
/// inlining once saves a quarter. The code grows by everything that is inlined.
const RECURSION: usize = 3;
/// A region with fewer instructions is small.
const SMALL: usize = 700;
/// The number of live values at a check whose cost is negligible.
const FEW: usize = 64;
/// The number of additional live values that cost as much as an instruction: 200, 400 and 2,000 values were
/// measured to take 19, 60 and 2,500 ms; this model yields 17, 57 and 1,190.
const SLOTS: u64 = 16;
/// Limits of inlining. Without them, if each function calls the previous one twice, the inlined code doubles
/// with each function.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// A region that would exceed this number of instructions does not inline large functions.
    pub region: u64,
    /// A function with more instructions, callees included, is large.
    pub function: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { region: 4_000, function: 400 }
    }
}

/// A region with more instructions is rejected.
const SIZE: usize = 100_000;

/// The static analysis of a program: the control flow graph and the liveness of each function.
#[derive(Debug)]
pub struct Plan {
    cfgs: Vec<Cfg>,
    liveness: Vec<Liveness>,
    /// For each function, the number of instructions of each of its blocks, with calls inlined.
    whole: Vec<Vec<u64>>,
    /// The same, without functions that a region of it does not inline.
    sizes: Vec<Vec<u64>>,
    bounds: Bounds,
    /// For each function, whether it is large.
    large: Vec<bool>,
    /// How objects enter and leave regions.
    pub flatten: Flatten,
    /// Whether regions record the origins of their values.
    pub origins: bool,
}

impl Plan {
    /// Analyzes all functions.
    pub fn new(program: &Program) -> Plan {
        Plan::within(program, Bounds::default())
    }

    /// Like [`Plan::new`], with other limits.
    pub fn within(program: &Program, bounds: Bounds) -> Plan {
        let cfgs: Vec<Cfg> = program.funcs.iter().map(|f| Cfg::new(&f.body)).collect();
        let liveness: Vec<_> =
            program.funcs.iter().zip(&cfgs).map(|(f, cfg)| Liveness::new(f, cfg)).collect();
        let whole = sizes(program, &liveness, &[]);
        let large: Vec<bool> = whole.iter().map(|blocks| total(blocks) > bounds.function).collect();
        let mut sizes = whole.clone();
        if sizes.iter().any(|blocks| total(blocks) > bounds.region) {
            let cut = self::sizes(program, &liveness, &large);
            for (own, cut) in sizes.iter_mut().zip(cut).filter(|(own, _)| total(own) > bounds.region) {
                *own = cut;
            }
        }
        let flatten = Flatten::new(program);
        Plan { cfgs, liveness, whole, sizes, bounds, large, flatten, origins: false }
    }

    /// The maximum number of instructions of a region of that root, with the functions that it inlines; in a
    /// recursive function, recursive calls are not counted as inlined.
    pub fn size(&self, root: Root) -> u64 {
        self.sum(&self.sizes, root)
    }

    /// The maximum number of instructions of an iteration of that root, without inner loops and recursion.
    pub fn work(&self, root: Root) -> u64 {
        self.sum(&self.whole, root)
    }

    fn sum(&self, sizes: &[Vec<u64>], root: Root) -> u64 {
        let own = &sizes[root.func.index()];
        match self.cfg(root.func).loop_of(root.block) {
            Some(l) if root.block != BlockId(0) => {
                let blocks = &self.cfg(root.func).loops()[l].blocks;
                blocks.iter().map(|b| own[b.index()]).fold(0, u64::saturating_add)
            }
            _ => total(own),
        }
    }

    /// The values that are live at successive points of a block, without constants.
    fn points<'p>(&self, program: &'p Program, func: FuncId, block: BlockId) -> Points<'p> {
        self.liveness[func.index()].points(&program.funcs[func.index()], block)
    }

    /// The control flow graph of a function.
    pub fn cfg(&self, func: FuncId) -> &Cfg {
        &self.cfgs[func.index()]
    }
}

fn total(blocks: &[u64]) -> u64 {
    blocks.iter().copied().fold(0, u64::saturating_add)
}

/// The number of instructions of the blocks of each function, with those of its callees; a call of a
/// recursive function counts as one instruction.
///
/// If very many values are live, compiling a check takes as long as several instructions: each of these
/// values is a part of its snapshot, and is live through its block.
fn sizes(program: &Program, liveness: &[Liveness], outside: &[bool]) -> Vec<Vec<u64>> {
    let recursive = recursive(program);
    let mut totals = vec![0u64; program.funcs.len()];
    loop {
        let size = |inst: &Inst| match inst.op {
            Op::Call(callee) if outside.get(callee.index()) == Some(&true) => 1,
            Op::Call(callee) if !recursive[callee.index()] => totals[callee.index()].saturating_add(1),
            _ => 1,
        };
        let sizes: Vec<Vec<u64>> = program
            .funcs
            .iter()
            .zip(liveness)
            .map(|(func, liveness)| {
                let block = |id: BlockId| {
                    let insts = &func.body[id].insts;
                    let more = liveness.most(id).saturating_sub(FEW) as u64 / SLOTS;
                    let checked = |i: &&Inst| i.args.first().is_some_and(|v| i.op.checked(func.body.ty(*v)));
                    let checks = if more == 0 { 0 } else { insts.iter().filter(checked).count() as u64 };
                    insts.iter().map(size).fold(1 + checks * more, u64::saturating_add)
                };
                func.body.ids().map(block).collect()
            })
            .collect();
        let sum = |blocks: &Vec<u64>| total(blocks).min(SIZE as u64);
        let new = sizes.iter().map(sum).collect();
        if new == totals {
            return sizes;
        }
        totals = new;
    }
}

/// Records the region that starts at `root`: the whole function if that is its entry, else the loop of which
/// it is the header.
pub fn record(
    program: &Program,
    plan: &Plan,
    profile: &Profile,
    speculation: &Speculation,
    root: Root,
) -> Result<Region, TraceAbort> {
    let attempt = |recursion, limit, cuts| {
        let region = Region { root, inputs: vec![], body: Body::default(), exits: vec![] };
        let acts = vec![];
        let mut recorder =
            Recorder { program, plan, profile, speculation, recursion, cuts, limit, region, acts, size: 0 };
        recorder.root().map(|()| recorder.region)
    };
    let big = plan.bounds.region as usize;
    let mut small = (2..=RECURSION).rev().filter_map(|times| attempt(times, SMALL.min(big), false).ok());
    let mut region = match small.next().or_else(|| attempt(1, big, false).ok()) {
        Some(region) => region,
        None => attempt(1, SIZE, true)?,
    };
    // A loop of the program may not be one here: its back edge may be behind a call that never returns.
    let cfg = Cfg::new(&region.body);
    for block in region.body.ids() {
        region.body[block].header = cfg.reachable(block) && cfg.loop_of(block).is_some();
    }
    Ok(region)
}

/// The position of a block in the order of recording.
fn position(cfg: &Cfg, block: BlockId) -> usize {
    cfg.position(block).expect("what a reachable block leads to is reachable")
}

/// One entry of an inline call stack: a function being recorded, and the region's values for its values.
struct Activation<'p> {
    func: FuncId,
    /// The caller and the place of the call; `None` for the root's function.
    caller: Option<(usize, BlockId, u32)>,
    depth: usize,
    values: Vec<Option<Value>>,
    blocks: HashMap<BlockId, BlockId>,
    /// The blocks of the region that return, with the values they return.
    returns: Vec<(BlockId, Vec<Value>)>,
    /// The live values in the block that is being recorded.
    points: Option<(BlockId, Points<'p>)>,
    /// The frames of the callers, outermost first, once an exit has needed them.
    above: Option<Vec<Frame>>,
}

struct Recorder<'a> {
    program: &'a Program,
    plan: &'a Plan,
    profile: &'a Profile,
    speculation: &'a Speculation,
    /// The maximum number of times that a function may be on the inline call stack.
    recursion: usize,
    /// Whether large functions are called natively.
    cuts: bool,
    /// The number of instructions above which the recording is abandoned.
    limit: usize,
    region: Region,
    acts: Vec<Activation<'a>>,
    size: usize,
}

impl Recorder<'_> {
    fn root(&mut self) -> Result<(), TraceAbort> {
        let Root { func, block } = self.region.root;
        let act = self.activate(func, None);
        let entry = self.region.body.block();
        let body = &self.program.funcs[func.index()].body;
        let params = &body[block].params;
        let live: Vec<Value> = self.plan.points(self.program, func, block).before(0).collect();
        // The block's own parameters come first, used or not: the header takes them all.
        let inputs: Vec<Value> =
            params.iter().copied().chain(live.into_iter().filter(|v| !params.contains(v))).collect();
        for value in inputs {
            let whole = self.input(entry, value, body.ty(value));
            self.acts[act].values[value.index()] = Some(whole);
        }
        if block == BlockId(0) {
            self.walk(act, block, entry)?;
        } else {
            let target = Target { block, args: params[..].into() };
            let args = target.args.iter().map(|v| self.value(act, *v)).collect();
            let header = self.block(act, block);
            self.region.body[entry].term = Term::Jump(Target { block: header, args });
            self.walk(act, block, header)?;
        }
        for (block, values) in std::mem::take(&mut self.acts[act].returns) {
            let returns = Some(values.into_iter().map(Slot::Value).collect());
            let exit = self.exit(Exit { returns, ..Exit::default() });
            self.region.body[block].term = Term::Exit(exit);
        }
        Ok(())
    }

    /// Adds a live-in of the region: a value of the root's function, or its parts, from which it is rebuilt.
    fn input(&mut self, entry: BlockId, value: Value, ty: Type) -> Value {
        let Recorder { program, plan, region: Region { inputs, body, .. }, .. } = self;
        let mut params = vec![];
        for Part { path, ty } in plan.flatten.parts(ty) {
            inputs.push(Input { value, path });
            params.push(body.param(entry, ty));
        }
        let mut make = |class, fields: Vec<Value>| {
            body.push(entry, Op::New(class), &fields, Some(Type::object(class))).expect("it has a type")
        };
        plan.flatten.put_together(ty, &mut params.into_iter(), &mut make, program)
    }

    /// Whether a call is inlined.
    fn inlines(&self, caller: usize, callee: FuncId) -> bool {
        if self.cuts && self.plan.large[callee.index()] {
            return false;
        }
        let mut times = 0;
        let mut above = Some(caller);
        while let Some(act) = above {
            times += usize::from(self.acts[act].func == callee);
            above = self.acts[act].caller.map(|(act, ..)| act);
        }
        times < self.recursion && self.acts[caller].depth + 1 < REGION_FRAMES
    }

    fn activate(&mut self, func: FuncId, caller: Option<(usize, BlockId, u32)>) -> usize {
        let depth = caller.map_or(0, |(act, ..)| self.acts[act].depth + 1);
        let values = vec![None; self.program.funcs[func.index()].body.values.len()];
        if self.plan.origins {
            let from = caller.map(|(call, block, inst)| Origin { call: call as u32, block, inst });
            self.region.body.origins.call(func, from);
        }
        let (blocks, returns) = (HashMap::new(), vec![]);
        self.acts.push(Activation {
            func,
            caller,
            depth,
            values,
            blocks,
            returns,
            points: None,
            above: None,
        });
        self.acts.len() - 1
    }

    /// The region's value for a value of an activation's function.
    fn value(&mut self, act: usize, v: Value) -> Value {
        let func = self.acts[act].func;
        match self.program.funcs[func.index()].body.values[v.index()].1 {
            Def::Const(c) => self.region.body.constant(c),
            _ => self.acts[act].values[v.index()].expect("a definition is recorded before its uses"),
        }
    }

    /// The region's block for a block of an activation's function; created on first use.
    fn block(&mut self, act: usize, block: BlockId) -> BlockId {
        if let Some(known) = self.acts[act].blocks.get(&block) {
            return *known;
        }
        let new = self.region.body.block();
        self.acts[act].blocks.insert(block, new);
        let body = &self.program.funcs[self.acts[act].func.index()].body;
        for param in &body[block].params {
            let value = self.region.body.param(new, body.ty(*param));
            self.acts[act].values[param.index()] = Some(value);
        }
        new
    }

    fn exit(&mut self, exit: Exit) -> ExitId {
        self.region.exits.push(exit);
        ExitId(self.region.exits.len() as u32 - 1)
    }

    /// Records the blocks of an activation that are reachable from `start`, whose code goes into the region's
    /// block `into`.
    fn walk(&mut self, act: usize, start: BlockId, into: BlockId) -> Result<(), TraceAbort> {
        let plan = self.plan;
        let cfg = plan.cfg(self.acts[act].func);
        self.acts[act].blocks.insert(start, into);
        let mut pending = BTreeSet::from([position(cfg, start)]);
        while let Some(at) = pending.pop_first() {
            let block = cfg.order()[at];
            let into = self.block(act, block);
            for next in self.record_block(act, block, into)? {
                if position(cfg, next) > at {
                    pending.insert(position(cfg, next));
                }
            }
        }
        Ok(())
    }

    /// Records one block; returns its successors within the region.
    fn record_block(
        &mut self,
        act: usize,
        block: BlockId,
        mut into: BlockId,
    ) -> Result<Vec<BlockId>, TraceAbort> {
        let program = self.program;
        let func = self.acts[act].func;
        let code = &program.funcs[func.index()].body[block];
        self.size += code.insts.len() + 1;
        if self.size > self.limit {
            return Err(TraceAbort::Size);
        }
        // `opt` determines whether anything is allocated in the loop, or in the function that may be called
        // natively.
        if code.header || (act, block) == (0, BlockId(0)) {
            let exit = Some(self.root_snapshot(act, block));
            self.region.body[into].insts.push(Inst { op: Op::Poll, args: smallvec![], result: None, exit });
        }
        for (i, inst) in code.insts.iter().enumerate() {
            let at = (block, i as u32);
            match inst.op {
                Op::Call(callee) if self.inlines(act, callee) => {
                    into = self.call(act, at, inst, callee, into)?;
                }
                Op::Call(callee) => self.native_call(act, at, inst, callee, into),
                Op::Promote => self.promote(act, at, inst, into),
                _ => self.inst(act, at, inst, into),
            }
        }
        let values = |this: &mut Self, list: &[Value]| -> Vec<Value> {
            list.iter().map(|v| this.value(act, *v)).collect()
        };
        let mut term = match &code.term {
            Term::Return(list) => {
                let list = values(self, list);
                self.acts[act].returns.push((into, list));
                return Ok(vec![]);
            }
            Term::Raise(_) => {
                let exit = self.snapshot(act, block, code.insts.len() as u32);
                self.region.body[into].term = Term::Exit(exit);
                return Ok(vec![]);
            }
            term => term.clone(),
        };
        if let Term::Branch(v, ..) | Term::Switch(v, ..) = &mut term {
            *v = self.value(act, *v);
        }
        let extent = self.acts[act].caller.is_none().then_some(self.region.root.block);
        let targets: Vec<BlockId> = code.term.targets().iter().map(|t| t.block).collect();
        let kept = {
            let body = &program.funcs[func.index()].body;
            self.speculation.kept(self.plan.cfg(func), body, self.profile, extent, (func, block), &targets)
        };
        let mut next = vec![];
        for (index, target) in term.targets_mut().into_iter().enumerate() {
            target.args = values(self, &target.args).into();
            if kept[index] {
                next.push(target.block);
                target.block = self.block(act, target.block);
            } else {
                let arm = Arm { func, block, index: index as u32 };
                *target = self.leave(act, arm, target);
            }
        }
        self.region.body[into].term = term;
        Ok(next)
    }

    fn inst(&mut self, act: usize, (block, i): (BlockId, u32), inst: &Inst, into: BlockId) {
        let body = &self.program.funcs[self.acts[act].func.index()].body;
        let args: Vec<Value> = inst.args.iter().map(|v| self.value(act, *v)).collect();
        let checked = inst.args.first().is_some_and(|a| inst.op.checked(body.ty(*a)));
        let exit = checked.then(|| self.snapshot(act, block, i));
        let result = inst.result.map(|v| (v, self.region.body.value(body.ty(v), Def::Inst)));
        self.region.body[into].insts.push(Inst {
            op: inst.op,
            args: args.into(),
            result: result.map(|(_, r)| r),
            exit,
        });
        if let Some((old, new)) = result {
            self.acts[act].values[old.index()] = Some(new);
            self.origin(new, act, (block, i));
        } else if self.plan.origins {
            let body = &mut self.region.body;
            let inst = body.blocks[into.index()].insts.last().expect("it was just put there");
            body.origins.effect(inst.op, &inst.args, Origin { call: act as u32, block, inst: i });
        }
    }

    fn origin(&mut self, value: Value, act: usize, (block, inst): (BlockId, u32)) {
        if self.plan.origins {
            self.region.body.origins.set(value, Origin { call: act as u32, block, inst });
        }
    }

    /// A promoted value that has always been the same is replaced by that constant, behind a guard.
    fn promote(&mut self, act: usize, (block, i): (BlockId, u32), inst: &Inst, into: BlockId) {
        let func = self.acts[act].func;
        let mut value = self.value(act, inst.args[0]);
        if let Some(constant) = self.speculation.promoted(self.profile, (func, block, i)) {
            let exit = self.snapshot(act, block, i);
            let body = &mut self.region.body;
            let constant = body.constant(Const::I64(constant));
            let same = body.push(into, Op::Eq, &[value, constant], Some(Type::BOOL)).expect("it has a type");
            body[into].insts.push(Inst {
                op: Op::Guard,
                args: smallvec![same],
                result: None,
                exit: Some(exit),
            });
            value = constant;
        }
        let result = inst.result.expect("a promote has a result");
        self.acts[act].values[result.index()] = Some(value);
    }

    /// Records a call as a native call.
    fn native_call(&mut self, act: usize, at: (BlockId, u32), inst: &Inst, callee: FuncId, into: BlockId) {
        let args: Vec<Value> = inst.args.iter().map(|v| self.value(act, *v)).collect();
        let exit = self.callee(act, at, callee, &args);
        let Recorder { program, plan, region: Region { body, .. }, .. } = self;
        let mut parts = vec![];
        for arg in args {
            let ty = body.ty(arg);
            let get = |class: ClassId, field: u32, object| {
                let ty = program.classes[class.index()].fields[field as usize].1;
                body.push(into, Op::Get(class, field), &[object], Some(ty)).expect("it has a type")
            };
            parts.extend(plan.flatten.take_apart(ty, arg, get, program));
        }
        let ty = program.funcs[callee.index()].returns[0];
        let result = body.push(into, Op::Native(callee), &parts, Some(ty));
        body[into].insts.last_mut().expect("it was just put there").exit = Some(exit);
        if let Some(old) = inst.result {
            self.acts[act].values[old.index()] = result;
            result.into_iter().for_each(|new| self.origin(new, act, at));
        }
    }

    /// Inlines a call; returns the block in which the caller continues.
    fn call(
        &mut self,
        act: usize,
        (block, i): (BlockId, u32),
        inst: &Inst,
        callee: FuncId,
        into: BlockId,
    ) -> Result<BlockId, TraceAbort> {
        let inner = self.activate(callee, Some((act, block, i)));
        let target = &self.program.funcs[callee.index()].body[BlockId(0)];
        for (param, arg) in target.params.iter().zip(&inst.args) {
            self.acts[inner].values[param.index()] = Some(self.value(act, *arg));
        }
        self.walk(inner, BlockId(0), into)?;
        let returns = std::mem::take(&mut self.acts[inner].returns);
        let (after, result) = match &returns[..] {
            [(from, values)] => (*from, values.first().copied()),
            _ => {
                let after = self.region.body.block();
                let types: Vec<Type> = self.program.funcs[callee.index()].returns.clone();
                let params: Vec<Value> = types.iter().map(|ty| self.region.body.param(after, *ty)).collect();
                for (from, args) in returns {
                    self.region.body[from].term = Term::Jump(Target { block: after, args: args.into() });
                }
                (after, params.first().copied())
            }
        };
        if let (Some(old), Some(new)) = (inst.result, result) {
            self.acts[act].values[old.index()] = Some(new);
        }
        Ok(after)
    }
}
