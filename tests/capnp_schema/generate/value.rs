//! Random values, as text.

use crate::rng::Rng;

use super::model::{Kind, Member, Model, Type};

impl Model {
    /// A value of the type; None if its values cannot be written.
    pub fn value(&self, ty: &Type, depth: usize, rng: &mut Rng) -> Option<String> {
        Some(match ty {
            Type::Parameter(_) => return None,
            Type::Builtin(name) => scalar(name, rng)?,
            // If the element type has no values that can be written, the language accepts no empty list
            // either.
            Type::List(of) if self.value(of, 9, rng).is_none() => return None,
            Type::List(of) => {
                let count = if depth > 2 { 0 } else { rng.below(5) };
                let elements: Option<Vec<String>> =
                    (0..count).map(|_| self.value(of, depth + 1, rng)).collect();
                format!("[{}]", elements?.join(", "))
            }
            Type::Decl(to, _) => match self.decls[*to].kind {
                Kind::Enum => rng.pick(&self.decls[*to].enumerants).clone(),
                Kind::Interface => return None,
                Kind::Struct => self.members_value(&self.decls[*to].members, false, depth, rng),
            },
        })
    }

    /// Some of the members, in any order; for a union at most one.
    fn members_value(&self, members: &[Member], union: bool, depth: usize, rng: &mut Rng) -> String {
        let parts = if depth > 2 { Vec::new() } else { self.parts(members, union, depth, rng) };
        format!("({})", parts.join(", "))
    }

    fn parts(&self, members: &[Member], union: bool, depth: usize, rng: &mut Rng) -> Vec<String> {
        let mut parts = Vec::new();
        for member in members {
            if !rng.one_in(3) || union && !parts.is_empty() {
                continue;
            }
            match member {
                Member::Field { name, ty, .. } => {
                    parts.extend(self.value(ty, depth + 1, rng).map(|v| format!("{name} = {v}")));
                }
                Member::Group { name, union, members, .. } if name.is_empty() => {
                    parts.extend(self.parts(members, *union, depth, rng));
                }
                Member::Group { name, union, members, .. } => {
                    let value = self.members_value(members, *union, depth + 1, rng);
                    // A union needs one of its alternatives.
                    if !*union || value != "()" {
                        parts.push(format!("{name} = {value}"));
                    }
                }
            }
        }
        if !parts.is_empty() {
            let start = rng.index(parts.len());
            parts.rotate_left(start);
        }
        parts
    }
}

/// A value of a built-in type.
pub fn scalar(name: &str, rng: &mut Rng) -> Option<String> {
    let signed = |bits: u32, rng: &mut Rng| integer(rng.i64() >> (64 - bits), rng);
    let unsigned = |bits: u32, rng: &mut Rng| {
        let n = if rng.one_in(3) { rng.next() } else { rng.below(300) << (64 - bits) };
        natural(n >> (64 - bits), rng)
    };
    Some(match name {
        "Void" => "void".into(),
        "Bool" => rng.one_in(2).to_string(),
        "Int8" => signed(8, rng),
        "Int16" => signed(16, rng),
        "Int32" => signed(32, rng),
        "Int64" => signed(64, rng),
        "UInt8" => unsigned(8, rng),
        "UInt16" => unsigned(16, rng),
        "UInt32" => unsigned(32, rng),
        "UInt64" => unsigned(64, rng),
        "Float32" | "Float64" => match rng.below(6) {
            0 => (*rng.pick(&["inf", "-inf", "nan"])).into(),
            1 => integer(rng.i64() >> 20, rng),
            2 => format!("{:e}", (rng.i64() >> 12) as f64 / 1024.0),
            _ => format!("{:?}", (rng.below(20_000) as f64 - 10_000.0) / 64.0),
        },
        "Text" => {
            (*rng.pick(&[r#""""#, r#""text""#, r#""a\nb\x01\"""#, r#""grüße, 水""#, r#""one " "two""#]))
                .into()
        }
        "Data" => (*rng.pick(&[r#""""#, r#""bytes""#, r#"0x"00""#, r#"0x"ff 00 1e""#, r#""\xff\0""#])).into(),
        _ => return None,
    })
}

fn integer(n: i64, rng: &mut Rng) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", natural(n.unsigned_abs(), rng))
}

fn natural(n: u64, rng: &mut Rng) -> String {
    match rng.below(6) {
        0 => format!("{n:#x}"),
        1 => format!("0{n:o}"),
        _ => n.to_string(),
    }
}
