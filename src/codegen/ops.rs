//! Lowering of single instructions; integers are in [`super::ints`], bounds and loads in [`super::bytes`].

use super::context::{BASES, CONSOLE};
use super::enter::{UNKNOWN, shim_find, shim_get, shim_new, shim_set};
use super::lower::Lower;
use super::words::{OWN, Parts};
use crate::interp::pair;
use crate::ir::{Base, ClassId, Const, ExitId, HostId, Inst, Op, Value};
use crate::runtime::{CHUNK, HostResult, width};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::{self as clif, AbiParam, InstBuilder, MemFlagsData, types};

/// The smallest float that is too large for an `i64`.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// A bitcast of vectors needs the order of the lanes.
const LANES: MemFlagsData = MemFlagsData::new().with_endianness(clif::Endianness::Little);

impl Lower<'_, '_> {
    /// Emits one instruction.
    pub fn inst(&mut self, inst: &Inst) -> Result<(), String> {
        if let Some(exit) = inst.exit {
            self.turn(exit);
        }
        let parts = match inst.op {
            Op::Guard => {
                if let Some(exit) = inst.exit {
                    for cond in self.conds(inst.args[0]) {
                        self.exit_unless(cond, exit);
                    }
                }
                return Ok(());
            }
            Op::Poll => {
                let full = self.full();
                self.exit_if(full, inst.exit.ok_or("a poll has an exit")?);
                return Ok(());
            }
            Op::New(class) => Some(self.new_object(class, &inst.args)),
            Op::Get(class, field) => Some(self.get(class, field, inst.args[0])),
            Op::Set(class, field) => {
                self.set(class, field, inst.args[0], inst.args[1]);
                None
            }
            Op::Find => {
                let (a, b) = (self.parts(inst.args[0]), self.parts(inst.args[1]));
                let pair = match self.body.as_const(inst.args[1]) {
                    Some(Const::View(start, len)) => {
                        pair(&self.program.pool[start as usize..][..len as usize]) as i64
                    }
                    _ => UNKNOWN,
                };
                let pair = self.b.ins().iconst(types::I64, pair);
                let parts = [a.all(), b.all(), &[pair]].concat();
                let at = self.call(shim_find as *const u8, &parts, true);
                Some(Parts::of(&[at.expect("it gives a result")]))
            }
            Op::Read(cell) => {
                let cells = self.cells();
                Some(Parts::of(&[self.b.ins().load(types::I64, OWN, cells, cell.index() as i32 * 8)]))
            }
            Op::Write(cell) => {
                let (value, cells) = (self.one(inst.args[0]), self.cells());
                self.b.ins().store(OWN, value, cells, cell.index() as i32 * 8);
                None
            }
            Op::Fits => {
                let conds = self.fits_conds(inst.args[0], inst.args[1], inst.args[2]);
                if let (Some(result), true) = (inst.result, conds.len() != 1) {
                    self.fits.insert(result, conds.clone());
                }
                Some(self.all_of(&conds))
            }
            Op::Slice => Some(self.slice(inst)),
            Op::Load(scalar, endian) => Some(self.load(inst, scalar, endian)),
            Op::LoadPair => Some(self.load_pair(inst)),
            Op::Select => Some(self.select(inst)),
            Op::Unwrap => {
                let parts = self.parts(inst.args[0]);
                if let Some(exit) = inst.exit {
                    self.exit_unless(parts.all()[0], exit);
                }
                Some(Parts::of(&parts.all()[1..]))
            }
            Op::Some => {
                let flag = self.b.ins().iconst(types::I8, 1);
                let base = self.parts(inst.args[0]);
                Some(Parts::of(&[&[flag], base.all()].concat()))
            }
            Op::Has => Some(Parts::of(&self.parts(inst.args[0]).all()[..1])),
            Op::Host(host, _) => self.host(host, inst),
            Op::Native(callee) => Some(self.native_call(inst, callee)?),
            Op::Call(_) | Op::Promote => return Err(format!("{:?} does not occur in a region", inst.op)),
            op => Some(Parts::of(&[self.plain(op, inst)?])),
        };
        if let (Some(result), Some(parts)) = (inst.result, parts) {
            self.define(result, parts);
        }
        Ok(())
    }

    /// An instruction whose operands and result are each one machine value (except for `len`).
    fn plain(&mut self, op: Op, inst: &Inst) -> Result<clif::Value, String> {
        let ty = self.body.ty(inst.args[0]);
        if ty.optional {
            return Err(format!("{op:?} of an optional"));
        }
        let base = ty.base;
        match op {
            Op::Len => return Ok(self.parts(inst.args[0]).all()[1]),
            Op::Pack => {
                let (a, b) = (self.one(inst.args[0]), self.one(inst.args[1]));
                let low = self.b.ins().scalar_to_vector(types::F64X2, a);
                return Ok(self.b.ins().insertlane(low, b, 1));
            }
            Op::Lane(lane) => {
                let pair = self.one(inst.args[0]);
                return Ok(self.b.ins().extractlane(pair, lane));
            }
            Op::Single => {
                let bits = self.one(inst.args[0]);
                let bits = self.b.ins().ireduce(types::I32, bits);
                let single = self.b.ins().bitcast(types::F32, MemFlagsData::new(), bits);
                return Ok(self.b.ins().fpromote(types::F64, single));
            }
            Op::Convert(to) => return self.convert(inst, base, to),
            Op::Bits(to) => {
                let a = self.one(inst.args[0]);
                return Ok(match (base == Base::F64, to == Base::F64) {
                    (true, false) => self.b.ins().bitcast(types::I64, MemFlagsData::new(), a),
                    (false, true) => self.b.ins().bitcast(types::F64, MemFlagsData::new(), a),
                    _ => a,
                });
            }
            _ => {}
        }
        match base {
            Base::I64 | Base::U64 | Base::Bool | Base::Ref(_) => self.int(op, base, inst),
            Base::F64 | Base::F64x2 => self.float(op, base, inst),
            Base::View => Err(format!("{op:?} of a view")),
        }
    }

    /// Arithmetic and compares of floats, and arithmetic of pairs.
    fn float(&mut self, op: Op, base: Base, inst: &Inst) -> Result<clif::Value, String> {
        let a = self.one(inst.args[0]);
        let b = inst.args.get(1).map(|v| self.one(*v)).unwrap_or(a);
        let pair = base == Base::F64x2;
        let ins = self.b.ins();
        Ok(match op {
            Op::Add => ins.fadd(a, b),
            Op::Sub => ins.fsub(a, b),
            Op::Mul => ins.fmul(a, b),
            Op::Div => ins.fdiv(a, b),
            Op::Neg => ins.fneg(a),
            Op::Abs => ins.fabs(a),
            Op::Sqrt => ins.sqrt(a),
            Op::Floor => ins.floor(a),
            Op::Ceil => ins.ceil(a),
            Op::Min => self.smaller(b, a, b, a, pair),
            Op::Max => self.smaller(a, b, b, a, pair),
            Op::Eq if !pair => ins.fcmp(FloatCC::Equal, a, b),
            Op::Ne if !pair => ins.fcmp(FloatCC::NotEqual, a, b),
            Op::Lt if !pair => ins.fcmp(FloatCC::LessThan, a, b),
            Op::Le if !pair => ins.fcmp(FloatCC::LessThanOrEqual, a, b),
            _ => return Err(format!("{op:?} of {base:?}")),
        })
    }

    /// `yes` if `a < b`, else `no`. In this form, with the operands of the compare as the values to select,
    /// it is one instruction on x86-64 (`minsd`, `maxsd`), whose treatment of NaN and zeros `min` and `max`
    /// adopt.
    fn smaller(
        &mut self,
        a: clif::Value,
        b: clif::Value,
        yes: clif::Value,
        no: clif::Value,
        pair: bool,
    ) -> clif::Value {
        let less = self.b.ins().fcmp(FloatCC::LessThan, a, b);
        if !pair {
            return self.b.ins().select(less, yes, no);
        }
        let mask = self.b.ins().bitcast(types::F64X2, LANES, less);
        self.b.ins().bitselect(mask, yes, no)
    }

    fn select(&mut self, inst: &Inst) -> Parts {
        let cond = self.one(inst.args[0]);
        let (yes, no) = (self.parts(inst.args[1]), self.parts(inst.args[2]));
        let mut chosen = vec![];
        for (&yes, &no) in yes.all().iter().zip(no.all()) {
            let ty = self.b.func.dfg.value_type(yes);
            chosen.push(if ty == types::F64 {
                // A select of floats is a branch on x86-64, one of integers is not.
                let (yes, no) = (self.float_bits(inst.args[1], yes), self.float_bits(inst.args[2], no));
                let bits = self.b.ins().select(cond, yes, no);
                self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits)
            } else {
                self.b.ins().select(cond, yes, no)
            });
        }
        Parts::of(&chosen)
    }

    /// The bits of a float; a constant does not pass through a float register.
    fn float_bits(&mut self, v: Value, part: clif::Value) -> clif::Value {
        match self.body.as_const(v) {
            Some(Const::F64(bits)) => self.b.ins().iconst(types::I64, bits as i64),
            _ => self.b.ins().bitcast(types::I64, MemFlagsData::new(), part),
        }
    }

    fn convert(&mut self, inst: &Inst, from: Base, to: Base) -> Result<clif::Value, String> {
        let a = self.one(inst.args[0]);
        let exit = inst.exit;
        Ok(match (from, to) {
            _ if from == to => a,
            (Base::Bool, Base::I64 | Base::U64) => self.b.ins().uextend(types::I64, a),
            (Base::Bool, Base::F64) => {
                let int = self.b.ins().uextend(types::I64, a);
                self.b.ins().fcvt_from_sint(types::F64, int)
            }
            (Base::I64, Base::F64) => self.b.ins().fcvt_from_sint(types::F64, a),
            (Base::U64, Base::F64) => self.b.ins().fcvt_from_uint(types::F64, a),
            // Both types share the numbers whose top bit is clear.
            (Base::I64, Base::U64) | (Base::U64, Base::I64) => {
                if let Some(exit) = exit {
                    let fits = self.b.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, a, 0);
                    self.exit_unless(fits, exit);
                }
                a
            }
            // The bounds are exact as floats, and NaN fails both compares.
            (Base::F64, Base::I64) => {
                self.exit_unless_between(a, FloatCC::GreaterThanOrEqual, -TWO_63, TWO_63, exit);
                self.b.ins().fcvt_to_sint(types::I64, a)
            }
            (Base::F64, Base::U64) => {
                self.exit_unless_between(a, FloatCC::GreaterThan, -1.0, 2.0 * TWO_63, exit);
                self.b.ins().fcvt_to_uint(types::I64, a)
            }
            _ => return Err(format!("convert from {from:?} to {to:?}")),
        })
    }

    fn exit_unless_between(
        &mut self,
        a: clif::Value,
        above: FloatCC,
        low: f64,
        high: f64,
        exit: Option<ExitId>,
    ) {
        let Some(exit) = exit else { return };
        let low = self.b.ins().f64const(Ieee64::with_float(low));
        let enough = self.b.ins().fcmp(above, a, low);
        self.exit_unless(enough, exit);
        let high = self.b.ins().f64const(Ieee64::with_float(high));
        let small = self.b.ins().fcmp(FloatCC::LessThan, a, high);
        self.exit_unless(small, exit);
    }

    // Objects and host functions. The fields of a new object, and views, pass through scratch words on the
    // stack.

    fn new_object(&mut self, class: ClassId, fields: &[Value]) -> Parts {
        let class = self.b.ins().iconst(types::I64, i64::from(class.0));
        let words = self.scratch_address();
        let mut at = 0;
        for &field in fields {
            let (ty, parts) = (self.body.ty(field), self.parts(field));
            self.write(ty, parts, words, at);
            at += width(ty);
        }
        let object = self.call(shim_new as *const u8, &[class, words], true);
        Parts::of(&[object.expect("it gives a result")])
    }

    fn get(&mut self, class: ClassId, field: u32, object: Value) -> Parts {
        let ty = self.program.classes[class.index()].fields[field as usize].1;
        if ty.base != Base::View {
            let (words, at) = self.field(class, field, object);
            return self.read(ty, words, at);
        }
        let (words, object) = (self.scratch_address(), self.one(object));
        let field = self.b.ins().iconst(types::I64, i64::from(field));
        self.call(shim_get as *const u8, &[field, object, words], false);
        self.read(ty, words, 0)
    }

    fn set(&mut self, class: ClassId, field: u32, object: Value, val: Value) {
        // The value's type is the field's: the verifier has checked that.
        let (ty, parts) = (self.body.ty(val), self.parts(val));
        if ty.base != Base::View {
            let (words, at) = self.field(class, field, object);
            return self.write(ty, parts, words, at);
        }
        let (words, object) = (self.scratch_address(), self.one(object));
        self.write(ty, parts, words, 0);
        let field = self.b.ins().iconst(types::I64, i64::from(field));
        self.call(shim_set as *const u8, &[field, object, words], false);
    }

    /// The address of an object's words, and the index of the field's first word.
    fn field(&mut self, class: ClassId, field: u32, object: Value) -> (clif::Value, usize) {
        let fields = &self.program.classes[class.index()].fields[..field as usize];
        (self.object(class, object), fields.iter().map(|(_, ty)| width(*ty)).sum())
    }

    /// The address of an object's words: see [`crate::runtime::Heap::bases`]. Objects do not move.
    fn object(&mut self, class: ClassId, object: Value) -> clif::Value {
        if let Some(address) = self.addresses.get(&object) {
            return *address;
        }
        let size = self.table.layouts()[class.index()].size;
        let name = self.one(object);
        let bases = self.b.ins().load(types::I64, OWN, self.ctx, BASES);
        let chunk = self.b.ins().ushr_imm_u(name, i64::from(CHUNK.ilog2()));
        let place = self.b.ins().ishl_imm_u(chunk, 3);
        let place = self.b.ins().iadd(bases, place);
        let base = self.b.ins().load(types::I64, OWN, place, 0);
        let within = self.b.ins().imul_imm_u(name, size as i64 * 8);
        let address = self.b.ins().iadd(base, within);
        self.addresses.insert(object, address);
        address
    }

    /// Computes the addresses of the words of live-in objects whose fields the region accesses, once at
    /// entry: see [`Lower::addresses`].
    pub fn given(&mut self) {
        for inst in self.body.blocks.iter().flat_map(|block| &block.insts) {
            if let Op::Get(class, field) | Op::Set(class, field) = inst.op
                && self.program.classes[class.index()].fields[field as usize].1.base != Base::View
                && self.body.blocks[0].params.contains(&inst.args[0])
            {
                self.object(class, inst.args[0]);
            }
        }
    }

    /// Calls a host function: [`Direct::code`](crate::runtime::Direct), whose parameters have the types that
    /// the verifier has checked the arguments against. A view is passed in scratch words, as
    /// [`Handed`](crate::input::Handed): an address and a length, which denote a part of the input or of the
    /// pool, as all views do.
    fn host(&mut self, host: HostId, inst: &Inst) -> Option<Parts> {
        let direct = self.table.host(host).direct();
        let data = self.b.ins().iconst(types::I64, direct.data as i64);
        let console = self.b.ins().load(types::I64, OWN, self.ctx, CONSOLE);
        let mut args = vec![data, console];
        let mut at = 0;
        for &arg in &inst.args {
            let parts = self.parts(arg);
            args.push(match (self.body.ty(arg).base, parts.all()) {
                (Base::View, &[address, len]) => {
                    let words = self.scratch_address();
                    self.b.ins().store(OWN, address, words, at);
                    self.b.ins().store(OWN, len, words, at + 8);
                    at += 16;
                    self.b.ins().iadd_imm_s(words, i64::from(at - 16))
                }
                (Base::Bool, &[flag]) => self.b.ins().uextend(types::I64, flag),
                (_, parts) => parts[0],
            });
        }
        let mut signature = clif::Signature::new(self.isa.default_call_conv());
        signature.params = args.iter().map(|arg| AbiParam::new(self.b.func.dfg.value_type(*arg))).collect();
        // The calling conventions of these targets return a struct of two words in two registers.
        const { assert!(cfg!(unix) && cfg!(any(target_arch = "x86_64", target_arch = "aarch64"))) };
        signature.returns = vec![AbiParam::new(types::I64); 2];
        let signature = self.b.import_signature(signature);
        let code = self.b.ins().iconst(types::I64, direct.code as i64);
        let call = self.b.ins().call_indirect(signature, code, &args);
        let &[status, word] = self.b.inst_results(call) else { unreachable!("two, by the signature") };
        let panicked = self.b.ins().icmp_imm_u(IntCC::Equal, status, HostResult::PANICKED as i64);
        self.end_if(panicked);
        let ty = self.body.ty(inst.result?);
        let value = match ty.base {
            Base::Bool => self.b.ins().icmp_imm_u(IntCC::NotEqual, word, 0),
            Base::F64 => self.b.ins().bitcast(types::F64, MemFlagsData::new(), word),
            _ => word,
        };
        if !ty.optional {
            return Some(Parts::of(&[value]));
        }
        let flag = self.b.ins().icmp_imm_u(IntCC::NotEqual, status, HostResult::NOTHING as i64);
        Some(Parts::of(&[flag, value]))
    }

    fn scratch_address(&mut self) -> clif::Value {
        let slot = self.scratch.expect("there is one if a class or the host is named");
        self.b.ins().stack_addr(types::I64, slot, 0)
    }
}
