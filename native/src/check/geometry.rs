//! Boxes, polygons, lines and points: R-NUM, R-BBOX, R-POLY, R-LINE, R-POINT, R-GEO-1.

use super::plain::Lead;
use super::ring::{areas, crosses, fewer_than_three, same};
use super::rule::Rule;
use super::spec::Media;
use super::walk::Walk;
use super::word::Word;

/// Degrees from the middle of the map to its border.
const BORDERS: [f64; 2] = [180.0, 90.0];
/// EPSG:3857: metres from the middle of the map to its border, and from where on a number can be
/// nothing but metres: no slip of degrees and hardly a picture is as large.
const METRES: [f64; 2] = [20_037_508.5, 10_000.0];
/// A ring is flat when it encloses less than this share of the box around it.
const FLAT: f64 = 1e-9;

/// The members of a point, as most are spelled.
pub const POINT: [Lead; 2] = [Lead::new(b"\"x\""), Lead::new(b"\"y\"")];
/// The members of a box, as most are spelled.
pub const BOX: [Lead; 4] = [
    Lead::new(b"\"top\""),
    Lead::new(b"\"left\""),
    Lead::new(b"\"height\""),
    Lead::new(b"\"width\""),
];

/// A box as it is spelled.
#[derive(Clone, Copy, Debug)]
pub struct Rectangle {
    /// `top`
    pub top: f64,
    /// `left`
    pub left: f64,
    /// `height`
    pub height: f64,
    /// `width`
    pub width: f64,
}

impl Walk<'_, '_> {
    /// Reads the box ahead and judges it.
    pub fn bbox(&mut self) -> Option<Rectangle> {
        let at = self.tokens.at;
        let rectangle = match self.tokens.plain_numbers(&BOX) {
            Some([top, left, height, width]) => Rectangle { top, left, height, width },
            None => self.any_box(at)?,
        };
        let Rectangle { top, left, height, width } = rectangle;
        let tiled = matches!(self.spec.media, Media::Geo | Media::Any);
        if width < 0.0 || (height < 0.0 && !tiled) {
            self.fault(Rule::BoxNegative, at);
        } else if width == 0.0 || height == 0.0 {
            self.fault(Rule::BoxEmpty, at);
        }
        if matches!(self.spec.media, Media::Image | Media::Video) && (top < 0.0 || left < 0.0) {
            self.fault(Rule::BoxOutside, at);
        }
        self.extent.boxes = true;
        for corner in [[left, top], [left + width, top + height]] {
            self.extent.point(corner);
            if self.beyond(corner) {
                self.fault(Rule::Degrees, at);
                break;
            }
        }
        Some(rectangle)
    }

    // R-BBOX-1: exactly the four, in any order and spelling.
    fn any_box(&mut self, at: usize) -> Option<Rectangle> {
        if !self.object(Rule::WrongType) {
            return None;
        }
        let mut sides = [None; 4];
        let (mut sound, mut seen) = (true, [false; 4]);
        self.each_key(|walk, tokens, start, word| {
            let side = match word {
                Some(Word::Top) => 0,
                Some(Word::Left) => 1,
                Some(Word::Height) => 2,
                Some(Word::Width) => 3,
                _ => {
                    sound = false;
                    walk.fault(Rule::BoxMembers, start - 1);
                    return tokens.skip();
                }
            };
            seen[side] = true;
            sides[side] = walk.number_of(tokens);
        });
        if seen != [true; 4] {
            self.missing(Rule::BoxMembers, at);
        }
        match sides {
            [Some(top), Some(left), Some(height), Some(width)] if sound => {
                Some(Rectangle { top, left, height, width })
            }
            _ => None,
        }
    }

    // Whether a point is off the map.
    #[inline]
    fn beyond(&self, [x, y]: [f64; 2]) -> bool {
        self.spec.media == Media::Geo
            && self.spec.degrees
            && (x.abs() > BORDERS[0] || y.abs() > BORDERS[1])
            && !in_metres(x.abs().max(y.abs()))
    }

    /// Reads the polygon ahead and judges it.
    pub fn polygon(&mut self) {
        let at = self.tokens.at;
        if !self.vertices(Rule::PolygonPoints) {
            return;
        }
        let closed = self.scratch.points.first() == self.scratch.points.last();
        if self.scratch.points.len() < 3 {
            self.fault(Rule::PolygonPoints, at);
            return;
        }
        if closed {
            self.scratch.points.pop();
        } else {
            self.fault(Rule::PolygonOpen, at);
        }
        if let Some(rule) = self.ring() {
            self.fault(rule, at);
        }
    }

    // Of a ring that crosses itself the parts can cancel out, so that is asked before the area.
    fn ring(&mut self) -> Option<Rule> {
        let points = &self.scratch.points;
        if fewer_than_three(points) {
            return Some(Rule::PolygonFlat);
        }
        if crosses(points, &mut self.scratch.boxes) {
            return Some(Rule::PolygonCrossing);
        }
        let (area, around) = areas(points);
        (area.abs() <= FLAT * around).then_some(Rule::PolygonFlat)
    }

    /// Reads the line ahead and judges it; gives the number of its points.
    pub fn line(&mut self) -> Option<usize> {
        let at = self.tokens.at;
        if !self.vertices(Rule::LinePoints) {
            return None;
        }
        let points = &self.scratch.points;
        let count = points.len();
        if count < 2 {
            self.fault(Rule::LinePoints, at);
            return None;
        }
        if points.iter().all(|point| same(*point, points[0])) {
            self.fault(Rule::LineFlat, at);
        }
        Some(count)
    }

    // Reads a list of points; whether all are sound.
    fn vertices(&mut self, rule: Rule) -> bool {
        let at = self.tokens.at;
        self.scratch.points.clear();
        if !self.list(Rule::WrongType) {
            return false;
        }
        let (mut tokens, mut sound) = (self.tokens, true);
        while tokens.element() {
            let point = tokens.plain_numbers(&POINT).unwrap_or_else(|| {
                self.tokens = tokens;
                let point = self.any_point(rule);
                tokens = self.tokens;
                sound &= point.is_some();
                point.unwrap_or([f64::NAN; 2])
            });
            self.scratch.points.push(point);
        }
        self.tokens = tokens;
        for point in &self.scratch.points {
            self.extent.point(*point);
        }
        if let Some(number) = self.scratch.points.iter().position(|point| self.beyond(*point)) {
            self.beyond_vertex(at, number);
        }
        sound
    }

    // Tells of the vertex of this number in the list at `at`.
    #[cold]
    fn beyond_vertex(&mut self, at: usize, number: usize) {
        let behind = self.tokens.at;
        self.go(at);
        self.tokens.enter();
        for _ in 0..number {
            self.tokens.element();
            self.tokens.skip();
        }
        self.tokens.element();
        self.fault(Rule::Degrees, self.tokens.at);
        self.go(behind);
    }

    /// Reads the point ahead and judges it; `rule` is that of a point which is none.
    #[inline]
    pub fn point(&mut self, rule: Rule) -> Option<[f64; 2]> {
        let at = self.tokens.at;
        let point = match self.tokens.plain_numbers(&POINT) {
            Some(point) => point,
            None => self.any_point(rule)?,
        };
        self.extent.point(point);
        if self.beyond(point) {
            self.fault(Rule::Degrees, at);
        }
        Some(point)
    }

    // A point in any other spelling than the plain one, or none at all.
    fn any_point(&mut self, rule: Rule) -> Option<[f64; 2]> {
        let at = self.tokens.at;
        if !self.object(rule) {
            return None;
        }
        let (mut place, mut seen) = ([None; 2], [false; 2]);
        self.each_member(|walk, tokens, word| {
            let axis = match word {
                Word::X => 0,
                Word::Y => 1,
                _ => return tokens.skip(),
            };
            seen[axis] = true;
            place[axis] = walk.number_of(tokens);
        });
        if seen != [true; 2] {
            self.missing(rule, at);
        }
        Some([place[0]?, place[1]?])
    }
}

// Whether the larger side of a place says that it is of EPSG:3857; rows do not tell.
fn in_metres(side: f64) -> bool {
    side > METRES[1] && side <= METRES[0]
}
