//! What a JSON number says, given that it has been read without a fault.

#![allow(clippy::inline_always, reason = "as in the cursor")]

use super::block::word;

const POWERS: [f64; 8] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/// A number and whether it is spelled as an integer: without a fraction and without an exponent,
/// so neither `1.0` nor `1e3` is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// The nearest double; infinite when there is none.
    pub value: f64,
    /// What it says as an integer, when it is spelled as one and fits.
    pub integer: Option<i64>,
}

/// Reads the number at `at`; gives it and where it ends, which is behind `at`.
#[must_use]
#[inline(always)]
pub fn number(bytes: &[u8], at: usize) -> (Number, usize) {
    if bytes.get(at) == Some(&b'-') {
        return negative(bytes, at);
    }
    short(word(bytes, at)).map_or_else(|| long(bytes, at), |(number, end)| (number, at + end))
}

#[inline(never)]
fn negative(bytes: &[u8], at: usize) -> (Number, usize) {
    let Some((Number { value, integer }, end)) = short(word(bytes, at + 1)) else {
        return long(bytes, at);
    };
    (Number { value: -value, integer: integer.map(|whole| -whole) }, at + 1 + end)
}

/// An unsigned number of up to seven digits, which with its point ends within the word: it is exact
/// by one division of doubles. Gives its length too.
#[must_use]
#[inline(always)]
pub fn short(word: u64) -> Option<(Number, usize)> {
    let others = no_digits(word);
    let whole = others.trailing_zeros() / 8;
    if !(1..8).contains(&whole) {
        return None;
    }
    let behind = byte(word, whole);
    if behind != b'.' {
        let mantissa = digits(word, whole);
        let number = Number { value: f64::from(mantissa), integer: Some(mantissa.into()) };
        return (behind | 0x20 != b'e').then_some((number, whole as usize));
    }
    let end = (others & (others - 1)).trailing_zeros() / 8;
    if end == 8 || end == whole + 1 || byte(word, end) | 0x20 == b'e' {
        return None;
    }
    let before = (1 << (8 * whole)) - 1;
    let mantissa = digits(word & before | word >> 8 & !before, end - 1);
    let value = f64::from(mantissa) / POWERS[(end - whole - 1) as usize & 7];
    Some((Number { value, integer: None }, end as usize))
}

/// Says that a branch is seldom taken, so that what follows need not wait for what it asks.
#[cold]
pub fn seldom() {}

#[inline(always)]
fn byte(word: u64, place: u32) -> u8 {
    (word >> (8 * (place & 7))).to_le_bytes()[0]
}

// Sets the high bit of each byte that is no digit.
#[inline(always)]
fn no_digits(word: u64) -> u64 {
    let kind = word & 0xf0f0_f0f0_f0f0_f0f0 ^ 0x3030_3030_3030_3030;
    let beyond = (word & 0x0f0f_0f0f_0f0f_0f0f) + 0x0606_0606_0606_0606;
    let other = kind | beyond & 0xf0f0_f0f0_f0f0_f0f0;
    (((other & 0x7070_7070_7070_7070) + 0x7070_7070_7070_7070) | other) & 0x8080_8080_8080_8080
}

// What the first `length` bytes say, which are digits, from 1 to 7.
#[inline(always)]
fn digits(word: u64, length: u32) -> i32 {
    // Digits in the high bytes, zeros before them; then pairs, fours, and all eight are joined.
    let digits = (word & 0x0f0f_0f0f_0f0f_0f0f) << (64 - 8 * length);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    let all = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    i32::try_from(all).unwrap_or_default()
}

// A number of any form.
#[inline(never)]
fn long(bytes: &[u8], at: usize) -> (Number, usize) {
    let rest = bytes.get(at..).unwrap_or_default();
    let part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let length = rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
    let text = str::from_utf8(&rest[..length]).unwrap_or_default();
    let real = text.contains(['.', 'e', 'E']);
    let integer = if real { None } else { text.parse().ok() };
    let value = text.parse().unwrap_or(f64::INFINITY);
    (Number { value, integer }, (at + length.max(1)).min(bytes.len()))
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
            let (found, length) = number(text.as_bytes(), 0);
            assert_eq!((found.value, found.integer), (value, integer), "{text}");
            assert_eq!(length, text.trim_end_matches([',', '}', ' ']).len(), "{text}");
        }
    }

    #[test]
    fn whatever_stands_there_costs_a_byte() {
        for bytes in [&b"-"[..], b"x", b".", b"--", b"-x", b"1.", b".1"] {
            assert!((1..=bytes.len()).contains(&number(bytes, 0).1), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn doubles_are_the_nearest(value in prop_oneof![any::<f64>(), -1e6..1e6, 0.0..1.0]) {
            let value = if value.is_finite() { value } else { 0.5 };
            for text in [format!("{value}"), format!("{value:e}"), format!("{value:.3}")] {
                let (found, length) = number(text.as_bytes(), 0);
                prop_assert_eq!(found.value.to_bits(), text.parse::<f64>().unwrap().to_bits());
                prop_assert_eq!(length, text.len());
            }
        }
    }
}
