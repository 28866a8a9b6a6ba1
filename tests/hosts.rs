//! Functions that a user of the library provides to scripts and expressions.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use wirelens::{
    Effects, Error, ErrorKind, HostFunction, Hosts, Input, Jit, Limits, Options, Query, Schema, Script, Stats,
};

const ALL: [Jit; 3] = [Jit::Off, Jit::On, Jit::Eager];

fn compile(hosts: &Hosts, text: &str) -> Result<Script, Error> {
    let schema = |_: &str| Schema::from_c("s.h", "struct S { double x; uint64_t u; char name[4]; };");
    Script::compile_with(hosts, "<script>", text, &[], &Limits::default(), schema)
}

/// The output of a script, which is the same in each mode.
fn printed(hosts: &Hosts, text: &str) -> String {
    let mut all = ALL.map(|jit| {
        let script = compile(hosts, text).unwrap_or_else(|e| panic!("{e}"));
        let options = Options { jit, ..Options::default() };
        String::from_utf8(script.output(None, &options).unwrap_or_else(|e| panic!("{e}")).text).unwrap()
    });
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    std::mem::take(&mut all[0])
}

/// The error of a script, which is the same in each mode.
fn failure(hosts: &Hosts, text: &str) -> String {
    let mut all = ALL.map(|jit| {
        let script = compile(hosts, text).unwrap_or_else(|e| panic!("{e}"));
        script.output(None, &Options { jit, ..Options::default() }).unwrap_err().to_string()
    });
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    std::mem::take(&mut all[0])
}

fn one<M>(function: impl HostFunction<M>) -> Hosts {
    Hosts::new().with("my", "f", Effects::Pure, function)
}

#[test]
fn each_type_is_taken_and_given() {
    let hosts = Hosts::new()
        .with("my", "not_", Effects::Pure, |b: bool| !b)
        .with("my", "next", Effects::Pure, |i: i64| i + 1)
        .with("my", "unsigned", Effects::Pure, |u: u64| u + (1 << 63))
        .with("my", "half", Effects::Pure, |x: f64| x / 2.0)
        .with("my", "sum", Effects::Pure, |s: &[u8]| s.iter().map(|b| i64::from(*b)).sum::<i64>())
        .with("my", "even", Effects::Pure, |i: i64| (i % 2 == 0).then_some(i))
        .with("my", "maybe", Effects::Pure, |b: bool| b.then_some(0.5))
        .with("my", "nothing", Effects::Writes, || {})
        .with("my", "all", Effects::Reads, |a: bool, b: i64, c: u64, d: f64, e: &[u8], f: &[u8]| {
            (a && d == 0.5 && e == b"ab" && f == "é".as_bytes()).then_some(b + c as i64)
        });
    let text = "
import my
from my import half as h, even
def go(n):
    for i in range(n):
        if i == 300:
            print(my.not_(i > 5), my.next(i), my.next(True), my.unsigned(i), h(i), h(3), h(1.5))
            print(my.sum('ab'), my.sum(b'\\x01\\xff'), even(4), even(5), my.maybe(False), my.maybe(True))
            print(my.nothing(), my.all(i == 300, -i, 7, 0.5, b'ab', 'é'), my.all(False, 1, 2, 3, '', ''))
go(400)
";
    let expected =
        "False 301 2 9223372036854776108 150.0 1.5 0.75\n195 256 4 None None 0.5\nNone -293 None\n";
    assert_eq!(printed(&hosts, text), expected);
}

#[test]
fn none_is_tested_as_any_none() {
    let hosts = one(|i: i64| (i % 3 != 0).then_some(i * 10));
    let text = "
from my import f
total = 0
missing = 0
for i in range(1000):
    x = f(i)
    if x is None:
        missing += 1
    else:
        total += x
print(total, missing)
";
    let total: i64 = (0..1000).filter(|i| i % 3 != 0).map(|i| i * 10).sum();
    assert_eq!(printed(&hosts, text), format!("{total} 334\n"));
    let error = failure(&hosts, "from my import f\nprint(1 + f(3))");
    assert!(error.ends_with("--> <script>:2:7\n  |\n2 | print(1 + f(3))\n  |       ^"), "{error}");
}

#[test]
fn a_wrong_call_is_reported_where_it_is() {
    let hosts = Hosts::new()
        .with("my", "f", Effects::Pure, |x: i64, s: &[u8]| x + s.len() as i64)
        .with("my", "g", Effects::Pure, |b: bool| b)
        .with("my", "h", Effects::Pure, |u: u64| u)
        .with("my", "k", Effects::Pure, |x: f64| x);
    let rows = [
        ("my.f(1)", "'my.f' takes 2 arguments, not 1", 7),
        ("my.g()", "'my.g' takes 1 argument, not 0", 7),
        ("my.f(1.5, 'a')", "an int is needed here; this is a float", 12),
        ("my.f(1, 2)", "bytes or a str is needed here; this is an int", 15),
        ("my.g(1)", "a bool is needed here; this is an int", 12),
        ("my.h('a')", "an int is needed here; this is a str", 12),
        ("my.k((1, 2))", "a number is needed here; this is a tuple of 2", 12),
        ("my.k(x=1)", "'my.k' takes no named arguments here", 12),
        ("my.k(*(1,))", "'*' is not supported here", 12),
        ("my.j(1)", "module 'my' has no attribute 'j' here", 7),
        ("my.k", "'my.k' is a function, and functions are no values here", 7),
    ];
    for (call, message, column) in rows {
        let error = compile(&hosts, &format!("import my\nprint({call})")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{message}\n --> <script>:2:{column}\n")), "{call}: {error}");
    }
    let error = compile(&hosts, "from my import z").unwrap_err().to_string();
    assert!(error.starts_with("import: there is no 'z' in my here\n"), "{error}");
    let error = compile(&hosts, "import mine").unwrap_err().to_string();
    assert!(error.contains("__future__, my\n --> <script>:1:8"), "{error}");
    let error = compile(&hosts, "print(my.k(1))").unwrap_err().to_string();
    assert!(error.contains("help: write 'import my' at the top"), "{error}");
    let error = failure(&hosts, "import my\nn = -1\nprint(my.h(n))");
    assert!(error.contains(" --> <script>:3:12\n"), "{error}");
}

#[test]
fn a_wrong_registration_is_reported_when_something_is_compiled() {
    let f = |x: f64| x;
    let rows = [
        (
            Hosts::new().with("math", "f", Effects::Pure, f),
            "'math.f': there is a module 'math' already; take another name",
        ),
        (
            Hosts::new().with("a-b", "f", Effects::Pure, f),
            "'a-b.f': 'a-b' is no name; take letters, digits and '_', and no keyword",
        ),
        (
            Hosts::new().with("a", "2", Effects::Pure, f),
            "'a.2': '2' is no name; take letters, digits and '_', and no keyword",
        ),
        (
            Hosts::new().with("a", "class", Effects::Pure, f),
            "'a.class': 'class' is no name; take letters, digits and '_', and no keyword",
        ),
        (
            Hosts::new().with("None", "f", Effects::Pure, f),
            "'None.f': 'None' is no name; take letters, digits and '_', and no keyword",
        ),
        (one(f).with("my", "f", Effects::Pure, f), "'my.f': there are two of that name; take another name"),
    ];
    let schema = Schema::from_c("<schema>", "struct S { double x; };").unwrap();
    for (hosts, message) in rows {
        let message = format!("host function {message}");
        let query = Query::builder(&schema).hosts(&hosts);
        let queries =
            [query.clone().aggregate("1"), query.select("x")].map(|query| query.build().unwrap_err());
        for error in [compile(&hosts, "").unwrap_err()].into_iter().chain(queries) {
            assert_eq!((error.kind(), error.to_string()), (ErrorKind::System, message.clone()));
        }
    }
}

#[test]
fn the_names_of_the_library_itself_are_free() {
    let hosts = Hosts::new()
        .with("text", "count", Effects::Pure, |x: i64| x + 1)
        .with("number", "gcd", Effects::Pure, |x: i64| x + 2)
        .with("print", "int", Effects::Pure, |x: i64| x + 3);
    let text = "import text, number, math\nfrom print import int\nprint(text.count(1), number.gcd(1), int(1), math.gcd(4, 6), len('é'))";
    assert_eq!(printed(&hosts, text), "2 3 4 2 1\n");
}

#[test]
fn what_hides_a_constant_function_is_no_constant() {
    let seen = Arc::new(AtomicI64::new(0));
    let to = seen.clone();
    let hosts = Hosts::new().with("my", "sin", Effects::Writes, move |x: f64| {
        to.fetch_add(1, Ordering::Relaxed);
        x
    });
    for import in ["from my import sin", "import my as math"] {
        let call = if import.starts_with("from") { "sin" } else { "math.sin" };
        let text = format!("{import}\nX = {call}(1.0)\nprint(X + X + X)");
        assert_eq!(compile(&hosts, &text).unwrap().output(None, &Options::default()).unwrap().text, b"3.0\n");
        assert_eq!(seen.swap(0, Ordering::Relaxed), 1, "{import}");
    }
}

#[test]
fn calls_that_read_or_write_come_in_their_order_and_as_often_as_they_stand_there() {
    let text = "
from my import read, write
def go(n):
    total = 0
    for i in range(n):
        write(i)
        total += read()
        write(-i)
        if i % 3 == 0:
            write(read())
    return total
print(go(2000))
";
    // The same in Rust.
    let (mut log, mut total, mut state) = (vec![], 0, 0i64);
    let mut write = |state: &mut i64, i: i64| {
        log.push(i);
        *state = state.wrapping_mul(31).wrapping_add(i) % 1_000_003;
    };
    for i in 0..2000 {
        write(&mut state, i);
        total += state;
        write(&mut state, -i);
        if i % 3 == 0 {
            let now = state;
            write(&mut state, now);
        }
    }
    for jit in ALL {
        let seen = Arc::new(Mutex::new((vec![], 0i64)));
        let (reads, writes) = (seen.clone(), seen.clone());
        let hosts = Hosts::new().with("my", "read", Effects::Reads, move || reads.lock().unwrap().1).with(
            "my",
            "write",
            Effects::Writes,
            move |i: i64| {
                let mut seen = writes.lock().unwrap();
                seen.0.push(i);
                seen.1 = seen.1.wrapping_mul(31).wrapping_add(i) % 1_000_003;
            },
        );
        let script = compile(&hosts, text).unwrap();
        let output = script.output(None, &Options { jit, ..Options::default() }).unwrap();
        assert_eq!(String::from_utf8(output.text).unwrap(), format!("{total}\n"));
        assert_eq!(seen.lock().unwrap().0, log, "{jit:?}");
    }
}

#[test]
fn a_panic_ends_the_run_with_an_error_in_all_modes() {
    let f = |i: i64| {
        assert!(i < 777, "{i} is too much");
        i
    };
    for effects in [Effects::Pure, Effects::Reads, Effects::Writes] {
        let hosts = Hosts::new().with("my", "f", effects, f);
        let text = "
from my import f
def go(n):
    total = 0
    for i in range(n):
        total += f(i)
    return total
print('before')
print(go(1000))
";
        let message = "<script>: the host function 'my.f' panicked: 777 is too much";
        assert_eq!(failure(&hosts, text), message, "{effects:?}");
        // Also within a native call; the next run is not affected.
        let text = "
from my import f
def tree(n, m):
    if n == 0:
        return f(m)
    return tree(n - 1, m) + tree(n - 1, m + 1)
total = 0
for i in range(790):
    total += tree(3, i)
print(total)
";
        let script = compile(&hosts, text).unwrap();
        for jit in [Jit::On, Jit::Eager, Jit::Off, Jit::On] {
            let error = script.output(None, &Options { jit, ..Options::default() }).unwrap_err();
            assert_eq!(error.to_string(), message, "{effects:?} {jit:?}");
        }
    }
}

fn points(count: u32) -> Vec<u8> {
    (0..count).flat_map(|i| [f64::from(i), f64::from(i % 7)]).flat_map(|x| x.to_le_bytes()).collect()
}

#[test]
fn expressions_call_them_in_all_modes_and_by_several_threads() {
    let schema = Schema::from_c("<schema>", "struct P { double x, y; };").unwrap();
    let calls = Arc::new(AtomicI64::new(0));
    let counter = calls.clone();
    let hosts = Hosts::new().with("geo", "far", Effects::Writes, move |x: f64, y: f64| {
        counter.fetch_add(1, Ordering::Relaxed);
        x * 3.0 + y > 1_000.0
    });
    let count = 200_000;
    let bytes = points(count);
    let far = (0..count).filter(|i| f64::from(*i) * 3.0 + f64::from(i % 7) > 1_000.0).count();
    for jit in ALL {
        for threads in [1, 3] {
            let query = Query::builder(&schema).hosts(&hosts).jit(jit).threads(threads);
            let query = query.aggregate("sum(geo.far(t.x, t.y) for t in records)").build().unwrap();
            let report = query.run(&Input::from_bytes(&bytes)).unwrap();
            assert_eq!(report.values[0].to_string(), far.to_string());
            assert_eq!(calls.swap(0, Ordering::Relaxed), i64::from(count));
        }
    }
}

#[test]
fn a_panic_ends_totals_and_rows_with_an_error() {
    let schema = Schema::from_c("<schema>", "struct P { double x, y; };").unwrap();
    let hosts = one(|x: f64| {
        assert!(x < 100_000.0, "too far");
        x
    });
    let bytes = points(200_000);
    let input = Input::from_bytes(&bytes);
    for jit in ALL {
        let query = Query::builder(&schema).hosts(&hosts).jit(jit).threads(2);
        let totals = query.clone().aggregate("sum(my.f(t.x) for t in records)").build().unwrap();
        let error = totals.run(&input).unwrap_err();
        assert_eq!(error.to_string(), "<bytes>: the totals: the host function 'my.f' panicked: too far");
        let mut session = totals.session(jit).unwrap();
        assert!(session.run(&bytes).is_err());
        assert_eq!(session.run(&points(3)).unwrap().values[0].to_string(), "3.0", "{jit:?}");
        let error = query.select("my.f(x) as x").build().unwrap().run(&input).unwrap_err();
        assert_eq!(error.to_string(), "<bytes>: the host function 'my.f' panicked: too far", "{jit:?}");
    }
}

/// A loop in which six objects of a class are live across a call of `my.f` and are replaced in each
/// iteration.
const SIX: &str = "
from my import f
class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y
def go(n):
    a = P(0, 1)
    b = P(1, 2)
    c = P(2, 3)
    d = P(3, 4)
    e = P(4, 5)
    g = P(5, 6)
    for i in range(n):
        t = f(CALL)
        a, b, c, d, e, g = P(b.x, t), P(c.x, a.y), P(d.x, b.y), P(e.x, c.y), P(g.x, d.y), P(a.x, e.y)
    return a.x + a.y + b.x + b.y + c.x + c.y + d.x + d.y + e.x + e.y + g.x + g.y
print(go(100000))
";

fn six(hosts: &Hosts, argument: &str, jit: Jit) -> (String, Stats) {
    let script = compile(hosts, &SIX.replace("CALL", argument)).unwrap();
    let ended = script.output(None, &Options { jit, ..Options::default() }).unwrap();
    (String::from_utf8(ended.text).unwrap(), ended.stats)
}

#[test]
fn objects_stay_virtual_across_a_call_of_each_kind() {
    for effects in [Effects::Pure, Effects::Reads, Effects::Writes] {
        let hosts = Hosts::new().with("my", "f", effects, |i: i64| i % 1000);
        // Fields of an object can be arguments: they are plain values, and the object is not materialized for
        // them.
        for argument in ["i", "i + a.x + g.y"] {
            let (expected, _) = six(&hosts, argument, Jit::Off);
            let (text, stats) = six(&hosts, argument, Jit::Eager);
            assert_eq!(text, expected);
            assert_eq!(
                (stats.objects_allocated, stats.objects_materialized),
                (0, 0),
                "{effects:?} {stats:?}"
            );
            // Objects are materialized before native code is entered and when it exits, but not in between.
            let (text, stats) = six(&hosts, argument, Jit::On);
            assert_eq!(text, expected);
            assert!(stats.objects_materialized <= 6 * stats.exits_taken, "{effects:?} {stats:?}");
        }
    }
}
