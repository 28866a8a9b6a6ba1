//! Chains: generators of generators, calls of calls, lists in records. `cargo bench --bench chains`
//!
//! Three kinds of tables of ratios, all in steady state, and the warm-up; all contenders of a table must
//! agree.
//!
//! * **Generators**: instructions for each number that a generator yields, as the difference of two runs of
//!   the command under `valgrind`, both of which include the warm-up, and their ratio to those of the plain
//!   loop. (Without `valgrind` this table is left out. The runs are long, since compilation is slow under it,
//!   and the interpreter continues meanwhile.)
//! * **Recursion**: trees of arithmetic of several depths, evaluated by `examples/expression.py`, compared
//!   with the readers that `capnpc` generates.
//! * **Lists**: records with lists of any length, compared with the same readers.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use capnp::message::{Builder, HeapAllocator, ReaderOptions};
use capnp::serialize::read_message_from_flat_slice;
use wirelens::{Input, Limits, Options, Schema, Script};

#[path = "../rivals/measure.rs"]
mod measure;
#[path = "../rivals/warm.rs"]
mod warm;

use measure::{Line, table};
use readers::expression_capnp::Operation;
use readers::expression_capnp::expression;
use readers::parking_capnp;
use warm::{Rounds, WarmUps, instructions, testing};

type Answer = i64;

fn agree(a: Answer, b: Answer) -> bool {
    a == b
}

fn main() {
    let mut warm = WarmUps::new();
    if !testing() && generators().is_none() {
        println!("note: there is no valgrind to count instructions with");
    }
    recursion(&mut warm);
    lists(&mut warm);
    warm.print();
}

// ---- generators

fn generators() -> Option<()> {
    let sums =
        ["loop", "generator", "nested", "chained", "kept", "given", "expression", "iterator", "asked", "two"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines: Vec<(&str, f64)> = vec![];
    let mut answer = None;
    for name in sums {
        let script = root.join("benches/chains/sums.py");
        lines.push((name, each(&script, name, 2_000_000, 4_000_000, &mut answer)?));
    }
    for name in ["triples_loops", "triples_generator"] {
        let script = root.join("examples").join(format!("{name}.py"));
        // The number of pairs that are tried up to a perimeter.
        let pairs = |p: i64| (1..=p / 3).map(|a| ((p - a) / 2 - a).max(0)).sum::<i64>() as f64;
        let few = count(&script, &["9000"], &mut None)?;
        let many = count(&script, &["12000"], &mut None)?;
        lines.push((name, (many - few) / (pairs(12_000) - pairs(9000))));
    }
    println!("\n{:<34} {:>12} {:>8}", "generators: steady state", "instructions", "ratio");
    for (name, each) in &lines {
        let ratio = each / lines[0].1;
        match sums.contains(name) {
            true => println!("{name:<34} {each:>12.2} {ratio:>8.3}"),
            false => println!("{name:<34} {each:>12.2}"),
        }
    }
    Some(())
}

/// Instructions for each number, from the difference of two runs, if there is a `valgrind`.
fn each(script: &Path, name: &str, few: u32, many: u32, answer: &mut Option<String>) -> Option<f64> {
    let less = count(script, &[name, &few.to_string()], &mut None)?;
    let more = count(script, &[name, &many.to_string()], answer)?;
    Some((more - less) / f64::from(many - few))
}

/// Instructions of a run of the command, whose output must equal that of earlier runs.
fn count(script: &Path, args: &[&str], printed: &mut Option<String>) -> Option<f64> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    let (count, text) = instructions(command.arg("run").arg(script).args(args))?;
    assert_eq!(printed.get_or_insert(text.clone()), &text, "{args:?} prints something else");
    Some(count)
}

// ---- records

/// A script over messages, ready to run repeatedly.
fn compile(file: &str, text: &str, schema: &'static str) -> Script {
    let limits = Limits { nesting: 1 << 20, traversal: 1 << 40, ..Limits::default() };
    let load = |_: &str| Schema::from_capnp_text("schema.capnp", schema);
    Script::compile(file, text, &[file, "messages"], &limits, load).expect("the script is right")
}

/// The last word that a script prints is the answer.
fn ours(script: &Script, bytes: &[u8]) -> Answer {
    let input = Input::from_bytes(black_box(bytes));
    let printed = script.output(Some(&input), &Options::default()).expect("the bench made it");
    let text = String::from_utf8(printed.text).expect("it prints text");
    text.split_whitespace().next_back().and_then(|n| n.parse().ok()).expect("it ends with a number")
}

/// The generated readers: the sum of `read` over all messages.
fn theirs(
    mut bytes: &[u8],
    read: impl Fn(capnp::message::Reader<capnp::serialize::BufferSegments<&[u8]>>) -> capnp::Result<Answer>,
) -> Answer {
    let mut options = ReaderOptions::new();
    options.traversal_limit_in_words(None).nesting_limit(i32::MAX);
    let mut total = 0;
    while !bytes.is_empty() {
        let message = read_message_from_flat_slice(&mut bytes, options);
        total += message.and_then(&read).expect("the bench made it");
    }
    total
}

fn append(bytes: &mut Vec<u8>, message: &Builder<HeapAllocator>) {
    capnp::serialize::write_message(bytes, message).expect("memory takes it");
}

/// The generated readers and a script over the same messages.
fn compare(
    warm: &mut WarmUps,
    title: &str,
    records: usize,
    bytes: &[u8],
    generated: impl Fn(&[u8]) -> Answer,
    script: &Script,
) {
    let mut lines = [
        Line::new("generated", || generated(black_box(bytes))),
        Line::new("wirelens", || ours(script, bytes)).warmed(|| script.stats()),
    ];
    table(warm, title, Rounds::Long, records as f64, None, &mut lines, || {});
}

// ---- recursion

const EXPRESSION: &str = include_str!("../../schemas/expression.capnp");

fn recursion(warm: &mut WarmUps) {
    let nodes = if testing() { 20_000 } else { 1_000_000 };
    for depth in [10, 100, 400, 1000, 3000] {
        let trees = nodes / depth;
        let mut bytes = vec![];
        for i in 0..trees {
            let mut message = Builder::new(HeapAllocator::new().first_segment_words(6 * depth as u32 + 8));
            chain(message.init_root(), depth, i as i64);
            append(&mut bytes, &message);
        }
        evaluated(warm, &format!("recursion, chains {depth} deep"), trees * depth, &bytes);
    }
    let depth = 10;
    let mut bytes = vec![];
    for i in 0..nodes >> depth {
        let mut message = Builder::new(HeapAllocator::new().first_segment_words(6 << depth));
        balanced(message.init_root(), depth, i as i64);
        append(&mut bytes, &message);
    }
    evaluated(warm, &format!("recursion, full trees {depth} deep"), nodes, &bytes);
}

fn evaluated(warm: &mut WarmUps, title: &str, nodes: usize, bytes: &[u8]) {
    let script = compile("expression.py", include_str!("../../examples/expression.py"), EXPRESSION);
    let generated = |bytes: &[u8]| theirs(bytes, |message| readers::value_of_tree(message.get_root()?));
    compare(warm, title, nodes, bytes, generated, &script);
}

/// Each node adds or subtracts a value.
fn chain(mut tree: expression::Builder, depth: usize, value: i64) {
    tree.set_operation(if depth.is_multiple_of(3) { Operation::Subtract } else { Operation::Add });
    tree.reborrow().init_left().set_value(value);
    match depth {
        1 => tree.init_right().set_value(7),
        _ => chain(tree.init_right().init_expression(), depth - 1, value ^ 1),
    }
}

fn balanced(mut tree: expression::Builder, depth: usize, value: i64) {
    tree.set_operation(if value % 2 == 0 { Operation::Least } else { Operation::Add });
    if depth == 1 {
        tree.reborrow().init_left().set_value(value);
        return tree.init_right().set_value(depth as i64);
    }
    balanced(tree.reborrow().init_left().init_expression(), depth - 1, value + 1);
    balanced(tree.init_right().init_expression(), depth - 1, value + 2);
}

// ---- lists

/// The length of a record's list, from the record's number and the number of records.
type Length = fn(usize, usize) -> usize;

fn lists(warm: &mut WarmUps) {
    let cars = if testing() { 5_000 } else { 500_000 };
    let shapes: [(&str, usize, Length); 6] = [
        ("none", 0, |_, _| 0),
        ("0 to 4", 2, |i, _| i * 7 % 5),
        ("0 to 1,000", 500, |i, _| i * 7919 % 1001),
        ("1,000", 1000, |_, _| 1000),
        ("none, then 1,000", 500, |i, lots| if i < lots / 2 { 0 } else { 1000 }),
        ("1,000 of each hundredth", 10, |i, _| if i % 100 == 99 { 1000 } else { 0 }),
    ];
    for (name, about, length) in shapes {
        let lots = cars / (about + 1);
        let (mut bytes, mut all) = (vec![], 0);
        for i in 0..lots {
            let n = length(i, lots);
            all += n + 1;
            let mut message = Builder::new(HeapAllocator::new().first_segment_words(10 * n as u32 + 16));
            let mut list = message.init_root::<parking_capnp::lot::Builder>().init_cars(n as u32);
            for k in 0..n {
                let mut car = list.reborrow().get(k as u32);
                car.set_seats((k % 7) as u8);
                car.set_doors((i % 5) as u8);
            }
            append(&mut bytes, &message);
        }
        let script = compile("lots.py", include_str!("lots.py"), include_str!("../../schemas/parking.capnp"));
        let generated = |bytes: &[u8]| {
            theirs(bytes, |message| {
                let cars = message.get_root::<parking_capnp::lot::Reader>()?.get_cars()?;
                Ok(cars.iter().map(|car| i64::from(car.get_seats()) * i64::from(car.get_doors())).sum())
            })
        };
        let title = format!("lists of {name}: by record and element");
        compare(warm, &title, all, &bytes, generated, &script);
    }
}
