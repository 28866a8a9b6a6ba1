//! Scopes: the named declarations that may have members, with their ids and members.
//!
//! Scopes are numbered in the order of declaration, file by file. Rules for names that need no resolution are
//! checked on the way: duplicates, spelling, and which declarations may be nested where.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::files::File;
use super::syntax::{Declaration, DeclarationKind, Expression, ExpressionKind, Name};
use super::{Errors, SourceFile, ids};

/// Index of a scope.
pub type ScopeId = usize;

/// All scopes of all files.
pub struct Scopes<'a> {
    pub list: Vec<Scope<'a>>,
    pub aliases: Vec<Alias<'a>>,
    /// The scope of each file.
    pub roots: Vec<ScopeId>,
}

/// A file, a type, a constant or an annotation.
pub struct Scope<'a> {
    pub file: usize,
    pub parent: Option<ScopeId>,
    pub syntax: &'a Declaration,
    pub id: u64,
    /// Qualified by the file's name and all enclosing scopes.
    pub name: String,
    pub nested: Vec<ScopeId>,
    pub members: HashMap<&'a str, Member>,
}

/// The meaning of a name in a scope.
#[derive(Clone, Copy)]
pub enum Member {
    Scope(ScopeId),
    /// Index of an alias.
    Alias(usize),
}

/// `using name = target`.
pub struct Alias<'a> {
    pub scope: ScopeId,
    pub name: &'a Name,
    pub target: &'a Expression,
}

impl<'a> Scopes<'a> {
    /// The scopes of all files.
    pub fn new(files: &'a [File], errors: &mut Errors) -> Scopes<'a> {
        let mut scopes = Scopes { list: Vec::new(), aliases: Vec::new(), roots: Vec::new() };
        let mut ids = HashMap::new();
        for (index, file) in files.iter().enumerate() {
            let root = Scope {
                file: index,
                parent: None,
                syntax: &file.root,
                id: file.id,
                name: file.name.clone(),
                nested: Vec::new(),
                members: HashMap::new(),
            };
            let root = scopes.add(root, files, &mut ids, errors);
            scopes.roots.push(root);
        }
        scopes
    }

    fn add(
        &mut self,
        scope: Scope<'a>,
        files: &'a [File],
        ids: &mut HashMap<u64, ScopeId>,
        errors: &mut Errors,
    ) -> ScopeId {
        let this = self.list.len();
        let source = &files[scope.file].source;
        let (file, syntax, id, separator) =
            (scope.file, scope.syntax, scope.id, if scope.parent.is_some() { '.' } else { ':' });
        match ids.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(this);
            }
            // Two declarations with the same name also have the same id; only the name is reported.
            Entry::Occupied(entry) if self.list[*entry.get()].name != scope.name => {
                let at = syntax.number.map_or(syntax.name.at, |n| n.at);
                let other = &self.list[*entry.get()].name;
                errors.add(source, at, format!("'{other}' has the id {id:#018x} too"), "give it another id");
            }
            Entry::Occupied(_) => {}
        }
        names(&syntax.members, syntax, &mut HashMap::new(), source, errors);
        let prefix = scope.name.clone();
        self.list.push(scope);
        for member in &syntax.members {
            let name = member.name.text.as_str();
            let found = match &member.what {
                DeclarationKind::Using(target) => {
                    self.aliases.push(Alias { scope: this, name: &member.name, target });
                    Member::Alias(self.aliases.len() - 1)
                }
                DeclarationKind::Const { .. }
                | DeclarationKind::Enum
                | DeclarationKind::Struct
                | DeclarationKind::Interface { .. }
                | DeclarationKind::Annotation { .. } => {
                    let child = Scope {
                        file,
                        parent: Some(this),
                        syntax: member,
                        id: member.number.map_or_else(|| ids::of_child(id, name), |n| n.value),
                        name: format!("{prefix}{separator}{name}"),
                        nested: Vec::new(),
                        members: HashMap::new(),
                    };
                    let child = self.add(child, files, ids, errors);
                    self.list[this].nested.push(child);
                    Member::Scope(child)
                }
                _ => continue,
            };
            // The first of two with the same name counts; the duplicate is already reported.
            self.list[this].members.entry(name).or_insert(found);
        }
        this
    }

    /// Whether the scope, or an enclosing one, has type parameters.
    pub fn is_generic(&self, scope: ScopeId) -> bool {
        let mut next = Some(scope);
        while let Some(scope) = next.map(|s| &self.list[s]) {
            if !scope.syntax.parameters.is_empty() {
                return true;
            }
            next = scope.parent;
        }
        false
    }

    /// The scope of the file that contains the scope.
    pub fn root(&self, scope: ScopeId) -> ScopeId {
        self.roots[self.list[scope].file]
    }
}

/// Checks the names of `members`, which are in `parent` or in an unnamed union in it.
fn names<'a>(
    members: &'a [Declaration],
    parent: &Declaration,
    taken: &mut HashMap<&'a str, usize>,
    source: &SourceFile,
    errors: &mut Errors,
) {
    let in_struct =
        matches!(parent.what, DeclarationKind::Struct | DeclarationKind::Union | DeclarationKind::Group);
    for member in members {
        let Name { text, at } = &member.name;
        let unnamed = text.is_empty();
        match taken.entry(text) {
            _ if unnamed && matches!(parent.what, DeclarationKind::Union) => {
                let help = "name it, or move its members into the outer one";
                errors.add(source, *at, "an unnamed union cannot stand in a union", help);
            }
            Entry::Vacant(entry) => {
                entry.insert(*at);
            }
            Entry::Occupied(entry) => {
                let line = source.text[..*entry.get()].matches('\n').count() + 1;
                let (message, help) = if unnamed {
                    ("this struct has an unnamed union already".to_string(), "name it".to_string())
                } else {
                    (
                        format!("the name '{text}' is taken"),
                        format!("the first is on line {line}; rename one"),
                    )
                };
                errors.add(source, *at, message, help);
            }
        }
        spelling(member, source, errors);
        match member.what {
            DeclarationKind::Field(_) | DeclarationKind::Union | DeclarationKind::Group => {
                let mut own = HashMap::new();
                names(&member.members, member, if unnamed { &mut *taken } else { &mut own }, source, errors);
            }
            DeclarationKind::Enumerant | DeclarationKind::Method { .. } => {}
            _ if in_struct && !matches!(parent.what, DeclarationKind::Struct) => {
                let message = format!("this {} cannot be declared in a {}", member.kind(), parent.kind());
                errors.add(source, *at, message, "move it out, into the struct");
            }
            _ => {}
        }
    }
}

/// Checks that types begin with a capital letter and all else with a small one.
fn spelling(member: &Declaration, source: &SourceFile, errors: &mut Errors) {
    let Name { text, at } = &member.name;
    let Some(first) = text.chars().next() else { return };
    if text.contains('_') {
        let help = "write it in camelCase; code generators change it to their language's style";
        errors.add(source, *at, format!("the name '{text}' has an underscore"), help);
        return;
    }
    let of_type = match &member.what {
        DeclarationKind::Using(target) => !last_name(target).starts_with(|c: char| c.is_ascii_lowercase()),
        DeclarationKind::Enum | DeclarationKind::Struct | DeclarationKind::Interface { .. } => true,
        _ => false,
    };
    if of_type && !first.is_ascii_uppercase() {
        let help = format!("write '{}{}'", first.to_ascii_uppercase(), &text[1..]);
        errors.add(source, *at, "the name of a type begins with a capital letter", help);
    }
    if !of_type && !first.is_ascii_lowercase() {
        let help = format!("write '{}{}'", first.to_ascii_lowercase(), &text[1..]);
        errors.add(source, *at, "the name of what is no type begins with a small letter", help);
    }
}

/// The last name in an expression.
fn last_name(expression: &Expression) -> &str {
    match &expression.form {
        ExpressionKind::Name(name) => name,
        ExpressionKind::Absolute(name) | ExpressionKind::Member(_, name) => &name.text,
        ExpressionKind::Apply(function, _) => last_name(function),
        _ => "",
    }
}
