//! Chance from a seed, so that a run can be repeated.

/// Steele, Lea and Flood's SplitMix64.
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another, for a thread or a kind of fault; the same for the same name.
    pub fn for_part(&self, name: &str) -> Self {
        let mut part =
            Self(name.bytes().fold(self.0, |seed, byte| (seed ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)));
        part.draw();
        part
    }

    /// The next number.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `end`, without it.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// True once in so many times.
    pub const fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}
