//! Pseudo-random numbers by SplitMix64 (Steele, Lea, Flood, 2014), and distributions for tests.

/// A generator. The same seed gives the same numbers everywhere.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to `n - 1`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// An index into a list of this length.
    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.index(list.len())]
    }

    /// Usually small, sometimes an extreme value.
    pub fn i64(&mut self) -> i64 {
        const CORNERS: [i64; 12] =
            [0, 1, -1, 7, 8, 48, i64::MAX, i64::MIN, i64::MAX - 47, i64::MIN + 1, u32::MAX as i64, 1 << 53];
        match self.below(8) {
            0 => *self.pick(&CORNERS),
            1 => self.next() as i64,
            2 => self.below(100) as i64 - 50,
            3 => 8 * self.below(25) as i64,
            _ => self.below(12) as i64,
        }
    }

    /// Usually an ordinary number, sometimes a special one.
    pub fn f64(&mut self) -> f64 {
        const CORNERS: [f64; 10] = [
            0.0,
            -0.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN_POSITIVE,
            1e-310,
            9.3e18,
            -1e-30,
        ];
        match self.below(6) {
            0 => *self.pick(&CORNERS),
            1 => f64::from_bits(self.next()),
            _ => (self.below(20_000) as f64 - 10_000.0) / 64.0,
        }
    }

    /// Typical bytes of inputs: noise, small numbers, and floats.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![];
        while bytes.len() < len {
            match self.below(4) {
                0 => bytes.extend(self.next().to_le_bytes()),
                1 => bytes.extend(self.i64().to_le_bytes()),
                2 => bytes.extend(self.below(100).to_le_bytes()),
                _ => bytes.extend(self.f64().to_le_bytes()),
            }
        }
        bytes.truncate(len);
        bytes
    }
}
