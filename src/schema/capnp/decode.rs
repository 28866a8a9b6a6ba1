//! Decodes a CodeGeneratorRequest: from the message that compilers pass to code generators to [`nodes`], from
//! which [`lower`](super::lower) makes a schema. Offsets are those of [`request`](mod@super::request).
//!
//! The message is untrusted: names, offsets and references are checked, so that the schema has nothing that
//! one compiled from text could not have. Constants, annotations and methods are ignored, since a schema has
//! none; a request has no aliases.

use std::collections::{HashMap, HashSet};

use super::super::{Scalar, Schema};
use super::embed;
use super::lower;
use super::nodes::{AnyKind, Binding, Body, Brand, Compiled, Default, Enumerant, Field, Node};
use super::nodes::{FieldPlace, List, NodeId, Object, Structure, Type, Value};
use super::scopes::{Scope, ScopeId, Scopes};
use super::syntax::{Declaration, DeclarationKind, Name};

type Read<T> = Result<T, String>;

/// The largest nesting depth of declarations, types and groups.
const DEEPEST: usize = 64;

/// The schema of the files that a request asks for.
pub fn schema(request: &[u8]) -> Read<Schema> {
    let Value::Struct(root) = embed::message(request)? else { return Err("it has no root".to_string()) };
    let mut raw = Raw::read(&root)?;
    let declared = std::mem::take(&mut raw.declared);
    let compiled = raw.compile(&declared)?;
    Ok(lower::schema(&compiled, raw.asked))
}

/// The nodes of the message, and their declarations.
struct Raw<'v> {
    nodes: Vec<&'v Object>,
    by_id: HashMap<u64, NodeId>,
    docs: HashMap<u64, &'v Object>,
    /// One for each scope.
    places: Vec<Declared>,
    /// The same, in the form of the syntax tree.
    declared: Vec<Declaration>,
    scope_of: HashMap<u64, ScopeId>,
    /// How many of the requested files are present.
    asked: usize,
}

/// The declaration of a scope.
struct Declared {
    node: NodeId,
    parent: Option<ScopeId>,
    /// The index of its file; requested files come first.
    file: usize,
}

impl<'v> Raw<'v> {
    fn read(root: &'v Object) -> Read<Raw<'v>> {
        let nodes: Vec<&Object> = list(root, 0)?.iter().collect();
        let mut raw = Raw {
            by_id: nodes.iter().enumerate().map(|(i, node)| (id(node), i)).collect(),
            docs: list(root, 3)?.iter().map(|info| (id(info), info)).collect(),
            nodes,
            places: vec![],
            declared: vec![],
            scope_of: HashMap::new(),
            asked: 0,
        };
        let asked: Vec<u64> = list(root, 1)?.iter().map(id).collect();
        let others: Vec<u64> = raw.nodes.iter().filter(|node| kind(node) == 0).map(|node| id(node)).collect();
        let mut files = 0;
        for file in asked.iter().chain(others.iter().filter(|file| !asked.contains(file))) {
            let before = raw.places.len();
            raw.scope(*file, None, files, 0)?;
            files += usize::from(raw.places.len() > before);
            if asked.contains(file) {
                raw.asked = files;
            }
        }
        Ok(raw)
    }

    /// Adds a scope and those declared in it.
    fn scope(&mut self, number: u64, parent: Option<ScopeId>, file: usize, depth: usize) -> Read<()> {
        // A node that no type needs may be missing.
        let Some(&node) = self.by_id.get(&number) else { return Ok(()) };
        let this = self.places.len();
        if depth > DEEPEST || self.scope_of.insert(number, this).is_some() {
            return Err(format!("node {number:#x} is declared within itself, twice or too deeply"));
        }
        let object = self.nodes[node];
        let name = text(object, 0)?;
        let short = match parent {
            None => String::new(),
            Some(_) => name.get(bits(object, 2, 32) as usize..).unwrap_or("").to_string(),
        };
        if parent.is_some() {
            named(&short)?;
        }
        let what = match kind(object) {
            1 => DeclarationKind::Struct,
            2 => DeclarationKind::Enum,
            _ => DeclarationKind::File,
        };
        self.places.push(Declared { node, parent, file });
        self.declared.push(Declaration {
            name: Name { text: short, at: 0 },
            number: None,
            parameters: vec![],
            annotations: vec![],
            doc: None,
            what,
            members: vec![],
        });
        let mut names = HashSet::new();
        for nested in list(object, 1)? {
            if !names.insert(text(nested, 0)?) {
                return Err(format!("'{name}' declares '{}' twice", text(nested, 0)?));
            }
            self.scope(id(nested), Some(this), file, depth + 1)?;
        }
        Ok(())
    }

    fn compile<'a>(&self, declared: &'a [Declaration]) -> Read<Compiled<'a>> {
        let mut scopes = Scopes { list: vec![], aliases: vec![], roots: vec![] };
        for (number, (place, syntax)) in self.places.iter().zip(declared).enumerate() {
            let object = self.nodes[place.node];
            if place.parent.is_none() {
                scopes.roots.push(number);
            }
            scopes.list.push(Scope {
                file: place.file,
                parent: place.parent,
                syntax,
                id: id(object),
                name: text(object, 0)?,
                nested: vec![],
                members: HashMap::new(),
            });
        }
        let mut node_of = vec![None; scopes.list.len()];
        let (mut nodes, mut groups) = (vec![], HashSet::new());
        for (number, object) in self.nodes.iter().enumerate() {
            let scope = self.scope_of.get(&id(object)).copied();
            if let Some(scope) = scope {
                node_of[scope] = Some(number);
            }
            let name = text(object, 0)?;
            let body = self.body(object, &mut groups).map_err(|why| format!("'{name}': {why}"))?;
            nodes.push(Node {
                id: id(object),
                name,
                prefix: 0,
                parent: 0,
                scope: scope.unwrap_or(0),
                parameters: vec![],
                generic: false,
                nested: vec![],
                annotations: vec![],
                doc: self.docs.get(&id(object)).map(|info| doc(info)).transpose()?.flatten(),
                body,
                parts: vec![],
            });
        }
        Ok(Compiled { nodes, scopes, node_of, listed: vec![], aliases: vec![] })
    }

    /// `groups` are those of the fields so far: each belongs to one field, so none contains itself.
    fn body<'a>(&self, object: &Object, groups: &mut HashSet<u64>) -> Read<Body<'a>> {
        let docs = match self.docs.get(&id(object)) {
            Some(info) => list(info, 1)?.iter().map(doc).collect::<Read<Vec<_>>>()?,
            None => vec![],
        };
        let doc = |i: usize| docs.get(i).cloned().flatten();
        match kind(object) {
            1 => {
                let mut structure = Structure {
                    words: bits(object, 7, 16) as u16,
                    pointers: bits(object, 12, 16) as u16,
                    group: bits(object, 224, 1) == 1,
                    variants: bits(object, 15, 16) as u16,
                    tag: bits(object, 8, 32) as u32,
                    fields: vec![],
                };
                let tag_ends = (u64::from(structure.tag) + 1) * 2;
                if structure.variants > 0 && tag_ends > u64::from(structure.words) * 8 {
                    return Err("the tag of its union is behind its data".to_string());
                }
                let mut names = HashSet::new();
                for (i, field) in list(object, 3)?.iter().enumerate() {
                    let name = text(field, 0)?;
                    named(&name)?;
                    let field = self
                        .field(field, &structure, groups)
                        .map(|(order, variant, place)| Field {
                            name: name.clone(),
                            doc: doc(i),
                            order,
                            variant,
                            ordinal: None,
                            annotations: vec![],
                            place,
                        })
                        .map_err(|why| format!("field '{name}': {why}"))?;
                    if !names.insert(name) {
                        return Err(format!("it has two fields '{}'", field.name));
                    }
                    structure.fields.push(field);
                }
                Ok(Body::Struct(structure))
            }
            2 => {
                let mut list_of = vec![];
                for (i, enumerant) in list(object, 3)?.iter().enumerate() {
                    let name = text(enumerant, 0)?;
                    named(&name)?;
                    let order = bits(enumerant, 0, 16) as u16;
                    list_of.push(Enumerant { name, doc: doc(i), order, annotations: vec![] });
                }
                Ok(Body::Enum(list_of))
            }
            _ => Ok(Body::File),
        }
    }

    /// A field's order, its variant, and its location.
    fn field<'a>(
        &self,
        field: &Object,
        structure: &Structure,
        groups: &mut HashSet<u64>,
    ) -> Read<(u16, Option<u16>, FieldPlace<'a>)> {
        let order = bits(field, 0, 16) as u16;
        // Stored xored with the default 65535, which means none.
        let variant = bits(field, 1, 16) as u16;
        let variant = (variant != 0).then_some(variant ^ u16::MAX);
        if variant.is_some_and(|variant| variant >= structure.variants) {
            return Err("its union has no such member".to_string());
        }
        if bits(field, 4, 16) == 1 {
            let group = bits(field, 2, 64);
            let Some(&node) = self.by_id.get(&group) else {
                return Err("its group is not there".to_string());
            };
            let object = self.nodes[node];
            if kind(object) != 1 || bits(object, 224, 1) == 0 || !groups.insert(group) {
                return Err("its group is none, or that of another field".to_string());
            }
            return Ok((order, variant, FieldPlace::Group(node)));
        }
        let Value::Struct(ty) = pointer(field, 2) else { return Err("it has no type".to_string()) };
        let ty = self.ty(ty, 0)?;
        let offset = bits(field, 1, 32) as u32;
        let within = match ty.is_pointer() {
            true => u64::from(offset) < u64::from(structure.pointers),
            false => (u64::from(offset) + 1) * ty.bits() as u64 <= u64::from(structure.words) * 64,
        };
        if !within {
            return Err("it lies behind the end of its struct".to_string());
        }
        let value = match pointer(field, 3) {
            Value::Struct(value) => Some(default(value, &ty)),
            _ => None,
        };
        let default = Default { expression: None, explicit: value.is_some(), value };
        Ok((order, variant, FieldPlace::Slot { offset, ty, default }))
    }

    fn ty(&self, object: &Object, depth: usize) -> Read<Type> {
        if depth > DEEPEST {
            return Err("its type is nested too deeply".to_string());
        }
        let named = |what: u64| {
            let number = bits(object, 1, 64);
            let node = self.by_id.get(&number).map(|node| kind(self.nodes[*node]));
            match (self.scope_of.get(&number), node) {
                (Some(scope), Some(found)) if found == what => {
                    Ok((*scope, self.brand(pointer(object, 0), depth)?))
                }
                _ => Err(format!("its type {number:#x} is not among the nodes")),
            }
        };
        Ok(match bits(object, 0, 16) {
            0 => Type::Void,
            1 => Type::Scalar(Scalar::Bool),
            2 => Type::Scalar(Scalar::I8),
            3 => Type::Scalar(Scalar::I16),
            4 => Type::Scalar(Scalar::I32),
            5 => Type::Scalar(Scalar::I64),
            6 => Type::Scalar(Scalar::U8),
            7 => Type::Scalar(Scalar::U16),
            8 => Type::Scalar(Scalar::U32),
            9 => Type::Scalar(Scalar::U64),
            10 => Type::Scalar(Scalar::F32),
            11 => Type::Scalar(Scalar::F64),
            12 => Type::Text,
            13 => Type::Data,
            14 => match pointer(object, 0) {
                Value::Struct(element) => Type::List(Box::new(self.ty(element, depth + 1)?)),
                _ => return Err("its list has no elements' type".to_string()),
            },
            15 => named(2).map(|(scope, brand)| Type::Enum(scope, brand))?,
            16 => named(1).map(|(scope, brand)| Type::Struct(scope, brand))?,
            17 => Type::Any(AnyKind::Capability),
            18 => match bits(object, 4, 16) {
                0 if bits(object, 5, 16) == 3 => Type::Any(AnyKind::Capability),
                1 => Type::Parameter(bits(object, 2, 64), bits(object, 5, 16) as u16),
                _ => Type::Any(AnyKind::Pointer),
            },
            other => return Err(format!("{other} is the number of no type")),
        })
    }

    fn brand(&self, brand: &Value, depth: usize) -> Read<Brand> {
        let Value::Struct(brand) = brand else { return Ok(vec![]) };
        let mut all = vec![];
        for binding in list(brand, 0)? {
            let types = match bits(binding, 4, 16) {
                0 => Some(
                    list(binding, 0)?
                        .iter()
                        .map(|bound| match (bits(bound, 0, 16), pointer(bound, 0)) {
                            (1, Value::Struct(ty)) => self.ty(ty, depth + 1),
                            _ => Ok(Type::Any(AnyKind::Pointer)),
                        })
                        .collect::<Read<_>>()?,
                ),
                _ => None,
            };
            all.push(Binding { scope: bits(binding, 0, 64), types });
        }
        Ok(all)
    }
}

/// The default value of a type.
fn default(value: &Object, ty: &Type) -> Value {
    match ty.bits() {
        _ if ty.is_pointer() => pointer(value, 0).clone(),
        0 => Value::Bits(0),
        1 => Value::Bits(bits(value, 16, 1)),
        8 => Value::Bits(bits(value, 2, 8)),
        size => Value::Bits(bits(value, 1, size)),
    }
}

/// Checks that a name could be declared in text.
fn named(name: &str) -> Read<()> {
    let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match name.bytes().next() {
        Some(first) if letters && !first.is_ascii_digit() => Ok(()),
        _ => Err(format!("'{}' is no name", name.escape_debug())),
    }
}

fn id(object: &Object) -> u64 {
    bits(object, 0, 64)
}

/// The kind of a node: the number of its union's member.
fn kind(node: &Object) -> u64 {
    bits(node, 6, 16)
}

/// The comment of a declaration.
fn doc(info: &Object) -> Read<Option<String>> {
    match pointer(info, 0) {
        Value::Null => Ok(None),
        _ => text(info, 0).map(Some),
    }
}

/// A number of `size` bits at an offset in units of its size; 0 beyond the end, as in all readers.
fn bits(object: &Object, offset: usize, size: usize) -> u64 {
    if size == 1 {
        return object.data.get(offset / 8).map_or(0, |byte| u64::from(byte >> (offset % 8) & 1));
    }
    let start = offset * size / 8;
    let bytes = object.data.get(start..start + size / 8).unwrap_or(&[]);
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

fn pointer(object: &Object, index: usize) -> &Value {
    object.pointers.get(index).unwrap_or(&Value::Null)
}

fn list(object: &Object, index: usize) -> Read<&[Object]> {
    match pointer(object, index) {
        Value::Null => Ok(&[]),
        Value::List(List::Objects(_, _, list)) => Ok(list),
        _ => Err("a list has elements of another kind".to_string()),
    }
}

/// A text, without its zero byte.
fn text(object: &Object, index: usize) -> Read<String> {
    match pointer(object, index) {
        Value::Null => Ok(String::new()),
        Value::List(List::Numbers(1, bytes)) => {
            let text = bytes.strip_suffix(&[0]).unwrap_or(bytes).to_vec();
            String::from_utf8(text).map_err(|_| "a text is not UTF-8".to_string())
        }
        _ => Err("a text is none".to_string()),
    }
}
