//! Which values of a function are still needed where: what a snapshot has to hold.
//!
//! The usual backward equations over sets of bits, blocks taken in post-order until nothing changes. A function's
//! `record` counts as used at every point where it is defined, since an error may have to name it. Constants are
//! never live: they are defined everywhere. Nothing is known of blocks without a way to them.

use super::Cfg;
use crate::ir::{BlockId, Def, Func, Value};

/// The live values of a function.
#[derive(Clone, Debug)]
pub struct Liveness {
    live_in: Vec<Set>,
    live_out: Vec<Set>,
}

impl Liveness {
    /// Of a function that keeps the rules of the verifier.
    pub fn new(func: &Func, cfg: &Cfg) -> Liveness {
        let body = &func.body;
        let empty = Set::new(body.values.len());
        let n = body.blocks.len();
        let mut live = Liveness { live_in: vec![empty.clone(); n], live_out: vec![empty; n] };
        let home = func.record.and_then(|v| body.ids().find(|b| defines(func, *b, v)));
        let mut changed = true;
        while changed {
            changed = false;
            for id in cfg.order().iter().rev() {
                let mut out = Set::new(body.values.len());
                for s in cfg.successors(*id) {
                    // Its parameters are passed by this block, if it goes there, and not needed as such. (Another
                    // successor may need them: those of a loop's header live in the whole loop.)
                    let mut within = live.live_in[s.index()].clone();
                    body[*s].params.iter().for_each(|p| within.remove(*p));
                    out.add_all(&within);
                }
                if let (Some(record), Some(home)) = (func.record, home)
                    && cfg.dominates(home, *id)
                {
                    out.add(record);
                }
                let inside = walk_back(func, *id, 0, out.clone());
                live.live_out[id.index()] = out;
                if live.live_in[id.index()] != inside {
                    live.live_in[id.index()] = inside;
                    changed = true;
                }
            }
        }
        live
    }

    /// The values live at a block's start, those of its parameters that are used among them.
    #[cfg(test)]
    pub fn live_in(&self, block: BlockId) -> Vec<Value> {
        self.live_in[block.index()].values()
    }

    /// The values live before an instruction of a block (before its end, if there is none of that number), in order.
    ///
    /// In the middle of a call at `inst`, what its frame needs is what is live before `inst + 1`, without the call's result.
    pub fn before(&self, func: &Func, block: BlockId, inst: usize) -> Vec<Value> {
        walk_back(func, block, inst, self.live_out[block.index()].clone()).values()
    }
}

fn defines(func: &Func, block: BlockId, v: Value) -> bool {
    let block = &func.body[block];
    block.params.contains(&v) || block.insts.iter().any(|inst| inst.result == Some(v))
}

/// From a block's end to before one of its instructions.
fn walk_back(func: &Func, block: BlockId, inst: usize, mut live: Set) -> Set {
    let computed = |v: Value| !matches!(func.body.values[v.index()].1, Def::Const(_));
    let block = &func.body[block];
    let need = |live: &mut Set, v: Value| {
        if computed(v) {
            live.add(v);
        }
    };
    block.term.each_use(|v| need(&mut live, v));
    for inst in block.insts.iter().skip(inst).rev() {
        inst.result.iter().for_each(|v| live.remove(*v));
        inst.args.iter().for_each(|v| need(&mut live, *v));
    }
    live
}

/// A set of values, one bit each.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Set(Vec<u64>);

impl Set {
    fn new(values: usize) -> Set {
        Set(vec![0; values.div_ceil(64)])
    }
    fn add(&mut self, v: Value) {
        self.0[v.index() / 64] |= 1 << (v.index() % 64);
    }
    fn remove(&mut self, v: Value) {
        self.0[v.index() / 64] &= !(1 << (v.index() % 64));
    }
    fn add_all(&mut self, other: &Set) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }
    fn values(&self) -> Vec<Value> {
        let bits = |(i, word): (usize, &u64)| {
            let word = *word;
            (0..64).filter(move |b| word >> b & 1 == 1).map(move |b| Value((i * 64 + b) as u32))
        };
        self.0.iter().enumerate().flat_map(bits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::parse::parse;
    use crate::ir::print::Names;

    /// The printed names of what is live before each of the given points of the text's first function.
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
            assert_eq!(show(live.live_in(id)), show(live.before(func, id, 0)), "the start of {id:?}");
        }
        points.iter().map(|(block, inst)| show(live.before(func, BlockId(*block), *inst))).collect()
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
