//! The readers and builders that the crate `capnp` generates for `schemas/*.capnp`: the statically compiled
//! rival in tests and benches. The library does not use them; `build.rs` generates them.

macro_rules! readers {
    ($($name:ident)*) => {$(
        #[allow(clippy::all)]
        pub mod $name {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));
        }
    )*};
}

readers!(expression_capnp mixed_capnp parking_capnp poly_capnp search_capnp);
