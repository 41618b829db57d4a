//! The digest of many uuids in which their order does not count; its twin, which says what it is
//! for, is `bulkimport/shards/uuids.py`.

/// A sum of mixed uuids, in two halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UuidSum {
    /// The lower half.
    pub low: u64,
    /// The higher half.
    pub high: u64,
}

impl UuidSum {
    /// Takes in one more uuid, given by its own bits.
    #[inline]
    pub fn add(&mut self, [low, high]: [u64; 2]) {
        let mixed = mix_low([low, high]);
        self.low = self.low.wrapping_add(mixed);
        self.high = self.high.wrapping_add(mix(mixed.wrapping_add(high.wrapping_mul(ODD))));
    }
}

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

/// One number for a uuid: equal ones have equal numbers, and others but for chance do not.
#[must_use]
#[inline]
pub fn mix_low([low, high]: [u64; 2]) -> u64 {
    mix(low ^ mix(high.wrapping_add(ODD)))
}

/// Spreads numbers over 64 bits that look like chance: the finalizer of `SplitMix64`.
#[must_use]
#[inline]
pub fn mix(bits: u64) -> u64 {
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

#[cfg(test)]
mod tests {
    use super::UuidSum;

    fn sum(uuids: &[[u64; 2]]) -> UuidSum {
        let mut sum = UuidSum::default();
        for uuid in uuids {
            sum.add(*uuid);
        }
        sum
    }

    #[test]
    fn the_order_does_not_count_and_all_else_does() {
        let all = sum(&[[1, 2], [3, 4], [5, 6]]);
        assert_eq!(sum(&[[5, 6], [1, 2], [3, 4]]), all);
        for other in [
            &[[1, 2], [3, 4]][..],
            &[[1, 2], [3, 4], [5, 7]],
            &[[2, 1], [3, 4], [5, 6]],
            &[[1, 2], [3, 4], [5, 6], [5, 6]],
            &[[1, 4], [3, 2], [5, 6]],
        ] {
            assert_ne!(sum(other), all);
        }
    }
}
