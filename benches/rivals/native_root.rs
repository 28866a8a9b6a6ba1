//! The root of the library that `native.rs` builds with `-C target-cpu=native`. It is not part of any crate
//! of this package.

#[repr(C)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[repr(C)]
pub struct Triangle {
    pub a: Point,
    pub b: Point,
    pub c: Point,
}

#[path = "kernels.rs"]
mod kernels;

macro_rules! export {
    ($($name:ident),*) => {$(
        /// # Safety
        ///
        /// `records` points to `len` aligned records, `sums` to two doubles.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(records: *const Triangle, len: usize, sums: *mut f64) {
            // SAFETY: the caller upholds the contract above.
            unsafe {
                let (x, y) = kernels::$name(std::slice::from_raw_parts(records, len));
                *sums = x;
                *sums.add(1) = y;
            }
        }
    )*};
}

export!(one, four, eight);
