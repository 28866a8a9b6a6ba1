//! Valid headers, and the schemas that they declare.

use wirelens::{Endian, Schema, Struct, Type};

fn schema(text: &str) -> Schema {
    Schema::from_c("test.h", text).unwrap_or_else(|e| panic!("{e}"))
}

fn written(schema: &Schema, ty: &Type) -> String {
    let order = |e: &Endian| if *e == Endian::Big { ".be" } else { "" };
    match ty {
        Type::Scalar(s, e) => format!("{s}{}", order(e)),
        Type::Enum(id, s, e) => format!("{}:{s}{}", schema.enums[*id].name, order(e)),
        Type::Struct(id) => schema.structs[*id].name.clone(),
        Type::Chars(n) => format!("chars{n}"),
        Type::Array(of, n) => format!("[{n}]{}", written(schema, of)),
        other => panic!("{other:?} is no type of C"),
    }
}

fn shown(schema: &Schema, of: &Struct) -> String {
    let fields: Vec<String> =
        of.fields.iter().map(|f| format!("{} {} {}", f.offset, f.name, written(schema, &f.ty))).collect();
    format!("{} {}/{}: {}", of.name, of.size, of.align, fields.join(", "))
}

/// Every struct in order, as `name size/align: offset field type, …`.
fn structs(text: &str) -> Vec<String> {
    let schema = schema(text);
    schema.structs.iter().map(|s| shown(&schema, s)).collect()
}

/// The last struct.
fn last(text: &str) -> String {
    structs(text).pop().expect("a struct")
}

/// The type of a field with this declaration, after `before`.
fn field(before: &str, declaration: &str) -> String {
    let schema = schema(&format!("{before}\nstruct S {{ {declaration}; }};"));
    written(&schema, &schema.find("S").unwrap().1.fields[0].ty)
}

#[test]
fn a_tag_is_a_type_with_and_without_the_word_struct() {
    let p = "struct P { double x; double y; };";
    assert_eq!(last(p), "P 16/8: 0 x f64, 8 y f64");
    assert_eq!(field(p, "struct P p"), "P");
    assert_eq!(field(p, "P p"), "P");
}

#[test]
fn a_typedef_names_a_struct_that_has_no_tag() {
    assert_eq!(structs("typedef struct { int x; } Name;"), ["Name 4/4: 0 x i32"]);
    assert_eq!(structs("typedef struct { int x; } Row[4]; struct S { Row r; };")[1], "S 16/4: 0 r [4]Row[]");
}

#[test]
fn the_tag_and_every_typedef_find_the_struct() {
    let text =
        "typedef struct Tag { int x; } Name, Other; typedef struct Late Early; struct Late { char c; };";
    let schema = schema(text);
    for name in ["Tag", "Name", "Other"] {
        assert_eq!(schema.find(name).unwrap().1.name, "Tag");
    }
    assert_eq!(schema.find("Early").unwrap().1.name, "Late");
    assert_eq!(field(text, "Other o"), "Tag");
    assert_eq!(field(text, "Early o"), "Late");
    assert_eq!(last("typedef struct P P; struct P { int x; }; typedef struct P P;"), "P 4/4: 0 x i32");
}

#[test]
fn typedefs_name_scalars_arrays_and_what_headers_define_themselves() {
    assert_eq!(field("typedef unsigned short ushort_t;", "ushort_t x"), "u16");
    assert_eq!(field("typedef int M[2][3]; typedef M N;", "N x[4]"), "[4][2][3]i32");
    assert_eq!(field("typedef char Name[8];", "Name n[2]"), "[2]chars8");
    assert_eq!(field("typedef char ch;", "ch n[2]"), "chars2");
    assert_eq!(field("typedef unsigned char uint8_t, bool; typedef bool u8;", "u8 n[2]"), "[2]u8");
    assert_eq!(field("int typedef long_t; typedef int long_t;", "long_t x"), "i32");
}

#[test]
fn integers_have_every_name_that_headers_use() {
    for (signed, unsigned, width) in
        [("i8", "u8", 8), ("i16", "u16", 16), ("i32", "u32", 32), ("i64", "u64", 64)]
    {
        for form in ["int#_t", "i#", "s#", "__s#", "std::int#_t", "::std::int#_t", "const volatile int#_t"] {
            assert_eq!(field("", &format!("{} x", form.replace('#', &width.to_string()))), signed, "{form}");
        }
        for form in ["uint#_t", "u#", "__u#", "u_int#_t", "std::uint#_t", "uint#_t const"] {
            assert_eq!(
                field("", &format!("{} x", form.replace('#', &width.to_string()))),
                unsigned,
                "{form}"
            );
        }
    }
    for name in ["size_t", "uintptr_t"] {
        assert_eq!(field("", &format!("{name} x")), "u64");
    }
    for name in ["ssize_t", "ptrdiff_t", "intptr_t"] {
        assert_eq!(field("", &format!("{name} x")), "i64");
    }
}

#[test]
fn the_words_of_a_type_come_in_any_order() {
    for (words, scalar) in [
        ("char", "i8"),
        ("signed char", "i8"),
        ("char unsigned", "u8"),
        ("short", "i16"),
        ("int short", "i16"),
        ("unsigned short int", "u16"),
        ("int", "i32"),
        ("signed", "i32"),
        ("unsigned", "u32"),
        ("int const unsigned", "u32"),
        ("long", "i64"),
        ("long unsigned", "u64"),
        ("long int long", "i64"),
        ("unsigned long long int", "u64"),
        ("long unsigned int long", "u64"),
        ("float", "f32"),
        ("double", "f64"),
        ("bool", "bool"),
        ("_Bool", "bool"),
    ] {
        assert_eq!(field("", &format!("{words} x")), scalar, "{words}");
    }
}

#[test]
fn fields_may_be_called_like_types() {
    assert_eq!(
        last("struct P { int x; }; struct S { uint8_t u8; P P; int bool; u8 le16; };")
            .split(": ")
            .nth(1)
            .unwrap(),
        "0 u8 u8, 4 P P, 8 bool i32, 12 le16 u8"
    );
}

#[test]
fn an_array_of_plain_char_is_text_and_only_that() {
    assert_eq!(field("", "char name[16]"), "chars16");
    assert_eq!(field("", "char name[4][16]"), "[4]chars16");
    assert_eq!(field("", "const char name[3]"), "chars3");
    assert_eq!(field("", "signed char name[16]"), "[16]i8");
    assert_eq!(field("", "unsigned char name[16]"), "[16]u8");
    assert_eq!(field("", "int8_t name[16]"), "[16]i8");
}

#[test]
fn one_declaration_may_have_several_declarators() {
    assert_eq!(last("struct S { double x, y, z[3]; };"), "S 40/8: 0 x f64, 8 y f64, 16 z [3]f64");
    assert_eq!(field("", "int m[2][3][4]"), "[2][3][4]i32");
}

#[test]
fn inline_structs_and_enums_are_named_by_their_place() {
    let text = "struct S { struct { int a; struct { char b; } in; } pos[2]; struct T { short t; } t; enum { A, B } e; };";
    assert_eq!(
        structs(text),
        [
            "S.pos.in 1/1: 0 b i8",
            "S.pos 8/4: 0 a i32, 4 in S.pos.in",
            "T 2/2: 0 t i16",
            "S 24/4: 0 pos [2]S.pos, 16 t T, 20 e S.e:u32"
        ]
    );
}

#[test]
fn the_fields_of_an_anonymous_struct_are_those_of_the_outer_one() {
    let text = "struct S { char c; struct { int a; struct { short b; }; struct { int z; } in; }; char d; };";
    assert_eq!(structs(text), ["S.in 4/4: 0 z i32", "S 20/4: 0 c i8, 4 a i32, 8 b i16, 12 in S.in, 16 d i8"]);
}

#[test]
fn a_tagged_struct_without_a_declarator_is_a_type_and_no_field() {
    assert_eq!(last("struct S { struct T { int x; }; char c; };"), "S 1/1: 0 c i8");
}

#[test]
fn enums_take_the_integer_that_gcc_chooses() {
    assert_eq!(field("enum E { A, B = 3, C };", "enum E e"), "E:u32");
    assert_eq!(field("enum E { A = -1 };", "E e"), "E:i32");
    assert_eq!(field("enum E { A = 0xffffffff };", "E e"), "E:u32");
    assert_eq!(field("enum E { A = 0x100000000 };", "E e"), "E:u64");
    assert_eq!(field("enum E { A = -1, B = 0xffffffff };", "E e"), "E:i64");
    assert_eq!(field("enum __attribute__((packed)) E { A, B = 200 };", "E e"), "E:u8");
    assert_eq!(field("enum E { A = -129 } __attribute__((packed));", "E e"), "E:i16");
    assert_eq!(field("typedef enum { A } E;", "E e[2]"), "[2]E:u32");
}

#[test]
fn enums_take_the_integer_that_is_written() {
    assert_eq!(field("enum E : uint8_t { A };", "E e"), "E:u8");
    assert_eq!(field("enum class E : std::int16_t { A };", "E e"), "E:i16");
    assert_eq!(field("enum class E { A }; enum class F { A };", "F f[(int)F::A + 1]"), "[1]F:i32");
    assert_eq!(field("enum E : __be16 { A };", "E e"), "E:u16.be");
}

#[test]
fn enums_keep_names_and_values_in_order() {
    let schema = schema("enum E { A, B = 3, C, D = 'x', F = ~0, };");
    let values: Vec<(&str, i64)> = schema.enums[0].values.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    assert_eq!(values, [("A", 0), ("B", 3), ("C", 4), ("D", 120), ("F", -1)]);
}

#[test]
fn lengths_are_constant_expressions() {
    let before = "#define N 16\n#define M (N + 1)\nenum { K = 5, L };\nstruct P { double x, y; };\nstatic const int Q = 9;\nconstexpr unsigned R = 7;";
    for (length, n) in [
        ("N", 16),
        ("M * 2", 34),
        ("K + L", 11),
        ("Q - R", 2),
        ("0x10", 16),
        ("010", 8),
        ("0b11", 3),
        ("'A'", 65),
        ("16u", 16),
        ("4UL << 2", 16),
        ("100 / 7 % 5", 4),
        ("(N + 7) & ~7", 16),
        ("1 | 2 ^ 7", 5),
        ("sizeof(P)", 16),
        ("sizeof(struct P[3]) / sizeof(P)", 3),
        ("sizeof(unsigned long)", 8),
        ("_Alignof(double) + alignof(short)", 10),
        ("offsetof(P, y)", 8),
        ("N > 3 ? 2 : 1 / 0", 2),
        ("!0 + (1 && 0) + (0 || 2)", 2),
        ("(uint8_t)260", 4),
        ("-1 + 2", 1),
        ("~0u == 0xffffffff", 1),
        ("1'000", 1000),
    ] {
        assert_eq!(field(before, &format!("int x[{length}]")), format!("[{n}]i32"), "{length}");
    }
}

#[test]
fn object_like_macros_are_expanded_everywhere() {
    let text = "#define PACKED __attribute__((packed))\n#define U32 uint32_t\n#define FIELDS char a; U32 \\\n b;\n#define self self\n\
                struct PACKED S { FIELDS int self; };";
    assert_eq!(last(text), "S 9/1: 0 a i8, 1 b u32, 5 self i32");
    assert_eq!(last("#define F(x) x\nstruct S { int F; };"), "S 4/4: 0 F i32");
    assert_eq!(last("#define N 1\n#undef N\n#define N 2\nstruct S { int x[N]; };"), "S 8/4: 0 x [2]i32");
}

#[test]
fn conditions_that_the_text_decides_are_followed() {
    let guarded = "#ifndef S_H\n#define S_H\n#include <stdint.h>\n#include \"it's.h\"\n\
                   #ifdef __cplusplus\nextern \"C\" {\n#endif\nstruct S { int x; };\n\
                   #ifdef __cplusplus\n}\n#endif\n#endif // S_H\n";
    assert_eq!(last(guarded), "S 4/4: 0 x i32");
    assert_eq!(last("#pragma once\nextern \"C\" {\nstruct S { int x; };\n}\n"), "S 4/4: 0 x i32");
    for (condition, size) in [
        ("#if 0", 1),
        ("#if 1", 4),
        ("#ifdef N", 4),
        ("#ifndef N", 1),
        ("#ifdef U", 1),
        ("#if defined(N) && N >= 2", 4),
        ("#if defined N && !defined U", 4),
        ("#if defined(U) && U > X", 1),
        ("#if N - 2\n#elif N == 2", 4),
        ("#if __GNUC__ >= 4", 4),
        ("#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__", 1),
        ("#if 0\nit's @ no C\n#if nothing\n#endif\n#elif 1", 4),
    ] {
        let text = format!(
            "#define N 2\n#undef U\n{condition}\ntypedef int T;\n#else\ntypedef char T;\n#endif\nstruct S {{ T x; }};"
        );
        assert_eq!(schema(&text).structs[0].size, size, "{condition}");
    }
}

#[test]
fn a_default_for_a_macro_that_is_not_defined_holds() {
    assert_eq!(last("#ifndef N\n#define N 3\n#endif\nstruct S { int x[N]; };"), "S 12/4: 0 x [3]i32");
}

#[test]
fn comments_and_continuations_are_blank() {
    assert_eq!(last("// a \\\n struct\nstruct /* { */ S { int /*\n*/ x; \\\n };"), "S 4/4: 0 x i32");
    assert_eq!(last("\u{feff}struct S {\r\n int x;\r\n};\r\n"), "S 4/4: 0 x i32");
}

#[test]
fn static_asserts_that_hold_or_say_nothing_here_pass() {
    last(
        "struct S { char a; int b; static_assert(sizeof(int) == 4); };
          static_assert(sizeof(S) == 8, \"size\");
          _Static_assert(offsetof(struct S, b) == 4 && _Alignof(S) == 4, \"b\" \"c\");
          static_assert(std::is_trivially_copyable<S>::value, \"copyable\");
          static_assert(unknown(3));",
    );
}

#[test]
fn prototypes_and_extern_variables_are_skipped() {
    let text =
        "int f(void); struct S *g(const char *name, int (*cb)(int)); extern int x; extern struct S table[];
                extern void h(int) __attribute__((noreturn)); static inline unsigned long k(int a[], ...);
                struct S { int x; };";
    assert_eq!(last(text), "S 4/4: 0 x i32");
}

#[test]
fn pragma_pack_caps_alignment_until_it_is_taken_back() {
    let size =
        |pragmas: &str| schema(&format!("{pragmas}\nstruct S {{ char c; double d; }};")).structs[0].size;
    assert_eq!(size(""), 16);
    assert_eq!(size("#pragma pack(1)"), 9);
    assert_eq!(size("#pragma pack(2)"), 10);
    assert_eq!(size("#define P 4\n#pragma pack(P)"), 12);
    assert_eq!(size("#pragma pack(16)"), 16);
    assert_eq!(size("#pragma pack(1)\n#pragma pack()"), 16);
    assert_eq!(size("#pragma pack(push, 1)\n#pragma pack(pop)"), 16);
    assert_eq!(size("#pragma pack(2)\n#pragma pack(push)\n#pragma pack(1)\n#pragma pack(pop)"), 10);
    assert_eq!(size("#pragma pack(push, 4)\n#pragma pack(push, 1)\n#pragma pack(pop)"), 12);
}

#[test]
fn attributes_stand_where_gcc_takes_them() {
    let packed = "S 5/1: 0 c i8, 1 i i32";
    for text in [
        "struct __attribute__((packed)) S { char c; int i; };",
        "struct __attribute__ ((__packed__)) S { char c; int i; };",
        "struct S { char c; int i; } __attribute__((packed));",
        "struct [[gnu::packed]] S { char c; int i; };",
        "typedef struct { char c; int i; } __attribute__((packed)) S;",
        "typedef struct __attribute__((packed)) { char c; int i; } S;",
        "struct S { char c; int i __attribute__((packed)); };",
        "struct S { char c; __attribute__((packed)) int i; };",
        "struct S { char c; int __attribute__((packed)) i; };",
    ] {
        assert_eq!(last(text), packed, "{text}");
    }
    assert_eq!(
        last("struct S { char c; int i; } __attribute__((packed, aligned(4)));"),
        "S 8/4: 0 c i8, 1 i i32"
    );
    for text in [
        "struct __attribute__((aligned(16))) S { char c; };",
        "struct S { char c; } __attribute__((aligned));",
        "struct alignas(16) S { char c; };",
        "struct S { char c __attribute__((aligned(16))); };",
        "struct S { _Alignas(16) char c; };",
        "struct T { char x; } __attribute__((aligned(16))); struct S { alignas(T) char c; };",
    ] {
        assert_eq!(last(text), "S 16/16: 0 c i8", "{text}");
    }
    assert_eq!(
        last("struct S { [[maybe_unused]] int x __attribute__((unused, deprecated(\"no\"))); };"),
        "S 4/4: 0 x i32"
    );
}

#[test]
fn an_aligned_typedef_sets_alignment_and_keeps_size() {
    let text =
        "typedef int L __attribute__((aligned(1))); typedef struct { char c; } N __attribute__((aligned(4)));
                struct S { char c; L l; N n; };";
    assert_eq!(last(text), "S 12/4: 0 c i8, 1 l i32, 8 n N");
}

#[test]
fn types_may_carry_their_byte_order() {
    for (ty, shown) in [
        ("__be16", "u16.be"),
        ("__be32", "u32.be"),
        ("__be64", "u64.be"),
        ("be16", "u16.be"),
        ("be64", "u64.be"),
        ("__le16", "u16"),
        ("le32", "u32"),
    ] {
        assert_eq!(field("", &format!("{ty} x")), shown);
        assert_eq!(field("#pragma scalar_storage_order big-endian", "__le16 x"), "u16");
    }
    assert_eq!(field("typedef [[wirelens::big_endian]] float netf;", "netf x[2]"), "[2]f32.be");
}

#[test]
fn scalar_storage_order_reaches_own_scalars_and_not_nested_structs() {
    let text = "struct P { int x; };
        struct S { int a; double b[2]; char t[4]; struct P p; enum { A } e; struct { int q; }; } __attribute__((scalar_storage_order(\"big-endian\")));";
    assert_eq!(
        last(text),
        "S 40/8: 0 a i32.be, 8 b [2]f64.be, 24 t chars4, 28 p P, 32 e S.e:u32.be, 36 q i32"
    );
    let text = "#pragma scalar_storage_order big-endian
        struct P { int x; };
        #pragma scalar_storage_order little-endian
        struct Q { int x; };
        #pragma scalar_storage_order big-endian
        struct R { int x; } __attribute__((scalar_storage_order(\"little-endian\")));
        #pragma scalar_storage_order default
        struct T { int x; };";
    assert_eq!(structs(text), ["P 4/4: 0 x i32.be", "Q 4/4: 0 x i32", "R 4/4: 0 x i32", "T 4/4: 0 x i32"]);
}

#[test]
fn the_attributes_of_wirelens_give_byte_order_to_a_field_or_a_struct() {
    let be = "[[wirelens::big_endian]]";
    assert_eq!(field("", &format!("{be} float x")), "f32.be");
    assert_eq!(field("", &format!("{be} uint16_t x[3]")), "[3]u16.be");
    assert_eq!(field("", &format!("double x {be}")), "f64.be");
    assert_eq!(field(&format!("{be} struct P {{ int x; }};"), "[[wirelens::little_endian]] int y"), "i32");
    let both = "S 8/4: 0 x f32.be, 4 y u32";
    for text in [
        format!("{be} struct S {{ float x; [[wirelens::little_endian]] uint32_t y; }};"),
        format!("struct {be} S {{ float x; [[wirelens::little_endian]] uint32_t y; }};"),
        format!("{be} typedef struct {{ float x; [[wirelens::little_endian]] uint32_t y; }} S;"),
        "struct S { [[wirelens::big_endian]] float x; uint32_t y; };".to_string(),
    ] {
        assert_eq!(last(&text), both, "{text}");
    }
}

#[test]
fn the_header_pragma_says_where_records_begin() {
    assert_eq!(schema("#pragma wirelens header(64)\nstruct S { int x; };").header, 64);
    assert_eq!(schema("struct H { int x[3]; };\n#pragma wirelens header(sizeof(H) + 4)\n").header, 16);
    assert_eq!(schema("struct S { int x; };").header, 0);
}

#[test]
fn sizes_go_up_to_the_largest_i64() {
    assert_eq!(schema("struct S { char x[9223372036854775807]; };").structs[0].size, i64::MAX as u64);
}
