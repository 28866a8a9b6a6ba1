//! The rules for the source itself: who may use whom, how long a file may be, where `unsafe` may be used.
//!
//! Files are read as text; a use is the name after `crate::`, or after enough `super::` to reach the crate.
//! Tests may use everything.

use std::path::{Path, PathBuf};

/// The modules of the crate; each comes before the modules that use it.
const LAYERS: [&str; 24] = [
    "error",
    "scalar",
    "schema",
    "input",
    "ir",
    "runtime",
    "host",
    "formats",
    "lang",
    "interp",
    "record",
    "opt",
    "codegen",
    "engine",
    "query",
    "output",
    "barycenter",
    "explain",
    "dump",
    "lib",
    "args",
    "messages",
    "files",
    "main",
];
/// The names at the crate's root, and the modules that they come from.
const ROOT: [(&str, &str); 12] = [
    ("Error", "error"),
    ("Diagnostic", "error"),
    ("Schema", "schema"),
    ("Struct", "schema"),
    ("Scalar", "scalar"),
    ("Endian", "scalar"),
    ("Input", "input"),
    ("Scratch", "input"),
    ("Jit", "engine"),
    ("Stats", "engine"),
    ("Query", "query"),
    ("Barycenter", "barycenter"),
];
/// The folders whose files must not use one another in cycles.
const ONE_WAY: [&str; 3] = ["query", "formats", "codegen"];
/// The most lines of a file.
const LONGEST: usize = 600;
/// The only modules that contain `unsafe`.
const UNSAFE: [&str; 2] = ["input", "codegen"];

/// All source files, by their path under `src`.
fn files() -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut work, mut files) = (vec![src.clone()], vec![]);
    while let Some(path) = work.pop() {
        if path.is_dir() {
            work.extend(std::fs::read_dir(&path).expect("a folder").map(|e| e.expect("an entry").path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("source is text");
            files.push((path.strip_prefix(&src).expect("it is under src").to_path_buf(), text));
        }
    }
    files.sort();
    files
}

/// The module that a file belongs to: the first part of its path.
fn module(path: &Path) -> String {
    let first = path.iter().next().expect("a path has parts").to_string_lossy();
    first.trim_end_matches(".rs").to_string()
}

fn is_test(path: &Path) -> bool {
    path.iter().any(|part| part == "tests" || part == "tests.rs")
}

/// The code of a file, without comments and without tests inside the file.
fn code(text: &str) -> String {
    let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    let line = |line: &str| line.split("//").next().unwrap_or("").to_string() + "\n";
    let lines: Vec<&str> = own.lines().collect();
    let for_tests = |i: usize| i > 0 && lines[i - 1].trim() == "#[cfg(test)]";
    lines.iter().enumerate().filter(|(i, _)| !for_tests(*i)).map(|(_, l)| line(l)).collect()
}

/// The code, with `super` paths that lead to the crate's root rewritten to `crate`.
fn absolute(path: &Path, code: &str) -> String {
    let parts = path.iter().count() - usize::from(path.ends_with("mod.rs"));
    code.replace(&"super::".repeat(parts), "crate::")
}

/// The modules of the crate that a file uses: the first names after `crate::`.
fn uses(code: &str) -> Vec<String> {
    let mut found = vec![];
    for rest in code.split("crate::").skip(1) {
        let name = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            // A list: the names at its own depth.
            Some(list) => {
                let mut depth = 0;
                let mut fresh = true;
                for (i, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => fresh = true,
                        c if fresh && (c.is_alphanumeric() || c == '_') => {
                            found.push(name(&list[i..]));
                            fresh = false;
                        }
                        _ => {}
                    }
                }
            }
            None => found.push(name(rest)),
        }
    }
    found
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let place = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let mut wrong = vec![];
    for (path, text) in files().iter().filter(|(path, _)| !is_test(path)) {
        let own = module(path);
        if own == "lib" || own == "main" {
            continue;
        }
        let Some(at) = place(&own) else {
            wrong.push(format!("{}: '{own}' is not in the list of layers", path.display()));
            continue;
        };
        for used in uses(&absolute(path, &code(text))) {
            let used = ROOT.iter().find(|(name, _)| *name == used).map_or(used.as_str(), |(_, of)| of);
            match place(used) {
                Some(above) if above <= at => {}
                Some(_) => wrong.push(format!("{}: uses '{used}', which is below it", path.display())),
                None => wrong.push(format!("{}: 'crate::{used}' is in no layer", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of a folder do not use one another in cycles. Shared code is in a file of its own, not in
/// `mod.rs`.
#[test]
fn files_of_a_folder_use_one_another_in_one_direction() {
    for folder in ONE_WAY {
        let all = files();
        let files: Vec<(Vec<String>, String)> = all
            .iter()
            .filter(|(path, _)| path.starts_with(folder) && !is_test(path))
            .map(|(path, text)| (place_in(folder, path), code(text)))
            .collect();
        let uses: Vec<Vec<usize>> = files.iter().map(|(own, code)| used(folder, own, code, &files)).collect();
        // Removes files whose uses are all removed; only cycles, and files that use them, remain.
        let mut left: Vec<usize> = (0..files.len()).collect();
        while let Some(at) = left.iter().position(|f| !uses[*f].iter().any(|used| left.contains(used))) {
            left.remove(at);
        }
        let name = |f: &usize| if files[*f].0.is_empty() { "mod".to_string() } else { files[*f].0.join("/") };
        let circle: Vec<String> = left.iter().map(name).collect();
        assert!(circle.is_empty(), "{folder}/: circles among, or files that use such: {}", circle.join(", "));
        assert!(files.len() > 5 && uses.iter().flatten().count() > files.len(), "{folder}/ is not seen");
    }
}

/// The module path of a file within a folder: empty for `mod.rs`.
fn place_in(folder: &str, path: &Path) -> Vec<String> {
    let within = path.strip_prefix(folder).expect("it is there").with_extension("");
    let parts = within.iter().map(|part| part.to_string_lossy().into_owned());
    parts.filter(|part| part != "mod").collect()
}

/// The indices of the folder's files that one of them uses.
fn used(folder: &str, own: &[String], code: &str, files: &[(Vec<String>, String)]) -> Vec<usize> {
    let mut found = vec![];
    for path in paths(code) {
        let mut path = &path[..];
        let mut at = own.to_vec();
        match path[0].as_str() {
            "crate" if path.get(1).is_some_and(|name| name == folder) => {
                at.clear();
                path = &path[2..];
            }
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                if up > at.len() {
                    continue;
                }
                at.truncate(at.len() - up);
                path = &path[up..];
            }
            "self" => path = &path[1..],
            _ => {}
        }
        let begins = at.clone();
        while let Some(part) = path.first() {
            at.push(part.clone());
            if !files.iter().any(|(place, _)| *place == at) {
                at.pop();
                break;
            }
            path = &path[1..];
        }
        // A name of the file itself, or a module outside of the folder.
        if at == begins && at == own {
            continue;
        }
        let file = files.iter().position(|(place, _)| *place == at && at != own);
        found.extend(file.filter(|file| !found.contains(file)));
    }
    found
}

/// All paths in a file's code, with `use` lists expanded.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = vec![];
    let words = |text: &str| -> Vec<String> {
        text.split("::").map(|word| word.split(" as ").next().unwrap_or("").trim().to_string()).collect()
    };
    for (i, statement) in code.split("use ").enumerate() {
        let Some(tree) = statement.split(';').next().filter(|_| i > 0) else { continue };
        let mut before: Vec<Vec<String>> = vec![vec![]];
        let mut name = String::new();
        let mut end = |name: &mut String, before: &[Vec<String>]| {
            if !name.trim().is_empty() {
                found.push([before.last().cloned().unwrap_or_default(), words(name)].concat());
            }
            name.clear();
        };
        for c in tree.chars() {
            match c {
                '{' => {
                    let head = words(name.trim_end().trim_end_matches("::"));
                    before.push([before.last().cloned().unwrap_or_default(), head].concat());
                    name.clear();
                }
                ',' => end(&mut name, &before),
                '}' => {
                    end(&mut name, &before);
                    before.pop();
                }
                c => name.push(c),
            }
        }
        end(&mut name, &before);
    }
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start).filter(|(at, _)| !code[..*at].ends_with("::")) {
            let path: String =
                code[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            found.push(words(path.trim_end_matches(':')));
        }
    }
    found
}

/// Only two folders know the differences between wire formats and between schema languages.
#[test]
fn nobody_asks_which_format_or_language_it_is() {
    let names = ["Language::C", "capnp::", "formats::packed", "PackedStruct"];
    let own = ["formats", "schema", "lib"];
    let mut wrong = vec![];
    for (path, text) in files().iter().filter(|(path, _)| !is_test(path) && !own.contains(&&*module(path))) {
        let code = code(text);
        wrong.extend(names.iter().filter(|name| code.contains(**name)).map(|name| (path.clone(), *name)));
    }
    assert!(wrong.is_empty(), "a format's name outside of formats/ and schema/: {wrong:#?}");
}

#[test]
fn the_list_of_layers_is_that_of_the_crate() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .expect("it is there");
    let modules =
        text.lines().filter_map(|l| l.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    for module in modules.filter(|m| *m != "tests") {
        assert!(LAYERS.contains(&module), "'{module}' is not in the list of layers");
    }
}

#[test]
fn paths_are_taken_apart() {
    let code = "use super::{a::{B, c}, d as e};\nuse crate::query::f;\nfn g(h: super::super::i::J) {}";
    let found: Vec<String> = paths(code).iter().map(|path| path.join("::")).collect();
    for path in ["super::a::B", "super::a::c", "super::d", "crate::query::f", "super::super::i::J"] {
        assert!(found.iter().any(|f| f == path), "{path}: {found:?}");
    }
    let files: Vec<_> =
        ["", "a", "a/c", "b"].map(|path| (place_in("q", &Path::new("q").join(path)), String::new())).into();
    let used = |own: &str, code: &str| {
        let own = place_in("q", &Path::new("q").join(own));
        used("q", &own, code, &files).into_iter().map(|f| files[f].0.join("/")).collect::<Vec<_>>()
    };
    assert_eq!(used("b", "use super::a::{c::D, E};\nuse std::fmt;"), ["a/c", "a"]);
    assert_eq!(used("a/c", "use super::super::b;\nuse crate::q::{F};\nuse crate::z::a;"), ["b", ""]);
    assert_eq!(used("", "mod a;\nuse a::c;"), ["a/c"]);
    assert!(used("a/c", "use super::c::X;\nuse crate::other;").is_empty());
}

#[test]
fn what_is_used_is_found() {
    let code = "use crate::ir::{Op, cfg};\nuse crate::{error::Error, lang::{a, b}, input};\nfn f(x: crate::opt::Pass)";
    assert_eq!(uses(code), ["ir", "error", "lang", "input", "opt"]);
    assert_eq!(uses(&absolute(Path::new("ir/print.rs"), "use super::super::lang;")), ["lang"]);
    assert_eq!(uses(&absolute(Path::new("opt/mod.rs"), "use super::engine::Jit;")), ["engine"]);
    assert_eq!(
        uses(&self::code("// use crate::opt\nuse crate::ir;\n#[cfg(test)]\nmod tests { use crate::lang; }")),
        ["ir"]
    );
}

#[test]
fn no_file_is_too_long() {
    let long = |text: &str| text.lines().count() > LONGEST;
    let wrong: Vec<String> =
        files().iter().filter(|(_, text)| long(text)).map(|(path, _)| path.display().to_string()).collect();
    assert!(wrong.is_empty(), "more than {LONGEST} lines: {}", wrong.join(", "));
}

#[test]
fn unsafe_stands_where_it_may_and_with_its_proof() {
    let keyword = concat!("un", "safe");
    let (mut wrong, mut count) = (vec![], 0);
    for (path, text) in files() {
        let lines: Vec<&str> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let words: Vec<&str> = code
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '"'))
                .filter(|w| !w.is_empty())
                .collect();
            if !words.contains(&keyword) {
                continue;
            }
            count += 1;
            let place = format!("{}:{}", path.display(), i + 1);
            if !UNSAFE.contains(&module(&path).as_str()) {
                wrong.push(format!("{place}: only {UNSAFE:?} may have it"));
            }
            // The proof is above the block; only comments, attributes and the start of the statement may be
            // between them.
            let proven = lines[..i]
                .iter()
                .rev()
                .take(12)
                .take_while(|l| !l.trim().is_empty() && !l.trim_end().ends_with(['}']))
                .any(|l| l.contains("// SAFETY:") || l.contains("/// # Safety"));
            if !proven {
                wrong.push(format!("{place}: no `// SAFETY:` above it"));
            }
        }
    }
    assert!(count > 5, "only {count} were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rust's text must not change while it is in use, but the bytes of a view may: they are copied first, in one
/// place.
#[test]
fn host_functions_make_text_of_copies_only() {
    let mut wrong = vec![];
    for (path, text) in files().iter().filter(|(path, _)| module(path) == "host" && !is_test(path)) {
        if path.ends_with("decode.rs") {
            continue;
        }
        for (number, line) in code(text).lines().enumerate() {
            if ["from_utf8", "utf8_chunks", "transmute"].iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "use host::decode:\n{}", wrong.join("\n"));
}

/// The most columns of a line of code or prose.
const WIDTH: usize = 110;

/// Vague phrases for which a precise term exists.
const BANNED: [&str; 7] = [
    concat!("told", " of"),
    concat!("tells", " of"),
    concat!("is not", " understood"),
    concat!("as is done", " anyway"),
    concat!("what it is", " given"),
    concat!("the ways", " meet"),
    concat!("stands in front", " of it, where"),
];

/// The sources of the whole project, and its documents.
fn texts() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
            let path = entry.expect("a folder can be listed").path();
            let ending = path.extension().and_then(|e| e.to_str());
            if path.is_dir() {
                walk(&path, all);
            } else if matches!(ending, Some("rs" | "md")) {
                all.push((path.clone(), std::fs::read_to_string(&path).expect("it is text")));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = vec![];
    ["src", "tests", "benches", "examples", "docs"]
        .iter()
        .for_each(|folder| walk(&root.join(folder), &mut all));
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LANGUAGE.md"] {
        all.push((root.join(document), std::fs::read_to_string(root.join(document)).expect("it is there")));
    }
    all
}

/// Tables, examples and text literals may be as wide as their content.
#[test]
fn lines_are_short_and_speak_plainly() {
    let mut wrong = vec![];
    let all = texts();
    for (path, text) in &all {
        let (markdown, mut example) = (path.extension().is_some_and(|e| e == "md"), false);
        for (number, line) in text.lines().enumerate() {
            let place = || format!("{}:{}", path.display(), number + 1);
            let prose = match (markdown, line.trim().strip_prefix("//")) {
                (true, _) => Some(line),
                (false, comment) => comment.map(|c| c.trim_start_matches(['/', '!', ' '])),
            };
            if prose.is_some_and(|prose| prose.trim_start().starts_with("```")) {
                example = !example;
            }
            // In a document, commands are short; output may be wider.
            let typed = line.starts_with("$ ") || line.starts_with("wirelens ");
            let shown = markdown && (example && !typed || line.starts_with("    "));
            let table = prose.is_some_and(|prose| prose.starts_with('|'));
            let literal = longest_literal(line) > WIDTH / 3;
            if line.chars().count() > WIDTH && !(shown || table || literal || within_text(text, number)) {
                wrong.push(format!("{}: {} columns", place(), line.chars().count()));
            }
            if let Some(banned) = BANNED.iter().find(|banned| line.contains(**banned)) {
                wrong.push(format!("{}: '{banned}'", place()));
            }
        }
    }
    assert!(wrong.is_empty() && all.len() > 300, "{} files\n{}", all.len(), wrong.join("\n"));
}

/// Columns of the longest string literal in a line.
fn longest_literal(line: &str) -> usize {
    let parts = line.split('"').enumerate().filter(|(i, _)| i % 2 == 1);
    parts.map(|(_, text)| text.chars().count()).max().unwrap_or(0)
}

/// Whether a line of Rust is inside a literal that began on an earlier line: the lines before it have an odd
/// number of quotes.
fn within_text(text: &str, number: usize) -> bool {
    let before = text.lines().take(number).filter(|line| !line.trim_start().starts_with("//"));
    let quotes = before.map(|line| line.replace("'\"'", "").replace("\\\"", "").matches('"').count());
    quotes.sum::<usize>() % 2 == 1
}
