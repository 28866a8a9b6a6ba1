//! From tokens to a tree: the grammar of the text form.
//!
//! Recursive descent, without recursion since nothing in the text nests. Names are not resolved here; each
//! keeps its offset for error messages.

use super::lex::{Token, TokenKind};

/// A message, and the offset it refers to.
pub(super) struct Wrong {
    pub offset: usize,
    pub message: String,
}

type Parsed<T> = Result<T, Wrong>;

/// A word and its offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    pub offset: usize,
}

impl Word<'_> {
    /// An error at the word.
    pub fn wrong<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(Wrong { offset: self.offset, message: message.into() })
    }
    /// Whether it is that letter followed by a number: `v7`, `b0`.
    pub fn is(&self, letter: char) -> bool {
        let digits = self.text.strip_prefix(letter);
        digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// The items of a text, by kind.
#[derive(Default)]
pub(super) struct Tree<'a> {
    pub cells: Vec<Word<'a>>,
    pub classes: Vec<ClassTree<'a>>,
    pub funcs: Vec<FuncTree<'a>>,
    pub regions: Vec<RegionTree<'a>>,
}

pub(super) struct ClassTree<'a> {
    pub name: Word<'a>,
    pub fields: Vec<(Word<'a>, Word<'a>)>,
}

pub(super) struct FuncTree<'a> {
    pub name: Word<'a>,
    pub params: Vec<(Word<'a>, Word<'a>)>,
    pub returns: Vec<Word<'a>>,
    pub records: Vec<Word<'a>>,
    pub blocks: Vec<BlockTree<'a>>,
}

pub(super) struct RegionTree<'a> {
    pub func: Word<'a>,
    pub block: Word<'a>,
    pub params: Vec<(Word<'a>, Word<'a>)>,
    pub inputs: Vec<Word<'a>>,
    pub blocks: Vec<BlockTree<'a>>,
    pub exits: Vec<ExitTree<'a>>,
}

pub(super) struct BlockTree<'a> {
    pub name: Word<'a>,
    pub params: Vec<(Word<'a>, Word<'a>)>,
    pub header: bool,
    pub insts: Vec<InstTree<'a>>,
    pub term: Word<'a>,
    pub end: TermTree<'a>,
}

pub(super) struct InstTree<'a> {
    pub result: Option<Word<'a>>,
    pub op: Word<'a>,
    /// The class, field, function or cell of `new`, `get`, `set`, `call`, `native`, `read` and `write`.
    pub name: Option<Word<'a>>,
    pub args: Vec<Word<'a>>,
    pub exit: Option<Word<'a>>,
}

pub(super) struct TargetTree<'a> {
    pub block: Word<'a>,
    pub args: Vec<Word<'a>>,
}

pub(super) enum TermTree<'a> {
    Jump(TargetTree<'a>),
    Branch(Word<'a>, TargetTree<'a>, TargetTree<'a>),
    Switch(Word<'a>, Vec<(Word<'a>, TargetTree<'a>)>, TargetTree<'a>),
    Return(Vec<Word<'a>>),
    Raise(Word<'a>),
    Exit(Word<'a>),
}

impl<'a> TermTree<'a> {
    pub fn targets(&self) -> Vec<&TargetTree<'a>> {
        match self {
            TermTree::Jump(t) => vec![t],
            TermTree::Branch(_, a, b) => vec![a, b],
            TermTree::Switch(_, cases, default) => cases.iter().map(|(_, t)| t).chain([default]).collect(),
            TermTree::Return(_) | TermTree::Raise(_) | TermTree::Exit(_) => vec![],
        }
    }
}

pub(super) struct ExitTree<'a> {
    pub name: Word<'a>,
    pub returns: Option<Vec<Word<'a>>>,
    pub frames: Vec<FrameTree<'a>>,
    pub arm: Option<Word<'a>>,
    /// Name, class, fields.
    pub objects: Vec<(Word<'a>, Word<'a>, Vec<Word<'a>>)>,
    /// A field of an older object, `v0.x`, and its value.
    pub fields: Vec<(Word<'a>, Word<'a>)>,
    /// A cell and its value.
    pub cells: Vec<(Word<'a>, Word<'a>)>,
    pub insts: Vec<InstTree<'a>>,
}

pub(super) struct FrameTree<'a> {
    pub func: Word<'a>,
    pub block: Word<'a>,
    pub inst: Word<'a>,
    pub slots: Vec<(Word<'a>, Word<'a>)>,
}

/// Parses a text.
pub(super) fn tree<'a>(tokens: &[Token<'a>]) -> Parsed<Tree<'a>> {
    let mut parser = Parser { tokens, at: 0 };
    let mut tree = Tree::default();
    loop {
        parser.lines();
        if parser.kind() == TokenKind::End {
            return Ok(tree);
        }
        let word = parser.word("`cell`, `class`, `fn` or `region`")?;
        match word.text {
            "cell" => tree.cells.push(parser.word("the cell's name")?),
            "class" => tree.classes.push(parser.class()?),
            "fn" => tree.funcs.push(parser.func()?),
            "region" => tree.regions.push(parser.region()?),
            _ => return word.wrong("`cell`, `class`, `fn` or `region` expected"),
        }
    }
}

struct Parser<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
}

impl<'a> Parser<'_, 'a> {
    /// The token `ahead` positions after the next one; past the end, the end token.
    fn peek(&self, ahead: usize) -> Token<'a> {
        self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }
    fn kind(&self) -> TokenKind<'a> {
        self.peek(0).kind
    }
    fn expected<T>(&self, what: &str) -> Parsed<T> {
        let found = match self.kind() {
            TokenKind::Word(w) => format!("`{w}`"),
            TokenKind::Punct(c) => format!("`{c}`"),
            TokenKind::Line => "the end of the line".to_string(),
            TokenKind::End => "the end of the text".to_string(),
        };
        Err(Wrong { offset: self.peek(0).offset, message: format!("{what} expected, {found} found") })
    }
    fn lines(&mut self) {
        while self.kind() == TokenKind::Line {
            self.at += 1;
        }
    }
    fn next_is(&self, c: char) -> bool {
        self.kind() == TokenKind::Punct(c)
    }
    fn skip(&mut self, c: char) -> bool {
        let found = self.next_is(c);
        self.at += usize::from(found);
        found
    }
    fn punct(&mut self, c: char) -> Parsed<()> {
        if self.skip(c) { Ok(()) } else { self.expected(&format!("`{c}`")) }
    }
    fn word(&mut self, what: &str) -> Parsed<Word<'a>> {
        let token = self.peek(0);
        match token.kind {
            TokenKind::Word(text) => {
                self.at += 1;
                Ok(Word { text, offset: token.offset })
            }
            _ => self.expected(what),
        }
    }
    /// Skips that word, if it is next.
    fn keyword(&mut self, text: &str) -> bool {
        let found = self.kind() == TokenKind::Word(text);
        self.at += usize::from(found);
        found
    }
    /// A letter followed by a number.
    fn numbered(&mut self, letter: char, what: &str) -> Parsed<Word<'a>> {
        let word = self.word(what)?;
        if word.is(letter) { Ok(word) } else { word.wrong(format!("{what} (`{letter}0`) expected")) }
    }
    fn end_of_line(&mut self) -> Parsed<()> {
        match self.kind() {
            TokenKind::Line => self.at += 1,
            TokenKind::End => {}
            _ => return self.expected("the end of the line"),
        }
        Ok(())
    }
    /// Words separated by commas; none if no word is next.
    fn list(&mut self, what: &str) -> Parsed<Vec<Word<'a>>> {
        let mut words = vec![];
        while matches!(self.kind(), TokenKind::Word(_)) || !words.is_empty() {
            words.push(self.word(what)?);
            if !self.skip(',') {
                break;
            }
        }
        Ok(words)
    }

    fn class(&mut self) -> Parsed<ClassTree<'a>> {
        let name = self.word("the class's name")?;
        self.punct('{')?;
        let mut fields = vec![];
        loop {
            self.lines();
            if self.skip('}') {
                return Ok(ClassTree { name, fields });
            }
            let field = self.word("a field")?;
            self.punct(':')?;
            fields.push((field, self.word("a type")?));
            self.lines();
            if !self.skip(',') && !self.next_is('}') {
                return self.expected("`,` or `}`");
            }
        }
    }

    /// `(v0: view, v1: i64)`; if `from` is set, each with `= v3` or `= v3.at` after it.
    fn params(&mut self, mut from: Option<&mut Vec<Word<'a>>>) -> Parsed<Vec<(Word<'a>, Word<'a>)>> {
        let mut params = vec![];
        self.punct('(')?;
        if self.skip(')') {
            return Ok(params);
        }
        loop {
            let v = self.numbered('v', "a parameter")?;
            self.punct(':')?;
            params.push((v, self.word("a type")?));
            if let Some(from) = &mut from {
                self.punct('=')?;
                from.push(self.word("a value of the function")?);
            }
            if !self.skip(',') {
                self.punct(')')?;
                return Ok(params);
            }
        }
    }

    fn func(&mut self) -> Parsed<FuncTree<'a>> {
        let name = self.word("the function's name")?;
        let params = self.params(None)?;
        let returns = if self.keyword("->") { self.list("a type")? } else { vec![] };
        let mut records = vec![];
        if self.keyword("record") {
            self.punct('=')?;
            records.push(self.numbered('v', "a value")?);
            while self.skip(',') {
                records.push(self.numbered('v', "a value")?);
            }
        }
        Ok(FuncTree { name, params, returns, records, blocks: self.blocks()? })
    }

    fn region(&mut self) -> Parsed<RegionTree<'a>> {
        let func = self.word("the function's name")?;
        self.punct('@')?;
        let block = self.numbered('b', "a block")?;
        let mut inputs = vec![];
        let params = self.params(Some(&mut inputs))?;
        let blocks = self.blocks()?;
        let mut exits = vec![];
        loop {
            self.lines();
            match self.kind() {
                TokenKind::Word(text) if (Word { text, offset: 0 }).is('e') => exits.push(self.exit()?),
                _ => return Ok(RegionTree { func, block, params, inputs, blocks, exits }),
            }
        }
    }

    fn blocks(&mut self) -> Parsed<Vec<BlockTree<'a>>> {
        self.punct('{')?;
        self.lines();
        let mut blocks = vec![];
        while !self.skip('}') {
            let name = self.numbered('b', "a block, or `}`")?;
            let params = if self.next_is('(') { self.params(None)? } else { vec![] };
            self.punct(':')?;
            let header = self.keyword("loop");
            self.end_of_line()?;
            let mut insts = vec![];
            let (term, end) = loop {
                let word = self.peek(0);
                if let Some(end) = self.term()? {
                    let TokenKind::Word(text) = word.kind else { return self.expected("an instruction") };
                    break (Word { text, offset: word.offset }, end);
                }
                insts.push(self.inst()?);
                self.end_of_line()?;
            };
            if !self.next_is('}') {
                self.end_of_line()?;
            }
            blocks.push(BlockTree { name, params, header, insts, term, end });
        }
        Ok(blocks)
    }

    fn inst(&mut self) -> Parsed<InstTree<'a>> {
        let result = match self.peek(1).kind {
            TokenKind::Punct('=') => {
                let v = self.numbered('v', "a value")?;
                self.at += 1;
                Some(v)
            }
            _ => None,
        };
        let op = self.word("an instruction")?;
        let named = ["new", "get", "set", "call", "native", "host", "read", "write"].contains(&op.text);
        let name = if named { Some(self.word("a name")?) } else { None };
        let args = self.list("an argument")?;
        let exit = if self.skip('!') { Some(self.numbered('e', "an exit")?) } else { None };
        Ok(InstTree { result, op, name, args, exit })
    }

    fn target(&mut self) -> Parsed<TargetTree<'a>> {
        let block = self.numbered('b', "a block")?;
        let mut args = vec![];
        if self.skip('(') {
            args = self.list("an argument")?;
            self.punct(')')?;
        }
        Ok(TargetTree { block, args })
    }

    /// The terminator of a block, if it is next.
    fn term(&mut self) -> Parsed<Option<TermTree<'a>>> {
        let TokenKind::Word(word) = self.kind() else { return Ok(None) };
        if !["jump", "branch", "switch", "return", "raise", "exit"].contains(&word) {
            return Ok(None);
        }
        self.at += 1;
        Ok(Some(match word {
            "jump" => TermTree::Jump(self.target()?),
            "branch" => {
                let condition = self.word("a value")?;
                self.punct(',')?;
                let yes = self.target()?;
                self.punct(',')?;
                TermTree::Branch(condition, yes, self.target()?)
            }
            "switch" => {
                let value = self.word("a value")?;
                let mut cases = vec![];
                loop {
                    self.punct(',')?;
                    let case = self.word("a number or `else`")?;
                    self.punct(':')?;
                    let target = self.target()?;
                    match case.text {
                        "else" => break TermTree::Switch(value, cases, target),
                        _ => cases.push((case, target)),
                    }
                }
            }
            "return" => TermTree::Return(self.list("a value")?),
            "raise" => TermTree::Raise(self.word("a reason")?),
            _ => TermTree::Exit(self.numbered('e', "an exit")?),
        }))
    }

    fn exit(&mut self) -> Parsed<ExitTree<'a>> {
        let name = self.numbered('e', "an exit")?;
        self.punct(':')?;
        let mut exit = ExitTree {
            name,
            returns: None,
            frames: vec![],
            arm: None,
            objects: vec![],
            fields: vec![],
            cells: vec![],
            insts: vec![],
        };
        if self.kind() == TokenKind::Word("return") {
            self.at += 1;
            let arm_next =
                self.kind() == TokenKind::Word("arm") && self.peek(1).kind == TokenKind::Punct('=');
            exit.returns = Some(if arm_next { vec![] } else { self.list("a value")? });
        } else {
            exit.frames.push(self.frame()?);
            while self.keyword("<") {
                exit.frames.push(self.frame()?);
            }
        }
        if self.keyword("arm") {
            self.punct('=')?;
            exit.arm = Some(self.word("an arm")?);
        }
        while self.skip('|') {
            let word = self.word("an object or an instruction")?;
            if word.is('o') {
                self.punct('=')?;
                exit.objects.push((word, self.word("a class")?, self.list("a field")?));
            } else if !word.is('v') && self.skip('=') {
                let held = self.word("a value of the region")?;
                let field = word.text.split_once('.').is_some_and(|(v, _)| Word { text: v, ..word }.is('v'));
                if field { exit.fields.push((word, held)) } else { exit.cells.push((word, held)) }
            } else {
                self.at -= 1;
                exit.insts.push(self.inst()?);
            }
        }
        self.end_of_line()?;
        Ok(exit)
    }

    fn frame(&mut self) -> Parsed<FrameTree<'a>> {
        let func = self.word("a function")?;
        let block = self.numbered('b', "a block")?;
        self.punct(':')?;
        let inst = self.word("the number of an instruction")?;
        let mut slots = vec![];
        while self.kind() != TokenKind::Word("arm") && self.peek(1).kind == TokenKind::Punct('=') {
            let v = self.numbered('v', "a value of the function")?;
            self.at += 1;
            slots.push((v, self.word("a value of the region")?));
        }
        Ok(FrameTree { func, block, inst, slots })
    }
}
