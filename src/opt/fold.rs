//! Constant folding and algebraic simplification.
//!
//! ```text
//! v1 = slice v0, v9, 48 !e0             v1 = slice v0, v9, 48 !e0
//! v2 = slice v1, 16, 16 !e1       →     v4 = add v9, 24
//! v3 = load.f64 v2, 8 !e2               v3 = load.f64 v0, v4
//! ```
//!
//! One forward walk. An instruction with constant operands is replaced by its result, unless it fails: then
//! it stays, to take its exit. A slice of a slice becomes a slice of the outer view, and its check is dropped
//! if it is within a slice that was already checked. Identities of integers and bools are applied; of floats
//! only those that hold for every value, including signed zeros and NaN. Division by a power of two becomes a
//! shift, a mask, or a multiplication.
//!
//! Not done: no reassociation, so `(a + 1) + b` stays.

use super::rewrite::Forward;
use crate::interp::eval;
use crate::ir::cfg::Cfg;
use crate::ir::{Const, Def, Inst, Op, Program, Region, Term, Type, Value};
use crate::runtime::{Memory, Val};
use smallvec::smallvec;

/// See the module.
pub fn run(program: &Program, region: &mut Region) {
    let cfg = Cfg::new(&region.body);
    let mut forward = Forward::default();
    let mut defs = Known { defs: vec![None; region.body.values.len()] };
    for block in cfg.order() {
        let insts = std::mem::take(&mut region.body[*block].insts);
        let mut new = vec![];
        for mut inst in insts {
            forward.args(&mut inst);
            let mut folding = Folding { program, region, known: &mut defs, new: &mut new };
            match folding.fold(&mut inst) {
                Fold::Keep => {
                    if let Some(v) = inst.result {
                        defs.set(v, inst.clone());
                    }
                    new.push(inst);
                }
                Fold::Value(v) => forward.set(inst.result.expect("what has a value has a result"), v),
                Fold::Drop => {}
            }
        }
        region.body[*block].insts = new;
        let mut term = std::mem::replace(&mut region.body[*block].term, Term::Return(vec![]));
        term.map_uses(|v| forward.get(v));
        // `branch not c` is `branch c` with its targets swapped.
        if let Term::Branch(v, a, b) = &mut term
            && let Some(Inst { op: Op::Not, args, .. }) = defs.get(*v)
        {
            *v = args[0];
            std::mem::swap(a, b);
        }
        region.body[*block].term = term;
    }
    forward.apply(region);
    in_exits(region);
}

/// Folds selects in exits whose conditions are constant.
fn in_exits(region: &mut Region) {
    for exit in &mut region.exits {
        let mut forward = Forward::default();
        exit.insts.retain_mut(|inst| {
            forward.args(inst);
            let condition = inst.args.first().and_then(|v| region.body.as_const(*v));
            let (Op::Select, Some(Const::Bool(holds)), Some(result)) = (inst.op, condition, inst.result)
            else {
                return true;
            };
            forward.set(result, inst.args[if holds { 1 } else { 2 }]);
            false
        });
        if !forward.is_empty() {
            exit.map_uses(|v| forward.get(v));
        }
    }
}

enum Fold {
    Keep,
    Value(Value),
    Drop,
}

/// The instruction that defines each value, as folded so far.
struct Known {
    defs: Vec<Option<Inst>>,
}

impl Known {
    fn get(&self, v: Value) -> Option<&Inst> {
        self.defs.get(v.index())?.as_ref()
    }
    fn set(&mut self, v: Value, inst: Inst) {
        if self.defs.len() <= v.index() {
            self.defs.resize(v.index() + 1, None);
        }
        self.defs[v.index()] = Some(inst);
    }
}

struct Folding<'a> {
    program: &'a Program,
    region: &'a mut Region,
    known: &'a mut Known,
    new: &'a mut Vec<Inst>,
}

impl Folding<'_> {
    fn int(&self, v: Value) -> Option<i64> {
        self.region.body.as_i64(v)
    }

    fn constant(&mut self, c: Const) -> Fold {
        Fold::Value(self.region.body.constant(c))
    }

    /// Inserts an instruction before the current one; it cannot fail.
    fn insert(&mut self, op: Op, args: &[Value], ty: Type) -> Value {
        let result = self.region.body.value(ty, Def::Inst);
        let inst = Inst { op, args: args.into(), result: Some(result), exit: None };
        self.known.set(result, inst.clone());
        self.new.push(inst);
        result
    }

    /// `a + b`, which is known not to overflow.
    fn sum(&mut self, a: Value, b: Value) -> Value {
        match (self.int(a), self.int(b)) {
            (Some(x), Some(y)) if x.checked_add(y).is_some() => self.region.body.constant(Const::I64(x + y)),
            (Some(0), _) => b,
            (_, Some(0)) => a,
            (Some(_), None) => self.sum(b, a),
            // (x + c) + d is x + (c + d).
            (None, Some(d)) => match self.known.get(a) {
                Some(Inst { op: Op::Add, args, exit: None, .. })
                    if self.int(args[1]).is_some_and(|c| c.checked_add(d).is_some()) =>
                {
                    let (x, c) = (args[0], args[1]);
                    let both = self.sum(c, b);
                    self.sum(x, both)
                }
                _ => self.insert(Op::Add, &[a, b], Type::I64),
            },
            _ => self.insert(Op::Add, &[a, b], Type::I64),
        }
    }

    fn fold(&mut self, inst: &mut Inst) -> Fold {
        if let Some(c) = self.evaluate(inst) {
            return self.constant(c);
        }
        let args = inst.args.clone();
        let a = args.first().copied();
        match inst.op {
            Op::Guard if self.region.body.as_const(args[0]) == Some(Const::Bool(true)) => Fold::Drop,
            Op::Select => match self.region.body.as_const(args[0]) {
                Some(Const::Bool(c)) => Fold::Value(if c { args[1] } else { args[2] }),
                _ if args[1] == args[2] => Fold::Value(args[1]),
                _ => self.select(inst),
            },
            Op::Has | Op::Unwrap | Op::Len | Op::Not | Op::Lane(_) => self.inverse(inst, args[0]),
            Op::Pack => match (self.known.get(args[0]), self.known.get(args[1])) {
                (
                    Some(Inst { op: Op::Lane(0), args: a, .. }),
                    Some(Inst { op: Op::Lane(1), args: b, .. }),
                ) if a == b => Fold::Value(a[0]),
                _ => Fold::Keep,
            },
            Op::Div if self.region.body.ty(args[0]) == Type::F64 => self.reciprocal(inst),
            Op::Convert(base) if self.region.body.ty(args[0]) == Type::of(base) => Fold::Value(args[0]),
            Op::Slice => self.slice(inst),
            Op::Fits => self.fits(inst),
            Op::Load(scalar, _) => {
                self.part(inst, scalar.size() as i64);
                Fold::Keep
            }
            Op::LoadPair => {
                self.part(inst, 16);
                Fold::Keep
            }
            _ if a.is_some_and(|a| matches!(self.region.body.ty(a), Type::I64 | Type::U64 | Type::BOOL)) => {
                self.integers(inst)
            }
            _ => Fold::Keep,
        }
    }

    /// The result of an instruction with constant operands, if it has one.
    fn evaluate(&self, inst: &Inst) -> Option<Const> {
        // Host functions are not evaluated.
        if !inst.op.pure() || inst.result.is_none() || matches!(inst.op, Op::Host(..)) {
            return None;
        }
        let constant = |v: &Value| self.region.body.as_const(*v);
        if !inst.args.iter().all(|v| constant(v).is_some()) {
            return None;
        }
        let args: Vec<Val> = inst.args.iter().filter_map(constant).map(Val::from).collect();
        // A constant view is within the pool.
        let memory = Memory { input: &[], pool: &self.program.pool };
        let folded = match eval(inst.op, &args, memory) {
            Ok(Val::Bool(b)) => Const::Bool(b),
            Ok(Val::I64(i)) => Const::I64(i),
            Ok(Val::U64(u)) => Const::U64(u),
            Ok(Val::F64(x)) => Const::f64(x),
            _ => return None,
        };
        // An optional with a value cannot be a constant.
        inst.result.filter(|v| self.region.body.ty(*v) == folded.ty()).map(|_| folded)
    }

    /// Instructions that are the inverse of their operand's definition.
    fn inverse(&mut self, inst: &Inst, of: Value) -> Fold {
        let Some(made) = self.known.get(of) else { return Fold::Keep };
        match (inst.op, made.op) {
            (Op::Has, Op::Some) => self.constant(Const::Bool(true)),
            (Op::Unwrap, Op::Some) | (Op::Not, Op::Not) => Fold::Value(made.args[0]),
            (Op::Len, Op::Slice) => Fold::Value(made.args[2]),
            (Op::Lane(i), Op::Pack) => Fold::Value(made.args[i as usize]),
            _ => Fold::Keep,
        }
    }

    /// A slice of a slice.
    fn slice(&mut self, inst: &mut Inst) -> Fold {
        if let Some(size) = self.int(inst.args[2]) {
            self.part(inst, size);
        }
        Fold::Keep
    }

    /// A `fits` of constants in a slice of constant length.
    fn fits(&mut self, inst: &Inst) -> Fold {
        // Nothing is before the start of a view.
        if inst.args[1..].iter().any(|v| self.int(*v).is_some_and(|i| i < 0)) {
            return self.constant(Const::Bool(false));
        }
        let Some(Inst { op: Op::Slice, args, .. }) = self.known.get(inst.args[0]) else { return Fold::Keep };
        match (self.int(args[2]), self.int(inst.args[1]), self.int(inst.args[2])) {
            (Some(length), Some(offset), Some(need)) => {
                let end = offset.checked_add(need).filter(|_| offset >= 0 && need >= 0);
                self.constant(Const::Bool(end.is_some_and(|end| end <= length)))
            }
            _ => Fold::Keep,
        }
    }

    /// A read of `need` bytes at offset `inst.args[1]` of a slice: it is done in the outer view instead if it
    /// is known to be within the slice.
    fn part(&mut self, inst: &mut Inst, need: i64) {
        while let Some(Inst { op: Op::Slice, args, .. }) = self.known.get(inst.args[0]) {
            let (outer, start, length) = (args[0], args[1], self.int(args[2]));
            let inside = match (self.int(inst.args[1]), length) {
                (Some(offset), Some(length)) => {
                    offset >= 0 && need >= 0 && offset <= length.saturating_sub(need)
                }
                _ => false,
            };
            // A variable offset is within it if the check has been removed.
            if !inside && inst.exit.is_some() {
                return;
            }
            // If both offsets are variable, the sum would be computed for each use; the inner view is
            // computed once.
            if self.int(start).is_none() && self.int(inst.args[1]).is_none() {
                return;
            }
            let at = self.sum(start, inst.args[1]);
            inst.args[0] = outer;
            inst.args[1] = at;
            inst.exit = None;
        }
    }

    /// Whether an integer is a sum or difference with a constant, known not to overflow.
    fn is_sum(&self, v: Value) -> bool {
        match self.known.get(v) {
            Some(Inst { op: Op::Add | Op::Sub, args, exit: None, .. }) => self.int(args[1]).is_some(),
            _ => false,
        }
    }

    /// `c <= x + d` becomes `c - d <= x`, and so on, if the sum is known not to overflow.
    fn compare(&mut self, inst: &mut Inst) {
        loop {
            let (constant, sum) = if self.int(inst.args[0]).is_some() { (0, 1) } else { (1, 0) };
            let (Some(c), Some(Inst { op, args, exit: None, .. })) =
                (self.int(inst.args[constant]), self.known.get(inst.args[sum]))
            else {
                return;
            };
            let (op, args) = (*op, args.clone());
            let less = match (op, args.get(1).and_then(|d| self.int(*d))) {
                (Op::Add, Some(d)) => c.checked_sub(d),
                (Op::Sub, Some(d)) => c.checked_add(d),
                _ => None,
            };
            let Some(less) = less else { return };
            inst.args[constant] = self.region.body.constant(Const::I64(less));
            inst.args[sum] = args[0];
        }
    }

    /// Simplifies a select whose operands are selects by the same condition, or constant bools.
    fn select(&mut self, inst: &mut Inst) -> Fold {
        if let Some(Inst { op: Op::Not, args, .. }) = self.known.get(inst.args[0]) {
            inst.args[0] = args[0];
            inst.args.swap(1, 2);
        }
        for i in [1, 2] {
            if let Some(Inst { op: Op::Select, args, .. }) = self.known.get(inst.args[i])
                && args[0] == inst.args[0]
            {
                inst.args[i] = args[i];
            }
        }
        let truth = |v: Value| self.region.body.as_const(v);
        match [truth(inst.args[1]), truth(inst.args[2])] {
            _ if inst.args[1] == inst.args[2] => Fold::Value(inst.args[1]),
            [Some(Const::Bool(true)), Some(Const::Bool(false))] => Fold::Value(inst.args[0]),
            [Some(Const::Bool(false)), Some(Const::Bool(true))] => {
                (inst.op, inst.args) = (Op::Not, smallvec![inst.args[0]]);
                Fold::Keep
            }
            _ => Fold::Keep,
        }
    }

    /// Division by a power of two whose reciprocal is one too: the product is the same number, rounded once.
    fn reciprocal(&mut self, inst: &mut Inst) -> Fold {
        if let Some(Const::F64(bits)) = self.region.body.as_const(inst.args[1])
            && let by = f64::from_bits(bits)
            && by.is_normal()
            && by.recip().is_normal()
            && bits & ((1 << 52) - 1) == 0
        {
            inst.op = Op::Mul;
            inst.args[1] = self.region.body.constant(Const::f64(by.recip()));
        }
        Fold::Keep
    }

    /// Division by 2^k, which rounds down: the quotient is a right shift, the remainder is the lower k bits.
    /// It cannot fail.
    fn shifted(&mut self, inst: &mut Inst) {
        let body = &mut self.region.body;
        let by = inst.args.get(1).and_then(|v| body.as_const(*v));
        let (op, other) = match (inst.op, by) {
            (Op::Div, Some(Const::I64(c))) if c > 0 && c.count_ones() == 1 => {
                (Op::Shr, Const::I64(c.trailing_zeros().into()))
            }
            (Op::Div, Some(Const::U64(c))) if c.count_ones() == 1 => {
                (Op::Shr, Const::I64(c.trailing_zeros().into()))
            }
            (Op::Rem, Some(Const::I64(c))) if c > 0 && c.count_ones() == 1 => (Op::And, Const::I64(c - 1)),
            (Op::Rem, Some(Const::U64(c))) if c.count_ones() == 1 => (Op::And, Const::U64(c - 1)),
            _ => return,
        };
        (inst.op, inst.args[1], inst.exit) = (op, body.constant(other), None);
    }

    /// Identities of integers and bools.
    fn integers(&mut self, inst: &mut Inst) -> Fold {
        self.shifted(inst);
        let [a, b] = inst.args[..] else { return Fold::Keep };
        let body = &self.region.body;
        let is = |v: Value, n: u64| {
            matches!(body.as_const(v), Some(Const::I64(i)) if i == n as i64)
                || body.as_const(v) == Some(Const::U64(n))
        };
        let truth = |v: Value| if let Some(Const::Bool(t)) = body.as_const(v) { Some(t) } else { None };
        match inst.op {
            Op::Add | Op::Or | Op::Xor | Op::Sub | Op::Shl | Op::Shr if is(b, 0) => Fold::Value(a),
            Op::WrapAdd | Op::WrapSub if is(b, 0) => Fold::Value(a),
            Op::Add | Op::Or | Op::Xor | Op::WrapAdd if is(a, 0) => Fold::Value(b),
            Op::Add if inst.exit.is_none() && body.ty(a) == Type::I64 => match self.sum(a, b) {
                // An unchanged sum stays where it is.
                v if self.new.last().is_some_and(|i| i.result == Some(v) && i.args[..] == [a, b]) => {
                    self.new.pop();
                    Fold::Keep
                }
                v => Fold::Value(v),
            },
            // A difference that is known not to overflow becomes a sum, so that chains of both fold.
            Op::Sub
                if inst.exit.is_none() && self.int(b).is_some_and(|c| c != i64::MIN) && self.is_sum(a) =>
            {
                let c = self.int(b).expect("just looked at");
                let c = self.region.body.constant(Const::I64(-c));
                Fold::Value(self.sum(a, c))
            }
            Op::Le | Op::Lt if body.ty(a) == Type::I64 => {
                self.compare(inst);
                Fold::Keep
            }
            Op::Mul | Op::Div | Op::WrapMul if is(b, 1) => Fold::Value(a),
            Op::Mul | Op::WrapMul if is(a, 1) => Fold::Value(b),
            Op::Mul | Op::WrapMul | Op::And if is(b, 0) => Fold::Value(b),
            Op::Mul | Op::WrapMul | Op::And if is(a, 0) => Fold::Value(a),
            Op::And if is(b, u64::MAX) => Fold::Value(a),
            Op::Min | Op::Max | Op::And | Op::Or if a == b => Fold::Value(a),
            Op::Eq | Op::Le if a == b => self.constant(Const::Bool(true)),
            Op::Ne | Op::Lt if a == b => self.constant(Const::Bool(false)),
            Op::And if truth(a) == Some(true) || truth(b) == Some(false) => Fold::Value(b),
            Op::And if truth(b) == Some(true) || truth(a) == Some(false) => Fold::Value(a),
            Op::Or if truth(a) == Some(false) || truth(b) == Some(true) => Fold::Value(b),
            Op::Or if truth(b) == Some(false) || truth(a) == Some(true) => Fold::Value(a),
            Op::Eq if truth(b) == Some(true) => Fold::Value(a),
            _ => Fold::Keep,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::policy::Policy;
    use crate::engine::{Engine, Jit};
    use crate::ir::build::Builder;
    use crate::ir::{Op, Program, Type};
    use crate::runtime::Val;
    use crate::schema::{Endian, Scalar};

    /// Constant views are within the program's pool, not within the input.
    #[test]
    fn a_byte_of_a_constant_view_is_a_constant() {
        let mut program = Program::default();
        let text = program.constant(b"hello");
        let (mut b, params) = Builder::new(&mut program, "f", &[Type::I64]);
        let (text, four) = (b.constant(text), b.i64(4));
        let byte = b.op(Op::Load(Scalar::U8, Endian::Little), &[text, four]);
        let sum = b.op(Op::Add, &[byte, params[0]]);
        b.give(&[sum]);
        let func = b.finish();
        let engine = Engine::new(program, Policy::default());
        for jit in [Jit::Off, Jit::Eager] {
            let found = engine.worker(jit).call(func, &[Val::I64(1)], &[]);
            assert_eq!(found, Ok(vec![Val::I64(i64::from(b'o') + 1)]), "{jit:?}");
        }
    }
}
