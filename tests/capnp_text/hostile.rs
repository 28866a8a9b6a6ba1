//! Hostile texts: each gives an error or a schema, and compilation terminates. Each test has a thread's usual
//! stack of 2 MiB.

use wirelens::{ErrorKind, Schema};

use crate::with_id;

/// The first message, or the number of structs.
fn outcome(text: &str) -> Result<usize, String> {
    match Schema::from_capnp_text("hostile.capnp", &with_id(text)) {
        Ok(schema) => Ok(schema.structs.len()),
        Err(error) if error.kind() == ErrorKind::Schema => {
            let list = error.diagnostics();
            assert!(list.len() <= 20, "{} errors", list.len());
            Err(list[0].message.clone())
        }
        Err(other) => panic!("{other:?}"),
    }
}

fn refused(text: &str, message: &str) {
    assert_eq!(outcome(text), Err(message.to_string()));
}

fn lines(range: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    range.map(|i| line(i) + "\n").collect()
}

const NODE: &str = "struct N { l @0 :N; r @1 :N; }\n";
const PAIR: &str = "struct P(A, B) { a @0 :A; b @1 :B; }\n";

#[test]
fn nesting_of_anything_is_limited() {
    let deep = "this is nested too deeply";
    refused(&format!("{}{}", "struct A {".repeat(20_000), "}".repeat(20_000)), deep);
    refused(&format!("struct A {{ x @0 :{}Text{}; }}", "List(".repeat(20_000), ")".repeat(20_000)), deep);
    refused(&format!("const a :Text = {}", "[".repeat(50_000)), deep);
    refused(&format!("const a :Text = {}", "(a = ".repeat(50_000)), deep);
    refused(&format!("const a :Text = a{};", ".b".repeat(50_000)), deep);
    refused(&format!("struct A {{ x @0 :List{}; }}", "(Text)".repeat(50_000)), deep);
    refused(&format!("struct A {{ {}", "u :union { g :group { ".repeat(20_000)), deep);
}

#[test]
fn what_is_nested_as_deep_as_is_allowed_is_compiled() {
    let structs: String = (0..63).map(|i| format!("struct A{i} {{ x @0 :Text; ")).collect();
    assert_eq!(outcome(&format!("{structs}{}", "}".repeat(63))), Ok(63));
    let groups = format!("struct S {{ {} x @0 :Int32; {}", "g :group { ".repeat(62), "}".repeat(63));
    let value = format!("const c :S = {}1{};", "(g = ".repeat(60), ")".repeat(60));
    assert_eq!(outcome(&groups), Ok(63));
    assert_eq!(
        outcome(&format!("{groups}{value}")),
        Err("this value is of another type, expected a group".to_string())
    );
    assert_eq!(
        outcome(&format!("struct A {{ x @0 :{}Text{}; }}", "List(".repeat(60), ")".repeat(60))),
        Ok(1)
    );
}

#[test]
fn as_many_members_as_there_are_numbers_are_compiled() {
    let members = |ty: &str| lines(0..65_536, |i| format!("f{i} @{} :{ty};", 65_535 - i));
    let schema =
        Schema::from_capnp_text("many.capnp", &with_id(&format!("struct S {{ {} }}", members("Bool"))))
            .unwrap();
    assert_eq!(schema.structs[0].size, 65_536 / 8);
    refused(&format!("struct S {{ {} }}", members("Text")), "this struct is too large");
}

#[test]
fn parameters_are_as_many_as_16_bits_count() {
    let names = lines(0..70_000, |i| format!("T{i},"));
    refused(&format!("struct S({names}) {{}}"), "these are too many type parameters");
    let parameters = lines(0..70_000, |i| format!("x{i} :Bool,"));
    refused(&format!("interface I {{ f @0 ({parameters}) -> (); }}"), "these are too many parameters");
}

#[test]
fn chains_of_names_are_limited() {
    let aliases = lines(0..20_000, |i| format!("using A{i} = A{};", i + 1));
    refused(&format!("{aliases}using A20000 = Text;"), "this chain of aliases is too long");
    let constants = lines(0..20_000, |i| format!("const a{i} :Int32 = .a{};", i + 1));
    refused(&format!("{constants}const a20000 :Int32 = 1;"), "this value depends on too many others");
    let annotations = lines(0..20_000, |i| format!("annotation a{i}(annotation) :Void $a{};", i + 1));
    assert_eq!(outcome(&format!("{annotations}annotation a20000(*) :Void $a20000;")), Ok(0));
}

#[test]
fn what_doubles_with_each_line_is_limited() {
    let aliases = lines(1..60, |i| format!("using A{i} = P(A{0}, A{0});", i - 1));
    refused(&format!("{PAIR}using A0 = P(Text, Text);\n{aliases}"), "this type is too large");
    let through = format!(
        "struct G(T) {{ using Q = P(T, T); }} struct S {{ x @0 :{}Text{}; }}",
        "G(".repeat(28),
        ").Q".repeat(28)
    );
    refused(&format!("{PAIR}{through}"), "this type is too large");
    let constants = lines(1..60, |i| format!("const a{i} :N = (l = .a{0}, r = .a{0});", i - 1));
    refused(&format!("{NODE}const a0 :N = ();\n{constants}"), "the values in this schema are too large");
    let value = format!("const c :F(Text) = {}(){};", "(x = ".repeat(50), ")".repeat(50));
    refused(
        &format!("{PAIR}struct F(T) {{ x @0 :F(P(T, T)); }} {value}"),
        "the type of this field is too large here",
    );
}

#[test]
fn values_are_limited_by_what_they_take_not_by_their_text() {
    let fields = lines(0..3_000, |i| format!("f{i} @{i} :UInt64;"));
    refused(
        &format!("struct S {{ {fields} }} const c :List(S) = [{}];", "(),".repeat(20_000)),
        "the values in this schema are too large",
    );
    let constants = lines(1..6_000, |i| format!("const a{i} :N = (l = .a{});", i - 1));
    refused(&format!("{NODE}const a0 :N = ();\n{constants}"), "this value is nested too deeply");
}

#[test]
fn generic_structs_that_contain_ever_larger_ones_come_to_an_end() {
    // Arguments nest up to 16 deep: F(Text), F(Box(Text)) and so on.
    let boxes = "struct Box(A) { a @0 :A; } struct F(T) { x @0 :F(Box(T)); } struct S { f @0 :F(Text); }";
    let schema = Schema::from_capnp_text("f.capnp", &with_id(boxes)).unwrap();
    let largest = schema
        .structs
        .iter()
        .filter(|s| s.name.starts_with("F(") && s.name.contains("Text"))
        .max_by_key(|s| s.name.len())
        .unwrap();
    assert_eq!(largest.name, format!("F({}Text{})", "Box(".repeat(15), ")".repeat(15)));
    assert_eq!(largest.fields[0].ty, wirelens::Type::Any);
    // The number doubles with each step.
    let branches = "struct L(A) { a @0 :A; } struct M(A) { a @0 :A; } struct F(T) { x @0 :F(L(T)); y @1 :F(M(T)); } struct S { f @0 :F(Text); }";
    assert!(outcome(branches).is_ok_and(|count| count < 1 << 17));
    // Names that grow exponentially.
    let names: String = (0..200).map(|i| format!("A{i},")).collect();
    let wide = format!(
        "struct P({names}) {{ a @0 :A0; }} struct F(T) {{ x @0 :F(P({})); }} struct S {{ f @0 :F(Text); }}",
        "T,".repeat(200)
    );
    assert!(outcome(&wide).is_ok());
}

#[test]
fn text_that_is_no_schema_is_an_error() {
    for text in [
        "}", ";", "{", "(", ")", "[", "]", ",", "@", "$", "#", "\0", "\u{feff}", "é", "-", "=", ".", "\"",
        "`", "0x\"",
    ] {
        for times in [1, 3, 10_000] {
            let repeated = text.repeat(times);
            let harmless = text == "#" || text == "\u{feff}";
            assert_eq!(outcome(&repeated).is_ok(), harmless, "{text:?} {times} times");
            for around in [
                "struct S {",
                "struct S { x @0 :",
                "const c :Text = ",
                "enum E { x @0 $",
                "interface I { f @0 ",
            ] {
                let ends = text == "}" && around == "struct S {" && times == 1;
                assert_eq!(
                    outcome(&format!("{around}{repeated}")).is_ok(),
                    ends,
                    "{around}{text:?} {times} times"
                );
            }
        }
    }
    assert_eq!(
        outcome(&format!("struct {}", "A".repeat(1_000_000))),
        Err("this name is longer than 255 bytes".to_string())
    );
}

#[test]
fn a_cut_schema_is_an_error_wherever_it_is_cut() {
    let text = include_str!("../../src/schema/capnp/standard/persistent.capnp");
    for (cut, _) in text.char_indices() {
        let part = &text[..cut];
        let whole =
            part.trim_end().ends_with(['}', ';']) && part.matches('{').count() == part.matches('}').count();
        let done = Schema::from_capnp_text("cut.capnp", part).is_ok();
        assert_eq!(done, whole && part.contains('@'), "{part}");
    }
}
