//! Any text gives a schema or errors, and soon.

use proptest::prelude::*;
use wirelens::Schema;

const HEADER: &str = include_str!("../../testdata/layouts/layouts.h");

/// Meaningful words, so that random sequences of them get far in the parser.
const WORDS: &[&str] = &[
    "struct",
    "union",
    "enum",
    "class",
    "typedef",
    "const",
    "unsigned",
    "long",
    "int",
    "char",
    "double",
    "void",
    "bool",
    "uint8_t",
    "__be32",
    "std",
    "::",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "[[",
    "]]",
    ";",
    ",",
    ":",
    "=",
    "*",
    "&",
    "<",
    "<<",
    "-",
    "~",
    "?",
    "&&",
    "||",
    "/",
    "%",
    "0",
    "1",
    "3",
    "-1",
    "0x7fffffffffffffff",
    "'a'",
    "'",
    "\"",
    "\"C\"",
    "extern",
    "static",
    "A",
    "B",
    "S",
    "P",
    "x",
    "y",
    "sizeof",
    "offsetof",
    "static_assert",
    "__attribute__((packed))",
    "__attribute__((aligned(8)))",
    "__attribute__((",
    "alignas(",
    "_Alignas(16)",
    "[[wirelens::big_endian]]",
    "packed",
    "aligned",
    "\n#define A",
    "\n#define B A A",
    "\n#define A(x)",
    "\n#if",
    "\n#ifdef A",
    "\n#ifndef A",
    "\n#elif",
    "\n#else",
    "\n#endif",
    "\n#undef A",
    "defined",
    "\n",
    "\\\n",
    "/*",
    "*/",
    "//",
    "\n#pragma pack(1)\n",
    "\n#pragma pack(push)\n",
    "\n#pragma pack(pop)\n",
    "\n#pragma scalar_storage_order big-endian\n",
    "\n#pragma wirelens header(",
    "#",
    "é",
    "\0",
    "@",
];

/// Any result is valid; an error has a place and a text.
fn survives(text: &str) {
    if let Err(error) = Schema::from_c("fuzz.h", text) {
        assert!(error.to_string().contains("--> fuzz.h:"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn token_soup_never_panics(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..60),
        glue in any::<bool>(),
    ) {
        survives(&words.join(if glue { "" } else { " " }));
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,80}") {
        survives(&text);
    }

    #[test]
    fn mutated_headers_never_panic(
        start in 0..HEADER.len(),
        edits in prop::collection::vec((0usize..600, 0usize..6, prop::sample::select(WORDS)), 1..6),
    ) {
        let start = HEADER[..start].rfind('\n').map_or(0, |i| i + 1);
        let mut text = HEADER[start..HEADER.len().min(start + 600)].to_string();
        for (at, delete, word) in edits {
            let at = (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            let end = (at + delete..).find(|i| *i >= text.len() || text.is_char_boundary(*i)).unwrap_or(at);
            text.replace_range(at..end.min(text.len()), word);
        }
        survives(&text);
    }
}

#[test]
fn a_header_cut_anywhere_never_panics() {
    let text = &HEADER[..3000];
    for end in 0..text.len() {
        survives(&text[..end]);
    }
}

/// Work that is more than linear would take very long: each text has tens of thousands of parts.
#[test]
fn hostile_text_comes_to_an_end() {
    let n = 30_000;
    let texts = [
        "struct S {".repeat(n),
        "struct {".repeat(n) + "int x;" + &"};".repeat(n),
        format!("struct S {{ int x[{}1{}]; }};", "(".repeat(n), ")".repeat(n)),
        format!("struct S {{ int x[{}1]; }};", "-".repeat(n)),
        format!("struct S {{ int x[{}int)]; }};", "sizeof(".repeat(n)),
        format!("struct S {{ int x{}; }};", "[1]".repeat(n)),
        format!("struct S {{ {}int) x; }};", "alignas(const ".repeat(n)),
        "enum A : ".repeat(n),
        "enum {".repeat(n),
        "extern \"C\" {".repeat(n),
        "static_assert(x == 1);\n".repeat(n),
        "int f(int".repeat(n),
        "int f(;".repeat(n),
        "}\n".repeat(n),
        "x y;\n".repeat(n),
        "[[".repeat(n),
        "a::".repeat(n),
        "int ".repeat(n),
        "/*".repeat(n),
        "'\n".repeat(n),
        "#if 1\n".repeat(n),
        "#ifdef X\n#define X\n".repeat(n),
        "struct S { int x, y; } __attribute__((packed)) s;\n".repeat(n),
        "a".repeat(100 * n),
        (0..n).map(|i| format!("typedef T{i} T{};\n", i + 1)).collect::<String>(),
        "typedef int T0;\n".to_string()
            + &(0..n).map(|i| format!("typedef T{i} T{}[1];\n", i + 1)).collect::<String>(),
        "struct S0 { int x; };\n".to_string()
            + &(0..n).map(|i| format!("struct S{} {{ struct S{i} s; }};\n", i + 1)).collect::<String>(),
        "#define A0 1\n".to_string()
            + &(0..n).map(|i| format!("#define A{} A{i} + A{i}\n", i + 1)).collect::<String>()
            + &format!("enum {{ X = A{n} }};"),
        "#define A0\n".to_string()
            + &(0..60).map(|i| format!("#define A{} A{i} A{i}\n", i + 1)).collect::<String>()
            + "struct S { int A60 x; };",
        "struct S {\n".to_string() + &(0..n).map(|i| format!("int f{i};\n")).collect::<String>() + "};",
        "enum E {\n".to_string() + &(0..n).map(|i| format!("E{i},\n")).collect::<String>() + "};",
    ];
    for text in texts {
        survives(&text);
    }
}
