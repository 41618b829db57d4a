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
    let mut writer = Writer {
        block,
        out: Vec::with_capacity(block.len() + 8 * points.x.len()),
        copied: 0,
        edits: Vec::with_capacity(4),
    };
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
    // Changed numbers of one geometry.
    edits: Vec<(usize, f64)>,
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
            self.edit();
        }
    }

    #[inline]
    fn point(&mut self, spot: Spot, now: [f64; 2]) {
        for axis in [0, 1] {
            self.change(spot.at[axis], self.value(spot.at[axis]), now[axis]);
        }
    }

    fn sides(&mut self, (begin, start): (Spot, [f64; 2]), (spot, other): (Spot, [f64; 2])) {
        for axis in [0, 1] {
            let [at, length_at] = [begin.at[axis], spot.at[axis]];
            let before = Side { start: self.value(at), length: self.value(length_at) };
            let now = before.moved(start[axis], other[axis]);
            self.change(at, before.start, now.start);
            self.change(length_at, before.length, now.length);
        }
    }

    #[inline]
    fn value(&self, at: u32) -> f64 {
        number(self.block, at as usize).0.value
    }

    #[inline]
    #[expect(clippy::float_cmp, reason = "a number that differs at all has changed")]
    fn change(&mut self, at: u32, before: f64, now: f64) {
        if before != now {
            self.edits.push((at as usize, now));
        }
    }

    // Writes the changed numbers of a geometry, in the order of the block.
    fn edit(&mut self) {
        if self.edits.is_empty() {
            return;
        }
        let mut edits = std::mem::take(&mut self.edits);
        edits.sort_unstable_by_key(|(at, _)| *at);
        for (at, value) in edits.drain(..) {
            // Spots that overlap are none that a walk has found.
            if at >= self.copied {
                self.copy(at);
                figures(value, &mut self.out);
                self.copied = number(self.block, at).1;
            }
        }
        self.edits = edits;
    }
}
