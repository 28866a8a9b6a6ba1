//! Requests read as schemas: the reference's request gives the same schema as the text it was compiled from;
//! damaged requests give errors or usable schemas.

use std::path::Path;

use crate::generate;
use crate::made::folder;
use crate::rng::Rng;
use std::collections::HashSet;
use wirelens::schema;
use wirelens::{ErrorKind, Input, Limits, Query, Schema};

const ROOT: &str = "testdata/capnp";

fn of_text(path: &Path, include: &Path) -> Schema {
    Schema::from_capnp(path, &[include.to_path_buf()]).unwrap_or_else(|e| panic!("{e}"))
}

/// The difference between two schemas. Type aliases, which a request lacks, may instantiate generic structs,
/// so that other structs get other indices: then the descriptions of all structs are compared.
fn difference(text: &Schema, request: &Schema) -> Option<String> {
    if text.typedefs.is_empty() {
        let other = text.structs.iter().zip(&request.structs).find(|(a, b)| a != b);
        return (text != request).then(|| format!("{other:?}"));
    }
    let described = |schema: &Schema, name: &str| {
        let text = schema.describe(Some(name)).map_err(|e| e.to_string())?;
        let mut all: serde_json::Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        all["structs"].as_array_mut().expect("it is a list").sort_by_key(|s| s["name"].to_string());
        Ok::<_, String>(all)
    };
    let mut all = request.structs.iter().filter(|s| !s.group);
    let wrong = all.find(|s| described(text, &s.name) != described(request, &s.name));
    wrong.map(|wrong| format!("{}: {:?}", wrong.name, described(request, &wrong.name)))
}

/// The stored requests of the reference, with the names of their files.
fn requests() -> Vec<(String, Vec<u8>)> {
    let mut all = vec![];
    for entry in std::fs::read_dir(Path::new(ROOT).join("requests")).expect("in the repository") {
        let path = entry.expect("it can be listed").path();
        let name = path.file_stem().expect("it has a name").to_string_lossy().to_string();
        all.push((name, std::fs::read(path).expect("it can be read")));
    }
    all.sort();
    all
}

#[test]
fn a_request_of_the_reference_has_the_schema_of_its_text() {
    let mut wrong = vec![];
    let all = requests();
    for (name, request) in all.iter().filter(|(name, _)| name != "together") {
        let text =
            of_text(&Path::new(ROOT).join(format!("schemas/{name}.capnp")), &Path::new(ROOT).join("include"));
        match Schema::from_capnp_request(request) {
            Ok(schema) => wrong.extend(difference(&text, &schema).map(|d| format!("{name}: {d}"))),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// The schema has all structs of all requested files.
#[test]
fn a_request_of_several_files_has_the_structs_of_all() {
    let all = requests();
    let (_, request) = all.iter().find(|(name, _)| name == "together").expect("it is kept");
    let schema = Schema::from_capnp_request(request).expect("it is right");
    for file in ["second", "first", "imports", "scopes"] {
        let text =
            of_text(&Path::new(ROOT).join(format!("schemas/{file}.capnp")), &Path::new(ROOT).join("include"));
        for wanted in text.structs.iter().filter(|s| !s.group) {
            assert!(
                schema.structs.iter().any(|s| s.id == wanted.id && s.size == wanted.size),
                "{}",
                wanted.name
            );
        }
    }
}

/// Files in one request may have structs of the same name, and a requested file need not be among the nodes.
#[test]
fn structs_of_one_name_in_several_files_stay_apart() {
    let root = folder("read-back-names");
    let texts = [
        ("a.capnp", "@0xf3b84c3a2d1e0f02; struct T { x @0 :UInt8; }"),
        ("b.capnp", "@0xf3b84c3a2d1e0f03; struct T { y @0 :UInt64; z @1 :Text; }"),
    ];
    let paths = texts.map(|(name, text)| {
        let path = root.join("schemas").join(name);
        std::fs::write(&path, text).expect("the folder is there");
        path
    });
    let request =
        wirelens::schema::capnp_request(&paths, &root.join("schemas"), &[]).expect("they are right");
    let schema = Schema::from_capnp_request(&request).expect("it is right");
    let found: Vec<_> = schema.structs.iter().map(|s| (s.name.as_str(), s.size, s.pointers)).collect();
    assert_eq!(found, [("T", 8, 0), ("b.capnp:T", 8, 1)]);
}

/// Random files are imported in pairs, which share most of their names: each struct is that of its file.
#[test]
fn structs_of_two_imports_are_those_of_their_files() {
    let root = folder("read-back-imports");
    let mut same = 0;
    for seed in (0..80).step_by(2) {
        let names = [seed, seed + 1].map(generate::name);
        let files = [seed, seed + 1].map(|seed| {
            let path = root.join("schemas").join(generate::name(seed));
            std::fs::write(&path, generate::schema(seed)).expect("the folder is there");
            of_text(&path, &root.join("include"))
        });
        let field = |(i, schema): (usize, &Schema)| {
            let found = schema.structs.iter().find(|s| !s.group && !s.name.contains(['(', '.', ':']))?;
            Some(format!("f{i} @{i} :import \"{}\".{};", names[i], found.name))
        };
        let fields: Option<Vec<String>> = files.iter().enumerate().map(field).collect();
        let Some(fields) = fields else { continue };
        let main = root.join("schemas").join("main.capnp");
        let text = format!("@0xf3b84c3a2d1e0f99; struct Main {{ {} }}", fields.join(" "));
        std::fs::write(&main, text).expect("the folder is there");
        let schema = of_text(&main, &root.join("include"));
        let mut seen = HashSet::new();
        for found in &schema.structs {
            assert!(seen.insert(&found.name), "seed {seed}: two structs are called '{}'", found.name);
            same += usize::from(found.name.contains(':'));
            let plain = found.name.rsplit(':').next().expect("it has a part");
            let is_it = |s: &&schema::Struct| s.id == found.id && s.name == plain;
            if let Some(own) = files.iter().flat_map(|file| &file.structs).find(is_it) {
                let of = |s: &schema::Struct| {
                    s.fields.iter().map(|f| (f.name.clone(), f.offset)).collect::<Vec<_>>()
                };
                assert_eq!(
                    (own.size, own.pointers, of(own)),
                    (found.size, found.pointers, of(found)),
                    "seed {seed}"
                );
            }
        }
    }
    assert!(same > 20, "only {same} names are in both files");
}

#[test]
fn made_up_schemas_come_back() {
    let root = folder("read-back");
    let mut generic = 0;
    for seed in 0..150 {
        let path = root.join("schemas").join(generate::name(seed));
        std::fs::write(&path, generate::schema(seed)).expect("the folder is there");
        let text = of_text(&path, &root.join("include"));
        let request =
            wirelens::schema::capnp_request(&[path], &root.join("schemas"), &[root.join("include")]);
        let schema = Schema::from_capnp_request(&request.expect("it was compiled")).expect("it is right");
        // Instantiation of generic structs stops at a limit, and the order determines which structs exist.
        if text.structs.len() > 20_000 {
            continue;
        }
        generic += u64::from(text.structs.iter().any(|s| s.name.contains('(')));
        assert_eq!(difference(&text, &schema), None, "seed {seed}");
    }
    assert!(generic > 20, "{generic} have types bound");
}

/// Any damaged request gives an error about the request, or a schema that can read messages.
#[test]
fn damaged_requests_are_errors_or_can_be_used() {
    let limits = Limits { traversal: 1000, nesting: 16, segments: 4 };
    let cases = std::env::var("WIRELENS_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let (mut rng, mut used, mut refused) = (Rng::new(11), 0, 0);
    for (name, request) in requests() {
        for _ in 0..40 * cases {
            let mut bytes = request.clone();
            for _ in 0..=rng.below(3) {
                let at = rng.below(bytes.len() as u64) as usize;
                match rng.below(4) {
                    0 => bytes[at] ^= 1 << rng.below(8),
                    1 => bytes[at] = rng.below(256) as u8,
                    2 => {
                        let from = rng.below(bytes.len() as u64 / 8) as usize * 8;
                        bytes.copy_within(from..from + 8, at / 8 * 8);
                    }
                    _ => bytes[at / 8 * 8] = bytes[at / 8 * 8].wrapping_add(1),
                }
            }
            let schema = match Schema::from_capnp_request(&bytes) {
                Ok(schema) => schema,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Data, "{name}: {error}");
                    assert!(error.to_string().starts_with("the CodeGeneratorRequest: "), "{name}: {error}");
                    refused += 1;
                    continue;
                }
            };
            used += 1;
            let Some(root) = schema.structs.iter().find(|s| !s.group) else { continue };
            let query = Query::builder(&schema).record(&root.name).documents().limits(limits);
            let query = query.build().unwrap_or_else(|e| panic!("{name}: {e}"));
            // A root with 9 words of data and 3 null pointers.
            let words: Vec<u64> =
                [13 << 32, 9 << 32 | 3 << 48].into_iter().chain(1..10).chain([0; 3]).collect();
            let message: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            let few = query.run(&Input::from_bytes(&message));
            let many = query.run(&Input::from_bytes(&message.repeat(600)));
            assert_eq!(few.is_ok(), many.is_ok(), "{name}");
        }
    }
    assert!(used > 300 && refused > 300, "{used} used, {refused} refused");
}
