//! Gathers what is wrong with a row: for a verdict the least, for an explanation everything.

use super::rule::{Rule, Severity};

/// Findings of one rule that an explanation shows of one row.
const FINDINGS_PER_RULE: usize = 16;

/// What each rule means for a row.
pub struct Severities {
    /// By number; the lesser case of a rule that has one is the second.
    table: Vec<[Severity; 2]>,
}

impl Default for Severities {
    fn default() -> Self {
        let table = Rule::DEFAULTS.iter().map(|severity| [*severity, lesser(*severity)]);
        Self { table: table.collect() }
    }
}

// An error has a warning as its lesser case.
fn lesser(severity: Severity) -> Severity {
    if severity == Severity::Error { Severity::Warning } else { severity }
}

impl Severities {
    /// Sets what a rule means; its lesser case follows.
    pub fn set(&mut self, rule: Rule, severity: Severity) {
        self.table[rule as usize] = [severity, lesser(severity)];
    }

    /// Sets what the lesser case of a rule means.
    pub fn set_mild(&mut self, rule: Rule, severity: Severity) {
        self.table[rule as usize][1] = severity;
    }

    /// What a rule means, or its lesser case.
    #[must_use]
    pub fn of(&self, rule: Rule, mild: bool) -> Severity {
        self.table[rule as usize][usize::from(mild)]
    }
}

/// Names among which the right one is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near {
    /// Nothing to say.
    Nothing,
    /// Children of this node of the ontology.
    Children(u32),
    /// Words of the format.
    Words(&'static [&'static str]),
    /// The advice itself.
    Advice(&'static str),
}

/// One broken rule, while the row is walked.
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// What it means for the row.
    pub severity: Severity,
    /// Offset of the value, or of the object in which something is missing.
    pub at: usize,
    /// Whether it is something that is missing.
    pub missing: bool,
    /// Where to look for the right name.
    pub near: Near,
}

// Every rule has a bit of a u128.
const _: () = assert!(Rule::ALL.len() <= 128);

fn bit(rule: Rule) -> u128 {
    1 << rule.number()
}

/// The findings of one row.
#[derive(Default)]
pub struct Report {
    /// The first rule that refuses the row.
    pub first: Option<Rule>,
    /// Which rules warn, a bit for each by its number.
    pub warnings: u128,
    /// Which rules refuse the row, as bits too.
    pub errors: u128,
    /// Which rules put something right; see [`Report::INFO`].
    pub notes: u8,
    /// Everything in the order of the walk, when asked for.
    pub findings: Option<Vec<Finding>>,
}

impl Report {
    /// The rules that put something right, by the bit they set in the notes.
    pub const INFO: [Rule; 3] = [Rule::PolygonOpen, Rule::RangeTwice, Rule::RowFrames];

    /// Forgets all findings, since one that comes now says it all.
    pub fn forget(&mut self) {
        let findings = self.findings.take().map(|_| Vec::new());
        *self = Self { findings, ..Self::default() };
    }

    /// Takes in a broken rule.
    #[cold]
    pub fn add(&mut self, finding: Finding) {
        match finding.severity {
            Severity::Off => return,
            Severity::Info => {
                let bit = Self::INFO.iter().position(|rule| *rule == finding.rule);
                self.notes |= bit.map_or(0, |bit| 1 << bit);
                return;
            }
            Severity::Warning => self.warnings |= bit(finding.rule),
            Severity::Error => {
                self.errors |= bit(finding.rule);
                self.first.get_or_insert(finding.rule);
            }
        }
        if let Some(findings) = &mut self.findings {
            let alike = findings.iter().filter(|known| known.rule == finding.rule);
            if alike.count() < FINDINGS_PER_RULE {
                findings.push(finding);
            }
        }
    }
}
