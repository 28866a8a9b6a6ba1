//! Classes of the script: objects, their fields, their methods.
//!
//! A class becomes an IR class whose fields are those that `__init__` assigns. While `__init__` runs, the
//! fields are variables, and the object is allocated once all of them are assigned. So an object whose fields
//! never change afterwards is immutable in the IR too, which enables scalar replacement. The type of a field
//! is the join of all assignments to it.

use super::calls::{Body, BoundArguments, parameter_names};
use super::ty::{Ty, Typed, join};
use super::{Done, Edge, Holder, Key, Lowering, Stop};
use crate::error::nearest;
use crate::ir::{Op, Raise, Value};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, ExprAttribute, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

/// How deep constants may refer to one another.
pub const CONSTANTS: usize = 60;

/// An object under construction: its fields are variables of the environment.
#[derive(Clone, Debug)]
pub struct UnderConstruction<'s> {
    class: usize,
    /// The name of the `self` parameter.
    name: &'s str,
    fields: Vec<(&'s str, usize)>,
}

impl<'s> Lowering<'_, 's> {
    /// A new object.
    pub fn construct(&mut self, class: usize, given: BoundArguments<'s>, at: TextRange) -> Done<Typed> {
        let item = &self.unit.items.classes[class];
        let Some(init) = item.methods.get("__init__").copied() else {
            if let Some((_, range)) = given.positional.first() {
                return self
                    .wrong(range, format!("'{}' has no '__init__', so it takes no arguments", item.name));
            }
            let made = self.make(class, vec![])?;
            return Ok(Typed::of(Ty::Object(class), made));
        };
        let args = self.bind(init, given, at, 1)?;
        let key = Key {
            function: init.name.range.start().to_u32(),
            params: args.iter().map(|a| a.ty.plain()).collect(),
        };
        let (func, gives) = self.instance_of(init, Some(class), key, at, Body::Init)?;
        let object = self.call_instance(func, &args);
        if gives == Ty::Never {
            return self.raised(Raise::Unreachable);
        }
        Ok(Typed::of(Ty::Object(class), object))
    }

    /// Lowers the body of `__init__` to a function that returns the object.
    pub fn init_body(&mut self, def: &'s StmtFunctionDef, class: usize, args: Vec<Typed>) -> Done<Ty> {
        let names = parameter_names(def);
        let Some(own) = names.first().copied() else {
            return self.wrong(def.name.range, "'__init__' needs the parameter 'self'");
        };
        // `self` is a variable without a value at first.
        let unset = Typed::new(Ty::Unset, vec![]);
        let frame = self.open_frame(def, [unset].into_iter().chain(args).collect());
        self.frames.push(frame);
        self.frame = self.frames.len() - 1;
        let mut found = Fields { own, fields: vec![] };
        found.visit_body(&def.body);
        let mut fields = vec![];
        for (field, at) in found.fields {
            if self.unit.items.classes[class].properties.contains(field) {
                return self.wrong(at, format!("'{field}' is a property and cannot be assigned"));
            }
            fields.push((field, self.unset_at(def.name.start(), &format!(".{field}"))));
        }
        let building = UnderConstruction { class, name: own, fields };
        self.frame().building = Some(building.clone());
        let mut fell = true;
        for stmt in &def.body {
            if self.frame().building.is_some() && uses(stmt, own) {
                self.mark(stmt);
                self.build(stmt.range())?;
            }
            let result = self.block(std::slice::from_ref(stmt));
            match self.fell(result)? {
                Some(_) => {}
                None => {
                    fell = false;
                    break;
                }
            }
        }
        let mut returns = std::mem::take(&mut self.frame().returns);
        if fell {
            returns.push(self.edge(None));
        }
        let at = self.frame().names[own];
        let returns = returns.into_iter().map(|edge| Edge { value: None, ..edge });
        let (early, mut returns): (Vec<Edge>, Vec<Edge>) = returns.partition(|e| e.env[at].ty == Ty::Unset);
        if !early.is_empty() {
            // On these edges, the object has not been allocated yet.
            self.resume(early)?;
            self.frame().building = Some(building);
            self.build(def.name.range)?;
            returns.push(self.edge(None));
        }
        match self.resume(returns) {
            Err(Stop::Dead) => return self.finish_with(vec![], def),
            other => other?,
        }
        let object = self.env[at].one();
        self.b.give(&[object]);
        Ok(Ty::Object(class))
    }

    /// Allocates the object from the fields assigned so far.
    fn build(&mut self, at: TextRange) -> Done<()> {
        let building = self.frame().building.take().expect("an object is being made");
        let mut fields = vec![];
        for (name, slot) in &building.fields {
            let value = self.env[*slot].clone();
            match &value.ty {
                Ty::Unset | Ty::Maybe(_) => {
                    return self.wrong_help(
                        at,
                        format!("the field '{name}' may not be assigned here, where the object is needed"),
                        format!("assign all fields first, in '__init__': '{}.{name} = …'", building.name),
                    );
                }
                _ => fields.push((name.to_string(), self.settled(value, at)?)),
            }
        }
        let object = self.make(building.class, fields)?;
        let slot = self.frame().names[building.name];
        self.env[slot] = Typed::of(Ty::Object(building.class), object);
        Ok(())
    }

    /// Allocates an object with these fields.
    fn make(&mut self, class: usize, fields: Vec<(String, Typed)>) -> Done<Value> {
        let found = fields.iter().map(|(name, value)| (name.clone(), value.ty.plain())).collect();
        let types = self.widen(Holder::Class(class), found)?;
        let mut parts = vec![];
        for ((_, value), (_, ty)) in fields.into_iter().zip(&types) {
            let value = Typed::new(value.ty.plain(), value.parts);
            parts.extend(self.convert(value, ty).parts);
        }
        let class = self.unit.classes[&Holder::Class(class)];
        Ok(self.b.op(Op::New(class), &parts))
    }

    /// Joins the types of fields with those assigned now. If that changes them, the script is lowered again.
    pub fn widen(&mut self, holder: Holder, found: Vec<(String, Ty)>) -> Done<Vec<(String, Ty)>> {
        if !self.unit.errors.is_empty() {
            // Types from code with errors must not be recorded.
            return Err(Stop::Reported);
        }
        let known = self.unit.known.fields.entry(holder).or_default();
        if known.is_empty() {
            known.clone_from(&found);
            if !found.is_empty() {
                self.unit.known.news = true;
                if let Holder::Generator(_) = holder {
                    return Err(Stop::Widened);
                }
                // No object of this class has been allocated before.
                self.unit.declare_fields(self.b.program_mut(), holder);
                return Ok(found);
            }
        }
        let mut both = known.clone();
        for (name, ty) in &found {
            let (_, held) =
                both.iter_mut().find(|(n, _)| n == name).expect("a class has the same fields always");
            *held = join(held, ty);
        }
        if both != *known {
            let before = std::mem::replace(known, both.clone());
            if !self.unit.known.outdated(both.iter().map(|(_, ty)| ty)) {
                let wider = both.iter().zip(&before).filter(|(a, b)| a != b);
                wider.for_each(|((_, ty), _)| self.unit.known.learns(ty));
            }
            return Err(Stop::Widened);
        }
        Ok(both)
    }

    /// The fields of a class or generator.
    pub fn fields_of(&self, holder: Holder) -> &[(String, Ty)] {
        self.unit.known.fields.get(&holder).map_or(&[], |f| f)
    }

    /// A field of an object: its type, and the index of its first part.
    pub fn find_field(&self, holder: Holder, name: &str) -> Option<(Ty, u32)> {
        let mut at = 0;
        for (field, ty) in self.fields_of(holder) {
            if field == name {
                return Some((ty.clone(), at));
            }
            at += self.layout(ty).len() as u32;
        }
        None
    }

    /// Reads the field with this type and first part.
    pub fn get_field(&mut self, holder: Holder, object: Value, (ty, at): (Ty, u32)) -> Typed {
        let class = self.unit.classes[&holder];
        let parts = (0..self.layout(&ty).len() as u32).map(|i| self.b.op(Op::Get(class, at + i), &[object]));
        let parts = parts.collect();
        Typed::new(ty, parts)
    }

    /// Assigns a field of an object.
    pub fn put_field(&mut self, holder: Holder, object: Value, name: &str, value: Typed) -> Done<()> {
        let plain = Typed::new(value.ty.plain(), value.parts);
        self.widen(holder, vec![(name.to_string(), plain.ty.clone())])?;
        let (ty, at) = self.find_field(holder, name).expect("it is a field");
        let value = self.convert(plain, &ty);
        let class = self.unit.classes[&holder];
        for (i, part) in value.parts.into_iter().enumerate() {
            self.b.effect(Op::Set(class, at + i as u32), &[object, part]);
        }
        Ok(())
    }

    /// The field of the object under construction that an attribute names, if it is one.
    pub fn building_field(&mut self, a: &'s ExprAttribute) -> Done<Option<Typed>> {
        let Some(at) = self.building_slot(a) else {
            // A constant of the class needs no object.
            let Expr::Name(name) = &*a.value else { return Ok(None) };
            let building = self.frame().building.as_ref().filter(|b| b.name == name.id.as_str());
            let Some(class) = building.map(|b| b.class) else { return Ok(None) };
            let constants = &self.unit.items.classes[class].constants;
            return match constants.get(a.attr.id.as_str()).copied() {
                Some(constant) => self.class_constant_of(class, constant).map(Some),
                None => Ok(None),
            };
        };
        let value = self.env[at].clone();
        match value.ty {
            Ty::Unset | Ty::Maybe(_) => {
                self.wrong(a, format!("the field '{}' is used before it is assigned", a.attr.id))
            }
            _ => self.settled(value, a.range).map(Some),
        }
    }

    fn building_slot(&mut self, a: &ExprAttribute) -> Option<usize> {
        let Expr::Name(name) = &*a.value else { return None };
        let building = self.frame().building.as_ref().filter(|b| b.name == name.id.as_str())?;
        building.fields.iter().find(|(field, _)| *field == a.attr.id.as_str()).map(|(_, at)| *at)
    }

    /// `object.name = value`.
    pub fn set_attribute(&mut self, a: &'s ExprAttribute, value: Typed) -> Done<()> {
        if let Some(at) = self.building_slot(a) {
            self.env[at] = value;
            return Ok(());
        }
        let object = self.value(&a.value)?;
        self.set_attribute_of(object, a, value)
    }

    pub fn set_attribute_of(&mut self, object: Typed, a: &'s ExprAttribute, value: Typed) -> Done<()> {
        let object = self.given(object);
        let value = self.settled(value, a.range)?;
        let name = a.attr.id.as_str();
        match &object.ty {
            Ty::Object(class) => {
                let holder = Holder::Class(*class);
                if self.find_field(holder, name).is_none() {
                    return self.no_attribute(*class, a, true);
                }
                self.put_field(holder, object.one(), name, value)
            }
            Ty::Wrong => Err(Stop::Reported),
            Ty::Record(_) => self.wrong(a, "a record's fields cannot be assigned: inputs are never changed"),
            other => {
                let found = self.describe(other);
                self.wrong(a, format!("{found} has no attributes that can be assigned"))
            }
        }
    }

    /// The value of an attribute of an object of a class.
    pub fn object_attribute(&mut self, class: usize, object: Typed, a: &'s ExprAttribute) -> Done<Typed> {
        let name = a.attr.id.as_str();
        let holder = Holder::Class(class);
        if let Some(field) = self.find_field(holder, name) {
            let value = self.get_field(holder, object.one(), field);
            return self.settled(value, a.range);
        }
        let item = &self.unit.items.classes[class];
        if let Some(constant) = item.constants.get(name).copied() {
            return self.class_constant_of(class, constant);
        }
        match item.methods.get(name).copied() {
            Some(method) if item.properties.contains(name) => {
                self.call_function(method, Some(class), vec![object], a.range)
            }
            Some(_) => self.wrong_help(
                a,
                format!("'{name}' is a method, and methods are no values here"),
                format!("call it: '….{name}()'"),
            ),
            None => self.no_attribute(class, a, false),
        }
    }

    /// The value of a class constant, which may use other constants of the class.
    pub fn class_constant_of(&mut self, class: usize, constant: &'s Expr) -> Done<Typed> {
        if self.frames.len() > CONSTANTS {
            return self.wrong(constant, "this constant is made of itself");
        }
        self.in_module(|s| {
            s.frame().class = Some(class);
            s.value(constant)
        })
    }

    /// The value of `Class.CONSTANT`, if the attribute is a class constant.
    pub fn class_constant(&mut self, a: &'s ExprAttribute) -> Done<Option<Typed>> {
        let Expr::Name(name) = &*a.value else { return Ok(None) };
        if self.variable(name).is_some() && self.frame().function.is_some() {
            return Ok(None);
        }
        let Some(super::items::Item::Class(class)) = self.unit.items.names.get(name.id.as_str()).copied()
        else {
            return Ok(None);
        };
        match self.unit.items.classes[class].constants.get(a.attr.id.as_str()).copied() {
            Some(constant) => self.class_constant_of(class, constant).map(Some),
            None => self.no_attribute(class, a, false),
        }
    }

    fn no_attribute<T>(&self, class: usize, a: &ExprAttribute, assigned: bool) -> Done<T> {
        let item = &self.unit.items.classes[class];
        let own = self.fields_of(Holder::Class(class)).iter().map(|(name, _)| name.as_str());
        let methods = item.methods.keys().filter(|n| !n.starts_with("__")).copied();
        let mut names: Vec<&str> = own.chain(methods).chain(item.constants.keys().copied()).collect();
        names.sort_unstable();
        let name = a.attr.id.as_str();
        let message = format!("{} has no attribute '{name}'", item.name);
        if assigned {
            return self.wrong_help(a.attr.range, message, "a field is assigned in '__init__' first");
        }
        match nearest(name, names.iter().copied()) {
            Some(near) => self.wrong_help(a.attr.range, message, format!("did you mean '{near}'?")),
            None if names.is_empty() => self.wrong(a.attr.range, message),
            None => {
                let list: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
                self.wrong(a.attr.range, format!("{message}; it has {}", list.join(", ")))
            }
        }
    }
}

/// The fields that `__init__` assigns, in order.
struct Fields<'s> {
    own: &'s str,
    fields: Vec<(&'s str, TextRange)>,
}

impl<'s> Visitor<'s> for Fields<'s> {
    fn visit_expr(&mut self, e: &'s Expr) {
        if let Expr::Attribute(a) = e
            && a.ctx.is_store()
            && matches!(&*a.value, Expr::Name(n) if n.id == self.own)
            && !self.fields.iter().any(|(field, _)| *field == a.attr.id.as_str())
        {
            self.fields.push((a.attr.id.as_str(), a.range));
        }
        super::source::walk_expr(self, e);
    }
}

/// Whether a statement uses the object itself, not only its fields.
fn uses(stmt: &Stmt, own: &str) -> bool {
    struct Uses<'a> {
        own: &'a str,
        found: bool,
    }
    impl<'s> Visitor<'s> for Uses<'_> {
        fn visit_expr(&mut self, e: &'s Expr) {
            match e {
                // A called method receives the object.
                Expr::Call(call) => {
                    if let Expr::Attribute(a) = &*call.func
                        && matches!(&*a.value, Expr::Name(n) if n.id == self.own)
                    {
                        self.found = true;
                    }
                }
                Expr::Attribute(a) if matches!(&*a.value, Expr::Name(n) if n.id == self.own) => return,
                Expr::Name(name) if name.id == self.own => self.found = true,
                _ => {}
            }
            super::source::walk_expr(self, e);
        }
    }
    let mut uses = Uses { own, found: false };
    uses.visit_stmt(stmt);
    uses.found
}
