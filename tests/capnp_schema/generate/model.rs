//! The declarations of a random schema: their nesting, and the members of structs.

use crate::rng::Rng;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Struct,
    Enum,
    Interface,
}

/// A declaration that a type may name. Names are unique in the whole file.
pub struct Decl {
    pub kind: Kind,
    pub name: String,
    pub parent: Option<usize>,
    /// The names of its type parameters.
    pub parameters: Vec<String>,
    /// For a struct.
    pub members: Vec<Member>,
    /// For an enum, in the order of the text.
    pub enumerants: Vec<String>,
}

#[derive(Clone)]
pub enum Type {
    /// The name of a built-in type, including the untyped pointers.
    Builtin(&'static str),
    List(Box<Type>),
    /// A declaration's index, and its path at the place of use.
    Decl(usize, String),
    Parameter(String),
}

impl Type {
    pub fn text(&self) -> String {
        match self {
            Type::Builtin(name) => (*name).to_string(),
            Type::List(of) => format!("List({})", of.text()),
            Type::Decl(_, text) | Type::Parameter(text) => text.clone(),
        }
    }
}

pub enum Member {
    Field {
        name: String,
        ty: Type,
        ordinal: usize,
    },
    /// A group or a union. An unnamed union has an empty name.
    Group {
        name: String,
        union: bool,
        /// The explicit ordinal of a union, if it has one.
        ordinal: Option<usize>,
        members: Vec<Member>,
    },
}

pub struct Model {
    pub decls: Vec<Decl>,
    names: usize,
}

const SCALARS: [&str; 13] = [
    "Bool", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
    "Void", "Bool",
];

impl Model {
    pub fn draw(rng: &mut Rng) -> Model {
        let mut model = Model { decls: Vec::new(), names: 0 };
        for _ in 0..2 + rng.below(8) {
            let kind = *rng.pick(&[Kind::Struct, Kind::Struct, Kind::Struct, Kind::Enum, Kind::Interface]);
            // Declarations are nested in structs and interfaces, or at the top.
            let parents: Vec<usize> =
                (0..model.decls.len()).filter(|&i| model.decls[i].kind != Kind::Enum).collect();
            let parent = if parents.is_empty() || rng.one_in(2) { None } else { Some(*rng.pick(&parents)) };
            let mut parameters = Vec::new();
            while kind != Kind::Enum && rng.one_in(4) {
                parameters.push(model.name("T"));
            }
            let name = model.name(match kind {
                Kind::Struct => "S",
                Kind::Enum => "E",
                Kind::Interface => "I",
            });
            let (members, mut enumerants) = (Vec::new(), Vec::new());
            while kind == Kind::Enum && (enumerants.is_empty() || !rng.one_in(5)) {
                enumerants.push(model.name("e"));
            }
            model.decls.push(Decl { kind, name, parent, parameters, members, enumerants });
        }
        for at in 0..model.decls.len() {
            if model.decls[at].kind == Kind::Struct {
                let mut left = if rng.one_in(8) { rng.below(60) } else { rng.below(16) };
                let mut members = model.members(at, &mut left, false, 0, rng);
                number(&mut members, rng);
                model.decls[at].members = members;
            }
        }
        model
    }

    /// A unique name.
    pub fn name(&mut self, start: &str) -> String {
        self.names += 1;
        format!("{start}{}", self.names)
    }

    /// Members of the struct `at`, about as many fields as `left`; a union has at least two.
    fn members(
        &mut self,
        at: usize,
        left: &mut u64,
        union: bool,
        depth: usize,
        rng: &mut Rng,
    ) -> Vec<Member> {
        let (mut members, mut unnamed) = (Vec::new(), union);
        let most = if depth == 0 { u64::MAX } else { 2 + rng.below(6) };
        let least = match (depth, union) {
            (_, true) => 2,
            (0, false) => 0,
            _ => 1,
        };
        while members.len() < least || (*left > 0 && (members.len() as u64) < most) {
            if depth < 4 && *left > 1 && rng.one_in(5) {
                let union = rng.one_in(2);
                // One unnamed union is allowed in a group, none directly in a union.
                let name = if union && !unnamed && rng.one_in(2) {
                    unnamed = true;
                    String::new()
                } else {
                    self.name("g")
                };
                let members_ = self.members(at, left, union, depth + 1, rng);
                members.push(Member::Group { name, union, ordinal: None, members: members_ });
                continue;
            }
            let (name, ty) = (self.name("f"), self.ty(Some(at), 0, rng));
            members.push(Member::Field { name, ty, ordinal: 0 });
            *left = left.saturating_sub(1);
        }
        members
    }

    /// A type for use within the declaration `at`.
    pub fn ty(&self, at: Option<usize>, depth: usize, rng: &mut Rng) -> Type {
        match rng.below(16) {
            0 if depth < 3 => {
                let of = self.ty(at, depth + 1, rng);
                // The language does not support lists of untyped pointers or of type parameters.
                match of {
                    Type::Parameter(_) | Type::Builtin("AnyPointer" | "AnyStruct" | "AnyList") => {
                        Type::Builtin("Data")
                    }
                    of => Type::List(Box::new(of)),
                }
            }
            1 => Type::Builtin(rng.pick::<&str>(&["Text", "Data"])),
            2 if !self.parameters(at).is_empty() => Type::Parameter(rng.pick(&self.parameters(at)).clone()),
            2 => Type::Builtin(rng.pick::<&str>(&["AnyPointer", "AnyStruct", "AnyList", "Capability"])),
            3..=5 => {
                let to = rng.index(self.decls.len());
                Type::Decl(to, self.path(at, to, depth, rng))
            }
            _ => Type::Builtin(rng.pick::<&str>(&SCALARS)),
        }
    }

    /// The type parameters that are in scope.
    pub fn parameters(&self, at: Option<usize>) -> Vec<String> {
        self.chain(at).iter().flat_map(|&i| self.decls[i].parameters.clone()).collect()
    }

    /// The declarations from the outermost to this one.
    pub fn chain(&self, at: Option<usize>) -> Vec<usize> {
        let mut chain: Vec<usize> = std::iter::successors(at, |&i| self.decls[i].parent).collect();
        chain.reverse();
        chain
    }

    /// The path of a declaration as seen from another: from their common scope, or from the top, with or
    /// without arguments for the generic declarations on the path.
    pub fn path(&self, at: Option<usize>, to: usize, depth: usize, rng: &mut Rng) -> String {
        let (here, there) = (self.chain(at), self.chain(Some(to)));
        let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        let absolute = rng.one_in(5);
        let skip = if absolute { 0 } else { common.min(there.len() - 1) };
        let mut steps = Vec::new();
        for &i in &there[skip..] {
            let decl = &self.decls[i];
            let mut step = decl.name.clone();
            if !decl.parameters.is_empty() && depth < 3 && !rng.one_in(4) {
                let arguments: Vec<String> =
                    decl.parameters.iter().map(|_| self.pointer(at, depth + 1, rng)).collect();
                step = format!("{step}({})", arguments.join(", "));
            }
            steps.push(step);
        }
        format!("{}{}", if absolute { " ." } else { "" }, steps.join("."))
    }

    /// A pointer type, as type arguments must be.
    pub fn pointer(&self, at: Option<usize>, depth: usize, rng: &mut Rng) -> String {
        let parameters = self.parameters(at);
        let to = rng.index(self.decls.len());
        match rng.below(6) {
            0 if !parameters.is_empty() => rng.pick(&parameters).clone(),
            0 | 1 => "Text".into(),
            2 => format!("List({})", rng.pick(&["Int8", "Bool", "Text", "List(UInt16)"])),
            3 => (*rng.pick(&["Data", "AnyPointer"])).into(),
            _ if self.decls[to].kind == Kind::Enum => "Data".into(),
            _ => self.path(at, to, depth, rng),
        }
    }
}

/// Assigns ordinals to the fields: in order, slightly shuffled or at random; sometimes to a union, too.
fn number(members: &mut [Member], rng: &mut Rng) {
    let count = fields(members).len();
    let mut order: Vec<usize> = (0..count).map(|i| 2 * i + 1).collect();
    for _ in 0..*rng.pick(&[0, 1.min(count), count / 2, 3 * count]) {
        order.swap(rng.index(count), rng.index(count));
    }
    let mut next = order.into_iter();
    each(members, &mut |m| {
        if let Member::Field { ordinal, .. } = m {
            *ordinal = next.next().expect("one a field");
        }
    });
    let mut given = rng.one_in(4);
    let behind = rng.one_in(2);
    each(members, &mut |m| {
        let Member::Group { name, union: true, ordinal, members } = m else { return };
        let plain = members.iter().all(|m| matches!(m, Member::Field { .. }));
        if given && plain && !name.is_empty() {
            // At most one alternative may have a lower ordinal than the union, and no ordinal may be between
            // the two.
            let first = fields(members).into_iter().min().expect("a union has alternatives");
            *ordinal = Some(if behind { first + 1 } else { first - 1 });
            given = false;
        }
    });
    let mut all = Vec::new();
    each(members, &mut |m| match m {
        Member::Field { ordinal, .. } | Member::Group { ordinal: Some(ordinal), .. } => all.push(*ordinal),
        Member::Group { .. } => {}
    });
    all.sort_unstable();
    each(members, &mut |m| match m {
        Member::Field { ordinal, .. } | Member::Group { ordinal: Some(ordinal), .. } => {
            *ordinal = all.binary_search(ordinal).expect("collected above");
        }
        Member::Group { .. } => {}
    });
}

fn each(members: &mut [Member], act: &mut impl FnMut(&mut Member)) {
    for member in members {
        act(member);
        if let Member::Group { members, .. } = member {
            each(members, act);
        }
    }
}

/// The ordinals of all fields.
fn fields(members: &[Member]) -> Vec<usize> {
    let of = |m: &Member| match m {
        Member::Field { ordinal, .. } => vec![*ordinal],
        Member::Group { members, .. } => fields(members),
    };
    members.iter().flat_map(of).collect()
}
