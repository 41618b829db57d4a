//! Which rules of COCO a document breaks, how severely, and the faults that are told.

use crate::path::path_at;
use crate::quote::quote;
use std::ops::Range;

/// Characters of what was found that are shown.
const FOUND_CHARACTERS: usize = 80;

/// The rules that are decided here; their ids are `R-COCO-` and the number, but for `Key`. `Fit` and
/// `Class` are decided only where a document is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is explained in the rule table")]
pub enum Rule {
    Key = 0,
    Fit = 1,
    Lists = 2,
    Category = 5,
    Bounds = 6,
    Image = 7,
    Ids = 8,
    FileName = 9,
    Box = 10,
    Polygon = 11,
    Rle = 12,
    Crowd = 13,
    Agreement = 14,
    Keypoints = 15,
    Panoptic = 16,
    Class = 17,
    Size = 18,
}

impl Rule {
    /// All rules that are decided while a document is read, so none of `Key`, `Fit` and `Class`.
    pub const ALL: [Self; 14] = [
        Self::Lists,
        Self::Category,
        Self::Bounds,
        Self::Image,
        Self::Ids,
        Self::FileName,
        Self::Box,
        Self::Polygon,
        Self::Rle,
        Self::Crowd,
        Self::Agreement,
        Self::Keypoints,
        Self::Panoptic,
        Self::Size,
    ];

    /// The rule's id.
    #[must_use]
    pub fn slug(self) -> String {
        format!("R-COCO-{}", self as u8)
    }
}

/// One more than the number of the last rule.
pub const RULES: usize = 20;

/// What breaking a rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the severities of the rule table")]
pub enum Severity {
    Error,
    Warning,
    Off,
}

impl Severity {
    /// Reads a severity of the rule table; what is unknown is off.
    #[must_use]
    pub fn read(word: &str) -> Self {
        match word {
            "E" => Self::Error,
            "W" => Self::Warning,
            _ => Self::Off,
        }
    }
}

/// How severe each rule is, by its number; `mild` is for its lesser case.
#[derive(Clone, Copy, Debug)]
pub struct Severities {
    /// The rule itself.
    pub full: [Severity; RULES],
    /// Its lesser case.
    pub mild: [Severity; RULES],
}

impl Severities {
    /// The severity of a rule or of its lesser case.
    #[must_use]
    pub fn of(&self, rule: Rule, mild: bool) -> Severity {
        let table = if mild { &self.mild } else { &self.full };
        table[rule as usize]
    }
}

/// A rule that an element breaks, before its severity is known: `span` is what was found, in the
/// element's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Whether it is the rule's lesser case.
    pub mild: bool,
    /// The bytes that are wrong.
    pub span: Range<usize>,
}

/// What a person is told: an element that is refused.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The rule's number.
    pub rule: u8,
    /// Offset of the element in the document.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
    /// Its line.
    pub line: u64,
    /// Where in the document, as a JSON path.
    pub path: String,
    /// What was found there.
    pub found: String,
}

impl Finding {
    /// The path and the quote of a finding in an element of `text`, which is at `root`.
    #[must_use]
    pub fn told(&self, text: &str, root: &str) -> (String, String) {
        let path = path_at(text, self.span.start);
        let inside = path.strip_prefix('$').unwrap_or_default();
        let found = text.get(self.span.clone()).unwrap_or_default();
        (format!("{root}{inside}"), quote(found, FOUND_CHARACTERS))
    }
}

/// Faults waiting to be told, and warnings counted by rule.
#[derive(Debug)]
pub struct Verdicts {
    severities: Severities,
    /// Elements that are refused, in the order in which they were found out.
    pub faults: Vec<Fault>,
    /// Elements that go with a warning, by rule.
    pub warnings: [u64; RULES],
}

impl Verdicts {
    /// Nothing found yet.
    #[must_use]
    pub fn new(severities: Severities) -> Self {
        Self { severities, faults: Vec::new(), warnings: [0; RULES] }
    }

    /// Decides on one thing; true when the rule refuses.
    pub fn refuses(&mut self, rule: Rule, mild: bool) -> bool {
        match self.severities.of(rule, mild) {
            Severity::Error => true,
            Severity::Warning => {
                self.warnings[rule as usize] += 1;
                false
            }
            Severity::Off => false,
        }
    }
}
