//! Any status file: a line says the same wherever it stands, and what another parser reads in it.

#![no_main]

use bulkimport_native::key::{Tag, halves, key_hash};
use bulkimport_native::status::{HAS_ID, HAS_UUID, STATUS_BYTES, scan_statuses};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

type Status = [u8; STATUS_BYTES];

fuzz_target!(|block: &[u8]| {
    let (consumed, packed) = scan_statuses(block, true);
    assert_eq!(consumed, block.len());
    let (statuses, rest) = packed.as_chunks::<STATUS_BYTES>();
    assert!(rest.is_empty());
    assert_seamless(block, statuses);
    for status in statuses {
        let (offset, length) = (word(status, 48), word(status, 56) & 0xffff_ffff);
        let start = usize::try_from(offset).expect("small");
        let line = &block[start..start + usize::try_from(length).expect("small")];
        let alone = scan_statuses(line, true).1;
        assert_eq!(alone[..48], status[..48]);
        assert_eq!(alone[60..], status[60..]);
        assert_read(line, status);
    }
});

// Cut at any of a few places, the file says the same.
fn assert_seamless(block: &[u8], statuses: &[Status]) {
    for cut in [block.len() / 3, block.len() / 2, block.len().saturating_sub(1)] {
        let (consumed, first) = scan_statuses(&block[..cut], false);
        let (_, rest) = scan_statuses(&block[consumed..], true);
        let joined = [first, rest].concat();
        let said = |status: &Status| [&status[..48], &status[56..]].concat();
        let joined: Vec<_> = joined.as_chunks().0.iter().map(said).collect();
        assert_eq!(joined, statuses.iter().map(said).collect::<Vec<_>>());
    }
}

fn word(status: &Status, at: usize) -> u64 {
    u64::from_le_bytes(*status[at..].first_chunk().expect("inside"))
}

// What the other parser takes is read alike; where keys are repeated both keep the last.
fn assert_read(line: &[u8], status: &Status) {
    let (outcome, flags) = (status[60], status[61]);
    let Ok(read) = serde_json::from_slice::<Value>(line) else { return };
    assert_eq!(outcome != 0, read.is_object());
    let said = |value: Option<&Value>| {
        value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(String::from)
    };
    assert_eq!(outcome == 1, said(read.get("status")).as_deref() == Some("SUCCESS"));
    let id = said(read.get("dataRow").and_then(|data_row| data_row.get("id")));
    assert!(id.is_none() || flags & HAS_ID != 0);
    if let Some(id) = id {
        assert_eq!([word(status, 16), word(status, 24)], halves(key_hash(Tag::Id, &id)));
    }
    assert!(flags & HAS_UUID == 0 || said(read.get("uuid")).is_some());
}
