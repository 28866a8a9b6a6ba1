//! Generates programs: random instructions under random structured control flow, written as text and then
//! parsed.
//!
//! Loops have few iterations, so every program ends. Numbers are often small, so that most runs get far
//! before something overflows. All features of the IR occur: objects that are changed, loop-carried and
//! passed on; optionals; views of views; loads with offsets in bounds and out of bounds; calls; host calls;
//! `promote`; switches; early returns.

mod instruction;

use super::rng::Rng;
use std::fmt::Write;

/// The classes of all programs. `Cell`, `Node` and `Iter` have fields that are set.
const CLASSES: &str = "class Point { at: view, tag: i64 }\nclass Pair { a: f64, b: f64 }\n\
    class Cell { n: i64, x: f64 }\nclass Node { n: i64, next: Node?, pair: Pair }\nclass Holder { cell: Cell, point: Point }\n\
    class Iter { n: i64, last: i64?, cell: Cell, pair: Pair }\ncell tally\n";

const TYPES: [&str; 14] = [
    "i64", "i64", "i64", "f64", "f64", "bool", "u64", "view", "Point", "Pair", "Cell", "Node", "Holder",
    "Iter",
];
/// The parameter types of `main`, and its return types.
pub const PARAMS: [&str; 5] = ["view", "i64", "i64", "f64", "bool"];
const RETURNS: [&str; 5] = ["i64", "f64", "bool", "view", "i64?"];

/// A program with a function `main`.
pub fn program(seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let mut text = CLASSES.to_string();
    let mut known: Vec<Callee> = vec![];
    let helpers = rng.below(4);
    if rng.one_in(2) {
        let group = recursive(&mut rng);
        for callee in &group {
            let returns = [callee.result.clone()];
            let mut writer = Writer::new(&mut rng, &known, &returns, 5);
            text += &writer.function(&callee.name, &callee.params, &group);
        }
        known.extend(group);
    }
    for i in 0..=helpers {
        let main = i == helpers;
        let name = if main { "main".to_string() } else { format!("f{i}") };
        let params: Vec<String> = match main {
            true => PARAMS.map(str::to_string).to_vec(),
            false => (0..1 + rng.below(3)).map(|_| rng.pick(&TYPES).to_string()).collect(),
        };
        let returns: Vec<String> = match main {
            true => RETURNS.map(str::to_string).to_vec(),
            false => vec![rng.pick(&TYPES).to_string()],
        };
        let budget = if main { 40 } else { 10 };
        let mut writer = Writer::new(&mut rng, &known, &returns, budget);
        text += &writer.function(&name, &params, &[]);
        let callee = Callee { name, params, result: returns[0].clone() };
        if !main && rng.one_in(2) {
            let forwarder = forwarder(&format!("g{i}"), &callee);
            text += &forwarder.0;
            known.push(forwarder.1);
        }
        known.push(callee);
    }
    text
}

/// A small function that calls a larger one with its own arguments, and computes something of its result.
fn forwarder(name: &str, callee: &Callee) -> (String, Callee) {
    let Callee { name: called, params, result } = callee;
    let head: Vec<String> = params.iter().enumerate().map(|(i, ty)| format!("v{i}: {ty}")).collect();
    let (args, v): (Vec<String>, _) = ((0..params.len()).map(|i| format!("v{i}")).collect(), params.len());
    let (head, args) = (head.join(", "), args.join(", "));
    let op = match &result[..] {
        "f64" => "neg",
        "bool" | "i64" | "u64" => "not",
        _ => "some",
    };
    let (returned, result) = match op {
        "some" => (v, result.clone()),
        _ => (v + 1, result.clone()),
    };
    let text = format!(
        "\nfn {name}({head}) -> {result} {{\nb0:\n  v{v} = call {called} {args}\n  v{} = {op} v{v}\n  \
         return v{returned}\n}}\n",
        v + 1
    );
    (text, Callee { name: name.to_string(), params: params.clone(), result })
}

/// One or two functions that call themselves and each other. The first parameter is the remaining depth.
fn recursive(rng: &mut Rng) -> Vec<Callee> {
    let count = 1 + rng.below(2);
    let callee = |i: u64| {
        let types = (0..rng.below(4)).map(|_| rng.pick(&TYPES).to_string());
        let params: Vec<String> = std::iter::once("i64".to_string()).chain(types).collect();
        Callee { name: format!("r{i}"), params, result: rng.pick(&TYPES).to_string() }
    };
    (0..count).map(callee).collect()
}

struct Callee {
    name: String,
    params: Vec<String>,
    result: String,
}

/// Values in scope: name and type.
type Scope = Vec<(String, String)>;

struct Writer<'a> {
    rng: Rng,
    known: &'a [Callee],
    /// The head and the lines of each block.
    blocks: Vec<(String, String)>,
    at: usize,
    values: usize,
    returns: &'a [String],
    budget: i32,
    depth: u32,
}

impl<'a> Writer<'a> {
    fn new(rng: &mut Rng, known: &'a [Callee], returns: &'a [String], budget: i32) -> Writer<'a> {
        let own = rng.clone();
        rng.next();
        Writer { rng: own, known, blocks: vec![], at: 0, values: 0, returns, budget, depth: 0 }
    }

    /// A function; with a `group` of recursive functions to which it belongs, it calls them.
    fn function(&mut self, name: &str, params: &[String], group: &[Callee]) -> String {
        let mut scope: Scope = vec![];
        for ty in params {
            let v = self.fresh();
            scope.push((v, ty.clone()));
        }
        let head: Vec<String> = scope.iter().map(|(v, ty)| format!("{v}: {ty}")).collect();
        let views = params.iter().enumerate().filter(|(_, ty)| *ty == "view");
        let records: Vec<String> =
            views.map(|(i, _)| format!("v{i}")).filter(|_| self.rng.one_in(2)).collect();
        let record =
            if records.is_empty() { String::new() } else { format!(" record={}", records.join(", ")) };
        let mut text =
            format!("\nfn {name}({}) -> {}{record} {{\n", head.join(", "), self.returns.join(", "));
        self.at = self.block("", false);
        if name == "main" {
            // The value from an earlier call is not used.
            self.line("write tally 0");
        }
        if !group.is_empty() {
            self.recursion(&mut scope, group);
        }
        self.statements(&mut scope);
        self.give(&mut scope);
        for (i, (head, lines)) in self.blocks.iter().enumerate() {
            let _ = write!(text, "b{i}{head}\n{lines}");
        }
        text + "}\n"
    }

    /// Up to fifteen calls deep with one call in each function, or five with two: deeper than inlining goes.
    fn recursion(&mut self, scope: &mut Scope, group: &[Callee]) {
        let calls = 1 + self.rng.below(2);
        let deep = self.op(scope, "i64", format!("and v0, {}", if calls == 1 { 15 } else { 5 }));
        let over = self.op(scope, "bool", format!("lt {deep}, 1"));
        let (end, on) = (self.block("", false), self.block("", false));
        self.line(&format!("branch {over}, b{end}, b{on}"));
        self.at = end;
        self.give(&mut scope.clone());
        self.at = on;
        let left = self.op(scope, "i64", format!("sub {deep}, 1"));
        for _ in 0..calls {
            let callee = self.rng.pick(group);
            let types: Vec<&str> = callee.params[1..].iter().map(String::as_str).collect();
            if let Some(args) = self.all(scope, &types) {
                let args: Vec<String> = std::iter::once(left.clone()).chain(args).collect();
                self.op(scope, &callee.result, format!("call {} {}", callee.name, args.join(", ")));
            }
            if self.rng.one_in(2) {
                self.statements(scope);
            }
        }
    }

    fn fresh(&mut self) -> String {
        self.values += 1;
        format!("v{}", self.values - 1)
    }

    fn block(&mut self, params: &str, header: bool) -> usize {
        let params = if params.is_empty() { String::new() } else { format!("({params})") };
        self.blocks.push((format!("{params}:{}", if header { " loop" } else { "" }), String::new()));
        self.blocks.len() - 1
    }

    fn line(&mut self, text: &str) {
        let at = self.at;
        let _ = writeln!(self.blocks[at].1, "  {text}");
    }

    fn op(&mut self, scope: &mut Scope, ty: &str, text: String) -> String {
        let v = self.fresh();
        self.line(&format!("{v} = {text}"));
        scope.push((v.clone(), ty.to_string()));
        v
    }

    /// A value of this type: one in scope, a constant, or a new one.
    fn some(&mut self, scope: &mut Scope, ty: &str) -> String {
        let known: Vec<String> = scope.iter().filter(|(_, t)| t == ty).map(|(v, _)| v.clone()).collect();
        if !known.is_empty() && !self.rng.one_in(4) {
            // Prefers one of the last six.
            let from = known.len().saturating_sub(6);
            return self.rng.pick(&known[from..]).clone();
        }
        match ty {
            "i64" => match self.rng.below(12) {
                0 => self.rng.i64().to_string(),
                _ => (self.rng.below(20) as i64 - 3).to_string(),
            },
            "u64" => format!("{}u", self.rng.below(50)),
            "f64" => match self.rng.below(8) {
                0 => self.rng.pick(&["nan", "inf", "-inf", "-0.0", "0.0"]).to_string(),
                _ => format!("{:?}", self.rng.below(200) as f64 / 8.0 - 9.0),
            },
            "bool" => self.rng.one_in(2).to_string(),
            "i64?" => "none.i64".to_string(),
            "f64?" => "none.f64".to_string(),
            "Node?" => "none.Node".to_string(),
            // Views cannot be made: it is one in scope, or the field of a point in scope.
            "view" => match known.first() {
                Some(v) => v.clone(),
                None => {
                    let point = scope.iter().find(|(_, t)| t == "Point").map(|(v, _)| v.clone());
                    let holder = scope.iter().find(|(_, t)| t == "Holder").map(|(v, _)| v.clone());
                    match (point, holder) {
                        (Some(p), _) => self.op(scope, "view", format!("get Point.at {p}")),
                        (_, Some(h)) => {
                            let p = self.op(scope, "Point", format!("get Holder.point {h}"));
                            self.op(scope, "view", format!("get Point.at {p}"))
                        }
                        _ => String::new(),
                    }
                }
            },
            class => {
                let fields: &[&str] = match class {
                    "Point" => &["view", "i64"],
                    "Pair" => &["f64", "f64"],
                    "Cell" => &["i64", "f64"],
                    "Node" => &["i64", "Node?", "Pair"],
                    "Iter" => &["i64", "i64?", "Cell", "Pair"],
                    _ => &["Cell", "Point"],
                };
                let mut args = vec![];
                for field in fields {
                    let arg = self.some(scope, field);
                    if arg.is_empty() {
                        return arg;
                    }
                    args.push(arg);
                }
                self.op(scope, class, format!("new {class} {}", args.join(", ")))
            }
        }
    }

    /// A value of each type; none if a type has no value here.
    fn all(&mut self, scope: &mut Scope, types: &[&str]) -> Option<Vec<String>> {
        let list: Vec<String> = types.iter().map(|ty| self.some(scope, ty)).collect();
        (!list.iter().any(String::is_empty)).then_some(list)
    }

    fn statements(&mut self, scope: &mut Scope) {
        for _ in 0..2 + self.rng.below(6) {
            self.budget -= 1;
            let plain = self.budget < 0 || self.depth >= 3;
            match self.rng.below(if plain { 12 } else { 19 }) {
                0..12 => drop(self.instruction(scope)),
                12 | 13 => drop(self.diamond(scope)),
                14 => drop(self.switch(scope)),
                15 | 16 => drop(self.repeat(scope)),
                _ => drop(self.rare(scope)),
            }
        }
    }

    /// The block parameters of a join or a loop: a few types that have values here.
    fn carried(&mut self, scope: &mut Scope) -> Vec<&'static str> {
        let count = self.rng.below(4);
        let mut types = vec![];
        for _ in 0..count {
            let ty = *self.rng.pick(&TYPES);
            if !self.some(scope, ty).is_empty() {
                types.push(ty);
            }
        }
        types
    }

    fn target(&mut self, block: usize, scope: &mut Scope, types: &[&str]) -> String {
        let args = self.all(scope, types).expect("they could be had before");
        if args.is_empty() { format!("b{block}") } else { format!("b{block}({})", args.join(", ")) }
    }

    /// New parameters of these types; returns their declarations.
    fn params(&mut self, scope: &mut Scope, types: &[&str]) -> String {
        let mut text = vec![];
        for ty in types {
            let v = self.fresh();
            text.push(format!("{v}: {ty}"));
            scope.push((v, ty.to_string()));
        }
        text.join(", ")
    }

    /// Writes an arm: its statements, and the jump to the join.
    fn arm(&mut self, block: usize, join: usize, scope: &Scope, types: &[&str]) {
        let mut inner = scope.clone();
        self.at = block;
        self.depth += 1;
        if !self.rng.one_in(4) {
            self.statements(&mut inner);
        }
        self.depth -= 1;
        let target = self.target(join, &mut inner, types);
        self.line(&format!("jump {target}"));
    }

    fn diamond(&mut self, scope: &mut Scope) -> Option<()> {
        let condition = self.some(scope, "bool");
        let types = self.carried(scope);
        let (a, b) = (self.block("", false), self.block("", false));
        let before = scope.clone();
        let params = self.params(scope, &types);
        let join = self.block(&params, false);
        let direct = self.rng.one_in(3);
        if direct {
            let mut from = before.clone();
            let target = self.target(join, &mut from, &types);
            self.line(&format!("branch {condition}, b{a}, {target}"));
        } else {
            self.line(&format!("branch {condition}, b{a}, b{b}"));
            self.arm(b, join, &before, &types);
        }
        self.arm(a, join, &before, &types);
        if direct {
            self.at = b;
            self.line("raise unreachable");
        }
        self.at = join;
        Some(())
    }

    fn switch(&mut self, scope: &mut Scope) -> Option<()> {
        let value = self.some(scope, "i64");
        let value = self.op(scope, "i64", format!("and {value}, 3"));
        let types = self.carried(scope);
        let before = scope.clone();
        let arms: Vec<usize> = (0..2 + self.rng.below(3)).map(|_| self.block("", false)).collect();
        let params = self.params(scope, &types);
        let join = self.block(&params, false);
        let (last, cases) = arms.split_last().expect("two at least");
        let cases: Vec<String> = cases.iter().enumerate().map(|(i, b)| format!("{i}: b{b}, ")).collect();
        self.line(&format!("switch {value}, {}else: b{last}", cases.concat()));
        for arm in arms {
            self.arm(arm, join, &before, &types);
        }
        self.at = join;
        Some(())
    }

    /// A loop of a few iterations, or over a view.
    fn repeat(&mut self, scope: &mut Scope) -> Option<()> {
        self.made_before(scope);
        let view = self.some(scope, "view");
        let types = self.carried(scope);
        let start = self.all(scope, &types)?;
        let counter = self.fresh();
        let before_scope = scope.clone();
        // A digest of the iterations is loop-carried too.
        let digest = self.fresh();
        let mut params = format!("{counter}: i64, {digest}: i64");
        let mut inner = before_scope;
        let own = self.params(&mut inner, &types);
        if !own.is_empty() {
            params = format!("{params}, {own}");
        }
        let header = self.block(&params, true);
        let body = self.block("", false);
        let after = self.block("", false);
        let start: Vec<String> = ["0".to_string(), "0".to_string()].into_iter().chain(start).collect();
        self.line(&format!("jump b{header}({})", start.join(", ")));
        self.at = header;
        // Sometimes the header begins with something else, such as a call.
        if self.rng.one_in(3) {
            for _ in 0..1 + self.rng.below(2) {
                self.instruction(&mut inner);
            }
        }
        let stride = 8 * (1 + self.rng.below(4));
        let (more, step) = match view.is_empty() || self.rng.one_in(2) {
            true => (format!("lt {counter}, {}", self.rng.below(9)), 1),
            false => (format!("fits {view}, {counter}, {stride}"), stride),
        };
        let more = self.op(&mut inner, "bool", more);
        inner.push((digest.clone(), "i64".to_string()));
        let outer = inner.clone();
        self.line(&format!("branch {more}, b{body}, b{after}"));
        self.at = body;
        inner.push((counter.clone(), "i64".to_string()));
        self.depth += 1;
        self.statements(&mut inner);
        self.depth -= 1;
        let next = self.op(&mut inner, "i64", format!("add {counter}, {step}"));
        let round = self.digest(&mut inner);
        let sum = self.op(&mut inner, "i64", format!("xor {digest}, {round}"));
        let mut args = vec![next, sum];
        args.extend(self.all(&mut inner, &types)?);
        self.line(&format!("jump b{header}({})", args.join(", ")));
        self.at = after;
        *scope = outer;
        Some(())
    }

    /// Objects that a loop may change, made before it: new ones, a `select` of two, and a field of another
    /// object.
    fn made_before(&mut self, scope: &mut Scope) {
        for _ in 0..self.rng.below(4) {
            let class = *self.rng.pick(&["Cell", "Iter", "Iter", "Node"]);
            let known = scope.clone();
            match self.rng.below(4) {
                0 => {
                    let one = self.all(scope, &["bool", class, class]);
                    let one = one.map(|a| format!("select {}, {}, {}", a[0], a[1], a[2]));
                    one.map(|text| self.op(scope, class, text));
                }
                1 => {
                    let held = self.all(scope, &["Iter"]).map(|a| format!("get Iter.cell {}", a[0]));
                    held.map(|text| self.op(scope, "Cell", text));
                }
                _ => {
                    let mut without: Scope = known.into_iter().filter(|(_, t)| t != class).collect();
                    let from = without.len();
                    self.some(&mut without, class);
                    scope.extend(without.drain(from..));
                }
            }
        }
    }

    /// A branch with an arm that returns or raises.
    fn rare(&mut self, scope: &mut Scope) -> Option<()> {
        let a = self.all(scope, &["i64", "i64"])?;
        let view = self.some(scope, "view");
        let (out, on) = (self.block("", false), self.block("", false));
        // A check of the length, then reads of about so many bytes.
        let bytes = (!view.is_empty() && self.rng.one_in(2)).then(|| 1 + self.rng.below(24));
        match bytes {
            Some(bytes) => {
                let condition = self.op(scope, "bool", format!("fits {view}, {}, {bytes}", a[0]));
                self.line(&format!("branch {condition}, b{on}, b{out}"));
            }
            None => {
                let op = *self.rng.pick(&["eq", "lt"]);
                let condition = self.op(scope, "bool", format!("{op} {}, {}", a[0], a[1]));
                self.line(&format!("branch {condition}, b{out}, b{on}"));
            }
        }
        self.at = out;
        if self.rng.one_in(3) {
            self.line("raise missing");
        } else {
            let mut inner = scope.clone();
            self.give(&mut inner);
        }
        self.at = on;
        if let Some(bytes) = bytes {
            for _ in 0..1 + self.rng.below(3) {
                let by = self.rng.below(bytes + 1);
                let at = self.op(scope, "i64", format!("add {}, {by}", a[0]));
                let (load, size) = *self.rng.pick(&[("u8", 1), ("u16", 2), ("i32", 4), ("i64", 8)]);
                if by + size <= bytes || self.rng.one_in(4) {
                    self.op(scope, "i64", format!("load.{load} {view}, {at}"));
                }
            }
        }
        Some(())
    }

    /// A number computed from the latest values, and from fields of the latest objects.
    fn digest(&mut self, scope: &mut Scope) -> String {
        let latest = |ty: &str, count: usize| -> Vec<String> {
            scope.iter().rev().filter(|(_, t)| t == ty).take(count).map(|(v, _)| v.clone()).collect()
        };
        let (ints, floats, flags) = (latest("i64", 4), latest("f64", 3), latest("bool", 2));
        let (cells, nodes, iters) = (latest("Cell", 4), latest("Node", 2), latest("Iter", 3));
        let mut parts = ints;
        for v in floats {
            // NaN has many bit patterns, and which one occurs is unspecified.
            let number = self.op(scope, "bool", format!("eq {v}, {v}"));
            let number = self.op(scope, "f64", format!("select {number}, {v}, 0.5"));
            parts.push(self.op(scope, "i64", format!("bits.i64 {number}")));
        }
        for v in flags {
            parts.push(self.op(scope, "i64", format!("convert.i64 {v}")));
        }
        for v in cells {
            parts.push(self.op(scope, "i64", format!("get Cell.n {v}")));
        }
        for v in nodes {
            parts.push(self.op(scope, "i64", format!("get Node.n {v}")));
        }
        for v in iters {
            parts.push(self.op(scope, "i64", format!("get Iter.n {v}")));
            let cell = self.op(scope, "Cell", format!("get Iter.cell {v}"));
            parts.push(self.op(scope, "i64", format!("get Cell.n {cell}")));
        }
        parts.push(self.op(scope, "i64", "read tally".to_string()));
        let mut all = "0".to_string();
        for part in parts {
            let high = self.op(scope, "i64", format!("shr {part}, 40"));
            let both = self.op(scope, "i64", format!("xor {part}, {high}"));
            all = self.op(scope, "i64", format!("xor {all}, {both}"));
        }
        self.op(scope, "i64", format!("and {all}, 1023"))
    }

    fn give(&mut self, scope: &mut Scope) {
        if self.returns[0] == "i64" {
            self.digest(scope);
        }
        let types: Vec<&str> = self.returns.iter().map(String::as_str).collect();
        match self.all(scope, &types) {
            Some(values) => self.line(&format!("return {}", values.join(", "))),
            None => self.line("raise missing"),
        }
    }
}
