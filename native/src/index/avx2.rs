//! Marks 64 bytes as twice 32: AVX2 compares into bytes, whose high bits are then gathered.

#![expect(unsafe_code, reason = "instructions of one kind of machine, loads from memory")]

use super::{CHUNK, Columns, Marks};
use std::arch::x86_64::{
    __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
    _mm256_or_si256, _mm256_set1_epi8, _mm256_sub_epi8,
};

/// Marks the chunks and says whether all are ASCII.
pub(super) fn fill(chunks: &[[u8; CHUNK]], columns: &mut Columns) -> bool {
    assert!(std::is_x86_feature_detected!("avx2"), "chosen for a machine that has it");
    // SAFETY: the machine has the instructions.
    unsafe { detected(chunks, columns) }
}

#[target_feature(enable = "avx2")]
fn detected(chunks: &[[u8; CHUNK]], columns: &mut Columns) -> bool {
    columns.fill(chunks, |chunk| {
        let (halves, _) = chunk.as_chunks::<32>();
        let [low, high] = [mark(&halves[0]), mark(&halves[1])];
        Marks {
            stops: low.stops | high.stops << 32,
            no_digits: !(low.no_digits | high.no_digits << 32),
            no_decimals: !(low.no_decimals | high.no_decimals << 32),
            beyond_ascii: low.beyond_ascii | high.beyond_ascii << 32,
        }
    })
}

// The marks of half a chunk in the lower half of the words; digits and decimals not yet inverted.
#[target_feature(enable = "avx2")]
#[inline]
fn mark(half: &[u8; 32]) -> Marks {
    let all = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
    // SAFETY: reads the 32 bytes of the half, at any alignment.
    let bytes = unsafe { _mm256_loadu_si256(half.as_ptr().cast()) };
    let is = |byte: u8| _mm256_cmpeq_epi8(bytes, all(byte));
    let at_most =
        |bytes: __m256i, most: u8| _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, all(most)), bytes);
    let bits = |found: __m256i| u64::from(_mm256_movemask_epi8(found).cast_unsigned());
    let special = _mm256_or_si256(is(b'"'), is(b'\\'));
    let digits = at_most(_mm256_sub_epi8(bytes, all(b'0')), 9);
    Marks {
        stops: bits(_mm256_or_si256(special, at_most(bytes, 0x1f))),
        no_digits: bits(digits),
        no_decimals: bits(_mm256_or_si256(digits, is(b'.'))),
        beyond_ascii: bits(bytes),
    }
}
