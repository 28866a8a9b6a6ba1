//! Each pass by itself: text in, text out, and both do the same.
//!
//! `testdata/opt/<pass>/<claim>.ir` holds a program, a region, a line of dashes, and the region as the pass leaves it. `BLESS=1`
//! writes what is found. A wrong text cannot be blessed in, since before and after are run as well, interpreted and
//! native; and so is what all other passes, and all of them together, make of the same region.

use super::{cases, compare, golden, hosts, regions};
use crate::ir::parse::extend;
use crate::ir::print::print_region;
use crate::ir::verify::verify_region;
use crate::ir::{Program, Region};
use crate::opt::{PASSES, optimize};
use std::collections::BTreeMap;
use std::panic::catch_unwind;

/// The passes, each once.
fn passes() -> BTreeMap<&'static str, fn(&Program, &mut Region)> {
    PASSES.iter().map(|pass| (pass.name, pass.run)).collect()
}

fn load(given: &str, path: &std::path::Path) -> (Program, Region) {
    let (program, regions) =
        extend(hosts::program(), given).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let region = regions.into_iter().next().unwrap_or_else(|| panic!("{}: no region", path.display()));
    (program, region)
}

fn check(pass: &str) {
    let files = golden(&format!("opt/{pass}"));
    let mut wrong = vec![];
    for (path, given, expected) in &files {
        let name = format!("{pass}/{}", path.file_name().expect("a file has a name").display());
        // All that is wrong is told, not only the first: hence the catching.
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

/// Runs a file's region before and after, and gives the text of what the pass made of it.
fn file(pass: &str, name: &str, (program, region): (Program, Region)) -> String {
    let passes = passes();
    let after = |run: &dyn Fn(&mut Region)| {
        let mut after = region.clone();
        run(&mut after);
        if let Err(e) = verify_region(&program, &after) {
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
    same(&after(&|r| optimize(&program, r, &[])), 40, ", all passes");
    print_region(&program, &own)
}

macro_rules! tests {
    ($($pass:ident)*) => {
        $(#[test] fn $pass() { check(stringify!($pass)); })*

        #[test]
        fn every_pass_is_tested() {
            let tested = [$(stringify!($pass)),*];
            for pass in passes().keys() {
                assert!(tested.contains(pass), "'{pass}' has no test here");
            }
        }
    };
}
tests!(cells virtuals polls thread shape split fold number implied select hoist unroll pack bounds dead);
