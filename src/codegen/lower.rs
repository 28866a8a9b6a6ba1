//! The state of lowering one region to Cranelift IR, and the operations common to all emitted code: the parts
//! of a value, reading and writing it in words, leaving through an exit, and calling runtime functions.
//!
//! All uses of an exit share one block without parameters: the values that an exit needs are defined above
//! each use, hence above that block. Blocks of exits are cold, so that they are placed behind the hot code.
//! Not here: the contents of these blocks, and the order of all blocks ([`super::region`]).

use super::context::{CELLS, FULL};
use super::deopt_stress::DeoptStress;
use super::left::ExitLayout;
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
    /// The number of the region, for its callers.
    pub number: u32,
    pub b: FunctionBuilder<'b>,
    pub isa: &'a dyn TargetIsa,
    /// The input's address, that of the words, the context, and the room for frames.
    pub base: clif::Value,
    pub words: clif::Value,
    pub ctx: clif::Value,
    pub room: clif::Value,
    /// The parts of each value.
    pub vals: Vec<Option<Parts>>,
    /// The constants emitted in the current block, or above it.
    pub consts: HashMap<Value, Parts>,
    /// The instruction that defines a value, for instructions in blocks.
    pub defs: Vec<Option<&'a Inst>>,
    /// The conditions of each `fits`.
    pub fits: HashMap<Value, Vec<clif::Value>>,
    /// See [`Lower::limits`].
    pub limits: HashMap<(Value, i64), clif::Value>,
    /// The addresses of objects' words: of objects that are live-ins, and of those accessed in the current
    /// block.
    pub addresses: HashMap<Value, clif::Value>,
    pub blocks: Vec<Option<Block>>,
    pub homes: Homes,
    /// What is stored in each state, and the number of words that the region needs for that and for its
    /// inputs.
    pub leaves: Vec<ExitLayout>,
    pub words_needed: usize,
    /// By state: the block that leaves in it. If the state is inside a call, the block takes the callee's
    /// code.
    pub states: Vec<Option<Block>>,
    /// The exits of native calls, in the order of their states.
    pub native_calls: Vec<ExitId>,
    /// Words to pass the fields of objects, and the view arguments of host functions.
    pub scratch: Option<clif::StackSlot>,
    /// The block to continue in if a host function has panicked.
    pub panicked: Option<Block>,
    pub guards: usize,
    /// See [`super::watch`]; present if requested.
    pub spots: Option<Vec<Spot>>,
    pub counting: Option<Counting>,
    /// If checks leave in turn: their counters, and how many of them have been emitted.
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
    /// The single part of a value.
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
    /// Sets the parts of a value.
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

    /// Leaves without a state if the condition holds, which means that a host function has panicked.
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

    /// The block to continue in if the callee of the native call with that exit has left; it takes the
    /// callee's code.
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

    /// Conditions whose conjunction is `cond`.
    pub fn conds(&mut self, cond: Value) -> Vec<clif::Value> {
        match self.fits.get(&cond) {
            Some(conds) => conds.clone(),
            None => vec![self.one(cond)],
        }
    }

    /// Reads a value from words, starting at word `at`.
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

    /// Writes a value to words. After the flag of an empty optional, the contents are arbitrary.
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

    /// Calls one of the functions of [`super::enter`], with the context as the first argument.
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
