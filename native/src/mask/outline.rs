//! Masks into rings of corners, along the edges of pixels: filled again they give the same mask.
//!
//! Pixels that touch at a corner only are apart, so no ring touches itself but at such corners.

use super::small;

/// A ring of corners, closed without repeating the first.
#[derive(Debug, PartialEq, Eq)]
pub struct Ring {
    /// Whether the ring is the edge of a hole.
    pub hole: bool,
    /// Column and line of each corner.
    pub corners: Vec<[u32; 2]>,
}

// A corner: where it lies, the corners its two edges lead to, and whether a pixel begins there.
#[derive(Clone, Copy, Debug)]
struct Corner {
    at: [u32; 2],
    across: usize,
    down: usize,
    set: bool,
}

#[derive(Debug)]
struct Tracing {
    found: Vec<Corner>,
    // The corner whose edge comes from the left, and for each column the one whose comes from above.
    left: usize,
    above: Vec<usize>,
}

/// Traces all rings of a mask of lines of `width` pixels, from top left on, in one pass.
///
/// Every byte that is not 0 is set. Costs memory for each corner.
#[must_use]
pub fn outline(pixels: &[u8], width: usize) -> Vec<Ring> {
    let mut tracing = Tracing { found: Vec::new(), left: 0, above: vec![0; width + 1] };
    let empty = vec![0; width];
    let mut lines = pixels.chunks_exact(width.max(1));
    let mut above = empty.as_slice();
    for row in 0..=lines.len() {
        let below = lines.next().unwrap_or(&empty);
        tracing.row(above, below, small(row));
        above = below;
    }
    tracing.rings()
}

impl Tracing {
    // Finds the corners between two lines of pixels.
    fn row(&mut self, above: &[u8], below: &[u8], row: u32) {
        let (mut a, mut c) = (false, false);
        for column in 0..=above.len() {
            let b = above.get(column).is_some_and(|pixel| *pixel != 0);
            let d = below.get(column).is_some_and(|pixel| *pixel != 0);
            let at = [small(column), row];
            let (left, up) = (a != c, a != b);
            // Both are asked for before a new corner takes their places.
            let (left, above) = (left.then_some(self.left), up.then_some(self.above[column]));
            match (left, b != d, above, c != d) {
                // Two pixels touch at this corner alone: it is a corner of each.
                (Some(_), true, Some(_), true) if a => {
                    self.corner(at, d, left, above);
                    self.corner(at, d, None, None);
                }
                (Some(_), true, Some(_), true) => {
                    self.corner(at, d, None, above);
                    self.corner(at, d, left, None);
                }
                (_, right, ..) if left.is_some() != right => self.corner(at, d, left, above),
                _ => {}
            }
            (a, c) = (b, d);
        }
    }

    // A corner whose edges come from others, or else go right and down.
    fn corner(&mut self, at: [u32; 2], set: bool, left: Option<usize>, above: Option<usize>) {
        let index = self.found.len();
        match left {
            Some(left) => self.found[left].across = index,
            None => self.left = index,
        }
        match above {
            Some(above) => self.found[above].down = index,
            None => self.above[at[0] as usize] = index,
        }
        let (across, down) = (left.unwrap_or(index), above.unwrap_or(index));
        self.found.push(Corner { at, across, down, set });
    }

    fn rings(&self) -> Vec<Ring> {
        let mut seen = vec![false; self.found.len()];
        let mut rings = Vec::new();
        for (start, first) in self.found.iter().enumerate() {
            if seen[start] {
                continue;
            }
            // The first corner of a ring has the ring's inside at its lower right.
            let mut ring = Ring { hole: !first.set, corners: Vec::new() };
            let mut next = start;
            loop {
                let across = self.found[next].across;
                for index in [next, across] {
                    seen[index] = true;
                    ring.corners.push(self.found[index].at);
                }
                next = self.found[across].down;
                if next == start {
                    break;
                }
            }
            rings.push(ring);
        }
        rings
    }
}
