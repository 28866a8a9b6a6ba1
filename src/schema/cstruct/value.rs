//! C's integer arithmetic: 32 or 64 bits, signed or unsigned.
//!
//! Operands are converted to their common type before an operator is applied, unsigned results wrap, and
//! signed overflow is an error: it is undefined in C, and no length or enumerator should depend on it.

/// An integer constant with its C type: `int`, `unsigned`, `long` or `unsigned long`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    pub number: i128,
    pub unsigned: bool,
    /// 64 bits instead of 32.
    pub long: bool,
}

impl Value {
    pub fn int(number: i128) -> Value {
        Value { number, unsigned: false, long: i32::try_from(number).is_err() }
    }

    /// A result of `sizeof`: an `unsigned long`.
    pub fn size(number: u64) -> Value {
        Value { number: number.into(), unsigned: true, long: true }
    }

    fn bits(self) -> u32 {
        if self.long { 64 } else { 32 }
    }

    /// `number` in the type of `self`; `None` on signed overflow.
    fn of(self, number: i128) -> Option<Value> {
        let modulus = 1i128 << self.bits();
        if self.unsigned {
            return Some(Value { number: number.rem_euclid(modulus), ..self });
        }
        (-modulus / 2 <= number && number < modulus / 2).then_some(Value { number, ..self })
    }

    /// A cast: the value truncated to an integer of that many bits.
    pub fn cast(self, bits: u32, unsigned: bool) -> Value {
        let low = self.number.rem_euclid(1i128 << bits);
        let negative = !unsigned && low >> (bits - 1) == 1;
        let number = if negative { low - (1i128 << bits) } else { low };
        Value { number, unsigned: unsigned && bits >= 32, long: bits == 64 }
    }

    /// A unary operator; `None` on overflow.
    pub fn unary(self, op: &str) -> Option<Value> {
        match op {
            "-" => self.of(-self.number),
            "~" => self.of(!self.number),
            "!" => Some(Value::int((self.number == 0).into())),
            _ => Some(self),
        }
    }

    /// A binary operator; the error tells what is wrong with its operands.
    pub fn binary(self, op: &str, right: Value) -> Result<Value, &'static str> {
        const OVERFLOW: &str = "this overflows its C type";
        if matches!(op, "<<" | ">>") {
            // The result of a shift has the type of its left operand.
            let by = u32::try_from(right.number).ok().filter(|by| *by < self.bits());
            let by = by.ok_or("a shift must be by at least 0 and less than the width of its left side")?;
            let number = if op == "<<" { self.number << by } else { self.number >> by };
            return self.of(number).ok_or(OVERFLOW);
        }
        let long = self.long || right.long;
        let unsigned = (self.unsigned && self.long == long) || (right.unsigned && right.long == long);
        let wide = Value { number: 0, unsigned, long };
        // A conversion to a signed type changes no value here, so neither of these fails.
        let a = wide.of(self.number).ok_or(OVERFLOW)?.number;
        let b = wide.of(right.number).ok_or(OVERFLOW)?.number;
        let truth = |yes: bool| Ok(Value::int(yes.into()));
        let number = match op {
            "+" => a + b,
            "-" => a - b,
            // The product of two u64 may exceed i128; the wrapped product still has the right low 64 bits.
            "*" => a.checked_mul(b).unwrap_or_else(|| a.wrapping_mul(b)),
            "/" | "%" if b == 0 => return Err("this divides by zero"),
            "/" => a / b,
            "%" => a % b,
            "&" => a & b,
            "|" => a | b,
            "^" => a ^ b,
            "==" => return truth(a == b),
            "!=" => return truth(a != b),
            "<" => return truth(a < b),
            ">" => return truth(a > b),
            "<=" => return truth(a <= b),
            ">=" => return truth(a >= b),
            "&&" => return truth(a != 0 && b != 0),
            _ => return truth(a != 0 || b != 0),
        };
        wide.of(number).ok_or(OVERFLOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsigned(number: i128) -> Value {
        Value { number, unsigned: true, long: false }
    }

    #[test]
    fn unsigned_results_wrap_and_signed_overflow_is_refused() {
        assert_eq!(unsigned(0).unary("~"), Some(unsigned(0xffff_ffff)));
        assert_eq!(unsigned(1).binary("-", unsigned(2)), Ok(unsigned(0xffff_ffff)));
        assert!(Value::int(i32::MAX.into()).binary("+", Value::int(1)).is_err());
        let max = Value::size(u64::MAX);
        assert_eq!(max.binary("*", max).unwrap().number, 1);
    }

    #[test]
    fn operands_meet_in_the_wider_type_and_unsigned_wins_in_it() {
        assert_eq!(Value::int(-1).binary("<", unsigned(0)).unwrap().number, 0);
        let long = Value { number: -1, unsigned: false, long: true };
        assert_eq!(long.binary("<", unsigned(0)).unwrap().number, 1);
    }

    #[test]
    fn cast_cuts_and_extends() {
        assert_eq!(Value::int(300).cast(8, true).number, 44);
        assert_eq!(Value::int(200).cast(8, false).number, -56);
    }
}
