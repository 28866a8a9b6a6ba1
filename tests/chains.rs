//! Chains of calls, of generators, and of lists within records: work that the engine must not do for each
//! link. Work is counted, never timed.

use wirelens::{Input, Limits, Options, Schema, Script, Stats};

/// Runs a script over an input; returns its output and the statistics.
fn run(
    text: &str,
    args: &[&str],
    schema: Option<&str>,
    bytes: &[u8],
    limits: Limits,
) -> Result<(String, Stats), String> {
    let load = |_: &str| {
        Ok(Schema::from_capnp_text("schema.capnp", schema.expect("one is named")).expect("it is right"))
    };
    let script = Script::compile("chain.py", text, args, &limits, load).expect("it is right");
    let input = Input::from_bytes(bytes);
    let input = script.input().map(|_| &input);
    let ended = script.output(input, &Options::default()).map_err(|error| error.to_string())?;
    Ok((String::from_utf8(ended.text).expect("it prints text"), ended.stats))
}

/// One message in one segment.
fn message(words: &[u64], to: &mut Vec<u8>) {
    to.extend([0u32, words.len() as u32].iter().flat_map(|half| half.to_le_bytes()));
    to.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}

/// A struct pointer in the word `from` to a struct that begins at the word `to`.
fn to_struct(from: usize, to: usize, data: u64, pointers: u64) -> u64 {
    u64::from(((to as i32 - from as i32 - 1) << 2) as u32) | data << 32 | pointers << 48
}

const NODE: &str = "@0xc1bd5bb6d8e7641e; struct Node { value @0 :Int64; next @1 :Node; }";

/// A linked list of `depth` nodes with the values 1, 2, …; the last one points back to the first if `circle`
/// is true.
fn nodes(depth: usize, circle: bool, to: &mut Vec<u8>) {
    let mut words = vec![to_struct(0, 1, 1, 1)];
    for i in 0..depth {
        let at = 1 + 2 * i;
        let last = i + 1 == depth;
        let next = if last { 1 } else { at + 2 };
        words.extend([i as u64 + 1, if last && !circle { 0 } else { to_struct(at + 1, next, 1, 1) }]);
    }
    message(&words, to);
}

const SUM_OF_NODES: &str = "
import wirelens

def total(node):
    if not node.has_next():
        return node.value
    return node.value + total(node.next)

n, all = 0, 0
for node in wirelens.open('chain.bin', schema='schema.capnp', record='Node'):
    n, all = n + 1, all + total(node)
print(n, all)
";

#[test]
fn deep_recursion_stays_in_native_code() {
    let limits = Limits { nesting: 100_000, ..Limits::default() };
    let mut exits = vec![];
    for (records, depth) in [(4000, 10u64), (4000, 1000), (6000, 1000), (3000, 3000)] {
        let mut bytes = vec![];
        (0..records).for_each(|_| nodes(depth as usize, false, &mut bytes));
        let (printed, stats) = run(SUM_OF_NODES, &["chain.py"], Some(NODE), &bytes, limits).unwrap();
        assert_eq!(printed, format!("{records} {}\n", records * depth * (depth + 1) / 2));
        exits.push(stats.exits_taken);
    }
    // One for each message, until the loop over all messages is hot too: for a large loop, that is after
    // some 2,500 iterations.
    assert!(exits.iter().all(|n| *n < 2800), "{exits:?}");
    assert_eq!(exits[1], exits[2], "{exits:?}");
}

#[test]
fn recursion_without_end_is_an_error() {
    for (depth, circle, limits, message) in [
        (10_001, false, Limits { nesting: 100_000, ..Limits::default() }, "calls nest more than 10,000 deep"),
        (3, true, Limits { nesting: 100_000, ..Limits::default() }, "calls nest more than 10,000 deep"),
        (
            3,
            true,
            Limits { nesting: 1000, ..Limits::default() },
            "pointers are nested deeper than the nesting limit allows",
        ),
        (
            3,
            true,
            Limits { nesting: 100_000, traversal: 100, ..Limits::default() },
            "more words are read than the traversal limit of a message allows",
        ),
        (65, false, Limits::default(), "pointers are nested deeper than the nesting limit allows"),
    ] {
        let mut bytes = vec![];
        // Everything is native after these.
        (0..300).for_each(|_| nodes(3, false, &mut bytes));
        nodes(depth, circle, &mut bytes);
        let error = run(SUM_OF_NODES, &["chain.py"], Some(NODE), &bytes, limits).unwrap_err();
        assert!(error.starts_with(message) && error.contains("in message 300"), "{error}");
    }
}

const ROW: &str = "@0xc1bd5bb6d8e7641d;
struct Row { numbers @0 :List(Int64); points @1 :List(Point); }
struct Point { x @0 :Int64; y @1 :Int64; }";

/// A row whose lists have `count` elements: the numbers 3 i, and the points (i, 1).
fn row(count: usize, to: &mut Vec<u8>) {
    let n = count as u64;
    let list = |from: usize, at: usize, kind: u64, size: u64| {
        ((at - from - 1) << 2) as u64 | 1 | kind << 32 | size << 35
    };
    let mut words = vec![to_struct(0, 1, 0, 2), list(1, 3, 5, n), list(2, 3 + count, 7, 2 * n)];
    words.extend((0..n).map(|i| 3 * i));
    words.push(n << 2 | 2 << 32);
    words.extend((0..n).flat_map(|i| [i, 1]));
    message(&words, to);
}

const SUM_OF_ROWS: &str = "
import wirelens

rows, all = 0, 0
for row in wirelens.open('chain.bin', schema='schema.capnp', record='Row'):
    for number in row.numbers:
        all += number
    for point in row.points:
        all += point.x - point.y
    for i in range(len(row.points)):
        all += i & 1
    rows += 1
print(rows, all)
";

#[test]
fn inner_loops_of_any_length_are_in_one_region() {
    // The length of the lists, from the row's index and the number of rows.
    type Count = fn(usize, usize) -> usize;
    let shapes: [(&str, usize, Count); 6] = [
        ("none", 2000, |_, _| 0),
        ("few", 2000, |i, _| i * 7 % 5),
        ("all", 2000, |i, _| i * 7919 % 1001),
        ("now and then", 6000, |i, _| if i % 60 == 59 { 300 } else { 0 }),
        ("none, then many", 6000, |i, rows| if i < rows / 2 { 0 } else { 1000 }),
        ("many, then none", 2000, |i, rows| if i < rows / 2 { 1000 } else { 0 }),
    ];
    for (name, rows, count) in shapes {
        let mut exits = vec![];
        for rows in [rows, 2 * rows] {
            let (mut bytes, mut sum) = (vec![], 0);
            for i in 0..rows {
                let n = count(i, rows) as i64;
                row(n as usize, &mut bytes);
                sum += 4 * n * (n - 1) / 2 - n + n / 2;
            }
            let (printed, stats) =
                run(SUM_OF_ROWS, &["chain.py"], Some(ROW), &bytes, Limits::default()).unwrap();
            assert_eq!(printed, format!("{rows} {sum}\n"), "{name}");
            // If the inner loops are hot first, their regions come first; then one region of the outer loop
            // contains them.
            assert!(stats.regions <= 4, "{name}: {stats:?}");
            exits.push(stats.exits_taken);
        }
        assert!(exits[1] < 1500 && exits[1] <= exits[0] + 1, "{name}: {exits:?}");
    }
}

#[test]
fn generators_of_generators_are_one_loop_and_no_object() {
    let text = include_str!("../benches/chains/sums.py");
    let n = 50_000;
    let sum = (0..n).map(|i: u64| (i ^ 5) & 255).sum::<u64>();
    // An iterator is made before the loop is hot, so by the interpreter.
    for (name, objects) in [
        ("loop", 0),
        ("generator", 0),
        ("nested", 0),
        ("chained", 0),
        ("kept", 0),
        ("given", 0),
        ("expression", 0),
        ("iterator", 1),
        ("asked", 1),
        ("two", 1),
    ] {
        let args = ["sums.py", name, &n.to_string()];
        let (printed, stats) = run(text, &args, None, &[], Limits::default()).unwrap();
        assert_eq!(printed, format!("{sum}\n"), "{name}");
        assert_eq!((stats.objects_allocated, stats.objects_materialized), (objects, 0), "{name}");
        // If `next` or `zip` advances it, its function is compiled first.
        let (regions, exits) = if matches!(name, "asked" | "two") { (2, 200) } else { (1, 1) };
        assert!(stats.regions <= regions && stats.exits_taken <= exits, "{name}: {stats:?}");
    }
}
