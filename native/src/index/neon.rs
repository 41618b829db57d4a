//! Marks 64 bytes as four times 16: NEON compares into bytes, each of which keeps the bit of its
//! place, and neighbours are added up until eight bytes are one.

#![expect(unsafe_code, reason = "instructions of one kind of machine, loads from memory")]

use super::{CHUNK, Columns, Marks};
use std::arch::aarch64::{
    uint8x16_t, vandq_u8, vceqq_u8, vcgeq_u8, vcleq_u8, vdupq_n_u8, vgetq_lane_u64, vld1q_u8,
    vorrq_u8, vpaddq_u8, vreinterpretq_u64_u8, vsubq_u8,
};

const PLACES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

/// Marks the chunks and says whether all are ASCII.
pub(super) fn fill(chunks: &[[u8; CHUNK]], columns: &mut Columns) -> bool {
    // SAFETY: every machine of this architecture that has a standard library of Rust has NEON.
    unsafe { detected(chunks, columns) }
}

#[target_feature(enable = "neon")]
fn detected(chunks: &[[u8; CHUNK]], columns: &mut Columns) -> bool {
    columns.fill(chunks, |chunk| mark(chunk))
}

#[target_feature(enable = "neon")]
#[inline]
fn mark(chunk: &[u8; CHUNK]) -> Marks {
    let (quarters, _) = chunk.as_chunks();
    let bytes = [0, 1, 2, 3].map(|at| load(&quarters[at]));
    let is = |byte: u8| bytes.map(|bytes| vceqq_u8(bytes, vdupq_n_u8(byte)));
    let control = bytes.map(|bytes| vcleq_u8(bytes, vdupq_n_u8(0x1f)));
    let value = bytes.map(|bytes| vsubq_u8(bytes, vdupq_n_u8(b'0')));
    let digits = value.map(|value| vcleq_u8(value, vdupq_n_u8(9)));
    Marks {
        stops: bits(or(or(is(b'"'), is(b'\\')), control)),
        no_digits: !bits(digits),
        no_decimals: !bits(or(digits, is(b'.'))),
        beyond_ascii: bits(bytes.map(|bytes| vcgeq_u8(bytes, vdupq_n_u8(0x80)))),
    }
}

#[target_feature(enable = "neon")]
#[inline]
fn load(quarter: &[u8; 16]) -> uint8x16_t {
    // SAFETY: reads the 16 bytes of the quarter, at any alignment.
    unsafe { vld1q_u8(quarter.as_ptr()) }
}

#[target_feature(enable = "neon")]
#[inline]
fn or(some: [uint8x16_t; 4], others: [uint8x16_t; 4]) -> [uint8x16_t; 4] {
    [0, 1, 2, 3].map(|at| vorrq_u8(some[at], others[at]))
}

// One bit for each byte, of bytes that have all bits or none.
#[target_feature(enable = "neon")]
#[inline]
fn bits(found: [uint8x16_t; 4]) -> u64 {
    let places = load(&PLACES);
    let [first, second, third, fourth] = found.map(|found| vandq_u8(found, places));
    let quarters = vpaddq_u8(vpaddq_u8(first, second), vpaddq_u8(third, fourth));
    vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(quarters, quarters)))
}
