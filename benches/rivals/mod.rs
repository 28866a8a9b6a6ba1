//! The contenders that are not ours: how people write a reader for a dump of triangles today.
//!
//! * [`naive`]: each record through a buffered reader, as plain values and as boxed objects behind a trait.
//! * [`hand`]: a loop over bytes viewed as structs, with one accumulator for each sum in source order, 4 or
//!   8.
//! * [`native`]: the same loops from the same file, compiled with `-C target-cpu=native`.
//!
//! Each computes the barycenter: the mean over the records of a third of the sum of the three points.
//!
//! They check no more than their crates require: not damage, and not files that change. That is intended.

#![allow(dead_code, reason = "not every bench uses all of it")]

pub mod hand;
pub mod measure;
pub mod naive;
pub mod native;
pub mod warm;

/// x and y of the barycenter.
pub type Answer = (f64, f64);

/// Computes the barycenter of the records in a slice, whole records, at an address that is a multiple of
/// eight. Several threads may run it at once.
pub struct Contender {
    pub name: &'static str,
    pub run: Run,
}

type Run = Box<dyn Fn(&[u8]) -> Answer + Send + Sync>;

impl Contender {
    pub fn new(name: &'static str, run: impl Fn(&[u8]) -> Answer + Send + Sync + 'static) -> Contender {
        Contender { name, run: Box::new(run) }
    }
}

/// The barycenter from the sums over all points.
pub fn barycenter(sums: Answer, records: usize) -> Answer {
    let points = 3.0 * records as f64;
    (sums.0 / points, sums.1 / points)
}

/// Whether two answers are the same up to the order of additions.
pub fn agree(a: Answer, b: Answer) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs().max(b.abs());
    close(a.0, b.0) && close(a.1, b.1)
}

/// All of them, over bytes in memory; ratios refer to the first.
pub fn in_memory(natives: Option<&native::Library>) -> Vec<Contender> {
    let mut list = vec![
        Contender::new("hand", |bytes| hand::over(hand::zerocopy(bytes), hand::kernels::one)),
        Contender::new("hand, bytemuck", |bytes| hand::over(hand::bytemuck(bytes), hand::kernels::one)),
        Contender::new("hand, 4 accumulators", |bytes| {
            hand::over(hand::zerocopy(bytes), hand::kernels::four)
        }),
        Contender::new("hand, 8 accumulators", |bytes| {
            hand::over(hand::zerocopy(bytes), hand::kernels::eight)
        }),
    ];
    if let Some(library) = natives {
        for (name, kernel) in library.kernels() {
            list.push(Contender::new(name, move |bytes| hand::over(hand::zerocopy(bytes), &*kernel)));
        }
    }
    list.push(Contender::new("naive, values", |bytes| naive::values(bytes).expect("a slice has no errors")));
    list.push(Contender::new("naive, boxed", |bytes| naive::boxed(bytes).expect("a slice has no errors")));
    list
}
