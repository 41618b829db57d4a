//! UUIDs: the spellings that are accepted, the one that is written, and those filled in.

use xxhash_rust::xxh3::xxh3_128;

/// The bits of a UUID in any accepted spelling (R-ID-1): braces and dashes do not count, and what
/// remains are exactly 32 hexadecimal digits of any case.
#[must_use]
#[inline]
pub fn parse(text: impl AsRef<[u8]>) -> Option<u128> {
    let text = text.as_ref();
    text.try_into().ok().and_then(usual).or_else(|| unusual(text))
}

// With dashes at their usual places, as nearly all are.
#[inline]
fn usual(text: &[u8; 36]) -> Option<u128> {
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let mut digits = [0; 32];
    digits[..8].copy_from_slice(&text[..8]);
    digits[8..12].copy_from_slice(&text[9..13]);
    digits[12..16].copy_from_slice(&text[14..18]);
    digits[16..20].copy_from_slice(&text[19..23]);
    digits[20..].copy_from_slice(&text[24..]);
    hexadecimal(digits)
}

// Without a branch for a digit, so that all are done at once where the machine can.
#[inline(never)]
fn hexadecimal(mut digits: [u8; 32]) -> Option<u128> {
    let mut wrong = 0;
    for digit in &mut digits {
        let letter = (*digit | 0x20).wrapping_sub(b'a');
        let decimal = digit.wrapping_sub(b'0');
        wrong |= u8::from(decimal > 9) & u8::from(letter > 5);
        *digit = if decimal > 9 { letter.wrapping_add(10) } else { decimal };
    }
    let mut bytes = [0; 16];
    for (byte, [high, low]) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        *byte = high << 4 | low;
    }
    (wrong == 0).then_some(u128::from_be_bytes(bytes))
}

fn unusual(text: &[u8]) -> Option<u128> {
    let (mut bits, mut digits) = (0_u128, 0);
    for byte in text {
        if matches!(byte, b'-' | b'{' | b'}') {
            continue;
        }
        bits = bits << 4 | u128::from(char::from(*byte).to_digit(16)?);
        digits += 1;
        if digits > 32 {
            return None;
        }
    }
    (digits == 32).then_some(bits)
}

/// The canonical spelling: lower case, 36 characters.
#[must_use]
pub fn canonical(bits: u128) -> [u8; 36] {
    let mut text = [b'-'; 36];
    let places = (0..36).filter(|place| !matches!(place, 8 | 13 | 18 | 23));
    for (digit, place) in places.enumerate() {
        let nibble = (bits >> (124 - 4 * digit)) & 0xf;
        text[place] = b"0123456789abcdef"[nibble as usize];
    }
    text
}

/// The UUID of a row that has none: RFC 9562 version 8 over the hash of the data row key, the row
/// and its ordinal among equal rows, so a second run gives the same and equal twins stay two.
#[must_use]
pub fn fill(key: [u64; 2], content: [u64; 2], ordinal: u64) -> u128 {
    let mut bytes = [0; 40];
    let words = [key[0], key[1], content[0], content[1], ordinal];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    let version = 0xf << 76;
    let variant = 0b11 << 62;
    xxh3_128(&bytes) & !version & !variant | 8 << 76 | 0b10 << 62
}

#[cfg(test)]
mod tests {
    use super::{canonical, fill, parse};

    #[test]
    fn every_accepted_spelling_gives_the_same_bits() {
        let bits = 0x73dd_0422_8c21_5372_bced_4444_9b17_d66b;
        let spellings = [
            "73dd0422-8c21-5372-bced-44449b17d66b",
            "73DD0422-8C21-5372-BCED-44449B17D66B",
            "{73dd0422-8c21-5372-bced-44449b17d66b}",
            "73dd04228c215372bced44449b17d66b",
            "73dd-0422-8c21-5372-bced-4444-9b17-d66b",
            "{73dd0422-8c215372-bced4444-9b17d66b}",
        ];
        for text in spellings {
            assert_eq!(parse(text), Some(bits), "{text}");
        }
        assert_eq!(canonical(bits), *b"73dd0422-8c21-5372-bced-44449b17d66b");
    }

    #[test]
    fn anything_else_is_none() {
        let spellings = [
            "",
            "-",
            "73dd0422-8c21-5372-bced-44449b17d66",
            "73dd0422-8c21-5372-bced-44449b17d66b0",
            "73dd0422-8c21-5372-bced-44449b17d66g",
            "urn:uuid:73dd0422-8c21-5372-bced-44449b17d66b",
            " 73dd0422-8c21-5372-bced-44449b17d66b",
            "(73dd0422-8c21-5372-bced-44449b17d66b)",
        ];
        for text in spellings {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_filled_uuid_says_its_version_and_hangs_on_all_three() {
        let first = fill([1, 2], [3, 4], 0);
        let text = canonical(first);
        assert_eq!(text[14], b'8');
        assert!(b"89ab".contains(&text[19]));
        assert_eq!(fill([1, 2], [3, 4], 0), first);
        for other in [fill([9, 2], [3, 4], 0), fill([1, 2], [3, 9], 0), fill([1, 2], [3, 4], 1)] {
            assert_ne!(other, first);
        }
    }
}
