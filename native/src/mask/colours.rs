//! Colours with their counts and boxes, taken in line by line over runs of equal pixels.

use super::changes::{changes, label};
use super::slots::Slots;
use super::small;

/// Length of a packed colour in bytes; its twin is COLOUR in `bulkimport/native.py`.
pub const COLOUR_BYTES: usize = 32;

/// How often one label occurs, and the smallest box around it; right and bottom lie outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Pixels.
    pub count: u64,
    /// First column.
    pub left: u32,
    /// First line.
    pub top: u32,
    /// Behind the last column.
    pub right: u32,
    /// Behind the last line.
    pub bottom: u32,
}

impl Extent {
    const NONE: Self = Self { count: 0, left: u32::MAX, top: u32::MAX, right: 0, bottom: 0 };

    /// Takes in a rectangle of pixels.
    pub fn add(&mut self, columns: (u32, u32), lines: (u32, u32)) {
        self.count += u64::from(columns.1 - columns.0) * u64::from(lines.1 - lines.0);
        self.left = self.left.min(columns.0);
        self.top = self.top.min(lines.0);
        self.right = self.right.max(columns.1);
        self.bottom = self.bottom.max(lines.1);
    }
}

/// The colours of a picture. When more than `most` occur, those that are new are passed over.
#[derive(Debug)]
pub struct Colours {
    slots: Slots,
    extents: Vec<Extent>,
    /// Whether there were more colours than were asked for.
    pub overflowed: bool,
}

impl Colours {
    /// Counts at most `most` colours; those of `wanted` have the first places.
    #[must_use]
    pub fn new(most: usize, wanted: &[u32]) -> Self {
        let mut colours = Self {
            slots: Slots::new(most.saturating_add(wanted.len())),
            extents: Vec::new(),
            overflowed: false,
        };
        for label in wanted {
            let _ = colours.slot(*label);
        }
        colours
    }

    fn slot(&mut self, label: u32) -> Option<usize> {
        let slot = self.slots.slot(label);
        self.overflowed |= slot.is_none();
        if slot == Some(self.extents.len()) {
            self.extents.push(Extent::NONE);
        }
        slot
    }

    /// Takes in a rectangle of one label; gives the label's slot, `None` when there is no room.
    pub fn add(&mut self, label: u32, columns: (u32, u32), lines: (u32, u32)) -> Option<usize> {
        let slot = self.slot(label)?;
        self.extents[slot].add(columns, lines);
        Some(slot)
    }

    /// The labels by their slots.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        self.slots.labels()
    }

    /// Takes in the line with number `row`, of pixels of `SIZE` bytes.
    pub fn line<const SIZE: usize>(&mut self, line: &[u8], row: u32) {
        let pixels = line.as_chunks::<SIZE>().0;
        let Some(last) = pixels.last() else { return };
        let mut start = 0;
        changes::<SIZE>(&line[SIZE..], line, |left| {
            let end = small(left) + 1;
            let _ = self.add(label(pixels[left]), (start, end), (row, row + 1));
            start = end;
        });
        let _ = self.add(label(*last), (start, small(pixels.len())), (row, row + 1));
    }

    /// Gives each label that occurs with its extent, by label.
    #[must_use]
    pub fn found(&self) -> Vec<(u32, Extent)> {
        let pairs = self.slots.labels().iter().copied().zip(self.extents.iter().copied());
        let mut found: Vec<_> = pairs.filter(|(_, extent)| extent.count > 0).collect();
        found.sort_unstable_by_key(|(label, _)| *label);
        found
    }

    /// Packs what was found: label, box and count, little-endian.
    #[must_use]
    pub fn packed(&self) -> Vec<u8> {
        let found = self.found();
        let mut packed = Vec::with_capacity(found.len() * COLOUR_BYTES);
        for (label, extent) in found {
            for part in [label, extent.left, extent.top, extent.right, extent.bottom, 0] {
                packed.extend_from_slice(&part.to_le_bytes());
            }
            packed.extend_from_slice(&extent.count.to_le_bytes());
        }
        packed
    }
}
