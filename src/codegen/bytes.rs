//! The input: whether bytes lie in a view, slices, and loads.
//!
//! Each load of the region becomes exactly one load of the machine: another process may write to the bytes,
//! and what was checked must be what is used. So no flag here allows Cranelift to load again, elsewhere, or
//! from an address of which it is not told that it is good. Bytes lie as they like: no alignment is claimed.

use super::enter::shim_unproven;
use super::lower::Lower;
use super::words::Parts;
use crate::ir::{Base, BlockId, Const, Inst, Op, Value};
use crate::schema::{Endian, Scalar};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};

/// Memory of the input.
const INPUT: MemFlagsData = MemFlagsData::new().with_endianness(clif::Endianness::Little);

/// How far a value is followed to learn that it is not negative.
const DEPTH: u32 = 4;

/// How many bytes must fit.
#[derive(Clone, Copy)]
enum Need {
    Bytes(i64),
    Value(Value),
}

impl Lower<'_, '_> {
    /// Conditions that together say whether `need` bytes at `off` lie in the view; the fewest that are known
    /// to do.
    pub fn fits_conds(&mut self, view: Value, off: Value, need: Value) -> Vec<clif::Value> {
        let need = self.body.as_i64(need).map_or(Need::Value(need), Need::Bytes);
        self.fit(view, off, need)
    }

    /// Let `l` be the view's length, `0 <= l < 2^63`, `o` the offset and `n` the need, each a number of 64
    /// bits with sign; wanted is `0 <= o`, `0 <= n` and `o + n <= l` without wrapping.
    ///
    /// * `o` and `n` constant and not negative: `l >= o + n`, if that sum is less than 2^63; else never.
    /// * `n` constant, and the first offset that is too large known, `m = max(0, l - n + 1)` (a constant, or
    ///   computed at entry): `o < m` without sign. As `m <= 2^63`, a negative `o`, at least 2^63 without
    ///   sign, fails.
    /// * Else, `0 <= o` and `0 <= n`, each only if not known, and `o + n <= l` without sign. If the first two
    ///   hold, the sum is less than 2^64: it does not wrap.
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

    /// Whether all hold, as a number.
    pub fn all_of(&mut self, conds: &[clif::Value]) -> Parts {
        let all = conds.iter().copied().reduce(|a, b| self.b.ins().band(a, b));
        Parts::of(&[all.unwrap_or_else(|| self.b.ins().iconst(types::I8, 1))])
    }

    /// The length of a view that was cut to a constant one.
    fn known_len(&self, view: Value) -> Option<i64> {
        match self.defs[view.index()] {
            Some(Inst { op: Op::Slice, args, .. }) => self.body.as_i64(args[2]),
            _ => None,
        }
    }

    /// Whether the number, taken with sign, cannot be negative; if it is computed, it has not wrapped.
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
            // The exact result fits an `i64`: it was checked, or proven.
            Op::Add | Op::Mul if signed => inst.args.iter().all(|v| self.not_negative(*v, depth - 1)),
            _ => false,
        }
    }

    /// For views that come in at entry, the offsets that are too large, computed once: code of a loop then
    /// checks an offset of which it does not know the sign with one compare.
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
            // `max(0, l - n + 1)`: the sum is at most 2^63, and the difference, without sign, is right if it
            // is not negative.
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

    /// Leaves, if the instruction has an exit, unless so many bytes at its offset lie in its view.
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

    /// In code that is made to be tested ([`super::deopt_stress`]): the check that an instruction without an
    /// exit was proven not to need. It asks all of it at run time and takes nothing for known, so it finds
    /// what passes have proven wrongly, or have moved from where it was proven.
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

    /// Part of a view.
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

    /// Two floats.
    pub fn load_pair(&mut self, inst: &Inst) -> Parts {
        self.check(inst, Need::Bytes(16));
        let (address, disp) = self.address(inst.args[0], inst.args[1]);
        Parts::of(&[self.b.ins().load(types::F64X2, INPUT, address, disp)])
    }

    /// One scalar.
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

    /// Where offset `off` of the view is: an address, and what the load itself adds to it. Constants that
    /// were added to the offset, by sums known not to wrap, are part of the latter.
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

/// The first offset at which `n` bytes do not fit into `l`.
fn first_bad(l: i64, n: i64) -> u64 {
    (l.max(0) as u64 + 1).saturating_sub(n as u64)
}
