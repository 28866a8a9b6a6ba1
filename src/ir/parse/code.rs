//! From a tree to a body: instructions, their types, terminators.

use super::syntax::{BlockTree, InstTree, TargetTree, TermTree, Word, Wrong};
use super::{Scope, read_base, read_cell, read_class, read_func, read_host, read_literal, unknown};
use crate::ir::cfg::Cfg;
use crate::ir::typing::result_type;
use crate::ir::{
    BlockId, Body, ClassId, Const, Def, FuncId, Inst, Op, Program, Raise, Target, Term, Type, Value,
};
use crate::scalar::{Endian, Scalar};
use smallvec::smallvec;
use std::collections::HashMap;

/// Fills a body whose blocks and parameters are declared.
pub(super) struct Filler<'s, 'a> {
    pub program: &'s Program,
    pub classes: &'s HashMap<&'a str, ClassId>,
    pub funcs: &'s HashMap<&'a str, FuncId>,
    pub texts: &'s HashMap<&'a str, Const>,
    pub body: &'s mut Body,
    pub scope: &'s mut Scope<'a>,
}

impl<'a> Filler<'_, 'a> {
    pub fn fill(&mut self, blocks: &[BlockTree<'a>]) -> Result<(), Wrong> {
        for (id, tree) in self.body.ids().zip(blocks) {
            // Only for the order of the blocks: a terminator with the right targets, whose value is not used.
            let mut targets = vec![];
            for target in tree.end.targets() {
                targets.push(Target { block: self.scope.block(target.block)?, args: smallvec![] });
            }
            if let Some(last) = targets.pop() {
                self.body[id].term =
                    Term::Switch(Value(0), targets.into_iter().map(|t| (0, t)).collect(), last);
            }
        }
        let cfg = Cfg::new(self.body);
        let rest = self.body.ids().filter(|b| !cfg.reachable(*b));
        let order: Vec<BlockId> = cfg.order().iter().copied().chain(rest).collect();
        for id in &order {
            for tree in &blocks[id.index()].insts {
                let inst = self.inst(tree)?;
                self.body[*id].insts.push(inst);
            }
        }
        for id in order {
            self.body[id].term = self.term(&blocks[id.index()].end)?;
        }
        Ok(())
    }

    /// A value or a literal.
    pub fn value(&mut self, word: Word) -> Result<Value, Wrong> {
        if let Some(text) = self.texts.get(word.text) {
            return Ok(self.body.constant(*text));
        }
        match read_literal(self.classes, word)? {
            Some(c) => Ok(self.body.constant(c)),
            None if word.is('v') => self.scope.value(word),
            None => word.wrong("a value (`v0`) or a constant expected"),
        }
    }

    pub fn values(&mut self, words: &[Word]) -> Result<Vec<Value>, Wrong> {
        words.iter().map(|word| self.value(*word)).collect()
    }

    pub fn inst(&mut self, tree: &InstTree<'a>) -> Result<Inst, Wrong> {
        let op = self.op(tree)?;
        let args = self.values(&tree.args)?;
        let types: Vec<Type> = args.iter().map(|v| self.body.ty(*v)).collect();
        let ty = result_type(self.program, op, &types).or_else(|m| tree.op.wrong(m))?;
        let result = match (ty, tree.result) {
            (None, None) => None,
            (Some(ty), Some(word)) => {
                let value = self.body.value(ty, Def::Inst);
                self.scope.define(word, value)?;
                Some(value)
            }
            (None, Some(word)) => return word.wrong("this instruction has no result"),
            (Some(_), None) => return tree.op.wrong("this instruction has a result: `v0 = …`"),
        };
        let exit = match tree.exit {
            None => None,
            Some(word) => match self.scope.exits.get(word.text) {
                None => return word.wrong("there is no such exit"),
                exit => exit.copied(),
            },
        };
        Ok(Inst { op, args: args.into(), result, exit })
    }

    fn op(&self, tree: &InstTree) -> Result<Op, Wrong> {
        let word = tree.op;
        if let Some(name) = tree.name {
            return match word.text {
                "call" => Ok(Op::Call(read_func(self.funcs, name)?)),
                "native" => Ok(Op::Native(read_func(self.funcs, name)?)),
                "host" => {
                    let host = read_host(self.program, name)?;
                    Ok(Op::Host(host, self.program.hosts[host.index()].effects()))
                }
                "new" => Ok(Op::New(read_class(self.classes, name)?)),
                "read" => Ok(Op::Read(read_cell(self.program, name)?)),
                "write" => Ok(Op::Write(read_cell(self.program, name)?)),
                _ => {
                    let (class, field) = self.field(name)?;
                    Ok(if word.text == "get" { Op::Get(class, field) } else { Op::Set(class, field) })
                }
            };
        }
        if let Some(op) = plain(word.text) {
            return Ok(op);
        }
        let (head, tail) = word.text.split_once('.').unwrap_or((word.text, ""));
        let tail = Word { text: tail, offset: word.offset + head.len() + 1 };
        match head {
            "convert" => Ok(Op::Convert(read_base(self.classes, tail)?)),
            "bits" => Ok(Op::Bits(read_base(self.classes, tail)?)),
            "lane" if tail.text == "0" || tail.text == "1" => Ok(Op::Lane(u8::from(tail.text == "1"))),
            "load" if tail.text == "pair" => Ok(Op::LoadPair),
            "load" => {
                let (name, endian) = match tail.text.strip_suffix(".be") {
                    Some(name) => (name, Endian::Big),
                    None => (tail.text, Endian::Little),
                };
                match Scalar::ALL.into_iter().find(|s| s.name() == name) {
                    Some(scalar) => Ok(Op::Load(scalar, endian)),
                    None => unknown(tail, "scalar", Scalar::ALL.iter().map(|s| s.name())),
                }
            }
            _ => unknown(word, "instruction", PLAIN.iter().map(|(name, _)| *name)),
        }
    }

    /// `Class.field`. The name of a class may contain dots; a field's cannot.
    fn field(&self, word: Word) -> Result<(ClassId, u32), Wrong> {
        let Some((class, field)) = word.text.rsplit_once('.') else {
            return word.wrong("a class and a field (`Point.x`) expected");
        };
        let id = read_class(self.classes, Word { text: class, offset: word.offset })?;
        let fields = &self.program.classes[id.index()].fields;
        match fields.iter().position(|(name, _)| name == field) {
            Some(i) => Ok((id, i as u32)),
            None => {
                let field = Word { text: field, offset: word.offset + class.len() + 1 };
                unknown(field, "field", fields.iter().map(|(name, _)| name.as_str()))
            }
        }
    }

    fn target(&mut self, tree: &TargetTree) -> Result<Target, Wrong> {
        Ok(Target { block: self.scope.block(tree.block)?, args: self.values(&tree.args)?.into() })
    }

    fn term(&mut self, tree: &TermTree) -> Result<Term, Wrong> {
        Ok(match tree {
            TermTree::Jump(t) => Term::Jump(self.target(t)?),
            TermTree::Branch(v, a, b) => Term::Branch(self.value(*v)?, self.target(a)?, self.target(b)?),
            TermTree::Switch(v, cases, default) => {
                let value = self.value(*v)?;
                let mut resolved = vec![];
                for (word, target) in cases {
                    let case = word.text.parse().or_else(|_| word.wrong("a number or `else` expected"))?;
                    resolved.push((case, self.target(target)?));
                }
                Term::Switch(value, resolved, self.target(default)?)
            }
            TermTree::Return(values) => Term::Return(self.values(values)?),
            TermTree::Raise(word) if word.text.starts_with("data.") => {
                // Leaked: it lives as long as the process. A program's text is read only once.
                let rule: &'static str = word.text["data.".len()..].replace('_', " ").leak();
                Term::Raise(Raise::Data(rule))
            }
            TermTree::Raise(word) => match Raise::ALL.into_iter().find(|r| r.name() == word.text) {
                Some(raise) => Term::Raise(raise),
                None => return unknown(*word, "error", Raise::ALL.iter().map(|r| r.name())),
            },
            TermTree::Exit(word) => match self.scope.exits.get(word.text) {
                Some(e) => Term::Exit(*e),
                None => return word.wrong("there is no such exit"),
            },
        })
    }
}

fn plain(name: &str) -> Option<Op> {
    PLAIN.iter().find(|(n, _)| *n == name).map(|(_, op)| *op)
}

/// The operations without further attributes.
pub(super) const PLAIN: [(&str, Op); 38] = [
    ("add", Op::Add),
    ("sub", Op::Sub),
    ("mul", Op::Mul),
    ("wrap_add", Op::WrapAdd),
    ("wrap_sub", Op::WrapSub),
    ("wrap_mul", Op::WrapMul),
    ("div", Op::Div),
    ("rem", Op::Rem),
    ("min", Op::Min),
    ("max", Op::Max),
    ("and", Op::And),
    ("or", Op::Or),
    ("xor", Op::Xor),
    ("shl", Op::Shl),
    ("shr", Op::Shr),
    ("neg", Op::Neg),
    ("abs", Op::Abs),
    ("not", Op::Not),
    ("sqrt", Op::Sqrt),
    ("floor", Op::Floor),
    ("ceil", Op::Ceil),
    ("eq", Op::Eq),
    ("ne", Op::Ne),
    ("lt", Op::Lt),
    ("le", Op::Le),
    ("select", Op::Select),
    ("single", Op::Single),
    ("len", Op::Len),
    ("find", Op::Find),
    ("fits", Op::Fits),
    ("slice", Op::Slice),
    ("some", Op::Some),
    ("has", Op::Has),
    ("unwrap", Op::Unwrap),
    ("promote", Op::Promote),
    ("guard", Op::Guard),
    ("poll", Op::Poll),
    ("pack", Op::Pack),
];
