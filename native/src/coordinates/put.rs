//! Puts changed coordinates back into a block; every byte that is not part of one stays.

use super::figures::figures;
use super::side::Side;
use super::spot::{Corner, Span, Spot};
use crate::check::number::number;

/// The points of a block, as they are now: the bytes of their doubles, finite.
#[derive(Clone, Copy)]
pub struct Points<'p> {
    /// Where the points of each row start, and behind the last.
    pub starts: &'p [u64],
    /// Where each point is spelled.
    pub spots: &'p [Spot],
    /// Each point's x.
    pub x: &'p [[u8; 8]],
    /// Each point's y.
    pub y: &'p [[u8; 8]],
}

/// What becomes of the rows.
#[derive(Clone, Copy)]
pub struct Manner<'m> {
    /// Rows that are left out: a byte each, not 0.
    pub dropped: &'m [u8],
    /// Whether what lies between rows stays, so that each row keeps its line.
    pub keep_lines: bool,
}

/// Writes the block again: rows that are not dropped, with their points as they are now.
#[must_use]
pub fn put(block: &[u8], spans: &[Span], points: Points, manner: Manner) -> Vec<u8> {
    let mut writer =
        Writer { block, out: Vec::with_capacity(block.len() + 8 * points.x.len()), copied: 0 };
    for (number, span) in spans.iter().enumerate() {
        if manner.keep_lines {
            writer.copy(span.start);
        }
        writer.copied = span.start;
        if manner.dropped[number] != 0 {
            writer.copied = span.end;
            continue;
        }
        writer.row(points, points.starts[number]..points.starts[number + 1]);
        writer.copy(span.end);
        if !manner.keep_lines {
            writer.out.push(b'\n');
        }
    }
    if manner.keep_lines {
        writer.copy(block.len());
    }
    writer.out
}

struct Writer<'b> {
    block: &'b [u8],
    out: Vec<u8>,
    // How much of the block is written.
    copied: usize,
}

impl Writer<'_> {
    fn copy(&mut self, to: usize) {
        self.out.extend_from_slice(self.block.get(self.copied..to).unwrap_or_default());
        self.copied = to;
    }

    #[expect(clippy::cast_possible_truncation, reason = "indices of points that are in memory")]
    fn row(&mut self, points: Points, numbers: std::ops::Range<u64>) {
        let mut first = None;
        for number in numbers.start as usize..numbers.end as usize {
            let spot = points.spots[number];
            let now = [points.x[number], points.y[number]].map(f64::from_le_bytes);
            match (spot.corner, first.take()) {
                (Corner::First, _) => first = Some((spot, now)),
                (Corner::Other, Some((begin, start))) => self.sides((begin, start), (spot, now)),
                _ => self.point(spot, now),
            }
        }
    }

    #[inline]
    fn point(&mut self, spot: Spot, now: [f64; 2]) {
        let mut edits = [self.edit(spot.at[0], now[0]), self.edit(spot.at[1], now[1])];
        if edits[0].at > edits[1].at {
            edits.swap(0, 1);
        }
        self.write(edits);
    }

    fn sides(&mut self, (begin, start): (Spot, [f64; 2]), (spot, other): (Spot, [f64; 2])) {
        let [left, width] = self.side([begin.at[0], spot.at[0]], [start[0], other[0]]);
        let [top, height] = self.side([begin.at[1], spot.at[1]], [start[1], other[1]]);
        let mut edits = [top, left, height, width];
        if !edits.is_sorted_by_key(|edit| edit.at) {
            edits.sort_unstable_by_key(|edit| edit.at);
        }
        self.write(edits);
    }

    // What is to be written for a side, whose corners are now at `one` and `other`.
    fn side(&self, at: [u32; 2], [one, other]: [f64; 2]) -> [Edit; 2] {
        let [start, length] = at.map(|at| self.edit(at, 0.0));
        let now = Side { start: start.before, length: length.before }.moved(one, other);
        [Edit { now: now.start, ..start }, Edit { now: now.length, ..length }]
    }

    #[inline]
    fn edit(&self, at: u32, now: f64) -> Edit {
        let (before, end) = number(self.block, at as usize);
        Edit { at: at as usize, end, before: before.value, now }
    }

    // Writes numbers of a geometry, which are in the order of the block.
    #[inline]
    #[expect(clippy::float_cmp, reason = "a number that differs at all has changed")]
    fn write<const N: usize>(&mut self, edits: [Edit; N]) {
        for edit in edits {
            if edit.before != edit.now {
                self.copy(edit.at);
                figures(edit.now, &mut self.out);
                self.copied = edit.end;
            }
        }
    }
}

// A number in the block, and what it is to be.
#[derive(Clone, Copy)]
struct Edit {
    at: usize,
    end: usize,
    before: f64,
    now: f64,
}
