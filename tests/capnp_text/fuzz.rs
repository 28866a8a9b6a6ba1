//! Any text gives a schema or errors.

use std::path::Path;

use crate::rng::Rng;
use wirelens::{Schema, Type};

const TEXTS: [&str; 3] = [
    include_str!("../../src/schema/capnp/standard/persistent.capnp"),
    include_str!("every_feature.capnp"),
    include_str!("../../testdata/capnp/schemas/many.capnp"),
];

/// Splits the text into words, names, numbers and marks, each with the space before it.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        let joined = |c: char| c.is_alphanumeric() || c == '_';
        if !(before.is_whitespace() || joined(c) && joined(before)) {
            tokens.push(String::new());
        }
        tokens.last_mut().unwrap().push(c);
        before = c;
    }
    tokens
}

/// The kind of a word: a type's name, another name, a number or something else.
fn kind(word: &str) -> u8 {
    match word.trim_start().chars().next() {
        Some('A'..='Z') => 0,
        Some('a'..='z') => 1,
        Some('0'..='9') => 2,
        _ => 3,
    }
}

/// Every index in the schema is valid, and every field is inside its section.
fn check(schema: &Schema) {
    for of in &schema.structs {
        for field in &of.fields {
            let mut ty = &field.ty;
            while let Type::List(element) = ty {
                ty = element;
            }
            match ty {
                Type::Ref(id) => assert!(!schema.structs[*id].group),
                Type::Group(id) => {
                    let group = &schema.structs[*id];
                    assert_eq!((group.group, group.size, group.pointers), (true, of.size, of.pointers));
                }
                Type::Enum(id, ..) => assert!(*id < schema.enums.len()),
                _ => {}
            }
            let section = if field.ty.is_pointer() { of.pointers * 8 } else { of.size };
            assert!(field.offset + schema.size_of(&field.ty) <= section, "{} {}", of.name, field.name);
        }
        assert!(of.tag.is_none_or(|tag| tag + 2 <= of.size));
    }
}

#[test]
fn a_text_with_words_exchanged_is_a_schema_or_an_error() {
    let factor = std::env::var("WIRELENS_CASES").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let mut accepted = 0;
    for seed in 0..1_000 * factor {
        let mut rng = Rng::new(seed);
        let mut words = tokens(TEXTS[rng.index(TEXTS.len())]);
        for _ in 0..1 + rng.below(3) {
            let at = rng.index(words.len());
            match rng.below(10) {
                0 => {
                    words.remove(at);
                }
                1 => {
                    let other = rng.index(words.len());
                    words.swap(at, other);
                }
                2 => words.insert(at, words[rng.index(words.len())].clone()),
                3 => {
                    let from = rng.index(words.len());
                    let some: Vec<String> = words[from..].iter().take(40).cloned().collect();
                    words.splice(at..at, some);
                }
                4 => words.insert(at, format!(" {}", rng.i64())),
                // By a word of the same kind, so that the text is valid more often.
                _ => {
                    let alike: Vec<&String> = words.iter().filter(|w| kind(w) == kind(&words[at])).collect();
                    words[at] = (*rng.pick(&alike)).clone();
                }
            }
        }
        let text = words.concat();
        if let Ok(schema) = Schema::from_capnp_text("fuzz.capnp", &text) {
            check(&schema);
            accepted += 1;
        }
    }
    // The test would prove nothing if all texts were refused.
    assert!(accepted > 50, "{accepted}");
}

#[test]
fn a_text_with_bytes_exchanged_is_a_schema_or_an_error() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("capnp_text");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("bytes.capnp");
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let mut bytes = TEXTS[rng.index(TEXTS.len())].as_bytes().to_vec();
        for _ in 0..1 + rng.below(8) {
            let at = rng.index(bytes.len());
            bytes[at] = rng.next() as u8;
        }
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(schema) = Schema::from_capnp(&path, &[]) {
            check(&schema);
        }
        // The other compilation also terminates.
        let _ = wirelens::schema::capnp_request(std::slice::from_ref(&path), &folder, &[]);
    }
}
