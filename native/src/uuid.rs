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
    let word = |from: [usize; 2]| {
        let mut word = [0; 8];
        word[..4].copy_from_slice(&text[from[0]..from[0] + 4]);
        word[4..].copy_from_slice(&text[from[1]..from[1] + 4]);
        u64::from_le_bytes(word)
    };
    let words = [word([0, 4]), word([9, 14]), word([19, 24]), word([28, 32])];
    let (mut bits, mut right) = (0, EACH);
    for word in words {
        bits = bits << 32 | u128::from(value(word));
        right &= hexadecimal(word);
    }
    (right & EACH == EACH).then_some(bits)
}

// The highest bit of each of eight bytes.
const EACH: u64 = 0x80 * ONES;
const ONES: u64 = u64::MAX / 0xff;

// Eight digits at once, the first one lowest in the word and highest in the value.
#[inline]
fn value(digits: u64) -> u32 {
    // A letter counts from 1 in its low half, and only letters have this bit.
    let letters = digits >> 6 & ONES;
    let nibbles = (digits & (0x0f * ONES)) + 9 * letters;
    let bytes = (nibbles << 4 | nibbles >> 8) & 0x00ff_00ff_00ff_00ff;
    let pairs = (bytes | bytes >> 8) & 0x0000_ffff_0000_ffff;
    let bytes = (pairs | pairs >> 16).to_le_bytes();
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

// The highest bit of each byte that is a hexadecimal digit. No sum leaves its byte: all bytes are
// below 0x80, or else their own highest bit says that they are none.
#[inline]
fn hexadecimal(digits: u64) -> u64 {
    let ascii = digits & !EACH;
    let lower = ascii | (0x20 * ONES);
    let from = |bytes: u64, first: u8| bytes + u64::from(0x80 - first) * ONES;
    let decimal = from(ascii, b'0') & !from(ascii, b'9' + 1);
    let letter = from(lower, b'a') & !from(lower, b'f' + 1);
    (decimal | letter) & !digits & EACH
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
    fn every_byte_at_every_place_is_a_digit_or_none() {
        let text = *b"01234567-89ab-cdef-ABCD-EF0123456789";
        for place in (0..36).filter(|place| text[*place] != b'-') {
            for byte in 0..=u8::MAX {
                let mut changed = text;
                changed[place] = byte;
                let digit = char::from(byte).to_digit(16).filter(|_| byte.is_ascii());
                let clean: Vec<u8> = changed.into_iter().filter(|byte| *byte != b'-').collect();
                let wanted = digit.map(|_| {
                    let clean = String::from_utf8(clean).expect("all digits");
                    u128::from_str_radix(&clean, 16).expect("all digits")
                });
                // A dash more or a brace is an unusual spelling, with a digit too few.
                assert_eq!(parse(changed), wanted, "{place} {byte}");
            }
        }
    }

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
