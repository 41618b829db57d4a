//! Confidence and custom metrics, which only predictions of a model run have: R-CONF, R-CM.

use super::rule::Rule;
use super::spec::Media;
use super::walk::Walk;
use super::word::{Fields, Word};

/// Where the scores of something stand.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    /// `confidence`
    pub confidence: Option<usize>,
    /// `customMetrics`
    pub metrics: Option<usize>,
}

impl Walk<'_, '_> {
    /// Judges the scores of an object, an answer or a question; gives the confidence.
    #[inline]
    pub fn scored(&mut self, scores: Scores) -> Option<f64> {
        if let Some(metrics) = scores.metrics {
            self.custom_metrics(metrics);
        }
        self.confidence(scores.confidence?)
    }

    fn confidence(&mut self, at: usize) -> Option<f64> {
        self.ignored(at);
        self.go(at);
        let confidence = self.number()?;
        if !(0.0..=1.0).contains(&confidence) {
            self.fault(Rule::Confidence, at);
        }
        Some(confidence)
    }

    /// R-CONF-3, R-CM-2: objects and masks of videos have no scores.
    #[inline]
    pub fn unscored(&mut self, scores: Scores) {
        if let Some(at) = scores.confidence {
            self.ignored(at);
            self.fault(Rule::ConfidenceVideo, at);
        }
        if let Some(at) = scores.metrics {
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
        let confidence = self.given(fields, Word::Confidence);
        let scores = Scores { confidence, metrics: self.given(fields, Word::CustomMetrics) };
        if matches!(payload, Word::Segments | Word::Masks) {
            return self.unscored(scores);
        }
        let (Some(confidence), Some(at)) = (self.scored(scores), confidence) else { return };
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
            let first = self.members([Word::Name, Word::Value]);
            let [name, value] = first.map(|at| at.map_or(0, |at| self.byte(at)));
            if name != b'"' || !matches!(value, b'-' | b'0'..=b'9') {
                self.fault(Rule::CustomMetrics, place);
            }
        }
    }
}
