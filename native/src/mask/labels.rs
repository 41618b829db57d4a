//! A picture of labels into the runs of every label at once, in one pass from line to line.
//!
//! COCO's runs go down the columns and pictures come by lines. Nothing is transposed: a line is
//! compared with the one above it, and only where they differ a run of a column ends.

use super::changes::{changes, label};
use super::colours::Colours;
use super::runs::Runs;
use super::small;

// A run of a column begins here.
#[derive(Clone, Copy, Debug)]
struct Head {
    column: u32,
    row: u32,
    label: u32,
}

/// The columns of a picture as far as its lines have come.
#[derive(Debug)]
pub struct Columns {
    above: Vec<u8>,
    heads: Vec<Head>,
    rows: u32,
    width: u32,
}

/// One label and its mask.
#[derive(Debug, PartialEq, Eq)]
pub struct Labelled {
    /// What its pixels say.
    pub label: u32,
    /// Its runs.
    pub counts: Vec<u32>,
}

impl Columns {
    /// Begins a picture of `width` columns.
    #[must_use]
    pub fn new(width: u32) -> Self {
        Self { above: Vec::new(), heads: Vec::new(), rows: 0, width }
    }

    /// Takes in the next line, of pixels of `SIZE` bytes.
    pub fn line<const SIZE: usize>(&mut self, line: &[u8]) {
        let pixels = line.as_chunks::<SIZE>().0;
        let (heads, row) = (&mut self.heads, self.rows);
        let mut begin = |pixel: usize| {
            let column = small(pixel);
            heads.push(Head { column, row, label: label(pixels[pixel]) });
        };
        if row == 0 {
            (0..pixels.len()).for_each(begin);
            self.above = line.to_vec();
        } else {
            changes::<SIZE>(line, &self.above, &mut begin);
            self.above.copy_from_slice(line);
        }
        self.rows += 1;
    }

    /// Gives the mask of every label, by label, and lets `colours` count them.
    ///
    /// `None` when there are more labels than `colours` has room for.
    #[must_use]
    pub fn finish(self, colours: &mut Colours) -> Option<Vec<Labelled>> {
        let (rows, pixels) = (self.rows, self.rows * self.width);
        let mut masks = vec![Runs::default(); colours.labels().len()];
        let ordered = self.by_column();
        for (index, head) in ordered.iter().enumerate() {
            let below = ordered.get(index + 1).filter(|next| next.column == head.column);
            let end = below.map_or(rows, |next| next.row);
            let slot = colours.add(head.label, (head.column, head.column + 1), (head.row, end))?;
            if slot == masks.len() {
                masks.push(Runs::default());
            }
            let top = head.column * rows;
            masks[slot].push(top + head.row, top + end);
        }
        let labels = colours.labels().iter().zip(masks);
        let mut done: Vec<Labelled> = labels
            .filter(|(_, runs)| !runs.counts.is_empty())
            .map(|(label, runs)| Labelled { label: *label, counts: runs.finish(pixels) })
            .collect();
        done.sort_unstable_by_key(|one| one.label);
        Some(done)
    }

    // A counting sort: heads come by rows, and within a column their rows are in order already.
    fn by_column(&self) -> Vec<Head> {
        let mut next = vec![0_usize; self.width as usize + 1];
        for head in &self.heads {
            next[head.column as usize + 1] += 1;
        }
        for column in 1..next.len() {
            next[column] += next[column - 1];
        }
        let mut ordered = self.heads.clone();
        for head in &self.heads {
            let place = &mut next[head.column as usize];
            ordered[*place] = *head;
            *place += 1;
        }
        ordered
    }
}
