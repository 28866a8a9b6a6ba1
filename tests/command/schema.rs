//! `wirelens schema`.

use super::{file, folder, run, run_with};

const DECLARED: &str = "
#pragma wirelens header(64)
enum Side { BUY = 1, SELL };
enum Mask { LOW = 1, HIGH = 0x80, NONE = -1 };
typedef struct Price_ { uint32_t whole; double fraction; } Price;
struct Quote { char symbol[16]; Price bid; [[wirelens::big_endian]] uint16_t port; enum Side side; float depth[2][5]; char names[2][8]; };
struct Other { enum Mask mask; };
";

/// Offsets and sizes as GCC lays them out.
const TABLE: &str = "\
64 bytes of header before the first record

struct Price_, also Price  16 bytes, aligned to 8
  at       size  field     type
   0  0x0     4  whole     uint32_t
   4  0x4     4            (hole)
   8  0x8     8  fraction  double

struct Quote  96 bytes, aligned to 8
  at        size  field   type
   0   0x0    16  symbol  char[16]
  16  0x10    16  bid     Price_
  32  0x20     2  port    uint16_t, big-endian
  34  0x22     2          (hole)
  36  0x24     4  side    Side
  40  0x28    40  depth   float[2][5]
  80  0x50    16  names   char[2][8]

struct Other  4 bytes, aligned to 4
  at       size  field  type
   0  0x0     4  mask   Mask

enum Side
  1  BUY
  2  SELL

enum Mask
    1   0x1  LOW
  128  0x80  HIGH
   -1        NONE
";

const DESCRIBED: &str = "@0xf3b84c3a2d1e0f57;
# What the file is about.

enum Colour { red @0; blue @1; }

struct Shape {
  # A shape, or none.
  #
  # In two paragraphs.
  name @0 :Text = \"none\";  # What it is called.
  on @1 :Bool;
  flag @2 :Bool = true;
  union { circle @3 :Float64 = 0.5; square @4 :UInt8; nothing @5 :Void; }
  at :group { x @6 :Int16 = -3; y @7 :Int16; }
  colours @8 :List(Colour) = [blue];
  struct Empty {}
}
";

/// The layout is that of the reference compiler: two bits, the tag in the next 16 bits, and so on.
const DESCRIBED_TABLE: &str = "\
struct Shape  16 bytes of data, 2 pointers, tag at 2, @ID
  # A shape, or none.
  #
  # In two paragraphs.
     at  size  tag  field    type          default
  ptr 0     8       name     Text          \"none\"
                    # What it is called.
    0.0   1/8       on       Bool
    0.1   1/8       flag     Bool          true
      8     8    0  circle   Float64       0.5
      8     1    1  square   UInt8
                 2  nothing  Void
                    at       group
  ptr 1     8       colours  List(Colour)  [\"blue\"]

group Shape.at  @ID
  at  size  field  type   default
   4     2  x      Int16  -3
   6     2  y      Int16

struct Shape.Empty  0 bytes of data, 0 pointers, @ID

enum Colour
  0  red
  1  blue
";

/// Node ids are hashes of names, which this table does not test.
fn without_ids(text: &str) -> String {
    let line = |line: &str| match line.split_once('@') {
        Some((before, _)) => format!("{before}@ID\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn a_schema_is_shown_as_a_table() {
    let schema = file("schema", "quote.h", DECLARED);
    assert_eq!(run(&["schema", &schema]).ok(), TABLE);
    assert_eq!(run_with(&["schema", "-"], DECLARED.as_bytes()).ok(), TABLE);
}

#[test]
fn a_schema_of_messages_shows_tags_groups_defaults_and_comments() {
    let schema = file("schema", "shape.capnp", DESCRIBED);
    assert_eq!(without_ids(&run(&["schema", &schema]).ok()), DESCRIBED_TABLE);
}

#[test]
fn a_record_is_shown_with_what_it_is_made_of() {
    let schema = file("schema-record", "quote.h", DECLARED);
    let shown = run(&["schema", &schema, "--record", "Quote"]).ok();
    for (block, there) in [
        ("struct Price_", true),
        ("struct Quote", true),
        ("enum Side", true),
        ("struct Other", false),
        ("enum Mask", false),
    ] {
        assert_eq!(shown.contains(block), there, "{block}:\n{shown}");
    }
    assert_eq!(run(&["schema", &schema, "--record", "Price"]).ok().matches("struct ").count(), 1);
    let err = run(&["schema", &schema, "--record", "Qoute"]).fails(2);
    assert_eq!(err, "error: the schema has no struct 'Qoute'; did you mean 'Quote'?\n");
}

#[test]
fn a_schema_as_json_says_the_same() {
    let json = |name: &str, text: &str| -> serde_json::Value {
        let out = run(&["schema", &file("schema-json", name, text), "--json"]).ok();
        assert_eq!(out.lines().count(), 1);
        serde_json::from_str(&out).unwrap()
    };
    let c = json("quote.h", DECLARED);
    assert_eq!((&c["language"], &c["header"]), (&"C".into(), &64.into()));
    assert_eq!(c["enums"][1]["values"]["HIGH"], 128);
    let port = serde_json::json!({"name": "port", "type": "uint16_t, big-endian", "offset": 32, "size": 2});
    assert_eq!(c["structs"][1]["fields"][2], port);
    let shape = &json("shape.capnp", DESCRIBED)["structs"][0];
    assert_eq!((&shape["size"], &shape["pointers"], &shape["tag"]), (&16.into(), &2.into(), &2.into()));
    let expected = serde_json::json!({
        "name": "colours", "type": "List(Colour)", "offset": 8, "size": 8, "pointer": true,
        "default": ["blue"]
    });
    let field = |name: &str| shape["fields"].as_array().unwrap().iter().find(|f| f["name"] == name).unwrap();
    assert_eq!(*field("colours"), expected);
    assert_eq!((&field("flag")["bit"], &field("flag")["default"]), (&1.into(), &true.into()));
    assert_eq!(
        (&field("square")["variant"], &field("name")["doc"]),
        (&1.into(), &"What it is called.".into())
    );
    assert_eq!(field("at")["group"], "Shape.at");
}

#[test]
fn check_says_nothing_of_a_schema_that_is_right() {
    let good = file("check", "good.h", DECLARED);
    assert_eq!(run(&["schema", &good, "--check"]).ok(), "");
    assert_eq!(run(&["schema", &file("check", "good.capnp", DESCRIBED), "--check"]).ok(), "");
    let bad = file("check", "bad.h", "struct P { double *x; };\nstruct R { Pint a; };\n");
    let err = run(&["schema", &bad, "--check"]).fails(3);
    assert!(err.contains("bad.h:1:19") && err.contains("bad.h:2:12"), "{err}");
    let bad = file("check", "bad.capnp", "@0xf3b84c3a2d1e0f57;\nstruct P { x @0 :Flaot64; }\n");
    let err = run(&["schema", &bad, "--check"]).fails(3);
    assert!(err.contains("bad.capnp:2:18") && err.contains("Float64"), "{err}");
    assert!(
        run(&["schema", &good, "--check", "--record", "Qoute"]).fails(2).contains("did you mean 'Quote'?")
    );
    assert!(run(&["schema", &good, "--check", "--json"]).fails(2).contains("cannot be used with"));
}

#[test]
fn imports_are_found_where_i_says() {
    let folder = folder("imports");
    std::fs::create_dir_all(folder.join("lib/geo")).unwrap();
    std::fs::write(folder.join("lib/geo/point.capnp"), "@0xf3b84c3a2d1e0f01; struct Point { x @0 :Int32; }")
        .unwrap();
    let using =
        "@0xf3b84c3a2d1e0f02; using import \"/geo/point.capnp\".Point; struct Line { from @0 :Point; }";
    let schema = file("imports", "line.capnp", using);
    let lib = folder.join("lib").into_os_string().into_string().unwrap();
    let shown = run(&["schema", &schema, "-I", &lib]).ok();
    assert!(shown.contains("struct Line") && shown.contains("struct Point"), "{shown}");
    assert!(run(&["schema", &schema, "--check"]).fails(3).contains("/geo/point.capnp"));
}

#[test]
fn what_is_no_schema_is_reported() {
    assert_eq!(run(&["schema", "nowhere.h"]).fails(2), "error: nowhere.h: there is no such file\n");
    assert_eq!(run(&["schema", "testdata"]).fails(2), "error: testdata is a directory: give a file in it\n");
    let err = run(&["schema", "testdata/poly.bin"]).fails(3);
    assert!(err.starts_with("error: byte 0 (0x89) is not UTF-8, so this is no schema's text\n"), "{err}");
    let binary = file("no-schema", "binary.capnp", super::DATA);
    let err = run(&["schema", &binary]).fails(3);
    assert!(
        err.contains("binary.capnp") && err.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()),
        "{err}"
    );
    assert!(run(&["schema"]).fails(2).contains("<FILE>"));
}

/// Each struct has two members that are structs by default, so the innermost one occurs 2^60 times.
#[test]
fn a_default_without_end_is_cut() {
    let level = |i: u32| {
        let member = |name: &str, n: u32| {
            format!("{name} :union {{ s{name} @{n} :S{}; n{name} @{} :Void; }}", i + 1, n + 1)
        };
        format!("struct S{i} {{ {} {} }}\n", member("a", 0), member("b", 2))
    };
    let levels: String = (0..60).map(level).collect();
    let text = format!(
        "@0xf3b84c3a2d1e0f57;\nstruct T {{ s @0 :S0 = (); }}\n{levels}struct S60 {{ n @0 :UInt8; }}\n"
    );
    let schema = file("endless", "s.capnp", text);
    let shown = run(&["schema", &schema]).ok();
    let line = shown.lines().find(|l| l.contains("ptr 0") && l.contains("S0")).unwrap();
    assert!(line.contains("{\"a\":{\"sa\":{\"a\":") && line.ends_with('…'), "{line}");
    let json: serde_json::Value = serde_json::from_str(&run(&["schema", &schema, "--json"]).ok()).unwrap();
    let default = json["structs"][0]["fields"][0]["default"].as_str().unwrap();
    assert!(default.ends_with('…') && default.len() > 10_000, "{} bytes", default.len());
}

/// A comment may contain any characters; the terminal gets printable text only.
#[test]
fn control_characters_of_a_schema_do_not_reach_the_terminal() {
    let text = "@0xf3b84c3a2d1e0f57; struct S { x @0 :Text = \"\\x1b[2J\"; # a\u{1b}[2Jb\n}";
    let shown = run(&["schema", &file("control", "s.capnp", text)]).ok();
    assert!(shown.contains("a\u{fffd}[2Jb") && shown.contains("\\u001b[2J"), "{shown}");
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown}");
}

/// A schema without declarations is valid, but useless.
#[test]
fn a_schema_that_declares_nothing_is_noted() {
    for (name, text) in [("none.h", "// none\n"), ("none.capnp", "@0xf3b84c3a2d1e0f57;")] {
        let ran = run(&["schema", &file("none", name, text)]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
        assert!(ran.err.starts_with("note: ") && ran.err.ends_with("declares nothing\n"), "{}", ran.err);
    }
}
