//! From nodes to the [`Schema`] that formats use.
//!
//! First come the structs and enums of the requested files, in the order of declaration, each struct followed
//! by its groups; then, in the order in which they are needed, imported ones and instances of generic
//! structs: each combination of type arguments is a struct of its own. A type that contains itself with ever
//! larger arguments would not terminate, so an instance with arguments deeper than [`MAX_ARGUMENTS`] becomes
//! a pointer to anything, and so do all after [`BUDGET`] is used up.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::super::{DefaultValue, Endian, EnumId, Language, Scalar, Schema, StructId};
use super::super::{Enum, Field, Struct, Type};
use super::message::Message;
use super::nodes::{self, AnyKind, Body, Brand, Compiled, FieldPlace, NodeId, Structure, Value};
use super::scopes::ScopeId;
use super::syntax::DeclarationKind;
use super::values;

/// The largest nesting depth of type arguments.
const MAX_ARGUMENTS: usize = 16;
/// The largest size of all generic structs together: fields, bytes of names and words of defaults.
const BUDGET: usize = 1 << 20;

/// The schema of the declarations in the first `asked` files.
pub fn schema(compiled: &Compiled, asked: usize) -> Schema {
    let lower = Lower {
        compiled,
        schema: Schema { language: Language::CapnProto, ..Schema::default() },
        structs: Vec::new(),
        instances: HashMap::new(),
        enums: HashMap::new(),
        asked,
        shared: HashSet::new(),
        budget: BUDGET,
    };
    lower.run()
}

/// The types that type parameters are bound to, by the id of their scope. A missing binding means anything.
type Bindings = Vec<(u64, Vec<Type>)>;

struct Lower<'c, 'a> {
    compiled: &'c Compiled<'a>,
    schema: Schema,
    /// The origins of the schema's structs.
    structs: Vec<Origin>,
    /// Structs by scope and bindings, printed as text.
    instances: HashMap<(ScopeId, String), StructId>,
    enums: HashMap<ScopeId, EnumId>,
    /// The number of requested files, which are the first ones.
    asked: usize,
    /// Names that several files declare.
    shared: HashSet<String>,
    budget: usize,
}

struct Origin {
    node: NodeId,
    bindings: Rc<Bindings>,
    /// Its groups, in the order of its fields.
    groups: Vec<StructId>,
    /// The nesting depth of its type arguments.
    depth: usize,
}

impl Lower<'_, '_> {
    fn run(mut self) -> Schema {
        let mut declared_in: HashMap<String, usize> = HashMap::new();
        for (scope, declared) in self.compiled.scopes.list.iter().enumerate() {
            let name = self.qualified(scope, &[]);
            if *declared_in.entry(name.clone()).or_insert(declared.file) != declared.file {
                self.shared.insert(name);
            }
        }
        let own: Vec<ScopeId> = (0..self.compiled.scopes.list.len())
            .filter(|s| self.compiled.scopes.list[*s].file < self.asked)
            .collect();
        for scope in own {
            match self.compiled.scopes.list[scope].syntax.what {
                DeclarationKind::Struct => {
                    self.instance(scope, Bindings::new());
                }
                DeclarationKind::Enum => {
                    self.enumeration(scope);
                }
                _ => {}
            }
        }
        for (name, ty) in &self.compiled.aliases {
            if let Type::Ref(id) = self.ty(ty, &Bindings::new()) {
                self.schema.typedefs.push((name.clone(), id));
            }
        }
        let mut next = 0;
        while next < self.structs.len() {
            self.fill(next);
            next += 1;
        }
        self.schema
    }

    /// The struct of a scope with these bindings; `None` if that exceeds the limits.
    fn instance(&mut self, scope: ScopeId, bindings: Bindings) -> Option<StructId> {
        let key = (scope, if bindings.is_empty() { String::new() } else { format!("{bindings:?}") });
        if let Some(id) = self.instances.get(&key) {
            return Some(*id);
        }
        let node = self.compiled.node_of[scope]?;
        let depth = bindings.iter().flat_map(|(_, types)| types).map(|ty| self.depth(ty)).max();
        let depth = depth.map_or(0, |depth| depth + 1);
        if depth > MAX_ARGUMENTS {
            return None;
        }
        if depth > 0 {
            let length: usize =
                bindings.iter().flat_map(|(_, types)| types).map(|ty| self.name_length(ty)).sum();
            self.budget = self.budget.checked_sub(self.cost(node) + length)?;
        }
        let name = self.name(scope, &bindings);
        let id = self.place(node, name, &Rc::new(bindings), depth);
        self.instances.insert(key, id);
        Some(id)
    }

    /// Adds the struct, without its fields, and its groups.
    fn place(&mut self, node: NodeId, name: String, bindings: &Rc<Bindings>, depth: usize) -> StructId {
        let id = self.structs.len();
        let this = &self.compiled.nodes[node];
        let Some(structure) = structure(this) else { return id };
        self.schema.structs.push(Struct {
            name: name.clone(),
            id: this.id,
            doc: doc(&this.doc),
            size: u64::from(structure.words) * 8,
            align: 8,
            pointers: structure.pointers.into(),
            tag: (structure.variants > 0).then_some(u64::from(structure.tag) * 2),
            group: structure.group,
            fields: Vec::new(),
        });
        self.structs.push(Origin { node, bindings: bindings.clone(), groups: Vec::new(), depth });
        for field in &structure.fields {
            if let FieldPlace::Group(group) = field.place {
                let group = self.place(group, format!("{name}.{}", field.name), bindings, depth);
                self.structs[id].groups.push(group);
            }
        }
        id
    }

    /// Adds the fields of a struct.
    fn fill(&mut self, id: StructId) {
        let node = &self.compiled.nodes[self.structs[id].node];
        let bindings = self.structs[id].bindings.clone();
        let Some(structure) = structure(node) else { return };
        let mut groups = std::mem::take(&mut self.structs[id].groups).into_iter();
        let mut fields = Vec::with_capacity(structure.fields.len());
        for field in &structure.fields {
            let (offset, ty, default) = match &field.place {
                FieldPlace::Group(_) => (0, groups.next().map_or(Type::Void, Type::Group), None),
                FieldPlace::Slot { offset, ty, default } => {
                    let offset = u64::from(*offset);
                    let value = default.value.as_ref().and_then(default_value);
                    match self.ty(ty, &bindings) {
                        Type::Bit(_) => (offset / 8, Type::Bit((offset % 8) as u8), value),
                        ty => (offset * self.schema.size_of(&ty), ty, value),
                    }
                }
            };
            let (name, doc) = (field.name.clone(), doc(&field.doc));
            fields.push((field.order, Field { name, doc, offset, ty, variant: field.variant, default }));
        }
        fields.sort_by_key(|(order, _)| *order);
        self.schema.structs[id].fields = fields.into_iter().map(|(_, field)| field).collect();
    }

    fn ty(&mut self, ty: &nodes::Type, bindings: &Bindings) -> Type {
        match ty {
            nodes::Type::Void => Type::Void,
            nodes::Type::Scalar(Scalar::Bool) => Type::Bit(0),
            nodes::Type::Scalar(scalar) => Type::Scalar(*scalar, Endian::Little),
            nodes::Type::Text => Type::Text,
            nodes::Type::Data => Type::Data,
            nodes::Type::List(element) => Type::List(Box::new(self.ty(element, bindings))),
            nodes::Type::Enum(scope, _) => Type::Enum(self.enumeration(*scope), Scalar::U16, Endian::Little),
            nodes::Type::Struct(scope, brand) => {
                let bound = self.bound(brand, bindings);
                self.instance(*scope, bound).map_or(Type::Any, Type::Ref)
            }
            nodes::Type::Interface(..) | nodes::Type::Any(AnyKind::Capability) => Type::Capability,
            nodes::Type::Any(_) | nodes::Type::Implicit(_) => Type::Any,
            nodes::Type::Parameter(scope, index) => {
                let found = bindings.iter().find(|(id, _)| id == scope);
                found.and_then(|(_, types)| types.get(usize::from(*index))).cloned().unwrap_or(Type::Any)
            }
        }
    }

    /// The bindings of a brand, given those of the enclosing scope.
    fn bound(&mut self, brand: &Brand, bindings: &Bindings) -> Bindings {
        let mut bound = Bindings::new();
        for binding in brand {
            match &binding.types {
                Some(types) => {
                    let types = types.iter().map(|ty| self.ty(ty, bindings)).collect();
                    bound.push((binding.scope, types));
                }
                None => bound.extend(bindings.iter().find(|(id, _)| *id == binding.scope).cloned()),
            }
        }
        bound
    }

    fn enumeration(&mut self, scope: ScopeId) -> EnumId {
        if let Some(id) = self.enums.get(&scope) {
            return *id;
        }
        let id = self.schema.enums.len();
        self.enums.insert(scope, id);
        let mut values = Vec::new();
        if let Some(node) = self.compiled.node_of[scope]
            && let Body::Enum(enumerants) = &self.compiled.nodes[node].body
        {
            values.extend((0..).zip(enumerants).map(|(value, e)| (e.order, (e.name.clone(), value))));
            values.sort_by_key(|(order, _)| *order);
        }
        let values = values.into_iter().map(|(_, value)| value).collect();
        self.schema.enums.push(Enum { name: self.name(scope, &[]), values });
        id
    }

    // Names.

    /// The name of a scope, with the file's name if several files declare it, except for the first file.
    fn name(&self, scope: ScopeId, bindings: &[(u64, Vec<Type>)]) -> String {
        let name = self.qualified(scope, bindings);
        let root = &self.compiled.scopes.list[self.compiled.scopes.root(scope)];
        if root.file != 0 && self.shared.contains(&self.qualified(scope, &[])) {
            return format!("{}:{name}", root.name);
        }
        name
    }

    /// The name qualified by the enclosing scopes, each with its type arguments.
    fn qualified(&self, scope: ScopeId, bindings: &[(u64, Vec<Type>)]) -> String {
        let this = &self.compiled.scopes.list[scope];
        let Some(parent) = this.parent else { return String::new() };
        let mut name = self.qualified(parent, bindings);
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&this.syntax.name.text);
        if let Some((_, types)) = bindings.iter().find(|(id, _)| *id == this.id) {
            let types: Vec<String> = types.iter().map(|ty| self.type_name(ty)).collect();
            name.push_str(&format!("({})", types.join(", ")));
        }
        name
    }

    fn type_name(&self, ty: &Type) -> String {
        match ty {
            Type::Void => "Void".to_string(),
            Type::Bit(_) => nodes::scalar_name(Scalar::Bool).to_string(),
            Type::Scalar(scalar, _) => nodes::scalar_name(*scalar).to_string(),
            Type::Text => "Text".to_string(),
            Type::Data => "Data".to_string(),
            Type::List(element) => format!("List({})", self.type_name(element)),
            Type::Enum(id, ..) => self.schema.enums[*id].name.clone(),
            Type::Struct(id) | Type::Group(id) | Type::Ref(id) => self.schema.structs[*id].name.clone(),
            Type::Capability => "Capability".to_string(),
            Type::Any | Type::Chars(_) | Type::Array(..) => "AnyPointer".to_string(),
        }
    }

    /// An upper bound of the length of a type's name, in bytes.
    fn name_length(&self, ty: &Type) -> usize {
        match ty {
            Type::List(element) => 6 + self.name_length(element),
            Type::Enum(id, ..) => self.schema.enums[*id].name.len(),
            Type::Struct(id) | Type::Group(id) | Type::Ref(id) => self.schema.structs[*id].name.len(),
            _ => 10,
        }
    }

    fn depth(&self, ty: &Type) -> usize {
        match ty {
            Type::List(element) => 1 + self.depth(element),
            Type::Ref(id) => self.structs[*id].depth,
            _ => 0,
        }
    }

    /// The cost of an instance of the node, in units of the budget.
    fn cost(&self, node: NodeId) -> usize {
        let Some(structure) = structure(&self.compiled.nodes[node]) else { return 1 };
        let cost = structure.fields.iter().map(|field| match &field.place {
            FieldPlace::Group(group) => self.cost(*group),
            FieldPlace::Slot { default, .. } => 1 + default.value.as_ref().map_or(0, values::words),
        });
        1 + cost.sum::<usize>()
    }
}

fn structure<'n>(node: &'n nodes::Node<'_>) -> Option<&'n Structure<'n>> {
    match &node.body {
        Body::Struct(structure) => Some(structure),
        _ => None,
    }
}

/// The comment as one text, without the line feed at its end.
fn doc(doc: &Option<String>) -> String {
    doc.as_deref().unwrap_or("").replace('\r', "").trim_end().to_string()
}

fn default_value(value: &Value) -> Option<DefaultValue> {
    match value {
        Value::Null | Value::Bits(0) => None,
        Value::Bits(bits) => Some(DefaultValue::Bits(*bits)),
        pointer => {
            let mut message = Message::new();
            message.value(0, pointer);
            Some(DefaultValue::Message(message.segment()))
        }
    }
}
