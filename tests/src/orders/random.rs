//! A small random number generator: the same seed gives the same orders on every machine and in every year.

/// `SplitMix64`: one addition and three mixing steps a number. Good enough for test data, and eight lines.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// A generator for one subject (`salt`) of one seed; neighbours are not related.
    pub(crate) fn new(seed: u64, salt: u64) -> Self {
        let mut start = Self(seed);
        let high = start.next();
        let mut start = Self(high ^ salt.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Self(start.next())
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `limit - 1`. The bias of the remainder does not matter here.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit.max(1))).unwrap_or(0)
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of several; the slice must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// An index into something of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length.max(1)).unwrap_or(1);
        usize::try_from(self.next() % length).unwrap_or(0)
    }

    /// `count` different indices below `length`, in rising order.
    pub(crate) fn sample(&mut self, length: usize, count: usize) -> Vec<usize> {
        let count = count.min(length);
        let mut indices: Vec<usize> = (0..length).collect();
        for place in 0..count {
            let other = place + self.index(length - place);
            indices.swap(place, other);
        }
        indices.truncate(count);
        indices.sort_unstable();
        indices
    }
}
