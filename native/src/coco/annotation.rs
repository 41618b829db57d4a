//! Reads one annotation: its ids, what of it can be rows, and which rules it breaks by itself.

use super::extent::Extent;
use super::fault::{Finding, Rule};
use super::geometry::{Keypoint, Sides, keypoints, polygon};
use super::identity::Identity;
use super::mask::{Runs, pack_rings};
use super::numeral::Spelling;
use super::others::Others;
use crate::check::number::number;
use crate::code::Fault;
use crate::cursor::{Cursor, Shape, Value};
use std::ops::Range;

/// Containers that may be open in a value that was read.
const DEPTH: usize = 64;
/// Pixels by which a box may differ from the bounds of its segmentation.
const AGREEMENT: f64 = 1.0;
/// How visible a keypoint may be.
const VISIBILITIES: [f64; 3] = [0.0, 1.0, 2.0];

/// What a part of an annotation becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is a kind of row")]
pub enum Kind {
    Box,
    Polygon,
    Point,
    Mask,
}

impl Kind {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Box, Self::Polygon, Self::Point, Self::Mask];
}

/// Which polygons are filled: those of an object then become one mask, and no polygons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "said by their names")]
pub enum Fill {
    #[default]
    Nothing,
    Several,
    All,
}

/// One row in the making: `span` is its payload in the spelling; a keypoint's `ordinal` is its
/// number in the category.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it becomes.
    pub kind: Kind,
    /// Its number among the parts of its kind.
    pub ordinal: u32,
    /// Its bytes in the spelling.
    pub span: Range<usize>,
}

/// What was read of one annotation; used again for the next, so that none costs an allocation.
#[derive(Debug, Default)]
pub struct Annotation {
    /// `id`
    pub id: Identity,
    /// `image_id`
    pub image: Identity,
    /// `category_id`
    pub category: Identity,
    /// `iscrowd` is 1.
    pub crowd: bool,
    /// The bounds of all coordinates.
    pub extent: Extent,
    /// How many numbers `keypoints` has, if it is there.
    pub keypoint_numbers: Option<usize>,
    /// Keypoints that are labelled but not visible.
    pub hidden: u64,
    /// Height and width of an RLE.
    pub rle_size: Option<[u32; 2]>,
    /// Which polygons are filled.
    pub fill: Fill,
    /// The payloads of the parts.
    pub spelling: Spelling,
    /// The rows in the making.
    pub parts: Vec<Part>,
    /// The rules that are broken.
    pub findings: Vec<Finding>,
    /// Keys that mean nothing to rows.
    pub others: Others,
    /// Whether it is that of a panoptic picture, whose segments are read elsewhere.
    pub panoptic: bool,
    /// Where it begins in the text in which all spans lie.
    pub origin: usize,
    seen: Seen,
    keypoints: Vec<Keypoint>,
}

// What rules compare when all is read.
#[derive(Debug, Default)]
struct Seen {
    bbox: Option<(Extent, Range<usize>)>,
    outline: Extent,
    polygons: Option<Range<usize>>,
    rle: Option<Range<usize>>,
    area: Option<(f64, Range<usize>)>,
    labelled: Option<(f64, Range<usize>)>,
    ids: [Option<Range<usize>>; 3],
    file_name: Option<Range<usize>>,
}

impl Annotation {
    /// Nothing read yet.
    #[must_use]
    pub fn new(fill: Fill) -> Self {
        Self { fill, ..Self::default() }
    }

    /// Reads the annotation ahead, which is any JSON value.
    ///
    /// # Errors
    /// The first fault of the grammar.
    pub fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        self.clear();
        let start = cursor.at();
        self.origin = start;
        if cursor.peek() == Some(b'{') {
            cursor.members(|cursor, key| self.member(cursor, key))?;
            self.judge(start..start);
        } else {
            let value = cursor.value()?;
            self.find(Rule::Lists, value.start..value.end);
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.spelling.clear(64);
        self.parts.clear();
        self.findings.clear();
        self.others.clear();
        self.keypoints.clear();
        (self.id, self.image, self.category) = Default::default();
        (self.crowd, self.extent, self.hidden, self.panoptic) = Default::default();
        (self.keypoint_numbers, self.rle_size, self.seen) = Default::default();
    }

    fn find(&mut self, rule: Rule, span: Range<usize>) {
        self.findings.push(Finding { rule, mild: false, span });
    }

    fn mind(&mut self, rule: Rule, span: Range<usize>) {
        self.findings.push(Finding { rule, mild: true, span });
    }

    fn member(&mut self, cursor: &mut Cursor<'_>, key: Value) -> Result<(), Fault> {
        let text = cursor.whole();
        let name = key.text(text).unwrap_or_default();
        match name.as_ref() {
            "segmentation" => self.segmentation(cursor),
            "bbox" => self.bbox(cursor),
            "keypoints" => self.keypoints(cursor),
            _ => {
                let value = cursor.value()?;
                self.scalar(&name, value, text, key);
                Ok(())
            }
        }
    }

    fn scalar(&mut self, name: &str, value: Value, text: &str, key: Value) {
        let span = value.start..value.end;
        let double = || number(text.as_bytes(), value.start).0.value;
        let is_number = value.shape == Shape::Number;
        match name {
            "id" => (self.id, self.seen.ids[0]) = (Identity::read(text, value), Some(span)),
            "image_id" => {
                (self.image, self.seen.ids[1]) = (Identity::read(text, value), Some(span));
            }
            "category_id" => {
                (self.category, self.seen.ids[2]) = (Identity::read(text, value), Some(span));
            }
            "iscrowd" => self.crowd = value.shape == Shape::True || is_number && double() != 0.0,
            "area" if is_number => self.seen.area = Some((double(), span)),
            "num_keypoints" if is_number => self.seen.labelled = Some((double(), span)),
            "segments_info" => self.panoptic = true,
            "file_name" => self.seen.file_name = Some(key.start..key.end),
            "area" | "num_keypoints" => {}
            _ => self.others.push(key.start..key.end),
        }
    }

    fn bbox(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let (bytes, start) = (cursor.whole().as_bytes(), cursor.at());
        let Some(sides) = Sides::read(bytes, start) else {
            let value = cursor.value()?;
            if value.shape != Shape::Null {
                self.find(Rule::Box, value.start..value.end);
            }
            return Ok(());
        };
        cursor.go(sides.end);
        let span = start..sides.end;
        let [_, _, width, height] = sides.values;
        if width < 0.0 || height < 0.0 {
            self.find(Rule::Box, span.clone());
        } else if width == 0.0 || height == 0.0 {
            self.mind(Rule::Box, span.clone());
        }
        let from = self.spelling.len();
        sides.spell(bytes, &mut self.spelling);
        self.part(Kind::Box, 0, from);
        self.seen.bbox = Some((sides.extent(), span));
        Ok(())
    }

    fn part(&mut self, kind: Kind, ordinal: u32, from: usize) {
        self.parts.push(Part { kind, ordinal, span: from..self.spelling.len() });
    }

    fn segmentation(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let start = cursor.at();
        if cursor.peek() != Some(b'[') {
            let value = cursor.value()?;
            match value.shape {
                Shape::Null => {}
                Shape::Object => self.rle(cursor.whole(), value),
                _ => self.find(Rule::Polygon, value.start..value.end),
            }
            return Ok(());
        }
        if let Err(at) = self.polygons(cursor) {
            cursor.value()?;
            self.find(Rule::Polygon, at..end_of(cursor.whole(), at));
        } else if self.seen.polygons.is_some() {
            self.seen.polygons = Some(start..cursor.at());
        }
        Ok(())
    }

    // Reads a list of polygons and goes behind it, or gives where something else stands.
    fn polygons(&mut self, cursor: &mut Cursor<'_>) -> Result<(), usize> {
        let bytes = cursor.whole().as_bytes();
        let mut at = space(bytes, cursor.at() + 1);
        if bytes.get(at) == Some(&b']') {
            cursor.go(at + 1);
            return Ok(());
        }
        let (mut ordinal, mut places) = (0, Vec::new());
        let before = (self.parts.len(), self.spelling.len());
        loop {
            let from = self.spelling.len();
            let ring = polygon(bytes, at, &mut self.spelling, &mut self.seen.outline).ok_or(at)?;
            if !ring.is_sound() {
                self.find(Rule::Polygon, ring.start..ring.end);
            } else if ring.doubled_area == 0.0 {
                self.mind(Rule::Polygon, ring.start..ring.end);
            }
            if self.fill != Fill::Nothing {
                places.push(at);
            }
            self.part(Kind::Polygon, ordinal, from);
            self.seen.polygons = Some(at..ring.end);
            ordinal += 1;
            at = space(bytes, ring.end);
            match bytes.get(at) {
                Some(b',') => at = space(bytes, at + 1),
                Some(b']') => break,
                _ => return Err(at),
            }
        }
        cursor.go(at + 1);
        if self.fill == Fill::All || self.fill == Fill::Several && ordinal > 1 {
            let (parts, from) = before;
            self.parts.truncate(parts);
            self.spelling.shorten(from);
            self.spelling.push(&pack_rings(bytes, &places));
            self.part(Kind::Mask, 0, from);
        }
        Ok(())
    }

    // Its size is compared with the image's when that is known.
    fn rle(&mut self, text: &str, value: Value) {
        let span = value.start..value.end;
        if let Some(runs) = Runs::read(text, value) {
            let from = self.spelling.len();
            self.spelling.push(&runs.pack());
            self.part(Kind::Mask, 0, from);
            self.rle_size = Some(runs.size);
            self.seen.outline = runs.extent();
        } else {
            self.find(Rule::Rle, span.clone());
        }
        self.seen.rle = Some(span);
    }

    fn keypoints(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let (bytes, start) = (cursor.whole().as_bytes(), cursor.at());
        self.keypoints.clear();
        let Some((numbers, end)) = keypoints(bytes, start, &mut self.keypoints) else {
            let value = cursor.value()?;
            if value.shape != Shape::Null {
                self.find(Rule::Keypoints, value.start..value.end);
            }
            return Ok(());
        };
        cursor.go(end);
        self.keypoint_numbers = Some(numbers);
        let known = |point: &Keypoint| VISIBILITIES.contains(&point.visibility);
        if !numbers.is_multiple_of(3) || !self.keypoints.iter().all(known) {
            self.find(Rule::Keypoints, start..end);
        }
        for number in 0..self.keypoints.len() {
            self.keypoint(bytes, number);
        }
        Ok(())
    }

    fn keypoint(&mut self, bytes: &[u8], number: usize) {
        let Keypoint { x, y, values, visibility } = self.keypoints[number];
        if visibility <= 0.0 {
            return;
        }
        let from = self.spelling.len();
        self.spelling.push(b"{\"x\":");
        self.spelling.push(&bytes[x.0..x.1]);
        self.spelling.push(b",\"y\":");
        self.spelling.push(&bytes[y.0..y.1]);
        self.spelling.push(b"}");
        self.part(Kind::Point, u32::try_from(number).unwrap_or(u32::MAX), from);
        self.extent.point(values[0], values[1]);
        self.hidden += u64::from(visibility < VISIBILITIES[2]);
    }

    // What can be said once all members are read; `missing` stands where nothing does.
    fn judge(&mut self, missing: Range<usize>) {
        self.judge_ids(&missing);
        if self.panoptic {
            return;
        }
        let seen = std::mem::take(&mut self.seen);
        if let Some(key) = seen.file_name {
            self.others.push(key);
        }
        self.extent.join(&seen.outline);
        if let Some((bbox, span)) = &seen.bbox {
            self.extent.join(bbox);
            if !seen.outline.is_empty() && !bbox.near(&seen.outline, AGREEMENT) {
                self.mind(Rule::Agreement, span.clone());
            }
        }
        match (self.crowd, &seen.polygons, &seen.rle) {
            (true, Some(span), _) | (false, _, Some(span)) => self.mind(Rule::Crowd, span.clone()),
            _ => {}
        }
        if seen.bbox.is_some() || seen.polygons.is_some() || seen.rle.is_some() {
            match &seen.area {
                None => self.mind(Rule::Agreement, missing),
                Some((area, span)) if *area <= 0.0 => self.mind(Rule::Agreement, span.clone()),
                Some(_) => {}
            }
        }
        let labelled = self.keypoints.iter().filter(|point| point.visibility > 0.0).count();
        if let (Some((told, span)), Some(_)) = (&seen.labelled, self.keypoint_numbers) {
            #[expect(clippy::cast_precision_loss, reason = "keypoints are few")]
            if (*told - labelled as f64).abs() > 0.0 {
                self.find(Rule::Keypoints, span.clone());
            }
        }
    }

    fn judge_ids(&mut self, missing: &Range<usize>) {
        let ids = [self.id, self.image, self.category];
        for (index, rule) in [Rule::Ids, Rule::Image, Rule::Category].into_iter().enumerate() {
            let span = self.seen.ids[index].clone().unwrap_or_else(|| missing.clone());
            if ids[index].id().is_none() {
                // Of a picture only the image must be known: its segments have ids of their own.
                if !self.panoptic || rule == Rule::Image {
                    self.find(rule, span);
                }
            } else if !ids[index].is_plain() {
                self.mind(Rule::Ids, span);
            }
        }
    }
}

fn space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

// Behind the value at `at`, which was read without a fault.
fn end_of(text: &str, at: usize) -> usize {
    let mut cursor = Cursor::new(text, DEPTH);
    cursor.go(at);
    cursor.value().map_or(at, |value| value.end)
}
