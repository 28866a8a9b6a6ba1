//! Breaks messages: bits of pointers, sizes, tags and segment tables, truncation, cycles, loops of far
//! pointers, huge counts.

use super::super::rng::Rng;
use super::messages::{Message, far, near};

/// A broken variant of a message, as bytes.
pub fn mutant(rng: &mut Rng, message: &Message) -> Vec<u8> {
    let mut message = message.clone();
    for _ in 0..*rng.pick(&[1, 1, 1, 2, 4]) {
        words(rng, &mut message);
    }
    let mut bytes = message.bytes();
    match rng.below(24) {
        0 => bytes.truncate(rng.index(bytes.len() + 1)),
        1 => bytes.extend(vec![0xEE; rng.index(20)]),
        2 => table(rng, &mut bytes),
        _ => {}
    }
    bytes
}

/// Changes the segment table: a bit, the count, or a length.
fn table(rng: &mut Rng, bytes: &mut [u8]) {
    let count = u32::from_le_bytes(bytes[..4].try_into().expect("a table has a word"));
    let entry = rng.index(count as usize + 2) * 4;
    let old = u32::from_le_bytes(bytes[entry..entry + 4].try_into().expect("four bytes"));
    let new = match rng.below(4) {
        0 => old ^ 1 << rng.below(32),
        1 => old.wrapping_add(1),
        2 => old.wrapping_sub(1),
        _ => *rng.pick(&[0, 1, 2, 510, 511, 512, u32::MAX, 1 << 29, 8 << 20, (8 << 20) + 1]),
    };
    bytes[entry..entry + 4].copy_from_slice(&new.to_le_bytes());
}

/// Changes one word.
fn words(rng: &mut Rng, message: &mut Message) {
    let all: Vec<(usize, usize)> =
        message.segments.iter().zip(0..).flat_map(|(s, n)| (0..s.len()).map(move |i| (n, i))).collect();
    let any = *rng.pick(&all);
    let pointer = if message.pointers.is_empty() { any } else { *rng.pick(&message.pointers) };
    let (segment, at) = if rng.one_in(8) { any } else { pointer };
    let other = *rng.pick(&all);
    let segments = message.segments.len();
    let old = message.segments[segment][at];
    let new = match rng.below(14) {
        // A bit anywhere, of the kind, of the offset, of the sizes.
        0 => old ^ 1 << rng.below(64),
        1 => old ^ 1 << rng.below(3),
        2 => old ^ 1 << (2 + rng.below(6)),
        3 => old ^ 1 << (32 + rng.below(8)),
        4 => old ^ 1 << (48 + rng.below(4)),
        // Slightly different sizes, and huge ones.
        5 => old.wrapping_add((rng.next() % 3) << 35).wrapping_sub(1 << 35),
        6 => old | 0x1FFF_FFFF << 35,
        7 => old & !(0x1FFF_FFFF << 35) | (1 << rng.below(29)) << 35,
        // A pointer to itself, to its parent, to the root, or into another object.
        8 => {
            let offset = other.1 as i64 - at as i64 - 1;
            near(old & !0xFFFF_FFFC, if rng.one_in(3) { -1 } else { offset })
        }
        // Far pointers to anything, including loops of them.
        9 => far(other.0, other.1, rng.one_in(2)),
        10 => far(rng.index(segments + 1), rng.index(all.len() + 2), rng.one_in(3)),
        11 => message.segments[other.0][other.1],
        12 => {
            *rng.pick(&[0, 3, 3 | 7 << 32, 7, u64::MAX, 1, 2, 6, 1 << 48, 1 << 32, 0xFFFF_FFFC, 0x7FFF_FFFC])
        }
        _ => {
            message.segments[other.0][other.1] = old;
            message.segments[other.0][other.1.saturating_sub(1)]
        }
    };
    message.segments[segment][at] = new;
}
