//! A region's blocks, edges and exits, as Cranelift IR.
//!
//! Blocks are emitted in reverse post-order, so definitions precede their uses; the code that leaves follows,
//! one block per state. Not here: single instructions ([`super::ops`]).

use super::deopt_stress::DeoptStress;
use super::left::{ExitCode, ExitLayout, PANICKED, RETURNED};
use super::lower::Lower;
use super::native::Want;
use super::table::Table;
use super::watch::{Counting, Counts, Spot};
use super::words::{Homes, OWN, Parts, leaves, part_types};
use crate::ir::{
    BlockId, Body, ClassId, Exit, ExitId, Inst, Op, Program, Region, Slot, Target, Term, Type, Value,
};
use crate::runtime::width;
use cranelift_codegen::ir::{self as clif, Block, BlockArg, InstBuilder, types};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Switch};
use std::collections::HashMap;

/// The results of lowering a region.
pub(super) struct Lowered {
    pub exits: Vec<ExitLayout>,
    pub words_needed: usize,
    pub guards: usize,
    pub calls: bool,
    pub stress: Option<DeoptStress>,
    /// The types of the inputs.
    pub takes: Vec<Type>,
    /// By source location: the part of the region.
    pub spots: Vec<Spot>,
    pub counts: Option<Counts>,
}

/// Emits the region as the body of `func`.
pub(super) fn lower(
    (program, table, region, number): (&Program, &Table, &Region, u32),
    want: Want,
    isa: &dyn TargetIsa,
    func: &mut clif::Function,
    context: &mut FunctionBuilderContext,
) -> Result<Lowered, String> {
    let body = &region.body;
    let mut b = FunctionBuilder::new(func, context);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let &[base, words, ctx, room] = b.block_params(entry) else { unreachable!("four, by the signature") };
    let order = reverse_post_order(body);
    let mut defs = vec![None; body.values.len()];
    for inst in order.iter().flat_map(|&block| &body[block].insts) {
        if let Some(result) = inst.result {
            defs[result.index()] = Some(inst);
        }
    }
    let takes: Vec<Type> = body.params().collect();
    let native_calls = region.native_calls();
    let states = region.states();
    let homes = Homes::new(body, &states);
    let mut leaves: Vec<ExitLayout> = states.iter().map(|exit| leaves(body, exit, &homes)).collect();
    let end = |l: &ExitLayout| l.layout.iter().map(|(_, ty, at)| at + width(*ty)).max().unwrap_or(0);
    for inside in &mut leaves[region.exits.len()..] {
        inside.callee = Some(end(inside));
    }
    let ends = leaves.iter().map(|l| end(l) + usize::from(l.callee.is_some()));
    let returned = program.funcs.get(region.root.func.index()).map_or(&[][..], |f| &f.returns);
    let whole = |types: &[Type]| types.iter().map(|ty| width(*ty)).sum();
    let words_needed = ends.chain([whole(&takes), whole(returned)]).max().unwrap_or(0);
    let mut lower = Lower {
        program,
        table,
        body,
        region,
        number,
        b,
        isa,
        base,
        words,
        ctx,
        room,
        vals: vec![None; body.values.len()],
        consts: HashMap::new(),
        defs,
        fits: HashMap::new(),
        limits: HashMap::new(),
        addresses: HashMap::new(),
        blocks: vec![None; body.blocks.len()],
        homes,
        leaves,
        words_needed,
        states: vec![None; states.len()],
        native_calls,
        scratch: None,
        panicked: None,
        guards: 0,
        spots: want.asm.then(Vec::new),
        counting: want.counts.then(|| Counting::new(body)),
        stress: want.stress.then(|| DeoptStress::new(region, number)),
        stress_written: 0,
    };
    lower.scratch = lower.scratch_words();
    lower.start(entry, &order)?;
    for &block in &order {
        lower.block(block)?;
    }
    for state in 0..states.len() as u32 {
        lower.leave(ExitId(state))?;
    }
    lower.leave_panicked();
    let Lower { mut b, guards, leaves, native_calls, spots, counting, stress, .. } = lower;
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
    let (calls, counts) = (!native_calls.is_empty(), counting.map(|c| c.counts));
    let spots = spots.unwrap_or_default();
    Ok(Lowered { words_needed, takes, exits: leaves, guards, calls, spots, counts, stress })
}

/// The reachable blocks, each after the blocks that dominate it.
fn reverse_post_order(body: &Body) -> Vec<BlockId> {
    let mut seen = vec![false; body.blocks.len()];
    let mut order = vec![];
    let mut work = vec![(BlockId(0), false)];
    while let Some((block, done)) = work.pop() {
        if done {
            order.push(block);
        } else if !std::mem::replace(&mut seen[block.index()], true) {
            work.push((block, true));
            work.extend(body[block].term.targets().iter().map(|t| (t.block, false)));
        }
    }
    order.reverse();
    order
}

impl Lower<'_, '_> {
    /// Starts a block: constants and addresses emitted in other blocks may not be available here.
    fn enter(&mut self, block: Block) {
        self.b.switch_to_block(block);
        self.consts.clear();
        self.addresses.retain(|object, _| self.body.blocks[0].params.contains(object));
    }

    /// The first block of the native function: reads the inputs.
    fn start(&mut self, entry: Block, order: &[BlockId]) -> Result<(), String> {
        let body = self.body;
        if order.iter().flat_map(|&block| body[block].term.targets()).any(|t| t.block == BlockId(0)) {
            return Err("something jumps to the region's entry".into());
        }
        let mut at = 0;
        for &param in &body.blocks[0].params {
            let parts = self.read(body.ty(param), self.words, at);
            self.define(param, parts);
            at += width(body.ty(param));
        }
        self.count_entry();
        self.limits(order);
        self.given();
        self.blocks[0] = Some(entry);
        for &block in &order[1..] {
            let new = self.b.create_block();
            self.blocks[block.index()] = Some(new);
            // A block that only leaves is placed with its exit's block; a return is not rare.
            if let Term::Exit(exit) = body[block].term
                && self.region.exits[exit.index()].returns.is_none()
            {
                self.b.set_cold_block(new);
            }
            for &param in &body[block].params {
                let parts: Vec<_> =
                    part_types(body.ty(param)).map(|ty| self.b.append_block_param(new, ty)).collect();
                self.define(param, Parts::of(&parts));
            }
        }
        Ok(())
    }

    fn block(&mut self, id: BlockId) -> Result<(), String> {
        let block = self.blocks[id.index()].expect("it can be reached");
        if id != BlockId(0) {
            self.enter(block);
        }
        for &param in &self.body[id].params {
            self.write_home(param);
        }
        let insts = &self.body[id].insts;
        for (inst, number) in insts.iter().zip(0..) {
            self.spot(Spot::Inst(id, number));
            self.inst(inst)?;
            if let Some(result) = inst.result {
                self.write_home(result);
            }
        }
        self.spot(Spot::Inst(id, insts.len() as u32));
        match &self.body[id].term {
            Term::Jump(target) => {
                let (block, args) = self.target((id, 0), target);
                self.b.ins().jump(block, &args);
            }
            Term::Branch(cond, yes, no) => self.branch(id, *cond, yes, no),
            Term::Switch(v, cases, default) => self.switch(id, *v, cases, default),
            Term::Exit(exit) => {
                let block = self.exit_block(*exit);
                self.b.ins().jump(block, &[]);
            }
            Term::Return(_) | Term::Raise(_) => return Err("a region neither returns nor raises".into()),
        }
        self.emit_edge_counters();
        Ok(())
    }

    /// Writes a value that has just been defined to its home, if it has one.
    fn write_home(&mut self, v: Value) {
        if let Some(home) = self.homes.of(v) {
            let parts = self.parts(v);
            self.write(self.body.ty(v), parts, self.words, home);
        }
    }

    /// The target of an edge, with its arguments.
    fn target(&mut self, (from, arm): (BlockId, usize), target: &Target) -> (Block, Vec<BlockArg>) {
        let mut args = Vec::with_capacity(target.args.len());
        for &arg in &target.args {
            args.extend(self.parts(arg).all().iter().map(|v| BlockArg::Value(*v)));
        }
        let to = self.blocks[target.block.index()].expect("what is jumped to can be reached");
        self.way(from, arm, to, args)
    }

    /// A `fits` of several conditions becomes as many branches: they need not be combined into a number.
    fn branch(&mut self, from: BlockId, cond: Value, yes: &Target, no: &Target) {
        let conds = self.conds(cond);
        let (yes, yes_args) = self.target((from, 0), yes);
        let (no, no_args) = self.target((from, 1), no);
        let Some((last, firsts)) = conds.split_last() else {
            self.b.ins().jump(yes, &yes_args);
            return;
        };
        for &cond in firsts {
            let next = self.b.create_block();
            self.b.ins().brif(cond, next, &[], no, &no_args);
            self.b.switch_to_block(next);
        }
        self.b.ins().brif(*last, yes, &yes_args, no, &no_args);
    }

    fn switch(&mut self, from: BlockId, v: Value, cases: &[(i64, Target)], default: &Target) {
        let on = self.one(v);
        let mut switch = Switch::new();
        let mut edges = vec![];
        for (arm, (key, target)) in cases.iter().enumerate() {
            let key = u128::from(*key as u64);
            // The first of two equal cases applies.
            if !switch.entries().contains_key(&key) {
                let edge = self.b.create_block();
                switch.set_entry(key, edge);
                edges.push((edge, arm, target));
            }
        }
        let otherwise = self.b.create_block();
        edges.push((otherwise, cases.len(), default));
        // The arguments of the edges must be emitted before the switch.
        let ways: Vec<_> =
            edges.iter().map(|(edge, arm, target)| (*edge, self.target((from, *arm), target))).collect();
        switch.emit(&mut self.b, on, otherwise);
        for (edge, (block, args)) in ways {
            self.b.switch_to_block(edge);
            self.b.ins().jump(block, &args);
        }
    }

    /// Emits the code that leaves after a panic of a host function, if that can happen.
    fn leave_panicked(&mut self) {
        if let Some(block) = self.panicked {
            self.enter(block);
            let code = self.b.ins().iconst(types::I64, PANICKED as i64);
            self.b.ins().return_(&[code]);
        }
    }

    /// Emits the code that leaves in a state, if it is used.
    fn leave(&mut self, state: ExitId) -> Result<(), String> {
        let Some(block) = self.states[state.index()] else { return Ok(()) };
        self.enter(block);
        self.spot(Spot::Exit(state));
        let leaves = self.leaves[state.index()].clone();
        let inside = state.index().checked_sub(self.region.exits.len());
        let exit = inside.map_or(state, |nth| self.native_calls[nth]);
        for inst in &self.region.exits[exit.index()].insts {
            if inst.exit.is_some() {
                return Err("an exit's instruction cannot have an exit itself".into());
            }
            self.inst(inst)?;
        }
        let returns = self.region.exits[exit.index()].returns.is_some();
        for &(v, ty, at) in &leaves.layout {
            if !returns && self.homes.of(v) == Some(at) {
                continue;
            }
            let parts = self.parts(v);
            self.write(ty, parts, self.words, at);
        }
        // Inside a native call the cells are as the callee has left them.
        let cells = if inside.is_none() { &self.region.exits[exit.index()].cells[..] } else { &[] };
        for (cell, slot) in cells {
            let Slot::Value(v) = slot else { return Err("a cell holds no object".into()) };
            let (value, cells) = (self.one(*v), self.cells());
            self.b.ins().store(OWN, value, cells, cell.index() as i32 * 8);
        }
        if let Some(at) = leaves.callee {
            let code = self.b.block_params(block)[0];
            self.b.ins().store(OWN, code, self.words, at as i32 * 8);
        }
        let mut code = ExitCode { number: self.number, exit: state }.code();
        if let Some(v) = self.returned(&self.region.exits[exit.index()]) {
            // Constants are not stored for the interpreter, but a native caller expects the value.
            if self.body.as_const(v).is_some() {
                let (ty, parts) = (self.body.ty(v), self.parts(v));
                self.write(ty, parts, self.words, 0);
            }
            code |= RETURNED;
        }
        let code = self.b.ins().iconst(types::I64, code as i64);
        self.b.ins().return_(&[code]);
        Ok(())
    }

    /// The return value of a function that is called natively: the exit has exactly one, and neither objects
    /// to make nor fields to write.
    fn returned(&self, exit: &Exit) -> Option<Value> {
        match (exit.returns.as_deref(), self.region.root.block) {
            (Some([Slot::Value(v)]), BlockId(0)) if exit.objects.is_empty() && exit.fields.is_empty() => {
                Some(*v)
            }
            _ => None,
        }
    }

    /// Scratch words for the fields of the widest class that the region accesses, and for the view arguments
    /// of a host function.
    fn scratch_words(&mut self) -> Option<clif::StackSlot> {
        let in_blocks = self.body.blocks.iter().flat_map(|block| &block.insts);
        let in_exits = self.region.exits.iter().flat_map(|exit| &exit.insts);
        let size = |class: ClassId| -> usize {
            self.program.classes[class.index()].fields.iter().map(|(_, ty)| width(*ty)).sum()
        };
        let needed = |inst: &Inst| match inst.op {
            Op::New(class) | Op::Get(class, _) | Op::Set(class, _) => Some(size(class)),
            Op::Host(..) => {
                let views = inst.args.iter().filter(|v| self.body.ty(**v) == Type::VIEW).count();
                (views > 0).then_some(2 * views)
            }
            _ => None,
        };
        let words = in_blocks.chain(in_exits).filter_map(needed).max()?;
        let slot = clif::StackSlotData::new(clif::StackSlotKind::ExplicitSlot, words as u32 * 8, 3);
        Some(self.b.create_sized_stack_slot(slot))
    }
}
