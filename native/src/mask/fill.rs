//! Polygons into masks, bit for bit as pycocotools fills them.
//!
//! There, the outline is drawn five times as large, point by point, and where it steps over the
//! middle of a column the row is rounded up; between two such crossings of a column lies the inside.
//! Only the steps over middles matter, so here each edge gives its crossings straight away: no
//! enlarged outline is ever held, and what lies outside the picture costs nothing.

const SCALE: i64 = 5;
// The enlarged column whose step to the next one is the middle of a pixel.
const MIDDLE: i64 = 2;
// Beyond this, products of coordinates would not be exact.
const FARTHEST: f64 = 1e9;

/// Fills one ring of points in a picture of `height` × `width` pixels, at most `u32::MAX` of them.
///
/// Coordinates are in pixels, x and y; those beyond a thousand million count as there.
#[must_use]
pub fn fill(ring: &[[f64; 2]], height: u32, width: u32) -> Vec<u32> {
    let points: Vec<[i64; 2]> = ring.iter().map(|point| point.map(enlarge)).collect();
    let mut crossings = Vec::new();
    for (index, start) in points.iter().enumerate() {
        let end = points[(index + 1) % points.len()];
        cross(*start, end, (height, width), |column, row| {
            crossings.push(u64::from(column) * u64::from(height) + u64::from(row));
        });
    }
    crossings.push(u64::from(height) * u64::from(width));
    crossings.sort_unstable();
    alternate(&crossings)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped, and truncation is the rounding meant"
)]
fn enlarge(coordinate: f64) -> i64 {
    (5.0 * coordinate.clamp(-FARTHEST, FARTHEST) + 0.5) as i64
}

// Calls `found` with column and row of each middle of a column that an edge steps over.
#[expect(clippy::cast_precision_loss, reason = "enlarged coordinates have fewer than 53 bits")]
#[expect(clippy::cast_possible_truncation, reason = "truncation is the rounding meant")]
fn cross(
    start: [i64; 2],
    end: [i64; 2],
    (height, width): (u32, u32),
    mut found: impl FnMut(u32, u32),
) {
    let (dx, dy) = ((start[0] - end[0]).abs(), (start[1] - end[1]).abs());
    let flat = dx >= dy;
    let forward = if flat { start[0] <= end[0] } else { start[1] <= end[1] };
    let ([xs, ys], [xe, ye]) = if forward { (start, end) } else { (end, start) };
    let slope = if flat { (ye - ys) as f64 / dx as f64 } else { (xe - xs) as f64 / dy as f64 };
    let step = |origin: i64, steps: i64| (origin as f64 + slope * steps as f64 + 0.5) as i64;
    let (from, to) = (xs.min(xe), xs.max(xe));
    let first = (from - MIDDLE).max(0).div_ceil_by(SCALE);
    // The step from `middle` to the column behind it must lie on the edge.
    let last = (to - 1 - MIDDLE).div_euclid(SCALE).min(i64::from(width) - 1);
    for column in first..=last {
        let middle = SCALE * column + MIDDLE;
        let upper = if flat {
            let steps = middle - xs;
            step(ys, steps).min(step(ys, steps + 1))
        } else {
            // Columns go one way as rows go down, so the step is found by halving.
            let passed = |steps: i64| (step(xs, steps) > middle) == (xe > xs);
            let (mut before, mut behind) = (0, dy);
            if passed(before) || !passed(behind) {
                continue;
            }
            while behind - before > 1 {
                let half = i64::midpoint(before, behind);
                *(if passed(half) { &mut behind } else { &mut before }) = half;
            }
            ys + before
        };
        let row = ((upper as f64 + 0.5) / SCALE as f64 - 0.5).clamp(0.0, f64::from(height)).ceil();
        let (Ok(column), Ok(row)) = (u32::try_from(column), u32::try_from(row as i64)) else {
            continue;
        };
        found(column, row);
    }
}

trait DivCeil {
    fn div_ceil_by(self, by: i64) -> i64;
}

impl DivCeil for i64 {
    // For numbers that are not negative.
    fn div_ceil_by(self, by: i64) -> i64 {
        (self + by - 1) / by
    }
}

// Places in order into lengths; two crossings of one place cancel each other.
fn alternate(places: &[u64]) -> Vec<u32> {
    let mut counts: Vec<u32> = Vec::with_capacity(places.len());
    let mut last = 0;
    let mut join = false;
    for (index, place) in places.iter().enumerate() {
        let length = u32::try_from(place - last).expect("a picture has u32 pixels");
        last = *place;
        if join {
            *counts.last_mut().expect("something was there to join") += length;
            join = false;
        } else if length > 0 || index == 0 {
            counts.push(length);
        } else {
            join = true;
        }
    }
    counts
}
