//! Recordings of programs with given counters, as text; and the instructions in the inner loop of the
//! barycenter.
//!
//! `testdata/record/<claim>.ir` holds a program and, in comments, the counters: `; root f b1`, `; arm f b1 0
//! = 500` (taken 500 times), `; promote f b0 1 = 7` (seen forty times in a row), `; grown f b1 1` (an arm
//! whose exit was hot), `; varying f b0 1` (a promoted value that was not steady). Block names are those of
//! the printed text. After the line of dashes follows the region, or the reason why there is none.

use super::{cases, compare, golden, hosts, regions};
use crate::interp::Profile;
use crate::ir::parse::extend;
use crate::ir::print::{Names, print_region};
use crate::ir::{Arm, BlockId, FuncId, Inst, Op, Program, Region, Root, Term};
use crate::opt::{PASSES, optimize, verify};
use crate::query::values::Values as Totals;
use crate::record::{Plan, Speculation, record};

/// A function and a block, by their names.
fn place(program: &Program, func: &str, block: &str) -> (FuncId, BlockId) {
    let id = program.func(func).unwrap_or_else(|| panic!("no function {func}"));
    let number: usize =
        block.trim_start_matches('b').parse().unwrap_or_else(|_| panic!("{block} is no block"));
    (id, Names::of(&program.funcs[id.index()].body).order[number])
}

fn recorded(program: &Program, given: &str) -> Result<Region, String> {
    let mut profile = Profile::new(program);
    let mut speculation = Speculation::default();
    let mut root = None;
    for line in given.lines().filter_map(|l| l.strip_prefix("; ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |i: usize| words[i].parse::<u32>().unwrap_or_else(|_| panic!("{line}: no number"));
        match words[..] {
            ["root", func, block] => {
                let (func, block) = place(program, func, block);
                root = Some(Root { func, block });
            }
            ["arm", func, block, _, "=", _] => {
                let (func, block) = place(program, func, block);
                (0..number(5)).for_each(|_| profile.take(Arm { func, block, index: number(3) }));
            }
            ["promote", func, block, _, "=", value] => {
                let (func, block) = place(program, func, block);
                let value = value.parse().expect("an integer");
                (0..40).for_each(|_| profile.promote((func, block, number(3)), value));
            }
            ["grown", func, block, _] => {
                let (func, block) = place(program, func, block);
                speculation.arms.insert(Arm { func, block, index: number(3) });
            }
            ["varying", func, block, _] => {
                let (func, block) = place(program, func, block);
                speculation.varying.insert((func, block, number(3)));
            }
            _ => {}
        }
    }
    let root = root.expect("a root is given");
    record(program, &Plan::new(program), &profile, &speculation, root).map_err(|abort| abort.to_string())
}

#[test]
fn regions_are_recorded_as_the_counters_say() {
    let mut wrong = vec![];
    let files = golden("record");
    assert!(files.len() >= 10);
    for (path, given, expected) in &files {
        let name = path.display();
        let (program, _) = extend(hosts::program(), given).unwrap_or_else(|e| panic!("{name}: {e}"));
        let found = match recorded(&program, given) {
            Ok(region) => {
                assert_eq!(verify(&program, &region), Ok(()), "{name}");
                let mut optimized = region.clone();
                optimize(&program, &mut optimized, &[], true);
                regions::same(&program, &region, &optimized, 0..cases(60), &name.to_string());
                for pass in PASSES {
                    let mut without = region.clone();
                    optimize(&program, &mut without, &[pass.name], true);
                    let what = format!("{name} without {}", pass.name);
                    regions::same(&program, &region, &without, 0..cases(4), &what);
                }
                print_region(&program, &region)
            }
            Err(why) => format!("refused: {why}\n"),
        };
        wrong.extend(compare(path, given, expected, &found));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The main use case: six loads, six additions, at most one check a record.
#[test]
fn the_inner_loop_of_the_barycenter_is_as_short_as_it_can_be() {
    let schema = crate::Schema::from_c(
        "<schema>",
        "struct Point { double x; double y; }; struct Triangle { Point a; Point b; Point c; };",
    )
    .expect("it is C");
    let sums = crate::Barycenter::new(&schema, "Triangle", None, None).expect("it has points").sums;
    let barycenter = Totals::totals(&schema, "Triangle", &[&sums[0], &sums[1]]).expect("they are numbers");
    let (engine, totals) = barycenter.inside();
    let program = &engine.program;
    let plan = Plan::new(program);
    let block = plan.cfg(totals.chunk).loops()[0].header;
    let root = Root { func: totals.chunk, block };
    let mut region = record(program, &plan, &Profile::new(program), &Speculation::default(), root)
        .expect("it is recorded");
    // Vectors and unrolled iterations would have to be divided again.
    optimize(program, &mut region, &["slp", "unroll"], true);
    let text = print_region(program, &region);
    let cfg = crate::ir::cfg::Cfg::new(&region.body);
    let inner = cfg.loops().iter().max_by_key(|l| l.parent.is_some()).expect("there is a loop");
    assert!(inner.parent.is_some(), "a loop over blocks, and one over the records of each\n{text}");
    let insts: Vec<&Inst> = inner.blocks.iter().flat_map(|b| &region.body[*b].insts).collect();
    let count = |f: &dyn Fn(&Inst) -> bool| insts.iter().filter(|i| f(i)).count();
    let floats = |i: &Inst| i.result.is_some_and(|v| region.body.ty(v) == crate::ir::Type::F64);
    assert_eq!(count(&|i| matches!(i.op, Op::Load(..) | Op::LoadPair)), 6, "loads\n{text}");
    assert_eq!(count(&|i| i.op == Op::Add && floats(i)), 6, "additions of floats\n{text}");
    let exits = count(&|i| i.exit.is_some());
    let branches = inner.blocks.iter().filter(|b| !matches!(region.body[**b].term, Term::Jump(_))).count();
    assert!(exits == 0 && branches <= 1, "{exits} checks and {branches} branches\n{text}");
    assert_eq!(count(&|i| matches!(i.op, Op::New(_) | Op::Get(..) | Op::Set(..))), 0, "objects\n{text}");
    compare_flagship(&text);
}

fn compare_flagship(found: &str) {
    let path = super::testdata("opt").join("barycenter.txt");
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if super::bless() && expected != found {
        std::fs::write(&path, found).expect("test data can be written");
        return;
    }
    assert_eq!(found, expected, "{}", path.display());
}
