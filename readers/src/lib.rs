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

use expression_capnp::{Operation, expression};

/// The value of an expression's tree, as generated readers compute it.
pub fn value_of_tree(tree: expression::Reader) -> capnp::Result<i64> {
    use expression_capnp::expression::{left, right};
    let left = match tree.get_left().which()? {
        left::Value(value) => value,
        left::Expression(tree) => value_of_tree(tree?)?,
    };
    let right = match tree.get_right().which()? {
        right::Value(value) => value,
        right::Expression(tree) => value_of_tree(tree?)?,
    };
    Ok(match tree.get_operation()? {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Least => left.min(right),
        Operation::Greatest => left.max(right),
    })
}
