//! Generates one instruction: any in the IR, over the values in scope.

use super::{Callee, Rng, Scope, TYPES, Writer};

impl Writer<'_> {
    /// Writes an instruction; returns none if an operand has no value here.
    pub(super) fn instruction(&mut self, scope: &mut Scope) -> Option<()> {
        let small = |rng: &mut Rng| (rng.below(40) as i64 - 2).to_string();
        let s = |this: &mut Self, scope: &mut Scope, types: &[&str]| this.all(scope, types);
        match self.rng.below(48) {
            0..3 => {
                let a = s(self, scope, &["i64", "i64"])?;
                let op = *self.rng.pick(&[
                    "add", "sub", "mul", "wrap_add", "wrap_sub", "wrap_mul", "div", "rem", "min", "max",
                    "and", "or", "xor",
                ]);
                self.op(scope, "i64", format!("{op} {}, {}", a[0], a[1]));
            }
            3..5 => {
                let a = s(self, scope, &["i64"])?;
                let small = self.op(scope, "i64", format!("and {}, 63", a[0]));
                let op =
                    *self.rng.pick(&["add", "mul", "sub", "shl", "shr", "wrap_add", "wrap_sub", "wrap_mul"]);
                self.op(scope, "i64", format!("{op} {small}, {}", self.rng.clone().below(9)));
            }
            5..8 => {
                let a = s(self, scope, &["f64", "f64"])?;
                let op = *self.rng.pick(&["add", "sub", "mul", "div", "min", "max"]);
                self.op(scope, "f64", format!("{op} {}, {}", a[0], a[1]));
            }
            8 => {
                let a = s(self, scope, &["f64"])?;
                let op = *self.rng.pick(&["neg", "abs", "sqrt", "floor", "ceil"]);
                self.op(scope, "f64", format!("{op} {}", a[0]));
            }
            9 => {
                let a = s(self, scope, &["i64"])?;
                let op = *self.rng.pick(&["neg", "abs", "not", "promote"]);
                self.op(scope, "i64", format!("{op} {}", a[0]));
            }
            10 | 11 => {
                let ty = *self.rng.pick(&["i64", "f64", "u64"]);
                let a = s(self, scope, &[ty, ty])?;
                let op = *self.rng.pick(&["lt", "le", "eq", "ne"]);
                self.op(scope, "bool", format!("{op} {}, {}", a[0], a[1]));
            }
            12 => {
                let a = s(self, scope, &["bool", "bool"])?;
                let op = *self.rng.pick(&["and", "or", "xor", "eq"]);
                self.op(scope, "bool", format!("{op} {}, {}", a[0], a[1]));
            }
            13 => {
                let (from, to) = *self.rng.pick(&[
                    ("bool", "i64"),
                    ("bool", "f64"),
                    ("i64", "f64"),
                    ("i64", "u64"),
                    ("u64", "i64"),
                    ("u64", "f64"),
                    ("f64", "i64"),
                ]);
                let a = s(self, scope, &[from])?;
                self.op(scope, to, format!("convert.{to} {}", a[0]));
            }
            14 => {
                let a = s(self, scope, &["u64", "u64"])?;
                let op = *self.rng.pick(&[
                    "add", "sub", "mul", "wrap_add", "wrap_sub", "wrap_mul", "div", "rem", "and", "xor",
                    "max",
                ]);
                self.op(scope, "u64", format!("{op} {}, {}", a[0], a[1]));
            }
            15 => {
                let ty = *self.rng.pick(&TYPES);
                let a = s(self, scope, &["bool", ty, ty])?;
                self.op(scope, ty, format!("select {}, {}, {}", a[0], a[1], a[2]));
            }
            16..19 => {
                let a = s(self, scope, &["view", "i64"])?;
                let at = if self.rng.one_in(3) { a[1].clone() } else { small(&mut self.rng) };
                let (load, ty) = *self.rng.pick(&[
                    ("f64", "f64"),
                    ("f64", "f64"),
                    ("f64.be", "f64"),
                    ("f32", "f64"),
                    ("u8", "i64"),
                    ("i16.be", "i64"),
                    ("u32", "i64"),
                    ("i64", "i64"),
                    ("u64", "u64"),
                    ("bool", "bool"),
                ]);
                self.op(scope, ty, format!("load.{load} {}, {at}", a[0]));
            }
            19 => {
                let a = s(self, scope, &["view", "i64"])?;
                let at = if self.rng.one_in(3) { a[1].clone() } else { small(&mut self.rng) };
                let size =
                    if self.rng.one_in(4) { a[1].clone() } else { (self.rng.below(6) * 8).to_string() };
                let op = if self.rng.one_in(2) { "slice" } else { "fits" };
                let ty = if op == "slice" { "view" } else { "bool" };
                self.op(scope, ty, format!("{op} {}, {at}, {size}", a[0]));
            }
            20 => {
                let a = s(self, scope, &["view", "view"])?;
                let op = if self.rng.one_in(2) {
                    format!("len {}", a[0])
                } else {
                    format!("find {}, {}", a[0], a[1])
                };
                self.op(scope, "i64", op);
            }
            21 | 22 => {
                let class = *self.rng.pick(&["Point", "Pair", "Cell", "Node", "Holder"]);
                // Always a new object, even if there is one in scope.
                let mut without: Scope = scope.iter().filter(|(_, t)| t != class).cloned().collect();
                let from = without.len();
                self.some(&mut without, class);
                scope.extend(without.drain(from..));
            }
            23..26 => {
                let (class, field, ty) = *self.rng.pick(&[
                    ("Point", "at", "view"),
                    ("Point", "tag", "i64"),
                    ("Pair", "a", "f64"),
                    ("Cell", "n", "i64"),
                    ("Cell", "x", "f64"),
                    ("Node", "n", "i64"),
                    ("Node", "next", "Node?"),
                    ("Node", "pair", "Pair"),
                    ("Iter", "last", "i64?"),
                    ("Iter", "cell", "Cell"),
                    ("Iter", "pair", "Pair"),
                    ("Holder", "cell", "Cell"),
                    ("Holder", "point", "Point"),
                ]);
                let a = s(self, scope, &[class])?;
                self.op(scope, ty, format!("get {class}.{field} {}", a[0]));
            }
            26 | 27 => {
                let (class, field, ty) = *self.rng.pick(&[
                    ("Cell", "n", "i64"),
                    ("Cell", "x", "f64"),
                    ("Node", "n", "i64"),
                    ("Node", "next", "Node?"),
                    ("Node", "pair", "Pair"),
                    ("Iter", "last", "i64?"),
                    ("Iter", "cell", "Cell"),
                    ("Iter", "pair", "Pair"),
                ]);
                let a = s(self, scope, &[class, ty])?;
                self.line(&format!("set {class}.{field} {}, {}", a[0], a[1]));
            }
            28 => {
                let ty = *self.rng.pick(&["i64", "f64", "Node"]);
                let optional = format!("{ty}?");
                match self.rng.below(3) {
                    0 => {
                        let a = s(self, scope, &[ty])?;
                        self.op(scope, &optional, format!("some {}", a[0]));
                    }
                    1 => {
                        let a = s(self, scope, &[&optional])?;
                        self.op(scope, "bool", format!("has {}", a[0]));
                    }
                    _ => {
                        let a = s(self, scope, &[ty])?;
                        let some = self.op(scope, &optional, format!("some {}", a[0]));
                        let other = self.some(scope, &optional);
                        let condition = self.some(scope, "bool");
                        let v = self.op(scope, &optional, format!("select {condition}, {some}, {other}"));
                        self.op(scope, ty, format!("unwrap {v}"));
                    }
                }
            }
            34 => {
                self.op(scope, "i64", "read tally".to_string());
            }
            35 => {
                let a = s(self, scope, &["i64"])?;
                let small = self.op(scope, "i64", format!("and {}, 1023", a[0]));
                self.line(&format!("write tally {small}"));
            }
            36 => {
                let a = s(self, scope, &["i64", "f64", "bool"])?;
                self.op(scope, "i64", format!("host math.mix {}, {}, {}", a[0], a[1], a[2]));
            }
            37 => match self.rng.below(3) {
                0 => {
                    let a = s(self, scope, &["i64"])?;
                    let half = self.op(scope, "i64?", format!("host math.half {}", a[0]));
                    self.op(scope, "bool", format!("has {half}"));
                }
                1 => {
                    let a = s(self, scope, &["view"])?;
                    self.op(scope, "i64", format!("host text.sum {}", a[0]));
                }
                _ => {
                    self.op(scope, "i64", "host math.seven".to_string());
                }
            },
            38..40 => {
                let a = s(self, scope, &["i64"])?;
                self.line(&format!("host print.i64 {}", a[0]));
            }
            40 => {
                let a = s(self, scope, &["view"])?;
                self.line(&format!("host print.bytes {}", a[0]));
            }
            41 => {
                let length = self.op(scope, "i64", "host console.length".to_string());
                if self.rng.one_in(2) {
                    self.line(&format!("host print.i64 {length}"));
                }
            }
            42..46 => {
                // A step of an iterator that may be made before the loop, and the result of its last step.
                let iter = self.some(scope, "Iter");
                if iter.is_empty() {
                    return None;
                }
                let old = self.op(scope, "i64", format!("get Iter.n {iter}"));
                let small = self.op(scope, "i64", format!("and {old}, 255"));
                let new = self.op(scope, "i64", format!("add {small}, {}", self.rng.clone().below(5)));
                self.line(&format!("set Iter.n {iter}, {new}"));
                match self.rng.below(3) {
                    0 => {
                        let last = self.op(scope, "i64?", format!("some {old}"));
                        self.line(&format!("set Iter.last {iter}, {last}"));
                    }
                    1 => {
                        let cell = self.op(scope, "Cell", format!("get Iter.cell {iter}"));
                        self.line(&format!("set Cell.n {cell}, {new}"));
                    }
                    _ => {}
                }
            }
            29..32 => {
                // Increments a counter in an object that may be made before the loop.
                let known: Vec<String> =
                    scope.iter().filter(|(_, t)| t == "Cell").map(|(v, _)| v.clone()).collect();
                let cell = match known.is_empty() {
                    true => self.some(scope, "Cell"),
                    false => self.rng.pick(&known).clone(),
                };
                let old = self.op(scope, "i64", format!("get Cell.n {cell}"));
                let small = self.op(scope, "i64", format!("and {old}, 255"));
                let by = self.rng.below(5);
                let new = self.op(scope, "i64", format!("add {small}, {by}"));
                self.line(&format!("set Cell.n {cell}, {new}"));
            }
            _ => {
                if self.known.is_empty() {
                    return None;
                }
                let callee = self.rng.index(self.known.len());
                let Callee { name, params, result } = &self.known[callee];
                let params: Vec<&str> = params.iter().map(String::as_str).collect();
                let a = s(self, scope, &params)?;
                self.op(scope, result, format!("call {name} {}", a.join(", ")));
            }
        }
        Some(())
    }
}
