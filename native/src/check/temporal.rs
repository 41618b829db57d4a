//! Ranges of frames or milliseconds on answers: R-TMP.

use super::rule::Rule;
use super::spec::Media;
use super::walk::{Range, Walk};
use super::word::Word;

/// Where the ranges of one answer lie in the buffer: from and to, which are equal when one of the
/// ranges is none, so that nobody knows what lies in them.
pub type Ranges = (usize, usize);

impl Walk<'_, '_> {
    /// Reads the frames of an answer at `at`: nothing when there are none. Each range must lie
    /// within one of those `within`.
    pub fn frames(&mut self, at: usize, within: Option<Ranges>, owner: u64) -> Option<Ranges> {
        self.go(at);
        if !self.list(Rule::WrongType) {
            return None;
        }
        let (from, mut empty, mut sound) = (self.scratch.ranges.len(), true, true);
        while self.tokens.element() {
            empty = false;
            let place = self.tokens.at;
            let Some((start, end)) = self.range() else {
                sound = false;
                continue;
            };
            self.extent.last(end);
            if within.is_some_and(|around| !self.covered(around, start, end)) {
                self.fault(Rule::RangeOutside, place);
            }
            self.scratch.ranges.push(Range { start, end, reach: end, owner });
        }
        if empty {
            return None;
        }
        self.frames_at.get_or_insert(at);
        self.sort(from, at);
        if !sound {
            self.scratch.ranges.truncate(from);
        }
        Some((from, self.scratch.ranges.len()))
    }

    // R-TMP-1
    fn range(&mut self) -> Option<(i64, i64)> {
        let at = self.tokens.at;
        if !self.object(Rule::Range) {
            return None;
        }
        let [start, end] = self.members([Word::Start, Word::End]);
        let behind = self.tokens.at;
        let (Some(start), Some(end)) = (start, end) else {
            self.missing(Rule::Range, at);
            return None;
        };
        self.go(start);
        let first = self.integer(Rule::Range);
        self.go(end);
        let last = self.integer(Rule::Range);
        self.go(behind);
        let (first, last) = (first?, last?);
        if first < 0 || first > last {
            self.fault(Rule::Range, at);
            return None;
        }
        Some((first, last))
    }

    // R-TMP-9, 14. Afterwards the ranges ascend and know how far those before them reach.
    fn sort(&mut self, from: usize, at: usize) {
        let ranges = &mut self.scratch.ranges[from..];
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let (mut twice, mut meeting) = (false, false);
        for index in 1..ranges.len() {
            let before = ranges[index - 1];
            let range = &mut ranges[index];
            if (before.start, before.end) == (range.start, range.end) {
                twice = true;
            } else {
                meeting |= range.start <= before.reach.saturating_add(1);
            }
            range.reach = range.reach.max(before.reach);
        }
        if twice {
            self.fault(Rule::RangeTwice, at);
        }
        if meeting {
            self.fault(Rule::RangeOverlap, at);
        }
    }

    // R-TMP-5: whether one of the ranges holds all of it.
    fn covered(&self, (from, to): Ranges, start: i64, end: i64) -> bool {
        let around = &self.scratch.ranges[from..to];
        let before = around.partition_point(|range| range.start <= start);
        around.is_empty() || before > 0 && around[before - 1].reach >= end
    }

    /// R-TMP-4: tells when two options of a radio are chosen in one frame, and gives back the
    /// ranges from place `from` on.
    pub fn radio_overlap(&mut self, from: usize, at: usize) {
        let ranges = &mut self.scratch.ranges[from..];
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let mut furthest: Option<Range> = None;
        let mut overlap = false;
        for range in ranges {
            if let Some(before) = furthest {
                overlap |= range.start <= before.end && range.owner != before.owner;
            }
            if furthest.is_none_or(|before| before.end < range.end) {
                furthest = Some(*range);
            }
        }
        if overlap {
            self.fault(Rule::RadioOverlap, at);
        }
    }

    /// R-TMP-7, 13: whether the answers of this row may have frames at all.
    pub fn frames_welcome(&mut self, question: Option<u32>) {
        let Some(at) = self.frames_at else { return };
        let media = self.spec.media;
        if !media.has_time() && media != Media::Any {
            return self.fault(Rule::TemporalMedia, at);
        }
        let Some(ontology) = &self.spec.ontology else { return };
        if question.is_some_and(|question| !ontology.node(question).indexed) {
            self.fault(Rule::FramesScope, at);
        }
    }
}
