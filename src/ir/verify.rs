//! The verifier: checks the rules for programs and regions that all other modules rely on.
//!
//! First the rules of all code (`Code`): names resolve, each value is defined once and its definition
//! dominates its uses, types follow the typing table, loop headers are marked and every loop has one entry.
//! Then the rules of programs (returns, `record`) and those of regions (inputs and `exits`). The first
//! violation is reported, with the function, the block and the instruction as they are printed.
//!
//! Unreachable blocks, and exits that nothing takes, are not checked: they are not part of the text either.
//! It is not checked that an exit's frames hold *all* live values: the recorder takes these from the liveness
//! analysis. Nothing is executed.

mod exits;

use super::cfg::Cfg;
use super::print::{Names, Text};
pub use super::typing::{result_type, type_name};
use super::{
    Base, BlockId, Body, Const, Def, ExitId, Func, FuncId, Inst, Op, Program, Region, Target, Term, Type,
    Value,
};
use std::collections::HashSet;

/// Checks a program; returns the first violation.
pub fn verify_program(program: &Program) -> Result<(), String> {
    verify_names(program)?;
    for func in &program.funcs {
        verify_func(program, func).map_err(|fault| fault.text)?;
    }
    Ok(())
}

/// Checks a region of a verified program; returns the first violation.
pub fn verify_region(program: &Program, region: &Region) -> Result<(), String> {
    verify_region_at(program, region).map_err(|fault| fault.text)
}

/// A violated rule, and where it is violated.
#[derive(Debug)]
pub(super) struct Fault {
    pub at: At,
    pub text: String,
}

/// A place in the code.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// The function or region.
    Whole,
    /// The head of a block.
    Block(BlockId),
    /// An instruction, or the terminator if there is no instruction of that number.
    Inst(BlockId, usize),
    /// An exit.
    Exit(ExitId),
}

/// Checks what the text form needs to be unambiguous: valid and unique names, and field types that exist.
pub(super) fn verify_names(program: &Program) -> Result<(), String> {
    let mut seen = HashSet::new();
    for class in &program.classes {
        if !valid_name(&class.name) || is_base(&class.name) || !seen.insert(&class.name) {
            return Err(format!("class {}: the name is taken, or no name", class.name));
        }
        let mut fields = HashSet::new();
        for (name, ty) in &class.fields {
            if !valid_name(name) || name.contains('.') || !fields.insert(name) {
                return Err(format!("class {}: field {name}: the name is taken, or no name", class.name));
            }
            check_type(program, *ty, false)
                .map_err(|m| format!("class {}: field {name}: {m}", class.name))?;
        }
    }
    let mut seen = HashSet::new();
    if let Some(cell) = program.cells.iter().find(|c| !valid_name(c) || !seen.insert(*c)) {
        return Err(format!("cell {cell}: the name is taken, or no name"));
    }
    let mut seen = HashSet::new();
    if let Some(host) = program.hosts.iter().find(|h| !valid_name(h.name()) || !seen.insert(h.name())) {
        return Err(format!("host {}: the name is taken, or no name", host.name()));
    }
    let mut seen = HashSet::new();
    match program.funcs.iter().find(|f| !valid_name(&f.name) || !seen.insert(&f.name)) {
        Some(f) => Err(format!("fn {}: the name is taken, or no name", f.name)),
        None => Ok(()),
    }
}

/// Whether the text form allows the name for a class or function.
pub(super) fn valid_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "_.[]<>$".contains(c);
    name.chars().all(allowed) && name.chars().any(|c| c.is_alphanumeric() || c == '_')
}

fn is_base(name: &str) -> bool {
    ["bool", "i64", "u64", "f64", "view", "f64x2"].contains(&name)
}

fn check_type(program: &Program, ty: Type, region: bool) -> Result<(), String> {
    match ty.base {
        Base::Ref(class) if class.index() >= program.classes.len() => {
            Err("there is no such class".to_string())
        }
        Base::F64x2 if !region => Err("only regions have pairs of floats".to_string()),
        _ => Ok(()),
    }
}

pub(super) fn verify_func(program: &Program, func: &Func) -> Result<(), Fault> {
    let code = Code::new(program, &func.body, &func.name, None)?;
    for ty in &func.returns {
        check_type(program, *ty, false).or_else(|m| code.fail(At::Whole, m))?;
    }
    code.check(&func.returns)?;
    for v in &func.records {
        if func.body.values.get(v.index()).is_none_or(|(ty, _)| *ty != Type::VIEW) {
            return code.fail(At::Whole, "`record` is not a view");
        }
        if code.homes[v.index()].is_none() {
            return code.fail(At::Whole, "`record` is not defined anywhere");
        }
    }
    Ok(())
}

pub(super) fn verify_region_at(program: &Program, region: &Region) -> Result<(), Fault> {
    let fault = |text: &str| Fault { at: At::Whole, text: format!("region: {text}") };
    let func =
        program.funcs.get(region.root.func.index()).ok_or_else(|| fault("its function does not exist"))?;
    let outer = exits::FuncCode::new(program, region.root.func).map_err(|m| fault(&m))?;
    if !outer.code.cfg.reachable(region.root.block) {
        return Err(fault("its block does not exist"));
    }
    let title = format!("{}@{}", func.name, Names::of(&func.body).block(region.root.block));
    let code = Code::new(program, &region.body, &title, Some(region))?;
    if region.root.block != BlockId(0) && !func.body[region.root.block].header {
        return code.fail(At::Whole, "it starts neither at an entry nor at the header of a loop");
    }
    code.check(&[])?;
    let params = &region.body.blocks[0].params;
    if params.len() != region.inputs.len() {
        return code.fail(At::Whole, "there are not as many inputs as parameters");
    }
    for (param, input) in params.iter().zip(&region.inputs) {
        // Before the first instruction, the block's own parameters are available.
        match outer.ty_before(input.value, region.root.block, 0).map(|ty| part_type(program, ty, &input.path))
        {
            None => return code.fail(At::Whole, "an input is not a value of the function at that block"),
            Some(ty) if ty != Some(region.body.ty(*param)) => {
                return code.fail(At::Whole, "an input is not of its parameter's type");
            }
            Some(_) => {}
        }
    }
    exits::check(&code, region)
}

/// The type of a part of a value, if there is such a part.
fn part_type(program: &Program, mut ty: Type, path: &[u32]) -> Option<Type> {
    for field in path {
        ty = program.classes.get(ty.class()?.index())?.fields.get(*field as usize)?.1;
    }
    Some(ty)
}

/// The place of a value's definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Home {
    /// In a block: 0 for its parameters, its instructions from 1.
    Block(BlockId, usize),
    /// By an instruction of an exit.
    Exit(ExitId, usize),
}

/// Code with its control flow graph, and the places of all definitions.
pub(super) struct Code<'a> {
    pub program: &'a Program,
    pub body: &'a Body,
    pub region: Option<&'a Region>,
    title: &'a str,
    pub cfg: Cfg,
    pub homes: Vec<Option<Home>>,
}

impl<'a> Code<'a> {
    /// Checks the preconditions of all other checks: that ids exist, and that each value is defined once.
    pub fn new(
        program: &'a Program,
        body: &'a Body,
        title: &'a str,
        region: Option<&'a Region>,
    ) -> Result<Code<'a>, Fault> {
        let homes = vec![None; body.values.len()];
        let mut code = Code { program, body, region, title, cfg: Cfg::new(body), homes };
        if body.blocks.is_empty() {
            return code.fail(At::Whole, "there is no entry block");
        }
        let mut used: Vec<ExitId> = vec![];
        for id in code.cfg.order().to_vec() {
            let block = &body[id];
            for v in &block.params {
                code.known(At::Block(id), *v)?;
                code.define(At::Block(id), *v, Def::Param, Home::Block(id, 0))?;
            }
            for (i, inst) in block.insts.iter().enumerate() {
                for v in &inst.args {
                    code.known(At::Inst(id, i), *v)?;
                }
                if let Some(v) = inst.result {
                    code.known(At::Inst(id, i), v)?;
                    code.define(At::Inst(id, i), v, Def::Inst, Home::Block(id, i + 1))?;
                }
                used.extend(inst.exit);
            }
            let at = At::Inst(id, block.insts.len());
            if block.term.targets().iter().any(|t| t.block.index() >= body.blocks.len()) {
                return code.fail(at, "the target does not exist");
            }
            let mut uses = vec![];
            block.term.each_use(|v| uses.push(v));
            uses.into_iter().try_for_each(|v| code.known(at, v))?;
            used.extend(if let Term::Exit(e) = block.term { Some(e) } else { None });
        }
        used.sort();
        used.dedup();
        for e in used {
            let Some(exit) = region.and_then(|r| r.exits.get(e.index())) else {
                // An instruction of a program that has an exit is rejected below, with its place.
                match region {
                    None => continue,
                    Some(_) => return code.fail(At::Exit(e), "the exit does not exist"),
                }
            };
            let mut uses = vec![];
            exit.each_use(|v| uses.push(v));
            uses.into_iter().try_for_each(|v| code.known(At::Exit(e), v))?;
            for (i, v) in exit.insts.iter().enumerate().filter_map(|(i, inst)| inst.result.map(|v| (i, v))) {
                code.known(At::Exit(e), v)?;
                code.define(At::Exit(e), v, Def::Inst, Home::Exit(e, i))?;
            }
        }
        Ok(code)
    }

    /// A violated rule, reported with its place.
    pub fn fail<T>(&self, at: At, message: impl AsRef<str>) -> Result<T, Fault> {
        let names = self.region.map_or_else(|| Names::of(self.body), Names::of_region);
        let text = Text { program: self.program, body: self.body, names: &names };
        let place = match at {
            At::Whole => String::new(),
            At::Block(b) => format!(": {}", names.block(b)),
            At::Inst(b, i) => {
                let block = &self.body[b];
                let inst = block.insts.get(i).map_or_else(|| text.term(&block.term), |inst| text.inst(inst));
                format!(": {}: {inst}", names.block(b))
            }
            At::Exit(e) => {
                let frames: Vec<Names> = self.program.funcs.iter().map(|f| Names::of(&f.body)).collect();
                let exit = self.region.and_then(|r| r.exits.get(e.index()));
                format!(
                    ": {}: {}",
                    names.exit(e),
                    exit.map_or("?".to_string(), |exit| text.exit(exit, &frames))
                )
            }
        };
        let kind = if self.region.is_some() { "region" } else { "fn" };
        Err(Fault { at, text: format!("{kind} {}{place}: {}", self.title, message.as_ref()) })
    }

    fn known(&self, at: At, v: Value) -> Result<(), Fault> {
        let Some((ty, def)) = self.body.values.get(v.index()) else {
            return self.fail(at, "there is no such value");
        };
        if let Def::Const(c) = def
            && c.ty() != *ty
        {
            return self.fail(at, "a constant is not of its own type");
        }
        if let Def::Const(Const::View(start, len)) = def
            && *start as usize + *len as usize > self.program.pool.len()
        {
            return self.fail(at, "a constant view is not a part of the pool");
        }
        check_type(self.program, *ty, self.region.is_some()).or_else(|m| self.fail(at, m))
    }

    fn define(&mut self, at: At, v: Value, def: Def, home: Home) -> Result<(), Fault> {
        if self.homes[v.index()].replace(home).is_some() {
            return self.fail(at, "a value is defined twice");
        }
        if self.body.values[v.index()].1 != def {
            return self.fail(at, "a value is recorded as defined elsewhere");
        }
        Ok(())
    }

    /// Whether a value is available before instruction `inst` of a block.
    pub fn available(&self, v: Value, block: BlockId, inst: usize) -> bool {
        match (self.body.values[v.index()].1, self.homes[v.index()]) {
            (Def::Const(_), _) => true,
            (_, Some(Home::Block(home, i))) if home == block => i <= inst,
            (_, Some(Home::Block(home, _))) => self.cfg.dominates(home, block),
            _ => false,
        }
    }

    /// The rules of all code.
    fn check(&self, returns: &[Type]) -> Result<(), Fault> {
        if !self.cfg.predecessors(BlockId(0)).is_empty() {
            return self.fail(At::Block(BlockId(0)), "something jumps to the entry");
        }
        if let Some((from, to)) = self.cfg.irreducible() {
            let end = At::Inst(from, self.body[from].insts.len());
            let to = Names::of(self.body).block(to);
            return self.fail(end, format!("the loop at {to} has more than one entry"));
        }
        for id in self.cfg.order() {
            let block = &self.body[*id];
            if block.header != self.cfg.loop_of(*id).is_some() {
                let not = if block.header { "is marked as" } else { "is not marked as" };
                return self.fail(At::Block(*id), format!("the block {not} the header of a loop"));
            }
            for (i, inst) in block.insts.iter().enumerate() {
                self.check_inst(At::Inst(*id, i), inst)?;
                for v in &inst.args {
                    self.check_use(*id, i, *v)?;
                }
            }
            self.check_term(*id, &block.term, returns)?;
        }
        Ok(())
    }

    fn check_use(&self, block: BlockId, inst: usize, v: Value) -> Result<(), Fault> {
        if self.available(v, block, inst) {
            return Ok(());
        }
        let what = if self.homes[v.index()].is_some() {
            "is not defined on every path here"
        } else {
            "is not defined"
        };
        self.fail(At::Inst(block, inst), format!("{} {what}", self.name(v)))
    }

    pub fn name(&self, v: Value) -> String {
        let names = self.region.map_or_else(|| Names::of(self.body), Names::of_region);
        names.value(self.program, self.body, v)
    }

    /// Checks a single instruction: its types, and whether it is allowed here.
    pub fn check_inst(&self, at: At, inst: &Inst) -> Result<(), Fault> {
        let args: Vec<Type> = inst.args.iter().map(|v| self.body.ty(*v)).collect();
        let ty = result_type(self.program, inst.op, &args).or_else(|m| self.fail(at, m))?;
        if ty != inst.result.map(|v| self.body.ty(v)) {
            return match ty {
                None => self.fail(at, "this instruction has no result"),
                Some(ty) => self.fail(at, format!("the result is {}", type_name(self.program, ty))),
            };
        }
        match (self.region.is_some(), inst.exit) {
            (false, _) if inst.op.region_only() => self.fail(at, "only regions have this instruction"),
            (false, Some(_)) => self.fail(at, "only regions have exits"),
            (true, _) if matches!(inst.op, Op::Call(_) | Op::Promote) => {
                self.fail(at, "only programs have this instruction")
            }
            (true, None) if matches!(inst.op, Op::Native(_)) => self.fail(at, "a native call has no exit"),
            (true, None) if inst.op == Op::Poll => self.fail(at, "a poll has no exit"),
            (true, Some(_)) if matches!(inst.op, Op::Native(_) | Op::Poll) => Ok(()),
            (true, Some(_)) if args.first().is_none_or(|ty| !inst.op.checked(*ty)) => {
                self.fail(at, "an instruction that cannot fail has an exit")
            }
            _ => Ok(()),
        }
    }

    fn check_term(&self, id: BlockId, term: &Term, returns: &[Type]) -> Result<(), Fault> {
        let end = self.body[id].insts.len();
        let at = At::Inst(id, end);
        let mut uses = vec![];
        term.each_use(|v| uses.push(v));
        uses.into_iter().try_for_each(|v| self.check_use(id, end, v))?;
        term.targets().into_iter().try_for_each(|t| self.check_target(at, t))?;
        match (term, self.region.is_some()) {
            (Term::Branch(v, ..), _) if self.body.ty(*v) != Type::BOOL => {
                self.fail(at, "the condition is not a bool")
            }
            (Term::Switch(v, ..), _) if self.body.ty(*v) != Type::I64 => {
                self.fail(at, "the value is not an i64")
            }
            (Term::Switch(_, cases, _), _) => {
                let mut seen = HashSet::new();
                match cases.iter().find(|(i, _)| !seen.insert(*i)) {
                    Some((i, _)) => self.fail(at, format!("there are two cases of {i}")),
                    None => Ok(()),
                }
            }
            (Term::Return(_) | Term::Raise(_), true) => self.fail(at, "a region leaves through exits only"),
            (Term::Exit(_), false) => self.fail(at, "only regions have exits"),
            (Term::Return(values), false) => {
                let types: Vec<Type> = values.iter().map(|v| self.body.ty(*v)).collect();
                if types != returns { self.fail(at, "the function returns other types") } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn check_target(&self, at: At, target: &Target) -> Result<(), Fault> {
        let params = &self.body[target.block].params;
        if params.len() != target.args.len() {
            return self.fail(at, "the target has another number of parameters");
        }
        match params.iter().zip(&target.args).position(|(p, v)| self.body.ty(*p) != self.body.ty(*v)) {
            Some(i) => self.fail(at, format!("argument {} is not of the parameter's type", i + 1)),
            None => Ok(()),
        }
    }
}

/// The name of a function, for messages about frames.
fn named(program: &Program, func: FuncId) -> &str {
    program.funcs.get(func.index()).map_or("?", |f| &f.name)
}

#[cfg(test)]
mod tests;
