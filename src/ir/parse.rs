//! The parser of the text form: it reads the output of [`super::print`](mod@super::print), and tests.
//!
//! Three steps: tokens (`lex`), a syntax tree (`syntax`), then names are resolved and types inferred with the
//! typing table. Classes, functions and blocks may be used before their definitions in the text; so may
//! values of blocks that are later in the text but dominate the use, since a body is filled in reverse
//! post-order. At the end the verifier runs.
//!
//! It never panics, whatever the text: a fuzzer tests that. It stops at the first error; IR is read by
//! developers of this program, not by its users.

mod code;
mod exits;
mod lex;
mod syntax;

use super::verify::{At, Fault, valid_name, verify_func, verify_names, verify_region_at};
use super::{
    Base, BlockId, Body, CellId, Class, ClassId, Const, ExitId, Func, FuncId, HostId, Input, Program, Region,
    Root, Type, Value,
};
use crate::error::{Diagnostic, nearest};
use std::collections::HashMap;
use syntax::{BlockTree, FuncTree, RegionTree, Tree, Word, Wrong};

/// Reads a program and the regions after it.
#[cfg(test)]
pub fn parse(text: &str) -> Result<(Program, Vec<Region>), Diagnostic> {
    extend(Program::default(), text)
}

/// Reads classes and functions that are appended to a program and may use all of it, and regions of these
/// functions.
pub fn extend(program: Program, text: &str) -> Result<(Program, Vec<Region>), Diagnostic> {
    let names = |program: &Program| -> (Vec<String>, Vec<String>) {
        let classes = program.classes.iter().map(|c| c.name.clone());
        (classes.collect(), program.funcs.iter().map(|f| f.name.clone()).collect())
    };
    let (classes, funcs) = names(&program);
    read(program, &classes, &funcs, text)
        .map_err(|wrong| Diagnostic::at("<ir>", text, wrong.offset, wrong.message))
}

fn read<'a>(
    mut program: Program,
    classes: &'a [String],
    funcs: &'a [String],
    text: &'a str,
) -> Result<(Program, Vec<Region>), Wrong> {
    let tokens = lex::tokens(text);
    let tree = syntax::tree(&tokens)?;
    let mut names = Globals::default();
    names.classes.extend(classes.iter().zip(0..).map(|(name, i)| (name.as_str(), ClassId(i))));
    names.funcs.extend(funcs.iter().zip(0..).map(|(name, i)| (name.as_str(), FuncId(i))));
    names.scopes.extend(funcs.iter().map(|_| Scope::default()));
    for token in &tokens {
        if let lex::TokenKind::Word(word) = token.kind
            && let Some(hex) = word.strip_prefix("hex.")
            && !names.texts.contains_key(word)
        {
            let bytes = read_hex(Word { text: hex, offset: token.offset })?;
            names.texts.insert(word, program.constant(&bytes));
        }
    }
    declare(&mut program, &tree, &mut names)?;
    for (i, func) in (funcs.len()..).zip(&tree.funcs) {
        // A copy, since a call needs the signatures of the program, including this function's.
        let mut body = program.funcs[i].body.clone();
        let scope = &mut names.scopes[i];
        code::Filler {
            program: &program,
            classes: &names.classes,
            funcs: &names.funcs,
            texts: &names.texts,
            body: &mut body,
            scope,
        }
        .fill(&func.blocks)?;
        program.funcs[i].body = body;
        let records = func.records.iter().map(|word| names.scopes[i].value(*word));
        program.funcs[i].records = records.collect::<Result<_, _>>()?;
    }
    let start = |message| Wrong { offset: 0, message };
    verify_names(&program).map_err(start)?;
    for (tree, func) in tree.funcs.iter().zip(&program.funcs[funcs.len()..]) {
        verify_func(&program, func).map_err(|fault| located(fault, tree.name, &tree.blocks, &[]))?;
    }
    let mut regions = vec![];
    for tree in &tree.regions {
        let region = read_region(&program, &names, tree)?;
        let exits: Vec<Word> = tree.exits.iter().map(|e| e.name).collect();
        verify_region_at(&program, &region)
            .map_err(|fault| located(fault, tree.func, &tree.blocks, &exits))?;
        regions.push(region);
    }
    Ok((program, regions))
}

/// A fault of the verifier, with its offset in the text.
fn located(fault: Fault, whole: Word, blocks: &[BlockTree], exits: &[Word]) -> Wrong {
    let block = |b: BlockId| blocks.get(b.index());
    let word = match fault.at {
        At::Whole => None,
        At::Block(b) => block(b).map(|b| b.name),
        At::Inst(b, i) => {
            block(b).map(|b| b.insts.get(i).map_or(b.term, |inst| inst.result.unwrap_or(inst.op)))
        }
        At::Exit(e) => exits.get(e.index()).copied(),
    };
    Wrong { offset: word.unwrap_or(whole).offset, message: fault.text }
}

/// The names of a program.
#[derive(Default)]
struct Globals<'a> {
    classes: HashMap<&'a str, ClassId>,
    funcs: HashMap<&'a str, FuncId>,
    /// Byte literals.
    texts: HashMap<&'a str, Const>,
    /// By function.
    scopes: Vec<Scope<'a>>,
}

/// The names of a body.
#[derive(Default)]
struct Scope<'a> {
    blocks: HashMap<&'a str, BlockId>,
    values: HashMap<&'a str, Value>,
    exits: HashMap<&'a str, ExitId>,
}

impl<'a> Scope<'a> {
    fn block(&self, word: Word) -> Result<BlockId, Wrong> {
        self.blocks.get(word.text).map_or_else(|| word.wrong("there is no such block"), |b| Ok(*b))
    }
    fn value(&self, word: Word) -> Result<Value, Wrong> {
        let missing = || word.wrong(format!("{} is not defined before it is used here", word.text));
        self.values.get(word.text).map_or_else(missing, |v| Ok(*v))
    }
    fn define(&mut self, word: Word<'a>, v: Value) -> Result<(), Wrong> {
        match self.values.insert(word.text, v) {
            Some(_) => word.wrong(format!("{} is defined twice", word.text)),
            None => Ok(()),
        }
    }

    /// Declares blocks and their parameters; the entry's parameters are passed in `params`.
    fn declare(
        &mut self,
        body: &mut Body,
        at: Word,
        params: &[(Word<'a>, Word<'a>)],
        blocks: &[BlockTree<'a>],
        classes: &HashMap<&str, ClassId>,
    ) -> Result<(), Wrong> {
        let Some(entry) = blocks.first() else { return at.wrong("there is no block in it") };
        if let Some((word, _)) = entry.params.first() {
            return word.wrong("the entry's parameters stand at the top, behind the name");
        }
        for (i, tree) in blocks.iter().enumerate() {
            let block = body.block();
            body[block].header = tree.header;
            if self.blocks.insert(tree.name.text, block).is_some() {
                return tree.name.wrong("there are two blocks of that name");
            }
            for (word, ty) in if i == 0 { params } else { &tree.params } {
                let ty = read_type(classes, *ty)?;
                self.define(*word, body.param(block, ty))?;
            }
        }
        Ok(())
    }
}

/// Declares the classes, and the functions without their code.
fn declare<'a>(program: &mut Program, tree: &Tree<'a>, names: &mut Globals<'a>) -> Result<(), Wrong> {
    let (classes, funcs) = (program.classes.len() as u32, program.funcs.len() as u32);
    program.cells.extend(tree.cells.iter().map(|cell| cell.text.to_string()));
    for (i, class) in (classes..).zip(&tree.classes) {
        let taken = names.classes.insert(class.name.text, ClassId(i)).is_some();
        if taken || !valid_name(class.name.text) || scalar_base(class.name.text).is_some() {
            return class.name.wrong("the name is taken, or no name");
        }
    }
    for class in &tree.classes {
        let mut fields = vec![];
        for (name, ty) in &class.fields {
            fields.push((name.text.to_string(), read_type(&names.classes, *ty)?));
        }
        program.classes.push(Class { name: class.name.text.to_string(), fields });
    }
    for (i, func) in (funcs..).zip(&tree.funcs) {
        if names.funcs.insert(func.name.text, FuncId(i)).is_some() || !valid_name(func.name.text) {
            return func.name.wrong("the name is taken, or no name");
        }
        let FuncTree { name, params, returns, blocks, .. } = func;
        let returns = returns.iter().map(|ty| read_type(&names.classes, *ty)).collect::<Result<_, _>>()?;
        let (mut body, mut scope) = (Body::default(), Scope::default());
        scope.declare(&mut body, *name, params, blocks, &names.classes)?;
        names.scopes.push(scope);
        program.funcs.push(Func {
            name: name.text.to_string(),
            returns,
            body,
            records: vec![],
            places: vec![],
        });
    }
    Ok(())
}

/// Reads two hexadecimal digits per byte.
fn read_hex(word: Word) -> Result<Vec<u8>, Wrong> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
    let bytes: Option<Vec<u8>> = word.text.as_bytes().chunks(2).map(byte).collect();
    let whole = word.text.len().is_multiple_of(2);
    bytes.filter(|_| whole).map_or_else(|| word.wrong("two hexadecimal digits a byte expected"), Ok)
}

fn read_region<'a>(program: &Program, names: &Globals<'a>, tree: &RegionTree<'a>) -> Result<Region, Wrong> {
    let func = read_func(&names.funcs, tree.func)?;
    let outer = &names.scopes[func.index()];
    let root = Root { func, block: outer.block(tree.block)? };
    let inputs = tree
        .inputs
        .iter()
        .map(|word| read_input(program, &program.funcs[func.index()].body, outer, *word))
        .collect::<Result<_, _>>()?;
    let (mut body, mut scope) = (Body::default(), Scope::default());
    for (i, exit) in tree.exits.iter().enumerate() {
        if scope.exits.insert(exit.name.text, ExitId(i as u32)).is_some() {
            return exit.name.wrong("there are two exits of that name");
        }
    }
    scope.declare(&mut body, tree.func, &tree.params, &tree.blocks, &names.classes)?;
    let mut filler = code::Filler {
        program,
        classes: &names.classes,
        funcs: &names.funcs,
        texts: &names.texts,
        body: &mut body,
        scope: &mut scope,
    };
    filler.fill(&tree.blocks)?;
    let mut exits = vec![];
    for exit in &tree.exits {
        exits.push(filler.exit(exit, &names.scopes)?);
    }
    Ok(Region { root, inputs, body, exits })
}

/// Reads `v3`, or a part of it: `v3.at.x`.
fn read_input(program: &Program, body: &Body, scope: &Scope, word: Word) -> Result<Input, Wrong> {
    let mut names = word.text.split('.');
    let text = names.next().unwrap_or("");
    let name = Word { text, offset: word.offset };
    if !name.is('v') {
        return word.wrong("a value of the function (`v0`), or a part of one (`v0.x`), expected");
    }
    let value = scope.value(name)?;
    let mut path = vec![];
    let mut class = body.ty(value).class();
    for name in names {
        let fields = class.map_or(&[][..], |c| &program.classes[c.index()].fields);
        let Some(i) = fields.iter().position(|(field, _)| field == name) else {
            return word.wrong(format!("there is no field `{name}`"));
        };
        path.push(i as u32);
        class = fields[i].1.class();
    }
    Ok(Input { value, path })
}

fn read_func(funcs: &HashMap<&str, FuncId>, word: Word) -> Result<FuncId, Wrong> {
    funcs.get(word.text).map_or_else(|| unknown(word, "function", funcs.keys().copied()), |f| Ok(*f))
}

fn read_cell(program: &Program, word: Word) -> Result<CellId, Wrong> {
    match program.cells.iter().position(|name| name == word.text) {
        Some(i) => Ok(CellId(i as u32)),
        None => unknown(word, "cell", program.cells.iter().map(String::as_str)),
    }
}

fn read_host(program: &Program, word: Word) -> Result<HostId, Wrong> {
    match program.hosts.iter().position(|host| host.name() == word.text) {
        Some(i) => Ok(HostId(i as u32)),
        None => unknown(word, "function of the host", program.hosts.iter().map(|host| host.name())),
    }
}

fn read_class(classes: &HashMap<&str, ClassId>, word: Word) -> Result<ClassId, Wrong> {
    classes.get(word.text).map_or_else(|| unknown(word, "class", classes.keys().copied()), |c| Ok(*c))
}

fn unknown<'c, T>(word: Word, what: &str, names: impl Iterator<Item = &'c str>) -> Result<T, Wrong> {
    let near = nearest(word.text, names).map_or(String::new(), |name| format!(" (did you mean `{name}`?)"));
    word.wrong(format!("there is no {what} `{}`{near}", word.text))
}

fn read_type(classes: &HashMap<&str, ClassId>, word: Word) -> Result<Type, Wrong> {
    let (text, optional) = match word.text.strip_suffix('?') {
        Some(text) => (text, true),
        None => (word.text, false),
    };
    let base = read_base(classes, Word { text, offset: word.offset })?;
    Ok(Type { base, optional })
}

fn read_base(classes: &HashMap<&str, ClassId>, word: Word) -> Result<Base, Wrong> {
    match scalar_base(word.text) {
        Some(base) => Ok(base),
        None => match classes.get(word.text) {
            Some(class) => Ok(Base::Ref(*class)),
            None => {
                unknown(word, "type", classes.keys().copied().chain(["bool", "i64", "u64", "f64", "view"]))
            }
        },
    }
}

fn scalar_base(text: &str) -> Option<Base> {
    Some(match text {
        "bool" => Base::Bool,
        "i64" => Base::I64,
        "u64" => Base::U64,
        "f64" => Base::F64,
        "view" => Base::View,
        "f64x2" => Base::F64x2,
        _ => return None,
    })
}

/// Reads a literal; `None` if the word is not a literal but may be the name of a value.
fn read_literal(classes: &HashMap<&str, ClassId>, word: Word) -> Result<Option<Const>, Wrong> {
    let text = word.text;
    Ok(Some(match text {
        "true" => Const::Bool(true),
        "false" => Const::Bool(false),
        "inf" => Const::f64(f64::INFINITY),
        "-inf" => Const::f64(f64::NEG_INFINITY),
        "nan" => Const::f64(f64::NAN),
        _ => {
            if let Some(name) = text.strip_prefix("none.") {
                Const::None(read_base(classes, Word { text: name, offset: word.offset + "none.".len() })?)
            } else if let Some(hex) = text.strip_prefix("nan:0x") {
                match u64::from_str_radix(hex, 16) {
                    Ok(bits) if f64::from_bits(bits).is_nan() => Const::F64(bits),
                    _ => return word.wrong("these are not the bits of a NaN"),
                }
            } else if text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit()) {
                let number = match text.strip_suffix('u') {
                    Some(digits) => digits.parse().ok().map(Const::U64),
                    None if text.contains(['.', 'e']) => {
                        text.parse().ok().filter(|x: &f64| x.is_finite()).map(Const::f64)
                    }
                    None => text.parse().ok().map(Const::I64),
                };
                match number {
                    Some(number) => number,
                    None => return word.wrong("this is no number, or too large a one"),
                }
            } else {
                return Ok(None);
            }
        }
    }))
}

#[cfg(test)]
mod tests;
