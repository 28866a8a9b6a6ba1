//! Writes a random schema as text.

use std::fmt::Write;

use crate::rng::Rng;

use super::model::{Kind, Member, Model, Type};
use super::value::scalar;

struct Writer<'a> {
    model: &'a Model,
    rng: &'a mut Rng,
    out: String,
    /// Counts the names that only the text has: constants, methods, parameters.
    names: usize,
    /// The constants written so far: name and the type's text.
    constants: Vec<(String, String)>,
}

/// The annotations that each file declares, and the type of their values.
const ANNOTATIONS: [(&str, &str); 6] = [
    ("note", "Text"),
    ("level", "Int16"),
    ("mark", "Void"),
    ("ratio", "Float64"),
    ("key", "UInt64"),
    ("blob", "Data"),
];

pub fn write(model: &Model, seed: u64, rng: &mut Rng) -> String {
    let mut w = Writer { model, rng, out: String::new(), names: 0, constants: Vec::new() };
    let id = 1 << 63 | seed << 16 | w.rng.below(1 << 16);
    writeln!(w.out, "@{id:#x};").unwrap();
    w.comment("");
    for (name, ty) in ANNOTATIONS {
        writeln!(w.out, "annotation {name}(*) :{ty};").unwrap();
    }
    w.decls(None, "");
    w.out
}

impl Writer<'_> {
    fn name(&mut self, start: &str) -> String {
        self.names += 1;
        format!("{start}{}x", self.names)
    }

    /// Sometimes writes a comment, which documents the declaration that begins on the line before.
    fn comment(&mut self, indent: &str) {
        if self.rng.one_in(6) {
            let text = *self.rng.pick(&["# What it is.", "#Two lines,\n#  the second indented.", "#", "# Ü"]);
            for line in text.lines() {
                writeln!(self.out, "{indent}{line}").unwrap();
            }
        }
    }

    fn annotations(&mut self) -> String {
        let mut text = String::new();
        while self.rng.one_in(10) {
            let (name, ty) = *self.rng.pick(&ANNOTATIONS);
            let value = scalar(ty, self.rng).expect("a scalar");
            if ty == "Void" {
                write!(text, " ${name}").unwrap();
            } else {
                write!(text, " ${name}({value})").unwrap();
            }
        }
        text
    }

    fn id(&mut self) -> String {
        if self.rng.one_in(8) { format!(" @{:#x}", self.rng.next() | 1 << 63) } else { String::new() }
    }

    /// Writes all declarations directly within `parent`, with constants between them.
    fn decls(&mut self, parent: Option<usize>, indent: &str) {
        for at in 0..self.model.decls.len() {
            if self.model.decls[at].parent == parent {
                self.decl(at, indent);
            }
        }
        while self.rng.one_in(3) {
            self.constant(parent, indent);
        }
        if self.rng.one_in(4) {
            let (name, to) = (self.name("A"), self.model.ty(parent, 0, self.rng));
            if matches!(to, Type::Decl(..)) {
                writeln!(self.out, "{indent}using {name} = {};", to.text().trim()).unwrap();
            }
        }
    }

    fn constant(&mut self, parent: Option<usize>, indent: &str) {
        let ty = self.model.ty(parent, 0, self.rng);
        let Some(value) = self.value(&ty) else { return };
        let (name, id, annotations) = (self.name("c"), self.id(), self.annotations());
        writeln!(self.out, "{indent}const {name}{id} :{} = {value}{annotations};", ty.text()).unwrap();
        self.comment(indent);
        // Other declarations refer to it from the top level, where a brand has another meaning.
        if parent.is_none() && !matches!(ty, Type::Decl(..)) {
            self.constants.push((name, ty.text()));
        }
    }

    /// A value, or the name of a constant of this type.
    fn value(&mut self, ty: &Type) -> Option<String> {
        let text = ty.text();
        let named = self.constants.iter().find(|(_, ty)| *ty == text).map(|(name, _)| format!(" .{name}"));
        match named {
            Some(name) if self.rng.one_in(2) => Some(name),
            _ => self.model.value(ty, 0, self.rng),
        }
    }

    fn decl(&mut self, at: usize, indent: &str) {
        let decl = &self.model.decls[at];
        let parameters = if decl.parameters.is_empty() {
            String::new()
        } else {
            format!("({})", decl.parameters.join(", "))
        };
        let word = match decl.kind {
            Kind::Struct => "struct",
            Kind::Enum => "enum",
            Kind::Interface => "interface",
        };
        let (id, extends, annotations) = (self.id(), self.extends(at), self.annotations());
        writeln!(self.out, "{indent}{word} {}{id}{parameters}{extends}{annotations} {{", decl.name).unwrap();
        let inner = format!("{indent}  ");
        self.comment(&inner);
        let before = decl.kind != Kind::Enum && self.rng.one_in(2);
        if before {
            self.decls(Some(at), &inner);
        }
        match decl.kind {
            Kind::Struct => self.members(&decl.members, &inner),
            Kind::Enum => self.enumerants(at, &inner),
            Kind::Interface => self.methods(at, &inner),
        }
        if !before && decl.kind != Kind::Enum {
            self.decls(Some(at), &inner);
        }
        writeln!(self.out, "{indent}}}").unwrap();
    }

    /// An interface extends some of the interfaces before it, so there are no cycles.
    fn extends(&mut self, at: usize) -> String {
        let mut of = Vec::new();
        for to in 0..at {
            let decls = &self.model.decls;
            if decls[at].kind == Kind::Interface && decls[to].kind == Kind::Interface && self.rng.one_in(3) {
                of.push(self.model.path(decls[at].parent, to, 0, self.rng));
            }
        }
        if of.is_empty() { String::new() } else { format!(" extends({})", of.join(", ")) }
    }

    fn members(&mut self, members: &[Member], indent: &str) {
        for member in members {
            match member {
                Member::Field { name, ty, ordinal } => {
                    let default = self.default(ty);
                    let annotations = self.annotations();
                    writeln!(self.out, "{indent}{name} @{ordinal} :{}{default}{annotations};", ty.text())
                        .unwrap();
                    self.comment(indent);
                }
                Member::Group { name, union, ordinal, members } => {
                    let word = if *union { "union" } else { "group" };
                    let ordinal = ordinal.map_or(String::new(), |n| format!(" @{n}!"));
                    let head = if name.is_empty() { word.into() } else { format!("{name}{ordinal} :{word}") };
                    // An unnamed union cannot be annotated.
                    let annotations = if name.is_empty() { String::new() } else { self.annotations() };
                    writeln!(self.out, "{indent}{head}{annotations} {{").unwrap();
                    let inner = format!("{indent}  ");
                    self.comment(&inner);
                    self.members(members, &inner);
                    writeln!(self.out, "{indent}}}").unwrap();
                }
            }
        }
    }

    fn default(&mut self, ty: &Type) -> String {
        let value = if self.rng.one_in(2) { self.value(ty) } else { None };
        value.map_or(String::new(), |v| format!(" = {v}"))
    }

    fn enumerants(&mut self, at: usize, indent: &str) {
        for (name, ordinal) in
            self.model.decls[at].enumerants.iter().zip(self.order(self.model.decls[at].enumerants.len()))
        {
            let annotations = self.annotations();
            writeln!(self.out, "{indent}{name} @{ordinal}{annotations};").unwrap();
            self.comment(indent);
        }
    }

    /// The numbers below `count`, often shuffled.
    fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for _ in 0..*self.rng.pick(&[0, count]) {
            order.swap(self.rng.index(count), self.rng.index(count));
        }
        order
    }

    fn methods(&mut self, at: usize, indent: &str) {
        let count = self.rng.index(5);
        for ordinal in self.order(count) {
            let name = self.name("m");
            let own = if self.rng.one_in(4) { vec![self.name("P"), self.name("P")] } else { Vec::new() };
            let implicit = if own.is_empty() { String::new() } else { format!("[{}] ", own.join(", ")) };
            let takes = self.parameters(at, &own);
            let gives = match self.rng.below(6) {
                0 => String::new(),
                1 => " -> stream".into(),
                _ => format!(" -> {}", self.parameters(at, &own)),
            };
            let annotations = self.annotations();
            writeln!(self.out, "{indent}{name} @{ordinal} {implicit}{takes}{gives}{annotations};").unwrap();
            self.comment(indent);
        }
    }

    /// A list of parameters, or a struct in its place.
    fn parameters(&mut self, at: usize, own: &[String]) -> String {
        let structs: Vec<usize> =
            (0..self.model.decls.len()).filter(|&i| self.model.decls[i].kind == Kind::Struct).collect();
        if !structs.is_empty() && self.rng.one_in(4) {
            let to = *self.rng.pick(&structs);
            return self.model.path(Some(at), to, 0, self.rng);
        }
        let mut list = Vec::new();
        while !self.rng.one_in(4) {
            let ty = if own.is_empty() || self.rng.one_in(2) {
                self.model.ty(Some(at), 0, self.rng)
            } else {
                Type::Parameter(self.rng.pick(own).clone())
            };
            let (name, default, annotations) = (self.name("p"), self.default(&ty), self.annotations());
            list.push(format!("{name} :{}{default}{annotations}", ty.text()));
        }
        format!("({})", list.join(", "))
    }
}
