//! The text of a program, divided into pieces to which code can be mapped: its lines or, if there is only one
//! line, the parts of it that code comes from.

use crate::codegen::Spot;
use crate::ir::{At, BlockId, Exit, FuncId, Program, Region, Term};

/// The text of a program, if it has one.
#[derive(Clone, Debug, Default)]
pub struct SourceText {
    /// The file's name, or a name such as `<expression>`.
    pub name: String,
    /// The pieces; together they are the text without line ends.
    pub pieces: Vec<String>,
    /// The offset of each piece.
    starts: Vec<u32>,
    /// Whether the pieces are lines.
    lines: bool,
}

impl SourceText {
    /// Divides a text into pieces.
    pub fn new(name: &str, text: &str, program: &Program) -> SourceText {
        let text = text.trim_end();
        let lines = text.contains('\n');
        let mut starts: Vec<u32> = if lines {
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect()
        } else {
            let places = program.funcs.iter().flat_map(|f| &f.places).map(|(.., place)| *place);
            let inside =
                places.filter(|at| text.is_char_boundary(*at as usize) && (*at as usize) < text.len());
            let mut starts: Vec<u32> = inside.chain([0]).collect();
            starts.sort();
            starts
        };
        starts.dedup();
        let ends = starts.iter().skip(1).map(|at| *at as usize).chain([text.len()]);
        let piece = |(start, end): (&u32, usize)| text[*start as usize..end].trim_end_matches(['\n', '\r']);
        let pieces: Vec<String> = starts.iter().zip(ends).map(piece).map(str::to_string).collect();
        let pieces = if text.is_empty() { vec![] } else { pieces };
        SourceText { name: name.to_string(), pieces, starts, lines }
    }

    /// The piece of the innermost frame that has a place in the text.
    pub fn piece(&self, program: &Program, frames: &[At]) -> Option<usize> {
        let place = program.place(frames)?;
        let after = self.starts.partition_point(|start| *start <= place);
        after.checked_sub(1).filter(|piece| *piece < self.pieces.len())
    }

    /// The unit in which pieces are numbered.
    pub fn noun(&self) -> &'static str {
        if self.lines { "line" } else { "column" }
    }

    /// The place of a piece, such as `line 3`.
    pub fn at(&self, piece: usize) -> String {
        format!("{} {}", self.noun(), self.number(piece))
    }

    /// The number of a piece: its line or column, counted from 1.
    pub fn number(&self, piece: usize) -> usize {
        if self.lines { piece + 1 } else { self.starts[piece] as usize + 1 }
    }

    /// The text at a piece, abbreviated and on one line.
    pub fn short(&self, piece: usize) -> String {
        let whole = match self.lines {
            true => self.pieces[piece].clone(),
            false => self.pieces[piece..].concat(),
        };
        let text: String = whole.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match text.char_indices().nth(SHORT) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text,
        }
    }
}

/// At most this many characters of a piece are shown.
const SHORT: usize = 48;

/// Maps the parts of a region to pieces of the source, if its origins are kept.
#[derive(Clone, Copy, Debug)]
pub struct Pieces<'a> {
    /// The program of the region.
    pub program: &'a Program,
    /// The text of the program.
    pub source: &'a SourceText,
    /// The region.
    pub region: &'a Region,
}

impl Pieces<'_> {
    /// The pieces of the instructions of a block and of its terminator. Instructions without one take that of
    /// the preceding instruction, or else of the following one.
    pub fn block(&self, block: BlockId) -> Vec<Option<usize>> {
        let count = self.region.body[block].insts.len();
        let piece = |i| self.source.piece(self.program, &self.frames(block, i));
        let mut found: Vec<Option<usize>> = (0..=count).map(piece).collect();
        for i in 1..found.len() {
            found[i] = found[i].or(found[i - 1]);
        }
        for i in (1..found.len()).rev() {
            found[i - 1] = found[i - 1].or(found[i]);
        }
        found
    }

    /// The frames of an instruction, or of the block's terminator.
    fn frames(&self, block: BlockId, inst: usize) -> Vec<At> {
        let Region { body, exits, .. } = self.region;
        let block = &body[block];
        match block.insts.get(inst) {
            Some(inst) => match (body.origins.of(inst), inst.exit) {
                (frames, Some(exit)) if frames.is_empty() => exits[exit.index()].at(self.program),
                (frames, _) => frames,
            },
            None => match block.term {
                Term::Branch(v, ..) | Term::Switch(v, ..) => body.origins.frames(v),
                Term::Exit(exit) => exits[exit.index()].at(self.program),
                _ => vec![],
            },
        }
    }

    /// The piece of an exit.
    pub fn exit(&self, exit: &Exit) -> Option<usize> {
        self.source.piece(self.program, &exit.at(self.program))
    }

    /// The pieces of the parts of the region that machine code comes from.
    pub fn spots(&self) -> impl Fn(Spot) -> Option<usize> + use<> {
        let blocks: Vec<_> = self.region.body.ids().map(|block| self.block(block)).collect();
        let exits: Vec<_> = self.region.states().iter().map(|exit| self.exit(exit)).collect();
        move |spot| match spot {
            Spot::Inst(block, inst) => blocks[block.index()][inst as usize],
            Spot::Exit(exit) => exits[exit.index()],
        }
    }
}

/// The name for the statements of a script outside functions.
pub const SCRIPT: &str = "the script";

/// The name of a function as written in the source, without what the compiler adds to make it unique.
pub fn function(program: &Program, func: FuncId) -> &str {
    let name = program.funcs[func.index()].name.as_str();
    if name == "py$main" {
        return SCRIPT;
    }
    let Some(own) = name.strip_prefix("py$") else { return name };
    match own.rsplit_once('$') {
        Some((name, number)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => own,
    }
}

/// The name of a class as written in the source.
pub fn class(name: &str) -> &str {
    name.strip_prefix("py$").unwrap_or(name)
}

/// The name of a field as written in the source.
pub fn field(name: &str) -> &str {
    name.split('$').next().unwrap_or(name)
}
