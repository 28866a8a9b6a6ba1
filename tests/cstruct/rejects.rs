//! Invalid headers: the place, the message and the help of each error.

use wirelens::{Diagnostic, ErrorKind, Schema};

fn errors(text: &str) -> Vec<Diagnostic> {
    match Schema::from_c("test.h", text) {
        Err(error) if error.kind() == ErrorKind::Schema => error.diagnostics().to_vec(),
        other => panic!("{text}\n{other:?}"),
    }
}

/// The errors are exactly these: `line:column message | help`; each text is a prefix.
fn fails(text: &str, expected: &[&str]) {
    let found: Vec<String> = errors(text)
        .iter()
        .map(|d| format!("{}:{} {} | {}", d.line, d.column, d.message, d.help.as_deref().unwrap_or("")))
        .collect();
    let same = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
    assert!(same, "{text}\nfound    {found:#?}\nexpected {expected:#?}");
}

#[test]
fn pointers_and_references_have_no_meaning() {
    fails(
        "struct P {\n  double *x;\n};",
        &["2:10 a pointer has no meaning in a file | give the value itself, or write 'uint64_t'"],
    );
    fails("struct P { int &x; };", &["1:16 a reference has no meaning in a file | give the value itself"]);
    fails("struct P { int (*f)(int); };", &["1:16 a pointer has no meaning in a file | give"]);
    fails(
        "typedef struct P *Ptr;\nstruct S { Ptr p; };",
        &["1:18 a pointer has no meaning in a file | give"],
    );
}

#[test]
fn bit_fields_are_refused() {
    let message = "bit-fields are not read | declare the whole integer as one field";
    fails(
        "struct S { int a : 3; int : 2; int b; };",
        &[&format!("1:16 {message}"), &format!("1:27 {message}")],
    );
}

#[test]
fn unions_and_classes_are_refused_wherever_they_stand() {
    let message = "unions are not read: the bytes do not say which member is meant | declare the member";
    fails(
        "union U { int a; };\nstruct S { union { int a; } u; U v; };",
        &[&format!("1:1 {message}"), &format!("2:12 {message}")],
    );
    fails("class C { int x; };\nstruct S { C c; };", &["1:1 classes are not read | write a struct"]);
}

#[test]
fn arrays_need_a_length_of_at_least_one() {
    fails(
        "struct S { int n; char d[]; };",
        &["1:25 an array without a length has no fixed size | give the length"],
    );
    fails("struct S { char d[0]; };", &["1:18 an array of length 0 has no bytes | delete it"]);
    fails("struct S { char d[2 - 3]; };", &["1:18 an array cannot have -1 elements | give 1 or more"]);
    fails(
        "enum { COUNT = 3 };\nstruct S { char d[CONT]; };",
        &["2:19 the constant 'CONT' is not known | did you mean 'COUNT'?"],
    );
    fails(
        "struct S { int n; char d[n]; };",
        &["1:26 the constant 'n' is not known | write '#define n …' above"],
    );
    let text = format!("struct S {{ int x{}; }};", "[1]".repeat(33));
    fails(
        &text,
        &["1:17 an array of more than 32 dimensions is not read | put the inner ones into a struct"],
    );
}

#[test]
fn sizes_beyond_i64_are_refused() {
    fails(
        "struct S { int x[0x7fffffffffffffff]; };",
        &["1:17 this array is larger than a file can be | give a smaller"],
    );
    fails(
        "struct S { char x[9223372036854775807], y; };",
        &["1:41 this struct is larger than a file can be | give smaller"],
    );
    fails(
        "struct S { char x[18446744073709551616]; };",
        &["1:19 this integer does not fit into 64 bits | write a smaller"],
    );
    fails(
        "struct S { char x[9223372036854775807]; } __attribute__((aligned(8)));",
        &["1:1 this struct is larger than a file can be"],
    );
}

#[test]
fn constant_expressions_must_be_whole_and_defined() {
    let field = |length: &str| format!("struct S {{ int x[{length}]; }};");
    fails(&field("1 / 0"), &["1:20 this divides by zero | write the value itself"]);
    fails(&field("1 << 40"), &["1:20 a shift must be by at least 0 and less than the width"]);
    fails(&field("2147483647 + 1"), &["1:29 this overflows its C type | write the value itself"]);
    fails(&field("3.5"), &["1:18 only integer constants are read here | write a whole number"]);
    fails(&field("08"), &["1:18 this is no integer | write decimal, 0x, 0b or octal"]);
    fails(&field("(1"), &["1:20 expected ')', found ']' | "]);
    fails(&field("sizeof(struct { int a; })"), &["1:25 a type cannot be defined here | define it before"]);
    fails(&field("(float)1"), &["1:18 a constant is cast to integers only | write an integer type"]);
    fails(
        &field(&("(".repeat(99) + "1")),
        &["1:82 this nests more than 64 deep | declare the inner parts on their own"],
    );
}

#[test]
fn types_without_a_counterpart_name_what_to_write() {
    fails(
        "struct S { long double x; };",
        &["1:12 'long double' is not read: its ten bytes fit no number here | write its 16 bytes"],
    );
    fails(
        "struct S { unsigned __int128 x; };",
        &["1:21 '__int128' is not read | write two fields of 'uint64_t'"],
    );
    fails("struct S { wchar_t x; };", &["1:12 'wchar_t' is not read | write 'int32_t'"]);
    fails("struct S { double _Complex x; };", &["1:19 '_Complex' is not read | write two fields"]);
    fails("struct S { void x; };", &["1:12 'void' has no bytes | name the type"]);
    fails("struct S { short double x; };", &["1:12 'double short' is no type | write one of C's"]);
}

#[test]
fn unknown_types_come_with_the_nearest_known() {
    fails("struct S { unt32_t x; };", &["1:12 the type 'unt32_t' is not known | did you mean 'int32_t'?"]);
    fails(
        "struct Point { int x; };\nstruct S { Pint p; };",
        &["2:12 the type 'Pint' is not known | did you mean 'Point'?"],
    );
    fails(
        "struct Point { int x; };\nstruct S { struct Pont p; };",
        &["2:19 struct 'Pont' is not defined | did you mean 'Point'?"],
    );
    fails(
        "struct S { Something x; };",
        &["1:12 the type 'Something' is not known | declare it before its use; an #include is not read"],
    );
    fails("struct S { enum E e; };", &["1:17 enum 'E' is not defined | define it before its use"]);
}

#[test]
fn a_struct_holds_neither_itself_nor_what_is_only_declared() {
    fails(
        "struct S { struct S s; int x; };",
        &["1:12 struct 'S' contains itself | a file has no endless records"],
    );
    fails("struct S { int x; struct { S s[2]; } in; };", &["1:28 struct 'S' contains itself | a file"]);
    fails(
        "struct F;\nstruct S { struct F f; };",
        &["2:19 'F' is declared, but not defined | define it before its use"],
    );
    fails(
        "typedef struct F G;\nstruct S { G g; };\nstruct F { int x; };",
        &["2:12 'F' is declared, but not defined | define"],
    );
}

#[test]
fn names_are_declared_once() {
    fails(
        "struct S {\n int a;\n float a;\n};",
        &["3:8 the field 'a' is declared twice | the first is on line 2; rename"],
    );
    fails(
        "struct S { int a; struct { int a; }; };",
        &["1:19 the field 'a' is declared twice | the first is on line 1"],
    );
    fails(
        "struct S { int x; };\nstruct S { int x; };",
        &["2:8 'S' is declared twice | the first is on line 1; rename"],
    );
    fails(
        "typedef int T;\ntypedef long T;",
        &["2:14 'T' is declared twice | the first is on line 1; rename"],
    );
    fails("struct S { int x; };\ntypedef int S;", &["2:13 'S' is declared twice | the first is on line 1"]);
    fails("enum E { A, A };", &["1:13 the constant 'A' is declared twice | rename"]);
    fails("enum E { A };\nenum F { A };", &["2:10 the constant 'A' is declared twice | rename"]);
    fails("enum E { A };\nstruct S { struct E e; };", &["2:19 'E' is no struct | delete the word 'struct'"]);
    fails("struct E { int x; };\nstruct S { enum E e; };", &["2:17 'E' is no enum | delete the word 'enum'"]);
}

#[test]
fn enums_must_fit() {
    fails(
        "enum E : uint8_t { A = 255, B };",
        &["1:29 'B' = 256 does not fit into the enum's u8 | write a larger type"],
    );
    fails(
        "enum E { A = 0xffffffffffffffff };",
        &["1:10 'A' = 18446744073709551615 does not fit | constants go up to"],
    );
    fails("enum E : float { A };", &["1:10 an enum is stored as an integer | write an integer type"]);
    fails("enum E {};", &["1:6 this enum has no constants | give it one"]);
    fails(
        "enum E { A } __attribute__((aligned(8)));",
        &["1:29 GCC ignores the alignment of an enum | write it at the field"],
    );
}

#[test]
fn empty_structs_are_refused() {
    fails("struct S {};", &["1:8 this struct has no fields | give it a field"]);
    fails("struct S { int x; struct {} e; };", &["1:26 this struct has no fields | give it a field"]);
}

#[test]
fn what_cpp_adds_to_structs_is_refused() {
    let function = "a function does not lie in the bytes of a struct | delete it; a schema has only fields";
    fails(
        "struct S {\n int x() const { return 1; }\n S(int a) : y(a) {}\n ~S();\n virtual void f() = 0;\n bool operator==(int);\n int y;\n};",
        &[
            &format!("2:6 {function}"),
            &format!("3:2 {function}"),
            &format!("4:2 {function}"),
            &format!("5:2 {function}"),
            &format!("6:2 {function}"),
        ],
    );
    fails(
        "struct A { int x; };\nstruct B : public A { int y; };",
        &["2:10 a struct with a base is not read | make the base the first field"],
    );
    fails(
        "template <typename T> struct V { T x; };",
        &["1:1 'template' is not read here | write out the struct"],
    );
    fails("struct S { std::vector<int> v; };", &["1:17 'vector<…>': templates are not read | write out"]);
    fails(
        "struct S { public: int x = 3; };",
        &["1:12 'public:' is not read | delete it", "1:26 a field has no initial value | delete the value"],
    );
    fails(
        "struct S { static int x; int y; };",
        &["1:12 a static member does not lie in the struct | delete it"],
    );
    fails(
        "namespace n { struct S { int x; }; }\nusing T = int;",
        &["1:1 'namespace' is not read here | take", "2:1 'using' is not read here | write a typedef"],
    );
}

#[test]
fn functions_and_variables_are_no_types() {
    fails(
        "int x;\nstruct P { int x; } p;",
        &[
            "1:5 'x' is a variable; a schema has only types | delete it, or write 'typedef'",
            "2:21 'p' is a variable; a schema has only types | delete it",
        ],
    );
    fails(
        "int f(void) { return 1; }\nstruct S { bad x; };",
        &["1:5 'f' is a function | delete it", "2:12 the type 'bad' is not known | "],
    );
    fails("int;", &["1:1 this declares nothing | give it a name"]);
    fails("struct { int x; };", &["1:1 this declares nothing | give it a name"]);
    fails("struct S { int; };", &["1:12 this field has no name | name it"]);
}

#[test]
fn a_missing_semicolon_costs_one_error() {
    fails(
        "struct A { int x; }\nstruct B { A a; };",
        &["1:20 expected ';' after '}' | a declaration ends with ';'"],
    );
    fails("struct A { int x };\nstruct B { A a; };", &["1:18 expected ';', found '}' | "]);
    fails("struct A { int x; ", &["1:1 this struct is not closed | add '};'"]);
    fails("}\nstruct A { int x; };", &["1:1 this '}' closes nothing | delete it"]);
    fails("extern \"C\" {\nstruct A { int x; };", &["1:1 this 'extern \"C\"' block is not closed | add '}'"]);
}

#[test]
fn every_error_is_reported_in_one_go_and_no_more_than_twenty() {
    let text = "struct A { int *p; bad q; };\nstruct B { A a; char c[0]; };\ntypedef long double ld;\nstruct C { ld x; B b; };";
    fails(text, &["1:16 a pointer", "1:20 the type 'bad'", "2:23 an array of length 0", "3:9 'long double'"]);
    assert_eq!(errors(&"bad x;\n".repeat(1000)).len(), 20);
}

#[test]
fn conditions_that_the_text_does_not_decide_are_errors() {
    fails(
        "#ifdef DEBUG\n#endif",
        &["1:8 whether 'DEBUG' is defined is not known here | write '#define DEBUG' or '#undef DEBUG' above"],
    );
    fails(
        "#if 1\n#elif X\n#endif\n#if defined(X) || 1\n#endif",
        &["4:5 whether 'X' is defined is not known here | write"],
    );
    fails(
        "#if VERSION > 3\n#endif",
        &["1:5 the constant 'VERSION' is not known | write '#define VERSION …' above"],
    );
    fails("#if 1\nstruct S { int x; };", &["1:1 this condition has no #endif | add '#endif'"]);
    fails("#endif\n#else", &["1:2 '#endif' without an '#if' before it | delete it", "2:2 '#else' without"]);
    fails("#if 0\n#else\n#else\n#endif", &["3:2 '#else' after '#else' | delete"]);
    fails("#error stop, don't", &["1:1 the text reaches this #error | define the macros"]);
    fails("#bogus", &["1:2 '#bogus' is not known | the directives are"]);
}

#[test]
fn function_like_macros_are_refused_where_they_are_used() {
    fails(
        "#define ALIGN(n) __attribute__((aligned(n)))\nstruct S { int x ALIGN(4); };",
        &["2:18 this function-like macro is not expanded | write out"],
    );
    let text = "#define A 1\n#define B A+A\n".to_string()
        + &(0..40).map(|i| format!("#define C{} C{i}+C{i}\n", i + 1)).collect::<String>()
        + "#define C0 B\nstruct S { int x[C40]; };";
    assert!(errors(&text)[0].message.contains("expands to too much"));
}

#[test]
fn pragmas_must_be_known_and_well_formed() {
    fails("#pragma pack(3)", &["1:1 'pack' does not take 3 | write 1, 2, 4, 8 or 16"]);
    fails("#pragma pack(pop)", &["1:1 this 'pack(pop)' has no 'pack(push)' before it | delete it"]);
    fails("#pragma pack(1) 2", &["1:17 expected the end of the pragma, found '2' | "]);
    fails("#pragma pack(push, 1", &["1:21 expected ')', found the end of the pragma | "]);
    fails(
        "#pragma ms_struct on",
        &["1:1 the pragma 'ms_struct' is not known | delete it if it does not change the layout"],
    );
    fails(
        "#pragma scalar_storage_order middle-endian",
        &["1:37 expected 'big-endian', 'little-endian' or 'default'"],
    );
    fails(
        "#pragma wirelens heder(3)",
        &["1:1 this pragma of wirelens is not known | there is '#pragma wirelens header(N)'"],
    );
    fails("#pragma wirelens header(-1)", &["1:1 a header cannot have -1 bytes | write 0 or more"]);
    fails(
        "#pragma wirelens header(1)\n#pragma wirelens header(1)",
        &["2:1 the header is declared twice | delete one"],
    );
    fails(
        "struct S { int x;\n#pragma pack(1)\nint y; };",
        &["2:1 compilers disagree on what '#pragma pack' within a struct reaches | move it"],
    );
}

#[test]
fn attributes_without_their_effect_are_refused() {
    fails(
        "typedef struct { int x; } S __attribute__((packed));",
        &["1:44 'packed' has no effect on a typedef: GCC ignores it | write it directly after the '}'"],
    );
    fails(
        "__attribute__((packed)) struct S { int x; };",
        &["1:16 this attribute has no effect here | write it directly after the word 'struct'"],
    );
    fails(
        "struct __declspec(align(8)) S { int x; };",
        &["1:8 '__declspec' is not read | write __attribute__"],
    );
    fails(
        "struct S { int x __attribute__((mode(DI))); };",
        &["1:33 the attribute 'mode' is not known | delete it"],
    );
    fails(
        "struct S { int x __attribute__((aligned(3))); };",
        &["1:33 3 is no alignment | an alignment is a power of two"],
    );
    fails(
        "struct S { int x; } __attribute__((aligned(8), aligned(4)));",
        &["1:48 this type has two alignments | delete one"],
    );
    fails(
        "typedef int A __attribute__((aligned(16)));\nstruct S { A x[2]; };",
        &["2:15 its elements have 4 bytes, but are to be aligned to 16 | lower"],
    );
}

#[test]
fn byte_order_is_given_once_and_where_it_belongs() {
    fails(
        "struct P { int x; };\nstruct S { [[wirelens::big_endian]] P p; };",
        &["2:14 the byte order of a struct belongs to its own declaration | write it at that struct"],
    );
    fails(
        "struct S { [[wirelens::little_endian]] __be16 y; };",
        &["1:14 this type has the other byte order already | delete one"],
    );
    fails(
        "struct S { [[wirelens::middle]] int y; };",
        &["1:14 the attribute 'wirelens::middle' is not known | there are"],
    );
    fails(
        "struct S { int v __attribute__((scalar_storage_order(\"big-endian\"))); };",
        &["1:33 'scalar_storage_order' belongs to a struct | write [[wirelens::big_endian]]"],
    );
}

#[test]
fn static_asserts_that_fail_are_errors() {
    fails(
        "struct S { int x; };\nstatic_assert(sizeof(S) == 8, \"size of S\");",
        &["2:1 this static_assert does not hold: size of S | layouts are those of GCC"],
    );
    fails(
        "struct S { int x; _Static_assert(sizeof(int) == 5); };",
        &["1:19 this static_assert does not hold | layouts"],
    );
}

#[test]
fn structs_nest_no_more_than_64_deep() {
    let deep = "struct {".repeat(65) + "int x;" + &"} s;".repeat(65);
    assert_eq!(errors(&format!("struct S {{ {deep} }};"))[0].message, "this nests more than 64 deep");
    let chain: String = (1..70).map(|i| format!("struct S{i} {{ S{} s; }};\n", i - 1)).collect();
    assert_eq!(
        errors(&format!("struct S0 {{ int x; }};\n{chain}"))[0].message,
        "this nests more than 64 deep"
    );
}

#[test]
fn broken_tokens_are_reported_once() {
    fails("struct S { int x; }; /* no end", &["1:22 this comment has no end | close it with '*/'"]);
    fails("struct S { int 3x; };", &["1:16 this is no integer | "]);
    fails("struct S { int x@; };", &["1:17 this character has no meaning in C declarations | delete it"]);
    fails("struct S { int é; int ü @; };", &["1:25 this character has no meaning"]);
    fails(
        "struct S { un\\\nsigned x; };",
        &["1:12 a line continuation splits this word | write the word on one line"],
    );
    fails(
        &format!("struct S {{ int {}; }};", "a".repeat(256)),
        &["1:16 this name is longer than 255 bytes | shorten it"],
    );
    fails("struct S { char x['ab]; };", &["1:19 this quote has no end on its line | close it"]);
}
