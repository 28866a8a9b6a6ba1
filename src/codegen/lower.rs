//! The state of lowering one region to Cranelift IR, and what all code that is written needs: the parts of a
//! value, reading and writing it in words, leaving through an exit, calling a function of ours.
//!
//! All places that leave through an exit share one block without parameters: what an exit needs is defined
//! above each of them, hence above that block. Blocks of exits are cold, so that they lie behind the code
//! that runs. Not here: what is in those blocks, and the order of all ([`super::region`]).

use super::context::{CELLS, FULL};
use super::deopt_stress::DeoptStress;
use super::left::Leaves;
use super::table::Table;
use super::watch::{Counting, Spot};
use super::words::{Homes, OWN, Parts, part_types};
use crate::ir::{Base, Body, Const, ExitId, Inst, Program, Region, Type, Value};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::{self as clif, AbiParam, Block, InstBuilder, MemFlagsData, types};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilder;
use std::collections::HashMap;

/// The signature of [`Entry`](super::context::Entry).
pub(super) fn signature(isa: &dyn TargetIsa) -> clif::Signature {
    let mut signature = clif::Signature::new(isa.default_call_conv());
    signature.params = vec![AbiParam::new(types::I64); 4];
    signature.returns = vec![AbiParam::new(types::I64)];
    signature
}

/// The state of lowering one region.
pub(super) struct Lower<'a, 'b> {
    pub program: &'a Program,
    pub table: &'a Table,
    pub body: &'a Body,
    pub region: &'a Region,
    /// Which region that is, for whoever calls it.
    pub number: u32,
    pub b: FunctionBuilder<'b>,
    pub isa: &'a dyn TargetIsa,
    /// The input's address, that of the words, the context, and the room for frames.
    pub base: clif::Value,
    pub words: clif::Value,
    pub ctx: clif::Value,
    pub room: clif::Value,
    /// What each value has become.
    pub vals: Vec<Option<Parts>>,
    /// The constants that have been written in the block at hand, or above it.
    pub consts: HashMap<Value, Parts>,
    /// The instruction that defines a value, of those in blocks.
    pub defs: Vec<Option<&'a Inst>>,
    /// What a `fits` consists of.
    pub fits: HashMap<Value, Vec<clif::Value>>,
    /// See [`Lower::limits`].
    pub limits: HashMap<(Value, i64), clif::Value>,
    /// Where the words of objects are: of those that the region is given, and of those that have been looked
    /// into in the block at hand.
    pub addresses: HashMap<Value, clif::Value>,
    pub blocks: Vec<Option<Block>>,
    pub homes: Homes,
    /// What is left in each state, and how many words of its own the region needs for that and its inputs.
    pub leaves: Vec<Leaves>,
    pub words_needed: usize,
    /// By state: the block that leaves in it, which takes the callee's code, if the state is inside a call.
    pub states: Vec<Option<Block>>,
    /// The exits of native calls, in the order of their states.
    pub native_calls: Vec<ExitId>,
    /// Words to pass objects' fields in, and the views that functions of the host take.
    pub scratch: Option<clif::StackSlot>,
    /// Where the code goes on if a function of the host has panicked.
    pub panicked: Option<Block>,
    pub guards: usize,
    /// See [`super::watch`]; there if wanted.
    pub spots: Option<Vec<Spot>>,
    pub counting: Option<Counting>,
    /// If checks leave in turn: their words, and how many of them have been written.
    pub stress: Option<DeoptStress>,
    pub stress_written: usize,
}

impl Lower<'_, '_> {
    /// The parts of a value.
    pub fn parts(&mut self, v: Value) -> Parts {
        if let Some(parts) = self.vals[v.index()] {
            return parts;
        }
        if let Some(parts) = self.consts.get(&v) {
            return *parts;
        }
        let c = self.body.as_const(v).expect("verified: a value is defined above its uses");
        let parts = self.constant(c);
        self.consts.insert(v, parts);
        parts
    }
    /// The one part of a value that has no more.
    pub fn one(&mut self, v: Value) -> clif::Value {
        self.parts(v).all()[0]
    }
    /// The address of the cells.
    pub fn cells(&mut self) -> clif::Value {
        self.b.ins().load(types::I64, OWN, self.ctx, CELLS)
    }
    /// Whether the heap wants a collection.
    pub fn full(&mut self) -> clif::Value {
        self.b.ins().load(types::I8, OWN, self.ctx, FULL)
    }
    /// Sets what a value is.
    pub fn define(&mut self, v: Value, parts: Parts) {
        self.vals[v.index()] = Some(parts);
    }
    fn constant(&mut self, c: Const) -> Parts {
        let ins = self.b.ins();
        Parts::of(&[match c {
            Const::Bool(x) => ins.iconst(types::I8, i64::from(x)),
            Const::I64(x) => ins.iconst(types::I64, x),
            Const::U64(x) => ins.iconst(types::I64, x as i64),
            Const::F64(bits) => ins.f64const(Ieee64::with_bits(bits)),
            Const::View(start, len) => {
                // The pool does not move: the program outlives its code.
                let address = self.program.pool.as_ptr() as i64 + i64::from(start);
                let address = ins.iconst(types::I64, address);
                return Parts::of(&[address, self.b.ins().iconst(types::I64, i64::from(len))]);
            }
            Const::None(base) => {
                let zeros: Vec<_> = part_types(Type::optional(base)).map(|ty| self.zero(ty)).collect();
                return Parts::of(&zeros);
            }
        }])
    }
    fn zero(&mut self, ty: clif::Type) -> clif::Value {
        match ty {
            types::F64 => self.b.ins().f64const(0.0),
            types::F64X2 => {
                let lane = self.b.ins().f64const(0.0);
                self.b.ins().splat(types::F64X2, lane)
            }
            _ => self.b.ins().iconst(ty, 0),
        }
    }
    pub fn exit_block(&mut self, exit: ExitId) -> Block {
        *self.states[exit.index()].get_or_insert_with(|| {
            let block = self.b.create_block();
            self.b.set_cold_block(block);
            block
        })
    }

    /// Leaves unless the condition holds.
    pub fn exit_unless(&mut self, cond: clif::Value, exit: ExitId) {
        let leave = self.exit_block(exit);
        let next = self.b.create_block();
        self.b.ins().brif(cond, next, &[], leave, &[]);
        self.b.switch_to_block(next);
        self.guards += 1;
    }

    /// Leaves if the condition holds.
    pub fn exit_if(&mut self, cond: clif::Value, exit: ExitId) {
        let leave = self.exit_block(exit);
        let next = self.b.create_block();
        self.b.ins().brif(cond, leave, &[], next, &[]);
        self.b.switch_to_block(next);
        self.guards += 1;
    }

    /// Leaves for good if the condition holds, which says that a function of the host has panicked.
    pub fn end_if(&mut self, cond: clif::Value) {
        let b = &mut self.b;
        let end = *self.panicked.get_or_insert_with(|| {
            let block = b.create_block();
            b.set_cold_block(block);
            block
        });
        let next = self.b.create_block();
        self.b.ins().brif(cond, end, &[], next, &[]);
        self.b.switch_to_block(next);
    }

    /// Where the code goes on if the callee of the native call with that exit has left; takes the callee's
    /// code.
    pub fn inside_block(&mut self, exit: ExitId) -> Block {
        let nth = self.native_calls.iter().position(|e| *e == exit).expect("it is the exit of a native call");
        let state = self.region.exits.len() + nth;
        let block = self.exit_block(ExitId(state as u32));
        // Calls that share an exit share the block.
        if self.b.block_params(block).is_empty() {
            self.b.append_block_param(block, types::I64);
        }
        block
    }

    /// Conditions that hold together if and only if `cond` does.
    pub fn conds(&mut self, cond: Value) -> Vec<clif::Value> {
        match self.fits.get(&cond) {
            Some(conds) => conds.clone(),
            None => vec![self.one(cond)],
        }
    }

    /// Reads a value from words of our own, the first of which is number `at`.
    pub fn read(&mut self, ty: Type, words: clif::Value, at: usize) -> Parts {
        let mut parts = vec![];
        let mut offset = at as i32 * 8;
        let mut next = |lower: &mut Self, part: clif::Type| {
            let v = lower.b.ins().load(part, OWN, words, offset);
            offset += 8;
            v
        };
        if ty.optional {
            let flag = next(self, types::I64);
            parts.push(self.b.ins().icmp_imm_u(IntCC::NotEqual, flag, 0));
        }
        match ty.base {
            Base::Bool => {
                let word = next(self, types::I64);
                parts.push(self.b.ins().icmp_imm_u(IntCC::NotEqual, word, 0));
            }
            Base::I64 | Base::U64 | Base::Ref(_) => parts.push(next(self, types::I64)),
            Base::F64 => parts.push(next(self, types::F64)),
            Base::View => {
                let start = next(self, types::I64);
                parts.push(self.b.ins().iadd(self.base, start));
                parts.push(next(self, types::I64));
            }
            Base::F64x2 => {
                let pair = self.b.ins().load(types::F64X2, MemFlagsData::new().with_notrap(), words, offset);
                parts.push(pair);
            }
        }
        Parts::of(&parts)
    }

    /// Writes a value to words of our own. Behind the flag of an optional without value there may be
    /// anything.
    pub fn write(&mut self, ty: Type, parts: Parts, words: clif::Value, at: usize) {
        let mut offset = at as i32 * 8;
        let mut values = parts.all();
        let mut put = |lower: &mut Self, v: clif::Value| {
            lower.b.ins().store(OWN, v, words, offset);
            offset += 8;
        };
        if ty.optional {
            let flag = self.b.ins().uextend(types::I64, values[0]);
            put(self, flag);
            values = &values[1..];
        }
        match ty.base {
            Base::Bool => {
                let word = self.b.ins().uextend(types::I64, values[0]);
                put(self, word);
            }
            Base::I64 | Base::U64 | Base::Ref(_) | Base::F64 => put(self, values[0]),
            Base::View => {
                let start = self.b.ins().isub(values[0], self.base);
                put(self, start);
                put(self, values[1]);
            }
            Base::F64x2 => {
                self.b.ins().store(MemFlagsData::new().with_notrap(), values[0], words, offset);
            }
        }
    }

    /// Calls one of the functions of [`super::enter`], with the context in front of the arguments.
    pub fn call(&mut self, shim: *const u8, args: &[clif::Value], result: bool) -> Option<clif::Value> {
        let mut signature = clif::Signature::new(self.isa.default_call_conv());
        signature.params = vec![AbiParam::new(types::I64); args.len() + 1];
        signature.returns = vec![AbiParam::new(types::I64); usize::from(result)];
        let signature = self.b.import_signature(signature);
        let address = self.b.ins().iconst(types::I64, shim as i64);
        let call = self.b.ins().call_indirect(signature, address, &[&[self.ctx], args].concat());
        self.b.inst_results(call).first().copied()
    }
}
