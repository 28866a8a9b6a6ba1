//! The hand-written loops, in one file without dependencies, since it is compiled twice: into the bench as
//! any release build, and by `native.rs` with `-C target-cpu=native`. The parent module defines `Triangle`.
//!
//! All add the coordinates of all points and leave the division to the caller.

use super::Triangle;

/// The usual loop: one accumulator for each sum, in source order.
pub fn one(records: &[Triangle]) -> (f64, f64) {
    let (mut x, mut y) = (0.0, 0.0);
    for t in records {
        x += t.a.x + t.b.x + t.c.x;
        y += t.a.y + t.b.y + t.c.y;
    }
    (x, y)
}

/// Four accumulators for each sum: an addition need not wait for the one before.
pub fn four(records: &[Triangle]) -> (f64, f64) {
    several::<4>(records)
}

/// Eight accumulators for each sum.
pub fn eight(records: &[Triangle]) -> (f64, f64) {
    several::<8>(records)
}

#[inline(always)]
fn several<const N: usize>(records: &[Triangle]) -> (f64, f64) {
    let (mut x, mut y) = ([0.0; N], [0.0; N]);
    let (chunks, rest) = records.as_chunks::<N>();
    for chunk in chunks {
        for i in 0..N {
            let t = &chunk[i];
            x[i] += t.a.x + t.b.x + t.c.x;
            y[i] += t.a.y + t.b.y + t.c.y;
        }
    }
    let (rest_x, rest_y) = one(rest);
    (x.iter().sum::<f64>() + rest_x, y.iter().sum::<f64>() + rest_y)
}
