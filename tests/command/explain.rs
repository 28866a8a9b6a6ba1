//! `wirelens explain`, and what it shares with `--stats` and `--dump asm`.

use super::{POLY, file, run};

/// A loop with known counts: the arm at line 5 is taken for every seventh of 10,000 numbers.
const COUNTING: &str = "\
total = 0
for i in range(10000):
    total += 1
    if i % 7 == 0:
        print(i)
print(total)
";

/// The lines of an explanation that contain a word.
fn lines<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(word)).collect()
}

/// The number at the start of a line.
fn number(line: &str) -> u64 {
    let word = line.split_whitespace().next().expect("a line has words");
    word.replace(',', "").parse().unwrap_or_else(|_| panic!("'{word}' is no number in '{line}'"))
}

#[test]
fn counts_of_loops_and_arms_are_exact() {
    let script = file("explain", "counting.py", COUNTING);
    // Compiled at once, so that native code runs all iterations.
    let ran = run(&["explain", "run", "--jit=eager", &script]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let text = ran.out;
    assert!(!text.contains("\n10000\n"), "the script's own output is thrown away:\n{text}");
    let headers = lines(&text, " loop ");
    assert_eq!(headers.len(), 1, "{text}");
    assert_eq!(number(headers[0]), 10_001, "{text}");
    let arm: Vec<&str> = lines(&text, " b").into_iter().filter(|l| l.ends_with("print(i)")).collect();
    assert_eq!(arm.len(), 1, "{text}");
    assert_eq!(number(arm[0]), 10_000u64.div_ceil(7), "{text}");
    let branch = lines(&text, "if i % 7 == 0:");
    assert!(branch.iter().any(|l| l.contains("14.3%") && l.contains("85.7%")), "{text}");
    let over = lines(&text, "the function returns");
    assert_eq!(over.iter().map(|l| number(l)).collect::<Vec<_>>(), [1], "{text}");
}

#[test]
fn a_script_needs_no_command_and_gets_its_arguments() {
    let script = file("explain", "argument.py", "import sys\nassert sys.argv[1] == '--stats'\n");
    let ran = run(&["explain", &script, "--stats"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        ran.out.starts_with("The run took ") && ran.out.contains("There was no native code."),
        "{}",
        ran.out
    );
    let text = run(&["explain", &script]).fails(3);
    assert!(text.contains("the script needs argument 1"), "what fails says so: {text}");
}

#[test]
fn what_a_region_grows_by_is_reported() {
    let text = "\
total = 0
for i in range(60000):
    if i > 40000:
        total += 2
    total += 1
print(total)
";
    let script = file("explain", "phases.py", text);
    let text = run(&["explain", &script]).ok();
    let made: Vec<&str> = lines(&text, "with counters, made in");
    assert_eq!(made.len(), 2, "{text}");
    assert!(made[0].contains("was arrived at ") && made[0].ends_with(" times"), "{text}");
    assert!(made[1].contains("an exit at line 3 was taken 64 times"), "{text}");
    assert_eq!(number(lines(&text, "of them anew")[0]), 1, "{text}");
}

/// An object that nothing else reads later is not made; an object in a linked list is, and the reason is
/// shown.
#[test]
fn why_objects_are_made_is_reported() {
    let text = "\
class Node:
    def __init__(self, value: int):
        self.value = value
        self.next = None

class Pair:
    def __init__(self, a: int, b: int):
        self.a = a
        self.b = b

head = Node(0)
total = 0
for i in range(5000):
    pair = Pair(i, 1)
    total += pair.a + pair.b
    node = Node(i)
    node.next = head
    head = node
print(total, head.value)
";
    let script = file("explain", "objects.py", text);
    let text = run(&["explain", "run", "--jit=eager", &script]).ok();
    // The script's region exits when objects are to be freed, and then the loop's region continues.
    let nodes = lines(&text, "Node line 16:");
    assert_eq!(nodes.iter().map(|l| number(l)).sum::<u64>(), 5000, "{text}");
    assert!(nodes.iter().all(|l| l.contains("objects of Node are changed")), "{text}");
    assert!(text.contains("objects were to be freed"), "{text}");
    assert!(text.contains("Pair, never made at 1 place: line 14"), "{text}");
}

/// An object that is made before a join is attributed to the line that creates it.
#[test]
fn an_object_that_may_be_there_is_reported_where_it_is_needed() {
    let text = "\
class P:
    def __init__(self, x):
        self.x = x

def run():
    keep = None
    total = 0
    for i in range(10000):
        if i % 9 == 1:
            keep = P(i)
        else:
            total += 1
    return total, keep.x

print(run())
";
    let script = file("explain", "perhaps.py", text);
    let text = run(&["explain", "run", "--jit=eager", &script]).ok();
    let made = lines(&text, "P line 10: it meets another object, or None, where edges join");
    assert_eq!(made.len(), 1, "{text}");
    assert_eq!(number(made[0]), 9_999u64.div_ceil(9), "{text}");
    assert!(!text.contains("P, never made"), "{text}");
}

#[test]
fn each_command_can_be_explained() {
    let poly = ["--schema", "testdata/poly.h"];
    let eval = ["eval", "sum(t.a.x for t in records)", "testdata/poly.bin"];
    let select = ["select", "a.x, a.y", "testdata/poly.bin", "--where", "a.x > 500"];
    for command in [&POLY[..2], &eval, &select] {
        let ran = run(&[&["explain"], command, &poly].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command:?}");
        let seen: u64 =
            lines(&ran.out, "records ").iter().filter(|l| !l.contains("loop")).map(|l| number(l)).sum();
        assert_eq!(seen, 1000, "{command:?}:\n{}", ran.out);
        assert!(ran.out.contains("over the records"), "{}", ran.out);
    }
}

#[test]
fn counting_is_for_one_thread() {
    let error = run(&[&["explain"], &POLY[..], &["--threads", "3"]].concat()).fails(2);
    assert!(error.contains("explain counts what one thread does, so --threads cannot be 3"), "{error}");
    assert_eq!(run(&[&["explain"], &POLY[..], &["--threads", "1"]].concat()).code, 0);
}

#[test]
fn what_cannot_be_explained_is_an_error() {
    let error = run(&["explain", "no/such.py"]).fails(2);
    assert!(error.contains("no/such.py"), "{error}");
    let error = run(&["explain", "evall", "sum(t.n)", "data.bin"]).fails(2);
    assert!(error.contains("evall: there is no such file"), "{error}");
    assert!(error.contains("help: explain takes a script, or barycenter, eval, select, run"), "{error}");
    run(&["explain", "--nosuch"]).fails(2);
    run(&["explain", "eval"]).fails(2);
    let ran = run(&["explain"]);
    assert!(ran.code == 2 && ran.err.contains("Usage: wirelens explain"), "{}", ran.err);
}

#[test]
fn stats_tell_when_there_was_native_code_and_what_it_took() {
    let stats = |jit: &str| run(&[&POLY[..], &[jit, "--stats"]].concat()).err;
    let value = |text: &str, name: &str| {
        let line = lines(text, name)[0].strip_prefix(name).expect("it begins so").trim().to_string();
        line.parse::<f64>().unwrap_or(-1.0)
    };
    let (on, off) = (stats("--jit=eager"), stats("--jit=off"));
    let share = value(&on, "% of the run compiling");
    let making: f64 = ["ms record", "ms optimize", "ms compile"].iter().map(|name| value(&on, name)).sum();
    assert!((share - 100.0 * making / value(&on, "ms run")).abs() < 0.2, "{on}");
    // The loop's code is ready before that of the function, which is called after the loop.
    let (until, prepare) = (value(&on, "ms until native code"), value(&on, "ms prepare"));
    assert!(prepare < until && until <= prepare + value(&on, "ms run") + 0.01, "{on}");
    let text = "import wirelens\nn = 0\nfor t in wirelens.open('testdata/poly.bin', schema='poly.h', record='Triangle'):\n    n += 1\nprint(n)\n";
    let script = file("explain", "records.py", text);
    file("explain", "poly.h", std::fs::read("testdata/poly.h").unwrap());
    let stats = |jit: &str| run(&["run", jit, "--stats", &script]).err;
    for (jit, native) in [("--jit=off", 0.0), ("--jit=eager", 1000.0)] {
        let text = stats(jit);
        let (interpreted, seen) = (value(&text, "records interpreted"), value(&text, "records native"));
        assert_eq!(interpreted + seen, 1000.0, "{text}");
        assert!((seen - native).abs() < 3.0, "{text}");
    }
    assert!(off.contains("never") && value(&off, "% of the run compiling") == 0.0, "{off}");
}

#[test]
fn machine_code_shows_the_lines_that_it_comes_from() {
    let script = file("explain", "counting.py", COUNTING);
    let ran = run(&["run", "--dump=asm", &script]);
    assert_eq!(ran.code, 0);
    for line in ["; line 3: total += 1", "; line 4: if i % 7 == 0:", "; line 5: print(i)"] {
        assert!(ran.err.contains(line), "{line} is not in\n{}", ran.err);
    }
    let eval = "sum(t.a.x for t in records)";
    let text = run(&["dump", "--schema", "testdata/poly.h", "--stage=asm", "--eval", eval]).ok();
    assert!(text.contains("; column 9: x for t in records)"), "{text}");
}

/// All shown text is escaped, and the page loads nothing from elsewhere.
#[test]
fn the_page_stands_alone() {
    let text =
        "total = 0\nfor i in range(50000):\n    if i < 49999 and '<b>&\"' != 'x': total += 1\nprint(total)\n";
    let script = file("explain", "escape.py", text);
    let page = file("explain", "page.html", "");
    let ran = run(&["explain", "--html", &page, &script]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("&lt;b&gt;&amp;&quot;") && !html.contains("<b>&"), "{html}");
    assert!(!html.contains("http") && !html.contains(" src=") && !html.contains("@import"));
    // The same line in the listing, the IR and the machine code, and the block in the graph.
    let third = html.matches("data-p=2 ").count();
    assert!(third >= 3 && html.contains("<svg") && html.contains("data-b='r0b1'"), "{third}: {html}");
    for tag in ["div", "section", "svg", "g", "details", "pre"] {
        let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
        let ends = |c: char| c == ' ' || c == '>';
        let opened = html.match_indices(&open).filter(|(at, _)| html[at + open.len()..].starts_with(ends));
        assert_eq!(opened.count(), html.matches(&close).count(), "{tag}");
    }
    let error = run(&["explain", "--html", "no/such/folder/page.html", &script]).fails(2);
    assert!(error.contains("no/such/folder/page.html cannot be written"), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_perf_map_names_code_by_lines() {
    let script = file("explain", "mapped.py", COUNTING.replace("10000", "100000"));
    let mut command = super::start(&["run", "--perf-map", &script]);
    let child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let path = format!("/tmp/perf-{}.map", child.id());
    assert!(child.wait_with_output().unwrap().status.success());
    let map = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let words: Vec<&str> = map.lines().next().expect("there is a region").splitn(3, ' ').collect();
    let hex = |word: &str| u64::from_str_radix(word, 16).unwrap();
    assert!(hex(words[0]) > 0xffff && (50..5000).contains(&hex(words[1])), "{map}");
    assert!(words[2].ends_with("mapped.py:2 the loop at line 2 (region 0)"), "{map}");
}
