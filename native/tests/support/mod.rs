//! What the truth tables of the check share: a row around a body, and the rules it draws.

use bulkimport_native::check::explain::explain;
use bulkimport_native::check::hearing::Hearing;
use bulkimport_native::check::report::Report;
use bulkimport_native::check::rule::{Rule, Severity};
use bulkimport_native::check::spec::Spec;
use bulkimport_native::check::verdict::{CHECK_BYTES, Checked, check};
use bulkimport_native::scan::{Manner, Origin, scan, scan_aloud};

/// The beginning of every row; the body follows.
pub const START: &str =
    r#"{"uuid":"73dd0422-8c21-5372-bced-44449b17d66b","dataRow":{"globalKey":"a"},"#;

/// What rows are judged by.
pub fn spec(text: &str) -> Spec {
    Spec::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}")).0
}

/// What rows of a medium are judged by, of an import of no kind, without an ontology.
#[allow(dead_code, reason = "not every table needs it")]
pub fn media(name: &str) -> Spec {
    spec(&format!(r#"{{"media":"{name}"}}"#))
}

/// A row of this body, with a name.
#[allow(dead_code, reason = "not every table needs it")]
pub fn row(body: &str) -> String {
    format!(r#"{START}"name":"n",{body}}}"#)
}

/// The rules that a row draws, each once, in the order of the walk. On the way it holds what must
/// hold for every row: that verdict and explanation agree, and what an explanation quotes.
pub fn drawn(spec: &Spec, row: &str) -> String {
    let told = explain(spec, row.as_bytes());
    let mut slugs: Vec<&str> = Vec::new();
    for explanation in &told {
        if !slugs.contains(&explanation.rule.slug()) {
            slugs.push(explanation.rule.slug());
        }
        let quoted = explanation.found.trim_end_matches('…');
        let quoted = quoted.split("\\u{").next().unwrap_or_default();
        assert!(row[explanation.at..].starts_with(quoted), "{row}: {explanation:?}");
        assert!(explanation.path.starts_with('$'), "{row}: {explanation:?}");
    }
    let first = told.iter().find(|told| told.severity == Severity::Error);
    let warned = told.iter().any(|told| told.severity == Severity::Warning);
    let verdict = verdict(spec, row);
    let number = first.map_or(0, |told| told.rule.number());
    assert_eq!((verdict.0, verdict.1), (number, warned), "{row}: {told:?}");
    slugs.extend(infos(verdict.2));
    slugs.join(" ")
}

// The rules that put something right, by their bits.
fn infos(notes: u8) -> impl Iterator<Item = &'static str> {
    let set = move |(bit, _): &(usize, &Rule)| notes >> bit & 1 == 1;
    Report::INFO.iter().enumerate().filter(set).map(|(_, rule)| rule.slug())
}

fn verdict(spec: &Spec, row: &str) -> (u16, bool, u8) {
    let origin = Origin { source: 0, offset: 7, line: 1 };
    let rows = scan(row.as_bytes(), origin, true, Manner::default()).bytes();
    assert_eq!(rows[84..86], [0, 0], "the scan lets it pass: {row}");
    let checked = check(spec, row.as_bytes(), 7, &rows).expect("a block of rows");
    assert_eq!(heard(spec, row.as_bytes()), checked, "in one pass as in two: {row}");
    assert_eq!(checked.checks.len(), CHECK_BYTES);
    let rule = u16::from_le_bytes([checked.checks[0], checked.checks[1]]);
    (rule, checked.checks[2] == 1, checked.checks[3])
}

// What a check hears while the row is scanned twice over, since answers are remembered.
fn heard(spec: &Spec, row: &[u8]) -> Checked {
    let twice = [row, b"\n", row].concat();
    let origin = Origin { source: 0, offset: 0, line: 1 };
    let hear = |block: &[u8]| {
        let mut hearing = Hearing::new(spec);
        let scanned = scan_aloud(block, origin, true, Manner::default(), &mut hearing);
        (scanned.bytes(), hearing.end())
    };
    let (rows, all) = hear(&twice);
    assert_eq!(check(spec, &twice, 0, &rows).expect("a block of rows"), all);
    hear(row).1
}

/// Holds a table of bodies and the rules they draw; nothing for one that passes.
#[allow(dead_code, reason = "not every table needs it")]
#[track_caller]
pub fn table(spec: &Spec, bodies: &[(&str, &str)]) {
    for (body, slugs) in bodies {
        assert_eq!(drawn(spec, &row(body)), *slugs, "{body}");
    }
}
