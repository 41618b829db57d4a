//! What a JSON number says, given that it has been read without a fault.

const EXACT_DIGITS: u32 = 15;
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// A number and whether it is spelled as an integer: without a fraction and without an exponent,
/// so neither `1.0` nor `1e3` is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// The nearest double; infinite when there is none.
    pub value: f64,
    /// What it says as an integer, when it is spelled as one and fits.
    pub integer: Option<i64>,
}

/// Reads the number at the start of `bytes`; gives it and its length, at least 1.
#[must_use]
#[inline]
pub fn number(bytes: &[u8]) -> (Number, usize) {
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let (whole, after) = digits(bytes, start, 0);
    let mut at = after;
    let (mut mantissa, mut places) = (whole, 0);
    if bytes.get(at) == Some(&b'.') {
        (mantissa, at) = digits(bytes, after + 1, whole);
        places = at - after - 1;
    }
    // Of the digits only the point is not counted.
    let count = at - start;
    if places > 0 || matches!(bytes.get(at), Some(b'e' | b'E')) || count > EXACT_DIGITS as usize {
        let dotted = at > after;
        return long(bytes, at, dotted, (negative, mantissa, places, count));
    }
    #[expect(clippy::cast_possible_wrap, reason = "at most 15 digits")]
    let integer = if negative { -(mantissa as i64) } else { mantissa as i64 };
    #[expect(clippy::cast_precision_loss, reason = "at most 15 digits")]
    let value = if negative { -(mantissa as f64) } else { mantissa as f64 };
    (Number { value, integer: Some(integer) }, at.max(1))
}

#[inline]
fn digits(bytes: &[u8], mut at: usize, mut sum: u64) -> (u64, usize) {
    while let Some(byte) = bytes.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        sum = sum.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (sum, at)
}

// A number with a fraction, an exponent or many digits. One of few digits is exact by one
// division of doubles, since both sides of it are.
#[inline]
fn long(
    bytes: &[u8],
    at: usize,
    dotted: bool,
    (negative, mantissa, places, count): (bool, u64, usize, usize),
) -> (Number, usize) {
    let exponent = matches!(bytes.get(at), Some(b'e' | b'E'));
    if !exponent && count <= EXACT_DIGITS as usize + 1 && places < POWERS.len() {
        #[expect(clippy::cast_precision_loss, reason = "at most 16 digits, checked below")]
        let value = mantissa as f64 / POWERS[places];
        if mantissa < 1 << 53 && dotted {
            return (Number { value: if negative { -value } else { value }, integer: None }, at);
        }
    }
    slow(bytes, at, dotted || exponent)
}

#[cold]
fn slow(bytes: &[u8], mut at: usize, real: bool) -> (Number, usize) {
    while matches!(bytes.get(at), Some(b'0'..=b'9' | b'e' | b'E' | b'+' | b'-')) {
        at += 1;
    }
    let text = str::from_utf8(&bytes[..at]).unwrap_or_default();
    let integer = if real { None } else { text.parse().ok() };
    (Number { value: text.parse().unwrap_or(f64::INFINITY), integer }, at.max(1))
}

#[cfg(test)]
mod tests {
    use super::number;
    use proptest::prelude::{any, prop_oneof};
    use proptest::{prop_assert_eq, proptest};

    #[test]
    fn numbers_say_what_the_grammar_says() {
        let table = [
            ("0", 0.0, Some(0)),
            ("-0", 0.0, Some(0)),
            ("7,", 7.0, Some(7)),
            ("-12}", -12.0, Some(-12)),
            ("1.0", 1.0, None),
            ("1e3", 1000.0, None),
            ("1E-2 ", 0.01, None),
            ("0.1", 0.1, None),
            ("9007199254740993", 9_007_199_254_740_992.0, Some(9_007_199_254_740_993)),
            ("-9223372036854775808", -9.223_372_036_854_776e18, Some(i64::MIN)),
            ("9223372036854775808", 9.223_372_036_854_776e18, None),
            ("1e999", f64::INFINITY, None),
            ("-1e999", f64::NEG_INFINITY, None),
        ];
        for (text, value, integer) in table {
            let (found, length) = number(text.as_bytes());
            assert_eq!((found.value, found.integer), (value, integer), "{text}");
            assert_eq!(length, text.trim_end_matches([',', '}', ' ']).len(), "{text}");
        }
    }

    #[test]
    fn whatever_stands_there_costs_a_byte() {
        for bytes in [&b""[..], b"-", b"x", b".", b"--"] {
            assert!(number(bytes).1 >= 1, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn doubles_are_the_nearest(value in prop_oneof![any::<f64>(), -1e6..1e6, 0.0..1.0]) {
            let value = if value.is_finite() { value } else { 0.5 };
            for text in [format!("{value}"), format!("{value:e}"), format!("{value:.3}")] {
                let (found, length) = number(text.as_bytes());
                prop_assert_eq!(found.value.to_bits(), text.parse::<f64>().unwrap().to_bits());
                prop_assert_eq!(length, text.len());
            }
        }
    }
}
