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
    /// R-NER-1: judges the span ahead.
    pub fn location(&mut self) {
        let at = self.tokens.at;
        if !self.object(Rule::WrongType) {
            return;
        }
        let [start, end] = self.members([Word::Start, Word::End]);
        let behind = self.tokens.at;
        let start = self.index(start, Rule::Location, at);
        let end = self.index(end, Rule::Location, at);
        if let (Some(start), Some(end)) = (start, end) {
            if start < 0 || start > end {
                self.fault(Rule::Location, at);
            }
            self.extent.last(end);
        }
        self.go(behind);
    }

    // An integer that the object at `at` must have.
    fn index(&mut self, place: Option<usize>, rule: Rule, at: usize) -> Option<i64> {
        let Some(place) = place else {
            self.missing(rule, at);
            return None;
        };
        self.go(place);
        self.integer(rule)
    }

    /// R-DOC-1, 2: judges the selections ahead.
    pub fn text_selections(&mut self) {
        let at = self.tokens.at;
        if !self.list(Rule::WrongType) {
            return;
        }
        let mut empty = true;
        while self.tokens.element() {
            empty = false;
            let place = self.tokens.at;
            if self.object(Rule::TextSelections) {
                self.text_selection(place);
            }
        }
        if empty {
            self.fault(Rule::TextSelections, at);
        }
    }

    fn text_selection(&mut self, at: usize) {
        let [group, tokens, page] = self.members([Word::GroupId, Word::TokenIds, Word::Page]);
        let end = self.tokens.at;
        match group {
            Some(group) => self.text_group(group),
            None => self.missing(Rule::TextSelections, at),
        }
        match tokens {
            Some(tokens) => self.tokens_of_text(tokens),
            None => self.missing(Rule::TextSelections, at),
        }
        if let Some(number) = self.index(page, Rule::TextSelections, at) {
            self.extent.last(number);
            if number < 1 {
                self.fault(Rule::SelectionPage, page.unwrap_or(at));
            }
        }
        self.go(end);
    }

    fn text_group(&mut self, at: usize) {
        self.go(at);
        if self.string().is_some_and(|text| text.start == text.end) {
            self.mild(Rule::TextSelections, at);
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
    pub fn document_box(&mut self, fields: &Fields) {
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
            self.unit(at);
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

    fn unit(&mut self, at: usize) {
        self.go(at);
        let Some(text) = self.string() else { return };
        let unit = self.spell(text);
        let spelled = self.spelled(unit);
        let Some(unit) = (1..).zip(UNITS).find(|(_, known)| known.as_bytes() == spelled) else {
            return self.astray(Rule::Unit, at, Near::Words(UNITS));
        };
        self.extent.unit = unit.0;
        let Some(Rectangle { top, left, height, width }) = self.rectangle else { return };
        if unit.0 == PERCENT && [top, left, height, width].iter().any(|side| *side > 1.0) {
            self.fault(Rule::Percent, at);
        }
    }
}
