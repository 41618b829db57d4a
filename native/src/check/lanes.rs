//! The boxes around the edges of a short ring, side by side, so that many are compared at once.

#![allow(
    clippy::needless_bitwise_bool,
    reason = "a branch for each lane would end the side by side"
)]

use super::extent::{greater, lesser};

/// Boxes that are compared at once.
const WIDTH: usize = 8;
/// By how much a box is too large, so that no rounding makes it too small.
const SLACK: f64 = 1e-6;

/// The sides of the boxes, each behind the first corner of the ring. The ring goes round once and
/// a half, so that from each edge all are seen that lie up to half a ring ahead.
#[derive(Default)]
pub struct Lanes {
    // Left, top, right, bottom.
    sides: [Vec<f32>; 4],
}

impl Lanes {
    /// Whether `cross` holds for two edges that are no neighbours and whose boxes meet.
    pub fn any_near(&mut self, points: &[[f64; 2]], cross: impl Fn(usize, usize) -> bool) -> bool {
        let count = points.len();
        if count < 4 {
            return false;
        }
        self.fill(points);
        let other =
            |one, ahead| if one + ahead < count { one + ahead } else { one + ahead - count };
        (2..=count / 2).any(|ahead| {
            (0..count).step_by(WIDTH).any(|from| {
                let edges = from..count.min(from + WIDTH);
                self.meet(from, ahead) && edges.into_iter().any(|one| cross(one, other(one, ahead)))
            })
        })
    }

    fn fill(&mut self, points: &[[f64; 2]]) {
        let count = points.len();
        for side in &mut self.sides {
            side.clear();
        }
        let [x, y] = points[0];
        let mut before = [points[count - 1][0] - x, points[count - 1][1] - y];
        let mut first = [0.0; 4];
        for (number, point) in points.iter().enumerate() {
            let here = [point[0] - x, point[1] - y];
            let edge = outer(before, here);
            if number == 0 {
                first = edge;
            } else {
                self.push(edge);
            }
            before = here;
        }
        // The edge that ends at the first point is the last.
        self.push(first);
        for number in 0..count / 2 + WIDTH {
            let edge = [0, 1, 2, 3].map(|side: usize| self.sides[side][number % count]);
            self.push(edge);
        }
    }

    #[inline]
    fn push(&mut self, edge: [f32; 4]) {
        for (side, place) in self.sides.iter_mut().zip(edge) {
            side.push(place);
        }
    }

    // Whether one of the boxes from here on meets the one so far ahead of it.
    #[inline]
    fn meet(&self, from: usize, ahead: usize) -> bool {
        let lanes = |side: usize, at: usize| -> &[f32; WIDTH] {
            self.sides[side][at..].first_chunk().unwrap_or(&[f32::NAN; WIDTH])
        };
        let here = [0, 1, 2, 3].map(|side| lanes(side, from));
        let there = [0, 1, 2, 3].map(|side| lanes(side, from + ahead));
        let mut any = false;
        for lane in 0..WIDTH {
            any |= (here[0][lane] <= there[2][lane])
                & (there[0][lane] <= here[2][lane])
                & (here[1][lane] <= there[3][lane])
                & (there[1][lane] <= here[3][lane]);
        }
        any
    }
}

// The sides of the box around an edge, rounded outwards.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the slack is wider than what is lost")]
fn outer(a: [f64; 2], b: [f64; 2]) -> [f32; 4] {
    let down = |low: f64| (low - low.abs() * SLACK) as f32;
    let up = |high: f64| (high + high.abs() * SLACK) as f32;
    [
        down(lesser(a[0], b[0])),
        down(lesser(a[1], b[1])),
        up(greater(a[0], b[0])),
        up(greater(a[1], b[1])),
    ]
}

#[cfg(test)]
mod tests {
    use super::Lanes;

    #[test]
    fn every_pair_that_is_no_neighbour_is_seen_once() {
        for count in 0..40_usize {
            let heap = vec![[1.0, 2.0]; count];
            let seen = std::cell::RefCell::new(Vec::new());
            let any = Lanes::default().any_near(&heap, |one, two| {
                seen.borrow_mut().push((one.min(two), one.max(two)));
                false
            });
            assert!(!any);
            let mut seen = seen.into_inner();
            seen.sort_unstable();
            seen.dedup();
            let apart = |one: usize, two: usize| two - one > 1 && two - one < count - 1;
            let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |two| (one, two)));
            let pairs: Vec<_> = pairs.filter(|(one, two)| apart(*one, *two)).collect();
            assert_eq!(seen, pairs, "{count}");
        }
    }

    #[test]
    fn boxes_that_do_not_meet_are_passed() {
        let points: Vec<[f64; 2]> = (0..64_u8).map(|n| [f64::from(n), f64::from(n)]).collect();
        // Only the long way back meets the others; those of one width are seen with it.
        let seen = std::cell::Cell::new(0);
        Lanes::default().any_near(&points, |_, _| {
            seen.set(seen.get() + 1);
            false
        });
        // Of 1952 pairs; a box that meets one is seen with the seven beside it.
        assert!((61..500).contains(&seen.get()), "{}", seen.get());
    }
}
