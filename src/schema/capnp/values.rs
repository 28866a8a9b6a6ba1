//! Values: defaults, constants and arguments of annotations.
//!
//! A literal is evaluated with the wanted type as a hint, and then converted to it. If a struct is wanted and
//! the value is not one, it becomes the value of the struct's first field. Structs and lists are represented
//! as they are stored in a message, so numbers in a struct are xored with the defaults of their fields.

use super::super::Scalar;
use super::compiler::Compiler;
use super::embed;
use super::nodes::{self, Annotation, AnyKind, Body, FieldPlace, List, NodeId, Object, Type, Value};
use super::scopes::ScopeId;
use super::syntax::{DeclarationKind, Expression, ExpressionKind};
use super::{MAX_DEPTH, Parse, Stop};
use crate::error::nearest;

/// The largest number of words of all values together: a list of large structs is short in the text.
pub const BUDGET: usize = 2 << 20;

/// The state of a constant.
#[derive(Clone)]
pub enum Constant {
    Not,
    /// It is being evaluated.
    Now,
    To(Parse<(Type, Value)>),
}

/// A value before conversion to a type.
pub enum Raw {
    Void,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(Vec<u8>),
    Data(Vec<u8>),
    /// A value that has a type already.
    Typed(Type, Value),
}

impl<'a> Compiler<'a, '_> {
    /// Evaluates all values of a node.
    pub fn settle(&mut self, node: NodeId) {
        let scope = self.nodes[node].scope;
        let fields = match &self.nodes[node].body {
            Body::Struct(structure) => structure.fields.len(),
            _ => 0,
        };
        for field in 0..fields {
            // Errors are already recorded.
            let _ = self.default(node, field);
        }
        if matches!(self.nodes[node].body, Body::Const { .. })
            && let Ok((_, known)) = self.constant(scope)
            && let Body::Const { value, .. } = &mut self.nodes[node].body
        {
            *value = known;
        }
        let count = annotations(&mut self.nodes[node]).count();
        for i in 0..count {
            let Some(annotation) = annotations(&mut self.nodes[node]).nth(i) else { continue };
            if let Some(expression) = annotation.expression {
                let ty = annotation.ty.bind(&annotation.brand, None);
                if let Ok(value) = self.value(scope, expression, &ty)
                    && let Some(annotation) = annotations(&mut self.nodes[node]).nth(i)
                {
                    annotation.value = value;
                }
            }
        }
    }

    /// The default value of a field.
    pub fn default(&mut self, node: NodeId, field: usize) -> Parse<Value> {
        let scope = self.nodes[node].scope;
        let Some((ty, expression, known)) = self.slot_of(node, field) else { return Ok(Value::Null) };
        if let Some(value) = known {
            return Ok(value);
        }
        let value = match expression {
            None => zero(&ty),
            Some(expression) => self.value(scope, expression, &ty)?,
        };
        if let Body::Struct(structure) = &mut self.nodes[node].body
            && let FieldPlace::Slot { default, .. } = &mut structure.fields[field].place
        {
            default.value = Some(value.clone());
        }
        Ok(value)
    }

    fn slot_of(&self, node: NodeId, field: usize) -> Option<(Type, Option<&'a Expression>, Option<Value>)> {
        let Body::Struct(structure) = &self.nodes[node].body else { return None };
        match &structure.fields.get(field)?.place {
            FieldPlace::Slot { ty, default, .. } => {
                Some((ty.clone(), default.expression, default.value.clone()))
            }
            FieldPlace::Group(_) => None,
        }
    }

    /// Type and value of the constant `scope`.
    fn constant(&mut self, scope: ScopeId) -> Parse<(Type, Value)> {
        let declaration = self.scopes.list[scope].syntax;
        let at = declaration.name.at;
        match self.constants[scope].clone() {
            Constant::To(result) => return result,
            Constant::Now => {
                let message = format!("the constant '{}' refers to itself", declaration.name.text);
                return Err(self.error(scope, at, message, "give it a value of its own"));
            }
            Constant::Not => {}
        }
        let DeclarationKind::Const { value, .. } = &declaration.what else { return Err(Stop) };
        let node = self.node(scope);
        let Body::Const { ty, .. } = &self.nodes[node].body else { return Err(Stop) };
        let ty = ty.clone();
        self.constants[scope] = Constant::Now;
        let mut result = self.value(scope, value, &ty).map(|value| (ty, value));
        if let Ok((_, value)) = &result
            && depth(value) > MAX_DEPTH
        {
            let help = format!("values nest at most {MAX_DEPTH} deep");
            result = Err(self.error(scope, at, "this value is nested too deeply", help));
        }
        self.constants[scope] = Constant::To(result.clone());
        result
    }

    /// The value of `expression`, which occurs in `scope`, as a `ty`.
    pub fn value(&mut self, scope: ScopeId, expression: &'a Expression, ty: &Type) -> Parse<Value> {
        if self.chain == 2 * MAX_DEPTH {
            let help = "give the constants in it values of their own";
            return Err(self.error(scope, expression.at, "this value depends on too many others", help));
        }
        self.chain += 1;
        let value = self.value_within(scope, expression, ty);
        self.chain -= 1;
        value
    }

    fn value_within(&mut self, scope: ScopeId, expression: &'a Expression, ty: &Type) -> Parse<Value> {
        let at = expression.at;
        if matches!(ty, Type::Parameter(..) | Type::Implicit(_)) {
            let help = "what the type parameter stands for is not known here; give the value where it is";
            return Err(self.error(scope, at, "this value has no certain type", help));
        }
        let raw = self.raw(scope, expression, ty)?;
        if let Some(value) = self.fit(scope, at, &raw, ty)? {
            return Ok(value);
        }
        if let Type::Struct(target, brand) = ty {
            let node = self.node(*target);
            if let Some(first) = self.field(node, brand, |_, i| i == 0)
                && first.group.is_none()
                && let Some(value) = self.fit(scope, at, &raw, &first.ty)?
            {
                let mut object = self.empty(scope, at, node)?;
                self.set(&mut object, node, &first, value)?;
                return Ok(Value::Struct(object));
            }
        }
        Err(self.mismatch(scope, at, ty))
    }

    fn mismatch(&mut self, scope: ScopeId, at: usize, ty: &Type) -> Stop {
        let expected = self.describe(ty);
        self.error(scope, at, format!("this value is of another type, expected {expected}"), "")
    }

    /// The value from its form alone, with the wanted type as a hint.
    pub fn raw(&mut self, scope: ScopeId, expression: &'a Expression, ty: &Type) -> Parse<Raw> {
        let at = expression.at;
        Ok(match &expression.form {
            ExpressionKind::Name(name) => {
                if let Type::Enum(target, _) = ty {
                    let members = &self.scopes.list[*target].syntax.members;
                    if let Some(number) = members.iter().find(|m| m.name.text == *name).and_then(|m| m.number)
                    {
                        return Ok(Raw::Typed(ty.clone(), Value::Bits(number.value)));
                    }
                    if let Some(near) = nearest(name, members.iter().map(|m| m.name.text.as_str())) {
                        let help = format!("did you mean '{near}'?");
                        let kind = &self.scopes.list[*target].syntax.name.text;
                        let message = format!("the enum '{kind}' has no '{name}'");
                        return Err(self.error(scope, at, message, help));
                    }
                } else {
                    match name.as_str() {
                        "void" => return Ok(Raw::Void),
                        "true" => return Ok(Raw::Bool(true)),
                        "false" => return Ok(Raw::Bool(false)),
                        "nan" => return Ok(Raw::Float(f64::NAN)),
                        "inf" => return Ok(Raw::Float(f64::INFINITY)),
                        _ => {}
                    }
                }
                self.of_constant(scope, expression)?
            }
            ExpressionKind::Absolute(_)
            | ExpressionKind::Import(_)
            | ExpressionKind::Member(..)
            | ExpressionKind::Apply(..) => self.of_constant(scope, expression)?,
            ExpressionKind::Integer(number) => Raw::Integer(i128::from(*number)),
            ExpressionKind::Negative(number) => Raw::Integer(-i128::from(*number)),
            ExpressionKind::Float(number) => Raw::Float(*number),
            ExpressionKind::Text(text) if *ty == Type::Data => Raw::Data(text.clone()),
            ExpressionKind::Text(text) => Raw::Text(text.clone()),
            ExpressionKind::Data(data) => Raw::Data(data.clone()),
            ExpressionKind::Embed(path) => self.embedded(scope, at, path, ty)?,
            ExpressionKind::List(list) => {
                let Type::List(element) = ty else { return Err(self.mismatch(scope, at, ty)) };
                let list = self.list(scope, at, list, element)?;
                Raw::Typed(ty.clone(), Value::List(list))
            }
            ExpressionKind::Tuple(arguments) => {
                let Type::Struct(target, brand) = ty else { return Err(self.mismatch(scope, at, ty)) };
                let node = self.node(*target);
                let mut object = self.empty(scope, at, node)?;
                self.fill(scope, &mut object, node, brand, arguments)?;
                Raw::Typed(ty.clone(), Value::Struct(object))
            }
        })
    }

    fn of_constant(&mut self, scope: ScopeId, expression: &'a Expression) -> Parse<Raw> {
        let found = self.constant_named(scope, expression)?;
        let (ty, value) = self.constant(found)?;
        self.charge(scope, expression.at, words(&value))?;
        Ok(match (&ty, value) {
            (Type::Void, _) => Raw::Void,
            (Type::Scalar(scalar), Value::Bits(bits)) => match scalar {
                Scalar::Bool => Raw::Bool(bits != 0),
                Scalar::I8 => Raw::Integer((bits as i8).into()),
                Scalar::I16 => Raw::Integer((bits as i16).into()),
                Scalar::I32 => Raw::Integer((bits as i32).into()),
                Scalar::I64 => Raw::Integer((bits as i64).into()),
                Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 => Raw::Integer(bits.into()),
                Scalar::F32 => Raw::Float(f32::from_bits(bits as u32).into()),
                Scalar::F64 => Raw::Float(f64::from_bits(bits)),
            },
            (_, Value::Text(text)) => Raw::Text(text),
            (_, Value::Data(data)) => Raw::Data(data),
            (_, value) => Raw::Typed(ty, value),
        })
    }

    fn embedded(&mut self, scope: ScopeId, at: usize, path: &str, ty: &Type) -> Parse<Raw> {
        let files = self.files;
        let bytes = match files[self.scopes.list[scope].file].embeds.get(path) {
            Some(Ok(bytes)) => bytes,
            Some(Err(why)) => {
                let message = format!("cannot embed \"{path}\": {why}");
                let help = "a path begins in this file's folder or, with '/', in an import folder (-I)";
                return Err(self.error(scope, at, message, help));
            }
            None => return Err(Stop),
        };
        self.charge(scope, at, bytes.len() / 8)?;
        match ty {
            Type::Text => Ok(Raw::Text(bytes.clone())),
            Type::Data => Ok(Raw::Data(bytes.clone())),
            Type::Struct(..) => match embed::message(bytes) {
                Ok(value) => Ok(Raw::Typed(ty.clone(), value)),
                Err(why) => {
                    let help = "embed a stream-framed message, not a packed one";
                    Err(self.error(scope, at, format!("\"{path}\" is no message: {why}"), help))
                }
            },
            _ => Err(self.error(scope, at, "a file can be embedded as Text, Data or a struct", "")),
        }
    }

    /// The value converted to `ty`; `None` if it has another type.
    pub fn fit(&mut self, scope: ScopeId, at: usize, raw: &Raw, ty: &Type) -> Parse<Option<Value>> {
        Ok(Some(match (raw, ty) {
            (Raw::Void, Type::Void) => Value::Bits(0),
            (Raw::Bool(truth), Type::Scalar(Scalar::Bool)) => Value::Bits((*truth).into()),
            (Raw::Integer(n), Type::Scalar(Scalar::F32)) => Value::Bits((*n as f32).to_bits().into()),
            (Raw::Integer(n), Type::Scalar(Scalar::F64)) => Value::Bits((*n as f64).to_bits()),
            (Raw::Float(n), Type::Scalar(Scalar::F32)) => Value::Bits((*n as f32).to_bits().into()),
            (Raw::Float(n), Type::Scalar(Scalar::F64)) => Value::Bits(n.to_bits()),
            (Raw::Integer(n), Type::Scalar(scalar)) => {
                let Some((low, high)) = range(*scalar) else { return Ok(None) };
                if !(low..=high).contains(n) {
                    let help = format!("{} is from {low} to {high}", self.describe(ty));
                    return Err(self.error(scope, at, "this integer does not fit into its type", help));
                }
                Value::Bits(*n as u64 & (u64::MAX >> (64 - ty.bits())))
            }
            (Raw::Text(text), Type::Text) => Value::Text(text.clone()),
            (Raw::Data(data), Type::Data) => Value::Data(data.clone()),
            (Raw::Typed(found, value), ty) if found == ty => value.clone(),
            (Raw::Typed(found, value), Type::Any(kind)) => {
                let fits = match found {
                    Type::Struct(..) => matches!(kind, AnyKind::Pointer | AnyKind::Struct),
                    Type::List(_) => matches!(kind, AnyKind::Pointer | AnyKind::List),
                    _ => false,
                };
                if !fits {
                    return Ok(None);
                }
                value.clone()
            }
            _ => return Ok(None),
        }))
    }

    pub fn charge(&mut self, scope: ScopeId, at: usize, words: usize) -> Parse<()> {
        match self.budget.checked_sub(words) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => {
                let help = format!("all values together may take {} MiB", BUDGET >> 17);
                Err(self.error(scope, at, "the values in this schema are too large", help))
            }
        }
    }

    /// The type as it is written in a schema.
    fn describe(&self, ty: &Type) -> String {
        match ty {
            Type::Void => "Void".to_string(),
            Type::Scalar(scalar) => nodes::scalar_name(*scalar).to_string(),
            Type::Text => "Text".to_string(),
            Type::Data => "Data".to_string(),
            Type::List(element) => format!("List({})", self.describe(element)),
            Type::Enum(scope, _) | Type::Struct(scope, _) | Type::Interface(scope, _) => {
                self.scopes.list[*scope].syntax.name.text.clone()
            }
            Type::Any(_) | Type::Parameter(..) | Type::Implicit(_) => "AnyPointer".to_string(),
        }
    }
}

/// All annotations of a node and its members.
fn annotations<'n, 'a>(
    node: &'n mut nodes::Node<'a>,
) -> Box<dyn Iterator<Item = &'n mut Annotation<'a>> + 'n> {
    let own = node.annotations.iter_mut();
    match &mut node.body {
        Body::Struct(structure) => {
            Box::new(own.chain(structure.fields.iter_mut().flat_map(|f| &mut f.annotations)))
        }
        Body::Enum(list) => Box::new(own.chain(list.iter_mut().flat_map(|e| &mut e.annotations))),
        Body::Interface { methods, .. } => {
            Box::new(own.chain(methods.iter_mut().flat_map(|m| &mut m.annotations)))
        }
        _ => Box::new(own),
    }
}

/// The value of a field without a default.
fn zero(ty: &Type) -> Value {
    if ty.is_pointer() { Value::Null } else { Value::Bits(0) }
}

/// The smallest and the largest integer of that type.
fn range(scalar: Scalar) -> Option<(i128, i128)> {
    let bits = scalar.size() * 8;
    match scalar {
        Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 => {
            Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1))
        }
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 => Some((0, (1 << bits) - 1)),
        Scalar::Bool | Scalar::F32 | Scalar::F64 => None,
    }
}

/// The nesting depth of a value.
fn depth(value: &Value) -> usize {
    let deepest = |list: &[Value]| list.iter().map(depth).max().unwrap_or(0);
    match value {
        Value::Struct(object) => 1 + deepest(&object.pointers),
        Value::List(List::Pointers(list)) => 1 + deepest(list),
        Value::List(List::Objects(_, _, list)) => {
            1 + list.iter().map(|o| deepest(&o.pointers)).max().unwrap_or(0)
        }
        _ => 1,
    }
}

/// The approximate number of words that a value takes.
pub fn words(value: &Value) -> usize {
    let all = |list: &[Value]| list.iter().map(words).sum::<usize>();
    let object = |o: &Object| 1 + o.data.len() / 8 + o.pointers.len() + all(&o.pointers);
    match value {
        Value::Null | Value::Bits(_) => 1,
        Value::Text(bytes) | Value::Data(bytes) => 1 + bytes.len() / 8,
        Value::Struct(o) => object(o),
        Value::List(List::Void(n)) => *n,
        Value::List(List::Bits(list)) => 1 + list.len() / 8,
        Value::List(List::Numbers(_, bytes)) => 1 + bytes.len() / 8,
        Value::List(List::Pointers(list)) => 1 + all(list),
        Value::List(List::Objects(_, _, list)) => 1 + list.iter().map(object).sum::<usize>(),
    }
}
