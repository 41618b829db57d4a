//! Sixteen bytes at a time: where strings end, and where containers open and close.

#![allow(clippy::inline_always, reason = "as in the cursor")]

/// Bytes of a block.
pub const BLOCK: usize = 16;

/// A bit for each byte of a block, the first one lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Quotes.
    pub quotes: u32,
    /// Backslashes.
    pub escapes: u32,
    /// Braces and brackets that open.
    pub opens: u32,
    /// Braces and brackets that close.
    pub closes: u32,
}

/// Sixteen bytes from `at` on; behind the end stand zeros.
#[must_use]
#[inline(always)]
pub fn block(bytes: &[u8], at: usize) -> [u8; BLOCK] {
    match bytes.get(at..at + BLOCK).and_then(|found| found.first_chunk()) {
        Some(block) => *block,
        None => padded(bytes, at),
    }
}

/// The first eight bytes from `at` on as a number; behind the end stand zeros.
#[must_use]
#[inline(always)]
pub fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at + 8).and_then(|found| found.first_chunk()) {
        Some(word) => u64::from_le_bytes(*word),
        None => u64::from_le_bytes(padded(bytes, at)),
    }
}

#[cold]
fn padded<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let (mut block, rest) = ([0; N], bytes.get(at..).unwrap_or_default());
    block[..rest.len()].copy_from_slice(rest);
    block
}

// SAFETY, for all that is unsafe here: every x86-64 has SSE2, and no pointer is read.
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the compiler asks for it around instructions of a feature")]
mod lanes {
    use super::BLOCK;
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
    };

    pub type Lanes = __m128i;

    #[inline(always)]
    pub fn load(block: [u8; BLOCK]) -> Lanes {
        let (low, high) = block.split_at(BLOCK / 2);
        let half = |bytes: &[u8]| i64::from_le_bytes(bytes.try_into().unwrap_or_default());
        unsafe { _mm_set_epi64x(half(high), half(low)) }
    }

    #[inline(always)]
    pub fn with_bits(lanes: Lanes, bits: u8) -> Lanes {
        unsafe { _mm_or_si128(lanes, _mm_set1_epi8(bits.cast_signed())) }
    }

    #[inline(always)]
    pub fn equal(lanes: Lanes, byte: u8) -> u32 {
        unsafe {
            let equal = _mm_cmpeq_epi8(lanes, _mm_set1_epi8(byte.cast_signed()));
            _mm_movemask_epi8(equal).cast_unsigned()
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod lanes {
    use super::BLOCK;

    pub type Lanes = [u8; BLOCK];

    #[inline(always)]
    pub fn load(block: [u8; BLOCK]) -> Lanes {
        block
    }

    #[inline(always)]
    pub fn with_bits(lanes: Lanes, bits: u8) -> Lanes {
        lanes.map(|byte| byte | bits)
    }

    #[inline(always)]
    pub fn equal(lanes: Lanes, byte: u8) -> u32 {
        let bits = lanes.iter().enumerate().map(|(place, lane)| u32::from(*lane == byte) << place);
        bits.fold(0, |all, bit| all | bit)
    }
}

/// Where quotes stand in a block, and where backslashes: a bit for each.
#[must_use]
#[inline(always)]
pub fn ends(block: [u8; BLOCK]) -> (u32, u32) {
    let lanes = lanes::load(block);
    (lanes::equal(lanes, b'"'), lanes::equal(lanes, b'\\'))
}

/// Everything that skipping a container needs to know of a block.
#[must_use]
#[inline(always)]
pub fn marks(block: [u8; BLOCK]) -> Marks {
    let lanes = lanes::load(block);
    // A bracket and a brace differ in this bit alone.
    let braces = lanes::with_bits(lanes, 0x20);
    Marks {
        quotes: lanes::equal(lanes, b'"'),
        escapes: lanes::equal(lanes, b'\\'),
        opens: lanes::equal(braces, b'{'),
        closes: lanes::equal(braces, b'}'),
    }
}

/// A bit for each byte from an opening quote on up to before the closing one, when none is open
/// before the block.
#[must_use]
#[inline(always)]
pub fn inside(quotes: u32) -> u32 {
    let mut bits = quotes;
    for shift in [1, 2, 4, 8] {
        bits ^= bits << shift;
    }
    bits & 0xffff
}

#[cfg(test)]
mod tests {
    use super::{Marks, block, ends, inside, marks, word};

    #[test]
    fn behind_the_end_stand_zeros() {
        assert_eq!(block(b"ab", 1), *b"b\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        assert_eq!(block(b"", 7), [0; 16]);
        assert_eq!(word(b"abcdefghi", 1), u64::from_le_bytes(*b"bcdefghi"));
        assert_eq!(word(b"ab", 0), 0x6261);
    }

    #[test]
    fn each_byte_has_its_bit() {
        let found = marks(*b"{[\"a\\}]]xY_y{\x7f[\"");
        let quotes = 1 << 2 | 1 << 15;
        let (opens, closes) = (0b101_0000_0000_0011, 0b1110_0000);
        assert_eq!(found, Marks { quotes, escapes: 1 << 4, opens: opens | 1 << 12, closes });
        assert_eq!(ends(*b"\"bcdefgh\\jklmno\""), (1 | 1 << 15, 1 << 8));
    }

    #[test]
    fn strings_are_between_their_quotes() {
        assert_eq!(inside(0b1000_1000), 0b0111_1000);
        assert_eq!(inside(0b1), 0xffff);
        assert_eq!(inside(0), 0);
    }
}
