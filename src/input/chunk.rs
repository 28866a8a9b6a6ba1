//! Chooses between mapping and reading for each chunk, by measurement.
//!
//! One of the two methods is current. At intervals the other is tried for up to [`WINDOW`] chunks, and
//! compared with the last [`WINDOW`] chunks of the current one. The faster method becomes current; if that is
//! the old one, the interval grows. The slowest chunk of either side is left out, since it may have been
//! interrupted; the others are added up, since neighbouring parts of a file differ. The clock starts once the
//! block is allocated: allocating one costs more than a chunk. A trial that is clearly slower after two
//! chunks ends.
//!
//! Reading saves up to 20% of a pass over 576 MB where the page cache has small folios, since page faults are
//! what makes mapping slow. Where folios are large, one fault maps much of a chunk: mapping is the faster
//! method, and a trial would cost 1 to 3%. So before a trial, the thread's page faults are counted over some
//! chunks. Files of fewer than [`FIRST`] chunks are not measured. The measured time includes the caller's
//! work between two calls, for both methods alike; it excludes unmapping at the end, for which [`UNMAP`]
//! corrects.

use std::time::Instant;

use super::block::Block;

/// A chunk of fewer bytes is mapped and not measured.
const SMALL: usize = 256 << 10;
/// A chunk of more bytes is mapped: a block of that size would not fit a cache.
const LARGE: usize = 8 << 20;
/// Number of measured chunks before the first trial.
const FIRST: u32 = 8;
/// Number of chunks after a trial that was clearly slower.
const LONG: u32 = 256;
/// Largest number of chunks between two trials.
const LAST: u32 = 1024;
/// Number of chunks of either method that are compared.
const WINDOW: usize = 4;
/// If a page fault maps at least so many bytes on average, there is no trial.
const PER_FAULT: u64 = 256 << 10;
/// A trial is hopeless if it takes this many times as long.
const HOPELESS: f64 = 1.35;
/// The whole cost of mapped chunks, as a multiple of their cost until the next call. Unmapping measured 12 to
/// 24% of mapping without touching.
const UNMAP: f64 = 1.1;

/// The state that a thread keeps between chunks: a block to read into, and the measurements.
///
/// It may serve several inputs one after another. Two concurrent passes need one each.
///
/// ```
/// use wirelens::{Input, Scratch};
/// let input = Input::from_bytes(b"0123456789");
/// let mut scratch = Scratch::new();
/// assert_eq!(input.chunk(2..5, &mut scratch)?, b"234");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Scratch {
    block: Block,
    meter: Meter,
    epoch: Instant,
    /// Whether reading is an option.
    choose: bool,
}

impl Scratch {
    /// An empty one; the block is allocated at the first chunk that is read.
    ///
    /// ```
    /// let scratch = wirelens::Scratch::new();
    /// # drop(scratch);
    /// ```
    pub fn new() -> Scratch {
        Scratch { block: Block::new(), meter: Meter::new(), epoch: Instant::now(), choose: true }
    }

    /// One for an input whose pages another thread touches ahead
    /// ([`Input::touch_ahead`](super::Input::touch_ahead)). Then the mapping is faster for any size of
    /// folios, and no trials are made.
    ///
    /// ```
    /// let scratch = wirelens::Scratch::touched();
    /// # drop(scratch);
    /// ```
    pub fn touched() -> Scratch {
        Scratch { choose: false, ..Scratch::new() }
    }

    /// Whether to read the next chunk, of `len` bytes, rather than use the mapping.
    pub(super) fn choose_read(&mut self, len: usize) -> bool {
        if !self.choose || !(SMALL..=LARGE).contains(&len) {
            self.meter.pause();
            return false;
        }
        let now = self.epoch.elapsed().as_nanos() as u64;
        self.meter.next(now, len as u64, page_faults) == Method::Read
    }

    /// A block of `len` bytes, with a readable page after it; `None` if there is no memory for it.
    pub(super) fn block(&mut self, len: usize) -> Option<&mut [u8]> {
        if self.block.grow(len + super::PAGE)? {
            self.meter.restart(self.epoch.elapsed().as_nanos() as u64);
        }
        Some(self.block.front(len))
    }
}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch::new()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Map,
    Read,
}

/// The costs of the last [`WINDOW`] chunks, in nanoseconds a byte.
#[derive(Clone, Copy, Debug, Default)]
struct Costs {
    list: [f64; WINDOW],
    count: usize,
}

impl Costs {
    fn add(&mut self, cost: f64) {
        self.list[self.count % WINDOW] = cost;
        self.count += 1;
    }

    /// Their mean without the slowest.
    fn mean(&self) -> f64 {
        let list = &self.list[..self.count.min(WINDOW)];
        let slowest = list.iter().copied().fold(0.0, f64::max);
        (list.iter().sum::<f64>() - slowest) / (list.len() as f64 - 1.0).max(1.0)
    }
}

/// The decision rule, as a function of times that are passed in.
#[derive(Debug)]
struct Meter {
    /// The current method.
    method: Method,
    /// Its recent costs.
    costs: Costs,
    /// During a trial, the costs of the other method.
    trial: Option<Costs>,
    /// Chunks until the next trial.
    left: u32,
    /// The initial value of `left`.
    gap: u32,
    /// When the chunk in progress was handed out, and its bytes.
    under_way: Option<(u64, u64)>,
    /// The thread's page faults [`WINDOW`] chunks before the next trial, and the bytes of chunks since then.
    faults: Option<(u64, u64)>,
}

impl Meter {
    fn new() -> Meter {
        let costs = Costs::default();
        let (method, left) = (Method::Map, FIRST);
        Meter { method, costs, trial: None, left, gap: left, under_way: None, faults: None }
    }

    /// Excludes the time until the next call from the measurement.
    fn pause(&mut self) {
        self.under_way = None;
    }

    /// The chunk in progress starts only now.
    fn restart(&mut self, now: u64) {
        if let Some((since, _)) = &mut self.under_way {
            *since = now;
        }
    }

    /// The method for the next chunk, of `bytes`, requested at time `now` (nanoseconds). `faults` counts the
    /// thread's page faults, if the system does.
    fn next(&mut self, now: u64, bytes: u64, faults: impl Fn() -> Option<u64>) -> Method {
        if let Some((since, bytes)) = self.under_way {
            let unmap = if self.current() == Method::Map { UNMAP } else { 1.0 };
            self.count(now.saturating_sub(since) as f64 * unmap / bytes as f64);
            self.look_at_faults(bytes, faults);
        }
        self.under_way = Some((now, bytes));
        self.current()
    }

    /// Puts the trial off that would come next, if few page faults map the chunks before it.
    fn look_at_faults(&mut self, bytes: u64, faults: impl Fn() -> Option<u64>) {
        if let Some((_, all)) = &mut self.faults {
            *all += bytes;
        }
        if self.method != Method::Map {
            return;
        }
        if self.trial.is_none() && self.left == WINDOW as u32 {
            self.faults = faults().map(|faults| (faults, 0));
        } else if self.trial.is_some_and(|trial| trial.count == 0)
            && let Some((before, bytes)) = self.faults.take()
            // A thread that took the measurements over has counts of its own.
            && let Some(few) = faults().and_then(|after| after.checked_sub(before))
            && few.saturating_mul(PER_FAULT) <= bytes
        {
            self.gap = (self.gap * 4).min(LAST);
            (self.left, self.trial) = (self.gap, None);
        }
    }

    /// Takes the chunk that has just ended into account.
    fn count(&mut self, cost: f64) {
        let Some(mut trial) = self.trial else {
            self.costs.add(cost);
            self.left -= 1;
            if self.left == 0 {
                self.trial = Some(Costs::default());
            }
            return;
        };
        trial.add(cost);
        let (old, new, tried) = (self.costs.mean(), trial.mean(), trial.count);
        let hopeless = tried >= 2 && new > old * HOPELESS;
        if tried < WINDOW && !hopeless {
            self.trial = Some(trial);
            return;
        }
        self.gap = if new < old {
            (self.method, self.costs) = (self.other(), trial);
            FIRST * 4
        } else {
            (self.gap * 4).clamp(if hopeless { LONG } else { 0 }, LAST)
        };
        (self.left, self.trial) = (self.gap, None);
    }

    fn current(&self) -> Method {
        if self.trial.is_some() { self.other() } else { self.method }
    }

    fn other(&self) -> Method {
        match self.method {
            Method::Map => Method::Read,
            Method::Read => Method::Map,
        }
    }
}

/// The page faults of this thread that needed no input or output, if the system counts them.
#[cfg(target_os = "linux")]
fn page_faults() -> Option<u64> {
    // SAFETY: all of the structure is integers, for which zeros are values.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the call writes to the structure alone.
    let done = unsafe { libc::getrusage(libc::RUSAGE_THREAD, &mut usage) };
    u64::try_from(usage.ru_minflt).ok().filter(|_| done == 0)
}

#[cfg(not(target_os = "linux"))]
fn page_faults() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `n` chunks that cost `cost(i, method)` each, on small folios; returns how many were read.
    fn run(meter: &mut Meter, n: u64, cost: impl Fn(u64, Method) -> u64) -> u64 {
        faulting(meter, n, 16, cost)
    }

    /// The same with so many page faults for a chunk, of 1 MiB.
    fn faulting(meter: &mut Meter, n: u64, faults: u64, cost: impl Fn(u64, Method) -> u64) -> u64 {
        let (mut now, mut read) = (1, 0);
        for i in 0..n {
            let method = meter.next(now, 1 << 20, || Some(i * faults));
            read += u64::from(method == Method::Read);
            now += cost(i, method);
        }
        read
    }

    #[test]
    fn a_good_mapping_stays_and_tries_get_rare() {
        let read = run(&mut Meter::new(), 10_000, |_, method| if method == Method::Map { 35 } else { 60 });
        assert!((9..=40).contains(&read), "{read}");
    }

    /// Reading would be the faster method here: on large folios it is not even tried.
    #[test]
    fn where_few_page_faults_map_a_chunk_nothing_is_tried() {
        let cost = |_, method| if method == Method::Map { 90 } else { 70 };
        assert_eq!(faulting(&mut Meter::new(), 10_000, 4, cost), 0);
        assert!(faulting(&mut Meter::new(), 10_000, 5, cost) > 9_000);
        // Where the system does not count them, or another thread has gone on, there is a trial.
        let unknown: [fn(u64) -> Option<u64>; 2] = [|_| None, |i| Some(1_000_000 - i)];
        for faults in unknown {
            let mut meter = Meter::new();
            assert!((0..1_000).any(|i| meter.next(i, 1 << 20, || faults(i)) == Method::Read));
        }
    }

    #[test]
    fn a_bad_mapping_is_left_soon() {
        let mut meter = Meter::new();
        let read = run(&mut meter, 1_000, |_, method| if method == Method::Map { 90 } else { 70 });
        assert!(read > 960, "{read}");
        assert_eq!(meter.method, Method::Read);
    }

    #[test]
    fn what_is_hopeless_is_not_tried_soon_again() {
        let all = u64::from(FIRST + LONG) + 4;
        assert_eq!(run(&mut Meter::new(), all, |_, method| if method == Method::Map { 35 } else { 60 }), 4);
        assert!(run(&mut Meter::new(), all, |_, method| if method == Method::Map { 35 } else { 40 }) > 4);
    }

    #[test]
    fn one_fast_chunk_among_slow_ones_does_not_decide() {
        let mut meter = Meter::new();
        let fast = |i: u64| if i % 8 == 5 { 40 } else { 100 };
        run(&mut meter, 500, |i, method| if method == Method::Map { fast(i) } else { 85 });
        assert_eq!(meter.method, Method::Read);
    }

    #[test]
    fn making_a_block_is_not_counted() {
        let mut meter = Meter::new();
        let mut now = 0;
        for _ in 0..100 {
            if meter.next(now, 1, || None) == Method::Read && meter.method == Method::Map {
                now += 1_000;
                meter.restart(now);
            }
            now += if meter.trial.is_some() || meter.method == Method::Read { 30 } else { 40 };
        }
        assert_eq!(meter.method, Method::Read);
    }

    #[test]
    fn interruptions_do_not_decide() {
        // Every fifth chunk is ten times as slow, with either method.
        let slow = |i: u64| if i.is_multiple_of(5) { 10 } else { 1 };
        let mut meter = Meter::new();
        run(&mut meter, 5_000, |i, method| slow(i) * if method == Method::Map { 35 } else { 60 });
        assert_eq!(meter.method, Method::Map);
    }

    #[test]
    fn a_file_that_changes_its_character_is_followed() {
        let mut meter = Meter::new();
        run(&mut meter, 500, |_, method| if method == Method::Map { 35 } else { 60 });
        assert_eq!(meter.method, Method::Map);
        run(&mut meter, 3_000, |_, method| if method == Method::Map { 90 } else { 60 });
        assert_eq!(meter.method, Method::Read);
    }

    #[test]
    fn a_pause_is_not_counted() {
        let mut meter = Meter::new();
        for i in 0..1_000 {
            meter.next(i * 1_000_000, 1, || None);
            meter.pause();
        }
        assert_eq!((meter.left, meter.method), (FIRST, Method::Map));
    }

    #[test]
    fn small_and_huge_chunks_come_from_the_mapping() {
        let mut scratch = Scratch::new();
        assert!((0..2_000).all(|_| !scratch.choose_read(1_000)));
        assert!((0..2_000).all(|_| !scratch.choose_read(LARGE + 1)));
    }
}
