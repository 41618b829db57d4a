//! Turns a block of NDJSON into packed ROWs: every byte of every line checked, one ROW a row.

use crate::key::Hasher;
use crate::lines::{Lines, whole_lines};
use crate::row::{Place, ROW_BYTES, Row, RowText, judge};

/// Where a block stands in the input.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// Which source.
    pub source: u32,
    /// Offset of the block's first byte in the source.
    pub offset: u64,
    /// Line of the block's first byte, from 1.
    pub line: u64,
}

/// What was found in a block.
#[derive(Debug)]
pub struct Scanned {
    /// Bytes that were whole lines; the rest belongs to the next block.
    pub consumed: usize,
    /// Lines in them, blank ones included.
    pub lines: u64,
    /// One packed ROW for each line that is not blank.
    pub rows: Vec<u8>,
}

/// Scans the whole lines of a block; in the `last` block also a line without a line feed.
#[must_use]
pub fn scan(block: &[u8], origin: Origin, last: bool, depth: usize) -> Scanned {
    let consumed = whole_lines(block, last);
    let block = &block[..consumed];
    // One pass for the whole block; lines are looked at singly only when it has a fault.
    let text = simdutf8::basic::from_utf8(block).ok();
    let mut rows = Vec::with_capacity(consumed / 256 * ROW_BYTES);
    let mut hasher = Hasher::default();
    let mut lines = Lines::new(block);
    for line in lines.by_ref() {
        let bytes = &block[line.span.clone()];
        let row = match text {
            Some(text) => RowText { text: &text[line.span.clone()], whole: true },
            None => RowText::new(bytes),
        };
        let place = Place {
            source: origin.source,
            line: u32::try_from(origin.line + line.before).unwrap_or(u32::MAX),
            offset: origin.offset + line.span.start as u64,
        };
        Row::new(&judge(row, depth), &mut hasher).pack(&place, bytes, &mut rows);
    }
    Scanned { consumed, lines: lines.seen(), rows }
}
