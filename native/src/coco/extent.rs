//! How far coordinates go.

/// The bounds of points; empty until the first one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Least x and y.
    pub low: [f64; 2],
    /// Greatest x and y.
    pub high: [f64; 2],
}

impl Default for Extent {
    fn default() -> Self {
        Self { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] }
    }
}

impl Extent {
    /// Takes in a point.
    #[inline]
    pub fn point(&mut self, x: f64, y: f64) {
        self.low = [x.min(self.low[0]), y.min(self.low[1])];
        self.high = [x.max(self.high[0]), y.max(self.high[1])];
    }

    /// Takes in all of another.
    pub fn join(&mut self, other: &Self) {
        if !other.is_empty() {
            self.point(other.low[0], other.low[1]);
            self.point(other.high[0], other.high[1]);
        }
    }

    /// Whether there was no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.low[0] > self.high[0]
    }

    /// Whether no bound of the other is more than `most` away.
    #[must_use]
    pub fn near(&self, other: &Self, most: f64) -> bool {
        let (ours, theirs) = ([self.low, self.high], [other.low, other.high]);
        let pairs = ours.as_flattened().iter().zip(theirs.as_flattened());
        pairs.into_iter().all(|(one, two)| (one - two).abs() <= most)
    }

    /// Whether all of it lies in an image of this size, but for what sums of doubles lose; a side
    /// that is NaN is not known, and nothing leaves it.
    #[must_use]
    pub fn inside(&self, size: [f64; 2]) -> bool {
        const SLACK: f64 = 1e-6;
        let low = self.low.iter().all(|bound| *bound >= -SLACK);
        let high =
            self.high.iter().zip(size).all(|(bound, end)| end.is_nan() || *bound <= end + SLACK);
        self.is_empty() || (low && high)
    }
}
