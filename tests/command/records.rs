//! `wirelens barycenter` over messages of Cap'n Proto: streams, lists in messages, packed messages, and
//! errors in them.

use super::{file, run};

const POLY: &str = "schemas/poly.capnp";

/// A struct pointer: the distance in words from its end, data words, pointers.
fn pointer(offset: u64, data: u64, pointers: u64) -> u64 {
    offset << 2 | data << 32 | pointers << 48
}

fn message(words: &[u64]) -> Vec<u8> {
    let table = [0, words.len() as u32].into_iter().flat_map(u32::to_le_bytes);
    table.chain(words.iter().flat_map(|w| w.to_le_bytes())).collect()
}

/// A message whose root is a triangle with these corners: x and y of each.
fn triangle(corners: [f64; 6]) -> Vec<u8> {
    let pointers = [pointer(0, 0, 3), pointer(2, 2, 0), pointer(3, 2, 0), pointer(4, 2, 0)];
    message(&[&pointers[..], &corners.map(f64::to_bits)].concat())
}

/// A message with `n` triangles, whose corners have x counting up from 0, and y = 1.
fn polygons(n: u64) -> Vec<u8> {
    let mut words = vec![pointer(0, 0, 1), 1 | (3 * n) << 35 | 7 << 32, n << 2 | 3 << 48];
    words.extend((0..3 * n).map(|i| pointer(3 * n - 1 + i, 2, 0)));
    words.extend((0..3 * n).flat_map(|i| [(i as f64).to_bits(), 1f64.to_bits()]));
    message(&words)
}

/// The packed form: each word with all its bytes, or none.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let word = |word: &[u8]| match word.iter().all(|b| *b == 0) {
        true => vec![0, 0],
        false => [&[0xFF][..], word, &[0]].concat(),
    };
    bytes.chunks(8).flat_map(word).collect()
}

fn barycenter(name: &str, bytes: &[u8], more: &[&str]) -> super::Ran {
    let path = file("records", name, bytes);
    run(&[&["barycenter", &path, "--json", "--schema", POLY], more].concat())
}

#[test]
fn each_message_is_a_record() {
    let stream: Vec<u8> = (0..5000).flat_map(|i| triangle([f64::from(i); 6])).collect();
    // The mean of 0 to 4999.
    let expected = "{\"count\":5000,\"x\":2499.5,\"y\":2499.5}\n";
    for more in [&[][..], &["--threads=2"], &["--jit=off"], &["--format=capnp"]] {
        let args = [&["--record", "Triangle"], more].concat();
        assert_eq!(barycenter("messages.bin", &stream, &args).ok(), expected, "{more:?}");
    }
    for more in [&[][..], &["--threads=2"], &["--format=capnp-packed"]] {
        let args = [&["--record", "Triangle"], more].concat();
        assert_eq!(barycenter("messages.packed", &packed(&stream), &args).ok(), expected, "{more:?}");
    }
}

#[test]
fn each_element_of_a_list_is_a_record() {
    let two = [polygons(1000), polygons(0), polygons(3000)].concat();
    // The sums of 0 to 2999 and of 0 to 8999, over 12,000 corners.
    let sum: f64 = 2999.0 * 3000.0 / 2.0 + 8999.0 * 9000.0 / 2.0;
    let expected = format!("{{\"count\":4000,\"x\":{:?},\"y\":1.0}}\n", sum / 12000.0);
    for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
        let ran = barycenter("polygons.bin", &two, &["--each", "triangles", jit]);
        assert_eq!(ran.ok(), expected, "{jit}");
    }
}

#[test]
fn no_messages_are_no_records() {
    let ran = barycenter("none.bin", &[], &["--record", "Triangle"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "{\"count\":0,\"x\":null,\"y\":null}\n"));
    assert!(ran.err.contains("is empty: it has no records"), "{}", ran.err);
}

#[test]
fn a_cut_stream_gives_the_whole_messages_and_says_where_it_is_cut() {
    let stream: Vec<u8> = (0..3).flat_map(|i| triangle([f64::from(i); 6])).collect();
    assert_eq!(stream.len(), 3 * 88);
    for (length, message) in [(263, "87 of at least 88 bytes"), (177, "1 of at least 8 bytes")] {
        let ran = barycenter("cut.bin", &stream[..length], &["--record", "Triangle"]);
        assert_eq!((ran.code, ran.out.as_str()), (5, "{\"count\":2,\"x\":0.5,\"y\":0.5}\n"));
        let message =
            format!("message 2 is cut short: {message} at byte 176; the result is over the 2 records");
        assert!(ran.err.contains(&message), "{}", ran.err);
        let strict = barycenter("cut.bin", &stream[..length], &["--record", "Triangle", "--strict"]);
        assert_eq!((strict.code, strict.out.as_str()), (5, ""));
        assert!(
            strict.err.starts_with("error: ") && strict.err.contains("message 2 is cut short"),
            "{}",
            strict.err
        );
    }
}

#[test]
fn limits_can_be_changed() {
    let scene = polygons(100);
    // Nine words a triangle, and the root pointer, the root and the tag; points are read twice, for x and for
    // y.
    let with =
        |words: &str| barycenter("limit.bin", &scene, &["--each", "triangles", "--traversal-limit", words]);
    assert_eq!(with("1503").ok(), "{\"count\":100,\"x\":149.5,\"y\":1.0}\n");
    let ran = with("1502");
    assert!(
        ran.code == 5 && ran.err.contains("message 0 (at byte 0): more words are read than"),
        "{}",
        ran.err
    );
    let ran = with("902");
    assert!(
        ran.code == 5 && ran.err.contains("a message of 903 words") && ran.err.contains("--traversal-limit"),
        "{}",
        ran.err
    );
    let ran = barycenter("limit.bin", &scene, &["--each", "triangles", "--nesting-limit", "3"]);
    assert!(ran.code == 5 && ran.err.contains("pointers are nested deeper"), "{}", ran.err);
    // The root, the list, its element and the point.
    barycenter("limit.bin", &scene, &["--each", "triangles", "--nesting-limit", "4"]).ok();
}

#[test]
fn bytes_that_are_no_messages_are_reported() {
    let ran = barycenter("no.bin", &[0xEE; 64], &["--record", "Triangle", "--format=capnp"]);
    assert_eq!(ran.code, 5);
    assert!(ran.err.contains("message 0 (at byte 0): a message with 4008636143 segments"), "{}", ran.err);
    let ran = barycenter("wild.bin", &message(&[pointer(9, 0, 3)]), &["--record", "Triangle"]);
    assert!(
        ran.code == 5 && ran.err.contains("message 0 (at byte 0): a pointer leads out of its segment"),
        "{}",
        ran.err
    );
}

#[test]
fn what_does_not_go_together_is_reported() {
    for (args, code, message) in [
        (&["testdata/poly.bin", "--format=capnp"][..], 2, "give a .capnp file as the schema"),
        (
            &["testdata/poly.bin", "--schema", POLY, "--record=Triangle", "--format=packed-struct"],
            2,
            "give C declarations",
        ),
        (&["testdata/poly.bin", "--each=a"], 2, "records of one size have no lists"),
        (&["testdata/poly.bin", "--schema", POLY, "--each=triangels"], 3, "did you mean 'triangles'?"),
        (
            &["testdata/poly.bin", "--schema", POLY, "--record=Triangle", "--each=a"],
            3,
            "this is not a list of structs",
        ),
        (
            &["testdata/poly.bin", "--schema", POLY, "--record=Triangle", "--skip=0"],
            2,
            "--skip is for C structs",
        ),
        (
            &["testdata/poly.bin", "--schema", POLY, "--record=Triangle", "--big-endian"],
            2,
            "--big-endian is for",
        ),
        (&["testdata/poly.bin", "--format=json"], 2, "invalid value 'json'"),
    ] {
        let ran = run(&[&["barycenter"], args].concat());
        assert!(ran.code == code && ran.err.contains(message) && ran.out.is_empty(), "{args:?}: {}", ran.err);
    }
}

#[test]
fn lists_without_elements_are_no_records() {
    let ran = barycenter("hollow.bin", &polygons(0), &["--each", "triangles"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "{\"count\":0,\"x\":null,\"y\":null}\n"));
    assert!(ran.err.contains("the lists of its messages have no elements"), "{}", ran.err);
}

const LISTS: &str = "@0xb5a1c1f0d2e3f497;
struct Point { x @0 :Float64; y @1 :Float64; }
interface Caller {}
struct Named { len @0 :UInt32; at @1 :Point; }
struct Root { grid @0 :List(List(Point)); any @1 :List(Caller); named @2 :Named; corners @3 :List(Point) = [(x = 3, y = 4)]; }";

#[test]
fn the_records_of_a_list_are_structs() {
    let schema = file("records", "lists.capnp", LISTS.as_bytes());
    let data = file("records", "lists.bin", message(&[0]));
    let each = |path: &str| run(&["barycenter", &data, "--schema", &schema, "--record=Root", "--each", path]);
    for (path, code, message) in [
        ("grid", 3, "this is not a list of structs"),
        ("any", 3, "a capability has no meaning in a file"),
        // The struct `Named` has fields with the names of a list's accessors.
        ("named", 3, "this is not a list of structs"),
        ("grid[0]", 5, "index out of range"),
    ] {
        let ran = each(path);
        assert!(ran.code == code && ran.err.contains(message) && ran.out.is_empty(), "{path}: {}", ran.err);
    }
    assert_eq!(each("corners").ok(), "count 1\nx     3.0\ny     4.0\n");
}

#[test]
fn elements_of_a_default_list_are_the_same_in_native_code() {
    let schema = file("records", "lists.capnp", LISTS.as_bytes());
    let data = file("records", "nulls.bin", message(&[0]).repeat(5000));
    for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
        let args = ["--schema", &schema, "--record=Root", "--points=corners[0]", jit];
        let ran = run(&[&["barycenter", &data][..], &args].concat());
        assert_eq!(ran.ok(), "count 5000\nx     3.0\ny     4.0\n", "{jit}");
    }
}

#[test]
fn a_dump_over_data_shows_what_the_data_has_made_of_the_program() {
    let stream: Vec<u8> = (0..5000).flat_map(|i| triangle([f64::from(i); 6])).collect();
    let path = file("records", "over.bin", &stream);
    let dump = |more: &[&str]| {
        run(&[&["dump", "--schema", POLY, "--record", "Triangle", "t.a.x + t.c.y"][..], more].concat()).ok()
    };
    let (before, after) = (dump(&[]), dump(&["--over", &path]));
    // The first word of each message states that it has one segment of ten words.
    let table = (10u64 << 32).to_string();
    assert!(!before.contains(&table) && after.contains(&table), "{after}");
    assert!(after.lines().count() < before.lines().count() / 2, "what is known of the data goes");
    assert!(!after.contains(" = new "), "{after}");
}

#[test]
fn a_path_may_lead_through_structs_and_must_end_at_a_list_of_structs() {
    let text = "@0x9d1f2a3b4c5d6e7f; struct P { x @0 :Float64; y @1 :Float64; }
        struct Shape { a @0 :P; } struct Layer { shapes @0 :List(Shape); }
        struct Scene { layers @0 :List(Layer); grid @1 :List(List(Int32)); top @2 :Layer; }";
    let schema = file("records", "scene.capnp", text);
    let run = |path: &str| {
        run(&["barycenter", "testdata/poly.bin", "--schema", &schema, "--record=Scene", "--each", path])
    };
    for wrong in ["grid", "top", "layers"] {
        let ran = run(wrong);
        let message = if wrong == "layers" {
            "a list whose elements have them (--each)"
        } else {
            "this is not a list of structs"
        };
        assert!(ran.code != 0 && ran.err.contains(message) && ran.out.is_empty(), "{wrong}: {}", ran.err);
    }
    // An empty message: no top, no shapes.
    let path = file("records", "scene.bin", message(&[pointer(0, 0, 3), 0, 0, 0]));
    let ran = super::run(&["barycenter", &path, "--schema", &schema, "--record=Scene", "--each=top.shapes"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "count 0\nx     none\ny     none\n"));
    assert!(ran.err.contains("the lists of its messages have no elements"), "{}", ran.err);
}

#[test]
fn what_only_packed_structs_have_is_refused() {
    for option in ["--skip=8", "--big-endian"] {
        let ran = barycenter("plain.bin", &triangle([0.0; 6]), &["--record=Triangle", option]);
        assert!(ran.code == 2 && ran.err.contains("is for C structs") && ran.out.is_empty(), "{}", ran.err);
    }
}

#[test]
fn a_schema_from_standard_input_is_known_by_its_id() {
    let ran = super::run_with(&["schema", "-"], b"@0x9d1f2a3b4c5d6e7f;\nstruct P { x @0 :Float64; }\n");
    assert!(ran.ok().contains("struct P  8 bytes of data"));
}

/// The corners of triangle `i` have `x` = 3 `i` to 3 `i` + 2, and `y` = 1.
#[test]
fn expressions_over_all_messages_and_over_their_lists() {
    let two = [polygons(1000), polygons(0), polygons(3000)].concat();
    let plain = file("records", "eval.bin", &two);
    let packed = file("records", "eval.packed", packed(&two));
    let elements = "len(records), sum(t.a.x for t in records if t.a.x % 2 == 0), min(t.a.x + 1 for t in records), \
                    max((t.c.x for t in records if t.a.y < 1), default=None), any(t.c.x == 8999 for t in records), \
                    all(t.a.y == 1 for t in records)";
    let even = |n: u32| (0..n).map(|i| 3 * i).filter(|x| x % 2 == 0).sum::<u32>();
    let values = ["4000", &format!("{}.0", even(1000) + even(3000)), "1.0", "None", "True", "True"];
    let lists = "len(records), sum(t.a.x for p in records for t in p.triangles if t.a.x % 2 == 0), \
                 min(t.a.x + 1 for p in records for t in p.triangles), \
                 max((t.c.x for p in records for t in p.triangles if t.a.y < 1), default=None), \
                 any(t.c.x == 8999 for p in records for t in p.triangles), \
                 all(t.a.y == 1 for p in records if len(p.triangles) > 0 for t in p.triangles)";
    for (text, first, each) in [(elements, "4000", &["--each", "triangles"][..]), (lists, "3", &[])] {
        for path in [&plain, &packed] {
            for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
                for threads in ["--threads=1", "--threads=2"] {
                    let args = ["eval", text, path, "--schema", POLY, "--record=Polygons", jit, threads];
                    let out = run(&[&args[..], each].concat()).ok();
                    let found: Vec<&str> =
                        out.lines().map(|l| l.rsplit(' ').next().expect("a value")).collect();
                    assert_eq!(found, [&[first], &values[1..]].concat(), "{text} {jit} {threads}");
                }
            }
        }
    }
    let none = run(&["eval", "min(t.a.x for t in records)", &plain, "--schema", POLY, "--record=Triangle"]);
    assert_ne!(none.code, 0);
}

/// Messages with different members of a union set, from the corpus, and their values as the reference prints
/// them.
#[test]
fn a_list_that_is_not_set_has_no_elements() {
    let golden = "testdata/capnp/messages";
    let schema = format!("{golden}/unions.capnp");
    let read = |name: &str, end: &str| std::fs::read(format!("{golden}/{name}.{end}")).unwrap();
    let names =
        ["unions-circle", "unions-polygon", "unions-unset", "unions-label", "unions-polygon", "unions-flag"];
    for end in ["bin", "packed"] {
        let stream: Vec<u8> = names.iter().flat_map(|name| read(name, end)).collect();
        let data = file("each-unset", &format!("shapes.{end}"), stream);
        let of = |args: &[&str]| {
            let all =
                [args, &[&data, "--schema", &schema, "--record", "Shape", "--each", "polygon"]].concat();
            run(&all).ok()
        };
        for jit in ["--jit=on", "--jit=off", "--jit=eager", "--jit=deopt-stress"] {
            assert_eq!(
                of(&["eval", "len(records), sum(t.x for t in records)", jit]),
                "len(records)              6\nsum(t.x for t in records) 8\n"
            );
            assert_eq!(of(&["select", "x, y", "--no-header", jit]), "0,0\n4,0\n0,-3\n".repeat(2));
            assert_eq!(of(&["select", "x, y", "--no-header", "--limit", "4", jit]).lines().count(), 4);
            assert_eq!(of(&["barycenter", jit]), "count 6\nx     1.3333333333333333\ny     -1.0\n");
        }
        // Also on the path: a texture is a member of the group `fill`, and a shape.
        let through = |path: &str| {
            run(&["eval", "len(records)", &data, "--schema", &schema, "--record", "Shape", "--each", path])
        };
        let ran = through("fill.texture.polygon");
        assert_eq!((ran.code, ran.out.as_str()), (0, "0\n"), "{}", ran.err);
        // Other errors are still reported: a list without elements has no first one.
        assert!(through("fill.texture").fails(3).contains("not a list of structs"));
    }
    // In a script, as in Python, reading a member that is not set is an error.
    let script = "import sys\nimport wirelens\nfor t in wirelens.open(sys.argv[1], schema=sys.argv[2], record=\"Shape\"):\n    print(len(t.polygon))\n";
    let script = file("each-unset", "each.py", script);
    let data =
        file("each-unset", "one.bin", [read("unions-polygon", "bin"), read("unions-circle", "bin")].concat());
    let schema = std::fs::canonicalize(schema).unwrap();
    let ran = run(&["run", &script, &data, schema.to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str()), (5, "3\n"));
    assert!(
        ran.err.contains("union is not set: 'circle' is; test which() == 'polygon' first, in message 1"),
        "{}",
        ran.err
    );
}
