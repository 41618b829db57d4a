//! Any block: every level of SIMD, any number of threads and any cut find what the judge finds.
//!
//! The first byte says where the block is cut, the second how deep its rows may be, the third
//! whether it is repeated until it is split into pieces and among threads.

#![no_main]

use bulkimport_native::scan::{Manner, Origin, scan};
use libfuzzer_sys::fuzz_target;
use twin::{START, assert_twins};

#[path = "../../tests/twin/mod.rs"]
mod twin;

/// Bytes that two threads share, in two pieces each.
const LARGE: usize = 300 << 10;

fuzz_target!(|input: (u8, u8, u8, &[u8])| {
    let (cut, depth, repeat, block) = input;
    let depth = if depth < 128 { 64 } else { usize::from(depth - 128) };
    assert_twins(block, true, depth, 1);
    assert_twins(block, false, depth, 1);
    assert_seamless(block, usize::from(cut), depth);
    if repeat == 77 && block.len() > 16 {
        let lines = [block, b"\n"].concat();
        assert_twins(&lines.repeat(LARGE / lines.len()), true, depth, 2);
    }
});

fn assert_seamless(block: &[u8], cut: usize, depth: usize) {
    let manner = Manner { depth, ..Manner::default() };
    let whole = scan(block, START, true, manner);
    let first = scan(&block[..cut.min(block.len())], START, false, manner);
    let (offset, line) = (START.offset + first.consumed as u64, START.line + first.lines);
    let rest = scan(&block[first.consumed..], Origin { offset, line, ..START }, true, manner);
    assert_eq!(whole.lines, first.lines + rest.lines);
    assert_eq!(whole.rows, [first.rows, rest.rows].concat());
}
