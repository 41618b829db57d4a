//! Tracked objects of videos: R-VID.

use super::answers::{Around, Depth};
use super::identity::{Bound, geometry_fits};
use super::rule::Rule;
use super::walk::Walk;
use super::word::{Fields, Word};

const GEOMETRIES: [Word; 3] = [Word::Bbox, Word::Point, Word::Line];
const NO_GEOMETRIES: [Word; 2] = [Word::Polygon, Word::Mask];

/// What was seen of an object so far.
struct Track {
    tool: Bound,
    // The geometry of its first keyframe, which all others have.
    geometry: Option<Word>,
    // Its last frame in the segments before this one.
    last: Option<i64>,
}

/// What was seen of one segment so far.
#[derive(Default)]
struct Segment {
    empty: bool,
    first: Option<i64>,
    last: Option<i64>,
    // How many points the line of its first keyframe has.
    vertices: Option<usize>,
    told: [bool; 2],
}

impl Walk<'_, '_> {
    /// Judges the segments at `at`.
    pub fn segments(&mut self, at: usize, tool: Bound) {
        self.go(at);
        if !self.list(Rule::Segments) {
            return;
        }
        let mut track = Track { tool, geometry: None, last: None };
        let mut empty = true;
        while self.tokens.element() {
            empty = false;
            self.segment(&mut track);
        }
        if empty {
            self.fault(Rule::Segments, at);
        }
    }

    fn segment(&mut self, track: &mut Track) {
        let at = self.tokens.at;
        if !self.object(Rule::Segments) {
            return;
        }
        let fields = self.fields(|_, _, _| {});
        let end = self.tokens.at;
        match self.given(&fields, Word::Keyframes) {
            None => self.missing(Rule::Segments, at),
            Some(keyframes) => self.keyframes(keyframes, at, track),
        }
        self.go(end);
    }

    fn keyframes(&mut self, list: usize, at: usize, track: &mut Track) {
        self.go(list);
        if !self.list(Rule::Segments) {
            return;
        }
        let mut segment = Segment { empty: true, ..Segment::default() };
        while self.tokens.element() {
            segment.empty = false;
            self.keyframe(track, &mut segment);
        }
        if segment.empty {
            self.fault(Rule::SegmentEmpty, list);
        }
        if let (Some(before), Some(first)) = (track.last, segment.first)
            && first <= before
        {
            self.fault(Rule::SegmentOrder, at);
        }
        track.last = track.last.max(segment.last);
    }

    fn keyframe(&mut self, track: &mut Track, segment: &mut Segment) {
        let at = self.tokens.at;
        if !self.object(Rule::Segments) {
            return;
        }
        let fields = self.fields(|_, _, _| {});
        let end = self.tokens.at;
        self.frame(&fields, at, segment);
        self.unscored(&fields);
        self.keyframe_geometry(&fields, at, (track, segment));
        if let Some(list) = self.given(&fields, Word::Classifications) {
            let around = Around { depth: Depth::Keyframe, ..Around::below(track.tool) };
            self.classifications(list, around);
        }
        self.go(end);
    }

    // R-VID-3, 7
    fn frame(&mut self, fields: &Fields, at: usize, segment: &mut Segment) {
        let Some(place) = self.given(fields, Word::Frame) else {
            return self.missing(Rule::Frame, at);
        };
        self.go(place);
        let Some(frame) = self.integer(Rule::Frame) else { return };
        match frame {
            ..0 => self.fault(Rule::Frame, place),
            0 => self.mild(Rule::Frame, place),
            _ => {}
        }
        let ascending = segment.last.is_none_or(|last| last < frame);
        if !ascending && !std::mem::replace(&mut segment.told[0], true) {
            self.fault(Rule::KeyframeOrder, place);
        }
        segment.first = Some(segment.first.map_or(frame, |first| first.min(frame)));
        segment.last = segment.last.max(Some(frame));
        self.extent.last(frame);
    }

    // R-VID-5, 6
    fn keyframe_geometry(
        &mut self,
        fields: &Fields,
        at: usize,
        (track, segment): (&mut Track, &mut Segment),
    ) {
        let mut foreign = NO_GEOMETRIES.into_iter().filter_map(|word| self.given(fields, word));
        if let Some(foreign) = foreign.next() {
            return self.fault(Rule::KeyframeGeometry, foreign);
        }
        let mut own =
            GEOMETRIES.into_iter().filter_map(|word| Some((word, self.given(fields, word)?)));
        let (Some((geometry, place)), None) = (own.next(), own.next()) else {
            return self.missing(Rule::KeyframeGeometry, at);
        };
        match track.geometry {
            None => self.tool_geometry(geometry, place, track),
            Some(before) if before != geometry => self.fault(Rule::OneGeometry, place),
            Some(_) => {}
        }
        track.geometry.get_or_insert(geometry);
        self.go(place);
        match geometry {
            Word::Bbox => {
                self.bbox();
            }
            Word::Point => {
                self.point(Rule::PointMembers);
            }
            _ => self.keyframe_line(place, segment),
        }
    }

    // R-ONT-2
    fn tool_geometry(&mut self, geometry: Word, place: usize, track: &mut Track) {
        if !geometry_fits(geometry, self.form(track.tool.node())) {
            self.fault(Rule::FeatureKind, place);
            track.tool = Bound::Unjudged;
        }
    }

    // R-VID-9
    fn keyframe_line(&mut self, at: usize, segment: &mut Segment) {
        let Some(vertices) = self.line() else { return };
        let differs = segment.vertices.is_some_and(|before| before != vertices);
        if differs && !std::mem::replace(&mut segment.told[1], true) {
            self.fault(Rule::LineVertices, at);
        }
        segment.vertices.get_or_insert(vertices);
    }
}
