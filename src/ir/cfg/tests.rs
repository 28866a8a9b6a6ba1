//! Handwritten graphs: line `i` lists the successors of block `i`.

use super::*;
use crate::ir::{Const, Raise, Target, Term};

fn graph(edges: &[&[u32]]) -> Cfg {
    let mut body = Body::default();
    let zero = body.constant(Const::I64(0));
    for to in edges {
        let block = body.block();
        let mut targets: Vec<Target> =
            to.iter().map(|b| Target { block: BlockId(*b), args: crate::ir::Args::new() }).collect();
        body[block].term = match targets.pop() {
            None if block.0 % 2 == 0 => Term::Return(vec![]),
            None => Term::Raise(Raise::Missing),
            Some(last) => Term::Switch(
                zero,
                targets.into_iter().enumerate().map(|(i, t)| (i as i64, t)).collect(),
                last,
            ),
        };
    }
    Cfg::new(&body)
}

fn ids(blocks: &[BlockId]) -> Vec<u32> {
    blocks.iter().map(|b| b.0).collect()
}

fn dominators_of(cfg: &Cfg) -> Vec<Option<u32>> {
    (0..cfg.position.len() as u32).map(|b| cfg.immediate_dominator(BlockId(b)).map(|d| d.0)).collect()
}

#[test]
fn no_blocks_no_graph() {
    assert!(graph(&[]).order().is_empty());
}

#[test]
fn a_diamond() {
    let cfg = graph(&[&[1, 2], &[3], &[3], &[]]);
    assert_eq!(ids(cfg.order()), [0, 1, 2, 3]);
    assert_eq!(dominators_of(&cfg), [None, Some(0), Some(0), Some(0)]);
    assert_eq!(ids(cfg.predecessors(BlockId(3))), [1, 2]);
    assert!(cfg.dominates(BlockId(0), BlockId(3)) && cfg.dominates(BlockId(3), BlockId(3)));
    assert!(!cfg.dominates(BlockId(1), BlockId(3)) && !cfg.dominates(BlockId(3), BlockId(0)));
}

#[test]
fn unreachable_blocks_do_not_count() {
    let cfg = graph(&[&[2], &[2, 0], &[]]);
    assert_eq!(ids(cfg.order()), [0, 2]);
    assert_eq!(ids(cfg.predecessors(BlockId(2))), [0]);
    assert!(cfg.successors(BlockId(1)).is_empty() && !cfg.reachable(BlockId(1)));
    assert!(!cfg.dominates(BlockId(1), BlockId(1)) && !cfg.dominates(BlockId(0), BlockId(1)));
}

#[test]
fn two_edges_to_one_block_are_one() {
    let cfg = graph(&[&[1, 1], &[]]);
    assert_eq!((ids(cfg.successors(BlockId(0))), ids(cfg.predecessors(BlockId(1)))), (vec![1], vec![0]));
}

/// 1 is the outer header, 2 the inner one, 3 and 4 the inner body, 5 the outer latch, 6 after both.
#[test]
fn nested_loops() {
    let cfg = graph(&[&[1], &[2, 6], &[3, 5], &[4, 6], &[2], &[1], &[]]);
    assert_eq!(dominators_of(&cfg), [None, Some(0), Some(1), Some(2), Some(3), Some(2), Some(1)]);
    assert_eq!(cfg.loops().len(), 2);
    let (outer, inner) = (&cfg.loops()[0], &cfg.loops()[1]);
    assert_eq!((outer.header, outer.parent, ids(&outer.latches)), (BlockId(1), None, vec![5]));
    assert_eq!(ids(&outer.blocks), [1, 2, 3, 4, 5]);
    assert_eq!(outer.exits, [(BlockId(1), BlockId(6)), (BlockId(3), BlockId(6))]);
    assert_eq!((inner.header, inner.parent, ids(&inner.blocks)), (BlockId(2), Some(0), vec![2, 3, 4]));
    assert_eq!(inner.exits, [(BlockId(2), BlockId(5)), (BlockId(3), BlockId(6))]);
    assert_eq!(
        (cfg.innermost(BlockId(4)), cfg.innermost(BlockId(5)), cfg.innermost(BlockId(6))),
        (Some(1), Some(0), None)
    );
    assert!(cfg.contains(0, BlockId(4)) && cfg.contains(1, BlockId(4)) && !cfg.contains(1, BlockId(5)));
    assert_eq!((cfg.loop_of(BlockId(2)), cfg.loop_of(BlockId(3))), (Some(1), None));
    assert_eq!(cfg.irreducible(), None);
}

#[test]
fn loops_in_a_row_and_a_loop_of_one_block() {
    let cfg = graph(&[&[1], &[1, 2], &[3], &[2, 4], &[]]);
    let found: Vec<_> = cfg.loops().iter().map(|l| (l.header.0, l.parent, ids(&l.blocks))).collect();
    assert_eq!(found, [(1, None, vec![1]), (2, None, vec![2, 3])]);
}

#[test]
fn two_latches_make_one_loop() {
    let cfg = graph(&[&[1], &[2, 3, 4], &[1], &[1], &[]]);
    assert_eq!(cfg.loops().len(), 1);
    assert_eq!((ids(&cfg.loops()[0].blocks), ids(&cfg.loops()[0].latches)), (vec![1, 2, 3], vec![2, 3]));
}

#[test]
fn a_way_into_the_middle_is_irreducible() {
    let cfg = graph(&[&[1, 2], &[2], &[1, 3], &[]]);
    assert!(cfg.irreducible().is_some() && cfg.loops().is_empty());
}

#[test]
fn a_long_chain_does_not_overflow_the_stack() {
    let edges: Vec<Vec<u32>> = (1..100_000).map(|i| vec![i]).chain([vec![]]).collect();
    let cfg = graph(&edges.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert!(cfg.dominates(BlockId(5), BlockId(99_999)) && !cfg.dominates(BlockId(99_999), BlockId(5)));
}

/// Checks dominators against the definition: `a` dominates `b` if `b` cannot be reached without it.
#[test]
fn dominators_agree_with_their_definition_on_random_graphs() {
    let mut seed = 7u64;
    let mut random = |n: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % n
    };
    for _ in 0..200 {
        let n = 2 + random(8);
        let edges: Vec<Vec<u32>> =
            (0..n).map(|_| (0..random(4)).map(|_| 1 + random(n - 1) as u32).collect()).collect();
        let cfg = graph(&edges.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let reach = |without: Option<usize>, from: usize| {
            let (mut seen, mut work) = (vec![false; n], vec![from]);
            while let Some(b) = work.pop() {
                if Some(b) != without && !std::mem::replace(&mut seen[b], true) {
                    work.extend(edges[b].iter().map(|e| *e as usize));
                }
            }
            seen
        };
        let all = reach(None, 0);
        for a in 0..n {
            for b in 0..n {
                let expected = all[a] && all[b] && (a == b || !reach(Some(a), 0)[b]);
                assert_eq!(
                    cfg.dominates(BlockId(a as u32), BlockId(b as u32)),
                    expected,
                    "{edges:?} {a} {b}"
                );
            }
        }
    }
}
