//! Liveness: the values of a function that a snapshot has to hold.
//!
//! It goes value by value, from each use backwards to the definition (which dominates its uses), so the time
//! is linear in the size of the result. A function's `records` count as used wherever they are defined, since
//! an error may have to name one. Constants are never live: they are defined everywhere. Nothing is known of
//! unreachable blocks.

use super::Cfg;
use crate::ir::{Block, BlockId, Body, Def, Func, Inst, Value};
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;

/// The live values of a function.
#[derive(Clone, Debug)]
pub struct Liveness {
    /// By block, in the order in which they were found.
    live_in: Vec<Vec<Value>>,
    live_out: Vec<Vec<Value>>,
}

impl Liveness {
    /// The liveness of a verified function.
    pub fn new(func: &Func, cfg: &Cfg) -> Liveness {
        let body = &func.body;
        let mut homes: Vec<Option<BlockId>> = vec![None; body.values.len()];
        let mut uses: Vec<(Value, BlockId)> = vec![];
        for id in cfg.order() {
            let block = &body[*id];
            let defined = block.params.iter().copied().chain(block.insts.iter().filter_map(|i| i.result));
            defined.for_each(|v| homes[v.index()] = Some(*id));
            each_use(body, block, |v| uses.push((v, *id)));
        }
        for record in &func.records {
            if let Some(home) = homes[record.index()] {
                let there = cfg.order().iter().filter(|id| cfg.dominates(home, **id));
                uses.extend(there.map(|id| (*record, *id)));
            }
        }
        uses.sort_unstable();
        uses.dedup();
        let n = body.blocks.len();
        let mut live = Liveness { live_in: vec![vec![]; n], live_out: vec![vec![]; n] };
        // A record is live out of its blocks, too.
        for (record, id) in uses.iter().filter(|(v, _)| func.records.contains(v)) {
            live.live_out[id.index()].push(*record);
        }
        let mut work = vec![];
        for (v, used) in uses {
            work.push(used);
            while let Some(id) = work.pop() {
                // All blocks of one value are marked before those of the next: if a block is marked, the
                // value is the last of its list.
                let here = &mut live.live_in[id.index()];
                if here.last() == Some(&v) {
                    continue;
                }
                if homes[v.index()] == Some(id) {
                    if body[id].params.contains(&v) {
                        here.push(v);
                    }
                    continue;
                }
                here.push(v);
                for from in cfg.predecessors(id) {
                    let out = &mut live.live_out[from.index()];
                    if out.last() != Some(&v) && !func.records.contains(&v) {
                        out.push(v);
                    }
                    work.push(*from);
                }
            }
        }
        live
    }

    /// The larger one of the numbers of values that are live-in and live-out of a block.
    pub fn most(&self, block: BlockId) -> usize {
        self.live_in[block.index()].len().max(self.live_out[block.index()].len())
    }

    /// The live-in values of a block, including the parameters that are used.
    #[cfg(test)]
    pub fn live_in(&self, block: BlockId) -> Vec<Value> {
        let mut values = self.live_in[block.index()].clone();
        values.sort_unstable();
        values
    }

    /// The values live before each instruction of a block (before its terminator, if there is no instruction
    /// of that number), to be queried in order.
    ///
    /// In the middle of a call at `inst`, its frame needs the values that are live before `inst + 1`, without
    /// the call's result.
    pub fn points<'f>(&self, func: &'f Func, block: BlockId) -> Points<'f> {
        let code = &func.body[block];
        let mut ends = HashMap::default();
        for (i, inst) in code.insts.iter().enumerate() {
            inst.args.iter().for_each(|v| {
                ends.insert(*v, i);
            });
        }
        code.term.each_use(|v| {
            ends.insert(v, usize::MAX);
        });
        ends.extend(self.live_out[block.index()].iter().map(|v| (*v, usize::MAX)));
        ends.retain(|v, _| !matches!(func.body.values[v.index()].1, Def::Const(_)));
        let mut live: BTreeSet<Value> = ends.keys().copied().collect();
        code.insts.iter().filter_map(|i| i.result).for_each(|v| {
            live.remove(&v);
        });
        Points { code, ends, live, at: 0 }
    }
}

/// The live values at successive points of a block.
#[derive(Debug)]
pub struct Points<'f> {
    code: &'f Block,
    /// The last instruction that needs a value; `usize::MAX` if the terminator or a later block does.
    ends: HashMap<Value, usize>,
    /// The values live before the instruction `at`.
    live: BTreeSet<Value>,
    at: usize,
}

impl Points<'_> {
    /// The live values before an instruction, in order; it must not precede that of the previous query.
    pub fn before(&mut self, inst: usize) -> impl Iterator<Item = Value> {
        assert!(self.at <= inst, "points are asked for in their order");
        for i in self.at..inst.min(self.code.insts.len()) {
            let Inst { args, result, .. } = &self.code.insts[i];
            for arg in args.iter().filter(|v| self.ends.get(v) == Some(&i)) {
                self.live.remove(arg);
            }
            self.live.extend(result.filter(|v| self.ends.contains_key(v)));
        }
        self.at = inst;
        self.live.iter().copied()
    }

    /// The instruction of the last query.
    pub fn at(&self) -> usize {
        self.at
    }
}

/// Calls `f` with each value that a block uses, without constants.
fn each_use(body: &Body, block: &Block, mut f: impl FnMut(Value)) {
    let mut computed = |v: Value| {
        if !matches!(body.values[v.index()].1, Def::Const(_)) {
            f(v);
        }
    };
    block.insts.iter().flat_map(|i| &i.args).copied().for_each(&mut computed);
    block.term.each_use(computed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::parse::parse;
    use crate::ir::print::Names;

    /// The printed names of the values live before each of the given points of the text's first function.
    #[track_caller]
    fn live(text: &str, points: &[(u32, usize)]) -> Vec<String> {
        let (program, _) = parse(text).unwrap_or_else(|d| panic!("{d}"));
        let func = &program.funcs[0];
        let live = Liveness::new(func, &Cfg::new(&func.body));
        let names = Names::of(&func.body);
        let show = |values: Vec<Value>| {
            let mut names: Vec<String> =
                values.iter().map(|v| names.value(&program, &func.body, *v)).collect();
            names.sort();
            names.join(" ")
        };
        for id in func.body.ids() {
            assert_eq!(
                show(live.live_in(id)),
                show(live.points(func, id).before(0).collect()),
                "the start of {id:?}"
            );
        }
        points
            .iter()
            .map(|(block, inst)| show(live.points(func, BlockId(*block)).before(*inst).collect()))
            .collect()
    }

    #[test]
    fn a_value_lives_from_its_definition_to_its_last_use() {
        let text = "fn f(v0: i64, v1: i64) -> i64 {\nb0:\n v2 = add v0, v1\n v3 = mul v2, 2\n v4 = sub v3, v0\n return v4\n}";
        let points = [(0, 0), (0, 1), (0, 2), (0, 3)];
        assert_eq!(live(text, &points), ["v0 v1", "v0 v2", "v0 v3", "v4"]);
    }

    const LOOP: &str = "fn f(v0: view, v1: i64) -> f64 {
        b0:
          v2 = load.f64 v0, 0
          jump b1(0, v2)
        b1(v3: i64, v4: f64): loop
          v5 = lt v3, v1
          branch v5, b2, b3(v4)
        b2:
          v6 = load.f64 v0, v3
          v7 = add v4, v6
          v8 = add v3, 1
          jump b1(v8, v7)
        b3(v9: f64):
          return v9
        }";

    #[test]
    fn what_the_next_round_needs_lives_through_the_loop() {
        let points = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 2), (2, 3), (3, 0)];
        let expected = [
            "v0 v1",
            "v0 v1 v2",
            "v0 v1 v3 v4",
            "v0 v1 v3 v4 v5",
            "v0 v1 v3 v4",
            "v0 v1 v3 v7",
            "v0 v1 v7 v8",
            "v9",
        ];
        assert_eq!(live(LOOP, &points), expected);
    }

    #[test]
    fn the_record_lives_wherever_it_is_defined() {
        let text = LOOP.replace("-> f64 {", "-> f64 record=v0 {");
        assert_eq!(live(&text, &[(0, 0), (3, 0), (3, 1)]), ["v0 v1", "v0 v9", "v0 v9"]);
        let text = "fn f(v0: view, v1: bool) record=v2 {
            b0:
              branch v1, b1, b2
            b1:
              v2 = slice v0, 0, 8
              jump b3
            b2:
              return
            b3:
              v3 = len v0
              return
            }";
        assert_eq!(
            live(text, &[(0, 0), (1, 0), (1, 1), (2, 0), (3, 0), (3, 1)]),
            ["v0 v1", "v0", "v0 v2", "", "v0 v2", "v2"]
        );
    }

    #[test]
    fn a_header_s_parameter_lives_on_the_other_arm_of_the_branch_that_leads_back() {
        let text = "fn f(v0: i64) -> i64 {
            b0:
              jump b1(0)
            b1(v1: i64): loop
              v2 = add v1, 1
              v3 = lt v2, v0
              branch v3, b1(v2), b2
            b2:
              return v1
            }";
        let other = text.replace("branch v3, b1(v2), b2", "v4 = not v3\n branch v4, b2, b1(v2)");
        assert_eq!(live(text, &[(1, 1), (1, 2), (2, 0)]), ["v0 v1 v2", "v0 v1 v2 v3", "v1"]);
        assert_eq!(live(&other, &[(1, 1), (1, 3), (2, 0)]), ["v0 v1 v2", "v0 v1 v2 v4", "v1"]);
    }

    #[test]
    fn an_unused_parameter_is_not_live_but_what_is_passed_to_it_is_used() {
        let text = "fn f(v0: i64, v1: i64) {\nb0:\n jump b1(v0)\nb1(v2: i64):\n return\n}";
        assert_eq!(live(text, &[(0, 0), (1, 0)]), ["v0", ""]);
    }

    #[test]
    fn an_inner_loop_keeps_what_the_outer_one_needs() {
        let text = "fn f(v0: i64) -> i64 {
            b0:
              jump b1(0, 0)
            b1(v1: i64, v2: i64): loop
              v3 = lt v1, v0
              branch v3, b2(0, v2), b5
            b2(v4: i64, v5: i64): loop
              v6 = lt v4, 10
              branch v6, b3, b4
            b3:
              v7 = add v5, v4
              v8 = add v4, 1
              jump b2(v8, v7)
            b4:
              v9 = add v1, 1
              jump b1(v9, v5)
            b5:
              return v2
            }";
        assert_eq!(live(text, &[(2, 0), (3, 2), (4, 1)]), ["v0 v1 v4 v5", "v0 v1 v7 v8", "v0 v5 v9"]);
    }
}
