//! The host functions that test programs may call: some for each kind of effect. Those that read depend on
//! what others have written, so a changed order shows.

use crate::ir::{Effects, Host, Program};
use crate::runtime::Console;

/// A program that has host functions only.
pub fn program() -> Program {
    let half = |_: &mut Console, x: i64| (x % 2 == 0).then_some(x / 2);
    let mix = |_: &mut Console, x: i64, y: f64, z: bool| {
        // NaN has many bit patterns, and which one occurs is unspecified.
        let y = if y.is_nan() { 0.5 } else { y };
        x.wrapping_mul(31) ^ (y.to_bits() >> 7) as i64 ^ i64::from(z)
    };
    let sum = |_: &mut Console, bytes: &[u8]| bytes.iter().map(|b| i64::from(*b)).sum::<i64>();
    let number = |out: &mut Console, x: i64| out.write(format!("{x} ").as_bytes());
    let bytes = |out: &mut Console, bytes: &[u8]| out.write(format!("{bytes:?} ").as_bytes());
    let hosts = [
        Host::new("math.half", Effects::Pure, half),
        Host::new("math.mix", Effects::Pure, mix),
        Host::new("math.seven", Effects::Pure, |_: &mut Console| 7i64),
        Host::new("text.sum", Effects::Pure, sum),
        Host::new("console.length", Effects::Reads, |out: &mut Console| out.text.len() as i64),
        Host::new("print.i64", Effects::Writes, number),
        Host::new("print.bytes", Effects::Writes, bytes),
    ];
    let mut program = Program::default();
    for host in &hosts {
        program.host(host);
    }
    program
}
