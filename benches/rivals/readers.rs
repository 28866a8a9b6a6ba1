//! The readers and builders that the crate `capnp` makes of `schemas/*.capnp`: `build.rs` has them written, each user of them says which.

macro_rules! readers {
    ($($name:ident)*) => {$(
        #[allow(clippy::all, dead_code)]
        mod $name {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));
        }
    )*};
}
