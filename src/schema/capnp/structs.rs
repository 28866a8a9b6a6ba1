//! From a struct's declaration to its nodes: one for itself and one for each group and named union in it.
//!
//! The first pass collects the members in text order, which determines the indices of fields and the areas of
//! the layout; the second goes through them in the order of their ordinals and assigns offsets, discriminants
//! and the order of fields in the nodes; the last assigns ids to groups, from the outside inwards.

use std::collections::HashSet;

use super::compiler::Compiler;
use super::generics::Implicit;
use super::ids;
use super::layout::{Area, StructLayout};
use super::nodes::{Body, Default, Field, FieldPlace, Node, NodeId, Structure, Type};
use super::scopes::ScopeId;
use super::syntax::{
    Application, Declaration, DeclarationKind, Expression, ExpressionKind, Number, Parameter, Variable,
};

/// A struct, group, union or field during compilation.
struct Item<'a> {
    parent: Option<usize>,
    name: &'a str,
    at: usize,
    doc: Option<&'a String>,
    annotations: &'a [Application],
    /// Its index among its parent's members in the text.
    order: u16,
    in_union: bool,
    number: Option<Number>,
    what: MemberKind<'a>,
    /// Its index among the fields of its parent's node, once assigned.
    field: Option<usize>,
}

enum MemberKind<'a> {
    Field {
        variable: &'a Variable,
        area: Area,
        /// A parameter of a method, which may have `= null`.
        parameter: bool,
    },
    /// The struct itself, a group or a named union.
    Group {
        node: NodeId,
        /// Its union, if it has one (a named union is one).
        union: Option<usize>,
        /// The number of members of the union with a discriminant.
        variants: u32,
        named_union: bool,
    },
}

struct Builder<'a> {
    scope: ScopeId,
    implicit: Implicit<'a>,
    layout: StructLayout,
    items: Vec<Item<'a>>,
    /// Ordinals with the indices of their items.
    ordinals: Vec<(u64, usize)>,
}

impl<'a> Compiler<'a, '_> {
    /// Compiles the members of a struct into `node`, which is already in the list of nodes.
    pub fn structure(&mut self, scope: ScopeId, node: NodeId, declaration: &'a Declaration) {
        let mut builder = Builder::new(scope, node, Implicit::default());
        self.members(&mut builder, 0, Area::Top, &declaration.members);
        self.finish(builder);
    }

    /// Compiles a method's parameters into `node`.
    pub fn parameters(
        &mut self,
        scope: ScopeId,
        node: NodeId,
        parameters: &'a [Parameter],
        implicit: Implicit<'a>,
    ) {
        let mut builder = Builder::new(scope, node, implicit);
        if parameters.len() > 1 << 16 {
            self.error(scope, parameters[0].name.at, "these are too many parameters", "there can be 65536");
            return;
        }
        let mut taken = HashSet::new();
        for (i, parameter) in parameters.iter().enumerate() {
            if !taken.insert(parameter.name.text.as_str()) {
                let message = format!("the name '{}' is taken", parameter.name.text);
                self.error(scope, parameter.name.at, message, "rename one of the two parameters");
            }
            let what = MemberKind::Field { variable: &parameter.variable, area: Area::Top, parameter: true };
            builder.items.push(Item {
                parent: Some(0),
                name: &parameter.name.text,
                at: parameter.name.at,
                doc: None,
                annotations: &parameter.annotations,
                order: i as u16,
                in_union: false,
                number: None,
                what,
                field: None,
            });
            builder.ordinals.push((i as u64, i + 1));
        }
        self.finish(builder);
    }

    /// Collects the members of a struct or a group.
    fn members(&mut self, builder: &mut Builder<'a>, parent: usize, area: Area, members: &'a [Declaration]) {
        let mut order = 0;
        for member in members {
            match &member.what {
                DeclarationKind::Field(variable) => {
                    builder.field(parent, &mut order, member, variable, area, false)
                }
                DeclarationKind::Group => {
                    let group = self.group(builder, parent, &mut order, member, false, None);
                    self.members(builder, group, area, &member.members);
                }
                DeclarationKind::Union => {
                    let union = builder.layout.union(area);
                    if member.name.text.is_empty() {
                        builder.set_union(parent, union);
                        self.union(builder, parent, &mut order, union, member);
                    } else {
                        let item = self.group(builder, parent, &mut order, member, false, Some(union));
                        self.union(builder, item, &mut 0, union, member);
                    }
                }
                _ => {}
            }
        }
    }

    /// Collects the members of a union into the item `parent`.
    fn union(
        &mut self,
        builder: &mut Builder<'a>,
        parent: usize,
        order: &mut u16,
        union: usize,
        declaration: &'a Declaration,
    ) {
        if declaration.members.len() < 2 {
            let help = "add another; what is in no union can become part of one later";
            self.error(builder.scope, declaration.name.at, "a union needs two members or more", help);
        }
        for member in &declaration.members {
            match &member.what {
                // For the layout each member is a group.
                DeclarationKind::Field(variable) => {
                    let area = builder.layout.member(union);
                    builder.field(parent, order, member, variable, area, true);
                }
                DeclarationKind::Group => {
                    let area = builder.layout.member(union);
                    let group = self.group(builder, parent, order, member, true, None);
                    self.members(builder, group, area, &member.members);
                }
                DeclarationKind::Union if !member.name.text.is_empty() => {
                    let area = builder.layout.member(union);
                    let inner = builder.layout.union(area);
                    let item = self.group(builder, parent, order, member, true, Some(inner));
                    self.union(builder, item, &mut 0, inner, member);
                }
                _ => {}
            }
        }
    }

    /// Adds a group, or a named union, with a node of its own.
    fn group(
        &mut self,
        builder: &mut Builder<'a>,
        parent: usize,
        order: &mut u16,
        member: &'a Declaration,
        in_union: bool,
        union: Option<usize>,
    ) -> usize {
        if union.is_none() && member.members.is_empty() {
            let help = "a group is nothing but its members; add one or delete the group";
            self.error(builder.scope, member.name.at, "a group needs a member", help);
        }
        let MemberKind::Group { node: outer, .. } = builder.items[parent].what else { return parent };
        let MemberKind::Group { node: top, .. } = builder.items[0].what else { return parent };
        let outer = &self.nodes[outer];
        let node = self.nodes.len();
        let prefix = outer.name.len() + 1;
        self.nodes.push(Node {
            // The ids are assigned once all fields are known.
            id: 0,
            name: format!("{}.{}", outer.name, member.name.text),
            prefix,
            parent: 0,
            scope: builder.scope,
            parameters: Vec::new(),
            generic: outer.generic,
            nested: Vec::new(),
            annotations: Vec::new(),
            doc: member.doc.clone(),
            body: Body::Struct(Structure { group: true, ..Structure::default() }),
            parts: Vec::new(),
        });
        self.nodes[top].parts.push(node);
        let what = MemberKind::Group { node, union, variants: 0, named_union: union.is_some() };
        builder.add(parent, order, member, in_union, what)
    }

    /// Places the fields in the order of their ordinals and adds them to the nodes.
    fn finish(&mut self, mut builder: Builder<'a>) {
        builder.ordinals.sort_by_key(|(ordinal, _)| *ordinal);
        let ordinals = std::mem::take(&mut builder.ordinals);
        self.check_ordinals(
            builder.scope,
            ordinals.iter().filter_map(|(_, item)| builder.items[*item].number),
        );
        for (ordinal, item) in ordinals {
            let field = self.field_of(&mut builder, item);
            let place = match builder.items[item].what {
                MemberKind::Field { variable, area, parameter } => {
                    self.slot(&mut builder, variable, area, parameter)
                }
                MemberKind::Group { union, .. } => {
                    if let (Some(union), Some(number)) = (union, builder.items[item].number)
                        && !builder.layout.place_tag(union)
                    {
                        let help = "at most one member of the union can have a smaller number";
                        let message = "this number is too large for the union";
                        self.error(builder.scope, number.at, message, help);
                    }
                    None
                }
            };
            if let Some(field) = self.field_mut(&builder, item, field) {
                field.ordinal = Some(ordinal as u16);
                if let Some(place) = place {
                    field.place = place;
                }
            }
        }
        self.finish_groups(&mut builder);
        self.sizes(&builder);
    }

    /// The index of the item in its parent's node. The first call adds the item there, after its parent.
    fn field_of(&mut self, builder: &mut Builder<'a>, item: usize) -> usize {
        if let Some(index) = builder.items[item].field {
            return index;
        }
        let Some(parent) = builder.items[item].parent else { return 0 };
        let MemberKind::Group { node, .. } = builder.items[parent].what else { return 0 };
        self.field_of(builder, parent);
        let this = &builder.items[item];
        let (in_union, order, name, doc) = (this.in_union, this.order, this.name, this.doc);
        let place = match this.what {
            MemberKind::Group { node, .. } => FieldPlace::Group(node),
            MemberKind::Field { .. } => slot(0, Type::Void, None, false),
        };
        let variant = match &mut builder.items[parent].what {
            MemberKind::Group { variants, .. } if in_union => {
                *variants += 1;
                Some((*variants - 1) as u16)
            }
            _ => None,
        };
        let Body::Struct(structure) = &mut self.nodes[node].body else { return 0 };
        let index = structure.fields.len();
        structure.fields.push(Field {
            name: name.to_string(),
            doc: doc.cloned(),
            order,
            variant,
            ordinal: None,
            annotations: Vec::new(),
            place,
        });
        builder.items[item].field = Some(index);
        index
    }

    fn field_mut(&mut self, builder: &Builder, item: usize, field: usize) -> Option<&mut Field<'a>> {
        let parent = builder.items[item].parent?;
        let MemberKind::Group { node, .. } = builder.items[parent].what else { return None };
        match &mut self.nodes[node].body {
            Body::Struct(structure) => structure.fields.get_mut(field),
            _ => None,
        }
    }

    /// Resolves the field's type and places the field.
    fn slot(
        &mut self,
        builder: &mut Builder<'a>,
        variable: &'a Variable,
        area: Area,
        parameter: bool,
    ) -> Option<FieldPlace<'a>> {
        let scope = builder.scope;
        // An error is already recorded; the rest of the struct is compiled all the same.
        let ty = self.ty(scope, &variable.ty, builder.implicit);
        let mut expression = variable.default.as_ref().filter(|_| ty.is_ok());
        let ty = ty.unwrap_or(Type::Void);
        let layout = &mut builder.layout;
        let offset = match ty.bits() {
            _ if ty.is_pointer() => layout.pointer(area),
            0 => {
                layout.void(area);
                0
            }
            bits => layout.data(area, bits.ilog2()),
        };
        if parameter
            && let Some(Expression { at, form: ExpressionKind::Name(name) }) = expression
            && name == "null"
        {
            expression = None;
            if !ty.is_pointer() {
                self.error(scope, *at, "only a pointer can be null", "give a value");
            }
        }
        Some(slot(offset, ty, expression, variable.default.is_some()))
    }

    /// Assigns ids to groups, and annotations to all members.
    fn finish_groups(&mut self, builder: &mut Builder<'a>) {
        for item in 0..builder.items.len() {
            let (node, union) = match builder.items[item].what {
                MemberKind::Group { node, union, .. } => (Some(node), union),
                MemberKind::Field { .. } => (None, None),
            };
            if let Some(union) = union {
                builder.layout.place_tag(union);
            }
            let index = self.field_of(builder, item);
            if let (Some(node), Some(parent)) = (node, builder.items[item].parent)
                && let MemberKind::Group { node: outer, .. } = builder.items[parent].what
            {
                let outer = self.nodes[outer].id;
                self.nodes[node].id = ids::of_group(outer, index as u16);
                self.nodes[node].parent = outer;
            }
            let target = match builder.items[item].what {
                MemberKind::Field { parameter: true, .. } => "param",
                MemberKind::Field { .. } => "field",
                MemberKind::Group { named_union: true, .. } => "union",
                MemberKind::Group { .. } => "group",
            };
            // The annotations of the struct itself are those of its declaration.
            if builder.items[item].parent.is_some() {
                let annotations = self.annotations(builder.scope, builder.items[item].annotations, target);
                if let Some(field) = self.field_mut(builder, item, index) {
                    field.annotations = annotations;
                }
            }
        }
        for Item { what, at, .. } in &builder.items {
            if let MemberKind::Group { variants, .. } = what
                && *variants > u32::from(u16::MAX)
            {
                // The largest 16-bit number means that a field is in no union.
                let help = "a union has at most 65535 members";
                self.error(builder.scope, *at, "this union is too large", help);
            }
        }
        for item in &builder.items {
            if let MemberKind::Group { node, union: Some(union), variants, .. } = item.what
                && let Body::Struct(structure) = &mut self.nodes[node].body
            {
                structure.variants = variants as u16;
                structure.tag = builder.layout.tag(union).unwrap_or(0);
            }
        }
    }

    /// Sets the size of the struct in all of its nodes.
    fn sizes(&mut self, builder: &Builder<'a>) {
        let layout = &builder.layout;
        let at = builder.items[0].at;
        let (Ok(words), Ok(pointers)) = (u16::try_from(layout.words), u16::try_from(layout.pointers)) else {
            let help = "a struct has at most 65535 words of data and as many pointers";
            self.error(builder.scope, at, "this struct is too large", help);
            return;
        };
        for item in &builder.items {
            if let MemberKind::Group { node, .. } = item.what
                && let Body::Struct(structure) = &mut self.nodes[node].body
            {
                (structure.words, structure.pointers) = (words, pointers);
            }
        }
    }

    /// Checks that ordinals, which are sorted, are 0, 1, 2 and so on.
    pub fn check_ordinals(&mut self, scope: ScopeId, numbers: impl Iterator<Item = Number>) {
        let mut expected = 0;
        for Number { value, at } in numbers {
            if value < expected {
                let help = "each member has a number of its own";
                self.error(scope, at, format!("the number @{value} is taken"), help);
            } else if value > expected && self.complete {
                let help = format!("numbers have no gaps; the next one is @{expected}");
                self.error(scope, at, format!("the number @{expected} is missing before @{value}"), help);
            }
            expected = expected.max(value + 1);
        }
    }
}

impl<'a> Builder<'a> {
    fn new(scope: ScopeId, node: NodeId, implicit: Implicit<'a>) -> Builder<'a> {
        let what = MemberKind::Group { node, union: None, variants: 0, named_union: false };
        let top = Item {
            parent: None,
            name: "",
            at: 0,
            doc: None,
            annotations: &[],
            order: 0,
            in_union: false,
            number: None,
            what,
            field: None,
        };
        Builder { scope, implicit, layout: StructLayout::default(), items: vec![top], ordinals: Vec::new() }
    }

    fn field(
        &mut self,
        parent: usize,
        order: &mut u16,
        member: &'a Declaration,
        variable: &'a Variable,
        area: Area,
        in_union: bool,
    ) {
        let what = MemberKind::Field { variable, area, parameter: false };
        self.add(parent, order, member, in_union, what);
    }

    fn add(
        &mut self,
        parent: usize,
        order: &mut u16,
        member: &'a Declaration,
        in_union: bool,
        what: MemberKind<'a>,
    ) -> usize {
        let item = self.items.len();
        self.items.push(Item {
            parent: Some(parent),
            name: &member.name.text,
            at: member.name.at,
            doc: member.doc.as_ref(),
            annotations: &member.annotations,
            order: *order,
            in_union,
            number: member.number,
            what,
            field: None,
        });
        *order = order.wrapping_add(1);
        if let Some(number) = member.number {
            self.ordinals.push((number.value, item));
        }
        item
    }

    fn set_union(&mut self, item: usize, new: usize) {
        if let MemberKind::Group { union, .. } = &mut self.items[item].what {
            *union = Some(new);
        }
    }
}

fn slot<'a>(offset: u32, ty: Type, expression: Option<&'a Expression>, explicit: bool) -> FieldPlace<'a> {
    FieldPlace::Slot { offset, ty, default: Default { expression, explicit, value: None } }
}
