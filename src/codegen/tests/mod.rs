//! Every instruction against plain Rust, and regions of all shapes.
//!
//! [`arith::expected`] specifies the results independently of the interpreter, so that other tests can
//! compare the two.

mod arith;
mod bytes;
mod flow;
mod host;
mod hot_loop;

use super::*;
use crate::ir::*;
use crate::runtime::{Heap, Memory, Val, width};
use std::sync::OnceLock;

const I: Type = Type::I64;
const U: Type = Type::U64;
const F: Type = Type::F64;
const B: Type = Type::BOOL;
const V: Type = Type::VIEW;
const X: Type = Type::F64X2;

/// A region to which code is added block by block.
struct Build {
    region: Region,
    program: Program,
    /// Made at the first compilation.
    table: OnceLock<Table>,
}

impl Build {
    /// A region of one block with these inputs.
    fn new(inputs: &[Type]) -> (Build, Vec<Value>) {
        let mut body = Body::default();
        let entry = body.block();
        let params: Vec<Value> = inputs.iter().map(|ty| body.param(entry, *ty)).collect();
        let root = Root { func: FuncId(0), block: BlockId(0) };
        let inputs = params.iter().map(|v| Input { value: *v, path: vec![] }).collect();
        let region = Region { root, inputs, body, exits: vec![] };
        (Build { region, program: Program::default(), table: OnceLock::new() }, params)
    }
    fn block(&mut self, params: &[Type]) -> (BlockId, Vec<Value>) {
        let block = self.region.body.block();
        (block, params.iter().map(|ty| self.region.body.param(block, *ty)).collect())
    }
    fn c(&mut self, c: Const) -> Value {
        self.region.body.constant(c)
    }
    fn i(&mut self, i: i64) -> Value {
        self.c(Const::I64(i))
    }
    fn op(&mut self, block: BlockId, op: Op, args: &[Value], ty: Type) -> Value {
        self.region.body.push(block, op, args, Some(ty)).expect("it has a type")
    }
    /// An instruction that leaves through `exit`.
    fn checked(&mut self, block: BlockId, op: Op, args: &[Value], ty: Type, exit: ExitId) -> Value {
        let v = self.op(block, op, args, ty);
        self.last(block).exit = Some(exit);
        v
    }
    fn effect(&mut self, block: BlockId, op: Op, args: &[Value]) -> &mut Inst {
        self.region.body.push(block, op, args, None);
        self.last(block)
    }
    fn last(&mut self, block: BlockId) -> &mut Inst {
        self.region.body[block].insts.last_mut().expect("there is one")
    }
    /// A new exit that returns these values.
    fn exit(&mut self, values: &[Value]) -> ExitId {
        let returns = Some(values.iter().map(|v| Slot::Value(*v)).collect());
        self.region.exits.push(Exit { returns, ..Exit::default() });
        ExitId(self.region.exits.len() as u32 - 1)
    }
    fn end(&mut self, block: BlockId, term: Term) {
        self.region.body[block].term = term;
    }
    fn jump(&mut self, from: BlockId, to: BlockId, args: &[Value]) {
        self.end(from, Term::Jump(target(to, args)));
    }
    /// Ends the block with an exit that returns these values.
    fn leave(&mut self, block: BlockId, values: &[Value]) -> ExitId {
        let exit = self.exit(values);
        self.end(block, Term::Exit(exit));
        exit
    }
    fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::new(&self.program))
    }
    fn compiled(&self, want: Want) -> Result<Native, String> {
        compile(&self.program, self.table(), &self.region, 0, want)
    }
    fn compile(&self) -> Native {
        self.compiled(Want::default()).expect("it compiles")
    }
    fn run(&self, native: &Native, input: &[u8], args: &[Val]) -> (ExitId, Vec<Val>) {
        self.run_with(native, input, args, &mut Heap::new(&self.program))
    }
    /// Runs the code; returns the exit and the values it left.
    fn run_with(&self, native: &Native, input: &[u8], args: &[Val], heap: &mut Heap) -> (ExitId, Vec<Val>) {
        let mut words = vec![0xDEAD; native.words_needed];
        let mut at = 0;
        for (param, arg) in self.region.body[BlockId(0)].params.iter().zip(args) {
            let ty = self.region.body.ty(*param);
            arg.write(ty, &mut words[at..at + width(ty)]);
            at += width(ty);
        }
        let memory = Memory { input, pool: &self.program.pool };
        let exit = native.run(self.table(), memory, &mut words, NATIVE_FRAMES, heap);
        let exit = exit.expect("nothing panics");
        let left = native.exits[exit.index()].layout.iter().map(|(_, ty, at)| Val::read(*ty, &words[*at..]));
        (exit, left.collect())
    }
}

fn target(block: BlockId, args: &[Value]) -> Target {
    Target { block, args: args.into() }
}

/// The bits of a value: all NaN are equal, and the two zeros differ.
fn bits(val: Val) -> Vec<u64> {
    match val {
        Val::F64(f) if f.is_nan() => vec![u64::MAX],
        Val::None => vec![],
        Val::F64(f) => vec![f.to_bits()],
        Val::F64x2(a, b) => vec![a.to_bits(), b.to_bits()],
        Val::View(a, b) => vec![a, b],
        Val::Bool(b) => vec![u64::from(b)],
        Val::I64(i) => vec![i as u64],
        Val::U64(u) => vec![u],
        Val::Ref(r) => vec![u64::from(r)],
    }
}
