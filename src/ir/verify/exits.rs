//! The rules of exits: everything an exit needs is available wherever it is taken, and the interpreter can
//! continue from the state it restores.

use super::{At, Code, Fault, Home, named};
use crate::ir::flatten::Flatten;
use crate::ir::{
    BlockId, ClassId, Def, Exit, ExitId, Frame, FuncId, Inst, Op, Program, REGION_FRAMES, Region, Slot, Term,
    Type, Value,
};
use std::collections::HashMap;

/// A function of the program, with its control flow graph.
pub(super) struct FuncCode<'a> {
    pub code: Code<'a>,
}

impl<'a> FuncCode<'a> {
    pub fn new(program: &'a Program, func: FuncId) -> Result<FuncCode<'a>, String> {
        let func = program.funcs.get(func.index()).ok_or("there is no such function")?;
        let code = Code::new(program, &func.body, &func.name, None).map_err(|fault| fault.text)?;
        Ok(FuncCode { code })
    }
    /// The type of a value, if it is not a constant and is available before an instruction.
    pub fn ty_before(&self, v: Value, block: BlockId, inst: usize) -> Option<Type> {
        let (ty, def) = self.code.body.values.get(v.index())?;
        let computed = !matches!(def, Def::Const(_));
        (computed && self.code.available(v, block, inst)).then_some(*ty)
    }
}

pub(super) fn check(code: &Code, region: &Region) -> Result<(), Fault> {
    let seen = vec![false; region.exits.len()];
    let mut checker = Checker { code, region, funcs: HashMap::new(), flatten: None, seen };
    for id in code.cfg.order() {
        let block = &code.body[*id];
        for (i, inst) in block.insts.iter().enumerate() {
            inst.exit.map_or(Ok(()), |e| checker.taken(*id, i, e))?;
            if let (Op::Native(func), Some(e)) = (inst.op, inst.exit) {
                checker.native_call(func, inst, e).or_else(|m| code.fail(At::Inst(*id, i), m))?;
            }
            if let (Op::Poll, Some(e)) = (inst.op, inst.exit) {
                checker.poll(e).or_else(|m| code.fail(At::Inst(*id, i), m))?;
            }
        }
        if let Term::Exit(e) = block.term {
            checker.taken(*id, block.insts.len(), e)?;
        }
    }
    Ok(())
}

struct Checker<'a> {
    code: &'a Code<'a>,
    region: &'a Region,
    /// Cached, since many frames are of few functions.
    funcs: HashMap<FuncId, FuncCode<'a>>,
    flatten: Option<Flatten>,
    seen: Vec<bool>,
}

impl Checker<'_> {
    /// Checks that a native call takes the parts of the parameters, and that its exit leads to the callee's
    /// entry.
    fn native_call(&mut self, func: FuncId, inst: &Inst, e: ExitId) -> Result<(), String> {
        let program = self.code.program;
        let flatten = self.flatten.get_or_insert_with(|| Flatten::new(program));
        let args = inst.args.iter().map(|v| self.code.body.ty(*v));
        if !args.eq(flatten.params(program, func)) {
            return Err("the arguments are not the parts of the parameters".to_string());
        }
        match &self.region.exits[e.index()].frames[..] {
            [_, .., Frame { func: callee, block: BlockId(0), inst: 0, .. }] if *callee == func => {
                let kept = !self.region.exits[e.index()].fields.is_empty();
                if kept { Err("the callee would not find what fields hold".to_string()) } else { Ok(()) }
            }
            _ => Err("the exit does not lead to the callee's entry".to_string()),
        }
    }

    /// Checks that a poll's exit leads to a root, with all its parameters.
    fn poll(&mut self, e: ExitId) -> Result<(), String> {
        let program = self.code.program;
        let Some(frame) = self.region.exits[e.index()].frames.last() else {
            return Err("the exit does not lead to a root".to_string());
        };
        // The check of the exit has established that the frame's block exists.
        let block = &program.funcs[frame.func.index()].body[frame.block];
        if frame.inst != 0 || !(block.header || frame.block == BlockId(0)) {
            return Err("the exit does not lead to a root".to_string());
        }
        let there = |v: &Value| frame.slots.iter().any(|(slot, _)| slot == v);
        if block.params.iter().all(there) {
            Ok(())
        } else {
            Err("the exit does not have all parameters".to_string())
        }
    }

    /// Checks an exit at one of the places where it is taken; the first time, the exit itself too.
    fn taken(&mut self, block: BlockId, inst: usize, e: ExitId) -> Result<(), Fault> {
        let exit = &self.region.exits[e.index()];
        if !std::mem::replace(&mut self.seen[e.index()], true) {
            self.check_insts(e, exit)?;
            self.check_state(exit).or_else(|m| self.code.fail(At::Exit(e), m))?;
        }
        let mut missing = None;
        exit.each_use(|v| {
            let own = matches!(self.code.homes[v.index()], Some(Home::Exit(home, _)) if home == e);
            if !own && !self.code.available(v, block, inst) {
                missing = Some(v);
            }
        });
        match missing {
            None => Ok(()),
            Some(v) => {
                let message =
                    format!("the exit needs {}, which is not defined on every path here", self.code.name(v));
                self.code.fail(At::Inst(block, inst), message)
            }
        }
    }

    fn check_insts(&self, e: ExitId, exit: &Exit) -> Result<(), Fault> {
        for (i, inst) in exit.insts.iter().enumerate() {
            if inst.exit.is_some() || inst.op == Op::Guard {
                return self.code.fail(At::Exit(e), "an instruction of an exit leaves through an exit");
            }
            self.code.check_inst(At::Exit(e), inst)?;
            let later = |v: &&Value| match self.code.homes[v.index()] {
                Some(Home::Exit(home, k)) => home == e && k >= i,
                _ => false,
            };
            if let Some(v) = inst.args.iter().find(later) {
                return self
                    .code
                    .fail(At::Exit(e), format!("{} is used before it is defined", self.code.name(*v)));
            }
        }
        Ok(())
    }

    fn check_state(&mut self, exit: &Exit) -> Result<(), String> {
        let program = self.code.program;
        for (i, (class, fields)) in exit.objects.iter().enumerate() {
            let class_fields = &program.classes.get(class.index()).ok_or("there is no such class")?.fields;
            if class_fields.len() != fields.len() {
                return Err(format!("o{i} has another number of fields than its class"));
            }
            for ((name, ty), slot) in class_fields.iter().zip(fields) {
                if self.slot_type(exit, slot)? != *ty {
                    return Err(format!("field {name} of o{i} is of another type"));
                }
                if matches!(slot, Slot::Object(k) if *k as usize >= i) && !mutable(program, *class) {
                    return Err(format!("o{i} is never changed, but refers to a later object"));
                }
            }
        }
        for (i, put) in exit.fields.iter().enumerate() {
            let field = program.classes.get(put.class.index()).and_then(|c| c.fields.get(put.field as usize));
            let (name, ty) = field.ok_or("there is no such field")?;
            if matches!(put.object, Slot::Object(_)) {
                return Err(format!("field {name} is one of an object from before: it is part of no other"));
            }
            if self.slot_type(exit, &put.object)? != Type::object(put.class)
                || self.slot_type(exit, &put.value)? != *ty
            {
                return Err(format!("field {name} is of another class or another type"));
            }
            if exit.fields[..i]
                .iter()
                .any(|p| (p.object, p.class, p.field) == (put.object, put.class, put.field))
            {
                return Err(format!("field {name} is there twice"));
            }
        }
        for (cell, slot) in &exit.cells {
            if program.cells.get(cell.index()).is_none() || self.slot_type(exit, slot)? != Type::I64 {
                return Err("there is no such cell, or its value is no i64".to_string());
            }
        }
        match (&exit.returns, exit.frames.first()) {
            (Some(_), Some(_)) => return Err("the exit returns, but has frames".to_string()),
            (None, None) => return Err("the exit has no frame".to_string()),
            (None, Some(frame)) if frame.func != self.region.root.func => {
                return Err("the outermost frame is not of the region's function".to_string());
            }
            (None, Some(_)) => {}
            (Some(slots), None) => {
                let types: Result<Vec<Type>, String> =
                    slots.iter().map(|s| self.slot_type(exit, s)).collect();
                if types? != program.funcs[self.region.root.func.index()].returns {
                    return Err("the region's function returns other types".to_string());
                }
            }
        }
        // Plus one for the callee of a native call.
        if exit.frames.len() > REGION_FRAMES + 1 {
            return Err("there are too many frames".to_string());
        }
        for (i, frame) in exit.frames.iter().enumerate() {
            self.check_frame(exit, frame, exit.frames.get(i + 1))
                .map_err(|m| format!("frame of {}: {m}", named(program, frame.func)))?;
        }
        let Some(arm) = exit.arm else { return Ok(()) };
        let func = self.func(arm.func).map_err(|m| format!("arm: {m}"))?;
        let exists = func.code.cfg.reachable(arm.block)
            && (arm.index as usize) < func.code.body[arm.block].term.targets().len();
        if exists { Ok(()) } else { Err("there is no such arm".to_string()) }
    }

    fn check_frame(&mut self, exit: &Exit, frame: &Frame, inner: Option<&Frame>) -> Result<(), String> {
        let mut types = vec![];
        for (_, slot) in &frame.slots {
            types.push(self.slot_type(exit, slot)?);
        }
        let program = self.code.program;
        let func = self.func(frame.func)?;
        if !func.code.cfg.reachable(frame.block) {
            return Err("there is no such block".to_string());
        }
        let (block, inst) = (&func.code.body[frame.block], frame.inst as usize);
        if inst > block.insts.len() {
            return Err("there is no such instruction".to_string());
        }
        if let Some(inner) = inner
            && block.insts.get(inst).is_none_or(|call| call.op != Op::Call(inner.func))
        {
            return Err(format!("it is not at a call of {}", named(program, inner.func)));
        }
        for ((v, _), ty) in frame.slots.iter().zip(types) {
            let name = || func.code.name(*v);
            match func.ty_before(*v, frame.block, inst) {
                None if v.index() >= func.code.body.values.len() => {
                    return Err("there is no such value".to_string());
                }
                None => return Err(format!("{} is not defined there", name())),
                Some(expected) if expected != ty => return Err(format!("{} is of another type", name())),
                Some(_) if frame.slots.iter().filter(|(w, _)| w == v).count() > 1 => {
                    return Err(format!("{} is there twice", name()));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn slot_type(&self, exit: &Exit, slot: &Slot) -> Result<Type, String> {
        match slot {
            Slot::Value(v) => Ok(self.code.body.ty(*v)),
            Slot::Object(i) => match exit.objects.get(*i as usize) {
                Some((class, _)) => Ok(Type::object(*class)),
                None => Err(format!("there is no object o{i}")),
            },
        }
    }

    fn func(&mut self, id: FuncId) -> Result<&FuncCode<'_>, String> {
        if let std::collections::hash_map::Entry::Vacant(entry) = self.funcs.entry(id) {
            entry.insert(FuncCode::new(self.code.program, id)?);
        }
        Ok(&self.funcs[&id])
    }
}

/// Whether any function changes objects of a class: only then can an object refer to one that is made after
/// it.
fn mutable(program: &Program, class: ClassId) -> bool {
    let blocks = program.funcs.iter().flat_map(|f| &f.body.blocks);
    blocks.flat_map(|b| &b.insts).any(|inst| matches!(inst.op, Op::Set(c, _) if c == class))
}
