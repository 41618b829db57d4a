//! Boxes, polygons and keypoints of COCO as the payloads of rows: every number as it is spelled.

#![allow(clippy::inline_always, reason = "as in the numerals")]

use super::extent::Extent;
use super::numeral::{Numeral, Spelling, numeral};

/// Numbers of a polygon that encloses anything.
const LEAST_NUMBERS: usize = 6;
/// Bytes that a pair of numbers gains when it is spelled as a point.
const POINT_BYTES: usize = 16;

/// What was found out about a polygon.
#[derive(Clone, Copy, Debug)]
pub struct Ring {
    /// Its numbers.
    pub numbers: usize,
    /// Twice its area, with a sign.
    pub doubled_area: f64,
    /// Where it stands.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
}

impl Ring {
    /// Whether its numbers are pairs, and enough of them.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.numbers >= LEAST_NUMBERS && self.numbers.is_multiple_of(2)
    }
}

#[inline(always)]
fn space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// A list of numbers, each with where it stands.
pub struct Numbers<'t> {
    bytes: &'t [u8],
    at: usize,
    first: bool,
}

impl<'t> Numbers<'t> {
    /// Stands before the first number of the list at `at`; nothing when there is no list.
    #[must_use]
    #[inline(always)]
    pub fn new(bytes: &'t [u8], at: usize) -> Option<Self> {
        let open = bytes.get(at) == Some(&b'[');
        open.then(|| Self { bytes, at: at + 1, first: true })
    }

    /// The next number with where it begins; `Ok(None)` behind the last.
    ///
    /// # Errors
    /// Something else is there.
    #[inline(always)]
    #[expect(clippy::result_unit_err, reason = "what is there is looked for elsewhere")]
    pub fn step(&mut self) -> Result<Option<(usize, Numeral)>, ()> {
        self.at = space(self.bytes, self.at);
        match self.bytes.get(self.at) {
            Some(b']') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !self.first => self.at = space(self.bytes, self.at + 1),
            _ if self.first => self.first = false,
            _ => return Err(()),
        }
        let found = numeral(self.bytes, self.at).ok_or(())?;
        let start = self.at;
        self.at = found.end;
        Ok(Some((start, found)))
    }
}

/// Spells the polygon at `at` as a list of points behind what `to` has, and takes its points in;
/// nothing when it is no list of finite numbers.
#[must_use]
#[inline]
pub fn polygon(bytes: &[u8], at: usize, to: &mut Spelling, extent: &mut Extent) -> Option<Ring> {
    let mut numbers = Numbers::new(bytes, at)?;
    let (mut count, mut doubled_area) = (0, 0.0);
    let (mut first, mut last) = ([0.0; 2], [0.0; 2]);
    to.reserve(POINT_BYTES);
    to.piece(*b"[       ", 1);
    while let Some((start, x)) = numbers.step().ok()? {
        count += 1;
        let Some((next, y)) = numbers.step().ok()? else { break };
        count += 1;
        to.reserve(2 * POINT_BYTES + (y.end - start));
        to.piece(*b"{\"x\":   ", 5);
        to.copy(bytes, start, x.end);
        to.piece(*b",\"y\":   ", 5);
        to.copy(bytes, next, y.end);
        to.piece(*b"},      ", 2);
        extent.point(x.value, y.value);
        let here = [x.value, y.value];
        if count == 2 {
            first = here;
        } else {
            doubled_area += last[0] * here[1] - here[0] * last[1];
        }
        last = here;
    }
    doubled_area += last[0] * first[1] - first[0] * last[1];
    if count > 1 {
        to.shorten(to.len() - 1);
    }
    to.piece(*b"]       ", 1);
    Some(Ring { numbers: count, doubled_area, start: at, end: numbers.at })
}

/// A box as COCO has it.
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    /// Left, top, width, height.
    pub values: [f64; 4],
    /// Where each begins and ends.
    pub spans: [(usize, usize); 4],
    /// Behind the list.
    pub end: usize,
}

impl Sides {
    /// Reads the list at `at`; nothing unless it is four finite numbers.
    #[must_use]
    pub fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let mut numbers = Numbers::new(bytes, at)?;
        let (mut values, mut spans) = ([0.0; 4], [(0, 0); 4]);
        for (value, span) in values.iter_mut().zip(&mut spans) {
            let (start, found) = numbers.step().ok()??;
            (*value, *span) = (found.value, (start, found.end));
        }
        let ended = numbers.step().ok()?.is_none();
        ended.then_some(Self { values, spans, end: numbers.at })
    }

    /// Spells it as the box of a row.
    pub fn spell(&self, bytes: &[u8], to: &mut Spelling) {
        let [left, top, width, height] = self.spans;
        let members: [(&[u8], _); 4] = [
            (b"{\"top\":", top),
            (b",\"left\":", left),
            (b",\"height\":", height),
            (b",\"width\":", width),
        ];
        for (name, (start, end)) in members {
            to.push(name);
            to.push(&bytes[start..end]);
        }
        to.push(b"}");
    }

    /// Its corners.
    #[must_use]
    pub fn extent(&self) -> Extent {
        let [x, y, width, height] = self.values;
        let mut extent = Extent::default();
        extent.point(x, y);
        extent.point(x + width, y + height);
        extent
    }
}

/// One keypoint: its place, and whether it is labelled and visible (0, 1 or 2).
#[derive(Clone, Copy, Debug)]
pub struct Keypoint {
    /// Where x begins and ends.
    pub x: (usize, usize),
    /// Where y begins and ends.
    pub y: (usize, usize),
    /// What they say.
    pub values: [f64; 2],
    /// How visible it is.
    pub visibility: f64,
}

/// Reads keypoints from the list at `at` into `keypoints`, and gives how many numbers there are and
/// where the list ends; nothing when it is no list of finite numbers.
#[must_use]
pub fn keypoints(bytes: &[u8], at: usize, keypoints: &mut Vec<Keypoint>) -> Option<(usize, usize)> {
    let mut numbers = Numbers::new(bytes, at)?;
    let mut count = 0;
    let mut waiting = [(0, 0, 0.0); 2];
    while let Some((start, found)) = numbers.step().ok()? {
        if count % 3 == 2 {
            let [x, y] = waiting;
            keypoints.push(Keypoint {
                x: (x.0, x.1),
                y: (y.0, y.1),
                values: [x.2, y.2],
                visibility: found.value,
            });
        } else {
            waiting[count % 3] = (start, found.end, found.value);
        }
        count += 1;
    }
    Some((count, numbers.at))
}
