//! Commands that cannot get the memory that they need: they report an error and are not killed by a signal.
//! And commands that need little memory run with little.

use super::{Ran, file, start};
use std::process::Command;

/// Runs the command under a limit of the shell's `ulimit`, in KiB.
fn limited(limit: &str, args: &[&str]) -> Ran {
    let command = start(args);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit {limit} && exec \"$@\""), "sh"]);
    shell.arg(command.get_program()).args(command.get_args()).current_dir(env!("CARGO_MANIFEST_DIR"));
    let done = shell.output().unwrap();
    Ran {
        code: done.status.code().expect("no signal ended it"),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

const SCHEMA: &str = "@0xf3b84c3a2d1e0f57; struct P { x @0 :Float64; y @1 :Float64; n @2 :UInt64; }";

/// A packed message of 4 + 256 * `k` words: a root, `x`, `y` and `n`, and then a 7 every 2 KiB, so that no
/// page is all zeros.
fn packed(n: u8, k: u32) -> Vec<u8> {
    let words = 4 + 256 * k;
    let mut message = vec![0xF0];
    message.extend(words.to_le_bytes());
    message.extend([0x10, 3, 0, 1, 1, n]);
    message.extend([1, 7, 0, 254].repeat(k as usize));
    message
}

/// 336 MB in messages of 4 MiB. The script keeps a record and reads it beside all the others; it makes three
/// passes over the records.
#[test]
fn a_script_over_a_packed_stream_takes_little_memory() {
    let data: Vec<u8> = (1..=80).flat_map(|n| packed(n, 2048)).collect();
    assert!(data.len() < 1 << 20);
    let (data, _) = (file("memory-run", "data.packed", data), file("memory-run", "p.capnp", SCHEMA));
    let script = "import sys\nimport wirelens\n\
                  records = wirelens.open(sys.argv[1], schema='p.capnp', record='P')\n\
                  first = None\ntotal = 0\n\
                  for t in records:\n    if first is None:\n        first = t\n    total += t.n * first.n\n\
                  for t in records:\n    total += t.n + first.n\n\
                  print(total, first.n, len(records))\n";
    let script = file("memory-run", "p.py", script);
    for jit in ["--jit=on", "--jit=off", "--jit=deopt-stress"] {
        // Limits writable memory: unpacked pages that are ready do not count, but a copy of them would.
        let ran = limited("-d 120000", &["run", jit, &script, &data]);
        assert_eq!(ran.ok(), format!("{} 1 80\n", 3240 + 3240 + 80));
    }
    let err = limited("-v 200000", &["run", &script, &data]).fails(2);
    assert!(err.contains("data.packed: it unpacks to 335547520 bytes, for which"), "{err}");
}

#[test]
fn a_message_for_which_there_is_no_memory_is_an_error() {
    // The second has 60 MiB.
    let data = [packed(1, 1), packed(2, 30_720), packed(3, 1)].concat();
    let (data, schema) =
        (file("memory-message", "data.packed", data), file("memory-message", "p.capnp", SCHEMA));
    for (command, out) in [
        (&["eval", "sum(t.n for t in records)"][..], ""),
        (&["select", "n", "--no-header"], "1\n"),
        (&["barycenter"], ""),
        (&["cat"], "{\"x\":0,\"y\":0,\"n\":\"1\"}\n"),
    ] {
        let args = [command, &[&data, "--schema", &schema]].concat();
        assert_eq!(limited("-d unlimited", &args).code, 0);
        let ran = limited("-d 40000", &args);
        assert_eq!((ran.code, ran.out.as_str()), (2, out), "{command:?}: {}", ran.err);
        let message = "data.packed: message 1 (at byte 15) takes 62914600 bytes of memory, \
                    and the system does not give so many";
        assert!(ran.err.contains(message), "{command:?}: {}", ran.err);
    }
}

#[test]
fn a_script_that_keeps_everything_is_an_error() {
    let class = "class A:\n    def __init__(self, x, left, next):\n        self.x = x\n        self.left = left\n        \
                 self.next = next\n\n";
    for (name, grow) in [("list", "a = A(1, None, a)"), ("tree", "a = A(1, A(2, None, None), a)")] {
        let script = format!("{class}print('begin')\na = None\nwhile True:\n    {grow}\n");
        let script = file("memory-objects", &format!("{name}.py"), script);
        for jit in ["--jit=on", "--jit=off", "--jit=eager"] {
            let ran = limited("-v 300000", &["run", jit, &script]);
            assert_eq!((ran.code, ran.out.as_str()), (5, "begin\n"), "{}", ran.err);
            assert!(ran.err.starts_with("error: too many objects: "), "{}", ran.err);
            assert!(ran.err.contains(&format!("{name}.py:")), "{}", ran.err);
        }
    }
}

#[test]
fn what_is_read_whole_and_has_no_end_is_an_error() {
    let args = ["eval", "len(records)", "/dev/zero", "--schema", "testdata/poly.h", "--record", "Point"];
    let err = limited("-v 300000", &args).fails(2);
    assert!(err.starts_with("error: /dev/zero: what is no regular file"), "{err}");
}

#[test]
fn with_fewer_threads_than_asked_for_the_result_is_the_same() {
    let data = file("memory-threads", "big.bin", super::DATA.repeat(90));
    for command in [&["eval", "len(records)"][..], &["select", "a.x", "--where", "a.x > 999.9"]] {
        let args = [command, &[&data, "--schema", "testdata/poly.h", "--threads", "200"]].concat();
        let expected = limited("-v unlimited", &args).ok();
        assert_eq!(limited("-v 400000", &args).ok(), expected);
    }
}

/// Some large messages follow many small ones. Each refers to the same 30,000 bytes 40 times: 3.6 MB of JSON.
#[test]
fn cat_keeps_the_text_of_few_records() {
    let schema = "@0xf3b84c3a2d1e0f58; struct A { n @0 :Int32; ds @1 :List(Data); }";
    let message = |words: Vec<u64>| -> Vec<u8> {
        let table = [0, words.len() as u32].iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>();
        table.into_iter().chain(words.into_iter().flat_map(u64::to_le_bytes)).collect()
    };
    let root = 1 << 32 | 1 << 48;
    // A pointer to the list of pointers that follows it; each of these points to the bytes behind the list.
    let pointers = (0..40u64).map(|i| (39 - i) << 2 | 1 | 2 << 32 | 30_000 << 35);
    let large = [root, 6, 1 | 6 << 32 | 40 << 35].into_iter().chain(pointers);
    let large = message(large.chain([0x4141_4141_4141_4141; 3_750]).collect());
    let data = [message(vec![root, 5, 0]).repeat(20_000), large.repeat(16)].concat();
    let (data, schema) = (file("memory-cat", "data.bin", data), file("memory-cat", "a.capnp", schema));
    let out = limited("-d 40000", &["cat", &data, "--schema", &schema]).ok();
    let bytes = format!("[{}65]", "65,".repeat(29_999));
    let large = format!("{{\"n\":6,\"ds\":[{}{bytes}]}}\n", format!("{bytes},").repeat(39));
    assert!(out == "{\"n\":5}\n".repeat(20_000) + &large.repeat(16), "{} bytes", out.len());
}
