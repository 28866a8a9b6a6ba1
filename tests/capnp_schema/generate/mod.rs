//! Random schemas: a seed gives a text that the reference accepts, biased towards difficult layouts and
//! names.
//!
//! The declarations are drawn first ([`model`]), so that any may refer to any; then they are written as text
//! ([`text`]), with default values drawn while writing ([`value`]). Structs have many small fields, nested
//! groups and unions, and ordinals in any order.

mod model;
mod text;
mod value;

use crate::rng::Rng;

/// The file name for a seed.
pub fn name(seed: u64) -> String {
    format!("made{seed}.capnp")
}

/// The text for a seed.
pub fn schema(seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let model = model::Model::draw(&mut rng);
    text::write(&model, seed, &mut rng)
}
