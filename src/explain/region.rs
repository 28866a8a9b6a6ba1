//! The description of one region: its blocks with their counts, its exits, objects, text and machine code,
//! each with the piece of the source that it comes from.

use super::objects::{self, New, news};
use super::source::{Pieces, SCRIPT, SourceText, class, function};
use crate::codegen::{self, Spot, Table, Want};
use crate::engine::{Compiled, Engine};
use crate::ir::cfg::Cfg;
use crate::ir::print::{Names, print_region};
use crate::ir::{At, BlockId, Exit, ExitId, FuncId, Op, Program, Raise, Root, Term};
use std::time::Duration;

/// A region.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The number of its code.
    pub number: u32,
    /// Its title: `the loop at line 3`.
    pub title: String,
    /// The piece of the source where it starts.
    pub piece: Option<usize>,
    /// How often it was entered.
    pub entered: u64,
    /// How long it ran.
    pub spent: Duration,
    /// Bytes of machine code, without counters.
    pub bytes: usize,
    /// Its blocks, in the order of its text.
    pub blocks: Vec<Block>,
    /// Its exits, in the order of its text, followed by the states inside native calls.
    pub exits: Vec<ExitInfo>,
    /// For each state of the region, its index in `exits`.
    states: Vec<Option<usize>>,
    /// Where objects are still allocated.
    pub objects: Vec<Object>,
    /// Where the recording allocates objects and the region does not: class and piece.
    pub removed: Vec<(String, Option<usize>)>,
    /// Its IR as text.
    pub ir: Vec<Line>,
    /// Its machine code.
    pub asm: Vec<Line>,
}

/// A block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// How often it was reached.
    pub count: u64,
    /// How deeply it is nested in loops and arms.
    pub depth: usize,
    /// Whether it is a loop header.
    pub header: bool,
    /// The exit that it leads to, if it contains nothing else.
    pub exit: Option<usize>,
    /// The target of each arm, and how often it was taken.
    pub arms: Vec<(usize, u64)>,
    /// The pieces of the source that it comes from, in order.
    pub pieces: Vec<usize>,
    /// The most informative piece: that of its branch, or else the first.
    pub piece: Option<usize>,
}

/// An exit, or a state inside a native call.
#[derive(Clone, Debug)]
pub struct ExitInfo {
    /// How often it was taken.
    pub taken: u32,
    /// Its purpose.
    pub why: String,
    /// The piece of the source.
    pub piece: Option<usize>,
    /// The classes of the objects that are materialized each time.
    pub objects: Vec<String>,
}

/// A place where objects are allocated.
#[derive(Clone, Debug)]
pub struct Object {
    /// The class.
    pub class: String,
    /// The piece of the source.
    pub piece: Option<usize>,
    /// How often one was allocated.
    pub count: u64,
    /// Why it is not virtual.
    pub why: Vec<String>,
}

/// A line of text, the piece of the source that it comes from, the block that it belongs to, and how often
/// that was run.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    pub piece: Option<usize>,
    pub block: Option<usize>,
    pub count: u64,
}

impl Shown {
    /// The index in `exits` of a state of the region, if anything leads there.
    pub fn by_exit(&self, state: ExitId) -> Option<usize> {
        self.states.get(state.index()).copied().flatten()
    }
}

/// The title of a root. `over` is the generated function that iterates over the records, if the user did not
/// write that loop.
pub fn title(program: &Program, source: &SourceText, over: Option<FuncId>, root: Root) -> String {
    let name = function(program, root.func);
    if root.block == BlockId(0) {
        return match () {
            () if over == Some(root.func) => "what goes over the records".to_string(),
            () if name == SCRIPT => name.to_string(),
            () => format!("the function {name}"),
        };
    }
    let names = Names::of(&program.funcs[root.func.index()].body);
    match source.piece(program, &[(root.func, root.block, 0)]) {
        Some(piece) => format!("the loop at {}", source.at(piece)),
        None if over == Some(root.func) => format!("the loop {} over the records", names.block(root.block)),
        None => format!("the loop {} of {name}", names.block(root.block)),
    }
}

/// Describes a region of a watched engine.
pub fn shown(engine: &Engine, source: &SourceText, over: Option<FuncId>, compiled: &Compiled) -> Shown {
    let (program, region) = (&engine.program, &compiled.region);
    let names = Names::of_region(region);
    let number = |block: BlockId| names.order.iter().position(|b| *b == block);
    let cfg = Cfg::new(&region.body);
    let counts = compiled.native.counts.as_ref();
    let taken = |block: BlockId, arm: usize| counts.map_or(0, |c| c.taken(block, arm));
    let mut visits = vec![0; region.body.blocks.len()];
    visits[0] = counts.map_or(0, |c| c.entered());
    for block in &names.order {
        for (arm, target) in region.body[*block].term.targets().iter().enumerate() {
            visits[target.block.index()] += taken(*block, arm);
        }
    }
    let origin = Pieces { program, source, region };
    let places: Vec<Vec<Option<usize>>> = names.order.iter().map(|block| origin.block(*block)).collect();
    let depths = depths(compiled, &cfg);
    let blocks = names.order.iter().zip(&places).map(|(block, places)| {
        let code = &region.body[*block];
        let exit = match code.term {
            Term::Exit(e) if code.insts.is_empty() => names.exits.iter().position(|known| *known == e),
            _ => None,
        };
        let arms = code.term.targets().into_iter().enumerate();
        let arms = arms.filter_map(|(arm, t)| Some((number(t.block)?, taken(*block, arm)))).collect();
        let mut pieces: Vec<usize> = places.iter().flatten().copied().collect();
        let piece = if code.term.targets().len() > 1 { places.last() } else { places.first() };
        let piece = piece.copied().flatten();
        pieces.sort();
        pieces.dedup();
        let count = visits[block.index()];
        Block { count, depth: depths[block.index()], header: code.header, exit, arms, pieces, piece }
    });
    let blocks: Vec<Block> = blocks.collect();
    let at = |(block, inst): (BlockId, u32)| number(block).and_then(|n| places[n][inst as usize]);
    let made = |new: &New| {
        let frames = region.body.origins.frames(new.value);
        source.piece(program, makers(program, &frames)).or_else(|| at(new.at))
    };
    let kept = news(&region.body);
    let objects = kept.iter().map(|new| Object {
        class: class(&program.classes[new.class.index()].name).to_string(),
        piece: made(new),
        count: visits[new.at.0.index()],
        why: objects::reasons(program, region, new),
    });
    let exits = exits(engine, &origin, compiled, &names);
    let states = |state: usize| match state.checked_sub(region.exits.len()) {
        None => names.exits.iter().position(|e| e.index() == state),
        Some(inside) => Some(names.exits.len() + inside),
    };
    let mut shown = Shown {
        number: compiled.number,
        title: title(program, source, over, region.root),
        piece: source.piece(program, &[(region.root.func, region.root.block, 0)]),
        entered: visits[0],
        spent: compiled.spent(),
        bytes: compiled.native.code_bytes,
        objects: objects.collect(),
        removed: removed(program, source, compiled),
        ir: ir(program, compiled, &names, &places, &blocks, &exits),
        blocks,
        exits,
        states: (0..compiled.states.len()).map(states).collect(),
        asm: vec![],
    };
    // The code that ran had counters; the code that is shown has none.
    let want = Want { asm: true, ..Want::default() };
    if let Ok(native) = codegen::compile(program, &Table::new(program), region, compiled.number, want) {
        shown.bytes = native.code_bytes;
        let line = |(spot, text): (Option<Spot>, String)| {
            let (piece, block, count) = match spot {
                Some(Spot::Inst(block, inst)) => (at((block, inst)), number(block), visits[block.index()]),
                Some(Spot::Exit(e)) => shown.by_exit(e).map_or((None, None, 0), |state| {
                    (shown.exits[state].piece, None, u64::from(shown.exits[state].taken))
                }),
                None => (None, None, 0),
            };
            Line { text, piece, block, count }
        };
        shown.asm = native.asm.unwrap_or_default().lines.into_iter().map(line).collect();
    }
    shown
}

/// The nesting depth of each block: the number of loops around it, plus the branches of which it is one of
/// several arms that do not exit.
fn depths(compiled: &Compiled, cfg: &Cfg) -> Vec<usize> {
    let body = &compiled.region.body;
    let mut depths = vec![0; body.blocks.len()];
    let goes_on = |block: &BlockId| !matches!(body[*block].term, Term::Exit(_));
    for block in cfg.order() {
        let Some(above) = cfg.immediate_dominator(*block) else { continue };
        let mut depth: usize = depths[above.index()];
        // After a loop, the depth is that of the loop's header.
        let mut out = cfg.innermost(above);
        while let Some(the_loop) = out.filter(|l| !cfg.contains(*l, *block)) {
            depth = depths[cfg.loops()[the_loop].header.index()];
            out = cfg.loops()[the_loop].parent;
        }
        let arms = cfg.successors(above);
        let inside = cfg.loop_of(above).is_some_and(|l| cfg.contains(l, *block));
        let arm = cfg.predecessors(*block) == [above] && arms.iter().filter(|b| goes_on(b)).count() > 1;
        depths[block.index()] = depth + usize::from(inside || arm && cfg.loop_of(above).is_none());
    }
    depths
}

/// The lines of the region's text: its head, blocks and exits.
fn ir(
    program: &Program,
    compiled: &Compiled,
    names: &Names,
    places: &[Vec<Option<usize>>],
    blocks: &[Block],
    exits: &[ExitInfo],
) -> Vec<Line> {
    let text = print_region(program, &compiled.region);
    let mut of: Vec<(Option<usize>, Option<usize>, u64)> = vec![(None, None, 0)];
    for (n, block) in blocks.iter().enumerate() {
        of.push((places[n].iter().flatten().next().copied(), Some(n), block.count));
        of.extend(places[n].iter().map(|piece| (*piece, Some(n), block.count)));
    }
    of.push((None, None, 0));
    of.extend(exits.iter().take(names.exits.len()).map(|exit| (exit.piece, None, u64::from(exit.taken))));
    let line =
        |(text, (piece, block, count)): (&str, _)| Line { text: text.to_string(), piece, block, count };
    text.lines().zip(of).map(line).collect()
}

/// The frames without the constructor: an object allocated in a constructor is attributed to the
/// constructor's caller.
fn makers<'f>(program: &Program, frames: &'f [At]) -> &'f [At] {
    match frames {
        [(func, ..), callers @ ..]
            if !callers.is_empty() && function(program, *func).ends_with(".__init__") =>
        {
            callers
        }
        _ => frames,
    }
}

/// The places where the recording allocates objects and the region does not.
fn removed(program: &Program, source: &SourceText, compiled: &Compiled) -> Vec<(String, Option<usize>)> {
    let Some(recorded) = &compiled.recorded else { return vec![] };
    let origins = &compiled.region.body.origins;
    // An object whose allocation was only delayed, to some of the paths, still counts as allocated.
    let kept: Vec<_> = news(&compiled.region.body).iter().map(|k| origins.frames(k.value)).collect();
    let mut removed = vec![];
    for new in news(&recorded.body) {
        let frames = recorded.body.origins.frames(new.value);
        // Objects without frames only reassemble live-ins of the region, which are passed as fields.
        if !frames.is_empty() && !kept.contains(&frames) {
            let name = class(&program.classes[new.class.index()].name).to_string();
            removed.push((name, source.piece(program, makers(program, &frames))));
        }
    }
    removed
}

fn exits(engine: &Engine, origin: &Pieces, compiled: &Compiled, names: &Names) -> Vec<ExitInfo> {
    let program = &engine.program;
    let taken = compiled.taken();
    let calls = compiled.region.native_calls();
    let roots = compiled.region.to_roots();
    let inside = compiled.region.exits.len()..compiled.states.len();
    let states = names.exits.iter().map(|e| e.index()).chain(inside);
    let leave = |state: usize| {
        let exit = &compiled.states[state];
        let why = if state >= compiled.region.exits.len() {
            "a function that it calls natively has left".to_string()
        } else if calls.iter().any(|e| e.index() == state) {
            "there is no native code, or no room, for a call".to_string()
        } else if roots.iter().any(|e| e.index() == state) {
            "objects were to be freed".to_string()
        } else {
            why(program, engine, compiled.region.root, exit)
        };
        ExitInfo {
            taken: taken[state],
            why,
            piece: origin.exit(exit),
            objects: exit
                .objects
                .iter()
                .map(|(c, _)| class(&program.classes[c.index()].name).to_string())
                .collect(),
        }
    };
    states.map(leave).collect()
}

/// The purpose of an exit, in words.
fn why(program: &Program, engine: &Engine, root: Root, exit: &Exit) -> String {
    if exit.returns.is_some() {
        return "the function returns".to_string();
    }
    if let Some(arm) = exit.arm {
        let cfg = engine.plan().cfg(root.func);
        let target = program.funcs[arm.func.index()].body[arm.block].term.target(arm.index).block;
        let out = arm.func == root.func && cfg.loop_of(root.block).is_some_and(|l| !cfg.contains(l, target));
        return match out {
            true => "the loop is over".to_string(),
            false => "an arm that was rarely taken, if ever, when this was recorded".to_string(),
        };
    }
    let Some(frame) = exit.frames.last() else { return "the end".to_string() };
    let block = &program.funcs[frame.func.index()].body[frame.block];
    let Some(inst) = block.insts.get(frame.inst as usize) else {
        return match block.term {
            Term::Raise(Raise::Unreachable) => "a place that is never reached".to_string(),
            Term::Raise(raise) => format!("an error: {raise}"),
            _ => "the end of a block".to_string(),
        };
    };
    match inst.op {
        Op::Promote => "another value than the one that it always was".to_string(),
        Op::Slice | Op::Load(..) => "bytes that are not there".to_string(),
        Op::Unwrap => "a value that is not there".to_string(),
        Op::Div | Op::Rem => "division by zero, or an integer that does not fit 64 bits".to_string(),
        Op::Shl | Op::Shr => "a shift by more than 63 bits".to_string(),
        Op::Convert(_) => "a number that the other type does not have".to_string(),
        _ => "an integer that does not fit 64 bits".to_string(),
    }
}
