//! Tests of signatures, calls, panics, and the destination of text.

use super::console::MUCH;
use super::*;
use crate::ir::{Base, Effects, Host, Type};
use std::sync::{Arc, Mutex};

fn sum(_: &mut Console, a: i64, b: i64) -> Option<i64> {
    a.checked_add(b)
}

#[test]
fn a_signature_is_read_off_the_function() {
    let host = Host::new("sum", Effects::Pure, sum);
    assert_eq!((host.name(), host.effects()), ("sum", Effects::Pure));
    assert_eq!((host.params(), host.result()), (&[Type::I64; 2][..], Some(Type::optional(Base::I64))));
    let all = |_: &mut Console, _: bool, _: i64, _: u64, _: f64, _: &[u8], _: &[u8]| {};
    let host = Host::new("all", Effects::Writes, all);
    let types = [Type::BOOL, Type::I64, Type::U64, Type::F64, Type::VIEW, Type::VIEW];
    assert_eq!((host.params(), host.result()), (&types[..], None));
    assert_eq!(Host::new("now", Effects::Reads, |_: &mut Console| 1.5).result(), Some(Type::F64));
}

#[test]
fn a_call_takes_words_and_gives_one() {
    let host = Host::new("sum", Effects::Pure, sum);
    let call =
        |a: i64, b: i64| host.call(&mut Console::default(), &[Arg::Word(a as u64), Arg::Word(b as u64)]);
    assert_eq!(call(7, -9), HostResult { status: HostResult::THERE, word: -2i64 as u64 });
    assert_eq!(call(i64::MIN, -9).status, HostResult::NOTHING);
}

#[test]
fn hosts_are_equal_by_name_and_signature() {
    let host = Host::new("sum", Effects::Pure, sum);
    assert_eq!(host, Host::new("sum", Effects::Pure, |_: &mut Console, a: i64, _: i64| Some(a)));
    assert_ne!(host, Host::new("add", Effects::Pure, sum));
    assert_ne!(host, Host::new("sum", Effects::Reads, sum));
    assert_ne!(host, Host::new("sum", Effects::Pure, |_: &mut Console, a: i64| Some(a)));
}

#[test]
fn much_text_goes_to_the_sink_and_the_rest_when_it_is_flushed() {
    let seen = Arc::new(Mutex::new(vec![]));
    let mut console = Console::default();
    (0..3).for_each(|_| console.write(&[b'x'; MUCH]));
    assert_eq!(console.text.len(), 3 * MUCH, "it stays where there is no sink");
    console.text.clear();
    let to = seen.clone();
    console.sink = Some(Box::new(move |_, bytes| {
        to.lock().unwrap().push(bytes.len());
        Ok(())
    }));
    console.write(&[b'x'; MUCH]);
    assert_eq!(seen.lock().unwrap().len(), 0);
    console.write(b"y");
    console.flush();
    console.write(b"z");
    console.flush();
    assert_eq!((&seen.lock().unwrap()[..], console.text.len()), (&[MUCH + 1, 1][..], 0));
}

#[test]
fn a_panic_ends_the_run_with_a_message_that_names_the_function() {
    let call = |host: Host| {
        let mut console = Console::default();
        let given = host.call(&mut console, &[]);
        assert_eq!(given.status, HostResult::PANICKED);
        assert!(console.has_panicked() && !console.has_panicked(), "it is asked for once");
        String::from_utf8(console.message).expect("it is text")
    };
    let fails = || -> i64 { panic!("no luck") };
    assert_eq!(call(fails.host("user.geo.f", Effects::Reads)), "the host function 'geo.f' panicked: no luck");
    let fails = || -> i64 { panic!("{} of {}", 3, "luck") };
    assert_eq!(call(fails.host("f", Effects::Reads)), "the host function 'f' panicked: 3 of luck");
    let fails = || -> i64 { std::panic::panic_any(7) };
    assert_eq!(call(fails.host("f", Effects::Reads)), "the host function 'f' panicked");
}
