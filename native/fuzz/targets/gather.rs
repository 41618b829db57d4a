//! Any ranges over a file: the body is made of slices of its bytes, or there is a failure due.

#![no_main]

use bulkimport_native::gather::{FILL, FILL_BYTES, RANGE_BYTES, Range, gather, patiently};
use bulkimport_native::uuid::{canonical, parse};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::Write;

/// What is filled in.
const UUID: u128 = 0x73dd_0422_8c21_5372_bced_4444_9b17_d66b;

struct Wanted {
    offset: u16,
    length: u8,
    fill: bool,
}

fuzz_target!(|input: (Vec<(u16, u8, bool)>, &[u8])| {
    let (ranges, bytes) = input;
    let read = parse(bytes);
    assert!(read.is_none_or(|bits| parse(canonical(bits)) == Some(bits)));
    let wanted: Vec<_> = ranges
        .into_iter()
        .map(|(offset, length, fill)| Wanted { offset, length: length.max(1), fill })
        .collect();
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    let packed: Vec<u8> = wanted.iter().flat_map(Wanted::pack).collect();
    let ranges = Range::unpack(&packed).expect("whole ranges");
    let mut body = vec![0; ranges.iter().map(Range::body_length).sum()];
    let outcome = gather(&[file] as &[File], &ranges, &mut body, patiently);
    let rows: Option<Vec<_>> = wanted.iter().map(|range| range.row(bytes)).collect();
    assert_eq!(outcome.is_ok(), rows.is_some());
    let mut rest = &body[..];
    for (range, row) in wanted.iter().zip(rows.unwrap_or_default()) {
        let fill = if range.fill { FILL_BYTES } else { 0 };
        let (own, behind) = rest.split_at(row.len() + fill + 1);
        assert_eq!(own.last(), Some(&b'\n'));
        range.check(row, &own[..own.len() - 1]);
        rest = behind;
    }
});

impl Wanted {
    fn pack(&self) -> [u8; RANGE_BYTES] {
        let mut packed = [0; RANGE_BYTES];
        packed[..8].copy_from_slice(&u64::from(self.offset).to_le_bytes());
        packed[8..16].copy_from_slice(&u64::from(self.length).to_le_bytes());
        packed[16..32].copy_from_slice(&UUID.to_le_bytes());
        packed[36..].copy_from_slice(&(u32::from(self.fill) * FILL).to_le_bytes());
        packed
    }

    // Its bytes of the file; nothing when it ends behind it, or is to be filled and no row.
    fn row<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let start = usize::from(self.offset);
        let row = bytes.get(start..start + usize::from(self.length))?;
        (!self.fill || row[0] == b'{').then_some(row)
    }

    fn check(&self, row: &[u8], body: &[u8]) {
        if !self.fill {
            return assert_eq!(body, row);
        }
        let Ok(mut object) = serde_json::from_slice::<Map<String, Value>>(row) else { return };
        if object.is_empty() {
            return;
        }
        if object.get("uuid").is_none_or(Value::is_null) {
            object.insert("uuid".into(), String::from_utf8_lossy(&canonical(UUID)).into());
        }
        let filled: Map<String, Value> = serde_json::from_slice(body).expect("an object");
        assert_eq!(filled, object);
    }
}
