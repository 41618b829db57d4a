//! One mask as runs, column by column, as COCO has them: lengths of zeros and ones in turn.

use super::small;

/// Lengths of runs, beginning with zeros; only the first may be 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// Lengths in pixels.
    pub counts: Vec<u32>,
    // Pixels in all counts.
    end: u32,
}

impl Runs {
    /// Appends ones from `start` to `end`, at or behind the end of those before.
    pub fn push(&mut self, start: u32, end: u32) {
        match self.counts.last_mut() {
            Some(last) if start == self.end => *last += end - start,
            _ => self.counts.extend([start - self.end, end - start]),
        }
        self.end = end;
    }

    /// Fills up with zeros to the number of pixels.
    #[must_use]
    pub fn finish(mut self, pixels: u32) -> Vec<u32> {
        if self.end < pixels || self.counts.is_empty() {
            self.counts.push(pixels - self.end);
        }
        self.counts
    }
}

/// Encodes a mask that lies column by column; every byte that is not 0 is set.
#[must_use]
pub fn encode(pixels: &[u8]) -> Vec<u32> {
    let mut counts = Vec::new();
    let (mut start, mut value) = (0, false);
    while start < pixels.len() {
        let length = pixels[start..].iter().position(|pixel| (*pixel != 0) != value);
        let length = length.unwrap_or(pixels.len() - start);
        counts.push(small(length));
        start += length;
        value = !value;
    }
    if counts.is_empty() { vec![0] } else { counts }
}

/// Decodes runs to zeros and ones, column by column. `None` when they are not for `pixels`.
#[must_use]
pub fn decode(counts: &[u32], pixels: usize) -> Option<Vec<u8>> {
    if sum(counts)? != pixels {
        return None;
    }
    let mut mask = vec![0; pixels];
    let mut start = 0;
    for (index, count) in counts.iter().enumerate() {
        let end = start + *count as usize;
        if index % 2 == 1 {
            mask[start..end].fill(1);
        }
        start = end;
    }
    Some(mask)
}

/// Adds up runs; `None` when they are more than a picture can have.
#[must_use]
pub fn sum(counts: &[u32]) -> Option<usize> {
    let sum = counts.iter().try_fold(0_u32, |sum, count| sum.checked_add(*count))?;
    usize::try_from(sum).ok()
}

/// Unites masks of one size: a pixel is set where any of them has it.
#[must_use]
pub fn unite(masks: &[Vec<u32>], pixels: u32) -> Vec<u32> {
    if let [only] = masks {
        return only.clone();
    }
    let mut ones: Vec<(u32, u32)> = masks.iter().flat_map(|counts| spans(counts)).collect();
    ones.sort_unstable();
    let mut runs = Runs::default();
    let mut open: Option<(u32, u32)> = None;
    for (start, end) in ones {
        match &mut open {
            Some(span) if start <= span.1 => span.1 = span.1.max(end),
            Some(span) => {
                runs.push(span.0, span.1);
                open = Some((start, end));
            }
            None => open = Some((start, end)),
        }
    }
    if let Some((start, end)) = open {
        runs.push(start, end);
    }
    runs.finish(pixels)
}

// The spans of ones.
fn spans(counts: &[u32]) -> Vec<(u32, u32)> {
    let mut start = 0;
    let mut spans = Vec::with_capacity(counts.len() / 2);
    for (index, count) in counts.iter().enumerate() {
        if index % 2 == 1 && *count > 0 {
            spans.push((start, start + count));
        }
        start += count;
    }
    spans
}
