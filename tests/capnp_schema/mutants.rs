//! Schemas with a word or two changed: we refuse those that the reference refuses, and compile the others to
//! the same request.

use crate::made::folder;
use crate::rng::Rng;
use crate::verdicts::Verdicts;
use crate::{compare, generate, reference};

const CASES: u64 = 1000;

const KEPT: &str = "testdata/capnp/mutants.txt";

/// Words that may be inserted anywhere.
const WORDS: [&str; 56] = [
    "struct",
    "union",
    "group",
    "enum",
    "interface",
    "const",
    "annotation",
    "using",
    "extends",
    "stream",
    "true",
    "void",
    "inf",
    "->",
    ":",
    "=",
    "@",
    "!",
    "$",
    ";",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".",
    "*",
    "-",
    "0x\"00\"",
    "name",
    "Name",
    "a_b",
    "\"a\\q\"",
    "\"\\x4\"",
    "`x\n",
    "-1",
    "0778",
    "08",
    "1.",
    "1e",
    "@0",
    "@65534",
    "@65535",
    "#c\n",
    "..",
    "é",
    "\0",
    "(1)",
    "(a = 1)",
    "()",
    "[]",
    "List()",
    "Text(Text)",
    "'",
];

/// Numbers at the limits of integer types.
const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "127",
    "128",
    "129",
    "255",
    "256",
    "32767",
    "32768",
    "32769",
    "65535",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "9223372036854775809",
    "18446744073709551615",
    "1.5e3",
    "0x0",
    "00",
    "nan",
];

const TYPES: [&str; 14] = [
    "Bool",
    "Int8",
    "UInt16",
    "Int32",
    "UInt64",
    "Float32",
    "Void",
    "Text",
    "Data",
    "AnyPointer",
    "AnyStruct",
    "AnyList",
    "Capability",
    "List(Bool)",
];

/// The words of a text, including white space and comments.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |i| i + 2),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        words.push(rest[..end].to_string());
        rest = &rest[end..];
    }
    words
}

/// The kind of a word. A replacement of the same kind often keeps the text valid.
fn kind(word: &str) -> u8 {
    match word.chars().next() {
        Some('A'..='Z') => 1,
        Some('a'..='z') => 2,
        Some('0'..='9') => 3,
        Some('"') => 4,
        _ => 0,
    }
}

/// A random schema with one or two changes.
fn mutant(seed: u64) -> String {
    let mut rng = Rng::new(!seed);
    let mut words = words(&generate::schema(seed));
    for _ in 0..1 + rng.below(2) {
        let (at, other) = (rng.index(words.len()), rng.index(words.len()));
        match rng.below(20) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words[other].clone()),
            2 => words.swap(at, other),
            3 => words[at] = (*rng.pick(&WORDS)).to_string(),
            4 => words.insert(at, (*rng.pick(&WORDS)).to_string()),
            _ => {
                let named: Vec<usize> = (0..words.len()).filter(|&i| kind(&words[i]) != 0).collect();
                let at = *rng.pick(&named);
                let same: Vec<usize> =
                    named.into_iter().filter(|&i| kind(&words[i]) == kind(&words[at])).collect();
                words[at] = match kind(&words[at]) {
                    1 if rng.one_in(2) => (*rng.pick(&TYPES)).to_string(),
                    3 if rng.one_in(2) => (*rng.pick(&NUMBERS)).to_string(),
                    _ => words[*rng.pick(&same)].clone(),
                };
            }
        }
    }
    words.concat()
}

#[test]
fn texts_with_mistakes_are_refused_where_the_reference_refuses() {
    let mut verdicts = Verdicts::new(KEPT, CASES);
    let root = folder("mutants");
    for seed in 0..verdicts.count() {
        let name = generate::name(seed);
        let path = root.join("schemas").join(&name);
        std::fs::write(&path, mutant(seed)).expect("cargo's folder can be written to");
        let reference = reference::tool().map(|tool| {
            let request = reference::request(&tool, &root, std::slice::from_ref(&name));
            request.map(|request| compare::files(&request))
        });
        let ours = compare::ours(&root, std::slice::from_ref(&name));
        verdicts.next(&path, &ours, reference.as_ref());
    }
    verdicts.finish();
}
