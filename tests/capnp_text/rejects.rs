//! Invalid texts: the place, the message and the help of each error.

use wirelens::{Diagnostic, ErrorKind, Schema};

use crate::with_id;

fn errors(text: &str) -> Vec<Diagnostic> {
    match Schema::from_capnp_text("test.capnp", text) {
        Err(error) if error.kind() == ErrorKind::Schema => error.diagnostics().to_vec(),
        other => panic!("{text}\n{other:?}"),
    }
}

/// The errors are exactly these: `line:column message | help`. The text begins on line 2, after an id.
fn fails(text: &str, expected: &[&str]) {
    let found: Vec<String> = errors(&with_id(text))
        .iter()
        .map(|d| format!("{}:{} {} | {}", d.line, d.column, d.message, d.help.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn an_error_shows_the_line_and_what_to_do() {
    let error = Schema::from_capnp_text("p.capnp", &with_id("struct P {\n  a @0 :Flot64;\n}")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "'Flot64' is not defined\n --> p.capnp:3:9\n  |\n3 |   a @0 :Flot64;\n  |         ^\n  |\n  = help: did you mean 'Float64'?"
    );
    assert_eq!(error.exit_code(), 3);
}

#[test]
fn all_errors_are_reported_together_and_the_rest_is_compiled() {
    fails(
        "struct A { a @0 :B; b 1 :Text; c @1 Text; }\nstruct B { d @1 :Other; e @2 :Int8 = 300; }",
        &[
            "2:21 found 'b', expected a field, a union, a group or a declaration | a field is written as 'b @0 :Type;'",
            "2:37 found 'Text', expected ':' and the type | ",
            "3:18 'Other' is not defined | declare it, or import the file that does",
            "3:38 this integer does not fit into its type | Int8 is from -128 to 127",
        ],
    );
}

#[test]
fn a_file_needs_an_id() {
    let errors = errors("struct P {}");
    assert_eq!(errors.len(), 1);
    assert_eq!((errors[0].line, errors[0].message.as_str()), (1, "this file has no id"));
    // With the proposed line the text is valid.
    let line = errors[0].help.as_ref().and_then(|h| h.rsplit(' ').next()).unwrap();
    assert!(Schema::from_capnp_text("p.capnp", &format!("{line}\nstruct P {{}}")).is_ok());
    fails("@0xd6b2a5a29f3c41e8;", &["2:1 this file has an id already | delete one of the two"]);
    let small = Schema::from_capnp_text("p.capnp", "@0x56b2a5a29f3c41e7;").unwrap_err().to_string();
    assert!(small.starts_with("this id is too small"), "{small}");
}

#[test]
fn ids_are_given_once() {
    fails(
        "struct A @0x8000000000000001 {}\nstruct B @0x8000000000000001 {}",
        &["3:10 'test.capnp:A' has the id 0x8000000000000001 too | give it another id"],
    );
}

#[test]
fn numbers_of_members_are_0_1_2_and_so_on() {
    fails(
        "struct S { a @0 :Text; b @0 :Text; c @2 :Text; }",
        &[
            "2:26 the number @0 is taken | each member has a number of its own",
            "2:38 the number @1 is missing before @2 | numbers have no gaps; the next one is @1",
        ],
    );
    fails(
        "enum E { a @1; }",
        &["2:12 the number @0 is missing before @1 | numbers have no gaps; the next one is @0"],
    );
    fails(
        "struct S { a :Text; }",
        &["2:12 this field has no number | write 'a @n :…', with the next number that is free"],
    );
    fails(
        "struct S { a @65536 :Text; }",
        &["2:14 this number is greater than 65535 | take the next one that is free"],
    );
}

#[test]
fn names_are_spelt_by_what_they_are() {
    fails(
        "struct point { X @0 :Int8; a_b @1 :Int8; }",
        &[
            "2:8 the name of a type begins with a capital letter | write 'Point'",
            "2:16 the name of what is no type begins with a small letter | write 'x'",
            "2:28 the name 'a_b' has an underscore | write it in camelCase; code generators change it to their language's style",
        ],
    );
}

#[test]
fn names_are_taken_once_in_a_scope() {
    fails(
        "struct A {}\nstruct A {}\nstruct B { x @0 :Int8; union { x @1 :Int8; y @2 :Int8; } g :group { x @3 :Int8; } }",
        &[
            "3:8 the name 'A' is taken | the first is on line 2; rename one",
            "4:32 the name 'x' is taken | the first is on line 4; rename one",
        ],
    );
}

#[test]
fn unions_and_groups_have_members() {
    fails(
        "struct S { u :union { a @0 :Int8; } g :group {} }",
        &[
            "2:12 a union needs two members or more | add another; what is in no union can become part of one later",
            "2:37 a group needs a member | a group is nothing but its members; add one or delete the group",
        ],
    );
    fails(
        "struct S { union { a @0 :Int8; union { b @1 :Int8; c @2 :Int8; } } union { d @3 :Int8; e @4 :Int8; } }",
        &[
            "2:32 an unnamed union cannot stand in a union | name it, or move its members into the outer one",
            "2:68 this struct has an unnamed union already | name it",
        ],
    );
}

#[test]
fn the_number_of_a_union_is_smaller_than_all_but_one_of_its_members_numbers() {
    fails(
        "struct S { u @2! :union { a @0 :Int8; b @1 :Int8; } }",
        &[
            "2:14 this number is too large for the union | at most one member of the union can have a smaller number",
        ],
    );
    fails(
        "struct S { u @0 :union { a @1 :Int8; b @2 :Int8; } }",
        &["2:14 a union has no number | delete the number; where old messages need it, write '!' behind it"],
    );
}

#[test]
fn what_is_no_type_cannot_be_one() {
    fails(
        "const c :Int8 = 1; annotation a(*) :Void; struct S { x @0 : .c; y @1 :a; z @2 :3; l @3 :List; }",
        &[
            "2:61 '.c' is no type | it is declared with 'const'",
            "2:71 'a' is no type | it is declared with 'annotation'",
            "2:80 found a value, expected a name | ",
            "2:89 'List' needs the type of its elements | write 'List(Type)'",
        ],
    );
}

#[test]
fn type_arguments_are_as_many_as_there_are_parameters_and_pointers() {
    fails(
        "struct P(A, B) {}\nstruct S { a @0 :P(Text); b @1 :S(Text); c @2 :P(Text, Int8); d @3 :P(Text, Data)(Text, Data); e @4 :P(A = Text, B = Text); }",
        &[
            "3:18 found 1 type arguments, expected 2 | ",
            "3:33 this takes no type arguments | ",
            "3:56 'Int8' is no pointer, so it cannot be an argument | put a number or an enum into a struct or a list",
            "3:69 this type has its arguments already | delete these",
            "3:104 a type argument has no name | types are given in the order of the parameters",
        ],
    );
    fails(
        "struct S(T) { a @0 :List(AnyPointer); b @1 :List(Text, Text); c @2 :List(T) = []; }",
        &[
            "2:21 a list cannot have elements of AnyPointer | use a list of structs that have such a field",
            "2:45 found 2 type arguments, expected 1 | ",
            "2:69 a list cannot have elements of AnyPointer, as a type parameter is | use a list of structs that have such a field",
        ],
    );
}

#[test]
fn members_of_scopes_are_looked_for_in_them() {
    fails(
        "struct Outer { struct Inner {} }\nstruct S { a @0 :Outer.Iner; b @1 :Text.Inner; c @2 : .Text; d @3 : .Inner; }",
        &[
            "3:24 'Outer' has no member 'Iner' | did you mean 'Inner'?",
            "3:41 'Text' has no members, so no 'Inner' | ",
            "3:56 this file declares no 'Text' | it has 'Outer', 'S'",
            "3:70 this file declares no 'Inner' | it has 'Outer', 'S'",
        ],
    );
}

#[test]
fn aliases_end_somewhere() {
    fails("using A = B; using B = A;", &["2:7 the alias 'A' refers to itself | name what it stands for"]);
    fails("using .A; struct A {}", &["2:7 this alias has no name | write 'using Name = .A;'"]);
}

#[test]
fn values_are_of_their_types() {
    fails(
        "enum E { red @0; } struct T { n @0 :Text; }
const a :Int32 = \"x\"; const b :Text = 3; const c :E = rod; const d :T = (m = 1); const e :T = (1, 2);
const f :List(Int8) = 3; const g :Bool = 1; const h :Int32 = -2147483649; const i :UInt8 = -1; const j :Data = [1];",
        &[
            "3:18 this value is of another type, expected Int32 | ",
            "3:39 this value is of another type, expected Text | ",
            "3:55 the enum 'E' has no 'rod' | did you mean 'red'?",
            "3:74 the struct 'T' has no field 'm' | did you mean 'n'?",
            "3:96 this value belongs to no field | write 'field = value'",
            "3:99 this value belongs to no field | write 'field = value'",
            "4:23 this value is of another type, expected List(Int8) | ",
            "4:42 this value is of another type, expected Bool | ",
            "4:62 this integer does not fit into its type | Int32 is from -2147483648 to 2147483647",
            "4:92 this integer does not fit into its type | UInt8 is from 0 to 255",
            "4:112 this value is of another type, expected Data | ",
        ],
    );
}

#[test]
fn constants_are_named_with_their_scope() {
    fails(
        "const c :Int8 = 1; const d :Int8 = c; struct S { const e :Int8 = 1; const f :Int8 = e; } const g :Int8 = S;",
        &[
            "2:36 the constant 'c' must be named with its scope | write '.c'",
            "2:85 the constant 'e' must be named with its scope | write 'S.e'",
            "2:106 'S' is no constant | a value is a literal, the name of an enumerant or that of a constant",
        ],
    );
    fails("const c :Int8 = .c;", &["2:7 the constant 'c' refers to itself | give it a value of its own"]);
}

#[test]
fn annotations_are_applied_to_what_they_are_declared_for() {
    fails(
        "annotation a(struct, enum) :Text; annotation b(*) :Void;
struct S $b(1) { x @0 :Text $a(\"x\"); y @1 :Text $other; z @2 :Text $S; } enum E $a { x @0; }
annotation d(strict) :Text; annotation e(file, file) :Text;",
        &[
            "3:13 this value is of another type, expected Void | ",
            "3:30 'a' cannot be applied to a field | it is declared for: enum, struct",
            "3:50 'other' is not defined | declare it, or import the file that does",
            "3:69 'S' is no annotation | ",
            "3:82 'a' needs a value | write '$a(…)'",
            "4:14 'strict' is no kind of declaration | did you mean 'struct'?",
            "4:48 this is said twice | delete it",
        ],
    );
}

#[test]
fn interfaces_take_structs_and_extend_interfaces() {
    fails(
        "interface I { a @0 (x :Bool, x :Int8) -> (); }",
        &["2:30 the name 'x' is taken | rename one of the two parameters"],
    );
    fails(
        "interface I extends(S) { a @0 Text -> (); b @1 stream -> (); c @2 (x :Int8 = null) -> stream; } struct S {}",
        &[
            "2:21 'S' is no interface | an interface extends interfaces only",
            "2:31 'Text' is no struct | a method takes and returns a struct, or a list of parameters in parentheses",
            "2:48 only the results of a method can be a stream | write '-> stream'",
            "2:78 only a pointer can be null | give a value",
        ],
    );
}

#[test]
fn a_text_imports_standard_files_only() {
    let help = "a path begins in this file's folder or, with '/', in an import folder (-I)";
    fails(
        "struct S { a @0 :import \"x.capnp\".X; b @1 :import \"/y.capnp\".Y; c @2 :Data = embed \"z\"; }",
        &[
            &format!(
                "2:18 cannot import \"x.capnp\": this text lies in no folder that the path could begin in | {help}"
            ),
            &format!("2:44 cannot import \"/y.capnp\": no import folder has this file | {help}"),
            &format!(
                "2:78 cannot embed \"z\": this text lies in no folder that the path could begin in | {help}"
            ),
        ],
    );
}

#[test]
fn literals_are_well_formed() {
    fails(
        "const a :Int8 = 08; const b :Int8 = 1x; const c :Int8 = 18446744073709551616;
const d :Text = \"a\\q\"; const e :Text = 'a'; const f :Data = 0x\"0\"; const g :Data = 0x\"\";
const h :Text = \"abc",
        &[
            "2:17 a number that begins with 0 is octal, and this has other digits | delete the 0",
            "2:37 this is no number | write one as 12, 0x1f, 017, 1.5 or 1e-9",
            "2:57 this integer does not fit into 64 bits | the largest is 18446744073709551615, or 0xffffffffffffffff",
            "3:17 this text has an unknown escape | write \\n, \\t, \\\\, \\\", \\x7f or \\177",
            "3:40 text stands in double quotes | write '\"' instead",
            "3:61 this is no hexadecimal data | write pairs of hexadecimal digits, as in 0x\"01 a0 ff\"",
            "3:84 this is no hexadecimal data | write \"\" for no bytes at all",
            "4:17 this quote has no end on its line | close it with '\"'",
        ],
    );
}

#[test]
fn operators_that_stand_together_are_one() {
    fails(
        "const a :Int8 =-1; struct S { x @0 :.S; y @1:.S; }",
        &[
            "2:15 found '=-', expected '=' and the value | what stands together is one operator: write '= -'",
            "2:36 found ':.', expected ':' and the type | what stands together is one operator: write ': .'",
            "2:45 found ':.', expected ':' and the type | what stands together is one operator: write ': .'",
        ],
    );
}

#[test]
fn declarations_stand_where_they_may() {
    fails(
        "x @0 :Text;",
        &[
            "2:1 found 'x', expected 'struct', 'enum', 'interface', 'const', 'annotation', 'using' or '@' and the file's id | ",
        ],
    );
    fails(
        "strct S {}",
        &[
            "2:1 found 'strct', expected 'struct', 'enum', 'interface', 'const', 'annotation', 'using' or '@' and the file's id | did you mean 'struct'?",
        ],
    );
    fails(
        "struct S { g :group { x @0 :Text; struct T {} } }",
        &["2:42 this struct cannot be declared in a group | move it out, into the struct"],
    );
    fails("struct S { x @0 :Text; ", &["2:24 the file ends here, expected '}' | "]);
    fails("struct S { x @0 :Text; } }", &["2:26 found '}', expected a declaration | "]);
}

#[test]
fn a_union_has_a_number_for_no_member_at_all() {
    let members = |count: usize| (0..count).map(|i| format!("f{i} @{i} :Void;")).collect::<String>();
    assert!(
        Schema::from_capnp_text("u", &with_id(&format!("struct S {{ union {{ {} }} }}", members(65_535))))
            .is_ok()
    );
    let text = format!("struct S {{ u :union {{ {} }} }}", members(65_536));
    fails(&text, &["2:12 this union is too large | a union has at most 65535 members"]);
}
