//! The readers that the package `readers` has for `schemas/poly.capnp` work.

use capnp::message::{Builder, ReaderOptions};
use capnp::serialize;
use readers::poly_capnp;

#[test]
fn a_message_is_built_and_read_back() -> capnp::Result<()> {
    let mut message = Builder::new_default();
    let mut list = message.init_root::<poly_capnp::polygons::Builder>().init_triangles(3);
    for i in 0..3 {
        let mut t = list.reborrow().get(i);
        t.reborrow().init_a().set_x(f64::from(i));
        t.reborrow().init_b().set_y(f64::from(i) + 0.5);
        // c stays null: its coordinates are the default, 0.
    }
    let bytes = serialize::write_message_to_words(&message);

    let read = serialize::read_message(&bytes[..], ReaderOptions::new())?;
    let triangles = read.get_root::<poly_capnp::polygons::Reader>()?.get_triangles()?;
    assert_eq!(triangles.len(), 3);
    for (i, t) in triangles.iter().enumerate() {
        let (a, b, c) = (t.get_a()?, t.get_b()?, t.get_c()?);
        assert_eq!((a.get_x(), a.get_y()), (i as f64, 0.0));
        assert_eq!((b.get_x(), b.get_y()), (0.0, i as f64 + 0.5));
        assert!(!t.has_c());
        assert_eq!((c.get_x(), c.get_y()), (0.0, 0.0));
    }
    Ok(())
}
