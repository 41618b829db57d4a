//! Where strings end.

#![allow(clippy::inline_always, reason = "as in the cursor")]

use super::block::{BLOCK, block, ends};

/// Bytes in which most texts end; the pictures of masks run over megabytes.
const NEAR: usize = 4 * BLOCK;

/// Where the next quote or backslash stands from `at` on; the length when there is none.
#[must_use]
#[inline(always)]
pub fn string_end(bytes: &[u8], at: usize) -> usize {
    let (quotes, escapes) = ends(block(bytes, at));
    match quotes | escapes {
        0 => far_end(bytes, at + BLOCK),
        found => at + found.trailing_zeros() as usize,
    }
}

#[inline(never)]
fn far_end(bytes: &[u8], mut at: usize) -> usize {
    let near = at + NEAR;
    while at < near {
        let (quotes, escapes) = ends(block(bytes, at));
        if quotes | escapes != 0 {
            return at + (quotes | escapes).trailing_zeros() as usize;
        }
        at += BLOCK;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr2(b'"', b'\\', rest).map_or(bytes.len(), |found| at + found)
}

/// Where the string ends that has a backslash at `at`, or what else stands there.
#[must_use]
#[cold]
pub fn escaped_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at) == Some(&b'\\') {
        at = string_end(bytes, at + 2);
    }
    at.min(bytes.len())
}
