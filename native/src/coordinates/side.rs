//! The sides of a box whose corners have moved.

/// By how many steps of the largest number at hand a difference of corners may be off.
const STEPS: f64 = 4.0;
/// Decimal digits that every double keeps.
const DIGITS: i32 = 15;
const POWERS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// One side of a box: where it begins and how far it goes, which may be backwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// `left` or `top`
    pub start: f64,
    /// `width` or `height`
    pub length: f64,
}

impl Side {
    /// The side between two corners that have moved, going the way it went before.
    ///
    /// | the corners        | start and length                                      |
    /// |--------------------|-------------------------------------------------------|
    /// | are where they were| as they were                                          |
    /// | changed places     | the lesser first, or the greater of a side backwards  |
    /// | else               | the length as it was, when only rounding says otherwise |
    #[must_use]
    pub fn moved(self, one: f64, other: f64) -> Self {
        let end = self.start + self.length;
        if (one.to_bits(), other.to_bits()) == (self.start.to_bits(), end.to_bits()) {
            return self;
        }
        let backwards = self.length < 0.0;
        let (start, end_now) = if (one > other) == backwards { (one, other) } else { (other, one) };
        let numbers = [self.start, end, start, end_now];
        let reach = numbers.into_iter().fold(0.0, |reach: f64, number| reach.max(number.abs()));
        Self { start, length: length(end_now - start, self.length, reach) }
    }
}

// A difference is known only as well as the numbers it was made of: within that, what it was before
// is taken, or else the decimal number with few digits that 0.6000000000000001 - 0.2 stands for.
fn length(found: f64, before: f64, reach: f64) -> f64 {
    let slack = STEPS * f64::EPSILON * reach;
    if (found - before).abs() <= slack {
        return before;
    }
    let whole = digits_before_point(reach);
    let Ok(digits) = usize::try_from((DIGITS - 1 - whole).min(DIGITS)) else { return found };
    let rounded = (found * POWERS[digits]).round() / POWERS[digits];
    if (rounded - found).abs() <= slack { rounded } else { found }
}

// Decimal digits before the point, or one more: by the binary exponent, without a logarithm.
fn digits_before_point(number: f64) -> i32 {
    let exponent = i32::try_from(number.to_bits() >> 52 & 0x7ff).unwrap_or_default() - 1022;
    (exponent * 77).div_euclid(256) + 1
}

#[cfg(test)]
mod tests {
    use super::Side;

    #[test]
    fn a_side_goes_the_way_it_went() {
        let table = [
            ((10.0, 20.0), (10.0, 30.0), (10.0, 20.0)),
            ((10.0, 20.0), (110.0, 130.0), (110.0, 20.0)),
            ((10.0, 20.0), (90.0, 70.0), (70.0, 20.0)),
            ((10.0, -20.0), (10.0, -10.0), (10.0, -20.0)),
            ((10.0, -20.0), (20.0, -20.0), (20.0, -40.0)),
            ((10.0, -20.0), (-20.0, 20.0), (20.0, -40.0)),
            ((0.0, 0.0), (5.0, 5.0), (5.0, 0.0)),
        ];
        for ((start, length), (one, other), (new_start, new_length)) in table {
            let moved = Side { start, length }.moved(one, other);
            assert_eq!(moved, Side { start: new_start, length: new_length });
        }
    }

    #[test]
    fn rounding_of_corners_does_not_show_in_lengths() {
        let side = Side { start: 0.1, length: 0.2 };
        let end = 0.1 + 0.2;
        let table = [
            ((1000.1, end + 1000.0), 0.2),
            ((0.1 * 2.0, end * 2.0), 0.4),
            ((0.0, 1.0 / 3.0), 1.0 / 3.0),
            ((1e300, 3e300), 2e300),
        ];
        for ((one, other), length) in table {
            assert_eq!(side.moved(one, other), Side { start: one, length });
        }
    }
}
