//! Confidence and custom metrics, which only predictions of a model run have: R-CONF, R-CM.

use super::rule::Rule;
use super::spec::Media;
use super::walk::Walk;
use super::word::{Fields, Word};

impl Walk<'_, '_> {
    /// Judges the scores of an object, an answer or a question; gives the confidence.
    pub fn scored(&mut self, fields: &Fields) -> Option<f64> {
        if let Some(metrics) = self.given(fields, Word::CustomMetrics) {
            self.custom_metrics(metrics);
        }
        let at = self.given(fields, Word::Confidence)?;
        self.ignored(at);
        self.go(at);
        let confidence = self.number()?;
        if !(0.0..=1.0).contains(&confidence) {
            self.fault(Rule::Confidence, at);
        }
        Some(confidence)
    }

    /// R-CONF-3, R-CM-2: objects and masks of videos have no scores.
    pub fn unscored(&mut self, fields: &Fields) {
        if let Some(at) = self.given(fields, Word::Confidence) {
            self.ignored(at);
            self.fault(Rule::ConfidenceVideo, at);
        }
        if let Some(at) = self.given(fields, Word::CustomMetrics) {
            self.fault(Rule::CustomMetricsVideo, at);
        }
    }

    // R-CONF-2, told once a row.
    fn ignored(&mut self, at: usize) {
        if self.spec.import.is_some() && !self.confident {
            self.confident = true;
            self.fault(Rule::ConfidenceIgnored, at);
        }
    }

    /// The scores of a whole row, whose payload begins with `first`.
    pub fn row_scores(&mut self, fields: &Fields, payload: Word, first: u8) {
        if matches!(payload, Word::Segments | Word::Masks) {
            return self.unscored(fields);
        }
        let Some(confidence) = self.scored(fields) else { return };
        let at = fields.at(Word::Confidence).unwrap_or_default();
        let answer = matches!(payload, Word::Answer | Word::Answers);
        let silent = matches!(self.spec.media, Media::Conversational | Media::Html);
        if answer && first != b'"' {
            self.fault(Rule::ConfidenceRow, at);
        } else if answer && silent {
            self.fault(Rule::ConfidenceText, at);
        } else if !answer && confidence == 0.0 {
            self.fault(Rule::ConfidenceZero, at);
        }
    }

    // R-CM-1
    fn custom_metrics(&mut self, at: usize) {
        self.go(at);
        if !self.list(Rule::CustomMetrics) {
            return;
        }
        while self.tokens.element() {
            let place = self.tokens.at;
            if !self.object(Rule::CustomMetrics) {
                continue;
            }
            let fields = self.fields(|_, _, _| {});
            let first = |word| fields.at(word).map_or(0, |at| self.byte(at));
            let (name, value) = (first(Word::Name), first(Word::Value));
            if name != b'"' || !matches!(value, b'-' | b'0'..=b'9') {
                self.fault(Rule::CustomMetrics, place);
            }
        }
    }
}
