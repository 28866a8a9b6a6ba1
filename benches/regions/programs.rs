//! The scripts, their input files, and the same computations in Rust.

use std::fmt::Write;

/// A script, the schema of its input, and the input.
pub struct Case {
    pub script: String,
    pub schema: String,
    pub bytes: Vec<u8>,
    pub rows: usize,
    /// Bytes of a row; 0 if there is no file, and the script has the number of rows in a `range`.
    row: usize,
}

impl Case {
    /// The same case with the first rows only.
    pub fn first(&self, rows: usize) -> Case {
        let rows = rows.min(self.rows);
        let bytes = self.bytes[..self.row * rows].to_vec();
        let script = self.script.replace(&format!("range({})", self.rows), &format!("range({rows})"));
        Case { script, schema: self.schema.clone(), bytes, rows, ..*self }
    }
}

/// A linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0 >> 11) * u128::from(n)) >> 53) as u64
    }
}

/// The value of an optional field that is missing.
fn missing(field: usize) -> f64 {
    0.25 + field as f64 / 8.0
}

/// Rows of two words of flags and `tests` doubles, and a function with as many optional parameters.
pub fn optional(tests: usize, rows: usize, present: [f64; 2]) -> Case {
    let mut schema = "#include <stdint.h>\nstruct Row { uint32_t low, high;".to_string();
    let mut script = "import sys\nimport wirelens\n\ndef cost(".to_string();
    let mut call = String::new();
    for i in 0..tests {
        write!(schema, " double f{i};").expect("a text takes all");
        write!(script, "f{i}=None, ").expect("a text takes all");
        let word = if i < 32 { "low" } else { "high" };
        write!(call, "f{i}=row.f{i} if {word} & {} else None, ", 1u64 << (i % 32)).expect("a text takes all");
    }
    script += "):\n";
    for i in 0..tests {
        write!(script, "    if f{i} is None:\n        f{i} = {}\n", missing(i)).expect("a text takes all");
    }
    let sum: Vec<String> = (0..tests).map(|i| format!("{}.0 * f{i}", 1 + i % 3)).collect();
    write!(
        script,
        "    return {}\n\ndef main():\n    total = 0.0\n    for row in wirelens.open(sys.argv[1], schema='rows.h', record='Row'):\n        \
         low, high = row.low, row.high\n        total += cost({call})\n    print(total)\n\nmain()\n",
        sum.join(" + ")
    )
    .expect("a text takes all");
    schema += " };";
    let mut random = Random(1);
    let mut bytes = vec![];
    for row in 0..rows {
        let share = present[usize::from(row * 2 >= rows)];
        let (mut flags, mut values) = (0u64, vec![]);
        for i in 0..tests {
            let there = (random.below(1 << 20) as f64) < share * (1u64 << 20) as f64;
            flags |= u64::from(there) << i;
            let value = random.below(8000) as f64 / 8.0;
            values.extend(if there { value } else { 0.0 }.to_le_bytes());
        }
        bytes.extend(flags.to_le_bytes());
        bytes.extend(values);
    }
    Case { script, schema, bytes, rows, row: 8 + 8 * tests }
}

/// Messages with a union of `members` doubles, one of which is set in each.
pub fn union(members: usize, rows: usize) -> Case {
    let mut schema = "@0xe4a1d6c02b7f9359;\nstruct Row { union {".to_string();
    let mut script = "import sys\nimport wirelens\n\ndef main():\n    total = 0.0\n    for row in wirelens.open(sys.argv[1], schema='rows.capnp', record='Row'):\n        which = row.which()\n".to_string();
    for i in 0..members {
        write!(schema, " m{i} @{i} :Float64;").expect("a text takes all");
        let word = if i == 0 { "if" } else { "elif" };
        write!(script, "        {word} which == 'm{i}':\n            total += {}.0 * row.m{i}\n", 1 + i % 7)
            .expect("a text takes all");
    }
    schema += " } }";
    script += "    print(total)\n\nmain()\n";
    let mut random = Random(1);
    let mut bytes = vec![];
    for _ in 0..rows {
        // One segment of three words: the pointer to a struct of two words, and these: the value, and the
        // tag.
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(3u32.to_le_bytes());
        bytes.extend((2u64 << 32).to_le_bytes());
        let member = random.below(members as u64);
        bytes.extend((random.below(8000) as f64 / 8.0).to_le_bytes());
        bytes.extend(member.to_le_bytes());
    }
    Case { script, schema, bytes, rows, row: 32 }
}

/// Rows of a kind and a number, and a chain of `if`s over the kind.
pub fn chain(members: usize, rows: usize) -> Case {
    let schema = "#include <stdint.h>\nstruct Row { int64_t kind; int64_t value; };".to_string();
    let mut script = "import sys\nimport wirelens\n\ndef main():\n    total = 0\n    for row in wirelens.open(sys.argv[1], schema='rows.h', record='Row'):\n        kind = row.kind\n".to_string();
    for i in 0..members {
        let word = if i == 0 { "if" } else { "elif" };
        write!(script, "        {word} kind == {i}:\n            total += {} * row.value\n", 1 + i % 7)
            .expect("a text takes all");
    }
    script += "    print(total)\n\nmain()\n";
    let mut random = Random(1);
    let mut bytes = vec![];
    for _ in 0..rows {
        bytes.extend(random.below(members as u64).to_le_bytes());
        bytes.extend(random.below(8000).to_le_bytes());
    }
    Case { script, schema, bytes, rows, row: 16 }
}

/// A loop of about `operations` operations, most of them in functions that are inlined, with tests in
/// between.
pub fn scattered(tests: usize, operations: usize, rows: usize) -> Case {
    let mut script = String::new();
    // Each call is about five operations, each test about three.
    script += "def mix(x, y):\n    return (x * 5 + y) % 65536 ^ 21845\n\ndef main():\n    x = 1\n    y = 2\n    total = 0\n";
    writeln!(script, "    for i in range({rows}):").expect("a text takes all");
    let calls = (operations - 3 * tests) / 5;
    for i in 0..calls {
        script += if i % 2 == 0 { "        x = mix(x, y)\n" } else { "        y = mix(y, x)\n" };
        if i * tests / calls != (i + 1) * tests / calls {
            writeln!(script, "        if x & {}:\n            total += y", 1 << (i % 13))
                .expect("a text takes all");
        }
    }
    script += "    print(total, x, y)\n\nmain()\n";
    Case { script, schema: String::new(), bytes: vec![], rows, row: 0 }
}

/// A loop with `guards` tests of a number for values that it never has.
pub fn guards(guards: usize, rows: usize) -> Case {
    let mut script = "def main():\n x = 1\n total = 0\n".to_string();
    writeln!(script, " for i in range({rows}):\n  x = (x * 1103515245 + 12345) % 2147483648")
        .expect("a text takes all");
    for i in 0..guards {
        writeln!(script, "  if x == {}: print({i})", 2_000_000_011 + 1009 * i).expect("a text takes all");
    }
    script += "  total += x & 255\n print(total)\n\nmain()\n";
    Case { script, schema: String::new(), bytes: vec![], rows, row: 0 }
}

/// The same by hand.
pub mod hand {
    use super::missing;

    /// The rows of [`super::optional`].
    pub fn optional(tests: usize, bytes: &[u8]) -> f64 {
        match tests {
            1 => sum::<1>(bytes),
            2 => sum::<2>(bytes),
            4 => sum::<4>(bytes),
            8 => sum::<8>(bytes),
            9 => sum::<9>(bytes),
            16 => sum::<16>(bytes),
            32 => sum::<32>(bytes),
            64 => sum::<64>(bytes),
            _ => unreachable!("no such case"),
        }
    }

    /// Each field after its branch, in the order of the script.
    fn sum<const K: usize>(bytes: &[u8]) -> f64 {
        let double = |row: &[u8], i: usize| {
            f64::from_le_bytes(row[8 + 8 * i..16 + 8 * i].try_into().expect("eight bytes"))
        };
        let mut total = 0.0;
        for row in bytes.chunks_exact(8 + 8 * K) {
            let given = u64::from_le_bytes(row[..8].try_into().expect("eight bytes"));
            let mut cost = 0.0;
            for i in 0..K {
                let field = if given >> i & 1 == 1 { double(row, i) } else { missing(i) };
                let part = (1 + i % 3) as f64 * field;
                cost = if i == 0 { part } else { cost + part };
            }
            total += cost;
        }
        total
    }
}
