//! The shape of a body: who leads where, who dominates whom, which loops there are.
//!
//! Everything is computed at once by [`Cfg::new`], in time linear in the edges for all practical graphs: reverse
//! post-order by depth-first search, dominators after Cooper, Harvey and Kennedy, natural loops by walking back from the
//! back edges.
//!
//! Only blocks with a way to them count: the others have no edges here and belong to nothing. It is no
//! error here if a graph is irreducible or a target does not exist: the verifier speaks of that.

mod liveness;

pub use liveness::Liveness;

use super::{BlockId, Body};

/// The control flow graph of a body.
#[derive(Clone, Debug)]
pub struct Cfg {
    succs: Vec<Vec<BlockId>>,
    preds: Vec<Vec<BlockId>>,
    order: Vec<BlockId>,
    position: Vec<Option<usize>>,
    idom: Vec<Option<usize>>,
    /// First and last moment of each block's visit in a walk over the dominator tree: `a` dominates `b` if its visit
    /// encloses that of `b`.
    visit: Vec<(usize, usize)>,
    /// The loops, outer ones before those inside.
    pub loops: Vec<Loop>,
    innermost: Vec<Option<usize>>,
    /// An edge that goes back, but not to a dominator, if there is one: the graph is irreducible.
    pub irreducible: Option<(BlockId, BlockId)>,
}

/// A natural loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Its only entry.
    pub header: BlockId,
    /// Its blocks in reverse post-order, those of inner loops included; the header is the first.
    pub blocks: Vec<BlockId>,
    /// The next loop around it, as a position in [`Cfg::loops`].
    pub parent: Option<usize>,
    /// The blocks that lead back to the header.
    pub latches: Vec<BlockId>,
    /// The edges out of it.
    pub exits: Vec<(BlockId, BlockId)>,
}

impl Cfg {
    /// The graph of a body.
    pub fn new(body: &Body) -> Cfg {
        let n = body.blocks.len();
        let mut succs: Vec<Vec<BlockId>> = vec![vec![]; n];
        for id in body.ids() {
            for target in body[id].term.targets() {
                if target.block.index() < n && !succs[id.index()].contains(&target.block) {
                    succs[id.index()].push(target.block);
                }
            }
        }
        let order =
            if n == 0 { vec![] } else { reverse_post_order(n, 0, |b, i| succs[b].get(i).map(|s| s.index())) };
        let mut position = vec![None; n];
        for (i, b) in order.iter().enumerate() {
            position[*b] = Some(i);
        }
        let mut preds: Vec<Vec<BlockId>> = vec![vec![]; n];
        for b in &order {
            for s in &succs[*b] {
                preds[s.index()].push(BlockId(*b as u32));
            }
        }
        for b in 0..n {
            if position[b].is_none() {
                succs[b].clear();
            }
        }
        let idom = dominators(n, &order, |b, i| preds[b].get(i).map(|p| p.index()));
        let visit = visits(&order, &idom);
        let order = order.into_iter().map(|b| BlockId(b as u32)).collect();
        let (loops, innermost) = (vec![], vec![None; n]);
        let mut cfg = Cfg { succs, preds, order, position, idom, visit, loops, innermost, irreducible: None };
        cfg.find_loops();
        cfg
    }

    /// Where a block leads, each block once, in the order of the targets.
    pub fn successors(&self, block: BlockId) -> &[BlockId] {
        &self.succs[block.index()]
    }
    /// From where there is an edge to a block, each block once.
    pub fn predecessors(&self, block: BlockId) -> &[BlockId] {
        &self.preds[block.index()]
    }
    /// The reachable blocks in reverse post-order: the entry first, and every block after its dominators.
    pub fn order(&self) -> &[BlockId] {
        &self.order
    }
    /// Where in [`Cfg::order`] a block stands.
    pub fn position(&self, block: BlockId) -> Option<usize> {
        self.position[block.index()]
    }
    /// Whether there is a way to a block.
    pub fn reachable(&self, block: BlockId) -> bool {
        self.position.get(block.index()).is_some_and(Option::is_some)
    }
    /// The nearest block, other than itself, through which every way from the entry goes. The entry has none.
    pub fn immediate_dominator(&self, block: BlockId) -> Option<BlockId> {
        self.idom[block.index()].map(|b| BlockId(b as u32))
    }
    /// Whether every way from the entry to `b` goes through `a` (which may be `b`). False for unreachable ones.
    pub fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        let (a_visit, b_visit) = (self.visit[a.index()], self.visit[b.index()]);
        self.reachable(a) && self.reachable(b) && a_visit.0 <= b_visit.0 && b_visit.1 <= a_visit.1
    }
    /// The innermost loop that a block is in, as a position in [`Cfg::loops`].
    pub fn innermost(&self, block: BlockId) -> Option<usize> {
        self.innermost[block.index()]
    }
    /// The loop of that header, as a position in [`Cfg::loops`].
    pub fn loop_of(&self, header: BlockId) -> Option<usize> {
        self.innermost(header).filter(|l| self.loops[*l].header == header)
    }
    /// Whether a block is in a loop, directly or in one inside it.
    pub fn contains(&self, the_loop: usize, block: BlockId) -> bool {
        let mut at = self.innermost(block);
        while let Some(l) = at {
            if l == the_loop {
                return true;
            }
            at = self.loops[l].parent;
        }
        false
    }

    /// Headers in reverse post-order, so that a loop is found before those inside it, and the last that claims a block
    /// is the innermost.
    fn find_loops(&mut self) {
        for header in self.order.clone() {
            let mut latches = vec![];
            for pred in &self.preds[header.index()] {
                if self.position(*pred) >= self.position(header) {
                    if self.dominates(header, *pred) {
                        latches.push(*pred);
                    } else {
                        self.irreducible = Some((*pred, header));
                    }
                }
            }
            if latches.is_empty() {
                continue;
            }
            let mut inside = vec![false; self.succs.len()];
            inside[header.index()] = true;
            let mut work = latches.clone();
            while let Some(block) = work.pop() {
                if !std::mem::replace(&mut inside[block.index()], true) {
                    work.extend(self.predecessors(block));
                }
            }
            let blocks: Vec<BlockId> = self.order.iter().copied().filter(|b| inside[b.index()]).collect();
            let edges = blocks.iter().flat_map(|b| self.successors(*b).iter().map(|s| (*b, *s)));
            let exits = edges.filter(|(_, to)| !inside[to.index()]).collect();
            let parent = self.innermost(header);
            for block in &blocks {
                self.innermost[block.index()] = Some(self.loops.len());
            }
            self.loops.push(Loop { header, blocks, parent, latches, exits });
        }
    }
}

/// Depth-first from `root`, without recursion: a body may be one chain of a hundred thousand blocks. Successors are
/// taken last to first, so that the first one of a branch comes first in the order. `next` gives successor `i` of a node.
fn reverse_post_order(n: usize, root: usize, next: impl Fn(usize, usize) -> Option<usize>) -> Vec<usize> {
    let mut seen = vec![false; n];
    let mut order = vec![];
    let count = |b| (0..).find(|i| next(b, *i).is_none()).unwrap_or(0);
    let mut stack = vec![(root, count(root))];
    seen[root] = true;
    while let Some((block, left)) = stack.pop() {
        if left == 0 {
            order.push(block);
            continue;
        }
        stack.push((block, left - 1));
        if let Some(s) = next(block, left - 1)
            && !std::mem::replace(&mut seen[s], true)
        {
            stack.push((s, count(s)));
        }
    }
    order.reverse();
    order
}

/// "A Simple, Fast Dominance Algorithm": immediate dominators by fixpoint over the order, where two candidates are
/// intersected by walking up from the one that comes later. `pred` gives predecessor `i` of a node.
fn dominators(n: usize, order: &[usize], pred: impl Fn(usize, usize) -> Option<usize>) -> Vec<Option<usize>> {
    let mut rank = vec![usize::MAX; n];
    for (i, b) in order.iter().enumerate() {
        rank[*b] = i;
    }
    // By rank; the root is its own dominator while we compute.
    let mut idom = vec![usize::MAX; order.len()];
    if let Some(root) = idom.first_mut() {
        *root = 0;
    }
    let mut changed = true;
    while changed {
        changed = false;
        for (i, b) in order.iter().enumerate().skip(1) {
            let known = (0..).map_while(|k| pred(*b, k)).map(|p| rank[p]);
            let known = known.filter(|p| *p != usize::MAX && idom[*p] != usize::MAX);
            let new = known.reduce(|mut x, mut y| {
                while x != y {
                    if x > y {
                        x = idom[x];
                    } else {
                        y = idom[y];
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
    let mut result = vec![None; n];
    for (i, b) in order.iter().enumerate().skip(1) {
        result[*b] = Some(order[idom[i]]);
    }
    result
}

/// Numbers the visits of a walk over the dominator tree.
fn visits(order: &[usize], idom: &[Option<usize>]) -> Vec<(usize, usize)> {
    let mut children = vec![vec![]; idom.len()];
    for b in order {
        if let Some(d) = idom[*b] {
            children[d].push(*b);
        }
    }
    let mut visit = vec![(0, 0); idom.len()];
    let (mut clock, mut stack) = (0, vec![]);
    stack.extend(order.first().map(|root| (*root, false)));
    while let Some((block, leave)) = stack.pop() {
        clock += 1;
        if leave {
            visit[block].1 = clock;
            continue;
        }
        visit[block].0 = clock;
        stack.push((block, true));
        stack.extend(children[block].iter().map(|c| (*c, false)));
    }
    visit
}

#[cfg(test)]
mod tests;
