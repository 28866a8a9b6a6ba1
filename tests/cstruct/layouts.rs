//! Our layouts against GCC's (`testdata/layouts/generate.py` makes the two files).

use wirelens::{Schema, Struct, Type};

const HEADER: &str = include_str!("../../testdata/layouts/layouts.h");
const GOLDEN: &str = include_str!("../../testdata/layouts/layouts.txt");

/// Offset and size of a path such as `a[1].b`.
fn locate(schema: &Schema, of: &Struct, path: &str) -> (u64, u64) {
    let (mut offset, mut ty, mut of) = (0, None, Some(of));
    for step in path.split('.') {
        let (name, indices) = step.split_at(step.find('[').unwrap_or(step.len()));
        let field = of.and_then(|s| s.field(name)).unwrap_or_else(|| panic!("{path}: no '{name}'"));
        offset += field.offset;
        let mut inner = &field.ty;
        for index in indices.split(['[', ']']).filter(|i| !i.is_empty()) {
            let Type::Array(element, _) = inner else { panic!("{path}: no array") };
            offset += schema.size_of(element) * index.parse::<u64>().unwrap();
            inner = element;
        }
        of = if let Type::Struct(id) = inner { Some(&schema.structs[*id]) } else { None };
        ty = Some(inner.clone());
    }
    (offset, schema.size_of(&ty.unwrap()))
}

#[test]
fn every_layout_is_that_of_gcc() {
    let schema = Schema::from_c("layouts.h", HEADER).unwrap_or_else(|e| panic!("{e}"));
    let mut wrong = Vec::new();
    let (mut structs, mut fields) = (0, 0);
    for line in GOLDEN.lines() {
        let mut words = line.split(' ');
        let name = words.next().unwrap();
        let (_, of) = schema.find(name).unwrap();
        let whole = [words.next().unwrap(), words.next().unwrap()].map(|w| w.parse::<u64>().unwrap());
        if whole != [of.size, of.align] {
            wrong.push(format!("{name}: size and alignment {:?}, GCC has {whole:?}", [of.size, of.align]));
        }
        for word in words {
            let parts: Vec<&str> = word.split(':').collect();
            let golden = (parts[1].parse().unwrap(), parts[2].parse().unwrap());
            let ours = locate(&schema, of, parts[0]);
            if ours != golden {
                wrong.push(format!("{name}.{}: offset and size {ours:?}, GCC has {golden:?}", parts[0]));
            }
            fields += 1;
        }
        structs += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(structs >= 200 && fields >= 1000, "{structs} structs, {fields} fields");
}

#[test]
fn a_field_refers_only_to_smaller_indices_and_every_struct_has_its_own_name() {
    let schema = Schema::from_c("layouts.h", HEADER).unwrap();
    let mut names = std::collections::HashSet::new();
    for (id, of) in schema.structs.iter().enumerate() {
        assert!(!of.name.is_empty() && names.insert(&of.name), "{}", of.name);
        for field in &of.fields {
            let mut ty = &field.ty;
            while let Type::Array(element, _) = ty {
                ty = element;
            }
            assert!(!matches!(ty, Type::Struct(inner) if *inner >= id), "{}.{}", of.name, field.name);
        }
    }
}
