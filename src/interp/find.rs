//! Searches bytes in bytes.
//!
//! The needle is mostly a word, and the haystack a line, so preparing a search takes longer than the search.
//! Therefore a needle of up to [`SHORT`] bytes is compared wherever two of its bytes occur at their distance,
//! 16 positions at once. (32 at once need a call and two copies more, which is slower for a line of 60
//! bytes.) For longer needles, the author of the haystack could make this quadratic; they use a search in
//! linear time.
//!
//! Nothing is kept between searches, except that the two bytes can be chosen once ([`pair`]): for a constant
//! needle, at compile time.

#[cfg(target_arch = "x86_64")]
use memchr::arch::{all::packedpair::Pair, x86_64::sse2::packedpair::Finder};
use memchr::memmem;

/// The maximum length of a needle that is compared at each candidate position.
#[cfg(target_arch = "x86_64")]
const SHORT: usize = 32;

/// The offset of the first occurrence, or -1. The empty needle occurs at 0.
pub fn find(haystack: &[u8], needle: &[u8]) -> i64 {
    find_by(haystack, needle, pair(needle))
}

/// Like [`find`], with the result of [`pair`] for the needle.
pub fn find_by(haystack: &[u8], needle: &[u8], pair: u64) -> i64 {
    first(haystack, needle, pair).map_or(-1, |at| at as i64)
}

/// The positions of the two bytes by which a needle is searched, the ones that are rarest in texts: the
/// first, plus 256 times the second. 0: there are none.
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

/// This architecture has no search by pairs.
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
