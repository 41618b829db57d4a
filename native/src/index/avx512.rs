//! Marks 64 bytes at a time: AVX-512 compares straight into the bits that are wanted.

#![expect(unsafe_code, reason = "instructions of one kind of machine, loads from memory")]

use super::{CHUNK, Columns, Marks};
use std::arch::x86_64::{
    _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_loadu_si512, _mm512_movepi8_mask,
    _mm512_set1_epi8, _mm512_sub_epi8,
};

/// Marks the chunks and says whether all are ASCII.
pub(super) fn fill(chunks: &[[u8; CHUNK]], columns: &mut Columns) -> bool {
    assert!(std::is_x86_feature_detected!("avx512bw"), "chosen for a machine that has it");
    // SAFETY: the machine has the instructions.
    unsafe { detected(chunks, columns) }
}

#[target_feature(enable = "avx512bw")]
fn detected(chunks: &[[u8; CHUNK]], columns: &mut Columns) -> bool {
    columns.fill(chunks, |chunk| mark(chunk))
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn mark(chunk: &[u8; CHUNK]) -> Marks {
    let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
    // SAFETY: reads the 64 bytes of the chunk, at any alignment.
    let bytes = unsafe { _mm512_loadu_si512(chunk.as_ptr().cast()) };
    let is = |byte: u8| _mm512_cmpeq_epi8_mask(bytes, all(byte));
    let control = _mm512_cmplt_epu8_mask(bytes, all(0x20));
    let digits = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, all(b'0')), all(10));
    Marks {
        stops: is(b'"') | is(b'\\') | control,
        no_digits: !digits,
        no_decimals: !(digits | is(b'.')),
        beyond_ascii: _mm512_movepi8_mask(bytes),
    }
}
