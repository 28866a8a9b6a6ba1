//! The rules of the encoding, with a test for each. Golden messages and their values come from the reference
//! implementation (`testdata/capnp/messages`); the other messages are written here word by word, and their
//! values follow from the specification.

use super::messages::{Message, far, list_word, near, struct_word};
use super::reading::{Reading, golden};
use crate::formats::Limits;
use crate::formats::capnp::frame::{MessageFrame, frame};
use crate::formats::capnp::rules;
use crate::schema::Schema;

/// A message of these segments.
fn message(segments: &[&[u64]]) -> Vec<u8> {
    let segments = segments.iter().map(|s| s.to_vec()).collect();
    Message { segments, pointers: vec![] }.bytes()
}

fn structure(offset: i64, data: usize, pointers: usize) -> u64 {
    near(struct_word(data, pointers), offset)
}

fn list(offset: i64, code: u64, count: usize) -> u64 {
    near(list_word(code, count), offset)
}

const HELLO: u64 = u64::from_le_bytes(*b"hello\0\0\0");

/// `Pair` and `Wide` of the golden messages: see the schema.
fn pair() -> Reading {
    Reading::golden("lists", "Pair")
}

fn lists() -> Reading {
    Reading::golden("lists", "Lists")
}

/// A `Lists` whose pointer number `at` leads to the words behind the struct.
fn lists_with(at: usize, word: u64, behind: &[u64]) -> Vec<u8> {
    let mut words = vec![structure(0, 0, 17)];
    words.resize(18, 0);
    words[1 + at] = near(word, 16 - at as i64);
    words.extend(behind);
    message(&[&words])
}

#[test]
fn a_null_root_is_all_defaults() {
    let null = golden("root-null");
    pair().has(&null, &[("a", "0"), ("b", ""), ("has$b", "false")]);
    Reading::golden("lists", "Wide").has(&null, &[("y", "5"), ("flag", "true"), ("next.next.y", "5")]);
}

#[test]
fn null_pointers_stand_for_their_defaults() {
    let reading = Reading::golden("defaults", "Defaults");
    let values = [
        ("has$point", "false"),
        ("point.x", "3.5"),
        ("point.y", "1.0"),
        ("point.label", "origin"),
        ("numbers.len", "3"),
        ("numbers[1]", "-2"),
        ("bools[2]", "true"),
        ("texts[2]", "ccc"),
        ("points[1].label", "two"),
        ("points[2].y", "1.0"),
        ("lists[2][1]", "3"),
        ("inner.point.x", "9.0"),
        ("inner.point.y", "1.0"),
        ("inner.count", "42"),
        ("plain.y", "1.0"),
        ("either.left.x", "-1.0"),
    ];
    reading.has(&golden("defaults-unset"), &values);
    // An empty list or a zero struct that is present is not replaced by its default.
    reading
        .has(&golden("defaults-zeroed"), &[("numbers.len", "0"), ("point.x", "0.0"), ("has$point", "true")]);
}

#[test]
fn numbers_are_xored_with_their_defaults_floats_by_their_bits() {
    let reading = Reading::golden("scalars", "Defaults");
    let values = [
        ("bool", "true"),
        ("int8", "-128"),
        ("int64", "-9223372036854775808"),
        ("uint64", "18364758544493064720"),
        ("float32", "1.5"),
        ("float64", "-2.5e-300"),
        ("colour", "2"),
        ("nan", "NaN"),
        ("infinity", "inf"),
        ("minusZero", "-0.0"),
        ("nan32", "NaN"),
    ];
    reading.has(&golden("scalars-defaultsUnset"), &values);
    let zeros = [
        ("bool", "false"),
        ("int8", "0"),
        ("int64", "0"),
        ("float32", "0.0"),
        ("float64", "0.0"),
        ("nan", "0.0"),
    ];
    reading.has(&golden("scalars-defaultsZero"), &zeros);
    // 1.5 is 0x3fc00000: stored as one bit less it is 0x3f800000.
    let reading = Reading::of("struct S { x @0 :Float32 = 1.5; }", "S");
    reading.has(&message(&[&[structure(0, 1, 0), 0x0040_0000]]), &[("x", "1.0")]);
}

#[test]
fn truth_values_of_a_list_begin_at_the_lowest_bit() {
    let bytes = lists_with(1, list_word(1, 10), &[0b10_0000_0101]);
    let bits = [true, false, true, false, false, false, false, false, false, true];
    for (i, bit) in bits.iter().enumerate() {
        lists().has(&bytes, &[(&format!("bool[{i}]"), &bit.to_string())]);
    }
}

#[test]
fn a_composite_list_has_its_elements_behind_a_tag() {
    let bytes = golden("list-of-structs-larger-than-the-schema-has");
    lists().has(&bytes, &[("pair.len", "2"), ("pair[0].a", "1"), ("pair[1].a", "2"), ("pair[1].b", "hello")]);
    let mut words = vec![near(struct_word(1, 1), 2), 1, 0, 2, 0];
    lists().has(&lists_with(15, list_word(7, 4), &words), &[("pair[1].a", "2")]);
    // A word count above the elements' need is allowed, and the surplus is skipped; one below it is an error.
    lists().breaks(&lists_with(15, list_word(7, 3), &words), "pair", rules::OVERRUN);
    words[0] = near(list_word(2, 2), 2);
    lists().breaks(&lists_with(15, list_word(7, 4), &words), "pair", rules::TAG);
}

#[test]
fn lists_of_lists_are_lists_of_pointers() {
    let reading = Reading::golden("lists", "Nested");
    let values = [
        ("ints.len", "4"),
        ("ints[0][2]", "3"),
        ("ints[1].len", "0"),
        ("bools[2][1]", "true"),
        ("texts[0][1]", "b"),
        ("pairs[0][0].b", "x"),
        ("deep[0][0][0][1]", "2"),
        ("deep[2][0][0][0]", "255"),
        ("voids[2].len", "2"),
        ("wides[0].next.next.name", "deep"),
    ];
    for name in ["lists-nested", "lists-nested-segments-1", "lists-nested-segments-16"] {
        reading.has(&golden(name), &values);
    }
}

#[test]
fn a_list_of_numbers_may_have_become_one_of_structs() {
    lists().has(
        &golden("list-of-numbers-as-structs"),
        &[("int16.len", "2"), ("int16[0]", "2"), ("int16[1]", "-1")],
    );
    lists().has(
        &golden("list-of-texts-as-structs"),
        &[("text.len", "2"), ("text[0]", "hello"), ("text[1]", "")],
    );
    lists().has(&golden("list-of-voids-as-structs"), &[("void.len", "2")]);
    lists().breaks(&golden("list-of-numbers-as-structs-without-data"), "int16", rules::NO_DATA);
    let data_only = [near(struct_word(1, 0), 1), 7];
    lists().breaks(&lists_with(12, list_word(7, 1), &data_only), "text", rules::NO_POINTERS);
}

#[test]
fn a_list_of_structs_may_have_been_one_of_numbers_or_pointers() {
    let reading = lists();
    reading.has(
        &golden("list-of-structs-as-numbers"),
        &[("pair[1].a", "4294967295"), ("pair[2].a", "8"), ("pair[0].b", "")],
    );
    // An element has one byte of data, so a field of four bytes reads as its default.
    reading.has(&golden("list-of-structs-as-small-numbers"), &[("pair.len", "3"), ("pair[0].a", "0")]);
    reading.has(
        &golden("list-of-structs-as-pointers"),
        &[("pair[0].b", ""), ("pair[1].b", "hello"), ("pair[1].a", "0")],
    );
    reading.has(&golden("list-of-structs-as-voids"), &[("pair.len", "3"), ("pair[2].a", "0")]);
    reading.breaks(&golden("list-of-structs-as-bits"), "pair", rules::BITS);
}

#[test]
fn numbers_may_be_read_from_wider_ones_and_not_from_narrower_ones() {
    lists().has(&golden("list-of-numbers-as-larger-numbers"), &[("int16[0]", "4"), ("int16[1]", "-1")]);
    lists().breaks(&golden("list-of-numbers-as-smaller-numbers"), "int32", rules::ELEMENTS);
    lists().breaks(&golden("list-of-texts-as-numbers"), "text", rules::ELEMENTS);
}

#[test]
fn truth_values_are_not_read_from_other_lists() {
    lists().breaks(&golden("list-of-bits-as-bytes"), "bool", rules::ELEMENTS);
    lists().breaks(&golden("list-of-bits-as-structs"), "bool", rules::BITS_OF_STRUCTS);
    lists().breaks(&lists_with(0, list_word(1, 3), &[5]), "void", rules::BITS);
}

#[test]
fn shorter_and_longer_sections_are_those_of_other_versions() {
    pair().has(&golden("root-without-data"), &[("a", "0"), ("b", "hello")]);
    pair().has(&golden("root-without-pointers"), &[("a", "7"), ("b", "")]);
    pair().has(&golden("root-of-no-size"), &[("a", "0"), ("b", "")]);
    pair().has(&golden("root-of-more-than-the-schema-has"), &[("a", "7"), ("b", "hello")]);
    let new = Reading::golden("new", "Record");
    let old = golden("old-all");
    new.has(
        &old,
        &[("late", "77"), ("lateBool", "true"), ("lateList[1]", "2"), ("added", "added"), ("name", "old")],
    );
    Reading::golden("old", "Record").has(&golden("new-all"), &[("has$name", "true")]);
}

#[test]
fn a_far_pointer_leads_to_a_pointer_in_another_segment() {
    for name in ["far-root", "far-into-its-own-segment"] {
        pair().has(&golden(name), &[("a", "5"), ("b", "hello")]);
    }
    pair().has(&golden("far-root-pad-in-the-middle"), &[("a", "6"), ("b", "hello")]);
    let wide = Reading::golden("lists", "Wide");
    wide.has(&golden("far-back-and-forth"), &[("next.next.x", "3"), ("name", "hello")]);
    wide.has(&golden("far-to-a-composite-list"), &[("more.len", "2"), ("more[1].x", "12")]);
    pair().breaks(&message(&[&[far(2, 0, false)], &[0]]), "", rules::SEGMENT);
    pair().breaks(&message(&[&[far(1, 1, false)], &[0]]), "", rules::BOUNDS);
    // A pad of zeros is a struct of no size, not null.
    pair().has(&message(&[&[far(1, 0, false)], &[0]]), &[("a", "0")]);
    pair().breaks(&golden("far-to-a-null-pad"), "b", rules::TEXT);
    // A far pointer's landing pad cannot be another far pointer.
    pair().breaks(&message(&[&[far(1, 0, false)], &[far(0, 0, false)]]), "", rules::STRUCT);
}

#[test]
fn a_double_far_pointer_leads_to_a_place_and_a_tag() {
    pair().has(&golden("double-far-root"), &[("a", "5"), ("b", "hello")]);
    pair().has(&golden("double-far-to-text"), &[("a", "5"), ("b", "hello")]);
    let wide = Reading::golden("lists", "Wide");
    wide.has(&golden("double-far-to-a-struct-in-the-middle"), &[("next.x", "77")]);
    wide.has(&golden("double-far-to-a-composite-list"), &[("more[0].x", "11"), ("more[1].x", "12")]);
    lists().has(&golden("double-far-to-a-list-of-numbers"), &[("int32[1]", "-1"), ("int32[2]", "3")]);
    wide.has(&golden("double-far-to-a-struct-of-no-size"), &[("has$next", "true"), ("next.x", "0")]);
}

/// The two reference libraries disagree on this rule.
#[test]
fn the_pad_of_a_double_far_pointer_begins_with_a_far_pointer() {
    let bytes = |pad| message(&[&[far(1, 0, true)], &[pad, structure(0, 1, 1)], &[9, 0]]);
    pair().has(&bytes(far(2, 0, false)), &[("a", "9")]);
    pair().breaks(&bytes(far(2, 0, false) & !3), "", rules::PAD);
    pair().breaks(&bytes(0), "", rules::PAD);
}

/// The two reference libraries disagree on this rule, too.
#[test]
fn an_object_of_no_size_lies_within_its_segment() {
    let bytes = |at| message(&[&[far(1, 0, true)], &[far(2, at, false), structure(0, 0, 0)], &[7]]);
    pair().has(&bytes(1), &[("a", "0")]);
    pair().breaks(&bytes(2), "", rules::BOUNDS);
    pair().has(&message(&[&[structure(-1, 0, 0)]]), &[("a", "0")]);
    pair().breaks(&message(&[&[structure(1, 0, 0)]]), "", rules::BOUNDS);
}

/// They disagree on this rule, too. The elements have no size, so only the count matters.
#[test]
fn the_count_of_a_tag_has_29_bits() {
    let mut limits = Limits { traversal: 1 << 40, ..Limits::default() };
    let path = super::super::testdata("capnp/messages/lists.capnp");
    let schema = Schema::from_capnp(&path, &[]).unwrap_or_else(|e| panic!("{e}"));
    let reading = Reading::new(&schema, "Lists", &limits);
    let most = lists_with(16, list_word(7, 0), &[near(0, (1 << 29) - 1)]);
    reading.has(&most, &[("nothing.len", "536870911")]);
    let more = lists_with(16, list_word(7, 0), &[near(0, 1 << 29)]);
    reading.breaks(&more, "nothing", rules::TAG_COUNT);
    // Each costs a word: the root's pointer, the root, the tag, and each element.
    limits.traversal = 1 + 17 + 1 + ((1 << 29) - 1);
    Reading::new(&schema, "Lists", &limits).has(&most, &[("nothing.len", "536870911")]);
    limits.traversal -= 1;
    Reading::new(&schema, "Lists", &limits).breaks(&most, "nothing", rules::TRAVERSAL);
}

#[test]
fn text_is_a_list_of_bytes_that_ends_with_zero() {
    pair().has(&golden("text-with-zeros-within"), &[("b", "a\0b\0c")]);
    pair().breaks(&golden("text-without-an-end"), "b", rules::TEXT_END);
    pair().breaks(&golden("text-of-no-bytes"), "b", rules::TEXT_END);
    let text = |word| message(&[&[structure(0, 0, 1), word, HELLO]]);
    pair().has(&text(list(0, 2, 6)), &[("b", "hello")]);
    pair().breaks(&text(list(0, 3, 3)), "b", rules::TEXT_ELEMENTS);
    pair().breaks(&text(structure(0, 1, 0)), "b", rules::TEXT);
}

/// The reference checks a pointer's bounds before the kind of its object; for a double-far pointer it checks
/// the kind first.
#[test]
fn out_of_bounds_is_reported_before_the_wrong_kind() {
    let text = |word| message(&[&[structure(0, 0, 1), word, HELLO]]);
    for wrong in [list(2, 3, 3), structure(2, 1, 0), 3 | 2 << 2] {
        pair().breaks(&text(wrong), "b", rules::BOUNDS);
    }
    let double = |word| message(&[&[structure(0, 0, 1), far(1, 0, true)], &[far(0, 99, false), word]]);
    pair().breaks(&double(list(0, 3, 3)), "b", rules::TEXT_ELEMENTS);
    pair().breaks(&double(structure(0, 1, 0)), "b", rules::TEXT);
    pair().breaks(&double(list(0, 2, 1)), "b", rules::BOUNDS);
}

#[test]
fn numbers_of_enums_and_unions_that_the_schema_does_not_know_are_kept() {
    Reading::golden("scalars", "Scalars").has(&golden("enum-unknown-largest"), &[("colour", "65535")]);
    lists().has(
        &golden("enums-unknown-in-a-list"),
        &[("colour[1]", "2"), ("colour[2]", "3"), ("colour[3]", "65535")],
    );
    let union = Reading::golden("unions", "OnlyUnion");
    union.has(&golden("union-unknown"), &[("which$", "9")]);
    union.has(&golden("union-unknown-largest"), &[("which$", "65535")]);
}

#[test]
fn groups_and_unions_are_fields_of_the_struct_around_them() {
    let shape = Reading::golden("unions", "Shape");
    shape.has(
        &golden("unions-rectangleUnset"),
        &[("which$", "5"), ("rectangle.height", "2.0"), ("border.width", "1")],
    );
    shape.has(&golden("unions-smallDefault"), &[("small", "200")]);
}

#[test]
fn type_arguments_are_what_the_fields_of_generics_are() {
    let bound = Reading::golden("generics", "Bound");
    for name in ["generics-all", "generics-all-segments-1"] {
        let values = [
            ("text.value", "text"),
            ("struct.value.n", "3"),
            ("list.value[2]", "6"),
            ("boxed.value.value.value.n", "5"),
            ("map.entries[1].key", "b"),
            ("mapOfMaps.entries[0].value.entries[0].value[1]", "y"),
        ];
        bound.has(&golden(name), &values);
    }
}

#[test]
fn pointers_to_anything_tell_their_kind_and_are_not_followed() {
    let reading = Reading::of("struct S { a @0 :AnyPointer; }", "S");
    let kind = |word| message(&[&[structure(0, 0, 1), word, 0], &[structure(0, 1, 0), 0]]);
    for (word, number) in [
        (0, "0"),
        (structure(0, 1, 0), "1"),
        (list(0, 5, 1), "2"),
        (3 | 7 << 32, "3"),
        (7, "4"),
        (far(1, 0, false), "1"),
        // The target's content is not read.
        (structure(0, 99, 99), "1"),
    ] {
        reading.has(&kind(word), &[("a.kind", number)]);
    }
    reading.breaks(&kind(structure(2, 1, 0)), "a", rules::BOUNDS);
    reading.breaks(&kind(far(1, 2, false)), "a", rules::BOUNDS);
}

#[test]
fn capabilities_are_recognized() {
    let reading = Reading::golden("pointers", "Pointers");
    let bytes = golden("capabilities");
    reading.has(
        &bytes,
        &[
            ("before", "1"),
            ("any.kind", "3"),
            ("service.kind", "3"),
            ("services[0].kind", "3"),
            ("services[1].kind", "0"),
        ],
    );
}

#[test]
fn exactly_the_traversal_limit_may_be_read_and_each_reading_counts() {
    let of = |text: &str, traversal| {
        let text = format!("@0xd6b2a5a29f3c41e7; {text}");
        let schema = Schema::from_capnp_text("test.capnp", &text).unwrap_or_else(|e| panic!("{e}"));
        Reading::new(&schema, "S", &Limits { traversal, ..Limits::default() })
    };
    // A struct of one word that points to itself: the root's pointer, the root, and a word each time.
    let cycle = message(&[&[structure(0, 0, 1), structure(-1, 0, 1)]]);
    let reading = of("struct S { n @0 :S; x @1 :Int8 = 4; }", 10);
    reading.has(&cycle, &[("n.n.n.n.n.n.n.n.x", "4")]);
    reading.breaks(&cycle, "n.n.n.n.n.n.n.n.n", rules::TRAVERSAL);
    // Elements without size cost a word each, in both kinds of lists.
    let void = message(&[&[structure(0, 0, 2), list(1, 0, 65), list(0, 7, 0), near(0, 65)]]);
    let text = "struct S { v @0 :List(Void); e @1 :List(E); } struct E {}";
    of(text, 1 + 2 + 65).has(&void, &[("v.len", "65")]);
    of(text, 1 + 2 + 64).breaks(&void, "v", rules::TRAVERSAL);
    of(text, 1 + 2 + 1 + 65).has(&void, &[("e.len", "65")]);
    of(text, 1 + 2 + 1 + 64).breaks(&void, "e", rules::TRAVERSAL);
    // A landing pad costs its words.
    let double = message(&[&[far(1, 0, true)], &[far(2, 0, false), structure(0, 1, 0)], &[9]]);
    of("struct S { n @0 :Int8; }", 1 + 2 + 1).has(&double, &[("n", "9")]);
    // Default values are no part of the message.
    let nothing = message(&[&[structure(0, 0, 1), 0]]);
    let text = "struct S { t @0 :List(Text) = [\"a default\"]; }";
    of(text, 2).has(&nothing, &[("t[0]", "a default")]);
}

/// A struct that points to itself, and a list that contains itself, which adds two levels with each element.
#[test]
fn pointers_nest_64_deep_and_no_deeper() {
    let reading = Reading::of("struct S { n @0 :S; l @1 :List(S); x @2 :Int8 = 4; }", "S");
    let cycle = message(&[&[structure(0, 0, 1), structure(-1, 0, 1)]]);
    let path = |step: &str, n: usize| vec![step; n].join(".");
    reading.has(&cycle, &[(&(path("n", 63) + ".x"), "4")]);
    reading.breaks(&cycle, &path("n", 64), rules::NESTING);
    let pad =
        [structure(0, 0, 2), 0, near(list_word(7, 2), 0), near(struct_word(0, 2), 1), 0, list(-3, 7, 2)];
    let cycle = message(&[&pad]);
    // The root is the first level; then each element is two levels deeper than the one before.
    reading.has(&cycle, &[(&(path("l[0]", 31) + ".x"), "4")]);
    reading.breaks(&cycle, &(path("l[0]", 32) + ".l"), rules::NESTING);
}

#[test]
fn a_message_has_at_most_512_segments_and_not_2_to_the_32() {
    let of = |count: usize| {
        let mut segments: Vec<&[u64]> = vec![&[]; count];
        let root = [far(count - 1, 0, false)];
        let last = [structure(0, 1, 0), 77];
        segments[0] = &root;
        segments[count - 1] = &last;
        message(&segments)
    };
    for count in [2, 3, 511, 512] {
        pair().has(&of(count), &[("a", "77")]);
    }
    let limits = Limits::default();
    assert!(matches!(frame(&of(513), &limits), MessageFrame::Wrong(why) if why.contains("513 segments")));
    assert!(
        matches!(frame(&[0xFF; 16], &limits), MessageFrame::Wrong(why) if why.contains("4294967296 segments"))
    );
}

#[test]
fn empty_input_has_no_messages_and_an_empty_segment_no_root() {
    assert_eq!(frame(&[], &Limits::default()), MessageFrame::End);
    pair().breaks(&message(&[&[]]), "", rules::BOUNDS);
}
