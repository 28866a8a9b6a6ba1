//! From a tree to an exit. Values of the frame's function are left of `=`, values of the region right of it.

use super::code::Filler;
use super::syntax::{ExitTree, FrameTree, Word, Wrong};
use super::{Scope, read_cell, read_class, read_func};
use crate::ir::{Arm, Exit, Frame, Put, Slot};

impl<'a> Filler<'_, 'a> {
    /// An exit, after the region's body has been filled; `scopes` are those of the program's functions.
    pub fn exit(&mut self, tree: &ExitTree<'a>, scopes: &[Scope]) -> Result<Exit, Wrong> {
        let mut exit = Exit::default();
        // First the instructions, since slots may refer to their results.
        for inst in &tree.insts {
            exit.insts.push(self.inst(inst)?);
        }
        for (i, (name, class, fields)) in tree.objects.iter().enumerate() {
            if name.text[1..] != i.to_string() {
                return name.wrong(format!("objects are numbered in order: this is o{i}"));
            }
            exit.objects.push((read_class(self.classes, *class)?, self.slots(fields)?));
        }
        for (word, slot) in &tree.fields {
            let value = self.slot(*slot)?;
            exit.fields.push(self.put(*word, value)?);
        }
        for (cell, slot) in &tree.cells {
            exit.cells.push((read_cell(self.program, *cell)?, self.slot(*slot)?));
        }
        exit.returns = match &tree.returns {
            Some(words) => Some(self.slots(words)?),
            None => None,
        };
        for frame in &tree.frames {
            exit.frames.push(self.frame(frame, scopes)?);
        }
        exit.arm = match tree.arm {
            Some(word) => Some(self.arm(word, scopes)?),
            None => None,
        };
        Ok(exit)
    }

    fn slot(&mut self, word: Word) -> Result<Slot, Wrong> {
        if !word.is('o') {
            return Ok(Slot::Value(self.value(word)?));
        }
        word.text[1..].parse().map(Slot::Object).or_else(|_| word.wrong("there is no such object"))
    }

    /// `v0.x`: a field of an object.
    fn put(&mut self, word: Word, value: Slot) -> Result<Put, Wrong> {
        let (text, name) = word.text.split_once('.').expect("distinguished from a cell by its dot");
        let object = self.value(Word { text, ..word })?;
        let Some(class) = self.body.ty(object).class() else { return word.wrong("it is no object") };
        let fields = &self.program.classes[class.index()].fields;
        match fields.iter().position(|(field, _)| field == name) {
            Some(i) => Ok(Put { object: Slot::Value(object), class, field: i as u32, value }),
            None => word.wrong(format!("there is no field `{name}`")),
        }
    }

    fn slots(&mut self, words: &[Word]) -> Result<Vec<Slot>, Wrong> {
        words.iter().map(|word| self.slot(*word)).collect()
    }

    fn frame(&mut self, tree: &FrameTree, scopes: &[Scope]) -> Result<Frame, Wrong> {
        let func = read_func(self.funcs, tree.func)?;
        let scope = &scopes[func.index()];
        let inst =
            tree.inst.text.parse().or_else(|_| tree.inst.wrong("the number of an instruction expected"))?;
        let mut slots = vec![];
        for (v, slot) in &tree.slots {
            slots.push((scope.value(*v)?, self.slot(*slot)?));
        }
        Ok(Frame { func, block: scope.block(tree.block)?, inst, slots })
    }

    /// `Triangle.a.b1.0`: the function's name may contain dots.
    fn arm(&self, word: Word, scopes: &[Scope]) -> Result<Arm, Wrong> {
        let mut parts = word.text.rsplitn(3, '.');
        let (Some(index), Some(block), Some(func)) = (parts.next(), parts.next(), parts.next()) else {
            return word.wrong("function, block and number of the arm (`main.b1.0`) expected");
        };
        let func_word = Word { text: func, offset: word.offset };
        let block = Word { text: block, offset: word.offset + func.len() + 1 };
        let func = read_func(self.funcs, func_word)?;
        let index = index.parse().or_else(|_| word.wrong("the number of the arm expected"))?;
        Ok(Arm { func, block: scopes[func.index()].block(block)?, index })
    }
}
