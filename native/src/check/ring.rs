//! Whether a ring crosses itself, in about n log n steps for the rings that occur.
//!
//! Two edges cross when the ends of each lie strictly on both sides of the other: edges that touch,
//! or lie upon each other, do not. Runs of edges are boxed in a binary tree; a run that only goes
//! right (or left, up, down) cannot cross itself and is passed whole. Of short rings every pair is
//! looked at instead, many at once ([`Lanes`]). A ring made to have all its boxes overlap without a
//! crossing, such as thousands of slanted teeth, is given up after a share of steps for each edge
//! and passes for one that does not cross itself.

use super::extent::{greater, lesser};
use super::lanes::Lanes;
use std::ops::Range;

/// Edges up to which looking at every pair costs less than a tree.
const FEW: usize = 80;

/// Edges of the shortest runs, of which every pair is looked at.
const LEAF: usize = 4;

/// Pairs of runs that are looked at for each edge, on average: rings that occur need some four, and
/// up to 1,500 edges it is every pair.
const STEPS: usize = 64;

/// Which way a run of edges goes: all of it.
const RIGHT: u8 = 1;
const LEFT: u8 = 2;
const DOWN: u8 = 4;
const UP: u8 = 8;

/// The box around a run of edges.
#[derive(Clone, Copy)]
struct Run {
    low: [f64; 2],
    high: [f64; 2],
    ways: u8,
}

/// The tree of boxes, level by level from the shortest runs up. Used again for each ring.
#[derive(Default)]
pub struct Boxes {
    lanes: Lanes,
    runs: Vec<Run>,
    // Where each level starts in `runs`, and behind the last.
    levels: Vec<usize>,
    // Pairs of runs that may still be looked at.
    steps: usize,
}

/// Twice the area that a ring encloses, counted as negative where it runs the other way, and twice
/// the area of the box around it.
#[must_use]
pub fn areas(points: &[[f64; 2]]) -> (f64, f64) {
    let Some(&[x, y]) = points.first() else { return (0.0, 0.0) };
    let (mut sum, mut low, mut high) = (0.0, [x, y], [x, y]);
    let (mut before_x, mut before_y) = (0.0, 0.0);
    for &[next_x, next_y] in &points[1..] {
        low = [lesser(next_x, low[0]), lesser(next_y, low[1])];
        high = [greater(next_x, high[0]), greater(next_y, high[1])];
        let (next_x, next_y) = (next_x - x, next_y - y);
        sum += before_x * next_y - next_x * before_y;
        (before_x, before_y) = (next_x, next_y);
    }
    (sum, 2.0 * (high[0] - low[0]) * (high[1] - low[1]))
}

/// Whether two vertices are one.
#[must_use]
#[inline]
#[expect(clippy::float_cmp, reason = "vertices that differ at all are two")]
pub fn same(one: [f64; 2], other: [f64; 2]) -> bool {
    one[0] == other[0] && one[1] == other[1]
}

/// Whether fewer than three different points are among them.
#[must_use]
pub fn fewer_than_three(points: &[[f64; 2]]) -> bool {
    let Some(&first) = points.first() else { return true };
    let mut others = points.iter().filter(|point| !same(**point, first));
    let Some(&second) = others.next() else { return true };
    others.all(|point| same(*point, second))
}

/// Whether the ring through `points`, which need not repeat the first at the end, crosses itself.
#[must_use]
pub fn crosses(points: &[[f64; 2]], boxes: &mut Boxes) -> bool {
    if points.len() <= FEW {
        return boxes
            .lanes
            .any_near(points, |one, two| cross(edge(points, one), edge(points, two)));
    }
    boxes.tree(points)
}

#[inline]
fn edge(points: &[[f64; 2]], number: usize) -> ([f64; 2], [f64; 2]) {
    let end = if number + 1 == points.len() { 0 } else { number + 1 };
    (points[number], points[end])
}

// Whether an edge of one run crosses one of the other, or the same, run.
fn edges_cross(points: &[[f64; 2]], one: Range<usize>, other: Range<usize>) -> bool {
    one.into_iter().any(|one| {
        let first = edge(points, one);
        let others = other.start.max(one + 2)..other.end;
        others.into_iter().any(|other| cross(first, edge(points, other)))
    })
}

#[inline]
fn cross((a, b): ([f64; 2], [f64; 2]), (c, d): ([f64; 2], [f64; 2])) -> bool {
    for axis in [0, 1] {
        if greater(a[axis], b[axis]) < lesser(c[axis], d[axis])
            || greater(c[axis], d[axis]) < lesser(a[axis], b[axis])
        {
            return false;
        }
    }
    apart(a, b, c, d) && apart(c, d, a, b)
}

// Whether the points lie strictly on both sides of the line through `a` and `b`.
fn apart(a: [f64; 2], b: [f64; 2], one: [f64; 2], other: [f64; 2]) -> bool {
    let (one, other) = (side(a, b, one), side(a, b, other));
    (one > 0.0 && other < 0.0) || (one < 0.0 && other > 0.0)
}

// On which side of the line a point lies; 0 where rounding leaves it open.
fn side(a: [f64; 2], b: [f64; 2], point: [f64; 2]) -> f64 {
    let left = (b[0] - a[0]) * (point[1] - a[1]);
    let right = (b[1] - a[1]) * (point[0] - a[0]);
    let side = left - right;
    if side.abs() <= 1e-12 * (left.abs() + right.abs()) { 0.0 } else { side }
}

impl Boxes {
    fn tree(&mut self, points: &[[f64; 2]]) -> bool {
        self.build(points);
        self.steps = STEPS * points.len();
        let top = self.levels.len() - 2;
        self.inside(points, top, 0)
    }

    fn build(&mut self, points: &[[f64; 2]]) {
        self.runs.clear();
        self.levels.clear();
        self.levels.push(0);
        let edges = points.iter().zip(points[1..].iter().chain(points.first()));
        for (number, (a, b)) in edges.enumerate() {
            let run = Run::new(*a, *b);
            match self.runs.last_mut() {
                Some(last) if number % LEAF != 0 => *last = last.joined(run),
                _ => self.runs.push(run),
            }
        }
        let mut start = 0;
        while self.runs.len() - start > 1 {
            let end = self.runs.len();
            self.levels.push(end);
            for pair in (start..end).step_by(2) {
                let run = self.runs[pair];
                let joined = if pair + 1 < end { run.joined(self.runs[pair + 1]) } else { run };
                self.runs.push(joined);
            }
            start = end;
        }
        self.levels.push(self.runs.len());
    }

    fn run(&self, level: usize, number: usize) -> Run {
        self.runs[self.levels[level] + number]
    }

    // The runs below a run: one or two.
    fn below(&self, level: usize, number: usize) -> std::ops::Range<usize> {
        let most = self.levels[level] - self.levels[level - 1];
        2 * number..most.min(2 * number + 2)
    }

    // Whether a run of edges crosses itself.
    fn inside(&mut self, points: &[[f64; 2]], level: usize, number: usize) -> bool {
        if self.run(level, number).ways != 0 {
            return false;
        }
        if level == 0 {
            let edges = leaf(points, number);
            return edges_cross(points, edges.clone(), edges);
        }
        let below = self.below(level, number);
        below.clone().any(|run| self.inside(points, level - 1, run))
            || (below.len() == 2 && self.between(points, level - 1, (below.start, below.start + 1)))
    }

    // Whether two runs of one level cross each other.
    fn between(&mut self, points: &[[f64; 2]], level: usize, (one, two): (usize, usize)) -> bool {
        let Some(steps) = self.steps.checked_sub(1) else { return false };
        self.steps = steps;
        let (left, right) = (self.run(level, one), self.run(level, two));
        let neighbours = one + 1 == two && left.ways & right.ways != 0;
        if neighbours || left.apart(right) {
            return false;
        }
        if level == 0 {
            return edges_cross(points, leaf(points, one), leaf(points, two));
        }
        let (left, right) = (self.below(level, one), self.below(level, two));
        left.into_iter()
            .any(|one| right.clone().any(|two| self.between(points, level - 1, (one, two))))
    }
}

// The edges of one of the shortest runs.
fn leaf(points: &[[f64; 2]], number: usize) -> Range<usize> {
    number * LEAF..points.len().min((number + 1) * LEAF)
}

impl Run {
    fn new(a: [f64; 2], b: [f64; 2]) -> Self {
        let way = |one: f64, two: f64, way: u8| if one <= two { way } else { 0 };
        let ways = way(a[0], b[0], RIGHT)
            | way(b[0], a[0], LEFT)
            | way(a[1], b[1], DOWN)
            | way(b[1], a[1], UP);
        let low = [lesser(a[0], b[0]), lesser(a[1], b[1])];
        Self { low, high: [greater(a[0], b[0]), greater(a[1], b[1])], ways }
    }

    #[inline]
    fn joined(self, other: Self) -> Self {
        let (low, high) = (self.low, self.high);
        Self {
            low: [lesser(low[0], other.low[0]), lesser(low[1], other.low[1])],
            high: [greater(high[0], other.high[0]), greater(high[1], other.high[1])],
            ways: self.ways & other.ways,
        }
    }

    fn apart(self, other: Self) -> bool {
        self.high[0] < other.low[0]
            || other.high[0] < self.low[0]
            || self.high[1] < other.low[1]
            || other.high[1] < self.low[1]
    }
}

#[cfg(test)]
mod tests {
    use super::{Boxes, areas, cross, crosses, edge, fewer_than_three};
    use proptest::prelude::any;
    use proptest::{collection, prop_assert_eq, proptest};
    use std::f64::consts::TAU;

    fn circle(points: usize) -> Vec<[f64; 2]> {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let angle = |n: usize| TAU * n as f64 / points as f64;
        (0..points).map(|n| [angle(n).cos(), angle(n).sin()]).collect()
    }

    #[test]
    fn a_ring_crosses_itself_only_where_edges_do() {
        let table: [(&[[f64; 2]], bool); 6] = [
            (&[[0., 0.], [4., 0.], [4., 4.], [0., 4.]], false),
            (&[[0., 0.], [4., 4.], [4., 0.], [0., 4.]], true),
            (&[[0., 0.], [4., 0.], [4., 4.], [2., 0.]], false),
            (&[[0., 0.], [4., 0.], [2., 2.], [4., 4.], [0., 4.], [2., 2.]], false),
            (&[[0., 0.], [4., 0.], [4., 0.], [0., 0.]], false),
            (&[], false),
        ];
        for (ring, crossing) in table {
            assert_eq!(crosses(ring, &mut Boxes::default()), crossing, "{ring:?}");
        }
    }

    #[test]
    fn long_rings_are_like_short_ones() {
        let mut boxes = Boxes::default();
        for points in [13, 100, 10_000, 100_001] {
            let mut ring = circle(points);
            assert!(!crosses(&ring, &mut boxes), "{points}");
            ring.swap(points / 3, points / 3 + 1);
            assert!(crosses(&ring, &mut boxes), "{points}");
        }
    }

    #[test]
    fn a_comb_of_long_teeth_is_no_trouble() {
        let mut ring: Vec<[f64; 2]> = Vec::new();
        for tooth in 0..20_000 {
            let y = f64::from(tooth) * 2.0;
            ring.extend([[1.0, y], [1e4, y], [1e4, y + 1.0], [1.0, y + 1.0]]);
        }
        ring.extend([[0.0, 4e4], [0.0, 0.0]]);
        assert!(!crosses(&ring, &mut Boxes::default()));
    }

    // Teeth that lean to the right, side by side, so that all their boxes overlap.
    fn slanted(teeth: u32) -> Vec<[f64; 2]> {
        let tooth =
            |foot: f64| [[foot, 0.], [foot + 1e6, 1e6], [foot + 1e6 + 1., 1e6], [foot + 2., 0.]];
        let mut ring: Vec<_> = (0..teeth).flat_map(|n| tooth(f64::from(n) * 4.)).collect();
        ring.extend([[4e7, 0.], [4e7, -5.], [0., -5.]]);
        ring
    }

    #[test]
    fn a_ring_made_to_be_slow_is_given_up() {
        let mut boxes = Boxes::default();
        assert!(!crosses(&slanted(25_000), &mut boxes));
        assert_eq!(boxes.steps, 0);
        for teeth in [30, 350] {
            let mut ring = slanted(teeth);
            assert!(!crosses(&ring, &mut boxes));
            assert!(boxes.steps > 0, "every pair was looked at");
            let end = ring.len() - 6;
            ring.swap(end, end + 1);
            assert!(crosses(&ring, &mut boxes));
        }
    }

    #[test]
    fn areas_are_those_of_the_ring_and_of_its_box() {
        let square = [[1., 1.], [1., 3.], [3., 3.], [3., 1.]];
        assert_eq!(areas(&square), (-8.0, 8.0));
        assert_eq!(areas(&square[..2]), (0.0, 0.0));
        assert_eq!(areas(&[]), (0.0, 0.0));
    }

    #[test]
    fn points_are_counted_once() {
        let (a, b, c) = ([0., 0.], [1., 0.], [0., 1.]);
        for few in [&[][..], &[a], &[a, a], &[a, b, a, b], &[a, a, b]] {
            assert!(fewer_than_three(few), "{few:?}");
        }
        assert!(!fewer_than_three(&[a, a, b, a, c]));
    }

    proptest! {
        #[test]
        fn the_tree_finds_what_every_pair_finds(
            small in collection::vec((0_u8..12, 0_u8..12), 3..40), bend in any::<bool>()
        ) {
            let wave = |n: u8| if bend { [f64::from(n), f64::from(n).sin()] } else { [0.0; 2] };
            let ring: Vec<[f64; 2]> = (0..)
                .zip(&small)
                .map(|(n, (x, y))| [f64::from(*x) + wave(n)[0], f64::from(*y) + wave(n)[1]])
                .collect();
            let pairs = (0..ring.len()).flat_map(|one| (one + 2..ring.len()).map(move |two| (one, two)));
            let every = pairs.into_iter().any(|(one, two)| cross(edge(&ring, one), edge(&ring, two)));
            let mut boxes = Boxes::default();
            prop_assert_eq!(crosses(&ring, &mut boxes), every);
            prop_assert_eq!(boxes.tree(&ring), every);
            let far: Vec<_> = ring.iter().map(|[x, y]| [x * 1e-9 + 99.0, y * 1e-9 - 1e3]).collect();
            prop_assert_eq!(crosses(&far, &mut boxes), boxes.tree(&far));
        }
    }
}
