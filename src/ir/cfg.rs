//! The control flow graph of a body: edges, dominators, loops.
//!
//! [`Cfg::new`] computes successors and order; predecessors, dominators and loops are computed on first use
//! (many passes need none). All take time linear in the edges for all practical graphs: reverse post-order by
//! depth-first search, dominators after Cooper, Harvey and Kennedy, natural loops by walking backwards from
//! the back edges.
//!
//! Only reachable blocks count: unreachable blocks have no edges here and belong to no loop. Irreducible
//! graphs and targets that do not exist are not errors here: the verifier reports them.

mod liveness;

pub use liveness::{Liveness, Points};

use super::{BlockId, Body};
use std::sync::OnceLock;

/// The control flow graph of a body.
#[derive(Clone, Debug)]
pub struct Cfg {
    succs: Lists,
    preds: OnceLock<Lists>,
    order: Vec<BlockId>,
    /// By block; [`NOWHERE`] if it is unreachable.
    position: Vec<u32>,
    tree: OnceLock<Tree>,
    loops: OnceLock<Loops>,
}

/// The dominator tree.
#[derive(Clone, Debug)]
struct Tree {
    idom: Vec<Option<BlockId>>,
    /// The preorder number of each block in the tree, and the end of the range of numbers of its subtree: `a`
    /// dominates `b` if `b` is in the range of `a`.
    visit: Vec<(u32, u32)>,
}

#[derive(Clone, Debug)]
struct Loops {
    /// Outer loops precede their inner loops.
    all: Vec<Loop>,
    /// By block.
    innermost: Vec<Option<usize>>,
    irreducible: Option<(BlockId, BlockId)>,
}

/// The position of an unreachable block.
const NOWHERE: u32 = u32::MAX;

/// A list of blocks for each block, in one allocation.
#[derive(Clone, Debug)]
struct Lists {
    /// The start of each list, and finally the end of the last one.
    starts: Vec<u32>,
    all: Vec<BlockId>,
}

impl Lists {
    fn of(&self, block: BlockId) -> &[BlockId] {
        &self.all[self.starts[block.index()] as usize..self.starts[block.index() + 1] as usize]
    }
}

/// A natural loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Its only entry.
    pub header: BlockId,
    /// Its blocks in reverse post-order, those of inner loops included; the header comes first.
    pub blocks: Vec<BlockId>,
    /// The innermost loop around it, as an index into [`Cfg::loops`].
    pub parent: Option<usize>,
    /// The sources of its back edges.
    pub latches: Vec<BlockId>,
    /// Its exit edges.
    pub exits: Vec<(BlockId, BlockId)>,
}

impl Cfg {
    /// The graph of a body.
    pub fn new(body: &Body) -> Cfg {
        let succs = successors(body);
        let order = reverse_post_order(body.blocks.len(), &succs);
        let mut position = vec![NOWHERE; body.blocks.len()];
        for (i, b) in order.iter().enumerate() {
            position[b.index()] = i as u32;
        }
        Cfg { succs, preds: OnceLock::new(), order, position, tree: OnceLock::new(), loops: OnceLock::new() }
    }

    fn preds(&self) -> &Lists {
        self.preds.get_or_init(|| predecessors(&self.order, &self.succs, &self.position))
    }
    fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| {
            let idom = dominators(&self.order, &self.position, self.preds());
            Tree { visit: visits(&self.order, &idom), idom }
        })
    }
    fn found(&self) -> &Loops {
        self.loops.get_or_init(|| self.find_loops())
    }

    /// The successors of a block without duplicates, in the order of the targets; none if it is unreachable.
    pub fn successors(&self, block: BlockId) -> &[BlockId] {
        if self.reachable(block) { self.succs.of(block) } else { &[] }
    }
    /// The predecessors of a block, without duplicates.
    pub fn predecessors(&self, block: BlockId) -> &[BlockId] {
        self.preds().of(block)
    }
    /// The reachable blocks in reverse post-order: the entry first, and every block after its dominators.
    pub fn order(&self) -> &[BlockId] {
        &self.order
    }
    /// The position of a block in [`Cfg::order`].
    pub fn position(&self, block: BlockId) -> Option<usize> {
        Some(self.position[block.index()]).filter(|p| *p != NOWHERE).map(|p| p as usize)
    }
    /// Whether a block is reachable from the entry.
    pub fn reachable(&self, block: BlockId) -> bool {
        self.position.get(block.index()).is_some_and(|p| *p != NOWHERE)
    }
    /// The immediate dominator of a block. The entry has none.
    pub fn immediate_dominator(&self, block: BlockId) -> Option<BlockId> {
        self.tree().idom[block.index()]
    }
    /// Whether `a` dominates `b` (`a` may be `b`). False if one is unreachable.
    pub fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        let visit = &self.tree().visit;
        let (first, end) = visit[a.index()];
        self.reachable(a) && self.reachable(b) && (first..end).contains(&visit[b.index()].0)
    }
    /// The loops; outer loops precede their inner loops.
    pub fn loops(&self) -> &[Loop] {
        &self.found().all
    }
    /// A retreating edge whose target does not dominate its source, if there is one: then the graph is
    /// irreducible.
    pub fn irreducible(&self) -> Option<(BlockId, BlockId)> {
        self.found().irreducible
    }
    /// The innermost loop of a block, as an index into [`Cfg::loops`].
    pub fn innermost(&self, block: BlockId) -> Option<usize> {
        self.found().innermost[block.index()]
    }
    /// The loop of that header, as an index into [`Cfg::loops`].
    pub fn loop_of(&self, header: BlockId) -> Option<usize> {
        self.innermost(header).filter(|l| self.loops()[*l].header == header)
    }
    /// Whether a block is in a loop or in one of its inner loops.
    pub fn contains(&self, the_loop: usize, block: BlockId) -> bool {
        let mut at = self.innermost(block);
        while let Some(l) = at {
            if l == the_loop {
                return true;
            }
            at = self.loops()[l].parent;
        }
        false
    }

    /// Visits headers in reverse post-order, so that a loop is found before its inner loops, and the last
    /// loop that claims a block is the innermost.
    fn find_loops(&self) -> Loops {
        let n = self.position.len();
        let mut found = Loops { all: vec![], innermost: vec![None; n], irreducible: None };
        let mut inside = vec![false; n];
        for header in self.order.iter().copied() {
            let mut latches = vec![];
            for pred in self.predecessors(header) {
                if self.position[pred.index()] >= self.position[header.index()] {
                    if self.dominates(header, *pred) {
                        latches.push(*pred);
                    } else {
                        found.irreducible = Some((*pred, header));
                    }
                }
            }
            if latches.is_empty() {
                continue;
            }
            inside[header.index()] = true;
            let mut count = 1;
            let mut work = latches.clone();
            while let Some(block) = work.pop() {
                if !std::mem::replace(&mut inside[block.index()], true) {
                    count += 1;
                    work.extend(self.predecessors(block));
                }
            }
            let behind = self.order.iter().skip_while(|b| **b != header);
            let blocks: Vec<BlockId> = behind.copied().filter(|b| inside[b.index()]).take(count).collect();
            let edges = blocks.iter().flat_map(|b| self.successors(*b).iter().map(|s| (*b, *s)));
            let exits = edges.filter(|(_, to)| !inside[to.index()]).collect();
            let parent = found.innermost[header.index()];
            for block in &blocks {
                inside[block.index()] = false;
                found.innermost[block.index()] = Some(found.all.len());
            }
            found.all.push(Loop { header, blocks, parent, latches, exits });
        }
        found
    }
}

/// The successors of each block.
fn successors(body: &Body) -> Lists {
    let n = body.blocks.len();
    let (mut starts, mut all) = (Vec::with_capacity(n + 1), Vec::with_capacity(2 * n));
    for block in &body.blocks {
        let first = all.len();
        starts.push(first as u32);
        block.term.each_target(|target| {
            if target.block.index() < n && !all[first..].contains(&target.block) {
                all.push(target.block);
            }
        });
    }
    starts.push(all.len() as u32);
    Lists { starts, all }
}

/// The predecessors of each block, in reverse post-order.
fn predecessors(order: &[BlockId], succs: &Lists, position: &[u32]) -> Lists {
    // A counting sort by target: count the edges, then compute where each list starts.
    let mut starts = vec![0; position.len() + 1];
    let edges = || order.iter().flat_map(|b| succs.of(*b).iter().map(|s| (*b, *s)));
    edges().for_each(|(_, to)| starts[to.index() + 1] += 1);
    for i in 0..position.len() {
        starts[i + 1] += starts[i];
    }
    let mut ends = starts.clone();
    let mut all = vec![BlockId(0); starts[position.len()] as usize];
    for (from, to) in edges() {
        all[ends[to.index()] as usize] = from;
        ends[to.index()] += 1;
    }
    Lists { starts, all }
}

/// Depth-first search from the entry, without recursion: a body may be a chain of a hundred thousand blocks.
/// Successors are visited last to first, so that the first target of a branch comes first in the order.
fn reverse_post_order(n: usize, succs: &Lists) -> Vec<BlockId> {
    let mut seen = vec![false; n];
    let mut order = Vec::with_capacity(n);
    let mut stack = vec![];
    if n > 0 {
        seen[0] = true;
        stack.push((BlockId(0), succs.of(BlockId(0)).len()));
    }
    while let Some((block, left)) = stack.last_mut() {
        let Some(next) = left.checked_sub(1) else {
            order.push(*block);
            stack.pop();
            continue;
        };
        *left = next;
        let to = succs.of(*block)[next];
        if !std::mem::replace(&mut seen[to.index()], true) {
            stack.push((to, succs.of(to).len()));
        }
    }
    order.reverse();
    order
}

/// "A Simple, Fast Dominance Algorithm": immediate dominators by fixpoint over the order; two candidates are
/// intersected by walking up from the later one.
fn dominators(order: &[BlockId], position: &[u32], preds: &Lists) -> Vec<Option<BlockId>> {
    // By position; the entry is its own dominator during the computation.
    let mut idom = vec![NOWHERE; order.len()];
    if let Some(root) = idom.first_mut() {
        *root = 0;
    }
    let mut changed = true;
    while changed {
        changed = false;
        for (i, b) in order.iter().enumerate().skip(1) {
            let known = preds.of(*b).iter().map(|p| position[p.index()]);
            let known = known.filter(|p| idom[*p as usize] != NOWHERE);
            let new = known.reduce(|mut x, mut y| {
                while x != y {
                    if x > y {
                        x = idom[x as usize];
                    } else {
                        y = idom[y as usize];
                    }
                }
                x
            });
            if let Some(new) = new
                && idom[i] != new
            {
                idom[i] = new;
                changed = true;
            }
        }
    }
    let mut result = vec![None; position.len()];
    for (i, b) in order.iter().enumerate().skip(1) {
        result[b.index()] = Some(order[idom[i] as usize]);
    }
    result
}

/// Preorder numbers of the dominator tree.
fn visits(order: &[BlockId], idom: &[Option<BlockId>]) -> Vec<(u32, u32)> {
    // A block follows its dominator in the order, so going backwards counts each subtree completely before it
    // is added to its parent's.
    let mut below = vec![1; idom.len()];
    for b in order.iter().rev() {
        if let Some(d) = idom[b.index()] {
            below[d.index()] += below[b.index()];
        }
    }
    let mut visit = vec![(0, 0); idom.len()];
    let mut next = vec![0; idom.len()];
    for b in order {
        let first = match idom[b.index()] {
            None => 0,
            Some(d) => {
                next[d.index()] += below[b.index()];
                next[d.index()] - below[b.index()]
            }
        };
        visit[b.index()] = (first, first + below[b.index()]);
        next[b.index()] = first + 1;
    }
    visit
}

#[cfg(test)]
mod tests;
