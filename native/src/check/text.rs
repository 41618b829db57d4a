//! Entities in texts and documents, and boxes on pages: R-NER, R-DOC.

use super::geometry::Rectangle;
use super::report::Near;
use super::rule::Rule;
use super::spec::Media;
use super::walk::Walk;
use super::word::{Fields, Word};

/// R-DOC-6, in the order of their numbers in a MEASURE, from 1.
const UNITS: &[&str] = &["POINTS", "PIXELS", "INCHES", "PERCENT"];
const PERCENT: u8 = 4;

impl Walk<'_, '_> {
    /// R-NER-1: judges the span at `at`.
    pub fn location(&mut self, at: usize) {
        self.go(at);
        if !self.object(Rule::WrongType) {
            return;
        }
        let fields = self.fields(|_, _, _| {});
        let start = self.index(&fields, Word::Start, (Rule::Location, at));
        let end = self.index(&fields, Word::End, (Rule::Location, at));
        if let (Some(start), Some(end)) = (start, end) {
            if start < 0 || start > end {
                self.fault(Rule::Location, at);
            }
            self.extent.last(end);
        }
    }

    // An integer that must be there.
    fn index(&mut self, fields: &Fields, word: Word, (rule, at): (Rule, usize)) -> Option<i64> {
        let Some(place) = self.given(fields, word) else {
            self.missing(rule, at);
            return None;
        };
        self.go(place);
        self.integer(rule)
    }

    /// R-DOC-1, 2: judges the selections at `at`.
    pub fn text_selections(&mut self, at: usize) {
        self.go(at);
        if !self.list(Rule::WrongType) {
            return;
        }
        let mut empty = true;
        while self.tokens.element() {
            empty = false;
            let place = self.tokens.at;
            if !self.object(Rule::TextSelections) {
                continue;
            }
            let fields = self.fields(|_, _, _| {});
            let end = self.tokens.at;
            self.text_selection(&fields, place);
            self.go(end);
        }
        if empty {
            self.fault(Rule::TextSelections, at);
        }
    }

    fn text_selection(&mut self, fields: &Fields, at: usize) {
        match self.given(fields, Word::GroupId) {
            None => self.missing(Rule::TextSelections, at),
            Some(group) => {
                self.go(group);
                if self.string().is_some_and(|text| text.start == text.end) {
                    self.mild(Rule::TextSelections, group);
                }
            }
        }
        match self.given(fields, Word::TokenIds) {
            None => self.missing(Rule::TextSelections, at),
            Some(tokens) => self.tokens_of_text(tokens),
        }
        if let Some(page) = self.index(fields, Word::Page, (Rule::TextSelections, at)) {
            self.extent.last(page);
            if page < 1 {
                self.fault(Rule::SelectionPage, fields.at(Word::Page).unwrap_or(at));
            }
        }
    }

    fn tokens_of_text(&mut self, at: usize) {
        self.go(at);
        if !self.list(Rule::WrongType) {
            return;
        }
        let mut empty = true;
        while self.tokens.element() {
            empty = false;
            self.string();
        }
        if empty {
            self.mild(Rule::TextSelections, at);
        }
    }

    /// R-DOC-4 to 7: what a box on a page says of the page.
    pub fn document_box(&mut self, fields: &Fields, rectangle: Option<Rectangle>) {
        if !matches!(self.spec.media, Media::Document | Media::Any) {
            return;
        }
        let (page, unit) = (self.given(fields, Word::Page), self.given(fields, Word::Unit));
        if self.spec.media == Media::Document && (page.is_none() || unit.is_none()) {
            self.missing(Rule::DocumentBox, 0);
        }
        if let Some(at) = page {
            self.page(at);
        }
        if let Some(at) = unit {
            self.unit(at, rectangle);
        }
    }

    fn page(&mut self, at: usize) {
        self.go(at);
        let Some(page) = self.integer(Rule::DocumentBox) else { return };
        self.extent.last(page);
        match page {
            ..0 => self.fault(Rule::Page, at),
            0 => self.mild(Rule::Page, at),
            _ => {}
        }
    }

    fn unit(&mut self, at: usize, rectangle: Option<Rectangle>) {
        self.go(at);
        let Some(text) = self.string() else { return };
        let unit = self.spell(text);
        let spelled = self.spelled(unit);
        let Some(unit) = (1..).zip(UNITS).find(|(_, known)| known.as_bytes() == spelled) else {
            return self.astray(Rule::Unit, at, Near::Words(UNITS));
        };
        self.extent.unit = unit.0;
        let Some(Rectangle { top, left, height, width }) = rectangle else { return };
        if unit.0 == PERCENT && [top, left, height, width].iter().any(|side| *side > 1.0) {
            self.fault(Rule::Percent, at);
        }
    }
}
