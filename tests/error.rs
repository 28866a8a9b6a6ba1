//! The information in an error: its kind, the place in the input, the file, the system's error. Each number
//! is compared with the input's layout, and with the text.

use std::error::Error as _;
use std::io;
use wirelens::{Error, ErrorKind, Format, Input, Jit, Limits, Options, Query, Schema, Script};

/// The system's error, if there is one.
fn system_error(error: &Error) -> Option<io::ErrorKind> {
    error.source().map(|source| source.downcast_ref::<io::Error>().expect("it is the system's").kind())
}

/// The place in the input: record, offset, path.
fn place(error: &Error) -> (Option<u64>, Option<u64>, Option<&str>) {
    (error.record(), error.offset(), error.path())
}

fn without_source<T>(result: Result<T, Error>, kind: ErrorKind) -> Error {
    let error = result.err().expect("it is wrong");
    assert_eq!((error.kind(), system_error(&error)), (kind, None), "{error}");
    error
}

/// The errors of each kind of query over `input`, with native code and without; `expression` uses a record
/// `t`.
fn failures(schema: &Schema, record: &str, expression: &str, input: &Input, format: &str) -> Vec<Error> {
    let mut all = vec![];
    for jit in [Jit::Off, Jit::On, Jit::Eager] {
        for threads in [1, 2] {
            let query = Query::builder(schema).record(record).jit(jit).threads(threads);
            let query = query.format(Format::named(format));
            let sum = format!("sum({expression} for t in records)");
            let expressions = [expression];
            let queries =
                [query.clone().totals(&expressions), query.clone().aggregate(&sum), query.select(expression)];
            all.extend(queries.map(|query| query.build().unwrap().run(input).map(|_| ())));
        }
        let text = format!(
            "import struct, wirelens\nn = 0\nfor t in wirelens.open('a.bin', schema='s', record='{record}'):\n    \
             n += {expression}\nprint(n)"
        );
        let load = |_: &str| Ok(schema.clone());
        let script = Script::compile("a.py", &text, &[], &Limits::default(), load).unwrap();
        let options = Options { jit, format: Format::named(format), ..Options::default() };
        all.push(script.output(Some(input), &options).map(|_| ()));
    }
    all.into_iter().map(|done| without_source(done, ErrorKind::Data)).collect()
}

#[test]
fn a_file_that_cannot_be_opened() {
    let error = Input::open("testdata/nowhere.bin").err().expect("there is none");
    assert_eq!(error.to_string(), "testdata/nowhere.bin: there is no such file");
    assert_eq!((error.kind(), system_error(&error)), (ErrorKind::System, Some(io::ErrorKind::NotFound)));
    assert_eq!(place(&error), (None, None, Some("testdata/nowhere.bin")));
    assert!(error.diagnostics().is_empty());
    // A clone has the same properties.
    let error = error.clone();
    assert_eq!((error.exit_code(), system_error(&error)), (2, Some(io::ErrorKind::NotFound)));

    let error = without_source(Input::open("testdata").map(|_| ()), ErrorKind::System);
    assert_eq!(place(&error), (None, None, Some("testdata")));
}

#[test]
fn a_schema_that_is_not_there() {
    let open = || Schema::from_capnp("nowhere.capnp", &[]);
    let error = open().unwrap_err();
    assert_eq!((error.kind(), system_error(&error)), (ErrorKind::System, Some(io::ErrorKind::NotFound)));
    assert_eq!(place(&error), (None, None, Some("nowhere.capnp")));

    // If a script opens the schema, the error is in the script; it still has the system's error.
    let text = "import wirelens\nfor t in wirelens.open('a.bin', schema='nowhere.capnp'): pass";
    let error = Script::compile("a.py", text, &[], &Limits::default(), |_| open()).unwrap_err();
    assert_eq!((error.kind(), system_error(&error)), (ErrorKind::Program, Some(io::ErrorKind::NotFound)));
    assert_eq!(place(&error), (None, None, Some("nowhere.capnp")));
    let [diagnostic] = error.diagnostics() else { panic!("{error}") };
    assert_eq!((diagnostic.file.as_str(), diagnostic.line), ("a.py", 2));
}

#[test]
fn texts_that_are_wrong() {
    let text = "struct P { double *x; };\nstruct Q { int a : 3; };\n";
    let error = without_source(Schema::from_c("bad.h", text), ErrorKind::Schema);
    let places: Vec<_> = error.diagnostics().iter().map(|d| (d.file.as_str(), d.line, d.column)).collect();
    let column = |line: usize, of: &str| text.lines().nth(line - 1).unwrap().find(of).unwrap() + 1;
    assert_eq!(
        places,
        [("bad.h", 1, column(1, "*")), ("bad.h", 2, column(2, "a"))].map(|(f, l, c)| (f, l, c))
    );
    assert_eq!(place(&error), (None, None, Some("bad.h")));
    for diagnostic in error.diagnostics() {
        assert!(error.to_string().contains(&diagnostic.to_string()), "{error}");
    }

    let schema = Schema::from_c("s.h", "struct S { int n; };").unwrap();
    let error = without_source(Query::builder(&schema).select("n, m, k").build(), ErrorKind::Program);
    let columns: Vec<_> = error.diagnostics().iter().map(|d| d.column).collect();
    assert_eq!((columns, place(&error)), (vec![4, 7], (None, None, Some("<columns>"))));

    let error = without_source(Query::builder(&schema).record("T").select("n").build(), ErrorKind::System);
    assert_eq!((error.diagnostics().len(), place(&error)), (0, (None, None, None)));
}

#[test]
fn a_division_by_zero_in_a_record() {
    const HEADER: usize = 5;
    let text = "#pragma wirelens header(5)\n#pragma pack(1)\nstruct S { char tag[3]; int32_t n; };";
    let schema = Schema::from_c("s.h", text).unwrap();
    let size = schema.structs[0].size;
    assert_eq!(size, 7);
    // In the first chunk, and in the third one, which begins within the input.
    for number in [3, 2 * Input::CHUNK / size + 1000] {
        let mut bytes = vec![1; HEADER + (number as usize + 10) * size as usize];
        let offset = HEADER as u64 + number * size;
        bytes[offset as usize + 3..][..4].fill(0);
        let input = Input::from_bytes(&bytes);
        for error in failures(&schema, "S", "1 // t.n", &input, "packed-struct") {
            assert_eq!(place(&error), (Some(number), Some(offset), Some("<bytes>")), "{error}");
            assert!(error.to_string().contains(&format!("record {number} (at byte {offset})")), "{error}");
        }
    }
}

#[test]
fn a_failure_that_is_in_no_record() {
    let text = "n = 0\nprint(1 // n)";
    let script = Script::compile("a.py", text, &[], &Limits::default(), |_| unreachable!()).unwrap();
    let error = without_source(script.output(None, &Options::default()), ErrorKind::Data);
    assert_eq!(place(&error), (None, None, Some("a.py")));

    let schema = Schema::from_c("s.h", "struct S { int n; };").unwrap();
    let query = Query::builder(&schema).aggregate("1 // len(records)").build().unwrap();
    let run = query.run(&Input::from_bytes(&[]));
    assert_eq!(place(&without_source(run, ErrorKind::Data)), (None, None, Some("<expression>")));
}

/// An error within a record reports its own offset if it has one.
#[test]
fn a_read_past_the_end_in_a_record() {
    let schema = Schema::from_c("s.h", "struct S { int64_t n; };").unwrap();
    let text = "fn beyond(v0: S) -> i64 {\nb0:\n  v1 = get S.bytes v0\n  v2 = call S.n v0\n  \
                v3 = slice v1, v2, 6\n  v4 = len v3\n  return v4\n}\n";
    let bytes: Vec<u8> = [0i64, 1, 2, 2, 1, 3, 2].iter().flat_map(|n| n.to_le_bytes()).collect();
    let input = Input::from_bytes(&bytes);
    for jit in [Jit::Off, Jit::On, Jit::Eager] {
        let run = Query::builder(&schema).written(text, &["beyond"]).jit(jit).build().unwrap().run(&input);
        let error = without_source(run, ErrorKind::Data);
        let message = "<bytes>: record 5 (at byte 40): a read past the end, at byte 43";
        assert_eq!(error.to_string(), message);
        assert_eq!(place(&error), (Some(5), Some(5 * 8 + 3), Some("<bytes>")));
    }
}

/// The program's own bytes have no offset in the input: the error only has the record.
#[test]
fn a_read_past_the_end_of_bytes_of_the_program() {
    let schema = Schema::from_c("s.h", "struct S { int32_t n; };").unwrap();
    let bytes: Vec<u8> = [0, 1, 2].iter().flat_map(|n: &i32| n.to_le_bytes()).collect();
    let expression = "struct.unpack_from('<H', b'abc', t.n)[0]";
    for error in failures(&schema, "S", expression, &Input::from_bytes(&bytes), "packed-struct") {
        assert_eq!(place(&error), (Some(2), Some(8), Some("<bytes>")), "{error}");
        assert!(!error.to_string().contains(", at byte"), "{error}");
    }
}

#[test]
fn bytes_that_are_not_there() {
    let input = Input::from_bytes(&[0; 8]);
    let mut scratch = wirelens::Scratch::new();
    let error = without_source(input.chunk(4..12, &mut scratch), ErrorKind::Data);
    assert_eq!(place(&error), (None, Some(4), Some("<bytes>")));

    // A file that is truncated while it is open.
    let path = std::env::temp_dir().join(format!("wirelens-error-{}", std::process::id()));
    std::fs::write(&path, [0; 3 * 4096]).unwrap();
    let input = Input::open(&path).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(5000).unwrap();
    let error = without_source(input.check(), ErrorKind::Data);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(place(&error), (None, Some(5000), path.to_str()));
}

const CAPNP: &str = "@0xf3b84c3a2d1e0f57; struct P { n @0 :Int64; name @1 :Text; }";

/// A message whose root has a number and a null pointer.
fn message(n: u64) -> Vec<u8> {
    let words = [3 << 32, (1 << 32) | (1 << 48), n, 0];
    words.iter().flat_map(|w: &u64| w.to_le_bytes()).collect()
}

/// The packed form: a tag before each word, and its nonzero bytes.
fn packed(n: u8) -> Vec<u8> {
    assert_ne!(n, 0, "it takes a byte");
    vec![0x10, 3, 0b0101_0000, 1, 1, 0x01, n, 0x00, 0]
}

#[test]
fn a_stream_that_is_damaged() {
    let schema = Schema::from_capnp_text("p.capnp", CAPNP).unwrap();
    // A table of 2^32 segments, and more messages, follow the last whole message.
    let good = |message: &[u8]| message.repeat(6);
    let plain = [good(&message(7)), vec![0xFF; 8], good(&message(7))].concat();
    let tagged = [good(&packed(7)), vec![0xFF; 9], vec![0], good(&packed(7))].concat();
    for (bytes, format, size) in
        [(plain, "capnp", message(7).len()), (tagged, "capnp-packed", packed(7).len())]
    {
        let (input, at) = (Input::from_bytes(&bytes), 6 * size as u64);
        let mut all = failures(&schema, "P", "t.n", &input, format);
        let query = Query::builder(&schema).record("P").documents().format(Format::named(format));
        all.push(without_source(query.build().unwrap().run(&input), ErrorKind::Data));
        for error in all {
            assert_eq!(place(&error), (Some(6), Some(at), Some("<bytes>")), "{format}: {error}");
        }
    }
}

#[test]
fn a_pointer_in_a_message_that_leads_out_of_it() {
    let schema = Schema::from_capnp_text("p.capnp", CAPNP).unwrap();
    let (mut wrong, size) = (message(7), message(7).len() as u64);
    // A list of 9 bytes, 100 words from the end of its pointer.
    let pointer: u64 = 1 | 100 << 2 | 2 << 32 | 9 << 35;
    wrong[24..32].copy_from_slice(&pointer.to_le_bytes());
    let bytes = [message(7).repeat(4), wrong, message(7)].concat();
    let input = Input::from_bytes(&bytes);
    let mut all = failures(&schema, "P", "len(t.name)", &input, "capnp");
    let query = Query::builder(&schema).record("P").documents().build().unwrap();
    all.push(without_source(query.run(&input), ErrorKind::Data));
    for error in all {
        let text = error.to_string();
        assert!(text.contains(&format!("message 4 (at byte {})", 4 * size)), "{text}");
        assert_eq!((error.record(), error.path()), (Some(4), Some("<bytes>")), "{text}");
        assert_eq!(error.offset(), Some(4 * size), "{text}");
    }
}

#[test]
fn an_output_that_cannot_be_written() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let schema = Schema::from_c("s.h", "struct S { int32_t n; };").unwrap();
    let query = Query::builder(&schema).documents().build().unwrap();
    let error = query.write(&Input::from_bytes(&[0; 8]), Full).unwrap_err();
    assert_eq!((error.kind(), system_error(&error)), (ErrorKind::System, Some(io::ErrorKind::StorageFull)));
    assert_eq!(place(&error), (None, None, None));
}

/// Accepts this many bytes, and then no more.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let taken = part.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A script that prints forever ends when its output is full, and so do rows that do not fit.
#[test]
fn what_cannot_be_written_ends_the_run() {
    let full = |error: &Error| {
        assert_eq!(
            (error.kind(), system_error(error)),
            (ErrorKind::System, Some(io::ErrorKind::StorageFull))
        );
        assert!(error.to_string().starts_with("the result cannot be written: "), "{error}");
    };
    let text = "i = 0\nwhile True:\n    print(i)\n    i += 1";
    let script = Script::compile("a.py", text, &[], &Limits::default(), |_| unreachable!()).unwrap();
    let schema = Schema::from_c("s.h", "struct S { int64_t n; };").unwrap();
    let bytes = vec![1; 8 << 20];
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let options = Options { jit, ..Options::default() };
        full(&script.run(None, &options, Full(200_000), io::sink()).unwrap_err());
        for threads in [1, 3] {
            let query = Query::builder(&schema).select("n, n + 1").jit(jit).threads(threads).build().unwrap();
            full(&query.write(&Input::from_bytes(&bytes), Full(500_000)).unwrap_err());
        }
    }
}
