//! A builder of functions, instruction by instruction. It infers types, and panics if they do not fit.

use super::verify::result_type;
use super::{BlockId, Body, Const, Func, FuncId, Inst, Op, Program, Raise, Target, Term, Type, Value};
use rustc_hash::FxHashSet as HashSet;
use smallvec::smallvec;

/// A function under construction, and the current block.
#[derive(Debug)]
pub struct Builder<'p> {
    program: &'p mut Program,
    func: Func,
    at: BlockId,
    /// The blocks that have been current.
    written: HashSet<BlockId>,
    /// The source position of the instructions being appended.
    place: Option<u32>,
}

impl<'p> Builder<'p> {
    /// Starts a function; returns its parameters too.
    pub fn new(program: &'p mut Program, name: &str, params: &[Type]) -> (Builder<'p>, Vec<Value>) {
        let mut body = Body::default();
        let at = body.block();
        let values = params.iter().map(|ty| body.param(at, *ty)).collect();
        let func = Func { name: name.to_string(), returns: vec![], body, records: vec![], places: vec![] };
        (Builder { program, func, at, written: HashSet::from_iter([at]), place: None }, values)
    }

    /// The program that the function will be part of.
    pub fn program(&self) -> &Program {
        self.program
    }

    /// The program, mutable.
    pub fn program_mut(&mut self) -> &mut Program {
        self.program
    }

    /// Sets the source position of the instructions that follow.
    pub fn place(&mut self, place: u32) {
        self.place = Some(place);
        self.note();
    }

    fn note(&mut self) {
        if let Some(place) = self.place {
            let inst = self.func.body[self.at].insts.len() as u32;
            self.func.places.push((self.at, inst, place));
        }
    }

    /// The current block.
    pub fn here(&self) -> BlockId {
        self.at
    }

    /// Adds a parameter to a block that has no predecessors yet.
    pub fn param(&mut self, block: BlockId, ty: Type) -> Value {
        self.func.body.param(block, ty)
    }

    /// The type of a value.
    pub fn ty(&self, v: Value) -> Type {
        self.func.body.ty(v)
    }

    /// Appends an instruction that has no result.
    pub fn effect(&mut self, op: Op, args: &[Value]) {
        self.func.body.push(self.at, op, args, None);
    }

    /// Appends an instruction that has a result.
    pub fn op(&mut self, op: Op, args: &[Value]) -> Value {
        let types: Vec<Type> = args.iter().map(|v| self.func.body.ty(*v)).collect();
        let ty = result_type(self.program, op, &types).unwrap_or_else(|e| panic!("{op:?}: {e}"));
        self.func.body.push(self.at, op, args, ty).expect("the instruction has a result")
    }

    /// An `i64` constant.
    pub fn i64(&mut self, i: i64) -> Value {
        self.func.body.constant(Const::I64(i))
    }

    /// An `f64` constant.
    pub fn f64(&mut self, x: f64) -> Value {
        self.func.body.constant(Const::f64(x))
    }

    /// Any constant.
    pub fn constant(&mut self, c: Const) -> Value {
        self.func.body.constant(c)
    }

    /// The constant that a value is, if it is one.
    pub fn as_const(&self, v: Value) -> Option<Const> {
        self.func.body.as_const(v)
    }

    /// The instruction that defines a value, if one does.
    pub fn inst(&self, v: Value) -> Option<&Inst> {
        self.func.body.inst(v)
    }

    /// A new block with parameters; the current block stays.
    pub fn block(&mut self, params: &[Type]) -> (BlockId, Vec<Value>) {
        let block = self.func.body.block();
        let values = params.iter().map(|ty| self.func.body.param(block, *ty)).collect();
        (block, values)
    }

    /// Makes a block the current one.
    pub fn at(&mut self, block: BlockId) {
        self.at = block;
        self.written.insert(block);
        self.note();
    }

    fn end(&mut self, term: Term) {
        self.func.body[self.at].term = term;
    }

    /// Ends the block with a jump. A jump to a block that has been current, such as the block itself, makes
    /// the target a loop header.
    pub fn jump(&mut self, block: BlockId, args: &[Value]) {
        if self.written.contains(&block) {
            self.func.body[block].header = true;
        }
        self.end(Term::Jump(Target { block, args: args.into() }));
    }

    /// Ends the block with a branch to two blocks without parameters.
    pub fn branch(&mut self, condition: Value, then: BlockId, other: BlockId) {
        let to = |block| Target { block, args: smallvec![] };
        self.end(Term::Branch(condition, to(then), to(other)));
    }

    /// Ends the block with an error.
    pub fn raise(&mut self, raise: Raise) {
        self.end(Term::Raise(raise));
    }

    /// Continues in a new block if the condition holds; else raises that this rule of the format is violated.
    pub fn require(&mut self, condition: Value, rule: &'static str) {
        let (next, _) = self.block(&[]);
        let (broken, _) = self.block(&[]);
        self.branch(condition, next, broken);
        self.at(broken);
        self.raise(Raise::Data(rule));
        self.at(next);
    }

    /// Ends the block with a return.
    pub fn give(&mut self, values: &[Value]) {
        self.gives(values);
        self.end(Term::Return(values.to_vec()));
    }

    /// Sets the return types of the function to the types of these values.
    pub fn gives(&mut self, values: &[Value]) {
        self.func.returns = values.iter().map(|v| self.func.body.ty(*v)).collect();
    }

    /// Declares that a view is a record: errors in the blocks it dominates refer to it, unless another record
    /// is defined later.
    pub fn record(&mut self, view: Value) {
        self.func.records.push(view);
    }

    /// Replaces a declared function of the same signature.
    pub fn finish_as(self, id: FuncId) {
        self.program.funcs[id.index()] = self.func;
    }

    /// Adds the function to the program.
    pub fn finish(self) -> FuncId {
        self.program.funcs.push(self.func);
        FuncId(self.program.funcs.len() as u32 - 1)
    }
}
