//! Encodes a CodeGeneratorRequest, the message that code generators read.
//!
//! Offsets are those of `schema.capnp`, the format's description of itself: for numbers in units of their
//! size, for pointers their index. Source positions are omitted.

use std::collections::BTreeMap;

use super::super::Scalar;
use super::files::File;
use super::message::{Message, Struct};
use super::nodes::{
    Annotation, AnyKind, Body, Brand, Compiled, Enumerant, Field, FieldPlace, Method, Node, Side, Structure,
};
use super::nodes::{Superclass, Type, Value};
use super::standard;
use super::syntax::{Declaration, DeclarationKind, Expression, ExpressionKind, Signature};

/// The compiler version in a request: that of the reference compiler whose requests are identical.
const VERSION: [u64; 3] = [1, 4, 0];

/// The request for `asked`, in stream framing.
pub fn encode(asked: &[File], compiled: &Compiled) -> Vec<u8> {
    let mut encoder = Encoder { compiled, message: Message::new() };
    encoder.request(asked);
    encoder.message.framed()
}

struct Encoder<'c, 'a> {
    compiled: &'c Compiled<'a>,
    message: Message,
}

impl<'a> Encoder<'_, 'a> {
    fn request(&mut self, asked: &[File]) {
        let compiled = self.compiled;
        let root = self.message.structure(0, 0, 4);
        let nodes = self.message.structures(root.pointer(0), compiled.listed.len(), 5, 6);
        for (i, node) in compiled.listed.iter().enumerate() {
            self.node(nodes.get(i), &compiled.nodes[*node]);
        }
        let files = self.message.structures(root.pointer(1), asked.len(), 1, 2);
        for (i, file) in asked.iter().enumerate() {
            let to = files.get(i);
            self.message.set(to, 0, 64, file.id);
            self.text(to.pointer(0), &file.name);
            let imports = self.imports(file);
            let list = self.message.structures(to.pointer(1), imports.len(), 1, 1);
            for (i, (name, id)) in imports.into_iter().enumerate() {
                self.message.set(list.get(i), 0, 64, id);
                self.text(list.get(i).pointer(0), name);
            }
        }
        let version = self.message.structure(root.pointer(2), 1, 0);
        for (offset, bits, part) in [(0, 16, VERSION[0]), (2, 8, VERSION[1]), (3, 8, VERSION[2])] {
            self.message.set(version, offset, bits, part);
        }
        let sources = self.message.structures(root.pointer(3), compiled.listed.len(), 1, 2);
        for (i, node) in compiled.listed.iter().enumerate() {
            self.source(sources.get(i), &compiled.nodes[*node]);
        }
    }

    /// Path and id of each file that a file imports by its types and annotations.
    fn imports<'f>(&self, file: &'f File) -> BTreeMap<&'f str, u64> {
        let mut paths = Vec::new();
        declared_imports(&file.root, &mut paths);
        let scopes = &self.compiled.scopes;
        let found = paths.into_iter().filter_map(|path| match file.imports.get(path) {
            Some(Ok(index)) => Some((path, scopes.list[scopes.roots[*index]].id)),
            _ => None,
        });
        found.collect()
    }

    fn text(&mut self, at: usize, text: &str) {
        self.message.text(at, text.as_bytes());
    }

    /// A list of structs with one name each.
    fn names(&mut self, at: usize, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let list = self.message.structures(at, names.len(), 0, 1);
        for (i, name) in names.iter().enumerate() {
            self.text(list.get(i).pointer(0), name);
        }
    }

    fn id(&self, scope: usize) -> u64 {
        self.compiled.scopes.list[scope].id
    }

    fn node(&mut self, to: Struct, node: &Node) {
        self.message.set(to, 0, 64, node.id);
        self.text(to.pointer(0), &node.name);
        self.message.set(to, 2, 32, node.prefix as u64);
        self.message.set(to, 2, 64, node.parent);
        if !node.nested.is_empty() {
            let list = self.message.structures(to.pointer(1), node.nested.len(), 1, 1);
            for (i, (name, id)) in node.nested.iter().enumerate() {
                self.message.set(list.get(i), 0, 64, *id);
                self.text(list.get(i).pointer(0), name);
            }
        }
        self.annotations(to.pointer(2), &node.annotations);
        self.names(to.pointer(5), &node.parameters);
        self.message.set(to, 288, 1, node.generic.into());
        let tag = match &node.body {
            Body::File => 0,
            Body::Struct(structure) => {
                self.structure(to, structure);
                1
            }
            Body::Enum(enumerants) => {
                let list = self.message.structures(to.pointer(3), enumerants.len(), 1, 2);
                for (i, Enumerant { name, order, annotations, .. }) in enumerants.iter().enumerate() {
                    self.member(list.get(i), name, *order, annotations);
                }
                2
            }
            Body::Interface { superclasses, methods } => {
                self.interface(to, superclasses, methods);
                3
            }
            Body::Const { ty, value } => {
                let at = self.message.structure(to.pointer(3), 3, 1);
                self.ty(at, ty);
                let at = self.message.structure(to.pointer(4), 2, 1);
                self.value(at, ty, value);
                4
            }
            Body::Annotation { ty, targets } => {
                let at = self.message.structure(to.pointer(3), 3, 1);
                self.ty(at, ty);
                for bit in 0..12 {
                    self.message.set(to, 112 + bit, 1, u64::from(targets.0 >> bit & 1));
                }
                5
            }
        };
        self.message.set(to, 6, 16, tag);
    }

    fn structure(&mut self, to: Struct, structure: &Structure) {
        self.message.set(to, 7, 16, structure.words.into());
        self.message.set(to, 12, 16, structure.pointers.into());
        // Lists of it are lists of structs.
        self.message.set(to, 13, 16, 7);
        self.message.set(to, 224, 1, structure.group.into());
        self.message.set(to, 15, 16, structure.variants.into());
        self.message.set(to, 8, 32, structure.tag.into());
        let list = self.message.structures(to.pointer(3), structure.fields.len(), 3, 4);
        for (i, field) in structure.fields.iter().enumerate() {
            self.field(list.get(i), field);
        }
    }

    /// The common part of fields, enumerants and methods.
    fn member(&mut self, to: Struct, name: &str, order: u16, annotations: &[Annotation]) {
        self.text(to.pointer(0), name);
        self.message.set(to, 0, 16, order.into());
        self.annotations(to.pointer(1), annotations);
    }

    fn field(&mut self, to: Struct, field: &Field) {
        self.member(to, &field.name, field.order, &field.annotations);
        // The default of this number is 65535, with which it is xored.
        let variant = field.variant.map_or(0, |variant| variant ^ u16::MAX);
        self.message.set(to, 1, 16, variant.into());
        match &field.place {
            FieldPlace::Slot { offset, ty, default } => {
                self.message.set(to, 1, 32, (*offset).into());
                let at = self.message.structure(to.pointer(2), 3, 1);
                self.ty(at, ty);
                let at = self.message.structure(to.pointer(3), 2, 1);
                self.value(at, ty, default.value.as_ref().unwrap_or(&Value::Null));
                self.message.set(to, 128, 1, default.explicit.into());
            }
            FieldPlace::Group(node) => {
                self.message.set(to, 4, 16, 1);
                self.message.set(to, 2, 64, self.compiled.nodes[*node].id);
            }
        }
        if let Some(ordinal) = field.ordinal {
            self.message.set(to, 5, 16, 1);
            self.message.set(to, 6, 16, ordinal.into());
        }
    }

    fn interface(&mut self, to: Struct, superclasses: &[Superclass], methods: &[Method]) {
        let list = self.message.structures(to.pointer(3), methods.len(), 3, 5);
        for (i, method) in methods.iter().enumerate() {
            let at = list.get(i);
            self.member(at, &method.name, method.order, &method.annotations);
            for (place, Side { id, brand, .. }) in (1..).zip([&method.parameters, &method.results]) {
                self.message.set(at, place, 64, *id);
                self.brand(at.pointer(place + 1), brand);
            }
            self.names(at.pointer(4), &method.implicit);
        }
        let list = self.message.structures(to.pointer(4), superclasses.len(), 1, 1);
        for (i, superclass) in superclasses.iter().enumerate() {
            self.message.set(list.get(i), 0, 64, self.id(superclass.scope));
            self.brand(list.get(i).pointer(0), &superclass.brand);
        }
    }

    fn annotations(&mut self, at: usize, annotations: &[Annotation]) {
        if annotations.is_empty() {
            return;
        }
        let list = self.message.structures(at, annotations.len(), 1, 2);
        for (i, annotation) in annotations.iter().enumerate() {
            let to = list.get(i);
            self.message.set(to, 0, 64, self.id(annotation.scope));
            let value = self.message.structure(to.pointer(0), 2, 1);
            self.value(value, &annotation.ty, &annotation.value);
            self.brand(to.pointer(1), &annotation.brand);
        }
    }

    fn brand(&mut self, at: usize, brand: &Brand) {
        if brand.is_empty() {
            return;
        }
        let to = self.message.structure(at, 0, 1);
        let list = self.message.structures(to.pointer(0), brand.len(), 2, 1);
        for (i, binding) in brand.iter().enumerate() {
            let to = list.get(i);
            self.message.set(to, 0, 64, binding.scope);
            self.message.set(to, 4, 16, u64::from(binding.types.is_none()));
            let Some(types) = &binding.types else { continue };
            let list = self.message.structures(to.pointer(0), types.len(), 1, 1);
            for (i, ty) in types.iter().enumerate() {
                self.message.set(list.get(i), 0, 16, 1);
                let at = self.message.structure(list.get(i).pointer(0), 3, 1);
                self.ty(at, ty);
            }
        }
    }

    fn ty(&mut self, to: Struct, ty: &Type) {
        self.message.set(to, 0, 16, tag(ty));
        match ty {
            Type::List(element) => {
                let at = self.message.structure(to.pointer(0), 3, 1);
                self.ty(at, element);
            }
            Type::Enum(scope, brand) | Type::Struct(scope, brand) | Type::Interface(scope, brand) => {
                self.message.set(to, 1, 64, self.id(*scope));
                self.brand(to.pointer(0), brand);
            }
            Type::Any(kind) => {
                let kind = match kind {
                    AnyKind::Pointer => 0,
                    AnyKind::Struct => 1,
                    AnyKind::List => 2,
                    AnyKind::Capability => 3,
                };
                self.message.set(to, 5, 16, kind);
            }
            Type::Parameter(scope, index) => {
                self.message.set(to, 4, 16, 1);
                self.message.set(to, 2, 64, *scope);
                self.message.set(to, 5, 16, (*index).into());
            }
            Type::Implicit(index) => {
                self.message.set(to, 4, 16, 2);
                self.message.set(to, 5, 16, (*index).into());
            }
            _ => {}
        }
    }

    fn value(&mut self, to: Struct, ty: &Type, value: &Value) {
        self.message.set(to, 0, 16, tag(ty));
        match value {
            Value::Bits(bits) => match ty.bits() {
                0 => {}
                1 => self.message.set(to, 16, 1, *bits),
                8 => self.message.set(to, 2, 8, *bits),
                size => self.message.set(to, 1, size, *bits),
            },
            pointer => self.message.value(to.pointer(0), pointer),
        }
    }

    /// The comments on a node and its members.
    fn source(&mut self, to: Struct, node: &Node) {
        self.message.set(to, 0, 64, node.id);
        if let Some(doc) = &node.doc {
            self.text(to.pointer(0), doc);
        }
        let members: Vec<&Option<String>> = match &node.body {
            Body::Struct(structure) => structure.fields.iter().map(|f| &f.doc).collect(),
            Body::Enum(list) => list.iter().map(|e| &e.doc).collect(),
            Body::Interface { methods, .. } => methods.iter().map(|m| &m.doc).collect(),
            _ => Vec::new(),
        };
        if members.is_empty() {
            return;
        }
        let list = self.message.structures(to.pointer(1), members.len(), 0, 1);
        for (i, doc) in members.iter().enumerate() {
            if let Some(doc) = doc {
                self.text(list.get(i).pointer(0), doc);
            }
        }
    }
}

/// The number of a type in the unions of types and of values.
fn tag(ty: &Type) -> u64 {
    match ty {
        Type::Void => 0,
        Type::Scalar(scalar) => match scalar {
            Scalar::Bool => 1,
            Scalar::I8 => 2,
            Scalar::I16 => 3,
            Scalar::I32 => 4,
            Scalar::I64 => 5,
            Scalar::U8 => 6,
            Scalar::U16 => 7,
            Scalar::U32 => 8,
            Scalar::U64 => 9,
            Scalar::F32 => 10,
            Scalar::F64 => 11,
        },
        Type::Text => 12,
        Type::Data => 13,
        Type::List(_) => 14,
        Type::Enum(..) => 15,
        Type::Struct(..) => 16,
        Type::Interface(..) => 17,
        Type::Any(_) | Type::Parameter(..) | Type::Implicit(_) => 18,
    }
}

/// The paths that a declaration imports: those of types and of the names of annotations, but not those of
/// values.
fn declared_imports<'f>(declaration: &'f Declaration, paths: &mut Vec<&'f str>) {
    let mut names: Vec<&Expression> = declaration.annotations.iter().map(|a| &a.name).collect();
    match &declaration.what {
        DeclarationKind::Using(target) => names.push(target),
        DeclarationKind::Const { ty, .. } => names.push(ty),
        DeclarationKind::Field(variable) => names.push(&variable.ty),
        DeclarationKind::Interface { superclasses } => names.extend(superclasses),
        DeclarationKind::Method { parameters, results } => {
            for signature in std::iter::once(parameters).chain(results) {
                match signature {
                    Signature::List(list) => {
                        for parameter in list {
                            names.push(&parameter.variable.ty);
                            names.extend(parameter.annotations.iter().map(|a| &a.name));
                        }
                    }
                    Signature::Type(ty) => names.push(ty),
                    Signature::Stream { .. } => paths.push(standard::STREAM),
                }
            }
        }
        _ => {}
    }
    for name in names {
        name.expressions(&mut |expression| {
            if let ExpressionKind::Import(path) = &expression.form {
                paths.push(path);
            }
        });
    }
    for member in &declaration.members {
        declared_imports(member, paths);
    }
}
