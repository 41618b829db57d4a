//! Marks without SIMD: eight bytes at a time in a plain word. The twin that every level equals.

use super::{CHUNK, Marks};

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = EACH * 0x80;
const LOW: u64 = EACH * 0x7f;

/// The marks of a chunk.
#[must_use]
#[inline]
pub fn mark(chunk: &[u8; CHUNK]) -> Marks {
    let mut marks = Marks::default();
    for (place, bytes) in chunk.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*bytes);
        let digits = digits(word);
        let put = |found: u64| gather(found) << (8 * place);
        marks.stops |= put(stops(word));
        marks.no_digits |= put(HIGH & !digits);
        marks.no_decimals |= put(HIGH & !(digits | equal(word, b'.')));
        marks.beyond_ascii |= put(HIGH & word);
    }
    marks
}

fn stops(word: u64) -> u64 {
    equal(word, b'"') | equal(word, b'\\') | zero(word & (EACH * 0xe0))
}

// Below, a byte's high bit says that it is found; no byte can carry into the next.

fn zero(word: u64) -> u64 {
    HIGH & !(((word & LOW) + LOW) | word)
}

fn equal(word: u64, byte: u8) -> u64 {
    zero(word ^ (EACH * u64::from(byte)))
}

fn digits(word: u64) -> u64 {
    let value = word ^ (EACH * u64::from(b'0'));
    HIGH & !(((value & LOW) + EACH * (0x80 - 10)) | value)
}

// The high bits of eight bytes as the eight bits of one: the product brings each to the top byte.
fn gather(found: u64) -> u64 {
    (found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::mark;
    use crate::index::{CHUNK, Marks};

    #[test]
    fn every_byte_is_marked_for_what_it_is_in_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..CHUNK {
                let mut chunk = [b'x'; CHUNK];
                chunk[place] = byte;
                let bit = |found: bool| u64::from(found) << place;
                let digit = byte.is_ascii_digit();
                let expected = Marks {
                    stops: bit(byte == b'"' || byte == b'\\' || byte < 0x20),
                    no_digits: !bit(digit),
                    no_decimals: !bit(digit || byte == b'.'),
                    beyond_ascii: bit(byte >= 0x80),
                };
                assert_eq!(mark(&chunk), expected, "{byte} at {place}");
            }
        }
    }
}
