//! Says of one row everything that is wrong with it: the slow path.

use super::near::nearest;
use super::ontology::Ontology;
use super::report::{Finding, Near, Report};
use super::rule::Rule;
use super::rule::Severity;
use super::spec::Spec;
use super::spelling::unescape;
use super::tokens::Tokens;
use super::walk::{Scratch, Walk};
use crate::nesting::DEEPEST;
use crate::path::paths_at;
use crate::quote::quote;
use crate::row::{RowText, judge};
use std::collections::HashSet;

/// Characters of a quote.
const QUOTE_CHARACTERS: usize = 80;
/// Names that are told where none is near.
const NAMES_SHOWN: usize = 5;

/// Bytes of a text, with its escapes, for which the name is looked up that was probably meant.
const LONGEST_SPELLED: usize = 4 << 10;

/// The account of one broken rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The rule.
    pub rule: Rule,
    /// What it means for the row.
    pub severity: Severity,
    /// Offset in the row of what is wrong, or of the object in which something is missing.
    pub at: usize,
    /// JSON path of it.
    pub path: String,
    /// What stands there, quoted; empty when something is missing.
    pub found: String,
    /// What was probably meant, or what to do; empty when nobody can say.
    pub suggestion: String,
}

/// Explains a row, fault by fault in the order in which they were met: the first that refuses the
/// row is the one of its verdict. Of one rule at most 16 are told. A row that the scan refuses has
/// nothing to explain here.
#[must_use]
pub fn explain(spec: &Spec, row: &[u8]) -> Vec<Explanation> {
    let text = RowText::new(row);
    if judge(text, DEEPEST).fault.is_some() {
        return Vec::new();
    }
    let mut scratch = Scratch::default();
    let report = Report { findings: Some(Vec::new()), ..Report::default() };
    let mut walk = Walk::new(spec, &mut scratch, row, report);
    walk.row(row.len());
    let findings = walk.report.findings.unwrap_or_default();
    let paths = paths(text.text, &findings);
    let told = findings.into_iter().zip(paths);
    told.map(|(finding, path)| tell(spec, text.text, finding, path)).collect()
}

// The path of each finding, all in one walk, since a row may be large and have many.
fn paths(text: &str, findings: &[Finding]) -> Vec<String> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|number| findings[*number].at);
    let places: Vec<usize> = order.iter().map(|number| findings[*number].at).collect();
    let mut paths = vec![String::new(); findings.len()];
    for (number, path) in order.into_iter().zip(paths_at(text, &places)) {
        paths[number] = path;
    }
    paths
}

fn tell(spec: &Spec, text: &str, finding: Finding, path: String) -> Explanation {
    let Finding { rule, severity, at, missing, near } = finding;
    let value = value_at(text, at);
    let found = if missing { String::new() } else { quote(value, QUOTE_CHARACTERS) };
    let suggestion = suggestion(spec, value, near);
    Explanation { rule, severity, at, path, found, suggestion }
}

// The value, or the key, that begins at a place.
fn value_at(text: &str, at: usize) -> &str {
    let mut tokens = Tokens::new(text.as_bytes());
    tokens.at = at;
    tokens.skip();
    text.get(at..tokens.at).unwrap_or_default()
}

fn suggestion(spec: &Spec, value: &str, near: Near) -> String {
    let meant = |name: &str| format!("did you mean {}?", in_quotes(name));
    match (near, &spec.ontology) {
        (Near::Advice(advice), _) => advice.to_owned(),
        (Near::Words(words), _) => {
            nearest(&plain(value), words.iter().copied()).map(meant).unwrap_or_default()
        }
        (Near::Children(parent), Some(ontology)) => nearest(&plain(value), ontology.names(parent))
            .map_or_else(|| known(ontology, parent), meant),
        _ => String::new(),
    }
}

// The first few names below a feature, each once.
fn known(ontology: &Ontology, parent: u32) -> String {
    let mut told = HashSet::new();
    let mut names = ontology.names(parent).filter(|name| told.insert(*name)).map(in_quotes);
    let shown: Vec<String> = names.by_ref().take(NAMES_SHOWN).collect();
    let rest = if names.next().is_some() { ", …" } else { "" };
    let shown = shown.join(", ");
    if shown.is_empty() { shown } else { format!("known are {shown}{rest}") }
}

fn in_quotes(name: &str) -> String {
    quote(&format!("\"{name}\""), QUOTE_CHARACTERS)
}

// What a text says, without its quotes and escapes; nothing for one that is no misspelt name.
fn plain(value: &str) -> String {
    let mut plain = Vec::new();
    if value.len() <= LONGEST_SPELLED {
        unescape(value.trim_matches('"').as_bytes(), &mut plain);
    }
    String::from_utf8_lossy(&plain).into_owned()
}
