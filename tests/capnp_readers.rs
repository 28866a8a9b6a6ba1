//! The generated readers for `schemas/poly.capnp` in the package `readers` work.

use capnp::message::{Builder, HeapAllocator, ReaderOptions};
use capnp::serialize;
use readers::poly_capnp;
use wirelens::{Input, Query, Schema};

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

/// A message that is built in many segments can be the input without copying; the sums are arithmetic.
#[test]
fn segments_of_a_message_are_an_input() -> Result<(), Box<dyn std::error::Error>> {
    let allocator = HeapAllocator::new().first_segment_words(1);
    let allocator = allocator.allocation_strategy(capnp::message::AllocationStrategy::FixedSize);
    let mut message = Builder::new(allocator);
    let mut list = message.init_root::<poly_capnp::polygons::Builder>().init_triangles(50);
    for i in 0..50 {
        let mut t = list.reborrow().get(i);
        t.reborrow().init_a().set_x(f64::from(i));
        t.reborrow().init_b().set_y(f64::from(i) + 0.5);
    }
    let schema = Schema::from_capnp("schemas/poly.capnp", &[])?;
    let text = "sum(t.a.x for t in records), sum(t.b.y for t in records), len(records)";
    let query = Query::builder(&schema).record("Polygons").each("triangles").aggregate(text).build()?;
    let segments = message.get_segments_for_output();
    assert!(segments.len() > 10, "{} segments", segments.len());
    let values = query.run(&Input::from_segments(segments.iter().copied())?)?.values;
    let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
    assert_eq!(values, ["1225.0", "1250.0", "50"]);

    let error = Input::from_segments([&[0; 8][..], &[0; 12]]).err().expect("it is no message");
    assert_eq!(error.to_string(), "segment 1 has 12 bytes; segments are whole words of 8 bytes");
    assert!(Input::from_segments([]).is_err());
    Ok(())
}
