//! The memory that a run takes, counted by the allocator itself: nothing per record in native code, and no
//! more for many records than for few in the interpreter.
//!
//! There is one test function, since a global allocator counts for the whole process. Counters are per
//! thread, so allocations by other threads of the test harness are excluded.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use wirelens::{Input, Jit, Query, Schema};

/// After this many runs, everything hot is native.
const WARM: usize = 400;

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static NOW: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

fn note(count: u64, bytes: i64) {
    // While a thread ends, its counters no longer exist.
    let _ = COUNT.try_with(|c| c.set(c.get() + count));
    let _ = NOW.try_with(|now| {
        now.set(now.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(now.get())));
    });
}

// SAFETY: all calls are forwarded to the system's allocator; the counters do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(1, layout.size() as i64);
        // SAFETY: the caller upholds the contract of `System`.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        note(0, -(layout.size() as i64));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(1, size as i64 - layout.size() as i64);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The number of allocations, and the peak of bytes above the start.
fn counted<T>(f: impl FnOnce() -> T) -> (u64, i64, T) {
    let (count, now) = (COUNT.get(), NOW.get());
    PEAK.set(now);
    let result = f();
    (COUNT.get() - count, PEAK.get() - now, result)
}

const SCHEMA: &str =
    "struct Point { double x, y; }; struct Triangle { Point a, b, c; int id; short tags[4]; };";
const SIZE: usize = 64;

fn records(n: usize) -> Vec<u8> {
    let mut bytes = vec![];
    for i in 0..n {
        for k in 0..6 {
            bytes.extend(((i * 7 + k) as f64 / 3.0).to_le_bytes());
        }
        bytes.extend((i as i32).to_le_bytes());
        for k in 0..4 {
            bytes.extend((k as i16).to_le_bytes());
        }
        bytes.extend([0; 4]);
    }
    assert_eq!(bytes.len(), n * SIZE);
    bytes
}

fn program() -> Query {
    let schema = Schema::from_c("<schema>", SCHEMA).unwrap();
    let sources = ["t.a.x + t.b.x + t.c.x", "t.a.y + t.b.y + t.c.y", "t.id % 7", "t.tags[t.id % 4]"];
    Query::builder(&schema).record("Triangle").totals(&sources).build().unwrap()
}

#[test]
fn memory_does_not_grow_with_the_records() {
    let (few, many) = (records(10_000), records(100_000));
    for jit in [Jit::On, Jit::Eager] {
        let program = program();
        let mut session = program.session(jit).unwrap();
        for _ in 0..WARM {
            session.run(&few).unwrap();
        }
        session.run(&many).unwrap();
        let (a, _, records) = counted(|| session.run(&few).unwrap().records);
        assert_eq!((a, records), (0, 10_000), "{jit:?}: a run over a single chunk allocates nothing");
        let (b, _, _) = counted(|| session.run(&many).unwrap().records);
        // Each chunk needs a few allocations, and so does merging it: 100,000 records are more chunks than
        // 10,000.
        let chunks = (many.len() as u64).div_ceil(Input::CHUNK);
        assert!(b <= 20 + 4 * chunks, "{jit:?}: {b} allocations for 100,000 records");
        let (c, _, _) = counted(|| session.run(&many[..20_000 * SIZE]).unwrap().records);
        assert_eq!(c, 0, "{jit:?}: any number of records in a single chunk");
        let (d, _, cut) = counted(|| session.run(&few[..SIZE + 1]).unwrap().cut);
        assert!(d < 20 && cut.is_some(), "{jit:?}: {d} allocations if the last record is cut short");
    }

    // Compiling allocates tens of thousands of times. A session in the background leaves that to another
    // thread; only the interpreter, with its collections, is left to it.
    let mut totals = vec![];
    let made = [false, true].map(|background| {
        let program = program();
        let mut session = program.session(Jit::On).unwrap();
        if background {
            session = session.in_background();
        }
        let (mut count, mut runs) = (0, 0);
        while program.stats().regions == 0 || totals.len() < 2 {
            let (more, _, outcome) = counted(|| session.run(&few[..100 * SIZE]).unwrap());
            totals.push(outcome.values.clone());
            (count, runs) = (count + more, runs + 1);
        }
        (count, runs)
    });
    assert!(totals.iter().all(|values| *values == totals[0]));
    let [(ours, _), (background, runs)] = made;
    // The first run translates the program.
    assert!(ours > 10_000 && background < 300 + 10 * runs, "{made:?}: allocations, runs");

    // Small records: 100,000 of them are one chunk.
    let schema = Schema::from_c("<schema>", "struct P { double x; int n; };").unwrap();
    let small = Query::builder(&schema).totals(&["t.x * t.n", "t.n"]).build().unwrap();
    let mut session = small.session(Jit::On).unwrap();
    let bytes = vec![1; 1_600_000];
    for _ in 0..WARM {
        session.run(&bytes).unwrap();
    }
    let counts = counted(|| session.run(&bytes).unwrap().records);
    assert_eq!((counts.0, counts.2), (0, 100_000));

    // Expressions over all records, and messages.
    let text = "a=sum(t.x for t in records) / len(records), b=max(t.n for t in records), (1, None, True)";
    let answers = Query::builder(&schema).aggregate(text).build().unwrap();
    let node = "@0xd6b2a5a29f3c41e7; struct S { n @0 :Int64; }";
    let node = Schema::from_capnp_text("<schema>", node).unwrap();
    let messages = Query::builder(&node).aggregate("sum(t.n for t in records)").build().unwrap();
    // A segment of two words: the pointer to a struct of one word, and that word.
    let message: Vec<u8> = [2u64 << 32, 1 << 32, 5].iter().flat_map(|word| word.to_le_bytes()).collect();
    for (query, bytes, tuples) in [(&answers, &bytes[..1600], 1), (&messages, &message.repeat(7), 0)] {
        let mut session = query.session(Jit::On).unwrap();
        for _ in 0..100 * WARM {
            session.run(bytes).unwrap();
        }
        let (a, _, _) = counted(|| session.run(bytes).unwrap().records);
        assert_eq!(a, tuples, "a tuple is a vector, and a number is none");
        if tuples == 0 {
            assert_eq!(session.run(bytes).unwrap().values[0].as_i64(), Some(35));
        }
    }

    let program = program();
    let mut stats = None;
    for _ in 0..WARM {
        let input = Input::from_bytes(&many);
        stats = Some(program.run(&input).unwrap().stats);
    }
    let stats = stats.expect("it ran");
    assert_eq!(stats.objects_materialized, 0, "{stats}");
    assert_eq!(stats.objects_allocated, 0, "{stats}");
    assert_eq!(stats.records_interpreted, 0, "{stats}");

    let peak = |n: usize| {
        let bytes = records(n);
        let program = self::program();
        let mut session = program.session(Jit::Off).unwrap();
        let (_, peak, found) = counted(|| session.run(&bytes).unwrap().records);
        assert_eq!(found, n as u64);
        peak
    };
    let (low, high) = (peak(5_000), peak(25_000));
    assert!(high <= low + 4096, "interpreted: {low} bytes for 5,000 records, {high} for 25,000");
}
