//! Looking for bytes in bytes.
//!
//! What is looked for is mostly a word, and where mostly a line: preparing a search then takes longer than
//! the search. So a needle of up to [`SHORT`] bytes is compared wherever two of its bytes are found at their
//! distance, 16 places at once. (With 32, a call and two copies more, a line of 60 bytes takes longer). With
//! longer ones, that could be made to take time without bound by who writes the haystack; these have a search
//! in linear time prepared.
//!
//! Nothing is kept from one search to the next, but which two bytes these are can be found out once
//! ([`pair`]): of a constant, native code has it from its compilation.

#[cfg(target_arch = "x86_64")]
use memchr::arch::{all::packedpair::Pair, x86_64::sse2::packedpair::Finder};
use memchr::memmem;

/// Bytes of a needle that may be compared again and again.
#[cfg(target_arch = "x86_64")]
const SHORT: usize = 32;

/// The offset of the first occurrence, or -1. Of nothing, that is 0.
pub fn find(haystack: &[u8], needle: &[u8]) -> i64 {
    find_by(haystack, needle, pair(needle))
}

/// The same, with what [`pair`] gives for the needle.
pub fn find_by(haystack: &[u8], needle: &[u8], pair: u64) -> i64 {
    first(haystack, needle, pair).map_or(-1, |at| at as i64)
}

/// Where in a needle the two bytes are by which it is found: the first place, and the second times 256. They
/// are those that are the rarest in texts. 0: by none.
#[cfg(target_arch = "x86_64")]
pub fn pair(needle: &[u8]) -> u64 {
    let pair = Pair::new(needle).filter(|_| needle.len() <= SHORT);
    pair.map_or(0, |pair| u64::from(pair.index1()) | u64::from(pair.index2()) << 8)
}

#[cfg(target_arch = "x86_64")]
fn first(haystack: &[u8], needle: &[u8], pair: u64) -> Option<usize> {
    if let Some(pair) = Pair::with_indices(needle, pair as u8, (pair >> 8) as u8)
        && let Some(finder) = Finder::with_pair(needle, pair)
        && haystack.len() >= finder.min_haystack_len()
    {
        return finder.find(haystack, needle);
    }
    memmem::find(haystack, needle)
}

/// Here needles are not found by pairs.
#[cfg(not(target_arch = "x86_64"))]
pub fn pair(_: &[u8]) -> u64 {
    0
}

#[cfg(not(target_arch = "x86_64"))]
fn first(haystack: &[u8], needle: &[u8], _: u64) -> Option<usize> {
    memmem::find(haystack, needle)
}

#[cfg(test)]
mod tests {
    use super::find;

    /// Two letters, so that there are many places that nearly fit; at all lengths around those of a vector.
    #[test]
    fn the_first_occurrence_is_the_one_that_comparing_everywhere_finds() {
        let mut state = 1u64;
        let mut letter = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b'a' + (state >> 62 == 0) as u8
        };
        for length in 0..100 {
            let haystack: Vec<u8> = (0..length).map(|_| letter()).collect();
            for size in 1..40 {
                let needle: Vec<u8> = (0..size).map(|_| letter()).collect();
                let taken = haystack.get(length / 3..length / 3 + size);
                for needle in [&needle[..]].into_iter().chain(taken) {
                    let everywhere = haystack.windows(size).position(|w| w == needle);
                    assert_eq!(
                        find(&haystack, needle),
                        everywhere.map_or(-1, |at| at as i64),
                        "{needle:?} in {haystack:?}"
                    );
                }
            }
            assert_eq!(find(&haystack, &[]), 0);
        }
    }
}
