//! stub

pub use super::typing::{emit, result_type};
