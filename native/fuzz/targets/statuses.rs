//! Any status file: a line says the same wherever it stands and however the file comes in pieces,
//! and what another parser reads in it.

#![no_main]

use bulkimport_native::key::{Tag, halves, key_hash};
use bulkimport_native::lines::Lines;
use bulkimport_native::status::{HAS_GLOBAL, HAS_ID, HAS_UUID, STATUS_WORDS};
use bulkimport_native::status_file::StatusFile;
use bulkimport_native::uuid_sum::UuidSum;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const SUCCESS: u8 = 1;

type Status = [u64; STATUS_WORDS];

fuzz_target!(|block: &[u8]| {
    let whole = read(&[block]);
    let (statuses, kept) = (whole.0.as_chunks().0, &whole.1);
    let lines: Vec<_> = Lines::new(block).map(|line| &block[line.span]).collect();
    assert_eq!(lines.len(), statuses.len());
    for (line, status) in lines.into_iter().zip(statuses) {
        assert_alone(line, status);
        assert_kept(line, status, kept);
        assert_read(line, status);
    }
    assert_summed(statuses, whole.2);
    for cut in [1, 2, 3, 5].map(|part| block.len() / part) {
        let (first, second) = block.split_at(cut);
        let (second, third) = second.split_at(second.len() / 2);
        assert_eq!(read(&[first, second, third]), whole);
    }
});

fn read(pieces: &[&[u8]]) -> (Vec<u64>, Vec<u8>, Option<UuidSum>) {
    let mut file = StatusFile::default();
    pieces.iter().for_each(|piece| file.feed(piece));
    file.end();
    let sum = file.uuids();
    let (statuses, lines) = file.into_parts();
    (statuses, lines, sum)
}

fn outcome_and_flags(status: &Status) -> (u8, u8) {
    let [_, _, _, _, outcome, flags, _, _] = u64::from_le(status[7]).to_le_bytes();
    (outcome, flags)
}

fn assert_alone(line: &[u8], status: &Status) {
    let alone = read(&[line]).0;
    assert_eq!(alone[..6], status[..6]);
    assert_eq!(alone[7], status[7]);
}

// The text of a line is kept unless it says SUCCESS.
fn assert_kept(line: &[u8], status: &Status, kept: &[u8]) {
    let length = usize::try_from(u64::from_le(status[7]) & 0xffff_ffff).expect("small");
    let start = usize::try_from(u64::from_le(status[6])).expect("small");
    let expected = if outcome_and_flags(status).0 == SUCCESS { &[] } else { line };
    assert_eq!(&kept[start..start + length], expected);
}

fn assert_summed(statuses: &[Status], sum: Option<UuidSum>) {
    let named = |status: &Status| {
        let (outcome, flags) = outcome_and_flags(status);
        outcome == SUCCESS && flags & HAS_UUID != 0
    };
    assert_eq!(sum.is_some(), statuses.iter().all(named));
    if let Some(sum) = sum {
        let mut backwards = UuidSum::default();
        statuses.iter().rev().for_each(|status| backwards.add([status[0], status[1]]));
        assert_eq!(sum, backwards);
    }
}

// What the other parser takes is read alike; where keys are repeated both keep the last, but of a
// repeated data row ours keeps the names of the first that the second lacks.
fn assert_read(line: &[u8], status: &Status) {
    let (outcome, flags) = outcome_and_flags(status);
    let read = match serde_json::from_slice::<Value>(line) {
        Ok(read) => read,
        // The other parser gives up at 128 levels.
        Err(error) => return assert!(outcome == 0 || error.to_string().contains("recursion")),
    };
    assert_eq!(outcome != 0, read.is_object());
    let said = |value: Option<&Value>| {
        value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(String::from)
    };
    assert_eq!(outcome == SUCCESS, said(read.get("status")).as_deref() == Some("SUCCESS"));
    for (key, tag, flag, at) in
        [("id", Tag::Id, HAS_ID, 2), ("globalKey", Tag::GlobalKey, HAS_GLOBAL, 4)]
    {
        if let Some(name) = said(read.get("dataRow").and_then(|data_row| data_row.get(key))) {
            assert!(flags & flag != 0);
            assert_eq!(status[at..at + 2], halves(key_hash(tag, &name)));
        }
    }
    assert!(flags & HAS_UUID == 0 || said(read.get("uuid")).is_some());
}
