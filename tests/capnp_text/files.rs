//! Schemas in files: imports and embedded files, and the errors for files that cannot be read.

use std::fs;
use std::path::{Path, PathBuf};

use wirelens::{DefaultValue, Error, ErrorKind, Schema};

/// A new folder with these files.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("capnp_text").join(name);
    fs::remove_dir_all(&root).ok();
    for (file, bytes) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

fn names(schema: &Schema) -> Vec<&str> {
    schema.structs.iter().map(|s| s.name.as_str()).collect()
}

/// `file:line:column message` of each error, with the folder left out.
fn errors(root: &Path, result: Result<Schema, Error>) -> Vec<String> {
    let Err(error) = result else { panic!("{result:?}") };
    assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
    let file = |file: &str| file.replace(&format!("{}/", root.display()), "");
    let list = error.diagnostics().iter();
    list.map(|d| format!("{}:{}:{} {}", file(&d.file), d.line, d.column, d.message)).collect()
}

#[test]
fn a_path_begins_in_the_files_folder_or_in_an_import_folder() {
    let root = folder(
        "paths",
        &[
            ("src/main.capnp", b"@0xd6b2a5a29f3c41e1; using A = import \"sub/a.capnp\"; struct S { a @0 :A.A; b @1 :import \"/b.capnp\".B; }"),
            ("src/sub/a.capnp", b"@0xd6b2a5a29f3c41e2; struct A { c @0 :import \"../c.capnp\".C; }"),
            ("src/c.capnp", b"@0xd6b2a5a29f3c41e3; struct C {} struct Unused { x @0 :import \"missing.capnp\".X; }"),
            ("include/b.capnp", b"@0xd6b2a5a29f3c41e4; struct B {}"),
        ],
    );
    let schema =
        Schema::from_capnp(root.join("src/main.capnp"), &[root.join("none"), root.join("include")]).unwrap();
    assert_eq!(names(&schema), ["S", "A", "B", "C"]);
}

#[test]
fn a_name_that_the_main_file_has_is_qualified_with_its_file() {
    let root = folder(
        "names",
        &[
            ("main.capnp", b"@0xd6b2a5a29f3c41e1; using Other = import \"other.capnp\"; struct S { s @0 :Other.S; e @1 :Other.E; } enum E { x @0; }"),
            ("other.capnp", b"@0xd6b2a5a29f3c41e2; struct S { t @0 :T; struct T {} } enum E { y @0; }"),
        ],
    );
    let schema = Schema::from_capnp(root.join("main.capnp"), &[]).unwrap();
    assert_eq!(names(&schema), ["S", "other.capnp:S", "S.T"]);
    assert_eq!(schema.enums.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["E", "other.capnp:E"]);
}

#[test]
fn files_may_import_each_other() {
    let root = folder(
        "cycle",
        &[
            ("a.capnp", b"@0xd6b2a5a29f3c41e1; using B = import \"b.capnp\"; struct A { b @0 :B.B; a @1 :B.A.A; }"),
            ("b.capnp", b"@0xd6b2a5a29f3c41e2; using A = import \"./x/../a.capnp\"; struct B { a @0 :A.A; b @1 :A.B.B; }"),
        ],
    );
    fs::create_dir(root.join("x")).unwrap();
    assert_eq!(names(&Schema::from_capnp(root.join("a.capnp"), &[]).unwrap()), ["A", "B"]);
    fs::write(root.join("a.capnp"), "@0xd6b2a5a29f3c41e1; using B = import \"b.capnp\"; using X = B.X;")
        .unwrap();
    fs::write(root.join("b.capnp"), "@0xd6b2a5a29f3c41e2; using A = import \"a.capnp\"; using X = A.X;")
        .unwrap();
    let found = errors(&root, Schema::from_capnp(root.join("a.capnp"), &[]));
    assert_eq!(found, ["a.capnp:1:56 the alias 'X' refers to itself"]);
}

#[test]
fn errors_in_imported_files_are_reported_with_their_files() {
    let root = folder(
        "wrong",
        &[
            ("main.capnp", b"@0xd6b2a5a29f3c41e1;\nusing A = import \"a.capnp\";\nstruct S { a @0 :A.A; b @1 :A.B; c @2 :import \"no.capnp\".C; }"),
            ("a.capnp", b"@0xd6b2a5a29f3c41e2;\nstruct A {\n  x @0 :Foo;\n}"),
        ],
    );
    let found = errors(&root, Schema::from_capnp(root.join("main.capnp"), &[]));
    assert_eq!(found[..1], ["main.capnp:3:31 'A' has no member 'B'"]);
    assert!(found[1].starts_with("main.capnp:3:40 cannot import \"no.capnp\": "), "{}", found[1]);
    assert_eq!(found[2..], ["a.capnp:3:9 'Foo' is not defined"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = Schema::from_capnp(Path::new("none/such.capnp"), &[]).unwrap_err();
    assert!(error.to_string().starts_with("none/such.capnp: there is no such file"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn files_are_utf_8() {
    let root = folder(
        "utf8",
        &[("a.capnp", b"@0xd6b2a5a29f3c41e1;\n# \xc3\xa9 \xff\n"), ("b.capnp", b"\xff\xfe@\0")],
    );
    let found = errors(&root, Schema::from_capnp(root.join("a.capnp"), &[]));
    assert_eq!(found, ["a.capnp:2:5 this byte is not UTF-8"]);
    let found = errors(&root, Schema::from_capnp(root.join("b.capnp"), &[]));
    assert_eq!(found, ["b.capnp:1:1 this byte is not UTF-8"]);
}

#[test]
fn only_regular_files_are_imported() {
    let up = "../".repeat(30);
    let text = format!(
        "@0xd6b2a5a29f3c41e1; struct A {{ a @0 :import \"{up}dev/zero\".A; b @1 :Data = embed \"{up}dev/zero\"; }}"
    );
    let root = folder("device", &[("a.capnp", text.as_bytes())]);
    let found = errors(&root, Schema::from_capnp(root.join("a.capnp"), &[]));
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|e| e.ends_with("it is no regular file")), "{found:?}");
}

/// The default of the first struct's first field.
fn embedded(name: &str, ty: &str, bytes: &[u8]) -> Result<DefaultValue, Vec<String>> {
    let text = format!("@0xd6b2a5a29f3c41e1; struct A {{ x @0 :{ty} = embed \"it\"; n @1 :UInt16; }}");
    let root = folder(name, &[("a.capnp", text.as_bytes()), ("it", bytes)]);
    match Schema::from_capnp(root.join("a.capnp"), &[]) {
        Ok(schema) => Ok(schema.structs[0].fields[0].default.clone().unwrap()),
        error => Err(errors(&root, error)),
    }
}

fn bytes(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

#[test]
fn a_file_is_embedded_as_text_data_or_a_message() {
    let message = |words: &[u64]| Ok(DefaultValue::Message(bytes(words)));
    assert_eq!(embedded("text", "Text", b"hi"), message(&[0x0000_001a_0000_0001, 0x6968]));
    assert_eq!(embedded("data", "Data", b"hi"), message(&[0x0000_0012_0000_0001, 0x6968]));
    // One segment of four words: a struct with one word and one pointer, to two bytes.
    let one = [4 << 32, 0x0001_0001_0000_0000, 5, 0x0000_0012_0000_0001, 0x0807];
    assert_eq!(embedded("message", "A", &bytes(&one)), message(&one[1..]));
    // Two segments: the root is a far pointer to a pad in the second.
    let two = [1 | 1 << 32, 2, 0x0000_0001_0000_0002, 0x0000_0001_0000_0000, 5];
    assert_eq!(embedded("far", "A", &bytes(&two)), message(&[0x0000_0001_0000_0000, 5]));
    assert_eq!(
        embedded("number", "UInt8", b"5"),
        Err(vec!["a.capnp:1:47 a file can be embedded as Text, Data or a struct".to_string()])
    );
}

#[test]
fn an_embedded_message_that_is_none_is_an_error() {
    let refused = |name: &str, words: &[u64], why: &str| {
        let expected = format!("a.capnp:1:43 \"it\" is no message: {why}");
        assert_eq!(embedded(name, "A", &bytes(words)), Err(vec![expected]), "{words:x?}");
    };
    refused("cut", &[4 << 32, 0x0001_0001_0000_0000], "it is cut");
    refused("outside", &[1 << 32, 0x0001_0001_0000_0000], "a pointer leads out of its segment");
    refused("segments", &[0xffff_fffe], "it has more than 512 segments");
    refused(
        "no segment",
        &[1 << 32, 0x0000_0007_0000_0002],
        "a pointer leads to a segment that is not there",
    );
    // A struct whose only pointer points to the struct itself.
    refused(
        "loop",
        &[2 << 32, 0x0001_0000_0000_0000, 0x0001_0000_ffff_fffc],
        "it has more in it than its size allows",
    );
    // A list of 2^29 structs without a size.
    refused(
        "empty structs",
        &[2 << 32, 0x0000_0007_0000_0001, 0x7fff_fffc],
        "it has more in it than its size allows",
    );
}
