//! Made-up schemas for messages: few structs, with every type of field, defaults, groups, unions and
//! generics.
//!
//! Layouts and names that are hard to compile are another matter (`tests/capnp_schema` makes those up).

use super::super::rng::Rng;

/// The struct that messages are read as.
pub const ROOT: &str = "Root";

/// What all have, so that defaults and generics have something to name.
const COMMON: &str = "@0xd6b2a5a29f3c41e7;
enum Colour { red @0; green @1; blue @2; }
struct Empty {}
struct Point { x @0 :Int16 = 7; t @1 :Text; }
struct Pair(A, B) { a @0 :A; n @1 :UInt8 = 5; b @2 :B; }
struct Node { next @0 :Node; value @1 :Int64; both @2 :List(Node); }
";

/// Types and, of some, a default value.
const TYPES: [(&str, &str); 44] = [
    ("Void", ""),
    ("Bool", "true"),
    ("Bool", ""),
    ("Int8", "-3"),
    ("Int16", "-300"),
    ("Int32", "70000"),
    ("Int64", "-5000000000"),
    ("UInt8", "200"),
    ("UInt16", "60000"),
    ("UInt32", "4000000000"),
    ("UInt64", "18446744073709551615"),
    ("Float32", "-1.5"),
    ("Float64", "1e100"),
    ("Float32", "nan"),
    ("Float64", "-inf"),
    ("Colour", "blue"),
    ("Text", "\"some text\""),
    ("Text", ""),
    ("Data", "0x\"01 02 ff\""),
    ("Point", "(x = 3, t = \"hey\")"),
    ("Point", ""),
    ("Empty", ""),
    ("Node", ""),
    ("Node", "(value = 3, next = (value = 4))"),
    ("Pair(Text, List(Int8))", ""),
    ("Pair(Point, Data)", ""),
    ("Pair", ""),
    ("AnyPointer", ""),
    ("List(Void)", "[void, void]"),
    ("List(Bool)", "[true, false, true]"),
    ("List(Bool)", ""),
    ("List(Int8)", "[1, -2, 3]"),
    ("List(UInt16)", ""),
    ("List(Int32)", "[100000]"),
    ("List(UInt64)", ""),
    ("List(Float32)", "[0.5, inf]"),
    ("List(Float64)", ""),
    ("List(Colour)", "[green, red]"),
    ("List(Text)", "[\"a\", \"bc\"]"),
    ("List(Data)", ""),
    ("List(Point)", "[(x = 1), (t = \"q\")]"),
    ("List(Empty)", ""),
    ("List(List(Int16))", "[[1, 2], []]"),
    ("List(List(Point))", ""),
];

/// The text of a schema, a narrow one or one with about five times as many fields.
pub fn text(rng: &mut Rng, narrow: bool) -> String {
    let mut text = COMMON.to_string();
    for (name, least) in [("S0", 3), ("S1", 3), (ROOT, 5)] {
        let least = if narrow { least / 2 } else { least };
        let mut members = Members { rng, narrow, ordinal: 0, names: 0 };
        let body = members.text(least, 0);
        text += &format!("struct {name} {{ {body}}}\n");
    }
    text
}

struct Members<'a> {
    rng: &'a mut Rng,
    narrow: bool,
    ordinal: u32,
    names: u32,
}

impl Members<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("m{}", self.names)
    }

    /// So many members or a few more; at the top, one union without a name may be among them.
    fn text(&mut self, least: usize, depth: u32) -> String {
        let count = least + self.rng.index(if self.narrow { 2 } else { 4 });
        let unnamed = self.rng.index(2 * count);
        let mut text = String::new();
        for i in 0..count {
            let nested = depth < 2 && self.rng.one_in(6);
            text += &if depth == 0 && i == unnamed {
                format!("union {{ {}}} ", self.text(2, depth + 1))
            } else if nested {
                let kind = *self.rng.pick(&["group", "union"]);
                format!("{} :{kind} {{ {}}} ", self.name(), self.text(2, depth + 1))
            } else {
                self.field()
            };
        }
        text
    }

    fn field(&mut self) -> String {
        let own = [("S0", ""), ("S1", ""), ("List(S0)", ""), ("List(S1)", ""), (ROOT, "")];
        let (ty, default) = if self.rng.one_in(4) { *self.rng.pick(&own) } else { *self.rng.pick(&TYPES) };
        let name = self.name();
        let default =
            if default.is_empty() || self.rng.one_in(2) { String::new() } else { format!(" = {default}") };
        self.ordinal += 1;
        format!("{name} @{} :{ty}{default}; ", self.ordinal - 1)
    }
}
