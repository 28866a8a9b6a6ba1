//! Valid texts, and the schemas that they declare.

use wirelens::{DefaultValue, Field, Scalar, Schema, Type};

use crate::with_id;

fn schema(text: &str) -> Schema {
    Schema::from_capnp_text("test.capnp", &with_id(text)).unwrap_or_else(|e| panic!("{e}"))
}

fn written(schema: &Schema, ty: &Type) -> String {
    match ty {
        Type::Void => "void".to_string(),
        Type::Bit(bit) => format!("bit{bit}"),
        Type::Scalar(scalar, _) => scalar.to_string(),
        Type::Enum(id, Scalar::U16, _) => format!("enum {}", schema.enums[*id].name),
        Type::Group(id) => format!("group {}", schema.structs[*id].name),
        Type::Ref(id) => schema.structs[*id].name.clone(),
        Type::List(element) => format!("[{}]", written(schema, element)),
        Type::Text => "text".to_string(),
        Type::Data => "data".to_string(),
        Type::Any => "any".to_string(),
        Type::Capability => "capability".to_string(),
        other => panic!("{other:?} is no type of Cap'n Proto's"),
    }
}

/// Every struct in order, as `name size+pointers [tag]: offset field type [=variant], …`.
fn structs(text: &str) -> Vec<String> {
    let schema = schema(text);
    let field = |f: &Field| {
        let variant = f.variant.map_or(String::new(), |v| format!(" ={v}"));
        format!("{} {} {}{variant}", f.offset, f.name, written(&schema, &f.ty))
    };
    let shown = schema.structs.iter().map(|s| {
        let fields: Vec<String> = s.fields.iter().map(field).collect();
        let tag = s.tag.map_or(String::new(), |tag| format!(" tag {tag}"));
        format!("{} {}+{}{tag}: {}", s.name, s.size, s.pointers, fields.join(", "))
    });
    shown.collect()
}

fn default(text: &str) -> Option<DefaultValue> {
    schema(text).structs[0].fields[0].default.clone()
}

/// Words of a segment, little-endian.
fn words(words: &[u64]) -> Option<DefaultValue> {
    Some(DefaultValue::Message(words.iter().flat_map(|w| w.to_le_bytes()).collect()))
}

#[test]
fn offsets_are_bytes_from_the_start_of_their_section() {
    assert_eq!(
        structs(
            "struct S { a @0 :UInt8; b @1 :Bool; c @2 :Text; d @3 :Bool; e @4 :UInt32; f @5 :Data; v @6 :Void; }"
        ),
        ["S 8+2: 0 a u8, 1 b bit0, 0 c text, 1 d bit1, 4 e u32, 8 f data, 0 v void"]
    );
}

#[test]
fn fields_stand_as_in_the_text_and_lie_by_their_numbers() {
    assert_eq!(structs("struct S { b @1 :UInt8; a @0 :UInt16; }"), ["S 8+0: 2 b u8, 0 a u16"]);
}

#[test]
fn members_of_a_union_share_space_and_have_the_tags_values() {
    assert_eq!(
        structs("struct S { x @0 :UInt8; union { a @1 :UInt32; b @2 :Text; c @3 :Float32; } }"),
        ["S 8+1 tag 2: 0 x u8, 4 a u32 =0, 0 b text =1, 4 c f32 =2"]
    );
}

#[test]
fn a_group_and_a_named_union_are_structs_of_their_own_with_the_sections_of_the_outer_one() {
    assert_eq!(
        structs(
            "struct S { g :group { a @0 :Text; u :union { b @1 :Void; c @2 :UInt64; } } d @3 :UInt8; } struct T {}"
        ),
        [
            "S 16+1: 0 g group S.g, 2 d u8",
            "S.g 16+1: 0 a text, 0 u group S.g.u",
            "S.g.u 16+1 tag 0: 0 b void =0, 8 c u64 =1",
            "T 0+0: "
        ]
    );
    assert_eq!(
        schema("struct S { g :group { a @0 :Text; } }").structs.iter().map(|s| s.group).collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn names_have_those_of_the_scopes_around() {
    assert_eq!(
        structs(
            "struct A { b @0 :B; struct B { c @0 :C; enum C { x @0; } } } interface I { struct P { c @0 :A.B.C; } }"
        ),
        ["A 0+1: 0 b A.B", "A.B 8+0: 0 c enum A.B.C", "I.P 8+0: 0 c enum A.B.C"]
    );
}

#[test]
fn pointers_to_anything_and_to_capabilities_keep_no_more_than_that() {
    assert_eq!(
        structs(
            "interface I { f @0 (x :I) -> (); }
             struct S { a @0 :AnyPointer; b @1 :AnyStruct; c @2 :AnyList; d @3 :Capability; e @4 :I; f @5 :List(I); }"
        ),
        ["S 0+6: 0 a any, 8 b any, 16 c any, 24 d capability, 32 e capability, 40 f [capability]"]
    );
}

#[test]
fn the_values_of_an_enum_are_their_numbers_in_the_order_of_the_text() {
    let schema = schema("enum E { c @2; a @0; b @1; }");
    let values: Vec<(&str, i64)> = schema.enums[0].values.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    assert_eq!(values, [("c", 2), ("a", 0), ("b", 1)]);
}

#[test]
fn what_a_generic_struct_is_used_with_makes_a_struct_of_its_own() {
    assert_eq!(
        structs(
            "struct Map(K, V) { entries @0 :List(Entry); struct Entry { key @0 :K; value @1 :V; } }
             struct S { a @0 :Map(Text, S); b @1 :Map; c @2 :Map(Text, S); d @3 :Map(Data, List(Int8)).Entry; }"
        ),
        [
            "Map 0+1: 0 entries [Map.Entry]",
            "Map.Entry 0+2: 0 key any, 8 value any",
            "S 0+4: 0 a Map(Text, S), 8 b Map, 16 c Map(Text, S), 24 d Map(Data, List(Int8)).Entry",
            "Map(Text, S) 0+1: 0 entries [Map(Text, S).Entry]",
            "Map(Data, List(Int8)).Entry 0+2: 0 key data, 8 value [i8]",
            "Map(Text, S).Entry 0+2: 0 key text, 8 value S",
        ]
    );
}

#[test]
fn an_alias_within_a_generic_struct_means_what_its_parameters_are() {
    let text = "struct P(A) { a @0 :A; } struct G(T) { using Q = P(T); q @0 :Q; } struct S { s @0 :G(Text).Q; g @1 :G(Data); }";
    assert_eq!(
        structs(text)[2..],
        [
            "S 0+2: 0 s P(Text), 8 g G(Data)",
            "P(AnyPointer) 0+1: 0 a any",
            "P(Text) 0+1: 0 a text",
            "G(Data) 0+1: 0 q P(Data)",
            "P(Data) 0+1: 0 a data",
        ]
    );
}

#[test]
fn generic_groups_know_what_is_bound() {
    assert_eq!(
        structs("struct G(T) { g :group { t @0 :T; } } struct S { g @0 :G(Text); }")[3..],
        ["G(Text) 0+1: 0 g group G(Text).g", "G(Text).g 0+1: 0 t text"]
    );
}

#[test]
fn an_alias_of_a_struct_finds_it() {
    let schema = schema(
        "using Other = A.B; struct A { struct B { x @0 :Bool; } } using T = Text; struct G(T) {} using H = G(A);",
    );
    assert_eq!(schema.find("Other").unwrap().1.name, "A.B");
    assert_eq!(schema.find("H").unwrap().1.name, "G(A)");
    assert!(schema.find("T").is_err());
}

#[test]
fn an_alias_of_its_own_name_means_what_is_further_out() {
    assert_eq!(
        structs(
            "using Text = Text; struct B { using B = B; a @0 :Text; b @1 :B; struct In { using A = B; using B = A; b @0 :B; } }"
        ),
        ["B 0+2: 0 a text, 8 b B", "B.In 0+1: 0 b B"]
    );
}

#[test]
fn comments_behind_a_declaration_document_it() {
    let schema = schema(
        "# not this\nstruct S { # of the struct\n # two lines\n\n # nor this\n a @0 :Text; # of the field\n b @1 :Text;\n\n # nor this\n }",
    );
    assert_eq!(schema.structs[0].doc, "of the struct\ntwo lines");
    let docs: Vec<&str> = schema.structs[0].fields.iter().map(|f| f.doc.as_str()).collect();
    assert_eq!(docs, ["of the field", ""]);
}

#[test]
fn defaults_of_numbers_are_their_bits() {
    let bits = |ty: &str, value: &str| match default(&format!(
        "enum E {{ a @0; b @1; }} struct S {{ x @0 :{ty} = {value}; }}"
    )) {
        Some(DefaultValue::Bits(bits)) => bits,
        None => 0,
        other => panic!("{other:?}"),
    };
    assert_eq!(bits("Bool", "true"), 1);
    assert_eq!(bits("Bool", "false"), 0);
    assert_eq!(bits("Int8", "-1"), 0xff);
    assert_eq!(bits("Int64", "-9223372036854775808"), 1 << 63);
    assert_eq!(bits("UInt64", "0xffffffffffffffff"), u64::MAX);
    assert_eq!(bits("UInt16", "0777"), 511);
    assert_eq!(bits("Float32", "1.5"), u64::from(1.5f32.to_bits()));
    assert_eq!(bits("Float64", "-1e-3"), (-1e-3f64).to_bits());
    assert_eq!(bits("Float64", "-7"), (-7f64).to_bits());
    assert_eq!(bits("Float64", "-inf"), 0xfff0_0000_0000_0000);
    assert_eq!(bits("Float32", "nan"), 0x7fc0_0000);
    assert_eq!(bits("E", "b"), 1);
}

#[test]
fn defaults_of_pointers_are_messages() {
    // Text: a list of bytes, including the zero byte.
    assert_eq!(default("struct S { x @0 :Text = \"hi\"; }"), words(&[0x0000_001a_0000_0001, 0x6968]));
    assert_eq!(default("struct S { x @0 :Data = 0x\"01 a0\"; }"), words(&[0x0000_0012_0000_0001, 0xa001]));
    assert_eq!(
        default("struct S { x @0 :List(Bool) = [true, false, true]; }"),
        words(&[0x0000_0019_0000_0001, 0b101])
    );
    assert_eq!(
        default("struct S { x @0 :List(Int16) = [1, -1]; }"),
        words(&[0x0000_0013_0000_0001, 0xffff_0001])
    );
    assert_eq!(default("struct S { x @0 :List(Void) = [void, void]; }"), words(&[0x0000_0010_0000_0001]));
    assert_eq!(default("struct S { x @0 :Text; }"), None);
    assert_eq!(default("struct S { x @0 :T = (); } struct T {}"), words(&[0xffff_fffc]));
}

#[test]
fn numbers_in_a_structs_default_are_xored_with_their_fields_defaults() {
    let text =
        "struct S { x @0 :T = (a = 5, b = 7); } struct T { a @0 :UInt8 = 4; b @1 :UInt8; c @2 :UInt8 = 9; }";
    assert_eq!(default(text), words(&[0x0000_0001_0000_0000, 0x0701]));
}

#[test]
fn a_union_in_a_default_has_its_tag_set() {
    let text = "struct S { x @0 :T = (b = 3); } struct T { union { a @0 :UInt8; b @1 :UInt8; } }";
    assert_eq!(default(text), words(&[0x0000_0001_0000_0000, 0x0001_0003]));
}

#[test]
fn a_struct_and_a_group_take_a_value_for_their_first_field() {
    let text = "struct S { x @0 :T = 3; } struct T { a @0 :UInt8; b @1 :UInt8; }";
    assert_eq!(default(text), words(&[0x0000_0001_0000_0000, 3]));
    let text = "struct S { x @0 :T = (g = 3); } struct T { g :group { a @0 :UInt8; b @1 :UInt8; } }";
    assert_eq!(default(text), words(&[0x0000_0001_0000_0000, 3]));
}

#[test]
fn constants_stand_for_their_values() {
    let bits = |text: &str| match default(text) {
        Some(DefaultValue::Bits(bits)) => bits,
        other => panic!("{other:?}"),
    };
    assert_eq!(bits("struct S { x @0 :Int32 = .c; } const c :Int8 = -2;"), 0xffff_fffe);
    assert_eq!(bits("struct S { x @0 :Int32 = S.d; const d :UInt64 = .e; } const e :UInt64 = 9;"), 9);
    assert_eq!(bits("struct S { x @0 :Float64 = .f; } const f :Float32 = 0.5;"), 0.5f64.to_bits());
    let text = "struct S { x @0 :List(T) = [.t, (a = 2)]; } struct T { a @0 :UInt8; } const t :T = (a = 1);";
    assert_eq!(default(text), words(&[0x0000_0017_0000_0001, 0x0000_0001_0000_0008, 1, 2]));
}

#[test]
fn text_has_the_escapes_of_c_and_stands_together_from_parts() {
    let text = |literal: &str| match default(&format!("struct S {{ x @0 :Data = {literal}; }}")) {
        // The bytes follow the pointer, whose upper bits count them.
        Some(DefaultValue::Message(bytes)) => {
            let count = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) >> 3;
            bytes[8..8 + count as usize].to_vec()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(text(r#""a\n\t\\\"\x41\101\0é""#), "a\n\t\\\"AA\0é".as_bytes());
    assert_eq!(text("\"one \" \"two\""), b"one two");
    assert_eq!(text("`a \"line\"\n `and # another\n"), b"a \"line\"\nand # another\n");
    assert_eq!(text("0x\"00 ff0a\""), [0, 0xff, 0x0a]);
}

#[test]
fn keywords_can_name_fields() {
    assert_eq!(
        structs("struct S { struct @0 :Bool; union @1 :Text; import :group { using @2 :Bool; } }")[0],
        "S 8+1: 0 struct bit0, 0 union text, 0 import group S.import"
    );
}

#[test]
fn standard_files_need_no_installation() {
    let text = "using Cxx = import \"/capnp/c++.capnp\"; $Cxx.namespace(\"x\");
        using Json = import \"/capnp/compat/json.capnp\";
        interface I { f @0 () -> stream; }
        struct S { x @0 :Text $Cxx.name(\"y\") $Json.name(\"z\"); }";
    assert_eq!(structs(text), ["S 0+1: 0 x text"]);
}

#[test]
fn what_is_pointed_to_only_from_its_own_kind_is_outermost() {
    let outermost = |text: &str| {
        let schema = schema(text);
        schema.outermost().iter().map(|s| s.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(outermost("struct T { t @0 :List(List(T)); g :group { l @1 :L; } } struct L {}"), ["T"]);
    assert_eq!(outermost("struct A { b @0 :B; } struct B { a @0 :A; g :group { x @1 :Bool; } }"), ["A", "B"]);
}

#[test]
fn the_whole_language_is_compiled() {
    let schema = Schema::from_capnp_text("every.capnp", include_str!("every_feature.capnp"))
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(schema.find("Alias").unwrap().1.name, "Outer.Inner");
    assert_eq!(schema.structs[0].name, "Note");
    let outer = schema.find("Outer").unwrap().1;
    assert_eq!(
        outer.field("deep").map(|f| written(&schema, &f.ty)).unwrap(),
        "Pair(List(Pair(Data, Text)), Pair(Text, Data))"
    );
    assert_eq!(outer.field("old").map(|f| written(&schema, &f.ty)).unwrap(), "group Outer.old");
}
