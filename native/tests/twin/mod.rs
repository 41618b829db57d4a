//! The scan against the judge: what one says by SIMD, in pieces and threads, the other says alone.

#![allow(dead_code, reason = "each user takes its share")]

use bulkimport_native::index::Level;
use bulkimport_native::key::Hasher;
use bulkimport_native::lines::{Lines, whole_lines};
use bulkimport_native::row::{Place, Row, RowText, judge, pack};
use bulkimport_native::scan::{Manner, Origin, scan};

/// Where the blocks stand: beyond 32 bits, and not at the first line.
pub const START: Origin = Origin { source: 3, offset: 1 << 33, line: 5 };

/// Every line by the judge, one after another: the twin that says what is right.
pub fn judged(block: &[u8], origin: Origin, last: bool, depth: usize) -> (u64, Vec<Row>) {
    let mut lines = Lines::new(&block[..whole_lines(block, last)]);
    let rows = lines.by_ref().map(|line| {
        let bytes = &block[line.span.clone()];
        let place = Place {
            source: origin.source,
            line: u32::try_from(origin.line + line.before).expect("few lines"),
            offset: origin.offset + line.span.start as u64,
        };
        pack(&judge(RowText::new(bytes), depth).into(), place, bytes, &mut Hasher::default())
    });
    let rows = rows.collect();
    (lines.seen(), rows)
}

fn manners(depth: usize, threads: usize) -> impl Iterator<Item = Manner> {
    Level::all().into_iter().map(move |level| Manner { depth, threads, level })
}

/// Holds the scan of a block by every level of SIMD against its twin.
#[track_caller]
pub fn assert_twins(block: &[u8], last: bool, depth: usize, threads: usize) {
    let (lines, rows) = judged(block, START, last, depth);
    for manner in manners(depth, threads) {
        let scanned = scan(block, START, last, manner);
        assert_eq!(scanned.lines, lines, "{manner:?}");
        let parted = scanned.rows.iter().zip(&rows).find(|(seen, right)| seen != right);
        if let Some((seen, right)) = parted {
            let start = usize::try_from(right[8] - START.offset).expect("small");
            let text = String::from_utf8_lossy(&block[start..]);
            assert_eq!(seen, right, "{manner:?} {}", text.lines().next().unwrap_or_default());
        }
        assert_eq!(scanned.rows.len(), rows.len(), "{manner:?}");
    }
}
