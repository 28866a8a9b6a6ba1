//! Tests each pass alone: text in, text out, and both regions do the same.
//!
//! `testdata/opt/<pass>/<claim>.ir` holds a program, a region, a line of dashes, and the region after the
//! pass: in full, as a pattern ([`super::compare`]), or the word `unchanged`. `BLESS=1` writes the found
//! text. A wrong result cannot be blessed, since the regions before and after are also run, interpreted and
//! native; so are the results of all other passes on the same region, each alone and all together.
//!
//! The same is done with regions that are recorded from random programs with random counters: each pass on
//! the recorded region, and at its place in the pass order. `WIRELENS_CASES=n` runs n times as many.

use super::forced::counters;
use super::generate;
use super::rng::Rng;
use super::{cases, compare, golden, hosts, regions};
use crate::ir::parse::extend;
use crate::ir::print::print_region;
use crate::ir::{BlockId, FuncId, Program, Region, Root};
use crate::opt::{PASSES, Pass, Run, optimize, verify};
use crate::record::{Plan, Speculation, record};
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The passes without duplicates.
fn passes() -> BTreeMap<&'static str, Run> {
    PASSES.iter().map(|pass| (pass.name, pass.run)).collect()
}

/// Pads the blocks of the text's functions with instructions up to the largest index that an exit's frame
/// refers to, so that tests need not write them.
fn padded(given: &str) -> String {
    let mut needed: HashMap<(&str, &str), usize> = HashMap::new();
    for line in given.lines().filter(|line| line.starts_with('e')) {
        let words: Vec<&str> = line.split(' ').collect();
        for pair in words.windows(2) {
            if let [func, place] = pair
                && let Some((block, number)) = place.split_once(':')
                && let Ok(number) = number.parse::<usize>()
            {
                let most = needed.entry((func, block)).or_default();
                *most = number.max(*most);
            }
        }
    }
    let (mut text, mut func, mut block, mut written) = (String::new(), None, "", 0);
    let mut lines = given.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("fn ") {
            func = rest.split('(').next();
        } else if let Some((label, _)) = line.split_once([':', '(']).filter(|_| line.starts_with('b')) {
            (block, written) = (label, 0);
        } else if line.starts_with("region ") {
            func = None;
        } else if let (Some(func), true) = (func, line.starts_with("  ")) {
            let last = lines.peek().is_none_or(|next| !next.starts_with("  "));
            let padding = needed.get(&(func, block)).map_or(0, |needed| needed.saturating_sub(written));
            for i in 0..if last { padding } else { 0 } {
                text += &format!("  v{} = not true\n", 9_000 + 100 * block[1..].parse().unwrap_or(0) + i);
            }
            written += 1;
        }
        text += line;
        text.push('\n');
    }
    text
}

fn load(given: &str, path: &std::path::Path) -> (Program, Region) {
    let (program, regions) =
        extend(hosts::program(), &padded(given)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let region = regions.into_iter().next().unwrap_or_else(|| panic!("{}: no region", path.display()));
    (program, region)
}

fn check(pass: &str) {
    let files = golden(&format!("opt/{pass}"));
    let mut wrong = vec![];
    for (path, given, expected) in &files {
        let name = format!("{pass}/{}", path.file_name().expect("a file has a name").display());
        // Panics are caught so that all failures are reported, not only the first.
        match catch_unwind(|| file(pass, &name, load(given, path))) {
            Ok(found) => wrong.extend(compare(path, given, expected, &found)),
            Err(_) => wrong.push(format!("{name}: see above")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let declines = files
        .iter()
        .filter(|(path, ..)| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("not-")));
    assert!(
        files.len() >= 5 && declines.count() >= 1,
        "'{pass}' needs tests of what it does and does not do"
    );
}

/// Runs a file's region before and after the pass, and returns the text of the pass's result.
fn file(pass: &str, name: &str, (program, region): (Program, Region)) -> String {
    let passes = passes();
    let after = |run: &dyn Fn(&mut Region)| {
        let mut after = region.clone();
        run(&mut after);
        if let Err(e) = verify(&program, &after) {
            panic!("{name}: {e}\n{}", print_region(&program, &after));
        }
        after
    };
    let same = |after: &Region, seeds: u64, what: &str| {
        regions::same(&program, &region, after, 0..cases(seeds), &format!("{name}{what}"))
    };
    let own = after(&|r| passes[pass](&program, r));
    let ended = same(&own, 150, "");
    assert!(ended > 20, "{name}: only {ended} runs came to an end");
    for (other, run) in passes.iter().filter(|(other, _)| **other != pass) {
        let both = after(&|r| {
            passes[pass](&program, r);
            run(&program, r);
        });
        same(&both, 8, &format!(", then {other}"));
        same(&after(&|r| run(&program, r)), 8, &format!(" by {other}"));
    }
    same(&after(&|r| optimize(&program, r, &[], true)), 40, ", all passes");
    let text = print_region(&program, &own);
    if text == print_region(&program, &region) { "unchanged\n".to_string() } else { text }
}

/// The outcome of tests with random regions.
#[derive(Default)]
struct Counts {
    /// How often each pass changed a region.
    changed: BTreeMap<&'static str, u64>,
    /// How many runs ended.
    ended: usize,
}

/// Runs regions of a random program before and after each pass.
fn random(seed: u64, counts: &mut Counts) {
    let text = generate::program(seed);
    let (program, _) = extend(hosts::program(), &text).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{text}"));
    let mut rng = Rng::new(seed ^ 0x9A55);
    let plan = Plan::new(&program);
    let mut roots = vec![];
    for func in (0..program.funcs.len() as u32).map(FuncId) {
        let headers = plan.cfg(func).loops().iter().map(|l| l.header);
        roots.extend(headers.chain([BlockId(0)]).map(|block| Root { func, block }));
    }
    for _ in 0..3 {
        let (root, profile) = (*rng.pick(&roots), counters(&program, &mut rng));
        let Ok(mut region) = record(&program, &plan, &profile, &Speculation::default(), root) else {
            continue;
        };
        let mut after = |pass: &Pass, before: &Region, what: &str| {
            let mut after = before.clone();
            (pass.run)(&program, &mut after);
            let what = format!("seed {seed}, {root:?}, {}{what}", pass.name);
            if let Err(e) = verify(&program, &after) {
                panic!(
                    "{what}: {e}\n{}\nafter:\n{}",
                    print_region(&program, before),
                    print_region(&program, &after)
                );
            }
            if after != *before {
                *counts.changed.entry(pass.name).or_default() += 1;
                counts.ended += regions::same(&program, before, &after, 0..6, &what);
            }
            after
        };
        for (name, run) in passes() {
            after(&Pass::new(name, run), &region, " alone");
        }
        let all = PASSES.iter().flat_map(|pass| [pass].into_iter().chain(pass.then));
        for (i, pass) in all.enumerate() {
            region = after(pass, &region, &format!(", number {i} of all"));
        }
    }
}

#[test]
fn random_regions_do_the_same_after_each_pass() {
    let (mut counts, mut wrong) = (Counts::default(), vec![]);
    for seed in 0..cases(15) {
        // All seeds that fail are reported, not only the first.
        if catch_unwind(AssertUnwindSafe(|| random(seed, &mut counts))).is_err() {
            wrong.push(seed);
        }
    }
    assert!(wrong.is_empty(), "seeds {wrong:?}");
    let Counts { changed, ended } = counts;
    println!("{changed:?}, {ended} runs ended");
    assert!(ended > 1000, "only {ended} runs came to an end");
    assert!(changed.len() > 10, "only these passes did anything: {changed:?}");
}

/// Runs the regions of one seed: `WIRELENS_SEED=7 cargo test passes::one_seed`.
#[test]
fn one_seed() {
    if let Some(seed) = std::env::var("WIRELENS_SEED").ok().and_then(|s| s.parse().ok()) {
        random(seed, &mut Counts::default());
    }
}

/// Each pass has a folder of tests; to run one: `WIRELENS_PASS=fold cargo test passes::each`.
#[test]
fn each_pass_does_what_its_tests_say() {
    let one = std::env::var("WIRELENS_PASS").ok();
    let chosen = passes().into_keys().filter(|pass| one.as_ref().is_none_or(|one| one == pass));
    let wrong: Vec<&str> = chosen.filter(|pass| catch_unwind(|| check(pass)).is_err()).collect();
    assert!(wrong.is_empty(), "the tests of {wrong:?} fail: see above");
}

/// An unchecked read needs a proof that dominates it, or the verifier reports it.
#[test]
fn a_read_that_nothing_proves_is_reported() {
    let region = |body: &str| {
        let text = format!(
            "fn f(v0: view, v1: i64) -> i64 {{\nb0:\n  return 0\n}}\n\
             region f@b0(v0: view = v0, v1: i64 = v1) {{\nb0:\n{body}}}\n\
             e0: f b0:0 v0=v0 v1=v1\ne1: f b0:0 v0=v0 v1=v1\n"
        );
        let (program, region) = load(&text, std::path::Path::new(body));
        verify(&program, &region)
    };
    let branch = "  v2 = fits v0, v1, 8\n  branch v2, b1, b2\n";
    let proven = [
        "  v2 = load.i64 v0, 0 !e0\n  v3 = load.u8 v0, 7\n  exit e1\n",
        &format!("{branch}b1:\n  v3 = load.i64 v0, v1\n  exit e0\nb2:\n  exit e1\n"),
        // Unreachable code reads nothing.
        "  branch false, b1, b2\nb1:\n  v2 = load.i64 v0, v1\n  exit e0\nb2:\n  exit e1\n",
    ];
    for body in proven {
        assert_eq!(region(body), Ok(()), "{body}");
    }
    let unproven = [
        "  v2 = load.i64 v0, 0\n  exit e1\n",
        // The proof comes after the read.
        "  v2 = load.u8 v0, 7\n  v3 = load.i64 v0, 0 !e0\n  exit e1\n",
        &format!("  v3 = slice v0, v1, 8\n{branch}b1:\n  exit e0\nb2:\n  exit e1\n"),
        // The read is in the other arm, or after the join.
        &format!("{branch}b1:\n  exit e0\nb2:\n  v3 = load.i64 v0, v1\n  exit e1\n"),
        &format!("{branch}b1:\n  jump b3\nb2:\n  jump b3\nb3:\n  v3 = slice v0, v1, 8\n  exit e1\n"),
        // One byte more than is proven; another view.
        &format!("{branch}b1:\n  v3 = slice v0, v1, 9\n  exit e0\nb2:\n  exit e1\n"),
        "  v2 = slice v0, 8, 8 !e0\n  v3 = load.i64 v2, 8\n  exit e1\n",
        "  v2 = slice v0, 8, 8 !e0\n  v3 = load.pair v2, 0\n  exit e1\n",
    ];
    for body in unproven {
        let found = region(body);
        assert!(found.as_ref().is_err_and(|e| e.contains("nothing proves")), "{found:?}\n{body}");
    }
}
