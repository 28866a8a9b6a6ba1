//! The input: bounds checks, slices, and loads.
//!
//! Each load of the region becomes exactly one load of the machine: another process may write to the bytes,
//! and the value checked must be the value used. So no flag here allows Cranelift to duplicate or move a
//! load, or to assume that its address is valid. No alignment is assumed.

use super::enter::shim_unproven;
use super::lower::Lower;
use super::words::Parts;
use crate::ir::{Base, BlockId, Const, Inst, Op, Value};
use crate::schema::{Endian, Scalar};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};

/// Memory of the input.
const INPUT: MemFlagsData = MemFlagsData::new().with_endianness(clif::Endianness::Little);

/// The number of definitions that are followed to prove that a value is not negative.
const DEPTH: u32 = 4;

/// The number of bytes to check.
#[derive(Clone, Copy)]
enum Need {
    Bytes(i64),
    Value(Value),
}

impl Lower<'_, '_> {
    /// Conditions whose conjunction is whether `need` bytes at `off` are within the view; as few as known
    /// facts allow.
    pub fn fits_conds(&mut self, view: Value, off: Value, need: Value) -> Vec<clif::Value> {
        let need = self.body.as_i64(need).map_or(Need::Value(need), Need::Bytes);
        self.fit(view, off, need)
    }

    /// Let `l` be the view's length, `0 <= l < 2^63`, `o` the offset and `n` the need, each a signed 64-bit
    /// number; the condition is `0 <= o`, `0 <= n` and `o + n <= l` without wrapping.
    ///
    /// * `o` and `n` constant and non-negative: `l >= o + n`, if that sum is less than 2^63; else false.
    /// * `n` constant, and the first invalid offset `m = max(0, l - n + 1)` known (as a constant, or computed
    ///   at entry): the unsigned `o < m`. As `m <= 2^63`, a negative `o`, which is at least 2^63 as an
    ///   unsigned number, fails.
    /// * Else, `0 <= o` and `0 <= n`, each unless it is known, and the unsigned `o + n <= l`. If the first
    ///   two hold, the sum is less than 2^64 and does not wrap.
    fn fit(&mut self, view: Value, off: Value, need: Need) -> Vec<clif::Value> {
        let mut conds = vec![];
        let never = |lower: &mut Self| vec![lower.b.ins().iconst(types::I8, 0)];
        let len = self.parts(view).all()[1];
        if let Need::Bytes(n) = need {
            if n < 0 {
                return never(self);
            }
            if let Some(o) = self.body.as_i64(off) {
                return match o.checked_add(n) {
                    Some(end) if o >= 0 => match self.known_len(view) {
                        Some(l) if end <= l => vec![],
                        _ => vec![self.b.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, len, end)],
                    },
                    _ => never(self),
                };
            }
            let offset = self.one(off);
            if let Some(l) = self.known_len(view) {
                let first_bad = self.b.ins().iconst(types::I64, first_bad(l, n) as i64);
                return vec![self.b.ins().icmp(IntCC::UnsignedLessThan, offset, first_bad)];
            }
            if let Some(&first_bad) = self.limits.get(&(view, n)) {
                return vec![self.b.ins().icmp(IntCC::UnsignedLessThan, offset, first_bad)];
            }
        }
        let offset = self.one(off);
        if !self.not_negative(off, DEPTH) {
            conds.push(self.b.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, offset, 0));
        }
        let need = match need {
            Need::Bytes(n) => self.b.ins().iconst(types::I64, n),
            Need::Value(v) => {
                let need = self.one(v);
                if !self.not_negative(v, DEPTH) {
                    conds.push(self.b.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, need, 0));
                }
                need
            }
        };
        let end = self.b.ins().iadd(offset, need);
        conds.push(self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, len));
        conds
    }

    /// The conjunction of the conditions, as a number.
    pub fn all_of(&mut self, conds: &[clif::Value]) -> Parts {
        let all = conds.iter().copied().reduce(|a, b| self.b.ins().band(a, b));
        Parts::of(&[all.unwrap_or_else(|| self.b.ins().iconst(types::I8, 1))])
    }

    /// The length of a view, if it is a slice of constant length.
    fn known_len(&self, view: Value) -> Option<i64> {
        match self.defs[view.index()] {
            Some(Inst { op: Op::Slice, args, .. }) => self.body.as_i64(args[2]),
            _ => None,
        }
    }

    /// Whether a signed number cannot be negative, provided that it has been computed without wrapping.
    fn not_negative(&self, v: Value, depth: u32) -> bool {
        if let Some(c) = self.body.as_const(v) {
            return match c {
                Const::I64(i) => i >= 0,
                Const::U64(u) => u <= i64::MAX as u64,
                _ => false,
            };
        }
        let (Some(inst), true) = (self.defs[v.index()], depth > 0) else { return false };
        let signed = self.body.ty(v).base == Base::I64;
        match inst.op {
            Op::Load(Scalar::U8 | Scalar::U16 | Scalar::U32, _) | Op::Len => true,
            Op::Convert(Base::I64) => matches!(self.body.ty(inst.args[0]).base, Base::Bool | Base::U64),
            // The exact result fits an `i64`: that was checked, or proven.
            Op::Add | Op::Mul if signed => inst.args.iter().all(|v| self.not_negative(*v, depth - 1)),
            _ => false,
        }
    }

    /// Computes the first invalid offsets for views that are live-ins, once at entry: loops then check an
    /// offset of unknown sign with one compare.
    pub fn limits(&mut self, order: &[BlockId]) {
        let body = self.body;
        for inst in order[1..].iter().flat_map(|&block| &body[block].insts) {
            let need = match inst.op {
                Op::Fits => body.as_i64(inst.args[2]),
                Op::Slice if inst.exit.is_some() => body.as_i64(inst.args[2]),
                Op::Load(scalar, _) if inst.exit.is_some() => Some(scalar.size() as i64),
                Op::LoadPair if inst.exit.is_some() => Some(16),
                _ => None,
            };
            let Some(need) = need.filter(|n| *n >= 0) else { continue };
            let (view, off) = (inst.args[0], inst.args[1]);
            if !body.blocks[0].params.contains(&view)
                || self.limits.contains_key(&(view, need))
                || self.not_negative(off, DEPTH)
            {
                continue;
            }
            // `max(0, l - n + 1)`: the sum is at most 2^63, and the unsigned difference is correct if it is
            // not negative.
            let len = self.parts(view).all()[1];
            let more = self.b.ins().iadd_imm_s(len, 1);
            let need_value = self.b.ins().iconst(types::I64, need);
            let difference = self.b.ins().isub(more, need_value);
            let none = self.b.ins().icmp(IntCC::UnsignedLessThan, more, need_value);
            let zero = self.b.ins().iconst(types::I64, 0);
            let first_bad = self.b.ins().select(none, zero, difference);
            self.limits.insert((view, need), first_bad);
        }
    }

    /// If the instruction has an exit, leaves unless `need` bytes at its offset are within its view.
    fn check(&mut self, inst: &Inst, need: Need) {
        match inst.exit {
            Some(exit) => {
                for cond in self.fit(inst.args[0], inst.args[1], need) {
                    self.exit_unless(cond, exit);
                }
            }
            None if self.stress.is_some() => self.prove(inst, need),
            None => {}
        }
    }

    /// In code for tests ([`super::deopt_stress`]): emits the check of an instruction whose exit was removed
    /// as proven. It assumes nothing, so it detects wrong proofs of passes, and reads that were moved above
    /// their proofs.
    fn prove(&mut self, inst: &Inst, need: Need) {
        let (offset, len) = (self.one(inst.args[1]), self.parts(inst.args[0]).all()[1]);
        let need = match need {
            Need::Bytes(n) => self.b.ins().iconst(types::I64, n),
            Need::Value(v) => self.one(v),
        };
        let end = self.b.ins().iadd(offset, need);
        let mut holds = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, len);
        for number in [offset, need] {
            let natural = self.b.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, number, 0);
            holds = self.b.ins().band(holds, natural);
        }
        let (wrong, right) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(wrong);
        self.b.ins().brif(holds, right, &[], wrong, &[]);
        self.b.switch_to_block(wrong);
        self.call(shim_unproven as *const u8, &[], false);
        self.b.ins().jump(right, &[]);
        self.b.switch_to_block(right);
    }

    /// A slice of a view.
    pub fn slice(&mut self, inst: &Inst) -> Parts {
        let need = self.body.as_i64(inst.args[2]).map_or(Need::Value(inst.args[2]), Need::Bytes);
        self.check(inst, need);
        let (view, len) = (self.one(inst.args[0]), self.one(inst.args[2]));
        let address = match self.body.as_i64(inst.args[1]) {
            Some(0) => view,
            _ => {
                let off = self.one(inst.args[1]);
                self.b.ins().iadd(view, off)
            }
        };
        Parts::of(&[address, len])
    }

    /// Loads two floats.
    pub fn load_pair(&mut self, inst: &Inst) -> Parts {
        self.check(inst, Need::Bytes(16));
        let (address, disp) = self.address(inst.args[0], inst.args[1]);
        Parts::of(&[self.b.ins().load(types::F64X2, INPUT, address, disp)])
    }

    /// Loads one scalar.
    pub fn load(&mut self, inst: &Inst, scalar: Scalar, endian: Endian) -> Parts {
        self.check(inst, Need::Bytes(scalar.size() as i64));
        let (address, disp) = self.address(inst.args[0], inst.args[1]);
        let swap = endian == Endian::Big && scalar.size() > 1;
        let loaded = if swap {
            self.load_swapped(scalar, address, disp)
        } else {
            self.load_plain(scalar, address, disp)
        };
        Parts::of(&[loaded])
    }

    fn load_plain(&mut self, scalar: Scalar, address: clif::Value, disp: i32) -> clif::Value {
        let ins = self.b.ins();
        match scalar {
            Scalar::Bool => {
                let byte = ins.load(types::I8, INPUT, address, disp);
                self.b.ins().icmp_imm_u(IntCC::NotEqual, byte, 0)
            }
            Scalar::I8 => ins.sload8(types::I64, INPUT, address, disp),
            Scalar::U8 => ins.uload8(types::I64, INPUT, address, disp),
            Scalar::I16 => ins.sload16(types::I64, INPUT, address, disp),
            Scalar::U16 => ins.uload16(types::I64, INPUT, address, disp),
            Scalar::I32 => ins.sload32(INPUT, address, disp),
            Scalar::U32 => ins.uload32(INPUT, address, disp),
            Scalar::I64 | Scalar::U64 => ins.load(types::I64, INPUT, address, disp),
            Scalar::F64 => ins.load(types::F64, INPUT, address, disp),
            Scalar::F32 => {
                let single = ins.load(types::F32, INPUT, address, disp);
                self.b.ins().fpromote(types::F64, single)
            }
        }
    }

    fn load_swapped(&mut self, scalar: Scalar, address: clif::Value, disp: i32) -> clif::Value {
        let ty = match scalar.size() {
            2 => types::I16,
            4 => types::I32,
            _ => types::I64,
        };
        let bytes = self.b.ins().load(ty, INPUT, address, disp);
        let bits = self.b.ins().bswap(bytes);
        let ins = self.b.ins();
        match scalar {
            Scalar::I16 | Scalar::I32 => ins.sextend(types::I64, bits),
            Scalar::U16 | Scalar::U32 => ins.uextend(types::I64, bits),
            Scalar::F64 => ins.bitcast(types::F64, MemFlagsData::new(), bits),
            Scalar::F32 => {
                let single = ins.bitcast(types::F32, MemFlagsData::new(), bits);
                self.b.ins().fpromote(types::F64, single)
            }
            _ => bits,
        }
    }

    /// The address of offset `off` of the view, and the displacement of the load. Constants added to the
    /// offset by sums that do not wrap become part of the displacement.
    fn address(&mut self, view: Value, mut off: Value) -> (clif::Value, i32) {
        let mut disp = 0i32;
        let view = self.one(view);
        loop {
            let more = |c: i64| i32::try_from(c).ok().and_then(|c| disp.checked_add(c));
            if let Some(sum) = self.body.as_i64(off).and_then(more) {
                return (view, sum);
            }
            let Some(Inst { op: Op::Add, args, exit: None, .. }) = self.defs[off.index()] else { break };
            let (rest, constant) = match (self.body.as_i64(args[0]), self.body.as_i64(args[1])) {
                (_, Some(c)) => (args[0], c),
                (Some(c), _) => (args[1], c),
                _ => break,
            };
            let Some(sum) = more(constant) else { break };
            (off, disp) = (rest, sum);
        }
        let off = self.one(off);
        (self.b.ins().iadd(view, off), disp)
    }
}

/// The first offset at which `n` bytes do not fit into length `l`.
fn first_bad(l: i64, n: i64) -> u64 {
    (l.max(0) as u64 + 1).saturating_sub(n as u64)
}
