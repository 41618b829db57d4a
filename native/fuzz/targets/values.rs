//! Any row: another parser takes it or not alike, and reads the same values in it; its explanation
//! says what the scan found.

#![no_main]

use bulkimport_native::code::Code;
use bulkimport_native::explain::explain;
use bulkimport_native::key::{Hasher, Tag, halves, key_hash};
use bulkimport_native::row::{HAS_KEY, HAS_NAME, HAS_UUID, Row};
use bulkimport_native::scan::{Manner, Origin, scan};
use libfuzzer_sys::fuzz_target;
use other::Other;
use serde_json::Value;

mod other;

/// The faults of the grammar. What lies beyond it is no business of the other parser.
const GRAMMAR: [Code; 7] = [
    Code::Utf8,
    Code::Bom,
    Code::Nan,
    Code::HugeNumber,
    Code::NotJson,
    Code::Depth,
    Code::Surrogate,
];
/// Deeper than this the other parser gives up.
const DEEPEST: usize = 127;

fuzz_target!(|line: &[u8]| {
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let origin = Origin { source: 0, offset: 0, line: 1 };
    let found = scan(line, origin, true, Manner { depth: DEEPEST, ..Manner::default() });
    let Some(row) = found.rows.first() else {
        assert!(line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')));
        return;
    };
    let [_, _, _, _, _, _, _, _, offset, extent, verdict] = row.map(u64::from_le);
    let start = usize::try_from(offset).expect("small");
    let text = &line[start..start + usize::try_from(extent & 0xffff_ffff).expect("small")];
    let explanation = explain(text, DEEPEST);
    assert_eq!(u64::from(explanation.code.number()), verdict >> 32 & 0xffff);
    assert!(explanation.at <= text.len());
    assert!(explanation.path.starts_with('$'));
    assert!(explanation.found.len() < 2000, "a quote is short");
    let taken = serde_json::from_slice::<Value>(text).is_ok();
    assert_eq!(GRAMMAR.contains(&explanation.code), !taken, "{:?}", explanation.code);
    if taken && let Some(other) = Other::read(text) {
        assert_values(row, &other, explanation.code);
    }
});

// The two read the same of a row in which no key of identity is repeated.
fn assert_values(row: &Row, other: &Other, code: Code) {
    let [key_low, key_high, uuid_low, uuid_high, _, _, name, spelling, _, _, verdict] =
        row.map(u64::from_le);
    let [_, _, _, _, _, _, kind, flags] = verdict.to_le_bytes();
    let key = other.key();
    assert_eq!(flags & HAS_KEY != 0, key.is_some());
    if let Some((tag, key)) = key {
        assert_eq!([key_low, key_high], halves(key_hash(tag, &key)));
        assert_eq!(spelling, Hasher::default().spelling(tag, key.as_bytes()));
    }
    let uuid = other.uuid();
    assert_eq!(flags & HAS_UUID != 0, uuid.is_some());
    assert_eq!([uuid_low, uuid_high], halves(uuid.unwrap_or(0)));
    let feature = other.name();
    assert_eq!(flags & HAS_NAME != 0, feature.is_some());
    if let Some(feature) = feature {
        let tag = if other.has_name() { Tag::Name } else { Tag::SchemaId };
        assert_eq!(name, Hasher::default().spelling(tag, feature.as_bytes()));
    }
    assert_eq!(kind, other.kind());
    assert_eq!(code == Code::Ok, other.is_good());
}
