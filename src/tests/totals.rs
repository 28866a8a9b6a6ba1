//! Totals of floats: the same bits in every mode, an error that pairwise summation does not improve on, and
//! the infinities and NaN of a plain loop.

use super::reference::Sum;
use super::rng::Rng;
use crate::Jit;
use crate::input::Input;
use crate::query::values::Values;
use crate::query::{Number, Options, Value};
use crate::schema::Schema;

/// A total of floats by its bits; all NaN are equal.
fn bits(total: Number) -> u64 {
    match total {
        Number::Float(x) if x.is_nan() => f64::NAN.to_bits(),
        Number::Float(x) => x.to_bits(),
        other => panic!("{other:?} is no float"),
    }
}

/// The size of a record: 11 MB have few records, so that the interpreter can take part.
const STRIDE: usize = 2064;

fn wide(n: usize, rng: &mut Rng) -> Vec<u8> {
    let mut bytes = vec![0; n * STRIDE];
    for record in bytes.chunks_mut(STRIDE) {
        let mut number = || (rng.next() as i64 as f64) / 1e15 * (rng.below(1000) as f64).exp2().min(1e30);
        record[..8].copy_from_slice(&number().to_le_bytes());
        record[STRIDE - 8..].copy_from_slice(&number().to_le_bytes());
    }
    bytes
}

#[test]
fn the_same_bits_for_any_number_of_threads_and_in_every_way() {
    let schema = Schema::from_c("<schema>", "struct R { double x; char gap[2048]; double y; };").unwrap();
    let bytes = wide(6000, &mut Rng::new(1));
    let input = Input::from_bytes(&bytes);
    let chunk = (Input::CHUNK as usize / (128 * STRIDE)).max(1) * 128;
    assert!(bytes.len() > 10 << 20 && bytes.len() / STRIDE > 5 * chunk, "at least five chunks");
    let expected: Vec<u64> = [0, STRIDE - 8]
        .iter()
        .map(|at| {
            let number = |r: &[u8]| f64::from_le_bytes(r[*at..at + 8].try_into().expect("eight bytes"));
            let sum = |part: &[u8]| {
                let mut sum = Sum::new();
                part.chunks(STRIDE).for_each(|r| sum.add(number(r)));
                sum
            };
            let parts = bytes.chunks(chunk * STRIDE).map(sum);
            let sum = parts.reduce(Sum::merge).expect("there is data");
            bits(Number::Float(sum.finish()))
        })
        .collect();
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        for threads in [1, 2, 3, 7] {
            let program = Values::totals(&schema, "R", &["t.x", "t.y"]).unwrap();
            let outcome = program.run(&input, &Options { jit, threads, ..Options::default() }).unwrap();
            let found: Vec<u64> = outcome.totals().iter().map(|t| bits(*t)).collect();
            assert_eq!(found, expected, "{jit:?}, {threads} threads");
        }
    }
}

/// A program that sums doubles.
fn plain() -> Values {
    let schema = Schema::from_c("<schema>", "struct R { double x; };").unwrap();
    Values::totals(&schema, "R", &["t.x"]).unwrap()
}

fn total(program: &Values, numbers: &[f64]) -> f64 {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    let outcome = program.run(&Input::from_bytes(&bytes), &Options::default()).unwrap();
    f64::from_bits(bits(outcome.totals()[0]))
}

/// The exact sum, as non-overlapping floats (Shewchuk, 1997).
fn exact(numbers: &[f64]) -> Vec<f64> {
    let mut parts: Vec<f64> = vec![];
    for x in numbers {
        let mut x = *x;
        let mut kept = vec![];
        for y in parts {
            let (large, small) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
            let sum = large + small;
            let rest = small - (sum - large);
            if rest != 0.0 {
                kept.push(rest);
            }
            x = sum;
        }
        kept.push(x);
        parts = kept;
    }
    parts
}

/// The error of a sum.
fn error(sum: f64, exact_parts: &[f64]) -> f64 {
    let mut all = exact_parts.to_vec();
    all.push(-sum);
    exact(&all).iter().rev().sum::<f64>().abs()
}

/// Pairwise summation as in NumPy: blocks of 128 in eight lanes, above that halves of multiples of eight.
fn pairwise(numbers: &[f64]) -> f64 {
    match numbers.len() {
        0..8 => numbers.iter().fold(0.0, |a, x| a + x),
        n @ 8..=128 => {
            let mut lanes: [f64; 8] = numbers[..8].try_into().expect("eight");
            for (i, x) in numbers[8..n - n % 8].iter().enumerate() {
                lanes[i % 8] += x;
            }
            let [a, b, c, d, e, f, g, h] = lanes;
            let sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
            numbers[n - n % 8..].iter().fold(sum, |a, x| a + x)
        }
        n => {
            let half = n / 2 - n / 2 % 8;
            pairwise(&numbers[..half]) + pairwise(&numbers[half..])
        }
    }
}

#[test]
fn the_error_is_no_worse_than_that_of_pairwise_summation() {
    let program = plain();
    let mut rng = Rng::new(3);
    for kind in 0..5 {
        let (mut ours, mut theirs) = (0.0, 0.0);
        for round in 0..6 {
            let n = 20_000 + round * 1777;
            let mut numbers: Vec<f64> = (0..n)
                .map(|i| {
                    let x = rng.next() as i64 as f64 / 1e12;
                    match kind {
                        0 => x.abs(),
                        1 => x,
                        // Very different magnitudes.
                        2 => x * (rng.below(120) as f64 - 60.0).exp2(),
                        3 => 1.0 / (i + 1) as f64,
                        _ => x * 1e8,
                    }
                })
                .collect();
            if kind == 4 {
                // The second half cancels the first: the rest is small.
                let back: Vec<f64> = numbers[..n / 2].iter().map(|x| -x).collect();
                numbers.truncate(n / 2);
                numbers.push(1e-3);
                numbers.extend(back.iter().rev());
            }
            let parts = exact(&numbers);
            let sizes: f64 = numbers.iter().map(|x| x.abs()).sum();
            let found = total(&program, &numbers);
            let (mine, other) = (error(found, &parts), error(pairwise(&numbers), &parts));
            // 16 additions in a lane, 3 of lanes, 1 at the end: each has an error of at most half a unit in
            // the last place.
            let bound = 20.0 * (f64::EPSILON / 2.0) * sizes;
            assert!(mine <= bound, "kind {kind}, round {round}: off by {mine:e}, more than {bound:e}");
            ours += mine;
            theirs += other;
        }
        assert!(ours <= theirs, "kind {kind}: off by {ours:e} in all, pairwise summation by {theirs:e}");
    }
}

#[test]
fn infinities_and_nan_are_those_of_a_plain_loop() {
    let program = plain();
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let special: [&[f64]; 11] = [
        &[inf],
        &[-inf],
        &[nan],
        &[inf, -inf],
        &[inf, inf],
        &[inf, nan],
        &[f64::MAX, f64::MAX],
        &[-f64::MAX, -f64::MAX, -f64::MAX],
        &[5e-324, -5e-324],
        &[f64::MAX, -f64::MAX],
        &[0.0, -0.0],
    ];
    for length in [1usize, 9, 128, 129, 5000] {
        for list in special {
            for place in [0, length / 2, length.saturating_sub(list.len())] {
                let mut numbers = vec![0.25; length.max(list.len())];
                let place = place.min(numbers.len() - list.len());
                numbers[place..place + list.len()].copy_from_slice(list);
                let naive = numbers.iter().fold(0.0, |a, x| a + x);
                let found = total(&program, &numbers);
                if naive.is_finite() {
                    assert!(found.is_finite(), "{list:?} at {place} of {length}: {found} instead of {naive}");
                } else {
                    let same = found == naive || found.is_nan() && naive.is_nan();
                    assert!(same, "{list:?} at {place} of {length}: {found} instead of {naive}");
                }
            }
        }
    }
}

#[test]
fn the_first_error_of_the_file_is_reported_whoever_finds_it() {
    let schema = Schema::from_c("<schema>", "struct R { long n; char gap[2040]; };").unwrap();
    let size = 2048;
    let mut bytes = vec![1; 6000 * size];
    // In the second, third and last of six chunks.
    for bad in [1500, 2900, 5999] {
        bytes[bad * size..bad * size + 8].fill(0);
    }
    let input = Input::from_bytes(&bytes);
    for jit in [Jit::Off, Jit::On, Jit::DeoptStress] {
        for threads in [1, 2, 3, 7] {
            let program = Values::totals(&schema, "R", &["1 // t.n"]).unwrap();
            let error = program.run(&input, &Options { jit, threads, ..Options::default() }).unwrap_err();
            let expected =
                format!("{}: record 1500 (at byte {}): division by zero", input.name(), 1500 * size);
            assert_eq!(error.to_string(), expected, "{jit:?}, {threads} threads");
        }
    }
}

/// Python's `min` or `max` of numbers.
fn extreme(numbers: &[f64], max: bool) -> Option<f64> {
    let (first, rest) = numbers.split_first()?;
    Some(rest.iter().fold(*first, |best, x| if if max { *x > best } else { *x < best } { *x } else { best }))
}

/// The bits of a value: of a number, a truth value or none; all NaN are equal.
fn value_bits(value: &Value) -> Option<u64> {
    match value {
        Value::None => None,
        Value::Bool(b) => Some(u64::from(*b)),
        Value::Number(Number::Int(i)) => Some(*i as u64),
        Value::Number(number) => Some(bits(*number)),
        other => panic!("{other:?} is no result"),
    }
}

#[test]
fn the_smallest_and_largest_are_those_of_python_whatever_the_order_of_nan() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let lists: [&[f64]; 14] = [
        &[],
        &[nan],
        &[1.0, nan, 0.5],
        &[nan, 1.0, 0.5],
        &[1.0, 2.0, nan],
        &[0.0, -0.0],
        &[-0.0, 0.0],
        &[inf, nan, -inf],
        &[inf, inf],
        &[-inf, -inf],
        &[nan, nan, -inf],
        &[3.0, 1.0, 2.0],
        &[nan, inf],
        &[f64::MAX, -f64::MAX, 5e-324],
    ];
    let schema = Schema::from_c("<schema>", "struct R { double x; };").unwrap();
    let text = "min((t.x for t in records), default=None), max((t.x for t in records), default=None), \
                min((t.x for t in records if t.x != 2), default=None), max((t.x for t in records if t.x != 2), default=None), \
                min((x for t in records for x in (t.x, t.x)), default=None)";
    for jit in [Jit::Off, Jit::Eager, Jit::DeoptStress] {
        let program = Values::compile(&schema, "R", text).unwrap();
        // Each pair of lists: as one input, and as two inputs whose results are merged.
        for (first, second) in lists.iter().flat_map(|a| lists.iter().map(move |b| (*a, *b))) {
            let all = [first, second].concat();
            let but: Vec<f64> = all.iter().copied().filter(|x| *x != 2.0).collect();
            let expected = [
                extreme(&all, false),
                extreme(&all, true),
                extreme(&but, false),
                extreme(&but, true),
                extreme(&all, false),
            ];
            let expected = expected.map(|x| x.map(|x| bits(Number::Float(x))));
            let bytes = |list: &[f64]| list.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
            for parts in [vec![&all[..]], vec![first, second]] {
                let mut pass = program.pass(&Options { jit, ..Options::default() });
                for part in &parts {
                    pass.add(&Input::from_bytes(&bytes(part))).unwrap();
                }
                let (outcome, _) = pass.finish().unwrap();
                let found: Vec<Option<u64>> = outcome.values.iter().map(value_bits).collect();
                assert_eq!(found, expected, "{jit:?}: {parts:?}");
            }
        }
    }
}

#[test]
fn each_kind_is_the_same_for_any_number_of_threads_and_in_every_way() {
    let schema = "struct R { double x; int64_t i; uint64_t u; char gap[2032]; double y; };";
    let schema = Schema::from_c("<schema>", schema).unwrap();
    let mut rng = Rng::new(5);
    let mut bytes = wide(6000, &mut rng);
    for record in bytes.chunks_mut(STRIDE) {
        record[8..16].copy_from_slice(&(rng.next() as i64 >> 20).to_le_bytes());
        record[16..24].copy_from_slice(&(rng.next() >> 20).to_le_bytes());
    }
    let read = |at: usize| move |r: &[u8]| <[u8; 8]>::try_from(&r[at..at + 8]).expect("eight bytes");
    let x: Vec<f64> = bytes.chunks(STRIDE).map(|r| f64::from_le_bytes(read(0)(r))).collect();
    let i: Vec<i64> = bytes.chunks(STRIDE).map(|r| i64::from_le_bytes(read(8)(r))).collect();
    let u: Vec<u64> = bytes.chunks(STRIDE).map(|r| u64::from_le_bytes(read(16)(r))).collect();
    let rows: Vec<(&str, Option<u64>)> = vec![
        ("len(records)", Some(6000)),
        ("sum(1 for t in records if t.x > 0)", Some(x.iter().filter(|x| **x > 0.0).count() as u64)),
        ("sum(t.i for t in records)", Some(i.iter().sum::<i64>() as u64)),
        (
            "sum(t.u for t in records if t.i < 0)",
            Some(u.iter().zip(&i).filter(|p| *p.1 < 0).map(|p| p.0).sum()),
        ),
        ("min(t.x for t in records)", extreme(&x, false).map(f64::to_bits)),
        (
            "max(t.x for t in records if t.x < 5)",
            extreme(&x.iter().copied().filter(|x| *x < 5.0).collect::<Vec<_>>(), true).map(f64::to_bits),
        ),
        ("min(t.i for t in records)", i.iter().min().map(|i| *i as u64)),
        (
            "max(t.i for t in records if t.u % 2 == 1)",
            i.iter().zip(&u).filter(|p| p.1 % 2 == 1).map(|p| *p.0 as u64 as i64).max().map(|i| i as u64),
        ),
        ("max(t.u for t in records)", u.iter().max().copied()),
        ("min((t.u for t in records if t.x != t.x), default=None)", None),
        ("any(t.i == 1 << 62 for t in records)", Some(0)),
        ("all(t.u >= 0 for t in records)", Some(1)),
        ("max(v for t in records for v in (t.i, -t.i))", i.iter().map(|i| i.unsigned_abs()).max()),
    ];
    let text: Vec<&str> = rows.iter().map(|(text, _)| *text).collect();
    let expected: Vec<Option<u64>> = rows.iter().map(|(_, value)| *value).collect();
    let text = text.join(", ") + ", sum(t.x for t in records if t.y > 0)";
    let mut float = None;
    for jit in [Jit::Off, Jit::On, Jit::Eager, Jit::DeoptStress] {
        let program = Values::compile(&schema, "R", &text).unwrap();
        for threads in [1, 2, 3] {
            let outcome =
                program.run(&Input::from_bytes(&bytes), &Options { jit, threads, ..Options::default() });
            let mut found: Vec<Option<u64>> = outcome
                .unwrap()
                .values
                .iter()
                .map(|v| match v {
                    Value::Number(Number::Uint(u)) => Some(*u),
                    v => value_bits(v),
                })
                .collect();
            let sum = found.pop().expect("it is the last");
            assert_eq!(found, expected, "{jit:?}, {threads} threads");
            assert_eq!(*float.get_or_insert(sum), sum, "{jit:?}, {threads} threads");
        }
    }
}
