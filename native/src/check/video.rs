//! Tracked objects of videos: R-VID.

use super::answers::{Around, Depth};
use super::identity::{Bound, geometry_fits};
use super::report::Near;
use super::rule::Rule;
use super::walk::Walk;
use super::word::Word;

/// What was seen of an object so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Track {
    // The geometry of its first keyframe, which all others have, and where it stands.
    geometry: Option<(Word, usize)>,
    // Its last frame in the segments before this one.
    last: Option<i64>,
}

/// What was seen of one segment so far.
#[derive(Default)]
struct Segment {
    first: Option<i64>,
    last: Option<i64>,
    // How many points the line of its first keyframe has.
    vertices: Option<usize>,
    // Whether it was told that frames descend, and that lines differ.
    descends: bool,
    differs: bool,
}

/// What was seen of one keyframe so far.
#[derive(Default)]
struct Keyframe {
    framed: bool,
    geometries: usize,
}

impl Walk<'_, '_> {
    /// Judges the segments ahead.
    pub fn segments(&mut self) {
        let at = self.tokens.at;
        if !self.list(Rule::Segments) {
            return;
        }
        self.track = Track::default();
        let mut empty = true;
        while self.tokens.element() {
            empty = false;
            if self.object(Rule::Segments) {
                self.segment();
            }
        }
        if empty {
            self.fault(Rule::Segments, at);
        }
    }

    fn segment(&mut self) {
        let at = self.tokens.at;
        let (mut found, mut segment) = (false, Segment::default());
        self.each_member(|walk, tokens, word| {
            if word != Word::Keyframes || tokens.here() == b'n' {
                return tokens.skip();
            }
            found = true;
            walk.tokens = *tokens;
            walk.keyframes(&mut segment);
            *tokens = walk.tokens;
        });
        if !found {
            self.missing(Rule::Segments, at);
        }
        // R-VID-8
        if let (Some(before), Some(first)) = (self.track.last, segment.first)
            && first <= before
        {
            self.fault(Rule::SegmentOrder, at);
        }
        self.track.last = self.track.last.max(segment.last);
    }

    fn keyframes(&mut self, segment: &mut Segment) {
        let at = self.tokens.at;
        if !self.list(Rule::Segments) {
            return;
        }
        let mut empty = true;
        while self.tokens.element() {
            empty = false;
            if self.object(Rule::Segments) {
                self.keyframe(segment);
            }
        }
        if empty {
            self.fault(Rule::SegmentEmpty, at);
        }
    }

    fn keyframe(&mut self, segment: &mut Segment) {
        let (at, mut keyframe) = (self.tokens.at, Keyframe::default());
        self.each_member(|walk, tokens, word| {
            if tokens.here() == b'n' {
                return tokens.skip();
            }
            walk.tokens = *tokens;
            walk.keyframe_member(word, (segment, &mut keyframe));
            *tokens = walk.tokens;
        });
        if !keyframe.framed {
            self.missing(Rule::Frame, at);
        }
        if keyframe.geometries != 1 {
            self.missing(Rule::KeyframeGeometry, at);
        }
    }

    fn keyframe_member(&mut self, word: Word, (segment, keyframe): (&mut Segment, &mut Keyframe)) {
        let at = self.tokens.at;
        match word {
            Word::Frame => {
                keyframe.framed = true;
                return self.frame(segment);
            }
            Word::Bbox | Word::Point | Word::Line => {
                keyframe.geometries += 1;
                return self.keyframe_geometry(word, (segment, keyframe));
            }
            Word::Polygon | Word::Mask => {
                keyframe.geometries += 1;
                self.fault(Rule::KeyframeGeometry, at);
            }
            Word::Classifications => self.scratch.deferred.push(at),
            Word::Confidence | Word::CustomMetrics => self.keyframe_scores(word, at),
            _ => {}
        }
        self.tokens.skip();
    }

    // R-VID-3, 7
    fn frame(&mut self, segment: &mut Segment) {
        let at = self.tokens.at;
        let Some(frame) = self.integer(Rule::Frame) else { return };
        match frame {
            ..0 => self.fault(Rule::Frame, at),
            0 => self.mild(Rule::Frame, at),
            _ => {}
        }
        let ascends = segment.last.is_none_or(|last| last < frame);
        if !ascends && !std::mem::replace(&mut segment.descends, true) {
            self.fault(Rule::KeyframeOrder, at);
        }
        segment.first = Some(segment.first.map_or(frame, |first| first.min(frame)));
        segment.last = segment.last.max(Some(frame));
        self.extent.last(frame);
    }

    // R-VID-6
    fn keyframe_geometry(&mut self, word: Word, (segment, keyframe): (&mut Segment, &Keyframe)) {
        let at = self.tokens.at;
        let differs = self.track.geometry.get_or_insert((word, at)).0 != word;
        if differs && keyframe.geometries == 1 {
            self.fault(Rule::OneGeometry, at);
        }
        match word {
            Word::Bbox => drop(self.bbox()),
            Word::Point => drop(self.point(Rule::PointMembers)),
            _ => self.keyframe_line(segment),
        }
    }

    // R-VID-9
    fn keyframe_line(&mut self, segment: &mut Segment) {
        let at = self.tokens.at;
        let Some(vertices) = self.line() else { return };
        let differs = *segment.vertices.get_or_insert(vertices) != vertices;
        if differs && !std::mem::replace(&mut segment.differs, true) {
            self.fault(Rule::LineVertices, at);
        }
    }

    fn keyframe_scores(&mut self, word: Word, at: usize) {
        let of = |wanted| (word == wanted).then_some(at);
        let (confidence, metrics) = (of(Word::Confidence), of(Word::CustomMetrics));
        self.unscored(super::scores::Scores { confidence, metrics });
    }

    /// What could not be said before the tool was known: R-ONT-2, and the questions below.
    pub fn track_whole(&mut self, bound: Bound) {
        let mut tool = bound;
        if let Some((geometry, at)) = self.track.geometry
            && !geometry_fits(geometry, self.form(bound.node()))
        {
            let form = self.form(bound.node());
            self.astray(Rule::FeatureKind, at, Near::Advice(form.takes()));
            tool = Bound::Unjudged;
        }
        let around = Around { depth: Depth::Keyframe, ..Around::below(tool) };
        for index in 0..self.scratch.deferred.len() {
            self.classifications(self.scratch.deferred[index], around);
        }
    }
}
