//! The printer of the text form: the output of `--dump`, compared by tests, and read by
//! [`super::parse`](mod@super::parse).
//!
//! Blocks are printed and numbered in reverse post-order, values are numbered in the order of their
//! definitions in the text, exits in the order of their first use, and constants are printed where they are
//! used. So the text depends on the code alone, not on how it was made: printing a parsed text gives the same
//! text. [`Names`] holds the numbers.
//!
//! Printing never fails, not even for a body that the verifier rejects: an entity without a number in the
//! text (an unreachable block, an undefined value) is printed with its internal number, as in `v$7`, which
//! does not parse.

use super::cfg::Cfg;
use super::typing::{base_name, type_name};
use super::{
    BlockId, Body, CellId, Class, ClassId, Const, Exit, ExitId, Func, FuncId, HostId, Input, Inst, Op,
    Program, Raise, Region, Slot, Target, Term, Value,
};
use crate::scalar::Endian;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;

/// The numbers that blocks, values and exits have in the text.
#[derive(Clone, Debug)]
pub struct Names {
    /// The blocks in the order of the text.
    pub order: Vec<BlockId>,
    /// The exits in the order of the text.
    pub exits: Vec<ExitId>,
    exit_numbers: HashMap<ExitId, usize>,
    blocks: Vec<Option<usize>>,
    values: Vec<Option<usize>>,
    count: usize,
}

impl Names {
    /// The names of a function of a program.
    pub fn of(body: &Body) -> Names {
        let order = Cfg::new(body).order().to_vec();
        let (blocks, values) = (vec![None; body.blocks.len()], vec![None; body.values.len()]);
        let mut names =
            Names { order, exits: vec![], exit_numbers: HashMap::new(), blocks, values, count: 0 };
        for (i, id) in names.order.clone().into_iter().enumerate() {
            names.blocks[id.index()] = Some(i);
            let block = &body[id];
            block.params.iter().for_each(|v| names.define(*v));
            block.insts.iter().filter_map(|inst| inst.result).for_each(|v| names.define(v));
        }
        names
    }

    /// The names of a region.
    pub fn of_region(region: &Region) -> Names {
        let mut names = Names::of(&region.body);
        for id in names.order.clone() {
            let block = &region.body[id];
            let last = if let Term::Exit(e) = block.term { Some(e) } else { None };
            for exit in block.insts.iter().filter_map(|inst| inst.exit).chain(last) {
                if let Entry::Vacant(number) = names.exit_numbers.entry(exit) {
                    number.insert(names.exits.len());
                    names.exits.push(exit);
                }
            }
        }
        for exit in names.exits.clone() {
            let insts = region.exits.get(exit.index()).map_or(&[][..], |e| &e.insts);
            insts.iter().filter_map(|inst| inst.result).for_each(|v| names.define(v));
        }
        names
    }

    fn define(&mut self, v: Value) {
        if let Some(slot @ None) = self.values.get_mut(v.index()) {
            *slot = Some(self.count);
            self.count += 1;
        }
    }

    /// A block's name.
    pub fn block(&self, b: BlockId) -> String {
        self.blocks.get(b.index()).copied().flatten().map_or(format!("b${}", b.0), |n| format!("b{n}"))
    }
    /// An exit's name.
    pub fn exit(&self, e: ExitId) -> String {
        self.exit_numbers.get(&e).map_or(format!("e${}", e.0), |n| format!("e{n}"))
    }
    /// A value's name; of a constant, its literal.
    pub fn value(&self, program: &Program, body: &Body, v: Value) -> String {
        match body.values.get(v.index()) {
            Some((_, super::Def::Const(c))) => literal(program, *c),
            _ => self
                .values
                .get(v.index())
                .copied()
                .flatten()
                .map_or(format!("v${}", v.0), |n| format!("v{n}")),
        }
    }
}

/// Prints a program.
pub fn print_program(program: &Program) -> String {
    let mut out = String::new();
    for cell in &program.cells {
        let _ = writeln!(out, "cell {cell}");
    }
    for Class { name, fields } in &program.classes {
        let fields: Vec<String> =
            fields.iter().map(|(n, ty)| format!("{n}: {}", type_name(program, *ty))).collect();
        let _ = match fields.is_empty() {
            true => writeln!(out, "class {name} {{}}"),
            false => writeln!(out, "class {name} {{ {} }}", fields.join(", ")),
        };
    }
    for func in &program.funcs {
        if !out.is_empty() {
            out.push('\n');
        }
        out += &print_func(program, func);
    }
    out
}

/// Prints a function.
pub fn print_func(program: &Program, func: &Func) -> String {
    let text = Text { program, body: &func.body, names: &Names::of(&func.body) };
    let params = func.body.blocks.first().map_or(String::new(), |b| text.params(&b.params));
    let returns: Vec<String> = func.returns.iter().map(|ty| type_name(program, *ty)).collect();
    let returns = if returns.is_empty() { String::new() } else { format!(" -> {}", returns.join(", ")) };
    let records: Vec<String> = func.records.iter().map(|v| text.value(*v)).collect();
    let records = if records.is_empty() { String::new() } else { format!(" record={}", records.join(", ")) };
    format!("fn {}({params}){returns}{records} {{\n{}}}\n", func.name, text.blocks())
}

/// Prints a region. The text parses only after the text of its program.
pub fn print_region(program: &Program, region: &Region) -> String {
    let names = Names::of_region(region);
    let text = Text { program, body: &region.body, names: &names };
    let empty = Body::default();
    let outer = program.funcs.get(region.root.func.index()).map_or(&empty, |f| &f.body);
    let outer_names = Names::of(outer);
    let params = region.body.blocks.first().map_or(&[][..], |b| &b.params);
    let inputs = params.iter().enumerate().map(|(i, v)| {
        let from = region.inputs.get(i).map_or("?".to_string(), |input| {
            outer_names.value(program, outer, input.value) + &path(program, outer, input)
        });
        format!("{} = {from}", text.params(&[*v]))
    });
    let mut out = format!(
        "region {}@{}({}) {{\n{}}}\n",
        func_name(program, region.root.func),
        outer_names.block(region.root.block),
        inputs.collect::<Vec<_>>().join(", "),
        text.blocks()
    );
    let frames: Vec<Names> = program.funcs.iter().map(|f| Names::of(&f.body)).collect();
    for e in &names.exits {
        let _ = match region.exits.get(e.index()) {
            Some(exit) => writeln!(out, "{}: {}", names.exit(*e), text.exit(exit, &frames)),
            None => writeln!(out, "{}: ?", names.exit(*e)),
        };
    }
    out
}

/// Prints the instruction that defines a value, in a block or an exit, as [`print_region`] does.
pub fn print_inst(program: &Program, region: &Region, v: Value) -> String {
    let text = Text { program, body: &region.body, names: &Names::of_region(region) };
    let in_exits = || region.exits.iter().flat_map(|e| &e.insts).find(|i| i.result == Some(v));
    region.body.inst(v).or_else(in_exits).map_or("?".to_string(), |inst| text.inst(inst))
}

/// The path of fields of an input: `.at.x`.
fn path(program: &Program, body: &Body, input: &Input) -> String {
    let mut text = String::new();
    let mut class = body.values.get(input.value.index()).and_then(|(ty, _)| ty.class());
    for i in &input.path {
        let field = class.and_then(|c| program.classes.get(c.index())?.fields.get(*i as usize));
        text += &field.map_or(format!(".${i}"), |(name, _)| format!(".{name}"));
        class = field.and_then(|(_, ty)| ty.class());
    }
    text
}

/// The context of all pieces of a body's text.
pub(super) struct Text<'a> {
    pub program: &'a Program,
    pub body: &'a Body,
    pub names: &'a Names,
}

impl Text<'_> {
    pub fn value(&self, v: Value) -> String {
        self.names.value(self.program, self.body, v)
    }
    fn values(&self, values: &[Value]) -> String {
        values.iter().map(|v| self.value(*v)).collect::<Vec<_>>().join(", ")
    }
    fn params(&self, params: &[Value]) -> String {
        let ty = |v: &Value| self.body.values.get(v.index()).map(|(ty, _)| type_name(self.program, *ty));
        let param = |v: &Value| format!("{}: {}", self.value(*v), ty(v).unwrap_or_default());
        params.iter().map(param).collect::<Vec<_>>().join(", ")
    }
    fn blocks(&self) -> String {
        let mut out = String::new();
        for (i, id) in self.names.order.iter().enumerate() {
            let block = &self.body[*id];
            // The entry's parameters are printed with the function.
            let params = match self.params(&block.params) {
                p if i == 0 || p.is_empty() => String::new(),
                p => format!("({p})"),
            };
            let header = if block.header { " loop" } else { "" };
            let _ = writeln!(out, "b{i}{params}:{header}");
            for inst in &block.insts {
                let _ = writeln!(out, "  {}", self.inst(inst));
            }
            let _ = writeln!(out, "  {}", self.term(&block.term));
        }
        out
    }
    pub fn inst(&self, inst: &Inst) -> String {
        let result = inst.result.map_or(String::new(), |v| self.value(v) + " = ");
        let op = op_name(self.program, inst.op);
        let args = self.values(&inst.args);
        let space = if args.is_empty() { "" } else { " " };
        let exit = inst.exit.map_or(String::new(), |e| format!(" !{}", self.names.exit(e)));
        format!("{result}{op}{space}{args}{exit}")
    }
    fn target(&self, t: &Target) -> String {
        let args = self.values(&t.args);
        let block = self.names.block(t.block);
        if args.is_empty() { block } else { format!("{block}({args})") }
    }
    pub fn term(&self, term: &Term) -> String {
        match term {
            Term::Jump(t) => format!("jump {}", self.target(t)),
            Term::Branch(v, a, b) => {
                format!("branch {}, {}, {}", self.value(*v), self.target(a), self.target(b))
            }
            Term::Switch(v, cases, default) => {
                let cases = cases.iter().map(|(i, t)| format!("{i}: {}, ", self.target(t)));
                format!(
                    "switch {}, {}else: {}",
                    self.value(*v),
                    cases.collect::<String>(),
                    self.target(default)
                )
            }
            Term::Return(values) if values.is_empty() => "return".to_string(),
            Term::Return(values) => format!("return {}", self.values(values)),
            Term::Raise(Raise::Data(rule)) => format!("raise data.{}", rule.replace(' ', "_")),
            Term::Raise(raise) => format!("raise {}", raise.name()),
            Term::Exit(e) => format!("exit {}", self.names.exit(*e)),
        }
    }
    fn slot(&self, slot: &Slot) -> String {
        match slot {
            Slot::Value(v) => self.value(*v),
            Slot::Object(i) => format!("o{i}"),
        }
    }
    fn slots(&self, slots: &[Slot]) -> String {
        slots.iter().map(|s| self.slot(s)).collect::<Vec<_>>().join(", ")
    }
    /// The line of an exit, without its name; `frames` has the names of each function of the program.
    pub fn exit(&self, exit: &Exit, frames: &[Names]) -> String {
        let mut words = vec![];
        if let Some(slots) = &exit.returns {
            words.push("return".to_string());
            words.extend((!slots.is_empty()).then(|| self.slots(slots)));
        }
        for (i, frame) in exit.frames.iter().enumerate() {
            words.extend((i > 0).then(|| "<".to_string()));
            words.push(func_name(self.program, frame.func));
            let (Some(func), Some(names)) =
                (self.program.funcs.get(frame.func.index()), frames.get(frame.func.index()))
            else {
                continue;
            };
            words.push(format!("{}:{}", names.block(frame.block), frame.inst));
            let slot = |(v, s): &_| format!("{}={}", names.value(self.program, &func.body, *v), self.slot(s));
            words.extend(frame.slots.iter().map(slot));
        }
        if let Some(arm) = exit.arm {
            let block = frames.get(arm.func.index()).map_or("?".to_string(), |names| names.block(arm.block));
            words.push(format!("arm={}.{block}.{}", func_name(self.program, arm.func), arm.index));
        }
        for (i, (class, fields)) in exit.objects.iter().enumerate() {
            words.push(format!("| o{i} = {}", class_name(self.program, *class)));
            words.extend((!fields.is_empty()).then(|| self.slots(fields)));
        }
        for put in &exit.fields {
            let field = field_name(self.program, put.class, put.field);
            words.push(format!("| {}.{field} = {}", self.slot(&put.object), self.slot(&put.value)));
        }
        for (cell, slot) in &exit.cells {
            words.push(format!("| {} = {}", cell_name(self.program, *cell), self.slot(slot)));
        }
        words.extend(exit.insts.iter().map(|inst| format!("| {}", self.inst(inst))));
        words.join(" ")
    }
}

/// A class's name.
pub(super) fn class_name(program: &Program, class: ClassId) -> String {
    base_name(program, super::Base::Ref(class))
}

/// A cell's name, even if there is no such cell.
pub(super) fn cell_name(program: &Program, cell: CellId) -> String {
    program.cells.get(cell.index()).cloned().unwrap_or_else(|| format!("cell${}", cell.0))
}

/// The name of a host function, even if there is no such function.
fn host_name(program: &Program, host: HostId) -> String {
    program.hosts.get(host.index()).map_or(format!("host${}", host.0), |h| h.name().to_string())
}

/// A function's name, even if there is no such function.
pub(super) fn func_name(program: &Program, func: FuncId) -> String {
    program.funcs.get(func.index()).map_or(format!("fn${}", func.0), |f| f.name.clone())
}

/// A field's name, even if there is no such field.
fn field_name(program: &Program, class: ClassId, i: u32) -> String {
    let field = program.classes.get(class.index()).and_then(|c| c.fields.get(i as usize));
    field.map_or(format!("${i}"), |(name, _)| name.clone())
}

/// The name of an operation with its attributes: `load.u32.be`, `get Point.x`.
pub(super) fn op_name(program: &Program, op: Op) -> String {
    let field = |word: &str, class: ClassId, i: u32| {
        format!("{word} {}.{}", class_name(program, class), field_name(program, class, i))
    };
    match op {
        Op::Convert(base) => format!("convert.{}", base_name(program, base)),
        Op::Bits(base) => format!("bits.{}", base_name(program, base)),
        Op::Load(scalar, Endian::Little) => format!("load.{scalar}"),
        Op::Load(scalar, Endian::Big) => format!("load.{scalar}.be"),
        Op::LoadPair => "load.pair".to_string(),
        Op::WrapAdd => "wrap_add".to_string(),
        Op::WrapSub => "wrap_sub".to_string(),
        Op::WrapMul => "wrap_mul".to_string(),
        Op::Lane(i) => format!("lane.{i}"),
        Op::New(class) => format!("new {}", class_name(program, class)),
        Op::Get(class, i) => field("get", class, i),
        Op::Set(class, i) => field("set", class, i),
        Op::Call(func) => format!("call {}", func_name(program, func)),
        Op::Native(func) => format!("native {}", func_name(program, func)),
        Op::Host(host, _) => format!("host {}", host_name(program, host)),
        Op::Read(cell) => format!("read {}", cell_name(program, cell)),
        Op::Write(cell) => format!("write {}", cell_name(program, cell)),
        // The names of the others are those of the enum.
        _ => format!("{op:?}").to_lowercase(),
    }
}

/// The literal of a constant.
pub(super) fn literal(program: &Program, c: Const) -> String {
    match c {
        Const::Bool(b) => b.to_string(),
        Const::I64(i) => i.to_string(),
        Const::U64(u) => format!("{u}u"),
        Const::F64(bits) => match f64::from_bits(bits) {
            x if !x.is_nan() => format!("{x:?}"),
            _ if bits == f64::NAN.to_bits() => "nan".to_string(),
            _ => format!("nan:{bits:#018x}"),
        },
        Const::View(start, len) => {
            let bytes = program.pool.get(start as usize..).and_then(|b| b.get(..len as usize));
            let hex: String = bytes.unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("hex.{hex}")
        }
        Const::None(base) => format!("none.{}", base_name(program, base)),
    }
}
