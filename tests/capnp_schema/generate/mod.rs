//! Made-up schemas: a seed gives a text that the reference accepts, biased to what is hard about layouts and
//! names.
//!
//! First the declarations are drawn ([`model`]), so that any may refer to any; then they are written as text
//! ([`text`]), with default values drawn as they are met ([`value`]). Structs have many small fields, groups
//! and unions within one another, and ordinals in any order.

mod model;
mod text;
mod value;

use crate::rng::Rng;

/// The name of the file of a seed.
pub fn name(seed: u64) -> String {
    format!("made{seed}.capnp")
}

/// The text of a seed.
pub fn schema(seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let model = model::Model::draw(&mut rng);
    text::write(&model, seed, &mut rng)
}
