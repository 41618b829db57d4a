//! How far the geometry and the frames of a row go: what rules on asset sizes need.

/// Bytes of a packed MEASURE. Its twin: `MEASURE` in `bulkimport/native.py`.
pub const MEASURE_BYTES: usize = 48;

/// The flag of a MEASURE with bounds.
pub const HAS_BOX: u8 = 1;
/// The flag of a MEASURE with a last place.
pub const HAS_LAST: u8 = 2;
const OF_BOXES: u8 = 4;

/// The bounds of all coordinates, and the last frame, millisecond, character or page.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    low: [f64; 2],
    high: [f64; 2],
    last: Option<u64>,
    /// Whether the coordinates are those of boxes.
    pub boxes: bool,
    /// What the coordinates are measured in: index into the units of documents, from 1.
    pub unit: u8,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            low: [f64::INFINITY; 2],
            high: [f64::NEG_INFINITY; 2],
            last: None,
            boxes: false,
            unit: 0,
        }
    }
}

impl Extent {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.low[0] > self.high[0] && self.last.is_none()
    }

    /// Takes in a point.
    #[inline]
    pub fn point(&mut self, [x, y]: [f64; 2]) {
        self.low = [lesser(x, self.low[0]), lesser(y, self.low[1])];
        self.high = [greater(x, self.high[0]), greater(y, self.high[1])];
    }

    /// Takes in a frame, millisecond, character or page.
    #[inline]
    pub fn last(&mut self, last: i64) {
        if let Ok(last) = u64::try_from(last) {
            self.last = self.last.max(Some(last));
        }
    }

    /// Appends the MEASURE of row `row` of its block, little-endian, if there is anything to tell.
    pub fn pack(&self, row: u32, kind: u8, measures: &mut Vec<u8>) {
        if self.is_empty() {
            return;
        }
        let boxed = self.low[0] <= self.high[0];
        let flags = [(boxed, HAS_BOX), (self.last.is_some(), HAS_LAST), (self.boxes, OF_BOXES)];
        let flags = flags.iter().fold(0, |all, (set, flag)| all | if *set { *flag } else { 0 });
        measures.extend_from_slice(&row.to_le_bytes());
        measures.extend_from_slice(&[kind, self.unit, flags, 0]);
        for bound in [self.low, self.high].as_flattened() {
            measures.extend_from_slice(&bound.to_le_bytes());
        }
        measures.extend_from_slice(&self.last.unwrap_or(0).to_le_bytes());
    }
}

/// The lesser of two numbers; the second when the first is none.
#[must_use]
#[inline]
pub fn lesser(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

/// The greater of two numbers; the second when the first is none.
#[must_use]
#[inline]
pub fn greater(one: f64, other: f64) -> f64 {
    if one > other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::{Extent, MEASURE_BYTES};

    #[test]
    fn only_what_is_there_is_told() {
        let mut measures = Vec::new();
        Extent::default().pack(7, 1, &mut measures);
        assert!(measures.is_empty());
        let mut extent = Extent::default();
        extent.last(-1);
        extent.last(5);
        extent.last(3);
        extent.pack(7, 1, &mut measures);
        assert_eq!(measures.len(), MEASURE_BYTES);
        assert_eq!((measures[0], measures[6], measures[40]), (7, 2, 5));
        extent.point([2.0, 3.0]);
        extent.pack(8, 1, &mut measures);
        assert_eq!(measures[MEASURE_BYTES + 6], 3);
        assert_eq!(measures[MEASURE_BYTES + 8..][..8], 2.0_f64.to_le_bytes());
    }
}
