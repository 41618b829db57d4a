//! Where a point is spelled, and the rows of a block that it may lie in.

use crate::kind::Kind;
use crate::row::ROW_BYTES;

/// Words of a packed ROW.
pub const ROW_WORDS: usize = ROW_BYTES / 8;

/// What a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// A point: its numbers are `x` and `y`.
    None = 0,
    /// The first corner of a box: its numbers are `left` and `top`.
    First = 1,
    /// The other corner, behind the first one: its numbers are `width` and `height`.
    Other = 2,
}

/// Where the two numbers of a point are spelled in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// First bytes of the numbers that make `x` and `y`.
    pub at: [u32; 2],
    /// Number of the geometry in its block, from 0.
    pub geometry: u32,
    /// What the point is.
    pub corner: Corner,
}

impl Spot {
    /// As two words of a table, a SPOT. Its twin: `SPOT` in `bulkimport/native.py`.
    #[must_use]
    pub fn pack(self) -> [u64; 2] {
        let [x, y] = self.at.map(u64::from);
        [x | y << 32, u64::from(self.geometry) | (self.corner as u64) << 32]
    }
}

// The words of a ROW with its offset, with its length in the low half, and with its code and kind
// in the high half.
const OFFSET: usize = 8;
const LENGTH: usize = 9;
const CODE: usize = 10;

/// Kinds of rows that have coordinates.
const PLACED: [Kind; 5] = [Kind::Bbox, Kind::Polygon, Kind::Line, Kind::Point, Kind::Segments];

/// A row's bytes `start..end` in its block, and whether it is good and has coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
    /// Whether the scan let it pass and its kind has coordinates.
    pub placed: bool,
}

/// The spans of packed ROWs in the first `length` bytes of a block that stands at `offset`, in their
/// order. Nothing when they do not lie there, or not one behind the other.
#[must_use]
pub fn spans(rows: &[[u64; ROW_WORDS]], offset: u64, length: usize) -> Option<Vec<Span>> {
    let mut behind = 0;
    rows.iter()
        .map(|row| {
            let span = span(row, offset)?;
            let sound = behind <= span.start && span.end <= length;
            behind = span.end;
            sound.then_some(span)
        })
        .collect()
}

fn span(row: &[u64; ROW_WORDS], offset: u64) -> Option<Span> {
    let start = usize::try_from(row[OFFSET].checked_sub(offset)?).ok()?;
    let length = usize::try_from(row[LENGTH] & u64::from(u32::MAX)).ok()?;
    let [_, _, _, _, low, high, kind, _] = row[CODE].to_le_bytes();
    let placed = (low, high) == (0, 0) && PLACED.iter().any(|one| *one as u8 == kind);
    Some(Span { start, end: start.checked_add(length)?, placed })
}
