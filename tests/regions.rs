//! Regions at their limits: loops with very many live variables, how they are compiled and when.

use wirelens::{Jit, Limits, Options, Script, Stats};

/// A loop that could run very often, and ends after `rounds` iterations, each of which changes each of `n`
/// variables under a check at which all of them are live.
fn many(n: usize, rounds: u64) -> String {
    let lines = |line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    let start = lines(&|i| format!("    v{i} = {i}\n"));
    let change = lines(&|i| format!("        v{i} = v{i} + (i ^ v{}) % 7\n", (i + 1) % n));
    let sum = lines(&|i| format!("    t += v{i}\n"));
    let end = format!("        if i == {}:\n            break\n", rounds - 1);
    let body = format!("    for i in range(m):\n{change}{end}    t = 0\n{sum}    return t\n");
    format!("import zlib\ndef f(m):\n{start}{body}print(f(zlib.crc32(b'x')))\n")
}

/// The same in Rust.
fn expected(n: usize, rounds: u64) -> String {
    let mut v: Vec<u64> = (0..n as u64).collect();
    for i in 0..rounds {
        for k in 0..n {
            v[k] += (i ^ v[(k + 1) % n]) % 7;
        }
    }
    format!("{}\n", v.iter().sum::<u64>())
}

fn run(n: usize, rounds: u64, jit: Jit) -> (String, Stats) {
    output(&many(n, rounds), jit)
}

fn output(script: &str, jit: Jit) -> (String, Stats) {
    let script = Script::compile("<script>", script, &[], &Limits::default(), |_| unreachable!());
    let script = script.unwrap_or_else(|e| panic!("{e}"));
    let options = Options { jit, ..Options::default() };
    let ended = script.output(None, &options).unwrap_or_else(|e| panic!("{e}"));
    (String::from_utf8(ended.text).unwrap(), ended.stats)
}

/// Each check has a snapshot of all variables. Their values are stored where they are defined, not again for
/// each check.
#[test]
fn code_grows_with_the_variables_and_not_with_their_square() {
    let code = |n: usize| {
        let (text, stats) = run(n, 50, Jit::Eager);
        assert_eq!(text, expected(n, 50), "{n} variables");
        assert!(stats.guards > n as u64 / 2, "{n} variables: {} checks", stats.guards);
        stats.code_bytes as f64 / n as f64
    };
    let (some, twice, more) = (code(60), code(120), code(240));
    assert!(twice < 1.2 * some && more < 1.2 * some, "bytes a variable: {some} {twice} {more}");
    // Each check exits: the restored values are the right ones.
    for n in [40, 60, 120] {
        assert_eq!(run(n, 40, Jit::DeoptStress).0, expected(n, 40), "{n} variables");
    }
}

/// The compilation of a region that would take seconds is deferred, however often its loop runs, until the
/// run is long enough for it.
#[test]
fn what_takes_too_long_to_compile_is_put_off() {
    let (text, stats) = run(2_000, 1_300, Jit::On);
    assert_eq!(text, expected(2_000, 1_300));
    assert!(stats.regions == 0 && stats.waited > 0, "{stats}");
}

/// If each function or generator uses the previous one twice, the inlined code would double with each. Above
/// a size limit the callee is called, and its generator is an object.
#[test]
fn what_doubles_with_each_function_is_inlined_up_to_a_size() {
    let nested = |n: usize, first: &str, next: &dyn Fn(usize) -> String, last: &str| {
        (1..=n).map(next).fold(first.to_string(), |all, one| all + &one) + &last.replace('N', &n.to_string())
    };
    let generators = |n| {
        let next = |i| format!("def g{i}():\n    yield from g{0}()\n    yield from g{0}()\n", i - 1);
        nested(n, "def g0():\n    yield 3\n", &next, "t = 0\nfor x in gN():\n    t += x\nprint(t)\n")
    };
    let functions = |n| {
        let next = |i| format!("def f{i}(x):\n    return f{0}(x) + f{0}(x ^ {i})\n", i - 1);
        let last = "t = 0\nfor i in range(10):\n    t += fN(i)\nprint(t)\n";
        nested(n, "def f0(x):\n    return 3 + (x - x)\n", &next, last)
    };
    let code = |script: &str, answer: u64| {
        let (text, stats) = output(script, Jit::Eager);
        assert_eq!(text, format!("{answer}\n"));
        stats.code_bytes as f64
    };
    let kinds: [(&dyn Fn(usize) -> String, u64); 2] = [(&generators, 3), (&functions, 30)];
    for (script, once) in kinds {
        // Four more levels: sixteen times as much work.
        let (some, more) = (code(&script(10), once << 10), code(&script(14), once << 14));
        assert!(more < 1.3 * some, "{once}: {some} bytes, with four more levels {more}");
    }
}
