//! Mapped or read? The choice for each stretch, by measurement.
//!
//! The rule is the smallest that was found to do: there is one way in use; after a while the other is tried for
//! [`TRIES`] stretches; the one with the faster best stretch goes on. Each time the way in use wins, the while
//! doubles. Best values, not means, are compared, since a stretch that was interrupted says nothing.
//!
//! The price is about 2% of a pass over 576 MB where the mapping is right, and it gains 15 to 25% where it
//! is wrong. It does not look at files of less than [`FIRST`] stretches at all, and knows nothing of
//! what the caller does between two calls: that is in the time, for both ways alike.

use std::time::Instant;

/// A stretch of fewer bytes is mapped and not measured.
const SMALL: usize = 256 << 10;
/// A longer one is mapped: a block of that size would be no cache's.
const LARGE: usize = 8 << 20;
/// How many measured stretches come before the other way is tried for the first time.
const FIRST: u32 = 8;
/// How many come between two tries at most.
const LAST: u32 = 1024;
/// How many stretches a try takes. The first of a try pays for a cold block, and only the best counts.
const TRIES: u32 = 3;

/// What a thread keeps from one stretch to the next: a block to read into, and what was measured.
///
/// It may serve one input after the other. For two passes at once, make two.
///
/// ```
/// use wirelens::{Input, Scratch};
/// let input = Input::from_bytes(b"0123456789");
/// let mut scratch = Scratch::new();
/// assert_eq!(input.stretch(2..5, &mut scratch)?, b"234");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Scratch {
    block: Vec<u8>,
    meter: Meter,
    epoch: Instant,
}

impl Scratch {
    /// An empty one; the block comes with the first stretch that is read.
    ///
    /// ```
    /// let scratch = wirelens::Scratch::new();
    /// # drop(scratch);
    /// ```
    pub fn new() -> Scratch {
        Scratch { block: Vec::new(), meter: Meter::new(), epoch: Instant::now() }
    }

    /// Whether the next stretch, of `len` bytes, is to be read rather than taken from the mapping.
    pub(super) fn choose_read(&mut self, len: usize) -> bool {
        if !(SMALL..=LARGE).contains(&len) {
            self.meter.pause();
            return false;
        }
        self.meter.next(self.epoch.elapsed().as_nanos() as u64, len as u64) == Way::Read
    }

    /// A block of `len` bytes, with a page of zeros behind.
    pub(super) fn block(&mut self, len: usize) -> &mut [u8] {
        if self.block.len() < len + super::PAGE {
            // Not `resize`: a new block from the system is zero already, without being touched.
            self.block = vec![0; len + super::PAGE];
        }
        &mut self.block[..len]
    }
}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch::new()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Map,
    Read,
}

/// Nanoseconds for bytes, compared without division.
#[derive(Clone, Copy, Debug)]
struct Rate {
    nanos: u64,
    bytes: u64,
}

impl Rate {
    /// Slower than anything measured.
    const WORST: Rate = Rate { nanos: u64::MAX, bytes: 1 };

    fn faster(self, other: Rate) -> bool {
        u128::from(self.nanos) * u128::from(other.bytes) < u128::from(other.nanos) * u128::from(self.bytes)
    }

    fn best(self, other: Rate) -> Rate {
        if other.faster(self) { other } else { self }
    }
}

/// The rule, as a function of times that are handed in.
#[derive(Debug)]
struct Meter {
    /// The way in use.
    way: Way,
    /// Its best stretch since the last try.
    best: Rate,
    /// Stretches until the next try.
    left: u32,
    /// What `left` begins with.
    gap: u32,
    /// During a try: how many stretches are still to come, and the best one so far.
    trial: Option<(u32, Rate)>,
    /// When the stretch under way was handed out, and its bytes.
    under_way: Option<(u64, u64)>,
}

impl Meter {
    fn new() -> Meter {
        Meter { way: Way::Map, best: Rate::WORST, left: FIRST, gap: FIRST, trial: None, under_way: None }
    }

    /// The time until the next call is not to be counted.
    fn pause(&mut self) {
        self.under_way = None;
    }

    /// The way for the next stretch, of `bytes`, asked for at `now` (nanoseconds).
    fn next(&mut self, now: u64, bytes: u64) -> Way {
        if let Some((since, bytes)) = self.under_way {
            self.count(Rate { nanos: now.saturating_sub(since), bytes });
        }
        self.under_way = Some((now, bytes));
        if self.trial.is_some() { self.other() } else { self.way }
    }

    /// Takes the stretch that has just ended into account.
    fn count(&mut self, rate: Rate) {
        match self.trial {
            None => {
                self.best = self.best.best(rate);
                self.left -= 1;
                if self.left == 0 {
                    self.trial = Some((TRIES, Rate::WORST));
                }
            }
            Some((left, best)) if left > 1 => self.trial = Some((left - 1, best.best(rate))),
            Some((_, best)) => {
                if best.best(rate).faster(self.best) {
                    self.way = self.other();
                    self.gap = FIRST;
                }
                self.gap = (self.gap * 4).min(LAST);
                (self.left, self.trial, self.best) = (self.gap, None, Rate::WORST);
            }
        }
    }

    fn other(&self) -> Way {
        match self.way {
            Way::Map => Way::Read,
            Way::Read => Way::Map,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `n` stretches of one byte whose cost `cost(i, way)` tells; returns how many were read.
    fn run(meter: &mut Meter, n: u64, cost: impl Fn(u64, Way) -> u64) -> u64 {
        let (mut now, mut read) = (1, 0);
        for i in 0..n {
            let way = meter.next(now, 1);
            read += u64::from(way == Way::Read);
            now += cost(i, way);
        }
        read
    }

    #[test]
    fn a_good_mapping_stays_and_tries_get_rare() {
        let read = run(&mut Meter::new(), 10_000, |_, way| if way == Way::Map { 35 } else { 60 });
        assert!((9..=40).contains(&read), "{read}");
    }

    #[test]
    fn a_bad_mapping_is_left_soon() {
        let mut meter = Meter::new();
        let read = run(&mut meter, 1_000, |_, way| if way == Way::Map { 90 } else { 70 });
        assert!(read > 960, "{read}");
        assert_eq!(meter.way, Way::Read);
    }

    #[test]
    fn interruptions_do_not_decide() {
        // Every third stretch is ten times as slow, whichever way.
        let slow = |i: u64| if i.is_multiple_of(3) { 10 } else { 1 };
        let mut meter = Meter::new();
        run(&mut meter, 5_000, |i, way| slow(i) * if way == Way::Map { 35 } else { 60 });
        assert_eq!(meter.way, Way::Map);
    }

    #[test]
    fn a_file_that_changes_its_character_is_followed() {
        let mut meter = Meter::new();
        run(&mut meter, 500, |_, way| if way == Way::Map { 35 } else { 60 });
        assert_eq!(meter.way, Way::Map);
        run(&mut meter, 3_000, |_, way| if way == Way::Map { 90 } else { 60 });
        assert_eq!(meter.way, Way::Read);
    }

    #[test]
    fn a_pause_is_not_counted() {
        let mut meter = Meter::new();
        for i in 0..1_000 {
            meter.next(i * 1_000_000, 1);
            meter.pause();
        }
        assert_eq!((meter.left, meter.way), (FIRST, Way::Map));
    }

    #[test]
    fn small_and_huge_stretches_come_from_the_mapping() {
        let mut scratch = Scratch::new();
        assert!((0..2_000).all(|_| !scratch.choose_read(1_000)));
        assert!((0..2_000).all(|_| !scratch.choose_read(LARGE + 1)));
    }

    #[test]
    fn a_block_has_zeros_behind() {
        let mut scratch = Scratch::new();
        scratch.block(10).fill(1);
        assert_eq!(scratch.block(10), [1; 10]);
        assert!(scratch.block[10..].iter().all(|b| *b == 0) && scratch.block.len() >= 10 + 4096);
    }
}
