//! Values that are structs and lists, as they are stored: a struct's two sections, a list's elements.
//!
//! Numbers in a struct are xored with the defaults of their fields. Setting a member of a union also sets the
//! tag.

use super::super::{Scalar, unknown};
use super::compiler::Compiler;
use super::nodes::{AnyKind, Body, Brand, FieldPlace, List, NodeId, Object, Type, Value};
use super::scopes::ScopeId;
use super::syntax::{Argument, Expression, ExpressionKind};
use super::{Parse, Stop};

/// The largest number of types in the type of a field with its parameters bound: values within values can
/// double it.
const MAX_SIZE: usize = 4096;

/// The properties of a field that values need.
pub struct Target {
    pub index: usize,
    pub offset: usize,
    pub ty: Type,
    pub variant: Option<u16>,
    /// Its node, if it is a group.
    pub group: Option<NodeId>,
}

impl<'a> Compiler<'a, '_> {
    /// The elements of a list.
    pub fn list(&mut self, scope: ScopeId, at: usize, list: &'a [Expression], element: &Type) -> Parse<List> {
        let mut values = Vec::with_capacity(list.len());
        // Evaluate all of them, to report all errors.
        for expression in list {
            values.push(self.value(scope, expression, element));
        }
        let values = values.into_iter().collect::<Parse<Vec<Value>>>()?;
        self.charge(scope, at, values.len())?;
        let bits = values.iter().map(|value| if let Value::Bits(bits) = value { *bits } else { 0 });
        Ok(match element {
            Type::Void => List::Void(values.len()),
            Type::Scalar(Scalar::Bool) => List::Bits(bits.map(|b| b != 0).collect()),
            Type::Scalar(_) | Type::Enum(..) => {
                let size = element.bits() / 8;
                let bytes = bits.flat_map(|b| b.to_le_bytes().into_iter().take(size)).collect();
                List::Numbers(size, bytes)
            }
            Type::Struct(target, _) => {
                let node = self.node(*target);
                let (words, pointers) = self.size(node);
                let mut objects = Vec::with_capacity(values.len());
                for value in values {
                    let mut object =
                        if let Value::Struct(object) = value { object } else { Object::default() };
                    object.data.resize(words * 8, 0);
                    object.pointers.resize(pointers, Value::Null);
                    objects.push(object);
                }
                List::Objects(words, pointers, objects)
            }
            _ => List::Pointers(values),
        })
    }

    /// A struct with nothing set.
    pub fn empty(&mut self, scope: ScopeId, at: usize, node: NodeId) -> Parse<Object> {
        let (words, pointers) = self.size(node);
        self.charge(scope, at, 1 + words + pointers)?;
        Ok(Object { data: vec![0; words * 8], pointers: vec![Value::Null; pointers] })
    }

    /// Words and pointers of a struct.
    fn size(&self, node: NodeId) -> (usize, usize) {
        match &self.nodes[node].body {
            Body::Struct(structure) => (structure.words.into(), structure.pointers.into()),
            _ => (0, 0),
        }
    }

    /// The first field for which `which` holds (given name and index), with the type's parameters bound.
    pub fn field(
        &mut self,
        node: NodeId,
        brand: &Brand,
        which: impl Fn(&str, usize) -> bool,
    ) -> Option<Target> {
        let Body::Struct(structure) = &self.nodes[node].body else { return None };
        let index = (0..structure.fields.len()).find(|i| which(&structure.fields[*i].name, *i))?;
        let field = &structure.fields[index];
        let (offset, ty, group) = match &field.place {
            FieldPlace::Slot { offset, ty, .. } => {
                (*offset as usize, ty.bind(brand, Some(&Type::Any(AnyKind::Pointer))), None)
            }
            FieldPlace::Group(group) => (0, Type::Void, Some(*group)),
        };
        Some(Target { index, offset, ty, variant: field.variant, group })
    }

    /// Sets the named fields.
    pub fn fill(
        &mut self,
        scope: ScopeId,
        object: &mut Object,
        node: NodeId,
        brand: &Brand,
        arguments: &'a [Argument],
    ) -> Parse<()> {
        let mut result = Ok(());
        for Argument { name, value } in arguments {
            let Some(name) = name else {
                let help = "write 'field = value'";
                result = Err(self.error(scope, value.at, "this value belongs to no field", help));
                continue;
            };
            let Some(field) = self.field(node, brand, |n, _| n == name.text) else {
                let known: Vec<String> = match &self.nodes[node].body {
                    Body::Struct(structure) => structure.fields.iter().map(|f| f.name.clone()).collect(),
                    _ => Vec::new(),
                };
                let help = unknown(&name.text, known.iter().map(String::as_str));
                let message =
                    format!("the struct '{}' has no field '{}'", self.nodes[node].short_name(), name.text);
                result = Err(self.error(scope, name.at, message, help));
                continue;
            };
            if field.ty.size() > MAX_SIZE {
                let help = format!("written out, it may consist of {MAX_SIZE} types");
                return Err(self.error(scope, name.at, "the type of this field is too large here", help));
            }
            let set = match field.group {
                Some(group) => self.fill_group(scope, object, node, &field, group, brand, value),
                None => match self.value(scope, value, &field.ty) {
                    Ok(value) => self.set(object, node, &field, value),
                    Err(Stop) => Err(Stop),
                },
            };
            result = result.and(set);
        }
        result
    }

    #[expect(clippy::too_many_arguments, reason = "a group is filled where its struct is")]
    fn fill_group(
        &mut self,
        scope: ScopeId,
        object: &mut Object,
        node: NodeId,
        field: &Target,
        group: NodeId,
        brand: &Brand,
        value: &'a Expression,
    ) -> Parse<()> {
        self.choose(object, node, field);
        self.clear(object, group);
        if let ExpressionKind::Tuple(arguments) = &value.form {
            return self.fill(scope, object, group, brand, arguments);
        }
        // As with a struct, any other value is that of the first field.
        if let Some(first) = self.field(group, brand, |_, i| i == 0)
            && first.group.is_none()
        {
            let raw = self.raw(scope, value, &Type::Void)?;
            if let Some(value) = self.fit(scope, value.at, &raw, &first.ty)? {
                return self.set(object, group, &first, value);
            }
        }
        let help = "write its fields in parentheses";
        Err(self.error(scope, value.at, "this value is of another type, expected a group", help))
    }

    /// Stores the value of a field, and its variant in the union's tag.
    pub fn set(&mut self, object: &mut Object, node: NodeId, field: &Target, value: Value) -> Parse<()> {
        self.choose(object, node, field);
        if field.ty.is_pointer() {
            if let Some(pointer) = object.pointers.get_mut(field.offset) {
                *pointer = value;
            }
            return Ok(());
        }
        let default = match self.default(node, field.index)? {
            Value::Bits(bits) => bits,
            _ => 0,
        };
        if let Value::Bits(bits) = value {
            store(&mut object.data, field.offset, field.ty.bits(), bits ^ default);
        }
        Ok(())
    }

    /// Stores the variant of `field` in the union's tag.
    fn choose(&self, object: &mut Object, node: NodeId, field: &Target) {
        if let Body::Struct(structure) = &self.nodes[node].body
            && let Some(variant) = field.variant
        {
            store(&mut object.data, structure.tag as usize, 16, variant.into());
        }
    }

    /// Resets a group: its first variant is then the one that is set.
    fn clear(&self, object: &mut Object, group: NodeId) {
        let Body::Struct(structure) = &self.nodes[group].body else { return };
        if structure.variants > 0 {
            store(&mut object.data, structure.tag as usize, 16, 0);
        }
        for field in structure.fields.iter().filter(|f| f.variant.unwrap_or(0) == 0) {
            match &field.place {
                FieldPlace::Group(inner) => self.clear(object, *inner),
                FieldPlace::Slot { offset, ty, .. } if ty.is_pointer() => {
                    if let Some(pointer) = object.pointers.get_mut(*offset as usize) {
                        *pointer = Value::Null;
                    }
                }
                FieldPlace::Slot { offset, ty, .. } => {
                    store(&mut object.data, *offset as usize, ty.bits(), 0)
                }
            }
        }
    }
}

/// Writes a value of `bits` bits at an offset in units of that size.
fn store(data: &mut [u8], offset: usize, bits: usize, value: u64) {
    if bits == 1 {
        if let Some(byte) = data.get_mut(offset / 8) {
            *byte = *byte & !(1 << (offset % 8)) | (value as u8 & 1) << (offset % 8);
        }
        return;
    }
    let bytes = bits / 8;
    if let Some(place) = data.get_mut(offset * bytes..(offset + 1) * bytes) {
        place.copy_from_slice(&value.to_le_bytes()[..bytes]);
    }
}
