//! The syntax tree of a schema: declarations and expressions as they are written, with unresolved names.
//!
//! The parser limits its depth, so that recursion over it is safe. Positions are byte offsets in the file's
//! text.

/// A name and its position. Unnamed unions and files have an empty one.
#[derive(Clone, Debug, Default)]
pub struct Name {
    pub text: String,
    pub at: usize,
}

/// `@n`: an id or an ordinal.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    pub value: u64,
    pub at: usize,
}

/// A declaration: a file, a type, a member, an alias.
#[derive(Debug)]
pub struct Declaration {
    pub name: Name,
    pub number: Option<Number>,
    /// Names of type parameters; for a method, the implicit ones.
    pub parameters: Vec<Name>,
    pub annotations: Vec<Application>,
    pub doc: Option<String>,
    pub what: DeclarationKind,
    /// The declarations between its braces.
    pub members: Vec<Declaration>,
}

/// The kinds of declarations.
#[derive(Debug)]
pub enum DeclarationKind {
    File,
    Using(Expression),
    Const { ty: Expression, value: Expression },
    Enum,
    Enumerant,
    Struct,
    Field(Variable),
    Union,
    Group,
    Interface { superclasses: Vec<Expression> },
    Method { parameters: Signature, results: Option<Signature> },
    Annotation { ty: Expression, targets: Targets },
}

/// The type and default of a field or a parameter.
#[derive(Debug)]
pub struct Variable {
    pub ty: Expression,
    pub default: Option<Expression>,
}

/// The parameters or the results of a method.
#[derive(Debug)]
pub enum Signature {
    List(Vec<Parameter>),
    Type(Expression),
    Stream { at: usize },
}

/// A method's parameter or result.
#[derive(Debug)]
pub struct Parameter {
    pub name: Name,
    pub variable: Variable,
    pub annotations: Vec<Application>,
}

/// The application of an annotation to a declaration.
#[derive(Debug)]
pub struct Application {
    pub name: Expression,
    pub value: Option<Expression>,
}

/// An expression: a type, a value, or the name of something.
#[derive(Debug)]
pub struct Expression {
    pub at: usize,
    pub form: ExpressionKind,
}

/// The kinds of expressions.
#[derive(Debug)]
pub enum ExpressionKind {
    Integer(u64),
    /// An integer after a minus sign.
    Negative(u64),
    Float(f64),
    Text(Vec<u8>),
    Data(Vec<u8>),
    List(Vec<Expression>),
    Tuple(Vec<Argument>),
    Name(String),
    /// `.name`: a name at the file's top level.
    Absolute(Name),
    Import(String),
    Embed(String),
    Member(Box<Expression>, Name),
    Apply(Box<Expression>, Vec<Argument>),
}

/// An element of a tuple.
#[derive(Debug)]
pub struct Argument {
    pub name: Option<Name>,
    pub value: Expression,
}

/// The kinds of declarations that an annotation may be applied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets(pub u16);

impl Targets {
    /// Their words, in the order of their bits.
    pub const WORDS: [&str; 12] = [
        "file",
        "const",
        "enum",
        "enumerant",
        "struct",
        "field",
        "union",
        "group",
        "interface",
        "method",
        "param",
        "annotation",
    ];
    /// All targets.
    pub const ALL: Targets = Targets((1 << Targets::WORDS.len()) - 1);

    /// The target with that word.
    pub fn of(word: &str) -> Option<Targets> {
        Some(Targets(1 << Targets::WORDS.iter().position(|w| *w == word)?))
    }

    /// Whether the two have a target in common.
    pub fn meets(self, other: Targets) -> bool {
        self.0 & other.0 != 0
    }
}

impl Declaration {
    /// A declaration with nothing but a name.
    pub fn new(name: Name, what: DeclarationKind) -> Declaration {
        Declaration {
            name,
            number: None,
            parameters: Vec::new(),
            annotations: Vec::new(),
            doc: None,
            what,
            members: Vec::new(),
        }
    }

    /// The word for its kind; also that of its target, if annotations can be applied to it.
    pub fn kind(&self) -> &'static str {
        match self.what {
            DeclarationKind::File => "file",
            DeclarationKind::Using(_) => "alias",
            DeclarationKind::Const { .. } => "const",
            DeclarationKind::Enum => "enum",
            DeclarationKind::Enumerant => "enumerant",
            DeclarationKind::Struct => "struct",
            DeclarationKind::Field(_) => "field",
            DeclarationKind::Union => "union",
            DeclarationKind::Group => "group",
            DeclarationKind::Interface { .. } => "interface",
            DeclarationKind::Method { .. } => "method",
            DeclarationKind::Annotation { .. } => "annotation",
        }
    }

    /// Calls `visit` with every expression in it and in its members.
    pub fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        let signature = |s: &'a Signature, visit: &mut dyn FnMut(&'a Expression)| match s {
            Signature::List(list) => {
                for parameter in list {
                    parameter.variable.expressions(visit);
                    parameter.annotations.iter().for_each(|a| a.expressions(visit));
                }
            }
            Signature::Type(ty) => ty.expressions(visit),
            Signature::Stream { .. } => {}
        };
        self.annotations.iter().for_each(|a| a.expressions(visit));
        match &self.what {
            DeclarationKind::File
            | DeclarationKind::Enum
            | DeclarationKind::Enumerant
            | DeclarationKind::Struct
            | DeclarationKind::Union
            | DeclarationKind::Group => {}
            DeclarationKind::Using(target) => target.expressions(visit),
            DeclarationKind::Const { ty, value } => {
                ty.expressions(visit);
                value.expressions(visit);
            }
            DeclarationKind::Field(variable) => variable.expressions(visit),
            DeclarationKind::Interface { superclasses } => {
                superclasses.iter().for_each(|s| s.expressions(visit))
            }
            DeclarationKind::Method { parameters, results } => {
                signature(parameters, visit);
                results.iter().for_each(|r| signature(r, visit));
            }
            DeclarationKind::Annotation { ty, .. } => ty.expressions(visit),
        }
        self.members.iter().for_each(|m| m.expressions(visit));
    }

    /// Whether it is a method with `stream` as its results, or contains one.
    pub fn streams(&self) -> bool {
        let own =
            matches!(&self.what, DeclarationKind::Method { results: Some(Signature::Stream { .. }), .. });
        own || self.members.iter().any(Declaration::streams)
    }
}

impl Variable {
    fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.ty.expressions(visit);
        self.default.iter().for_each(|d| d.expressions(visit));
    }
}

impl Application {
    fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.name.expressions(visit);
        self.value.iter().for_each(|v| v.expressions(visit));
    }
}

impl Expression {
    /// Calls `visit` with it and every expression in it.
    pub fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        visit(self);
        match &self.form {
            ExpressionKind::List(list) => list.iter().for_each(|e| e.expressions(visit)),
            ExpressionKind::Tuple(arguments) => arguments.iter().for_each(|a| a.value.expressions(visit)),
            ExpressionKind::Member(parent, _) => parent.expressions(visit),
            ExpressionKind::Apply(function, arguments) => {
                function.expressions(visit);
                arguments.iter().for_each(|a| a.value.expressions(visit));
            }
            _ => {}
        }
    }
}

impl std::fmt::Display for Expression {
    /// As in the text, without spaces; a value that names nothing is `…`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.form {
            ExpressionKind::Name(name) => f.write_str(name),
            ExpressionKind::Absolute(name) => write!(f, ".{}", name.text),
            ExpressionKind::Import(path) => write!(f, "import \"{path}\""),
            ExpressionKind::Member(parent, name) => write!(f, "{parent}.{}", name.text),
            ExpressionKind::Apply(function, arguments) => {
                write!(f, "{function}(")?;
                for (i, argument) in arguments.iter().enumerate() {
                    write!(f, "{}{}", if i > 0 { ", " } else { "" }, argument.value)?;
                }
                f.write_str(")")
            }
            _ => f.write_str("…"),
        }
    }
}
