//! The compiled form of declarations: nodes, as in the format's own description of schemas (`schema.capnp`).
//!
//! A file, struct, enum, interface, constant and annotation is a node; so is a group, and so is the struct
//! for a method's list of parameters. Scopes are indices into [`Scopes`], nodes into [`Compiled`].

use super::super::Scalar;
use super::scopes::{ScopeId, Scopes};
use super::syntax::{Expression, Targets};

/// Index of a node.
pub type NodeId = usize;

/// The result of compilation.
pub struct Compiled<'a> {
    pub nodes: Vec<Node<'a>>,
    pub scopes: Scopes<'a>,
    /// The node of each scope that was compiled.
    pub node_of: Vec<Option<NodeId>>,
    /// Nodes of the requested files and all their dependencies, in the order of declaration.
    pub listed: Vec<NodeId>,
    /// The aliases of structs at the top level of the first file.
    pub aliases: Vec<(String, Type)>,
}

/// A node.
pub struct Node<'a> {
    pub id: u64,
    /// Qualified by the file's name and all enclosing scopes.
    pub name: String,
    /// How many bytes of the name precede its own part.
    pub prefix: usize,
    /// The id of the enclosing node, or 0.
    pub parent: u64,
    /// The scope in which its names are resolved.
    pub scope: ScopeId,
    pub parameters: Vec<String>,
    /// It or an enclosing scope has type parameters.
    pub generic: bool,
    /// Name and id of each declaration in it.
    pub nested: Vec<(String, u64)>,
    pub annotations: Vec<Annotation<'a>>,
    pub doc: Option<String>,
    pub body: Body<'a>,
    /// Nodes for groups, and for structs of parameters, in its declaration.
    pub parts: Vec<NodeId>,
}

/// The content of a node, by kind.
pub enum Body<'a> {
    File,
    Struct(Structure<'a>),
    Enum(Vec<Enumerant<'a>>),
    Interface { superclasses: Vec<Superclass>, methods: Vec<Method<'a>> },
    Const { ty: Type, value: Value },
    Annotation { ty: Type, targets: Targets },
}

/// A struct or a group.
#[derive(Default)]
pub struct Structure<'a> {
    /// Words of the data section.
    pub words: u16,
    /// Words of the pointer section.
    pub pointers: u16,
    pub group: bool,
    /// The number of fields in its union.
    pub variants: u16,
    /// The offset of the union's tag, in units of two bytes.
    pub tag: u32,
    /// In the order of their ordinals.
    pub fields: Vec<Field<'a>>,
}

/// A field.
pub struct Field<'a> {
    pub name: String,
    pub doc: Option<String>,
    /// Its index among the others in the text.
    pub order: u16,
    pub variant: Option<u16>,
    pub ordinal: Option<u16>,
    pub annotations: Vec<Annotation<'a>>,
    pub place: FieldPlace<'a>,
}

/// The location of a field's value.
pub enum FieldPlace<'a> {
    /// The offset is in units of the value's own size, from the start of its section.
    Slot {
        offset: u32,
        ty: Type,
        default: Default<'a>,
    },
    Group(NodeId),
}

/// A field's default value.
pub struct Default<'a> {
    /// The expression in the text. `= null` is none.
    pub expression: Option<&'a Expression>,
    /// Whether the text has one.
    pub explicit: bool,
    /// Its value, once evaluated.
    pub value: Option<Value>,
}

/// One value of an enum.
pub struct Enumerant<'a> {
    pub name: String,
    pub doc: Option<String>,
    pub order: u16,
    pub annotations: Vec<Annotation<'a>>,
}

/// An interface that another extends.
pub struct Superclass {
    pub scope: ScopeId,
    pub brand: Brand,
}

/// A method.
pub struct Method<'a> {
    pub name: String,
    pub doc: Option<String>,
    pub order: u16,
    /// Names of its own type parameters.
    pub implicit: Vec<String>,
    pub parameters: Side,
    pub results: Side,
    pub annotations: Vec<Annotation<'a>>,
}

/// The struct that a method takes or returns.
pub struct Side {
    pub id: u64,
    /// Its scope, unless it is made from a list.
    pub scope: Option<ScopeId>,
    pub brand: Brand,
}

/// An applied annotation.
pub struct Annotation<'a> {
    pub scope: ScopeId,
    pub brand: Brand,
    pub ty: Type,
    /// The value's expression; `None` is void.
    pub expression: Option<&'a Expression>,
    pub value: Value,
}

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Void,
    /// A number or a boolean.
    Scalar(Scalar),
    Text,
    Data,
    List(Box<Type>),
    Enum(ScopeId, Brand),
    Struct(ScopeId, Brand),
    Interface(ScopeId, Brand),
    Any(AnyKind),
    /// A type parameter of the scope with that id, by index.
    Parameter(u64, u16),
    /// A type parameter of the method in whose parameters or results this type occurs.
    Implicit(u16),
}

/// The objects that a pointer to anything may point to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AnyKind {
    Pointer,
    Struct,
    List,
    Capability,
}

/// The types that the parameters of a type and of its enclosing scopes are bound to, from the inside
/// outwards. Omitted scopes have no parameters, or all of theirs are bound to anything.
pub type Brand = Vec<Binding>;

/// The parameters of one scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Id of the scope.
    pub scope: u64,
    /// `None`: the same types as where the scope itself is used.
    pub types: Option<Vec<Type>>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A null pointer.
    Null,
    /// The bits of a number, boolean or enum; 0 for void.
    Bits(u64),
    Text(Vec<u8>),
    Data(Vec<u8>),
    List(List),
    Struct(Object),
}

/// A struct's two sections, as stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    pub data: Vec<u8>,
    pub pointers: Vec<Value>,
}

/// The elements of a list, as stored.
#[derive(Clone, Debug, PartialEq)]
pub enum List {
    Void(usize),
    Bits(Vec<bool>),
    /// Numbers of that many bytes.
    Numbers(usize, Vec<u8>),
    Pointers(Vec<Value>),
    /// Structs with that many words of data and that many pointers each.
    Objects(usize, usize, Vec<Object>),
}

impl Type {
    /// Whether a value of it is a pointer.
    pub fn is_pointer(&self) -> bool {
        !matches!(self, Type::Void | Type::Scalar(_) | Type::Enum(..))
    }

    /// Bits of a value in the data section.
    pub fn bits(&self) -> usize {
        match self {
            Type::Scalar(Scalar::Bool) => 1,
            Type::Scalar(scalar) => scalar.size() as usize * 8,
            Type::Enum(..) => 16,
            _ => 0,
        }
    }

    /// The type with its parameters bound as in `brand`; unbound parameters become `open`.
    pub fn bind(&self, brand: &Brand, open: Option<&Type>) -> Type {
        match self {
            Type::Parameter(id, index) => {
                let bound = match brand.iter().find(|b| b.scope == *id) {
                    Some(binding) => binding.types.as_ref().and_then(|types| types.get(usize::from(*index))),
                    None => open,
                };
                bound.unwrap_or(self).clone()
            }
            Type::List(element) => Type::List(Box::new(element.bind(brand, open))),
            Type::Struct(scope, own) => Type::Struct(*scope, bind_brand(own, brand, open)),
            Type::Enum(scope, own) => Type::Enum(*scope, bind_brand(own, brand, open)),
            Type::Interface(scope, own) => Type::Interface(*scope, bind_brand(own, brand, open)),
            _ => self.clone(),
        }
    }

    /// The number of types it consists of.
    pub fn size(&self) -> usize {
        match self {
            Type::List(element) => 1 + element.size(),
            Type::Enum(_, brand) | Type::Struct(_, brand) | Type::Interface(_, brand) => {
                1 + brand.iter().flat_map(|b| b.types.iter().flatten()).map(Type::size).sum::<usize>()
            }
            _ => 1,
        }
    }

    /// Calls `visit` with every scope that it names.
    pub fn scopes(&self, visit: &mut dyn FnMut(ScopeId)) {
        match self {
            Type::List(element) => element.scopes(visit),
            Type::Enum(scope, brand) | Type::Struct(scope, brand) | Type::Interface(scope, brand) => {
                visit(*scope);
                brand_scopes(brand, visit);
            }
            _ => {}
        }
    }
}

/// The brand with the parameters in it bound, as in [`Type::bind`].
fn bind_brand(own: &Brand, brand: &Brand, open: Option<&Type>) -> Brand {
    let bound = own.iter().filter_map(|binding| match &binding.types {
        Some(types) => {
            let types = types.iter().map(|ty| ty.bind(brand, open)).collect();
            Some(Binding { scope: binding.scope, types: Some(types) })
        }
        None => match (brand.iter().find(|b| b.scope == binding.scope), open) {
            (Some(found), _) => Some(found.clone()),
            (None, Some(_)) => None,
            (None, None) => Some(binding.clone()),
        },
    });
    bound.collect()
}

/// The language's name for a number or boolean type.
pub fn scalar_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "Bool",
        Scalar::I8 => "Int8",
        Scalar::I16 => "Int16",
        Scalar::I32 => "Int32",
        Scalar::I64 => "Int64",
        Scalar::U8 => "UInt8",
        Scalar::U16 => "UInt16",
        Scalar::U32 => "UInt32",
        Scalar::U64 => "UInt64",
        Scalar::F32 => "Float32",
        Scalar::F64 => "Float64",
    }
}

/// Calls `visit` with every scope that the types in `brand` name.
pub fn brand_scopes(brand: &Brand, visit: &mut dyn FnMut(ScopeId)) {
    for ty in brand.iter().flat_map(|binding| binding.types.iter().flatten()) {
        ty.scopes(visit);
    }
}

impl Node<'_> {
    /// Calls `visit` with every scope that it depends on: those of its types and annotations.
    pub fn dependencies(&self, visit: &mut dyn FnMut(ScopeId)) {
        let annotations = |list: &[Annotation], visit: &mut dyn FnMut(ScopeId)| {
            list.iter().for_each(|annotation| visit(annotation.scope));
        };
        annotations(&self.annotations, visit);
        match &self.body {
            Body::File => {}
            Body::Struct(structure) => {
                for field in &structure.fields {
                    if let FieldPlace::Slot { ty, .. } = &field.place {
                        ty.scopes(visit);
                    }
                    annotations(&field.annotations, visit);
                }
            }
            Body::Enum(list) => list.iter().for_each(|e| annotations(&e.annotations, visit)),
            Body::Interface { superclasses, methods } => {
                for superclass in superclasses {
                    visit(superclass.scope);
                    brand_scopes(&superclass.brand, visit);
                }
                for method in methods {
                    for side in [&method.parameters, &method.results] {
                        side.scope.into_iter().for_each(&mut *visit);
                        brand_scopes(&side.brand, visit);
                    }
                    annotations(&method.annotations, visit);
                }
            }
            Body::Const { ty, .. } | Body::Annotation { ty, .. } => ty.scopes(visit),
        }
    }

    /// The last component of its name.
    pub fn short_name(&self) -> &str {
        &self.name[self.prefix..]
    }
}
