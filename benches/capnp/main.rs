//! Cap'n Proto: who reads it how fast. `cargo bench --bench capnp [CASE...]`
//!
//! Cases: [`triangles`] as a stream and as a list, [`parking`] lots, [`search`] results, [`expression`] trees, and messages
//! of [`mixed`] shapes. For each two tables: in cache (64 kB, again and again), and out of it (about 80 MB in
//! a file in the temporary directory, mapped, warm page cache). One thread. Ratios refer to `generated`.
//!
//! * `generated`: the readers that `capnpc` makes from `schemas/*.capnp`, over the crate's flat slices;
//! * `reflection`: the crate's dynamic readers, with fields looked up beforehand (in cache only: it takes long);
//! * `hand`: [`hand`], with all checks, in safe Rust;
//! * `hand-guarded`: the same, but sizes are constants as long as pointers have the shape that nearly all have;
//! * `hand-predicted`: the same, but each pointer is only compared with what follows from the one before it;
//! * `wirelens`, `interp`: the library's own, as native code and interpreted (in cache only).
//!
//! All have the same bytes and the same limits. All must find what the data's maker put there, or the bench fails.

use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

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

use data::Made;
use measure::{Line, table};

/// Words of a message that may be traversed: the format's default is too little for a list of a million triangles.
const LIMIT: usize = 64 << 20;

/// What a contender found: sums of doubles, up to the order of additions (where there is one only, the other is 0), or a sum of integers.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Floats(f64, f64),
    Whole(i64),
}

/// What `add` sums up.
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

/// Something to find out from messages, and who does it.
struct Case {
    name: String,
    /// What is counted as a record.
    record: &'static str,
    /// What `make` is given for about 64 kB, and for the file.
    in_cache: usize,
    whole: usize,
    make: fn(usize) -> Made,
    /// The first is what ratios refer to.
    contenders: Vec<Contender>,
}

type Run = Box<dyn Fn(&[u8]) -> Answer>;

/// Somebody who reads messages at an address that is a multiple of eight.
struct Contender {
    name: &'static str,
    run: Run,
    slow: bool,
}

impl Contender {
    fn new(name: &'static str, run: impl Fn(&[u8]) -> Answer + 'static) -> Contender {
        Contender { name, run: Box::new(run), slow: false }
    }

    /// One who takes so long that what is in the cache is enough.
    fn slow(name: &'static str, run: impl Fn(&[u8]) -> Answer + 'static) -> Contender {
        Contender { name, run: Box::new(run), slow: true }
    }
}

/// Fields of a struct, for reflection.
fn fields<S: Introspect, const N: usize>(names: [&str; N]) -> [Field; N] {
    let TypeVariant::Struct(raw) = S::introspect().which() else { panic!("not a struct") };
    names.map(|name| StructSchema::new(raw).get_field_by_name(name).expect("the schema has it"))
}

fn in_cache(case: &Case) {
    let made = (case.make)(case.in_cache);
    let bytes: &[u8] = bytemuck::cast_slice(&made.words);
    let mut lines: Vec<Line> = case
        .contenders
        .iter()
        .map(|c| {
            // As many passes as take about 8 ms, measured once for each.
            check(c, bytes, &made);
            let start = Instant::now();
            black_box((c.run)(black_box(bytes)));
            let passes = (8_000_000 / start.elapsed().as_nanos().max(1)).clamp(1, 10_000) as u32;
            Line::new(c.name, move || {
                let start = Instant::now();
                let answer = (0..passes).fold(None, |_, _| Some(black_box((c.run)(black_box(bytes)))));
                (start.elapsed() / passes, answer.expect("at least one"))
            })
        })
        .collect();
    let title = format!("{}, in cache: {} bytes, {} {}", case.name, bytes.len(), made.records, case.record);
    table(&title, made.records as f64, 15, &mut lines, || {});
}

fn out_of_cache(case: &Case, dir: &Path, messages: usize) {
    let made = (case.make)(messages);
    let path = dir.join("messages");
    std::fs::write(&path, bytemuck::cast_slice(&made.words)).expect("the temporary directory takes a file");
    let file = File::open(&path).expect("our own file");
    // SAFETY: nobody writes to the file while the bench runs.
    let map = unsafe { memmap2::Mmap::map(&file) }.expect("it can be mapped");
    let made = Made { words: vec![], ..made };
    let contenders = case.contenders.iter().filter(|c| !c.slow);
    let mut lines: Vec<Line> = contenders
        .map(|c| {
            check(c, &map, &made);
            Line::new(c.name, || {
                let start = Instant::now();
                let answer = black_box((c.run)(black_box(&map)));
                (start.elapsed(), answer)
            })
        })
        .collect();
    let title = format!("{}, out of cache: {} bytes, {} {}", case.name, map.len(), made.records, case.record);
    table(&title, made.records as f64, 9, &mut lines, || {});
}

fn check(contender: &Contender, bytes: &[u8], made: &Made) {
    let answer = (contender.run)(bytes);
    assert!(agree(answer, made.answer), "{} finds {answer:?}, not {:?}", contender.name, made.answer);
}

/// A directory that goes with the value, also on panic.
struct TempDir(PathBuf);

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs benches too, with no `--bench`: there it only shows that all agree.
    let test = !args.iter().any(|a| a == "--bench");
    let wanted: Vec<&String> = args.iter().filter(|a| !a.starts_with('-')).collect();
    let dir = TempDir(std::env::temp_dir().join(format!("wirelens-bench-{}", std::process::id())));
    std::fs::create_dir(&dir.0).expect("the temporary directory takes a directory");
    let mut cases =
        vec![triangles::stream(), triangles::list(), parking::case(), search::case(), expression::case()];
    cases.extend(mixed::cases());
    for case in cases.iter().filter(|c| wanted.is_empty() || wanted.contains(&&c.name)) {
        in_cache(case);
        out_of_cache(case, &dir.0, if test { case.in_cache } else { case.whole });
    }
}
