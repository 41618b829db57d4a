//! Where a point is spelled, and the rows of a block that it may lie in.

use crate::kind::Kind;
use crate::row::ROW_BYTES;

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

// Where a ROW says where it stands, how long it is, what the scan found, and its kind.
const OFFSET: usize = 64;
const LENGTH: usize = 72;
const CODE: usize = 84;
const KIND: usize = 86;

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
/// order. Nothing when they are cut off, do not lie there, or not one behind the other.
#[must_use]
pub fn spans(rows: &[u8], offset: u64, length: usize) -> Option<Vec<Span>> {
    let (rows, rest) = rows.as_chunks::<ROW_BYTES>();
    let mut behind = 0;
    let spans = rows.iter().map(|row| {
        let span = span(row, offset)?;
        let sound = behind <= span.start && span.end <= length;
        behind = span.end;
        sound.then_some(span)
    });
    if rest.is_empty() { spans.collect() } else { None }
}

fn span(row: &[u8; ROW_BYTES], offset: u64) -> Option<Span> {
    let start = u64::from_le_bytes(*row[OFFSET..].first_chunk()?).checked_sub(offset)?;
    let length = u32::from_le_bytes(*row[LENGTH..].first_chunk()?);
    let start = usize::try_from(start).ok()?;
    let good = row[CODE..CODE + 2] == [0; 2];
    let placed = good && PLACED.iter().any(|kind| row[KIND] == *kind as u8);
    Some(Span { start, end: start.checked_add(length as usize)?, placed })
}
