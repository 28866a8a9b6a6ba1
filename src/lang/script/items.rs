//! The declarations at the top level of a script: functions, classes, constants and imports.

use super::Source;
use crate::error::Diagnostic;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Decorator, Expr, ModModule, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use std::collections::{HashMap, HashSet};

/// The meaning of a top-level name.
#[derive(Clone, Copy, Debug)]
pub enum Item<'s> {
    Function(&'s StmtFunctionDef),
    /// By its number in [`Items::classes`].
    Class(usize),
    /// A module, or a member of one: `math`, `math.sqrt`.
    Imported(Imported<'s>),
    /// A name that is assigned once, a constant expression.
    Constant(&'s Expr),
    /// Another variable of the module.
    Variable,
    /// A failed import.
    Wrong,
}

/// An existing module, and the imported member of it, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported<'s> {
    pub module: &'s str,
    pub name: Option<&'s str>,
}

/// The built-in modules and their members. The last two modules have no meaning at run time.
pub const MODULES: [(&str, &[&str]); 9] = [
    (
        "math",
        &[
            "pi",
            "e",
            "tau",
            "inf",
            "nan",
            "sqrt",
            "isqrt",
            "factorial",
            "gcd",
            "lcm",
            "floor",
            "ceil",
            "trunc",
            "exp",
            "expm1",
            "log",
            "log2",
            "log10",
            "log1p",
            "pow",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "sinh",
            "cosh",
            "tanh",
            "hypot",
            "fmod",
            "copysign",
            "fabs",
            "degrees",
            "radians",
            "ldexp",
            "cbrt",
            "isnan",
            "isinf",
            "isfinite",
        ],
    ),
    ("struct", &["calcsize", "unpack_from"]),
    ("sys", &["argv", "exit", "stderr", "stdout", "maxsize"]),
    ("time", &["perf_counter", "perf_counter_ns", "time"]),
    ("zlib", &["crc32"]),
    ("binascii", &["crc32"]),
    ("wirelens", &["open"]),
    ("typing", &["Optional", "Tuple", "Iterator", "Iterable", "Generator", "Final"]),
    ("__future__", &["annotations"]),
];

/// A class of the script.
#[derive(Debug)]
pub struct ClassItem<'s> {
    pub name: &'s str,
    pub methods: HashMap<&'s str, &'s StmtFunctionDef>,
    pub properties: HashSet<&'s str>,
    pub constants: HashMap<&'s str, &'s Expr>,
}

/// All that a script declares.
#[derive(Debug, Default)]
pub struct Items<'s> {
    pub names: HashMap<&'s str, Item<'s>>,
    pub classes: Vec<ClassItem<'s>>,
    /// Each generator expression as a function, by its source position.
    pub kept: HashMap<u32, &'s StmtFunctionDef>,
    /// The host functions that are lent to the program: module and name.
    pub lent: &'s [(String, String)],
}

impl<'s> Items<'s> {
    /// The declarations of a module, and the errors in them.
    pub fn new(
        source: &Source,
        module: &'s ModModule,
        kept: &'s [StmtFunctionDef],
        lent: &'s [(String, String)],
    ) -> (Items<'s>, Vec<Diagnostic>) {
        let kept = kept.iter().map(|def| (def.range.start().to_u32(), def)).collect();
        let mut items = Items { kept, lent, ..Items::default() };
        let mut errors = vec![];
        let mut diagnostic =
            |at: TextRange, message: String| errors.push(source.diagnostic(at.start(), message));
        for stmt in &module.body {
            match stmt {
                Stmt::FunctionDef(def) => {
                    items.declare(&def.name.id, Item::Function(def));
                }
                Stmt::ClassDef(def) => {
                    let class = items.class(def, &mut diagnostic);
                    items.classes.push(class);
                    items.declare(&def.name.id, Item::Class(items.classes.len() - 1));
                }
                Stmt::Import(import) => {
                    for alias in &import.names {
                        let name = alias.name.id.as_str();
                        match items.module(name) {
                            Some(module) => {
                                let local = alias.asname.as_ref().map_or(name, |n| n.id.as_str());
                                let item = Item::Imported(Imported { module, name: None });
                                items.declare(local, item);
                            }
                            None => {
                                let local = alias.asname.as_ref().map_or(name, |n| n.id.as_str());
                                items.names.insert(local.split('.').next().unwrap_or(local), Item::Wrong);
                                diagnostic(
                                    alias.range,
                                    format!(
                                        "import: there is no module '{name}' here; there are {}",
                                        items.modules().join(", ")
                                    ),
                                );
                            }
                        }
                    }
                }
                Stmt::ImportFrom(import) => {
                    let from = import.module.as_ref().map_or("", |m| m.id.as_str());
                    let Some(module) = items.module(from) else {
                        for alias in &import.names {
                            let local = alias.asname.as_ref().unwrap_or(&alias.name);
                            items.names.insert(&local.id, Item::Wrong);
                        }
                        diagnostic(
                            import.range,
                            format!(
                                "import: there is no module '{from}' here; there are {}",
                                items.modules().join(", ")
                            ),
                        );
                        continue;
                    };
                    for alias in &import.names {
                        let name = alias.name.id.as_str();
                        match items.members(module).into_iter().find(|member| *member == name) {
                            Some(member) => {
                                let local = alias.asname.as_ref().map_or(name, |n| n.id.as_str());
                                let item = Item::Imported(Imported { module, name: Some(member) });
                                items.declare(local, item);
                            }
                            None => diagnostic(
                                alias.range,
                                format!("import: there is no '{name}' in {from} here"),
                            ),
                        }
                    }
                }
                _ => {}
            }
        }
        let mut assigned = Assigned::default();
        assigned.visit_body(&module.body);
        for (name, places) in assigned.names {
            match (items.names.get(name), module.body.iter().find_map(|stmt| defines(stmt, name))) {
                (Some(_), _) => {
                    items.names.insert(name, Item::Variable);
                }
                (None, Some(value)) if places.len() == 1 && items.is_constant(value) => {
                    items.names.insert(name, Item::Constant(value));
                }
                _ => {
                    items.names.insert(name, Item::Variable);
                }
            }
        }
        (items, errors)
    }

    /// The scope of a lone expression: some modules, and those that are lent.
    pub fn prelude(lent: &'s [(String, String)]) -> Items<'s> {
        let lent_modules = lent.iter().map(|(module, _)| module.as_str());
        let modules = ["math", "struct", "zlib"].into_iter().chain(lent_modules);
        let names = modules.map(|module| (module, Item::Imported(Imported { module, name: None })));
        Items { names: names.collect(), lent, ..Items::default() }
    }

    /// The names of all modules.
    pub fn modules(&self) -> Vec<&'s str> {
        let mut all: Vec<&str> = MODULES.iter().map(|(module, _)| *module).collect();
        for (module, _) in self.lent {
            if !all.contains(&module.as_str()) {
                all.push(module);
            }
        }
        all
    }

    /// The module of that name.
    pub fn module(&self, name: &str) -> Option<&'s str> {
        self.modules().into_iter().find(|module| *module == name)
    }

    /// Whether a module is lent.
    pub fn is_lent(&self, module: &str) -> bool {
        self.lent.iter().any(|(name, _)| name == module)
    }

    /// The members of a module.
    pub fn members(&self, module: &str) -> Vec<&'s str> {
        let built_in = MODULES.iter().filter(|(name, _)| *name == module);
        let lent = self.lent.iter().filter(|(name, _)| *name == module).map(|(_, name)| name.as_str());
        built_in.flat_map(|(_, members)| *members).copied().chain(lent).collect()
    }

    /// Whether an expression has the same value wherever it is evaluated: it consists of constants and calls
    /// of pure functions.
    pub fn is_constant(&self, e: &Expr) -> bool {
        /// Finds calls of names that the script declares, or that are lent, instead of the built-in function
        /// or module of that name.
        struct Hidden<'a, 's>(&'a Items<'s>, bool);
        impl<'e> Visitor<'e> for Hidden<'_, '_> {
            fn visit_expr(&mut self, e: &'e Expr) {
                if let Expr::Call(call) = e {
                    let name = match &*call.func {
                        Expr::Attribute(a) => &*a.value,
                        other => other,
                    };
                    let item = name.as_name_expr().and_then(|n| self.0.names.get(n.id.as_str()));
                    self.1 |= match item {
                        Some(Item::Function(_) | Item::Class(_)) => true,
                        Some(Item::Imported(imported)) => self.0.is_lent(imported.module),
                        _ => false,
                    };
                }
                super::source::walk_expr(self, e);
            }
        }
        let mut hidden = Hidden(self, false);
        hidden.visit_expr(e);
        is_constant(e) && !hidden.1
    }

    /// A name that is declared twice is a variable.
    fn declare(&mut self, name: &'s str, item: Item<'s>) {
        let same =
            matches!((self.names.get(name), item), (Some(Item::Imported(a)), Item::Imported(b)) if *a == b);
        let item = if self.names.contains_key(name) && !same { Item::Variable } else { item };
        self.names.insert(name, item);
    }

    fn class(
        &mut self,
        def: &'s StmtClassDef,
        diagnostic: &mut impl FnMut(TextRange, String),
    ) -> ClassItem<'s> {
        let name = def.name.id.as_str();
        let mut class = ClassItem {
            name,
            methods: HashMap::new(),
            properties: HashSet::new(),
            constants: HashMap::new(),
        };
        if let Some(arguments) = &def.arguments
            && !arguments.args.is_empty()
            && !matches!(&arguments.args[..], [Expr::Name(base)] if base.id == "object")
        {
            diagnostic(arguments.range, format!("inheritance is not supported: '{name}' has a base class"));
        }
        for stmt in &def.body {
            if let Stmt::Assign(ruff_python_ast::StmtAssign { value, .. })
            | Stmt::AnnAssign(ruff_python_ast::StmtAnnAssign { value: Some(value), .. }) = stmt
                && !self.is_constant(value)
            {
                diagnostic(
                    value.range(),
                    "what stands in a class is a constant: it must be known beforehand".to_string(),
                );
            }
            match stmt {
                Stmt::FunctionDef(method) => {
                    let called = method.name.id.as_str();
                    if called.starts_with("__")
                        && called.ends_with("__")
                        && !matches!(called, "__init__" | "__iter__" | "__next__")
                    {
                        diagnostic(
                            method.name.range,
                            format!("the special method '{called}' is not supported"),
                        );
                    }
                    let property =
                        |d: &Decorator| matches!(&d.expression, Expr::Name(n) if n.id == "property");
                    if method.decorator_list.iter().any(property) {
                        class.properties.insert(called);
                    }
                    if class.methods.insert(called, method).is_some() && method.decorator_list.is_empty() {
                        diagnostic(method.name.range, format!("'{called}' is defined twice in '{name}'"));
                    }
                }
                Stmt::Assign(assign) => match &assign.targets[..] {
                    [Expr::Name(target)] => {
                        class.constants.insert(&target.id, &assign.value);
                    }
                    _ => diagnostic(
                        assign.range,
                        "this is not supported in a class: use 'NAME = value'".to_string(),
                    ),
                },
                Stmt::AnnAssign(assign) => match (&*assign.target, &assign.value) {
                    (Expr::Name(target), Some(value)) => {
                        class.constants.insert(&target.id, value);
                    }
                    (Expr::Name(_), None) => {}
                    _ => diagnostic(
                        assign.range,
                        "this is not supported in a class: use 'NAME = value'".to_string(),
                    ),
                },
                Stmt::Pass(_) => {}
                Stmt::Expr(e) if matches!(&*e.value, Expr::StringLiteral(_) | Expr::EllipsisLiteral(_)) => {}
                other => diagnostic(
                    other.range(),
                    "this is not supported in a class: it has methods and constants".to_string(),
                ),
            }
        }
        class
    }
}

/// Whether an expression consists of constants and calls of pure functions, provided that their names are not
/// hidden.
fn is_constant(e: &Expr) -> bool {
    let all = |list: &[Expr]| list.iter().all(is_constant);
    match e {
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::Name(_) => true,
        Expr::Attribute(a) => is_constant(&a.value),
        Expr::Subscript(s) => is_constant(&s.value) && is_constant(&s.slice),
        Expr::Slice(s) => [&s.lower, &s.upper, &s.step].into_iter().flatten().all(|e| is_constant(e)),
        Expr::Tuple(t) => all(&t.elts),
        Expr::UnaryOp(u) => is_constant(&u.operand),
        Expr::BinOp(b) => is_constant(&b.left) && is_constant(&b.right),
        Expr::BoolOp(b) => all(&b.values),
        Expr::Compare(c) => is_constant(&c.left) && all(&c.comparators),
        Expr::If(i) => is_constant(&i.test) && is_constant(&i.body) && is_constant(&i.orelse),
        Expr::Call(call) => {
            let does_nothing = match &*call.func {
                Expr::Name(n) => {
                    let pure = MODULES.iter().filter(|(module, _)| PURE.contains(module));
                    CONSTANT.iter().chain(pure.flat_map(|(_, members)| *members)).any(|name| n.id == *name)
                }
                Expr::Attribute(a) => match &*a.value {
                    Expr::Name(n) if n.id == "wirelens" => a.attr.id == "open",
                    Expr::Name(n) => PURE.contains(&n.id.as_str()),
                    value => {
                        is_constant(value) && matches!(a.attr.id.as_str(), "startswith" | "endswith" | "find")
                    }
                },
                _ => false,
            };
            does_nothing
                && all(&call.arguments.args)
                && call.arguments.keywords.iter().all(|k| is_constant(&k.value))
        }
        _ => false,
    }
}

/// Built-in functions whose result depends on their arguments alone.
const CONSTANT: [&str; 13] =
    ["abs", "bool", "divmod", "float", "int", "len", "max", "min", "ord", "pow", "range", "round", "sum"];

/// Modules all of whose functions are like that.
const PURE: [&str; 4] = ["math", "struct", "zlib", "binascii"];

/// The value that a top-level statement assigns to a name.
fn defines<'s>(stmt: &'s Stmt, name: &str) -> Option<&'s Expr> {
    match stmt {
        Stmt::Assign(assign) => match &assign.targets[..] {
            [Expr::Name(target)] if target.id == name => Some(&*assign.value),
            _ => None,
        },
        Stmt::AnnAssign(assign) => match &*assign.target {
            Expr::Name(target) if target.id == name => assign.value.as_deref(),
            _ => None,
        },
        _ => None,
    }
}

/// The assigned names with the positions of their assignments, in the order of the first one. Functions,
/// classes and generator expressions have scopes of their own, which are left out.
#[derive(Debug, Default)]
pub struct Assigned<'s> {
    pub names: Vec<(&'s str, Vec<TextRange>)>,
    /// The number of `yield`s.
    pub yields: usize,
    /// The names that are assigned in loops or more than once.
    pub changing: HashSet<&'s str>,
    /// The index of each name in `names`.
    known: HashMap<&'s str, usize>,
    loops: usize,
}

impl<'s> Assigned<'s> {
    fn add(&mut self, name: &'s str, at: TextRange) {
        let known = self.known.get(name).copied();
        if self.loops > 0 || known.is_some() {
            self.changing.insert(name);
        }
        match known {
            Some(known) => self.names[known].1.push(at),
            None => {
                self.known.insert(name, self.names.len());
                self.names.push((name, vec![at]));
            }
        }
    }

    pub fn target(&mut self, target: &'s Expr) {
        match target {
            Expr::Name(name) => self.add(&name.id, name.range),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|e| self.target(e)),
            Expr::List(list) => list.elts.iter().for_each(|e| self.target(e)),
            Expr::Starred(starred) => self.target(&starred.value),
            _ => {}
        }
    }
}

impl<'s> Visitor<'s> for Assigned<'s> {
    fn visit_stmt(&mut self, stmt: &'s Stmt) {
        match stmt {
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.target(t)),
            Stmt::AnnAssign(s) => self.target(&s.target),
            Stmt::AugAssign(s) => {
                self.target(&s.target);
                self.changing.extend(self.names.last().map(|(name, _)| *name));
            }
            Stmt::For(_) | Stmt::While(_) => {
                self.loops += 1;
                if let Stmt::For(s) = stmt {
                    self.target(&s.target);
                }
                visitor::walk_stmt(self, stmt);
                self.loops -= 1;
                return;
            }
            Stmt::With(s) => {
                s.items.iter().filter_map(|i| i.optional_vars.as_deref()).for_each(|t| self.target(t))
            }
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'s Expr) {
        match expr {
            Expr::Named(e) => self.target(&e.target),
            Expr::Yield(_) | Expr::YieldFrom(_) => self.yields += 1,
            Expr::Lambda(_) => return,
            _ => {}
        }
        super::source::walk_expr(self, expr);
    }

    fn visit_comprehension(&mut self, comprehension: &'s ruff_python_ast::Comprehension) {
        // The target belongs to the comprehension's own scope.
        self.visit_expr(&comprehension.iter);
        comprehension.ifs.iter().for_each(|e| self.visit_expr(e));
    }
}
