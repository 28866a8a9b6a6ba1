//! Cap'n Proto: the speed of several readers. `cargo bench --bench capnp [CASE...]`
//!
//! Cases: [`triangles`] as a stream and as a list, [`parking`] lots, [`search`] results, [`expression`]
//! trees, and messages of [`mixed`] shapes. Each has two tables: in cache (64 kB, repeatedly), and out of
//! cache (about 80 MB in a file in the temporary directory, mapped, warm page cache), both in steady state;
//! the warm-up is shown at the end. One thread. Ratios refer to `generated`.
//!
//! * `generated`: the readers that `capnpc` makes from `schemas/*.capnp`, over the crate's flat slices;
//! * `reflection`: the crate's dynamic readers, with fields looked up beforehand (in cache only: it takes
//!   long);
//! * `hand`: [`hand`], with all checks, in safe Rust;
//! * `hand-guarded`: the same, but sizes are constants if the pointers have the most common shape;
//! * `hand-predicted`: the same, but each pointer is only compared with the prediction from the previous one;
//! * `wirelens`, `interp`: this library, as native code and interpreted (in cache only).
//!
//! All have the same bytes and the same limits. The bench fails unless all find the answer of the data's
//! generator.

use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use capnp::introspect::{Introspect, TypeVariant};
use capnp::schema::{Field, StructSchema};

mod data;
mod expression;
mod flat;
mod hand;
#[path = "../rivals/measure.rs"]
mod measure;
mod mixed;
mod ours;
mod parking;
mod search;
mod triangles;
#[path = "../rivals/warm.rs"]
mod warm;

use data::Made;
use measure::{Line, table};
use warm::{Rounds, WarmUps, testing};
use wirelens::Stats;

/// Words of a message that may be traversed: the format's default is too small for a list of a million
/// triangles.
const LIMIT: usize = 64 << 20;

/// The answer of a contender: sums of doubles, compared up to the order of additions (if there is only one,
/// the other is 0), or a sum of integers.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Floats(f64, f64),
    Whole(i64),
}

/// The sum that `add` computes.
fn whole(add: impl FnOnce(&mut i64)) -> Answer {
    let mut sum = 0;
    add(&mut sum);
    Answer::Whole(sum)
}

fn agree(a: Answer, b: Answer) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs().max(b.abs());
    match (a, b) {
        (Answer::Floats(a, b), Answer::Floats(c, d)) => close(a, c) && close(b, d),
        (Answer::Whole(a), Answer::Whole(b)) => a == b,
        _ => false,
    }
}

/// A task over messages, and its contenders.
struct Case {
    name: String,
    /// The unit that is counted as a record.
    record: &'static str,
    /// The argument of `make` for about 64 kB, and for the file.
    in_cache: usize,
    whole: usize,
    make: fn(usize) -> Made,
    /// Ratios refer to the first contender.
    contenders: Vec<Contender>,
}

type Run = Box<dyn Fn(&[u8]) -> Answer>;

/// A reader of messages at an address that is a multiple of eight.
struct Contender {
    name: &'static str,
    run: Run,
    /// The statistics of its engine, if it has one that needs a warm-up.
    stats: Option<Box<dyn Fn() -> Stats>>,
    slow: bool,
}

impl Contender {
    fn new(name: &'static str, run: impl Fn(&[u8]) -> Answer + 'static) -> Contender {
        Contender { name, run: Box::new(run), stats: None, slow: false }
    }

    /// A contender with an engine.
    fn warmed(
        name: &'static str,
        run: impl Fn(&[u8]) -> Answer + 'static,
        stats: impl Fn() -> Stats + 'static,
    ) -> Contender {
        Contender { stats: Some(Box::new(stats)), ..Contender::new(name, run) }
    }

    /// A contender that is measured in cache only, since it takes long.
    fn slow(name: &'static str, run: impl Fn(&[u8]) -> Answer + 'static) -> Contender {
        Contender { slow: true, ..Contender::new(name, run) }
    }
}

/// Fields of a struct, for reflection.
fn fields<S: Introspect, const N: usize>(names: [&str; N]) -> [Field; N] {
    let TypeVariant::Struct(raw) = S::introspect().which() else { panic!("not a struct") };
    names.map(|name| StructSchema::new(raw).get_field_by_name(name).expect("the schema has it"))
}

fn in_cache(warm: &mut WarmUps, case: &Case) {
    let made = (case.make)(case.in_cache);
    compare(warm, case, "in cache", Rounds::Short, bytemuck::cast_slice(&made.words), &made);
}

fn out_of_cache(warm: &mut WarmUps, case: &Case, dir: &Path, messages: usize) {
    let made = (case.make)(messages);
    let path = dir.join("messages");
    std::fs::write(&path, bytemuck::cast_slice(&made.words)).expect("the temporary directory takes a file");
    let file = File::open(&path).expect("our own file");
    // SAFETY: nobody writes to the file while the bench runs.
    let map = unsafe { memmap2::Mmap::map(&file) }.expect("it can be mapped");
    compare(warm, case, "out of cache", Rounds::Long, &map, &Made { words: vec![], ..made });
}

fn compare(warm: &mut WarmUps, case: &Case, place: &str, rounds: Rounds, bytes: &[u8], made: &Made) {
    let contenders = case.contenders.iter().filter(|c| rounds == Rounds::Short || !c.slow);
    let lines = contenders.map(|c| {
        let line = Line::new(c.name, || (c.run)(black_box(bytes)));
        if let Some(stats) = &c.stats { line.warmed(stats) } else { line }
    });
    let mut lines: Vec<Line> = lines.collect();
    let title = format!("{}, {place}: {} bytes, {} {}", case.name, bytes.len(), made.records, case.record);
    table(warm, &title, rounds, made.records as f64, Some(made.answer), &mut lines, || {});
}

/// A directory that is removed when the value is dropped, also on panic.
struct TempDir(PathBuf);

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let wanted: Vec<&String> = args.iter().filter(|a| !a.starts_with('-')).collect();
    let dir = TempDir(std::env::temp_dir().join(format!("wirelens-bench-{}", std::process::id())));
    std::fs::create_dir(&dir.0).expect("the temporary directory takes a directory");
    let mut cases =
        vec![triangles::stream(), triangles::list(), parking::case(), search::case(), expression::case()];
    cases.extend(mixed::cases());
    let mut warm = WarmUps::new();
    for case in cases.iter().filter(|c| wanted.is_empty() || wanted.contains(&&c.name)) {
        in_cache(&mut warm, case);
        out_of_cache(&mut warm, case, &dir.0, if testing() { case.in_cache } else { case.whole });
    }
    warm.print();
}
