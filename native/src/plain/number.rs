//! Decides whether bytes are a JSON number without exponent, by their marks alone.

/// How many bytes from here on are an unsigned number, given the marks from here on of what is no
/// digit and of what is neither digit nor point. Nothing when they are none, or too many to see.
#[must_use]
#[inline(always)]
pub fn decimal(no_digits: u64, no_decimals: u64) -> Option<usize> {
    let inside = no_decimals.wrapping_sub(1) & !no_decimals;
    let points = no_digits & inside;
    let more_points = points & points.wrapping_sub(1);
    let empty = (no_decimals | points) & 1;
    let empty_fraction = (points << 1) & no_decimals;
    if no_decimals == 0 || more_points | empty | empty_fraction != 0 {
        return None;
    }
    Some(no_decimals.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::decimal;

    fn marks(text: &str, inside: &[u8]) -> u64 {
        let marks = text.bytes().enumerate();
        marks.fold(0, |marks, (at, byte)| marks | u64::from(!inside.contains(&byte)) << at)
    }

    #[test]
    fn digits_with_at_most_one_point_between_them_are_a_number() {
        let digits = "9".repeat(60);
        let table = [
            ("7,", Some(1)),
            ("1444}", Some(4)),
            ("0.5]", Some(3)),
            ("167.25 ", Some(6)),
            ("1.5e3", Some(3)),
            ("1-", Some(1)),
            (",", None),
            (".5,", None),
            ("5.,", None),
            (".,", None),
            ("1.2.3,", None),
            ("1..2,", None),
            ("12", None),
            (&digits, None),
        ];
        for (text, length) in table {
            let digits = b"0123456789";
            let decimals = b"0123456789.";
            assert_eq!(decimal(marks(text, digits), marks(text, decimals)), length, "{text}");
        }
    }
}
