use std::time::Instant;
use zerocopy::*;
#[derive(FromBytes, Immutable, KnownLayout, Clone, Copy)]
#[repr(C)]
struct P {
    x: f64,
    y: f64,
}
#[derive(FromBytes, Immutable, KnownLayout, Clone, Copy)]
#[repr(C)]
struct T {
    a: P,
    b: P,
    c: P,
}
#[inline(never)]
fn hand(b: &[u8]) -> (f64, f64) {
    let t = <[T]>::ref_from_bytes(b).unwrap();
    let (mut sx, mut sy) = (0.0, 0.0);
    for t in t {
        sx += t.a.x + t.b.x + t.c.x;
        sy += t.a.y + t.b.y + t.c.y;
    }
    (sx, sy)
}
fn main() {
    let schema = wirelens::Schema::from_c("x", "struct P {double x,y;}; struct T {P a,b,c;};").unwrap();
    let b = wirelens::Barycenter::new(&schema, "T", None).unwrap();
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let data: Vec<f64> = (0..n * 6).map(|i| (i % 1000) as f64 * 0.37).collect();
    let bytes = data.as_bytes();
    let mut s = b.program.session(wirelens::Jit::On);
    let reps =
        (20_000_000 / n).max(200).min(std::env::args().nth(3).map_or(usize::MAX, |r| r.parse().unwrap()));
    for _ in 0..200 {
        s.run(bytes).unwrap();
    }
    for _ in 0..std::env::args().nth(2).map_or(5, |r| r.parse().unwrap()) {
        let t = Instant::now();
        let mut x = 0.0;
        for _ in 0..reps {
            x += std::hint::black_box(hand(std::hint::black_box(bytes))).0;
        }
        let h = t.elapsed().as_secs_f64() / (reps * n) as f64 * 1e9;
        let t = Instant::now();
        let mut y = 0.0;
        for _ in 0..reps {
            y += s.run(std::hint::black_box(bytes)).unwrap().totals[0].to_f64();
        }
        let j = t.elapsed().as_secs_f64() / (reps * n) as f64 * 1e9;
        println!("hand {h:.3} jit {j:.3} ns/rec ratio {:.3} {}", j / h, (x - y).abs() < 1e-9 * x.abs());
    }
}
