//! Chance, the same in every run.

/// Knuth's linear congruential generator.
pub struct Chance(u64);

impl Chance {
    /// From its beginning.
    pub const fn new() -> Self {
        Self(1)
    }

    /// The upper half of its next state.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 32
    }

    /// Brings values into any order.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let other = self.draw() as usize % (last + 1);
            values.swap(last, other);
        }
    }
}
