//! The hand-written decoder: bytes viewed as structs, by `zerocopy` or by `bytemuck`.

use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::{Answer, barycenter};

#[path = "kernels.rs"]
pub mod kernels;

#[derive(Clone, Copy, FromBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[derive(Clone, Copy, FromBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Triangle {
    pub a: Point,
    pub b: Point,
    pub c: Point,
}

// SAFETY: all zeros are a `Triangle` of zeros.
unsafe impl ::bytemuck::Zeroable for Triangle {}
// SAFETY: six `f64` in `repr(C)`: no padding, any bits are valid, no interior mutability, `Copy`.
unsafe impl ::bytemuck::Pod for Triangle {}

/// The records in `bytes`, by `zerocopy`.
pub fn zerocopy(bytes: &[u8]) -> &[Triangle] {
    <[Triangle]>::ref_from_bytes(bytes).expect("whole records, aligned")
}

/// The records in `bytes`, by `bytemuck`.
pub fn bytemuck(bytes: &[u8]) -> &[Triangle] {
    ::bytemuck::cast_slice(bytes)
}

/// The barycenter of `records` by one of the [`kernels`].
pub fn over(records: &[Triangle], kernel: impl Fn(&[Triangle]) -> Answer) -> Answer {
    barycenter(kernel(records), records.len())
}

/// The same with the records divided into one part for each thread.
pub fn over_threads(
    records: &[Triangle],
    threads: usize,
    kernel: impl Fn(&[Triangle]) -> Answer + Sync,
) -> Answer {
    if threads <= 1 {
        return over(records, kernel);
    }
    let kernel = &kernel;
    let sums = std::thread::scope(|scope| {
        let piece = records.len().div_ceil(threads).max(1);
        let workers: Vec<_> = records.chunks(piece).map(|part| scope.spawn(move || kernel(part))).collect();
        workers
            .into_iter()
            .map(|w| w.join().expect("a kernel does not panic"))
            .fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1))
    });
    barycenter(sums, records.len())
}
